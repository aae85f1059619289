"""What is peculiar to single areas of the north, north-east and east: maps of one class, days, history, stand-ins.

Expected numbers are read off the notes of the price tables, the printed bands, 发改价格〔2026〕1077号 附件1 or the State
Council's calendar, as said beside each; printed prices as a whole are in ``test_printed_prices``.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from appraisal.library import Library, RetailYear
from appraisal.library.reader import read_text

FACTS = Path(__file__).parents[3] / "shared" / "facts" / "tariffs.yaml"
AREAS = (
    "tianjin", "hebei_south", "jibei", "shanxi", "mengxi", "mengdong", "liaoning", "jilin", "heilongjiang", "shanghai",
    "anhui", "fujian", "jiangxi",
)  # fmt: skip
SPREADS_2026 = {"tianjin": 8, "hebei_south": 8, "liaoning": 8, "mengdong": 9}  # area -> first month with a spread
PRINTED_2026 = {"jibei", "jilin", "heilongjiang", "shanghai", "anhui", "fujian", "jiangxi"}
VOLTAGES = {
    "<1kV": "below_1kv", "1-10(20)kV": "1_10kv", "35kV": "35kv", "110(66)kV": "110kv", ">=220kV": "220kv",
}  # fmt: skip
JAN, FEB, MAY, JUL, AUG, SEP, OCT, DEC = 0, 1, 4, 6, 7, 8, 9, 11


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.open()


def ask(library: Library, area: str, **changes: Any) -> RetailYear:
    asked: dict[str, Any] = {"start": date(2026, 8, 1), "voltage": "10kV", "parts": "two"}
    return library.retail(f"retail.{area}", **(asked | changes))


def ordinary(year: RetailYear) -> dict[int, str]:
    """Month -> map of its ordinary days."""
    return {day.month: day.letters for day in year.days if day.kind == "ordinary"}


def days_of(year: RetailYear, letter: str) -> dict[int, float]:
    """Month -> number of days that show a letter."""
    found: dict[int, float] = {}
    for day in year.days:
        if letter in day.letters:
            found[day.month] = found.get(day.month, 0.0) + day.days
    return found


def hours_of(letters: str, letter: str) -> list[float]:
    return [place * 24 / len(letters) for place, word in enumerate(letters) if word == letter]


@pytest.fixture(scope="module")
def evidence() -> dict[str, Any]:
    if not FACTS.is_file():
        pytest.skip("the evidence does not stand beside this checkout")
    plain = read_text(FACTS.read_text(encoding="utf-8"), FACTS.name).plain()
    return {area["id"]: area for area in plain["provinces"]}


@pytest.mark.parametrize("area", AREAS)
def test_map_of_each_month_is_that_of_the_evidence(library: Library, evidence: dict[str, Any], area: str) -> None:
    """Half hour by half hour, for the rule in force in August 2026; of Tianjin the evidence holds the rule before it."""
    file = library.retail_file(f"retail.{area}")
    periods = file.rules[date(2025, 2, 1) if area == "tianjin" else max(file.rules)].periods
    seasons = evidence[area]["periods"]["seasons"]
    wanted = {month: season["half_hours"].lower() for season in seasons for month in season["months"]}
    assert set(wanted) == set(periods) == set(range(1, 13))
    for month, letters in periods.items():
        assert "".join(letter * (48 // len(letters)) for letter in letters) == wanted[month]


@pytest.mark.parametrize("area", AREAS)
def test_transmission_is_that_of_the_evidence(library: Library, evidence: dict[str, Any], area: str) -> None:
    """Every price of 发改价格〔2026〕1077号 附件1, none more and none less, and the loss rate."""
    file, facts = library.retail_file(f"retail.{area}"), evidence[area]["transmission_distribution"]
    table = file.transmission[date(2026, 8, 1)]
    assert dict(table.one) == {VOLTAGES[key]: value for key, value in facts["single_part_energy"].items()}
    assert {key: dict(value) for key, value in table.two.items()} == {
        VOLTAGES[key]: value for key, value in facts["two_part"].items()
    }
    assert file.loss_rate[date(2026, 8, 1)].value == pytest.approx(facts["loss_rate_percent"] / 100, abs=1e-12)


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("parts", ["one", "two"])
def test_year_is_whole_and_says_what_is_estimated(library: Library, area: str, parts: str) -> None:
    """365 days, a price for every letter drawn; a month stands in unless its table or its spread is in the evidence."""
    year = ask(library, area, parts=parts)
    assert sum(day.days for day in year.days) == 365.0
    for day in year.days:
        assert set(day.letters) <= set(year.prices[day.month - 1])
    assert year.months[AUG].estimate is (area not in PRINTED_2026)
    assert (year.months[AUG].reason == "derived") is (SPREADS_2026.get(area) == 8)
    assert year.months[SEP].estimate
    assert (year.months[SEP].reason == "derived") is (area in SPREADS_2026)
    assert year.confidence == "estimate"


@pytest.mark.parametrize("area", sorted(set(AREAS) - PRINTED_2026))
def test_area_known_by_an_old_level_only_names_what_is_absent(library: Library, area: str) -> None:
    """No month of 2026 is taken but where its spread is known, all at estimate; the file says that no price is known."""
    year = ask(library, area)
    taken = {month.taken for month in year.months}
    first = SPREADS_2026.get(area, 10)
    assert {month for month in taken if month.year == 2026} == {date(2026, month, 1) for month in range(first, 10)}
    absent = {word.what for word in library.retail_file(f"retail.{area}").absent}
    assert {"purchased_energy", "loss", "system_operation", "transmission"} <= absent
    carried = [fact for fact in year.facts if fact.name.rsplit(".", 1)[1] in ("bundle", "other")]
    assert {fact.source.confidence for fact in carried} == {"estimate"}


def test_shanghai_one_part_users_have_two_bands(library: Library) -> None:
    """沪发改价管〔2022〕50号: peak from 6 to 22 h, valley else; +20 % in summer and winter, +17 % in other months, -45 %."""
    year = ask(library, "shanghai", parts="one")
    assert {day.letters for day in year.days} == {"vvvvvv" + "p" * 16 + "vv"}
    assert [row["p"] for row in year.ratios] == [1.2, *[1.17] * 5, 1.2, 1.2, 1.2, 1.17, 1.17, 1.2]
    assert {row["v"] for row in year.ratios} == {0.55}


def test_shanghai_deep_valley_is_on_holidays_and_rest_days_of_large_industry(library: Library) -> None:
    """沪发改价管〔2024〕28号: 0-6 and 22-24 h on seven holidays, and on rest days of February to June and September to November.

    The calendar of 2026 (国办发明电〔2025〕7号) by hand: October has 1-7 and the rest days 11, 17, 18, 24, 25, 31 (the 10th
    is worked); September 25-27 and 5, 6, 12, 13, 19 (the 20th is worked); January only 1-3; December none.
    """
    year = ask(library, "shanghai", start=date(2026, 1, 1))
    deep = days_of(year, "d")
    assert (deep[1], deep[9], deep[10]) == (3.0, 8.0, 13.0)
    assert set(deep) == {1, 2, 3, 4, 5, 6, 9, 10, 11}
    october = next(day.letters for day in year.days if day.month == 10 and "d" in day.letters)
    assert hours_of(october, "d") == [0, 1, 2, 3, 4, 5, 22, 23]
    assert not days_of(ask(library, "shanghai", start=date(2026, 1, 1), user_class="other"), "d")


def test_anhui_sharp_hours_hold_on_a_span_of_dates(library: Library) -> None:
    """皖发改价格〔2025〕302号: 20-22 h from 15 July to 31 August, 19-21 h from 15 December to 31 January, large industry."""
    year = ask(library, "anhui")
    assert days_of(year, "s") == {1: 31.0, 7: 17.0, 8: 31.0, 12: 17.0}
    hours = {day.month: hours_of(day.letters, "s") for day in year.days if "s" in day.letters}
    assert (hours[8], hours[12], hours[1]) == ([20, 21], [19, 20], [19, 20])
    assert not days_of(ask(library, "anhui", user_class="other"), "s")


def test_anhui_deep_valley_needs_a_holiday_of_three_days(library: Library) -> None:
    """11-15 h; 国办发明电〔2025〕7号: seven days of National Day and three of Mid-Autumn in 2026."""
    year = ask(library, "anhui")
    deep = days_of(year, "d")
    assert (deep[10], deep[9]) == (7.0, 3.0)
    assert hours_of(next(day.letters for day in year.days if day.month == 10 and "d" in day.letters), "d") == [
        11, 12, 13, 14,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("area", "month", "parts", "voltage", "printed", "tolerance"),
    [
        # ReSETP's transcription of the February tables, printed to 1e-4 before funds.
        ("tianjin", date(2025, 2, 1), "one", "1_10kv", (1.12856875, 0.79746875, 0.43996875), 1e-4),
        ("tianjin", date(2025, 2, 1), "two", "1_10kv", (1.00516875, 0.71516875, 0.40206875), 1e-4),
        ("hebei_south", date(2025, 2, 1), "one", "1_10kv", (0.99488375, 0.70683375, 0.39820875), 1e-8),
        ("hebei_south", date(2025, 2, 1), "two", "1_10kv", (0.97318375, 0.68513375, 0.37650875), 1e-8),
        # China Briefing's table of May 2025, rounded to 0.001: the base is known to 0.001 / 1.04 at worst.
        ("tianjin", date(2025, 5, 1), "two", "35kv", (0.988, 0.695, 0.378), 1.5e-3),
        ("hebei_south", date(2025, 5, 1), "two", "35kv", (0.92, 0.63, 0.34), 1.5e-3),
    ],
)
def test_bands_before_a_change_of_rule_reproduce_from_their_row(
    library: Library, area: str, month: date, parts: str, voltage: str, printed: tuple[float, ...], tolerance: float
) -> None:
    """Tianjin and Hebei South changed rules within a year of these months, so no lookup of twelve months reaches them."""
    file = library.retail_file(f"retail.{area}")
    rule = file.rules[max(day for day in file.rules if day <= month)]
    (ratios,) = rule.ratios
    row = next(row for row in file.months if row.month == month and row.scope.parts == (parts,) and row.scope.voltages == (voltage,))  # fmt: skip
    for letter, price in zip("pfv", printed, strict=True):
        made = ratios.by_letter[letter] * row.values["floating"] + row.values["fixed"]
        assert made == pytest.approx(price, abs=tolerance)


def test_hebei_south_valley_was_deeper_for_a_time(library: Library) -> None:
    """冀发改能价〔2025〕121号: 75 % below flat instead of 70 %, for a time; 1115号 from November 2025 has 70 %."""
    rules = library.retail_file("retail.hebei_south").rules
    valley = {day: {row.by_letter["v"] for row in rule.ratios} for day, rule in rules.items()}
    assert valley == {
        date(2022, 12, 1): {0.3}, date(2025, 2, 1): {0.25}, date(2025, 5, 1): {0.3}, date(2025, 11, 1): {0.3},
    }  # fmt: skip


def test_hebei_south_old_map_has_its_noon_valley_outside_summer(library: Library) -> None:
    """冀发改能价〔2022〕1364号 as the press quotes it: valley 1-6 and 12-15 h, in summer 0-8 h; sharp 17-19 and 19-22 h."""
    periods = library.retail_file("retail.hebei_south").rules[date(2022, 12, 1)].periods
    for month, valley, sharp in (
        (1, [1, 2, 3, 4, 5, 12, 13, 14], [17, 18]), (7, list(range(8)), [19, 20, 21]), (10, [1, 2, 3, 4, 5, 12, 13, 14], []),
    ):  # fmt: skip
        assert (hours_of(periods[month], "v"), hours_of(periods[month], "s")) == (valley, sharp)


def test_shanxi_sharp_hours_were_for_large_industry(library: Library) -> None:
    """晋发改商品发〔2021〕479号: 18-20 h in January, July, August and December, 大工业; 2026's 15号 names no class."""
    old = date(2025, 5, 1)
    large = ordinary(ask(library, "shanxi", start=old, voltage="35kV"))
    other = ordinary(ask(library, "shanxi", start=old, voltage="35kV", user_class="other"))
    assert {month for month, letters in large.items() if "s" in letters} == {1, 7, 8, 12}
    assert hours_of(large[7], "s") == [18, 19]
    assert not any("s" in letters for letters in other.values())
    assert hours_of(ordinary(ask(library, "shanxi", parts="one"))[8], "s") == [18, 19, 20]


