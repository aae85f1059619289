"""Printed prices of a sheet against what the library gives for exactly that user and month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from appraisal.errors import Fault, InputError, Message, said
from appraisal.library.library import Library
from appraisal.library.types import LETTERS, RetailYear
from appraisal.tariff_import.filled import Filled, Record, filled_rows
from appraisal.tariff_import.months_sheet import CHARGES, CHECKED_COMPONENTS, MONTHS, PRINTED
from appraisal.tariff_import.names import Names
from appraisal.tariff_import.plan import CHECKS

EQUAL = 1e-4
"""Largest difference that is none, in yuan/kWh (yuan/kW and yuan/kVA a month for charges)."""
_ROUND_GUARD = 1e-9


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One printed figure beside the library's: prices in yuan/kWh, charges in yuan/kW or yuan/kVA a month.

    ``allowed`` is the largest difference that the printed decimals explain.
    """

    record: Record
    key: str
    printed: float
    found: float
    allowed: float

    @property
    def difference(self) -> float:
        """Printed less found; what lies below the last digit that is ever printed is none."""
        return round(self.printed - self.found, 9) + 0.0

    @property
    def agrees(self) -> bool:
        """Whether rounding explains the difference."""
        return abs(self.difference) <= self.allowed + _ROUND_GUARD

    @property
    def cell(self) -> str:
        """Where the printed figure stands in the sheet."""
        return self.record.grid.named(self.record.places[self.key])

    def told(self) -> Message:
        """The figure in words."""
        return said(
            "{title} is {printed:g}, its components give {found:.6f} ({difference:+.6f}; {allowed:g} is allowed)",
            "{title}为 {printed:g}，按各组成部分为 {found:.6f}（相差 {difference:+.6f}，允许 {allowed:g}）",
            title=MONTHS.column(self.key).title, printed=self.printed, found=self.found, difference=self.difference,
            allowed=self.allowed,
        )  # fmt: skip


def compared(library: Library, name: str, filled: Filled, names: Names) -> tuple[Figure, ...]:
    """Every printed figure of the sheet of months with its answer.

    Parameters
    ----------
    library : one that holds the imported file.
    name : the tariff: ``retail.demo``.
    filled, names : the sheet, and the area's words.

    Raises
    ------
    InputError
        With every row that names no single user or month that the library can price, and every figure without answer.
    """
    faults: list[Fault] = []
    figures: list[Figure] = []
    decimals = _decimals(filled)
    for record in filled_rows(filled, "months"):
        keys = [key for key in CHECKS if key in record.values]
        if not keys:
            continue
        try:
            year = _year(library, name, record, names)
        except InputError as error:
            faults += error.faults
            continue
        for key in keys:
            found = _answer(year, record.get("month").month - 1, key)
            if found is None:
                faults.append(record.fault(said(
                    "the library has no such figure for this user in this month", "事实库中该用户当月没有这一项"
                ), key))  # fmt: skip
                continue
            figures.append(Figure(record=record, key=key, printed=record.get(key), found=found, allowed=_allowed(record, key, decimals)))  # fmt: skip
    if faults:
        raise InputError(faults)
    return tuple(figures)


def differences(figures: Sequence[Figure]) -> Iterator[Fault]:
    """Faults of the figures that disagree without a stated reason."""
    for figure in figures:
        if not figure.agrees and not figure.record.get("reason"):
            yield figure.record.fault(said(
                "{told}; correct it or state the reason of the difference", "{told}；请更正，或填写差异原因", told=figure.told()
            ), figure.key)  # fmt: skip


def _year(library: Library, name: str, record: Record, names: Names) -> RetailYear:
    """Prices of the row's user from the row's month on."""
    scope = names.scope(record)
    for key in ("parts", "voltages"):
        if len(scope.get(key, ())) != 1:
            raise InputError([record.fault(said("printed prices are of one user; state {title}", "公布电价须对应一类用户；请填写{title}", title=MONTHS.column(key).title), key)])  # fmt: skip
    for key in ("classes", "zones"):
        if len(scope.get(key, ())) > 1:
            raise InputError([record.fault(said("printed prices are of one user; name one", "公布电价须对应一类用户；只写一个"), key)])  # fmt: skip
    user_class, zone = (scope.get(key, (None,))[0] for key in ("classes", "zones"))
    month = record.get("month")
    try:
        year = library.retail(
            name, start=month, voltage=scope["voltages"][0], parts=scope["parts"][0], user_class=user_class, zone=zone
        )
    except InputError as error:
        raise InputError([record.fault(fault.sentence(), "month") for fault in error.faults]) from error
    if year.months[month.month - 1].taken != month:
        raise InputError([record.fault(said(
            "no row of the file prices this user in {month:%Y-%m}; state its components", "文件中没有该用户 {month:%Y-%m} 的各组成部分；请填写", month=month
        ), "month")])  # fmt: skip
    return year


def _answer(year: RetailYear, month: int, key: str) -> float | None:
    if key in CHECKED_COMPONENTS:
        return year.components.get(key, (None,) * 12)[month]
    if key in CHARGES:
        return (year.demand_yuan_per_kw_month if key == "demand" else year.capacity_yuan_per_kva_month)[month]
    letter = next(letter for letter in LETTERS if PRINTED[letter] == key)
    return year.prices[month].get(letter)


def _decimals(filled: Filled) -> dict[tuple[object, object], int]:
    """Decimals to which the bands of each month's table are printed, by month and source.

    A workbook drops zeros at the end, so the most decimals of one band count for the whole table.
    """
    found: dict[tuple[object, object], int] = {}
    for record in filled_rows(filled, "months"):
        table = (record.get("month"), record.get("source"))
        held = [record.decimals[band] for band in PRINTED.values() if band in record.decimals]
        found[table] = max([found.get(table, 0), *held])
    return found


def _allowed(record: Record, key: str, decimals: Mapping[tuple[object, object], int]) -> float:
    """Half of the last decimal printed, as far as that is more than what counts as equal.

    Charges and components, which are copied and not worked out, have to be equal.
    """
    if key not in PRINTED.values():
        return EQUAL
    return max(EQUAL, 0.5 * 10.0 ** -decimals[record.get("month"), record.get("source")])
