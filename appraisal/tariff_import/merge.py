"""Month rows and sources put into the text of an area's file; every other line stays as it is, byte for byte.

The text is cut by the layout that all files of the library share: blocks at the margin, months as indented keys, rows
as dashes. What was written is then read again, and a file laid out otherwise is refused rather than spoilt.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from itertools import groupby
from typing import Any

from appraisal.errors import Fault, InputError, said
from appraisal.library.retail_types import MonthRow, RetailFile
from appraisal.tariff_import.lines import Line
from appraisal.tariff_import.plan import Planned, Stated, same_scope, scope_of

_KEY = re.compile(r"""([ ]+)['"]?(\d{4}-\d\d)(?:-01)?['"]?:[ ]*(?:\#.*)?\r?\Z""")
_DASH = re.compile(r"( *)- ")
_APART = ("months", "sources", "where")


@dataclass(frozen=True)
class _Edit:
    """Lines from *start* up to *stop* (from 0) give way to *lines*."""

    start: int
    stop: int
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class _Block:
    """A block at the margin: its head, and the lines below it that hold something, up to *stop*."""

    head: int
    stop: int


def merged(
    text: str, file: RetailFile, planned: Sequence[Planned], sources: Mapping[str, Stated]
) -> tuple[tuple[Line, ...], int]:
    """The text of the file with the rows and sources in it, and how many rows were replaced.

    Parameters
    ----------
    text : the file as it stands, line ends included.
    file : the same as the library reads it.
    planned : rows to add; one of the same month and users as a row of the file takes its place.
    sources : those that the rows name and the file does not have.

    Raises
    ------
    InputError
        If the file is laid out so that a row cannot be put into it without touching others.
    """
    lines = text.split("\n")
    end = "\r" if lines[0].endswith("\r") else ""
    editing = _Editing(file, lines)
    edits, replaced = editing.months(planned)
    edits += editing.sources([stated for key, stated in sources.items() if key not in file.sources])
    held: list[Line] = [Line(line) for line in lines]
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.stop), reverse=True):
        held[edit.start : edit.stop] = [Line(line.text + end, line.record) for line in edit.lines]
    return tuple(held), replaced


