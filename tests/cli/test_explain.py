"""``appraisal explain``: a metric or a line, its formula, its figures, its sources."""

from __future__ import annotations

import json
from typing import Any

import pytest


def test_line_of_a_year_shows_formula_figures_inputs_and_sources(command: Any) -> None:
    """The figures in the formula give the figure; what a person meets first goes down to inputs of the case."""
    ran = command("explain", "zhejiang_user_lfp", "loan.interest", "--year", "3")
    assert ran.code == 0
    first = ran.out.splitlines()[0]
    assert first.startswith("Interest  loan.interest[year 3] = ")
    assert first.endswith(" yuan = bearing * (opening + drawn) * rate")
    assert "        · finance.loan_rate = 0.035 share/year  [case]" in ran.out.splitlines()
    assert "(deeper with --depth, down to the inputs with --depth all)" in ran.out
    interest = float(first.split(" = ")[1].removesuffix(" yuan").replace(",", ""))
    opening = float(
        next(line for line in ran.out.splitlines() if "loan.opening[year 3]" in line)
        .split(" = ")[1]
        .removesuffix(" yuan")
        .replace(",", "")
    )
    assert interest == pytest.approx(opening * 0.035, abs=0.006)


def test_fact_stands_under_the_value_that_it_gave(command: Any) -> None:
    """Name, value, date, confidence and document; facts of other things are not listed."""
    out = command("explain", "contract_schedule", "levered.tax", "--year", "9").out
    assert "· tax.income_tax_rate = 0.25 share  [national default]" in out
    fact = next(line for line in out.splitlines() if "fact tax.national.income_tax = 0.25 share" in line)
    assert " from 2008-01-01 [secondary]: " in fact
    assert "vat_electricity" not in out


def test_depth_follows_the_operands(command: Any) -> None:
    """One level more is one indentation more; all goes on until inputs."""
    one, two, whole = (
        command("explain", "contract_schedule", "loan.interest", "--year", "4", "--depth", depth).out
        for depth in ("1", "2", "all")
    )
    assert "loan.closing" not in one
    assert "        Closing balance  loan.closing[year 3]" in two
    assert "--depth" not in whole
    assert (
        "· capital.equipment_yuan = 360,000,000 yuan incl. VAT  [case own estimate of this project, no document]"
        in whole
    )  # scenarios/contract_schedule.yaml


def test_limit_says_how_many_are_left(command: Any) -> None:
    """Never a silent end."""
    words = ("explain", "contract_schedule", "cash", "--year", "9", "--depth", "all")
    assert "more numbers are not shown: raise --most" in command(*words, "--most", "20").out.splitlines()[-1]


def test_metric_is_explained_by_its_cash(command: Any) -> None:
    """The value shown is the one of run; the line it rests on stands with all its years."""
    ran = command("explain", "contract_schedule", "project_irr")
    value = json.loads(command("run", "contract_schedule", "--json").out)["kpi"]["project_irr"]["value"]
    assert ran.code == 0
    assert ran.out.splitlines()[0] == f"Project IRR, after tax  project_irr = {value:.6g} = irr(project_net)"
    assert ran.out.splitlines()[1].startswith("    Net cash after income tax  project_net = 1: -")
    assert " | 22: " in ran.out.splitlines()[1]


def test_metric_without_a_number_says_why(command: Any) -> None:
    """In words, in both languages."""
    words = ("explain", "contract_schedule", "discounted_payback_years")
    assert (
        "= — not recovered within the calculation period = discounted_payback(" in command(*words).out.splitlines()[0]
    )
    assert "= — 计算期内未收回 = discounted_payback(" in command(*words, "--lang", "zh").out.splitlines()[0]


def test_json_holds_the_trace(command: Any) -> None:
    """Nodes with values, operands and leaves."""
    ran = command("explain", "zhejiang_user_lfp", "loan.interest", "--year", "3", "--json", "--lang", "zh")
    found = json.loads(ran.out)
    assert (ran.code, found["schema"], found["case"]) == (0, "trace/1", "zhejiang_user_lfp")
    head = found["nodes"][0]
    assert (head["key"], head["year"], head["label"]) == ("loan.interest", 3, "本年付息")
    value = {one["name"]: one["values"][0] for one in head["operands"]}
    interest = value["bearing"] * (value["opening"] + value["drawn"]) * value["rate"]
    assert interest == pytest.approx(head["values"][0], rel=1e-12)


def test_chinese_explanation_has_chinese_labels(command: Any) -> None:
    """Label, inputs and sources."""
    ran = command("explain", "zhejiang_user_lfp", "loan.interest", "--year", "3", "--lang", "zh")
    assert ran.code == 0
    assert ran.out.splitlines()[0].startswith("本年付息")
    assert "第 3 年" in ran.out
    assert "· finance.loan_rate = 0.035 每年  [算例]" in ran.out
    assert "（更深一层用 --depth，直到输入用 --depth all）" in ran.out


def test_change_is_named_as_the_origin(command: Any) -> None:
    """What --set put there is not the case's word."""
    ran = command("explain", "contract_schedule", "loan.interest", "--year", "4", "--set", "finance.loan_rate=0.05")
    assert "finance.loan_rate = 0.05 share/year  [change --set]" in ran.out


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (
            ("loan.intrest",),
            3,
            "explain loan.intrest: no such metric or line; did you mean 'loan.interest'? Known: loan.interest, ",
        ),
        (
            ("project_ir",),
            3,
            "explain project_ir: no such metric or line; did you mean 'project_irr'? Known: project_irr, ",
        ),
        (
            ("loan.interest", "--year", "99"),
            3,
            "explain loan.interest: year 99 is beyond the calculation period of 22 years",
        ),
        (("project_irr", "--year", "2"), 3, "explain project_irr: a metric has no year; leave --year out"),
        (("loan.interest", "--year", "0"), 2, "Usage: "),
        (("loan.interest", "--depth", "0"), 2, "Usage: "),
        (("loan.interest", "--depth", "deep"), 2, "Usage: "),
    ],
)
def test_wrong_question_is_answered_with_the_remedy(
    command: Any, words: tuple[str, ...], code: int, message: str
) -> None:
    """Nothing on stdout."""
    ran = command("explain", "contract_schedule", *words)
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith(message)
