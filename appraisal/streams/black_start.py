"""Black start (黑启动): a fixed fee for being able to start a dead grid, and a payment for each event.

The rules name what the fee pays for: the equipment, its upkeep, tests and training, and the energy of a start
(国能发监管规〔2021〕61号). The energy of a start is kept in the store at all times and stands apart from arbitrage.
"""

from __future__ import annotations

from appraisal.case import Case
from appraisal.case.schema import Terms as BaseTerms
from appraisal.errors import Message
from appraisal.field import Number, Yearly, number, text
from appraisal.operation import Claim, Offer, Operation, Settlement, Stream
from appraisal.streams import _service as service
from appraisal.streams._terms import vat_rate
from appraisal.units import MONTHS_PER_YEAR, Table, table

FACTS = {
    "fee_yuan_per_month": "ancillary.{area}.black_start_fee",
    "event_fee_yuan": "ancillary.{area}.black_start_event_fee",
}


class Terms(BaseTerms):
    """The fee, the events expected, and the energy kept for a start."""

    help_zh = "补偿费用、预期调用次数与为启动预留的电量。"

    area: str = text(
        "辅助服务区域", "Area of the rule", default="", help="Id of the ancillary market in the library; left out: the province.",
        help_zh="事实库中辅助服务市场的代号；不填：取省份。",
    )  # fmt: skip
    units: Number = number(
        "1", "黑启动机组数", "Units paid", ge=0, le=100, default=1.0, help="The plant counts as one unit unless the rule says more.",
        help_zh="除规则另有规定外，全站计为一台。",
    )  # fmt: skip
    fee_yuan_per_month: Number = number(
        "yuan/month", "每台每月补偿", "Fee by unit and month", ge=0, basis="incl_vat", help="Paid for being able to start.", help_zh="对具备黑启动能力的补偿。",
    )  # fmt: skip
    event_fee_yuan: Number = number(
        "yuan", "每台每次调用补偿", "Payment by unit and event", ge=0, basis="incl_vat", help="For a start that succeeds.", help_zh="启动成功后支付。",
    )  # fmt: skip
    events_per_year: Number = number(
        "calls/year", "年均调用次数", "Events a year", ge=0, le=12, help="Expected; a figure above 0 needs a reason.", help_zh="预期值；大于 0 应有依据。",
    )  # fmt: skip
    energy_share: Number = service.energy_share()
    upkeep_yuan_per_year: Number = number(
        "yuan/year", "试验与培训费用", "Tests and training", ge=0, basis="incl_vat", default=0.0, help="Cost of being ready beside the plant's own.",
        help_zh="为具备该能力另需的费用。",
    )  # fmt: skip
    income_index: Yearly = service.income_index()
    vat_rate: Number | None = vat_rate()


def check(case: Case, terms: Terms) -> tuple[tuple[str, Message], ...]:
    """Yearly values of the right number."""
    return tuple(service.length_faults(case, terms, "income_index"))


def remarks(case: Case, terms: Terms) -> tuple[tuple[str, str], ...]:
    """An expected event is money that may never come; a store without energy kept cannot start anything."""
    del case
    found = []
    if (terms.events_per_year > 0).any():
        found.append(("黑启动调用补偿按预期次数计入各年收入，实际可能长期不发生",
                      "payments for black starts are counted at their expected number; none may come for many years"))  # fmt: skip
    if (terms.energy_share == 0).any():
        found.append(("未为黑启动预留电量：套利放空时无法启动",
                      "no energy is kept for black start: a store that arbitrage has emptied cannot start a grid"))  # fmt: skip
    return tuple(found)


def offer(case: Case, terms: Terms) -> Offer:
    """The energy of a start is set aside."""
    return service.offered(case, lambda hour, step: claims(case, terms, hour, step))


def claims(case: Case, terms: Terms, hour: Table, step_hours: float) -> tuple[Claim, ...]:
    """A share of energy all day; power is free until the grid is dead."""
    del case, hour, step_hours
    return (Claim(power_share=table(0.0), energy_share=terms.energy_share),)


def settle(case: Case, terms: Terms, operation: Operation) -> Settlement:
    """Units × (months × fee + events × payment) × availability, including VAT; upkeep is a cost."""
    yearly = terms.units * (MONTHS_PER_YEAR * terms.fee_yuan_per_month + terms.events_per_year * terms.event_fee_yuan)
    return Settlement(
        income=yearly * operation.running * service.by_year(case, terms.income_index), vat_rate=service.rate_of(case, terms),
        cost=terms.upkeep_yuan_per_year * service.running(operation), cost_vat_rate=case.capital.services_vat_rate,
    )  # fmt: skip


STREAM = Stream(
    title="black_start", zh="黑启动", en="Black start", terms=Terms, offer=offer, settle=settle, paid_by="market", sells=("black_start",), facts=FACTS,
    linear_in=("units",), dispatch_terms=("energy_share",), paid_when_idle=True, single=True, check=check, claims=claims, remarks=remarks,
)  # fmt: skip
