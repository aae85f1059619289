"""Capacity lease (容量租赁): wind and solar plants rent capacity to meet their share of storage.

``R = price × capacity × share let``, the capacity being rated power, rated energy or the usable energy that remains. The lessee rents a
capacity, not its operation, unless the contract says so: what it uses itself is kept out of arbitrage.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from appraisal.case import Case, spans
from appraisal.case.periods import periods
from appraisal.case.schema import Terms as BaseTerms
from appraisal.errors import Message, said
from appraisal.field import Number, Yearly, choice, number, yearly
from appraisal.operation import Claim, Offer, Operation, Settlement, Stream
from appraisal.streams import _service as service
from appraisal.streams._claims import NEARLY
from appraisal.streams._terms import missing, unread
from appraisal.units import KW_PER_MW, KWH_PER_MWH, Table


class Terms(BaseTerms):
    """What is let, for how long, and at what price."""

    help_zh = "出租的容量、期限与价格。"

    basis: Literal["rated_power", "rated_energy", "usable_energy"] = choice(
        "计租基础", "Basis of the rent",
        options={"rated_power": ("额定功率", "rated power"), "rated_energy": ("额定容量", "rated energy"), "usable_energy": ("可用容量（随衰减下降）", "usable energy, falling as it ages")},
    )  # fmt: skip
    price_yuan_per_kw_year: Number | None = number(
        "yuan/kW/year", "按功率的租金", "Rent by power", ge=0, usual=spans.CAPACITY_PER_KW_YEAR, basis="incl_vat", default=None,
    )  # fmt: skip
    price_yuan_per_kwh_year: Number | None = number(
        "yuan/kWh/year", "按容量的租金", "Rent by energy", ge=0, usual=spans.LEASE_PER_KWH_YEAR, basis="incl_vat", default=None,
    )  # fmt: skip
    let_share: Yearly = yearly(
        "share", "出租率", "Share let", ge=0, le=1, help="Of the basis, of each operating year; rarely all of it, and less as contracts end.",
        help_zh="占计租基础的比例，按运营年；很少全部租出，合同到期后往往下降。",
    )  # fmt: skip
    term_years: Number | None = number(
        "years", "租赁期限", "Term", ge=0, le=60, default=None, help="Operating years with rent. Left out: all that the share let has.",
        help_zh="有租金的运营年数。不填：各年按出租率计。",
    )  # fmt: skip
    rent_index: Yearly = yearly(
        "1", "分年租金指数", "Rent by operating year", ge=0, default=1.0, help="Relative to the price stated.", help_zh="相对所填租金。"
    )  # fmt: skip
    used_share: Number = number(
        "share", "承租方自用比例", "Share used by the lessees", ge=0, le=1, default=0.0, help="Of power and usable energy, kept out of arbitrage in all hours.",
        help_zh="占额定功率和可用电量的比例，全天不参与套利。",
    )  # fmt: skip
    vat_rate: Number | None = number(
        "share", "增值税税率", "VAT rate", ge=0, le=0.3, default=None, help="Left out: the rate of electricity, which is that of equipment let.",
        help_zh="不填：取电力税率，与设备租赁相同。",
    )  # fmt: skip


_POWER = said("rent by power", "按功率计租")
_ENERGY = said("rent by energy", "按容量计租")


def check(case: Case, terms: Terms) -> tuple[tuple[str, Message], ...]:
    """The price of the basis, and shares of a whole."""
    found = service.length_faults(case, terms, "let_share", "rent_index")
    needed, other = ("price_yuan_per_kw_year", "price_yuan_per_kwh_year")[:: 1 if terms.basis == "rated_power" else -1]
    why = _POWER if terms.basis == "rated_power" else _ENERGY
    found += missing(terms, why, needed) + unread(terms, why, other)
    if not found:
        found += _let_twice(case)
    return tuple(found)


def _let_twice(case: Case) -> list[tuple[str, Message]]:
    """All leases of a case together let at most the whole plant, in every operating year."""
    leases = {label: one for label, one in case.streams.items() if isinstance(one, Terms)}
    years = case.project.operation_years
    if any(one.let_share.shape[1] not in (1, years) for one in leases.values()):
        return []  # Told of that lease.
    let = sum((_let(one, years) for one in leases.values()), np.zeros((1, years)))
    if len(leases) < 2 or (let <= 1.0 + NEARLY).all():
        return []
    year = int(let.max(axis=0).argmax())
    told = said(
        "{labels} together let {share:.0%} of the plant in operating year {year}; at most all of it",
        "{labels} 在第 {year} 个运营年合计出租 {share:.0%}；至多为全部", labels=", ".join(leases), share=float(let[:, year].max()), year=year + 1,
    )  # fmt: skip
    return [("let_share", told)]


def _let(terms: Terms, years: int) -> Table:
    """Share let in each operating year, ``(S, N)``, 0 after the term; a term that ends within a year lets its part of it."""
    let = np.broadcast_to(terms.let_share, (len(terms.let_share), years))
    if terms.term_years is None:
        return let
    return np.asarray(let * np.clip(terms.term_years - np.arange(years), 0.0, 1.0))


def remarks(case: Case, terms: Terms) -> tuple[tuple[str, str], ...]:
    """Mandatory allocation has ended; a lease and a capacity price on one capacity; a share let that never falls."""
    found = [("强制配储已取消（发改价格〔2025〕136号），租赁需求依合同而定，到期续租没有保证",
              "storage is no longer a condition of new wind and solar plants (notice 136 of 2025): a lease rests on its contract, and none is sure to follow it")]  # fmt: skip
    if any((other.stream or label) == "capacity" for label, other in case.streams.items()):
        found.append(("同时有容量租赁和容量电价：同一容量能否兼得由各省规定",
                      "a lease and a capacity price stand in one case: whether the same capacity may have both is set by the province"))  # fmt: skip
    if terms.term_years is None and terms.let_share.shape[1] == 1 and case.project.operation_years > 5:
        found.append(
            (
                "出租率各年相同且未设期限：租赁收入偏乐观",
                "the share let is the same in all years and has no term: the rent is too kind",
            )
        )
    return tuple(found)


def offer(case: Case, terms: Terms) -> Offer:
    """What the lessees use themselves is set aside."""
    return service.offered(case, lambda hour, step: claims(case, terms, hour, step))


def claims(case: Case, terms: Terms, hour: Table, step_hours: float) -> tuple[Claim, ...]:
    """The same share of power and of energy at all times."""
    del case, step_hours
    return (Claim(power_share=terms.used_share * np.ones_like(hour), energy_share=terms.used_share),)


def settle(case: Case, terms: Terms, operation: Operation) -> Settlement:
    """Capacity × rent × share let in the years of the lease, including VAT; outages do not lower a rent."""
    columns = periods(case.project)
    let = columns.by_operating_year(terms.let_share) * service.running(operation)
    if terms.term_years is not None:
        # A term that ends within a year pays its part of it.
        let = let * np.clip(terms.term_years - columns.age + 1.0, 0.0, 1.0)
    rent = _yearly_rent(case, terms, operation) * columns.by_operating_year(terms.rent_index)
    return Settlement(income=rent * let, vat_rate=service.rate_of(case, terms))


def _yearly_rent(case: Case, terms: Terms, operation: Operation) -> Table:
    """Yuan a year if all were let, ``(S, 1)`` or ``(S, Y)``."""
    nothing = np.zeros((1, 1))
    by_power, by_energy = (
        nothing if price is None else price for price in (terms.price_yuan_per_kw_year, terms.price_yuan_per_kwh_year)
    )
    if terms.basis == "rated_power":
        return np.asarray(KW_PER_MW * case.storage.power_mw * by_power)
    energy = case.storage.energy_mwh if terms.basis == "rated_energy" else operation.usable_mwh
    return np.asarray(KWH_PER_MWH * energy * by_energy)


STREAM = Stream(
    title="capacity_lease", zh="容量租赁", en="Capacity lease", terms=Terms, offer=offer, settle=settle, paid_by="generators", sells=("capacity_lease",),
    sold_share=lambda _case, terms: terms.let_share.max(axis=1, keepdims=True),
    linear_in=("let_share",), dispatch_terms=("used_share",), paid_when_idle=True, check=check,
    claims=claims, remarks=remarks,
)  # fmt: skip
