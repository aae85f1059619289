"""What ``appraisal report`` writes."""

from __future__ import annotations

import sys
from pathlib import Path

from appraisal.cli.show import load, refuse_broken
from appraisal.errors import Fault, InputError
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
        raise InputError(
            [Fault(where=str(path), message=f"ends in {path.suffix or 'nothing'}; a workbook ends in {_ENDING}")]
        )
    # Before a case is appraised for nothing.
    refuse_there([path])
    result = appraise(load(words, changes))
    save_workbook(result, path, lang=lang, unit=unit)
    print(f"wrote {path}", file=sys.stderr)
    refuse_broken(result)
