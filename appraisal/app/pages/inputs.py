"""项目与输入 / Inputs: the ten that matter, then every field of the case, each with its range, default and origin."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from appraisal.app import entries, events, forms, unsure
from appraisal.app.faults import show_faults, shown_as_is, title_of
from appraisal.app.fields import field_at, grouped, is_number, printed
from appraisal.app.figures import brief
from appraisal.app.main import PAGES
from appraisal.app.matter import ten
from appraisal.app.reading import text_table
from appraisal.app.state import as_loaded, draft, lang, outcome, t
from appraisal.app.widgets import text_of
from appraisal.case.schema import SECTIONS

TABS = {
    "project": ("项目", "Project"), "storage": ("技术", "Technology"), "cost": ("成本", "Cost"), "revenue": ("收入机制", "Revenue"),
    "prices": ("电价", "Prices"), "load": ("负荷", "Load"), "tax": ("税费", "Tax"), "finance": ("融资", "Finance"), "events": ("事件", "Events"), "uncertainty": ("不确定性", "Uncertainty"),
}  # fmt: skip


def _project() -> None:
    forms.section(SECTIONS["title"], "title")
    forms.section(SECTIONS["project"], "project")


def _cost() -> None:
    st.subheader(t("建设投资", "Investment"))
    forms.section(SECTIONS["capital"], "capital")
    st.subheader(t("运营成本", "Operating cost"))
    forms.section(SECTIONS["operating_cost"], "operating_cost")


def _revenue() -> None:
    st.subheader(t("收入", "Revenue streams"))
    entries.streams("revenue", forms.section)
    st.subheader(t("支持政策", "Support"))
    entries.streams("support", forms.section)


def _prices() -> None:
    st.page_link(
        PAGES / "prices.py",
        label=t("在“电价与曲线”页查看、选择和上传电价", "See, choose and upload prices on the page Prices"),
        icon=":material/show_chart:",
    )
    forms.section(SECTIONS["market"], "market", apart=("load_mw", "site"))


def _load() -> None:
    st.caption(t("用户侧项目：放电功率不超过用电负荷。", "User side: discharge never exceeds the load of the host."))
    forms.section(SECTIONS["market"], "market", only=("load_mw", "site"), columns=1)


def _uncertainty() -> None:
    unsure.uncertainty()
    unsure.overlays()


DRAWN = {
    "project": _project, "storage": lambda: forms.section(SECTIONS["storage"], "storage"), "cost": _cost, "revenue": _revenue, "prices": _prices,
    "load": _load, "tax": lambda: forms.section(SECTIONS["tax"], "tax"), "finance": lambda: forms.section(SECTIONS["finance"], "finance"),
    "events": events.events, "uncertainty": _uncertainty,
}  # fmt: skip


def _changed() -> None:
    """What differs from the case as it was loaded."""
    found = forms.changes(draft(), as_loaded())
    if not found:
        st.caption(t("与载入时相同；每次修改都立即重新计算。", "As it was loaded; every change is computed at once."))
        return
    with st.expander(
        t(f"与载入时相比改了 {len(found)} 处", f"{len(found)} changes since it was loaded"), key="changes"
    ):
        rows = []
        for path, before, now in found:
            field = field_at(draft().stated, path) or field_at(as_loaded().stated, path)
            shown = [
                grouped(one, field.percent)
                if field is not None and field.path == path and is_number(one)
                else text_of(field, one, of)
                if field is not None and field.path == path
                else printed(one)
                for one, of in ((before, as_loaded()), (now, draft()))
            ]
            rows.append(
                {
                    t("输入", "Input"): title_of(path, draft(), lang()),
                    t("载入时", "As loaded"): shown[0],
                    t("现在", "Now"): shown[1],
                }
            )
        text_table(pd.DataFrame(rows), t("改动的输入：载入时与现在", "The inputs that were changed: as loaded and now"))


def _tab() -> str:
    """The tab that is open; a code, so that it stays open when the language changes."""
    st.session_state["inputs_tab"] = st.session_state.get("inputs_open", "project")
    labels = {code: words[0 if lang() == "zh" else 1] for code, words in TABS.items()}
    chosen = st.segmented_control(
        t("全部输入", "All inputs"), list(TABS), format_func=lambda code: labels[code], required=True, key="inputs_tab",
        on_change=_opened,
    )  # fmt: skip
    return str(chosen)


def _opened() -> None:
    st.session_state["inputs_open"] = st.session_state["inputs_tab"]


st.title(t("项目与输入", "Inputs"))
st.write(
    t(
        "填写决定结论的输入：先看最要紧的十项，其余在下方分类列出。每项注明单位、范围和来源；清空一项即取其默认值。",
        "State what the verdict rests on: the ten inputs that matter most first, all others below, each with its unit, range and origin. An empty field takes its default.",
    )
)
refused = st.session_state.pop("refused", ())
made = outcome()
if made.result is None or refused:
    show_faults((*refused, *made.faults))
else:
    st.info(shown_as_is(brief(made, lang())), icon=":material/insights:")
_changed()
st.subheader(t("最要紧的十项", "The ten that matter most"))
forms.grid(ten(draft()), place="top", columns=3)
st.divider()
DRAWN[_tab()]()
