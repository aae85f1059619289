"""Files with faults: each is told with its cell, all at once, the first ten of a kind and the count."""

from __future__ import annotations

import numpy as np
import pytest

from appraisal.errors import InputError
from appraisal.intake import Stated, read_load, read_price, read_prices

HEAD = "时间,电价（元/MWh）"


def hours(days: int = 1, head: str = HEAD) -> list[str]:
    """Heading and rows, 1 August 2025 on; the price of an hour is 300 plus its number."""
    return [head, *(f"2025-08-{hour // 24 + 1:02d} {hour % 24:02d}:00,{300 + hour}" for hour in range(24 * days))]


def refused(lines: list[str], **stated: object) -> list[str]:
    """The faults of a price table, in English."""
    with pytest.raises(InputError) as caught:
        read_price("\n".join(lines).encode(), "p.csv", Stated(**stated))  # type: ignore[arg-type]
    assert all(fault.text("zh") != fault.text("en") for fault in caught.value.faults)
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize(
    "word", ["nan", "NaN", "-inf", "N/A", "#N/A", "--", "=1+1", "12元", "1e999", "9" * 400, "TRUE", "12,5", "１２a"]
)
def test_cell_that_is_no_number_is_named(word: str) -> None:
    """By line and cell, as it stands; nothing is taken in its place."""
    lines = hours()
    lines[5] = f'2025-08-01 04:00,"{word}"'
    (told,) = refused(lines)
    assert told.startswith("p.csv:6 B6: ")
    assert "is no number" in told or "beyond" in told


def test_empty_cell_is_missing_and_not_zero() -> None:
    lines = hours()
    lines[5] = "2025-08-01 04:00,"
    assert refused(lines) == ["p.csv:6 B6: is empty; write the number"]


def test_faults_of_all_kinds_are_told_together() -> None:
    """A word, a gap and a copy in one answer; the gap by its date, the copy by both cells."""
    lines = hours(2)
    lines[3] = "2025-08-01 02:00,word"
    lines.append(lines[10])
    del lines[20]
    assert refused(lines) == [
        "p.csv:4 B4: 'word' is no number",
        "p.csv:49 B49: 2025-08-01 09:00 stands twice, in B11 and B49 (a copy, several series one below the other, or a clock set back); keep one",
        "p.csv: no row for 2025-08-01 19:00",
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda lines: [line if place % 2 or place < 9 else line.split(",")[0] + ",x" for place, line in enumerate(lines)], "cells without a number"),
        (lambda lines: lines[:30] + lines[60:], "missing points"),
        (lambda lines: lines + lines[10:40], "times that stand twice"),
        (lambda lines: [line.replace("2025-08-01", "day one") for line in lines], "unreadable times"),
    ],
)  # fmt: skip
def test_many_faults_of_a_kind_are_ten_and_their_count(change, words: str) -> None:  # type: ignore[no-untyped-def]
    """30 hours left out, 30 copied; of words every second row from the ninth on, of days one whole day."""
    told = refused(change(hours(4)))
    assert len(told) == 11
    count = {"cells without a number": 44, "missing points": 30, "times that stand twice": 30, "unreadable times": 24}
    assert told[-1] == f"p.csv: {words}: {count[words]} in all; the first 10 are listed"


def test_spring_hour_of_a_foreign_clock_is_missing_and_the_autumn_hour_stands_twice() -> None:
    """9 March 2025 has no 02:00 in the United States, 2 November has two 01:00."""
    spring = [f"3/9/2025 {hour}:00,1" for hour in range(24) if hour != 2]
    assert refused(["time,price (yuan/MWh)", *spring]) == ["p.csv: no row for 2025-03-09 02:00"]
    autumn = [f"11/2/2025 {hour}:00,1" for hour in [0, 1, 1, *range(2, 24)]]
    (told,) = refused(["time,price (yuan/MWh)", *autumn])
    assert told.startswith("p.csv:4 B4: 2025-11-02 01:00 stands twice, in B3 and B4")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["2025-08-01 00:00+08:00,1"] * 3, "has a time zone; write the local time alone"),
        (["2025-08-01 00:00:30,1", "2025-08-01 01:00:30,1"], "is not a time"),
        (["2025-02-30 00:00,1", "2025-02-30 01:00,1", "2025-02-28 00:00,1"], "is not a time"),
        (["2025-08-01 00:00,1", "2025-08-01 07:00,1", "2025-08-01 14:00,1"], "a step of 420 min"),
        (["2025-08-01 00:00,1"], "fewer than two moments"),
        (["2025-08-01 00:00,1", "2025-08-02 00:00,1", "2025-08-03 00:00,1"], "a step of 1440 min"),
    ],
)
def test_times_that_make_no_series_are_refused(rows: list[str], words: str) -> None:
    assert any(words in told for told in refused([HEAD, *rows]))


