"""Every field says what it is: unit, both titles, range; the JSON schema carries them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from pydantic.fields import FieldInfo

from appraisal.case.schema import SECTIONS
from appraisal.field import NUMERIC, Declared, Section, declared, entries_of
from appraisal.scenario import json_schema
from appraisal.scenario.faults import _section_in
from appraisal.streams import stream, stream_names

# What a unit may be made of; a word outside says that a new one was coined, or an old one misspelt.
UNITS = {
    "1", "share", "share/year", "years", "months", "days", "h", "kW", "MW", "MWh", "MW/MW/h", "yuan", "yuan/year", "yuan/kW", "yuan/kWh", "yuan/MWh",
    "yuan/MW", "yuan/MW/h", "yuan/kW/year", "yuan/kWh/year", "cycle/year", "cycle/day", "1/day^p", "1/cycle^q",
    "year", "°C", "MWh/MWh", "MW/MW/day", "Mvar/MW", "MVA/MW", "yuan/Mvar/h", "yuan/month", "calls/year", "MWh/year", "yuan/t", "t/MWh", "h/year", "1/year", "kWh",
    "kVA", "yuan/kW/month", "yuan/kVA/month",
}  # fmt: skip

# What the end of a name says of the unit; the longest end that fits holds.
ENDINGS = {
    "_kw": "kW", "_mw": "MW", "_mwh": "MWh", "_yuan": "yuan", "_yuan_per_kwh": "yuan/kWh", "_yuan_per_kw": "yuan/kW", "_yuan_per_mwh": "yuan/MWh",
    "_yuan_per_mw": "yuan/MW", "_yuan_per_mw_hour": "yuan/MW/h", "_yuan_per_kw_year": "yuan/kW/year", "_yuan_per_year": "yuan/year",
    "_mw_per_mw_hour": "MW/MW/h", "_t_per_mwh": "t/MWh", "yuan_per_kw": "yuan/kW", "_mvar_per_mw": "Mvar/MW", "_mva_per_mw": "MVA/MW", "_years": "years", "_months": "months", "_hours": "h", "_share": "share", "_per_year": "",
}  # fmt: skip


def fields(kind: type[Section], path: str) -> Iterator[tuple[str, FieldInfo]]:
    """(dotted path, field) of every field, those of inner sections included; ``*`` stands for the name of an entry."""
    for name, info in kind.model_fields.items():
        inner = _section_in(info.annotation)
        if inner is not None:
            yield from fields(inner, f"{path}.{name}" if entries_of(info) is None else f"{path}.{name}.*")
        if not (isinstance(info.annotation, type) and issubclass(info.annotation, Section)):
            yield f"{path}.{name}", info


ALL = [
    *(found for name, kind in SECTIONS.items() for found in fields(kind, name)),
    *(found for name in stream_names() for found in fields(stream(name).terms, name)),
]


@pytest.mark.parametrize(("path", "info"), ALL, ids=[path for path, _ in ALL])
def test_field_has_unit_and_both_titles(path: str, info: FieldInfo) -> None:
    """A number has a known unit; a unit in the name is the unit declared."""
    what = declared(info)
    assert what.en[0].isupper() or what.en[0].isdigit()
    assert any("一" <= letter <= "鿿" for letter in what.zh)
    if what.kind in NUMERIC or what.kind == "count":
        assert what.unit in UNITS
    name = path.rpartition(".")[2]
    ending = max((ending for ending in ENDINGS if name.endswith(ending)), key=len, default=None)
    if ending is not None and what.kind in NUMERIC:
        assert what.unit.startswith(ENDINGS[ending])


@pytest.mark.parametrize("name", [*SECTIONS, *stream_names()])
def test_titles_are_unique_inside_a_section(name: str) -> None:
    """Two fields of one title cannot be told apart on a form."""
    kind = SECTIONS[name] if name in SECTIONS else stream(name).terms
    forms: dict[str, list[Declared]] = {}
    for path, info in fields(kind, name):
        # An entry of a named group is a form of its own.
        forms.setdefault(path.rpartition(".*.")[0], []).append(declared(info))
    for found in forms.values():
        for titles in ([what.en for what in found], [what.zh for what in found]):
            assert len(set(titles)) == len(titles), sorted(title for title in titles if titles.count(title) > 1)


def leaves(schema: Mapping[str, Any], path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(dotted path, schema) of every field of a section's schema."""
    for name, inner in schema["properties"].items():
        if "properties" in inner:
            yield from leaves(inner, f"{path}.{name}")
        else:
            if inner.get("kind") == "named":
                yield from leaves(inner["additionalProperties"], f"{path}.{name}.*")
            yield f"{path}.{name}", inner


def test_json_schema_carries_unit_titles_and_range() -> None:
    """Every leaf of every section and stream; the range in JSON schema's own words too."""
    schema = json_schema()["properties"]
    streams = schema["revenue"]["properties"]
    assert set(streams) == set(stream_names())
    found = dict(leaf for name in SECTIONS for leaf in leaves(schema[name], name)) | dict(
        leaf for name in streams for leaf in leaves(streams[name], name)
    )
    for path, info in ALL:
        if path.startswith(("market.typical_days.", "market.site.days.", "project.phases.")):
            continue  # Inside a list: its schema stands under ``items``.
        leaf, what = found[path], declared(info)
        assert (leaf["zh"], leaf["en"], leaf["title"]) == (what.zh, what.en, what.en) or what.kind == "group"
        if what.kind in ("number", "constant", "count"):
            assert leaf["unit"] == what.unit
            assert leaf.get("basis", "") == what.basis
            assert leaf.get("minimum") == what.ge
            assert leaf.get("exclusiveMinimum") == what.gt
            assert leaf.get("maximum") == what.le


def test_nothing_that_the_library_supplies_is_required_by_the_schema() -> None:
    """A case may leave out what a technology, a national rule or a fact of the province gives."""
    schema = json_schema()["properties"]
    assert schema["storage"]["required"] == ["power_mw", "energy_mwh", "availability"]
    assert "required" not in schema["capital"]
    assert schema["revenue"]["properties"]["capacity"]["required"] == ["listed", "affordability_assessed"]
