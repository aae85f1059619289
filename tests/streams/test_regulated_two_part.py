"""Capacity price of pumped hydro: the rule's worked example through the books, the three roads, gains shared, counterfactual."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from strategies import CAPACITY, contract, made, merged, plant

from appraisal import Case, appraise
from appraisal.errors import InputError
from appraisal.streams import stream
from appraisal.streams.regulated_two_part import Terms, priced
from appraisal.units import table

# RULES §7 / examples.yaml pumped_hydro_capacity_price_633: 1.2 GW, 7.2 billion yuan, 120 million a year.
STATION = {
    "pumped": True, "investment_yuan": 7.2e9, "operating_cost_yuan": 1.2e8, "equity_share": 0.2, "loan_rate": 0.035, "prime_rate": 0.035,
    "residual_share": 0.05,
}  # fmt: skip
# One month of construction: interest of half of it on the debt is the only thing beside the cost.
MONTH = 0.035 / 12
STATIC = 7.2e9 / (1 + MONTH * 0.8 / 2 / (1 + MONTH * 0.2 / 2))


def station(terms: dict[str, Any], *changes: dict[str, Any], start: str = "2019-01") -> dict[str, Any]:
    """The station of the example, begun before notice 633, over its 40 operating years."""
    return contract(
        {
            "project": {"construction_start": start, "operation_years": 40}, "storage": {"power_mw": 1200, "energy_mwh": 7200},
            "capital": {"equipment_yuan": STATIC, "depreciation_years": 40, "residual_share": 0.05}, "market": {"vat_rate": 0.13},
            "operating_cost": {"other_yuan": 1.2e8},
            "finance": {"debt_share": 0.8, "loan_rate": 0.035, "loan_years": 25},
            "tax": {"income_tax_rate": 0.25, "city_surtax_rate": 0.07, "education_surtax_rate": 0.03, "local_education_surtax_rate": 0.02},
            "revenue": {"known": {"enabled": False, "paid_by": "market"}, "regulated_two_part": {**STATION, **terms}},
        },
        *changes,
    )  # fmt: skip


def income(case: Case) -> np.ndarray:
    """Yearly income including VAT of the first scenario, operating years only."""
    return np.asarray(appraise(case).revenue.settlements["regulated_two_part"].income[0, 1:])


def test_station_of_the_worked_example_earns_its_return_in_the_books() -> None:
    """548.2989 yuan/kW with VAT (RULES §7) on 1.2 GW; the books, which know nothing of the method, find 6.5 % for the equity."""
    result = appraise(made(station({})))
    settled = result.revenue.settlements["regulated_two_part"]
    np.testing.assert_allclose(settled.income[0, 1:], 582264340.29 * 1.13, rtol=1e-10)
    assert result.metrics["equity_irr"].value[0] == pytest.approx(0.065, abs=1e-9)
    assert result.statements["dynamic_total"][0, -1] == pytest.approx(7.2e9, rel=1e-12)


@pytest.mark.parametrize(
    ("terms", "months", "price"),
    [({"loan_repayment": "annuity"}, 1, 532.4948), ({"equity_timing": "over_construction"}, 72, 571.3179), ({"loan_rate": 0.05}, 1, 548.2989)],
)  # fmt: skip
def test_station_conventions_of_the_worked_example(terms: dict[str, Any], months: int, price: float) -> None:
    """Annuity, equity over six construction years, a loan dearer than the prime rate cut to it (RULES §7)."""
    case = made(station(terms, {"project": {"construction_months": months}}))
    known = case.revenue["regulated_two_part"]
    assert isinstance(known, Terms)
    assert priced(case, known).price_incl_vat[0, 0] == pytest.approx(price, abs=5e-5)


def test_station_with_a_published_price_is_not_computed() -> None:
    """Shisanling's 510.94 yuan/kW (533号, as recalled in the facts) on half of 1.2 GW: 306.564 million a year."""
    terms = {"pumped": True, "price_yuan_per_kw_year": 510.94, "covered_share": 0.5}
    case = merged(station({}), {})
    case["revenue"]["regulated_two_part"] = terms
    np.testing.assert_allclose(income(made(case)), 510.94 * 0.6e6, rtol=1e-12)
    case["revenue"]["regulated_two_part"] = {**terms, "investment_yuan": 1e9}
    with pytest.raises(InputError, match="a stated price is not computed"):
        made(case)


