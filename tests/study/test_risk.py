"""Monte Carlo: closed forms of a case that is linear in normal inputs, and every row against the case run alone.

The linear case: I spent, 250 of income, C of staff a year over ten years, no tax, no debt: NPV = ((250 − C)·a − I) ÷ (1 + r),
a the annuity factor (numpy-financial). With I and C normal the NPV is normal. Sampling errors of N independent draws are
the textbook ones, written beside each; a Latin hypercube and a Sobol' sequence are nearer.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import numpy_financial as npf
import pytest
from scipy import stats
from strategies import LIBRARY, REGULATION, contract, made, plant

from appraisal import Case, appraise, load_case, scenario_path
from appraisal.case.uncertainty import Correlation, Distribution, Uncertainty
from appraisal.errors import InputError
from appraisal.metrics import Metric
from appraisal.study.draw import MOST_BYTES, SAMPLINGS, memory_faults
from appraisal.study.risk import MonteCarlo, monte_carlo
from appraisal.study.risk.summary import LOWER_IS_BETTER, ranked
from appraisal.study.risk.weighed import Weighed
from appraisal.study.tree import load_tree

A = -float(npf.pv(0.08, 10, 1.0))
SPENT, STAFF = "capital.equipment_yuan", "operating_cost.staff_yuan_per_year"
N = 4096


def linear(*changes: dict[str, Any]) -> dict[str, Any]:
    """The linear case."""
    return contract(
        {"project": {"operation_years": 10}, "capital": {"equipment_yuan": 1000, "depreciation_years": 10}},
        {"operating_cost": {"staff_yuan_per_year": 80}, "revenue": {"known": {"income_yuan": 250}}},
        *changes,
    )


NORMALS = Uncertainty(
    {SPENT: Distribution("normal", (1000, 120)), STAFF: Distribution("normal", (90, 10))},
    (Correlation(between=(SPENT, STAFF), rank=0.5),),
)
# Of the NPV; the correlation of the normals is 2 sin(π ρ / 6) (Pearson 1907).
MEAN = ((250 - 90) * A - 1000) / 1.08
PARTS = np.array([120.0, 10.0 * A]) / 1.08
SPREAD = float(np.sqrt(PARTS @ PARTS + 2 * (2 * np.sin(np.pi * 0.5 / 6)) * PARTS[0] * PARTS[1]))


@pytest.fixture(scope="module", params=SAMPLINGS)
def normal(request: pytest.FixtureRequest) -> MonteCarlo:
    """The linear case with correlated normals."""
    return monte_carlo(made(linear()), n=N, seed=7, sampling=request.param, uncertainty=NORMALS)


def test_mean_and_deviation_are_the_closed_forms(normal: MonteCarlo) -> None:
    """Within four standard errors: σ ÷ √N, and of the deviation σ ÷ √(2N)."""
    found = normal.summary("project_npv")
    assert found.mean == pytest.approx(MEAN, abs=4 * SPREAD / sqrt(N))
    assert found.deviation == pytest.approx(SPREAD, abs=4 * SPREAD / sqrt(2 * N))
    assert found.missing == 0.0
    assert found.worst == normal.metrics["project_npv"].value.min()


@pytest.mark.parametrize(("name", "share"), [("P90", 0.1), ("P50", 0.5), ("P10", 0.9)])
def test_p_values_are_exceeded_with_their_probability(normal: MonteCarlo, name: str, share: float) -> None:
    """P90 = μ + σ Φ⁻¹(0.1); error √(p(1 − p) ÷ N) ÷ φ. The number of draws above it is 90 % of N."""
    found = normal.summary("project_npv")
    place = stats.norm.ppf(share)
    error = sqrt(share * (1 - share) / N) / stats.norm.pdf(place) * SPREAD
    assert found.p[name] == pytest.approx(MEAN + SPREAD * place, abs=4 * error)
    above = (normal.metrics["project_npv"].value > found.p[name]).mean()
    assert above == pytest.approx(1 - share, abs=1 / N)
    # Our own estimate of that error is a difference of two order statistics: good to a third at this N.
    assert found.errors[name] == pytest.approx(error, rel=1 / 3)


def test_value_at_risk_and_its_tail_are_those_of_the_normal(normal: MonteCarlo) -> None:
    """VaR = −(μ + σ z), CVaR = −(μ − σ φ(z) ÷ 0.05), z = Φ⁻¹(0.05).

    Error of CVaR: √(Var[max(0, q − x)] ÷ N) ÷ 0.05, bounded by √(E[max(0, q − x)²] ÷ N) ÷ 0.05 with
    E[max(0, q − x)²] = σ² [(1 + z²) 0.05 + z φ(z)].
    """
    z = float(stats.norm.ppf(0.05))
    density = float(stats.norm.pdf(z))
    quantile = sqrt(0.05 * 0.95 / N) / density * SPREAD
    tail = SPREAD * sqrt(((1 + z * z) * 0.05 + z * density) / N) / 0.05
    assert normal.value_at_risk() == pytest.approx(-(MEAN + SPREAD * z), abs=4 * quantile)
    assert normal.conditional_value_at_risk() == pytest.approx(-(MEAN - SPREAD * density / 0.05), abs=4 * tail)


def test_probability_of_missing_the_hurdle_is_that_of_a_negative_npv(normal: MonteCarlo) -> None:
    """Φ(−μ ÷ σ) for both, and row by row the rate of return is below the discount rate where the NPV is below 0."""
    table = normal.risk_table()
    value = dict(zip(table["Risk figure"], table["Value"], strict=True))
    expected = float(stats.norm.cdf(-MEAN / SPREAD))
    error = 4 * sqrt(expected * (1 - expected) / N)
    assert value["Probability that Project NPV, after tax is below 0"] == pytest.approx(expected, abs=error)
    label = "Probability that Project IRR, after tax misses its hurdle of 8 %"
    assert value[label] == value["Probability that Project NPV, after tax is below 0"]
    metric = normal.metrics["project_irr"]
    ok = metric.reason == "ok"
    assert ok.any()
    assert np.array_equal(metric.value[ok] < 0.08, normal.misses["project_irr"][ok] == 1.0)


def test_contributions_are_the_rank_correlations_of_the_normal() -> None:
    """Independent parts: Pearson's r = −part ÷ σ, Spearman's ρ = 6/π asin(r ÷ 2); its error is at most 1 ÷ √N."""
    found = monte_carlo(made(linear()), n=N, uncertainty=NORMALS.distributions)
    expected = 6 / np.pi * np.arcsin(-PARTS / np.sqrt(PARTS @ PARTS) / 2)
    np.testing.assert_allclose(found.contributions(), expected, atol=4 / sqrt(N))
    oracle = [stats.spearmanr(found.draws[:, place], found.metrics["project_npv"].value)[0] for place in (0, 1)]
    np.testing.assert_allclose(found.contributions(), oracle, atol=1e-12)
    table = found.contributions_table()
    assert table["Path"].tolist() == [SPENT, STAFF]


def test_the_rank_correlation_of_the_draws_stands_beside_the_one_asked(normal: MonteCarlo) -> None:
    """Oracle: spearmanr; the bound is derived in ``test_draw.py``."""
    table = normal.correlations_table()
    assert table["Rank correlation asked"].tolist() == [0.5]
    reached = table["Rank correlation of the draws"][0]
    assert reached == pytest.approx(stats.spearmanr(*normal.draws.T)[0], abs=1e-12)
    assert reached == pytest.approx(0.5, abs=1.2 / sqrt(N))


def test_a_correlation_that_repeated_values_cannot_have_is_told_with_the_most_they_allow() -> None:
    """Of a two-valued input of probability p and a continuous one at most √(3 p (1 − p)): both in order, by the definition of Spearman's ρ."""
    pair = Correlation(between=(SPENT, STAFF), rank=0.9)
    two = Distribution("discrete", ((900.0, 1100.0), (0.7, 0.3)))
    found = monte_carlo(made(linear()), n=2000, uncertainty=Uncertainty({SPENT: two, STAFF: NORMALS[STAFF]}, (pair,)))
    limit = sqrt(3 * 0.7 * 0.3)
    assert found.correlation_limits() == pytest.approx([limit], abs=1e-6)
    ((_, reached),) = found.correlations()
    assert reached < limit
    (told,) = [one for one in found.remarks("en") if "values repeat" in one]
    assert told.startswith("Other equipment with Staff: rank correlation asked 0.9, of the draws ")
    assert told.endswith(f"allow at most {limit:.2f}.")
    assert any(f"最多只能达到 {limit:.2f}" in one for one in found.remarks("zh"))
    # Continuous inputs allow anything, and have what was asked.
    whole = monte_carlo(made(linear()), n=2000, uncertainty=NORMALS)
    assert whole.correlation_limits() == pytest.approx([1.0], abs=1e-12)
    assert len(whole.remarks("en")) == len(found.remarks("en")) - 1
    down = monte_carlo(made(linear()), n=2000, uncertainty=Uncertainty({SPENT: two, STAFF: NORMALS[STAFF]}, (Correlation(between=(SPENT, STAFF), rank=-0.9),)))  # fmt: skip
    assert down.correlation_limits() == pytest.approx([-limit], abs=1e-6)


