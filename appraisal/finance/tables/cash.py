"""附录F 财务计划现金流量表, G 项目投资, H 项目资本金, L 投资各方现金流量表."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from appraisal.book.printed import Row, figure, foot, heading, less, line, parts, stock
from appraisal.finance.structure import Structure
from appraisal.finance.tables.investment import paid_for_construction
from appraisal.finance.tables.titles import (
    each_grant,
    each_lease,
    each_renewal,
    each_stream,
    label_of,
    labelled,
    own,
)


def plan(form: Structure) -> Iterator[Row]:
    """附录F: operation, investing and financing, each with cash in and out."""
    yield line("operating_net", line("operating_in", *_operating_in(form)), less("operating_out", *_operating_out()))
    invested_in = line("investing_in", line("working_capital_back"), _disposal(form))
    spent = (*paid_for_construction(form), _renewal(form), line("working_capital"))
    yield line("investing_net", invested_in, less("investing_out", *spent))
    yield line("raised_net", line("raised_in_year", *_raised(form)), less("returned_in_year", *_returned(form)))
    yield line("net_cash", made=("operating_net", "investing_net", "raised_net"))
    yield stock("cash")


def _operating_in(form: Structure) -> tuple[Row, ...]:
    return (_revenue(form), _subsidy(form), line("vat_output"), line("vat_refund"))


def _operating_out() -> tuple[Row, ...]:
    return (line("operating_cost"), line("vat_input"), line("vat_paid"), line("surtax"), line("income_tax"))


def _revenue(form: Structure) -> Row:
    streams = parts(*each_stream(form, "revenue", subsidy=False))
    return line("revenue", *streams, zh="营业收入（不含税）", en="Revenue, ex VAT")


def _subsidy(form: Structure) -> Row:
    return line("subsidy", *parts(*each_stream(form, "subsidy", subsidy=True)))


def _disposal(form: Structure) -> Row:
    return line("disposal_income", *parts(line("disposal"), *each_renewal(form, "salvage")))


def _renewal(form: Structure) -> Row:
    return line("renewal_spent", *parts(*each_renewal(form, "capitalised")))


def _raised(form: Structure) -> Iterator[Row]:
    yield line("equity_in")
    yield line("loans_drawn")
    yield from each_lease(form, "leased", kinds=("sale_and_leaseback",))
    if any(one.later for one in form.loans):
        yield line("later_drawn")
    yield line("working_capital_loan_drawn")
    yield line("short_loan")
    yield from each_grant(form, "net")


def _returned(form: Structure) -> Iterator[Row]:
    yield line("capitalised_interest")
    yield line("construction_fees")
    yield line("debt_service", *_service(form))
    yield line("financing_fees", zh="运营期融资费用", en="Financing fees in operation")
    yield from _refinanced(form)
    yield line("working_loan_repaid")
    yield line("short_loan_repaid")
    yield line("short_loan_interest")
    yield line("dividends")


def _service(form: Structure) -> Iterator[Row]:
    yield line("loan_principal")
    yield line("loan_interest")
    if form.leases:
        yield line("rent")
    yield line("working_loan_interest")


def _refinanced(form: Structure) -> Iterator[Row]:
    if any(one.refinanced for one in form.loans):
        yield line("refinanced")


def project(form: Structure) -> Iterator[Row]:
    """附录G: the project as if all of it were paid by its owner."""
    pool = "vat_project" if form.direct_lease else "vat"
    yield line(
        "project_inflow",
        _revenue(form),
        _subsidy(form),
        line("vat_output"),
        line(f"{pool}.refund"),
        *each_grant(form, "net"),
        line("project_residual"),
        line("working_capital_back"),
        _disposal(form),
    )
    # The project pays the VAT of a plant that it buys whole, whatever a lessor bought.
    surtax = (line("vat_project.surtax"), line("other_taxes")) if form.direct_lease else (line("surtax"),)
    yield line(
        "project_outflow",
        line("investment"),
        line("working_capital"),
        line("operating_cost"),
        line("operating_vat"),
        line(f"{pool}.paid"),
        *surtax,
        _renewal(form),
    )
    yield line("project_net_pre_tax", made=("project_inflow", "-project_outflow"))
    yield stock("project_cumulative_pre_tax")
    yield line("adjusted_tax")
    yield line("project_net", made=("project_net_pre_tax", "-adjusted_tax"))
    yield stock("project_cumulative")
    yield foot(
        "计算指标", "Indicators",
        figure("project_irr_pre_tax", "pre", percent=True), figure("project_irr", "after", percent=True),
        figure("project_npv_pre_tax", "pre"), figure("project_npv", "after"),
        figure("payback_years_pre_tax", "pre"), figure("payback_years", "after"),
        figure("discounted_payback_years_pre_tax", "pre"), figure("discounted_payback_years", "after"),
    )  # fmt: skip


def equity(form: Structure) -> Iterator[Row]:
    """附录H: what the owners pay and what is left for them."""
    later = each_grant(form, "net", later=(True,))
    drawn = (line("later_drawn"),) if any(one.later for one in form.loans) else ()
    yield line(
        "equity_inflow",
        *_operating_in(form),
        line("residual", zh="回收固定资产余值", en="Residual recovered"),
        line("working_capital_back"),
        _disposal(form),
        *later,
        *drawn,
    )
    unpaid = (line("unpaid_debt"),) if form.capacity is not None else ()
    yield line(
        "equity_outflow",
        line("equity_in"),
        *_service(form),
        line("financing_fees", zh="运营期融资费用", en="Financing fees in operation"),
        *_refinanced(form),
        line("working_loan_repaid"),
        line("short_loan_interest"),
        *unpaid,
        *_operating_out(),
        _renewal(form),
    )
    yield line("equity_net", made=("equity_inflow", "-equity_outflow"))
    yield stock("equity_cumulative")
    yield foot("计算指标", "Indicators", figure("equity_irr", "after", percent=True), figure("equity_npv", "after"))


def parties(form: Structure) -> Iterator[Row]:
    """附录L: all investors, then each."""
    rows = (
        line("investors_inflow", line("dividends"), line("liquidation")),
        line("equity_in", zh="现金流出：实缴资本", en="Cash out: equity paid in"),
        line("investors_net", made=("investors_inflow", "-equity_in")),
        stock("investors_cumulative"),
        figure("investors_irr", "after", percent=True),
        figure("investors_npv", "after"),
    )
    yield heading("全部投资方", "All parties", *rows)
    for name in form.parties:
        title = labelled("投资方", "Party", own(label_of(name)))
        yield heading(title["zh"], title["en"], *_party(name))


def _party(name: str) -> Iterator[Row]:
    yield line(f"{name}_inflow", line(f"{name}.dividends"), line(f"{name}.liquidation"))
    yield line(f"{name}.paid", zh="现金流出：实缴资本", en="Cash out: equity paid in")
    yield line(f"{name}.net", made=(f"{name}_inflow", f"-{name}.paid"))
    yield stock(f"{name}.cumulative")
    yield replace(figure(f"{name}_irr", "after", percent=True), zh="内部收益率", en="Rate of return")
