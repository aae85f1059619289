"""``appraisal mechanism``: the regulator's bench on the terminal. Every command parses, makes one library call and prints."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from appraisal.cli.common import Lang, LangOption
from appraisal.cli.studies import Image, ImageOption, Tables, TablesOption

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Compare mechanisms: who gets built, who pays, how much is needed.",
)

StudyArgument = Annotated[
    str, typer.Argument(metavar="STUDY", help="A study file (YAML), or the name of a ready study.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON (schema mechanism/1) instead of tables.")]
OutputOption = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="DIR|PACK.zip",
        help="Write tables, charts and the JSON into this folder; of a name that ends in .zip an evidence pack, which `mechanism reproduce` makes again and compares. What is there is kept.",
    ),
]  # fmt: skip


@app.callback()
def mechanism() -> None:
    """Compare mechanisms: who gets built, who pays, how much is needed."""


@app.command("list")
def list_(lang: LangOption = Lang.en) -> None:
    """List the ready studies.

    Example: appraisal mechanism list --lang zh
    """
    from appraisal.cli.mechanism_calls import listed

    listed(lang.value)


@app.command()
def run(
    study: StudyArgument,
    json: JsonOption = False, output: OutputOption = None, tables: TablesOption = Tables.csv, charts: ImageOption = None, lang: LangOption = Lang.en,
) -> None:  # fmt: skip
    """Show what each mechanism of a study comes to at each of its levels: what is built, who pays, what it costs.

    Example: appraisal mechanism run grid_lfp_support --lang zh -o support
    """
    from appraisal.cli.mechanism_calls import Asked, show

    show(
        Asked(command="run", study=study, lang=lang.value),
        as_json=json,
        output=output,
        tables=tables.value,
        charts=_kinds(charts),
    )


def _kinds(charts: list[Image] | None) -> list[str]:
    return [one.value for one in charts or [Image.html]]
