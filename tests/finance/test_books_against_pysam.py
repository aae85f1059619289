"""The books against NREL's PySAM Singleowner, a project-finance model that nobody here wrote.

Every case is one set of plain numbers, given to both sides. Taxes are simplified: no VAT, no surtax, and no year with a
loss, because SAM pays the tax of a loss back at once. SAM's year 0 is our column 1, so a present value at the end of
the year is SAM's over one plus the discount rate. Two calls a case: without debt for the project table, with debt for
the equity table.

Tolerances: money to 1e-9 of the investment; a rate of return to 1e-8 of what pyxirr finds in SAM's own flow, and as
near to SAM's own figure as SAM's search goes (``IRR_RESIDUAL`` of the largest flow).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
import pyxirr
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.singleowner import (
    IRR_RESIDUAL,
    Deal,
    Debt,
    Flow,
    Outcome,
    executed,
    single_owner_of,
    straight_line,
)  # fmt: skip
from strategies import contract, made, share

from appraisal import Appraisal, appraise

NEAR = 1e-9
POWER_KW = 1000.0
FEW = settings(max_examples=25, deadline=None, derandomize=True, database=None)


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One project in SAM's numbers, and the case of ours that says the same."""

    deal: Deal
    raw: dict[str, Any]


def pair(
    *, life: int, residual: float = 0.0, debt: Debt | None = None, months: int = 1, convention: str = "capitalised",
    changes: dict[str, Any] | None = None, **numbers: Any,
) -> Pair:  # fmt: skip
    """The same project for both; *changes* word in our terms what SAM's numbers already say."""
    if debt is not None:
        debt = replace(debt, construction_months=months, interest_bears_interest=convention == "inside_draw")
    deal = Deal(depreciation=straight_line(life, residual, numbers["years"]), debt=debt, **numbers)
    capital = {"equipment_yuan": deal.investment, "depreciation_years": life, "residual_share": residual}
    columns = {"operation_years": deal.years, "construction_months": months}
    loan = {**_loan(deal.debt), "construction_interest": convention}
    stated = {"project": columns, "capital": capital, "finance": loan}
    return Pair(deal=deal, raw=contract(_yearly(deal), stated, changes or {}))


def _yearly(deal: Deal) -> dict[str, Any]:
    grown = [deal.revenue[0] * (1 + deal.revenue_growth) ** year for year in range(deal.years)]
    return {
        "storage": {"discharged_mwh": deal.energy_mwh, "charged_mwh": deal.energy_mwh},
        "operating_cost": {
            "fixed_yuan_per_kw_year": deal.fixed_cost / POWER_KW,
            "variable_yuan_per_kwh": deal.variable_cost_per_mwh / 1000.0,
            "escalation": deal.inflation + deal.cost_growth,
            "insurance_share": deal.insurance_share,
        },
        "revenue": {"known": {"income_yuan": list(deal.revenue) if len(deal.revenue) > 1 else grown}},
        "finance": {"discount_rate": deal.nominal_rate},
        "tax": {"income_tax_rate": deal.tax_rates[-1]},
    }


def _loan(debt: Debt | None) -> dict[str, Any]:
    if debt is None:
        return {"debt_share": 0.0}
    plan: dict[str, Any] = {"repayment": "equal_principal" if debt.equal_principal else "annuity"}
    if debt.target_dscr is not None:
        plan = {"repayment": "sculpted", "target_dscr": debt.target_dscr}
    years = {"loan_years": debt.years, "grace_years": debt.grace_years}
    return {"debt_share": debt.share, "loan_rate": debt.rate, **years, **plan}


def agree(both: Pair, *, search: bool = True) -> tuple[Appraisal, Outcome]:
    """One project, appraised, is SAM's; *search*: SAM's search for the rates of return too."""
    ours = appraise(made(both.raw))
    assert all(check.ok.all() for check in ours.checks)
    return ours, same(ours, 0, both, search=search)


