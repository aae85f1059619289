"""The table of a picture, and the marks of its chart, hold the figures of the study."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from drawn import (
    answers,
    case,
    chart_of,
    drawn,
    floats,
    frontier_of,
    grid_of,
    index_of,
    marks,
    one_way,
    parts,
    priced_grid,
    required_of,
    sized,
    spec_of,
    texts,
    tornado_of,
)  # fmt: skip
from strategies import contract, made

from appraisal.case.uncertainty import Distribution
from appraisal.report.charts.heat import heat
from appraisal.report.charts.indices import indices
from appraisal.report.charts.risk import cumulative, histogram
from appraisal.report.charts.spider import spider
from appraisal.report.charts.tornado import tornado
from appraisal.study import oneway
from appraisal.study import tornado as tornado_study
from appraisal.study.drivers import INVESTMENT, REVENUE
from appraisal.study.grid import grid
from appraisal.study.inputs import Measured
from appraisal.study.risk import monte_carlo
from appraisal.study.risk.summary import ranked

YUAN_PER_WAN = 1e4
# Sums in an English picture are in millions (issue 6 point 5).
YUAN_PER_MILLION = 1e6


def test_spider_table_holds_every_change_and_the_coefficients() -> None:
    """Of the metric asked for; money in 万元, as the head says."""
    found = one_way()
    for key, unit in (("project_irr", 1.0), ("project_npv", YUAN_PER_WAN)):
        table = chart_of(f"spider {key}", "zh").table
        assert np.allclose(floats(table.iloc[1:, 2]) * unit, found.metric(key).ravel(), rtol=1e-15, atol=0.0)
        assert np.array_equal(floats(table.iloc[1:, 3]), found.coefficient(key)[0].ravel(), equal_nan=True)
        assert np.array_equal(
            floats(table.iloc[1:, 4]), np.repeat(found.critical.change, found.changes.size), equal_nan=True
        )


def test_spider_marks_each_critical_change_in_sight_at_the_hurdle() -> None:
    """And no other; a metric whose hurdle they are not of has none."""
    found = one_way()
    inside = np.sort(found.critical.change[np.abs(found.critical.change) <= 0.2])
    diamonds = [
        part for part in marks(spec_of("spider project_irr", "en"), "marker") if part["mark"]["type"] == "point"
    ]
    rows = diamonds[0]["rows"]
    assert np.array_equal([row["x"] for row in rows], inside)
    assert {row["y"] for row in rows} == {float(found.moving.case.finance.discount_rate[0, 0])}
    assert marks(spec_of("spider equity_irr", "en"), "marker") == []


def test_tornado_rows_are_sorted_and_hold_both_ends() -> None:
    """The widest swing on top, in the table and in the chart; end labels give input and metric."""
    for name in ("contract_schedule", "hainan_grid_lfp", "zhejiang_user_lfp"):
        found, picture = tornado_of(name), chart_of(f"tornado {name}", "en")
        count = len(found.inputs)
        assert np.array_equal(floats(picture.table.iloc[:count, 5:7]), found.at[found.order], equal_nan=True)
        swing = np.abs(floats(picture.table.iloc[:count, 5]) - floats(picture.table.iloc[:count, 6]))
        both_sides = np.prod(np.sign(found.at[found.order] - found.base), axis=1) <= 0.0
        assert np.all(np.diff(swing[both_sides]) <= 1e-15)
        bars = [
            row
            for part in parts(picture.spec())
            if part["mark"].get("style") in ("low", "high")
            for row in part["rows"]
        ]
        tops = {row["input"]: row["top"] for row in sorted(bars, key=lambda row: row["top"])}
        drawn_order = [one for one in found.order if found.swing[one] != 0.0]
        assert list(tops) == [found.inputs[place].en for place in drawn_order]


def test_tornado_of_two_ends_on_one_side_draws_them_apart() -> None:
    """Bars that would cover one another share the height of the row."""
    found = tornado_of()
    metric = found.measured.rows["project_irr"]
    value = metric.value.copy()
    first, count = found.order[0], len(found.inputs)
    value[[first, first + count]] = found.base + np.array([0.01, 0.02])
    moved = Measured(
        base=found.measured.base,
        rows=type(found.measured.rows)({"project_irr": replace(metric, value=value)}),
        refused={},
    )
    spec = tornado(replace(found, measured=moved), "en").spec()
    low, high = (
        next(row for part in marks(spec, style) for row in part["rows"] if row["input"] == found.inputs[first].en)
        for style in ("low", "high")
    )
    assert low["bottom"] <= high["top"]


def test_heat_map_holds_every_cell_and_parts_what_clears_the_hurdle() -> None:
    """The line runs between neighbours of which one clears; brute force over the cells."""
    found, picture = grid_of(), chart_of("heat", "en")
    assert np.array_equal(floats(picture.table.iloc[:, 2]), found.values.ravel())
    rows, columns = found.values.shape
    clears = found.values >= found.hurdle
    expected = {
        (c + 1, c + 1, r, r + 1) for r in range(rows) for c in range(columns - 1) if clears[r, c] != clears[r, c + 1]
    } | {(c, c + 1, r + 1, r + 1) for r in range(rows - 1) for c in range(columns) if clears[r, c] != clears[r + 1, c]}
    assert expected
    drawn_lines = marks(picture.spec(), "border")[0]["rows"]
    assert {(row["x"], row["x2"], row["y"], row["y2"]) for row in drawn_lines} == expected
    money = chart_of("heat money", "zh").table
    assert np.allclose(floats(money.iloc[:, 2]) * YUAN_PER_WAN, priced_grid().values.ravel(), rtol=1e-15)


def test_heat_map_over_an_amount_of_money_shows_it_in_the_unit_of_its_head() -> None:
    """300 million yuan are 30,000 万元, on the axis and in the table."""
    found = grid(
        case("contract_schedule"),
        "capital.equipment_yuan",
        [3.0e8, 3.5e8],
        "finance.loan_rate",
        [0.03, 0.04],
        "equity_irr",
    )
    picture = heat(found, "zh")
    assert "万元" in picture.table.columns[0]
    assert sorted(set(floats(picture.table.iloc[:, 0]))) == [30000.0, 35000.0]
    assert any('"30,000"' in text for text in texts(picture.spec()))


def test_heat_map_names_the_cell_that_was_clicked() -> None:
    """The selection ``cell`` holds row and column, which the study turns into a case with these values."""
    spec = spec_of("heat money", "en")
    chosen = [param for part in (spec, *parts(spec)) for param in part.get("params", []) if param["name"] == "cell"]
    assert chosen[0]["select"]["fields"] == ["row", "column"]
    found = priced_grid()
    for row in (one for part in marks(spec, "cell") for one in part["rows"]):
        chosen_case = found.cell(row["row"], row["column"])
        assert chosen_case.capital.battery_yuan_per_kwh[0, 0] == found.x[row["column"]]
        assert chosen_case.finance.discount_rate[0, 0] == found.y[row["row"]]


@pytest.mark.parametrize("key", ["project_npv", "project_irr", "discounted_payback_years", "dscr_min"])
def test_histogram_counts_every_draw_that_has_a_number(key: str) -> None:
    """Each bin as counted by hand; they add to the share with a number; the hurdle is the end of a bin."""
    study = drawn()
    table = histogram(study, "en", key).table
    unit = YUAN_PER_MILLION if key == "project_npv" else 1.0
    low, high, share = (floats(table.iloc[:, place]) for place in range(3))
    values = study.metrics[key].value / unit
    held = values[np.isfinite(values)]
    counted = np.array([np.sum((held >= a) & (held < b)) for a, b in zip(low, high, strict=True)]) / values.size
    # The last bin of a histogram holds its upper end, and the ends are known to rounding.
    assert np.abs(counted - share).max() <= 1.0 / values.size + 1e-12
    assert share.sum() == pytest.approx(held.size / values.size, abs=1e-12)
    bar = {"project_npv": 0.0, "project_irr": 0.06, "dscr_min": study.covenant}.get(key)
    if bar is not None and held.min() < bar < held.max():
        assert np.abs(low - bar).min() <= 1e-12 * max(1.0, np.abs(held).max())


def test_histogram_states_the_probability_of_missing_the_hurdle() -> None:
    """As counted from the draws."""
    study = drawn()
    below = np.mean(study.metrics["project_npv"].value < 0.0)
    assert f"{below:.1%}" in " ".join(chart_of("histogram project_npv", "en").subtitle)
    assert f"{below:.1%}" in " ".join(chart_of("histogram project_irr", "en").subtitle)
    breached = np.mean(study.metrics["dscr_min"].value < study.covenant)
    assert f"{breached:.1%}" in " ".join(chart_of("histogram dscr_min", "en").subtitle)
    late = np.mean(np.isnan(study.metrics["discounted_payback_years"].value))
    assert late > 0.0
    assert f"{late:.1%}" in " ".join(chart_of("histogram discounted_payback_years", "en").subtitle)


@pytest.mark.parametrize("key", ["project_npv", "discounted_payback_years"])
def test_cumulative_table_holds_the_quantiles(key: str) -> None:
    """numpy's own inverted distribution function is the oracle; what is never recovered is later than any."""
    study = drawn()
    table = cumulative(study, "en", key).table
    unit = YUAN_PER_MILLION if key == "project_npv" else 1.0
    values = ranked(study.metrics[key])
    expected = np.quantile(values, floats(table.iloc[:, 0]), method="inverted_cdf")
    assert np.allclose(
        floats(table.iloc[:, 1]) * unit, np.where(np.isfinite(expected), expected, np.nan), rtol=1e-12, equal_nan=True
    )


