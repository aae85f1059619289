"""A second reading of the notation: Python floats, one row, one year, recursion on the raw text. Shares no code with the package."""

import ast
import math
import operator

OPERATORS = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv, ast.Pow: math.pow,
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Eq: operator.eq, ast.NotEq: operator.ne,
}  # fmt: skip


class Interpreter:
    """``formulas``: key → text with full keys; ``inputs``: key → a number or a list of years; ``years``: how many."""

    def __init__(self, formulas, inputs, years):
        self.formulas = {key: ast.parse(text, mode="eval").body for key, text in formulas.items()}
        self.inputs = inputs
        self.years = years
        self.memory = {}

    def value(self, key, year):
        """The value in a year, from 0; 0 outside."""
        if not 0 <= year < self.years:
            return 0.0
        if key in self.inputs:
            given = self.inputs[key]
            return given[year] if isinstance(given, list) else given
        if (key, year) not in self.memory:
            self.memory[key, year] = float(self.read(self.formulas[key], year))
        return self.memory[key, year]

    def line(self, key):
        """All years."""
        return [self.value(key, year) for year in range(self.years)]

    def read(self, node, year):
        kind = type(node).__name__
        return getattr(self, kind)(node, year)

    def Constant(self, node, year):  # noqa: ARG002
        return float(node.value)

    def Name(self, node, year):
        return self.value(node.id, year)

    def Attribute(self, node, year):
        return self.value(ast.unparse(node), year)

    def UnaryOp(self, node, year):
        inner = self.read(node.operand, year)
        return -inner if isinstance(node.op, ast.USub) else not inner

    def BinOp(self, node, year):
        return OPERATORS[type(node.op)](self.read(node.left, year), self.read(node.right, year))

    def Compare(self, node, year):
        values = [self.read(part, year) for part in (node.left, *node.comparators)]
        return all(OPERATORS[type(op)](values[at], values[at + 1]) for at, op in enumerate(node.ops))

    def BoolOp(self, node, year):
        truths = [bool(self.read(part, year)) for part in node.values]
        return all(truths) if isinstance(node.op, ast.And) else any(truths)

    def IfExp(self, node, year):
        return self.read(node.body if self.read(node.test, year) else node.orelse, year)

    def Call(self, node, year):
        name = node.func.id
        if name in ("last", "lag", "next"):
            step = {"last": -1, "next": 1}.get(name) or -node.args[1].value
            return self.value(ast.unparse(node.args[0]), year + step)
        return {"min": min, "max": max, "abs": abs}[name](*(self.read(part, year) for part in node.args))
