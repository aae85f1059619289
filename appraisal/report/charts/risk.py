"""Monte Carlo: histogram and cumulative curve with P10, P50, P90, the hurdle and the probability of missing it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from appraisal.report.charts.figures import hurdle_words
from appraisal.report.charts.layers import Line, data, haloed, headroom, layered, verticals
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.sample import Sample, binned, ordered, sample_of
from appraisal.report.charts.words import joined, lined, pick, say
from appraisal.study.risk import MonteCarlo
from appraisal.study.risk.summary import LOWER_IS_BETTER
from appraisal.study.risk.tables import covered

_PLOT = 260
# Points of the cumulative curve: more are not seen, and altair refuses more than 5,000 rows.
_CURVE = 300
_P = ("P90", "P50", "P10")
# What rounding leaves of a sum of weights.
_ROUNDING = 1e-12

_WORDS = {
    "title_histogram": ("概率分布（蒙特卡洛）：{metric}", "Distribution, Monte Carlo: {metric}"),
    "title_cumulative": ("累计概率（蒙特卡洛）：{metric}", "Cumulative probability, Monte Carlo: {metric}"),
    "case": ("算例：{title}", "Case: {title}"),
    "sample": ("抽样 {n:,} 次（{sampling}），种子 {seed}", "{n:,} draws ({sampling}), seed {seed}"),
    "tree": ("情景 {count} 个，各按权重计", "{count} scenarios by their weights"),
    "latin_hypercube": ("拉丁超立方", "Latin hypercube"), "sobol": ("Sobol 序列", "Sobol' sequence"), "random": ("独立随机", "independent"),
    "convention": (
        "P90 为有 90% 的概率被超过的值，P10 为有 10% 的概率被超过的值",
        "P90 is exceeded with a probability of 90%, P10 with one of 10%",
    ),
    "lower": ("该指标越低越好，故 P90 为有利一端", "of this figure less is better: P90 is the good end"),
    "below": ("低于{hurdle} 的概率 {share}", "probability of less than the {hurdle}: {share}"),
    "negative": ("净现值小于零的概率 {share}", "P(NPV < 0) = {share}"),
    "misses": ("达不到{hurdle} 的概率 {share}", "probability of missing the {hurdle}: {share}"),
    "all_numbered": ("全部抽样均有数值", "all draws have a number"),
    "missing": ("无数值的概率 {share}，不在图中", "without a number, and not in the chart: {share}"),
    "beyond": ("超出计算期的概率 {share}，计入分位数，不在图中", "beyond the calculation period, counted in the P values, not in the chart: {share}"),
    "lost": ("任何折现率下均亏损的概率 {share}，按低于任何收益率计入分位数，不在图中", "a loss at every rate, counted in the P values as below any rate of return, not in the chart: {share}"),
    "gained": ("任何折现率下均盈利的概率 {share}，按高于任何收益率计入分位数，不在图中", "a gain at every rate, counted in the P values as above any rate of return, not in the chart: {share}"),
    "at_beyond": ("{name} 超出计算期", "{name} beyond the calculation period"), "at_lost": ("{name} 为任何折现率下均亏损", "{name} a loss at every rate"),
    "at_gained": ("{name} 为任何折现率下均盈利", "{name} a gain at every rate"),
    "part": ("P 值仅就可排序的 {share} 概率而言", "P values of the {share} of the probability that ranks"),
    "none": ("没有一次抽样有数值", "no draw has a number"),
    "constant": ("全部抽样的数值相同：{value}", "every draw gives {value}"),
    "covenant": ("要求的偿债备付率", "DSCR covenant"),
    "probability": ("概率", "Probability"), "cumulative": ("累计概率（不超过该值）", "Probability of at most this value"),
    "from": ("{metric}，自", "{metric}, from"), "to": ("{metric}，至", "{metric}, to"), "value": ("{metric}", "{metric}"),
    "p": ("{name} {value}", "{name} {value}"),
    "alt": ("{kind}{parts}。", "{kind}{parts}."), "bars": ("柱状图：", "Histogram: "), "curve": ("累计曲线：", "Cumulative curve: "),
    "stack": ("柱状图与累计曲线：", "Histogram and cumulative curve: "), "title_stack": ("风险分析（蒙特卡洛）：{metric}", "Risk, Monte Carlo: {metric}"),
}  # fmt: skip


def histogram(result: MonteCarlo, lang: str = "en", key: str = "project_npv", case_title: str = "") -> Picture:
    """The probability of each interval of a metric, parted at its hurdle, with P90, P50 and P10.

    Parameters
    ----------
    result : MonteCarlo
    lang : "en" or "zh"
    key : str
        A metric of the study.
    case_title : str
        Title of the case in that language; by default that of the first scenario.

    Returns
    -------
    Picture
        The probability of missing the hurdle, the share of draws without a number, seed, N and the P convention stand in
        the subtitle. The table has a row a bin.

    Raises
    ------
    InputError
        If the study did not measure the metric.
    """
    sample = sample_of(result, key, lang)
    return _picture(sample, "histogram", "bars", _histogram(sample), _bins(sample), case_title)


def cumulative(result: MonteCarlo, lang: str = "en", key: str = "project_npv", case_title: str = "") -> Picture:
    """The probability of at most each value of a metric; parameters as :func:`histogram`. The table has the quantiles."""
    sample = sample_of(result, key, lang)
    return _picture(sample, "cumulative", "curve", _cumulative(sample), _curve_table(sample), case_title)


def distribution(result: MonteCarlo, lang: str = "en", key: str = "project_npv", case_title: str = "") -> Picture:
    """Histogram above cumulative curve on one axis: for a page or a file of fixed width; parameters as :func:`histogram`."""
    sample = sample_of(result, key, lang)
    stack = alt.vconcat(_histogram(sample, bare=True), _cumulative(sample, bare=True), spacing=14)
    return _picture(sample, "stack", "stack", stack, _bins(sample), case_title)


def _picture(sample: Sample, title_of: str, kind: str, chart: Any, table: pd.DataFrame, case_title: str) -> Picture:
    lang, metric = sample.lang, sample.metric
    title = say(_WORDS, f"title_{title_of}", lang, metric=metric.label)
    told = pick(lang, "，", "; ").join([*_quantile_words(sample), *_judged(sample)])
    spoken = say(_WORDS, "alt", lang, kind=say(_WORDS, kind, lang), parts=told)
    share = [say(_WORDS, "probability", lang), say(_WORDS, "cumulative", lang)]
    forms = {str(name): ".2%" if name in share else metric.form for name in table.columns}
    return Picture(
        chart=chart, title=title, subtitle=tuple(_subtitle(sample, case_title)), table=table, lang=lang, formats=forms,
        alt=joined([f"{title}。" if lang == "zh" else f"{title}.", spoken], lang),
    )  # fmt: skip


def _subtitle(sample: Sample, case_title: str) -> list[str]:
    lang, result = sample.lang, sample.result
    first = next(iter(result.leaves.values())).case
    title = case_title or pick(lang, first.title.zh, first.title.en) or first.name
    settings, stop = result.provenance.settings, pick(lang, "；", "; ")
    drawn = [
        say(
            _WORDS,
            "sample",
            lang,
            n=result.n,
            seed=result.provenance.seed,
            sampling=say(_WORDS, str(settings["sampling"]), lang),
        )
    ]
    drawn += [say(_WORDS, "tree", lang, count=len(result.leaves))] if len(result.leaves) > 1 else []
    convention = [say(_WORDS, "convention", lang)]
    convention += [say(_WORDS, "lower", lang)] if sample.key in LOWER_IS_BETTER else []
    if sample.values.size:
        convention += [
            word for name, word in zip(_P, _quantile_words(sample), strict=True) if name in sample.summary.off
        ]
        # What is left of a sum of weights is rounding.
        part = sample.summary.placed < 1.0 - _ROUNDING
        convention += [say(_WORDS, "part", lang, share=_share(sample.summary.placed))] if part else []
    end = pick(lang, "。", ".")
    judged = stop.join(_judged(sample))
    return [
        say(_WORDS, "case", lang, title=title) + pick(lang, "；", "; ") + stop.join(drawn) + end,
        judged[:1].upper() + judged[1:] + end, stop.join(convention) + end,
    ]  # fmt: skip


def _share(value: float) -> str:
    """A probability in words: one digit behind the point, but never 0 or 100 % for what is neither."""
    if 0.0 < value < 0.0005:
        return "<0.1%"
    return ">99.9%" if 0.9995 < value < 1.0 else f"{value:.1%}"


def _judged(sample: Sample) -> list[str]:
    """The probability of missing what the metric is judged by, and the share without a number."""
    lang, result = sample.lang, sample.result
    if not sample.values.size:
        return [say(_WORDS, "none", lang)]
    parts = []
    if sample.key in result.misses:
        chance = result.sample(result.misses[sample.key]).mean()[0]
        bar = (
            _bar_words(sample)
            if np.isfinite(sample.bar)
            else pick(lang, "各次抽样自身的基准收益率", "hurdle rate of each draw")
        )
        parts.append(say(_WORDS, "misses", lang, hurdle=_inside(bar), share=_share(chance)))
    elif sample.key == "dscr_min":
        chance = result.sample(covered(result)).mean()[0]
        parts.append(say(_WORDS, "below", lang, hurdle=_inside(_bar_words(sample)), share=_share(chance)))
    elif np.isfinite(sample.bar):
        # Of all draws: one without a rank does not count as below.
        below = float(sample.weights[sample.values < sample.bar].sum()) + sample.summary.lost
        key = "negative" if sample.bar == 0.0 else "below"
        parts.append(say(_WORDS, key, lang, hurdle=_inside(_bar_words(sample)), share=_share(below)))
    placed = {name: float(getattr(sample.summary, name)) for name in ("beyond", "lost", "gained")}
    parts += [say(_WORDS, name, lang, share=_share(share)) for name, share in placed.items() if share > 0.0]
    gone = 1.0 - sample.summary.placed
    parts += [say(_WORDS, "missing", lang, share=_share(gone))] if gone > _ROUNDING else []
    return parts if sample.summary.missing > 0.0 else [*parts, say(_WORDS, "all_numbered", lang)]


def _bar_words(sample: Sample) -> str:
    if sample.key == "dscr_min":
        return f"{say(_WORDS, 'covenant', sample.lang)} {sample.metric.text(sample.bar)}"
    return hurdle_words(sample.key, sample.bar, sample.metric, sample.lang)


def _inside(text: str) -> str:
    """A label inside a sentence: without its capital, unless that is an abbreviation's."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _quantile_words(sample: Sample) -> list[str]:
    p, off = sample.summary.p, sample.summary.off
    return [
        say(_WORDS, f"at_{off[name]}" if name in off else "p", sample.lang, name=name, value=sample.metric.text(p[name]))
        for name in _P
    ]  # fmt: skip


