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
from appraisal.streams import of_whole_years, settle_one
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
_COMPUTED = Message(
    "the capacity price is computed by its method; state price_yuan_per_kw_year to ask for it",
    "容量电价按办法测算得出；填写 price_yuan_per_kw_year 后才能反求",
)
_NO_ENERGY = Message(
    "the case states no energy and has no prices to dispatch against", "本算例既未给定年电量，也没有电价"
)
_NO_MILEAGE = Message("the case has no stream that is paid by regulation mileage", "本算例没有按调频里程结算的收入")
_NO_CONTRACT = Message(
    "no income of the case is an amount or a fee that a contract states",
    "本算例没有按合同给定金额或固定服务费结算的收入",
)
_CAPACITY_TERM = "price_yuan_per_kw_year"
_MILEAGE_TERM = "price_yuan_per_mw"


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
    """The price of the first stream that is paid by kW and year; not one that is computed."""
    moved = _priced(case, _CAPACITY_TERM)
    computed = moved is not None and case.at(_path(moved)) is None
    return _COMPUTED if computed else moved or _NO_CAPACITY


def mileage_price(case: Case) -> Input | Message:
    """The price of the first stream that is paid by MW of regulation mileage."""
    return _priced(case, _MILEAGE_TERM) or _NO_MILEAGE


def contract_income(case: Case) -> Input | Message:
    """Every amount and fee that a contract states: of schedules but subsidies, and of a host that pays a fixed fee."""
    paths = tuple(f"revenue.{label}.{term}" for label, term in _contracts(case))
    moved = Input(key="contract_income", zh="合同收入", en="Contract income", paths=paths)
    return _stated(case, moved) if paths else _NO_CONTRACT


def _priced(case: Case, term: str) -> Input | None:
    """The first stream's number of that name, as a value."""
    known = [path for path, _, _ in case.numbers()]
    paths = [f"revenue.{label}.{term}" for label in case.revenue if label in case.streams]
    return next((valued(case, path) for path in paths if path in known), None)


def _contracts(case: Case) -> list[tuple[str, str]]:
    """(label, term that states what is paid) of the streams whose income a contract states."""
    found = []
    for label in case.revenue:
        terms = case.streams.get(label)
        kind = (terms.stream or label) if terms is not None else ""
        if kind == "schedule" and not getattr(terms, "subsidy", False):
            found.append((label, "income_yuan"))
        if kind == "arbitrage" and getattr(terms, "emc", None) == "fixed_fee":
            found.append((label, "fee_yuan_per_kw_year"))
    return found


def cycles(case: Case) -> Input | Message:
    """The availability of a plant that is dispatched, the stated energy of one that is not."""
    if _dispatched(case):
        return valued(case, "storage.availability")
    return _NO_ENERGY if case.storage.discharged_mwh is None else _stated(case, CYCLES)


def revenue(case: Case) -> Input | Message:
    """The price level and every price of the streams."""
    return _stated(case, REVENUE)


def energy_income(case: Case) -> Input | Message:
    """The same, of a plant whose energy is known: what services move stands apart from it."""
    moved = any((terms.stream or label) == "arbitrage" for label, terms in case.streams.items())
    return revenue(case) if moved or case.storage.discharged_mwh is not None else _NO_PRICED_STREAM


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
    """The price stated (of the formula of notice 114, that of coal), and what it pays the plant by kW of rated power, VAT included."""
    path = _path(capacity_price(at.case))
    label = path.split(".")[1]
    named, price, paid = _price_words(at.case, label), float(at.case.at(path)[0, 0]), _paid_by_kw(at, label)
    return (
        Figure(key="price", zh=f"{named[0]}（含税）", en=f"{named[1][0].upper()}{named[1][1:]}, incl. VAT", value=price, unit="yuan/kW/year"),
        Figure(key="paid", zh="首个运营年每千瓦额定功率所得（含税）", en="Paid for a kW of rated power in the first operating year, incl. VAT", value=paid, unit="yuan/kW"),
    )  # fmt: skip


def capacity_words(stands: Appraisal, there: Appraisal, lang: str) -> Mapping[str, str]:
    """The name of the stream whose price is asked for, and what that price is called."""
    del there
    label = _path(capacity_price(stands.case)).split(".")[1]
    return {"stream": say(stream_words(stands.case, label), lang), "named": say(_price_words(stands.case, label), lang)}


def _price_words(case: Case, label: str) -> tuple[str, str]:
    """Only the formula of notice 114 starts from the price of coal; a lease has a rent."""
    words = {
        "capacity": ("当地煤电容量电价", "local coal capacity price"),
        "capacity_lease": ("每千瓦年租金", "yearly rent of a kW"),
    }
    return words.get(case.streams[label].stream or label, ("容量电价", "capacity price"))


def read_mileage_price(at: Appraisal) -> tuple[Figure, ...]:
    """The price of a MW of mileage and what its stream pays by kW of rated power in the first operating year, VAT included."""
    path = _path(mileage_price(at.case))
    return (
        Figure(key="price", zh="调频里程价格（含税）", en="Mileage price, incl. VAT", value=float(at.case.at(path)[0, 0]), unit="yuan/MW"),
        Figure(key="paid", zh="首个运营年每千瓦额定功率所得调频收入（含税）", en="Paid for a kW of rated power in the first operating year, incl. VAT", value=_paid_by_kw(at, path.split(".")[1]), unit="yuan/kW"),
    )  # fmt: skip


def read_contract_income(at: Appraisal) -> tuple[Figure, ...]:
    """What the contracts pay in the mean operating year, VAT included."""
    paid = sum(_total(at.revenue.settlements[label].income) for label, _ in _contracts(at.case))
    value = paid / at.case.project.operation_years
    return (Figure(key="income", zh="年均合同收入（含税）", en="Contract income a year, mean, incl. VAT", value=value, unit="yuan/year"),)  # fmt: skip


def _paid_by_kw(at: Appraisal, label: str) -> float:
    """Income of a stream in its first whole operating year by kW of rated power."""
    case, seen = of_whole_years(at.case, at.operation)
    first = float(periods(case.project).operating_part(_settled(case, seen, label))[0, 0])
    return first / (KW_PER_MW * float(case.storage.power_mw[0, 0]))


def _settled(case: Case, seen: Operation, label: str) -> Table:
    """Income of a stream on whole operating years."""
    income: Table = settle_one(case, label, seen).income
    return income


def mileage_words(stands: Appraisal, there: Appraisal, lang: str) -> Mapping[str, str]:
    """The name of the stream whose price is asked for."""
    del there
    return {"stream": say(stream_words(stands.case, _path(mileage_price(stands.case)).split(".")[1]), lang)}


def _path(moved: Input | Message) -> str:
    if isinstance(moved, Message):
        raise TypeError("a question that does not apply has no figures")
    return moved.paths[0]


def read_cycles(at: Appraisal) -> tuple[Figure, ...]:
    """Equivalent full cycles a year as the ageing of the battery counts them, swings of the usable energy, availability."""
    case, seen = of_whole_years(at.case, at.operation)
    drawn = seen.discharged_mwh[0] / case.storage.discharge_yield[0, 0]
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
