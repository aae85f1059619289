"""Events in mid-life: what holds before, what holds from then on, and the year in which it changes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from strategies import CAPACITY, contract, made, merged, plant

from appraisal import Appraisal, Case, appraise, load_case, scenario_path
from appraisal.case.change import Change, apply_changes
from appraisal.case.eras import shares
from appraisal.case.periods import Periods, periods
from appraisal.dispatch.ageing import health
from appraisal.dispatch.pose import pose
from appraisal.dispatch.run import dispatch, solve
from appraisal.errors import InputError
from appraisal.streams import stream
from appraisal.units import Table

GRID = plant({"revenue": {"capacity": CAPACITY}})
CHEAPER = {"market.spread_scale": 0.8, "revenue.capacity.price_yuan_per_kw_year": 100}
KNOWN = {"stream": "schedule", "paid_by": "market", "income_yuan": 1e5, "vat_rate": 0.13}
BUILT = {"capital": {"equipment_yuan": 3e6}, "revenue": {"known": {"income_yuan": 1e6}}}


def with_event(raw: dict[str, Any], **event: Any) -> dict[str, Any]:
    """A case with one event called ``later``."""
    return merged(raw, {"events": {"later": event}})


def changed(raw: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """A case with values set at dotted paths."""
    made_ = raw
    for path, value in values.items():
        for name in reversed(path.split(".")):
            value = {name: value}
        made_ = merged(made_, value)
    return made_


def same(one: Appraisal, other: Appraisal) -> None:
    """Every line of the books and every figure of two results is equal, bit for bit."""
    assert set(one.statements) == set(other.statements)
    for key in one.statements:
        np.testing.assert_array_equal(one.statements[key], other.statements[key], err_msg=key)
    for key, metric in one.metrics.items():
        np.testing.assert_array_equal(metric.value, other.metrics[key].value, err_msg=key)


def holds(result: Appraisal) -> Appraisal:
    """The result, whose books balance."""
    assert all(check.ok.all() for check in result.checks)
    return result


# --- an event at either end of the life ---


@pytest.mark.parametrize("columns", ["operating_years", "calendar"])
def test_event_from_the_first_operating_year_is_the_changed_case(columns: str) -> None:
    """From year 1 on there is nothing before: prices, a stream's price and energy are those of the changed case."""
    raw = merged(GRID, {"project": {"columns": columns}})
    found = appraise(made(with_event(raw, operation_year=1, set=CHEAPER)))
    other = appraise(made(changed(raw, CHEAPER)))
    for key in ("revenue", "project_net", "equity_net", "fixed_om"):
        np.testing.assert_allclose(found.statements[key], other.statements[key], rtol=1e-12, atol=1e-6)
    assert found.metrics["project_npv"].value == pytest.approx(other.metrics["project_npv"].value, rel=1e-12)
    if columns == "operating_years":
        same(found, other)


@pytest.mark.parametrize("when", [{"from_month": "2036-09"}, {"operation_year": 11}, {"from_month": "2050-01"}])
def test_event_after_the_last_operating_year_changes_nothing(when: dict[str, Any]) -> None:
    """Ten years from 2026-09 end in 2036-08: what begins in 2036-09 is none of them."""
    same(appraise(made(with_event(GRID, **when, set=CHEAPER))), appraise(made(GRID)))


def test_event_that_does_not_take_place_changes_nothing() -> None:
    """``enabled: false``: the case is the one without the event."""
    case = made(with_event(GRID, operation_year=3, enabled=False, set=CHEAPER))
    assert case.eras == ()
    same(appraise(case), appraise(made(GRID)))


# --- the year in which it changes ---


def test_stream_that_does_not_move_the_plant_pays_by_the_old_terms_then_by_the_new() -> None:
    """Capacity price 165, from operating year 5 on 100: each year's income is that of one case or the other, exactly."""
    new = {"revenue.capacity.price_yuan_per_kw_year": 100}
    found = holds(appraise(made(with_event(GRID, operation_year=5, set=new))))
    before, after = appraise(made(GRID)), appraise(made(changed(GRID, new)))
    income = [one.revenue.settlements["capacity"].income for one in (before, after, found)]
    np.testing.assert_array_equal(income[2], np.concatenate([income[0][:, :5], income[1][:, 5:]], axis=1))
    np.testing.assert_array_equal(found.operation.discharged_mwh, before.operation.discharged_mwh)


