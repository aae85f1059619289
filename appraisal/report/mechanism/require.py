"""What shares of a portfolio need and cost, mixes of two mechanisms, and how the choice stands up to what is uncertain."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from appraisal.report.bundle import Bundle
from appraisal.report.charts.mechanism_frontier import frontier_picture
from appraisal.report.charts.words import say
from appraisal.report.mechanism.run import facts_frame, remarks
from appraisal.report.mechanism.words import HEADS, hurdle_text, level_text, title_of, unit_text
from appraisal.study.inputs import valued
from appraisal.study.mechanism import Bench, Study
from appraisal.study.mechanism.made import made_from
from appraisal.study.mechanism.require import Frontier, Mix
from appraisal.study.mechanism.robust import BASE, Robust

SCHEMA = "mechanism_required/1"
_WORDS = {
    "required": (
        "{name}：要使 {share:.0%} 达到{hurdle}，需要 {level}；各方成本现值 {cost:,.1f} 百万元，每因此建成千瓦 {per_kw}。",
        "{name}: for {share:.0%} to clear {hurdle}, {level} is required; it costs all payers CNY {cost:,.1f} million in present value, {per_kw} per kW built because of it.",
    ),
    "impossible": ("{name}：所列水平（至 {level}）不足以使 {share:.0%} 达标，最高 {most:.1%}。", "{name}: no level stated (up to {level}) makes {share:.0%} clear, at most {most:.1%}."),
    "cheapest": ("使 {share:.0%} 达标成本最低的是{name}。", "For {share:.0%} to clear, {name} costs least."),
    "mixed": ("{name}：部分项目并非水平越高越好；所需水平是各项目首次达标的水平。", "{name}: for some projects more is not always better; what is required is where each first clears."),
    "mix": (
        "{first} 与 {second} 的组合中，使 {share:.0%} 达标成本最低的是 {a} 加 {b}：{cost:,.1f} 百万元。",
        "Of the mixes of {first} and {second}, {a} with {b} makes {share:.0%} clear at the least cost: CNY {cost:,.1f} million.",
    ),
    "no_mix": ("{first} 与 {second} 的所列水平合在一起也不足以使 {share:.0%} 达标。", "No mix of the levels stated of {first} and {second} makes {share:.0%} clear."),
    "regret": ("在所列不确定性下，最大后悔值最小的选择是{name}（{worst}）。", "Under what is uncertain the choice with the least largest regret is {name} ({worst})."),
    "millions": ("{value:,.1f} 百万元", "CNY {value:,.1f} million"), "fails": ("有达不到目标的情形", "it fails in some state"),
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
    told, hurdle = [], hurdle_text(study, lang)
    for place, share in enumerate(lines[0].shares.tolist()):
        costs: dict[str, float] = {}
        for one in lines:
            name = one.needed.mechanism.title.text(lang)
            if not np.isfinite(one.level[place]):
                strongest = level_text(one.needed.mechanism, one.needed.mechanism.strongest, lang)
                known = np.isfinite(one.needed.level[0])
                told.append(
                    say(
                        _WORDS,
                        "impossible",
                        lang,
                        name=name,
                        level=strongest,
                        share=share,
                        most=float(one.needed.mw[known].sum() / one.needed.mw.sum()),
                    )
                )
                continue
            at = int(np.isfinite(one.level[:place]).sum())
            costs[name] = float(one.outcome.total[at])
            told.append(say(_WORDS, "required", lang, name=name, share=share, hurdle=hurdle, level=level_text(one.needed.mechanism, float(one.level[place]), lang),
                            cost=costs[name] / 1e6, per_kw=_money(float(one.outcome.per_kw[at]), lang)))  # fmt: skip
        if len(costs) > 1:
            told.append(say(_WORDS, "cheapest", lang, share=share, name=min(costs, key=lambda name: costs[name])))
    return told


def _money(value: float, lang: str) -> str:
    return "—" if not np.isfinite(value) else f"{value:,.0f} 元" if lang == "zh" else f"CNY {value:,.0f}"


def _mix_sentence(one: Mix, share: float, lang: str) -> str:
    first, second = one.outcome.mechanisms
    names = {"first": first.title.text(lang), "second": second.title.text(lang)}
    if one.best is None:
        return say(_WORDS, "no_mix", lang, share=share, **names)
    a, b = one.outcome.levels[one.best]
    return say(_WORDS, "mix", lang, share=share, a=level_text(first, float(a), lang), b=level_text(second, float(b), lang), cost=float(one.outcome.total[one.best]) / 1e6, **names)  # fmt: skip


def _regret(stood: Robust, lang: str) -> str:
    worst = float(stood.worst[stood.chosen])
    words = say(_WORDS, "millions", lang, value=worst / 1e6) if np.isfinite(worst) else say(_WORDS, "fails", lang)
    return say(_WORDS, "regret", lang, name=stood.mechanisms[stood.chosen].title.text(lang), worst=words)


__all__ = ["required_bundle", "title_of"]
