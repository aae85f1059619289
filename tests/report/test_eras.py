"""What is shown of a case with events: every era as it stands, none that never holds, and words where one alone is shown."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from strategies import REGULATION, made, merged, plant

from appraisal import Appraisal, appraise
from appraisal.report.audit import audit, audit_table
from appraisal.report.charts.months import revenue_by_month
from appraisal.report.days import hour_map
from appraisal.report.eras import eras_of, first_era
from appraisal.report.monthly import first_year_by_month
from appraisal.report.remarks import remarks
from appraisal.report.schedule import limits, schedule_table

SERVED = {"frequency_regulation": {**REGULATION, "power_share": 0.4, "hours": "17:00-21:00"}}
# From 2029-03, half-way through the third operating year (2026-09 + 30 months), the plant serves 40 % at the evening peak.
LATER: dict[str, Any] = {"zh": "开始调频", "en": "regulation begins", "from_month": "2029-03", "set": {"revenue.frequency_regulation": SERVED["frequency_regulation"]}}  # fmt: skip


def with_later(**event: Any) -> Appraisal:
    """The plant with the service beginning later."""
    return appraise(made(merged(plant(), {"events": {"later": {**LATER, **event}}})))


@pytest.fixture(scope="module")
def served() -> Appraisal:
    """Arbitrage alone, then with regulation."""
    return with_later()


def test_every_era_is_audited_and_dispatched_as_the_case_that_it_is(served: Appraisal) -> None:
    """Audit, map, limits and schedule of an era are those of a case that is so all its life."""
    before, after = eras_of(served)
    assert (before.name.text("en"), after.name.text("zh")) == ("before any event", "自 2029-03 起（开始调频）")
    for era, alone in ((before, plant()), (after, merged(plant(), {"revenue": SERVED}))):
        same = appraise(made(alone))
        assert audit(era.result) == audit(same)
        assert [str(one) for one in limits(era.result)] == [str(one) for one in limits(same)]
        np.testing.assert_array_equal(hour_map(era.result, "sold").values, hour_map(same, "sold").values)
        assert schedule_table(era.result).equals(schedule_table(same))
    periods = audit_table(served, "en")["Period"].tolist()
    assert periods == ["before any event"] * 3 + ["from 2029-03 (regulation begins)"] * 4


def test_era_that_holds_no_year_is_not_shown() -> None:
    """An event from before the plant operates: the plant without it never is, so that nothing of it is shown."""
    result = with_later(from_month="2026-05")
    (only,) = eras_of(result)
    assert only.first_year_share == 1.0
    whole = appraise(made(merged(plant(), {"revenue": SERVED})))
    assert audit(result) == audit(whole)
    paid = {one.label: one.total for one in first_year_by_month(result)}
    assert paid == pytest.approx({one.label: one.total for one in first_year_by_month(whole)}, rel=1e-9)


@pytest.mark.parametrize(("month", "says"), [
    ("2029-03", "Shown as it is before any event; not shown: from 2029-03 (regulation begins)"),
    # 2026-09 to 2026-11 are three of the twelve months.
    ("2026-12", "the books count 25% of the first operating year so"),
])  # fmt: skip
def test_first_year_by_month_says_which_era_it_shows(month: str, says: str) -> None:
    """The months are those of a whole year before the event; the picture says so, and how much of the first year is."""
    result = with_later(from_month=month)
    assert any(says.lower() in line.lower() for line in revenue_by_month(result).subtitle)
    before = appraise(made(plant()))
    # Within a thousandth: the health of the first year's middle rests on the cycles of both eras.
    paid, alone = (sum(one.total for one in first_year_by_month(each)) for each in (result, before))
    assert paid == pytest.approx(alone, rel=1e-3)
    assert first_era(before) is before


def test_claims_scaled_down_in_one_era_are_told_of_that_era() -> None:
    """Reserve of 0.8 all day meets 0.4 of regulation from 2029-03 on: 1 ÷ 1.2 from then on, and nothing before (by hand)."""
    reserve = {
        "power_share": 0.8,
        "hours": "17:00-21:00",
        "energy_share": 0.3,
        "sustain_hours": 0.25,
        "days_per_year": 365,
        "price_yuan_per_mw_hour": 10,
        "called_share": 0,
        "charge_price_yuan_per_kwh": 0.3,
    }
    raw = merged(plant(), {"revenue": {"reserve": reserve}, "market": {"oversold": "pro_rate"}, "events": {"later": LATER}})  # fmt: skip
    result = appraise(made(raw))
    first, second = (dict(one) for one in result.pro_rated_by_era)
    assert first == {}
    assert [float(second[label][0, 0]) for label in ("reserve", "frequency_regulation")] == pytest.approx([1 / 1.2] * 2)
    told = [note for note in remarks(result) if note.code == "pro_rated"]
    assert {note.path for note in told} == {"reserve", "frequency_regulation"}
    assert all("0.833" in note.en and "(from 2029-03 (regulation begins))" in note.en for note in told)
    before, after = eras_of(result)
    assert [one.factor for one in audit(before.result) if one.label == "reserve"] == [1.0]
    assert [one.factor for one in audit(after.result) if one.label == "reserve"] == pytest.approx([1 / 1.2])
