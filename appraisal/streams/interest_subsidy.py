"""Interest subsidy (贷款贴息): a share or points of the interest on long-term loans, for some years, up to a cap a year.

``granted = min(share · interest + points · balance at the start of the year, interest, cap)``. The books work it out and take it
off the interest (CAS 16: paid to the borrower, it lowers the cost of borrowing); it is outside VAT. What falls due during
construction is not subsidised. The project's own cash flow, which knows no debt, does not move.
"""

from __future__ import annotations

from appraisal.case import Case
from appraisal.case.periods import periods
from appraisal.case.schema import Terms as BaseTerms
from appraisal.errors import said
from appraisal.field import Number, number
from appraisal.operation import Operation, Settlement, Stream
from appraisal.streams._terms import NOT_APPROVED, Found, approved, no_offer, whole


class Terms(BaseTerms):
    """How much of the interest is subsidised, and for how long."""

    help_zh = "贴息比例或点数、年限与上限。"

    approved: bool = approved()
    share_of_interest: Number = number("share", "贴息比例", "Share of the interest", ge=0, le=1, default=0.0)
    rate_points: Number = number(
        "share/year", "贴息点数", "Points of the rate", ge=0, le=0.2, default=0.0, help="0.01 is one point off the rate, on the balance at the start of the year.",
        help_zh="0.01 即利率降低 1 个百分点，以年初余额计。",
    )  # fmt: skip
    years: Number | None = number(
        "years", "贴息年限", "Years subsidised", ge=1, le=60, default=None, help="From the first operating year; whole years. Left out: all.",
        help_zh="自首个运营年起；整年数。不填：全部。",
    )  # fmt: skip
    cap_yuan_per_year: Number | None = number(
        "yuan/year", "年贴息上限", "Cap a year", ge=0, default=None, help="Left out: none.", help_zh="不填：无上限。"
    )  # fmt: skip


def check(case: Case, terms: Terms) -> tuple[Found, ...]:
    """Approved, with debt to subsidise; points are counted on whole years of one phase."""
    found: list[Found] = [] if terms.approved else [("approved", NOT_APPROVED)]
    found += whole(terms, "years")
    if not (terms.share_of_interest.any() or terms.rate_points.any()):
        told = said("nothing is subsidised; state share_of_interest or rate_points", "没有贴息标准；请填写 share_of_interest 或 rate_points")  # fmt: skip
        found.append(("", told))
    if not case.finance.debt_share.any():
        found.append(("", said("there is no debt whose interest could be subsidised", "没有借款，无利息可贴")))
    if terms.rate_points.any() and not periods(case.project).plain:
        found.append(("rate_points", said(
            "points are counted on whole operating years of the whole plant; take share_of_interest", "贴息点数按全站整运营年计；请改用 share_of_interest"
        )))  # fmt: skip
    return tuple(found)


def remarks(case: Case, terms: Terms) -> tuple[tuple[str, str], ...]:
    """Interest during construction is not in it."""
    del case, terms
    return (("贴息自首个运营年起计，未计入建设期利息", "the interest subsidy counts from the first operating year; interest during construction is not in it"),)  # fmt: skip


def settle(case: Case, terms: Terms, operation: Operation) -> Settlement:
    """Nothing: the books take the subsidy from the terms."""
    del case, terms
    return Settlement(income=0.0 * operation.running, subsidy=True)


STREAM = Stream(
    title="interest_subsidy", zh="贷款贴息", en="Interest subsidy", terms=Terms, offer=no_offer, settle=settle, paid_by="treasury",
    in_books="interest", check=check, remarks=remarks,
)  # fmt: skip
