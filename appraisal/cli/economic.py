"""What ``economic`` calls, prints and writes."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from appraisal.case import parse_set
from appraisal.cli.common import print_columns
from appraisal.cli.show import refuse_broken
from appraisal.errors import Fault, InputError, said
from appraisal.pipeline import appraise
from appraisal.report.economic import as_json, frame, lines, remarks
from appraisal.report.files import refuse_there, save_new
from appraisal.report.frames import csv_bytes, text_rows
from appraisal.report.result import heading
from appraisal.scenario import find_case, load_case
from appraisal.study.economic import economic, social_rate
from appraisal.units import table


def print_economic(
    case: str, changes: Sequence[str], rate: float | None, output: Path | None, *, as_data: bool, lang: str, unit: str
) -> None:
    """The evaluation on stdout as text or JSON, its table by year as a file where one is named; remarks on stderr."""
    if output is not None:
        if output.suffix.lower() != ".csv":
            told = said("expected a file name that ends in {ending}", "文件名应以 {ending} 结尾", ending=".csv")
            raise InputError([Fault(where=str(output), message=told)])
        refuse_there([output])
    result = appraise(load_case(find_case(case), [parse_set(text) for text in changes]))
    fact = social_rate(result.case) if rate is None else None
    found = economic(result, table(float(fact.value) if fact is not None else float(rate or 0.0)))
    if as_data:
        json.dump(as_json(result, found, fact, lang), sys.stdout, ensure_ascii=False, indent=2, allow_nan=False)
        sys.stdout.write("\n")
    else:
        made = frame(result, found, lang, unit)
        print(heading(result, lang))
        print_columns(list(lines(found, fact, lang)))
        print(said("\nby year, {unit}", "\n分年，{unit}", unit=said("10⁴ yuan", "万元") if unit == "wan" else said("yuan", "元")).text(lang))  # fmt: skip
        print_columns(list(text_rows(made)), right=range(2, made.shape[1]))
    if output is not None:
        save_new({output: csv_bytes(frame(result, found, lang, unit))})
        print(said("wrote {path}", "已写入 {path}", path=output).text(lang), file=sys.stderr)
    for note in remarks(result, found):
        print(f"! {note.text(lang)}", file=sys.stderr)
    refuse_broken(result)
