"""The ready studies: every statement of their readings follows from the numbers that the bench finds."""

from __future__ import annotations

import numpy as np
import pytest

from appraisal.scenario import scenario_names
from appraisal.study.mechanism import Bench, Outcome, outcome, read_study
from appraisal.study.mechanism.ready import find_study, study_names
from appraisal.study.mechanism.require import Frontier, frontier
from appraisal.study.mechanism.robust import robust


def bench_of(name: str) -> Bench:
    """A ready study at work."""
    return Bench(study=read_study(find_study(name)))


def at(bench: Bench, name: str, level: float) -> Outcome:
    """A mechanism at one level."""
    return outcome(bench, [bench.study.mechanism(name)], np.array([[level]]))


def test_ready_studies_are_no_ready_cases_and_say_as_much_in_both_languages() -> None:
    """Three studies with a reading each and a scored comparison; none is offered as a case."""
    assert study_names() == [
        "demonstration_candidates",
        "first_of_kind_storage",
        "grid_lfp_support",
        "pumped_hydro_two_part",
    ]
    assert not set(study_names()) & set(scenario_names())
    for name in study_names():
        study = read_study(find_study(name))
        assert study.title.zh
        assert study.title.en
        assert study.criteria or len(study.reading["zh"]) == len(study.reading["en"]) >= 3


def test_reading_of_grid_side_lithium() -> None:
    """Half needs 164 · 802 · 4.9 · 0.13; the grant is a fifth cheaper; the payers; the level of prices."""
    bench = bench_of("grid_lfp_support")
    half: dict[str, Frontier] = {name: frontier(bench, one, [0.5]) for name, one in bench.study.mechanisms.items()}
    assert half["grant"].outcome.without_mw == 0.0
    needed = [float(half[name].level[0]) for name in ("capacity_price", "grant", "wider_ratio", "discharge_subsidy")]
    assert [round(needed[0]), round(needed[1]), round(needed[2], 1), round(needed[3], 2)] == [164, 802, 4.9, 0.13]
    assert 0.5 < at(bench, "capacity_price", 165.0).share[0] < 0.55
    costs = {name: float(one.outcome.per_kw[0]) for name, one in half.items()}
    others = [cost for name, cost in costs.items() if name != "grant"]
    assert 0.18 < 1.0 - costs["grant"] / min(others) < 0.22
    assert max(others) / min(others) < 1.01
    paying = {
        name: {payer for payer, cost in one.outcome.cost.items() if abs(cost[0]) > 1.0} for name, one in half.items()
    }
    assert paying == {
        "capacity_price": {"grid_users"},
        "grant": {"treasury"},
        "wider_ratio": {"market"},
        "discharge_subsidy": {"treasury"},
    }
    stood = robust(bench.study, [bench.study.mechanism("capacity_price")], 0.5)
    low = next(
        row for row, state in enumerate(stood.states) if (state.path, state.end) == ("market.price_scale", "p90")
    )
    assert stood.kept_share[0, 0] >= 0.5 - 1e-9
    assert stood.kept_share[low, 0] < 0.1


def test_reading_of_pumped_hydro() -> None:
    """None on the market, all by the two-part rule, spread of returns, one compensation for all."""
    bench = bench_of("pumped_hydro_two_part")
    market, rule = at(bench, "two_part", 0.0), at(bench, "two_part", 1.0)
    assert market.share[0] == 0.0
    assert market.rates[0, 1] < 0.0
    assert rule.share[0] == 1.0
    assert round(100.0 * (rule.rates[0, 2] - rule.rates[0, 0]), 1) == 4.4
    found = frontier(bench, bench.study.mechanism("compensation"), [0.5, 1.0])
    assert found.level.round().tolist() == [162.0, 372.0]
    assert round(found.outcome.total[1] / rule.total[0] - 1.0, 2) == 0.07
    assert round(float(rule.highest_effect[0]), 3) == 0.023
    assert not rule.bearable[0]


def test_reading_of_first_of_kind() -> None:
    """12 million a project by hand (0.8 × 2.5 % × 200 million × 3 years), its worth, the grant of the same worth, the policy with and without a loss."""
    bench = bench_of("first_of_kind_storage")
    plants, base = bench.study.plants[0], bench.base["demonstration"]
    every = np.arange(plants.projects)

    def rows(name: str, level: float) -> np.ndarray:
        return (
            bench.rows(plants, [bench.study.mechanism(name)], every, np.full((every.size, 1), level)).worth - base.worth
        )

    paid = (
        bench.rows(plants, [bench.study.mechanism("compensation")], every, np.full((every.size, 1), 0.8)).paid
        - base.paid
    )
    np.testing.assert_allclose(paid.sum(axis=(1, 2)), 0.8 * 0.025 * 200e6 * 3, rtol=1e-12)
    gain = rows("compensation", 0.8)
    np.testing.assert_allclose(gain, 7.41e6, rtol=1e-3)
    assert round(gain[0] / 60_000) == 124
    np.testing.assert_allclose(rows("grant", 156.0), gain, rtol=3e-3)
    assert at(bench, "compensation", 0.0).share[0] == pytest.approx(0.03, abs=0.005)
    assert at(bench, "compensation", 0.8).share[0] == pytest.approx(0.08, abs=0.005)
    needed = float(frontier(bench, bench.study.mechanism("grant"), [0.5]).level[0])
    assert round(needed) == 608
    assert 3.5 < needed / 156.0 < 4.5
    policy, loss = -rows("no_policy", 1.0), plants.drawn["support.first_of_kind_insurance.loss_yuan"][:, 0]
    assert (loss > 0).mean() == pytest.approx(0.15)
    np.testing.assert_allclose(policy[loss == 0], -8.9e6, rtol=5e-3)
    np.testing.assert_allclose(policy[loss > 0], 29.3e6, rtol=5e-3)
    assert policy.mean() == pytest.approx(-3.2e6, rel=2e-2)
    assert policy.mean() + gain.mean() > 0.0
