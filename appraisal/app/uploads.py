"""A price table that was handed over: what was understood of it, and the draft that takes it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import PurePath
from typing import Literal

import streamlit as st

from appraisal.app.draft import Draft
from appraisal.app.names import safe_name
from appraisal.case import Change
from appraisal.case.market import FILE_PATHS
from appraisal.errors import Fault, InputError, said
from appraisal.intake import MAX_BYTES, Regular, Stated
from appraisal.scenario.series import Series, at_its_cell, understood
from appraisal.units import HOURS_PER_DAY

SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx", ".xls")
READING = ("price_unit", "price_column", "sell_column", "price_sheet", "price_labels")
"""Fields of the market that say how a table is to be read."""
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


def price_table(name: str, content: bytes, draft: Draft) -> Uploaded:
    """Read a price table as the draft says it is to be read; the same content is read once.

    Parameters
    ----------
    name : str
        As the browser gives it; folders in it are dropped.
    content : bytes
        CSV in UTF-8 or GBK, .xlsx or .xls.
    draft : Draft
        Its fields :data:`READING` are heeded.
    """
    shown = safe_name(name)
    fault = no_table(shown, content)
    if fault is not None:
        return Uploaded(name=shown, series=None, faults=(fault,))
    stated = _stated(draft)
    return _read(hashlib.sha256(content).hexdigest() + repr(stated), shown, content, stated)


def _stated(draft: Draft) -> Stated:
    """What the draft says of its table; the same fields as :func:`appraisal.scenario.series.stated_in` reads of a case."""
    unit, column, sell, sheet, labels = (str(draft.at(f"market.{name}") or "") for name in READING)
    known: Literal["", "start", "end"] = "start" if labels == "start" else "end" if labels == "end" else ""
    return Stated(unit=unit, value_column=column, sell_column=sell, sheet=sheet, labels=known)


def no_table(shown: str, content: bytes) -> Fault | None:
    """Why a file is not even looked into."""
    if PurePath(shown).suffix.lower() not in SUFFIXES:
        return Fault(where=shown, message=said(
            "is no table; expected {known}", "不是表格文件；应为 {known}", known=" ".join(SUFFIXES)
        ))  # fmt: skip
    if len(content) > MAX_BYTES:
        return Fault(where=shown, message=said(
            "is larger than {most:,} bytes", "超过 {most:,} 字节", most=MAX_BYTES
        ))  # fmt: skip
    return None


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _read(key: str, name: str, _content: bytes, _stated: Stated) -> Uploaded:
    del key  # It stands for the content and for what is stated, which are not hashed once more.
    try:
        return Uploaded(name=name, series=understood(_content, name, _stated))
    except InputError as error:
        faults = tuple(Fault(where=name, message=at_its_cell(fault)) for fault in error.faults)
        return Uploaded(name=name, series=None, faults=faults)


def taken(draft: Draft, name: str, content: bytes) -> Draft:
    """The draft with the table as its prices; typical days, which would state prices a second time, go."""
    name = own_name(draft, "market.price_file", name, content)
    changes = [Change(path="market.price_file", value=name)]
    if draft.at("market.typical_days") is not None:
        changes.append(Change(path="market.typical_days", action="remove"))
    return with_file(draft.changed(*changes), name, content)


def with_file(draft: Draft, name: str, content: bytes) -> Draft:
    """The draft with a file beside it, and without those that nothing names any more."""
    return replace(draft, files=_named(draft, {**draft.files, name: content}))


def _named(draft: Draft, files: Mapping[str, bytes]) -> dict[str, bytes]:
    named = {draft.at(path) for path in FILE_PATHS}
    return {name: content for name, content in files.items() if name in named}


def own_name(draft: Draft, path: str, name: str, content: bytes) -> str:
    """The name of a file in the draft: its own, or with a number where another place's file of other content has it."""
    taken_by = {draft.at(other) for other in FILE_PATHS if other != path}
    shown, number = name, 2
    while shown in taken_by and draft.files.get(shown) != content:
        shown, number = f"{PurePath(name).stem}_{number}{PurePath(name).suffix}", number + 1
    return shown


