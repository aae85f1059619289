"""Forms from the declarations: every field is there, what is entered is stored exactly, what is wrong stands beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest
from structures import CHOSEN

from appraisal.app.draft import Draft, ready
from appraisal.app.fields import (
    Field,
    field_at,
    fields_of,
    listed_above,
    look,
    printed,
    read_numbers,
    to_shown,
    to_stored,
    worded,
)
from appraisal.app.forms import changes
from appraisal.app.matter import ten
from appraisal.case import Change
from appraisal.case.schema import SECTIONS
from appraisal.field import Section
from appraisal.streams import stream, stream_names

TABS = ("project", "storage", "cost", "revenue", "prices", "load", "tax", "finance", "events", "uncertainty")
CASES = CHOSEN
CJK = re.compile(r"[\u2e80-\u9fff]")

Open = Callable[..., AppTest]


def draft_of(app: AppTest) -> Draft:
    """The draft of a session."""
    found: Draft = app.session_state["draft"]
    return found


def widget(app: AppTest, path: str, place: str = "tab") -> Any:
    """The widget of a field, whatever its kind."""
    key = f"{place}|{path}"
    kinds = (app.number_input, app.selectbox, app.text_input, app.text_area, app.multiselect)
    found = [one for kind in kinds for one in kind if one.key in (key, f"{key}|text")]
    assert len(found) == 1, (path, [one.key for one in found])
    return found[0]


def keys(app: AppTest) -> set[str]:
    """Keys of all widgets of a page."""
    kinds = (app.number_input, app.selectbox, app.text_input, app.text_area, app.multiselect, app.button)
    return {str(one.key) for kind in kinds for one in kind}


def leaves(kind: type[Section], path: str) -> Iterator[Field]:
    """Every field of a section that one widget shows."""
    for one in fields_of(kind, path):
        if not isinstance(one, Field):
            yield from leaves(one[1], one[0])
        elif one.inner is None:
            yield one


# --- every field ---


def _texts(app: AppTest) -> list[str]:
    """What a person reads on the page, sidebar apart."""
    inputs = [
        *app.main.number_input,
        *app.main.selectbox,
        *app.main.text_input,
        *app.main.text_area,
        *app.main.multiselect,
    ]
    shown = [*app.main.caption, *app.main.markdown, *app.main.subheader]
    return [*(one.value for one in shown), *(one.label for one in inputs), *(one.proto.placeholder for one in inputs)]


# Every ready case, the languages in turn.
@pytest.mark.parametrize(("case", "lang"), [(case, ("zh", "en")[place % 2]) for place, case in enumerate(CASES)])
def test_every_declared_field_is_on_the_page_in_one_language(open_page: Open, case: str, lang: str) -> None:
    """Each field of each section and stream has its widget on a tab; no name of a field and no other language shows."""
    app = open_page("inputs", case, lang)
    names = {one.name for name, kind in SECTIONS.items() for one in leaves(kind, name) if "_" in one.name}
    seen: set[str] = set()
    for tab in TABS:
        app.session_state["inputs_open"] = tab
        app.run()
        assert not app.exception, (tab, [one.stack_trace for one in app.exception])
        seen |= {key.removeprefix("tab|") for key in keys(app) if key.startswith("tab|")}
        for text in _texts(app):
            assert lang == "zh" or not CJK.search(text), text
            assert not set(re.findall(r"\w+", text, flags=re.ASCII)) & names, text
    wanted = {one.path for name, kind in SECTIONS.items() for one in leaves(kind, name)}
    for head in ("revenue", "support"):
        for label, terms in (look(draft_of(app).stated, head) or {}).items():
            found = leaves(stream(terms.get("stream", label)).terms, f"{head}.{label}")
            wanted |= {one.path for one in found if one.name != "stream"}
    assert wanted <= seen, wanted - seen


def test_ten_inputs_of_each_ready_case_come_first(open_page: Open) -> None:
    """Power, energy, main cost, what the investor is paid, years, availability, debt share, rate, years of the loan, discount rate."""
    fourth = {
        "zhejiang_user_lfp": ("capital.battery_yuan_per_kwh", "revenue.arbitrage.investor_share"),
        "hainan_grid_lfp": ("capital.battery_yuan_per_kwh", "revenue.capacity.price_yuan_per_kw_year"),
        "contract_schedule": ("capital.equipment_yuan", "revenue.contract.income_yuan"),
    }
    for case, own in fourth.items():
        found = [one.path for one in ten(ready(case))]
        assert found[:2] == ["storage.power_mw", "storage.energy_mwh"]
        assert tuple(found[2:4]) == own
        assert found[4:] == [
            "project.operation_years", "storage.availability", "finance.debt_share", "finance.loan_rate", "finance.loan_years", "finance.discount_rate",
        ]  # fmt: skip
        app = open_page("inputs", case)
        assert {f"top|{path}" for path in found} <= keys(app)


# --- what is entered ---


@given(st.integers(min_value=-10_000, max_value=1_000_000))
def test_a_percentage_of_three_digits_is_stored_as_the_fraction_that_people_write(thousandths: int) -> None:
    """x.xxx % is stored as the float of its decimal fraction, and is shown as it was typed."""
    shown = thousandths / 1000
    stored = to_stored(shown, percent=True)
    # Oracle: Python's own reading of the decimal text with the point moved by two places.
    sign, digits = ("-" if thousandths < 0 else ""), f"{abs(thousandths):08d}"
    assert stored == float(f"{sign}{digits[:-5]}.{digits[-5:]}")
    assert to_shown(stored, percent=True) == shown


@given(
    st.lists(st.integers(min_value=0, max_value=10**9).map(lambda number: number / 10_000), min_size=2, max_size=30),
    st.booleans(),
)
def test_a_row_of_numbers_is_read_back_as_it_was_printed(values: list[float], percent: bool) -> None:
    """Printing and reading a row changes no number."""
    assert read_numbers(printed(values, percent), percent) == values


def test_a_percentage_entered_is_stored_as_a_fraction(open_page: Open) -> None:
    """3.5 % is 0.035, and a cleared field goes back to its default by leaving the draft."""
    app = open_page("inputs", inputs_open="finance")
    widget(app, "finance.loan_rate", "top").set_value(2.9).run()
    assert draft_of(app).stated["finance"]["loan_rate"] == 0.029
    assert widget(app, "finance.loan_rate").value == 2.9
    widget(app, "finance.loan_rate").set_value(3.5).run()
    assert draft_of(app).stated["finance"]["loan_rate"] == 0.035
    # What is loaded and undone by hand is the loaded case again, to the key.
    assert draft_of(app).key == ready("zhejiang_user_lfp").key
    assert widget(app, "finance.working_capital_debt_share").value is None
    widget(app, "finance.equity_discount_rate").set_value(None).run()
    assert "equity_discount_rate" not in draft_of(app).stated["finance"]


def test_a_change_gives_another_result_and_is_marked_with_a_way_back(open_page: Open) -> None:
    """The return moves, the field says what was loaded, the button restores it."""
    app = open_page("inputs")
    before = app.info[0].value
    widget(app, "capital.battery_yuan_per_kwh", "top").set_value(900.0).run()
    assert app.info[0].value != before
    assert any("已改，载入时 600" in one.value for one in app.markdown)
    app.button(key="undo|top|capital.battery_yuan_per_kwh").click().run()
    assert app.info[0].value == before
    assert draft_of(app).key == ready("zhejiang_user_lfp").key


def test_values_survive_the_switch_of_language_and_of_pages(open_page: Open) -> None:
    """A changed value, an open tab and a choice stand after switching to English, to another page and back."""
    app = open_page("inputs", inputs_open="finance")
    widget(app, "finance.discount_rate").set_value(7.25).run()
    widget(app, "finance.repayment").set_value("annuity").run()
    app.radio(key="lang").set_value("en").run()
    assert widget(app, "finance.discount_rate").value == 7.25
    assert widget(app, "finance.repayment").value == "annuity"
    app.switch_page("appraisal/app/pages/prices.py").run()
    app.switch_page("appraisal/app/pages/inputs.py").run()
    assert widget(app, "finance.discount_rate").value == 7.25
    assert draft_of(app).stated["finance"]["discount_rate"] == 0.0725


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_invalid_entry_stands_with_its_fault_and_no_result_is_shown(open_page: Open, lang: str) -> None:
    """The value stays as entered, the fault stands at the top and beside the field in percent, and no return is shown."""
    app = open_page("inputs", lang=lang, inputs_open="finance")
    widget(app, "finance.loan_rate").set_value(350.0).run()
    assert draft_of(app).stated["finance"]["loan_rate"] == 3.5
    assert widget(app, "finance.loan_rate").value == 350.0
    assert not app.info
    told = [one.value for one in app.error]
    beside = {"zh": "350 超出范围，应为 0–50", "en": "350 is outside 0–50"}[lang]
    # The sidebar, all at once at the top, beside the field here and among the ten.
    assert sum(beside in text for text in told) == 3, told


def test_text_for_a_number_in_a_row_is_kept_and_told(open_page: Open) -> None:
    """What is no number stays in the field as typed."""
    app = open_page("inputs", inputs_open="load")
    widget(app, "market.load_mw").set_value("4, 5, x").run()
    assert draft_of(app).stated["market"]["load_mw"] == [4, 5, "x"]
    assert widget(app, "market.load_mw").value == "4, 5, x"
    assert any("'x' 不是数" in one.value for one in app.error)
    widget(app, "market.load_mw").set_value("9").run()
    assert draft_of(app).stated["market"]["load_mw"] == 9
    assert not app.main.error


@pytest.mark.parametrize(
    ("path", "value", "tab"),
    [
        ("storage.power_mw", "five", "storage"), ("project.operation_years", 2.5, "project"), ("capital.depreciation", "quick", "cost"),
        ("capital.depreciation", ["a"], "cost"), ("market.parts", 3, "prices"), ("revenue.arbitrage.enabled", "yes", "revenue"),
        ("market.load_mw", {"a": 1}, "load"), ("storage.replacement.operation_years", "x", "storage"), ("finance", 5, "finance"),
        ("revenue", ["arbitrage"], "revenue"), ("revenue.arbitrage", None, "revenue"), ("project.phases", [1, {"share": 0.5}], "project"),
        ("market.typical_days", [{"months": 13}], "prices"), ("uncertainty", {"storage.power_mw": 3}, "uncertainty"),
        ("uncertainty", ["x"], "uncertainty"), ("overlays", {"no.such": 1}, "uncertainty"), ("finance.loans", {"a": {"rate": "x"}}, "finance"),
        ("storage.power_mw", 1e300, "storage"), ("project.construction_start", "soon", "project"), ("revenue.no_such_stream", {}, "revenue"),
    ],
)  # fmt: skip
def test_whatever_a_link_may_hold_is_shown_with_its_fault_and_no_exception(
    open_page: Open, path: str, value: Any, tab: str
) -> None:
    """A draft from a link or file may hold anything; the form shows it, says what is wrong and can be used."""
    draft = ready("zhejiang_user_lfp").changed(Change(path=path, value=value))
    app = open_page("inputs", draft, inputs_open=tab)
    assert app.main.error
    app.radio(key="lang").set_value("en").run()
    assert not app.exception, [one.stack_trace for one in app.exception]
    assert app.main.error


# --- entries and streams ---


def test_a_stream_is_added_with_its_required_terms_and_removed(open_page: Open) -> None:
    """The button waits for the terms that neither a default nor the library gives; then the case is computed with them."""
    app = open_page("inputs", "hainan_grid_lfp", inputs_open="revenue")
    before = app.info[0].value
    app.selectbox(key="kind|revenue").set_value("schedule").run()
    assert app.button(key="add|revenue").disabled
    app.number_input(key="new|revenue|new.schedule.vat_rate").set_value(6.0).run()
    assert app.button(key="add|revenue").disabled
    app.selectbox(key="new|revenue|new.schedule.paid_by").set_value("host").run()
    app.button(key="add|revenue").click().run()
    assert draft_of(app).stated["revenue"]["schedule"] == {"paid_by": "host", "vat_rate": 0.06}
    widget(app, "revenue.schedule.income_yuan").set_value("5000000").run()
    assert not app.main.error
    assert app.info[0].value != before
    app.button(key="remove|revenue.schedule").click().run()
    assert draft_of(app).key == ready("hainan_grid_lfp").key


def test_a_second_stream_of_a_kind_takes_a_name_of_its_own(open_page: Open) -> None:
    """Labels are unique; the kind stands beneath the label."""
    app = open_page("inputs", "contract_schedule", inputs_open="revenue")
    for label in ("schedule", "schedule_2"):
        app.selectbox(key="kind|revenue").set_value("schedule").run()
        app.number_input(key="new|revenue|new.schedule.vat_rate").set_value(13.0).run()
        app.selectbox(key="new|revenue|new.schedule.paid_by").set_value("market").run()
        app.button(key="add|revenue").click().run()
        assert label in draft_of(app).stated["revenue"]
    assert draft_of(app).stated["revenue"]["schedule_2"]["stream"] == "schedule"


def test_named_entries_and_phases_are_added_filled_and_removed(open_page: Open) -> None:
    """A loan by name, two phases in a list: what is entered stands at its place, removing the last leaves nothing."""
    app = open_page("inputs", inputs_open="finance")
    app.text_input(key="name|finance.loans").set_value("policy").run()
    app.button(key="add|finance.loans").click().run()
    widget(app, "finance.loans.policy.share").set_value(100.0).run()
    widget(app, "finance.loans.policy.rate").set_value(2.8).run()
    assert draft_of(app).stated["finance"]["loans"] == {"policy": {"share": 1, "rate": 0.028}}
    assert not app.main.error
    app.button(key="remove|finance.loans.policy").click().run()
    assert "loans" not in draft_of(app).stated["finance"]
    app = open_page("inputs", inputs_open="project")
    for place, (share, start) in enumerate([(60.0, 0), (40.0, 6)]):
        app.button(key="add|project.phases").click().run()
        widget(app, f"project.phases.{place}.share").set_value(share).run()
        widget(app, f"project.phases.{place}.start_month").set_value(start).run()
        widget(app, f"project.phases.{place}.construction_months").set_value(4).run()
    widget(app, "project.construction_months").set_value(10).run()
    assert draft_of(app).stated["project"]["phases"] == [
        {"share": 0.6, "start_month": 0, "construction_months": 4}, {"share": 0.4, "start_month": 6, "construction_months": 4},
    ]  # fmt: skip
    assert not app.main.error, [one.value for one in app.main.error]


def test_a_distribution_and_a_what_if_are_added_changed_and_removed(open_page: Open) -> None:
    """Numbers of a share are in percent on the page and fractions in the draft; sections left empty go."""
    app = open_page("inputs", inputs_open="uncertainty")
    app.text_input(key="numbers|revenue.arbitrage.investor_share").set_value("82.5, 96").run()
    assert draft_of(app).stated["uncertainty"]["revenue.arbitrage.investor_share"] == {"uniform": [0.825, 0.96]}
    app.selectbox(key="new|uncertainty").set_value("storage.availability").run()
    app.button(key="add|uncertainty").click().run()
    assert draft_of(app).stated["uncertainty"]["storage.availability"] == {"triangular": [0.873, 0.97, 1.0]}
    assert not app.main.error
    for path in list(draft_of(app).stated["uncertainty"]):
        app.button(key=f"remove|uncertainty|{path}").click().run()
    assert "uncertainty" not in draft_of(app).stated
    app.selectbox(key="new|overlays").set_value("tax.national.income_tax").run()
    app.button(key="add|overlays").click().run()
    app.number_input(key="overlay|tax.national.income_tax").set_value(15.0).run()
    assert draft_of(app).stated["overlays"] == {"tax.national.income_tax": 0.15}
    assert not app.main.error
    app.button(key="remove|overlays|tax.national.income_tax").click().run()
    assert "overlays" not in draft_of(app).stated


# --- words and paths ---


def test_no_code_of_an_option_or_name_of_a_field_is_left_in_the_help() -> None:
    """Helps name options by their labels and fields by their titles, in both languages."""
    kinds = [
        *((kind, name) for name, kind in SECTIONS.items()),
        *((stream(name).terms, name) for name in stream_names()),
    ]
    for kind, name in kinds:
        for one in leaves(kind, name):
            for lang in ("zh", "en"):
                # The heads of a price table are what a person writes into a file.
                about = one.about(lang).replace("buy_yuan_per_mwh", "").replace("sell_yuan_per_mwh", "")
                left = re.findall(r"(?<![\w.])[a-z]+_[a-z_]+(?![\w.])", about, flags=re.ASCII)
                assert not left, (one.path, one.about(lang))


def test_a_value_inside_a_list_is_set_with_its_list() -> None:
    """The path of an entry's field changes that entry and no other; None takes the key out."""
    stated = {"project": {"phases": ({"share": 0.5, "start_month": 0}, {"share": 0.5})}}
    assert listed_above(stated, "project.phases.1.share", 0.4) == (
        "project.phases",
        [{"share": 0.5, "start_month": 0}, {"share": 0.4}],
    )
    assert listed_above(stated, "project.phases.0.start_month", None) == (
        "project.phases",
        [{"share": 0.5}, {"share": 0.5}],
    )
    assert listed_above(stated, "project.owner", "x") == ("project.owner", "x")


