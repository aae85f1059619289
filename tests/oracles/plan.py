"""Inputs of a financed plant, held once: what the bookkeeper of ``ledger.py`` reads, and the same as a case."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from strategies import contract


@dataclass(frozen=True, kw_only=True)
class Debt:
    """A loan; ``drawn_in`` is the operating year of one that comes later, ``refinances`` the loan that it repays."""

    share: float = 0.0
    rate: float = 0.05
    years: int = 5
    method: str = "equal_principal"
    grace: int = 0
    shares: tuple[float, ...] = ()
    sweep: float = 0.0
    fee: float = 0.0
    refinances: str = ""
    drawn_in: int = 0

    def mapping(self) -> dict[str, Any]:
        """As a case writes it."""
        found: dict[str, Any] = {
            "share": self.share, "rate": self.rate, "years": self.years, "grace_years": self.grace, "repayment": self.method,
            "sweep_share": self.sweep, "fee_share": self.fee,
        }  # fmt: skip
        found |= {"repayment_shares": list(self.shares)} if self.shares else {}
        found |= {"refinances": self.refinances} if self.refinances else {}
        return found | ({"drawn_in": self.drawn_in} if self.drawn_in else {})


@dataclass(frozen=True, kw_only=True)
class Lease:
    """A finance lease of a share of the equipment."""

    kind: str
    share: float
    rate: float
    years: int
    fee: float = 0.0

    def mapping(self) -> dict[str, Any]:
        """As a case writes it."""
        return {"kind": self.kind, "share": self.share, "rate": self.rate, "years": self.years, "fee_share": self.fee}


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A grant; year 0 is with the construction spending."""

    received: float
    year: int = 0
    treatment: str = "deferred_income"
    tax: str = "as_booked"
    vat: float = 0.0

    @property
    def net(self) -> float:
        """Without VAT."""
        return self.received / (1 + self.vat)

    def mapping(self) -> dict[str, Any]:
        """As a case writes it."""
        found = {"yuan": self.received, "treatment": self.treatment, "income_tax": self.tax, "vat_rate": self.vat}
        return found | ({"operating_year": self.year} if self.year else {})


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A plant of equipment only; amounts include VAT, yearly lists are of operating years."""

    outlay: float = 1000.0
    spend: tuple[float, ...] = (1.0,)
    months: int = 12
    income: tuple[float, ...] = (300.0,) * 6
    cost: tuple[float, ...] = (40.0,) * 6
    vat: float = 0.13
    cost_vat: float = 0.06
    surtax: float = 0.12
    tax: float = 0.25
    life: int = 6
    residual: float = 0.0
    debt_share: float = 0.7
    convention: str = "capitalised"
    debts: dict[str, Debt] = field(default_factory=dict)
    leases: dict[str, Lease] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    renewals: dict[int, float] = field(default_factory=dict)
    renewal_life: int = 4
    working: float = 0.0
    working_debt: float = 0.0
    working_rate: float = 0.04
    short_rate: float = 0.06
    bridge: bool = True
    minimum_cash: float = 0.0
    reserve_months: float = 0.0
    payout: float = 1.0

    @property
    def years(self) -> int:
        """Operating years."""
        return len(self.income)

    @property
    def column_months(self) -> list[int]:
        """Months of each construction column."""
        return [min(12, self.months - 12 * at) for at in range(len(self.spend))]

    @property
    def input_vat(self) -> float:
        """Of the whole equipment."""
        return self.outlay * self.vat / (1 + self.vat)

    def raised(self, lease: Lease) -> float:
        """Liability of a lease: without VAT where the VAT comes with the rents."""
        return lease.share * self.outlay / (1 + self.vat if lease.kind == "direct" else 1)

    @property
    def prepaid(self) -> bool:
        """Whether some loan is repaid by what there is."""
        return any(debt.sweep or debt.method == "capacity" for debt in self.debts.values())

    def case(self, *changes: dict[str, Any]) -> dict[str, Any]:
        """The same plant as a case."""
        works = {"renewed": {
            "operation_years": sorted(self.renewals), "yuan": next(iter(self.renewals.values())), "depreciation_years": self.renewal_life, "residual_share": 0,
        }} if self.renewals else {}  # fmt: skip
        return contract(
            {"project": {"construction_months": self.months, "operation_years": self.years}},
            {"capital": {
                "equipment_yuan": self.outlay, "equipment_vat_rate": self.vat, "depreciation_years": self.life, "residual_share": self.residual,
                "spend_profile": list(self.spend), "later_works": works,
            }},
            {"market": {"vat_rate": self.vat}},
            {"revenue": {"known": {
                "income_yuan": list(self.income), "cost_yuan": list(self.cost), "vat_rate": self.vat, "cost_vat_rate": self.cost_vat,
            }}},
            {"tax": {"income_tax_rate": self.tax, "city_surtax_rate": self.surtax, "loss_years": 5}},
            {"finance": self.finance()}, *changes,
        )  # fmt: skip

    def finance(self) -> dict[str, Any]:
        """The section that says who pays; the plain loan stands for nothing where loans are named."""
        return {
            "debt_share": self.debt_share, "construction_interest": self.convention, "loan_years": self.years,
            "loans": {name: debt.mapping() for name, debt in self.debts.items()},
            "leases": {name: lease.mapping() for name, lease in self.leases.items()},
            "grants": {name: grant.mapping() for name, grant in self.grants.items()},
            "working_capital_yuan_per_kw": self.working / 1000, "working_capital_debt_share": self.working_debt,
            "working_capital_rate": self.working_rate, "short_loan_rate": self.short_rate, "short_loan": "bridge" if self.bridge else "none",
            "minimum_cash_yuan": self.minimum_cash, "reserve_months": self.reserve_months, "dividend_payout": self.payout,
            "surplus_reserve_share": 0.1, "surplus_reserve_cap": 0.5,
        }  # fmt: skip
