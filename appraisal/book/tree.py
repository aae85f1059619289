"""Formulas as trees: what a formula may say, parsed once by :mod:`ast`.

A tree holds no values and knows no NumPy, so that one tree can be evaluated, written as a
cell formula and explained.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from appraisal.errors import suggest

ALLOWED = (
    "numbers, names, + - * / **, comparisons, and/or/not, 'a if c else b', min, max, abs, "
    "last(line), lag(line, n), next(line), each(block.line)"
)
ALLOWED_IN_FIGURES = "numbers, inputs, + - * / **, and calls such as total(line where condition) or npv(line, input)"

_BINARY: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
_COMPARE: dict[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip
_WHERE = re.compile(r"\bwhere\b")


class FormulaError(ValueError):
    """A formula that cannot be read: the fault and the column (from 1) where it stands."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(f"column {column}: {message}")
        self.column = column


@dataclass(frozen=True, slots=True)
class Number:
    """A literal."""

    value: float
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Ref:
    """A line or an input; ``shift`` is 0 this year, -n for n years before, +1 for the year after."""

    key: str
    shift: int = 0
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Each:
    """The sum of one line over all instances of a block, in their order; ``keys`` is filled when names are resolved."""

    name: str
    keys: tuple[str, ...] = ()
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """``-x`` or ``not x``."""

    op: str
    operand: Node
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """``+ - * / **``."""

    op: str
    left: Node
    right: Node
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison or a chain of them: ``a < b <= c`` has two ``ops`` and three ``operands``."""

    ops: tuple[str, ...]
    operands: tuple[Node, ...]
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Logic:
    """``and`` or ``or`` over conditions."""

    op: str
    operands: tuple[Node, ...]
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Choice:
    """``yes if condition else no``."""

    condition: Node
    yes: Node
    no: Node
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of a formula (``min``, ``max``, ``abs``) or of a figure, which may name its years by ``where``."""

    function: str
    arguments: tuple[Node, ...]
    where: Node | None = None
    column: int = field(default=1, compare=False)


