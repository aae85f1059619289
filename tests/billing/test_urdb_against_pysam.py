"""URDB bills against PySAM's Utilityrate5, a bill that nobody here wrote: real tariffs and load, and random ones.

Tolerance: a charge of a month to 1e-12 of itself and 1e-9 dollars. Both sides add the same products of float64 in another order,
at most 3,000 steps a month; the largest gap seen is 1e-15 on the real files and 1e-14 on random ones.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.utilityrate5 import UNITS, YEAR, Charges, charges_of

from appraisal.billing import UrdbBill, bill_file, read_urdb, urdb_bill, urdb_of
from appraisal.errors import InputError

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "real"
NEAR = {"rtol": 1e-12, "atol": 1e-9}
FEW = settings(max_examples=25, deadline=None, derandomize=True, database=None)
FILES = ("reopt_tiered_tou_demand", "sce_tou8_d", "sdge_altou", "smud_citod3")
HOURS = 8760


def real(name: str) -> Path:
    path = REAL / name
    if not path.exists():
        pytest.skip(f"{name} is not here: real series lie beside the repository, not in it")
    return path


def office() -> np.ndarray:
    """The load of a large office in San Francisco, (1, 8760) kW."""
    with real("load_large_office_sf_8760_kw.csv").open(encoding="utf-8") as lines:
        return np.array([[float(row[0]) for row in list(csv.reader(lines))[1:]]])


def same(bill: UrdbBill, charges: Charges, row: int = 0) -> None:
    """Every part of every month."""
    for name in ("energy", "demand", "flat_demand", "fixed", "minimum", "total"):
        np.testing.assert_allclose(bill.line(name)[row], getattr(charges, name), err_msg=name, **NEAR)


@pytest.mark.parametrize("name", FILES)
def test_real_tariff_bills_the_real_load_as_sam_does(name: str) -> None:
    """Energy, demand by period, demand of the month and fixed charge of each of twelve months."""
    path, load = real(f"urdb/{name}.json"), office()
    bill = bill_file(path, load, year=YEAR)
    raw = {key.lower(): value for key, value in json.loads(path.read_text(encoding="utf-8")).items()}
    charges = charges_of(raw, load[0], fixed=raw.get("fixedchargefirstmeter", 0.0))
    same(bill, charges)
    assert charges.energy.min() > 1000
    assert (charges.demand + charges.flat_demand).min() > 1000


def test_real_tariff_bills_a_quarter_hourly_load_as_sam_does() -> None:
    """Four steps an hour: the peaks are those of a quarter hour, energy is a quarter of each power."""
    path = real("urdb/sce_tou8_d.json")
    load = np.repeat(office(), 4, axis=1) * (1 + 0.1 * np.sin(np.arange(4 * HOURS)))
    raw = json.loads(path.read_text(encoding="utf-8"))
    same(bill_file(path, load, year=YEAR), charges_of(raw, load[0], fixed=raw["fixedchargefirstmeter"]))


def test_both_spellings_and_the_list_of_items_are_one_tariff(tmp_path: Path) -> None:
    """The spelling of the bulk download, the envelope of the interface and the older fixed charge bill alike."""
    raw = json.loads(real("urdb/sce_tou8_d.json").read_text(encoding="utf-8"))
    longer = {
        "energyratestructure": "energyRateStrux", "demandratestructure": "demandRateStrux", "flatdemandstructure": "flatDemandStrux",
        "energyweekdayschedule": "energyWeekdaySched", "demandweekendschedule": "demandWeekendSched", "name": "rateName",
    }  # fmt: skip
    bulk = {longer.get(key, key): value for key, value in raw.items()}
    bulk["energyRateStrux"] = [{"energyRateTiers": tiers} for tiers in bulk["energyRateStrux"]]
    older = {key: value for key, value in raw.items() if not key.startswith("fixedcharge")} | {
        "fixedmonthlycharge": 447.44
    }
    load, expected = office(), bill_file(real("urdb/sce_tou8_d.json"), office(), year=YEAR)
    for place, text in enumerate((bulk, older, {"items": [raw]}, [raw])):
        file = tmp_path / f"{place}.json"
        file.write_text(json.dumps(text), encoding="utf-8")
        assert (bill_file(file, load, year=YEAR).total == expected.total).all()


@dataclass(frozen=True)
class Drawn:
    """A random tariff in the fields of a file, with its amounts."""

    raw: dict[str, Any]
    fixed: float
    least_month: float
    least_year: float

    def text(self) -> str:
        return json.dumps(self.raw | {
            "fixedchargefirstmeter": self.fixed, "fixedchargeunits": "$/month", "minmonthlycharge": self.least_month,
            "annualmincharge": self.least_year,
        })  # fmt: skip


price = st.floats(0.01, 1.0)
kw_price = st.floats(0.0, 40.0)


@st.composite
def grids(draw: st.DrawFn, periods: int) -> list[list[int]]:
    rows = draw(st.lists(st.lists(st.integers(0, periods - 1), min_size=24, max_size=24), min_size=1, max_size=3))
    return [rows[month % len(rows)] for month in range(12)]


@st.composite
def blocks(draw: st.DrawFn, rate: st.SearchStrategy[float], limits: list[float], unit: str) -> list[dict[str, Any]]:
    tiers = [{"max": limit, "rate": draw(rate), "adj": draw(st.floats(0, 0.1)), "unit": unit} for limit in limits]
    return [*tiers, {"rate": draw(rate), "unit": unit}]


@st.composite
def tariffs(draw: st.DrawFn) -> Drawn:
    """One to three periods of energy and of demand, up to three tiers each in any unit, tiered flat demand, minimums."""
    unit = draw(st.sampled_from(sorted(UNITS)))
    # A load below has some 300 kWh/kW and 15,000 kWh a month: limits are drawn so that they bind in some months only.
    scale = {"kWh": 15_000.0, "kWh/kW": 300.0, "kWh daily": 500.0, "kWh/kW daily": 10.0}[unit]
    limits = sorted(draw(st.sets(st.integers(2, 14), max_size=2)))
    energy, demand = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    # SAM takes tiers of demand only where all periods have the same; other ones are in test_urdb_rules.
    kw_limits = [10.0 * limit for limit in sorted(draw(st.sets(st.integers(1, 9), max_size=2)))]
    raw = {
        "energyratestructure": [
            draw(blocks(price, [scale * limit / 10 for limit in limits], unit)) for _ in range(energy)
        ],
        "energyweekdayschedule": draw(grids(energy)),
        "energyweekendschedule": draw(grids(energy)),
        "demandratestructure": [draw(blocks(kw_price, kw_limits, "kW")) for _ in range(demand)],
        "demandweekdayschedule": draw(grids(demand)),
        "demandweekendschedule": draw(grids(demand)),
        "flatdemandstructure": [draw(blocks(kw_price, [20.0, 40.0], "kW")), draw(blocks(kw_price, [], "kW"))],
        "flatdemandmonths": draw(st.lists(st.integers(0, 1), min_size=12, max_size=12)),
    }
    # SAM leaves what the month's minimum adds out of the year's: one of the two is drawn.
    month, year = draw(st.sampled_from([(0.0, 0.0), (4000.0, 0.0), (0.0, 90_000.0)]))
    return Drawn(raw, draw(st.floats(0, 500)), month, year)


@FEW
@given(tariffs(), st.integers(0, 2**32 - 1))
def test_random_tariff_bills_as_sam_does(drawn: Drawn, seed: int) -> None:
    """All units of tiers, hours of use included; two loads in one block, each answered as if alone."""
    random = np.random.default_rng(seed)
    load = random.gamma(2.0, 10.0, (2, HOURS)) * random.uniform(0.2, 1.5, (2, 1))
    bill = urdb_bill(urdb_of(drawn.text()), load, year=YEAR)
    for row in range(2):
        charges = charges_of(
            drawn.raw, load[row], fixed=drawn.fixed, least_month=drawn.least_month, least_year=drawn.least_year
        )
        same(bill, charges, row)


def test_tiers_that_differ_between_periods_of_a_month_are_refused_as_by_sam() -> None:
    """SAM's words: tiers should have the same max. usage across periods in the same month."""
    grid = [[0] * 12 + [1] * 12] * 12
    raw = {
        "energyratestructure": [[{"max": 100, "rate": 0.1, "unit": "kWh"}, {"rate": 0.2}], [{"max": 200, "rate": 0.1, "unit": "kWh"}, {"rate": 0.2}]],
        "energyweekdayschedule": grid, "energyweekendschedule": grid,
    }  # fmt: skip
    with pytest.raises(Exception, match=r"same Max\. Usage"):
        charges_of(raw, np.ones(HOURS))
    with pytest.raises(InputError, match=r"energyratestructure: the periods of month 1 \(0, 1\) have different tiers"):
        urdb_of(json.dumps(raw))


@pytest.mark.parametrize("name", FILES)
def test_real_tariff_says_what_it_leaves_out(name: str) -> None:
    """Reactive power and export rules stand in three of the files, and in no bill."""
    tariff = read_urdb(real(f"urdb/{name}.json"))
    told = "\n".join(tariff.remarks)
    assert "US dollars" in told
    raw = real(f"urdb/{name}.json").read_text(encoding="utf-8").lower()
    assert ("demandreactivepowercharge is in no bill" in told) == ("react" in raw)
    assert ("'Net Metering'" in told) == ("net metering" in raw)
