"""``appraisal mechanism``: the regulator's bench on the terminal. Every command parses, makes one library call and prints."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from appraisal.cli.common import Lang, LangOption
from appraisal.cli.mechanism_check import register as register_check
from appraisal.cli.mechanism_price import register as register_price
from appraisal.cli.mechanism_provinces import register as register_provinces
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


MechanismOption = Annotated[
    list[str] | None, typer.Option("--mechanism", "-m", metavar="NAME", help="Only this mechanism of the study; may be repeated. Default: all.")
]  # fmt: skip
MixOption = Annotated[
    list[str] | None, typer.Option("--mix", metavar="FIRST,SECOND", help="The least-cost mix of two mechanisms for the share; may be repeated.")
]  # fmt: skip


@app.callback()
def group() -> None:
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
    study: StudyArgument, mechanism: MechanismOption = None,
    json: JsonOption = False, output: OutputOption = None, tables: TablesOption = Tables.csv, charts: ImageOption = None, lang: LangOption = Lang.en,
) -> None:  # fmt: skip
    """Show what each mechanism of a study comes to at each of its levels: what is built, who pays, what it costs.

    Example: appraisal mechanism run grid_lfp_support --lang zh -o support
    """
    from appraisal.cli.mechanism_calls import show
    from appraisal.report.mechanism.asked import Asked

    asked = Asked(command="run", lang=lang.value, mechanisms=mechanism or [])
    show(asked, study, as_json=json, output=output, tables=tables.value, charts=_kinds(charts))


@app.command()
def require(
    study: StudyArgument,
    share: Annotated[list[float] | None, typer.Option("--share", min=0.0, max=1.0, help="Of the potential that shall clear the hurdle; 0.5 unless said; may be repeated.")] = None,
    mechanism: MechanismOption = None, mix: MixOption = None,
    robust: Annotated[bool, typer.Option("--robust", help="Also at P90 and P10 of each input under `uncertain` of the study, with the regret of each choice, for the last share.")] = False,
    json: JsonOption = False, output: OutputOption = None, tables: TablesOption = Tables.csv, charts: ImageOption = None, lang: LangOption = Lang.en,
) -> None:  # fmt: skip
    """Say at which level of each mechanism a share of the portfolio clears the hurdle, and what it costs there.

    Example: appraisal mechanism require grid_lfp_support --share 0.5 --mix capacity_price,grant
    """
    from appraisal.cli.mechanism_calls import pairs_of, show
    from appraisal.report.mechanism.asked import Asked

    asked = Asked(
        command="require",
        lang=lang.value,
        shares=tuple(share or [0.5]),
        mechanisms=mechanism or [],
        mixes=pairs_of(mix or []),
        robust=robust,
    )
    show(asked, study, as_json=json, output=output, tables=tables.value, charts=_kinds(charts))


@app.command()
def frontier(
    study: StudyArgument,
    steps: Annotated[int, typer.Option("--steps", min=2, max=100, help="Shares looked at, evenly spaced up to the whole potential.")] = 10,
    mechanism: MechanismOption = None, mix: MixOption = None,
    json: JsonOption = False, output: OutputOption = None, tables: TablesOption = Tables.csv, charts: ImageOption = None, lang: LangOption = Lang.en,
) -> None:  # fmt: skip
    """Draw the frontier of cost and viability: what each share of the portfolio costs by each mechanism.

    Example: appraisal mechanism frontier grid_lfp_support --lang zh -o frontier
    """
    from appraisal.cli.mechanism_calls import pairs_of, show
    from appraisal.report.mechanism.asked import Asked

    shares = tuple((step + 1) / steps for step in range(steps))
    asked = Asked(
        command="frontier", lang=lang.value, shares=shares, mechanisms=mechanism or [], mixes=pairs_of(mix or [])
    )
    show(asked, study, as_json=json, output=output, tables=tables.value, charts=_kinds(charts))


@app.command()
def score(
    study: StudyArgument,
    json: JsonOption = False, output: OutputOption = None, tables: TablesOption = Tables.csv, lang: LangOption = Lang.en,
) -> None:  # fmt: skip
    """Score the candidates of a study by its weighted criteria, and say how far the first place rests on the weights.

    Example: appraisal mechanism score demonstration_candidates --lang zh
    """
    from appraisal.cli.mechanism_calls import show
    from appraisal.report.mechanism.asked import Asked

    show(Asked(command="score", lang=lang.value), study, as_json=json, output=output, tables=tables.value, charts=[])


@app.command()
def reproduce(
    pack: Annotated[Path, typer.Argument(metavar="PACK.zip", help="An evidence pack, as `-o PACK.zip` writes it.")],
    lang: LangOption = Lang.en,
) -> None:
    """Make an evidence pack again from what stands in it and compare it bit for bit; exit code 7 if a file differs.

    Example: appraisal mechanism reproduce pack.zip
    """
    from appraisal.cli.mechanism_calls import reproduce as again

    again(pack, lang.value)


def _kinds(charts: list[Image] | None) -> list[str]:
    return [one.value for one in charts or [Image.html]]


register_price(app)
register_check(app)
register_provinces(app)