def test_time_off_the_step_is_named() -> None:
    lines = hours()
    lines[5] = "2025-08-01 04:07,300"
    assert refused(lines) == ["p.csv:6 B6: 2025-08-01 04:07 is off the step of 60 min"]


def test_day_that_neither_begins_nor_ends_at_midnight_is_asked_about() -> None:
    """01:00 … 23:00 may lack its first or its last point: labels stated say which."""
    lines = [HEAD, *hours()[2:]]
    (told,) = refused(lines)
    assert "the first time is 01:00 and the last 23:00" in told
    assert refused(lines, labels="start") == ["p.csv: no row for 2025-08-01 00:00"]
    assert refused(lines, labels="end") == ["p.csv: no row for 2025-08-01 23:00"]


def test_both_midnights_are_one_point_too_many() -> None:
    """00:00 … 24:00 of one day are 25 points."""
    (told,) = refused([*hours(), "2025-08-01 24:00,1"])
    assert "the first time is 00:00 and the last 00:00" in told


def wide(labels: list[str], days: int = 2) -> list[str]:
    return [
        ",".join(["日期（元/MWh）", *labels]),
        *(",".join([f"2025-08-0{day + 1}", *(["1"] * len(labels))]) for day in range(days)),
    ]


def test_wide_table_with_a_column_too_few_or_twice_names_the_label() -> None:
    labels = [f"{hour:02d}:00" for hour in range(24)]
    assert refused(wide(labels[:7] + labels[8:])) == ["p.csv:1 B1: no column for 07:00"]
    assert refused(wide([*labels, "05:00"])) == ["p.csv:1 Z1: the label 05:00 stands twice"]
    assert refused(wide([*labels, "05:10"])) == ["p.csv:1 Z1: the label 05:10 is none of a day in steps of 60 min"]


def test_wide_table_with_a_day_missing_or_unreadable_is_refused() -> None:
    lines = wide([f"{hour:02d}:00" for hour in range(24)], 3)
    assert refused([*lines[:2], lines[3]])[0] == "p.csv: no row for 2025-08-02 00:00"
    assert refused([*lines[:3], lines[3].replace("2025-08-03", "someday")]) == [
        "p.csv:4 A4: 'someday' is not a date; expected 2025-01-01"
    ]


def test_several_series_one_below_the_other_are_told_and_one_is_chosen_by_word() -> None:
    """日前 and 实时 in one table: every moment stands twice until a person says which."""
    rows = [
        f"2025-08-01 {hour}:00,{kind},{number}" for kind, number in (("日前", 300), ("实时", 400)) for hour in range(24)
    ]
    lines = ["时间,类型,电价（元/MWh）", *rows]
    assert "several series one below the other" in refused(lines)[0]
    read = read_price("\n".join(lines).encode(), "p.csv", Stated(only={"类型": "实时"}))
    np.testing.assert_array_equal(read.as_read, 400.0)


def test_stated_column_that_is_absent_is_answered_with_the_columns() -> None:
    assert refused(hours(), value_column="电介") == ["p.csv: no column '电介'; known: 时间, 电价（元/MWh）"]
    assert "no column 'Z'" in refused(hours(), time_column="Z")[0]


def test_values_without_times_that_are_no_year_and_no_day_are_refused() -> None:
    with pytest.raises(InputError, match="1,000 values without times are neither a year"):
        read_load(("负荷（kW）\n" + "1\n" * 1000).encode(), "p.csv")
    read = read_load(("负荷（kW）\n" + "1\n" * 1440).encode(), "p.csv", Stated(step_minutes=1))
    assert (read.days, read.step_minutes) == (1, 1)


@pytest.mark.parametrize(
    "text", ["", "\n\n", "时间,电价\n", "a,b\nc,d\n", "<html><table></table></html>", '"' + "x" * 200_000 + '",3']
)
def test_file_without_a_table_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        read_prices(text.encode(), "p.csv")
    assert len(caught.value.faults) == 1
