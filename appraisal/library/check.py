"""Verifies the whole library: what a file alone cannot show, and what has not been checked for a year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from appraisal.errors import Fault, InputError, said
from appraisal.library.check_retail import Coverage, coverage, faults_of, warnings_of
from appraisal.library.library import HOLIDAYS, NAME, Library
from appraisal.library.parameters import ParameterFile
from appraisal.library.retail_types import RetailFile
from appraisal.library.types import STATUSES, Confidence, Source, Status, Title, lowest

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
        Faults: a file that cannot be read (every fault in it), a misplaced or oddly named file, a letter without a
        ratio or a holiday without a calendar, a month published before the first rule, a user whom no lookup can
        price unless the file says what is absent. Warnings: values not checked for a year, areas without a price
        published for a year, sources that nothing uses, ratios below the notice of 2021, printed prices that
        contradict their components, a calendar that ends before this year.

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
            faults += faults_of(library, file)
            warnings += warnings_of(library, file, today)
    warnings += _calendar(library, today)
    return Verdict(files=len(library.files()), values=values, faults=tuple(faults), warnings=tuple(warnings))


def _misplaced(library: Library) -> Iterator[Fault]:
    """Files that no name can reach."""
    for base, called in library.folders():
        for path in sorted(path for path in base.rglob("*") if path.is_file()):
            relative = path.relative_to(base)
            where = Path(called, relative).as_posix()
            if path.suffix != ".yaml":
                yield Fault(
                    where=where, message=said("is no .yaml file; nothing reads it", "不是 .yaml 文件，不会被读取")
                )
            elif not NAME.match(".".join(relative.with_suffix("").parts)):
                yield Fault(where=where, message=said(
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
    found += [(f"{file.name}.worked_bill {bill.month:%Y-%m}", bill.source) for bill in file.worked_bills]
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
                "not checked since {day} ({en})", "自 {day} 起未再核对（{zh}）",
                day=source.checked, en=source.cite, zh=source.cited("zh")
            ))  # fmt: skip


def _calendar(library: Library, today: date) -> Iterator[Fault]:
    if not library.has(HOLIDAYS):
        return
    file = library.parameter_file(HOLIDAYS)
    for key, entries in file.entries.items():
        if max(entries).year < today.year:
            yield Fault(where=file.where, path=key, message=said(
                "the last calendar is of {year}; later years are estimates",
                "最近的日历是 {year} 年的；以后各年为估计", year=max(entries).year
            ))  # fmt: skip


def coverages(library: Library, today: date) -> tuple[Coverage, ...]:
    """What every retail tariff can price over the twelve months from a date, by name."""
    files = (library.file(name) for name in library.files())
    return tuple(coverage(library, file, today) for file in files if isinstance(file, RetailFile))


@dataclass(frozen=True, kw_only=True)
class Row:
    """One file of the library in a list: its name and title, first and last date, weakest confidence.

    ``mechanism`` is a key of ``text.MECHANISMS`` or empty; ``statuses`` are those that stand on the day of the list,
    best first: ``expired`` where the last entry of a parameter is a repeal.
    """

    name: str
    title: Title
    first: date
    last: date
    confidence: Confidence
    mechanism: str = ""
    statuses: tuple[Status, ...] = ()


def overview(library: Library, today: date, mechanism: str = "") -> tuple[Row, ...]:
    """Every file of the library, by name; only those of a *mechanism* where one is named."""
    rows: list[Row] = []
    for name in library.files():
        file = library.file(name)
        belongs = file.mechanism if isinstance(file, ParameterFile) else ""
        if mechanism not in ("", belongs):
            continue
        statuses: tuple[Status, ...] = ()
        if isinstance(file, RetailFile):
            days = [*file.rules, *file.transmission, *(row.month for row in file.months)]
        else:
            days = [day for entries in file.entries.values() for day in entries]
            statuses = standing(file, today)
        weakest = lowest(source.confidence for _, source in _used(file))
        rows.append(Row(name=name, title=file.title, first=min(days), last=max(days), confidence=weakest, mechanism=belongs,
                        statuses=statuses))  # fmt: skip
    return tuple(rows)


def standing(file: ParameterFile, today: date) -> tuple[Status, ...]:
    """The statuses of the entries in force on a day, best first; of the first entry where none has begun."""
    found: set[Status] = set()
    for entries in file.entries.values():
        entry = entries[max([day for day in entries if day <= today], default=min(entries))]
        if entry.source.status is not None:
            found.add("expired" if entry.value is None else entry.source.status)
    return tuple(status for status in STATUSES if status in found)
