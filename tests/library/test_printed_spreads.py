"""Spreads that a trade journal printed, against the prices that a case pays; see tests/oracles/printed_spreads.yaml."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from appraisal.library import Library
from appraisal.library.reader import read_file

BOOK = read_file(Path(__file__).parents[1] / "oracles" / "printed_spreads.yaml").plain()
RECORDS = BOOK["records"]


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.open()


def spread(library: Library, record: dict[str, Any]) -> float:
    """The higher band less the lower one of the month, yuan/kWh."""
    start = date.fromisoformat(f"{record['date']}-01")
    year = library.retail(
        record["tariff"],
        start=start,
        voltage="1-10kV",
        parts=record["parts"],
        user_class=record.get("class"),
        zone=record.get("zone"),
    )
    assert year.months[start.month - 1].taken == start, "the month is not its own: nothing is tested"
    prices = year.prices[start.month - 1]
    return prices[record["high"]] - prices[record["low"]]


@pytest.mark.parametrize("record", RECORDS, ids=[f"{one['tariff']}-{one['date']}" for one in RECORDS])
def test_printed_spread_is_what_a_case_earns(library: Library, record: dict[str, Any]) -> None:
    """Within 0.0001: the list prints four decimals, and Guangdong rounds each band to as many."""
    assert record["source"] in BOOK["sources"]
    found = spread(library, record) * record.get("times", 1.0)
    assert found == pytest.approx(record["spread"], abs=record["tolerance"])


def test_most_spreads_were_not_learned_from_the_list() -> None:
    """Fifteen figures of the list meet prices that the library has from elsewhere."""
    assert sum(record["predicts"] for record in RECORDS) == 15
    told = {(record["tariff"].removeprefix("retail."), record["date"]) for record in RECORDS}
    unused = {
        (row["area"], month)
        for row in BOOK["left_out"]
        for name, month in (("august", "2026-08"), ("september", "2026-09"))
        if name in row
    }
    assert not told & unused
    assert all(row["why"] for row in BOOK["left_out"])
