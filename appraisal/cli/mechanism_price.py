"""``appraisal mechanism price | factors``: regulated capacity prices with every step, and what provinces pay today."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from appraisal.cli.common import Lang, LangOption, SetOption
from appraisal.cli.studies import Folder, Json, Tables, TablesOption


def register(app: typer.Typer) -> None:
    """Add the commands to the group."""
    for command in (price, factors):
        app.command()(command)


def price(
    source: Annotated[str, typer.Argument(metavar="INPUT", help="A price file (YAML with price, method, stations), or a case with a computed regulated two-part tariff.")],
    set_: SetOption = None, lang: LangOption = Lang.en, json: Json = False, output: Folder = None, tables: TablesOption = Tables.csv,
) -> None:  # fmt: skip
    """Work out a regulated capacity price from investment to yuan/kW and year, with every step.

    A pumped station's own price (notice 633), one provincial price of a cohort, reliable capacity, or as a
    counterfactual a capacity charge of new-type storage; the file says which.

    Example: appraisal mechanism price scenarios/regulated/station.yaml -o out
    """
    from appraisal.cli import study_calls as call
    from appraisal.report.pricing import of_price
    from appraisal.study.pricing import is_price_file, price_of_case, price_of_file

    call.refuse_full(output)
    asked: call.Asked | call.AskedFile
    if is_price_file(Path(source)):
        call.refuse_changes(set_)
        found = price_of_file(Path(source))
        asked = call.AskedFile(source, lang.value, {Path(source).name: Path(source).read_bytes()})
    else:
        asked = call.Asked(source, set_ or [], lang.value)
        found = price_of_case(asked.case)
    call.show(of_price(found, lang.value), asked, call.Shown(json=json, folder=output, tables=tables.value, charts=()))


def factors(
    duration: Annotated[float, typer.Option("--duration", min=0.01, help="Hours at full power.")] = 4.0,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="Day of connection and of the bill; default today.")] = None,
    lang: LangOption = Lang.en, json: Json = False, output: Folder = None, tables: TablesOption = Tables.csv,
) -> None:  # fmt: skip
    """Show what every province of the library pays a kW of storage for its capacity: price, share for the duration, term, document.

    Example: appraisal mechanism factors --duration 4 --as-of 2026-08-01
    """
    from appraisal.cli import study_calls as call
    from appraisal.cli.tariff_show import day_of
    from appraisal.library import Library
    from appraisal.report.pricing import of_factors
    from appraisal.study.pricing.factors import factors as factors_of

    call.refuse_full(output)
    day = day_of(as_of) if as_of else date.today()
    found, gone = factors_of(Library.open(), day, duration)
    shown = call.Shown(json=json, folder=output, tables=tables.value, charts=())
    call.show(of_factors(found, gone, day, duration, lang.value), call.AskedFile("", lang.value), shown)