def test_inputs_are_printed_as_asked_beside_what_was_drawn() -> None:
    """The numbers of a truncated normal are those before it is cut; of its draws mean and deviation are another's (scipy's truncnorm)."""
    cut = {
        SPENT: Distribution("truncated_normal", (100, 20, 100, 140)),
        STAFF: Distribution("discrete", ((1.0, 3.0), (0.5, 0.5))),
    }
    found = monte_carlo(made(linear()), n=2000, uncertainty=cut)
    table = found.inputs_table("en")
    assert table["Path"].tolist() == [SPENT, STAFF]
    assert table["Distribution"].tolist() == ["truncated normal", "discrete"]
    assert (
        table["Numbers asked"][0]
        == "mean before truncation 100, standard deviation before truncation 20, low 100, high 140"
    )
    one = stats.truncnorm(0.0, 2.0, 100, 20)
    # One draw in each of 2,000 strata: within a stratum of the mean.
    assert table["Mean of the draws"].tolist() == pytest.approx([one.mean(), 2.0], rel=1e-4)
    assert table["Standard deviation of the draws"].tolist() == pytest.approx([one.std(), 1.0], rel=1e-3)
    zh = found.inputs_table("zh")
    assert zh["给定参数"][0] == "截断前均值 100，截断前标准差 20，下限 100，上限 140"
    assert zh["给定参数"][1] == "1（概率 0.5），3（概率 0.5）"


