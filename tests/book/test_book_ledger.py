"""Figures, explanations, changed lines, and memory that is used again."""

import gc

import numpy as np
import pytest

from appraisal.book import Book, Input, block, explain, figures
from appraisal.book import memory as book_memory
from appraisal.book.plan import order
from appraisal.book.tree import parse
from appraisal.errors import InputError
from appraisal.units import table

LINES = block(
    "现金流量",
    "Cash flow",
    """
revenue | yuan | 收入     | Revenue    | op * energy * price
balance | yuan | 余额     | Balance    | last(balance) + revenue
delayed | yuan | 迟收     | Delayed    | lag(revenue, 2)
coming  | yuan | 下年收入 | Next year  | next(revenue)
margin  | 1    | 比率     | Margin     | revenue / (cost if op else 1 * cost)
""",
)
FIGURES = figures("""
sum     | yuan | 合计   | Total   | total(revenue)
low     | 1    | 最低   | Minimum | least(margin where op)
high    | 1    | 最高   | Maximum | most(margin where age <= 2)
middle  | 1    | 平均   | Mean    | mean(margin where op and age > 1)
never   | 1    | 无     | Never   | least(margin where age > 99)
ratio   | 1    | 指数   | Index   | 1 + total(revenue) / -npv(cost, rate)
root    | 1    | 收益率 | Root    | irr(balance)
""")
INPUTS = {
    "op": Input("0/1", "运营", "Operating", "flag"), "age": Input("year", "年", "Year", "series"), "energy": Input("kWh", "电量", "Energy", "series"),
    "price": Input("yuan/kWh", "电价", "Price"), "cost": Input("yuan", "成本", "Cost", "series"), "rate": Input("1", "折现率", "Rate"),
}  # fmt: skip


def npv(cash, rate):
    return (cash / (1 + rate) ** np.arange(1, cash.shape[1] + 1)).sum(axis=1)


def irr(cash):
    return np.where(cash[:, 0] > 0, np.nan, 0.25), np.where(cash[:, 0] > 0, "none", "ok")


BOOK = Book(LINES, FIGURES, inputs=INPUTS, functions={"npv": npv, "irr": irr})
VALUES = {
    "op": table([0, 1, 1, 1]), "age": table([0, 1, 2, 3]), "energy": table([[9, 100, 90, 80], [0, 50, 50, 50]]), "price": table([[0.5], [1.0]]),
    "cost": table([10, 10, 20, 20]), "rate": table(0.0),
}  # fmt: skip


def test_figures_are_one_value_a_row():
    """By hand: row 0 earns 0, 50, 45, 40; row 1 earns 0, 50, 50, 50; costs are 10, 10, 20, 20 (sum 60)."""
    ledger = BOOK.evaluate(VALUES, 4)
    assert ledger.figure("sum").tolist() == [135.0, 150.0]
    assert ledger.figure("low").tolist() == [2.0, 2.5]
    assert ledger.figure("high").tolist() == [5.0, 5.0]
    assert ledger.figure("middle").tolist() == [2.125, 2.5]
    assert ledger.figure("ratio").tolist() == [1 - 135 / 60, 1 - 150 / 60]
    assert ledger.status("sum").tolist() == ["ok", "ok"]
    assert np.isnan(ledger.figure("never")).all()
    assert ledger.status("never").tolist() == ["no year", "no year"]
    assert ledger.figure("root").tolist() == [0.25, 0.25]


def test_status_of_a_function_is_kept():
    """A function's words stand beside its value, by row."""
    ledger = BOOK.evaluate({**VALUES, "op": table([[1, 1, 1, 1]])}, 4)
    assert ledger.status("root").tolist() == ["none", "ok"]
    assert np.isnan(ledger.figure("root")).tolist() == [True, False]


