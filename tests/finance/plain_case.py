"""One full case in plain Python, scalar by scalar, and the same inputs as a case of the package.

The code below was written from the rules (RULES §1–§4 of the specification: interest during construction, VAT pool,
losses, holiday, residual, adjusted tax, statutory reserve, cover, break-even) and shares nothing with the package but
the inputs. Of distribution the specification says that dividends have their cash limit; the limit written here is: the
minimum cash, the debt-service reserve, and the largest lack that any run of later years has together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from strategies import contract

EQUIPMENT, WORKS, SERVICES, LAND = 8_000_000.0, 2_180_000.0, 530_000.0, 400_000.0
SPEND, MONTHS = (0.6, 0.4), (12, 8)
YEARS, LOAN_YEARS, GRACE, LIFE, RESIDUAL = 12, 7, 1, 10, 0.05
DEBT, RATE, WORKING, WORKING_DEBT, WORKING_RATE, DISCOUNT = 0.7, 0.045, 250_000.0, 0.6, 0.03, 0.08
RENEWED, RENEWAL, RENEWAL_LIFE, RENEWAL_RESIDUAL, RETIRED = 6, 1_130_000.0, 8, 0.04, 0.3
FIXED, OTHER, INSURED, STAFF, GROWTH = 212_000.0, 53_000.0, 0.002, 90_000.0, 0.03
INCOMES = [
    1_900_000.0,
    2_600_000.0,
    2_700_000.0,
    2_700_000.0,
    0.0,
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
# RULES §3: 10 % of profit, up to half of the capital.
RESERVED, RESERVED_AT_MOST = 0.1, 0.5


@dataclass(frozen=True)
class Terms:
    """What differs between the cases: repayment, payout, cash that stays (yuan, and months of the next debt service).

    ``poor`` is the income of the fifth operating year.
    """

    repayment: str
    payout: float = 1.0
    minimum: float = 0.0
    months: float = 0.0
    poor: float = 600_000.0

    @property
    def incomes(self) -> list[float]:
        """Income by operating year."""
        return [*INCOMES[:4], self.poor, *INCOMES[5:]]


CASES = [
    Terms("equal_principal"), Terms("annuity"), Terms("annuity", payout=0.8), Terms("equal_principal", minimum=150_000.0, months=3.0),
    Terms("annuity", poor=2_400_000.0), Terms("annuity", payout=0.8, minimum=400_000.0, poor=2_400_000.0),
]  # fmt: skip


def the_case(terms: Terms) -> dict[str, Any]:
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
        {"market": {"vat_rate": 0.13}, "revenue": {"known": {"income_yuan": terms.incomes, "charging_yuan": CHARGING, "vat_rate": 0.13}}},
        {"finance": {
            "debt_share": DEBT, "loan_rate": RATE, "loan_years": LOAN_YEARS, "grace_years": GRACE, "repayment": terms.repayment,
            "working_capital_yuan_per_kw": WORKING / 1000, "working_capital_debt_share": WORKING_DEBT, "working_capital_rate": WORKING_RATE,
            "dividend_payout": terms.payout, "minimum_cash_yuan": terms.minimum, "reserve_months": terms.months, "discount_rate": DISCOUNT,
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


@dataclass(frozen=True, kw_only=True)
class Year:
    """An operating year before its income tax, short-term loan and dividends."""

    revenue: float
    variable: float
    running: float
    surtax: float
    operating_cash: float
    worn: float
    renewed: float
    interest: float
    principal: float
    ebit: float
    adjusted: float
    vat: float
    pool: float
    owed: float
    fixed: float
    fixed_bare: float
    land: float


STATIC = EQUIPMENT + WORKS + SERVICES + LAND
INPUT_VAT = EQUIPMENT * 0.13 / 1.13 + WORKS * 0.09 / 1.09 + SERVICES * 0.06 / 1.06
WORKING_LOAN = WORKING_DEBT * WORKING


def operated(terms: Terms, interest_built: list[float], balance: list[float]) -> list[Year]:
    """Every operating year of the plant, whatever its owners take out."""
    pool, borrowed, owed = INPUT_VAT, balance[-1], balance[-1]
    booked_base, unlevered_base = STATIC - INPUT_VAT - LAND + sum(interest_built), STATIC - INPUT_VAT - LAND
    land_left, book, bare = LAND, booked_base, unlevered_base
    renewal_cost, renewal_left = RENEWAL / 1.13, 0.0
    unlevered, years = TaxOffice(), []
    for year in range(1, YEARS + 1):
        index = (1 + GROWTH) ** (year - 1)
        revenue, charging = terms.incomes[year - 1] / 1.13, CHARGING / 1.13
        serviced = (FIXED * index + INSURED * STATIC + OTHER) / 1.06
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
            if terms.repayment == "equal_principal":
                principal = borrowed / (LOAN_YEARS - GRACE)
            else:
                principal = borrowed * RATE / (1 - (1 + RATE) ** -(LOAN_YEARS - GRACE)) - interest
        owed -= principal
        consumed = worn + lost + worn_renewal + land
        ebit_unlevered = revenue - surtax - running - worn_bare - lost_bare - worn_renewal - land
        years.append(Year(
            revenue=revenue, variable=charging, running=running, surtax=surtax, operating_cash=revenue + vat_out - running - vat_in - vat - surtax,
            worn=consumed, renewed=renewed, interest=interest + WORKING_LOAN * WORKING_RATE, principal=principal, ebit=revenue - surtax - running - consumed,
            adjusted=unlevered.tax(year, ebit_unlevered), vat=vat, pool=pool, owed=owed, fixed=book + renewal_left, fixed_bare=bare + renewal_left,
            land=land_left,
        ))  # fmt: skip
    return years


def lack_after(year: int, years: list[Year]) -> float:
    """The largest lack that the years after one have together, from the next one to any later one; tax as of the project."""
    left, worst = 0.0, 0.0
    for later in range(year + 1, len(years)):
        one, last = years[later], later == len(years) - 1
        left += (
            one.operating_cash
            - one.adjusted
            - one.renewed
            - one.principal
            - one.interest
            + last * (WORKING - WORKING_LOAN)
        )
        worst = min(worst, left)
    return -worst


def built(result: Result, interest_built: list[float], balance: list[float], years: list[Year]) -> float:
    """The construction columns; gives the equity paid in."""
    previous = paid = spent = 0.0
    for share, interest, owed in zip(SPEND, interest_built, balance, strict=True):
        equity = share * STATIC + interest - (owed - previous)
        paid, previous, spent = paid + equity, owed, spent + share
        land, pool = spent * LAND, spent * INPUT_VAT
        nothing = dict.fromkeys(
            ("vat_paid", "income_tax", "adjusted_tax", "profit", "net_profit", "surplus_reserve", "reserve", "dividends", "retained", "cash", "short_loan",
             "ebit", "interest", "cfads", "debt_service", "current_ratio", "quick_ratio", "liquidation"), 0.0,
        )  # fmt: skip
        result.add(
            project_net_pre_tax=-share * STATIC, project_net=-share * STATIC, equity_net=-equity, investors_net=-equity, vat_pool=pool, closing=owed,
            equity_in=equity, assets=owed + paid, debt=owed, equity=paid, in_progress=owed + paid - land - pool, fixed_assets_net=0.0,
            debt_ratio=owed / (owed + paid), set_aside=lack_after(-1, years), **nothing,
        )  # fmt: skip
    return paid


def appraised(terms: Terms) -> Result:
    """The case by hand; the quick ratio counts money at hand, neither working capital nor input VAT still to be credited."""
    result = Result()
    _, interest_built, balance = fund()
    years = operated(terms, interest_built, balance)
    paid = built(result, interest_built, balance, years)
    office, cash, short, reserve, retained = TaxOffice(), 0.0, 0.0, 0.0, 0.0
    for at, one in enumerate(years):
        first, last = at == 0, at == YEARS - 1
        equity_in = first * (WORKING - WORKING_LOAN)
        paid += equity_in
        short_interest, repaid = short * WORKING_RATE, short
        profit = one.ebit - one.interest - short_interest
        tax = office.tax(at + 1, profit)
        net = profit - tax
        to_reserve = min(RESERVED * max(net + min(retained, 0.0), 0.0), max(RESERVED_AT_MOST * paid - reserve, 0.0))
        service = one.principal + one.interest
        cash += (
            one.operating_cash - tax - one.renewed - service - short_interest - repaid + last * (WORKING - WORKING_LOAN)
        )
        short = 0.0 if last else max(-cash, 0.0)
        cash += short
        following = 0.0 if last else years[at + 1].principal + years[at + 1].interest
        kept = terms.minimum + terms.months / 12 * following + lack_after(at, years)
        dividends = min(terms.payout * max(retained + net - to_reserve, 0.0), max(cash - kept, 0.0))
        cash, reserve, retained = cash - dividends, reserve + to_reserve, retained + net - to_reserve - dividends
        working, working_loan = (0.0, 0.0) if last else (WORKING, WORKING_LOAN)
        assets = cash + working + one.pool + one.fixed + one.land
        left = cash + one.fixed + one.land - one.owed if last else 0.0
        before_tax = (
            one.operating_cash - one.renewed + last * WORKING - first * WORKING + last * (one.fixed_bare + one.land)
        )
        owners = (
            one.operating_cash
            - one.renewed
            - tax
            - service
            - short_interest
            - equity_in
            + last * (WORKING - WORKING_LOAN + one.fixed + one.land - one.owed)
        )
        current = short + working_loan
        result.add(
            project_net_pre_tax=before_tax, project_net=before_tax - one.adjusted, equity_net=owners, vat_paid=one.vat, income_tax=tax,
            adjusted_tax=one.adjusted, vat_pool=one.pool, closing=one.owed, profit=profit, net_profit=net, surplus_reserve=to_reserve, reserve=reserve,
            dividends=dividends, retained=retained, cash=cash, short_loan=short, set_aside=lack_after(at, years), equity_in=equity_in, assets=assets,
            debt=one.owed + current, equity=paid + reserve + retained, in_progress=0.0, fixed_assets_net=one.fixed, liquidation=left,
            investors_net=dividends + left - equity_in, ebit=one.ebit, interest=one.interest + short_interest, debt_service=service,
            cfads=one.ebit + one.worn - tax - one.renewed, debt_ratio=(one.owed + current) / assets,
            current_ratio=0.0 if last else (cash + working + one.pool) / current, quick_ratio=0.0 if last else cash / current,
        )  # fmt: skip
    return result


def worth(amounts: list[float], rate: float) -> float:
    """Present value, the first amount a year away."""
    return sum(amount / (1 + rate) ** (year + 1) for year, amount in enumerate(amounts))


def indicators(terms: Terms) -> dict[str, float]:
    """RULES §4, from the lines by hand."""
    lines = {name: amounts[len(SPEND) :] for name, amounts in appraised(terms).lines.items()}
    whole = appraised(terms).lines
    _, interest_built, balance = fund()
    years = operated(terms, interest_built, balance)
    ebit, interest, cash, service = (lines[name] for name in ("ebit", "interest", "cfads", "debt_service"))
    # The short-term loan of the year before falls due with its interest; the plain form takes replacement back in.
    service = [due + owed * (1 + WORKING_RATE) for due, owed in zip(service, [0.0, *lines["short_loan"]], strict=False)]
    repaying = slice(0, LOAN_YEARS)
    plain = [one + year.renewed for one, year in zip(cash, years, strict=True)]

    def even(year: int) -> float:
        one = years[year - 1]
        total = one.running + one.worn + interest[year - 1]
        return (total - one.variable) / (one.revenue - one.variable - one.surtax)

    return {
        "roi": sum(ebit) / YEARS / (STATIC + sum(interest_built) + WORKING),
        "roe": sum(lines["net_profit"]) / YEARS / sum(whole["equity_in"]),
        # Σ over Σ, and the least, of the years in which the long-term loan bears interest.
        "icr_min": min(earned / due for earned, due in zip(ebit[repaying], interest[repaying], strict=True)),
        "icr_total": sum(ebit[repaying]) / sum(interest[repaying]),
        "dscr_min": min(earned / due for earned, due in zip(cash[repaying], service[repaying], strict=True)),
        "dscr_total": sum(cash[repaying]) / sum(service[repaying]),
        "dscr_plain_min": min(earned / due for earned, due in zip(plain[repaying], service[repaying], strict=True)),
        "dscr_avg": sum(cash[year] / service[year] for year in range(GRACE, LOAN_YEARS)) / (LOAN_YEARS - GRACE),
        "llcr": worth(cash[repaying], RATE) / balance[-1],
        "plcr": worth(cash, RATE) / balance[-1],
        "loan_payoff_years": float(len(SPEND) + LOAN_YEARS),
        "bep_first_year": even(1),
        "bep_after_debt": even(LOAN_YEARS + 1),
        "investors_npv": worth(whole["investors_net"], DISCOUNT),
        "debt_ratio_most": max(whole["debt_ratio"]),
        "short_loan_most": max(whole["short_loan"]),
        "cash_least": min(whole["cash"]),
        "vat_pool_left": whole["vat_pool"][-1],
    }
