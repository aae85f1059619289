"""Names, kinds and units: from declared texts to lines whose every reference is known.

All faults of a book are collected and raised together.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from appraisal.book.check import Checker
from appraisal.book.declare import Entry, Input
from appraisal.book.fault import declaration
from appraisal.book.tree import (
    Binary,
    Call,
    Choice,
    Compare,
    Each,
    FormulaError,
    Logic,
    Node,
    Ref,
    Unary,
    parse,
    parse_figure,
)
from appraisal.errors import Fault, InputError, suggest


@dataclass(frozen=True)
class Line:
    """A declared line or figure with its names resolved.

    ``key`` is the full key (``bank.principal``), ``formula`` the text after substitution, ``tree`` what it says.
    """

    key: str
    unit: str
    zh: str
    en: str
    formula: str
    tree: Node


@dataclass(frozen=True)
class Scope:
    """Where a text stands: what its short names mean, and how messages call the place."""

    where: str
    prefix: str
    names: Mapping[str, str]
    aliases: Mapping[str, str]

    def full(self, name: str) -> str:
        """The full key that a name of this scope stands for."""
        return self.aliases.get(name) or self.names.get(name) or name


@dataclass(frozen=True)
class Draft:
    """An entry with its full key and scope, before its names are resolved."""

    key: str
    entry: Entry
    scope: Scope

    def fault(self, message: str) -> Fault:
        """A fault at this entry."""
        return Fault(
            where=self.scope.where,
            line=self.entry.row,
            path=self.key,
            message=declaration(f"{message}, in {self.entry.formula!r}"),
        )


@dataclass(frozen=True)
class World:
    """Everything a name may mean: keys of lines, inputs, and the prefixes of each block's instances."""

    lines: Collection[str]
    inputs: Mapping[str, Input]
    instances: Mapping[str, tuple[str, ...]]


def resolve_lines(drafts: Mapping[str, Draft], world: World) -> dict[str, Line]:
    """Lines with resolved trees.

    Raises
    ------
    InputError
        With every fault of syntax, name, condition and unit.
    """
    lines, faults = _resolved(drafts, world, parse)
    if not faults:
        faults = _checked(drafts, lines, Checker(lines, world.inputs))
    if faults:
        raise InputError(faults)
    return lines


def resolve_figures(
    drafts: Mapping[str, Draft], world: World, lines: Mapping[str, Line], functions: Collection[str]
) -> dict[str, Line]:
    """Figures with resolved trees, over the lines of a book.

    Raises
    ------
    InputError
        With every fault of syntax, name and condition.
    """
    found, faults = _resolved(drafts, world, lambda text: parse_figure(text, functions))
    if not faults:
        checker = Checker(lines, world.inputs)
        for key, figure in found.items():
            faults += [drafts[key].fault(str(fault)) for fault in checker.figure(figure.tree)]
    if faults:
        raise InputError(faults)
    return found


def _resolved(
    drafts: Mapping[str, Draft], world: World, read: Callable[[str], Node]
) -> tuple[dict[str, Line], list[Fault]]:
    """Parse and resolve each draft; the faults of all."""
    lines: dict[str, Line] = {}
    faults: list[Fault] = []
    for key, draft in drafts.items():
        entry = draft.entry
        unknown: list[FormulaError] = []
        try:
            tree = _rename(read(entry.formula), draft.scope, world, unknown)
        except FormulaError as error:
            faults.append(draft.fault(str(error)))
            continue
        faults += [draft.fault(str(error)) for error in unknown]
        lines[key] = Line(key, entry.unit, entry.zh, entry.en, entry.formula, tree)
    return lines, faults


def _checked(drafts: Mapping[str, Draft], lines: Mapping[str, Line], checker: Checker) -> list[Fault]:
    """Faults of conditions and units."""
    return [
        drafts[key].fault(str(error)) for key, line in lines.items() for error in checker.line(line.tree, line.unit)
    ]


def _rename(node: Node, scope: Scope, world: World, unknown: list[FormulaError]) -> Node:
    """The tree with full keys; unknown names are noted."""

    def walk(child: Node) -> Node:
        return _rename(child, scope, world, unknown)

    match node:
        case Ref():
            key = scope.full(node.key)
            if key not in world.lines and key not in world.inputs:
                unknown.append(FormulaError(_unknown(node.key, key, scope, world), node.column))
            return replace(node, key=key)
        case Each():
            return _each(node, world, unknown)
        case Unary():
            return replace(node, operand=walk(node.operand))
        case Binary():
            return replace(node, left=walk(node.left), right=walk(node.right))
        case Compare() | Logic():
            return replace(node, operands=tuple(map(walk, node.operands)))
        case Choice():
            return replace(node, condition=walk(node.condition), yes=walk(node.yes), no=walk(node.no))
        case Call():
            where = None if node.where is None else walk(node.where)
            return replace(node, arguments=tuple(map(walk, node.arguments)), where=where)
        case _:
            return node


def _each(node: Each, world: World, unknown: list[FormulaError]) -> Node:
    """``each(block.line)`` with the keys of all instances."""
    name, key = node.name.split(".")
    if name not in world.instances:
        message = f"unknown block {name!r}; {suggest(name, sorted(world.instances))} (a block without instances is named in blocks=)"
        unknown.append(FormulaError(message, node.column))
        return node
    keys = tuple(f"{prefix}{key}" for prefix in world.instances[name])
    missing = [full for full in keys if full not in world.lines]
    if missing:
        prefix = world.instances[name][0]
        known = [line.removeprefix(prefix) for line in world.lines if line.startswith(prefix)]
        unknown.append(FormulaError(f"block {name!r} has no line {key!r}; {suggest(key, known)}", node.column))
    return replace(node, keys=keys)


def _unknown(written: str, key: str, scope: Scope, world: World) -> str:
    """The message for a name that means nothing here."""
    known = sorted({*scope.names, *scope.aliases, *world.inputs, *world.lines})
    stands = "" if written == key else f" (which stands for {key!r})"
    return f"unknown name {written!r}{stands}; {suggest(key, known)}"
