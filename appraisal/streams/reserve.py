"""Reserve (旋转备用): power held ready, paid by MW and hour, and the energy given when it is called.

``R = Σ P · h · C + Q · p``: P the power held, h its hours, C the price of holding, Q = P · h · share called the energy given and p its
price. A call costs charging ``Q × MWh charged for each MWh discharged``. Power and energy are kept out of arbitrage; the energy kept
must last the time that the market asks for.
"""

from __future__ import annotations

from appraisal.case import Case, spans
from appraisal.case.schema import Terms as BaseTerms
from appraisal.case.windows import hours_in, months_of
from appraisal.errors import Message, said
from appraisal.field import Number, Yearly, number
from appraisal.operation import Claim, Offer, Operation, Settlement, Stream
from appraisal.streams import _service as service
from appraisal.streams._terms import vat_rate
from appraisal.units import DAYS_PER_YEAR, KWH_PER_MWH, Table


class Terms(BaseTerms):
    """What is held ready, when, and what is paid for it."""

    help_zh = "备用容量、时段与报酬。"

    power_share: Number = service.power_share()
    hours: str = service.hours()
    months: str = service.months()
    days_per_year: Number = service.days_per_year(default=DAYS_PER_YEAR)
    energy_share: Number = service.energy_share()
    sustain_hours: Number = number(
        "h", "备用持续时长要求", "Time that reserve must last", ge=0, le=8, help="Full output for so long must be possible with the energy kept.",
        help_zh="预留电量须能按备用功率持续放电的时间。",
    )  # fmt: skip
    price_yuan_per_mw_hour: Number = number(
        "yuan/MW/h", "备用容量价格", "Price of reserve held", ge=0, usual=spans.READY_PER_MW_HOUR, basis="incl_vat",
    )  # fmt: skip
    called_share: Number = number(
        "share", "调用比例", "Share called", ge=0, le=1, help="Of the energy that full output over all hours held would be.",
        help_zh="占备用时段按备用功率全额放电电量的比例。",
    )  # fmt: skip
    energy_price_yuan_per_kwh: Number = number(
        "yuan/kWh", "调用电量价格", "Price of the energy called", ge=0, usual=spans.ENERGY_PER_KWH, basis="incl_vat", default=0.0,
        help="For what is discharged on calls, refunds included.", help_zh="被调用放电的价格，含退还的费用。",
    )  # fmt: skip
    charge_price_yuan_per_kwh: Number = number(
        "yuan/kWh", "充电购电价格", "Price of charging again", ge=0, usual=spans.ENERGY_PER_KWH, basis="incl_vat", help="With its fees.", help_zh="含各项费用。",
    )  # fmt: skip
    income_index: Yearly = service.income_index()
    vat_rate: Number | None = vat_rate()


def check(case: Case, terms: Terms) -> tuple[tuple[str, Message], ...]:
    """Windows and months; the energy kept lasts as long as asked, and a day's calls draw no more than it."""
    found = (
        service.window_faults(terms, "hours")
        + service.month_faults(terms)
        + service.length_faults(case, terms, "income_index")
    )
    kept = terms.energy_share * service.usable_fresh_mwh(case) * case.storage.discharge_yield
    asked = terms.power_share * case.storage.power_mw * terms.sustain_hours
    if (kept < asked * (1.0 - 1e-9)).any():
        found.append(("energy_share", said(
            "keeps {kept:.4g} MWh at the meter; {asked:.4g} MWh are asked for: share of power × MW × hours",
            "预留电量折合并网点 {kept:.4g} MWh；要求 {asked:.4g} MWh，即预留功率 × 持续时长", kept=float(kept.min()), asked=float(asked.max()),
        )))  # fmt: skip
    if not found and (_called_a_day(case, terms) > kept * (1.0 + 1e-9)).any():
        found.append(
            (
                "called_share",
                said(
                    "a day's calls draw more than the energy kept; it is charged again once a day",
                    "一天的调用电量超过预留电量；预留电量每天补充一次",
                ),
            )
        )
    return tuple(found)


def remarks(case: Case, terms: Terms) -> tuple[tuple[str, str], ...]:
    """The store ages below the time asked for before the battery's end of life."""
    storage = case.storage
    worn = (
        terms.energy_share * service.usable_fresh_mwh(case) * storage.discharge_yield * storage.ageing.end_of_life_soh
    )
    if (worn >= terms.power_share * storage.power_mw * terms.sustain_hours).all():
        return ()
    return (("电池衰减后，预留电量可能不足以满足备用持续时长要求；备用收入未因此扣减",
             "as the battery ages the energy kept may no longer last the time asked for; the payment is not cut for it"),)  # fmt: skip


def offer(case: Case, terms: Terms) -> Offer:
    """The claims, and the cycles of the calls."""
    drawn = terms.days_per_year * _called_a_day(case, terms) / case.storage.discharge_yield
    cycles = service.cycles_of(case, drawn)
    return service.offered(case, lambda hour, step: claims(case, terms, hour, step), cycles_per_year=cycles)


def claims(case: Case, terms: Terms, hour: Table, step_hours: float) -> tuple[Claim, ...]:
    """A share of power in the hours named and of energy all day."""
    del case
    return (service.claim(terms, hour, step_hours, months_of(terms.months)),)


def _held_a_day(case: Case, terms: Terms) -> Table:
    """MW × hours held on a day."""
    return terms.power_share * case.storage.power_mw * hours_in(terms.hours)


def _called_a_day(case: Case, terms: Terms) -> Table:
    """MWh discharged at the meter on a day, on average."""
    return _held_a_day(case, terms) * terms.called_share


def settle(case: Case, terms: Terms, operation: Operation) -> Settlement:
    """MW × hours held × price, the energy called × its price, and charging it again; including VAT."""
    days = terms.days_per_year * operation.running
    level = service.price_level(case)
    held = _held_a_day(case, terms) * days * terms.price_yuan_per_mw_hour * service.by_year(case, terms.income_index)
    moved = _called_a_day(case, terms) * days
    called = KWH_PER_MWH * moved * level
    return Settlement(
        income=held + called * terms.energy_price_yuan_per_kwh, vat_rate=service.rate_of(case, terms),
        purchase=called * case.storage.electricity_ratio * terms.charge_price_yuan_per_kwh, purchase_vat_rate=case.market.vat_rate,
        slice_mwh=moved,
    )  # fmt: skip


STREAM = Stream(
    title="reserve", zh="备用辅助服务", en="Reserve", terms=Terms, offer=offer, settle=settle, paid_by="market", sells=("reserve",),
    linear_in=("power_share", "days_per_year"), dispatch_terms=("power_share", "energy_share", "days_per_year", "called_share"),
    paid_when_idle=True, check=check, claims=claims, claim_terms=("power_share", "energy_share"), remarks=remarks,
    daily=lambda terms: bool((terms.days_per_year >= DAYS_PER_YEAR).all()),
)  # fmt: skip
