"""A case's file → the case."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from appraisal.case import Case, Change, apply_changes
from appraisal.case.schema import SECTIONS, Project, Terms
from appraisal.errors import InputError, Message, nearest, said, suggest
from appraisal.field import show
from appraisal.library import Library
from appraisal.library.reader import Node, read_file
from appraisal.operation import Stream
from appraisal.scenario.checks import check_paid, check_sections, check_streams, check_uncertainty
from appraisal.scenario.defaults import Resolver
from appraisal.scenario.events import read_events, with_events
from appraisal.scenario.exclusive import exclusions
from appraisal.scenario.faults import Findings, lines_of
from appraisal.scenario.notices import notices
from appraisal.scenario.plausible import ranges
from appraisal.scenario.prices import resolve_prices
from appraisal.scenario.ready import with_sources
from appraisal.scenario.series import Beside, in_folder, in_memory
from appraisal.scenario.sheet import is_workbook, read_workbook
from appraisal.scenario.uncertainty import read_uncertainty
from appraisal.streams import stream

_STREAMS = ("revenue", "support")
_KNOWN = (*SECTIONS, *_STREAMS, "uncertainty", "overlays", "events", "schema")
# A case with 96 prices for every month stays below a fifth of this; the reader takes about a second for it.
MAX_BYTES = 100_000
# Years that a case may begin in: wide enough for history, and inside what a calendar can hold.
_YEARS = range(1950, 2201)
# Tables that the books name themselves: a stream of that label would be a second one.
TAKEN = re.compile(
    r"levered|unlevered|loan|plant|vat|stream|lease|grant|pool|renewal|booked|taxed|store_cost|fuel|rebalancing|auxiliary|augmentation(_p\d+)?|(loan|plant|lease|grant|party|renewal|work|vat)_.*"
)

_NO_LABEL = said(
    "a label is a plain word of letters, digits and _; it names the stream in every table",
    "名称由英文字母、数字和 _ 组成；各表都用它称呼这项收入",
)
_TAKEN_LABEL = said(
    "the books have a table of this name; choose another label, with stream: beneath",
    "账表已使用这个名称；请另取名称，并在下面写 stream:",
)
_LABEL_TWICE = said(
    "the label stands under revenue too; name one of them otherwise, with stream: beneath",
    "revenue 下已有这个名称；请给其中一项另取名称，并在下面写 stream:",
)


def load_case(path: str | Path, changes: Iterable[Change] = (), library: Library | None = None) -> Case:
    """Read a case from its YAML file, or from a workbook (.xlsx) that was written to be filled in.

    Parameters
    ----------
    path : str or Path
        The file.
    changes : Change …
        Made before anything is resolved, so that they may change structure (``--set``).
    library : Library, optional
        Where facts are looked up; by default the one installed.

    Returns
    -------
    Case
        One scenario; ``case.vary`` makes more.

    Raises
    ------
    InputError
        With every fault of the file, each with line or cell, path, what was found and what was expected.
    """
    return load_stated(path, changes, library)[1]


def load_stated(
    path: str | Path, changes: Iterable[Change] = (), library: Library | None = None, files: Mapping[str, bytes] | None = None
) -> tuple[Mapping[str, Any], Case]:  # fmt: skip
    """What a case's file states, as plain sections, and the case; see :func:`load_case`.

    A price series is read from *files* (name → content) if they are given, else from the folder of the case's file.
    """
    file = Path(path)
    raw, findings = _read(file)
    beside = in_folder(file) if files is None else in_memory(files)
    return raw, with_sources(
        _resolve(raw, findings, tuple(changes), library or Library.open(), file.stem, beside), file
    )


def read_stated(path: str | Path) -> Mapping[str, Any]:
    """What a case's file states, as plain sections, before anything of it is judged.

    Raises
    ------
    InputError
        If the file cannot be read as a case at all.
    """
    raw, findings = _read(Path(path))
    findings.stop()
    return raw


def _read(file: Path) -> tuple[Mapping[str, Any], Findings]:
    return _from_workbook(file) if is_workbook(file) else _from_yaml(file)


def _from_yaml(file: Path) -> tuple[Mapping[str, Any], Findings]:
    node = read_file(file, limit=MAX_BYTES)
    raw = node.plain()
    findings = Findings(where=str(file), lines=dict(lines_of(node)))
    if not isinstance(raw, Mapping):
        findings.add("", _not_a_case(node))
        findings.stop()
    return raw, findings


def _from_workbook(file: Path) -> tuple[Mapping[str, Any], Findings]:
    """What the cells state; a field whose cell was refused is not called missing on top of it."""
    found = read_workbook(file)
    refused = {fault.path for fault in found.faults if fault.path}
    findings = Findings(
        where=found.where, lines=found.lines, cells=found.cells, excused=refused, faults=list(found.faults)
    )
    return found.raw, findings


def case_from_mapping(
    raw: Mapping[str, Any], changes: Iterable[Change] = (), *, name: str = "case", library: Library | None = None,
    files: Mapping[str, bytes] | None = None,
) -> Case:  # fmt: skip
    """The case of a mapping of sections, as a YAML file would hold them.

    A price series is read from *files* (name → content) if they are given, and then no folder is read; else from the
    folder that *name*, taken for a path, stands in.
    """
    return _resolve(
        _plain(raw),
        Findings(where=name, lines={}),
        tuple(changes),
        library or Library.open(),
        Path(name).stem,
        in_folder(Path(name)) if files is None else in_memory(files),
    )


def _plain(value: Any) -> Any:
    """Mappings and lists as the YAML reader gives them."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return tuple(_plain(inner) for inner in value) if isinstance(value, (list, tuple)) else value


