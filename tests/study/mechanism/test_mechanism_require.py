"""Required levels, mixes and regret: by hand on contracts of known amounts, and monotone in the share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mechanism_study import studied
from numpy.testing import assert_allclose

from appraisal.errors import InputError
from appraisal.study.mechanism import Bench, outcome
from appraisal.study.mechanism.require import Needed, frontier, mix, needed
from appraisal.study.mechanism.robust import robust

# As in test_mechanism_outcome: 1 a year in columns 2, 3, 4 at 10 %.
ANNUITY = 1 / 1.21 + 1 / 1.331 + 1 / 1.4641
# What lifts the dear plant (300) to its hurdle: a rent of 300 / 1.1 / a − 100 a year, or a grant of 300 − 110 a.
RENT = 300 / 1.1 / ANNUITY - 100
GRANT = 300 - 110 * ANNUITY


def test_required_levels_by_hand(tmp_path: Path) -> None:
    """A quarter (the cheap plant) needs nothing, any more needs what the dear one does; at it the share is reached."""
    bench = Bench(study=studied(tmp_path))
    for name, level, unit in (("rent", RENT, 1.0), ("city", GRANT, 1e-3)):
        found = frontier(bench, bench.study.mechanism(name), [0.25, 0.26, 1.0])
        assert_allclose(found.level, [0.0, level * unit, level * unit], rtol=1e-8)
        assert found.outcome.share.tolist() == [0.25, 1.0, 1.0]
        below = outcome(bench, [bench.study.mechanism(name)], np.array([[level * unit * (1 - 1e-6)]]))
        assert below.share.tolist() == [0.25]


def test_required_level_of_a_mechanism_that_falls_by_hand(tmp_path: Path) -> None:
    """A price of equipment cut to 110 a / 300 of itself lets the dear plant clear; levels fall from 1, at which nothing changes."""
    bench = Bench(study=studied(tmp_path))
    assert_allclose(
        frontier(bench, bench.study.mechanism("cheaper"), [1.0]).level, [1.1 * 100 * ANNUITY / 300], rtol=1e-8
    )


def test_level_that_none_stated_reaches_is_told(tmp_path: Path) -> None:
    """Rents up to 10 do not lift the dear plant: infinite, and no outcome."""
    study = studied(tmp_path, {"mechanisms": {"rent": {"level": {"values": [5, 10]}}}})
    found = frontier(Bench(study=study), study.mechanism("rent"), [0.25, 1.0])
    assert found.level.tolist() == [0.0, np.inf]
    assert found.outcome.share.tolist() == [0.25]
    alone = frontier(Bench(study=study), study.mechanism("rent"), [1.0])
    assert alone.outcome.share.size == 0


def test_least_cost_mix_by_hand(tmp_path: Path) -> None:
    """With a grant of g the dear plant needs a rent of (300 − g) / (1.1 a) − 100. Without tax both are worth to the plant what they cost the public, so
    that every mix costs four plants the gap of the dear one, 300 / 1.1 − 100 a; a grant of 60 is more than that.
    """
    bench = Bench(study=studied(tmp_path))
    found = mix(bench, bench.study.mechanism("city"), bench.study.mechanism("rent"), 1.0)
    assert found.outcome.levels[:, 0].tolist() == [0.0, 0.02, 0.06]
    expected = [RENT, (300 - 20) / 1.1 / ANNUITY - 100, 0.0]
    assert_allclose(found.outcome.levels[:, 1], expected, rtol=1e-7, atol=1e-9)
    gap = 300 / 1.1 - 100 * ANNUITY
    assert_allclose(found.outcome.total, [4 * gap, 4 * gap, 4 * 60 / 1.1], rtol=1e-7)
    assert found.best in (0, 1)


@pytest.mark.parametrize(
    ("first", "second", "words"), [("city", "city", "twice"), ("city", "rent", "may not be combined")]
)
def test_mix_of_what_cannot_be_mixed_is_refused(tmp_path: Path, first: str, second: str, words: str) -> None:
    """One mechanism twice, or two that exclude each other."""
    study = studied(tmp_path, {"mechanisms": {"city": {"excludes": ["rent"]}}})
    with pytest.raises(InputError, match=words):
        mix(Bench(study=study), study.mechanism(first), study.mechanism(second), 0.5)


def test_regret_by_hand(tmp_path: Path) -> None:
    """A cost of c a year is made up by c more of rent, or by 1.1 c a more of grant. Where the grant stated (60 at most) does not reach,
    only the rent does, and the regret of the grant is infinite.
    """
    drawn = {"uncertain": {"operating_cost.fixed_yuan_per_kw_year": {"uniform": [0.0, 0.0125]}}}
    set_ = {name: {"set": {"operating_cost.fixed_yuan_per_kw_year": 0}} for name in ("dear", "cheap")}
    study = studied(tmp_path, drawn | {"portfolio": set_, "mechanisms": {"rent": {"level": {"values": [10, 80]}}}})
    found = robust(study, [study.mechanism("rent"), study.mechanism("city")], 1.0)
    assert [(one.path, one.end) for one in found.states] == [
        ("", "base"),
        ("operating_cost.fixed_yuan_per_kw_year", "p90"),
        ("operating_cost.fixed_yuan_per_kw_year", "p10"),
    ]
    # 10 % and 90 % of 0 … 0.0125 yuan/kW on 1 MW are 1.25 and 11.25 yuan a year.
    assert_allclose(found.level[:, 0], [RENT, RENT + 1.25, RENT + 11.25], rtol=1e-7)
    assert_allclose(found.level[:2, 1], [GRANT / 1000, (GRANT + 1.1 * 1.25 * ANNUITY) / 1000], rtol=1e-7)
    assert np.isinf(found.level[2, 1])
    gap = 300 / 1.1 - 100 * ANNUITY
    assert_allclose(found.cost[0], [4 * gap, 4 * gap], rtol=1e-6)
    assert np.isinf(found.regret[2, 1])
    assert found.regret[2, 0] == 0.0
    assert found.mechanisms[found.chosen].name == "rent"
    # The cheap plant clears all the same: (100 + 20.6 − 11.25) a = 247 > 240 / 1.1.
    assert found.kept_share[2].tolist() == [0.25, 0.25]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Sixty projects of drawn cost."""
    draws = {"projects": 60, "draws": {"capital.equipment_yuan": {"uniform": [200, 330]}}}
    study = studied(
        tmp_path_factory.mktemp("many"),
        {"portfolio": {"dear": draws}, "mechanisms": {"rent": {"level": {"values": [10, 50, 100]}}}},
    )
    return Bench(study=study)


