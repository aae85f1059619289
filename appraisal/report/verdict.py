"""The verdict in a sentence: what the project earns, what it has to earn, whether it does, and what would overturn that."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from appraisal.errors import Message, said
from appraisal.pipeline import Appraisal
from appraisal.report.charts.figures import Shown, cover_text, has_debt, input_text, shown, shown_unit
from appraisal.report.spans import years_said
from appraisal.study.hurdle import WORTH_OF, hurdle
from appraisal.study.questions import Answer, ask
from appraisal.study.risk import COVENANT
from appraisal.study.tornado import Tornado
from appraisal.text import REASONS, word

# The return beside which a return is shown: the project's beside the equity's and the other way round.
OTHER = {"project_irr": "equity_irr", "project_irr_pre_tax": "equity_irr", "equity_irr": "project_irr"}

Standing = Literal["clears", "misses", "unknown"]
_RATES = {
    "project_irr": ("税后全投资 IRR", "Project IRR after tax"),
    "project_irr_pre_tax": ("税前全投资 IRR", "Project IRR before tax"),
    "equity_irr": ("税后资本金 IRR", "Equity IRR after tax"),
}
# Ready question → the figure of its answer that a reader knows.
QUESTIONS = {
    "lowest_spread": "spread",
    "lowest_capacity_price": "price",
    "lowest_mileage_price": "price",
    "lowest_contract_income": "income",
    "highest_capital_cost": "construction_investment_total",
}  # fmt: skip
# Only from a value on does the verdict differ, or it never does.
_TOLD = ("ok",)
_NEVER = ("above", "below", "flat", "everywhere")


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether a rate of return clears its hurdle, with the sentence that says so."""

    key: str
    standing: Standing
    sentence: Message


@dataclass(frozen=True, kw_only=True)
class Turn:
    """The value of one input at which a verdict turns.

    Attributes
    ----------
    question : str
        Of :data:`QUESTIONS`.
    code : str
        As of :class:`~appraisal.study.questions.Answer`; ``not_applicable`` where the case has no such input.
    here, there : float
        The figure in the case and where the verdict turns, in the figure's unit; NaN where there is none.
    sentence : Message
    """

    question: str
    code: str
    here: float
    there: float
    sentence: Message

    @property
    def distance(self) -> float:
        """How far the turning value is from the case, relative to the case; infinite where it does not turn."""
        if self.code not in _TOLD or not math.isfinite(self.there) or not self.here:
            return math.inf
        return abs(self.there / self.here - 1.0)


@dataclass(frozen=True, kw_only=True)
class Cover:
    """The least debt-service cover against the covenant of a lender.

    Attributes
    ----------
    standing : "clears", "misses" or "unknown"
        Unknown where a figure of the cover does not exist.
    least : float
        The metric ``dscr_min``.
    years : tuple of int
        Years of the calculation period below the covenant.
    sentence : Message
    """

    standing: Standing
    least: float
    years: tuple[int, ...]
    sentence: Message


def nearest(turns: Iterable[Turn]) -> Turn | None:
    """The turn that is nearest to the case: the one with the least relative distance of its figure from the case's.

    None where nothing that was asked turns the verdict.

    Examples
    --------
    >>> near = Turn(question="lowest_spread", code="ok", here=0.6, there=0.51, sentence=said("a", "甲"))
    >>> far = Turn(question="lowest_capacity_price", code="ok", here=330.0, there=100.0, sentence=said("b", "乙"))
    >>> nearest([far, near]).question, round(near.distance, 3)
    ('lowest_spread', 0.15)
    """
    found = [one for one in turns if math.isfinite(one.distance)]
    return min(found, key=lambda one: one.distance) if found else None


def with_turn(found: Verdict, turns: Iterable[Turn]) -> Message:
    """The sentence of a verdict with the nearest value that overturns it; the verdict's own where there is none."""
    turn = nearest(turns)
    if turn is None:
        return found.sentence
    told = Message(found.sentence.removesuffix("."), found.sentence.zh.removesuffix("。"))
    return said("{told}; {turn}.", "{told}；{turn}。", told=told, turn=turn.sentence)


