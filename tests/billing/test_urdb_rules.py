"""Every rule of a URDB bill by hand, what is refused by name, and laws over random tariffs.

Closed forms use loads so plain that the amount stands beside the test; the year is 2018 (1 January a Monday) where not said.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_urdb_against_pysam import FEW, Drawn, tariffs

from appraisal.billing import LINES, UrdbBill, price_map, read_urdb, understood, urdb_bill, urdb_of
from appraisal.billing.year import year_steps
from appraisal.errors import InputError

HOURS = 8760
ALWAYS = [[0] * 24] * 12
PLAIN: dict[str, Any] = {
    "energyratestructure": [[{"rate": 0.0}]], "energyweekdayschedule": ALWAYS, "energyweekendschedule": ALWAYS,
}  # fmt: skip


def billed(load: np.ndarray | float, year: int = 2018, **fields: Any) -> UrdbBill:
    """The bill of a plain tariff with *fields* put in."""
    table = np.full((1, HOURS), load) if isinstance(load, float) else np.atleast_2d(load)
    return urdb_bill(urdb_of(json.dumps(PLAIN | fields)), table, year=year)


def refused(**fields: Any) -> str:
    with pytest.raises(InputError) as caught:
        urdb_of(json.dumps(PLAIN | fields), where="a.json")
    assert caught.value.text("zh") != str(caught.value)
    return str(caught.value)


def blocks(unit: str) -> list[list[dict[str, Any]]]:
    return [
        [
            {"rate": 0.1, "max": 100, "unit": unit},
            {"rate": 0.2, "adj": 0.1, "max": 300, "unit": unit},
            {"rate": 0.5, "unit": unit},
        ]
    ]


@pytest.mark.parametrize(
    ("unit", "load", "january"),
    [
        # 744 h × 1 kW = 744 kWh: 100 × 0.1 + 200 × 0.3 + 444 × 0.5.
        ("kWh", 1.0, 292.0),
        # 744 h of use at 10 kW: ten times the limits, ten times the energy.
        ("kWh/kW", 10.0, 2920.0),
        # 24 kWh a day at 1 kW: all within the first 100 a day.
        ("kWh daily", 1.0, 74.4),
        # 240 kWh a day at 10 kW: 31 × (100 × 0.1 + 140 × 0.3).
        ("kWh daily", 10.0, 1612.0),
        # 24 h of use a day, below 100.
        ("kWh/kW daily", 10.0, 744.0),
    ],
)
def test_tiers_fill_one_after_the_other(unit: str, load: float, january: float) -> None:
    """What is above a limit pays the next price; all of it does not."""
    assert billed(load, energyratestructure=blocks(unit)).energy[0, 0] == pytest.approx(january, rel=1e-12)


def test_hours_of_use_ask_the_peak_of_the_month() -> None:
    """744 kWh at 1 kW with one hour of 5 kW: 748 kWh, limits 500 and 1500: 500 × 0.1 + 248 × 0.3."""
    load = np.ones((1, HOURS))
    load[0, 100] = 5.0
    found = billed(load, energyratestructure=blocks("kWh/kW"))
    assert found.energy[0, :2] == pytest.approx([124.4, 100 * 0.1 + 200 * 0.3 + 372 * 0.5], rel=1e-12)


def test_periods_share_every_tier_by_their_energy() -> None:
    """1 kW by day, 3 kW by night: 372 and 1116 kWh, so a quarter and three quarters of the first 400 kWh and of the rest."""
    grid = [[0] * 12 + [1] * 12] * 12
    load = np.tile(np.repeat([1.0, 3.0], 12), 365)[None, :]
    prices = [
        [{"rate": 0.1, "max": 400, "unit": "kWh"}, {"rate": 0.2, "unit": "kWh"}],
        [{"rate": 0.3, "max": 400, "unit": "kWh"}, {"rate": 0.6, "unit": "kWh"}],
    ]
    found = billed(load, energyratestructure=prices, energyweekdayschedule=grid, energyweekendschedule=grid)
    assert found.energy_kwh[0][0, 0] == pytest.approx(372)
    assert found.energy_by_period[0][0, 0] == pytest.approx(100 * 0.1 + 272 * 0.2)
    assert found.energy_by_period[1][0, 0] == pytest.approx(300 * 0.3 + 816 * 0.6)


@pytest.mark.parametrize(("year", "weekend_days"), [(2018, 8), (2022, 10), (2024, 8), (2026, 9)])
def test_weekends_are_those_of_the_year(year: int, weekend_days: int) -> None:
    """Saturdays and Sundays of January by the calendar: 2018 began on a Monday, 2022 on a Saturday, 2026 on a Thursday."""
    hours = HOURS + 24 * (year == 2024)
    found = billed(
        np.ones((1, hours)),
        year,
        energyratestructure=[[{"rate": 0.0}], [{"rate": 1.0}]],
        energyweekendschedule=[[1] * 24] * 12,
    )
    assert found.energy[0, 0] == 24.0 * weekend_days
    assert found.energy_kwh[0].sum() + found.energy_kwh[1].sum() == hours


def test_demand_by_period_and_of_the_month() -> None:
    """100 kW at 03:00 and 60 kW at 17:00 once: tiers of 50 kW at 2 and above at 4, evening 10 a kW; the month 7 a kW above 80."""
    evening = [[0] * 16 + [1] * 5 + [0] * 3] * 12
    load = np.zeros((1, HOURS))
    load[0, [3, 17]] = 100.0, 60.0
    found = billed(
        load, demandratestructure=[[{"rate": 2, "max": 50}, {"rate": 4}], [{"rate": 9, "adj": 1}]], demandweekdayschedule=evening,
        demandweekendschedule=ALWAYS, flatdemandstructure=[[{"rate": 0, "max": 80}, {"rate": 7}], [{"rate": 1}]], flatdemandmonths=[0] * 11 + [1],
    )  # fmt: skip
    assert (found.peak_by_period[0][0, 0], found.peak_by_period[1][0, 0], found.peak_kw[0, 0]) == (100.0, 60.0, 100.0)
    assert found.demand_by_period[0][0, 0] == 50 * 2 + 50 * 4
    assert found.demand_by_period[1][0, 0] == 600.0
    assert found.flat_demand[0].tolist() == [140.0, *[0.0] * 11]


def test_demand_is_the_mean_over_its_window() -> None:
    """80 kW for a quarter hour and nothing else: 40 kW over half an hour; a window shorter than a step is told."""
    load = np.zeros((1, 4 * HOURS))
    load[0, 5] = 80.0
    flat = {"flatdemandstructure": [[{"rate": 1.0}]], "flatdemandmonths": [0] * 12}
    assert billed(load, **flat).flat_demand[0, 0] == 80.0
    assert billed(load, **flat, demandwindow=30).flat_demand[0, 0] == 40.0
    hourly = billed(1.0, **flat, demandwindow=15)
    assert (
        "demand is measured over 15 minutes, the load has steps of 60: its demand charge is too low" in hourly.remarks
    )
    with pytest.raises(InputError, match="steps of 10 minutes do not fill the demand window of 15 minutes"):
        billed(np.ones((1, 6 * HOURS)), **flat, demandwindow=15)


@pytest.mark.parametrize(
    ("fields", "january", "february"),
    [
        ({"fixedmonthlycharge": 10}, 10, 10),
        ({"fixedchargefirstmeter": 10, "fixedchargeunits": "$/month"}, 10, 10),
        ({"fixedmonthlycharge": 10, "fixedchargefirstmeter": 10, "fixedchargeunits": "$/month"}, 10, 10),
        ({"fixedchargefirstmeter": 2, "fixedchargeunits": "$/day"}, 62, 56),
        ({"fixedchargefirstmeter": 120, "fixedchargeunits": "$/year"}, 10, 10),
    ],
)
def test_fixed_charge_by_its_unit(fields: dict[str, Any], january: float, february: float) -> None:
    """One meter; by the day times the days of the month; an amount under its old and its new name counts once."""
    assert billed(0.0, **fields).fixed[0, :2] == pytest.approx([january, february], rel=1e-15)


def test_least_bill_of_months_and_of_the_year() -> None:
    """74.4 a long month at 0.1: least 72 tops up the short ones; least 1,000 of the year counts what they added."""
    tariff = {"energyratestructure": [[{"rate": 0.1}]]}
    monthly = billed(1.0, **tariff, mincharge=72.0, minchargeunits="$/month").minimum[0]
    # 672 h in February: 67.2; all other months are above 72 or at 72.
    assert monthly == pytest.approx([0, 4.8, *[0] * 10], abs=1e-12)
    daily = billed(1.0, **tariff, mincharge=2.5, minchargeunits="$/day").minimum[0]
    assert daily[:2] == pytest.approx([77.5 - 74.4, 70 - 67.2], abs=1e-12)
    both = billed(1.0, **tariff, minmonthlycharge=72.0, annualmincharge=1000.0)
    assert both.total.sum() == pytest.approx(1000.0, rel=1e-14)
    assert both.minimum[0, -1] == pytest.approx(1000 - 876 - 4.8)


def test_fuel_adjustment_adds_to_every_price_of_its_month() -> None:
    """0.1 + 0.05 in January only."""
    found = billed(1.0, energyratestructure=[[{"rate": 0.1}]], fueladjustmentsmonthly=[0.05, *[0] * 11])
    assert found.energy[0, :2] == pytest.approx([744 * 0.15, 67.2], rel=1e-12)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"demandratchetpercentage": [0.5] * 12}, "a.json demandratchetpercentage: is at work"),
        ({"lookbackpercent": 0.8, "lookbackrange": 11}, "lookbackpercent: is at work"),
        ({"coincidentratestructure": [[{"rate": 3}]]}, "coincidentratestructure: is at work"),
        ({"demandrateunit": "kVA"}, "demandrateunit: demand in 'kVA' is not supported; expected kW"),
        ({"flatDemandUnits": "kW daily"}, "flatdemandunit: demand in 'kW daily'"),
        ({"realtimepricing": [1]}, "realtimepricing: is not known and may be a charge"),
        ({"energyratestructure": [[{"rate": 1, "max": 5, "unit": "kWh/kW"}, {"rate": 2, "unit": "kWh"}]]}, "tiers in several units ('kWh', 'kWh/kW')"),
        ({"energyratestructure": [[{"rate": 1, "max": 5, "unit": "MJ"}, {"rate": 2}]]}, "the unit 'MJ' is not supported"),
        ({"energyratestructure": [[{"rate": 1, "season": 2}]]}, "energyratestructure.0.0.season: is not supported in a tier"),
        ({"energyratestructure": [[{"rate": 1, "max": 5}, {"rate": 2, "max": 5}, {"rate": 3}]]}, "energyratestructure.0.1.max: the limits of tiers must rise"),
        ({"energyratestructure": [[{"rate": 1}, {"rate": 2}]]}, "energyratestructure.0.0.max: the limits"),
        ({"energyratestructure": [[{"rate": 1, "max": 5}]]}, "the last tier ends at 5.0"),
        ({"energyratestructure": [[{"rate": "1"}]]}, "energyratestructure.0.0.rate: '1' is not a number"),
        ({"energyratestructure": [[{"rate": True}]]}, "True is not a number"),
        ({"energyratestructure": [[]]}, "energyratestructure.0: expected a list of tiers"),
        ({"energyratestructure": []}, "energyratestructure: no prices of energy"),
        ({"energyweekdayschedule": [[0] * 24] * 11}, "energyweekdayschedule: expected 12 rows"),
        ({"energyweekdayschedule": [[0] * 23] * 12}, "energyweekdayschedule.0: expected 24"),
        ({"energyweekendschedule": [[0] * 23 + [1]] * 12}, "energyweekendschedule.11: 1 is no period; the prices know 0 to 0"),
        ({"energyweekendschedule": [[0.5] * 24] * 12}, "0.5 is no period"),
        ({"demandratestructure": [[{"rate": 1}]]}, "demandweekdayschedule: expected 12 rows"),
        ({"flatdemandstructure": [[{"rate": 1}]]}, "flatdemandmonths: expected 12"),
        ({"fixedchargefirstmeter": 3}, "fixedchargeunits: None is not supported"),
        ({"fixedchargefirstmeter": 3, "fixedchargeunits": "$/month", "fixedmonthlycharge": 4}, "two different amounts"),
        ({"mincharge": 3, "minchargeunits": "$/kW"}, "minchargeunits: '$/kW' is not supported; known: $/month"),
        ({"demandwindow": 7}, "demandwindow: 7 minutes are not supported"),
        ({"fueladjustmentsmonthly": [0.1]}, "fueladjustmentsmonthly: expected 12"),
        ({"startdate": "soon"}, "startdate: 'soon' is not a date"),
        ({"energyRateStrux": [[{"rate": 9}]]}, "energyRateStrux: stands under two spellings"),
    ],
)  # fmt: skip
def test_what_is_not_supported_is_refused_by_name(fields: dict[str, Any], told: str) -> None:
    """In both languages, at its field."""
    assert told in refused(**fields)


def test_rules_that_are_not_at_work_are_no_obstacle() -> None:
    """Zeros, empty lists and schedules without a price stand in many files."""
    found = urdb_of(json.dumps(PLAIN | {
        "demandratchetpercentage": [0] * 12, "lookbackrange": 11, "coincidentratestructure": [[{"rate": 0, "max": 5}]],
        "coincidentrateunit": "kW", "demandratestructure": [], "demandweekdayschedule": ALWAYS, "energyattrs": [{"key": "val"}],
        "wholesale": {}, "colour": "red", "energyratestructure": [[{"rate": 1, "max": 5}, {"rate": 2, "max": 1e38}]],
    }))  # fmt: skip
    told = "\n".join(found.remarks)
    assert found.demand is None
    for part in (
        "schedules of 'demand'",
        "energyattrs is in no bill",
        "'colour' is not known",
        "no unit of its tiers: taken as kWh",
    ):
        assert part in told, part


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "a.json:1: is not JSON"),
        ('{"a": 1, "a": 2}', "the key 'a' stands twice"),
        ('{"mincharge": NaN}', "'NaN' is not a number"),
        ("[]", "holds no tariff"),
        ("3", "holds no tariff"),
        ('{"items": []}', "holds no tariff"),
        ('{"items": [{"label": "x"}, {"label": "y"}]}', "2 tariffs answer to ''; name one of 'x', 'y'"),
        ("[" * 100_000, "a number or a nesting"),
        ('{"energyratestructure": [[{"rate": 1e999}]]}', "inf is not a number"),
        ('{"energyratestructure": [[{"rate": 1' + "0" * 5000 + "}]]}", "a number or a nesting"),
        ('{"energyratestructure": [[{"rate": 1' + "0" * 400 + "}]]}", "is not a number"),
    ],
    ids=["cut", "twice", "nan", "none", "number", "empty", "several", "deep", "infinite", "long", "huge"],
)
def test_text_that_is_no_tariff(text: str, told: str) -> None:
    """A fault that says so, never another error."""
    with pytest.raises(InputError) as caught:
        urdb_of(text, where="a.json")
    assert told in str(caught.value)


def test_file_that_cannot_be_read(tmp_path: Path) -> None:
    """Not there, and not UTF-8; the byte-order mark of Windows is no obstacle."""
    with pytest.raises(InputError, match=r"none\.json: cannot be read"):
        read_urdb(tmp_path / "none.json")
    (tmp_path / "gbk.json").write_bytes('{"name": "电价"}'.encode("gbk"))
    with pytest.raises(InputError, match=r"gbk\.json: is not text in UTF-8"):
        read_urdb(tmp_path / "gbk.json")
    (tmp_path / "bom.json").write_bytes(
        b"\xef\xbb\xbf" + json.dumps({"items": [PLAIN | {"label": "x"}, {"label": "y"}]}).encode()
    )
    assert read_urdb(tmp_path / "bom.json", label="x").label == "x"


@pytest.mark.parametrize(
    "stamp", [1727737200, 1727762400, 1727737200000, "2024-10-01T00:00:00Z", {"$date": "2024-10-01T07:00:00Z"}]
)
def test_day_is_the_nearest_midnight(stamp: Any) -> None:
    """The two stamps are those of the San Diego and Los Angeles files, whose schedules both took effect on 2024-10-01."""
    assert urdb_of(json.dumps(PLAIN | {"startdate": stamp})).begins == date(2024, 10, 1)


@pytest.mark.parametrize(
    ("load", "year", "told"),
    [
        (np.ones((1, 8760)), 2024, "8760 steps do not fill the 8784 hours of 2024, a leap year"),
        (np.ones((1, 8784)), 2023, "8784 steps do not fill the 8760 hours of 2023;"),
        (np.full((1, 8760), np.nan), 2023, "must be a table of numbers"),
        (np.ones(8760), 2023, "must be a table of numbers"),
        (-np.ones((1, 8760)), 2023, "is below 0 in 8760 steps: exported energy is not billed here"),
        (np.ones((1, 0)), 2023, "0 steps do not fill"),
    ],
)
def test_load_that_is_no_year_is_refused(load: np.ndarray, year: int, told: str) -> None:
    """Leap years and exports by name."""
    with pytest.raises(InputError, match="load_kw") as caught:
        urdb_bill(urdb_of(json.dumps(PLAIN)), load, year=year)
    assert told in str(caught.value)


def test_steps_of_a_year_follow_the_calendar() -> None:
    """Every hour of two years against the standard library's own calendar."""
    for year in (2024, 2025):
        days = (date(year + 1, 1, 1) - date(year, 1, 1)).days
        made = year_steps(year, days * 48)
        for day in range(days):
            told = date.fromordinal(date(year, 1, 1).toordinal() + day)
            at = slice(day * 48, day * 48 + 48)
            assert set(made.month[at]) == {told.month}
            assert set(made.weekend[at]) == {told.isoweekday() > 5}
        assert made.hour[:4].tolist() == [0, 0, 1, 1]
        assert made.of(12).stop == days * 48


