"""The site of a case as it is read: files of a year, kinds of day, PV, a use to scale to, and what is refused.

Every expected number is counted or added by hand from the rows that the test writes itself.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from strategies import LIBRARY, merged, plant

from appraisal import Case, case_from_mapping
from appraisal.dispatch.run import dispatch
from appraisal.errors import InputError

TOU = {"tariff": "retail.jiangsu", "voltage": "1-10kv", "parts": "two"}
SUPPLY = {"mode": "actual", "kva": 20_000}


def case(
    site: dict[str, Any], market: dict[str, Any] | None = None, files: dict[str, bytes] | None = None, **sections: Any
) -> Case:
    raw = plant(
        {
            "project": {"side": "user", "province": "jiangsu", "construction_start": "2026-06"},
            "revenue": {"arbitrage": {"emc": "saving_share"}},
        }
    )
    if site.get("supply"):
        raw["revenue"]["demand_charge"] = {"emc": "saving_share"}
    raw["market"] = {**(market or TOU), "site": site}
    return case_from_mapping(merged(raw, sections), library=LIBRARY, files=files or {})


def year_file(steps: int = 96, first: date = date(2026, 1, 1), days: int = 365, unit: str = "kW") -> bytes:
    """A row a point: kW = 1000 × month + day + place of the step, so that every value names its own date and step."""
    width = 24 * 60 // steps
    lines = [f"time,load_{unit}"]
    for place in range(days):
        on = first + timedelta(days=place)
        lines += [
            f"{on} {width * step // 60:02d}:{width * step % 60:02d},{1000 * on.month + on.day + step}"
            for step in range(steps)
        ]
    return "\n".join(lines).encode()


def test_load_of_a_year_makes_the_clock_its_days() -> None:
    """365 runs of 96 steps, each date under the bands and prices of its own kind of day."""
    made = case({"load_file": "load.csv", "supply": SUPPLY}, files={"load.csv": year_file()})
    prices = made.prices
    assert prices is not None
    assert prices.load_mw is not None
    assert (prices.clock.runs, prices.clock.steps, float(prices.clock.weight.sum())) == (365, 96, 365.0)
    rows = prices.load_mw.reshape(365, 96)
    # 1 March is day 59 from 0; its 10th quarter hour is 3000 + 1 + 10 kW.
    assert rows[59, 10] == pytest.approx(3.011)
    assert prices.clock.names[59] == "03 ordinary|1"
    plain = case({}, {**TOU, "load_mw": 5.0}).prices
    assert plain is not None
    # The days' prices are those of the kinds of day: the mean of the year does not move.
    assert prices.clock.mean(prices.buy) == pytest.approx(plain.clock.mean(plain.buy), rel=1e-12)


def test_wide_hourly_file_in_mw_is_read_with_its_labels() -> None:
    """A row a day, labels of the end of an hour, unit stated: 24 steps of the load on the finer steps of the tariff."""
    heads = ",".join(f"{hour:02d}:00" for hour in range(1, 25))
    rows = [
        f"{date(2026, 1, 1) + timedelta(days=day)}," + ",".join(str(2 + hour / 10) for hour in range(24))
        for day in range(365)
    ]
    content = ("date," + heads + "\n" + "\n".join(rows)).encode()
    made = case(
        {"load_file": "w.csv", "load_unit": "MW", "load_labels": "end", "supply": SUPPLY}, files={"w.csv": content}
    )
    assert made.prices is not None
    assert made.prices.load_mw is not None
    assert made.prices.clock.steps == 48  # the tariff's half hours
    assert made.prices.load_mw[0, :4].tolist() == pytest.approx([2.0, 2.0, 2.1, 2.1])
    codes = {notice.code: notice for notice in made.notices}
    # Half hours, but the billed demand is a mean of a quarter hour.
    assert "30 minutes" in codes["demand_interval"].en
    assert "周" not in codes["demand_interval"].zh
    assert codes["site_file"].path == "market.site"


def test_leap_year_leaves_out_its_29_february() -> None:
    """366 days of 2024: 365 are left, 1 March follows 28 February."""
    made = case({"load_file": "load.csv"}, files={"load.csv": year_file(24, date(2024, 1, 1), 366)})
    assert made.prices is not None
    assert made.prices.load_mw is not None
    rows = made.prices.load_mw.reshape(365, -1)
    assert rows[59, 0] == pytest.approx(3.001)
    assert rows[58, 0] == pytest.approx(2.028)


def test_weekend_load_splits_the_days_of_the_tariff() -> None:
    """June 2027 has 22 working days and 8 Saturdays and Sundays; the months' days add to 365."""
    days = [{"kind": "workday", "load_mw": 4.0}, {"kind": "weekend", "load_mw": 1.0}]
    made = case({"days": days})
    prices = made.prices
    assert prices is not None
    assert prices.load_mw is not None
    first = prices.load_mw.reshape(prices.clock.runs, -1)[:, 0]
    june = [place for place, name in enumerate(prices.clock.names) if name.startswith("06")]
    assert sum(prices.clock.weight[place] for place in june if first[place] == 4.0) == 22.0
    assert sum(prices.clock.weight[place] for place in june if first[place] == 1.0) == 8.0
    assert prices.clock.weight.sum() == 365.0


