"""Where the NPV comes from: present values of what is earned, spent, taxed and left, one step under the other."""

from __future__ import annotations

import numpy as np
import pandas as pd

from appraisal.finance.inputs import number_at
from appraisal.pipeline import Appraisal
from appraisal.report.charts.falls import Step, nothing, steps_chart
from appraisal.report.charts.figures import Shown, shown_unit
from appraisal.report.charts.picture import Picture
from appraisal.report.charts.words import listed, pick, say
from appraisal.report.charts.years import described, ended, of_case
from appraisal.report.parts import WORTH, TaxBasis, value_parts

_WORDS = {
    "after": ("净现值构成（全投资，税后）", "Where the NPV comes from, project after tax"),
    "pre": ("净现值构成（全投资，税前）", "Where the NPV comes from, project before tax"),
    "value": ("现值", "Present value"), "part": ("构成", "Part"), "npv": ("净现值", "NPV"),
    "rate": (
        "各项按折现率 {rate} 折现（{basis}）；收入与成本不含税，投资含税，其进项税在“增值税”一项收回",
        "Each part discounted at {rate} ({basis}); revenue and cost without VAT, investment with it, given back under VAT",
    ),
    "nominal": ("名义", "nominal"), "real": ("实际", "real"),
    "none": ("为零，未画出：{list}", "Zero and not drawn: {list}"),
    "alt": ("阶梯横条图：{parts}；合计净现值 {npv}", "Steps: {parts}; together the NPV, {npv}"),
    "one": ("{name} {value}", "{name} {value}"),
}  # fmt: skip


def waterfall(result: Appraisal, lang: str = "en", tax: TaxBasis = "after", row: int = 0) -> Picture:
    """The project's NPV as steps from revenue by stream to what is left.

    Parameters
    ----------
    result : Appraisal
    lang : "en" or "zh"
    tax : "after" or "pre"
        With the adjusted income tax, or before it.
    row : int
        Scenario.

    Returns
    -------
    Picture
        The last bar is the metric ``project_npv`` (``project_npv_pre_tax``) to the digit; parts of zero are told.
    """
    parts = [(pick(lang, one.zh, one.en), float(one.value[row])) for one in value_parts(result, tax)]
    npv = float(result.metrics[WORTH[tax]].value[row])
    # Books without a solution have no NPV; their parts still add up.
    total = npv if np.isfinite(npv) else sum(value for _, value in parts)
    size = max(abs(value) for _, value in parts)
    drawn = [(name, value) for name, value in parts if not nothing(value, size)]
    flat = [name for name, value in parts if nothing(value, size)]
    # Each amount has digits by its own size, as the figures beside the chart have: the NPV reads the same everywhere.
    money = shown_unit(say(_WORDS, "value", lang), "yuan", lang)
    title = say(_WORDS, tax, lang)
    notes = [ended(_convention(result, lang, row), lang)]
    notes += [ended(say(_WORDS, "none", lang, list=listed(flat, lang)), lang)] if flat else []
    steps = [Step(name=name, value=value) for name, value in drawn]
    steps.append(
        Step(name=say(_WORDS, "npv", lang), value=total, whole=True, style="bar" if total >= 0.0 else "bar-two")
    )
    return Picture(
        chart=steps_chart(steps, money, label=money.head), title=title, subtitle=(of_case(result, lang, row), *notes), lang=lang,
        alt=described(title, [ended(_alt(drawn, total, money, lang), lang), *notes], lang), table=_table(parts, total, money, lang),
        formats={money.head: money.form},
    )  # fmt: skip


def _convention(result: Appraisal, lang: str, row: int) -> str:
    finance = result.case.finance
    rate = number_at(result.case, "finance.discount_rate")
    text = shown_unit("", "share", lang).text(float(rate[row if len(rate) > 1 else 0, 0]))
    return say(_WORDS, "rate", lang, rate=text, basis=say(_WORDS, finance.discount_basis, lang))


def _alt(drawn: list[tuple[str, float]], total: float, money: Shown, lang: str) -> str:
    told = [say(_WORDS, "one", lang, name=name, value=money.text(value)) for name, value in drawn]
    return say(_WORDS, "alt", lang, parts=pick(lang, "，", ", ").join(told), npv=money.text(total))


def _table(parts: list[tuple[str, float]], total: float, money: Shown, lang: str) -> pd.DataFrame:
    rows = [*parts, (say(_WORDS, "npv", lang), total)]
    return pd.DataFrame(
        {say(_WORDS, "part", lang): [name for name, _ in rows], money.head: [value * money.factor for _, value in rows]}
    )
