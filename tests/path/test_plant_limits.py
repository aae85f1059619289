"""What the plant is asked beside power and energy: laws, what the books show of it, blocks of scenarios, refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import REGULATION, made, merged, plant

from appraisal import Appraisal, Case, appraise
from appraisal.dispatch.months import months_of_first_year
from appraisal.dispatch.run import dispatch, dispatch_is_shared
from appraisal.errors import InputError
from appraisal.report.schedule import year_of

LAWS = settings(max_examples=25, deadline=None)
STEADY = {"ageing": {"calendar_coefficient": 0, "cycle_coefficient": 0}}
DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def asked(**storage: Any) -> dict[str, Any]:
    """The plain plant of the tests asked something of."""
    return plant({"storage": {"depth_of_discharge": 0.8}}, {"storage": storage})


def days(low: float = 0.01) -> st.SearchStrategy[list[float]]:
    """Prices of 24 hours, yuan/kWh."""
    return st.lists(st.floats(low, 1.2, allow_nan=False).map(lambda price: round(price, 3)), min_size=24, max_size=24)


def worth(day: list[float], **storage: Any) -> float:
    """The most money of a year, yuan per MW."""
    solved = dispatch(
        made(merged(asked(**STEADY, **storage), {"market": {"typical_days": [{"buy_yuan_per_kwh": day}]}}))
    ).solved
    assert solved is not None
    return float(solved.value[0, 0])


def never_more(tight: float, loose: float) -> bool:
    return tight <= loose + 1e-9 * abs(loose) + 1e-6


# --- laws ---


@LAWS
@given(days(-0.3), st.floats(0.1, 0.5), st.floats(0.0, 0.2))
def test_narrower_window_never_earns_more(day: list[float], depth: float, lowest: float) -> None:
    """A window inside another holds a subset of its schedules."""
    assert never_more(worth(day, depth_of_discharge=depth), worth(day, depth_of_discharge=depth + 0.3))
    leak = {"self_discharge_per_day": 0.02}
    inner = worth(day, depth_of_discharge=depth, lowest_soc=lowest + 0.1, **leak)
    assert never_more(inner, worth(day, depth_of_discharge=depth + 0.2, lowest_soc=lowest, **leak))


@LAWS
@given(days(-0.3), st.floats(0.0, 2.0), st.sampled_from(["cycles_per_day", "cycles_per_year"]))
def test_lower_cap_never_earns_more_and_a_wide_one_changes_nothing(day: list[float], cycles: float, name: str) -> None:
    """A lower cap holds a subset of schedules; beyond what the plant would do of itself the cap is not felt."""
    scale = 1.0 if name == "cycles_per_day" else 365.0
    low, high = (worth(day, limits={name: cycles * scale * factor}) for factor in (0.5, 1.0))
    assert never_more(low, high)
    assert never_more(high, worth(day))
    # A store of two hours at full power both ways does at most six swings a day.
    assert worth(day, limits={name: 7.0 * scale}) == pytest.approx(worth(day), rel=1e-9, abs=1e-6)


@LAWS
@given(days(), st.floats(0.0, 0.3), st.floats(0.0, 0.1))
def test_more_self_discharge_never_earns_more_at_prices_above_nothing(
    day: list[float], leak: float, lowest: float
) -> None:
    """What leaks could have been left unbought. (At negative prices a leak is a load that is paid: the law ends there.)"""
    found = [worth(day, self_discharge_per_day=rate, lowest_soc=lowest) for rate in (leak + 0.05, leak, 0.0)]
    assert never_more(found[0], found[1])
    assert never_more(found[1], found[2])


@LAWS
@given(st.floats(0.0, 0.04), st.floats(0.0, 50.0))
def test_more_auxiliary_power_never_earns_more(share: float, kw: float) -> None:
    """NPV falls with the load; what the store does is the same to the bit."""
    found = [appraise(made(asked(auxiliary={"power_share": share + more, "power_kw": kw}))) for more in (0.01, 0.0)]
    low, high = (float(one.metrics["project_npv"].value[0]) for one in found)
    assert low < high
    assert found[0].operation.charged_mwh.tobytes() == found[1].operation.charged_mwh.tobytes()


CURVE = {"energy_shares": [0, 0.5, 1], "charge_shares": [1, 1, 0.4], "discharge_shares": [0.5, 0.9, 1]}


@LAWS
@given(
    days(-0.3), st.floats(0.0, 0.2), st.floats(0.0, 0.1), st.sampled_from([{}, {"cycles_per_day": 0.6}, {"cycles_per_year": 200}]),
    st.sampled_from([{}, CURVE]),
)  # fmt: skip
def test_schedule_keeps_to_the_plant(
    day: list[float], lowest: float, leak: float, limits: dict[str, Any], curve: dict[str, Any]
) -> None:
    """In the window, never both ways at once, energy balanced hour by hour, within the curve of power."""
    raw = asked(**STEADY, lowest_soc=lowest, self_discharge_per_day=leak, limits=limits, power_curve=curve)
    solved = dispatch(made(merged(raw, {"market": {"typical_days": [{"buy_yuan_per_kwh": day}]}}))).solved
    assert solved is not None
    plan = solved.schedule
    charge, discharge, soc = plan.charge_mw, plan.discharge_mw, plan.soc_mwh
    assert not ((charge > 1e-9) & (discharge > 1e-9)).any()
    assert soc.min() >= 2.0 * lowest - 1e-9
    assert soc.max() <= 2.0 * (lowest + 0.8) + 1e-9
    before = np.roll(soc, 1, axis=1)
    kept = before * (1.0 - leak) ** (1.0 / 24.0)
    np.testing.assert_allclose(soc, kept + 0.94 * charge - discharge / 0.93, rtol=0, atol=1e-8)
    if curve:
        middle = (soc + before) / 2.0 / 2.0
        for flow, name in ((charge, "charge_shares"), (discharge, "discharge_shares")):
            assert (flow <= np.interp(middle, curve["energy_shares"], curve[name]) + 1e-8).all()


# --- ageing ---


@pytest.mark.parametrize("more", [
    {},
    {"replacement": {"below_soh": 0.8, "battery_yuan_per_kwh": 500}},
    {"augmentation": {"operation_years": [4, 7], "energy_mwh": [3], "battery_yuan_per_kwh": 500}},
    {"outage_days": [0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0]},
])  # fmt: skip
def test_cap_holds_in_every_year_and_leaves_more_health(more: dict[str, Any]) -> None:
    """The cycles that the ageing counts are the cap in each year, worn or renewed; fewer cycles, no less health."""
    free, held = (
        dispatch(made(asked(**more, limits=limits))) for limits in ({}, {"cycles_per_year": 250})
    )  # fmt: skip
    assert (free.cycles[0, 1:] > 300.0).all()
    np.testing.assert_allclose(held.cycles[0, 1:], 250.0, rtol=1e-9)
    if "replacement" not in more:
        assert (held.soh[0, 1:] >= free.soh[0, 1:] - 1e-12).all()
    # Drawn from the store: discharge / yield is the cap times what is held in the middle of the year, 20 MWh × health.
    if not more:
        np.testing.assert_allclose(held.discharged_mwh[0, 1:] / 0.93, 250.0 * 20.0 * held.soh[0, 1:], rtol=1e-6)


# --- outages ---


def test_outage_days_leave_energy_money_and_availability() -> None:
    """All days are alike: 12 days of March and all 30 of September out leave 323/365 of energy, money and service pay."""
    out = [0, 0, 12, 0, 0, 0, 0, 0, 30, 0, 0, 0]
    both = {"revenue": {"frequency_regulation": REGULATION}}
    plain, less = (appraise(made(merged(asked(**STEADY, outage_days=one), both))) for one in (0, out))
    for name in ("charged_mwh", "discharged_mwh", "running", "cycles"):
        np.testing.assert_allclose(
            getattr(less.operation, name), 323 / 365 * getattr(plain.operation, name), rtol=1e-12
        )
    for label in ("arbitrage", "frequency_regulation"):
        told = less.revenue.settlements[label].income
        np.testing.assert_allclose(told, 323 / 365 * plain.revenue.settlements[label].income, rtol=1e-12)
    months = months_of_first_year(less.case, less.operation)
    assert months[8].charged_mwh.sum() == pytest.approx(0.0, abs=1e-6)
    assert sum(one.charged_mwh[0, 1] for one in months) == pytest.approx(less.operation.charged_mwh[0, 1], rel=1e-12)
    kept, all_year = year_of(less), year_of(plain)
    assert kept.charging + kept.discharging + kept.idle == pytest.approx(8760.0)
    assert kept.charging == pytest.approx(323 / 365 * all_year.charging)


# --- auxiliary power ---


def _levelised(result: Appraisal) -> float:
    return float(result.metrics["lcos_yuan_per_kwh"].value[0])


def test_auxiliary_power_is_a_line_of_the_books_and_of_the_levelised_cost() -> None:
    """(1 % × 10 MW + 20 kW) × 8760 h = 1051.2 MWh a year at 0.7 yuan/kWh: 735 840 yuan, 651 185.84 ex 13 % VAT (arithmetic)."""
    own = {"power_share": 0.01, "power_kw": 20, "price_yuan_per_kwh": 0.7}
    plain, with_own = (appraise(made(asked(**STEADY, auxiliary=one))) for one in ({}, own))
    books = with_own.statements
    np.testing.assert_allclose(with_own.operation.auxiliary_mwh[0, 1:], 1051.2, rtol=1e-12)
    np.testing.assert_allclose(books["auxiliary.net"][0, 1:], 735840 / 1.13, rtol=1e-12)
    np.testing.assert_allclose(books["auxiliary.vat"][0, 1:], 735840 * 0.13 / 1.13, rtol=1e-12)
    np.testing.assert_allclose(
        books["operating_cost"] - plain.statements["operating_cost"], books["auxiliary.net"], atol=1e-6
    )
    # Present values at 6 % of ten equal years: cost and energy of the levelised cost share the factor, so that it drops out.
    energy = plain.operation.discharged_mwh[0, 1] * 1000.0
    assert _levelised(with_own) - _levelised(plain) == pytest.approx(735840 / 1.13 / energy, rel=1e-9)


@pytest.mark.parametrize("columns", ["operating_years", "calendar"])
def test_auxiliary_power_follows_the_price_index_in_every_kind_of_columns(columns: str) -> None:
    """By hand: each operating year pays 735,840 yuan × its index, whatever the columns it is laid on."""
    index = [1.0 + 0.1 * year for year in range(10)]
    own = {"power_share": 0.01, "power_kw": 20, "price_yuan_per_kwh": 0.7}
    raw = merged(asked(**STEADY, auxiliary=own), {"project": {"columns": columns}, "market": {"price_index": index}})
    paid = appraise(made(raw)).operation.auxiliary_yuan
    np.testing.assert_allclose(paid.sum(), 735840 * sum(index), rtol=1e-12)


def test_auxiliary_power_without_a_price_pays_that_of_charging_in_each_hour() -> None:
    """Mean of the day's 24 prices and the fees on charging, every hour of the year (arithmetic), moved with the price index."""
    raw = asked(**STEADY, auxiliary={"power_kw": 100}, availability=0.9)
    raw["market"]["price_index"] = [1.0, 1.1] + [1.0] * 8
    result = appraise(made(raw))
    mean = float(np.mean(raw["market"]["typical_days"][0]["buy_yuan_per_kwh"])) + 0.12 + 0.008 + 0.03
    paid = result.statements["auxiliary.net"][0, 1:4] + result.statements["auxiliary.vat"][0, 1:4]
    np.testing.assert_allclose(paid, 100 * 8760 * mean * np.array([1.0, 1.1, 1.0]), rtol=1e-12)