def _not_a_case(node: Node) -> Message:
    what = (
        said("is empty", "文件是空的")
        if node.value is None
        else said("is not a mapping of sections", "不是由各节组成的映射")
    )
    names = ", ".join(SECTIONS)
    return said(
        "{what}; expected a case with sections {names}", "{what}；算例应包含各节：{names}", what=what, names=names
    )


def _resolve(
    raw: Mapping[str, Any], findings: Findings, changes: tuple[Change, ...], library: Library, name: str, beside: Beside
) -> Case:  # fmt: skip
    findings.changed = frozenset(change.path for change in changes)
    stated = _known_sections(apply_changes(raw, changes), findings)
    events = read_events(stated.pop("events", {}), findings)
    plain = deepcopy(stated)
    case = _resolved(stated, findings, library, name, beside, {})

    def era(sections: dict[str, Any], told: Findings, begun: Mapping[str, date]) -> Case:
        return _resolved(_known_sections(sections, told), told, library, name, beside, begun)

    if events:
        case = with_events(case, plain, events, findings, era)
    check_paid(case, findings)
    check_uncertainty(case, findings)
    findings.stop()
    return case


def _resolved(
    stated: dict[str, Any], findings: Findings, library: Library, name: str, beside: Beside, begun: Mapping[str, date]
) -> Case:  # fmt: skip
    """The case of one era, without its events."""
    if "overlays" in stated:
        library = _overlaid(library, stated["overlays"], findings)
    resolver = Resolver(library, findings)
    resolver.begun = begun
    project = _read_project(stated, findings)
    if project is None:
        resolver.excuse_all()
    else:
        resolver.fill(stated, project)
    sections: dict[str, Any] = {"project": project}
    sections |= {
        name: findings.section(kind, stated.get(name, {}), name) for name, kind in SECTIONS.items() if name != "project"
    }
    streams = {name: _read_streams(stated, name, project, resolver, findings) for name in _STREAMS}
    before, prices = len(findings.faults), None
    if project is not None and sections["market"] is not None:
        prices = resolve_prices(project, sections["market"], resolver, findings, beside)
    priced = len(findings.faults) == before
    check_sections(sections, findings)
    uncertainty = read_uncertainty(stated.get("uncertainty", {}), findings)
    # Streams are judged on the whole case; where a part is missing, its own fault is enough.
    if None in sections.values() or not priced:
        findings.stop()
    case = Case(
        **sections, revenue=streams["revenue"], support=streams["support"], prices=prices, uncertainty=uncertainty,
        facts=tuple(resolver.facts), origins=resolver.origins(stated), name=name,
    )  # fmt: skip
    rules = exclusions(case, resolver)
    case = replace(case, exclusions=rules, plausible=ranges(case, resolver), facts=tuple(resolver.facts))
    check_streams(case, findings)
    for name in library.overlays:
        if name not in {fact.name for fact in case.facts}:
            findings.add(f"overlays.{name}", said(
                "this case does not read that fact, so that a what-if on it changes nothing; remove it",
                "本算例不读取这个参数，假设它取别的值不会改变结果；请删去"
            ))  # fmt: skip
    if findings.faults:
        check_uncertainty(case, findings, events=False)
    findings.stop()
    return notices(case, resolver)


