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

# What a person reads who has to wait for the compiler, by whether its code is kept.
COMPILING: Mapping[str, tuple[str, str]] = {
    "kept": (
        "首次使用：正在编译计算内核，约半分钟；编译结果会保存，以后无需再等。",
        "First use: compiling the calculation code, about half a minute; it is kept, and later runs do not wait for it.",
    ),
    "not_kept": (
        "正在编译计算内核，约半分钟；没有可写的文件夹，编译结果无法保存（可用环境变量 NUMBA_CACHE_DIR 指定）。",
        "Compiling the calculation code, about half a minute; no folder can be written to keep it (NUMBA_CACHE_DIR names one).",
    ),
}

SIDES: Mapping[str, tuple[str, str]] = {
    "user": ("用户侧", "user side"),
    "grid": ("电网侧", "grid side"),
    "generation": ("电源侧", "generation side"),
}

# Who pays a revenue in the end; grid_users pay through the system operation fee.
PAYERS: Mapping[str, tuple[str, str]] = {
    "host": ("用户（业主）", "host"),
    "grid_users": ("工商业用户（系统运行费）", "grid users, through the system operation fee"),
    "market": ("电力市场", "electricity market"),
    "generators": ("发电企业", "generators"),
    "treasury": ("财政", "treasury"),
    "vehicle_owners": ("电动汽车车主", "vehicle owners"),
}

# What a stream sells; rules of exclusion name the keys.
GOODS: Mapping[str, tuple[str, str]] = {
    "energy": ("电量", "energy"),
    "demand": ("最大需量削减", "lower peak demand"),
    "capacity_price": ("容量电价", "capacity price"),
    "capacity_lease": ("容量租赁", "leased capacity"),
    "regulated_capacity": ("政府定价的容量", "capacity at a regulated price"),
    "reliable_capacity": ("可靠容量补偿", "reliable-capacity compensation"),
    "regulation": ("调频", "frequency regulation"),
    "peak_regulation": ("调峰", "peak regulation"),
    "reserve": ("备用", "reserve"),
    "response": ("需求响应", "demand response"),
    "black_start": ("黑启动", "black start"),
    "voltage": ("电压支撑", "voltage support"),
    "backup": ("应急供电", "backup supply"),
    "renewables": ("新能源消纳", "renewable energy taken up"),
    "green": ("绿证与碳", "certificates and carbon"),
    "deferral": ("电网投资替代", "grid investment deferred"),
}

