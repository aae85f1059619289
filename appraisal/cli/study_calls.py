"""What the commands of the studies call, print and write."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from appraisal.case import Case, apply_changes, parse_set
from appraisal.cli.asked import low_high, named_axis, named_range, target_of
from appraisal.cli.common import print_columns
from appraisal.cli.progress import progress
from appraisal.errors import Fault, InputError, NoSolutionError, said
from appraisal.metrics import KEYS
from appraisal.report.charts.export import drawn, notices
from appraisal.report.files import save_new
from appraisal.report.frames import text_rows
from appraisal.report.studies import (
    Findings,
    of_answers,
    of_frontier,
    of_grid,
    of_indices,
    of_monte_carlo,
    of_one_way,
    of_required,
    of_size,
    of_solved,
    of_tornado,
)
from appraisal.scenario import find_case, load_case
from appraisal.scenario.load import load_stated
from appraisal.scenario.series import in_folder
from appraisal.scenario.sheet import yaml_text
from appraisal.study.drivers import driver_input
from appraisal.study.grid import grid
from appraisal.study.indices import METHODS, design, indices
from appraisal.study.inputs import Input
from appraisal.study.measured import FILE
from appraisal.study.oneway import one_way
from appraisal.study.provenance import provenance
from appraisal.study.questions import QUESTIONS, ask
from appraisal.study.required import required
from appraisal.study.risk import COVENANT, monte_carlo
from appraisal.study.size import size
from appraisal.study.solve import frontier, solve
from appraisal.study.tornado import tornado
from appraisal.study.tree import load_tree

# Draws between two tellings of the progress: a second or so, and no slower than larger blocks.
_STEP = 1000
# Option of `sensitivity` → the methods that read it; those that are not here serve all.
_READ_BY: Mapping[str, Sequence[str]] = {
    "input_": ("tornado",), "changes": ("spider",), **dict.fromkeys(("x", "y", "needs", "target"), ("grid",)), "second_order": ("sobol",),
    **dict.fromkeys(("n", "seed", "confidence", "measured"), tuple(METHODS)),
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A case as a person names it, the ``--set`` changes, and the language."""

    words: str
    changes: Sequence[str]
    lang: Literal["zh", "en"]

    @cached_property
    def case(self) -> Case:
        """The case."""
        return load_case(find_case(self.words), [parse_set(text) for text in self.changes])

    def stated(self) -> dict[str, bytes]:
        """The case with the changes made, as the file that reads as it does, and the files of prices, load and PV that it names."""
        file = find_case(self.words)
        raw, case = load_stated(file)
        files = {"case.yaml": yaml_text(apply_changes(raw, [parse_set(text) for text in self.changes])).encode()}
        read = in_folder(file)
        return files | {name: read(name) for name in case.market.files}

    @property
    def title(self) -> str:
        """Its title in the language, or its name."""
        return str(getattr(self.case.title, self.lang)) or self.case.name

    def input(self, name: str) -> str | Input:
        """A driver by its key, else a dotted path."""
        return driver_input(self.case, name) or name


@dataclass(frozen=True)
class AskedFile:
    """A study whose input is no case: its file as a person names it, the language, and the files that it rests on."""

    words: str
    lang: Literal["zh", "en"]
    files: Mapping[str, bytes] = field(default_factory=dict)
    changes: Sequence[str] = ()

    def stated(self) -> dict[str, bytes]:
        """The files."""
        return dict(self.files)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """How a study is shown: JSON or tables on stdout, files in a folder."""

    json: bool
    folder: Path | None
    tables: str
    charts: Sequence[str]
    measured: bool = False


def tornado_of(asked: Asked, metric: str, ranges: Sequence[str]) -> Findings:
    """A tornado; without ranges over the reasoned ones."""
    own = dict(named_range("--input", text) for text in ranges)
    return of_tornado(tornado(asked.case, metric, own or None), asked.lang)


def spider_of(asked: Asked, metric: str, changes: str) -> Findings:
    """The one-way table with the spider of a metric."""
    try:
        steps = [float(part) for part in changes.split(",")]
    except ValueError:
        raise InputError([Fault(where="--changes", message=said(
            "{text!r}; expected fractions with commas between, -0.1,0.1", "{text!r}；应为以逗号分隔的小数，如 -0.1,0.1", text=changes
        ))]) from None  # fmt: skip
    keys = dict.fromkeys((metric, "project_irr_pre_tax", "project_irr", "equity_irr", "project_npv"))
    return of_one_way(one_way(asked.case, changes=steps, keys=tuple(keys), judged=metric), metric, asked.lang)


