"""The prices of a draft to be looked at, whatever else is wrong with it, and the documents behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from appraisal.app.choices import fact_title, short, tariff_file
from appraisal.app.defaults import library_of, project_of
from appraisal.app.draft import Draft, facts
from appraisal.app.faults import shown_as_is
from appraisal.app.fields import is_number, look
from appraisal.app.grounds import address_of
from appraisal.app.markup import link
from appraisal.app.tariff_card import OLD_MONTHS
from appraisal.app.uploads import price_table
from appraisal.case import Change
from appraisal.case.periods import commissioning_months, month_after
from appraisal.errors import InputError
from appraisal.library import LETTERS, Fact, RetailYear
from appraisal.library.check import STALE_AFTER
from appraisal.library.library import DIRECT_RULE
from appraisal.pipeline import Appraisal
from appraisal.report.price_year import PriceYear, of_prices, of_steps, of_tariff, user_words
from appraisal.scenario.moved import moves
from appraisal.text import ABSENT, COMPONENTS, CONFIDENCE, word
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
    return Priced(
        year=of_tariff(year), about=user_words(library_of(draft).retail_file(year.name), year, lang), retail=year
    )


def _of_file(name: str, draft: Draft, lang: str) -> Priced | None:
    if name not in draft.files:
        return None
    series = price_table(name, draft.files[name], draft).series
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


def tariff_names() -> list[str]:
    """The retail tariffs of the library."""
    return [name for name in facts().files() if name.startswith("retail.")]


def moved_to(draft: Draft, area: str, zone: str = "") -> Draft:
    """The draft under the tariff of another area, in a price zone of it.

    Parameters
    ----------
    draft : Draft
    area : str
        Name of the tariff behind ``retail.``, which is the province as well.
    zone : str
        As of :func:`appraisal.scenario.moved.moves`.
    """
    file = tariff_file(draft.changed(Change(path="market.tariff", value=f"retail.{area}")))
    return draft.changed(*moves(draft.at, file, area, zone))


def direct_words(draft: Draft, lang: str) -> str:
    """What a user that trades directly must know of set bands; empty for another user and while they bind."""
    if look(draft.stated, "market.user") != "direct":
        return ""
    last = date(*month_after(f"{begins(draft):%Y-%m}", OLD_MONTHS - 1), 1)
    rule = library_of(draft).fact(DIRECT_RULE, last)
    if rule.value:
        return ""
    if lang == "zh":
        return f"自 {rule.holds_from:%Y-%m} 起，直接参与市场交易的用户不再执行政府规定的分时时段和浮动比例（{rule.source.cited(lang)}）。请上传合同或现货的电价序列，或填写典型日电价；代理购电用户仍按下列时段计价。"
    return f"Since {rule.holds_from:%Y-%m} the bands and multiples that an authority sets do not bind a user that trades directly. Upload the prices of the contract or of the market, or state typical days; a user that buys through the grid company still has set bands."


def unpriced_words(draft: Draft, lang: str) -> str:
    """What to do where the tariff of a draft has no published month at all; empty where it has some."""
    file = tariff_file(draft)
    if file is None or file.months:
        return ""
    absent = ("、" if lang == "zh" else ", ").join(dict.fromkeys(word(ABSENT, one.what, lang) for one in file.absent))
    area = short(file.title.text(lang), lang)
    if lang == "zh":
        return f"{area}没有任何月份的公布电价，资料中还缺少：{absent}。仅补充比价和购电价不足以定价：请在本页下方上传电价序列，或填写典型日电价。"
    return f"No month of prices was published for {area}; the evidence lacks: {absent}. A ratio and a purchase price alone do not make a tariff: upload a price series below on this page, or state typical days."


# --- the documents behind prices ---


def price_facts(read: Iterable[Fact]) -> list[Fact]:
    """Those of a case's facts that its prices rest on."""
    return [fact for fact in read if fact.name.startswith(_OF_PRICES)]


def sources(read: Sequence[Fact], lang: str, today: date) -> list[dict[str, str]]:
    """A row a document: what rests on it; the document with the date from which it holds, its confidence, its last check.

    Cells are Markdown; an address of the library is a link.
    """
    zh = lang == "zh"
    by_source: dict[tuple[str, str], list[Fact]] = {}
    for fact in read:
        by_source.setdefault((fact.source.cite, fact.source.confidence), []).append(fact)
    heads = ("内容", "出处") if zh else ("What", "Document")
    rows = []
    for (_, confidence), told in by_source.items():
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
        what = shown_as_is(("、" if zh else ", ").join(titles))
        rows.append(dict(zip(heads, (f"**{what}**", f"{_document(told[0], lang)} — {about}"), strict=True)))
    return rows


def _document(fact: Fact, lang: str) -> str:
    """The document as it is cited; an address in it takes no more room than two words."""
    address = address_of(fact)
    if address is None:
        return shown_as_is(fact.source.cited(lang))
    before, _, after = fact.source.cited(lang).partition(address)
    return shown_as_is(before) + link("网页" if lang == "zh" else "web page", address) + shown_as_is(after)


def _what(name: str, lang: str) -> str:
    """What kind of value of a tariff a fact is: all transmission prices are one thing here."""
    title = fact_title(name, lang).rpartition(" › ")[2]
    if not name.startswith("retail."):
        return title
    area, kind = name.split(".")[1:3]
    return fact_title(f"retail.{area}.{kind}", lang).rpartition(" › ")[2]


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
