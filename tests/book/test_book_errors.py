"""What the notation refuses, and the words it says."""

import numpy as np
import pytest

from appraisal.book import Book, Input, block, figures
from appraisal.errors import InputError, IntegrityError
from appraisal.units import table

INPUTS = {
    "cash": Input("yuan", "现金", "Cash", "series"), "energy": Input("kWh", "电量", "Energy", "series"),
    "price": Input("yuan/kWh", "电价", "Price"), "big_price": Input("yuan/MWh", "电价", "Price"), "share": Input("1", "比例", "Share"),
    "kwh_per_mwh": Input("kWh/MWh", "换算", "kWh per MWh"), "age": Input("year", "年", "Year", "series"),
    "term": Input("year", "期限", "Term"), "op": Input("0/1", "运营", "Operating", "flag"),
}  # fmt: skip


def book(*rows, unit="yuan"):
    text = "\n".join(row if "|" in row else f"a | {unit} | 甲 | A | {row}" for row in rows)
    return Book(block("表", "Table", text), inputs=INPUTS)


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("cash +", "column 7: invalid syntax; allowed: numbers, names"),
        ("", "an empty field"),
        ("cash[0]", "column 1: 'cash[0]' is not in the notation; allowed: numbers, names"),
        ("cash // 2", "column 1: 'cash // 2' is not in the notation"),
        (
            "__import__('os')",
            "'__import__' is no function of the notation; known: abs, each, lag, last, max, min, next",
        ),
        ("(lambda: 1)()", "is no function of the notation"),
        ("mix(cash, 0)", "'mix' is no function of the notation; did you mean 'min'"),
        ("cash.real.imag", "expected a name, 'key' or 'instance.key'"),
        ("cash * 'x'", "column 8: \"'x'\" is not in the notation"),
        ("cash * True", "column 8: 'True' is not in the notation"),
        ("cash * 1e999", "inf is not finite"),
        ("现金", "column 1: '现' is not ASCII; a formula is written with keys, not labels"),
        ("lag(cash, age)", "lag(line, n) takes a line and a whole number of years"),
        ("lag(cash, 0)", "1 or more"),
        ("last(cash + 1)", "column 6: expected a name"),
        ("min(cash)", "min takes two or more arguments, found 1"),
        ("max(cash, key=cash)", "max takes no keyword arguments"),
        ("last(share) * cash", "column 1: 'share' is one number for all years"),
        ("cahs * 2", "column 1: unknown name 'cahs'; did you mean 'cash'"),
        ("cash + each(loan.interest)", "unknown block 'loan'"),
        ("cash + share", "column 8: +: 1 does not fit yuan; a conversion is an input with its own unit"),
        ("cash + 1", "+: 1 does not fit yuan"),
        ("cash + op", "+: 1 does not fit yuan"),
        ("max(cash, energy)", "max: kWh does not fit yuan"),
        ("energy * big_price", "declared in yuan and the formula gives kW·yuan/MW"),
        ("cash * cash", "declared in yuan and the formula gives yuan·yuan"),
        ("cash ** 2", "** takes numbers without unit; the base is in yuan"),
        ("cash if term < share else 0", "<: 1 does not fit year"),
        ("cash if share else 0", "'share' is in 1; a condition is a flag (0/1) or a comparison"),
        ("cash if op * 1 else 0", "a condition is a comparison, and/or/not, or the name of a flag"),
        ("cash if op and share else 0", "'share' is in 1; a condition is a flag"),
    ],
)
def test_bad_formula_is_refused_with_place_and_remedy(formula, message):
    """The message names the block, the line, the column and what would do."""
    with pytest.raises(InputError) as caught:
        book(formula)
    assert "block 'Table'" in str(caught.value)
    assert message in str(caught.value)
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    "formula",
    [
        "energy * price", "energy * big_price / kwh_per_mwh", "cash * share + 0", "op * cash", "cash / term", "max(-cash, 0)",
        "cash * (1 + share) ** (term - age + 1)", "cash if 0 < age <= term else 0", "cash if op and not age == 2 else 0",
        "cash * energy / (energy + last(energy))", "cash if term > 2 or cash > 0 else 0",
    ],
)  # fmt: skip
def test_units_that_fit_are_accepted(formula):
    """Money from energy and price, shares of money, powers of pure numbers and counts of years."""
    assert book(formula).lines["a"].unit == "yuan"


