"""Tables of studies as text for people: figures in their own digits and units, undefined ones in words."""

from __future__ import annotations

import math
from functools import partial

import pandas as pd

from appraisal.report.charts.figures import input_shown, input_text, names_of, shown, shown_unit
from appraisal.report.charts.words import signed
from appraisal.scenario.uncertainty import described
from appraisal.study.indices import GlobalIndices
from appraisal.study.oneway import OneWay
from appraisal.study.risk import MonteCarlo
from appraisal.study.risk.trace import P_VALUES

NOTHING = "—"


def critical_table(found: OneWay, metric: str, lang: str) -> pd.DataFrame:
    """One row an input: the coefficient at the ends of the range, and the change at which the project just clears."""
    zh = lang == "zh"
    coefficients, _ = found.coefficient(metric)
    ends = {0: found.changes[0], -1: found.changes[-1]}
    columns: dict[str, list[str]] = {"不确定因素" if zh else "Input": names_of(found.inputs, lang)}
    for place, change in ends.items():
        head = f"敏感度系数（{signed(change)}）" if zh else f"Coefficient at {signed(change)}"
        columns[head] = [_number(value) for value in coefficients[:, place]]
    columns["临界点" if zh else "Critical point"] = [
        signed(value, 2) if math.isfinite(value) else NOTHING for value in found.critical.change
    ]
    columns["说明" if zh else "Note"] = [found.critical.words(place, lang) for place in range(len(found.inputs))]
    return pd.DataFrame(columns)


def _number(value: float) -> str:
    if not math.isfinite(value):
        return NOTHING
    text = f"{value:.3f}"
    return text.removeprefix("-") if not text.strip("-0.") else text.replace("-", "−")


def summary_table(found: MonteCarlo, lang: str) -> pd.DataFrame:
    """One row a metric: what it is over the draws, in its own unit."""
    zh = lang == "zh"
    heads = {
        "metric": "指标" if zh else "Metric", "mean": "均值" if zh else "Mean", **{name: name for name in P_VALUES},
        "worst": "最差" if zh else "Worst", "best": "最好" if zh else "Best", "missing": "无数值的概率" if zh else "Without a number",
        "note": "说明" if zh else "Note",
    }  # fmt: skip
    notes = found.table(lang).iloc[:, -1]
    rows = []
    for key, note in zip(found.keys, notes, strict=True):
        one, kind = found.summary(key), shown(found.metrics[key], lang)
        values = {"mean": one.mean, **one.p, "worst": one.worst, "best": one.best}
        rows.append(
            {
                "metric": kind.head,
                **{name: kind.text(value, unit=kind.percent) for name, value in values.items()},
                "missing": f"{one.missing:.1%}",
                "note": note,
            }
        )
    return pd.DataFrame(rows, columns=list(heads)).rename(columns=heads)


def risk_table(found: MonteCarlo, lang: str) -> pd.DataFrame:
    """Risks with their standard errors, each in its unit."""
    zh = lang == "zh"
    table = found.risk_table(lang)
    # The words of the units as the study has them in English are what a unit is declared as.
    kinds = [shown_unit("", unit, lang) for unit in found.risk_table("en").iloc[:, 2]]
    return pd.DataFrame({
        "风险指标" if zh else "Risk figure": table.iloc[:, 0],
        "数值" if zh else "Value": [kind.text(value) for kind, value in zip(kinds, table.iloc[:, 1], strict=True)],
        "标准误" if zh else "Standard error": [kind.text(value) for kind, value in zip(kinds, table.iloc[:, 3], strict=True)],
        "说明" if zh else "Note": table.iloc[:, 4],
    })  # fmt: skip


def drawn_table(found: MonteCarlo, lang: str) -> pd.DataFrame:
    """One row an input, of a tree one for each scenario: its distribution and what was drawn, in the unit of the input."""
    table, zh = found.inputs_table(lang), lang == "zh"
    inputs = list(found.inputs) * len(found.leaves)
    stated = [one for leaf in found.leaves.values() for one in leaf.case.uncertainty.values()]
    words = [described(one, partial(input_text, moved, lang=lang)) for one, moved in zip(stated, inputs, strict=True)]
    moments = [
        [input_text(moved, value, lang) for moved, value in zip(inputs, table.iloc[:, place], strict=True)] for place in (-2, -1)
    ]  # fmt: skip
    titles = {str(table.columns[0]): table.iloc[:, 0]} if len(found.leaves) > 1 else {}
    return pd.DataFrame({
        **titles,
        "不确定因素" if zh else "Input": [input_shown(moved, lang).head for moved in inputs],
        "分布" if zh else "Distribution": [kind.text(lang) for kind, _ in words],
        "给定参数" if zh else "Stated": [numbers.text(lang) for _, numbers in words],
        "抽样均值" if zh else "Mean of the draws": moments[0],
        "抽样标准差" if zh else "Standard deviation of the draws": moments[1],
    })  # fmt: skip


def correlations_table(found: MonteCarlo, lang: str) -> pd.DataFrame:
    """One row a pair: the rank correlation asked for and the one drawn."""
    table = found.correlations_table(lang)
    return pd.DataFrame({
        str(name): [_number(value) for value in table[name]] if table[name].dtype.kind == "f" else table[name]
        for name in table.columns
    })  # fmt: skip


def contributions_table(found: MonteCarlo, metric: str, lang: str) -> pd.DataFrame:
    """The inputs by the strength of their rank correlation with a metric."""
    table = found.contributions_table(lang, metric)
    return pd.DataFrame(
        {str(table.columns[0]): table.iloc[:, 0], str(table.columns[2]): [_number(value) for value in table.iloc[:, 2]]}
    )


def second_order_table(found: GlobalIndices, lang: str) -> pd.DataFrame:
    """Pairs of inputs by the strength of their interaction."""
    table = found.second_table(lang)
    heads = [str(name) for name in table.columns]
    return pd.DataFrame({
        heads[0]: table.iloc[:, 0], heads[2]: table.iloc[:, 2],
        heads[4]: [_number(value) for value in table.iloc[:, 4]], heads[5]: [_number(value) for value in table.iloc[:, 5]],
    })  # fmt: skip