def test_load_scaled_to_a_use_of_the_year() -> None:
    """A profile of any height brought to 36 500 MWh: 100 MWh a day."""
    made = case({"annual_use_mwh": 36_500.0}, {**TOU, "load_mw": [float(hour + 1) for hour in range(24)]})
    assert made.prices is not None
    assert made.prices.load_mw is not None
    clock = made.prices.clock
    assert (made.prices.load_mw * clock.step_weight * clock.step_hours).sum() == pytest.approx(36_500.0)
    # Hour 24 has 24 of the 300 parts of a day.
    assert made.prices.load_mw[0, clock.steps - 1] == pytest.approx(100.0 * 24 / 300)


def test_price_series_takes_the_load_by_date() -> None:
    """A series of 365 days from July on meets each date's own load; months are apart at the stated edge."""
    first = date(2025, 7, 1)
    lines = ["time,buy_yuan_per_mwh"]
    lines += [
        f"{first + timedelta(days=day)} {hour:02d}:00,{300 + 20 * hour}" for day in range(365) for hour in range(24)
    ]
    files = {"p.csv": "\n".join(lines).encode(), "load.csv": year_file(24)}
    supply = {**SUPPLY, "demand_yuan_per_kw_month": 40.0, "capacity_yuan_per_kva_month": 25.0}
    made = case({"load_file": "load.csv", "month_edge_soc": 0.25, "supply": supply}, {"price_file": "p.csv"}, files)
    assert made.prices is not None
    assert made.prices.load_mw is not None
    assert made.prices.load_mw[0, 0] == pytest.approx(7.001)
    solved = dispatch(made).solved
    assert solved is not None
    months = made.prices.clock.month
    ends = np.append(np.flatnonzero(np.diff(months)), months.size - 1)
    edge = 0.25 * solved.problem.hours[0, 0]
    np.testing.assert_allclose(solved.schedule.soc_mwh[0, ends], edge, atol=1e-9)


def test_pv_surplus_is_free_or_has_the_price_of_export() -> None:
    """1 MW for one hour: 2 MW of surplus at noon, sold in the evening at 1 yuan. Curtailed it costs nothing, exported 0.3 yuan."""
    day = [0.5] * 24
    day[19] = 1.0
    pv = [3.0 if hour == 12 else 0.0 for hour in range(24)]
    worth = {}
    for name, site in {"curtailed": {}, "exported": {"export_limit_mw": 3.0, "export_price_yuan_per_kwh": 0.3}}.items():
        made = case({"pv_mw": pv, **site}, {"typical_days": [{"buy_yuan_per_kwh": day}], "load_mw": 1.0}, storage={
            "power_mw": 1, "energy_mwh": 1, "charge_efficiency": 1, "discharge_efficiency": 1, "depth_of_discharge": 1, "availability": 1,
            "ageing": {"model": "none", "calendar_coefficient": 0, "cycle_coefficient": 0},
        })  # fmt: skip
        solved = dispatch(made).solved
        assert solved is not None
        worth[name] = solved.value[0, 0]
    # 365 MWh a year, each saves 1000 yuan in the evening; forgone export costs 300.
    assert worth["curtailed"] == pytest.approx(365_000.0)
    assert worth["exported"] == pytest.approx(365 * 700.0)


@pytest.mark.parametrize(
    ("site", "market", "words"),
    [
        ({"days": [{"kind": "workday", "load_mw": 1.0}]}, TOU, "no load for some days of months 1, 2, 3"),
        ({"days": [{"load_mw": 1.0}, {"months": [3], "load_mw": 2.0}]}, TOU, "a day of month 3 stands in two kinds of day"),
        ({"days": [{"load_mw": [1.0] * 5}]}, TOU, "5 values; expected 1, or a day of 24, 48 or 96"),
        ({"load_file": "short.csv"}, TOU, "30 days; expected a year of 365 or 366"),
        ({"load_file": "gone.csv"}, TOU, "no file 'gone.csv' came with the case"),
        ({"pv_mw": 1.0, "pv_file": "short.csv"}, {**TOU, "load_mw": 3.0}, "both give the output of the PV"),
        ({"supply": {"mode": "actual", "kva": 9000}}, {"typical_days": [{"buy_yuan_per_kwh": 0.5}], "load_mw": 3.0}, "demand_yuan_per_kw_month: not known for months 1, 2"),
        ({"supply": {"mode": "actual"}}, {**TOU, "load_mw": 3.0}, "required where the basic charge is counted"),
    ],
)  # fmt: skip
def test_site_that_cannot_be_read_is_refused(site: dict[str, Any], market: dict[str, Any], words: str) -> None:
    """Each with the place in the case and what was expected."""
    with pytest.raises(InputError, match=words):
        case(site, market, {"short.csv": year_file(24, days=30)})
