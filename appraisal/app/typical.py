"""Typical days as a table to write into: a row an hour, a column a price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from appraisal.app.fields import is_number, look
from appraisal.app.state import draft, lang, t
from appraisal.app.widgets import write
from appraisal.report.price_year import MONTHS_EN, PriceYear, mean_day
from appraisal.units import HOURS_PER_DAY

PATH = "market.typical_days"
_STEPS = (24, 48, 96)
_PRICES = {"buy_yuan_per_kwh": ("充电", "charging"), "sell_yuan_per_kwh": ("放电", "discharging")}


def editor(year: PriceYear | None) -> None:
    """The table of the draft's typical days; where it has none, a way to begin with the year's mean day.

    Parameters
    ----------
    year : PriceYear or None
        The prices that hold now.
    """
    stated = look(draft().stated, PATH)
    days = list(stated) if isinstance(stated, (list, tuple)) else []
    if any(not isinstance(one, Mapping) for one in days):
        return  # Told with the faults of the draft; the form of the inputs shows it.
    if not days:
        st.caption(
            t(
                "本算例没有典型日电价。典型日给出后即代替电价表。",
                "This case states no typical days. Once stated they stand in place of the tariff.",
            )
        )
        st.button(
            t("以现行电价的全年平均日为起点", "Begin with the mean day of these prices") if year is not None else t("从空白的一天开始", "Begin with an empty day"),
            key="days_begin", icon=":material/edit_calendar:", on_click=write, args=(PATH, [_first(year)]),
        )  # fmt: skip
        return
    st.caption(
        t(
            "直接改写单元格，立即重新计算；元/kWh，含增值税。",
            "Write into the cells; every change is computed at once. Yuan/kWh, incl. VAT.",
        )
    )
    key = f"days|{st.session_state.get('days_version', 0)}"
    table, columns = _table(days), {}
    for column in table.columns:
        place, _, name = str(column).partition("|")
        label = f"{_months(days[int(place)].get('months', 'all'))} {t(*_PRICES[name])}"
        columns[column] = st.column_config.NumberColumn(label, format="%.4f", required=True)
    st.data_editor(table, key=key, column_config=columns, height=36 * 13, on_change=_took, args=(key, days))
    st.button(
        t("不用典型日", "Drop the typical days"),
        key="days_drop",
        type="tertiary",
        icon=":material/delete:",
        on_click=write,
        args=(PATH, None),
    )


def _first(year: PriceYear | None) -> dict[str, Any]:
    hours = int(HOURS_PER_DAY)
    values = [None] * hours if year is None else [round(float(price), 4) for price in mean_day(year)]
    return {"months": "all", "buy_yuan_per_kwh": values}


def _months(months: Any) -> str:
    if not isinstance(months, (list, tuple)):
        return t("全年", "all year")
    known = [month for month in months if isinstance(month, int) and 1 <= month <= len(MONTHS_EN)]
    return (
        "、".join(f"{month}月" for month in known)
        if lang() == "zh"
        else ", ".join(MONTHS_EN[month - 1] for month in known)
    )


def _cells(value: Any, steps: int) -> list[Any]:
    """A day's prices on so many steps; what is no price is an empty cell."""
    listed = list(value) if isinstance(value, (list, tuple)) else [value]
    known = [float(one) if is_number(one) else None for one in listed]
    if not known or len(known) > steps or steps % len(known):
        return (known + [None] * steps)[:steps]
    return [one for one in known for _ in range(steps // len(known))]


def _table(days: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """A column a stated price, named by the day's place and the field; rows are named by the hour they begin at."""
    stated = {f"{place}|{name}": day[name] for place, day in enumerate(days) for name in _PRICES if name in day}
    longest = max((len(value) for value in stated.values() if isinstance(value, (list, tuple))), default=1)
    steps = next((count for count in _STEPS if count >= longest), _STEPS[-1])
    hours = [step * HOURS_PER_DAY / steps for step in range(steps)]
    names = [f"{int(hour):02d}:{round(60 * (hour % 1)):02d}" for hour in hours]
    return pd.DataFrame({name: _cells(value, steps) for name, value in stated.items()}, index=names, dtype=float)


def _took(key: str, days: Sequence[Mapping[str, Any]]) -> None:
    write(PATH, edited(days, st.session_state[key]["edited_rows"]))
    # A new table: what was edited stands in the draft now and is not applied a second time.
    st.session_state["days_version"] = st.session_state.get("days_version", 0) + 1


def edited(days: Sequence[Mapping[str, Any]], rows: Mapping[Any, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Typical days with some cells written anew.

    Parameters
    ----------
    days : sequence of mapping
        As the draft states them.
    rows : row → column → value
        What a person wrote; a column is named as the table names it.

    Examples
    --------
    >>> made = edited([{"months": "all", "buy_yuan_per_kwh": 0.5}], {3: {"0|buy_yuan_per_kwh": 0.2}})
    >>> made[0]["buy_yuan_per_kwh"][2:5]
    [0.5, 0.2, 0.5]
    """
    table = _table(days)
    for row, cells in rows.items():
        for column, value in cells.items():
            table.iat[int(row), list(table.columns).index(column)] = float("nan") if value is None else float(value)
    touched = {column for cells in rows.values() for column in cells}
    made = [dict(day) for day in days]
    for column in touched:
        place, _, name = column.partition("|")
        made[int(place)][name] = [None if pd.isna(value) else float(value) for value in table[column]]
    return made