def test_income_that_halves_in_mid_year_by_hand() -> None:
    """Commissioned 2026-02 after one month; 1 000 000 a year, from 2029-08 on 400 000: 42 months of operation before.

    Year 4 holds 6 months of either: 500 000 + 200 000. At 8 % with 3 000 000 paid at the end of column 1
    NPV = −3 000 000/1.08 + 1 000 000(1.08⁻² + 1.08⁻³ + 1.08⁻⁴) + 700 000·1.08⁻⁵ + 400 000·1.08⁻⁶, by hand.
    """
    case = made(with_event(contract(BUILT), from_month="2029-08", set={"revenue.known.income_yuan": 4e5}))
    result = holds(appraise(case))
    np.testing.assert_allclose(result.revenue.settlements["known"].income, [[0, 1e6, 1e6, 1e6, 7e5, 4e5]], rtol=1e-15)
    by_hand = -3e6 / 1.08 + 1e6 * (1.08**-2 + 1.08**-3 + 1.08**-4) + 7e5 * 1.08**-5 + 4e5 * 1.08**-6
    assert result.metrics["project_npv"].value[0] == pytest.approx(by_hand, rel=1e-12)
    (note,) = [note for note in case.notices if note.code == "event"]
    assert "operating year 4, which counts 6 months as before and 6 from then on" in note.en
    assert "第 4 个运营年起，该运营年前 6 个月按此前、后 6 个月按此后计算" in note.zh


def test_calendar_columns_count_each_month_under_what_then_held() -> None:
    """The same on calendar years: 2026 has 11 months of operation, 2029 has 7 before and 5 from 2029-08, 2031 one; by hand."""
    raw = merged(contract(BUILT), {"project": {"columns": "calendar"}})
    result = holds(appraise(made(with_event(raw, from_month="2029-08", set={"revenue.known.income_yuan": 4e5}))))
    months = np.array([[11, 0], [12, 0], [12, 0], [7, 5], [0, 12], [0, 1]])
    expected = months @ [1e6, 4e5] / 12.0
    np.testing.assert_allclose(result.revenue.settlements["known"].income[0], expected, rtol=1e-14)


def test_shares_of_eras_add_to_the_weights_of_the_columns() -> None:
    """Law: phases and calendar years, events by month and by operating year: no month is lost or counted twice."""
    phases = [
        {"share": 0.6, "start_month": 0, "construction_months": 4},
        {"share": 0.4, "start_month": 9, "construction_months": 8},
    ]
    raw = contract(BUILT, {"project": {"columns": "calendar", "construction_months": 17, "phases": phases}})
    raw["events"] = {
        "one": {"from_month": "2027-11", "set": {"revenue.known.income_yuan": 4e5}},
        "two": {"operation_year": 4, "scale": {"revenue.known.income_yuan": 0.5}},
        "three": {"from_month": "2031-03", "add": {"revenue.known.income_yuan": 1e5}},
    }
    case = made(raw)
    columns: Periods = periods(case.project)
    parts = shares(columns, case.eras)
    assert len(parts) == 4
    np.testing.assert_allclose(sum(parts), columns.weights, atol=1e-15)
    assert all((part >= 0.0).all() for part in parts)
    # 1 000 000, then 400 000, halved to 200 000, then 300 000 (operating year 4 begins in 2029-05 of the first phase).
    assert [float(one.at("revenue.known.income_yuan")[0, 0]) for one in case.regimes] == [1e6, 4e5, 2e5, 3e5]
    holds(appraise(case))
    raw["events"]["three"]["from_month"] = "2030-01"
    with pytest.raises(InputError, match="another order in a later phase"):
        made(raw)


# --- streams that begin, end and are replaced ---


def test_stream_replaced_by_another_pays_in_its_own_years() -> None:
    """Capacity price until year 4, a contract of 500 000 a year from year 5: each is 0 where the other is paid."""
    later = {"stream": "schedule", "paid_by": "grid_users", "income_yuan": 5e5, "vat_rate": 0.13}
    raw = with_event(GRID, operation_year=5, set={"revenue.capacity.enabled": False, "revenue.reliable": later})
    case = made(raw)
    result = holds(appraise(case))
    before = appraise(made(GRID)).revenue.settlements["capacity"].income
    np.testing.assert_array_equal(result.revenue.settlements["capacity"].income[:, :5], before[:, :5])
    assert not result.revenue.settlements["capacity"].income[:, 5:].any()
    np.testing.assert_array_equal(result.revenue.settlements["reliable"].income[0], [0] * 5 + [5e5] * 6)
    assert list(case.streams) == ["arbitrage", "capacity", "reliable"]