def test_a_loss_at_every_rate_lies_below_the_curve_and_is_told() -> None:
    """The curve begins at the probability of such draws; the subtitle has it, and that P90 is among them."""
    spread = {"market.spread_scale": Distribution("uniform", (0.0, 1.2))}
    study = monte_carlo(case("zhejiang_user_lfp"), n=100, seed=0, uncertainty=spread)
    metric = study.metrics["equity_irr"]
    lost = metric.reason == "none_no_sign_change"
    assert 0.1 < lost.mean() < 0.5
    picture = cumulative(study, "en", "equity_irr")
    expected = np.quantile(
        np.where(lost, -np.inf, metric.value), floats(picture.table.iloc[:, 0]), method="inverted_cdf"
    )
    assert np.allclose(
        floats(picture.table.iloc[:, 1]), np.where(np.isfinite(expected), expected, np.nan), rtol=1e-12, equal_nan=True
    )
    told = " ".join(picture.subtitle)
    assert (
        f"a loss at every rate, counted in the P values as below any rate of return, not in the chart: {lost.mean():.1%}"
        in told
    )
    assert "P90 a loss at every rate" in told
    first = min(
        row["share"]
        for group in picture.spec()["datasets"].values()
        for row in group
        if "share_text" in row and "value" in row
    )
    assert first == pytest.approx(lost.mean() + 0.01)


