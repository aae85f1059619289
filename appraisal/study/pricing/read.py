"""Reads the file of a regulated price: every fault at once, what it leaves out from the library, the origin of every value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

import numpy as np

from appraisal.errors import InputError, Message, said, verbatim
from appraisal.field import show
from appraisal.library import Fact, Library
from appraisal.library.types import lowest
from appraisal.scenario.faults import Findings, read_sections
from appraisal.study.pricing.form import ROADS, Method, Price, ReliableCapacity, Road, Station
from appraisal.units import Table, table

SECTIONS = ("price", "method", "stations", "reliable")
ROAD = "rules.pumped_hydro.road"
# Field of the method → the facts that stand where the file says nothing; they add.
DEFAULTS: Mapping[str, tuple[str, ...]] = {
    "equity_return": ("rules.pumped_hydro.equity_return",), "operating_years": ("rules.pumped_hydro.operating_years",),
    "loan_years": ("rules.pumped_hydro.loan_years",), "rate_gap_share": ("rules.pumped_hydro.rate_gap_share",),
    "prime_rate": ("finance.national.lpr_5y",), "income_tax_rate": ("tax.national.income_tax",), "vat_rate": ("tax.national.vat_electricity",),
    "surtax_rate": ("tax.national.city_surtax_urban", "tax.national.education_surtax", "tax.national.local_education_surtax"),
    "full_hours": ("rules.pumped_hydro.full_hours",),
}  # fmt: skip
# New-type storage has no rule: what the rule of pumped hydro says of these is nobody's to take over.
STATED_FOR_STORAGE = ("equity_return", "operating_years", "loan_years")
_WHOLE = ("operating_years", "loan_years", "depreciation_years")
_UNIT = ("investment_yuan_per_kw", "rate_of_return", "recovery_years", "om_yuan_per_kw_year", "market_gain_yuan_per_kw_year")  # fmt: skip
_MONTH = re.compile(r"(19|20|21)\d\d-(0[1-9]|1[0-2])\Z")
_TOLERANCE = 1e-9
_AS_OPERATED = said("left out: the operating period", "未填写：等于经营期")


@dataclass(frozen=True, kw_only=True)
class Request:
    """A file of a price, read and completed.

    Attributes
    ----------
    name : what messages call the file; *content* is its bytes.
    road, road_by_rule : taken, and what the construction start calls for.
    method : the numbers of the method, ``(1, 1)`` each, defaults of the library among them.
    origins : field of the method → what it was taken from, and its confidence; only of defaults.
    facts : read from the library.
    """

    name: str
    content: bytes
    price: Price
    road: Road
    road_by_rule: str
    method: Mapping[str, Table]
    form: Method
    stations: Mapping[str, Station]
    reliable: ReliableCapacity | None
    origins: Mapping[str, tuple[Message, str]]
    facts: tuple[Fact, ...]

    def title(self, lang: str) -> str:
        """The title in the language, else the file's name."""
        return str(getattr(self.price, lang)) or Path(self.name).stem


def read_request(path: str | Path, library: Library | None = None) -> Request:
    """Read the file of a price.

    Parameters
    ----------
    path : str or Path
        YAML with the sections ``price``, ``method``, ``stations`` and ``reliable``.
    library : Library, optional
        Where defaults are looked up; by default the one installed.

    Raises
    ------
    InputError
        With every fault of the file, each with its line.
    """
    file = Path(path)
    _, raw, findings = read_sections(file, SECTIONS)
    price: Price | None = findings.section(Price, raw.get("price") or {}, "price")
    form: Method | None = findings.section(Method, raw.get("method") or {}, "method")
    stations = _stations(raw.get("stations") or {}, findings)
    reliable = findings.section(ReliableCapacity, raw["reliable"], "reliable") if raw.get("reliable") else None
    dates = _dates(price, findings)
    findings.stop()
    return _completed(
        _Read(file, findings, library or Library.open()),
        cast(Price, price),
        cast(Method, form),
        stations,
        reliable,
        dates,
    )


@dataclass(frozen=True)
class _Read:
    file: Path
    findings: Findings
    library: Library


