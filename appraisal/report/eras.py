"""The eras of a result: what holds before any event and from each event on, each to be looked at as a result of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace

from appraisal.case.eras import Era
from appraisal.case.periods import periods, whole_years
from appraisal.dispatch.eras import year_shares
from appraisal.errors import Message, joined, said
from appraisal.pipeline import Appraisal


@dataclass(frozen=True, kw_only=True)
class EraShown:
    """One era of a result.

    Attributes
    ----------
    name : Message
        From when it holds, and the event that begins it.
    result : Appraisal
        The result as its operation stands in that era: case, dispatch and claims are the era's own, without events;
        revenue, books and metrics stay those of the whole life.
    first_year_share : float
        Of the first operating year, how much of it the era holds.
    """

    name: Message
    result: Appraisal
    first_year_share: float


def eras_of(result: Appraisal) -> tuple[EraShown, ...]:
    """The eras that hold some of an operating year, in their order; one of the whole life where there are no events.

    Parameters
    ----------
    result : Appraisal

    Returns
    -------
    tuple of EraShown
        Never empty. An event from the first operating year on leaves the time before it without an era.
    """
    case = result.case
    if not case.eras:
        whole = said("all operating years", "全部运营年")
        return (EraShown(name=whole, result=result, first_year_share=1.0),)
    shares = year_shares(case, periods(whole_years(case.project)))
    factors = result.pro_rated_by_era
    names = [said("before any event", "各事件之前"), *(_from(era) for era in case.eras)]
    each = zip(names, case.regimes, result.operation.eras, factors, shares, strict=True)
    return tuple(
        EraShown(
            name=name, first_year_share=float(share[0]),
            result=replace(result, case=regime, operation=operation, pro_rated_by_era=(factor,)),
        )
        for name, regime, operation, factor, share in each if share.any()
    )  # fmt: skip


def first_era(result: Appraisal) -> Appraisal:
    """The result as it stands in the first era that holds anything; itself where there are no events."""
    return eras_of(result)[0].result


def first_year_said(result: Appraisal) -> Message | None:
    """What a picture of the first operating year leaves out of events, in words; None where there are none."""
    if not result.case.eras:
        return None
    first, *later = eras_of(result)
    told = [said("shown as it is {era}", "所示为{era}的情况", era=first.name)]
    if first.first_year_share < 1.0:
        told.append(said(
            "the books count {share:.0%} of the first operating year so", "账表首个运营年只有 {share:.0%} 按此计算", share=first.first_year_share
        ))  # fmt: skip
    if later:
        names = joined([one.name for one in later], "; ", "；")
        told.append(said("not shown: {names}", "未展示：{names}", names=names))
    return joined(told, "; ", "；")


def _from(era: Era) -> Message:
    title, event = era.event.title(era.name), era.event
    if event.from_month:
        return said("from {month} ({title})", "自 {month} 起（{title}）", month=event.from_month, title=title)
    year = event.operation_year
    return said("from operating year {year} ({title})", "自第 {year} 个运营年起（{title}）", year=year, title=title)
