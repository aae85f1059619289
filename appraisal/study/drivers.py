"""What the sensitivity tables and the tornado move, and how far: the range of a driver by how well its value is known.

One ±10 % for everything hides which inputs are uncertain. Here an input moves by its own distribution where the case
states one, else by the confidence of its value times a factor for its kind, each with the reason in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from appraisal.case import Case
from appraisal.scenario.uncertainty import Distribution
from appraisal.streams import stream
from appraisal.study.beyond import beyond
from appraisal.study.draw import quantiles
from appraisal.study.inputs import Input, Inputs, valued
from appraisal.study.settled import settled_terms

INVESTMENT = Input(
    key="construction_investment", zh="建设投资", en="Construction investment",
    paths=tuple(f"capital.{name}" for name in (
        "battery_yuan_per_kwh", "power_yuan_per_kw", "equipment_yuan", "works_yuan_per_kwh", "works_yuan", "services_yuan", "land_yuan",
    )),
)  # fmt: skip
REVENUE = Input(
    key="revenue", zh="收入（各项收入的价格水平，购电费用不变）", en="Revenue (price level of all income, purchases as they are)",
    settled="income",
)  # fmt: skip
OPERATING_COST = Input(
    key="operating_cost", zh="经营成本（不含充电）", en="Operating cost, charging apart",
    paths=tuple(f"operating_cost.{name}" for name in (
        "fixed_yuan_per_kw_year", "variable_yuan_per_kwh", "insurance_share", "staff_yuan_per_year", "other_yuan",
    )),
    settled="cost",
)  # fmt: skip
SPREAD = Input(key="spread", zh="充放电价差", en="Price spread", priced=("market.spread_scale",))
CHARGING_COST = Input(key="charging_cost", zh="充电电费", en="Charging cost", settled="purchase")
LOAN_RATE = Input(key="loan_rate", zh="借款利率", en="Loan rate", paths=("finance.loan_rate", "finance.loans.*.rate"))

# The inputs of 附录K.
TABLE_INPUTS = (INVESTMENT, REVENUE, OPERATING_COST, SPREAD, CHARGING_COST, LOAN_RATE)


@dataclass(frozen=True, kw_only=True)
class Driver:
    """An input of the tornado and the factors on the half-width of its confidence, downwards and upwards, with the reason."""

    input: Input
    down: float = 1.0
    up: float = 1.0
    zh: str = ""
    en: str = ""


# Half-widths as shares of the value: own judgement, the same for every case, printed with the table.
WIDTHS: Mapping[str, tuple[float, str, str]] = {
    "official": (0.05, "已公布数值", "published"),
    "secondary": (0.10, "二手资料", "from a secondary source"),
    "stated": (0.15, "算例给定", "stated in the case without a source"),
    "estimate": (0.20, "估计值", "an estimate"),
}

DRIVERS = (
    Driver(input=INVESTMENT),
    Driver(
        input=Input(key="price_level", zh="电价水平", en="Level of energy prices", priced=("market.price_scale",)),
    ),
    Driver(
        input=SPREAD, down=1.5,
        zh="储能增多时价差收窄，下行更宽", en="spreads narrow as more storage is built: wider downwards",
    ),
    Driver(
        input=Input(
            key="efficiency", zh="充放电效率", en="Charge and discharge efficiency",
            paths=("storage.charge_efficiency", "storage.discharge_efficiency"),
        ),
        down=0.2, up=0.1, zh="验收实测，变动小，且随时间只降不升", en="measured at acceptance; it moves little, and rather down",
    ),
    Driver(
        input=Input(key="availability", zh="可用率", en="Availability", paths=("storage.availability",)),
        down=0.4, up=0.1, zh="停运多于预期的可能更大", en="more outages are likelier than fewer",
    ),
    Driver(
        input=Input(
            key="fade", zh="电池衰减系数", en="Battery fade coefficients",
            paths=("storage.ageing.calendar_coefficient", "storage.ageing.cycle_coefficient"),
        ),
        down=1.5, up=2.0, zh="衰减模型外推，不确定性大", en="a model carried beyond its measurements",
    ),
    Driver(
        input=Input(
            key="stated_energy", zh="年充放电量", en="Energy charged and discharged a year",
            paths=("storage.discharged_mwh", "storage.charged_mwh"),
        ),
    ),
    Driver(input=OPERATING_COST, up=1.5, zh="运维费超支多于节余", en="costs overrun more often than they fall short"),
    Driver(input=CHARGING_COST),
    Driver(
        input=Input(
            key="replacement_price", zh="更换电池单价", en="Price of the replaced battery",
            paths=("storage.replacement.battery_yuan_per_kwh",),
        ),
        down=2.0, up=1.5, zh="多年后的价格，趋势向下", en="a price of years ahead, with a falling trend",
    ),
    Driver(input=LOAN_RATE),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Range:
    """How far an input moves: a relative change or a value at both ends, and why, in both languages."""

    low: float
    high: float
    zh: str
    en: str


def drivers_of(case: Case) -> tuple[Driver, ...]:
    """The drivers of a tornado: every number that has a distribution, the general groups, the money of every stream.

    A number that has a distribution is moved by itself and left out of the groups; a group of which nothing is left
    does not stand.
    """
    own = tuple(case.uncertainty)
    groups = (*DRIVERS, *(Driver(input=one) for one in _streams(case)))
    return (
        *(Driver(input=valued(case, path)) for path in own),
        *(replace(driver, input=replace(driver.input, apart=own)) for driver in groups),
    )


def driver_of(case: Case, name: str) -> Driver | None:
    """The driver of a key, whole, as it is named by itself; None if there is none."""
    known = {
        driver.input.key: driver for driver in (*DRIVERS, *(Driver(input=one) for one in (REVENUE, *_streams(case))))
    }
    return known.get(name)


def driver_input(case: Case, name: str) -> Input | None:
    """The input of a driver's key; None if there is none."""
    found = driver_of(case, name)
    return found.input if found else None


