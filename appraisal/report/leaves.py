"""What stands behind an input of the books: values of the case, what a stream settled, the timeline, and their facts.

A formula ends at inputs. Here each input is led back to what a person stated or a document says. Nothing is computed:
the values are those that the books were given, and a stream is asked again only to see what it reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np

from appraisal.case import Notice, Origin
from appraisal.case.periods import periods
from appraisal.errors import IntegrityError, said
from appraisal.field import Section
from appraisal.finance.inputs import STREAM_RATES, STREAM_SERIES, fallback, paths, stepped_paths
from appraisal.library import Fact
from appraisal.operation import Operation
from appraisal.pipeline import Appraisal
from appraisal.report.leaf_events import era_of, told_of
from appraisal.report.leaf_names import series_words, solved_words
from appraisal.report.leaf_words import OPERATION_WORDS, PRICE_LINE_WORDS, STREAM_WORDS, Words
from appraisal.scenario import resolved
from appraisal.scenario.describe import Resolved
from appraisal.streams import of_whole_years, settle_one, stream
from appraisal.units import Table, table

LeafKind = Literal["case", "stream", "series", "constant"]
_FROM_FACTS = ("technology", "national", "library")
# Switches of a stream's terms that say nothing about an amount.
_SILENT = ("enabled", "stream")
# Named by the time line; it says something only where columns are calendar years, and the first month then counts too.
_COLUMNS = "project.columns"


@dataclass(frozen=True, kw_only=True)
class Given:
    """A value of the case: dotted path, value in *unit*, origin, and the facts that it was taken from.

    ``stands_for`` is the path that was left out and takes this value. The origin ``vary`` is a value set for a scenario.
    """

    path: str
    value: Any
    unit: str
    zh: str
    en: str
    origin: Origin
    facts: tuple[Fact, ...] = ()
    stands_for: str = ""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A figure of the operation, or of a stream, that a leaf rests on: one value, or one for every year."""

    key: str
    zh: str
    en: str
    unit: str
    values: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """Where an input of the books comes from.

    Attributes
    ----------
    kind : "case" | "stream" | "series" | "constant"
        A number of the case; what a stream settled; a series of the timeline or the operation; a factor or what is solved.
    zh, en : str
        What it is, in words.
    file : str
        The stream's file, ``streams/arbitrage.py``; else empty.
    inputs : tuple of Given
    readings : tuple of Reading
    facts : tuple of Fact
        Of the market prices, beside those of the inputs.
    notices : tuple of Notice
        What the case's notices say of these inputs.
    """

    kind: LeafKind
    zh: str = ""
    en: str = ""
    file: str = ""
    inputs: tuple[Given, ...] = ()
    readings: tuple[Reading, ...] = ()
    facts: tuple[Fact, ...] = ()
    notices: tuple[Notice, ...] = ()


def distinct(facts: list[Fact]) -> tuple[Fact, ...]:
    """Facts without repetition: a value of one date is one fact, however often it was asked for."""
    seen = {(fact.name, fact.holds_from, str(fact.value), fact.note): fact for fact in reversed(facts)}
    return tuple(reversed(seen.values()))


class _Watched:
    """A part of a case, or an operation, that notes the dotted path of every value read from it."""

    def __init__(self, inside: Any, path: str, seen: dict[str, None]) -> None:
        self._inside, self._path, self._seen = inside, path, seen

    def __getattr__(self, name: str) -> Any:
        worked_out = getattr(type(self._inside), name, None)
        if isinstance(self._inside, Section) and isinstance(worked_out, property) and worked_out.fget is not None:
            return worked_out.fget(self)  # What a section works out is no input: the fields that it reads are.
        value, path = getattr(self._inside, name), f"{self._path}{name}"
        if isinstance(value, Section):
            return _Watched(value, f"{path}.", self._seen)
        if isinstance(value, Operation):
            return _Watched(value, self._path, self._seen)
        self._seen[path] = None
        return value