STATUSES: Mapping[str, tuple[str, str]] = {
    "planned": ("规划", "planned"),
    "filed": ("已备案", "filed"),
    "under_construction": ("在建", "under construction"),
    "operating": ("已投运", "in operation"),
    "suspended": ("停运", "suspended"),
    "retired": ("已退役", "retired"),
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
    "derived": (
        "未见公布的电价表：本月由其他来源推算",
        "no published table was read: this month is worked out from other sources",
    ),
    "latest_derived": (
        "尚未公布：取最近一个推算月份 {taken}",
        "not published: the latest month that could be worked out, {taken}",
    ),
    "stated": (
        "所填购电价格代表该地合并公布的各项（代理购电、线损、系统运行费）",
        "the purchase price stated stands for all that is published only together: purchase, loss, system operation",
    ),
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

CONFIDENCES: Mapping[str, tuple[str, str]] = {
    "official": ("官方", "official"),
    "secondary": ("二手", "secondary"),
    "estimate": ("估计", "estimate"),
}
# How a rule stands. Most values of the library (taxes, technologies, tariffs) belong to no mechanism and have no such word.
STATUS: Mapping[str, tuple[str, str]] = {
    "formal": ("正式", "formal"),
    "draft": ("征求意见稿", "draft"),
    "guidance": ("参考价", "guidance"),
    "expired": ("已失效", "expired"),
    "": ("", ""),
}
# What a mechanism of tariffs/** is about.
MECHANISMS: Mapping[str, tuple[str, str]] = {
    "capacity_price": ("新型储能与煤电容量电价", "capacity price of storage and coal"),
    "discharge_compensation": ("按放电量的补偿", "compensation by energy discharged"),
    "pumped_hydro": ("抽水蓄能两部制电价", "two-part price of pumped hydro"),
    "charging_price": ("充电电价与输配电费", "price of charging, transmission and funds"),
    "ancillary": ("辅助服务", "ancillary services"),
    "lease": ("容量租赁", "capacity lease"),
    "capital_support": ("投资与奖励性补贴", "capital support"),
    "insurance": ("首台（套）保险补偿", "first-of-kind insurance"),
    "time_of_use": ("分时电价机制", "rules of time-of-use tariffs"),
    "vehicle_to_grid": ("车网互动", "vehicle-to-grid"),
}
# Nothing stands where a value has no source.
CONFIDENCE: Mapping[str, tuple[str, str]] = {**CONFIDENCES, "": ("", "")}


def word(table: Mapping[str, tuple[str, str]], key: str, lang: str) -> str:
    """The entry of *key* in ``zh`` or ``en``.

    Examples
    --------
    >>> word(SIDES, "user", "en")
    'user side'
    """
    return table[key][0 if lang == "zh" else 1]


_UNIT_ZH = (
    ("yuan/kVA/month", "元/千伏安·月"), ("kVA", "千伏安"), ("yuan/kW/month", "元/kW·月"), ("yuan/kW/year", "元/kW·年"), ("yuan/year", "元/年"), ("yuan", "元"), ("share/year", "%/年"), ("share", "%"),
    ("cycle/year", "次/年"), ("cycle/day", "次/日"), ("months", "月"), ("years", "年"), ("year", "年"), (" incl. VAT", "（含税）"), (" excl. VAT", "（不含税）"), ("cycles", "次"), ("days", "天"), ("/day", "/日"),
)  # fmt: skip
_UNIT_EN = (("share/year", "%/year"), ("share", "%"))
# Where the number beside it is a fraction and not written in percent.
_FRACTION = (("share/year", ("小数/年", "fraction/year")), ("share", ("小数", "fraction")))


def unit_words(unit: str, lang: str, *, percent: bool = False, fractions: bool = False) -> str:
    """A unit as people read it; a pure number has none.

    Parameters
    ----------
    unit : str
        As declared.
    lang : "en" or "zh"
    percent : bool
        The number beside it is written in percent whatever its unit.
    fractions : bool
        A share stands beside it as the fraction that it is; by default shares are written in percent.

    Examples
    --------
    >>> unit_words("yuan/kW/year incl. VAT", "zh"), unit_words("share", "en"), unit_words("1", "en")
    ('元/kW·年（含税）', '%', '')
    >>> unit_words("share/year", "zh", fractions=True)
    '小数/年'
    """
    if percent:
        return "%"
    if unit == "1":
        return ""
    place = 0 if lang == "zh" else 1
    if fractions:
        for name, pair in _FRACTION:
            unit = unit.replace(name, pair[place])
    for name, words in _UNIT_ZH if lang == "zh" else _UNIT_EN:
        unit = unit.replace(name, words)
    return unit


ABSENT: Mapping[str, tuple[str, str]] = {
    "ratios": ("比价", "ratios"),
    "periods": ("时段", "hours"),
    "floats": ("浮动范围", "what floats"),
    "purchased_energy": ("代理购电价格", "purchase price"),
    "loss": ("线损费用", "loss"),
    "system_operation": ("系统运行费", "system operation"),
    "transmission": ("历史输配电价", "earlier transmission"),
    "demand_charge": ("基本电费价格", "basic charge"),
    "one_part_prices": ("单一制电价", "one-part prices"),
    "two_part_prices": ("两部制电价", "two-part prices"),
    "earlier_prices": ("历史电价", "earlier prices"),
    "holidays": ("节假日规定", "holiday rule"),
    "sharp_months": ("尖峰月份", "sharp months"),
}
"""What a retail tariff may say that the evidence does not give."""
