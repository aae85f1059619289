"""One result as JSON and as lines for people."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from appraisal import __version__
from appraisal.book.money import money_text
from appraisal.case.periods import periods
from appraisal.metrics import KEYS
from appraisal.pipeline import Appraisal
from appraisal.report.payers import as_json as payers_as_json
from appraisal.report.remarks import remarks
from appraisal.scenario import digest
from appraisal.streams import stream
from appraisal.text import REASONS, SIDES, word
from appraisal.units import Table

SCHEMA = "result/1"


def as_json(result: Appraisal, row: int = 0, lang: str = "en") -> dict[str, Any]:
    """The result of one scenario, undefined figures as null with their status.

    The shape is stable: ``schema``, ``case``, ``kpi``, ``checks``, ``warnings``, ``provenance``,
    ``payments`` (who pays).
    """
    case = result.case
    sha = digest(case)
    return {
        "schema": SCHEMA,
        "case": {"id": case.name, "name": case.title.zh if lang == "zh" else case.title.en, "hash": sha[:16]},
        "kpi": {key: _kpi(result, key, row, lang) for key in result.metrics},
        "checks": [
            {"id": check.id, "ok": bool(check.ok[row if check.ok.size > 1 else 0]), "label": check.zh if lang == "zh" else check.en, "detail": check.detail.text(lang)}
            for check in result.checks
        ],
        "warnings": [{"code": note.code, "path": note.path, "message": note.zh if lang == "zh" else note.en} for note in remarks(result, row)],
        "provenance": {
            "version": __version__,
            "seed": None,
            "inputs_sha256": sha,
            "tariffs": [
                {"name": fact.name, "asked": fact.asked.isoformat(), "holds_from": fact.holds_from.isoformat(), "value": fact.value,
                 "unit": fact.unit, "source": fact.source.cite, "confidence": fact.source.confidence, "origin": fact.origin}
                for fact in case.facts
            ],
        },
        "payments": payers_as_json(result, row, lang),
    }  # fmt: skip


def _kpi(result: Appraisal, key: str, row: int, lang: str) -> dict[str, Any]:
    metric = result.metrics[key]
    value, reason = float(metric.value[row]), str(metric.reason[row])
    shown: dict[str, Any] = {
        "value": value if math.isfinite(value) else None,
        "unit": metric.unit,
        "status": str(metric.status[row]),
        "label": metric.zh if lang == "zh" else metric.en,
    }
    if word(REASONS, reason, lang):
        shown["reason"] = word(REASONS, reason, lang)
    return shown


def figure(value: float, unit: str, reason: str, lang: str) -> str:
    """A figure as a person reads it: percent, sums of money as the language has them, years; in words where there is no number."""
    if not math.isfinite(value):
        return f"— {word(REASONS, reason, lang)}"
    note = word(REASONS, reason, lang)
    tail = f"  ({note})" if note else ""
    if unit == "yuan":
        return money_text(value, lang, 2) + tail
    if unit == "year":
        return (f"{value:.2f} 年" if lang == "zh" else f"{value:.2f} years") + tail
    return (f"{value:.4f} " + ("元/kWh" if lang == "zh" else unit) if unit == "yuan/kWh" else f"{value:.4f}") + tail


_PERCENT = ("project_irr_pre_tax", "project_irr", "equity_irr", "mirr")


def lines(result: Appraisal, lang: str = "en", row: int = 0) -> Iterator[tuple[str, str]]:
    """(label, figure) of the thirteen metrics that every study measures; 附录J holds all indicators."""
    for key in KEYS:
        metric = result.metrics[key]
        value, reason = float(metric.value[row]), str(metric.reason[row])
        if key in _PERCENT and math.isfinite(value):
            note = word(REASONS, reason, lang)
            text = f"{value:.2%}" + (f"  ({note})" if note else "")
        else:
            text = figure(value, metric.unit, reason, lang)
        yield metric.zh if lang == "zh" else metric.en, text


def first_year(result: Appraisal, lang: str = "en", row: int = 0) -> Iterator[tuple[str, str]]:
    """(label, figure) of the first operating year: energy, and what each stream is paid.

    Of the first column with operation where columns are not whole operating years of the whole plant; labels say so.
    """
    zh = lang == "zh"
    columns, moved, books = periods(result.case.project), result.operation, result.statements
    column = columns.construction
    first = "首年" if zh else "first operating year"
    if not columns.plain:
        part = f"{columns.running[0, column]:.1%}"
        first = f"首个运营列（折合全站全年的 {part}）" if zh else f"first column with operation ({part} of a full year)"
    yield (
        f"{first}放电量" if zh else f"Discharged in the {first}",
        f"{_at(moved.discharged_mwh, row, column):,.1f} MWh",
    )
    yield (f"{first}充电量" if zh else f"Charged in the {first}", f"{_at(moved.charged_mwh, row, column):,.1f} MWh")
    yield "末年健康度" if zh else "State of health in the last year", f"{_at(moved.soh, row, -1):.1%}"
    for label, terms in result.case.streams.items():
        kind = stream(terms.stream or label)
        for key in ("revenue", "subsidy", "charging"):
            money = float(books[f"{label}.{key}"][row, column])
            if money:
                line = books.book.lines[f"{label}.{key}"]
                year = first if zh or not columns.plain else "first year"
                words = f"{kind.zh}：{line.zh}，{year}" if zh else f"{kind.en}: {line.en}, {year}"
                yield words, figure(money, "yuan", "ok", lang)


def _at(table: Table, row: int, column: int) -> float:
    return float(table[row if len(table) > 1 else 0, column])


def heading(result: Appraisal, lang: str = "en") -> str:
    """The case in one line: title, side, size, life."""
    case = result.case
    title = (case.title.zh if lang == "zh" else case.title.en) or case.name
    side = word(SIDES, case.project.side, lang)
    size = f"{case.storage.power_mw[0, 0]:g} MW / {case.storage.energy_mwh[0, 0]:g} MWh"
    years = (
        f"运营 {case.project.operation_years} 年" if lang == "zh" else f"{case.project.operation_years} operating years"
    )
    return f"{title} · {side} · {size} · {years} · {case.project.currency}"
