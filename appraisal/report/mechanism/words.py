"""Words and units that the tables and pictures of a mechanism study share."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from appraisal.study.mechanism import Mechanism, Study
from appraisal.study.mechanism.file import RATES, STANDINGS
from appraisal.text import unit_words, word

HEADS: Mapping[str, tuple[str, str]] = {
    "mechanism": ("机制", "Mechanism"), "level": ("水平", "Level"), "unit": ("单位", "Unit"), "standing": ("效力", "Standing"),
    "share": ("达标比例", "Share that clears"), "mw": ("建成，MW", "Built, MW"), "added_mw": ("因机制建成，MW", "Built because of it, MW"),
    "additional": ("增量占建成", "Added, of what is built"), "rent": ("超出门槛的收益现值，元", "Worth above the hurdle, yuan"),
    "shortfall": ("未达标项目的缺口现值，元", "Shortfall of the rest, yuan"), "total": ("各方成本合计现值，元", "Cost to all, present value, yuan"),
    "public": ("公共成本现值，元", "Cost to the public, present value, yuan"), "effect": ("系统运行费上升（最高年），元/kWh", "Rise of the system fee, dearest year, yuan/kWh"),
    "permitted": ("允许支付", "Payment permitted"), "bearable": ("在承受上限内", "Within the ceiling"), "per_kw": ("每因此建成千瓦成本，元/kW", "Cost per kW made viable, yuan/kW"),
    "per_mwh": ("每转移电量成本，元/MWh", "Cost per MWh shifted, yuan/MWh"), "drawn": ("每元公共资金带动的社会投资，元", "Private money per public yuan"),
    "anyway": ("付给本会建成项目的成本，元", "Cost of what is built anyway, yuan"), "payer": ("付费方", "Payer"), "year": ("年份", "Year"), "yuan": ("支付，元", "Paid, yuan"),
    "cost_of": ("{payer}，现值，元", "{payer}, present value, yuan"), "yes": ("是", "yes"), "no": ("否", "no"),
    "reached": ("目标比例", "Share asked"), "required": ("所需水平", "Level required"), "got": ("实际比例", "Share reached"), "note": ("说明", "Note"),
    "p90": ("收益率 P90", "Rate of return, P90"), "p50": ("收益率 P50", "P50"), "p10": ("收益率 P10", "P10"),
    "entry": ("组合", "Entry"), "project": ("项目", "Project"), "stands": ("代表规模，MW", "Stands for, MW"),
}  # fmt: skip


def title_of(study: Study, lang: str) -> str:
    """Title of a study, or the name of its file."""
    return str(getattr(study.title, lang)) or study.file.stem


def level_text(one: Mechanism, level: float, lang: str) -> str:
    """A level with its unit; of a mechanism that is there or not, which of them.

    Examples
    --------
    >>> from appraisal.study.mechanism.file import Declared
    >>> level_text(Mechanism(name="a", stated=Declared(set={"x.y": 1}), levels=(0.0, 1.0)), 1.0, "en")
    'in force'
    """
    if one.stated.level is None:
        return ("采用" if level else "不采用") if lang == "zh" else ("in force" if level else "not in force")
    if one.unit.partition("/")[0] == "share":
        return f"{100.0 * level:,.6g}{unit_words(one.unit, lang)}"
    words = "" if one.unit == "1" else unit_words(one.unit, lang, fractions=True)
    return f"{level:,.6g} {words}".rstrip()


def unit_text(one: Mechanism, lang: str) -> str:
    """Unit of the level; empty for a pure number."""
    return "" if one.unit == "1" else unit_words(one.unit, lang, fractions=True)


def standing_text(one: Mechanism, lang: str) -> str:
    """How the rule behind a mechanism stands."""
    return word(STANDINGS, one.standing, lang)


def hurdle_text(study: Study, lang: str) -> str:
    """What has to be cleared: ``project IRR after tax 6%``."""
    hurdle = study.hurdle
    text = f"{word(RATES, hurdle.metric, lang)} {100.0 * float(hurdle.value[0, 0]):g}%"
    if hurdle.dscr is None:
        return text
    cover = float(hurdle.dscr[0, 0])
    return (
        f"{text}，且最低偿债备付率 {cover:g}"
        if lang == "zh"
        else f"{text} and a lowest debt-service cover of {cover:g}"
    )


def per_kw_text(cost: float, lang: str) -> str:
    """A cost per kW in words; a dash where there is none."""
    return "—" if not isfinite(cost) else f"{cost:,.0f} 元" if lang == "zh" else f"CNY {cost:,.0f}"
