"""``appraisal tariff``: the fact library on the terminal. Parses and prints; ``library`` looks up and checks."""

from __future__ import annotations

import math
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from appraisal.cli.common import Lang, LangOption, print_columns
from appraisal.cli.tariff_bill import bill
from appraisal.cli.tariff_import import register
from appraisal.cli.tariff_show import (
    day_of,
    month_of,
    show_coverage,
    show_parameters,
    show_picture,
    show_retail,
    show_verdict,
    stands,
    trust,
)
from appraisal.errors import Fault, InputError, said, suggest
from appraisal.text import MECHANISMS

if TYPE_CHECKING:
    from appraisal.library import Library
    from appraisal.report.charts.picture import Picture

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Show and check the library of dated facts.")
app.command()(bill)
register(app)


@app.command("list")
def list_(
    mechanism: Annotated[
        str, typer.Option("--mechanism", metavar="KEY", help="Only files of one mechanism: capacity_price, lease, …")
    ] = "",
    lang: LangOption = Lang.en,
) -> None:
    """List the files of the library: name, title, mechanism, standing today, span of dates, weakest confidence.

    Example: appraisal tariff list --mechanism capacity_price --lang zh
    """
    from appraisal.library import Library
    from appraisal.library.check import overview

    if mechanism and mechanism not in MECHANISMS:
        raise InputError([Fault(where="tariff", message=said(
            "no mechanism {key!r}; {known}", "没有名为 {key!r} 的机制；{known}", key=mechanism, known=suggest(mechanism, list(MECHANISMS))
        ))])  # fmt: skip

    rows = [
        (row.name, row.title.text(lang), row.mechanism, stands(row.statuses, lang), str(row.first), str(row.last), trust(row.confidence, lang))
        for row in overview(Library.open(), date.today(), mechanism)
    ]  # fmt: skip
    head = {
        "zh": ("名称", "标题", "机制", "效力", "最早", "最新", "可信度"),
        "en": ("name", "title", "mechanism", "status", "first", "latest", "confidence"),
    }
    print_columns([head[lang], *rows])


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A file (retail.zhejiang, tax.national) or one fact.")],
    voltage: Annotated[str, typer.Option("--voltage", help="Retail: connection voltage.")] = "10kV",
    parts: Annotated[
        str, typer.Option("--parts", help="Retail: one (energy only) or two (with a basic charge).")
    ] = "two",
    user_class: Annotated[
        str | None, typer.Option("--class", help="Retail: user class; default the tariff's own.")
    ] = None,
    zone: Annotated[Optional[str], typer.Option("--zone", help="Retail: price zone, where there are zones.")] = None,  # noqa: UP045
    start: Annotated[
        str | None,
        typer.Option("--from", metavar="MONTH", help="First of twelve months, 2026-08; default this month."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Retail: folder for the map of hours (HTML, SVG).")
    ] = None,
    lang: LangOption = Lang.en,
) -> None:
    """Show one file or fact: values by date, prices by month, a drawn period map, sources.

    Example: appraisal tariff show retail.zhejiang --voltage 10kV --from 2026-08
    """
    from appraisal.library import Library
    from appraisal.library.retail_types import RetailFile
    from appraisal.report.charts.prices import tariff_map

    library = Library.open()
    inside = library.file_of(name)
    key = inside if name not in library.files() and inside in library.files() else name
    file = library.file(key)
    if isinstance(file, RetailFile):
        year = library.retail(
            key, start=month_of(start), voltage=voltage, parts=parts, user_class=user_class, zone=zone
        )
        show_retail(file, year, lang)
        if output is not None:
            _draw(tariff_map(file, year, lang), "map", output, lang)
    else:
        only = None if key == name else library.fact(name, date.today()).name
        show_parameters(file, only, lang)


@app.command()
def check(
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="The day from which age and coverage are counted; default today."),
    ] = None,
    lang: LangOption = Lang.en,
) -> int:
    """Verify the whole library and say how far each area can be priced; exit 7 if a fault is found, 0 otherwise.

    Example: appraisal tariff check --as-of 2026-12-01
    """
    from appraisal.library import Library
    from appraisal.library.check import check_library, coverages

    library, day = Library.open(), day_of(as_of) if as_of else date.today()
    verdict = check_library(library, day)
    show_verdict(verdict, lang)
    if verdict.faults:
        raise typer.Exit(7)
    show_coverage(coverages(library, day), lang)
    return 0


@app.command()
def compare(
    voltage: Annotated[str, typer.Option("--voltage", help="Connection voltage.")] = "10kV",
    parts: Annotated[str, typer.Option("--parts", help="one (energy only) or two (with a basic charge).")] = "two",
    start: Annotated[
        str | None,
        typer.Option("--from", metavar="MONTH", help="First of twelve months, 2026-08; default this month."),
    ] = None,
    efficiency: Annotated[
        float | None,
        typer.Option(
            "--efficiency",
            min=0.01,
            max=1.0,
            help="Round trip of the store behind the two-cycle margin; default LFP's.",
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder for the table (CSV) and the chart (HTML, SVG).")
    ] = None,
    lang: LangOption = Lang.en,
) -> None:
    """Compare all areas: peak–valley spread, ratios, what two cycles a day earn per kWh; dates and confidence beside.

    Example: appraisal tariff compare --voltage 10kV --parts two --from 2026-08
    """
    from appraisal.library import Library
    from appraisal.report.charts.areas import areas

    library, month = Library.open(), month_of(start)
    trip = efficiency if efficiency is not None else _round_trip(library, month)
    picture = areas(library, month, lang, voltage=voltage, parts=parts, efficiency=trip)
    show_picture(picture)
    if output is not None:
        _draw(picture, "areas", output, lang)


def _draw(picture: Picture, name: str, folder: Path, lang: Lang) -> None:
    """A picture and the table behind it as new files of a folder."""
    from appraisal.report.charts.export import drawn, notices
    from appraisal.report.files import save_new
    from appraisal.report.frames import csv_bytes

    files = {folder / f"{name}.{kind}": drawn(picture, kind) for kind in ("html", "svg")}
    save_new({folder / f"{name}.csv": csv_bytes(picture.table), **files}, folder)
    for notice in notices([picture], ["svg"]):
        print(f"! {notice.zh if lang == 'zh' else notice.en}", file=sys.stderr)


def _round_trip(library: Library, day: date) -> float:
    """Energy given back ÷ energy taken of a lithium iron phosphate plant, as the library has it."""
    facts = (library.fact(f"technology.lfp.{key}_efficiency", day).value for key in ("charge", "discharge"))
    return math.prod(float(value) for value in facts)
