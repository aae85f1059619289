"""Vehicle to grid: a fleet of parked vehicles stands for the store; what its owners get for each kWh taken.

The plant of the case is the fleet. At each step it moves at most ``vehicles · share plugged in · kW``; the energy that it may use is that
of the vehicles that are there whenever any is. The rest of the rated power and energy is kept out, from other streams too. For each kWh discharged the owners are
paid a compensation and the wear of their batteries, and dispatch counts both, so that the fleet moves only where the spread pays
for them. What the energy itself earns stands under ``arbitrage``.
"""

from __future__ import annotations

import numpy as np

from appraisal.case import Case, spans
from appraisal.case.periods import periods
from appraisal.case.schema import Terms as BaseTerms
from appraisal.errors import said
from appraisal.field import Number, Profile, number, profile
from appraisal.operation import Claim, Offer, Operation, Settlement, Stream
from appraisal.streams._terms import Found, vat_rate
from appraisal.units import HOURS_PER_DAY, KW_PER_MW, KWH_PER_MWH, Table, table


class Terms(BaseTerms):
    """Fleet, when it is plugged in, and what its owners are paid and pay."""

    help_zh = "车队规模、接入时段与车主补偿、收费。"

    vehicles: Number = number("1", "车辆数", "Vehicles", ge=0, help="That take part.", help_zh="参与放电的车辆。")
    charger_kw: Number = number("kW", "单车充放电功率", "Power of a vehicle", gt=0, le=1000, help="At the grid meter, both ways.", help_zh="以并网点计，双向。")  # fmt: skip
    usable_kwh: Number = number(
        "kWh", "单车可用电量", "Usable energy of a vehicle", gt=0, le=1000, help="That its owner leaves to the grid, after what driving needs.",
        help_zh="扣除出行所需后，车主允许使用的电量。",
    )  # fmt: skip
    plugged_share: Number = number(
        "share", "接入率", "Share plugged in", ge=0, le=1, help="Of the vehicles, in the hours at which most are there.", help_zh="接入最多的时段，占参与车辆的比例。"
    )  # fmt: skip
    plugged_by_hour: Profile | None = profile(
        "share", "分时接入系数", "Plugged in by hour", ge=0, default=None, help="Of that share, 0 to 1 by hour. Left out: 1 at all hours.",
        help_zh="相对于接入率，逐时 0 至 1。不填：全天为 1。",
    )  # fmt: skip
    compensation_yuan_per_kwh: Number = number(
        "yuan/kWh", "车主放电补偿", "Owner's compensation", ge=0, le=100, usual=spans.VEHICLE_PER_KWH, help="For each kWh discharged at the meter; it follows market.price_index.",
        help_zh="按并网点放电量计；随 market.price_index 变动。",
    )  # fmt: skip
    wear_yuan_per_kwh: Number = number(
        "yuan/kWh", "电池损耗补偿", "Battery wear paid", ge=0, le=100, help="Beside the compensation, for each kWh discharged; it follows market.price_index.",
        help_zh="在补偿之外，按放电量计；随 market.price_index 变动。",
    )  # fmt: skip
    standing_yuan_per_vehicle_year: Number = number(
        "yuan/year", "单车年固定补偿", "Standing pay of a vehicle", ge=0, default=0.0, help="For taking part.", help_zh="对参与车辆的固定补偿。"
    )  # fmt: skip
    fee_yuan_per_vehicle_year: Number = number(
        "yuan/year", "单车年服务费", "Fee of a vehicle", ge=0, default=0.0, basis="incl_vat", help="That owners pay for charger and service.", help_zh="车主为充电桩和服务支付的费用。"
    )  # fmt: skip
    vat_rate: Number | None = vat_rate("the rate of services", "服务税率")


_CURVE = said(
    "a power that depends on the state of charge is not known of a fleet; remove storage.power_curve",
    "车队没有整体的功率—荷电状态曲线；请删去 storage.power_curve",
)


def check(case: Case, terms: Terms) -> tuple[Found, ...]:
    """A fleet that is there at some hour, and shares that are shares."""
    found: list[Found] = [("", _CURVE)] if case.storage.power_curve.asked else []
    shape = terms.plugged_by_hour
    if shape is None:
        return tuple(found)
    if (shape > 1.0).any():
        found.append(("plugged_by_hour", said("above 1: it is a share of plugged_share", "大于 1：应为相对于 plugged_share 的比例")))  # fmt: skip
    if not (shape > 0.0).any():
        found.append(("plugged_by_hour", said("no vehicle is there at any hour", "任何时段都没有车辆接入")))
    return tuple(found)


