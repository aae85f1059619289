"""Tax relief (增值税即征即退): a share of the VAT paid comes back, above a stated burden, for some years.

``granted = min(share · max(VAT paid − burden · revenue, 0), cap)``. The books work it out as subsidy income outside VAT;
whether it is subject to income tax is an input. Lower rates and holidays of income tax stand under ``tax`` with their dates
(``reduced_income_tax_rate``, ``holiday_free_years``), as does the refund of the VAT pool (``vat_refund_share``): they are rules on
the books as a whole.
"""

from __future__ import annotations

from appraisal.case import Case
from appraisal.case.schema import Terms as BaseTerms
from appraisal.errors import said
from appraisal.field import Number, flag, number
from appraisal.operation import Operation, Settlement, Stream
from appraisal.streams._terms import NOT_APPROVED, Found, approved, no_offer, whole


class Terms(BaseTerms):
    """How much of the VAT paid comes back, and for how long."""

    help_zh = "返还比例、税负门槛、年限与所得税处理。"

    approved: bool = approved()
    share_of_vat: Number = number("share", "返还比例", "Share of the VAT paid", ge=0, le=1)
    burden_share: Number = number(
        "share", "税负门槛", "Burden from which it is refunded", ge=0, le=1, default=0.0, help="VAT paid above this share of revenue is refunded.",
        help_zh="实缴增值税超过营业收入此比例的部分返还。",
    )  # fmt: skip
    years: Number | None = number(
        "years", "返还年限", "Years of the refund", ge=1, le=60, default=None, help="From the first operating year; whole years. Left out: all.",
        help_zh="自首个运营年起；整年数。不填：全部。",
    )  # fmt: skip
    cap_yuan_per_year: Number | None = number(
        "yuan/year", "年返还上限", "Cap a year", ge=0, default=None, help="Left out: none.", help_zh="不填：无上限。"
    )  # fmt: skip
    taxed: bool = flag("计入应纳税所得额", "Subject to income tax", default=True)


def check(case: Case, terms: Terms) -> tuple[Found, ...]:
    """Approved; a direct lease moves the VAT paid, and with it the project's cash, so that the two do not go together."""
    found: list[Found] = [] if terms.approved else [("approved", NOT_APPROVED)]
    found += whole(terms, "years")
    if any(lease.kind == "direct" for lease in case.finance.leases.values()):
        found.append(("", said("not together with a direct lease, whose rents change the VAT paid", "不能与直租同时使用：租金会改变实缴增值税")))  # fmt: skip
    return tuple(found)


def settle(case: Case, terms: Terms, operation: Operation) -> Settlement:
    """Nothing: the books take the refund from the terms."""
    del case
    return Settlement(income=0.0 * operation.running, subsidy=True, taxed=terms.taxed)


STREAM = Stream(
    title="tax_relief", zh="增值税即征即退", en="VAT refunded on payment", terms=Terms, offer=no_offer, settle=settle, paid_by="treasury",
    in_books="vat", check=check,
)  # fmt: skip
