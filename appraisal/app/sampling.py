"""The studies that draw: what is asked, the run, and what it shows."""

from __future__ import annotations

from functools import partial

import streamlit as st

from appraisal.app import moved, studies
from appraisal.app.faults import shown_as_is
from appraisal.app.jobs import AT_ONCE
from appraisal.app.pictures import show
from appraisal.app.reading import text_table
from appraisal.app.running import archive_button, run_long
from appraisal.app.settings import held, keyed, labelled
from appraisal.app.sidebar import title
from appraisal.app.state import draft, lang, t
from appraisal.app.study_tables import (
    contributions_table,
    correlations_table,
    drawn_table,
    risk_table,
    second_order_table,
    summary_table,
)
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
from appraisal.study.risk.trace import Convergence

_DRAWS = (250, 500, 1000, 2000, 4096, 10_000, 20_000)
# At first: at 2,000 the NPV of one ready case in six still moves, at 4,096 that of none does, within seconds.
FIRST_DRAWS = 4096
_BASES = (16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768)
# At first: it ranks the inputs of every ready case, in the page itself and within a few seconds.
FIRST_BASE = 512
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
    # A number of draws that a study asked for is none of the round ones.
    taken = st.session_state.get("mc_n") or held().get("mc_n", FIRST_DRAWS)
    counts = sorted({*_DRAWS, taken})
    n.selectbox(
        t("抽样次数", "Draws"), counts, key=keyed("mc_n", FIRST_DRAWS, counts), format_func=lambda count: f"{count:,}"
    )
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
    chosen = st.session_state
    return studies.Sample(
        n=int(chosen["mc_n"]), seed=int(chosen["mc_seed"] or 0), sampling=chosen["mc_sampling"], covenant=float(chosen["mc_covenant"] or 0.0)
    )  # fmt: skip


def _risk(result: Appraisal, found: MonteCarlo) -> None:
    metric = moved.metric_select(result, "mc_metric", "project_npv")
    trace = found.convergence(metric)
    _enough(found, trace)
    show(distribution(found, lang(), metric, title()), "distribution")
    st.subheader(t("风险", "Risk"))
    text_table(risk_table(found, lang()), t("风险指标、数值和标准误", "Risk figures with their standard errors"))
    st.subheader(t("各指标的分布", "Every metric over the draws"))
    text_table(
        summary_table(found, lang()),
        t("每个指标的均值、P 值、最差和最好", "Mean, P values, worst and best of every metric"),
    )
    for words in found.remarks(lang()):
        st.caption(shown_as_is(words))
    _inputs_drawn(found, metric)
    st.caption(shown_as_is(trace.words(lang())))
    show(convergence(trace, lang(), title()), "convergence")
    st.download_button(
        t("下载每次抽样（CSV）", "Download every draw (CSV)"), partial(_draws, found, lang()), file_name="draws.csv", mime="text/csv", key="draws",
        icon=":material/download:",
    )  # fmt: skip
    archive_button("montecarlo")


def _enough(found: MonteCarlo, trace: Convergence) -> None:
    """Where more draws would move the figures: that they would, and the number of draws to take, one click away."""
    if trace.next_n is None:
        return
    st.warning(
        t(
            f"{found.n:,} 次抽样还不够：再多抽几次，下面的概率和分位数还会明显变动（判断依据见“收敛”）。",
            f"{found.n:,} draws are too few: with more of them the probabilities and P values below would still move (Convergence says by how much).",
        ),
        icon=":material/warning:",
    )
    st.button(
        t(f"改为抽样 {trace.next_n:,} 次", f"Run with {trace.next_n:,} draws"),
        key="mc_more", type="primary", icon=":material/replay:", on_click=_take_draws, args=(trace.next_n,),
    )  # fmt: skip


def _take_draws(n: int) -> None:
    st.session_state["mc_n"] = held()["mc_n"] = n


