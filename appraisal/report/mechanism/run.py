"""Mechanisms at every level: what is built, who pays, what it costs for each kW and MWh."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from appraisal.book.money import money_text
from appraisal.operation import Payer
from appraisal.payments import ORDER
from appraisal.report.bundle import Bundle
from appraisal.report.charts.mechanisms import levels_picture, payers_picture
from appraisal.report.charts.words import say
from appraisal.report.mechanism.words import HEADS, hurdle_text, level_text, per_kw_text, standing_text, unit_text
from appraisal.study.mechanism import Bench, Mechanism, Outcome, Study
from appraisal.study.mechanism.load import load_effect
from appraisal.study.mechanism.made import facts_of, made_from
from appraisal.text import PAYERS, word

SCHEMA = "mechanism/1"
_HALF = 0.5
_WORDS = {
    "without": (
        "组合共 {mw:,.0f} MW，门槛为{hurdle}；没有任何机制时达标 {share:.1%}（{built:,.0f} MW）。",
        "Portfolio of {mw:,.0f} MW, hurdle: {hurdle}. Without any mechanism {share:.1%} of it clears ({built:,.0f} MW).",
    ),
    "half": (
        "{name}：所试水平中自 {level} 起至少一半达标（{share:.1%}），各方成本现值 {cost}，每因此建成千瓦 {per_kw}。",
        "{name}: of the levels looked at, half or more clears from {level} on ({share:.1%}), at a cost to all of {cost}, {per_kw} per kW built because of it.",
    ),
    "never": ("{name}：所试水平均未使一半达标，最高 {share:.1%}。", "{name}: no level looked at makes half of it clear, at most {share:.1%}."),
    "forbidden": (
        "{name}：由工商业用户承担，而用户承受能力评估没有完成，按 114 号文 五(二) 不得支付。",
        "{name}: users would pay, and the assessment of what they can bear has not been made: by notice 114 五(二) the payment is not permitted.",
    ),
    "unbearable": ("{name}：自 {level} 起最高年系统运行费上升超过承受上限 {ceiling:g} 元/kWh。", "{name}: from {level} on the dearest year's rise of the system fee is above the ceiling of {ceiling:g} yuan/kWh."),
    "standing": ("{name}：{standing}。", "{name}: {standing}."),
    "estimates": ("结果所依据的事实中有 {count} 项为估计值；见 {file}。", "{count} of the facts behind it are estimates: see {file}."),
    "scope": (
        "成本为机制使建成项目多得的净收入（含税），现值按研究折现率折到各项目开工；项目之间不相互影响（不计规模增大后价差收窄）。",
        "A cost is what the mechanism adds to the net receipts (incl. VAT) of what is built, at the study's rate to the start of each construction; projects do not act on one another: a spread that narrows as fleets grow is not counted.",
    ),
    "reading": ("解读：{text}", "Reading: {text}"),
    "present_ratio": ("现行价比", "Ratio as it stands"), "before": ("储能动作前负荷均价，元/kWh", "Average price of the load before storage, yuan/kWh"),
    "after": ("储能动作后负荷与储能合计净支付，元/kWh 负荷", "Paid on balance by load and storage together, yuan/kWh of the load"),
    "fact": ("参数", "Fact"), "asked": ("查询日期", "Asked for"), "value": ("数值", "Value"), "source": ("来源", "Source"), "confidence": ("可信度", "Confidence"), "holds": ("生效日期", "Holds from"), "status": ("效力", "Standing"),
}  # fmt: skip


def run_bundle(bench: Bench, outcomes: Sequence[Outcome], lang: str) -> Bundle:
    """Every mechanism at every level.

    Parameters
    ----------
    bench : Bench
    outcomes : sequence of Outcome
        One a mechanism, each at all of its levels.
    lang : "en" or "zh"
    """
    tables = {
        "built": pd.concat([_built(one, lang) for one in outcomes], ignore_index=True),
        "paid": _paid(outcomes, lang),
        "worth": pd.concat([_worth(one, lang) for one in outcomes], ignore_index=True),
        **_loads(bench.study, outcomes, lang),
        "by_year": pd.concat([_by_year(one, lang) for one in outcomes], ignore_index=True),
        "facts": facts_frame(bench, lang),
    }
    pictures = {
        "levels": partial(levels_picture, bench.study, outcomes, lang),
        "payers": partial(payers_picture, bench.study, outcomes, lang),
    }
    return Bundle(
        schema=SCHEMA, source=made_from(bench), sentences=(*_sentences(bench.study, outcomes, lang), *_reading(bench.study, lang)), tables=tables, pictures=pictures,
        remarks=(*remarks(bench, outcomes, lang), say(_WORDS, "scope", lang)), large=("by_year", "facts"),
    )  # fmt: skip


def _only(one: Outcome) -> Mechanism:
    return one.mechanisms[0]


def _lead(one: Outcome, lang: str) -> dict[str, Any]:
    """Mechanism, level, unit."""
    mechanism = _only(one)
    return {
        say(HEADS, "mechanism", lang): mechanism.title.text(lang), say(HEADS, "level", lang): one.levels[:, 0],
        say(HEADS, "unit", lang): unit_text(mechanism, lang),
    }  # fmt: skip


def _frame(one: Outcome, columns: Mapping[str, Any], lang: str) -> pd.DataFrame:
    return pd.DataFrame({**_lead(one, lang), **{say(HEADS, key, lang): values for key, values in columns.items()}})


def _built(one: Outcome, lang: str) -> pd.DataFrame:
    return _frame(one, {
        "share": one.share, "mw": one.mw, "added_mw": one.added_mw, "additional": one.additional, "p90": one.rates[:, 0], "p50": one.rates[:, 1],
        "p10": one.rates[:, 2],
    }, lang)  # fmt: skip


def _paid(outcomes: Sequence[Outcome], lang: str) -> pd.DataFrame:
    payers = [payer for payer in ORDER if any(one.cost[payer].any() for one in outcomes)]
    return pd.concat([_paid_of(one, payers, lang) for one in outcomes], ignore_index=True)


def _paid_of(one: Outcome, payers: Sequence[Payer], lang: str) -> pd.DataFrame:
    costs = {say(HEADS, "cost_of", lang, payer=word(PAYERS, payer, lang)): one.cost[payer] for payer in payers}
    judged = {
        "effect": one.highest_effect,
        "permitted": _yes(one.permitted, lang),
        "bearable": _yes(one.bearable, lang),
    }
    return pd.DataFrame({
        **_lead(one, lang), **costs, say(HEADS, "total", lang): one.total, say(HEADS, "public", lang): one.public,
        **{say(HEADS, key, lang): values for key, values in judged.items()},
    })  # fmt: skip


def _worth(one: Outcome, lang: str) -> pd.DataFrame:
    return _frame(one, {
        "per_kw": one.per_kw, "per_mwh": one.per_mwh, "drawn": one.drawn, "rent": one.rent, "shortfall": one.shortfall, "anyway": one.to_built_anyway,
    }, lang)  # fmt: skip


def _by_year(one: Outcome, lang: str) -> pd.DataFrame:
    """A row for each level, payer and calendar year, of payers that pay anything."""
    payers = [payer for payer in ORDER if one.yearly[payer].any()]
    years = one.first_year + np.arange(next(iter(one.yearly.values())).shape[1])
    parts = [
        pd.DataFrame({
            say(HEADS, "mechanism", lang): _only(one).title.text(lang), say(HEADS, "level", lang): level, say(HEADS, "payer", lang): word(PAYERS, payer, lang),
            say(HEADS, "year", lang): years, say(HEADS, "yuan", lang): one.yearly[payer][place],
        })
        for place, level in enumerate(one.levels[:, 0]) for payer in payers
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _loads(study: Study, outcomes: Sequence[Outcome], lang: str) -> dict[str, pd.DataFrame]:
    """The average price of the load of each mechanism that widens the ratio, before storage moves and after."""
    found = [(one, effect) for one in outcomes if (effect := load_effect(study, one)) is not None]
    frames = [
        pd.DataFrame({
            **_lead(one, lang), say(_WORDS, "present_ratio", lang): effect.present_ratio, say(_WORDS, "before", lang): effect.before,
            say(_WORDS, "after", lang): effect.after,
        })
        for one, effect in found
    ]  # fmt: skip
    return {"load": pd.concat(frames, ignore_index=True)} if frames else {}


def _yes(values: Any, lang: str) -> list[str]:
    return [say(HEADS, "yes" if value else "no", lang) for value in values]


def _sentences(study: Study, outcomes: Sequence[Outcome], lang: str) -> tuple[str, ...]:
    first = outcomes[0]
    told = [say(_WORDS, "without", lang, mw=first.potential_mw, hurdle=hurdle_text(study, lang), share=first.without_mw / first.potential_mw, built=first.without_mw)]  # fmt: skip
    for one in outcomes:
        name, reached = _only(one).title.text(lang), np.flatnonzero(one.share >= _HALF)
        if not reached.size:
            told.append(say(_WORDS, "never", lang, name=name, share=float(one.share.max())))
            continue
        # The weakest level at which half clears is the nearest to the one at which nothing changes.
        place = int(min(reached, key=lambda at: abs(one.levels[at, 0] - _only(one).none)))
        told.append(say(_WORDS, "half", lang, name=name, level=level_text(_only(one), float(one.levels[place, 0]), lang), share=float(one.share[place]),
                        cost=money_text(float(one.total[place]), lang), per_kw=per_kw_text(float(one.per_kw[place]), lang)))  # fmt: skip
    return tuple(told)


def _reading(study: Study, lang: str) -> tuple[str, ...]:
    """The reading that the study's author gives, told as such."""
    return tuple(say(_WORDS, "reading", lang, text=text) for text in study.reading.get(lang, ()))


