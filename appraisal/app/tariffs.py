"""The prices of a draft to be looked at, whatever else is wrong with it, and the documents behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from appraisal.app.choices import fact_title, tariff_file
from appraisal.app.defaults import library_of, project_of
from appraisal.app.draft import Draft, facts
from appraisal.app.faults import shown_as_is
from appraisal.app.fields import is_number, look
from appraisal.app.uploads import price_table
from appraisal.case import Change
from appraisal.case.periods import commissioning_months, month_after
from appraisal.errors import InputError
from appraisal.library import LETTERS, Fact, RetailYear
from appraisal.library.check import STALE_AFTER
from appraisal.pipeline import Appraisal
from appraisal.report.price_year import PriceYear, of_prices, of_steps, of_tariff
from appraisal.text import COMPONENTS, CONFIDENCE, PARTS, word
from appraisal.units import KWH_PER_MWH

# Facts of the library that prices rest on begin with these.
_OF_PRICES = ("retail.", "calendar.")


@dataclass(frozen=True, kw_only=True)
class Priced:
    """The year of prices of a draft, whose they are, and the tariff behind them where there is one."""

    year: PriceYear
    about: str
    retail: RetailYear | None = None


def begins(draft: Draft) -> date:
    """First day of the month of commissioning, from which twelve months are priced."""
    project = project_of(draft)
    return date(*month_after(project.construction_start, commissioning_months(project)), 1)


def priced(draft: Draft, result: Appraisal | None, lang: str) -> Priced | None:
    """The prices that a draft states or looks up.

    Parameters
    ----------
    draft : Draft
    result : Appraisal or None
        Its appraisal, where it has no faults; typical days are read from it.
    lang : "en" or "zh"

    Returns
    -------
    Priced or None
        None where no prices are stated, or where what is stated cannot be read: the draft's faults then say why.
    """
    named = look(draft.stated, "market.price_file")
    if named:
        return _of_file(str(named), draft, lang)
    if look(draft.stated, "market.typical_days"):
        if result is None or result.case.prices is None:
            return None
        trust = word(CONFIDENCE, result.case.prices.confidence, lang)
        about = f"本算例给出的典型日电价（{trust}）" if lang == "zh" else f"Typical days stated in the case ({trust})"
        return Priced(year=of_prices(result.case.prices), about=about)
    if look(draft.stated, "project.side") != "user" or not look(draft.stated, "market.tariff"):
        return None
    try:
        year = retail_year(draft)
    except InputError:
        return None  # Told with the other faults of the draft.
    return Priced(year=of_tariff(year), about=user_words(year, draft, lang), retail=year)


def _of_file(name: str, draft: Draft, lang: str) -> Priced | None:
    if name not in draft.files:
        return None
    series = price_table(name, draft.files[name]).series
    if series is None:
        return None
    about = f"电价序列 {name}" if lang == "zh" else f"Price series {name}"
    return Priced(year=of_steps(series.clock, series.buy, series.sell), about=about)


def retail_year(draft: Draft) -> RetailYear:
    """The twelve months of the tariff that a draft names.

    Raises
    ------
    InputError
        If the tariff, the user or a month is not known.
    """
    market = look(draft.stated, "market")
    stated: Mapping[str, Any] = market if isinstance(market, Mapping) else {}
    own = stated.get("purchased_energy_yuan_per_kwh")
    return library_of(draft).retail(
        str(stated.get("tariff", "")), start=begins(draft), voltage=str(stated.get("voltage", "")), parts=str(stated.get("parts", "two")),
        user_class=str(stated["user_class"]) if stated.get("user_class") else None, zone=str(stated["zone"]) if stated.get("zone") else None,
        user=str(stated.get("user", "agent")), purchased_energy_yuan_per_kwh=float(own) if is_number(own) else None,
    )  # fmt: skip


def user_words(year: RetailYear, draft: Draft, lang: str) -> str:
    """Tariff, voltage, parts, class and zone of a year of prices."""
    file = tariff_file(draft)
    words = [year.title.text(lang)]
    if file is not None:
        words += [
            file.voltages[year.voltage].text(lang),
            word(PARTS, year.parts, lang),
            file.classes[year.user_class].title.text(lang),
        ]
        words += [file.zones[year.zone].title.text(lang)] if year.zone else []
    return " · ".join(dict.fromkeys(words))


def tariff_names() -> list[str]:
    """The retail tariffs of the library."""
    return [name for name in facts().files() if name.startswith("retail.")]


def moved_to(draft: Draft, area: str) -> Draft:
    """The draft under the tariff of another area; what that tariff does not know of the user is left to its defaults."""
    changes = [Change(path="market.tariff", value=f"retail.{area}"), Change(path="project.province", value=area)]
    made = draft.changed(*changes)
    file = tariff_file(made)
    known = {"zone": file.zones if file else {}, "user_class": file.classes if file else {}}
    gone = [
        name for name, words in known.items() if draft.at(f"market.{name}") and draft.at(f"market.{name}") not in words
    ]
    return made.changed(*(Change(path=f"market.{name}", action="remove") for name in gone))


# --- the documents behind prices ---


def price_facts(read: Iterable[Fact]) -> list[Fact]:
    """Those of a case's facts that its prices rest on."""
    return [fact for fact in read if fact.name.startswith(_OF_PRICES)]


