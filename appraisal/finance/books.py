"""The book of a structure: the declared blocks put together for the streams and options of a case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from appraisal.book import Block, Book, Instance, block
from appraisal.book.tree import refs
from appraisal.finance.asset_parts import account, asset_parts
from appraisal.finance.functions import functions
from appraisal.finance.inputs import declared_inputs
from appraisal.finance.parts import filled, numbers, phased, summed
from appraisal.finance.statements import assets, cash, income, investment, loan
from appraisal.finance.statements.figures import declared_figures
from appraisal.finance.statements.printed import printed_figures, printed_lines
from appraisal.finance.structure import GrantForm, LoanForm, StreamForm, Structure
from appraisal.finance.supported import granted_by_rule, less_subsidised, refunded, relieved, sized

# Blocks that a structure may do without.
_OPTIONAL = (
    income.STREAM, loan.LOAN, loan.LATER_LOAN, investment.LEASE, investment.GRANT, assets.RENEWAL, assets.TAXED, assets.UNLEVERED_TAXED,
)  # fmt: skip


@cache
def book(form: Structure) -> Book:
    """The whole book of a structure: statements and figures."""
    return Book(
        *_funding(form, repaying=True),
        *asset_parts(form),
        *_income(form),
        *_debts(form),
        *_cash(form),
        printed_lines(form),
        declared_figures(form.basis, prepaid=form.prepaid, parties=form.parties),
        printed_figures(form.basis),
        inputs=declared_inputs(form),
        functions=functions(form.timing),
        blocks=_OPTIONAL,
    )


@cache
def funding_book(form: Structure) -> Book:
    """The part of the same declarations that the construction debt share is solved on, with only the inputs it reads."""
    given = declared_inputs(form)
    whole = Book(*_funding(form, repaying=False), inputs=given, blocks=_OPTIONAL)
    read = {ref.key for line in whole.lines.values() for ref in refs(line.tree)}
    # A stream's own inputs stand whether its form reads them or not: its block declares them.
    labels = {stream.label for stream in form.streams}
    kept = {name: what for name, what in given.items() if name in read or name.partition(".")[0] in labels}
    return Book(*_funding(form, repaying=False), inputs=kept, blocks=_OPTIONAL)


# --- investment and funding -----------------------------------------------------------------------------------------


def _funding(form: Structure, *, repaying: bool) -> Iterator[Block | Instance]:
    gross = {
        name: "1" if form.capital_gross else f"(1 + {name}_vat_rate)" for name in ("equipment", "works", "services")
    }
    yield from (_stream(stream, refunded(form, stream) if repaying else "") for stream in form.streams)
    yield investment.INVESTMENT.filled({f"{name}_gross": text for name, text in gross.items()})
    yield from sized(form)
    yield from (_grant(grant, sold=form.disposal) for grant in form.grants)
    for name, kind in form.leases:
        texts = investment.DIRECT_LEASE if kind == "direct" else investment.LEASEBACK
        yield investment.LEASE.put(name, texts, numbers(name, "share", "rate", "years", "fee_share"))
    early = [one for one in form.loans if not one.later]
    for suffix in form.suffixes:
        yield from (_loan(form, one, suffix, repaying=repaying) for one in early)
    interest = []
    for suffix in form.suffixes:
        names = [f"{one.name}{suffix}" for one in early]
        interest.append(_pooled(names))
    if form.phases > 1:
        yield _phase_interest(form, interest)
    whole = interest[0] if form.phases == 1 else summed(f"capitalised_interest{suffix}" for suffix in form.suffixes)
    yield filled(
        investment.FUNDING,
        interest=whole,
        drawn=summed(f"{one.name}{suffix}.drawn" for suffix in form.suffixes for one in early),
        residual=investment.FUNDING_RESIDUAL[form.sculpted is not None],
    )


def _pooled(names: list[str]) -> str:
    """Interest of the loans of one phase, interest on itself included."""
    before, weight = (summed(f"{name}.{key}" for name in names) for key in ("interest_before", "interest_weight"))
    return f"({before}) / (1 - ({weight}))"


def _phase_interest(form: Structure, interest: list[str]) -> Block:
    lines = "\n".join(
        f"capitalised_interest{suffix} | yuan | 建设期利息（第{at}期） | Interest during construction, phase {at} | {text}"
        for at, (suffix, text) in enumerate(zip(form.suffixes, interest, strict=True), start=1)
    )
    return block("分期建设期利息", "Construction interest by phase", lines, name="phase_interest")


def _stream(form: StreamForm, worked_out: str) -> Instance:
    kind = income.SUBSIDY if form.subsidy else income.SALE
    return income.STREAM.as_(
        form.label,
        **{**kind, "subsidy": worked_out} if worked_out else kind,
        output_vat=income.OUTPUT_VAT[bool(worked_out)],
        exempt="0" if form.taxed else "revenue + subsidy",
        host_gain=income.HOST_GAIN if form.hosted else "0",
    )


def _grant(form: GrantForm, *, sold: bool) -> Instance:
    texts = {
        "received": granted_by_rule(form)
        or (f"{form.name}.yuan if {form.name}.arriving else 0" if form.later else f"spend * {form.name}.yuan"),
        "output_vat": investment.GRANT_VAT[form.rule is not None],
        "building": "0" if form.later else "net",
        "life_left": investment.LIFE_LEFT[sold or form.treatment != "reduce_cost"],
        "booked": {"deferred_income": "released", "reduce_cost": "0", "income": "net"}[form.treatment],
        "deducted": "net" if form.treatment == "reduce_cost" else "0",
        "deferred": "spread" if form.treatment == "deferred_income" else "0",
        "taxed": _grant_taxed(form),
    }
    return investment.GRANT.put(form.name, texts, {} if form.rule else numbers(form.name, "vat_rate"))


def _grant_taxed(form: GrantForm) -> str:
    """What taxable income has more than the books: tax counts the grant on receipt, or not at all."""
    if form.treatment == "income":
        # What an exempt grant pays for is not deductible either: over the life it is taxed as it would be released.
        return "released - booked" if form.tax == "exempt" else "0"
    return investment.GRANT_TAXED[form.tax]


def _loan(form: Structure, one: LoanForm, suffix: str, *, repaying: bool) -> Instance:
    term = _term(one)
    share = (
        f"construction_debt_share * {one.name}.share"
        if len(form.loans) > 1 or one.name != "loan"
        else "construction_debt_share"
    )
    active = f"{one.name}.share > 0 and construction_debt_share > 0" if "." in share else "construction_debt_share > 0"
    if one.method == "sculpted":
        share, active = f"{share} * sculpted_part", f"{active} and sculpted_part > 0"
    texts = {
        "part": share,
        "active": active,
        "term": term,
        "funds": "financed" if not suffix else f"financed * phase_part{suffix}",
        "pooled": f"capitalised_interest{suffix}",
        "halved": loan.HALVED[form.construction_interest],
        **_paid_back(one, term, repaying=repaying, earlier=form.suffixes[: form.suffixes.index(suffix)]),
    }
    keys = ("rate", "years", "grace_years", "fee_share", "sweep_share")
    return loan.LOAN.put(
        f"{one.name}{suffix}",
        texts,
        {**numbers(one.name, *keys), "repayment_share": f"{one.name}.repayment_share{suffix}", **phased(suffix)},
    )


def _term(one: LoanForm) -> str:
    """Last year of a loan's service, by its own count."""
    return f"min({one.name}.years, {one.name}.refinanced_in)" if one.refinanced else "years"


