"""What happens to the assets after they are built: replacement, augmentation, overhaul, sale and clearing, price rises (RULES §1)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy_financial as npf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from known import close, run
from strategies import share

from appraisal import Appraisal

LAWS = settings(max_examples=30, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow])  # fmt: skip
VAT = {"equipment_vat_rate": 0.13, "works_vat_rate": 0.09, "services_vat_rate": 0.06}


def renewed(*changes: dict[str, Any], years: int = 10, **terms: Any) -> Appraisal:
    """A plant of 1000, of which 400 is battery, over *years*; the battery is replaced as *terms* say. 1 kWh a yuan of price."""
    return run(
        {"project": {"operation_years": years}, "capital": {"battery_yuan_per_kwh": 0.4, "equipment_yuan": 600, "depreciation_years": 10, "residual_share": 0.05}},
        {"revenue": {"known": {"income_yuan": 400}}, "tax": {"income_tax_rate": 0.25}},
        {"storage": {"replacement": {"operation_years": [6], "battery_yuan_per_kwh": 0.3, "vat_rate": 0, "depreciation_years": 4, **terms}}},
        *changes,
    )  # fmt: skip


def test_replacement_capitalised_is_depreciated_from_the_next_year_and_writes_off_the_old_battery() -> None:
    """After six of ten years the battery's 400 are worth 400 − 6 · 38 = 172; 300 are depreciated over 4 years to 5 % (closed form)."""
    books = renewed().statements
    close(books["written_off"][0, 1:], [0] * 5 + [172] + [0] * 4, 9)
    close(books["depreciation"][0, 1:], [95] * 6 + [57 + 71.25] * 4, 9)
    close(books["residual"][0, -1], 600 * 0.05 + 300 * 0.05, 9)
    close(books["renewal_spent"][0, 1:], [0] * 5 + [300] + [0] * 4, 9)
    close(books["profit"][0, 1:], [305] * 5 + [305 - 172] + [400 - 128.25] * 4, 9)


def test_replacement_expensed_is_a_cost_of_its_year() -> None:
    """300 in the cost of year 6; no new asset, and the old one is worn to its end; the same cash before tax (closed form)."""
    books, capitalised = renewed(treatment="expense").statements, renewed().statements
    close(books["profit"][0, 1:], [305] * 5 + [305 - 300] + [305] * 4, 9)
    close(books["operating_cost"][0, 6], 300, 9)
    close(books["depreciation"][0, 1:], [95] * 10, 9)
    close(books["residual"][0, -1], 50, 9)
    pre_tax = capitalised["project_net_pre_tax"].copy()
    # At the end 5 % of the old battery's 400 come back, not of the new one's 300.
    pre_tax[0, -1] += 20 - 15
    close(books["project_net_pre_tax"], pre_tax, 9)


def test_salvage_of_the_old_battery_is_taxed_and_pays_output_vat() -> None:
    """113 with 13 %: 100 is income of the year, 13 output VAT, less than the new battery's input of 39 (closed form)."""
    with_vat = {"battery_yuan_per_kwh": 0.339, "vat_rate": 0.13}
    books, plain = renewed(**with_vat, salvage_yuan_per_kwh=0.113).statements, renewed(**with_vat).statements
    close(books["disposal_income"][0, 1:], [0] * 5 + [100] + [0] * 4, 9)
    close(books["profit"] - plain["profit"], plain["operating"] * 100 * (np.arange(11) == 6), 9)
    close(books["vat_output"][0, 6], 13, 9)
    close(books["vat_input"][0, 6], 39, 9)
    close(books["project_net_pre_tax"][0, 6] - plain["project_net_pre_tax"][0, 6], 113, 9)
    # Year 6 makes 305 − 172 + 100, so the whole sale is taxed in its year.
    close(books["income_tax"][0, 6] - plain["income_tax"][0, 6], 25, 9)


