"""Verifies the whole library: what a file alone cannot show, and what has not been checked for a year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from appraisal.errors import Fault, InputError, said
from appraisal.library.days import month_days
from appraisal.library.library import HOLIDAYS, NAME, Library
from appraisal.library.parameters import ParameterFile
from appraisal.library.retail_types import RetailFile, Rule
from appraisal.library.types import Confidence, Source, Title, lowest

STALE_AFTER = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a check of the library found.

    ``faults`` make the library unusable in part, ``warnings`` want a person's eye; ``files`` and ``values`` say how
    much was looked at.
    """

    files: int
    values: int
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def check_library(library: Library, today: date) -> Verdict:
    """Read every file and check what holds between files.

    Parameters
    ----------
    library
        The library to verify; nothing in it is changed.
    today
        The day from which age is counted.

    Returns
    -------
    Verdict
        Faults: a file that cannot be read (every fault in it), a misplaced or oddly named file, an overlay without a
        ratio or a holiday without a calendar, a month published before the first rule, a price area that no lookup can
        price. Warnings: sources not checked for a year with the values that rest on them, sources that nothing uses,
        a calendar that ends before this year.

    Examples
    --------
    >>> verdict = check_library(Library.open(), date(2026, 11, 23))
    >>> verdict.faults, verdict.files > 20
    ((), True)
    """
    faults: list[Fault] = list(_misplaced(library))
    warnings: list[Fault] = []
    values = 0
    for name in (name for name in library.files() if NAME.match(name)):
        try:
            file = library.file(name)
        except InputError as error:
            faults += error.faults
            continue
        used = _used(file)
        values += len(used)
        warnings += _ageing(file, used, today)
        if isinstance(file, RetailFile):
            faults += _retail(library, file)
    warnings += _calendar(library, today)
    return Verdict(files=len(library.files()), values=values, faults=tuple(faults), warnings=tuple(warnings))


def _misplaced(library: Library) -> Iterator[Fault]:
    """Files that no name can reach."""
    base = library.root / "tariffs"
    for path in sorted(base.rglob("*")):
        relative = path.relative_to(library.root)
        if not path.is_file():
            continue
        name = ".".join(path.relative_to(base).with_suffix("").parts)
        if path.suffix != ".yaml":
            yield Fault(
                where=relative.as_posix(),
                message=said("is no .yaml file; nothing reads it", "不是 .yaml 文件，不会被读取"),
            )
        elif not NAME.match(name):
            yield Fault(where=relative.as_posix(), message=said(
                "a name is made of a–z, 0–9 and _, inside a folder", "名称由 a–z、0–9 和 _ 组成，并放在文件夹内"
            ))  # fmt: skip


def _used(file: ParameterFile | RetailFile) -> list[tuple[str, Source]]:
    """Every value of a file by name, with its source."""
    if isinstance(file, ParameterFile):
        return [
            (f"{file.name}.{key} {day}", entry.source)
            for key, entries in file.entries.items()
            for day, entry in entries.items()
        ]
    found = [(f"{file.name}.rule {rule.begins}", rule.source) for rule in file.rules.values()]
    found += [(f"{file.name}.ratio {rule.begins}", row.source) for rule in file.rules.values() for row in rule.ratios]
    found += [(f"{file.name}.transmission {day}", table.source) for day, table in file.transmission.items()]
    found += [(f"{file.name}.{row.month:%Y-%m}", row.source) for row in file.months]
    dated = {"funds": file.funds, "loss_rate": file.loss_rate}
    dated |= {f"zone.{key}": zone.adds for key, zone in file.zones.items()}
    return found + [
        (f"{file.name}.{key} {day}", entry.source) for key, entries in dated.items() for day, entry in entries.items()
    ]


def _ageing(file: ParameterFile | RetailFile, used: list[tuple[str, Source]], today: date) -> Iterator[Fault]:
    """Values whose source was not checked for a year, and sources without a value."""
    named = {source.key for _, source in used}
    for key in file.sources:
        if key not in named:
            yield Fault(where=file.where, path=f"sources.{key}", message=said(
                "no value names this source", "没有值引用这个来源"
            ))  # fmt: skip
    for name, source in used:
        if today - source.checked > STALE_AFTER:
            yield Fault(where=file.where, path=name, message=said(
                "not checked since {day} ({cite})", "自 {day} 起未再核对（{cite}）", day=source.checked, cite=source.cite
            ))  # fmt: skip


