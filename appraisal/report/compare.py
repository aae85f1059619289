"""Cases side by side: which inputs differ, what comes of it, and how the NPV of one becomes that of the other.

The bridge replaces what one case states by what the other states, section by section in a fixed order; each step is one
appraisal over the one path. What the library supplies follows what is stated, so that a step takes its defaults along.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from appraisal.case import Case
from appraisal.case.market import FILE_PATHS
from appraisal.errors import AppraisalError, Fault, InputError, Message, said
from appraisal.library import Library
from appraisal.metrics import KEYS, Metric
from appraisal.pipeline import Appraisal, appraise
from appraisal.scenario import case_from_mapping, resolved
from appraisal.text import SIDES, word

MOST = 6
# Section → its name on a bar, in the order in which the bridge replaces them.
ORDER: Mapping[str, tuple[str, str]] = {
    "project": ("项目概况", "Project"), "storage": ("储能系统", "Storage"), "capital": ("建设投资", "Capital"),
    "operating_cost": ("运营成本", "Operating cost"), "market": ("电价与市场", "Market"), "revenue": ("收入机制", "Revenue"),
    "support": ("支持政策", "Support"), "finance": ("融资与评价参数", "Finance"), "tax": ("税费", "Tax"), "overlays": ("假设值", "What-ifs"),
    "events": ("事件", "Events"),
}  # fmt: skip
# What decides no figure: what a case is called, and what studies draw.
_SILENT = ("title", "uncertainty", "schema")
_NOTHING: tuple[Any, ...] = (None, "", [], {}, ())


@dataclass(frozen=True, kw_only=True)
class Side:
    """A case to compare: what it states, the price series that came with it, and its appraisal."""

    stated: Mapping[str, Any]
    result: Appraisal
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def case(self) -> Case:
        """The case that was appraised."""
        return self.result.case


@dataclass(frozen=True, kw_only=True)
class Difference:
    """An input in which cases differ: its dotted path and what each case has there, None where it has no such input."""

    path: str
    values: tuple[Any, ...]

    def differs(self, place: int, base: int = 0) -> bool:
        """Whether a case differs from the base case here."""
        return not _same(self.values[place], self.values[base])


def differences(sides: Sequence[Side]) -> tuple[Difference, ...]:
    """Every resolved input in which the cases are not all alike, in the order of the schema.

    Defaults count as what they are: an input that one case states and another takes from the library with the same value
    is no difference. What-ifs on facts and the content of a price series count too.

    Examples
    --------
    >>> import appraisal
    >>> from appraisal.scenario import scenario_path
    >>> case = appraisal.load_case(scenario_path("contract_schedule"))
    >>> one, two = (Side(stated={}, result=appraisal.appraise(each)) for each in (case, case.vary({"finance.loan_rate": 0.04})))
    >>> [(found.path, found.values) for found in differences([one, two])]
    [('finance.loan_rate', (0.036, 0.04))]
    """
    held = [_inputs(side) for side in sides]
    paths = list(dict.fromkeys(path for one in held for path in one))
    rank = {name: place for place, name in enumerate(ORDER)}
    # Inputs that a later case has and the first has not stand with their section.
    paths.sort(key=lambda path: rank.get(path.partition(".")[0], len(rank)))
    found = (Difference(path=path, values=tuple(one.get(path) for one in held)) for path in paths)
    return tuple(one for one in found if any(one.differs(place) for place in range(1, len(sides))))


def _inputs(side: Side) -> dict[str, Any]:
    """Dotted path → value of everything that decides a result."""
    found: dict[str, Any] = {}
    for entry in resolved(side.case):
        if entry.path.partition(".")[0] not in _SILENT:
            found |= dict(_flat(entry.path, entry.value))
    found |= {f"overlays.{fact.name}": fact.value for fact in side.case.facts if fact.origin == "overlay"}
    for path in FILE_PATHS:
        name = found.get(path)
        if isinstance(name, str) and name in side.files:
            found[path] = f"{name} ({hashlib.sha256(side.files[name]).hexdigest()[:8]})"
    return found


def _flat(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """A list of parts as the fields of each part."""
    if isinstance(value, (list, tuple)) and any(isinstance(one, Mapping) for one in value):
        for place, one in enumerate(value):
            for name, inner in one.items():
                yield from _flat(f"{path}.{place}.{name}", inner)
    else:
        yield path, value


def _same(one: Any, other: Any) -> bool:
    # A field that is left out and one that is empty say the same.
    if one in _NOTHING and other in _NOTHING:
        return True
    return bool(one == other) and type(one == other) is bool


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A metric of every case: label and unit, values ``(C,)`` (NaN where there is none) and the reasons."""

    metric: Metric

    def change(self, base: int) -> np.ndarray:
        """The difference of every case from the base case, ``(C,)``, in the metric's unit."""
        return np.asarray(self.metric.value - self.metric.value[base])


