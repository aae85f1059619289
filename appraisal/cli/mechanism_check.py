"""``appraisal mechanism check``: a proposed time-of-use tariff against the rules, its revenue, the bills of customers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from appraisal.cli.common import Lang, LangOption
from appraisal.cli.studies import Folder, Json, Tables, TablesOption

FAILED = 7


def register(app: typer.Typer) -> None:
    """Add the command to the group."""
    app.command()(check)


def check(
    proposal: Annotated[Path, typer.Argument(metavar="PROPOSAL", help="A file (YAML with check, proposal, load and customers).")],
    lang: LangOption = Lang.en, json: Json = False, output: Folder = None, tables: TablesOption = Tables.csv,
) -> int:  # fmt: skip
    """Check a proposed time-of-use tariff: the ratios of 2021, revenue from a stated load, bills with and without storage.

    Exit 7 if a demand is not met, 0 otherwise.

    Example: appraisal mechanism check scenarios/regulated/wider_spread.yaml --lang zh
    """
    from appraisal.cli import study_calls as call
    from appraisal.report.tariff_check import of_tariff_check
    from appraisal.study.tariff_check import check_tariff

    call.refuse_full(output)
    found = check_tariff(proposal)
    shown = call.Shown(json=json, folder=output, tables=tables.value, charts=())
    call.show(of_tariff_check(found, lang.value), call.AskedFile(str(proposal), lang.value, found.files), shown)
    return 0 if found.met else FAILED
