"""The tables of a Monte Carlo study and the sentences that say how to read them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from appraisal.scenario.uncertainty import described
from appraisal.study.amounts import amount
from appraisal.study.beyond import beyond
from appraisal.study.grid import label_of
from appraisal.study.hurdle import WORTH_OF
from appraisal.study.inputs import Input, Vector
from appraisal.study.risk.summary import LOWER_IS_BETTER, TAIL, Summary
from appraisal.study.risk.trace import P_VALUES, TAILED
from appraisal.study.words import head, joined, say
from appraisal.text import REASONS, word

if TYPE_CHECKING:
    import pandas as pd

    from appraisal.study.risk import MonteCarlo

_HEADS = {
    "metric": ("指标", "Metric"),
    "mean": ("均值", "Mean"),
    "deviation": ("标准差", "Standard deviation"),
    "P90": ("P90（超过此值的概率为 90 %）", "P90 (exceeded with 90 % probability)"),
    "P50": ("P50（超过此值的概率为 50 %）", "P50 (exceeded with 50 % probability)"),
    "P10": ("P10（超过此值的概率为 10 %）", "P10 (exceeded with 10 % probability)"),
    "worst": ("最差", "Worst"),
    "best": ("最好", "Best"),
    "missing": ("无数值的概率", "Share without a number"),
    "note": ("说明", "Note"),
    "risk": ("风险指标", "Risk figure"),
    "value": ("数值", "Value"),
    "unit": ("单位", "Unit"),
    "error": ("标准误", "Standard error"),
    "distribution": ("分布", "Distribution"),
    "numbers": ("给定参数", "Numbers asked"),
    "drawn_mean": ("抽样均值", "Mean of the draws"),
    "drawn_deviation": ("抽样标准差", "Standard deviation of the draws"),
    "input": ("不确定因素", "Input"),
    "path": ("路径", "Path"),
    "rank": ("秩相关系数", "Rank correlation"),
    "one": ("参数一", "One input"),
    "other": ("参数二", "Other input"),
    "asked": ("要求的秩相关系数", "Rank correlation asked"),
    "reached": ("抽样所得秩相关系数", "Rank correlation of the draws"),
    "draw": ("抽样序号", "Draw"),
    "scenario": ("情景", "Scenario"),
    "weight": ("概率权重", "Weight"),
}
_LOWER = ("越低越好：谨慎取值看 P10", "lower is better: the cautious figure is P10")
# Draws without a number that rank all the same, and what figures stand among them.
_OFF = {
    "beyond": ("超出计算期", "beyond the calculation period"),
    "lost": ("任何折现率下均亏损，排在任何收益率之下", "a loss at every rate ranks below any rate of return"),
    "gained": ("任何折现率下均盈利，排在任何收益率之上", "a gain at every rate ranks above any rate of return"),
}
_PART = ("{what}仅就有数值的 {share} 概率而言", "{what} of the {share} of the probability with a number")
_RANKED = ("{what}仅就可排序的 {share} 概率而言", "{what} of the {share} of the probability that ranks")
_MEAN, _P, _ALL = (
    ("均值和标准差", "mean and standard deviation"),
    ("P 值", "P values"),
    ("均值、标准差和 P 值", "mean, standard deviation and P values"),
)
# What rounding leaves of a share that is nothing.
_NOTHING = 1e-12
# Rank correlations further off than this are told.
_SHORT = 0.02
_NO_DEBT = "no year"


def _heads(lang: str) -> dict[str, str]:
    return {name: say(words, lang) for name, words in _HEADS.items()}


def _percent(share: float) -> str:
    return f"{100.0 * share:.3g} %"


def scenario_title(study: MonteCarlo, name: str, lang: str) -> str:
    """The title of a scenario, or its name where it has none."""
    leaf = study.leaves[name]
    return (leaf.zh if lang == "zh" else leaf.en) or name


def summary_table(study: MonteCarlo, lang: str, scenario: str | None) -> pd.DataFrame:
    """One row a metric."""
    import pandas as pd

    heads, rows = _heads(lang), []
    for key in study.keys:
        found = study.summary(key, scenario)
        why = [f"{_reason(code, lang)} {_percent(share)}" for code, share in found.reasons.items()]
        note = joined(
            [say(_LOWER, lang) if key in LOWER_IS_BETTER else "", *why, *_off(found, lang), *_part(found, lang)], lang
        )
        rows.append({
            "metric": head(study.metrics[key], lang), "mean": found.mean, "deviation": found.deviation, **found.p,
            "worst": found.worst, "best": found.best, "missing": found.missing, "note": note,
        })  # fmt: skip
    columns = ("metric", "mean", "deviation", *P_VALUES, "worst", "best", "missing", "note")
    return pd.DataFrame(rows, columns=list(columns)).rename(columns=heads)


def _off(found: Summary, lang: str) -> Iterator[str]:
    """Which figures stand among the draws that rank beyond every number, and so have none."""
    for kind, words in _OFF.items():
        names = [
            say(_HEADS.get(name, ("", "")), lang) if name not in P_VALUES else name
            for name, off in found.off.items()
            if off == kind
        ]
        if names:
            listed = say(("、", ", "), lang).join(names)
            yield f"{say(words, lang)}：{listed}" if lang == "zh" else f"{say(words, lang)}: {listed}"


def _part(found: Summary, lang: str) -> Iterator[str]:
    """Of which share of the probability the figures are, where it is not all of it."""
    numbered = 1.0 - found.missing
    if found.missing <= _NOTHING or not numbered > _NOTHING:
        return
    if found.placed - numbered <= _NOTHING:
        yield say(_PART, lang).format(what=say(_ALL, lang), share=_percent(numbered))
        return
    yield say(_PART, lang).format(what=say(_MEAN, lang), share=_percent(numbered))
    if 1.0 - found.placed > _NOTHING:
        yield say(_RANKED, lang).format(what=say(_P, lang), share=_percent(found.placed))


def _reason(code: str, lang: str) -> str:
    return word(REASONS, code, lang)


@dataclass(frozen=True)
class _Risk:
    """A row of the risk table."""

    label: tuple[str, str]
    value: float
    error: float
    unit: tuple[str, str]
    note: tuple[str, str] = ("", "")


def risk_table(study: MonteCarlo, lang: str) -> pd.DataFrame:
    """Label, value, unit, standard error (as of independent draws) and note; probabilities are fractions."""
    import pandas as pd

    rows = [*_worths(study), *_hurdles(study), _cover(study)]
    heads = _heads(lang)
    return pd.DataFrame({
        heads["risk"]: [say(row.label, lang) for row in rows],
        heads["value"]: [row.value for row in rows],
        heads["unit"]: [say(row.unit, lang) for row in rows],
        heads["error"]: [row.error for row in rows],
        heads["note"]: [say(row.note, lang) for row in rows],
    })  # fmt: skip


_YUAN, _SHARE = ("元", "yuan"), ("比例", "share")


def _worths(study: MonteCarlo) -> Iterator[_Risk]:
    level = _percent(1.0 - TAIL)
    for key in TAILED:
        metric = study.metrics[key]
        sample = study.sample(metric.value)
        names = (metric.zh, metric.en)
        yield _Risk(
            _both(f"风险价值 VaR {level}：{{}}", f"VaR {level}: {{}}", names), study.value_at_risk(key), sample.quantile(TAIL)[1], _YUAN,
            (
                f"净现值 {_percent(TAIL)} 分位数的相反数：相对于净现值为 0（恰好获得折现率）的损失；负值表示该分位数仍大于 0",
                f"minus the {_percent(TAIL)} quantile of the NPV: a loss against an NPV of 0, which is earning the discount rate; negative where that quantile is still above 0",
            ),
        )  # fmt: skip
        yield _Risk(
            _both(f"条件风险价值 CVaR {level}：{{}}", f"CVaR {level}: {{}}", names), study.conditional_value_at_risk(key),
            sample.tail(TAIL)[1], _YUAN,
            (f"净现值最差 {_percent(TAIL)} 部分均值的相反数", f"minus the mean of the NPV over its worst {_percent(TAIL)}"),
        )  # fmt: skip
        negative = np.where(np.isnan(metric.value), np.nan, metric.value < 0.0)
        yield _probability(study, _both("{}小于 0 的概率", "Probability that {} is below 0", names), negative)


def _hurdles(study: MonteCarlo) -> Iterator[_Risk]:
    for key, missed in study.misses.items():
        metric, rates = study.metrics[key], study.hurdles[key]
        low, high = (amount(float(rate), "share", "en") for rate in (rates.min(), rates.max()))
        rate = low if low == high else f"{low} … {high}"
        without = study.summary(key).missing
        worth = study.metrics[WORTH_OF[key]]
        note = (
            f"{_percent(without)} 的概率没有收益率数值；按基准收益率下的{worth.zh}是否小于 0 判断",
            f"{_percent(without)} of the probability has no rate of return to show; it misses the hurdle where the {worth.en} at the hurdle is below 0",
        )
        label = _both(
            f"{{}}低于基准 {rate} 的概率", f"Probability that {{}} misses its hurdle of {rate}", (metric.zh, metric.en)
        )
        yield _probability(study, label, missed, note if without > 0.0 else ("", ""))


def covered(study: MonteCarlo) -> Vector:
    """1 where the least DSCR of a row breaches the covenant, 0 where not or nothing is owed, NaN where no row owes or none can be said."""
    metric = study.metrics["dscr_min"]
    numbered = ~np.isnan(metric.value)
    breached = np.where(numbered, metric.value < study.covenant, np.where(metric.reason == _NO_DEBT, 0.0, np.nan))
    return breached if numbered.any() else np.full(breached.shape, np.nan)


def _cover(study: MonteCarlo) -> _Risk:
    metric = study.metrics["dscr_min"]
    label = _both(
        f"{{}}低于约定值 {study.covenant:g} 的概率",
        f"Probability that {{}} is below the covenant of {study.covenant:g}",
        (metric.zh, metric.en),
    )
    owed = study.summary("dscr_min").reasons.get(_NO_DEBT, 0.0)
    free = (
        f"{_percent(owed)} 的概率没有需要偿付的债务，不计为违约",
        f"{_percent(owed)} of the probability owes nothing and breaches no covenant",
    )
    return _probability(study, label, covered(study), free if owed > 0.0 else ("", ""))


def _probability(study: MonteCarlo, label: tuple[str, str], event: Vector, note: tuple[str, str] = ("", "")) -> _Risk:
    """The weight of an event among the rows that it can be said of, and what share it cannot be said of."""
    sample = study.sample(event)
    value, error = sample.mean()
    unsaid = 1.0 - sample.share
    if unsaid > _NOTHING:
        open_ = (
            f"{_percent(unsaid)} 的概率无法判断，未计入",
            f"{_percent(unsaid)} of the probability cannot be judged and is left out",
        )
        note = (joined([note[0], open_[0]], "zh"), joined([note[1], open_[1]], "en"))
    return _Risk(label, value, error, _SHARE, note)


def _both(zh: str, en: str, names: tuple[str, str]) -> tuple[str, str]:
    return zh.format(names[0]), en.format(names[1])


def input_heads(inputs: tuple[Input, ...], lang: str) -> list[str]:
    """Labels of inputs with their units; the path too where two are called alike."""
    labels = [label_of(one, lang) for one in inputs]
    return [
        label if labels.count(label) == 1 else f"{label} [{one.key}]" for label, one in zip(labels, inputs, strict=True)
    ]


def inputs_table(study: MonteCarlo, lang: str) -> pd.DataFrame:
    """One row an input, of a tree one for each scenario: the distribution asked beside the moments of what was drawn."""
    import pandas as pd

    heads, labels, rows = _heads(lang), input_heads(study.inputs, lang), []
    drawn = study.draws.reshape(len(study.leaves), study.n, -1)
    for (name, leaf), values in zip(study.leaves.items(), drawn, strict=True):
        for place, (path, one) in enumerate(leaf.case.uncertainty.items()):
            kind, numbers = described(one)
            rows.append({
                "scenario": scenario_title(study, name, lang), "input": labels[place], "path": path, "distribution": kind.text(lang),
                "numbers": numbers.text(lang), "drawn_mean": values[:, place].mean(), "drawn_deviation": values[:, place].std(),
            })  # fmt: skip
    columns = ["scenario", "input", "path", "distribution", "numbers", "drawn_mean", "drawn_deviation"]
    return pd.DataFrame(rows, columns=columns[len(study.leaves) == 1 :]).rename(columns=heads)


def draws_table(study: MonteCarlo, lang: str) -> pd.DataFrame:
    """Draw, scenario and weight, the inputs, the metrics of the table, and why some have no number."""
    import pandas as pd

    heads = _heads(lang)
    columns: dict[str, object] = {heads["draw"]: np.tile(np.arange(1, study.n + 1), len(study.leaves))}
    if len(study.leaves) > 1:
        titles = np.array([scenario_title(study, name, lang) for name in study.leaves], dtype=object)
        columns[heads["scenario"]] = titles[study.scenario]
        columns[heads["weight"]] = study.weights
    columns |= dict(zip(input_heads(study.inputs, lang), study.draws.T, strict=True))
    columns |= {head(study.metrics[key], lang): study.metrics[key].value for key in study.keys}
    columns[heads["note"]] = _row_notes(study, lang)
    return pd.DataFrame(columns)


def _row_notes(study: MonteCarlo, lang: str) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    notes = np.full(len(study.draws), "", dtype=object)
    gap = say(("；", "; "), lang)
    for key in study.keys:
        metric = study.metrics[key]
        for code in np.unique(metric.reason):
            text = _reason(str(code), lang)
            if text:
                rows = metric.reason == code
                told = f"{metric.zh}：{text}" if lang == "zh" else f"{metric.en}: {text}"
                notes[rows] = [f"{before}{gap}{told}" if before else told for before in notes[rows]]
    return notes


def contributions_table(study: MonteCarlo, lang: str, key: str) -> pd.DataFrame:
    """Strongest first; an input without a correlation last."""
    import pandas as pd

    found = study.contributions(key)
    order = np.argsort(-np.abs(np.nan_to_num(found)), kind="stable")
    heads = _heads(lang)
    labels = input_heads(study.inputs, lang)
    return pd.DataFrame({
        heads["input"]: [labels[place] for place in order],
        heads["path"]: [study.inputs[place].key for place in order],
        heads["rank"]: found[order],
    })  # fmt: skip


def correlations_table(study: MonteCarlo, lang: str) -> pd.DataFrame:
    """A row for each pair asked; empty where none was."""
    import pandas as pd

    labels = dict(zip((one.key for one in study.inputs), input_heads(study.inputs, lang), strict=True))
    heads, found = _heads(lang), study.correlations()
    return pd.DataFrame({
        heads["one"]: [labels[pair.between[0]] for pair, _ in found],
        heads["other"]: [labels[pair.between[1]] for pair, _ in found],
        heads["asked"]: [pair.rank for pair, _ in found],
        heads["reached"]: [reached for _, reached in found],
    })  # fmt: skip


_CONVENTION = (
    "P90 指有 90 % 的概率被超过的数值（即 10 % 分位数），P10 指有 10 % 的概率被超过的数值。越高越好的指标（净现值、内部收益率、偿债备付率）谨慎取 P90；"
    "越低越好的指标（度电成本、回收期）谨慎取 P10。均值和标准差只计有数值的抽样；未能回收的回收期按晚于任何数值计入分位数，任何折现率下均亏损的抽样按"
    "低于任何收益率计入。其余无数值的抽样无从排序：说明栏注明 P 值仅就部分概率而言的，上述概率指该部分之内。",
    "P90 is the value that is exceeded with a probability of 90 % (the 10 % quantile), P10 the value that is exceeded with 10 %. Where more is "
    "better (NPV, IRR, DSCR) the cautious figure is P90; where less is better (levelised cost, payback) it is P10. Means and standard "
    "deviations are of the draws that have a number; a payback that never comes counts in the quantiles as later than any, a draw that "
    "loses at every rate as below any rate of return. Other draws without a number have no rank: where a row's note says that its P "
    "values are of a part of the probability, these probabilities are within that part.",
)
_ERRORS = (
    "标准误按相互独立的抽样计算；拉丁超立方和 Sobol' 序列的实际误差通常更小。最差和最好只是抽到的两端，随抽样增加而外移，不判断是否收敛。",
    "Standard errors are those of independent draws; a Latin hypercube and a Sobol' sequence are usually nearer. Worst and best are the ends "
    "of what was drawn: they move out with more draws and are not judged for convergence.",
)
_CORRELATED = (
    "相关性按 Iman–Conover 方法重排各参数的抽样：每个参数的取值及其分层不变，多维上的低差异性不再严格成立。",
    "Correlations reorder the draws of each input (Iman and Conover): its values and strata stay, low discrepancy in several dimensions holds no more strictly.",
)
_TIED = (
    "{one} 与 {other}：要求的秩相关系数 {asked:g}，抽样所得 {reached:.2f}；离散取值重复，这两个分布最多只能达到 {limit:.2f}。",
    "{one} with {other}: rank correlation asked {asked:g}, of the draws {reached:.2f}; values repeat, and these distributions allow at most {limit:.2f}.",
)
_CHANCE = (
    "{one} 与 {other}：要求的秩相关系数 {asked:g}，抽样所得 {reached:.2f}；抽样过少，请增加。",
    "{one} with {other}: rank correlation asked {asked:g}, of the draws {reached:.2f}; so few draws scatter, draw more.",
)
_TREE = (
    "各情景使用同一组抽样点；权重：{weights}。",
    "Every scenario is drawn from the same points; weights: {weights}.",
)


def remarks(study: MonteCarlo, lang: str) -> list[str]:
    """One sentence or two a remark."""
    told = [_CONVENTION, _ERRORS]
    if study.uncertainty.correlations:
        told.append(_CORRELATED)
    case = next(iter(study.leaves.values())).case
    said = [words.text(lang) for _, words in beyond(case)] + [say(words, lang) for words in told] + _short(study, lang)
    if len(study.leaves) > 1:
        gap = say(("，", ", "), lang)
        weights = gap.join(
            f"{scenario_title(study, name, lang)} {leaf.weight:g}" for name, leaf in study.leaves.items()
        )
        said.append(say(_TREE, lang).format(weights=weights))
    return said


def _short(study: MonteCarlo, lang: str) -> list[str]:
    """The correlations that the draws do not have as they were asked, and why."""
    labels = {one.key: say((one.zh, one.en), lang) for one in study.inputs}
    found = []
    for (pair, reached), limit in zip(study.correlations(), study.correlation_limits(), strict=True):
        if abs(reached - pair.rank) > _SHORT:
            one, other = (labels[path] for path in pair.between)
            # Values that do not repeat can be put in any order.
            words = _TIED if abs(limit) < 1.0 - _NOTHING else _CHANCE
            found.append(say(words, lang).format(one=one, other=other, asked=pair.rank, reached=reached, limit=limit))
    return found
