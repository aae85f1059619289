"""The text of a line is its only implementation: changing it changes the books, and no other file computes money."""

from __future__ import annotations

import ast
import pkgutil
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from strategies import CAPACITY, made, merged, plant
from structures import READY, STRUCTURES, result_of

import appraisal.finance
from appraisal import Appraisal, appraise
from appraisal.book import Block, Book, Instance
from appraisal.book.figure import BUILT_IN
from appraisal.book.tree import FormulaError, Number, Ref, parse
from appraisal.finance import statements
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
    ("fixed_om", "0 * running * power_mw * fixed_yuan_per_kw_year * kw_per_mw", gone, "project_npv"),
    ("arbitrage.revenue", "2 * income / (1 + vat_rate)", times(2), "project_irr"),
    ("loan.interest", "bearing * (opening + drawn) * rate * 2", times(2), "equity_irr"),
    ("levered.tax", "0 * taxable", gone, "equity_npv"),
    ("unlevered.tax", "0 * taxable", gone, "project_irr"),
    ("battery", "spend * battery_yuan_per_kwh * kwh_per_mwh * energy_mwh / 2", times(0.5), "lcos_yuan_per_kwh"),
    ("vat.credit", "0 * vat_output", gone, "payback_years"),
    ("cfads", "operating * ebitda", more, "dscr_min"),
    ("working_capital", "arriving * 2 * working_capital_yuan_per_kw * kw_per_mw * power_mw", times(2), "mirr"),
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
    [("project_irr", "irr(equity_net)"), ("dscr_min", "most(dscr where repaying)"), ("mirr", "mirr(project_net, discount_rate, loan.rate)"),
     ("lcos_yuan_per_kwh", "npv(levelised_cost, loan.rate) / npv(levelised_energy, loan.rate)")],
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


def is_text(node: ast.AST) -> bool:
    """Whether a node is a text, a list, or a sum or a repetition of one."""
    match node:
        case ast.Constant():
            return isinstance(node.value, str)
        case ast.JoinedStr() | ast.List() | ast.ListComp():
            return True
        case ast.BinOp(op=ast.Add() | ast.Mult()):
            return is_text(node.left) or is_text(node.right)
        case ast.AugAssign(op=ast.Add()):
            return is_text(node.value)
        case ast.IfExp():
            return is_text(node.body)
    return False


def arithmetic(text: str, name: str = "text") -> list[str]:
    """Every place where *text*, Python source, computes: operators and calls that add, multiply, compare sizes or sum.

    Sums of texts and of lists, and what stands inside ``range(...)`` (a count of columns) are no arithmetic on money.
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
            if not is_text(node):
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
     "growth = (1 + rate) ** years", "total += tax + 1", "npv = flow @ factor", "running = np.add.accumulate(flow)"],
)  # fmt: skip
def test_finance_arithmetic_test_can_fail(line: str) -> None:
    """Each way to compute money in Python is found when it is put into one of the files."""
    text = (FOLDER / "inputs.py").read_text(encoding="utf-8")
    assert arithmetic(text) == []
    assert arithmetic(f"{text}\n\n{line}\n")


# --- one formula, one place ---

# Where formulas stand: the declarations, and what puts the book of a structure together.
DECLARING = sorted([*(FOLDER / "statements").glob("*.py"), FOLDER / "books.py", FOLDER / "asset_parts.py"])
WORDS_OF_THE_NOTATION = {"last", "next", "lag", "each", "min", "max", "abs", "if", "else", "and", "or", "not", "where"}


def strings(text: str) -> Iterator[tuple[int, str]]:
    """(line, text) of every string of Python source; what an f-string puts in is ``hole``."""
    tree = ast.parse(text)
    whole = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    inside = {id(inner) for node in whole for inner in ast.walk(node) if inner is not node}
    for node in ast.walk(tree):
        if id(node) in inside:
            continue
        if isinstance(node, ast.JoinedStr):
            yield (
                node.lineno,
                "".join(str(part.value) if isinstance(part, ast.Constant) else "hole" for part in node.values),
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def formulas(text: str, name: str = "text") -> Iterator[tuple[str, str]]:
    """(place, formula) of everything in Python source that reads as one: rows of a table, alternatives, pieces put together."""
    for line, found in strings(text):
        rows = found.splitlines() if found.count("|") >= 4 else [found]
        for number, row in enumerate(rows):
            formula = re.sub(
                r"<(~?)([a-z_.]+)(@[a-z_]+)?>",
                lambda worth: f"{'real' if worth[1] else 'worth'}.{worth[2]}",
                row.split("|")[-1],
            )
            formula = re.sub(r"\{[^{}]*\}", "hole", formula)
            try:
                parse(formula.strip())
            except FormulaError:
                continue
            names = set(re.findall(r"[A-Za-z_][\w.]*", formula)) - WORDS_OF_THE_NOTATION
            if len(names) > 1:
                yield f"{name}:{line + number}", re.sub(r"\s+", "", formula)


def repeated(places: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The formulas that stand in more than one place."""
    found = defaultdict(list)
    for place, formula in places:
        found[formula].append(place)
    return {formula: where for formula, where in found.items() if len(where) > 1}