def remarks(case: Case, terms: Terms) -> tuple[tuple[str, str], ...]:
    """The business is not settled yet, and the store must be the fleet's."""
    fleet, rated = float(_fleet_mwh(terms)[0, 0]), float(_rated_mwh(case)[0, 0])
    told = [("车网互动放电仍属探索性业务：接入率、补偿和并网规则须有试点依据", "discharging vehicles to the grid is exploratory: shares plugged in, compensation and grid rules need a pilot behind them")]  # fmt: skip
    if fleet > rated:
        told.append((f"车队可用电量 {fleet:.3g} MWh 大于算例储能可用电量 {rated:.3g} MWh，超出部分未使用",
                     f"the fleet's usable {fleet:.3g} MWh are more than the {rated:.3g} MWh of the case: the rest is not used"))  # fmt: skip
    return tuple(told)


def _fleet_mwh(terms: Terms) -> Table:
    """Usable energy of the vehicles that are there whenever any is, ``(S, 1)``: a vehicle that leaves takes its energy along."""
    shape = table(1.0) if terms.plugged_by_hour is None else terms.plugged_by_hour
    least = np.where(shape > 0.0, shape, np.inf).min(axis=1, keepdims=True)
    return np.asarray(terms.vehicles * terms.plugged_share * least * terms.usable_kwh / KWH_PER_MWH)


def _rated_mwh(case: Case) -> Table:
    return np.asarray(case.storage.energy_mwh * case.storage.depth_of_discharge)


def _there(terms: Terms, hour: Table, step_hours: float) -> Table:
    """Share of the vehicles plugged in at each step, ``(S, N)``; of a step that holds several values the least."""
    shape = table(1.0) if terms.plugged_by_hour is None else terms.plugged_by_hour
    cells = shape.shape[1]
    first = np.floor(hour[0] * cells / HOURS_PER_DAY).astype(int)
    within = max(1, round(step_hours * cells / HOURS_PER_DAY))
    least = np.min([shape[:, (first + at) % cells] for at in range(within)], axis=0)
    return np.asarray(terms.plugged_share * least)


def _paid_out(terms: Terms) -> Table:
    """What owners get for a MWh discharged, ``(S, 1)`` yuan."""
    return np.asarray(KWH_PER_MWH * (terms.compensation_yuan_per_kwh + terms.wear_yuan_per_kwh))


def claims(case: Case, terms: Terms, hour: Table, step_hours: float) -> tuple[Claim, ...]:
    """What is not there: power beyond the vehicles plugged in at each step, energy beyond the fleet's; none can sell it."""
    most = terms.vehicles * terms.charger_kw / KW_PER_MW * _there(terms, hour, step_hours) / case.storage.power_mw
    return (
        Claim(
            power_share=np.clip(1.0 - most, 0.0, 1.0),
            energy_share=np.clip(1.0 - _fleet_mwh(terms) / _rated_mwh(case), 0.0, 1.0),
        ),
    )


def offer(case: Case, terms: Terms) -> Offer:
    """The pay of owners, and what is not theirs kept out at each step."""
    if case.prices is None:
        return Offer()
    clock = case.prices.clock
    return Offer(sell={"owners": -_paid_out(terms)}, claims=claims(case, terms, clock.hour, clock.step_hours))


def settle(case: Case, terms: Terms, operation: Operation) -> Settlement:
    """Fees of owners, and what they are paid; private owners invoice no VAT."""
    index = periods(case.project).by_operating_year(case.market.price_index)
    for_energy = index * _paid_out(terms) * operation.discharged_mwh
    taking_part = terms.vehicles * (operation.running > 0)
    rate = case.capital.services_vat_rate if terms.vat_rate is None else terms.vat_rate
    return Settlement(
        income=terms.fee_yuan_per_vehicle_year * taking_part, vat_rate=rate,
        cost=for_energy + terms.standing_yuan_per_vehicle_year * taking_part, moving=-for_energy,
    )  # fmt: skip


STREAM = Stream(
    title="vehicle_to_grid", zh="车网互动（V2G）", en="Vehicle to grid", terms=Terms, offer=offer, settle=settle, paid_by="vehicle_owners",
    dispatch_terms=("vehicles", "charger_kw", "usable_kwh", "plugged_share", "compensation_yuan_per_kwh", "wear_yuan_per_kwh"),
    linear_in=("fee_yuan_per_vehicle_year",), paid_when_idle=True, single=True, check=check, claims=claims, remarks=remarks,
)  # fmt: skip
