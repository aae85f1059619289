"""Calendar columns and phases: what falls into each column, by closed forms and against a walk over single months."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.case.periods import Periods
from appraisal.case.timeline import ends, years_since
from appraisal.units import table

YEARS = st.integers(1, 30)
STARTS = st.builds("{:04d}-{:02d}".format, st.integers(2000, 2060), st.integers(1, 12))


@st.composite
def phased(draw: st.DrawFn) -> Periods:
    """One to four phases whose shares are hundredths, in the order of their start, on either kind of columns."""
    cuts = sorted(draw(st.sets(st.integers(1, 99), max_size=3)))
    shares = np.diff([0, *cuts, 100])
    starts = [0, *sorted(draw(st.lists(st.integers(0, 30), min_size=len(cuts), max_size=len(cuts))))]
    parts = tuple(
        (int(share) / 100, start, draw(st.integers(1, 30))) for share, start in zip(shares, starts, strict=True)
    )
    return Periods(
        months=max(start + months for _, start, months in parts), operation_years=draw(YEARS), start=draw(STARTS),
        calendar=draw(st.booleans()), parts=parts,
    )  # fmt: skip


def ended(columns: Periods, year: int) -> np.ndarray:
    """Share of capacity of which an operating year ends within each column."""
    return sum((phase.share * ends(phase, year) for phase in columns.phases), np.zeros((1, columns.years)))


def walked(columns: Periods) -> dict[str, list[Fraction]]:
    """Capacity × months in operation, months of any construction and the largest capacity of each column, month by month."""
    month = int(str(columns.start).split("-")[1])
    found: dict[str, list[Fraction]] = {"running": [], "building": [], "in_service": []}
    for column in range(columns.years):
        ran, built, most = Fraction(0), 0, Fraction(0)
        for place in range(12):
            # The month's distance from the construction start, by the calendar or by whole columns.
            now = 12 * column + place - (month - 1 if columns.calendar else 0)
            capacity, building = Fraction(0), False
            for share, start, months in columns.parts:
                done = start + months
                while not columns.calendar and done % 12:
                    done += 1
                capacity += round(share * 100) * (done <= now < done + 12 * columns.operation_years)
                building |= start <= now < start + months
            ran, built, most = ran + capacity, built + building, max(most, capacity)
        found["running"].append(ran / 1200)
        found["building"].append(Fraction(built))
        found["in_service"].append(most / 100)
    return found


@given(columns=phased())
def test_columns_hold_what_a_walk_over_single_months_finds(columns: Periods) -> None:
    """Operation, construction and capacity of each column, against exact fractions counted month by month."""
    found = walked(columns)
    np.testing.assert_allclose(columns.running[0], [float(part) for part in found["running"]], rtol=0, atol=1e-15)
    assert columns.column_months[0].tolist() == [float(months) for months in found["building"]]
    np.testing.assert_allclose(columns.in_service[0], [float(part) for part in found["in_service"]], rtol=0, atol=1e-15)
    full = [part == 1 for part in found["running"]]
    assert (columns.running[0, full] == 1.0).all()
    assert columns.operating[0].tolist() == [float(part > 0) for part in found["running"]]
    assert columns.construction == [part > 0 for part in found["running"]].index(True)
    assert columns.running[0, -1] > 0


@given(columns=phased(), data=st.data())
def test_every_operating_year_is_laid_once(columns: Periods, data: st.DataObject) -> None:
    """Each year's weights add to 1 over the columns, so that the total of any yearly amount is kept, row by row."""
    np.testing.assert_allclose(columns.weights.sum(axis=0), 1.0, rtol=0, atol=1e-14)
    np.testing.assert_allclose(columns.weights.sum(axis=1), columns.running[0], rtol=0, atol=1e-14)
    amounts = st.integers(-(10**6), 10**6)
    years = columns.operation_years
    values = table(data.draw(st.lists(st.lists(amounts, min_size=years, max_size=years), min_size=2, max_size=2)))
    laid = columns.by_operating_year(values)
    np.testing.assert_allclose(laid.sum(axis=1), values.sum(axis=1), rtol=1e-12, atol=1e-6)
    assert np.array_equal(laid[1:], columns.by_operating_year(values[1:]))
    level = columns.by_operating_year(values[:, :1])
    np.testing.assert_allclose(level.sum(axis=1), years * values[:, 0], rtol=1e-12, atol=1e-6)
    np.testing.assert_allclose(
        level, columns.by_operating_year(np.repeat(values[:, :1], years, axis=1)), rtol=1e-12, atol=1e-6
    )
    assert not np.signbit(level[level == 0.0]).any()