# --- rows, blocks, seeds ---

PLANT = plant({"revenue": {"frequency_regulation": REGULATION}})
DRAWN = {
    "market.spread_scale": Distribution("triangular", (0.5, 1, 1.3)),
    "finance.loan_rate": Distribution("uniform", (0.02, 0.06)),
    "capital.battery_yuan_per_kwh": Distribution("pert", (450, 600, 800)),
}


def test_every_draw_equals_the_case_varied_and_run_alone_bit_for_bit() -> None:
    """A dispatched plant with tax and debt; dispatch is solved anew for every spread."""
    case = made(PLANT)
    found = monte_carlo(case, n=8, uncertainty=DRAWN)
    for row in range(8):
        alone = appraise(case.vary(dict(zip(DRAWN, found.draws[row].tolist(), strict=True))))
        for key in found.keys:
            assert np.array_equal(found.metrics[key].value[row], alone.metrics[key].value[0], equal_nan=True), key


def test_figures_do_not_depend_on_the_size_of_a_block() -> None:
    """All rows at once, by seven and by one; the rows told are those of each block."""
    case = made(PLANT)
    whole = monte_carlo(case, n=16, seed=0, uncertainty=DRAWN)
    for rows in (7, 1):
        told: list[int] = []
        parts = monte_carlo(case, n=16, seed=0, uncertainty=DRAWN, rows=rows, progress=told.append)
        assert parts.draws.tobytes() == whole.draws.tobytes()
        assert all(parts.metrics[key].value.tobytes() == whole.metrics[key].value.tobytes() for key in whole.keys)
        assert told == [*range(rows, 16, rows), 16]


def test_same_seed_gives_the_same_bytes() -> None:
    """And another seed another sample."""
    case = made(linear())
    first, again, other = (monte_carlo(case, n=64, seed=seed, uncertainty=NORMALS) for seed in (0, 0, 1))
    assert first.table().to_csv() == again.table().to_csv()
    assert first.draws_table().to_csv() == again.draws_table().to_csv()
    assert first.draws_table().to_csv() != other.draws_table().to_csv()


def test_provenance_names_what_another_person_needs() -> None:
    """Seed, draws, sampling, distributions as a file states them."""
    found = monte_carlo(made(linear()), n=64, seed=0, sampling="sobol", uncertainty=NORMALS).provenance
    assert (found.study, found.seed, found.n, found.settings["sampling"]) == ("montecarlo", 0, 64, "sobol")
    assert found.settings["distributions"] == {SPENT: {"normal": [1000, 120]}, STAFF: {"normal": [90, 10]}}
    assert found.settings["correlations"] == [{"between": [SPENT, STAFF], "rank": 0.5}]
    assert found.settings["covenant"] == 1.2


# --- hurdle and covenant ---


def test_a_hurdle_asked_is_judged_by_the_npv_at_that_hurdle() -> None:
    """Closed form at 10 %: Φ(−μ ÷ σ) with the annuity factor of 10 % (numpy-financial)."""
    found = monte_carlo(made(linear()), n=N, uncertainty=NORMALS.distributions, hurdle=0.1)
    annuity = -float(npf.pv(0.1, 10, 1.0))
    mean, spread = 160 * annuity - 1000, float(np.hypot(120, 10 * annuity))
    expected = float(stats.norm.cdf(-mean / spread))
    share = found.sample(found.misses["project_irr"]).mean()[0]
    assert share == pytest.approx(expected, abs=4 * sqrt(expected * (1 - expected) / N))
    assert (found.hurdles["project_irr"] == 0.1).all()


def test_a_project_without_a_rate_of_return_misses_only_by_its_npv() -> None:
    """Half the draws lose money every year: no rate exists, the NPV is negative, the hurdle is missed, and the share is told."""
    staff = {STAFF: Distribution("discrete", ((50.0, 400.0), (0.5, 0.5)))}
    for hurdle in (None, {"project_irr": 0.1}):
        found = monte_carlo(made(linear()), n=100, uncertainty=staff, hurdle=hurdle)
        lost = found.draws[:, 0] == 400.0
        assert lost.sum() == 50
        assert np.array_equal(np.isnan(found.metrics["project_irr"].value), lost)
        assert np.array_equal(found.misses["project_irr"] == 1.0, lost)
        assert found.summary("project_irr").reasons == {"none_no_sign_change": 0.5}
        table = found.risk_table()
        rows = table["Risk figure"].str.startswith("Probability that Project IRR")
        assert table["Note"][rows].item().startswith("50 % of the probability has no rate of return to show; it misses")


def test_a_drawn_discount_rate_is_the_hurdle_of_its_own_draw() -> None:
    """The equity's own rate where the case states none is the discount rate drawn."""
    rates = {"finance.discount_rate": Distribution("uniform", (0.05, 0.12))}
    found = monte_carlo(made(linear()), n=32, uncertainty=rates)
    for key in ("project_irr", "equity_irr"):
        assert np.array_equal(found.hurdles[key], found.draws[:, 0])
    irr = float(npf.irr([-1000, *[170.0] * 10]))
    assert np.array_equal(found.misses["project_irr"] == 1.0, irr < found.draws[:, 0])


