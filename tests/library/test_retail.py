"""The retail lookup: which month is taken, what is refused, what an override does, what the year holds."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from appraisal.errors import InputError
from appraisal.library import Library, RetailYear

AREAS = [
    ("retail.zhejiang", None),
    ("retail.jiangsu", None),
    ("retail.guangdong", "prd"),
    ("retail.shandong", None),
    ("retail.hubei", None),
    ("retail.beijing", None),
    ("retail.hainan", None),
]
FEB, MAY, JUL, AUG, SEP, OCT = 1, 4, 6, 7, 8, 9


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.open()


def ask(library: Library, name: str = "retail.zhejiang", **changes: Any) -> RetailYear:
    asked: dict[str, Any] = {"start": date(2026, 8, 1), "voltage": "10kV", "parts": "two"}
    return library.retail(name, **(asked | changes))


@pytest.mark.parametrize(("name", "zone"), AREAS)
@pytest.mark.parametrize("start", [date(2026, 8, 1), date(2027, 3, 15), date(2031, 12, 1)])
def test_year_is_whole(library: Library, name: str, zone: str | None, start: date) -> None:
    """365 days; each month drawn in the same number of steps; each letter used has a price; prices follow the rule."""
    year = ask(library, name, start=start, zone=zone)
    assert sum(day.days for day in year.days) == 365.0
    assert {day.month for day in year.days} == set(range(1, 13))
    assert len({len(day.letters) for day in year.days}) == 1
    for day in year.days:
        prices = year.prices[day.month - 1]
        assert set(day.letters) <= set(prices)
    # The definition of the price; Guangdong rounds the first term to 1e-4.
    for month in range(12):
        for letter, price in year.prices[month].items():
            expected = year.ratios[month][letter] * year.floating[month] + year.fixed[month]
            assert price == pytest.approx(expected, abs=5.1e-5 if name == "retail.guangdong" else 1e-12)


@pytest.mark.parametrize(("name", "zone"), AREAS)
def test_known_components_add_up_to_the_flat_price(library: Library, name: str, zone: str | None) -> None:
    """C&I price = purchase + loss + T&D + system operation + funds (发改办价格〔2021〕809号), from August 2026 on."""
    year = ask(library, name, start=date(2027, 1, 1), zone=zone)
    for month in range(12):
        total = sum(values[month] or 0.0 for values in year.components.values())
        assert year.floating[month] + year.fixed[month] == pytest.approx(total, abs=1e-12)
        assert year.prices[month]["f"] == pytest.approx(total, abs=5.1e-5 if name == "retail.guangdong" else 1e-12)


def test_ratios_follow_the_rule_in_force_at_the_month(library: Library) -> None:
    """浙发改价格〔2026〕112号 replaces 〔2024〕21号 on 2026-07-01: peak 1.65 of the whole price before, 1.85 after."""
    year = ask(library, start=date(2025, 10, 1))
    assert [row["p"] for row in year.ratios] == [1.65] * 6 + [1.85] * 2 + [1.85] + [1.65] * 3
    assert year.fixed[5] == 0.0
    assert year.fixed[6] > 0.0
    assert [month.estimate for month in year.months] == [False] * 8 + [True] + [False] * 3


def test_published_month_is_used_as_published_and_later_ones_are_estimates(library: Library) -> None:
    year = ask(library)
    assert [month.month for month in year.months][AUG] == date(2026, 8, 1)
    assert not year.months[AUG].estimate
    assert year.months[SEP].taken == date(2026, 8, 1)
    assert year.months[SEP].estimate
    assert year.confidence == "estimate"


def test_later_month_takes_the_same_month_only_under_the_rule_in_force(library: Library) -> None:
    """July 2027 from July 2026 (new rule); January from August 2026, because January 2026 stood under the old rule."""
    year = ask(library, start=date(2027, 1, 1))
    assert year.months[JUL].taken == date(2026, 7, 1)
    assert year.months[0].taken == date(2026, 8, 1)


def test_carried_month_pays_the_transmission_price_now_in_force(library: Library) -> None:
    """July 2026 was printed with 0.126; July 2027 pays the 0.125 of 发改价格〔2026〕1077号."""
    year = ask(library, start=date(2027, 1, 1))
    transmission = year.components["transmission"]
    assert transmission[JUL] == 0.125
    printed = ask(library, start=date(2026, 7, 1)).prices[JUL]["f"]
    assert year.prices[JUL]["f"] == pytest.approx(printed - 0.001, abs=1e-12)


def test_same_month_of_the_latest_twelve_is_taken_in_shandong(library: Library) -> None:
    """January to August 2026 are known: each serves its month of 2027, September to December take August."""
    year = ask(library, "retail.shandong", start=date(2027, 1, 1), voltage="110kV")
    assert [month.taken.month for month in year.months] == [1, 2, 3, 4, 5, 6, 7, 8, 8, 8, 8, 8]


def test_price_whose_transmission_is_inside_is_not_carried_past_a_new_table(library: Library) -> None:
    """Beijing's July 2026 holds third-cycle transmission: July 2027 takes August 2026 instead."""
    year = ask(library, "retail.beijing", start=date(2027, 1, 1))
    assert {month.taken for month in year.months} == {date(2026, 8, 1)}


