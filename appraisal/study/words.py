"""Words that the tables of the studies share: labels with units, notes on figures without a number."""

from __future__ import annotations

from collections.abc import Sequence

from appraisal.metrics import Metric
from appraisal.study.inputs import REFUSED
from appraisal.text import REASONS, unit_words, word


def say(words: tuple[str, str], lang: str) -> str:
    """The Chinese or the English of a pair."""
    return words[0] if lang == "zh" else words[1]


def joined(parts: Sequence[str], lang: str) -> str:
    """Notes one after another, each once, empty ones left out."""
    return ("；" if lang == "zh" else "; ").join(dict.fromkeys(part for part in parts if part))


def head(metric: Metric, lang: str) -> str:
    """The label of a metric with its unit, where it has one."""
    return with_unit(say((metric.zh, metric.en), lang), metric.unit, lang)


def with_unit(label: str, unit: str, lang: str) -> str:
    """A label with the unit of the figures beside it, shares as the fractions that they are."""
    words = unit_words(unit, lang, fractions=True)
    if not words:
        return label
    return f"{label}（{words}）" if lang == "zh" else f"{label}, {words}"


def noted(metric: Metric, row: int, lang: str) -> str:
    """Why a metric has the value it has, under its label; empty where nothing is odd or the case refused the row."""
    reason = str(metric.reason[row])
    text = word(REASONS, reason, lang) if reason != REFUSED else ""
    label = say((metric.zh, metric.en), lang)
    return (f"{label}：{text}" if lang == "zh" else f"{label}: {text}") if text else ""