def test_a_field_is_found_through_entries_lists_and_streams() -> None:
    """Named groups, lists and labels of streams stand between a section and its fields."""
    stated = ready("contract_schedule").stated
    for path, unit in (
        ("finance.loans.a.rate", "share/year"),
        ("project.phases.1.share", "share"),
        ("revenue.contract.vat_rate", "share"),
    ):
        found = field_at(stated, path)
        assert found is not None
        assert (found.path, found.what.unit) == (path, unit)
    for path in ("finance.nothing", "nothing.at.all", "revenue.none.vat_rate", "storage.power_mw.more", "finance"):
        found = field_at(stated, path)
        assert found is None or found.path != path


def test_changes_of_a_draft_are_listed_value_by_value() -> None:
    """Added, removed and changed values, each at its own path."""
    before = ready("zhejiang_user_lfp")
    now = before.changed(
        Change(path="finance.loan_rate", value=0.04),
        Change(path="operating_cost", action="remove"),
        Change(path="tax.stamp_duty_share", value=0.0003),
    )
    assert changes(now, before) == [
        ("operating_cost.insurance_share", 0.002, None), ("finance.loan_rate", 0.035, 0.04), ("tax.stamp_duty_share", None, 0.0003),
    ]  # fmt: skip
    assert changes(before, before) == []


def test_codes_are_worded_only_as_whole_words() -> None:
    """A path, a longer name and a plain word stay as they are."""
    kind = SECTIONS["finance"]
    assert (
        worded("finance.loan_rate stays, loan_rate does not", kind, "en")
        == "finance.loan_rate stays, “Loan rate” does not"
    )
