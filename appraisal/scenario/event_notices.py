"""What a reader of the result must know of events: from when each holds, what it changes, what is new to know from then on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from appraisal.case import Case, Notice
from appraisal.case.eras import Era
from appraisal.case.periods import periods
from appraisal.errors import Message, joined, said, verbatim
from appraisal.field import show
from appraisal.units import MONTHS_PER_YEAR

_YEAR = int(MONTHS_PER_YEAR)


def event_notices(case: Case, eras: Sequence[Era]) -> tuple[Notice, ...]:
    """Those of the case, each event with when it begins and what it changes, and what is new to know in its era."""
    found, known = list(case.notices), {(note.code, note.path, note.en) for note in case.notices}
    columns = periods(case.project)
    for era in eras:
        told = joined([said("{title}: {when}", "{title}：{when}", title=era.event.title(era.name), when=_when(era, case)), *_what(era)], "; ", "；")  # fmt: skip
        path = f"events.{era.name}"
        found.append(Notice(code="event", path=path, zh=told.zh, en=str(told)))
        if era.event.confidence == "estimate":
            found.append(
                Notice(
                    code="estimate",
                    path=path,
                    zh="事件为估计（假设），尚非既定政策",
                    en="the event is an estimate, a what-if, and no policy in force",
                )
            )
        if len(columns.phases) > 1 and era.event.from_month and case.prices is not None:
            found.append(Notice(code="event", path=path, zh="分期投产：收入与费用按各期实际月份计，衰减按第一期计",
                                en="phases: money counts each phase's own months, ageing those of the first phase"))  # fmt: skip
        for note in era.case.notices if era.takes_place else ():
            if (note.code, note.path, note.en) not in known:
                known.add((note.code, note.path, note.en))
                title = era.event.title(era.name)
                found.append(
                    replace(note, path=f"{path}.{note.path}", zh=f"{title.zh}：{note.zh}", en=f"{title}: {note.en}")
                )
    return tuple(found)


def _when(era: Era, case: Case) -> Message:
    """From when an event holds, in months and operating years."""
    columns = periods(case.project)
    months, last = era.months(columns, columns.phases[0]), _YEAR * columns.operation_years
    month = verbatim(era.event.from_month) if era.event.from_month else verbatim("")
    if months >= last:
        return said(
            "{month} after the last operating year; changes nothing",
            "{month} 在最后一个运营年之后；不起作用",
            month=month,
        )
    year, rest = divmod(months, _YEAR)
    dated = joined([month, said("operating year {year}", "第 {year} 个运营年", year=year + 1)], ", ", "，") if month else said("operating year {year}", "第 {year} 个运营年", year=year + 1)  # fmt: skip
    if not rest:
        return said("from {dated}", "自{dated}起", dated=dated)
    return said(
        "from {dated}, which counts {before} months as before and {after} from then on",
        "自{dated}起，该运营年前 {before} 个月按此前、后 {after} 个月按此后计算", dated=dated, before=rest, after=_YEAR - rest
    )  # fmt: skip


_ACTIONS = {"set": ("设定", "set"), "scale": ("乘以", "times"), "add": ("加", "plus"), "remove": ("删除", "removed")}


def _what(era: Era) -> Iterator[Message]:
    """What an event does, path by path."""
    for action, (zh, en) in _ACTIONS.items():
        stated = getattr(era.event, action)
        for path in stated:
            value = "" if action == "remove" else f" {_shown(stated[path])}"
            yield said("{path} {word}{value}", "{path} {word}{value}", path=path, word=Message(en, zh), value=value)


def _shown(value: Any) -> str:
    """A value, or the terms of a stream that begins."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_shown(inner)}" for name, inner in value.items())
    return show(value)