def _lines(sample: Sample) -> list[Line]:
    """P90, P50, P10 and the hurdle, where they lie on the axis; the highest label is the leftmost line's."""
    low, high = sample.within
    lines = [
        Line(at=sample.summary.p[name] * sample.metric.factor, text=text, role="mark-rule")
        for name, text in zip(_P, _quantile_words(sample), strict=True)
    ]
    if np.isfinite(sample.bar):
        lines.append(Line(at=sample.bar * sample.metric.factor, text=_bar_words(sample), role="hurdle"))
    # A P value among draws without a number is NaN and no line.
    return [line for line in lines if low <= line.at <= high]


def _x(sample: Sample, name: str, *, titled: bool = True) -> alt.X:
    scale = alt.Scale(domain=list(sample.within), nice=False, zero=False)
    return alt.X(
        f"{name}:Q",
        title=lined(sample.metric.head) if titled else None,
        scale=scale,
        axis=alt.Axis(format=sample.metric.axis, tickCount=6, grid=False),
    )


def _empty(text: str) -> alt.LayerChart:
    """A chart that only says why there is nothing to see."""
    at = alt.Chart(data([{"text": text}])).encode(text="text:N", x=alt.value(8), y=alt.value(20))
    return layered([at.mark_text(style="row-label", align="left")], 40)