def _stations(raw: Any, findings: Findings) -> dict[str, Station]:
    if not isinstance(raw, Mapping):
        told = said(
            "expected a mapping: name → station, found {value}",
            "应为映射：名称 → 电站，这里是 {value}",
            value=show(raw),
        )
        findings.add("stations", told)
        return {}
    read = {str(name): findings.section(Station, stated, f"stations.{name}") for name, stated in raw.items()}
    return {name: station for name, station in read.items() if station is not None}


def _dates(price: Price | None, findings: Findings) -> dict[str, date]:
    """First days of the two months; one that cannot be read is told."""
    found = {}
    for name in ("construction_start", "priced_from") if price is not None else ():
        stated = getattr(price, name)
        if _MONTH.match(stated):
            found[name] = date.fromisoformat(f"{stated}-01")
        else:
            findings.add(f"price.{name}", said("{stated!r} is not a month; expected YYYY-MM, 2026-03", "{stated!r} 不是年月；应写作 YYYY-MM（如 2026-03）", stated=stated))  # fmt: skip
    return found


def _completed(
    read: _Read, price: Price, form: Method, stations: Mapping[str, Station], reliable: ReliableCapacity | None, dates: Mapping[str, date]
) -> Request:  # fmt: skip
    facts: list[Fact] = []
    by_rule = _fact(read, ROAD, dates, "price.road", facts)
    road = price.road or (None if by_rule is None else by_rule.value)
    method = {name: held for name, what, held in form.numbers() if what.kind == "number" and held is not None}
    origins: dict[str, tuple[Message, str]] = {}
    wanted = _needed(road)
    for name in (name for name in wanted if name in DEFAULTS and name not in method):
        if road == "storage_charge" and name in STATED_FOR_STORAGE:
            told = said("state it: new-type storage has no rule to take it from", "请填写：新型储能没有可沿用的规定")
            read.findings.add(f"method.{name}", told)
            continue
        parts = [_fact(read, fact, dates, f"method.{name}", facts) for fact in DEFAULTS[name]]
        known = [part for part in parts if part is not None]
        if len(known) == len(parts):
            method[name] = table(sum(float(part.value) for part in known))
            origins[name] = _origin(known)
    if "operating_years" in method and "depreciation_years" not in method:
        method["depreciation_years"] = method["operating_years"]
        origins["depreciation_years"] = (_AS_OPERATED, "")
    _check(read.findings, road, form, method, stations, reliable)
    read.findings.stop()
    return Request(
        name=str(read.file), content=read.file.read_bytes(), price=price, road=cast(Road, road), road_by_rule=str(by_rule.value) if by_rule else "",
        method=method, form=form, stations=stations, reliable=reliable, origins=origins, facts=tuple(facts),
    )  # fmt: skip


def _needed(road: str | None) -> tuple[str, ...]:
    """The numbers of the method that a road reads."""
    if road == "reliable_capacity":
        return ("vat_rate",)
    own = tuple(name for name in DEFAULTS if name != "full_hours")
    return (*own, "full_hours") if road == "provincial" else own


def _fact(read: _Read, name: str, dates: Mapping[str, date], path: str, facts: list[Fact]) -> Fact | None:
    """A fact of the date that selects it: construction start, else the month from which the price holds."""
    known = {parameter.name: parameter.dated_by for parameter in read.library.parameters(read.library.file_of(name))}
    try:
        found = read.library.fact(
            name, dates["construction_start" if known.get(name) == "construction_start" else "priced_from"]
        )
    except InputError as error:
        read.findings.take(error, path, said("state a value here to do without it", "也可在此直接填写数值"))
        return None
    facts.append(found)
    return found


def _origin(facts: list[Fact]) -> tuple[Message, str]:
    told = said(
        "{en}", "{zh}", en="; ".join(f"{fact.name}: {fact.source.cited('en')}" for fact in facts),
        zh="；".join(f"{fact.name}：{fact.source.cited('zh')}" for fact in facts),
    )  # fmt: skip
    return told, lowest([fact.source.confidence for fact in facts])


# --- what a road needs ---


