"""The commands of the studies: sensitivity, montecarlo, solve, size. Each parses, makes one library call and shows it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from appraisal.cli.common import CaseArgument, Lang, LangOption, SetOption

if TYPE_CHECKING:
    from appraisal.cli.study_calls import Shown

Seed = Annotated[
    int,
    typer.Option("--seed", min=0, envvar="APPRAISAL_SEED", help="Of the draws; the same seed gives the same bytes."),
]
Metric = Annotated[
    str | None,
    typer.Option(
        "--metric", metavar="KEY", help="Any figure of the books: project_irr, equity_npv, lcos_yuan_per_kwh …"
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON (schema study/1) instead of tables.")]
Folder = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="DIR",
        help="Write tables, charts and study.json (seed, versions, digest of the case) into this folder; what is there is kept, and then nothing is written.",
    ),
]


class Tables(StrEnum):
    """Kind of the tables written."""

    csv = "csv"
    parquet = "parquet"


class Image(StrEnum):
    """Kind of the charts written."""

    html = "html"
    svg = "svg"
    png = "png"


class Method(StrEnum):
    """Way of asking what matters."""

    tornado = "tornado"
    spider = "spider"
    grid = "grid"
    sobol = "sobol"
    morris = "morris"
    fast = "fast"
    rbd_fast = "rbd_fast"
    delta = "delta"
    dgsm = "dgsm"


class Sampling(StrEnum):
    """Way of drawing."""

    latin_hypercube = "latin_hypercube"
    sobol = "sobol"
    random = "random"


TablesOption = Annotated[
    Tables, typer.Option("--tables", help="Kind of the tables written; parquet holds the provenance too.")
]
# For programs that make the study again from its values, as the browser does; see study/measured.py.
MeasuredOption = Annotated[bool, typer.Option("--measured", hidden=True, help="Write measured.npz too.")]
ImageOption = Annotated[
    list[Image] | None, typer.Option("--charts", help="Kind of the charts written, html unless said; may be repeated.")
]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for command in (sensitivity, montecarlo, solve, size):
        app.command()(command)


def _written(ctx: typer.Context, name: str) -> bool:
    """Whether a person wrote an option; a default and a variable of the environment serve every method."""
    source = ctx.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _shown(
    json: bool, folder: Path | None, tables: Tables, charts: list[Image] | None, measured: bool = False
) -> Shown:  # fmt: skip
    """How a study is to be shown, as the options of every command say it."""
    from appraisal.cli.study_calls import Shown

    return Shown(json=json, folder=folder, tables=tables.value, charts=kinds_of(charts), measured=measured)


def kinds_of(charts: list[Image] | None) -> list[str]:
    """Kinds of the charts written: those asked for, else html."""
    return [one.value for one in charts or [Image.html]]


def sensitivity(
    ctx: typer.Context, case: CaseArgument, set_: SetOption = None,
    method: Annotated[Method, typer.Option("--method", help="tornado: each driver over a range with a reason; spider: the one-way table; grid: two inputs; the others: global indices over the case's distributions.")] = Method.tornado,
    metric: Metric = None,
    input_: Annotated[list[str] | None, typer.Option("--input", metavar="NAME=LOW:HIGH", help="tornado: an own range, values of a path or relative changes of a driver (construction_investment, revenue, spread …); may be repeated.")] = None,
    changes: Annotated[str, typer.Option("--changes", metavar="A,B,…", help="spider: relative changes, fractions.")] = "-0.2,-0.15,-0.1,-0.05,0.05,0.1,0.15,0.2",
    x: Annotated[str | None, typer.Option("--x", metavar="NAME=LOW:HIGH:COUNT", help="grid: first input, values of a path or relative changes of a driver.")] = None,
    y: Annotated[str | None, typer.Option("--y", metavar="NAME=LOW:HIGH:COUNT", help="grid: second input.")] = None,
    needs: Annotated[str | None, typer.Option("--needs", metavar="PATH", help="grid: show the value of this input that each pair needs to meet --target.")] = None,
    target: Annotated[str, typer.Option("--target", metavar="METRIC=VALUE", help="grid with --needs: what has to be met.")] = "project_npv=0",
    n: Annotated[int, typer.Option("--n", min=1, help="Global methods: base sample size; a power of two for sobol and dgsm.")] = 1024,
    seed: Seed = 1,
    second_order: Annotated[bool, typer.Option("--second-order/--no-second-order", help="sobol: pairs of inputs too.")] = True,
    confidence: Annotated[float, typer.Option("--confidence", min=0.5, max=0.999, help="Of the intervals.")] = 0.95,
    lang: LangOption = Lang.en, json: Json = False, output: Folder = None, tables: TablesOption = Tables.csv, charts: ImageOption = None,
    measured: MeasuredOption = False,
) -> None:  # fmt: skip
    """Show what matters: tornado, spider, two-way grid, or Sobol, Morris, FAST, RBD-FAST, delta and DGSM indices.

    Example: appraisal sensitivity zhejiang_user_lfp --metric equity_irr -o out --charts png
    """
    from appraisal.cli import study_calls as call

    call.refuse_unread([one for one in ctx.params if _written(ctx, one)], method.value)
    call.refuse_full(output)
    asked = call.Asked(case, set_ or [], lang.value)
    if method is Method.tornado:
        found = call.tornado_of(asked, metric or "project_irr", input_ or [])
    elif method is Method.spider:
        found = call.spider_of(asked, metric or "project_irr", changes)
    elif method is Method.grid:
        found = call.grid_of(asked, metric or "project_irr", x, y, needs, target)
    else:
        found = call.indices_of(
            asked,
            metric or "project_npv",
            method=method.value,
            n=n,
            seed=seed,
            second_order=second_order,
            confidence=confidence,
        )
    call.show(found, asked, _shown(json, output, tables, charts, measured))


def montecarlo(
    case: CaseArgument, set_: SetOption = None,
    n: Annotated[int, typer.Option("--n", min=2, help="Draws; a power of two for sobol.")] = 5000,
    seed: Seed = 1,
    sampling: Annotated[Sampling, typer.Option("--sampling", help="How points are drawn.")] = Sampling.latin_hypercube,
    metric: Metric = None,
    hurdle: Annotated[float | None, typer.Option("--hurdle", help="Hurdle rate of project and equity in place of the case's, a fraction.")] = None,
    covenant: Annotated[float | None, typer.Option("--covenant", min=0.0, help="Least DSCR that the lender asks; 1.2 unless said.")] = None,
    lang: LangOption = Lang.en, json: Json = False, output: Folder = None, tables: TablesOption = Tables.csv, charts: ImageOption = None,
    measured: MeasuredOption = False,
) -> None:  # fmt: skip
    """Draw the uncertain inputs of a case and show P90/P50/P10, the risk of missing hurdle and covenant, VaR and CVaR.

    Example: appraisal montecarlo hainan_grid_lfp --n 2000 --seed 7 -o out
    """
    from appraisal.cli import study_calls as call

    call.refuse_full(output)
    asked = call.Asked(case, set_ or [], lang.value)
    found = call.monte_carlo_of(
        asked, metric or "project_npv", n=n, seed=seed, sampling=sampling.value, hurdle=hurdle, covenant=covenant
    )
    call.show(found, asked, _shown(json, output, tables, charts, measured))


def solve(
    case: CaseArgument,
    what: Annotated[str | None, typer.Argument(metavar="[PATH]", help="The input sought: a dotted path, or a driver (construction_investment, revenue, spread …), whose relative change is.")] = None,
    set_: SetOption = None,
    target: Annotated[str | None, typer.Option("--target", metavar="METRIC=VALUE", help="What has to be met; project_npv=0, that is the hurdle, unless said.")] = None,
    within: Annotated[str | None, typer.Option("--within", metavar="LOW:HIGH", help="Where to look.")] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="NAME=LOW:HIGH:COUNT", help="Frontier: solve for each value of another input.")] = None,
    ask: Annotated[list[str] | None, typer.Option("--ask", metavar="QUESTION", help="A ready question: highest_capital_cost, lowest_spread, lowest_capacity_price, lowest_mileage_price, lowest_contract_income, needed_cycles, longest_payback, lowest_income_per_kwh, highest_loan_rate, or all; may be repeated.")] = None,
    lang: LangOption = Lang.en, json: Json = False, output: Folder = None, tables: TablesOption = Tables.csv, charts: ImageOption = None,
) -> None:  # fmt: skip
    """Answer what would have to be true: the value of an input that meets a target, or the ready questions (the default).

    Exit code 5 where nothing that was asked has an answer.

    Example: appraisal solve hainan_grid_lfp revenue.capacity.price_yuan_per_kw_year --target equity_irr=0.08
    """
    from appraisal.cli import study_calls as call

    call.refuse_full(output)
    asked = call.Asked(case, set_ or [], lang.value)
    found, answered = call.solved_of(asked, what, target=target, within=within, by=by, questions=ask or [])
    call.show(found, asked, _shown(json, output, tables, charts))
    call.refuse_unanswered(answered)


def size(
    case: CaseArgument, set_: SetOption = None,
    power: Annotated[str, typer.Option("--power", metavar="LOW:HIGH", help="Rated power, MW.")] = "",
    duration: Annotated[str, typer.Option("--duration", metavar="LOW:HIGH", help="Rated energy over rated power, hours.")] = "",
    metric: Metric = None,
    budget: Annotated[float | None, typer.Option("--budget", min=0.0, help="Most construction investment, yuan incl. VAT.")] = None,
    lang: LangOption = Lang.en, json: Json = False, output: Folder = None, tables: TablesOption = Tables.csv, charts: ImageOption = None,
) -> None:  # fmt: skip
    """Find the power and duration with the best NPV, or the best return under a budget, and show the frontiers.

    Example: appraisal size zhejiang_user_lfp --power 1:8 --duration 1:4
    """
    from appraisal.cli import study_calls as call

    call.refuse_full(output)
    asked = call.Asked(case, set_ or [], lang.value)
    found = call.size_of(asked, metric or "project_npv", power=power, duration=duration, budget=budget)
    call.show(found, asked, _shown(json, output, tables, charts))
