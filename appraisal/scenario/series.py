"""A price series beside the case: what :mod:`appraisal.intake` reads, on the clock of the dispatch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

import numpy as np

from appraisal.case import Prices
from appraisal.case.market import Market
from appraisal.clock import Clock
from appraisal.errors import Fault, InputError, Message, ValueFault, joined, said
from appraisal.field import show
from appraisal.intake import MAX_BYTES, Regular, Stated, read_prices, read_unit
from appraisal.library.reader import read_bytes
from appraisal.scenario.faults import Findings
from appraisal.units import DAYS_PER_YEAR, MINUTES_PER_HOUR, Table, table

# Reads a file that stands beside a case, by its name; a ValueFault says why it cannot.
Beside: TypeAlias = Callable[[str], bytes]

_PLACE = "market.price_file"
_YUAN_PER_MWH = read_unit("yuan/MWh", "price")
# Years whose months a bare year of that many days has: any without and any with a 29 February.
_MONTHS_AS_IN = {365: 2025, 366: 2024}


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
    read : Regular
        How the file was read: encoding, sheet, layout, labels, unit, notes; of the prices of charging.
    clock : Clock
    first, last : datetime or None
        Beginning of the first and of the last step, local time; None for a year without dates.
    buy, sell : (1, N)
        Prices of charging and of discharging, yuan/MWh.
    own_sell : bool
        Whether discharging has a column of its own; else it takes the price of charging.
    """

    read: Regular
    clock: Clock
    first: datetime | None
    last: datetime | None
    buy: Table
    sell: Table
    own_sell: bool

    @property
    def begin(self) -> date:
        """The first day; of a bare year that of a calendar year as long."""
        return _begin(self.read)

    @property
    def encoding(self) -> str:
        """Of a text file, ``UTF-8`` or ``GBK``; empty for a workbook."""
        return self.read.encoding


def read_series(market: Market, beside: Beside, findings: Findings) -> Prices | None:
    """The series named by ``market.price_file``, read as the market's fields state it; faults name the cell.

    The file is what :func:`appraisal.intake.read_prices` takes: whole days at one fixed step, with a unit. A series of
    other than 365 days is weighted to a year.
    """
    try:
        read = understood(beside(market.price_file), market.price_file, stated_in(market))
    except ValueFault as error:
        findings.add(_PLACE, error.message)
        return None
    except InputError as error:
        for fault in error.faults:
            findings.add(_PLACE, at_its_cell(fault))
        return None
    return Prices(
        clock=read.clock,
        buy=read.buy,
        sell=read.sell,
        confidence=market.confidence or "secondary",
        told=read.read.notes,
        first_day=read.begin,
    )


def stated_in(market: Market) -> Stated:
    """What a case says of its price file."""
    return Stated(
        sheet=market.price_sheet, value_column=market.price_column, sell_column=market.sell_column, unit=market.price_unit,
        labels="" if market.price_labels == "found" else market.price_labels,
    )  # fmt: skip


def understood(content: bytes, name: str = "", stated: Stated | None = None) -> Series:
    """What a price series says, without a case.

    Parameters
    ----------
    content : bytes
        Of a file, as :func:`read_series` takes it.
    name : str
        What messages call the file.
    stated : Stated, optional
        What is not to be found out.

    Raises
    ------
    InputError
        With all that is wrong with it, by cell.

    Examples
    --------
    >>> rows = "".join(f"2025-01-01 {hour:02d}:00,{300 + hour}\\n" for hour in range(24))
    >>> read = understood(("time,buy_yuan_per_mwh\\n" + rows).encode())
    >>> read.encoding, read.clock.steps, float(read.buy.max())
    ('UTF-8', 24, 323.0)
    """
    pair = read_prices(content, name, stated or Stated())
    buy, sell = pair.buy, pair.sell or pair.buy
    step = timedelta(minutes=buy.step_minutes)
    return Series(
        read=buy, clock=_clock(buy), first=buy.first, last=buy.first and buy.first + (len(buy.values) - 1) * step,
        buy=table(buy.in_unit(_YUAN_PER_MWH)), sell=table(sell.in_unit(_YUAN_PER_MWH)), own_sell=pair.sell is not None,
    )  # fmt: skip


def at_its_cell(fault: Fault) -> Message:
    """A fault of the file as one of the case that names it: the cell in front, where there is one."""
    if not fault.path:
        return fault.message
    return said("{cell}: {words}", "{cell}：{words}", cell=fault.path, words=fault.message)


def _clock(read: Regular) -> Clock:
    """The steps with their months; a bare year has those of the calendar."""
    first = read.first
    if first is None and read.days not in _MONTHS_AS_IN:
        raise InputError([Fault(where=read.where, message=said(
            "{days} d without dates; add dates, or state a typical day in market.typical_days",
            "{days} 天且未注明日期；请补上日期，或在 market.typical_days 中填写典型日", days=read.days
        ))])  # fmt: skip
    begin = _begin(read)
    months = [(begin + timedelta(days=day)).month for day in range(read.days)]
    steps = len(read.values)
    last = begin + timedelta(days=read.days - 1)
    return Clock(
        step_hours=read.step_minutes / MINUTES_PER_HOUR, steps=steps, weight=np.array([DAYS_PER_YEAR / read.days]),
        month=np.repeat(np.array(months, dtype=np.int64), steps // read.days),
        names=(f"{begin:%Y-%m-%d}–{last:%Y-%m-%d}" if first else f"{read.days} d",),
    )  # fmt: skip


def _begin(read: Regular) -> date:
    return read.first.date() if read.first else date(_MONTHS_AS_IN[read.days], 1, 1)
