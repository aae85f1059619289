"""The pictures of one result hold the figures of its statements, its metrics and its operation."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import numpy as np
import numpy_financial as npf
import pytest
from drawn import floats, marks, parts, texts
from results import KINDS, MAKERS, free_of_debt, picture_of, spec_of
from strategies import contract, made, merged
from structures import READY, STRUCTURES, result_of

from appraisal import appraise
from appraisal.case.periods import periods
from appraisal.report.charts.cash import cash_flow
from appraisal.report.charts.cover import debt_cover
from appraisal.report.charts.export import svg
from appraisal.report.charts.lcos import lcos_parts
from appraisal.report.charts.revenue import revenue_by_stream
from appraisal.report.charts.value import waterfall
from appraisal.report.parts import WORTH, discounted_cash, value_parts

WAN = 1e4
# Sums in an English picture are in millions (issue 6 point 5).
MILLION = 1e6
ALL = (*READY, *STRUCTURES)
_CHINESE = re.compile(r"[　-鿿豈-﫿＀-￯]")
_LATIN = re.compile(r"[A-Za-zµμ]{2,}")
_PRINTED = {"NPV", "LLCR", "MW", "MWh", "kW", "kWh", "kV", "LFP"}
# The label that a case gives its stream is the user's own; the rest are words of Vega's own language.
_OWN = {"contract", "datum", "value", "format", "floor"}


# --- present values ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tax", ["after", "pre"])
@pytest.mark.parametrize("name", ALL)
def test_parts_add_up_to_the_npv(name: str, tax: str) -> None:
    """To 1e-9 of the investment, whatever the structure: leases, grants, phases, real rates."""
    result = result_of(name)
    total = sum(one.value for one in value_parts(result, tax))  # type: ignore[arg-type]
    off = np.abs(total - result.metrics[WORTH[tax]].value)  # type: ignore[index]
    assert (off <= 1e-9 * result.metrics["construction_investment_total"].value).all()


def test_part_of_an_even_income_is_the_annuity() -> None:
    """400,000 a year for five years from year 2 on at 8 %: 4e5 · (1 − 1.08⁻⁵)/0.08 ÷ 1.08; one million paid in year 1."""
    found = {one.key: float(one.value[0]) for one in value_parts(free_of_debt())}
    assert found["known"] == pytest.approx(4e5 * (1.0 - 1.08**-5) / 0.08 / 1.08, rel=1e-12)
    assert found["investment"] == pytest.approx(-1e6 / 1.08, rel=1e-12)
    assert found["income_tax"] == 0.0


@pytest.mark.parametrize("timing", ["end", "start", "mid"])
def test_discounted_cash_adds_up_to_the_npv_of_numpy_financial(timing: str) -> None:
    """numpy-financial leaves the first flow undiscounted: the end of the year is a year later, its middle half a year."""
    raw = merged(
        contract({"capital": {"equipment_yuan": 1e6}, "revenue": {"known": {"income_yuan": 4e5}}}),
        {"finance": {"timing": timing}},
    )
    result = appraise(made(raw))
    flat = npf.npv(0.08, result.statements["project_net"][0])
    expected = flat / 1.08 ** {"end": 1.0, "start": 0.0, "mid": 0.5}[timing]
    assert discounted_cash(result, "project_net").sum() == pytest.approx(expected, rel=1e-12)


# --- cash and payback -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", ["project", "project_pre_tax"])
@pytest.mark.parametrize("name", [*READY, "phased", "calendar", "capacity"])
def test_payback_mark_stands_where_the_metric_says_and_the_line_crosses_zero(name: str, view: str) -> None:
    """numpy's own interpolation of the drawn points is zero there; of calendar columns after the months before the start."""
    result = result_of(name)
    spec = cash_flow(result, "en", view).spec()  # type: ignore[arg-type]
    suffix = "_pre_tax" if view.endswith("pre_tax") else ""
    found = [float(result.metrics[f"{key}{suffix}"].value[0]) for key in ("payback_years", "discounted_payback_years")]
    begun = periods(result.case.project).phases[0].opening / 12.0
    expected = [years + begun for years in found if np.isfinite(years)]
    assert [row["at"] for part in marks(spec, "mark-rule") for row in part["rows"]] == pytest.approx(
        expected, rel=1e-12
    )
    lines = next(part for part in parts(spec) if part["mark"]["type"] == "line")["rows"]
    size = max(abs(row["value"]) for row in lines)
    for years, name_of in zip(found, ("Cumulative", "Cumulative, discounted"), strict=True):
        if np.isfinite(years):
            points = [row for row in lines if row["line"] == name_of]
            crossed = np.interp(years + begun, [row["at"] for row in points], [row["value"] for row in points])
            assert abs(crossed) <= 1e-9 * size