def same(ours: Appraisal, row: int, both: Pair, *, search: bool = True) -> Outcome:
    """Project and equity tables, loan, cover, tax and metrics of one scenario are SAM's."""
    unlevered, levered = single_owner_of(replace(both.deal, debt=None)), single_owner_of(both.deal)
    lines = {
        "project_net_pre_tax": unlevered.pre_tax_flow, "project_net": unlevered.flow, "adjusted_tax": unlevered.tax,
        "equity_net": levered.flow, "income_tax": levered.tax,
        "loan.closing": levered.balance, "loan.interest": levered.interest, "loan.principal": levered.principal,
    }  # fmt: skip
    near = NEAR * both.deal.investment
    for key, series in lines.items():
        np.testing.assert_allclose(ours.statements[key][row], series, rtol=0, atol=near, err_msg=key)
    np.testing.assert_allclose(ours.statements["dscr"][row], levered.dscr, rtol=NEAR, atol=NEAR)
    found = {key: float(metric.value[row]) for key, metric in ours.metrics.items()}
    _same_metrics(found, both, unlevered, levered, search)
    return levered


def _same_metrics(found: dict[str, float], both: Pair, unlevered: Outcome, levered: Outcome, search: bool) -> None:
    at, near = _moved(both), NEAR * both.deal.investment
    assert found["project_npv_pre_tax"] == pytest.approx(unlevered.pre_tax_npv * at, rel=0, abs=near)
    assert found["project_npv"] == pytest.approx(unlevered.npv * at, rel=0, abs=near)
    assert found["equity_npv"] == pytest.approx(levered.npv * at, rel=0, abs=near)
    for key, flow, rate in (
        ("project_irr_pre_tax", unlevered.pre_tax_flow, unlevered.pre_tax_irr),
        ("project_irr", unlevered.flow, unlevered.irr),
        ("equity_irr", levered.flow, levered.irr),
    ):
        assert found[key] == pytest.approx(pyxirr.irr(flow), abs=1e-8)
        if search:
            assert found[key] == pytest.approx(rate, abs=_resolution(flow, found[key]))
    if both.deal.debt is not None:
        served = levered.dscr[levered.interest + levered.principal > near]
        assert found["dscr_min"] == pytest.approx(served.min(), rel=NEAR)


def _moved(both: Pair) -> float:
    """What brings a present value of SAM's, with year 0 undiscounted, to the timing of our case."""
    years = {"end": 1.0, "mid": 0.5, "start": 0.0}[both.raw["finance"].get("timing", "end")]
    return (1 + both.deal.nominal_rate) ** -years


def _resolution(flow: Flow, rate: float) -> float:
    """How far off a rate may be where the present value may be off by SAM's residual: residual over slope."""
    year = np.arange(flow.size)
    slope = np.abs(np.sum(year * flow / (1 + rate) ** (year + 1)))
    return float(1.01 * IRR_RESIDUAL * np.abs(flow).max() / slope)


UNEVEN = (880e3, 910e3, 1020e3, 870e3, 990e3, 930e3, 1060e3, 905e3, 960e3, 1010e3)


def test_all_equity_without_tax_earns_what_sam_says() -> None:
    """Fixed, variable and insurance cost, cash at the start of the year; the levelised cost is SAM's LCOE."""
    ours, sam = agree(pair(
        investment=4e6, years=12, revenue=(720e3,), fixed_cost=90e3, variable_cost_per_mwh=6.5, insurance_share=0.004,
        energy_mwh=5200.0, life=12, changes={"finance": {"timing": "start"}},
    ))  # fmt: skip
    assert ours.metrics["lcos_yuan_per_kwh"].value[0] == pytest.approx(sam.levelised_cost, rel=NEAR)


