"""运行 / Dispatch: what the plant does hour by hour, what holds it back, what the host's bill becomes."""

from __future__ import annotations

from functools import partial

import streamlit as st

from appraisal.app import explain
from appraisal.app.faults import shown_as_is
from appraisal.app.frame import begun
from appraisal.app.operation import energy_by_year, hours_by_use
from appraisal.app.pictures import show
from appraisal.app.reading import text_table
from appraisal.app.state import draft, lang, t
from appraisal.pipeline import Appraisal
from appraisal.report.audit import audit_table
from appraisal.report.bill import has_bill
from appraisal.report.charts.bill import bill_by_month
from appraisal.report.charts.day import typical_day
from appraisal.report.charts.hours import hours_map
from appraisal.report.charts.month import month_operation
from appraisal.report.days import days
from appraisal.report.eras import eras_of
from appraisal.report.frames import csv_bytes
from appraisal.report.month import months_of
from appraisal.report.price_year import MONTHS_EN
from appraisal.report.schedule import limits, schedule_table

MAPS = {
    "power": ("充放电功率", "Power"),
    "buy": ("充电电价", "Price of charging"),
    "sell": ("放电电价", "Price of discharging"),
    "soc": ("储存电量", "Energy stored"),
    "sold": ("已占用功率", "Power taken"),
}
# Only where there is a host.
SITE_MAPS = {"drawn": ("场所用电（无储能）", "Site without it"), "site": ("场所用电（有储能）", "Site with it")}


def _day(result: Appraisal) -> None:
    known = days(result)
    names = [one.label(lang()) for one in known]
    kept = int(st.session_state.get("day_kept", 0))
    st.session_state["day"] = kept if kept < len(known) else 0
    st.selectbox(
        t("查看哪一天", "Day to look at"),
        range(len(known)),
        format_func=names.__getitem__,
        key="day",
        on_change=_keep,
        args=("day",),
    )
    show(typical_day(result, lang(), int(st.session_state["day"])), "day")


def _month(result: Appraisal) -> None:
    known = months_of(result)
    names = {month: t(f"{month} 月", MONTHS_EN[month - 1]) for month in known}
    kept = st.session_state.get("month_kept", known[0])
    st.session_state["month"] = kept if kept in known else known[0]
    st.selectbox(
        t("查看哪一月", "Month to look at"),
        known,
        format_func=names.__getitem__,
        key="month",
        on_change=_keep,
        args=("month",),
    )
    show(month_operation(result, lang(), int(st.session_state["month"])), "month_operation")


def _keep(name: str) -> None:
    st.session_state[f"{name}_kept"] = st.session_state[name]


def _map(result: Appraisal) -> None:
    maps = {**MAPS, **(SITE_MAPS if has_bill(result) else {})}
    kept = str(st.session_state.get("map_kept", "power"))
    st.session_state["map"] = kept if kept in maps else "power"
    names = {code: t(*words) for code, words in maps.items()}
    st.segmented_control(
        t("全年按小时查看", "The year by hour"),
        list(names),
        format_func=names.__getitem__,
        key="map",
        on_change=_keep,
        args=("map",),
        required=True,
    )
    show(hours_map(result, lang(), str(st.session_state["map"])), "hours")


def _held_back(result: Appraisal) -> None:
    st.subheader(t("约束", "What holds it back"))
    told = [one.text(lang()) for one in limits(result)]
    st.markdown(
        "\n".join(f"- {shown_as_is(one)}" for one in told)
        or t("除额定功率和可用电量外没有其他约束。", "Nothing beside rated power and usable energy.")
    )
    hours_by_use(result)


def _sold(result: Appraisal) -> None:
    st.subheader(t("是否重复出售", "Sold once"))
    text_table(
        audit_table(result, lang()),
        t(
            "各项收入占用的功率、电量和时段，及充放电",
            "Power, energy and hours that each stream holds, and what is moved",
        ),
    )
    st.caption(
        t(
            "各时段预留与充放电之和不超过额定功率，预留电量之和不超过可用电量；逐时情况见上图“已占用功率”。",
            "In every step what is held and moved together is at most rated power, and energy held at most what is usable; the map above "
            "shows it hour by hour under Power taken.",
        )
    )


def _era(result: Appraisal) -> Appraisal:
    """The result in the era to look at; where there are events, one is chosen."""
    known = eras_of(result)
    if not result.case.eras:
        return result
    kept = int(st.session_state.get("era_kept", 0))
    st.session_state["era"] = kept if kept < len(known) else 0
    st.selectbox(
        t("查看哪个时期", "Period to look at"),
        range(len(known)),
        format_func=[one.name.text(lang()) for one in known].__getitem__,
        key="era",
        on_change=_keep,
        args=("era",),
        help=t(
            "算例含政策事件，各时期的充放电各自求解。", "The case has events: each period is dispatched on its own."
        ),
    )
    return known[int(st.session_state["era"])].result


def _export(result: Appraisal) -> None:
    st.download_button(
        t("充放电计划（CSV）", "Schedule (CSV)"), partial(_csv, result, lang()), file_name=f"{draft().name}_schedule.csv", mime="text/csv", key="schedule_csv",
        icon=":material/download:", on_click="ignore",
    )  # fmt: skip


def _csv(result: Appraisal, language: str) -> bytes:
    return csv_bytes(schedule_table(result, language))


def _page() -> None:
    result = begun(
        t("运行", "Dispatch"),
        t(
            "按已知电价逐时求得的最优充放电：何时充、何时放、受什么限制。实际运行达不到完全预见，收益会更低。",
            "The best charging and discharging at known prices: when, how much, and what holds it back. No operator foresees every price, and earns less.",
        ),
    )
    if result is None:
        return
    if result.operation.solved is None:
        st.info(
            t(
                "本算例直接给出每年电量，没有充放电曲线可看；下面是逐年电量。",
                "The case states its yearly energy: there is no schedule to look at, only the energy by year.",
            ),
            icon=":material/info:",
        )
    else:
        looked_at = _era(result)
        _day(looked_at)
        _export(looked_at)
        _month(looked_at)
        _map(looked_at)
        _held_back(looked_at)
        _sold(result)
        if has_bill(looked_at):
            show(bill_by_month(looked_at, lang()), "bill")
    energy_by_year(result)
    explain.expander(result, "dispatch", "revenue")


_page()
