"""What a run's rows say together is what pandas finds in the same Parquet file; what is no finished run is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from appraisal import scenario_path
from appraisal.batch.finished import Run, open_run
from appraisal.batch.matrix import read_matrix
from appraisal.batch.run import Batch, run_batch
from appraisal.batch.summary import MOST_GROUPS, by_group, failures, grouped, ranked, spread, undefined
from appraisal.errors import InputError, IntegrityError
from appraisal.library.reader import read_file
from appraisal.metrics import KEYS
from appraisal.report.run_summary import summary

Command = Callable[..., Any]
ROWS = 300


def frame_of(rows: int) -> pd.DataFrame:
    """Areas, debt from none on, and cells of every kind of fault."""
    rng = np.random.default_rng(5)
    area = rng.choice(["zhejiang", "jiangsu", "hubei"], rows)
    frame = pd.DataFrame({
        "id": [f"s{row}" for row in range(rows)], "project.province": area, "market.tariff": [f"retail.{one}" for one in area],
        "storage.energy_mwh": rng.choice([8.0, 10.0], rows), "finance.debt_share": np.where(rng.random(rows) < 0.2, 0.0, rng.uniform(0.2, 0.8, rows)),
    })  # fmt: skip
    frame.loc[7, "finance.debt_share"] = 1.7
    frame.loc[9, "market.tariff"] = "retail.nowhere"
    frame.loc[11, "market.tariff"] = "retail.nowhere"
    frame.loc[5, "project.province"], frame.loc[5, "market.tariff"] = None, None
    return frame


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A finished run of a ready case."""
    folder = tmp_path_factory.mktemp("summary")
    frame_of(ROWS).to_csv(folder / "m.csv", index=False)
    base: Any = read_file(scenario_path("zhejiang_user_lfp")).plain()
    matrix = read_matrix(folder / "m.csv", base)
    run_batch(Batch(base=base, name="zhejiang_user_lfp", files={}, matrix=matrix), folder / "run")
    return open_run(folder / "run")


@pytest.fixture(scope="module")
def read(run: Run) -> pd.DataFrame:
    """The results as pandas reads them; failed rows have no figures."""
    return pd.read_parquet(run.path / "results.parquet")


@pytest.mark.parametrize("key", KEYS)
def test_spread_is_that_of_pandas(run: Run, read: pd.DataFrame, key: str) -> None:
    """Oracle: pandas' own quantile, mean, ends and counts. P90 is exceeded by 90 %: the quantile 0.1."""
    found, column = spread(run.numbers(key)[~run.failed]), read[key][read["status"] == "ok"]
    assert (found.rows, found.known) == (len(column), column.count())
    for name, share in (("P90", 0.1), ("P50", 0.5), ("P10", 0.9)):
        assert found.p[name] == pytest.approx(column.quantile(share), rel=1e-12)
    assert (found.least, found.most) == (column.min(), column.max())
    assert found.mean == pytest.approx(column.mean(), rel=1e-12)


def test_spread_of_nothing_has_no_number() -> None:
    """No rows, or none with a number, is not zero."""
    for values in (np.array([]), np.array([np.nan])):
        found = spread(values)
        assert found.known == 0
        assert np.isnan([found.mean, found.least, found.most, *found.p.values()]).all()


def test_undefined_figures_are_counted_by_reason(run: Run, read: pd.DataFrame) -> None:
    """Oracle: pandas' value_counts of the status of rows that did not fail and have no number. Cases without debt have no DSCR."""
    standing = read[(read["status"] == "ok") & read["dscr_min"].isna()]
    assert undefined(run, "dscr_min") == standing["dscr_min_status"].value_counts().sort_index().to_dict()
    assert sum(undefined(run, "dscr_min").values()) == (standing["finance.debt_share"] == 0.0).sum() > 0


