"""What several streams declare and judge alike; no stream itself."""

from __future__ import annotations

from typing import Any

import numpy as np

from appraisal.case import Case
from appraisal.case.periods import month_after, periods, whole_years
from appraisal.errors import Message, said
from appraisal.field import Section, flag, number, text
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


def required(terms: Section, *names: str) -> list[Found]:
    """Terms that this form needs and that are left out."""
    told = said("required here: state a value", "此处必填：请填写数值")
    return [(name, told) for name in names if not _stated(terms, name)]


def missing(terms: Section, why: Message, *names: str) -> list[Found]:
    """As :func:`required`, with the reason."""
    told = said("required: {why}", "必填：{why}", why=why)
    return [(name, told) for name in names if not _stated(terms, name)]


def unread(terms: Section, why: Message, *names: str) -> list[Found]:
    """Terms stated that this form does not read: they would change nothing without a word."""
    told = said("not read: {why}; remove it", "不读取此项：{why}；请删去", why=why)
    return [(name, told) for name in names if name in terms.model_fields_set and _stated(terms, name)]


def _stated(terms: Section, name: str) -> bool:
    value = getattr(terms, name)
    return value is not None and value is not False and not (isinstance(value, str) and not value)


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


NOT_APPROVED = said(
    "not approved: public support is paid to listed or approved projects only",
    "未获批准：财政支持只给予列入名单或获批的项目",
)


def approved() -> Any:
    """Declare that the project is on the list of a support, or approved for it."""
    return flag(
        "已获批准",
        "Approved",
        help="On the list, or approved by who pays.",
        help_zh="已列入支持名单，或已由拨付部门批准。",
    )


def area() -> Any:
    """Declare whose rule of support in the library is read."""
    return text(
        "办法地区", "Area of the rule", default="", help="Id of the support in the library, as in support.discharge_<area>; left out: the province.",
        help_zh="事实库中该支持办法的代号（support.discharge_<area>）；不填：取省份。",
    )  # fmt: skip


def paid_years() -> Any:
    """Declare for how many operating years a support is paid."""
    return number(
        "years", "支持年限", "Years paid", ge=1, le=60, default=None, help="From the first operating year; whole years. Left out: all.",
        help_zh="自首个运营年起；整年数。不填：全部。",
    )  # fmt: skip


def step_down() -> Any:
    """Declare by how much a support falls a year."""
    return number(
        "share/year", "每年退坡比例", "Fall a year", ge=0, le=1, default=None, help="0.2: each year 20 % below the year before. Left out: level.",
        help_zh="0.2 即每年比上年降低 20 %。不填：不退坡。",
    )  # fmt: skip


def calendar_term(zh: str, en: str, help: str, help_zh: str) -> Any:
    """Declare a calendar year of a support."""
    return number("years", zh, en, ge=2000, le=2100, default=None, help=help, help_zh=help_zh)


def first_year() -> Any:
    """Declare the calendar year at whose level a support was set."""
    return calendar_term(
        "标准年份", "Calendar year of the rate", "The fall counts from it, whenever the plant comes. Left out: from the first operating year.",
        "退坡自该日历年起算，与投运时间无关。不填：自首个运营年起算。",
    )  # fmt: skip


def last_year() -> Any:
    """Declare the last calendar year in which a support is paid."""
    return calendar_term("截止年份", "Last calendar year", "Nothing is paid after it. Left out: none.", "此后不再支付。不填：无截止。")  # fmt: skip


def support_faults(case: Case, terms: Any) -> list[Found]:
    """What makes a support void: not approved, or ended before the plant operates; and years that are not whole."""
    found: list[Found] = [] if terms.approved else [("approved", NOT_APPROVED)]
    found += whole(terms, "years", "first_year", "last_year")
    if terms.last_year is not None:
        begins = _first_counted(case)
        if (terms.last_year < begins).any():
            told = said(
                "ends in {last:.0f}, before the plant operates in {begins}", "{last:.0f} 年截止，早于项目投运的 {begins} 年",
                last=float(terms.last_year.min()), begins=begins,
            )  # fmt: skip
            found.append(("last_year", told))
    return found


def _first_counted(case: Case) -> int:
    """The calendar year that the first operating year of the whole plant counts as, where a support is paid by calendar year."""
    columns = periods(whole_years(case.project))
    return int(columns.calendar_year[0, columns.construction])


def support_remarks(case: Case, terms: Any) -> tuple[tuple[str, str], ...]:
    """That a support by calendar year is counted by operating years, where these are not calendar years."""
    year, month = month_after(case.project.construction_start, case.project.construction_months)
    if (terms.first_year is None and terms.last_year is None) or month == 1:
        return ()
    counted = _first_counted(case)
    return ((f"按日历年计的支持以完整运营年核算：自 {year}-{month:02d} 起的首个运营年按 {counted} 年计，其余依次类推",
             f"a support by calendar year is counted by whole operating years: the first, from {year}-{month:02d}, counts as {counted}, and so on"),)  # fmt: skip


def stepped(case: Case, terms: Any) -> Table:
    """Share of a support's rate that is paid in each column, ``(S, Y)``: its years, its last calendar year, its fall.

    ``(1 − fall)^n``, n the years since the calendar year of the rate, or since the first operating year.
    """
    year, operating = periods(case.project).calendar_year, years_of(case)
    since = operating - 1.0 if terms.first_year is None else year - terms.first_year
    fall = table(0.0) if terms.step_down is None else terms.step_down
    # 0 ** 0 is 1: what falls to nothing is still paid in its first year.
    level = (1.0 - fall) ** np.maximum(since, 0.0)
    open_ = 1.0 if terms.last_year is None else year <= terms.last_year
    return np.asarray(level * within_years(case, terms.years) * open_)
