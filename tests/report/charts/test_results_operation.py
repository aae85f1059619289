"""The pictures of the operation: days, hours, the host's bill, the battery's health, and the areas of the library."""

from __future__ import annotations

import json
from datetime import date
from typing import cast

import numpy as np
import pytest
from drawn import floats, marks, parts
from results import SERIES_DAYS, picture_of, series
from ruamel.yaml import YAML
from strategies import LIBRARY, made, merged, plant
from structures import result_of

from appraisal import Appraisal, appraise
from appraisal.app.draft import ready
from appraisal.case.periods import periods
from appraisal.errors import InputError
from appraisal.report.bill import has_bill, monthly_bill
from appraisal.report.charts.areas import MEASURES, SELECTED, Measure, area_name, area_ranking, areas
from appraisal.report.charts.day import typical_day
from appraisal.report.charts.health import battery_health
from appraisal.report.charts.hours import hours_map
from appraisal.report.charts.month import month_operation
from appraisal.report.days import days, flows_of, hour_map
from appraisal.study.spreads import spreads

WAN = 1e4


# --- a month ---------------------------------------------------------------------------------------------------------


def test_month_shows_every_day_of_it_under_its_highest_draws() -> None:
    """A works billed by demand: rows are the steps of the month's kinds of day; rules stand at the highest of load and of load less power."""
    result = result_of("jiangsu_user_demand")
    assert result.operation.solved is not None
    assert result.case.drawn_mw is not None
    plan, power = result.operation.solved.schedule, float(result.case.storage.power_mw[0, 0])
    own = plan.clock.month == 7
    load = result.case.drawn_mw[0, own]
    net = power * (plan.discharge_mw - plan.charge_mw).ravel()[own]
    picture = month_operation(result, "en", 7)
    assert floats(picture.table["Drawn without the plant (MW)"]) == pytest.approx(load)
    assert floats(picture.table["Drawn with the plant (MW)"]) == pytest.approx(load - net)
    assert picture.table["Day"].nunique() == 2
    spec = picture.spec()
    rules = sorted(row["value"] for part in marks(spec, "mark-rule") for row in part["rows"] if "text" in row)
    assert rules == pytest.approx(sorted([load.max(), (load - net).max()]))
    # What is in the store at the end of every step, after the state that each day begins with.
    shown = [row for part in marks(spec, "curve") for row in part["rows"] if "day" in row]
    steps = [row["value"] for place in (0, 1) for row in [one for one in shown if one["day"] == place][1:]]
    assert steps == pytest.approx(power * plan.soc_mwh.ravel()[own], rel=1e-5, abs=1e-6)


def test_month_of_a_stated_contract_shows_what_it_covers() -> None:
    """A contract of 4,000 kW, above 40 % of 8,000 kVA, is exceeded above 1.05 of it: 4.2 MW (发改办价格〔2016〕1583号)."""
    supply = {"mode": "contract", "contract_kw": 4000}
    stated = merged(ready("jiangsu_user_demand").stated, {"market": {"site": {"supply": supply}}})
    picture = month_operation(appraise(made(stated)), "en", 7)
    (rule,) = [row for part in marks(picture.spec(), "hurdle") for row in part["rows"]]
    assert rule["value"] == pytest.approx(4.2)


def test_month_of_a_series_names_its_dates_and_one_without_days_is_refused() -> None:
    """45 days from 20 January on: January shows the 20th to the 31st; nothing ran in June."""
    picture = month_operation(series(), "en", 1)
    assert picture.table["Day"].tolist()[::96] == [f"2025-01-{day}" for day in range(20, 32)]
    assert '["20", "21"' in json.dumps(picture.spec()).replace("\\", "")
    with pytest.raises(InputError, match="6; nothing was dispatched in it"):
        month_operation(series(), "en", 6)


