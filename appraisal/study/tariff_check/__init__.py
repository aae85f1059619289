"""A proposed time-of-use tariff: the rules of 2021, what it brings in from a stated load, what customers pay with and without storage."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from appraisal.billing.neutral import mean_price, neutral_factor
from appraisal.case import Change
from appraisal.clock import expand
from appraisal.errors import Fault, InputError, Message, said, verbatim
from appraisal.library import Library, RetailYear
from appraisal.library.proposed import rescaled, with_file
from appraisal.library.reading import find_user
from appraisal.library.time_of_use import RULES, Requirement, requirements
from appraisal.pipeline import Appraisal, appraise
from appraisal.scenario import load_case
from appraisal.study.provenance import Provenance, provenance_of
from appraisal.study.tariff_check.form import Customer
from appraisal.study.tariff_check.read import Request, read_check
from appraisal.units import HOURS_PER_DAY, Table, table

SHARP = "s"
PRICES = ("present", "proposed", "neutral")
_ZEROS = said(
    "the floating part brings in nothing from this load; no flat price keeps the revenue",
    "浮动部分对该负荷没有收入，没有能保持收入的平段电价",
)


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One demand of the notice in the months that share a set of multiples."""

    months: tuple[int, ...]
    present: Requirement | None
    proposed: Requirement | None


@dataclass(frozen=True, kw_only=True)
class SharpHours:
    """Sharp hours against the system's load: the notice sets them where it reaches a share of its highest.

    Attributes
    ----------
    share : that share.
    below : (month, hour from 00:00, load as a share of the highest) of sharp steps with less.
    """

    share: float
    below: tuple[tuple[int, float, float], ...]


@dataclass(frozen=True, kw_only=True)
class Revenue:
    """What the stated load pays; yuan/kWh including VAT, energy charges only.

    Attributes
    ----------
    use_kwh : of the year.
    mean : price set → load-weighted mean: present, proposed, neutral.
    flat : the same of the flat price, weighted by the month's use.
    factor : what the floating part of the proposal is multiplied by to keep the present mean, in closed form.
    short_yuan : what the proposal brings in less than the present prices, a year; negative where it brings in more.
    surcharge : that, by kWh of the load: what every kWh would bear in place of the factor.
    """

    use_kwh: float
    mean: Mapping[str, float]
    flat: Mapping[str, float]
    factor: float
    short_yuan: float
    surcharge: float


@dataclass(frozen=True, kw_only=True)
class CustomerEffect:
    """A customer under the three sets of prices: yuan of energy charges of a load, or a case appraised under each."""

    name: Message
    energy_yuan: Mapping[str, float] | None = None
    appraised: Mapping[str, Appraisal] | None = None


@dataclass(frozen=True, kw_only=True)
class TariffCheck:
    """Everything that is found about a proposed tariff."""

    title: Message
    area: Message
    load_difference: float
    years: Mapping[str, RetailYear]
    judged: tuple[Judged, ...]
    sharp: SharpHours | None
    revenue: Revenue
    customers: tuple[CustomerEffect, ...]
    overlays: tuple[Message, ...]
    files: Mapping[str, bytes]
    provenance: Provenance

    @property
    def met(self) -> bool:
        """Whether the proposal meets every demand that could be checked."""
        asked = all(one.proposed is None or one.proposed.met for one in self.judged)
        return asked and (self.sharp is None or not self.sharp.below)


def check_tariff(path: str | Path, library: Library | None = None) -> TariffCheck:
    """Check the tariff that a file of :mod:`appraisal.study.tariff_check.form` proposes.

    Parameters
    ----------
    path : str or Path
        YAML with the sections ``check``, ``proposal``, ``load`` and ``customers``.
    library : Library, optional

    Returns
    -------
    TariffCheck
        The neutral prices are the proposal's with its floating part times ``revenue.factor``, bands not rounded.

    Raises
    ------
    InputError
        With every fault of the file, and of the cases it names.

    Notes
    -----
    Sources: 发改价格〔2021〕1093号 as dated under ``rules.time_of_use``; the closed form is :func:`appraisal.billing.neutral.neutral_factor`.
    """
    library = library or Library.open()
    asked = read_check(path, library)
    libraries = {"present": library, "proposed": with_file(library, asked.proposal)}
    years = {name: _year(one, asked) for name, one in libraries.items()}
    revenue, factor = _revenue(years, asked)
    libraries["neutral"] = with_file(library, rescaled(asked.proposal, asked.start, asked.who, factor))
    years["neutral"] = _year(libraries["neutral"], asked)
    difference = load_difference(asked)
    return TariffCheck(
        title=Message(asked.title("en"), asked.title("zh")), area=Message(asked.present.title.en, asked.present.title.zh), load_difference=difference, years=years,
        judged=_judged(library, years, asked, difference), sharp=_sharp(library, years["proposed"], asked), revenue=_with_neutral(revenue, years, asked),
        customers=tuple(_effect(name, one, asked, libraries, years) for name, one in asked.customers.items()), overlays=_overlays(asked), files=asked.files,
        provenance=provenance_of("tariff_check", Path(asked.name).stem, _digest(asked.files), {"tariff": asked.asked.tariff}),
    )  # fmt: skip


