"""``appraisal explain``: a metric or a line, its formula, its figures, its sources."""

from __future__ import annotations

import json
from typing import Any

import pytest


def test_line_of_a_year_shows_formula_figures_inputs_and_sources(command: Any) -> None:
    """The figures in the formula give the figure."""
    ran = command("explain", "zhejiang_user_lfp", "loan.interest", "--year", "3", "--depth", "2")
    assert ran.code == 0
    first = ran.out.splitlines()[0]
    assert first.startswith("Interest  loan.interest[year 3] = ")
    assert first.endswith(" yuan = operating * opening * loan_rate")
    assert "finance.loan_rate = 0.035 share/year  [case]" in ran.out
    assert "facts that the case rests on" in ran.out
    assert "technology.lfp.charge_efficiency = 0.93 share [estimate] from " in ran.out
    interest = float(first.split(" = ")[1].removesuffix(" yuan").replace(",", ""))
    opening = float(
        next(line for line in ran.out.splitlines() if "loan.opening[year 3]" in line)
        .split(" = ")[1]
        .removesuffix(" yuan")
        .replace(",", "")
    )
    assert interest == pytest.approx(opening * 0.035, abs=0.006)


def test_depth_follows_the_operands(command: Any) -> None:
    """One level more is one indentation more."""
    shallow, deep = (
        command("explain", "contract_schedule", "loan.interest", "--year", "4", "--depth", str(depth)).out
        for depth in (1, 2)
    )
    assert "        " not in shallow.split("inputs:")[0]
    assert "        Closing balance  loan.closing[year 3]" in deep


def test_metric_is_explained_by_its_cash(command: Any) -> None:
    """The value shown is the one of run."""
    ran = command("explain", "contract_schedule", "project_irr")
    value = json.loads(command("run", "contract_schedule", "--json").out)["kpi"]["project_irr"]["value"]
    assert ran.code == 0
    assert ran.out.splitlines()[0] == f"Project IRR, after tax  project_irr = {value:.6f} = irr(project_net)"


def test_chinese_explanation_has_chinese_labels(command: Any) -> None:
    """Label, inputs and sources."""
    ran = command("explain", "zhejiang_user_lfp", "loan.interest", "--year", "3", "--lang", "zh")
    assert ran.code == 0
    assert ran.out.splitlines()[0].startswith("本年付息")
    assert "输入：" in ran.out
    assert "事实与来源：" in ran.out
    assert "[算例]" in ran.out


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
    ],
)
def test_wrong_question_is_answered_with_the_remedy(
    command: Any, words: tuple[str, ...], code: int, message: str
) -> None:
    """Nothing on stdout."""
    ran = command("explain", "contract_schedule", *words)
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith(message)
