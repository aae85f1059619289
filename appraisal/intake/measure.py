"""Units as headings write them, and what a number in them is in the units of this package: yuan/kWh and kW."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from appraisal.errors import Message, ValueFault, said, verbatim
from appraisal.units import FEN_PER_YUAN, KW_PER_MW, KWH_PER_MWH, LI_PER_YUAN, MINUTES_PER_HOUR, YUAN_PER_WAN

Vector: TypeAlias = NDArray[np.float64]
Quantity: TypeAlias = Literal["price", "load"]
Dimension: TypeAlias = Literal["price", "power", "energy", "foreign"]

PRODUCT: dict[Quantity, str] = {"price": "yuan/kWh", "load": "kW"}
"""The unit in which each quantity is handed on."""
_FITS: dict[Quantity, tuple[Dimension, ...]] = {"price": ("price", "foreign"), "load": ("power", "energy")}

# Text is compared in one form: full-width signs narrow, lower case, no space, no dot between 兆瓦 and 时.
_WORDS_APART = re.compile(r"(?<=[a-z0-9])\s+(?=[^\s/)])")
_DROPPED = re.compile(r"[\s·•⋅∙]+")
_CURRENCIES = {
    "yuan": r"元|yuan|cny|rmb|人民币|¥",
    "fen": r"分|fen",
    "li": r"厘",
    "USD": r"usd|us\$|\$|dollars?|美元|美金",
    "EUR": r"eur|euros?|€|欧元",
    "GBP": r"gbp|£|英镑",
    "JPY": r"jpy|日元|円",
    "HKD": r"hkd|hk\$|港元|港币",
    "AUD": r"aud|a\$|澳元",
}  # fmt: skip
_ENERGIES = {
    "10MWh": r"万kwh|万千瓦时|万度",
    "MWh": r"mwh|兆瓦时|兆瓦小时",
    "kWh": r"kwh|千瓦时|千瓦小时|度",
}  # fmt: skip
_POWERS = {"10MW": r"万kw|万千瓦", "MW": r"mw|兆瓦", "kW": r"kw|千瓦"}
_HK_BEFORE_US = ("HKD", "AUD", "USD")


def _one_of(named: dict[str, str]) -> str:
    return "|".join(f"(?P<{key if key[0].isalpha() else 'x' + key}>{words})" for key, words in named.items())


_ORDERED = {
    key: _CURRENCIES[key] for key in (*_HK_BEFORE_US, *(one for one in _CURRENCIES if one not in _HK_BEFORE_US))
}
_PRICE = re.compile(rf"(?<![a-z万])(?:{_one_of(_ORDERED)})[_]?(?:/|per|每)[_]?(?:{_one_of(_ENERGIES)})(?![a-z])")
# 负荷/kW names a unit, 元/kW a price of power and g/kWh neither; 度 alone ends 温度 and 月度 too.
_ALONE = r"(?<![a-z0-9每])(?<![a-z0-9$元分厘]/)"
_AMOUNTS = {**_ENERGIES, "kWh": _ENERGIES["kWh"].replace("|度", r"|(?<=[(\[_/])度")}
_ENERGY = re.compile(rf"{_ALONE}(?:{_one_of(_AMOUNTS)})(?![a-z])")
_POWER = re.compile(rf"{_ALONE}(?:{_one_of(_POWERS)})(?![a-z]|时|小时)")


@dataclass(frozen=True)
class Unit:
    """A unit of prices, of power or of energy a step.

    Attributes
    ----------
    name : as messages write it: ``yuan/MWh``, ``kW``, ``kWh``.
    dimension : ``foreign`` is a price in another currency.
    times, over : a number × times ÷ over is in the product's unit; energy is taken as a step of one hour.
    """

    name: str
    dimension: Dimension
    times: float = 1.0
    over: float = 1.0

    @property
    def words(self) -> Message:
        """The unit as people write it: yuan/MWh, 元/MWh."""
        money, _, rest = self.name.partition("/")
        return (
            said("{en}/{per}", "{zh}/{per}", en=money, zh=_YUAN[money], per=rest)
            if money in _YUAN
            else verbatim(self.name)
        )

    def scaled(self, numbers: Vector, step_minutes: int) -> Vector:
        """Numbers (N,) of this unit in yuan/kWh or kW; energy a step becomes its mean power.

        Examples
        --------
        >>> read_unit("用电量（kWh）", "load").scaled(np.array([3.0]), 15)
        array([12.])
        """
        return numbers * self._times(step_minutes) / self.over

    def of_product(self, values: Vector, step_minutes: int) -> Vector:
        """Values (N,) in yuan/kWh or kW in this unit: :meth:`scaled` undone."""
        return values * self.over / self._times(step_minutes)

    def _times(self, step_minutes: int) -> float:
        return self.times * (MINUTES_PER_HOUR / step_minutes if self.dimension == "energy" else 1.0)


def plain(text: str) -> str:
    """Text in the form in which words and units are looked for.

    Examples
    --------
    >>> plain("电价 （元／兆瓦·时）")
    '电价(元/兆瓦时)'
    """
    return _DROPPED.sub("", _WORDS_APART.sub("_", unicodedata.normalize("NFKC", text).lower()))


def units_in(text: str) -> tuple[Unit, ...]:
    """Every unit that a heading names, each once, in its order; none for a heading without.

    Examples
    --------
    >>> [unit.name for unit in units_in("price_usd_per_mwh_as_labelled_usd_per_kwh")]
    ['USD/MWh', 'USD/kWh']
    >>> [unit.name for unit in units_in("日前电价（元/兆瓦时）") + units_in("load_kw") + units_in("有功功率")]
    ['yuan/MWh', 'kW']
    """
    words = plain(text)
    found = [_price_unit(match) for match in _PRICE.finditer(words)]
    rest = _PRICE.sub(" ", words)
    found += [_quantity_unit(match, "energy") for match in _ENERGY.finditer(rest)]
    found += [_quantity_unit(match, "power") for match in _POWER.finditer(rest)]
    return tuple(dict.fromkeys(found))


def read_unit(text: str, quantity: Quantity) -> Unit:
    """The unit that a person states.

    Raises
    ------
    ValueFault
        For none, for more than one, for one of another quantity and for money other than yuan.
    """
    units = units_in(text)
    if len(units) != 1 or units[0].dimension not in _FITS[quantity]:
        raise ValueFault(said(
            "unit {text!r} is not known for a {quantity}; expected {wanted}",
            "{quantity}没有单位 {text!r}；应为 {wanted}", text=text, quantity=_QUANTITY[quantity], wanted=_WANTED[quantity]
        ))  # fmt: skip
    if units[0].dimension == "foreign":
        raise ValueFault(foreign(units[0]))
    return units[0]


def fitting(text: str, quantity: Quantity) -> tuple[Unit, ...]:
    """The units of a heading that the quantity can have."""
    return tuple(unit for unit in units_in(text) if unit.dimension in _FITS[quantity])


def foreign(unit: Unit) -> Message:
    """Why money of another country is not read."""
    return said(
        "prices are in {unit}; only yuan are read. Convert them at a rate you can state, or, where the heading is wrong, "
        "state the unit (yuan/MWh, yuan/kWh)",
        "电价单位是 {unit}；只读取人民币。请按可说明的汇率换算；如表头有误，请注明单位（元/MWh、元/kWh）", unit=unit.words
    )  # fmt: skip


def question(quantity: Quantity, numbers: Vector) -> Message:
    """What is asked where nothing says the unit: each reading with the range that it would give, none taken.

    Examples
    --------
    >>> question("price", np.array([210.0, 640.0]))
    'no unit is given: 210 to 640 as yuan/MWh would be 0.21 to 0.64 yuan/kWh, as yuan/kWh 210 to 640 yuan/kWh; state which'
    """
    low, high = float(numbers.min()), float(numbers.max())
    first, second = (read_unit(name, quantity) for name in _ASKED[quantity])
    return said(
        "no unit is given: {low:g} to {high:g} as {first} would be {low_1:g} to {high_1:g} {unit}, as {second} {low_2:g} to "
        "{high_2:g} {unit}; state which",
        "没有给出单位：{low:g} 至 {high:g} 按 {first} 是 {low_1:g} 至 {high_1:g} {unit}，按 {second} 是 {low_2:g} 至 {high_2:g} {unit}；请注明",
        low=low, high=high, first=first.words, second=second.words, unit=read_unit(PRODUCT[quantity], quantity).words,
        low_1=_of(first, low), high_1=_of(first, high), low_2=_of(second, low), high_2=_of(second, high)
    )  # fmt: skip


def _of(unit: Unit, number: float) -> float:
    return float(unit.scaled(np.array([number]), int(MINUTES_PER_HOUR))[0])


_ASKED: dict[Quantity, tuple[str, str]] = {"price": ("yuan/MWh", "yuan/kWh"), "load": ("kW", "MW")}
_QUANTITY: dict[Quantity, Message] = {"price": said("price", "电价"), "load": said("load", "负荷")}
_WANTED: dict[Quantity, Message] = {
    "price": said("yuan/MWh or yuan/kWh", "元/MWh 或 元/kWh"), "load": said("kW, MW, kWh or MWh a step", "kW、MW，或每个间隔的 kWh、MWh"),
}  # fmt: skip
_YUAN = {"yuan": "元", "fen": "分", "li": "厘"}
_PER_YUAN = {"yuan": 1.0, "fen": FEN_PER_YUAN, "li": LI_PER_YUAN}
_KWH_IN = {"kWh": 1.0, "MWh": KWH_PER_MWH, "10MWh": YUAN_PER_WAN}
_KW_IN = {"kW": 1.0, "MW": KW_PER_MW, "10MW": YUAN_PER_WAN}


def _named(match: re.Match[str], names: dict[str, str]) -> str:
    groups = match.groupdict()
    return next(name for name in names if groups[name if name[0].isalpha() else "x" + name] is not None)


def _price_unit(match: re.Match[str]) -> Unit:
    money, energy = _named(match, _ORDERED), _named(match, _ENERGIES)
    if money not in _PER_YUAN:
        return Unit(f"{money}/{energy}", "foreign")
    return Unit(f"{money}/{energy}", "price", over=_PER_YUAN[money] * _KWH_IN[energy])


def _quantity_unit(match: re.Match[str], dimension: Literal["power", "energy"]) -> Unit:
    names, factors = (_POWERS, _KW_IN) if dimension == "power" else (_ENERGIES, _KWH_IN)
    name = _named(match, names)
    return Unit(name, dimension, times=factors[name])
