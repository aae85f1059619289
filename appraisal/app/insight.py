"""What stands beside a verdict and takes longer than the verdict: what would overturn it, and the widest risks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import streamlit as st

from appraisal.app.choices import fact_title
from appraisal.app.draft import Draft
from appraisal.app.faults import shown_as_is
from appraisal.app.grounds import cited
from appraisal.app.state import lang, t
from appraisal.case import Notice
from appraisal.errors import AppraisalError, Message
from appraisal.library import Fact
from appraisal.pipeline import Appraisal
from appraisal.report.charts.figures import input_text, shown
from appraisal.report.remarks import remarks
from appraisal.report.verdict import OTHER, QUESTIONS, Turn, cover, downside, overturn, verdict
from appraisal.study.drivers import stream_words
from appraisal.study.tornado import Tornado, tornado

_KEPT = 60
RISKS = 3


@st.cache_resource(max_entries=_KEPT * len(QUESTIONS), show_spinner=False)
def turn_of(key: str, rate: str, question: str, _result: Appraisal) -> Turn:
    """Where one input turns the verdict, or why that cannot be solved. *key* stands for the draft's content."""
    del key
    try:
        return overturn(_result, question, rate)
    except AppraisalError as error:
        nothing = float("nan")
        return Turn(question=question, code="refused", here=nothing, there=nothing, sentence=error.message)


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def swings_of(key: str, rate: str, _result: Appraisal) -> Tornado | Message:
    """The tornado of a rate of return, or why there is none."""
    del key
    try:
        return tornado(_result.case, rate)
    except AppraisalError as error:
        return error.message


def turns(made: Draft, result: Appraisal, rate: str) -> tuple[Turn, ...]:
    """What would overturn the verdict, one line an input; the turns of the inputs that the case has."""
    st.markdown(f"**{t('什么会推翻结论', 'What would overturn it')}**")
    place = st.empty()
    place.caption(t("正在反算……", "Being solved …"))
    asked = [turn_of(made.key, rate, question, result) for question in QUESTIONS]
    found = tuple(one for one in asked if one.code != "not_applicable")
    words = [one.sentence.text(lang()) for one in found]
    place.markdown("\n".join(f"- {shown_as_is(one[:1].upper() + one[1:])}" for one in words))
    return found


def beside(result: Appraisal, rate: str, covenant: float) -> None:
    """What a verdict on one return hides: the other return, and the least debt-service cover against the covenant."""
    other = verdict(result, OTHER[rate])
    told = [(other.standing, other.sentence)]
    held = cover(result, covenant)
    told += [] if held is None else [(held.standing, held.sentence)]
    lines = [f"{_MARKS[standing]} {shown_as_is(_begun(one.text(lang())))}" for standing, one in told]
    st.markdown("  \n".join(lines))


# A sign for each standing: colour is not the only mark.
_MARKS = {"clears": "✓", "misses": "⚠", "unknown": "?"}


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def downside_line(made: Draft, result: Appraisal, rate: str) -> None:
    """The worst end of the driver that moves the return most."""
    found = swings_of(made.key, rate, result)
    told = found if isinstance(found, Message) else downside(found)
    if told is not None:
        st.markdown(f"↓ {shown_as_is(_begun(told.text(lang())))}")


@dataclass(frozen=True, kw_only=True)
class Risk:
    """One input over its range: what it is, its ends, the metric there and whether it misses its hurdle at one."""

    label: str
    ends: str
    figures: str
    basis: str
    standing: str


def risks_of(found: Tornado, language: str, most: int = RISKS) -> Iterator[Risk]:
    """The widest swings of a tornado in words."""
    as_shown = shown(found.metric, language)
    for place in [one for one in found.order if np.isfinite(found.swing[one])][:most]:
        one, ends, at = found.inputs[place], found.ends[place], found.at[place]
        worst = float(np.nanmin(at))
        zh = language == "zh"
        yield Risk(
            label=one.zh if zh else one.en, ends=" … ".join(input_text(one, float(end), language, unit=True) for end in ends),
            figures=" … ".join(as_shown.text(float(value)) for value in at), basis=found.ranges[place].zh if zh else found.ranges[place].en,
            standing=_standing(found, worst, float(np.nanmax(at))),
        )  # fmt: skip


