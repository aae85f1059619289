"""Tornado and grid: closed forms of a linear case, each end appraised by hand, ranges with their reasons."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy_financial as npf
import pytest
from strategies import LIBRARY, contract, made

import appraisal
from appraisal import appraise, case_from_mapping
from appraisal.case import Case, Change
from appraisal.case.uncertainty import Uncertainty
from appraisal.errors import InputError
from appraisal.study.drivers import INVESTMENT, WIDTHS
from appraisal.study.grid import grid
from appraisal.study.hurdle import hurdle
from appraisal.study.tornado import Tornado, tornado

TEN_YEARS = -float(npf.pv(0.08, 10, 1.0))
READY = ("zhejiang_user_lfp", "hainan_grid_lfp", "contract_schedule")


def linear(*changes: dict[str, Any]) -> dict[str, Any]:
    """1000 spent, 250 of revenue, 80 of cost, ten years, 8 %, no tax: NPV is linear in each."""
    return contract(
        {"project": {"operation_years": 10}, "capital": {"equipment_yuan": 1000, "depreciation_years": 10}},
        {"revenue": {"known": {"income_yuan": 250, "cost_yuan": 80}}},
        *changes,
    )


def ready(name: str) -> Case:
    """A ready case."""
    return appraisal.load_case(appraisal.scenario_path(name))


def bar(found: Tornado, key: str) -> int:
    """The place of an input."""
    return [one.key for one in found.inputs].index(key)


def test_bars_of_a_linear_case_are_the_closed_forms() -> None:
    """ΔNPV = change × present value of what moves (annuity factor by numpy-financial), column 1 discounted once."""
    found = tornado(
        made(linear()), "project_npv", {"construction_investment": (-0.1, 0.2), "operating_cost": (-0.3, 0.1)}
    )
    base = (170 * TEN_YEARS - 1000) / 1.08
    assert found.base == pytest.approx(base, rel=1e-12)
    np.testing.assert_allclose(
        found.at[bar(found, "construction_investment")], base - 1000 * np.array([-0.1, 0.2]) / 1.08, rtol=1e-12
    )
    cost = 80 * TEN_YEARS / 1.08
    np.testing.assert_allclose(found.at[bar(found, "operating_cost")], base - cost * np.array([-0.3, 0.1]), rtol=1e-12)
    np.testing.assert_allclose(found.swing, [300 / 1.08, 0.4 * cost], rtol=1e-12)
    assert (found.order, found.hurdle) == ([0, 1], 0.0)


def test_swing_counts_the_base_where_both_ends_lie_on_one_side() -> None:
    """A range wholly above the base value: the bar reaches from the base to the far end."""
    found = tornado(made(linear()), "project_npv", {"construction_investment": (0.1, 0.2)})
    np.testing.assert_allclose(found.swing, [200 / 1.08], rtol=1e-12)


def test_end_equals_the_case_set_there_and_read_alone() -> None:
    """A value by its path, through the file's own reading."""
    found = tornado(made(linear()), "equity_irr", {"finance.loan_rate": (0.03, 0.07), "finance.debt_share": (0.2, 0.6)})
    for path, end, at in (("finance.loan_rate", 1, 0.07), ("finance.debt_share", 0, 0.2)):
        alone = appraise(case_from_mapping(linear(), [Change(path=path, value=at)], library=LIBRARY))
        assert found.at[bar(found, path), end] == alone.metrics["equity_irr"].value[0]


@pytest.mark.parametrize("name", READY)
def test_default_ranges_of_the_ready_cases_have_reasons_and_widths_of_their_own(name: str) -> None:
    """Sorted by swing; more than two different widths; no bar without a reason; every end accepted by the case."""
    found = tornado(ready(name))
    table = found.table("en")
    assert np.isfinite(found.at).all()
    assert (np.diff(found.swing[found.order]) <= 0).all()
    assert len({tuple(np.round(ends, 6)) for ends in found.ends}) > 2
    assert table["Reason for the range"].str.len().min() > 0
    assert found.hurdle == hurdle(found.moving.case, "project_irr")[0] == found.moving.case.finance.discount_rate[0, 0]


