"""What the page of the method says that belongs to no declared line: how the model goes, conventions, proofs, limits."""

from __future__ import annotations

from collections.abc import Mapping

Pair = tuple[str, str]

PATH: tuple[tuple[Pair, Pair], ...] = (
    (("算例", "Case"), ("填写的输入；其余由技术、全国规定和事实库补齐，每个取值都注明来源。", "What is stated; the rest comes from the technology, national rules and the library, each value with its origin.")),
    (("运行", "Dispatch"), ("在电价、功率、容量、效率和约束下求充放电的精确最优解；衰减按时间和循环推算。", "The exact optimum of charging and discharging under prices, power, energy, efficiency and limits; fade by time and cycles.")),
    (("收入", "Revenue"), ("每项收入按其规则结算；优化所得与结算所付由同一处声明，不会不一致。", "Each stream is settled by its rule; what dispatch maximises is what the settlement pays.")),
    (("账表", "Books"), ("十二张附表逐行声明公式：投资、融资、成本、税费、利润、现金流量、资产负债。", "Twelve tables, each line a declared formula: investment, funding, cost, taxes, profit, cash, balance sheet.")),
    (("指标", "Figures"), ("收益率、净现值、回收期、备付率、度电成本都从账表求得；无数值时说明原因。", "Returns, NPV, payback, cover and levelised cost are taken from the books; where there is no number the reason is given.")),
)  # fmt: skip

CONVENTIONS: tuple[Pair, ...] = (
    ("现金流量记在年末；第一列为开工后的第一年，折现一次。也可选年初或年中。", "Cash falls at the end of the year; column 1 is the first year of construction and is discounted once. Start and middle of the year are options."),
    ("金额为名义价；收入和成本在表中不含增值税，投资含税，其进项税在税额池中抵扣。", "Money is nominal; revenue and cost lines are without VAT, investment with it, and its input VAT is credited from a pool."),
    ("全投资现金流量不随借款变化，所得税为调整所得税；资本金现金流量扣还本付息。", "The project cash flow does not move with the debt and bears the adjusted income tax; the equity cash flow is after debt service."),
    ("功率和电量在并网点计量；同一时段不会同时充电和放电。", "Power and energy are measured at the grid; the plant never charges and discharges in the same step."),
    ("收益率：统计 (−1, ∞) 内的全部根；有多个根时只显示净现值由正转负的唯一根，否则不显示并说明。", "Rate of return: all roots in (−1, ∞) are counted; of several only the single one at which NPV falls through zero is shown, else none, with the reason."),
    ("P90 为有 90 % 的概率被超过的值。", "P90 is the value that is exceeded with a probability of 90 %."),
)  # fmt: skip

PROOFS: tuple[tuple[Pair, Pair], ...] = (
    (("调度", "Dispatch"), ("精确算法与 HiGHS 线性规划在随机问题上逐一对照；含负电价。", "The exact kernel against the HiGHS linear program on random problems, negative prices too.")),
    (("财务账表", "Books"), ("与 NREL 的 PySAM（Singleowner）、numpy-financial，以及按规则独立写成的普通 Python 计算对照。", "Against NREL's PySAM (Singleowner), numpy-financial and a plain Python model written from the rules.")),
    (("已公布的算例", "Published cases"), ("论文、教材和主管部门示例中的数字逐项重算，不能重算的注明原因。", "Figures of papers, textbooks and authorities' examples are computed again; where that cannot be done the reason is given.")),
    (("电价", "Tariffs"), ("各地区公布的每个分时电价都由事实库重算到分厘。", "Every printed time-of-use price of the areas is reproduced from the library.")),
    (("工作簿", "Workbook"), ("由 LibreOffice 从公式重新计算，每个单元格与程序一致。", "LibreOffice recalculates it from its formulas; every cell equals the program's.")),
    (("研究", "Studies"), ("敏感性、反算和蒙特卡洛与闭式解、scipy 对照；全局敏感性与 Ishigami、Sobol G 函数和 SALib 对照。", "Sensitivity, solving and Monte Carlo against closed forms and scipy; global indices against the Ishigami and Sobol' G functions and SALib.")),
    (("每次计算", "Every run"), ("核对资产负债平衡、资金平衡、税额池、折旧合计、收益率处净现值为零等恒等式。", "Checks the identities of its own books: balance, funds, VAT pool, depreciation, NPV of zero at each rate of return.")),
)  # fmt: skip

LIMITS: tuple[Pair, ...] = (
    ("完全预见：优化知道全部电价，实际收入低于此值。", "Perfect foresight: dispatch knows all prices; real operation earns less."),
    ("用户侧尚不计需量（容量）电费的节省、全年负荷曲线和场内光伏。", "Behind the meter there are no savings of demand or capacity charges yet, no load of a year, no site PV."),
    ("衰减模型按时间和循环外推，不含温度；长期结果不确定。", "The fade model is carried beyond its measurements and leaves out temperature."),
    ("政策会变：结果只反映所列日期的规定；估计值与未公布月份随结果列出。", "Policy changes: a result rests on the rules at the dates listed; estimates and months not yet published are listed with it."),
    ("无递延所得税；偿债准备金只限制分红，不单独筹资。", "No deferred tax; the debt-service reserve limits dividends and is not funded apart."),
    ("标准 DL/T 2919-2025 与 NB/T 11175-2023 未获得全文；做法依据《建设项目经济评价方法与参数（第三版）》及各事实所列来源。", "The standards DL/T 2919-2025 and NB/T 11175-2023 were not at hand as texts; practice follows the Methods and Parameters (3rd ed.) and the sources named with each fact."),
)  # fmt: skip

# Figures whose formulas the page shows, then the lines that they rest on.
FIGURES = (
    "project_irr", "project_npv", "equity_irr", "equity_npv", "payback_years", "discounted_payback_years", "roi", "roe", "icr_min", "dscr_min",
    "dscr_avg", "llcr", "lcos_yuan_per_kwh", "profitability_index", "mirr", "bep_first_year",
)  # fmt: skip
LINES = (
    "project_inflow", "project_outflow", "project_net_pre_tax", "project_net", "equity_inflow", "equity_outflow", "equity_net", "ebit", "dscr",
    "cfads", "covered_service", "levelised_cost",
)  # fmt: skip

# What a line is of, where the label of two is the same.
OWNERS: Mapping[str, Pair] = {"project_": ("全投资：", "Project: "), "equity_": ("资本金：", "Equity: ")}

LICENCE: Mapping[str, str] = {
    "zh": "本程序以 Apache License 2.0 发布，可自由使用、修改和分发，须保留许可与声明；不提供担保，不构成投资建议。",
    "en": "Released under the Apache License 2.0: free to use, change and share with the licence and notices kept; without warranty, and no advice to invest.",
}