def test_battery_replaced_again_before_the_end_of_its_life_is_written_off() -> None:
    """Replaced after 3 and 6 years, life 4: the first replacement leaves 300 − 3 · 71.25 = 86.25 in year 6 (closed form)."""
    books = renewed(operation_years=[3, 6]).statements
    close(books["renewal_3.written_off"][0, 6], 86.25, 9)
    close(books["renewal_3.net"][0, 1:], [0, 0, 300, 228.75, 157.5, 0, 0, 0, 0, 0], 9)
    close(books["renewal_6.net"][0, -1], 300 - 4 * 71.25, 9)
    # The battery of the plant goes with the first replacement only: 400 − 3 · 38.
    close(books["plant.written_off"][0, 1:], [0, 0, 286, 0, 0, 0, 0, 0, 0, 0], 9)


@LAWS
@given(st.sampled_from(["capitalise", "expense"]), st.integers(1, 9), st.integers(1, 12), share(0, 1), share(0, 0.3))
def test_all_that_is_spent_is_charged_or_recovered(
    treatment: str, year: int, life: int, retired: float, residual: float
) -> None:
    """Depreciation, write-offs, charges and what is recovered add up to what was spent (law)."""
    books = renewed(
        treatment=treatment,
        operation_years=[year],
        depreciation_years=life,
        retired_share=retired,
        residual_share=residual,
    ).statements
    charged = books["depreciation"] + books["written_off"] + books["expensed_works"] + books["residual"]
    close(charged.sum(), 1300, 9)
    assert books["fixed_net"].min() > -1e-9


# --- later works ----------------------------------------------------------------------------------------------------


def test_augmentation_and_overhaul_have_their_own_lives_and_vat() -> None:
    """226 of new cells in years 2 and 4 over three years; an overhaul of 109 in year 3 charged to cost (closed form)."""
    result = run(
        {"project": {"operation_years": 6}, "capital": {"equipment_yuan": 1130, "depreciation_years": 6, "residual_share": 0, **VAT}},
        {"capital": {"later_works": {
            "cells": {"operation_years": [2, 4], "yuan": 226, "depreciation_years": 3, "residual_share": 0.1},
            "overhaul": {"operation_years": [3], "yuan": 109, "vat_rate": 0.09, "treatment": "expense"},
        }}},
        {"revenue": {"known": {"income_yuan": 1130, "vat_rate": 0.13}}, "market": {"vat_rate": 0.13}},
    )  # fmt: skip
    books, plant = result.statements, 1000 / 6
    close(books["depreciation"][0, 1:], plant + np.array([0, 0, 60, 60, 120, 60]), 9)
    close(books["operating_cost"][0, 1:], [0, 0, 100, 0, 0, 0], 9)
    close(books["vat_input"][0, 1:], [0, 26, 9, 26, 0, 0], 9)
    close(books["vat_paid"][0, 1:], [0, 130 - 26, 130 - 9, 130 - 26, 130, 130], 9)
    # The first cells are worn to 20 after year 5, the second have 200 − 2 · 60.
    close(books["residual"][0, -1], 20 + 80, 9)
    close(
        books["project_net_pre_tax"][0],
        [-1130, 1130, 1130 - 226 - 104, 1130 - 109 - 121, 1130 - 226 - 104, 1000, 1000 + 100],
        9,
    )


# --- the end --------------------------------------------------------------------------------------------------------


def ended(*changes: dict[str, Any]) -> Appraisal:
    """1000 without VAT over ten years, given back after four at a net value of 600, or as the changes say."""
    return run(
        {"project": {"operation_years": 4}, "capital": {"equipment_yuan": 1130, "depreciation_years": 10, "residual_share": 0, **VAT}},
        {"revenue": {"known": {"income_yuan": 565, "vat_rate": 0.13}}, "tax": {"income_tax_rate": 0.25}}, *changes,
    )  # fmt: skip


@pytest.mark.parametrize("price", [0.0, 226.0, 678.0, 904.0])
def test_sale_at_a_stated_price_is_taxed_on_its_gain_or_loss(price: float) -> None:
    """Sold for *price* with 13 % VAT against 600 of net value: profit moves by price/1.13 − 600, tax by a quarter of it (closed form)."""
    result, kept = ended({"capital": {"disposal_yuan": price}}), ended()
    books, plain = result.statements, kept.statements
    sale = price / 1.13
    close(books["profit"][0, -1], 400 + sale - 600, 9)
    close(books["income_tax"][0, -1], 0.25 * max(400 + sale - 600, 0), 9)
    close(books["vat_output"][0, -1], 65 + 0.13 * sale, 9)
    assert not books["residual"].any()
    assert not books["fixed_net"][0, -1]
    # Without a price the net value comes back, and neither profit nor tax knows of it.
    close(plain["profit"][0, -1], 400, 9)
    close(plain["residual"][0, -1], 600, 9)
    # VAT: 130 bought, four times 65 sold; the sale's own is paid over. Project cash, end of year.
    flow = [-1130, 565 - 100, 565 - 100, 565 - 65 - 100, 500 + sale - 0.25 * max(400 + sale - 600, 0)]
    close(books["project_net"][0], flow, 9)
    close(result.metrics["project_irr"].value[0], npf.irr(flow), 9)


