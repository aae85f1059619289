"""What is declared of a field, and the check of a value against it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from unicodedata import category

import numpy as np

from appraisal.units import Table, table

Kind = Literal["number", "constant", "yearly", "choice", "text", "count", "flag", "profile", "group", "named"]
Basis = Literal["incl_vat", "excl_vat", ""]
NUMERIC = ("number", "constant", "yearly", "profile")
_BASES: Mapping[Basis, str] = {"incl_vat": " incl. VAT", "excl_vat": " excl. VAT", "": ""}


@dataclass(frozen=True, kw_only=True)
class Declared:
    """What is declared of a field; ``unit`` is empty for words, ``"1"`` for a pure number, ``"share"`` for a fraction.

    ``basis`` says of an amount of money whether VAT is in it, empty where the question does not arise; ``entries`` is
    the section that the entries of a named group are.
    """

    kind: Kind
    unit: str
    zh: str
    en: str
    help: str = ""
    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    basis: Basis = ""
    entries: str = ""

    def __post_init__(self) -> None:
        if self.basis and not self.unit.startswith("yuan"):
            raise TypeError(f"{self.en}: a price basis ({self.basis}) belongs to money, not to {self.unit or 'words'}")

    def unit_text(self) -> str:
        """The unit with its price basis, as people read it.

        Examples
        --------
        >>> Declared(kind="number", unit="yuan/kWh", zh="单价", en="Price", basis="incl_vat").unit_text()
        'yuan/kWh incl. VAT'
        """
        return f"{self.unit}{_BASES[self.basis]}"

    def range_text(self) -> str:
        """The range in words, for messages and forms; empty when there is none."""
        low = self.gt if self.gt is not None else self.ge
        excluded = ", 0 excluded" if self.gt == 0 else f", {self.gt:g} excluded" if self.gt is not None else ""
        if low is not None and self.le is not None:
            return f"{low:g}–{self.le:g}{excluded}"
        if low is not None:
            return f"more than {low:g}" if self.gt is not None else f"{low:g} or more"
        return f"at most {self.le:g}" if self.le is not None else ""

    def expectation(self) -> str:
        """Unit with price basis, and range, as a message shows them."""
        unit = {"share": "a fraction of 1", "1": "a pure number"}.get(self.unit, self.unit_text())
        return ", ".join(part for part in (unit, self.range_text()) if part)


def _read(value: Any, what: Declared) -> Table:
    if isinstance(value, np.ndarray):
        if value.dtype.kind not in "iuf" or value.ndim not in (1, 2):
            raise ValueError(f"expected numbers in one or two dimensions, found {value.dtype} of shape {value.shape}")
        if value.size == 0 or (value.ndim == 2 and what.kind in ("number", "constant") and value.shape[1] != 1):
            raise ValueError(f"an array of shape {value.shape}; expected one value a scenario, (S,) or (S, 1)")
        # A flat array is one value a scenario for a Number, one value a year (or step) for the others.
        return table(value.reshape(-1, 1) if value.ndim == 1 and what.kind == "number" else value)
    listed = isinstance(value, (list, tuple))
    if listed and what.kind in ("number", "constant"):
        raise ValueError(f"{show(value)} is a list; expected one number ({what.expectation()})")
    for item in value if listed else (value,):
        if isinstance(item, bool) or not isinstance(item, (int, float, np.integer, np.floating)):
            raise ValueError(_not_a_number(item, what))
    if listed and not value:
        raise ValueError("an empty list; expected at least one number")
    return table(value)


def _not_a_number(item: Any, what: Declared) -> str:
    if item is None:
        return f"no value stands here; expected {what.expectation() or 'a number'}"
    quoted = isinstance(item, str) and re.fullmatch(r"\s*[-+]?[0-9][0-9.]*([eE][-+]?[0-9]+)?\s*", item)
    percent = re.fullmatch(r"\s*([-+]?[0-9][0-9.]*)\s*[%％]\s*", item) if isinstance(item, str) else None
    remedy = "; remove the quotes" if quoted else f"; write {float(percent.group(1)) / 100:g}" if percent else ""
    return f"{show(item)} is not a number; expected {what.expectation() or 'a number'}{remedy}"


def show(value: Any) -> str:
    """A value of a file as a message shows it.

    Examples
    --------
    >>> show(None), show((1, "two")), show(True)
    ('nothing', "[1, 'two']", 'true')
    """
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    shown = repr(_listed(value))
    return shown if len(shown) <= 60 else shown[:57] + "…"


def _listed(value: Any) -> Any:
    """Lists as the file has them; the reader keeps them as tuples."""
    if isinstance(value, Mapping):
        return {key: _listed(inner) for key, inner in value.items()}
    return [_listed(inner) for inner in value] if isinstance(value, tuple) else value


def check_count(value: Any, what: Declared) -> int:
    """A whole number within its range, or a ValueError that says what was found and expected.

    Examples
    --------
    >>> check_count(0, Declared(kind="count", unit="years", zh="年数", en="Years", ge=1, le=60))
    Traceback (most recent call last):
    ...
    ValueError: 0 is outside 1–60 (years)
    """
    whole = isinstance(value, (int, np.integer)) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not whole:
        raise ValueError(f"{show(value)} is not a whole number; expected {what.expectation() or 'a whole number'}")
    _check_range(table(value), what)
    return int(value)


def check_number(value: Any, what: Declared) -> Table:
    """A number, yearly amount or profile as its table, or a ValueError that says what was found and expected.

    Examples
    --------
    >>> share = Declared(kind="number", unit="share", zh="效率", en="Efficiency", gt=0, le=1)
    >>> check_number(0.88, share)
    array([[0.88]])
    >>> check_number(88, share)
    Traceback (most recent call last):
    ...
    ValueError: 88 is outside 0–1, 0 excluded (a fraction, not percent: 0.88?)
    """
    array = _read(value, what)
    odd = np.flatnonzero(~np.isfinite(array).all(axis=1))
    if odd.size:
        # Of a block of scenarios the first row that is wrong is named, not the whole array.
        found = show(value) if len(array) == 1 else f"row {odd[0]} (from 0), {show(array[odd[0]].tolist())},"
        raise ValueError(f"{found} is not a finite number; expected {what.expectation() or 'a number'}")
    _check_range(array, what)
    return array


def _check_range(array: Table, what: Declared) -> None:
    outside = np.zeros(array.shape, dtype=bool)
    if what.ge is not None:
        outside |= array < what.ge
    if what.gt is not None:
        outside |= array <= what.gt
    if what.le is not None:
        outside |= array > what.le
    if outside.any():
        bad = float(array[outside][0])
        fraction = bad / 100.0
        percent = what.unit.startswith("share") and 0.0 < fraction <= (what.le or 1.0) and bad > (what.le or 1.0)
        hint = (
            f" (a fraction, not percent: {fraction:g}?)"
            if percent
            else f" ({what.unit_text()})"
            if what.unit not in ("", "1", "share")
            else ""
        )
        verb = "is outside" if "–" in what.range_text() else "is not"
        raise ValueError(f"{bad:g} {verb} {what.range_text()}{hint}")


def check_text(value: str) -> str:
    """A text without control or invisible formatting characters, which could rewrite what a terminal shows."""
    odd = next((char for char in value if category(char).startswith("C")), None)
    if odd is not None:
        raise ValueError(f"{show(value)} has the invisible character U+{ord(odd):04X}; take it out")
    return value
