"""What each ready question moves in a case, and the figures it reads from an appraisal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from appraisal.case import Case
from appraisal.case.periods import periods
from appraisal.errors import Message
from appraisal.field import Declared
from appraisal.operation import Operation
from appraisal.pipeline import Appraisal
from appraisal.streams import of_whole_years, stream
from appraisal.study.amounts import amount
from appraisal.study.drivers import INVESTMENT, LOAN_RATE, REVENUE, SPREAD, stream_words
from appraisal.study.inputs import Input, inputs_of, valued
from appraisal.study.words import say
from appraisal.units import KW_PER_MW, KWH_PER_MWH, Table


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
# Of the appraisal of the case, that at the solution and the language: words that the sentence of the answer has by name.
Says: TypeAlias = Callable[[Appraisal, Appraisal, str], Mapping[str, str]]

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
    return tuple(_with_vat(_metric(at, key)) for key in keys)


def _with_vat(figure: Figure) -> Figure:
    """Labels that say so; the total's does already."""
    if "含税" in figure.zh:
        return figure
    return replace(figure, zh=f"{figure.zh}（含税）", en=f"{figure.en}, incl. VAT")


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
    """The coal capacity price that the formula starts from, and what it pays the plant by kW of rated power, VAT included."""
    price = float(at.case.at(_capacity_path(at.case))[0, 0])
    case, seen = of_whole_years(at.case, at.operation)
    label = _capacity_path(at.case).split(".")[1]
    terms = case.streams[label]
    settled = stream(terms.stream or label).settle(case, terms, seen.seen_by(label))
    first = float(periods(case.project).operating_part(settled.income)[0, 0])
    paid = first / (KW_PER_MW * float(case.storage.power_mw[0, 0]))
    return (
        Figure(key="price", zh="当地煤电容量电价（含税）", en="Local coal capacity price, incl. VAT", value=price, unit="yuan/kW/year"),
        Figure(key="paid", zh="首个运营年每千瓦额定功率所得容量电费（含税）", en="Paid for a kW of rated power in the first operating year, incl. VAT", value=paid, unit="yuan/kW"),
    )  # fmt: skip


def capacity_words(stands: Appraisal, there: Appraisal, lang: str) -> Mapping[str, str]:
    """The name of the stream whose price is asked for."""
    del there
    return {"stream": say(stream_words(stands.case, _capacity_path(stands.case).split(".")[1]), lang)}


def _capacity_path(case: Case) -> str:
    moved = capacity_price(case)
    if isinstance(moved, Message):
        raise TypeError("a question that does not apply has no figures")
    return moved.paths[0]


def read_cycles(at: Appraisal) -> tuple[Figure, ...]:
    """Equivalent full cycles a year as the ageing of the battery counts them, swings of the usable energy, availability."""
    case, seen = of_whole_years(at.case, at.operation)
    drawn = seen.discharged_mwh[0] / case.storage.discharge_efficiency[0, 0]
    runs = seen.running[0] > 0.0
    years, usable = int(np.count_nonzero(runs)), float(seen.usable_mwh[0][runs].sum())
    counted = float(seen.cycles[0][runs].sum())
    availability = float(case.storage.availability[0, 0])
    return (
        Figure(key="cycles", zh="年等效满循环（与衰减模型同口径）", en="Equivalent full cycles a year, as ageing counts them", value=_ratio(counted, years), unit="1/year"),
        Figure(key="swings", zh="可用电量的年满充放次数（电能量）", en="Full swings of the usable energy a year, for energy", value=_ratio(float(drawn.sum()), usable), unit="1/year"),
        Figure(key="availability", zh="可用率", en="Availability", value=availability, unit="share"),
    )  # fmt: skip


def cycles_words(stands: Appraisal, there: Appraisal, lang: str) -> Mapping[str, str]:
    """The streams whose income is less than in the case, and those whose income is more: not all follow the energy moved."""
    before, after = stands.revenue.settlements, there.revenue.settlements
    change = {label: _total(one.income) - _total(before[label].income) for label, one in after.items()}
    told = [_named(there.case, [label for label, by in change.items() if by < 0.0], lang, _LESS)]
    told.append(_named(there.case, [label for label, by in change.items() if by > 0.0], lang, _MORE))
    return {"moved_income": "".join(told)}


_LESS = ("；随之减少的收入：{}", "; income that falls with it: {}")
_MORE = ("；随之增加的收入：{}", "; income that rises with it: {}")


def _named(case: Case, labels: Sequence[str], lang: str, words: tuple[str, str]) -> str:
    names = [say(stream_words(case, label), lang) for label in labels]
    return say(words, lang).format(("、" if lang == "zh" else ", ").join(names)) if names else ""


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