def dropped(draft: Draft) -> Draft:
    """The draft without its price table and how it was to be read."""
    paths = [f"market.{name}" for name in ("price_file", *READING)]
    changes = [Change(path=path, action="remove") for path in paths if draft.at(path) is not None]
    return without_files(draft.changed(*changes))


def without_files(draft: Draft) -> Draft:
    """The draft without the files that nothing names any more."""
    return replace(draft, files=_named(draft, draft.files))


def sample(lang: str) -> bytes:
    """A table of one day to fill in, with a byte-order mark so that spreadsheets read its Chinese."""
    head = "时间,充电电价（元/MWh）,放电电价（元/MWh）" if lang == "zh" else "time,buy_yuan_per_mwh,sell_yuan_per_mwh"
    rows = [f"2025-01-01 {hour:02d}:00,{price},{price}" for hour, price in enumerate(_SAMPLE_PRICES)]
    return "\r\n".join([head, *rows, ""]).encode("utf-8-sig")


def report(series: Series, lang: str) -> list[dict[str, str]]:
    """What was understood of a table, a row a statement."""
    zh = lang == "zh"
    negative = int((series.buy < 0).sum())
    own = [
        ("充电电价（元/MWh）" if zh else "Charging (yuan/MWh)", f"{series.buy.min():,.2f} – {series.buy.max():,.2f}"),
        ("放电电价（元/MWh）" if zh else "Discharging (yuan/MWh)", _sell(series, zh)),
        ("负电价点数" if zh else "Negative prices", f"{negative:,}"),
    ]
    return as_read(series.read, own, lang)


def as_read(read: Regular, own: Sequence[tuple[str, str]], lang: str) -> list[dict[str, str]]:
    """What was understood of a series: how it was read, with the rows of its *own* kind among them."""
    zh = lang == "zh"
    hours, minutes = divmod(read.step_minutes, 60)
    step = f"{read.step_minutes} 分钟" if zh else f"{read.step_minutes} min"
    if not minutes:
        step = f"{hours} 小时" if zh else f"{hours} h"
    span = ""
    if read.first is not None:
        last = read.first + timedelta(minutes=read.step_minutes * (read.values.size - 1))
        span = f"{read.first:%Y-%m-%d %H:%M} – {last:%Y-%m-%d %H:%M}"
    rows = [
        ("编码" if zh else "Encoding", read.encoding or ("工作簿" if zh else "a workbook")),
        ("点数" if zh else "Points", f"{read.values.size:,}"),
        ("间隔" if zh else "Step", step),
        (
            "起止" if zh else "From – to",
            span or ("未注明日期，按自然年的月份" if zh else "no dates; months of a calendar year"),
        ),
        ("天数" if zh else "Days", f"{read.days}"),
        *own,
        ("缺失与重复" if zh else "Gaps and duplicates", "无" if zh else "none"),
        *(
            (f"读法 {place}" if zh else f"Reading {place}", note.text(lang))
            for place, note in enumerate(read.notes, start=1)
        ),
    ]
    heads = ("项目", "读取结果") if zh else ("What", "As it was read")
    return [dict(zip(heads, row, strict=True)) for row in rows]


def _sell(series: Series, zh: bool) -> str:
    if not series.own_sell:
        return "无此列，取充电电价" if zh else "no such column: the price of charging"
    return f"{series.sell.min():,.2f} – {series.sell.max():,.2f}"


def load_words(series: Series, draft: Draft, lang: str) -> str:
    """How the host's load of the draft meets the table's days; empty where it is one constant, or there is none."""
    load = draft.at("market.load_mw")
    if not isinstance(load, (list, tuple)) or draft.at("project.side") != "user":
        return ""
    days = f"{series.clock.steps * series.clock.step_hours / HOURS_PER_DAY:g}"
    if lang == "zh":
        return f"用电负荷为一天 {len(load)} 个值的典型日，将在这 {days} 天中逐日重复；电价与负荷取较细的间隔。"
    return f"The load is a typical day of {len(load)} values and repeats on each of the {days} days; of prices and load the finer step holds."
