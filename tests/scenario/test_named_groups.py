"""Named groups in a case's file: read, faulted, changed, shown, varied and grouped by the path of each entry."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from appraisal.case import Case, Change, parse_set
from appraisal.case.schema import SECTIONS, Storage
from appraisal.errors import InputError
from appraisal.field import declared, entries_of
from appraisal.library import Library
from appraisal.library.reader import read_file, read_text
from appraisal.scenario import case_from_mapping, digest, json_schema, load_case, resolved, scenario_path, template
from appraisal.scenario.faults import Findings
from appraisal.study.batch import case_of, grouped

LIBRARY = Library.open()
READY = scenario_path("zhejiang_user_lfp")
LOANS = """  loans:
    policy: {share: 0.6, rate: 0.03, years: 15}
    bank:
      share: 0.4
      rate: 0.036
      years: 10
      repayment: annuity
"""


def written(tmp_path: Path, loans: str = LOANS, uncertainty: str = "") -> Path:
    """The ready case with lines put at the head of its sections finance and uncertainty."""
    text = READY.read_text(encoding="utf-8")
    for section, lines in (("finance", loans), ("uncertainty", uncertainty)):
        assert text.count(f"\n{section}:\n") == 1
        text = text.replace(f"\n{section}:\n", f"\n{section}:\n{lines}")
    file = tmp_path / "case.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def line_of(file: Path, words: str) -> int:
    """The line that holds some words, once."""
    found = [number for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1) if words in line]
    assert len(found) == 1
    return found[0]


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """The ready case with two loans."""
    return load_case(written(tmp_path), library=LIBRARY)


@pytest.fixture(scope="module")
def base() -> dict[str, Any]:
    """The same as a mapping."""
    raw = read_file(READY).plain()
    assert isinstance(raw, dict)
    loans = read_text(f"finance:\n{LOANS}", "loans").plain()["finance"]["loans"]
    return {**raw, "finance": {**raw["finance"], "loans": loans}}


def faults(file: Path, *sets: str) -> dict[str, str]:
    """Path → ``where:line message`` of every fault."""
    with pytest.raises(InputError) as caught:
        load_case(file, [parse_set(words) for words in sets], LIBRARY)
    return {
        one.path: f"{'case' if one.where == str(file) else one.where}:{one.line} {one.message}"
        for one in caught.value.faults
    }


def test_entries_are_read_and_reached_by_path(case: Case) -> None:
    """What is left out in an entry is its own field's default."""
    assert list(case.finance.loans) == ["policy", "bank"]
    assert case.at("finance.loans.policy.rate").tolist() == [[0.03]]
    assert case.at("finance.loans.bank.repayment") == "annuity"
    numbers = {path: array for path, _, array in case.numbers()}
    assert numbers["finance.loans.bank.years"].tolist() == [[10.0]]


def test_every_fault_of_an_entry_has_line_path_and_remedy(tmp_path: Path) -> None:
    """Range, misspelt field, word of a choice, shape and name, told at once with all else."""
    file = written(
        tmp_path,
        """  loans:
    policy: {share: 60, rate: 0.03, years: 15}
    bank:
      share: 0.4
      raet: 0.036
      repayment: anuity
    town: 3
    "2nd": {share: -1}
""",
    )
    found = faults(file)
    name = "finance.loans"
    assert set(found) == {f"{name}.policy.share", f"{name}.bank.raet", f"{name}.bank.repayment", f"{name}.town", f"{name}.2nd", f"{name}.2nd.share"}  # fmt: skip
    policy, raet = line_of(file, "share: 60"), line_of(file, "raet")
    assert found[f"{name}.policy.share"] == f"case:{policy} 60 is outside 0–1 (a fraction, not percent: 0.6?)"
    assert found[f"{name}.bank.raet"].startswith(f"case:{raet} unknown key; did you mean 'rate'? Known: share, rate")
    assert found[f"{name}.bank.repayment"].startswith(
        f"case:{raet + 1} 'anuity' is not one of the words; did you mean 'annuity'?"
    )
    assert found[f"{name}.town"] == f"case:{raet + 2} 3 stands where a mapping of fields is expected"
    assert (
        found[f"{name}.2nd"]
        == f"case:{raet + 3} '2nd' is no name; a name is lower-case letters, digits and _, no digit first"
    )
    assert found[f"{name}.2nd.share"].startswith(f"case:{raet + 3} -1 is outside 0–1")


@pytest.mark.parametrize(("stated", "shown"), [("3", "3"), ("", "nothing"), ("[a, b]", "['a', 'b']")])
def test_group_of_another_shape_is_refused(tmp_path: Path, stated: str, shown: str) -> None:
    """Nothing is guessed; an empty group is left out or {}."""
    found = faults(written(tmp_path, f"  loans: {stated}\n"))
    assert set(found) == {"finance.loans"}
    assert found["finance.loans"].endswith(f"{shown} stands where a mapping of names is expected, each with its fields")


