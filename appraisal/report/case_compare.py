"""Cases side by side for the command line: what :mod:`appraisal.report.compare` finds, in tables and pictures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from appraisal.batch.columns import declared_at
from appraisal.report.bundle import Bundle
from appraisal.report.charts.bridge import bridge_chart, named
from appraisal.report.charts.figures import shown
from appraisal.report.charts.words import pick, say
from appraisal.report.compare import Bridge, Side, bridge, differences, results, unlike
from appraisal.report.payers import side_by_side
from appraisal.report.run_compare import SCHEMA
from appraisal.scenario import digest
from appraisal.study.words import head
from appraisal.text import REASONS, unit_words, word

KEY = "project_npv"
# What the page of the browser shows: beside the metrics of every study what the plant costs.
FIRST = "investment_total"
_WORDS = {
    "metric": ("指标", "Metric"), "key": ("代号", "Key"), "change": ("{name} − {base}", "{name} − {base}"), "note": ("说明", "Note"), "path": ("输入", "Input"),
    "title": ("含义", "Title"), "unit": ("单位", "Unit"), "step": ("替换", "Replaced"), "by": ("变化（元）", "Change, yuan"), "reached": ("替换后（元）", "Then, yuan"),
    "inputs": ("{count} 项输入不同。", "{count} inputs differ."), "none": ("各算例的输入完全相同。", "The cases have the same inputs."),
    "npv": ("{metric}：{base} 为 {before}，{name} 为 {after}。", "{metric}: {before} in {base}, {after} in {name}."),
    "no_bridge": ("从 {base} 到 {name} 不画桥：{why}", "No bridge from {base} to {name}: {why}"),
    "together": ("{names}一起替换：{why}", "{names} are replaced together: {why}"),
}  # fmt: skip


def compare_cases(sides: Sequence[Side], names: Sequence[str], keys: Sequence[str], lang: str) -> Bundle:
    """The inputs and metrics in which cases differ, and how the NPV of the first becomes that of each other.

    Parameters
    ----------
    sides : sequence of Side
        At least two; the first is the base.
    names : sequence of str
        What each is called, each once.
    keys : sequence of str
        Metrics; those that every case has are shown.
    lang : "en" or "zh"
    """
    found = results(sides, keys)
    differing = differences(sides)
    tables = {"results": _results(found, names, lang), "inputs": _inputs(sides, names, lang)}
    paid = side_by_side([side.result for side in sides], names, lang)
    tables |= {} if paid.empty else {"payments": paid}
    pictures, remarks = {}, []
    for place in range(1, len(sides)):
        why = unlike(sides[0], sides[place])
        if why is not None:
            remarks.append(say(_WORDS, "no_bridge", lang, base=names[0], name=names[place], why=why.text(lang)))
            continue
        one = bridge(sides[0], sides[place], KEY)
        name = "bridge" if len(sides) == 2 else f"bridge_{place + 1}"
        tables[name] = _bridge(one, (names[0], names[place]), lang)
        pictures[name] = partial(bridge_chart, one, (names[0], names[place]), lang)
        remarks += [
            say(_WORDS, "together", lang, names=named(step, lang), why=pick(lang, "；", "; ").join(fault.text(lang) for fault in step.why))
            for step in one.steps if step.why
        ]  # fmt: skip
    return Bundle(
        schema=SCHEMA, source={"cases": [{"name": name, "inputs_sha256": digest(side.case)} for name, side in zip(names, sides, strict=True)]},
        sentences=(_counted(len(differing), lang), *_npvs(sides, names, lang)), tables=tables, pictures=pictures, remarks=tuple(dict.fromkeys(remarks)),
    )  # fmt: skip


def _counted(count: int, lang: str) -> str:
    return say(_WORDS, "inputs", lang, count=count) if count else say(_WORDS, "none", lang)


def _npvs(sides: Sequence[Side], names: Sequence[str], lang: str) -> list[str]:
    metric = results(sides, [KEY])[0].metric
    kind = shown(metric, lang)
    before, *after = (kind.text(float(value)) for value in metric.value)
    return [
        say(_WORDS, "npv", lang, metric=kind.label, base=names[0], before=before, name=name, after=text)
        for name, text in zip(names[1:], after, strict=True)
    ]


def _results(found: Sequence[Any], names: Sequence[str], lang: str) -> pd.DataFrame:
    """A row a metric: exact figures, the difference of each case from the first, why a figure has no number."""
    rows = []
    for one in found:
        change = one.change(0)
        notes = [
            f"{name}: {told}" for name, told in zip(names, (word(REASONS, str(code), lang) for code in one.metric.reason), strict=True) if told
        ]  # fmt: skip
        rows.append(
            {say(_WORDS, "metric", lang): head(one.metric, lang), say(_WORDS, "key", lang): one.metric.key}
            | {name: float(one.metric.value[place]) for place, name in enumerate(names)}
            | {say(_WORDS, "change", lang, name=names[place], base=names[0]): float(change[place]) for place in range(1, len(names))}
            | {say(_WORDS, "note", lang): pick(lang, "；", "; ").join(notes)}
        )  # fmt: skip
    return pd.DataFrame(rows)


def _inputs(sides: Sequence[Side], names: Sequence[str], lang: str) -> pd.DataFrame:
    """A row an input that differs; values as a case file writes them, empty where a case has no such input."""
    rows = []
    for one in differences(sides):
        known = (declared_at(one.path, side.stated, {}) for side in sides)
        what = next((found for found in known if found is not None), None)
        title, unit = (
            ("", "") if what is None else (pick(lang, what.zh, what.en), unit_words(what.unit, lang, fractions=True))
        )
        rows.append((one.path, title, unit, *(_value(value) for value in one.values)))
    heads = [say(_WORDS, name, lang) for name in ("path", "title", "unit")]
    return pd.DataFrame(rows, columns=pd.Index([*heads, *names]))


def _value(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(
        np.asarray(value).tolist() if isinstance(value, np.ndarray) else value, ensure_ascii=False, default=str
    )


def _bridge(found: Bridge, names: tuple[str, str], lang: str) -> pd.DataFrame:
    rows = [(names[0], np.nan, found.begin), *((named(step, lang), step.change, step.reached) for step in found.steps)]
    rows.append((names[1], np.nan, found.end))
    return pd.DataFrame(rows, columns=pd.Index([say(_WORDS, name, lang) for name in ("step", "by", "reached")]))
