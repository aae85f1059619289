"""The worth of a project at policy risk: a stated tree of events, by hand and by the appraisals of its branches."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML
from strategies import contract

from appraisal import appraise, load_case, scenario_path
from appraisal.study.risk import monte_carlo
from appraisal.study.tree import load_tree

# 3 000 000 paid in column 1; 500 000 a year of a contract and 300 000 of a subsidy over eight years, discounted at 8 %.
YEARS, RATE = 8, 0.08
SUBSIDY = {"subsidy": {"stream": "schedule", "income_yuan": 3e5, "vat_rate": 0, "paid_by": "treasury", "subsidy": True}}
BASE = contract(
    {"project": {"operation_years": YEARS}, "capital": {"equipment_yuan": 3e6, "depreciation_years": YEARS}},
    {"revenue": {"known": {"income_yuan": 5e5}, **SUBSIDY}},
)
ENDS = {"operation_year": 5, "set": {"revenue.subsidy.enabled": False}}


def worth(subsidised: int) -> float:
    """NPV by hand: the outlay at the end of column 1, the incomes of year n at the end of column n + 1."""
    factors = np.array([(1 + RATE) ** -(year + 1) for year in range(1, YEARS + 1)])
    return float(-3e6 / (1 + RATE) + 5e5 * factors.sum() + 3e5 * factors[:subsidised].sum())


def written(folder: Path, stated: dict[str, object]) -> Path:
    """A case in a file."""
    file = folder / "case.yaml"
    with file.open("w", encoding="utf-8") as text:
        YAML(typ="safe").dump(stated, text)
    return file


def test_subsidy_that_may_end_is_worth_the_weighted_sum_of_both_cases(tmp_path: Path) -> None:
    """Ends in year 5 with probability 0.3: mean 0.7·NPV(8 years) + 0.3·NPV(4 years); the worst 5 % is where it ends."""
    tree = {"scenarios": {"stays": {"weight": 0.7}, "ends": {"weight": 0.3, "set": {"events.subsidy_ends": ENDS}}}}
    file = written(tmp_path, {**BASE, "uncertainty": tree})
    leaves = load_tree(file)
    apart = {name: float(appraise(leaf.case).metrics["project_npv"].value[0]) for name, leaf in leaves.items()}
    by_hand = {"stays": worth(8), "ends": worth(4)}
    assert apart == pytest.approx(by_hand, rel=1e-12)
    found = monte_carlo(leaves, n=2)
    assert found.summary("project_npv").mean == pytest.approx(0.7 * by_hand["stays"] + 0.3 * by_hand["ends"], rel=1e-12)
    assert found.value_at_risk() == pytest.approx(-by_hand["ends"], rel=1e-12)
    assert found.conditional_value_at_risk() == pytest.approx(-by_hand["ends"], rel=1e-12)
    # Of the worst 60 % of weight half is the branch that ends, half the one that stays.
    worst = 0.5 * by_hand["ends"] + 0.5 * by_hand["stays"]
    assert found.conditional_value_at_risk(tail=0.6) == pytest.approx(-worst, rel=1e-12)


@pytest.mark.parametrize(("changes", "subsidised"), [
    ({"events.subsidy_ends.enabled": False}, 8), ({"events.subsidy_ends.operation_year": 3}, 2),
    ({"events.subsidy_ends.operation_year": None, "events.subsidy_ends.from_month": "2030-02"}, 4), ({}, 4),
])  # fmt: skip
def test_branch_takes_an_event_out_or_dates_it_anew(
    tmp_path: Path, changes: dict[str, object], subsidised: int
) -> None:
    """A branch names the event's own fields: operation begins 2026-02, so that 2030-02 is year 5."""
    tree = {
        "scenarios": {"one": {"weight": 0.5, "set": changes} if changes else {"weight": 0.5}, "two": {"weight": 0.5}}
    }
    file = written(tmp_path, {**BASE, "events": {"subsidy_ends": ENDS}, "uncertainty": tree})
    leaf = load_tree(file)["one"]
    assert appraise(leaf.case).metrics["project_npv"].value[0] == pytest.approx(worth(subsidised), rel=1e-12)


def test_number_of_an_event_is_drawn(tmp_path: Path) -> None:
    """The subsidy is cut to a factor of 0 or 0.5, 50 : 50, from year 5 on: the NPV takes the two values by hand."""
    cut = {"operation_year": 5, "scale": {"revenue.subsidy.income_yuan": 0.5}}
    drawn = {"events.cut.scale.revenue.subsidy.income_yuan": {"discrete": {0.0: 0.5, 0.5: 0.5}}}
    case = load_case(written(tmp_path, {**BASE, "events": {"cut": cut}, "uncertainty": drawn}))
    found = monte_carlo(case, n=16)
    values = np.unique(found.metrics["project_npv"].value.round(3))
    assert values == pytest.approx([worth(4), 0.5 * (worth(4) + worth(8))], abs=1e-2)


def test_ready_case_of_events_is_a_what_if_with_a_tree() -> None:
    """Every event says that it is an estimate; three branches; where policy stays nothing replaces the capacity price."""
    leaves = load_tree(scenario_path("hainan_policy_events"))
    assert [leaf.weight for leaf in leaves.values()] == [0.3, 0.5, 0.2]
    assert {era.event.confidence for leaf in leaves.values() for era in leaf.case.events} == {"estimate"}
    assert next(list(leaf.case.streams) for leaf in leaves.values()) == [
        "arbitrage",
        "capacity",
        "frequency_regulation",
    ]
    assert [era.event.from_month for leaf in leaves.values() for era in leaf.case.eras if era.name == "reliable"] == [
        "2031-01",
        "2028-07",
    ]
