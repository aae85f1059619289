"""附录E 还本付息计算表: every debt by itself, then all of it, what repays it and how well it is covered."""

from __future__ import annotations

from collections.abc import Iterator

from appraisal.book.printed import Labels, Row, figure, foot, heading, item, less, line, parts, ratio, stock, within
from appraisal.finance.structure import LoanForm, Structure
from appraisal.finance.tables.titles import each_lease, label_of, labelled, loans, of_loan, own

_OPENING = Labels(zh="期初借款余额", en="Opening balance")
_CLOSING = Labels(zh="期末借款余额", en="Closing balance")


def service(form: Structure) -> Iterator[Row]:
    """The debts of a structure, their sum, the sources of repayment and the cover."""
    for one, suffix in loans(form):
        title = of_loan(one, suffix)
        yield heading(title["zh"], title["en"], *_loan(one, f"{one.name}{suffix}"))
    for name, _ in form.leases:
        title = labelled("融资租赁", "Finance lease", own(label_of(name)))
        yield heading(title["zh"], title["en"], *_lease(name))
    yield heading("流动资金借款", "Working-capital loan", *_working_loan())
    if form.short_loan == "bridge":
        yield heading("短期借款", "Short-term loan", *_short_loan())
    yield heading("还本付息合计", "Debt service in total", *_together(form))
    yield _sources(form)
    yield from _cover()
    yield foot("计算指标", "Indicators", *_indicators())


def _loan(one: LoanForm, name: str) -> Iterator[Row]:
    yield stock(f"{name}.opening", **_OPENING)
    drawn = () if one.later else (item(f"{name}.construction_interest"),)
    yield line(f"{name}.drawn", *drawn)
    paid = parts(line(f"{name}.scheduled"), line(f"{name}.swept")) if one.sweep else ()
    yield line(f"{name}_service", line(f"{name}.principal", *paid), line(f"{name}.interest"))
    closing = [f"{name}.opening", f"{name}.drawn", f"-{name}.principal"]
    if one.refinanced:
        yield line(f"{name}.refinanced")
        closing.append(f"-{name}.refinanced")
    yield stock(f"{name}.closing", **_CLOSING, made=tuple(closing))


def _lease(name: str) -> Iterator[Row]:
    yield stock(f"{name}.opening")
    yield line(f"{name}.raised", item(f"{name}.leased"))
    yield line(f"{name}.rent", line(f"{name}.principal"), line(f"{name}.interest"))
    yield line(f"{name}.construction_interest")
    made = (f"{name}.opening", f"{name}.raised", f"{name}.construction_interest", f"-{name}.principal")
    yield stock(f"{name}.closing", made=made)


def _working_loan() -> Iterator[Row]:
    yield stock("working_loan_opening", **_OPENING)
    yield line("working_capital_loan_drawn", zh="本年借款", en="Drawn")
    yield line(
        "working_loan_service",
        line("working_loan_repaid", zh="本年还本", en="Principal"),
        line("working_loan_interest", zh="本年付息", en="Interest"),
    )
    made = ("working_loan_opening", "working_capital_loan_drawn", "-working_loan_repaid")
    yield stock("working_loan", **_CLOSING, made=made)


def _short_loan() -> Iterator[Row]:
    # All that was owed is repaid the year after, so that the balance is what was drawn in the year.
    yield line(
        "short_loan_service",
        line("short_loan_repaid", zh="本年还本", en="Principal"),
        line("short_loan_interest", zh="本年付息", en="Interest"),
    )
    yield stock("short_loan", zh="本年借款（即期末借款余额）", en="Drawn in the year, the closing balance")


def _together(form: Structure) -> Iterator[Row]:
    working = line("working_loan_interest")
    leased = (line("rent", *parts(*each_lease(form, "rent"))),) if form.leases else ()
    yield line("debt_service", line("loan_principal"), line("loan_interest"), *leased, working)
    covered = line("scheduled_service") if form.prepaid else line("debt_service")
    yield line("covered_service", covered, line("short_loan_repaid"), line("short_loan_interest"))
    balances = (stock("loan_balance"), *((stock("lease_balance"),) if form.leases else ()))
    yield stock("debt_outstanding", *parts(*balances))


def _sources(form: Structure) -> Row:
    """What repays the debt; only years of operation count."""
    taken = [less("grant_income"), line("grant_later")] if form.grants else []
    sources = line("cfads", line("ebitda"), *taken, less("income_tax"), less("renewal_own"))
    return within(sources, "operating")


def _cover() -> Iterator[Row]:
    yield ratio("icr", "paying")
    yield ratio("dscr", "covering")
    yield ratio("dscr_plain", "covering")


def _indicators() -> Iterator[Row]:
    for key in ("icr_min", "icr_total", "dscr_min", "dscr_avg", "dscr_total", "llcr", "loan_payoff_years"):
        yield figure(key)
