"""A plant financed in every way, kept as double entries, scalar by scalar.

A bookkeeper's view of the rules (RULES of the field, §1–§3), not of the declared lines: every event is posted to two
accounts, so the accounts add to zero whatever happens; what the books print is read off the accounts. One phase, yearly
columns. It shares nothing with the package; ``plan.py`` holds the inputs of both.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy_financial as npf

from oracles.construction import Source, funded
from oracles.plan import Debt, Grant, Lease, Plan


@dataclass
class TaxOffice:
    """Income tax with losses kept by the year in which they arose."""

    rate: float
    keeps: int = 5
    losses: list[list[float]] = field(default_factory=list)

    def tax(self, year: int, base: float) -> float:
        """Tax of a year; a loss is used oldest first, within the years that it keeps."""
        self.losses = [[born, left] for born, left in self.losses if year - born <= self.keeps]
        if base < 0:
            self.losses.append([year, -base])
            return 0.0
        for loss in self.losses:
            used = min(loss[1], base)
            loss[1] -= used
            base -= used
        return self.rate * base


class Accounts:
    """Balances by account, debits positive; every entry has two sides."""

    def __init__(self) -> None:
        self.of: dict[str, float] = defaultdict(float)

    def post(self, debit: str, credit: str, amount: float) -> None:
        """One entry."""
        self.of[debit] += amount
        self.of[credit] -= amount

    def owed(self, *starts: str) -> float:
        """Credit balance of the accounts whose names begin so."""
        return -sum(amount for name, amount in self.of.items() if name.startswith(starts))


@dataclass
class Owing:
    """A loan or lease as it runs: what was borrowed, and its age in years."""

    terms: Debt | Lease
    borrowed: float
    age: int = 0


class Plant:
    """The year loop; *ahead* is what dividends leave in each operating year for later ones."""

    def __init__(self, plan: Plan, ahead: list[float] | None = None) -> None:
        self.plan, self.ahead = plan, ahead or [0.0] * plan.years
        self.books, self.lines = Accounts(), defaultdict(list)
        self.booked, self.adjusted = TaxOffice(plan.tax), TaxOffice(plan.tax)
        self.debts: dict[str, Owing] = {}
        self.releases = {name: 0.0 for name in plan.grants}
        self.short = self.stopped = 0.0
        self.build()
        for year in range(1, plan.years + 1):
            self.operate(year)

    # --- construction ---------------------------------------------------------------------------------------------

    def build(self) -> None:
        """Pay for the plant column by column."""
        plan = self.plan
        leased = sum(lease.share for lease in plan.leases.values())
        given = sum(grant.net for grant in plan.grants.values() if not grant.year)
        outlays = [share * (plan.outlay * (1 - leased) - given) for share in plan.spend]
        early = {name: debt for name, debt in plan.debts.items() if not debt.drawn_in}
        sources = [Source(debt.share, debt.rate, debt.fee) for debt in early.values()]
        lease_fee = sum(lease.fee * plan.raised(lease) for lease in plan.leases.values())
        paid = funded(
            outlays, plan.column_months, sources, plan.debt_share, working=plan.working, working_debt=plan.working_debt,
            other_fees=lease_fee, convention=plan.convention,
        )  # fmt: skip
        self.working_loan = paid.working_loan
        for year, share in enumerate(plan.spend):
            self.build_year(year, share, paid.fees[year] + share * lease_fee)
            added = 0.0
            for at, name in enumerate(early):
                self.books.post("cash", f"loan:{name}", paid.drawn[at][year])
                self.books.post("plant", "cash", paid.interest[at][year])
                added += paid.interest[at][year]
            equity = -self.books.of["cash"]
            self.books.post("cash", "capital", equity)
            bare = share * plan.outlay - sum(share * g.received for g in plan.grants.values() if not g.year)
            vat = sum(share * g.vat_part for g in plan.grants.values() if not g.year)
            self.note(equity_net=-equity, project_net=-bare - vat, dividends=0.0, investors_net=-equity)
        self.bare = (plan.outlay - plan.input_vat) - sum(
            g.net for g in plan.grants.values() if not g.year and g.treatment == "reduce_cost"
        )
        self.cost, self.bare_left = self.books.of["plant"], self.bare
        for name, debt in early.items():
            self.debts[name] = Owing(debt, self.books.owed(f"loan:{name}"))
        for name, lease in plan.leases.items():
            self.debts[name] = Owing(lease, self.books.owed(f"lease:{name}"))

    def build_year(self, year: int, share: float, fees: float) -> None:
        """Cost, VAT, leases, fees and grants of one column."""
        plan, books = self.plan, self.books
        books.post("plant", "cash", share * (plan.outlay - plan.input_vat))
        books.post("vat", "cash", share * plan.input_vat)
        books.post("plant", "cash", fees)
        for name, lease in plan.leases.items():
            books.post("cash", f"lease:{name}", share * plan.raised(lease))
            # The lessor's invoice comes with the rents: what it holds of VAT is neither paid nor credited now.
            books.post("cash", "vat", share * (plan.outlay * lease.share - plan.raised(lease)))
        for name, grant in plan.grants.items():
            if not grant.year:
                self.receive(name, grant, share * grant.received)
        del year

    def receive(self, name: str, grant: Grant, amount: float) -> float:
        """A grant into its account; income of the year if it is booked so."""
        vat = amount * grant.vat / (1 + grant.vat)
        self.books.post("cash", "vat", vat)
        account = {"deferred_income": f"deferred:{name}", "reduce_cost": "plant", "income": "profit"}[grant.treatment]
        self.books.post("cash", account, amount - vat)
        return amount - vat if grant.treatment == "income" else 0.0

    # --- operation ------------------------------------------------------------------------------------------------

    def operate(self, year: int) -> None:
        """One operating year, from sales to dividends."""
        plan, books = self.plan, self.books
        last, before = year == plan.years, books.of["cash"]
        if year == 1:
            books.post("working", "cash", plan.working)
            books.post("cash", "wc", self.working_loan)
            books.post("cash", "capital", plan.working - self.working_loan)
        equity = plan.working - self.working_loan if year == 1 else 0.0
        renewed = plan.renewals.get(year, 0.0) / (1 + plan.vat)
        own_debt = self.draw_for_renewal(year)
        books.post("plant", "cash", renewed)
        for owing in self.debts.values():
            owing.age += 1
        scheduled_rents = {
            name: self.level(owing, name) for name, owing in self.debts.items() if isinstance(owing.terms, Lease)
        }
        rent_vat = sum(
            plan.vat * rent for name, rent in scheduled_rents.items() if self.debts[name].terms.kind == "direct"
        )
        income = sum(self.receive(n, g, g.received) for n, g in plan.grants.items() if g.year == year)
        received = sum(g.net for g in plan.grants.values() if g.year == year)
        sales, cost = plan.income[year - 1] / (1 + plan.vat), plan.cost[year - 1] / (1 + plan.cost_vat)
        in_vat = cost * plan.cost_vat + renewed * plan.vat
        books.post("cash", "vat", sales * plan.vat)
        books.post("vat", "cash", in_vat + rent_vat)
        vat_paid = max(-books.of["vat"], 0.0)
        books.post("vat", "cash", vat_paid)
        surtax = plan.surtax * vat_paid
        worn, worn_bare = self.wear(year)
        released = self.release(year)
        interest = {name: books.owed(f"loan:{name}", f"lease:{name}") * o.terms.rate for name, o in self.debts.items()}
        wc_interest = books.owed("wc") * plan.working_rate
        short_interest, repaid_short = self.short * plan.short_rate, self.short
        fees = self.refinance_fee(year) + own_debt[1]
        booked = income + sum(released[n] for n, g in plan.grants.items() if g.treatment == "deferred_income")
        ebit = sales + booked - surtax - cost - worn
        profit = ebit - sum(interest.values()) - wc_interest - short_interest - fees
        shift = self.tax_shift(year, released, income)
        tax = self.booked.tax(year, profit + shift)
        adjusted = self.adjusted.tax(year, sales + booked - surtax - cost - worn_bare + shift)
        for name, amount in (("sales", -sales), ("cost", cost), ("surtax", surtax), ("fees", fees), ("tax", tax)):
            books.post("profit", "cash", amount) if amount >= 0 else books.post("cash", "profit", -amount)
            del name
        books.post("profit", "cash", sum(interest.values()) + wc_interest + short_interest)
        net = profit - tax
        cfads = sales - surtax - cost + received - tax - (renewed - own_debt[0])
        reserve = self.to_reserve(net)
        principal = self.repay(year, scheduled_rents, interest, cfads - wc_interest, net - reserve + worn - (renewed - own_debt[0]))
        handed = self.refinance(year)
        books.post("short", "cash", repaid_short)
        wc_back = books.owed("wc") if last else 0.0
        books.post("wc", "cash", wc_back)
        books.post("cash", "working", books.of["working"] if last else 0.0)
        left, left_bare = (books.of["plant"], self.bare_left) if last else (0.0, 0.0)
        self.short = max(-books.of["cash"], 0.0) if plan.bridge and not last else 0.0
        books.post("cash", "short", self.short)
        service = sum(interest.values()) + principal + wc_interest
        unpaid = books.owed("loan:", "lease:", "short") if last else 0.0
        surplus = books.of["cash"] - before
        dividends = self.distribute(year, net, reserve)
        end = books.of["cash"] + left - unpaid if last else 0.0
        working = (plan.working if last else 0.0) - (plan.working if year == 1 else 0.0)
        grant_cash = sum(g.net for g in plan.grants.values() if g.year == year)
        vat_net = sales * plan.vat - in_vat - self.without_lease(sales * plan.vat - in_vat, year)
        project = sales - cost - renewed + vat_net + working + left_bare + grant_cash - self.lease_free_surtax - adjusted
        self.note(
            equity_net=surplus - self.short + repaid_short - equity + left - unpaid, project_net=project, dividends=dividends,
            investors_net=dividends + end - equity,
        )  # fmt: skip
        self.lines_of_operation(
            cash=books.of["cash"], vat_pool=books.of["vat"], fixed_net=books.of["plant"], working_assets=books.of["working"], vat_paid=vat_paid,
            loan_balance=books.owed("loan:"), lease_balance=books.owed("lease:"), working_loan=books.owed("wc"), short_loan=books.owed("short"),
            deferred_income=books.owed("deferred:"), paid_in=books.owed("capital"), reserve=books.owed("reserve"), retained=books.owed("profit"),
            income_tax=tax, adjusted_tax=adjusted, net_profit=net, cfads=cfads, debt_service=service, refinanced=handed, unpaid_debt=unpaid,
            surtax=surtax, depreciation=worn, interest=sum(interest.values()) + wc_interest + short_interest,
            free_cash=sales - cost - surtax + sales * plan.vat - in_vat - rent_vat - vat_paid - adjusted - (renewed - own_debt[0]) - service
            - fees - wc_back + (plan.working if last else 0.0),
        )  # fmt: skip
