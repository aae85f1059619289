"""Tiers, periods and schedules of a URDB record, checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from appraisal.billing.urdb_json import Record
from appraisal.billing.urdb_types import ENERGY_UNITS, EnergyUnit, Flat, Grid, Period, Tier, Timed
from appraisal.errors import said, suggest

MONTHS, HOURS = 12, 24
ENDLESS = 1e37
"""Programs of the trade write 1e38 and the like where a tier has no end."""

_TIER_KEYS = ("rate", "adj", "sell", "max", "unit")


def timed(record: Record, what: Literal["energy", "demand"]) -> Timed | None:
    """Prices by time of use; None where the file has none, or one that cannot be used."""
    names = [f"{what}weekdayschedule", f"{what}weekendschedule"]
    if not record.fields.get(f"{what}ratestructure"):
        if any(record.fields.get(name) for name in names):
            record.remark(said(
                "the schedules of {what!r} name periods without a price: there is no such charge",
                "{what!r} 的时段表没有对应价格：不存在该项收费", what=what
            ))  # fmt: skip
        return None
    periods = _periods(record, f"{what}ratestructure", energy=what == "energy")
    weekday, weekend = (_grid(record, name, len(periods)) for name in names)
    if not periods or weekday is None or weekend is None:
        return None
    found = Timed(periods=periods, weekday=weekday, weekend=weekend)
    if what == "energy":
        _same_tiers(record, found)
    return found


def flat(record: Record) -> Flat | None:
    """Prices on the month's highest demand; None where the file has none, or one that cannot be used."""
    if not record.fields.get("flatdemandstructure"):
        return None
    periods = _periods(record, "flatdemandstructure", energy=False)
    months = _row(record, "flatdemandmonths", record.fields.get("flatdemandmonths"), MONTHS, len(periods))
    return Flat(periods=periods, months=months) if periods and months else None


def twelve(record: Record, name: str) -> tuple[float, ...]:
    """One number a month; zeros where the file has none."""
    value = record.fields.get(name)
    if value is None:
        return (0.0,) * MONTHS
    if not isinstance(value, list) or len(value) != MONTHS:
        record.fault(name, said("expected 12 numbers, one a month", "应为 12 个数值，每月一个"))
        return (0.0,) * MONTHS
    return tuple(record.number(f"{name}.{place}", item) or 0.0 for place, item in enumerate(value))


def _periods(record: Record, name: str, *, energy: bool) -> tuple[Period, ...]:
    value = record.fields[name]
    if not isinstance(value, list):
        record.fault(name, said("expected a list of periods", "应为各时段的列表"))
        return ()
    found = [_period(record, f"{name}.{place}", item, energy) for place, item in enumerate(value)]
    return tuple(period for period in found if period is not None) if None not in found else ()


def _period(record: Record, path: str, value: Any, energy: bool) -> Period | None:
    if isinstance(value, Mapping):
        # The bulk download wraps the tiers: {"energyRateTiers": [...]}.
        value = next((tiers for key, tiers in value.items() if key.lower().endswith("tiers")), None)
    if not isinstance(value, list) or not value or not all(isinstance(tier, Mapping) for tier in value):
        record.fault(path, said("expected a list of tiers", "应为各阶梯的列表"))
        return None
    before = len(record.faults)
    tiers = tuple(_tier(record, f"{path}.{place}", tier) for place, tier in enumerate(value))
    unit = _unit(record, path, value, energy, len(tiers) > 1)
    _ascending(record, path, tiers)
    return Period(tiers=tiers, unit=unit) if len(record.faults) == before else None


def _tier(record: Record, path: str, value: Mapping[str, Any]) -> Tier:
    for key in set(value) - set(_TIER_KEYS):
        record.fault(f"{path}.{key}", said(
            "is not supported in a tier; {known}", "阶梯中不支持该项；{known}", known=suggest(key, _TIER_KEYS)
        ))  # fmt: skip
    if value.get("rate") is None and value.get("adj") is None:
        record.remark(said("{path} states no rate: nothing is charged", "{path} 没有给出价格：不收费", path=path))
    numbers = {
        key: None if value.get(key) is None else record.number(f"{path}.{key}", value[key]) for key in _TIER_KEYS[:4]
    }
    limit = numbers["max"]
    return Tier(
        rate=numbers["rate"] or 0.0,
        adj=numbers["adj"] or 0.0,
        sell=numbers["sell"],
        limit=None if limit is None or limit >= ENDLESS else limit,
    )


