"""Outputs that no index can be made of: without a number, or constant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from appraisal.errors import Fault, InputError, Message, said
from appraisal.metrics import Metric
from appraisal.study.indices.base import Design
from appraisal.study.inputs import Vector
from appraisal.text import REASONS, word

# Spread as a share of the largest output, below which it is the rounding of the books.
_ROUNDING = 1e-10


def refuse_outputs(metric: Metric, design: Design, paths: Sequence[str]) -> None:
    """Refuse a metric of the R rows of a design that has rows without a number or does not vary.

    Raises
    ------
    InputError
        With the share of the rows without a number and the reasons; or with the inputs that did not move the metric.
        SALib would answer with zeros.
    """
    message = _unusable(metric, design, ", ".join(paths))
    if message is not None:
        raise InputError([Fault(where="indices", path=metric.key, message=message)])


def _unusable(metric: Metric, design: Design, paths: str) -> Message | None:
    if not np.isfinite(metric.value).all():
        return _without_number(metric)
    if _constant(metric.value):
        return said(
            "the same in all {rows} rows, whatever {paths} took; name other inputs or another metric",
            "无论 {paths} 取何值，全部 {rows} 个样本数值相同；请换因素或指标",
            rows=metric.value.size, paths=paths,
        )  # fmt: skip
    if _constant(_base_points(design, metric.value)):
        return said(
            "the same at all base points of n = {n} ({paths}): what moves it is too rare; take a larger n",
            "在 n = {n} 的全部基点上数值相同（{paths}）：引起变化的取值过于罕见；请加大 n",
            n=design.n, paths=paths,
        )  # fmt: skip
    return None


def _without_number(metric: Metric) -> Message:
    missing = ~np.isfinite(metric.value)
    codes = Counter(metric.reason[missing].tolist()).most_common()
    zh, en = (
        ", ".join(f"{word(REASONS, code, lang)} ({count})" for code, count in codes) for lang in ("zh", "en")
    )  # fmt: skip
    return said(
        "{label} has no number in {missing} of {rows} rows ({share:.2%}): {reasons}. Indices of the other rows would answer "
        "another question; take a metric with a number throughout: project_npv, lcos_yuan_per_kwh, the price that meets a target",
        "{label}在 {rows} 个样本中有 {missing} 个无数值（{share:.2%}）：{reasons}。只用其余样本则答非所问；"
        "请改用处处有数值的指标：project_npv、lcos_yuan_per_kwh 或达到目标所需的价格",
        label=Message(metric.en, metric.zh), missing=int(missing.sum()), rows=missing.size, share=missing.mean(),
        reasons=Message(en, zh),
    )  # fmt: skip


def _constant(values: Vector) -> bool:
    return bool(np.ptp(values) <= _ROUNDING * np.abs(values).max())


def _base_points(design: Design, values: Vector) -> Vector:
    """The outputs whose variance the method divides by."""
    if design.method == "sobol":
        each = values.reshape(design.n, -1)
        return np.concatenate([each[:, 0], each[:, -1]])
    return values.reshape(design.n, -1)[:, 0] if design.method == "dgsm" else values
