"""What the books say that a reader must not miss: words for figures that the books declare."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from appraisal.book.money import money_text
from appraisal.case import Notice
from appraisal.errors import Message, said
from appraisal.library import Fact
from appraisal.library.retail_types import ASIDE, MONTHLY, PRINTED
from appraisal.pipeline import Appraisal
from appraisal.report.eras import eras_of
from appraisal.report.spans import years_said
from appraisal.streams import kinds
from appraisal.streams._claims import DAY, claimed
from appraisal.study.plausible import implausible
from appraisal.units import MONTHS_PER_YEAR

# Below this a lender speaks of a shortfall: income of the year does not cover the year's debt service.
COVER = 1.0
# Folders of the library whose facts are prices of energy, capacity and services.
PRICE_FACTS = ("retail", "capacity", "ancillary")
# From this age on a price has to be looked up again.
STALE_MONTHS = 12
MONTHS = int(MONTHS_PER_YEAR)
# Of the investment: less is rounding.
NEARLY = 1e-9


def remarks(result: Appraisal, row: int = 0) -> tuple[Notice, ...]:
    """The notices of the case, then those of its result."""
    return (
        *result.case.notices,
        *_pro_rated(result, row),
        *_slices(result, row),
        *implausible(result, row),
        *_payback(result, row),
        *_cover(result, row),
        *_cash(result, row),
        *_distress(result, row),
        *_sculpted(result, row),
        *_battery(result, row),
    )


@dataclass(frozen=True, kw_only=True)
class DataAge:
    """Of when the prices of a case are; ``months`` is the age of the oldest on the day it was asked.

    A price that is set every month is of that month; a rule or a price that holds until it is replaced is as old as the
    last look at its source. ``newest`` is the youngest month; where no price is set by the month, the last look.
    """

    oldest: date
    newest: date
    name: str
    months: int

    @property
    def stale(self) -> bool:
        """Whether the oldest of them is a year old or more."""
        return self.months >= STALE_MONTHS

    def told(self, title: Message) -> Message:
        """Both dates, and where it is due the warning with the *title* of the oldest fact."""
        dates = {"oldest": self.oldest.isoformat(), "newest": self.newest.isoformat()}
        told = said("Price and market data: {oldest} to {newest}", "电价与市场数据：{oldest} 至 {newest}", **dates)
        if not self.stale:
            return told
        return said("{told}. The oldest is {months} months old ({name}): check that it is still in force", "{told}；最早一项已 {months} 个月（{name}），请核对是否仍有效",
                    told=told, months=self.months, name=title)  # fmt: skip


def data_age(result: Appraisal, today: date) -> DataAge | None:
    """How old the prices behind a result are: a case is as old as its oldest price.

    Parameters
    ----------
    result : Appraisal
    today : date
        The day from which age is counted, in whole months.

    Returns
    -------
    DataAge or None
        Of the facts of tariffs, capacity prices and ancillary markets; None where the case reads none of them.
    """
    facts = _price_facts(result)
    if not facts:
        return None
    oldest = min(facts, key=_as_of)
    since = _as_of(oldest)
    months = MONTHS * (today.year - since.year) + today.month - since.month - (today.day < since.day)
    return DataAge(oldest=since, newest=_newest(facts), name=oldest.name, months=months)


def data_date(result: Appraisal) -> str:
    """Of when the prices behind a result are, the oldest and the newest, ISO; a dash where it reads none."""
    facts = _price_facts(result)
    if not facts:
        return "—"
    return " – ".join(dict.fromkeys([min(map(_as_of, facts)).isoformat(), _newest(facts).isoformat()]))


def _price_facts(result: Appraisal) -> list[Fact]:
    return [fact for fact in result.case.facts if fact.name.partition(".")[0] in PRICE_FACTS]


def _monthly(fact: Fact) -> bool:
    return fact.name.startswith("retail.") and fact.name.rpartition(".")[2] in (*MONTHLY, *PRINTED, *ASIDE)


def _as_of(fact: Fact) -> date:
    """See :class:`DataAge`."""
    return fact.holds_from if _monthly(fact) else max(fact.holds_from, fact.source.checked)


def _newest(facts: list[Fact]) -> date:
    """See :class:`DataAge`."""
    return max(map(_as_of, [fact for fact in facts if _monthly(fact)] or facts))


def _figure(result: Appraisal, key: str, row: int) -> float:
    return float(result.statements.ledger.figure(key)[row])


def _payback(result: Appraisal, row: int) -> Iterator[Notice]:
    last, first = float(result.metrics["payback_years"].value[row]), _figure(result, "first_payback_years", row)
    if np.isfinite(last) and first < last:
        yield Notice(code="payback_twice", path="payback_years",
                     zh=f"累计净现金流两次转正：首次在第 {first:.2f} 年，更新改造后最终在第 {last:.2f} 年",
                     en=f"the cumulative cash turns positive twice: first after {first:.2f} years, for good after {last:.2f}")  # fmt: skip


def _pro_rated(result: Appraisal, row: int) -> Iterator[Notice]:
    for era in eras_of(result):
        when = Message("", "") if not result.case.eras else said(" ({era})", "（{era}）", era=era.name)
        for label, factors in era.result.pro_rated.items():
            factor = float(factors[row if len(factors) > 1 else 0, 0])
            if factor < 1.0:
                told = said(
                    "{label} sells power or energy that another stream sells too: it holds, and is paid for, {factor:.3f} of its claim in all its months{when}{part}",
                    "{label} 的功率或电量与其他收入重复，各月均按 {factor:.3f} 倍预留和计酬{when}{part}",
                    label=label, factor=factor, when=when, part=_part_of_year(era.result, label, row),
                )  # fmt: skip
                yield Notice(code="pro_rated", path=label, zh=told.zh, en=str(told))


def _part_of_year(result: Appraisal, label: str, row: int) -> Message:
    """That the plant is short in some of a stream's months only, where it is; of a result whose claims are scaled down."""
    case = result.case.rows(slice(row, row + 1))
    found = claimed(case, kinds(case))
    held_in = {int(month) for month in DAY.month[(found.power[label] > 0.0)[0]]}
    full = {int(month) for month in DAY.month[((found.all_power > 1.0 - NEARLY) & (found.power[label] > 0.0))[0]]}
    if not full or full == held_in:
        return Message("", "")
    months = {lang: years_said(sorted(full), lang) for lang in ("en", "zh")}
    return said(
        "; the plant is short in months {months} only: state the others as a stream of their own to be paid for the whole claim there",
        "；仅 {months} 月超售：如要其余月份按全部预留计酬，请把其余月份另列为一项收入", months=Message(months["en"], months["zh"])
    )  # fmt: skip