def test_removed_stream_is_as_one_that_ended() -> None:
    """``remove`` of the terms and ``enabled: false`` are the same."""
    gone = appraise(made(with_event(GRID, operation_year=5, remove=["revenue.capacity"])))
    ended = appraise(made(with_event(GRID, operation_year=5, set={"revenue.capacity.enabled": False})))
    same(gone, ended)


def test_only_stream_that_ends_leaves_a_project_without_income() -> None:
    """A contract that ends after year 2 of 5: no income from then on, and no fault."""
    result = holds(appraise(made(with_event(contract(BUILT), operation_year=3, remove=["revenue.known"]))))
    np.testing.assert_array_equal(result.revenue.settlements["known"].income, [[0, 1e6, 1e6, 0, 0, 0]])


# --- the plant ---


def by_years(case: Case, regimes: list[Case], first: int) -> tuple[list[float], list[float]]:
    """State of health and energy discharged of each year, years from *first* on under the second case: an oracle of its own.

    Each case is solved on its own at the states of the grid and read with ``numpy.interp``; the year's cycles at its
    start carry the battery to its middle, those at its middle to its end (DESIGN §5).
    """
    solved = []
    for one in regimes:
        streams = {label: stream(terms.stream or label) for label, terms in one.streams.items()}
        solved.append(solve(pose(one, streams).problem))
    storage, ageing, cycles = case.storage, case.storage.ageing, 0.0
    available, power = float(storage.availability[0, 0]), float(storage.power_mw[0, 0])
    hours, out = float((storage.energy_mwh / storage.power_mw)[0, 0]), float(storage.discharge_yield[0, 0])
    soh, energy = [], []
    for year in range(1, case.project.operation_years + 1):
        one = solved[0 if year < first else 1]

        def moved(state: float, one: Any = one) -> float:
            return float(np.interp(state, one.problem.states[0, ::-1], one.discharged[0, ::-1]))

        def swings(state: float, moved: Any = moved) -> float:
            return float(moved(state) / out / (hours * state) * available)

        start = float(health(ageing, 365.0 * (year - 1), np.array([[cycles]]))[0, 0])
        middle = float(health(ageing, 365.0 * (year - 0.5), np.array([[cycles + 0.5 * swings(start)]]))[0, 0])
        soh.append(middle)
        energy.append(moved(middle) * available * power)
        cycles += swings(middle)
    return soh, energy


def test_worn_plant_follows_each_era_at_the_health_that_it_reached() -> None:
    """With fade the years are those of two cases solved apart, the battery carried from one to the other."""
    later = {"market.spread_scale": 0.4}
    case = made(with_event(plant(), operation_year=4, set=later))
    soh, energy = by_years(case, [made(plant()), made(changed(plant(), later))], first=4)
    operation = dispatch(case)
    np.testing.assert_allclose(operation.soh[0, 1:], soh, rtol=1e-12)
    np.testing.assert_allclose(operation.discharged_mwh[0, 1:], energy, rtol=1e-10)
    assert not np.allclose(operation.soh, dispatch(made(plant())).soh)


def test_eras_with_the_same_problem_share_one_solution() -> None:
    """A contract that begins in year 4 moves no energy: dispatch is solved once, and is that of the case without it."""
    later = {"revenue.known": {"stream": "schedule", "paid_by": "market", "income_yuan": 1e5, "vat_rate": 0.13}}
    case = made(with_event(plant(), operation_year=4, set=later))
    np.testing.assert_array_equal(dispatch(case).discharged_mwh, dispatch(made(plant())).discharged_mwh)


