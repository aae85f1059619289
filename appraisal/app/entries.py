"""Groups of a draft that a person adds to and removes from: named entries, lists of parts, revenue streams."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from appraisal.app.defaults import terms_defaults
from appraisal.app.faults import shown_as_is, stream_title, told
from appraisal.app.fields import Field, fields_of, kind_of, look, to_stored, worded
from appraisal.app.state import draft, lang, outcome, t
from appraisal.app.widgets import write
from appraisal.field import Section
from appraisal.scenario.load import TAKEN
from appraisal.streams import stream, stream_names

_LABEL = re.compile(r"[a-z_][a-z0-9_]*", re.ASCII)

Draw = Callable[..., None]


def show(field: Field, draw: Draw) -> None:
    """A list or a named group: its entries with all their fields, a way to remove each and to add one."""
    assert field.inner is not None
    stated = look(draft().stated, field.path)
    with st.expander(field.what.title(lang()), expanded=bool(stated), key=f"group|{field.path}"):
        if field.about(lang()):
            st.caption(field.about(lang()))
        if field.shape == "list":
            _list(field, field.inner, stated if isinstance(stated, (list, tuple)) else (), draw)
        else:
            _named(field, field.inner, stated if isinstance(stated, Mapping) else {}, draw)


def _list(field: Field, inner: type[Section], stated: Any, draw: Draw) -> None:
    for place in range(len(stated)):
        with st.container(border=True):
            head, button = st.columns([4, 1], vertical_alignment="center")
            head.markdown(f"**{t(f'第 {place + 1} 项', f'No. {place + 1}')}**")
            kept = [one for other, one in enumerate(stated) if other != place]
            _remove(button, f"{field.path}.{place}", field.path, kept or None)
            draw(inner, f"{field.path}.{place}")
    st.button(
        t("添加一项", "Add one"), key=f"add|{field.path}", icon=":material/add:", on_click=write, args=(field.path, [*stated, {}])
    )  # fmt: skip


def _named(field: Field, inner: type[Section], stated: Mapping[str, Any], draw: Draw) -> None:
    for name in stated:
        with st.container(border=True):
            head, button = st.columns([4, 1], vertical_alignment="center")
            head.markdown(f"**{shown_as_is(str(name))}**")
            rest = {one: value for one, value in stated.items() if one != name}
            _remove(button, f"{field.path}.{name}", field.path, rest or None)
            draw(inner, f"{field.path}.{name}")
    words, button = st.columns([3, 1], vertical_alignment="bottom")
    key = f"name|{field.path}"
    words.text_input(
        t("新一项的名称（小写字母、数字和 _）", "Name of a new one (lower-case letters, digits, _)"), key=key, max_chars=40,
        placeholder=_next_name(stated),
    )  # fmt: skip
    typed = st.session_state[key].strip() or _next_name(stated)
    good = _LABEL.fullmatch(typed) is not None and typed not in stated
    button.button(
        t("添加", "Add"), key=f"add|{field.path}", icon=":material/add:", disabled=not good, width="stretch", on_click=_add_named,
        args=(field.path, typed, key),
    )  # fmt: skip


def _add_named(path: str, name: str, key: str) -> None:
    write(f"{path}.{name}", {})
    st.session_state[key] = ""


def _next_name(taken: Mapping[str, Any], first: str = "a") -> str:
    """A name that is free: ``a``, ``b`` …; of a stream its kind, ``capacity``, ``capacity_2`` …"""
    names = map(chr, range(ord("a"), ord("z") + 1)) if first == "a" else iter([first])
    for name in names:
        if name not in taken:
            return name
    number = 2
    while f"{first}_{number}" in taken:
        number += 1
    return f"{first}_{number}"


def _remove(place: Any, name: str, path: str, rest: Any) -> None:
    place.button(
        t("移除", "Remove"), key=f"remove|{name}", icon=":material/delete:", type="tertiary", on_click=write, args=(path, rest)
    )  # fmt: skip


# --- streams ---


def streams(head: str, draw: Draw) -> None:
    """The revenue streams or the support of a draft, and a way to add and remove them."""
    stated = look(draft().stated, head)
    for label in stated if isinstance(stated, Mapping) else ():
        _stream(head, str(label), draw)
    _new_stream(head)


def _stream(head: str, label: str, draw: Draw) -> None:
    kind = kind_of(draft().stated, head, label)
    title = stream_title(draft().stated, head, label, lang())
    with st.container(border=True):
        words, button = st.columns([4, 1], vertical_alignment="center")
        words.markdown(
            f"#### {shown_as_is(title)}"
            + (f" · {shown_as_is(label)}" if look(draft().stated, f"{head}.{label}.stream") else "")
        )
        _remove(button, f"{head}.{label}", f"{head}.{label}", None)
        for fault in outcome().faults:
            if fault.path == f"{head}.{label}":
                st.error(shown_as_is(told(fault, draft(), lang())), icon=":material/error:")
        if kind is not None:
            st.caption(worded(kind.about(lang()), kind, lang()))
            draw(kind, f"{head}.{label}", apart=("stream",))


def kinds(head: str) -> list[str]:
    """Streams that stand under ``revenue``, or under ``support``: what the treasury pays."""
    return [name for name in stream_names() if stream(name).section == head]


def required_terms(kind: str) -> list[Field]:
    """The terms that must be stated when a stream is added: those with no default here and none in the library."""
    supplied = terms_defaults(draft(), kind)
    found = [one for one in fields_of(stream(kind).terms, f"new.{kind}") if isinstance(one, Field)]
    needed = [one for one in found if one.required and one.name not in supplied]
    # A contract form is no required term, because the grid side has none.
    side = look(draft().stated, "project.side")
    return [*needed, *(one for one in found if one.name == "emc" and side == "user")]


def _new_stream(head: str) -> None:
    with st.container(border=True):
        key = f"kind|{head}"
        # Set on every run: else the browser keeps the label of the language before.
        st.session_state[key] = st.session_state.get(key)
        title = t("添加收入", "Add a revenue stream") if head == "revenue" else t("添加支持政策", "Add support")
        labels = {name: stream(name).zh if lang() == "zh" else stream(name).en for name in kinds(head)}
        st.selectbox(
            title, list(labels), index=None, key=key, format_func=lambda name: labels.get(name, str(name)),
            placeholder=t("选择种类", "choose a kind"),
        )  # fmt: skip
        kind = st.session_state.get(key)
        if kind is None:
            return
        wanted = required_terms(kind)
        terms = {one.name: _asked(one, f"new|{head}|{one.path}") for one in wanted}
        missing = [one.what.title(lang()) for one in wanted if terms[one.name] is None]
        if missing:
            st.caption(t("还须填写：", "Still needed: ") + t("、", ", ").join(missing))
        st.button(
            t("添加", "Add"), key=f"add|{head}", icon=":material/add:", disabled=bool(missing), on_click=_add_stream,
            args=(head, kind, terms, key),
        )  # fmt: skip


def _asked(field: Field, key: str) -> Any:
    """A required term of a stream that is not there yet; None while it is open."""
    label, about = field.label(lang()), field.about(lang()) or None
    if field.shape in ("number", "count"):
        value = st.number_input(
            label, value=None, format="%g", step=1.0, key=key, help=about, placeholder=field.range(lang())
        )
        return None if value is None else to_stored(value, field.percent)
    if field.shape in ("choice", "flag"):
        labels = {code: field.what.option(code, lang()) for code in field.what.options} or {
            True: t("是", "yes"),
            False: t("否", "no"),
        }
        return st.selectbox(
            label,
            list(labels),
            index=None,
            format_func=lambda code: labels[code],
            key=key,
            help=about,
            placeholder=t("请选择", "choose"),
        )
    return st.text_input(label, key=key, help=about) or None


def free_label(taken: Mapping[str, Any], kind: str) -> str:
    """A label for a stream of a kind; the books have tables of their own, whose names it may not take."""
    label = _next_name(taken, kind)
    return f"own_{label}" if TAKEN.fullmatch(label) else label


def _add_stream(head: str, kind: str, terms: Mapping[str, Any], key: str) -> None:
    taken = {str(name): None for part in ("revenue", "support") for name in (look(draft().stated, part) or {})}
    label = free_label(taken, kind)
    write(f"{head}.{label}", {**({} if label == kind else {"stream": kind}), **terms})
    st.session_state[key] = None
