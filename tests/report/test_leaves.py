"""What stands behind an input of the books: its words, the values of the case, the operation, the facts."""

from __future__ import annotations

from typing import Any

import pytest
from strategies import CAPACITY, INSURANCE, REGULATION, made, merged, plant
from streams.drawn_cases import known
from structures import READY, STRUCTURES, result_of

import appraisal
from appraisal.errors import IntegrityError
from appraisal.finance.inputs import STREAM_RATES, STREAM_SERIES, declared_inputs, paths, stepped_paths
from appraisal.library import Fact
from appraisal.report import leaf_names
from appraisal.report.leaf_names import series_words, solved_words
from appraisal.report.leaf_words import OPERATION_WORDS, PHASE_SERIES
from appraisal.report.leaves import Leaf, distinct
from appraisal.report.trace import explain
from appraisal.scenario import resolved
from appraisal.streams import stream_names


def all_facts(leaf: Leaf) -> tuple[Fact, ...]:
    """Every fact behind a leaf, each once."""
    return distinct([*(fact for given in leaf.inputs for fact in given.facts), *leaf.facts])


def leaf_of(name: str, key: str, year: int | None = None) -> Any:
    """The leaf of an input of the books."""
    leaf = explain(result_of(name), key, year).nodes[0].leaf
    assert leaf is not None
    return leaf


def test_stated_income_rests_on_no_tariff() -> None:
    """The contract of the scheduled case: its amount of the year, its own words, no price of a tariff, no operation."""
    leaf = leaf_of("contract_schedule", "contract.income", 5)
    assert leaf.file == "streams/schedule.py"
    assert not [fact for fact in all_facts(leaf) if fact.name.startswith(("retail.", "calendar.", "technology."))]
    assert leaf.readings == ()
    amounts = {given.path: given.value for given in leaf.inputs}
    # Year 5 is the third operating year after 18 months of construction (two columns); the case file states 92 million.
    assert amounts["revenue.contract.income_yuan"] == 92_000_000
    assert explain(result_of("contract_schedule"), "contract.income", 5).nodes[0].values == (92_000_000.0,)


def test_arbitrage_rests_on_the_components_of_its_tariff() -> None:
    """Components by month with their documents, the contract's terms, the energy moved; nothing of tax on profit."""
    result = result_of("zhejiang_user_lfp")
    leaf = leaf_of("zhejiang_user_lfp", "arbitrage.income", 4)
    parts = {
        fact.name.removeprefix("retail.zhejiang.")
        for fact in all_facts(leaf)
        if fact.name.startswith("retail.zhejiang.")
    }
    assert {
        "purchased_energy",
        "loss",
        "system_operation",
        "funds",
        "transmission.two.1_10kv.energy",
        "ratio.p",
        "rule",
    } <= parts
    assert all(fact.source.cite for fact in all_facts(leaf))
    assert not [
        fact for fact in all_facts(leaf) if fact.name.startswith(("tax.national.income", "finance.", "capacity."))
    ]
    given = {one.path: one for one in leaf.inputs}
    assert given["revenue.arbitrage.investor_share"].value == 0.9  # scenarios/zhejiang_user_lfp.yaml
    assert "revenue.arbitrage.price_factor" not in given  # saving_share does not read it
    assert "capital.battery_yuan_per_kwh" not in given
    shown = {one.key: one.values[0] for one in leaf.readings}
    for name in ("discharged_mwh", "charged_mwh", "soh"):
        assert shown[name] == getattr(result.operation, name)[0, 3]
    # The contract in closed form: the investor's share of what discharging saves less what charging costs.
    assert result.statements["arbitrage.income"][0, 3] == pytest.approx(
        0.9 * (shown["earned.energy"] - shown["paid.energy"])
    )


def test_capacity_payment_rests_on_its_own_facts() -> None:
    """Price and hours of the province with their documents; no other stream's fact."""
    leaf = leaf_of("hainan_grid_lfp", "capacity.income", 3)
    names = {fact.name for fact in all_facts(leaf)}
    assert {"capacity.hainan.price_yuan_per_kw_year", "capacity.hainan.required_hours"} <= names
    assert not [name for name in names if name.startswith("ancillary.")]
    regulation = leaf_of("hainan_grid_lfp", "frequency_regulation.income", 3)
    assert {fact.name for fact in all_facts(regulation) if not fact.name.startswith("tax.")} == {
        "ancillary.southern_region.mileage_price_cap"
    }
    assert [one.key for one in regulation.readings] == ["running"]


def test_rate_of_a_stream_names_the_rate_read() -> None:
    """Left out in the terms, the electricity rate stands, with its fact; what a stream does not have is said to be none."""
    leaf = leaf_of("zhejiang_user_lfp", "arbitrage.vat_rate")
    assert [given.path for given in leaf.inputs] == ["market.vat_rate"]
    assert [fact.name for fact in all_facts(leaf)] == ["tax.national.vat_electricity"]
    none = leaf_of("zhejiang_user_lfp", "arbitrage.cost", 4)
    assert (none.inputs, none.readings, none.facts) == ((), (), ())
    assert none.en == "the stream Peak–valley arbitrage has none: 0 in every year"


