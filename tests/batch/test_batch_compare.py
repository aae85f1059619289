"""Two runs held against each other: rows by id, changes row by row, what they were made from; and cases side by side."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from appraisal import appraise, load_case, scenario_path
from appraisal.batch.differing import Pair
from appraisal.batch.finished import open_run
from appraisal.batch.matrix import read_matrix
from appraisal.batch.run import Batch, run_batch
from appraisal.case import Change, apply_changes
from appraisal.library.reader import read_file
from appraisal.report.run_compare import compare_runs

Command = Callable[..., Any]
FIRST = """id,finance.loan_rate,finance.debt_share
a,0.03,0.5
b,0.04,0.6
c,0.05,1.7
d,0.03,0
e,0.03,0.7
e,0.03,0.8
"""
OTHER = """id,finance.debt_share,finance.loan_rate,finance.loan_years
f,0.5,0.03,8
d,0.4,0.03,8
c,0.7,0.05,8
b,0.6,0.045,8
a,0.5,0.03,
"""


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """The same case at two discount rates, rows in another order."""
    folder = tmp_path_factory.mktemp("compare")
    raw: Any = read_file(scenario_path("zhejiang_user_lfp")).plain()
    for name, text, rate in (("first", FIRST, 0.06), ("other", OTHER, 0.07)):
        (folder / f"{name}.csv").write_text(text)
        base = apply_changes(raw, [Change(path="finance.discount_rate", value=rate)])
        run_batch(
            Batch(base=base, name="zhejiang", files={}, matrix=read_matrix(folder / f"{name}.csv", base)), folder / name
        )
    return Pair(open_run(folder / "first"), open_run(folder / "other"))


def test_rows_are_matched_by_id(pair: Pair) -> None:
    """By hand: a, b, c, d are in both, e in the first only (twice), f in the other only."""
    mine, theirs = pair.places
    assert mine.tolist() == [0, 1, 2, 3]
    assert theirs.tolist() == [4, 3, 2, 1]
    assert pair.only == (["e"], ["f"])
    assert pair.doubled == 1


def test_changes_are_those_of_a_join_by_id(pair: Pair) -> None:
    """Oracle: pandas' merge on the id. The row c failed in the first run and has its number in the other alone."""
    first, other = (pd.read_parquet(run.path / "results.parquet") for run in (pair.first, pair.other))
    joined = first.drop_duplicates("id").merge(other, on="id", suffixes=("_1", "_2"))
    for key in pair.metrics:
        change = (joined[f"{key}_2"] - joined[f"{key}_1"]).dropna()
        found = pair.moved(key)
        assert found.change.known == len(change)
        assert found.changed == (change != 0.0).sum()
        assert found.change.p["P50"] == pytest.approx(change.median(), rel=1e-12)
        np.testing.assert_array_equal(np.sort(pair.change(key)[~np.isnan(pair.change(key))]), np.sort(change))
    assert pair.moved("project_npv").other_only == 1
    # Debt does not move the project; the discount rate does not move its IRR.
    assert (pair.moved("project_irr").changed, pair.moved("project_npv").changed) == (0, 3)


def test_statuses_that_changed_are_told(pair: Pair) -> None:
    """By hand: c's share of 1.7 is refused in the first run, its 0.7 is not in the other."""
    counts, changed = pair.statuses()
    assert counts == {("input", "ok"): 1, ("ok", "ok"): 3}
    assert changed == ["c"]


def test_what_runs_are_made_from_is_told(pair: Pair) -> None:
    """The base by its discount rate, the matrix; loan rates differ in b, debt shares in c and d."""
    assert {(kind, name) for kind, name, _, _ in pair.made()} == {
        ("run", "rows"),
        ("inputs", "base"),
        ("inputs", "matrix"),
    }
    assert list(pair.bases()) == [("finance.discount_rate", 0.06, 0.07)]
    # The refused cell of c is no number in the first run.
    assert list(pair.inputs()) == [
        ("finance.loan_rate", True, True, 1), ("finance.debt_share", True, True, 2), ("finance.loan_years", False, True, None),
    ]  # fmt: skip


def test_run_beside_itself_differs_in_nothing(pair: Pair) -> None:
    """No entry, no change, no picture."""
    found = compare_runs(Pair(pair.first, pair.first), ("one", "two"), "en")
    assert found.tables["made_from"].empty
    assert found.tables["only_in_one"].empty
    assert not found.pictures
    assert (found.tables["differences"]["Rows that changed"] == 0).all()


def test_command_compares_runs(pair: Pair, tmp_path: Path, command: Command) -> None:
    """Tables and charts in the folder; a run beside a case, three runs and one alone are refused."""
    one, two = str(pair.first.path), str(pair.other.path)
    made = command("compare", one, two, "--lang", "zh", "-o", str(tmp_path / "c"), "--tables", "parquet")
    assert made.code == 0, made.err
    assert "project_npv" not in made.out
    names = {path.name for path in (tmp_path / "c").iterdir()}
    assert {"compare.json", "differences.parquet", "only_in_one.parquet", "change_project_npv.html"} <= names
    for wrong in ((one,), (one, "zhejiang_user_lfp"), (one, two, one), (one, two, "--metric", "project_irr")):
        assert command("compare", *wrong).code == 3


def test_command_compares_cases(tmp_path: Path, command: Command) -> None:
    """The figures are those of each case appraised alone; the bridge ends on the other's NPV."""
    other = tmp_path / "other.yaml"
    text = scenario_path("zhejiang_user_lfp").read_text(encoding="utf-8")
    assert "debt_share: " in text
    made = command("case", "new", "--like", "zhejiang_user_lfp", "--to", str(other))
    assert made.code == 0
    changed = other.read_text(encoding="utf-8").replace("power_mw: 5", "power_mw: 4", 1)
    other.write_text(changed, encoding="utf-8")
    found = command("compare", "zhejiang_user_lfp", str(other), "--json", "-o", str(tmp_path / "c"))
    assert found.code == 0, found.err
    told = json.loads(found.out)
    rows = {row["Key"]: row for row in told["tables"]["results"]}
    one, two = (
        appraise(load_case(path)).metrics["project_npv"].value[0]
        for path in (scenario_path("zhejiang_user_lfp"), other)
    )
    assert (rows["project_npv"]["zhejiang_user_lfp"], rows["project_npv"]["other"]) == (one, two)
    assert rows["project_npv"]["other − zhejiang_user_lfp"] == two - one
    assert [row["Input"] for row in told["tables"]["inputs"]] == ["storage.power_mw"]
    bridge = told["tables"]["bridge"]
    assert bridge[-1]["Then, yuan"] == two
    assert sum(step["Change, yuan"] or 0.0 for step in bridge) == pytest.approx(two - one)
    assert (tmp_path / "c" / "bridge.html").exists()


def test_cases_of_two_sides_have_no_bridge_and_faults_are_all_told(tmp_path: Path, command: Command) -> None:
    """Why there is no bridge is said; of two wrong files both are told."""
    made = command("compare", "zhejiang_user_lfp", "hainan_grid_lfp")
    assert made.code == 0
    assert "[bridge]" not in made.out
    assert "No bridge" in made.err
    files = [tmp_path / f"{name}.yaml" for name in ("one", "two")]
    for file in files:
        file.write_text("project: {side: moon}\n")
    wrong = command("compare", *map(str, files))
    assert wrong.code == 3
    assert all(file.name in wrong.err for file in files)