def test_tariff_that_changes_holds_from_its_operating_year() -> None:
    """Zhejiang until year 5, Jiangsu's tariff from year 6: energy and money are those of a plant under either, without fade."""
    path = scenario_path("zhejiang_user_lfp")
    still = [Change(path=f"storage.ageing.{name}", value=0) for name in ("calendar_coefficient", "cycle_coefficient")]
    still.append(Change(path="storage.replacement", action="remove"))
    jiangsu = {"market.tariff": "retail.jiangsu", "market.voltage": "1-10kV"}
    event = {"operation_year": 6, "set": jiangsu}
    before, after = (
        load_case(path, [*still, *(Change(path=place, value=value) for place, value in one.items())])
        for one in ({}, jiangsu)
    )
    both = load_case(path, [*still, Change(path="events", value={"moved": event})])
    first, last, found = (dispatch(case) for case in (before, after, both))

    def money(operation: Any) -> Table:
        return sum(operation.earned.values(), np.zeros((1, 1))) - sum(operation.paid.values(), np.zeros((1, 1)))

    for read in (money, lambda one: one.charged_mwh, lambda one: one.discharged_mwh):
        one, other, mixed = (read(each)[0, 1:] for each in (first, last, found))
        np.testing.assert_allclose(mixed, np.concatenate([one[:5], other[5:]]), rtol=1e-12)
    holds(appraise(both))


# --- what the books read by year ---


def test_costs_and_tax_rates_step_by_hand() -> None:
    """Maintenance 50, from year 3 on 80 yuan/kW; income tax 25 %, from year 4 on 15 %, without depreciation left over.

    1 MW: maintenance 50 000, then 80 000. Income 1 000 000, cost 3 000 000 over 5 years: profit 350 000, then 320 000.
    """
    costs = {"operating_cost": {"fixed_yuan_per_kw_year": 50}, "tax": {"income_tax_rate": 0.25}}
    raw = contract(BUILT, costs)
    raw["events"] = {
        "dearer": {"operation_year": 3, "set": {"operating_cost.fixed_yuan_per_kw_year": 80}},
        "relief": {"operation_year": 4, "set": {"tax.income_tax_rate": 0.15}},
    }
    result = holds(appraise(made(raw)))
    np.testing.assert_allclose(result.statements["fixed_om"], [[0, 5e4, 5e4, 8e4, 8e4, 8e4]], rtol=1e-12)
    tax = [0, 0.25 * 350e3, 0.25 * 350e3, 0.25 * 320e3, 0.15 * 320e3, 0.15 * 320e3]
    np.testing.assert_allclose(result.statements["income_tax"][0], tax, rtol=1e-12)


def test_other_cost_by_year_is_that_of_the_era() -> None:
    """A list by operating year before, one amount from 2029-08: half of year 4 of either, by hand."""
    raw = contract(BUILT, {"operating_cost": {"other_yuan": [1e4, 2e4, 3e4, 4e4, 5e4]}})
    result = appraise(made(with_event(raw, from_month="2029-08", set={"operating_cost.other_yuan": 1e5})))
    np.testing.assert_allclose(result.statements["other_bought"], [[0, 1e4, 2e4, 3e4, 7e4, 1e5]], rtol=1e-12)


# --- scenarios ---


def test_rows_with_events_are_what_each_is_alone() -> None:
    """Law: the case's number, the number an event sets and its factor vary by scenario; a block is its rows stacked."""
    case = made(with_event(
        GRID, from_month="2030-01", set={"operating_cost.fixed_yuan_per_kw_year": 30, "market.spread_scale": 0.7},
        scale={"revenue.capacity.price_yuan_per_kw_year": 0.5},
    ))  # fmt: skip
    values = {
        "revenue.capacity.price_yuan_per_kw_year": [165.0, 200.0, 100.0],
        "events.later.scale.revenue.capacity.price_yuan_per_kw_year": [0.5, 0.4, 1.2],
        "events.later.set.market.spread_scale": [0.7, 1.1, 0.5],
        "events.later.set.operating_cost.fixed_yuan_per_kw_year": [30.0, 40.0, 20.0],
    }
    block = appraise(case.vary(values))
    for row in range(3):
        alone = appraise(case.vary({path: column[row] for path, column in values.items()}))
        for key in ("project_npv", "equity_irr", "dscr_min"):
            np.testing.assert_array_equal(block.metrics[key].value[row], alone.metrics[key].value[0])
    last = [float(one) for one in block.case.regimes[1].at("revenue.capacity.price_yuan_per_kw_year")[:, 0]]
    assert last == [82.5, 80.0, 120.0]


def test_row_of_a_number_that_the_event_overrides_moves_the_years_before_alone() -> None:
    """The case's income varies; from year 4 on the event sets its own: by hand 3 and 2 years of either."""
    case = made(with_event(contract(BUILT), operation_year=4, set={"revenue.known.income_yuan": 4e5}))
    income = (
        appraise(case.vary({"revenue.known.income_yuan": np.array([[1e6], [2e6]])})).revenue.settlements["known"].income
    )
    np.testing.assert_array_equal(income, [[0, 1e6, 1e6, 1e6, 4e5, 4e5], [0, 2e6, 2e6, 2e6, 4e5, 4e5]])


