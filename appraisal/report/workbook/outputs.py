"""The sheet of figures: each a live formula over its calls, beside it the engine's value at export."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from appraisal.book.printed import Row
from appraisal.book.tree import Binary, Call, Node, Ref, Unary
from appraisal.report.workbook import words
from appraisal.report.workbook.draft import HEAD_ROW, Draft
from appraisal.report.workbook.formula import CONSTANT, LABEL, TOTAL, UNIT, Place, Writer, cell
from appraisal.report.workbook.sheet import Content, Painted, Sheet
from appraisal.report.workbook.workings import Workings
from appraisal.text import REASONS, word

ENGINE, DIFFERENCE, NOTE = 4, 5, 6
_WIDTHS = {LABEL: 52.0, UNIT: 12.0, CONSTANT: 20.0, TOTAL: 10.0, ENGINE: 20.0, DIFFERENCE: 16.0, NOTE: 52.0}
# A call of these always has a number.
_ALWAYS = ("total", "npv", "npv_nominal", "npv_real")


@dataclass
class Outputs:
    """The sheet of figures, that of their workings, and where each figure stands with its value at export."""

    sheet: Sheet
    workings: Workings
    live: dict[str, Place] = field(default_factory=dict)
    values: dict[str, Content] = field(default_factory=dict)
    first: int = 0
    last: int = 0


def output_sheets(draft: Draft) -> Outputs:
    """Every figure of the books, by the headings of the table of indicators."""
    sheet, workings = draft.sheet("outputs"), Workings(draft)
    sheet.widths, sheet.frozen, sheet.repeated = dict(_WIDTHS), (HEAD_ROW, 1), HEAD_ROW
    sheet.put(1, LABEL, sheet.title, "title")
    for column, key in enumerate(("item", "unit", "value", "agrees", "engine", "difference", "note")):
        sheet.put(HEAD_ROW, column, draft.head(key), "head")
    sheet.row = HEAD_ROW + 1
    made = Outputs(sheet, workings, first=sheet.row)
    for heading, rows in _grouped(draft):
        sheet.heading(heading, "heading")
        for row in rows:
            _figure(draft, made, row)
    made.last = sheet.row - 1
    sheet.painted.append(Painted(f"D{made.first}:D{made.last}", "inform"))
    return made


def _grouped(draft: Draft) -> Iterator[tuple[str, list[Row]]]:
    """The figures under the headings of the printed table, those that it leaves out last."""
    declared = draft.result.statements.book.figures
    groups = draft.result.statements.sheets["J"].rows
    for group in groups:
        yield draft.say(group.zh, group.en), [row for row in group.rows if row.key in declared]
    shown = {row.key for group in groups for row in group.rows}
    left = [Row(key, figure=True) for key in declared if key not in shown]
    if left:
        yield draft.say("其他", "Other"), left


def _figure(draft: Draft, made: Outputs, row: Row) -> None:
    """One figure: its formula, its value at export and what they differ by."""
    sheet, declared = made.sheet, draft.result.statements.book.figures[row.key]
    metric = draft.result.metrics[row.key]
    value, reason = float(metric.value[draft.row]), str(metric.reason[draft.row])
    shown: Content = value if np.isfinite(value) else word(REASONS, reason, draft.lang)
    number = (
        "years"
        if declared.unit == "year"
        else "money2"
        if declared.unit == "yuan"
        else words.number_of(declared.unit, percent=row.percent)
    )
    formula = _formula(draft, made.workings, declared.tree, sheet.title)
    label = draft.say(row.zh or declared.zh, row.en or declared.en)
    at = sheet.labelled(label, draft.unit_words(declared.unit, percent=row.percent), depth=1)
    live = shown if reason != "no solution" else _unsolved(draft, row.key)
    sheet.put(at, CONSTANT, live, "figure", number, formula=formula)
    sheet.put(at, ENGINE, shown, "value", number)
    here, engine = cell(at), cell(at, ENGINE)
    both = f"AND(ISNUMBER({here}),ISNUMBER({engine}))"
    tolerance = draft.placed("tolerance", sheet.title)
    # Of money what rounding leaves is measured on the investment, as in the checks.
    scale = (
        f"MAX(ABS({engine}),{draft.span('invested', sheet.title)})" if declared.unit == "yuan" else f"(1+ABS({engine}))"
    )
    near = f"IF(ABS({here}-{engine})<={tolerance}*{scale},1,0)"
    sheet.put(
        at, TOTAL, 1.0 if live == shown else 0.0, "check", "flag", formula=f"IF({both},{near},IF({here}={engine},1,0))"
    )
    apart: Content = 0.0 if isinstance(live, float) and isinstance(shown, float) else ""
    sheet.put(at, DIFFERENCE, apart, "formula", number, formula=f'IF({both},{here}-{engine},"")')
    note = word(REASONS, reason, draft.lang) if np.isfinite(value) else ""
    sheet.put(at, NOTE, note, "note")
    made.live[row.key] = Place(sheet.title, at, single=True)
    made.values[row.key] = live


def _unsolved(draft: Draft, key: str) -> Content:
    """What the formula gives where a sculpted loan has no solution: the books as they stand, which a check calls failed."""
    ledger = draft.result.statements.ledger
    value, status = float(ledger.figure(key)[draft.row]), str(ledger.status(key)[draft.row])
    return value if np.isfinite(value) else word(REASONS, status, draft.lang)


def _formula(draft: Draft, workings: Workings, tree: Node, sheet: str) -> str:
    """A figure over the cells of its calls; one that may have no number says why in the words of the first call that has none."""
    calls: dict[str, Place] = {}
    doubtful: list[Place] = []

    def placed(node: Node) -> Node:
        match node:
            case Call():
                place = workings.call(node)
                calls[name := f"call:{place.row}"] = place
                if node.function not in _ALWAYS and place not in doubtful:
                    doubtful.append(place)
                return Ref(name)
            case Unary():
                return replace(node, operand=placed(node.operand))
            case Binary():
                return replace(node, left=placed(node.left), right=placed(node.right))
            case _:
                return node

    over_calls = placed(tree)
    text = Writer(sheet, {**draft.places, **calls}, draft.numbers).text(over_calls)
    if isinstance(tree, Call) or not (doubtful or _divides(tree)):
        return text
    reason = f'"{word(REASONS, "undefined", draft.lang)}"'
    for place in reversed(doubtful):
        at = place.at(sheet)
        reason = f"IF(ISTEXT({at}),{at},{reason})"
    return f"IFERROR({text},{reason})"


def _divides(node: Node) -> bool:
    match node:
        case Binary():
            return node.op == "/" or _divides(node.left) or _divides(node.right)
        case Unary():
            return _divides(node.operand)
        case _:
            return False
