"""Studies of a draft, each made once for all sessions: by its content and what was asked, never by a sample of a table."""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

import streamlit as st

from appraisal.app.draft import Draft, facts
from appraisal.case import Case
from appraisal.errors import AppraisalError, Fault, InputError
from appraisal.study.drivers import driver_input, driver_keys
from appraisal.study.grid import Grid, grid
from appraisal.study.indices import GlobalIndices, indices
from appraisal.study.inputs import Input, inputs_of
from appraisal.study.measured import indices_again, monte_carlo_again
from appraisal.study.oneway import COLUMNS, OneWay, one_way
from appraisal.study.questions import QUESTIONS, Answer, ask
from appraisal.study.risk import MonteCarlo, monte_carlo
from appraisal.study.solve import Solved, solve
from appraisal.study.tornado import Tornado, tornado
from appraisal.study.tree import Leaf, load_tree

_KEPT = 60
# A sample of 20,000 rows takes some tens of megabytes.
_SAMPLES_KEPT = 6
# SALib draws from NumPy's global state, which all sessions share.
_ONE_AT_A_TIME = threading.Lock()

T = TypeVar("T")
Ranges = Mapping[str, tuple[float, float]]


@dataclass(frozen=True, kw_only=True)
class Made(Generic[T]):
    """A study, or what is wrong with what was asked."""

    found: T | None
    faults: tuple[Fault, ...] = field(default=())


def _settings(settings: Mapping[str, Any]) -> str:
    return json.dumps(settings, sort_keys=True, allow_nan=False)


def _tried(make: Callable[[], T]) -> Made[T]:
    try:
        return Made(found=make())
    except InputError as error:
        return Made(found=None, faults=error.faults)
    except AppraisalError as error:
        return Made(found=None, faults=(Fault(message=error.message),))


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def made_once(study: str, key: str, settings: str, _make: Callable[[], Any]) -> Made[Any]:
    """A study by its name, the draft's key and what was asked; made by *_make* if it is not there yet."""
    del study, key, settings  # They stand for the study's content.
    return _tried(_make)


@st.cache_resource(max_entries=_SAMPLES_KEPT, show_spinner=False)
def _sampled(study: str, key: str, settings: str, _make: Callable[[], Any]) -> Made[Any]:
    del study, key, settings
    return _tried(_make)


def tornado_of(draft: Draft, case: Case, metric: str, own: Ranges) -> Made[Tornado]:
    """Every driver over its reasoned range, or over the own range of a person."""
    settings = {"metric": metric, "own": {name: list(ends) for name, ends in own.items()}}
    return made_once(
        "tornado", draft.key, _settings(settings), lambda: tornado(case, metric, dict(own) or None, others=True)
    )


def one_way_of(draft: Draft, case: Case, metric: str, changes: Sequence[float]) -> Made[OneWay]:
    """The one-way table of the standard inputs, with *metric* among its columns."""
    keys = tuple(dict.fromkeys((metric, *COLUMNS)))
    return made_once(
        "one_way",
        draft.key,
        _settings({"metric": metric, "changes": list(changes)}),
        lambda: one_way(case, changes=changes, keys=keys, judged=metric),
    )


def grid_of(
    draft: Draft, case: Case, x: str, xs: Sequence[float], y: str, ys: Sequence[float], metric: str
) -> Made[Grid]:
    """A metric on two inputs, each a driver's key or a dotted path."""
    settings = {"metric": metric, "x": x, "xs": list(xs), "y": y, "ys": list(ys)}
    return made_once(
        "grid", draft.key, _settings(settings), lambda: grid(case, _input(case, x), xs, _input(case, y), ys, metric)
    )


def answers_of(draft: Draft, case: Case, target: tuple[str, float] | None) -> Made[tuple[Answer, ...]]:
    """Every ready question; without a target each asks for its own discount rate."""
    wanted = None if target is None else dict([target])
    return made_once(
        "questions",
        draft.key,
        _settings({"target": target}),
        lambda: tuple(ask(case, name, wanted) for name in QUESTIONS),
    )


def solved_of(draft: Draft, case: Case, what: str, metric: str, target: float) -> Made[Solved]:
    """The value of an input at which a metric meets a target."""
    return made_once(
        "solve",
        draft.key,
        _settings({"what": what, "metric": metric, "target": target}),
        lambda: solve(case, _input(case, what), metric, target),
    )


def drivers_moved(draft: Draft, case: Case) -> tuple[Input, ...]:
    """The drivers that the case has something to move for."""

    def found() -> tuple[Input, ...]:
        every = [one for name in driver_keys(case) if (one := driver_input(case, name)) is not None]
        return inputs_of(case, every)[0].inputs

    made: Made[tuple[Input, ...]] = made_once("drivers", draft.key, "", found)
    return made.found or ()


def _input(case: Case, name: str) -> str | Input:
    """A driver by its key, else a dotted path."""
    return driver_input(case, name) or name


# --- what is drawn ---


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What a Monte Carlo study is asked for."""

    n: int
    seed: int
    sampling: str
    covenant: float

    @property
    def settings(self) -> str:
        """As one line that is the same for the same question."""
        return _settings(vars(self))


@dataclass(frozen=True, kw_only=True)
class Design:
    """What a study of global indices is asked for."""

    method: str
    metric: str
    n: int
    seed: int

    @property
    def settings(self) -> str:
        """As one line that is the same for the same question."""
        return _settings(vars(self))


def scenarios_of(draft: Draft, case: Case) -> Mapping[str, Leaf]:
    """The scenarios that a draft's tree states; without a tree the case alone."""
    if not case.uncertainty.branches:
        return {case.name: Leaf(1.0, case)}
    with tempfile.TemporaryDirectory() as folder:
        return load_tree(written(draft, Path(folder)), library=facts())


def written(draft: Draft, folder: Path) -> Path:
    """The draft as a case's file in a folder of our own, its price series beside it."""
    for name, content in draft.files.items():
        (folder / Path(name).name).write_bytes(content)
    # The name of our own: that of the person never reaches the file system.
    path = folder / "case.yaml"
    path.write_text(draft.yaml(), encoding="utf-8")
    return path


def monte_carlo_of(draft: Draft, case: Case, asked: Sample, content: bytes | None = None) -> Made[MonteCarlo]:
    """A Monte Carlo study; with *content* the one that another process measured."""

    def make() -> MonteCarlo:
        leaves = scenarios_of(draft, case)
        if content is not None:
            return monte_carlo_again(leaves, content)
        return monte_carlo(leaves, n=asked.n, seed=asked.seed, sampling=asked.sampling, covenant=asked.covenant)  # type: ignore[arg-type]

    made: Made[MonteCarlo] = _sampled("montecarlo", draft.key, asked.settings, make)
    return made


def indices_of(draft: Draft, case: Case, asked: Design, content: bytes | None = None) -> Made[GlobalIndices]:
    """The global indices of a metric; with *content* those that another process measured."""

    def make() -> GlobalIndices:
        with _ONE_AT_A_TIME:
            if content is not None:
                return indices_again(case, content)
            return indices(case, method=asked.method, key=asked.metric, n=asked.n, seed=asked.seed)

    made: Made[GlobalIndices] = _sampled("indices", draft.key, asked.settings, make)
    return made