def test_jibei_bands_rest_on_more_than_the_purchase_price(library: Library) -> None:
    """Printed August 2026: peak less flat is 0.7 x 0.398598, flat less valley too; purchase is printed as 0.385713."""
    prices = ask(library, "jibei").prices[AUG]
    assert prices["p"] - prices["f"] == pytest.approx(0.7 * 0.398598, abs=1e-9)
    assert prices["f"] - prices["v"] == pytest.approx(0.7 * 0.398598, abs=1e-9)
    stated = ask(library, "jibei", purchased_energy_yuan_per_kwh=0.385713)
    assert stated.prices[AUG] == pytest.approx(prices, abs=1e-12)
    # One fen more: flat + 0.01, sharp + 2.04 x 0.01.
    more = ask(library, "jibei", purchased_energy_yuan_per_kwh=0.395713).prices[AUG]
    assert more["f"] - prices["f"] == pytest.approx(0.01, abs=1e-12)
    assert more["s"] - prices["s"] == pytest.approx(0.0204, abs=1e-12)


def test_mengxi_stated_price_stands_for_all_but_transmission_and_funds(library: Library) -> None:
    """10 kV two-part: flat = stated + 0.0787 + 0.022425; in October peak 1.68 and valley 0.48 of what is stated."""
    prices = ask(library, "mengxi", purchased_energy_yuan_per_kwh=0.3).prices[OCT]
    fixed = 0.0787 + 0.022425
    for letter, ratio in {"p": 1.68, "f": 1.0, "v": 0.48}.items():
        assert prices[letter] == pytest.approx(ratio * 0.3 + fixed, abs=1e-12)


