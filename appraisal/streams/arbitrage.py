"""Peak–valley arbitrage: energy is moved from cheap steps to dear ones.

Behind the meter the bill of a host falls and an energy management contract shares it (合同能源管理). On the grid
side the plant buys and sells: charging pays losses, system operation fee and the single-part transmission and
distribution price, which is refunded on the energy discharged (发改价格〔2026〕114号 四(二)):
``net = dis·(s + td) − ch·(b + loss + sys + td)``.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from appraisal.case import Case, spans
from appraisal.case.periods import periods
from appraisal.case.schema import Terms as BaseTerms
from appraisal.errors import Message, said
from appraisal.field import Number, choice, number
from appraisal.operation import Offer, Operation, Settlement, Stream
from appraisal.streams._contract import INVESTOR_SHARE, SHARE_BASIS, VAT_RATE, investor_part, invoice_rate
from appraisal.streams._prices import scaled
from appraisal.text import SIDES
from appraisal.units import KW_PER_MW, KWH_PER_MWH, Table


class Terms(BaseTerms):
    """Contract between the investor and the host; only ``vat_rate`` matters on the grid side."""

    help_zh = "投资方与用户之间的合同；电网侧只读取 vat_rate。"

    emc: Literal["saving_share", "discharge_discount", "fixed_fee", "host_owned"] | None = choice(
        "合同形式", "Contract form", options={"saving_share": ("节能效益分享", "share of the saving"), "discharge_discount": ("放电电价打折", "discount on the discharge"), "fixed_fee": ("固定服务费", "fixed fee"), "host_owned": ("用户自投", "host owns the plant")}, default=None,
        help="User side. saving_share: the investor takes a share of the saving; discharge_discount: sells the discharge at a discount and buys the charge at the tariff; fixed_fee: a yearly fee; host_owned: the host owns the plant.",
        help_zh="用户侧填写。saving_share：投资方按比例分享节约的电费；discharge_discount：放电按折扣售给用户，充电按电价购买；fixed_fee：每年固定服务费；host_owned：用户自投。",
    )  # fmt: skip
    investor_share: Number = INVESTOR_SHARE
    share_basis: Literal["incl_vat", "ex_vat"] = SHARE_BASIS
    price_factor: Number = number(
        "share",
        "放电电价折扣系数",
        "Share of the tariff paid on discharge",
        ge=0,
        le=1,
        default=1.0,
        help="discharge_discount only: 0.9 is ten percent off.",
        help_zh="仅用于 discharge_discount：0.9 即九折。",
    )
    fee_yuan_per_kw_year: Number = number(
        "yuan/kW/year",
        "固定服务费",
        "Fixed fee",
        ge=0,
        usual=spans.SERVICE_PER_KW_YEAR,
        default=0.0,
        help="fixed_fee only, including VAT.",
        help_zh="仅用于 fixed_fee，含增值税。",
    )
    vat_rate: Number | None = VAT_RATE


# Terms that only some contract forms read; stated under another form they would change nothing without a word.
_READ_BY = {
    "investor_share": ("saving_share",),
    "share_basis": ("saving_share",),
    "price_factor": ("discharge_discount",),
    "fee_yuan_per_kw_year": ("fixed_fee",),
    "vat_rate": ("saving_share", "discharge_discount", "fixed_fee"),
}

_NO_PRICES = said(
    "arbitrage needs prices: give market.tariff, market.typical_days or market.price_file",
    "峰谷套利需要电价：请给出 market.tariff、market.typical_days 或 market.price_file",
)
_NO_LOAD = said(
    "required on the user side: the load, which limits discharge: market.load_mw (a constant or a day), market.site.days or market.site.load_file",
    "用户侧项目必填用电负荷，放电以此为限：market.load_mw（一个常数或一天的值）、market.site.days 或 market.site.load_file",
)
_NO_SALES = said(
    "market.sell_scale is not read: a saving has one price level; set it to 1 and use market.price_scale",
    "不读取 market.sell_scale：节约的电费只有一个电价水平；请将其设为 1，改用 market.price_scale",
)


def _sells(case: Case, terms: Terms) -> bool:
    """Whether the plant is paid for what it discharges and buys what it charges: two amounts, not one saving."""
    return case.project.side != "user" or terms.emc == "discharge_discount"


def check(case: Case, terms: Terms) -> tuple[tuple[str, Message], ...]:
    """Prices are needed; the contract form belongs to the user side, and there it is needed, with the host's load."""
    found: list[tuple[str, Message]] = []
    if case.prices is None:
        found.append(("", _NO_PRICES))
    elif case.project.side == "user" and case.prices.load_mw is None:
        found.append(("", _NO_LOAD))
    if case.project.side != "user":
        told = said(
            "a contract form on the {en} side; remove it",
            "{zh}项目没有合同形式；请删去", en=case.project.side, zh=SIDES[case.project.side][0]
        )  # fmt: skip
        found += [("emc", told)] if terms.emc else []
    elif terms.emc is None:
        forms = "saving_share, discharge_discount, fixed_fee, host_owned"
        found.append(("emc", said("required on the user side: {forms}", "用户侧项目必填：{forms}", forms=forms)))
    if not _sells(case, terms) and (case.market.sell_scale != 1.0).any():
        found.append(("", _NO_SALES))
    for name, readers in _READ_BY.items():
        if name in terms.model_fields_set and terms.emc and terms.emc not in readers:
            told = said(
                "{form} does not read it; remove it, or choose {en}",
                "{form} 不读取此项；请删去，或改选 {zh}", form=terms.emc, en=" or ".join(readers), zh=" 或 ".join(readers)
            )  # fmt: skip
            found.append((name, told))
    return tuple(found)


