"""机制比较 / Mechanisms: which price mechanism gets storage built at the least cost, who pays, and the evidence for it."""

from __future__ import annotations

import streamlit as st

from appraisal.app import mechanism_views as views
from appraisal.app.settings import keyed
from appraisal.app.state import lang, t

st.title(t("机制比较", "Mechanisms"))
st.write(
    t(
        "同一项目组合在不同价格机制和支持政策下：多少项目达到门槛，需要多高的水平，谁付多少，谁得到超额收益。",
        "One portfolio under different price mechanisms and supports: how much clears the hurdle, what level it takes, who pays how much, who earns more than needed.",
    )
)
NAMES = views.names()
TITLES = {name: views.title(name, lang()) for name in NAMES}
st.selectbox(
    t("研究", "Study"),
    NAMES,
    key=keyed("mechanism_study", NAMES[0], NAMES),
    format_func=lambda name: TITLES.get(name, name),
)
STUDY = str(st.session_state["mechanism_study"])
st.slider(
    t("希望达标的比例，%", "Share that shall clear, %"),
    5,
    100,
    step=5,
    key=keyed("mechanism_share", 50, range(5, 101)),
)
SHARE = int(st.session_state["mechanism_share"]) / 100.0
NEEDED, LEVELS, FRONTIER, EVIDENCE = st.tabs(
    [
        t("所需水平", "What it takes"),
        t("各水平的结果", "Every level"),
        t("成本与达标比例", "Cost and viability"),
        t("证据包", "Evidence"),
    ]
)
with st.spinner(t("正在计算各机制……", "Working the mechanisms out …")):
    with NEEDED:
        views.show_bundle(views.required(STUDY, SHARE), "needed", {"required": t("所需水平", "Level required")})
    with LEVELS:
        views.show_bundle(
            views.every_level(STUDY),
            "levels",
            {
                "built": t("建成多少", "What is built"),
                "paid": t("谁来付费", "Who pays"),
                "worth": t("每千瓦成本与超额收益", "Cost per kW, rent and shortfall"),
                "load": t("负荷均价", "Average price of the load"),
                "by_year": t("逐年支付", "Payments by year"),
            },
        )
    with FRONTIER:
        views.show_bundle(
            views.whole_frontier(STUDY), "frontier", {"required": t("各比例所需水平", "What each share takes")}
        )
with EVIDENCE:
    st.write(
        t(
            "证据包含研究文件、算例、各项事实及来源、结果、图、命令、版本和每个文件的校验值；他人用一条命令即可逐字节复现。",
            "The pack holds the study, its cases, facts with sources, results, charts, the command, versions and the hash of every file; another person makes it again bit for bit with one command.",
        )
    )
    views.show_pack(STUDY)
    st.caption(
        t("自己的研究写成一个文件，用命令行运行：", "A study of one's own is one file, run on the command line:")
    )
    st.code(f"appraisal mechanism run {STUDY} -o pack.zip\nappraisal mechanism reproduce pack.zip", language="bash")
