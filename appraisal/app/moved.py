"""The inputs that a study moves, as a person chooses them: drivers by relative changes, single numbers by their values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from appraisal.app.draft import Draft
from appraisal.app.faults import shown_as_is, title_of
from appraisal.app.settings import keyed
from appraisal.app.state import lang, t
from appraisal.app.studies import drivers_moved
from appraisal.case import Case
from appraisal.metrics import KEYS
from appraisal.pipeline import Appraisal
from appraisal.report.charts.figures import Shown, input_shown, shown, shown_unit
from appraisal.study.drivers import driver_of, drivers_of, reasoned
from appraisal.study.inputs import Input, inputs_of, valued

# How far an axis reaches at first, either way: beyond where the input turns the verdict, in steps that a reader counts in;
# never so little that a likely fall stays out of sight, never so far that a price falls to nothing. And its number of values.
_REACHES, _COUNT = (0.3, 0.45, 0.6, 0.9), 7
_MOST = 15


@dataclass(frozen=True, kw_only=True)
class Axis:
    """An input of a two-way map and its values."""

    name: str
    values: tuple[float, ...]


def metric_select(result: Appraisal, key: str, first: str) -> str:
    """Which metric a study is of."""
    labels = {one: shown(result.metrics[one], lang()).label for one in KEYS}
    st.selectbox(
        t("指标", "Metric"), list(labels), key=keyed(key, first, labels), format_func=lambda one: labels.get(one, one)
    )
    return str(st.session_state[key])


def movable(draft: Draft, case: Case) -> dict[str, str]:
    """What can be moved → its label: drivers first, then every number of the case with its place."""
    zh = lang() == "zh"
    found = {
        one.key: f"{one.zh if zh else one.en}{t('（按比例变化）', ' (relative change)')}"
        for one in drivers_moved(draft, case)
    }
    for path, what, table in case.numbers():
        if what.kind == "number" and table is not None:
            unit = shown_unit("", what.unit, lang()).entered
            words = "%" if unit.percent else unit.unit
            found[path] = title_of(path, draft, lang()) + (t(f"（{words}）", f" ({words})") if words else "")
    return found


def input_select(label: str, key: str, first: str, known: Mapping[str, str]) -> str:
    """Which input; those of the case change with it."""
    codes = list(known)
    st.selectbox(
        label,
        codes,
        key=keyed(key, first if first in known else codes[0], known),
        format_func=lambda code: known.get(code, code),
    )
    return str(st.session_state[key])


def axis(
    draft: Draft, case: Case, place: str, label: str, first: str, known: Mapping[str, str], turns: Mapping[str, float]
) -> Axis | None:  # fmt: skip
    """The widgets of one axis of a map; None, told on the page, where its values do not rise.

    *turns* has the change of each input at which the metric meets its hurdle, as far as there is one.
    """
    name = input_select(label, f"{place}_input", first, known)
    one = _one(draft, case, name)
    scale = scale_of(input_shown(one, lang()).entered)
    low, high = (end * scale for end in first_ends(case, one, turns.get(name)))
    low, high = float(f"{low:.6g}"), float(f"{high:.6g}")
    unit = _unit(one)
    from_, to, count = st.columns(3)
    from_.number_input(
        f"{t('从', 'From')}{unit}", key=keyed(f"{place}_low|{name}", low), format="%g", step=_step(low, high)
    )
    to.number_input(
        f"{t('到', 'To')}{unit}", key=keyed(f"{place}_high|{name}", high), format="%g", step=_step(low, high)
    )
    count.number_input(
        t("取值个数", "Values"), min_value=2, max_value=_MOST, step=1, key=keyed(f"{place}_count|{name}", _COUNT)
    )
    ends = [st.session_state[f"{place}_{end}|{name}"] for end in ("low", "high")]
    if None in ends or not ends[0] < ends[1]:
        st.error(t("“从”应小于“到”。", "“From” must be below “To”."), icon=":material/error:")
        return None
    values = np.linspace(ends[0], ends[1], int(st.session_state[f"{place}_count|{name}"])) / scale
    # Twelve digits: what a person reads as 5 % is 5 %.
    return Axis(name=name, values=tuple(float(f"{value:.12g}") for value in values))


def _one(draft: Draft, case: Case, name: str) -> Input:
    return next((one for one in drivers_moved(draft, case) if one.key == name), None) or valued(case, name)


def _unit(one: Input) -> str:
    kind = input_shown(one, lang()).entered
    words = "%" if kind.percent else kind.unit
    return t(f"（{words}）", f" ({words})") if words else ""


def first_ends(case: Case, one: Input, turn: float | None = None) -> tuple[float, float]:
    """The ends of an axis at first, about the case as it stands.

    One rule for every input: at least 30 % either way, and further where that leaves out the change *turn* at which the
    metric meets its hurdle or, where no such change is known, an end of the range that a tornado moves the input over.
    """
    base = 0.0 if one.by == "change" else float(case.at(one.paths[0])[0, 0])
    if one.by == "value" and not base:
        return -1.0, 1.0
    unit = 1.0 if one.by == "change" else abs(base)
    if turn is not None and np.isfinite(turn):
        wanted = abs(turn)
    else:
        wanted = max((abs(end - base) / unit for end in _ranged(case, one)), default=0.0)
    reach = next((one for one in _REACHES if one > wanted), _REACHES[-1]) * unit
    return base - reach, base + reach


def _ranged(case: Case, one: Input) -> tuple[float, ...]:
    """The range of a tornado, in changes or values; empty for what no tornado moves."""
    drivers = [
        driver for driver in drivers_of(case) if driver.input.key == one.key and driver.input.by == one.by
    ] or [driver for driver in (driver_of(case, one.key),) if driver is not None]  # fmt: skip
    if not drivers:
        return ()
    moving, _ = inputs_of(case, [drivers[0].input])
    if not moving.inputs:
        return ()
    (found,) = reasoned(case, moving, drivers[:1])
    return found.low, found.high


def scale_of(kind: Shown) -> float:
    """What a form shows for one: shares in percent, money in 10⁴ yuan."""
    return 100.0 if kind.percent else kind.factor


def _step(low: float, high: float) -> float:
    """What one press of a button adds: a power of ten, about a tenth of the range."""
    return float(10.0 ** np.floor(np.log10(abs(high - low) / 10.0))) if high > low else 1.0


def target_input(result: Appraisal, metric: str, key: str) -> float | None:
    """What a metric has to be, in its own unit; a person enters rates in percent and money in 10⁴ yuan."""
    kind = shown(result.metrics[metric], lang()).entered
    scale = scale_of(kind)
    words = "%" if kind.percent else kind.unit
    first = float(f"{8.0 if kind.percent else 0.0:g}")
    name = f"{key}|{metric}"
    st.number_input(
        t("目标值", "Target") + (t(f"（{words}）", f" ({words})") if words else ""), key=keyed(name, first), format="%g", step=0.5 if kind.percent else 0.1
    )  # fmt: skip
    value: Any = st.session_state[name]
    return None if value is None else float(f"{value / scale:.12g}")


def told_faults(faults: Any) -> None:
    """What a study refuses, in words, on the page."""
    if faults:
        st.warning(
            "\n".join(f"- {shown_as_is(fault.message.text(lang()))}" for fault in faults), icon=":material/warning:"
        )