def _bins(sample: Sample) -> pd.DataFrame:
    heads = [say(_WORDS, name, sample.lang, metric=sample.metric.head) for name in ("from", "to", "probability")]
    if not sample.values.size:
        return pd.DataFrame({head: [] for head in heads})
    edges, share = binned(sample)
    edges = edges * sample.metric.factor
    return pd.DataFrame(dict(zip(heads, (edges[:-1], edges[1:], share), strict=True)))


def _histogram(sample: Sample, *, bare: bool = False) -> alt.LayerChart:
    """The bars; *bare* above a cumulative curve, which has the title of the axis."""
    if not sample.values.size:
        return _empty(say(_WORDS, "none", sample.lang))
    edges, share = binned(sample)
    lines = _lines(sample)
    top = headroom(len(lines))
    bars = [
        {"from": low * sample.metric.factor, "to": high * sample.metric.factor, "share": part, "zero": 0.0,
         "misses": bool(_misses(sample, 0.5 * (low + high))), "share_text": f"{part:.2%}",
         "span": f"{sample.metric.text(low, unit=False)} … {sample.metric.text(high)}"}
        for low, high, part in zip(edges[:-1].tolist(), edges[1:].tolist(), share.tolist(), strict=True)
    ]  # fmt: skip
    height = _PLOT + top
    y = alt.Y("share:Q", title=say(_WORDS, "probability", sample.lang), axis=alt.Axis(format=".2~%", tickCount=5),
              scale=alt.Scale(domain=[0.0, 1.04 * max(share.max(), 1e-12)], nice=False, range=[height, top]))  # fmt: skip
    tips = [
        alt.Tooltip("span:N", title=sample.metric.label),
        alt.Tooltip("share_text:N", title=say(_WORDS, "probability", sample.lang)),
    ]
    layers: list[Any] = []
    for misses, style in ((True, "misses"), (False, "clears")):
        part = alt.Chart(data([one for one in bars if one["misses"] is misses]))
        layers.append(
            part.encode(x=_x(sample, "from", titled=not bare), x2="to:Q", y=y, y2="zero:Q", tooltip=tips).mark_rect(
                style=style
            )
        )
    return layered([*layers, *verticals(lines, sample.within)], height)