@pytest.fixture(scope="module")
def curve(many: Bench) -> Needed:
    """The rent that each of them needs."""
    return needed(many, many.study.mechanism("rent"))


@settings(deadline=None, max_examples=25)
@given(shares=st.lists(st.floats(0.01, 1.0), min_size=2, max_size=5))
def test_required_level_never_falls_as_the_share_rises(curve: Needed, shares: list[float]) -> None:
    """A larger share needs at least the level of a smaller one, and no project has to be worse off with more rent."""
    levels = [curve.required(share) for share in sorted(shares)]
    assert levels == sorted(levels)
    assert not curve.mixed.any()


def test_share_at_the_required_level_is_the_share_asked(many: Bench, curve: Needed) -> None:
    """Closing the circle: the outcome at the required level has the share, and just below it has less."""
    one = many.study.mechanism("rent")
    level = curve.required(0.8)
    reached = outcome(many, [one], np.array([[level], [level * (1 - 1e-6)]])).share
    assert reached[0] >= 0.8 - 1e-12
    assert reached[1] < 0.8


@pytest.mark.parametrize(
    ("changes", "words"),
    [({}, "no uncertain input is stated"), ({"uncertain": {"capital.equipmnt_yuan": {"uniform": [1, 2]}}}, "did you mean 'capital.equipment_yuan'"),
     ({"uncertain": {"capital.equipment_yuan": {"uniform": [1, 2]}}, "portfolio": {"dear": {"projects": 2, "draws": {"capital.equipment_yuan": {"uniform": [200, 300]}}}}}, "drawn by project already")],
)  # fmt: skip
def test_what_is_uncertain_is_a_number_that_no_project_draws(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    """Nothing stated, a stranger, and a number that projects draw."""
    study = studied(tmp_path, changes)
    with pytest.raises(InputError, match=words):
        robust(study, list(study.mechanisms.values()), 0.5)
