"""A price series beside the case: CSV with a time and one or two price columns, any fixed step."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TypeAlias

import numpy as np

from appraisal.case import Prices
from appraisal.case.market import Market
from appraisal.clock import Clock
from appraisal.errors import InputError, Message, ValueFault, joined, said
from appraisal.field import show
from appraisal.library.reader import read_bytes
from appraisal.scenario.faults import Findings
from appraisal.units import DAYS_PER_YEAR, Table, table

# Reads a file that stands beside a case, by its name; a ValueFault says why it cannot.
Beside: TypeAlias = Callable[[str], bytes]

MAX_BYTES = 20_000_000
MAX_ROWS = 366 * 24 * 60
"""A leap year of minutes."""
MAX_FAULTS = 5
MAX_COLUMNS = 50
_PLACE = "market.price_file"
_MOST_SHOWN = 200
# How zip files begin, and with them workbooks.
_PACKED = b"PK\x03\x04"
# Heads of a Chinese table; the unit stands in them, so that a price in yuan/kWh is not taken for one in yuan/MWh.
_HEADS = {
    "时间": "time", "充电电价（元/mwh）": "buy_yuan_per_mwh", "放电电价（元/mwh）": "sell_yuan_per_mwh",
}  # fmt: skip
_LAST_MIDNIGHT = re.compile(r"(.*\S)\s+24:00(:00)?\Z")
_FORMATS = ("%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y")
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def in_folder(case_file: Path) -> Beside:
    """The files in the folder of a case's file, and no others."""

    def read(name: str) -> bytes:
        try:
            path = (case_file.parent / name).resolve()
            inside = path.is_relative_to(case_file.parent.resolve())
        except (OSError, ValueError, RuntimeError) as error:
            raise ValueFault(said(
                "{name} is no usable file name: {words}", "{name} 不能用作文件名：{words}", name=show(name), words=error
            )) from error  # fmt: skip
        if not inside:
            raise ValueFault(said(
                "{name!r} leaves the folder of the case; put the file beside it",
                "{name!r} 不在算例所在文件夹内；请把文件放在算例旁边", name=name
            ))  # fmt: skip
        try:
            return read_bytes(path, name, MAX_BYTES)
        except InputError as error:
            words = joined([fault.message for fault in error.faults])
            raise ValueFault(said(
                "{name!r} beside the case: {words}", "算例旁的 {name!r}：{words}", name=name, words=words
            )) from error  # fmt: skip

    return read


def in_memory(files: Mapping[str, bytes]) -> Beside:
    """Files that were handed over with the case; no folder is read."""

    def read(name: str) -> bytes:
        if name not in files:
            raise ValueFault(said(
                "no file {name!r} came with the case; hand it over with it",
                "随算例没有提供文件 {name!r}；请一并提供", name=name
            ))  # fmt: skip
        if len(files[name]) > MAX_BYTES:
            raise ValueFault(said(
                "{name!r} is larger than {most:,} bytes", "{name!r} 超过 {most:,} 字节", name=name, most=MAX_BYTES
            ))  # fmt: skip
        return files[name]

    return read


@dataclass(frozen=True, kw_only=True)
class Series:
    """A price series as it was understood.

    Attributes
    ----------
    encoding : str
        ``UTF-8`` or ``GBK``.
    clock : Clock
    first, last : datetime
        Beginning of the first and of the last step, local time.
    buy, sell : (1, N)
        Prices of charging and of discharging, yuan/MWh.
    own_sell : bool
        Whether discharging has a column of its own; else it takes the price of charging.
    """

    encoding: str
    clock: Clock
    first: datetime
    last: datetime
    buy: Table
    sell: Table
    own_sell: bool


def read_series(market: Market, beside: Beside, findings: Findings) -> Prices | None:
    """The series named by ``market.price_file``; faults name the row.

    The file has the columns ``time`` (2025-01-01 00:00, the beginning of the step, local clock),
    ``buy_yuan_per_mwh`` and, where it differs, ``sell_yuan_per_mwh`` (时间, 充电电价（元/MWh）, 放电电价（元/MWh）); UTF-8 or
    GBK. Rows are in order, at one fixed step, whole days; a series of other than 365 days is weighted to a year.
    """
    try:
        read = _series(beside(market.price_file), findings)
    except ValueFault as error:
        findings.add(_PLACE, error.message)
        return None
    if read is None:
        return None
    return Prices(clock=read.clock, buy=read.buy, sell=read.sell, confidence=market.confidence or "secondary")


