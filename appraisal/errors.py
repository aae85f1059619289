"""The error tree and "did you mean".

Every message is an instruction: where, what was found, what was expected, what to do.
A command's exit code is the error's :attr:`AppraisalError.exit_code`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import ClassVar, Literal


class AppraisalError(Exception):
    """Anything this package raises on purpose; ``exit_code`` is what a command ends with."""

    exit_code: ClassVar[int] = 1


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing wrong with one place of an input.

    ``where`` is the file (or what stands for it), ``line`` counts from 1, ``path`` is the dotted path inside it.
    ``kind`` is ``"fact"`` when a dated fact has no value at the date asked, else ``"input"``.
    """

    message: str
    where: str = ""
    line: int | None = None
    path: str = ""
    kind: Literal["input", "fact"] = "input"

    def __str__(self) -> str:
        place = f"{self.where}:{self.line}" if self.where and self.line else self.where
        head = " ".join(part for part in (place, self.path) if part)
        return f"{head}: {self.message}" if head else self.message


class InputError(AppraisalError):
    """An input that cannot be used, with *all* that is wrong with it.

    Exit code 3, or 6 when every fault is a fact without a value at the date asked.

    Examples
    --------
    >>> str(InputError([Fault(where="a.yaml", line=3, path="storage.power_mw", message="-1 is below 0")]))
    'a.yaml:3 storage.power_mw: -1 is below 0'
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    @property
    def exit_code(self) -> int:  # type: ignore[override]
        return 6 if self.faults and all(fault.kind == "fact" for fault in self.faults) else 3


class NoSolutionError(AppraisalError):
    """A well-formed question that has no answer (an infeasible dispatch, a target out of reach)."""

    exit_code = 5


class IntegrityError(AppraisalError):
    """A check of the books or of the library failed."""

    exit_code = 7


MAX_LISTED = 25


def nearest(word: str, known: Sequence[str]) -> str | None:
    """The known name that *word* was probably meant to be.

    Examples
    --------
    >>> nearest("capcity", ["arbitrage", "capacity"]), nearest("zzz", ["arbitrage"])
    ('capacity', None)
    """
    return next(iter(get_close_matches(word, known, n=1, cutoff=0.6)), None)


def suggest(word: str, known: Sequence[str]) -> str:
    """Nearest known name as a clause for a message, then the names known.

    Examples
    --------
    >>> suggest("capcity", ["arbitrage", "capacity"])
    "did you mean 'capacity'? Known: arbitrage, capacity"
    >>> suggest("zzz", ["arbitrage", "capacity"])
    'known: arbitrage, capacity'
    """
    near = get_close_matches(word, known, n=5, cutoff=0.6)
    # A long list helps nobody: then only what lies near is shown.
    shown = (
        list(known) if len(known) <= MAX_LISTED else get_close_matches(word, known, n=5, cutoff=0.3) or list(known)[:5]
    )
    listed = ", ".join(shown) + (f", … ({len(known)} in all)" if len(shown) < len(known) else "")
    return f"did you mean {near[0]!r}? Known: {listed}" if near else f"known: {listed}"
