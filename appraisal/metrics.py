"""Statements → metrics: the declared figures, each with the reason where there is no number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appraisal.finance import Statements
from appraisal.units import Rows

# What every study measures; the books declare more, and a single appraisal holds them all.
KEYS = (
    "project_irr_pre_tax", "project_irr", "project_npv_pre_tax", "project_npv", "equity_irr", "equity_npv",
    "payback_years", "discounted_payback_years", "dscr_min", "dscr_avg", "lcos_yuan_per_kwh", "profitability_index", "mirr",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One figure of every scenario, ``(S,)``: NaN where it is undefined, and ``reason`` says why (a code of ``text.py``)."""

    key: str
    unit: str
    zh: str
    en: str
    value: NDArray[np.float64]
    reason: NDArray[np.str_]

    @property
    def status(self) -> NDArray[np.str_]:
        """``ok``, ``multiple`` (several roots), ``no solution`` (what is solved did not converge) or ``none`` (no number)."""
        codes, place = np.unique(self.reason, return_inverse=True)
        return np.array([_status(str(code)) for code in codes])[place]


def _status(code: str) -> str:
    if code == "no solution":
        return code
    return code.partition("_")[0] if code.startswith(("ok", "multiple")) else "none"


class Metrics(Mapping[str, Metric]):
    """The metrics by key, each ``(S,)``."""

    def __init__(self, metrics: Mapping[str, Metric]) -> None:
        self._metrics = dict(metrics)

    def __getitem__(self, key: str) -> Metric:
        return self._metrics[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._metrics)

    def __len__(self) -> int:
        return len(self._metrics)

    def rows(self, index: Rows) -> Metrics:
        """The scenarios of a slice or an index."""
        return Metrics(
            {
                key: Metric(**{**vars(one), "value": one.value[index], "reason": one.reason[index]})
                for key, one in self.items()
            }
        )


def measure(statements: Statements) -> Metrics:
    """Every figure that the books hold: all declared ones, or those that were kept."""
    held = statements.ledger.answers
    return Metrics({key: _metric(statements, key) for key in statements.book.figures if key in held})


def stack(parts: list[Metrics]) -> Metrics:
    """The metrics of blocks of rows put one after another; those that every block has."""

    def joined(key: str, what: str) -> Any:
        return np.concatenate([getattr(part[key], what) for part in parts])

    shared = [key for key in parts[0] if all(key in part for part in parts)]
    return Metrics(
        {
            key: Metric(**{**vars(parts[0][key]), "value": joined(key, "value"), "reason": joined(key, "reason")})
            for key in shared
        }
    )


def _metric(statements: Statements, key: str) -> Metric:
    line, ledger = statements.book.figures[key], statements.ledger
    # A quotient by zero is infinite to the machine and no number to a reader.
    known = np.isfinite(ledger.figure(key)) & statements.solved
    value = np.where(known, ledger.figure(key), np.nan)
    reason = np.where(statements.solved, ledger.status(key), "no solution")
    return Metric(key=key, unit=line.unit, zh=line.zh, en=line.en, value=value, reason=reason)