Node: TypeAlias = Number | Ref | Each | Unary | Binary | Compare | Logic | Choice | Call


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly under a node, in the order of the text."""
    match node:
        case Unary():
            return (node.operand,)
        case Binary():
            return (node.left, node.right)
        case Compare() | Logic():
            return node.operands
        case Choice():
            return (node.yes, node.condition, node.no)
        case Call():
            return node.arguments if node.where is None else (node.arguments[0], node.where, *node.arguments[1:])
        case _:
            return ()


def refs(node: Node) -> Iterator[Ref]:
    """Every reference under a node, in the order of the text; ``each(…)`` gives one for each instance."""
    match node:
        case Ref():
            yield node
        case Each():
            for key in node.keys:
                yield Ref(key, 0, node.column)
        case _:
            for child in children(node):
                yield from refs(child)


def parse(text: str) -> Node:
    """The tree of a line's formula.

    Parameters
    ----------
    text : str
        One expression; see ``ALLOWED``.

    Raises
    ------
    FormulaError
        With the column, what was found and what is allowed.

    Examples
    --------
    >>> parse("last(closing) * rate")
    Binary(op='*', left=Ref(key='closing', shift=-1, column=1), right=Ref(key='rate', shift=0, column=17), column=1)
    >>> parse("open('file')")
    Traceback (most recent call last):
    ...
    appraisal.book.tree.FormulaError: column 1: 'open' is no function of the notation; known: abs, each, lag, last, max, min, next
    """
    return _Reader(text, frozenset(), ALLOWED).read()


def parse_figure(text: str, functions: Collection[str]) -> Node:
    """The tree of a figure: arithmetic over calls of *functions*, each ``f(line [where condition] [, input …])``.

    Raises
    ------
    FormulaError
        With the column, what was found and what is allowed.

    Examples
    --------
    >>> parse_figure("least(dscr where age > 2)", ["least"])
    Call(function='least', arguments=(Ref(key='dscr', shift=0, column=7),), where=Compare(ops=('>',), operands=(Ref(key='age', shift=0, column=18), Number(value=2.0, column=24)), column=18), column=1)
    """
    return _Reader(text, frozenset(functions), ALLOWED_IN_FIGURES).read()


class _Reader:
    """Turns the syntax tree of one text into ours; whatever is not named here is refused."""

    def __init__(self, text: str, functions: frozenset[str], allowed: str) -> None:
        self.text = text
        self.functions = functions
        self.allowed = allowed

    def read(self) -> Node:
        """The whole text as one node."""
        strange = next((at for at, letter in enumerate(self.text) if not letter.isascii()), None)
        if strange is not None:
            raise FormulaError(
                f"{self.text[strange]!r} is not ASCII; a formula is written with keys, not labels", strange + 1
            )
        if not self.text.strip():
            raise FormulaError(f"the formula is empty; allowed: {self.allowed}", 1)
        text = self.text
        if self.functions:
            # "line where c" becomes "line,*c" of the same length: ast keeps the columns and ends c at the next comma.
            text = _WHERE.sub(",   *", text)
        try:
            body = ast.parse(text, mode="eval").body
        except SyntaxError as error:
            # A text that ends too early has no offset: the fault is behind its last letter.
            raise FormulaError(
                f"{error.msg}; allowed: {self.allowed}", error.offset or len(text.rstrip()) + 1
            ) from None
        return self.node(body)

    def refuse(self, found: ast.expr, message: str | None = None) -> FormulaError:
        """The error for a piece of syntax that the notation does not have."""
        end = found.end_col_offset if found.end_col_offset is not None else len(self.text)
        shown = self.text[found.col_offset : end]
        return FormulaError(
            message or f"{shown!r} is not in the notation; allowed: {self.allowed}", found.col_offset + 1
        )

    def node(self, found: ast.expr) -> Node:
        """One node, by kind of syntax."""
        column = found.col_offset + 1
        match found:
            case ast.Constant():
                return self.number(found)
            case ast.Name() | ast.Attribute():
                return Ref(self.name(found), 0, column)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant() as literal):
                return Number(-self.number(literal).value, column)
            case ast.UnaryOp(op=ast.USub()):
                return Unary("-", self.node(found.operand), column)
            case ast.UnaryOp(op=ast.Not()):
                return Unary("not", self.node(found.operand), column)
            case ast.BinOp() if type(found.op) in _BINARY:
                return Binary(_BINARY[type(found.op)], self.node(found.left), self.node(found.right), column)
            case ast.Compare() if all(type(op) in _COMPARE for op in found.ops):
                operands = (self.node(found.left), *map(self.node, found.comparators))
                return Compare(tuple(_COMPARE[type(op)] for op in found.ops), operands, column)
            case ast.BoolOp():
                op = "and" if isinstance(found.op, ast.And) else "or"
                return Logic(op, tuple(map(self.node, found.values)), column)
            case ast.IfExp():
                return Choice(self.node(found.test), self.node(found.body), self.node(found.orelse), column)
            case ast.Call():
                return self.call(found)
            case _:
                raise self.refuse(found)

    def number(self, found: ast.Constant) -> Number:
        """A finite literal; a text, a truth value or ``1j`` is refused."""
        if isinstance(found.value, bool) or not isinstance(found.value, int | float):
            raise self.refuse(found)
        if not math.isfinite(found.value):
            raise self.refuse(found, f"{found.value} is not finite")
        return Number(float(found.value), found.col_offset + 1)

    def name(self, found: ast.expr) -> str:
        """``key`` or ``instance.key``."""
        match found:
            case ast.Name():
                return found.id
            case ast.Attribute(value=ast.Name() as owner):
                return f"{owner.id}.{found.attr}"
            case _:
                raise self.refuse(found, f"expected a name, 'key' or 'instance.key', at {ast.unparse(found)!r}")

    def call(self, found: ast.Call) -> Node:
        """A call of one of the notation's functions."""
        known = self.functions or frozenset(("min", "max", "abs", "last", "lag", "next", "each"))
        if not isinstance(found.func, ast.Name) or found.func.id not in known:
            message = f"{ast.unparse(found.func)!r} is no function of the notation; "
            raise self.refuse(found, message + suggest(ast.unparse(found.func), sorted(known)))
        if found.keywords:
            raise self.refuse(found, f"{found.func.id} takes no keyword arguments")
        if self.functions:
            return self.figure(found, found.func.id)
        column = found.col_offset + 1
        match found.func.id, found.args:
            case "last", [line]:
                return Ref(self.name(line), -1, column)
            case "next", [line]:
                return Ref(self.name(line), 1, column)
            case "lag", [line, ast.Constant(value=int() as years)] if not isinstance(years, bool) and years >= 1:
                return Ref(self.name(line), -years, column)
            case "lag", _:
                raise self.refuse(
                    found, "lag(line, n) takes a line and a whole number of years, 1 or more, written as digits"
                )
            case "each", [ast.Attribute() as line]:
                return Each(self.name(line), (), column)
            case "each", _:
                raise self.refuse(found, "each(block.line) takes the name of a block and of one of its lines")
            case "abs", [argument]:
                return Call("abs", (self.node(argument),), None, column)
            case ("min" | "max") as function, [_, _, *_]:
                return Call(function, tuple(map(self.node, found.args)), None, column)
            case function, arguments:
                wanted = "two or more arguments" if function in ("min", "max") else "one argument"
                raise self.refuse(found, f"{function} takes {wanted}, found {len(arguments)}")

    def figure(self, found: ast.Call, function: str) -> Node:
        """``f(line [where condition] [, argument …])``."""
        starred = [at for at, argument in enumerate(found.args) if isinstance(argument, ast.Starred)]
        written = [at for at in starred if self.text[found.args[at].col_offset] != "*"]
        if not found.args or starred != written or starred not in ([], [1]):
            raise self.refuse(
                found, f"write {function}(line), {function}(line where condition) or {function}(line, input)"
            )
        where = None
        if starred:
            condition = found.args[1]
            assert isinstance(condition, ast.Starred)  # said to mypy: `starred` holds no other index
            where = self.node(condition.value)
        arguments = tuple(self.argument(argument) for argument in found.args if not isinstance(argument, ast.Starred))
        return Call(function, arguments, where, found.col_offset + 1)

    def argument(self, found: ast.expr) -> Node:
        """An argument of a figure's function: a name or a number, so that the line behind a figure has a name."""
        node = self.node(found)
        if not isinstance(node, Ref | Number):
            raise self.refuse(
                found,
                f"{ast.unparse(found)!r}: a figure's function takes the name of a line or an input; declare a line",
            )
        return node
