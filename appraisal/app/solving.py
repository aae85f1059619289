"""What would have to be true: the ready questions side by side, and any input for any target."""

from __future__ import annotations

import streamlit as st

from appraisal.app import moved, studies
from appraisal.app.faults import shown_as_is
from appraisal.app.opening import changes_of, open_case
from appraisal.app.pictures import show
from appraisal.app.settings import keyed
from appraisal.app.sidebar import title
from appraisal.app.state import draft, lang, t
from appraisal.errors import Message
from appraisal.pipeline import Appraisal
from appraisal.report.charts.breakeven import breakeven
from appraisal.report.charts.figures import input_shown, input_text, shown
from appraisal.study.solve import Solved

_OWN = "own"
_TARGETS = ("own", "project_irr", "equity_irr", "project_npv", "equity_npv", "dscr_min")


def answers(result: Appraisal) -> None:
    """Every ready question with its answer, against the hurdle or another target."""
    labels = {key: shown(result.metrics[key], lang()).label for key in _TARGETS if key != _OWN}
    labels = {_OWN: t("恰好达到基准收益率（净现值为零）", "Just clears its hurdle (NPV of zero)"), **labels}
    chosen, value = st.columns(2)
    with chosen:
        st.selectbox(
            t("目标", "Target"),
            list(labels),
            key=keyed("answers_target", _OWN, labels),
            format_func=lambda key: labels.get(key, key),
        )
    metric = str(st.session_state["answers_target"])
    target: tuple[str, float] | None = None
    if metric != _OWN:
        with value:
            wanted = moved.target_input(result, metric, "answers_value")
        if wanted is None:
            return
        target = (metric, wanted)
    made = studies.answers_of(draft(), result.case, target)
    moved.told_faults(made.faults)
    if made.found is None:
        return
    show(breakeven(made.found, lang(), title()), "breakeven")
    st.subheader(t("逐项说明", "One by one"))
    st.markdown("\n".join(f"- {shown_as_is(one.text(lang()))}" for one in made.found))


def solve_form(result: Appraisal) -> None:
    """One input, one metric, one target."""
    known = moved.movable(draft(), result.case)
    what = moved.input_select(t("求解哪个因素", "Which input"), "solve_what", "construction_investment", known)
    left, right = st.columns(2)
    with left:
        metric = moved.metric_select(result, "solve_metric", "equity_irr")
    with right:
        target = moved.target_input(result, metric, "solve_target")
    if target is None:
        st.info(t("请填写目标值。", "Enter the target."))
        return
    made = studies.solved_of(draft(), result.case, what, metric, target)
    moved.told_faults(made.faults)
    if made.found is not None:
        _solution(result, made.found, metric, target)


def _solution(result: Appraisal, found: Solved, metric: str, target: float) -> None:
    sentences = {language: _sentence(result, found, metric, target, language) for language in ("zh", "en")}
    told = shown_as_is(sentences[lang()])
    note = found.words(0, lang())
    if not found.found.size:
        st.warning(told, icon=":material/block:")
    else:
        st.success(told, icon=":material/check_circle:")
    for words in (note, t("变化方向：", "Trend: ") + found.trend_words(0, lang())):
        if words:
            st.caption(shown_as_is(words))
    if found.found.size:
        st.button(
            t("打开该方案", "Open that case"), key="solve_open", icon=":material/open_in_new:", on_click=open_case,
            args=(draft(), changes_of(found.moving, [float(found.value[0])]), Message(sentences["en"], sentences["zh"])),
        )  # fmt: skip


def _sentence(result: Appraisal, found: Solved, metric: str, target: float, language: str) -> str:
    """The answer in one line."""
    one, kind = found.input, shown(result.metrics[metric], language)
    label, wanted = input_shown(one, language).label, kind.text(target)
    stands = kind.text(float(found.base.value[0]))
    if not found.found.size:
        return (
            f"要使{kind.label} = {wanted}（本算例 {stands}）：{label}没有满足条件的取值"
            if language == "zh"
            else f"For {kind.label} = {wanted} (the case: {stands}) no value of {label} will do"
        )
    value = input_text(one, float(found.value[0]), language, unit=True)
    if one.by == "change":
        return (
            f"要使{kind.label} = {wanted}（本算例 {stands}），{label}须变化 {value}"
            if language == "zh"
            else f"For {kind.label} = {wanted} (the case: {stands}), {label} must change by {value}"
        )
    base = input_text(one, float(found.moving.base[0, 0]), language, unit=True)
    return (
        f"要使{kind.label} = {wanted}（本算例 {stands}），{label}须为 {value}（本算例 {base}）"
        if language == "zh"
        else f"For {kind.label} = {wanted} (the case: {stands}), {label} must be {value} (the case: {base})"
    )
