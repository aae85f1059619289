"""What a result can be taken home as; the same figures in every file, made when asked for and kept by content."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath

import streamlit as st

from appraisal.app.draft import Draft, canonical
from appraisal.app.faults import shown_as_is
from appraisal.app.state import draft, lang, outcome, t
from appraisal.case import Case
from appraisal.errors import Fault, InputError
from appraisal.finance.tables import TITLES
from appraisal.pipeline import Appraisal
from appraisal.report.result import as_json
from appraisal.report.tables import BYTE_ORDER_MARK, PrintedTables, tables
from appraisal.scenario.sheet.values import MOST_TEXT

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KEPT = 12
# The earliest time that a zip file knows: the same tables make the same bytes.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def printed(made: Draft, result: Appraisal, lang: str, unit: str) -> PrintedTables:
    """The tables A–L of a draft's result, each made once."""
    return _printed(made.key, lang, unit, result)


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _printed(key: str, lang: str, unit: str, _result: Appraisal) -> PrintedTables:
    del key
    return tables(_result, lang, unit)


@st.cache_data(max_entries=_KEPT, show_spinner=False)
def workbook_bytes(key: str, lang: str, unit: str, _result: Appraisal) -> bytes:
    """The live workbook; *key* stands for the draft's content."""
    del key
    # Its libraries are needed by nobody who does not ask for it.
    from appraisal.report.workbook import workbook

    return workbook(_result, lang=lang, unit=unit)


@st.cache_data(max_entries=_KEPT, show_spinner=False)
def zip_bytes(key: str, lang: str, unit: str, _result: Appraisal) -> bytes:
    """The twelve tables as CSV files in one archive."""
    made, out = _printed(key, lang, unit, _result), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for letter, (name, _, _) in TITLES.items():
            archive.writestr(
                zipfile.ZipInfo(f"{letter}_{name}.csv", _EPOCH), csv_bytes(made, letter), zipfile.ZIP_DEFLATED
            )
    return out.getvalue()


def csv_bytes(made: PrintedTables, letter: str) -> bytes:
    """One table as a CSV that opens in Excel."""
    return (BYTE_ORDER_MARK + made[letter].csv()).encode()


def json_bytes(result: Appraisal, lang: str) -> bytes:
    """The result as the command line's ``run --json`` prints it."""
    return (json.dumps(as_json(result, lang=lang), ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()


def downloads(result: Appraisal, *, unit: str, place: str) -> None:
    """The buttons of every file of a result; *place* tells those of one page from those of another."""
    made, words = draft(), lang()
    with st.container(horizontal=True, key=f"downloads_{place}"):
        workbook_button(result, unit=unit, place=place)
        st.download_button(
            t("附表 A–L（CSV 压缩包）", "Tables A–L (CSV, zip)"), partial(zip_bytes, made.key, words, unit, result), file_name=f"{made.name}_tables_{words}.zip",
            mime="application/zip", key=f"zip_{place}", icon=":material/folder_zip:", on_click="ignore",
        )  # fmt: skip
        st.download_button(
            t("结果（JSON）", "Result (JSON)"), partial(json_bytes, result, words), file_name=f"{made.name}_result.json", mime="application/json",
            key=f"json_{place}", icon=":material/data_object:", on_click="ignore",
        )  # fmt: skip
        st.download_button(
            case_label(made, t("算例", "Case")), partial(saved_bytes, made.key, made), file_name=made.file_name(".yaml"), mime=mime_of(made.file_name(".yaml")),
            key=f"yaml_{place}", icon=":material/description:", on_click="ignore",
        )  # fmt: skip
    st.caption(
        t("工作簿为可重算的公式，首次生成约需数秒；各文件与本页数字相同。", "The workbook holds live formulas and takes some seconds the first time; every file has the figures of this page.")
    )  # fmt: skip


def workbook_button(result: Appraisal, *, unit: str, place: str) -> None:
    """The button of the workbook."""
    made, words = draft(), lang()
    st.download_button(
        t("Excel 工作簿（可重算）", "Excel workbook (live)"), partial(workbook_bytes, made.key, words, unit, result), file_name=f"{made.name}_{words}.xlsx",
        mime=XLSX, key=f"workbook_{place}", icon=":material/table_view:", on_click="ignore",
    )  # fmt: skip


def case_label(made: Draft, words: str) -> str:
    """What a button says that gives the case: which format, and that its price series come along."""
    kind = t("ZIP，含数据文件", "ZIP with its files") if made.files else "YAML"
    return words + t(f"（{kind}）", f" ({kind})")


@st.cache_data(max_entries=_KEPT, show_spinner=False)
def saved_bytes(key: str, _draft: Draft) -> bytes:
    """The file of a draft; *key* stands for its content.

    Made before anybody asks: a button that tells the page of its click draws the page anew, and a file that is made only
    then would be gone by the time that the browser fetches it.
    """
    del key
    return _draft.saved()


def mime_of(name: str) -> str:
    """The kind of a file by the ending that this app gives it."""
    return {".zip": "application/zip", ".xlsx": XLSX, ".yaml": "application/yaml"}[PurePath(name).suffix]


@dataclass(frozen=True, kw_only=True)
class Filled:
    """The workbook to fill in with what a case states, or why there is none."""

    content: bytes
    faults: tuple[Fault, ...] = ()


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _filled(key: str, lang: str, _draft: Draft, _case: Case) -> Filled:
    del key
    # Its library is needed by nobody who does not ask for it.
    from appraisal.scenario.sheet import workbook

    try:
        return Filled(content=_draft.with_files(".xlsx", workbook(lang, _draft.stated, _case)))
    except InputError as error:
        return Filled(content=b"", faults=error.faults)


def template_bytes(made: Draft, case: Case, lang: str) -> bytes:
    """The workbook to fill in, with what the draft states; its price series beside it in an archive."""
    return _filled(made.key, lang, made, case).content


def template_button() -> None:
    """The button of the workbook to fill in; it waits for a case that can be computed."""
    made, words, result = draft(), lang(), outcome().result
    name = made.file_name(".xlsx")
    # A cell holds less than a file: only what is longer as a whole is written at once, to see.
    long = result is not None and len(canonical(made.stated)) > MOST_TEXT
    faults = _filled(made.key, words, made, result.case).faults if long and result is not None else ()
    st.download_button(
        t("保存为可填写的工作簿", "Save as a workbook to fill in"),
        partial(template_bytes, made, result.case, words) if result is not None and not faults else b"", file_name=name,
        mime=mime_of(name), key="save_workbook", icon=":material/table_view:", on_click="ignore", width="stretch",
        disabled=result is None or bool(faults),
        help=t(
            "Excel 模板，已填入本算例；修改后可在下方载入。", "An Excel template with this case in it; change it and load it below."
        ),
    )  # fmt: skip
    for fault in faults:
        st.caption(shown_as_is(fault.text(words)))
