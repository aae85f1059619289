"""Studies and folders of cases become the same scenarios as a table; a row opens as the case that it is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from appraisal import appraise, load_case, scenario_path
from appraisal.batch.sources import read_study
from appraisal.errors import InputError
from appraisal.metrics import KEYS
from appraisal.scenario import scenario_names

Command = Callable[..., Any]

STUDY = """
seed: 4
grid: {finance.loan_rate: [0.03, 0.04], finance.repayment: [annuity, equal_principal]}
coupled: [{project.operation_years: [12, 15], storage.replacement.operation_years: [[8], [10]]}]
latin_hypercube: {n: 5, inputs: {finance.debt_share: {uniform: [0.4, 0.6]}}}
list: [{id: a, capital.works_yuan_per_kwh: 100}, {id: b}]
"""


def test_study_is_the_product_of_its_factors(tmp_path: Path) -> None:
    """By hand: 2 · 2 · 2 · 5 · 2 rows; coupled inputs move together; the last factor varies fastest."""
    (tmp_path / "s.yaml").write_text(
        STUDY.replace("id: a, ", "").replace("{id: b}", "{capital.works_yuan_per_kwh: 90}")
    )
    found, seed = read_study(tmp_path / "s.yaml", {})
    assert (found.rows, seed) == (80, 4)
    assert found.numbers["finance.loan_rate"].tolist() == [0.03] * 40 + [0.04] * 40
    assert found.numbers["capital.works_yuan_per_kwh"].tolist() == [100.0, 90.0] * 40
    years, replaced = found.words["project.operation_years"], found.words["storage.replacement.operation_years"]
    assert (years.values, replaced.values) == ((12, 15), ((8,), (10,)))
    assert (years.which == replaced.which).all()


def test_latin_hypercube_has_one_draw_in_every_stratum(tmp_path: Path) -> None:
    """McKay, Beckman, Conover 1979: of n equal strata each holds one; the same seed gives the same draws."""
    (tmp_path / "s.yaml").write_text(
        "seed: 7\nlatin_hypercube: {n: 50, inputs: {finance.debt_share: {uniform: [0.2, 0.7]}}}\n"
    )
    first, again = (read_study(tmp_path / "s.yaml", {})[0].numbers["finance.debt_share"] for _ in range(2))
    assert sorted(np.floor((first - 0.2) / 0.01).astype(int)) == list(range(50))
    assert (first == again).all()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("grids: {a: [1]}", "did you mean 'grid'"),
        ("grid: {finance.loan_rate: 0.03}", "expected a list of values"),
        ("grid: {finance.loan_rat: [0.03]}", "did you mean 'finance.loan_rate'"),
        ("coupled: [{finance.loan_rate: [0.03], finance.debt_share: [0.3, 0.4]}]", "all of one length"),
        ("latin_hypercube: {n: 0, inputs: {}}", "path → distribution"),
        ("latin_hypercube: {n: 5, inputs: {finance.debt_share: {uniform: [2, 1]}}}", "uniform"),
        ("grid: {finance.loan_rate: [0.03]}\nseed: -1", "0 or more"),
        ("list: 5", "a list of mappings"),
        ("grid: {}", "makes 0 scenarios"),
    ],
)
def test_wrong_study_is_refused_with_what_is_expected(text: str, words: str, tmp_path: Path) -> None:
    """One fault a file, before anything runs."""
    (tmp_path / "s.yaml").write_text(text)
    with pytest.raises(InputError, match=words):
        read_study(tmp_path / "s.yaml", {})


def test_folder_of_cases_gives_what_each_case_gives(tmp_path: Path, command: Command) -> None:
    """Oracle: every file appraised alone; a file that cannot be read is a row that failed."""
    cases = tmp_path / "cases"
    cases.mkdir()
    for name in scenario_names():
        shutil.copy(scenario_path(name), cases / f"{name}.yaml")
    (cases / "broken.yaml").write_text("project: [\n")
    (cases / "typo.yaml").write_text((cases / "hainan_grid_lfp.yaml").read_text().replace("loan_rate", "loan_rat"))
    ran = command("batch", str(cases), "-o", str(tmp_path / "run"), "--jobs", "1")
    assert ran.code == 4
    found = pd.read_parquet(tmp_path / "run" / "results.parquet").set_index("id")
    assert set(found.index[found["status"] == "failed"]) == {"broken", "typo"}
    assert "did you mean 'loan_rate'" in (tmp_path / "run" / "failures.csv").read_text(encoding="utf-8-sig")
    for name in scenario_names():
        alone = appraise(load_case(scenario_path(name))).metrics
        for key in KEYS:
            assert np.array_equal(found[key][name], alone[key].value[0], equal_nan=True), (name, key)


def test_row_opens_as_the_case_that_it_is(tmp_path: Path, command: Command) -> None:
    """The opened file appraised alone has the row's metrics, bit for bit; lists and words come back as they were."""
    study, run = tmp_path / "s.yaml", tmp_path / "run"
    study.write_text(STUDY.split("list:")[0])
    assert command("batch", "zhejiang_user_lfp", "-m", str(study), "-o", str(run), "--jobs", "1").code == 0
    found = pd.read_parquet(run / "results.parquet").set_index("id")
    for row in ("3", "27", "40"):
        file = tmp_path / f"row{row}.yaml"
        assert command("case", "from-run", str(run), row, "--to", str(file)).code == 0
        alone = appraise(load_case(file)).metrics
        for key in KEYS:
            assert np.array_equal(found[key][row], alone[key].value[0], equal_nan=True), (row, key)
    ran = command("case", "from-run", str(run), "41")
    assert (ran.code, "no row '41'" in ran.err) == (3, True)


def test_from_run_of_no_run_is_refused(tmp_path: Path, command: Command) -> None:
    """A folder without results."""
    ran = command("case", "from-run", str(tmp_path), "1")
    assert (ran.code, "holds no finished run" in ran.err) == (3, True)