def remarks(case: Case, terms: Terms) -> tuple[tuple[str, str], ...]:
    """An invoice at another rate than electricity's moves the host's part of the saving."""
    if terms.vat_rate is None or case.project.side != "user" or (terms.vat_rate == case.market.vat_rate).all():
        return ()
    rate, electricity = float(terms.vat_rate[0, 0]), float(case.market.vat_rate[0, 0])
    return ((f"分享收益按 {rate:.0%} 开票，电力为 {electricity:.0%}：用户可抵扣的进项税与其净收益随之变化（见 host_gain 行）",
             f"the invoice carries {rate:.0%} where electricity carries {electricity:.0%}: what the host credits and keeps changes with it (see the line host_gain)"),)  # fmt: skip


def offer(case: Case, terms: Terms) -> Offer:
    """The prices met at the meter; behind the meter the plant keeps what the site draws within its limits.

    Discharging saves what the site draws at the price of charging, and beyond it is exported where that is allowed;
    charging takes surplus of the PV first, at the price that its export would have brought.
    """
    del terms
    prices = case.prices
    if prices is None:
        return Offer()
    fees = _fees(case)
    refund = {"transmission_refund": fees["transmission"]} if "transmission" in fees else {}
    return Offer(
        buy={"energy": scaled(case, prices.buy), **fees},
        sell={"energy": scaled(case, prices.sell), **refund},
        **_limits(case),
    )


def _limits(case: Case) -> dict[str, Any]:
    """What the site leaves to the plant, and the price of what it sends to the grid; nothing where there is no host."""
    drawn, site = case.drawn_mw, case.market.site
    if drawn is None:
        return {}
    limits = {"discharge_limit_mw": np.maximum(drawn + site.export_limit_mw, 0.0)}
    if site.import_limit_mw is not None:
        limits["charge_limit_mw"] = np.maximum(site.import_limit_mw - drawn, 0.0)
    paid = site.export_price_yuan_per_kwh
    return {**limits, "export": {} if paid is None else {"export": KWH_PER_MWH * paid}}


def _fees(case: Case) -> dict[str, Table]:
    """Price lines on charging beside energy, yuan/MWh: what the case states wins over the library's."""
    stated = {
        "loss": case.market.loss_yuan_per_kwh,
        "system_operation": case.market.system_operation_yuan_per_kwh,
        "transmission": case.market.transmission_yuan_per_kwh,
    }
    known = case.prices.fees if case.prices else {}
    return {**known, **{name: KWH_PER_MWH * price for name, price in stated.items() if price is not None}}


def settle(case: Case, terms: Terms, operation: Operation) -> Settlement:
    """Yearly money by contract form; prices follow the index of the case."""
    index = periods(case.project).by_operating_year(case.market.price_index)
    sold = index * sum(operation.earned.values())
    bought = index * sum(operation.paid.values())
    refund = index * operation.earned.get("transmission_refund", 0.0 * operation.running)
    electricity = case.market.vat_rate
    if case.project.side != "user":
        received = case.market.sell_scale * sold
        return Settlement(
            income=received, vat_rate=electricity, purchase=bought, purchase_vat_rate=electricity,
            moving=received - bought, charging_value=bought - refund,
        )  # fmt: skip
    rate = invoice_rate(case, terms)
    income, purchase = _contract(case, terms, operation, sold, bought)
    return Settlement(
        income=income, vat_rate=electricity if terms.emc == "host_owned" else rate,
        purchase=purchase, purchase_vat_rate=electricity,
        moving=sold - bought, charging_value=bought, saving=sold - bought, saving_vat_rate=electricity,
    )  # fmt: skip


def _contract(case: Case, terms: Terms, operation: Operation, sold: Table, bought: Table) -> tuple[Table, Table]:
    """(income, purchase) of the project's company, including VAT."""
    nothing = 0.0 * bought
    if terms.emc == "saving_share":
        return investor_part(case, terms, sold - bought), nothing
    if terms.emc == "discharge_discount":
        return case.market.sell_scale * terms.price_factor * sold, bought
    if terms.emc == "fixed_fee":
        return terms.fee_yuan_per_kw_year * KW_PER_MW * case.storage.power_mw * operation.running, nothing
    # The host's saving lowers the input VAT that it may credit: booked like a sale at the electricity rate.
    return sold - bought, nothing


STREAM = Stream(
    title="arbitrage", zh="峰谷套利", en="Peak–valley arbitrage", terms=Terms, offer=offer, settle=settle,
    paid_by=lambda case, _terms: "host" if case.project.side == "user" else "market", sells=("energy",), single=True, check=check, remarks=remarks,
)  # fmt: skip