def _digest(files: Mapping[str, bytes]) -> str:
    """Of the names and contents, in the order of the names."""
    made = hashlib.sha256()
    for name in sorted(files):
        made.update(name.encode() + b"\0" + files[name] + b"\0")
    return made.hexdigest()


def load_difference(asked: Request) -> float:
    """The system's largest peak-valley difference as a share of its peak: stated, or of the load given."""
    if asked.asked.load_difference is not None:
        return float(asked.asked.load_difference[0, 0])
    load = asked.asked.system_load_kw
    assert load is not None  # read_check refuses a file with neither
    return float((load.max() - load.min()) / load.max())


def _year(library: Library, asked: Request) -> RetailYear:
    who = asked.who
    return library.retail(
        asked.present.name, start=asked.start, voltage=who.voltage, parts=who.parts, user_class=who.user_class, zone=who.zone or None
    )  # fmt: skip


# --- rules ---


def _judged(library: Library, years: Mapping[str, RetailYear], asked: Request, difference: float) -> tuple[Judged, ...]:
    """Every demand by the months of one set of multiples, before and after."""
    by_set: dict[tuple[tuple[tuple[str, float], ...], ...], list[int]] = {}
    for month in range(1, 13):
        sets = tuple(tuple(sorted(years[name].ratios[month - 1].items())) for name in PRICES[:2])
        by_set.setdefault(sets, []).append(month)
    found = []
    for (present, proposed), months in by_set.items():
        before, after = (
            {one.key: one for one in requirements(library, dict(ratios), asked.start, difference)}
            for ratios in (present, proposed)
        )
        found += [
            Judged(months=tuple(months), present=before.get(key), proposed=after.get(key))
            for key in dict.fromkeys((*before, *after))
        ]
    return tuple(found)


