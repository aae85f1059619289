"""Twelve months of retail prices as of a date: what the bands of each month cost, and every fact behind them.

Later months than the last published one are labelled estimates (``months``). A user's own purchase price replaces the
published one and removes that estimate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import isfinite
from typing import Any

from appraisal.errors import Fault, InputError, said
from appraisal.library.days import Holiday, month_days
from appraisal.library.months import choose, transmission_at, twelve
from appraisal.library.parameters import missing
from appraisal.library.reading import YUAN_PER_KWH, Reading, User, find_user, in_force
from appraisal.library.retail_types import COMPONENTS, MONTHLY, MonthRow, RetailFile, Rule
from appraisal.library.types import LETTERS, MonthSource, RetailYear, Source, TariffDay, lowest
from appraisal.text import PARTS

PURCHASE_FIELD = "market.purchased_energy_yuan_per_kwh"
FEES = ("loss", "system_operation")
ROUND_GUARD = 1e-12  # keeps 0.28235 rounding up although its binary value lies a hair below


@dataclass(frozen=True, kw_only=True)
class MonthPrice:
    """One month priced: components as far as known, the two sums, and the month it was taken from."""

    components: Mapping[str, float]
    floating: float
    fixed: float
    source: MonthSource


@dataclass(frozen=True, kw_only=True)
class Month:
    """All that is read for one month."""

    rule: Rule
    ratios: Mapping[str, float]
    days: tuple[TariffDay, ...]
    charges: Mapping[str, float | None]
    price: MonthPrice


def retail_year(
    file: RetailFile,
    *,
    start: date,
    voltage: str,
    parts: str,
    user_class: str | None,
    zone: str | None,
    user: str,
    purchased_energy: float | None,
    holiday: Holiday,
    overlays: Mapping[str, Any],
) -> RetailYear:
    """Prices of the twelve months from *start* on; see :meth:`appraisal.library.Library.retail`."""
    who = find_user(file, voltage=voltage, parts=parts, user_class=user_class, zone=zone)
    reading = Reading(file, overlays)
    read = {month.month: read_month(reading, who, month, purchased_energy, holiday) for month in twelve(start)}
    months = [read[place] for place in range(1, 13)]
    facts = tuple(reading.facts.values())
    estimated = any(month.price.source.estimate for month in months)
    return RetailYear(
        name=file.name,
        title=file.title,
        clock=file.clock,
        start=start.replace(day=1),
        voltage=who.voltage,
        parts=who.parts,
        user_class=who.user_class,
        zone=who.zone,
        user=user,
        days=even(months),
        prices=tuple(bands(month.ratios, month.price, month.rule.rounding) for month in months),
        floating=tuple(month.price.floating for month in months),
        fixed=tuple(month.price.fixed for month in months),
        ratios=tuple(month.ratios for month in months),
        components=by_component(months),
        demand_yuan_per_kw_month=tuple(month.charges["demand"] for month in months),
        capacity_yuan_per_kva_month=tuple(month.charges["capacity"] for month in months),
        single_part_transmission=tuple(month.charges["single"] for month in months),
        months=tuple(month.price.source for month in months),
        facts=facts,
        confidence=lowest(["estimate"] if estimated else [fact.source.confidence for fact in facts]),
        notes=file.notes,
    )


def read_month(reading: Reading, who: User, month: date, purchased_energy: float | None, holiday: Holiday) -> Month:
    """Rule, days and prices of one month."""
    rule = read_rule(reading, month)
    charges = read_transmission(reading, who, month)
    days = month_days(rule, who.voltage, who.parts, who.user_class, month, holiday, reading.facts)
    return Month(
        rule=rule,
        ratios=read_ratios(reading, rule, who, month, {letter for day in days for letter in day.letters}),
        days=days,
        charges=charges,
        price=month_price(reading, who, rule, month, charges["energy"], purchased_energy),
    )


def even(months: Sequence[Month]) -> tuple[TariffDay, ...]:
    """All days in the same number of steps, the finest that one of them needs."""
    days = [day for month in months for day in month.days]
    steps = max(len(day.letters) for day in days)
    return tuple(replace(day, letters=finer(day.letters, steps)) for day in days)


def by_component(months: Sequence[Month]) -> Mapping[str, tuple[float | None, ...]]:
    """Component -> twelve values, None where not known; a component known in no month is left out."""
    columns = {key: tuple(month.price.components.get(key) for month in months) for key in COMPONENTS}
    return {key: column for key, column in columns.items() if set(column) != {None}}


def finer(letters: str, steps: int) -> str:
    """The same day in more steps."""
    return "".join(letter * (steps // len(letters)) for letter in letters)


def bands(ratios: Mapping[str, float], price: MonthPrice, rounding: float | None) -> Mapping[str, float]:
    """ratio * floating + fixed, the first term rounded where the province rounds it."""
    moving = {letter: ratios[letter] * price.floating for letter in LETTERS if letter in ratios}
    if rounding is not None:
        moving = {letter: round(value / rounding + ROUND_GUARD) * rounding for letter, value in moving.items()}
    return {letter: value + price.fixed for letter, value in moving.items()}


def read_rule(reading: Reading, month: date) -> Rule:
    """The rule that makes bands in a month."""
    rules = reading.file.rules
    rule = rules[in_force(f"{reading.file.name}.rule", rules, month)]
    reading.value(
        "rule", rule.document, asked=month, begins=rule.begins, source=rule.source, unit="document", note=rule.note
    )
    return rule


def read_ratios(reading: Reading, rule: Rule, who: User, month: date, letters: set[str]) -> Mapping[str, float]:
    """Multiples by letter; a letter may be overlaid as ``<tariff>.ratio.<letter>``.

    Where the file says that its ratios are absent, every letter but the flat one has to be overlaid.
    """
    row = next((row for row in rule.ratios if month.month in row.months and who.meant(row)), None)
    names = {letter: f"{reading.file.name}.ratio.{letter}" for letter in LETTERS}
    stated = {letter: reading.overlays[name] for letter, name in names.items() if name in reading.overlays}
    given = {"f": 1.0, **stated} if row is None else row.by_letter
    faults = [
        Fault(path=names[letter], kind="fact", message=said(
            "no ratio of the {en} price is known in {month:%Y-%m}; state it as a fact of the case",
            "{month:%Y-%m} 没有已知的{zh}比价；请在算例中给出该参数",
            en=LETTERS[letter][1], zh=LETTERS[letter][0], month=month,
        ))
        for letter in LETTERS if letter in letters - set(given)
    ]  # fmt: skip
    if faults:
        raise InputError(faults)
    source = rule.source if row is None else row.source
    return {
        letter: float(
            reading.value(
                f"ratio.{letter}", value, asked=month, begins=rule.begins, source=source, unit="multiple of flat",
                id="" if row is None else row.id,
            )
        )
        for letter, value in given.items()
    }  # fmt: skip


def read_transmission(reading: Reading, who: User, month: date) -> Mapping[str, float | None]:
    """Energy, demand and capacity price of the user's part and the one-part price; None where not known."""
    table = transmission_at(reading.file, month)
    if table is None:
        return {"energy": None, "demand": None, "capacity": None, "single": None}

    def read(key: str, value: float | None, unit: str = YUAN_PER_KWH) -> float | None:
        if value is None:
            return None
        name = f"transmission.{key}"
        return float(
            reading.value(
                name,
                value,
                asked=month,
                begins=table.begins,
                source=table.source,
                unit=unit,
                note=table.note,
                id=table.id,
            )
        )

    single = read(f"one.{who.voltage}", table.one.get(who.voltage))
    if who.parts == "one":
        return {"energy": single, "demand": None, "capacity": None, "single": single}
    own = table.two.get(who.voltage, {})
    return {
        "energy": read(f"two.{who.voltage}.energy", own.get("energy")),
        "demand": read(f"two.{who.voltage}.demand", own.get("demand"), "yuan/kW/month incl. VAT"),
        "capacity": read(f"two.{who.voltage}.capacity", own.get("capacity"), "yuan/kVA/month incl. VAT"),
        "single": single,
    }


