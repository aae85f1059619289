"""The studies that draw: what is asked, the run, and what it shows."""

from __future__ import annotations

from functools import partial

import streamlit as st

from appraisal.app import moved, studies
from appraisal.app.faults import shown_as_is
from appraisal.app.jobs import AT_ONCE
from appraisal.app.pictures import show
from appraisal.app.running import archive_button, run_long
from appraisal.app.settings import keyed, labelled
from appraisal.app.sidebar import title
from appraisal.app.state import draft, lang, t
from appraisal.app.study_tables import contributions_table, risk_table, second_order_table, summary_table
from appraisal.errors import InputError
from appraisal.pipeline import Appraisal
from appraisal.report.charts.convergence import convergence
from appraisal.report.charts.indices import indices
from appraisal.report.charts.risk import distribution
from appraisal.report.frames import csv_bytes
from appraisal.report.studies import told_beyond
from appraisal.study.draw import SAMPLINGS
from appraisal.study.indices import METHODS, GlobalIndices, design
from appraisal.study.risk import COVENANT, MonteCarlo

_DRAWS = (250, 500, 1000, 2000, 4096, 10_000, 20_000)
_BASES = (16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192)
_SAMPLINGS = {
    "latin_hypercube": ("拉丁超立方", "Latin hypercube"), "sobol": ("Sobol 序列（次数为 2 的幂）", "Sobol' sequence (a power of two)"), "random": ("独立随机", "independent"),
}  # fmt: skip


def monte_carlo_view(result: Appraisal) -> None:
    """Monte Carlo of the draft."""
    for sentence in told_beyond(result.case, lang()):
        st.warning(shown_as_is(sentence), icon=":material/warning:")
    asked = _sample()
    rows = asked.n * max(1, len(result.case.uncertainty.branches))
    content = None
    if rows > AT_ONCE:
        words = [
            "montecarlo",
            "--n",
            str(asked.n),
            "--seed",
            str(asked.seed),
            "--sampling",
            asked.sampling,
            "--covenant",
            repr(asked.covenant),
        ]
        content = run_long("montecarlo", words, asked.settings, rows)
        if content is None:
            return
    with st.spinner(t("正在抽样计算……", "Drawing and appraising …")):
        made = studies.monte_carlo_of(draft(), result.case, asked, content)
    moved.told_faults(made.faults)
    if made.found is not None:
        _risk(result, made.found)


def _sample() -> studies.Sample:
    n, sampling, covenant, seed = st.columns([2, 3, 2, 2])
    n.selectbox(t("抽样次数", "Draws"), _DRAWS, key=keyed("mc_n", 1000, _DRAWS), format_func=lambda count: f"{count:,}")
    sampling.selectbox(
        t("抽样方法", "Sampling"),
        list(SAMPLINGS),
        key=keyed("mc_sampling", "latin_hypercube", SAMPLINGS),
        format_func=labelled(_SAMPLINGS),
    )
    covenant.number_input(
        t("约定偿债备付率", "DSCR covenant"), min_value=0.0, max_value=10.0, step=0.05, format="%.2f", key=keyed("mc_covenant", COVENANT),
        help=t("贷款人要求的最低偿债备付率", "The least cover that the lender asks for"),
    )  # fmt: skip
    seed.number_input(
        t("随机种子", "Seed"),
        min_value=0,
        max_value=2**31,
        step=1,
        key=keyed("mc_seed", 1),
        help=t("同一种子得到相同结果", "The same seed gives the same result"),
    )
    held = st.session_state
    return studies.Sample(
        n=int(held["mc_n"]),
        seed=int(held["mc_seed"] or 0),
        sampling=held["mc_sampling"],
        covenant=float(held["mc_covenant"] or 0.0),
    )