def _retail(library: Library, file: RetailFile) -> Iterator[Fault]:
    """A tariff against the calendar, its rules and its own months."""
    first = min(file.rules)
    for row in file.months:
        if row.month < first:
            yield Fault(where=file.where, line=row.line, path=f"months.{row.month:%Y-%m}", message=said(
                "published before the first rule of {first}", "公布月份早于最早的规则 {first}", first=first
            ))  # fmt: skip
    for rule in file.rules.values():
        yield from _rule(library, file, rule)
    yield from _priced(library, file)


def _rule(library: Library, file: RetailFile, rule: Rule) -> Iterator[Fault]:
    """A rule against the calendar of the year after it began: each letter that a day can show has a ratio."""
    path, year = f"rules.{rule.begins}.overlays", rule.begins.year + 1
    try:
        for key in {key for overlay in rule.overlays for key in overlay.holidays}:
            library.holiday(key, date(year, 1, 1))
    except InputError as error:
        yield from (Fault(where=file.where, path=path, message=fault.sentence()) for fault in error.faults)
        return
    told: set[tuple[int, str]] = set()
    for who in _users(file):
        for month in range(1, 13):
            days = month_days(rule, **who, month=date(year, month, 1), holiday=library.holiday, facts={})
            shown = {letter for day in days for letter in day.letters}
            for row in rule.ratios:
                if month not in row.months or not row.scope.covers(**who, zone=""):
                    continue
                told |= {(row.line, letter) for letter in shown - set(row.by_letter)}
    for line, letter in sorted(told):
        yield Fault(where=file.where, line=line, path=path, message=said(
            "no ratio for {letter!r} in this row", "这一行没有 {letter!r} 的比价", letter=letter
        ))  # fmt: skip


def _users(file: RetailFile) -> Iterator[dict[str, str]]:
    """Every voltage, part and class of a tariff."""
    for voltage in file.voltages:
        for key, user_class in file.classes.items():
            for parts in user_class.parts:
                yield {"voltage": voltage, "parts": parts, "user_class": key}


def _priced(library: Library, file: RetailFile) -> Iterator[Fault]:
    """Each voltage, part, class and zone of the latest price table has a year of prices whose days fill it."""
    begins = max(file.transmission)
    table = file.transmission[begins]
    start = max(begins, max((row.month for row in file.months), default=begins))
    pairs = [("one", voltage) for voltage in table.one] + [("two", voltage) for voltage in table.two]
    zones = [key for key, zone in file.zones.items() if zone.adds] if file.zones else [None]
    for parts, voltage in pairs:
        for key, user_class in file.classes.items():
            for zone in zones:
                if parts not in user_class.parts:
                    continue
                who = f"{parts}-part {voltage} {key} {zone or ''}".strip()
                try:
                    year = library.retail(
                        file.name, start=start, voltage=voltage, parts=parts, user_class=key, zone=zone
                    )
                except InputError as error:
                    yield from (Fault(where=file.where, path=who, message=fault.sentence()) for fault in error.faults)
                    continue
                if sum(day.days for day in year.days) != 365.0 or min(day.days for day in year.days) < 0:
                    yield Fault(where=file.where, path=who, message=said(
                        "the days of the year do not add up to 365", "全年天数合计不是 365"
                    ))  # fmt: skip


def _calendar(library: Library, today: date) -> Iterator[Fault]:
    if HOLIDAYS not in library.files():
        return
    file = library.parameter_file(HOLIDAYS)
    for key, entries in file.entries.items():
        if max(entries).year < today.year:
            yield Fault(where=file.where, path=key, message=said(
                "the last calendar is of {year}; later years are estimates",
                "最近的日历是 {year} 年的；以后各年为估计", year=max(entries).year
            ))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Row:
    """One file of the library in a list: its name and title, first and last date, weakest confidence."""

    name: str
    title: Title
    first: date
    last: date
    confidence: Confidence


def overview(library: Library) -> tuple[Row, ...]:
    """Every file of the library, by name."""
    rows: list[Row] = []
    for name in library.files():
        file = library.file(name)
        if isinstance(file, RetailFile):
            days = [*file.rules, *file.transmission, *(row.month for row in file.months)]
        else:
            days = [day for entries in file.entries.values() for day in entries]
        weakest = lowest(source.confidence for _, source in _used(file))
        rows.append(Row(name=name, title=file.title, first=min(days), last=max(days), confidence=weakest))
    return tuple(rows)