def test_keep_drops_the_rest_and_changes_nothing():
    """What is kept is the same to the bit; what is not kept is refused by name."""
    whole, lean = BOOK.evaluate(VALUES, 4), BOOK.evaluate(VALUES, 4, keep=["delayed", "low"])
    assert lean.line("delayed").tolist() == whole.line("delayed").tolist() == [[0, 0, 0, 50], [0, 0, 0, 50]]
    assert lean.figure("low").tobytes() == whole.figure("low").tobytes()
    with pytest.raises(KeyError, match="no line 'margin' was kept"):
        lean.line("margin")
    with pytest.raises(KeyError, match="no figure 'sum' was kept"):
        lean.figure("sum")
    with pytest.raises(ValueError, match="marign: no such line; did you mean 'margin'"):
        BOOK.evaluate(VALUES, 4, keep=["marign"])


def test_lines_are_read_only_and_broadcast():
    """A line without rows of its own still has the shape (S, Y)."""
    ledger = BOOK.evaluate({**VALUES, "energy": VALUES["energy"][:1]}, 4)
    assert ledger.line("cost").shape == ledger.line("revenue").shape == (2, 4)
    with pytest.raises(ValueError, match="read-only"):
        ledger.line("revenue")[0, 0] = 1.0


def test_other_years_are_zero_outside_the_period():
    """lag and next look at 0 before the first and after the last year."""
    ledger = BOOK.evaluate(VALUES, 4)
    assert ledger.line("delayed")[0].tolist() == [0.0, 0.0, 0.0, 50.0]
    assert ledger.line("coming")[0].tolist() == [50.0, 45.0, 40.0, 0.0]
    short = BOOK.evaluate({key: value if value.shape[1] == 1 else value[:, :1] for key, value in VALUES.items()}, 1)
    assert short.line("delayed").tolist() == [[0.0], [0.0]]


def test_changed_line_changes_value_figure_and_explanation():
    """The text of a line is its only implementation."""
    changed = BOOK.with_line("revenue", "2 * op * energy * price")
    before, after = BOOK.evaluate(VALUES, 4), changed.evaluate(VALUES, 4)
    assert (after.line("balance") == 2 * before.line("balance")).all()
    assert (after.figure("sum") == 2 * before.figure("sum")).all()
    told = explain(after, "revenue", year=2)
    assert (told.formula, told.value) == ("2 * op * energy * price", 100.0)
    assert explain(before, "revenue", year=2).value == 50.0
    assert changed.with_line("sum", "total(balance)").evaluate(VALUES, 4).figure("sum").tolist() == [
        2 * 280.0,
        2 * 300.0,
    ]
    with pytest.raises(InputError, match="revenu: no such line; did you mean 'revenue'"):
        BOOK.with_line("revenu", "0")


def test_explanation_shows_operands_with_their_years():
    """last(…) and lag(…) show the year they come from."""
    ledger = BOOK.evaluate(VALUES, 4)
    assert explain(ledger, "balance", year=3).text().splitlines() == [
        "余额 / Balance  balance[year 3] = 95.00 yuan = last(balance) + revenue",
        "    余额 / Balance  balance[year 2] = 50.00 yuan = last(balance) + revenue",
        "    收入 / Revenue  revenue[year 3] = 45.00 yuan = op * energy * price",
    ]
    deep = explain(ledger, "delayed", year=4, row=1, depth=2).text("zh").splitlines()
    assert deep == [
        "迟收  delayed[第 4 年] = 50.00 yuan = lag(revenue, 2)",
        "    收入  revenue[第 2 年] = 50.00 yuan = op * energy * price",
        "        运营  op[第 2 年] = 1",
        "        电量  energy[第 2 年] = 50 kWh",
        "        电价  price = 1 yuan/kWh",
    ]
    first = explain(ledger, "delayed", year=1).operands[0]
    assert (first.year, first.value, first.operands) == (-1, 0.0, ())