def grid_of(asked: Asked, metric: str, x: str | None, y: str | None, needs: str | None, target: str) -> Findings:
    """A metric on two inputs, or what each pair needs."""
    if x is None or y is None:
        raise InputError([Fault(where="--method grid", message=said(
            "needs --x and --y, each NAME=LOW:HIGH:COUNT", "需要 --x 和 --y，写作 名称=低:高:个数"
        ))])  # fmt: skip
    (x_name, xs), (y_name, ys) = named_axis("--x", x), named_axis("--y", y)
    axes = (asked.input(x_name), xs, asked.input(y_name), ys)
    if needs is None:
        return of_grid(grid(asked.case, *axes, metric), asked.lang)
    key, value = target_of("--target", target)
    return of_required(required(asked.case, *axes, asked.input(needs), key, value), asked.lang)


def indices_of(
    asked: Asked, metric: str, *, method: str, n: int, seed: int, second_order: bool, confidence: float
) -> Findings:  # fmt: skip
    """Global indices over the distributions of the case."""
    inputs = len(asked.case.uncertainty)
    rows = len(design(method, inputs, n=n, seed=seed, second_order=second_order).unit) if inputs else 0
    with progress(method, rows) as told:
        found = indices(
            asked.case,
            method=method,
            key=metric,
            n=n,
            seed=seed,
            second_order=second_order,
            confidence=confidence,
            progress=told,
        )
    return of_indices(found, asked.lang, asked.title)


def monte_carlo_of(
    asked: Asked, metric: str, *, n: int, seed: int, sampling: Any, hurdle: float | None, covenant: float | None
) -> Findings:  # fmt: skip
    """A Monte Carlo study of the case, or of the tree of scenarios that its file states."""
    leaves = load_tree(find_case(asked.words), [parse_set(text) for text in asked.changes])
    with progress("montecarlo", n * len(leaves)) as told:
        found = monte_carlo(
            leaves, n=n, seed=seed, sampling=sampling, keys=tuple(dict.fromkeys((*KEYS, metric))), hurdle=hurdle,
            covenant=COVENANT if covenant is None else covenant, progress=told, rows=_STEP,
        )  # fmt: skip
    return of_monte_carlo(found, metric, asked.lang, asked.title)


def solved_of(
    asked: Asked, what: str | None, *, target: str | None, within: str | None, by: str | None, questions: Sequence[str]
) -> tuple[Findings, bool]:  # fmt: skip
    """One input for one target, its frontier, or ready questions; and whether anything was answered."""
    if what is None or questions:
        if what is not None or within is not None or by is not None:
            raise InputError([Fault(where="--ask", message=said(
                "a ready question takes no path, --within or --by", "现成问题不需要路径、--within 或 --by"
            ))])  # fmt: skip
        return _answered(asked, questions, target)
    key, value = target_of("--target", target or "project_npv=0")
    span = None if within is None else low_high("--within", within)
    if by is None:
        found = solve(asked.case, asked.input(what), key, value, within=span)
        return of_solved(found, asked.lang), found.found.size > 0
    name, values = named_axis("--by", by)
    line = frontier(asked.case, asked.input(what), asked.input(name), values, key, value, within=span)
    return of_frontier(line, asked.lang), bool((line.needed == line.needed).any())


def _answered(asked: Asked, questions: Sequence[str], target: str | None) -> tuple[Findings, bool]:
    names = list(QUESTIONS) if not questions or "all" in questions else list(dict.fromkeys(questions))
    wanted = None if target is None else dict([target_of("--target", target)])
    answers = [ask(asked.case, name, wanted) for name in names]
    made = provenance("questions", asked.case, {"questions": names, "target": wanted})
    answered = any(one.solved is not None and one.solved.found.size for one in answers)
    return of_answers(answers, made, asked.lang, asked.title), answered


def size_of(asked: Asked, metric: str, *, power: str, duration: str, budget: float | None) -> Findings:
    """The best power and duration."""
    powers, durations = low_high("--power", power), low_high("--duration", duration, equal=True)
    return of_size(size(asked.case, powers=powers, durations=durations, metric=metric, budget=budget), asked.lang)


def refuse_unread(written: Sequence[str], method: str) -> None:
    """Refuse options of ``sensitivity`` that a person wrote and that what was asked does not read, all at once.

    Parameters
    ----------
    written : sequence of str
        Names of the command's parameters, as the function has them.
    method : str

    Raises
    ------
    InputError
        Naming for each option the methods that read it.
    """
    faults = [
        Fault(where=_option(name), message=said(
            "is not read by --method {method}; it is read by {known}", "--method {method} 不读取此选项；读取它的方法：{known}",
            method=method, known=", ".join(_READ_BY[name]),
        ))
        for name in written if method not in _READ_BY.get(name, (method,))
    ]  # fmt: skip
    if method == "grid":
        faults += _unread_by_grid(written)
    if faults:
        raise InputError(faults)