def test_picture_and_report_show_what_was_read() -> None:
    """Prices of the first tier with adjustment and fuel; every tier and amount in words."""
    grid = [[0] * 12 + [1] * 12] * 12
    found = urdb_of(json.dumps(PLAIN | {
        "name": "Demo", "energyratestructure": [[{"rate": 0.1, "max": 9, "unit": "kWh daily"}, {"rate": 0.3, "unit": "kWh daily"}]] * 2,
        "energyweekdayschedule": grid, "fueladjustmentsmonthly": [0.05, *[0] * 11], "flatdemandstructure": [[{"rate": 3}]],
        "flatdemandmonths": [0] * 12, "minmonthlycharge": 4, "fixedmonthlycharge": 2, "demandwindow": 15,
    }))  # fmt: skip
    shown = price_map(found)
    assert shown.energy.weekday[0].tolist() == grid[0]
    assert shown.energy.weekday_price[:2, 0] == pytest.approx([0.15, 0.1])
    assert shown.flat_demand.tolist() == [[3.0] * 12]
    told = understood(found)
    text = "\n".join(told)
    for part in (
        "Demo",
        "period 0: 0.1 $/kWh up to 9 kWh daily; 0.3 $/kWh",
        "least bill 4 $/month",
        "fixed charge 2 $/month",
        "15 minutes",
    ):
        assert part in text, part
    assert all(line.zh for line in told)


