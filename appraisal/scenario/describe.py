"""The resolved case: every value with its unit and where it came from, and its digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from appraisal.case import Case, Origin
from appraisal.case.eras import Era
from appraisal.case.schema import SECTIONS
from appraisal.errors import Message, verbatim
from appraisal.field import Section


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """One value of the resolved case; ``unit`` names the price basis too where one is declared."""

    path: str
    value: Any
    unit: Message
    zh: str
    en: str
    origin: Origin


def resolved(case: Case) -> Iterator[Resolved]:
    """Every field of every section, named entry and stream, in the order of the schema."""
    for name in SECTIONS:
        yield from _fields(case, getattr(case, name), name)
    for name in ("revenue", "support"):
        for label, terms in getattr(case, name).items():
            yield from _fields(case, terms, f"{name}.{label}")
    for era in case.events:
        yield from _of_event(case, era)


def _of_event(case: Case, era: Era) -> Iterator[Resolved]:
    """The fields of an event, and each value that it sets, scales or adds."""
    head = f"events.{era.name}"
    for name, what, value in era.event.leaves():
        if what.kind != "changes":
            yield Resolved(
                path=f"{head}.{name}", value=_plain(value), unit=what.unit_text(), zh=what.zh, en=what.en, origin=Origin(kind="case")
            )  # fmt: skip
    numbers = {path: array for path, _, array in era.values()}
    for path, array in numbers.items():
        what, origin = case.declaration(path), case.origins.get(path, Origin(kind="case"))
        yield Resolved(path=path, value=_plain(array), unit=what.unit_text(), zh=what.zh, en=what.en, origin=origin)
    for path, value in era.event.set.items():
        for place, one in _words(f"{head}.set.{path}", value):
            if place not in numbers:
                what = case.declaration(place)
                yield Resolved(path=place, value=_plain(one), unit=verbatim(""), zh=what.zh, en=what.en, origin=Origin(kind="case"))  # fmt: skip


def _words(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Every value stated beneath a path."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _words(f"{path}.{name}", inner)
    else:
        yield path, value


def _fields(case: Case, section: Section, path: str) -> Iterator[Resolved]:
    for name, what, value in section.leaves():
        here = f"{path}.{name}"
        origin = case.origins.get(here, _parent(case, here))
        # A section whose prices are stated without VAT says so at each of them.
        if what.basis == "incl_vat" and getattr(section, "price_basis", "incl_vat") == "excl_vat":
            what = replace(what, basis="excl_vat")
        yield Resolved(path=here, value=_plain(value), unit=what.unit_text(), zh=what.zh, en=what.en, origin=origin)


def _parent(case: Case, path: str) -> Origin:
    """A list or mapping is stated item by item: then the origin stands under its items."""
    stated = [origin for known, origin in case.origins.items() if known.startswith(f"{path}.")]
    return stated[0] if stated else Origin(kind="default")


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return float(value[0, 0]) if value.size == 1 else value.tolist() if len(value) > 1 else value[0].tolist()
    if isinstance(value, Section):
        return {name: _plain(inner) for name, inner in value}
    return [_plain(inner) for inner in value] if isinstance(value, tuple) else value


def digest(case: Case) -> str:
    """SHA-256 of everything that decides the result: resolved values, prices, facts."""
    values = {entry.path: entry.value for entry in resolved(case)}
    facts = [[fact.name, fact.asked.isoformat(), str(fact.value)] for fact in case.facts]
    text = json.dumps({"values": values, "facts": facts}, sort_keys=True, ensure_ascii=False)
    found = hashlib.sha256(text.encode("utf-8"))
    for prices in (regime.prices for regime in case.regimes):
        if prices is not None:
            clock = prices.clock
            found.update(f"{clock.step_hours} {clock.steps} {clock.weight.tolist()}".encode())
            for table in (clock.month, prices.buy, prices.sell, *prices.fees.values()):
                found.update(np.ascontiguousarray(table).tobytes())
    return found.hexdigest()