def month_price(
    reading: Reading, who: User, rule: Rule, month: date, transmission: float | None, purchased_energy: float | None
) -> MonthPrice:
    """One month's two sums and components."""
    every = [row for row in reading.file.months if who.meant(row)]
    apart = [row for row in every if not row.printed]
    if purchased_energy is not None and transmission is not None and apart:
        if all(set(row.values) == {"bundle"} for row in apart):
            main = {"bundle": read_purchase(reading, purchased_energy, month)}
            return stated_price(reading, who, rule, month, transmission, main, "stated")
        every = apart
    row, reason = choose(
        reading.file, every if transmission is not None else [row for row in every if row.printed], rule, month
    )
    if row is None:
        fees = [f"{reading.file.name}.{key}" for key in FEES]
        if purchased_energy is not None and transmission is not None and set(fees) <= set(reading.overlays):
            main = {"purchased_energy": read_purchase(reading, purchased_energy, month)} | {
                key: float(reading.value(key, None, asked=month, begins=rule.begins, source=rule.source))
                for key in FEES
            }
            return stated_price(reading, who, rule, month, transmission, main, "")
        raise no_price(reading.file, who, month, transmission, purchased_energy)
    taken = month_source(row, month, reason, rule)
    if row.printed or transmission is None:
        return printed_price(reading, row, taken, rule, purchased_energy)
    return component_price(reading, who, rule, row, taken, transmission, purchased_energy)


