"""What the commands print."""

from __future__ import annotations

import json
import sys

from appraisal.case import Case, parse_set
from appraisal.checks import Check
from appraisal.cli.common import print_columns
from appraisal.errors import IntegrityError
from appraisal.pipeline import Appraisal, appraise
from appraisal.report.remarks import remarks
from appraisal.report.result import as_json as result_as_json
from appraisal.report.result import first_year, heading, lines
from appraisal.scenario import find_case, load_case, resolved, scenario_names, scenario_path
from appraisal.text import CONFIDENCE, ORIGINS, word


def load(words: str, changes: list[str]) -> Case:
    """The case a person names, with ``--set`` made."""
    return load_case(find_case(words), [parse_set(text) for text in changes])


def print_result(words: str, changes: list[str], *, as_json: bool, with_statements: bool, lang: str) -> None:
    """Metrics, checks and warnings of one case; with the statements if asked."""
    result = appraise(load(words, changes))
    _print_result(result, as_json=as_json, with_statements=with_statements, lang=lang)
    failed = [check.en for check in result.checks if not check.ok.all()]
    if failed:
        raise IntegrityError(f"the books do not hold together: {'; '.join(failed)}")


def _print_result(result: Appraisal, *, as_json: bool, with_statements: bool, lang: str) -> None:
    if as_json:
        shown = result_as_json(result, lang=lang)
        if with_statements:
            shown["statements"] = {key: result.statements[key][0].tolist() for key in result.statements}
        json.dump(shown, sys.stdout, ensure_ascii=False, indent=2, allow_nan=False)
        sys.stdout.write("\n")
        return
    print(heading(result, lang))
    print_columns([*lines(result, lang), *first_year(result, lang)])
    failed = [check for check in result.checks if not check.ok.all()]
    print(
        ("检查：" if lang == "zh" else "checks: ") + (_failed(failed, lang) if failed else f"{len(result.checks)} ok")
    )
    for note in remarks(result):
        print(f"! {note.zh if lang == 'zh' else note.en}", file=sys.stderr)
    if with_statements:
        _print_statements(result, lang)


def _failed(failed: list[Check], lang: str) -> str:
    return "; ".join(f"{check.zh if lang == 'zh' else check.en} ({check.detail})" for check in failed)


def _print_statements(result: Appraisal, lang: str) -> None:
    for key, (zh, en, _) in result.statements.blocks.items():
        print(f"\n{zh if lang == 'zh' else en} [{key}]")
        frame = result.statements.table(key, lang=lang)
        years = [column for column in frame.columns if isinstance(column, int)]
        rows = [("", "", *(str(year) for year in years))]
        rows += [
            (str(row["label"]), str(row["unit"]), *(_cell(row[year], str(row["unit"])) for year in years))
            for _, row in frame.iterrows()
        ]
        print_columns(rows)


def _cell(value: float, unit: str) -> str:
    text = f"{value:,.4f}" if unit in ("1", "0/1") else f"{value:,.0f}"
    return text.removeprefix("-") if not text.strip("-0.,") else text  # A zero has no sign.


def _origin(kind: str, source: str, lang: str) -> str:
    return word(ORIGINS, kind, lang) + (f" {source}" if source else "")


def print_resolved(words: str, changes: list[str], lang: str) -> None:
    """Every value of the resolved case with unit and origin."""
    case = load(words, changes)
    rows = []
    for entry in resolved(case):
        if entry.value in (None, "", []):
            continue
        shown = f"{entry.value:g}" if isinstance(entry.value, float) else str(entry.value)
        trust = word(CONFIDENCE, entry.origin.confidence, lang)
        rows.append(
            (
                entry.path,
                shown if len(shown) < 40 else shown[:37] + "…",
                entry.unit,
                entry.zh if lang == "zh" else entry.en,
                _origin(entry.origin.kind, entry.origin.source, lang) + (f" [{trust}]" if trust else ""),
            )
        )
    print_columns(rows)
    for note in case.notices:
        print(f"! {note.zh if lang == 'zh' else note.en}", file=sys.stderr)


def print_ready(lang: str) -> None:
    """The ready cases with their titles."""
    rows = []
    for name in scenario_names():
        case = load_case(scenario_path(name))
        rows.append((name, case.title.zh if lang == "zh" else case.title.en))
    print_columns(rows)
