"""What ``case filing`` calls, prints and writes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from appraisal.case import parse_set
from appraisal.cli.common import print_columns
from appraisal.errors import said
from appraisal.pipeline import appraise
from appraisal.report.files import refuse_there, save_new
from appraisal.report.filing import filing, filing_bytes
from appraisal.scenario import find_case, load_case


def print_filing(case: str, changes: Sequence[str], output: Path | None, lang: str) -> None:
    """The sheet on stdout or as a file; what is missing on stderr."""
    if output is not None:
        refuse_there([output])
    sheet = filing(appraise(load_case(find_case(case), [parse_set(text) for text in changes])), lang)
    if output is None:
        print_columns(list(sheet.rows()))
    else:
        save_new({output: filing_bytes(sheet, output)})
        print(said("wrote {path}", "已写入 {path}", path=output).text(lang), file=sys.stderr)
    print(sheet.told(), file=sys.stderr)
