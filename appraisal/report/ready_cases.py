"""The ready cases side by side: item of the plan, headline results beside the range expected, how sure the inputs are."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from appraisal.case import Case
from appraisal.pipeline import Appraisal, appraise
from appraisal.report.charts.figures import shown
from appraisal.scenario import about, load_case, scenario_names, scenario_path
from appraisal.scenario.ready import ITEMS, About, sureness
from appraisal.text import CONFIDENCES, word

HEADLINES = ("project_irr", "equity_irr", "project_npv", "lcos_yuan_per_kwh")


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A ready case: its name, what is said of it, and its result."""

    name: str
    told: About
    result: Appraisal


def grouped() -> Iterator[tuple[str, list[str]]]:
    """Names of the ready cases by item of the plan, in the plan's order; an item without a case is left out."""
    items = {name: about(name).item for name in scenario_names()}
    for item in ITEMS:
        if names := [name for name, found in items.items() if found == item]:
            yield item, names


def run(name: str) -> Ready:
    """A ready case appraised."""
    return Ready(name=name, told=about(name), result=appraise(load_case(scenario_path(name))))


def headline(result: Appraisal, key: str, lang: str) -> str:
    """A metric with its unit, or a dash where it has no value."""
    value = float(result.metrics[key].value[0])
    return shown(result.metrics[key], lang).text(value) if math.isfinite(value) else "–"


def expected(told: About, result: Appraisal, lang: str) -> str:
    """The range stated beside the case: ``Project IRR, after tax: 4.00% to 6.00% (reasoned)``."""
    found, metric = told.expected, shown(result.metrics[told.expected.metric], lang)
    kind = {"published": ("公布值", "published"), "reasoned": ("推算", "reasoned")}[found.kind]
    low, high = metric.text(found.low), metric.text(found.high)
    return (
        f"{metric.label}：{low} 至 {high}（{kind[0]}）"
        if lang == "zh"
        else f"{metric.label}: {low} to {high} ({kind[1]})"
    )


def trust(case: Case, lang: str) -> str:
    """``official 1, secondary 14, estimate 12``: how many inputs of a ready case have which confidence."""
    parts = [f"{word(CONFIDENCES, key, lang)} {count}" for key, count in sureness(case).items()]
    return ("，" if lang == "zh" else ", ").join(parts)
