"""From an ordered book to one generated function over NumPy calls.

The source is written from resolved trees only: no text of a formula reaches it. Whole tables are
computed call by call; a recursive group becomes one loop over the years whose variables are rows of
tables, and whatever in its formulas does not need the group is computed as a table before the loop.
Every operation is elementwise, so that a row has the same bits alone and in a block.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from appraisal.book.loop import Loop
from appraisal.book.plan import Group
from appraisal.book.registers import COMPARISONS, LOGIC, Operand, Register, Shape, Step, arithmetic, name_of
from appraisal.book.tree import Binary, Call, Choice, Compare, Each, Logic, Node, Number, Ref, Unary, refs

_TOKEN = re.compile(r"@(\d+):(-?\d+)@")


@dataclass(frozen=True)
class Program:
    """A generated function and the storage it fills.

    ``source`` defines ``run(values, constants, tables)``, which returns the positions in ``checked`` of the lines
    that are not finite. ``values`` are the tables of ``inputs`` (key, shift), ``tables`` those of ``slots``.
    """

    source: str
    inputs: tuple[tuple[str, int], ...]
    constants: tuple[float, ...]
    slots: tuple[Shape, ...]
    shifts: tuple[int, ...]
    lines: Mapping[str, int]
    checked: tuple[str, ...]
    kept: frozenset[int]


def compile_book(
    groups: tuple[Group, ...],
    trees: Mapping[str, Node],
    inputs: Mapping[str, Shape],
    roots: Collection[str],
    keep: Collection[str],
) -> Program:
    """Write the function that computes *roots*; the tables of *keep* (some of the roots) outlive the run.

    Parameters
    ----------
    groups : tuple of Group
        Needed lines in order.
    trees : mapping
        Key → resolved tree.
    inputs : mapping
        Key → over what its table varies in this run.
    roots, keep : collections of keys
        Lines whose tables must be whole at the end; lines whose tables the caller takes away.
    """
    writer = Writer(trees, inputs, groups)
    for group in groups:
        writer.group(group, roots)
    return writer.program(roots, keep)


class Writer:
    """Appends steps that compute tables, reusing a table for every formula part that occurs again."""

    def __init__(self, trees: Mapping[str, Node], inputs: Mapping[str, Shape], groups: tuple[Group, ...]) -> None:
        self.trees = trees
        self.inputs = inputs
        self.steps: list[Step] = []
        self.registers: list[Register] = []
        self.known: dict[tuple[bool, Node], Operand] = {}
        self.lines: dict[str, Register] = {}
        self.given: dict[tuple[str, int], Register] = {}
        self.constants: dict[float, Register] = {}
        self.checked: list[str] = []
        every = [ref for group in groups for key in group.keys for ref in refs(trees[key])]
        self.shifted = {ref.key for ref in every if ref.shift and ref.key in trees}
        self.shifts = tuple(sorted({ref.shift for ref in every if ref.shift and ref.key in trees}))

    def register(self, shape: Shape, slot: str = "") -> Register:
        """A new table; one with a ``slot`` is storage of its own."""
        made = Register(len(self.registers), shape, slot)
        self.registers.append(made)
        return made

    def group(self, group: Group, roots: Collection[str]) -> None:
        """The steps of one group, and the check that what they gave is finite."""
        shape = self.shape_of(group)
        for key in group.keys:
            padded = key in self.shifted
            timed = shape.timed or padded or group.direction != 0
            self.lines[key] = self.register(Shape(shape.wide, timed, False, padded))
        if group.direction:
            self.steps.append(Loop(self, group).step())
        else:
            key = group.keys[0]
            self.compute(self.trees[key], self.lines[key])
        for key in group.keys:
            self.known[False, Ref(key)] = Operand(self.lines[key], 0)
            if key in roots:
                self.check(key)

    def shape_of(self, group: Group) -> Shape:
        """Over what the lines of a group vary: rows or years, if anything from outside does."""
        outside = [ref for key in group.keys for ref in refs(self.trees[key]) if ref.key not in group.keys]
        shapes = [self.inputs[ref.key] if ref.key in self.inputs else self.lines[ref.key].shape for ref in outside]
        timed = any(shape.timed or ref.shift for shape, ref in zip(shapes, outside, strict=True))
        return Shape(any(shape.wide for shape in shapes), timed)

    def check(self, key: str) -> None:
        """A step that notes a line with a value that is not finite."""
        line = self.lines[key]
        flags = self.register(Shape(line.shape.wide, line.shape.timed, True))
        source = f"isfinite({line.token()}, {flags.token()})\n{flags.token()}.all() or bad.append({len(self.checked)})"
        self.steps.append(Step(source, (line,), (flags,)))
        self.checked.append(key)

    def operand(self, node: Node) -> Operand:
        """The table of a node as floats."""
        if (False, node) not in self.known:
            self.known[False, node] = self.compute(node, None)
        return self.known[False, node]

    def truth(self, node: Node) -> Operand:
        """The table of a condition as booleans."""
        if (True, node) not in self.known:
            self.known[True, node] = self.condition(node)
        return self.known[True, node]

    def emit(
        self,
        call: str,
        reads: tuple[Operand, ...],
        target: Register | None,
        *,
        truth: bool = False,
        in_place: bool = True,
    ) -> Operand:
        """Append ``call``, in which ``{0}`` … stand for what is read and ``{t}`` for what is written."""
        if target is None:
            wide = any(read.shape.wide for read in reads)
            target = self.register(Shape(wide, any(read.shape.timed for read in reads), truth))
        source = call.format(*(read.token() for read in reads), t=target.token())
        self.steps.append(Step(source, tuple(read.register for read in reads), (target,), in_place))
        return Operand(target, 0)

    def compute(self, node: Node, target: Register | None) -> Operand:
        """The value of a node, in *target* if one is given."""
        match node:
            case Number() | Ref() | Each(keys=() | (_,)):
                found = self.leaf(node)
                return found if target is None else self.emit("copyto({t}, {0})", (found,), target)
            case Each():
                return self.fold("+", tuple(Ref(key) for key in node.keys), target)
            case Unary(op="-"):
                return self.emit("negative({0}, {t})", (self.operand(node.operand),), target)
            case Call(function="abs"):
                return self.emit("absolute({0}, {t})", (self.operand(node.arguments[0]),), target)
            case Call():
                return self.fold(node.function, node.arguments, target)
            case Binary():
                return self.fold(node.op, (node.left, node.right), target)
            case Choice():
                condition = self.truth(node.condition)
                reads = (condition, self.operand(node.yes), self.operand(node.no))
                call = "choose" if condition.shape.wide else "choose_years"
                return self.emit(f"{call}({{0}}, {{1}}, {{2}}, {{t}})", reads, target, in_place=False)
            case _:
                condition = self.truth(node)
                if target is None:
                    target = self.register(Shape(condition.shape.wide, condition.shape.timed))
                return self.emit("copyto({t}, {0})", (condition,), target)

    def leaf(self, node: Number | Ref | Each) -> Operand:
        """The table of a number, a line or an input."""
        match node:
            case Number(value=value):
                return self.constant(value)
            case Each(keys=keys):
                return Operand(self.lines[keys[0]], 0) if keys else self.constant(0.0)
            case Ref(key=key, shift=shift) if key in self.lines:
                return Operand(self.lines[key], shift)
            case Ref(key=key, shift=shift):
                if (key, shift) not in self.given:
                    shape = self.inputs[key]
                    self.given[key, shift] = self.register(
                        Shape(shape.wide, shape.timed or shift != 0), f"i{len(self.given)}"
                    )
                return Operand(self.given[key, shift], 0)

    def constant(self, value: float) -> Operand:
        """A literal as a table of one cell."""
        if value not in self.constants:
            self.constants[value] = self.register(Shape(False, False), f"c{len(self.constants)}")
        return Operand(self.constants[value], 0)

    def fold(self, op: str, parts: tuple[Node, ...], target: Register | None) -> Operand:
        """``a op b op c`` from the left."""
        call, in_place = arithmetic(op)
        result = self.operand(parts[0])
        for at, part in enumerate(parts[1:], start=2):
            last = at == len(parts)
            result = self.emit(call, (result, self.operand(part)), target if last else None, in_place=in_place)
        return result

    def condition(self, node: Node) -> Operand:
        """The truth of a condition."""
        match node:
            case Compare():
                values = [self.operand(operand) for operand in node.operands]
                pairs = [
                    self.emit(f"{COMPARISONS[op]}({{0}}, {{1}}, {{t}})", (left, right), None, truth=True)
                    for op, left, right in zip(node.ops, values, values[1:], strict=False)
                ]
                return self.join("logical_and", pairs)
            case Logic():
                return self.join(LOGIC[node.op], [self.truth(operand) for operand in node.operands])
            case Unary(op="not"):
                return self.emit("logical_not({0}, {t})", (self.truth(node.operand),), None, truth=True)
            case _:
                reads = (self.operand(node), self.constant(0.0))
                return self.emit("not_equal({0}, {1}, {t})", reads, None, truth=True)

    def join(self, call: str, parts: list[Operand]) -> Operand:
        """Conditions joined by and, or by or."""
        result = parts[0]
        for part in parts[1:]:
            result = self.emit(f"{call}({{0}}, {{1}}, {{t}})", (result, part), None, truth=True)
        return result

    def program(self, roots: Collection[str], keep: Collection[str]) -> Program:
        """Assign storage, a table being free again after its last use, and write the source."""
        kept_lines = {self.lines[key].number for key in keep}
        alive = kept_lines | {self.lines[key].number for key in roots}
        slots, kept = self._assign(alive, kept_lines)
        unpack = [
            name_of(f"t{at}", shift)
            for at, slot in enumerate(slots)
            for shift in (0, *(self.shifts if slot.padded else ()))
        ]
        body = [
            *_unpack("values", [register.slot for register in self.given.values()]),
            *_unpack("constants", [register.slot for register in self.constants.values()]),
            *_unpack("tables", unpack),
            "bad = []",
            *(_TOKEN.sub(self._named, step.source) for step in self.steps),
            "return bad",
        ]
        source = "def run(values, constants, tables):\n" + "\n".join(
            f"    {line}" for part in body for line in part.splitlines()
        )
        return Program(
            source=source,
            inputs=tuple(self.given),
            constants=tuple(self.constants),
            slots=tuple(slots),
            shifts=self.shifts,
            lines={key: int(self.lines[key].slot[1:]) for key in roots},
            checked=tuple(self.checked),
            kept=frozenset(kept),
        )

    def _named(self, token: re.Match[str]) -> str:
        return name_of(self.registers[int(token.group(1))].slot, int(token.group(2)))

    def _assign(self, alive: set[int], kept_lines: set[int]) -> tuple[list[Shape], set[int]]:
        """Give each register a slot: tables of one shape share storage when their lives do not overlap."""
        end: dict[int, int] = {}
        for at, step in enumerate(self.steps):
            end.update((register.number, at) for register in (*step.reads, *step.writes))
        slots: list[Shape] = []
        kept: set[int] = set()
        free: defaultdict[Shape, list[str]] = defaultdict(list)

        def release(registers: Collection[Register], at: int) -> None:
            for register in {r.number: r for r in registers}.values():
                if end[register.number] == at and register.number not in alive and register.slot.startswith("t"):
                    free[register.shape].append(register.slot)

        for at, step in enumerate(self.steps):
            if step.in_place:
                # Another year of a padded table may be read here: its storage is not written over in the same step.
                release([register for register in step.reads if not register.shape.padded], at)
            for register in step.writes:
                if register.slot:
                    continue
                if register.number in kept_lines:
                    kept.add(len(slots))
                if register.number not in kept_lines and free[register.shape]:
                    register.slot = free[register.shape].pop()
                else:
                    register.slot = f"t{len(slots)}"
                    slots.append(register.shape)
            late = [register for register in step.reads if register.shape.padded] if step.in_place else step.reads
            release((*late, *step.writes), at)
        return slots, kept


def _unpack(source: str, names: list[str]) -> list[str]:
    """``(a, b,) = source``, or nothing."""
    return [f"({', '.join(names)},) = {source}"] if names else []