def provincial(terms: dict[str, Any], start: str = "2022-01") -> dict[str, Any]:
    """A station begun after notice 633 under a uniform price of 400 yuan/kW."""
    raw = station({}, start=start)
    raw["revenue"]["regulated_two_part"] = {"pumped": True, "price_yuan_per_kw_year": 400, **terms}
    return raw


@pytest.mark.parametrize(("hours", "paid"), [(6, 400.0), (4.5, 300.0), (9, 400.0)])
def test_station_begun_after_the_notice_gets_the_provincial_price(hours: float, paid: float) -> None:
    """Below six hours at full power it falls in proportion (notice 114 of 2026; arithmetic)."""
    np.testing.assert_allclose(income(made(provincial({"duration_hours": hours}))), paid * 1.2e6, rtol=1e-12)


def test_road_against_the_date_is_refused_or_a_counterfactual() -> None:
    """Begun in 2022, a price of its own is refused with the date and the rule; as a counterfactual it is computed and told."""
    with pytest.raises(InputError, match=r"2022-01.*one provincial price"):
        made(station({"road": "station"}, start="2022-01"))
    case = made(station({"road": "station", "counterfactual": True, "prime_rate": 0.035}, start="2022-01"))
    told = [notice.en for notice in case.notices if notice.path == "regulated_two_part"]
    assert any("counterfactual" in sentence for sentence in told)
    assert any("548.30" in sentence for sentence in told)
    reliable = made(provincial({"road": "reliable_capacity", "duration_hours": 3, "full_hours": 6}, start="2019-01"))
    np.testing.assert_allclose(income(reliable), 200 * 1.2e6, rtol=1e-12)


# The rule is of 2026-01-27 and read at commissioning.
START = "2026-03"


def test_third_road_sells_reliable_capacity_and_meets_its_rule() -> None:
    """Notice 114 of 2026, part 3(2): capacity secured otherwise gets no reliable-capacity compensation; the other roads are not asked."""
    road = {"road": "reliable_capacity", "duration_hours": 6}
    case, kind = made(provincial(road, START)), stream("regulated_two_part")
    assert kind.goods(case, case.streams["regulated_two_part"]) == ("reliable_capacity",)
    with pytest.raises(InputError, match="gets no reliable-capacity compensation"):
        made(provincial({**road, "secured_otherwise": True}, START))
    with pytest.raises(InputError, match="only reliable-capacity compensation asks"):
        made(provincial({"secured_otherwise": True}, START))
    priced_too = provincial(road, START)
    priced_too["revenue"]["capacity"] = {**CAPACITY, "price_yuan_per_kw_year": 100}
    with pytest.raises(InputError, match="replaces the capacity price"):
        made(priced_too)


def test_storage_of_another_kind_is_a_counterfactual_only() -> None:
    """Notice 1490 of 2025, art. 9: refused with the reason; as a counterfactual every result says so."""
    with pytest.raises(InputError, match=r"art\. 9"):
        made(provincial({"pumped": False}))
    case = made(provincial({"pumped": False, "counterfactual": True}))
    assert any("art. 9" in notice.en and "第九条" in notice.zh for notice in case.notices)


def test_four_fifths_of_a_gain_are_deducted_in_the_next_period() -> None:
    """113 a year incl. VAT sold to the market is a gain of 100; after three years 80 ex VAT, 90.4 with it, off each year (arithmetic)."""
    raw = provincial({"duration_hours": 6})
    raw["revenue"]["known"] = {"stream": "schedule", "income_yuan": 113.0, "vat_rate": 0.13, "paid_by": "market"}
    off = 400 * 1.2e6 - income(made(raw))
    np.testing.assert_allclose(off[:3], 0.0, atol=1e-6)
    np.testing.assert_allclose(off[3:], 0.8 * 100 * 1.13, rtol=1e-6)


