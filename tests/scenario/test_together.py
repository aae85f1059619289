"""What a file may not say, a block of scenarios may not say either; and what is sold once is not sold again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from appraisal import Change, appraise, case_from_mapping, load_case, measure_many, scenario_path
from appraisal.errors import InputError
from appraisal.library.reader import read_file


def ready(name: str, *changes: Change) -> Any:
    """A ready case with changes."""
    return load_case(scenario_path(name), changes)


def test_loan_longer_than_the_project_in_one_row_is_refused() -> None:
    """The second of two scenarios would end with debt unpaid."""
    case = ready("zhejiang_user_lfp").vary({"finance.loan_years": np.array([8.0, 30.0])})
    for work in (appraise, measure_many):
        with pytest.raises(InputError, match="30 years of repayment in 15 operating years"):
            work(case)


@pytest.mark.parametrize(
    ("name", "path", "values", "message"),
    [
        ("zhejiang_user_lfp", "finance.grace_years", [0.0, 9.0], "grace lasts as long as the loan"),
        ("zhejiang_user_lfp", "finance.loan_years", [8.0, 8.5], "8.5 is not a whole number of years"),
        (
            "hainan_grid_lfp",
            "revenue.frequency_regulation.price_yuan_per_mw",
            [5.0, 100.0],
            "100 is above the cap of the market, 15 yuan/MW",
        ),
        ("contract_schedule", "capital.spend_profile", [[0.6, 0.4], [0.3, 0.2]], "the shares add to 0.5, expected 1"),
    ],
)
def test_row_that_a_file_may_not_hold_is_refused_in_a_block(
    name: str, path: str, values: list[Any], message: str
) -> None:
    """Each was accepted once, with a rate of return that meant nothing."""
    with pytest.raises(InputError, match=message):
        appraise(ready(name).vary({path: np.array(values)}))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (np.zeros((3, 2)), r"an array of shape \(3, 2\); expected one value a scenario"),
        (np.zeros(0), r"an array of shape \(0,\); expected one value a scenario"),
        (np.array([0.03, np.nan]), "is not a finite number"),
    ],
)
def test_array_that_is_no_column_is_refused(value: np.ndarray, message: str) -> None:
    """With the path it was given for."""
    with pytest.raises(InputError, match=f"vary finance.loan_rate: .*{message}"):
        ready("zhejiang_user_lfp").vary({"finance.loan_rate": value})


def test_list_of_numbers_is_one_value_a_scenario() -> None:
    """As an array is."""
    assert ready("zhejiang_user_lfp").vary({"finance.loan_rate": [0.03, 0.04]}).scenarios == 2


def hainan_with(*entries: tuple[str, dict[str, Any]]) -> Any:
    """The Hainan case with further revenue streams."""
    raw = read_file(scenario_path("hainan_grid_lfp")).plain()
    return case_from_mapping({**raw, "revenue": {**raw["revenue"], **dict(entries)}})


@pytest.mark.parametrize("name", ["capacity", "arbitrage"])
def test_the_same_capacity_or_energy_is_not_sold_twice(name: str) -> None:
    """A second label of a stream that may stand once."""
    terms = {"listed": True, "affordability_assessed": True} if name == "capacity" else {}
    with pytest.raises(InputError, match=f"{name}, again are all {name}: the same power or energy would be sold twice"):
        hainan_with(("again", {"stream": name, **terms}))


REGULATION = {
    "stream": "frequency_regulation",
    "area": "southern_region",
    "power_share": 0.8,
    "mileage_mw_per_mw_hour": 6,
    "performance": 1.2,
    "price_yuan_per_mw": 5,
}


def test_shares_of_power_set_aside_are_at_most_the_plant() -> None:
    """0.1 of the ready case and twice 0.8: 1.7 in every hour."""
    with pytest.raises(InputError, match=r"set aside 1.7 of the rated power at 00:00–24:00"):
        hainan_with(("first", REGULATION), ("second", REGULATION))


def test_shares_in_different_hours_may_add_up() -> None:
    """0.8 by day and 0.8 by night leave a tenth for the ready case and a tenth for arbitrage."""
    case = hainan_with(
        ("by_day", {**REGULATION, "hours": "08:00-20:00"}), ("by_night", {**REGULATION, "hours": "20:00-08:00"})
    )
    assert appraise(case).metrics["project_irr"].status[0] in ("ok", "none", "multiple")


def test_shares_are_counted_without_prices_too() -> None:
    """A case with stated energy has no dispatch that would notice."""
    raw = read_file(scenario_path("contract_schedule")).plain()
    streams = {**raw["revenue"], "first": REGULATION, "second": REGULATION}
    with pytest.raises(InputError, match=r"set aside 1.6 of the rated power"):
        case_from_mapping({**raw, "revenue": streams})


def test_provincial_coefficient_of_the_capacity_price_is_taken_from_the_library() -> None:
    """Gansu, 4 h of 6 h at 330 yuan/kW and 0.89 (the library's facts): 330 · 4/6 · 0.89 = 195.80 yuan/kW."""
    raw = read_file(scenario_path("hainan_grid_lfp")).plain()
    raw["project"] = {**raw["project"], "province": "gansu"}
    raw.pop("uncertainty")
    raw["revenue"] = {"capacity": {"listed": True, "affordability_assessed": True, "duration_hours": 4}}
    result = appraise(case_from_mapping(raw))
    assert result.revenue.settlements["capacity"].income[0, 1] / 100_000 == pytest.approx(195.80)


def test_duration_beyond_rated_energy_is_refused_and_beyond_the_deliverable_is_named() -> None:
    """Rated 4 h; at depth 0.9 and efficiency 0.93 the fresh plant delivers 3.348 h at full power."""
    with pytest.raises(InputError, match="5 h is more than rated energy ÷ rated power, 4 h"):
        ready("hainan_grid_lfp", Change(path="revenue.capacity.duration_hours", value=5))
    told = [
        note.en for note in ready("hainan_grid_lfp", Change(path="revenue.capacity.duration_hours", value=4)).notices
    ]
    assert any("certified hours" in text and "3.35 h" in text for text in told)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("finance.loan_rate", 3.5, r"3.5 is outside 0–0.5 \(a fraction, not percent: 0.035\?\)"),
        ("finance.discount_rate", 8, r"a fraction, not percent: 0.08\?"),
        ("finance.loan_rate", "4.2%", "write 0.042"),
        ("title.en", "\x1b[2Jgone", r"has the invisible character U\+001B"),
        (
            "revenue.arbitrage.price_factor",
            0.9,
            "saving_share does not read it; remove it, or choose discharge_discount",
        ),
        ("storage.replacement.operation_years", (10, 10), "a year stands twice"),
    ],
)
def test_usual_mistakes_are_answered_with_the_remedy(path: str, value: Any, message: str) -> None:
    """Percent for a fraction in a rate above all."""
    with pytest.raises(InputError, match=message):
        ready("zhejiang_user_lfp", Change(path=path, value=value))


