"""The section ``events``: each read by itself, then the case read anew with what had changed until then."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np

from appraisal.case import Case, Change, Origin, apply_changes
from appraisal.case.eras import Era, is_set
from appraisal.case.event import Event
from appraisal.case.periods import month_after, periods
from appraisal.errors import Fault, InputError, Message, joined, said, suggest, verbatim, words_of
from appraisal.field import show
from appraisal.field.fields import LABEL
from appraisal.scenario.event_notices import event_notices
from appraisal.scenario.faults import Findings
from appraisal.streams import payers, stream
from appraisal.text import PAYERS
from appraisal.units import MONTHS_PER_YEAR, table

_YEAR = int(MONTHS_PER_YEAR)
Resolve = Callable[[dict[str, Any], Findings, Mapping[str, date]], Case]

# Kinds of number that may differ by scenario.
_MOVING = ("number", "yearly")
# Of these sections an event may change every field, but for what is named below.
_FREE = ("market", "revenue", "support")
# Fields of other sections that an event may change: those that a year's operation or a year's books read afresh.
CHANGEABLE = frozenset({
    *(f"storage.{name}" for name in (
        "charge_efficiency", "discharge_efficiency", "depth_of_discharge", "availability", "throughput_cost_yuan_per_mwh",
        "heat.fuel_yuan_per_mwh",
    )),
    *(f"operating_cost.{name}" for name in (
        "fixed_yuan_per_kw_year", "variable_yuan_per_kwh", "insurance_share", "staff_yuan_per_year", "other_yuan", "source",
        "confidence",
    )),
    *(f"tax.{name}" for name in (
        "income_tax_rate", "city_surtax_rate", "education_surtax_rate", "local_education_surtax_rate", "property_tax_share",
        "land_use_tax_yuan_per_year", "stamp_duty_share",
    )),
})  # fmt: skip
_HEADS = (*_FREE, "storage", "operating_cost", "tax", "overlays")
_PAID = said(
    "what was built is paid for before; use capital.later_works", "建设投资此前已经支付；请用 capital.later_works"
)
_REASONS: Mapping[str, Message] = {
    "capital": _PAID,
    "project": said("the project stays what it is all its life", "项目本身在整个计算期内不变"),
    "finance": said(
        "a loan runs as it was signed; use finance.loans with refinances or drawn_in",
        "借款按签订时的条件执行；请用 finance.loans 的 refinances 或 drawn_in",
    ),
    "storage": said(
        "size and ageing belong to what was built; use storage.replacement and storage.augmentation",
        "规模与衰减取决于所建设备；请用 storage.replacement 和 storage.augmentation",
    ),
    "operating_cost": said(
        "decides the formulas of the books for all years", "它决定各年账表的公式"
    ),
    "tax": said("decides the formulas of the books for all years", "它决定各年账表的公式"),
    "market": said("the VAT rate of a stream is one for all years", "一项收入各年税率相同"),
}  # fmt: skip
_OTHER = said("is no part of what changes in operation", "不属于运营期内可更改的内容")


def read_events(raw: Any, findings: Findings) -> dict[str, Event]:
    """The events that a case states, by name, each fault added to *findings*."""
    if not isinstance(raw, Mapping):
        findings.add("events", said("expected a mapping: name → event", "应为映射：名称 → 事件"))
        return {}
    found = {}
    for name, stated in raw.items():
        path = f"events.{name}"
        if not re.fullmatch(LABEL, str(name)):
            findings.add(path, said(
                "{name} is no name; a name is lower-case letters, digits and _, no digit first",
                "{name} 不能作名称；名称由小写字母、数字和 _ 组成，不以数字开头", name=show(name)
            ))  # fmt: skip
            continue
        event: Event | None = findings.section(Event, stated, path)
        if event is None:
            continue
        before = len(findings.faults)
        for place, message in _faults(event):
            findings.add(f"{path}.{place}" if place else path, message)
        if len(findings.faults) == before:
            found[str(name)] = event
    return found


def _faults(event: Event) -> Iterator[tuple[str, Message]]:
    """What is wrong with an event by itself."""
    if bool(event.from_month) == (event.operation_year is not None):
        yield (
            "",
            said(
                "expected from_month or operation_year, one of the two",
                "from_month 与 operation_year 应填一项，且只填一项",
            ),
        )
    if event.from_month and not re.fullmatch(r"(19|20|21)\d\d-(0[1-9]|1[0-2])", event.from_month):
        yield "from_month", said(
            "{stated!r} is not a month; expected YYYY-MM, 2030-01",
            "{stated!r} 不是年月；应写作 YYYY-MM（如 2030-01）", stated=event.from_month
        )  # fmt: skip
    touched = list(event.touched())
    if not touched:
        yield (
            "",
            said(
                "changes nothing; give one of {words}",
                "没有更改任何内容；请填写 {words} 之一",
                words="set, scale, add, remove",
            ),
        )
    for place in sorted({path for path in touched if touched.count(path) > 1}):
        yield "", said("{path} stands twice; keep one", "{path} 写了两次；请保留一处", path=place)
    for action in ("set", "scale", "add", "remove"):
        for path in getattr(event, action):
            place = action if action == "remove" else f"{action}.{path}"
            head, _, rest = path.partition(".")
            if head in _REASONS and head not in _HEADS:
                yield place, _refused(path, head)
            elif head not in _HEADS:
                known = suggest(head, _HEADS)
                yield place, said("no part of a case that an event can change; {known}", "不是事件可以更改的内容；{known}", known=known)  # fmt: skip
            elif not rest:
                yield place, said("a whole section; name what changes in it", "这是整个一节；请写明其中更改的内容")
    for action in ("scale", "add"):
        for path, value in getattr(event, action).items():
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not np.isfinite(value):
                yield f"{action}.{path}", said("{value} is not a number", "{value} 不是数", value=show(value))


def _refused(path: str, head: str) -> Message:
    return said("{path} cannot change in mid-life: {why}", "{path} 不能在中途更改：{why}", path=path, why=_REASONS.get(head, _OTHER))  # fmt: skip


def with_events(
    case: Case, stated: Mapping[str, Any], events: Mapping[str, Event], findings: Findings, resolve: Resolve
) -> Case:
    """The case with the eras of its events; their facts, origins and notices stand beside its own.

    Parameters
    ----------
    case : Case
        As it is before any event.
    stated : mapping
        Its sections as stated.
    events : name → Event
    findings : Findings
        Takes the faults of every era at the place of the event.
    resolve : callable
        Reads the sections of an era: (sections, findings, stream that begins → its month) → Case.
    """
    sections = {name: value for name, value in stated.items() if name != "uncertainty"}
    read: list[Era] = []
    before = plain = case
    for name, event in _in_order(case, events):
        told = Findings(where=findings.where, lines={})
        try:
            then = apply_changes(sections, _changes(event))
            found = resolve(deepcopy(then), told, dict(_begun(event, before, case)))
            era = _era(name, event, plain, found, before)
        except InputError as error:
            _place(error, name, event, findings)
            return case
        for message in _unchangeable(before, era.case):
            findings.add(f"events.{name}", message)
        read.append(era)
        if era.takes_place:
            plain, before, sections = found, era.case, then
    eras = [era for era in read if era.takes_place]
    for message in _disordered(case, eras):
        findings.add("events", message)
    known = {(fact.name, fact.asked) for fact in case.facts}
    asked = {(fact.name, fact.asked): fact for one in (case, *(era.case for era in eras)) for fact in one.facts}
    return replace(
        case, events=tuple(read), facts=(*case.facts, *(fact for key, fact in asked.items() if key not in known)),
        origins={**case.origins, **dict(_origins(read))}, notices=event_notices(case, [era for era in read if era.event.enabled]),
    )  # fmt: skip


def _in_order(case: Case, events: Mapping[str, Event]) -> list[tuple[str, Event]]:
    """The events in the order in which they begin; of one month in the order stated."""
    columns = periods(case.project)

    def begins(item: tuple[str, Event]) -> int:
        return Era(name=item[0], event=item[1], case=case).months(columns, columns.phases[0])

    return sorted(events.items(), key=begins)


def _disordered(case: Case, eras: list[Era]) -> Iterator[Message]:
    """Where the events of a later phase come in another order, so that what adds up in one would not in the other."""
    columns = periods(case.project)
    for phase in columns.phases[1:]:
        for before, after in pairwise(eras):
            if after.months(columns, phase) < before.months(columns, phase):
                yield said(
                    "{before} and {after} come in another order in a later phase; date both by from_month or both by operation_year",
                    "{before} 与 {after} 在后续分期中先后颠倒；请都用 from_month，或都用 operation_year", before=before.name, after=after.name
                )  # fmt: skip
                return


def _changes(event: Event) -> Iterator[Change]:
    """What an event changes of the sections stated; factors apply to the numbers that come of them."""
    yield from (Change(path=path, action="remove") for path in event.remove)
    yield from (Change(path=path, value=value) for path, value in event.set.items())


def _begun(event: Event, before: Case, case: Case) -> Iterator[tuple[str, date]]:
    """The streams that an event begins, with the first day of its month."""
    columns = periods(case.project)
    if event.from_month:
        day = date.fromisoformat(f"{event.from_month}-01")
    else:
        months = columns.phases[0].done + _YEAR * ((event.operation_year or 1) - 1)
        day = date(*month_after(case.project.construction_start, months), 1)
    for path in event.set:
        head, _, rest = path.partition(".")
        label = rest.partition(".")[0]
        if head in ("revenue", "support") and label not in {**before.revenue, **before.support}:
            yield f"{head}.{label}", day


def _era(name: str, event: Event, plain: Case, found: Case, before: Case) -> Era:
    """The era of an event: *found* as it was read, its numbers following *before* where the event leaves them alone.

    *plain* is the era before as it was read, without factors.
    """
    known = {path: (what, array) for path, what, array in found.numbers()}
    held = {path: array for path, _, array in plain.numbers()}
    own = {
        path for path, (_, array) in known.items()
        if is_set(event, path) or path not in held or not _alike(array, held[path])
    }  # fmt: skip
    factors, faults = {}, []
    for action in ("scale", "add"):
        for path, value in getattr(event, action).items():
            what, array = known.get(path, (None, None))
            if what is None or what.kind not in _MOVING or array is None:
                numbers = [one for one, (kind, table_) in known.items() if kind.kind in _MOVING and table_ is not None]
                faults.append(Fault(path=path, message=said(
                    "no number of the case as it then is; {known}", "届时算例中没有这个数；{known}", known=suggest(path, numbers)
                )))  # fmt: skip
            factors[path] = (action, table(float(value)))
    if faults:
        raise InputError(faults)
    era = Era(
        name=name,
        event=event,
        case=found,
        takes_place=_takes_place(Era(name=name, event=event, case=found)),
        own=frozenset(own - set(factors)),
        factors=factors,
    )
    try:
        return era.following(before, [path for path, (what, _) in known.items() if what.kind in _MOVING])
    except ValueError as error:
        raise InputError([Fault(path=next(iter(factors), ""), message=words_of(error))]) from None


def _takes_place(era: Era) -> bool:
    """Whether an event is enabled and begins before the last operating year of some phase ends."""
    columns = periods(era.case.project)
    first = min(era.months(columns, phase) for phase in columns.phases)
    return era.event.enabled and first < _YEAR * columns.operation_years


def _alike(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    return bool(np.array_equal(one, other))


def _place(error: InputError, name: str, event: Event, findings: Findings) -> None:
    """The faults of an era at what its event does, or beneath its name."""
    for fault in error.faults:
        place, rest = f"events.{name}", fault.path
        for action in ("set", "scale", "add"):
            for path in getattr(event, action):
                if fault.path == path or fault.path.startswith(f"{path}."):
                    place, rest = f"events.{name}.{action}.{path}", fault.path[len(path) + 1 :]
        head = verbatim(f"{rest}: ") if rest else verbatim("")
        findings.add(place, joined([head, fault.message], "", ""), fault.kind)


def _unchangeable(before: Case, after: Case) -> Iterator[Message]:
    """What has come to differ that cannot change in mid-life, whether the event names it or it followed."""
    for head in ("title", "project", "storage", "capital", "operating_cost", "finance", "tax", "market"):
        old = dict(_leaves(before, head))
        for path, value in _leaves(after, head):
            free = path in CHANGEABLE or (head == "market" and path != "market.vat_rate")
            if not free and not _equal(old.pop(path, None), value):
                yield _refused(path, head)
    if (before.prices is None) != (after.prices is None):
        yield said(
            "begins or ends all prices: state market.tariff or market.typical_days in the case, and begin or end the stream",
            "使电价从无到有或从有到无：请在算例中给出 market.tariff 或 market.typical_days，由事件新增或终止收入项",
        )
    for section in ("revenue", "support"):
        old_terms, new_terms = getattr(before, section), getattr(after, section)
        for label in dict.fromkeys((*old_terms, *new_terms)):
            held, terms = old_terms.get(label), new_terms.get(label)
            if held is not None and terms is not None:
                yield from _same_stream(f"{section}.{label}", held, terms)
                yield from _same_payer(before, after, section, label)
            yield from _in_books(f"{section}.{label}", label, held, terms)


def _leaves(case: Case, head: str) -> Iterator[tuple[str, Any]]:
    yield from ((f"{head}.{path}", value) for path, _, value in getattr(case, head).leaves())


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return _alike(one, other)
    return bool(one == other)


def _same_stream(path: str, before: Any, after: Any) -> Iterator[Message]:
    """A stream keeps its kind and how it is taxed under one label: the books have one line for it."""
    changed = [
        name for name in ("stream", "subsidy", "taxed", *(name for name, what, _ in after.leaves() if name.endswith("vat_rate")))
        if not _equal(getattr(before, name, None), getattr(after, name, None))
    ] if type(before) is type(after) else ["stream"]  # fmt: skip
    for name in changed:
        yield said(
            "{path}.{name} cannot change in mid-life, because the books have one line for it; end {path} and begin another under a name of its own",
            "{path}.{name} 不能在中途更改，因为账表中它是同一行；请终止 {path}，另以新名称开始一项", path=path, name=name
        )  # fmt: skip


def _same_payer(before: Case, after: Case, section: str, label: str) -> Iterator[Message]:
    """A stream keeps its payer under one label: what each pays is one share for all years."""
    if not (getattr(before, section)[label].enabled and getattr(after, section)[label].enabled):
        return
    try:
        held, then = payers(before, label), payers(after, label)
    except InputError:
        return  # Shares that do not add up are a fault of their own.
    if held.keys() != then.keys() or any(not _alike(held[by], then[by]) for by in held):
        path = f"{section}.{label}"
        yield said(
            "who pays {path} would change from {before} to {after}, and what each pays is one share for all years; end {path} and begin another under a name of its own",
            "{path} 的付费方将由{before}变为{after}，而各付费方在各年按同一比例计；请终止 {path}，另以新名称开始一项",
            path=path, before=_paying(held), after=_paying(then),
        )  # fmt: skip


def _paying(shares: Mapping[Any, Any]) -> Message:
    """Payers with their shares, of the first scenario."""
    names = [
        said("{who} {share:.0%}", "{who} {share:.0%}", who=Message(*reversed(PAYERS[payer])), share=float(share[0, 0]))
        for payer, share in shares.items()
    ]
    return joined(names, ", ", "、")


def _in_books(path: str, label: str, before: Any, after: Any) -> Iterator[Message]:
    """A support that rests on lines of the books keeps its terms: they are one declaration for all years."""
    some = before if before is not None else after
    if not stream(some.stream or label).in_books:
        return
    held = [None if one is None else [value for _, _, value in one.leaves()] for one in (before, after)]
    same = None not in held and all(_equal(*pair) for pair in zip(*held, strict=True))
    if not same:
        yield said(
            "{path} is worked out by the books over all years and cannot begin, end or change in mid-life; state its years in the case, or its amounts as a schedule",
            "{path} 由账表按全部年份计算，不能在中途开始、终止或更改；请在算例中写明年限，或以合同收入按年给出", path=path
        )  # fmt: skip


def _origins(eras: list[Era]) -> Iterator[tuple[str, Origin]]:
    for era in eras:
        stated = Origin(kind="case", source=era.event.source, confidence=era.event.confidence or "")
        for path, _, _ in era.values():
            _, _, action, target = path.split(".", 3)
            held = era.case.origins.get(target, Origin(kind="default")) if action == "set" else stated
            yield path, stated if held.kind == "case" else held
