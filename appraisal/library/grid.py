"""What grid-side storage pays beside the energy price when it charges, by month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from appraisal.errors import said
from appraisal.library.months import choose, twelve
from appraisal.library.parameters import missing
from appraisal.library.reading import Reading, User, find_user
from appraisal.library.retail import month_source, read_row, read_rule, read_transmission, zone_adds
from appraisal.library.retail_types import MonthRow, RetailFile
from appraisal.library.types import GridCharges, MonthSource, lowest


def grid_charges(
    file: RetailFile, *, start: date, voltage: str, zone: str | None, overlays: Mapping[str, Any]
) -> GridCharges:
    """Loss, system operation and one-part transmission of twelve months; see ``Library.grid_charges``."""
    who = find_user(file, voltage=voltage, parts="one", user_class=None, zone=zone)
    reading = Reading(file, overlays)
    read = {month.month: month_charge(reading, who, month) for month in twelve(start)}
    months = [read[place] for place in range(1, 13)]
    facts = tuple(reading.facts.values())
    sources = tuple(month.source for month in months if month.source is not None)
    estimated = any(source.estimate for source in sources)
    return GridCharges(
        name=file.name,
        start=start.replace(day=1),
        voltage=who.voltage,
        loss=tuple(month.loss for month in months),
        system_operation=tuple(month.system_operation for month in months),
        loss_and_system_operation=tuple(month.both for month in months),
        single_part_transmission=tuple(month.transmission for month in months),
        months=sources,
        facts=facts,
        confidence=lowest(["estimate"] if estimated else [fact.source.confidence for fact in facts]),
    )


@dataclass(frozen=True, kw_only=True)
class Charge:
    """One month's charges, yuan/kWh; None for what is published only together with the purchase price."""

    loss: float | None
    system_operation: float | None
    both: float | None
    transmission: float
    source: MonthSource | None


def month_charge(reading: Reading, who: User, month: date) -> Charge:
    """What charging pays in one month."""
    file = reading.file
    rule = read_rule(reading, month)
    row, reason = choose(file, [row for row in file.months if who.meant(row) and charge_parts(row)], rule, month)
    transmission = read_transmission(reading, who, month)["single"]
    if transmission is None:
        raise missing(
            f"{file.name}.transmission.one.{who.voltage}",
            said("no one-part price is known for {month:%Y-%m}", "{month:%Y-%m} 没有已知的单一制电价", month=month),
        )
    carried = transmission + zone_adds(reading, who, month)
    if row is None:
        return Charge(loss=None, system_operation=None, both=None, transmission=carried, source=None)
    read = {key: float(read_row(reading, row, key, month)) for key in charge_parts(row)}
    return Charge(
        loss=read.get("loss", read.get("loss_inside_purchase")),
        system_operation=read.get("system_operation"),
        both=sum(read.values()),
        transmission=carried,
        source=month_source(row, month, reason, rule),
    )


def charge_parts(row: MonthRow) -> tuple[str, ...]:
    """The keys of a row that make up loss and system operation; empty where the row does not hold both."""
    options = (
        ("loss", "system_operation"),
        ("loss_inside_purchase", "system_operation"),
        ("loss_and_system_operation",),
    )
    return next((keys for keys in options if all(key in row.values for key in keys)), ())