def _paid_back(one: LoanForm, term: str, *, repaying: bool, earlier: Sequence[str] = ()) -> dict[str, str]:
    """Repayment, sweep and refinancing of a loan; before operation nothing is repaid."""
    repays = loan.REPAYS.get(one.method, loan.AFTER_GRACE)
    if not repaying:
        return {"repays": repays, "repayment": "0", "swept": "0", "refinanced": "0"}
    prepaid = one.sweep or one.refinanced
    # The phases of a loan sweep one share of the cash: the later one takes what the earlier leaves.
    taken = "".join(f" - {one.name}{suffix}.swept" for suffix in earlier)
    changed, swept = (
        f"loan_age == {one.name}.refinanced_in",
        f"min(opening - scheduled, sweep_share * max(sweepable, 0){taken})",
    )
    if one.refinanced:
        # The other loan takes all that is left; its fee lowers the tax that an early repayment would rest on.
        swept = f"0 if {changed} else {swept}"
    return {
        "repays": repays,
        "repayment": loan.repayment(one.method, term=term, prepaid=prepaid),
        "swept": swept if one.sweep else "0",
        "refinanced": f"opening + drawn - scheduled if {changed} else 0" if one.refinanced else "0",
    }


# --- income -----------------------------------------------------------------------------------------------------------


