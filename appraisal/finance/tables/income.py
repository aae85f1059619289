"""附录C 总成本费用表, 附录D 损益和利润分配表."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from appraisal.book.printed import Row, less, line, parts, stock
from appraisal.finance.structure import Structure
from appraisal.finance.tables.titles import (
    each_class,
    each_grant,
    each_party,
    each_relief,
    each_renewal,
    each_stream,
    label_of,
    labelled,
    loans,
    of_loan,
    own,
)


def cost(form: Structure) -> Iterator[Row]:
    """附录C: total cost without VAT, and its variable and fixed part."""
    yield line(
        "operating_cost",
        line("charging", *parts(*each_stream(form, "charging"))),
        line("fixed_om"),
        line("variable_om"),
        line("staff"),
        line("insurance"),
        line("other_cost", *_other(form)),
    )
    written = (*each_class(form, "depreciation"), *each_renewal(form, "depreciation"), *_granted(form))
    yield line("depreciation", *parts(*written))
    yield line("amortisation")
    yield line("written_off", *parts(*each_class(form, "written_off"), *each_renewal(form, "written_off")))
    yield line("interest", *_interest(form))
    yield line("financing_fees", zh="运营期融资费用", en="Financing fees in operation")
    yield line(
        "total_cost",
        line("variable_cost", zh="可变成本", en="Variable cost"),
        line("fixed_cost", zh="固定成本", en="Fixed cost"),
        made=("operating_cost", "depreciation", "amortisation", "written_off", "interest", "financing_fees"),
    )


def _granted(form: Structure) -> Iterator[Row]:
    """A grant that comes in operation lowers the cost of the assets, and so what is left to depreciate."""
    for one in form.grants:
        if one.later and one.treatment == "reduce_cost":
            title = labelled("冲减资产成本的投资补助", "Grant that reduces cost", own(label_of(one.name)))
            yield less(f"{one.name}.released", zh=title["zh"], en=title["en"])


def _other(form: Structure) -> Iterator[Row]:
    yield line("other_bought")
    for row in each_stream(form, "cost_net"):
        yield replace(row, zh=f"其他费用：{row.zh}", en=f"Other cost: {row.en}")
    if any(one.expensed for one in form.renewals):
        yield line("expensed_works", *parts(*each_renewal(form, "expensed")))
    titles = {
        "fuel": ("燃料费", "Fuel or heat"),
        "rebalancing": ("电解液再平衡服务费", "Rebalancing of the electrolyte"),
        "auxiliary": ("站用电费", "Auxiliary power"),
    }
    for name in form.services:
        yield line(f"{name}.net", zh=titles[name][0], en=titles[name][1])
    yield line("decommissioning")


def _interest(form: Structure) -> Iterator[Row]:
    long_term = (line(f"{one.name}{suffix}.interest", **of_loan(one, suffix)) for one, suffix in loans(form))
    subsidised = (less(f"{one.name}.granted", zh=zh, en=en) for one, zh, en in each_relief(form, "interest"))
    yield line("loan_interest", *parts(*long_term, *subsidised))
    if form.leases:
        yield line("lease_interest")
    yield line("working_loan_interest")
    yield line("short_loan_interest")


def profit(form: Structure) -> Iterator[Row]:
    """附录D: profit, income tax and the distribution of profit."""
    earned = ["revenue", "subsidy", "grant_income", "disposal_income", "-surtax", "-total_cost"]
    yield line(
        "revenue", *parts(*each_stream(form, "revenue", subsidy=False)), zh="营业收入（不含税）", en="Revenue, ex VAT"
    )
    yield line("subsidy", *parts(*each_stream(form, "subsidy", subsidy=True)))
    if form.grants:
        yield line("grant_income", *parts(*each_grant(form, "booked")))
    else:
        earned.remove("grant_income")
    yield line("disposal_income", *parts(line("disposal"), *each_renewal(form, "salvage")))
    yield line("surtax", line("vat.surtax"), line("other_taxes"))
    yield line("total_cost")
    yield line("profit", made=tuple(earned))
    yield from _taxable()
    yield line("income_tax")
    yield line("net_profit", made=("profit", "-income_tax"))
    yield stock("retained_opening")
    yield Row("profit_available", flow=False, made=("net_profit", "retained_opening"))
    yield line("surplus_reserve")
    yield Row(
        "distributable",
        zh="可供投资者分配的利润（不小于零）",
        en="Profit that may be distributed, at least zero",
        flow=False,
    )
    yield line("dividends", *parts(*each_party(form, "dividends")))
    yield stock(
        "retained",
        zh="期末未分配利润",
        en="Retained profit, closing",
        made=("profit_available", "-surplus_reserve", "-dividends"),
    )
    fees = line("financing_fees", zh="运营期融资费用", en="Financing fees in operation")
    yield line("ebit", line("profit"), line("interest"), fees)
    yield line("ebitda", line("ebit"), line("depreciation"), line("amortisation"), line("written_off"))


def _taxable() -> Iterator[Row]:
    """From profit to taxable income; losses are used oldest first, and what is left below zero is carried on."""
    yield line(
        "taxable_profit",
        line("profit"),
        less("exempt"),
        line("tax_changes"),
        less("tax_difference"),
    )
    yield line("levered.used")
    yield line("levered.taxable", zh="应纳税所得额（不小于零）", en="Taxable income, at least zero")
