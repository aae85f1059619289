"""What holds where a draft states nothing, and where that comes from: technology, national rules, the library, the field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st
from pydantic import ValidationError

from appraisal.app.choices import tariff_file
from appraisal.app.draft import Draft, facts
from appraisal.app.fields import STREAMS, Field, field_at, look
from appraisal.case.schema import Project
from appraisal.errors import InputError
from appraisal.finance.inputs import fallback
from appraisal.library import Fact, Library
from appraisal.scenario.defaults import Resolver
from appraisal.scenario.faults import Findings
from appraisal.streams import stream

_MONTH = re.compile(r"(19[5-9]\d|20\d\d|2100)-(0[1-9]|1[0-2])")
_KEPT = 64


@dataclass(frozen=True, kw_only=True)
class Held:
    """The value of a field that is left out.

    ``kind`` is a word of ``text.ORIGINS`` or ``same`` for a field that takes the value of another one, *path*; ``fact``
    is the fact behind the value.
    """

    value: Any
    kind: str
    path: str = ""
    fact: Fact | None = None


def defaults(draft: Draft) -> Mapping[str, Held]:
    """Dotted path → what the library supplies for this technology, place and date."""
    return _supplied(draft.key, draft)


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _supplied(key: str, _draft: Draft) -> Mapping[str, Held]:
    del key  # It stands for the draft's content.
    project = project_of(_draft)
    library, findings = library_of(_draft), Findings(where="", lines={})
    resolver = Resolver(library, findings)
    technology = look(_draft.stated, "storage.technology")
    stated: dict[str, Any] = {"storage": {"technology": technology}} if technology else {}
    resolver.fill(stated, project)
    found = _of(resolver, stated)
    for head in STREAMS:
        for label, terms in (
            (look(_draft.stated, head) or {}).items() if isinstance(look(_draft.stated, head), Mapping) else ()
        ):
            found |= _of_terms(library, f"{head}.{label}", str(label), terms, project)
    return found


def terms_defaults(draft: Draft, kind: str) -> Mapping[str, Held]:
    """What the library supplies for the terms of a stream that is about to be added; paths are names of terms."""
    found = _of_terms(library_of(draft), "new", kind, {}, project_of(draft))
    return {path.removeprefix("new."): held for path, held in found.items()}


def _of_terms(library: Library, path: str, label: str, terms: Any, project: Project) -> dict[str, Held]:
    stated = terms if isinstance(terms, Mapping) else {}
    try:
        kind = stream(str(stated.get("stream") or label))
    except InputError:
        return {}  # Named as a fault of the draft.
    resolver = Resolver(library, Findings(where="", lines={}))
    area = {"area": stated["area"]} if isinstance(stated.get("area"), str) else {}
    filled = resolver.fill_terms(dict(area), kind, path, project)
    head, _, name = path.partition(".")
    return _of(resolver, {head: {name: filled}} if name else {head: filled})


def library_of(draft: Draft) -> Library:
    """The library as the case reads it: with its what-ifs, as far as they can be read."""
    overlays = look(draft.stated, "overlays")
    try:
        return facts().overlaid(overlays) if isinstance(overlays, Mapping) else facts()
    except InputError:
        return facts()  # Each what-if that cannot be read is a fault of the draft.


def project_of(draft: Draft) -> Project:
    """The project that dates the facts; while it has faults, one of this month in the same place."""
    stated = look(draft.stated, "project")
    given = dict(stated) if isinstance(stated, Mapping) else {}
    try:
        project = Project.model_validate(given)
    except ValidationError:
        project = None
    if project is not None and _MONTH.fullmatch(project.construction_start):
        return project
    province = given.get("province")
    return Project(
        province=province if isinstance(province, str) else "", side="grid", construction_start=f"{date.today():%Y-%m}",
        construction_months=1, operation_years=1,
    )  # fmt: skip


def _of(resolver: Resolver, stated: Mapping[str, Any]) -> dict[str, Held]:
    by_name = {fact.name: fact for fact in resolver.facts}
    return {
        path: Held(value=look(stated, path), kind=origin.kind, fact=by_name.get(origin.source.partition(":")[0]))
        for path, origin in resolver.origins(stated).items()
        if origin.kind != "case"
    }


def held(field: Field, draft: Draft) -> Held | None:
    """What holds for a field that is left out; None where it must be stated or its help says what then holds."""
    found = defaults(draft).get(field.path)
    if found is not None:
        return found
    file = tariff_file(draft) if field.path == "market.user_class" else None
    own = file.default_class.get(str(look(draft.stated, "market.parts") or "two")) if file is not None else None
    if own is not None:
        return Held(value=own, kind="library")
    other = fallback(field.path)
    if other is not None and field.default is None:
        stated = look(draft.stated, other)
        inner = field_at(draft.stated, other)
        below = held(inner, draft) if stated is None and inner is not None else None
        return Held(value=stated if below is None else below.value, kind="same", path=other)
    return (
        None
        if field.default is None or field.shape in ("named", "list")
        else Held(value=_plain(field.default), kind="default")
    )


def _plain(value: Any) -> Any:
    """A declared default that is held as a table is one number."""
    return value[0][0] if isinstance(value, list) and value and isinstance(value[0], list) else value
