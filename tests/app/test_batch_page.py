"""The page of batches: a matrix is understood, estimated, run in a process of its own, stopped, gone on with, downloaded."""

from __future__ import annotations

import io
import re
import shlex
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from appraisal.app import batches, jobs
from appraisal.app.draft import Draft, ready
from appraisal.batch.finished import open_run
from appraisal.cli import batch_calls
from appraisal.errors import InputError
from appraisal.report.run_workbook import run_workbook

Open = Callable[..., AppTest]
CSV = "编号,长期借款利率,finance.debt_share\n甲,0.03,0.5\n乙,,0.6\n丙,0.04,1.7\n"


@pytest.fixture
def start() -> Iterator[Callable[..., batches.BatchJob]]:
    """Batches of a session; what still runs at the end is ended."""
    begun: list[batches.BatchJob] = []

    def started(text: str, owner: str = "a") -> batches.BatchJob:
        draft = ready("contract_schedule")
        begun.append(batches.start(draft, batches.preview("m.csv", text.encode(), draft), lang="en", owner=owner))
        return begun[-1]

    yield started
    for job in begun:
        job.cancel()


def waited(job: batches.BatchJob, state: str, seconds: float = 120.0) -> None:
    """Wait until a job stands so."""
    end = time.monotonic() + seconds
    while job.state != state:
        assert time.monotonic() < end, (job.state, job.path("stderr.txt").read_text())
        time.sleep(0.2)


def many(rows: int) -> str:
    """A matrix of so many loan rates; every tenth row of another structure, so that there are several blocks."""
    return "finance.loan_rate,finance.loan_years\n" + "".join(
        f"{0.03 + 1e-6 * row},{8 + row % 10}\n" for row in range(rows)
    )


def test_matrix_is_shown_as_it_was_understood() -> None:
    """By hand: three rows, two inputs by their title and by their path, an empty cell, a share above 1."""
    found = batches.preview("情景.csv", CSV.encode("gbk"), ready("zhejiang_user_lfp"))
    assert (found.rows, list(found.columns)) == (3, ["finance.loan_rate", "finance.debt_share"])
    assert found.first[1] == {"id": "乙", "finance.loan_rate": None, "finance.debt_share": 0.6}
    assert [name for name, _ in found.refused] == ["丙"]
    assert found.seconds > 0.0


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("m.pdf", CSV, "is no table"),
        ("m.csv", "finance.loan_rat\n0.03\n", "finance.loan_rate"),
        ("m.csv", "", ""),
        ("m.xlsx", CSV, ""),
    ],
)
def test_what_is_no_matrix_is_told(name: str, text: str, words: str) -> None:
    """Another kind of file, a heading that names nothing, an empty file, a workbook that is none: faults, no exception."""
    found = batches.preview(name, text.encode(), ready("contract_schedule"))
    assert found.faults
    assert words in found.faults[0].text("en")


def test_matrix_of_too_many_rows_is_left_to_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """One row more than the page takes."""
    monkeypatch.setattr(batches, "MOST_ROWS", 2)
    assert "3 rows" in batches.preview("n.csv", CSV.encode(), ready("zhejiang_user_lfp")).faults[0].text("en")


def test_stopped_batch_goes_on_to_the_results_of_an_undisturbed_one(
    start: Callable[..., batches.BatchJob], tmp_path: Path
) -> None:
    """Stopped after its first block and resumed: the bytes of the command run at once. A second of the session is refused."""
    text = many(12_000)
    job = start(text)
    with pytest.raises(InputError, match="another long study"):
        start(text)
    while not list(job.run.glob("parts/*.arrow")):
        assert job.state == "running", job.path("stderr.txt").read_text()
        time.sleep(0.05)
    job.stop()
    assert job.state == "stopped"
    assert 0 < job.done < job.rows
    job.resume()
    waited(job, "done")
    draft = ready("contract_schedule")
    (tmp_path / "case.yaml").write_text(draft.yaml(), encoding="utf-8")
    (tmp_path / "m.csv").write_text(text)
    from appraisal.batch.run import run_batch

    run_batch(batch_calls.batch_of(str(tmp_path / "case.yaml"), tmp_path / "m.csv", [], [], ()), tmp_path / "run")
    assert (job.run / "results.parquet").read_bytes() == (tmp_path / "run" / "results.parquet").read_bytes()
    folder = job.path()
    job.cancel()
    assert not folder.exists()


def test_failed_rows_are_a_result_and_the_workbook_holds_them(start: Callable[..., batches.BatchJob]) -> None:
    """Exit code 4 is done; every cell of the workbook is that of the Parquet file to sixteen digits."""
    job = start("id,finance.loan_rate\n=a,0.03\nb,-1\n")
    waited(job, "done")
    run = open_run(job.run)
    assert run.failed.tolist() == [False, True]
    book = openpyxl.load_workbook(io.BytesIO(run_workbook(run, "zh")))
    assert book.sheetnames == ["结果", "列说明", "失败"]
    heads, *rows = book["结果"].iter_rows(values_only=True)
    read = pd.read_parquet(job.run / "results.parquet")
    assert list(heads) == list(read.columns)
    assert rows[0][heads.index("id")] == "=a"
    for place, name in enumerate(heads):
        for row, cells in enumerate(rows):
            theirs = read[name][row]
            # A workbook keeps sixteen digits.
            expected = (
                None if pd.isna(theirs) else pytest.approx(theirs, rel=1e-15) if isinstance(theirs, float) else theirs
            )
            assert cells[place] == expected, name


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_page_shows_preview_results_and_the_equal_command(open_page: Open, lang: str) -> None:
    """A person starts it and sees quantiles, the failure with its reason, and a command that a shell reads as the same words."""
    app = open_page("batch", "zhejiang_user_lfp", lang, batch_given=("情景.csv", CSV.encode()))
    assert not app.main.error
    app.button(key="batch_start").click().run()
    job: Any = app.session_state["batch_job"]
    try:
        waited(job, "done")
        app.run()
        assert not app.exception, [one.stack_trace for one in app.exception]
        tables = [one.value for one in app.main.table]
        assert any("finance.debt_share" in re.sub(r"\\(.)", r"\1", table.to_string()) for table in tables)
        command = shlex.split(app.main.code[0].value)
        assert command[:2] == ["appraisal", "batch"]
        assert "情景.csv" in command
    finally:
        job.cancel()


def test_draft_with_faults_runs_nothing(open_page: Open) -> None:
    """The faults are told and there is no way to start."""
    broken: Draft = ready("zhejiang_user_lfp")
    from appraisal.case import Change

    app = open_page(
        "batch", broken.changed(Change(path="finance.debt_share", value=7)), "en", batch_given=("m.csv", CSV.encode())
    )
    assert "batch_start" not in [one.key for one in app.button]
    assert jobs.most() >= 1