def test_covenant_is_breached_below_it_and_never_without_debt() -> None:
    """Half the draws owe nothing; of the others every one covers 170 ÷ PMT (numpy-financial) in every year."""
    share = {"finance.debt_share": Distribution("discrete", ((0.0, 0.8), (0.5, 0.5)))}
    loan = {
        "finance": {"loan_rate": 0.05, "loan_years": 8, "repayment": "annuity", "construction_interest": "capitalised"}
    }
    case = made(linear(loan))
    found = monte_carlo(case, n=100, uncertainty=share)
    cover = found.metrics["dscr_min"].value
    owing = found.draws[:, 0] > 0
    least = float(appraise(case.vary({"finance.debt_share": 0.8})).metrics["dscr_min"].value[0])
    # One month of construction: the loan grows by less than half a per cent before it is repaid.
    assert least == pytest.approx(170 / -float(npf.pmt(0.05, 8, 800)), rel=5e-3)
    assert (cover[owing] == least).all()
    for covenant, expected in ((least * 1.01, 0.5), (least * 0.99, 0.0)):
        table = monte_carlo(case, n=100, uncertainty=share, covenant=covenant).risk_table()
        last = table.iloc[-1]
        assert f"covenant of {covenant:g}" in last["Risk figure"]
        assert last["Value"] == expected
        assert last["Note"] == "50 % of the probability owes nothing and breaches no covenant"


def test_covenant_of_a_case_without_any_debt_has_no_probability() -> None:
    """Nothing to breach: no number, and the reason."""
    last = monte_carlo(made(linear()), n=8, uncertainty=NORMALS.distributions).risk_table().iloc[-1]
    assert np.isnan(last["Value"])
    assert "100 % of the probability owes nothing" in last["Note"]


def test_a_payback_that_never_comes_is_later_than_any() -> None:
    """A quarter of the draws never recovers the outlay: P50 is a number, P10 and the worst are beyond the period."""
    staff = {STAFF: Distribution("discrete", ((50.0, 170.0), (0.75, 0.25)))}
    found = monte_carlo(made(linear()), n=100, uncertainty=staff).summary("payback_years")
    assert found.missing == found.beyond == 0.25
    # T − 1 + |cum| ÷ net with the construction column counted: 5 + 200 ÷ 200.
    assert found.p["P50"] == found.p["P90"] == found.best == pytest.approx(6.0)
    assert np.isnan([found.p["P10"], found.worst]).all()
    assert found.mean == pytest.approx(6.0)
    note = monte_carlo(made(linear()), n=100, uncertainty=staff).table().set_index("Metric")["Note"]
    label = "Payback, after tax, from construction start, year"
    assert note[label] == (
        "lower is better: the cautious figure is P10; not recovered within the calculation period 25 %; "
        "beyond the calculation period: P10, Worst; mean and standard deviation of the 75 % of the probability with a number"
    )


def test_a_loss_at_every_rate_ranks_below_any_rate_of_return() -> None:
    """A spread that never earns its losses: P values are those of all draws, with minus infinity where no rate exists."""
    case = load_case(scenario_path("zhejiang_user_lfp"), library=LIBRARY)
    spread = {"market.spread_scale": Distribution("uniform", (0.0, 1.2))}
    found = monte_carlo(case, n=200, seed=0, uncertainty=spread)
    metric, summary = found.metrics["equity_irr"], found.summary("equity_irr")
    none = metric.reason == "none_no_sign_change"
    assert 0.1 < none.mean() == summary.lost == summary.missing < 0.5
    # Oracle: numpy's inverted distribution function of all draws; more than half the draws are above P50 in none but half.
    all_draws = np.where(none, -np.inf, metric.value)
    assert summary.p["P50"] == np.quantile(all_draws, 0.5, method="inverted_cdf")
    assert summary.p["P10"] == np.quantile(all_draws, 0.9, method="inverted_cdf")
    assert (all_draws > summary.p["P50"]).mean() == 0.5
    assert np.isnan(summary.p["P90"])
    assert summary.off == {"P90": "lost", "worst": "lost"}
    for lang, words in (
        ("en", "a loss at every rate ranks below any rate of return: P90, Worst"),
        ("zh", "任何折现率下均亏损，排在任何收益率之下：P90、最差"),
    ):
        note = found.table(lang).iloc[4, -1]
        assert words in note
        assert f"{100 * (1 - none.mean()):.3g} %" in note


@pytest.mark.parametrize(("reason", "worth", "rank"), [
    ("none_no_sign_change", -5.0, -np.inf), ("none_no_sign_change", 5.0, np.inf), ("none", -5.0, -np.inf),
    ("none_no_sign_change", 0.0, np.nan), ("multiple_none_shown", -5.0, np.nan), ("none_touches", -5.0, np.nan),
])  # fmt: skip
def test_a_rate_that_does_not_exist_ranks_by_the_sign_of_its_worth(reason: str, worth: float, rank: float) -> None:
    """Only where the NPV has one sign at every rate; several roots, or one that touches, have no rank."""
    irr, npv = (
        Metric(key=key, unit="1", zh=key, en=key, value=np.array([value]), reason=np.array([code]))
        for key, value, code in (("project_irr", np.nan, reason), ("project_npv", worth, "ok"))
    )
    assert np.array_equal(ranked(irr, npv), [rank], equal_nan=True)