def test_all_equity_that_never_pays_back_has_sams_negative_return() -> None:
    """Less comes back than was spent; the residual of a longer life is part of it."""
    ours, sam = agree(pair(investment=4e6, years=10, revenue=(230e3,), fixed_cost=60e3, life=20, residual=0.05))
    assert sam.irr < 0
    assert sam.npv < 0
    # Half of the life leaves 52.5 % of the cost (closed form).
    assert sam.flow[-1] == pytest.approx(170e3 + 0.525 * 4e6)
    assert ours.metrics["lcos_yuan_per_kwh"].value[0] == pytest.approx(sam.levelised_cost, rel=NEAR)


def test_all_equity_with_income_tax_and_growing_revenue() -> None:
    """25 % on straight-line depreciation to a residual of 5 %, sold at book value without tax."""
    _, sam = agree(pair(
        investment=4e6, years=10, revenue=(850e3,), revenue_growth=0.02, fixed_cost=110e3, life=10, residual=0.05,
        tax_rates=(0.25,), changes={"finance": {"timing": "mid"}},
    ))  # fmt: skip
    assert sam.tax[1] == pytest.approx(0.25 * (850e3 - 110e3 - 380e3))


def test_tax_holiday_is_sams_tax_by_year() -> None:
    """三免三减半 is a rate of 0 for three years and half of 25 % for three; depreciation ends before the project does."""
    agree(pair(
        investment=4e6, years=10, revenue=UNEVEN, fixed_cost=80e3, life=7, residual=0.03, tax_rates=(0.0,) * 3 + (0.125,) * 3 + (0.25,) * 4,
        changes={"tax": {"holiday_free_years": 3, "holiday_half_years": 3}},
    ))  # fmt: skip


@pytest.mark.parametrize("basis", ["nominal", "real"])
def test_costs_that_grow_with_inflation(basis: str) -> None:
    """Cost grows by inflation and half a percent more; SAM takes the real rate, ours either of the two."""
    rate = {"nominal": 1.06 * 1.025 - 1, "real": 0.06}[basis]
    ours, sam = agree(pair(
        investment=5e6, years=15, revenue=(980e3,), revenue_growth=0.015, fixed_cost=150e3, inflation=0.025, cost_growth=0.005,
        real_discount_rate=0.06, life=15, residual=0.05, tax_rates=(0.15,), debt=Debt(share=0.5, rate=0.055, years=9), variable_cost_per_mwh=5.0,
        changes={"finance": {"discount_basis": basis, "discount_rate": rate, "inflation": 0.025}},
    ))  # fmt: skip
    # Fisher, on SAM's rate.
    assert ours.statements.ledger.figure("equity_irr_real")[0] == pytest.approx(
        (1 + pyxirr.irr(sam.flow)) / 1.025 - 1, abs=1e-8
    )


def test_levelised_cost_with_inflation() -> None:
    """Nominal: SAM's. Real: ours is in prices a year before SAM's year 0, where our present values stand too."""
    ours, sam = agree(pair(
        investment=4e6, years=12, revenue=(720e3,), fixed_cost=90e3, variable_cost_per_mwh=6.5, energy_mwh=5200.0, life=12,
        inflation=0.02, changes={"finance": {"inflation": 0.02}},
    ))  # fmt: skip
    assert ours.metrics["lcos_yuan_per_kwh"].value[0] == pytest.approx(sam.levelised_cost, rel=NEAR)
    assert ours.statements.ledger.figure("lcos_real")[0] == pytest.approx(sam.levelised_cost_real / 1.02, rel=NEAR)


def test_level_payments_with_a_year_of_construction() -> None:
    """Annuity over nine years, a year of interest capitalised, taxed, a plant that lives longer than the project."""
    ours, sam = agree(pair(
        investment=4e6, years=12, revenue=(800e3,), fixed_cost=100e3, life=15, residual=0.05, tax_rates=(0.25,), months=12,
        debt=Debt(share=0.7, rate=0.049, years=9),
    ))  # fmt: skip
    assert sam.construction_interest > 0
    assert ours.statements["loan.construction_interest"][0, 0] == pytest.approx(sam.construction_interest, rel=NEAR)
    level = (sam.principal + sam.interest)[1:10]
    assert level == pytest.approx(np.full(9, level[0]))


