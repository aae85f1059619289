"""Calendar columns and phases through the path: what runs and what is paid is that of the whole years, laid once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import CAPACITY, INSURANCE, REGULATION, cases, contract, made, merged, plant

from appraisal import Case, appraise, load_case, scenario_path
from appraisal.case.change import Change
from appraisal.case.periods import periods
from appraisal.dispatch.run import dispatch
from appraisal.errors import InputError
from appraisal.operation import Operation, Revenue
from appraisal.report.result import first_year
from appraisal.streams import settle
from appraisal.units import Table

DRAWN = settings(
    max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)  # fmt: skip
QUANTITIES = ("charged_mwh", "discharged_mwh", "running", "usable_mwh")
AUTUMN = {"construction_start": "2026-10", "construction_months": 5, "columns": "calendar"}
TWO = [
    {"share": 0.6, "start_month": 0, "construction_months": 6},
    {"share": 0.4, "start_month": 6, "construction_months": 9},
]
PHASED = {"construction_months": 15, "phases": TWO}
FULL: dict[str, Any] = {
    "revenue": {"capacity": CAPACITY, "frequency_regulation": REGULATION},
    "support": {"first_of_kind_insurance": {**INSURANCE, "insured_by": "owner"}},
    "market": {"price_index": [1.0, 1.1, 0.9, 1.2, 0.8, 1.0, 1.3, 0.7, 1.05, 0.95]},
}


def run(raw: dict[str, Any]) -> tuple[Case, Operation, Revenue]:
    """A case with what it does and what it is paid."""
    case = made(raw)
    operation = dispatch(case)
    return case, operation, settle(case, operation)


def same(first: tuple[Case, Operation, Revenue], second: tuple[Case, Operation, Revenue]) -> None:
    """What runs and what is paid is the same, to the bit."""
    for name in (*QUANTITIES, "soh"):
        assert np.array_equal(getattr(first[1], name), getattr(second[1], name)), name
    for label, settled in first[2].settlements.items():
        for name, money in settled.tables().items():
            assert np.array_equal(*np.broadcast_arrays(money, second[2].settlements[label].tables()[name])), (
                label,
                name,
            )
    assert np.array_equal(first[2].revenue_year, second[2].revenue_year)


@st.composite
def time_lines(draw: st.DrawFn) -> dict[str, Any]:
    """Another start, either kind of columns, up to three phases that follow each other within a year."""
    starts = [0, *sorted(draw(st.lists(st.integers(1, 10), max_size=2)))]
    cuts = sorted(draw(st.sets(st.integers(1, 99), min_size=len(starts) - 1, max_size=len(starts) - 1)))
    shares = [int(share) / 100 for share in np.diff([0, *cuts, 100])]
    phases = [
        {"share": share, "start_month": start, "construction_months": draw(st.integers(1, 12))}
        for share, start in zip(shares, starts, strict=True)
    ]
    return {
        "construction_start": f"2026-{draw(st.integers(1, 12)):02d}", "columns": draw(st.sampled_from(["calendar", "operating_years"])),
        "construction_months": max(phase["start_month"] + phase["construction_months"] for phase in phases),
        **({"phases": phases} if draw(st.booleans()) or len(phases) > 1 else {}),
    }  # fmt: skip


@DRAWN
@given(raw=cases(), project=time_lines())
def test_energy_and_money_of_every_stream_are_kept(raw: dict[str, Any], project: dict[str, Any]) -> None:
    """Any case on any time line moves and is paid in total what it moves and is paid in whole operating years."""
    raw["capital"].pop("spend_profile", None)
    whole = {"construction_start": project["construction_start"], "construction_months": project["construction_months"]}
    years, plain, paid = run(merged(raw, {"project": whole}))
    case, operation, revenue = run(merged(raw, {"project": project}))
    assert operation.running.shape[1] == periods(case.project).years
    for name in QUANTITIES:
        kept(getattr(operation, name), getattr(plain, name))
    for line in ("paid", "earned"):
        for name, money in getattr(operation, line).items():
            kept(money, getattr(plain, line)[name])
    for label, settled in revenue.settlements.items():
        for name, money in settled.tables().items():
            kept(money, paid.settlements[label].tables()[name])
    idle = periods(case.project).operating[0] == 0.0
    assert not operation.discharged_mwh[:, idle].any()
    held, health = operation.soh[:, ~idle], plain.soh[:, periods(years.project).operating[0] > 0.0]
    assert (held <= health.max() + 1e-12).all()
    assert (held >= health.min() - 1e-12).all()


def kept(laid: Table, whole: Table) -> None:
    """Both add to the same total, in every scenario."""
    np.testing.assert_allclose(laid.sum(axis=1), whole.sum(axis=1), rtol=1e-11, atol=1e-6)


@pytest.mark.parametrize("side", [{}, FULL])
def test_one_phase_of_the_whole_plant_changes_no_bit(side: dict[str, Any]) -> None:
    """Share 1 from the start is the plant built at once, on plain columns."""
    one = {"phases": [{"share": 1, "start_month": 0, "construction_months": 6}]}
    same(run(plant(side)), run(plant(side, {"project": one})))


def test_calendar_from_january_over_a_year_changes_no_bit() -> None:
    """The calendar's columns are then the operating years, stream by stream."""
    january = {"construction_start": "2026-01", "construction_months": 12}
    same(run(plant(FULL, {"project": january})), run(plant(FULL, {"project": {**january, "columns": "calendar"}})))