def test_sale_at_net_value_is_as_good_as_its_recovery() -> None:
    """At exactly the net value, VAT on top, profit, tax and cash are those of the recovery (law)."""
    sold, kept = ended({"capital": {"disposal_yuan": 678}}).statements, ended().statements
    for line in ("income_tax", "project_net", "equity_net"):
        close(sold[line], kept[line], 9)


def test_clearing_is_a_cost_of_the_last_year_with_its_vat() -> None:
    """106 with 6 %: 100 off the profit of the last year, 6 of input VAT (closed form)."""
    books, plain = ended({"capital": {"decommissioning_yuan": 106}}).statements, ended().statements
    close(books["operating_cost"] - plain["operating_cost"], [[0, 0, 0, 0, 100]], 9)
    close(books["vat_input"] - plain["vat_input"], [[0, 0, 0, 0, 6]], 9)
    close(books["project_net"] - plain["project_net"], [[0, 0, 0, 0, -75]], 9)


# --- price rises ----------------------------------------------------------------------------------------------------


def test_price_rise_carries_its_vat_and_its_depreciation() -> None:
    """Prices rise 6 % a year from half a year in: the rise bears VAT and enters the cost of the assets (涨价预备费, closed form)."""
    result = run(
        {"project": {"construction_months": 24, "operation_years": 5}},
        {"capital": {"equipment_yuan": 1130, "depreciation_years": 5, "spend_profile": [0.4, 0.6], "price_rise": 0.06, "price_rise_lead_years": 1, **VAT}},
    )  # fmt: skip
    books, rise = result.statements, [1.06**1.5, 1.06**2.5]
    paid = [1130 * 0.4 * rise[0], 1130 * 0.6 * rise[1]]
    close(books["price_contingency"][0, :2], [paid[0] - 452, paid[1] - 678], 9)
    close(books["capital_vat"][0, :2], np.array(paid) * 0.13 / 1.13, 9)
    close(books["plant.original"][0, -1], sum(paid) / 1.13, 9)
    close(books["project_net_pre_tax"][0, :2], [-paid[0], -paid[1]], 9)


def test_costs_rise_group_by_group() -> None:
    """Maintenance 3 %, staff 5 %, insurance 1 %, other cost 2 % a year from the first operating year (closed form)."""
    rises = {"escalation": 0.03, "staff_escalation": 0.05, "insurance_escalation": 0.01, "other_escalation": 0.02}
    amounts = {
        "fixed_yuan_per_kw_year": 0.1,
        "staff_yuan_per_year": 60,
        "insurance_share": 0.002,
        "other_yuan": [10, 20, 30, 40, 50],
    }
    books = run({"capital": {"equipment_yuan": 1000}, "operating_cost": {**amounts, **rises}}).statements
    year = np.arange(5)
    close(books["fixed_om"][0, 1:], 100 * 1.03**year, 9)
    close(books["staff"][0, 1:], 60 * 1.05**year, 9)
    close(books["insurance"][0, 1:], 2 * 1.01**year, 9)
    close(books["other_bought"][0, 1:], np.array([10, 20, 30, 40, 50]) * 1.02**year, 9)


def test_staff_rises_as_maintenance_where_nothing_else_is_said() -> None:
    """The rate of staff left out is that of maintenance (closed form)."""
    cost = {"staff_yuan_per_year": 60, "escalation": 0.03}
    books = run({"capital": {"equipment_yuan": 1000}, "operating_cost": cost}).statements
    close(books["staff"][0, 1:], 60 * 1.03 ** np.arange(5), 9)
