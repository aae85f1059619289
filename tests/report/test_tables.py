"""The tables as people get them: frames, aligned text, CSV files and JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from strategies import CAPACITY, contract, made, plant

import appraisal
from appraisal import Appraisal, appraise, load_case, scenario_path
from appraisal.cli.common import width
from appraisal.finance.tables import TITLES
from appraisal.report.tables import PrintedTables, asked, tables
from appraisal.study.oneway import one_way

YEARLY = [letter for letter in TITLES if letter not in "JK"]


@pytest.fixture(scope="module")
def result() -> Appraisal:
    """The contract case: 18 months of construction, then 20 years."""
    return appraise(load_case(scenario_path("contract_schedule")))


@pytest.fixture(scope="module")
def both(result: Appraisal) -> dict[str, PrintedTables]:
    """Its tables in both languages."""
    return {lang: tables(result, lang) for lang in ("zh", "en")}


def test_all_twelve_are_there_by_letter_name_and_title(result: Appraisal) -> None:
    """Each made once, when it is asked for; the public name is the same function."""
    found = appraisal.tables(result)
    assert list(found) == list("ABCDEFGHIJKL")
    assert found["D"] is found["profit_distribution"] is found["损益和利润分配表"]
    assert set(found.made) == {"D"}
    assert "D" in found
    assert "M" not in found
    with pytest.raises(KeyError, match="did you mean 'balance_sheet'"):
        found["balance_shet"]
    with pytest.raises(ValueError, match="lang 'fr'"):
        tables(result, "fr")


def test_years_have_their_calendar_year_and_period(both: dict[str, PrintedTables]) -> None:
    """Construction from March 2026 for 18 months: two columns of construction, then 20 of operation."""
    heads = both["zh"]["F"].heads
    assert [head.calendar for head in heads] == list(range(2026, 2048))
    assert [head.period for head in heads] == ["construction"] * 2 + ["operation"] * 20
    assert both["zh"]["F"].head_rows()[2][4:7] == ["建设期", "建设期", "运营期"]
    assert both["zh"]["J"].heads == ()


def test_calendar_column_may_hold_both() -> None:
    """Six months from March 2026: the year of commissioning is one of construction and of operation."""
    case = made(plant({"project": {"columns": "calendar"}}))
    heads = tables(appraise(case))["G"].heads
    assert [head.period for head in heads][:2] == ["both", "operation"]


def test_text_agrees_with_the_frame(both: dict[str, PrintedTables]) -> None:
    """Every printed number is the number of the frame to its last digit; every exact one is it whole."""
    for letter in YEARLY:
        table = both["zh"][letter]
        names = list(table.frame.columns)
        for row, (text, exact) in enumerate(zip(table.cells(), table.cells(exact=True), strict=True)):
            for name, shown, whole in zip(names, text, exact, strict=True):
                value = table.frame.iloc[row][name]
                if isinstance(value, str):
                    continue
                if shown in ("", "—"):
                    assert np.isnan(value)
                    assert whole == shown
                    continue
                scale = 100.0 if row in table.percent_rows else 1.0
                digits = len(shown.partition(".")[2])
                assert float(shown.replace(",", "")) == pytest.approx(value * scale, abs=0.5000001 * 10.0**-digits)
                assert float(whole) == pytest.approx(value * scale, rel=0.0 if scale == 1.0 else 1e-8, abs=1e-8)


def test_undefined_cells_are_dashes_and_empty_ones_empty(both: dict[str, PrintedTables]) -> None:
    """A cover before the debt is repaid has a dash; a balance has no total; nothing is "nan"."""
    table = both["en"]["E"]
    rows = dict(zip(table.frame.index, table.cells(), strict=True))
    assert rows["dscr"][4:7] == ["—", "—", rows["dscr"][6]]
    assert float(rows["dscr"][6]) > 0
    assert rows["dscr"][-1] == "—"
    assert rows["loan.closing"][3] == ""
    for lang in ("zh", "en"):
        for letter in TITLES:
            assert not re.search(r"\b(nan|inf|none)\b", both[lang][letter].csv().lower())


def test_undefined_indicator_is_a_dash_with_words() -> None:
    """A project that only pays has no rate of return."""
    case = made(contract({"capital": {"equipment_yuan": 1000}, "operating_cost": {"other_yuan": 10}}))
    table = tables(appraise(case), "en")["J"]
    cells = dict(zip(table.frame.index, table.cells(), strict=True))
    assert cells["project_irr"][-2:] == ["—", "the cash never changes sign: there is no rate of return"]
    assert cells["project_irr"][2] == "%"


def test_no_language_is_mixed(both: dict[str, PrintedTables]) -> None:
    """Heads, titles, notes, labels and units of every table, the sensitivity too."""
    for letter in TITLES:
        english, chinese = both["en"][letter].csv(), both["zh"][letter].csv()
        assert not re.search(r"[㐀-鿿（）：，]", english), letter
        words = set(re.findall(r"[A-Za-z_]{2,}", chinese)) - {"kWh", "kW", "LLCR", "PLCR", "MIRR", "contract"}
        assert words == set(), letter


def test_sensitivity_is_that_of_the_study(result: Appraisal, both: dict[str, PrintedTables]) -> None:
    """附录K holds the numbers of a one-way study; NPV moves with the unit; rows are numbered input by input."""
    study = one_way(result.case).table("zh")
    wan, yuan = both["zh"]["K"].frame, tables(result, "zh", "yuan")["K"].frame
    assert wan["number"].tolist()[:3] == ["1", "2.1", "2.2"]
    worth = [name for name in study.columns if "净现值" in name]
    assert len(worth) == 1
    at = list(study.columns).index(worth[0]) + 1
    assert list(wan.columns)[at].endswith("（万元）")
    assert list(yuan.columns)[at].endswith("（元）")
    assert np.allclose(wan.iloc[:, at] * 1e4, study[worth[0]], rtol=1e-15, equal_nan=True)
    others = [name for name in study.columns if name not in worth]
    assert wan[others].equals(study[others])


def test_table_of_another_scenario() -> None:
    """Row 1 of a block prints scenario 1, the sensitivity included."""
    case = made(plant({"revenue": {"capacity": CAPACITY}}))
    price = float(case.capital.battery_yuan_per_kwh[0, 0])
    block = appraise(case.vary({"capital.battery_yuan_per_kwh": np.array([price, 1.3 * price])}))
    alone = appraise(case.vary({"capital.battery_yuan_per_kwh": 1.3 * price}))
    assert tables(block, row=1)["G"].csv() == tables(alone)["G"].csv()
    assert tables(block, row=1)["K"].frame.equals(tables(alone)["K"].frame)


# --- command line ---


def test_run_prints_the_tables_asked_for(command: Any) -> None:
    """By letter, small letter or name, each once and in the order of the book."""
    ran = command(
        "run", "contract_schedule", "--table", "g", "--table", "profit_distribution", "--table", "D", "--lang", "zh"
    )
    assert ran.code == 0, ran.err
    assert re.findall(r"^附录(.) ", ran.out, re.MULTILINE) == ["D", "G"]
    assert "万元" in ran.out
    assert asked(["G", "A"]) == ["A", "G"]


def test_run_with_statements_prints_all_but_the_sensitivity(command: Any) -> None:
    """Eleven tables; yuan in English as a rule."""
    ran = command("run", "contract_schedule", "--statements")
    assert ran.code == 0, ran.err
    assert re.findall(r"^Table (.)\. ", ran.out, re.MULTILINE) == list("ABCDEFGHIJL")
    assert "10⁴ yuan" in command("run", "contract_schedule", "--table", "A", "--unit", "wan").out
    assert " yuan " in ran.out


def test_rows_of_a_printed_table_are_as_wide_as_each_other(command: Any) -> None:
    """Chinese characters take two columns: the last year of every row ends where the others end."""
    out = command("run", "contract_schedule", "--table", "F", "--lang", "zh").out
    lines = out[out.index("附录F") :].splitlines()[1:]
    assert len({width(line) for line in lines if line.strip()}) == 1


def test_unknown_table_is_refused_before_anything_is_computed(command: Any) -> None:
    """Exit 3 with the nearest name."""
    ran = command("run", "contract_schedule", "--table", "balance_shet")
    assert (ran.code, ran.out) == (3, "")
    assert "--table: no table 'balance_shet'; did you mean 'balance_sheet'" in ran.err


def test_json_holds_lines_and_tables(command: Any, result: Appraisal) -> None:
    """The raw lines stay in yuan as lists; tables have keys, units and null where nothing is defined."""
    ran = command("run", "contract_schedule", "--json", "--statements", "--unit", "wan")
    found = json.loads(ran.out)
    assert found["statements"]["net_profit"] == result.statements["net_profit"][0].tolist()
    assert list(found["tables"]) == list("ABCDEFGHIJL")
    rows = {row["key"]: row for row in found["tables"]["D"]["rows"]}
    assert rows["net_profit"]["3"] == pytest.approx(result.statements["net_profit"][0, 2] / 1e4)
    assert rows["retained"]["total"] is None
    assert found["tables"]["D"]["years"][0] == {"year": 1, "calendar": 2026, "period": "construction"}


def read(path: Path) -> list[list[str]]:
    """A CSV as Excel reads it."""
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def test_command_writes_one_file_a_table(command: Any, result: Appraisal, tmp_path: Path) -> None:
    """Twelve files with the mark of UTF-8; numbers have every digit; a file that is there is kept."""
    folder = tmp_path / "new" / "tables"
    ran = command("tables", "contract_schedule", "-o", str(folder), "--lang", "zh", "--unit", "yuan")
    assert ran.code == 0, ran.err
    assert sorted(path.name for path in folder.iterdir()) == [
        f"{letter}_{name}.csv" for letter, (name, _, _) in TITLES.items()
    ]
    rows = read(folder / "G_project_cash_flow.csv")
    assert rows[0] == ["附录G 项目投资现金流量表", "元"]
    assert rows[1][:5] == ["序号", "项目", "单位", "合计", "1"]
    net = next(row for row in rows if row[1].startswith("所得税后净现金流量"))
    assert [float(cell) for cell in net[4:]] == result.statements["project_net"][0].tolist()
    before = {path: path.read_bytes() for path in folder.iterdir()}
    (folder / "A_investment_estimate.csv").unlink()
    again = command("tables", "contract_schedule", "-o", str(folder))
    assert again.code == 3
    assert again.err.count("exists already") == 11
    assert not (folder / "A_investment_estimate.csv").exists()
    assert all(path.read_bytes() == text for path, text in before.items() if path.exists())


def test_folder_that_cannot_be_made_is_refused(command: Any, tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "file").write_text("kept", encoding="utf-8")
    ran = command("tables", "contract_schedule", "-o", str(tmp_path / "file"))
    assert ran.code == 3
    assert "cannot be written" in ran.err
    assert (tmp_path / "file").read_text(encoding="utf-8") == "kept"


@pytest.mark.parametrize("bad", ["=1+1", "+cmd", "-2+3", "@sum", "\tx"])
def test_text_that_a_spreadsheet_would_run_is_quoted(result: Appraisal, bad: str) -> None:
    """A label that begins as a formula is text; a negative number stays a number."""
    table = tables(result)["D"]
    frame = table.frame.copy()
    frame["label"] = [bad, *frame["label"].tolist()[1:]]
    frame.loc[frame.index[0], 1] = -5.0
    text = type(table)(**{**vars(table), "frame": frame}).csv()
    row = next(line for line in csv.reader(io.StringIO(text)) if line[0] == "1")
    assert row[1] == f"'{bad}"
    assert row[4] == "-5.0"