def test_equal_principal_after_a_grace() -> None:
    """Two years of interest only, then an eighth of the loan each year; interest during construction inside the draw."""
    ours, sam = agree(pair(
        investment=4e6, years=12, revenue=(900e3,), fixed_cost=90e3, life=12, tax_rates=(0.25,), months=8, convention="inside_draw",
        debt=Debt(share=0.8, rate=0.0395, years=10, grace_years=2, equal_principal=True),
    ))  # fmt: skip
    assert ours.statements["loan.construction_interest"][0, 0] == pytest.approx(sam.construction_interest, rel=NEAR)
    assert sam.principal[1:11] == pytest.approx([0.0, 0.0] + [sam.loan / 8] * 8)


def test_one_off_salvage_after_the_loan() -> None:
    """Half of the cost comes back in the last year, when the loan is already repaid; no tax."""
    agree(pair(
        investment=6e6, years=10, revenue=UNEVEN, life=20, debt=Debt(share=0.6, rate=0.06, years=8, equal_principal=True),
    ))  # fmt: skip


def test_renewal_from_own_funds_lowers_the_cover_of_its_year() -> None:
    """New batteries in year 6: SAM's recapitalisation and our replacement are the same cash, also before debt service."""
    _, sam = agree(pair(
        investment=4e6, years=10, revenue=(980e3,), fixed_cost=70e3, renewal=300e3, renewal_years=(6,), life=10,
        debt=Debt(share=0.6, rate=0.045, years=8),
        changes={"storage": {"replacement": {
            "operation_years": [6], "battery_yuan_per_kwh": 300.0, "retired_share": 1, "depreciation_years": 4, "residual_share": 0,
        }}},
    ))  # fmt: skip
    assert sam.dscr[6] < sam.dscr[5]


def test_loan_without_interest_is_repaid_alike() -> None:
    """At a rate of 0 an annuity is equal principal."""
    agree(pair(investment=4e6, years=8, revenue=(800e3,), life=8, debt=Debt(share=0.5, rate=0.0, years=6)))


@FEW
@given(st.data())
def test_random_projects_agree(data: st.DataObject) -> None:
    """Any life, residual, tax, loan and cash without a loss; where they earn most SAM's search for the rate gives up."""
    years = data.draw(st.integers(4, 20))
    tenor = data.draw(st.integers(2, years - 1))
    debt = Debt(
        share=data.draw(share(0.05, 0.9)), rate=data.draw(share(0.0, 0.12)), years=tenor,
        grace_years=data.draw(st.integers(0, tenor - 1)), equal_principal=data.draw(st.booleans()),
    )  # fmt: skip
    life, cost = data.draw(st.integers(2, 25)), data.draw(share(0.0, 0.1))
    # Depreciation, interest and principal at their highest, cost, and what the tax on the principal takes.
    floor = 1.1 / life + debt.share * (debt.rate + 1.5 / (tenor - debt.grace_years)) + cost
    above = data.draw(st.lists(share(0.0, 0.3), min_size=years, max_size=years))
    agree(pair(
        investment=1e7, years=years, revenue=tuple(1e7 * (floor + more) for more in above), fixed_cost=1e7 * cost, life=life,
        residual=data.draw(share(0.0, 0.1)), tax_rates=(data.draw(st.sampled_from([0.0, 0.15, 0.25])),), debt=debt,
        months=data.draw(st.integers(1, 12)), convention=data.draw(st.sampled_from(["capitalised", "inside_draw"])),
        real_discount_rate=data.draw(share(0.01, 0.15)),
    ), search=False)  # fmt: skip


# --- debt that is sized and repaid by its cover ---


