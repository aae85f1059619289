"""The results of a run as a workbook: the rows, the columns in words, the failures."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from appraisal.batch.finished import Run
from appraisal.report.charts.words import pick
from appraisal.report.workbook.paper import CREATED, FONTS

# What a spreadsheet opens without trouble; the Parquet and CSV files hold any number.
MOST_ROWS = 50_000


def run_workbook(run: Run, lang: str) -> bytes:
    """The run as ``.xlsx``: figures of sixteen digits, undefined ones empty, text never a formula; the same run, the same bytes.

    Parameters
    ----------
    run : Run
        Of at most ``MOST_ROWS`` rows.
    lang : "en" or "zh"
        Of the sheets' names and titles.
    """
    import xlsxwriter  # type: ignore[import-untyped]

    out = BytesIO()
    options = {
        "in_memory": True,
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": str(run.manifest["case"]), "created": CREATED})
    font = {"font_name": FONTS[lang], "font_size": 10}
    plain, head = book.add_format(font), book.add_format({**font, "bold": True, "bg_color": "#DCE6F1"})
    names = list(run.columns)
    table = run.at(range(run.rows), [name for name in names if name != "row"])
    rows = ([place, *cells] for place, cells in enumerate(table.itertuples(index=False, name=None), start=1))
    _sheet(book, pick(lang, "结果", "Results"), names, rows, head, plain)
    words = ((name, one.unit, pick(lang, one.zh, one.en)) for name, one in run.columns.items())
    _sheet(
        book,
        pick(lang, "列说明", "Columns"),
        [pick(lang, "列", "Column"), pick(lang, "单位", "Unit"), pick(lang, "含义", "Title")],
        words,
        head,
        plain,
    )
    failures = run.failures()
    _sheet(
        book,
        pick(lang, "失败", "Failures"),
        list(failures.columns),
        failures.itertuples(index=False, name=None),
        head,
        plain,
    )
    book.close()
    return out.getvalue()


def _sheet(book: Any, name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], head: Any, plain: Any) -> None:
    page = book.add_worksheet(name)
    page.set_column(0, len(heads) - 1, 16, plain)
    page.freeze_panes(1, 0)
    for place, text in enumerate(heads):
        page.write_string(0, place, text, head)
    for at, cells in enumerate(rows, start=1):
        for place, cell in enumerate(cells):
            if isinstance(cell, str):
                page.write_string(at, place, cell)
            elif cell is not None and math.isfinite(cell):
                page.write_number(at, place, cell)