def test_scheduled_amounts_follow_the_calendar() -> None:
    """By hand: from March 2027 ten months of 120 a year, two of it and ten of 240, two of 240."""
    raw = contract({"project": {**AUTUMN, "operation_years": 2}, "capital": {"equipment_yuan": 1000, "equipment_vat_rate": 0},
                    "revenue": {"known": {"income_yuan": [120, 240], "cost_yuan": 12}}})  # fmt: skip
    _, _, revenue = run(raw)
    np.testing.assert_allclose(revenue.settlements["known"].income, [[0, 100, 220, 40]], rtol=1e-14)
    np.testing.assert_allclose(revenue.settlements["known"].cost, [[0, 10, 12, 2]], rtol=1e-14)
    assert revenue.revenue_year.tolist() == [[0, 1, 2, 3]]


def test_phases_a_year_apart_run_side_by_side() -> None:
    """Each column is 60 % of its operating year and 40 % of the one before; its health the mean of what runs."""
    plain = dispatch(made(plant(FULL)))
    _, operation, revenue = run(plant(FULL, {"project": PHASED}))
    whole = settle(made(plant(FULL)), plain)
    # On plain columns six months take one column; here the second phase needs one more at the end.
    for laid, years in (
        (operation.discharged_mwh, plain.discharged_mwh), (operation.running, plain.running),
        (revenue.settlements["capacity"].income, whole.settlements["capacity"].income),
        (revenue.settlements["arbitrage"].income, whole.settlements["arbitrage"].income),
        (revenue.settlements["arbitrage"].purchase, whole.settlements["arbitrage"].purchase),
        (revenue.settlements["frequency_regulation"].income, whole.settlements["frequency_regulation"].income),
    ):  # fmt: skip
        first, second = np.append(years[0, 1:], 0.0), np.append(0.0, years[0, 1:])
        np.testing.assert_allclose(laid[0], np.append(0.0, 0.6 * first + 0.4 * second), rtol=1e-13)
    soh = plain.soh[0, 1:]
    mixed = 0.6 * soh[1:] + 0.4 * soh[:-1]
    np.testing.assert_allclose(operation.soh[0], [0, soh[0], *mixed, soh[-1]], rtol=1e-13)


def test_capacity_in_a_mixed_column_is_paid_year_by_year() -> None:
    """min(1, hours ÷ required) is not linear: a year above the required hours does not make up for one below.

    Usable hours as the notice counts them (114号 二(三)), computed here from the health by year.
    """
    wearing = plant({"revenue": {"capacity": {**CAPACITY, "required_hours": 1.65}}})
    soh = dispatch(made(wearing)).soh[0, 1:]
    paid = 165 * 10_000 * np.minimum(1.0, 20 * 0.95 * soh * 0.93 / 10 / 1.65)
    assert paid[0] == 165 * 10_000 > paid[-1]
    _, _, revenue = run(merged(wearing, {"project": AUTUMN}))
    expected = np.append(10 / 12 * paid, 0.0) + np.append(0.0, 2 / 12 * paid)
    np.testing.assert_allclose(revenue.settlements["capacity"].income[0], [0.0, *expected], rtol=1e-13)