@pytest.mark.parametrize("name", [*READY, *STRUCTURES])
def test_every_input_of_the_books_is_explained(name: str) -> None:
    """Each has words or a place in the case, none has both, no words are left over; every field named is one of the case."""
    result = result_of(name)
    form = result.statements.form
    streams = {f"{one.label}.{key}" for one in form.streams for key in (*STREAM_SERIES, *STREAM_RATES)}
    described = [set(series_words(form)), set(solved_words(form)), {*paths(form), *stepped_paths(form)}, streams]
    given = set(declared_inputs(form))
    assert set().union(*described) == given
    assert sum(len(names) for names in described) == len(given)
    fields = {entry.path for entry in resolved(result.case)}
    for words in [*series_words(form).values(), *solved_words(form).values()]:
        assert words.zh
        assert words.en
        assert set(words.fields) <= fields
        assert set(words.operation) <= set(OPERATION_WORDS)
    for key in result.statements.book.inputs:
        assert explain(result, key).nodes[0].leaf is not None


def test_events_name_the_year_that_the_case_states() -> None:
    """A replacement, a loan that repays another, a grant that comes later, stated shares: each by its own path."""
    for key, path in {
        "renewal_9.replacing": "storage.replacement.operation_years",
        "work_more_6.since": "capital.later_works.more.operation_years",
        "loan_renewed.drawing": "finance.loans.renewed.drawn_in",
        "loan_bank.refinanced_in": "finance.loans.renewed.drawn_in",
        "grant_later.arriving": "finance.grants.later.operating_year",
        "loan_town.repayment_share": "finance.loans.town.repayment_shares",
        "loan_town.rate": "finance.loan_rate",
        "loan_policy.rate": "finance.loans.policy.rate",
    }.items():
        assert leaf_of("many", key).inputs[0].path == path, key
    assert leaf_of("many", "loan_town.rate").inputs[0].stands_for == "finance.loans.town.rate"


def test_calendar_columns_rest_on_the_first_month_and_name_their_phase() -> None:
    """Where columns are calendar years the month of the construction start decides; elsewhere it says nothing."""
    leaf = leaf_of("phased", "age_p2")
    assert leaf.en.endswith(", phase 2")
    assert leaf.zh.endswith("（第2期）")
    assert {"project.columns", "project.construction_start", "project.phases"} <= {given.path for given in leaf.inputs}
    assert [given.path for given in leaf_of("many", "age").inputs] == ["project.construction_months"]


def test_stream_laid_on_calendar_columns_rests_on_what_it_rests_on_without_them() -> None:
    """A stream settles whole operating years of the whole plant, however they are then laid on the columns."""
    raw = plant(
        {
            "revenue": {"capacity": CAPACITY, "frequency_regulation": REGULATION},
            "support": {"first_of_kind_insurance": INSURANCE},
        }
    )
    phases = [
        {"share": 0.5, "start_month": 0, "construction_months": 6}, {"share": 0.5, "start_month": 5, "construction_months": 9},
    ]  # fmt: skip
    laid = {"columns": "calendar", "phases": phases, "construction_months": 14}
    plain, mixed = (appraisal.appraise(made(one)) for one in (raw, merged(raw, {"project": laid})))
    for label in plain.case.streams:
        whole, parted = (explain(result, f"{label}.income").nodes[0].leaf for result in (plain, mixed))
        assert whole is not None
        assert parted is not None
        told, again = ({given.path for given in leaf.inputs if "project" not in given.path} for leaf in (whole, parted))
        assert told == again, label
        assert [one.key for one in whole.readings] == [one.key for one in parted.readings], label


@pytest.mark.parametrize("name", stream_names())
def test_leaf_of_every_stream_shows_what_it_read(name: str) -> None:
    """On random valid cases, every series of every stream: a stream file dropped in is explained without a word here."""
    for case in known(name)[::7]:
        result = appraisal.appraise(case)
        for key in [key for key in result.statements.book.inputs if key.startswith("it.")]:
            leaf = explain(result, key).nodes[0].leaf
            assert leaf is not None
            assert leaf.file == f"streams/{name}.py"
            # A series that is paid rests on values of the case; one that is 0 in every year says so.
            if result.statements.book.inputs[key].kind == "series":
                assert bool(leaf.inputs) == bool(result.statements[key][0].any()), key


def test_input_without_words_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A series that the books gain without words here is told, not skipped."""
    less = {name: words for name, words in PHASE_SERIES.items() if name != "age"}
    monkeypatch.setattr(leaf_names, "PHASE_SERIES", less)
    leaf_names.series_words.cache_clear()
    try:
        with pytest.raises(IntegrityError, match="'age' of the books has no description"):
            explain(result_of("contract_schedule"), "age", 3)
    finally:
        leaf_names.series_words.cache_clear()
