"""What the books are given: which input of the case, which flag of the timeline, which yearly table.

The unit and the labels of a number come from its declaration in the case; nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from appraisal.book import Input
from appraisal.case import Case
from appraisal.case.schema import SECTIONS
from appraisal.field import Section, declared, entries_of
from appraisal.finance.structure import PLAIN, Structure
from appraisal.finance.supported import each_support, terms_of
from appraisal.streams import stream
from appraisal.units import Table, table

# Name in the books → dotted path in the case.
NUMBERS: Mapping[str, str] = {
    "power_mw": "storage.power_mw",
    "energy_mwh": "storage.energy_mwh",
    "retired_share": "storage.replacement.retired_share",
    **{name: f"capital.{name}" for name in (
        "battery_yuan_per_kwh", "power_yuan_per_kw", "equipment_yuan", "works_yuan_per_kwh", "works_yuan", "services_yuan",
        "land_yuan", "contingency_share", "price_rise", "price_rise_lead_years", "equipment_vat_rate", "works_vat_rate",
        "services_vat_rate", "land_years", "disposal_yuan", "decommissioning_yuan",
    )},
    **{name: f"operating_cost.{name}" for name in (
        "fixed_yuan_per_kw_year", "variable_yuan_per_kwh", "insurance_share", "staff_yuan_per_year", "escalation",
        "staff_escalation", "other_escalation", "insurance_escalation",
    )},
    "om_vat_rate": "operating_cost.vat_rate",
    **{name: f"finance.{name}" for name in (
        "debt_share", "working_capital_yuan_per_kw", "working_capital_debt_share", "working_capital_rate", "short_loan_rate",
        "minimum_cash_yuan", "reserve_months", "surplus_reserve_share", "surplus_reserve_cap", "dividend_payout",
        "discount_rate", "equity_discount_rate", "inflation",
    )},
    **{name: f"tax.{name}" for name in (
        "income_tax_rate", "reduced_income_tax_rate", "holiday_free_years", "holiday_half_years", "holiday_half_share",
        "holiday_base_rate", "city_surtax_rate", "education_surtax_rate", "local_education_surtax_rate", "property_tax_share",
        "land_use_tax_yuan_per_year", "stamp_duty_share", "vat_refund_share",
    )},
}  # fmt: skip
_LOAN = {
    "rate": "rate", "years": "years", "grace_years": "grace_years", "share": "share", "fee_share": "fee_share",
    "sweep_share": "sweep_share", "target_dscr": "target_dscr",
}  # fmt: skip
_PLAIN_LOAN = {
    "rate": "loan_rate", "years": "loan_years", "grace_years": "grace_years", "fee_share": "fee_share",
    "sweep_share": "sweep_share", "target_dscr": "target_dscr",
}  # fmt: skip
_CLASS = {"years": "depreciation_years", "residual_share": "residual_share", "tax_years": "tax_depreciation_years"}

_SERVICES = {
    "fuel": {
        "rate": "storage.heat.rate_mwh_per_mwh", "price": "storage.heat.fuel_yuan_per_mwh", "vat_rate": "storage.heat.vat_rate",
    },
    "rebalancing": {
        "price": "storage.ageing.rebalancing_yuan_per_kwh_year", "vat_rate": "storage.ageing.rebalancing_vat_rate",
    },
    "auxiliary": {"vat_rate": "storage.auxiliary.vat_rate"},
}  # fmt: skip

# A number left out takes another's value; one without a fallback is then in no formula of the structure.
FALLBACK: Mapping[str, str] = {
    "finance.working_capital_rate": "finance.loan_rate",
    "finance.short_loan_rate": "finance.working_capital_rate",
    "finance.equity_discount_rate": "finance.discount_rate",
    "finance.loans.*.rate": "finance.loan_rate",
    "finance.loans.*.years": "finance.loan_years",
    "finance.loans.*.grace_years": "finance.grace_years",
    "finance.loans.*.target_dscr": "finance.target_dscr",
    "finance.parties.*.dividend_share": "finance.parties.*.share",
    "finance.parties.*.liquidation_share": "finance.parties.*.share",
    "storage.replacement.vat_rate": "capital.equipment_vat_rate",
    "storage.replacement.residual_share": "capital.residual_share",
    "storage.augmentation.vat_rate": "capital.equipment_vat_rate",
    "storage.augmentation.residual_share": "capital.residual_share",
    "storage.heat.vat_rate": "operating_cost.vat_rate",
    "storage.ageing.rebalancing_vat_rate": "operating_cost.vat_rate",
    "storage.auxiliary.vat_rate": "market.vat_rate",
    "capital.tax_depreciation_years": "capital.depreciation_years",
    "capital.classes.*.depreciation_years": "capital.depreciation_years",
    "capital.classes.*.residual_share": "capital.residual_share",
    "capital.classes.*.tax_depreciation_years": "capital.classes.*.depreciation_years",
    "capital.later_works.*.vat_rate": "capital.equipment_vat_rate",
    "capital.later_works.*.residual_share": "capital.residual_share",
    "operating_cost.staff_escalation": "operating_cost.escalation",
}

TIMELINE: Mapping[str, Input] = {
    "operating": Input("0/1", "运营期", "Operation", kind="flag"),
    "running": Input("1", "运行份额", "Share of the plant and of the year in operation", kind="series"),
    "in_service": Input("1", "投产份额", "Share of the plant in service", kind="series"),
    "lasting": Input("1", "项目存续份额", "Share of the year before the project ends", kind="series"),
    "arriving": Input("0/1", "投产年", "Year in which capacity comes into service", kind="flag"),
    "completing": Input("0/1", "全部投产年", "Year in which all capacity is in service", kind="flag"),
    "first_operating": Input("0/1", "首个运营年", "First operating year", kind="flag"),
    "full_year": Input("0/1", "首个完整运营年", "First full operating year", kind="flag"),
    "last_operating": Input("0/1", "末个运营年", "Last operating year", kind="flag"),
    "reduced": Input("0/1", "优惠税率年", "Year of the reduced income tax", kind="flag"),
    "refunding": Input("0/1", "留抵退税年", "Year in which the VAT pool is refunded", kind="flag"),
    "larger_maintenance": Input("0/1", "运维费取大", "Larger of the two maintenance norms", kind="flag"),
    "battery_runs": Input("1", "电池可用年", "Year with a usable battery", kind="series"),
    "year_number": Input("year", "计算期年序", "Year of the calculation period", kind="series"),
    "revenue_year": Input("year", "取得收入年序", "Year since the first revenue", kind="series"),
    "spend": Input("1", "分年投资比例", "Share of the investment", kind="series"),
    "other_yuan": Input("yuan", "其他费用（首年价）", "Other cost at first-year prices", kind="series"),
    "discharged_mwh": Input("MWh", "年放电量", "Energy discharged", kind="series"),
    "auxiliary_yuan": Input("yuan", "站用电费（含税）", "Auxiliary power, incl. VAT", kind="series"),
}
# The time line of each phase; names end in the phase where there are several.
PHASE_LINE: Mapping[str, Input] = {
    "construction_months": Input("1", "当年建设月数", "Months of construction in the year", kind="series"),
    "bearing": Input("1", "运营计息份额", "Share of the year that interest is charged to cost", kind="series"),
    "loan_age": Input("year", "还款年序", "Year since commissioning", kind="series"),
    "age": Input("year", "运营年序", "Operating year that begins", kind="series"),
    "used_before": Input("year", "此前运营年数", "Years in operation before this one", kind="series"),
    "first_weight": Input("1", "本年起始运营年权重", "Weight of the operating year that begins", kind="series"),
    "tail_weight": Input("1", "上一运营年权重", "Weight of the operating year that ends", kind="series"),
    "begun": Input("1", "当年起算份额", "Share of the operating year in the column in which it begins"),
    "retiring": Input("0/1", "首次更换年", "Year of the first replacement", kind="flag"),
    "phase_part": Input("1", "本期投资份额", "Share of the year's investment", kind="series"),
    "phase_share": Input("1", "本期规模份额", "Share of the plant"),
}
CONSTANTS: Mapping[str, Input] = {
    "kw_per_mw": Input("kW/MW", "千瓦每兆瓦", "kW in a MW"),
    "kwh_per_mwh": Input("kWh/MWh", "千瓦时每兆瓦时", "kWh in a MWh"),
    "before_start": Input("year", "首列开工前时间", "Time of column 1 before construction starts"),
    "months_per_year": Input("1", "每年月数", "Months in a year"),
    "one_yuan": Input("yuan", "最小除数", "Least divisor"),
    "cover_ceiling": Input("1", "备付率上限", "Cover is shown up to"),
    "construction_debt_share": Input("1", "建设期债务比例", "Debt share of construction"),
}
SCULPTED: Mapping[str, Input] = {
    "sculpted_principal": Input("yuan", "测算还本额", "Sculpted principal", kind="series"),
    "sculpted_part": Input("1", "借款规模占上限比例", "Size of the loan as a share of its cap"),
    "cover": Input("1", "测算偿债备付率", "Cover that the loan is sculpted to"),
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
SHARES = {
    "repayment_share": ("分年还本比例", "Share repaid in the year"),
    "depreciation_share": ("分年折旧比例", "Share depreciated in the year"),
}
_UNITS = {
    "share": "1", "share/year": "1", "yuan/kW/year": "yuan/kW", "yuan/year": "yuan", "years": "year", "months": "1",
    "MWh/MWh": "1", "yuan/kWh/year": "yuan/kWh",
}  # fmt: skip


@cache
def paths(form: Structure) -> Mapping[str, str]:
    """Every number of a structure's books by name, with its dotted path in the case; one value for all years."""
    return {name: path for name, path in _all_paths(form).items() if path not in form.stepped}


