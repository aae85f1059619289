"""``appraisal case new|check|list`` and ``appraisal schema``."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic.fields import FieldInfo

from appraisal import appraise
from appraisal.field import declared
from appraisal.library import Library
from appraisal.library.reader import read_text
from appraisal.scenario import case_from_mapping, load_case, scenario_names, scenario_path
from appraisal.scenario.faults import Findings
from appraisal.streams import stream, stream_names

LIBRARY = Library.open()
# A value for every field that the template leaves open: a contract of known amounts.
FILLED = {
    "project.province": "jiangsu", "project.side": "grid", "project.construction_start": "2026-03", "project.construction_months": "12",
    "project.operation_years": "10", "storage.power_mw": "1", "storage.energy_mwh": "2", "storage.availability": "0.97",
    "finance.debt_share": "0.5", "finance.loan_rate": "0.04", "finance.loan_years": "5", "finance.discount_rate": "0.06",
}  # fmt: skip
TERMS = {
    "above_cap": "capped",
    "listed": "true", "affordability_assessed": "true", "price_yuan_per_kw_year": "165", "required_hours": "6", "power_share": "0.1",
    "price_cap_yuan_per_mw": "15", "mileage_mw_per_mw_hour": "6", "performance": "1.2", "price_yuan_per_mw": "5", "vat_rate": "0.13",
    "insured_value_yuan": "1000000", "premium_rate": "0.02", "state_share": "0.8", "rate_cap": "0.03", "years": "3",
    "coefficient": "1", "paid_by": "market",
}  # fmt: skip


def middle(info: FieldInfo) -> str:
    """A value that the declaration of a required field admits."""
    what = declared(info)
    if what.kind == "text":
        return "08:00-12:00"
    if what.kind == "choice":
        return str(next(iter(what.options)))
    if what.kind == "flag":
        return "true"
    low = what.ge if what.ge is not None else what.gt or 0.0
    return f"{(low + (what.le if what.le is not None else low + 1.0)) / 2.0:g}"


def uncommented(text: str) -> str:
    """The template with the first ``#`` of every commented line removed, again and again: every default stated."""
    lines = text.splitlines()[1:]
    while any(re.match(r" *# ", line) for line in lines):
        lines = [re.sub(r"^( *)# ", r"\1", line, count=1) for line in lines]
    return "\n".join(lines)


@pytest.fixture(params=["en", "zh"])
def written(request: pytest.FixtureRequest, command: Any) -> str:
    """The empty template in one language."""
    ran = command("case", "new", "--lang", request.param)
    assert ran.code == 0
    return str(ran.out)


def fill(text: str) -> str:
    """The open fields of the sections filled in, the commented ones left out."""
    section, lines = "", []
    for line in text.splitlines():
        head, field = re.match(r"(\w+):", line), re.match(r"  (\w+):  #", line)
        section = head.group(1) if head else section
        lines.append(f"  {field.group(1)}: {FILLED[f'{section}.{field.group(1)}']}" if field else line)
    return "\n".join(lines)


CONTRACT = {"contract": {"stream": "schedule", "paid_by": "market", "income_yuan": 300000, "vat_rate": 0.13}}
LEFT_OUT = {"technology": "lfp", "charged_mwh": 500, "discharged_mwh": 420}


def test_template_leaves_open_what_no_library_supplies(written: str) -> None:
    """Exactly the fields that a person must fill."""
    section, found = "", set()
    for line in written.splitlines():
        if head := re.match(r"(\w+):", line):
            section = head.group(1)
        if field := re.match(r"  (\w+):  #", line):
            found.add(f"{section}.{field.group(1)}")
    assert found == set(FILLED)


def test_template_filled_in_is_a_case(written: str) -> None:
    """Required fields filled, everything else left out."""
    raw = read_text(fill(written), "template").plain()
    raw = {name: value for name, value in raw.items() if value is not None}
    case = case_from_mapping({**raw, "storage": {**raw["storage"], **LEFT_OUT}, "revenue": CONTRACT}, library=LIBRARY)
    assert appraise(case).metrics["project_npv"].status.tolist() == ["ok"]


def test_defaults_of_the_template_stated_are_valid_and_change_nothing(written: str) -> None:
    """A commented default is the value that holds when it is left out, so stating it moves no figure."""
    plain = read_text(fill(written), "template").plain()
    plain = {name: value for name, value in plain.items() if value is not None}
    stated = read_text(uncommented(fill(written)), "template").plain()
    left, put = (
        appraise(
            case_from_mapping(
                {**raw, "storage": {**raw["storage"], **LEFT_OUT}, "revenue": CONTRACT, "support": {}}, library=LIBRARY
            )
        )
        for raw in (plain, stated)
    )
    assert {key: metric.value.tolist() for key, metric in put.metrics.items()} == {
        key: metric.value.tolist() for key, metric in left.metrics.items()
    }


def test_streams_of_the_template_are_valid_once_filled(written: str) -> None:
    """Every stream is offered, with every term, and its defaults are valid values."""
    raw = read_text(uncommented(fill(written)), "template").plain()
    offered = {**raw["revenue"], **raw["support"]}
    assert set(offered) == set(stream_names())
    for name, terms in offered.items():
        kind = stream(name).terms
        assert set(terms) == set(kind.model_fields)
        values = {
            key: read_text(TERMS.get(key) or middle(kind.model_fields[key]), key).plain()
            if value is None and (kind.model_fields[key].is_required() or key in stream(name).facts)
            else value
            for key, value in terms.items()
        }
        findings = Findings(where="template", lines={})
        assert findings.section(kind, values, name) is not None, findings.faults