def test_dotted_names_of_facts_and_distributions_can_be_set() -> None:
    """``overlays.`` and ``uncertainty.`` are followed by names that have dots of their own."""
    case = ready(
        "zhejiang_user_lfp",
        Change(path="overlays.tax.national.income_tax", value=0.15),
        Change(path="uncertainty.storage.energy_mwh", value={"uniform": (9, 11)}),
    )
    assert case.tax.income_tax_rate[0, 0] == 0.15
    assert set(case.uncertainty) >= {"storage.energy_mwh", "market.spread_scale"}


def test_tariff_of_another_province_is_named() -> None:
    """A slip that changes no figure and means another plant."""
    codes = [
        note.code for note in ready("zhejiang_user_lfp", Change(path="project.province", value="guangdong")).notices
    ]
    assert "province" in codes


def test_hundreds_of_faults_are_cut_with_their_number() -> None:
    """A mangled file is not answered with a book."""
    raw = read_file(scenario_path("zhejiang_user_lfp")).plain()
    raw["finance"] = {**raw["finance"], **{f"odd{place}": 1 for place in range(300)}}
    with pytest.raises(InputError) as caught:
        case_from_mapping(raw)
    assert len(caught.value.faults) <= 101
    assert "more faults; mend these first" in str(caught.value)


@pytest.mark.parametrize(
    "name",
    ["support.first_of_kind_insurance.above_cap", "capacity.hainan.price_yuan_per_kw_year", "retail.beijing.ratio.p"],
)
def test_what_if_on_a_fact_that_the_case_does_not_read_is_refused(name: str) -> None:
    """It would change nothing without a word."""
    with pytest.raises(InputError, match=f"overlays.{name}: this case does not read that fact"):
        ready("zhejiang_user_lfp", Change(path=f"overlays.{name}", value=9))


def test_what_if_on_the_years_of_loss_carry_forward_is_read() -> None:
    """The years come from the tax rule, as everything an authority sets."""
    base, longer = (
        ready("zhejiang_user_lfp"),
        ready("zhejiang_user_lfp", Change(path="overlays.tax.national.loss_years", value=10)),
    )
    assert (base.tax.loss_years, longer.tax.loss_years) == (5, 10)
    assert any(fact.name == "tax.national.loss_years" for fact in base.facts)


def test_what_happens_above_the_premium_cap_is_a_datum() -> None:
    """Premium 5 % of 200 million, cap 3 %: capped 0.8 · 3 % · 200 M = 4.8 M a year for three years, excluded none."""
    rate = Change(path="support.first_of_kind_insurance.premium_rate", value=0.05)
    capped = appraise(ready("contract_schedule", rate)).revenue.settlements["first_of_kind_insurance"]
    excluded = Change(path="overlays.support.first_of_kind_insurance.above_cap", value="excluded")
    none = appraise(ready("contract_schedule", rate, excluded)).revenue.settlements["first_of_kind_insurance"]
    # 80 % of it is passed on in the price.
    assert capped.capital_change.sum() == pytest.approx(-0.8 * 3 * 4.8e6)
    assert none.capital_change.sum() == 0.0


def test_land_needs_the_years_of_its_right() -> None:
    """No authority sets one term for all land."""
    with pytest.raises(InputError, match=r"capital\.land_years: required where there is land"):
        ready("contract_schedule", Change(path="capital.land_years", action="remove"))


def test_size_beyond_any_plant_is_refused() -> None:
    """A slip of a unit."""
    with pytest.raises(InputError, match=r"storage.power_mw: 5e\+06 is outside 0–100000"):
        ready("zhejiang_user_lfp", Change(path="storage.power_mw", value=5e6))


@pytest.mark.parametrize(
    "path", ["project.operation_years", "market.tariff", "finance.repayment", "revenue.arbitrage.emc"]
)
def test_structure_cannot_vary_inside_a_block_and_the_remedy_is_named(path: str) -> None:
    """Nor is the nearest number suggested in its place."""
    with pytest.raises(InputError, match=f"vary {path}: changes the structure of the case; .* a table of scenarios"):
        ready("zhejiang_user_lfp").vary({path: [10, 12]})
