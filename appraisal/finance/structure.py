"""The structure of a case's books: everything that changes a formula, and nothing that is only a number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from appraisal.case import Case
from appraisal.case.periods import Periods, periods
from appraisal.operation import Revenue
from appraisal.streams import stream

PLAIN = "loan"
# Sections whose numbers an event changes in the books themselves; what it changes elsewhere reaches them as money.
_BY_YEAR = ("operating_cost", "tax", "storage")


@dataclass(frozen=True)
class StreamForm:
    """What of a stream changes the formulas of its lines; ``kind`` is the stream that it is, for its title."""

    label: str
    subsidy: bool
    taxed: bool
    hosted: bool
    kind: str


@dataclass(frozen=True)
class LoanForm:
    """A loan: the prefix of its inputs, how it is repaid, and what it is drawn for.

    ``later`` is empty for a loan of the construction, else ``refinance`` or ``replacement``; ``refinanced`` tells that
    another loan repays this one, ``refinances`` names the loan that this one repays.
    """

    name: str
    method: str
    sweep: bool
    later: str = ""
    refinances: str = ""
    refinanced: bool = False


@dataclass(frozen=True)
class SupportForm:
    """A support that the books work out: its lines, where its terms stand, which stream it is, and what changes its formula.

    ``stated`` names the optional terms that the case gives; ``base`` is what of the investment counts for a grant.
    """

    name: str
    place: str
    kind: str
    what: str
    stated: tuple[str, ...]
    base: str = ""


@dataclass(frozen=True)
class GrantForm:
    """A grant: with the construction spending or in an operating year, its treatment in books and tax, and its rule if a support sizes it."""

    name: str
    later: bool
    treatment: str
    tax: str
    rule: SupportForm | None = None


@dataclass(frozen=True)
class ClassForm:
    """A class of assets: its cost lines (all others for the plant), depreciation in the books and for tax."""

    name: str
    lines: tuple[str, ...]
    method: str
    tax: str


@dataclass(frozen=True)
class RenewalForm:
    """Spending of the battery replacement, of augmentation, or of later works under their label.

    By default in one operating year; ``by_health`` in the years that the state of health asks for, each replacement taking
    the place of the one before; ``augmentation`` in any years, for ``life`` years each, ``until`` columns counted from the placing. ``declining``: the price falls by year.
    """

    name: str
    year: int
    battery: bool
    expensed: bool
    label: str = ""
    superseded: int | None = None
    by_health: bool = False
    augmentation: bool = False
    life: int = 0
    until: int = 0
    declining: bool = False


@dataclass(frozen=True)
class Structure:
    """Everything that changes a formula of the books; ``stepped`` has the paths of numbers that an event changes in mid-life."""

    streams: tuple[StreamForm, ...]
    loans: tuple[LoanForm, ...]
    leases: tuple[tuple[str, str], ...]
    grants: tuple[GrantForm, ...]
    supports: tuple[SupportForm, ...]
    classes: tuple[ClassForm, ...]
    renewals: tuple[RenewalForm, ...]
    parties: tuple[str, ...]
    services: tuple[str, ...]
    phases: int
    calendar: bool
    construction_interest: str
    short_loan: str
    refund_base: str
    early_tax: bool
    reserve: bool
    loss_years: int
    retired_stated: bool
    adjusted_tax: str
    reduced_rate: bool
    holiday_base: bool
    capital_gross: bool
    cost_gross: bool
    disposal: bool
    land: bool
    basis: str
    timing: str
    stepped: tuple[str, ...] = ()

    @property
    def sculpted(self) -> LoanForm | None:
        """The loan that is sculpted to a cover, if any."""
        return next((loan for loan in self.loans if loan.method == "sculpted"), None)

    @property
    def capacity(self) -> LoanForm | None:
        """The loan repaid by all that the project can, if any."""
        return next((loan for loan in self.loans if loan.method == "capacity"), None)

    @property
    def prepaid(self) -> bool:
        """Whether a loan may be repaid before its schedule says so."""
        return self.capacity is not None or any(loan.sweep for loan in self.loans)

    @property
    def direct_lease(self) -> bool:
        """Whether rents carry input VAT that the purchase would have carried."""
        return any(kind == "direct" for _, kind in self.leases)

    @property
    def suffixes(self) -> tuple[str, ...]:
        """What the names of each phase end in: nothing where there is one phase."""
        return ("",) if self.phases == 1 else tuple(f"_p{at}" for at in range(1, self.phases + 1))


def structure(case: Case, revenue: Revenue) -> Structure:
    """The structure of a case's books."""
    columns, finance, capital = periods(case.project), case.finance, case.capital
    supports = tuple(_supports(case))
    streams = tuple(
        StreamForm(
            label, settled.subsidy, settled.taxed, settled.saving.shape[1] > 1, case.streams[label].stream or label
        )
        for label, settled in revenue.settlements.items()
    )
    return Structure(
        streams=streams,
        loans=tuple(_loans(case)),
        leases=tuple((f"lease_{label}", lease.kind) for label, lease in finance.leases.items()),
        grants=tuple(_grants(case, supports)),
        supports=tuple(one for one in supports if one.what != "grant"),
        classes=tuple(_classes(case)),
        renewals=tuple(_renewals(case)),
        parties=tuple(f"party_{label}" for label in finance.parties),
        services=tuple(_services(case)),
        phases=len(columns.phases),
        calendar=_mixed(columns),
        construction_interest=finance.construction_interest,
        short_loan=finance.short_loan,
        refund_base=case.tax.vat_refund_base,
        early_tax=_taxed_early(_grants(case, supports)),
        reserve=bool((finance.reserve_months > 0).any()),
        loss_years=case.tax.loss_years,
        retired_stated=case.storage.replacement.retired_share is not None,
        adjusted_tax=case.tax.adjusted_tax,
        reduced_rate=case.tax.reduced_income_tax_rate is not None,
        holiday_base=case.tax.holiday_base_rate is not None,
        capital_gross=capital.price_basis == "incl_vat",
        cost_gross=case.operating_cost.price_basis == "incl_vat",
        disposal=capital.disposal_yuan is not None,
        land=capital.land_years is not None,
        basis=finance.discount_basis,
        timing=finance.timing,
        stepped=tuple(dict.fromkeys(_stepped(case))),
    )


