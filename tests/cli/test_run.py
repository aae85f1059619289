"""``appraisal run``: the table, the JSON and what ``--set`` changes."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import pytest

# The thirteen metrics of the result, in the order in which they are shown.
KEYS = [
    "project_irr_pre_tax", "project_irr", "project_npv_pre_tax", "project_npv", "equity_irr", "equity_npv", "payback_years",
    "discounted_payback_years", "dscr_min", "dscr_avg", "lcos_yuan_per_kwh", "profitability_index", "mirr",
]  # fmt: skip
NAN = re.compile(r"\b(nan|inf)\b", re.IGNORECASE)
# Nothing comes in but the loan: no rate of return of the project exists (a closed form: every cash flow is negative).
NO_RETURN = ("--set", "revenue.contract.income_yuan=0", "--set", "capital.residual_share=0", "--set", "finance.working_capital_yuan_per_kw=0",
             "--set", "capital.land_yuan=0", "--set", "revenue.contract.charging_yuan=0")  # fmt: skip


def refuse_constant(name: str) -> None:
    """JSON knows neither NaN nor Infinity."""
    raise AssertionError(f"{name} in JSON")


def as_json(text: str) -> dict[str, Any]:
    """The printed JSON, strictly read."""
    found = json.loads(text, parse_constant=refuse_constant)
    assert isinstance(found, dict)
    return found


def test_table_in_english_has_a_line_for_every_metric_and_says_what_it_rests_on(command: Any) -> None:
    """Data on stdout; estimates and limits on stderr."""
    ran = command("run", "zhejiang_user_lfp")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0].startswith("Zhejiang user-side LFP, 5 MW / 10 MWh · user side · 5 MW / 10 MWh · 15 operating years")
    assert any(line.startswith("Project IRR, after tax ") and line.endswith("%") for line in lines)
    assert lines[-1].startswith("checks: ")
    assert lines[-1].endswith(" ok")
    assert ran.err
    assert all(line.startswith("! ") for line in ran.err.splitlines())
    assert "!" not in ran.out


def test_table_in_chinese_has_chinese_labels_and_no_english_ones(command: Any) -> None:
    """One language on the screen."""
    ran = command("run", "zhejiang_user_lfp", "--lang", "zh")
    assert ran.code == 0
    assert "全投资内部收益率（税后）" in ran.out
    assert "检查：" in ran.out.splitlines()[-1]
    for english in ("Project", "years", "checks", "user side", "yuan "):
        assert english not in ran.out


def test_language_comes_from_the_environment_unless_stated(command: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Flag before environment before default."""
    monkeypatch.setenv("APPRAISAL_LANG", "zh")
    assert "全投资" in command("run", "contract_schedule").out
    assert "Project IRR" in command("run", "contract_schedule", "--lang", "en").out


def test_json_has_the_stable_shape(command: Any) -> None:
    """EXPECTATIONS §7: exactly these keys on each level."""
    ran = command("run", "hainan_grid_lfp", "--json")
    assert ran.code == 0
    found = as_json(ran.out)
    assert list(found) == ["schema", "case", "kpi", "checks", "warnings", "provenance", "payments"]
    assert set(found["payments"]) == {"grid_users", "market"}
    assert found["schema"] == "result/1"
    assert set(found["case"]) == {"id", "name", "hash"}
    assert found["case"]["id"] == "hainan_grid_lfp"
    # The thirteen that every study measures come first.
    assert list(found["kpi"])[: len(KEYS)] == KEYS
    for metric in found["kpi"].values():
        assert {"value", "unit", "status", "label"} <= set(metric) <= {"value", "unit", "status", "label", "reason"}
        assert metric["status"] in ("ok", "none", "multiple")
        assert (metric["value"] is None) == (metric["status"] == "none") or metric["status"] == "multiple"
    assert found["checks"]
    assert all({"id", "ok", "detail"} <= set(check) and check["ok"] is True for check in found["checks"])
    assert found["warnings"]
    assert all(set(note) == {"code", "path", "message"} for note in found["warnings"])
    assert set(found["provenance"]) == {"version", "seed", "inputs_sha256", "tariffs"}
    assert len(found["provenance"]["inputs_sha256"]) == 64
    assert found["provenance"]["tariffs"]


def test_json_warns_on_stderr_or_in_itself_only(command: Any) -> None:
    """stdout is one JSON document and nothing else."""
    ran = command("run", "zhejiang_user_lfp", "--json")
    assert ran.out.startswith("{")
    assert ran.out.endswith("}\n")
    assert as_json(ran.out)["warnings"]


def test_table_and_json_agree(command: Any) -> None:
    """The percent shown is the JSON's fraction."""
    shown = command("run", "contract_schedule").out
    value = as_json(command("run", "contract_schedule", "--json").out)["kpi"]["project_irr"]["value"]
    assert f"{value:.2%}" in next(line for line in shown.splitlines() if line.startswith("Project IRR, after tax "))