@FEW
@given(tariffs(), st.integers(0, 2**32 - 1))
def test_block_is_its_rows_alone(drawn: Drawn, seed: int) -> None:
    """To the last bit, every line of every month."""
    tariff, load = urdb_of(drawn.text()), np.random.default_rng(seed).gamma(2.0, 10.0, (3, HOURS))
    block = urdb_bill(tariff, load, year=2026)
    for row in range(3):
        alone = urdb_bill(tariff, load[row : row + 1], year=2026)
        for name in LINES:
            assert (alone.line(name)[0] == block.line(name)[row]).all(), name


@FEW
@given(tariffs(), st.integers(0, 2**32 - 1), st.floats(0.0, 20.0))
def test_more_load_never_costs_less_energy_or_demand(drawn: Drawn, seed: int, more: float) -> None:
    """No price is negative: a load raised in every step by one power pays more where limits do not move with the peak."""
    tariff = urdb_of(drawn.text())
    load = np.random.default_rng(seed).gamma(2.0, 10.0, (1, HOURS))
    small, large = (urdb_bill(tariff, kw, year=2018) for kw in (load, load + more))
    assert (large.demand >= small.demand - 1e-9).all()
    assert (large.flat_demand >= small.flat_demand - 1e-9).all()
    rising = all(
        earlier.price <= later.price
        for period in tariff.energy.periods
        for earlier, later in zip(period.tiers, period.tiers[1:], strict=False)
    )
    if rising and "/kW" not in tariff.energy.periods[0].unit and len(tariff.energy.periods) == 1:
        assert (large.energy >= small.energy - 1e-9).all()


