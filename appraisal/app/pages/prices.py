"""电价与曲线 / Prices: what the plant meets by month and hour, where it comes from, another area, another table."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from appraisal.app import forms, state, tariffs, typical, uploads
from appraisal.app.choices import areas, tariff_file
from appraisal.app.defaults import library_of
from appraisal.app.faults import show_faults, shown_as_is, told
from appraisal.app.fields import Field, field_at, look
from appraisal.app.main import PAGES
from appraisal.app.pictures import show
from appraisal.app.ranking import ranking
from appraisal.app.reading import text_table
from appraisal.app.site_view import site_uploads
from appraisal.app.state import draft, lang, outcome, t
from appraisal.app.tariff_card import Aged, ages, card
from appraisal.app.tariffs import Priced
from appraisal.app.uploads import Uploaded
from appraisal.report.charts.prices import price_curve, price_map, spread_bars

_USER = (
    "project.construction_start",
    "market.voltage",
    "market.parts",
    "market.user_class",
    "market.zone",
    "market.user",
    "market.purchased_energy_yuan_per_kwh",
)
_FEES = (
    "market.tariff",
    "market.voltage",
    "market.transmission_yuan_per_kwh",
    "market.loss_yuan_per_kwh",
    "market.system_operation_yuan_per_kwh",
)
_SCALES = ("market.price_scale", "market.spread_scale", "market.sell_scale")


def _fields(paths: tuple[str, ...]) -> list[Field]:
    return [field for path in paths if (field := field_at(draft().stated, path)) is not None]


def _sentence(found: Priced | None) -> str:
    if found is None:
        return t(
            "电站充电付什么价、放电得什么价，在这里选择、查看、上传和修改。",
            "What charging costs and discharging earns: choose, see, upload and edit the prices here.",
        )
    year = found.year
    high, low = max(one.high for one in year.months), min(one.low for one in year.months)
    return t(
        f"全年电价最高 {high:.4f}、最低 {low:.4f} 元/kWh，一天之内最高与最低相差平均 {year.mean_spread:.4f} 元/kWh（含税）。",
        f"Prices run from {low:.4f} to {high:.4f} yuan/kWh; within a day they differ by {year.mean_spread:.4f} yuan/kWh on average (incl. VAT).",
    )


def _moved() -> None:
    area = st.session_state["prices_area"]
    if area is not None:
        state.take(tariffs.moved_to(draft(), area))


def _pick() -> None:
    """Area, month, voltage and parts of a user's tariff."""
    known = areas(lang())
    listed = {name: title for name, title in known.items() if f"retail.{name}" in tariffs.tariff_names()}
    with st.container(border=True):
        st.subheader(t("选择电价表", "Choose the tariff"))
        named = str(look(draft().stated, "market.tariff") or "").removeprefix("retail.")
        st.session_state["prices_area"] = named if named in listed else None
        st.selectbox(
            t("地区", "Area"), list(listed), index=None, format_func=lambda code: listed.get(code, str(code)), key="prices_area", on_change=_moved,
            placeholder=t("请选择", "choose"), help=t("同时改写项目的省份。", "Sets the province of the project as well."),
        )  # fmt: skip
        file = tariff_file(draft())
        wanted = [field for field in _fields(_USER) if field.name != "zone" or (file is not None and file.zones)]
        forms.grid(wanted, place="prices", columns=3)
        st.caption(
            t(
                f"投运月份 {tariffs.begins(draft()):%Y-%m}，电价取自该月起的 12 个月。",
                f"Commissioned in {tariffs.begins(draft()):%Y-%m}; prices are those of the twelve months from then.",
            )
        )
        for words in (tariffs.direct_words(draft(), lang()), tariffs.unpriced_words(draft(), lang())):
            if words:
                st.warning(shown_as_is(words), icon=":material/info:")


def _fees() -> None:
    with st.expander(t("充电时另付的费用（电网侧）", "Fees on charging (grid side)"), key="prices_fees"):
        forms.grid(_fields(_FEES), place="prices", columns=2)
        result = outcome().result
        rows = tariffs.fee_table(result, lang()) if result is not None else []
        if rows:
            st.caption(t("取自电价表，元/kWh（含税）：", "From the tariff, yuan/kWh incl. VAT:"))
            st.dataframe(rows, hide_index=True, key="fee_table")


def _pictures(found: Priced) -> None:
    show(price_map(found.year, lang(), found.about), "price_map")
    labels = {place: day.label(lang()) for place, day in enumerate(found.year.days)}
    kept = st.session_state.get("prices_day_kept", 0)
    st.session_state["prices_day"] = kept if kept in labels else 0
    st.selectbox(
        t("查看哪一天", "Day to look at"),
        list(labels),
        format_func=lambda place: labels.get(place, str(place)),
        key="prices_day",
        on_change=_kept,
    )
    show(price_curve(found.year.days[st.session_state["prices_day"]], lang(), found.about), "price_curve")
    show(spread_bars(found.year, lang(), found.about), "price_spreads")
    if found.retail is not None:
        with st.expander(t("分月电价构成", "Prices month by month and what they are made of"), key="prices_months"):
            st.caption(
                t(
                    "元/kWh，含增值税；基本电价的单位见列名。",
                    "Yuan/kWh incl. VAT; units of basic charges stand in their heads.",
                )
            )
            st.dataframe(tariffs.month_table(found.retail, lang()), hide_index=True, key="month_table")


def _kept() -> None:
    st.session_state["prices_day_kept"] = st.session_state["prices_day"]