def test_widths_grow_as_confidence_falls() -> None:
    """Published < secondary < merely stated < estimate."""
    widths = [width for width, _, _ in WIDTHS.values()]
    assert list(WIDTHS) == ["official", "secondary", "stated", "estimate"]
    assert widths == sorted(widths)


@pytest.mark.parametrize("name", READY)
def test_reason_of_a_range_multiplies_out_to_its_ends(name: str) -> None:
    """The half-width and its factors, read from the words, give the range printed beside them."""
    found = tornado(ready(name))
    for one in found.ranges:
        for words, pattern in (
            (one.en, r"±(\d+)%(?:, × ([\d.]+) down, × ([\d.]+) up: .+)?$"),
            (one.zh, r"±(\d+)%(?:，下行 × ([\d.]+)、上行 × ([\d.]+)：.+)?$"),
        ):
            if "±" in words:
                read = re.search(pattern, words)
                assert read is not None, words
                width, down, up = (float(part or 1) for part in read.groups())
                assert (one.low, one.high) == pytest.approx((-width / 100 * down, width / 100 * up), abs=1e-12)


def test_an_input_with_a_distribution_moves_by_itself_between_its_tenths() -> None:
    """Triangular 480, 600, 720: P10 and P90 by the closed form 480 + √(0.1 · 240 · 120) and its mirror image."""
    found = tornado(ready("zhejiang_user_lfp"))
    at = bar(found, "capital.battery_yuan_per_kwh")
    reach = np.sqrt(0.1 * 240 * 120)
    np.testing.assert_allclose(found.ends[at], [480 + reach, 720 - reach], rtol=1e-12)
    rest = bar(found, "construction_investment")
    assert "capital.battery_yuan_per_kwh" not in found.moving.paths[rest]
    assert (found.inputs[rest].zh, found.inputs[rest].en) == (
        "建设投资（其余部分）",
        "Construction investment, the rest",
    )
    assert "spread" in [one.input.key for one in found.left_out]


def test_range_that_the_case_refuses_is_cut_and_says_so() -> None:
    """Availability is at most 1; the note names the end."""
    found = tornado(ready("contract_schedule"))
    at = bar(found, "availability")
    assert found.ends[at, 1] == 0.0
    assert "cut at +0" in found.table("en")["Note"].iloc[found.order.index(at)]
    assert "截至+0" in found.table("zh")["说明"].iloc[found.order.index(at)]


def test_confidence_of_a_fact_sets_its_width(tmp_path: Path) -> None:
    """The library's price is secondary (10 %), an own estimate beside a ready case is one (20 %); in a copy, where nothing is said of it, it is merely stated (15 %)."""
    copied = tmp_path / "copied.yaml"
    copied.write_bytes(Path(appraisal.scenario_path("hainan_grid_lfp")).read_bytes())
    estimated = tornado(replace(ready("hainan_grid_lfp"), uncertainty=Uncertainty()))
    np.testing.assert_allclose(estimated.ends[bar(estimated, "construction_investment")], [-0.20, 0.20])
    free = replace(appraisal.load_case(copied), uncertainty=Uncertainty())
    by_key = {one.key: ends for one, ends in zip(tornado(free).inputs, tornado(free).ends, strict=True)}
    np.testing.assert_allclose(by_key["operating_cost"], [-0.10, 0.15])
    np.testing.assert_allclose(by_key["construction_investment"], [-0.15, 0.15])
    np.testing.assert_allclose(by_key["capacity"], [-0.20, 0.20])


@pytest.mark.parametrize(
    ("key", "ranges", "message"),
    [
        ("project_ir", None, "did you mean 'project_irr'"),
        ("project_irr", {"finance.loan_rate": (0.05, 0.03)}, "low below high"),
        ("project_irr", {"finance.loan_rat": (0.03, 0.05)}, "did you mean 'finance.loan_rate'"),
        ("project_irr", {"construction_invest": (-0.1, 0.1)}, "did you mean 'construction_investment'"),
        ("project_irr", {}, "no range"),
    ],
)
def test_bad_questions_are_refused_with_the_remedy(key: str, ranges: Any, message: str) -> None:
    """Nothing is appraised."""
    with pytest.raises(InputError, match=message):
        tornado(made(linear()), key, ranges)