def _stepped(case: Case) -> Iterator[str]:
    """Paths of costs and rates that differ between the eras of a case, in every scenario or in some."""
    for era in case.eras:
        yield from (path for path in sorted({*era.own, *era.factors}) if path.partition(".")[0] in _BY_YEAR)


# What the name of each support's lines begins with; the books keep these beginnings from labels.
_LINES = {"grant": "grant_{label}_by_rule", "interest": "loan_relief_{label}", "vat": "vat_relief_{label}"}
_OPTIONAL_TERMS = ("cap_yuan", "cap_yuan_per_year", "years")


def _supports(case: Case) -> Iterator[SupportForm]:
    """The streams whose amounts rest on a line of the books."""
    for label, terms in case.streams.items():
        kind = terms.stream or label
        what = stream(kind).in_books
        if what:
            stated = tuple(name for name in _OPTIONAL_TERMS if getattr(terms, name, None) is not None)
            section = "revenue" if label in case.revenue else "support"
            yield SupportForm(
                name=_LINES[what].format(label=label), place=f"{section}.{label}", kind=kind, what=what, stated=stated,
                base=getattr(terms, "share_of", ""),
            )  # fmt: skip


def support_lines(case: Case) -> dict[str, str]:
    """Label of a stream → the line of its support, of those whose amount the books themselves pay beside the stream's own lines.

    VAT refunded on payment is the stream's own subsidy and no line beside it.
    """
    lines = {"grant": "grant_{label}.received", "interest": f"{_LINES['interest']}.granted"}
    return {
        label: lines[one.what].format(label=label)
        for one in _supports(case) if one.what in lines for label in (one.place.partition(".")[2],)
    }  # fmt: skip