def test_an_input_without_a_bound_has_words_in_place_of_its_bar() -> None:
    """A jump: the bar would say that the input does not matter."""
    plain = index_of("dgsm")
    assert plain.dgsm is not None
    found = replace(plain, dgsm=np.where(np.arange(plain.dgsm.size) == 0, np.nan, plain.dgsm))
    for lang, words in (("en", "jumps: no bound"), ("zh", "存在跳跃，无上界")):
        picture = indices(found, lang)
        rows = [row for group in picture.spec()["datasets"].values() for row in group if row.get("text") == words]
        assert [(row["value"], row["low"]) for row in rows] == [(0.0, None)]
        assert words in picture.alt
        assert np.isnan(floats(picture.table.iloc[:, 1])).tolist() == [True, False, False]


def test_p_lines_stand_at_the_summary_of_the_study() -> None:
    """P90, P50 and P10, and the hurdle beside them."""
    study = drawn()
    spec = spec_of("histogram project_npv", "en")
    at = [row["at"] * YUAN_PER_MILLION for part in marks(spec, "mark-rule") for row in part["rows"]]
    assert at == pytest.approx([study.summary("project_npv").p[name] for name in ("P90", "P50", "P10")], rel=1e-12)
    assert [row["at"] for part in marks(spec, "hurdle") for row in part["rows"]] == [0.0]


