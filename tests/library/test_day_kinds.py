"""Kinds of day of a tariff: weekends, spans of dates and holidays against an independent calendar; maps of one class."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from pathlib import Path

import chinese_calendar
import pytest

from appraisal.errors import InputError
from appraisal.library import Library, RetailYear
from appraisal.library.retail_types import RetailFile

TARIFFS = Path(__file__).parents[2] / "tariffs"
RULE = "  2026-07-01:\n    document: 浙发改价格〔2026〕112号\n"
HOLIDAY = (
    "- {zh: 节假日深谷, en: holiday deep valley, holidays: {spring_festival: all, labour_day: 3, national_day: 3},"
)
ALL_HOLIDAYS = "new_year: all, spring_festival: all, qingming: all, labour_day: all, dragon_boat: all, mid_autumn: all, national_day: all"


def changed(tmp_path: Path, *pairs: tuple[str, str]) -> Library:
    """The Zhejiang tariff with words replaced, beside the calendar."""
    text = (TARIFFS / "retail" / "zhejiang.yaml").read_text(encoding="utf-8")
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    for folder in ("retail", "calendar", "rules"):
        (tmp_path / "tariffs" / folder).mkdir(parents=True)
    (tmp_path / "tariffs" / "retail" / "zhejiang.yaml").write_text(text, encoding="utf-8")
    for name in ("calendar/holidays.yaml", "rules/direct_trading.yaml"):
        (tmp_path / "tariffs" / name).write_text((TARIFFS / name).read_text(encoding="utf-8"), encoding="utf-8")
    return Library.open(tmp_path)


def ask(library: Library, start: date = date(2026, 1, 1), parts: str = "two") -> RetailYear:
    return library.retail("retail.zhejiang", start=start, voltage="10kV", parts=parts)


def kinds(year: RetailYear, month: int) -> dict[str, float]:
    return {day.kind: day.days for day in year.days if day.month == month}


def test_rest_days_are_those_of_an_independent_calendar(tmp_path: Path) -> None:
    """Weekends less days worked, and holidays, as the package chinesecalendar has them for 2026."""
    library = changed(tmp_path, (
        "- {zh: 节假日深谷, en: holiday deep valley, holidays: {spring_festival: all, labour_day: all, national_day: all},",
        f"- {{zh: 休息日, en: rest day, weekends: all, holidays: {{{ALL_HOLIDAYS}}},",
    ))  # fmt: skip
    year = ask(library)
    for month in range(1, 7):  # the rule that is changed ends in June 2026
        days = [date(2026, month, day + 1) for day in range(monthrange(2026, month)[1])]
        assert kinds(year, month)["rest day"] == sum(chinese_calendar.is_holiday(day) for day in days)


def test_weekends_of_named_months_only(tmp_path: Path) -> None:
    """August 2026 has ten Saturdays and Sundays, none of them worked; September is not named."""
    year = ask(changed(tmp_path, (HOLIDAY, '- {zh: 周末, en: weekend, weekends: "aug",')), date(2026, 8, 1))
    assert kinds(year, 8) == {"ordinary": 21.0, "weekend": 10.0}
    assert kinds(year, 9) == {"ordinary": 30.0}


def test_span_of_dates_runs_over_new_year(tmp_path: Path) -> None:
    """From 15 December to 31 January: 17 days and all of January, on which no ordinary day is left."""
    year = ask(changed(tmp_path, (HOLIDAY, '- {zh: 迎峰度冬, en: winter, dates: "12-15..01-31",')), date(2026, 8, 1))
    assert kinds(year, 12) == {"ordinary": 14.0, "winter": 17.0}
    assert kinds(year, 1) == {"winter": 31.0}
    assert sum(day.days for day in year.days) == 365.0


def test_two_overlays_on_one_day_apply_in_the_order_written(tmp_path: Path) -> None:
    """1 to 3 October are both in the span and holidays: the holiday stands later and wins its hours."""
    library = changed(
        tmp_path,
        (HOLIDAY, '- {zh: 十月, en: october, dates: "10-01..10-31", hours: "09:00-16:00", letter: f}\n    ' + HOLIDAY),
    )
    days = {day.kind: day for day in ask(library, date(2026, 8, 1)).days if day.month == 10}
    assert {kind: day.days for kind, day in days.items()} == {"october": 28.0, "october, holiday deep valley": 3.0}
    assert days["october"].letters[9:16] == "fffffff"
    assert days["october, holiday deep valley"].letters[9:16] == "ddddddf"


def test_short_holidays_can_be_left_out(tmp_path: Path) -> None:
    """Of 2026 the calendar gives New Year three days, so that of four and more only the long ones are left."""
    library = changed(tmp_path, (HOLIDAY, f"- {{zh: 长假, en: long, holidays: {{{ALL_HOLIDAYS}}}, least_days: 4,"))
    year = ask(library, date(2026, 8, 1))
    assert "long" not in kinds(year, 9)  # Mid-Autumn of 2026: three days
    assert kinds(year, 10)["long"] == 7.0  # National Day of 2026: seven


def test_users_may_have_a_map_of_their_own(tmp_path: Path) -> None:
    own = "    periods_of:\n    - {parts: one, periods: {others: vvvv vvpp pppp pppp pppp ppvv}}\n"
    library = changed(tmp_path, (RULE, RULE + own))
    one = ask(library, date(2026, 8, 1), "one")
    two = ask(library, date(2026, 8, 1), "two")
    assert {day.letters for day in one.days if day.kind == "ordinary"} == {"vvvvvvpppppppppppppppp" + "vv"}
    assert "s" in next(day.letters for day in two.days if day.month == 8)


def test_absent_ratios_are_told_and_can_be_stated_as_facts(tmp_path: Path) -> None:
    """A tariff without ratios is read; a year of it wants them from the case, and takes them."""
    pairs = [
        ("classes:\n", "absent:\n- {what: ratios, zh: 没有比价, en: no ratio is known}\nclasses:\n"),
        ("    ratios:\n    - {s: 2.05, p: 1.85, f: 1, v: 0.4, d: 0.2}\n", "    ratios: []\n"),
    ]
    text = (TARIFFS / "retail" / "zhejiang.yaml").read_text(encoding="utf-8")
    begin, end = text.index("  2024-03-01:\n    document"), text.index("  2026-07-01:\n    document")
    library = changed(tmp_path, *pairs, (text[begin:end], ""))
    file = library.file("retail.zhejiang")
    assert isinstance(file, RetailFile)
    assert [word.what for word in file.absent] == ["ratios"]
    with pytest.raises(InputError, match="no ratio of the peak price is known") as caught:
        ask(library, date(2026, 8, 1))
    assert [fault.kind for fault in caught.value.faults] == [
        "fact"
    ] * 3  # sharp, peak and valley: August has no holiday
    stated = {"retail.zhejiang.ratio.s": 2.05, "retail.zhejiang.ratio.p": 1.85, "retail.zhejiang.ratio.v": 0.4}
    year = ask(library.overlaid({**stated, "retail.zhejiang.ratio.d": 0.2}), date(2026, 8, 1))
    assert year.prices == ask(Library.open(), date(2026, 8, 1)).prices
    assert year.confidence == "estimate"


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ("- {zh: 深谷, en: deep,", "names no day; write holidays / weekends / dates"),
        ('- {zh: 深谷, en: deep, dates: "13-01..13-05",', "is no span of days"),
        ('- {zh: 深谷, en: deep, weekends: "frb",', "'frb' is no month"),
    ],
)
def test_fault_in_an_overlay_is_told(tmp_path: Path, new: str, expected: str) -> None:
    with pytest.raises(InputError, match=expected):
        ask(changed(tmp_path, (HOLIDAY, new)))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("- {what: prices, zh: 无, en: none}", "'prices' is not known"),
        ("- {what: ratios, zh: 无, en: none}", "ratios are said to be absent, but a row stands here"),
    ],
)
def test_fault_in_what_is_absent_is_told(tmp_path: Path, row: str, expected: str) -> None:
    with pytest.raises(InputError, match=expected):
        ask(changed(tmp_path, ("classes:\n", f"absent:\n{row}\nclasses:\n")))
