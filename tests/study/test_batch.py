"""A table of scenarios of any structure gives what each row gives alone, in the order of the table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from appraisal import appraise, case_from_mapping, scenario_path
from appraisal.case import Change
from appraisal.errors import InputError
from appraisal.library.reader import read_file
from appraisal.metrics import KEYS
from appraisal.study.batch import grouped, measure_table


@pytest.fixture(scope="module")
def base() -> dict[str, Any]:
    """A ready case as its file holds it."""
    raw = read_file(scenario_path("zhejiang_user_lfp")).plain()
    assert isinstance(raw, dict)
    return raw


TABLE: list[dict[str, Any]] = [
    {"finance.debt_share": 0.5},
    {"project.operation_years": 12, "finance.debt_share": 0.6},
    {"finance.debt_share": 0.7, "finance.repayment": "annuity"},
    {},
    {"project.operation_years": 12, "finance.debt_share": 0.4},
    {"market.voltage": "35kv"},
    {"finance.debt_share": 0.0},
    {"market.spread_scale": 0.8, "finance.debt_share": 0.3},
]


def test_table_of_mixed_structures_equals_each_row_alone_bit_for_bit(base: dict[str, Any]) -> None:
    """Oracle: the row's own case, appraised alone."""
    together = measure_table(base, TABLE, rows=2)
    for row, overrides in enumerate(TABLE):
        alone = appraise(case_from_mapping(base, [Change(path=path, value=value) for path, value in overrides.items()]))
        assert set(together) == set(KEYS)
        for key, metric in ((key, alone.metrics[key]) for key in KEYS):
            assert np.array_equal(together[key].value[row], metric.value[0], equal_nan=True), (row, key)
            assert together[key].reason[row] == metric.reason[0]


def test_rows_of_one_structure_share_a_group(base: dict[str, Any]) -> None:
    """Rows 1 and 4 differ only in a number."""
    groups = {group.rows for group in grouped(base, TABLE)}
    assert (1, 4) in groups
    assert sorted(row for rows in groups for row in rows) == list(range(len(TABLE)))


def test_rows_without_changes_all_get_the_base_result(base: dict[str, Any]) -> None:
    """A group whose rows are alike is one scenario that stands for each."""
    found = measure_table(base, [{}, {}, {}])["project_irr"].value
    assert found.shape == (3,)
    assert (found == found[0]).all()


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ([], "no rows"),
        ([{"finance.debt_shrae": 0.5}], "unknown key; did you mean 'debt_share'"),
        ([{"finance.debt_share": 1.5}], "1.5 is outside 0–1"),
    ],
)
def test_bad_table_is_refused_with_the_reason(base: dict[str, Any], table: list[dict[str, Any]], message: str) -> None:
    """Each fault names what is wrong."""
    with pytest.raises(InputError, match=message):
        measure_table(base, table)
