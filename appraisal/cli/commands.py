"""The commands and their options; each imports what it needs when it runs, so that ``--help`` is quick."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Optional

import typer

from appraisal import __version__
from appraisal.cli import batch, runs, studies
from appraisal.cli.common import CaseArgument, Lang, LangOption, SetOption, UnitOption, unit_of
from appraisal.cli.mechanism import app as mechanism_app
from appraisal.cli.tariff import app as tariff_app
from appraisal.errors import said

app = typer.Typer(
    name="appraisal", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None,
    help="Appraise energy-storage investments under Chinese tariffs, taxes and statements.",
    epilog="Example: appraisal run zhejiang_user_lfp --set finance.debt_share=0.6",
)  # fmt: skip
case_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Write, check and print cases.")
app.add_typer(case_app, name="case")
app.add_typer(tariff_app, name="tariff")
app.add_typer(mechanism_app, name="mechanism")
studies.register(app)
batch.register(app, case_app)
runs.register(app)


JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON (schema result/1) instead of a table.")]


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"appraisal {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Appraise energy-storage investments under Chinese tariffs, taxes and statements."""


@app.command()
def run(
    case: CaseArgument, set_: SetOption = None, json: JsonOption = False, lang: LangOption = Lang.en,
    statements: Annotated[bool, typer.Option("--statements", help="Print the tables A to L (without K, which appraises the case some thirty times more); with --json every line too.")] = False,
    table: Annotated[list[str] | None, typer.Option("--table", metavar="TABLE", help="Print this table, by letter or name (D, profit_distribution, 损益和利润分配表); may be repeated.")] = None,
    unit: UnitOption = None,
    separation: Annotated[bool, typer.Option("--separation", help="Solve the joined year too (seconds to minutes) and print what holding months or days apart gives away; of a price series or a load of a year with a counted basic charge.")] = False,
) -> None:  # fmt: skip
    """Appraise one case: metrics, checks and what they rest on.

    Example: appraisal run scenarios/zhejiang_user_lfp.yaml --set finance.loan_rate=0.032 --table G --unit wan
    """
    from appraisal.cli.show import Shown, print_result

    shown = Shown(
        as_json=json,
        statements=statements,
        tables=tuple(table or ()),
        unit=unit_of(unit, lang),
        lang=lang.value,
        separation=separation,
    )
    print_result(case, set_ or [], shown)


@app.command()
def tables(
    case: CaseArgument,
    folder: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Folder for the files, made if it is not there. A file that is there is kept, and nothing is written.")],
    set_: SetOption = None, lang: LangOption = Lang.en, unit: UnitOption = None,
) -> None:  # fmt: skip
    """Write the twelve tables A to L of a feasibility report as CSV files that open in Excel.

    Example: appraisal tables zhejiang_user_lfp -o tables --lang zh --unit wan
    """
    from appraisal.cli.show import write_tables

    write_tables(case, set_ or [], folder, lang=lang.value, unit=unit_of(unit, lang))


@app.command()
def report(
    case: CaseArgument,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="X.xlsx", help="File to write. An existing file is kept, and nothing is written.")],
    set_: SetOption = None, lang: LangOption = Lang.en, unit: UnitOption = None,
) -> None:  # fmt: skip
    """Write the live workbook: inputs, the twelve tables, metrics and checks as formulas that recalculate in a spreadsheet.

    Example: appraisal report zhejiang_user_lfp -o zhejiang.xlsx --lang zh --unit wan
    """
    from appraisal.cli.report import write_report

    write_report(case, set_ or [], output, lang=lang.value, unit=unit_of(unit, lang))


@app.command()
def explain(
    case: CaseArgument,
    figure: Annotated[str, typer.Argument(metavar="METRIC-OR-LINE", help="A metric (project_irr) or a line (loan.interest).")],
    year: Annotated[Optional[int], typer.Option("--year", min=1, help="Year of the calculation period; 1 is the first construction year.")] = None,  # noqa: UP045
    depth: Annotated[str, typer.Option("--depth", metavar="N|all", help="How many formulas are followed; all: down to the inputs and their documents.")] = "2",
    most: Annotated[int, typer.Option("--most", min=1, help="Numbers shown at most, the nearest first.")] = 1000,
    set_: SetOption = None, lang: LangOption = Lang.en,
    json: Annotated[bool, typer.Option("--json", help="Print JSON (schema trace/1) instead of text.")] = False,
) -> None:  # fmt: skip
    """Show how a figure came about: formulas, figures, inputs with their origin, facts with their documents.

    Example: appraisal explain zhejiang_user_lfp loan.interest --year 3 --depth all
    """
    from appraisal.cli.explain import parse_depth, print_trace

    print_trace(case, figure, year, parse_depth(depth), most, set_ or [], as_json=json, lang=lang.value)


