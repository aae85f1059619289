"""How the battery wears: state of health and usable energy year by year, replacements marked."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from appraisal.case.periods import periods, whole_years
from appraisal.case.timeline import ends
from appraisal.pipeline import Appraisal
from appraisal.report.charts.figures import shown_unit
from appraisal.report.charts.layers import data, haloed
from appraisal.report.charts.panels import Panel, Plan, laid, stacked
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.words import pick, say
from appraisal.report.charts.years import bar_of, described, ended, of_case, year_tip, years_axis
from appraisal.report.spans import years_said
from appraisal.units import Table

HEIGHTS = (130, 160)

_WORDS = {
    "title": ("电池健康度与可用容量", "State of health and usable energy"), "soh": ("健康度", "State of health"),
    "usable": ("可用容量", "Usable energy"), "year": ("计算期（年）", "Year"), "replaced": ("更换", "Replaced"),
    "end": ("寿命终止 {value}", "End of life {value}"), "mark": ("更换电池", "battery replaced"),
    "added": ("补容", "Added"), "plus": ("补容", "capacity added"), "part": ("第 {year} 运营年末补容部分的健康度", "State of health of what was added at the end of operating year {year}"),
    "first": ("原有部分的健康度", "State of health of the first part"),
    "mean": ("健康度为在用容量的均值", "The state of health is the mean over the capacity in use"),
    "plus_in": ("在第 {years} 年末补容", "Capacity is added at the end of year {years}"),
    "middle": ("均为年中值；可用容量已计放电深度和在运行的份额", "Both at the middle of the year; usable energy counts depth of discharge and the share in operation"),
    "in": ("电池在第 {years} 年末更换", "The battery is replaced at the end of year {years}"), "never": ("不更换电池", "The battery is never replaced"),
    "spent": ("第 {years} 年健康度低于寿命终止值，停运", "Below its end of life and standing still in year {years}"),
    "stated": ("算例直接给出每年电量，不推算衰减", "The case states its yearly energy; no wear is worked out"),
    "alt": (
        "上图为健康度，自 {first}（第 {begin} 年）到 {last}（第 {end} 年）；下图为可用容量，最高 {most}，最低 {least}",
        "Above the state of health, from {first} (year {begin}) to {last} (year {end}); below the usable energy, at most {most}, at least {least}",
    ),
    "none": ("电池不运行", "The battery never runs"), "yes": ("是", "yes"),
}  # fmt: skip

Vector = NDArray[np.float64]


def battery_health(result: Appraisal, lang: str = "en", row: int = 0) -> Picture:
    """State of health as a line with its end of life, usable energy as bars, replacement years marked.

    Parameters
    ----------
    result : Appraisal
    lang : "en" or "zh"
    row : int
        Scenario.

    Returns
    -------
    Picture
        Both as the operation holds them (``soh``, ``usable_mwh``); a replacement falls at the end of its operating year,
        of a plant in phases once for each. Where capacity is added the state of health is the mean over what is in use, and
        the table has that of each part too.
    """
    operation = result.operation
    usable, running = _row(operation.usable_mwh, row), periods(result.case.project).operating[0] > 0.0
    soh = np.where(running, _row(operation.soh, row), np.nan)
    replaced, added = _happens(result, "renewed", row), _happens(result, "added_mwh", row)
    least = float(
        result.case.storage.ageing.end_of_life_soh[min(row, len(result.case.storage.ageing.end_of_life_soh) - 1), 0]
    )
    title = say(_WORDS, "title", lang)
    notes = _notes(result, soh, replaced, added, least, lang)
    energy = shown_unit(say(_WORDS, "usable", lang), "MWh", lang).fitted(usable)
    parts = _parts(result, added, row, lang)
    table = pd.DataFrame({
        say(_WORDS, "year", lang): np.arange(1, soh.size + 1), say(_WORDS, "soh", lang): soh, energy.head: usable,
        say(_WORDS, "replaced", lang): [say(_WORDS, "yes", lang) if year + 1 in replaced else "" for year in range(soh.size)],
        **parts,
    })  # fmt: skip
    return Picture(
        chart=_chart(soh, usable, {**dict.fromkeys(added, "plus"), **dict.fromkeys(replaced, "mark")}, None if operation.solved is None else least, lang), title=title,
        subtitle=(of_case(result, lang, row), *notes), lang=lang, alt=described(title, [ended(_alt(soh, usable, lang), lang), *notes], lang),
        table=table, formats={say(_WORDS, "year", lang): "d", say(_WORDS, "soh", lang): ".1%", energy.head: energy.form, **dict.fromkeys(list(parts)[1:], ".1%")},
    )  # fmt: skip


def _row(table: Table, row: int) -> Vector:
    return np.asarray(table[row if len(table) > 1 else 0])


def _happens(result: Appraisal, name: str, row: int) -> list[int]:
    """Years of the calculation period at whose end the operation tells of an event (``renewed``, ``added_mwh``)."""
    whole = result.operation.whole_years or result.operation
    told, plain = getattr(whole, name), periods(whole_years(result.case.project))
    years = (
        {int(year) + 1 for year in np.flatnonzero(_row(told, row)[plain.construction :])}
        if told.shape[1] > 1
        else set()
    )
    # Where the case states its energy nothing is worked out, and the years are those that it names.
    years |= set(result.case.storage.replacement.operation_years if name == "renewed" else ())
    phases = periods(result.case.project).phases
    return sorted({int(np.flatnonzero(ends(phase, year)[0])[0]) + 1 for phase in phases for year in years})


def _parts(result: Appraisal, added: list[int], row: int, lang: str) -> dict[str, list[Any]]:
    """What is added, and the state of health of each part, where capacity is added."""
    if not added:
        return {}
    operation = result.operation
    energy = shown_unit(say(_WORDS, "added", lang), "MWh", lang).fitted(_row(operation.added_mwh, row))
    found: dict[str, list[Any]] = {energy.head: _row(operation.added_mwh, row).tolist()}
    for placed, soh in operation.part_soh.items():
        shown = _row(soh, row)
        if shown.any():
            head = say(_WORDS, "first", lang) if placed == "0" else say(_WORDS, "part", lang, year=placed)
            found[head] = [one or None for one in shown.tolist()]
    return found


def _notes(result: Appraisal, soh: Vector, replaced: list[int], added: list[int], least: float, lang: str) -> list[str]:
    stop = pick(lang, "；", "; ")
    parts = [say(_WORDS, "in", lang, years=years_said(replaced, lang)) if replaced else say(_WORDS, "never", lang)]
    parts += [say(_WORDS, "plus_in", lang, years=years_said(added, lang)), say(_WORDS, "mean", lang)] if added else []
    if result.operation.solved is None:
        parts.append(say(_WORDS, "stated", lang))
    elif spent := (np.flatnonzero(soh < least) + 1).tolist():
        parts.append(say(_WORDS, "spent", lang, years=years_said(spent, lang)))
    told = stop.join([parts[0], *(pick(lang, one, one[:1].lower() + one[1:]) for one in parts[1:])])
    return [ended(told, lang), ended(say(_WORDS, "middle", lang), lang)]


def _alt(soh: Vector, usable: Vector, lang: str) -> str:
    run = np.flatnonzero(np.isfinite(soh))
    if not run.size:
        return say(_WORDS, "none", lang)
    share, energy = shown_unit("", "share", lang), shown_unit("", "MWh", lang).fitted(usable)
    held = usable[run]
    return say(
        _WORDS, "alt", lang, first=share.text(float(soh[run[0]])), last=share.text(float(soh[run[-1]])), begin=int(run[0]) + 1,
        end=int(run[-1]) + 1, most=energy.text(float(held.max())), least=energy.text(float(held.min())),
    )  # fmt: skip


def _chart(
    soh: Vector, usable: Vector, happens: dict[int, str], end_of_life: float | None, lang: str
) -> alt.LayerChart:
    energy = shown_unit(say(_WORDS, "usable", lang), "MWh", lang)
    known = [one for one in soh.tolist() if np.isfinite(one)]
    bottom = min([1.0, *known, *([] if end_of_life is None else [end_of_life])])
    most = 1.08 * float(usable.max()) or 1.0
    panels = laid([
        Plan(heading=say(_WORDS, "soh", lang), height=HEIGHTS[0], domain=(max(min(bottom - 0.05, 0.55), 0.0), 1.04), format=".0%"),
        Plan(heading=energy.head, height=HEIGHTS[1], domain=(0.0, most), format=energy.axis),
    ])  # fmt: skip
    health = _line(panels[0], soh, sorted(happens), end_of_life, lang)
    return stacked(panels, [health, _bars(panels[1], usable, lang)], over=_marks(panels, happens, lang))


def _line(panel: Panel, soh: Vector, happens: list[int], end_of_life: float | None, lang: str) -> list[Any]:
    # One line between two events: a new battery does not grow out of the old.
    points = [
        {
            **bar_of(int(year)),
            "value": float(soh[year]),
            "text": f"{soh[year]:.1%}",
            "battery": sum(year >= end for end in happens),
        }
        for year in np.flatnonzero(np.isfinite(soh))
    ]
    line = alt.Chart(data(points)).encode(
        x=years_axis(soh.size, lang, "middle"), y=panel.y(), detail=alt.Detail("battery:N"),
        tooltip=[year_tip(lang), alt.Tooltip("text:N", title=say(_WORDS, "soh", lang))],
    )  # fmt: skip
    layers: list[Any] = [line.mark_line(style="curve", point={"filled": True, "size": 32})]
    if end_of_life is None:
        return layers
    text = say(_WORDS, "end", lang, value=f"{end_of_life:.0%}")
    at = alt.Chart(data([{"value": end_of_life, "text": text}])).encode(y=panel.y())
    label = haloed(
        at.encode(x=alt.value("width"), text=alt.Text("text:N")), "hurdle-label", align="right", dx=-4, dy=-10
    )
    return [at.mark_rule(style="hurdle", aria=False), *layers, *label]


def _bars(panel: Panel, usable: Vector, lang: str) -> list[Any]:
    energy = shown_unit(say(_WORDS, "usable", lang), "MWh", lang)
    bars = [
        {**bar_of(year), "value": float(value), "zero": 0.0, "text": energy.text(float(value))}
        for year, value in enumerate(usable)
        if value
    ]
    tips = [year_tip(lang), alt.Tooltip("text:N", title=energy.label)]
    part = alt.Chart(data(bars)).encode(
        x=years_axis(usable.size, lang), x2=alt.X2("right"), y=panel.y(), y2=alt.Y2("zero"), tooltip=tips
    )
    return [part.mark_rect(style="clears")]


def _marks(panels: list[Panel], happens: dict[int, str], lang: str) -> list[Any]:
    """Rules through both panels at the end of a year in which batteries are replaced or added."""
    if not happens:
        return []
    marks = [{"at": year, "text": say(_WORDS, word, lang)} for year, word in sorted(happens.items())]
    at = alt.Chart(data(marks)).encode(x=alt.X("at:Q"))
    rule = at.encode(y=alt.value(panels[0].top), y2=alt.value(panels[-1].bottom)).mark_rule(
        style="mark-rule", aria=False
    )
    text = at.encode(y=alt.value(panels[1].top - 14), text=alt.Text("text:N"))
    return [rule, *haloed(text, "mark-label", align="center")]
