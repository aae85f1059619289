"""PySAM's Singleowner as an oracle: a project in plain numbers goes in, SAM's own flows and metrics come out.

Single Owner is the project-finance model of NREL's System Advisor Model (package NREL-PySAM, compute module
``singleowner``). Its conventions, as the source of the module states them:

- Year 0 holds the investment, the equity and the loan; years 1 … N are operation, cash at the end of the year. Present
  values leave year 0 undiscounted.
- Income tax is the rate times taxable income also where this is below zero, so a loss is paid back at once. A deal
  with a loss is refused here: there SAM answers another question.
- Cash available for debt service is EBITDA, before income tax. Lenders who look at cash after tax are modelled by two
  incentives per kWh: one of minus the tax that counts for debt service, one of plus the tax that does not. Both are
  taxable, so they cancel in the tax and in the cash, and only cover and loan size see them. The tax is the one SAM
  itself finds; the call is repeated until it stands still.
- Salvage is cash of the last year and taxable. What is not depreciated by then is deducted in that year, so that a
  sale at book value bears no tax. Salvage counts for debt service: a loan must end before it.
- Interest during construction is a cost that its module ``cb_construction_financing`` finds from a principal, and the
  principal depends on that cost: the call is repeated here too.
- Its search for a rate of return stops where the present value is below ``IRR_RESIDUAL`` of the largest flow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import PySAM.CbConstructionFinancing as construction_financing
import PySAM.Singleowner as single_owner
from numpy.typing import NDArray

Flow = NDArray[np.float64]
IRR_RESIDUAL = 1e-6
HOURS = 8760
PASSES = 60
# Of the investment: some hundred roundings of float64, far inside what the tests compare.
STANDS_STILL = 1e-13


@dataclass(frozen=True, kw_only=True)
class Debt:
    """One loan drawn in year 0 and repaid from year 1.

    ``share`` is the loan's share of the investment with construction interest; with a ``target_dscr`` its cap.
    Its interest over ``construction_months`` is added to the investment: on the whole loan, or where
    ``interest_bears_interest`` is false on the loan without that interest.
    """

    share: float
    rate: float
    years: int
    grace_years: int = 0
    equal_principal: bool = False
    target_dscr: float | None = None
    construction_months: int = 1
    interest_bears_interest: bool = False


@dataclass(frozen=True, kw_only=True)
class Deal:
    """A project in plain numbers: yuan, fractions, operating years from 1.

    ``revenue`` has one amount that grows by ``revenue_growth``, or one a year. ``fixed_cost`` and ``variable_cost_per_mwh``
    are those of year 1 and grow by ``inflation + cost_growth``. ``depreciation`` are shares of the cost, one a year; what
    they leave is sold at book value in the last year. ``tax_rates`` is one rate or one a year.
    """

    investment: float
    years: int
    revenue: tuple[float, ...]
    revenue_growth: float = 0.0
    energy_mwh: float = 8760.0
    fixed_cost: float = 0.0
    cost_growth: float = 0.0
    variable_cost_per_mwh: float = 0.0
    insurance_share: float = 0.0
    renewal: float = 0.0
    renewal_years: tuple[int, ...] = ()
    depreciation: tuple[float, ...]
    tax_rates: tuple[float, ...] = (0.0,)
    real_discount_rate: float = 0.08
    inflation: float = 0.0
    debt: Debt | None = None

    @property
    def nominal_rate(self) -> float:
        """Discount rate with inflation (Fisher), as SAM composes it."""
        return (1 + self.real_discount_rate) * (1 + self.inflation) - 1


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What SAM answers: flows and series in yuan with year 0 first, amounts paid positive; levelised cost in yuan/kWh."""

    flow: Flow
    pre_tax_flow: Flow
    irr: float
    npv: float
    pre_tax_irr: float
    pre_tax_npv: float
    tax: Flow
    balance: Flow
    interest: Flow
    principal: Flow
    dscr: Flow
    loan: float
    construction_interest: float
    levelised_cost: float
    levelised_cost_real: float


def straight_line(life: int, residual: float, years: int) -> tuple[float, ...]:
    """Shares of the cost depreciated in each operating year."""
    return tuple((1.0 - residual) / life if year < life else 0.0 for year in range(years))


def construction_interest(principal: float, rate: float, months: int) -> float:
    """Interest of a construction loan of *principal* yuan, by SAM's own module: half the months on the whole."""
    model = construction_financing.new()
    others = [2, 3, 4, 5]
    model.SystemCosts.total_installed_cost = principal
    model.FinancialParameters.assign({
        "const_per_percent1": 100.0, "const_per_interest_rate1": 100.0 * rate, "const_per_months1": months, "const_per_upfront_rate1": 0.0,
        **{f"const_per_{what}{loan}": 0.0 for loan in others for what in ("percent", "interest_rate", "months", "upfront_rate")},
    })  # fmt: skip
    model.execute(0)
    return float(model.Outputs.construction_financing_cost)