def _income(form: Structure) -> Iterator[Block | Instance]:
    om = "(1 + om_vat_rate)" if form.cost_gross else "1"
    services = "(1 + services_vat_rate)" if form.capital_gross else "1"
    surtax = _project_surtax(form)
    yield _indices(form)
    for name in form.services:
        texts = {"net": income.SERVICE_NET[name]}
        yield income.SERVICE.put(name, texts, numbers(name, "rate", "price", "vat_rate"))
    fuel = [name for name in form.services if name == "fuel"]
    yield filled(
        income.COST, om_net=om, services_net=services, time=_time(form),
        other_cost=_with(income.OTHER_COST, form.services, "net"), variable_cost=_with(income.VARIABLE_COST, fuel, "net"),
    )  # fmt: skip
    # Only direct leases carry VAT: the project table, which reads the pool, then rests on no lease but those.
    direct = [name for name, kind in form.leases if kind == "direct"]
    yield filled(
        income.VAT,
        time=_time(form),
        operating_vat=_with(income.OPERATING_VAT, form.services, "vat"),
        rents=summed(f"{name}.rent_vat" for name in direct),
        leased=summed(f"{name}.leased_vat" for name in direct),
    )
    refundable = income.REFUNDABLE[form.refund_base]
    yield income.POOL.as_("vat", refundable=refundable, bought_vat="credited_vat", used_vat="vat_input")
    if form.direct_lease:
        yield income.POOL.as_("vat_project", refundable=refundable, bought_vat="capital_vat", used_vat="operating_vat")
    yield from relieved(form, "vat")
    yield filled(income.PROFIT, surtax=surtax, tax_rate=income.TAX_RATE[form.reduced_rate])
    halved = income.HALVED[form.holiday_base]
    yield income.TAX.as_("levered", base="taxable_profit", loss_years=form.loss_years, halved=halved)
    yield income.TAX.as_("unlevered", base=f"ebit_{form.adjusted_tax}", loss_years=form.loss_years, halved=halved)
    reserve = form.reserve and not form.prepaid
    yield filled(
        income.DISTRIBUTION,
        reserve_target=income.RESERVE[reserve],
        repayable=_repayable(form),
        set_aside=_set_aside(form),
    )


def _with(formula: str, services: Iterable[str], key: str) -> str:
    """A sum with a line of what the store buys for itself, where the structure has it."""
    return "".join([formula, *(f" + {name}.{key}" for name in services)])


_ESCALATION = {
    "cost": "escalation", "staff": "staff_escalation", "insurance": "insurance_escalation", "other": "other_escalation"
}  # fmt: skip


def _indices(form: Structure) -> Block:
    mixed = form.calendar or form.phases > 1
    texts = {}
    for name, rate in _ESCALATION.items():
        weighted = summed(income.INDEX_WEIGHTED.format(at=suffix, rate=rate) for suffix in form.suffixes)
        texts[name] = income.INDEX[mixed].format(rate=rate, weighted=weighted)
    return filled(income.INDICES, **texts)


def _project_surtax(form: Structure) -> str:
    """Taxes and surcharges of the project table, which buys the plant itself where the books lease it."""
    return "(vat_project.surtax + other_taxes)" if form.direct_lease else "surtax"


def _time(form: Structure) -> str:
    """Share of the year in which what stands is in use: the plant's running, less what only its size brings."""
    return "running" if form.phases == 1 else "(running / in_service if operating else 0)"


def _set_aside(form: Structure) -> str:
    if form.capacity is not None:
        return income.SET_ASIDE["capacity"].format(owed=f"{form.capacity.name}.closing")
    return income.SET_ASIDE["prepaid" if form.prepaid else "ahead"]


def _repayable(form: Structure) -> str:
    if form.capacity is None:
        return income.REPAYABLE[False]
    others = [one.name for one in form.loans if one is not form.capacity]
    others.extend(name for name, _ in form.leases)
    return income.REPAYABLE[True].format(others=summed(f"{name}.principal" for name in others))


# --- cash, balance and cover ------------------------------------------------------------------------------------------


