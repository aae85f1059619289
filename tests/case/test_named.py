"""Named groups of a section: any number of entries by name, each walked like an inner section; the price basis of a field."""

from __future__ import annotations

import pickle
import re
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, ValidationError

from appraisal.case import Change, apply_changes, parse_set
from appraisal.errors import InputError
from appraisal.field import (
    Declared,
    Number,
    Section,
    Yearly,
    check_number,
    choice,
    count,
    declared,
    entries_of,
    flag,
    named,
    number,
    text,
    walk,
    yearly,
)


class Fee(Section):
    """A section below an entry."""

    yuan: Number = number("yuan", "手续费", "Fee", ge=0, default=0.0, basis="incl_vat")


class Credit(Section):
    """An entry with a field of every kind that one may have."""

    share: Number = number("share", "比例", "Share", ge=0, le=1)
    rate: Number | None = number("share/year", "利率", "Rate", ge=0, le=0.5, default=None)
    draws: Yearly = yearly("yuan", "提款", "Draws", ge=0, default=0.0)
    months: int | None = count("months", "期限", "Term", ge=1, le=600, default=None)
    repayment: Literal["annuity", "bullet"] = choice(
        "还款方式", "Repayment", default="annuity", options={"annuity": ("等额还本付息", "annuity"), "bullet": ("到期一次还本", "bullet")}
    )  # fmt: skip
    secured: bool = flag("担保", "Secured", default=False)
    lender: str | None = text("贷款人", "Lender", default=None)
    fee: Fee = Field(default_factory=Fee)


class Pool(Section):
    """A group beside a number."""

    total: Number = number("1", "总数", "Total", default=1.0)
    credits: Mapping[str, Credit] = named("借款", "Credits", Credit, help="By name.", help_zh="按名称。")


class Deep(Section):
    """A group below a group."""

    pools: Mapping[str, Pool] = named("资金池", "Pools", Pool)


STATED: dict[str, Any] = {
    "policy": {"share": 0.6, "rate": 0.03, "months": 180},
    "bank": {"share": 0.4, "repayment": "bullet", "draws": (1, 2, 3), "fee": {"yuan": 5}},
}


def pool() -> Pool:
    """Two entries."""
    return Pool.model_validate({"credits": STATED})


def test_group_is_empty_unless_stated() -> None:
    """No entry is made up; two sections share no mapping."""
    one, two = Pool(), Pool()
    assert one.credits == {}
    assert one.credits is not two.credits
    assert [path for path, _, _ in one.numbers()] == ["total"]


def test_numbers_are_reached_by_the_name_of_their_entry() -> None:
    """In the order of the file, then of the declaration."""
    found = {path: array for path, _, array in pool().numbers()}
    inner = ["share", "rate", "draws", "fee.yuan"]
    assert list(found) == ["total", *(f"credits.{label}.{name}" for label in ("policy", "bank") for name in inner)]
    assert np.array_equal(found["credits.policy.rate"], [[0.03]])
    assert found["credits.bank.rate"] is None
    assert found["credits.bank.draws"].tolist() == [[1.0, 2.0, 3.0]]


def test_what_stands_at_a_path_and_what_is_declared_there() -> None:
    """``at`` follows names that exist; ``declaration`` follows any name of an entry."""
    held = Deep.model_validate({"pools": {"main": {"credits": STATED}}})
    assert held.at("pools.main.credits.bank.fee.yuan").tolist() == [[5.0]]
    assert held.at("pools.main.credits.bank") is held.pools["main"].credits["bank"]
    assert walk({"any": held}, "any.pools.main.credits.policy.months") == 180
    assert Deep.declaration("pools.anything.credits.whatever.fee.yuan") == declared(Fee.model_fields["yuan"])
    assert Deep.declaration("pools").kind == "named"


@pytest.mark.parametrize(
    "path", ["", "nowhere", "pools.other", "pools.main.credits.bank.rte", "pools.main.total.deep", "pools."]
)
def test_path_that_leads_nowhere_is_a_lookup_error_with_the_path(path: str) -> None:
    """A label, a field, a step beyond a value."""
    held = Deep.model_validate({"pools": {"main": {"credits": STATED}}})
    with pytest.raises(LookupError) as caught:
        held.at(path)
    assert caught.value.args == (path,)


