"""What ``compare`` reads before it calls the library: run folders or cases, never both."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from appraisal.batch.differing import Pair
from appraisal.batch.finished import open_run
from appraisal.errors import Fault, InputError, Message, said
from appraisal.metrics import KEYS
from appraisal.pipeline import appraise
from appraisal.report.bundle import Bundle
from appraisal.report.case_compare import FIRST, compare_cases
from appraisal.report.compare import Side
from appraisal.report.run_compare import compare_runs
from appraisal.scenario import find_case
from appraisal.scenario.load import load_stated
from appraisal.scenario.series import in_folder
from appraisal.study.hurdle import refuse_unknown


def compared(what: Sequence[str], metrics: Sequence[str], lang: str) -> Bundle:
    """Cases side by side, or two runs.

    Raises
    ------
    InputError
        If there are fewer than two, runs and cases mixed, more than two runs, or faults in any of the cases: all are told.
    """
    runs = [Path(one).is_dir() for one in what]
    if len(what) < 2:
        raise _refuse(said("needs two run folders, or two cases or more", "需要两个运行文件夹，或两个以上的算例"))
    if any(runs):
        if not all(runs):
            raise _refuse(said("takes run folders or cases, not both", "只能同为运行文件夹或同为算例"))
        if len(what) > 2:
            raise _refuse(said("takes two run folders at a time", "每次只比较两个运行文件夹"))
        if metrics:
            raise _refuse(
                said(
                    "--metric is for cases; of runs every figure is shown",
                    "--metric 只用于算例；运行的全部指标都会列出",
                )
            )
        return compare_runs(Pair(*(open_run(Path(one)) for one in what)), _two(what), lang)
    sides = _sides(what)
    for side in sides:
        refuse_unknown(side.case, metrics)
    return compare_cases(sides, _names(what), tuple(metrics) or (FIRST, *KEYS), lang)


def _refuse(message: Message) -> InputError:
    return InputError([Fault(where="compare", message=message)])


def _two(what: Sequence[str]) -> tuple[str, str]:
    one, other = _names(what)
    return one, other


def _names(what: Sequence[str]) -> list[str]:
    """File or folder names, the whole path where two are called alike, a number where the path is the same too."""
    short = [Path(one).stem if not Path(one).is_dir() else Path(one).resolve().name for one in what]
    told = [name if short.count(name) == 1 else one for name, one in zip(short, what, strict=True)]
    return [name if told.count(name) == 1 else f"{name} ({place})" for place, name in enumerate(told, start=1)]


def _sides(what: Sequence[str]) -> list[Side]:
    """The cases, each appraised; the faults of all files at once."""
    sides: list[Side] = []
    faults: list[Fault] = []
    for one in what:
        try:
            sides.append(_side(one))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return sides


def _side(one: str) -> Side:
    file = find_case(one)
    raw, case = load_stated(file)
    read = in_folder(file)
    return Side(stated=raw, result=appraise(case), files={name: read(name) for name in case.market.files})
