"""What can only be judged on several inputs of how the plant may be run: window, outages, curve of power, own consumption."""

from __future__ import annotations

from calendar import monthrange

import numpy as np

from appraisal.case.market import Market
from appraisal.case.schema import Storage
from appraisal.errors import Message, said
from appraisal.library.retail_types import NOT_LEAP
from appraisal.scenario.faults import Findings
from appraisal.units import MONTHS_PER_YEAR, Table

_DAYS = np.array([monthrange(NOT_LEAP, month)[1] for month in range(1, int(MONTHS_PER_YEAR) + 1)], dtype=np.float64)
# Of a slope: a corner of a straight line is no dent.
_STRAIGHT = 1e-9
_UNREAD = said(
    "nothing is dispatched here, so that it changes nothing; remove it", "此处不作优化运行，此项不起作用；请删去"
)


def check_plant(storage: Storage, market: Market, findings: Findings) -> None:
    """Add the faults between inputs of how the plant may be run."""
    dispatched = storage.discharged_mwh is None and bool(market.tariff or market.typical_days or market.price_file)
    _window(storage, findings)
    _outages(storage, findings)
    _curve(storage, findings)
    _auxiliary(storage, dispatched, findings)
    if not dispatched:
        for path in _asked(storage):
            findings.add(path, _UNREAD)


def _asked(storage: Storage) -> list[str]:
    """What only dispatch reads, where it is asked for."""
    limits = storage.limits
    asked = {
        "storage.lowest_soc": storage.lowest_soc.any(),
        "storage.self_discharge_per_day": storage.self_discharge_per_day.any(),
        "storage.limits.cycles_per_year": limits.cycles_per_year is not None,
        "storage.limits.cycles_per_day": limits.cycles_per_day is not None,
        "storage.limits.least_charge_share": limits.least_charge_share.any(),
        "storage.limits.least_discharge_share": limits.least_discharge_share.any(),
        "storage.power_curve.energy_shares": storage.power_curve.asked,
    }
    return [path for path, one in asked.items() if one]


def _window(storage: Storage, findings: Findings) -> None:
    highest = storage.lowest_soc + storage.depth_of_discharge
    if (highest > 1.0 + 1e-12).any():
        findings.add("storage.lowest_soc", said(
            "the window would end at {highest:.3g} of rated energy, lowest state of charge and depth of discharge together; at most 1: lower one of them",
            "荷电状态下限与放电深度之和为额定容量的 {highest:.3g}；至多为 1，请减小其中一项", highest=float(highest.max())
        ))  # fmt: skip


def _outages(storage: Storage, findings: Findings) -> None:
    path, stated = "storage.outage_days", storage.outage_days
    if stated is None:
        return
    if stated.shape[1] not in (1, int(MONTHS_PER_YEAR)):
        findings.add(path, said(
            "{count} values; expected 1 or 12, one a month", "有 {count} 个值；应为 1 个或 12 个，每月一个", count=stated.shape[1]
        ))  # fmt: skip
        return
    beyond = np.argwhere(storage.days_out > _DAYS)
    if beyond.size:
        month = int(beyond[0, 1]) + 1
        findings.add(path, said(
            "month {month} has {days:g} days, fewer than are out of service", "{month} 月只有 {days:g} 天，少于停运天数",
            month=month, days=float(_DAYS[month - 1])
        ))  # fmt: skip
    elif (storage.days_out.sum(axis=1) >= _DAYS.sum()).any():
        findings.add(path, said("the plant is never in service", "全年均停运，没有在运天数"))


def _curve(storage: Storage, findings: Findings) -> None:
    curve, path = storage.power_curve, "storage.power_curve"
    ways = {"charge_shares": curve.charge_shares, "discharge_shares": curve.discharge_shares}
    if curve.energy_shares is None:
        for name, power in ways.items():
            if power is not None:
                findings.add(f"{path}.energy_shares", said(
                    "required with {name}: the states of charge of its corners", "填写 {name} 时必填：各拐点的荷电状态", name=name
                ))  # fmt: skip
        return
    if all(power is None for power in ways.values()):
        findings.add(path, said(
            "neither charge_shares nor discharge_shares is stated, so that the curve changes nothing",
            "charge_shares 与 discharge_shares 均未填写，曲线不起作用"
        ))  # fmt: skip
    energy = curve.energy_shares
    if (
        energy.shape[1] < 2
        or (energy[:, 0] != 0.0).any()
        or (energy[:, -1] != 1.0).any()
        or (np.diff(energy) <= 0.0).any()
    ):
        findings.add(f"{path}.energy_shares", said("expected shares ascending from 0 to 1", "应为从 0 递增到 1 的比例"))
        return
    for name, power in ways.items():
        told = None if power is None else _bent(energy, power)
        if told is not None:
            findings.add(f"{path}.{name}", told)


def _bent(energy: Table, power: Table) -> Message | None:
    """Why a power is no concave curve over the corners."""
    if power.shape[1] != energy.shape[1]:
        return said(
            "{count} values for {corners} corners", "有 {count} 个值，而拐点为 {corners} 个",
            count=power.shape[1], corners=energy.shape[1]
        )  # fmt: skip
    if (power > 1.0).any():
        return said("a share of rated power is above 1", "占额定功率的比例大于 1")
    if (np.diff(np.diff(power) / np.diff(energy)) > _STRAIGHT).any():
        return said(
            "the curve has a dent: its slope must fall, or stay, from corner to corner; leave out the corner below the line of its neighbours",
            "曲线有下凹段：斜率须逐段递减或不变；请去掉低于相邻两点连线的拐点"
        )  # fmt: skip
    return None


def _auxiliary(storage: Storage, dispatched: bool, findings: Findings) -> None:
    own = storage.auxiliary
    path = "storage.auxiliary.price_yuan_per_kwh"
    if own.asked and own.price_yuan_per_kwh is None and not dispatched:
        findings.add(path, said(
            "required: there is no price of charging to take", "必填：没有可沿用的充电电价"
        ))  # fmt: skip
    if not own.asked and own.price_yuan_per_kwh is not None:
        findings.add(path, said(
            "no auxiliary load, so that the price changes nothing; state power_share or power_kw",
            "没有站用电负荷，电价不起作用；请填写 power_share 或 power_kw"
        ))  # fmt: skip