@case_app.command("new")
def case_new(
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            help="File to write, YAML or a workbook (X.xlsx); by default YAML on stdout. An existing file is kept.",
        ),
    ] = None,
    like: Annotated[
        str | None,
        typer.Option(
            "--like", metavar="CASE", help="Start from a case, ready or your own, instead of the empty template."
        ),
    ] = None,
    lang: LangOption = Lang.en,
) -> None:
    """Write a case to fill in, with every field, unit, range and default: as commented YAML or as a workbook.

    Example: appraisal case new --like zhejiang_user_lfp --to my_case.xlsx --lang zh
    """
    from appraisal.report.files import save_new
    from appraisal.scenario import find_case, new_case
    from appraisal.scenario.sheet import is_workbook, refuse_unless_xlsx

    if to is not None:
        refuse_unless_xlsx(to)
    source = find_case(like) if like else None
    made = new_case(source, as_workbook=to is not None and is_workbook(to), lang=lang.value)
    if to is None:
        typer.echo(made.content.decode(), nl=False)
        return
    save_new({to: made.content})
    typer.echo(said("wrote {path}", "已写入 {path}", path=to).text(lang), err=True)
    missing = [name for name in made.beside if not (to.parent / name).exists()]
    if missing:
        beside = said(
            "put {names} beside it: the case reads prices or the site from there", "请把 {names} 放在它旁边：算例从中读取电价或场所数据", names=", ".join(missing)
        )  # fmt: skip
        typer.echo(beside.text(lang), err=True)


@case_app.command("check")
def case_check(case: CaseArgument, set_: SetOption = None, lang: LangOption = Lang.en) -> None:
    """Check a case and print every resolved value with its unit and where it came from.

    Example: appraisal case check my_case.yaml
    """
    from appraisal.cli.show import print_resolved

    print_resolved(case, set_ or [], lang.value)


@case_app.command("filing")
def case_filing(
    case: CaseArgument, set_: SetOption = None,
    output: Annotated[Optional[Path], typer.Option("--output", "-o", metavar="FILE", help="File to write, .xlsx, .csv or .html. An existing file is kept, and nothing is written.")] = None,  # noqa: UP045
    lang: LangOption = Lang.en,
) -> None:  # fmt: skip
    """Print the filing sheet (备案信息表) of a case: what the case says of what an authority asks, and what is missing.

    Example: appraisal case filing my_case.yaml --lang zh -o filing.xlsx
    """
    from appraisal.cli.filing import print_filing

    print_filing(case, set_ or [], output, lang.value)


@case_app.command("list")
def case_list(lang: LangOption = Lang.en) -> None:
    """List the ready cases.

    Example: appraisal case list
    """
    from appraisal.cli.show import print_ready

    print_ready(lang.value)


@app.command()
def schema(lang: LangOption = Lang.en) -> None:
    """Print the JSON schema of a case, for editors and other programs.

    Example: appraisal schema > schema.json
    """
    import json

    from appraisal.scenario import json_schema

    json.dump(json_schema(lang.value), sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


@app.command("app")
def front_end(
    port: Annotated[int, typer.Option("--port", min=1024, max=65535, help="On 127.0.0.1.")] = 8501,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser.")] = True,
) -> None:
    """Open the front end in a browser, in Chinese or English; Ctrl-C stops it.

    Example: appraisal app --port 8502
    """
    from appraisal.cli.server import serve

    raise typer.Exit(serve(port, browser=browser))


@app.command()
def doctor() -> None:
    """Say what this installation has: versions, engines, fonts, writable folders.

    Example: appraisal doctor
    """
    from appraisal.cli.doctor import print_report

    raise typer.Exit(print_report())
