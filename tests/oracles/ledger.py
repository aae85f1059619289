"""A plant financed in every way, kept as double entries, scalar by scalar.

A bookkeeper's view of the rules (RULES of the field, §1–§3), not of the declared lines: every event is posted to two
accounts, so the accounts add to zero whatever happens, and what the books print is read off the accounts. A second set
of accounts keeps the plant as if it were all equity. One phase, yearly columns, straight-line depreciation. It shares
nothing with the package; ``plan.py`` holds the inputs of both.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy_financial as npf
from oracles.construction import Source, funded
from oracles.plan import Debt, Grant, Lease, Plan

SHOWN = (
    "equity_net", "project_net", "investors_net", "dividends", "cash", "vat_pool", "vat_paid", "fixed_net", "working_assets", "loan_balance",
    "lease_balance", "working_loan", "short_loan", "deferred_income", "paid_in", "reserve", "retained", "income_tax", "adjusted_tax",
    "net_profit", "cfads", "debt_service", "refinanced", "unpaid_debt", "depreciation", "interest", "financing_fees",
)  # fmt: skip


@dataclass
class TaxOffice:
    """Income tax with losses kept by the year in which they arose, for five years."""

    rate: float
    losses: list[list[float]] = field(default_factory=list)

    def tax(self, year: int, base: float) -> float:
        """Tax of a year, the oldest loss used first."""
        self.losses = [[born, left] for born, left in self.losses if year - born <= 5]
        if base < 0:
            self.losses.append([year, -base])
            return 0.0
        for loss in self.losses:
            used = min(loss[1], base)
            loss[1] -= used
            base -= used
        return self.rate * base


class Accounts:
    """Balances by account, debits positive."""

    def __init__(self) -> None:
        self.of: dict[str, float] = defaultdict(float)

    def post(self, debit: str, credit: str, amount: float) -> None:
        """One entry, on two sides."""
        self.of[debit] += amount
        self.of[credit] -= amount

    def owed(self, *starts: str) -> float:
        """Credit balance of the accounts whose names begin so."""
        return -sum(amount for name, amount in self.of.items() if name.startswith(starts))


@dataclass
class Owing:
    """A loan or lease as it runs: its account, what was borrowed, and how many years ago."""

    account: str
    terms: Debt | Lease
    borrowed: float
    age: int = 0


class Plant:
    """The year loop; *ahead* is what dividends leave in each operating year for the later ones."""

    def __init__(self, plan: Plan, ahead: list[float] | None = None) -> None:
        self.plan, self.ahead = plan, ahead or [0.0] * plan.years
        self.books, self.bare = Accounts(), Accounts()
        self.booked, self.adjusted = TaxOffice(plan.tax), TaxOffice(plan.tax)
        self.owing: dict[str, Owing] = {}
        self.lines: dict[str, list[float]] = defaultdict(list)
        self.now: dict[str, float] = defaultdict(float)
        self.build()
        for year in range(1, plan.years + 1):
            self.begin(year)
            self.trade(year)
            self.wear(year)
            self.earn(year)
            self.repay()
            self.settle(year)
            self.distribute(year)
            self.show()

    # --- construction -------------------------------------------------------------------------------------------------

    def build(self) -> None:
        """Pay for the plant column by column, debt at its share and equity for the rest."""
        plan = self.plan
        early = {name: debt for name, debt in plan.debts.items() if not debt.drawn_in}
        leased = sum(lease.share for lease in plan.leases.values())
        given = sum(grant.net for grant in plan.grants.values() if not grant.year)
        fee = sum(lease.fee * plan.raised(lease) for lease in plan.leases.values())
        self.paid = funded(
            [share * (plan.outlay * (1 - leased) - given) for share in plan.spend], plan.column_months,
            [Source(debt.share, debt.rate, debt.fee) for debt in early.values()], plan.debt_share,
            working=plan.working, working_debt=plan.working_debt, other_fees=fee, convention=plan.convention,
        )  # fmt: skip
        for column, share in enumerate(plan.spend):
            self.now = defaultdict(float, bare_before=self.bare.of["cash"], year=column - len(plan.spend) + 1)
            self.buy(share, plan.column_months[column])
            self.books.post("plant", "cash", self.paid.fees[column] + share * fee)
            for at, name in enumerate(early):
                self.books.post("cash", f"loan:{name}", self.paid.drawn[at][column])
                self.books.post("plant", "cash", self.paid.interest[at][column])
            self.receive(share, year=0)
            # VAT that came with a grant stands against the pool; equity pays as if it had not come.
            self.now["equity"] = self.now["grant_vat"] - self.books.of["cash"]
            self.books.post("cash", "capital", self.now["equity"])
            self.close_column()
        self.basis = {at: books.of["plant"] for at, books in enumerate((self.books, self.bare))}
        for kind, terms in (("loan", early), ("lease", plan.leases)):
            for name, one in terms.items():
                self.owing[f"{kind}:{name}"] = Owing(f"{kind}:{name}", one, self.books.owed(f"{kind}:{name}"))

    def buy(self, share: float, months: int) -> None:
        """Equipment of one column: its price, its VAT, and what lessors pay of it, with their interest until it runs."""
        plan = self.plan
        for books in (self.books, self.bare):
            books.post("plant", "cash", share * (plan.outlay - plan.input_vat))
            books.post("vat", "cash", share * plan.input_vat)
        for name, lease in plan.leases.items():
            held = self.books.owed(f"lease:{name}") + share * plan.raised(lease) / 2
            self.books.post("plant", f"lease:{name}", lease.rate * months / 12 * held)
            self.books.post("cash", f"lease:{name}", share * plan.raised(lease))
            # VAT of a direct lease comes with the rents: the lessee neither pays nor credits it now.
            self.books.post("cash", "vat", share * (lease.share * plan.outlay - plan.raised(lease)))

    def receive(self, share: float, year: int) -> None:
        """Grants of an operating year, or the share of a construction column, into their accounts."""
        now = self.now
        for name, grant in self.plan.grants.items():
            if grant.year != year:
                continue
            account = {"deferred_income": f"deferred:{name}", "reduce_cost": "plant", "income": "profit"}[
                grant.treatment
            ]
            for books in (self.books, self.bare):
                books.post("cash", "vat", share * (grant.received - grant.net))
                books.post("cash", account, share * grant.net)
            now["granted"] += share * grant.net
            now["grant_vat"] += share * (grant.received - grant.net)
            now["grant_income"] += share * grant.net if grant.treatment == "income" else 0.0
            now["shift"] += self.shift(grant, share * grant.net, released=0.0, at_receipt=True)

    def close_column(self) -> None:
        """Tax on a grant that comes before operation, and what the column shows."""
        now = self.now
        now["profit"] = now["grant_income"]
        now["income_tax"] = self.booked.tax(int(now["year"]), now["profit"] + now["shift"])
        now["adjusted_tax"] = self.adjusted.tax(int(now["year"]), now["profit"] + now["shift"])
        now["net_profit"] = now["profit"] - now["income_tax"]
        self.books.post("profit", "cash", now["income_tax"])
        self.bare.post("profit", "cash", now["adjusted_tax"])
        now["equity_net"] = now["grant_vat"] - now["equity"] - now["income_tax"]
        now["investors_net"] = -now["equity"]
        now["project_net"] = self.bare.of["cash"] - now["bare_before"]
        self.to_reserve()
        self.books.post("profit", "reserve", now["to_reserve"])
        if self.plan.bridge:
            self.books.post("cash", "short", max(-self.books.of["cash"], 0.0))
        self.show()

    # --- the steps of an operating year -------------------------------------------------------------------------------

    def begin(self, year: int) -> None:
        """Working capital comes in, debts age and bear interest."""
        plan, books = self.plan, self.books
        now = self.now = defaultdict(float, cash_before=books.of["cash"], bare_before=self.bare.of["cash"])
        now["retained_before"], now["short_before"] = books.owed("profit"), books.owed("short")
        if year == 1:
            books.post("working", "cash", plan.working)
            self.bare.post("working", "cash", plan.working)
            books.post("cash", "wc", self.paid.working_loan)
            now["equity"] = plan.working - self.paid.working_loan
            books.post("cash", "capital", now["equity"])
        for one in self.owing.values():
            one.age += 1
            now["debt_interest"] += books.owed(one.account) * one.terms.rate
        now["wc_interest"] = books.owed("wc") * plan.working_rate
        now["interest"] = now["debt_interest"] + now["wc_interest"] + now["short_before"] * plan.short_rate

    def trade(self, year: int) -> None:
        """Sales, cost, replacement, rents and their VAT, in the books and in those of a plant without debt."""
        plan, now = self.plan, self.now
        now["sales"], now["cost"] = plan.income[year - 1] / (1 + plan.vat), plan.cost[year - 1] / (1 + plan.cost_vat)
        now["renewed"] = plan.renewals.get(year, 0.0) / (1 + plan.vat)
        self.receive(1.0, year)
        for account, one in self.owing.items():
            if isinstance(one.terms, Lease) and one.terms.kind == "direct":
                rent = self.due(one) + self.books.owed(account) * one.terms.rate
                now["rent_vat"] += plan.vat * rent
        bought = now["cost"] * plan.cost_vat + now["renewed"] * plan.vat
        for books, rents, name in ((self.books, now["rent_vat"], "vat_paid"), (self.bare, 0.0, "bare_vat")):
            books.post("plant", "cash", now["renewed"])
            books.post("cash", "vat", now["sales"] * plan.vat)
            books.post("vat", "cash", bought + rents)
            now[name] = max(-books.of["vat"], 0.0)
            books.post("vat", "cash", now[name])

    def wear(self, year: int) -> None:
        """Straight lines of the plant and of each replacement from the year after; grants taken to income."""
        plan, now = self.plan, self.now
        renewals = sum(
            amount / (1 + plan.vat) / plan.renewal_life
            for bought, amount in plan.renewals.items()
            if bought < year <= bought + plan.renewal_life
        )
        # A cost taken off later lowers what is still to be depreciated, over the years that are left.
        late = [g for g in plan.grants.values() if g.treatment == "reduce_cost" and 1 <= g.year <= year <= plan.life]
        lowered = sum(grant.net / (plan.life - grant.year + 1) for grant in late)
        for at, (books, name) in enumerate(((self.books, "depreciation"), (self.bare, "bare_depreciation"))):
            line = self.basis[at] * (1 - plan.residual) / plan.life if year <= plan.life else 0.0
            now[name] = line + renewals - lowered
            books.post("profit", "plant", now[name])
        for name, grant in plan.grants.items():
            released = self.released(grant, year)
            now["shift"] += self.shift(grant, 0.0, released, at_receipt=False)
            if grant.treatment == "deferred_income":
                now["grant_income"] += released
                for books in (self.books, self.bare):
                    books.post(f"deferred:{name}", "profit", released)

    def released(self, grant: Grant, year: int) -> float:
        """Part of a grant for the year when it is spread evenly over the depreciation; at the end all of the rest."""
        first = max(grant.year, 1)
        if not first <= year <= self.plan.life:
            return 0.0
        part = grant.net / (self.plan.life - first + 1)
        return grant.net - part * (year - first) if year == self.plan.years else part

    @staticmethod
    def shift(grant: Grant, received: float, released: float, *, at_receipt: bool) -> float:
        """What taxable income has more than profit.

        ``on_receipt``: the whole receipt is income and the whole cost deductible, so what the books take to profit (or
        save of depreciation) comes off. ``exempt``: no income ever, and the deduction that it paid for is denied.
        """
        in_profit = (received if at_receipt else 0.0) if grant.treatment == "income" else released
        taxed = {"as_booked": in_profit, "on_receipt": received, "exempt": released}[grant.tax]
        return taxed - in_profit

    def earn(self, year: int) -> None:
        """Profit, tax on it and on the profit of the plant without debt, and cash available for debt service."""
        plan, now = self.plan, self.now
        self.arrange(year)
        margin = now["sales"] - now["cost"] + now["grant_income"]
        surtax, bare_surtax = plan.surtax * now["vat_paid"], plan.surtax * now["bare_vat"]
        now["profit"] = margin - surtax - now["depreciation"] - now["interest"] - now["financing_fees"]
        now["income_tax"] = self.booked.tax(year, now["profit"] + now["shift"])
        bare_profit = margin - bare_surtax - now["bare_depreciation"]
        now["adjusted_tax"] = self.adjusted.tax(year, bare_profit + now["shift"])
        now["net_profit"] = now["profit"] - now["income_tax"]
        paid = now["cost"] + surtax + now["interest"] + now["financing_fees"] + now["income_tax"]
        self.books.post("cash", "profit", now["sales"])
        self.books.post("profit", "cash", paid)
        self.bare.post("cash", "profit", now["sales"])
        self.bare.post("profit", "cash", now["cost"] + bare_surtax + now["adjusted_tax"])
        now["own_renewal"] = now["renewed"] - now["renewal_debt"]
        before_debt = now["sales"] - now["cost"] - surtax - now["income_tax"]
        now["cfads"] = before_debt + now["granted"] - now["own_renewal"]

    def arrange(self, year: int) -> None:
        """Fees of loans drawn at the end of this year, for a replacement or for another loan's balance."""
        now = self.now
        for name, debt in self.plan.debts.items():
            if debt.drawn_in != year or not year:
                continue
            if debt.refinances:
                old = self.owing[f"loan:{debt.refinances}"]
                drawn = self.books.owed(old.account) - self.due(old)
                now["refinanced"] += drawn
            else:
                drawn = debt.share * now["renewed"]
                now["renewal_debt"] += drawn
            now[f"draw {name}"] = drawn
            now["financing_fees"] += debt.fee * drawn

    # --- debt -----------------------------------------------------------------------------------------------------

    def due(self, one: Owing) -> float:
        """Principal due this year by the terms of a debt that does not repay by what there is."""
        terms, opening = one.terms, self.books.owed(one.account)
        grace = 0 if isinstance(terms, Lease) else terms.grace
        method = "annuity" if isinstance(terms, Lease) else terms.method
        if not grace < one.age <= terms.years:
            return 0.0
        if method == "annuity":
            return float(-npf.pmt(terms.rate, terms.years - one.age + 1, opening)) - opening * terms.rate
        if method == "bullet":
            return opening if one.age == terms.years else 0.0
        if isinstance(terms, Debt) and method == "custom":
            return min(opening, one.borrowed * terms.shares[one.age - 1])
        return min(opening, one.borrowed / (terms.years - grace))

    def repay(self) -> None:
        """Principal of the year: as scheduled, then by what there is, then early."""
        now, books, loans = self.now, self.books, self.plan.debts
        able = {f"loan:{name}" for name, debt in loans.items() if debt.method == "capacity"}
        due = {name: self.due(one) for name, one in self.owing.items() if name not in able}
        self.to_reserve()
        # A grant counts when it is received, not when it is taken to profit.
        granted = now["granted"] - now["grant_income"]
        wealth = now["net_profit"] - now["to_reserve"] + now["depreciation"] + granted - now["own_renewal"]
        wealth -= sum(due.values())
        due |= {name: min(books.owed(name), max(wealth, 0.0)) for name in able & set(self.owing)}
        bridged = now["short_before"] * (1 + self.plan.short_rate)
        lacks = min(now["cash_before"] - self.plan.minimum_cash, 0.0)
        left = now["cfads"] - now["debt_interest"] - now["wc_interest"] - sum(due.values()) - bridged + lacks
        for name, one in self.owing.items():
            sweep = one.terms.sweep * max(left, 0.0) if isinstance(one.terms, Debt) else 0.0
            due[name] += min(books.owed(name) - due[name], sweep)
            books.post(name, "cash", due[name])
        now["debt_service"] = sum(due.values()) + now["debt_interest"] + now["wc_interest"]

    def settle(self, year: int) -> None:
        """Later loans drawn, working capital back, the short-term loan repaid and drawn anew."""
        plan, now, books = self.plan, self.now, self.books
        for name, debt in plan.debts.items():
            if debt.drawn_in == year:
                drawn = now[f"draw {name}"]
                books.post("cash", f"loan:{name}", drawn)
                if debt.refinances:
                    books.post(f"loan:{debt.refinances}", "cash", drawn)
                self.owing[f"loan:{name}"] = Owing(f"loan:{name}", debt, drawn)
        books.post("short", "cash", now["short_before"])
        last = year == plan.years
        if last:
            books.post("wc", "cash", books.owed("wc"))
            for each in (books, self.bare):
                each.post("cash", "working", each.of["working"])
        without = books.of["cash"]
        books.post("cash", "short", max(-without, 0.0) if plan.bridge and not last else 0.0)
        left, left_bare = (books.of["plant"], self.bare.of["plant"]) if last else (0.0, 0.0)
        now["unpaid_debt"] = books.owed("loan:", "lease:", "short") if last else 0.0
        made = without + now["short_before"] - now["cash_before"]
        now["free_cash"] = (
            made + now["short_before"] * plan.short_rate + now["income_tax"] - now["adjusted_tax"] - now["equity"]
        )
        now["equity_net"] = made - now["equity"] + left - now["unpaid_debt"]
        now["project_net"] = self.bare.of["cash"] - now["bare_before"] + left_bare
        now["liquidation"] = books.of["cash"] + left - now["unpaid_debt"] if last else 0.0

    # --- profit ---------------------------------------------------------------------------------------------------

    def to_reserve(self) -> None:
        """A tenth of net profit after losses brought forward, until half of the capital."""
        now, books = self.now, self.books
        base = max(now["net_profit"] + min(now["retained_before"], 0.0), 0.0)
        now["to_reserve"] = min(0.1 * base, max(0.5 * books.owed("capital") - books.owed("reserve"), 0.0))

    def distribute(self, year: int) -> None:
        """Reserve and dividends, as far as profit and cash go."""
        plan, now, books = self.plan, self.now, self.books
        books.post("profit", "reserve", now["to_reserve"])
        profit, cash = max(books.owed("profit"), 0.0), books.of["cash"] - plan.minimum_cash - self.ahead[year - 1]
        # Profit that repays a debt by capacity is undistributed: dividends leave what is still owed.
        cash -= sum(books.owed(f"loan:{name}") for name, debt in plan.debts.items() if debt.method == "capacity")
        now["dividends"] = min(plan.payout * profit, max(cash, 0.0))
        books.post("profit", "cash", now["dividends"])
        now["investors_net"] = now["dividends"] - now["equity"]
        if year == plan.years:
            now["investors_net"] += now["liquidation"] - now["dividends"]

    def show(self) -> None:
        """Read the year off the accounts."""
        books, now = self.books, self.now
        now |= {
            "cash": books.of["cash"], "vat_pool": books.of["vat"], "fixed_net": books.of["plant"], "working_assets": books.of["working"],
            "loan_balance": books.owed("loan:"), "lease_balance": books.owed("lease:"), "working_loan": books.owed("wc"),
            "short_loan": books.owed("short"), "deferred_income": books.owed("deferred:"), "paid_in": books.owed("capital"),
            "reserve": books.owed("reserve"), "retained": books.owed("profit"),
        }  # fmt: skip
        for key in (*SHOWN, "free_cash"):
            self.lines[key].append(now[key])


def kept(plan: Plan) -> dict[str, list[float]]:
    """The plant's lines by year of the calculation period; dividends know what the later years need."""
    first, columns = Plant(plan).lines, len(plan.spend)
    service, free = first["debt_service"][columns:], first["free_cash"][columns:]
    ahead, lacking = [0.0] * plan.years, 0.0
    for year in range(plan.years - 2, -1, -1):
        if plan.prepaid:
            ahead[year] = plan.renewals.get(year + 2, 0.0)
            continue
        lacking = max(lacking - free[year + 1], 0.0)
        ahead[year] = lacking + plan.reserve_months / 12 * service[year + 1]
    lines = Plant(plan, ahead).lines
    return {key: lines[key] for key in SHOWN}