def _standing(found: Tornado, worst: float, best: float) -> str:
    """What the range does to the hurdle: nothing to hold it against, breaks it, keeps it, cannot reach it, reaches it."""
    if not np.isfinite(found.hurdle):
        return "none"
    if found.base >= found.hurdle:
        return "breaks" if worst < found.hurdle else "keeps"
    return "reaches" if best >= found.hurdle else "misses"


@st.fragment
def risks(made: Draft, result: Appraisal, rate: str) -> None:
    """The three inputs that move the return most."""
    metric = shown(result.metrics[rate], lang())
    st.subheader(t("三大风险", "Top three risks"))
    st.caption(
        t(
            f"各因素在其区间内单独变动时，{metric.label}的变化（其余不变）",
            f"{metric.label} when one input moves over its range, all else as in the case",
        )
    )
    place = st.empty()
    place.caption(t("正在计算……", "Being worked out …"))
    found = swings_of(made.key, rate, result)
    if isinstance(found, Message):
        place.warning(shown_as_is(found.text(lang())))
        return
    lines = [_line(one) for one in risks_of(found, lang())]
    place.markdown("\n".join(lines) if lines else t("本算例没有可变动的因素。", "The case has nothing to move."))


def _line(one: Risk) -> str:
    # A sign and a word: colour is not the only mark.
    mark = {
        "none": "", "breaks": t("⚠ 会低于基准收益率", "⚠ falls below the hurdle"), "keeps": t("不低于基准收益率", "stays above the hurdle"),
        "misses": t("仍达不到基准收益率", "still misses the hurdle"), "reaches": t("✓ 可达到基准收益率", "✓ can reach the hurdle"),
    }[one.standing]  # fmt: skip
    head = t("：", ": ")
    return f"1. **{shown_as_is(one.label)}** {shown_as_is(one.ends)}{head}{shown_as_is(one.figures)} · {mark}  \n   {shown_as_is(one.basis)}"


def notes(result: Appraisal) -> None:
    """The remarks of the result and the estimates that it rests on."""
    told = notes_of(result, lang())
    if told:
        st.subheader(t("读结果时须知", "What a reader must know"))
        st.markdown("\n".join(f"- {shown_as_is(one)}" for one in told))
    rests = estimates(result)
    if rests:
        label = t(f"结果依据的估计值（{len(rests)} 项）", f"Estimates that the result rests on ({len(rests)})")
        with st.expander(label, icon=":material/warning:", key="estimates"):
            st.markdown("\n".join(f"- {shown_as_is(fact_title(fact.name, lang()))} — {cited(fact)}" for fact in rests))


def notes_of(result: Appraisal, language: str) -> list[str]:
    """The remarks in words; the estimates of facts are listed apart."""
    told = [note for note in remarks(result) if not (note.code == "estimate" and note.path == "facts")]
    return [_named(result, note, language) for note in told]


def _named(result: Appraisal, note: Notice, language: str) -> str:
    """A notice with the stream that it is of by its title."""
    text = note.zh if language == "zh" else note.en
    if note.path not in result.case.streams:
        return text
    title = stream_words(result.case, note.path)[0 if language == "zh" else 1]
    # Between Chinese words stands no blank.
    return text.replace(f"{note.path} 的", f"{title}的").replace(note.path, title)


def estimates(result: Appraisal) -> list[Fact]:
    """The facts behind a result that are estimates, each name once."""
    return list({fact.name: fact for fact in result.case.facts if fact.source.confidence == "estimate"}.values())