def _card(found: Priced | None) -> None:
    """The documents behind the prices, and how old they are."""
    result = outcome().result
    facts = (
        found.retail.facts
        if found is not None and found.retail is not None
        else result.case.facts
        if result is not None
        else ()
    )
    used = tariffs.price_facts(facts)
    if found is None and not used:
        return
    st.subheader(t("数据来源", "Where the prices come from"))
    if found is not None and found.retail is None:
        own = look(draft().stated, "market.source")
        told_own = (t("依据：", " Source: ") + shown_as_is(str(own))) if own else ""
        st.write(t("电价由本算例给出。", "The case states its prices itself.") + told_own)
        if used:
            st.write(t("充电时另付的费用取自电价表：", "Fees on charging come from the tariff:"))
    if not used:
        return
    if found is not None and found.retail is not None:
        st.table(card(library_of(draft()).retail_file(found.retail.name), found.retail, lang()), hide_index=True)
    st.table(tariffs.sources(used, lang(), date.today()), hide_index=True)
    st.caption(t("文件名称按原文列出。", "Documents are named in their own language."))


def _upload() -> None:
    st.subheader(t("上传电价序列", "Upload a price series"))
    st.write(
        t(
            "CSV（UTF-8 或 GBK）、.xlsx 或 .xls：每行一个点、每行一天（24、48、96 或 288 点）或每列一天；表头注明单位（元/MWh、元/kWh）；固定间隔的整天数据。",
            "CSV (UTF-8 or GBK), .xlsx or .xls: a row a point, a row a day (24, 48, 96 or 288 points) or a column a day; the unit (yuan/MWh, yuan/kWh) in a heading; whole days at a fixed step.",
        )
    )
    name = t("电价序列样表.csv", "price_series_sample.csv")
    st.download_button(
        t("下载样表（数值仅作示意）", "Download a sample (its figures only show the form)"),
        uploads.sample(lang()),
        file_name=name,
        mime="text/csv",
        key="price_sample",
        icon=":material/download:",
    )
    given = st.file_uploader(
        t("电价序列文件", "File of prices"), type=[suffix[1:] for suffix in uploads.SUFFIXES], key="price_upload"
    )
    if given is not None:
        read = uploads.price_table(given.name, given.getvalue(), draft())
        _understood(read, given.getvalue())
        with st.expander(
            t("说明读法（识别不了或读错时填写）", "Say how to read it (where it is not found out, or wrongly)"),
            expanded=read.series is None,
        ):
            forms.grid(_fields(tuple(f"market.{name}" for name in uploads.READING)), place="reading", columns=2)
    named = look(draft().stated, "market.price_file")
    if named:
        st.button(
            t(f"不再使用 {shown_as_is(str(named))}", f"Stop using {shown_as_is(str(named))}"),
            key="price_drop",
            type="tertiary",
            icon=":material/delete:",
            on_click=_drop,
        )


def _understood(read: Uploaded, content: bytes) -> None:
    """What a file says, or what is wrong with it; it is taken when asked to."""
    if read.series is None:
        lines = [f"- {shown_as_is(told(fault, draft(), lang()))}" for fault in read.faults]
        st.error(
            "\n".join(
                [t(f"无法读取 {shown_as_is(read.name)}：", f"{shown_as_is(read.name)} cannot be read:"), "", *lines]
            ),
            icon=":material/error:",
        )
        return
    st.success(
        t(f"已读懂 {shown_as_is(read.name)}", f"{shown_as_is(read.name)} was understood"),
        icon=":material/check_circle:",
    )
    text_table(
        pd.DataFrame(uploads.report(read.series, lang())), t("从文件读出的内容", "What was understood of the file")
    )
    words = uploads.load_words(read.series, draft(), lang())
    if words:
        st.caption(words)
    if draft().files.get(str(look(draft().stated, "market.price_file") or "")) == content:
        st.caption(t("已用于本算例。", "It is in use."))
        return
    st.button(
        t("用于本算例", "Use it in this case"),
        key="price_take",
        type="primary",
        on_click=_take,
        args=(read.name, content),
    )


def _take(name: str, content: bytes) -> None:
    state.take(uploads.taken(draft(), name, content))


def _drop() -> None:
    state.take(uploads.dropped(draft()))


def _aged(found: Priced | None) -> tuple[Aged, ...]:
    """How old the prices and the check of their documents are."""
    retail = found.retail if found is not None else None
    result = outcome().result
    read = retail.facts if retail is not None else result.case.facts if result is not None else ()
    file = library_of(draft()).retail_file(retail.name) if retail is not None else None
    return ages(file, retail, tariffs.price_facts(read), lang(), date.today())


def _warn(found: Priced | None) -> None:
    for one in _aged(found):
        if one.level == "strong":
            st.warning(f"**{shown_as_is(one.text)}**", icon=":material/report:")
        elif one.level == "warning":
            st.warning(shown_as_is(one.text), icon=":material/history:")
        else:
            st.info(shown_as_is(one.text), icon=":material/history:")


made = outcome()
prices = tariffs.priced(draft(), made.result, lang())
st.title(t("电价与曲线", "Prices"))
st.write(_sentence(prices))
if made.result is None:
    show_faults(made.faults)
    st.page_link(
        PAGES / "inputs.py", label=t("到“项目与输入”改正", "Mend them on the page Inputs"), icon=":material/edit:"
    )
_warn(prices)
if look(draft().stated, "project.side") == "user":
    _pick()
    ranking()
else:
    _fees()
if prices is not None:
    _pictures(prices)
elif made.result is not None:
    st.info(
        t(
            "本算例直接给出每年的电量和收入，不使用电价。",
            "This case states its yearly energy and income; it uses no prices.",
        )
    )
_card(prices)
with st.container(border=True):
    st.subheader(t("调整", "Adjust"))
    forms.grid(_fields(_SCALES), place="prices", columns=2)
_upload()
site_uploads()
st.subheader(t("典型日电价", "Typical days"))
typical.editor(prices.year if prices is not None else None)
