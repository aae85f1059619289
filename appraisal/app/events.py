"""Dated events of a draft: when each begins, what it sets, scales and adds to, the streams that it begins and ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from appraisal.app import entries, forms
from appraisal.app.faults import event_title, shown_as_is, title_of, told
from appraisal.app.fields import ACTIONS, STREAMS, Field, as_in_event, field_at, fields_of, kind_of, look
from appraisal.app.state import draft, lang, outcome, t
from appraisal.app.widgets import write
from appraisal.case.event import Event
from appraisal.case.schema import SECTIONS
from appraisal.field import Section, declared
from appraisal.scenario.events import CHANGEABLE
from appraisal.streams import stream

_PATH = "events"
# Fields of a market that an event may state, beside its numbers.
_WORDS = ("market.tariff", "market.voltage", "market.zone", "market.user_class", "market.as_of", "market.price_file")
_NEUTRAL = {"scale": 1, "add": 0}


def events() -> None:
    """Every event of the draft, and a way to add one."""
    held = look(draft().stated, _PATH)
    stated = held if isinstance(held, Mapping) else {}
    st.caption(t(
        "政策、合同或电价自某月或某运营年起的更改；此前各年不变，事件所在年按月数分前后计算。",
        "What a policy, a contract or a price changes from a month or an operating year on; the years before stay, and the year in which it falls counts by months.",
    ))  # fmt: skip
    _told(_PATH)
    for name in stated:
        _event(str(name), stated)
    taken = {str(name): None for name in stated}
    fresh = next(f"event_{number}" for number in range(1, len(taken) + 2) if f"event_{number}" not in taken)
    st.button(
        t("添加事件", "Add an event"), key=f"add|{_PATH}", icon=":material/add:", on_click=write,
        args=(f"{_PATH}.{fresh}", {"operation_year": 5, "set": {}}),
    )  # fmt: skip


def _told(path: str) -> None:
    for fault in outcome().faults:
        if fault.path == path:
            st.error(shown_as_is(told(fault, draft(), lang())), icon=":material/error:")


def _event(name: str, stated: Mapping[str, Any]) -> None:
    path = f"{_PATH}.{name}"
    with st.container(border=True):
        words, button = st.columns([4, 1], vertical_alignment="center")
        words.markdown(f"#### {shown_as_is(event_title(draft().stated, name, lang()))}")
        rest = {one: kept for one, kept in stated.items() if one != name}
        button.button(
            t("移除", "Remove"), key=f"remove|{path}", icon=":material/delete:", type="tertiary", on_click=write, args=(_PATH, rest or None)
        )  # fmt: skip
        _told(path)
        forms.section(Event, path, apart=(*ACTIONS, "remove"))
        for action in ACTIONS:
            _changes(path, action)
        _removed(path)
        _add_change(name)
        for head in STREAMS:
            _begin_stream(name, head)


def _changes(path: str, action: str) -> None:
    """What an event sets, scales or adds to, each with its own widget."""
    held = look(draft().stated, f"{path}.{action}")
    for target in held if isinstance(held, Mapping) else ():
        here = f"{path}.{action}.{target}"
        rest = {one: kept for one, kept in held.items() if one != target}
        with st.container(border=True):
            words, button = st.columns([4, 1], vertical_alignment="center")
            title = title_of(str(target), _within(path), lang())
            words.markdown(f"**{declared(Event.model_fields[action]).title(lang())}**: {shown_as_is(title)}")
            button.button(
                t("移除", "Remove"), key=f"remove|{here}", icon=":material/delete:", type="tertiary", on_click=write, args=(f"{path}.{action}", rest)
            )  # fmt: skip
            _told(here)
            _value(here, str(target), held[target])


def _within(path: str) -> Any:
    """The draft with the streams that an event begins."""
    return replace(draft(), stated=as_in_event(draft().stated, path.split(".")[1]))


def _value(here: str, target: str, value: Any) -> None:
    """The widget of one change: the terms of a stream that begins, a field, or the value as it stands."""
    head, _, label = target.partition(".")
    kind = kind_of({head: {label: value}}, head, label) if head in STREAMS and isinstance(value, Mapping) else None
    if kind is not None:
        forms.section(kind, here, apart=("stream", "enabled"))
        return
    field = field_at(draft().stated, here)
    if field is None:
        st.code(str(value), language=None)
    else:
        forms.grid([field], columns=2)


def _removed(path: str) -> None:
    held = look(draft().stated, f"{path}.remove")
    for target in held if isinstance(held, (list, tuple)) else ():
        words, button = st.columns([4, 1], vertical_alignment="center")
        words.markdown(
            f"**{declared(Event.model_fields['remove']).title(lang())}**: {shown_as_is(title_of(str(target), draft(), lang()))}"
        )
        kept = [one for one in held if one != target]
        button.button(
            t("移除", "Remove"), key=f"remove|{path}.remove|{target}", icon=":material/delete:", type="tertiary", on_click=write,
            args=(f"{path}.remove", kept or None),
        )  # fmt: skip


# --- what may change ---


def _targets(numbers: bool) -> dict[str, str]:
    """Paths of the draft that an event may change → their titles; numbers alone for a factor or an amount."""
    stated = draft().stated
    found = [one for name in ("market", "storage", "operating_cost", "tax") for one in _fields(SECTIONS[name], name)]
    for head in STREAMS:
        held = look(stated, head)
        for label in held if isinstance(held, Mapping) else ():
            kind = kind_of(stated, head, str(label))
            found += list(_fields(kind, f"{head}.{label}")) if kind is not None else []
    paths = [one.path for one in found if _changeable(one, numbers)]
    return {path: title_of(path, draft(), lang()) for path in paths}


def _fields(kind: type[Section], path: str) -> Iterator[Field]:
    for one in fields_of(kind, path):
        if isinstance(one, Field):
            yield one
        else:
            yield from _fields(one[1], one[0])


def _changeable(field: Field, numbers: bool) -> bool:
    head = field.path.partition(".")[0]
    if field.what.kind in ("number", "yearly"):
        taxed = head in STREAMS or head == "market"
        return not field.path.endswith("vat_rate") if taxed else field.path in CHANGEABLE
    return not numbers and (field.path in _WORDS or (head in STREAMS and field.name == "enabled"))


def _add_change(name: str) -> None:
    """A field of the case and what is done to it; it begins with what holds now."""
    path = f"{_PATH}.{name}"
    what, field, button = st.columns([1, 3, 1], vertical_alignment="bottom")
    first, second = f"action|{path}", f"target|{path}"
    # Set on every run: else the browser keeps the label of the language before.
    st.session_state[first] = st.session_state.get(first) or "set"
    st.session_state[second] = st.session_state.get(second)
    labels = {one: declared(Event.model_fields[one]).title(lang()) for one in ACTIONS}
    action = what.selectbox(
        t("更改方式", "What is done"), list(labels), key=first, format_func=lambda one: labels.get(one, str(one))
    )
    known = _targets(numbers=action != "set")
    if st.session_state[second] not in known:
        st.session_state[second] = None
    target = field.selectbox(
        t("更改的输入", "The input that changes"), list(known), index=None, key=second, format_func=lambda one: known.get(one, str(one)),
        placeholder=t("按名称查找", "find by name"),
    )  # fmt: skip
    button.button(
        t("添加", "Add"), key=f"add|{path}", icon=":material/add:", disabled=target is None, width="stretch", on_click=_added,
        args=(path, action, target, second),
    )  # fmt: skip


def _added(path: str, action: str, target: str, key: str) -> None:
    held = look(draft().stated, f"{path}.{action}")
    value = _NEUTRAL[action] if action in _NEUTRAL else _now(target)
    write(f"{path}.{action}", {**(held if isinstance(held, Mapping) else {}), target: value})
    st.session_state[key] = None


def _now(target: str) -> Any:
    """What holds before the event: false for a switch, because an event ends what runs."""
    if target.endswith(".enabled"):
        return False
    stated = look(draft().stated, target)
    result = outcome().result
    if stated is not None or result is None:
        return "" if stated is None else stated
    try:
        value = result.case.at(target)
    except LookupError:
        return ""
    if isinstance(value, np.ndarray):
        return float(value[0, 0]) if value.shape[1] == 1 else [float(one) for one in value[0]]
    return 0.0 if value is None else value


def _begin_stream(name: str, head: str) -> None:
    """A kind of stream that begins with the event, under a label of its own."""
    path = f"{_PATH}.{name}"
    key = f"kind|{path}|{head}"
    st.session_state[key] = st.session_state.get(key)
    labels = {one: stream(one).zh if lang() == "zh" else stream(one).en for one in entries.kinds(head)}
    title = t("新增收入", "A stream that begins") if head == "revenue" else t("新增支持政策", "Support that begins")
    words, button = st.columns([4, 1], vertical_alignment="bottom")
    kind = words.selectbox(
        title, list(labels), index=None, key=key, format_func=lambda one: labels.get(one, str(one)), placeholder=t("选择种类", "choose a kind")
    )  # fmt: skip
    button.button(
        t("添加", "Add"), key=f"add|{path}|{head}", icon=":material/add:", disabled=kind is None, width="stretch", on_click=_begun,
        args=(path, head, kind, key),
    )  # fmt: skip


def _begun(path: str, head: str, kind: str, key: str) -> None:
    stated, held = draft().stated, look(draft().stated, f"{path}.set")
    held = held if isinstance(held, Mapping) else {}
    taken = {str(one): None for part in STREAMS for one in (look(stated, part) or {})}
    taken |= {str(one).partition(".")[2]: None for one in held}
    label = entries.free_label(taken, kind)
    write(f"{path}.set", {**held, f"{head}.{label}": {"stream": kind}})
    st.session_state[key] = None
