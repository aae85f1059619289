"""What every province of the library pays a kW of storage for its capacity: price, hours asked for, coefficient, term, standing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from appraisal.errors import Fault, InputError
from appraisal.library import Fact, Library
from appraisal.library.parameters import ParameterFile
from appraisal.library.types import Confidence, Status, Title, lowest
from appraisal.regulated import duration_share, effective_share
from appraisal.units import table

NATIONAL = "capacity.national"
CAP = f"{NATIONAL}.storage_factor_cap"
PRICE = "price_yuan_per_kw_year"
# Areas with a tariff of their own inside a province.
_LIES_IN = {"hebei_south": "hebei", "jibei": "hebei", "shaanxi_yulin": "shaanxi", "shenzhen": "guangdong"}
_READ = (PRICE, "required_hours", "coefficient", "term_years")


@dataclass(frozen=True, kw_only=True)
class Factor:
    """The capacity price of one province as a store of stated hours meets it.

    Attributes
    ----------
    province : id, as in the library; *title* is its file's.
    price : yuan per kW and year with VAT, as published.
    required_hours, coefficient, term_years : None where the evidence does not hold them; a coefficient that is not named is 1.
    share : ``min(1, D ÷ H)``; None without hours to scale by.
    paid : yuan per kW of rated power and year with VAT; None where it cannot be told.
    status : of the price; *confidence* is of the weakest value read.
    facts : what was read of the columns above.
    others : title and value of what else the file holds on that day, plain numbers and words only.
    absent, differs : what the evidence does not hold, and where its sources contradict each other.
    """

    province: str
    title: Title
    price: float
    required_hours: float | None
    coefficient: float | None
    term_years: float | None
    share: float | None
    paid: float | None
    status: Status | None
    confidence: Confidence
    facts: tuple[Fact, ...]
    others: tuple[tuple[Title, str], ...]
    absent: tuple[Title, ...]
    differs: tuple[Title, ...]


@dataclass(frozen=True, kw_only=True)
class Unpaid:
    """A province of the library without a capacity price at the date, and why."""

    province: str
    title: Title
    faults: tuple[Fault, ...]


def factors(library: Library, day: date, duration_hours: float) -> tuple[tuple[Factor, ...], tuple[Unpaid, ...]]:
    """Every province of the library that pays a capacity price on a day, the best paid first, and those that pay none.

    Parameters
    ----------
    library : Library
    day : date
        Of connection and of the bill.
    duration_hours : float
        Hours at full power, above 0.
    """
    found: list[Factor] = []
    gone: list[Unpaid] = []
    for name in (key for key in library.files() if key.startswith("capacity.") and key != NATIONAL):
        file = library.parameter_file(name)
        try:
            found.append(_factor(file, library, day, duration_hours))
        except InputError as error:
            gone.append(Unpaid(province=name.partition(".")[2], title=file.title, faults=error.faults))
    return tuple(sorted(found, key=lambda one: -(one.paid or 0.0))), tuple(gone)


def province_of(area: str) -> str:
    """The province whose capacity price holds in an area of the retail library.

    Examples
    --------
    >>> province_of("jibei"), province_of("zhejiang")
    ('hebei', 'zhejiang')
    """
    return _LIES_IN.get(area, area)


def _factor(file: ParameterFile, library: Library, day: date, hours: float) -> Factor:
    price = library.fact(f"{file.name}.{PRICE}", day)
    facts = {PRICE: price, **_known(file, library, day)}
    value = {name: float(fact.value) for name, fact in facts.items()}
    asked = value.get("required_hours")
    share = None if asked is None else float(duration_share(table(hours), table(asked))[0, 0])
    paid = None
    if asked is not None:
        paid = value[PRICE] * float(
            effective_share(table(hours), table(asked), table(value.get("coefficient", 1.0)))[0, 0]
        )
    return Factor(
        province=file.name.partition(".")[2], title=file.title, price=value[PRICE], required_hours=asked, coefficient=value.get("coefficient"),
        term_years=value.get("term_years"), share=share, paid=paid, status=price.source.status,
        confidence=lowest([fact.source.confidence for fact in facts.values()]), facts=tuple(facts.values()), others=_others(file, day), absent=file.absent, differs=file.differs,
    )  # fmt: skip


def _known(file: ParameterFile, library: Library, day: date) -> Mapping[str, Fact]:
    """What else a province says of its price and that holds on the day."""
    known = {}
    for name in (name for name in _READ if name != PRICE and name in file.parameters):
        try:
            known[name] = library.fact(f"{file.name}.{name}", day)
        except InputError:
            continue  # Not in force on that day: the column stays open, which is told.
    return known


def _others(file: ParameterFile, day: date) -> tuple[tuple[Title, str], ...]:
    """Title and value of the further parameters of a file that are plain words or numbers and hold on the day."""
    found = []
    for name, parameter in file.parameters.items():
        begun = [begin for begin in file.entries[name] if begin <= day]
        entry = file.entries[name][max(begun)] if begun else None
        if name not in _READ and entry is not None and isinstance(entry.value, (int, float, str)):
            found.append((parameter.title, f"{entry.value}"))
    return tuple(found)