def _risk(result: Appraisal, found: MonteCarlo) -> None:
    metric = moved.metric_select(result, "mc_metric", "project_npv")
    trace = found.convergence(metric)
    show(distribution(found, lang(), metric, title()), "distribution")
    st.subheader(t("风险", "Risk"))
    st.dataframe(
        risk_table(found, lang()),
        hide_index=True,
        width="stretch",
        height="content",
        key="risk",
        column_config=moved.first_column(t("风险指标", "Risk figure")),
    )
    st.subheader(t("各指标的分布", "Every metric over the draws"))
    st.dataframe(
        summary_table(found, lang()),
        hide_index=True,
        width="stretch",
        height="content",
        key="summary",
        column_config=moved.first_column(t("指标", "Metric")),
    )
    for words in found.remarks(lang()):
        st.caption(shown_as_is(words))
    st.subheader(t("哪些输入与结果同动", "Which inputs go with the result"))
    st.dataframe(
        contributions_table(found, metric, lang()),
        hide_index=True,
        width="stretch",
        height="content",
        key="contributions",
    )
    with st.expander(t("抽到的输入", "The inputs as drawn"), key="drawn_inputs"):
        st.dataframe(found.inputs_table(lang()), hide_index=True, width="stretch", key="inputs_drawn")
    if found.uncertainty.correlations:
        st.dataframe(found.correlations_table(lang()), hide_index=True, width="stretch", key="correlations")
    st.caption(shown_as_is(trace.words(lang())))
    show(convergence(trace, lang(), title()), "convergence")
    st.download_button(
        t("下载每次抽样（CSV）", "Download every draw (CSV)"), partial(_draws, found, lang()), file_name="draws.csv", mime="text/csv", key="draws",
        icon=":material/download:",
    )  # fmt: skip
    archive_button("montecarlo")


def _draws(found: MonteCarlo, language: str) -> bytes:
    return csv_bytes(found.draws_table(language))


def indices_view(result: Appraisal) -> None:
    """Global indices of a metric of the draft."""
    asked = _design(result)
    try:
        rows = len(design(asked.method, len(result.case.uncertainty), n=asked.n, seed=asked.seed).unit)
    except InputError as error:
        moved.told_faults(error.faults)
        return
    content = None
    if rows > AT_ONCE:
        words = [
            "sensitivity",
            "--method",
            asked.method,
            "--metric",
            asked.metric,
            "--n",
            str(asked.n),
            "--seed",
            str(asked.seed),
        ]
        content = run_long("indices", words, asked.settings, rows)
        if content is None:
            return
    with st.spinner(t("正在计算……", "Working it out …")):
        made = studies.indices_of(draft(), result.case, asked, content)
    moved.told_faults(made.faults)
    if made.found is not None:
        _indices(made.found)


def _design(result: Appraisal) -> studies.Design:
    metric, method, n, seed = st.columns([3, 3, 2, 2])
    with metric:
        key = moved.metric_select(result, "indices_metric", "project_npv")
    titles = {name: (one.zh, one.en) for name, one in METHODS.items()}
    method.selectbox(
        t("方法", "Method"), list(METHODS), key=keyed("indices_method", "sobol", METHODS), format_func=labelled(titles)
    )
    n.selectbox(
        t("基础样本数", "Base sample"),
        _BASES,
        key=keyed("indices_n", 128, _BASES),
        format_func=lambda count: f"{count:,}",
    )
    seed.number_input(t("随机种子", "Seed"), min_value=0, max_value=2**31, step=1, key=keyed("indices_seed", 1))
    held = st.session_state
    return studies.Design(
        method=held["indices_method"], metric=key, n=int(held["indices_n"]), seed=int(held["indices_seed"] or 0)
    )


def _indices(found: GlobalIndices) -> None:
    words = found.verdict.words(lang())
    verdict = shown_as_is(words[:1].upper() + words[1:])
    if found.verdict.code == "converged":
        st.success(verdict, icon=":material/check_circle:")
    else:
        st.warning(verdict, icon=":material/warning:")
    picture = indices(found, lang(), title())
    show(picture, "indices")
    # What the picture says already is not said twice.
    told = " ".join(picture.subtitle).lower()
    for words in found.remarks(lang())[1:]:
        if words.lower() not in told:
            st.caption(shown_as_is(words))
    if found.second is not None:
        st.subheader(t("两两交互", "Interactions of pairs"))
        st.dataframe(
            second_order_table(found, lang()), hide_index=True, width="stretch", height="content", key="second_order"
        )
    archive_button("indices")
