"""What a reader meets on the pictures of a result: numbers clear of lines, a range with its ends, cells that suit the paper."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from drawn import marks
from results import free_of_debt
from structures import READY, result_of

from appraisal import Appraisal, appraise, load_case, scenario_path
from appraisal.report.charts.falls import ROW, Reach, Step, steps_chart
from appraisal.report.charts.figures import has_debt, shown_unit
from appraisal.report.charts.hours import hours_map
from appraisal.report.charts.lcos import lcos_parts
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.theme import paint
from appraisal.report.charts.value import waterfall
from appraisal.study.tornado import tornado

MONEY = shown_unit("Value", "yuan", "zh")


def rows_of(spec: dict[str, Any], style: str) -> list[dict[str, Any]]:
    """The rows behind every mark of a style."""
    return [row for part in marks(spec, style) for row in part["rows"]]


@pytest.mark.parametrize("name", READY)
def test_no_number_of_the_waterfall_lies_across_zero(name: str) -> None:
    """A number stands on one side of the line at zero: right of a bar that is right of it, or far enough to its left."""
    for row in rows_of(waterfall(result_of(name), "en").spec(), "end-label"):
        low, high = sorted((row["from"], row["to"]))
        if row["side"] == "left" and low > 0.0:
            # 12 px a character of Chinese width, 0.56 of that a Latin one, on a phone of 260 px between the axes.
            reach = 0.9 * 12 * 0.56 * len(row["text"]) / 260
            spans = rows_of(waterfall(result_of(name), "en").spec(), "end-label")
            whole = max(max(one["from"], one["to"]) for one in spans) - min(
                0.0, *(min(one["from"], one["to"]) for one in spans)
            )
            assert low / whole > reach, row["name"]
        assert row["end"] == (high if row["side"] == "right" else low)


def test_a_small_loss_near_zero_has_its_number_on_the_right() -> None:
    """100 earned, 97 spent: the number of the cost would lie across zero; of 40 it would not."""
    for spent, side in ((97.0, "right"), (40.0, "left")):
        steps = [Step(name="a", value=1e6), Step(name="b", value=-spent * 1e4)]
        chart = Picture(
            chart=steps_chart(steps, MONEY, label="x"), title="t", subtitle=(), alt="a", table=pd.DataFrame(), lang="zh"
        )
        row = next(one for one in rows_of(chart.spec(), "end-label") if one["name"] == "b")
        assert row["side"] == side


def test_line_at_zero_leaves_the_names_free() -> None:
    """It is drawn beside the bars only: a row's first 18 pixels, where its name stands, have none."""
    for row in rows_of(waterfall(result_of("hainan_grid_lfp"), "zh").spec(), "base"):
        assert row["top"] % ROW >= 18
        assert row["bottom"] // ROW == row["top"] // ROW


def moved(result: Appraisal, path: str, factor: float) -> float:
    """The levelised cost of a case with one price level moved, by a single appraisal."""
    made = appraise(result.case.vary({path: factor}))
    return float(made.metrics["lcos_yuan_per_kwh"].value[0])


def test_range_of_the_levelised_cost_is_from_the_ends_of_single_drivers() -> None:
    """zhejiang_user_lfp: prices an estimate, ±20 % of their level, span it; both ends by single appraisals."""
    result = appraise(load_case(scenario_path("zhejiang_user_lfp")))
    picture = lcos_parts(result, "en", swings=tornado(result.case, "lcos_yuan_per_kwh"))
    row = next(one for one in rows_of(picture.spec(), "whisker") if "low" in one)
    assert row["low"] == pytest.approx(moved(result, "market.price_scale", 0.8), rel=1e-12)
    assert row["high"] == pytest.approx(moved(result, "market.price_scale", 1.2), rel=1e-12)
    assert f"{row['low']:.4f} yuan/kWh (Level of energy prices)" in " ".join(picture.subtitle)
    assert "one driver at a time" in " ".join(picture.subtitle)


def test_whisker_is_drawn_over_the_sum_and_its_number_behind_it() -> None:
    """Without a range there is none."""
    steps = [
        Step(name="a", value=6e5),
        Step(name="all", value=6e5, whole=True, style="bar"),
        Step(name="tax", value=1e5),
    ]
    made = steps_chart(steps, MONEY, label="x", reach=Reach(step=-2, low=5e5, high=9e5))
    spec = Picture(chart=made, title="t", subtitle=(), alt="a", table=pd.DataFrame(), lang="zh").spec()
    number = next(one for one in rows_of(spec, "end-label") if one["name"] == "all")
    assert number["end"] == 90.0
    assert not rows_of(lcos_parts(result_of("hainan_grid_lfp"), "zh").spec(), "whisker")


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.1)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("dark", [False, True])
def test_idle_hours_of_a_map_are_near_the_paper(dark: bool) -> None:
    """Most of a map of power is nothing: a contrast below 1.5 to the paper, while both ends have 2 and more (WCAG ratio)."""
    on = paint(dark=dark)
    ratios = [sorted((luminance(one) + 0.05, luminance(on.paper) + 0.05)) for one in on.bare]
    contrast = [high / low for low, high in ratios]
    assert contrast[3] < 1.5
    assert min(contrast[0], contrast[-1]) > 2.0
    spec = hours_map(result_of("zhejiang_user_lfp"), "zh", "power").spec(dark=dark)
    assert spec["config"]["range"]["heatmap"] == list(on.bare)


def test_a_case_without_debt_has_no_cover() -> None:
    """A contract that borrows nothing."""
    assert not has_debt(free_of_debt())
    assert has_debt(result_of("contract_schedule"))
