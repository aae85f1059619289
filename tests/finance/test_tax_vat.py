"""Value-added tax and the taxes beside it: streams, pool, refund, price bases, surtaxes, property, land and stamp (RULES §2)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from known import close, run
from strategies import merged, share

from appraisal.errors import InputError

LAWS = settings(max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow])  # fmt: skip
VAT = {"equipment_vat_rate": 0.13, "works_vat_rate": 0.09, "services_vat_rate": 0.06}
SURTAX = {"city_surtax_rate": 0.07, "education_surtax_rate": 0.03, "local_education_surtax_rate": 0.02}
# The worked example of the pool (facts, vat_pool_five_years): input 1510, output 650 and input 266 a year.
POOLED = {
    "capital": {"equipment_yuan": 11300, "works_yuan": 2180, "services_yuan": 530, **VAT},
    "market": {"vat_rate": 0.13}, "operating_cost": {"other_yuan": 106, "vat_rate": 0.06}, "tax": SURTAX,
    "revenue": {"known": {"income_yuan": 5650, "charging_yuan": 2260, "vat_rate": 0.13}},
}  # fmt: skip


def test_streams_bear_the_vat_of_their_own_form() -> None:
    """1130 at 13 % and 106 at 6 % are 1000 and 100 of revenue; a premium subsidy of 50 is outside VAT (closed form)."""
    books = run({"capital": {"equipment_yuan": 100}}, {"revenue": {
        "known": {"income_yuan": 1130, "vat_rate": 0.13},
        "service": {"stream": "schedule", "paid_by": "market", "income_yuan": 106, "vat_rate": 0.06, "cost_yuan": 21.8, "cost_vat_rate": 0.09},
        "premium": {"stream": "schedule", "paid_by": "market", "income_yuan": 50, "vat_rate": 0, "subsidy": True},
    }}).statements  # fmt: skip
    close(books["revenue"][0, 1:], [1100] * 5, 9)
    close(books["subsidy"][0, 1:], [50] * 5, 9)
    close(books["vat_output"][0, 1:], [136] * 5, 9)
    close(books["vat_input"][0, 1:], [1.8] * 5, 9)
    close(books["vat_paid"][0, 1:], [134.2] * 5, 9)
    close(books["profit"][0, 1:], [1150 - 20 - 20] * 5, 9)


RULE = "财政部 税务总局公告2022年第14号"


def test_pool_of_the_worked_example_refunded_in_part() -> None:
    """Pool 1510, 1126, 742; 60 % of it refunded at the end of year 2, and of nothing later (hand, on the worked example).

    Surcharges leave out of their base what was refunded (财税〔2018〕80号), so that they are those of the example.
    """
    terms = {"vat_refund_share": 0.6, "vat_refund_from": 2, "vat_refund_rule": RULE, "vat_refund_base": "pool"}
    books = run(POOLED, {"tax": terms}).statements
    close(books["vat_refund"][0], [0, 0, 742 * 0.6, 0, 0, 0], 9)
    close(books["vat_pool"][0], [1510, 1126, 296.8, 0, 0, 0], 9)
    close(books["vat_paid"][0], [0, 0, 0, 384 - 296.8, 384, 384], 9)
    close(books["surtax"][0], [0, 0, 0, 0, 3.12, 46.08], 9)
    # The identity of the pool: what was paid for is got back, by credit or refund.
    recovered = books["vat_output"] - books["vat_input"] - books["vat_paid"] + books["vat_refund"]
    close(recovered.sum(), 1510, 9)


def test_only_what_the_pool_grew_by_is_refunded_where_the_rule_says_so() -> None:
    """增量留抵: 60 % of the 1510 of the construction year; afterwards the pool only falls, and nothing is refunded (hand)."""
    terms = {"vat_refund_share": 0.6, "vat_refund_from": 0, "vat_refund_rule": RULE, "vat_refund_base": "increase"}
    books = run(POOLED, {"tax": terms}).statements
    close(books["vat_refund"][0], [906, 0, 0, 0, 0, 0], 9)
    close(books["vat_pool"][0], [604, 220, 0, 0, 0, 0], 9)
    close(books["vat_paid"][0], [0, 0, 164, 384, 384, 384], 9)
    close(books["surtax"][0], [0, 0, 0, 0, 3.12, 46.08], 9)


def pool(
    bought: float, output: list[float], given: list[float], refunded: float, begin: int, base: str
) -> list[list[float]]:
    """Pool, tax, refund and base of surcharges by column, credit by credit: column 1 builds, the others operate."""
    left, returned, rows = bought, 0.0, []
    opening = 0.0
    for year, (sold, paid) in enumerate(zip([0.0, *output], [0.0, *given], strict=True)):
        left += paid
        due = max(sold - left, 0.0)
        left -= sold - due
        back = refunded * (max(left - opening, 0.0) if base == "increase" else left) if year >= begin else 0.0
        charged = max(due - returned, 0.0)
        returned += back - (due - charged)
        left -= back
        opening = left
        rows.append([left, due, back, charged])
    return rows


@LAWS
@given(
    st.lists(st.integers(0, 4000), min_size=6, max_size=6), st.lists(st.integers(0, 3000), min_size=6, max_size=6),
    st.integers(0, 9000), share(0, 1), st.integers(0, 6), st.sampled_from(["increase", "pool"]),
)  # fmt: skip
def test_pool_refund_and_tax_by_credit(
    sales: list[int], bought: list[int], built: int, refunded: float, begin: int, base: str
) -> None:
    """Any run of sales, purchases and refunds against a running balance; the pool is never negative and the identity holds."""
    equipment = 1.13 * built + 1
    terms = {"vat_refund_share": refunded, "vat_refund_from": begin, "vat_refund_rule": RULE, "vat_refund_base": base}
    result = run(
        {"project": {"operation_years": 6}, "capital": {"equipment_yuan": equipment, "equipment_vat_rate": 0.13}},
        {"revenue": {"known": {"income_yuan": [1.13 * amount for amount in sales], "vat_rate": 0.13, "cost_yuan": [1.06 * amount for amount in bought], "cost_vat_rate": 0.06}}},
        {"tax": {**terms, "city_surtax_rate": 0.1}},
    )  # fmt: skip
    books = result.statements
    rows = pool(equipment * 0.13 / 1.13, [0.13 * amount for amount in sales], [0.06 * amount for amount in bought], refunded, begin, base)  # fmt: skip
    lines = [books["vat_pool"][0], books["vat_paid"][0], books["vat_refund"][0], books["surtax"][0] / 0.1]
    close(np.stack(lines, axis=1), rows, 8)
    assert books["vat_pool"].min() > -1e-9
    settled = books["vat_output"] - books["vat_input"] - books["vat_paid"] + books["vat_refund"]
    close(settled.sum(), books["capital_vat"].sum() - books["vat_pool"][0, -1], 8)
    close(result.statements.ledger.figure("vat_pool_left"), books["vat_pool"][0, -1], 8)


def test_refund_without_its_rule_is_refused() -> None:
    """A refund is no free option: it names its document (RULES §2)."""
    with pytest.raises(InputError, match="vat_refund_rule"):
        run(POOLED, {"tax": {"vat_refund_share": 0.6}})


PRICED: dict[str, Any] = {
    "project": {"construction_months": 12, "operation_years": 8},
    "storage": {"discharged_mwh": 3, "charged_mwh": 4, "replacement": {"operation_years": [4], "battery_yuan_per_kwh": 0.2}},
    "revenue": {"known": {"income_yuan": 900, "vat_rate": 0.13}}, "tax": {**SURTAX, "income_tax_rate": 0.25, "property_tax_share": 0.0084},
    "finance": {"debt_share": 0.6, "loan_rate": 0.05, "loan_years": 5},
}  # fmt: skip
CAPITAL_NET = {
    "battery_yuan_per_kwh": 0.5, "power_yuan_per_kw": 0.2, "equipment_yuan": 100, "works_yuan_per_kwh": 0.05, "works_yuan": 70, "services_yuan": 60,
    "decommissioning_yuan": 30, "disposal_yuan": 80,
}  # fmt: skip
CAPITAL_RATES = {
    "battery_yuan_per_kwh": 0.13, "power_yuan_per_kw": 0.13, "equipment_yuan": 0.13, "works_yuan_per_kwh": 0.09, "works_yuan": 0.09, "services_yuan": 0.06,
    "decommissioning_yuan": 0.06, "disposal_yuan": 0.13,
}  # fmt: skip
LAND = {
    "land_yuan": 40,
    "land_years": 30,
    "contingency_share": 0.05,
    "depreciation_years": 8,
    "residual_share": 0.05,
    **VAT,
}
CLASSES = {
    "classes": {"cells": {"lines": ["battery"], "depreciation_years": 4}, "house": {"lines": ["works", "services"]}}
}
COST_NET = {"fixed_yuan_per_kw_year": 0.05, "variable_yuan_per_kwh": 0.004, "insurance_share": 0.002, "other_yuan": 20}


def test_capital_prices_without_vat_are_prices_with_it_grossed_up() -> None:
    """Both ways of entry give the same books, every line: prices, classes, later works, sale and clearing (law)."""
    works_net = {
        "later_works": {"cells": {"operation_years": [3], "yuan": 50, "vat_rate": 0.09, "depreciation_years": 5}}
    }
    works_gross = merged(works_net, {"later_works": {"cells": {"yuan": 50 * 1.09}}})
    gross = {name: price * (1 + CAPITAL_RATES[name]) for name, price in CAPITAL_NET.items()}
    excl = run(
        PRICED, {"capital": {**CAPITAL_NET, **LAND, **CLASSES, **works_net, "price_basis": "excl_vat"}}
    ).statements
    incl = run(PRICED, {"capital": {**gross, **LAND, **CLASSES, **works_gross, "price_basis": "incl_vat"}}).statements
    inputs = {"disposal_yuan", "decommissioning_yuan"}
    for line in set(incl) - inputs:
        close(excl[line], incl[line], 8)


def test_operating_prices_without_vat_are_prices_with_it_grossed_up() -> None:
    """The same of operating cost; insurance, a share of the investment, is grossed up as the rest (law)."""
    capital = {"capital": {"equipment_yuan": 1000, **LAND}}
    escalated = {"vat_rate": 0.06, "staff_yuan_per_year": 30, "escalation": 0.02, "other_escalation": 0.01}
    gross = {name: price * 1.06 for name, price in COST_NET.items()}
    excl = run(PRICED, capital, {"operating_cost": {**COST_NET, **escalated, "price_basis": "excl_vat"}}).statements
    incl = run(PRICED, capital, {"operating_cost": {**gross, **escalated, "price_basis": "incl_vat"}}).statements
    for line in incl:
        close(excl[line], incl[line], 8)
    close(excl["other_bought"][0, 2], 20 * 1.01, 9)


@pytest.mark.parametrize(("city", "rate"), [(0.07, 0.12), (0.05, 0.10), (0.01, 0.06)])
def test_surtaxes_by_place(city: float, rate: float) -> None:
    """城市维护建设税法 art. 4: 7 % urban district, 5 % county or town, 1 % elsewhere, with 3 % and 2 % for education, of VAT paid."""
    tax = {**SURTAX, "city_surtax_rate": city}
    books = run(
        {"capital": {"equipment_yuan": 100}, "revenue": {"known": {"income_yuan": 1130, "vat_rate": 0.13}}, "tax": tax}
    ).statements
    close(books["surtax"][0, 1:], [130 * rate] * 5, 9)


def test_property_land_and_stamp_tax() -> None:
    """Works 1 000 000 without VAT at 0.84 % (房产税暂行条例: 1.2 % of 70 %), land 5 000 a year, stamp 0.3 ‰ of sales and power without VAT (印花税法)."""
    taxes = {"property_tax_share": 0.0084, "land_use_tax_yuan_per_year": 5000, "stamp_duty_share": 0.0003}
    books = run(
        {"capital": {"works_yuan": 1.09e6, "works_vat_rate": 0.09}, "market": {"vat_rate": 0.13}, "tax": taxes},
        {"revenue": {"known": {"income_yuan": 1.13e6, "vat_rate": 0.13, "charging_yuan": 226000}}},
    ).statements
    close(books["property_tax"][0, 1:], [8400] * 5, 6)
    close(books["stamp_duty"][0, 1:], [360] * 5, 6)
    close(books["surtax"][0, 1:], [8400 + 5000 + 360] * 5, 6)
    close(books["profit"][0, 1:], [1e6 - 2e5 - 2e5 - 13760] * 5, 6)


def test_yearly_taxes_of_a_partial_year_go_by_its_months() -> None:
    """Commissioned at the end of September: a quarter of the first year, three quarters of the last (closed form)."""
    books = run(
        {"project": {"construction_start": "2026-01", "construction_months": 9, "columns": "calendar", "operation_years": 2}},
        {"capital": {"works_yuan": 1000, "depreciation_years": 2}, "tax": {"property_tax_share": 0.0084, "land_use_tax_yuan_per_year": 40}},
    ).statements  # fmt: skip
    close(books["surtax"][0], [12.1, 48.4, 36.3], 9)
