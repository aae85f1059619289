"""What several streams declare and judge alike; no stream itself."""

from __future__ import annotations

from typing import Any

import numpy as np

from appraisal.case import Case
from appraisal.case.periods import periods
from appraisal.errors import Message, said
from appraisal.field import number
from appraisal.operation import Offer
from appraisal.units import Table, table

Found = tuple[str, Message]
_TOLERANCE = 1e-9


def vat_rate(en: str = "the electricity rate", zh: str = "电力税率") -> Any:
    """Declare the VAT rate of an income; left out it is the rate named."""
    return number(
        "share",
        "增值税税率",
        "VAT rate",
        ge=0,
        le=0.3,
        default=None,
        help=f"Left out: {en}.",
        help_zh=f"不填：取{zh}。",
    )


def no_offer(case: Case, terms: Any) -> Offer:
    """Nothing: what is paid does not depend on how the plant moves."""
    del case, terms
    return Offer()


def required(terms: Any, *names: str) -> list[Found]:
    """Terms that this form needs and that are left out."""
    told = said("required here: state a value", "此处必填：请填写数值")
    return [(name, told) for name in names if getattr(terms, name) is None]


def unread(terms: Any, why: Message, *names: str) -> list[Found]:
    """Terms stated that this form does not read: they would change nothing without a word."""
    told = said("not read: {why}; remove it", "不读取此项：{why}；请删去", why=why)
    stated = {
        name
        for name in terms.model_fields_set
        if getattr(terms, name) is not None and getattr(terms, name) is not False
    }
    return [(name, told) for name in names if name in stated]


def whole(terms: Any, *names: str) -> list[Found]:
    """Counts of years that are not whole, or differ between scenarios where they change a shape."""
    found = []
    for name in names:
        value = getattr(terms, name)
        if value is not None and (np.abs(value - np.round(value)) > _TOLERANCE).any():
            told = said("{value:g} is not a whole number", "{value:g} 不是整数", value=float(value.max()))
            found.append((name, told))
    return found


def years_of(case: Case) -> Table:
    """The number of each operating year on its column, ``(1, Y)``; 0 before."""
    columns = periods(case.project)
    return columns.by_operating_year(table(np.arange(1.0, columns.operation_years + 1.0)))


def within_years(case: Case, years: Table | None) -> Table:
    """1 in the first operating years, as many as stated and all where none are, ``(S, Y)``; 0 before operation."""
    number_of = years_of(case)
    first = np.inf if years is None else years
    return np.asarray(((number_of > 0) & (number_of <= first)) * 1.0)