def test_new_like_a_ready_case_writes_its_file_and_keeps_an_existing_one(command: Any, tmp_path: Path) -> None:
    """The copy is the ready case; a second call leaves it alone."""
    file = tmp_path / "mine.yaml"
    ran = command("case", "new", "--like", "hainan_grid_lfp", "--to", str(file))
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == f"wrote {file}\n"
    assert file.read_text(encoding="utf-8") == scenario_path("hainan_grid_lfp").read_text(encoding="utf-8")
    again = command("case", "new", "--like", "zhejiang_user_lfp", "--to", str(file))
    assert (again.code, again.out, again.err) == (3, "", f"{file}: exists already; name another file\n")
    unknown = command("case", "new", "--like", "hainan_grid_lpf")
    assert unknown.code == 3
    assert "did you mean 'hainan_grid_lfp'?" in unknown.err


def test_check_prints_every_value_with_unit_and_origin(command: Any) -> None:
    """Case, technology, national rule, library and field default are told apart."""
    ran = command("case", "check", "hainan_grid_lfp")
    assert ran.code == 0
    row = {line.split()[0]: line for line in ran.out.splitlines()}
    assert re.fullmatch(r"storage\.power_mw +100 +MW +Rated power +case", row["storage.power_mw"])
    assert "technology default technology.lfp.charge_efficiency: " in row["storage.charge_efficiency"]
    assert row["storage.charge_efficiency"].endswith("[estimate]")
    assert "national default tax.national.income_tax: " in row["tax.income_tax_rate"]
    assert "library capacity.hainan.price_yuan_per_kw_year: " in row["revenue.capacity.price_yuan_per_kw_year"]
    assert row["finance.timing"].endswith("field default")
    assert ran.err.startswith("! ")


def test_check_in_chinese_and_of_a_change(command: Any) -> None:
    """Labels and origins follow the language; a changed value says so."""
    ran = command("case", "check", "contract_schedule", "--lang", "zh", "--set", "finance.loan_rate=0.05")
    row = {line.split()[0]: line for line in ran.out.splitlines()}
    assert re.fullmatch(r"finance\.loan_rate +0\.05 +比例/年 +长期借款利率 +命令行修改 --set", row["finance.loan_rate"])
    assert row["storage.power_mw"].endswith("算例")


def test_check_in_chinese_cites_in_chinese(command: Any) -> None:
    """The citation of tariffs/technology/lfp.yaml in each language, as that file has it."""
    said = {
        "zh": "technology.lfp.charge_efficiency：凭记忆，未查证",
        "en": "technology.lfp.charge_efficiency: recalled, not",
    }
    for lang, cited in said.items():
        assert cited in command("case", "check", "zhejiang_user_lfp", "--lang", lang).out


def test_list_names_every_ready_case_with_its_title(command: Any) -> None:
    """In both languages, beneath its item of the plan."""
    for lang, title, item in (("en", "Zhejiang user-side LFP", "Ancillary services"), ("zh", "浙江用户侧", "辅助服务")):
        ran = command("case", "list", "--lang", lang)
        assert ran.code == 0
        assert sorted(line.split()[0] for line in ran.out.splitlines() if line.startswith("  ")) == scenario_names()
        assert title in ran.out
        assert item in ran.out.splitlines()


# Printing and checking the schema takes seconds, and every ready case is held against the same one.
_PRINTED: list[dict[str, Any]] = []


@pytest.fixture
def schema(command: Any) -> dict[str, Any]:
    """The printed JSON schema."""
    if not _PRINTED:
        ran = command("schema")
        assert (ran.code, ran.err) == (0, "")
        found: dict[str, Any] = json.loads(ran.out)
        jsonschema.Draft202012Validator.check_schema(found)
        _PRINTED.append(found)
    return _PRINTED[0]


def as_lists(value: Any) -> Any:
    """What the reader gives, as JSON has it."""
    if isinstance(value, dict):
        return {key: as_lists(inner) for key, inner in value.items()}
    return [as_lists(inner) for inner in value] if isinstance(value, tuple) else value


@pytest.mark.parametrize("name", scenario_names())
def test_ready_case_is_valid_under_the_schema(schema: dict[str, Any], name: str) -> None:
    """An editor that checks against the schema marks nothing in a ready case."""
    raw = as_lists(read_text(scenario_path(name).read_text(encoding="utf-8"), name).plain())
    found = [
        f"{error.json_path}: {error.message}" for error in jsonschema.Draft202012Validator(schema).iter_errors(raw)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("path", "value"),
    [("storage.power_mw", -1), ("storage.power_mw", "one"), ("storage.availability", 97), ("project.side", "grdi"), ("project.operation_years", 100),
     ("project.operation_years", 10.5), ("storage.powr_mw", 1), ("capital", 5), ("nonsense", {}), ("revenue.contract.vat_rate", "x"), ("finance", None)],
)  # fmt: skip
def test_schema_refuses_what_the_reader_refuses(schema: dict[str, Any], path: str, value: Any) -> None:
    """The same declaration stands behind both."""
    raw = as_lists(read_text(scenario_path("contract_schedule").read_text(encoding="utf-8"), "").plain())
    *sections, last = path.split(".")
    place = raw
    for section in sections:
        place = place[section]
    place[last] = value
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(raw))


def test_ready_case_says_where_its_figures_come_from() -> None:
    """No ready case rests on a stated price without a confidence."""
    for name in scenario_names():
        case = load_case(scenario_path(name), library=LIBRARY)
        assert case.title.zh
        assert case.title.en
        assert case.notices
