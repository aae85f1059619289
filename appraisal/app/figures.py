"""Figures as a page shows them."""

from __future__ import annotations

from appraisal.app.state import Outcome
from appraisal.pipeline import Appraisal
from appraisal.report.charts.figures import has_debt, shown

BRIEF = ("project_irr", "equity_irr", "dscr_min")


def text_of(result: Appraisal, key: str, lang: str) -> str:
    """A metric of the first scenario with its unit."""
    metric = result.metrics[key]
    return shown(metric, lang).text(float(metric.value[0]))


def label_of(result: Appraisal, key: str, lang: str) -> str:
    """The label of a metric, with 税前/税后 and 全投资/资本金 where they matter."""
    return shown(result.metrics[key], lang).label


def brief(found: Outcome, lang: str) -> str:
    """A case in one line: its returns and, where it has debt, its lowest cover."""
    if found.result is None:
        return "；".join(fault.text(lang) for fault in found.faults)
    keys = [key for key in BRIEF if has_debt(found.result) or not key.startswith("dscr")]
    return " · ".join(f"{label_of(found.result, key, lang)} {text_of(found.result, key, lang)}" for key in keys)
