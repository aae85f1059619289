"""Figures as cards: label with 税前/税后 and 全投资/资本金, value with its unit, what it rests on, and why it is what it is."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from appraisal.app.state import t
from appraisal.pipeline import Appraisal
from appraisal.report.charts.figures import has_debt, shown
from appraisal.text import REASONS, word

# The figures of a view of the return: those that decide, then those that hold in every view.
VIEWS = {
    "project": ("project_irr", "project_npv", "payback_years", "discounted_payback_years"),
    "project_pre_tax": ("project_irr_pre_tax", "project_npv_pre_tax", "payback_years_pre_tax", "discounted_payback_years_pre_tax"),
    "equity": ("equity_irr", "equity_npv", "roe", "equity_total"),
}  # fmt: skip
EVERYWHERE = ("dscr_min", "dscr_avg", "lcos_yuan_per_kwh", "investment_total")

# A cover that is worked out in no year.
_NO_YEAR = ("没有需要还本付息的年份", "no year has debt to serve")
_PROJECT, _EQUITY = ("全投资", "Project"), ("资本金", "Equity")
_AFTER, _BEFORE = ("税后", "after tax"), ("税前", "before tax")
_NOMINAL = ("名义价", "nominal")
# What a figure rests on, where its label does not say it all.
_BASIS: dict[str, tuple[tuple[str, str], ...]] = {
    "project_irr": (_PROJECT, _AFTER, _NOMINAL), "project_npv": (_PROJECT, _AFTER, _NOMINAL), "payback_years": (_PROJECT, _AFTER, _NOMINAL),
    "discounted_payback_years": (_PROJECT, _AFTER, _NOMINAL), "project_irr_pre_tax": (_PROJECT, _BEFORE, _NOMINAL),
    "project_npv_pre_tax": (_PROJECT, _BEFORE, _NOMINAL), "payback_years_pre_tax": (_PROJECT, _BEFORE, _NOMINAL),
    "discounted_payback_years_pre_tax": (_PROJECT, _BEFORE, _NOMINAL), "equity_irr": (_EQUITY, _AFTER, _NOMINAL), "equity_npv": (_EQUITY, _AFTER, _NOMINAL),
    "roe": (_EQUITY, _AFTER, ("运营期年均", "mean of operating years")), "equity_total": (_EQUITY, _NOMINAL),
    "dscr_min": (("偿债", "Debt"), _AFTER, ("还款年最低", "least year")), "dscr_avg": (("偿债", "Debt"), _AFTER, ("还款年平均", "mean of years")),
    "lcos_yuan_per_kwh": (_PROJECT, _BEFORE, ("不含增值税", "excl. VAT")), "investment_total": (_PROJECT, ("建设投资含增值税", "construction incl. VAT"), _NOMINAL),
}  # fmt: skip
_SHAPE = """<style>
.st-key-cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(184px, 1fr)); gap: 0.75rem; }
.st-key-cards > div { width: 100% !important; min-width: 0; height: 100%; }
.st-key-cards [class*="st-key-card_"] { padding: 0.7rem 0.85rem 0.4rem; gap: 0.2rem; justify-content: space-between; height: 100%; }
.st-key-cards button { min-height: 1.6rem; opacity: 0.8; }
.st-key-cards button p { font-size: 0.8rem; }
.figure-card div { margin: 0; }
.figure-card .name { font-size: 0.86rem; line-height: 1.35; opacity: 0.85; min-height: 2.7em; }
.figure-card .number { font-size: 1.5rem; font-weight: 600; line-height: 1.35; font-variant-numeric: tabular-nums; white-space: nowrap; }
.figure-card .number small { font-size: 0.8rem; font-weight: 400; opacity: 0.8; margin-left: 0.2em; }
.figure-card .basis { font-size: 0.74rem; opacity: 0.7; line-height: 1.35; }
@media (max-width: 480px) {
  .st-key-cards { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0.5rem; }
  .figure-card .number { font-size: 1.2rem; }
}
</style>"""


@dataclass(frozen=True, kw_only=True)
class Card:
    """One figure in words: label, number, unit, what it rests on, and the reason where there is something to say."""

    label: str
    number: str
    unit: str
    basis: str
    note: str


def card(result: Appraisal, key: str, lang: str) -> Card:
    """The card of a metric of the first scenario; a figure without a number is a dash with the reason in words."""
    metric = result.metrics[key]
    as_shown, value = shown(metric, lang), float(metric.value[0])
    known = math.isfinite(value)
    number = as_shown.text(value, unit=as_shown.percent)
    unit = as_shown.unit if known and not as_shown.percent else ""
    place, reason = 0 if lang == "zh" else 1, str(metric.reason[0])
    note = _NO_YEAR[place] if reason == "no year" and key.startswith("dscr") else word(REASONS, reason, lang)
    return Card(
        label=as_shown.label, number=number, unit=unit,
        basis=" · ".join(words[place] for words in _BASIS.get(key, ())), note=note,
    )  # fmt: skip


def keys_of(result: Appraisal, view: str) -> tuple[str, ...]:
    """The figures of a view; without debt none of a cover."""
    every = (*VIEWS[view], *EVERYWHERE)
    return every if has_debt(result) else tuple(key for key in every if not key.startswith("dscr"))


def cards(result: Appraisal, keys: Sequence[str], lang: str, why: Callable[[str], None]) -> None:
    """Draw the cards of some metrics.

    Parameters
    ----------
    result : Appraisal
    keys : sequence of str
        Metrics.
    lang : "zh" or "en"
    why : callable
        Opens the explanation of a metric.
    """
    st.html(_SHAPE)
    with st.container(key="cards"):
        for key in keys:
            with st.container(border=True, key=f"card_{key}"):
                one = card(result, key, lang)
                st.html(_drawn(one))
                if st.button(
                    t("由来", "Why?"),
                    key=f"why_{key}",
                    type="tertiary",
                    help=t(f"{one.label}是怎么来的", f"Where “{one.label}” comes from"),
                    icon=":material/info:",
                ):
                    why(key)


def _drawn(one: Card) -> str:
    label, number, unit, basis, note = (
        html.escape(text) for text in (one.label, one.number, one.unit, one.basis, one.note)
    )
    tail = f"<small>{unit}</small>" if unit else ""
    words = "<br>".join(text for text in (basis, note) if text)
    return f'<div class="figure-card"><div class="name">{label}</div><div class="number">{number}{tail}</div><div class="basis">{words}</div></div>'