def test_change_reaches_into_an_event() -> None:
    """``--set``, batch columns and branches of a tree name an event's fields and values by their dotted paths."""
    raw = with_event(
        contract(BUILT),
        operation_year=4,
        set={"revenue.known.income_yuan": 4e5, "revenue.new": {"stream": "schedule", "vat_rate": 0}},
    )
    moved = apply_changes(raw, [
        Change(path="events.later.operation_year", value=2), Change(path="events.later.set.revenue.known.income_yuan", value=7),
        Change(path="events.later.set.revenue.new.income_yuan", value=9),
        Change(path="events.other.set.tax.income_tax_rate", value=0.2),
    ])  # fmt: skip
    assert moved["events"]["later"]["operation_year"] == 2
    assert moved["events"]["later"]["set"] == {
        "revenue.known.income_yuan": 7,
        "revenue.new": {"stream": "schedule", "vat_rate": 0, "income_yuan": 9},
    }
    assert moved["events"]["other"] == {"set": {"tax.income_tax_rate": 0.2}}


# --- what is refused ---


@pytest.mark.parametrize(("event", "path", "words"), [
    ({"operation_year": 3, "from_month": "2030-01", "set": {"market.spread_scale": 1}}, "events.later", "one of the two"),
    ({"set": {"market.spread_scale": 1}}, "events.later", "one of the two"),
    ({"from_month": "2030-13", "set": {"market.spread_scale": 1}}, "events.later.from_month", "not a month"),
    ({"operation_year": 3}, "events.later", "changes nothing"),
    ({"operation_year": 3, "set": {"finance.loan_rate": 0.05}}, "events.later.set.finance.loan_rate", "refinances"),
    ({"operation_year": 3, "set": {"capital.services_yuan": 1}}, "events.later.set.capital.services_yuan", "later_works"),
    ({"operation_year": 3, "set": {"storage.power_mw": 9}}, "events.later", "augmentation"),
    ({"operation_year": 3, "set": {"storage.ageing.cycle_coefficient": 0}}, "events.later", "augmentation"),
    ({"operation_year": 3, "set": {"tax.loss_years": 10}}, "events.later", "formulas"),
    ({"operation_year": 3, "set": {"market.vat_rate": 0.09}}, "events.later", "VAT rate"),
    ({"operation_year": 3, "set": {"revenue.capacity.vat_rate": 0.06}}, "events.later", "name of its own"),
    ({"operation_year": 3, "set": {"revenue.capacity": {"stream": "schedule", "paid_by": "market", "vat_rate": 0.13}}}, "events.later", "name of its own"),
    ({"operation_year": 3, "set": {"revenue.known.paid_by": "grid_users"}}, "events.later", "who pays revenue.known would change from electricity market 100% to grid users"),
    ({"operation_year": 3, "set": {"market.spread": 1}}, "events.later.set.market.spread", "spread_scale"),
    ({"operation_year": 3, "set": {"market.spread_scale": -1}}, "events.later.set.market.spread_scale", "outside|not"),
    ({"operation_year": 3, "scale": {"market.spread": 2}}, "events.later.scale.market.spread", "spread_scale"),
    ({"operation_year": 3, "scale": {"market.spread_scale": "x"}}, "events.later.scale.market.spread_scale", "not a number"),
    ({"operation_year": 3, "add": {"storage.availability": 0.5}}, "events.later.add.storage.availability", "outside"),
    ({"operation_year": 3, "remove": ["revenue.capacty"]}, "events.later", "capacity"),
    ({"operation_year": 3, "set": {"revenue.capacity.listed": False}}, "events.later.set.revenue.capacity.listed", "list"),
    ({"operation_year": 3, "wrong": 1, "set": {"market.spread_scale": 1}}, "events.later.wrong", "unknown key"),
])  # fmt: skip
def test_event_that_cannot_be_is_refused_at_its_place(event: dict[str, Any], path: str, words: str) -> None:
    """Each fault names the event, what it does and what to do instead, in both languages."""
    with pytest.raises(InputError, match=words) as error:
        made(with_event(merged(GRID, {"revenue": {"known": KNOWN}}), **event))
    assert path in {fault.path for fault in error.value.faults}
    assert all(fault.message.zh != str(fault.message) for fault in error.value.faults)
