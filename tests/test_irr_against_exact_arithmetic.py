"""Internal rates of return held against exact rational arithmetic (Python's ``fractions``).

The oracle shares nothing with the search: it counts distinct roots by Sturm's theorem and locates them by
bisection of rationals, to 40 digits and more.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appraisal.discount import irr, irr_roots, irr_status

Poly = list[Fraction]


def trimmed(p: Poly) -> Poly:
    while p and p[-1] == 0:
        p = p[:-1]
    return p


def remainder(a: Poly, b: Poly) -> Poly:
    a = list(a)
    while len(a) >= len(b):
        factor = a[-1] / b[-1]
        for i, c in enumerate(b):
            a[len(a) - len(b) + i] -= factor * c
        a = trimmed(a[:-1])
    return a


def value(p: Poly, x: Fraction) -> Fraction:
    total = Fraction(0)
    for c in reversed(p):
        total = total * x + c
    return total


def derivative(p: Poly) -> Poly:
    return [i * c for i, c in enumerate(p)][1:]


def sturm_chain(p: Poly) -> list[Poly]:
    out, following = [p], trimmed(derivative(p))
    while following:
        largest = max(abs(c) for c in following)
        out.append([c / largest for c in following])
        following = [-c for c in remainder(out[-2], out[-1])]
    return out


def changes(values: list[Fraction]) -> int:
    signs = [v > 0 for v in values if v]
    return sum(a != b for a, b in pairwise(signs))


def exact_count(cash: list[int]) -> int:
    """Distinct rates in (-1, inf) = distinct roots x > 0 of Σ cash_t x^t, by Sturm's theorem."""
    p = trimmed([Fraction(c) for c in cash])
    while p and p[0] == 0:
        p = p[1:]
    if not p:
        return 0
    chain = sturm_chain(p)
    return changes([q[0] for q in chain]) - changes([q[-1] for q in chain])


def exact_rate(cash: list[int], near: float) -> Fraction:
    """The root of odd multiplicity next to *near*, to 1e-45, by bisection of rationals."""
    p = [Fraction(c) for c in cash]
    width = Fraction(1, 10**6)
    low, high = Fraction(near) - width * (1 + abs(Fraction(near))), Fraction(near) + width * (1 + abs(Fraction(near)))
    low = max(low, (Fraction(-1) + Fraction(near)) / 2)
    sign_low = value(p, 1 / (1 + low)) > 0
    assert sign_low != (value(p, 1 / (1 + high)) > 0)
    while high - low > Fraction(1, 10**45) * (1 + abs(high)):
        middle = Fraction((low + high) / 2).limit_denominator(10**60)
        if (value(p, 1 / (1 + middle)) > 0) == sign_low:
            low = middle
        else:
            high = middle
    return low


def product(factors: list[tuple[int, int]], times: list[int] | None = None) -> list[int]:
    """Cash whose rates are b/a - 1 for each factor (a x - b), i.e. x = b/a → rate = a/b - 1; *times* multiplies it."""
    p = times or [1]
    for a, b in factors:
        out = [0] * (len(p) + 1)
        for i, c in enumerate(p):
            out[i] -= b * c
            out[i + 1] += a * c
        p = out
    return p


small = st.integers(-1000, 1000)
rows = st.lists(small, min_size=2, max_size=30)
projects = st.builds(
    lambda outlay, middle, end: [-outlay, *middle, -end],
    st.integers(500, 5000),
    st.lists(st.integers(-300, 400), min_size=3, max_size=58),
    st.integers(0, 3000),
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(rows, projects))
def test_number_of_roots_of_whole_money_is_sturms(cash: list[int]) -> None:
    """The count is that of Sturm's theorem in exact arithmetic."""
    assert irr_status(cash)[1] == exact_count(cash)
    assert len(irr_roots(cash)) == exact_count(cash)


@settings(max_examples=150, deadline=None)
@given(st.one_of(rows, projects))
def test_every_root_solves_a_row_within_rounding(cash: list[int]) -> None:
    """At each root the exact NPV is zero within the rounding of the sum: 4 Y eps Σ|terms|, and of the rate itself."""
    p = [Fraction(c) for c in cash]
    sizes = [abs(c) for c in p]
    for rate in irr_roots(cash):
        x = 1 / (1 + Fraction(float(rate)))
        drift = abs(value(derivative(p), x)) * x * x * Fraction(float(np.spacing(abs(rate) + 1.0)))
        allowed = Fraction(4 * len(p)) * Fraction(float(np.finfo(float).eps)) * value(sizes, x) + drift
        assert abs(value(p, x)) <= allowed


