"""Two finished runs side by side, in words, tables and pictures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from appraisal.batch.differing import Moved, Pair
from appraisal.report.bundle import Bundle
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.runs import P, histogram
from appraisal.report.charts.words import pick, say
from appraisal.report.run_summary import metric_head, metric_shown, source_of

SCHEMA = "compare/1"
_WORDS = {
    "kind": ("类别", "Kind"), "name": ("名称", "Name"), "path": ("输入", "Input"), "title": ("含义", "Title"), "varied_in": ("改动它的运行", "Varied in"),
    "both": ("两者", "both"), "differing": ("取值不同的行", "Rows that differ"), "metric": ("指标", "Metric"), "compared": ("两者均有数值的行", "Rows with both numbers"),
    "changed": ("有变化的行", "Rows that changed"), "gone": ("数值消失的行", "Number lost"), "new": ("新有数值的行", "Number gained"), "mean": ("平均变化", "Mean change"),
    "least": ("最小变化", "Least change"), "most": ("最大变化", "Most change"), "p": ("变化 {name}", "Change {name}"), "before": ("原状态", "Status before"),
    "now": ("现状态", "Status now"), "rows": ("行数", "Rows"), "id": ("编号", "Id"), "in": ("所在运行", "In"),
    "run": ("运行", "run"), "versions": ("版本", "version"), "inputs": ("输入文件", "input"), "library": ("参数", "facts"), "base": ("基准算例", "base case"),
    "matched": (
        "{matched:,} 行按编号对应；仅“{one}”有 {first:,} 行，仅“{two}”有 {other:,} 行。",
        "Rows matched by id: {matched:,}; in “{one}” only: {first:,}; in “{two}” only: {other:,}.",
    ),
    "statuses": ("{count:,} 行的状态不同。", "Rows whose status differs: {count:,}."),
    "alike": ("由相同的输入、参数和版本生成。", "Made from the same inputs, facts and versions."),
    "unlike": ("生成时有 {count} 处不同，见表 made_from。", "What they were made from differs in {count} entries of the table made_from."),
    "sign": ("变化为“{two}”减“{one}”；P90 为 90% 的行超过的变化。", "A change is “{two}” minus “{one}”; 90% of the rows exceed P90."),
    "doubled": ("编号重复的 {count:,} 行未参与比较，以首行为准。", "Left out because an earlier row of their run has the same id: {count:,} rows."),
    "change_title": ("{metric}的变化：从“{one}”到“{two}”", "Change of {metric}: from “{one}” to “{two}”"), "change": ("{metric}的变化", "Change of {metric}"),
}  # fmt: skip


def compare_runs(pair: Pair, names: tuple[str, str], lang: str) -> Bundle:
    """What two runs were made from, which rows they share, and how far each figure is from the first run.

    Parameters
    ----------
    pair : Pair
    names : (str, str)
        What the runs are called.
    lang : "en" or "zh"
    """
    made, inputs = _made_from(pair, names, lang), _inputs(pair, names, lang)
    statuses, changed = pair.statuses()
    moved = [pair.moved(key) for key in pair.metrics]
    tables = {
        "made_from": made, "inputs": inputs, "differences": _differences(pair, moved, lang), "statuses": _statuses(statuses, lang),
        "status_changed": pd.DataFrame({say(_WORDS, "id", lang): changed}), "only_in_one": _only(pair, names, lang),
    }  # fmt: skip
    only = [len(one) for one in pair.only]
    sentences = [
        say(_WORDS, "matched", lang, matched=len(pair.places[0]), one=names[0], two=names[1], first=only[0], other=only[1]),
        say(_WORDS, "statuses", lang, count=len(changed)),
        say(_WORDS, "unlike", lang, count=len(made)) if len(made) else say(_WORDS, "alike", lang),
    ]  # fmt: skip
    remarks = [say(_WORDS, "sign", lang, one=names[0], two=names[1])]
    remarks += [say(_WORDS, "doubled", lang, count=pair.doubled)] if pair.doubled else []
    return Bundle(
        schema=SCHEMA, source={"runs": [source_of(pair.first), source_of(pair.other)], "names": list(names)}, sentences=tuple(sentences),
        tables=tables, remarks=tuple(remarks), large=("status_changed", "only_in_one"),
        pictures={f"change_{one.key}": partial(_picture, pair, one.key, names, lang) for one in moved if one.changed},
    )  # fmt: skip


def _made_from(pair: Pair, names: Sequence[str], lang: str) -> pd.DataFrame:
    kind, name = say(_WORDS, "kind", lang), say(_WORDS, "name", lang)
    rows = [
        {kind: say(_WORDS, where, lang), name: what, names[0]: _cell(one), names[1]: _cell(two)} for where, what, one, two in pair.made()
    ]  # fmt: skip
    rows += [
        {kind: say(_WORDS, "base", lang), name: path, names[0]: _cell(one), names[1]: _cell(two)} for path, one, two in pair.bases()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=pd.Index([kind, name, *names]))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _inputs(pair: Pair, names: Sequence[str], lang: str) -> pd.DataFrame:
    """Every varied input; where both runs vary it, in how many matched rows it differs."""
    rows = []
    for path, first, other, count in pair.inputs():
        what = (pair.first if first else pair.other).columns[path]
        where = say(_WORDS, "both", lang) if first and other else names[0] if first else names[1]
        rows.append((path, pick(lang, what.zh, what.en), where, "" if count is None else f"{count:,}"))
    return pd.DataFrame(
        rows, columns=pd.Index([say(_WORDS, one, lang) for one in ("path", "title", "varied_in", "differing")])
    )


def _differences(pair: Pair, moved: Sequence[Moved], lang: str) -> pd.DataFrame:
    rows = []
    for one in moved:
        change = one.change
        rows.append({
            say(_WORDS, "metric", lang): metric_head(pair.first.columns[one.key], lang), say(_WORDS, "compared", lang): change.known,
            say(_WORDS, "changed", lang): one.changed, say(_WORDS, "gone", lang): one.first_only, say(_WORDS, "new", lang): one.other_only,
            say(_WORDS, "mean", lang): change.mean, say(_WORDS, "least", lang): change.least,
            **{say(_WORDS, "p", lang, name=name): change.p[name] for name in P}, say(_WORDS, "most", lang): change.most,
        })  # fmt: skip
    return pd.DataFrame(rows)


def _statuses(found: Mapping[tuple[str, str], int], lang: str) -> pd.DataFrame:
    heads = [say(_WORDS, name, lang) for name in ("before", "now", "rows")]
    return pd.DataFrame([(*pair, count) for pair, count in found.items()], columns=pd.Index(heads))


def _only(pair: Pair, names: Sequence[str], lang: str) -> pd.DataFrame:
    first, other = pair.only
    return pd.DataFrame({
        say(_WORDS, "id", lang): [*first, *other], say(_WORDS, "in", lang): [names[0]] * len(first) + [names[1]] * len(other),
    })  # fmt: skip


def _picture(pair: Pair, key: str, names: tuple[str, str], lang: str) -> Picture:
    kind = metric_shown(pair.first.columns[key], key, lang)
    title = say(_WORDS, "change_title", lang, metric=kind.label, one=names[0], two=names[1])
    note = say(_WORDS, "sign", lang, one=names[0], two=names[1])
    change = pair.change(key)
    shown = replace(kind, label=say(_WORDS, "change", lang, metric=kind.label))
    return histogram(np.asarray(change), shown, title, note, lang)