def test_explanation_of_a_figure_shows_the_line_behind():
    """All years of it, and its condition."""
    told = explain(BOOK.evaluate(VALUES, 4), "low")
    assert [(part.key, part.values) for part in told.operands] == [
        ("margin", (0.0, 5.0, 2.25, 2.0)),
        ("op", (0.0, 1.0, 1.0, 1.0)),
    ]
    assert told.text("en").splitlines()[0] == "Minimum  low = 2 = least(margin where op)"


def test_explanation_refuses_what_is_not_there():
    """Unknown key, year outside, row outside, a year of a figure."""
    ledger = BOOK.evaluate(VALUES, 4)
    for arguments, message in (
        ({"key": "revenu"}, "did you mean 'revenue'"), ({"key": "revenue", "year": 0}, "year 0, expected 1 to 4"),
        ({"key": "revenue", "row": 2}, "row 2, expected 0 to 1"), ({"key": "sum", "year": 1}, "a figure and has no years"),
    ):  # fmt: skip
        with pytest.raises((KeyError, ValueError), match=message):
            explain(ledger, **arguments)


def test_memory_is_not_used_again_while_anybody_looks():
    """Large ledgers alive side by side keep their numbers; a view that outlives its ledger does too."""
    rows = 20_000
    ledgers = [
        BOOK.evaluate(
            {**VALUES, "price": np.full((rows, 1), float(n)), "energy": VALUES["energy"][:1]},
            4,
            keep=["revenue", "balance"],
        )
        for n in range(4)
    ]
    for n, ledger in enumerate(ledgers):
        assert (ledger.line("revenue")[:, 1] == 100.0 * n).all()
    view = ledgers[3].line("revenue")[5:10]
    del ledger, ledgers
    gc.collect()
    assert len(book_memory._IDLE) >= 1
    for n in range(5, 8):
        BOOK.evaluate(
            {**VALUES, "price": np.full((rows, 1), float(n)), "energy": VALUES["energy"][:1]},
            4,
            keep=["revenue", "balance"],
        )
    assert view.tolist() == [[0.0, 300.0, 270.0, 240.0]] * 5


def test_only_recursive_lines_run_year_by_year():
    """A line that merely reads another's last year is a whole table."""
    groups = order({"a": parse("last(a) + x"), "b": parse("last(a) * 2"), "c": parse("next(b)")})
    assert [(group.keys, group.direction) for group in groups] == [(("a",), 1), (("b",), 0), (("c",), 0)]


def test_thousand_lines_in_a_chain_are_ordered():
    """No limit of recursion."""
    chain = {f"x{n}": parse(f"x{n - 1} + 1" if n else "0") for n in reversed(range(3000))}
    assert order(chain)[0].keys == ("x0",)


def test_function_may_hand_back_a_view():
    """A figure's value is a copy: the memory of the line behind it is used by the next run."""
    book = Book(
        LINES,
        figures("f | yuan | 首 | First | first(revenue)"),
        inputs=INPUTS,
        functions={"first": lambda line: line[:, 1]},
    )
    one = book.evaluate(VALUES, 4, keep=["f"])
    book.evaluate({**VALUES, "price": table([[7.0], [8.0]])}, 4, keep=["f"])
    assert one.figure("f").tolist() == [50.0, 50.0]


def test_programs_of_a_book_are_bounded_and_stay_right():
    """Many sets of varying inputs and kept lines: the oldest programs go, the numbers stay."""
    for n, key in enumerate([*INPUTS, *INPUTS] * 3):
        wide = {name: np.repeat(value[:1], 3, axis=0) if name == key else value[:1] for name, value in VALUES.items()}
        ledger = BOOK.evaluate(wide, 4, keep=[["revenue"], ["balance", "revenue"], ["revenue", "sum"]][n % 3])
        assert ledger.line("revenue").tolist() == [[0.0, 50.0, 45.0, 40.0]] * 3
    assert len(BOOK._machines) <= 16