@settings(max_examples=100, deadline=None)
@given(st.integers(300, 3000), st.lists(st.integers(1, 400), min_size=2, max_size=59))
def test_ordinary_row_has_the_root_known_to_40_digits(outlay: int, income: list[int]) -> None:
    """One outlay, then receipts: the float agrees with 45 exact digits to a few units of its last place."""
    cash = [-outlay, *income]
    found = irr(cash)
    assert abs(Fraction(found) - exact_rate(cash, found)) <= Fraction(4, 10**15) * (1 + abs(Fraction(found)))


# Rates chosen first, as fractions, and the cash built from them: exact by construction.
CHOSEN = [
    [(11, 10), (7, 5)],  # 10 %, 40 %: the pair of the design, scaled
    [(1, 1), (2, 1), (3, 1)],  # 0, 100 %, 200 %
    [(1, 1), (1001, 1000)],  # 0 and 0.1 %
    [(1000001, 1)],  # 1e6
    [(1000001, 1), (2000001, 1), (3000001, 1)],  # three huge rates at once
    [(1, 1000000), (1, 2), (21, 20)],  # -99.9999 %, -50 %, 5 %
    [(1, 10**12)],  # 1e-12 above -1
    [(10001, 10000), (10003, 10000)],  # 0.01 % and 0.03 %
    [(10**6 + 1, 10**6), (10**6 + 3, 10**6)],  # 2e-6 apart
    [(21, 20), (11, 10), (23, 20), (6, 5), (5, 4)],  # 5, 10, 15, 20, 25 %
]


@pytest.mark.parametrize("factors", CHOSEN)
def test_rates_chosen_as_fractions_are_found(factors: list[tuple[int, int]]) -> None:
    """Each chosen rate a/b - 1 comes back within its condition, and no other."""
    cash = product(factors)
    p = [Fraction(c) for c in cash]
    found = irr_roots(cash)
    chosen = sorted(Fraction(a, b) - 1 for a, b in factors)
    assert len(found) == len(chosen)
    for rate, exact in zip(found, chosen, strict=True):
        x = 1 / (1 + exact)
        noise = 4 * len(p) * Fraction(float(np.finfo(float).eps)) * value([abs(c) for c in p], x)
        allowed = noise / abs(value(derivative(p), x) * x * x) + Fraction(float(np.spacing(1.0 + abs(rate))))
        assert abs(Fraction(float(rate)) - exact) <= allowed


@pytest.mark.parametrize(
    ("factors", "count", "word"),
    [
        ([(11, 10), (11, 10)], 1, "none"),  # touches at 10 %
        ([(11, 10)] * 3, 1, "ok"),  # crosses at a triple root
        ([(11, 10)] * 4, 1, "none"),
        ([(11, 10), (11, 10), (3, 2)], 2, "multiple"),  # touches at 10 %, crosses at 50 %
        ([(11, 10), (11, 10), (3, 2), (3, 2)], 2, "multiple"),  # touches twice
        ([(1, 2), (1, 2), (2, 1)], 2, "multiple"),
    ],
)
def test_repeated_rates_are_counted_once(factors: list[tuple[int, int]], count: int, word: str) -> None:
    """A root of any multiplicity is one root; of even multiplicity it does not cross."""
    cash = product(factors)
    assert exact_count(cash) == count
    assert irr_status(cash) == (word, count)


def test_sixty_years_with_a_replacement_every_ten_agree_with_sturm() -> None:
    """Long rows with many changes of sign, by exact count; 40 seeded rows."""
    rng = np.random.default_rng(7)
    for _ in range(40):
        cash = rng.integers(20, 200, 60)
        cash[0] = -rng.integers(500, 3000)
        cash[10::10] -= rng.integers(100, 2000)
        cash[-1] -= rng.integers(0, 4000)
        row = [int(c) for c in cash]
        assert irr_status(row)[1] == exact_count(row)