def cover(result: Appraisal, covenant: float = COVENANT, row: int = 0) -> Cover | None:
    """The least debt-service cover against a covenant; None where no year has debt to serve.

    Parameters
    ----------
    result : Appraisal
    covenant : float
        The least DSCR that the lender asks.
    row : int
        Scenario.
    """
    books = result.statements
    if not has_debt(result, row):
        return None
    counted = books["covering"][row] > 0.0
    least = float(result.metrics["dscr_min"].value[row])
    low = tuple((np.flatnonzero(counted & (books["dscr"][row] < covenant)) + 1).tolist())
    figures = {"least": cover_text(least, covenant), "bar": f"{covenant:.2f}"}
    years = {lang: years_said(low, lang) for lang in ("en", "zh")}
    told = (
        said("least DSCR {least}: below the covenant of {bar} in year {years}", "最低偿债备付率 {least}：第 {years} 年低于约定值 {bar}",
             **figures, years=Message(years["en"], years["zh"]))
        if low
        else said("least DSCR {least}: at or above the covenant of {bar} in every year", "最低偿债备付率 {least}：各年均不低于约定值 {bar}", **figures)
    )  # fmt: skip
    standing: Standing = "misses" if low else "clears" if math.isfinite(least) else "unknown"
    return Cover(standing=standing, least=least, years=low, sentence=told)


def downside(found: Tornado) -> Message | None:
    """The worst that one driver of a tornado does, in words; None where no driver has a figure.

    Parameters
    ----------
    found : Tornado
        Of a metric of which more is better.
    """
    if not found.inputs or not np.isfinite(found.at).any():
        return None
    place, end = (int(one) for one in np.unravel_index(np.nanargmin(found.at), np.shape(found.at)))
    worst, one = float(found.at[place, end]), found.inputs[place]
    figures = Message(
        *(f"{shown(found.metric, lang).label} {shown(found.metric, lang).text(worst)}" for lang in ("en", "zh"))
    )
    value = Message(*(input_text(one, float(found.ends[place, end]), lang, unit=True) for lang in ("en", "zh")))
    bar = Message(*(shown(found.metric, lang).text(found.hurdle) for lang in ("en", "zh")))
    judged = (
        said("", "")
        if not math.isfinite(found.hurdle)
        else said(", below the hurdle of {bar}", "，低于基准收益率 {bar}", bar=bar)
        if worst < found.hurdle
        else said(", still at or above the hurdle of {bar}", "，仍不低于基准收益率 {bar}", bar=bar)
    )
    return said("downside of one driver: {name} at {value} (range: {why}): {figures}{judged}", "单因素下行情形：{name}取 {value}（取值范围：{why}）时，{figures}{judged}",
                name=Message(one.en, one.zh), value=value, why=Message(found.ranges[place].en, found.ranges[place].zh), figures=figures, judged=judged)  # fmt: skip


def verdict(result: Appraisal, key: str = "project_irr", row: int = 0) -> Verdict:
    """The verdict on the project's or the equity's return.

    The worth at the hurdle decides: it is always a number, and positive exactly where a single rate of return is above
    the hurdle; a return that does not exist or is not unique is said in words.

    Parameters
    ----------
    result : Appraisal
    key : "project_irr", "project_irr_pre_tax" or "equity_irr"
    row : int
        Scenario.
    """
    rate, wanted = float(result.metrics[key].value[row]), float(hurdle(result.case, key)[row])
    as_en, as_zh = (shown(result.metrics[key], lang) for lang in ("en", "zh"))
    return Verdict(
        key=key, standing=_standing(result, key, row), sentence=_said(result, key, row, rate, wanted, as_en, as_zh)
    )