def test_figures_of_a_part_of_the_draws_say_so_in_their_row() -> None:
    """Half the draws owe nothing and have no cover: mean and P values are of the other half."""
    share = {"finance.debt_share": Distribution("discrete", ((0.0, 0.8), (0.5, 0.5)))}
    loan = {"finance": {"loan_rate": 0.05, "loan_years": 8, "repayment": "annuity"}}
    found = monte_carlo(made(linear(loan)), n=100, uncertainty=share)
    assert found.summary("dscr_min").placed == 0.5
    notes = {
        lang: found.table(lang).set_index(found.table(lang).columns[0]).loc[label].iloc[-1]
        for lang, label in (("en", "Minimum DSCR"), ("zh", "最低偿债备付率"))
    }
    assert notes["en"].endswith("mean, standard deviation and P values of the 50 % of the probability with a number")
    assert notes["zh"].endswith("均值、标准差和 P 值仅就有数值的 50 % 概率而言")
    assert "within that part" in found.remarks("en")[0]


def test_of_a_cost_the_worst_is_the_highest() -> None:
    """Levelised cost."""
    found = monte_carlo(made(PLANT), n=8, uncertainty=DRAWN)
    cost = found.metrics["lcos_yuan_per_kwh"].value
    summary = found.summary("lcos_yuan_per_kwh")
    assert (summary.worst, summary.best) == (cost.max(), cost.min())
    assert set(appraise(made(PLANT)).metrics) >= LOWER_IS_BETTER


# --- the tree ---