@cache
def stepped_paths(form: Structure) -> Mapping[str, str]:
    """The numbers of a structure's books that an event changes: series of the books, by name, with the path in the case."""
    return {name: path for name, path in _all_paths(form).items() if path in form.stepped}


def _all_paths(form: Structure) -> dict[str, str]:
    found = dict(NUMBERS)
    for one in form.loans:
        label = one.name.removeprefix(f"{PLAIN}_")
        if one.name == PLAIN:
            found |= {f"{PLAIN}.{key}": f"finance.{name}" for key, name in _PLAIN_LOAN.items()}
        else:
            found |= {f"{one.name}.{key}": f"finance.loans.{label}.{name}" for key, name in _LOAN.items()}
    for support in each_support(form):
        found |= {f"{support.name}.{key}": f"{support.place}.{key}" for key in terms_of(support)}
    for section, prefix, names, keys in _groups(form):
        for name in names:
            found |= {f"{name}.{key}": f"{section}.{name.removeprefix(prefix)}.{key}" for key in keys}
    for one_class in form.classes:
        place = "capital" if one_class.name == "plant" else f"capital.classes.{one_class.name.removeprefix('plant_')}"
        found |= {f"{one_class.name}.{key}": f"{place}.{name}" for key, name in _CLASS.items()}
    found["depreciation_years"] = "capital.depreciation_years"
    for name in form.services:
        found |= {f"{name}.{key}": path for key, path in _SERVICES[name].items()}
    return found | dict(_renewal_paths(form))


