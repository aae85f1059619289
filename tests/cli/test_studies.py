"""The commands of the studies: what they print, write and refuse."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from appraisal import load_case, scenario_path
from appraisal.report.charts import export
from appraisal.scenario import digest
from appraisal.study.risk import COVENANT
from appraisal.study.risk.trace import TOLERANCE

Command = Callable[..., Any]
COMMANDS = {
    "tornado": ("sensitivity", "hainan_grid_lfp", "--metric", "equity_irr"),
    "spider": ("sensitivity", "contract_schedule", "--method", "spider", "--changes", "-0.1,0.1"),
    "grid": ("sensitivity", "contract_schedule", "--method", "grid", "--x", "finance.loan_rate=0.03:0.05:3", "--y", "revenue=-0.1:0.1:3", "--metric", "equity_irr"),
    "required": ("sensitivity", "contract_schedule", "--method", "grid", "--x", "finance.loan_rate=0.03:0.05:3", "--y", "operating_cost=-0.1:0.1:2", "--needs", "revenue", "--target", "equity_irr=0.08"),
    "sobol": ("sensitivity", "hainan_grid_lfp", "--method", "sobol", "--n", "16", "--seed", "0"),
    "morris": ("sensitivity", "hainan_grid_lfp", "--method", "morris", "--n", "16", "--seed", "3"),
    "montecarlo": ("montecarlo", "hainan_grid_lfp", "--n", "64", "--seed", "0"),
    "solve": ("solve", "contract_schedule", "finance.discount_rate", "--target", "project_npv=0"),
    "frontier": ("solve", "contract_schedule", "revenue", "--target", "equity_irr=0.08", "--by", "finance.debt_share=0.5:0.7:3"),
    "questions": ("solve", "contract_schedule", "--ask", "highest_capital_cost", "--ask", "needed_cycles"),
    "size": ("size", "zhejiang_user_lfp", "--power", "2:6", "--duration", "2:2"),
}  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_command_prints_tables_and_where_they_come_from(command: Command, name: str, lang: str) -> None:
    """Tables on stdout, the digest of the case and the seed on stderr, one language."""
    ran = command(*COMMANDS[name], "--lang", lang)
    assert (ran.code, "Traceback" in ran.err) == (0, False)
    assert "\n[" in ran.out
    case = COMMANDS[name][1]
    assert f"· {case} {digest(load_case(scenario_path(case)))[:16]}" in ran.err
    if "--seed" in COMMANDS[name]:
        seed = COMMANDS[name][COMMANDS[name].index("--seed") + 1]
        assert (f"seed {seed} · n " if lang == "en" else f"随机种子 {seed} · 抽样 ") in ran.err
    chinese = any("\u4e00" <= char <= "\u9fff" for char in ran.out)
    assert chinese == (lang == "zh")


def test_json_carries_provenance_and_no_number_that_json_has_not(command: Command) -> None:
    """Seed, n, versions and the digest; undefined figures are null."""
    ran = command(*COMMANDS["montecarlo"], "--json")
    found = json.loads(ran.out, parse_constant=lambda word: pytest.fail(word))
    made = found["provenance"]
    assert (found["schema"], made["seed"], made["n"]) == ("study/1", 0, 64)
    assert made["inputs_sha256"] == digest(load_case(scenario_path("hainan_grid_lfp")))
    assert {"appraisal", "numpy", "scipy", "SALib"} <= set(made["versions"])
    assert "draws" not in found["tables"]


@pytest.mark.parametrize("name", ["tornado", "montecarlo", "sobol", "questions", "size"])
def test_folder_holds_tables_charts_and_the_study(command: Command, name: str, tmp_path: Path) -> None:
    """CSV with the mark for Excel, HTML and SVG charts; a second run into it writes nothing."""
    folder = tmp_path / "out"
    ran = command(*COMMANDS[name], "-o", str(folder), "--charts", "html", "--charts", "svg")
    assert ran.code == 0
    made = sorted(path.name for path in folder.iterdir())
    assert "study.json" in made
    assert any(path.endswith(".html") for path in made)
    assert any(path.endswith(".svg") for path in made)
    for path in folder.glob("*.csv"):
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        assert len(pd.read_csv(path)) >= 1
    before = {path: path.read_bytes() for path in folder.iterdir()}
    again = command(*COMMANDS[name], "-o", str(folder))
    assert again.code == 3
    assert "not an empty folder" in again.err
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_same_seed_writes_the_same_bytes(command: Command, tmp_path: Path) -> None:
    """Tables as Parquet with the provenance inside, charts as SVG; another seed differs."""
    for place, seed in (("a", "7"), ("b", "7"), ("c", "8")):
        words = ("montecarlo", "hainan_grid_lfp", "--n", "32", "--seed", seed, "--tables", "parquet", "--charts", "svg")
        assert command(*words, "-o", str(tmp_path / place)).code == 0
    one, same, other = ({path.name: path.read_bytes() for path in (tmp_path / place).iterdir()} for place in "abc")
    assert one == same
    assert one["draws.parquet"] != other["draws.parquet"]
    held = pq.read_schema(tmp_path / "a" / "draws.parquet").metadata[b"appraisal"]
    assert json.loads(held)["seed"] == 7


def test_set_reaches_the_study(command: Command) -> None:
    """``--set`` changes the case before it is studied: the solved discount rate is the IRR of the changed case."""
    ran = command(*COMMANDS["solve"], "--set", "finance.debt_share=0.2", "--json")
    (row,) = json.loads(ran.out)["tables"]["solve"]
    alone = json.loads(command("run", "contract_schedule", "--set", "finance.debt_share=0.2", "--json").out)
    assert row["Discount rate, fraction/year needed"] == pytest.approx(alone["kpi"]["project_irr"]["value"], abs=1e-9)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("sensitivity", "contract_schedule", "--method", "grid"), "needs --x and --y"),
        (("sensitivity", "contract_schedule", "--input", "finance.loan_rate"), "expected NAME=LOW:HIGH"),
        (("sensitivity", "contract_schedule", "--input", "finance.loan_rate=0.05:0.03"), "LOW below HIGH"),
        (("sensitivity", "contract_schedule", "--metric", "project_ir"), "did you mean 'project_irr'"),
        (("sensitivity", "contract_schedule", "--method", "spider", "--changes", "a,b"), "expected fractions"),
        (("sensitivity", "hainan_grid_lfp", "--method", "sobol", "--n", "100"), "power of two"),
        (("sensitivity", "contract_schedule", "--method", "grid", "--x", "finance.loan_rate=0.03:0.05:1", "--y", "revenue=0:1:2"), "COUNT"),
        (("montecarlo", "hainan_grid_lfp", "--sampling", "sobol", "--n", "100"), "power of two"),
        (("solve", "contract_schedule", "finance.loan_rate", "--target", "equity_irr"), "METRIC=VALUE"),
        (("solve", "contract_schedule", "finance.loan_rate", "--ask", "all"), "takes no path"),
        (("solve", "contract_schedule", "project.operation_years", "--target", "project_npv=0"), "structure"),
        (("solve", "contract_schedule", "--ask", "highest_capital"), "did you mean 'highest_capital_cost'"),
        (("size", "zhejiang_user_lfp", "--duration", "1:2"), "--power"),
    ],
)  # fmt: skip
def test_bad_words_are_refused_with_the_remedy(command: Command, words: tuple[str, ...], message: str) -> None:
    """Exit code 3, nothing on stdout."""
    ran = command(*words)
    assert (ran.code, ran.out) == (3, "")
    assert message in ran.err


@pytest.mark.parametrize(
    ("words", "option", "message"),
    [
        (("--method", "sobol", "--input", "finance.loan_rate=0.03:0.05"), "--input", "read by tornado"),
        (("--changes", "-0.1,0.1"), "--changes", "read by spider"),
        (("--method", "spider", "--x", "revenue=-0.1:0.1:3"), "--x", "read by grid"),
        (("--method", "morris", "--n", "16", "--y", "revenue=-0.1:0.1:3"), "--y", "read by grid"),
        (("--needs", "revenue"), "--needs", "read by grid"),
        (("--method", "delta", "--target", "project_npv=0"), "--target", "read by grid"),
        (("--n", "64"), "--n", "read by sobol, morris, fast, rbd_fast, delta, dgsm"),
        (("--method", "spider", "--seed", "2"), "--seed", "read by sobol"),
        (("--method", "morris", "--no-second-order"), "--second-order", "read by sobol"),
        (("--method", "grid", "--confidence", "0.9"), "--confidence", "read by sobol"),
        (("--method", "grid", "--x", "revenue=-0.1:0.1:3", "--y", "spread=-0.1:0.1:3", "--target", "equity_irr=0.08"), "--target", "only with --needs"),
        (("--method", "grid", "--needs", "revenue", "--metric", "equity_irr"), "--metric", "name the metric in --target"),
    ],
)  # fmt: skip
def test_option_that_the_method_does_not_read_is_refused(
    command: Command, words: tuple[str, ...], option: str, message: str
) -> None:
    """Named with the methods that read it, before anything is computed; which those are stands in the help of each option."""
    ran = command("sensitivity", "contract_schedule", *words)
    assert (ran.code, ran.out) == (3, "")
    assert re.search(rf"^{option}\W.*{re.escape(message)}", ran.err, re.MULTILINE), ran.err


def test_options_not_read_are_told_all_at_once_and_in_chinese(command: Command) -> None:
    """Two wrong options, two faults; a seed of the environment serves every method and is no fault."""
    ran = command("sensitivity", "contract_schedule", "--n", "64", "--changes", "-0.1,0.1", "--lang", "zh")
    assert ran.code == 3
    assert ran.err.count("不读取此选项") == 2


def test_seed_of_the_environment_serves_a_method_without_draws(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """APPRAISAL_SEED is set once for all commands."""
    monkeypatch.setenv("APPRAISAL_SEED", "4")
    assert command(*COMMANDS["tornado"]).code == 0


def test_covenant_of_the_command_is_that_of_the_study(command: Command) -> None:
    """Unless said; the help names the same figure."""
    made = json.loads(command(*COMMANDS["montecarlo"], "--json").out)["provenance"]["settings"]
    assert made["covenant"] == COVENANT
    assert f"{COVENANT:g} unless said" in " ".join(command("montecarlo", "--help").out.replace("│", " ").split())


def test_image_without_a_chinese_font_is_told_by_the_command(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Boxes in a PNG are announced, in the language asked; an English chart has none."""
    monkeypatch.setattr(export, "chinese_fonts", lambda: ())
    words = (*COMMANDS["spider"], "--charts", "png")
    assert "fonts-noto-cjk" in command(*words, "--lang", "zh", "-o", str(tmp_path / "zh")).err
    assert "fonts-noto-cjk" not in command(*words, "-o", str(tmp_path / "en")).err