def test_holidays_of_the_month_are_deep_valley_days(library: Library) -> None:
    """2026: nine days of Spring Festival in February; the first three of Labour and National Day under the new rule."""
    days = {(day.month, day.kind): day.days for day in ask(library, start=date(2026, 8, 1)).days}
    assert days[(2, "holiday deep valley")] == 9.0
    assert days[(2, "ordinary")] == 19.0
    assert days[(5, "holiday deep valley")] == days[(10, "holiday deep valley")] == 3.0
    old = {(day.month, day.kind): day.days for day in ask(library, start=date(2025, 8, 1)).days}
    assert old[(10, "holiday deep valley")] == 8.0
    assert old[(5, "holiday deep valley")] == 5.0


def test_calendar_of_a_later_year_is_a_labelled_estimate(library: Library) -> None:
    facts = [fact for fact in ask(library, start=date(2028, 1, 1)).facts if fact.name.startswith("calendar.")]
    assert facts
    assert {fact.source.confidence for fact in facts} == {"estimate"}
    assert all("2026" in fact.note for fact in facts)


def test_half_hours_are_kept_where_a_period_begins_on_one(library: Library) -> None:
    """Jiangsu, July: sharp 14:00-15:00 and 19:30-21:30 (苏发改价格发〔2025〕426号)."""
    year = ask(library, "retail.jiangsu")
    july = next(day.letters for day in year.days if day.month == 7)
    assert [place / 2 for place, letter in enumerate(july) if letter == "s"] == [14.0, 14.5, 19.5, 20.0, 20.5, 21.0]


def test_users_without_a_sharp_band_pay_the_peak_price_in_its_hours(library: Library) -> None:
    """Jiangsu: sharp is for industry of 315 kVA and above only."""
    prices = ask(library, "retail.jiangsu", user_class="general_100kva").prices[JUL]
    assert prices["s"] == prices["p"]


def test_own_purchase_price_replaces_the_published_one(library: Library) -> None:
    """Zhejiang from 2026-07: sharp moves by 2.05 of the change, flat by all of it; nothing else moves."""
    base, own = ask(library), ask(library, purchased_energy_yuan_per_kwh=0.5)
    change = 0.5 - 0.41784
    for letter, ratio in {"s": 2.05, "p": 1.85, "f": 1.0, "v": 0.4}.items():
        assert own.prices[AUG][letter] - base.prices[AUG][letter] == pytest.approx(ratio * change, abs=1e-12)
    assert own.fixed == base.fixed
    fact = next(fact for fact in own.facts if fact.name == "retail.zhejiang.purchased_energy")
    assert (fact.value, fact.origin) == (0.5, "case")
    assert not [fact for fact in own.facts if fact.name.endswith("purchased_energy") and fact.origin == "library"]


def test_own_purchase_price_that_stands_for_more_is_an_estimate(library: Library) -> None:
    """Guangdong publishes purchase, loss and system operation together: what is stated stands for all three, and that is told."""
    year = ask(library, "retail.guangdong", zone="prd", purchased_energy_yuan_per_kwh=0.55)
    assert {month.reason for month in year.months} == {"stated"}
    assert year.confidence == "estimate"
    # 0.55 + 0.0979 + 0.0237 (发改价格〔2026〕1077号 and the zone), times 1.7, to 1e-4, plus funds.
    assert year.prices[AUG]["p"] == pytest.approx(round(1.7 * 0.6716, 4) + 0.02766875, abs=1e-12)


@pytest.mark.parametrize("price", [float("nan"), float("inf")])
def test_own_purchase_price_must_be_finite(library: Library, price: float) -> None:
    with pytest.raises(InputError, match="not a finite price"):
        ask(library, purchased_energy_yuan_per_kwh=price)


