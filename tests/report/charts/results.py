"""The results that the tests of pictures of one result draw, and every such picture of them in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any

from strategies import LIBRARY, contract, plant
from structures import READY, result_of

from appraisal import Appraisal, appraise, case_from_mapping
from appraisal.report.bill import has_bill
from appraisal.report.charts.areas import area_ranking
from appraisal.report.charts.bill import bill_by_month
from appraisal.report.charts.cash import cash_flow
from appraisal.report.charts.cover import debt_cover
from appraisal.report.charts.day import typical_day
from appraisal.report.charts.health import battery_health
from appraisal.report.charts.hours import hours_map
from appraisal.report.charts.lcos import lcos_parts
from appraisal.report.charts.month import month_operation
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.revenue import payments_by_payer, revenue_by_stream
from appraisal.report.charts.value import waterfall

# Days of the price series: more than are drawn one by one, over a change of months.
SERIES_DAYS = 45


@cache
def series() -> Appraisal:
    """A plant on 45 days of quarter hours, from 20 January on, each dearer than the last."""
    first, rows = date(2025, 1, 20), ["time,buy_yuan_per_mwh,sell_yuan_per_mwh"]
    for day in range(SERIES_DAYS):
        for quarter in range(96):
            price = 200 + 3 * day + 4 * ((quarter * 7) % 96)
            moment = f"{first + timedelta(days=day)} {quarter // 4:02d}:{quarter % 4 * 15:02d}"
            rows.append(f"{moment},{price},{price - 15}")
    raw = plant({"market": {"price_file": "prices.csv"}})
    del raw["market"]["typical_days"]
    return appraise(case_from_mapping(raw, library=LIBRARY, files={"prices.csv": "\n".join(rows).encode()}))


@cache
def free_of_debt() -> Appraisal:
    """A contract without debt, VAT or tax: 400,000 yuan a year for five years after one of construction, at 8 %."""
    return appraise(case_from_mapping(
        contract({"capital": {"equipment_yuan": 1e6}, "revenue": {"known": {"income_yuan": 4e5}}}), library=LIBRARY
    ))  # fmt: skip


def _of(name: str) -> Iterator[tuple[str, Callable[[str], Picture]]]:
    result = result_of(name)
    yield "cash", lambda lang: cash_flow(result, lang)
    yield "value", lambda lang: waterfall(result, lang)
    yield "revenue", lambda lang: revenue_by_stream(result, lang)
    yield "payers", lambda lang: payments_by_payer(result, lang)
    yield "cover", lambda lang: debt_cover(result, lang)
    yield "health", lambda lang: battery_health(result, lang)
    if result.operation.solved is not None:
        yield "day", lambda lang: typical_day(result, lang, 2)
        yield "month", lambda lang: month_operation(result, lang, 7)
        yield "hours buy", lambda lang: hours_map(result, lang, "buy")
    if not has_bill(result):
        return
    yield "bill", lambda lang: bill_by_month(result, lang)
    # These differ between cases in their figures only.
    yield "cash before tax", lambda lang: cash_flow(result, lang, "project_pre_tax")
    yield "cash of the equity", lambda lang: cash_flow(result, lang, "equity")
    yield "value before tax", lambda lang: waterfall(result, lang, "pre")
    yield "lcos", lambda lang: lcos_parts(result, lang)
    yield "areas", lambda lang: area_ranking(result, lang)
    for one in ("sell", "power", "soc", "sold"):
        yield f"hours {one}", lambda lang, one=one: hours_map(result, lang, one)  # type: ignore[misc]


# The pictures of the ready cases by a name.
MAKERS = {f"{kind} {name}": make for name in READY for kind, make in _of(name)}
# The pictures of one case that has them all.
KINDS = tuple(key for key in MAKERS if key.endswith(" zhejiang_user_lfp"))


@cache
def picture_of(name: str, lang: str) -> Picture:
    """One picture in a language."""
    return MAKERS[name](lang)


@cache
def spec_of(name: str, lang: str) -> dict[str, Any]:
    """Its specification."""
    return picture_of(name, lang).spec(width="container")