def test_provenance_names_what_a_person_needs_to_repeat_the_study(command: Command) -> None:
    """Tail, P values and tolerance of Monte Carlo; paths and ends of every bar of the tornado."""
    made = json.loads(command(*COMMANDS["montecarlo"], "--json").out)["provenance"]["settings"]
    # P90 is exceeded with 90 %, the tail is the worst 5 %, as the documentation of the command says.
    assert (made["p_values"], made["tail"]) == ({"P90": 0.1, "P50": 0.5, "P10": 0.9}, 0.05)
    assert made["tolerance"] == TOLERANCE
    ran = json.loads(command(*COMMANDS["tornado"], "--json").out)
    settings = ran["provenance"]["settings"]
    assert settings["paths"]["loan_rate"] == ["finance.loan_rate"]
    assert set(settings["paths"]) == set(settings["ranges"]) == set(settings["ends"])
    ends = {(low, high) for low, high in settings["ends"].values()}
    rows = ran["tables"]["tornado"]
    assert len(rows) == len(settings["ends"])
    assert {(row["Low"], row["High"]) for row in rows} == ends


def test_a_question_without_an_answer_ends_with_its_code(command: Command) -> None:
    """An IRR of 300 % at no interest rate: the reason on stderr, exit code 5."""
    ran = command("solve", "contract_schedule", "finance.loan_rate", "--target", "project_irr=3")
    assert ran.code == 5
    assert "no solution" in ran.err
    assert "does not move" in ran.err


