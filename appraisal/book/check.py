"""What a formula may combine: units that fit, and conditions without computed money.

A balance of 1e-8 left by rounding flips a comparison here and not in a spreadsheet. So a condition
compares timeline flags and counters, inputs and constants only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from appraisal.book.declare import Input
from appraisal.book.dimension import COUNTERS, FLAG, PURE, Dimension, dimension
from appraisal.book.tree import (
    Binary,
    Call,
    Choice,
    Compare,
    Each,
    FormulaError,
    Logic,
    Node,
    Number,
    Ref,
    Unary,
    children,
    refs,
)


class _Line(Protocol):
    @property
    def unit(self) -> str: ...
    @property
    def tree(self) -> Node: ...


class Checker:
    """Checks formulas against the units and kinds of what they name."""

    def __init__(self, lines: Mapping[str, _Line], inputs: Mapping[str, Input]) -> None:
        self.lines = lines
        self.inputs = inputs
        self.timeline = self._timeline()

    def _timeline(self) -> frozenset[str]:
        """Lines that are flags or counters made of flags, counters and inputs only."""
        found = {key for key, line in self.lines.items() if line.unit in COUNTERS}
        while True:
            # A counter may refer to itself, so the set shrinks from all candidates to those that hold.
            kept = {k for k in found if all(r.key in found or r.key in self.inputs for r in refs(self.lines[k].tree))}
            if kept == found:
                return frozenset(found)
            found = kept

    def line(self, tree: Node, unit: str) -> list[FormulaError]:
        """Faults of a line's formula."""
        faults = [*self._conditions(tree), *self._shifts(tree)]
        try:
            given = self.unit(tree)
        except FormulaError as fault:
            return [*faults, fault]
        if unit == FLAG and not self._is_flag(tree):
            faults.append(
                FormulaError(
                    "the line is declared 0/1 and the formula may give another number; write a condition", tree.column
                )
            )
        elif not dimension(unit).fits(given):
            faults.append(FormulaError(f"the line is declared in {unit} and the formula gives {given}", tree.column))
        return faults

    def _is_flag(self, node: Node) -> bool:
        """Whether a formula can only be 0 or 1."""
        match node:
            case Compare() | Logic() | Unary(op="not") | Number(value=0.0 | 1.0):
                return True
            case Ref():
                return self._unit_of(node.key) == FLAG
            case Choice():
                return self._is_flag(node.yes) and self._is_flag(node.no)
            case Binary(op="*") | Call(function="min" | "max" | "abs"):
                return all(map(self._is_flag, children(node)))
            case _:
                return False

    def figure(self, tree: Node) -> list[FormulaError]:
        """Faults of a figure's conditions and of bare names outside calls."""
        faults = list(self._conditions(tree))
        for node in _outside_calls(tree):
            if isinstance(node, Ref) and not self._is_number(node):
                faults.append(
                    FormulaError(
                        f"{node.key!r} has a value a year; a figure takes it through a function, such as total({node.key})",
                        node.column,
                    )
                )
            if isinstance(node, Compare | Logic | Choice) or (isinstance(node, Unary) and node.op == "not"):
                faults.append(FormulaError("a figure has no conditions outside 'where'", node.column))
        return faults

    def _is_number(self, node: Ref) -> bool:
        return node.key in self.inputs and self.inputs[node.key].kind == "number"

    def _unit_of(self, key: str) -> str:
        return self.inputs[key].unit if key in self.inputs else self.lines[key].unit

    def _shifts(self, tree: Node) -> Iterator[FormulaError]:
        """``last`` of a number: it has no years."""
        for ref in refs(tree):
            if ref.shift and self._is_number(ref):
                yield FormulaError(
                    f"{ref.key!r} is one number for all years; last, lag and next take a line or a series", ref.column
                )

    def _conditions(self, tree: Node) -> Iterator[FormulaError]:
        """Every condition that is none, or that looks at computed money."""
        match tree:
            case Choice():
                yield from self._truth(tree.condition)
            case Logic():
                for operand in tree.operands:
                    yield from self._truth(operand)
            case Unary(op="not"):
                yield from self._truth(tree.operand)
            case Call(where=where) if where is not None:
                yield from self._truth(where)
            case Compare():
                for ref in refs(tree):
                    if ref.key in self.lines and ref.key not in self.timeline:
                        yield self._money(ref)
        for child in children(tree):
            yield from self._conditions(child)

    def _money(self, ref: Ref) -> FormulaError:
        unit = self.lines[ref.key].unit
        message = (
            f"a condition looks at {ref.key!r}, a computed line in {unit}; it may look only at timeline flags and counters, "
            "inputs and constants (a residue of 1e-8 would flip it): use min or max"
        )
        return FormulaError(message, ref.column)

    def _truth(self, node: Node) -> Iterator[FormulaError]:
        """A condition is a comparison, and/or/not, or the name of a flag."""
        match node:
            case Compare() | Logic() | Unary(op="not"):
                return
            case Ref() if self._unit_of(node.key) == FLAG:
                if node.key in self.lines and node.key not in self.timeline:
                    yield self._money(node)
            case Ref():
                yield FormulaError(
                    f"{node.key!r} is in {self._unit_of(node.key)}; a condition is a flag (0/1) or a comparison",
                    node.column,
                )
            case _:
                yield FormulaError("a condition is a comparison, and/or/not, or the name of a flag", node.column)

    def unit(self, node: Node) -> Dimension:
        """The dimension of a formula; raises :class:`FormulaError` where two parts do not fit."""
        match node:
            case Number():
                return Dimension(literal=True, zero=node.value == 0)
            case Ref():
                return dimension(self._unit_of(node.key))
            case Each():
                found = [Ref(key, 0, node.column) for key in node.keys]
                return self._same(found, "each") if found else Dimension(literal=True, zero=True)
            case Unary(op="-") | Call(function="abs"):
                return self.unit(children(node)[0])
            case Binary(op="*"):
                return self.unit(node.left).times(self.unit(node.right))
            case Binary(op="/"):
                return self.unit(node.left).times(self.unit(node.right), -1)
            case Binary(op="**"):
                return self._power(node)
            case Binary():
                return self._same((node.left, node.right), node.op)
            case Compare():
                self._same(node.operands, node.ops[0])
                return PURE
            case Choice():
                self.unit(node.condition)
                return self._same((node.yes, node.no), "if … else")
            case Call():
                return self._same(node.arguments, node.function)
            case _:
                for child in children(node):
                    self.unit(child)
                return PURE

    def _same(self, nodes: tuple[Node, ...] | list[Ref], what: str) -> Dimension:
        """The one dimension of parts that are added, compared or chosen between."""
        found = [self.unit(node) for node in nodes]
        # A written number takes the unit of what stands beside it, so the result is that of the first named part.
        given = next((part for part in found if not part.literal), None) or next(
            (p for p in found if not p.zero), found[0]
        )
        for node, part in zip(nodes, found, strict=True):
            if not part.fits(given):
                raise FormulaError(
                    f"{what}: {part} does not fit {given}; a conversion is an input with its own unit", node.column
                )
        return given

    def _power(self, node: Binary) -> Dimension:
        base, exponent = self.unit(node.left), self.unit(node.right)
        for part, name in ((base, "base"), (exponent, "exponent")):
            if part.amount:
                raise FormulaError(f"** takes numbers without unit; the {name} is in {part}", node.column)
        return PURE


def _outside_calls(tree: Node) -> Iterator[Node]:
    """The nodes of a figure that stand in no call."""
    yield tree
    if not isinstance(tree, Call):
        for child in children(tree):
            yield from _outside_calls(child)
