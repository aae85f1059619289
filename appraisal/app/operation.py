"""Energy and hours of the operation as tables of a page."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from appraisal.app.explain import years
from appraisal.app.printed import drawn
from appraisal.app.reading import text_table
from appraisal.app.state import lang, t
from appraisal.pipeline import Appraisal
from appraisal.report.schedule import year_of


def hours_by_use(result: Appraisal) -> None:
    """How the hours of a year are spent."""
    found = year_of(result)
    title = t("新电站全年小时数", "Hours of a year, plant new")
    rows = [
        (t("充电", "charging"), found.charging), (t("放电", "discharging"), found.discharging), (t("静置", "idle"), found.idle),
        (t("充电达到功率上限", "charging at the limit of power"), found.at_charge_limit),
        (t("放电达到功率上限", "discharging at the limit of power"), found.at_discharge_limit), (t("电量充满", "store full at the end of the step"), found.full),
        (t("电量放空", "store empty at the end of the step"), found.empty),
    ]  # fmt: skip
    drawn(title, [[title, t("小时", "Hours")]], [[name, f"{hours:,.0f}"] for name, hours in rows], words=(True, False))


def energy_by_year(result: Appraisal) -> None:
    """Energy, health and cycles by year."""
    moved, named = result.operation, years(result, lang())
    st.subheader(t("逐年电量与循环", "Energy and cycles by year"))
    heads = [
        t("年份", "Year"), t("充电量（MWh，关口）", "Charged (MWh, at the meter)"), t("放电量（MWh，关口）", "Discharged (MWh, at the meter)"),
        t("可用电量（MWh）", "Usable energy (MWh)"), t("健康度（%）", "State of health (%)"), t("等效满循环（次）", "Equivalent full cycles"),
    ]  # fmt: skip
    rows = []
    for place in range(moved.years):
        quantities = (moved.charged_mwh, moved.discharged_mwh, moved.usable_mwh, moved.soh, moved.cycles)
        charged, discharged, usable, soh, cycles = (float(one[0, place]) for one in quantities)
        running = float(moved.running[0, place]) > 0.0
        shown = [
            f"{charged:,.1f}",
            f"{discharged:,.1f}",
            f"{usable:,.2f}",
            f"{soh:.1%}".removesuffix("%"),
            f"{cycles:,.1f}",
        ]
        rows.append([named[place + 1], *(shown if running else ["—"] * len(shown))])
    text_table(pd.DataFrame(rows, columns=heads), t("逐年电量与循环", "Energy and cycles by year"))
    st.caption(
        t(
            "等效满循环与衰减模型同口径：电池侧放电量 ÷ 当时可容电量，另加调频等服务的循环。",
            "Equivalent full cycles as the ageing counts them: energy drawn from the cells by what they hold then, and those of services such as regulation.",
        )
    )