def test_a_loss_in_the_market_stays_with_the_station() -> None:
    """A market that costs more than it brings changes nothing in the capacity income; nor does a subsidy."""
    raw = provincial({"duration_hours": 6})
    raw["revenue"]["known"] = {
        "stream": "schedule",
        "income_yuan": 50.0,
        "cost_yuan": 90.0,
        "vat_rate": 0.13,
        "paid_by": "market",
    }
    np.testing.assert_allclose(income(made(raw)), 400 * 1.2e6, rtol=1e-15)
    raw["revenue"]["known"] = {
        "stream": "schedule",
        "income_yuan": 50.0,
        "vat_rate": 0,
        "subsidy": True,
        "paid_by": "treasury",
    }
    np.testing.assert_allclose(income(made(raw)), 400 * 1.2e6, rtol=1e-15)


def test_gain_of_dispatch_is_shared_too() -> None:
    """A pumped plant that trades on a day of prices: what is deducted from year 4 on is 80 % of its trading gain ex VAT."""
    raw = plant({
        "project": {"operation_years": 6}, "storage": {"ageing": {"model": "none"}}, "finance": {"loan_years": 5},
        "revenue": {"arbitrage": {}, "regulated_two_part": {"pumped": True, "price_yuan_per_kw_year": 400, "duration_hours": 6, "road_by_rule": "provincial"}},
    })  # fmt: skip
    for name in ("calendar_coefficient", "calendar_exponent", "cycle_coefficient", "cycle_exponent"):
        del raw["storage"]["ageing"][name]
    revenue = appraise(made(raw)).revenue.settlements
    traded, paid = revenue["arbitrage"], revenue["regulated_two_part"].income[0, 1:]
    gain = (traded.income - traded.purchase)[0, 1] / 1.13
    assert gain > 0
    np.testing.assert_allclose(paid[:3], 400 * 10_000, rtol=1e-12)
    np.testing.assert_allclose(paid[3:], 400 * 10_000 - 0.8 * gain * 1.13, rtol=1e-9)


def test_price_of_scenarios_is_computed_row_by_row() -> None:
    """Three investments in one block pay what each pays alone, to the bit."""
    case = made(station({})).vary({"revenue.regulated_two_part.investment_yuan": np.array([6e9, 7.2e9, 9e9])})
    block = appraise(case).revenue.settlements["regulated_two_part"].income
    for row, investment in enumerate((6e9, 7.2e9, 9e9)):
        alone = (
            appraise(made(station({"investment_yuan": investment}))).revenue.settlements["regulated_two_part"].income
        )
        assert np.array_equal(block[[row]], alone)


def test_pool_in_the_price_needs_its_amount() -> None:
    """Without the creditable VAT the pool cannot be counted; with it the price is lower than without."""
    with pytest.raises(InputError, match="capital_vat_yuan"):
        made(station({"vat_pool_in_price": True}))
    with pytest.raises(InputError, match="vat_pool_in_price is off"):
        made(station({"capital_vat_yuan": 5e8}))
    pooled = income(made(station({"vat_pool_in_price": True, "capital_vat_yuan": 5e8})))
    assert (pooled < 582264340.29 * 1.13).all()
    assert table(pooled).shape == (1, 40)


def test_regulated_price_is_not_paid_beside_the_capacity_price_of_storage() -> None:
    """The same capacity is priced once (notice 114 of 2026, own reading): the two streams in one case are refused."""
    raw = provincial({"duration_hours": 6}, start="2026-03")
    raw["revenue"]["capacity"] = CAPACITY
    with pytest.raises(InputError, match="regulated_two_part"):
        made(raw)