def _misses(sample: Sample, value: float) -> bool:
    """Whether a bin lies on the wrong side of what the metric is judged by."""
    return bool(
        np.isfinite(sample.bar) and (value > sample.bar if sample.key in LOWER_IS_BETTER else value < sample.bar)
    )


def _curve(sample: Sample) -> list[dict[str, Any]]:
    values, share = ordered(sample)
    kept = np.unique(np.round(np.linspace(0, values.size - 1, min(values.size, _CURVE))).astype(np.int64))
    return [
        {
            "value": value * sample.metric.factor,
            "share": part,
            "value_text": sample.metric.text(value),
            "share_text": f"{part:.1%}",
        }
        for value, part in zip(values[kept].tolist(), share[kept].tolist(), strict=True)
    ]


def _curve_table(sample: Sample) -> pd.DataFrame:
    """The curve at every twentieth of probability."""
    heads = [say(_WORDS, "cumulative", sample.lang), sample.metric.head]
    if not sample.values.size:
        return pd.DataFrame({head: [] for head in heads})
    asked = np.linspace(0.05, 0.95, 19)
    drawn = sample.result.sample(sample.result.ranks(sample.key))
    found = [drawn.quantile(float(one))[0] for one in asked]
    return pd.DataFrame({heads[0]: asked, heads[1]: np.array(found) * sample.metric.factor})


def _cumulative(sample: Sample, *, bare: bool = False) -> alt.LayerChart:
    """The curve; *bare* under a histogram, whose reference lines it then shares without labels."""
    if not sample.values.size:
        return _empty(say(_WORDS, "none", sample.lang))
    lines = _lines(sample)
    top = 6 if bare else headroom(len(lines))
    height = (_PLOT * 3 // 4 if bare else _PLOT) + top
    y = alt.Y("share:Q", title=say(_WORDS, "cumulative", sample.lang), axis=alt.Axis(format=".0%", values=[0, 0.1, 0.5, 0.9, 1.0] if bare else [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0]),
              scale=alt.Scale(domain=[0.0, 1.0], nice=False, range=[height, top]))  # fmt: skip
    tips = [
        alt.Tooltip("value_text:N", title=sample.metric.label),
        alt.Tooltip("share_text:N", title=say(_WORDS, "cumulative", sample.lang)),
    ]
    curve = alt.Chart(data(_curve(sample))).encode(x=_x(sample, "value"), y=y, tooltip=tips)
    marks = alt.Chart(data([
        {"at": sample.summary.p[name] * sample.metric.factor, "share": share, "text": text}
        for name, share, text in zip(_P, (0.1, 0.5, 0.9), _quantile_words(sample), strict=True)
        if np.isfinite(sample.summary.p[name])
    ])).encode(x=alt.X("at:Q"), y=alt.Y("share:Q"))  # fmt: skip
    # A curve of few draws is its steps; of many, steps between the points kept would only look ragged.
    steps: Any = "step-after" if sample.values.size <= _CURVE else "linear"
    references = _bare(lines) if bare else verticals(lines, sample.within)
    dots: list[Any] = [marks.mark_point(style="marker", filled=True, size=70, opacity=1.0, aria=False)]
    dots += haloed(marks.encode(text="text:N"), "mark-label", align="left", dx=9, dy=7) if bare else []
    return layered([*references, curve.mark_line(style="curve", interpolate=steps), *dots], height)


def _bare(lines: Sequence[Line]) -> list[alt.Chart]:
    """Reference lines without labels."""
    return [
        alt.Chart(data([{"at": one.at}])).encode(x=alt.X("at:Q")).mark_rule(style=one.role, aria=False) for one in lines
    ]
