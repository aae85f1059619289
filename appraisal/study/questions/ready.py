"""What each ready question moves in a case, and the figures it reads from an appraisal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from appraisal.case import Case
from appraisal.errors import Message
from appraisal.field import Declared
from appraisal.operation import Operation
from appraisal.pipeline import Appraisal
from appraisal.study.amounts import amount
from appraisal.study.drivers import INVESTMENT, LOAN_RATE, REVENUE, SPREAD
from appraisal.study.inputs import Input, inputs_of, valued
from appraisal.study.words import say
from appraisal.units import KWH_PER_MWH, Table


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure of an answer; NaN where it has no number."""

    key: str
    zh: str
    en: str
    value: float
    unit: str

    def text(self, lang: str) -> str:
        """The value with its unit."""
        return amount(self.value, self.unit, lang)

    def label(self, lang: str) -> str:
        """What it is."""
        return say((self.zh, self.en), lang)


# A question that does not apply is answered with the reason.
Moves: TypeAlias = Callable[[Case], Input | Message]
Reads: TypeAlias = Callable[[Appraisal], tuple[Figure, ...]]

CYCLES = Input(
    key="energy_moved", zh="年充放电量", en="Energy charged and discharged",
    paths=("storage.charged_mwh", "storage.discharged_mwh"),
)  # fmt: skip
_NO_DISPATCH = Message(
    "the case is not dispatched on prices: its energy is stated by year, or it has no prices",
    "本算例不按电价优化调度：年电量为给定值，或没有电价",
)
_NO_PRICED_STREAM = Message("no stream of the case is paid by energy prices", "本算例没有按电价结算的收入")
_NO_CAPACITY = Message("the case has no stream with a capacity price", "本算例没有容量电价类收入")
_NO_ENERGY = Message(
    "the case states no energy and has no prices to dispatch against", "本算例既未给定年电量，也没有电价"
)
_CAPACITY_TERM = "price_yuan_per_kw_year"


def investment(case: Case) -> Input | Message:
    """Every price of capital."""
    return _stated(case, INVESTMENT)


def spread(case: Case) -> Input | Message:
    """The spread of the prices that the plant is dispatched on."""
    if not _dispatched(case):
        return _NO_DISPATCH
    if not any((terms.stream or label) == "arbitrage" for label, terms in case.streams.items()):
        return _NO_PRICED_STREAM
    return _stated(case, SPREAD)


def capacity_price(case: Case) -> Input | Message:
    """The price of the first stream that is paid by kW and year."""
    known = [path for path, _, _ in case.numbers()]
    paths = [f"revenue.{label}.{_CAPACITY_TERM}" for label in case.revenue if label in case.streams]
    found = [path for path in paths if path in known]
    return valued(case, found[0]) if found else _NO_CAPACITY


def cycles(case: Case) -> Input | Message:
    """The availability of a plant that is dispatched, the stated energy of one that is not."""
    if _dispatched(case):
        return valued(case, "storage.availability")
    return _NO_ENERGY if case.storage.discharged_mwh is None else _stated(case, CYCLES)


def revenue(case: Case) -> Input | Message:
    """The price level and every price of the streams."""
    return _stated(case, REVENUE)


def loan_rate(case: Case) -> Input | Message:
    """The rate of every loan."""
    return _stated(case, LOAN_RATE)


def _stated(case: Case, one: Input) -> Input | Message:
    left = inputs_of(case, [one])[1]
    return Message(left[0].en, left[0].zh) if left else one


def _dispatched(case: Case) -> bool:
    return case.prices is not None and case.storage.discharged_mwh is None


def read_investment(at: Appraisal) -> tuple[Figure, ...]:
    """Construction investment in yuan, by kWh and by kW."""
    keys = ("construction_investment_total", "investment_yuan_per_kwh", "investment_yuan_per_kw")
    return tuple(_metric(at, key) for key in keys)


