"""What a mechanism comes to: by hand on contracts of known amounts, and the laws on drawn portfolios."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from mechanism_study import studied
from numpy.testing import assert_allclose

from appraisal.errors import InputError
from appraisal.payments import ORDER
from appraisal.pipeline import appraise
from appraisal.scenario import load_case
from appraisal.study.mechanism import Bench, Outcome, outcome, read_study
from appraisal.study.mechanism.level import changes
from appraisal.study.mechanism.ready import find_study

# Present value at 10 % of 1 a year in columns 2, 3, 4: 1/1.21 + 1/1.331 + 1/1.4641.
ANNUITY = 1 / 1.21 + 1 / 1.331 + 1 / 1.4641


def at_levels(bench: Bench, name: str) -> Outcome:
    """A mechanism alone at all of its levels."""
    one = bench.study.mechanism(name)
    return outcome(bench, [one], np.array(one.levels)[:, None])


def test_rent_by_hand(tmp_path: Path) -> None:
    """Without: −300/1.1 + 100 a = −46.65, −240/1.1 + 100 a = +7.90: only the cheap plant is built, of 4 MW potential 1. A rent of 50 lifts the
    dear one to 150 a − 272.73 = 66.39; the three plants it stands for and the cheap one are paid 50 a each by the users.
    """
    found = at_levels(Bench(study=studied(tmp_path)), "rent")
    assert found.levels[:, 0].tolist() == [0.0, 10.0, 50.0]
    assert (found.without_mw, found.potential_mw) == (1.0, 4.0)
    assert found.mw.tolist() == [1.0, 1.0, 4.0]
    assert found.added_mw.tolist() == [0.0, 0.0, 3.0]
    assert_allclose(found.cost["grid_users"], [0.0, 10 * ANNUITY, 4 * 50 * ANNUITY], rtol=1e-12)
    assert_allclose(found.yearly["grid_users"], [[0] * 4, [0, 10, 10, 10], [0, 200, 200, 200]], rtol=1e-12)
    assert found.first_year == 2026
    assert_allclose(found.to_built_anyway, [0, 10 * ANNUITY, 50 * ANNUITY], rtol=1e-12)
    assert_allclose(
        found.rent,
        [100 * ANNUITY - 240 / 1.1, 110 * ANNUITY - 240 / 1.1, 4 * 150 * ANNUITY - (240 + 3 * 300) / 1.1],
        rtol=1e-9,
    )
    assert_allclose(found.shortfall, [3 * (300 / 1.1 - 100 * ANNUITY), 3 * (300 / 1.1 - 110 * ANNUITY), 0], rtol=1e-9)
    # Added: 3 MW with 10 MWh a year each, 3 × 300 invested; the users' 200 a year on 1000 kWh are beyond the ceiling of 0.05.
    assert_allclose(found.per_kw[2], 200 * ANNUITY / 3000, rtol=1e-12)
    assert_allclose(found.per_mwh[2], 200 / 30, rtol=1e-12)
    assert_allclose(found.drawn[2], 900 / 1.1 / (200 * ANNUITY), rtol=1e-9)
    assert_allclose(found.highest_effect, [0, 0.01, 0.2], rtol=1e-12)
    assert found.bearable.tolist() == [True, True, False]
    assert found.permitted.all()
    assert np.isnan(found.per_kw[:2]).all()


def test_grant_by_hand(tmp_path: Path) -> None:
    """60 yuan for 1 MW arrive with the spending: −240/1.1 + 100 a clears; the public bears 3 × 60 / 1.1 of 3 × 300 / 1.1 that is added."""
    found = at_levels(Bench(study=studied(tmp_path)), "city")
    assert found.mw.tolist() == [1.0, 1.0, 4.0]
    assert_allclose(found.cost["treasury"], [0, 20 / 1.1, 4 * 60 / 1.1], rtol=1e-12)
    assert_allclose(found.drawn[2], (900 - 180) / 240, rtol=1e-12)
    assert not found.cost["grid_users"].any()


def test_without_the_assessment_a_payment_by_users_is_not_permitted(tmp_path: Path) -> None:
    """Notice 114 五(二): users may not pay before it; the treasury may."""
    bench = Bench(study=studied(tmp_path, {"consumers": {"assessed": False}}))
    assert at_levels(bench, "rent").permitted.tolist() == [True, False, False]
    assert at_levels(bench, "city").permitted.all()


def test_hurdle_of_cover_bars_a_project_that_clears_the_rate(tmp_path: Path) -> None:
    """With debt at 80 % of 300 over two years at 5 % the cover of 150 a year is below 1.2 (150 / 141.9 …), with the rate alone it is built."""
    debt = {"finance.debt_share": 0.8, "finance.loan_rate": 0.05, "finance.loan_years": 2}
    portfolio = {"portfolio": {"dear": {"set": debt}, "cheap": {"set": debt}}}
    assert at_levels(Bench(study=studied(tmp_path, portfolio)), "rent").mw[2] == 4.0
    covered = at_levels(Bench(study=studied(tmp_path, portfolio | {"hurdle": {"dscr": 1.2}})), "rent")
    assert covered.mw[2] < 4.0


@pytest.mark.parametrize("name", ["rent", "city", "cheaper"])
def test_level_of_none_changes_nothing_bit_for_bit(tmp_path: Path, name: str) -> None:
    """The rows at the level of none are those without the mechanism."""
    bench = Bench(study=studied(tmp_path))
    one, plants = bench.study.mechanism(name), bench.study.plants[0]
    rows = bench.rows(plants, [one], np.zeros(2, dtype=np.int64), np.array([[one.none], [one.strongest]]))
    base = bench.base[plants.name]
    for kept in ("rate", "worth", "margin", "investment", "shifted_mwh", "saved"):
        np.testing.assert_array_equal(getattr(rows, kept)[:1], getattr(base, kept))
    np.testing.assert_array_equal(rows.paid[:1], base.paid)
    assert rows.worth[1] != rows.worth[0]


def test_mechanism_that_changes_more_than_its_level_is_refused(tmp_path: Path) -> None:
    """A price set beside the level moves the project at level 0; the message names by how much."""
    moved = {"mechanisms": {"rent": {"set": {"operating_cost.fixed_yuan_per_kw_year": 0.001}}}}
    with pytest.raises(InputError, match=r"mechanisms\.rent: changes the worth of dear by"):
        at_levels(Bench(study=studied(tmp_path, moved)), "rent")


@pytest.fixture(scope="module")
def ready() -> tuple[Bench, dict[str, Outcome]]:
    """The ready study of grid-side storage at every level of every mechanism."""
    bench = Bench(study=read_study(find_study("grid_lfp_support")))
    return bench, {name: at_levels(bench, name) for name in bench.study.mechanisms}


def test_what_payers_pay_is_what_projects_receive(ready: tuple[Bench, dict[str, Outcome]]) -> None:
    """Of a drawn project: payments by payer less charging = income and lower capital cost of the settlements plus the grant of 500 yuan/kW (by hand), to 1e-9.

    The settlements are what the streams say before any book is kept, the payments come from the books.
    """
    bench, _ = ready
    plants = bench.study.plants[0]
    for name, granted in (("capacity_price", 0.0), ("discharge_subsidy", 0.0), ("grant", 500.0 * 100_000.0)):
        one = bench.study.mechanism(name)
        level = 500.0 if name == "grant" else one.strongest
        rows = bench.rows(plants, [one], np.array([7]), np.array([[level]]))
        case = load_case(plants.file, [*plants.changes, *changes(one.stated, level)], bench.study.library)
        result = appraise(case.vary({path: column[[7]] for path, column in plants.drawn.items()}))
        received = (
            sum(one.income - one.purchase - one.capital_change for one in result.revenue.settlements.values()).sum()
            + granted
        )
        assert rows.paid.sum() == pytest.approx(received, rel=1e-9)


def test_share_that_clears_rises_with_the_level(ready: tuple[Bench, dict[str, Outcome]]) -> None:
    """More of a support never bars a project that a smaller one built."""
    for one in ready[1].values():
        assert (np.diff(one.share) >= 0.0).all()
        assert (one.share <= 1.0).all()
        assert_allclose(one.total, sum(one.cost[payer] for payer in ORDER), rtol=1e-12)


def test_progress_ends_at_every_row_of_a_run(tmp_path: Path) -> None:
    """Two projects as they stand, and each at the three levels of the rent: eight rows."""
    told: list[int] = []
    at_levels(Bench(study=studied(tmp_path), progress=told.append), "rent")
    assert told == sorted(told)
    assert told[-1] == 8