def single_owner_of(deal: Deal) -> Outcome:
    """SAM's answer to a deal, its tax taken off the cash available for debt service.

    Raises
    ------
    ValueError
        If a taxed year ends with a loss, a loan runs to the year of the salvage, or a cost that stays level in our
        books would grow with inflation.
    RuntimeError
        If the tax or the construction interest does not stand still.
    """
    if deal.debt is not None and deal.debt.years >= deal.years and _unrecovered(deal) > 0:
        raise ValueError("SAM counts salvage for debt service: the loan must end before the project")
    if deal.inflation and (deal.insurance_share or deal.renewal):
        raise ValueError("insurance and renewals grow with SAM's inflation; a deal with them has none")
    tax, interest = np.zeros(deal.years + 1), 0.0
    for _ in range(PASSES):
        # The outputs live in the model: it must outlast them.
        model = executed(deal, tax, interest)
        answer = model.Outputs
        found = -np.array(answer.cf_fedtax)
        borrowed = _added(deal.debt, answer.size_of_debt, interest)
        moved = max(float(np.abs(found - tax).max()), abs(borrowed - interest))
        if moved <= STANDS_STILL * deal.investment:
            if found.min() < -STANDS_STILL * deal.investment:
                raise ValueError("a taxed year ends with a loss; SAM would pay its tax back")
            return _outcome(answer, interest)
        tax, interest = found, borrowed
    raise RuntimeError(f"tax and construction interest still move by {moved} after {PASSES} passes")


def _added(debt: Debt | None, loan: float, interest: float) -> float:
    """Construction interest of a loan, given the interest supposed in it."""
    if debt is None:
        return 0.0
    principal = loan if debt.interest_bears_interest else loan - interest
    return construction_interest(principal, debt.rate, debt.construction_months)


def executed(deal: Deal, tax: Flow, interest: float) -> Any:
    """The model after one call, with a tax supposed and a construction interest."""
    model = single_owner.new()
    for part in (_works(deal, interest), _income(deal), _financing(deal), _taxes(deal, tax)):
        for group, settings in part.items():
            getattr(model, group).assign(settings)
    model.value("construction_financing_cost", interest)
    model.execute(0)
    return model


def _unrecovered(deal: Deal) -> float:
    """Share of the cost that depreciation leaves; 0 where only rounding is left."""
    left = 1.0 - sum(deal.depreciation)
    return left if left > 1e-12 else 0.0


def _income(deal: Deal) -> dict[str, dict[str, Any]]:
    """Revenue as a price per kWh of a constant output, at no time-of-day factor."""
    always = [[1] * 24] * 12
    return {
        "Revenue": {
            # The price is given; SAM must not look for one.
            "ppa_soln_mode": 1,
            "ppa_price_input": [amount / (deal.energy_mwh * 1000.0) for amount in deal.revenue],
            "ppa_escalation": 100.0 * deal.revenue_growth,
            "ppa_multiplier_model": 0,
            "dispatch_tod_factors": [1.0] * 9,
            "dispatch_sched_weekday": always,
            "dispatch_sched_weekend": always,
        },
        "SystemOutput": {
            "gen": [deal.energy_mwh * 1000.0 / HOURS] * HOURS,
            "degradation": [0.0],
            "system_capacity": 1000.0,
        },
        "Lifetime": {"system_use_lifetime_output": 0},
        # A second source of revenue that we do not use.
        "CapacityPayments": {
            "cp_capacity_payment_type": 0,
            "cp_capacity_payment_amount": [0.0],
            "cp_capacity_payment_esc": 0.0,
            "cp_capacity_credit_percent": [0.0],
            "cp_battery_nameplate": 0.0,
            "cp_system_nameplate": 1.0,
        },
    }


