"""Facts with a date and a source: read from ``tariffs/**``, looked up as of a date, never bare."""

from __future__ import annotations

from appraisal.library.library import Library
from appraisal.library.place import data_root
from appraisal.library.types import (
    LETTERS,
    Confidence,
    Fact,
    GridCharges,
    MonthSource,
    Parameter,
    RetailYear,
    Source,
    TariffDay,
    Title,
)

__all__ = [
    "LETTERS",
    "Confidence",
    "Fact",
    "GridCharges",
    "Library",
    "MonthSource",
    "Parameter",
    "RetailYear",
    "Source",
    "TariffDay",
    "Title",
    "data_root",
]
