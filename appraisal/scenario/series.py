"""A price series beside the case: CSV with a time and one or two price columns, any fixed step."""

from __future__ import annotations

import csv
import itertools
import re
from datetime import datetime, time, timedelta
from pathlib import Path

import numpy as np

from appraisal.case import Prices
from appraisal.case.schema import Market
from appraisal.clock import Clock
from appraisal.errors import InputError
from appraisal.field import show
from appraisal.library.reader import read_bytes
from appraisal.scenario.faults import Findings
from appraisal.units import DAYS_PER_YEAR, table

MAX_BYTES = 20_000_000
MAX_ROWS = 366 * 24 * 60
"""A leap year of minutes."""
MAX_FAULTS = 5
_LAST_MIDNIGHT = re.compile(r"(.*\S)\s+24:00(:00)?\Z")
_FORMATS = ("%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y")
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def read_series(market: Market, case_file: Path, findings: Findings) -> Prices | None:
    """The series named by ``market.price_file``; faults name the row.

    The file has the columns ``time`` (2025-01-01 00:00, the beginning of the step, local clock),
    ``buy_yuan_per_mwh`` and, where it differs, ``sell_yuan_per_mwh``; UTF-8 or GBK. Rows are in order, at one fixed
    step, whole days; a series of other than 365 days is weighted to a year.
    """
    place = "market.price_file"
    try:
        path = (case_file.parent / market.price_file).resolve()
        inside = path.is_relative_to(case_file.parent.resolve())
    except (OSError, ValueError, RuntimeError) as error:
        findings.add(place, f"{show(market.price_file)} is no usable file name: {error}")
        return None
    if not inside:
        findings.add(place, f"{market.price_file!r} leaves the folder of the case; put the file beside it")
        return None
    try:
        rows = _rows(read_bytes(path, market.price_file, MAX_BYTES), findings)
    except InputError as error:
        findings.add(
            place, "; ".join(f"{market.price_file!r} beside the case: {fault.message}" for fault in error.faults)
        )
        return None
    if rows is None:
        return None
    columns = list(rows[0]) if rows else []
    wanted = [name for name in ("time", "buy_yuan_per_mwh") if name not in columns]
    if wanted:
        findings.add(place, f"no column {', '.join(wanted)}; found {', '.join(map(str, columns)) or 'nothing'}")
        return None
    return _priced(rows, "sell_yuan_per_mwh" in columns, market, findings)


def _rows(raw: bytes, findings: Findings) -> list[dict[str, str | None]] | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return _table(raw.decode(encoding).splitlines())
        except UnicodeDecodeError:
            continue
        except csv.Error as error:
            findings.add("market.price_file", f"is not CSV: {error}")
            return None
    findings.add("market.price_file", "is neither UTF-8 nor GBK; save it as CSV in UTF-8")
    return None


def _table(lines: list[str]) -> list[dict[str, str | None]]:
    """The rows by column; headers are read without case and outer spaces."""
    reader = csv.DictReader(lines[: MAX_ROWS + 2])
    reader.fieldnames = [str(name).strip().lower() for name in reader.fieldnames or ()]
    return list(reader)


def _priced(rows: list[dict[str, str | None]], own_sell: bool, market: Market, findings: Findings) -> Prices | None:
    times, buy, sell = [], [], []
    before = len(findings.faults)
    for number, row in enumerate(rows, start=2):
        try:
            times.append(_time(row["time"]))
            buy.append(_price(row["buy_yuan_per_mwh"]))
            sell.append(_price(row["sell_yuan_per_mwh"]) if own_sell else buy[-1])
        except ValueError as error:
            findings.add("market.price_file", f"row {number}: {error}")
        if len(findings.faults) - before >= MAX_FAULTS:
            break
    if len(findings.faults) > before:
        return None
    if len(rows) > MAX_ROWS:
        findings.add("market.price_file", f"more than {MAX_ROWS:,} rows; at most a year of minutes is read")
        return None
    clock = _clock(times, findings)
    if clock is None:
        return None
    return Prices(clock=clock, buy=table(buy), sell=table(sell), confidence=market.confidence or "secondary")


def _time(text: str | None) -> datetime:
    """2025-01-01 00:00 as ISO writes it, 2025/1/1 0:00 and 1/1/2025 0:00 as spreadsheets do; 24:00 ends a day."""
    words = (text or "").strip()
    late = _LAST_MIDNIGHT.fullmatch(words)
    moment = _read_time(f"{late.group(1)} 00:00" if late else words)
    if moment is None:
        raise ValueError(f"{show(text)} is not a time; expected 2025-01-01 00:00")
    if moment.tzinfo is not None:
        raise ValueError(f"{text!r} has a time zone; write the local time alone, 2025-01-01 00:00")
    return moment + _DAY if late else moment


def _read_time(words: str) -> datetime | None:
    try:
        return datetime.fromisoformat(words)
    except ValueError:
        pass  # Not as ISO writes it; the forms of spreadsheets follow.
    for form in _FORMATS:
        try:
            return datetime.strptime(words, form)
        except ValueError:
            continue
    return None


def _price(text: str | None) -> float:
    try:
        value = float(text or "")
    except ValueError as error:
        raise ValueError(f"{show(text)} is not a price; expected yuan/MWh") from error
    if not np.isfinite(value):
        raise ValueError(f"{show(text)} is not a finite price; expected yuan/MWh")
    return value


def _clock(times: list[datetime], findings: Findings) -> Clock | None:
    place = "market.price_file"
    if len(times) < 2:
        findings.add(place, "fewer than two rows; expected whole days at a fixed step")
        return None
    step = times[1] - times[0]
    if step <= timedelta(0):
        findings.add(place, f"row 3: {times[1]} follows {times[0]}; expected times that rise")
        return None
    for number, (earlier, later) in enumerate(itertools.pairwise(times), start=3):
        if later - earlier != step:
            findings.add(
                place,
                f"row {number}: {later} follows {earlier}; expected a step of {step} (a gap, a duplicate or a change of clock)",
            )
            return None
    if times[0] - datetime.combine(times[0], time.min):
        findings.add(place, f"row 2: begins at {times[0]:%H:%M}; expected 00:00, whole days of local time")
        return None
    if _DAY % step:
        findings.add(place, f"a step of {step}; expected one that divides a day")
        return None
    hours = step / _HOUR
    days = len(times) * step / _DAY
    if len(times) * step % _DAY:
        findings.add(place, f"{len(times)} steps of {hours:g} h are {days:g} days; expected whole days")
        return None
    return Clock(
        step_hours=hours, steps=len(times), weight=np.array([DAYS_PER_YEAR / days]),
        month=np.array([moment.month for moment in times], dtype=np.int64), names=(f"{times[0]:%Y-%m-%d}–{times[-1]:%Y-%m-%d}",),
    )  # fmt: skip
