"""The sections of a study file: a portfolio, mechanisms with their levels, a hurdle, consumers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from appraisal.field import (
    Number,
    Profile,
    Section,
    Yearly,
    changes,
    choice,
    count,
    flag,
    group,
    number,
    profile,
    text,
    yearly,
)
from appraisal.text import CONFIDENCES

Rate = Literal["project_irr", "project_irr_pre_tax", "equity_irr"]
RATES: Mapping[str, tuple[str, str]] = {
    "project_irr": ("全投资内部收益率（税后）", "project IRR after tax"),
    "project_irr_pre_tax": ("全投资内部收益率（税前）", "project IRR before tax"),
    "equity_irr": ("资本金内部收益率", "equity IRR"),
}
STANDINGS: Mapping[str, tuple[str, str]] = {
    "formal": ("正式文件", "in force"), "draft": ("征求意见稿", "put out for comment"), "guidance": ("指导价或参考价", "guidance without force"),
    "expired": ("已失效", "no longer in force"), "what_if": ("假设", "what-if"), "counterfactual": ("反事实（现行规定不允许）", "counterfactual: the rules in force do not allow it"),
}  # fmt: skip


class Hurdle(Section):
    """What a project has to clear to be built."""

    help_zh = "项目须达到的门槛。"

    metric: Rate = choice("收益率指标", "Rate of return", options=RATES, default="project_irr")
    value: Number = number("share/year", "门槛收益率", "Hurdle", gt=-1, le=1, help="Nominal.", help_zh="名义值。")
    dscr: Number | None = number(
        "1", "最低偿债备付率", "Least debt-service cover", ge=0, default=None, help="Of the lowest year. Left out: none is asked; a project without debt is not judged by it.",
        help_zh="以最低年份计。不填：不要求；没有借款的项目不按此判断。",
    )  # fmt: skip


class Consumers(Section):
    """Who bears what is paid through the system operation fee."""

    help_zh = "通过系统运行费承担费用的用户。"

    sales_kwh_per_year: Number = number(
        "kWh/year", "工商业用电量", "Industrial and commercial sales", gt=0, help="Over which the system operation fee is spread.", help_zh="分摊系统运行费的电量。"
    )  # fmt: skip
    ceiling_yuan_per_kwh: Number | None = number(
        "yuan/kWh", "承受能力上限", "Ceiling of what users can bear", ge=0, default=None, help="Of the highest year. Left out: none is judged.", help_zh="以最高年份计。不填：不作判断。"
    )  # fmt: skip
    assessed: bool = flag(
        "已完成用户承受能力评估", "Affordability assessed", default=False, help="Notice 114 of 2026, part 5(2): without it nothing may be paid by users.",
        help_zh="114 号文 五(二)：未完成评估不得由用户支付。",
    )  # fmt: skip
    source: str = text("依据", "Source", default="")
    confidence: Literal["official", "secondary", "estimate"] | None = choice(
        "可信度", "Confidence", options=CONFIDENCES, default=None
    )


class Entry(Section):
    """A case of the portfolio, and how its projects differ."""

    help_zh = "组合中的一个算例及其各项目的差异。"

    case: str = text(
        "算例",
        "Case",
        help="A ready case, or a file beside the study.",
        help_zh="现成算例名称，或研究文件旁的算例文件。",
    )
    potential_mw: Number | None = number(
        "MW", "可建规模", "Potential", gt=0, default=None, help="Of all its projects together. Left out: weight × the rated power of the case.",
        help_zh="全部项目合计。不填：权重 × 算例额定功率。",
    )  # fmt: skip
    weight: Number = number(
        "1",
        "权重",
        "Weight",
        gt=0,
        default=1.0,
        help="How many such plants there are; not read with a potential.",
        help_zh="此类电站的个数；填写可建规模时不读取。",
    )
    projects: int = count("1", "项目数", "Projects drawn", ge=1, le=100_000, default=1, help="Each stands for an equal part of the potential.", help_zh="每个项目代表相等的规模。")  # fmt: skip
    set: Mapping[str, Any] = changes(
        "设定",
        "Set",
        help="Dotted path → value, in every scenario of the study.",
        help_zh="路径 → 值，用于研究的全部情景。",
    )
    remove: tuple[str, ...] = group(
        "删除", "Remove", default=(), help="Paths that the case shall not have.", help_zh="从算例中删去的路径。"
    )
    draws: Mapping[str, Any] = changes(
        "抽样", "Draws", help="Path of a number → distribution, as under uncertainty of a case; correlations too.", help_zh="数值路径 → 分布，写法与算例的 uncertainty 相同，可含 correlations。"
    )  # fmt: skip


class Levels(Section):
    """The free parameter of a mechanism."""

    help_zh = "机制的自由参数。"

    unit: str = text("水平单位", "Unit of the level", default="1")
    none: Number = number("1", "等于没有机制的水平", "Level at which nothing changes", default=0.0)
    values: Yearly = yearly(
        "1",
        "水平",
        "Levels",
        help="In any order; the one at which nothing changes is added where it is missing.",
        help_zh="次序不限；缺少不改变任何结果的水平时自动补上。",
    )


class Ratio(Section):
    """A load whose average price a wider peak–valley ratio keeps."""

    help_zh = "调整峰谷价比时均价保持不变的负荷。"

    load_mw: Profile = profile(
        "MW",
        "负荷",
        "Load",
        ge=0,
        help="24, 48 or 96 values from 00:00, of every day.",
        help_zh="自 00:00 起 24、48 或 96 个值，每天相同。",
    )
    source: str = text("依据", "Source", default="")


class Declared(Section):
    """A mechanism: what it changes of a case, and at what levels."""

    help_zh = "机制：对算例的更改与各水平。"

    zh: str = text("中文名称", "Chinese title", default="")
    en: str = text("英文名称", "English title", default="")
    standing: Literal["formal", "draft", "guidance", "expired", "what_if", "counterfactual"] = choice(
        "效力", "Standing", options=STANDINGS, default="what_if", help="Of the rule behind it; with a rule of the library the rule's own.", help_zh="所依据规则的效力；引用库中规则时取该规则的效力。"
    )  # fmt: skip
    source: str = text("依据", "Source", default="")
    rule: str = text(
        "库中规则",
        "Rule of the library",
        default="",
        help="A fact whose value at the study's day is one of the levels.",
        help_zh="事实库中的参数，其在研究日期的数值作为一个水平。",
    )
    applies_to: tuple[str, ...] = group(
        "适用算例",
        "Applies to",
        default=(),
        help="Names of the portfolio. Left out: all.",
        help_zh="组合中的名称。不填：全部。",
    )
    excludes: tuple[str, ...] = group(
        "互斥机制",
        "Excludes",
        default=(),
        help="Mechanisms that it may not be combined with.",
        help_zh="不得同时采用的机制。",
    )
    level: Levels | None = group(
        "水平",
        "Level",
        default=None,
        help="Left out: the mechanism is there or not, 1 or 0.",
        help_zh="不填：有或无（1 或 0）。",
    )
    set: Mapping[str, Any] = changes(
        "设定", "Set", help="Dotted path → value; the word level, or {level: factor, plus: sum}, stands for the level.", help_zh="路径 → 值；level 一词或 {level: 系数, plus: 常数} 表示水平。"
    )  # fmt: skip
    scale: Mapping[str, Any] = changes(
        "按倍数缩放", "Scale", help="Path of a number → factor.", help_zh="数值路径 → 倍数。"
    )
    add: Mapping[str, Any] = changes(
        "加减", "Add", help="Path of a number → what is added.", help_zh="数值路径 → 增减量。"
    )
    remove: tuple[str, ...] = group(
        "删除", "Remove", default=(), help="Paths whose value goes.", help_zh="不再保留的路径。"
    )
    ratio: Ratio | None = group(
        "峰谷价比", "Peak–valley ratio", default=None, help="The level is the ratio of a day's dearest to its cheapest price; the load's average price stays.",
        help_zh="水平为日最高价与最低价之比；负荷的均价不变。",
    )  # fmt: skip


class Criterion(Section):
    """One criterion of a scored comparison: a figure of the books, or a value stated for each candidate."""

    help_zh = "评分比较的一项准则：账表中的指标，或逐一填写的数值。"

    zh: str = text("中文名称", "Chinese title", default="")
    en: str = text("英文名称", "English title", default="")
    metric: str = text(
        "指标",
        "Figure",
        default="",
        help="Any figure of the books, project_irr. State this or the values.",
        help_zh="账表中的任一指标，如 project_irr；与各候选数值二者填一。",
    )
    stated: Mapping[str, Any] = changes(
        "各候选数值", "Values stated", help="Name of the portfolio → number.", help_zh="组合中的名称 → 数值。"
    )
    weight: Number = number("1", "权重", "Weight", gt=0, help="Relative to the others.", help_zh="相对其他准则。")
    worst: Number = number("1", "零分值", "Value that scores 0", help="And all beyond it.", help_zh="更差的也为零分。")
    best: Number = number(
        "1",
        "满分值",
        "Value that scores 1",
        help="And all beyond it; below the worst where less is better.",
        help_zh="更好的也为满分；越小越好时小于零分值。",
    )
    source: str = text("依据", "Source", default="")


class Worth(Section):
    """The rate at which payments of the public are brought to one day."""

    help_zh = "公共支付折现所用的折现率。"

    discount_rate: Number = number("share/year", "折现率", "Discount rate", gt=-1, le=1)
