"""A row of a batch is what its case alone gives, bit for bit, whatever stands beside it and however it was reached."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from structures import CHOSEN

from appraisal import Change, appraise, load_case, scenario_path
from appraisal.batch.matrix import read_matrix
from appraisal.batch.plan import LEAST_ROWS
from appraisal.batch.run import Batch, run_batch
from appraisal.library.reader import read_file
from appraisal.metrics import KEYS

Command = Callable[..., Any]
# So little memory that a block has the least rows that any block has.
SMALL = 1


def base_of(name: str) -> dict[str, Any]:
    """A ready case as its file holds it."""
    raw = read_file(scenario_path(name)).plain()
    assert isinstance(raw, dict)
    return raw


def batch_of(name: str, matrix: Path) -> Batch:
    """A batch of a ready case; no ready case has a file beside it."""
    base = base_of(name)
    return Batch(base=base, name=name, files={}, matrix=read_matrix(matrix, base))


def write(path: Path, frame: pd.DataFrame) -> Path:
    """A matrix as CSV with every bit of its numbers."""
    frame.to_csv(path, index=False)
    return path


def table_of(rows: int, seed: int = 1) -> pd.DataFrame:
    """Numbers and structures mixed; some cells left to the base."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "id": [f"s{row}" for row in range(rows)],
            "finance.loan_rate": rng.uniform(0.03, 0.05, rows),
            "storage.energy_mwh": rng.choice([8.0, 10.0, 12.0], rows),
            "project.operation_years": rng.choice([12, 15], rows),
            "finance.repayment": rng.choice(["annuity", "equal_principal"], rows),
            "finance.debt_share": np.where(rng.random(rows) < 0.3, np.nan, rng.uniform(0.2, 0.8, rows)),
        }
    )


@pytest.mark.parametrize("name", [*CHOSEN, "jiangsu_factory_pv", "qinghai_pv_storage"])
def test_row_equals_its_own_case_bit_for_bit(name: str, tmp_path: Path) -> None:
    """Oracle: the single appraisal of the case with the row's changes, which knows nothing of batches."""
    frame = table_of(12).drop(columns=["project.operation_years"])
    # About what the case has: a store far smaller could not hold what its services set aside.
    frame["storage.energy_mwh"] *= float(load_case(scenario_path(name)).storage.energy_mwh[0, 0]) / 10.0
    run_batch(batch_of(name, write(tmp_path / "m.csv", frame)), tmp_path / "run")
    found = pd.read_parquet(tmp_path / "run" / "results.parquet")
    for row, stated in enumerate(frame.drop(columns="id").to_dict(orient="records")):
        changes = [Change(path=str(path), value=value) for path, value in stated.items() if not pd.isna(value)]
        alone = appraise(load_case(scenario_path(name), changes)).metrics
        assert found["status"][row] == "ok", row
        for key in KEYS:
            assert np.array_equal(found[key][row], alone[key].value[0], equal_nan=True), (row, key)
            assert found[f"{key}_status"][row] == alone[key].reason[0]


def test_warnings_follow_each_row_and_not_the_head_of_its_group(tmp_path: Path) -> None:
    """A slip of a unit in the third row is told there and nowhere else, whichever row comes first.

    10⁴ × the cost of the ready case is no investment of any store (``implausible``) and no usual price (``unusual``).
    """
    prices = [600.0, 650.0, 6e6, 700.0]
    for place, order in enumerate(([0, 1, 2, 3], [2, 0, 1, 3])):
        frame = pd.DataFrame({"id": [f"s{row}" for row in order], "capital.battery_yuan_per_kwh": [prices[row] for row in order]})  # fmt: skip
        folder = tmp_path / f"run{place}"
        run_batch(batch_of("zhejiang_user_lfp", write(tmp_path / f"m{place}.csv", frame)), folder)
        found = pd.read_parquet(folder / "results.parquet").set_index("id")["warnings"]
        for name in ("s0", "s1", "s3"):
            assert not {"implausible", "unusual"} & set(found[name].split())
            assert set(found[name].split()) == {note.code for note in load_case(scenario_path("zhejiang_user_lfp")).notices}  # fmt: skip
        assert {"implausible", "unusual"} <= set(found["s2"].split())


def test_bytes_depend_on_neither_block_size_nor_jobs(tmp_path: Path) -> None:
    """Fifteen blocks of a hundred rows in two processes give the file of a few blocks in one."""
    rows = 15 * LEAST_ROWS
    batch = batch_of("hainan_grid_lfp", write(tmp_path / "m.csv", table_of(rows)))
    run_batch(batch, tmp_path / "a")
    run_batch(batch, tmp_path / "b", jobs=2, memory=SMALL)
    assert len(list((tmp_path / "b" / "parts").iterdir())) == 15
    assert (tmp_path / "a" / "results.parquet").read_bytes() == (tmp_path / "b" / "results.parquet").read_bytes()


def test_rows_in_another_order_have_the_same_results(tmp_path: Path) -> None:
    """Every column but the row's number follows the identifier, warnings and hashes too."""
    frame = table_of(300)
    run_batch(batch_of("zhejiang_user_lfp", write(tmp_path / "a.csv", frame)), tmp_path / "a")
    mixed = frame.sample(frac=1.0, random_state=3)[["finance.debt_share", *frame.columns.drop("finance.debt_share")]]
    run_batch(batch_of("zhejiang_user_lfp", write(tmp_path / "b.csv", mixed)), tmp_path / "b")
    one, other = (
        pd.read_parquet(tmp_path / name / "results.parquet").set_index("id").sort_index().drop(columns="row")
        for name in ("a", "b")
    )
    pd.testing.assert_frame_equal(one, other[one.columns], check_exact=True)


