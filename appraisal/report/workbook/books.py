"""The declared lines as rows of formulas: the construction debt share pass by pass, calculation and financing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from appraisal.book import Block, Instance
from appraisal.book.plan import needed
from appraisal.book.printed import Row
from appraisal.book.tree import refs
from appraisal.finance.books import funding_book
from appraisal.finance.inputs import SCULPTED
from appraisal.finance.solve import PASSES
from appraisal.report.workbook import words
from appraisal.report.workbook.draft import Draft
from appraisal.report.workbook.formula import Place
from appraisal.report.workbook.sheet import Sheet
from appraisal.units import Table

_SHARE = "construction_debt_share"
_CALLED = "debt_share_called_for"
_FINANCING = frozenset(
    ("funding_plan", "phase_interest", "short_loans", "service", "sculpting", "loan", "later_loan", "lease", "grant")
)


# --- the construction debt share ------------------------------------------------------------------------------------


def sizing_sheet(draft: Draft) -> Sheet:
    """The construction debt share found in the sheet itself: the declared lines once a pass, each with the share before.

    Nothing is circular, so that neither macros nor iterative calculation are needed.
    """
    title = words.title("sizing", draft.lang)
    note = draft.say("逐轮代入，第 8 轮结果用于全表", "Pass by pass; the result of the last one is used throughout")
    sheet = draft.periods_sheet(title, draft.say("建设期债务比例测算", "Debt share of construction"), note)
    columns = int(np.flatnonzero(draft.line("completing"))[0]) + 1
    lines = _of_a_pass(draft)
    share = draft.number("debt_share")
    place, formula = None, draft.places["debt_share"].at(title)
    for count in range(1, PASSES + 1):
        sheet.heading(draft.say(f"第 {count} 轮", f"Pass {count}"))
        label = draft.say("代入的建设期债务比例", "Debt share of construction put in")
        place = sheet.single(label, "%", share, "formula", "rate8", formula=formula)
        called = _pass(draft, sheet, lines, place, share, columns)
        share = max(float(called[0, columns - 1]), 0.0)
        formula = f"MAX(SUM({draft.columns.span(sheet.row - 1)}),0)"
        sheet.skip()
    sheet.heading(draft.say("结果", "Result"))
    label = draft.say("建设期债务比例", "Debt share of construction")
    draft.places[_SHARE] = sheet.single(label, "%", share, "formula", "rate8", formula=formula)
    return sheet


def _of_a_pass(draft: Draft) -> list[str]:
    """The lines of the funding that move with the share, what calls for it last."""
    book = funding_book(draft.result.statements.form)
    trees = {key: line.tree for key, line in book.lines.items()}
    inside, whole = needed(trees, [_CALLED]), draft.result.statements.book.lines
    # A line that does not move is the one of the books, unless the books declare it otherwise.
    moved = {_SHARE, *(key for key in inside if trees[key] != whole[key].tree)}
    grew = True
    while grew:
        new = {key for key in inside if key not in moved and any(ref.key in moved for ref in refs(trees[key]))}
        moved, grew = moved | new, bool(new)
    ordered = [key for key in trees if key in inside and key in moved and key != _CALLED]
    return [*ordered, _CALLED]


def _pass(draft: Draft, sheet: Sheet, lines: list[str], share: Place, value: float, columns: int) -> Table:
    """The rows of one pass; the share called for, by column."""
    book = funding_book(draft.result.statements.form)
    held = draft.result.statements.ledger.inputs
    given: dict[str, Table] = {}
    for name in book.inputs:
        if name != _SHARE:
            table = held[name].T
            one = table[draft.row if len(table) > 1 else 0]
            given[name] = np.ascontiguousarray(one[None, :columns])
    ledger = book.evaluate({**given, _SHARE: np.array([[value]])}, columns, keep=lines)
    scope = {_SHARE: share}
    for at, key in enumerate(lines):
        scope[key] = Place(sheet.title, sheet.row + at, single=False)
    for key in lines:
        line = book.lines[key]
        number = words.number_of(line.unit)
        owner = key.rpartition(".")[0]
        label = draft.say(line.zh, line.en) + (f" [{owner}]" if owner else "")
        unit = draft.unit_words(line.unit)
        sheet.yearly(label, unit, ledger.line(key)[0], "formula", number, formula=line.tree, scope=scope)
    return ledger.line(_CALLED)


# --- calculation and financing --------------------------------------------------------------------------------------


def line_sheets(draft: Draft) -> tuple[Sheet, Sheet]:
    """Every declared line as a row: the calculation, and apart from it what lends, leases and repays."""
    calculation, financing = (
        draft.periods_sheet(
            words.title(key, draft.lang), words.title(key, draft.lang), draft.say("单位：元", "Money in yuan")
        )
        for key in ("calculation", "financing")
    )
    if draft.result.statements.form.sculpted is not None:
        _sculpted(draft, financing)
    flows = _flows(draft)
    for part in draft.result.statements.book.parts:
        if isinstance(part, Instance | Block):
            block = part.block if isinstance(part, Instance) else part
            _block(draft, financing if block.name in _FINANCING else calculation, part, flows)
    return calculation, financing


def _block(draft: Draft, sheet: Sheet, part: Block | Instance, flows: frozenset[str]) -> None:
    zh, en, keys = draft.result.statements.blocks[part.name]
    sheet.heading(draft.say(zh, en))
    for key in keys:
        line = draft.result.statements.book.lines[key]
        number = words.number_of(line.unit)
        values = draft.line(key)
        place = sheet.yearly(
            draft.say(line.zh, line.en),
            draft.unit_words(line.unit),
            values,
            "formula",
            number,
            formula=line.tree,
            depth=1,
        )
        draft.places[key] = place
        if key in flows:
            sheet.total(place.row, float(values.sum()), number)
    sheet.skip()


def _flows(draft: Draft) -> frozenset[str]:
    """The lines whose years add up to something, as the printed tables say."""

    def walk(rows: tuple[Row, ...]) -> Iterator[str]:
        for row in rows:
            if row.key and row.flow and not row.figure:
                yield row.key
            yield from walk(row.rows)

    return frozenset(key for sheet in draft.result.statements.sheets.values() for key in walk(sheet.rows))


def _sculpted(draft: Draft, sheet: Sheet) -> None:
    """What was solved for a loan that follows the cash, as values."""
    sheet.heading(
        draft.say(
            "按偿债备付率测算的借款（数值，输入变动后需重新运行）",
            "Sculpted loan: values, to be run anew when an input changes",
        )
    )
    for name, what in SCULPTED.items():
        label, unit, number = draft.say(what.zh, what.en), draft.unit_words(what.unit), words.number_of(what.unit)
        if draft.is_single(name):
            draft.places[name] = sheet.single(label, unit, draft.number(name), "value", number)
        else:
            draft.places[name] = sheet.yearly(label, unit, draft.line(name), "value", number)
    sheet.skip()