@pytest.mark.parametrize("path", ["", "nowhere", "pools.main", "pools.main.nothing", "pools.main.credits.bank", "pools..total", "pools.main.credits.bank.fee"])  # fmt: skip
def test_only_fields_are_declared(path: str) -> None:
    """An entry and an inner section declare nothing themselves."""
    with pytest.raises(LookupError):
        Deep.declaration(path)


def test_number_of_an_entry_is_replaced_on_a_copy() -> None:
    """The other entries and the section given stay as they were."""
    before = pool()
    after = before.with_number("credits.policy.rate", np.array([0.01, 0.02])).with_number("credits.bank.fee.yuan", 7)
    assert after.credits["policy"].rate.tolist() == [[0.01], [0.02]]
    assert after.credits["bank"].fee.yuan.tolist() == [[7.0]]
    assert after.credits["bank"].share is before.credits["bank"].share
    assert before.credits["policy"].rate.tolist() == [[0.03]]
    with pytest.raises(ValueError, match=r"^3 is outside 0–0\.5"):
        before.with_number("credits.policy.rate", 3.0)


@pytest.mark.parametrize(
    "path",
    ["credits", "credits.", "credits.policy", "credits.other.rate", "credits.policy.months", "credits.policy.rte"],
)
def test_what_is_no_number_of_an_entry_is_not_replaced(path: str) -> None:
    """The group, an entry, an entry that is not there, a structure, a misspelt field."""
    with pytest.raises(LookupError):
        pool().with_number(path, 1.0)


@given(st.lists(st.floats(0.0, 0.5), min_size=2, max_size=6), st.data())
def test_rows_cut_inside_entries_are_the_rows_cut_of_each_table(rates: list[float], data: st.DataObject) -> None:
    """``mapped`` reaches every table; what was left out stays left out."""
    whole = pool().with_number("credits.policy.rate", np.array(rates))
    row = data.draw(st.integers(0, len(rates) - 1))
    cut = whole.mapped(lambda array: array if len(array) == 1 else array[[row]])
    assert cut.credits["policy"].rate.tolist() == [[rates[row]]]
    assert cut.credits["bank"].rate is None
    assert cut.credits["policy"].model_fields_set == {"share", "rate", "months"}
    assert list(cut.credits) == list(whole.credits)


def test_section_is_not_reached_by_a_later_change_of_the_mapping_given() -> None:
    """The person's mapping stays theirs; the section is passed between processes whole."""
    given = {"policy": {"share": 0.6}}
    held = Pool.model_validate({"credits": given})
    given["bank"] = {"share": 0.4}
    assert list(held.credits) == ["policy"]
    assert pickle.loads(pickle.dumps(held)).credits["policy"].share.tolist() == [[0.6]]


@pytest.mark.parametrize("label", ["a", "_", "policy", "loan_2", "_1", "a" * 200, "class"])
def test_plain_word_names_an_entry(label: str) -> None:
    """Lower-case letters, digits and _."""
    assert Pool.model_validate({"credits": {label: {"share": 1}}}).at(f"credits.{label}.share").tolist() == [[1.0]]


@pytest.mark.parametrize("label", ["", "1st", "Policy", "a b", "a.b", "政策", "a-b", "a\n", "a[0]", 7, None, True])
def test_other_names_are_refused_beside_what_else_is_wrong(label: Any) -> None:
    """The name and what stands beneath it are told together."""
    with pytest.raises(ValidationError) as caught:
        Pool.model_validate({"credits": {label: {"share": 1}, "bank": {"share": 2, "rte": 1, "repayment": "x"}}})
    told = {".".join(map(str, one["loc"])): one for one in caught.value.errors()}
    refused = [one["msg"] for one in told.values() if "is no name" in one["msg"]]
    assert len(refused) == 1
    assert refused[0].endswith("a name is lower-case letters, digits and _, no digit first")
    assert {"credits.bank.share", "credits.bank.rte", "credits.bank.repayment"} <= set(told)