def test_sculpted_debt_without_tax() -> None:
    """Uneven cash: the loan is what its cover allows, below its cap, and every year's cover is the target."""
    ours, sam = agree(pair(
        investment=6e6, years=10, revenue=UNEVEN, fixed_cost=60e3, life=10, debt=Debt(share=0.9, rate=0.05, years=8, target_dscr=1.4),
    ))  # fmt: skip
    assert sam.loan < 0.9 * 6e6
    assert sam.dscr[1:9] == pytest.approx(np.full(8, 1.4))
    assert ours.statements["loan.opening"][0, 1] == pytest.approx(sam.loan, rel=NEAR)


def test_sculpted_debt_after_tax() -> None:
    """Tax depends on interest, interest on the loan and the loan on tax: SAM stands still at the same fixed point."""
    ours, sam = agree(pair(
        investment=6e6, years=12, revenue=(*UNEVEN, 940e3, 950e3), fixed_cost=60e3, life=12, residual=0.05, tax_rates=(0.25,), months=10,
        debt=Debt(share=0.9, rate=0.052, years=9, target_dscr=1.25),
    ))  # fmt: skip
    assert sam.tax[1:].min() > 0
    assert sam.dscr[1:10] == pytest.approx(np.full(9, 1.25))
    assert ours.statements["loan.opening"][0, 1] == pytest.approx(sam.loan, rel=NEAR)


def test_sculpted_debt_at_its_cap() -> None:
    """The debt share binds: the shape stays that of the cash and every year's cover rises alike above the target."""
    ours, sam = agree(pair(
        investment=4e6, years=12, revenue=(*UNEVEN, 940e3, 950e3), fixed_cost=60e3, life=12, residual=0.05, tax_rates=(0.25,), months=6,
        debt=Debt(share=0.7, rate=0.045, years=10, target_dscr=1.3),
    ))  # fmt: skip
    assert sam.loan == pytest.approx(0.7 * (4e6 + sam.construction_interest), rel=NEAR)
    assert sam.dscr[1:11] == pytest.approx(np.full(10, sam.dscr[1]))
    assert sam.dscr[1] > 1.3
    assert ours.statements["loan.opening"][0, 1] == pytest.approx(sam.loan, rel=NEAR)


def test_sculpted_debt_around_a_renewal() -> None:
    """The year of the renewal has less cash, so it repays less; the target holds there too."""
    _, sam = agree(pair(
        investment=5e6, years=10, revenue=(900e3,), fixed_cost=60e3, renewal=250e3, renewal_years=(5,), life=10,
        debt=Debt(share=0.9, rate=0.05, years=9, target_dscr=1.5),
        changes={"storage": {"replacement": {
            "operation_years": [5], "battery_yuan_per_kwh": 250.0, "retired_share": 1, "depreciation_years": 5, "residual_share": 0,
        }}},
    ))  # fmt: skip
    assert sam.principal[5] < sam.principal[4]
    assert sam.dscr[1:10] == pytest.approx(np.full(9, 1.5))


def sculpted(rate: float, cap: float, cover: float, **numbers: Any) -> Pair:
    """A sculpted loan of ten years on twelve years of uneven cash."""
    given = {"investment": 5e6, "tax_rates": (0.25,), **numbers}
    debt = Debt(share=cap, rate=rate, years=10, target_dscr=cover)
    return pair(years=12, revenue=(*UNEVEN, 940e3, 950e3), fixed_cost=60e3, life=12, months=6, debt=debt, **given)


