"""The text of a line is its only implementation: changing it changes the books, and no other file computes money."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from strategies import CAPACITY, made, merged, plant

import appraisal.finance
from appraisal import Appraisal, appraise
from appraisal.book import Instance
from appraisal.book.figure import BUILT_IN
from appraisal.finance.statements import assets, cash, figures, income, investment, loan
from appraisal.metrics import measure
from appraisal.units import Table

FOLDER = Path(appraisal.finance.__file__).parent


@pytest.fixture(scope="module")
def base() -> Appraisal:
    """A plant in debt with two streams."""
    return appraise(
        made(merged(plant(), {"revenue": {"capacity": CAPACITY}, "finance": {"working_capital_yuan_per_kw": 30}}))
    )


def gone(_old: Table, new: Table) -> bool:
    """Nothing is left of the line."""
    return not new.any()


def times(factor: float) -> Callable[[Table, Table], bool]:
    """The line is so many times what it was."""
    return lambda old, new: np.allclose(new, factor * old)


def more(old: Table, new: Table) -> bool:
    """No year has less."""
    return bool((new >= old).all())


# line, its new text, how the line must change, the metric that must follow
CHANGED = [
    ("fixed_om", "0 * operating * power_mw * fixed_yuan_per_kw_year * kw_per_mw", gone, "project_npv"),
    ("arbitrage.revenue", "2 * income / (1 + vat_rate)", times(2), "project_irr"),
    ("loan.interest", "operating * opening * loan_rate * 2", times(2), "equity_irr"),
    ("levered.tax", "0 * taxable", gone, "equity_npv"),
    ("unlevered.tax", "0 * taxable", gone, "project_irr"),
    ("battery", "spend * battery_yuan_per_kwh * kwh_per_mwh * energy_mwh / 2", times(0.5), "lcos_yuan_per_kwh"),
    ("vat_credit", "0 * vat_output", gone, "payback_years"),
    ("cfads", "operating * ebitda", more, "dscr_min"),
    ("working_capital", "first_operating * 2 * working_capital_yuan_per_kw * kw_per_mw * power_mw", times(2), "mirr"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "formula", "law", "metric"), CHANGED, ids=[row[0] for row in CHANGED])
def test_line_changed_in_memory_changes_line_metric_and_explanation(
    base: Appraisal, key: str, formula: str, law: Callable[[Table, Table], bool], metric: str
) -> None:
    """The line, the metric that rests on it and its explanation follow the new text; the books before stay."""
    old, year = base.statements[key], 1 + int(np.argmax(base.statements[key][0] != 0))
    changed = base.statements.with_line(key, formula)
    assert law(old, changed[key])
    assert not np.array_equal(old, changed[key])
    assert measure(changed)[metric].value[0] != base.metrics[metric].value[0]
    before, after = base.statements.explain(key, year=year), changed.explain(key, year=year)
    assert (before.formula, after.formula) == (base.statements.book.lines[key].formula, formula)
    assert (before.value, after.value) == (old[0, year - 1], changed[key][0, year - 1])
    assert measure(base.statements)[metric].value[0] == base.metrics[metric].value[0]


@pytest.mark.parametrize(
    ("key", "formula"),
    [("project_irr", "irr(equity_net)"), ("dscr_min", "most(dscr where repaying)"), ("mirr", "mirr(project_net, discount_rate, loan_rate)"),
     ("lcos_yuan_per_kwh", "npv(levelised_cost, loan_rate) / npv(levelised_energy, loan_rate)")],
)  # fmt: skip
def test_figure_changed_in_memory_changes_metric_and_explanation(base: Appraisal, key: str, formula: str) -> None:
    """A metric is a declared figure too."""
    changed = base.statements.with_line(key, formula)
    assert measure(changed)[key].value[0] != base.metrics[key].value[0]
    assert changed.explain(key).formula == formula
    assert changed.explain(key).value == measure(changed)[key].value[0]


def test_changed_line_that_funding_rests_on_moves_the_solved_debt_share(base: Appraisal) -> None:
    """What is solved outside follows the text as well: interest during construction twice as dear, and still no residual."""
    text = base.statements.book.lines["loan.construction_rate"].formula
    changed = base.statements.with_line("loan.construction_rate", f"2 * ({text})")
    assert changed["loan.construction_interest"][0, 0] > 1.9 * base.statements["loan.construction_interest"][0, 0]
    assert abs(changed["funding_residual"]).max() <= 1e-9 * changed["invested"][0, -1]


# --- no arithmetic on money outside declared lines ---

ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.Mod, ast.FloorDiv, ast.MatMult)
CALLS = {
    "add", "subtract", "multiply", "divide", "true_divide", "power", "float_power", "mod", "remainder", "floor_divide", "sum", "cumsum", "prod",
    "cumprod", "dot", "matmul", "einsum", "inner", "outer", "vdot", "maximum", "minimum", "fmax", "fmin", "clip", "diff", "exp", "log", "sqrt",
    "negative", "abs", "absolute", "mean", "average", "max", "min", "nansum", "convolve", "interp", "reduce", "accumulate", "fsum",
}  # fmt: skip


def arithmetic(text: str, name: str = "text") -> list[str]:
    """Every place where *text*, Python source, computes: operators and calls that add, multiply, compare sizes or sum.

    Sums of texts and what stands inside ``range(...)`` (a count of columns) are no arithmetic on money.
    """
    found, spared = [], set()
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range":
            spared |= {id(inner) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in spared:
            continue
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ARITHMETIC):
            operands = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.value,)
            if not any(
                isinstance(side, ast.Constant | ast.JoinedStr)
                and not isinstance(getattr(side, "value", ""), int | float)
                for side in operands
            ):
                found.append(f"{name}:{node.lineno} {type(node.op).__name__}")
        elif (
            isinstance(node, ast.UnaryOp)
            and isinstance(node.op, ast.USub)
            and not isinstance(node.operand, ast.Constant)
        ):
            found.append(f"{name}:{node.lineno} USub")
        elif isinstance(node, ast.Call):
            called = (
                node.func.attr
                if isinstance(node.func, ast.Attribute)
                else node.func.id
                if isinstance(node.func, ast.Name)
                else ""
            )
            if called in CALLS:
                found.append(f"{name}:{node.lineno} {called}()")
    return found


def test_finance_computes_no_money_outside_declared_lines() -> None:
    """Only ``solve.py``, which iterates, may compute in Python; ``finance/`` elsewhere declares and passes on."""
    files = sorted(path for path in FOLDER.rglob("*.py") if path.name != "solve.py")
    assert len(files) >= 8
    assert [place for path in files for place in arithmetic(path.read_text(encoding="utf-8"), path.name)] == []


@pytest.mark.parametrize(
    "line",
    ["tax = profit * 0.25", "cash += surplus", "share = np.divide(debt, total)", "pool = np.maximum(pool, 0)", "debt = -loan", "total = sum(lines)",
     "growth = (1 + rate) ** years", "npv = flow @ factor", "running = np.add.accumulate(flow)"],
)  # fmt: skip
def test_finance_arithmetic_test_can_fail(line: str) -> None:
    """Each way to compute money in Python is found when it is put into one of the files."""
    text = (FOLDER / "inputs.py").read_text(encoding="utf-8")
    assert arithmetic(text) == []
    assert arithmetic(f"{text}\n\n{line}\n")


# --- one formula, one place ---


def declared() -> list[tuple[str, str]]:
    """(where, text) of every formula that stands in the declarations, figures and alternatives included."""
    blocks = [
        value
        for module in (assets, cash, income, investment, loan)
        for value in vars(module).values()
        if hasattr(value, "entries")
    ]
    found = [(f"{block.name}.{entry.key}", entry.formula) for block in blocks for entry in block.entries]
    found += [(f"figures.{entry.key}", entry.formula) for entry in figures.FIGURES.entries]
    for module in (assets, income, loan):
        for name, value in vars(module).items():
            if name.isupper() and isinstance(value, dict):
                found += [(f"{name}.{key}", text) for key, text in value.items()]
            elif name.isupper() and isinstance(value, str) and not name.endswith("INPUTS"):
                found.append((name, value))
    return found


def test_formula_stands_in_one_place_only() -> None:
    """No two lines have the same text, but for those of one name or number."""
    places = defaultdict(list)
    for where, text in declared():
        if len(re.findall(r"[A-Za-z_][\w.]*", text)) > 1:
            places[re.sub(r"\s+", "", text)].append(where)
    assert len(places) > 80
    assert {text: where for text, where in places.items() if len(where) > 1} == {}


def test_every_declared_line_is_in_the_book(base: Appraisal) -> None:
    """What is declared is used: each block stands in the book, alone or as instances; every function of figures is known."""
    parts = base.statements.book.parts
    used = {id(part.block if isinstance(part, Instance) else part) for part in parts}
    for module in (assets, cash, income, investment, loan):
        for name, value in vars(module).items():
            if hasattr(value, "entries"):
                assert id(value) in used, name
    called = {word for entry in figures.FIGURES.entries for word in re.findall(r"(\w+)\(", entry.formula)}
    assert called <= {*BUILT_IN, *base.statements.book.functions}
