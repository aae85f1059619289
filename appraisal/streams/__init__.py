"""Revenue streams: one file each; the file name is the stream's name and dropping it here registers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import numpy as np

from appraisal.case import Case
from appraisal.case.periods import periods, whole_years
from appraisal.errors import Fault, InputError, said, suggest
from appraisal.operation import Operation, Payer, Revenue, Settlement, Stream
from appraisal.streams._claims import claimed, scaled
from appraisal.streams._eras import across_eras, paid_in_building
from appraisal.units import Table, table


@cache
def stream_names() -> tuple[str, ...]:
    """Names of every stream found in this folder."""
    return tuple(sorted(module.name for module in iter_modules(__path__) if not module.name.startswith("_")))


def stream(name: str) -> Stream:
    """The stream of that file name.

    Raises
    ------
    InputError
        If there is none, with the nearest name.
    """
    if name not in stream_names():
        known = suggest(name, stream_names())
        message = said(
            "unknown stream {name!r}; {known}", "没有名为 {name!r} 的收入类型；{known}", name=name, known=known
        )
        raise InputError([Fault(message=message)])
    found = import_module(f"{__name__}.{name}").STREAM
    if not isinstance(found, Stream):
        raise TypeError(f"streams/{name}.py: STREAM is not a Stream")
    return found


def kinds(case: Case) -> dict[str, Stream]:
    """The stream of every enabled label of a case."""
    return {label: stream(terms.stream or label) for label, terms in case.streams.items()}


def pro_rated(case: Case) -> dict[str, Table]:
    """What the claims of streams that sell beyond the plant are multiplied by, ``(S, 1)``; none unless the case asks for it.

    Of a case with events those before any: an event's own are those of its regime.

    Raises
    ------
    InputError
        If claims that cannot be scaled down are alone beyond the plant.
    """
    case = case.regimes[0]
    if case.market.oversold == "refuse":
        return {}
    of = kinds(case)
    found = claimed(case, of)
    fixed = [label for label in found.power if not of[label].claim_terms]
    factors = {label: factor for label, factor in found.factors(fixed).items() if (factor < 1.0).any()}
    only = found.only(fixed).oversold()
    if only is not None:
        message = said(
            "{told}; none of these claims can be scaled down: lower one", "{told}；这些预留均不能按比例缩减，请减小其一", told=only
        )  # fmt: skip
        raise InputError([Fault(path=f"revenue.{fixed[0]}", message=message)])
    return factors


def as_sold(case: Case) -> Case:
    """The case with claims that fit the plant: as it is, or scaled down where ``market.oversold`` asks for it."""
    if case.eras:
        events = tuple(replace(era, case=as_sold(era.case)) for era in case.events)
        return replace(as_sold(case.regimes[0]), events=events)
    factors = pro_rated(case)
    of = kinds(case) if factors else {}
    return scaled(case, {label: of[label].claim_terms for label in factors}, factors) if factors else case


def payers(case: Case, label: str) -> Mapping[Payer, Table]:
    """Who pays a stream of the case, with shares ``(S, 1)`` of its income that add to 1.

    Raises
    ------
    InputError
        If a share is below 0, or they do not add to 1.
    """
    case = next(regime for regime in case.regimes if label in regime.streams)
    terms = case.streams[label]
    said_by = stream(terms.stream or label).paid_by
    found = said_by(case, terms) if callable(said_by) else said_by
    if isinstance(found, str):
        return {found: table(1.0)}
    total = sum(found.values(), table(0.0))
    if (abs(total - 1.0) > 1e-9).any() or any((share < 0.0).any() for share in found.values()):
        section = "revenue" if label in case.revenue else "support"
        message = said(
            "the shares of who pays add to {total:g}; expected shares from 0 that add to 1",
            "各付费方比例合计为 {total:g}；各比例不得为负，合计应为 1", total=float(total.ravel()[abs(total - 1.0).argmax()])
        )  # fmt: skip
        raise InputError([Fault(path=f"{section}.{label}", message=message)])
    return found


def settle(case: Case, operation: Operation) -> Revenue:
    """What every enabled stream of the case is paid, by column.

    A stream settles whole operating years of the whole plant, so that a rule that is not proportional to time or
    capacity keeps its meaning; the amounts are then laid on the columns of the project.
    """
    case = as_sold(case)
    if case.eras:
        _one_payer(case)
        own = [_settled(*of_whole_years(*one)) for one in zip(case.regimes, operation.eras, strict=True)]
        settlements = across_eras(case, own)
        return Revenue(settlements=settlements, revenue_year=_since_first_revenue(settlements, operation))
    settlements = _settled(*of_whole_years(case, operation))
    if operation.whole_years is not None:
        settlements = {label: _laid(settled, case) for label, settled in settlements.items()}
    return Revenue(settlements=settlements, revenue_year=_since_first_revenue(settlements, operation))


def settle_one(case: Case, label: str, operation: Operation) -> Settlement:
    """What one stream of a case is paid for an operation of whole years, after those whose payment it looks at."""
    terms = case.streams[label]
    kind, seen = stream(terms.stream or label), operation.seen_by(label)
    if kind.settle_after is None:
        return kind.settle(case, terms, seen)
    others = {other: settle_one(case, other, operation) for other in kind.looks_at(case, terms)}
    return kind.settle_after(case, terms, seen, others)


def _one_payer(case: Case) -> None:
    """Refuse a case in which an event would have another pay a stream: what each pays is one share for all years."""
    for label in case.streams:
        first, *others = (payers(regime, label) for regime in case.regimes if label in regime.streams)
        if any(one.keys() != first.keys() or any((one[by] != first[by]).any() for by in one) for one in others):
            message = said(
                "who pays {label} would change; end it and begin another under a name of its own",
                "{label} 的付费方将改变；请终止它，另以新名称开始一项", label=label
            )  # fmt: skip
            raise InputError([Fault(path="events", message=message)])


def _settled(case: Case, operation: Operation) -> dict[str, Settlement]:
    """What every enabled stream is paid in whole operating years."""
    return {label: settle_one(case, label, operation) for label in case.streams}


def of_whole_years(case: Case, operation: Operation) -> tuple[Case, Operation]:
    """The case and the operation as a stream settles them: on plain columns, with the spending by months.

    Of a case with events those of its first era.
    """
    if case.eras:
        case, operation = case.regimes[0], operation.eras[0]
    seen = operation.whole_years or operation
    if periods(case.project).plain:
        return case, seen
    by_months = case.capital.model_copy(update={"spend_profile": None})
    return replace(case, project=whole_years(case.project), capital=by_months), seen


def _laid(settled: Settlement, case: Case) -> Settlement:
    """A settlement of whole operating years on the columns of the project; rates and what is left out stay."""
    columns, whole = periods(case.project), periods(whole_years(case.project))
    money: dict[str, Any] = {}
    for name, money_laid in settled.tables().items():
        if name == "capital_change":
            money[name] = paid_in_building(case, money_laid)
        elif money_laid.shape[1] > 1:
            money[name] = columns.by_operating_year(whole.operating_part(money_laid))
    return replace(settled, **money)


def _since_first_revenue(settlements: dict[str, Settlement], operation: Operation) -> Table:
    """Columns counted from the first one with operating revenue, 0 before, ``(S, Y)``."""
    started = 0.0 * operation.running
    for settled in settlements.values():
        if not settled.subsidy:
            started = np.maximum(started, settled.income > 0)
    return np.cumsum(np.maximum.accumulate(started, axis=1), axis=1)
