"""Every printed price of every area through the lookup that a case uses; see tests/oracles/printed_prices.yaml."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from appraisal.library import Library, RetailYear
from appraisal.library.reader import read_file, read_text

ORACLE = Path(__file__).parents[1] / "oracles" / "printed_prices.yaml"
FACTS = Path(__file__).parents[3] / "shared" / "facts"
BANDS = {"sharp": "s", "peak": "p", "flat": "f", "valley": "v", "deep": "d"}
AREAS = tuple(sorted(path.stem for path in (Path(__file__).parents[2] / "tariffs" / "retail").glob("*.yaml")))

BOOK = read_file(ORACLE).plain()
ROWS = [(record, row) for record in BOOK["records"] for row in record["rows"]]


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.open()


def look_up(library: Library, record: dict[str, Any], row: dict[str, Any]) -> RetailYear:
    return library.retail(
        record["tariff"],
        start=date.fromisoformat(f"{record['date']}-01"),
        voltage=row["voltage"],
        parts=row["parts"],
        user_class=row.get("class"),
        zone=record.get("zone"),
    )


def errors(year: RetailYear, row: dict[str, Any]) -> dict[str, float]:
    """Difference of every band and charge that the row prints."""
    month = year.start.month - 1
    prices = year.prices[month]
    found = {band: prices[letter] - row[band] for band, letter in BANDS.items() if band in row}
    if "mean_of_peak_flat_valley" in row:
        found["mean"] = sum(prices[letter] for letter in "pfv") / 3 - row["mean_of_peak_flat_valley"]
    for key, values in (("demand", year.demand_yuan_per_kw_month), ("capacity", year.capacity_yuan_per_kva_month)):
        if key in row:
            charge = values[month]
            assert charge is not None
            found[key] = charge - row[key]
    return found


@pytest.mark.parametrize(("record", "row"), ROWS, ids=[f"{r['id']}-{row['voltage']}-{row['parts']}" for r, row in ROWS])
def test_printed_price_is_what_a_case_pays(library: Library, record: dict[str, Any], row: dict[str, Any]) -> None:
    """The month is answered as published, and every printed figure is met within the record's tolerance."""
    year = look_up(library, record, row)
    assert year.months[year.start.month - 1].taken == year.start
    found = errors(year, row)
    assert found
    allowed = row.get("misprint", {}) | row.get("contradicts", {})
    wrong = {key: error for key, error in found.items() if abs(error) > allowed.get(key, record["tolerance"])}
    assert not wrong, f"{record['id']}: {wrong}"


def test_misprint_is_outside_the_record_tolerance(library: Library) -> None:
    """A band is called a misprint only where the table really contradicts itself."""
    for record, row in ROWS:
        found = errors(look_up(library, record, row), row)
        for band in row.get("misprint", {}) | row.get("contradicts", {}):
            assert abs(found[band]) > record["tolerance"]


def test_ratios_that_a_printed_band_contradicts_are_estimates(library: Library) -> None:
    for record, row in ROWS:
        if "contradicts" in row:
            year = look_up(library, record, row)
            ratios = [fact for fact in year.facts if ".ratio." in fact.name]
            assert {fact.source.confidence for fact in ratios} == {"estimate"}


def test_ids_are_unique_and_none_is_both_used_and_left_out() -> None:
    """used + left out = all ids of the file, each once."""
    used = [record["id"] for record in BOOK["records"]]
    assert len(set(used)) == len(used)
    assert not set(used) & set(BOOK["left_out"])
    assert all(reason for reason in BOOK["left_out"].values())


def test_ids_are_complete_against_the_evidence() -> None:
    """Every printed-price record of the areas in the evidence is used or left out by id."""
    if not FACTS.is_dir():
        pytest.skip("the evidence does not stand beside this checkout")
    wanted = {
        record["id"]
        for record in load("additions.yaml")["additions"]
        if record["id"][:2] in ("P.", "A.") and has_file(record["id"][2:].split(".")[0])
    }
    for area in load("tariffs.yaml")["provinces"]:
        if area["id"] in AREAS:
            wanted |= example_ids(area)
    for case in load("published_cases.yaml")["cases"]:
        wanted |= {case["id"]} if case["id"].startswith(tuple(f"tariff_{area}_" for area in AREAS)) else set()
    have = {record["id"] for record in BOOK["records"]} | set(BOOK["left_out"])
    assert have == wanted


def has_file(area: str) -> bool:
    """Whether a file holds an area of the evidence, which may name a zone after it."""
    return any(area == name or area.startswith(f"{name}_") for name in AREAS)


def example_ids(area: dict[str, Any]) -> set[str]:
    """Ids of an area's examples, which the evidence leaves without any, by the file's own rule."""
    ids: set[str] = set()
    for example in area.get("all_in_examples") or ():
        head = f"E.{area['id']}.{example['date']}"
        pairs = (("single", "one"), ("two_part", "two"), ("klass", "two"))  # Shenzhen's one row names its class
        ids |= {f"{head}.{parts}" for key, parts in pairs if key in example}
        ids |= {
            f"{head}.{'one' if row['scheme'] == 'single' else 'two'}.{row['voltage']}"
            for row in example.get("rows", ())
        }
    return ids | {f"E.{area['id']}.{key}" for key in ("basic_fee_third_cycle", "worked_example") if key in area}


def load(name: str) -> Any:
    text = (FACTS / name).read_text(encoding="utf-8")
    return read_text(text, name).plain()
