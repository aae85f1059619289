"""批量 / Batch: thousands of scenarios from a matrix, on the case worked on."""

from __future__ import annotations

import streamlit as st

from appraisal.app import batch_views, moved
from appraisal.app.batches import equal_command, sample
from appraisal.app.frame import begun
from appraisal.app.state import draft, t

RESULT = begun(
    t("批量", "Batch"),
    t(
        "每行一个情景、每列一项输入，空格沿用当前算例；算出每行的指标，坏行列明原因，不影响其他行。",
        "One scenario a row, one input a column, an empty cell keeps the current case; every row gets its figures, a bad row its reason, and it stops no other.",
    ),
)
if RESULT is not None:
    st.caption(
        t(
            "首行为列名：输入的路径（finance.loan_rate）或界面上的名称（长期借款利率）；编号列写作“编号”或 id。",
            "The first row has the headings: paths of inputs (finance.loan_rate) or their titles; a column id names the rows.",
        )
    )
    st.download_button(
        t("下载样表", "Download a sample"),
        sample(draft()),
        file_name="matrix.csv",
        mime="text/csv",
        key="batch_sample",
        icon=":material/download:",
    )
    GIVEN = batch_views.given()
    if GIVEN is not None:
        batch_views.show_preview(GIVEN)
    if GIVEN is not None and not GIVEN.faults:
        JOB = batch_views.run(GIVEN)
        if JOB is not None:
            METRIC = moved.metric_select(RESULT, "batch_metric", "project_irr")
            batch_views.show_results(JOB, METRIC)
    st.subheader(t("等同的命令", "The equal command"))
    st.caption(
        t(
            "先从侧边栏保存算例，与情景表放在同一文件夹；不限行数，可用全部处理器。",
            "Save the case from the sidebar and put it beside the matrix; it takes any number of rows and every processor.",
        )
    )
    st.code(equal_command(draft(), GIVEN), language="bash")