def _known_sections(stated: dict[str, Any], findings: Findings) -> dict[str, Any]:
    """The sections that hold something; a misspelt one is read as the one meant, so that its own faults are told too."""
    known: dict[str, Any] = {}
    for name, value in stated.items():
        if value is None:
            continue
        if name not in _KNOWN:
            findings.add(name, said("unknown section; {known}", "没有这一节；{known}", known=suggest(name, _KNOWN)))
            meant = nearest(name, _KNOWN)
            if meant is None or stated.get(meant) is not None:
                continue
            findings.read_as(name, meant)
            name = meant
        known[name] = value
    if known.get("schema", 1) != 1:
        findings.add("schema", said(
            "version {version} of the case format; this program reads 1",
            "算例格式版本为 {version}；本程序读取版本 1", version=show(known["schema"])
        ))  # fmt: skip
    return known


def _read_project(stated: Mapping[str, Any], findings: Findings) -> Project | None:
    project: Project | None = findings.section(Project, stated.get("project", {}), "project")
    return project if project is None else _check_start(project, findings)


def _overlaid(library: Library, overlays: Any, findings: Findings) -> Library:
    if not isinstance(overlays, Mapping):
        findings.add("overlays", said("expected a mapping: fact name → value", "应为映射：参数名 → 值"))
        return library
    for name, value in overlays.items():
        try:
            library = library.overlaid({name: value})
        except InputError as error:
            findings.take(error, f"overlays.{name}")
    return library


def _check_start(project: Project, findings: Findings) -> Project | None:
    start = project.construction_start
    if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", start) and int(start[:4]) in _YEARS:
        return project
    findings.add("project.construction_start", said(
        "{start!r} is not a month; expected YYYY-MM, 2026-03, of a year {first}–{last}",
        "{start!r} 不是年月；应写作 YYYY-MM（如 2026-03），年份在 {first}–{last} 之间", start=start, first=_YEARS[0], last=_YEARS[-1]
    ))  # fmt: skip
    return None


def _read_streams(
    stated: Mapping[str, Any], section: str, project: Project | None, resolver: Resolver, findings: Findings
) -> dict[str, Terms]:  # fmt: skip
    found: dict[str, Terms] = {}
    raw = stated.get(section) or {}
    if not isinstance(raw, Mapping):
        findings.add(section, said("expected a mapping: label → terms", "应为映射：名称 → 条款"))
        return found
    for label, terms in raw.items():
        path = f"{section}.{label}"
        if not str(label).isidentifier() or not str(label).isascii():
            findings.add(path, _NO_LABEL)
            continue
        if TAKEN.fullmatch(label):
            findings.add(path, _TAKEN_LABEL)
            continue
        if section == "support" and label in (stated.get("revenue") or {}):
            findings.add(path, _LABEL_TWICE)
            continue
        if not isinstance(terms, Mapping):
            findings.add(path, said(
                "expected a mapping of terms, found {value}", "应为各条款的映射，这里是 {value}", value=show(terms)
            ))  # fmt: skip
            continue
        kind = _stream(str(terms.get("stream", label)), path, findings)
        if kind is None:
            continue
        if project is None:
            # Without a project no fact is looked up for the terms; they are not missing on top of it.
            findings.excused |= {f"{path}.{term}" for term in kind.facts}
        filled = resolver.fill_terms(dict(terms), kind, path, project) if project is not None else dict(terms)
        read = findings.section(kind.terms, filled, path)
        if read is not None:
            found[str(label)] = read
    return found


def _stream(name: str, path: str, findings: Findings) -> Stream | None:
    try:
        return stream(name)
    except InputError as error:
        findings.take(error, path)
        return None
