"""A year of the host's load or PV that was handed over: what was understood of it, and the draft that takes it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import streamlit as st

from appraisal.app.draft import Draft
from appraisal.app.names import safe_name
from appraisal.app.uploads import as_read, no_table, own_name, with_file, without_files
from appraisal.case import Change
from appraisal.errors import Fault, InputError
from appraisal.intake import Regular, Stated
from appraisal.scenario.series import at_its_cell
from appraisal.scenario.site import site_year
from appraisal.units import HOURS_PER_DAY, KW_PER_MW, MINUTES_PER_HOUR

What: TypeAlias = Literal["load", "pv"]
READING = ("unit", "column", "sheet", "labels")
"""What a case may say of a file of its site, each behind ``load_`` or ``pv_``."""
_KEPT = 8
# A working day of a factory and a clear day, kW: the figures of the sample only show the form.
_SAMPLE = {
    "load": (820, 800, 790, 790, 800, 840, 1010, 1460, 2050, 2230, 2260, 2100, 1760, 2120, 2280, 2240, 2130, 1890, 1520, 1330, 1210, 1080, 950, 870),
    "pv": (0, 0, 0, 0, 0, 0, 40, 180, 380, 560, 690, 760, 770, 710, 590, 420, 220, 60, 0, 0, 0, 0, 0, 0),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class UploadedYear:
    """A year of load or PV under the name that the case will know it by: what it says, or what is wrong with it."""

    name: str
    read: Regular | None
    faults: tuple[Fault, ...] = ()


def file_path(what: What) -> str:
    """Where a case names the file."""
    return f"market.site.{what}_file"


def reading_paths(what: What) -> tuple[str, ...]:
    """Where a case says how the file is to be read."""
    return tuple(f"market.site.{what}_{name}" for name in READING)


def year_table(what: What, name: str, content: bytes, draft: Draft) -> UploadedYear:
    """Read a year of load or PV as the draft says it is to be read; the same content is read once.

    Parameters
    ----------
    what : ``load`` or ``pv``
    name : str
        As the browser gives it; folders in it are dropped.
    content : bytes
        CSV in UTF-8 or GBK, .xlsx or .xls.
    draft : Draft
        Its fields :func:`reading_paths` are heeded.
    """
    shown = safe_name(name)
    fault = no_table(shown, content)
    if fault is not None:
        return UploadedYear(name=shown, read=None, faults=(fault,))
    unit, column, sheet, labels = (str(draft.at(path) or "") for path in reading_paths(what))
    known: Literal["", "start", "end"] = "start" if labels == "start" else "end" if labels == "end" else ""
    stated = Stated(unit=unit, value_column=column, sheet=sheet, labels=known)
    return _read(hashlib.sha256(content).hexdigest() + repr(stated), shown, content, stated)


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _read(key: str, name: str, _content: bytes, _stated: Stated) -> UploadedYear:
    del key  # It stands for the content and for what is stated, which are not hashed once more.
    try:
        return UploadedYear(name=name, read=site_year(_content, name, _stated))
    except InputError as error:
        faults = tuple(Fault(where=name, message=at_its_cell(fault)) for fault in error.faults)
        return UploadedYear(name=name, read=None, faults=faults)


def taken(what: What, draft: Draft, name: str, content: bytes) -> Draft:
    """The draft with the file as its load or PV; what stated the same a second time goes."""
    path = file_path(what)
    name = own_name(draft, path, name, content)
    instead = ("market.load_mw", "market.site.days") if what == "load" else ("market.site.pv_mw",)
    changes = [Change(path=path, value=name)]
    changes += [Change(path=other, action="remove") for other in instead if draft.at(other) is not None]
    days = draft.at("market.site.days")
    if what == "pv" and days is not None:
        changes.append(Change(path="market.site.days", value=[_without_pv(day) for day in days]))
    return with_file(draft.changed(*changes), name, content)


def _without_pv(day: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in day.items() if name != "pv_mw"}


def dropped(what: What, draft: Draft) -> Draft:
    """The draft without the file and how it was to be read; a load that it took the place of is stated anew."""
    paths = (file_path(what), *reading_paths(what))
    return without_files(
        draft.changed(*(Change(path=path, action="remove") for path in paths if draft.at(path) is not None))
    )


def report(read: Regular, lang: str) -> list[dict[str, str]]:
    """What was understood of the file, a row a statement."""
    zh = lang == "zh"
    used = float(read.values.sum()) * read.step_minutes / MINUTES_PER_HOUR / KW_PER_MW
    per_day = used / read.days
    own = [
        ("功率（kW）" if zh else "Power (kW)", f"{read.values.min():,.1f} – {read.values.max():,.1f}"),
        ("全年电量（MWh）" if zh else "Energy of the year (MWh)", f"{used:,.1f}"),
        ("日均电量（MWh）" if zh else "Energy of a day (MWh)", f"{per_day:,.2f}"),
        ("负荷率" if zh else "Mean over highest", f"{per_day * KW_PER_MW / HOURS_PER_DAY / read.values.max():.1%}" if read.values.any() else "—"),
    ]  # fmt: skip
    return as_read(read, own, lang)


def sample(what: What, lang: str) -> bytes:
    """A table of one day to fill in, with a byte-order mark so that spreadsheets read its Chinese."""
    heads = {"load": ("用电负荷（kW）", "load_kw"), "pv": ("光伏出力（kW）", "pv_kw")}[what]
    head = f"时间,{heads[0]}" if lang == "zh" else f"time,{heads[1]}"
    rows = [f"2025-01-01 {hour:02d}:00,{power}" for hour, power in enumerate(_SAMPLE[what])]
    return "\r\n".join([head, *rows, ""]).encode("utf-8-sig")