def test_condition_on_computed_money_is_refused():
    """A line in yuan may not decide; a flag made of it may not either; a counter made of flags may."""
    for second in (
        "b | yuan | 乙 | B | cash if a > 0 else 0",
        "b | 0/1 | 乙 | B | a > 0",
        "b | 0/1 | 乙 | B | not (0 < a)",
    ):
        with pytest.raises(InputError, match=r"a condition looks at 'a', a computed line in yuan; .* use min or max"):
            book("a | yuan | 甲 | A | cash * 2", second)
    with pytest.raises(InputError, match="looks at 'b', a computed line in year"):
        book("b | year | 乙 | B | term * c", "c | 1 | 丙 | C | share * 2", "a | yuan | 甲 | A | cash if b > 2 else 0")
    allowed = book(
        "n | year | 年数 | Count | last(n) + op",
        "late | 0/1 | 后期 | Late | n > term",
        "a | yuan | 甲 | A | cash if late else 0",
    )
    values = {"cash": table([1, 2, 3, 4]), "op": table([0, 1, 1, 1]), "term": table(1)}
    rest = {
        "energy": table([0] * 4),
        "age": table([0] * 4),
        "price": table(1),
        "big_price": table(1),
        "share": table(1),
        "kwh_per_mwh": table(1e3),
    }
    assert allowed.evaluate(values | rest, 4).line("a")[0].tolist() == [0.0, 0.0, 3.0, 4.0]


def test_flag_line_must_be_a_condition():
    """A line declared 0/1 cannot take another value."""
    with pytest.raises(InputError, match="declared 0/1 and the formula may give another number"):
        book("f | 0/1 | 标志 | Flag | age + 1")


def test_circle_within_a_year_is_named():
    """a → b → a; with last(…) the same lines are a recursion and accepted."""
    with pytest.raises(InputError, match="lines need each other within one year: a → b → a; use last"):
        book("a | yuan | 甲 | A | b + cash", "b | yuan | 乙 | B | a * share")
    with pytest.raises(InputError, match="a → a"):
        book("a | yuan | 甲 | A | a + cash")
    assert book("a | yuan | 甲 | A | last(b) + cash", "b | yuan | 乙 | B | a * share").order[0].direction == 1


def test_looking_both_ways_is_refused():
    """last and next never in one group of lines."""
    with pytest.raises(InputError, match="last and next in one group of lines: a, b"):
        book("a | yuan | 甲 | A | last(b) + cash", "b | yuan | 乙 | B | next(a) * share")


def test_all_faults_are_reported_together():
    """Two bad lines, two faults, each with its row of the declaration."""
    with pytest.raises(InputError) as caught:
        book("a | yuan | 甲 | A | cahs", "b | yuan | 乙 | B | cash + share", "c | yuan | 丙 | C | cash @ 2")
    assert [(fault.line, fault.path) for fault in caught.value.faults] == [(1, "a"), (3, "c")]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("a | yuan | 甲 | cash", "4 fields, expected 5"),
        ("a | yuan | 甲 | A | cash | cash", "6 fields, expected 5"),
        ("a | yuan | 甲 | A | cash\na | yuan | 甲 | A | cash", "key 'a' is declared twice, first in row 1"),
        ("a b | yuan | 甲 | A | cash", "'a b' cannot be a key"),
        ("last | yuan | 甲 | A | cash", "'last' cannot be a key"),
        ("a | yuan per kWh | 甲 | A | cash", "'yuan per kWh' is no unit"),
        ("# nothing", "no lines; expected rows of key | unit"),
    ],
)
def test_bad_declaration_is_refused(rows, message):
    """The message quotes the row."""
    with pytest.raises(InputError) as caught:
        block("表", "Table", rows)
    assert message in str(caught.value)


def test_instances_are_checked():
    """Open or unknown placeholders, names that stand for nothing, instances and keys that collide."""
    loan = block("贷款", "Loan", "a | yuan | 甲 | A | {method} * rate * base", inputs="rate", name="loan")
    with pytest.raises(InputError, match=r"placeholder \{method\} is not given"):
        loan.as_("bank", base="cash")
    with pytest.raises(InputError, match="'bse' occurs in no formula and is no placeholder; did you mean 'base'"):
        loan.as_("bank", method="1", bse="cash")
    with pytest.raises(InputError, match="is no name of a line or an input"):
        loan.as_("bank", method="1", base="cash + 1")
    with pytest.raises(InputError, match="placeholders method are open"):
        Book(loan, inputs=INPUTS | {"rate": INPUTS["share"]})
    one = loan.as_("bank", method="1", base="cash")
    with pytest.raises(InputError, match=r"add 'bank\.rate' or 'loan\.rate' to the book's inputs"):
        Book(one, inputs=INPUTS)
    with pytest.raises(InputError, match="two instances have this name"):
        Book(one, one, inputs=INPUTS | {"loan.rate": INPUTS["share"]})
    with pytest.raises(InputError, match="already a input of this name"):
        Book(block("表", "Table", "cash | yuan | 甲 | A | 0"), inputs=INPUTS)
    with pytest.raises(InputError, match=r"unknown name 'base' .which stands for 'cush'.; did you mean 'cash'"):
        Book(loan.as_("bank", method="1", base="cush"), inputs=INPUTS | {"loan.rate": INPUTS["share"]})
    with pytest.raises(InputError, match="block 'loan' has no line 'aa'"):
        Book(one, block("表", "T", "b | yuan | 乙 | B | each(loan.aa)"), inputs=INPUTS | {"loan.rate": INPUTS["share"]})


