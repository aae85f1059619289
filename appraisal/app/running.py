"""A long study on a page: started in another process, watched, cancelled, and read back when it is done."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

import streamlit as st

from appraisal.app import jobs
from appraisal.app.faults import shown_as_is
from appraisal.app.moved import told_faults
from appraisal.app.state import draft, lang, t
from appraisal.errors import InputError, Message, said

_EVERY = 1.0


def asked_key(settings: str) -> str:
    """What names a run: the draft and what was asked of it."""
    return f"{draft().key} {settings}"


def run_long(study: str, words: Sequence[str], settings: str, rows: int) -> bytes | None:
    """The measured values of a long study; None while it is not done, and then the page says how it stands.

    Parameters
    ----------
    study : str
        Names the widgets.
    words : sequence of str
        The command and its options.
    settings : str
        What was asked, as one line.
    rows : int
        Scenarios to appraise.
    """
    job: jobs.Job | None = st.session_state.get(f"job|{study}")
    if job is not None and job.asked == asked_key(settings):
        state = job.state
        if state == "done":
            return job.measured()
        if state == "running":
            _watch(study)
            return None
        _ended(job, state, words)
    else:
        st.info(
            t(
                f"共 {rows:,} 个方案，将在单独的进程中计算；期间可以继续使用其他页面，也可以随时取消。",
                f"{rows:,} scenarios: they run in a process of their own; other pages stay usable, and it can be cancelled at any time.",
            ),
            icon=":material/schedule:",
        )
    st.button(
        t("开始计算", "Start"),
        key=f"start|{study}",
        type="primary",
        icon=":material/play_arrow:",
        on_click=_start,
        args=(study, words, settings, rows),
    )
    told_faults(st.session_state.pop(f"refused|{study}", ()))
    return None


def _start(study: str, words: Sequence[str], settings: str, rows: int) -> None:
    before: jobs.Job | None = st.session_state.pop(f"job|{study}", None)
    if before is not None:
        before.cancel()
    try:
        st.session_state[f"job|{study}"] = jobs.start(
            draft(), words, asked=asked_key(settings), rows=rows, lang=lang(), owner=_owner()
        )
    except InputError as error:
        st.session_state[f"refused|{study}"] = error.faults


def why_nothing_is_kept(words: Sequence[str]) -> Message:
    """What a part of a study would be worth, by the command that was running and its options.

    A Latin hypercube has one draw in each of its N strata, and an index compares all rows of its design: a part is neither.
    The first rows of independent draws, and the first power of two of a Sobol' sequence, are the study of so few draws by
    the same seed to the last bit (:func:`appraisal.study.draw.design`); with correlations, whose order is that of all
    draws, they are not. So a smaller study is what to ask for, and it says its own n.
    """
    if words[0] != "montecarlo":
        return said(
            "none is kept: a global index compares every row of its design",
            "均未保留：全局敏感性指标要用到设计中的全部样本",
        )  # fmt: skip
    if "latin_hypercube" in words:
        return said(
            "none is kept: part of a Latin hypercube leaves strata empty and is no sample of the inputs",
            "均未保留：拉丁超立方的一部分缺少若干分层，不能代表输入的分布",
        )  # fmt: skip
    return said(
        "none is kept: figures are written when a run ends. Ask for fewer draws with the same seed: without correlations they are the first ones of this run",
        "均未保留：结果在计算完成时才写出。可用同一种子减少抽样次数：没有设定相关性时，抽到的就是这次计算的前若干次",
    )  # fmt: skip


def _owner() -> str:
    """A name of this session that no other has."""
    return str(st.session_state.setdefault("owner", uuid4().hex))


@st.fragment(run_every=_EVERY)
def _watch(study: str) -> None:
    """How far it is; when it ends the page is drawn anew."""
    job: jobs.Job | None = st.session_state.get(f"job|{study}")
    if job is None or job.state != "running":
        st.rerun()
        return
    done, left = min(job.done, job.rows), job.left
    words = t(f"已完成 {done:,} / {job.rows:,}", f"{done:,} of {job.rows:,} done")
    if not done:
        words += t("，正在准备……", ", getting ready …")
    elif done == job.rows:
        words += t("，正在整理结果……", ", writing the results …")
    elif left is not None:
        words += t(f"，约需 {left:.0f} 秒", f", about {left:.0f} s left")
    st.progress(done / job.rows, text=words)
    st.button(t("取消", "Cancel"), key=f"cancel|{study}", icon=":material/stop_circle:", on_click=job.cancel)


def _ended(job: jobs.Job, state: jobs.State, words: Sequence[str]) -> None:
    """Why there is no result."""
    if state == "cancelled":
        st.warning(
            t(
                "这次计算已停止（取消，或长时间无人查看）。",
                "This run was stopped: cancelled, or not looked at for long. ",
            )
            + t(
                f"已算完 {job.reached:,} / {job.rows:,} 个方案，",
                f"{job.reached:,} of {job.rows:,} scenarios were done; ",
            )
            + why_nothing_is_kept(words).text(lang()),
            icon=":material/stop_circle:",
        )
    elif state == "refused":
        st.warning("\n".join(f"- {shown_as_is(line)}" for line in job.refusal()), icon=":material/warning:")
    else:
        st.error(
            t(
                "计算意外中断；请重新开始，或减少抽样次数。",
                "The run broke off unexpectedly; start it again, or ask for fewer draws.",
            ),
            icon=":material/error:",
        )


def archive_button(study: str) -> None:
    """Everything that the command wrote, as one archive; nothing where no command ran."""
    job: jobs.Job | None = st.session_state.get(f"job|{study}")
    if job is not None and job.state == "done":
        st.download_button(
            t("下载全部结果（ZIP）", "Download everything (ZIP)"), job.archive, file_name=f"{study}.zip", mime="application/zip", key=f"zip|{study}",
            icon=":material/download:",
        )  # fmt: skip
