"""Distributions are read and checked with the case; the studies draw from them."""

from __future__ import annotations

from typing import Any

import pytest
from strategies import contract

from appraisal.errors import InputError
from appraisal.library import Library
from appraisal.scenario import case_from_mapping
from appraisal.scenario.uncertainty import DISTRIBUTIONS, Distribution

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
    ],
)
def test_distribution_is_read_as_stated(name: str, numbers: tuple[float, ...]) -> None:
    """Every known one, with its numbers in order."""
    assert read({PATH: {name: list(numbers)}}) == {PATH: Distribution(name, numbers)}


def test_every_distribution_of_the_list_is_tried_above() -> None:
    """A new one comes with its row."""
    assert set(DISTRIBUTIONS) == {"uniform", "triangular", "pert", "normal", "lognormal", "truncated_normal"}


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
    "text": ({"uniform": ["low", 2]}, "uniform takes 2 numbers: low, high"),
    "a flag": ({"uniform": [True, 2]}, "uniform takes 2 numbers: low, high"),
    "out of order": ({"pert": [1, 4, 3]}, "pert [1, 4, 3]: expected low ≤ mode ≤ high with low below high"),
    "no width": ({"uniform": [2, 2]}, "uniform [2, 2]: expected low ≤ mode ≤ high with low below high"),
    "no deviation": ({"normal": [2, 0]}, "normal [2, 0]: the standard deviation (and a median) must be above 0"),
    "median below zero": (
        {"lognormal": [-2, 1]},
        "lognormal [-2, 1]: the standard deviation (and a median) must be above 0",
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
