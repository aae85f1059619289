"""The workbook put together: which sheets there are, and in which order they are made and bound."""

from __future__ import annotations

from pathlib import Path

from appraisal.pipeline import Appraisal
from appraisal.report.files import save_new
from appraisal.report.workbook.books import line_sheets, sizing_sheet
from appraisal.report.workbook.charts import chart_sheet, charts, covenant
from appraisal.report.workbook.checking import Checks
from appraisal.report.workbook.cover import contents, cover_sheet, place_unit, sources_sheet, version_sheet
from appraisal.report.workbook.draft import Draft
from appraisal.report.workbook.inputs import InputSheet
from appraisal.report.workbook.outputs import output_sheets
from appraisal.report.workbook.paper import Paper
from appraisal.report.workbook.payers import payers_sheet
from appraisal.report.workbook.printed import table_sheets
from appraisal.report.workbook.running import Running


def workbook(
    result: Appraisal, *, row: int = 0, lang: str = "zh", unit: str = "wan", sensitivity: bool = True, cached: bool = True
) -> bytes:  # fmt: skip
    """One scenario of a result as an Excel workbook of live formulas.

    Parameters
    ----------
    result : Appraisal
        With every line kept.
    row : int
        The scenario, from 0.
    lang : "zh" or "en"
        Of every label; what a person wrote stays as it is.
    unit : "wan" or "yuan"
        Of money in the printed tables; a cell of the cover changes it. All other money is in yuan.
    sensitivity : bool
        Whether 附录K is appraised and written, as values: some thirty appraisals more.
    cached : bool
        Whether each formula holds the engine's value, so that a reader that does not calculate shows it. Without, a
        program has to calculate the whole workbook: what proves it.

    Returns
    -------
    bytes
        Of an ``.xlsx`` file; the same for the same result, whenever it is written.

    Raises
    ------
    ValueError
        If language or unit is neither of the two.
    IntegrityError
        If the books declare something for which the workbook has no formula.
    """
    if lang not in ("zh", "en") or unit not in ("wan", "yuan"):
        raise ValueError(f"lang {lang!r}, unit {unit!r}; expected zh or en, and wan or yuan")
    draft = Draft(result, row, lang, unit)
    place_unit(draft)
    running = Running(draft)
    inputs = InputSheet(draft, running.by_year, running.terms)
    given = inputs.made()
    timeline = running.timeline_sheet(inputs)
    operation = running.operation_sheet(inputs)
    sizing = sizing_sheet(draft)
    calculation, financing = line_sheets(draft)
    outputs = output_sheets(draft)
    tables = table_sheets(draft, outputs, sensitivity=sensitivity)
    bound, drawn = covenant(draft, outputs), chart_sheet(draft)
    checks = Checks(draft, outputs, inputs)
    checked = checks.made()
    sheets = [
        given, timeline, operation, sizing, calculation, financing, *tables, payers_sheet(draft), outputs.workings.sheet, outputs.sheet, drawn, checked,
        sources_sheet(draft), version_sheet(draft),
    ]  # fmt: skip
    front = cover_sheet(draft, outputs, checks, contents(draft, sheets))
    return Paper(draft, cached=cached).written([front, *sheets], charts(draft, bound), drawn.title)


def save_workbook(result: Appraisal, path: Path, *, row: int = 0, lang: str = "zh", unit: str = "wan") -> None:
    """Write the workbook of one scenario to a new file.

    Raises
    ------
    InputError
        If the file is there already, or cannot be written.
    """
    save_new({path: workbook(result, row=row, lang=lang, unit=unit)})