class _Editing:
    def __init__(self, file: RetailFile, lines: Sequence[str]) -> None:
        self.file, self.held = file, lines

    def refuse(self, line: int) -> InputError:
        return InputError([Fault(where=self.file.where, line=line + 1, message=said(
            "is not laid out as months, dashes and one row a line or block; add the month by hand",
            "不是按月份、短横、逐行的格式书写；请手工添加该月份"
        ))])  # fmt: skip

    def block(self, name: str) -> _Block:
        heads = [place for place, line in enumerate(self.held) if re.match(rf"{name}:\s*(\{{\s*\}})?\s*(#.*)?\Z", line)]
        if len(heads) != 1:
            raise self.refuse(heads[1] if heads else 0)
        stop = heads[0] + 1
        for place in range(heads[0] + 1, len(self.held)):
            line = self.held[place]
            if line.strip() and not line.startswith((" ", "#")):
                break
            stop = place + 1 if line.startswith(" ") and line.strip() else stop
        return _Block(heads[0], stop)

    def months(self, planned: Sequence[Planned]) -> tuple[list[_Edit], int]:
        """Edits that bring the rows in, a month at a time; and how many rows give way."""
        if not planned:
            return [], 0
        block = self.block("months")
        keys = {date.fromisoformat(f"{found[2]}-01"): place for place in range(block.head + 1, block.stop) if (found := _KEY.match(self.held[place]))}  # fmt: skip
        if set(keys) != {row.month for row in self.file.months}:
            raise self.refuse(block.head)
        edits = [self.opened(block.head)] if "{" in self.held[block.head].partition("#")[0] else []
        inserted: dict[int, list[Line]] = {}
        replaced = 0
        for month, group in groupby(sorted(planned, key=lambda row: row.month), key=lambda row: row.month):
            rows = list(group)
            if month in keys:
                made, count = self.in_month(rows, keys[month], self.end_of_month(keys[month], keys, block))
                edits, replaced = edits + made, replaced + count
                continue
            indent = next((str(found[1]) for place in keys.values() if (found := _KEY.match(self.held[place]))), "  ")
            place = self.before_later(month, keys, block)
            added = [Line(f"{indent}{month:%Y-%m}:", rows[0].record), *(row.line(indent) for row in rows)]
            inserted.setdefault(place, []).extend(added)
        edits += [_Edit(place, place, tuple(lines)) for place, lines in inserted.items()]
        return edits, replaced

    def opened(self, place: int) -> _Edit:
        """The head of a block that was empty."""
        return _Edit(place, place + 1, (Line(re.sub(r"\{\s*\}", "", self.held[place]).rstrip()),))

    def end_of_month(self, key: int, keys: Mapping[date, int], block: _Block) -> int:
        """The line after the last row of a month."""
        stop = min([place for place in keys.values() if place > key], default=block.stop)
        while not self.held[stop - 1].strip() or self.held[stop - 1].lstrip().startswith("#"):
            stop -= 1
        return stop

    def before_later(self, month: date, keys: Mapping[date, int], block: _Block) -> int:
        """Where a month goes: before the next later one and the comment above that."""
        later = [day for day in keys if day > month]
        if not later:
            return block.stop
        place = keys[min(later)]
        while self.held[place - 1].lstrip().startswith("#"):
            place -= 1
        return place

    def in_month(self, rows: Sequence[Planned], key: int, stop: int) -> tuple[list[_Edit], int]:
        """Rows of a month that the file has: each in place of its like, or after the last."""
        starts = [place for place in range(key + 1, stop) if _DASH.match(self.held[place])]
        indents = {str(found[1]) for place in starts if (found := _DASH.match(self.held[place]))}
        if len(indents) != 1:
            raise self.refuse(key)
        indent = indents.pop()
        edits: list[_Edit] = []
        added: list[Line] = []
        for row in rows:
            like = self.like(row)
            if like is None:
                added.append(row.line(indent))
            elif like.line - 1 not in starts:
                raise self.refuse(like.line - 1)
            else:
                start = like.line - 1
                end = min([place for place in starts if place > start], default=stop)
                edits.append(_Edit(start, self.trimmed(start, end), (row.line(indent),)))
        return [*edits, *([_Edit(stop, stop, tuple(added))] if added else [])], len(edits)

    def trimmed(self, start: int, stop: int) -> int:
        """The end of a row without the comments below it."""
        while stop - 1 > start and self.held[stop - 1].lstrip().startswith("#"):
            stop -= 1
        return stop

    def like(self, row: Planned) -> MonthRow | None:
        """The row of the file for the same month and users."""
        found = [
            old for old in self.file.months if old.month == row.month and same_scope(row.scope, scope_of(old.scope))
        ]
        return found[-1] if found else None

    def sources(self, stated: Sequence[Stated]) -> list[_Edit]:
        if not stated:
            return []
        block = self.block("sources")
        first = self.held[block.head + 1] if block.head + 1 < len(self.held) else ""
        indent = first[: len(first) - len(first.lstrip())] or "  "
        lines = tuple(line for source in stated for line in source.lines(indent))
        opened = [self.opened(block.head)] if "{" in self.held[block.head].partition("#")[0] else []
        return [*opened, _Edit(block.stop, block.stop, lines)]


def kept(before: RetailFile, after: RetailFile, planned: Sequence[Planned]) -> bool:
    """Whether the second file is the first one with the planned rows in it, and nothing else has changed."""
    rest = [row for row in before.months if not any(row.month == new.month and same_scope(new.scope, scope_of(row.scope)) for new in planned)]  # fmt: skip
    wanted = sorted([repr(_facts(row)) for row in rest])
    fresh = [(new.month, dict(new.values), new.record.get("source")) for new in planned]
    found = [(row.month, dict(row.values), row.source.key) for row in after.months]
    others = [row for row in after.months if repr(_facts(row)) in set(wanted)]
    return (
        sorted(repr(_facts(row)) for row in others) == wanted
        and len(after.months) == len(rest) + len(planned)
        and all(row in found for row in fresh)
        and all(after.sources.get(key) == source for key, source in before.sources.items())
        and _facts(before, _APART) == _facts(after, _APART)
    )


def _facts(held: Any, without: tuple[str, ...] = ()) -> Any:
    """What a type of the library holds, less the lines it was read from."""
    if is_dataclass(held):
        names = [field.name for field in fields(held) if field.name not in ("line", *without)]
        return {name: _facts(getattr(held, name)) for name in names}
    if isinstance(held, Mapping):
        return {key: _facts(value) for key, value in held.items()}
    if isinstance(held, (tuple, list)):
        return [_facts(value) for value in held]
    return sorted(held) if isinstance(held, frozenset) else held