def _unit(
    record: Record, path: str, tiers: list[Mapping[str, Any]], energy: bool, tiered: bool
) -> EnergyUnit | Literal["kW"]:
    """What the limits count; one unit in a period, because nested ones do not say which part of the energy they mean."""
    known: tuple[str, ...] = ENERGY_UNITS if energy else ("kW",)
    stated = sorted({str(tier["unit"]) for tier in tiers if tier.get("unit") is not None})
    if not stated and tiered and energy:
        record.remark(
            said(
                "{path} states no unit of its tiers: taken as kWh", "{path} 没有给出阶梯的单位：按 kWh 处理", path=path
            )
        )
    for unit in stated:
        if unit not in known:
            record.fault(f"{path}.unit", said(
                "the unit {unit!r} is not supported; {known}", "不支持单位 {unit!r}；{known}", unit=unit, known=suggest(unit, known)
            ))  # fmt: skip
    if len(stated) > 1:
        record.fault(f"{path}.unit", said(
            "tiers in several units ({units}) are not supported", "不支持多种单位并用的阶梯（{units}）",
            units=", ".join(map(repr, stated)),
        ))  # fmt: skip
    if not energy:
        return "kW"
    return next((unit for unit in ENERGY_UNITS if unit in stated), "kWh")


def _ascending(record: Record, path: str, tiers: tuple[Tier, ...]) -> None:
    lower = 0.0
    for place, tier in enumerate(tiers[:-1]):
        if tier.limit is None or tier.limit <= lower:
            record.fault(f"{path}.{place}.max", said(
                "the limits of tiers must rise from above 0, and only the last has none",
                "各阶梯的上限应大于 0 并依次升高，且只有最后一档没有上限"
            ))  # fmt: skip
            return
        lower = tier.limit
    if tiers[-1].limit is not None:
        record.fault(f"{path}.{len(tiers) - 1}.max", said(
            "the last tier ends at {limit}: what lies above has no price", "最后一档止于 {limit}：以上部分没有价格", limit=tiers[-1].limit
        ))  # fmt: skip


def _grid(record: Record, name: str, periods: int) -> Grid | None:
    value = record.fields.get(name)
    if not isinstance(value, list) or len(value) != MONTHS:
        record.fault(name, said("expected 12 rows of 24 periods, one a month", "应为 12 行，每行 24 个时段，每月一行"))
        return None
    rows = [_row(record, f"{name}.{place}", row, HOURS, periods) for place, row in enumerate(value)]
    return tuple(row for row in rows if row) if all(rows) else None


def _row(record: Record, path: str, value: Any, length: int, periods: int) -> tuple[int, ...]:
    """Numbers of periods, or an empty row and a fault."""
    if not isinstance(value, list) or len(value) != length:
        record.fault(path, said("expected {count} numbers of periods", "应为 {count} 个时段编号", count=length))
        return ()
    odd = [
        cell
        for cell in value
        if isinstance(cell, bool) or not isinstance(cell, int | float) or cell not in range(periods)
    ]
    if odd and periods:
        record.fault(path, said(
            "{value!r} is no period; the prices know 0 to {last}", "{value!r} 不是时段编号；价格中有 0 至 {last}", value=odd[0], last=periods - 1
        ))  # fmt: skip
    return () if odd else tuple(int(cell) for cell in value)


def _same_tiers(record: Record, energy: Timed) -> None:
    """Limits apply to the month's energy as a whole, so all periods of a month must agree on them."""
    for month in range(1, MONTHS + 1):
        met = [energy.periods[period] for period in energy.met_in(month)]
        if len({(period.unit if period.limits else "kWh", period.limits) for period in met}) > 1:
            record.fault("energyratestructure", said(
                "the periods of month {month} ({periods}) have different tiers, which is not supported: limits apply to the energy of the whole month",
                "{month} 月各时段（{periods}）的阶梯不同，不受支持：阶梯上限按全月电量计",
                month=month, periods=", ".join(map(str, energy.met_in(month))),
            ))  # fmt: skip
            return
