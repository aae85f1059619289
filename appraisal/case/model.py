"""The case: a block of scenarios with one shared structure and one row of numbers per scenario."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np

from appraisal.case.eras import Era, followed
from appraisal.case.finance import Finance
from appraisal.case.market import Market
from appraisal.case.money import Capital, OperatingCost
from appraisal.case.schema import Project, Storage, Terms, Title
from appraisal.case.tax import Tax
from appraisal.case.uncertainty import Uncertainty
from appraisal.clock import Clock
from appraisal.errors import Fault, InputError, Message, said, suggest, words_of
from appraisal.field import Declared, walk
from appraisal.library import Fact
from appraisal.units import Rows, Table


@dataclass(frozen=True, kw_only=True)
class BasicPrices:
    """Prices and rules of the basic charge of twelve months, January first, each ``(1, 12)``; yuan including VAT.

    ``demand_yuan_per_kw_month`` and ``capacity_yuan_per_kva_month`` come with the tariff; the rest are the dated rules
    as :class:`appraisal.billing.BasicRules` names them, and the minutes over which the billed demand is a mean.
    """

    demand_yuan_per_kw_month: Table
    capacity_yuan_per_kva_month: Table
    tolerance: Table
    excess_multiple: Table
    least_share: Table
    threshold_kwh_per_kva: Table
    factor: Table
    interval_minutes: Table


@dataclass(frozen=True, kw_only=True)
class Prices:
    """The energy prices that the plant meets, on the steps of its clock, yuan/MWh including VAT, ``(1, N)``.

    ``fees`` are the grid side's price lines on charging (loss, system operation, transmission); ``bands`` has the
    letter of each step where the prices are a time-of-use tariff; ``fixed`` is the part of a tariff's price that its period
    ratios do not multiply; ``told`` is what was understood of a price file. ``load_mw`` and ``pv_mw`` are those of the
    host's site, ``site_told`` what was understood of their files; ``basic`` is there where the basic charge is counted;
    ``first_day`` is that of a price series.
    """

    clock: Clock
    buy: Table
    sell: Table
    fees: Mapping[str, Table] = field(default_factory=dict)
    bands: str = ""
    load_mw: Table | None = None
    fixed: Table | None = None
    confidence: str = "official"
    told: tuple[Message, ...] = ()
    pv_mw: Table | None = None
    site_told: tuple[Message, ...] = ()
    first_day: date | None = None
    basic: BasicPrices | None = None


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a resolved value came from.

    ``case``, ``change``, ``vary`` (set by scenario), ``technology``, ``national``, ``library`` or ``default``.
    """

    kind: str
    source: str = ""
    confidence: str = ""
    source_zh: str = ""

    def sourced(self, lang: str) -> str:
        """What it rests on for a reader of ``zh`` or ``en``; where there is none in Chinese, as it stands."""
        return self.source_zh or self.source if lang == "zh" else self.source


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Something the reader of a result must know: a code, the place and a sentence in both languages."""

    code: str
    path: str
    zh: str
    en: str


@dataclass(frozen=True, kw_only=True)
class Exclusion:
    """A dated rule by which capacity that is sold as one thing may not be sold as another.

    Attributes
    ----------
    name : str
        Of the fact.
    zh, en : str
        The rule in words.
    sold : str
        What may not be sold (a word of ``operation.Good``).
    other, term : str
        What it may not be sold with, or the flag among its stream's terms that shuts it out; one of them is empty.
    refuse : bool
        Whether the case is refused; else it is told.
    cite_zh, cite_en : str
        The document behind it.
    """

    name: str
    zh: str
    en: str
    sold: str
    other: str
    term: str
    refuse: bool
    cite_zh: str
    cite_en: str


@dataclass(frozen=True, kw_only=True)
class Range:
    """From where to where a quantity of a case is plausible, in its unit, with its name."""

    low: float
    high: float
    unit: str
    zh: str
    en: str


_NUMERIC = ("storage", "capital", "operating_cost", "market", "finance", "tax")
_STREAMS = ("revenue", "support")
_SECTIONS = ("title", "project", *_NUMERIC, *_STREAMS)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A block of scenarios; every number is ``(1, 1)`` or ``(S, 1)`` (yearly ones ``(S, n)``).

    The sections are those from commissioning on; ``events`` has what holds from each event on, in the order in
    which they begin, those that never come about included; ``exclusions`` are the rules in force between what its
    streams sell, ``plausible`` the ranges that its costs and results are compared with.
    """

    title: Title
    project: Project
    storage: Storage
    capital: Capital
    operating_cost: OperatingCost
    market: Market
    revenue: Mapping[str, Terms]
    support: Mapping[str, Terms]
    finance: Finance
    tax: Tax
    prices: Prices | None
    events: tuple[Era, ...] = ()
    uncertainty: Uncertainty = field(default_factory=Uncertainty)
    facts: tuple[Fact, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    plausible: Mapping[str, Range] = field(default_factory=dict)
    origins: Mapping[str, Origin] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    name: str = "case"

    @property
    def streams(self) -> dict[str, Terms]:
        """Every stream by label that is enabled in some era, with its terms of the first such; revenue first."""
        found: dict[str, Terms] = {}
        for section in _STREAMS:
            for case in self.regimes:
                for label, terms in getattr(case, section).items():
                    if terms.enabled:
                        found.setdefault(label, terms)
        return found

    @property
    def eras(self) -> tuple[Era, ...]:
        """What holds from each event that takes place within the operating years."""
        return tuple(era for era in self.events if era.takes_place)

    @property
    def regimes(self) -> tuple[Case, ...]:
        """The case before any event, then that of each era; none of them has eras."""
        return (replace(self, events=()), *(era.case for era in self.eras)) if self.eras else (self,)

    @property
    def scenarios(self) -> int:
        """Number of scenarios S."""
        return max(len(array) for _, _, array in self.numbers() if array is not None)

    @property
    def drawn_mw(self) -> Table | None:
        """What the host's site draws without the plant, MW ``(S, N)`` or ``(1, N)``; negative is surplus. None without a load."""
        if self.prices is None or self.prices.load_mw is None:
            return None
        site, made = self.market.site, 0.0 if self.prices.pv_mw is None else self.prices.pv_mw
        return np.asarray(site.load_scale * self.prices.load_mw - site.pv_scale * made)

    def numbers(self) -> Iterator[tuple[str, Declared, Table | None]]:
        """Dotted path, declaration and table of every numeric input, those of events after all others."""
        yield from self.own_numbers()
        for era in self.events:
            yield from era.values()

    def own_numbers(self) -> Iterator[tuple[str, Declared, Table | None]]:
        """As :meth:`numbers`, of the sections alone."""
        for name in _NUMERIC:
            yield from ((f"{name}.{path}", what, array) for path, what, array in getattr(self, name).numbers())
        for name in _STREAMS:
            for label, terms in getattr(self, name).items():
                yield from ((f"{name}.{label}.{path}", what, array) for path, what, array in terms.numbers())

    def at(self, path: str) -> Any:
        """What stands at a dotted path (``finance.loans.policy.rate``): a value, a section, a named group or an entry.

        Raises
        ------
        LookupError
            With the path, where no section, field, stream or entry of that name is.
        """
        head, _, rest = path.partition(".")
        if head == "events":
            return self._of_event(path)
        if head not in _SECTIONS:
            raise LookupError(path)
        try:
            return walk(getattr(self, head), rest) if rest else getattr(self, head)
        except LookupError:
            raise LookupError(path) from None

    def declaration(self, path: str) -> Declared:
        """What is declared of the number or field at a dotted path, those of streams and events included; LookupError for none."""
        head, _, rest = path.partition(".")
        if head == "events":
            for era in self.events:
                found = {place: what for place, what, _ in era.values()}
                if path in found:
                    return found[path]
                head, title = f"events.{era.name}.", era.event.title(era.name)
                if path.startswith(f"{head}set."):
                    named = path.removeprefix(f"{head}set.")
                    return Declared(kind="text", unit="", zh=f"{title.zh}：{named}", en=f"{title}: {named}")
                if path.startswith(head):
                    return type(era.event).declaration(path.removeprefix(head))
        if head in _STREAMS:
            label, _, rest = rest.partition(".")
        elif head not in _SECTIONS:
            raise LookupError(path)
        section = getattr(self, head)
        if head in _STREAMS and label not in section:
            raise LookupError(path)
        one: Declared = (section[label] if head in _STREAMS else section).declaration(rest)
        return one

    def _of_event(self, path: str) -> Any:
        """A number of an event, or a field of it (``events.later.operation_year``)."""
        for era in self.events:
            for place, _, array in era.values():
                if place == path:
                    return array
            if path.startswith(f"events.{era.name}."):
                return walk(era.event, path.split(".", 2)[2])
        raise LookupError(path)

    def vary(self, values: Mapping[str, Any]) -> Case:
        """The case with some numbers replaced, one value a scenario.

        Parameters
        ----------
        values : dotted path → (S,) or (S, 1) or a number
            Only numeric inputs; each value is checked against its field's range.

        Raises
        ------
        InputError
            For an unknown path, one that is not a number, or a value out of range, all faults at once.
        """
        varied, faults = self, []
        for path, value in values.items():
            try:
                varied = varied.with_number(path, np.asarray(value) if isinstance(value, (list, tuple)) else value)
                varied = replace(varied, events=followed(varied, [_target(path)]))
            except LookupError:
                faults.append(Fault(where="vary", path=path, message=self._why_not_varied(path)))
            except ValueError as error:
                faults.append(Fault(where="vary", path=path, message=words_of(error)))
        rows = sorted({array.shape[0] for _, _, array in varied.numbers() if array is not None} - {1})
        if len(rows) > 1:
            message = said(
                "columns of different lengths {rows}; expected one value a scenario",
                "各列长度不同：{rows}；应为每个情景一个值", rows=rows
            )  # fmt: skip
            faults.append(Fault(where="vary", message=message))
        if faults:
            raise InputError(faults)
        return replace(varied, origins={**self.origins, **dict.fromkeys(values, Origin(kind="vary"))})

    def _why_not_varied(self, path: str) -> Message:
        """What a path that cannot vary by scenario is: an input that changes the structure, or none at all."""
        try:
            self.at(path)
        except LookupError:
            known = [name for name, what, _ in self.numbers() if what.kind == "number"]
            return said(
                "no number that may differ by scenario; {known}", "不是可随情景变化的数；{known}", known=suggest(path, known)
            )  # fmt: skip
        return said(
            "changes the structure of the case; set it before the case is read, or give a table of scenarios",
            "会改变算例的结构；请在读取算例之前设定，或用情景表给出",
        )

    def with_number(self, path: str, value: Any) -> Case:
        """The case with one number replaced; LookupError for no such number, ValueError for a bad value."""
        head, _, rest = path.partition(".")
        if head in _NUMERIC:
            return replace(self, **{head: getattr(self, head).with_number(rest, value)})
        label, _, rest = rest.partition(".")
        if head == "events":
            action, _, target = rest.partition(".")
            if label not in {era.name for era in self.events}:
                raise LookupError(path)
            return replace(self, events=tuple(
                era.with_value(action, target, value) if era.name == label else era for era in self.events
            ))  # fmt: skip
        if head not in _STREAMS or label not in getattr(self, head):
            raise LookupError(path)
        streams = getattr(self, head)
        changed: dict[str, Any] = {head: {**streams, label: streams[label].with_number(rest, value)}}
        return replace(self, **changed)

    def rows(self, index: Rows) -> Case:
        """The scenarios of a slice or an index; numbers of one row serve every scenario and stay."""

        def cut(array: Table) -> Table:
            return array if array.shape[0] == 1 else array[index]

        sections: dict[str, Any] = {name: getattr(self, name).mapped(cut) for name in _NUMERIC}
        for name in _STREAMS:
            sections[name] = {label: terms.mapped(cut) for label, terms in getattr(self, name).items()}
        return replace(self, events=tuple(era.rows(index) for era in self.events), **sections)


def _target(path: str) -> str:
    """The path of a section that a number of an event stands for; any other path is its own."""
    return path.split(".", 3)[3] if path.startswith("events.") else path