def test_cash_table_holds_the_statements_and_ends_on_the_npv() -> None:
    """Net cash, its running total, and the discounted one, whose last figure is the NPV."""
    for name in ("hainan_grid_lfp", "calendar"):
        result = result_of(name)
        for view, line, npv in (("project", "project", "project_npv"), ("equity", "equity", "equity_npv")):
            table = cash_flow(result, "zh", view).table  # type: ignore[arg-type]
            assert np.allclose(floats(table.iloc[:, 1]) * WAN, result.statements[f"{line}_net"][0], rtol=1e-12)
            assert np.allclose(floats(table.iloc[:, 2]) * WAN, result.statements[f"{line}_cumulative"][0], rtol=1e-12)
            assert float(table.iloc[-1, 3]) * WAN == pytest.approx(float(result.metrics[npv].value[0]), rel=1e-9)


def test_cash_without_a_payback_says_why_and_marks_none() -> None:
    """The contract case never recovers its outlay at 6 %; the equity has no payback in the books."""
    result = result_of("contract_schedule")
    for lang, words in (("zh", "计算期内未收回"), ("en", "not recovered within the calculation period")):
        assert words in " ".join(cash_flow(result, lang).subtitle)
    assert len([row for part in marks(cash_flow(result, "en").spec(), "mark-rule") for row in part["rows"]]) == 1
    assert marks(cash_flow(result, "en", "equity").spec(), "mark-rule") == []
    assert "No payback is worked out for the equity" in cash_flow(result, "en", "equity").subtitle[-1]


def test_cash_that_turns_positive_twice_is_told() -> None:
    """The replacement of the Hainan plant takes the line below zero again."""
    result = result_of("hainan_grid_lfp")
    first = float(result.metrics["first_payback_years"].value[0])
    assert first < float(result.metrics["payback_years"].value[0])
    assert f"{first:.2f}" in cash_flow(result, "en").subtitle[-1]


# --- waterfall and LCOS -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("tax", "key"), [("after", "project_npv"), ("pre", "project_npv_pre_tax")])
@pytest.mark.parametrize("name", READY)
def test_waterfall_runs_from_bar_to_bar_and_ends_on_the_npv(name: str, tax: str, key: str) -> None:
    """Every bar begins where the one above it ended; the last stands from zero and is the metric."""
    result = result_of(name)
    picture = waterfall(result, "en", tax)  # type: ignore[arg-type]
    bars = _bars(picture.spec())
    npv = float(result.metrics[key].value[0]) / MILLION
    assert bars[0]["from"] == 0.0
    assert [two["from"] for two in bars[1:-1]] == [one["to"] for one in bars[:-2]]
    assert bars[-2]["to"] == pytest.approx(npv, rel=1e-9)
    assert bars[-1]["from"] == 0.0
    assert bars[-1]["to"] == pytest.approx(npv, rel=1e-15)
    assert float(picture.table.iloc[-1, 1]) == pytest.approx(npv, rel=1e-15)
    assert float(picture.table.iloc[:-1, 1].sum()) == pytest.approx(npv, rel=1e-9)


