"""The sidebar: language and role, the case and its state, saving, loading, sharing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import streamlit as st

from appraisal.app import state
from appraisal.app.archive import TABLES
from appraisal.app.choices import fact_title
from appraisal.app.downloads import case_label, mime_of, saved_bytes, template_button
from appraisal.app.draft import SUFFIXES, handed_over
from appraisal.app.faults import shown_as_is
from appraisal.app.state import LANGUAGES, ROLES, draft, lang, t
from appraisal.errors import InputError, Message
from appraisal.report.remarks import data_age


def head() -> None:
    """What needs no case: language and role."""
    with st.sidebar:
        st.radio(
            "语言 / Language",
            list(LANGUAGES),
            format_func=lambda code: LANGUAGES[str(code)],
            key="lang",
            horizontal=True,
        )
        # Set on every run: else the browser keeps the label of the language before.
        st.session_state["role"] = st.session_state["role"]
        st.selectbox(t("角色", "Role"), list(ROLES), format_func=_roles(lang()).__getitem__, key="role")


def sidebar() -> None:
    """The case, below the head."""
    with st.sidebar:
        _case()
        _save()
        _load()
        _share()


def _roles(language: str) -> dict[str, str]:
    """Labels by code: a format function knows no session, because a test calls it outside of one."""
    return {code: words[0 if language == "zh" else 1] for code, words in ROLES.items()}


def _case() -> None:
    made = state.outcome()
    st.markdown(f"**{shown_as_is(title())}**")
    st.caption(t("有未保存的修改", "Unsaved changes") if state.unsaved() else t("无未保存的修改", "No unsaved changes"))
    if made.result is None:
        st.error(
            t(
                f"输入有 {len(made.faults)} 处问题，见“项目与输入”",
                f"{len(made.faults)} {'problem' if len(made.faults) == 1 else 'problems'} with the inputs; see Inputs",
            ),
            icon=":material/error:",
        )
        return
    failed = [check for check in made.result.checks if not check.ok.all()]
    if failed:
        st.error(
            t(f"勾稽检查：{len(failed)} 项不平", f"Master check: {len(failed)} do not hold"), icon=":material/error:"
        )
    else:
        count = len(made.result.checks)
        st.success(
            t(f"勾稽检查：{count} 项全部通过", f"Master check: all {count} hold"), icon=":material/check_circle:"
        )
    age = data_age(made.result, date.today())
    if age is None:
        st.caption(t("数据：本算例未引用电价与市场事实", "Data: the case reads no fact of a tariff or a market"))
    else:
        (st.warning if age.stale else st.caption)(
            shown_as_is(age.told(Message(fact_title(age.name, "en"), fact_title(age.name, "zh"))).text(lang()))
        )


def title() -> str:
    """The title of the draft in the language of the page, or its file's name."""
    words = draft().at("title")
    return str((words.get(lang()) if isinstance(words, Mapping) else words) or draft().name)


def _save() -> None:
    made = draft()
    st.download_button(
        case_label(made, t("保存算例", "Save the case")), saved_bytes(made.key, made), file_name=made.file_name(".yaml"), mime=mime_of(made.file_name(".yaml")),
        on_click=_saved, width="stretch", key="save", icon=":material/download:",
    )  # fmt: skip
    fault = state.unfit()
    if fault is not None:
        words = t("刷新网页会丢失当前修改，请先保存：", "Loading the page anew loses the changes; save them first: ")
        st.caption(words + shown_as_is(fault.message.text(lang())))
    template_button()


def _saved() -> None:
    st.session_state["saved"] = draft().key


def _load() -> None:
    # What was taken leaves the field: a field of another key is empty.
    key = f"load|{st.session_state.setdefault('loads', 0)}"
    st.file_uploader(
        t("载入算例（YAML、Excel 模板或 ZIP；电价表可一并选择）", "Load a case (YAML, Excel template or ZIP; the table of its prices along with it)"),
        type=[ending.lstrip(".") for ending in (*SUFFIXES, *TABLES)],
        accept_multiple_files=True,
        key=key,
        on_change=_handed_over,
        args=(key,),
    )  # fmt: skip
    faults = st.session_state.get("load_faults", ())
    if faults:
        st.error("\n".join(f"- {shown_as_is(fault.text(lang()))}" for fault in faults))


def _handed_over(key: str) -> None:
    """Take what was just handed over; what is wrong with it is held until another case is taken, in both languages."""
    given = st.session_state.get(key) or ()
    st.session_state["load_faults"] = ()
    if not given:
        return
    try:
        made = handed_over([(one.name, one.getvalue()) for one in given])
    except InputError as error:
        st.session_state["load_faults"] = error.faults
        return
    state.take(made, saved=True)
    st.session_state["loads"] += 1


def _share() -> None:
    if st.button(t("生成分享链接", "Make a link to share"), key="share", width="stretch", icon=":material/link:"):
        try:
            st.code(state.share(), language=None)
            st.caption(t("链接已在地址栏中，复制地址即可。", "The link stands in the address bar: copy the address."))
        except InputError as error:
            st.warning(shown_as_is(error.faults[0].message.text(lang())))
