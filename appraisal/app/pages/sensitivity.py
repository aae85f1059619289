"""敏感性 / Sensitivity: what moves the result, by how much, and what would have to be true."""

from __future__ import annotations

import streamlit as st

from appraisal.app import moved, opening, studies
from appraisal.app.faults import shown_as_is
from appraisal.app.frame import begun
from appraisal.app.heatmap import heatmap
from appraisal.app.pictures import show
from appraisal.app.ranges import forget_ranges, own_ranges, ranges_editor
from appraisal.app.reading import text_table
from appraisal.app.settings import keyed, labelled
from appraisal.app.solving import answers, solve_form
from appraisal.app.state import draft, lang, outcome, t
from appraisal.app.study_tables import critical_table
from appraisal.pipeline import Appraisal
from appraisal.report.charts.spider import spider
from appraisal.report.charts.tornado import tornado
from appraisal.report.studies import left_out, told_beyond

VIEWS = {
    "tornado": ("龙卷风图", "Tornado"), "spider": ("敏感性分析图", "Spider"), "grid": ("双因素图", "Two inputs"),
    "breakeven": ("目标收益率倒算", "Break-even"), "solve": ("求解", "Solve"),
}  # fmt: skip
CHANGES = {
    10: (-0.1, -0.05, 0.05, 0.1),
    20: (-0.2, -0.15, -0.1, -0.05, 0.05, 0.1, 0.15, 0.2),
    30: (-0.3, -0.2, -0.1, 0.1, 0.2, 0.3),
}


def _tornado(result: Appraisal) -> None:
    metric = moved.metric_select(result, "tornado_metric", "project_irr")
    case = result.case
    reasoned = studies.tornado_of(draft(), case, metric, {})
    own = own_ranges(reasoned.found.inputs) if reasoned.found else {}
    made = studies.tornado_of(draft(), case, metric, own) if own else reasoned
    moved.told_faults(made.faults)
    if made.found is None:
        if own:
            st.button(t("恢复有依据的区间", "Back to the reasoned ranges"), key="ranges_back", on_click=forget_ranges)
        return
    for words in told_beyond(case, lang()):
        st.warning(shown_as_is(words), icon=":material/warning:")
    show(tornado(made.found, lang()), "tornado")
    st.subheader(t("各因素的区间与依据", "The range of each input and its reason"))
    st.caption(
        t(
            "每个因素按其数据的可信度设定区间；可直接修改低值和高值。",
            "Each range follows from how well its value is known; low and high can be changed here.",
        )
    )
    ranges_editor(made.found)
    for words in left_out(made.found.left_out, lang()):
        st.caption(words)


def _spider(result: Appraisal) -> None:
    metric = moved.metric_select(result, "spider_metric", "project_irr")
    key = keyed("spider_reach", 20, CHANGES)
    st.segmented_control(
        t("变化幅度", "Range"), list(CHANGES), format_func=lambda reach: f"±{reach}%", key=key, required=True
    )
    made = studies.one_way_of(draft(), result.case, metric, CHANGES[st.session_state[key]])
    moved.told_faults(made.faults)
    if made.found is not None:
        show(spider(made.found, lang(), metric), "spider")
        st.subheader(t("敏感度系数与临界点", "Sensitivity coefficients and critical points"))
        text_table(
            critical_table(made.found, metric, lang()),
            t("每个因素的敏感度系数和临界点", "Sensitivity coefficient and critical point of every input"),
        )
        st.caption(
            t(
                "敏感度系数 = 指标的相对变化 ÷ 因素的相对变化；临界点 = 使该指标恰好等于其基准（收益率：在基准收益率下净现值为零）的变化率；没有基准的指标无临界点。",
                "Coefficient = relative change of the metric ÷ relative change of the input; critical point = the change at which this metric meets its hurdle (for a return: at which the NPV at the hurdle is zero); a metric without a hurdle has none.",
            )
        )


def _grid(result: Appraisal) -> None:
    of = opening.basis()
    before = outcome(of).result
    if before is None:
        return
    metric = moved.metric_select(result, "grid_metric", "project_irr")
    known = moved.movable(of, before.case)
    second = next((name for name in ("spread", "capacity", "revenue") if name in known), "loan_rate")
    # The table behind the spider: where each input turns the verdict, made once for both.
    table = studies.one_way_of(of, before.case, metric, CHANGES[20]).found
    turns = (
        {one.key: float(turn) for one, turn in zip(table.inputs, table.critical.change, strict=True)} if table else {}
    )
    across, up = st.columns(2, gap="large")
    with across:
        x = moved.axis(of, before.case, "grid_x", t("横轴", "Across"), "construction_investment", known, turns)
    with up:
        y = moved.axis(of, before.case, "grid_y", t("纵轴", "Up"), second, known, turns)
    if x is None or y is None:
        return
    with st.spinner(t("正在计算各格……", "Appraising every cell …")):
        made = studies.grid_of(of, before.case, x.name, x.values, y.name, y.values, metric)
    moved.told_faults(made.faults)
    if made.found is not None:
        heatmap(made.found, of, "grid")


DRAWN = {"tornado": _tornado, "spider": _spider, "grid": _grid, "breakeven": answers, "solve": solve_form}

RESULT = begun(
    t("敏感性", "Sensitivity"),
    t(
        "哪些因素最能改变结论，改变多少；要达到目标，它们须是多少。",
        "Which inputs move the result most, by how much, and what they would have to be for a target.",
    ),
)
if RESULT is not None:
    opening.banner()
    KEY = keyed("sensitivity_view", "tornado", VIEWS)
    st.segmented_control(
        t("图表", "View"),
        list(VIEWS),
        format_func=labelled(VIEWS),
        key=KEY,
        required=True,
        label_visibility="collapsed",
    )
    with st.spinner(t("正在计算……", "Working it out …")):
        DRAWN[st.session_state[KEY]](RESULT)