def no_price(
    file: RetailFile, who: User, month: date, transmission: float | None, purchased_energy: float | None
) -> InputError:
    """What is missing to price a month, and the remedy."""
    user = said("{en}-part {voltage}", "{zh} {voltage}", en=who.parts, zh=PARTS[who.parts][0], voltage=who.voltage)
    if transmission is None and any(who.meant(row) for row in file.months):
        known = [
            day
            for day, table in file.transmission.items()
            if (table.one.get(who.voltage) if who.parts == "one" else table.two.get(who.voltage, {}).get("energy"))
        ]
        none = said("none is known at any date", "任何日期都没有")
        since = said("known from {first} on", "自 {first} 起才有", first=min(known)) if known else none
        message = said(
            "no price is known for {month:%Y-%m}; {since}", "{month:%Y-%m} 没有已知电价；{since}", month=month, since=since
        )  # fmt: skip
        return missing(f"{file.name}.transmission.{who.parts}.{who.voltage}", message)
    if purchased_energy is not None:
        message = said(
            "no loss and system operation price was published for {user} up to {month:%Y-%m}, and a purchase price alone makes no tariff; state {facts} under {section}",
            "截至 {month:%Y-%m} 没有公布 {user} 的线损和系统运行费，仅有购电价格不足以构成电价；请在 {section} 中给出 {facts}",
            user=user, month=month, facts=", ".join(f"{file.name}.{key}" for key in FEES), section="overlays",
        )  # fmt: skip
        return missing(f"{file.name}.system_operation", message)
    message = said(
        "no price was published for {user} up to {month:%Y-%m}; state {field}",
        "截至 {month:%Y-%m} 没有公布 {user} 的电价；请填写 {field}", user=user, month=month, field=PURCHASE_FIELD
    )  # fmt: skip
    return missing(f"{file.name}.purchased_energy", message)


def stated_price(
    reading: Reading, who: User, rule: Rule, month: date, transmission: float, main: Mapping[str, float], reason: str
) -> MonthPrice:
    """A month whose *main* components the user states; transmission and funds are the file's. With a *reason* it is an estimate."""
    parts = {
        **main,
        "transmission": transmission + zone_adds(reading, who, month),
        "funds": reading.number("funds", reading.file.funds, month),
    }
    source = MonthSource(month=month, taken=month, estimate=bool(reason), reason=reason, rule_from=rule.begins)
    floating, fixed = split(parts, rule)
    return MonthPrice(components=parts, floating=floating, fixed=fixed, source=source)


def split(parts: Mapping[str, float], rule: Rule) -> tuple[float, float]:
    """The sum that the ratio multiplies, and the rest."""
    return (
        sum(value for key, value in parts.items() if key in rule.floats),
        sum(value for key, value in parts.items() if key not in rule.floats),
    )


