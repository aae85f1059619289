"""Why a number is what it is: from a metric or a line down to the inputs, the facts and their documents.

Every formula is the one that is evaluated. A (line, year) occurs once in a trace, however many formulas name it.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Any

from appraisal.book import Ledger
from appraisal.book import explain as explain_line
from appraisal.book.explain import operands
from appraisal.errors import Fault, InputError, Message, said, suggest
from appraisal.pipeline import Appraisal
from appraisal.report import trace_text
from appraisal.report.leaves import Leaf, Leaves
from appraisal.text import REASONS, word

SCHEMA = "trace/1"
DEPTH = 2
"""Layers of operands shown unless more are asked for: most lines of the statements reach inputs of the case."""
MOST = 1000
"""Numbers shown at most unless more are asked for."""


@dataclass(frozen=True, kw_only=True)
class Operand:
    """A number that a formula names.

    ``name`` is what the formula calls it, ``key`` the full key, ``shift`` its year from the formula's. ``year`` is None
    for a number without years and where all years are shown. Outside the calculation period the value is 0.
    """

    name: str
    key: str
    zh: str
    en: str
    unit: str
    shift: int
    year: int | None
    values: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class TraceNode:
    """One number of a trace, or one line in all its years.

    Attributes
    ----------
    key, zh, en, unit : str
    year : int or None
        From 1, the first construction year; None for a figure, a number without years, and where all years are shown.
    values : tuple of float
        One, or one a year. NaN where a metric has no number; ``reason`` (a code of ``text.REASONS``) says why.
    formula : str
        As it is evaluated; empty for an input.
    operands : tuple of Operand
        What the formula names, in the order of its text.
    leaf : Leaf or None
        Of an input: where it comes from.
    level : int
        Formulas between the number asked for and this one.
    """

    key: str
    zh: str
    en: str
    unit: str
    year: int | None
    values: tuple[float, ...]
    formula: str = ""
    reason: str = ""
    operands: tuple[Operand, ...] = ()
    leaf: Leaf | None = None
    level: int = 0

    @property
    def outside(self) -> bool:
        """Whether the year lies outside the calculation period, where every line is 0."""
        return not self.formula and self.leaf is None


@dataclass(frozen=True, kw_only=True)
class Trace:
    """A number of one scenario with everything that it rests on, nearest first.

    ``nodes`` begin with the number asked for; ``left`` is how many more there are within the depth asked for, not shown
    because of the limit. ``deeper`` says whether formulas of the last level have operands that the depth leaves out.
    """

    case: str
    row: int
    depth: int | None
    nodes: tuple[TraceNode, ...]
    left: int
    deeper: bool

    def text(self, lang: str = "en") -> str:
        """The trace for people: operands indented under what they make, each number once.

        Parameters
        ----------
        lang : "zh" | "en"
            Of every word; keys, paths and the titles of documents stand as they are.
        """
        return "\n".join(trace_text.lines(self, lang))

    def as_dict(self, lang: str = "en") -> dict[str, Any]:
        """The trace for programs, ready for JSON: an undefined number is null."""
        return {
            "schema": SCHEMA,
            "case": self.case,
            "row": self.row,
            "depth": "all" if self.depth is None else self.depth,
            "left": self.left,
            "deeper": self.deeper,
            "nodes": [_node_dict(node, lang) for node in self.nodes],
        }


def explain(
    result: Appraisal, key: str, year: int | None = None, row: int = 0, depth: int | None = DEPTH, most: int = MOST
) -> Trace:
    """Explain a metric, a line or an input of the books.

    Parameters
    ----------
    result : Appraisal
        Of :func:`appraisal.appraise`, which keeps every line.
    key : str
        ``project_irr``, ``loan.interest`` …
    year : int, optional
        From 1, the first construction year; without it all years of a line. A metric has none.
    row : int
        The scenario, from 0.
    depth : int or None
        How many formulas are followed; None goes down to the inputs.
    most : int
        Numbers shown at most; the nearest are kept and the rest is counted.

    Returns
    -------
    Trace
        Values in the unit of each line, with its sign.

    Raises
    ------
    InputError
        For an unknown key (with the nearest ones), a year or row outside the result, a year of a metric.

    Examples
    --------
    >>> import appraisal
    >>> result = appraisal.appraise(appraisal.load_case(appraisal.scenario_path("contract_schedule")))
    >>> trace = explain(result, "loan.interest", year=4)
    >>> trace.nodes[0].formula
    'bearing * (opening + drawn) * rate'
    >>> [given.path for node in trace.nodes if node.key == "loan.rate" for given in node.leaf.inputs]
    ['finance.loan_rate']
    """
    ledger = result.statements.ledger
    _check(ledger, key, year, row, depth, most)
    reached = _reach(ledger, (key, year), depth)
    leaves = Leaves(result, row)
    shown = list(reached)[:most]
    nodes = tuple(_node(ledger, leaves, spot, row, reached[spot]) for spot in shown)
    last = [node for node in nodes if node.level == depth]
    return Trace(
        case=result.case.name, row=row, depth=depth, nodes=nodes, left=len(reached) - len(shown),
        deeper=any(node.operands for node in last),
    )  # fmt: skip


def _check(ledger: Ledger, key: str, year: int | None, row: int, depth: int | None, most: int) -> None:
    """Raise what is wrong with a question."""
    book = ledger.book
    known = [*book.figures, *book.lines, *book.inputs]
    message: Message | None = None
    if key not in known:
        message = said("no such metric or line; {known}", "没有这个指标或科目；{known}", known=suggest(key, known))
    elif key in book.figures and year is not None:
        message = said("a metric has no year; leave --year out", "指标不分年；请去掉 --year")
    elif year is not None and not 1 <= year <= ledger.years:
        side = said("beyond", "超出") if year > 0 else said("before", "早于")
        message = said(
            "year {year} is {side} the calculation period of {years} years",
            "第 {year} 年{side}计算期（共 {years} 年）", year=year, side=side, years=ledger.years
        )  # fmt: skip
    elif not 0 <= row < ledger.rows:
        message = said(
            "row {row}, expected 0 to {last}", "第 {row} 行；应为 0 至 {last}", row=row, last=ledger.rows - 1
        )
    elif (depth is not None and depth < 1) or most < 1:
        message = said(
            "depth {depth} and at most {most} numbers; expected 1 or more of each",
            "深度 {depth}，至多 {most} 个数；两者都应不小于 1", depth=depth, most=most
        )  # fmt: skip
    if message is not None:
        raise InputError([Fault(where="explain", path=key, message=message)])


Spot = tuple[str, int | None]


def _reach(ledger: Ledger, root: Spot, depth: int | None) -> dict[Spot, int]:
    """Every number within the depth and its distance from the root, nearest first."""
    start = _spot(ledger, *root)
    found, waiting = {start: 0}, deque([start])
    while waiting:
        at = waiting.popleft()
        if found[at] == depth:
            continue
        for spot in (_spot(ledger, name.key, _moved(at[1], name.shift)) for name in _operands(ledger, at)):
            if spot not in found:
                found[spot] = found[at] + 1
                waiting.append(spot)
    return found


def _spot(ledger: Ledger, key: str, year: int | None) -> Spot:
    """A number without years is one number, whatever year asks for it."""
    given = ledger.book.inputs.get(key)
    single = given is not None and (given.kind == "number" or ledger.table(key).shape[0] == 1)
    return (key, None) if single else (key, year)


def _moved(year: int | None, shift: int) -> int | None:
    return None if year is None else year + shift


def _operands(ledger: Ledger, spot: Spot) -> tuple[Any, ...]:
    """What the formula at a spot names; nothing for an input and outside the calculation period."""
    key, year = spot
    line = ledger.book.figures.get(key) or ledger.book.lines.get(key)
    if line is None or (year is not None and not 1 <= year <= ledger.years):
        return ()
    return operands(line)


def _node(ledger: Ledger, leaves: Leaves, spot: Spot, row: int, level: int) -> TraceNode:
    key, year = spot
    named = tuple(_operand(ledger, name, year, row) for name in _operands(ledger, spot))
    if key in ledger.book.figures:
        return _figure(ledger, key, row, level, named)
    zh, en, unit, values = _shown(ledger, spot, row)
    leaf = leaves.leaf(key, year) if key in ledger.book.inputs and _inside(ledger, year) else None
    formula = ledger.book.lines[key].formula if key in ledger.book.lines and _inside(ledger, year) else ""
    return TraceNode(
        key=key, zh=zh, en=en, unit=unit, year=year, values=values, formula=formula, operands=named, leaf=leaf, level=level
    )  # fmt: skip


def _figure(ledger: Ledger, key: str, row: int, level: int, named: tuple[Operand, ...]) -> TraceNode:
    """A metric with the reason of its value; what is infinite to the machine is no number to a reader."""
    line, value = ledger.book.figures[key], float(ledger.figure(key)[row])
    return TraceNode(
        key=key, zh=line.zh, en=line.en, unit=line.unit, year=None, values=(value if math.isfinite(value) else math.nan,),
        formula=line.formula, reason=str(ledger.status(key)[row]), operands=named, level=level,
    )  # fmt: skip


def _operand(ledger: Ledger, name: Any, year: int | None, row: int) -> Operand:
    spot = _spot(ledger, name.key, _moved(year, name.shift))
    zh, en, unit, values = _shown(ledger, spot, row)
    return Operand(
        name=name.name, key=name.key, zh=zh, en=en, unit=unit, shift=name.shift, year=spot[1], values=values
    )  # fmt: skip


def _inside(ledger: Ledger, year: int | None) -> bool:
    return year is None or 1 <= year <= ledger.years


def _shown(ledger: Ledger, spot: Spot, row: int) -> tuple[str, str, str, tuple[float, ...]]:
    """Labels, unit and values of a line or an input; 0 outside the calculation period."""
    key, year = spot
    what = ledger.book.lines[key] if key in ledger.book.lines else ledger.book.inputs[key]
    if not _inside(ledger, year):
        return what.zh, what.en, what.unit, (0.0,)
    told = explain_line(ledger, key, year, row, depth=0)
    return told.zh, told.en, told.unit, told.values


def _node_dict(node: TraceNode, lang: str) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "key": node.key,
        "label": node.zh if lang == "zh" else node.en,
        "unit": node.unit,
        "year": node.year,
        "values": _numbers(node.values),
        "level": node.level,
    }
    if node.formula:
        shown["formula"] = node.formula
        shown["operands"] = [
            {"name": one.name, "key": one.key, "shift": one.shift, "year": one.year, "values": _numbers(one.values)}
            for one in node.operands
        ]
    if node.reason:
        shown |= {"status": node.reason, "reason": word(REASONS, node.reason, lang)}
    if node.leaf is not None:
        shown["leaf"] = _leaf_dict(node.leaf, lang)
    if node.outside:
        shown["leaf"] = {"kind": "outside"}
    return shown


def _numbers(values: tuple[float, ...]) -> list[float | None]:
    return [value if math.isfinite(value) else None for value in values]


def _leaf_dict(leaf: Leaf, lang: str) -> dict[str, Any]:
    zh = lang == "zh"
    return {
        "kind": leaf.kind,
        "what": leaf.zh if zh else leaf.en,
        "file": leaf.file,
        "inputs": [
            {"path": one.path, "value": one.value, "unit": one.unit, "label": one.zh if zh else one.en, "stands_for": one.stands_for,
             "origin": {"kind": one.origin.kind, "source": one.origin.source}, "facts": [_fact_dict(fact) for fact in one.facts]}
            for one in leaf.inputs
        ],
        "operation": [
            {"key": one.key, "label": one.zh if zh else one.en, "unit": one.unit, "values": _numbers(one.values)} for one in leaf.readings
        ],
        "facts": [_fact_dict(fact) for fact in leaf.facts],
        "notices": [note.zh if zh else note.en for note in leaf.notices],
    }  # fmt: skip


def _fact_dict(fact: Any) -> dict[str, Any]:
    return {
        "name": fact.name, "asked": fact.asked.isoformat(), "holds_from": fact.holds_from.isoformat(), "value": fact.value, "unit": fact.unit,
        "document": fact.source.cite, "confidence": fact.source.confidence, "origin": fact.origin,
    }  # fmt: skip
