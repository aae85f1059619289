"""What a command has to show: sentences, tables and pictures in one language, on a terminal, as JSON and as files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from appraisal.report.frames import csv_bytes, parquet_bytes, records

if TYPE_CHECKING:
    import pandas as pd

    from appraisal.report.charts.picture import Picture


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """What is shown.

    Attributes
    ----------
    schema : str
        Of the JSON, ``summary/1``.
    source : mapping
        Where it comes from, plain values.
    sentences : tuple of str
        What it says, first.
    tables : name → DataFrame
        Those in ``large`` are for files only.
    pictures : name → function that draws it
        Drawn only where they are wanted.
    remarks : tuple of str
        What a reader must know about it.
    large : tuple of str
    """

    schema: str
    source: Mapping[str, Any]
    sentences: tuple[str, ...] = ()
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    pictures: Mapping[str, Callable[[], Picture]] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    large: tuple[str, ...] = ()

    @property
    def small(self) -> dict[str, pd.DataFrame]:
        """The tables for people."""
        return {name: frame for name, frame in self.tables.items() if name not in self.large}

    def as_json(self) -> dict[str, Any]:
        """Source, sentences, remarks and the tables for people."""
        return {
            "schema": self.schema, "source": dict(self.source), "sentences": list(self.sentences), "remarks": list(self.remarks),
            "tables": {name: records(frame) for name, frame in self.small.items()},
        }  # fmt: skip

    def files(self, folder: Path, kind: str) -> dict[Path, bytes]:
        """Every table as a file of *folder*: ``csv`` or ``parquet``."""
        return {
            folder / f"{name}.{kind}": csv_bytes(frame) if kind == "csv" else parquet_bytes(frame, self.source)
            for name, frame in self.tables.items()
        }