def _grants(case: Case, supports: tuple[SupportForm, ...]) -> Iterator[GrantForm]:
    for label, grant in case.finance.grants.items():
        yield GrantForm(f"grant_{label}", grant.operating_year is not None, grant.treatment, grant.income_tax)
    for rule in supports:
        if rule.what == "grant":
            label, terms = rule.place.partition(".")[2], case.at(rule.place)
            yield GrantForm(f"grant_{label}", terms.operating_year is not None, terms.treatment, terms.income_tax, rule)


def _taxed_early(grants: Iterator[GrantForm]) -> bool:
    """Whether a grant is taxed while the plant is built, when nothing is earned to pay the tax from."""
    return any(
        not grant.later and (grant.tax == "on_receipt" or (grant.treatment == "income" and grant.tax != "exempt"))
        for grant in grants
    )


def _mixed(columns: Periods) -> bool:
    """Whether a column holds the end of one operating year and the beginning of the next."""
    return any(phase.begun < 1.0 for phase in columns.phases)


def _loans(case: Case) -> Iterator[LoanForm]:
    finance = case.finance
    if not finance.loans:
        yield LoanForm(PLAIN, finance.repayment, bool((finance.sweep_share > 0).any()))
        return
    refinanced = {loan.refinances for loan in finance.loans.values() if loan.refinances}
    for label, loan in finance.loans.items():
        later = "refinance" if loan.refinances else "replacement" if loan.drawn_in is not None else ""
        yield LoanForm(
            name=f"{PLAIN}_{label}",
            method=loan.repayment or finance.repayment,
            sweep=bool((loan.sweep_share > 0).any()),
            later=later,
            refinances=f"{PLAIN}_{loan.refinances}" if loan.refinances else "",
            refinanced=label in refinanced,
        )


def _classes(case: Case) -> Iterator[ClassForm]:
    capital = case.capital
    yield ClassForm("plant", (), capital.depreciation, capital.tax_depreciation)
    for label, one in capital.classes.items():
        yield ClassForm(
            f"plant_{label}", tuple(one.lines), one.depreciation or capital.depreciation, one.tax_depreciation
        )


def _services(case: Case) -> Iterator[str]:
    """What the store itself buys in operation: fuel or heat, rebalancing of its electrolyte, power for its own use."""
    if (case.storage.heat.rate_mwh_per_mwh > 0).any():
        yield "fuel"
    ageing = case.storage.ageing
    if ageing.model == "recoverable" and (ageing.rebalancing_yuan_per_kwh_year > 0).any():
        yield "rebalancing"
    if case.storage.auxiliary.asked:
        yield "auxiliary"


def _renewals(case: Case) -> Iterator[RenewalForm]:
    replacement, added = case.storage.replacement, case.storage.augmentation
    years = sorted(replacement.operation_years)
    expensed, declining = replacement.treatment == "expense", bool((replacement.price_decline != 0).any())
    for year, following in zip(years, [*years[1:], None], strict=False):
        yield RenewalForm(f"renewal_{year}", year, True, expensed, superseded=following, declining=declining)
    if replacement.below_soh is not None:
        yield RenewalForm("renewal_by_health", 0, True, expensed, by_health=True, declining=declining)
    if added.asked:
        yield RenewalForm(
            "augmentation", 0, False, added.treatment == "expense", augmentation=True, life=added.depreciation_years, until=added.columns_in_use,
            declining=bool((added.price_decline != 0).any()),
        )  # fmt: skip
    for label, work in case.capital.later_works.items():
        for year in sorted(work.operation_years):
            yield RenewalForm(f"work_{label}_{year}", year, False, work.treatment == "expense", label)
