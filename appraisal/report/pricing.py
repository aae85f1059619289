"""A regulated price in one language: what it comes to, what went in, every step of every year; and what provinces pay today."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from appraisal.book import Ledger, Line
from appraisal.book.explain import operands
from appraisal.errors import Message
from appraisal.report.formula import in_words
from appraisal.report.places import area_words
from appraisal.report.studies import Findings
from appraisal.report.trace import Operand
from appraisal.study.pricing import PriceStudy
from appraisal.study.pricing.factors import Factor, Unpaid
from appraisal.study.pricing.form import ROADS
from appraisal.study.provenance import provenance_of
from appraisal.study.words import say, with_unit
from appraisal.text import CONFIDENCE, STATUS, unit_words, word

if TYPE_CHECKING:
    import pandas as pd

# What a computation solves for is no input of it, and what tells the years apart says nothing to a reader.
_NOT_SHOWN = ("level", "operating", "completing", "last_operating", "age", "when", "free")
_WORDS = {
    "name": ("对象", "Of"), "item": ("参数", "Input"), "unit": ("单位", "Unit"), "value": ("取值", "Value"), "source": ("来源", "Source"),
    "confidence": ("可信度", "Confidence"), "stated": ("输入文件填写", "stated"), "step": ("步骤", "Step"), "formula": ("算式", "Formula"), "total": ("合计", "Total"),
    "given": ("输入文件填写，或由前一步得出", "stated, or from the step before"), "year": ("第 {year} 年", "Year {year}"), "price_ex": ("容量电价（不含税）", "Price, ex VAT"), "price_in": ("容量电价（含税）", "Price, incl. VAT"),
    "road": ("定价方式：{road}", "Road of pricing: {road}"), "result": ("{name}：{price:.4f} 元/kW·年（含税）", "{name}: {price:.4f} yuan/kW/year incl. VAT"),
    "uniform": ("全省统一容量电价：{price:.4f} 元/kW·年（含税）", "Uniform provincial price: {price:.4f} yuan/kW/year incl. VAT"),
    "years": ("第 0 年为建成年，其前为建设年；各年现金流在年末", "Year 0 is the year of completion, earlier ones are of construction; cash falls at the end of a year"),
}  # fmt: skip
_PRINTED_YEARS = 2


def of_price(found: PriceStudy, lang: str) -> Findings:
    """A price: sentences, the prices, the inputs with their sources, the steps and the whole ledger."""
    tables: dict[str, pd.DataFrame] = {"price": _prices(found, lang), "inputs": _inputs(found, lang)}
    wide = []
    for name, ledger, names, years in _ledgers(found, lang):
        printed = _columns(ledger, years)
        tables[f"{name}_steps"] = _steps(ledger, names, years, lang, printed, found.sources)
        if "completing" in ledger.book.inputs:
            tables[f"{name}_ledger"] = _steps(ledger, names, years, lang, range(len(years)), found.sources)
            wide.append(f"{name}_ledger")
        tables[f"{name}_figures"] = _figures(ledger, names, lang)
    remarks = [one.text(lang) for one in found.remarks]
    remarks += [say(_WORDS["years"], lang)] if found.station is not None else []
    return Findings(
        provenance=found.provenance, sentences=tuple(_sentences(found, lang)), tables=tables, remarks=tuple(remarks), wide=tuple(wide)
    )  # fmt: skip


def _sentences(found: PriceStudy, lang: str) -> Iterator[str]:
    yield found.title.text(lang)
    yield say(_WORDS["road"], lang).format(road=say(ROADS[found.road], lang))
    if found.cohort is not None:
        yield say(_WORDS["uniform"], lang).format(price=float(found.cohort.price_incl_vat[0, 0]))
    elif found.station is not None:
        yield from (
            say(_WORDS["result"], lang).format(name=name.text(lang), price=float(found.price_incl_vat[row, 0]))
            for row, name in enumerate(found.names)
        )
    else:
        yield say(_WORDS["result"], lang).format(name=found.title.text(lang), price=float(found.price_incl_vat[0, 0]))


def _prices(found: PriceStudy, lang: str) -> pd.DataFrame:
    """One row a station: its own price, and what a uniform one pays it."""
    import pandas as pd

    priced = found.station or found.reliable
    assert priced is not None  # every road makes one of them
    unit = "yuan/kW/year"
    shown: dict[str, Any] = {
        say(_WORDS["name"], lang): [name.text(lang) for name in found.names],
        with_unit(say(_WORDS["price_ex"], lang), unit, lang): priced.price_ex_vat[:, 0],
        with_unit(say(_WORDS["price_in"], lang), unit, lang): priced.price_incl_vat[:, 0],
    }
    if found.cohort is not None:
        book = found.cohort.ledger.book
        for key in ("paid_price", "paid_incl", "paid", "balance"):
            line = book.lines[key]
            shown[with_unit(say((line.zh, line.en), lang), unit if line.unit == "yuan/kW" else "yuan/year", lang)] = (
                found.cohort.ledger.line(key)[0]
            )
    return pd.DataFrame(shown)


def _inputs(found: PriceStudy, lang: str) -> pd.DataFrame:
    """Every number that went in, by station, with what it was taken from."""
    import pandas as pd

    rows = []
    for _, ledger, names, _ in _ledgers(found, lang):
        for key, what in ledger.book.inputs.items():
            if key in _NOT_SHOWN or what.kind != "number":
                continue
            values = ledger.inputs[key].T
            same = len(values) == 1
            source, confidence = found.sources.get(key, (Message(_WORDS["stated"][1], _WORDS["stated"][0]), ""))
            rows += [
                (say((what.zh, what.en), lang), "" if same else name, _unit(what.unit, lang), float(values[row, 0]), source.text(lang), word(CONFIDENCE, confidence, lang))
                for row, name in enumerate(names[: len(values)])
            ]  # fmt: skip
    heads = [say(_WORDS[name], lang) for name in ("item", "name", "unit", "value", "source", "confidence")]
    return pd.DataFrame(list(dict.fromkeys(rows)), columns=heads)


def _unit(unit: str, lang: str) -> str:
    return unit_words(unit, lang) if unit != "0/1" else ""


def _ledgers(found: PriceStudy, lang: str) -> Iterator[tuple[str, Ledger, list[str], list[str]]]:
    """Name, ledger, what its rows are and what its columns are."""
    names = [name.text(lang) for name in found.names]
    if found.station is not None:
        when = found.station.ledger.line("when")[0]
        yield (
            "station",
            found.station.ledger,
            names,
            [say(_WORDS["year"], lang).format(year=f"{year:.0f}") for year in when],
        )
    if found.cohort is not None:
        yield "cohort", found.cohort.ledger, [found.title.text(lang)], names
    if found.reliable is not None:
        yield "reliable", found.reliable.ledger, names, [say(_WORDS["value"], lang)]


def _columns(ledger: Ledger, years: Sequence[str]) -> list[int]:
    """Of a ledger by year the completion, the first operating years and the last; all of any other."""
    if "completing" not in ledger.book.inputs:
        return list(range(len(years)))
    done = int(np.argmax(ledger.line("completing")[0]))
    return sorted({done, *range(done + 1, min(done + 1 + _PRINTED_YEARS, len(years))), len(years) - 1})


def _steps(
    ledger: Ledger, names: Sequence[str], years: Sequence[str], lang: str, columns: Sequence[int], sources: Mapping[str, tuple[Message, str]]
) -> pd.DataFrame:  # fmt: skip
    """One row a series that went in and a line, by station: its values, and its formula in words or what it was taken from."""
    import pandas as pd

    given = {key: what for key, what in ledger.book.inputs.items() if what.kind == "series" and key not in _NOT_SHOWN}
    told = {key: sources[key][0].text(lang) if key in sources else say(_WORDS["given"], lang) for key in given}
    told |= {key: _formula(ledger, line, lang) for key, line in ledger.book.lines.items()}
    shown: Mapping[str, Any] = {**given, **ledger.book.lines}
    rows = [
        {
            **({say(_WORDS["name"], lang): name} if len(names) > 1 else {}),
            say(_WORDS["step"], lang): say((what.zh, what.en), lang), say(_WORDS["unit"], lang): _unit(what.unit, lang),
            **{years[place]: float(ledger.line(key)[row, place]) for place in columns},
            say(_WORDS["formula"], lang): told[key],
        }
        for row, name in enumerate(names)
        for key, what in shown.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _figures(ledger: Ledger, names: Sequence[str], lang: str) -> pd.DataFrame:
    """One row a figure, with its value for every station and its formula in words."""
    import pandas as pd

    rows = [
        {
            say(_WORDS["step"], lang): say((figure.zh, figure.en), lang), say(_WORDS["unit"], lang): _unit(figure.unit, lang),
            **{name: float(ledger.figure(key)[row]) for row, name in enumerate(names)},
            say(_WORDS["formula"], lang): _formula(ledger, figure, lang),
        }
        for key, figure in ledger.book.figures.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _formula(ledger: Ledger, line: Line, lang: str) -> str:
    known: Mapping[str, Any] = {**ledger.book.inputs, **ledger.book.lines}
    named = [
        Operand(name=one.name, key=one.key, zh=known[one.key].zh, en=known[one.key].en, unit=known[one.key].unit, shift=one.shift, year=None, values=())
        for one in operands(line)
    ]  # fmt: skip
    return in_words(line.formula, named, lang)


# --- what provinces pay ---

_FACTORS = {
    "area": ("地区", "Area"), "price": ("容量电价标准（含税）", "Capacity price, incl. VAT"), "required_hours": ("最长净负荷高峰", "Longest net-load peak"), "share": ("时长折算系数", "Share min(1, D/H)"),
    "coefficient": ("省级系数", "Coefficient"), "paid": ("每千瓦额定功率所得（含税）", "Paid for a rated kW, incl. VAT"), "term_years": ("执行年限", "Term"), "status": ("效力", "Standing"),
    "confidence": ("可信度", "Confidence"), "others": ("其他条款", "Further terms"), "document": ("依据", "Document"), "absent": ("未见", "Not in the evidence"),
    "sentence": ("{day} 起并网、满功率 {hours:g} 小时的新型储能，各省容量电价", "Capacity prices of storage connected on {day} with {hours:g} h at full power"),
    "gone": ("{area}：{why}", "{area}: {why}"),
    "assumed": ("未见省级系数的，按 1 计；未见最长净负荷高峰的，无法折算", "A coefficient that is not in the evidence is taken as 1; without a longest net-load peak the price cannot be scaled"),
}  # fmt: skip


def of_factors(found: Sequence[Factor], gone: Sequence[Unpaid], day: date, hours: float, lang: str) -> Findings:
    """What every province pays for the capacity of storage, as a table with documents; those that pay nothing are remarks."""
    import pandas as pd

    stop = "；" if lang == "zh" else "; "
    units = {"price": "yuan/kW/year", "paid": "yuan/kW/year", "required_hours": "h", "term_years": "years"}
    rows = [
        {
            "area": area_words(one.province, lang), **{name: _number(getattr(one, name)) for name in ("price", "required_hours", "share", "coefficient", "paid", "term_years")},
            "status": word(STATUS, one.status or "", lang), "confidence": word(CONFIDENCE, one.confidence, lang),
            "others": stop.join(f"{title.text(lang)} {value}" for title, value in one.others), "document": stop.join(dict.fromkeys(fact.source.cited(lang) for fact in one.facts)), "absent": stop.join(note.text(lang) for note in one.absent),
        }
        for one in found
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=[name for name in _FACTORS if name not in ("sentence", "gone", "assumed")])
    frame.columns = [with_unit(say(_FACTORS[name], lang), units.get(name, "1"), lang) for name in frame.columns]
    settings = {"day": day.isoformat(), "duration_hours": hours}
    read = json.dumps(
        [(fact.name, str(fact.holds_from), str(fact.value)) for one in found for fact in one.facts], ensure_ascii=False
    )
    return Findings(
        provenance=provenance_of("factors", "tariffs/capacity", hashlib.sha256(read.encode()).hexdigest(), settings),
        sentences=(say(_FACTORS["sentence"], lang).format(day=day, hours=hours),), tables={"factors": frame},
        remarks=(say(_FACTORS["assumed"], lang), *(_gone(one, lang) for one in gone)),
    )  # fmt: skip


def _gone(one: Unpaid, lang: str) -> str:
    why = ("；" if lang == "zh" else "; ").join(fault.message.text(lang) for fault in one.faults)
    return say(_FACTORS["gone"], lang).format(area=area_words(one.province, lang), why=why)


def _number(value: float | None) -> float:
    return float("nan") if value is None else value