def _sharp(library: Library, year: RetailYear, asked: Request) -> SharpHours | None:
    """Sharp hours of ordinary days in which the system's load lies below the share; None without its load."""
    load = asked.asked.system_load_kw
    if load is None:
        return None
    share = float(library.fact(f"{RULES}.sharp_hours_load_share", asked.start).value)
    below: list[tuple[int, float, float]] = []
    for day in (day for day in year.days if day.kind == "ordinary"):
        steps = max(len(day.letters), load.shape[1])
        part = expand(list(load[0] / load.max()), steps)
        letters = np.repeat(list(day.letters), steps // len(day.letters))
        places = np.flatnonzero((letters == SHARP) & (part < share))
        below += [(day.month, place * HOURS_PER_DAY / steps, float(part[place])) for place in places.tolist()]
    return SharpHours(share=share, below=tuple(below))


def _overlays(asked: Request) -> tuple[Message, ...]:
    """Days of the proposal whose hours are others than its map shows."""
    names = {
        overlay.title for rule in asked.proposal.rules.values() for overlay in rule.overlays
        if rule.begins <= asked.start and overlay.scope.covers(parts=asked.who.parts, voltage=asked.who.voltage, user_class=asked.who.user_class, zone="")
    }  # fmt: skip
    return tuple(Message(one.en, one.zh) for one in sorted(names, key=lambda title: title.en))


# --- revenue ---


@dataclass(frozen=True)
class _Laid:
    """A load and the prices of a year on common steps, ``(1, T)``: kWh, yuan/kWh, and the flat price."""

    use: Table
    price: Table
    floating: Table
    fixed: Table
    flat: Table


def _laid(year: RetailYear, load: Mapping[int, NDArray[np.float64]]) -> _Laid:
    """Prices and the kWh of every step of every kind of day; *load* is month → kW of a day."""
    columns: dict[str, list[NDArray[np.float64]]] = {name: [] for name in ("use", "price", "floating", "fixed", "flat")}
    for day in year.days:
        place, profile = day.month - 1, load[day.month]
        steps = max(len(day.letters), profile.size)
        letters = [letter for letter in day.letters for _ in range(steps // len(day.letters))]
        columns["use"].append(expand(list(profile), steps) * (HOURS_PER_DAY / steps) * day.days)
        columns["price"].append(np.array([year.prices[place][letter] for letter in letters]))
        columns["floating"].append(np.array([year.ratios[place][letter] for letter in letters]) * year.floating[place])
        columns["fixed"].append(np.full(steps, year.fixed[place]))
        columns["flat"].append(np.full(steps, year.ratios[place]["f"] * year.floating[place] + year.fixed[place]))
    return _Laid(**{name: table(np.concatenate(parts)) for name, parts in columns.items()})


def _stated_load(asked: Request) -> dict[int, NDArray[np.float64]]:
    return {month: day.kw[0] for month, day in asked.load.items()}


def _revenue(years: Mapping[str, RetailYear], asked: Request) -> tuple[Revenue, float]:
    """What the load pays before and after, and the factor that keeps it."""
    laid = {name: _laid(year, _stated_load(asked)) for name, year in years.items()}
    mean = {name: mean_price(one.use, one.price) for name, one in laid.items()}
    after = laid["proposed"]
    try:
        factor = float(neutral_factor(after.use, after.floating, after.fixed, mean["present"])[0, 0])
    except ValueError:
        raise InputError([Fault(where=asked.name, path="load", message=_ZEROS)]) from None
    use = float(after.use.sum())
    short = float((mean["present"] - mean["proposed"])[0, 0])
    revenue = Revenue(
        use_kwh=use, mean={name: float(value[0, 0]) for name, value in mean.items()},
        flat={name: float(mean_price(one.use, one.flat)[0, 0]) for name, one in laid.items()}, factor=factor, short_yuan=short * use, surcharge=short,
    )  # fmt: skip
    return revenue, factor


def _with_neutral(revenue: Revenue, years: Mapping[str, RetailYear], asked: Request) -> Revenue:
    """The same with the mean and the flat price of the neutral prices, as the library gives them."""
    laid = _laid(years["neutral"], _stated_load(asked))
    mean, flat = (float(mean_price(laid.use, price)[0, 0]) for price in (laid.price, laid.flat))
    return Revenue(
        use_kwh=revenue.use_kwh, mean={**revenue.mean, "neutral": mean}, flat={**revenue.flat, "neutral": flat}, factor=revenue.factor,
        short_yuan=revenue.short_yuan, surcharge=revenue.surcharge,
    )  # fmt: skip


# --- customers ---


def _effect(
    name: str, customer: Customer, asked: Request, libraries: Mapping[str, Library], years: Mapping[str, RetailYear]
) -> CustomerEffect:  # fmt: skip
    titled = Message(customer.en or name, customer.zh or name) if customer.en or customer.zh else verbatim(name)
    if customer.load_kw is not None:
        daily = dict.fromkeys(range(1, 13), customer.load_kw[0])
        bills = {key: _laid(year, daily) for key, year in years.items()}
        return CustomerEffect(
            name=titled, energy_yuan={key: float((one.use * one.price).sum()) for key, one in bills.items()}
        )
    return CustomerEffect(name=titled, appraised=_appraised(name, customer, asked, libraries))


def _appraised(name: str, customer: Customer, asked: Request, libraries: Mapping[str, Library]) -> dict[str, Appraisal]:
    """The customer's case under each set of prices, dispatched anew."""
    changes = (Change(path="market.as_of", value=f"{asked.start:%Y-%m}"),)
    cases = {key: load_case(asked.case_path(customer), changes, library) for key, library in libraries.items()}
    case = cases["present"]
    if case.market.tariff != asked.present.name:
        raise InputError([Fault(where=asked.name, path=f"customers.{name}.case", message=said(
            "is on {found}, not on {wanted}", "使用 {found}，而不是 {wanted}", found=case.market.tariff, wanted=asked.present.name
        ))])  # fmt: skip
    market = case.market
    user = find_user(
        asked.present,
        voltage=market.voltage,
        parts=market.parts,
        user_class=market.user_class or None,
        zone=market.zone or None,
    )
    if (user.parts, user.user_class) != (asked.who.parts, asked.who.user_class):
        raise InputError([Fault(where=asked.name, path=f"customers.{name}.case", message=said(
            "is of another kind of user than the check: {found}, not {wanted}", "与所检查的用户类别不同：为 {found}，而不是 {wanted}",
            found=f"{user.parts}, {user.user_class}", wanted=f"{asked.who.parts}, {asked.who.user_class}",
        ))])  # fmt: skip
    if case.prices is None or case.prices.load_mw is None:
        raise InputError([Fault(where=asked.name, path=f"customers.{name}.case", message=said(
            "states no load of its host, so that it has no bill", "没有给出用户负荷，因此没有电费"
        ))])  # fmt: skip
    return {key: appraise(one) for key, one in cases.items()}
