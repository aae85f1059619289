"""One full case computed twice: by the books, and by the plain Python below, scalar by scalar.

The code below was written from the rules (RULES §1–§4 of the specification: interest during construction, VAT pool,
losses, holiday, residual, adjusted tax) and shares nothing with the package but the inputs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from strategies import contract, made

from appraisal import appraise

EQUIPMENT, WORKS, SERVICES, LAND = 8_000_000.0, 2_180_000.0, 530_000.0, 400_000.0
SPEND, MONTHS = (0.6, 0.4), (12, 8)
YEARS, LOAN_YEARS, GRACE, LIFE, RESIDUAL = 12, 7, 1, 10, 0.05
DEBT, RATE, WORKING, WORKING_DEBT, WORKING_RATE = 0.7, 0.045, 250_000.0, 0.6, 0.03
RENEWED, RENEWAL, RENEWAL_LIFE, RENEWAL_RESIDUAL, RETIRED = 6, 1_130_000.0, 8, 0.04, 0.3
FIXED, OTHER, INSURED, STAFF, GROWTH = 212_000.0, 53_000.0, 0.002, 90_000.0, 0.03
INCOMES = [
    1_900_000.0,
    2_600_000.0,
    2_700_000.0,
    2_700_000.0,
    600_000.0,
    2_650_000.0,
    2_650_000.0,
    2_600_000.0,
    2_600_000.0,
    2_550_000.0,
    2_500_000.0,
    2_450_000.0,
]
CHARGING, SURTAX, TAX = 500_000.0, 0.12, 0.25
FREE, HALF, LOSS_YEARS = 3, 3, 5


def the_case(repayment: str) -> dict[str, Any]:
    """The same inputs as a case."""
    return contract(
        {"project": {"construction_months": 20, "operation_years": YEARS}},
        {"storage": {"replacement": {
            "operation_years": [RENEWED], "battery_yuan_per_kwh": RENEWAL / 1000, "vat_rate": 0.13, "depreciation_years": RENEWAL_LIFE,
            "residual_share": RENEWAL_RESIDUAL, "retired_share": RETIRED,
        }}},
        {"capital": {
            "equipment_yuan": EQUIPMENT, "works_yuan": WORKS, "services_yuan": SERVICES, "land_yuan": LAND, "land_years": 40, "spend_profile": list(SPEND),
            "equipment_vat_rate": 0.13, "works_vat_rate": 0.09, "services_vat_rate": 0.06, "depreciation_years": LIFE, "residual_share": RESIDUAL,
        }},
        {"operating_cost": {
            "fixed_yuan_per_kw_year": FIXED / 1000, "other_yuan": OTHER, "insurance_share": INSURED, "staff_yuan_per_year": STAFF, "vat_rate": 0.06,
            "escalation": GROWTH,
        }},
        {"market": {"vat_rate": 0.13}, "revenue": {"known": {"income_yuan": INCOMES, "charging_yuan": CHARGING, "vat_rate": 0.13}}},
        {"finance": {
            "debt_share": DEBT, "loan_rate": RATE, "loan_years": LOAN_YEARS, "grace_years": GRACE, "repayment": repayment,
            "working_capital_yuan_per_kw": WORKING / 1000, "working_capital_debt_share": WORKING_DEBT, "working_capital_rate": WORKING_RATE,
        }},
        {"tax": {
            "income_tax_rate": TAX, "city_surtax_rate": 0.07, "education_surtax_rate": 0.03, "local_education_surtax_rate": 0.02,
            "holiday_free_years": FREE, "holiday_half_years": HALF, "loss_years": LOSS_YEARS,
        }},
    )  # fmt: skip


@dataclass
class Result:
    """Lines by year of the calculation period."""

    lines: dict[str, list[float]] = field(default_factory=dict)

    def add(self, **amounts: float) -> None:
        """The amounts of one year."""
        for name, amount in amounts.items():
            self.lines.setdefault(name, []).append(amount)


def fund() -> tuple[float, list[float], list[float]]:
    """(construction debt share, interest by column, debt by column) such that debt is DEBT of all uses: by bisection."""
    static = EQUIPMENT + WORKS + SERVICES + LAND

    def build(debt_share: float) -> tuple[list[float], list[float]]:
        owed, interest, balance = 0.0, [], []
        for share, months in zip(SPEND, MONTHS, strict=True):
            outlay, rate = share * static, RATE * months / 12
            # The draw for investment is what debt pays of outlay and interest, less the interest itself, which joins the loan.
            low, high = 0.0, outlay
            for _ in range(200):
                guess = (low + high) / 2
                fits = rate * (owed + (debt_share * (outlay + guess) - guess) / 2)
                low, high = (guess, high) if guess < fits else (low, guess)
            interest.append(guess)
            owed += debt_share * (outlay + guess)
            balance.append(owed)
        return interest, balance

    low, high = 0.0, 1.0
    for _ in range(200):
        guess = (low + high) / 2
        interest, balance = build(guess)
        total = static + sum(interest) + WORKING
        low, high = (guess, high) if balance[-1] + WORKING_DEBT * WORKING < DEBT * total else (low, guess)
    return guess, *build(guess)


class TaxOffice:
    """Income tax with losses kept by the year they arose, and a holiday from the first revenue."""

    def __init__(self) -> None:
        self.losses: list[list[float]] = []  # [year, what is left of it]

    def tax(self, year: int, profit: float) -> float:
        """Tax of an operating year."""
        self.losses = [[born, left] for born, left in self.losses if year - born <= LOSS_YEARS]
        if profit < 0:
            self.losses.append([year, -profit])
            return 0.0
        for loss in self.losses:
            used = min(loss[1], profit)
            loss[1] -= used
            profit -= used
        factor = 0.0 if year <= FREE else 0.5 if year <= FREE + HALF else 1.0
        return TAX * profit * factor


def appraised(repayment: str) -> Result:
    """The case by hand."""
    result = Result()
    _, interest_built, balance = fund()
    input_vat = EQUIPMENT * 0.13 / 1.13 + WORKS * 0.09 / 1.09 + SERVICES * 0.06 / 1.06
    static = EQUIPMENT + WORKS + SERVICES + LAND
    pool, previous = 0.0, 0.0
    for share, built, owed in zip(SPEND, interest_built, balance, strict=True):
        pool += share * input_vat
        result.add(
            project_net_pre_tax=-share * static, project_net=-share * static, equity_net=-(share * static + built - (owed - previous)), vat_paid=0.0,
            income_tax=0.0, adjusted_tax=0.0, vat_pool=pool, closing=owed, profit=0.0,
        )  # fmt: skip
        previous = owed
    borrowed = owed = balance[-1]
    working_loan = WORKING_DEBT * WORKING
    booked_base, unlevered_base = static - input_vat - LAND + sum(interest_built), static - input_vat - LAND
    land_left, book, bare = LAND, booked_base, unlevered_base
    renewal_cost, renewal_left = RENEWAL / 1.13, 0.0
    booked, unlevered = TaxOffice(), TaxOffice()
    for year in range(1, YEARS + 1):
        index = (1 + GROWTH) ** (year - 1)
        revenue, charging = INCOMES[year - 1] / 1.13, CHARGING / 1.13
        serviced = (FIXED * index + INSURED * static + OTHER) / 1.06
        renewed = renewal_cost if year == RENEWED else 0.0
        vat_in = charging * 0.13 + serviced * 0.06 + renewed * 0.13
        vat_out = revenue * 0.13
        due = vat_out - vat_in - pool
        vat, pool = max(0.0, due), max(0.0, -due)
        surtax = SURTAX * vat
        running = charging + serviced + STAFF * index
        kept = 1 - RETIRED if year > RENEWED else 1.0
        worn = kept * booked_base * (1 - RESIDUAL) / LIFE if year <= LIFE else 0.0
        worn_bare = kept * unlevered_base * (1 - RESIDUAL) / LIFE if year <= LIFE else 0.0
        worn_renewal = (
            renewal_cost * (1 - RENEWAL_RESIDUAL) / RENEWAL_LIFE if RENEWED < year <= RENEWED + RENEWAL_LIFE else 0.0
        )
        land = LAND / 40
        book, bare, land_left = book - worn, bare - worn_bare, land_left - land
        # What the replacement takes the place of leaves the books at its net value.
        lost, lost_bare = (RETIRED * book, RETIRED * bare) if year == RENEWED else (0.0, 0.0)
        book, bare = book - lost, bare - lost_bare
        renewal_left += renewed - worn_renewal
        interest = owed * RATE
        principal = 0.0
        if GRACE < year <= LOAN_YEARS:
            if repayment == "equal_principal":
                principal = borrowed / (LOAN_YEARS - GRACE)
            else:
                principal = borrowed * RATE / (1 - (1 + RATE) ** -(LOAN_YEARS - GRACE)) - interest
        owed -= principal
        profit = revenue - surtax - running - worn - lost - worn_renewal - land - interest - working_loan * WORKING_RATE
        ebit = revenue - surtax - running - worn_bare - lost_bare - worn_renewal - land
        tax, adjusted = booked.tax(year, profit), unlevered.tax(year, ebit)
        first, last = year == 1, year == YEARS
        operating_cash = revenue + vat_out - running - vat_in - vat - surtax - renewed + last * WORKING
        project = operating_cash - first * WORKING + last * (bare + renewal_left + land_left)
        equity = (
            operating_cash + last * (book + renewal_left + land_left - working_loan) - first * (WORKING - working_loan)
        )
        equity -= principal + interest + working_loan * WORKING_RATE + tax
        result.add(
            project_net_pre_tax=project, project_net=project - adjusted, equity_net=equity, vat_paid=vat, income_tax=tax, adjusted_tax=adjusted,
            vat_pool=pool, closing=owed, profit=profit,
        )  # fmt: skip
    return result


@pytest.mark.parametrize("repayment", ["equal_principal", "annuity"])
def test_case_lines_equal_plain_python(repayment: str) -> None:
    """Both cash flows, both taxes, VAT and its pool, profit and the loan, every year, to 1e-9 of the investment."""
    books, plain = appraise(made(the_case(repayment))).statements, appraised(repayment).lines
    size = EQUIPMENT + WORKS + SERVICES + LAND
    for name, amounts in plain.items():
        line = {"closing": "loan.closing"}.get(name, name)
        np.testing.assert_allclose(books[line][0], amounts, rtol=0, atol=1e-9 * size, err_msg=name)


def test_case_is_a_hard_one() -> None:
    """The case passes through a loss, its use, an exempt, a half and a full year of tax, an emptied pool and a replacement."""
    lines = appraised("annuity").lines
    assert min(lines["profit"]) < 0
    assert lines["vat_pool"][2] > 0
    assert lines["vat_pool"][-1] == 0
    assert max(lines["income_tax"]) > 0
    assert max(lines["vat_paid"]) > 0
    assert lines["income_tax"] != lines["adjusted_tax"]