def test_same_table_as_csv_and_parquet_gives_the_same_bytes(tmp_path: Path) -> None:
    """The matrix is its values, not its file."""
    frame = table_of(50)
    frame.to_parquet(tmp_path / "m.parquet")
    run_batch(batch_of("hainan_grid_lfp", write(tmp_path / "m.csv", frame)), tmp_path / "a")
    run_batch(batch_of("hainan_grid_lfp", tmp_path / "m.parquet"), tmp_path / "b")
    assert (tmp_path / "a" / "results.parquet").read_bytes() == (tmp_path / "b" / "results.parquet").read_bytes()


def test_file_of_results_holds_no_time_and_fixed_groups(tmp_path: Path) -> None:
    """A run a second later has the same bytes; the groups of rows are those of the format."""
    batch = batch_of("contract_schedule", write(tmp_path / "m.csv", table_of(20)[["id", "finance.loan_rate"]]))
    contents = []
    for name in ("a", "b"):
        run_batch(batch, tmp_path / name)
        contents.append((tmp_path / name / "results.parquet").read_bytes())
    assert contents[0] == contents[1]
    assert pq.ParquetFile(tmp_path / "a" / "results.parquet").metadata.num_row_groups == 1


def test_bad_rows_fail_alone_with_their_reason(tmp_path: Path) -> None:
    """One row a kind of fault, beside rows that stand; the good ones are what they are without the bad."""
    good = pd.DataFrame({"id": ["g1", "g2"], "finance.loan_rate": [0.03, 0.04]})
    bad = pd.DataFrame(
        [
            {"id": "range", "finance.loan_rate": 88},
            {"id": "text", "finance.loan_rate": "3.5%"},
            {"id": "word", "market.voltage": "9kv"},
            {"id": "count", "project.operation_years": 12.5},
            {"id": "together", "finance.loan_years": 40},
            {"id": "fact", "project.construction_start": "1990-01"},
            {"id": "tariff", "market.tariff": "retail.zhejang"},
        ]
    )
    write(tmp_path / "all.csv", pd.concat([good[:1], bad, good[1:]]))
    write(tmp_path / "good.csv", good)
    run_batch(batch_of("zhejiang_user_lfp", tmp_path / "all.csv"), tmp_path / "all")
    run_batch(batch_of("zhejiang_user_lfp", tmp_path / "good.csv"), tmp_path / "good")
    failures = pd.read_csv(tmp_path / "all" / "failures.csv").set_index("id")
    assert list(failures.index) == list(bad["id"])
    reasons = {
        "range": "88 is outside 0–0.5", "text": "write 0.035", "word": "no voltage '9kv'", "count": "12.5 is not a whole number",
        "together": "40", "fact": "no value before", "tariff": "did you mean 'retail.zhejiang'",
    }  # fmt: skip
    for identity, words in reasons.items():
        assert words in failures["reason"][identity], failures["reason"][identity]
    every, alone = (pd.read_parquet(tmp_path / name / "results.parquet").set_index("id") for name in ("all", "good"))
    for key in KEYS:
        assert (every.loc[["g1", "g2"], key].to_numpy() == alone[key].to_numpy()).all()
        assert every.loc[list(bad["id"]), key].isna().all()
    assert set(every.loc[list(bad["id"]), "status"]) == {"failed"}


def test_many_bad_rows_are_found_one_by_one(tmp_path: Path) -> None:
    """Every third loan is longer than the project, which only the whole case can tell."""
    years = [10.0 if row % 3 else 40.0 for row in range(300)]
    frame = pd.DataFrame({"finance.loan_years": years, "finance.loan_rate": np.linspace(0.03, 0.05, 300)})
    found = run_batch(batch_of("hainan_grid_lfp", write(tmp_path / "m.csv", frame)), tmp_path / "run")
    failed = pd.read_parquet(tmp_path / "run" / "results.parquet")["status"] == "failed"
    assert failed.tolist() == [years[row] == 40.0 for row in range(300)]
    assert sum(found.failed.values()) == 100


def test_unknown_metric_is_refused_before_anything_runs(tmp_path: Path, command: Command) -> None:
    """Exit 3 with the nearest name, and no folder."""
    matrix = write(tmp_path / "m.csv", pd.DataFrame({"finance.loan_rate": [0.03]}))
    ran = command(
        "batch",
        "hainan_grid_lfp",
        "-m",
        str(matrix),
        "-o",
        str(tmp_path / "run"),
        "--metric",
        "equity_ir",
        "--jobs",
        "1",
    )
    assert (ran.code, "did you mean 'equity_irr'" in ran.err, (tmp_path / "run").exists()) == (3, True, False)


def test_command_ends_with_four_where_rows_failed(tmp_path: Path, command: Command) -> None:
    """0 without a failure; 4 with one, whose reason stands in the language asked for."""
    write(tmp_path / "good.csv", pd.DataFrame({"finance.loan_rate": [0.03, 0.04]}))
    write(tmp_path / "bad.csv", pd.DataFrame({"finance.loan_rate": [0.03, 4.0]}))
    for name, code in (("good", 0), ("bad", 4)):
        run = tmp_path / name
        ran = command(
            "batch", "hainan_grid_lfp", "-m", f"{run}.csv", "-o", str(run), "--jobs", "1", "--lang", "zh", "--csv"
        )
        assert ran.code == code
        assert ran.out.strip() == str(run / "results.parquet")
        assert (run / "results.csv").read_bytes().startswith(b"\xef\xbb\xbfrow,id,")
    assert "超出范围" in (tmp_path / "bad" / "failures.csv").read_text(encoding="utf-8-sig")