def test_grid_of_a_linear_case_is_the_closed_form() -> None:
    """NPV = (250 − 80)·a ÷ 1.08 − 1000·(1 + change) ÷ 1.08, and with the income as a share of it."""
    income = appraisal.study.inputs.Input(key="income", zh="收入", en="Income", paths=("revenue.known.income_yuan",))
    found = grid(made(linear()), INVESTMENT, [-0.2, 0.0, 0.1], income, [-0.1, 0.2], "project_npv")
    x, y = np.meshgrid(found.x, found.y)
    np.testing.assert_allclose(found.values, ((250 * (1 + y) - 80) * TEN_YEARS - 1000 * (1 + x)) / 1.08, rtol=1e-10)
    np.testing.assert_array_equal(
        appraise(found.cell(1, 2)).metrics["project_npv"].value, found.values[1, 2]
    )  # the cell opens exactly that case
    assert list(found.table("en").columns) == [
        "Construction investment, change",
        "Income, change",
        "Project NPV, after tax, yuan",
        "Note",
    ]


def test_grid_keeps_a_refused_pair_with_the_message() -> None:
    """A spread at which no case stands leaves its cells empty."""
    found = grid(made(linear()), "finance.debt_share", [0.5, 1.0], "capital.residual_share", [0.0, 2.0], "equity_irr")
    assert np.isfinite(found.values[0, 0])
    assert np.isnan(found.values[1]).all()
    assert "outside" in found.table("en")["Note"].iloc[-1]


@pytest.mark.parametrize(
    ("axes", "message"),
    [
        (("finance.loan_rate", [0.04, 0.03], "finance.debt_share", [0.1, 0.2]), "rising"),
        (("capital.equipment_yuan", [1.0, 2.0], INVESTMENT, [0.1, 0.2]), "two inputs"),
        (("finance.loan_years", [3.0], "project.operation_years", [5.0, 6.0]), "no number that may differ"),
    ],
)
def test_bad_grid_is_refused(axes: Any, message: str) -> None:
    """With the remedy."""
    with pytest.raises(InputError, match=message):
        grid(made(linear()), *axes)


@pytest.mark.parametrize("basis", ["nominal", "real"])
def test_hurdle_stands_on_the_basis_of_its_metric(basis: str) -> None:
    """At the rate at which NPV is zero the nominal return is the nominal hurdle and the real one the real: (1 + r)(1 + π) − 1 (Fisher)."""
    case = made(linear({"finance": {"discount_basis": basis, "inflation": 0.03}}))
    rate = appraisal.solve(case, "finance.discount_rate", "project_npv").value[0]
    found = appraise(case.vary({"finance.discount_rate": rate}))
    for key in ("project_irr", "project_irr_real"):
        assert hurdle(found.case, key)[0] == pytest.approx(found.metrics[key].value[0], abs=1e-9)
    other = (1 + rate) * 1.03 - 1 if basis == "real" else (1 + rate) / 1.03 - 1
    assert hurdle(found.case, "project_irr" if basis == "real" else "project_irr_real")[0] == pytest.approx(
        other, abs=1e-12
    )


def test_a_value_outside_its_distribution_is_told_and_its_bar_stands_about_the_value() -> None:
    """Battery 900 against triangular 480–720: the range is that of a number merely stated, ±15 % of 900."""
    case = ready("zhejiang_user_lfp").vary({"capital.battery_yuan_per_kwh": 900.0})
    found = tornado(case)
    at = bar(found, "capital.battery_yuan_per_kwh")
    np.testing.assert_allclose(found.ends[at], [765.0, 1035.0])
    assert "outside its distribution" in found.ranges[at].en
    assert any("does not follow the case" in words for words in appraisal.monte_carlo(case, n=16).remarks("en"))
    assert not any(
        "does not follow the case" in words
        for words in appraisal.monte_carlo(ready("zhejiang_user_lfp"), n=16).remarks("en")
    )
