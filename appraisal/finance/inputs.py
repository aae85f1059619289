"""What the books are given: which input of the case, which flag of the timeline, which yearly table.

The unit and the labels of a number come from its declaration in the case; nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from appraisal.book import Input
from appraisal.case import Case
from appraisal.case.periods import Periods, periods
from appraisal.case.schema import SECTIONS
from appraisal.field import Section, declared
from appraisal.operation import Operation, Revenue, Settlement
from appraisal.units import KW_PER_MW, KWH_PER_MWH, MONTHS_PER_YEAR, Table, escalate, table

# Name in the books → dotted path in the case.
NUMBERS: Mapping[str, str] = {
    "power_mw": "storage.power_mw",
    "energy_mwh": "storage.energy_mwh",
    "replacement_yuan_per_kwh": "storage.replacement.battery_yuan_per_kwh",
    "replacement_vat_rate": "storage.replacement.vat_rate",
    "replacement_residual_share": "storage.replacement.residual_share",
    "replacement_years": "storage.replacement.depreciation_years",
    "retired_share": "storage.replacement.retired_share",
    **{name: f"capital.{name}" for name in (
        "battery_yuan_per_kwh", "power_yuan_per_kw", "equipment_yuan", "works_yuan_per_kwh", "works_yuan", "services_yuan",
        "land_yuan", "contingency_share", "equipment_vat_rate", "works_vat_rate", "services_vat_rate", "depreciation_years",
        "residual_share", "land_years",
    )},
    **{name: f"operating_cost.{name}" for name in (
        "fixed_yuan_per_kw_year", "variable_yuan_per_kwh", "insurance_share", "staff_yuan_per_year",
    )},
    "om_vat_rate": "operating_cost.vat_rate",
    **{name: f"finance.{name}" for name in (
        "debt_share", "loan_rate", "loan_years", "grace_years", "working_capital_yuan_per_kw", "working_capital_debt_share",
        "working_capital_rate", "discount_rate", "equity_discount_rate",
    )},
    **{name: f"tax.{name}" for name in (
        "income_tax_rate", "holiday_free_years", "holiday_half_years", "city_surtax_rate", "education_surtax_rate",
        "local_education_surtax_rate",
    )},
}  # fmt: skip

# A number left out takes another's value; one without a fallback is then in no formula of the structure.
FALLBACK: Mapping[str, str] = {
    "finance.working_capital_rate": "finance.loan_rate",
    "finance.equity_discount_rate": "finance.discount_rate",
    "storage.replacement.vat_rate": "capital.equipment_vat_rate",
    "storage.replacement.residual_share": "capital.residual_share",
}

TIMELINE: Mapping[str, Input] = {
    "building": Input("0/1", "建设期", "Construction", kind="flag"),
    "operating": Input("0/1", "运营期", "Operation", kind="flag"),
    "first_operating": Input("0/1", "首个运营年", "First operating year", kind="flag"),
    "last_operating": Input("0/1", "末个运营年", "Last operating year", kind="flag"),
    "replacing": Input("0/1", "更新改造年", "Replacement year", kind="flag"),
    "retiring": Input("0/1", "首次更换年", "Year of the first replacement", kind="flag"),
    "renewal_age": Input("year", "更换后年序", "Year since the last replacement", kind="series"),
    "larger_maintenance": Input("0/1", "运维费取大", "Larger of the two maintenance norms", kind="flag"),
    "battery_runs": Input("1", "电池可用年", "Year with a usable battery", kind="series"),
    "age": Input("year", "运营年序", "Operating year", kind="series"),
    "revenue_year": Input("year", "取得收入年序", "Year since the first revenue", kind="series"),
    "spend": Input("1", "分年投资比例", "Share of the investment", kind="series"),
    "construction_months": Input("1", "当年建设月数", "Months of construction in the year", kind="series"),
    "cost_index": Input("1", "费用指数", "Cost index", kind="series"),
    "other_yuan": Input("yuan", "其他费用（含税）", "Other cost, incl. VAT", kind="series"),
    "discharged_mwh": Input("MWh", "年放电量", "Energy discharged", kind="series"),
}
CONSTANTS: Mapping[str, Input] = {
    "kw_per_mw": Input("kW/MW", "千瓦每兆瓦", "kW in a MW"),
    "kwh_per_mwh": Input("kWh/MWh", "千瓦时每兆瓦时", "kWh in a MWh"),
    "months_per_year": Input("1", "每年月数", "Months in a year"),
    "construction_debt_share": Input("1", "建设期债务比例", "Debt share of construction"),
}
STREAM_SERIES = {
    "income": ("收入（含税）", "Income, incl. VAT"),
    "purchase": ("充电电费（含税）", "Charging power, incl. VAT"),
    "cost": ("其他费用（含税）", "Other cost, incl. VAT"),
    "price_change": ("设备价格变动", "Change of equipment price"),
    "charging_value": ("充电成本（含税）", "Cost of energy charged, incl. VAT"),
    "saving": ("用户电费节约（含税）", "Saving of the host, incl. VAT"),
}
STREAM_RATES = {
    "vat_rate": ("收入税率", "VAT rate of the income"),
    "purchase_vat_rate": ("充电进项税率", "VAT rate of charging power"),
    "cost_vat_rate": ("费用进项税率", "VAT rate of the cost"),
    "saving_vat_rate": ("电费税率", "VAT rate of the saving"),
}
_UNITS = {"share": "1", "share/year": "1", "yuan/kW/year": "yuan/kW", "yuan/year": "yuan", "years": "year"}


def declared_inputs(labels: tuple[str, ...]) -> dict[str, Input]:
    """Every input of the books by name, those of each stream under its label."""
    found = {name: _number_input(path) for name, path in NUMBERS.items()} | dict(TIMELINE) | dict(CONSTANTS)
    for label in labels:
        found |= {f"{label}.{name}": Input("yuan", *words, kind="series") for name, words in STREAM_SERIES.items()}
        found |= {f"{label}.{name}": Input("1", *words) for name, words in STREAM_RATES.items()}
    return found


def _number_input(path: str) -> Input:
    section, *names = path.split(".")
    kind: type[Section] = SECTIONS[section]
    for name in names[:-1]:
        inner = kind.model_fields[name].annotation
        assert isinstance(inner, type)
        assert issubclass(inner, Section)
        kind = inner
    what = declared(kind.model_fields[names[-1]])
    return Input(_UNITS.get(what.unit, what.unit), what.zh, what.en)


def number_at(case: Case, path: str) -> Table:
    """The number at a dotted path, or the one it falls back to where it was left out."""
    place: object = case
    for name in path.split("."):
        place = getattr(place, name)
    if place is None:
        return number_at(case, FALLBACK[path]) if path in FALLBACK else table(0.0)
    assert isinstance(place, np.ndarray)
    return place


def values(case: Case, operation: Operation, revenue: Revenue) -> dict[str, Table]:
    """The table of every input but the construction debt share, which is solved."""
    columns = periods(case.project)
    found = {name: number_at(case, path) for name, path in NUMBERS.items()}
    found |= {
        "building": table(columns.column_months > 0),
        "operating": columns.operating,
        "first_operating": table(columns.age == 1),
        "last_operating": table(columns.age == columns.operation_years),
        "replacing": table(np.isin(columns.age, case.storage.replacement.operation_years)),
        "age": columns.age,
        "retiring": columns.first_of(case.storage.replacement.operation_years),
        "renewal_age": columns.since(case.storage.replacement.operation_years),
        "larger_maintenance": table(case.operating_cost.maintenance == "larger"),
        "battery_runs": table(operation.running > 0),
        "revenue_year": revenue.revenue_year,
        "spend": columns.spend(case.capital.spend_profile),
        "construction_months": columns.column_months,
        "cost_index": columns.by_operating_year(
            escalate(table(1.0), case.operating_cost.escalation, columns.operation_years)
        ),
        "other_yuan": columns.by_operating_year(case.operating_cost.other_yuan),
        "discharged_mwh": operation.discharged_mwh,
        "kw_per_mw": table(KW_PER_MW),
        "kwh_per_mwh": table(KWH_PER_MWH),
        "months_per_year": table(MONTHS_PER_YEAR),
    }
    for label, settled in revenue.settlements.items():
        found |= {f"{label}.{name}": money for name, money in _stream_values(settled, columns).items()}
    return found


def _stream_values(settled: Settlement, columns: Periods) -> dict[str, Table]:
    given = settled.tables() | {"price_change": settled.capital_change}
    series = {name: given[name] for name in STREAM_SERIES}
    laid = {name: money if money.shape[1] > 1 else columns.by_operating_year(money) for name, money in series.items()}
    return laid | {name: given[name] for name in STREAM_RATES}
