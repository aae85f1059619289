"""PySAM's Utilityrate5 as an oracle: the raw fields of a URDB file and a load go in, SAM's own monthly charges come out.

Utilityrate5 is the bill of NREL's System Advisor Model (package NREL-PySAM). Its conventions, as its inputs are documented:

- The year has 365 days and begins on a Monday, so weekdays are those of 2018.
- Periods and tiers count from 1, months of the flat demand charge from 0; a limit of 1e38 is none.
- Limits of energy tiers come in units 0 kWh, 1 kWh/kW, 2 kWh daily, 3 kWh/kW daily, kWh/kW of the month's highest demand.
- With net metering (option 0) each period takes the same share of every tier, and all periods of a month must have the same
  limits; with net billing (option 2) tiers fill hour by hour. Ours are the shares.
- The least bill of a year is asked of the charges alone: what the least bill of a month adds does not count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import PySAM.Utilityrate5 as utility_rate
from numpy.typing import NDArray

YEAR = 2018
ENDLESS = 1e38
UNITS = {"kWh": 0, "kWh/kW": 1, "kWh daily": 2, "kWh/kW daily": 3}
ALWAYS = [[1] * 24] * 12

Flow = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Charges:
    """Twelve months of SAM's first year, dollars."""

    energy: Flow
    demand: Flow
    flat_demand: Flow
    fixed: Flow
    minimum: Flow
    total: Flow


def charges_of(
    raw: Mapping[str, Any], load_kw: Sequence[float], *, fixed: float = 0.0, least_month: float = 0.0, least_year: float = 0.0
) -> Charges:  # fmt: skip
    """What SAM charges a load; *raw* holds the lower-case fields of a file, the amounts are per month and per year."""
    model = utility_rate.new()
    model.Lifetime.assign({"analysis_period": 1, "inflation_rate": 0, "system_use_lifetime_output": 0})
    model.SystemOutput.assign({"gen": [0.0] * len(load_kw), "degradation": [0]})
    model.Load.assign({"load": list(map(float, load_kw)), "load_escalation": [0]})
    model.ElectricityRates.assign({
        "en_electricity_rates": 1, "rate_escalation": [0], "ur_metering_option": 0, "ur_dc_enable": 1,
        "ur_ec_tou_mat": _energy(raw["energyratestructure"]),
        "ur_ec_sched_weekday": _from_one(raw["energyweekdayschedule"]), "ur_ec_sched_weekend": _from_one(raw["energyweekendschedule"]),
        "ur_dc_tou_mat": _demand(raw.get("demandratestructure", [[{"rate": 0}]]), range(1, 100)),
        "ur_dc_sched_weekday": _from_one(raw["demandweekdayschedule"]) if "demandweekdayschedule" in raw else ALWAYS,
        "ur_dc_sched_weekend": _from_one(raw["demandweekendschedule"]) if "demandweekendschedule" in raw else ALWAYS,
        "ur_dc_flat_mat": _flat(raw),
        "ur_monthly_fixed_charge": fixed, "ur_monthly_min_charge": least_month, "ur_annual_min_charge": least_year,
    })  # fmt: skip
    model.execute(0)
    found = model.Outputs.export()
    first = {name: np.array(found[key][1]) for name, key in {
        "energy": "charge_wo_sys_ec_ym", "demand": "charge_wo_sys_dc_tou_ym", "flat_demand": "charge_wo_sys_dc_fixed_ym",
        "fixed": "charge_wo_sys_fixed_ym", "minimum": "charge_wo_sys_minimum_ym", "total": "utility_bill_wo_sys_ym",
    }.items()}  # fmt: skip
    return Charges(**first)


def _price(tier: Mapping[str, Any]) -> float:
    return float(tier.get("rate", 0.0)) + float(tier.get("adj", 0.0))


def _energy(periods: Sequence[Sequence[Mapping[str, Any]]]) -> list[list[float]]:
    return [
        [period, place, tier.get("max", ENDLESS), UNITS[tier.get("unit", "kWh")], _price(tier), 0.0]
        for period, tiers in enumerate(periods, start=1)
        for place, tier in enumerate(tiers, start=1)
    ]


def _demand(periods: Sequence[Sequence[Mapping[str, Any]]], names: Sequence[int]) -> list[list[float]]:
    return [
        [name, place, tier.get("max", ENDLESS), _price(tier)]
        for name, tiers in zip(names, periods, strict=False)
        for place, tier in enumerate(tiers, start=1)
    ]


def _flat(raw: Mapping[str, Any]) -> list[list[float]]:
    structure = raw.get("flatdemandstructure", [[{"rate": 0}]])
    return _demand([structure[place] for place in raw.get("flatdemandmonths", [0] * 12)], range(12))


def _from_one(grid: Sequence[Sequence[int]]) -> list[list[int]]:
    return [[cell + 1 for cell in row] for row in grid]