def test_undefined_irr_is_null_with_a_status_and_ends_with_zero(command: Any) -> None:
    """No inflow at all: no rate, the reason in words, exit 0, never nan."""
    ran = command("run", "contract_schedule", "--json", *NO_RETURN)
    assert ran.code == 0
    kpi = as_json(ran.out)["kpi"]
    assert kpi["project_irr"]["value"] is None
    assert kpi["project_irr"]["status"] == "none"
    assert kpi["project_irr"]["reason"] == "the cash never changes sign: there is no rate of return"
    assert kpi["payback_years"] == {
        **kpi["payback_years"],
        "value": None,
        "status": "none",
        "reason": "not recovered within the calculation period",
    }
    assert math.isfinite(kpi["project_npv"]["value"])
    table = command("run", "contract_schedule", *NO_RETURN)
    assert table.code == 0
    assert not NAN.search(table.out)
    assert "— the cash never changes sign: there is no rate of return" in table.out


def test_cost_of_a_plant_that_moves_nothing_is_undefined_in_words(command: Any) -> None:
    """Cost over no energy: null with a reason, in both languages, exit 0."""
    idle = ("--set", "storage.discharged_mwh=0", "--set", "storage.charged_mwh=0")
    ran = command("run", "contract_schedule", "--json", *idle)
    assert ran.code == 0, ran.err
    found = as_json(ran.out)["kpi"]["lcos_yuan_per_kwh"]
    assert (found["value"], found["status"], found["reason"]) == (None, "none", "undefined: it would divide by zero")
    assert "— 分母为零，无定义" in command("run", "contract_schedule", "--lang", "zh", *idle).out


def test_statements_are_printed_by_year(command: Any) -> None:
    """Every table with its name and a column for each of the 2 + 20 years."""
    ran = command("run", "contract_schedule", "--statements")
    assert ran.code == 0
    assert "[debt_schedule]" in ran.out
    assert "[project_cash_flow]" in ran.out
    years = next(line for line in ran.out.splitlines() if line.split()[-22:] == [str(year) for year in range(1, 23)])
    assert years
    assert not NAN.search(ran.out)
    assert not re.search(r" -0(\.0+)?( |$)", ran.out, re.MULTILINE)


def test_statements_in_json_are_lists_by_year_without_nan(command: Any) -> None:
    """Each line of the books has 22 numbers (or null)."""
    ran = command("run", "contract_schedule", "--statements", "--json")
    assert ran.code == 0
    statements = as_json(ran.out)["statements"]
    assert {len(row) for row in statements.values()} == {22}
    assert "project_net" in statements


def test_set_changes_a_number(command: Any) -> None:
    """Another loan rate moves equity and leaves the project's cash where it was."""
    base, changed = (
        as_json(command("run", "contract_schedule", "--json", *words).out)
        for words in ((), ("--set", "finance.loan_rate=0.05"))
    )
    assert changed["kpi"]["project_npv"]["value"] == base["kpi"]["project_npv"]["value"]
    assert changed["kpi"]["equity_npv"]["value"] < base["kpi"]["equity_npv"]["value"]
    assert changed["case"]["hash"] != base["case"]["hash"]


def test_set_changes_structure_and_may_be_repeated(command: Any) -> None:
    """Another repayment and a shorter life are other formulas and other shapes; each later --set of a path wins."""
    ran = command("run", "zhejiang_user_lfp", "--json", "--statements", "--set", "finance.repayment=annuity", "--set", "project.operation_years=12",
                  "--set", "capital.depreciation_years=12", "--set", "project.operation_years=11")  # fmt: skip
    assert ran.code == 0, ran.err
    statements = as_json(ran.out)["statements"]
    assert len(statements["loan.principal"]) == 12
    paid = [a + b for a, b in zip(statements["loan.principal"], statements["loan.interest"], strict=True)]
    # An annuity: principal and interest add to one amount in each of the eight years of repayment.
    assert max(paid[1:9]) == pytest.approx(min(paid[1:9]), rel=1e-12)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("finance.debt_share", "--set: 'finance.debt_share' has no '='; expected path=value, finance.debt_share=0.5"),
        (
            "finance.debtshare=0.5",
            "--set finance.debtshare: unknown key; did you mean 'debt_share'? Known: debt_share, ",
        ),
        ("finance.debt_share=5", "--set finance.debt_share: 5 is outside 0–1 (a fraction, not percent: 0.05?)"),
        ("finance.debt_share=half", "--set finance.debt_share: 'half' is not a number; expected a fraction of 1, 0–1"),
        (
            "finance.debt_share.deep=1",
            "--set finance.debt_share.deep: 'finance.debt_share' is not a section that holds values",
        ),
        ("nonsense.path=1", "--set nonsense: unknown section; "),
        ("finance.debt_share=[1, 2", "--set finance.debt_share:2: not YAML: "),
    ],
)
def test_bad_set_is_answered_with_what_was_typed(command: Any, words: str, message: str) -> None:
    """Exit 3, nothing on stdout."""
    ran = command("run", "contract_schedule", "--set", words)
    assert ran.code == 3
    assert ran.out == ""
    assert ran.err.startswith(message)
