"""Basic charge managed (基本电费管理): what the plant changes in the host's demand or capacity charge.

Discharging at the month's highest draw lowers the billed demand; charging at night can raise it. What is paid is the
basic charge without the plant less the basic charge with it, by month, with its sign; a contract shares it between
investor and host like the saving of :mod:`appraisal.streams.arbitrage`.

Rules: 发改办价格〔2016〕1583号 and the clause on kWh per kVA, as ``rules.basic_charge`` dates them; prices by the tariff.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from appraisal.billing import BasicRules, capacity_charge, contract_charge
from appraisal.case import BasicPrices, Case
from appraisal.case.periods import periods
from appraisal.case.schema import Terms as BaseTerms
from appraisal.errors import Message, said
from appraisal.field import Number, choice
from appraisal.operation import Offer, Operation, PeakPrice, PeakWay, Settlement, Stream
from appraisal.streams._contract import INVESTOR_SHARE, SHARE_BASIS, VAT_RATE, investor_part, invoice_rate
from appraisal.streams._prices import scaled
from appraisal.units import KW_PER_MW, KWH_PER_MWH, Table, table


class Terms(BaseTerms):
    """Who has the change of the basic charge: shared by contract, the owner's who is the host, or left to the host."""

    help_zh = "基本电费变化的归属：按合同分享、用户自投归用户自己，或全部留给用户。"

    emc: Literal["saving_share", "host_owned", "host_keeps"] = choice(
        "合同形式",
        "Contract form",
        options={
            "saving_share": ("节能效益分享", "share of the saving"),
            "host_owned": ("用户自投", "host owns the plant"),
            "host_keeps": ("归用户", "left to the host"),
        },
        help="saving_share: the investor takes a share of the saving, and of a loss; host_owned: the host owns the plant; host_keeps: nothing of it is the investor's.",
        help_zh="saving_share：投资方按比例分享节约额，增加时同样按比例承担；host_owned：用户自投；host_keeps：全部归用户。",
    )
    investor_share: Number = INVESTOR_SHARE
    share_basis: Literal["incl_vat", "ex_vat"] = SHARE_BASIS
    vat_rate: Number | None = VAT_RATE


_READ_BY = {"investor_share": "saving_share", "share_basis": "saving_share", "vat_rate": "saving_share"}
_USER_ONLY = said("the basic charge is a host's: user side only", "基本电费由用户缴纳：仅用于用户侧项目")
_NO_SUPPLY = said(
    "needs market.site.supply: mode and kva say how the host's basic charge is paid",
    "需要 market.site.supply：由 mode 与 kva 说明用户基本电费的计收方式",
)
_ALONE = said(
    "needs an arbitrage stream beside it, which counts what charging and discharging change in the energy charges",
    "需同时有 arbitrage 收入项，由它计入充放电引起的电度电费变化",
)
_OWNED = said(
    "host_owned on one stream and not on the other; the plant has one owner",
    "与 arbitrage 的合同形式不一致：host_owned 须两项同时选用，电站只有一个业主",
)


def check(case: Case, terms: Terms) -> tuple[tuple[str, Message], ...]:
    """A host with a counted basic charge, whose energy charges are counted too, under one ownership."""
    if case.project.side != "user":
        return (("", _USER_ONLY),)
    found: list[tuple[str, Message]] = []
    if case.prices is None or case.prices.basic is None:
        found.append(("", _NO_SUPPLY))
    found += _below_zero(case)
    beside = [other for label, other in case.streams.items() if (other.stream or label) == "arbitrage"]
    if not beside:
        found.append(("", _ALONE))
    elif any((getattr(other, "emc", None) == "host_owned") is not (terms.emc == "host_owned") for other in beside):
        found.append(("emc", _OWNED))
    for name, reader in _READ_BY.items():
        if name in terms.model_fields_set and terms.emc != reader and getattr(terms, name) is not None:
            told = said(
                "{form} does not read it; remove it, or choose {reader}",
                "{form} 不读取此项；请删去，或改选 {reader}", form=terms.emc, reader=reader
            )  # fmt: skip
            found.append((name, told))
    return tuple(found)


def _below_zero(case: Case) -> list[tuple[str, Message]]:
    """A spread so wide that a price that is not negative becomes so: no tariff has one, and beside a demand it costs minutes."""
    prices = case.prices
    if prices is None or (prices.buy < 0.0).any():
        return []
    wide = case.market.spread_index.max(axis=1, keepdims=True)
    least = scaled(case, prices.buy, wide).min(axis=1, keepdims=True)
    if (least >= 0.0).all():
        return []
    mean, most = prices.clock.mean(prices.buy), case.market.spread_scale * wide
    return [("", said(
        "market.spread_scale times market.spread_index is {found:g}, which takes the lowest price to {least:.4g} yuan/kWh; a retail tariff has none below 0: at most {limit:g}",
        "market.spread_scale 乘以 market.spread_index 为 {found:g}，最低电价将降至 {least:.4g} 元/kWh；目录与代理购电价没有负值：至多 {limit:g}",
        found=float(most.max()), least=float(least.min()) / KWH_PER_MWH, limit=float(np.floor(1e4 * mean / (mean - prices.buy.min())) / 1e4),
    ))]  # fmt: skip