def document_of(read: Iterable[Fact]) -> str:
    """The number of the document that makes the bands; empty where there is none."""
    return next(
        (str(fact.value) for fact in read if fact.name.startswith("retail.") and fact.name.endswith(".rule")), ""
    )


def sources(read: Sequence[Fact], lang: str, today: date) -> list[dict[str, str]]:
    """A row a document: what rests on it; the document with the date from which it holds, its confidence, its last check."""
    zh = lang == "zh"
    by_source: dict[tuple[str, str], list[Fact]] = {}
    for fact in read:
        by_source.setdefault((fact.source.cite, fact.source.confidence), []).append(fact)
    head = "内容与出处" if zh else "What, and the document"
    rows = []
    for (cite, confidence), told in by_source.items():
        titles = dict.fromkeys(_what(fact.name, lang) for fact in told)
        since = sorted({fact.holds_from for fact in told})
        span = f"{since[0]}" if len(since) == 1 else f"{since[0]}…{since[-1]}"
        checked = min(fact.source.checked for fact in told)
        old = ("（超过一年）" if zh else " (over a year ago)") if today - checked > STALE_AFTER else ""
        trust = word(CONFIDENCE, confidence, lang)
        about = (
            f"自 {span} 起适用；{trust}；核对于 {checked}{old}"
            if zh
            else f"holds from {span}; {trust}; checked {checked}{old}"
        )
        rows.append({head: f"**{('、' if zh else ', ').join(titles)}** — {shown_as_is(cite)} — {about}"})
    return rows


def _what(name: str, lang: str) -> str:
    """What kind of value of a tariff a fact is: all transmission prices are one thing here."""
    title = fact_title(name, lang).rpartition(" › ")[2]
    if not name.startswith("retail."):
        return title
    area, kind = name.split(".")[1:3]
    return fact_title(f"retail.{area}.{kind}", lang).rpartition(" › ")[2]


def ages(year: RetailYear | None, read: Sequence[Fact], lang: str, today: date) -> list[str]:
    """What a reader must know of the age of prices: months that were not published, sources not checked for a year."""
    zh = lang == "zh"
    found = []
    if year is not None:
        guessed = [source for source in year.months if source.estimate]
        latest = max(source.taken for source in year.months)
        if guessed:
            found.append(
                f"12 个月中有 {len(guessed)} 个月的电价尚未公布，按已公布的月份估计；最新公布的月份为 {latest:%Y-%m}。"
                if zh
                else f"{len(guessed)} of the 12 months were not published and stand at an estimate; the latest published month is {latest:%Y-%m}."
            )
    old = sorted({fact.source.checked for fact in read if today - fact.source.checked > STALE_AFTER})
    if old:
        found.append(
            f"部分出处自 {old[0]} 起未再核对，已超过一年，请先核实。"
            if zh
            else f"Some sources were last checked on {old[0]}, over a year ago: verify them first."
        )
    return found


def month_table(year: RetailYear, lang: str) -> list[dict[str, str]]:
    """Twelve months of a tariff: price of each band, what it is put together from, basic charges, and where the month came from."""
    zh, place = lang == "zh", 0 if lang == "zh" else 1
    letters = [letter for letter in LETTERS if any(letter in day.letters for day in year.days)]
    basic = {"demand": year.demand_yuan_per_kw_month, "capacity": year.capacity_yuan_per_kva_month}
    rows = []
    for source in sorted(year.months, key=lambda one: one.month):
        at = source.month.month - 1
        met = {letter for day in year.days if day.month == source.month.month for letter in day.letters}
        row = {"月份" if zh else "Month": f"{source.month:%Y-%m}"}
        row |= {
            LETTERS[letter][place]: _four(year.prices[at].get(letter) if letter in met else None) for letter in letters
        }
        row |= {
            word(COMPONENTS, name, lang): _four(cells[at])
            for name, cells in {**year.components, **basic}.items()
            if any(cells)
        }
        taken = f"{source.taken:%Y-%m}"
        row["取自" if zh else "Taken from"] = (
            (f"{taken}（估计）" if zh else f"{taken} (estimate)") if source.estimate else taken
        )
        rows.append(row)
    return rows


def _four(value: float | None) -> str:
    return "—" if value is None else f"{value:.4f}"


def fee_table(result: Appraisal, lang: str) -> list[dict[str, str]]:
    """What the library charges on each kWh bought from the grid, by month; empty where it charges nothing."""
    prices = result.case.prices
    if prices is None or not prices.fees:
        return []
    first = {int(month): place for place, month in reversed(list(enumerate(prices.clock.month.tolist())))}
    head = "月份" if lang == "zh" else "Month"
    return [
        {head: str(month)}
        | {
            word(COMPONENTS, name, lang): _four(float(cells[0, first[month]]) / KWH_PER_MWH)
            for name, cells in prices.fees.items()
        }
        for month in sorted(first)
    ]