def _groups(form: Structure) -> Iterator[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    yield "finance.leases", "lease_", tuple(name for name, _ in form.leases), ("share", "rate", "years", "fee_share")
    yield "finance.grants", "grant_", tuple(one.name for one in form.grants if one.rule is None), ("yuan", "vat_rate")
    yield "finance.parties", "party_", form.parties, ("share", "dividend_share", "liquidation_share")


def _renewal_paths(form: Structure) -> Iterator[tuple[str, str]]:
    for key, name in (
        ("replacement_yuan_per_kwh", "battery_yuan_per_kwh"), ("salvage_yuan_per_kwh", "salvage_yuan_per_kwh"),
        ("vat_rate", "vat_rate"), ("residual_share", "residual_share"), ("years", "depreciation_years"),
    ):  # fmt: skip
        if any(one.battery for one in form.renewals):
            yield f"renewal.{key}", f"storage.replacement.{name}"
        if any(one.augmentation for one in form.renewals) and key not in ("salvage_yuan_per_kwh", "years"):
            yield f"augmentation.{key}", f"storage.augmentation.{name}"
    for one in form.renewals:
        if one.declining:
            place = "augmentation" if one.augmentation else "replacement"
            yield f"{'augmentation' if one.augmentation else 'renewal'}.price_decline", f"storage.{place}.price_decline"
    for label in dict.fromkeys(one.label for one in form.renewals if one.label):
        for key, name in (
            ("yuan", "yuan"), ("vat_rate", "vat_rate"), ("residual_share", "residual_share"), ("years", "depreciation_years"),
        ):  # fmt: skip
            yield f"work_{label}.{key}", f"capital.later_works.{label}.{name}"


def declared_inputs(form: Structure) -> dict[str, Input]:
    """Every input of the books by name, those of each stream under its label."""
    terms = {one.place: stream(one.kind).terms for one in each_support(form)}
    found = {name: _number_input(path, terms) for name, path in paths(form).items()} | dict(TIMELINE) | dict(CONSTANTS)
    found |= {name: replace(_number_input(path, terms), kind="series") for name, path in stepped_paths(form).items()}
    # Without a suffix stands the first phase, which is the only one as a rule.
    for suffix in dict.fromkeys(("", *form.suffixes)):
        found |= {f"{name}{suffix}": what for name, what in PHASE_LINE.items()}
    for one in form.streams:
        found |= {f"{one.label}.{name}": Input("yuan", *words, kind="series") for name, words in STREAM_SERIES.items()}
        found |= {f"{one.label}.{name}": Input("1", *words) for name, words in STREAM_RATES.items()}
    found |= {
        name: Input("1", *SHARES[name.partition(".")[2].partition("_p")[0]], kind="series")
        for name in share_series(form)
    }
    found |= dict(_event_inputs(form))
    return found | (dict(SCULPTED) if form.sculpted else {})


def share_series(form: Structure) -> dict[str, tuple[str, str]]:
    """Stated shares by year: name in the books → path in the case and the phase counter that they are laid on."""
    found = {}
    for suffix in form.suffixes:
        for one in form.loans:
            if one.method == "custom":
                place = "finance" if one.name == PLAIN else f"finance.loans.{one.name.removeprefix(f'{PLAIN}_')}"
                ending = "" if one.later else suffix
                found[f"{one.name}.repayment_share{ending}"] = (f"{place}.repayment_shares", f"loan_age{suffix}")
        for each in form.classes:
            if each.method == "custom":
                place = "capital" if each.name == "plant" else f"capital.classes.{each.name.removeprefix('plant_')}"
                found[f"{each.name}.depreciation_share{suffix}"] = (f"{place}.depreciation_shares", f"age{suffix}")
    return found


def _event_inputs(form: Structure) -> Iterator[tuple[str, Input]]:
    """Flags and counters of what happens in a named operating year."""
    for suffix in form.suffixes:
        for one in form.renewals:
            name = f"{one.name}{suffix}"
            if one.augmentation:
                yield (
                    f"{name}.placed_mwh",
                    Input("MWh", "当年补容容量", "Rated energy added in the year", kind="series"),
                )
                continue
            yield f"{name}.replacing", Input("1", "更新改造份额", "Share replaced in the year", kind="series")
            yield f"{name}.since", Input("year", "更新后年序", "Year since", kind="series")
            if one.superseded is not None or one.by_health:
                yield (
                    f"{name}.superseded",
                    Input("0/1", "再次更换年", "Year in which it is replaced again", kind="flag"),
                )
    for one in form.renewals:
        if one.declining:
            source = "augmentation" if one.augmentation else "renewal"
            yield (
                f"{source}.price_age",
                Input("year", "距单价年份的年数", "Years since the year of the price", kind="series"),
            )
    for loan in form.loans:
        if loan.later:
            yield f"{loan.name}.loan_age", Input("year", "还款年序", "Year since it was drawn", kind="series")
            yield f"{loan.name}.drawing", Input("0/1", "提款年", "Year of the draw", kind="flag")
        if loan.refinanced:
            yield f"{loan.name}.refinanced_in", Input("year", "置换年序", "Year of the refinancing")
    for grant in form.grants:
        if grant.later:
            yield f"{grant.name}.arriving", Input("0/1", "补助到账年", "Year of receipt", kind="flag")


def _number_input(path: str, terms: Mapping[str, type[Section]]) -> Input:
    place, _, last = path.rpartition(".")
    section, *names = (place, last) if place in terms else path.split(".")
    kind: type[Section] = terms[place] if place in terms else SECTIONS[section]
    while len(names) > 1:
        info = kind.model_fields[names[0]]
        group = entries_of(info)
        # An entry's label stands between a named group and its fields.
        inner, names = (group, names[2:]) if group is not None else (info.annotation, names[1:])
        assert isinstance(inner, type)
        assert issubclass(inner, Section)
        kind = inner
    what = declared(kind.model_fields[names[0]])
    return Input(_UNITS.get(what.unit, what.unit), what.zh, what.en)


def fallback(path: str) -> str | None:
    """The path whose value stands in for one left out; None if there is none."""
    if path in FALLBACK:
        return FALLBACK[path]
    parts = path.split(".")
    if len(parts) != 4:
        return None
    found = FALLBACK.get(".".join([*parts[:2], "*", parts[3]]))
    return found.replace("*", parts[2]) if found else None


def number_at(case: Case, path: str) -> Table:
    """The number at a dotted path, or the one it falls back to where it was left out."""
    place = case.at(path)
    if place is None:
        other = fallback(path)
        return number_at(case, other) if other else table(0.0)
    return place  # type: ignore[no-any-return]