def understood(content: bytes, name: str = "") -> Series:
    """What a price series says, without a case.

    Parameters
    ----------
    content : bytes
        Of a CSV file, as :func:`read_series` takes it.
    name : str
        What messages call the file.

    Raises
    ------
    InputError
        With what is wrong with it, by row.

    Examples
    --------
    >>> rows = "".join(f"2025-01-01 {hour:02d}:00,{300 + hour}\\n" for hour in range(24))
    >>> read = understood(("time,buy_yuan_per_mwh\\n" + rows).encode())
    >>> read.encoding, read.clock.steps, float(read.buy.max())
    ('UTF-8', 24, 323.0)
    """
    findings = Findings(where=name, lines={})
    if len(content) > MAX_BYTES:
        findings.add(_PLACE, said("is larger than {most:,} bytes", "超过 {most:,} 字节", most=MAX_BYTES))
    read = None if findings.faults else _series(content, findings)
    if read is None:
        findings.stop()
        raise AssertionError("a series that cannot be read has a fault")
    return read


def _series(raw: bytes, findings: Findings) -> Series | None:
    found = _rows(raw, findings)
    if found is None:
        return None
    encoding, rows = found
    columns = [name for name in rows[0] if name is not None] if rows else []
    wanted = [name for name in ("time", "buy_yuan_per_mwh") if name not in columns]
    if wanted:
        listed = _cut(", ".join(columns)) or said("nothing", "空表")
        findings.add(_PLACE, said(
            "no column {wanted}; found {found}", "缺少列 {wanted}；现有：{found}", wanted=", ".join(wanted), found=listed
        ))  # fmt: skip
        return None
    if len(rows) > MAX_ROWS:
        findings.add(_PLACE, said(
            "more than {most:,} rows; at most a year of minutes is read", "超过 {most:,} 行；至多读取一年的逐分钟数据", most=MAX_ROWS
        ))  # fmt: skip
        return None
    return _priced(encoding, rows, "sell_yuan_per_mwh" in columns, findings)


def _cut(text: str) -> str:
    """What a message can hold of a text that may be long."""
    return text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + "…"


def _rows(raw: bytes, findings: Findings) -> tuple[str, list[dict[str, str | None]]] | None:
    """The encoding and the rows by column."""
    if b"\0" in raw or raw.startswith(_PACKED):
        findings.add(_PLACE, said(
            "is no text (a workbook or an image?); save the table as CSV", "不是文本文件（可能是 Excel 工作簿或图片）；请把表格另存为 CSV"
        ))  # fmt: skip
        return None
    for encoding, name in (("utf-8-sig", "UTF-8"), ("gb18030", "GBK")):
        try:
            return name, _table(raw.decode(encoding).splitlines())
        except UnicodeDecodeError:
            continue
        except csv.Error as error:
            findings.add(_PLACE, said("is not CSV: {words}", "不是 CSV 文件：{words}", words=error))
            return None
        except ValueFault as error:
            findings.add(_PLACE, error.message)
            return None
    findings.add(_PLACE, said(
        "is neither UTF-8 nor GBK; save it as CSV in UTF-8", "既不是 UTF-8 也不是 GBK 编码；请另存为 UTF-8 的 CSV"
    ))  # fmt: skip
    return None


def _table(lines: list[str]) -> list[dict[str, str | None]]:
    """The rows by column; headers are read without case and outer spaces, Chinese ones by their names here."""
    reader = csv.DictReader(lines[: MAX_ROWS + 2])
    heads = [str(name).strip().lower() for name in reader.fieldnames or ()]
    if len(heads) > MAX_COLUMNS:
        raise ValueFault(said(
            "{count:,} columns; expected time, buy_yuan_per_mwh and perhaps sell_yuan_per_mwh",
            "有 {count:,} 列；应为 time、buy_yuan_per_mwh，可另有 sell_yuan_per_mwh", count=len(heads)
        ))  # fmt: skip
    reader.fieldnames = [_HEADS.get(name.replace("(", "（").replace(")", "）"), name) for name in heads]
    return list(reader)