def test_overlay_of_a_component_moves_the_price_and_says_so(library: Library) -> None:
    year = ask(library.overlaid({"retail.zhejiang.transmission.two.1_10kv.energy": 0.225}))
    assert year.prices[AUG]["f"] == pytest.approx(ask(library).prices[AUG]["f"] + 0.1, abs=1e-12)
    fact = next(fact for fact in year.facts if fact.name.endswith("two.1_10kv.energy"))
    assert (fact.origin, fact.replaced) == ("overlay", 0.125)


def test_direct_traders_are_refused_from_march_2026(library: Library) -> None:
    """发改能源规〔2025〕1656号: from 2026-03-01; a year that reaches the date is refused whole."""
    for start in (date(2026, 3, 1), date(2025, 4, 1), date(2028, 1, 1)):
        with pytest.raises(InputError, match="1656号") as caught:
            ask(library, start=start, user="direct")
        assert caught.value.exit_code == 3
    # The same user in a year that ends before the rule begins is priced like any other.
    assert ask(library, "retail.beijing", start=date(2025, 3, 1), user="direct").user == "direct"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"voltage": "11kV"}, "no voltage '11kV'"),
        ({"parts": "tow"}, "did you mean 'two'"),
        ({"user_class": "large_industri"}, "did you mean 'large_industry'"),
        ({"zone": "prd"}, "no zone 'prd'"),
        ({"user": "agnet"}, "did you mean 'agent'"),
        ({"name": "retail.zejiang"}, "did you mean 'retail.zhejiang'"),
        ({"name": "../../etc/passwd"}, "no retail tariff"),
        ({"name": "tax.national"}, "no retail tariff"),
        ({"name": "retail.guangdong"}, "name one of prd, east_west"),
    ],
)
def test_unknown_word_is_answered_with_the_nearest(library: Library, changes: dict[str, Any], expected: str) -> None:
    with pytest.raises(InputError, match=expected) as caught:
        ask(library, **changes)
    assert caught.value.exit_code == 3


def test_all_that_is_wrong_with_a_question_comes_at_once(library: Library) -> None:
    with pytest.raises(InputError) as caught:
        ask(library, voltage="11kV", user_class="nobody", zone="nowhere")
    assert len(caught.value.faults) == 3


def test_month_before_the_first_rule_is_a_fact_fault(library: Library) -> None:
    with pytest.raises(
        InputError, match=r"retail\.jiangsu\.rule: no value before 2025-06-01, asked for 2025-01-01"
    ) as caught:
        ask(library, "retail.jiangsu", start=date(2025, 1, 1))
    assert caught.value.exit_code == 6


def test_month_without_any_published_price_asks_for_one(library: Library) -> None:
    with pytest.raises(InputError, match=r"state market\.purchased_energy_yuan_per_kwh") as caught:
        ask(library, "retail.hubei", start=date(2024, 6, 1))
    assert caught.value.exit_code == 6


def test_month_without_a_transmission_price_says_from_when_one_is_known(library: Library) -> None:
    with pytest.raises(InputError, match="no price is known for 2025-07; known from 2026-08-01 on") as caught:
        ask(library, "retail.jiangsu", start=date(2025, 7, 1))
    assert caught.value.exit_code == 6


def test_every_fact_has_a_source_and_a_date_not_after_the_question(library: Library) -> None:
    for name, zone in AREAS:
        year = ask(library, name, zone=zone)
        assert year.facts
        assert all(fact.source.cite and fact.holds_from <= fact.asked for fact in year.facts)


def test_grid_charges_of_a_published_month(library: Library) -> None:
    """Zhejiang, August 2026: 0.009709 and 0.048131 printed; 0.15 one-part at 110 kV (发改价格〔2026〕1077号)."""
    charges = library.grid_charges("retail.zhejiang", date(2026, 8, 1), voltage="110kV")
    assert (charges.loss[AUG], charges.system_operation[AUG]) == (0.009709, 0.048131)
    assert charges.single_part_transmission[AUG] == 0.15
    assert charges.loss_and_system_operation[AUG] == pytest.approx(0.05784, abs=1e-12)
    assert charges.months[SEP].estimate
    assert charges.confidence == "estimate"


