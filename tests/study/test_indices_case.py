"""Global sensitivity of a case: a linear one with closed forms, dispatch solved anew, and what is refused.

The linear project has no tax, debt or VAT and a month of construction: NPV at 8 % is (−E − a·(S + 1000·F)) ÷ 1.08 with the
equipment E, staff S and fixed cost F a kW of 1 MW, a the annuity factor of five years (numpy-financial).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy_financial as npf
import pytest
from strategies import contract, made, plant

from appraisal import appraise, load_case, scenario_path
from appraisal.case import Case, parse_set
from appraisal.case.uncertainty import Branch, Correlation, Distribution, Uncertainty
from appraisal.errors import InputError
from appraisal.study.draw import drawn
from appraisal.study.indices import GlobalIndices, design, indices

ANNUITY = -float(npf.pv(0.08, 5, 1.0))
EQUIPMENT, STAFF, FIXED = (
    "capital.equipment_yuan",
    "operating_cost.staff_yuan_per_year",
    "operating_cost.fixed_yuan_per_kw_year",
)
EQUITY_RATE, LOAN_RATE = "finance.equity_discount_rate", "finance.loan_rate"
# yuan of NPV for a unit of each input.
SLOPES = {EQUIPMENT: -1.0 / 1.08, STAFF: -ANNUITY / 1.08, FIXED: -1000.0 * ANNUITY / 1.08, EQUITY_RATE: 0.0}
# Each with its variance: width² ÷ 12; σ²; (a² + b² + c² − ab − ac − bc) ÷ 18.
UNCERTAIN = {
    EQUIPMENT: (Distribution("uniform", (900_000.0, 1_100_000.0)), 200_000.0**2 / 12.0),
    STAFF: (Distribution("normal", (50_000.0, 8_000.0)), 8_000.0**2),
    FIXED: (Distribution("triangular", (20.0, 30.0, 60.0)), (400 + 900 + 3600 - 600 - 1200 - 1800) / 18.0),
    EQUITY_RATE: (Distribution("uniform", (0.05, 0.09)), 0.04**2 / 12.0),
}
INPUTS = {path: one for path, (one, _) in UNCERTAIN.items()}


def linear(*changes: dict[str, Any]) -> Case:
    """The linear project."""
    return made(
        contract(
            {"capital": {"equipment_yuan": 1_000_000}, "revenue": {"known": {"income_yuan": 400_000}}},
            {"operating_cost": {"staff_yuan_per_year": 50_000, "fixed_yuan_per_kw_year": 30}},
            *changes,
        )
    )


def shares() -> np.ndarray[Any, np.dtype[np.float64]]:
    """Slope² · variance over their sum."""
    parts = np.array([SLOPES[path] ** 2 * variance for path, (_, variance) in UNCERTAIN.items()])
    return np.asarray(parts / parts.sum())


def test_sobol_of_a_linear_case_is_its_variance_shares() -> None:
    """First and total orders within their intervals of slope² · variance; no interaction; the inert input exactly 0."""
    found = indices(linear(), inputs=INPUTS, n=512)
    for values, half in ((found.first, found.first_conf), (found.total, found.total_conf)):
        assert values is not None
        assert half is not None
        assert (np.abs(values - shares()) <= half).all()
        assert values[3] == 0.0
    above = np.triu_indices(4, k=1)
    assert found.second is not None
    assert found.second_conf is not None
    assert (np.abs(found.second[above]) <= found.second_conf[above]).all()
    assert [one.key for one in found.inert] == [EQUITY_RATE]
    assert found.evaluations == 512 * 10
    assert found.metric.value.shape == (5120,)


@pytest.mark.parametrize("method", ["fast", "rbd_fast"])
def test_other_shares_of_the_variance_of_a_linear_case_agree(method: str) -> None:
    """Within the interval and 0.02 for the harmonics left out of a triangular and a normal input."""
    found = indices(linear(), inputs=INPUTS, method=method, n=2048)
    assert found.first is not None
    assert found.first_conf is not None
    assert (np.abs(found.first - shares()) <= found.first_conf + 0.02).all()


def test_dgsm_bounds_the_shares_and_equals_them_for_normal_inputs() -> None:
    """Poincaré: equality where the input is normal; uniform inputs within 12 ÷ 2π√3 = 1.103 of their share."""
    found = indices(linear(), inputs=INPUTS, method="dgsm", n=1024)
    assert found.dgsm is not None
    ratio = found.dgsm[:3] / shares()[:3]
    # The variance of the base points is that of the sample: 1 % at 1,024 points of a sequence.
    assert ratio[0] == pytest.approx(12.0 / (2.0 * np.pi * np.sqrt(3.0)), rel=0.01)
    assert ratio[1] == pytest.approx(1.0, rel=0.01)
    assert ratio[2] > 0.99
    assert found.dgsm[3] == 0.0


def test_morris_finds_planted_inert_inputs_and_the_slopes_of_the_others() -> None:
    """Project NPV feels neither the equity discount rate nor the rate of a loan that is not drawn: μ* is exactly 0.

    A uniform input moves by half its width in a step: μ is slope · width.
    """
    loan = {LOAN_RATE: Distribution("uniform", (0.03, 0.05))}
    found = indices(linear(), inputs={**INPUTS, **loan}, method="morris", n=30)
    assert found.mu_star is not None
    assert found.mu is not None
    assert found.sigma is not None
    assert found.mu_star[3:].tolist() == [0.0, 0.0]
    assert [one.key for one in found.inert] == [EQUITY_RATE, LOAN_RATE]
    assert found.mu[0] == pytest.approx(200_000.0 * SLOPES[EQUIPMENT], rel=1e-9)
    assert found.sigma[0] == pytest.approx(0.0, abs=1e-3)
    assert set(found.table()["Path"].tolist()[-2:]) == {EQUITY_RATE, LOAN_RATE}
    assert any("长期借款利率" in one for one in found.remarks("zh"))


def test_dgsm_gives_no_bound_where_the_end_of_life_is_a_jump() -> None:
    """A battery that is dead below its end of life: Sobol's total index of it is 1, its derivatives are 0 or a step's."""
    case = load_case(scenario_path("zhejiang_user_lfp"), [parse_set("storage.replacement.operation_years=[]")])
    ends = {
        "storage.ageing.end_of_life_soh": Distribution("uniform", (0.5, 0.7)),
        FIXED: Distribution("uniform", (20.0, 24.0)),
    }
    found = indices(case, method="dgsm", n=32, inputs=ends)
    assert found.evaluations == 32 * 5
    assert found.dgsm is not None
    assert found.checked is not None
    assert np.isnan(found.dgsm).tolist() == [True, False]
    # Sobol's total at n = 64: 1.016 ± 0.28.
    assert found.checked[0] == pytest.approx(1.0, abs=0.5)
    assert found.inert == ()
    assert found.order[0] == 0
    assert found.verdict.code == "not converged"
    assert any(one.startswith("jumps: no bound for End-of-life state of health") for one in found.remarks("en"))
    assert np.isnan(found.table().iloc[0, 3])


def test_resamples_that_memory_should_not_hold_are_refused() -> None:
    """Before anything is appraised."""
    with pytest.raises(InputError, match=r"resamples: .* MB in memory, more than 2,000 MB"):
        indices(linear(), inputs=INPUTS, n=64, resamples=10**9)


def test_inputs_that_move_dispatch_are_dispatched_anew() -> None:
    """Each row of the design is what the case with these inputs is by itself, appraised alone."""
    case = made(plant())
    moved = {
        "market.spread_scale": Distribution("uniform", (0.6, 1.2)),
        "storage.charge_efficiency": Distribution("triangular", (0.85, 0.94, 0.97)),
        "storage.energy_mwh": Distribution("uniform", (15.0, 25.0)),
    }
    found = indices(case, inputs=moved, n=16, resamples=10)
    values = drawn(moved, design("sobol", 3, n=16, seed=1).unit)
    for row in (0, 17, 127):
        alone = appraise(case.vary(dict(zip(moved, values[row], strict=True))))
        assert found.metric.value[row] == pytest.approx(alone.metrics["project_npv"].value[0], rel=1e-9)
    discharged = appraise(case.vary({path: values[:8, place] for place, path in enumerate(moved)}))
    assert np.unique(discharged.metrics["lcos_yuan_per_kwh"].value).size > 4


def test_own_uncertainty_of_a_ready_case_is_the_default_and_progress_is_told() -> None:
    """The section of the file, all rows told at the end, the settings recorded with the result."""
    case, told = load_case(scenario_path("zhejiang_user_lfp")), list[int]()
    found = indices(case, n=32, progress=told.append)
    assert [one.key for one in found.inputs] == list(case.uncertainty)
    assert told[-1] == found.evaluations == 32 * 8
    assert (found.provenance.seed, found.provenance.n) == (1, 32)
    assert found.provenance.settings["inputs"]["revenue.arbitrage.investor_share"] == {"uniform": [0.8, 0.95]}
    assert found.provenance.settings["resamples"] == 1000


def test_same_seed_gives_the_same_bytes_and_0_is_a_seed() -> None:
    """Of the outputs and of every index."""

    def run(seed: int) -> tuple[bytes, ...]:
        found = indices(linear(), inputs=INPUTS, n=32, seed=seed)
        assert found.total is not None
        assert found.total_conf is not None
        return found.metric.value.tobytes(), found.total.tobytes(), found.total_conf.tobytes()

    assert run(0) == run(0)
    assert run(0) != run(1)


def test_tables_are_ranked_and_in_one_language() -> None:
    """The most important first; heads and labels zh or en; pairs with both paths."""
    found = indices(linear(), inputs=INPUTS, n=64)
    order = np.argsort(-shares())
    for lang, head in (("en", "Total-order index"), ("zh", "总效应指数")):
        table = found.table(lang)
        assert table[{"en": "Path", "zh": "路径"}[lang]].tolist() == [list(INPUTS)[place] for place in order]
        assert (np.diff(table[head]) <= 0.0).all()
        assert f"± {head}" in table
        assert found.second_table(lang).shape == (6, 6)
        assert found.remarks(lang)[0] == found.verdict.words(lang)
    assert not any(ord(letter) > 0x2E80 for one in found.remarks("en") for letter in one)
    assert all(any(ord(letter) > 0x2E80 for letter in one) for one in found.remarks("zh"))


def test_second_table_of_a_study_without_pairs_is_refused() -> None:
    """With what to ask for."""
    found: GlobalIndices = indices(linear(), inputs=INPUTS, n=32, second_order=False)
    assert found.evaluations == 32 * 6
    with pytest.raises(InputError, match="second_order=True"):
        found.second_table()


def test_metric_without_a_number_is_refused_with_share_and_reasons() -> None:
    """An equipment price so high that income of 5 · 350,000 never recovers it: the count is known from the draws."""
    spread = {EQUIPMENT: Distribution("uniform", (1_000_000.0, 3_000_000.0))}
    values = drawn(spread, design("sobol", 1, n=64, seed=1).unit)[:, 0]
    # Yearly net of 400,000 − 50,000 − 30,000; never recovered above five of them.
    never = int((values > 5 * 320_000.0).sum())
    with pytest.raises(InputError) as error:
        indices(linear(), inputs=spread, key="payback_years", n=64)
    said = str(error.value)
    assert f"no number in {never} of 192 rows ({never / 192:.2%})" in said
    assert f"not recovered within the calculation period ({never})" in said
    assert "project_npv" in said
    assert f"192 个样本中有 {never} 个无数值" in error.value.text("zh")


def test_undefined_irr_is_refused_with_its_share() -> None:
    """Costs above the income: the cash never changes sign in some rows, and SALib would have answered zeros."""
    spread = {STAFF: Distribution("uniform", (300_000.0, 450_000.0))}
    values = drawn(spread, design("sobol", 1, n=64, seed=1).unit)[:, 0]
    none = int((values >= 370_000.0).sum())
    with pytest.raises(InputError) as error:
        indices(linear(), inputs=spread, key="project_irr", n=64)
    assert f"no number in {none} of 192 rows" in str(error.value)
    assert "the cash never changes sign" in str(error.value)


def test_constant_metric_is_refused_with_the_inputs_that_did_not_move_it() -> None:
    """All of them."""
    with pytest.raises(InputError, match=f"whatever {EQUITY_RATE} took"):
        indices(linear(), inputs={EQUITY_RATE: INPUTS[EQUITY_RATE]}, n=16)


def test_metric_that_moves_by_rounding_only_is_refused() -> None:
    """A spread of 1e-11 of the equipment price is no variance."""
    nearly = {EQUIPMENT: Distribution("uniform", (1_000_000.0, 1_000_000.00001))}
    with pytest.raises(InputError, match="the same in all"):
        indices(linear(), inputs=nearly, n=16)


@pytest.mark.parametrize("method", ["morris", "dgsm"])
def test_discrete_input_is_refused_where_the_method_steps_or_derives(method: str) -> None:
    """Sobol takes it: shares p(1 − p) · (difference)², within the interval."""
    pair = {EQUIPMENT: INPUTS[EQUIPMENT], STAFF: Distribution("discrete", ((40_000.0, 70_000.0), (0.75, 0.25)))}
    with pytest.raises(InputError, match="is discrete"):
        indices(linear(), inputs=pair, method=method, n=64)
    found = indices(linear(), inputs=pair, n=256)
    parts = np.array([SLOPES[EQUIPMENT] ** 2 * UNCERTAIN[EQUIPMENT][1], (SLOPES[STAFF] * 30_000.0) ** 2 * 0.75 * 0.25])
    assert found.total is not None
    assert found.total_conf is not None
    assert (np.abs(found.total - parts / parts.sum()) <= found.total_conf).all()


def test_correlations_and_scenarios_of_the_case_are_left_out_and_said_to_be() -> None:
    """Same figures as without; a remark of each in both languages."""
    plain = replace(linear(), uncertainty=Uncertainty(INPUTS))
    pair = Correlation(between=(EQUIPMENT, STAFF), rank=0.5)
    stated = replace(plain, uncertainty=Uncertainty(INPUTS, (pair,), (Branch(name="base", weight=1.0),)))
    with_pair, without = indices(stated, n=32), indices(plain, n=32)
    assert with_pair.total is not None
    assert without.total is not None
    assert with_pair.total.tobytes() == without.total.tobytes()
    assert len(with_pair.remarks("en")) == len(without.remarks("en")) + 2
    assert any("秩相关" in one for one in with_pair.remarks("zh"))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"inputs": {}}, "no uncertain input"),
        ({"inputs": {"capital.equipmnt_yuan": INPUTS[EQUIPMENT]}}, "did you mean 'capital.equipment_yuan'"),
        ({"inputs": {"project.operation_years": INPUTS[EQUIPMENT]}}, "no number that may differ by scenario"),
        ({"inputs": {"finance.debt_share": Distribution("normal", (0.7, 0.3))}}, "finance.debt_share.*truncate"),
        ({"inputs": {EQUIPMENT: Distribution("uniform", (2.0, 1.0))}}, "low"),
        ({"key": "npv"}, "no metric"), ({"method": "soboll"}, "did you mean 'sobol'"), ({"seed": -1}, "0 or more"),
        ({"resamples": 1}, "2 or more"), ({"confidence": 95}, "between 0 and 1"), ({"n": 100}, "take 64 or 128"),
    ],
)  # fmt: skip
def test_question_without_sense_is_refused_with_the_remedy(asked: dict[str, Any], said: str) -> None:
    """What was found and what to do instead, before anything is appraised."""
    with pytest.raises(InputError, match=f"(?s){said}"):
        indices(linear(), **{"inputs": INPUTS, "n": 64, **asked})


def test_no_inputs_named_are_none_and_not_those_of_the_case() -> None:
    """An empty mapping is an answer to which inputs, not the absence of one."""
    stated = replace(linear(), uncertainty=Uncertainty(INPUTS))
    with pytest.raises(InputError, match="no uncertain input"):
        indices(stated, inputs={}, n=32)


def test_block_of_scenarios_is_refused() -> None:
    """A study is of one."""
    with pytest.raises(InputError, match="expected 1"):
        indices(linear().vary({EQUIPMENT: np.array([1e6, 2e6])}), inputs=INPUTS)
