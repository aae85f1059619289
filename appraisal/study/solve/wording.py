"""Why a question has no answer, or what is odd about the answer, in words."""

from __future__ import annotations

from collections.abc import Mapping

from appraisal.errors import Message
from appraisal.metrics import Metric
from appraisal.study.amounts import of_input, of_metric
from appraisal.study.inputs import REFUSED, Input, Vector
from appraisal.study.words import joined, say
from appraisal.text import REASONS, word

_CODES: Mapping[str, tuple[str, str]] = {
    "ok": ("", ""),
    "interval": ("目标在一个区间内处处满足，各端点：{all}；所示为距现值最近的一点", "a whole interval meets the target, its ends: {all}; shown is its point nearest to the case"),
    "everywhere": ("所看 {points} 个取值处均等于目标", "the target is met at all {points} values looked at"),
    "flat": ("所看 {points} 个取值处该指标不变，均为 {lowest}", "{metric} does not move with it at the {points} values looked at: it stays at {lowest}"),
    "above": (
        "在 {low}～{high} 范围内所看的 {points} 个取值处均高于目标 {target}，最低 {lowest}（取 {lowest_at} 时）",
        "above the target of {target} at all {points} values looked at in {low} … {high}: at the least {lowest}, at {lowest_at}",
    ),
    "below": (
        "在 {low}～{high} 范围内所看的 {points} 个取值处均低于目标 {target}，最高 {highest}（取 {highest_at} 时）",
        "below the target of {target} at all {points} values looked at in {low} … {high}: at the most {highest}, at {highest_at}",
    ),
    "jump": ("该指标在 {jump} 处跳过目标 {target}，取不到该值", "{metric} jumps over the target of {target} at {jump} and never takes it"),
    "gap": (
        "目标 {target} 落在该指标无数值的一段：在 {low}～{high} 范围内为 {lowest} 至 {highest}",
        "the target of {target} lies where {metric} has no value: over {low} … {high} it runs from {lowest} to {highest}",
    ),
    "undefined": ("在 {low}～{high} 范围内所看的 {points} 个取值处该指标均无数值", "{metric} has no value at any of the {points} values looked at in {low} … {high}"),
    "refused": ("在 {low}～{high} 范围内算例只接受现值", "of {low} … {high} the case accepts nothing but what stands"),
}  # fmt: skip
_TRENDS: Mapping[str, tuple[str, str]] = {
    "rises": ("同向变动", "rises with it"),
    "falls": ("反向变动", "falls as it rises"),
    "flat": ("所看各点上不变", "the same at all values looked at"),
    "mixed": ("不单调", "not monotone"),
    "none": ("无数值", "no value"),
}
_SEVERAL = (
    "共有 {n} 个解：{all}；所示为距现值最近者",
    "{n} solutions: {all}; shown is the one nearest to the case's value",
)
_JUMPS = ("另在 {at} 处跳过目标", "it also jumps over the target at {at}")
_REFUSED = ("算例对部分取值的说明：{why}", "of some values the case says: {why}")


def trend_words(code: str, lang: str) -> str:
    """How a metric goes with the input.

    Examples
    --------
    >>> trend_words("mixed", "en")
    'not monotone'
    """
    return say(_TRENDS[code], lang)


def note(
    code: str, moved: Input, metric: Metric, row: int, lang: str, *,
    target: float, looked: Vector, points: int, extremes: Mapping[str, float], solutions: Vector, jumps: Vector, refusal: str, base: Metric,
) -> str:  # fmt: skip
    """What a reader must know of one scenario's answer; empty where there is nothing.

    *extremes* has ``lowest``, ``lowest_at``, ``highest`` and ``highest_at``; *looked* both ends of what was looked at, at so
    many *points*.
    """

    def at(value: float) -> str:
        return of_input(moved, value, lang)

    def listed(values: Vector) -> str:
        return ("、" if lang == "zh" else ", ").join(at(value) for value in values)

    text = say(_CODES[code], lang).format(
        metric=say((metric.zh, metric.en), lang), target=of_metric(metric, target, lang), low=at(looked[0]), high=at(looked[1]), points=points,
        **{name: of_metric(metric, extremes[name], lang) for name in ("lowest", "highest")},
        **{name: at(extremes[name]) for name in ("lowest_at", "highest_at")}, jump=listed(jumps), all=listed(solutions),
    )  # fmt: skip
    parts = [text]
    if code == "undefined":
        parts.append(_reason(base, row, lang))
    if code in ("ok", "interval"):
        parts.append(_reason(metric, row, lang))
        if solutions.size > 1 and code == "ok":
            parts.append(say(_SEVERAL, lang).format(n=solutions.size, all=listed(solutions)))
        if jumps.size:
            parts.append(say(_JUMPS, lang).format(at=listed(jumps)))
    if refusal and code not in ("ok", "interval", "everywhere"):
        parts.append(say(_REFUSED, lang).format(why=in_language(refusal, lang)))
    return joined(parts, lang)


def in_language(message: str, lang: str) -> str:
    """A message in the language asked for, where it has both."""
    return message.text(lang) if isinstance(message, Message) else message


def _reason(metric: Metric, row: int, lang: str) -> str:
    reason = str(metric.reason[row])
    return "" if reason == REFUSED else word(REASONS, reason, lang)
