"""Changes of a case's mapping: set, scale, add, remove; ``path=value`` as typed."""

from __future__ import annotations

from typing import Any

import pytest

from appraisal.case import Change, apply_changes, parse_set
from appraisal.errors import InputError

RAW: dict[str, Any] = {
    "storage": {"power_mw": 5, "name": "x"},
    "revenue": {"known": {"income_yuan": (1.0, 2.0)}},
    "tax": None,
}


@pytest.mark.parametrize(
    ("text", "value"),
    [("a.b=0.5", 0.5), ("a.b=12", 12), ("a.b=true", True), ("a.b=words", "words"), ("a.b=[1, 2]", (1, 2)), ("a.b={c: 1}", {"c": 1}), ("a.b=2026-03", "2026-03"),
     ("a.b=x=y", "x=y"), (" a.b = 1 ", 1), ('a.b="1"', "1"), ("a.b=1e-3", 0.001)],
)  # fmt: skip
def test_value_typed_is_read_as_yaml(text: str, value: Any) -> None:
    """As it would stand in the file."""
    assert parse_set(text) == Change(path="a.b", action="set", value=value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a.b", "has no '='"),
        ("=1", "has no path before '='"),
        ("a.b=[1", "not YAML"),
        ("a.b=&x 1", "anchors and aliases are not read"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, message: str) -> None:
    """With the remedy."""
    with pytest.raises(InputError, match=message) as caught:
        parse_set(text)
    assert str(caught.value).startswith("--set")


def test_changes_are_made_in_order_on_a_copy() -> None:
    """The last word on a path holds; the mapping given is as it was."""
    changes = [
        Change(path="storage.power_mw", value=6),
        Change(path="storage.power_mw", value=7),
        Change(path="market.load_mw", value=1),
    ]
    made = apply_changes(RAW, changes)
    assert made["storage"] == {"power_mw": 7, "name": "x"}
    assert made["market"] == {"load_mw": 1}
    assert RAW["storage"]["power_mw"] == 5


@pytest.mark.parametrize(
    ("change", "path", "value"),
    [
        (Change(path="storage.power_mw", action="scale", value=2), ("storage", "power_mw"), 10),
        (Change(path="storage.power_mw", action="add", value=-1), ("storage", "power_mw"), 4),
        (
            Change(path="revenue.known.income_yuan", action="scale", value=3),
            ("revenue", "known"),
            {"income_yuan": (3.0, 6.0)},
        ),
        (
            Change(path="revenue.known.income_yuan", action="add", value=1),
            ("revenue", "known"),
            {"income_yuan": (2.0, 3.0)},
        ),
        (Change(path="revenue.known", action="remove"), ("revenue",), {}),
        (Change(path="tax.loss_years", value=10), ("tax",), {"loss_years": 10}),
    ],
)
def test_action_does_what_its_name_says(change: Change, path: tuple[str, ...], value: Any) -> None:
    """A list is scaled number by number, never repeated."""
    place: Any = apply_changes(RAW, [change])
    for name in path:
        place = place[name]
    assert place == value


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            Change(path="storage.power_mw.deep", value=1),
            "--set storage.power_mw.deep: 'storage.power_mw' is not a section that holds values",
        ),
        (
            Change(path="storage.powr_mw", action="scale", value=1),
            "--set storage.powr_mw: nothing stands there to scale; did you mean 'power_mw'? Known: power_mw, name",
        ),
        (
            Change(path="storage.name", action="scale", value=2),
            "--set storage.name: 'x' is not a number; cannot scale it",
        ),
        (
            Change(path="storage.power_mw", action="add", value="1"),
            "--set storage.power_mw: '1' is not a number; cannot add it",
        ),
        (
            Change(path="nowhere.deep", action="remove"),
            "--set nowhere.deep: 'nowhere' is not a section that holds values",
        ),
    ],
)
def test_change_that_cannot_be_made_says_why(change: Change, message: str) -> None:
    """Path, what was found, what was expected."""
    with pytest.raises(InputError) as caught:
        apply_changes(RAW, [change])
    assert str(caught.value) == message