def _slices(result: Appraisal, row: int) -> Iterator[Notice]:
    """That the levelised cost leaves out what streams move in slices of their own, and how much that is."""
    counted = float(result.operation.discharged_mwh[row if len(result.operation.discharged_mwh) > 1 else 0].sum())
    for label, settled in result.revenue.settlements.items():
        apart = float(settled.slice_mwh[row if len(settled.slice_mwh) > 1 else 0].sum())
        if apart > NEARLY * counted:
            of = said("{share:.1%} of what it counts", "相当于已计入电量的 {share:.1%}", share=apart / counted) if counted else said("it counts none", "未计入任何电量")  # fmt: skip
            told = said(
                "the levelised cost leaves out {apart:,.0f} MWh that {label} discharges over the life in a slice of its own ({of}), and what charging them costs",
                "度电成本未计入 {label} 以单独预留部分在全寿命期内放出的 {apart:,.0f} MWh（{of}）及其充电成本",
                label=label, apart=apart, of=of,
            )  # fmt: skip
            yield Notice(code="slice", path="lcos_yuan_per_kwh", zh=told.zh, en=str(told))


def _cover(result: Appraisal, row: int) -> Iterator[Notice]:
    books = result.statements
    counted = books["repaying"][row] > 0
    low = counted & (books["dscr"][row] < COVER)
    if not low.any():
        return
    least, plain = float(result.metrics["dscr_min"].value[row]), _figure(result, "dscr_plain_min", row)
    aside_zh = f"；不扣更新改造投资时最低 {plain:.2f}" if plain != least else ""
    aside_en = f"; before paying for the replacement it is at least {plain:.2f}" if plain != least else ""
    yield Notice(code="cover", path="dscr_min", zh=f"第 {_years(low, 'zh')} 年偿债备付率低于 {COVER:g}{aside_zh}",
                 en=f"debt-service cover is below {COVER:g} in year {_years(low, 'en')}{aside_en}")  # fmt: skip


