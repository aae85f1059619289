"""What ``appraisal report`` writes."""

from __future__ import annotations

import sys
from pathlib import Path

from appraisal.cli.show import load, refuse_broken
from appraisal.errors import Fault, InputError, said
from appraisal.pipeline import appraise
from appraisal.report.files import refuse_there
from appraisal.report.workbook import save_workbook

_ENDING = ".xlsx"


def write_report(words: str, changes: list[str], path: Path, *, lang: str, unit: str) -> None:
    """The live workbook of a case as a new file.

    Raises
    ------
    InputError
        If the file has another ending, is there already or cannot be written.
    """
    if path.suffix.lower() != _ENDING:
        message = said(
            "ends in {found}; a workbook ends in {wanted}",
            "{found}；工作簿文件名应以 {wanted} 结尾",
            found=said("{suffix}", "文件名以 {suffix} 结尾", suffix=path.suffix)
            if path.suffix
            else said("nothing", "文件名没有后缀"),
            wanted=_ENDING,
        )
        raise InputError([Fault(where=str(path), message=message)])
    # Before a case is appraised for nothing.
    refuse_there([path])
    result = appraise(load(words, changes))
    save_workbook(result, path, lang=lang, unit=unit)
    print(said("wrote {path}", "已写入 {path}", path=path).text(lang), file=sys.stderr)
    refuse_broken(result)
