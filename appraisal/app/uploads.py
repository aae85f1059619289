"""A price table that was handed over: what was understood of it, and the draft that takes it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import PurePath

import streamlit as st

from appraisal.app.draft import Draft
from appraisal.case import Change
from appraisal.errors import Fault, InputError, said
from appraisal.scenario.series import MAX_BYTES, Series, understood
from appraisal.units import HOURS_PER_DAY

SUFFIXES = (".csv", ".txt")
_LONGEST_NAME = 80
_KEPT = 8
_SAMPLE_PRICES = (
    310,
    300,
    290,
    280,
    280,
    300,
    340,
    380,
    360,
    300,
    240,
    210,
    200,
    210,
    250,
    320,
    420,
    540,
    640,
    680,
    640,
    560,
    460,
    380,
)


@dataclass(frozen=True, kw_only=True)
class Uploaded:
    """A price table under the name that the case will know it by: what it says, or what is wrong with it."""

    name: str
    series: Series | None
    faults: tuple[Fault, ...] = ()


def price_table(name: str, content: bytes) -> Uploaded:
    """Read a price table; the same content is read once.

    Parameters
    ----------
    name : str
        As the browser gives it; folders in it are dropped.
    content : bytes
        CSV in UTF-8 or GBK.
    """
    shown = safe_name(name)
    if PurePath(shown).suffix.lower() not in SUFFIXES:
        return _refused(shown, Fault(where=shown, message=said(
            "is no CSV file; save the table as CSV", "不是 CSV 文件；请把表格另存为 CSV"
        )))  # fmt: skip
    if len(content) > MAX_BYTES:
        return _refused(shown, Fault(where=shown, message=said(
            "is larger than {most:,} bytes", "超过 {most:,} 字节", most=MAX_BYTES
        )))  # fmt: skip
    return _read(hashlib.sha256(content).hexdigest(), shown, content)


def _refused(name: str, fault: Fault) -> Uploaded:
    return Uploaded(name=name, series=None, faults=(fault,))


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _read(key: str, name: str, _content: bytes) -> Uploaded:
    del key  # It stands for the content, which is not hashed once more.
    try:
        return Uploaded(name=name, series=understood(_content, name))
    except InputError as error:
        return Uploaded(name=name, series=None, faults=tuple(replace(fault, path="") for fault in error.faults))


def safe_name(name: str) -> str:
    """The last part of a file's name, of printable characters and not too long.

    Examples
    --------
    >>> safe_name("C:/Users/me/电价 2025.csv"), safe_name("../../etc/passwd")
    ('电价 2025.csv', 'passwd')
    """
    last = PurePath(name.replace("\\", "/")).name
    kept = "".join(sign for sign in last if sign.isprintable())
    stem, suffix = PurePath(kept).stem, PurePath(kept).suffix
    return (stem[: _LONGEST_NAME - len(suffix)] + suffix) or "prices.csv"


def taken(draft: Draft, name: str, content: bytes) -> Draft:
    """The draft with the table as its prices; typical days, which would state prices a second time, go."""
    changes = [Change(path="market.price_file", value=name)]
    if draft.at("market.typical_days") is not None:
        changes.append(Change(path="market.typical_days", action="remove"))
    return replace(draft, files={name: content}).changed(*changes)


def dropped(draft: Draft) -> Draft:
    """The draft without its price table."""
    changes = [Change(path="market.price_file", action="remove")] if draft.at("market.price_file") is not None else []
    return replace(draft, files={}).changed(*changes)


def sample(lang: str) -> bytes:
    """A table of one day to fill in, with a byte-order mark so that spreadsheets read its Chinese."""
    head = "时间,充电电价（元/MWh）,放电电价（元/MWh）" if lang == "zh" else "time,buy_yuan_per_mwh,sell_yuan_per_mwh"
    rows = [f"2025-01-01 {hour:02d}:00,{price},{price}" for hour, price in enumerate(_SAMPLE_PRICES)]
    return "\r\n".join([head, *rows, ""]).encode("utf-8-sig")


def report(series: Series, lang: str) -> list[dict[str, str]]:
    """What was understood of a table, a row a statement."""
    zh, clock = lang == "zh", series.clock
    hours, minutes = divmod(round(60 * clock.step_hours), 60)
    step = (
        (f"{hours} 小时" if zh else f"{hours} h")
        if not minutes
        else f"{60 * hours + minutes} 分钟"
        if zh
        else f"{60 * hours + minutes} min"
    )
    negative = int((series.buy < 0).sum())
    rows = [
        ("编码" if zh else "Encoding", series.encoding),
        ("点数" if zh else "Points", f"{clock.steps:,}"),
        ("间隔" if zh else "Step", step),
        ("起止" if zh else "From – to", f"{series.first:%Y-%m-%d %H:%M} – {series.last:%Y-%m-%d %H:%M}"),
        ("天数" if zh else "Days", f"{clock.steps * clock.step_hours / HOURS_PER_DAY:g}"),
        ("充电电价（元/MWh）" if zh else "Charging (yuan/MWh)", f"{series.buy.min():,.2f} – {series.buy.max():,.2f}"),
        ("放电电价（元/MWh）" if zh else "Discharging (yuan/MWh)", _sell(series, zh)),
        ("负电价点数" if zh else "Negative prices", f"{negative:,}"),
        ("缺失与重复" if zh else "Gaps and duplicates", "无" if zh else "none"),
    ]
    heads = ("项目", "读取结果") if zh else ("What", "As it was read")
    return [dict(zip(heads, row, strict=True)) for row in rows]


def _sell(series: Series, zh: bool) -> str:
    if not series.own_sell:
        return "无此列，取充电电价" if zh else "no such column: the price of charging"
    return f"{series.sell.min():,.2f} – {series.sell.max():,.2f}"
