"""What a present value is made of: declared lines of the project's cash, each discounted as the NPV is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from appraisal.discount import discounted, present_value
from appraisal.discount.indicators import nominal_rate
from appraisal.finance.inputs import number_at
from appraisal.finance.structure import Structure
from appraisal.finance.tables.titles import each_grant, of_stream
from appraisal.pipeline import Appraisal
from appraisal.units import Table

TaxBasis = Literal["after", "pre"]
PartKind = Literal["income", "cost", "tax", "capital"]
# The NPV that the parts of a basis add up to.
WORTH = {"after": "project_npv", "pre": "project_npv_pre_tax"}
# Column 1 ends a year after the date of the NPV, begins on it, or has its middle half a year later.
_EARLIER = {"end": 0.0, "start": 1.0, "mid": 0.5}


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of the project's NPV: *key*, its words, what kind of money it is, and its present value, yuan ``(S,)``.

    Money in is positive, money out negative.
    """

    key: str
    zh: str
    en: str
    kind: PartKind
    value: Table


def value_parts(result: Appraisal, tax: TaxBasis = "after") -> tuple[Part, ...]:
    """The project's NPV as the sum of the present values of its declared lines.

    Parameters
    ----------
    result : Appraisal
    tax : "after" or "pre"
        With the adjusted income tax, or without it.

    Returns
    -------
    tuple of Part
        From what is earned to what is left; they add up to the metric ``project_npv`` (``project_npv_pre_tax``).

    Notes
    -----
    The rows of 附录G: project_net = Σ revenue − operating cost + VAT collected − VAT borne − surcharges − adjusted tax
    − investment − replacement + residual + working capital recovered − working capital. Revenue and cost are without
    VAT, investment with it: the part *vat* gives the input VAT of the investment back.
    """
    return tuple(
        Part(key=key, zh=zh, en=en, kind=kind, value=worth(result, _sum(result, lines)))
        for key, zh, en, kind, lines in _declared(result.statements.form, tax)
    )


def worth(result: Appraisal, cash: Table, rate: str = "finance.discount_rate") -> Table:
    """Present value of yearly cash ``(S, Y)`` at a rate of the case, as the books take it, ``(S,)``."""
    found = present_value(_nominal(result, rate), cash, result.case.finance.timing)
    return np.broadcast_to(np.atleast_1d(found), (len(cash),))


def discounted_cash(result: Appraisal, key: str, rate: str = "finance.discount_rate") -> Table:
    """Yearly cash of a declared line discounted as the books do it, ``(S, Y)``: its sum over the years is its worth."""
    nominal = _nominal(result, rate)
    earlier = (1.0 + nominal) ** _EARLIER[result.case.finance.timing]
    return discounted(nominal[:, 0], result.statements[key]).reshape(-1, result.statements[key].shape[1]) * earlier


def _nominal(result: Appraisal, path: str) -> Table:
    """The rate at which nominal cash is discounted, ``(S, 1)``."""
    rate = number_at(result.case, path)
    if result.case.finance.discount_basis == "real":
        return np.asarray(nominal_rate(rate, result.case.finance.inflation))
    return rate


def _sum(result: Appraisal, lines: tuple[str, ...]) -> Table:
    """Declared lines added; one with a minus sign in front is taken off."""
    total = np.zeros_like(result.statements["project_net"])
    for name in lines:
        money = result.statements[name.removeprefix("-")]
        total = total - money if name.startswith("-") else total + money
    return total


def _declared(form: Structure, tax: TaxBasis) -> Iterator[tuple[str, str, str, PartKind, tuple[str, ...]]]:
    """Key, words, kind and lines of each part, in the order in which people read them."""
    pool = "vat_project" if form.direct_lease else "vat"
    for one in form.streams:
        title = of_stream(one, form.streams)
        yield one.label, title["zh"], title["en"], "income", (f"{one.label}.revenue", f"{one.label}.subsidy")
    grants = tuple(row.key for row in each_grant(form, "net"))
    if grants:
        yield "grants", "投资补助", "Grants", "income", grants
    yield "charging", "充电电费", "Charging power", "cost", ("-charging",)
    yield "operating", "其他经营成本", "Other operating cost", "cost", ("-operating_cost", "charging")
    surtax = (f"-{pool}.surtax", "-other_taxes") if form.direct_lease else ("-surtax",)
    yield "surtax", "税金及附加", "Taxes and surcharges", "tax", surtax
    vat = ("vat_output", f"{pool}.refund", "-operating_vat", f"-{pool}.paid")
    yield "vat", "增值税（销项减进项与缴纳）", "VAT collected less borne and paid", "tax", vat
    if tax == "after":
        yield "income_tax", "调整所得税", "Adjusted income tax", "tax", ("-adjusted_tax",)
    yield "investment", "建设投资（含税）", "Construction investment, incl. VAT", "capital", ("-investment",)
    yield "renewal", "更新改造", "Replacement", "capital", ("-renewal_spent",)
    yield (
        "residual",
        "回收余值与处置",
        "Residual and sale of assets",
        "capital",
        ("project_residual", "disposal_income"),
    )
    yield (
        "working",
        "流动资金（投入与回收）",
        "Working capital, in and out",
        "capital",
        ("working_capital_back", "-working_capital"),
    )
