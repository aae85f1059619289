"""附录I 资产负债表."""

from __future__ import annotations

from collections.abc import Iterator

from appraisal.book.printed import Row, parts, ratio, stock
from appraisal.finance.structure import Structure
from appraisal.finance.tables.titles import each_grant, each_lease, loans, of_loan


def sheet(form: Structure) -> Iterator[Row]:
    """Assets, liabilities and equity at the end of each year."""
    current = stock(
        "current_assets",
        stock("cash", zh="货币资金（含累计盈余资金）", en="Cash"),
        stock("working_assets", zh="流动资金", en="Working capital"),
        stock("vat_pool", zh="待抵扣进项税", en="Input VAT to be credited"),
    )
    intangible = stock("land_net", zh="无形资产净值（土地使用权）", en="Intangible assets, net (land-use right)")
    yield stock("assets", current, stock("in_progress"), stock("fixed_assets_net"), intangible)
    debts = [
        stock("current_debt", stock("short_loan"), stock("working_loan", zh="流动资金借款", en="Working-capital loan")),
        stock("loan_balance", *parts(*(stock(f"{one.name}{suffix}.closing", **of_loan(one, suffix)) for one, suffix in loans(form)))),
    ]  # fmt: skip
    if form.leases:
        debts.append(stock("lease_balance", *parts(*each_lease(form, "closing"))))
    if form.grants:
        debts.append(stock("deferred_income", *parts(*each_grant(form, "deferred"))))
    owned = stock(
        "equity",
        stock("paid_in"),
        stock("reserve"),
        stock("retained", zh="累计未分配利润", en="Retained profit"),
    )
    yield stock("claims", stock("debt", *debts, zh="负债小计", en="Liabilities"), owned)
    yield ratio("debt_ratio", percent=True)
    yield ratio("current_ratio", "in_debt")
    yield ratio("quick_ratio", "in_debt")