def _bars(spec: dict[str, object]) -> list[dict[str, float]]:
    found = [row for part in parts(spec) if part["mark"]["type"] == "rect" for row in part["rows"]]
    return sorted(found, key=lambda row: row["top"])


def test_waterfall_tells_parts_of_zero() -> None:
    """The host of the Zhejiang plant pays for the charging, and nothing is left to be shown."""
    picture = waterfall(result_of("zhejiang_user_lfp"), "en")
    assert "Charging power" in picture.subtitle[-1]
    assert "Charging power" not in [row["name"] for row in _bars(picture.spec())]


@pytest.mark.parametrize("name", READY)
def test_lcos_parts_add_up_to_the_metric(name: str) -> None:
    """Capital, operation, charging and replacement; the tax begins where their sum ends."""
    result = result_of(name)
    picture = lcos_parts(result, "en")
    whole = float(result.metrics["lcos_yuan_per_kwh"].value[0])
    assert floats(picture.table.iloc[:4, 1]).sum() == pytest.approx(whole, rel=1e-12)
    assert floats(picture.table.iloc[:4, 2]).sum() == pytest.approx(1.0, rel=1e-12)
    bars = _bars(picture.spec())
    assert bars[-2]["to"] == whole
    assert bars[-3]["to"] == pytest.approx(whole, rel=1e-12)
    assert bars[-1]["to"] - bars[-1]["from"] == pytest.approx(float(result.metrics["lcos_tax"].value[0]), rel=1e-9)


def test_lcos_without_energy_is_told() -> None:
    """A plant that never discharges has no cost of a kWh."""
    picture = lcos_parts(free_of_debt(), "en")
    assert "No figure" in " ".join(picture.subtitle)
    assert json.dumps(picture.spec(), allow_nan=False)


# --- revenue and cover ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["hainan_grid_lfp", "contract_schedule", "many", "phased"])
def test_revenue_of_a_year_is_that_of_the_statements(name: str) -> None:
    """The table's total, and the height of the bars of each year."""
    result = result_of(name)
    picture = revenue_by_stream(result, "en")
    expected = result.statements["revenue"][0] + result.statements["subsidy"][0]
    assert np.allclose(floats(picture.table.iloc[:, -1]) * MILLION, expected, rtol=1e-12)
    assert np.allclose(floats(picture.table.iloc[:, 1:-1]).sum(axis=1) * MILLION, expected, rtol=1e-12, atol=1e-6)
    drawn = np.zeros(expected.size)
    for row in marks(picture.spec(), "cell")[0]["rows"]:
        drawn[row["year"] - 1] += (row["high"] - row["low"]) * np.sign(row["high"] + row["low"])
    assert np.allclose(drawn * MILLION, expected, rtol=1e-9, atol=1e-6)


def test_revenue_of_a_stream_that_pays_nothing_is_told() -> None:
    """The maker insures: the compensation lowers the price of the equipment."""
    picture = revenue_by_stream(result_of("contract_schedule"), "zh")
    assert "首台套保险补偿" in picture.subtitle[-1]
    assert "首台套保险补偿" not in texts(picture.spec()) - {picture.alt}


@pytest.mark.parametrize("name", ["contract_schedule", "many", "phased", "sculpted"])
def test_cover_table_holds_the_statements_where_debt_is_served(name: str) -> None:
    """DSCR in the years that cover is measured, ICR in those that pay interest, nothing elsewhere."""
    books = result_of(name).statements
    table = debt_cover(result_of(name), "en").table
    for column, line, flag in ((1, "dscr", "covering"), (2, "icr", "paying")):
        expected = np.where(books[flag][0] > 0.0, books[line][0], np.nan)
        assert np.array_equal(floats(table.iloc[:, column]), expected, equal_nan=True)


