"""What the books say that a reader must not miss is said."""

from __future__ import annotations

from strategies import made, plant

from appraisal import Change, appraise, load_case, scenario_path
from appraisal.report.remarks import remarks
from appraisal.report.result import as_json


def codes(name: str, *changes: Change) -> list[str]:
    """Codes of the notices of a case with changes."""
    return [note.code for note in remarks(appraise(load_case(scenario_path(name), changes)))]


def test_replacement_paid_from_own_funds_is_named_with_the_plain_cover() -> None:
    """Batteries replaced in operating year 12, column 13 with one construction column, while the loan runs to year 15."""
    changes = (
        Change(path="storage.replacement.operation_years", value=(12,)),
        Change(path="finance.loan_years", value=15),
    )
    result = appraise(load_case(scenario_path("hainan_grid_lfp"), changes))
    told = {note.code: note for note in remarks(result)}
    assert "year 13" in told["cover"].en
    assert "第 13 年" in told["cover"].zh
    assert "payback_twice" in told


def test_loan_that_income_cannot_serve_is_said_to_be_unsustainable() -> None:
    """A price level of a third leaves less income than debt service."""
    assert {"cover", "cash"} <= set(codes("zhejiang_user_lfp", Change(path="market.price_scale", value=0.33)))


def test_input_vat_that_is_never_credited_is_named() -> None:
    """Nearly no income, so that the pool outlives the project."""
    assert "vat_pool" in codes("zhejiang_user_lfp", Change(path="market.price_scale", value=0.05))


def test_battery_below_end_of_life_is_named() -> None:
    """Without its replacement, and with an end of life of 75 %, the Zhejiang battery stands still in its last years."""
    changes = (
        Change(path="storage.replacement", action="remove"),
        Change(path="storage.ageing.end_of_life_soh", value=0.75),
    )
    assert "battery" in codes("zhejiang_user_lfp", *changes)


def test_json_carries_the_remarks_as_warnings() -> None:
    """The same notices reach a program."""
    shown = as_json(appraise(load_case(scenario_path("hainan_grid_lfp"))))
    assert "payback_twice" in [warning["code"] for warning in shown["warnings"]]


def test_energy_of_slices_is_told_beside_the_levelised_cost() -> None:
    """Reserve of 10 MW · 0.2 · 4 h called for a tenth on 300 of 365 days, availability 0.97: 0.8 · 300 · 0.97 · 10 years = 2328 MWh (by hand)."""
    reserve = {
        "power_share": 0.2, "hours": "18:00-22:00", "energy_share": 0.2, "sustain_hours": 0.25, "days_per_year": 300, "price_yuan_per_mw_hour": 10,
        "called_share": 0.1, "charge_price_yuan_per_kwh": 0.3, "energy_price_yuan_per_kwh": 0.5,
    }  # fmt: skip
    result = appraise(made(plant({"revenue": {"reserve": reserve}})))
    (told,) = [note for note in remarks(result) if note.code == "slice"]
    share = 2328 / result.operation.discharged_mwh.sum()
    assert (
        f"2,328 MWh that reserve discharges over the life in a slice of its own ({share:.1%} of what it counts)"
        in told.en
    )
    assert told.path == "lcos_yuan_per_kwh"
    assert not [note for note in remarks(appraise(made(plant()))) if note.code == "slice"]
