"""Whether what a case costs and brings is plausible; where it is not, which input is likely in another unit.

A value is compared with a range of its technology and year (``tariffs/rules/plausible.yaml``). It is used all the same: an
unusual project may be right. What was typed in 10⁴ yuan as yuan, in kWh as MWh, lies outside by powers of ten, and the
input whose slip would explain it is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appraisal.case import Case, Notice, Range
from appraisal.errors import Message, said, verbatim
from appraisal.field import Declared, outside
from appraisal.pipeline import Appraisal
from appraisal.streams import kinds
from appraisal.units import KW_PER_MW, KWH_PER_MWH, Table

# What the judgement needs of the books beside the lines that ``lines`` names.
FIGURE = "project_irr"
CODE = "implausible"
# Money typed in another unit, and what the likely reading is called.
_FACTORS: Mapping[float, Message] = {
    1e4: said("typed in 10⁴ yuan", "按万元填写"), 1e-4: said("multiplied by 10⁴ once too often", "多乘了一万"),
    1e3: said("typed in thousands of yuan, or per Wh or W", "按千元或每瓦时、每瓦填写"), 1e-3: said("typed per MWh or MW", "按每 MWh、每 MW 填写"),
}  # fmt: skip
# Line of the capital cost → the inputs behind it.
_CAPITAL: Mapping[str, tuple[str, ...]] = {
    "battery": ("capital.battery_yuan_per_kwh",), "power_plant": ("capital.power_yuan_per_kw",), "other_equipment": ("capital.equipment_yuan",),
    "works": ("capital.works_yuan_per_kwh", "capital.works_yuan"), "services": ("capital.services_yuan",), "land": ("capital.land_yuan",),
}  # fmt: skip
# A line that makes up less is not the one to look at first.
_MOST = 0.9
Vector = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """A quantity outside its range in some scenario: its values ``(S,)`` and where they lie outside."""

    key: str
    span: Range
    value: Vector
    odd: NDArray[np.bool_]


def doubts(result: Appraisal) -> tuple[Doubt, ...]:
    """The quantities of a result that are outside their ranges.

    Parameters
    ----------
    result : Appraisal
        With ``lines`` of its case and ``FIGURE`` kept.

    Returns
    -------
    tuple of Doubt
        Hours, investment by kWh and kW (incl. VAT, before what streams change in the price), yearly revenue by kWh (ex VAT,
        mean of the operating years), cycles of the busiest year, spread, project IRR; one that another explains is left out.
        What is zero or has no value is none of them: that nothing is paid, or moved, is no slip of a unit.
    """
    found: list[Doubt] = []
    none = np.zeros(result.statements.ledger.rows, dtype=bool)
    for key, quantity in _QUANTITIES.items():
        span = result.case.plausible.get(key)
        if span is None:
            continue
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.broadcast_to(quantity(result), none.shape)
        odd = np.isfinite(value) & (value != 0.0) & ((value < span.low) | (value > span.high))
        for other in found:
            odd = odd & ~other.odd if other.key in _EXPLAINED_BY.get(key, ()) else odd
        if odd.any():
            found.append(Doubt(key=key, span=span, value=value, odd=odd))
    return tuple(found)


def implausible_rows(result: Appraisal) -> NDArray[np.bool_]:
    """The scenarios in which some quantity is outside its range, ``(S,)``; as :func:`doubts`."""
    found = np.zeros(result.statements.ledger.rows, dtype=bool)
    for doubt in doubts(result):
        found = found | doubt.odd
    return found


def _total(table: Table) -> Vector:
    total = np.zeros(len(table))
    for column in range(table.shape[1]):
        total += table[:, column]
    return total


def lines(case: Case) -> tuple[str, ...]:
    """The lines of the books that the judgement of a case needs."""
    return ("investment", "revenue", "subsidy", *(f"{label}.capital_change" for label in case.streams))


def _investment(result: Appraisal) -> Vector:
    changed = sum((_total(result.statements[f"{label}.capital_change"]) for label in result.case.streams), np.zeros(1))
    return np.asarray(_total(result.statements["investment"]) - changed)


def _revenue(result: Appraisal) -> Vector:
    books, years = result.statements, result.case.project.operation_years
    return _total(books["revenue"] + books["subsidy"]) / years


def _energy_kwh(case: Case) -> Vector:
    return np.asarray(KWH_PER_MWH * case.storage.energy_mwh[:, 0])


def _cycles(result: Appraisal) -> Vector:
    whole = result.operation.whole_years or result.operation
    return np.asarray(whole.discharged_mwh.max(axis=1) / result.case.storage.energy_mwh[:, 0])


def _spread(result: Appraisal) -> Vector:
    """Mean price received less mean price paid for energy, yuan/kWh, over the life; NaN where nothing is sold by price."""
    moved = result.operation

    def mean(lines: Mapping[str, Table], energy: Table) -> Vector:
        money = sum((_total(one) for name, one in lines.items() if name.endswith(".energy")), np.zeros(1))
        return np.asarray(np.where(money == 0.0, np.nan, money) / _total(energy) / KWH_PER_MWH)

    return np.asarray(mean(moved.earned, moved.discharged_mwh) - mean(moved.paid, moved.charged_mwh))


_EXPLAINED_BY: Mapping[str, tuple[str, ...]] = {
    "capital_per_kwh": ("duration",), "capital_per_kw": ("duration", "capital_per_kwh"), "revenue_per_kwh": ("duration",),
    "cycles_per_year": ("duration",), FIGURE: ("duration", "capital_per_kwh", "capital_per_kw", "revenue_per_kwh", "cycles_per_year", "spread"),
}  # fmt: skip
_QUANTITIES: Mapping[str, Callable[[Appraisal], Vector]] = {
    "duration": lambda result: result.case.storage.energy_mwh[:, 0] / result.case.storage.power_mw[:, 0],
    "capital_per_kwh": lambda result: _investment(result) / _energy_kwh(result.case),
    "capital_per_kw": lambda result: _investment(result) / (KW_PER_MW * result.case.storage.power_mw[:, 0]),
    "revenue_per_kwh": lambda result: _revenue(result) / _energy_kwh(result.case),
    "cycles_per_year": _cycles,
    "spread": _spread,
    FIGURE: lambda result: result.metrics[FIGURE].value,
}


def implausible(result: Appraisal, row: int = 0) -> Iterator[Notice]:
    """What is implausible of one scenario, with the input that is likely wrong.

    Parameters
    ----------
    result : Appraisal
        With every line kept.
    row : int

    Yields
    ------
    Notice
        Code ``implausible``; its path is that of the likeliest input.
    """
    for doubt in doubts(result):
        if not doubt.odd[row]:
            continue
        paths, why = _cause(result, doubt, row)
        percent = doubt.span.unit == "share"
        unit = verbatim("%") if percent else Declared(kind="number", unit=doubt.span.unit, zh="", en="").unit_text()
        value, low, high = (
            f"{number * (100.0 if percent else 1.0):.6g}"
            for number in (float(doubt.value[row]), doubt.span.low, doubt.span.high)
        )
        told = said(
            "{title}: {value} {unit} is outside the plausible {low}–{high} {unit}; check {paths}{why}",
            "{title}：{value} {unit} 超出合理范围 {low}–{high} {unit}；请核对 {paths}{why}",
            title=Message(doubt.span.en, doubt.span.zh), value=value, low=low, high=high, unit=unit, paths=", ".join(paths), why=why,
        )  # fmt: skip
        yield Notice(code=CODE, path=paths[0], zh=told.zh, en=str(told))


def _cause(result: Appraisal, doubt: Doubt, row: int) -> tuple[list[str], Message]:
    """The inputs that are likely wrong, and the slip that would explain the value."""
    if doubt.key in ("capital_per_kwh", "capital_per_kw"):
        unusual = _unusual_capital(result.case, row)
        if unusual:
            return unusual, verbatim("")
        amounts = {line: float(_total(result.statements[line])[row]) for line in _CAPITAL}
        largest = _largest(amounts)
        paths = [path for line in largest for path in _CAPITAL[line] if (result.case.at(path) != 0.0).any()]
        return paths or ["capital"], _slip(doubt, row)
    if doubt.key == "revenue_per_kwh":
        books, labels = result.statements, result.case.streams
        paid = {label: float(_total(books[f"{label}.revenue"] + books[f"{label}.subsidy"])[row]) for label in labels}
        return [path for label in _largest(paid) for path in _money_of(result.case, label)], _slip(doubt, row)
    if doubt.key == "cycles_per_year" and result.case.storage.discharged_mwh is not None:
        return ["storage.discharged_mwh", "storage.energy_mwh"], _ENERGY
    if doubt.key in ("cycles_per_year", "duration"):
        return ["storage.energy_mwh", "storage.power_mw"], _ENERGY
    if doubt.key == "spread":
        return ["market"], _PRICES
    return ["capital", "revenue"], _MONEY


def _unusual_capital(case: Case, row: int) -> list[str]:
    """Prices of the capital cost that are outside their own usual spans: their notices say what was likely meant."""
    return [
        path for path, what, array in case.numbers()
        if path.startswith("capital.") and array is not None and outside(what, array[row if len(array) > 1 else 0][None, :]).size
    ]  # fmt: skip


_ENERGY = said(" (kWh or kW typed as MWh or MW, or the other way?)", "（kWh、kW 与 MWh、MW 是否混用？）")
_PRICES = said(" (yuan/MWh typed as yuan/kWh, or the other way?)", "（元/MWh 与 元/kWh 是否混用？）")
_MONEY = said(" (yuan typed as 10⁴ yuan, or percent as a fraction?)", "（元与万元、百分数与小数是否混用？）")


def _largest(amounts: Mapping[str, float]) -> list[str]:
    """The amount that makes up nearly all; else those that count, the largest first."""
    total = sum(map(abs, amounts.values()))
    ranked = sorted((name for name in amounts if amounts[name]), key=lambda name: -abs(amounts[name]))
    return ranked[:1] if ranked and abs(amounts[ranked[0]]) >= _MOST * total else ranked[:3]


def _money_of(case: Case, label: str) -> list[str]:
    """The inputs of a stream that are money and not zero; the stream itself where prices of the market pay it."""
    section = "revenue" if label in case.revenue else "support"
    found = [
        path for path, what, array in case.numbers()
        if path.startswith(f"{section}.{label}.") and what.unit.startswith("yuan") and array is not None and (array != 0.0).any()
    ]  # fmt: skip
    scaling = [path for path in found if path.rpartition(".")[2] in kinds(case)[label].linear_in]
    return scaling or found or [f"{section}.{label}"]


def _slip(doubt: Doubt, row: int) -> Message:
    """The slip of a unit that brings the value nearest to the middle of its range; none where no slip does."""
    value, span = float(doubt.value[row]), doubt.span
    if value <= 0.0:
        return verbatim("")
    middle = np.log(span.low * span.high) / 2.0
    inside = [factor for factor in _FACTORS if span.low <= value * factor <= span.high]
    if not inside:
        return verbatim("")
    factor = min(inside, key=lambda one: abs(np.log(value * one) - middle))
    return said(
        " ({why}? ×{factor:g} gives {meant:.4g})", "（是否{why}？乘以 {factor:g} 为 {meant:.4g}）",
        why=_FACTORS[factor], factor=factor, meant=value * factor,
    )  # fmt: skip
