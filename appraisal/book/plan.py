"""The order of a book: groups of lines that need each other across years, dependencies first.

A line that needs no other year of itself is computed as a whole table. Lines that need each other
(a balance and its repayment) form a strongly connected group, and a group runs year by year.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from appraisal.book.fault import declaration
from appraisal.book.tree import Node, refs
from appraisal.errors import Fault, InputError


@dataclass(frozen=True)
class Group:
    """Lines computed together, in the order within a year.

    ``direction`` is 0 for one line as a whole table, 1 for a loop from the first year, -1 for one from the last.
    """

    keys: tuple[str, ...]
    direction: int


def needed(trees: Mapping[str, Node], roots: Iterable[str]) -> frozenset[str]:
    """The lines that *roots* rest on, with the roots themselves.

    Examples
    --------
    >>> from appraisal.book.tree import parse
    >>> sorted(needed({"a": parse("b + 1"), "b": parse("last(b)"), "c": parse("a")}, ["a"]))
    ['a', 'b']
    """
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += [ref.key for ref in refs(trees[key]) if ref.key in trees]
    return frozenset(found)


def order(trees: Mapping[str, Node]) -> tuple[Group, ...]:
    """Groups of lines, each after what it needs.

    Parameters
    ----------
    trees : mapping
        Key → resolved tree.

    Raises
    ------
    InputError
        If lines need each other within one year, or a group looks both back and forward.

    Examples
    --------
    >>> from appraisal.book.tree import parse
    >>> order({"paid": parse("opening / 4"), "opening": parse("last(closing)"), "closing": parse("opening - paid")})
    (Group(keys=('opening', 'paid', 'closing'), direction=1),)
    """
    edges = {key: [(ref.key, ref.shift) for ref in refs(tree) if ref.key in trees] for key, tree in trees.items()}
    groups: list[Group] = []
    faults: list[Fault] = []
    for members in _components({key: [to for to, _ in out] for key, out in edges.items()}):
        inside = set(members)
        sequence, circle = _sequence(
            members, {key: [to for to, shift in edges[key] if shift == 0 and to in inside] for key in members}
        )
        if circle:
            path = " → ".join(circle)
            faults.append(
                Fault(
                    where="book",
                    path=circle[0],
                    message=declaration(
                        f"lines need each other within one year: {path}; use last(…) or a running total"
                    ),
                )
            )
            continue
        shifts = {shift for key in members for to, shift in edges[key] if to in inside}
        if min(shifts, default=0) < 0 < max(shifts, default=0):
            faults.append(
                Fault(
                    where="book",
                    path=members[0],
                    message=declaration(f"last and next in one group of lines: {', '.join(sorted(members))}"),
                )
            )
            continue
        groups.append(Group(sequence, 0 if not shifts else 1 if min(shifts) < 0 else -1))
    if faults:
        raise InputError(faults)
    return tuple(groups)


def _components(edges: Mapping[str, list[str]]) -> list[list[str]]:
    """Strongly connected components, dependencies first (Tarjan 1972), members in the order of declaration."""
    place = {key: at for at, key in enumerate(edges)}
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    result: list[list[str]] = []
    for root in edges:
        if root in index:
            continue
        # Recursion would be shorter; a chain of a thousand lines must not meet Python's limit.
        work = [(root, iter(edges[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        while work:
            key, successors = work[-1]
            for successor in successors:
                if successor not in index:
                    index[successor] = low[successor] = len(index)
                    stack.append(successor)
                    work.append((successor, iter(edges[successor])))
                    break
                if successor in low:
                    low[key] = min(low[key], index[successor])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[key])
                if low[key] == index[key]:
                    at = stack.index(key)
                    members = sorted(stack[at:], key=place.__getitem__)
                    del stack[at:]
                    for member in members:
                        del low[member]
                    result.append(members)
    return result


def _sequence(members: list[str], edges: Mapping[str, list[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The members in an order that suits one year; or the circle that forbids one."""
    done: dict[str, None] = {}
    for root in members:
        path: list[str] = []
        work = [(root, iter(edges[root]))] if root not in done else []
        path += [root] if work else []
        while work:
            key, successors = work[-1]
            for successor in successors:
                if successor in path:
                    return (), (*path[path.index(successor) :], successor)
                if successor not in done:
                    work.append((successor, iter(edges[successor])))
                    path.append(successor)
                    break
            else:
                work.pop()
                path.pop()
                done[key] = None
    return tuple(done), ()