def test_a_tree_weighs_its_scenarios() -> None:
    """Brute force: the draws of the scenario with 3/4 counted three times, unweighted statistics of numpy on that."""
    base, dear = made(linear()), made(linear({"project": {"operation_years": 8}, "capital": {"depreciation_years": 8}}))
    tree = monte_carlo({"base": (0.75, base), "short": (0.25, dear)}, n=200, uncertainty=NORMALS)
    alone = [monte_carlo(case, n=200, uncertainty=NORMALS).metrics["project_npv"].value for case in (base, dear)]
    assert np.array_equal(tree.metrics["project_npv"].value, np.concatenate(alone))
    assert np.array_equal(tree.draws[:200], tree.draws[200:])
    counted = np.concatenate([np.repeat(alone[0], 3), alone[1]])
    found = tree.summary("project_npv")
    assert found.mean == pytest.approx(counted.mean(), rel=1e-12)
    assert found.deviation == pytest.approx(counted.std(), rel=1e-12)
    for name, share in {"P90": 0.1, "P50": 0.5, "P10": 0.9}.items():
        assert found.p[name] == np.quantile(counted, share, method="inverted_cdf")
    assert tree.conditional_value_at_risk() == pytest.approx(-np.sort(counted)[: 800 // 20].mean(), rel=1e-12)
    assert tree.summary("project_npv", "short").mean == pytest.approx(alone[1].mean(), rel=1e-12)
    assert tree.weights.sum() == pytest.approx(1)
    assert len(tree.draws_table()) == 400


def test_a_tree_of_outcomes_without_distributions_is_a_lottery() -> None:
    """Two cases, 0.3 and 0.7: the mean is their weighted mean, the quantiles are the two values."""
    worths = []
    leaves = {}
    for name, weight, income in (("low", 0.3, 200), ("high", 0.7, 300)):
        case = made(linear({"revenue": {"known": {"income_yuan": income}}}))
        leaves[name] = (weight, case)
        worths.append(((income - 80) * A - 1000) / 1.08)
    found = monte_carlo(leaves, n=2).summary("project_npv")
    assert found.mean == pytest.approx(0.3 * worths[0] + 0.7 * worths[1], rel=1e-9)
    assert [found.p["P90"], found.p["P50"]] == pytest.approx([worths[0], worths[1]], rel=1e-9)


TREE = """
  correlations:
    - {between: [capital.battery_yuan_per_kwh, market.spread_scale], rank: 0.4}
  scenarios:
    base: {weight: 0.5, title: {zh: 现行, en: As it is}}
    annuity: {weight: 0.3, set: {finance.repayment: annuity, project.operation_years: 12}}
    wide: {weight: 0.2, set: {uncertainty.market.spread_scale: {triangular: [0.9, 1.1, 1.3]}}}
"""


def written(tmp_path: Path, tree: str = TREE) -> Path:
    """A ready case with a tree; its section of uncertainty is the last one."""
    file = tmp_path / "tree.yaml"
    file.write_text(
        scenario_path("zhejiang_user_lfp").read_text(encoding="utf-8") + tree.lstrip("\n"), encoding="utf-8"
    )
    return file


def test_a_file_with_a_tree_is_read_branch_by_branch_and_drawn_from_the_same_points(tmp_path: Path) -> None:
    """A branch may change structure, numbers and distributions; each is what it would be alone."""
    leaves = load_tree(written(tmp_path), library=LIBRARY)
    assert {name: leaf.weight for name, leaf in leaves.items()} == {"base": 0.5, "annuity": 0.3, "wide": 0.2}
    assert leaves["annuity"].case.finance.repayment == "annuity"
    assert leaves["annuity"].case.project.operation_years == 12
    found = monte_carlo(leaves, n=16, keys=("project_npv",))
    for place, leaf in enumerate(leaves.values()):
        alone = monte_carlo(leaf.case, n=16, keys=("project_npv",))
        rows = slice(16 * place, 16 * (place + 1))
        assert np.array_equal(found.draws[rows], alone.draws)
        assert np.array_equal(found.metrics["project_npv"].value[rows], alone.metrics["project_npv"].value)
    assert found.draws_table("zh")["情景"].unique().tolist() == ["现行", "annuity", "wide"]
    # The same uniforms: the distribution that the branch changed is drawn at the same ranks.
    assert np.array_equal(stats.rankdata(found.draws[:16, 2]), stats.rankdata(found.draws[32:, 2]))


def test_faults_of_branches_are_told_at_the_branch_all_at_once(tmp_path: Path) -> None:
    """A loan longer than the project, a voltage that the tariff does not have."""
    tree = TREE.replace("operation_years: 12", "operation_years: 6").replace("wide: {weight: 0.2, set: {", "wide: {weight: 0.2, set: {market.voltage: 36kv, ")  # fmt: skip
    with pytest.raises(InputError) as caught:
        load_tree(written(tmp_path, tree), library=LIBRARY)
    told = {
        fault.path: str(fault.message) for fault in caught.value.faults if "loan" in str(fault) or "36kv" in str(fault)
    }
    assert set(told) == {"uncertainty.scenarios.annuity", "uncertainty.scenarios.wide.set.market.voltage"}
    assert told["uncertainty.scenarios.annuity"].startswith("finance.loan_years: 8 years of repayment in 6")


def test_a_case_that_states_a_tree_is_not_drawn_without_it(tmp_path: Path) -> None:
    """The base alone would be another question; the remedy is named."""
    with pytest.raises(InputError, match=r"states a tree of scenarios.*load_tree\(file\)"):
        monte_carlo(load_case(written(tmp_path), library=LIBRARY), n=8)


@pytest.mark.parametrize(
    ("weights", "changes", "message"),
    [
        ((0.5, 0.6), {}, "the weights of a, b add to 1.1, expected 1"),
        ((0.0, 1.0), {}, "a: a weight of 0; expected a number above 0"),
        ((0.5, 0.5), {STAFF: Distribution("uniform", (1, 2))}, "b: draws other inputs than a"),
    ],
)
def test_a_tree_that_does_not_fit_together_is_refused(
    weights: tuple[float, float], changes: dict[str, Distribution], message: str
) -> None:
    """Weights, and inputs that only one scenario draws."""
    case = made(linear({"uncertainty": {SPENT: {"uniform": [900, 1100]}}}))
    other = made(linear({"uncertainty": {path: {one.name: list(one.numbers)} for path, one in changes.items()}})) if changes else case  # fmt: skip
    with pytest.raises(InputError, match=message):
        monte_carlo({"a": (weights[0], case), "b": (weights[1], other)}, n=8)


# --- convergence ---


def test_errors_of_the_trace_are_those_of_independent_draws() -> None:
    """σ ÷ √n of the mean at every point; random sampling, so that the error of the error is about 1 ÷ √(2n)."""
    found = monte_carlo(made(linear()), n=4000, sampling="random", uncertainty=NORMALS).convergence()
    assert found.n[-1] == 4000
    assert len(found.n) == 20
    np.testing.assert_allclose(found.errors[:, 0], SPREAD / np.sqrt(found.n), rtol=4 / sqrt(2 * 200))
    assert found.values[-1, 0] == pytest.approx(found.metric.value.mean(), rel=1e-12)
    assert found.code == "settled"
    assert "settled" in found.words("en")
    assert "已收敛" in found.words("zh")


def test_few_draws_have_not_settled_and_the_remedy_is_more() -> None:
    """120 draws of a normal: over their last half a P-value moves by more than a tenth of σ (error σ · 0.16 and more)."""
    found = monte_carlo(made(linear()), n=120, seed=3, sampling="random", uncertainty=NORMALS).convergence()
    assert found.code == "moving"
    assert found.words("en").startswith("Project NPV, after tax: 120 draws; ")
    assert found.words("en").endswith("not settled; draw 240")


@pytest.mark.parametrize(
    ("n", "sampling"), [(2, "latin_hypercube"), (20, "random"), (2, "sobol"), (4, "sobol"), (8, "sobol"), (64, "sobol")]
)
def test_too_few_draws_are_not_judged(n: int, sampling: Any) -> None:
    """Fewer than three points, fewer than five draws in a tail, or P90 known to more than a tenth of σ (1.71 σ ÷ √n): and how many to draw.

    VaR 95 % of a normal needs (2.11 ÷ 0.1)² = 447 draws for that error.
    """
    found = monte_carlo(made(linear()), n=n, sampling=sampling, uncertainty=NORMALS.distributions).convergence()
    assert found.code == "few"
    assert found.next_n is not None
    assert found.next_n >= 447
    assert "too few draws to judge; draw " in found.words("en")
    assert "抽样过少，无从判断；请抽样" in found.words("zh")


def test_settled_figures_are_known_within_the_tolerance() -> None:
    """Every printed figure, value at risk and its tail too; the errors printed are those of the table of risks."""
    study = monte_carlo(made(linear()), n=2000, uncertainty=NORMALS)
    found = study.convergence()
    assert found.code == "settled"
    assert found.figures == ("mean", "P90", "P50", "P10", "VaR", "CVaR")
    assert (found.uncertain <= found.tolerance).all()
    np.testing.assert_allclose(found.values[-1, 4:], [study.value_at_risk(), study.conditional_value_at_risk()])
    np.testing.assert_allclose(found.errors[-1, 4:], study.risk_table()["Standard error"][:2])
    # Without a worth there is no value at risk.
    assert study.convergence("project_irr").figures == ("mean", "P90", "P50", "P10")


def test_a_tolerance_of_nothing_is_never_met() -> None:
    """The verdict follows the figures: the largest move is above 0 in any finite sample."""
    found = monte_carlo(made(linear()), n=200, uncertainty=NORMALS)
    assert found.convergence(tolerance=0.0).code == "moving"
    assert found.convergence(tolerance=np.inf).code == "settled"


def test_sobol_is_read_where_it_is_balanced() -> None:
    """At powers of two, and at eighths of the last half: whole blocks of 16, each a net by itself."""
    found = monte_carlo(made(linear()), n=128, sampling="sobol", uncertainty=NORMALS).convergence()
    assert found.n.tolist() == [8, 16, 32, 64, 80, 96, 112, 128]


def test_a_metric_that_no_draw_has_cannot_be_judged() -> None:
    """The linear case never owes: no cover."""
    found = monte_carlo(made(linear()), n=64, uncertainty=NORMALS.distributions).convergence("dscr_min")
    assert found.code == "no figure"
    assert found.words("zh") == "最低偿债备付率：无数值，无从判断"


def test_a_metric_that_never_moves_has_settled() -> None:
    """The project does not feel the loan rate."""
    rates = {"finance.loan_rate": Distribution("uniform", (0.03, 0.05))}
    found = monte_carlo(made(linear()), n=64, uncertainty=rates)
    assert found.convergence().code == "settled"
    assert np.isnan(found.contributions()).all()


# --- statistics by hand ---


def test_tail_counts_only_what_belongs_to_it() -> None:
    """By hand: the worst quarter of 1 … 10 is 1, 2 and half of 3: (1 + 2 + 1.5) ÷ 2.5 = 1.8."""
    sample = Weighed(np.arange(10.0, 0.0, -1.0)[np.newaxis], np.ones(1))
    assert sample.tail(0.25)[0] == pytest.approx(1.8)
    assert sample.quantile(0.25)[0] == 3.0


def test_sampling_error_of_a_tree_is_that_of_its_rows() -> None:
    """Two scenarios that are each other's opposite around 1 err in neither half alone: their mean is always 1."""
    values = np.random.default_rng(1).normal(size=500)
    sample = Weighed(np.array([1 + values, 1 - values]), np.array([0.5, 0.5]))
    assert sample.mean() == pytest.approx((1.0, 0.0), abs=1e-12)


@pytest.mark.parametrize("weights", [("0.2", "0.5", "0.3"), ("0.1",) * 10, ("0.3", "0.7")])
@pytest.mark.parametrize("n", [10, 20, 100])
def test_quantiles_of_weights_that_no_float_holds_are_those_of_exact_fractions(
    weights: tuple[str, ...], n: int
) -> None:
    """The least value whose weights, added as fractions, reach the share. 0.2 of 10 draws makes 0.1 reached exactly."""
    exact = [Fraction(one) / n for one in weights]
    rows = np.array([n * place + np.arange(n) for place in range(len(weights))]) * 7 % (n * len(weights) + 1)
    values = rows / 100.0
    sample = Weighed(values, np.array([float(one) for one in weights]))
    ranked_ = sorted((value, exact[place]) for place, row in enumerate(values.tolist()) for value in row)
    for share in (Fraction(1, 20), Fraction(1, 10), Fraction(1, 2), Fraction(9, 10), Fraction(1)):
        reached = list(accumulate(weight for _, weight in ranked_))
        expected = next(value for (value, _), sum_ in zip(ranked_, reached, strict=True) if sum_ >= share)
        assert sample.quantile(float(share))[0] == expected


# --- refusals ---


def refused(case: Case, **terms: Any) -> str:
    """What a study is refused with."""
    with pytest.raises(InputError) as caught:
        monte_carlo(case, **terms)
    return str(caught.value)


def test_draws_outside_the_range_of_a_field_are_counted_and_not_clipped() -> None:
    """A debt share around 0.9 with 0.1: Φ(−1) of the draws is above 1, of 1000 strata 158 or 159."""
    told = refused(made(linear()), n=1000, uncertainty={"finance.debt_share": Distribution("normal", (0.9, 0.1))})
    assert told.startswith("case uncertainty.finance.debt_share: 15")
    assert "of 1,000 draws are outside 0–1, the range of the input" in told
    assert "truncate the distribution" in told


def test_draws_that_the_case_refuses_are_counted_with_an_example() -> None:
    """A regulation price of 14 to 16 under a cap of 15: one half, of the first 500 looked at."""
    price = "revenue.frequency_regulation.price_yuan_per_mw"
    told = refused(made(PLANT), n=600, uncertainty={price: Distribution("uniform", (14, 16))})
    count = int(told.removeprefix("case uncertainty: ").partition(" ")[0])
    # The first 500 of 600 shuffled strata: hypergeometric, 250 ± 4.6.
    assert 250 - 5 * 4.6 < count < 250 + 5 * 4.6
    assert "of the first 500 of 600 draws are refused by the case; draw " in told
    assert "is above the cap of the market" in told


def test_years_drawn_between_whole_ones_are_refused_with_a_discrete_distribution() -> None:
    """No truncation makes a year whole. Another input that is refused at the same time still has its own remedy."""
    loan = linear({"finance": {"debt_share": 0.5, "loan_rate": 0.05, "loan_years": 8}})
    told = refused(made(loan), n=64, uncertainty={"finance.loan_years": Distribution("uniform", (6, 10))})
    assert "is not a whole number of years" in told
    assert "finance.loan_years takes whole numbers only: give it a discrete distribution, {discrete: {" in told
    assert "truncate" not in told
    stated = told.partition("{discrete: {")[2].partition("}}")[0]
    years = tuple(float(part.partition(":")[0]) for part in stated.split(","))
    # What is advised can be drawn.
    found = monte_carlo(
        made(loan), n=8, uncertainty={"finance.loan_years": Distribution("discrete", (years, (0.5, 0.5)))}
    )
    assert set(found.draws.ravel()) == set(years)
    wide = refused(made(loan), n=64, uncertainty={"finance.loan_years": Distribution("uniform", (-2, 10))})
    assert "outside" in wide
    assert "takes whole numbers only" in wide


@pytest.mark.parametrize("n", [10**9, 10**400])
def test_more_draws_than_memory_should_hold_are_refused_before_any_is_made(n: int) -> None:
    """With the figure and the most that may be asked, in both languages; that many would be let through."""
    with pytest.raises(InputError) as caught:
        monte_carlo(made(linear()), n=n, uncertainty=NORMALS)
    assert caught.value.exit_code == 3
    (fault,) = caught.value.faults
    assert fault.path == "n"
    assert "MB in memory, more than 2,000 MB; take at most 1," in fault.message
    assert "将占用内存" in fault.message.zh
    most = int(fault.message.rpartition(" ")[2].replace(",", ""))
    assert memory_faults("study", most, MOST_BYTES // most) == []
    assert memory_faults("study", most + 1, MOST_BYTES // most) != []


def test_all_that_is_wrong_with_the_terms_is_told_at_once() -> None:
    """Draws, seed, a distribution, a path, a key, hurdles, the covenant."""
    told = refused(
        made(linear()), n=1000, sampling="sobol", seed=-1, covenant=-1, keys=("project_npb",),
        hurdle={"equity_irr": 0.9, "irr": 0.1},
        uncertainty={SPENT: Distribution("normal", (1,)), "nowhere": Distribution("uniform", (0, 1))},
    )  # fmt: skip
    for part in (
        "n: 1000 draws; a Sobol' sequence needs a power of two: 512 or 1024", "seed: -1;", "normal takes 2 numbers",
        "nowhere: no number that may differ", "project_npb: no metric; did you mean 'project_npv'",
        "hurdle.equity_irr: 0.9 is outside 0–0.5", "hurdle.irr: no rate of return", "covenant: -1; expected a cover",
    ):  # fmt: skip
        assert part in told


def test_a_case_without_distributions_is_refused_with_the_remedy() -> None:
    """Every draw would be the case itself."""
    assert "states no distribution" in refused(made(linear()), n=8)


def test_a_block_of_scenarios_is_refused() -> None:
    """The study is of one."""
    block = made(linear()).vary({STAFF: np.array([1.0, 2.0])})
    assert "2 scenarios, expected 1" in refused(block, n=8, uncertainty=NORMALS)


def test_a_figure_or_scenario_that_was_not_measured_is_named() -> None:
    """With the nearest known one."""
    found = monte_carlo(made(linear()), n=8, uncertainty=NORMALS.distributions, keys=("roi",))
    assert found.table()["Mean"].notna().all()
    with pytest.raises(InputError, match="did you mean 'project_npv'"):
        found.summary("project_np")
    with pytest.raises(InputError, match="'dear' is none of this study"):
        found.summary("roi", "dear")


# --- tables ---


def test_tables_print_the_convention_in_both_languages() -> None:
    """Heads, the sentence, the risk figures; a row a metric and a row a draw."""
    found = monte_carlo(made(linear()), n=8, uncertainty=NORMALS)
    zh, en = found.table("zh"), found.table("en")
    assert list(en.columns[3:6]) == [f"P{p} (exceeded with {p} % probability)" for p in (90, 50, 10)]
    assert list(zh.columns[3:6]) == [f"P{p}（超过此值的概率为 {p} %）" for p in (90, 50, 10)]
    assert zh.shape == en.shape == (13, 10)
    assert found.remarks("en")[0].startswith("P90 is the value that is exceeded with a probability of 90 %")
    assert found.remarks("zh")[0].startswith("P90 指有 90 % 的概率被超过的数值")
    assert len(found.risk_table("zh")) == len(found.risk_table("en")) == 9
    draws = found.draws_table("en")
    assert draws.shape == (8, 1 + 2 + 13 + 1)
    assert draws["Other equipment, yuan"].tolist() == found.draws[:, 0].tolist()


@pytest.mark.parametrize("name", ["hainan_grid_lfp", "zhejiang_user_lfp"])
def test_ready_cases_are_drawn_from_their_own_distributions(name: str) -> None:
    """Every distribution of the file is an input; every draw lies within its bounds."""
    case = load_case(scenario_path(name), library=LIBRARY)
    found = monte_carlo(case, n=32, sampling="sobol")
    assert [one.key for one in found.inputs] == list(case.uncertainty)
    for place, one in enumerate(case.uncertainty.values()):
        assert found.draws[:, place].min() >= one.numbers[0]
        assert found.draws[:, place].max() <= one.numbers[-1]
    assert np.isfinite(found.metrics["project_npv"].value).all()
