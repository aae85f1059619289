"""The cases of a comparison: which they are, what they are called, and their tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

import pandas as pd
import streamlit as st

from appraisal.app import state
from appraisal.app.choices import fact_title
from appraisal.app.draft import SUFFIXES, Draft, facts, ready, uploaded
from appraisal.app.faults import shown_as_is, title_of, told
from appraisal.app.fields import field_at, grouped, is_number, printed
from appraisal.app.moved import told_faults
from appraisal.app.pictures import show
from appraisal.app.state import as_loaded, draft, lang, outcome, t
from appraisal.app.studies import Made, made_once
from appraisal.app.widgets import text_of
from appraisal.errors import InputError
from appraisal.library import Fact
from appraisal.metrics import KEYS
from appraisal.report.charts.bridge import bridge_chart, named
from appraisal.report.charts.figures import shown
from appraisal.report.compare import MOST, Bridge, Compared, Difference, Side, bridge
from appraisal.scenario import scenario_names
from appraisal.text import REASONS, unit_words, word

_HELD = "compared"
_NEW = "compare_new"
KEY = "project_npv"
# Beside the metrics of every study: what the plant costs.
SHOWN = ("investment_total", *KEYS)
_WHICH = {
    "current": ("（当前）", " (current)"),
    "loaded": ("（载入时）", " (as loaded)"),
    "ready": ("", ""),
    "kept": ("", ""),
}
# Cases at first: as many as a screen shows side by side.
_FIRST = 3
_SIDE = "project.side"
_OVERLAYS = "overlays."
# From here on a number has six digits before its point.
_WHOLE = 1e5
_MARK = "≠ "
# A row of numbers with no more changes than this is shown as its runs.
_RUNS = 4


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A case of the comparison: the one worked on, the same as it was loaded, a ready one by its name, or one that was kept."""

    kind: Literal["current", "loaded", "ready", "kept"]
    name: str = ""
    kept: Draft | None = None

    @property
    def draft(self) -> Draft:
        """The draft that it stands for now."""
        if self.kind == "current":
            return draft()
        if self.kind == "loaded":
            return as_loaded()
        return ready(self.name) if self.kept is None else self.kept


def entries() -> list[Entry]:
    """What is compared: until a person chooses, the case worked on, the same as it was loaded, and ready ones of its kind."""
    held: list[Entry] | None = st.session_state.get(_HELD)
    return _at_first() if held is None else held


def _at_first() -> list[Entry]:
    changed = [Entry(kind="loaded")] if as_loaded().key != draft().key else []
    alike = [
        Entry(kind="ready", name=name) for name in scenario_names()
        if ready(name).at(_SIDE) == draft().at(_SIDE) and ready(name).key not in (draft().key, as_loaded().key)
    ]  # fmt: skip
    return [Entry(kind="current"), *changed, *alike][:_FIRST]


def titles(held: Sequence[Entry]) -> list[str]:
    """What each is called, each once."""
    names = []
    for one in held:
        name = str((one.draft.at("title") or {}).get(lang()) or one.draft.name)
        names.append(name + _WHICH[one.kind][0 if lang() == "zh" else 1])
    return [name if names.count(name) == 1 else f"{name} ({place + 1})" for place, name in enumerate(names)]


def sides(held: Sequence[Entry]) -> list[tuple[int, Side]]:
    """The cases that stand, each with its place among the entries."""
    found = []
    for place, one in enumerate(held):
        made = outcome(one.draft)
        if made.result is not None:
            found.append((place, Side(stated=one.draft.stated, files=one.draft.files, result=made.result)))
    return found


def show_entries(held: Sequence[Entry]) -> None:
    """Each case with a way to open and to remove it, and ways to add others."""
    for place, (one, name) in enumerate(zip(held, titles(held), strict=True)):
        words, open_, remove = st.columns([6, 1, 1], vertical_alignment="center")
        words.markdown(f"**{place + 1}.** {shown_as_is(name)}")
        faults = outcome(one.draft).faults
        if faults:
            words.error("\n".join(f"- {shown_as_is(told(fault, one.draft, lang()))}" for fault in faults))
        if one.kind != "current":
            open_.button(
                t("打开", "Open"),
                key=f"compare_open_{place}",
                width="stretch",
                on_click=state.take,
                args=(one.draft,),
                kwargs={"saved": True},
            )
        if len(held) > 1:
            remove.button(
                t("移除", "Remove"),
                key=f"compare_remove_{place}",
                width="stretch",
                type="tertiary",
                on_click=_remove,
                args=(place,),
            )
    if len(held) >= MOST:
        st.caption(
            t(f"最多比较 {MOST} 个方案；移除一个后才能再添加。", f"At most {MOST} cases; remove one to add another.")
        )
        return
    _adders(held)


