"""What a matrix file may look like: encodings, headings in either language, blank lines, duplicate ids, wrong cells."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from appraisal import scenario_path
from appraisal.batch.matrix import Matrix, read_matrix
from appraisal.errors import InputError
from appraisal.library.reader import read_file

Command = Callable[..., Any]


@pytest.fixture(scope="module")
def base() -> dict[str, Any]:
    """A ready case as its file holds it."""
    raw = read_file(scenario_path("zhejiang_user_lfp")).plain()
    assert isinstance(raw, dict)
    return raw


def read(base: dict[str, Any], folder: Path, text: str, encoding: str = "utf-8") -> Matrix:
    """The matrix of a CSV text."""
    path = folder / "m.csv"
    path.write_bytes(text.encode(encoding))
    return read_matrix(path, base)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csv_is_read_in_the_encodings_and_with_the_marks_of_spreadsheets(
    base: dict[str, Any], tmp_path: Path, encoding: str, mark: str
) -> None:
    """The same table, whatever Excel saved it as."""
    text = (
        mark.join(("编号", "长期借款利率", "电价与市场·电压等级")) + "\r\n" + mark.join(("甲", "0.03", "35kv")) + "\r\n"
    )
    found = read(base, tmp_path, text, encoding)
    assert found.ids.tolist() == ["甲"]
    assert found.numbers["finance.loan_rate"].tolist() == [0.03]
    assert found.words["market.voltage"].values == ("35kv",)


@pytest.mark.parametrize(
    ("heading", "path"),
    [
        ("finance.loan_rate", "finance.loan_rate"),
        ("Loan rate", "finance.loan_rate"),
        ("长期借款利率", "finance.loan_rate"),
        ("长期借款利率（比例/年）", "finance.loan_rate"),
        ("额定功率(MW)", "storage.power_mw"),
        ("储能系统·额定功率", "storage.power_mw"),
        ("finance.loans.bank.rate", "finance.loans.bank.rate"),
        ("revenue.arbitrage.investor_share", "revenue.arbitrage.investor_share"),
        ("revenue.capacity.price_yuan_per_kw_year", "revenue.capacity.price_yuan_per_kw_year"),
        ("overlays.technology.lfp.charge_efficiency", "overlays.technology.lfp.charge_efficiency"),
    ],
)
def test_heading_names_an_input(base: dict[str, Any], tmp_path: Path, heading: str, path: str) -> None:
    """A path, or the title that the forms show, alone, with its unit or after its section."""
    assert list(read(base, tmp_path, f"{heading}\n0.1\n").what) == [path]


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("finance.loan_rat", "did you mean 'finance.loan_rate'"),
        ("finanse.loan_rate", "did you mean 'finance.loan_rate'"),
        ("长期借款利息率", "长期借款利率"),
        ("额定功率(kW)", "no input"),
        ("revenue.capcity.price_yuan_per_kw_year", "no input"),
        ("overlays.technology.lfp.charge_efficienc", "did you mean 'overlays.technology.lfp.charge_efficiency'"),
        ("finance.loan_rate,长期借款利率", "which column 'finance.loan_rate' gives too"),
        ("uncertainty.finance.loan_rate", "no input"),
        ("finance.loan_rate,", "column 2 has values and no heading"),
    ],
)
def test_wrong_heading_is_refused_before_anything_runs(
    base: dict[str, Any], tmp_path: Path, heading: str, words: str
) -> None:
    """All wrong headings at once, each with the nearest name."""
    with pytest.raises(InputError, match=words):
        read(base, tmp_path, f"{heading}\n0.1,0.1\n" if "," in heading else f"{heading}\n0.1\n")


def test_title_of_several_inputs_is_refused_with_their_paths(base: dict[str, Any], tmp_path: Path) -> None:
    """Two sections have other costs; the section tells them apart."""
    with pytest.raises(InputError, match="is the title of") as told:
        read(base, tmp_path, "其他费用\n10\n")
    assert "capital.services_yuan, operating_cost.other_yuan" in str(told.value)


def test_numbers_are_read_to_the_last_bit(base: dict[str, Any], tmp_path: Path) -> None:
    """Oracle: Python's own reading of the shortest text of a float."""
    values = np.random.default_rng(0).uniform(0, 0.5, 2000)
    found = read(base, tmp_path, "finance.loan_rate\n" + "\n".join(map(repr, values.tolist())) + "\n")
    assert (found.numbers["finance.loan_rate"] == values).all()


