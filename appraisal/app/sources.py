"""The facts behind a case as a table: value, date, document, how far it can be trusted, and how old the check is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from appraisal.app.choices import fact_title
from appraisal.app.state import lang, t
from appraisal.case import Case
from appraisal.library import Fact
from appraisal.library.check import STALE_AFTER
from appraisal.report.charts.figures import shown_unit
from appraisal.report.leaves import distinct
from appraisal.report.trace_text import unit_zh
from appraisal.text import CONFIDENCE, word

_SHOWN = 6


def facts_of(case: Case) -> tuple[Fact, ...]:
    """Every fact behind a case once; the least trusted first."""
    trust = list(CONFIDENCE)
    return tuple(sorted(distinct(list(case.facts)), key=lambda fact: (-trust.index(fact.source.confidence), fact.name)))


def stale(found: tuple[Fact, ...], today: date) -> tuple[Fact, ...]:
    """The facts whose source was not checked for a year."""
    return tuple(fact for fact in found if today - fact.source.checked > STALE_AFTER)


def facts_table(found: tuple[Fact, ...], today: date) -> pd.DataFrame:
    """One row a fact."""
    old = {id(fact) for fact in stale(found, today)}
    return pd.DataFrame({
        t("事实", "Fact"): [fact_title(fact.name, lang()) for fact in found],
        t("取值", "Value"): [_value(fact.value, fact.unit) for fact in found],
        t("可信度", "Confidence"): [word(CONFIDENCE, fact.source.confidence, lang()) for fact in found],
        t("文件", "Document"): [fact.source.cite for fact in found],
        t("自何时起", "Holds from"): [fact.holds_from.isoformat() for fact in found],
        t("最近核对", "Checked"): [fact.source.checked.isoformat() + (t("（超过一年）", " (over a year ago)") if id(fact) in old else "") for fact in found],
    })  # fmt: skip


def _value(value: Any, unit: str) -> str:
    """A fact's value as people read it."""
    if isinstance(value, bool):
        return t("是", "yes") if value else t("否", "no")
    if isinstance(value, (int, float)):
        kind = shown_unit("", unit, lang())
        words = unit_zh(unit) if lang() == "zh" else kind.unit
        return f"{100.0 * value:g}%" if kind.percent else f"{value:,.10g} {words}".strip()
    if isinstance(value, Mapping):
        return "–".join(str(one) for one in value.values())
    if isinstance(value, (list, tuple)):
        shown = [_value(one, unit) for one in value[:_SHOWN]]
        return t("、", ", ").join(shown) + (" …" if len(value) > _SHOWN else "")
    return str(value)