def test_sculpted_debt_of_each_row_of_a_block() -> None:
    """Rows with other rates, covers, caps, investments and taxes, some at their cap: each is SAM's answer to it alone."""
    rows = [
        sculpted(0.05, 0.75, 1.3), sculpted(0.03, 0.5, 1.3), sculpted(0.08, 0.9, 1.05), sculpted(0.05, 0.9, 2.4),
        sculpted(0.05, 0.9, 1.35, investment=5.6e6), sculpted(0.0, 0.7, 1.5, tax_rates=(0.15,)), sculpted(0.06, 0.9, 1.6, tax_rates=(0.0,)),
    ]  # fmt: skip
    finance = [f"finance.{name}" for name in ("loan_rate", "debt_share", "target_dscr")]
    paths = (*finance, "capital.equipment_yuan", "tax.income_tax_rate")
    block = made(rows[0].raw).vary({path: np.array([_at(one.raw, path) for one in rows]) for path in paths})
    ours = appraise(block)
    assert all(check.ok.all() for check in ours.checks)
    covers = [same(ours, row, one).dscr[1] for row, one in enumerate(rows)]
    above = np.array(covers) > [_at(one.raw, "finance.target_dscr") + NEAR for one in rows]
    assert above.tolist() == [True, True, True, False, False, True, False]


def _at(raw: dict[str, Any], path: str) -> float:
    section, name = path.split(".")
    return float(raw[section][name])


@FEW
@given(st.data())
def test_random_sculpted_debt_agrees(data: st.DataObject) -> None:
    """Any rate, tenor, cover, cap, tax and cash without a loss: size, schedule, cover, tax and return are SAM's."""
    years = data.draw(st.integers(4, 20))
    debt = Debt(
        share=data.draw(share(0.05, 0.9)), rate=data.draw(share(0.0, 0.12)), years=data.draw(st.integers(2, years - 1)),
        target_dscr=data.draw(share(1.05, 2.5)),
    )  # fmt: skip
    life = data.draw(st.integers(2, 25))
    floor = 1.1 / life + debt.share * debt.rate
    above = data.draw(st.lists(share(0.01, 0.2), min_size=years, max_size=years))
    agree(pair(
        investment=1e7, years=years, revenue=tuple(1e7 * (floor + more) for more in above), life=life,
        residual=data.draw(share(0.0, 0.1)), tax_rates=(data.draw(st.sampled_from([0.0, 0.15, 0.25])),), debt=debt,
        months=data.draw(st.integers(1, 12)), convention=data.draw(st.sampled_from(["capitalised", "inside_draw"])),
        real_discount_rate=data.draw(share(0.01, 0.15)),
    ), search=False)  # fmt: skip


# --- the oracle itself ---

TAXED = Deal(
    investment=4e6, years=10, revenue=UNEVEN, fixed_cost=60e3, depreciation=straight_line(10, 0.05, 10), tax_rates=(0.25,),
    debt=Debt(share=0.6, rate=0.05, years=8),
)  # fmt: skip


def test_tax_before_debt_service_moves_neither_tax_nor_cash_of_sam() -> None:
    """The pair of incentives that carries the tax into the cover leaves the rest of SAM as it is without them."""
    taxed = single_owner_of(TAXED)
    plain = executed(TAXED, np.zeros(11), taxed.construction_interest)
    assert np.array(plain.Outputs.cf_project_return_aftertax) == pytest.approx(taxed.flow, rel=1e-12)
    assert -np.array(plain.Outputs.cf_fedtax) == pytest.approx(taxed.tax, rel=1e-12)
    service = (taxed.principal + taxed.interest)[1:9]
    before_tax = np.array(plain.Outputs.cf_pretax_dscr)[1:9]
    assert taxed.dscr[1:9] == pytest.approx(before_tax - taxed.tax[1:9] / service, rel=1e-12)


def test_a_deal_that_sam_answers_otherwise_is_refused() -> None:
    """A loss, and a salvage within the loan, are other questions in SAM's conventions."""
    with pytest.raises(ValueError, match="a loss"):
        single_owner_of(replace(TAXED, revenue=(300e3,)))
    with pytest.raises(ValueError, match="salvage"):
        single_owner_of(replace(TAXED, debt=Debt(share=0.6, rate=0.05, years=10)))
