"""A finished run in words, tables and pictures: quantiles, undefined figures, best and worst rows, groups, failures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from appraisal.batch.finished import Described, Run
from appraisal.batch.summary import Groups, Spread, by_group, failures, grouped, ranked, spread, undefined
from appraisal.errors import Fault, InputError, said, suggest
from appraisal.report.bundle import Bundle
from appraisal.report.charts.figures import Shown, is_percent, shown_unit
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.runs import P, histogram, ranges
from appraisal.report.charts.words import listed, pick, say
from appraisal.report.tables import UNDEFINED
from appraisal.study.risk.summary import LOWER_IS_BETTER
from appraisal.study.words import with_unit
from appraisal.text import REASONS, word

SCHEMA = "summary/1"
# Inputs that a run is parted by where they vary and nothing else is asked.
USUAL = ("project.province", "storage.technology", "project.side")
_WORDS = {
    "metric": ("指标", "Metric"), "key": ("代号", "Key"), "known": ("有数值的行", "Rows with a number"), "without": ("无数值占比", "Share without a number"),
    "mean": ("均值", "Mean"), "least": ("最小", "Least"), "most": ("最大", "Most"), "reason": ("原因", "Reason"), "rows": ("行数", "Rows"),
    "share": ("占比", "Share"), "failed": ("失败行", "Failed rows"), "code": ("代码", "Code"), "path": ("输入", "Input"), "example": ("首个编号", "First id"),
    "base": ("（基准算例的值）", "(as in the base)"),
    "counted": ("共 {rows:,} 行，{failed:,} 行失败（{share:.1%}）。", "{rows:,} rows, {failed:,} failed ({share:.1%})."),
    "middle": (
        "{metric}：{known:,} 行有数值，P90 {low}，P50 {mid}，P10 {high}。", "{metric}: {known:,} rows have a number, P90 {low}, P50 {mid}, P10 {high}."
    ),
    "nowhere": ("{metric}：没有一行有数值。", "{metric}: no row has a number."),
    "convention": (
        "P90 为有数值的行中 90% 超过的值，P10 为 10% 超过的值；两行之间按名次线性插值。每行等权：是各情景的分布，不是概率，除非各行由抽样得出。",
        "P90 is the value that 90% of the rows with a number exceed, P10 the value that 10% exceed; between two rows linear in rank. Every row counts the same: a spread of scenarios, and no probability unless the rows were drawn.",
    ),
    "lower": ("以下指标越低越好，P90 为有利一端：{names}。", "Less is better, so that P90 is the good end, for: {names}."),
    "by": ("{metric}，按{names}分组", "{metric} by {names}"), "title": ("{metric}：各行的分布", "{metric}: spread of the rows"),
    "of": ("算例 {case} 的批量运行，{rows:,} 行", "Batch of {case}, {rows:,} rows"),
}  # fmt: skip


def summary(run: Run, metric: str, by: Sequence[Sequence[str]], top: int, lang: str) -> Bundle:
    """What a run says.

    Parameters
    ----------
    run : Run
    metric : str
        The figure by which rows are ranked, parted and drawn.
    by : sequence of sequences of str
        Each a set of varied inputs by whose combinations the rows are parted; empty for ``USUAL``, as far as they vary.
    top : int
        Best and worst rows shown.
    lang : "en" or "zh"

    Raises
    ------
    InputError
        If the run has no such metric, or does not vary an input to part it by.
    """
    if metric not in run.metrics:
        raise InputError([Fault(where="--metric", message=said(
            "{metric!r} is no figure of this run; {known}", "{metric!r} 不是该运行的指标；{known}", metric=metric, known=suggest(metric, run.metrics)
        ))])  # fmt: skip
    asked = list(by) or [[name] for name in USUAL if name in run.inputs]
    spreads = {key: spread(run.numbers(key)[~run.failed]) for key in run.metrics}
    tables = {"summary": _summary_table(run, spreads, lang), "undefined": _undefined_table(run, lang)}
    best, worst = ranked(run, metric, top)
    columns = list(dict.fromkeys(["id", metric, *run.inputs, *(f"{metric}_status",)]))
    tables |= {"best": run.at(best.tolist(), columns), "worst": run.at(worst.tolist(), columns)}
    pictures = {"distribution": partial(_distribution, run, metric, lang)}
    for names in asked:
        groups = grouped(run, names)
        name = "by_" + "_".join(path.rpartition(".")[2] for path in groups.names)
        tables[name] = _group_table(run, groups, metric, lang)
        pictures[name] = partial(_ranges, run, groups, metric, lang)
    if run.failed.any():
        heads = {one: say(_WORDS, one, lang) for one in ("code", "path", "rows", "reason")} | {
            "id": say(_WORDS, "example", lang)
        }
        tables["failures"] = failures(run).rename(columns=heads)
    return Bundle(
        schema=SCHEMA, source=source_of(run), sentences=_sentences(run, metric, spreads[metric], lang), tables=tables, pictures=pictures,
        remarks=_remarks(run, lang),
    )  # fmt: skip


def source_of(run: Run) -> dict[str, object]:
    """What a run is, as files that are made from it say."""
    kept = ("case", "rows", "seed", "versions", "inputs_sha256", "results_sha256")
    return {name: run.manifest.get(name) for name in kept}


def metric_shown(what: Described, key: str, lang: str) -> Shown:
    """How a metric of a run is shown."""
    return shown_unit(pick(lang, what.zh, what.en), what.unit, lang, percent=is_percent(key, what.unit))


def metric_head(what: Described, lang: str) -> str:
    """Title and unit of a column as tables of exact figures have it."""
    return with_unit(pick(lang, what.zh, what.en), what.unit, lang)


def _sentences(run: Run, metric: str, found: Spread, lang: str) -> tuple[str, ...]:
    failed = int(run.failed.sum())
    kind = metric_shown(run.columns[metric], metric, lang)
    counted = say(_WORDS, "counted", lang, rows=run.rows, failed=failed, share=failed / run.rows)
    if not found.known:
        return (counted, say(_WORDS, "nowhere", lang, metric=kind.label))
    low, mid, high = (kind.text(found.p[name]) for name in P)
    return (counted, say(_WORDS, "middle", lang, metric=kind.label, known=found.known, low=low, mid=mid, high=high))


def _remarks(run: Run, lang: str) -> tuple[str, ...]:
    lower = [metric_shown(run.columns[key], key, lang).label for key in run.metrics if key in LOWER_IS_BETTER]
    told = [say(_WORDS, "convention", lang)]
    return (*told, say(_WORDS, "lower", lang, names=listed(lower, lang))) if lower else tuple(told)


def _summary_table(run: Run, spreads: Mapping[str, Spread], lang: str) -> pd.DataFrame:
    rows = [_spread_row(one, lang) for one in spreads.values()]
    heads = [metric_head(run.columns[key], lang) for key in spreads]
    return pd.DataFrame([
        {say(_WORDS, "metric", lang): head, say(_WORDS, "key", lang): key} | row for head, key, row in zip(heads, spreads, rows, strict=True)
    ])  # fmt: skip


def _spread_row(one: Spread, lang: str) -> dict[str, int | float]:
    without = (one.rows - one.known) / one.rows if one.rows else np.nan
    return {
        say(_WORDS, "known", lang): one.known, say(_WORDS, "without", lang): without, say(_WORDS, "mean", lang): one.mean,
        say(_WORDS, "least", lang): one.least, **{name: one.p[name] for name in P}, say(_WORDS, "most", lang): one.most,
    }  # fmt: skip


def _undefined_table(run: Run, lang: str) -> pd.DataFrame:
    """A row a metric and reason; rows without a number are no failures."""
    standing = max(run.rows - int(run.failed.sum()), 1)
    heads = [say(_WORDS, name, lang) for name in ("metric", "reason", "rows", "share")]
    rows = [
        (metric_head(run.columns[key], lang), word(REASONS, code, lang), count, count / standing)
        for key in run.metrics for code, count in undefined(run, key).items()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=pd.Index(heads))


def group_name(values: Sequence[str | float | None], lang: str) -> str:
    """The values of a group in words."""
    base = say(_WORDS, "base", lang)
    return (
        " · ".join(base if one is None else f"{one:g}" if isinstance(one, float) else one for one in values)
        or UNDEFINED
    )


def _group_table(run: Run, groups: Groups, metric: str, lang: str) -> pd.DataFrame:
    base = say(_WORDS, "base", lang)
    rows = []
    for values, (failed, one) in zip(groups.values, by_group(groups, run.numbers(metric), run.failed), strict=True):
        cells: dict[str, Any] = {
            name: base if value is None else value for name, value in zip(groups.names, values, strict=True)
        }
        rows.append(
            cells
            | {say(_WORDS, "rows", lang): one.rows + failed, say(_WORDS, "failed", lang): failed}
            | _spread_row(one, lang)
        )
    return pd.DataFrame(rows)


def _note(run: Run, lang: str) -> str:
    return say(_WORDS, "of", lang, case=run.manifest["case"], rows=run.rows) + pick(lang, "。", ".")


def _distribution(run: Run, metric: str, lang: str) -> Picture:
    kind = metric_shown(run.columns[metric], metric, lang)
    values = np.where(run.failed, np.nan, run.numbers(metric))
    return histogram(values, kind, say(_WORDS, "title", lang, metric=kind.label), _note(run, lang), lang)


def _ranges(run: Run, groups: Groups, metric: str, lang: str) -> Picture:
    kind = metric_shown(run.columns[metric], metric, lang)
    titles = [pick(lang, run.columns[name].zh, run.columns[name].en) for name in groups.names]
    found = [one for _, one in by_group(groups, run.numbers(metric), run.failed)]
    title = say(_WORDS, "by", lang, metric=kind.label, names=listed(titles, lang))
    return ranges([group_name(values, lang) for values in groups.values], found, kind, title, _note(run, lang), lang)
