"""The accounts of the assets put together for a structure: classes, phases, replacement and later works."""

from __future__ import annotations

from collections.abc import Iterator

from appraisal.book import Block, Instance
from appraisal.finance.parts import filled, numbers, phased, summed
from appraisal.finance.statements import assets
from appraisal.finance.structure import ClassForm, RenewalForm, Structure


def asset_parts(form: Structure) -> Iterator[Block | Instance]:
    taxed = [one for one in form.classes if one.tax != "as_booked"]
    for suffix in form.suffixes:
        for one in form.classes:
            yield _plant(form, assets.UNLEVERED, one, suffix, interest=False, tax=False)
            yield _plant(form, assets.BOOKED, one, suffix, interest=True, tax=False)
            if taxed:
                yield _plant(form, assets.UNLEVERED_TAXED, one, suffix, interest=False, tax=True)
                yield _plant(form, assets.TAXED, one, suffix, interest=True, tax=True)
        for renewal in form.renewals:
            yield _renewal(form, renewal, suffix)
    unlevered = "each(unlevered_assets.depreciation) + each(unlevered_assets.written_off)"
    differences = {
        "tax_difference": assets.TAX_DIFFERENCE.format(
            taxed="taxed", booked="each(booked.depreciation) - each(booked.written_off)", net="each(booked.net)"
        ),
        "tax_difference_unlevered": assets.TAX_DIFFERENCE.format(
            taxed="unlevered_taxed", booked=f"({unlevered})", net="each(unlevered_assets.net)"
        ),
    }
    # A grant that comes later takes nothing back of what was depreciated: it lowers the years that are left.
    cut = [grant.name for grant in form.grants if grant.treatment == "reduce_cost" and grant.later]
    yield filled(
        assets.ASSETS,
        phased(form.suffixes[0]),
        cut_original=summed(f"{name}.taken_off" for name in cut),
        cut_depreciation=summed(f"{name}.released" for name in cut),
        cut_net=summed(f"{name}.spread" for name in cut),
        **(differences if taxed else dict.fromkeys(differences, "0")),
        land_share=assets.LAND_SHARE[form.land],
        land_spread=assets.LAND_SPREAD[form.calendar],
        disposal=assets.DISPOSAL[form.disposal].format(net="(1 + equipment_vat_rate)" if form.capital_gross else "1"),
        project_residual=assets.PROJECT_RESIDUAL[form.adjusted_tax],
    )


_NET = {
    "battery": "battery / (1 + equipment_vat_rate)", "power": "power_plant / (1 + equipment_vat_rate)",
    "equipment": "other_equipment / (1 + equipment_vat_rate)", "works": "works / (1 + works_vat_rate)",
    "services": "services / (1 + services_vat_rate)",
}  # fmt: skip


def _plant(form: Structure, kind: Block, one: ClassForm, suffix: str, *, interest: bool, tax: bool) -> Instance:
    method = one.tax if tax and one.tax != "as_booked" else one.method
    years = "tax_years" if tax and one.tax != "as_booked" else "years"
    texts = {
        "added": _added(form, one, suffix, interest=interest),
        "retired": _retired(form, one, suffix),
        "year_share": assets.YEAR_SHARE[method],
        # The one-off deduction belongs to the tax year in which the plant is commissioned.
        "spread": assets.SPREAD[form.calendar and method != "one_off"],
        "written_off": _written_off(form, one),
    }
    names = {
        "years": f"{one.name}.{years}",
        "residual_share": f"{one.name}.residual_share",
        "depreciation_share": f"{one.name}.depreciation_share{suffix}",
    }
    return kind.put(account(one, suffix, interest=interest, tax=tax), texts, {**names, **phased(suffix)})


def account(one: ClassForm, suffix: str, *, interest: bool = True, tax: bool = False) -> str:
    """The name of a class's account."""
    return f"{one.name}{'' if interest else '_unlevered'}{'_taxed' if tax else ''}{suffix}"


def _class_cost(one: ClassForm) -> str:
    return f"mark_up * ({summed(_NET[line] for line in one.lines)})"


