"""How a number came about: its formula, and the numbers that went into it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from appraisal.book.evaluate import Ledger
from appraisal.book.resolve import Line
from appraisal.book.tree import Each, Node, Ref, children
from appraisal.errors import suggest

Language: TypeAlias = Literal["zh", "en", "both"]
# A reference stands in its formula as a name, or as last(name), lag(name, n), next(name).
_WRITTEN = re.compile(r"(?:(?:last|lag|next)\s*\(\s*)?([A-Za-z_][A-Za-z0-9_.]*)")


@dataclass(frozen=True)
class Operand:
    """What a formula names: ``name`` as it is written there, ``key`` what it stands for, ``shift`` its year from this one.

    ``each(stream.income)`` is one operand for each instance, all of that name.
    """

    name: str
    key: str
    shift: int


def operands(line: Line) -> tuple[Operand, ...]:
    """What the formula of a line or figure names, each once, in the order of the text.

    Examples
    --------
    >>> from appraisal.book import Book, Input, block
    >>> book = Book(
    ...     block("账", "Account", "sum | yuan | 累计 | Sum | last(sum) + paid"),
    ...     inputs={"paid": Input("yuan", "付款", "Paid", kind="series")},
    ... )
    >>> [(found.name, found.shift) for found in operands(book.lines["sum"])]
    [('sum', -1), ('paid', 0)]
    """
    return tuple(dict.fromkeys(_named(line.tree, line.formula)))


def _named(node: Node, text: str) -> Iterator[Operand]:
    """Every reference under a node; its name is read where the node says that it stands."""
    match node:
        case Ref():
            written = _WRITTEN.match(text, node.column - 1)
            if written is None:
                raise ValueError(f"no name in column {node.column} of {text!r}")
            yield Operand(written.group(1), node.key, node.shift)
        case Each():
            yield from (Operand(f"each({node.name})", key, 0) for key in node.keys)
        case _:
            for child in children(node):
                yield from _named(child, text)


@dataclass(frozen=True)
class Explanation:
    """One number of the books, or one line of them, with what it was made of.

    ``year`` counts from 1, the first column; it is None for a figure, for an input that is one number, and where
    ``values`` shows all years. A year outside the calculation period has the value 0. ``formula`` is empty for an input.
    ``status`` is the figure's, else empty.
    """

    key: str
    zh: str
    en: str
    unit: str
    formula: str
    year: int | None
    row: int
    values: tuple[float, ...]
    status: str
    operands: tuple[Explanation, ...]

    @property
    def value(self) -> float:
        """The number, where there is one.

        Raises
        ------
        ValueError
            If all years of a line are shown.
        """
        if len(self.values) != 1:
            raise ValueError(f"{self.key!r} has {len(self.values)} years; ask for one, or take .values")
        return self.values[0]

    def text(self, language: Language = "both") -> str:
        """The explanation as lines of text, operands indented under what they make.

        Parameters
        ----------
        language : "zh" | "en" | "both"
            Which label to print.
        """
        return "\n".join(self._lines(language, 0))

    def _lines(self, language: Language, depth: int) -> list[str]:
        label = {"zh": self.zh, "en": self.en, "both": f"{self.zh} / {self.en}"}[language]
        place = (
            f"{self.key}[{'year' if language != 'zh' else '第'} {self.year}{'' if language != 'zh' else ' 年'}]"
            if self.year
            else self.key
        )
        amount = ", ".join(_shown(value, self.unit) for value in self.values)
        unit = "" if self.unit in ("1", "0/1") else f" {self.unit}"
        remark = f" ({self.status})" if self.status not in ("", "ok") else ""
        formula = f" = {self.formula}" if self.formula else ""
        head = f"{'    ' * depth}{label}  {place} = {amount}{unit}{remark}{formula}"
        return [head, *(line for operand in self.operands for line in operand._lines(language, depth + 1))]


def explain(ledger: Ledger, key: str, year: int | None = None, row: int = 0, depth: int = 1) -> Explanation:
    """Explain one number of a ledger.

    Parameters
    ----------
    ledger : Ledger
        Evaluated with the lines behind *key* kept.
    key : str
        Of a line, an input or a figure.
    year : int, optional
        From 1, the first column; without it all years of a line.
    row : int
        The scenario, from 0.
    depth : int
        How many layers of operands to show.

    Raises
    ------
    KeyError
        If the book has no such key, or the ledger did not keep a line.
    ValueError
        If the year or the row lies outside the ledger, or a year is asked of a figure.
    """
    if not 0 <= row < ledger.rows:
        raise ValueError(f"row {row}, expected 0 to {ledger.rows - 1}")
    if year is not None and not 1 <= year <= ledger.years:
        raise ValueError(f"year {year}, expected 1 to {ledger.years} (1 is the first construction year)")
    if key in ledger.book.figures:
        if year is not None:
            raise ValueError(f"{key!r} is a figure and has no years")
        return _figure(ledger, key, row, depth)
    if key not in ledger.book.lines and key not in ledger.book.inputs:
        raise KeyError(
            f"unknown line {key!r}; {suggest(key, [*ledger.book.figures, *ledger.book.lines, *ledger.book.inputs])}"
        )
    return _line(ledger, key, year, row, depth)


def _figure(ledger: Ledger, key: str, row: int, depth: int) -> Explanation:
    """A figure with the lines behind it."""
    line = ledger.book.figures[key]
    operands = _operands(ledger, line, None, row, depth)
    value = float(ledger.figure(key)[row])
    return Explanation(
        key, line.zh, line.en, line.unit, line.formula, None, row, (value,), str(ledger.status(key)[row]), operands
    )


def _line(ledger: Ledger, key: str, year: int | None, row: int, depth: int) -> Explanation:
    """A line or an input in one year, or in all."""
    values = ledger.line(key)[row]
    inside = year is None or 1 <= year <= ledger.years
    if key in ledger.book.inputs:
        given = ledger.book.inputs[key]
        single = given.kind == "number" or ledger.table(key).shape[0] == 1
        shown = (float(values[0]),) if single else _values(values, year)
        return Explanation(key, given.zh, given.en, given.unit, "", None if single else year, row, shown, "", ())
    line = ledger.book.lines[key]
    operands = _operands(ledger, line, year, row, depth) if inside else ()
    return Explanation(key, line.zh, line.en, line.unit, line.formula, year, row, _values(values, year), "", operands)


def _operands(ledger: Ledger, line: Line, year: int | None, row: int, depth: int) -> tuple[Explanation, ...]:
    """What the formula names, each once, in the order of the text."""
    if depth <= 0:
        return ()
    named = dict.fromkeys((found.key, found.shift) for found in operands(line))
    return tuple(
        _line(ledger, key, None if year is None else year + shift, row, depth - 1) for key, shift in named
    )  # fmt: skip


def _values(values: object, year: int | None) -> tuple[float, ...]:
    """All years, one year, or 0 outside the calculation period."""
    numbers: list[float] = values.tolist()  # type: ignore[attr-defined]
    if year is None:
        return tuple(numbers)
    return (numbers[year - 1] if 1 <= year <= len(numbers) else 0.0,)


def _shown(value: float, unit: str) -> str:
    """Money to the cent; anything else to six decimals without trailing zeros."""
    if unit == "yuan":
        return f"{value:,.2f}"
    return f"{value:,.6f}".rstrip("0").rstrip(".")