def test_entry_named_like_a_field_of_its_section_is_told_apart(tmp_path: Path) -> None:
    """``rate`` is a name here: what stands in its place is no rate."""
    found = faults(written(tmp_path, "  loans: {rate: 3, share: {shrae: 1}}\n"))
    assert found["finance.loans.rate"].endswith("3 stands where a mapping of fields is expected")
    assert "unknown key; did you mean 'share'?" in found["finance.loans.share.shrae"]


def test_set_reaches_an_entry_and_makes_one(tmp_path: Path) -> None:
    """By path, or whole; both are the change's origin, and the rest stays the case's."""
    sets = [
        "finance.loans.policy.rate=0.025",
        "finance.loans.town={share: 0.1, rate: 0.04, years: 8}",
        "finance.loans.city.share=0.2",
        "finance.loans.policy.share=0.3",
        "finance.loans.policy.years=12",
    ]
    case = load_case(written(tmp_path), [parse_set(words) for words in sets], LIBRARY)
    assert list(case.finance.loans) == ["policy", "bank", "town", "city"]
    assert case.at("finance.loans.policy.rate").tolist() == [[0.025]]
    shown = {entry.path: entry for entry in resolved(case)}
    origins = {path: shown[f"finance.loans.{path}"].origin.kind for path in ("policy.rate", "policy.share", "bank.share", "town.rate", "city.share", "city.rate")}  # fmt: skip
    assert origins == {"policy.rate": "change", "policy.share": "change", "bank.share": "case", "town.rate": "change", "city.share": "change", "city.rate": "default"}  # fmt: skip


def test_fault_of_what_set_made_names_the_change(tmp_path: Path) -> None:
    """No line of the file holds it; what the file states keeps its line."""
    file = written(tmp_path, LOANS.replace("0.036", "3.6"))
    found = faults(
        file, "finance.loans.policy.rate=3", "finance.leases.hall.rate=0.05", "finance.loans.town={share: 2}"
    )
    assert found["finance.loans.policy.rate"].startswith("--set:None 3 is outside")
    assert found["finance.loans.town.share"].startswith("--set:None 2 is outside")
    assert found["finance.leases.hall.kind"].startswith("--set:None required: 租赁方式")
    assert found["finance.loans.bank.rate"].startswith(f"case:{line_of(file, 'rate: 3.6')} 3.6 is outside")


def test_resolved_case_shows_every_field_of_every_entry(case: Case) -> None:
    """Value, titles and origin; no entry, no line, and no other digest."""
    shown = {entry.path: entry for entry in resolved(case)}
    assert shown["finance.loans.policy.rate"].value == 0.03
    assert shown["finance.loans.bank.repayment"].value == "annuity"
    entry = entries_of(SECTIONS["finance"].model_fields["loans"])
    assert entry is not None
    for label in ("policy", "bank"):
        assert {path.rpartition(".")[2] for path in shown if path.startswith(f"finance.loans.{label}.")} == set(entry.model_fields)  # fmt: skip
    assert "finance.loans" not in shown


def test_digest_moves_with_an_entry_and_not_with_an_empty_group(base: dict[str, Any]) -> None:
    """What decides the result is in it."""

    def of(finance: dict[str, Any]) -> str:
        return digest(case_from_mapping({**base, "finance": finance}, library=LIBRARY))

    without = {name: value for name, value in base["finance"].items() if name != "loans"}
    assert of(without) == of({**without, "loans": {}})
    policy = {**base["finance"]["loans"]["policy"], "rate": 0.031}
    moved = {**base["finance"], "loans": {**base["finance"]["loans"], "policy": policy}}
    assert len({of(without), of(base["finance"]), of(moved)}) == 3


def test_numbers_of_entries_vary_by_row(case: Case) -> None:
    """``vary`` and ``rows`` by path; what is none says why."""
    rates = np.array([0.02, 0.03, 0.04])
    block = case.vary({"finance.loans.policy.rate": rates})
    assert block.scenarios == 3
    cut = block.rows(np.array([2, 0]))
    assert cut.at("finance.loans.policy.rate").tolist() == [[0.04], [0.02]]
    assert cut.at("finance.loans.bank.rate").tolist() == [[0.036]]
    with pytest.raises(InputError) as caught:
        case.vary({"finance.loans.policy.rate": 2.0, "finance.loans.bnak.rate": 0.1, "finance.loans.bank.repayment": 1, "finance.loans": 1})  # fmt: skip
    told = {one.path: one.message for one in caught.value.faults}
    assert told["finance.loans.policy.rate"].startswith("2 is outside 0–0.5")
    assert "did you mean 'finance.loans.bank.rate'" in told["finance.loans.bnak.rate"]
    assert told["finance.loans.bank.repayment"].startswith("changes the structure of the case")
    assert told["finance.loans"].startswith("changes the structure of the case")


def test_distribution_of_an_entry_is_known_by_its_path(tmp_path: Path) -> None:
    """A misspelt one is answered with the nearest."""
    line = "  finance.loans.{}.rate: {{uniform: [0.02, 0.04]}}\n"
    good = load_case(written(tmp_path, uncertainty=line.format("bank")), library=LIBRARY)
    assert "finance.loans.bank.rate" in good.uncertainty
    found = faults(written(tmp_path, uncertainty=line.format("bnak")))
    assert "did you mean 'finance.loans.bank.rate'" in found["uncertainty.finance.loans.bnak.rate"]


