"""The leaves of a scenario tree: each a case of its own with a probability, because a branch may change structure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from appraisal.case import Case, Change
from appraisal.case.uncertainty import Branch
from appraisal.errors import Fault, InputError, Message, said
from appraisal.library import Library
from appraisal.scenario import load_case

_TREE = "uncertainty.scenarios"


class Leaf(NamedTuple):
    """One end of the tree: its probability, its case, and its titles (empty: the name serves)."""

    weight: float
    case: Case
    zh: str = ""
    en: str = ""


def load_tree(path: str | Path, changes: Iterable[Change] = (), library: Library | None = None) -> dict[str, Leaf]:
    """The scenarios that a case's file states under ``uncertainty.scenarios``, each read as a case of its own.

    Parameters
    ----------
    path : str or Path
        The file, as for ``load_case``.
    changes : Change …
        Made in every branch before its own.
    library : Library, optional
        Where facts are looked up.

    Returns
    -------
    name → Leaf
        What ``monte_carlo`` takes. A file without a tree is one leaf of weight 1 under the name of the case.

    Raises
    ------
    InputError
        With every fault of the file, then with every fault of every branch, at the branch's place in the file.

    Examples
    --------
    >>> from appraisal import scenario_path
    >>> {name: leaf.weight for name, leaf in load_tree(scenario_path("contract_schedule")).items()}
    {'contract_schedule': 1.0}
    """
    library, changes = library or Library.open(), tuple(changes)
    case = load_case(path, changes, library)
    branches = case.uncertainty.branches
    if not branches:
        return {case.name: Leaf(1.0, case)}
    found: dict[str, Leaf] = {}
    faults: list[Fault] = []
    for branch in branches:
        own = tuple(Change(path=place, value=value) for place, value in branch.changes.items())
        try:
            leaf = load_case(path, (*changes, Change(path=_TREE, action="remove"), *own), library)
            found[branch.name] = Leaf(branch.weight, leaf, branch.zh, branch.en)
        except InputError as error:
            faults += [_placed(fault, branch, str(path)) for fault in error.faults]
    if faults:
        raise InputError(faults)
    return found


def _placed(fault: Fault, branch: Branch, file: str) -> Fault:
    """A fault of a branch's case at the branch: at the value that it set, or beneath its name."""
    place = f"{_TREE}.{branch.name}"
    for path in branch.changes:
        if fault.path == path or fault.path.startswith(f"{path}."):
            message = _under(fault.path[len(path) + 1 :], fault.message)
            return Fault(where=file, path=f"{place}.set.{path}", message=message, kind=fault.kind)
    return Fault(where=file, path=place, message=_under(fault.path, fault.message), kind=fault.kind)


def _under(path: str, message: str) -> Message:
    return said(
        "{path}{colon}{message}", "{path}{colon}{message}", path=path, colon=": " if path else "", message=message
    )


def leaf_of(given: Leaf | tuple[float, Case]) -> Leaf:
    """A plain pair (weight, case) as a leaf."""
    return given if isinstance(given, Leaf) else Leaf(*given)


def tree_faults(leaves: Mapping[str, Leaf]) -> list[Fault]:
    """What is wrong with a tree made in Python; empty where nothing is."""
    if not leaves:
        message = said(
            "a tree without scenarios; expected name → (weight, case)", "情景树中没有情景；应为“名称: (权重, 算例)”"
        )
        return [Fault(where="study", message=message)]
    faults = [fault for name, leaf in leaves.items() for fault in _leaf_faults(name, leaf)]
    total = sum(leaf.weight for leaf in leaves.values())
    if not faults and abs(total - 1.0) > 1e-9:
        faults.append(Fault(where="study", message=said(
            "the weights of {names} add to {total:g}, expected 1", "{names} 的权重之和为 {total:g}，应为 1",
            names=", ".join(leaves), total=total,
        )))  # fmt: skip
    return faults + _unlike(leaves)


def _leaf_faults(name: str, leaf: Leaf) -> Iterator[Fault]:
    if not 0.0 < leaf.weight <= 1.0:
        message = said("a weight of {weight:g}; expected a number above 0 and at most 1", "权重 {weight:g}；应为大于 0 且不大于 1 的数", weight=leaf.weight)  # fmt: skip
        yield Fault(where="study", path=name, message=message)
    if leaf.case.scenarios != 1:
        message = said("{rows} scenarios, expected 1; take one with case.rows(slice(0, 1))", "共 {rows} 行，应为 1 行；可用 case.rows(slice(0, 1)) 取其一", rows=leaf.case.scenarios)  # fmt: skip
        yield Fault(where="study", path=name, message=message)
    if leaf.case.uncertainty.branches:
        message = said(
            "states a tree of scenarios, each of them a case of its own; read them with load_tree(file), or give uncertainty= with the distributions only",
            "填有情景树，每个情景是一个独立算例；请用 load_tree(文件) 读取，或以 uncertainty= 只给出分布",
        )
        yield Fault(where="study", path=name, message=message)


def _unlike(leaves: Mapping[str, Leaf]) -> list[Fault]:
    """Scenarios are drawn from the same points, so that they must draw the same inputs with the same correlations."""
    first, *others = leaves
    held = leaves[first].case.uncertainty
    faults = []
    for name in others:
        other = leaves[name].case.uncertainty
        if list(other) != list(held):
            differ = ", ".join(sorted(set(other) ^ set(held)) or other)
            faults.append(Fault(where="study", path=name, message=said(
                "draws other inputs than {first}, or in another order ({differ}); expected the same",
                "所抽参数或其顺序与 {first} 不同（{differ}）；应相同", first=first, differ=differ,
            )))  # fmt: skip
        elif (other.rank_matrix() != held.rank_matrix()).any():
            faults.append(Fault(where="study", path=name, message=said(
                "has other correlations than {first}; expected the same", "相关系数与 {first} 不同；应相同", first=first
            )))  # fmt: skip
    return faults