class Leaves:
    """The leaves of one scenario of a result.

    Parameters
    ----------
    result : Appraisal
    row : int
        The scenario, from 0.
    """

    def __init__(self, result: Appraisal, row: int) -> None:
        part = slice(row, row + 1)
        self.books, self.row = result.statements, row
        self.case, self.operation, self.revenue = result.case.rows(part), result.operation.rows(part), result.revenue
        self.form = result.statements.form
        self.paths, self.series, self.solved = paths(self.form), series_words(self.form), solved_words(self.form)
        self.stepped = stepped_paths(self.form)
        # What the streams settled: of a case with events the operation of the era that is looked at.
        self.settles = self.operation
        self._read: dict[str, tuple[str, ...]] = {}

    @cached_property
    def entries(self) -> dict[str, Resolved]:
        """Every value of the case by path."""
        return {entry.path: entry for entry in resolved(self.case)}

    def leaf(self, key: str, year: int | None) -> Leaf:
        """What stands behind an input of the books.

        Parameters
        ----------
        key : str
            Of the input.
        year : int, optional
            From 1; readings are of that year, without it of every year.

        Raises
        ------
        IntegrityError
            If the books have an input that nothing here describes.
        """
        label, _, name = key.rpartition(".")
        if key in self.paths:
            return Leaf(kind="case", inputs=(self.given(self.paths[key]),))
        if key in self.stepped:
            path = self.stepped[key]
            return Leaf(kind="case", inputs=self._through_events(path), notices=told_of(self.case, [path]))
        if label in self.case.streams and name in STREAM_SERIES | STREAM_RATES:
            return self._stream_of_era(key, year) if self.case.eras else self._stream(key, label, name, year)
        if key in self.series:
            return self._series(key, self.series[key], year)
        if key in self.solved:
            words = self.solved[key]
            return Leaf(kind="constant", zh=words.zh, en=words.en, inputs=self._stated(words))
        raise IntegrityError(said(
            "the input {key!r} of the books has no description in report/leaf_words.py",
            "账表输入 {key!r} 在 report/leaf_words.py 中没有说明", key=key
        ))  # fmt: skip

    def given(self, path: str) -> Given:
        """A value of the case with its origin; what was left out shows the value that stands for it."""
        entry = self.entries[path]
        other = fallback(path)
        if entry.value is None and other is not None:
            return replace(self.given(other), stands_for=path)
        return Given(
            path=path, value=entry.value, unit=entry.unit, zh=entry.zh, en=entry.en, origin=entry.origin, facts=self._facts_of(entry.origin)
        )  # fmt: skip

    def _facts_of(self, origin: Origin) -> tuple[Fact, ...]:
        """The facts that a default was taken from: its origin names them as ``name: citation``."""
        if origin.kind not in _FROM_FACTS:
            return ()
        name, _, cite = origin.source.partition(": ")
        return distinct([fact for fact in self.case.facts if fact.name == name and fact.source.cite == cite])

    def _stated(self, words: Words) -> tuple[Given, ...]:
        """The values that a description names; a name that ends with a dot is a whole section."""
        return tuple(self.given(path) for path in self._expanded(words.fields) if self._says(path))

    def _expanded(self, fields: tuple[str, ...]) -> Iterator[str]:
        for field in fields:
            if field == _COLUMNS:
                yield from (_COLUMNS, "project.construction_start") if self.case.project.columns == "calendar" else ()
            else:
                yield from (
                    (path for path in self.entries if path.startswith(field)) if field.endswith(".") else (field,)
                )

    def _under(self, read: tuple[str, ...]) -> Iterator[str]:
        """The values at the paths read, and those of named groups read whole."""
        for place in read:
            yield from (path for path in self.entries if path == place or path.startswith(f"{place}."))

    def _says(self, path: str) -> bool:
        return self.entries[path].value not in (None, "", [])

    def _series(self, key: str, words: Words, year: int | None) -> Leaf:
        """A series of the timeline, of the operation or of the streams."""
        leaf = Leaf(kind="series", zh=words.zh, en=words.en, inputs=self._stated(words))
        if key == "other_yuan" and "operating_cost.other_yuan" in self.form.stepped:
            made = self._through_events("operating_cost.other_yuan")
            return replace(leaf, inputs=made, notices=told_of(self.case, [made[0].path]))
        if key == "revenue_year":
            return replace(leaf, readings=self._incomes(year))
        if not words.operation:
            return leaf
        return self._with_operation(leaf, words.operation, year)

    def _incomes(self, year: int | None) -> tuple[Reading, ...]:
        """The incomes that start the count of revenue years."""
        names = [f"{label}.income" for label, settled in self.revenue.settlements.items() if not settled.subsidy]
        return tuple(self._input_reading(name, year) for name in names)

    def _input_reading(self, key: str, year: int | None) -> Reading:
        what = self.books.book.inputs[key]
        return _reading(key, Words(what.zh, what.en), what.unit, self.books[key][self.row : self.row + 1], year)

    def _with_operation(self, leaf: Leaf, names: tuple[str, ...], year: int | None) -> Leaf:
        """The leaf with figures of the operation, and what dispatch rests on: the plant and the prices it meets."""
        readings = tuple(
            _reading(name, OPERATION_WORDS[name][0], OPERATION_WORDS[name][1], getattr(self.operation, name), year)
            for name in names
        )
        plant = [
            path for path in self._expanded(("storage.",))
            if self._says(path) and _moves_energy(path) and (not path.startswith(_ASKED) or self._is_stated(path))
        ]  # fmt: skip
        leaf = replace(leaf, readings=leaf.readings + readings, inputs=self._with_inputs(leaf.inputs, plant))
        return leaf if self.operation.solved is None else self._with_market(leaf)

    def _with_market(self, leaf: Leaf) -> Leaf:
        """The leaf with the prices met: what the case states of them, the tariff's facts, the months it had to assume."""
        stated = [path for path in self._expanded(("market.",)) if self._says(path) and self._is_stated(path)]
        notices = tuple(note for note in self.case.notices if note.path.split(".")[0] == "market")
        return replace(
            leaf, inputs=self._with_inputs(leaf.inputs, stated), facts=self._price_facts(), notices=leaf.notices + notices
        )  # fmt: skip

    def _with_inputs(self, inputs: tuple[Given, ...], more: list[str]) -> tuple[Given, ...]:
        known = {given.path for given in inputs}
        return (*inputs, *(self.given(path) for path in more if path not in known))

    def _is_stated(self, path: str) -> bool:
        return self.entries[path].origin.kind != "default"

    def _price_facts(self) -> tuple[Fact, ...]:
        """The facts of the case's tariff, and the holidays that its days follow."""
        tariff = self.case.market.tariff
        if not tariff:
            return ()
        return distinct([fact for fact in self.case.facts if fact.name.startswith((f"{tariff}.", "calendar."))])

    def _stream(self, key: str, label: str, name: str, year: int | None) -> Leaf:
        """What a stream settled: its terms, the values of the case it read, the operation it was paid for."""
        kind = stream(self.case.streams[label].stream or label)
        leaf = Leaf(kind="stream", file=f"streams/{kind.title}.py")
        words = STREAM_WORDS["rate" if name in STREAM_RATES else "series"]
        if not self.books[key][self.row].any():
            words = STREAM_WORDS["nothing"]
        leaf = replace(leaf, zh=words.zh.format(kind.zh), en=words.en.format(kind.en))
        if words is STREAM_WORDS["nothing"]:
            return leaf
        read = self._reads(label)
        if name in STREAM_RATES:
            rates = [path for path in read if path.endswith("vat_rate") and path in self.entries and self._says(path)]
            return replace(leaf, inputs=tuple(self.given(path) for path in rates))
        return self._settled(leaf, label, read, year)

    # --- events -----------------------------------------------------------------------------------------------------

    def _stream_of_era(self, key: str, year: int | None) -> Leaf:
        """What a stream settled under the era that holds most of the year, its values led back to the events that made them."""
        label, _, name = key.rpartition(".")
        place = era_of(self.case, label, year)
        era = copy(self)
        era.case, era.settles, era._read = self.case.regimes[place], self.operation.eras[place], {}
        era.__dict__.pop("entries", None)
        leaf = era._stream(key, label, name, year)
        inputs = {given.path: given for one in leaf.inputs for given in self._traced(one, place)}
        told = told_of(self.case, [given.path for given in leaf.inputs])
        return replace(leaf, inputs=tuple(inputs.values()), notices=(*leaf.notices, *told))

    def _traced(self, given: Given, place: int) -> tuple[Given, ...]:
        """A value of an era: the number that an event set, or that of the case with the factors since."""
        factors: list[Given] = []
        for era in reversed(self.case.eras[:place]):
            stated = f"events.{era.name}.set.{given.path}"
            if stated in self.entries:
                entry = self.entries[stated]
                return (replace(given, path=stated, zh=entry.zh, en=entry.en, origin=entry.origin), *reversed(factors))
            if given.path in era.factors:
                factors.append(self.given(f"events.{era.name}.{era.factors[given.path][0]}.{given.path}"))
        base = self.given(given.path) if factors and given.path in self.entries else given
        return (base, *reversed(factors))

    def _through_events(self, path: str) -> tuple[Given, ...]:
        """A number of the case and all that events make of it."""
        made = [f"events.{era.name}.{action}.{path}" for era in self.case.eras for action in ("set", "scale", "add")]
        return (self.given(path), *(self.given(one) for one in made if one in self.entries))

    def _settled(self, leaf: Leaf, label: str, read: tuple[str, ...], year: int | None) -> Leaf:
        section = f"{'revenue' if label in self.case.revenue else 'support'}.{label}."
        own = [path for path in self._expanded((section,)) if path.removeprefix(section) not in _SILENT]
        terms = [path for path in own if self._says(path) and (path in read or self._is_stated(path))]
        others = [path for path in self._under(read) if path not in own and self._says(path)]
        notices = tuple(note for note in self.case.notices if f"{note.path}.".startswith(section))
        leaf = replace(leaf, inputs=self._with_inputs((), [*terms, *others]), notices=notices)
        leaf = replace(leaf, inputs=tuple(self._of_year(given, year) for given in leaf.inputs))
        used = [name for name in OPERATION_WORDS if f"operation.{name}" in read]
        mine = self.operation.seen_by(label)
        lines = [(way, name) for way in ("paid", "earned") for name in getattr(mine, way)]
        if not lines:
            return self._with_readings(leaf, used, year)
        leaf = self._with_operation(leaf, ("soh", "running", "charged_mwh", "discharged_mwh"), year)
        money = tuple(
            _reading(f"{way}.{name}", PRICE_LINE_WORDS[way], "yuan", getattr(mine, way)[name], year) for way, name in lines
        )  # fmt: skip
        return replace(leaf, readings=leaf.readings + money)

    def _with_readings(self, leaf: Leaf, used: list[str], year: int | None) -> Leaf:
        """A stream that no price line pays: the figures of the operation that it read, if any."""
        if "usable_mwh" not in used:
            found = [_reading(name, *OPERATION_WORDS[name], getattr(self.operation, name), year) for name in used]
            return replace(leaf, readings=tuple(found))
        return self._with_operation(leaf, tuple(dict.fromkeys(["soh", *used])), year)

    def _of_year(self, given: Given, year: int | None) -> Given:
        """Of a list by operating year the amount that falls in the year asked for."""
        columns = periods(self.case.project)
        if year is None or not isinstance(given.value, list) or len(given.value) != columns.operation_years:
            return given
        if not isinstance(given.value[0], (int, float)):
            return given
        return replace(given, value=float(columns.by_operating_year(table(given.value))[0, year - 1]))

    def _reads(self, label: str) -> tuple[str, ...]:
        """Dotted paths of the case and names of the operation that a stream reads when it offers and settles."""
        if label not in self._read:
            terms, seen = self.case.streams[label], dict[str, None]()
            kind = stream(terms.stream or label)
            section = "revenue" if label in self.case.revenue else "support"
            whole, moved = of_whole_years(self.case, self.settles)
            watched: Any = _Watched(terms, f"{section}.{label}.", seen)
            operation: Any = _Watched(moved.seen_by(label), "operation.", seen)
            offered: Any = _Watched(self.case, "", seen)
            settled: Any = _Watched(whole, "", seen)
            kind.offer(offered, watched)
            if kind.settle_after is None:
                kind.settle(settled, watched, operation)
            else:
                others = {other: settle_one(whole, other, moved) for other in kind.looks_at(whole, terms)}
                kind.settle_after(settled, watched, operation, others)
            self._read[label] = tuple(seen)
        return self._read[label]


# What holds a plant back only where a case asks for it.
_ASKED = (
    "storage.lowest_soc", "storage.self_discharge_per_day", "storage.outage_days", "storage.limits.", "storage.power_curve.",
)  # fmt: skip


def _moves_energy(path: str) -> bool:
    """Whether dispatch and ageing read a field of the plant: all but what a replacement costs and how it is booked."""
    moving = ("operation_years", "below_soh", "energy_mwh", "below_share", "to_share")
    money = path.startswith(("storage.replacement.", "storage.augmentation.")) and path.rpartition(".")[2] not in moving
    return not money and path != "storage.technology" and not path.startswith("storage.auxiliary.")


def _reading(key: str, words: Words, unit: str, money: Table, year: int | None) -> Reading:
    """One row of a table ``(1, Y)``, or its value in a year."""
    values = np.asarray(money)[0].tolist()
    shown = tuple(values) if year is None else (values[year - 1],)
    return Reading(key=key, zh=words.zh, en=words.en, unit=unit, values=shown)