def results(sides: Sequence[Side], keys: Sequence[str] = KEYS) -> tuple[Compared, ...]:
    """The metrics side by side; those that every case has."""
    found = []
    for key in keys:
        if all(key in side.result.metrics for side in sides):
            each = [side.result.metrics[key] for side in sides]
            value, reason = (np.concatenate([getattr(one, name)[:1] for one in each]) for name in ("value", "reason"))
            found.append(Compared(metric=replace(each[0], value=value, reason=reason)))
    return tuple(found)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a bridge: the sections replaced together, by how much the metric changes, and where it then stands.

    ``why`` are the faults because of which a section could not be replaced alone; empty where each could.
    """

    sections: tuple[str, ...]
    change: float
    reached: float
    why: tuple[Fault, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Bridge:
    """From a metric of one case to that of another.

    Attributes
    ----------
    metric : Metric
        The metric of both cases, ``(2,)``.
    steps : tuple of Step
        In the order of ``ORDER``; their changes add to the difference.
    """

    metric: Metric
    steps: tuple[Step, ...]

    @property
    def begin(self) -> float:
        """The metric of the first case."""
        return float(self.metric.value[0])

    @property
    def end(self) -> float:
        """The metric of the second case."""
        return float(self.metric.value[1])


def unlike(one: Side, other: Side) -> Message | None:
    """Why no bridge leads from one case to another; None where one does.

    Behind the meter and on the grid side neither tariffs nor streams nor the books' tables are the same: nearly every section
    would have to be replaced at once, and the one bar that is left explains nothing.
    """
    places = [side.case.project.side for side in (one, other)]
    if places[0] == places[1]:
        return None
    words = [[word(SIDES, place, lang) for place in places] for lang in ("en", "zh")]
    return said(
        "{one} and {other}: prices, streams and tables are not the same, so that nearly everything would be replaced at once and no "
        "single cause of the difference could be told; compare their results, or choose cases of the same side",
        "{one}与{other}的方案电价、收入和账表都不同，几乎所有输入须一起替换，说不出差额来自哪一项；请只比较结果，或改选同侧的方案",
        one=Message(*(pair[0] for pair in words)), other=Message(*(pair[1] for pair in words)),
    )  # fmt: skip


def bridge(one: Side, other: Side, key: str = "project_npv", library: Library | None = None) -> Bridge:
    """How a metric of one case becomes that of another.

    Parameters
    ----------
    one, other : Side
    key : str
        A metric that has a number whatever the inputs: an NPV.
    library : Library, optional
        Where facts are looked up; by default the one installed.

    Returns
    -------
    Bridge
        Ends on the other case's metric to the bit: after the last step every section is the other's. A section that does
        not fit the rest (a user-side tariff on the grid side), or leaves the metric without a number, is replaced together
        with the next one that differs, and the step says why. What a step shows depends on the order, which is the same
        for all bridges.
    """
    books = library or Library.open()
    metric = results([one, other], [key])[0].metric
    reached = float(metric.value[0])
    steps: list[Step] = []
    replaced: list[str] = []
    waiting: list[str] = []
    why: list[Fault] = []
    for section in _differing(one, other):
        waiting.append(section)
        try:
            found = _mixed(one, other, {*replaced, *waiting}, key, books)
        except AppraisalError as error:
            why += error.faults if isinstance(error, InputError) else [Fault(message=error.message)]
            continue
        steps.append(
            Step(sections=tuple(waiting), change=found - reached, reached=found, why=tuple(dict.fromkeys(why)))
        )
        replaced += waiting
        reached, waiting, why = found, [], []
    return Bridge(metric=metric, steps=tuple(steps))


def _differing(one: Side, other: Side) -> list[str]:
    return [
        name for name in ORDER
        if _text(one.stated.get(name)) != _text(other.stated.get(name)) or (name == "market" and dict(one.files) != dict(other.files))
    ]  # fmt: skip


def _text(stated: Any) -> str:
    return json.dumps(stated, sort_keys=True, default=list)


def _mixed(one: Side, other: Side, sections: set[str], key: str, library: Library) -> float:
    """The metric of the first case with some sections of the other."""
    stated = {name: value for name, value in one.stated.items() if name not in (*sections, *_SILENT)}
    stated |= {name: other.stated[name] for name in sections if name in other.stated}
    files = other.files if "market" in sections else one.files
    metric = appraise(case_from_mapping(stated, name="bridge", library=library, files=files)).metrics[key]
    value = float(metric.value[0])
    if not np.isfinite(value):
        raise AppraisalError(Message(f"{metric.en} has no number", f"{metric.zh}无数值"))
    return value