# --- scenarios ---


VARIED = {
    "storage.lowest_soc": [0.0, 0.1, 0.15], "storage.self_discharge_per_day": [0.0, 0.01, 0.2],
    "storage.limits.least_charge_share": [0.0, 0.8, 0.0], "storage.limits.cycles_per_day": [0.4, 0.9, 1.5],
    "storage.limits.cycles_per_year": [100.0, 250.0, 900.0], "storage.auxiliary.power_share": [0.0, 0.01, 0.02],
    "storage.outage_days": [[0.0] * 12, [1.0] * 12, [0.0] * 11 + [5.0]],
}  # fmt: skip


@pytest.mark.parametrize("path", list(VARIED))
def test_rows_that_differ_in_an_option_are_what_each_is_alone(path: str) -> None:
    """No row is dispatched as another, and none depends on its neighbours."""
    capped = {"cycles_per_day": 1.0} if path.endswith("day") and "limits" in path else {}
    capped |= {"cycles_per_year": 300} if path.endswith("cycles_per_year") else {}
    base: Case = made(asked(**STEADY, limits=capped, outage_days=[0.0] * 12, auxiliary={"power_kw": 1.0}))
    values = np.array(VARIED[path])
    block = base.vary({path: values})
    assert not dispatch_is_shared(block)
    found = appraise(block)
    for row in range(3):
        alone = appraise(base.vary({path: values[row : row + 1]}))
        for name in ("charged_mwh", "discharged_mwh", "auxiliary_yuan", "cycles"):
            mine, own = (
                np.broadcast_arrays(getattr(found.operation, name), np.zeros((3, 11)))[0][row],
                getattr(alone.operation, name)[0],
            )
            np.testing.assert_array_equal(mine, own)