def _cash(result: Appraisal, row: int) -> Iterator[Notice]:
    books = result.statements
    investment = float(books["invested"][row, -1])
    least = _figure(result, "cash_least", row)
    if least < -NEARLY * investment:
        which = books["cash"][row] < -NEARLY * investment
        yield Notice(code="cash", path="cash", zh=f"第 {_years(which, 'zh')} 年累计盈余资金为负（最低 {money_text(least, 'zh')}），财务上不可持续",
                     en=f"cash is negative in year {_years(which, 'en')} (least {money_text(least, 'en')}): the plan does not finance itself")  # fmt: skip
    short = _figure(result, "short_loan_most", row)
    if short > NEARLY * investment:
        which = books["short_loan"][row] > NEARLY * investment
        yield Notice(code="short_loan", path="short_loan", zh=f"第 {_years(which, 'zh')} 年资金不足，需短期借款（最大 {money_text(short, 'zh')}）",
                     en=f"cash falls short in year {_years(which, 'en')}: a short-term loan of up to {money_text(short, 'en')} bridges it")  # fmt: skip
    left = _figure(result, "vat_pool_left", row)
    if left > NEARLY * investment:
        yield Notice(code="vat_pool", path="vat_pool", zh=f"期末仍有 {money_text(left, 'zh')}进项税未抵扣",
                     en=f"{money_text(left, 'en')} of input VAT are never credited")  # fmt: skip


def _distress(result: Appraisal, row: int) -> Iterator[Notice]:
    """What fails, and in which year: losses, negative equity, debt that is never repaid, a loan that found no solution."""
    books = result.statements
    least = -NEARLY * float(books["invested"][row, -1])
    losing = books["profit"][row] < least
    if losing.any():
        yield Notice(
            code="loss",
            path="profit",
            zh=f"第 {_years(losing, 'zh')} 年亏损",
            en=f"a loss is made in year {_years(losing, 'en')}",
        )
    broke = books["equity"][row] < least
    if broke.any():
        yield Notice(code="negative_equity", path="equity", zh=f"第 {_years(broke, 'zh')} 年所有者权益为负，资不抵债",
                     en=f"equity is negative in year {_years(broke, 'en')}: debts exceed assets")  # fmt: skip
    unpaid = _figure(result, "debt_unpaid", row)
    if unpaid > -least:
        yield Notice(code="unpaid_debt", path="debt_unpaid", zh=f"计算期末仍有 {money_text(unpaid, 'zh')}借款未还清",
                     en=f"{money_text(unpaid, 'en')} of debt are not repaid by the end")  # fmt: skip
    taken = books["equity_in"][row] < least
    if taken.any():
        yield Notice(code="equity_out", path="equity_in", zh=f"第 {_years(taken, 'zh')} 年借款、租赁与补助超过资金需求，资本金为负",
                     en=f"loans, leases and grants exceed what is needed in year {_years(taken, 'en')}: equity paid in is negative")  # fmt: skip
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
        yield Notice(code="sculpted_rises", path=f"{loan.name}.principal", zh=f"第 {_years(rising, 'zh')} 年可用资金不足以付息，借款余额上升",
                     en=f"in year {_years(rising, 'en')} the cash does not cover the interest: the sculpted balance rises")  # fmt: skip


def _years(flags: NDArray[np.bool_], lang: str) -> str:
    """The years of the calculation period that are flagged."""
    return years_said((np.flatnonzero(flags) + 1).tolist(), lang)


def _battery(result: Appraisal, row: int) -> Iterator[Notice]:
    lost = _figure(result, "running_years_lost", row)
    if lost:
        yield Notice(code="battery", path="storage.replacement", zh=f"电池在 {lost:g} 个运营年内低于寿命终止健康度而停运，宜安排更换",
                     en=f"in {lost:g} operating years the battery is below its end-of-life health and stands still: plan a replacement")  # fmt: skip