def _added(form: Structure, one: ClassForm, suffix: str, *, interest: bool) -> str:
    """Additions of a class in a column: its cost lines without VAT, and its share of construction interest."""
    others = [other for other in form.classes if other.lines]
    if one.lines:
        cost = _class_cost(one)
    else:
        deducted = [
            f"{grant.name}.deducted" for grant in form.grants if grant.treatment == "reduce_cost" and not grant.later
        ]
        cost = " - ".join(["investment - capital_vat - land", *(_class_cost(other) for other in others), *deducted])
    cost = f"({cost}) * phase_part{suffix}" if suffix else cost
    if not interest:
        return cost
    paid = f"capitalised_interest{suffix}" + (
        " + construction_fees"
        + (f" * phase_part{suffix}" if suffix else "")
        + (" + lease_interest_capitalised" if form.leases else "")
    )
    if not others:
        return f"{cost} + {paid}"
    # Interest is spread as the cost of the classes.
    accounts = [account(other, suffix, interest=False, tax=False) for other in form.classes]
    own = account(one, suffix, interest=False, tax=False)
    return f"{cost} + ({paid}) * {own}.original / max({summed(f'{name}.original' for name in accounts)}, one_yuan)"


def _retired(form: Structure, one: ClassForm, suffix: str) -> str:
    """The share of a class that the first replacement takes out: where its batteries are."""
    holder = next((other for other in form.classes if "battery" in other.lines), form.classes[0])
    if one is not holder or not any(renewal.battery and not renewal.expensed for renewal in form.renewals):
        return assets.RETIRED["none"]
    if form.retired_stated:
        return assets.RETIRED["stated"]
    share = f"phase_share{suffix} * " if suffix else ""
    return assets.RETIRED["battery"].format(whole=account(one, suffix, interest=False, tax=False), share=share)


def _written_off(form: Structure, one: ClassForm) -> str:
    parts = [assets.WRITTEN_OFF["sold"]] if form.disposal else []
    if _retired(form, one, "") != assets.RETIRED["none"]:
        parts.append(f"({assets.WRITTEN_OFF['retired']})" if parts else assets.WRITTEN_OFF["retired"])
    return summed(parts)


def _renewal(form: Structure, one: RenewalForm, suffix: str) -> Instance:
    name = f"{one.name}{suffix}"
    source = source_of(one)
    amount = "kwh_per_mwh * energy_mwh"
    texts = {
        "cost": _cost(form, one, name),
        "capitalised": "0" if one.expensed else "spent",
        "salvage": f"{name}.replacing * salvage_yuan_per_kwh * {amount} / (1 + vat_rate)" if one.battery else "0",
        # What is replaced again is depreciated until then.
        "depreciation": assets.RENEWAL_DEPRECIATION[_wears(one)].format(
            term="years" if one.superseded is None else f"min(years, {one.superseded} - {one.year})",
            until=one.until, life=one.life,
        ),
        "written_off": assets.RENEWAL_WRITTEN_OFF[_leaves(form, one)],
    }  # fmt: skip
    keys = ("vat_rate", "residual_share", "years", "replacement_yuan_per_kwh", "salvage_yuan_per_kwh", "yuan", "price_decline", "price_age")  # fmt: skip
    names = {**numbers(source, *keys), "since": f"{name}.since", "superseded": f"{name}.superseded"}
    kind = assets.RENEWAL_BY_HEALTH if one.by_health else assets.RENEWAL
    return kind.put(name, texts, names)


def _wears(one: RenewalForm) -> str:
    return "augmentation" if one.augmentation else "by_health" if one.by_health else "by_year"


def source_of(one: RenewalForm) -> str:
    """What the inputs of a replacement, an augmentation or a later work are called by."""
    return "augmentation" if one.augmentation else "renewal" if one.battery else f"work_{one.label}"


def _cost(form: Structure, one: RenewalForm, name: str) -> str:
    """What is paid with VAT in a column."""
    falls = assets.PRICE_FALLS if one.declining else ""
    if one.augmentation:
        return f"({name}.placed_mwh * kwh_per_mwh * replacement_yuan_per_kwh{falls})"
    if one.battery:
        return f"({name}.replacing * replacement_yuan_per_kwh * kwh_per_mwh * energy_mwh{falls})"
    return f"({name}.replacing * yuan * {'1' if form.capital_gross else '(1 + vat_rate)'})"


def _leaves(form: Structure, one: RenewalForm) -> str:
    """How what was capitalised leaves the books before it is depreciated."""
    if one.by_health:
        return "by_health_sold" if form.disposal else "superseded"
    if one.superseded is not None:
        return "both" if form.disposal else "superseded"
    return "sold" if form.disposal else "none"
