"""Books whose numbers are known: loan tables, the VAT pool, losses carried forward, straight-line depreciation."""

import numpy as np
import numpy_financial as npf
import pytest

from appraisal.book import Book, Input, block, figures
from appraisal.units import table

LOAN = block("还本付息", "Loan", """
opening   | yuan | 期初余额 | Opening   | last(closing)
draw      | yuan | 借款     | Drawn     | amount if age == 0 else 0
drawn     | yuan | 累计借款 | Drawn     | last(drawn) + draw
interest  | yuan | 付息     | Interest  | opening * rate
repaying  | 0/1  | 还款年   | Repaying  | grace < age <= loan_years
principal | yuan | 还本     | Principal | {method}
closing   | yuan | 期末余额 | Closing   | opening + draw - principal
""", inputs={
    "amount": Input("yuan", "本金", "Amount"), "rate": Input("1", "利率", "Rate"),
    "loan_years": Input("year", "期限", "Term"), "grace": Input("year", "宽限期", "Grace"),
}, name="loan")  # fmt: skip
EQUAL = "last(drawn) / (loan_years - grace) if repaying else 0"
ANNUITY = "opening * rate / ((1 + rate) ** (loan_years - age + 1) - 1) if repaying else 0"
AGE = {"age": Input("year", "年", "Year", "series")}


def loan_book(*parts):
    return Book(*parts, inputs=AGE)


def loan_values(name, amount, rate, years, grace):
    return {
        f"{name}.amount": table(amount),
        f"{name}.rate": table(rate),
        f"{name}.loan_years": table(years),
        f"{name}.grace": table(grace),
    }


def test_annuity_equals_numpy_financial():
    """Interest and principal of 20 rows with different rates are those of numpy-financial's ipmt and ppmt."""
    rates = np.linspace(0.01, 0.12, 20)[:, None]
    values = loan_values("bank", 1e6, 0.0, 12, 0) | {"bank.rate": rates, "age": table(np.arange(13.0))}
    ledger = loan_book(LOAN.as_("bank", method=ANNUITY)).evaluate(values, 13)
    period = np.arange(1, 13)
    for row, rate in enumerate(rates[:, 0]):
        np.testing.assert_allclose(ledger.line("bank.interest")[row, 1:], -npf.ipmt(rate, period, 12, 1e6), rtol=1e-9)
        np.testing.assert_allclose(ledger.line("bank.principal")[row, 1:], -npf.ppmt(rate, period, 12, 1e6), rtol=1e-9)
    np.testing.assert_allclose(ledger.line("bank.closing")[:, -1], 0.0, atol=1e-8)


def test_two_loans_with_grace_equal_the_hand_table():
    """Figures: loan_equal_principal_and_annuity_with_grace of the project's worked examples (hand: P/(n-g), P r/(1-(1+r)^-(n-g)))."""
    book = loan_book(LOAN.as_("level", method=EQUAL), LOAN.as_("annuity", method=ANNUITY))
    values = {
        **loan_values("level", 5000, 0.036, 10, 2),
        **loan_values("annuity", 5000, 0.036, 10, 2),
        "age": table(np.arange(11.0)),
    }
    ledger = book.evaluate(values, 11)
    assert ledger.line("level.principal")[0, 1:].tolist() == [0.0, 0.0, *[625.0] * 8]
    np.testing.assert_allclose(
        ledger.line("level.interest")[0, 1:],
        [180.0, 180.0, 180.0, 157.5, 135.0, 112.5, 90.0, 67.5, 45.0, 22.5],
        rtol=1e-12,
    )
    np.testing.assert_allclose(
        ledger.line("annuity.principal")[0, 1:],
        [0, 0, 550.422093, 570.237289, 590.765831, 612.033401, 634.066604, 656.893001, 680.541149, 705.040631], atol=5e-7,
    )  # fmt: skip
    np.testing.assert_allclose(ledger.line("annuity.interest").sum(), 1203.376748, atol=5e-7)


TAX = block(
    "所得税",
    "Income tax",
    """
losses  | yuan | 累计亏损   | Losses to date  | last(losses) + max(-base, 0)
used    | yuan | 弥补亏损   | Losses used     | min(max(base, 0), last(losses) - last(gone))
gone    | yuan | 弥补与到期 | Used or expired | max(last(gone) + used, lag(losses, {loss_years}))
taxable | yuan | 应纳税所得 | Taxable income  | max(base, 0) - used
""",
    name="tax",
)


@pytest.mark.parametrize(
    ("profit", "years", "taxable"),
    [
        # Worked example loss_carry_forward (企业所得税法第18条; 财税〔2018〕76号), cases a and b.
        ([-300, -200, 100, 50, 80, 120, 400, 400], 5, [0, 0, 0, 0, 0, 0, 250, 400]),
        ([-1000, 100, 100, 100, 100, 100, 300, 300], 5, [0, 0, 0, 0, 0, 0, 300, 300]),
        ([-1000, 100, 100, 100, 100, 100, 300, 300], 10, [0, 0, 0, 0, 0, 0, 0, 100]),
    ],
)
def test_losses_lapse_after_their_years(profit, years, taxable):
    """Oldest first, used in the next 5 or 10 years, the rest lapses."""
    book = Book(
        TAX.as_("levered", base="profit", loss_years=years),
        inputs={"profit": Input("yuan", "利润", "Profit", "series")},
    )
    assert book.evaluate({"profit": table(profit)}, 8).line("levered.taxable")[0].tolist() == taxable


