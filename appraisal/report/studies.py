"""What a study says: sentences, tables and pictures in one language, as a command prints, a file holds and a page shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from appraisal.case import Case
from appraisal.report.frames import csv_bytes, parquet_bytes, plain, records
from appraisal.study.beyond import beyond
from appraisal.study.inputs import LeftOut
from appraisal.study.provenance import Provenance
from appraisal.study.words import say

if TYPE_CHECKING:
    import pandas as pd

    from appraisal.report.charts.picture import Picture
    from appraisal.study.grid import Grid
    from appraisal.study.indices import GlobalIndices
    from appraisal.study.oneway import OneWay
    from appraisal.study.questions import Answer
    from appraisal.study.required import Required
    from appraisal.study.risk import MonteCarlo
    from appraisal.study.size import Sized
    from appraisal.study.solve import Frontier, Solved
    from appraisal.study.tornado import Tornado

SCHEMA = "study/1"


@dataclass(frozen=True, kw_only=True)
class Findings:
    """A study's result in one language.

    Attributes
    ----------
    provenance : Provenance
    sentences : tuple of str
        What the study says, first.
    tables : name → DataFrame
        The first ones are for people; those in ``large`` are for files only.
    pictures : name → function that draws it
        Drawn only where they are wanted.
    remarks : tuple of str
        What a reader must know about it.
    large : tuple of str
        Tables of one row a draw.
    wide : tuple of str
        Tables of one column a year: in JSON and files, too wide to be printed.
    measured : function that writes the measured values, or None
        For :mod:`appraisal.study.measured`.
    """

    provenance: Provenance
    sentences: tuple[str, ...] = ()
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    pictures: Mapping[str, Callable[[], Picture]] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    large: tuple[str, ...] = ()
    wide: tuple[str, ...] = ()
    measured: Callable[[], bytes] | None = None

    def as_json(self) -> dict[str, Any]:
        """Provenance, sentences, remarks and the tables for people."""
        return {
            "schema": SCHEMA,
            "provenance": plain(self.provenance),
            "sentences": list(self.sentences),
            "remarks": list(self.remarks),
            "tables": {name: records(frame) for name, frame in self.tables.items() if name not in self.large},
        }

    def files(self, folder: Path, kind: str) -> dict[Path, bytes]:
        """Every table as a file of *folder*: ``csv`` or ``parquet``."""
        return {folder / f"{name}.{kind}": self._bytes(frame, kind) for name, frame in self.tables.items()}

    def _bytes(self, frame: pd.DataFrame, kind: str) -> bytes:
        return csv_bytes(frame) if kind == "csv" else parquet_bytes(frame, plain(self.provenance))

    def printed(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """The tables that are printed for people."""
        yield from ((name, frame) for name, frame in self.tables.items() if name not in (*self.large, *self.wide))


def of_tornado(found: Tornado, lang: str) -> Findings:
    """The tornado: its table and picture; drivers that the case does not have are remarks."""
    from appraisal.report.charts import tornado

    return Findings(
        provenance=found.provenance, tables={"tornado": found.table(lang)}, remarks=(*told_beyond(found.moving.case, lang), *left_out(found.left_out, lang)),
        pictures={"tornado": lambda: tornado.tornado(found, lang)},
    )  # fmt: skip


def told_beyond(case: Case, lang: str) -> tuple[str, ...]:
    """Inputs whose value their distribution does not reach."""
    return tuple(words.text(lang) for _, words in beyond(case))


def of_one_way(found: OneWay, key: str, lang: str) -> Findings:
    """The one-way table and the spider of one metric."""
    from appraisal.report.charts import spider

    return Findings(
        provenance=found.provenance, tables={"one_way": found.table(lang)}, remarks=left_out(found.left_out, lang),
        pictures={"spider": lambda: spider.spider(found, lang, key)},
    )  # fmt: skip


def of_grid(found: Grid, lang: str) -> Findings:
    """Every pair of two inputs, and the heat map."""
    from appraisal.report.charts import heat

    return Findings(
        provenance=found.provenance, tables={"grid": found.table(lang)}, pictures={"grid": lambda: heat.heat(found, lang)}
    )  # fmt: skip


def of_required(found: Required, lang: str) -> Findings:
    """What every pair of two inputs needs, and the heat map of it."""
    from appraisal.report.charts import iso

    return Findings(
        provenance=found.provenance, tables={"required": found.table(lang)},
        pictures={"required": lambda: iso.iso(found, lang)},
    )  # fmt: skip


def of_indices(found: GlobalIndices, lang: str, title: str) -> Findings:
    """The indices with their verdict and picture; pairs where they were asked for."""
    from appraisal.report.charts import indices
    from appraisal.study.measured import measured_bytes

    tables = {"indices": found.table(lang)}
    if found.second is not None:
        tables["second_order"] = found.second_table(lang)
    return Findings(
        provenance=found.provenance, tables=tables, remarks=found.remarks(lang),
        pictures={"indices": lambda: indices.indices(found, lang, title)}, measured=lambda: measured_bytes(found),
    )  # fmt: skip


def of_monte_carlo(found: MonteCarlo, key: str, lang: str, title: str) -> Findings:
    """Quantiles, risks, contributions, convergence and the draws themselves; pictures of one metric."""
    from appraisal.report.charts import convergence, risk
    from appraisal.study.measured import measured_bytes

    trace = found.convergence(key)
    tables = {
        "summary": found.table(lang),
        "risk": found.risk_table(lang),
        "contributions": found.contributions_table(lang, key),
        "inputs": found.inputs_table(lang),
    }
    if found.uncertainty.correlations:
        tables["correlations"] = found.correlations_table(lang)
    tables |= {"convergence": trace.table(lang), "draws": found.draws_table(lang)}
    return Findings(
        provenance=found.provenance, tables=tables, remarks=(*found.remarks(lang), trace.words(lang)), large=("convergence", "draws"),
        pictures={
            "distribution": lambda: risk.distribution(found, lang, key, title),
            "convergence": lambda: convergence.convergence(trace, lang, title),
        },
        measured=lambda: measured_bytes(found),
    )  # fmt: skip


def of_solved(found: Solved, lang: str) -> Findings:
    """One input for one target."""
    notes = tuple(filter(None, (found.words(row, lang) for row in range(found.value.size))))
    return Findings(
        provenance=found.provenance, tables={"solve": found.table(lang)}, remarks=tuple(dict.fromkeys(notes))
    )


def of_frontier(found: Frontier, lang: str) -> Findings:
    """What each value of another input needs."""
    from appraisal.report.charts import frontier

    return Findings(
        provenance=found.provenance, tables={"frontier": found.table(lang)},
        pictures={"frontier": lambda: frontier.frontier(found, lang)},
    )  # fmt: skip


def of_answers(answers: Sequence[Answer], made: Provenance, lang: str, title: str) -> Findings:
    """Ready questions with their sentences, and the picture of them side by side."""
    from appraisal.report.charts import breakeven

    return Findings(
        provenance=made, sentences=tuple(one.text(lang) for one in answers),
        tables={one.name: one.table(lang) for one in answers if one.stands},
        pictures={"breakeven": lambda: breakeven.breakeven(answers, lang, title)},
    )  # fmt: skip


def of_size(found: Sized, lang: str) -> Findings:
    """The best size and both frontiers."""
    from appraisal.report.charts import size

    return Findings(
        provenance=found.provenance, sentences=(found.text(lang),),
        tables={"size": found.table(lang), "by_power": found.power_table(lang), "by_budget": found.budget_table(lang)},
        pictures={"by_power": lambda: size.by_power(found, lang), "by_budget": lambda: size.by_budget(found, lang)},
    )  # fmt: skip


def left_out(inputs: Sequence[LeftOut], lang: str) -> tuple[str, ...]:
    """What was not moved and why, one sentence a reason."""
    by_reason: dict[str, list[str]] = {}
    for one in inputs:
        by_reason.setdefault(say((one.zh, one.en), lang), []).append(say((one.input.zh, one.input.en), lang))
    return tuple(
        f"{'、'.join(names)}：{reason}" if lang == "zh" else f"{', '.join(names)}: {reason}"
        for reason, names in by_reason.items()
    )
