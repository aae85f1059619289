"""What the books say that a reader must not miss: words for figures that the books declare."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from appraisal.case import Notice
from appraisal.pipeline import Appraisal
from appraisal.units import YUAN_PER_WAN

# Below this a lender speaks of a shortfall: income of the year does not cover the year's debt service.
COVER = 1.0


def remarks(result: Appraisal, row: int = 0) -> tuple[Notice, ...]:
    """The notices of the case, then those of its result."""
    return (
        *result.case.notices,
        *_payback(result, row),
        *_cover(result, row),
        *_cash(result, row),
        *_battery(result, row),
    )


def _figure(result: Appraisal, key: str, row: int) -> float:
    return float(result.statements.ledger.figure(key)[row])


def _payback(result: Appraisal, row: int) -> Iterator[Notice]:
    last, first = float(result.metrics["payback_years"].value[row]), _figure(result, "first_payback_years", row)
    if np.isfinite(last) and first < last:
        yield Notice(code="payback_twice", path="payback_years",
                     zh=f"累计净现金流两次转正：首次在第 {first:.2f} 年，更新改造后最终在第 {last:.2f} 年",
                     en=f"the cumulative cash turns positive twice: first after {first:.2f} years, for good after {last:.2f}")  # fmt: skip


def _cover(result: Appraisal, row: int) -> Iterator[Notice]:
    books = result.statements
    counted = books["repaying"][row] > 0
    low = [str(year + 1) for year in np.flatnonzero(counted & (books["dscr"][row] < COVER))]
    if not low:
        return
    least, plain = float(result.metrics["dscr_min"].value[row]), _figure(result, "dscr_plain_min", row)
    aside_zh = f"；不扣更新改造投资时最低 {plain:.2f}" if plain != least else ""
    aside_en = f"; before paying for the replacement it is at least {plain:.2f}" if plain != least else ""
    yield Notice(code="cover", path="dscr_min", zh=f"第 {', '.join(low)} 年偿债备付率低于 {COVER:g}{aside_zh}",
                 en=f"debt-service cover is below {COVER:g} in year {', '.join(low)}{aside_en}")  # fmt: skip


def _cash(result: Appraisal, row: int) -> Iterator[Notice]:
    investment = float(result.statements["invested"][row, -1])
    least = _figure(result, "cash_least", row)
    if least < -1e-9 * investment:
        years = ", ".join(str(year + 1) for year in np.flatnonzero(result.statements["cash"][row] < -1e-9 * investment))
        yield Notice(code="cash", path="cash", zh=f"第 {years} 年累计盈余资金为负（最低 {least / YUAN_PER_WAN:,.0f} 万元），财务上不可持续",
                     en=f"cash is negative in year {years} (least {least / YUAN_PER_WAN:,.0f} ×10⁴ yuan): the plan does not finance itself")  # fmt: skip
    left = _figure(result, "vat_pool_left", row)
    if left > 1e-9 * investment:
        yield Notice(code="vat_pool", path="vat_pool", zh=f"期末仍有 {left / YUAN_PER_WAN:,.0f} 万元进项税未抵扣",
                     en=f"{left / YUAN_PER_WAN:,.0f} ×10⁴ yuan of input VAT are never credited")  # fmt: skip


def _battery(result: Appraisal, row: int) -> Iterator[Notice]:
    lost = _figure(result, "running_years_lost", row)
    if lost:
        yield Notice(code="battery", path="storage.replacement", zh=f"电池在 {lost:g} 个运营年内低于寿命终止健康度而停运，宜安排更换",
                     en=f"in {lost:g} operating years the battery is below its end-of-life health and stands still: plan a replacement")  # fmt: skip