def _check(
    findings: Findings, road: str | None, form: Method, method: Mapping[str, Table], stations: Mapping[str, Station],
    reliable: ReliableCapacity | None,
) -> None:  # fmt: skip
    if road == "reliable_capacity":
        _check_reliable(findings, reliable)
        _unread(findings, road, "stations" if stations else "")
        return
    _unread(findings, road, "reliable" if reliable is not None else "")
    if not stations:
        findings.add("stations", said("name at least one station", "至少列出一座电站"))
    if form.residual_share is None:
        findings.add("method.residual_share", _required("残值率", "Residual share"))
    for name in _WHOLE:
        if name in method and abs(float(method[name][0, 0]) - round(float(method[name][0, 0]))) > _TOLERANCE:
            findings.add(f"method.{name}", said("{value:g} is not a whole number", "{value:g} 不是整数", value=float(method[name][0, 0])))  # fmt: skip
    if road == "provincial" and form.average_over is None:
        findings.add("method.average_over", _required("平均成本的分母", "What the mean cost is divided by"))
    for name, station in stations.items():
        _check_station(findings, road, method, f"stations.{name}", station)


def _check_station(
    findings: Findings, road: str | None, method: Mapping[str, Table], path: str, station: Station
) -> None:
    parts, cost, years = station.equity_parts, station.operating_cost_yuan, method.get("operating_years")
    if parts is not None and abs(float(parts.sum()) - 1.0) > _TOLERANCE:
        told = said(
            "the parts add to {total:g}; expected 1", "各年比例合计为 {total:g}；应为 1", total=float(parts.sum())
        )
        findings.add(f"{path}.equity_parts", told)
    if years is not None and cost.shape[1] not in (1, round(float(years[0, 0]))):
        told = said(
            "{found} numbers; expected one, or one for each of {years:g} operating years", "有 {found} 个数；应为 1 个，或 {years:g} 个运营年各一个",
            found=cost.shape[1], years=float(years[0, 0]),
        )  # fmt: skip
        findings.add(f"{path}.operating_cost_yuan", told)
    if (station.capital_vat_yuan >= station.investment_yuan).any():
        told = said("not less than the investment that it is part of", "不小于其所在的投资额")
        findings.add(f"{path}.capital_vat_yuan", told)
    if road == "provincial" and station.duration_hours is None:
        findings.add(f"{path}.duration_hours", _required("满功率持续发电时长", "Full-power duration"))


def _check_reliable(findings: Findings, stated: ReliableCapacity | None) -> None:
    if stated is None:
        findings.add("reliable", said("the road of reliable capacity needs this section", "可靠容量补偿须填写本节"))
        return
    for one, several in (("standard_yuan_per_kw_year", _UNIT), ("reliable_share", ("duration_hours", "peak_hours"))):
        given = [name for name in several if getattr(stated, name) is not None]
        if getattr(stated, one) is not None and given:
            told = said("not read: {one} is stated; remove one of them", "不读取：已填写 {one}；请删去其一", one=one)
            for name in given:
                findings.add(f"reliable.{name}", told)
        elif getattr(stated, one) is None:
            for name in (name for name in several if name not in given):
                told = said(
                    "required, or {one} in place of {all}",
                    "必填；或以 {one} 代替 {all}",
                    one=one,
                    all=", ".join(several),
                )
                findings.add(f"reliable.{name}", told)


def _unread(findings: Findings, road: str | None, section: str) -> None:
    if section:
        zh, en = ROADS[str(road)]
        told = said(
            "not read by this road: {road}; remove it", "此定价方式不读取本节：{road}；请删去", road=Message(en, zh)
        )
        findings.add(section, told)


def _required(zh: str, en: str) -> Message:
    return said("required: {name}", "必填：{name}", name=Message(en, zh))


def column(stations: Mapping[str, Station], name: str) -> Table:
    """One number of every station, ``(K, 1)``."""
    return np.vstack([getattr(station, name) for station in stations.values()])


def named(stations: Mapping[str, Station]) -> tuple[Message, ...]:
    """The names of the stations in both languages."""
    return tuple(
        verbatim(name) if not (station.zh or station.en) else Message(station.en or name, station.zh or name)
        for name, station in stations.items()
    )
