"""How supports that rest on a line of the books are put into them: grants by rule, interest subsidies, VAT refunded."""

from __future__ import annotations

from collections.abc import Iterator

from appraisal.book import Instance
from appraisal.finance.parts import numbers
from appraisal.finance.statements import support
from appraisal.finance.structure import GrantForm, StreamForm, Structure, SupportForm

# The numbers of each kind of support that its formula always reads; optional ones are read where they are stated.
TERMS = {
    "grant": ("yuan", "yuan_per_kw", "yuan_per_kwh", "share_of_investment"),
    "interest": ("share_of_interest", "rate_points"),
    "vat": ("share_of_vat", "burden_share"),
}
_BLOCKS = {"interest": support.INTEREST, "vat": support.VAT}


def terms_of(one: SupportForm) -> tuple[str, ...]:
    """The terms that the lines of a support read."""
    return (*TERMS[one.what], *one.stated)


def each_support(form: Structure) -> tuple[SupportForm, ...]:
    """Every support that the books work out."""
    return (*(grant.rule for grant in form.grants if grant.rule is not None), *form.supports)


def sized(form: Structure) -> Iterator[Instance]:
    """What each grant by rule comes to as the investment is spent."""
    for grant in form.grants:
        if grant.rule is not None:
            texts = {
                "base": support.BASES[grant.rule.base],
                "granted": _capped(support.GRANTED, grant.rule, "cap_yuan"),
            }
            yield support.SIZED.put(grant.rule.name, texts, numbers(grant.rule.name, *terms_of(grant.rule)))


def granted_by_rule(grant: GrantForm) -> str:
    """What is received of a grant by rule in a year; nothing for a plain grant."""
    if grant.rule is None:
        return ""
    so_far = f"{grant.rule.name}.granted"
    return f"{so_far} if {grant.name}.arriving else 0" if grant.later else f"{so_far} - last({so_far})"


def relieved(form: Structure, what: str) -> Iterator[Instance]:
    """The supports of interest, or of VAT paid."""
    for one in form.supports:
        if one.what == what:
            amount = support.REFUNDED if what == "vat" else f"min({support.SUBSIDISED}, {support.LOAN_INTEREST})"
            when = "0 < age <= years" if "years" in one.stated else "operating"
            granted = f"{_capped(amount, one, 'cap_yuan_per_year')} if {when} else 0"
            yield _BLOCKS[what].put(one.name, {"granted": granted}, numbers(one.name, *terms_of(one)))


def less_subsidised(form: Structure) -> str:
    """Interest of long-term loans less what is subsidised: 冲减借款费用 (CAS 16)."""
    less = "".join(f" - {one.name}.granted" for one in form.supports if one.what == "interest")
    return f"{support.LOAN_INTEREST}{less}"


def refunded(form: Structure, stream: StreamForm) -> str:
    """The line that is a stream's subsidy where the books work it out; nothing for any other stream."""
    names = (one.name for one in form.supports if one.what == "vat" and one.place.partition(".")[2] == stream.label)
    return "".join(f"{name}.granted" for name in names)


def _capped(amount: str, one: SupportForm, cap: str) -> str:
    return f"min({amount}, {cap})" if cap in one.stated else amount
