"""The parts of a generated program: tables, statements, and the NumPy calls behind the notation."""

from __future__ import annotations

from dataclasses import dataclass

COMPARISONS = {"<": "less", "<=": "less_equal", ">": "greater", ">=": "greater_equal", "==": "equal", "!=": "not_equal"}
LOGIC = {"and": "logical_and", "or": "logical_or"}

_CALLS = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide"}


def arithmetic(op: str) -> tuple[str, bool]:
    """The call for an operator or ``min``/``max``, and whether it may write over what it reads."""
    if op == "**":
        return "power({0}, {1}, {t})", False
    if op in _CALLS:
        return f"{_CALLS[op]}({{0}}, {{1}}, {{t}})", True
    return f"{op}imum({{0}}, {{1}}, out={{t}})", True


def name_of(slot: str, shift: int) -> str:
    """The variable that shows a table ``shift`` years away."""
    return slot if shift == 0 else f"{slot}_{'m' if shift < 0 else 'p'}{abs(shift)}"


@dataclass(frozen=True)
class Shape:
    """Over what a table varies: rows (``wide``), years (``timed``); ``truth`` if boolean, ``padded`` if read in other years."""

    wide: bool
    timed: bool
    truth: bool = False
    padded: bool = False


@dataclass(eq=False)
class Register:
    """A table of a program; ``slot`` is its variable once storage is assigned."""

    number: int
    shape: Shape
    slot: str = ""

    def token(self, shift: int = 0) -> str:
        """What stands for the variable until then."""
        return f"@{self.number}:{shift}@"


@dataclass(frozen=True)
class Operand:
    """A table as it is read: this year, or ``shift`` years away."""

    register: Register
    shift: int

    @property
    def shape(self) -> Shape:
        """Over what the table varies."""
        return self.register.shape

    def token(self) -> str:
        """What stands for the variable until storage is assigned."""
        return self.register.token(self.shift)


@dataclass(frozen=True)
class Step:
    """Statements with tokens for tables; ``in_place`` if a table written may be one that is read for the last time."""

    source: str
    reads: tuple[Register, ...]
    writes: tuple[Register, ...]
    in_place: bool = True