def _adders(held: Sequence[Entry]) -> None:
    kinds = {one.kind for one in held}
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    label = t("保留当前方案副本", "Keep a copy") if "current" in kinds else t("加入当前方案", "Add the current")
    left.button(label, key="compare_current", icon=":material/add:", width="stretch", on_click=_add_current)
    names = {name: str((ready(name).at("title") or {}).get(lang()) or name) for name in scenario_names()}
    middle.selectbox(
        t("加入现成算例", "Add a ready case"), list(names), index=None, key=_NEW, placeholder=t("选择", "choose"),
        format_func=lambda name: names.get(name, name), on_change=_add_ready,
    )  # fmt: skip
    given = right.file_uploader(
        t("加入文件（YAML 或 Excel 模板）", "Add a file (YAML or Excel template)"),
        type=[one.removeprefix(".") for one in SUFFIXES],
        key="compare_file",
    )
    if given is not None and st.session_state.get("compare_taken") != given.file_id:
        # An uploaded file stays in its widget; it is taken once.
        st.session_state["compare_taken"] = given.file_id
        try:
            _add(Entry(kind="kept", kept=uploaded(given.name, given.getvalue())))
            st.session_state["compare_faults"] = ()
        except InputError as error:
            st.session_state["compare_faults"] = error.faults
        st.rerun()
    for fault in st.session_state.get("compare_faults", ()) if given is not None else ():
        st.error(shown_as_is(fault.text(lang())), icon=":material/error:")


def _add(one: Entry) -> None:
    held = entries()
    if len(held) < MOST:
        st.session_state[_HELD] = [*held, one]


def _add_current() -> None:
    held = entries()
    _add(Entry(kind="kept", kept=draft()) if any(one.kind == "current" for one in held) else Entry(kind="current"))


def _add_ready() -> None:
    name = st.session_state[_NEW]
    if name is not None:
        _add(Entry(kind="ready", name=name))
        st.session_state[_NEW] = None


def _remove(place: int) -> None:
    st.session_state[_HELD] = [one for other, one in enumerate(entries()) if other != place]


# --- tables ---


def results_table(found: Sequence[Compared], names: Sequence[str], base: int) -> pd.DataFrame:
    """A row a metric: the figure of every case, and how far each is from the base case."""
    rows = []
    for one in found:
        kind = shown(one.metric, lang())
        row: dict[str, str] = {t("指标", "Metric"): kind.head}
        change = one.change(base)
        for place, name in enumerate(names):
            value = float(one.metric.value[place])
            text = (
                kind.text(value, unit=kind.percent)
                if value == value
                else word(REASONS, str(one.metric.reason[place]), lang())
            )
            if place != base and change[place] == change[place]:
                # A difference of rates is in percentage points.
                step = (
                    f"{100.0 * change[place]:+.2f}{t(' 个百分点', ' pp')}"
                    if kind.percent
                    else ("+" if change[place] > 0 else "") + kind.text(float(change[place]), unit=False)
                )
                text += t(f"（{step}）", f" ({step})").replace("-", "−")
            row[name] = text
        rows.append(row)
    return pd.DataFrame(rows)


def inputs_table(
    found: Sequence[Difference], held: Sequence[Draft], names: Sequence[str], base: int
) -> tuple[pd.DataFrame, list[list[bool]]]:  # fmt: skip
    """A row an input that differs, and which cells differ from the base case; these carry a mark too."""
    rows, marked = [], []
    for one in found:
        of = next((made for made, value in zip(held, one.values, strict=True) if value is not None), held[0])
        apart = [one.differs(place, base) for place in range(len(held))]
        rows.append(
            {t("输入", "Input"): _where(one.path, of)}
            | {
                name: (_MARK if differs else "") + cell
                for name, cell, differs in zip(names, _cells(one, held), apart, strict=True)
            }
        )
        marked.append([False, *apart])
    return pd.DataFrame(rows), marked


