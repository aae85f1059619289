"""A file or a mapping becomes a case: changes made before anything is resolved, overlays, notices, digest."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from appraisal.case import Change, parse_set
from appraisal.errors import InputError
from appraisal.library import Library
from appraisal.library.reader import read_text
from appraisal.scenario import case_from_mapping, digest, find_case, load_case, resolved, scenario_path

LIBRARY = Library.open()


def raw(name: str) -> dict[str, Any]:
    """The mapping of a ready case."""
    found: dict[str, Any] = read_text(scenario_path(name).read_text(encoding="utf-8"), name).plain()
    return found


def test_file_and_its_mapping_are_one_case() -> None:
    """A YAML file is its mapping and nothing more."""
    name = "zhejiang_user_lfp"
    assert digest(load_case(scenario_path(name), library=LIBRARY)) == digest(
        case_from_mapping(raw(name), library=LIBRARY)
    )


def test_lists_of_python_are_read_as_lists_of_yaml() -> None:
    """The reader gives tuples, a program lists."""
    given = raw("contract_schedule")
    given["capital"] = {**given["capital"], "spend_profile": [0.6, 0.4]}
    given["revenue"]["contract"]["income_yuan"] = list(given["revenue"]["contract"]["income_yuan"])
    assert digest(case_from_mapping(given, library=LIBRARY)) == digest(
        load_case(scenario_path("contract_schedule"), library=LIBRARY)
    )


def test_the_mapping_given_is_left_as_it_was() -> None:
    """Defaults are filled into a copy."""
    given = raw("hainan_grid_lfp")
    before = deepcopy(given)
    case_from_mapping(given, [Change(path="finance.debt_share", value=0.5)], library=LIBRARY)
    assert given == before


def test_numbers_are_columns_of_one_row() -> None:
    """A single case is a block of one scenario."""
    case = load_case(scenario_path("zhejiang_user_lfp"), library=LIBRARY)
    assert case.scenarios == 1
    assert case.storage.power_mw.shape == (1, 1)
    assert {array.shape[0] for _, _, array in case.numbers() if array is not None} == {1}


def test_change_is_made_before_facts_are_looked_up() -> None:
    """Another province has other capacity facts: Gansu's price of 330 yuan/kW·year (tariffs/capacity/gansu.yaml) is not Hainan's."""
    case = load_case(scenario_path("hainan_grid_lfp"), [Change(path="project.province", value="gansu")], LIBRARY)
    names = {fact.name for fact in case.facts if fact.name.startswith("capacity.")}
    assert {"capacity.gansu.price_yuan_per_kw_year", "capacity.gansu.required_hours"} <= names
    assert all(name.startswith("capacity.gansu.") for name in names)
    assert case.revenue["capacity"].price_yuan_per_kw_year.tolist() == [[330.0]]


@pytest.mark.parametrize("section", ["capital", "market", "tax", "operating_cost", "title"])
def test_empty_section_is_as_good_as_none(section: str) -> None:
    """``capital:`` with nothing beneath, as the template leaves it."""
    base = raw("zhejiang_user_lfp") if section not in ("market",) else raw("contract_schedule")
    stated = {**base, section: None}
    absent = {name: value for name, value in base.items() if name != section}
    assert digest(case_from_mapping(stated, library=LIBRARY)) == digest(case_from_mapping(absent, library=LIBRARY))


def test_set_reaches_into_an_empty_section() -> None:
    """``--set`` of a path whose section holds nothing."""
    case = case_from_mapping(
        {**raw("zhejiang_user_lfp"), "tax": None}, [parse_set("tax.loss_years=10")], library=LIBRARY
    )
    assert case.tax.loss_years == 10


def test_overlay_replaces_a_fact_and_says_so() -> None:
    """A what-if on the income tax is named with the result; the file of the rule is untouched."""
    case = case_from_mapping(
        {**raw("contract_schedule"), "overlays": {"tax.national.income_tax": 0.15}}, library=LIBRARY
    )
    assert case.tax.income_tax_rate.tolist() == [[0.15]]
    assert [note.path for note in case.notices if note.code == "overlay"] == ["overlays.tax.national.income_tax"]
    assert load_case(scenario_path("contract_schedule"), library=LIBRARY).tax.income_tax_rate.tolist() == [[0.25]]


def test_estimates_and_limits_are_named_with_the_case() -> None:
    """Facts that are estimates, prices that are, terms that are, perfect foresight."""
    notes = load_case(scenario_path("hainan_grid_lfp"), library=LIBRARY).notices
    assert {"estimate", "foresight"} <= {note.code for note in notes}
    facts = next(note for note in notes if note.path == "facts")
    assert "capacity.hainan.price_yuan_per_kw_year" in facts.en
    assert all(note.zh and note.en for note in notes)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("storage.power_mw", 4),
        ("market.load_mw", 7),
        ("finance.repayment", "annuity"),
        ("project.operation_years", 14),
        ("market.voltage", "35kv"),
    ],
)
def test_digest_moves_with_every_input(path: str, value: Any) -> None:
    """Two cases of one digest have one result."""
    name = scenario_path("zhejiang_user_lfp")
    assert digest(load_case(name, [Change(path=path, value=value)], LIBRARY)) != digest(
        load_case(name, library=LIBRARY)
    )


def test_digest_does_not_move_with_the_file_or_the_hour(tmp_path: Path) -> None:
    """The same case under another name, read again."""
    copy = tmp_path / "copy.yaml"
    copy.write_text("# a comment\n" + scenario_path("zhejiang_user_lfp").read_text(encoding="utf-8"), encoding="utf-8")
    assert digest(load_case(copy, library=LIBRARY)) == digest(load_case(scenario_path("zhejiang_user_lfp")))


def test_series_of_another_clock_has_another_digest(tmp_path: Path) -> None:
    """The same prices on quarters instead of hours are another input."""
    found = []
    for minutes in (60, 30):
        steps = range(48)
        rows = [
            f"2025-01-{1 + (step * minutes) // 1440:02d} {(step * minutes) % 1440 // 60:02d}:{step * minutes % 60:02d},{300 + step % 24}"
            for step in steps
        ]
        (tmp_path / "prices.csv").write_text("time,buy_yuan_per_mwh\n" + "\n".join(rows), encoding="utf-8")
        given = raw("hainan_grid_lfp")
        given["market"] = {key: value for key, value in given["market"].items() if key != "typical_days"} | {
            "price_file": "prices.csv"
        }
        file = tmp_path / "case.yaml"
        found.append(digest(_from(given, file)))
    assert found[0] != found[1]


def _from(given: dict[str, Any], file: Path) -> Any:
    """A case whose price file stands beside *file*."""
    from ruamel.yaml import YAML

    with file.open("w", encoding="utf-8") as stream:
        YAML(typ="safe", pure=True).dump(_listed(given), stream)
    return load_case(file, library=LIBRARY)


def _listed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _listed(inner) for key, inner in value.items()}
    return [_listed(inner) for inner in value] if isinstance(value, tuple) else value


def test_resolved_case_has_every_field_once_with_its_origin() -> None:
    """One entry a field of every section and stream."""
    case = load_case(
        scenario_path("hainan_grid_lfp"),
        [Change(path="finance.debt_share", value=0.7), Change(path="storage.replacement.operation_years", value=(12,))],
        LIBRARY,
    )
    entries = {entry.path: entry for entry in resolved(case)}
    assert len(entries) == len(list(resolved(case)))
    kinds = {path: entry.origin.kind for path, entry in entries.items()}
    assert kinds["storage.power_mw"] == "case"
    assert kinds["finance.debt_share"] == "change"
    assert kinds["storage.charge_efficiency"] == "technology"
    assert kinds["tax.income_tax_rate"] == "national"
    assert kinds["revenue.capacity.required_hours"] == "library"
    assert kinds["finance.timing"] == "default"
    assert entries["storage.power_mw"].value == 100.0
    assert entries["storage.replacement.operation_years"].value == [12]


def test_vary_makes_a_row_a_scenario_and_tells_all_faults() -> None:
    """Columns, ranges and paths are checked together."""
    case = load_case(scenario_path("zhejiang_user_lfp"), library=LIBRARY)
    block = case.vary(
        {"storage.power_mw": [4.0, 5.0, 6.0], "revenue.arbitrage.investor_share": np.array([[0.8], [0.9], [1.0]])}
    )
    assert block.scenarios == 3
    assert block.rows(slice(1, 3)).storage.power_mw.tolist() == [[5.0], [6.0]]
    with pytest.raises(InputError) as caught:
        case.vary(
            {"storage.power_mw": np.array([1.0, -1.0]), "storage.powr_mw": np.ones(2), "finance.debt_share": np.ones(3)}
        )
    assert [str(fault) for fault in caught.value.faults] == [
        "vary storage.power_mw: -1 is outside 0–100000, 0 excluded (MW)",
        f"vary storage.powr_mw: {caught.value.faults[1].message}",
    ]
    assert caught.value.faults[1].message.startswith(
        "no number that may differ by scenario; did you mean 'storage.power_mw'? Known: "
    )


def test_find_case_takes_a_path_before_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of that name in the working folder wins; a path is never looked up among the ready cases."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "contract_schedule").write_text("", encoding="utf-8")
    assert find_case("contract_schedule") == Path("contract_schedule")
    assert find_case("hainan_grid_lfp") == scenario_path("hainan_grid_lfp")
    assert find_case("folder/hainan_grid_lfp") == Path("folder/hainan_grid_lfp")
