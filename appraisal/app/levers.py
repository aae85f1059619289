"""A few numbers of the case to be moved on the page of the verdict, so that a person sees it move."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10

import streamlit as st

from appraisal.app import state
from appraisal.app.fields import same, to_shown, to_stored
from appraisal.app.state import as_loaded, draft, lang, t
from appraisal.case import Case
from appraisal.field import Declared
from appraisal.pipeline import Appraisal
from appraisal.streams import stream
from appraisal.text import unit_words
from appraisal.units import YUAN_PER_WAN

MOST = 3
# How far a lever goes from the value that was loaded, and in how many steps.
_FROM, _TO, _STEPS = 0.5, 1.5, 100
# Digits behind the point of a slider at most.
_DIGITS = 6
# From here on a sum of money is easier to read in 万元.
_LARGE = 1e6
# What a number is called here, where its own title needs the page of the inputs beside it.
_TITLES = {"market.spread_scale": ("峰谷价差系数（1 为电价表原值）", "Peak–valley spread (1: as the prices are)")}


@dataclass(frozen=True, kw_only=True)
class Lever:
    """A number of the case with how it is shown: ``factor`` turns a value into the number on the slider."""

    path: str
    what: Declared
    value: float
    title: tuple[str, str]
    percent: bool = False
    wan: bool = False

    def shown(self, value: float) -> float:
        """The number on the slider."""
        return to_shown(value, True) if self.percent else value / YUAN_PER_WAN if self.wan else value

    def stored(self, number: float) -> float:
        """The value of the draft."""
        return to_stored(number, True) if self.percent else round(number * YUAN_PER_WAN, 2) if self.wan else number

    def label(self, language: str) -> str:
        """Title with its unit."""
        unit = "%" if self.percent else unit_words(str(self.what.unit_text()), language)
        if self.wan:
            unit = unit.replace("元", "万元", 1) if language == "zh" else unit.replace("yuan", "10⁴ yuan", 1)
        title = self.title[0 if language == "zh" else 1]
        if not unit:
            return title
        return f"{title}（{unit.replace('（', '，').replace('）', '')}）" if language == "zh" else f"{title} ({unit})"


def levers_of(result: Appraisal) -> tuple[Lever, ...]:
    """What moves the verdict most in a case of this kind: the spread, a price, the battery, else the loan rate."""
    case = result.case
    known = {
        path: (what, float(array[0, 0]))
        for path, what, array in case.numbers()
        if array is not None and array.shape == (1, 1)
    }
    found = [_lever(case, path, *known[path]) for path in _candidates(case) if path in known and known[path][1] > 0.0]
    return tuple(found[:MOST])


def _candidates(case: Case) -> list[str]:
    """Paths in the order of what a person would move first."""
    dispatched = case.prices is not None and case.storage.discharged_mwh is None
    return [
        *(["market.spread_scale"] if dispatched else []),
        *(f"revenue.{label}.price_yuan_per_kw_year" for label in case.revenue),
        "capital.battery_yuan_per_kwh", "capital.equipment_yuan",
        *(f"revenue.{label}.price_yuan_per_mw" for label in case.revenue),
        *(f"revenue.{label}.investor_share" for label in case.revenue if case.project.side == "user"),
        *(["finance.loan_rate"] if not case.finance.loans else []),
    ]  # fmt: skip


def _lever(case: Case, path: str, what: Declared, value: float) -> Lever:
    head, _, rest = path.partition(".")
    title = _TITLES.get(path, (what.zh, what.en))
    if head == "revenue":
        label = rest.partition(".")[0]
        kind = stream(case.streams[label].stream or label)
        if kind.zh not in what.zh:
            title = (f"{kind.zh}：{what.zh}", f"{kind.en}: {what.en}")
    return Lever(
        path=path,
        what=what,
        value=value,
        title=title,
        percent=what.unit in ("share", "share/year"),
        wan=what.unit == "yuan" and value >= _LARGE,
    )


def levers(result: Appraisal) -> None:
    """Draw the sliders; a move writes to the draft, and going back to what was loaded takes the statement out again."""
    found = levers_of(result)
    if not found:
        return
    loaded = state.outcome(as_loaded()).result
    with st.container(border=True):
        again = result.operation.solved is not None
        st.markdown(
            t("**试一试**：拖动滑块，结论随即重算", "**Try it**: move a slider and the verdict is worked out anew")
            + t("（充放电重新优化）", ", dispatch included") * again
        )
        for column, one in zip(st.columns(len(found)), found, strict=True):
            with column:
                _slider(one, _loaded_value(loaded, one))
        moved = [one for one in found if not same(draft().at(one.path), as_loaded().at(one.path))]
        if moved:
            st.button(
                t("恢复载入时的数值", "Back to the values loaded"),
                key="levers_reset",
                on_click=_reset,
                args=(tuple(one.path for one in moved),),
                icon=":material/undo:",
            )


def _loaded_value(loaded: Appraisal | None, one: Lever) -> float:
    """The value as it was loaded; where that case has none, the one that stands."""
    known = (
        {}
        if loaded is None
        else {path: array for path, _, array in loaded.case.numbers() if array is not None and array.shape == (1, 1)}
    )
    return float(known[one.path][0, 0]) if one.path in known else one.value


def _slider(one: Lever, base: float) -> None:
    key = f"lever_{one.path}"
    low, high, step, digits = scale_of(one.shown(base))
    most = one.what.le
    now = one.shown(one.value)
    digits = max(digits, decimals(now))
    low, high = min(low, now), max(high, now)
    if most is not None:
        high = max(min(high, one.shown(float(most))), now)
    st.session_state[key] = now
    st.slider(
        one.label(lang()), min_value=low, max_value=high, step=step, key=key, format=f"%.{digits}f", on_change=_moved,
        args=(one, key, base, digits), help=t(f"载入时为 {one.shown(base):g}", f"{one.shown(base):g} as loaded"),
    )  # fmt: skip


def scale_of(base: float) -> tuple[float, float, float, int]:
    """Lowest, highest, step and digits of a slider around a value.

    Examples
    --------
    >>> scale_of(600.0), scale_of(1.0)
    ((300.0, 900.0, 5.0, 0), (0.5, 1.5, 0.01, 2))
    """
    rough = base * (_TO - _FROM) / _STEPS
    power = 10.0 ** floor(log10(rough))
    step = next(power * size for size in (1, 2, 5, 10) if power * size >= rough * 0.8)
    digits = max(0, -floor(log10(step) + 1e-9))
    low, high = (round(ends(base * share / step) * step, digits) for share, ends in ((_FROM, floor), (_TO, ceil)))
    return low, high, round(step, digits), digits


def decimals(number: float) -> int:
    """Digits behind the point without which a slider would show another number than the case's; six at most.

    Examples
    --------
    >>> decimals(600.0), decimals(0.6), decimals(473.25), decimals(1 / 3)
    (0, 1, 2, 6)
    """
    return len(f"{number:.{_DIGITS}f}".rstrip("0").partition(".")[2])


def _moved(one: Lever, key: str, base: float, digits: int) -> None:
    number = round(float(st.session_state[key]), digits)
    value = one.stored(number)
    unstated = as_loaded().at(one.path) is None
    back = number == round(one.shown(base), digits)
    state.change(one.path, (None if unstated else as_loaded().at(one.path)) if back else value)


def _reset(paths: tuple[str, ...]) -> None:
    for path in paths:
        state.change(path, as_loaded().at(path))