@pytest.mark.parametrize("value", [3, "bank", ("bank",), None, {"bank": None}, {"bank": 3}])
def test_group_takes_a_mapping_of_mappings(value: Any) -> None:
    """Nothing is guessed of another shape."""
    with pytest.raises(ValidationError):
        Pool.model_validate({"credits": value})


def test_annotation_must_be_the_mapping_that_is_declared() -> None:
    """Two sections named for one group are a mistake of ours, told when the class is made."""
    for annotation in (Mapping[str, Fee], Mapping[str, Any], dict[str, Credit], Credit):
        with pytest.raises(TypeError, match=r"expected Mapping\[str, Credit\]"):
            type(
                "Wrong", (Section,), {"__annotations__": {"held": annotation}, "held": named("借款", "Credits", Credit)}
            )
    assert entries_of(Pool.model_fields["credits"]) is Credit
    assert entries_of(Pool.model_fields["total"]) is None


def test_changes_reach_and_make_entries() -> None:
    """Set, scale, add and remove by path; an entry that is not there is made, as YAML would."""
    raw = {"finance": {"credits": STATED}}
    changes = [
        parse_set("finance.credits.policy.rate=0.02"),
        parse_set("finance.credits.town.share=0.1"),
        Change(path="finance.credits.bank.draws", action="scale", value=2),
        Change(path="finance.credits.bank.fee", action="remove"),
        parse_set("other.credits.first.fee.yuan=1"),
    ]
    made = apply_changes(raw, changes)
    assert made["finance"]["credits"] == {
        "policy": {"share": 0.6, "rate": 0.02, "months": 180},
        "bank": {"share": 0.4, "repayment": "bullet", "draws": (2, 4, 6)},
        "town": {"share": 0.1},
    }
    assert made["other"] == {"credits": {"first": {"fee": {"yuan": 1}}}}
    assert STATED["policy"]["rate"] == 0.03
    with pytest.raises(InputError, match="nothing stands there to remove; did you mean 'bank'"):
        apply_changes(raw, [Change(path="finance.credits.bnk", action="remove")])


def test_field_left_out_may_be_nothing_whatever_its_kind() -> None:
    """A count and a text with no default are None, and None stated is the same; a required one is not."""
    for stated in ({}, {"months": None, "lender": None, "rate": None}):
        held = Credit.model_validate({"share": 1, **stated})
        assert (held.months, held.lender, held.rate) == (None, None, None)
    with pytest.raises(ValidationError, match="no value stands here"):
        Credit.model_validate({"share": None})


@pytest.mark.parametrize(
    ("what", "unit", "expected"),
    [
        (Declared(kind="number", unit="yuan/kWh", zh="单价", en="Price", ge=0, basis="incl_vat"), "yuan/kWh incl. VAT", "yuan/kWh incl. VAT, 0 or more"),
        (Declared(kind="yearly", unit="yuan", zh="金额", en="Amount", basis="excl_vat"), "yuan excl. VAT", "yuan excl. VAT"),
        (Declared(kind="number", unit="share", zh="份额", en="Share"), "share", "a fraction of 1"),
    ],
)  # fmt: skip
def test_basis_stands_with_the_unit(what: Declared, unit: str, expected: str) -> None:
    """Where a unit is shown, the price basis is shown."""
    assert (what.unit_text(), what.expectation()) == (unit, expected)


def test_value_out_of_range_names_the_basis() -> None:
    """A price typed without VAT must be told from one that is out of range."""
    with pytest.raises(ValueError, match=f"^{re.escape('-1 is not 0 or more (yuan incl. VAT)')}$"):
        check_number(-1, declared(Fee.model_fields["yuan"]))


@pytest.mark.parametrize("unit", ["share", "MW", "1", ""])
def test_basis_of_what_is_no_money_is_refused(unit: str) -> None:
    """VAT is in a price or it is not; a share has none."""
    with pytest.raises(TypeError, match=r"a price basis .* belongs to money"):
        number(unit, "数", "Number", basis="incl_vat")
