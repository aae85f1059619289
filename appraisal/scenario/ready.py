"""What is said beside a ready case: what it shows, how sure its inputs are, and the range its result was expected in.

One file a case in ``scenarios/about/``. It stands beside the case and not in it: a case that was changed keeps none of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from appraisal.case import Case, Notice, Origin
from appraisal.errors import Fault, InputError, said
from appraisal.library import data_root
from appraisal.library.reader import read_file
from appraisal.scenario.describe import Resolved, resolved
from appraisal.scenario.place import scenario_path

# What the action plan of 2019-2020 for storage asks for, and what came after it, in the order of the tables.
ITEMS: Mapping[str, tuple[str, str]] = {
    "demonstration": ("储能示范项目", "Demonstration projects"),
    "pumped_hydro": ("抽水蓄能", "Pumped hydro"),
    "first_of_kind": ("首台（套）装备与保险", "First-of-kind equipment and its insurance"),
    "grid_recovery": ("电网侧储能与成本回收", "Grid-side storage and its cost recovery"),
    "capacity": ("容量电价与电力市场", "Capacity price and power market"),
    "ancillary": ("辅助服务", "Ancillary services"),
    "time_of_use": ("峰谷电价与用户侧储能", "Time-of-use prices and user-side storage"),
    "renewables": ("储能与新能源联合应用", "Storage beside wind and sun"),
    "emergency": ("应急供电", "Emergency supply"),
    "vehicles": ("动力电池储能化应用", "Vehicle batteries as storage"),
}
# Words of a case that are no input: titles, sources, who pays.
_NO_INPUT = ("title", "confidence", "source", "paid_by", "stream", "enabled", "owner", "site", "connection")


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(_Strict):
    """A text in both languages."""

    zh: str
    en: str

    def text(self, lang: str) -> str:
        """The text of ``zh`` or ``en``."""
        return self.zh if lang == "zh" else self.en


class Expected(_Strict):
    """The range in which the case's headline metric was expected, and why.

    Attributes
    ----------
    metric : str
        Key of the metric.
    low, high : float
        In the metric's unit; a rate is a fraction, money is yuan.
    kind : published or reasoned
        Found in a document; or worked out beside the program, as *because* sets out.
    because : Words
        The document, or the reasoning.
    """

    metric: str
    low: float
    high: float
    kind: Literal["published", "reasoned"]
    because: Words


class Given(_Strict):
    """A source of values that the case states; ``gives`` are dotted paths, each for all that stands beneath it."""

    cite: str
    zh: str
    confidence: Literal["official", "secondary", "estimate"]
    checked: date
    gives: tuple[str, ...]


class About(_Strict):
    """What is said beside a ready case; ``choices`` are paths that an owner decides, so that no evidence is asked of them."""

    item: str
    shows: Words
    expected: Expected
    choices: tuple[str, ...]
    sources: Mapping[str, Given]

    def named(self) -> dict[str, Given | None]:
        """Every path that is spoken of and its source; None for a choice."""
        return {
            **dict.fromkeys(self.choices),
            **{path: given for given in self.sources.values() for path in given.gives},
        }

    def place(self, path: str) -> str | None:
        """The longest named path that holds a value; None where nothing is said of it."""
        holding = [place for place in self.named() if path == place or path.startswith(f"{place}.")]
        return max(holding, key=len) if holding else None

    def source(self, path: str) -> Given | None:
        """The source of a value; None for a choice, or where nothing is said of it."""
        return self.named().get(self.place(path) or "")


@cache
def about(name: str) -> About:
    """What is said beside a ready case.

    Parameters
    ----------
    name : str
        Name of the case.

    Raises
    ------
    InputError
        If there is no ready case of that name, or its file does not read.
    """
    path = scenario_path(name)
    return read_about(path.parent / "about" / path.name)


def read_about(path: Path) -> About:
    """The file of :func:`about`.

    Raises
    ------
    InputError
        With every fault of the file.
    """
    try:
        found = About.model_validate(read_file(path).plain())
    except ValidationError as error:
        raise InputError([
            Fault(where=str(path), path=".".join(str(part) for part in fault["loc"]), message=said(
                "does not read: {problem}", "无法读取：{problem}", problem=fault["msg"]
            )) for fault in error.errors()
        ]) from error  # fmt: skip
    if found.item not in ITEMS:
        raise InputError([Fault(where=str(path), path="item", message=said(
            "{item!r} is no item of the plan; known: {known}", "行动计划中没有 {item!r}；可选：{known}", item=found.item, known=", ".join(ITEMS)
        ))])  # fmt: skip
    return found


def stated(case: Case) -> list[Resolved]:
    """The inputs that a case states itself: its numbers and choices, without titles and words on sources."""
    return [
        entry for entry in resolved(case)
        if entry.origin.kind == "case" and entry.value not in (None, "", [])
        and entry.path.split(".")[0] != "title" and entry.path.rpartition(".")[2] not in _NO_INPUT
    ]  # fmt: skip


def sureness(case: Case) -> dict[str, int]:
    """How many inputs of a ready case have which confidence: stated ones by their sources, the rest by the library's.

    Choices of the owner and fields at their neutral default have none and are not counted.

    Returns
    -------
    mapping
        ``official``, ``secondary``, ``estimate`` → number of inputs.
    """
    found = [entry.origin.confidence for entry in resolved(case) if entry.value not in (None, "", [])]
    return {word: found.count(word) for word in ("official", "secondary", "estimate")}


def with_sources(case: Case, file: Path) -> Case:
    """The case read from *file* with the sources of what it states, and a notice of its own estimates; another file's case as it is."""
    if file.resolve().parent != (data_root() / "scenarios").resolve():
        return case
    told = about(file.stem)
    given = {entry.path: source for entry in stated(case) if (source := told.source(entry.path)) is not None}
    origins = {
        path: Origin(kind="case", source=source.cite, source_zh=source.zh, confidence=source.confidence)
        for path, source in given.items()
    }
    own = ", ".join(path for path, source in given.items() if source.confidence == "estimate")
    notice = Notice(
        code="estimate", path="case", zh=f"本算例自行估计的输入：{own}", en=f"the case's own estimates: {own}"
    )
    notices = (*case.notices, notice) if own else case.notices
    return replace(case, origins={**case.origins, **origins}, notices=notices)
