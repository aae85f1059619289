"""方案比较 / Compare: up to six cases, what differs between them, and how one NPV becomes the other."""

from __future__ import annotations

import streamlit as st

from appraisal.app import comparing
from appraisal.app.faults import shown_as_is
from appraisal.app.reading import text_table
from appraisal.app.settings import keyed
from appraisal.app.state import lang, t
from appraisal.report.compare import differences, results, unlike
from appraisal.report.payers import side_by_side

st.title(t("方案比较", "Compare"))
st.write(
    t(
        "最多六个方案并排：输入差在哪里，结果差多少，净现值为什么不同。",
        "Up to six cases side by side: which inputs differ, by how much the results do, and why the NPVs are not the same.",
    )
)
HELD = comparing.entries()
with st.expander(t("比较哪些方案", "Which cases"), expanded=len(HELD) < 2, icon=":material/checklist:"):
    comparing.show_entries(HELD)

STANDING = comparing.sides(HELD)
if len(STANDING) < 2:
    st.info(t("至少需要两个没有错误的方案。", "Two cases without faults are needed."), icon=":material/info:")
    st.stop()

ALL_NAMES = comparing.titles(HELD)
NAMES = [ALL_NAMES[place] for place, _ in STANDING]
SIDES = [side for _, side in STANDING]
DRAFTS = [HELD[place].draft for place, _ in STANDING]
PLACES = list(range(len(SIDES)))
LABELS = dict(zip(PLACES, NAMES, strict=True))
st.selectbox(
    t("基准方案", "Base case"),
    PLACES,
    key=keyed("compare_base", 0, PLACES),
    format_func=lambda place: LABELS.get(place, "—"),
)
BASE = int(st.session_state["compare_base"])

st.subheader(t("结果", "Results"))
text_table(
    comparing.results_table(results(SIDES, comparing.SHOWN), NAMES, BASE),
    t("各方案的指标，及与基准方案之差", "The metrics of every case and their difference from the base case"),
)
st.caption(t("括号内为与基准方案之差。", "In brackets: the difference from the base case."))

st.subheader(t("谁来付费", "Who pays"))
text_table(
    side_by_side([side.result for side in SIDES], NAMES, lang()),
    t("各方案分付费方的现值", "What each payer pays for every case, present values"),
)
st.caption(
    t(
        "计算期内支付的现值（不含税），按各方案自己的财务折现率。",
        "Present values over the life, without VAT, at each case's own discount rate.",
    )
)

st.subheader(t("净现值之桥", "From one NPV to the other"))
OTHERS = [place for place in PLACES if place != BASE]
st.selectbox(
    t("从基准方案到", "From the base case to"),
    OTHERS,
    key=keyed("compare_other", OTHERS[0], OTHERS),
    format_func=lambda place: LABELS.get(place, "—"),
)
OTHER = int(st.session_state["compare_other"])
UNLIKE = unlike(SIDES[BASE], SIDES[OTHER])
if UNLIKE is not None:
    st.info(t("不画桥：", "No bridge: ") + shown_as_is(UNLIKE.text(lang())), icon=":material/info:")
else:
    comparing.show_bridge((DRAFTS[BASE], DRAFTS[OTHER]), (SIDES[BASE], SIDES[OTHER]), (NAMES[BASE], NAMES[OTHER]))

st.subheader(t("不同的输入", "Inputs that differ"))
FOUND = differences(SIDES)
if FOUND:
    st.caption(
        t(
            "只列各方案不一致的输入；标 ≠ 并着色的与基准方案不同。",
            "Only inputs in which the cases are not all alike; ≠ and colour mark what differs from the base case.",
        )
    )
    TABLE, MARKED = comparing.inputs_table(FOUND, DRAFTS, NAMES, BASE)
    text_table(TABLE, t("各方案不一致的输入", "The inputs in which the cases are not all alike"), MARKED)
else:
    st.caption(t("各方案的输入完全相同。", "The cases have the same inputs."))
