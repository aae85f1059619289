"""``appraisal mechanism provinces``: one project in every area of the library."""

from __future__ import annotations

from typing import Annotated

import typer

from appraisal.cli.common import CaseArgument, Lang, LangOption, SetOption
from appraisal.cli.studies import Folder, ImageOption, Json, Tables, TablesOption, kinds_of


def register(app: typer.Typer) -> None:
    """Add the command to the group."""
    app.command()(provinces)


def provinces(
    case: CaseArgument, set_: SetOption = None,
    target: Annotated[str, typer.Option("--target", metavar="METRIC=VALUE", help="The hurdle that the support has to meet.")] = "project_npv=0",
    area: Annotated[list[str] | None, typer.Option("--area", metavar="AREA", help="Only this area of the library, zhejiang; may be repeated. Default: all.")] = None,
    lang: LangOption = Lang.en, json: Json = False, output: Folder = None, tables: TablesOption = Tables.csv, charts: ImageOption = None,
) -> None:  # fmt: skip
    """Appraise the same project in every area that has prices: spread, worth, capacity support needed, what the province pays.

    About a second an area.

    Example: appraisal mechanism provinces zhejiang_user_lfp --target project_irr=0.08 -o out
    """
    from appraisal.case import parse_set
    from appraisal.cli import study_calls as call
    from appraisal.cli.asked import target_of
    from appraisal.report.provinces import of_provinces
    from appraisal.scenario import find_case
    from appraisal.study.provinces import provinces as compared

    call.refuse_full(output)
    asked = call.Asked(case, set_ or [], lang.value)
    metric, value = target_of("--target", target)
    found = compared(find_case(case), [parse_set(text) for text in set_ or []], metric, value, areas=area or [])
    shown = call.Shown(json=json, folder=output, tables=tables.value, charts=kinds_of(charts))
    call.show(of_provinces(found, lang.value, asked.title), asked, shown)
