"""度电成本 by its parts: capital, operation, charging, replacement, and tax on top."""

from __future__ import annotations

import numpy as np
import pandas as pd

from appraisal.pipeline import Appraisal
from appraisal.report.charts.falls import Step, nothing, steps_chart
from appraisal.report.charts.figures import Shown, shown_unit
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.words import listed, pick, say
from appraisal.report.charts.years import described, ended, of_case
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
    "alt": ("阶梯横条图：{parts}；合计 {total}；另计税 {tax}", "Steps: {parts}; together {total}; taxes on top {tax}"),
}  # fmt: skip


def lcos_parts(result: Appraisal, lang: str = "en", row: int = 0) -> Picture:
    """The levelised cost as steps that end on the metric ``lcos_yuan_per_kwh``, with the tax beside it.

    Parameters
    ----------
    result : Appraisal
    lang : "en" or "zh"
    row : int
        Scenario.

    Notes
    -----
    The range from low to high that is often drawn with such a chart is a study's, not of one result.
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
    told = say(
        _WORDS, "alt", lang, parts=pick(lang, "，", ", ").join(f"{say(_WORDS, key, lang)} {cost.text(found[key])}" for key in drawn),
        total=cost.text(found["lcos_yuan_per_kwh"]), tax=cost.text(found["lcos_tax"]),
    )  # fmt: skip
    return Picture(
        chart=steps_chart(_steps(found, drawn, lang) if known else [Step(name="—", value=0.0)], cost, label=cost.head), title=title,
        subtitle=(of_case(result, lang, row), *notes), lang=lang, alt=described(title, [ended(told, lang), *notes], lang),
        table=_table(found, cost, lang), formats={cost.head: ",.4f", say(_WORDS, "share", lang): ".1%"},
    )  # fmt: skip


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
