"""A scored comparison in words and tables."""

from __future__ import annotations

import numpy as np
import pandas as pd

from appraisal.report.bundle import Bundle
from appraisal.report.charts.words import say
from appraisal.report.mechanism.run import facts_frame
from appraisal.study.mechanism import Bench
from appraisal.study.mechanism.made import made_from
from appraisal.study.mechanism.score import MOVED, Scored, score

SCHEMA = "mechanism_score/1"
_WORDS = {
    "first": ("{name} 得分最高（{total:.3f}），其次为 {second}（{next:.3f}）。", "{name} scores highest ({total:.3f}), then {second} ({next:.3f})."),
    "alone": ("{name} 得分 {total:.3f}。", "{name} scores {total:.3f}."),
    "holds": ("任一权重上下变动 {moved:.0%}，第一名不变。", "Moving any weight by {moved:.0%} of itself changes nothing at the top."),
    "turns": ("权重变动 {moved:.0%} 时，以下准则会改变第一名：{names}。", "Moving a weight by {moved:.0%} of itself changes the first place for: {names}."),
    "undefined": ("{name}：{criterion} 无数值，按零分计。", "{name}: {criterion} is undefined and scores 0."),
    "candidate": ("候选", "Candidate"), "total": ("总分", "Total"), "rank": ("名次", "Rank"), "criterion": ("准则", "Criterion"), "weight": ("权重", "Weight"),
    "value": ("{name}，数值", "{name}, value"), "scored": ("{name}，得分", "{name}, score"), "less": ("权重减小时的第一名", "First with less weight"),
    "more": ("权重增大时的第一名", "First with more weight"), "worst": ("零分值", "Scores 0"), "best": ("满分值", "Scores 1"), "comma": ("、", ", "),
}  # fmt: skip


def score_bundle(bench: Bench, lang: str) -> Bundle:
    """The candidates in the order of their scores, the weights, and how far the first place rests on them."""
    found = score(bench.study)
    return Bundle(
        schema=SCHEMA, source=made_from(bench), sentences=tuple(_sentences(found, lang)), large=("facts",), remarks=tuple(_undefined(found, lang)),
        tables={"scores": _scores(found, lang), "weights": _weights(found, lang), "facts": facts_frame(bench, lang)},
    )  # fmt: skip


def _names(found: Scored, lang: str) -> list[str]:
    return [str(getattr(one, lang)) or name for name, one in found.criteria.items()]


def _scores(found: Scored, lang: str) -> pd.DataFrame:
    order = found.order
    columns = {say(_WORDS, "rank", lang): np.arange(1, order.size + 1), say(_WORDS, "candidate", lang): [found.candidates[at] for at in order], say(_WORDS, "total", lang): found.total[order]}  # fmt: skip
    for place, name in enumerate(_names(found, lang)):
        columns[say(_WORDS, "value", lang, name=name)] = found.values[order, place]
        columns[say(_WORDS, "scored", lang, name=name)] = found.scores[order, place]
    return pd.DataFrame(columns)


def _weights(found: Scored, lang: str) -> pd.DataFrame:
    winners = found.winners
    return pd.DataFrame({
        say(_WORDS, "criterion", lang): _names(found, lang), say(_WORDS, "weight", lang): found.weights,
        **{say(_WORDS, key, lang): [float(getattr(one, key)[0, 0]) for one in found.criteria.values()] for key in ("worst", "best")},
        **{say(_WORDS, key, lang): [found.candidates[at] for at in winners[:, place]] for place, key in enumerate(("less", "more"))},
    })  # fmt: skip


def _sentences(found: Scored, lang: str) -> list[str]:
    order = found.order
    first = {"name": found.candidates[order[0]], "total": float(found.total[order[0]])}
    if order.size == 1:
        return [say(_WORDS, "alone", lang, **first)]
    told = say(_WORDS, "first", lang, second=found.candidates[order[1]], next=float(found.total[order[1]]), **first)
    turning = [name for name, row in zip(_names(found, lang), found.winners, strict=True) if (row != order[0]).any()]
    if turning:
        return [told, say(_WORDS, "turns", lang, moved=MOVED, names=say(_WORDS, "comma", lang).join(turning))]
    return [told, say(_WORDS, "holds", lang, moved=MOVED)]


def _undefined(found: Scored, lang: str) -> list[str]:
    return [
        say(_WORDS, "undefined", lang, name=found.candidates[row], criterion=_names(found, lang)[column])
        for row, column in np.argwhere(np.isnan(found.values))
    ]
