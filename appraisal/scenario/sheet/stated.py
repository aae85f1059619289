"""What a filled-in workbook states: the mapping that a YAML file would hold, and the cell of every path."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from appraisal.errors import Fault, Message
from appraisal.intake.package import Sheet, address


@dataclass
class Stated:
    """What a workbook states.

    Attributes
    ----------
    where : what messages call the file.
    raw : sections as a YAML file would hold them.
    lines : number, in order of reading, of every path stated and of its parents.
    cells : ``sheet!cell`` of every path of the form, stated or open.
    faults : what is wrong with the workbook itself.
    """

    where: str
    raw: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, sheet: Sheet, row: int, column: int, message: Message, path: str = "") -> None:
        """One more fault, at a cell."""
        where = f"{self.where} {sheet.name}!{address(row, column)}"
        self.faults.append(Fault(where=where, path=path, message=message))

    def put(self, keys: tuple[str, ...], value: Any) -> None:
        """State a value; sections on the way are made."""
        held: Any = self.raw
        for key in keys[:-1]:
            held = held.setdefault(key, {})
        held[keys[-1]] = value
        for depth in range(1, len(keys) + 1):
            self.lines.setdefault(".".join(keys[:depth]), len(self.lines) + 1)
