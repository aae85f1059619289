"""The widget of each kind of field: it shows what the draft states and writes back what a person enters.

A widget takes its value from the draft on every run and writes to it in its callback, so that the draft is the only place
where a value is. A field that is left out is an empty widget with its default as the placeholder.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import floor, log10
from typing import Any, get_args

import streamlit as st

from appraisal.app import state
from appraisal.app.choices import choices, coded
from appraisal.app.defaults import Held
from appraisal.app.draft import Draft
from appraisal.app.fields import (
    Field,
    is_number,
    listed_above,
    look,
    plain,
    printed,
    read_list,
    read_numbers,
    to_shown,
    to_stored,
)
from appraisal.app.state import draft, lang, t
from appraisal.errors import InputError

# A row of more numbers than this takes several lines.
_ONE_LINE = 6
_LONGEST_TEXT = 500
_WHOLE_UNITS = ("years", "months", "days", "year")
_ALL = "all"


def write(path: str, value: object) -> None:
    """Set a value of the draft, None for its default; what cannot be set is told on the page."""
    try:
        state.change(*listed_above(draft().stated, path, value))
    except InputError as error:
        st.session_state["refused"] = error.faults


def widget(field: Field, key: str, default: Held | None, about: str) -> None:
    """Draw the widget of a field.

    Parameters
    ----------
    field : Field
    key : str
        Of the widget; a field may stand at two places of a page.
    default : Held or None
        What holds while it is left out.
    about : str
        Its help.
    """
    stated = look(draft().stated, field.path)
    # What no widget of its kind could show stands as text, so that it can be mended.
    drawn = _DRAWN[field.shape] if _fits(field, stated) else _as_text
    drawn(field, key, stated, default, about)


def _fits(field: Field, stated: Any) -> bool:
    if stated is None:
        return True
    if field.shape == "number":
        return is_number(stated)
    if field.shape == "count":
        return is_number(stated) and float(stated).is_integer()
    if field.shape in ("choice", "text"):
        return isinstance(stated, (str, int)) and not isinstance(stated, bool)
    if field.shape == "flag":
        return isinstance(stated, bool)
    if field.shape == "several":
        return isinstance(stated, (list, tuple)) or stated == _ALL
    return True


def _placeholder(field: Field, default: Held | None) -> str:
    if default is None:
        return t("必填", "required") if field.required else ""
    return t("默认 ", "default ") + text_of(field, default.value)


def text_of(field: Field, value: Any, of: Draft | None = None) -> str:
    """A value of a field of a draft in words, by default of the one worked on: what may be chosen depends on it."""
    if value is None:
        return t("未填", "nothing")
    if isinstance(value, bool):
        return t("是", "yes") if value else t("否", "no")
    if field.what.options and not isinstance(value, (list, tuple, Mapping)):
        return field.what.option(value, lang()) if value in field.what.options else str(value)
    if isinstance(value, (list, tuple)) and any(isinstance(one, Mapping) for one in value):
        return t(f"{len(value)} 项", f"{len(value)} entries")
    if field.shape == "several" and isinstance(value, (list, tuple)):
        return t("、", ", ").join(_one_of(field, one) for one in value)
    if isinstance(value, Mapping):
        return t("、", ", ").join(map(str, value)) or t("无", "none")
    if isinstance(value, str):
        stated = of or draft()
        code = coded(field, value, stated)
        return (choices(field, stated, lang()) or {}).get(code, value)
    return printed(value, field.percent)


# --- one number ---


def _number(field: Field, key: str, stated: Any, default: Held | None, about: str) -> None:
    st.session_state[key] = None if stated is None else to_shown(stated, field.percent)
    st.number_input(
        field.label(lang()), value=None, step=_step(field, default), format="%g", key=key, help=about,
        placeholder=_placeholder(field, default), on_change=_took_number, args=(key, field.path, field.percent),
    )  # fmt: skip


def _took_number(key: str, path: str, percent: bool) -> None:
    value = st.session_state[key]
    write(path, None if value is None else to_stored(value, percent))


def _step(field: Field, default: Held | None) -> float:
    """What one press of a button adds: about a twentieth of the value that was loaded, a power of ten."""
    if field.what.unit in _WHOLE_UNITS:
        return 1.0
    loaded = look(state.as_loaded().stated, field.path)
    start = loaded if is_number(loaded) else default.value if default is not None and is_number(default.value) else None
    size = abs(to_shown(start, field.percent)) if start is not None else 0.0
    return float(10.0 ** floor(log10(size / 20.0) + 0.5)) if size > 0.0 else 0.1


def _count(field: Field, key: str, stated: Any, default: Held | None, about: str) -> None:
    st.session_state[key] = None if stated is None else int(stated)
    st.number_input(
        field.label(lang()), value=None, step=1, format="%d", key=key, help=about, placeholder=_placeholder(field, default),
        on_change=_took, args=(key, field.path),
    )  # fmt: skip


def _took(key: str, path: str) -> None:
    value = st.session_state[key]
    write(path, None if value in ("", None) else value)


# --- words ---


def _choice(field: Field, key: str, stated: Any, default: Held | None, about: str) -> None:
    labels = {code: field.what.option(code, lang()) for code in field.what.options}
    _select(field, key, stated, labels, default, about)


def _flag(field: Field, key: str, stated: Any, default: Held | None, about: str) -> None:
    _select(field, key, stated, {True: t("是", "yes"), False: t("否", "no")}, default, about)


def _select(
    field: Field, key: str, stated: Any, labels: Mapping[Any, str], default: Held | None, about: str, free: bool = False
) -> None:  # fmt: skip
    """One of some words; a stated one that is none of them is shown too."""
    codes = [*labels, *([stated] if stated is not None and stated not in labels else [])]
    st.session_state[key] = stated
    st.selectbox(
        field.label(lang()), codes, index=None, format_func=lambda code: labels.get(code, str(code)), key=key, help=about,
        placeholder=_placeholder(field, default) or t("可不填", "optional"), accept_new_options=free, on_change=_took, args=(key, field.path),
    )  # fmt: skip


def _text(field: Field, key: str, stated: Any, default: Held | None, about: str) -> None:
    known = choices(field, draft(), lang())
    if known:
        _select(field, key, coded(field, stated, draft()), known, default, about, free=True)
        return
    _line(
        field, key, "" if stated is None else str(stated), _placeholder(field, default), about, _took, (key, field.path)
    )


def _line(field: Field, key: str, shown: str, placeholder: str, about: str, took: Any, args: tuple[Any, ...]) -> None:
    st.session_state[key] = shown
    st.text_input(
        field.label(lang()), key=key, help=about, max_chars=_LONGEST_TEXT, placeholder=placeholder or t("可不填", "optional"),
        on_change=took, args=args,
    )  # fmt: skip


def _several(field: Field, key: str, stated: Any, default: Held | None, about: str) -> None:
    """Some of some words, or of the months of the year."""
    codes: list[Any] = [*field.what.options, *(range(1, 13) if _of_months(field) else ())]
    chosen = [stated] if stated == _ALL else list(stated or ())
    st.session_state[key] = chosen
    labels = {code: _one_of(field, code) for code in (*codes, *chosen)}
    st.multiselect(
        field.label(lang()), list(labels), format_func=lambda code: labels.get(code, str(code)),
        key=key, help=about, placeholder=_placeholder(field, default) or t("可不填", "optional"), on_change=_took_several, args=(key, field.path),
    )  # fmt: skip


def _of_months(field: Field) -> bool:
    return any(int in get_args(part) for part in (field.info.annotation, *get_args(field.info.annotation)))


def _one_of(field: Field, code: Any) -> str:
    if code in field.what.options:
        return field.what.option(code, lang())
    return t(f"{code} 月", f"month {code}") if _of_months(field) else str(code)


def _took_several(key: str, path: str) -> None:
    chosen = st.session_state[key]
    write(path, _ALL if _ALL in chosen else list(chosen) or None)


# --- rows of numbers ---


def _numbers(field: Field, key: str, stated: Any, default: Held | None, about: str) -> None:
    shown = printed(stated, field.percent)
    took, args = _took_numbers, (key, field.path, field.percent)
    placeholder = _placeholder(field, default)
    if not isinstance(stated, (list, tuple)) or len(stated) <= _ONE_LINE:
        _line(field, key, shown, placeholder, about, took, args)
        return
    st.session_state[key] = shown
    st.text_area(
        field.label(lang()), key=key, help=about, height=96, placeholder=placeholder, on_change=took, args=args
    )


def _took_numbers(key: str, path: str, percent: bool) -> None:
    write(path, read_numbers(st.session_state[key] or "", percent))


def _whole(field: Field, key: str, stated: Any, default: Held | None, about: str) -> None:
    shown = printed(stated) if isinstance(stated, (list, tuple)) or stated is None else plain(stated)
    _line(field, key, shown, _placeholder(field, default), about, _took_list, (key, field.path))


def _took_list(key: str, path: str) -> None:
    write(path, read_list(st.session_state[key] or ""))


def _as_text(field: Field, key: str, stated: Any, default: Held | None, about: str) -> None:
    _line(
        field,
        f"{key}|text",
        printed(stated),
        _placeholder(field, default),
        about,
        _took_text,
        (f"{key}|text", field.path),
    )


def _took_text(key: str, path: str) -> None:
    write(path, read_numbers(st.session_state[key] or ""))


_DRAWN: Mapping[str, Any] = {
    "number": _number, "count": _count, "choice": _choice, "flag": _flag, "text": _text, "several": _several,
    "numbers": _numbers, "whole": _whole,
}  # fmt: skip
