"""A printed table filled with the numbers of one scenario: labelled rows, a total and a column a year.

Nothing is worked out here but the total of a row over its years and the unit of money.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from appraisal.book.evaluate import Ledger
from appraisal.book.figure import total
from appraisal.book.money import MONEY
from appraisal.book.printed import Placed, Sheet
from appraisal.text import REASONS, word
from appraisal.units import yuan_in

if TYPE_CHECKING:
    import pandas as pd

UNITS: Mapping[str, tuple[str, str]] = {
    **MONEY, "year": ("年", "years"), "yuan/kW": ("元/kW", "yuan/kW"),
    "yuan/kWh": ("元/kWh", "yuan/kWh"), "kWh": ("kWh", "kWh"), "1": ("1", "1"), "0/1": ("0/1", "0/1"),
}  # fmt: skip
TAXES: Mapping[str, tuple[str, str]] = {"": ("", ""), "pre": ("税前", "before tax"), "after": ("税后", "after tax")}


def frame(ledger: Ledger, sheet: Sheet, row: int, lang: str, unit: str, *, solved: bool = True) -> pd.DataFrame:
    """A printed table of one scenario.

    Parameters
    ----------
    ledger : Ledger
        The evaluated book, with every line of the table.
    sheet : Sheet
        The table.
    row : int
        The scenario, from 0.
    lang : "zh" or "en"
        Of the labels.
    unit : "yuan", "wan" or "million"
        Of what is declared in yuan; wan is 10⁴ yuan. Prices by kW and kWh stay in yuan.
    solved : bool
        Whether what is solved outside converged; else every indicator is NaN and says ``no solution``.

    Returns
    -------
    DataFrame
        The index holds the keys, empty for a heading. A yearly table has the columns ``number``, ``label``, ``unit``,
        ``total`` and the years from 1, the value of an indicator standing under ``total``; another has ``number``,
        ``label``, ``unit``, ``tax``, ``value`` and ``reason``. Rates are fractions. NaN: no number is defined there.

    Raises
    ------
    ValueError
        If the unit is none of them.
    """
    import pandas as pd

    if unit not in MONEY:
        raise ValueError(f"unit {unit!r}; expected 'yuan', 'wan' or 'million'")
    placed = sheet.placed()
    columns: dict[object, object] = {
        "number": [one.number for one in placed],
        "label": [label(one, ledger, lang) for one in placed],
        "unit": [_unit(one, ledger, lang, unit) for one in placed],
    }
    totals = np.array([_total(one, ledger, row, solved) / _per(one, ledger, unit) for one in placed])
    if sheet.yearly:
        table = np.stack([_years(one, ledger, row) / _per(one, ledger, unit) for one in placed])
        columns |= {"total": totals} | {year: table[:, year - 1] for year in range(1, ledger.years + 1)}
    else:
        reasons = [
            word(REASONS, reason(one.row.key, ledger, row, solved), lang) if one.row.key else "" for one in placed
        ]
        columns |= {"tax": [word(TAXES, one.row.tax, lang) for one in placed], "value": totals, "reason": reasons}
    return pd.DataFrame(columns, index=pd.Index([one.row.key for one in placed], name="line"))


def label(placed: Placed, ledger: Ledger, lang: str) -> str:
    """The label of a row: deducted, an item of another, or made of others."""
    row, zh = placed.row, lang == "zh"
    text = row.zh if zh else row.en
    if not text:
        declared = (ledger.book.figures if row.figure else ledger.book.lines)[row.key]
        text = declared.zh if zh else declared.en
    if row.sign < 0:
        text = f"减：{text}" if zh else f"less: {text}"
    elif row.sign == 0 and row.key and not row.figure:
        text = f"其中：{text}" if zh else f"of which: {text}"
    if placed.relation:
        text += f"（{placed.relation}）" if zh else f" ({placed.relation})"
    return text


def reason(key: str, ledger: Ledger, row: int, solved: bool) -> str:
    """Why an indicator has the value it has, or none: a code of ``text.REASONS``."""
    return str(ledger.status(key)[row]) if solved else "no solution"


def _declared_unit(placed: Placed, ledger: Ledger) -> str:
    key = placed.row.key
    return (ledger.book.figures if placed.row.figure else ledger.book.lines)[key].unit if key else ""


def _unit(placed: Placed, ledger: Ledger, lang: str, unit: str) -> str:
    declared = _declared_unit(placed, ledger)
    return word(UNITS, unit if declared == "yuan" else declared, lang) if declared else ""


def _per(placed: Placed, ledger: Ledger, unit: str) -> float:
    return yuan_in(unit) if _declared_unit(placed, ledger) == "yuan" else 1.0


def _counted(placed: Placed, ledger: Ledger, row: int) -> NDArray[np.bool_]:
    """The years for which a row is defined, ``(Y,)``."""
    flag = placed.row.flag
    return np.asarray(ledger.line(flag)[row] > 0.0) if flag else np.ones(ledger.years, dtype=bool)


def _years(placed: Placed, ledger: Ledger, row: int) -> NDArray[np.float64]:
    """The years of a row, NaN where it is not defined."""
    if not placed.row.key or placed.row.figure:
        return np.full(ledger.years, np.nan)
    # A zero has no sign: what is not deducted is 0, not -0.
    return np.where(_counted(placed, ledger, row), ledger.line(placed.row.key)[row] + 0.0, np.nan)


def _total(placed: Placed, ledger: Ledger, row: int, solved: bool) -> float:
    """The value of an indicator, or what a row adds up to over the years for which it is defined."""
    key = placed.row.key
    if placed.row.figure:
        value = float(ledger.figure(key)[row])
        return value if solved and np.isfinite(value) else np.nan
    if not key or not placed.row.flow:
        return np.nan
    where = _counted(placed, ledger, row)[None, :]
    return float(total(ledger.line(key)[row : row + 1], where)[0][0])
