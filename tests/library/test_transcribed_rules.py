"""Rules and prices found in public transcriptions in November 2026: Tianjin, Shenzhen, Shandong's third cycle, spreads.

Expected numbers are those of the transcriptions, as said beside each; what they are checked against is said too.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from appraisal.library import Library, RetailYear

AUG, SEP = 7, 8


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.open()


def ask(library: Library, area: str, **changes: Any) -> RetailYear:
    asked: dict[str, Any] = {"start": date(2026, 8, 1), "voltage": "10kV", "parts": "two"}
    return library.retail(f"retail.{area}", **(asked | changes))


def hours(letters: str, letter: str) -> list[int]:
    return [hour for hour in range(24) if letters[hour * len(letters) // 24] == letter]


@pytest.mark.parametrize(
    ("months", "peak", "valley"),
    [
        # github zhao-rui123/electricity-price-v2@9d7f0bde, February 2026; the hours called sharp counted as peak
        ((7, 8), [15, 16, 17, 18, 19, 20, 21, 22], [1, 2, 3, 4, 5, 6, 7, 8]),
        ((1, 2, 3, 4, 5, 6, 9, 10, 11, 12), [8, 9, 16, 17, 18, 19, 20, 21], [0, 1, 2, 3, 4, 5, 12, 13]),
    ],
)
def test_tianjin_draws_the_hours_of_its_rule_of_2025(
    library: Library, months: tuple[int, ...], peak: list[int], valley: list[int]
) -> None:
    """Eight hours of each, at noon too outside summer; peak to valley is 4:1 of what floats."""
    year = ask(library, "tianjin")
    for day in year.days:
        if day.month in months and day.kind == "ordinary":
            assert (hours(day.letters, "p"), hours(day.letters, "v")) == (peak, valley)
    assert year.ratios[AUG]["p"] / year.ratios[AUG]["v"] == pytest.approx(4.0, abs=1e-12)


@pytest.mark.parametrize(
    ("voltage", "peak", "valley"),
    [("10kv_low_side", 1.5242, 0.3397), ("20kV", 1.5496, 0.3078), ("110kv", 1.5664, 0.2866), ("220kv", 1.5901, 0.2568)],
)
def test_shenzhen_ratios_go_by_voltage(library: Library, voltage: str, peak: float, valley: float) -> None:
    """深圳市工商业及其他用电峰谷比价关系表 (fgw.sz.gov.cn), 101-3000 kVA; sharp is a quarter above peak."""
    ratios = ask(library, "shenzhen", voltage=voltage).ratios[AUG]
    assert (ratios["p"], ratios["v"]) == (peak, valley)
    assert ratios["s"] == pytest.approx(1.25 * peak, abs=1e-12)


def test_shenzhen_ratio_of_printed_bands_agrees_with_the_table_in_peak_and_not_in_valley(library: Library) -> None:
    """1.5445 and 0.3142 are transcribed; a valley of 0.3142 misses the printed 0.2295 of February 2025 by 0.0001."""
    ratios = ask(library, "shenzhen").ratios[AUG]
    assert ratios["p"] == pytest.approx(1.5445, abs=1e-4)
    assert round(0.7301 * ratios["v"], 4) == 0.2295 != round(0.7301 * 0.3142, 4)


def test_shandong_third_cycle_has_the_steps_that_printed_prices_show(library: Library) -> None:
    """Tables of March and May 2025: 0.67486875 - 0.65986875 (35 and 110 kV), 0.643 - 0.628 and 0.701 - 0.643."""
    table = library.retail_file("retail.shandong").transmission[date(2023, 6, 1)]
    two = {key: prices["energy"] for key, prices in table.two.items()}
    assert two["35kv"] - two["110kv"] == pytest.approx(0.67486875 - 0.65986875, abs=1e-9)
    assert two["1_10kv"] - two["35kv"] == pytest.approx(0.643 - 0.628, abs=1e-3)
    assert table.one["1_10kv"] - two["1_10kv"] == pytest.approx(0.701 - 0.643, abs=1e-3)
    assert (two["110kv"], table.two["35kv"]["demand"], table.two["110kv"]["demand"]) == (0.1191, 35.2, 35.2)


def test_shandong_2026_is_priced_at_every_voltage_before_the_fourth_cycle(library: Library) -> None:
    """July 2026, 10 kV less 110 kV two-part: 0.1491 - 0.1191 in every band, for transmission does not float."""
    low, high = (
        ask(library, "shandong", start=date(2026, 7, 1), voltage=voltage).prices[6] for voltage in ("10kV", "110kV")
    )
    assert all(low[letter] - high[letter] == pytest.approx(0.03, abs=1e-9) for letter in "spfvd")


@pytest.mark.parametrize(("area", "month"), [("tianjin", SEP), ("hebei_south", AUG), ("liaoning", AUG), ("hubei", SEP)])
def test_month_of_a_known_spread_and_a_carried_level_is_an_estimate_in_its_facts(
    library: Library, area: str, month: int
) -> None:
    """The month is its own, but worked out and not read: part of it stands in from another month."""
    year = ask(library, area)
    assert year.months[month].reason == "derived"
    names = ("bundle", "other", "purchased_energy", "loss", "system_operation")
    own = [
        fact
        for fact in year.facts
        if fact.name.rsplit(".", 1)[1] in names and (fact.asked.year, fact.asked.month) == (2026, month + 1)
    ]
    assert len(own) >= 2
    assert {fact.source.confidence for fact in own} == {"estimate"}


def test_guangdong_september_follows_whole_from_its_spread(library: Library) -> None:
    """Flat = 1.3529 / (1.7 x 1.25 - 0.38) + funds 0.02766875, worked by hand: 0.77530 + 0.02767 = 0.80297."""
    year = ask(library, "guangdong", parts="one", zone="prd")
    assert year.prices[SEP]["f"] == pytest.approx(0.80297, abs=1e-4)
    assert year.months[SEP].reason == "derived"
