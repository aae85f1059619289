"""What a lookup in the library returns: frozen types only, no reading and no rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeAlias

Confidence: TypeAlias = Literal["official", "secondary", "estimate"]
Status: TypeAlias = Literal["formal", "draft", "guidance", "expired"]
Origin: TypeAlias = Literal["library", "overlay", "case"]
Parts: TypeAlias = Literal["one", "two"]

CONFIDENCES: tuple[Confidence, ...] = ("official", "secondary", "estimate")
STATUSES: tuple[Status, ...] = ("formal", "draft", "guidance", "expired")
"""The standing of a rule: in force, put out for comment, a reference price without force, no longer in force."""
LETTERS: Mapping[str, tuple[str, str]] = {
    "s": ("尖峰", "sharp peak"),
    "p": ("高峰", "peak"),
    "f": ("平段", "flat"),
    "v": ("低谷", "valley"),
    "d": ("深谷", "deep valley"),
}
"""The period letters with their Chinese and English names, dearest first."""


def lowest(confidences: Iterable[Confidence]) -> Confidence:
    """The weakest of several confidences: a result is as good as the weakest value it rests on.

    Examples
    --------
    >>> lowest(["official", "estimate", "secondary"])
    'estimate'
    >>> lowest([])
    'official'
    """
    return CONFIDENCES[max((CONFIDENCES.index(word) for word in confidences), default=0)]


@dataclass(frozen=True, kw_only=True)
class Title:
    """A name in Chinese and in English."""

    zh: str
    en: str

    def text(self, lang: str) -> str:
        """The title in ``zh`` or ``en``."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a value was read: citation, how far it can be trusted, and when it was last checked.

    ``official`` is the text of the body that set the value, ``secondary`` any other place, ``estimate`` a value that
    was recalled, derived on assumptions, or found with low confidence. ``status`` is the standing of the document,
    None where the file does not say it.
    """

    key: str
    cite: str
    confidence: Confidence
    checked: date
    note: str = ""
    cite_zh: str = ""
    status: Status | None = None

    def cited(self, lang: str) -> str:
        """The citation for a reader of ``zh`` or ``en``; where there is none in Chinese, as it stands.

        Examples
        --------
        >>> source = Source(key="law", cite="公司法, recalled", confidence="estimate", checked=date(2026, 11, 22))
        >>> source.cited("zh"), Source(**{**vars(source), "cite_zh": "公司法，凭记忆"}).cited("zh")
        ('公司法, recalled', '公司法，凭记忆')
        """
        return self.cite_zh or self.cite if lang == "zh" else self.cite


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One dated value as it was read.

    ``asked`` is the date of the question, ``holds_from`` the date from which the value holds. ``value`` is a number,
    a word, a truth value, a list (a tuple here) or a mapping of these, in ``unit``. ``origin`` is ``overlay`` when a
    case replaced the value (``replaced`` then keeps the library's own) and ``case`` when it came with the question.
    ``id`` is the identifier of the evidence behind the value, where it has one.
    """

    name: str
    asked: date
    value: Any
    unit: str
    source: Source
    holds_from: date
    origin: Origin = "library"
    note: str = ""
    id: str = ""
    replaced: Any = None


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """What the library says of a fact besides its values.

    ``dated_by`` names the project date that selects the value; ``target`` is the dotted path of the case field that
    the value is a default for, empty where it is none.
    """

    name: str
    unit: str
    dated_by: str
    title: Title
    target: str = ""


@dataclass(frozen=True, kw_only=True)
class TariffDay:
    """A kind of day of one calendar month: how many there are in a 365-day year, and its periods.

    ``letters`` holds one letter a step from 00:00 (24, 48 or 96 steps; the same number on all days of a year); ``on``
    the days of the month that are of this kind, in the calendar year that the month of the appraisal falls into.
    """

    month: int
    kind: str
    days: float
    letters: str
    on: tuple[int, ...] = ()
    title: Title = field(default_factory=lambda: Title(zh="普通日", en="ordinary"))


@dataclass(frozen=True, kw_only=True)
class MonthSource:
    """Which published month a month of the appraisal year was priced from, and why.

    ``month`` is the first day of the month priced, ``taken`` of the month it was taken from. ``reason`` is a code of ``text.MONTH_TAKEN``, empty when
    the month was published itself; ``derived`` tells whether the row it was priced from is itself an estimate.
    """

    month: date
    taken: date
    estimate: bool
    reason: str
    rule_from: date
    note: str = ""
    derived: bool = False


@dataclass(frozen=True, kw_only=True)
class RetailYear:
    """Retail prices of twelve months for one class of user; tuples of twelve run from January to December.

    Units are yuan/kWh including VAT unless the name says otherwise.

    Attributes
    ----------
    start
        First day of the first month. The January of the tuples is the one within twelve months of it.
    days
        The kinds of day; their counts add up to 365.
    prices
        Letter -> all-in energy price. price = ratio * floating + fixed, rounded as the province rounds.
    floating, fixed
        What the ratio multiplies, and what is added unmultiplied.
    ratios
        Letter -> multiple of the floating part.
    components
        ``purchased_energy``, ``loss``, ``system_operation``, ``transmission``, ``funds``, and where the tariff has
        them ``bundle`` (parts that are published only together) and ``other``. None where a part is not known apart;
        the parts that are known need not add up then.
    demand_yuan_per_kw_month, capacity_yuan_per_kva_month
        Basic charges; None for a one-part tariff or where not known.
    single_part_transmission
        The one-part transmission and distribution price of the voltage (what grid-side charging pays); None where
        not known.
    facts
        Every fact read.
    confidence
        Of the weakest value used; ``estimate`` as soon as one month is estimated.
    """

    name: str
    title: Title
    clock: str
    start: date
    voltage: str
    parts: Parts
    user_class: str
    zone: str
    user: str
    days: tuple[TariffDay, ...]
    prices: tuple[Mapping[str, float], ...]
    floating: tuple[float, ...]
    fixed: tuple[float, ...]
    ratios: tuple[Mapping[str, float], ...]
    components: Mapping[str, tuple[float | None, ...]]
    demand_yuan_per_kw_month: tuple[float | None, ...]
    capacity_yuan_per_kva_month: tuple[float | None, ...]
    single_part_transmission: tuple[float | None, ...]
    months: tuple[MonthSource, ...]
    facts: tuple[Fact, ...]
    confidence: Confidence
    notes: tuple[Title, ...]


@dataclass(frozen=True, kw_only=True)
class GridCharges:
    """What grid-side storage pays beside the energy price when it charges (发改价格〔2026〕114号, 四).

    Tuples of twelve, January to December, yuan/kWh including VAT. ``loss`` and ``system_operation`` are None where
    they are known only as their sum, ``loss_and_system_operation``; all three are None where the province publishes
    them only together with the purchase price.
    """

    name: str
    start: date
    voltage: str
    loss: tuple[float | None, ...]
    system_operation: tuple[float | None, ...]
    loss_and_system_operation: tuple[float | None, ...]
    single_part_transmission: tuple[float, ...]
    months: tuple[MonthSource, ...]
    facts: tuple[Fact, ...]
    confidence: Confidence
