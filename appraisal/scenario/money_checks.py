"""What can only be judged on several inputs of capital, finance and tax: loans, leases, classes of assets, parties."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from appraisal.errors import Message, said, suggest
from appraisal.field import Section
from appraisal.scenario.faults import Findings
from appraisal.units import Table

_SUM = 1e-9
_SHARES = said("shares", "各比例")


def check_whole_years(sections: Mapping[str, Section | None], findings: Findings) -> None:
    """Add every number of years that is none, but for those that only shift a price."""
    for name, section in sections.items():
        for path, what, array in section.numbers() if section is not None else ():
            if what.unit == "years" and array is not None and not path.endswith("lead_years"):
                odd = array[array != np.round(array)]
                if odd.size:
                    told = said("{odd:g} is not a whole number of years", "{odd:g} 不是整年数", odd=float(odd[0]))
                    findings.add(f"{name}.{path}", told)


def check_finance(finance: Any, years: int, phases: int, findings: Findings) -> None:
    """Add the faults of loans, leases, grants and parties over *years* operating years."""
    if not finance.loans:
        _plain_loan(finance, years, findings)
    else:
        _loans(finance, years, findings)
    _methods(finance, phases, findings)
    for label, lease in finance.leases.items():
        if (lease.years > years).any():
            findings.add(f"finance.leases.{label}.years", said(
                "{term:g} years of rent in {years} operating years",
                "租期 {term:g} 年，而运营期只有 {years} 年", term=lease.years.max(), years=years
            ))  # fmt: skip
        if phases > 1:
            findings.add(
                f"finance.leases.{label}",
                said("a lease begins with the plant; state one phase", "租赁自全站投运起算；请只设一期"),
            )
    _not_above(sum((lease.share for lease in finance.leases.values()), np.zeros((1, 1))), "finance.leases", findings)
    _replacement_loans(finance.loans, findings)
    for label, grant in finance.grants.items():
        if grant.operating_year is not None and grant.operating_year > years:
            findings.add(f"finance.grants.{label}.operating_year", said(
                "{year} is beyond the {years} operating years",
                "{year} 超出了 {years} 个运营年", year=grant.operating_year, years=years
            ))  # fmt: skip
    _parties(finance.parties, findings)


def _replacement_loans(loans: Mapping[str, Any], findings: Findings) -> None:
    """Loans for the replacement of one year pay at most all of it."""
    drawn = [loan for loan in loans.values() if loan.drawn_in is not None and not loan.refinances]
    for year in sorted({loan.drawn_in for loan in drawn}):
        shares = sum((loan.share for loan in drawn if loan.drawn_in == year), np.zeros((1, 1)))
        what = said(
            "shares of the loans for the replacement in year {year}", "第 {year} 年更换所用借款的比例", year=year
        )
        _not_above(shares, "finance.loans", findings, what)


def check_grants(finance: Any, capital: Any, findings: Findings) -> None:
    """Add grants that come too late to lower the cost of an asset."""
    for label, grant in finance.grants.items():
        if grant.operating_year is None or grant.treatment != "reduce_cost":
            continue
        path = f"finance.grants.{label}.treatment"
        if capital.depreciation != "straight_line":
            findings.add(path, said(
                "a later grant lowers the cost of assets depreciated straight; take deferred_income",
                "投运后到账的补助只有在直线法折旧时才能冲减资产成本；请改用 deferred_income"
            ))  # fmt: skip
        elif (grant.operating_year > capital.depreciation_years).any():
            findings.add(path, said(
                "the grant comes after the plant is depreciated; take deferred_income or income",
                "补助到账时资产已提完折旧；请改用 deferred_income 或 income"
            ))  # fmt: skip


def _plain_loan(finance: Any, years: int, findings: Findings) -> None:
    if not (finance.debt_share > 0).any():
        return
    if finance.repayment != "capacity":
        _term(finance.loan_years, finance.grace_years, years, "finance.loan_years", "finance.grace_years", findings)
    _method(finance, finance, finance.repayment, "finance", finance.loan_years, findings)


def _loans(finance: Any, years: int, findings: Findings) -> None:
    for name in ("sweep_share", "fee_share"):
        if (getattr(finance, name) > 0).any():
            findings.add(f"finance.{name}", said(
                "unread beside finance.loans; state it at the loan that it is meant for",
                "有 finance.loans 时不读取此项；请写到相应的那笔借款下"
            ))  # fmt: skip
    if finance.repayment_shares is not None:
        findings.add("finance.repayment_shares", said(
            "unread beside finance.loans; state them at the loan that they are meant for",
            "有 finance.loans 时不读取此项；请写到相应的那笔借款下"
        ))  # fmt: skip
    early = {label: loan for label, loan in finance.loans.items() if not loan.refinances and loan.drawn_in is None}
    if not early:
        findings.add("finance.loans", said(
            "no loan draws during construction; state one without refinances and drawn_in",
            "没有在建设期提款的借款；请至少写一笔不带 refinances 和 drawn_in 的借款"
        ))  # fmt: skip
    total = sum((loan.share for loan in early.values()), np.zeros((1, 1)))
    off = total[np.abs(total - 1.0) > _SUM]
    if early and off.size:
        findings.add("finance.loans", said(
            "the shares of the loans drawn during construction add to {total:g}, expected 1",
            "建设期提款的各笔借款比例合计为 {total:g}，应为 1", total=off[0]
        ))  # fmt: skip
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
    if loan.refinances:
        _refinancing(loan, label, finance, path, findings)
    if loan.drawn_in is not None and loan.drawn_in >= years:
        findings.add(f"{path}.drawn_in", said(
            "{year} leaves no operating year to repay in; at most {last}",
            "{year} 之后没有运营年可供还款；至多为 {last}", year=loan.drawn_in, last=years - 1
        ))  # fmt: skip
    method = loan.repayment or finance.repayment
    if (loan.refinances or loan.drawn_in is not None) and method in ("capacity", "sculpted"):
        findings.add(f"{path}.repayment", said(
            "{method} is for a loan drawn during construction; choose a schedule",
            "{method} 只用于建设期提款的借款；请选择有还款计划的方式", method=method
        ))  # fmt: skip


def _refinancing(loan: Any, label: str, finance: Any, path: str, findings: Findings) -> None:
    """What a loan that repays another needs of it."""
    loans, default = finance.loans, finance.repayment
    if loan.refinances not in loans or loan.refinances == label:
        others = [other for other in loans if other != label]
        known = suggest(loan.refinances, others)
        told = said(
            "no other loan {name!r}; {known}", "没有另一笔名为 {name!r} 的借款；{known}", name=loan.refinances, known=known
        )  # fmt: skip
        findings.add(f"{path}.refinances", told)
    if loan.drawn_in is None:
        findings.add(f"{path}.drawn_in", said(
            "required: the operating year at whose end the other loan is repaid", "必填：在哪个运营年末偿还被置换的借款"
        ))  # fmt: skip
    if sum(other.refinances == loan.refinances for other in loans.values()) > 1:
        told = said(
            "{name!r} is repaid by more than one loan; keep one", "{name!r} 被多笔借款置换；请保留一笔", name=loan.refinances
        )  # fmt: skip
        findings.add(f"{path}.refinances", told)
    first = loans.get(loan.refinances)
    if first is not None and (first.repayment or default) in ("capacity", "sculpted"):
        findings.add(f"{path}.refinances", said(
            "{name!r} follows the cash to its end; refinance a loan with a schedule",
            "{name!r} 按现金流还款直至还清；只能置换有还款计划的借款", name=loan.refinances
        ))  # fmt: skip
    if (
        first is not None
        and first.drawn_in is not None
        and loan.drawn_in is not None
        and first.drawn_in >= loan.drawn_in
    ):
        findings.add(f"{path}.drawn_in", said(
            "{year}: {name!r} is drawn only in {drawn}",
            "{year}：{name!r} 要到第 {drawn} 运营年才提款", year=loan.drawn_in, name=loan.refinances, drawn=first.drawn_in
        ))  # fmt: skip


def _term(term: Table, grace: Table, years: int, term_path: str, grace_path: str, findings: Findings) -> None:
    if (term > years).any():
        findings.add(term_path, said(
            "{term:g} years of repayment in {years} operating years; shorten the loan",
            "还款期 {term:g} 年，而运营期只有 {years} 年；请缩短还款期", term=term.max(), years=years
        ))  # fmt: skip
    if (grace >= term).any():
        findings.add(
            grace_path,
            said("grace lasts as long as the loan; nothing could be repaid", "宽限期不短于还款期，没有时间还本"),
        )


def _method(loan: Any, finance: Any, method: str, path: str, term: Table, findings: Findings) -> None:
    """What a way of repayment needs."""
    if method != "custom" and loan.repayment_shares is not None and (loan is not finance or not finance.loans):
        findings.add(f"{path}.repayment_shares", said(
            "unread: repayment is {method}; choose custom or leave the shares out",
            "不会读取：还款方式是 {method}；请改为 custom，或删去各年比例", method=method
        ))  # fmt: skip
    if method == "custom":
        shares = loan.repayment_shares
        if shares is None:
            findings.add(f"{path}.repayment_shares", said(
                "required by custom: one share a year of the loan, adding to 1", "custom 须填：还款期每年一个比例，合计为 1"
            ))  # fmt: skip
        elif (np.abs(shares.sum(axis=1) - 1.0) > _SUM).any():
            findings.add(f"{path}.repayment_shares", said(
                "the shares add to {total:g}, expected 1", "各比例合计为 {total:g}，应为 1", total=shares.sum(axis=1)[0]
            ))  # fmt: skip
        elif (shares.shape[1] != term).any():
            findings.add(f"{path}.repayment_shares", said(
                "{count} shares for a loan of {term:g} years",
                "有 {count} 个比例，而还款期为 {term:g} 年", count=shares.shape[1], term=term.max()
            ))  # fmt: skip
    if method == "sculpted" and loan.target_dscr is None and finance.target_dscr is None:
        findings.add(f"{path}.target_dscr", said(
            "required by sculpted: cash available ÷ debt service", "sculpted 须填：可用于还本付息的资金 ÷ 应还本付息额"
        ))  # fmt: skip
    if method == "sculpted" and (loan.sweep_share > 0).any():
        findings.add(f"{path}.sweep_share", said(
            "a sculpted loan follows the cash already; leave the sweep out", "sculpted 借款已按现金流还款；请删去现金清偿"
        ))  # fmt: skip


def _methods(finance: Any, phases: int, findings: Findings) -> None:
    """What the loans of a case exclude together."""
    methods = [loan.repayment or finance.repayment for loan in finance.loans.values()] or [finance.repayment]
    led = [method for method in methods if method in ("capacity", "sculpted")]
    if len(led) > 1:
        findings.add("finance.loans", said(
            "{count} loans follow the cash ({methods}); at most one can",
            "有 {count} 笔借款按现金流还款（{methods}）；至多一笔", count=len(led), methods=", ".join(led)
        ))  # fmt: skip
    if led and phases > 1:
        findings.add("finance", said(
            "a {method} loan is drawn for one phase; state one phase or a schedule",
            "{method} 借款只能用于一期建设；请只设一期，或选择有还款计划的方式", method=led[0]
        ))  # fmt: skip
    if phases > 1 and any(loan.refinances for loan in finance.loans.values()):
        findings.add("finance.loans", said(
            "refinancing takes over a loan drawn for one phase; state one phase", "只能置换一期建设的借款；请只设一期"
        ))  # fmt: skip
    terms = list(finance.loans.values()) or [finance]
    swept = sum((loan.sweep_share for loan in terms), np.zeros((1, 1)))
    _not_above(
        swept, "finance.loans" if finance.loans else "finance.sweep_share", findings, said("sweeps", "现金清偿比例")
    )
    if (swept > 0).any() and led:
        findings.add("finance", said(
            "a sweep beside a {method} loan: both would take the same cash; keep one",
            "现金清偿与 {method} 借款会动用同一笔资金；请保留一项", method=led[0]
        ))  # fmt: skip
    if ("capacity" in led or (swept > 0).any()) and (finance.reserve_months > 0).any():
        findings.add("finance.reserve_months", said(
            "a reserve looks at the next year's debt service, which early repayment changes; keep one of the two",
            "偿债准备金取决于下一年的还本付息，而提前还款会改变它；两项请保留一项"
        ))  # fmt: skip


def _not_above(total: Table, path: str, findings: Findings, what: Message = _SHARES) -> None:
    if (total > 1.0 + _SUM).any():
        most = float(total.max())
        findings.add(
            path,
            said("the {what} add to {total:g}; at most 1", "{what}合计为 {total:g}；至多为 1", what=what, total=most),
        )


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
            findings.add("finance.parties", said(
                "{name} of the parties adds to {total:g}, expected 1",
                "投资各方的 {name} 合计为 {total:g}，应为 1", name=name, total=off[0]
            ))  # fmt: skip


def check_capital(capital: Any, years: int, findings: Findings) -> None:
    """Add the faults of depreciation, asset classes and later works."""
    _depreciation(capital, capital, "capital", findings)
    seen: dict[str, str] = {}
    for label, one in capital.classes.items():
        path = f"capital.classes.{label}"
        _depreciation(one, capital, path, findings)
        if not one.lines:
            findings.add(f"{path}.lines", said("no cost line; name at least one", "没有费用项；请至少写一项"))
        for line in one.lines:
            if line in seen:
                told = said(
                    "{line} belongs to {other!r} already", "{line} 已属于 {other!r}", line=line, other=seen[line]
                )
                findings.add(f"{path}.lines", told)
            seen[line] = label
    for label, work in capital.later_works.items():
        path = f"capital.later_works.{label}.operation_years"
        if not work.operation_years:
            findings.add(path, said("no year; name at least one", "没有年份；请至少写一个"))
        if len(set(work.operation_years)) < len(work.operation_years):
            findings.add(path, said("a year stands twice; keep one", "同一年份写了两次；请保留一个"))
        for year in dict.fromkeys(work.operation_years):
            if not 1 <= year < years:
                told = said(
                    "{year} is not within 1–{last}, the operating years but the last",
                    "{year} 不在 1–{last} 之内；只能是最后一年以外的运营年", year=year, last=years - 1,
                )  # fmt: skip
                findings.add(path, told)


def _depreciation(one: Any, capital: Any, path: str, findings: Findings) -> None:
    """What a method of depreciation needs; a class takes from the plant what it leaves out."""
    method = one.depreciation or capital.depreciation
    life = capital.depreciation_years if one.depreciation_years is None else one.depreciation_years
    residual = capital.residual_share if one.residual_share is None else one.residual_share
    tax_life = life if one.tax_depreciation_years is None else one.tax_depreciation_years
    for way, span, where in ((method, life, "depreciation"), (one.tax_depreciation, tax_life, "tax_depreciation")):
        if way == "double_declining":
            if (span < 2).any():
                findings.add(
                    f"{path}.{where}",
                    said("double declining needs a life of at least 2 years", "双倍余额递减法要求年限至少为 2 年"),
                )
            elif (residual > (1.0 - 2.0 / span) ** (span - 2.0) + _SUM).any():
                findings.add(f"{path}.residual_share", said(
                    "the declining balance falls below the residual; take another method", "按双倍余额递减，净值会低于残值；请换一种方法"
                ))  # fmt: skip
    if method != "custom" and one.depreciation_shares is not None:
        findings.add(f"{path}.depreciation_shares", said(
            "unread: depreciation is {method}; choose custom or leave the shares out",
            "不会读取：折旧方法是 {method}；请改为 custom，或删去各年比例", method=method
        ))  # fmt: skip
    if method == "custom":
        shares = one.depreciation_shares
        if shares is None:
            findings.add(f"{path}.depreciation_shares", said(
                "required by custom: one share an operating year, adding to 1 less the residual",
                "custom 须填：每个运营年一个比例，合计为 1 减残值率"
            ))  # fmt: skip
        elif (np.abs(shares.sum(axis=1) + residual[:, 0] - 1.0) > _SUM).any():
            findings.add(f"{path}.depreciation_shares", said(
                "the shares add to {total:g}, expected {wanted:g}, 1 less the residual",
                "各比例合计为 {total:g}，应为 {wanted:g}，即 1 减残值率", total=shares.sum(axis=1)[0], wanted=1.0 - residual[0, 0]
            ))  # fmt: skip
    if one.tax_depreciation_years is not None and one.tax_depreciation == "as_booked":
        findings.add(f"{path}.tax_depreciation_years", said(
            "unread: tax_depreciation is as_booked; name a method for tax",
            "不会读取：tax_depreciation 是 as_booked；请选择税法折旧方法"
        ))  # fmt: skip


def check_tax(tax: Any, findings: Findings) -> None:
    """Add the faults of refunds and reduced rates."""
    dated = tax.vat_refund_rule.startswith("tax.") or re.search(r"(19|20)\d\d", tax.vat_refund_rule)
    if (tax.vat_refund_share > 0).any() and not dated:
        findings.add("tax.vat_refund_rule", said(
            "required where part of the VAT pool is refunded: the rule, with its number and date",
            "有留抵退税时必填：所依据的规定，写明文号和日期"
        ))  # fmt: skip
    if (tax.reduced_income_tax_rate is None) != (tax.reduced_until is None):
        missing = "reduced_until" if tax.reduced_until is None else "reduced_income_tax_rate"
        findings.add(f"tax.{missing}", said(
            "reduced_income_tax_rate and reduced_until belong together; state both",
            "reduced_income_tax_rate 与 reduced_until 须同时给出"
        ))  # fmt: skip
