"""A study made again from its measured values is the same study; of another case it is refused."""

from __future__ import annotations

import numpy as np
import pytest

import appraisal
from appraisal.errors import InputError
from appraisal.study.indices import indices
from appraisal.study.measured import indices_again, measured_bytes, monte_carlo_again
from appraisal.study.risk import monte_carlo
from appraisal.study.tornado import tornado
from appraisal.study.tree import Leaf

CASE = appraisal.load_case(appraisal.scenario_path("contract_schedule"))


def test_indices_made_again_are_the_same() -> None:
    """Indices, verdict and provenance follow from the measured metric."""
    first = indices(CASE, n=64, seed=0)
    again = indices_again(CASE, measured_bytes(first))
    np.testing.assert_array_equal(again.total, first.total)
    np.testing.assert_array_equal(again.first_conf, first.first_conf)
    assert (again.verdict, again.provenance, again.told) == (first.verdict, first.provenance, first.told)


def test_monte_carlo_of_a_tree_made_again_has_the_same_tables() -> None:
    """Two scenarios with weights: every table is the same, in both languages."""
    tree = {"low": Leaf(0.25, CASE.vary({"finance.discount_rate": 0.05})), "high": Leaf(0.75, CASE)}
    first = monte_carlo(tree, n=32, seed=0, hurdle=0.05)
    again = monte_carlo_again(tree, measured_bytes(first))
    for lang in ("zh", "en"):
        assert again.table(lang).equals(first.table(lang))
        assert again.risk_table(lang).equals(first.risk_table(lang))
    assert again.draws_table().equals(first.draws_table())
    assert again.provenance == first.provenance


def test_measured_values_of_another_case_are_refused() -> None:
    """The digest of the case decides."""
    other = CASE.vary({"finance.discount_rate": 0.05})
    with pytest.raises(InputError, match="another case"):
        monte_carlo_again({"other": Leaf(1.0, other)}, measured_bytes(monte_carlo(CASE, n=8)))
    with pytest.raises(InputError, match="another case"):
        indices_again(other, measured_bytes(indices(CASE, n=64)))


def test_tornado_with_an_own_range_among_the_others_moves_only_that_bar() -> None:
    """Every driver but the one keeps its reasoned range and its ends."""
    every = tornado(CASE, "project_npv")
    some = tornado(CASE, "project_npv", {"operating_cost": (-0.3, 0.4)}, others=True)
    assert [one.key for one in some.inputs] == [one.key for one in every.inputs]
    place = [one.key for one in every.inputs].index("operating_cost")
    others = [other for other in range(len(every.inputs)) if other != place]
    np.testing.assert_array_equal(some.at[others], every.at[others])
    assert some.ends[place].tolist() == [-0.3, 0.4]
    assert some.ranges[place].en == "own range"
