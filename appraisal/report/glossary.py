"""The words of the field: each in both languages, how it is worked out here, and where it is shown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Term:
    """One term.

    Attributes
    ----------
    zh, en : str
        The term.
    how_zh, how_en : str
        Its formula, or what it means, as this program takes it.
    where : tuple of str
        Pages of the app on which it stands.
    metric : str
        Key of the figure that it is; empty where it is none.
    """

    zh: str
    en: str
    how_zh: str
    how_en: str
    where: tuple[str, ...]
    metric: str = ""

    def name(self, lang: str) -> str:
        """The term in ``zh`` or ``en``."""
        return self.zh if lang == "zh" else self.en

    def how(self, lang: str) -> str:
        """Its formula or meaning in ``zh`` or ``en``."""
        return self.how_zh if lang == "zh" else self.how_en


def _term(zh: str, en: str, how_zh: str, how_en: str, where: str, metric: str = "") -> Term:
    return Term(zh=zh, en=en, how_zh=how_zh, how_en=how_en, where=tuple(where.split()), metric=metric)


GLOSSARY: tuple[Term, ...] = (
    _term("全投资内部收益率（税后）", "Project IRR, after tax", "使项目投资现金流量（融资前，扣调整所得税）净现值为零的折现率；名义。", "The rate at which the NPV of the project cash flow, before financing and after adjusted income tax, is zero; nominal.", "verdict statements sensitivity compare", "project_irr"),
    _term("全投资内部收益率（税前）", "Project IRR, before tax", "使所得税前项目投资现金流量（融资前）净现值为零的折现率；名义。", "The rate at which the NPV of the project cash flow, before financing and before income tax, is zero; nominal.", "verdict statements sensitivity compare", "project_irr_pre_tax"),
    _term("调整所得税", "Adjusted income tax", "按息税前利润计算、不随借款变化的所得税，只用于项目投资现金流量表。", "Income tax on profit before interest, which does not move with the debt; only in the project cash flow.", "statements method"),
    _term("资本金内部收益率", "Equity IRR", "使项目资本金现金流量（扣还本付息和所得税）净现值为零的折现率。", "The rate at which the NPV of the equity cash flow, after debt service and income tax, is zero.", "verdict statements sensitivity compare", "equity_irr"),
    _term("财务净现值", "Net present value (NPV)", "各年净现金流量 ÷ (1 + 基准收益率)^年 之和；第一列折现一年（年末惯例）。", "Sum of each year's net cash ÷ (1 + discount rate)^year; column 1 is discounted once (end of the year).", "verdict statements compare", "project_npv"),
    _term("静态投资回收期", "Payback", "累计净现金流量最后一次由负转正的时间，自开工起算：T − 1 + 上年累计绝对值 ÷ 当年净现金流量。", "When the running total of net cash last turns positive, from construction start: T − 1 + |total before| ÷ that year's net cash.", "verdict statements", "payback_years"),
    _term("动态投资回收期", "Discounted payback", "按基准收益率折现的净现金流量，其累计值最后一次由负转正的时间，自开工起算。", "When the running total of net cash, discounted at the discount rate, last turns positive, from construction start.", "verdict statements", "discounted_payback_years"),
    _term("总投资收益率（ROI）", "Return on investment (ROI)", "运营期年均息税前利润 ÷ 项目总投资。", "Mean yearly profit before interest and tax ÷ total investment.", "statements", "roi"),
    _term("资本金净利润率（ROE）", "Return on equity (ROE)", "运营期年均净利润 ÷ 项目资本金。", "Mean yearly net profit ÷ equity paid in.", "statements", "roe"),
    _term("利息备付率（ICR）", "Interest cover (ICR)", "息税前利润 ÷ 应付利息，逐年；另列合计比合计。", "Profit before interest and tax ÷ interest, by year; sum over sum beside it.", "statements", "icr_min"),
    _term("偿债备付率（DSCR）", "Debt-service cover (DSCR)", "（息税折旧摊销前利润 − 所得税 − 自有资金更新投资）÷（还本 + 付息 + 租金），逐年，取最低与平均。", "(EBITDA − income tax − replacement from own funds) ÷ (principal + interest + rents), by year; least and mean.", "verdict statements uncertainty", "dscr_min"),
    _term("贷款期备付率（LLCR）", "Loan life cover (LLCR)", "还款期内可用于还本付息资金按债务利率的现值 ÷ 投产时债务。", "Present value, at the rate of the debt, of cash available while debt is served ÷ debt when operation begins.", "statements", "llcr"),
    _term("盈亏平衡点", "Break-even point", "固定成本 ÷（营业收入 − 可变成本 − 税金及附加），均不含增值税，取首个完整年。", "Fixed cost ÷ (revenue − variable cost − taxes and surcharges), without VAT, of the first full year.", "statements", "bep_first_year"),
    _term("度电成本（LCOS）", "Levelised cost of storage (LCOS)", "成本现值（不含增值税、所得税前、含充电、扣残值）÷ 放电量现值；放电量在并网点计量，分子分母同一折现率。", "Present value of cost, without VAT, before income tax, charging in and residual off ÷ present value of energy discharged at the grid meter, at one rate.", "verdict compare", "lcos_yuan_per_kwh"),
    _term("盈利能力指数", "Profitability index", "1 + 全投资净现值 ÷ 建设投资现值。", "1 + project NPV ÷ present value of the construction investment.", "statements compare", "profitability_index"),
    _term("修正内部收益率（MIRR）", "Modified IRR (MIRR)", "以折现率筹资和再投资的收益率；收益率不存在或不唯一时看它和净现值。", "The return with financing and reinvestment at the discount rate; look at it and at the NPV where the IRR is none or several.", "statements compare", "mirr"),
    _term("基准收益率", "Hurdle rate, discount rate", "判断项目是否可行的最低收益率；全投资与资本金各一个。", "The least return that an investment must bring; one for the project, one for the equity.", "inputs verdict sensitivity"),
    _term("循环次数、等效满充放次数", "Cycles, equivalent full cycles", "年放电量（电池侧）÷ 当时可容电量，另加调频等服务的循环。", "Energy drawn from the battery in a year ÷ what it holds then, plus the cycles of services such as regulation.", "dispatch sensitivity"),
    _term("放电深度（DOD）", "Depth of discharge (DOD)", "可用容量占额定容量的份额。", "Share of the rated energy that is used.", "inputs dispatch"),
    _term("荷电状态（SOC）", "State of charge (SOC)", "电池内电量占可用容量的份额，逐时。", "Energy in the battery as a share of what it can hold, step by step.", "dispatch"),
    _term("健康度（SOH）", "State of health (SOH)", "初始健康度（新电池为 1）− a·天数^p − b·等效循环^q，自投入起算；更换后重新起算；补容后为在用容量的均值。", "The initial one (1 when new) − a·days^p − b·cycles^q since it was placed; begun again by a replacement; with capacity added the mean over what is in use.", "dispatch"),
    _term("综合效率（RTE）", "Round-trip efficiency (RTE)", "放电量 ÷ 充电量，均在并网点计量；等于充电效率 × 放电效率。", "Energy discharged ÷ energy charged, both at the grid meter; charging × discharging efficiency.", "inputs dispatch"),
    _term("尖峰、高峰、平段、低谷、深谷", "Sharp peak, peak, flat, valley, deep valley", "分时电价的时段，电价 = 浮动部分 × 浮动比例 + 不浮动部分；浮动哪些部分由各省规定。", "Bands of a time-of-use tariff: price = floating part × ratio + fixed part; which parts float is a rule of each province.", "prices dispatch"),
    _term("峰谷价差", "Peak–valley spread", "放电均价 − 充电均价（含税，按电量加权）。", "Mean price when discharging less mean price when charging (incl. VAT, weighted by energy).", "prices sensitivity"),
    _term("需量电价、容量电价（用户）", "Demand charge, capacity charge (user)", "两部制用户的基本电费：按月最大需量（元/kW·月）或变压器容量（元/kVA·月）。本版本列示电价，不计入收益。", "The basic charge of a two-part user: by the month's peak (yuan/kW/month) or the transformer (yuan/kVA/month). Shown with the tariff; not part of the income in this version.", "prices"),
    _term("代理购电", "Agent purchase", "电网企业代理工商业用户购电，价格按月公布。", "The grid company buys power for users who do not do so themselves; its price is published by month.", "prices"),
    _term("容量电价（储能补偿）", "Capacity compensation", "当地煤电容量电价 × min(1, 满功率放电时长 ÷ 最长净负荷高峰时长) × 系数 ×（1 − 扣减）。", "The local coal capacity price × min(1, hours at full power ÷ hours of the longest net-load peak) × coefficient × (1 − deduction).", "inputs sensitivity"),
    _term("容量租赁", "Capacity lease", "新能源场站按年租用储能容量的合同价；用按年给定的收入表示。", "A yearly price at which a renewable plant rents storage capacity; stated here as yearly amounts.", "inputs"),
    _term("调频里程", "Regulation mileage", "调频响应指令的功率变化累计；收入 = 里程 × 性能系数 × 里程单价。", "The way of the power that follows regulation commands; income = mileage × performance × price.", "inputs"),
    _term("三免三减半", "Three years free, three at half", "自第一个有营业收入的年度起，三年免、三年按税率的一半征收企业所得税。", "Income tax is nil for three years and half for three more, from the first year with operating revenue.", "inputs statements"),
    _term("进项税抵扣", "Input VAT credit", "建设与采购的进项税进入税额池，由销项税逐年抵扣；期末留抵不退的如实列出。", "Input VAT of construction and purchases enters a pool that output VAT uses up; what is left at the end is named.", "statements"),
    _term("残值", "Residual value", "期末资产净值回收，或按给定的处置价；不含税。", "Net book value recovered at the end, or a stated price; without VAT.", "inputs statements"),
    _term("敏感度系数", "Sensitivity coefficient", "（指标的相对变化）÷（因素的相对变化）；基准值不大于零时无定义。", "Relative change of the metric ÷ relative change of the input; undefined at a base not above zero.", "sensitivity statements"),
    _term("临界点", "Critical point", "使指标恰好等于其基准（收益率：在基准收益率下净现值为零）的因素变化率。", "The change of an input at which the metric just meets its hurdle; for a return, at which the NPV at the hurdle is zero.", "sensitivity statements"),
    _term("P50、P90", "P50, P90", "P90 为有 90 % 的概率被超过的值（10 % 分位数），P50 为中位数；部分资料用相反的约定。", "P90 is exceeded with a probability of 90 % (the 10 % quantile), P50 is the median; some sources use the opposite.", "uncertainty"),
    _term("风险价值（VaR、CVaR）", "Value at risk (VaR, CVaR)", "净现值 5 % 分位数的相反数；CVaR 为最差 5 % 的均值的相反数。", "Minus the 5 % quantile of the NPV; CVaR is minus the mean of the worst 5 %.", "uncertainty"),
    _term("Sobol 指数", "Sobol' indices", "指标方差中由一个输入单独（一阶）或连同其交互（总效应）造成的份额。", "Share of a metric's variance that an input makes alone (first order) or with all its interactions (total).", "uncertainty"),
    _term("Morris 筛选", "Morris screening", "沿随机路径逐个移动输入：μ* 为平均影响，σ 为非线性与交互。", "Inputs are moved one by one along random paths: μ* is the mean size of the effect, σ non-linearity and interaction.", "uncertainty"),
    _term("名义价、含税", "Nominal, incl. VAT", "现金流量为名义价；电价和造价含增值税填写，收入和成本在表中不含税。", "Cash is nominal; prices are stated with VAT, revenue and cost lines stand without it.", "inputs statements method"),
    _term("完全预见", "Perfect foresight", "充放电按已知的全部电价求最优，实际运行达不到。", "Dispatch knows every price in advance; no operator reaches it.", "dispatch method"),
)  # fmt: skip
