"""What shares of a portfolio need and cost, mixes of two mechanisms, and how the choice stands up to what is uncertain."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from appraisal.book.money import money_text
from appraisal.report.bundle import Bundle
from appraisal.report.charts.mechanism_frontier import frontier_picture
from appraisal.report.charts.words import listed, say
from appraisal.report.mechanism.run import facts_frame, remarks
from appraisal.report.mechanism.words import HEADS, hurdle_text, level_text, per_kw_text, unit_text
from appraisal.study.inputs import valued
from appraisal.study.mechanism import Bench, Study
from appraisal.study.mechanism.made import made_from
from appraisal.study.mechanism.require import Frontier, Mix
from appraisal.study.mechanism.robust import BASE, Robust

SCHEMA = "mechanism_required/1"
# Of more shares only the gist is told in words; the table has each.
_MOST_TOLD = 3
_WORDS = {
    "required": (
        "{name}：要使 {share:.0%} 达到{hurdle}，需要 {level}；各方成本现值 {cost}，每因此建成千瓦 {per_kw}。",
        "{name}: for {share:.0%} to clear {hurdle}, {level} is required; it costs all payers {cost} in present value, {per_kw} per kW built because of it.",
    ),
    "impossible": ("{name}：所列水平（至 {level}）不足以使 {share:.0%} 达标，最高 {most:.1%}。", "{name}: no level stated (up to {level}) makes {share:.0%} clear, at most {most:.1%}."),
    "never": ("{name}：采用后也不足以使 {share:.0%} 达标，最高 {most:.1%}。", "{name}: even in force it does not make {share:.0%} clear, at most {most:.1%}."),
    "up_to": ("{name}：所列水平最多使 {most:.0%} 达标。", "{name}: the levels stated make up to {most:.0%} clear."),
    "cheapest_of": ("以下达标比例由{name}实现成本最低：{shares}。", "{name} costs least for these shares to clear: {shares}."),
    "cheapest": ("使 {share:.0%} 达标成本最低的是{name}。", "For {share:.0%} to clear, {name} costs least."),
    "mixed": ("{name}：部分项目并非水平越高越好；所需水平是各项目首次达标的水平。", "{name}: for some projects more is not always better; what is required is where each first clears."),
    "mix": (
        "{first} 与 {second} 的组合中，使 {share:.0%} 达标成本最低的是 {a} 加 {b}：{cost}。",
        "Of the mixes of {first} and {second}, {a} with {b} makes {share:.0%} clear at the least cost: {cost}.",
    ),
    "no_mix": ("{first} 与 {second} 的所列水平合在一起也不足以使 {share:.0%} 达标。", "No mix of the levels stated of {first} and {second} makes {share:.0%} clear."),
    "regret": ("在所列不确定性下，最大后悔值最小的选择是{name}（{worst}）。", "Under what is uncertain the choice with the least largest regret is {name} ({worst})."),
    "fails": ("有达不到目标的情形", "it fails in some state"),
    "state": ("情形", "State"), "value": ("取值", "Value"), "kept_share": ("沿用基准水平时的达标比例", "Share at the level of the base"),
    "kept_rent": ("沿用基准水平时超出门槛的收益，元", "Worth above the hurdle at the level of the base, yuan"), "regret_head": ("后悔值，元", "Regret, yuan"),
    "base": ("基准", "base"), "end": ("{name} {end}", "{name}, {end}"), "above": ("高于所列水平", "above the levels stated"), "first": ("第一机制水平", "Level of the first"), "second": ("第二机制水平", "Level of the second"),
    "least": ("成本最低", "Least cost"), "unreached": ("达不到", "not reached"),
}  # fmt: skip


def required_bundle(
    bench: Bench, lines: Sequence[Frontier], lang: str, *, mixed: Sequence[tuple[float, Mix]] = (), stood: Robust | None = None, drawn: bool = False
) -> Bundle:  # fmt: skip
    """What each mechanism needs for shares of the potential.

    Parameters
    ----------
    bench : Bench
    lines : sequence of Frontier
        One a mechanism.
    lang : "en" or "zh"
    mixed : sequence of (share, Mix)
    stood : Robust, optional
    drawn : bool
        Whether the frontier is a picture too: it takes more than one share to be a line.
    """
    study = bench.study
    tables: dict[str, pd.DataFrame] = {
        "required": pd.concat([_required(one, lang) for one in lines], ignore_index=True)
    }
    tables |= {f"mix_{place}" if place else "mix": _mix(one, lang) for place, (_, one) in enumerate(mixed)}
    tables |= {"projects": pd.concat([_projects(study, one, lang) for one in lines], ignore_index=True)}
    if stood is not None:
        tables |= {"robust": _robust(study, stood, lang)}
    tables |= {"facts": facts_frame(bench, lang)}
    told = [
        *_sentences(study, lines, lang),
        *(_mix_sentence(one, share, lang) for share, one in mixed),
        *([] if stood is None else [_regret(stood, lang)]),
    ]
    odd = [
        say(_WORDS, "mixed", lang, name=one.needed.mechanism.title.text(lang))
        for one in lines
        if one.needed.mixed.any()
    ]
    return Bundle(
        schema=SCHEMA, source=made_from(bench), sentences=tuple(told), tables=tables, large=("projects", "facts"),
        remarks=(*odd, *remarks(bench, [one.outcome for one in lines], lang)),
        pictures={"frontier": partial(frontier_picture, study, lines, lang)} if drawn else {},
    )  # fmt: skip


def _required(one: Frontier, lang: str) -> pd.DataFrame:
    """A row a share: the level, what is reached there and what it costs."""
    mechanism, reached, count = one.needed.mechanism, np.isfinite(one.level), one.shares.size

    def laid(values: Any) -> Any:
        column = np.full(count, np.nan)
        column[reached] = values
        return column

    found = one.outcome
    columns = {
        "share": found.share, "added_mw": found.added_mw, "total": found.total, "public": found.public, "effect": found.highest_effect, "per_kw": found.per_kw,
        "per_mwh": found.per_mwh, "rent": found.rent,
    }  # fmt: skip
    judged = iter(zip(found.permitted, found.bearable, strict=True))
    words = [next(judged) if there else None for there in reached]
    return pd.DataFrame({
        say(HEADS, "mechanism", lang): mechanism.title.text(lang), say(HEADS, "reached", lang): one.shares,
        say(HEADS, "required", lang): np.where(reached, one.level, np.nan), say(HEADS, "unit", lang): unit_text(mechanism, lang),
        **{say(HEADS, "got" if key == "share" else key, lang): laid(values) for key, values in columns.items()},
        **{say(HEADS, key, lang): ["" if word is None else say(HEADS, "yes" if word[place] else "no", lang) for word in words] for place, key in enumerate(("permitted", "bearable"))},
        say(HEADS, "note", lang): ["" if there else say(_WORDS, "above", lang) for there in reached],
    })  # fmt: skip


def _projects(study: Study, one: Frontier, lang: str) -> pd.DataFrame:
    """A row a project: what it stands for and the level it needs."""
    names = [plants.name for plants in study.plants for _ in range(plants.projects)]
    numbers = [number + 1 for plants in study.plants for number in range(plants.projects)]
    level = one.needed.level[0]
    return pd.DataFrame({
        say(HEADS, "mechanism", lang): one.needed.mechanism.title.text(lang), say(HEADS, "entry", lang): names, say(HEADS, "project", lang): numbers,
        say(HEADS, "stands", lang): one.needed.mw, say(HEADS, "required", lang): np.where(np.isfinite(level), level, np.nan),
    })  # fmt: skip


def _mix(one: Mix, lang: str) -> pd.DataFrame:
    found = one.outcome
    return pd.DataFrame({
        found.mechanisms[0].title.text(lang): found.levels[:, 0], found.mechanisms[1].title.text(lang): found.levels[:, 1],
        say(HEADS, "got", lang): found.share, say(HEADS, "total", lang): found.total, say(HEADS, "public", lang): found.public,
        say(HEADS, "per_kw", lang): found.per_kw, say(_WORDS, "least", lang): [say(HEADS, "yes", lang) if place == one.best else "" for place in range(len(found.levels))],
    })  # fmt: skip


def _robust(study: Study, found: Robust, lang: str) -> pd.DataFrame:
    """A row for each state and mechanism."""
    rows = []
    for row, state in enumerate(found.states):
        name = (
            say(_WORDS, "base", lang)
            if state.end == BASE
            else say(_WORDS, "end", lang, name=_input(study, state.path, lang), end=state.end.upper())
        )
        for column, one in enumerate(found.mechanisms):
            level = found.level[row, column]
            rows.append({
                say(_WORDS, "state", lang): name, say(_WORDS, "value", lang): state.value, say(HEADS, "mechanism", lang): one.title.text(lang),
                say(HEADS, "required", lang): level if np.isfinite(level) else np.nan, say(HEADS, "unit", lang): unit_text(one, lang),
                say(HEADS, "total", lang): found.cost[row, column] if np.isfinite(level) else np.nan,
                say(_WORDS, "regret_head", lang): found.regret[row, column] if np.isfinite(found.regret[row, column]) else np.nan,
                say(_WORDS, "kept_share", lang): found.kept_share[row, column], say(_WORDS, "kept_rent", lang): found.kept_rent[row, column],
                say(HEADS, "note", lang): "" if np.isfinite(level) else say(_WORDS, "unreached", lang),
            })  # fmt: skip
    return pd.DataFrame(rows)


def _input(study: Study, path: str, lang: str) -> str:
    """Label of an uncertain input, from the first case that has it."""
    case = next(plants.case for plants in study.plants if path in {name for name, _, _ in plants.case.numbers()})
    one = valued(case, path)
    return one.zh if lang == "zh" else one.en


def _sentences(study: Study, lines: Sequence[Frontier], lang: str) -> list[str]:
    """What every share takes; of many shares how far each mechanism goes and which one costs least."""
    if lines[0].shares.size > _MOST_TOLD:
        return [
            *(say(_WORDS, "up_to", lang, name=_name(one, lang), most=_most(one)) for one in lines),
            *_cheapest_of(lines, lang),
        ]
    told, hurdle = [], hurdle_text(study, lang)
    for place, share in enumerate(lines[0].shares.tolist()):
        told += [_one_sentence(one, place, hurdle, lang) for one in lines]
        costs = _costs(lines, place)
        if len(costs) > 1:
            told.append(say(_WORDS, "cheapest", lang, share=share, name=_name(lines[_least(costs)], lang)))
    return told


def _name(one: Frontier, lang: str) -> str:
    return one.needed.mechanism.title.text(lang)


def _most(one: Frontier) -> float:
    """Share of the potential that some level stated makes clear."""
    return float(one.needed.mw[np.isfinite(one.needed.level[0])].sum() / one.needed.mw.sum())


def _costs(lines: Sequence[Frontier], place: int) -> dict[int, float]:
    """Place of each mechanism that reaches a share → what it costs there, yuan."""
    return {
        number: float(one.outcome.total[np.isfinite(one.level[:place]).sum()])
        for number, one in enumerate(lines) if np.isfinite(one.level[place])
    }  # fmt: skip


def _least(costs: dict[int, float]) -> int:
    return min(costs, key=lambda number: costs[number])


def _cheapest_of(lines: Sequence[Frontier], lang: str) -> list[str]:
    """For which shares each mechanism costs least, where more than one reaches them."""
    found: dict[int, list[str]] = {}
    for place, share in enumerate(lines[0].shares.tolist()):
        costs = _costs(lines, place)
        if len(costs) > 1:
            found.setdefault(_least(costs), []).append(f"{share:.0%}")
    return [
        say(_WORDS, "cheapest_of", lang, name=_name(lines[number], lang), shares=listed(shares, lang))
        for number, shares in found.items()
    ]


def _one_sentence(one: Frontier, place: int, hurdle: str, lang: str) -> str:
    """What one mechanism takes for a share, or that it does not reach it."""
    mechanism, share, level = one.needed.mechanism, float(one.shares[place]), float(one.level[place])
    if not np.isfinite(level):
        key = "never" if mechanism.stated.level is None else "impossible"
        return say(
            _WORDS,
            key,
            lang,
            name=_name(one, lang),
            level=level_text(mechanism, mechanism.strongest, lang),
            share=share,
            most=_most(one),
        )
    at = int(np.isfinite(one.level[:place]).sum())
    return say(
        _WORDS, "required", lang, name=_name(one, lang), share=share, hurdle=hurdle, level=level_text(mechanism, level, lang),
        cost=money_text(float(one.outcome.total[at]), lang), per_kw=per_kw_text(float(one.outcome.per_kw[at]), lang),
    )  # fmt: skip


def _mix_sentence(one: Mix, share: float, lang: str) -> str:
    first, second = one.outcome.mechanisms
    names = {"first": first.title.text(lang), "second": second.title.text(lang)}
    if one.best is None:
        return say(_WORDS, "no_mix", lang, share=share, **names)
    a, b = one.outcome.levels[one.best]
    return say(_WORDS, "mix", lang, share=share, a=level_text(first, float(a), lang), b=level_text(second, float(b), lang), cost=money_text(float(one.outcome.total[one.best]), lang), **names)  # fmt: skip


def _regret(stood: Robust, lang: str) -> str:
    worst = float(stood.worst[stood.chosen])
    words = money_text(worst, lang) if np.isfinite(worst) else say(_WORDS, "fails", lang)
    return say(_WORDS, "regret", lang, name=stood.mechanisms[stood.chosen].title.text(lang), worst=words)
