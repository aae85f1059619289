"""A declared field: what is accepted, what is said of what is not, how it is held."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from appraisal.case.schema import SECTIONS, Storage
from appraisal.field import Declared, check_count, check_number, declared, show

SHARE = Declared(kind="number", unit="share", zh="份额", en="Share", ge=0, le=1)
POWER = Declared(kind="number", unit="MW", zh="功率", en="Power", gt=0)
YEARLY = Declared(kind="yearly", unit="yuan", zh="金额", en="Amount", ge=0)
FREE = Declared(kind="number", unit="1", zh="数", en="Number")
YEARS = Declared(kind="count", unit="years", zh="年数", en="Years", ge=1, le=60)


@pytest.mark.parametrize(
    ("value", "what", "shape"),
    [(0.5, SHARE, (1, 1)), (1, SHARE, (1, 1)), (np.array([0.1, 0.2]), SHARE, (2, 1)), (np.array([[0.1], [0.2]]), SHARE, (2, 1)), (3, YEARLY, (1, 1)), ([1, 2, 3], YEARLY, (1, 3)),
     (np.array([1.0, 2.0]), YEARLY, (1, 2)), (np.ones((4, 3)), YEARLY, (4, 3)), (-7, FREE, (1, 1))],
)  # fmt: skip
def test_value_is_held_as_a_table(value: Any, what: Declared, shape: tuple[int, int]) -> None:
    """Rows are scenarios; a flat array is one value a scenario for a number, one a year for yearly amounts."""
    array = check_number(value, what)
    assert array.shape == shape
    assert array.dtype == np.float64
    assert not array.flags.writeable


@pytest.mark.parametrize(
    ("value", "what", "message"),
    [
        (88, SHARE, "88 is outside 0–1 (a fraction, not percent: 0.88?)"),
        (-0.1, SHARE, "-0.1 is outside 0–1"),
        (880, SHARE, "880 is outside 0–1"),
        (0, POWER, "0 is not more than 0 (MW)"),
        ("5", POWER, "'5' is not a number; expected MW, more than 0; remove the quotes"),
        ("five", POWER, "'five' is not a number; expected MW, more than 0"),
        (True, POWER, "true is not a number; expected MW, more than 0"),
        (None, POWER, "no value stands here; expected MW, more than 0"),
        ({}, POWER, "{} is not a number; expected MW, more than 0"),
        ((1, 2), POWER, "[1, 2] is a list; expected one number (MW, more than 0)"),
        (float("nan"), POWER, "nan is not a finite number; expected MW, more than 0"),
        (float("inf"), FREE, "inf is not a finite number; expected a pure number"),
        ((), YEARLY, "an empty list; expected at least one number"),
        ((1, "two"), YEARLY, "'two' is not a number; expected yuan, 0 or more"),
        ((1, -2), YEARLY, "-2 is not 0 or more (yuan)"),
        (np.array(["a"]), FREE, "expected numbers in one or two dimensions, found <U1 of shape (1,)"),
        (np.ones((2, 2, 2)), FREE, "expected numbers in one or two dimensions, found float64 of shape (2, 2, 2)"),
        (
            np.array([0.5, np.nan]),
            SHARE,
            "row 1 (from 0), [nan], is not a finite number; expected a fraction of 1, 0–1",
        ),
    ],
)
def test_value_refused_says_what_was_found_and_expected(value: Any, what: Declared, message: str) -> None:
    """Nothing is clipped, converted or guessed."""
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        check_number(value, what)


@pytest.mark.parametrize(("value", "held"), [(1, 1), (60, 60), (10.0, 10), (np.int64(7), 7)])
def test_count_is_a_whole_number(value: Any, held: int) -> None:
    """A table of a spreadsheet gives 10.0 for ten."""
    found = check_count(value, YEARS)
    assert found == held
    assert type(found) is int


@pytest.mark.parametrize(
    ("value", "message"),
    [(0, "0 is outside 1–60 (years)"), (61, "61 is outside 1–60 (years)"), (1.5, "1.5 is not a whole number; expected years, 1–60"), (True, "true is not a whole number; expected years, 1–60"),
     ("ten", "'ten' is not a whole number; expected years, 1–60"), (None, "nothing is not a whole number; expected years, 1–60"), (float("inf"), "inf is not a whole number; expected years, 1–60")],
)  # fmt: skip
def test_count_refused_says_why(value: Any, message: str) -> None:
    """Its range is the one declared."""
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        check_count(value, YEARS)


@given(value=st.floats(allow_nan=True, allow_infinity=True), low=st.floats(-1e6, 1e6), width=st.floats(0, 1e6))
def test_accepted_is_exactly_what_is_finite_and_within(value: float, low: float, width: float) -> None:
    """The declared range decides, ends included."""
    what = Declared(kind="number", unit="1", zh="数", en="Number", ge=low, le=low + width)
    inside = np.isfinite(value) and low <= value <= low + width
    try:
        accepted = check_number(value, what)[0, 0] == value
    except ValueError:
        accepted = False
    assert accepted == inside


def test_section_is_frozen_and_refuses_unknown_keys() -> None:
    """Nothing is filled in later."""
    storage = Storage(
        power_mw=5,
        energy_mwh=10,
        charge_efficiency=0.9,
        discharge_efficiency=0.9,
        depth_of_discharge=0.9,
        availability=1,
    )
    with pytest.raises(ValidationError, match="frozen"):
        storage.power_mw = 6
    with pytest.raises(ValidationError, match="powr_mw"):
        Storage(**{**dict(storage), "powr_mw": 1})


def test_section_replaces_a_number_of_an_inner_section() -> None:
    """A dotted path; what is no number is a LookupError."""
    storage = Storage(
        power_mw=5,
        energy_mwh=10,
        charge_efficiency=0.9,
        discharge_efficiency=0.9,
        depth_of_discharge=0.9,
        availability=1,
    )
    changed = storage.with_number("replacement.battery_yuan_per_kwh", np.array([1.0, 2.0]))
    assert changed.replacement.battery_yuan_per_kwh.tolist() == [[1.0], [2.0]]
    assert storage.replacement.battery_yuan_per_kwh.tolist() == [[0.0]]
    for path in ("technology", "replacement", "replacement.operation_years", "nowhere", "power_mw.deep"):
        with pytest.raises(LookupError):
            storage.with_number(path, 1.0)
    with pytest.raises(ValueError, match="-1 is outside 0–100000, 0 excluded"):
        storage.with_number("power_mw", -1.0)


def test_every_section_declares_every_field() -> None:
    """``declared`` reads each; a field declared otherwise is an error of ours."""
    for kind in SECTIONS.values():
        for info in kind.model_fields.values():
            if isinstance(info.annotation, type) and hasattr(info.annotation, "model_fields"):
                continue
            assert declared(info).en


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "nothing"),
        (True, "true"),
        ("x", "'x'"),
        ((1, (2, "a")), "[1, [2, 'a']]"),
        ({"a": (1,)}, "{'a': [1]}"),
        ("y" * 100, "'" + "y" * 56 + "…"),
    ],
)
def test_value_is_shown_as_the_file_has_it(value: Any, shown: str) -> None:
    """No tuple, no None; a long one is cut."""
    assert show(value) == shown