def remarks(bench: Bench, outcomes: Sequence[Outcome], lang: str) -> tuple[str, ...]:
    """What a reader must know: payments that are not permitted or not bearable, rules that are not in force, estimates."""
    told = []
    for one in outcomes:
        name = " + ".join(part.title.text(lang) for part in one.mechanisms)
        if not one.permitted.all():
            told.append(say(_WORDS, "forbidden", lang, name=name))
        beyond = np.flatnonzero(np.logical_not(one.bearable))
        if beyond.size and len(one.mechanisms) == 1:
            told.append(
                say(
                    _WORDS,
                    "unbearable",
                    lang,
                    name=name,
                    level=level_text(_only(one), float(one.levels[beyond[0], 0]), lang),
                    ceiling=one.ceiling,
                )
            )
    for mechanism in dict.fromkeys(part.name for one in outcomes for part in one.mechanisms):
        found = bench.study.mechanisms[mechanism]
        if found.standing != "formal":
            told.append(say(_WORDS, "standing", lang, name=found.title.text(lang), standing=standing_text(found, lang)))
    estimates = sum(fact.source.confidence == "estimate" for fact in facts_of(bench))
    return (*told, *([say(_WORDS, "estimates", lang, count=estimates, file="facts.csv")] if estimates else []))


def facts_frame(bench: Bench, lang: str) -> pd.DataFrame:
    """Every fact behind a study: name, day asked, value, day it holds from, confidence, standing, source."""
    rows = facts_of(bench)
    return pd.DataFrame({
        say(_WORDS, "fact", lang): [one.name for one in rows], say(_WORDS, "asked", lang): [one.asked.isoformat() for one in rows],
        say(_WORDS, "value", lang): [str(one.value) for one in rows], say(HEADS, "unit", lang): [one.unit for one in rows],
        say(_WORDS, "holds", lang): [one.holds_from.isoformat() for one in rows], say(_WORDS, "confidence", lang): [one.source.confidence for one in rows],
        say(_WORDS, "status", lang): [one.source.status or "" for one in rows], say(_WORDS, "source", lang): [one.source.cited(lang) for one in rows],
    })  # fmt: skip