@pytest.mark.parametrize("cell", ["abc", "1e", '"1,200"', "3%", "=1+1", "nan", "inf", "true", "0x1", "１"])
def test_cell_that_is_no_number_refuses_its_row_only(base: dict[str, Any], tmp_path: Path, cell: str) -> None:
    """The reason names the path and what is expected."""
    found = read(base, tmp_path, f"id,finance.loan_rate\na,0.03\nb,{cell}\nc,0.04\n")
    assert list(found.refused) == [1]
    assert found.refused[1].path == "finance.loan_rate"
    assert "expected" in found.refused[1].message


def test_blank_lines_and_short_rows_keep_their_records(base: dict[str, Any], tmp_path: Path) -> None:
    """A blank line is left out and counted; a row of the wrong width is refused; records are those of the file."""
    found = read(base, tmp_path, "id,finance.loan_rate\n\na,0.03\n,\nb\nc,0.04,7\n\nd,0.05\n")
    assert found.lines.tolist() == [3, 5, 6, 8]
    assert {row: one.message for row, one in found.refused.items()} == {
        1: "1 cells, expected 2 as in the heading",
        2: "3 cells, expected 2 as in the heading",
    }
    assert "3 blank rows left out" in found.notes


def test_second_row_of_an_id_is_refused_and_names_the_first(base: dict[str, Any], tmp_path: Path) -> None:
    """Nobody could tell the results of two rows of one name apart."""
    found = read(base, tmp_path, "id,finance.loan_rate\na,0.03\nb,0.04\na,0.05\n")
    assert {row: str(one.message) for row, one in found.refused.items()} == {
        2: "'a' stands in record 2 already; give every scenario its own"
    }


def test_workbook_cells_are_typed(base: dict[str, Any], tmp_path: Path) -> None:
    """A number is a number, text in a column of numbers is refused, a date is told to be written as text."""
    frame = pd.DataFrame(
        {
            "id": ["a", "b", "c", "d"],
            "长期借款利率": [0.03, "0.04", None, 0.05],
            "project.operation_years": [12.0, 15.0, 15.0, 15.0],
            "project.construction_start": ["2026-04", "2026-05", "2026-06", pd.Timestamp("2026-04-01")],
        }
    )
    frame.to_excel(tmp_path / "m.xlsx", index=False)
    found = read_matrix(tmp_path / "m.xlsx", base)
    assert found.words["project.operation_years"].values == (12, 15)
    assert sorted(found.refused) == [1, 3]
    assert "is not a number" in found.refused[1].message
    assert "date of the spreadsheet" in found.refused[3].message
    assert np.isnan(found.numbers["finance.loan_rate"][2])


def test_two_hundred_thousand_rows_of_a_chinese_spreadsheet_get_a_report(tmp_path: Path, base: dict[str, Any]) -> None:
    """GBK, Chinese headings, blank lines, duplicate ids, wrong cells: each is counted, within seconds."""
    rng = np.random.default_rng(1)
    rates = rng.uniform(0.03, 0.05, 200_000)
    lines = [f"方案{row},{rate:.6f},0.5" for row, rate in enumerate(rates)]
    for row in range(0, 200_000, 1000):
        lines[row] = ",,"
        lines[row + 1] = f"方案{row + 2},0.03,0.5"
        lines[row + 3] = f"方案{row + 3},三厘,0.5"
    (tmp_path / "m.csv").write_bytes(("编号,长期借款利率,债务资金比例\r\n" + "\r\n".join(lines) + "\r\n").encode("gbk"))
    start = time.monotonic()
    found = read_matrix(tmp_path / "m.csv", base)
    passed = time.monotonic() - start
    assert found.rows == 200_000 - 200
    assert len(found.refused) == 400
    assert [str(note) for note in found.notes] == [
        "text in GBK", "199,800 rows", "200 blank rows left out", "200 rows repeat an id and are refused"
    ]  # fmt: skip
    assert found.notes[2].zh == "已略去空行 200 行"
    assert passed < 30


def test_headings_alone_and_other_files_are_refused(base: dict[str, Any], tmp_path: Path, command: Command) -> None:
    """Nothing below the heading, no heading that is an input, a picture, a folder of another kind."""
    for name, content, words in (
        ("a.csv", b"finance.loan_rate\n", "has no row below its heading"),
        ("b.csv", b"id\n1\n", "has no column that names an input"),
        ("c.csv", b"\x89PNG\r\n\x1a\n\0\0", "neither text nor a workbook"),
        ("d.png", b"\x89PNG", "is no matrix"),
        ("e.csv", b"", "is empty"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError, match=words):
            read_matrix(tmp_path / name, base)
    ran = command("batch", "zhejiang_user_lfp", "-m", str(tmp_path / "missing.csv"), "--jobs", "1")
    assert (ran.code, "Traceback" in ran.err) == (3, False)
    assert command("batch", "zhejiang_user_lfp").code == 3
