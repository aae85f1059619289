"""The command ``batch``: thousands of scenarios from a matrix into a run folder. Parse, one library call, print."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from appraisal.cli.common import CaseArgument, Lang, LangOption, SetOption
from appraisal.errors import Message, joined, said

if TYPE_CHECKING:
    from appraisal.batch.run import Finished, Told

SOME_FAILED = 4
_MEGABYTE = 1_000_000


def register(app: typer.Typer, case_app: typer.Typer) -> None:
    """Add ``batch`` to the program and ``from-run`` to the commands of a case."""
    app.command()(batch)
    case_app.command("from-run")(from_run)


def batch(
    base: CaseArgument,
    matrix: Annotated[Path | None, typer.Option("--matrix", "-m", metavar="FILE", help="One scenario a row, one input a column: .csv (UTF-8 or GBK), .xlsx or .parquet; headings are paths (finance.loan_rate) or titles, an empty cell keeps the value of CASE. Or a study: .yaml with grid, coupled, latin_hypercube, list. Not given where CASE is a folder of cases.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="RUN", help="Run folder; by default the name of the matrix or folder with .run, here.")] = None,
    set_: SetOption = None,
    metric: Annotated[list[str] | None, typer.Option("--metric", metavar="KEY", help="Figure wanted, the thirteen of every study unless said; may be repeated.")] = None,
    jobs: Annotated[int | None, typer.Option("--jobs", "-j", min=1, max=1024, help="Processes; by default one a processor. The results are the same.")] = None,
    memory: Annotated[int, typer.Option("--memory", min=50, metavar="MB", help="Memory for the blocks of all processes together.")] = 1000,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a run that was cut short; refused if an input, a fact or a version has changed.")] = False,
    yearly: Annotated[bool, typer.Option("--yearly", help="Write yearly.parquet too: capacity, energy, investment, support and revenue by stream of every scenario and year, for appraisal portfolio.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Write results.csv too, for Excel.")] = False,
    scheduler: Annotated[str | None, typer.Option("--scheduler", metavar="ADDRESS", help="Send the blocks to a Dask cluster, tcp://host:8786 or tls://host:8786, in place of processes of this machine.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no summary; errors only.")] = False,
    lang: LangOption = Lang.en,
) -> None:  # fmt: skip
    """Appraise thousands of scenarios; a bad row is reported and stops no other. Exit code 4 if some failed.

    Example: appraisal batch zhejiang_user_lfp --matrix scenarios.csv -o run --jobs 2
    """
    import os

    from appraisal.batch.cluster import cluster
    from appraisal.batch.run import run_batch
    from appraisal.cli.batch_calls import batch_of

    folder = output or Path(f"{(matrix or Path(base)).stem}.run")
    asked = batch_of(base, matrix, set_ or [], metric or [], tuple(sys.argv[1:]), yearly)
    if not quiet:
        _say([*asked.matrix.notes], lang)
    with _bar(asked.matrix.rows, lang, quiet) as told:
        try:
            found = run_batch(
                asked, folder, jobs=jobs or os.cpu_count() or 1, memory=memory * _MEGABYTE, resume=resume, lang=lang.value,
                table=csv, told=told, engine=None if scheduler is None else cluster(scheduler),
            )  # fmt: skip
        except KeyboardInterrupt:
            _say([said(
                "finished blocks are kept in {folder}; go on with --resume",
                "已完成的部分保存在 {folder}；加 --resume 可继续", folder=folder
            )], lang)  # fmt: skip
            raise
    if not quiet:
        _say(list(found.notes[len(asked.matrix.notes) :]), lang)
        _summary(found, lang)
    print(found.path / "results.parquet")
    if found.failed:
        raise typer.Exit(SOME_FAILED)


def from_run(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Run folder of a finished batch.")],
    identity: Annotated[str, typer.Argument(metavar="ID", help="The row's id in the results.")],
    to: Annotated[Path | None, typer.Option("--to", help="File to write (YAML); by default on stdout. An existing file is kept.")] = None,
    lang: LangOption = Lang.en,
) -> None:  # fmt: skip
    """Open one row of a batch as a full case.

    Example: appraisal case from-run scenarios.run s17 --to s17.yaml
    """
    from appraisal.batch.opened import open_row
    from appraisal.report.files import save_new
    from appraisal.scenario.sheet import yaml_text

    found = open_row(run, identity)
    _say(list(found.notes), lang)
    text = yaml_text(found.raw)
    if to is None:
        typer.echo(text, nl=False)
        return
    missing = {to.parent / name: content for name, content in found.files.items() if not (to.parent / name).exists()}
    save_new({to: text.encode()} | missing)
    for path in (to, *missing):
        _say([said("wrote {path}", "已写入 {path}", path=path)], lang)


def _say(messages: list[Message], lang: Lang) -> None:
    for message in messages:
        print(message.text(lang.value), file=sys.stderr)


def _summary(found: Finished, lang: Lang) -> None:
    """Rows in all and those that failed, by code."""
    failed = sum(found.failed.values())
    _say(
        [
            said(
                "{rows:,} rows, {failed:,} failed",
                "共 {rows:,} 行，其中 {failed:,} 行失败",
                rows=found.rows,
                failed=failed,
            )
        ],
        lang,
    )
    if failed:
        by_code = joined(
            [
                said("{code} {count:,}", "{code} {count:,}", code=code, count=count)
                for code, count in found.failed.items()
            ]
        )
        _say([said(
            "{by_code}; reasons in {file}", "{by_code}；原因见 {file}", by_code=by_code, file=found.path / "failures.csv"
        )], lang)  # fmt: skip


@contextmanager
def _bar(total: int, lang: Lang, quiet: bool) -> Iterator[Callable[[Told], object]]:
    """A bar on stderr with the rate and the time left, where that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(file=sys.stderr)
    words = said("scenarios", "情景").text(lang.value)
    rows = said("rows/s", "行/秒").text(lang.value)
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn()
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task(words, total=total, rate="")

        def told(now: Told) -> None:
            bar.update(task, completed=now.done, rate=f"{now.rate:,.0f} {rows}" if now.rate else "")

        yield told