def test_cover_names_the_years_below_the_covenant_asked_for() -> None:
    """Counted from the statements; another covenant, other years."""
    result = result_of("contract_schedule")
    books = result.statements
    for covenant in (1.2, 1.25):
        low = [year + 1 for year in np.flatnonzero((books["covering"][0] > 0) & (books["dscr"][0] < covenant))]
        picture = debt_cover(result, "en", covenant)
        said = picture.subtitle[1]
        spans = [
            [int(part) for part in one.split("–")]
            for one in re.findall(r"\d+(?:–\d+)?", said.partition("year ")[2].partition("(")[0])
        ]
        assert [year for span in spans for year in range(span[0], span[-1] + 1)] == low
        assert {row["year"] for part in marks(picture.spec(), "misses") for row in part["rows"]} == set(low)
        assert [row["value"] for row in marks(picture.spec(), "hurdle")[0]["rows"]] == [covenant]
    assert "No year" in debt_cover(result, "en", 1.0).subtitle[1]


def test_cover_just_below_the_covenant_does_not_read_as_the_covenant() -> None:
    """1.197 stands as 1.197 under a covenant of 1.20, not as 1.20."""
    books = result_of("contract_schedule").statements
    close = [value for value in books["dscr"][0] if 1.195 <= value < 1.2]
    written = [
        row["text"]
        for part in marks(debt_cover(result_of("contract_schedule"), "en").spec(), "misses")
        for row in part["rows"]
    ]
    assert close
    assert f"{close[0]:.3f}" in written
    assert "1.20" not in written


def test_cover_without_debt_is_a_sentence() -> None:
    """No bar, no error."""
    picture = debt_cover(free_of_debt(), "zh")
    assert "没有需要还本付息的年份" in picture.subtitle[1]
    assert [
        row for style in ("clears", "misses") for part in marks(picture.spec(), style) for row in part["rows"]
    ] == []


# --- every picture ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MAKERS)
def test_picture_of_a_result_keeps_its_language(name: str) -> None:
    """No Chinese in English; in Chinese only units, abbreviations and the user's own labels in Latin letters."""
    for lang in ("zh", "en"):
        picture = picture_of(name, lang)
        heads, rows = picture.cells()
        found = (
            texts(spec_of(name, lang))
            | {picture.title, picture.alt, *picture.subtitle, *heads}
            | {cell for row in rows for cell in row}
        )
        if lang == "en":
            assert sorted(text for text in found if _CHINESE.search(text)) == []
        else:
            assert {word for text in found for word in _LATIN.findall(text)} - _PRINTED - _OWN == set()


@pytest.mark.parametrize("name", MAKERS)
def test_picture_of_a_result_can_be_drawn_anywhere(name: str) -> None:
    """No NaN, which is not JSON; the description goes with it; a table; the case in the first sentence; few rows."""
    picture = picture_of(name, "zh")
    spec = spec_of(name, "zh")
    assert json.dumps(spec, allow_nan=False)
    assert spec["description"] == picture.alt
    assert picture.alt.startswith(picture.title)
    assert picture.subtitle[0].startswith("算例：")
    assert len(picture.table) > 0
    assert set(picture.formats) <= {str(head) for head in picture.table.columns}
    assert max(len(rows) for rows in spec["datasets"].values()) <= 1000


@pytest.mark.parametrize("name", KINDS)
def test_picture_of_a_result_fits_a_phone(name: str) -> None:
    """390 pixels: the drawing is as wide as asked, and its text stays text."""
    root = ElementTree.fromstring(svg(picture_of(name, "zh"), width=390))
    assert float(root.get("width", "0")) == pytest.approx(390, abs=1)
    assert any(
        picture_of(name, "zh").title.startswith(one.text or "-")
        for one in root.iter("{http://www.w3.org/2000/svg}text")
    )


def test_picture_of_books_without_a_solution_says_so() -> None:
    """A sculpted loan that finds none: the statements are drawn, with the warning beside the case."""
    from dataclasses import replace

    result = result_of("sculpted")
    unsolved = replace(result, statements=replace(result.statements, solved=np.array([False])))
    assert "did not converge" in cash_flow(unsolved, "en").subtitle[0]
    assert "did not converge" not in cash_flow(result, "en").subtitle[0]