@FEW
@given(st.floats(0.01, 2.0), st.floats(0.0, 50.0), st.floats(0.0, 1000.0), st.integers(0, 2**32 - 1))
def test_flat_tariff_scales_with_the_load(energy: float, demand: float, scale: float, seed: int) -> None:
    """One price of energy and of demand: k times the load pays k times as much; the energy is Σ load."""
    load = np.random.default_rng(seed).gamma(2.0, 10.0, (2, HOURS))
    fields = {
        "energyratestructure": [[{"rate": energy}]],
        "flatdemandstructure": [[{"rate": demand}]],
        "flatdemandmonths": [0] * 12,
    }
    once, often = billed(load, **fields), billed(load * scale, **fields)
    np.testing.assert_allclose(often.total, scale * once.total, rtol=1e-11, atol=1e-9)
    np.testing.assert_allclose(once.energy.sum(axis=1), energy * load.sum(axis=1), rtol=1e-11)


@FEW
@given(tariffs(), st.integers(0, 2**32 - 1))
def test_parts_add_up(drawn: Drawn, seed: int) -> None:
    """Energy of the periods is the load's; no part is negative; the least bill holds."""
    load = np.random.default_rng(seed).gamma(2.0, 10.0, (1, HOURS))
    found = urdb_bill(urdb_of(drawn.text()), load, year=2018)
    assert sum(kwh.sum() for kwh in found.energy_kwh.values()) == pytest.approx(load.sum())
    assert all((found.line(name) >= 0).all() for name in LINES)
    assert (found.total >= drawn.least_month - 1e-9).all()
    assert found.total.sum() >= drawn.least_year - 1e-9


@pytest.mark.parametrize(("load", "told"), [(19.0, True), (20.0, False), (500.0, False), (501.0, True)])
def test_load_outside_the_demand_that_the_tariff_is_meant_for_is_told(load: float, told: bool) -> None:
    """Both ends belong to the range; a load within it is not mentioned."""
    found = billed(load, mindemand=20, maxdemand=500)
    wanted = f"1 of 1 loads lie outside the demand that the tariff is meant for (20.0 to 500.0 kW): {load:.1f} kW"
    assert (wanted in found.remarks) == told
    assert any("meant for" in remark for remark in found.remarks) == told
