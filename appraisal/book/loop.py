"""The loop over the years of one recursive group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from appraisal.book.plan import Group
from appraisal.book.registers import COMPARISONS, LOGIC, Operand, Register, Shape, Step, arithmetic
from appraisal.book.tree import Binary, Call, Choice, Compare, Each, Logic, Node, Ref, Unary, refs

if TYPE_CHECKING:
    from appraisal.book.compile import Writer


class Loop:
    """Writes ``for a, b, … in zip(…)`` where each variable is one year of a table."""

    def __init__(self, writer: Writer, group: Group) -> None:
        self.writer = writer
        self.group = group
        self.members = frozenset(group.keys)
        self.wide = writer.lines[group.keys[0]].shape.wide
        self.before: list[str] = []
        self.body: list[str] = []
        self.indent = "    "
        self.variables: dict[tuple[int, int, bool], str] = {}
        self.zipped: list[tuple[str, str]] = []
        self.reads: dict[int, Register] = {}
        self.buffers: list[Register] = []
        self.free: dict[bool, list[str]] = {False: [], True: []}

    def step(self) -> Step:
        """The loop as one step."""
        for key in self.group.keys:
            self.into(self.writer.trees[key], self.variable(Operand(self.writer.lines[key], 0)))
        names = ", ".join(name for name, _ in self.zipped)
        tables = ", ".join(table for _, table in self.zipped)
        source = "\n".join([*self.before, f"for {names}, in zip({tables}):", *self.body])
        written = [self.writer.lines[key] for key in self.group.keys]
        reads = tuple(register for register in self.reads.values() if register not in written)
        return Step(source, reads, (*written, *self.buffers), in_place=False)

    def say(self, statement: str) -> None:
        """Add a statement to the body."""
        self.body.append(self.indent + statement)

    def variable(self, operand: Operand, *, switch: bool = False) -> str:
        """The variable that holds this year of a table; with ``switch`` a Python bool."""
        key = (operand.register.number, operand.shift, switch)
        if key in self.variables:
            return self.variables[key]
        self.reads[operand.register.number] = operand.register
        token = operand.token()
        if not operand.shape.timed:
            name = f"u{len(self.variables)}"
            self.before.append(f"{name} = bool({token}[0, 0])" if switch else f"{name} = {token}[0]")
        else:
            name = f"y{len(self.variables)}"
            backward = "[::-1]" if self.group.direction < 0 else ""
            self.zipped.append((name, f"{token}[:, 0].tolist(){backward}" if switch else f"{token}{backward}"))
        self.variables[key] = name
        return name

    def inside(self, node: Node) -> bool:
        """Whether a node needs a line of the group."""
        return any(ref.key in self.members for ref in refs(node))

    def take(self, truth: bool) -> str:
        """A buffer for one row of a temporary."""
        if not self.free[truth]:
            register = self.writer.register(Shape(self.wide, False, truth))
            self.buffers.append(register)
            name = f"{'q' if truth else 'r'}{len(self.buffers)}"
            self.before.append(f"{name} = {register.token()}[0]")
            self.free[truth].append(name)
        return self.free[truth].pop()

    def drop(self, *names: str) -> None:
        """Give back the buffers among *names*."""
        for name in names:
            if name[0] in "qr":
                self.free[name[0] == "q"].append(name)

    def row(self, node: Node) -> str:
        """A variable with this year's value of a node."""
        if not self.inside(node):
            return self.variable(self.writer.operand(node))
        if isinstance(node, Ref):
            return self.variable(Operand(self.writer.lines[node.key], node.shift))
        target = self.take(False)
        self.into(node, target)
        return target

    def into(self, node: Node, target: str) -> None:
        """Statements that put this year's value of a node into *target*."""
        if not self.inside(node):
            self.say(f"copyto({target}, {self.row(node)})")
            return
        match node:
            case Ref():
                self.say(f"copyto({target}, {self.row(node)})")
            case Each():
                self.fold("+", tuple(Ref(key) for key in node.keys), target)
            case Unary(op="-"):
                self.apply("negative({0}, {t})", (node.operand,), target)
            case Call(function="abs"):
                self.apply("absolute({0}, {t})", node.arguments, target)
            case Call():
                self.fold(node.function, node.arguments, target)
            case Binary():
                self.fold(node.op, (node.left, node.right), target)
            case Choice():
                self.choice(node, target)
            case _:
                truth = self.truth(node)
                self.say(f"copyto({target}, {truth})")
                self.drop(truth)

    def apply(self, call: str, parts: tuple[Node, ...], target: str) -> None:
        """One call on the rows of some nodes."""
        rows = [self.row(part) for part in parts]
        self.say(call.format(*rows, t=target))
        self.drop(*rows)

    def fold(self, op: str, parts: tuple[Node, ...], target: str) -> None:
        """``a op b op c`` from the left."""
        call, _ = arithmetic(op)
        if len(parts) == 1:
            self.into(parts[0], target)
            return
        left = self.row(parts[0])
        for at, part in enumerate(parts[1:], start=2):
            right = self.row(part)
            result = target if at == len(parts) else self.take(False)
            self.say(call.format(left, right, t=result))
            self.drop(left, right)
            left = result

    def choice(self, node: Choice, target: str) -> None:
        """A branch where all rows agree, a selection where they may differ."""
        if not self.inside(node.condition):
            condition = self.writer.truth(node.condition)
            if not condition.shape.wide:
                switch = self.variable(condition, switch=True)
                self.branch(f"if {switch}:", node.yes, target)
                self.branch("else:", node.no, target)
                return
            name = self.variable(condition)
        else:
            name = self.truth(node.condition)
        yes, no = self.row(node.yes), self.row(node.no)
        self.say(f"choose({name}, {yes}, {no}, {target})")
        self.drop(name, yes, no)

    def branch(self, head: str, node: Node, target: str) -> None:
        """One arm of a branch."""
        self.say(head)
        outer, self.indent = self.indent, self.indent + "    "
        self.into(node, target)
        self.indent = outer

    def truth(self, node: Node) -> str:
        """A variable with this year's truth of a condition."""
        if not self.inside(node):
            return self.variable(self.writer.truth(node))
        match node:
            case Compare():
                rows = [self.row(operand) for operand in node.operands]
                parts = []
                for op, left, right in zip(node.ops, rows, rows[1:], strict=False):
                    parts.append(self.take(True))
                    self.say(f"{COMPARISONS[op]}({left}, {right}, {parts[-1]})")
                self.drop(*rows)
                return self.join("logical_and", parts)
            case Logic():
                return self.join(LOGIC[node.op], [self.truth(operand) for operand in node.operands])
            case Unary(op="not"):
                part = self.truth(node.operand)
                result = self.take(True)
                self.say(f"logical_not({part}, {result})")
                self.drop(part)
                return result
            case _:
                value = self.row(node)
                result = self.take(True)
                self.say(f"not_equal({value}, {self.variable(self.writer.constant(0.0))}, {result})")
                self.drop(value)
                return result

    def join(self, call: str, parts: list[str]) -> str:
        """Conditions joined by and, or by or."""
        result = parts[0]
        for part in parts[1:]:
            joined = self.take(True)
            self.say(f"{call}({result}, {part}, {joined})")
            self.drop(result, part)
            result = joined
        return result