def test_folder_holds_the_case_that_gives_the_same_bytes_again(command: Command, tmp_path: Path) -> None:
    """The written case, changes made, studied with the written seed."""
    words = ("--n", "32", "--seed", "5", "--charts", "svg")
    first = command(
        "montecarlo", "hainan_grid_lfp", "--set", "finance.loan_rate=0.041", *words, "-o", str(tmp_path / "a")
    )
    assert first.code == 0
    told = json.loads((tmp_path / "a" / "study.json").read_text(encoding="utf-8"))
    assert told["asked"] == {"case": "hainan_grid_lfp", "set": ["finance.loan_rate=0.041"]}
    again = command("montecarlo", str(tmp_path / "a" / "case.yaml"), *words, "-o", str(tmp_path / "b"))
    assert again.code == 0
    for name in ("draws.csv", "summary.csv", "risk.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_any_figure_may_be_the_metric_of_a_monte_carlo(command: Command) -> None:
    """Beyond the thirteen; one that the books do not declare is refused before anything is drawn."""
    ran = command("montecarlo", "hainan_grid_lfp", "--n", "16", "--metric", "llcr", "--json")
    assert ran.code == 0
    assert any("LLCR" in str(row) or "Loan life" in str(row) for row in json.loads(ran.out)["tables"]["summary"])
    assert command("montecarlo", "hainan_grid_lfp", "--n", "16", "--metric", "llc").code == 3