def test_index_moves_the_money_of_its_own_operating_year() -> None:
    """A column of two operating years holds each at its own price level."""
    level = plant({"market": {"price_index": 1.0}})
    earned = dispatch(made(level)).earned
    sold = sum(money[0, 1:] for money in earned.values()) * np.array(FULL["market"]["price_index"])
    _, _, revenue = run(merged(level, {"market": FULL["market"], "project": AUTUMN}))
    expected = np.append(10 / 12 * sold, 0.0) + np.append(0.0, 2 / 12 * sold)
    np.testing.assert_allclose(revenue.settlements["arbitrage"].income[0], [0.0, *expected], rtol=1e-12)


def test_insurance_of_three_years_ends_within_its_column() -> None:
    """2 M insured at 2.5 %, 80 % compensated, three years from commissioning: by hand."""
    insured = {"support": {"first_of_kind_insurance": {**INSURANCE, "insured_by": "owner"}}}
    settled = run(plant(insured, {"project": AUTUMN}))[2].settlements["first_of_kind_insurance"]
    share = np.array([0, 10 / 12, 1, 1, 2 / 12, 0])
    np.testing.assert_allclose(settled.cost[0, :6], 50_000 * share, rtol=1e-13)
    np.testing.assert_allclose(settled.income[0, :6], 40_000 * share, rtol=1e-13)
    phased = run(plant(insured, {"project": PHASED}))[2].settlements["first_of_kind_insurance"]
    np.testing.assert_allclose(phased.income[0, :6], 40_000 * np.array([0, 0.6, 1, 1, 0.4, 0]), rtol=1e-13)


def test_makers_discount_follows_the_spending() -> None:
    """120 000 of compensation lowers the equipment price as the columns are paid: 3 and 2 of 5 months, or as stated."""
    insured = {"support": {"first_of_kind_insurance": INSURANCE}, "project": AUTUMN}
    by_months = run(plant(insured))[2].settlements["first_of_kind_insurance"].capital_change
    np.testing.assert_allclose(by_months[0, :3], [-72_000, -48_000, 0], rtol=1e-13)
    stated = run(plant(insured, {"capital": {"spend_profile": [0.25, 0.75]}}))[2].settlements["first_of_kind_insurance"]
    np.testing.assert_allclose(stated.capital_change[0, :3], [-30_000, -90_000, 0], rtol=1e-13)


def test_energy_stated_by_year_follows_the_columns() -> None:
    """By hand: 1200 MWh a year, 60 % of the plant from the second column, all from the third."""
    raw = contract({"project": PHASED, "capital": {"equipment_yuan": 1000, "equipment_vat_rate": 0},
                    "storage": {"discharged_mwh": 1200, "charged_mwh": 1500}})  # fmt: skip
    _, operation, _ = run(raw)
    np.testing.assert_allclose(operation.discharged_mwh, [[0, 720, 1200, 1200, 1200, 1200, 480]], rtol=1e-14)
    assert operation.soh.tolist() == [[0, 1, 1, 1, 1, 1, 1]]


@pytest.mark.parametrize("project", [AUTUMN, PHASED, {**PHASED, "columns": "calendar"}])
def test_rows_of_a_mixed_time_line_do_not_talk_to_each_other(project: dict[str, Any]) -> None:
    """A block gives each scenario what it gets alone, to the bit."""
    rng = np.random.default_rng(7)
    block = made(plant(FULL, {"project": project})).vary({
        "storage.energy_mwh": rng.uniform(15, 25, 4), "storage.availability": rng.uniform(0.9, 1, 4),
        "market.price_scale": rng.uniform(0.8, 1.2, 4), "revenue.capacity.required_hours": rng.uniform(2, 8, 4),
    })  # fmt: skip
    operation = dispatch(block)
    revenue = settle(block, operation)
    for row in range(4):
        alone = block.rows(np.array([row]))
        moved = dispatch(alone)
        cut = operation.rows(slice(row, row + 1))
        same((alone, cut, revenue.rows(slice(row, row + 1))), (alone, moved, settle(alone, moved)))
        same((alone, cut, settle(alone, cut)), (alone, moved, settle(alone, moved)))


def test_facts_are_those_of_the_first_commissioning() -> None:
    """Six months from March 2026 for the first phase, fifteen for the last: the facts are asked for September 2026."""
    bare = plant({"project": PHASED})
    del bare["storage"]["ageing"]
    bare["storage"]["technology"] = "lfp"
    asked = {fact.asked.isoformat() for fact in made(bare).facts}
    assert "2026-09-01" in asked
    assert "2027-06-01" not in asked