def test_mengxi_summer_ratios_differ(library: Library) -> None:
    """内发改价费字〔2023〕1630号: 1.54 and 0.44 in June to August, sharp x 1.2 and deep x 0.8 of these; 1.68 and 0.48 else."""
    ratios = ask(library, "mengxi").ratios
    assert ratios[JUL] == pytest.approx({"s": 1.54 * 1.2, "p": 1.54, "f": 1.0, "v": 0.44, "d": 0.44 * 0.8}, abs=1e-12)
    assert ratios[DEC] == {"p": 1.68, "f": 1.0, "v": 0.48}


def test_liaoning_has_a_35_kv_price_of_2025_only(library: Library) -> None:
    """The fourth-cycle table has no row for 35 kV: later years carry the printed price, transmission of 2025 inside."""
    year = ask(library, "liaoning", voltage="35kV")
    assert {month.reason for month in year.months} == {"latest_printed"}
    # China Briefing, May 2025: 0.598 flat, 0.814 peak, 0.382 valley.
    assert year.prices[AUG]["f"] == pytest.approx(0.598, abs=1e-9)
    assert set(year.demand_yuan_per_kw_month) == {None}


def test_tianjin_floats_transmission_and_jilin_does_not(library: Library) -> None:
    """Tianjin 10 kV: one-part less two-part peak is 1.6 x (0.2507 - 0.1631); Jilin 0.257 - 0.1513 in every band."""
    one, two = (ask(library, "tianjin", parts=parts).prices[AUG] for parts in ("one", "two"))
    assert one["p"] - two["p"] == pytest.approx(1.6 * (0.2507 - 0.1631), abs=1e-12)
    one, two = (ask(library, "jilin", parts=parts).prices[AUG] for parts in ("one", "two"))
    assert all(one[letter] - two[letter] == pytest.approx(0.257 - 0.1513, abs=1e-12) for letter in "pfv")


def test_tianjin_after_october_2025_is_an_estimate_in_every_fact_of_the_rule(library: Library) -> None:
    """津发改规〔2025〕11号 is known from transcriptions only, which are wrong on other areas."""
    year = ask(library, "tianjin")
    rule = [fact for fact in year.facts if fact.name.endswith((".rule", ".ratio.p", ".ratio.v"))]
    assert len(rule) >= 3
    assert {fact.source.confidence for fact in rule} == {"estimate"}


def test_jiangxi_holidays_are_deep_at_noon_in_winter_too(library: Library) -> None:
    """赣发改价管〔2025〕463号: 12-14 h on Spring Festival, Labour Day, National Day; February 2026 has nine such days."""
    year = ask(library, "jiangxi", start=date(2026, 8, 1))
    february = [day for day in year.days if day.month == 2 and "d" in day.letters]
    assert [day.days for day in february] == [9.0]
    assert hours_of(february[0].letters, "d") == [12, 12.5, 13, 13.5]
