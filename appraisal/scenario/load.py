"""A case's file → the case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from appraisal.case import Case, Change, Origin, apply_changes
from appraisal.case.periods import month_after
from appraisal.case.schema import SECTIONS, Project, Terms
from appraisal.errors import InputError, suggest
from appraisal.library import Fact, Library
from appraisal.library.reader import Node, read_file
from appraisal.operation import Stream
from appraisal.scenario.checks import check_case
from appraisal.scenario.defaults import Resolver
from appraisal.scenario.faults import Findings, lines_of
from appraisal.scenario.notices import notices
from appraisal.scenario.prices import resolve_prices
from appraisal.scenario.uncertainty import read_uncertainty
from appraisal.streams import stream

_STREAMS = ("revenue", "support")
_KNOWN = (*SECTIONS, *_STREAMS, "uncertainty", "overlays", "events", "schema")
_DATE = {"construction_start": 0, "policy_start": 0}


def load_case(path: str | Path, changes: Iterable[Change] = (), library: Library | None = None) -> Case:
    """Read a case from its YAML file.

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
        With every fault of the file, each with line, path, what was found and what was expected.
    """
    file = Path(path)
    node = read_file(file)
    raw = node.plain()
    findings = Findings(where=str(path), lines=dict(lines_of(node)))
    if not isinstance(raw, Mapping):
        findings.add("", _not_a_case(node))
        findings.stop()
    return _resolve(raw, findings, tuple(changes), library or Library.open(), file)


def case_from_mapping(
    raw: Mapping[str, Any], changes: Iterable[Change] = (), *, name: str = "case", library: Library | None = None
) -> Case:  # fmt: skip
    """The case of a mapping of sections, as a YAML file would hold them."""
    return _resolve(_plain(raw), Findings(where=name, lines={}), tuple(changes), library or Library.open(), Path(name))


def _plain(value: Any) -> Any:
    """Mappings and lists as the YAML reader gives them."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return tuple(_plain(inner) for inner in value) if isinstance(value, (list, tuple)) else value


def _not_a_case(node: Node) -> str:
    what = "is empty" if node.value is None else "is not a mapping of sections"
    return f"{what}; expected a case with sections {', '.join(SECTIONS)}"


def _resolve(raw: Mapping[str, Any], findings: Findings, changes: tuple[Change, ...], library: Library, file: Path) -> Case:
    stated = apply_changes(raw, changes)
    _unknown_sections(stated, findings)
    if stated.get("overlays"):
        library = _overlaid(library, stated["overlays"], findings)
    project: Project | None = findings.section(Project, stated.get("project", {}), "project")
    if project is not None:
        project = _check_start(project, findings)
    resolver = Resolver(library, findings, {change.path for change in changes})
    if project is not None:
        resolver.fill(stated, project)
    sections = {name: findings.section(kind, stated.get(name, {}), name) for name, kind in SECTIONS.items() if name != "project"}
    streams = {name: _read_streams(stated, name, project, resolver, findings) for name in _STREAMS}
    uncertainty = read_uncertainty(stated.get("uncertainty", {}), findings)
    if findings.faults or project is None:
        findings.stop()
    assert project is not None
    prices = resolve_prices(project, sections["market"], resolver, findings, file)
    findings.stop()
    case = Case(
        **sections, project=project, revenue=streams["revenue"], support=streams["support"], prices=prices,
        uncertainty=uncertainty, facts=tuple(resolver.facts), origins=resolver.origins(stated), name=file.stem,
    )  # fmt: skip
    check_case(case, findings)
    findings.stop()
    return notices(case, resolver)


def _unknown_sections(stated: Mapping[str, Any], findings: Findings) -> None:
    for key in stated:
        if key not in _KNOWN:
            findings.add(str(key), f"unknown section; {suggest(str(key), _KNOWN)}")
    if stated.get("events"):
        findings.add("events", "not yet supported; dated changes come with a later version. Remove the section")
    if stated.get("schema", 1) != 1:
        findings.add("schema", f"version {stated['schema']!r} of the case format; this program reads 1")


def _overlaid(library: Library, overlays: Any, findings: Findings) -> Library:
    if not isinstance(overlays, Mapping):
        findings.add("overlays", "expected a mapping: fact name → value")
        return library
    try:
        return library.overlaid(dict(overlays))
    except InputError as error:
        findings.take(error, "overlays")
        return library


def _check_start(project: Project, findings: Findings) -> Project | None:
    try:
        year, month = month_after(project.construction_start, 0)
        date(year, month, 1)
        if f"{year:04d}-{month:02d}" != project.construction_start or not 1 <= int(project.construction_start[5:]) <= 12:
            raise ValueError
    except ValueError:
        findings.add("project.construction_start", f"{project.construction_start!r} is not a month; expected YYYY-MM, 2026-03")
        return None
    return project


def _read_streams(
    stated: Mapping[str, Any], section: str, project: Project | None, resolver: Resolver, findings: Findings
) -> dict[str, Terms]:  # fmt: skip
    found: dict[str, Terms] = {}
    raw = stated.get(section) or {}
    if not isinstance(raw, Mapping):
        findings.add(section, "expected a mapping: label → terms")
        return found
    for label, terms in raw.items():
        path = f"{section}.{label}"
        if not str(label).isidentifier() or not str(label).isascii():
            findings.add(path, "a label is a plain word of letters, digits and _; it names the stream in every table")
            continue
        if not isinstance(terms, Mapping):
            findings.add(path, f"expected a mapping of terms, found {terms!r}")
            continue
        kind = _stream(str(terms.get("stream", label)), path, findings)
        if kind is None:
            continue
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


__all__ = ["Fact", "Origin", "case_from_mapping", "load_case"]
