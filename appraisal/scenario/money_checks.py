"""What can only be judged on several inputs of capital, finance and tax: loans, leases, classes of assets, parties."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from appraisal.errors import suggest
from appraisal.field import Section
from appraisal.scenario.faults import Findings
from appraisal.units import Table

_SUM = 1e-9


def check_whole_years(sections: Mapping[str, Section | None], findings: Findings) -> None:
    """Add every number of years that is none, but for those that only shift a price."""
    for name, section in sections.items():
        for path, what, array in section.numbers() if section is not None else ():
            if what.unit == "years" and array is not None and not path.endswith("lead_years"):
                odd = array[array != np.round(array)]
                if odd.size:
                    findings.add(f"{name}.{path}", f"{float(odd[0]):g} is not a whole number of years")


def check_finance(finance: Any, years: int, phases: int, findings: Findings) -> None:
    """Add the faults of loans, leases, grants and parties over *years* operating years."""
    if not finance.loans:
        _plain_loan(finance, years, findings)
    else:
        _loans(finance, years, findings)
    _methods(finance, phases, findings)
    for label, lease in finance.leases.items():
        if (lease.years > years).any():
            findings.add(
                f"finance.leases.{label}.years", f"{lease.years.max():g} years of rent in {years} operating years"
            )
        if phases > 1:
            findings.add(f"finance.leases.{label}", "a lease begins with the plant; state one phase")
    _not_above(sum((lease.share for lease in finance.leases.values()), np.zeros((1, 1))), "finance.leases", findings)
    _replacement_loans(finance.loans, findings)
    for label, grant in finance.grants.items():
        if grant.operating_year is not None and grant.operating_year > years:
            findings.add(
                f"finance.grants.{label}.operating_year",
                f"{grant.operating_year} is beyond the {years} operating years",
            )
    _parties(finance.parties, findings)


def _replacement_loans(loans: Mapping[str, Any], findings: Findings) -> None:
    """Loans for the replacement of one year pay at most all of it."""
    drawn = [loan for loan in loans.values() if loan.drawn_in is not None and not loan.refinances]
    for year in sorted({loan.drawn_in for loan in drawn}):
        shares = sum((loan.share for loan in drawn if loan.drawn_in == year), np.zeros((1, 1)))
        _not_above(shares, "finance.loans", findings, f"shares of the loans for the replacement in year {year}")


def check_grants(finance: Any, capital: Any, findings: Findings) -> None:
    """Add grants that come too late to lower the cost of an asset."""
    for label, grant in finance.grants.items():
        if grant.operating_year is None or grant.treatment != "reduce_cost":
            continue
        path = f"finance.grants.{label}.treatment"
        if capital.depreciation != "straight_line":
            findings.add(path, "a later grant lowers the cost of assets depreciated straight; take deferred_income")
        elif (grant.operating_year > capital.depreciation_years).any():
            findings.add(path, "the grant comes after the plant is depreciated; take deferred_income or income")


def _plain_loan(finance: Any, years: int, findings: Findings) -> None:
    if not (finance.debt_share > 0).any():
        return
    if finance.repayment != "capacity":
        _term(finance.loan_years, finance.grace_years, years, "finance.loan_years", "finance.grace_years", findings)
    _method(finance, finance, finance.repayment, "finance", finance.loan_years, findings)


def _loans(finance: Any, years: int, findings: Findings) -> None:
    for name in ("sweep_share", "fee_share"):
        if (getattr(finance, name) > 0).any():
            findings.add(f"finance.{name}", "unread beside finance.loans; state it at the loan that it is meant for")
    if finance.repayment_shares is not None:
        findings.add(
            "finance.repayment_shares", "unread beside finance.loans; state them at the loan that they are meant for"
        )
    early = {label: loan for label, loan in finance.loans.items() if not loan.refinances and loan.drawn_in is None}
    if not early:
        findings.add("finance.loans", "no loan draws during construction; state one without refinances and drawn_in")
    total = sum((loan.share for loan in early.values()), np.zeros((1, 1)))
    off = total[np.abs(total - 1.0) > _SUM]
    if early and off.size:
        findings.add(
            "finance.loans", f"the shares of the loans drawn during construction add to {off[0]:g}, expected 1"
        )
    for label, loan in finance.loans.items():
        path = f"finance.loans.{label}"
        method = loan.repayment or finance.repayment
        term = finance.loan_years if loan.years is None else loan.years
        grace = finance.grace_years if loan.grace_years is None else loan.grace_years
        left = years - (loan.drawn_in or 0)
        if method != "capacity" and left > 0:
            _term(term, grace, left, f"{path}.years", f"{path}.grace_years", findings)
        _method(loan, finance, method, path, term, findings)
        _later(loan, label, finance, years, path, findings)


def _later(loan: Any, label: str, finance: Any, years: int, path: str, findings: Findings) -> None:
    loans, default = finance.loans, finance.repayment
    if loan.refinances:
        if loan.refinances not in loans or loan.refinances == label:
            others = [other for other in loans if other != label]
            findings.add(f"{path}.refinances", f"no other loan {loan.refinances!r}; {suggest(loan.refinances, others)}")
        if loan.drawn_in is None:
            findings.add(f"{path}.drawn_in", "required: the operating year at whose end the other loan is repaid")
        if sum(other.refinances == loan.refinances for other in loans.values()) > 1:
            findings.add(f"{path}.refinances", f"{loan.refinances!r} is repaid by more than one loan; keep one")
        first = loans.get(loan.refinances)
        if first is not None and (first.repayment or default) in ("capacity", "sculpted"):
            findings.add(
                f"{path}.refinances",
                f"{loan.refinances!r} follows the cash to its end; refinance a loan with a schedule",
            )
        if (
            first is not None
            and first.drawn_in is not None
            and loan.drawn_in is not None
            and first.drawn_in >= loan.drawn_in
        ):
            findings.add(f"{path}.drawn_in", f"{loan.drawn_in}: {loan.refinances!r} is drawn only in {first.drawn_in}")
    if loan.drawn_in is not None and loan.drawn_in >= years:
        findings.add(f"{path}.drawn_in", f"{loan.drawn_in} leaves no operating year to repay in; at most {years - 1}")
    method = loan.repayment or default
    if (loan.refinances or loan.drawn_in is not None) and method in ("capacity", "sculpted"):
        findings.add(f"{path}.repayment", f"{method} is for a loan drawn during construction; choose a schedule")


def _term(term: Table, grace: Table, years: int, term_path: str, grace_path: str, findings: Findings) -> None:
    if (term > years).any():
        findings.add(term_path, f"{term.max():g} years of repayment in {years} operating years; shorten the loan")
    if (grace >= term).any():
        findings.add(grace_path, "grace lasts as long as the loan; nothing could be repaid")


def _method(loan: Any, finance: Any, method: str, path: str, term: Table, findings: Findings) -> None:
    """What a way of repayment needs."""
    if method != "custom" and loan.repayment_shares is not None and (loan is not finance or not finance.loans):
        findings.add(
            f"{path}.repayment_shares", f"unread: repayment is {method}; choose custom or leave the shares out"
        )
    if method == "custom":
        shares = loan.repayment_shares
        if shares is None:
            findings.add(f"{path}.repayment_shares", "required by custom: one share a year of the loan, adding to 1")
        elif (np.abs(shares.sum(axis=1) - 1.0) > _SUM).any():
            findings.add(f"{path}.repayment_shares", f"the shares add to {shares.sum(axis=1)[0]:g}, expected 1")
        elif (shares.shape[1] != term).any():
            findings.add(f"{path}.repayment_shares", f"{shares.shape[1]} shares for a loan of {term.max():g} years")
    if method == "sculpted" and loan.target_dscr is None and finance.target_dscr is None:
        findings.add(f"{path}.target_dscr", "required by sculpted: cash available ÷ debt service")
    if method == "sculpted" and (loan.sweep_share > 0).any():
        findings.add(f"{path}.sweep_share", "a sculpted loan follows the cash already; leave the sweep out")


def _methods(finance: Any, phases: int, findings: Findings) -> None:
    """What the loans of a case exclude together."""
    methods = [loan.repayment or finance.repayment for loan in finance.loans.values()] or [finance.repayment]
    led = [method for method in methods if method in ("capacity", "sculpted")]
    if len(led) > 1:
        findings.add("finance.loans", f"{len(led)} loans follow the cash ({', '.join(led)}); at most one can")
    if led and phases > 1:
        findings.add("finance", f"a {led[0]} loan is drawn for one phase; state one phase or a schedule")
    if phases > 1 and any(loan.refinances for loan in finance.loans.values()):
        findings.add("finance.loans", "refinancing takes over a loan drawn for one phase; state one phase")
    terms = list(finance.loans.values()) or [finance]
    swept = sum((loan.sweep_share for loan in terms), np.zeros((1, 1)))
    _not_above(swept, "finance.loans" if finance.loans else "finance.sweep_share", findings, "sweeps")
    if (swept > 0).any() and led:
        findings.add("finance", f"a sweep beside a {led[0]} loan: both would take the same cash; keep one")
    if ("capacity" in led or (swept > 0).any()) and (finance.reserve_months > 0).any():
        findings.add(
            "finance.reserve_months",
            "a reserve looks at the next year's debt service, which early repayment changes; keep one of the two",
        )


def _not_above(total: Table, path: str, findings: Findings, what: str = "shares") -> None:
    if (total > 1.0 + _SUM).any():
        findings.add(path, f"the {what} add to {float(total.max()):g}; at most 1")


def _parties(parties: Mapping[str, Any], findings: Findings) -> None:
    for name, default in (("share", None), ("dividend_share", "share"), ("liquidation_share", "share")):
        values = [
            getattr(party, default) if default and getattr(party, name) is None else getattr(party, name)
            for party in parties.values()
        ]
        off = (
            [float(total) for total in sum(values, np.zeros((1, 1))).ravel() if abs(total - 1.0) > _SUM]
            if values
            else []
        )
        if off:
            findings.add("finance.parties", f"{name} of the parties adds to {off[0]:g}, expected 1")


def check_capital(capital: Any, years: int, findings: Findings) -> None:
    """Add the faults of depreciation, asset classes and later works."""
    _depreciation(capital, capital, "capital", findings)
    seen: dict[str, str] = {}
    for label, one in capital.classes.items():
        path = f"capital.classes.{label}"
        _depreciation(one, capital, path, findings)
        if not one.lines:
            findings.add(f"{path}.lines", "no cost line; name at least one")
        for line in one.lines:
            if line in seen:
                findings.add(f"{path}.lines", f"{line} belongs to {seen[line]!r} already")
            seen[line] = label
    for label, work in capital.later_works.items():
        path = f"capital.later_works.{label}.operation_years"
        if not work.operation_years:
            findings.add(path, "no year; name at least one")
        if len(set(work.operation_years)) < len(work.operation_years):
            findings.add(path, "a year stands twice; keep one")
        for year in dict.fromkeys(work.operation_years):
            if not 1 <= year < years:
                findings.add(path, f"{year} is not within 1–{years - 1}, the operating years but the last")


def _depreciation(one: Any, capital: Any, path: str, findings: Findings) -> None:
    """What a method of depreciation needs; a class takes from the plant what it leaves out."""
    method = one.depreciation or capital.depreciation
    life = capital.depreciation_years if one.depreciation_years is None else one.depreciation_years
    residual = capital.residual_share if one.residual_share is None else one.residual_share
    tax_life = life if one.tax_depreciation_years is None else one.tax_depreciation_years
    for way, span, where in ((method, life, "depreciation"), (one.tax_depreciation, tax_life, "tax_depreciation")):
        if way == "double_declining":
            if (span < 2).any():
                findings.add(f"{path}.{where}", "double declining needs a life of at least 2 years")
            elif (residual > (1.0 - 2.0 / span) ** (span - 2.0) + _SUM).any():
                findings.add(
                    f"{path}.residual_share", "the declining balance falls below the residual; take another method"
                )
    if method != "custom" and one.depreciation_shares is not None:
        findings.add(
            f"{path}.depreciation_shares", f"unread: depreciation is {method}; choose custom or leave the shares out"
        )
    if method == "custom":
        shares = one.depreciation_shares
        if shares is None:
            findings.add(
                f"{path}.depreciation_shares",
                "required by custom: one share an operating year, adding to 1 less the residual",
            )
        elif (np.abs(shares.sum(axis=1) + residual[:, 0] - 1.0) > _SUM).any():
            findings.add(
                f"{path}.depreciation_shares",
                f"the shares add to {shares.sum(axis=1)[0]:g}, expected {1.0 - residual[0, 0]:g}, 1 less the residual",
            )
    if one.tax_depreciation_years is not None and one.tax_depreciation == "as_booked":
        findings.add(f"{path}.tax_depreciation_years", "unread: tax_depreciation is as_booked; name a method for tax")


def check_tax(tax: Any, findings: Findings) -> None:
    """Add the faults of refunds and reduced rates."""
    dated = tax.vat_refund_rule.startswith("tax.") or re.search(r"(19|20)\d\d", tax.vat_refund_rule)
    if (tax.vat_refund_share > 0).any() and not dated:
        findings.add(
            "tax.vat_refund_rule", "required where part of the VAT pool is refunded: the rule, with its number and date"
        )
    if (tax.reduced_income_tax_rate is None) != (tax.reduced_until is None):
        missing = "reduced_until" if tax.reduced_until is None else "reduced_income_tax_rate"
        findings.add(f"tax.{missing}", "reduced_income_tax_rate and reduced_until belong together; state both")
