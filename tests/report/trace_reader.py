"""A second reading of a printed formula: plain Python floats over the operands printed with it, no code of the evaluation."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from appraisal.book.tree import Binary, Call, Choice, Compare, Each, Logic, Node, Number, Ref, Unary
from appraisal.report.trace import TraceNode

COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b,
}  # fmt: skip
ARITHMETIC: Mapping[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b, "**": math.pow,
}  # fmt: skip


class Reader:
    """The value of trees over the operands of one node."""

    def __init__(self, node: TraceNode) -> None:
        self.node = node
        self.given: dict[tuple[str, int], list[tuple[float, ...]]] = {}
        for one in node.operands:
            self.given.setdefault((one.name, one.shift), []).append(one.values)

    def named(self, name: str, shift: int, at: int | None) -> float:
        """An operand; of one shown in all years the value of the year ``at`` that the shift leads to."""
        found = self.given.get((name, shift), [])
        picked = []
        for values in found:
            place = 0 if len(values) == 1 or at is None else at + shift
            picked.append(values[place] if 0 <= place < len(values) else 0.0)
        return math.fsum(picked)

    def value(self, tree: Node, at: int | None) -> float:
        """The value of a tree in the column ``at``, from 0."""
        match tree:
            case Number():
                return tree.value
            case Ref():
                assert (tree.key, tree.shift) in self.given, (self.node.key, tree)
                return self.named(tree.key, tree.shift, at)
            case Each():
                return self.named(f"each({tree.name})", 0, at)
            case Unary():
                inner = self.value(tree.operand, at)
                return -inner if tree.op == "-" else float(not inner)
            case Binary():
                return ARITHMETIC[tree.op](self.value(tree.left, at), self.value(tree.right, at))
            case Compare():
                parts = [self.value(part, at) for part in tree.operands]
                return float(all(COMPARE[op](parts[n], parts[n + 1]) for n, op in enumerate(tree.ops)))
            case Logic():
                truths = [bool(self.value(part, at)) for part in tree.operands]
                return float(all(truths) if tree.op == "and" else any(truths))
            case Choice():
                return self.value(tree.yes if self.value(tree.condition, at) else tree.no, at)
            case Call():
                given = [self.value(part, at) for part in tree.arguments]
                return {"min": min, "max": max, "abs": lambda one: abs(one[0])}[tree.function](given)
        raise AssertionError(tree)

    def figure(self, tree: Node) -> float:
        """The value of a metric's formula."""
        match tree:
            case Number():
                return tree.value
            case Ref():
                return self.named(tree.key, 0, None)
            case Binary():
                left, right = self.figure(tree.left), self.figure(tree.right)
                return math.nan if tree.op == "/" and right == 0 else ARITHMETIC[tree.op](left, right)
            case Call():
                first, *rest = (self.whole(part) for part in tree.arguments)
                assert isinstance(first, list)
                if tree.where is not None:
                    first = [amount for year, amount in enumerate(first) if self.value(tree.where, year)]
                return FUNCTIONS[tree.function](first, *rest)
        raise AssertionError(tree)

    def whole(self, tree: Node) -> float | list[float]:
        """What a function of a metric is given: a number, or a line in all its years."""
        assert isinstance(tree, Ref)
        (values,) = self.given[tree.key, 0]
        return values[0] if len(values) == 1 else list(values)


def present(cash: list[float], rate: float) -> float:
    """Net present value, cash at the end of each year (textbook definition)."""
    return math.fsum(amount / (1.0 + rate) ** (year + 1) for year, amount in enumerate(cash))


def internal(cash: list[float]) -> float:
    """The rate at which the present value is 0, by halving: these flows change sign once."""
    low, high = -0.5, 5.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if (present(cash, middle) > 0) == (present(cash, low) > 0) else (low, middle)
    return low


def back(cash: list[float], *, last: bool = True) -> float:
    """Years until the cumulative flow turns positive (for good if *last*): T - 1 + |cumulative before| / flow of T."""
    sums = np.cumsum(cash)
    turns = [year for year in range(1, len(cash)) if sums[year - 1] < 0 <= sums[year]]
    if not turns or (last and sums[-1] < 0):
        return math.nan
    year = turns[-1 if last else 0]
    return float(year + abs(sums[year - 1]) / cash[year])


def modified(cash: list[float], finance: float, reinvest: float) -> float:
    """Modified internal rate of return (definition of Excel's MIRR)."""
    end = math.fsum(max(amount, 0.0) * (1 + reinvest) ** (len(cash) - 1 - year) for year, amount in enumerate(cash))
    begin = math.fsum(min(amount, 0.0) / (1 + finance) ** year for year, amount in enumerate(cash))
    return float((end / -begin) ** (1 / (len(cash) - 1)) - 1)


def discounted_back(cash: list[float], rate: float) -> float:
    """Payback of the discounted flow."""
    return back([amount / (1 + rate) ** (year + 1) for year, amount in enumerate(cash)])


def paid_off(balance: list[float], repaid: list[float], available: list[float]) -> float:
    """借款偿还期: the years that end in debt, and of the next one the share that the last repayment takes of what there is."""
    owing = [year for year, owed in enumerate(balance) if abs(owed) > 1e-9 * max(balance)]
    if not owing or owing[-1] == len(balance) - 1:
        return math.nan
    year = owing[-1] + 1
    return year + (min(repaid[year] / available[year], 1.0) if available[year] > 0 else 1.0)


def even(fixed: list[float], margin: list[float], meant: list[float]) -> float:
    """盈亏平衡点 of the year meant: fixed cost over revenue less variable cost and taxes."""
    years = [year for year, flag in enumerate(meant) if flag]
    return fixed[years[0]] / margin[years[0]] if years and margin[years[0]] > 0 else math.nan


def with_inflation(rate: float, inflation: float) -> float:
    """Fisher: a real rate with inflation."""
    return rate + inflation + rate * inflation


def without_inflation(rate: float, inflation: float) -> float:
    """Fisher: a nominal rate less inflation."""
    return (rate - inflation) / (1 + inflation)


def at_least_one(pick: Callable[[list[float]], float]) -> Callable[[list[float]], float]:
    """Of no years there is no least, no most and no mean."""
    return lambda line: pick(line) if line else math.nan


FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "npv": present, "irr": internal, "mirr": modified, "total": math.fsum, "least": at_least_one(min), "most": at_least_one(max),
    "mean": at_least_one(lambda line: math.fsum(line) / len(line)), "payback": back, "first_payback": lambda line: back(line, last=False),
    "npv_nominal": lambda line, rate, inflation: present(line, with_inflation(rate, inflation)),
    "npv_real": lambda line, rate, inflation: present(line, without_inflation(rate, inflation)),
    "discounted_payback": discounted_back,
    "discounted_payback_nominal": lambda line, rate, inflation: discounted_back(line, with_inflation(rate, inflation)),
    "mirr_nominal": lambda line, rate, inflation: modified(line, *[with_inflation(rate, inflation)] * 2),
    "payoff": paid_off, "break_even": even,
}  # fmt: skip