def test_numbers_of_entries_share_a_block_also_where_the_rows_make_the_entry(base: dict[str, Any]) -> None:
    """Five rows, three structures; each row of a block is the case of that row alone."""
    town = {
        "finance.loans.town.share": 0.1,
        "finance.loans.town.repayment": "bullet",
        "finance.loans.policy.share": 0.5,
    }
    table: list[dict[str, Any]] = [
        {"finance.loans.policy.rate": 0.02},
        {**town, "finance.loans.town.rate": 0.05},
        {"finance.loans.policy.rate": 0.04},
        {**town, "finance.loans.town.rate": 0.06},
        {"finance.loans.policy.repayment": "annuity", "finance.loans.policy.rate": 0.04},
    ]
    groups = grouped(base, table)
    assert sorted(group.rows for group in groups) == [(0, 2), (1, 3), (4,)]
    for group in groups:
        block = case_of(base, group)
        for place, row in enumerate(group.rows):
            alone = case_from_mapping(base, [Change(path=path, value=value) for path, value in table[row].items()])
            mine = {path: array for path, _, array in block.rows(np.array([place])).numbers()}
            assert list(alone.finance.loans) == list(block.finance.loans)
            for path, _, array in alone.numbers():
                assert (array is None and mine[path] is None) or np.array_equal(array, mine[path]), path


def test_unknown_field_of_a_made_entry_is_no_number(base: dict[str, Any]) -> None:
    """It is refused with the case that its row makes."""
    with pytest.raises(InputError, match="unknown key; did you mean 'rate'"):
        case_of(base, grouped(base, [{"finance.loans.town.raet": 0.05}])[0])


def test_json_schema_takes_entries_by_name() -> None:
    """The validator of another project judges as the reader does."""
    schema = json_schema()["properties"]["finance"]["properties"]["loans"]
    jsonschema.Draft202012Validator.check_schema(schema)
    assert (schema["kind"], schema["zh"], schema["default"]) == ("named", "多笔借款", {})
    assert "$ref" not in str(schema)
    rate = schema["additionalProperties"]["properties"]["rate"]
    assert (rate["unit"], rate["minimum"], rate["maximum"]) == ("share/year", 0, 0.5)
    judge = jsonschema.Draft202012Validator(schema)
    stated = read_text(f"finance:\n{LOANS}", "loans").plain()["finance"]["loans"]
    assert judge.is_valid(stated)
    assert judge.is_valid({})
    for wrong in ({"2nd": {"share": 1}}, {"bank": {"raet": 1}}, {"bank": {"repayment": "anuity"}}, {"bank": 3}, []):
        assert not judge.is_valid(wrong), wrong


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("group", ["loans", "leases", "grants", "parties"])
def test_template_shows_an_entry_with_every_field(lang: str, group: str) -> None:
    """As the template says: the marks taken off, the example stands under its group and holds each field once."""
    lines = template(lang).splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith(f"  # {group}: {{}}"))
    shown = [f"  {group}:"]
    for line in lines[start + 1 :]:
        if not line.startswith("  #| "):
            break
        shown.append(re.sub(r"^  #\| ( *)(# (?=\w+:))?", r"  \1", line))
    entry = entries_of(SECTIONS["finance"].model_fields[group])
    assert entry is not None
    found = read_text("\n".join(shown), "template").plain()[group]["example"]
    assert list(found) == list(entry.model_fields)
    for name, info in entry.model_fields.items():
        what = declared(info)
        about = next(line for line in shown if re.match(rf" +{name}:", line))
        assert (what.zh if lang == "zh" else what.en) in about
        assert (("必填" if lang == "zh" else "required") in about) == info.is_required() or "required" in what.help
    findings = Findings(where="template", lines={})
    stated = {name: value for name, value in found.items() if not entry.model_fields[name].is_required()}
    required = {"share": 0.5, "rate": 0.04, "years": 5, "kind": "direct", "yuan": 1.0}
    stated |= {name: required[name] for name, info in entry.model_fields.items() if info.is_required()}
    assert findings.section(entry, stated, group) is not None, findings.faults


def test_price_basis_is_shown_with_the_unit(case: Case) -> None:
    """In the resolved case, the template and the schema; the unit itself stays as declared."""
    name = "storage.replacement.battery_yuan_per_kwh"
    shown = {entry.path: entry for entry in resolved(case)}
    assert shown[name].unit == "yuan/kWh incl. VAT"
    assert shown["storage.replacement.vat_rate"].unit == "share"
    leaf = json_schema()["properties"]["storage"]["properties"]["replacement"]["properties"]["battery_yuan_per_kwh"]
    assert (leaf["unit"], leaf["basis"]) == ("yuan/kWh", "incl_vat")
    assert any("battery_yuan_per_kwh:" in line and "yuan/kWh incl. VAT, 0 or more" in line for line in template().splitlines())  # fmt: skip
    assert Storage.declaration("replacement.battery_yuan_per_kwh").basis == "incl_vat"
