"""A stated case in another area of the library: what changes with the place, and what cannot stay."""

from __future__ import annotations

from collections.abc import Callable

from appraisal.case import Change
from appraisal.library.retail_types import RetailFile


def moves(stated: Callable[[str], object], file: RetailFile | None, area: str, zone: str = "") -> tuple[Change, ...]:
    """The changes that put a case under the tariff of another area, in a price zone of it.

    Parameters
    ----------
    stated : callable
        What the case states at a dotted path; nothing where it states nothing.
    file : RetailFile or None
        The tariff, where it could be read.
    area : str
        Its name behind ``retail.``, which is the province as well.
    zone : str
        Without one, and where the tariff does not know the class of the case, both are left out: a zone is then asked for,
        a class is the tariff's own default. Voltage and parts stay; what the tariff does not know is a fault.
    """
    changes = [Change(path="market.tariff", value=f"retail.{area}"), Change(path="project.province", value=area)]
    changes += [Change(path="market.zone", value=zone)] if zone else []
    kept = {"zone": zone or stated("market.zone"), "user_class": stated("market.user_class")}
    known = {"zone": file.zones if file else {}, "user_class": file.classes if file else {}}
    gone = [name for name, words in known.items() if stated(f"market.{name}") and kept[name] not in words]
    return (*changes, *(Change(path=f"market.{name}", action="remove") for name in gone))
