"""Random books against a second interpreter (tests/book/book_interpreter.py), and rows that never talk to each other."""

import numpy as np
from book_interpreter import Interpreter
from hypothesis import given, settings
from hypothesis import strategies as st

from appraisal.book import Book, Input, block, figures

YEARS = 6
NUMBERS = ("n0", "n1", "n2")
SERIES = ("s0", "s1")
INPUTS = {
    **{key: Input("1", "数", "Number") for key in NUMBERS},
    **{key: Input("1", "列", "Series", "series") for key in SERIES},
    "flag": Input("0/1", "标志", "Flag", "flag"),
    "switch": Input("0/1", "开关", "Switch", "flag"),
    "age": Input("year", "年龄", "Age", "series"),
    "term": Input("year", "期限", "Term"),
}
VALUES = st.integers(-8, 8).map(lambda n: n / 4)


@st.composite
def conditions(draw, timeline):
    """A condition over flags, counters and inputs."""
    simple = draw(
        st.sampled_from(
            ["flag", "switch", "age > 2", "0 < age <= term", "n0 < 1", "s0 >= n1", "age - 1 == term", *timeline]
        )
    )
    other = draw(st.sampled_from(["flag", "not switch", "term > 3"]))
    return draw(st.sampled_from([simple, f"not ({simple})", f"{simple} and {other}", f"{other} or {simple}"]))


@st.composite
def expressions(draw, now, before, after, timeline, depth=0):
    """A formula: this year's lines *now*, earlier years of *before*, the next year of *after*."""
    leaves = [*NUMBERS, *SERIES, "0.5", "3", "flag", "last(s1)", "next(s0)", "lag(age, 2) / term * n0"]
    leaves += (
        list(now)
        + [f"last({key})" for key in before]
        + [f"lag({key}, 3)" for key in before]
        + [f"next({key})" for key in after]
    )
    if depth > 2 or draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(leaves))
    part = expressions(now, before, after, timeline, depth + 1)
    shape = draw(
        st.sampled_from(
            ["add", "subtract", "scale", "divide", "min", "max", "abs", "negate", "if", "if", "truth", "power"]
        )
    )
    one, two = draw(part), draw(part)
    return {
        "add": f"{one} + ({two})", "subtract": f"({one}) - ({two})", "scale": f"({one}) * {draw(st.sampled_from(NUMBERS))}",
        "divide": f"({one}) / (abs({draw(st.sampled_from(SERIES))}) + 1)", "min": f"min({one}, {two})",
        "max": f"max({one}, {two}, 0.25)", "abs": f"abs({one})", "negate": f"-({one})",
        "if": f"(({one}) if {draw(conditions(timeline))} else ({two}))", "truth": f"(age > 3) * ({one})",
        "power": f"({one}) * (1 + abs(n2)) ** 2",
    }[shape]  # fmt: skip


@st.composite
def books(draw):
    """Lines of four kinds: counters, recursive groups that look back, plain lines, groups that look ahead."""
    formulas, units = {}, {}
    timeline = []
    if draw(st.booleans()):
        formulas["count"], units["count"] = "last(count) + flag", "year"
        formulas["late"], units["late"] = "count > 2 or age == term", "0/1"
        timeline = ["count >= 2", "late"]
    back = [f"b{n}" for n in range(draw(st.integers(1, 6)))]
    for at, key in enumerate(back):
        formulas[key] = draw(expressions(back[:at], back, [], timeline))
    ahead = [f"a{n}" for n in range(draw(st.integers(0, 3)))]
    for at, key in enumerate(ahead):
        formulas[key] = draw(expressions([*back, *ahead[:at]], back, [*ahead, *back], timeline))
    return {key: (units.get(key, "1"), text) for key, text in formulas.items()}


def values(seed, rows, narrow):
    """Inputs of *rows* scenarios; those in *narrow* have one row."""
    random = np.random.default_rng(seed)
    height = {key: 1 if key in narrow else rows for key in INPUTS}
    found = {key: random.integers(-8, 9, (height[key], 1)) / 4 for key in NUMBERS}
    found |= {key: random.integers(-8, 9, (height[key], YEARS)) / 4 for key in SERIES}
    found["flag"] = random.integers(0, 2, (height["flag"], YEARS)) * 1.0
    found["switch"] = random.integers(0, 2, (height["switch"], 1)) * 1.0
    found["age"] = np.arange(YEARS) * np.ones((height["age"], 1)) - 1.0
    found["term"] = random.integers(1, 5, (height["term"], 1)) * 1.0
    return found