def remarks(case: Case, terms: Terms) -> tuple[tuple[str, str], ...]:
    """What the amount leaves out, and what lowers it in practice."""
    del case, terms
    return ((
        "基本电费的变化按全年可用时的最大需量乘可用率计：需量高峰时停运一次即失去当月节约；力调电费未计入",
        "the change of the basic charge is that of a plant available all year times its availability: one outage at the peak loses that month's saving; the power-factor adjustment is not counted",
    ),)  # fmt: skip


def offer(case: Case, terms: Terms) -> Offer:
    """The price of the month's highest draw, in every way of paying that is open to the host."""
    del terms
    prices, supply = case.prices, case.market.site.supply
    if prices is None or prices.basic is None or supply.kva is None:
        return Offer()
    basic, level = prices.basic, supply.level
    known = {"capacity": _by_capacity, "contract": _by_contract, "actual": _by_actual}
    chosen = known if supply.mode == "choose" else {supply.mode: known[supply.mode]}
    ways = tuple(way(basic, level, supply.kva, supply.contract_kw) for way in chosen.values())
    return Offer(peak=PeakPrice(
        ways=ways, factor=basic.factor, threshold_mwh=basic.threshold_kwh_per_kva * supply.kva / KWH_PER_MWH
    ))  # fmt: skip


def _by_capacity(basic: BasicPrices, level: Table, kva: Table, contract_kw: Table | None) -> PeakWay:
    """The peak has no price."""
    del contract_kw
    charge = capacity_charge(level * basic.capacity_yuan_per_kva_month, kva)
    return PeakWay(fixed_yuan=charge, from_mw=table(0.0), price_yuan_per_mw=table(0.0), reduced=False)


def _by_actual(basic: BasicPrices, level: Table, kva: Table, contract_kw: Table | None) -> PeakWay:
    """Every kW has the price."""
    del kva, contract_kw
    price = level * basic.demand_yuan_per_kw_month
    return PeakWay(fixed_yuan=table(0.0), from_mw=table(0.0), price_yuan_per_mw=KW_PER_MW * price, reduced=True)


def _by_contract(basic: BasicPrices, level: Table, kva: Table, contract_kw: Table | None) -> PeakWay:
    """What the contract costs whatever the peak is, and the price above what it covers.

    With the contract C stated, the peak M pays p·C + e·p·max(0, M − t·C). With the best C of each month for its peak,
    C = max(share·kVA, M/t), it pays p·max(share·kVA, M/t) = p·share·kVA + p/t·max(0, M − t·share·kVA): the derivative in
    C is p·(1 − e·t) < 0 below M/t and p > 0 above.
    """
    rules = rules_of(basic)
    price = level * basic.demand_yuan_per_kw_month
    least = rules.least_share * kva
    contract = least if contract_kw is None else np.maximum(contract_kw, least)
    covered = rules.tolerance * contract
    fixed = contract_charge(rules, price, kva, contract, np.zeros_like(covered))
    above = price / rules.tolerance if contract_kw is None else rules.excess_multiple * price
    return PeakWay(fixed_yuan=fixed, from_mw=covered / KW_PER_MW, price_yuan_per_mw=KW_PER_MW * above, reduced=True)


def covered_mw(case: Case) -> Table | None:
    """What a stated contract covers without an extra price, MW ``(S, 12)`` or one row or column; None where none is stated."""
    prices, supply = case.prices, case.market.site.supply
    if prices is None or prices.basic is None or supply.kva is None or supply.contract_kw is None:
        return None
    return _by_contract(prices.basic, supply.level, supply.kva, supply.contract_kw).from_mw


def rules_of(basic: BasicPrices) -> BasicRules:
    """The rules as the bill reads them."""
    return BasicRules(
        tolerance=basic.tolerance, excess_multiple=basic.excess_multiple, least_share=basic.least_share,
        threshold_kwh_per_kva=basic.threshold_kwh_per_kva, factor=basic.factor, facts=(),
    )  # fmt: skip


def settle(case: Case, terms: Terms, operation: Operation) -> Settlement:
    """Basic charge without the plant less that with it, yearly, and what of it is the project's."""
    nothing = 0.0 * operation.running
    index = periods(case.project).by_operating_year(case.market.price_index)
    before, after = operation.earned.get("before", nothing), operation.paid.get("after", nothing)
    saving = index * (before - after)
    electricity = case.market.vat_rate
    parts = {"saving_share": lambda: investor_part(case, terms, saving), "host_owned": lambda: saving}
    income = parts[terms.emc]() if terms.emc in parts else 0.0 * saving
    rate = electricity if terms.emc == "host_owned" else invoice_rate(case, terms)
    return Settlement(income=income, vat_rate=rate, moving=saving, saving=saving, saving_vat_rate=electricity)


STREAM = Stream(
    title="demand_charge", zh="基本电费管理", en="Basic charge managed", terms=Terms, offer=offer, settle=settle,
    paid_by="host", single=True, check=check, remarks=remarks,
)  # fmt: skip