def test_groups_are_those_of_pandas(run: Run, read: pd.DataFrame) -> None:
    """Oracle: pandas' groupby over two columns, the base's own value a group of its own."""
    groups = grouped(run, ["province", "storage.energy_mwh"])
    assert groups.names == ("project.province", "storage.energy_mwh")
    theirs = read.groupby(["project.province", "storage.energy_mwh"], dropna=False)
    mine = dict(zip(groups.values, by_group(groups, run.numbers("project_irr"), run.failed), strict=True))
    assert len(mine) == theirs.ngroups
    for (area, energy), part in theirs:
        failed, found = mine[None if pd.isna(area) else area, energy]
        assert (failed, found.rows) == ((part["status"] == "failed").sum(), (part["status"] == "ok").sum())
        if found.known:
            assert found.p["P50"] == pytest.approx(part["project_irr"].median(), rel=1e-12)
            assert found.p["P90"] == pytest.approx(part["project_irr"].quantile(0.1), rel=1e-12)


@pytest.mark.parametrize(("key", "least_first"), [("project_irr", False), ("lcos_yuan_per_kwh", True)])
def test_best_and_worst_are_sorted_by_what_is_better(run: Run, read: pd.DataFrame, key: str, least_first: bool) -> None:
    """Oracle: pandas' stable sort. Of a cost the least is best."""
    best, worst = ranked(run, key, 6)
    ordered = read[key].dropna().sort_values(ascending=least_first, kind="stable")
    assert read[key][best].tolist() == ordered.head(6).tolist()
    assert read[key][worst].tolist() == ordered[::-1].head(6).tolist()
    assert run.at(best.tolist(), ["id", key])["id"].tolist() == read["id"][best].tolist()


def test_failures_are_counted_by_code_and_input(run: Run) -> None:
    """Two rows name a tariff that is not there, one a share above 1: set out in ``frame_of``."""
    found = failures(run)
    assert found["rows"].tolist() == [2, 1]
    assert found["path"].tolist()[1] == "finance.debt_share"
    assert found["id"].tolist() == ["s9", "s7"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_summary_has_tables_and_pictures_of_what_varies(run: Run, lang: str) -> None:
    """Province varies and is parted by unasked; every picture has a table and words."""
    found = summary(run, "project_irr", [], 3, lang)
    assert list(found.tables) == ["summary", "undefined", "best", "worst", "by_province", "failures"]
    assert (len(found.tables["best"]), len(found.tables["summary"])) == (3, len(KEYS))
    json.dumps(found.as_json(), allow_nan=False)
    for draw in found.pictures.values():
        picture = draw()
        assert len(picture.table)
        assert picture.alt


def test_what_cannot_be_grouped_is_refused(run: Run) -> None:
    """A column that the rows do not vary, and one of more values than a table has."""
    with pytest.raises(InputError, match="do not vary one input"):
        grouped(run, ["finance.loan_rate"])
    assert ROWS > MOST_GROUPS
    with pytest.raises(InputError, match="combinations"):
        grouped(run, ["finance.debt_share"])


def test_folder_that_is_no_finished_run_is_refused(tmp_path: Path, run: Run) -> None:
    """An empty folder, a run that was cut short, and results that were changed afterwards."""
    with pytest.raises(InputError, match="no run folder"):
        open_run(tmp_path)
    manifest = dict(run.manifest)
    manifest.pop("results_sha256")
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(InputError, match="not finished"):
        open_run(tmp_path)
    (tmp_path / "manifest.json").write_text(json.dumps(dict(run.manifest)))
    content = (run.path / "results.parquet").read_bytes()
    (tmp_path / "results.parquet").write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(IntegrityError, match="has changed"):
        open_run(tmp_path)


def test_command_prints_and_writes(run: Run, tmp_path: Path, command: Command) -> None:
    """JSON on stdout, every table and chart in the folder; an unknown figure is refused with 3."""
    made = command(
        "summary", str(run.path), "--by", "province,energy_mwh", "--json", "-o", str(tmp_path / "s"), "--charts", "svg"
    )
    assert made.code == 0, made.err
    told = json.loads(made.out)
    assert told["schema"] == "summary/1"
    assert {"summary.json", "by_province_energy_mwh.csv", "distribution.svg", "best.csv"} <= {
        one.name for one in (tmp_path / "s").iterdir()
    }
    wrong = command("summary", str(run.path), "--metric", "project_ir")
    assert wrong.code == 3
    assert "project_irr" in wrong.err