def _inputs_drawn(found: MonteCarlo, metric: str) -> None:
    """Which inputs go with a metric, and what was drawn."""
    st.subheader(t("哪些输入与结果同动", "Which inputs go with the result"))
    text_table(
        contributions_table(found, metric, lang()),
        t("各输入与指标的秩相关系数", "Rank correlation of each input with the metric"),
    )
    with st.expander(t("抽到的输入", "The inputs as drawn"), key="drawn_inputs"):
        text_table(
            drawn_table(found, lang()), t("各输入的分布和抽样结果", "The distribution of each input and what was drawn")
        )
    if found.uncertainty.correlations:
        text_table(
            correlations_table(found, lang()), t("要求的与抽到的秩相关", "Rank correlations asked for and drawn")
        )


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
    # A base sample that a study asked for may be none of the round ones.
    taken = st.session_state.get("indices_n") or held().get("indices_n", FIRST_BASE)
    counts = sorted({*_BASES, taken})
    n.selectbox(
        t("基础样本数", "Base sample"),
        counts,
        key=keyed("indices_n", FIRST_BASE, counts),
        format_func=lambda count: f"{count:,}",
    )
    seed.number_input(t("随机种子", "Seed"), min_value=0, max_value=2**31, step=1, key=keyed("indices_seed", 1))
    chosen = st.session_state
    return studies.Design(
        method=chosen["indices_method"], metric=key, n=int(chosen["indices_n"]), seed=int(chosen["indices_seed"] or 0)
    )


def _indices(found: GlobalIndices) -> None:
    _trusted(found)
    picture = indices(found, lang(), title())
    show(picture, "indices")
    # What the picture says already is not said twice.
    told = " ".join(picture.subtitle).lower()
    for words in found.remarks(lang())[1:]:
        if words.lower() not in told:
            st.caption(shown_as_is(words))
    if found.second is not None:
        st.subheader(t("两两交互", "Interactions of pairs"))
        text_table(second_order_table(found, lang()), t("每一对输入的交互", "The interaction of each pair of inputs"))
    archive_button("indices")


def _trusted(found: GlobalIndices) -> None:
    """What of the picture can be relied on, in plain words; under them the criteria with their figures, and the way to more."""
    verdict = found.verdict
    # Of the widest interval: as far as an index may be off either way.
    off = f"{verdict.width / 2.0:.2f}"
    if verdict.code == "converged":
        st.success(
            t(
                "因素的排序和各自的占比都可以采信。",
                "Both the order of the inputs and the share of each can be relied on.",
            ),
            icon=":material/check_circle:",
        )
    elif verdict.code == "ranking only":
        st.info(
            t(
                f"哪个因素影响最大、哪个其次，可以采信；各指数的大小还只是约数，最多可能相差 ±{off}。",
                f"Which input matters most, and which comes next, can be relied on; the size of an index is still rough: it may be off by up to ±{off}.",
            ),
            icon=":material/info:",
        )
    else:
        st.warning(
            t(
                "样本还不够：因素的排序和各自的占比都还不能采信。",
                "The sample is too small: neither the order of the inputs nor the share of each can be relied on yet.",
            )
            if verdict.next_n is not None
            else t(
                "因素的排序和各自的占比都不能采信，原因如下。",
                "Neither the order of the inputs nor the share of each can be relied on, for the reason below.",
            ),
            icon=":material/warning:",
        )
    words = verdict.words(lang())
    st.caption(shown_as_is(words[:1].upper() + words[1:]))
    if verdict.next_n is not None:
        st.button(
            t(f"改用基础样本数 {verdict.next_n:,}", f"Run with a base sample of {verdict.next_n:,}"),
            key="indices_next", icon=":material/replay:", on_click=_take_base, args=(verdict.next_n,),
        )  # fmt: skip


def _take_base(n: int) -> None:
    st.session_state["indices_n"] = held()["indices_n"] = n
