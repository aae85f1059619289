"""Units of headings: what each is worth, which are asked about, which refused.

Factors are the definitions: 1 MWh = 1000 kWh, 1 万 = 10 000, 1 元 = 100 分 = 1000 厘, power = energy ÷ time.
"""

from __future__ import annotations

import numpy as np
import pytest

from appraisal.errors import InputError
from appraisal.intake import Regular, Stated, read_load, read_price

HOURS = range(24)


def day(head: str, numbers: list[float], title: str = "") -> bytes:
    """Hours of a day under a heading, perhaps below a title."""
    rows = [title, f"时间,{head}", *(f"{hour}:00,{number}" for hour, number in zip(HOURS, numbers, strict=True))]
    return "\n".join(row for row in rows if row).encode()


def price(head: str, number: float = 350.0, **stated: str) -> Regular:
    return read_price(day(head, [number] * 24), "a.csv", Stated(**stated))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("head", "factor"),
    [
        ("电价（元/MWh）", 1e-3), ("出清电价(元/兆瓦时)", 1e-3), ("电价[元／兆瓦·时]", 1e-3), ("电价 元/MW·h", 1e-3), ("price CNY/MWh", 1e-3),
        ("price_yuan_per_mwh", 1e-3), ("buy_yuan_per_mwh", 1e-3), ("电价（元/kWh）", 1.0), ("电价（元/千瓦时）", 1.0), ("电价（元/度）", 1.0),
        ("RMB/kWh price", 1.0), ("电价（厘/kWh）", 1e-3), ("电价（分/千瓦时）", 1e-2), ("电价（元/万千瓦时）", 1e-4),
    ],
)  # fmt: skip
def test_unit_of_a_price_is_read_from_its_heading(head: str, factor: float) -> None:
    """In Chinese, in English, in the names of columns."""
    np.testing.assert_allclose(price(head).values, 350.0 * factor, rtol=1e-15)


@pytest.mark.parametrize(
    ("head", "factor"),
    [("负荷(kW)", 1.0), ("负荷/kW", 1.0), ("有功功率（MW）", 1e3), ("load_mw", 1e3), ("统调负荷（万千瓦）", 1e4), ("用电量（kWh）", 4.0), ("电量/兆瓦时", 4e3), ("电量（度）", 4.0)],
)  # fmt: skip
def test_energy_of_a_quarter_hour_is_four_times_its_power(head: str, factor: float) -> None:
    """kWh in 15 min × 4 is kW, and that is told; kW and MW are power already."""
    rows = [f"时刻,{head}", *(f"{quarter // 4}:{quarter % 4 * 15:02d},{quarter}" for quarter in range(96))]
    read = read_load("\n".join(rows).encode(), "a.csv")
    np.testing.assert_allclose(read.values, np.arange(96.0) * factor, rtol=1e-15)
    assert any("taken as mean power" in note for note in read.notes) == ("量" in head)


def test_unit_in_a_title_above_the_table_counts() -> None:
    """单位：元/MWh over a heading without a unit; the heading's own comes first."""
    np.testing.assert_allclose(read_price(day("电价", [350.0] * 24, "单位：元/MWh"), "a.csv").values, 0.35)
    np.testing.assert_allclose(read_price(day("电价（元/kWh）", [0.35] * 24, "单位：元/MWh"), "a.csv").values, 0.35)


def test_price_without_a_unit_is_a_question_with_both_readings() -> None:
    """Magnitude alone decides nothing, though it looks plain."""
    with pytest.raises(InputError) as caught:
        price("电价")
    for words in ("350 to 350 as yuan/MWh would be 0.35 to 0.35 yuan/kWh", "as yuan/kWh 350 to 350", "state which"):
        assert words in str(caught.value)
    assert "请注明" in caught.value.text("zh")
    np.testing.assert_allclose(price("电价", unit="元/MWh").values, 0.35)


def test_load_without_a_unit_is_a_question_too() -> None:
    """kW or MW."""
    with pytest.raises(InputError, match=r"as kW would be .* as MW"):
        read_load(day("负荷", [5.0] * 24), "a.csv")


@pytest.mark.parametrize(
    "head",
    ["LMP ($/MWh)", "price USD/kWh", "电价（美元/kWh）", "price €/MWh", "电价（港元/千瓦时）", "price_usd_per_mwh"],
)
def test_other_money_is_refused_in_words(head: str) -> None:
    """No rate of exchange is ours to choose."""
    with pytest.raises(InputError, match="only yuan are read") as caught:
        price(head)
    assert "只读取人民币" in caught.value.text("zh")


@pytest.mark.parametrize("unit", ["元", "kW", "元/kW", "USD/kWh", "", " ", "bananas", "元/kWh 元/MWh"])
def test_stated_unit_that_is_none_is_refused(unit: str) -> None:
    """A unit is one that prices have; an empty one is not stated and is asked for."""
    with pytest.raises(InputError):
        price("电价", unit=unit)


def test_temperature_is_no_energy() -> None:
    """度 ends 温度 and 月度 too."""
    with pytest.raises(InputError, match="no unit is given"):
        read_load(day("负荷 月度", [5.0] * 24), "a.csv")


def test_price_is_not_taken_for_a_load() -> None:
    """Nor a load for a price: the other quantity is named."""
    with pytest.raises(InputError, match="no column of loads; found 电价（元/MWh）"):
        read_load(day("电价（元/MWh）", [1.0] * 24), "a.csv")
    with pytest.raises(InputError, match="has the unit kW, which is none of a price"):
        price("负荷（kW）", value_column="B")


def test_prices_of_an_absurd_magnitude_are_told() -> None:
    """350 yuan/kWh is read as it is written, and questioned."""
    assert any("look at the unit" in note for note in price("电价（元/kWh）").notes)


def test_series_in_the_unit_of_the_file_is_the_file() -> None:
    """No rounding on the way there and back: 350.8 yuan/MWh stays that very number."""
    read = price("电价（元/MWh）", 350.8)
    np.testing.assert_array_equal(read.in_unit(read.unit_read), 350.8)
    np.testing.assert_allclose(price("电价（元/kWh）", 0.3508).in_unit(read.unit_read), 350.8, rtol=1e-15)