def test_tariff_is_that_of_the_first_commissioning() -> None:
    """A host's bill: phases meet the prices of the plant that is done with the first of them, not with the last."""
    file = scenario_path("zhejiang_user_lfp")
    months = load_case(file).project.construction_months
    phases = [
        {"share": 0.5, "start_month": start, "construction_months": months} for start in (0, 14)
    ]  # fmt: skip
    later = Change(path="project.construction_months", value=months + 14)
    phased = load_case(file, [later, Change(path="project.phases", value=tuple(phases))])
    tariff = {note.code: note.en for note in phased.notices}["price_month"]
    assert tariff == {note.code: note.en for note in load_case(file).notices}["price_month"]
    assert tariff != {note.code: note.en for note in load_case(file, [later]).notices}["price_month"]


def notes(project: dict[str, Any]) -> dict[str, str]:
    """What a result says of the time line, in English."""
    return {note.path: note.en for note in made(plant({"project": project})).notices if note.code == "period"}


def test_result_says_which_columns_it_has() -> None:
    """The default as ever; calendar columns with the months of their ends; phases with their months and columns."""
    assert notes({}) == {"project.construction_months": "6 months of construction take 1 full column(s) (interest runs for the months); payback counts whole columns"}  # fmt: skip
    assert notes(AUTUMN) == {"project.columns": "columns are calendar years: the first with operation, 2027, holds 10 months of the whole plant, the last, 2037, 2"}  # fmt: skip
    found = [note.en for note in made(plant({"project": PHASED})).notices if note.path == "project.phases"]
    assert found[0].startswith(
        "built in phases: 0.6 done by 2026-09, operating from column 2, 0.4 done by 2027-06, operating from column 3;"
    )
    assert "in proportion" in found[1]


def test_report_names_the_part_of_a_year_that_its_first_column_holds() -> None:
    """Ten months of twelve; plain columns keep their words."""
    shown = dict(first_year(appraise(made(plant({"project": AUTUMN}))), "zh"))
    assert "首个运营列（折合全站全年的 83.3%）放电量" in shown
    assert "首年放电量" in dict(first_year(appraise(made(plant())), "zh"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"project": {"phases": [{**TWO[0], "share": 0.5}, TWO[1]]}}, "project.phases: the shares add to 0.9, expected 1"),
        ({"project": {"construction_months": 12}}, "project.construction_months: 12 where the last phase is done after 15 months; expected 15"),
        ({"project": {"phases": [{**TWO[0], "start_month": 1}, TWO[1]]}}, "project.phases.0.start_month: 1; expected 0, the first phase starts with the project"),
        ({"project": {"phases": [{**TWO[0], "share": 0.3}, {**TWO[1], "share": 0.3}, TWO[1] | {"start_month": 5}]}},
         "project.phases.2.start_month: 5 after 6; put the phases in the order of their start"),
        ({"capital": {"spend_profile": [0.5, 0.5]}}, "capital.spend_profile: each phase is paid over its own months of construction; remove it, or the phases"),
        ({"project": {"operation_years": 1, "construction_months": 39, "phases": [TWO[0], {**TWO[1], "start_month": 30}]},
          "finance": {"loan_years": 1}, "capital": {"depreciation_years": 1}},
         "project.phases: nothing operates in column 3, after the first phase has ended; let the phases overlap, or make two cases"),
        ({"project": {"phases": [{**TWO[0], "share": 60}, TWO[1]]}}, "project.phases.0.share: 60 is outside 0–1, 0 excluded (a fraction, not percent: 0.6?)"),
        ({"project": {"phases": [{**TWO[0], "share": 0}, TWO[1]]}}, "project.phases.0.share: 0 is outside 0–1, 0 excluded"),
        ({"project": {"columns": "calender"}}, "project.columns: 'calender' is not one of the words; did you mean 'calendar'?"),
        ({"project": {**AUTUMN, "phases": []}, "capital": {"spend_profile": [1]}}, "capital.spend_profile: 1 shares; expected 2, one for every calendar year of construction"),
    ],
)  # fmt: skip
def test_phases_that_do_not_fit_are_refused(change: dict[str, Any], message: str) -> None:
    """Each fault by its path, with what is expected."""
    with pytest.raises(InputError) as caught:
        made(plant({"project": PHASED}, change))
    assert message in str(caught.value)