def _cells(one: Difference, held: Sequence[Draft]) -> list[str]:
    """The values in words; with all their digits where fewer would make two that differ look the same."""
    texts = [_value(one.path, value, of) for value, of in zip(one.values, held, strict=True)]
    pairs = [(place, other) for place in range(len(texts)) for other in range(place)]
    if all(texts[place] != texts[other] or not one.differs(place, other) for place, other in pairs):
        return texts
    return [_value(one.path, value, of, exact=True) for value, of in zip(one.values, held, strict=True)]


def _where(path: str, of: Draft) -> str:
    if path.startswith(_OVERLAYS):
        fact = _overlaid(path, of)
        unit = unit_words(fact.unit, lang()) if fact is not None else ""
        words = t(f"（{unit}）", f" ({unit})") if unit else ""
        return t("假设值 › ", "What-if › ") + fact_title(path.removeprefix(_OVERLAYS), lang()) + words
    field = field_at(of.stated, path)
    label = title_of(path, of, lang())
    unit = (
        field.label(lang()).removeprefix(field.what.title(lang())) if field is not None and field.path == path else ""
    )
    return label + unit


def _overlaid(path: str, of: Draft) -> Fact | None:
    result = outcome(of).result
    name = path.removeprefix(_OVERLAYS)
    return None if result is None else next((fact for fact in result.case.facts if fact.name == name), None)


def _value(path: str, value: Any, of: Draft, *, exact: bool = False) -> str:
    """A value in the unit of its field: shares in percent, codes by their labels, rows of numbers as their runs."""
    if value in (None, "", [], {}, ()):
        return "—"
    field = field_at(of.stated, path)
    field = field if field is not None and field.path == path else None
    fact = _overlaid(path, of) if path.startswith(_OVERLAYS) else None
    percent = field.percent if field is not None else fact is not None and unit_words(fact.unit, "en").startswith("%")
    if is_number(value):
        return _number(value, percent, exact)
    if (
        isinstance(value, (list, tuple))
        and all(is_number(one) for one in value)
        and (field is None or field.shape != "several")
    ):
        return _series(value, percent, exact)
    return printed(value) if field is None else text_of(field, value, of)


def _number(value: float, percent: bool, exact: bool) -> str:
    """Six digits are enough to tell two cases apart; money is never rounded to fewer than its yuan."""
    return grouped(value if exact or abs(value) >= _WHOLE else float(f"{value:.6g}"), percent)


def _series(values: Sequence[float], percent: bool, exact: bool) -> str:
    """A row of numbers as its runs, or how many there are and how far they reach where it has many."""
    runs = [(value, len(list(same))) for value, same in groupby(values)]
    if exact or len(runs) <= _RUNS:
        return t("；", "; ").join(
            _number(value, percent, exact) + (f" × {count}" if count > 1 else "") for value, count in runs
        )
    least, most = (_number(end, percent, exact) for end in (min(values), max(values)))
    return t(f"{len(values)} 个数，{least} 至 {most}", f"{len(values)} numbers, {least} to {most}")


def bridge_of(one: Draft, other: Draft, sides: tuple[Side, Side]) -> Made[Bridge]:
    """The bridge from one case to another, made once."""
    made: Made[Bridge] = made_once("bridge", f"{one.key} {other.key}", "", lambda: bridge(*sides, KEY, facts()))
    return made


def show_bridge(drafts: tuple[Draft, Draft], sides: tuple[Side, Side], names: tuple[str, str]) -> None:
    """The bridge from one case to another with the reasons of its common steps, or why there is none."""
    with st.spinner(t("正在逐节替换并重新评价……", "Replacing section by section …")):
        made = bridge_of(*drafts, sides)
    told_faults(made.faults)
    if made.found is None:
        return
    show(bridge_chart(made.found, names, lang()), "bridge", headed=False)
    for step in made.found.steps:
        if step.why:
            words = shown_as_is(named(step, lang()))
            with st.expander(t(f"为什么一起替换：{words}", f"Why together: {words}")):
                st.markdown("\n".join(f"- {shown_as_is(told(fault, drafts[1], lang()))}" for fault in step.why))
