"""The studies that the tests of charts draw, each made once, and every picture of them in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np

import appraisal
from appraisal.case.uncertainty import Distribution
from appraisal.report.charts.breakeven import breakeven
from appraisal.report.charts.convergence import convergence
from appraisal.report.charts.frontier import frontier
from appraisal.report.charts.heat import heat
from appraisal.report.charts.indices import indices
from appraisal.report.charts.iso import iso
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.risk import cumulative, distribution, histogram
from appraisal.report.charts.size import by_budget, by_power
from appraisal.report.charts.spider import spider
from appraisal.report.charts.tornado import tornado
from appraisal.study import grid as _grid
from appraisal.study import indices as _indices
from appraisal.study import oneway, questions, required, risk, size, solve
from appraisal.study import tornado as _tornado
from appraisal.study.drivers import INVESTMENT, REVENUE

UNCERTAIN = {
    "capital.equipment_yuan": Distribution("normal", (350e6, 30e6)),
    "finance.loan_rate": Distribution("uniform", (0.03, 0.05)),
    "operating_cost.fixed_yuan_per_kw_year": Distribution("uniform", (20.0, 60.0)),
}
# Method of global sensitivity → base sample size.
METHODS = {"sobol": 64, "morris": 16, "dgsm": 64}
READY = ("contract_schedule", "hainan_grid_lfp", "zhejiang_user_lfp")


@cache
def case(name: str = "hainan_grid_lfp") -> Any:
    """A ready case."""
    return appraisal.load_case(appraisal.scenario_path(name))


@cache
def one_way(name: str = "hainan_grid_lfp") -> oneway.OneWay:
    """The one-way sensitivity of a ready case."""
    return oneway.one_way(case(name))


@cache
def tornado_of(name: str = "hainan_grid_lfp", key: str = "project_irr") -> _tornado.Tornado:
    """The tornado of a ready case over its reasoned ranges."""
    return _tornado.tornado(case(name), key)


@cache
def grid_of(key: str = "project_irr") -> _grid.Grid:
    """Investment by revenue, in changes, five by four."""
    return _grid.grid(case(), INVESTMENT, [-0.2, -0.1, 0.0, 0.1, 0.2], REVENUE, [-0.2, -0.1, 0.0, 0.1], key)


@cache
def priced_grid() -> _grid.Grid:
    """A price by a rate, in values, which the cells of money are read against."""
    return _grid.grid(
        case(),
        "capital.battery_yuan_per_kwh",
        [400.0, 500.0, 600.0],
        "finance.discount_rate",
        [0.04, 0.05],
        "project_npv",
    )


@cache
def drawn() -> risk.MonteCarlo:
    """Three inputs drawn in the contract case: some draws never pay back."""
    return risk.monte_carlo(case("contract_schedule"), n=400, seed=0, uncertainty=UNCERTAIN)


@cache
def index_of(method: str) -> _indices.GlobalIndices:
    """Indices of project NPV in the contract case, one input of which it does not feel."""
    loaded = case("contract_schedule")
    return _indices.indices(loaded, method=method, n=METHODS[method], seed=0, inputs=UNCERTAIN, resamples=20)


@cache
def answers(name: str = "contract_schedule") -> tuple[questions.Answer, ...]:
    """Questions with an answer, without one, and one that does not apply to the contract case."""
    asked = ("highest_capital_cost", "lowest_spread", "needed_cycles", "highest_loan_rate")
    return tuple(questions.ask(case(name), one) for one in asked)


@cache
def frontier_of() -> solve.Frontier:
    """The battery price that each spread allows for 8 % a year; the last spread is refused or too low for any."""
    return solve.frontier(
        case(), "capital.battery_yuan_per_kwh", "market.spread_scale", [0.5, 0.9, 1.0, 1.1], "project_irr", 0.08
    )


@cache
def required_of() -> required.Required:
    """The capacity price that spread and battery price need for 6 % a year; at a wide spread none is low enough."""
    spreads, batteries = [0.7, 1.0, 1.3], [450.0, 600.0]
    return required.required(
        case(), "market.spread_scale", spreads, "capital.battery_yuan_per_kwh", batteries,
        "revenue.capacity.price_yuan_per_kw_year", "project_irr", 0.06,
    )  # fmt: skip


@cache
def sized() -> size.Sized:
    """The size of the Zhejiang plant."""
    return size.size(case("zhejiang_user_lfp"), powers=(2.0, 8.0), durations=(1.0, 4.0), resolution=0.05)


def _makers() -> Iterator[tuple[str, Callable[[str], Picture]]]:
    for key in ("project_irr", "project_npv", "equity_irr", "dscr_min"):
        yield f"spider {key}", lambda lang, key=key: spider(one_way(), lang, key)
    for name in READY:
        yield f"tornado {name}", lambda lang, name=name: tornado(tornado_of(name), lang)
    yield "tornado money", lambda lang: tornado(tornado_of(key="project_npv"), lang)
    yield "heat", lambda lang: heat(grid_of(), lang)
    yield "heat money", lambda lang: heat(priced_grid(), lang)
    for key in ("project_npv", "project_irr", "discounted_payback_years", "dscr_min", "lcos_yuan_per_kwh"):
        yield f"histogram {key}", lambda lang, key=key: histogram(drawn(), lang, key)
    yield "cumulative", lambda lang: cumulative(drawn(), lang, "discounted_payback_years")
    yield "distribution", lambda lang: distribution(drawn(), lang)
    yield "convergence", lambda lang: convergence(drawn().convergence(), lang, title("contract_schedule", lang))
    for method in METHODS:
        yield method, lambda lang, method=method: indices(index_of(method), lang, title("contract_schedule", lang))
    yield "breakeven", lambda lang: breakeven(answers(), lang)
    yield "frontier", lambda lang: frontier(frontier_of(), lang)
    yield "iso", lambda lang: iso(required_of(), lang)
    yield "by power", lambda lang: by_power(sized(), lang)
    yield "by budget", lambda lang: by_budget(sized(), lang)


# One of each kind, for what takes long.
KINDS = (
    "spider project_irr", "tornado zhejiang_user_lfp", "heat", "histogram project_npv", "cumulative", "distribution", "convergence",
    "sobol", "morris", "breakeven", "frontier", "iso", "by power",
)  # fmt: skip
# Every chart of the package by a name; a study is made when its chart is first drawn.
MAKERS = dict(_makers())


@cache
def chart_of(name: str, lang: str) -> Picture:
    """One chart in a language."""
    return MAKERS[name](lang)


@cache
def spec_of(name: str, lang: str) -> dict[str, Any]:
    """The specification of a chart at its default width, for reading only."""
    return chart_of(name, lang).spec()


def title(name: str, lang: str) -> str:
    """The title of a case."""
    found = case(name).title
    return str(found.zh if lang == "zh" else found.en)


def marks(spec: dict[str, Any], style: str) -> list[dict[str, Any]]:
    """Every part of a specification whose mark has a style, with its data in ``rows``."""
    return [part for part in parts(spec) if isinstance(part["mark"], dict) and part["mark"].get("style") == style]


def parts(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """Every unit of a specification, with its data in ``rows``."""
    found: list[dict[str, Any]] = []

    def walk(node: dict[str, Any], data: Any) -> None:
        data = node.get("data", data)
        for inner in (*node.get("layer", ()), *node.get("vconcat", ())):
            walk(inner, data)
        if "mark" in node:
            rows = data.get("values") or spec["datasets"].get(data.get("name"), [])
            found.append({**node, "rows": rows})

    walk(spec, {})
    return found


def texts(spec: dict[str, Any]) -> set[str]:
    """Every text of a specification that a person sees: titles, labels, tooltips, legends, the description."""
    found = {str(spec["description"])}

    def add(value: Any) -> None:
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str):
                found.add(one)

    def titles(node: Any) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                if key in ("text", "subtitle", "title", "labelExpr") and not isinstance(value, dict):
                    add(value)
                if key not in ("datasets", "config", "data", "usermeta"):
                    titles(value)
        elif isinstance(node, list):
            for one in node:
                titles(one)

    titles(spec)
    for part in parts(spec):
        for channel in ("text", "tooltip", "color", "shape", "strokeDash"):
            fields = part["encoding"].get(channel, [])
            for one in fields if isinstance(fields, list) else [fields]:
                for row in part["rows"]:
                    add(row.get(one.get("field")))
    return found


def floats(column: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    """A column of a table as numbers."""
    return np.asarray(column, dtype=np.float64)
