"""The commands that read what was made, ``compare``, ``summary`` and ``portfolio``, and ``economic``. Parse, one library call, show."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from appraisal.cli.common import CaseArgument, Lang, LangOption, SetOption, UnitOption, unit_of
from appraisal.cli.studies import Image, ImageOption, Tables, TablesOption

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
FolderOption = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="DIR",
        help="Write tables, charts and the JSON into this folder; what is there is kept, and then nothing is written.",
    ),
]  # fmt: skip
RunArgument = Annotated[Path, typer.Argument(metavar="RUN", help="Run folder of a finished batch.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for command in (economic, compare, summary, portfolio):
        app.command()(command)


def _kinds(charts: list[Image] | None) -> list[str]:
    return [one.value for one in charts or [Image.html]]


def economic(
    case: CaseArgument, set_: SetOption = None,
    rate: Annotated[Optional[float], typer.Option("--rate", min=0.0, max=0.3, help="Social discount rate a year, real, a fraction. Default: the one in force when construction starts, from the library.")] = None,  # noqa: UP045
    json: Annotated[bool, typer.Option("--json", help="Print JSON (schema economic/1) instead of text.")] = False,
    output: Annotated[Optional[Path], typer.Option("--output", "-o", metavar="FILE.csv", help="Write the table by year too. An existing file is kept, and nothing is written.")] = None,  # noqa: UP045
    unit: UnitOption = None, lang: LangOption = Lang.en,
) -> None:  # fmt: skip
    """Say what a case is worth to the economy (经济费用效益分析): ENPV and EIRR, transfers left out, unpaid benefits counted.

    Example: appraisal economic hainan_grid_lfp --lang zh -o economic.csv
    """
    from appraisal.cli.economic import print_economic

    print_economic(case, set_ or [], rate, output, as_data=json, lang=lang.value, unit=unit_of(unit, lang))


def compare(
    what: Annotated[list[str], typer.Argument(metavar="RUN…|CASE…", help="Run folders of finished batches, or cases (files or names of ready cases); the first is what the others are held against.")],
    metric: Annotated[list[str] | None, typer.Option("--metric", metavar="KEY", help="Of cases: figure shown, the investment and the thirteen of every study unless said; may be repeated.")] = None,
    json: JsonOption = False, output: FolderOption = None, tables: TablesOption = Tables.csv, charts: ImageOption = None, lang: LangOption = Lang.en,
) -> None:  # fmt: skip
    """Show in which inputs and results cases or batch runs differ. Of two cases also how one NPV becomes the other.

    Runs: what they were made from, rows matched by id, the spread of the change of each figure, rows in one run only, rows whose
    status changed.

    Example: appraisal compare zhejiang_user_lfp my_case.yaml -o differences
    """
    from appraisal.cli.bundles import show_bundle
    from appraisal.cli.run_calls import compared
    from appraisal.cli.study_calls import refuse_full

    refuse_full(output)
    found = compared(what, metric or [], lang.value)
    show_bundle(found, lang.value, as_json=json, folder=output, tables=tables.value, charts=_kinds(charts))


def summary(
    run: RunArgument,
    metric: Annotated[str, typer.Option("--metric", metavar="KEY", help="Figure by which rows are ranked, grouped and drawn.")] = "project_irr",
    by: Annotated[list[str] | None, typer.Option("--by", metavar="INPUT[,INPUT]", help="Varied input, or several with commas for their combinations, to group the rows by: project.province, or province for short; may be repeated. Default: province, technology and side, as far as they vary.")] = None,
    top: Annotated[int, typer.Option("--top", min=1, max=1000, help="Best and worst rows shown.")] = 5,
    json: JsonOption = False, output: FolderOption = None, tables: TablesOption = Tables.csv, charts: ImageOption = None, lang: LangOption = Lang.en,
) -> None:  # fmt: skip
    """Say what the rows of a batch say together: quantiles, undefined figures, best and worst rows, groups, failures.

    Example: appraisal summary scenarios.run --metric equity_irr --by province,technology -o summary --charts svg
    """
    from appraisal.batch.finished import open_run
    from appraisal.cli.bundles import show_bundle
    from appraisal.cli.study_calls import refuse_full
    from appraisal.report.run_summary import summary as summed

    refuse_full(output)
    found = summed(open_run(run), metric, [names.split(",") for names in by or []], top, lang.value)
    show_bundle(found, lang.value, as_json=json, folder=output, tables=tables.value, charts=_kinds(charts))


def portfolio(
    run: RunArgument,
    by: Annotated[list[str] | None, typer.Option("--by", metavar="WHAT[,WHAT]", help="province, technology, side, status, or several with commas for their combinations; may be repeated. Default: each alone.")] = None,
    year: Annotated[int | None, typer.Option("--year", min=1900, max=2200, help="Year of the tables by group; by default the first with the largest capacity. Files hold every year.")] = None,
    json: JsonOption = False, output: FolderOption = None, tables: TablesOption = Tables.csv, charts: ImageOption = None, lang: LangOption = Lang.en,
) -> None:  # fmt: skip
    """Sum up a batch made with --yearly as a portfolio of plants, as yearly statistics ask.

    Capacity, energy, investment, support, utilisation hours and revenue by stream; by year, province, technology, side and status.

    Example: appraisal portfolio plants.run --by province,status --year 2027 -o statistics
    """
    from appraisal.batch.finished import open_run
    from appraisal.cli.bundles import show_bundle
    from appraisal.cli.study_calls import refuse_full
    from appraisal.report.portfolio import statistics

    refuse_full(output)
    found = statistics(open_run(run), [names.split(",") for names in by or []], year, lang.value)
    show_bundle(found, lang.value, as_json=json, folder=output, tables=tables.value, charts=_kinds(charts))
