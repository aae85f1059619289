"""The declared tables, one file a subject, and the evaluated statements of a block of scenarios."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from appraisal.book import Block, Book, Explanation, Instance, Ledger, explain
from appraisal.book.frame import frame
from appraisal.book.printed import Sheet
from appraisal.errors import suggest
from appraisal.finance.structure import Structure
from appraisal.finance.tables import SENSITIVITY, TITLES, letter_of, sheets
from appraisal.units import Table

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Statements(Mapping[str, Table]):
    """The books of S scenarios: line key → ``(S, Y)``; what is asked for by table is labelled.

    ``form`` is the structure of the books; ``solved`` tells by scenario whether what is solved outside converged.
    ``redo`` evaluates the same scenarios with other formulas (key → text), for what-ifs on a line.
    """

    ledger: Ledger
    form: Structure
    solved: NDArray[np.bool_]
    redo: Callable[[Mapping[str, str]], Statements]

    @property
    def book(self) -> Book:
        """The declarations behind the numbers."""
        return self.ledger.book

    def __getitem__(self, key: str) -> Table:
        return self.ledger.line(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self.ledger.tables)

    def __len__(self) -> int:
        return len(self.ledger.tables)

    @cached_property
    def blocks(self) -> dict[str, tuple[str, str, tuple[str, ...]]]:
        """Table key → (Chinese title, English title, keys of its lines), in the order of the book."""
        found: dict[str, tuple[str, str, tuple[str, ...]]] = {}
        for part in self.book.parts:
            if isinstance(part, Instance):
                keys = tuple(f"{part.name}.{entry.key}" for entry in part.entries)
                found[part.name] = (f"{part.block.zh}（{part.name}）", f"{part.block.en} ({part.name})", keys)
            elif isinstance(part, Block):
                found[part.name] = (part.zh, part.en, tuple(entry.key for entry in part.entries))
        return found

    @cached_property
    def sheets(self) -> dict[str, Sheet]:
        """The printed tables by letter, all but the sensitivity."""
        return sheets(self.form, tuple(self.book.figures))

    def printed(self, key: str, row: int = 0, lang: str = "en", unit: str = "yuan") -> pd.DataFrame:
        """A printed table by letter, name or Chinese title; see :func:`appraisal.book.frame.frame`.

        Raises
        ------
        KeyError
            If there is no such table, or it is the sensitivity, which a study makes.
        """
        letter = letter_of(key)
        if letter is None:
            known = [name for name, zh, _ in TITLES.values()]
            raise KeyError(f"no table {key!r}; {suggest(key, [*TITLES, *known])}")
        if letter == SENSITIVITY:
            raise KeyError(f"table {key!r} is made by a study: appraisal.tables(result)[{SENSITIVITY!r}]")
        return frame(self.ledger, self.sheets[letter], row, lang, unit, solved=bool(self.solved[row]))

    def table(self, key: str, row: int = 0, lang: str = "en", unit: str = "yuan") -> pd.DataFrame:
        """One printed table, one declared table or one line of one scenario as a labelled frame.

        Parameters
        ----------
        key : str
            A printed table by letter, name or Chinese title (``D``, ``profit_distribution``, ``损益和利润分配表``), else a
            declared table (``project_cash``) or a line (``project_net``).
        row : int
            The scenario, from 0.
        lang : "en" or "zh"
            Of the labels.
        unit : "yuan" or "wan"
            Of money in a printed table; declared tables and lines are shown as they are declared.

        Returns
        -------
        DataFrame
            A row a line, a column a year of the calculation period from 1; yuan unless the unit column says otherwise.

        Raises
        ------
        KeyError
            If there is no such table or line.
        ValueError
            If a declared table or a line is asked for in another unit than yuan.
        """
        if letter_of(key):
            return self.printed(key, row, lang, unit)
        if unit != "yuan":
            raise ValueError(f"unit {unit!r} of {key!r}: only printed tables have another unit than yuan")
        return self._declared(key, row, lang)

    def _declared(self, key: str, row: int, lang: str) -> pd.DataFrame:
        """A declared table, or a line, as it stands in the book."""
        import pandas as pd

        if key not in self.blocks and key not in self.book.lines:
            known = [name for name, _, _ in TITLES.values()]
            raise KeyError(f"no table or line {key!r}; {suggest(key, [*known, *self.blocks, *self.book.lines])}")
        keys = self.blocks[key][2] if key in self.blocks else (key,)
        lines = [self.book.lines[name] for name in keys]
        labels = [line.zh if lang == "zh" else line.en for line in lines]
        years = range(1, self.ledger.years + 1)
        frame = pd.DataFrame(
            np.array([self[name][row] for name in keys]), index=pd.Index(keys, name="line"), columns=list(years)
        )
        frame.insert(0, "unit", [line.unit for line in lines])
        frame.insert(0, "label", labels)
        return frame

    def explain(self, key: str, year: int | None = None, row: int = 0, depth: int = 1) -> Explanation:
        """How a line of a year (or a figure) came about: formula and operands."""
        return explain(self.ledger, key, year=year, row=row, depth=depth)

    def with_line(self, key: str, formula: str) -> Statements:
        """The books with one line's or figure's formula replaced, everything that rests on it evaluated anew."""
        return self.redo({key: formula})


__all__ = ["Statements"]
