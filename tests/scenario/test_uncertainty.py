"""Distributions are read and checked with the case; the studies draw from them."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from strategies import contract

from appraisal.errors import InputError
from appraisal.library import Library
from appraisal.library.reader import read_text
from appraisal.scenario import case_from_mapping
from appraisal.scenario.sheet.flow import flow
from appraisal.scenario.uncertainty import (
    DISTRIBUTIONS,
    Branch,
    Correlation,
    Distribution,
    Uncertainty,
    uncertainty_schema,
)

LIBRARY = Library.open()
PATH = "capital.works_yuan"
BASE = contract({"capital": {"works_yuan": 1000.0}})


def read(stated: Any) -> Any:
    """The distributions of the contract case."""
    return case_from_mapping({**BASE, "uncertainty": stated}, library=LIBRARY).uncertainty


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("uniform", (1, 2)),
        ("triangular", (1, 2, 3)),
        ("triangular", (1, 1, 3)),
        ("pert", (1, 2.5, 3)),
        ("normal", (-1, 0.5)),
        ("lognormal", (1, 0.2)),
        ("truncated_normal", (2, 1, 0, 5)),
        ("truncated_lognormal", (2, 0.3, 0, 5)),
    ],
)
def test_distribution_is_read_as_stated(name: str, numbers: tuple[float, ...]) -> None:
    """Every known one, with its numbers in order."""
    assert read({PATH: {name: list(numbers)}}) == {PATH: Distribution(name, numbers)}


def test_every_distribution_of_the_list_is_tried_above() -> None:
    """A new one comes with its row."""
    assert set(DISTRIBUTIONS) == {
        "uniform", "triangular", "pert", "normal", "lognormal", "truncated_normal", "truncated_lognormal",
    }  # fmt: skip


def test_discrete_values_carry_their_probabilities() -> None:
    """Keys of YAML are text and read as numbers."""
    assert read({PATH: {"discrete": {"0.8": 0.25, "0.9": 0.75}}}) == {
        PATH: Distribution("discrete", ((0.8, 0.9), (0.25, 0.75)))
    }


BAD: dict[str, tuple[Any, str]] = {
    "no mapping": ({"uniform": [1, 2], "normal": [1, 1]}, "expected one distribution, {triangular: [600, 750, 1000]}"),
    "a number": (5, "expected one distribution, {triangular: [600, 750, 1000]}"),
    "unknown": ({"unifrom": [1, 2]}, "unknown distribution 'unifrom'; did you mean 'uniform'? Known: "),
    "too few": ({"triangular": [1, 2]}, "triangular takes 3 numbers: low, mode, high"),
    "too few of a truncated one": (
        {"truncated_normal": [1, 2]},
        "truncated_normal takes 4 numbers: mean before truncation, standard deviation before truncation, low, high",
    ),
    "text": ({"uniform": ["low", 2]}, "uniform takes 2 numbers: low, high"),
    "a flag": ({"uniform": [True, 2]}, "uniform takes 2 numbers: low, high"),
    "out of order": ({"pert": [1, 4, 3]}, "pert [1, 4, 3]: expected low ≤ mode ≤ high with low below high"),
    "no width": ({"uniform": [2, 2]}, "uniform [2, 2]: expected low ≤ mode ≤ high with low below high"),
    "no deviation": ({"normal": [2, 0]}, "normal [2, 0]: the standard deviation (and a median) must be above 0"),
    "median below zero": (
        {"lognormal": [-2, 1]},
        "lognormal [-2, 1]: the standard deviation (and a median) must be above 0",
    ),
    "truncated below zero": (
        {"truncated_lognormal": [2, 1, -1, 5]},
        "truncated_lognormal [2, 1, -1, 5]: low is below 0, where a lognormal has nothing; state 0 or more",
    ),
    "truncated without width": (
        {"truncated_lognormal": [2, 1, 5, 5]},
        "truncated_lognormal [2, 1, 5, 5]: expected low ≤ mode ≤ high with low below high",
    ),
    "infinite": ({"uniform": [0, float("inf")]}, "uniform takes 2 numbers: low, high"),
    "one value": (
        {"discrete": {"1": 1}},
        "discrete takes a mapping of at least two values to their probabilities, {0.8: 0.3, 0.9: 0.7}",
    ),
    "sum": ({"discrete": {"1": 0.5, "2": 0.6}}, "discrete: the probabilities add to 1.1, expected 1"),
    "negative share": ({"discrete": {"1": -0.5, "2": 1.5}}, "discrete: a probability is a number, 0 or more"),
    "no number": ({"discrete": {"one": 0.5, "2": 0.5}}, "discrete: a value is a finite number"),
    "infinite value": ({"discrete": {"inf": 0.5, "2": 0.5}}, "discrete: a value is a finite number"),
}


@pytest.mark.parametrize("name", list(BAD))
def test_bad_distribution_is_answered_with_what_it_takes(name: str) -> None:
    """At the path of the input."""
    stated, message = BAD[name]
    with pytest.raises(InputError) as caught:
        read({PATH: stated})
    assert str(caught.value).startswith(f"case uncertainty.{PATH}: {message}")


@pytest.mark.parametrize(
    "path",
    [
        "project.operation_years",
        "finance.repayment",
        "market.purchased_energy_yuan_per_kwh",
        "nowhere",
        "revenue.known.nothing",
        "revenue.known.income_yuan",
    ],
)
def test_only_numbers_that_may_differ_by_scenario_are_drawn(path: str) -> None:
    """A structure, a word, a constant, a yearly list: each is refused with the nearest number."""
    with pytest.raises(InputError, match="no number that may differ by scenario; "):
        read({path: {"uniform": [1, 2]}})


def test_faults_of_several_distributions_are_told_with_those_of_the_case() -> None:
    """One wrong number in the case beside three wrong distributions: four messages."""
    stated = {PATH: {"uniform": [2, 1]}, "finance.loan_rate": {"normal": [1]}, "nowhere": {"uniform": [0, 1]}}
    with pytest.raises(InputError) as caught:
        case_from_mapping(
            {**BASE, "finance": {**BASE["finance"], "loan_years": 30, "debt_share": 0.5}, "uncertainty": stated},
            library=LIBRARY,
        )
    assert {fault.path for fault in caught.value.faults} == {
        f"uncertainty.{PATH}",
        "uncertainty.finance.loan_rate",
        "uncertainty.nowhere",
        "finance.loan_years",
    }


# --- correlations ---

RATE = "finance.loan_rate"
TWO = {PATH: {"uniform": [900, 1100]}, RATE: {"uniform": [0.03, 0.05]}}


def told(stated: Any) -> dict[str, str]:
    """Path → message of every fault."""
    with pytest.raises(InputError) as caught:
        read(stated)
    return {fault.path: str(fault.message) for fault in caught.value.faults}


def test_correlations_are_read_beside_the_distributions() -> None:
    """The section is still path → distribution for whoever reads only those."""
    found = read({**TWO, "correlations": [{"between": [PATH, RATE], "rank": 0.6}]})
    assert list(found) == [PATH, RATE]
    assert found.correlations == (Correlation(between=(PATH, RATE), rank=0.6),)
    assert found.rank_matrix().tolist() == [[1.0, 0.6], [0.6, 1.0]]
    assert found != read(TWO)
    assert read(TWO) == {PATH: Distribution("uniform", (900, 1100)), RATE: Distribution("uniform", (0.03, 0.05))}


PAIRS: dict[str, tuple[Any, str, str]] = {
    "no list": (5, "", "found 5; expected a list; of each pair expected {between: [path, path], rank: 0.6}"),
    "no mapping": ([5], ".0", "found 5; expected {between: [path, path], rank: 0.6}"),
    "another key": ([{"between": [PATH, RATE], "rho": 0.6}], ".0", "expected {between: [path, path], rank: 0.6}"),
    "one path": ([{"between": [PATH], "rank": 0.6}], ".0.between", "expected two different paths, [path, path]"),
    "itself": ([{"between": [PATH, PATH], "rank": 0.6}], ".0.between", "expected two different paths"),
    "not drawn": (
        [{"between": [PATH, "finance.loan_rat"], "rank": 0.6}],
        ".0.between",
        "'finance.loan_rat' has no distribution in this section; did you mean 'finance.loan_rate'?",
    ),
    "one": ([{"between": [PATH, RATE], "rank": 1}], ".0.rank", "1 is not between −1 and 1, both excluded"),
    "text": ([{"between": [PATH, RATE], "rank": "high"}], ".0.rank", "'high' is not between −1 and 1"),
    "not a number": ([{"between": [PATH, RATE], "rank": float("nan")}], ".0.rank", "nan is not between −1 and 1"),
    "twice": (
        [{"between": [PATH, RATE], "rank": 0.6}, {"between": [RATE, PATH], "rank": 0.5}],
        ".1.between",
        "finance.loan_rate and capital.works_yuan stand twice; keep one",
    ),
}


@pytest.mark.parametrize("name", list(PAIRS))
def test_bad_correlation_is_answered_with_what_it_takes(name: str) -> None:
    """At its place in the list."""
    stated, place, message = PAIRS[name]
    found = told({**TWO, "correlations": stated})
    assert list(found) == [f"uncertainty.correlations{place}"]
    assert message in found[f"uncertainty.correlations{place}"]


def test_correlations_that_contradict_are_named_with_the_remedy() -> None:
    """0.9 and 0.9 with −0.5 between the outer two: no three inputs are so related."""
    third = "finance.discount_rate"
    pairs = [([PATH, RATE], 0.9), ([RATE, third], 0.9), ([PATH, third], -0.5)]
    stated = {
        **TWO,
        third: {"uniform": [0.05, 0.1]},
        "correlations": [{"between": pair, "rank": rank} for pair, rank in pairs],
    }
    message = told(stated)["uncertainty.correlations"]
    assert f"{PATH} with {RATE} 0.9, {RATE} with {third} 0.9, {PATH} with {third} -0.5" in message
    assert f"state {PATH} with {third} within that, or bring the others nearer to 0" in message


# --- the tree of scenarios ---

TREE = {
    "low": {"weight": 0.3, "set": {"finance.repayment": "annuity"}, "title": {"zh": "低", "en": "Low"}},
    "high": {"weight": 0.7},
}


def test_a_tree_is_read_with_weights_changes_and_titles() -> None:
    """A branch that changes nothing is the case itself."""
    assert read({**TWO, "scenarios": TREE}).branches == (
        Branch(name="low", weight=0.3, changes={"finance.repayment": "annuity"}, zh="低", en="Low"),
        Branch(name="high", weight=0.7),
    )


BRANCHES: dict[str, tuple[Any, str, str]] = {
    "one": ({"low": {"weight": 1}}, "", "expected at least two by name"),
    "a list": ([1, 2], "", "expected at least two by name"),
    "sum": ({"low": {"weight": 0.3}, "high": {"weight": 0.6}}, "", "the weights add to 0.9, expected 1"),
    "no weight": ({"low": {}, "high": {"weight": 0.7}}, ".low.weight", "nothing is no probability; expected a number"),
    "negative": ({"low": {"weight": -1}, "high": {"weight": 0.7}}, ".low.weight", "-1 is no probability"),
    "no mapping": ({"low": 0.3, "high": {"weight": 0.7}}, ".low", "found 0.3; expected {weight: 0.3, set: {path: value}}"),
    "name": ({"Low": {"weight": 0.3}, "high": {"weight": 0.7}}, ".Low", "'Low' is no name"),
    "key": ({"low": {"weight": 0.3, "sett": {}}, "high": {"weight": 0.7}}, ".low.sett", "unknown key; did you mean 'set'?"),
    "set": ({"low": {"weight": 0.3, "set": 5}, "high": {"weight": 0.7}}, ".low.set", "found 5; expected a mapping"),
    "title": ({"low": {"weight": 0.3, "title": "x"}, "high": {"weight": 0.7}}, ".low.title", "expected {zh: 低价, en: Low prices}"),
    "drawn": (
        {"low": {"weight": 0.3, "set": {RATE: 0.04}}, "high": {"weight": 0.7}},
        f".low.set.{RATE}",
        f"is drawn from a distribution, which would overwrite it; set uncertainty.{RATE} here instead",
    ),
    "a tree": (
        {"low": {"weight": 0.3, "set": {"uncertainty.scenarios": {}}}, "high": {"weight": 0.7}},
        ".low.set.uncertainty.scenarios",
        "a branch has no tree and no correlations of its own",
    ),
    "new distribution": (
        {"low": {"weight": 0.3, "set": {"uncertainty.finance.loan_rat": {"uniform": [1, 2]}}}, "high": {"weight": 0.7}},
        ".low.set.uncertainty.finance.loan_rat",
        "only a distribution of the case can be changed; did you mean 'finance.loan_rate'?",
    ),
    "section": (
        {"low": {"weight": 0.3, "set": {"finace.timing": "mid"}}, "high": {"weight": 0.7}},
        ".low.set.finace.timing",
        "no section of a case; did you mean 'finance'?",
    ),
    "field": (
        {"low": {"weight": 0.3, "set": {"finance.repaymnt": "annuity"}}, "high": {"weight": 0.7}},
        ".low.set.finance.repaymnt",
        "no field; did you mean 'repayment'?",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", list(BRANCHES))
def test_bad_branch_is_answered_with_what_it_takes(name: str) -> None:
    """At its path, once."""
    stated, place, message = BRANCHES[name]
    found = told({**TWO, "scenarios": stated})
    assert list(found) == [f"uncertainty.scenarios{place}"]
    assert message in found[f"uncertainty.scenarios{place}"]


def test_faults_of_distributions_correlations_and_tree_are_told_at_once() -> None:
    """One of each kind."""
    found = told({
        **TWO, "finance.discount_rate": {"uniform": [2, 1]}, "correlations": [{"between": [PATH, "x"], "rank": 0.1}],
        "scenarios": {"low": {"weight": 2}, "high": {"weight": 0.5}},
    })  # fmt: skip
    assert set(found) == {
        "uncertainty.finance.discount_rate", "uncertainty.correlations.0.between", "uncertainty.scenarios.low.weight",
    }  # fmt: skip


def test_whole_section_survives_a_cell_of_the_workbook() -> None:
    """Correlations and trees are written on one line there and read back."""
    stated = {**TWO, "correlations": [{"between": [PATH, RATE], "rank": 0.6}], "scenarios": TREE}
    again = {path: read_text(flow(value), "cell").plain() for path, value in stated.items()}
    assert read(again) == read(stated)


def test_schema_of_the_section_says_what_the_reader_accepts() -> None:
    """Whatever is read above passes; what misses a number, a weight or a pair fails."""
    schema = Draft202012Validator(uncertainty_schema())
    good = {**TWO, "correlations": [{"between": [PATH, RATE], "rank": 0.6}], "scenarios": TREE}
    assert schema.is_valid(good)
    for bad in ({PATH: {"uniform": [1]}}, {"scenarios": {"a": {"weight": 1}}}, {"correlations": [{"between": [PATH]}]}):
        assert not schema.is_valid({**TWO, **bad})


def test_schema_says_what_the_numbers_of_a_truncated_distribution_are() -> None:
    """Those of the distribution before it is cut: after that its mean and deviation are others."""
    shapes = uncertainty_schema()["additionalProperties"]["properties"]
    assert (
        shapes["truncated_normal"]["description"]
        == "mean before truncation, standard deviation before truncation, low, high"
    )
    assert shapes["normal"]["description"] == "mean, standard deviation"


def test_equal_sections_are_equal_in_every_part() -> None:
    """Correlations and trees count; a plain mapping has neither."""
    one = {PATH: Distribution("uniform", (1, 2))}
    tree = (Branch(name="a", weight=0.5), Branch(name="b", weight=0.5))
    assert Uncertainty(one) == one
    assert Uncertainty(one, branches=tree) != one
    assert Uncertainty(one, branches=tree) == Uncertainty(dict(one), branches=tree)