def overturn(result: Appraisal, question: str, key: str = "project_irr", row: int = 0) -> Turn:
    """Where one input turns the verdict: what has to fail for a project that clears, what has to come for one that misses.

    Parameters
    ----------
    result : Appraisal
    question : str
        One of :data:`QUESTIONS`; each is solved over the one path, dispatch included.
    key : "project_irr", "project_irr_pre_tax" or "equity_irr"
    row : int
        Scenario.

    Returns
    -------
    Turn
        The value nearest to the case at which the worth is zero.

    Raises
    ------
    NoSolutionError
        If a dispatch problem is infeasible.
    """
    case = result.case.rows(slice(row, row + 1))
    answer = ask(case, question, {WORTH_OF[key]: 0.0})
    stands = next((one for one in answer.stands if one.key == QUESTIONS[question]), None)
    here = float("nan") if stands is None else stands.value
    there = answer.figure(QUESTIONS[question])
    told = answer.sentence
    if stands is not None:
        name = Message(stands.en, stands.zh)
        if answer.code in _NEVER:
            told = said("{name}: no value that was looked at changes the verdict", "{name}：在所查范围内怎样变化都不改变结论", name=name)  # fmt: skip
        elif answer.code in _TOLD and math.isfinite(there):
            shapes = [shown_unit("", stands.unit, lang) for lang in ("en", "zh")]
            told = _turned(_standing(result, key, row), name, here, there, shapes, answer)
    return Turn(question=question, code=answer.code, here=here, there=there, sentence=told)


def _standing(result: Appraisal, key: str, row: int) -> Standing:
    worth = float(result.metrics[WORTH_OF[key]].value[row])
    return "unknown" if math.isnan(worth) else "clears" if worth >= 0.0 else "misses"


def _turned(
    standing: Standing, name: Message, here: float, there: float, shapes: list[Shown], answer: Answer
) -> Message:
    """The sentence of a value at which the verdict turns; which side of it decides follows from where the case stands."""
    bar, stands = (Message(*(shape.text(value) for shape in shapes)) for value in (there, here))
    side = said("falls below", "低于") if there < here else said("rises above", "高于")
    need = said("at most", "降至") if there < here else said("at least", "升至")
    told = (
        said("the verdict fails if {name} {side} {bar} (here {stands})", "若{name}{side} {bar}（本算例 {stands}），结论即不成立",
             name=_inner(name), side=side, bar=bar, stands=stands)
        if standing == "clears"
        else said("the hurdle is met once {name} is {need} {bar} (here {stands})", "若{name}{need} {bar}（本算例 {stands}），即可达到基准收益率",
                  name=_inner(name), need=need, bar=bar, stands=stands)
    )  # fmt: skip
    if answer.solved is not None and str(answer.solved.trend[0]) == "mixed":
        near = said("near that value; beyond it the return moves both ways", "就该值附近而言，更远处收益并非单向变化")
        return said("{told}: {near}", "{told}（{near}）", told=told, near=near)
    return told


def _inner(name: Message) -> Message:
    """A label inside an English sentence: it begins small, and what it adds stands in brackets."""
    head, comma, more = name.partition(", ")
    return Message(f"{head[:1].lower()}{head[1:]}{f' ({more})' if comma else ''}", name.zh)


def _said(result: Appraisal, key: str, row: int, rate: float, wanted: float, as_en: Shown, as_zh: Shown) -> Message:
    zh, en = _RATES[key]
    name, bar = Message(en, zh), Message(as_en.text(wanted), as_zh.text(wanted))
    judged = {
        "clears": said("the project clears its hurdle of {bar}", "达到 {bar} 的基准收益率", bar=bar),
        "misses": said("the project misses its hurdle of {bar}", "达不到 {bar} 的基准收益率", bar=bar),
        "unknown": said("no verdict against the hurdle of {bar}", "无法与 {bar} 的基准收益率比较", bar=bar),
    }[_standing(result, key, row)]
    reason = str(result.metrics[key].reason[row])
    worth = result.metrics[WORTH_OF[key]]
    npv = Message(*(shown(worth, lang).text(float(worth.value[row])) for lang in ("en", "zh")))
    if math.isnan(rate):
        why = Message(word(REASONS, reason, "en"), word(REASONS, reason, "zh"))
        return said("{name}: no figure ({why}); by NPV of {npv} {judged}.", "{name}：无数值（{why}）；按净现值 {npv}，{judged}。",
                    name=name, why=why, npv=npv, judged=judged)  # fmt: skip
    value = Message(as_en.text(rate), as_zh.text(rate))
    return said("{name} {value}: {judged}; NPV {npv}.", "{name} {value}，{judged}；净现值 {npv}。",
                name=name, value=value, judged=judged, npv=npv)  # fmt: skip
