"""What grid-side storage pays beside the energy price when it charges, by month."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from appraisal.library.months import choose, twelve
from appraisal.library.parameters import missing
from appraisal.library.reading import Reading, find_user
from appraisal.library.retail import month_source, read_row, read_rule, read_transmission, zone_adds
from appraisal.library.retail_types import MonthRow, RetailFile
from appraisal.library.types import GridCharges, MonthSource, lowest


def grid_charges(
    file: RetailFile, *, start: date, voltage: str, zone: str | None, overlays: Mapping[str, Any]
) -> GridCharges:
    """Loss, system operation and one-part transmission of twelve months; see ``Library.grid_charges``."""
    who = find_user(file, voltage=voltage, parts="one", user_class=None, zone=zone)
    reading = Reading(file, overlays)
    found: dict[int, tuple[float | None, float | None, float, float, MonthSource]] = {}
    for month in twelve(start):
        rule = read_rule(reading, month)
        rows = [row for row in file.months if who.meant(row) and charge_parts(row)]
        row, reason = choose(file, rows, rule, month)
        single = read_transmission(reading, who, month)["single"]
        if row is None:
            raise missing(
                f"{file.name}.loss",
                "loss and system operation are not known apart from the purchase price "
                f"up to {month:%Y-%m}; state them in the case",
            )
        if single is None:
            raise missing(
                f"{file.name}.transmission.one.{who.voltage}", f"no one-part price is known for {month:%Y-%m}"
            )
        read = {key: float(read_row(reading, row, key, month)) for key in charge_parts(row)}
        loss = read.get("loss", read.get("loss_inside_purchase"))
        found[month.month] = (
            loss,
            read.get("system_operation"),
            sum(read.values()),
            single + zone_adds(reading, who, month),
            month_source(row, month, reason, rule),
        )
    facts = tuple(reading.facts.values())
    columns = [found[place] for place in range(1, 13)]
    return GridCharges(
        name=file.name,
        start=start.replace(day=1),
        voltage=who.voltage,
        loss=tuple(row[0] for row in columns),
        system_operation=tuple(row[1] for row in columns),
        loss_and_system_operation=tuple(row[2] for row in columns),
        single_part_transmission=tuple(row[3] for row in columns),
        months=tuple(row[4] for row in columns),
        facts=facts,
        confidence=lowest(
            ["estimate"] if any(row[4].estimate for row in columns) else [fact.source.confidence for fact in facts]
        ),
    )


def charge_parts(row: MonthRow) -> tuple[str, ...]:
    """The keys of a row that make up loss and system operation; empty where the row does not hold both."""
    options = (
        ("loss", "system_operation"),
        ("loss_inside_purchase", "system_operation"),
        ("loss_and_system_operation",),
    )
    return next((keys for keys in options if all(key in row.values for key in keys)), ())