def test_constant_and_undefined_metrics_are_drawn_or_told() -> None:
    """One value is one bar; none at all is a sentence, not an error."""
    study = drawn()
    metric = study.metrics["project_npv"]
    for value, reason in ((1e6, "ok"), (np.nan, "none")):
        fixed = replace(metric, value=np.full(metric.value.shape, value), reason=np.full(metric.value.shape, reason))
        metrics = type(study.metrics)({**study.metrics, "project_npv": fixed})
        for kind in (histogram, cumulative):
            picture = kind(replace(study, metrics=metrics), "en", "project_npv")
            assert json.dumps(picture.spec(), allow_nan=False)
        if np.isnan(value):
            assert "No draw has a number" in " ".join(picture.subtitle)
        else:
            assert floats(histogram(replace(study, metrics=metrics), "en").table.iloc[:, 2]).tolist() == pytest.approx(
                [1.0]
            )


def test_indices_table_and_whiskers_hold_the_estimates() -> None:
    """The most important input first; a whisker reaches as far as the confidence."""
    found, picture = index_of("sobol"), chart_of("sobol", "en")
    order = list(found.order)
    names = ("total", "total_conf", "first", "first_conf")
    for place, name in enumerate(names, start=1):
        assert np.array_equal(floats(picture.table.iloc[:, place]), np.asarray(getattr(found, name))[order])
    whisker = next(part for part in parts(picture.spec()) if part["mark"].get("style") == "whisker")
    for row in whisker["rows"]:
        assert row["high"] - row["value"] == pytest.approx(row["value"] - row["low"])
    reach = [row["high"] - row["value"] for row in whisker["rows"] if row["measure"] == 0]
    assert reach == pytest.approx(list(np.asarray(found.total_conf)[order]))


def test_morris_points_stand_at_mu_star_and_sigma() -> None:
    """In 万元, numbered by importance as the subtitle lists them."""
    found, picture = index_of("morris"), chart_of("morris", "zh")
    rows = next(part for part in marks(picture.spec(), "dot"))["rows"]
    order = list(found.order)
    assert [row["x"] * YUAN_PER_WAN for row in rows] == pytest.approx(list(np.asarray(found.mu_star)[order]))
    assert [row["y"] * YUAN_PER_WAN for row in rows] == pytest.approx(list(np.asarray(found.sigma)[order]))
    listed = picture.subtitle[-1]
    assert all(f"{rank} {found.inputs[place].zh}" in listed for rank, place in enumerate(order, start=1))


def test_convergence_table_holds_the_running_figures() -> None:
    """Mean, P90, P50, P10 with their standard errors."""
    found = drawn().convergence()
    table = chart_of("convergence", "zh").table
    assert floats(table.iloc[:, 0]).tolist() == found.n.tolist()
    assert np.allclose(floats(table.iloc[:, 1::2]) * YUAN_PER_WAN, found.values, rtol=1e-12)
    assert np.allclose(floats(table.iloc[:, 2::2]) * YUAN_PER_WAN, found.errors, rtol=1e-12, equal_nan=True)


def test_breakeven_bars_are_the_distance_of_the_answers_from_the_case() -> None:
    """The highest capital cost of this case lies below what it costs: the bar points left and says what is lacking."""
    first = answers()[0]
    rows = [row for part in marks(spec_of("breakeven", "en"), "misses") for row in part["rows"]]
    change = first.figures[0].value / first.stands[0].value - 1.0
    assert change < 0.0
    assert rows[0]["change"] == pytest.approx(change)
    assert rows[0]["text"].startswith("needed −")
    assert floats(chart_of("breakeven", "en").table.iloc[0, 3:5]) * YUAN_PER_MILLION == pytest.approx(
        [first.stands[0].value, first.figures[0].value]
    )


