"""What the books say that a reader must not miss: words for figures that the books declare."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from appraisal.case import Notice
from appraisal.pipeline import Appraisal
from appraisal.units import YUAN_PER_WAN

# Below this a lender speaks of a shortfall: income of the year does not cover the year's debt service.
COVER = 1.0
# Of the investment: less is rounding.
NEARLY = 1e-9


def remarks(result: Appraisal, row: int = 0) -> tuple[Notice, ...]:
    """The notices of the case, then those of its result."""
    return (
        *result.case.notices,
        *_payback(result, row),
        *_cover(result, row),
        *_cash(result, row),
        *_distress(result, row),
        *_sculpted(result, row),
        *_battery(result, row),
    )


def data_date(result: Appraisal) -> str:
    """The youngest date from which a fact behind the result holds, ISO; a dash where no fact was read."""
    return max((fact.holds_from.isoformat() for fact in result.case.facts), default="—")


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
    books = result.statements
    investment = float(books["invested"][row, -1])
    least = _figure(result, "cash_least", row)
    if least < -NEARLY * investment:
        years = _years(books["cash"][row] < -NEARLY * investment)
        yield Notice(code="cash", path="cash", zh=f"第 {years} 年累计盈余资金为负（最低 {least / YUAN_PER_WAN:,.0f} 万元），财务上不可持续",
                     en=f"cash is negative in year {years} (least {least / YUAN_PER_WAN:,.0f} ×10⁴ yuan): the plan does not finance itself")  # fmt: skip
    short = _figure(result, "short_loan_most", row)
    if short > NEARLY * investment:
        years = _years(books["short_loan"][row] > NEARLY * investment)
        yield Notice(code="short_loan", path="short_loan", zh=f"第 {years} 年资金不足，需短期借款（最大 {short / YUAN_PER_WAN:,.0f} 万元）",
                     en=f"cash falls short in year {years}: a short-term loan of up to {short / YUAN_PER_WAN:,.0f} ×10⁴ yuan bridges it")  # fmt: skip
    left = _figure(result, "vat_pool_left", row)
    if left > NEARLY * investment:
        yield Notice(code="vat_pool", path="vat_pool", zh=f"期末仍有 {left / YUAN_PER_WAN:,.0f} 万元进项税未抵扣",
                     en=f"{left / YUAN_PER_WAN:,.0f} ×10⁴ yuan of input VAT are never credited")  # fmt: skip


def _distress(result: Appraisal, row: int) -> Iterator[Notice]:
    """What fails, and in which year: losses, negative equity, debt that is never repaid, a loan that found no solution."""
    books = result.statements
    least = -NEARLY * float(books["invested"][row, -1])
    losing = books["profit"][row] < least
    if losing.any():
        yield Notice(
            code="loss", path="profit", zh=f"第 {_years(losing)} 年亏损", en=f"a loss is made in year {_years(losing)}"
        )
    broke = books["equity"][row] < least
    if broke.any():
        yield Notice(code="negative_equity", path="equity", zh=f"第 {_years(broke)} 年所有者权益为负，资不抵债",
                     en=f"equity is negative in year {_years(broke)}: debts exceed assets")  # fmt: skip
    unpaid = _figure(result, "debt_unpaid", row)
    if unpaid > -least:
        yield Notice(code="unpaid_debt", path="debt_unpaid", zh=f"计算期末仍有 {unpaid / YUAN_PER_WAN:,.0f} 万元借款未还清",
                     en=f"{unpaid / YUAN_PER_WAN:,.0f} ×10⁴ yuan of debt are not repaid by the end")  # fmt: skip
    taken = books["equity_in"][row] < least
    if taken.any():
        yield Notice(code="equity_out", path="equity_in", zh=f"第 {_years(taken)} 年借款、租赁与补助超过资金需求，资本金为负",
                     en=f"loans, leases and grants exceed what is needed in year {_years(taken)}: equity paid in is negative")  # fmt: skip
    if not books.solved[row]:
        yield Notice(code="no_solution", path="finance.repayment", zh="按偿债备付率测算的借款未收敛，本结果无解",
                     en="the sculpted loan did not converge: there is no solution")  # fmt: skip


def _sculpted(result: Appraisal, row: int) -> Iterator[Notice]:
    books, loan = result.statements, result.statements.form.sculpted
    if loan is None:
        return
    principal = books[f"{loan.name}.principal"][row]
    rising = principal < -NEARLY * float(books["invested"][row, -1])
    if rising.any():
        yield Notice(code="sculpted_rises", path=f"{loan.name}.principal", zh=f"第 {_years(rising)} 年可用资金不足以付息，借款余额上升",
                     en=f"in year {_years(rising)} the cash does not cover the interest: the sculpted balance rises")  # fmt: skip


def _years(flags: NDArray[np.bool_]) -> str:
    """The years of the calculation period that are flagged, runs of them shortened."""
    found = [int(year) + 1 for year in np.flatnonzero(flags)]
    runs: list[list[int]] = []
    for year in found:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def _battery(result: Appraisal, row: int) -> Iterator[Notice]:
    lost = _figure(result, "running_years_lost", row)
    if lost:
        yield Notice(code="battery", path="storage.replacement", zh=f"电池在 {lost:g} 个运营年内低于寿命终止健康度而停运，宜安排更换",
                     en=f"in {lost:g} operating years the battery is below its end-of-life health and stands still: plan a replacement")  # fmt: skip
