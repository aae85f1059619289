"""Prices and loads as people have them: a file's bytes in, a regular series and a report of what was understood out.

Text (comma, semicolon, tab; UTF-8, GBK) and workbooks (.xlsx, .xls); a column of values, a row a point, a row a day, a
column a day; labels at the beginning or the end of a step; yuan/MWh, yuan/kWh, kW, MW, kWh a step. Nothing is filled in,
dropped or guessed at in silence: what cannot be told is asked, with all faults at once and the cell of each.
"""

from __future__ import annotations

from appraisal.intake.grid import MAX_BYTES
from appraisal.intake.measure import Unit, read_unit
from appraisal.intake.points import Stated
from appraisal.intake.read import PricePair, Regular, read_load, read_price, read_prices

__all__ = ["MAX_BYTES", "PricePair", "Regular", "Stated", "Unit", "read_load", "read_price", "read_prices", "read_unit"]
