"""Study files that are wrong: every fault at once, with its path; and draws that are the study's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mechanism_study import STUDY, studied, study_file

from appraisal.errors import InputError
from appraisal.scenario.sheet import yaml_text
from appraisal.study.mechanism import Bench, outcome, read_study


def faults(folder: Path, changes: dict[str, Any]) -> list[str]:
    """What is said of the study with changes, without the file's name."""
    path = study_file(folder, changes)
    with pytest.raises(InputError) as told:
        read_study(path)
    assert all(fault.message.zh and fault.message.zh != str(fault.message) for fault in told.value.faults)
    return [fault.path for fault in told.value.faults]


def test_all_faults_of_a_study_are_told_at_once(tmp_path: Path) -> None:
    """Day, seed, hurdle, a field of the portfolio and one of a mechanism."""
    found = faults(tmp_path, {
        "as_of": "2026-13-01", "seed": -1, "hurdle": {"metric": "irr"}, "portfolio": {"dear": {"projects": 0}}, "mechanisms": {"rent": {"levl": {}}},
    })  # fmt: skip
    assert {"as_of", "seed", "hurdle.metric", "portfolio.dear.projects", "mechanisms.rent.levl"} == set(found)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"mechanism": {}}, "mechanism"),
        ({"mechanisms": {"rent": {"set": {"revenue.rent": {"stream": "schedule", "paid_by": "grid_users", "vat_rate": 0, "income_yuan": 5}}}}}, "mechanisms.rent.level"),
        ({"mechanisms": {"rent": {"applies_to": ["cheep"]}}}, "mechanisms.rent.applies_to"),
        ({"mechanisms": {"rent": {"rule": "capacity.hainan.price"}}}, "mechanisms.rent.rule"),
        ({"mechanisms": {"cheaper": {"scale": {"capital.works_yuan": "twice"}}}}, "mechanisms.cheaper.scale.capital.works_yuan"),
        ({"portfolio": {"dear": {"projects": 3, "draws": {"capital.equipment_yuan": {"uniform": [5, 1]}}}}}, "portfolio.dear.draws.capital.equipment_yuan"),
        ({"portfolio": {"dear": {"draws": {"capital.equipment_yuan": {"uniform": [1, 5]}}}}}, "portfolio.dear.projects"),
        ({"portfolio": {"dear": {"set": {"finance.discount_basis": "real"}}}}, "portfolio.dear.set"),
        ({"reading": {"zh": ["一"], "en": []}}, "reading"),
    ],
)  # fmt: skip
def test_fault_of_a_study_has_its_place(tmp_path: Path, changes: dict[str, Any], path: str) -> None:
    """One tiny fault each, and nothing else is said."""
    assert faults(tmp_path, changes) == [path]


def test_case_that_refuses_a_mechanism_is_told_with_both(tmp_path: Path) -> None:
    """A level of a number that the case does not have, and a stream that it refuses."""
    study = studied(
        tmp_path,
        {
            "mechanisms": {
                "rent": {"set": {"revenue.rent": {"paid_by": "nobody"}}},
                "cheaper": {"scale": {"capital.nothing_yuan": "level"}},
            }
        },
    )
    for name, words in (
        ("rent", r"mechanisms\.rent: dear refuses rent: .*paid_by"),
        ("cheaper", r"mechanisms\.cheaper\.scale\.capital\.nothing_yuan"),
    ):
        with pytest.raises(InputError, match=words):
            outcome(Bench(study=study), [study.mechanism(name)], np.array([[study.mechanism(name).strongest]]))


def test_draws_of_a_seed_are_the_same_and_of_another_are_not(tmp_path: Path) -> None:
    """Every entry has points of its own; each stands for an equal part of the potential."""
    draws = {"projects": 8, "draws": {"capital.equipment_yuan": {"uniform": [200, 300]}}}
    made = [studied(tmp_path, {"seed": seed, "portfolio": {"dear": draws, "cheap": draws}}) for seed in (3, 3, 4)]
    values = [[one.drawn["capital.equipment_yuan"] for one in study.plants] for study in made]
    np.testing.assert_array_equal(values[0], values[1])
    assert not np.array_equal(values[0], values[2])
    assert not np.array_equal(values[0][0], values[0][1])
    assert made[0].plants[0].mw.tolist() == [3 / 8] * 8


def test_level_of_a_rule_is_one_of_the_levels(tmp_path: Path) -> None:
    """The value of the library at the study's day stands among the levels stated, and the rule's standing is the mechanism's (facts of the library)."""
    study = studied(tmp_path, {"mechanisms": {"rent": {"rule": "capacity.hainan.price_yuan_per_kw_year"}}})
    assert study.mechanism("rent").levels == (0.0, 10.0, 50.0, 165.0)
    assert study.mechanism("rent").standing == "draft"


def test_file_that_is_no_study_is_refused(tmp_path: Path) -> None:
    """A list, and a study without its parts."""
    path = tmp_path / "study.yaml"
    path.write_text("- 1\n", encoding="utf-8")
    with pytest.raises(InputError, match="is no study"):
        read_study(path)
    path.write_text(yaml_text({"title": STUDY["title"]}), encoding="utf-8")
    with pytest.raises(InputError, match="mechanisms: required"):
        read_study(path)
