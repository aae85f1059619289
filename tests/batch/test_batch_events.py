"""Columns of a matrix that move an event: when it begins, what it sets, its factors; each row is the case so written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from strategies import CAPACITY, made, merged, plant

from appraisal import appraise
from appraisal.batch.matrix import read_matrix
from appraisal.case import Change, apply_changes
from appraisal.errors import InputError
from appraisal.study.batch import grouped, measure_table

NEW = {"stream": "schedule", "paid_by": "market", "income_yuan": 1e5, "vat_rate": 0.13}
CASE = merged(plant(), {"revenue": {"capacity": CAPACITY}, "events": {"later": {
    "zh": "新规", "en": "new rule", "operation_year": 5, "set": {"market.spread_scale": 0.8, "revenue.new": NEW},
    "scale": {"revenue.capacity.price_yuan_per_kw_year": 0.5},
}}})  # fmt: skip
PATHS = ("events.later.operation_year", "events.later.set.market.spread_scale", "events.later.set.revenue.new.income_yuan", "events.later.scale.revenue.capacity.price_yuan_per_kw_year")  # fmt: skip
ROWS = ((5, 0.8, 1e5, 0.5), (5, 0.9, 1e5, 0.4), (7, 0.7, 3e5, 0.25))


def test_columns_of_an_event_are_declared_and_numbers(tmp_path: Path) -> None:
    """Each heading is read with the declaration of what it moves: a count of years, numbers with unit and range."""
    text = "\n".join([",".join(("id", *PATHS)), *(",".join(map(str, (f"r{at}", *row))) for at, row in enumerate(ROWS))])
    file = tmp_path / "m.csv"
    file.write_text(text, encoding="utf-8")
    found = read_matrix(file, CASE)
    assert {path: what.unit for path, what in found.what.items()} == dict(zip(PATHS, ("years", "1", "yuan/year", "1"), strict=True))  # fmt: skip
    assert found.numbers[PATHS[1]].tolist() == [0.8, 0.9, 0.7]
    assert found.what[PATHS[2]].zh.startswith("新规：")


def test_rows_that_move_an_event_are_the_cases_so_written() -> None:
    """The table's NPV is that of each case read on its own; the year of the event alone makes another block."""
    table = [dict(zip(PATHS, row, strict=True)) for row in ROWS]
    assert [group.rows for group in grouped(CASE, table)] == [(0, 1), (2,)]
    npv = measure_table(CASE, table)["project_npv"].value
    alone = [
        appraise(made(apply_changes(CASE, [Change(path=path, value=value) for path, value in row.items()]))).metrics["project_npv"].value[0]
        for row in table
    ]  # fmt: skip
    np.testing.assert_allclose(npv, alone, rtol=1e-12)


@pytest.mark.parametrize(("heading", "told"), [
    ("events.later.set.market.spread", "no value of an event"), ("events.latter.operation_year", "later"), ("events.later.set", "no value of an event"),
])  # fmt: skip
def test_columns_that_no_event_has_are_refused(tmp_path: Path, heading: str, told: str) -> None:
    """The heading is named, with what is known."""
    file = tmp_path / "m.csv"
    file.write_text(f"id,{heading}\na,1\n", encoding="utf-8")
    with pytest.raises(InputError, match=told):
        read_matrix(file, CASE)


@pytest.mark.parametrize("path", [PATHS[1], PATHS[3]])
def test_row_out_of_the_range_of_what_it_moves_is_refused(path: str) -> None:
    """A spread or a factor below 0 is judged by its declaration, in a row as in the case."""
    with pytest.raises(InputError, match="is not 0 or more"):
        measure_table(CASE, [{path: -0.5}])