def read_spread(at: Appraisal) -> tuple[Figure, ...]:
    """The mean spread: what a kWh discharged earns less what a kWh charged costs, fees and VAT included."""
    moved = at.operation
    earned, paid = (_sum(line.values()) for line in (moved.earned, moved.paid))
    sold, bought = _total(moved.discharged_mwh), _total(moved.charged_mwh)
    value = (_ratio(earned, sold) - _ratio(paid, bought)) / KWH_PER_MWH
    return (
        Figure(key="spread", zh="平均充放电价差（含税费）", en="Mean spread, fees and VAT included", value=value, unit="yuan/kWh"),
        Figure(key="discharged", zh="年均放电量", en="Discharged a year, mean", value=_ratio(sold, _years(moved)), unit="MWh"),
    )  # fmt: skip


def read_capacity_price(at: Appraisal) -> tuple[Figure, ...]:
    """The capacity price, VAT included."""
    moved = capacity_price(at.case)
    if isinstance(moved, Message):
        raise TypeError("a question that does not apply has no figures")
    price = float(at.case.at(moved.paths[0])[0, 0])
    return (Figure(key="price", zh=f"{moved.zh}（含税）", en=f"{moved.en}, incl. VAT", value=price, unit=moved.unit),)


def read_cycles(at: Appraisal) -> tuple[Figure, ...]:
    """Equivalent full cycles a year: energy discharged at the meter by usable energy, both summed over the years."""
    moved = at.operation
    value = _ratio(_total(moved.discharged_mwh), _total(moved.usable_mwh))
    availability = float(at.case.storage.availability[0, 0])
    return (
        Figure(key="cycles", zh="年等效满充放次数", en="Equivalent full cycles a year", value=value, unit="1/year"),
        Figure(key="availability", zh="可用率", en="Availability", value=availability, unit="share"),
    )


def read_payback(at: Appraisal) -> tuple[Figure, ...]:
    """静态投资回收期 from construction start."""
    return (_metric(at, "payback_years"),)


def read_income(at: Appraisal) -> tuple[Figure, ...]:
    """Income of all streams but subsidies, VAT included, by kWh discharged."""
    paid = _sum(one.income for one in at.revenue.settlements.values() if not one.subsidy)
    value = _ratio(paid, _total(at.operation.discharged_mwh)) / KWH_PER_MWH
    return (Figure(key="income", zh="每放电千瓦时收入（含税）", en="Income per kWh discharged, incl. VAT", value=value, unit="yuan/kWh"),)  # fmt: skip


def read_loan_rate(at: Appraisal) -> tuple[Figure, ...]:
    """The rate of every loan that is stated."""
    stated = {path: (what, array) for path, what, array in at.case.numbers() if array is not None}
    return tuple(_rate(path, *stated[path]) for path in inputs_of(at.case, [LOAN_RATE])[0].paths[0])


def _rate(path: str, what: Declared, array: Table) -> Figure:
    # finance.loans.bank.rate is the rate of bank.
    loan = path.split(".")[-2] if ".loans." in path else ""
    zh, en = (f"{what.zh}（{loan}）", f"{what.en} ({loan})") if loan else (what.zh, what.en)
    return Figure(key=path, zh=zh, en=en, value=float(array[0, 0]), unit="share/year")


def _metric(at: Appraisal, key: str) -> Figure:
    metric = at.metrics[key]
    return Figure(key=key, zh=metric.zh, en=metric.en, value=float(metric.value[0]), unit=metric.unit)


def _sum(tables: Iterable[Table]) -> float:
    return sum(_total(table) for table in tables)


def _total(table: Table) -> float:
    return float(np.sum(table[0]))


def _years(moved: Operation) -> float:
    """Operating years, a part of one counted as it runs."""
    return float(np.count_nonzero(moved.usable_mwh[0]))


def _ratio(amount_of: float, by: float) -> float:
    return amount_of / by if by > 0.0 else float("nan")
