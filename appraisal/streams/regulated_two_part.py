"""The regulated two-part tariff of pumped hydro: its capacity price (发改价格〔2021〕633号, 发改价格〔2026〕114号).

Three roads: a *station*'s own price by the operating-period method (``appraisal/regulated.py``); one *provincial* price by
average cost for stations begun after notice 633, reduced below six hours at full power; a compensation of *reliable
capacity* where a province has one. Of what the station gains in the energy and ancillary markets a share is deducted in
the next price period; a loss stays with it. Prices of energy stand under ``market``. For new-type storage such a price is
a counterfactual: notice 1490 of 2025, art. 9, keeps it out of the assets that earn a regulated return.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np

from appraisal.case import Case, spans
from appraisal.case.periods import periods
from appraisal.case.schema import Terms as BaseTerms
from appraisal.errors import said
from appraisal.field import Number, choice, count, flag, number
from appraisal.operation import Good, Operation, Settlement, Stream
from appraisal.regulated import Approved, Priced, capacity_price, taken_back, uniform_price
from appraisal.streams._terms import Found, no_offer, required, unread, whole, within_years
from appraisal.units import KW_PER_MW, Table, table

Road = Literal["station", "provincial", "reliable_capacity"]
ROADS = {
    "station": ("单站核定（经营期定价法）", "the station's own price"),
    "provincial": ("全省统一平均成本价", "one provincial price"),
    "reliable_capacity": ("可靠容量补偿", "reliable-capacity compensation"),
}
FACTS = {
    "road_by_rule": "rules.pumped_hydro.road",
    "equity_return": "rules.pumped_hydro.equity_return",
    "pricing_years": "rules.pumped_hydro.operating_years",
    "pricing_loan_years": "rules.pumped_hydro.loan_years",
    "rate_gap_share": "rules.pumped_hydro.rate_gap_share",
    "deducted_share": "rules.pumped_hydro.deducted_share",
    "full_hours": "rules.pumped_hydro.full_hours",
    "prime_rate": "finance.national.lpr_5y",
}
# What only the computation of a station's own price reads.
_METHOD = (
    "investment_yuan", "operating_cost_yuan", "equity_share", "equity_timing", "loan_rate", "loan_repayment", "depreciation_years", "residual_share",
    "vat_pool_in_price", "capital_vat_yuan",
)  # fmt: skip
PUMPED = "pumped_hydro"


class Terms(BaseTerms):
    """The road of pricing, the approved figures and the sharing of market gains."""

    help_zh = "定价方式、核定参数与市场收益分享。"

    pumped: bool = flag(
        "抽水蓄能电站", "Pumped hydro", help="New-type storage gets such a price only as a counterfactual.",
        help_zh="新型储能只能作反事实测算。",
    )  # fmt: skip
    counterfactual: bool = flag(
        "反事实测算", "Counterfactual", default=False,
        help="Study a price that the rules in force do not grant; every result says so.",
        help_zh="测算现行规定并不给予的电价；各项结果都会注明。",
    )  # fmt: skip
    road: Road | None = choice(
        "定价方式", "Road of pricing", options=ROADS, default=None, help="Left out: what the date of the construction start calls for.",
        help_zh="不填：按开工日期适用的规定。",
    )  # fmt: skip
    road_by_rule: Road | None = choice(
        "规定的定价方式", "Road by the dated rule", options=ROADS, default=None, help="Left out: from the library, by construction start.",
        help_zh="不填：按开工日期取自事实库。",
    )  # fmt: skip
    price_yuan_per_kw_year: Number | None = number(
        "yuan/kW/year", "容量电价", "Capacity price", ge=0, default=None, basis="incl_vat", usual=spans.CAPACITY_PER_KW_YEAR,
        help="As published. Left out for a station of its own price: computed by the method.", help_zh="按公布值填写。单站核定时不填即按办法测算。",
    )  # fmt: skip
    covered_share: Number = number(
        "share", "容量电价覆盖比例", "Share of the capacity covered", ge=0, le=1, default=1.0,
        help="The rest enters the market.", help_zh="其余容量进入市场。",
    )  # fmt: skip
    deduction_share: Number = number(
        "share", "可用率考核扣减比例", "Deduction for availability", ge=0, le=1, default=0.0,
        help="Where availability missed its standard, of the yearly payment.", help_zh="可用率未达标时扣减，占全年容量电费的比例。",
    )  # fmt: skip
    duration_hours: Number | None = number(
        "h", "满功率持续发电时长", "Full-power duration", gt=0, default=None, help="Left out: usable energy × yield ÷ power. Not read for a station's own price.",
        help_zh="不填：可用电量 × 发电效率 ÷ 功率。单站核定不读取。",
    )  # fmt: skip
    full_hours: Number | None = number(
        "h", "时长门槛", "Hours asked for", gt=0, default=None, help="The price falls in proportion below them. Left out: from the library.",
        help_zh="低于此时长按比例降价。不填：取自事实库。",
    )  # fmt: skip
    investment_yuan: Number | None = number(
        "yuan", "核定总投资", "Approved investment", gt=0, default=None, help="With construction interest; read where the price is computed.",
        help_zh="含建设期利息；测算电价时读取。",
    )  # fmt: skip
    operating_cost_yuan: Number | None = number(
        "yuan/year", "核定运行维护费", "Approved operation and maintenance", ge=0, default=None,
        help="Materials, repairs, staff and other; read where the price is computed.", help_zh="材料、修理、人工和其他费用；测算电价时读取。",
    )  # fmt: skip
    equity_share: Number | None = number(
        "share", "核定资本金比例", "Approved equity share", ge=0, le=1, default=None, help="Left out: 1 less finance.debt_share.",
        help_zh="不填：1 减 finance.debt_share。",
    )  # fmt: skip
    equity_timing: Literal["at_commissioning", "over_construction"] = choice(
        "资本金到位时间", "When equity is paid in", default="at_commissioning",
        options={"at_commissioning": ("投产时一次到位", "at commissioning"), "over_construction": ("随建设进度到位", "over construction")},
        help="over_construction: with the spending of each construction year.", help_zh="over_construction：按各建设年投资进度。",
    )  # fmt: skip
    loan_rate: Number | None = number(
        "share/year", "实际贷款利率", "Loan rate paid", ge=0, le=0.5, usual=spans.LOAN_RATE, default=None, help="Left out: finance.loan_rate.",
        help_zh="不填：取 finance.loan_rate。",
    )  # fmt: skip
    prime_rate: Number | None = number(
        "share/year", "同期市场报价利率", "Loan prime rate", gt=0, le=0.5, usual=spans.LOAN_RATE, default=None,
        help="A rate above it is cut to it. Left out: over five years, from the library.", help_zh="高于它的按它计。不填：取事实库中五年期以上贷款市场报价利率。",
    )  # fmt: skip
    rate_gap_share: Number | None = number(
        "share", "利差分享比例", "Share of the gap kept", ge=0, le=1, default=None, help="Of what the rate paid lies below the prime rate. Left out: from the library.",
        help_zh="实际利率低于报价利率部分。不填：取自事实库。",
    )  # fmt: skip
    loan_repayment: Literal["equal_principal", "annuity"] = choice(
        "还贷方式", "Repayment", default="equal_principal",
        options={"equal_principal": ("等额还本", "equal principal"), "annuity": ("等额还本付息", "annuity")},
    )  # fmt: skip
    pricing_loan_years: Number | None = number(
        "years", "还贷期限", "Repayment period", ge=1, le=60, default=None, help="Whole years. Left out: from the library.",
        help_zh="整年数。不填：取自事实库。",
    )  # fmt: skip
    pricing_years: Number | None = number(
        "years", "经营期", "Operating period of the price", ge=1, le=60, default=None,
        help="Whole years, one for all scenarios. Left out: from the library.", help_zh="整年数，各情景相同。不填：取自事实库。",
    )  # fmt: skip
    equity_return: Number | None = number(
        "share/year", "资本金内部收益率", "Return on equity", ge=0, le=0.3, default=None, help="Left out: from the library.",
        help_zh="不填：取自事实库。",
    )  # fmt: skip
    depreciation_years: Number | None = number(
        "years", "核定折旧年限", "Depreciation period", ge=1, le=60, default=None, help="Whole years. Left out: the operating period of the price.",
        help_zh="整年数。不填：等于经营期。",
    )  # fmt: skip
    residual_share: Number | None = number(
        "share", "残值率", "Residual share", ge=0, le=1, default=None, help="Left out: capital.residual_share.",
        help_zh="不填：取 capital.residual_share。",
    )  # fmt: skip
    vat_pool_in_price: bool = flag(
        "测算计入进项税抵扣", "VAT pool in the price", default=False, help="Input VAT credited lowers the price; needs capital_vat_yuan.",
        help_zh="进项税抵扣降低电价；须填 capital_vat_yuan。",
    )  # fmt: skip
    capital_vat_yuan: Number | None = number(
        "yuan", "投资中可抵扣进项税", "Creditable input VAT", ge=0, default=None, help="In the approved investment; read with vat_pool_in_price.",
        help_zh="核定投资中所含；与 vat_pool_in_price 一并填写。",
    )  # fmt: skip
    deducted_share: Number | None = number(
        "share", "市场收益扣减比例", "Share of market gains deducted", ge=0, le=1, default=None,
        help="In the next price period; not for reliable capacity. Left out: from the library.", help_zh="在下一周期扣减；可靠容量补偿不适用。不填：取自事实库。",
    )  # fmt: skip
    secured_otherwise: bool = flag(
        "容量已由其他方式保障", "Capacity secured otherwise", default=False, help="Read for reliable_capacity only, which is then not paid (notice 114 of 2026, part 3(2)).",
        help_zh="仅可靠容量补偿读取；已由其他方式保障的不予补偿（114 号文 三(二)）。",
    )  # fmt: skip
    price_period_years: int = count(
        "years", "监管周期", "Price period", ge=1, le=10, default=3, help="Counted from the first operating year.", help_zh="自首个运营年起计。"
    )  # fmt: skip


# --- eligibility ---

_NEW_TYPE = said(
    "new-type storage may not enter the assets that earn a regulated return (notice 1490 of 2025, art. 9); for a study set counterfactual: true",
    "新型储能不得计入可计提收益的输配电资产（发改价格规〔2025〕1490号第九条）；如作研究请填 counterfactual: true",
)
_OWN_PRICE = said("a stated price is not computed", "电价已填写，不再测算")
_NO_METHOD = said("only a station's own price is computed", "只有单站核定才测算电价")
_NOT_RELIABLE = said(
    "only reliable-capacity compensation asks whether capacity is secured otherwise (notice 114 of 2026, part 3(2))",
    "只有可靠容量补偿才看容量是否已由其他方式保障（114 号文 三(二)）",
)
_NO_POOL = said("vat_pool_in_price is off", "未启用 vat_pool_in_price")


def road_of(terms: Terms) -> Road:
    """The road that is taken: the one stated, else that of the dated rule."""
    road = terms.road or terms.road_by_rule
    assert road is not None  # check refuses terms without either
    return road


def computed(terms: Terms) -> bool:
    """Whether the price is worked out by the method."""
    return road_of(terms) == "station" and terms.price_yuan_per_kw_year is None


def check(case: Case, terms: Terms) -> tuple[Found, ...]:
    """Kind of plant, road by date, and what the road and the computation need."""
    found = required(terms, "deducted_share", "full_hours", "road_by_rule")
    if found:
        return tuple(found)
    found += _eligible(case, terms)
    if road_of(terms) != "reliable_capacity":
        found += unread(terms, _NOT_RELIABLE, "secured_otherwise")
    if computed(terms):
        found += required(terms, "investment_yuan", "operating_cost_yuan", "prime_rate", "rate_gap_share", "pricing_loan_years", "pricing_years", "equity_return")  # fmt: skip
        found += whole(terms, "pricing_loan_years", "pricing_years", "depreciation_years")
        found += _pooled(terms)
        if terms.pricing_years is not None and len(np.unique(terms.pricing_years)) > 1:
            found.append(("pricing_years", said("differs between scenarios; one for all is expected", "各情景不同；应取同一个值")))  # fmt: skip
    else:
        found += required(terms, "price_yuan_per_kw_year")
        stated = terms.price_yuan_per_kw_year is not None and road_of(terms) == "station"
        found += unread(terms, _OWN_PRICE if stated else _NO_METHOD, *_METHOD)
    return tuple(found)


def _eligible(case: Case, terms: Terms) -> list[Found]:
    found: list[Found] = []
    technology = case.storage.technology
    if technology and terms.pumped != technology.startswith(PUMPED):
        told = said("does not fit storage.technology, which is {technology}", "与 storage.technology（{technology}）不符", technology=technology)  # fmt: skip
        found.append(("pumped", told))
    if case.project.side != "grid":
        found.append(("", said("only a grid-side station has a regulated capacity price", "只有电网侧电站才有核定的容量电价")))  # fmt: skip
    if not terms.pumped and not terms.counterfactual:
        found.append(("counterfactual", _NEW_TYPE))
    if terms.pumped and not terms.counterfactual and not _by_rule(terms):
        by_rule = ROADS[str(terms.road_by_rule)]
        told = said(
            "construction began in {start}: the rule in force calls for {en} (notices 633 and 114); leave it out, or set counterfactual: true",
            "{start} 开工：按现行规定（633 号文、114 号文）应为{zh}；请删去此项，或填 counterfactual: true",
            start=case.project.construction_start, en=by_rule[1], zh=by_rule[0],
        )  # fmt: skip
        found.append(("road", told))
    return found


def _by_rule(terms: Terms) -> bool:
    """Whether the road is the one of the date, or the third one, which replaces either where it exists."""
    return road_of(terms) in (terms.road_by_rule, "reliable_capacity")


def _pooled(terms: Terms) -> list[Found]:
    if not terms.vat_pool_in_price:
        return unread(terms, _NO_POOL, "capital_vat_yuan")
    vat, investment = terms.capital_vat_yuan, terms.investment_yuan
    if vat is None or investment is None:
        return required(terms, "capital_vat_yuan")
    told = said("not less than the investment that it is part of", "不小于其所在的投资额")
    return [("capital_vat_yuan", told)] if (vat >= investment).any() else []


def remarks(case: Case, terms: Terms) -> tuple[tuple[str, str], ...]:
    """What is a counterfactual, and the price that was computed."""
    found = []
    if not terms.pumped:
        found.append(("新型储能的容量电价为反事实测算：现行规定（发改价格规〔2025〕1490号第九条）不允许其计提输配电收益",
                      "a regulated price for new-type storage is a counterfactual: notice 1490 of 2025, art. 9, does not let it earn a regulated return"))  # fmt: skip
    elif not _by_rule(terms):
        found.append((f"定价方式“{ROADS[road_of(terms)][0]}”为反事实测算：按开工日期应为“{ROADS[str(terms.road_by_rule)][0]}”",
                      f"the road '{ROADS[road_of(terms)][1]}' is a counterfactual: by construction start it is '{ROADS[str(terms.road_by_rule)][1]}'"))  # fmt: skip
    if computed(terms):
        price = priced(case, terms)
        excluding, including = float(price.price_ex_vat[0, 0]), float(price.price_incl_vat[0, 0])
        found.append((f"按 633 号文经营期定价法测算的容量电价：不含税 {excluding:.2f}、含税 {including:.2f} 元/kW·年（办法附件凭记忆）",
                      f"capacity price by the method of notice 633: {excluding:.2f} without and {including:.2f} yuan/kW/year with VAT (the appendix is recalled)"))  # fmt: skip
    return tuple(found)


# --- price and settlement ---


def priced(case: Case, terms: Terms) -> Priced:
    """The station's own price with every step of its computation; only where :func:`computed`.

    Notes
    -----
    What the terms leave out is the case's own: equity share, loan rate, residual share, income tax, VAT and surcharges.
    """
    needed = (terms.investment_yuan, terms.operating_cost_yuan, terms.prime_rate, terms.rate_gap_share, terms.pricing_loan_years, terms.equity_return)  # fmt: skip
    investment, cost, prime, gap, loan_years, equity_return = (_stated(value) for value in needed)
    years = _stated(terms.pricing_years)
    tax = case.tax
    return capacity_price(Approved(
        capacity_kw=KW_PER_MW * case.storage.power_mw, investment_yuan=investment,
        equity_share=1.0 - case.finance.debt_share if terms.equity_share is None else terms.equity_share,
        equity_return=equity_return, equity_parts=_equity_parts(case, terms),
        actual_rate=case.finance.loan_rate if terms.loan_rate is None else terms.loan_rate, market_rate=prime, gap_share=gap,
        loan_years=loan_years, depreciation_years=years if terms.depreciation_years is None else terms.depreciation_years,
        residual_share=case.capital.residual_share if terms.residual_share is None else terms.residual_share,
        operating_cost_yuan=cost, income_tax_rate=tax.income_tax_rate, vat_rate=case.market.vat_rate,
        surtax_rate=tax.city_surtax_rate + tax.education_surtax_rate + tax.local_education_surtax_rate,
        capital_vat_yuan=_stated(terms.capital_vat_yuan) if terms.vat_pool_in_price else table(0.0),
        operating_years=round(float(years[0, 0])), repayment=terms.loan_repayment,
    ))  # fmt: skip


def _stated(value: Table | None) -> Table:
    assert value is not None  # check refuses terms that the road needs and that are left out
    return value


def _equity_parts(case: Case, terms: Terms) -> Table:
    columns = periods(case.project)
    if terms.equity_timing == "at_commissioning":
        return table(1.0)
    return columns.spend(case.capital.spend_profile)[:, : columns.construction]


def price_incl_vat(case: Case, terms: Terms, operation: Operation) -> Table:
    """Yearly price of a kW including VAT by the road taken, ``(S, 1)`` or ``(S, Y)``."""
    if computed(terms):
        return priced(case, terms).price_incl_vat
    price = _stated(terms.price_yuan_per_kw_year)
    if road_of(terms) == "station":
        return price
    hours = terms.duration_hours
    if hours is None:
        hours = operation.usable_mwh * case.storage.discharge_yield / case.storage.power_mw
    return uniform_price(price, hours, _stated(terms.full_hours))


def looks_at(case: Case, terms: Terms) -> tuple[str, ...]:
    """Every other stream under ``revenue``: what it gains in a market is shared."""
    return tuple(label for label, other in case.revenue.items() if other.enabled and other is not terms)


def settle(case: Case, terms: Terms, operation: Operation) -> Settlement:
    """The capacity income where no other stream gains anything."""
    return settle_after(case, terms, operation, {})


def settle_after(
    case: Case, terms: Terms, operation: Operation, others: Mapping[str, Settlement]
) -> Settlement:  # fmt: skip
    """Price × capacity covered in years in which the plant can run, less the share of the gains of the period before.

    Gains are counted without VAT; what is deducted carries the VAT of the capacity income, and is at most that income.
    """
    columns, rate = periods(case.project), case.market.vat_rate
    power_kw = KW_PER_MW * case.storage.power_mw * terms.covered_share
    able = within_years(case, None) * (operation.running > 0)
    income = power_kw * price_incl_vat(case, terms, operation) * (1.0 - terms.deduction_share) * able
    if road_of(terms) != "reliable_capacity":
        gained = np.zeros((1, columns.years))
        for settled in others.values():
            gained = gained + _gain(settled)
        share = _stated(terms.deducted_share)
        taken = taken_back(columns.operating_part(gained), terms.price_period_years, share)
        income = income - np.minimum(columns.by_operating_year(taken) * (1.0 + rate), income)
    return Settlement(income=income, vat_rate=rate)


def _gain(settled: Settlement) -> Table:
    """What a stream nets without VAT, ``(S, Y)``; a subsidy is no market gain."""
    if settled.subsidy:
        return 0.0 * settled.income
    net = settled.income / (1.0 + settled.vat_rate) - settled.purchase / (1.0 + settled.purchase_vat_rate)
    return np.asarray(net - settled.cost / (1.0 + settled.cost_vat_rate))


def goods(case: Case, terms: Terms) -> tuple[Good, ...]:
    """Capacity at a regulated price, or the reliable capacity that a compensation pays for instead."""
    del case
    return (
        ("reliable_capacity",) if (terms.road or terms.road_by_rule) == "reliable_capacity" else ("regulated_capacity",)
    )


STREAM = Stream(
    title="regulated_two_part", zh="两部制容量电价（抽水蓄能）", en="Regulated two-part tariff: capacity price", terms=Terms, offer=no_offer,
    settle=settle, settle_after=settle_after, looks_at=looks_at, paid_by="grid_users", sells=goods, facts=FACTS,
    linear_in=("covered_share",), paid_when_idle=True, single=True, check=check, remarks=remarks,
)  # fmt: skip
