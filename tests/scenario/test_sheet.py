"""The workbook to fill in: what is exported, filled or left alone, saved again by another program, is the same case."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from drawn_structures import structures
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import LIBRARY, cases
from structures import STRUCTURES

from appraisal import Case
from appraisal.case.schema import SECTIONS
from appraisal.field import NUMERIC
from appraisal.library.reader import read_text
from appraisal.scenario import case_from_mapping, digest, load_case, resolved, scenario_names, scenario_path
from appraisal.scenario.load import load_stated
from appraisal.scenario.sheet import form, read_workbook, workbook, yaml_text
from appraisal.scenario.sheet.flow import flow
from appraisal.scenario.sheet.values import from_cell, to_cell
from appraisal.streams import stream, stream_names

LANGS = ("zh", "en")


def plain(value: Any) -> Any:
    """Lists as the reader of files keeps them."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    return tuple(plain(inner) for inner in value) if isinstance(value, (list, tuple)) else value


def stated(raw: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping without groups that hold nothing, which state nothing."""
    found = {}
    for key, value in raw.items():
        if isinstance(value, Mapping) and key not in ("revenue", "support", "loans", "leases", "grants", "parties", "classes", "later_works"):  # fmt: skip
            value = stated(value)
        if value != {} and value is not None:
            found[key] = value
    return found


def same(first: Case, second: Case) -> None:
    """Every resolved value with its origin, and the digest of all that decides the result."""
    assert list(resolved(second)) == list(resolved(first))
    assert digest(second) == digest(first)
    assert list(second.streams) == list(first.streams)
    assert second.uncertainty == first.uncertainty
    assert second.facts == first.facts


def alone(name: str, folder: Path) -> tuple[Mapping[str, Any], Case]:
    """A ready case copied, without what is said beside it."""
    copy = folder / f"{name}.yaml"
    copy.write_bytes(scenario_path(name).read_bytes())
    return load_stated(copy, library=LIBRARY)


def through(raw: Mapping[str, Any], case: Case | None, lang: str, folder: Path) -> Path:
    """The file of a workbook with what *raw* states."""
    file = folder / "case.xlsx"
    file.write_bytes(workbook(lang, raw, case))
    return file


@pytest.mark.parametrize(("name", "lang"), [(name, LANGS[place % 2]) for place, name in enumerate(scenario_names())])
def test_ready_case_comes_back_from_the_workbook(name: str, lang: str, tmp_path: Path) -> None:
    """The mapping is equal, and so is the case, but for the sources that stand beside the ready one."""
    raw, case = alone(name, tmp_path)
    file = through(raw, case, lang, tmp_path)
    found = read_workbook(file)
    assert found.faults == []
    assert found.raw == stated(raw)
    same(case, load_case(file, library=LIBRARY))


@pytest.mark.parametrize("name", STRUCTURES)
def test_structure_comes_back_from_the_workbook(name: str, tmp_path: Path) -> None:
    """Loans, leases, grants, parties, classes, later works, phases, typical days, streams under other labels."""
    raw = plain(STRUCTURES[name])
    case = case_from_mapping(raw, library=LIBRARY)
    file = through(raw, case, "zh", tmp_path)
    found = read_workbook(file)
    assert found.faults == []
    assert found.raw == stated(raw)
    same(case, load_case(file, library=LIBRARY))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(raw=cases() | structures(), lang=st.sampled_from(LANGS))
def test_any_case_comes_back_from_the_workbook(raw: dict[str, Any], lang: str) -> None:
    """Bit by bit, numbers of seventeen digits and values left out on purpose included."""
    case = case_from_mapping(raw, library=LIBRARY)
    with tempfile.TemporaryDirectory() as folder:
        same(case, load_case(through(plain(raw), case, lang, Path(folder)), library=LIBRARY))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(raw=cases() | structures())
def test_any_case_comes_back_from_yaml(raw: dict[str, Any]) -> None:
    """The text that a workbook is converted into states the same mapping."""
    assert read_text(yaml_text(plain(raw)), "case").plain() == {"schema": 1, **plain(raw)}


@given(text=st.text(st.characters(exclude_categories=["C"]), max_size=40))
def test_any_text_survives_cell_and_yaml(text: str) -> None:
    """Quotes, signs of formulas, numbers in words, spaces at the ends."""
    row = next(row for block in form.inputs() for row in block.rows if row.code == "project.owner")
    assert from_cell(to_cell(text, row), row) == text
    assert read_text(f"a: {flow(text)}", "text").plain() == {"a": text}


@given(number=st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**18), 10**18))
def test_any_number_survives_the_fifteen_digits_of_a_cell(number: float) -> None:
    """What fifteen digits would change is text, which is read as the number it is."""
    row = next(
        row for block in form.inputs() for row in block.rows if row.code == "market.system_operation_yuan_per_kwh"
    )
    held = to_cell(number, row)
    kept = from_cell(held if isinstance(held, str) else float(f"{held:.15g}"), row)
    assert kept == number


def test_text_like_a_formula_stays_text(tmp_path: Path) -> None:
    """A title that begins with = is shown, not computed: another program finds a text in the cell."""
    raw, case = load_stated(scenario_path("contract_schedule"), library=LIBRARY)
    odd = {
        "title": {"zh": "=1+1", "en": '=HYPERLINK("http://example.org")'},
        "project": {**raw["project"], "owner": " -2 "},
    }
    file = through({**raw, **odd}, case, "en", tmp_path)
    sheet = openpyxl.load_workbook(file)["Inputs"]
    kinds = {row[0].value: (row[2].value, row[2].data_type) for row in sheet.iter_rows(max_col=3)}
    # openpyxl takes every text with = for a formula; the file itself says what the cell is.
    assert kinds["title.zh"][0] == "=1+1"
    assert b"<f>" not in b"".join(
        zipfile.ZipFile(file).read(f"xl/worksheets/sheet{number}.xml") for number in range(1, 7)
    )
    assert read_workbook(file).raw["title"] == odd["title"]
    assert read_workbook(file).raw["project"]["owner"] == " -2 "


def soffice(file: Path, kind: str) -> Path:
    """The file as LibreOffice saves it."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed")
    out = file.parent / "saved"
    profile = f"-env:UserInstallation=file://{file.parent / 'profile'}"
    subprocess.run(
        [program, profile, "--headless", "--norestore", "--convert-to", kind, "--outdir", str(out), str(file)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return next(out.glob(f"{file.stem}.*"))


@pytest.mark.parametrize("name", ["many", "phased", "hainan_grid_lfp"])
def test_workbook_saved_by_libreoffice_is_the_same_case(name: str, tmp_path: Path) -> None:
    """Another program opens it, writes it anew, and nothing has moved."""
    ready = name in scenario_names()
    raw, case = (
        alone(name, tmp_path)
        if ready
        else (plain(STRUCTURES[name]), case_from_mapping(STRUCTURES[name], library=LIBRARY))
    )
    file = through(raw, case, "zh", tmp_path)
    saved = soffice(file, "xlsx:Calc MS Excel 2007 XML")
    assert saved.read_bytes() != file.read_bytes()
    same(case, load_case(saved, library=LIBRARY))


# --- filled in by a person -----------------------------------------------------------------------------------------------


def filled(file: Path, values: Mapping[tuple[str, str, int], Any]) -> Path:
    """The file with cells filled by another program: (sheet, code in column A, column from 3) → value."""
    book = openpyxl.load_workbook(file)
    for (name, code, column), value in values.items():
        sheet = book[name]
        row = next(cell.row for cell in sheet["A"] if cell.value == code)
        sheet.cell(row, column).value = value
    book.save(file)
    return file


@pytest.mark.parametrize("lang", LANGS)
def test_empty_workbook_filled_in_is_the_case_of_the_same_yaml(lang: str, tmp_path: Path) -> None:
    """What a person types gives what the same words in YAML give; filled in by another program."""
    names = {"zh": ("输入", "分项", "收入", "曲线"), "en": ("Inputs", "Entries", "Streams", "Series")}[lang]
    inputs, entries, streams, series = names
    file = tmp_path / "mine.xlsx"
    file.write_bytes(workbook(lang))
    values: dict[tuple[str, str, int], Any] = {
        (inputs, "project.province", 3): "jiangsu", (inputs, "project.side", 3): "grid", (inputs, "project.construction_start", 3): "2026-03",
        (inputs, "project.construction_months", 3): 12, (inputs, "project.operation_years", 3): 4, (inputs, "storage.technology", 3): "lfp",
        (inputs, "storage.power_mw", 3): 1, (inputs, "storage.energy_mwh", 3): 2, (inputs, "storage.availability", 3): 0.97,
        (inputs, "storage.discharged_mwh", 3): 420, (inputs, "storage.charged_mwh", 3): "500; 499; 498.5; 490", (inputs, "storage.replacement.operation_years", 3): "2；3",
        (inputs, "finance.debt_share", 3): 0.5, (inputs, "finance.loan_rate", 3): " 0.04", (inputs, "finance.loan_years", 3): 4, (inputs, "finance.discount_rate", 3): 0.06,
        (inputs, "tax.loss_years", 3): "10",
        (entries, "finance.loans.*", 4): "bank", (entries, "finance.loans.*.share", 4): 1, (entries, "capital.classes.*", 3): "cells",
        (entries, "capital.classes.*.lines", 3): "battery, power", (entries, "finance.grants.*", 3): "town", (entries, "finance.grants.*.yuan", 3): 1000,
        (streams, "schedule.*", 3): "contract", (streams, "schedule.*.income_yuan", 3): f"{series}!C", (streams, "schedule.*.vat_rate", 3): 0.13,
        (streams, "schedule.*.taxed", 3): False, (streams, "schedule.*.paid_by", 3): "market",
        **{(series, number, 3): 300_000 + number for number in (1, 2, 3, 4)},
    }  # fmt: skip
    raw = {
        "project": {"province": "jiangsu", "side": "grid", "construction_start": "2026-03", "construction_months": 12, "operation_years": 4},
        "storage": {"technology": "lfp", "power_mw": 1, "energy_mwh": 2, "availability": 0.97, "discharged_mwh": 420, "charged_mwh": [500, 499, 498.5, 490],
                    "replacement": {"operation_years": [2, 3]}},
        "finance": {"debt_share": 0.5, "loan_rate": 0.04, "loan_years": 4, "discount_rate": 0.06, "loans": {"bank": {"share": 1}}, "grants": {"town": {"yuan": 1000}}},
        "tax": {"loss_years": 10}, "capital": {"classes": {"cells": {"lines": ["battery", "power"]}}},
        "revenue": {"contract": {"stream": "schedule", "paid_by": "market", "income_yuan": [300001, 300002, 300003, 300004], "vat_rate": 0.13, "taxed": False}},
    }  # fmt: skip
    found = read_workbook(filled(file, values))
    assert found.faults == []
    assert found.raw == plain(raw)
    same(case_from_mapping(raw, library=LIBRARY), load_case(file, library=LIBRARY))


def test_every_field_of_the_schema_stands_in_the_form_once() -> None:
    """Sections, inner sections, named groups, lists, terms of every stream: from the schema, by our own walk of it."""
    codes = [row.code for block in (*form.inputs(), *form.entries(), *form.streams().values()) for row in block.rows]
    assert len(codes) == len(set(codes))
    expected = {code for name, kind in SECTIONS.items() for code in walked(kind.model_json_schema(), name)}
    for name in stream_names():
        schema = stream(name).terms.model_json_schema()
        expected |= {f"{name}.*.{term}" for term in schema["properties"]} | {f"{name}.*: section"}
    assert set(codes) == expected


def walked(schema: Mapping[str, Any], path: str) -> Iterator[str]:
    """Codes of the leaves of a JSON schema."""
    inner = schema.get("$defs", {})
    for name, field in schema["properties"].items():
        here = f"{path}.{name}"
        below = (
            (here, field) if "$ref" in field
            else (f"{here}.*", field["additionalProperties"]) if "additionalProperties" in field
            else (f"{here}.#", field["items"]) if "$ref" in field.get("items", {})
            else None
        )  # fmt: skip
        if below is None:
            yield here
        else:
            yield from walked({**inner[below[1]["$ref"].rpartition("/")[2]], "$defs": inner}, below[0])


def test_form_shows_unit_range_default_and_guards_every_cell() -> None:
    """As another program reads it: a list for every choice, a warning for every number, help beside each."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "form.xlsx"
        file.write_bytes(workbook("zh"))
        book = openpyxl.load_workbook(file)
    sheet = book["输入"]
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    rows = {sheet.cell(at, 1).value: at for at in range(1, sheet.max_row + 1)}
    for block in form.inputs():
        for row in block.rows:
            at = rows[row.code]
            assert sheet.cell(at, 2).value == row.what.zh
            assert ("元" in (sheet.cell(at, 4).value or "")) == row.what.unit.startswith("yuan")
            assert ("含税" in (sheet.cell(at, 4).value or "")) == bool(row.what.basis)
            assert (sheet.cell(at, 8).value or "") == row.what.help_zh
            rule = rules.get(f"C{at}")
            if row.what.kind in ("choice", "flag"):
                assert rule is not None
                assert rule.type == "list"
                assert rule.formula1 == '"' + ",".join(map(str, row.words or ("true", "false"))) + '"'
            elif row.what.kind in NUMERIC and row.what.kind in ("number", "constant"):
                assert rule is not None
                assert rule.errorStyle == "warning"
    assert sheet.cell(rows["storage.charge_efficiency"], 7).value == "technology.lfp.charge_efficiency"
    assert sheet.cell(rows["finance.debt_share"], 6).value == "必填"
    shown = {code: (sheet.cell(at, 4).value, sheet.cell(at, 5).value) for code, at in rows.items()}
    assert shown["storage.power_mw"] == ("MW", "0 < x ≤ 100000")
    assert shown["capital.battery_yuan_per_kwh"] == ("元/kWh（含税）", "x ≥ 0")
    assert shown["finance.loan_rate"] == ("比例/年", "0 ≤ x ≤ 0.5")


def test_reading_takes_less_than_a_second(tmp_path: Path) -> None:
    """The largest structure, once the program is loaded."""
    raw = plain(STRUCTURES["many"])
    file = through(raw, None, "zh", tmp_path)
    began = time.process_time()
    read_workbook(file)
    assert time.process_time() - began < 1.0
