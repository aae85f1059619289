"""Words on screen, Chinese and English by key, that belong to no declared field or line."""

from __future__ import annotations

from collections.abc import Mapping

# Why a figure has the value it has, or none.
REASONS: Mapping[str, tuple[str, str]] = {
    "ok": ("", ""),
    "ok_rising": ("净现值随折现率升高而上升（先收后付）", "NPV rises with the rate: money comes first"),
    "multiple_shown": (
        "有多个根；所示为净现值随折现率升高而由正转负的唯一根",
        "several roots; shown is the only one at which NPV falls through zero",
    ),
    "multiple_none_shown": (
        "有多个根，无法确定唯一值；请看净现值与 MIRR",
        "several roots and no single one to show; see NPV and MIRR",
    ),
    "none_no_sign_change": (
        "现金流无正负变化，内部收益率不存在",
        "the cash never changes sign: there is no rate of return",
    ),
    "none_touches": ("净现值触及零但不穿过", "NPV touches zero without crossing"),
    "none": ("内部收益率不存在", "no rate of return exists"),
    "undefined": ("分母为零，无定义", "undefined: it would divide by zero"),
    "never": ("计算期内未收回", "not recovered within the calculation period"),
    "no year": ("没有这样的年份", "there is no such year"),
    "no debt": ("没有借款", "no debt"),
    "unpaid": ("计算期内未还清", "not repaid within the calculation period"),
    "margin": ("收入不足以弥补可变成本和税金", "revenue does not cover variable cost and taxes"),
    "no solution": ("按偿债备付率测算未收敛，无解", "sculpting the debt did not converge: no solution"),
}

SIDES: Mapping[str, tuple[str, str]] = {
    "user": ("用户侧", "user side"),
    "grid": ("电网侧", "grid side"),
    "generation": ("电源侧", "generation side"),
}

ORIGINS: Mapping[str, tuple[str, str]] = {
    "case": ("算例", "case"),
    "change": ("命令行修改", "change"),
    "vary": ("方案变量", "varied"),
    "technology": ("技术默认值", "technology default"),
    "national": ("全国规定", "national default"),
    "library": ("事实库", "library"),
    "default": ("字段默认值", "field default"),
}

# Why a month of the appraisal year takes the price of another; {taken} is that month.
MONTH_TAKEN: Mapping[str, tuple[str, str]] = {
    "same_month": (
        "尚未公布：按现行规则取 {taken} 同月",
        "not published: the same calendar month, {taken}, under the rule in force",
    ),
    "latest": ("尚未公布：取最近已公布的 {taken}", "not published: the latest published month that fits, {taken}"),
    "latest_printed": (
        "尚未公布：取最近已公布的 {taken}，其中输配电价未能更新",
        "not published: the latest published month, {taken}, with the transmission price printed then",
    ),
}

# Column heads of a tariff.
COMPONENTS: Mapping[str, tuple[str, str]] = {
    "floating": ("浮动部分", "floating"),
    "fixed": ("不浮动部分", "fixed"),
    "purchased_energy": ("代理购电", "purchased energy"),
    "loss": ("线损", "loss"),
    "system_operation": ("系统运行费", "system operation"),
    "transmission": ("输配电价", "transmission"),
    "funds": ("基金附加", "funds"),
    "bundle": ("合并公布", "bundle"),
    "other": ("其他", "other"),
    "demand": ("需量 元/kW·月", "yuan/kW/month"),
    "capacity": ("容量 元/kVA·月", "yuan/kVA/month"),
}

PARTS: Mapping[str, tuple[str, str]] = {"one": ("单一制", "one-part"), "two": ("两部制", "two-part")}

CONFIDENCE: Mapping[str, tuple[str, str]] = {
    "official": ("官方", "official"),
    "secondary": ("二手", "secondary"),
    "estimate": ("估计", "estimate"),
    "": ("", ""),
}


def word(table: Mapping[str, tuple[str, str]], key: str, lang: str) -> str:
    """The entry of *key* in ``zh`` or ``en``.

    Examples
    --------
    >>> word(SIDES, "user", "en")
    'user side'
    """
    return table[key][0 if lang == "zh" else 1]