def _unread_by_grid(written: Sequence[str]) -> list[Fault]:
    """With --needs a grid is of the target's metric, without it there is no target."""
    if "needs" in written and "metric" in written:
        message = said(
            "is not read with --needs; name the metric in --target METRIC=VALUE",
            "与 --needs 同用时不读取；请在 --target 指标=数值 中写明指标",
        )
        return [Fault(where="--metric", message=message)]
    if "target" in written and "needs" not in written:
        message = said("is read only with --needs PATH", "只有写明 --needs 路径 时才读取")
        return [Fault(where="--target", message=message)]
    return []


def _option(name: str) -> str:
    return f"--{name.rstrip('_').replace('_', '-')}"


def refuse_unanswered(answered: bool) -> None:
    """Exit code 5 where nothing has an answer; why is printed."""
    if not answered:
        raise NoSolutionError(said("no solution: see the reasons above", "无解：原因见上"))


def refuse_changes(changes: Sequence[str] | None) -> None:
    """A file that is no case takes no ``--set``."""
    if changes:
        raise InputError([Fault(where="--set", message=said(
            "changes a case; change the price file itself", "只用于算例；请直接修改测算文件"
        ))])  # fmt: skip


def refuse_full(folder: Path | None) -> None:
    """Refuse a folder that holds something, before a long study is run for nothing."""
    if folder is None or not folder.exists():
        return
    if not folder.is_dir() or any(folder.iterdir()):
        raise InputError([Fault(where=str(folder), message=said(
            "exists already and is not an empty folder; name another", "已存在且不是空文件夹；请换一个名称"
        ))])  # fmt: skip


def show(found: Findings, asked: Asked | AskedFile, shown: Shown) -> None:
    """Print a study, and write its files if a folder is named: tables, charts, study.json and the case itself."""
    told = {**found.as_json(), "asked": {"case": asked.words, "set": list(asked.changes)}}
    if shown.folder is not None:
        files = _files(found, asked, shown, shown.folder, told)
        save_new(files, shown.folder)
        count = said(
            "wrote {count} files to {folder}", "已写入 {count} 个文件到 {folder}", count=len(files), folder=shown.folder
        )
        print(count.text(asked.lang), file=sys.stderr)
    if shown.json:
        json.dump(told, sys.stdout, ensure_ascii=False, indent=2, allow_nan=False)
        sys.stdout.write("\n")
        return
    _print(found, asked.lang)


def _files(
    found: Findings, asked: Asked | AskedFile, shown: Shown, folder: Path, told: Mapping[str, Any]
) -> dict[Path, bytes]:  # fmt: skip
    files = found.files(folder, shown.tables)
    files[folder / "study.json"] = f"{json.dumps(told, ensure_ascii=False, indent=2, allow_nan=False)}\n".encode()
    files |= {folder / name: content for name, content in asked.stated().items()}
    if shown.measured and found.measured is not None:
        files[folder / FILE] = found.measured()
    pictures = {name: draw() for name, draw in found.pictures.items()}
    for notice in notices(pictures.values(), shown.charts):
        print(f"! {notice.zh if asked.lang == 'zh' else notice.en}", file=sys.stderr)
    return files | {
        folder / f"{name}.{kind}": drawn(picture, kind) for name, picture in pictures.items() for kind in shown.charts
    }


def _print(found: Findings, lang: str) -> None:
    """Sentences and tables on stdout; remarks and where it comes from on stderr."""
    for sentence in found.sentences:
        print(sentence)
    for name, frame in found.printed():
        print(f"\n[{name}]")
        numeric = {place for place, column in enumerate(frame.columns) if frame[column].dtype.kind in "fiu"}
        print_columns(list(text_rows(frame)), right=numeric)
    for remark in found.remarks:
        print(f"! {remark}", file=sys.stderr)
    made = found.provenance
    by = (
        said(" · seed {seed} · n {n}", " · 随机种子 {seed} · 抽样 {n}", seed=made.seed, n=made.n)
        if made.seed is not None
        else said("", "")
    )
    print(
        f"{made.study} · {made.case} {made.inputs_sha256[:16]}{by.text(lang)} · appraisal {made.versions['appraisal']}",
        file=sys.stderr,
    )