def driver_keys(case: Case) -> list[str]:
    """Keys that :func:`driver_of` knows."""
    return [driver.input.key for driver in DRIVERS] + [REVENUE.key] + [one.key for one in _streams(case)]


def stream_words(case: Case, label: str) -> tuple[str, str]:
    """The name of a stream of the case, Chinese and English; with its label where the case has several of the kind."""
    kinds = {name: stream(terms.stream or name) for name, terms in case.streams.items()}
    kind = kinds[label]
    alone = [one.title for one in kinds.values()].count(kind.title) == 1
    return (kind.zh, kind.en) if alone or label == kind.title else (f"{kind.zh} {label}", f"{kind.en}, {label}")


def _streams(case: Case) -> Iterator[Input]:
    """The terms of each stream that move its operating income, as one input a stream."""
    moved: dict[str, list[str]] = {}
    for path, table in settled_terms(case).items():
        if table == "income" and not path.startswith("market."):
            moved.setdefault(".".join(path.split(".")[:2]), []).append(path)
    for place, paths in moved.items():
        label = place.split(".")[1]
        zh, en = stream_words(case, label)
        yield Input(key=label, zh=f"{zh}：收入", en=f"{en}: income", paths=tuple(paths))


def reasoned(case: Case, moving: Inputs, drivers: Sequence[Driver]) -> tuple[Range, ...]:
    """The default range of every input that moves: its distribution's 10 % to 90 %, else its confidence times its kind."""
    by_key = {driver.input.key: driver for driver in drivers}
    odd = {path for path, _ in beyond(case)}
    return tuple(
        _around(moving, place, _confident(case, paths, by_key[one.key]))
        if one.by == "value" and paths[0] in odd
        else _distributed(case.uncertainty[paths[0]])
        if one.by == "value" and paths[0] in case.uncertainty and paths[0] not in odd
        else _confident(case, paths, by_key[one.key])
        for place, (one, paths) in enumerate(zip(moving.inputs, moving.paths, strict=True))
    )


def _around(moving: Inputs, place: int, found: Range) -> Range:
    """A relative range about the value of the case, because its distribution does not reach that value."""
    value = float(moving.base[0, place])
    ends = sorted((value * (1.0 + found.low), value * (1.0 + found.high)))
    return Range(
        low=ends[0],
        high=ends[1],
        zh=f"{found.zh}；取值在其概率分布之外",
        en=f"{found.en}; the value lies outside its distribution",
    )


def _distributed(distribution: Distribution) -> Range:
    low, high = quantiles(distribution, np.array([0.1, 0.9]))
    return Range(
        low=float(low), high=float(high), zh="其概率分布的 10 % 与 90 % 分位", en="10 % to 90 % of its distribution"
    )


def _confident(case: Case, paths: Sequence[str], driver: Driver) -> Range:
    trust = max((_trust(case, path) for path in paths), key=list(WIDTHS).index)
    width, zh, en = WIDTHS[trust]
    kind_zh, kind_en = _factors(driver)
    return Range(
        low=-width * driver.down,
        high=width * driver.up,
        zh=f"{zh} ±{width:.0%}{kind_zh}",
        en=f"{en} ±{width:.0%}{kind_en}",
    )


def _factors(driver: Driver) -> tuple[str, str]:
    """By what the half-width is multiplied for the kind of input, and why, so that the range can be read off."""
    if driver.down == driver.up == 1.0:
        return "", ""
    return (
        f"，下行 × {driver.down:g}、上行 × {driver.up:g}：{driver.zh}",
        f", × {driver.down:g} down, × {driver.up:g} up: {driver.en}",
    )


def _trust(case: Case, path: str) -> str:
    """How well a value is known: the confidence of its fact, of its stream, of the prices; else it is merely stated."""
    head, _, rest = path.partition(".")
    if head == "market" and case.prices is not None:
        return case.prices.confidence
    origin = case.origins.get(path)
    if origin is not None and origin.confidence:
        return origin.confidence
    if head in ("revenue", "support"):
        confidence = getattr(case.streams[rest.partition(".")[0]], "confidence", "")
        return confidence or "stated"
    return "stated"