def vintages(profit, life):
    """Losses kept by the year in which they arose: another algorithm for the same rule."""
    left, taxable = [], []
    for year, amount in enumerate(profit):
        left = [[born, rest] for born, rest in left if year - born <= life]
        gain = max(amount, 0.0)
        for bucket in left:
            used = min(gain, bucket[1])
            bucket[1] -= used
            gain -= used
        taxable.append(gain)
        if amount < 0:
            left.append([year, -amount])
    return taxable


@pytest.mark.parametrize("life", [5, 10])
def test_running_totals_equal_vintage_buckets(life):
    """500 random paths of whole yuan, exactly."""
    profits = np.random.default_rng(11).integers(-500, 500, (500, 20)) * 1.0
    book = Book(
        TAX.as_("levered", base="profit", loss_years=life), inputs={"profit": Input("yuan", "利润", "Profit", "series")}
    )
    found = book.evaluate({"profit": profits}, 20).line("levered.taxable")
    assert found.tolist() == [vintages(row, life) for row in profits.tolist()]


def test_vat_pool_equals_the_worked_example():
    """Worked example vat_pool_five_years: pool 1510, out 650, in 266; surtaxes 7 + 3 + 2 %."""
    vat = block(
        "增值税",
        "VAT",
        """
    offered | yuan | 可抵扣   | Offered | last(pool) + capital_vat + vat_in
    pool    | yuan | 期末留抵 | Pool    | offered - min(vat_out, offered)
    paid    | yuan | 应纳     | Paid    | vat_out - min(vat_out, offered)
    surtax  | yuan | 附加     | Surtax  | paid * surtax_rate
    """,
    )
    inputs = {key: Input("yuan", key, key, "series") for key in ("capital_vat", "vat_in", "vat_out")} | {
        "surtax_rate": Input("1", "附加", "Surtax")
    }
    lost = figures(
        "lost | yuan | 期末留抵 | Pool at the end | total(pool where last_year)\npaid_sum | yuan | 合计 | Paid | total(paid)"
    )
    book = Book(vat, lost, inputs=inputs | {"last_year": Input("0/1", "末年", "Last year", "flag")})
    ledger = book.evaluate(
        {
            "capital_vat": table([1510.0, 0, 0, 0, 0]), "vat_in": table([266.0] * 5), "vat_out": table([650.0] * 5),
            "surtax_rate": table(0.12), "last_year": table([0, 0, 0, 0, 1]),
        },
        5,
    )  # fmt: skip
    assert ledger.line("pool")[0].tolist() == [1126.0, 742.0, 358.0, 0.0, 0.0]
    assert ledger.line("paid")[0].tolist() == [0.0, 0.0, 0.0, 26.0, 384.0]
    np.testing.assert_allclose(ledger.line("surtax")[0], [0, 0, 0, 3.12, 46.08], rtol=1e-12)
    assert ledger.figure("lost").tolist() == [0.0]
    assert ledger.figure("paid_sum").tolist() == [410.0]


def test_depreciation_of_additions_sums_to_them():
    """(last(cum) - lag(cum, 1 + life)) / life: 900 over 3 years from the next year, then 300 added in year 4."""
    asset = block(
        "折旧",
        "Depreciation",
        """
    cum    | yuan | 累计 | To date | last(cum) + added
    charge | yuan | 折旧 | Charge  | (last(cum) - lag(cum, 4)) / 3
    """,
    )
    ledger = Book(asset, inputs={"added": Input("yuan", "增加", "Added", "series")}).evaluate(
        {"added": table([900, 0, 0, 300, 0, 0, 0, 0])}, 8
    )
    assert ledger.line("charge")[0].tolist() == [0.0, 300.0, 300.0, 300.0, 100.0, 100.0, 100.0, 0.0]


def test_present_value_by_next_equals_numpy_financial():
    """A backward recursion: the value at each year of what is still to come."""
    pv = block("现值", "Present value", "held | yuan | 现值 | Present value | (next(held) + next(cash)) / (1 + rate)")
    book = Book(pv, inputs={"cash": Input("yuan", "现金", "Cash", "series"), "rate": Input("1", "利率", "Rate")})
    cash = np.random.default_rng(3).normal(size=(4, 9))
    rate = np.array([[0.0], [0.03], [0.08], [0.2]])
    held = book.evaluate({"cash": cash, "rate": rate}, 9).line("held")
    for row in range(4):
        # npf.npv leaves its first flow undiscounted, so the flow of the year itself is set to 0.
        oracle = [npf.npv(rate[row, 0], [0.0, *cash[row, year + 1 :]]) for year in range(9)]
        np.testing.assert_allclose(held[row], oracle, rtol=1e-12, atol=1e-12)


def test_each_adds_all_instances_in_order_and_is_zero_without():
    """each(loan.interest): 180 + 180 for the two loans of the hand table; 0 when the book has no loan."""
    both = block("合计", "Total", "interest | yuan | 利息 | Interest | each(loan.interest)")
    values = {
        **loan_values("one", 5000, 0.036, 10, 2),
        **loan_values("two", 5000, 0.036, 10, 2),
        "age": table(np.arange(11.0)),
    }
    book = loan_book(LOAN.as_("one", method=EQUAL), LOAN.as_("two", method=EQUAL), both)
    assert book.evaluate(values, 11).line("interest")[0, 1] == 360.0
    none = Book(both, inputs=AGE, blocks=[LOAN])
    assert none.evaluate({"age": table(np.arange(3.0))}, 3).line("interest").tolist() == [[0.0, 0.0, 0.0]]