def month_source(row: MonthRow, month: date, reason: str, rule: Rule) -> MonthSource:
    """Which row priced a month, and why; a row that is an estimate itself makes its own month one."""
    derived = row.source.confidence == "estimate"
    if derived:
        reason = "latest_derived" if row.month != month else "derived"
    return MonthSource(
        month=month,
        taken=row.month,
        estimate=bool(reason),
        reason=reason,
        rule_from=rule.begins,
        note=remarks(row),
        derived=derived,
    )


def remarks(row: MonthRow) -> str:
    """How a row was derived, and what else is said of it."""
    return "; ".join(text for text in (row.derived, row.note) if text)


def printed_price(
    reading: Reading, row: MonthRow, taken: MonthSource, rule: Rule, purchased_energy: float | None
) -> MonthPrice:
    """A month whose bands were printed as a whole for this class."""
    floating, fixed = (float(read_row(reading, row, key, taken.month)) for key in ("floating", "fixed"))
    if purchased_energy is None:
        return MonthPrice(components={}, floating=floating, fixed=fixed, source=taken)
    if {"transmission", "funds", "system_operation"} & set(rule.floats):
        message = said(
            "not known apart from the price printed for {row:%Y-%m}, so {field} cannot replace a part of it in {month:%Y-%m}",
            "未与 {row:%Y-%m} 公布的电价分开，因此 {month:%Y-%m} 不能用 {field} 替换其中一部分",
            row=row.month, field=PURCHASE_FIELD, month=taken.month
        )  # fmt: skip
        raise missing(f"{reading.file.name}.transmission", message)
    read_purchase(reading, purchased_energy, taken.month)
    return MonthPrice(
        components={"purchased_energy": purchased_energy},
        floating=purchased_energy,
        fixed=fixed,
        source=replace(taken, note=f"{taken.note}; only the unmultiplied part is taken"),
    )


def component_price(
    reading: Reading,
    who: User,
    rule: Rule,
    row: MonthRow,
    taken: MonthSource,
    transmission: float,
    purchased_energy: float | None,
) -> MonthPrice:
    """A month put together from its components, transmission and funds at today's price."""
    parts: dict[str, float] = {}
    main = "purchased_energy" if "purchased_energy" in row.values else "bundle"
    for key in MONTHLY:
        if key == main and purchased_energy is not None:
            parts[key] = read_purchase(reading, purchased_energy, taken.month)
        elif key in row.values:
            parts[key] = float(read_row(reading, row, key, taken.month))
    parts["transmission"] = transmission + zone_adds(reading, who, taken.month)
    parts["funds"] = reading.number("funds", reading.file.funds, taken.month)
    floating, fixed = split(parts, rule)
    if purchased_energy is not None and main == "bundle":
        taken = replace(taken, estimate=True, reason="stated")
    return MonthPrice(components=parts, floating=floating, fixed=fixed, source=taken)


def read_row(reading: Reading, row: MonthRow, key: str, asked: date) -> Any:
    """A value of a published month, at estimate where it stands in for another month."""
    source = row.source if row.month == asked else replace(row.source, confidence="estimate")
    return reading.value(
        key, row.values[key], asked=asked, begins=row.month, source=source, note=remarks(row), id=row.id
    )


def read_purchase(reading: Reading, value: float, asked: date) -> float:
    """The user's own purchase price, recorded as the case's."""
    if not isfinite(value):
        raise InputError([Fault(path=PURCHASE_FIELD, message=said(
            "{value} is not a finite price", "{value} 不是有限的价格", value=value
        ))])  # fmt: skip
    source = Source(key="case", cite=PURCHASE_FIELD, confidence="secondary", checked=asked, note="stated by the user")
    return float(reading.value("purchased_energy", value, asked=asked, begins=asked, source=source, origin="case"))


def zone_adds(reading: Reading, who: User, month: date) -> float:
    """What the user's price zone adds to transmission."""
    zone = reading.file.zones.get(who.zone)
    return reading.number(f"zone.{who.zone}", zone.adds, month) if zone is not None else 0.0