def of_row(given_values, row):
    """The inputs of one scenario."""
    return {key: table[min(row, len(table) - 1)][None, :] for key, table in given_values.items()}


def make(lines):
    return Book(
        block(
            "随机", "Random", "\n".join(f"{key} | {unit} | 行 | Line | {text}" for key, (unit, text) in lines.items())
        ),
        inputs=INPUTS,
    )


@settings(max_examples=250, deadline=None)
@given(books(), st.integers(0, 10_000), st.sets(st.sampled_from(sorted(INPUTS))), st.sampled_from([1, 2, 5]))
def test_random_book_equals_second_interpreter(lines, seed, narrow, rows):
    """Every line of every row equals, bit for bit but for the sign of 0, what plain Python floats give."""
    given_values = values(seed, rows, narrow)
    ledger = make(lines).evaluate(given_values, YEARS)
    for row in range(rows):
        single = {
            key: table[0, 0].item() if table.shape[1] == 1 else table[0].tolist()
            for key, table in of_row(given_values, row).items()
        }
        oracle = Interpreter({key: text for key, (_, text) in lines.items()}, single, YEARS)
        for key in lines:
            shown = ledger.line(key)[min(row, ledger.rows - 1)]
            if "**" in "".join(text for _, text in lines.values()):
                np.testing.assert_allclose(shown, oracle.line(key), rtol=1e-13, atol=1e-12, err_msg=key)
            else:
                assert shown.tolist() == oracle.line(key), key


@settings(max_examples=100, deadline=None)
@given(books(), st.integers(0, 10_000), st.sets(st.sampled_from(sorted(INPUTS))), st.sampled_from([7, 33]))
def test_row_alone_has_the_bits_it_has_in_a_block(lines, seed, narrow, rows):
    """Stacking, splitting and keeping fewer lines change no bit."""
    book = make(lines)
    given_values = values(seed, rows, narrow)
    whole = book.evaluate(given_values, YEARS)
    half = book.evaluate({key: table[: max(1, rows // 2)] for key, table in given_values.items()}, YEARS)
    last = list(lines)[-1]
    lean = book.evaluate(given_values, YEARS, keep=[last])
    for row in (0, rows // 2, rows - 1):
        alone = book.evaluate(of_row(given_values, row), YEARS)
        at = min(row, whole.rows - 1)
        for key in lines:
            assert alone.line(key)[0].tobytes() == whole.line(key)[at].tobytes(), key
        assert lean.line(last)[at].tobytes() == whole.line(last)[at].tobytes()
    for key in lines:
        assert half.line(key).tobytes() == whole.line(key)[: half.rows].tobytes()


def test_power_has_the_same_bits_alone_and_in_a_block():
    """NumPy takes short cuts for one shared exponent of 2, 0.5 or -1 that differ in the last bit: they must not show."""
    inputs = {
        "x": Input("1", "底", "Base"),
        "e": Input("1", "指数", "Exponent"),
        "n": Input("year", "年序", "Column", "series"),
    }
    text = """
    own    | 1 | 幂 | Power | x ** e
    factor | 1 | 系数 | Factor | x ** n
    square | 1 | 平方 | Square | x ** 2
    held   | 1 | 积 | Product | (last(held) + x) ** 0.5
    """
    made = Book(block("幂", "Power", text), figures("f | 1 | 幂 | F | total(factor) ** 2"), inputs=inputs)
    base = np.exp(np.random.default_rng(5).uniform(-2, 2, (2000, 1)))
    for exponent in (2.0, 0.5, -1.0, 3.0):
        given_values = {"x": base, "e": np.full((1, 1), exponent), "n": np.array([[-1.0, 0, 0.5, 1, 2, 3]])}
        whole = made.evaluate(given_values, YEARS)
        for row in range(0, 2000, 13):
            alone = made.evaluate({**given_values, "x": base[row : row + 1]}, YEARS)
            for key in made.lines:
                assert alone.line(key)[0].tobytes() == whole.line(key)[row].tobytes(), (key, exponent, row)
            assert alone.figure("f")[0] == whole.figure("f")[row]
