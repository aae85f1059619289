"""Regulated capacity prices from a file or a case, from investment to yuan per kW and year, with every step."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from appraisal.case import Case
from appraisal.errors import Fault, InputError, Message, said
from appraisal.library import Fact, Library
from appraisal.library.reader import read_file
from appraisal.regulated import (
    Approved,
    Cohort,
    Priced,
    Reliable,
    capacity_price,
    cohort_price,
    duration_share,
    reliable_price,
)
from appraisal.streams.regulated_two_part import Terms, computed, priced, remarks
from appraisal.study.pricing.form import ROADS, ReliableCapacity, Road, Station
from appraisal.study.pricing.read import Request, column, named, read_request
from appraisal.study.provenance import Provenance, provenance, provenance_of
from appraisal.units import KW_PER_MW, Table, table

STREAM = "regulated_two_part"
# What a number of the book is called where it is stated.
_FIELDS: Mapping[str, str] = {
    "market_rate": "prime_rate", "gap_share": "rate_gap_share", "actual_rate": "loan_rate", "om": "operating_cost_yuan", "investment": "investment_yuan",
    "capital_vat": "capital_vat_yuan",
}  # fmt: skip
_APPENDIX = said(
    "the appendix of notice 633 was recalled, not read: check the method before relying on the price", "633 号文附件凭记忆，未经原文核对：使用前请核对办法"
)  # fmt: skip
_COUNTERFACTUAL = said(
    "counterfactual: new-type storage may not enter the assets that earn a regulated return (notice 1490 of 2025, art. 9); no such charge may be collected",
    "反事实测算：新型储能不得计入可计提收益的输配电资产（发改价格规〔2025〕1490号第九条），现行规定不允许收取",
)
_NO_STANDARD = said(
    "notice 114 sets no national standard of reliable capacity; the standard here is the file's own", "114 号文未设全国统一的可靠容量补偿标准；此处标准由文件给出"
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class PriceStudy:
    """A regulated price with what it was worked out from.

    Attributes
    ----------
    road : which price.
    title : in both languages.
    names : of the stations, the rows of ``station`` and the columns of ``cohort``.
    station : the price of each station by the operating-period method; None for reliable capacity.
    cohort : the uniform price of the stations; only of a provincial one.
    reliable : the compensation; only of that road.
    sources : input of the ledgers → what it was taken from and its confidence; what is not named was stated.
    remarks : what a reader must know.
    """

    road: Road
    title: Message
    names: tuple[Message, ...]
    provenance: Provenance
    station: Priced | None = None
    cohort: Cohort | None = None
    reliable: Reliable | None = None
    sources: Mapping[str, tuple[Message, str]] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()
    remarks: tuple[Message, ...] = ()

    @property
    def price_incl_vat(self) -> Table:
        """The price, yuan per kW and year with VAT: ``(K, 1)`` of K stations each, else ``(1, 1)``."""
        found = self.reliable or self.cohort or self.station
        assert found is not None  # every road makes one of them
        return found.price_incl_vat


def is_price_file(path: Path) -> bool:
    """Whether a file holds a section ``price``; what it holds of others is told when it is read."""
    if path.suffix not in (".yaml", ".yml"):
        return False
    raw = read_file(path).plain()
    return isinstance(raw, Mapping) and "price" in raw


def price_of_file(path: str | Path, library: Library | None = None) -> PriceStudy:
    """The price that a file of :mod:`appraisal.study.pricing.form` asks for.

    Raises
    ------
    InputError
        With every fault of the file.
    """
    asked = read_request(path, library)
    title = Message(asked.title("en"), asked.title("zh"))
    made = provenance_of(
        "price", Path(asked.name).stem, hashlib.sha256(asked.content).hexdigest(), {"road": asked.road}
    )
    if asked.reliable is not None:
        return PriceStudy(
            road=asked.road, title=title, names=(title,), provenance=made, reliable=_reliable(asked.reliable, asked.method["vat_rate"]),
            sources=_sources(asked), facts=asked.facts, remarks=(_NO_STANDARD, *_by_rule(asked)),
        )  # fmt: skip
    station = capacity_price(approved(asked))
    cohort = _cohort(asked, station) if asked.road == "provincial" else None
    remarks = (_COUNTERFACTUAL,) if asked.road == "storage_charge" else ()
    return PriceStudy(
        road=asked.road, title=title, names=named(asked.stations), provenance=made, station=station, cohort=cohort, sources=_sources(asked), facts=asked.facts,
        remarks=(*remarks, _APPENDIX, *_by_rule(asked)),
    )  # fmt: skip


def is_priced(case: Case) -> bool:
    """Whether a case has a regulated price that is computed."""
    return any(isinstance(terms, Terms) and terms.enabled and computed(terms) for terms in case.revenue.values())


def price_of_case(case: Case) -> PriceStudy:
    """The price that the regulated two-part tariff of a case is computed at.

    Parameters
    ----------
    case : Case
        Its scenarios are the stations.

    Raises
    ------
    InputError
        If the case has no such stream, or states its price.
    """
    label, terms = _terms(case)
    names = tuple(
        said("scenario {row}", "方案 {row}", row=row + 1)
        if case.scenarios > 1
        else Message(case.title.en or case.name, case.title.zh or case.name)
        for row in range(case.scenarios)
    )
    return PriceStudy(
        road="station" if terms.pumped else "storage_charge", title=Message(case.title.en or case.name, case.title.zh or case.name), names=names,
        provenance=provenance("price", case, {"stream": label}), station=priced(case, terms), sources=_case_sources(case, label), facts=case.facts,
        remarks=tuple(Message(en, zh) for zh, en in remarks(case, terms)),
    )  # fmt: skip


def _terms(case: Case) -> tuple[str, Terms]:
    for label, terms in case.revenue.items():
        if isinstance(terms, Terms) and terms.enabled:
            if computed(terms):
                return label, terms
            raise InputError([Fault(where=case.name, path=f"revenue.{label}", message=said(
                "the price is stated, so that there is nothing to work out; for a provincial price or reliable capacity write a price file",
                "电价已填写，无需测算；全省统一价和可靠容量补偿请另写测算文件",
            ))])  # fmt: skip
    raise InputError([Fault(where=case.name, path="revenue", message=said(
        "no stream {stream}: name a case that has one, or a price file with sections {sections}",
        "没有 {stream} 这项收入：请指定含有它的算例，或写有 {sections} 各节的测算文件", stream=STREAM, sections="price, method, stations",
    ))])  # fmt: skip


def approved(asked: Request) -> Approved:
    """The stations of a file as the method takes them: a row each."""
    stations, method = asked.stations, asked.method
    years = round(float(method["operating_years"][0, 0]))
    cost = [np.broadcast_to(one.operating_cost_yuan, (1, years)) for one in stations.values()]
    return Approved(
        capacity_kw=KW_PER_MW * column(stations, "capacity_mw"), investment_yuan=column(stations, "investment_yuan"),
        equity_share=column(stations, "equity_share"), equity_return=method["equity_return"], equity_parts=_equity_parts(stations),
        actual_rate=column(stations, "loan_rate"), market_rate=method["prime_rate"], gap_share=method["rate_gap_share"],
        loan_years=method["loan_years"], depreciation_years=method["depreciation_years"], residual_share=method["residual_share"],
        operating_cost_yuan=np.vstack(cost), income_tax_rate=method["income_tax_rate"], vat_rate=method["vat_rate"],
        surtax_rate=method["surtax_rate"], capital_vat_yuan=column(stations, "capital_vat_yuan"), operating_years=years,
        repayment=asked.form.loan_repayment,
    )  # fmt: skip


def _equity_parts(stations: Mapping[str, Station]) -> Table:
    """Shares by construction year, ended together: a station built in fewer years pays nothing before them."""
    parts = [table(1.0) if one.equity_parts is None else one.equity_parts for one in stations.values()]
    longest = max(part.shape[1] for part in parts)
    return np.vstack([np.pad(part, ((0, 0), (longest - part.shape[1], 0))) for part in parts])


def _cohort(asked: Request, station: Priced) -> Cohort:
    over = asked.form.average_over
    assert over is not None  # read_request refuses a provincial price without it
    rows = len(asked.stations)
    return cohort_price(
        np.broadcast_to(station.revenue_yuan, (rows, 1)).T, KW_PER_MW * column(asked.stations, "capacity_mw").T, column(asked.stations, "duration_hours").T,
        asked.method["full_hours"], asked.method["vat_rate"], average_over=over,
    )  # fmt: skip


def _reliable(stated: ReliableCapacity, vat_rate: Table) -> Reliable:
    unit = {
        "investment": stated.investment_yuan_per_kw, "rate_of_return": stated.rate_of_return, "recovery_years": stated.recovery_years,
        "upkeep": stated.om_yuan_per_kw_year, "margin": stated.market_gain_yuan_per_kw_year, "rate_incl_vat": stated.standard_yuan_per_kw_year,
    }  # fmt: skip
    share = stated.reliable_share
    if share is None:
        # read_request refuses one of them alone.
        assert stated.duration_hours is not None
        assert stated.peak_hours is not None
        share = duration_share(stated.duration_hours, stated.peak_hours)
    return reliable_price(
        {name: value for name, value in unit.items() if value is not None}, share, station_use=stated.station_use_share,
        supply_factor=stated.supply_factor, vat_rate=vat_rate,
    )  # fmt: skip


def _by_rule(asked: Request) -> tuple[Message, ...]:
    """Where another road than that of the construction start is taken."""
    if asked.road in (asked.road_by_rule, "reliable_capacity", "storage_charge"):
        return ()
    zh, en = ROADS[asked.road_by_rule]
    return (said(
        "counterfactual: by its construction start, {start}, the rule in force calls for {road}", "反事实测算：按开工年月 {start}，现行规定应为：{road}",
        start=asked.price.construction_start, road=Message(en, zh),
    ),)  # fmt: skip


def _sources(asked: Request) -> dict[str, tuple[Message, str]]:
    """Input of the ledgers → origin of a default."""
    found = {key: asked.origins[name] for key, name in _FIELDS.items() if name in asked.origins}
    return {**asked.origins, **found, **_of_duration(asked)}


def _of_duration(asked: Request) -> dict[str, tuple[Message, str]]:
    """How the share for a duration came about, where it was worked out; the hours asked for have their own document."""
    one = asked.reliable
    if one is not None and one.duration_hours is not None and one.peak_hours is not None:
        hours, full = one.duration_hours, one.peak_hours
        told = said(
            "min(1, D ÷ H): {hours} h ÷ {full:g} h",
            "取小(1, D ÷ H)：{hours} 小时 ÷ {full:g} 小时",
            hours=_plain(hours),
            full=float(full[0, 0]),
        )
        return {"share": (told, "")}
    if asked.road != "provincial":
        return {}
    source, confidence = asked.origins.get("full_hours", (said("stated", "输入文件填写"), ""))
    told = said(
        "min(1, D ÷ H): {hours} h ÷ {full:g} h ({source})", "取小(1, D ÷ H)：{hours} 小时 ÷ {full:g} 小时（{source}）",
        hours=_plain(column(asked.stations, "duration_hours")), full=float(asked.method["full_hours"][0, 0]), source=source,
    )  # fmt: skip
    return {"share": (told, confidence)}


def _plain(hours: Table) -> str:
    return ", ".join(f"{value:g}" for value in hours[:, 0])


def _case_sources(case: Case, label: str) -> dict[str, tuple[Message, str]]:
    """Input of the ledger → the fact that a term of the stream was taken from."""
    found = {}
    for key in ("equity_return", "loan_years", "market_rate", "gap_share"):
        name = {"loan_years": "pricing_loan_years"}.get(key, _FIELDS.get(key, key))
        origin = case.origins.get(f"revenue.{label}.{name}")
        if origin is not None and origin.kind == "library":
            found[key] = (Message(origin.source, origin.source_zh), origin.confidence)
    return found
