"""What a reader must know of a set of indices, in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from appraisal.case import Case
from appraisal.case.uncertainty import Distribution
from appraisal.metrics import Metric
from appraisal.study.indices.base import Design, Estimates
from appraisal.study.indices.variance import CURVES, FAST_HARMONICS
from appraisal.study.inputs import Input, Vector
from appraisal.text import REASONS, word

Words = tuple[str, str]
# Half the interval of the sum of first orders up to which its distance from 100 % says something.
_KNOWN = 0.05


def inert(design: Design, y: Vector, inputs: Sequence[Input]) -> tuple[Input, ...]:
    """The inputs that did not change the output at any point of a design that moves them one by one."""
    if design.method == "sobol":
        each = y.reshape(design.n, -1)
        moved = each[:, 1 : design.dimension + 1] - each[:, :1]
    elif design.method == "dgsm":
        # The exchanges: a step of a thousandth shows nothing.
        each = y.reshape(design.n, -1)
        moved = each[:, design.dimension + 1 :] - each[:, :1]
    elif design.method == "morris":
        points = design.unit.reshape(design.n, -1, design.dimension)
        which = np.abs(np.diff(points, axis=1)).argmax(axis=2)
        moved = np.zeros((design.n, design.dimension))
        np.put_along_axis(moved, which, np.diff(y.reshape(design.n, -1), axis=1), axis=1)
    else:
        return ()
    return tuple(one for place, one in enumerate(inputs) if not moved[:, place].any())


def told(
    case: Case, design: Design, metric: Metric, found: Estimates, inputs: Sequence[Input],
    distributions: Mapping[str, Distribution], unfelt: Sequence[Input], own: bool,
) -> tuple[Words, ...]:  # fmt: skip
    """The remarks of a study; *own* says that the distributions are those of the case."""
    return (
        *_of_the_case(case, own),
        *_of_the_metric(design, metric, unfelt),
        *_of_the_method(design.method, found, inputs, distributions),
    )  # fmt: skip


def _of_the_case(case: Case, own: bool) -> Iterator[Words]:
    stated = case.uncertainty
    if own and stated.correlations:
        yield (
            "算例给定的秩相关未使用：方差分解要求各因素独立，按独立抽样",
            "the rank correlations of the case are not used: indices are of independent inputs, drawn as such",
        )
    if own and stated.branches:
        yield (
            "算例的情景树未使用：指标只针对基本情景",
            "the scenario tree of the case is not used: the indices are of the base case",
        )


def _of_the_metric(design: Design, metric: Metric, unfelt: Sequence[Input]) -> Iterator[Words]:
    if unfelt:
        zh, en = _listed(unfelt)
        if design.method == "morris":
            yield (
                f"{metric.zh}在概率 1/8、3/8、5/8、7/8 处未见以下因素的影响：{zh}；最外侧各八分之一内的影响看不到",
                f"{metric.en} showed no effect at the 1/8, 3/8, 5/8 and 7/8 points of: {en}; effects in the outer eighths are not seen",
            )
        else:
            yield (
                f"{metric.zh}在全部 {design.n:,} 个样本点上，单独换取以下因素的值均无变化：{zh}",
                f"{metric.en} did not change at any of {design.n:,} points where these inputs were exchanged by themselves: {en}",
            )
    for code, count in zip(*np.unique(metric.reason, return_counts=True), strict=True):
        if code != "ok":
            share = f"{count / metric.value.size:.2%}"
            yield (
                f"{share} 的样本：{word(REASONS, str(code), 'zh')}",
                f"{share} of the rows: {word(REASONS, str(code), 'en')}",
            )


def _listed(inputs: Sequence[Input]) -> Words:
    return "、".join(one.zh for one in inputs), ", ".join(one.en for one in inputs)


def _of_alone(method: str, first: Vector, half: float) -> Words:
    """What the inputs make alone; of interaction only what the interval of that sum allows."""
    alone = f"{first.sum():.1%}", f"{half:.1%}"
    zh, en = (
        "各因素单独作用合计占方差的 {}（±{}）".format(*alone),
        "the inputs alone make {} (±{}) of the variance".format(*alone),
    )
    if method == "fast":
        return f"{zh}；不足 100 % 的部分是交互作用还是未计入的谐波，此方法无法区分", f"{en}; what lacks of 100 % may be interaction or harmonics left out, which this method cannot tell apart"  # fmt: skip
    if half > _KNOWN:
        return f"{zh}，区间过宽，无法判断交互作用", f"{en}, too wide to tell how much is interaction"
    if 1.0 - first.sum() > half:
        return f"{zh}，不足 100 % 的部分为交互作用", f"{en}; what lacks of 100 % is interaction"
    return f"{zh}，在此区间内未见交互作用", f"{en}; no interaction is seen beyond that interval"


def _of_the_method(
    method: str, found: Estimates, inputs: Sequence[Input], distributions: Mapping[str, Distribution]
) -> Iterator[Words]:  # fmt: skip
    if method in ("sobol", "fast") and found.first is not None and found.first_sum_conf is not None:
        yield _of_alone(method, found.first, found.first_sum_conf)
    if method == "fast":
        yield (
            f"指数为 {CURVES} 条随机相位搜索曲线的平均，置信区间反映曲线间差异，不含只取 {FAST_HARMONICS} 次谐波的偏差",
            f"means of {CURVES} search curves with random phases: the intervals are of their differences and leave out what "
            f"more than {FAST_HARMONICS} harmonics would add",
        )
    if method in ("fast", "rbd_fast") and any(one.name == "discrete" for one in distributions.values()):
        yield (
            "离散分布的因素：只计有限次谐波，指数偏低",
            "of an input with a discrete distribution only some harmonics are summed: its index is too low",
        )
    if method == "morris":
        yield (
            "基本效应按单位概率计：因素在其分布上移动一半概率所引起的变化乘以 2；只在分布的 1/8、3/8、5/8、7/8 各处之间",
            "effects are per unit of probability: twice the change when an input moves by half of its probability, between the 1/8, 3/8, 5/8 "
            "and 7/8 points of its distribution only",
        )
    if method == "dgsm" and found.dgsm is not None:
        yield from _of_bounds([one for one, bound in zip(inputs, found.dgsm, strict=True) if np.isnan(bound)])
    if method == "delta" and found.delta_floor is not None:
        yield (
            f"在此样本量下，毫无影响的因素也会显示 δ ≈ {found.delta_floor:.3f}，接近此值不可区分；"
            "置信区间不含按秩分组带来的偏差（非单调影响会被低估）",
            f"with this n an input without any effect shows δ ≈ {found.delta_floor:.3f}, values near it tell nothing; the "
            "intervals leave out the bias from classes of ranks (an effect that goes up and down is understated)",
        )


def _of_bounds(jumping: Sequence[Input]) -> Iterator[Words]:
    """What bounds from derivatives say, and of which inputs there is none."""
    yield (
        "所示为总效应指数的上界：数值小且与交换校核相符，说明因素不重要；数值大不能说明重要",
        "these are upper bounds on the total index: a small one that agrees with the check by exchange shows that an input matters little, a large "
        "one shows nothing",
    )
    if jumping:
        zh, en = _listed(jumping)
        yield (
            f"存在跳跃，无上界：{zh}。交换其取值时指标的变化远大于导数所示；请用 sobol",
            f"jumps: no bound for {en}. The metric changes when they are exchanged by far more than its derivatives say; take method sobol",
        )
