"""Grid deferral: investment in lines and transformers that the plant puts off (延缓电网投资).

An investment I whose price rises by g a year, put off by n years at the rate r, is worth ``I · [1 − ((1 + g)/(1 + r))^n]`` at the date it
was due; n is stated, or follows from the peak cut by a share λ under a load that grows by τ a year, ``n = ln(1 + λ)/ln(1 + τ)``. It is
laid evenly over the years put off, ``· r/(1 − (1 + r)^−n)``. The form is the one common in the planning literature since Hoff,
Wenger and Farmer, *Distributed generation: an alternative to electric utility investments in system capacity*, Energy Policy
24(2), 1996. What a grid company pays by contract is income; the worth to the economy is the same however much is paid,
and stands outside the books.
"""

from __future__ import annotations

import numpy as np

from appraisal.case import Case, spans
from appraisal.case.schema import Terms as BaseTerms
from appraisal.errors import said
from appraisal.field import Number, number
from appraisal.operation import Operation, Settlement, Stream
from appraisal.streams._terms import Found, no_offer, unread, vat_rate, years_of
from appraisal.units import Table


class Terms(BaseTerms):
    """The investment put off, by how long, and the part that is paid."""

    help_zh = "被延缓的投资、延缓年限与付费比例。"

    deferred_investment_yuan: Number = number(
        "yuan", "被延缓的电网投资", "Grid investment put off", ge=0, help="At the price of the year in which it was due, without VAT.", help_zh="按原定投资年份的价格，不含增值税。"
    )  # fmt: skip
    deferral_years: Number | None = number(
        "years", "延缓年限", "Years put off", gt=0, le=60, default=None, help="Left out: from peak_reduction_share and load_growth.",
        help_zh="不填：由 peak_reduction_share 与 load_growth 推算。",
    )  # fmt: skip
    peak_reduction_share: Number | None = number(
        "share", "削峰率", "Share of the peak cut", gt=0, le=1, default=None, help="Of the peak of the grid section relieved.", help_zh="占被缓解断面最大负荷的比例。"
    )  # fmt: skip
    load_growth: Number | None = number("share/year", "负荷年增长率", "Growth of the load", gt=0, le=0.5, default=None)
    price_growth: Number = number("share/year", "投资价格年涨幅", "Rise of its price", ge=-0.1, le=0.2, default=0.0)
    discount_rate: Number | None = number(
        "share/year", "折现率", "Discount rate", gt=0, le=0.5, usual=spans.DISCOUNT_RATE, default=None, help="Of the grid company. Left out: finance.discount_rate.",
        help_zh="电网企业的折现率。不填：取 finance.discount_rate。",
    )  # fmt: skip
    paid_share: Number = number(
        "share", "合同付费比例", "Share paid by contract", ge=0, le=1, default=0.0,
        help="Of the worth, without VAT, paid by the grid company. Left out: nothing is paid, all of it is an economic benefit.",
        help_zh="电网企业按合同支付的比例（不含税价值）。不填：不付费，全部为经济效益。",
    )  # fmt: skip
    vat_rate: Number | None = vat_rate()


_STATED = said("deferral_years is stated", "已填写 deferral_years")
_HOW_LONG = said(
    "state deferral_years, or peak_reduction_share with load_growth",
    "请填写 deferral_years，或同时填写 peak_reduction_share 与 load_growth",
)


def check(case: Case, terms: Terms) -> tuple[Found, ...]:
    """How long is said in one way; money put off is worth something only at a rate above the rise of its price."""
    found = []
    parts = ("peak_reduction_share", "load_growth")
    if terms.deferral_years is not None:
        found += unread(terms, _STATED, *parts)
    elif any(getattr(terms, name) is None for name in parts):
        found.append(("deferral_years", _HOW_LONG))
    if (_rate(case, terms) <= terms.price_growth).any():
        told = said(
            "not below the discount rate: putting the investment off is worth nothing", "不低于折现率：延缓投资没有价值"
        )
        found.append(("price_growth", told))
    return tuple(found)


def remarks(case: Case, terms: Terms) -> tuple[tuple[str, str], ...]:
    """What is paid needs a contract, and may not enter the grid's regulated assets."""
    del case
    if not terms.paid_share.any():
        return (("延缓电网投资为经济效益，未付费的部分不计入财务账表", "putting grid investment off is an economic benefit; what nobody pays is not in the financial books"),)  # fmt: skip
    return (("延缓电网投资收益须有电网企业合同；新型储能不计入可计提收益的输配电资产（发改价格规〔2025〕1490号第九条）",
             "income for grid investment put off needs a contract with the grid company: storage may not enter its regulated assets (notice 1490 of 2025, art. 9)"),)  # fmt: skip


def _rate(case: Case, terms: Terms) -> Table:
    return case.finance.discount_rate if terms.discount_rate is None else terms.discount_rate


def years_put_off(terms: Terms) -> Table:
    """Years by which the investment is put off, ``(S, 1)``."""
    if terms.deferral_years is not None:
        return terms.deferral_years
    assert terms.peak_reduction_share is not None and terms.load_growth is not None  # noqa: PT018 - check refuses less
    return np.asarray(np.log1p(terms.peak_reduction_share) / np.log1p(terms.load_growth))


def worth(case: Case, terms: Terms) -> Table:
    """Worth of putting the investment off at the date it was due, ``(S, 1)`` yuan."""
    rate, years = _rate(case, terms), years_put_off(terms)
    return np.asarray(terms.deferred_investment_yuan * (1.0 - ((1.0 + terms.price_growth) / (1.0 + rate)) ** years))


def yearly(case: Case, terms: Terms) -> Table:
    """The worth laid evenly over the years put off, on their columns, ``(S, Y)``; a part of a year counts in part."""
    rate, years, number_of = _rate(case, terms), years_put_off(terms), years_of(case)
    level = worth(case, terms) * rate / -np.expm1(-years * np.log1p(rate))
    return np.asarray(level * np.clip(years - (number_of - 1.0), 0.0, 1.0) * (number_of > 0))


def settle(case: Case, terms: Terms, operation: Operation) -> Settlement:
    """What is paid by contract with its VAT; the whole worth is a benefit outside the books, whoever pays for it."""
    value = yearly(case, terms) * (operation.running > 0)
    rate = case.market.vat_rate if terms.vat_rate is None else terms.vat_rate
    return Settlement(income=terms.paid_share * value * (1.0 + rate), vat_rate=rate, benefit=value)


STREAM = Stream(
    title="grid_deferral", zh="延缓电网投资", en="Grid investment put off", terms=Terms, offer=no_offer, settle=settle, paid_by="grid_users", sells=("deferral",),
    linear_in=("deferred_investment_yuan",), paid_when_idle=True, check=check, remarks=remarks,
)  # fmt: skip
