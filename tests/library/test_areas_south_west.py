"""What is peculiar to single areas of the centre, south and west: funds by part, classes, grids, absent ratios.

Expected numbers are read off 发改价格〔2026〕1077号 附件1 (transmission from August 2026), the notes of the price tables
or the printed bands, as said beside each; printed prices as a whole are in ``test_printed_prices``.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from appraisal.errors import InputError
from appraisal.library import Library, RetailYear

PRICED = (
    "henan", "hunan", "shenzhen", "guangxi", "chongqing", "sichuan", "guizhou", "yunnan", "shaanxi", "shaanxi_yulin",
    "qinghai", "ningxia", "xinjiang",
)  # fmt: skip
PRINTED_2026 = {"chongqing", "sichuan", "shaanxi", "qinghai"}
FEB, JUL, AUG, SEP = 1, 6, 7, 8


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.open()


def ask(library: Library, area: str, **changes: Any) -> RetailYear:
    asked: dict[str, Any] = {"start": date(2026, 8, 1), "voltage": "10kV", "parts": "two"}
    return library.retail(f"retail.{area}", **(asked | changes))


@pytest.mark.parametrize("area", PRICED)
def test_year_is_whole_and_says_what_is_estimated(library: Library, area: str) -> None:
    """365 days, a price for every letter drawn; August 2026 is printed in four areas and an estimate in the others."""
    year = ask(library, area)
    assert sum(day.days for day in year.days) == 365.0
    for day in year.days:
        assert set(day.letters) <= set(year.prices[day.month - 1])
    assert year.confidence == "estimate"  # twelve months from August 2026 on reach beyond what is published
    assert year.months[SEP].estimate
    august = library.retail(f"retail.{area}", start=date(2026, 8, 1), voltage="10kV", parts="two").months[AUG]
    assert august.estimate is (area not in PRINTED_2026)
    assert (august.reason == "derived") is (area == "shaanxi_yulin")


@pytest.mark.parametrize("area", PRICED)
def test_components_add_up_to_the_flat_price(library: Library, area: str) -> None:
    """C&I price = purchase + loss + T&D + system operation + funds (发改办价格〔2021〕809号)."""
    year = ask(library, area, start=date(2027, 1, 1))
    for month in range(12):
        total = sum(values[month] or 0.0 for values in year.components.values())
        assert year.prices[month]["f"] == pytest.approx(total, abs=5.1e-5 if area == "shenzhen" else 1e-12)


def test_guangxi_one_part_users_pay_more_funds(library: Library) -> None:
    """Funds 0.041825 two-part and 0.051825 one-part; transmission at 10 kV 0.1476 and 0.2471."""
    two, one = (ask(library, "guangxi", parts=parts).prices[AUG]["f"] for parts in ("two", "one"))
    assert one - two == pytest.approx(0.2471 - 0.1476 + 0.051825 - 0.041825, abs=1e-9)


def test_sichuan_sharp_price_is_for_large_industry(library: Library) -> None:
    """Sharp is peak x 1.2 for large industry (1.92 : 1.6 of the floating part), the peak price for all others."""
    large = ask(library, "sichuan", user_class="large_industry")
    other = ask(library, "sichuan", user_class="other")
    assert large.ratios[AUG]["s"] == pytest.approx(1.2 * 1.6)
    assert other.prices[AUG]["s"] == other.prices[AUG]["p"]
    assert {day.letters for day in large.days if day.month == 8} == {"fvvvvvvffffppsppppffpssf"}


def test_yulin_differs_from_the_rest_of_shaanxi_only_in_two_part_transmission(library: Library) -> None:
    """10 kV: 0.1271 and 0.1083 two-part, 0.2082 one-part in both grids."""
    rest, yulin = (ask(library, area).prices[AUG] for area in ("shaanxi", "shaanxi_yulin"))
    assert all(rest[letter] - yulin[letter] == pytest.approx(0.1271 - 0.1083, abs=1e-12) for letter in "spfv")
    rest, yulin = (ask(library, area, parts="one").prices[AUG] for area in ("shaanxi", "shaanxi_yulin"))
    assert rest == yulin


def test_gansu_cannot_be_priced_and_says_what_is_missing(library: Library) -> None:
    with pytest.raises(InputError, match="no ratio of the peak price is known") as caught:
        ask(library, "gansu")
    assert caught.value.exit_code == 6
    absent = {word.what for word in library.retail_file("retail.gansu").absent}
    assert {"ratios", "purchased_energy", "loss", "system_operation"} <= absent


def test_ningxia_ratios_are_an_estimate_that_gives_the_printed_differences_back(library: Library) -> None:
    """May 2025, 35 kV two-part: peak +0.178 and valley -0.149 on the flat price (China Briefing)."""
    year = ask(library, "ningxia", voltage="35kV")
    prices = year.prices[AUG]
    assert prices["p"] - prices["f"] == pytest.approx(0.178, abs=1e-9)
    assert prices["v"] - prices["f"] == pytest.approx(-0.149, abs=1e-9)
    ratios = [fact for fact in year.facts if ".ratio." in fact.name]
    assert {fact.source.confidence for fact in ratios if not fact.name.endswith(".f")} == {"estimate"}


def test_shenzhen_prices_only_the_class_whose_ratios_are_known(library: Library) -> None:
    """Ratio of each column to 10 kV metered at high voltage: 0.2054 and 0.1554 against 0.1804 of transmission."""
    high = ask(library, "shenzhen").prices[AUG]["f"]
    for voltage, transmission in (("10kv_low_side", 0.2054), ("110kv", 0.1554)):
        found = ask(library, "shenzhen", voltage=voltage).prices[AUG]["f"]
        assert found - high == pytest.approx(transmission - 0.1804, abs=1e-9)
    with pytest.raises(InputError, match="no prices of one-part users"):
        ask(library, "shenzhen", parts="one")


def test_xinjiang_draws_deep_and_sharp_hours_by_month(library: Library) -> None:
    """Deep 14:00-16:00 in May to August; sharp 21:00-23:00 in July and 19:00-21:00 in January, November, December."""
    year = ask(library, "xinjiang", voltage="35kV")
    letters = {day.month: day.letters for day in year.days}
    deep = {month: row for month, row in letters.items() if "d" in row}
    assert set(deep) == {5, 6, 7, 8}
    assert all([hour for hour in range(24) if row[hour] == "d"] == [14, 15] for row in deep.values())
    sharp = {month: [hour for hour in range(24) if row[hour] == "s"] for month, row in letters.items() if "s" in row}
    assert sharp == {1: [19, 20], 7: [21, 22], 11: [19, 20], 12: [19, 20]}


def test_stated_purchase_price_replaces_what_stands_in_for_it(library: Library) -> None:
    """Henan, 10 kV: 0.40 stated, transmission 0.1655 and ratio 1.72; the rest stays as the file has it."""
    year = ask(library, "henan", purchased_energy_yuan_per_kwh=0.40)
    assert year.prices[AUG]["p"] - year.prices[AUG]["f"] == pytest.approx(0.72 * (0.40 + 0.1655), abs=1e-12)


def test_hunan_purchase_price_alone_gives_the_whole_bundle(library: Library) -> None:
    """All but funds 0.04625 floats: flat = stated + 0.1694 + 0.04625, peak 1.6 x (stated + 0.1694) + 0.04625."""
    prices = ask(library, "hunan", purchased_energy_yuan_per_kwh=0.5).prices[AUG]
    assert prices["f"] == pytest.approx(0.5 + 0.1694 + 0.04625, abs=1e-12)
    assert prices["p"] == pytest.approx(1.6 * (0.5 + 0.1694) + 0.04625, abs=1e-12)


def test_yunnan_loss_and_system_operation_follow_from_the_printed_row(library: Library) -> None:
    """35 kV, May 2025: 0.499 - (0.656 - 0.342) is left, less transmission 0.0995 and funds 0.063875."""
    charges = library.grid_charges("retail.yunnan", date(2026, 8, 1), voltage="35kV")
    assert charges.loss_and_system_operation[AUG] == pytest.approx(0.499 - 0.314 - 0.0995 - 0.063875, abs=1e-6)


def test_gansu_is_priced_once_the_case_states_what_no_document_gives(library: Library) -> None:
    """Ratios 1.5 and 0.5, purchase 0.30, loss 0.01, system operation 0.02: with transmission and funds, by hand."""
    facts = {"ratio.p": 1.5, "ratio.v": 0.5, "loss": 0.01, "system_operation": 0.02}
    stated = library.overlaid({f"retail.gansu.{key}": value for key, value in facts.items()})
    year = stated.retail(
        "retail.gansu", start=date(2026, 8, 1), voltage="10kV", parts="two", purchased_energy_yuan_per_kwh=0.30
    )
    fixed = 0.02 + 0.1063 + 0.022925  # 发改价格〔2026〕1077号, two-part 1-10 kV; funds
    expected = {"p": 1.5 * 0.31 + fixed, "f": 0.31 + fixed, "v": 0.5 * 0.31 + fixed}
    assert dict(year.prices[AUG]) == pytest.approx(expected, abs=1e-12)
    assert year.confidence == "estimate"
    with pytest.raises(InputError, match=r"state retail\.gansu\.loss, retail\.gansu\.system_operation under overlays"):
        library.overlaid({"retail.gansu.ratio.p": 1.5, "retail.gansu.ratio.v": 0.5}).retail(
            "retail.gansu", start=date(2026, 8, 1), voltage="10kV", parts="two", purchased_energy_yuan_per_kwh=0.30
        )