# --- days -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "result",
    [result_of("zhejiang_user_lfp"), result_of("hainan_grid_lfp"), series()],
    ids=["tariff", "typical", "series"],
)
def test_days_add_up_to_the_year_that_was_dispatched(result: Appraisal) -> None:
    """Energy by day × days is what the meters of a fresh battery read; money by step too; 365 days in all."""
    solved, power = result.operation.solved, float(result.case.storage.power_mw[0, 0])
    assert solved is not None
    every = [flows_of(result, one.place) for one in days(result)]
    assert sum(one.days for one in days(result)) == pytest.approx(365.0)
    charged = sum(one.day.days * one.step_hours * one.charge_mw.sum() for one in every)
    assert charged == pytest.approx(float(solved.charged[0, 0]) * power, rel=1e-12)
    earned = sum(one.day.days * one.step_hours * 1000.0 * (one.discharge_mw * one.sell).sum() for one in every)
    assert earned == pytest.approx(float(sum(money[0, 0] for money in solved.earned.values())) * power, rel=1e-12)


@pytest.mark.parametrize(
    "result",
    [result_of("zhejiang_user_lfp"), result_of("hainan_grid_lfp"), series()],
    ids=["tariff", "typical", "series"],
)
def test_day_keeps_the_balance_of_the_store_and_every_limit(result: Appraisal) -> None:
    """Energy after a step = before + η·charged − discharged/η; never below empty, above full, or above the limits."""
    storage = result.case.storage
    into, out = float(storage.charge_efficiency[0, 0]), float(storage.discharge_efficiency[0, 0])
    for place in (0, len(days(result)) // 2, len(days(result)) - 1):
        one = flows_of(result, place)
        before = np.concatenate([[one.start_mwh], one.soc_mwh[:-1]])
        moved = one.step_hours * (into * one.charge_mw - one.discharge_mw / out)
        assert np.allclose(one.soc_mwh, before + moved, atol=1e-9 * one.usable_mwh)
        assert one.soc_mwh.min() >= -1e-9
        assert one.soc_mwh.max() <= one.usable_mwh * (1 + 1e-9)
        assert (one.charge_mw <= one.charge_limit_mw + 1e-9).all()
        assert (one.discharge_mw <= one.discharge_limit_mw + 1e-9).all()


def test_days_of_a_series_are_its_dates() -> None:
    """45 days from 20 January on, each standing for 365/45; a day begins with what the last one left."""
    known = days(series())
    assert (known[0].en, known[-1].en, len(known)) == ("2025-01-20", "2025-03-05", SERIES_DAYS)
    assert known[12].month == 2
    assert flows_of(series(), 7).start_mwh == pytest.approx(float(flows_of(series(), 6).soc_mwh[-1]))
    assert "8.11" in typical_day(series(), "en", 3).title


def test_day_shows_the_bands_of_the_tariff_with_their_names() -> None:
    """The letters of the case's own day; a holiday by the title that the tariff's file gives it."""
    result = result_of("zhejiang_user_lfp")
    picture = typical_day(result, "zh", 2)
    letters = result.case.prices.bands[48:72]  # type: ignore[union-attr]
    names = {"s": "尖峰", "p": "高峰", "f": "平段", "v": "低谷", "d": "深谷"}
    assert list(picture.table.iloc[:, 1]) == [names[letter] for letter in letters]
    assert "节假日深谷" in picture.title
    assert "代表 9 天" in picture.title
    bands = next(part for part in parts(picture.spec()) if part["encoding"].get("color", {}).get("field") == "band")
    assert [row["end"] - row["begin"] for row in bands["rows"]] == [7, 2, 6, 1, 7, 1]
    assert bands["rows"][-1]["end"] == 24


def test_day_draws_hours_as_numbers_and_charging_below_zero() -> None:
    """A clock of numbers does not move with the reader's time zone."""
    spec = typical_day(result_of("hainan_grid_lfp"), "en", 0).spec()
    assert "temporal" not in json.dumps(spec)
    up, down = (
        next(part for part in marks(spec, style) if part["mark"]["type"] == "rect")["rows"]
        for style in ("bar", "bar-two")
    )
    assert all(row["net"] > 0 for row in up)
    assert all(row["net"] < 0 for row in down)
    assert sum(row["net"] for row in down) == pytest.approx(
        -float(flows_of(result_of("hainan_grid_lfp"), 0).charge_mw.sum())
    )


def test_day_of_another_scenario_is_its_own() -> None:
    """A result keeps one schedule; where problems differ, that of each row is the same as alone."""
    both = appraise(made(plant()).vary({"storage.discharge_efficiency": np.array([0.93, 0.80])}))
    alone = appraise(made(plant({"storage": {"discharge_efficiency": 0.80}})))
    assert np.allclose(flows_of(both, 3, row=1).discharge_mw, flows_of(alone, 3).discharge_mw)
    assert np.allclose(flows_of(both, 3, row=0).discharge_mw, flows_of(appraise(made(plant())), 3).discharge_mw)
    assert not np.allclose(flows_of(both, 3, row=0).discharge_mw, flows_of(alone, 3).discharge_mw)
    assert "scenario 2" in typical_day(both, "en", 3, row=1).subtitle[0]


def test_day_that_is_not_there_is_refused() -> None:
    """With the days there are; a case that states its energy has none."""
    for day in (-1, 15):
        with pytest.raises(InputError, match="expected 0 to 14"):
            typical_day(result_of("zhejiang_user_lfp"), "en", day)
    with pytest.raises(InputError, match="no dispatch"):
        typical_day(result_of("contract_schedule"), "en", 0)
    with pytest.raises(InputError, match="power"):
        hours_map(result_of("zhejiang_user_lfp"), "en", "pwer")


def test_hours_of_a_tariff_are_the_steps_themselves() -> None:
    """A row a kind of day; its mean over the year is the clock's mean of the prices met."""
    result = result_of("zhejiang_user_lfp")
    prices = result.case.prices
    assert prices is not None
    table = hours_map(result, "en", "buy").table
    assert np.allclose(floats(table.iloc[:, 2:]), prices.buy.reshape(15, 24) / 1000.0)
    weighted = (floats(table.iloc[:, 2:]).mean(axis=1) * floats(table.iloc[:, 1])).sum() / 365.0
    assert weighted == pytest.approx(prices.clock.mean(prices.buy) / 1000.0, rel=1e-12)


def test_hours_of_a_long_series_are_means_by_month() -> None:
    """Brute force over every quarter hour of the file: 45 days of three months."""
    result = series()
    prices = result.case.prices
    assert prices is not None
    found = hour_map(result, "buy")
    fees = 1000.0 * (0.12 + 0.008 + 0.03)  # as the case states them, yuan/kWh
    hour = (np.arange(SERIES_DAYS * 96) % 96) // 4
    assert found.monthly
    assert [label for _, label in found.labels] == ["Jan", "Feb", "Mar"]
    for row, month in enumerate((1, 2, 3)):
        expected = [prices.buy[0][(prices.clock.month == month) & (hour == one)].mean() + fees for one in range(24)]
        assert np.allclose(found.values[row] * 1000.0, expected)
    assert found.days.sum() == pytest.approx(365.0)


# --- bill -------------------------------------------------------------------------------------------------------------


def test_bill_saves_what_the_operation_earns() -> None:
    """Over the year the saving is the money of the price lines of a fresh battery; January by brute force over its hours."""
    result = result_of("zhejiang_user_lfp")
    bill, solved = monthly_bill(result), result.operation.solved
    prices = result.case.prices
    assert solved is not None
    assert prices is not None
    assert prices.load_mw is not None
    saved = float((bill.before - bill.after).sum())
    assert saved == pytest.approx(
        5.0 * float(solved.earned["arbitrage.energy"][0, 0] - solved.paid["arbitrage.energy"][0, 0]), rel=1e-12
    )
    january = sum(31 * prices.load_mw[0, hour] * prices.buy[0, hour] for hour in range(24))
    assert bill.before[0] == pytest.approx(january, rel=1e-12)
    flows = flows_of(result, 0)
    after = sum(31 * (prices.load_mw[0, hour] - flows.net_mw[hour]) * prices.buy[0, hour] for hour in range(24))
    assert bill.after[0] == pytest.approx(after, rel=1e-12)


def test_bill_table_and_words_say_what_is_counted() -> None:
    """Twelve months, and that demand charges are not in it."""
    picture, bill = picture_of("bill zhejiang_user_lfp", "zh"), monthly_bill(result_of("zhejiang_user_lfp"))
    assert np.allclose(floats(picture.table.iloc[:, 1]) * WAN, bill.before)
    assert np.allclose(floats(picture.table.iloc[:, 2]) * WAN, bill.after)
    assert "不含需量（容量）电费" in " ".join(picture.subtitle)


@pytest.mark.parametrize("name", ["hainan_grid_lfp", "contract_schedule"])
def test_bill_without_a_host_is_refused(name: str) -> None:
    """The grid side has no bill."""
    assert not has_bill(result_of(name))
    with pytest.raises(InputError, match="user-side"):
        monthly_bill(result_of(name))


# --- health -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["hainan_grid_lfp", "contract_schedule", "phased", "calendar"])
def test_health_table_holds_the_operation(name: str) -> None:
    """State of health and usable energy by column."""
    result = result_of(name)
    table = battery_health(result, "en").table
    running = periods(result.case.project).operating[0] > 0.0
    assert np.array_equal(floats(table.iloc[:, 1])[running], result.operation.soh[0][running])
    assert np.isnan(floats(table.iloc[:, 1])[~running]).all()
    assert np.allclose(floats(table.iloc[:, 2]), result.operation.usable_mwh[0])


def test_health_marks_the_year_after_which_the_battery_is_new() -> None:
    """The replacement of operating year 13 after one construction column is column 14; the health jumps behind it."""
    result = result_of("hainan_grid_lfp")
    picture = battery_health(result, "zh")
    soh = result.operation.soh[0]
    jumps = [year + 1 for year in range(1, soh.size - 1) if soh[year] > 0.0 and soh[year + 1] > soh[year]]
    assert jumps == [14]
    assert {row["at"] for part in marks(picture.spec(), "mark-rule") for row in part["rows"] if "at" in row} == {14}
    assert list(np.flatnonzero(picture.table.iloc[:, 3] == "是") + 1) == jumps
    assert "第 14 年末" in picture.subtitle[1]


def test_health_of_stated_energy_is_told() -> None:
    """No wear is worked out, and no end of life is drawn."""
    picture = battery_health(result_of("contract_schedule"), "zh")
    assert "不推算衰减" in picture.subtitle[1]
    assert marks(picture.spec(), "hurdle") == []


# --- areas ------------------------------------------------------------------------------------------------------------


def test_spread_of_an_area_is_counted_hour_by_hour() -> None:
    """Brute force over every hour of every day of Zhejiang: dearest less cheapest price that the day has."""
    found, _ = spreads(LIBRARY, date(2026, 8, 1), voltage="1-10kV", parts="two", efficiency=0.9)
    year = LIBRARY.retail("retail.zhejiang", start=date(2026, 8, 1), voltage="1-10kV", parts="two")
    total = 0.0
    for day in year.days:
        hours = [year.prices[day.month - 1][letter] for letter in day.letters]
        total += day.days * (max(hours) - min(hours))
    own = next(one for one in found if one.tariff == "retail.zhejiang")
    assert own.mean == pytest.approx(total / 365.0, rel=1e-12)
    assert own.least <= own.mean <= own.most
    assert own.estimated == sum(month.estimate for month in year.months)


def test_areas_are_sorted_and_those_without_facts_are_told() -> None:
    """Every retail file is shown or named as missing, each price zone for itself; the case's own tariff stands out."""
    picture = area_ranking(result_of("zhejiang_user_lfp"), "en")
    found, gone = spreads(LIBRARY, date(2026, 8, 1), voltage="1-10kv", parts="two", efficiency=0.9)
    files = {LIBRARY.retail_file(name).title for name in LIBRARY.files() if name.startswith("retail.")}
    assert {one.area for one in found} | {one.area for one in gone} == files
    assert len(picture.table) == len(found) + len(gone)
    assert list(floats(picture.table.iloc[: len(found), 1])) == sorted((one.mean for one in found), reverse=True)
    for one in gone:
        told = one.area.en.partition(",")[0] if one.zone is None else one.zone.en
        assert told in " ".join(picture.subtitle)
    own = [row["name"] for part in marks(picture.spec(), "bar") for row in part["rows"]]
    assert own == ["Zhejiang"]
    assert f"{max(one.latest for one in found):%Y-%m}" in picture.subtitle[2]


def test_areas_before_any_fact_are_all_told() -> None:
    """Nothing is published for 1999: no bar, no error, all names."""
    picture = area_ranking(result_of("zhejiang_user_lfp"), "zh", start=date(1999, 1, 1))
    assert marks(picture.spec(), "clears")[0]["rows"] == []
    assert "浙江" in " ".join(picture.subtitle)
    with pytest.raises(InputError, match="one or two"):
        area_ranking(result_of("zhejiang_user_lfp"), "zh", parts="three")


def test_areas_without_the_voltage_are_told_apart_from_those_without_data() -> None:
    """A voltage that no tariff has."""
    picture = area_ranking(result_of("zhejiang_user_lfp"), "en", voltage="750kV")
    told = next(line for line in picture.subtitle if "no such voltage or class" in line)
    assert "Zhejiang" in told


# Attribute of a spread → measure of the picture that shows it.
MEASURED = {"spread": "mean", "margin": "margin", "ratio": "ratio"}


@pytest.mark.parametrize("by", MEASURES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_areas_are_sorted_by_what_is_asked_for(by: Measure, lang: str) -> None:
    """The greatest first, in bars, table and description; each row carries what a click hands over."""
    found, _ = spreads(LIBRARY, date(2026, 8, 1), voltage="10kV", parts="two", efficiency=0.9)
    picture = areas(LIBRARY, date(2026, 8, 1), lang, voltage="10kV", parts="two", efficiency=0.9, by=by)
    expected = sorted((getattr(one, MEASURED[by]) for one in found), reverse=True)
    (rows,) = [part["rows"] for part in parts(picture.spec()) if "cursor" in json.dumps(part["mark"])]
    assert [row["value"] for row in rows] == expected
    assert {(row["tariff"], row["zone"]) for row in rows} == {(one.tariff, one.zone_code) for one in found}
    best = max(found, key=lambda one: float(getattr(one, MEASURED[by])))
    assert picture.table.iloc[0, 0] == area_name(best, lang)
    (clicked,) = picture.spec()["params"]
    assert clicked["name"] == SELECTED
    assert clicked["select"]["fields"] == ["tariff", "zone"]


def test_areas_without_a_price_under_the_transmission_prices_in_force_are_marked() -> None:
    """Against the files themselves, read as YAML: an area whose youngest month that was read, not worked out, is older than its youngest price table."""
    found, _ = spreads(LIBRARY, date(2026, 8, 1), voltage="10kV", parts="two", efficiency=0.9)
    expected = set()
    for one in found:
        path = LIBRARY.root / "tariffs" / "retail" / f"{one.tariff.partition('.')[2]}.yaml"
        text = YAML(typ="safe").load(path)
        trust = {key: source["confidence"] for key, source in text["sources"].items()}
        read = [
            f"{month}"[:7]
            for month, rows in text["months"].items()
            for row in rows
            if row.get("confidence", trust[row["source"]]) != "estimate"
        ]
        # Xinjiang's rows are all estimates, its youngest is of 2025-05.
        youngest = max(read or [f"{month}"[:7] for month in text["months"]])
        if youngest < max(f"{day}"[:7] for day in text["transmission"]):
            expected.add(one.tariff)
    assert {one.tariff for one in found if one.outdated} == expected
    # Hunan has tables up to 2025-05 only, Zhejiang one of 2026-08.
    assert "retail.hunan" in expected
    assert "retail.zhejiang" not in expected
    picture = areas(LIBRARY, date(2026, 8, 1), "en", voltage="10kV", parts="two", efficiency=0.9)
    rims = [row["tariff"] for part in marks(picture.spec(), "mark-rule") for row in part["rows"]]
    assert set(rims) == expected
    assert any("no price was published under the transmission prices in force" in line for line in picture.subtitle)
    told = picture.table.set_index("Area")["All assumed"]
    assert told["Hunan"] == "yes"
    assert told["Zhejiang"] == "no"


def test_an_unknown_measure_of_areas_is_refused() -> None:
    """In both languages, with what there is."""
    with pytest.raises(InputError, match="expected one of spread, margin, ratio") as error:
        area_ranking(result_of("zhejiang_user_lfp"), "en", by=cast("Measure", "profit"))
    assert "应为以下之一" in error.value.faults[0].text("zh")
