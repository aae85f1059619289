"""Subsidies by kWh discharged and by capacity: falls, terms, limits, VAT, and the two dated rules of the library."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from strategies import contract, made, merged, plant

from appraisal import appraise
from appraisal.errors import InputError

ENERGY = {"storage": {"power_mw": 10, "energy_mwh": 20, "discharged_mwh": [6000, 5900, 5800, 5700, 5600], "charged_mwh": 7000}, "capital": {"equipment_yuan": 1e7}, "market": {"vat_rate": 0.13}}  # fmt: skip


def known(name: str, terms: dict[str, Any], *changes: dict[str, Any]) -> dict[str, Any]:
    """Five operating years of stated energy with one support."""
    return contract(
        ENERGY,
        {
            "revenue": {"known": {"income_yuan": 1e6, "paid_by": "market"}},
            "support": {name: {"approved": True, **terms}},
        },
        *changes,
    )


def paid(raw: dict[str, Any], name: str) -> np.ndarray:
    """What is settled in the operating years, including VAT."""
    return np.asarray(appraise(made(raw)).revenue.settlements[name].income[0, 1:])


# --- per kWh discharged ---


def test_discharge_subsidy_ends_after_its_years() -> None:
    """0.3 yuan/kWh for three years on 6,000, 5,900 and 5,800 MWh (arithmetic); 13 % VAT is in it and it is booked as revenue."""
    raw = known("discharge_subsidy", {"rate_yuan_per_kwh": 0.3, "years": 3})
    np.testing.assert_allclose(paid(raw, "discharge_subsidy"), [1.8e6, 1.77e6, 1.74e6, 0, 0], rtol=1e-12)
    books = appraise(made(raw)).statements
    np.testing.assert_allclose(books["discharge_subsidy.revenue"][0, 1], 1.8e6 / 1.13, rtol=1e-12)
    assert not books["subsidy"].any()


def test_discharge_subsidy_on_limited_hours() -> None:
    """At most 575 h at 10 MW: 5,750 MWh; below 580 h a year is paid nothing (arithmetic)."""
    capped = paid(known("discharge_subsidy", {"rate_yuan_per_kwh": 0.3, "hours_cap": 575}), "discharge_subsidy")
    np.testing.assert_allclose(capped, 300 * np.array([5750, 5750, 5750, 5700, 5600]), rtol=1e-12)
    least = paid(known("discharge_subsidy", {"rate_yuan_per_kwh": 0.3, "least_hours": 580}), "discharge_subsidy")
    np.testing.assert_allclose(least, 300 * np.array([6000, 5900, 5800, 0, 0]), rtol=1e-12)


@pytest.mark.parametrize(("start", "rates"), [("2023-05", [0.16, 0.128, 0, 0, 0]), ("2024-05", [0.128, 0, 0, 0, 0])])
def test_discharge_subsidy_of_xinjiang_falls_by_calendar_year(start: str, rates: list[float]) -> None:
    """0.2, 0.16 and 0.128 yuan/kWh in 2023, 2024 and 2025 as the report prints them (support.discharge_xinjiang), then nothing.

    Whenever the plant comes: commissioned in the June after its start, its first whole operating year is the next calendar one.
    """
    raw = known(
        "discharge_subsidy", {"area": "xinjiang"}, {"project": {"province": "xinjiang", "construction_start": start}}
    )
    expected = np.array(rates) * 1000 * np.array([6000, 5900, 5800, 5700, 5600])
    np.testing.assert_allclose(paid(raw, "discharge_subsidy"), expected, rtol=1e-12)


def test_discharge_subsidy_of_a_place_without_rule_or_after_its_end_is_told() -> None:
    """Commissioned in 2026 the Xinjiang rule has ended (exit 6); another place has no rule: state the rate."""
    with pytest.raises(InputError, match="repealed from 2026-01-01"):
        made(known("discharge_subsidy", {"area": "xinjiang"}))
    with pytest.raises(InputError, match="state a value here"):
        made(known("discharge_subsidy", {}))
    suzhou = made(known("discharge_subsidy", {"area": "suzhou_park"}))
    terms = suzhou.support["discharge_subsidy"]
    assert (terms.rate_yuan_per_kwh[0, 0], terms.years[0, 0]) == (0.3, 3)  # type: ignore[attr-defined]


def test_discharge_subsidy_counted_in_dispatch_moves_the_plant() -> None:
    """On a day whose spread pays for no cycle a subsidy of 0.06 yuan/kWh does: paid for each of 365 cycles (arithmetic).

    Prices 0.30 and 0.40, round trip 0.8: 0.4 − 0.3/0.8 = 0.025 a kWh < wear 0.05; with the subsidy 0.085 > 0.05, while turning it over within
    one price loses 0.3 · 0.25 + 0.05 − 0.06.
    """
    day = [0.3] * 12 + [0.4] * 12
    raw = plant({
        "storage": {"charge_efficiency": 0.8, "discharge_efficiency": 1, "depth_of_discharge": 1, "availability": 1, "throughput_cost_yuan_per_mwh": 50, "ageing": {"model": "none"}},
        "market": {"typical_days": [{"buy_yuan_per_kwh": day}], "transmission_yuan_per_kwh": 0, "loss_yuan_per_kwh": 0, "system_operation_yuan_per_kwh": 0},
    })  # fmt: skip
    raw["storage"]["ageing"] = {"model": "none"}
    terms = {"approved": True, "rate_yuan_per_kwh": 0.06}
    still = appraise(made(merged(raw, {"support": {"discharge_subsidy": terms}})))
    assert not still.operation.discharged_mwh.any()
    moved = appraise(made(merged(raw, {"support": {"discharge_subsidy": {**terms, "in_dispatch": True}}})))
    np.testing.assert_allclose(moved.operation.discharged_mwh[0, 1:], 365 * 20, rtol=1e-9)
    np.testing.assert_allclose(
        moved.revenue.settlements["discharge_subsidy"].income[0, 1:], 365 * 20_000 * 0.06, rtol=1e-9
    )
    with pytest.raises(InputError, match="every operating year"):
        made(merged(raw, {"support": {"discharge_subsidy": {**terms, "in_dispatch": True, "years": 3}}}))


# --- capacity ---


def test_capacity_subsidy_falls_by_a_fifth_a_year() -> None:
    """0.2 yuan/kWh of capacity falling 20 % a year on 20 MWh: 4,000, 3,200, 2,560, 2,048, 1,638.4 (arithmetic); outside VAT."""
    raw = known("capacity_subsidy", {"yuan_per_kwh_year": 0.2, "step_down": 0.2})
    np.testing.assert_allclose(paid(raw, "capacity_subsidy"), [4000, 3200, 2560, 2048, 1638.4], rtol=1e-12)
    books = appraise(made(raw)).statements
    np.testing.assert_allclose(books["subsidy"][0, 1], 4000, rtol=1e-12)
    assert not books["capacity_subsidy.output_vat"].any()


def test_capacity_subsidy_per_kw_capped_and_with_vat() -> None:
    """100 yuan/kW on 10 MW at most 900,000 a year for two years; taxable, it is revenue without its 13 % (arithmetic)."""
    raw = known("capacity_subsidy", {"yuan_per_kw_year": 100, "cap_yuan_per_year": 9e5, "years": 2, "taxable": True})
    np.testing.assert_allclose(paid(raw, "capacity_subsidy"), [9e5, 9e5, 0, 0, 0], rtol=1e-12)
    np.testing.assert_allclose(appraise(made(raw)).statements["capacity_subsidy.revenue"][0, 1], 9e5 / 1.13, rtol=1e-12)


def test_capacity_subsidy_refusals() -> None:
    """Not approved, nothing granted, a VAT rate outside VAT, ended before operation: each with its reason."""
    for terms, match in (
        ({"approved": False, "yuan_per_kw_year": 1}, "not approved"), ({}, "nothing is granted"),
        ({"yuan_per_kw_year": 1, "vat_rate": 0.13}, "outside VAT"), ({"yuan_per_kw_year": 1, "last_year": 2026}, "before the plant operates in 2027"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=match):
            made(known("capacity_subsidy", terms))


def test_support_by_calendar_year_says_how_operating_years_count() -> None:
    """From 2026-09 on, eight of the first twelve months lie in 2027: it counts as 2027, is told, and an end in 2026 is refused."""
    terms = {"yuan_per_kw_year": 100, "first_year": 2026, "step_down": 0.1}
    calendar = {"project": {"columns": "calendar", "construction_start": "2026-03", "construction_months": 6}}
    case = made(known("capacity_subsidy", {**terms, "last_year": 2028}, calendar))
    (told,) = [note for note in case.notices if "counted by whole operating years" in note.en]
    assert "from 2026-09, counts as 2027" in told.en
    # 900,000 and 810,000 in the two operating years up to 2028-08, by their months 4 + 8 and 4 + 8 (arithmetic).
    income = appraise(case).revenue.settlements["capacity_subsidy"].income[0]
    np.testing.assert_allclose(income[:4], [300e3, 600e3 + 270e3, 540e3, 0], rtol=1e-12)
    with pytest.raises(InputError, match="before the plant operates in 2027"):
        made(known("capacity_subsidy", {**terms, "last_year": 2026}, calendar))