def test_grid_charges_known_only_as_a_sum(library: Library) -> None:
    charges = library.grid_charges("retail.hainan", date(2027, 1, 1), voltage="110kV")
    assert set(charges.loss) == set(charges.system_operation) == {None}
    assert charges.single_part_transmission[FEB] == 0.1893  # 发改价格〔2026〕1077号
    # May 2025, 35 kV: 0.35 - 0.4 (1.09 - 0.35) / 1.3 does not float; less funds 0.026825.
    assert charges.loss_and_system_operation[MAY] == pytest.approx(0.35 - 0.4 * 0.74 / 1.3 - 0.026825, abs=1e-6)


def test_grid_charges_that_are_not_published_apart_are_none(library: Library) -> None:
    """Shandong publishes losses and system operation only inside the purchase price; transmission is known all the same."""
    charges = library.grid_charges("retail.shandong", date(2027, 1, 1), voltage="110kV")
    assert set(charges.loss) == set(charges.system_operation) == set(charges.loss_and_system_operation) == {None}
    assert charges.single_part_transmission[FEB] == 0.1891  # 发改价格〔2026〕1077号, 110 kV one-part
    assert charges.months == ()


ZHEJIANG = Path(__file__).parents[2] / "tariffs" / "retail" / "zhejiang.yaml"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "others:          vvvv vvvf fffv vvff pppp pppf",
            "others:          vvvv vvvf fffv vvff pppp ppp",
            "23 letters, expected 24, 48 or 96",
        ),
        (
            "others:          vvvv vvvf fffv vvff pppp pppf",
            "others:          vvvv vvvf fffv vvff pppp pppx",
            "letters x are not known",
        ),
        ("jan,jul,aug,dec: vvvv vvvf", "jan,jul,aug,dex: vvvv vvvf", "'dex' is no month"),
        ("- {s: 2.05, p: 1.85, f: 1, v: 0.4, d: 0.2}", "- {s: 2.05, p: 1.85, f: 1, d: 0.2}", "no ratio for v"),
        (
            "- {s: 2.05, p: 1.85, f: 1, v: 0.4, d: 0.2}",
            "- {parts: one, s: 2.05, p: 1.85, f: 1, v: 0.4}",
            "0 rows of ratios, expected one",
        ),
        ("p: 1.85, f: 1,", "p: 1.85, f: 1.1,", "the flat ratio is 1.1, expected 1"),
        (
            "source: solarprice, id: T.zhejiang.2026-08}",
            "source: nobody, id: T.zhejiang.2026-08}",
            "'nobody' is not known",
        ),
        ("purchased_energy: 0.41784,", "purchased_enrgy: 0.41784,", "did you mean 'purchased_energy'"),
        ("clock: Asia/Shanghai", "clock: Asia/Peking", "is no time zone"),
        ("floats: [purchased_energy, loss, system_operation, bundle]", "floats: [purchase]", "'purchase' is not known"),
        ('hours: "09:00-15:00"', 'hours: "15:00-09:00"', "is no span of a day"),
        ("labour_day: 3", "labour_day: 0", "write all, or how many"),
        ("  2026-08:\n", "  2026-08-02:\n", "a month is written 2026-08"),
    ],
)
def test_fault_in_a_tariff_is_told_with_its_line(tmp_path: Path, old: str, new: str, expected: str) -> None:
    text = ZHEJIANG.read_text(encoding="utf-8")
    assert old in text
    folder = tmp_path / "tariffs" / "retail"
    folder.mkdir(parents=True)
    (folder / "zhejiang.yaml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=expected) as caught:
        Library.open(tmp_path).file("retail.zhejiang")
    assert all(fault.line for fault in caught.value.faults)


def test_why_a_month_is_estimated_has_words(library: Library) -> None:
    """Every code that a lookup gives is in both languages."""
    from appraisal.text import MONTH_TAKEN

    codes = set()
    for name, start in (
        ("retail.zhejiang", date(2026, 11, 1)),
        ("retail.beijing", date(2026, 9, 1)),
        ("retail.shandong", date(2026, 9, 1)),
    ):
        voltage = "110kV" if name == "retail.shandong" else "10kV"
        year = library.retail(name, start=start, voltage=voltage, parts="two")
        codes |= {month.reason for month in year.months if month.estimate}
    assert codes >= {"same_month", "latest"}
    assert codes <= set(MONTH_TAKEN)


def test_part_that_an_area_has_no_prices_of_is_refused_in_words(library: Library) -> None:
    """Shenzhen's classes with known ratios are two-part only."""
    with pytest.raises(InputError, match="has no prices of one-part users"):
        ask(library, "retail.shenzhen", parts="one")