@given(columns=phased(), data=st.data())
def test_phases_build_spend_and_end_once(columns: Periods, data: st.DataObject) -> None:
    """Shares and spending add to 1, months to the construction time, ends to the capacity; one last column a phase."""
    spend = columns.spend(None)
    assert sum(phase.share for phase in columns.phases) == pytest.approx(1.0, abs=1e-14)
    assert spend.sum() == pytest.approx(1.0, abs=1e-13)
    parts = [columns.phase_part(place) for place in range(len(columns.phases))]
    np.testing.assert_allclose(sum(parts), spend > 0, rtol=0, atol=1e-14)
    year = data.draw(st.integers(1, columns.operation_years))
    assert ended(columns, year).sum() == pytest.approx(1.0, abs=1e-14)
    for phase, (_, _, months), part in zip(columns.phases, columns.parts, parts, strict=True):
        np.testing.assert_allclose(part * spend, phase.share * phase.spend, rtol=0, atol=1e-14)
        assert phase.column_months.sum() == months
        assert phase.after_share.sum() == pytest.approx(columns.operation_years, abs=1e-13)
        assert phase.last.sum() == 1.0
        assert phase.age[0, phase.commissioned_column] == 1.0
        shared = (phase.column_months * phase.after_share)[0, phase.commissioned_column] > 0
        assert shared == (phase.begun < 1.0)
        assert phase.loan_age[0, phase.commissioned_column] == (0.0 if shared else 1.0)
        # An operating year begins where its age stands and lies there with the fraction begun, the rest in the next.
        np.testing.assert_allclose(phase.weights[phase.age[0] == year, year - 1], phase.begun, rtol=0, atol=1e-15)
        np.testing.assert_allclose(
            phase.weights[phase.age[0] == year + 1, year - 1], 1 - phase.begun, rtol=0, atol=1e-15
        )
    assert ended(columns, columns.operation_years)[0].tolist() == pytest.approx(
        sum(phase.share * phase.last for phase in columns.phases)[0].tolist(), abs=1e-15
    )


@given(months=st.integers(1, 120), years=YEARS, start=STARTS)
def test_one_phase_is_no_phases_on_either_columns(months: int, years: int, start: str) -> None:
    """A single phase of share 1 changes no bit."""
    for calendar in (False, True):
        bare = Periods(months=months, operation_years=years, start=start, calendar=calendar)
        one = Periods(months=months, operation_years=years, start=start, calendar=calendar, parts=((1.0, 0, months),))
        assert_same(bare, one, range(1, years + 1))


@given(years=YEARS, year=st.integers(2000, 2060), built=st.integers(1, 5))
def test_calendar_from_january_over_whole_years_is_the_default(years: int, year: int, built: int) -> None:
    """Twelve months from January: calendar years and operating years are the same columns, to the bit."""
    plain = Periods(months=12 * built, operation_years=years, start=f"{year}-01")
    assert_same(
        plain, Periods(months=12 * built, operation_years=years, start=f"{year}-01", calendar=True), range(1, years + 1)
    )


@given(months=st.integers(1, 120), years=YEARS)
def test_plain_columns_are_operating_years_exactly(months: int, years: int) -> None:
    """Weights are a shifted identity of 0 and 1; ages, flags and shares agree."""
    columns = Periods(months=months, operation_years=years)
    assert np.array_equal(columns.weights, np.eye(columns.years, years, k=-columns.construction))
    (whole,) = columns.phases
    for same in (columns.running, columns.in_service, whole.after_share):
        assert np.array_equal(same, columns.operating)
    assert np.array_equal(whole.age, columns.age)
    assert np.array_equal(whole.loan_age, columns.age)
    assert np.array_equal(whole.column_months, columns.column_months)
    assert (whole.begun, whole.commissioned_column, columns.building_columns) == (
        1.0,
        columns.construction,
        columns.construction,
    )
    assert np.array_equal(ended(columns, years), columns.age == years)


def assert_same(first: Periods, second: Periods, years: range) -> None:
    """Two time lines give the same tables, to the bit."""
    names = ("years", "construction", "building_columns", "year", "calendar_year", "running", "operating", "in_service", "age",
             "column_months", "weights")  # fmt: skip
    for name in names:
        assert np.array_equal(getattr(first, name), getattr(second, name)), name
    assert first.phases == second.phases
    for year in years:
        assert np.array_equal(ended(first, year), ended(second, year))
        assert np.array_equal(years_since(ends(first.phases[0], year)), years_since(ends(second.phases[0], year)))
    assert np.array_equal(first.spend(None), second.spend(None))


