"""What the page of batches shows: the matrix as it was understood, how the run stands, what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

import pandas as pd
import streamlit as st

from appraisal.app import batches
from appraisal.app.batches import BatchJob, Preview
from appraisal.app.faults import shown_as_is
from appraisal.app.fields import printed
from appraisal.app.moved import told_faults
from appraisal.app.pictures import show
from appraisal.app.reading import text_table
from appraisal.app.state import draft, lang, t
from appraisal.batch.finished import open_run
from appraisal.batch.results import FAILURES, RESULTS, TABLE
from appraisal.batch.summary import failures
from appraisal.errors import InputError
from appraisal.report.frames import text_rows
from appraisal.report.run_summary import summary
from appraisal.report.run_workbook import MOST_ROWS, run_workbook

_EVERY = 1.0
_JOB, _GIVEN, _REFUSED = "batch_job", "batch_given", "batch_refused"
_MOST_REFUSED = 10
_HOUR, _MINUTE = 3600.0, 60.0


def given() -> Preview | None:
    """The matrix that was handed over; it stays while other pages are looked at, and is read anew where the case changes."""
    file = st.file_uploader(
        t("情景表（CSV、Excel 或 Parquet）", "Matrix of scenarios (CSV, Excel or Parquet)"),
        type=[one.removeprefix(".") for one in batches.SUFFIXES],
        key="batch_file",
    )
    if file is not None:
        st.session_state[_GIVEN] = (file.name, file.getvalue())
    held: tuple[str, bytes] | None = st.session_state.get(_GIVEN)
    if held is None:
        return None
    with st.spinner(t("正在读取并试算……", "Reading it and trying a few rows …")):
        return batches.preview(*held, draft())


def show_preview(found: Preview) -> None:
    """The first rows as they were understood, rows that cannot be read, about how long it takes."""
    if found.faults:
        st.error("\n".join(f"- {shown_as_is(fault.text(lang()))}" for fault in found.faults), icon=":material/error:")
        return
    st.markdown(
        t(
            f"**{shown_as_is(found.name)}**：{found.rows:,} 行，改动 {len(found.columns)} 项输入，约需 {_span(found.seconds)}。",
            f"**{shown_as_is(found.name)}**: {found.rows:,} rows vary {len(found.columns)} inputs; it takes about {_span(found.seconds)}.",
        )
    )
    heads = {path: f"{what.title(lang())} [{path}]" for path, what in found.columns.items()}
    rows = [
        {t("编号", "Id"): row["id"]}
        | {heads[path]: "—" if row[path] is None else printed(row[path]) for path in found.columns}
        for row in found.first
    ]
    text_table(pd.DataFrame(rows), t("前几行，按读取的结果", "The first rows, as they were understood"))
    st.caption(t("— 表示沿用当前算例的值。", "— keeps the value of the current case."))
    for note in found.notes:
        st.caption(shown_as_is(note.text(lang())))
    if found.refused:
        st.warning(
            t(f"{len(found.refused):,} 行无法读取，将列为失败：", f"{len(found.refused):,} rows cannot be read and will fail:")
            + "\n"
            + "\n".join(f"- {shown_as_is(name)}: {shown_as_is(why.text(lang()))}" for name, why in found.refused[:_MOST_REFUSED]),
            icon=":material/warning:",
        )  # fmt: skip


def _span(seconds: float) -> str:
    """A time in words, no finer than it is known."""
    if seconds >= _HOUR:
        return t(f"{seconds / _HOUR:.1f} 小时", f"{seconds / _HOUR:.1f} h")
    if seconds >= _MINUTE:
        return t(f"{seconds / _MINUTE:.0f} 分钟", f"{seconds / _MINUTE:.0f} min")
    return t(f"{seconds:.0f} 秒", f"{seconds:.0f} s")


def run(found: Preview) -> BatchJob | None:
    """Start, stop, go on; the job once it is done."""
    job: BatchJob | None = st.session_state.get(_JOB)
    told_faults(st.session_state.pop(_REFUSED, ()))
    if job is None or job.asked != batches.asked_key(draft(), found) or job.cancelled:
        st.button(
            t("开始计算", "Start"), key="batch_start", type="primary", icon=":material/play_arrow:", on_click=_start, args=(found,)
        )  # fmt: skip
        return None
    state = job.state
    if state == "running":
        _watch()
        return None
    if state == "done":
        return job
    _broken(job, state)
    return None


def _start(found: Preview) -> None:
    before: BatchJob | None = st.session_state.pop(_JOB, None)
    if before is not None:
        before.cancel()
    try:
        owner = str(st.session_state.setdefault("owner", uuid4().hex))
        st.session_state[_JOB] = batches.start(draft(), found, lang=lang(), owner=owner)
    except InputError as error:
        st.session_state[_REFUSED] = error.faults


def _resume() -> None:
    job: BatchJob = st.session_state[_JOB]
    try:
        job.resume()
    except InputError as error:
        st.session_state[_REFUSED] = error.faults


def _drop() -> None:
    job: BatchJob | None = st.session_state.pop(_JOB, None)
    if job is not None:
        job.cancel()


@st.fragment(run_every=_EVERY)
def _watch() -> None:
    """How far it is; when it ends the page is drawn anew."""
    job: BatchJob | None = st.session_state.get(_JOB)
    if job is None or job.state != "running":
        st.rerun()
        return
    done, left = min(job.done, job.rows), job.left
    words = t(f"已完成 {done:,} / {job.rows:,} 行", f"{done:,} of {job.rows:,} rows done")
    words += t(f"，约需 {_span(left)}", f", about {_span(left)} left") if left is not None and done < job.rows else ""
    st.progress(done / job.rows, text=words)
    st.button(t("停止", "Stop"), key="batch_stop", icon=":material/pause_circle:", on_click=job.stop)


def _broken(job: BatchJob, state: str) -> None:
    """Why there is no result, and the ways on."""
    done = min(job.done, job.rows)
    if state == "refused":
        st.warning("\n".join(f"- {shown_as_is(line)}" for line in job.refusal()), icon=":material/warning:")
    else:
        words = (
            t("已停止；", "Stopped; ")
            if state == "stopped"
            else t("计算意外中断；", "The run broke off unexpectedly; ")
        )
        st.warning(
            words + t(f"已完成的 {done:,} / {job.rows:,} 行已保留。", f"{done:,} of {job.rows:,} rows are done and kept."),
            icon=":material/pause_circle:",
        )  # fmt: skip
    left, right = st.columns(2)
    if state != "refused":
        left.button(
            t("继续", "Go on"), key="batch_resume", type="primary", icon=":material/play_arrow:", on_click=_resume
        )
    right.button(t("放弃这次计算", "Drop this run"), key="batch_drop", icon=":material/delete:", on_click=_drop)


def show_results(job: BatchJob, metric: str) -> None:
    """Quantiles, failures by reason, downloads."""
    done = open_run(job.run)
    found = summary(done, metric, [], batches.SHOWN, lang())
    for sentence in found.sentences:
        st.markdown(shown_as_is(sentence))
    show(found.pictures["distribution"](), "batch_distribution")
    key = t("代号", "Key")
    _table(found.tables["summary"].drop(columns=[key]), t("各项指标的分位数", "Quantiles of every figure"))
    st.caption(shown_as_is(found.remarks[0]))
    if done.failed.any():
        st.subheader(t("失败原因", "Failures by reason"))
        heads = dict(zip(("code", "path", "rows", "id", "reason"), _HEADS[lang()], strict=True))
        _table(failures(done).rename(columns=heads), t("失败的行，按原因", "Rows that failed, by reason"))
    _downloads(job)


_HEADS: dict[str, Sequence[str]] = {
    "zh": ("代码", "输入", "行数", "首个编号", "首个原因"),
    "en": ("Code", "Input", "Rows", "First id", "Its reason"),
}


def _table(frame: pd.DataFrame, alt: str) -> None:
    heads, *rows = text_rows(frame)
    text_table(pd.DataFrame(rows, columns=pd.Index(heads)), alt)


def _downloads(job: BatchJob) -> None:
    st.subheader(t("下载", "Downloads"))
    files = (
        (RESULTS, "Parquet", "application/vnd.apache.parquet"),
        (TABLE, "CSV", "text/csv"),
        (FAILURES, t("失败清单", "Failures"), "text/csv"),
    )
    columns = st.columns(len(files) + 1)
    for column, (name, label, mime) in zip(columns, files, strict=False):
        path = job.run / name
        column.download_button(label, path.read_bytes, file_name=name, mime=mime, key=f"batch_{name}", width="stretch")
    if job.rows <= MOST_ROWS:
        words, place = lang(), job.run
        columns[-1].download_button(
            "Excel", lambda: run_workbook(open_run(place), words), file_name="results.xlsx", key="batch_xlsx", width="stretch",
            mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        )  # fmt: skip
    else:
        columns[-1].caption(t(f"超过 {MOST_ROWS:,} 行不提供 Excel", f"No Excel beyond {MOST_ROWS:,} rows"))