def test_frontier_holds_what_is_needed_and_leaves_gaps() -> None:
    """A value without a solution is a gap and is told."""
    found, picture = frontier_of(), chart_of("frontier", "en")
    assert np.array_equal(floats(picture.table.iloc[:, 0]), found.values)
    assert np.array_equal(floats(picture.table.iloc[:, 1]), found.needed, equal_nan=True)
    gone = int(np.isnan(found.needed).sum())
    assert (f"{gone} values have no solution" in picture.subtitle[-1]) == (gone > 0)


def test_lines_of_equal_return_hold_every_pair() -> None:
    """A line for each battery price, named at its end; pairs without an answer are gaps, told and explained."""
    found, picture = required_of(), chart_of("iso", "en")
    assert np.array_equal(floats(picture.table.iloc[:, 2]), found.values.ravel(), equal_nan=True)
    gone = np.isnan(found.values)
    assert gone.any()
    assert f"{gone.sum()} pairs have no solution" in picture.subtitle[-1]
    assert all(picture.table.iloc[np.flatnonzero(gone.ravel()), 3])
    names = {row["text"] for part in marks(picture.spec(), "row-label") for row in part["rows"]}
    assert names == {"450", "600"}


def test_size_frontiers_hold_the_best_of_each_power_and_budget() -> None:
    """The best size is marked where it lies."""
    found = sized()
    table = chart_of("by power", "zh").table
    assert np.array_equal(floats(table.iloc[:, 0]), found.by_power.power_mw)
    assert np.array_equal(floats(table.iloc[:, 1]), found.by_power.duration_h)
    best = marks(spec_of("by power", "zh"), "marker")[0]["rows"][0]
    assert best["x"] == found.power_mw
    assert best["y"] * YUAN_PER_WAN == pytest.approx(found.value)
    assert np.allclose(floats(chart_of("by budget", "zh").table.iloc[:, 0]) * YUAN_PER_WAN, found.budgets)


@pytest.mark.parametrize("name", ["spider project_irr", "tornado hainan_grid_lfp", "histogram project_irr"])
def test_reference_lines_are_labelled_not_only_coloured(name: str) -> None:
    """The hurdle and, where there is one case, its base value stand in words beside their lines."""
    spec = spec_of(name, "en")
    assert marks(spec, "hurdle")
    labels = {row["text"] for part in marks(spec, "hurdle-label") for row in part["rows"]}
    assert any("urdle rate" in text for text in labels)
    if not name.startswith("histogram"):
        assert marks(spec, "base")
        assert any(row["text"] == "Base 6.91%" for part in marks(spec, "base-label") for row in part["rows"])


def test_case_without_a_rate_of_return_is_told_in_every_chart() -> None:
    """A project that never earns has no IRR: the reason stands in words, the empty cells carry a dash."""
    loss = {"revenue": {"known": {"income_yuan": [1000.0] * 5}}, "operating_cost": {"fixed_yuan_per_kw_year": 5}}
    poor = made(contract({"capital": {"equipment_yuan": 1e6}}, loss))
    reason = "the cash never changes sign"
    for picture in (
        spider(oneway.one_way(poor, changes=[0.1]), "en"),
        tornado(tornado_study.tornado(poor), "en"),
        heat(grid(poor, INVESTMENT, [0.0, 0.1], REVENUE, [0.0, 0.1]), "en"),
    ):
        assert json.dumps(picture.spec(), allow_nan=False)
        told = " ".join((*picture.subtitle, *(cell for row in picture.cells()[1] for cell in row)))
        assert reason in told
    assert {row["text"] for part in marks(picture.spec(), "cell-label") for row in part["rows"]} == {"—"}


def test_spider_of_one_change_has_its_base_and_its_critical_point() -> None:
    """Two points a line are enough; the critical change between them is a third."""
    found = oneway.one_way(case("contract_schedule"), changes=[0.1])
    rows = [row for part in marks(spider(found, "zh").spec(), "marker") for row in part["rows"]]
    inside = found.critical.change[(found.critical.change >= 0.0) & (found.critical.change <= 0.1)]
    assert {row["x"] for row in rows} == set(inside)