def test_start_in_october_with_five_months_gives_ten_months_in_the_first_operating_column() -> None:
    """Counted by hand: October–February built, March 2027 commissioned, two years until February 2029."""
    columns = Periods(months=5, operation_years=2, start="2026-10", calendar=True)
    assert columns.calendar_year.tolist() == [[2026, 2027, 2028, 2029]]
    assert columns.column_months.tolist() == [[3, 2, 0, 0]]
    np.testing.assert_allclose(columns.running, [[0, 10 / 12, 1, 2 / 12]], rtol=1e-15)
    np.testing.assert_allclose(columns.weights, [[0, 0], [10 / 12, 0], [2 / 12, 10 / 12], [0, 2 / 12]], rtol=1e-15)
    assert columns.in_service.tolist() == [[0, 1, 1, 1]]
    assert ended(columns, 1).tolist() == [[0, 0, 1, 0]]
    assert ended(columns, 2).tolist() == [[0, 0, 0, 1]]
    assert columns.spend(None).tolist() == [[0.6, 0.4, 0, 0]]
    assert columns.spend(table([0.5, 0.5])).tolist() == [[0.5, 0.5, 0, 0]]
    (whole,) = columns.phases
    assert whole.age.tolist() == [[0, 1, 2, 3]]
    assert whole.loan_age.tolist() == [[0, 0, 1, 2]]
    # Year 1 ends in February 2028; columns are counted from the one after.
    assert years_since(ends(whole, 1)).tolist() == [[0, 0, 0, 1]]
    assert whole.begun == pytest.approx(10 / 12, rel=1e-15)
    assert (columns.construction, columns.building_columns) == (1, 2)
    np.testing.assert_allclose(columns.by_operating_year(table([120.0, 240.0])), [[0, 100, 220, 40]], rtol=1e-15)


def test_construction_and_operation_may_share_the_first_calendar_year() -> None:
    """Three months from January: the first column is built in and run in; the last one holds the three months left."""
    columns = Periods(months=3, operation_years=1, start="2026-01", calendar=True)
    assert columns.construction == 0
    assert columns.running.tolist() == [[0.75, 0.25]]
    assert columns.column_months.tolist() == [[3, 0]]
    assert columns.phases[0].loan_age.tolist() == [[0, 1]]


def test_two_phases_overlap_in_calendar_columns() -> None:
    """By hand: 60 % from July 2026, 40 % from April 2027, two years each."""
    columns = Periods(
        months=15, operation_years=2, start="2026-01", calendar=True, parts=((0.6, 0, 6), (0.4, 6, 9))
    )  # fmt: skip
    np.testing.assert_allclose(columns.running, [[0.3, 0.9, 0.7, 0.1]], rtol=1e-15)
    assert columns.in_service.tolist() == [[0.6, 1.0, 1.0, 0.4]]
    assert columns.column_months.tolist() == [[12, 3, 0, 0]]
    np.testing.assert_allclose(columns.weights, [[0.3, 0], [0.6, 0.3], [0.1, 0.6], [0, 0.1]], rtol=1e-15)
    first, second = columns.phases
    assert first.spend.tolist() == [[1, 0, 0, 0]]
    np.testing.assert_allclose(second.spend, [[2 / 3, 1 / 3, 0, 0]], rtol=1e-15)
    np.testing.assert_allclose(columns.spend(None), [[0.6 + 0.8 / 3, 0.4 / 3, 0, 0]], rtol=1e-15)
    np.testing.assert_allclose(columns.phase_part(1), [[0.8 / 2.6, 1, 0, 0]], rtol=1e-15)
    assert ended(columns, 2).tolist() == [[0, 0, 0.6, 0.4]]


def test_phases_begin_with_whole_columns_unless_they_are_calendar_years() -> None:
    """By hand: done after 6 and 15 months, commissioned with the second and the third column."""
    columns = Periods(months=15, operation_years=2, start="2026-04", parts=((0.5, 0, 6), (0.5, 6, 9)))
    assert columns.running.tolist() == [[0, 0.5, 1, 0.5]]
    assert columns.weights.tolist() == [[0, 0], [0.5, 0], [0.5, 0.5], [0, 0.5]]
    assert columns.column_months.tolist() == [[12, 3, 0, 0]]
    assert [phase.begun for phase in columns.phases] == [1.0, 1.0]


def test_shares_of_a_third_make_exactly_one_plant() -> None:
    """Shares as a file states them, to ten digits, are shares of their sum."""
    third = 0.3333333333
    columns = Periods(months=1, operation_years=3, parts=((third, 0, 1), (third, 0, 1), (third, 0, 1)))
    assert columns.running.tolist() == [[0, 1, 1, 1]]


@pytest.mark.parametrize(
    ("start", "first"), [("2026-01", 2026), ("2026-04", 2026), ("2026-07", 2026), ("2026-08", 2027), ("2026-12", 2027)]
)
def test_column_within_two_years_is_named_by_the_one_with_most_months(start: str, first: int) -> None:
    """Counted by hand; six months either side go to the earlier year."""
    assert Periods(months=3, operation_years=1, start=start).calendar_year.tolist() == [[first, first + 1]]


def test_calendar_needs_the_month_of_the_start() -> None:
    """Nothing is guessed."""
    with pytest.raises(ValueError, match="need the month of the construction start"):
        Periods(months=3, operation_years=1, calendar=True).years  # noqa: B018