def test_availability_parts_problems_only_where_the_year_is_capped() -> None:
    """The cap of a year is counted over the days that the plant runs, so that it reads the availability."""
    rates = {"storage.availability": [0.9, 0.95, 1.0]}
    assert dispatch_is_shared(made(asked()).vary(rates))
    held = made(asked(**STEADY, limits={"cycles_per_year": 200})).vary(rates)
    assert not dispatch_is_shared(held)
    np.testing.assert_allclose(dispatch(held).cycles[:, 1], 200.0, rtol=1e-9)


# --- refusals ---


@pytest.mark.parametrize(("storage", "path"), [
    ({"lowest_soc": 0.3}, "storage.lowest_soc"),
    ({"outage_days": [0, 29] + [0] * 10}, "storage.outage_days"),
    ({"outage_days": [1, 2]}, "storage.outage_days"),
    ({"outage_days": list(DAYS)}, "storage.outage_days"),
    ({"power_curve": {"energy_shares": [0, 1]}}, "storage.power_curve"),
    ({"power_curve": {"charge_shares": [1, 1]}}, "storage.power_curve.energy_shares"),
    ({"power_curve": {"energy_shares": [0.1, 1], "charge_shares": [1, 1]}}, "storage.power_curve.energy_shares"),
    ({"power_curve": {"energy_shares": [0, 1], "charge_shares": [1, 0.5, 0]}}, "storage.power_curve.charge_shares"),
    ({"power_curve": {"energy_shares": [0, 1], "discharge_shares": [1, 1.2]}}, "storage.power_curve.discharge_shares"),
    ({"power_curve": {"energy_shares": [0, 0.5, 1], "discharge_shares": [0.8, 0.5, 1]}}, "storage.power_curve.discharge_shares"),
    ({"auxiliary": {"price_yuan_per_kwh": 0.5}}, "storage.auxiliary.price_yuan_per_kwh"),
])  # fmt: skip
def test_options_that_do_not_fit_are_refused_with_their_place(storage: dict[str, Any], path: str) -> None:
    """Each fault is told at the field that can mend it, in both languages."""
    with pytest.raises(InputError) as told:
        made(asked(**storage))
    assert [fault.path for fault in told.value.faults] == [path]
    assert told.value.faults[0].message.zh


def test_options_of_dispatch_beside_stated_energy_are_refused() -> None:
    """Where the case states its energy nothing is dispatched, and a cap would change nothing without a word."""
    raw = asked(limits={"cycles_per_year": 100}, discharged_mwh=4000, charged_mwh=5000, auxiliary={"power_kw": 10})
    raw["market"] = {}
    raw["revenue"] = {"known": {"stream": "schedule", "income_yuan": 4e6}}
    with pytest.raises(InputError) as told:
        made(raw)
    paths = {fault.path for fault in told.value.faults}
    assert {"storage.limits.cycles_per_year", "storage.auxiliary.price_yuan_per_kwh"} <= paths


def test_services_that_cost_more_cycles_than_the_cap_are_refused() -> None:
    """Forty cycles of regulation do not fit a cap of thirty."""
    raw = merged(asked(limits={"cycles_per_year": 30}), {"revenue": {"frequency_regulation": REGULATION}})
    with pytest.raises(InputError, match="services alone cost more cycles"):
        dispatch(made(raw))