def test_formula_stands_in_one_place_only() -> None:
    """No formula, alternative or piece of one is written twice in the declarations and what puts them together."""
    places = [found for path in DECLARING for found in formulas(path.read_text(encoding="utf-8"), path.name)]
    assert len(places) > 250
    assert repeated(places) == {}


@pytest.mark.parametrize(
    "line",
    ['TWICE = {"again": "opening + drawn - principal - refinanced"}', 'text = f"({one} + fee) * share" + f"({other} + fee) * share"',
     'LINES = """\nprofit_again | yuan | 利润 | Profit | profit -  income_tax\n"""'],
)  # fmt: skip
def test_second_place_of_a_formula_is_found(line: str) -> None:
    """An alternative, a piece put together and a row of a table, spelt with other spaces."""
    files = [*((path.name, path.read_text(encoding="utf-8")) for path in DECLARING), ("new", line)]
    assert len(repeated(found for name, text in files for found in formulas(text, name))) == 1


@pytest.mark.parametrize("name", [*READY, *STRUCTURES])
def test_no_two_lines_of_a_book_say_the_same(name: str) -> None:
    """With all names resolved; but for one line of several instances of a block, and for plain renames."""
    book = result_of(name).statements.book
    same: dict[str, set[tuple[int, str]]] = defaultdict(set)
    for part in book.parts:
        for entry in getattr(part, "entries", ()):
            key = f"{part.name}.{entry.key}" if isinstance(part, Instance) else entry.key
            # A block and its copy under another name hold the same rows.
            rows = id(part.block.entries) if isinstance(part, Instance) else id(part)
            if key in book.lines and not isinstance(book.lines[key].tree, Number | Ref):
                same[repr(book.lines[key].tree)].add((rows, entry.key))
    assert len(same) > 150
    assert {tree: keys for tree, keys in same.items() if len({key for _, key in keys}) > 1 or len(keys) > 1} == {}


def books() -> Iterator[Book]:
    """The books of the structures, which together use whatever is declared."""
    return (result_of(name).statements.book for name in STRUCTURES)


def declaring_modules() -> Iterator[ModuleType]:
    """Every module of declarations."""
    for found in pkgutil.iter_modules(statements.__path__):
        yield import_module(f"{statements.__name__}.{found.name}")


def test_every_declared_line_is_in_the_book() -> None:
    """Each block stands in the book of some structure, whole; every function that a figure calls is known."""
    used, called, known = set(), set(), set(BUILT_IN)
    for book in books():
        for part in book.parts:
            block = part.block if isinstance(part, Instance) else part
            used |= {(getattr(block, "name", "figures"), entry.key) for entry in block.entries}
        called |= {word for line in book.figures.values() for word in re.findall(r"(\w+)\(", line.formula)}
        known |= set(book.functions)
    declared = [value for module in declaring_modules() for value in vars(module).values() if isinstance(value, Block)]
    assert len({block.name for block in declared}) >= 25
    keys = {block.name: {(block.name, entry.key) for entry in block.entries} for block in declared}
    for block in declared:
        # A block that only lends its rows to others stands in the book under their names.
        others = [other.name for other in declared if other.entries is block.entries and other.name != block.name]
        assert keys[block.name] <= used or (others and all(keys[name] <= used for name in others)), block.name
    assert called <= known


def alternatives() -> Iterator[tuple[str, str]]:
    """(where, text) of every formula that one structure takes and another does not."""
    for module in declaring_modules():
        for name, value in vars(module).items():
            if isinstance(value, Mapping) and not name.startswith("__"):
                yield from ((f"{name}[{key}]", text) for key, text in value.items() if isinstance(text, str))


def test_every_alternative_is_in_the_book_of_some_structure() -> None:
    """A formula that no structure here takes would be one that no test here reads."""
    lines = [entry.formula for book in books() for part in book.parts for entry in part.entries]
    found = dict(alternatives())
    assert len(found) >= 40
    missing = []
    for where, text in found.items():
        pattern = re.sub(r"\\\{[a-z_]+\\\}", ".*", re.escape(text))
        if not any(re.search(pattern, line) for line in lines):
            missing.append(where)
    assert missing == []