def test_placeholder_keeps_its_own_brackets():
    """An expression put inside a longer formula is one operand: (cash + cash) * 2, not cash + cash * 2."""
    made = Book(
        block("表", "T", "a | yuan | 甲 | A | {x} * 2").as_("i", x="cash + cash"), inputs={"cash": INPUTS["cash"]}
    )
    assert made.lines["i.a"].formula == "(cash + cash) * 2"
    assert made.evaluate({"cash": table([3.0])}, 1).line("i.a").tolist() == [[12.0]]


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("cash", "'cash' has a value a year; a figure takes it through a function, such as total(cash)"),
        ("sum(cash)", "'sum' is no function of the notation"),
        ("total(cash + 1)", "takes the name of a line or an input; declare a line"),
        ("total(*cash)", "write total(line), total(line where condition)"),
        ("total(cash where a > 0)", "a condition looks at 'a', a computed line in yuan"),
        ("total(cash where share)", "'share' is in 1; a condition is a flag"),
        ("irr(cash where op)", "irr takes no condition"),
        ("total(cash) if op else 0", "a figure has no conditions outside 'where'"),
        ("total(chas)", "column 7: unknown name 'chas'; did you mean 'cash'"),
    ],
)
def test_bad_figure_is_refused(formula, message):
    """As for lines."""
    with pytest.raises(InputError) as caught:
        Book(
            block("表", "T", "a | yuan | 甲 | A | cash"),
            figures(f"f | 1 | 甲 | F | {formula}"),
            inputs=INPUTS,
            functions={"irr": lambda cash: cash},
        )
    assert message in str(caught.value)


def test_values_are_checked_together():
    """Missing, unknown, misshapen, not finite and not 0/1, each in words."""
    made = Book(
        block("表", "T", "a | yuan | 甲 | A | op * cash * share * s2 / term"), inputs=INPUTS | {"s2": INPUTS["share"]}
    )
    good = {
        "energy": table([0, 0]),
        "price": table(1),
        "big_price": table(1),
        "kwh_per_mwh": table(1),
        "age": table([0, 0]),
    }
    bad = {
        "cash": table([1, 2, 3]),
        "share": table([[1], [np.nan]]),
        "op": table([0, 2]),
        "shrae": table(1),
        "s2": [[1.0]],
    }
    with pytest.raises(ValueError, match="values of the book") as caught:
        made.evaluate(good | bad, 2)
    for words in (
        "shrae: no such input; did you mean 'share'", "cash: shape (1, 3), expected a series with 2 columns and 1 or 2 rows",
        "term: missing; expected a number with 1 columns", "share: nan in row 1, year 1", "op: 2.0 in row 0, year 2; a flag is 0 or 1",
        "s2: expected a float64 table, found list",
    ):  # fmt: skip
        assert words in str(caught.value)


def test_line_that_is_not_finite_is_named_with_year_and_row():
    """1 / 0 in the second year of the third row; the same division in a branch not taken is nobody's business."""
    inputs = {"cash": INPUTS["cash"], "w": Input("1", "重", "Weight", "series"), "op": INPUTS["op"]}
    weights = np.array([[1.0, 1, 1], [1, 1, 1], [1, 0, 0]])
    cash = table([5.0, 5, 5])
    plain = Book(block("表", "T", "a | yuan | 甲 | A | cash / w\nb | yuan | 乙 | B | a + 0 * cash"), inputs=inputs)
    with pytest.raises(
        IntegrityError, match="line 'a' is inf in year 2 of row 2; its formula divides by zero or overflows there"
    ):
        plain.evaluate({"cash": cash, "w": weights, "op": table([1, 0, 0])}, 3)
    chosen = plain.with_line("a", "cash / w if op else 0")
    assert (
        chosen.evaluate({"cash": cash, "w": weights, "op": table([1, 0, 0])}, 3).line("b").tolist()
        == [[5.0, 0.0, 0.0]] * 3
    )
