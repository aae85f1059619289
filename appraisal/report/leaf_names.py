"""Which words belong to an input of the books that is no number of the case, in a structure with its phases and events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from appraisal.finance.asset_parts import source_of
from appraisal.finance.inputs import paths, share_series
from appraisal.finance.structure import LoanForm, RenewalForm, Structure
from appraisal.report.leaf_words import CONSTANT_WORDS, EVENTS, PHASE_SERIES, SCULPTED_WORDS, SERIES, Words


@cache
def series_words(form: Structure) -> Mapping[str, Words]:
    """Name in the books → words, for every series of the time line and of the operation, flags and stated shares."""
    found = dict(SERIES)
    # Without a suffix stands the first phase, which is the only one as a rule.
    for at, suffix in enumerate(("", *form.suffixes)):
        found |= {f"{name}{suffix}": _of_phase(words, at if suffix else 0) for name, words in PHASE_SERIES.items()}
    found |= dict(_events(form))
    for name, (path, _) in share_series(form).items():
        kind = name.partition(".")[2].partition("_p")[0]
        found[name] = _stated_at(EVENTS[kind], path)
    return found


@cache
def solved_words(form: Structure) -> Mapping[str, Words]:
    """Name in the books → words, for factors and for what is solved outside the books."""
    loan = form.sculpted
    if loan is None:
        return CONSTANT_WORDS
    place = paths(form)
    own = {
        name: replace(words, fields=tuple(place[f"{loan.name}.{field}"] for field in words.fields))
        for name, words in SCULPTED_WORDS.items()
    }
    return {**CONSTANT_WORDS, **own}


def _of_phase(words: Words, number: int) -> Words:
    return replace(words, zh=f"{words.zh}（第{number}期）", en=f"{words.en}, phase {number}") if number else words


def _stated_at(words: Words, path: str) -> Words:
    """The words with the path that states the year or the shares before the time line that they are laid on."""
    return replace(words, fields=(path, *words.fields))


def _events(form: Structure) -> Iterator[tuple[str, Words]]:
    """Flags and counters of what happens in a named operating year."""
    for at, suffix in enumerate(form.suffixes, start=1):
        for renewal in form.renewals:
            again = renewal.superseded is not None or renewal.by_health
            kinds = (
                ("placed_mwh",) if renewal.augmentation else ("replacing", "since", *(("superseded",) if again else ()))
            )
            for kind in kinds:
                words = _of_phase(EVENTS[kind], at if suffix else 0)
                yield f"{renewal.name}{suffix}.{kind}", _stated_at(words, _renewal_path(renewal))
    for renewal in form.renewals:
        if renewal.declining:
            yield f"{source_of(renewal)}.price_age", _stated_at(EVENTS["price_age"], _price_year_path(renewal))
    for loan in form.loans:
        yield from _loan_events(form, loan)
    for grant in form.grants:
        if grant.later:
            place = grant.rule.place if grant.rule else f"finance.grants.{grant.name.removeprefix('grant_')}"
            path = f"{place}.operating_year"
            yield f"{grant.name}.arriving", _stated_at(EVENTS["arriving"], path)


def _loan_events(form: Structure, loan: LoanForm) -> Iterator[tuple[str, Words]]:
    if loan.later:
        for kind in ("loan_age", "drawing"):
            yield f"{loan.name}.{kind}", _stated_at(EVENTS[kind], _drawn_at(loan))
    if loan.refinanced:
        by = next(one for one in form.loans if one.refinances == loan.name)
        yield f"{loan.name}.refinanced_in", _stated_at(EVENTS["refinanced_in"], _drawn_at(by))


def _drawn_at(loan: LoanForm) -> str:
    return f"finance.loans.{loan.name.removeprefix('loan_')}.drawn_in"


def _price_year_path(renewal: RenewalForm) -> str:
    return f"storage.{'augmentation' if renewal.augmentation else 'replacement'}.price_year"


def _renewal_path(renewal: RenewalForm) -> str:
    if renewal.augmentation:
        return "storage.augmentation.operation_years"
    if renewal.by_health:
        return "storage.replacement.below_soh"
    place = "storage.replacement" if renewal.battery else f"capital.later_works.{renewal.label}"
    return f"{place}.operation_years"
