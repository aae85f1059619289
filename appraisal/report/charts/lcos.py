"""度电成本 by its parts: capital, operation, charging, replacement, and tax on top."""

from __future__ import annotations

import numpy as np
import pandas as pd

from appraisal.pipeline import Appraisal
from appraisal.report.charts.falls import Reach, Step, nothing, steps_chart
from appraisal.report.charts.figures import Shown, shown_unit
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.words import listed, pick, say
from appraisal.report.charts.years import described, ended, of_case
from appraisal.study.tornado import Tornado
from appraisal.text import REASONS, word

PARTS = ("lcos_capital", "lcos_om", "lcos_charging", "lcos_replacement")

_WORDS = {
    "title": ("度电成本构成", "Levelised cost of storage by its parts"),
    "lcos_capital": ("投资（扣余值）", "Capital less residual"), "lcos_om": ("运维", "Operation and maintenance"),
    "lcos_charging": ("充电", "Charging"), "lcos_replacement": ("更新改造", "Replacement"),
    "lcos_yuan_per_kwh": ("度电成本", "Levelised cost of storage"), "lcos_tax": ("另计：所得税与附加", "On top: income tax and surcharges"),
    "with_tax": ("含税费合计", "With taxes"), "cost": ("成本", "Cost"), "part": ("构成", "Part"), "share": ("占度电成本", "Share of the LCOS"),
    "basis": ("不含增值税，所得税前，含充电；折现成本除以折现上网电量", "Without VAT, before income tax, charging included; discounted cost over discounted energy at the grid meter"),
    "host": ("充电一项为充入电量的成本，不论由谁支付", "charging counts what the energy costs, whoever pays for it"),
    "none": ("为零，未画出：{list}", "Zero and not drawn: {list}"),
    "undefined": ("无数值：{why}", "No figure: {why}"),
    "range": (
        "须线为各因素在其区间内单独变动时的范围：{low}（{low_by}）至 {high}（{high_by}）",
        "The whisker is the range when one driver at a time moves over its own: {low} ({low_by}) to {high} ({high_by})",
    ),
    "no_driver": ("本算例", "the case"),
    "alt": ("阶梯横条图：{parts}；合计 {total}；另计税 {tax}", "Steps: {parts}; together {total}; taxes on top {tax}"),
}  # fmt: skip


def lcos_parts(result: Appraisal, lang: str = "en", row: int = 0, swings: Tornado | None = None) -> Picture:
    """The levelised cost as steps that end on the metric ``lcos_yuan_per_kwh``, with the tax beside it.

    Parameters
    ----------
    result : Appraisal
    lang : "en" or "zh"
    row : int
        Scenario.
    swings : Tornado, optional
        Of ``lcos_yuan_per_kwh`` of that scenario: the chart then tells and draws the range from low to high.

    Notes
    -----
    The range is one at a time: the least and the greatest cost at the ends of any single driver over its reasoned range,
    the others as in the case. Drivers that move together may lead beyond it.
    """
    found = {key: float(result.metrics[key].value[row]) for key in (*PARTS, "lcos_yuan_per_kwh", "lcos_tax")}
    cost = shown_unit(say(_WORDS, "cost", lang), "yuan/kWh", lang)
    title = say(_WORDS, "title", lang)
    stop = pick(lang, "；", "; ")
    known = all(np.isfinite(value) for value in found.values())
    drawn = [key for key in PARTS if known and not nothing(found[key], found["lcos_yuan_per_kwh"])]
    notes = [ended(stop.join([say(_WORDS, "basis", lang), say(_WORDS, "host", lang)]), lang)]
    flat = [say(_WORDS, key, lang) for key in PARTS if known and key not in drawn]
    notes += [ended(say(_WORDS, "none", lang, list=listed(flat, lang)), lang)] if flat else []
    if not known:
        why = word(REASONS, str(result.metrics["lcos_yuan_per_kwh"].reason[row]), lang)
        notes.append(ended(say(_WORDS, "undefined", lang, why=why), lang))
    reach = _range(swings) if known else None
    notes += [ended(_range_said(swings, reach, cost, lang), lang)] if swings is not None and reach is not None else []
    told = say(
        _WORDS, "alt", lang, parts=pick(lang, "，", ", ").join(f"{say(_WORDS, key, lang)} {cost.text(found[key])}" for key in drawn),
        total=cost.text(found["lcos_yuan_per_kwh"]), tax=cost.text(found["lcos_tax"]),
    )  # fmt: skip
    return Picture(
        chart=steps_chart(_steps(found, drawn, lang) if known else [Step(name="—", value=0.0)], cost, label=cost.head, reach=reach), title=title,
        subtitle=(of_case(result, lang, row), *notes), lang=lang, alt=described(title, [ended(told, lang), *notes], lang),
        table=_table(found, cost, lang), formats={cost.head: ",.4f", say(_WORDS, "share", lang): ".1%"},
    )  # fmt: skip


def _range(swings: Tornado | None) -> Reach | None:
    """The least and the greatest cost over every end of every driver, on the bar of the sum."""
    if swings is None or not np.isfinite(swings.at).any():
        return None
    ends = np.append(swings.at[np.isfinite(swings.at)], swings.base)
    return Reach(step=-2, low=float(ends.min()), high=float(ends.max()))


def _range_said(swings: Tornado, reach: Reach, cost: Shown, lang: str) -> str:
    """The range with the drivers that span it."""
    ends = {}
    for name, value in (("low_by", reach.low), ("high_by", reach.high)):
        places = np.argwhere(swings.at == value)
        one = swings.inputs[int(places[0][0])] if len(places) else None
        ends[name] = say(_WORDS, "no_driver", lang) if one is None else pick(lang, one.zh, one.en)
    return say(_WORDS, "range", lang, low=cost.text(reach.low), high=cost.text(reach.high), **ends)


def _steps(found: dict[str, float], drawn: list[str], lang: str) -> list[Step]:
    """The parts and their sum; the tax begins where the sum ends and stands apart by its colour and its name."""
    steps = [Step(name=say(_WORDS, key, lang), value=found[key], style="clears") for key in drawn]
    steps.append(
        Step(name=say(_WORDS, "lcos_yuan_per_kwh", lang), value=found["lcos_yuan_per_kwh"], whole=True, style="bar")
    )
    return [*steps, Step(name=say(_WORDS, "lcos_tax", lang), value=found["lcos_tax"], style="misses")]


def _table(found: dict[str, float], cost: Shown, lang: str) -> pd.DataFrame:
    whole = found["lcos_yuan_per_kwh"]
    return pd.DataFrame(
        {
            say(_WORDS, "part", lang): [say(_WORDS, key, lang) for key in found],
            cost.head: list(found.values()),
            say(_WORDS, "share", lang): [value / whole if whole else np.nan for value in found.values()],
        }
    )
