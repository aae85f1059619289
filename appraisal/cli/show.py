"""What the commands print."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from appraisal.case import Case, parse_set
from appraisal.checks import Check
from appraisal.cli.common import print_columns
from appraisal.dispatch.separation import separation_of
from appraisal.errors import IntegrityError, Message, joined, said
from appraisal.finance.tables import SENSITIVITY, TITLES
from appraisal.pipeline import Appraisal, appraise
from appraisal.report.files import refuse_there, save_new
from appraisal.report.payers import lines as payer_lines
from appraisal.report.ready_cases import grouped
from appraisal.report.remarks import remarks
from appraisal.report.result import as_json as result_as_json
from appraisal.report.result import first_year, heading, lines
from appraisal.report.tables import BYTE_ORDER_MARK, PrintedTable, asked, tables
from appraisal.report.tables import as_json as table_as_json
from appraisal.scenario import find_case, load_case, resolved, scenario_path
from appraisal.scenario.ready import ITEMS
from appraisal.study.tree import load_tree
from appraisal.text import CONFIDENCE, ORIGINS, word


def load(words: str, changes: list[str]) -> Case:
    """The case a person names, with ``--set`` made."""
    return load_case(find_case(words), [parse_set(text) for text in changes])


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What of a result is printed, and how."""

    as_json: bool
    statements: bool
    tables: tuple[str, ...]
    unit: str
    lang: str
    separation: bool = False


def print_result(words: str, changes: list[str], shown: Shown) -> None:
    """Metrics, checks and warnings of one case; with the tables if asked."""
    letters = _letters(shown)
    result = appraise(load(words, changes))
    (_print_json if shown.as_json else _print_text)(result, shown, letters)
    refuse_broken(result)


def write_tables(words: str, changes: list[str], folder: Path, *, lang: str, unit: str) -> None:
    """One CSV a table, UTF-8 with the mark that Excel looks for.

    Raises
    ------
    InputError
        If a file is there already, or cannot be written.
    """
    files = {letter: folder / f"{letter}_{name}.csv" for letter, (name, _, _) in TITLES.items()}
    refuse_there(files.values())
    result = appraise(load(words, changes))
    made = tables(result, lang, unit)
    save_new({path: (BYTE_ORDER_MARK + made[letter].csv()).encode() for letter, path in files.items()}, folder)
    told = said("wrote {count} tables to {folder}", "已将 {count} 张表写入 {folder}", count=len(files), folder=folder)
    print(told.text(lang), file=sys.stderr)
    refuse_broken(result)


def refuse_broken(result: Appraisal) -> None:
    failed = [Message(check.en, check.zh) for check in result.checks if not check.ok.all()]
    if failed:
        raise IntegrityError(
            said("the books do not hold together: {checks}", "账表不平：{checks}", checks=joined(failed))
        )


def _letters(shown: Shown) -> list[str]:
    """The tables that are printed: those named, else with --statements all that are statements."""
    if shown.tables:
        return asked(list(shown.tables))
    return [letter for letter in TITLES if letter != SENSITIVITY] if shown.statements else []


def _print_json(result: Appraisal, shown: Shown, letters: list[str]) -> None:
    found = result_as_json(result, lang=shown.lang)
    if shown.statements:
        found["statements"] = {key: result.statements[key][0].tolist() for key in result.statements}
    if letters:
        made = tables(result, shown.lang, shown.unit)
        found["tables"] = {letter: table_as_json(made[letter]) for letter in letters}
    if shown.separation:
        loss = separation_of(result.case)
        found["separation"] = None if loss is None else {**vars(loss), "yuan": loss.yuan, "share": loss.share}
    json.dump(found, sys.stdout, ensure_ascii=False, indent=2, allow_nan=False)
    sys.stdout.write("\n")


def _print_text(result: Appraisal, shown: Shown, letters: list[str]) -> None:
    lang = shown.lang
    print(heading(result, lang))
    print_columns([*lines(result, lang), *first_year(result, lang), *payer_lines(result, lang)])
    failed = [check for check in result.checks if not check.ok.all()]
    print(
        ("检查：" if lang == "zh" else "checks: ") + (_failed(failed, lang) if failed else f"{len(result.checks)} ok")
    )
    for note in remarks(result):
        print(f"! {note.zh if lang == 'zh' else note.en}", file=sys.stderr)
    if shown.separation:
        print(_separation(result).text(lang))
    made = tables(result, lang, shown.unit)
    for letter in letters:
        _print_table(made[letter])


def _separation(result: Appraisal) -> Message:
    """What holding months or days apart gives away, in a line."""
    loss = separation_of(result.case)
    if loss is None:
        return said(
            "months or days apart: nothing that is joined is taken apart in this case", "分月或分日求解：本算例没有被分开的连续时段"
        )  # fmt: skip
    return said(
        "months or days apart: {lost:,.0f} yuan a year given away of the {joined:,.0f} that the joined year earns, {share:.2%}",
        "分月或分日求解：每年少得 {lost:,.0f} 元，全年连续优化为 {joined:,.0f} 元，占 {share:.2%}",
        lost=loss.yuan, joined=loss.joined_yuan, share=loss.share,
    )  # fmt: skip


def _failed(failed: list[Check], lang: str) -> str:
    return "; ".join(f"{check.zh if lang == 'zh' else check.en} ({check.detail.text(lang)})" for check in failed)


def _print_table(table: PrintedTable) -> None:
    """A table with its title; text stands on the left, numbers on the right."""
    print(f"\n{table.title} [{table.name}]")
    numeric = {place for place, name in enumerate(table.frame.columns) if table.frame[name].dtype.kind == "f"}
    print_columns([*table.head_rows(), *table.cells()], right=numeric)


def _origin(kind: str, source: str, lang: str) -> str:
    return word(ORIGINS, kind, lang) + (f" {source}" if source else "")


def print_resolved(words: str, changes: list[str], lang: str) -> None:
    """Every value of the resolved case with unit and origin; each branch of a tree of scenarios is read too."""
    case = load(words, changes)
    if case.uncertainty.branches:
        load_tree(find_case(words), [parse_set(text) for text in changes])
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
                entry.unit.text(lang),
                entry.zh if lang == "zh" else entry.en,
                _origin(entry.origin.kind, entry.origin.sourced(lang), lang) + (f" [{trust}]" if trust else ""),
            )
        )
    print_columns(rows)
    for note in case.notices:
        print(f"! {note.zh if lang == 'zh' else note.en}", file=sys.stderr)


def print_ready(lang: str) -> None:
    """The ready cases with their titles, by item of the action plan."""
    rows: list[tuple[str, ...]] = []
    for item, names in grouped():
        rows.append((word(ITEMS, item, lang),))
        for name in names:
            title = load_case(scenario_path(name)).title
            rows.append((f"  {name}", title.zh if lang == "zh" else title.en))
    print_columns(rows)
