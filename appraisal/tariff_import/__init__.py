"""Tariffs that people add: a template to fill in, read back, checked, and made into one file of the library.

A new area is one filled workbook; a month of an area that the library has is one row of it, or of a CSV file. The file
goes into a folder of the user's own, which ``APPRAISAL_TARIFFS`` names; see docs/tariffs.md.
"""

from __future__ import annotations

from appraisal.tariff_import.bring import Imported, bring
from appraisal.tariff_import.compare import Figure
from appraisal.tariff_import.save import save
from appraisal.tariff_import.template import months_csv, template

__all__ = ["Figure", "Imported", "bring", "months_csv", "save", "template"]
