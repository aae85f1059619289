"""The sidebar: language and role, the case and its state, saving, loading, sharing."""

from __future__ import annotations

import streamlit as st

from appraisal.app import state
from appraisal.app.draft import uploaded
from appraisal.app.faults import shown_as_is
from appraisal.app.state import ROLES, draft, lang, t
from appraisal.errors import InputError
from appraisal.report.remarks import data_date

LANGUAGES = {"zh": "中文", "en": "English"}


def sidebar() -> None:
    """Draw it."""
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
                f"{len(made.faults)} problems with the inputs; see Inputs",
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
    st.caption(t(f"数据日期：{data_date(made.result)}", f"Data as of {data_date(made.result)}"))


def title() -> str:
    """The title of the draft in the language of the page, or its file's name."""
    words = draft().at("title")
    return str((words or {}).get(lang()) or draft().name)


def _save() -> None:
    st.download_button(
        t("保存算例（YAML）", "Save the case (YAML)"), draft().yaml(), file_name=f"{draft().name}.yaml", mime="application/yaml",
        on_click=_saved, width="stretch", key="save", icon=":material/download:",
    )  # fmt: skip


def _saved() -> None:
    st.session_state["saved"] = draft().key


def _load() -> None:
    given = st.file_uploader(
        t("载入算例（YAML 或 Excel 模板）", "Load a case (YAML or Excel template)"),
        type=["yaml", "yml", "xlsx"],
        key="load",
    )
    if given is None:
        st.session_state.pop("loaded", None)
        return
    # An uploaded file stays in its widget; it is taken once.
    if st.session_state.get("loaded") == given.file_id:
        _tell_refused()
        return
    st.session_state["loaded"] = given.file_id
    try:
        state.take(uploaded(given.name, given.getvalue()), saved=True)
        st.session_state["load_faults"] = ()
        st.rerun()
    except InputError as error:
        st.session_state["load_faults"] = error.faults
        _tell_refused()


def _tell_refused() -> None:
    faults = st.session_state.get("load_faults", ())
    if faults:
        st.error("\n".join(f"- {shown_as_is(fault.text(lang()))}" for fault in faults))


def _share() -> None:
    if st.button(t("生成分享链接", "Make a link to share"), key="share", width="stretch", icon=":material/link:"):
        try:
            st.code(f"?{state.LINK}={state.share()}", language=None)
            st.caption(t("链接已写入地址栏，复制地址即可。", "The link stands in the address bar: copy the address."))
        except InputError as error:
            st.warning(shown_as_is(error.faults[0].message.text(lang())))