def _priced(encoding: str, rows: list[dict[str, str | None]], own_sell: bool, findings: Findings) -> Series | None:
    times, buy, sell = [], [], []
    before = len(findings.faults)
    for number, row in enumerate(rows, start=2):
        try:
            times.append(_time(row["time"]))
            buy.append(_price(row["buy_yuan_per_mwh"]))
            sell.append(_price(row["sell_yuan_per_mwh"]) if own_sell else buy[-1])
        except ValueFault as error:
            told = said("row {row}: {words}", "第 {row} 行：{words}", row=number, words=error.message)
            findings.add(_PLACE, told)
        if len(findings.faults) - before >= MAX_FAULTS:
            break
    if len(findings.faults) > before:
        return None
    clock = _clock(times, findings)
    if clock is None:
        return None
    return Series(
        encoding=encoding, clock=clock, first=times[0], last=times[-1], buy=table(buy), sell=table(sell), own_sell=own_sell
    )  # fmt: skip


def _time(text: str | None) -> datetime:
    """2025-01-01 00:00 as ISO writes it, 2025/1/1 0:00 and 1/1/2025 0:00 as spreadsheets do; 24:00 ends a day."""
    words = (text or "").strip()
    late = _LAST_MIDNIGHT.fullmatch(words)
    moment = _read_time(f"{late.group(1)} 00:00" if late else words)
    if moment is None:
        raise ValueFault(said(
            "{text} is not a time; expected 2025-01-01 00:00", "{text} 不是时间；应写作 2025-01-01 00:00", text=show(text)
        ))  # fmt: skip
    if moment.tzinfo is not None:
        raise ValueFault(said(
            "{text!r} has a time zone; write the local time alone, 2025-01-01 00:00",
            "{text!r} 带有时区；请只写当地时间，如 2025-01-01 00:00", text=text
        ))  # fmt: skip
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
        raise ValueFault(
            said("{text} is not a price; expected yuan/MWh", "{text} 不是价格；单位应为 元/MWh", text=show(text))
        ) from error
    if not np.isfinite(value):
        raise ValueFault(said(
            "{text} is not a finite price; expected yuan/MWh", "{text} 不是有限的价格；单位应为 元/MWh", text=show(text)
        ))  # fmt: skip
    return value


def _misstep(times: list[datetime]) -> Message | None:
    """What keeps the times from being whole days at one fixed step; None where nothing does."""
    if len(times) < 2:
        return said("fewer than two rows; expected whole days at a fixed step", "不足两行；应为固定间隔的整天数据")
    step = times[1] - times[0]
    if step <= timedelta(0):
        return said(
            "row 3: {later} follows {earlier}; expected times that rise",
            "第 3 行：{later} 排在 {earlier} 之后；时间应递增", later=times[1], earlier=times[0]
        )  # fmt: skip
    for number, (earlier, later) in enumerate(itertools.pairwise(times), start=3):
        if later - earlier != step:
            return said(
                "row {row}: {later} follows {earlier}; expected a step of {step} (a gap, a duplicate or a change of clock)",
                "第 {row} 行：{later} 排在 {earlier} 之后；间隔应为 {step}（可能有缺失、重复或夏令时变化）",
                row=number, later=later, earlier=earlier, step=step
            )  # fmt: skip
    if times[0] - datetime.combine(times[0], time.min):
        return said(
            "row 2: begins at {first:%H:%M}; expected 00:00, whole days of local time",
            "第 2 行：从 {first:%H:%M} 开始；应从当地时间 00:00 开始，按整天给出", first=times[0]
        )  # fmt: skip
    if _DAY % step:
        return said("a step of {step}; expected one that divides a day", "间隔为 {step}；应能整除一天", step=step)
    if len(times) * step % _DAY:
        return said(
            "{count} steps of {hours:g} h are {days:g} days; expected whole days",
            "{count} 个 {hours:g} 小时的间隔合 {days:g} 天；应为整天", count=len(times), hours=step / _HOUR, days=len(times) * step / _DAY
        )  # fmt: skip
    return None


def _clock(times: list[datetime], findings: Findings) -> Clock | None:
    fault = _misstep(times)
    if fault is not None:
        findings.add("market.price_file", fault)
        return None
    step = times[1] - times[0]
    days = len(times) * step / _DAY
    return Clock(
        step_hours=step / _HOUR, steps=len(times), weight=np.array([DAYS_PER_YEAR / days]),
        month=np.array([moment.month for moment in times], dtype=np.int64), names=(f"{times[0]:%Y-%m-%d}–{times[-1]:%Y-%m-%d}",),
    )  # fmt: skip
