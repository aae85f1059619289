"""``appraisal tariff template`` and ``appraisal tariff import``: parse, one call each, print."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from appraisal.cli.common import Lang, LangOption
from appraisal.errors import said


def register(app: typer.Typer) -> None:
    """Add both commands to the commands of the library."""
    app.command("template")(template)
    app.command("import")(import_)


def template(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write; default tariff.xlsx, or months.csv.")
    ] = None,
    months: Annotated[
        bool, typer.Option("--csv", help="Only the sheet of months, as CSV: enough to add months to a known area.")
    ] = False,
    lang: LangOption = Lang.en,
) -> None:
    """Write the template to fill in for a new area, or for months of a known one.

    Example: appraisal tariff template -o my_area.xlsx --lang zh
    """
    from appraisal.report.files import save_new
    from appraisal.tariff_import import months_csv
    from appraisal.tariff_import import template as workbook

    path = output or Path("months.csv" if months else "tariff.xlsx")
    save_new({path: months_csv(lang) if months else workbook(lang)})
    print(path)


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A filled template (.xlsx, .xls) or a CSV of months.")],
    into: Annotated[
        Path,
        typer.Option("--into", metavar="FOLDER", help="Your own folder of tariffs, which APPRAISAL_TARIFFS names."),
    ],
    replace: Annotated[
        bool, typer.Option("--replace", help="A row of the same month and users, or the whole area, may give way.")
    ] = False,
    lang: LangOption = Lang.en,
) -> None:
    """Check a filled template and put the area, or the months, into a folder of your own.

    Example: appraisal tariff import my_area.xlsx --into my_tariffs
    """
    from appraisal.library.reader import read_bytes
    from appraisal.tariff_import import bring, save
    from appraisal.tariff_import.filled import MAX_BYTES

    content = read_bytes(file, file.name, MAX_BYTES)
    imported = bring(content, file.name, into, today=date.today(), replaced=replace)
    path = save(imported, into)
    for line in imported.report():
        print(line.text(lang))
    for warning in imported.warnings:
        print(f"{'提醒' if lang is Lang.zh else 'warning'}: {warning.text(lang)}")
    print(said("written: {path}; set APPRAISAL_TARIFFS={folder}", "已写入：{path}；请设置 APPRAISAL_TARIFFS={folder}", path=path, folder=into).text(lang))  # fmt: skip