def _works(deal: Deal, interest: float) -> dict[str, dict[str, Any]]:
    """Investment, its end, and yearly cost."""
    return {
        "SystemCosts": {
            "total_installed_cost": deal.investment,
            "om_fixed": [deal.fixed_cost],
            "om_fixed_escal": 100.0 * deal.cost_growth,
            "om_production": [deal.variable_cost_per_mwh],
            "om_production_escal": 100.0 * deal.cost_growth,
            "om_capacity": [0.0],
            "om_fuel_cost": [0.0],
            "system_use_recapitalization": int(bool(deal.renewal_years)),
            "system_recapitalization_cost": deal.renewal,
            "system_recapitalization_escalation": 0.0,
            "system_lifetime_recapitalize": [float(year in deal.renewal_years) for year in range(1, deal.years + 1)],
        },
        "FinancialParameters": {
            "analysis_period": deal.years,
            "inflation_rate": 100.0 * deal.inflation,
            "real_discount_rate": 100.0 * deal.real_discount_rate,
            "insurance_rate": 100.0 * deal.insurance_share,
            # SAM takes salvage as a percentage of the investment without construction interest.
            "salvage_percentage": 100.0 * _unrecovered(deal) * (deal.investment + interest) / deal.investment,
            "property_tax_rate": 0.0,
        },
    }


def _financing(deal: Deal) -> dict[str, dict[str, Any]]:
    """The loan, and everything else that SAM would fund with it switched off."""
    debt = deal.debt or Debt(share=0.0, rate=0.0, years=1)
    size: dict[str, float] = {"debt_option": 0, "debt_percent": 100.0 * debt.share}
    if debt.target_dscr is not None:
        cap = {"dscr_limit_debt_fraction": 1, "dscr_maximum_debt_fraction": 100.0 * debt.share}
        size = {"debt_option": 1, "dscr": debt.target_dscr, **cap}
    return {
        "FinancialParameters": {
            **size,
            "payment_option": int(debt.equal_principal),
            "term_int_rate": 100.0 * debt.rate,
            "term_tenor": debt.years,
            "loan_moratorium": debt.grace_years,
            # Fees and reserve accounts that SAM adds to the investment and funds with debt; our cases have none.
            "cost_debt_closing": 0.0,
            "cost_debt_fee": 0.0,
            "cost_other_financing": 0.0,
            "dscr_reserve_months": 0.0,
            "months_working_reserve": 0.0,
            "months_receivables_reserve": 0.0,
            "reserves_interest": 0.0,
            **{f"equip{number}_reserve_cost": 0.0 for number in (1, 2, 3)},
        }
    }


def _taxes(deal: Deal, tax: Flow) -> dict[str, dict[str, Any]]:
    """Federal tax at our rates on our depreciation, and the pair of incentives that puts the tax before debt service."""
    last = [0.0] * (deal.years - 1) + [_unrecovered(deal)]
    per_kwh = [float(amount) / (deal.energy_mwh * 1000.0) for amount in tax[1:]]
    # By default SAM spreads the cost over American schedules and deducts a bonus in year 1.
    american = ("macrs_5", "macrs_15", "sl_5", "sl_15", "sl_20", "sl_39")
    return {
        "FinancialParameters": {
            "federal_tax_rate": [100.0 * rate for rate in deal.tax_rates],
            "state_tax_rate": [0.0],
        },
        "Depreciation": {
            "depr_alloc_custom_percent": 100.0,
            "depr_custom_schedule": [100.0 * (a + b) for a, b in zip(deal.depreciation, last, strict=True)],
            "depr_bonus_fed": 0.0,
            "depr_bonus_sta": 0.0,
            **{f"depr_alloc_{kind}_percent": 0.0 for kind in american},
        },
        "TaxCreditIncentives": {
            f"{credit}_{payer}_{form}": [0.0]
            for payer in ("fed", "sta")
            for credit, form in (("itc", "amount"), ("itc", "percent"), ("ptc", "amount"))
        },
        "PaymentIncentives": {
            "pbi_oth_amount": [-amount for amount in per_kwh],
            "pbi_oth_for_ds": 1,
            "pbi_uti_amount": per_kwh,
            "pbi_uti_for_ds": 0,
            "pbi_uti_tax_fed": 1,
        },
    }


def _outcome(answer: Any, interest: float) -> Outcome:
    return Outcome(
        flow=np.array(answer.cf_project_return_aftertax),
        pre_tax_flow=np.array(answer.cf_project_return_pretax),
        irr=answer.project_return_aftertax_irr / 100.0,
        npv=answer.project_return_aftertax_npv,
        pre_tax_irr=answer.cf_project_return_pretax_irr[-1] / 100.0,
        pre_tax_npv=answer.cf_project_return_pretax_npv[-1],
        tax=-np.array(answer.cf_fedtax),
        balance=np.array(answer.cf_debt_balance),
        interest=np.array(answer.cf_debt_payment_interest),
        principal=np.array(answer.cf_debt_payment_principal),
        dscr=np.array(answer.cf_pretax_dscr),
        loan=answer.size_of_debt,
        construction_interest=interest,
        levelised_cost=answer.lcoe_nom / 100.0,
        levelised_cost_real=answer.lcoe_real / 100.0,
    )
