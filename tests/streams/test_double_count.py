"""The same power or energy is never sold twice: refused with hours and streams, or scaled down and paid less."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import REGULATION, made, merged, plant

from appraisal import appraise, load_case
from appraisal.dispatch.run import dispatch
from appraisal.errors import InputError
from appraisal.report.audit import audit, audit_table
from appraisal.report.days import hour_map
from appraisal.report.remarks import remarks
from appraisal.scenario import scenario_names, scenario_path
from appraisal.streams import as_sold, pro_rated


def two(first: dict[str, Any], second: dict[str, Any], **market: str) -> dict[str, Any]:
    """A plant with arbitrage and two regulation streams that differ in these terms."""
    terms = {"stream": "frequency_regulation", **REGULATION}
    streams = {"one": {**terms, **first}, "two": {**terms, **second}}
    return merged(plant({"revenue": streams}), {"market": market})


MORNING = {"hours": "08:00-12:00", "power_share": 0.75}
NOON = {"hours": "11:00-14:00", "power_share": 0.5}


def test_oversold_power_is_refused_with_hours_and_streams() -> None:
    """0.75 + 0.5 = 1.25 from 11 to 12, and nowhere else (by hand)."""
    with pytest.raises(InputError) as caught:
        made(two(MORNING, NOON))
    told = str(caught.value)
    assert "1.25 of the rated power at 11:00–12:00: one 0.75 + two 0.5; at most 1" in told
    assert "market.oversold: pro_rate" in told
    assert "11:00–12:00 各项收入预留的功率合计为额定功率的 1.25 倍" in caught.value.faults[0].message.zh


def test_oversold_energy_is_refused_with_streams() -> None:
    """0.7 + 0.4 of usable energy is 1.1 though no hour is sold twice (by hand)."""
    raw = two({"hours": "08:00-10:00", "energy_share": 0.7}, {"hours": "12:00-14:00", "energy_share": 0.4})
    with pytest.raises(InputError, match=r"1\.1 of the usable energy: one 0\.7 \+ two 0\.4"):
        made(raw)


def test_energy_set_aside_adds_up() -> None:
    """Two claims of 0.3 and 0.2 leave 0.5 of usable energy, not 0.7 × 0.8 = 0.56 (by hand)."""
    case = made(two({"energy_share": 0.3, "power_share": 0.2}, {"energy_share": 0.2, "power_share": 0.2}))
    solved = dispatch(case).solved
    assert solved is not None
    # 20 MWh ÷ 10 MW × depth 0.95 × 0.5
    np.testing.assert_allclose(solved.problem.hours, 0.95, rtol=1e-12)


def test_varied_rows_that_oversell_are_refused() -> None:
    """What fits when it is read does not fit in one scenario of a block: the hours are named."""
    case = made(two({**MORNING, "power_share": 0.5}, NOON))
    with pytest.raises(InputError, match=r"1\.2 of the rated power at 11:00–12:00: one 0\.7 \+ two 0\.5"):
        appraise(case.vary({"revenue.one.power_share": np.array([0.2, 0.7])}))


def test_pro_rated_streams_hold_and_are_paid_their_part() -> None:
    """Both meet at 1.25, so each keeps 1 ÷ 1.25 = 0.8 of its claim, and is paid 0.8 of its money (by hand).

    Regulation income is in proportion to ``power_share`` (华中监能市场规〔2025〕35号: R = Σ D · C · Kp). Energy claims of 0.1
    each shrink with them to 0.08, and so do the cycles, 40 to 32.
    """
    result = appraise(made(two(MORNING, NOON, oversold="pro_rate")))
    alone = {label: appraise(made(two(*((MORNING, {**NOON, "power_share": 0}) if label == "one" else ({**MORNING, "power_share": 0}, NOON))))) for label in ("one", "two")}  # fmt: skip
    for label in ("one", "two"):
        assert result.pro_rated[label][0, 0] == pytest.approx(0.8, rel=1e-12)
        full = alone[label].revenue.settlements[label].income
        np.testing.assert_allclose(result.revenue.settlements[label].income, 0.8 * full, rtol=1e-12)
    terms = result.case.revenue["one"]
    assert [float(terms.at(name)[0, 0]) for name in ("power_share", "energy_share", "cycles_per_year")] == pytest.approx([0.6, 0.08, 32])  # fmt: skip
    assert [note.path for note in remarks(result) if note.code == "pro_rated"] == ["one", "two"]


def test_pro_rating_leaves_alone_what_fits() -> None:
    """A stream that meets no other keeps its claim, and a case that fits is the same case."""
    raw = two(MORNING, NOON, oversold="pro_rate")
    raw["revenue"]["third"] = {
        "stream": "frequency_regulation",
        **REGULATION,
        "hours": "20:00-22:00",
        "energy_share": 0,
    }
    case = made(raw)
    assert set(pro_rated(case)) == {"one", "two"}
    assert as_sold(as_sold(case)).revenue["one"].at("power_share")[0, 0] == pytest.approx(0.6, rel=1e-12)
    fits = made(two({**MORNING, "power_share": 0.5}, NOON, oversold="pro_rate"))
    assert as_sold(fits) is fits


def test_claim_that_is_short_in_some_months_is_scaled_in_all_and_told() -> None:
    """A reserve of all months at 0.75 meets 0.5 of July to September: 1 ÷ 1.25 all year, as the remark says; stated as two
    streams, that of the nine other months keeps its whole claim (by hand)."""
    reserve = {
        "power_share": 0.75, "hours": "18:00-22:00", "energy_share": 0.3, "sustain_hours": 0.25, "days_per_year": 90, "price_yuan_per_mw_hour": 10,
        "called_share": 0, "charge_price_yuan_per_kwh": 0.3,
    }  # fmt: skip
    summer = {"stream": "reserve", **reserve, "power_share": 0.5, "months": "7-9"}
    raw = merged(plant(), {"market": {"oversold": "pro_rate"}, "revenue": {"summer": summer, "reserve": reserve}})
    result = appraise(made(raw))
    assert [float(result.pro_rated[label][0, 0]) for label in ("summer", "reserve")] == pytest.approx([0.8, 0.8])
    told = {note.path: note for note in remarks(result) if note.code == "pro_rated"}
    assert "in all its months; the plant is short in months 7–9 only" in told["reserve"].en
    assert "仅 7–9 月超售" in told["reserve"].zh
    assert "only" not in told["summer"].en
    apart = {
        "reserve": {"months": "7-9"},
        "rest": {"stream": "reserve", **reserve, "months": "1-6, 10-12", "energy_share": 0.2},
    }
    split = appraise(made(merged(raw, {"revenue": apart})))
    assert set(split.pro_rated) == {"summer", "reserve"}


def test_claim_that_cannot_be_scaled_stands_and_the_others_share_the_rest() -> None:
    """Half of the plant is used by lessees; 0.75 from 8 to 12 shrinks to what is left, 0.5 ÷ 0.75 (by hand)."""
    lease = {"basis": "rated_power", "price_yuan_per_kw_year": 50, "let_share": 0.5, "used_share": 0.5}
    raw = merged(two({**MORNING, "energy_share": 0.1}, {**NOON, "power_share": 0.0}, oversold="pro_rate"), {"revenue": {"capacity_lease": lease}})  # fmt: skip
    result = appraise(made(raw))
    assert set(result.pro_rated) == {"one"}
    assert result.pro_rated["one"][0, 0] == pytest.approx(2 / 3, rel=1e-12)
    raw["revenue"]["other"] = {"stream": "capacity_lease", **lease, "used_share": 0.6}
    with pytest.raises(
        InputError, match=r"capacity_lease 0\.5 \+ other 0\.6.*cannot|none of these claims can be scaled down"
    ):
        made(raw)


share = st.integers(0, 20).map(lambda part: part / 20)
window = st.tuples(st.integers(0, 22), st.integers(1, 12)).map(lambda pair: f"{pair[0]:02d}:00-{min(24, pair[0] + pair[1]):02d}:00")  # fmt: skip


@given(st.tuples(share, share, window), st.tuples(share, share, window))
@settings(max_examples=25, deadline=None)
def test_pro_rated_claims_fit_the_plant(first: tuple[float, float, str], second: tuple[float, float, str]) -> None:
    """Whatever is asked, after scaling no step is above rated power, and flows keep to what is left (law)."""
    asked = [{"power_share": power, "energy_share": energy, "hours": hours} for power, energy, hours in (first, second)]
    result = appraise(made(two(asked[0], asked[1], oversold="pro_rate")))
    *parts, whole = audit(result)
    assert whole.power <= 1.0 + 1e-9
    assert whole.energy <= 1.0 + 1e-9
    assert all(0.0 < one.factor <= 1.0 for one in parts)


@pytest.mark.parametrize("name", scenario_names())
def test_ready_cases_sell_no_power_twice(name: str) -> None:
    """In every hour of the year claims and flows together are at most rated power; the map shows it where there are flows."""
    result = appraise(load_case(scenario_path(name)))
    assert all(one.power <= 1.0 + 1e-9 for one in audit(result))
    assert sum(one.energy for one in audit(result)[:-1]) <= 1.0 + 1e-9
    moved = result.operation.solved is not None
    # A row a stream, the dispatch where there is one and all together, in every era.
    assert len(audit_table(result, "zh")) == sum(len(regime.streams) + 1 + moved for regime in result.case.regimes)
    if moved:
        taken = hour_map(result, "sold").values
        assert taken.max() <= 1.0 + 1e-9
        assert taken.min() >= 0.0


def test_audit_names_hours_and_energy() -> None:
    """What stands in the table of a plant with one service from 8 to 12 and from 14 to 16 (from its terms)."""
    raw = merged(plant(), {"revenue": {"frequency_regulation": {**REGULATION, "hours": "08:00-12:00, 14:00-16:00"}}})
    of = {one.label: one for one in audit(appraise(made(raw)))}
    service = of["frequency_regulation"]
    assert (service.power, service.energy, service.count) == (0.2, 0.1, 6.0)
    assert str(service.hours) == "08:00–12:00, 14:00–16:00"
    assert service.sells == ("regulation",)
    assert of["arbitrage"].power == 0.0
    # Free of claims at night, the plant moves with its whole power.
    assert of["dispatch"].power == pytest.approx(1.0)