def _debts(form: Structure) -> Iterator[Block | Instance]:
    for one in form.loans:
        if one.later:
            yield _later_loan(one)
    yield filled(loan.WORKING_LOAN, short_loan=loan.SHORT_LOAN[form.short_loan, form.early_tax], time=_time(form))
    others = [f"{one.name}.principal" for one in form.loans if one is not form.capacity]
    others.extend(f"{name}.principal" for name, _ in form.leases)
    yield from relieved(form, "interest")
    yield filled(
        loan.SERVICE,
        loan_interest=less_subsidised(form),
        debt_capacity="debt_repaid" if form.capacity is None else f"max(repayable, 0) + {summed(others)}",
        sweepable=loan.SWEEPABLE if form.prepaid else "0",
        covered="scheduled_service" if form.prepaid else "debt_service",
        # All that there is repays a loan by capacity: its cover says nothing, the years until it is repaid do.
        covering="repaying" if form.capacity is None else "0",
        # A loan with a schedule is repaid by it; the check of the books proves it.
        unpaid="0" if form.capacity is None else "last_operating * loan_balance",
    )
    sculpted = form.sculpted
    if sculpted is not None:
        names = numbers(sculpted.name, "years", "grace_years", "target_dscr")
        yield filled(
            loan.SCULPTING, names, principal=f"{sculpted.name}.principal", interest=f"{sculpted.name}.interest"
        )


def _cash(form: Structure) -> Iterator[Block | Instance]:
    backs = (name for name, kind in form.leases if kind == "sale_and_leaseback")
    direct = (name for name, kind in form.leases if kind == "direct")
    yield filled(
        cash.CASH,
        renewal_loans=f"({summed(f'{one.name}.drawn' for one in form.loans if one.later == 'replacement')})",
        direct_leased=f"({summed(f'{name}.raised' for name in direct)})",
        leaseback=f"({summed(f'{name}.leased' for name in backs)})",
        refinancing=f"({summed(f'{one.name}.drawn' for one in form.loans if one.later == 'refinance')})",
    )
    project = "vat_project" if form.direct_lease else ""
    surtax = _project_surtax(form)
    yield filled(
        cash.PROJECT_CASH,
        vat_paid=f"{project}.paid" if project else "vat_paid",
        vat_refund=f"{project}.refund" if project else "vat_refund",
        surtax=surtax,
    )
    yield cash.EQUITY_CASH
    yield from (_party(name) for name in form.parties)
    accounts = [
        f"({account(one, suffix)}.net if age{suffix} == 0 else 0)" for suffix in form.suffixes for one in form.classes
    ]
    yield filled(cash.BALANCE, in_progress=summed(accounts))
    yield filled(
        cash.COVER,
        cover=_cover(form, "cfads"),
        plain_cover=_cover(form, "(cfads + renewal_own)"),
        cover_rate=_cover_rate(form),
        vat_surtax="vat_project.surtax" if form.direct_lease else "vat.surtax",
    )


def _party(name: str) -> Instance:
    texts = {"dividend_share": f"{name}.dividend_share", "liquidation_share": f"{name}.liquidation_share"}
    names = {"share": f"{name}.share", "all_dividends": "dividends", "all_liquidation": "liquidation"}
    return cash.PARTY.put(name, texts, names)


def _later_loan(one: LoanForm) -> Instance:
    draws = {
        "refinance": f"{one.refinances}.refinanced",
        "replacement": f"{one.name}.share * renewal_spent if {one.name}.drawing else 0",
    }
    term = _term(one)
    active = "construction_debt_share > 0" if one.later == "refinance" else f"{one.name}.share > 0"
    texts = {
        "drawn": draws[one.later], "active": active, "term": term,
        **_paid_back(one, term, repaying=True),
    }  # fmt: skip
    keys = ("rate", "years", "grace_years", "fee_share", "sweep_share", "loan_age", "repayment_share")
    return loan.LATER_LOAN.put(one.name, texts, numbers(one.name, *keys))


def _cover_rate(form: Structure) -> str:
    early = [one for one in form.loans if not one.later]
    if len(form.loans) == 1:
        return f"{early[0].name}.rate"
    return summed(f"{one.name}.share * {one.name}.rate" for one in early)


def _always_serviced(form: Structure) -> bool:
    """Whether in every year of repayment something is due: no part of the debt can come to nothing."""
    scheduled = all(one.method in ("equal_principal", "annuity", "bullet") and not one.later for one in form.loans)
    return scheduled and not form.leases and not form.grants and not form.supports


def _cover(form: Structure, money: str) -> str:
    """Cover of a year: where a year's service may be nothing the cover is cut off."""
    if form.prepaid or not _always_serviced(form):
        return f"min({money} / max(covered_service, one_yuan), cover_ceiling) if covering else 0"
    return f"{money} / covered_service if covering else 0"
