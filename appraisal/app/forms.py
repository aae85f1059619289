"""Forms from the declarations: every field of a section with its range, default and origin, and its faults beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from appraisal.app import entries
from appraisal.app.defaults import Held, defaults, held
from appraisal.app.draft import Draft
from appraisal.app.faults import belongs, shown_as_is, told
from appraisal.app.fields import Field, field_at, fields_of, grouped, is_number, look, same, worded
from appraisal.app.grounds import cited
from appraisal.app.state import as_loaded, draft, lang, outcome, t
from appraisal.app.widgets import text_of, widget, write
from appraisal.field import Section, check_number, outside
from appraisal.field import told as unusual
from appraisal.report.charts.figures import shown_unit
from appraisal.scenario.sheet.words import SECTIONS as TITLES
from appraisal.text import CONFIDENCE, ORIGINS, word

_COLUMNS = 2
# From here on a sum of money is easier to read in 万元.
_LARGE = 1e6


def section(
    kind: type[Section], path: str, *, only: Sequence[str] = (), apart: Sequence[str] = (), columns: int = _COLUMNS
) -> None:
    """The form of a section of the draft: what matters first, then under one fold what its defaults are good enough for.

    Parameters
    ----------
    kind : type of Section
    path : str
        Where it stands in the draft.
    only, apart : sequence of str
        Names of fields to draw, of fields to leave to another place; none for all, for none.
    columns : int
    """
    parts = [one for one in fields_of(kind, path) if _wanted(one, only, apart)]
    plain = [one for one in parts if isinstance(one, Field) and one.inner is None]
    first = [one for one in plain if is_prominent(one)]
    rest = [one for one in plain if not is_prominent(one)]
    grid(first, columns=columns)
    for one in parts:
        if not isinstance(one, Field):
            st.markdown(f"##### {TITLES[one[0]][0 if lang() == 'zh' else 1] if one[0] in TITLES else one[0]}")
            st.caption(worded(one[1].about(lang()), one[1], lang()))
            section(one[1], one[0], columns=columns)
    if rest:
        label = t(f"其余 {len(rest)} 项（默认值通常合用）", f"{len(rest)} more (their defaults usually fit)")
        with st.expander(label, expanded=any(_needs_eye(one) for one in rest), key=f"more|{path}"):
            grid(rest, columns=columns)
    for one in parts:
        if isinstance(one, Field) and one.inner is not None:
            entries.show(one, section)
            _faults(one, exact=True)


def _wanted(one: Field | tuple[str, type[Section]], only: Sequence[str], apart: Sequence[str]) -> bool:
    name = one.name if isinstance(one, Field) else one[0].rpartition(".")[2]
    return name not in apart and (not only or name in only)


def is_prominent(field: Field) -> bool:
    """Whether a field must be stated, takes a value of the library, or was stated by the case as it was loaded."""
    supplied = field.path in defaults(draft())
    return field.required or supplied or look(as_loaded().stated, field.path) is not None


def _needs_eye(field: Field) -> bool:
    return is_changed(field) or any(belongs(fault, field) for fault in outcome().faults)


def is_changed(field: Field) -> bool:
    """Whether the draft states something else than it did when it was loaded."""
    return not same(look(draft().stated, field.path), look(as_loaded().stated, field.path))


def grid(fields: Sequence[Field], *, place: str = "tab", columns: int = _COLUMNS) -> None:
    """Fields side by side, row by row."""
    for start in range(0, len(fields), columns):
        for column, field in zip(st.columns(columns), fields[start : start + columns], strict=False):
            with column:
                one(field, place)


def one(field: Field, place: str = "tab") -> None:
    """One field: widget, where its value comes from, what can be undone, what is wrong with it."""
    default = held(field, draft())
    with st.container(gap="xxsmall"):
        widget(field, f"{place}|{field.path}", default, _help(field, default))
        if is_changed(field):
            _undo(field, place)
        st.caption(_line(field, default))
        _unusual(field)
        _faults(field)


def _unusual(field: Field) -> None:
    """That the value stated is not usual, with the likely reading; what is refused anyway is left to the fault."""
    try:
        found = outside(field.what, check_number(look(draft().stated, field.path), field.what))
    except ValueError:
        return
    if found.size:
        st.caption(f":orange[:material/warning: {shown_as_is(unusual(field.what, float(found[0])).text(lang()))}]")


def _faults(field: Field, exact: bool = False) -> None:
    for fault in outcome().faults:
        if fault.path == field.path if exact else belongs(fault, field):
            st.error(shown_as_is(told(fault, draft(), lang())), icon=":material/error:")


def _line(field: Field, default: Held | None) -> str:
    """Amount in 万元, range, origin and default in a line."""
    parts = []
    stated = look(draft().stated, field.path)
    if field.what.unit in ("yuan", "yuan/year") and is_number(stated) and abs(stated) >= _LARGE:
        parts.append(f"= {shown_unit('', 'yuan', lang()).text(float(stated))}")
    if field.range(lang()):
        parts.append(t("范围 ", "range ") + field.range(lang()))
    parts.append(_origin(field, default, stated))
    return " · ".join(part for part in parts if part)


def _origin(field: Field, default: Held | None, stated: Any) -> str:
    """Where the value comes from, and what would hold without it."""
    own = "" if stated is None else t("取自本算例", "from this case")
    if default is None:
        need = t("必填", "required") if field.required else "" if own else t("可不填", "optional")
        return " · ".join(part for part in (own, need) if part)
    value = shown_as_is(
        grouped(default.value, field.percent) if is_number(default.value) else text_of(field, default.value)
    )
    if default.kind == "same":
        other = field_at(draft().stated, default.path)
        title = other.what.title(lang()) if other is not None else default.path
        words = t(f"默认同“{title}”（{value}）", f"default: as “{title}” ({value})")
        return " · ".join(part for part in (own, words) if part)
    source = word(ORIGINS, default.kind, lang())
    trust = word(CONFIDENCE, default.fact.source.confidence, lang()) if default.fact is not None else ""
    words = t(
        f"默认 {value}（{'，'.join(filter(None, (source, trust)))}）",
        f"default {value} ({', '.join(filter(None, (source, trust)))})",
    )
    return " · ".join(part for part in (own, words) if part)


def _help(field: Field, default: Held | None) -> str:
    """The field's help and the document behind its default."""
    parts = [field.about(lang())]
    if default is not None and default.fact is not None:
        fact = default.fact
        cite = cited(fact)
        parts.append(
            t(
                f"默认值{cite}；自 {fact.holds_from} 起适用，核对于 {fact.source.checked}。",
                f"Of the default: {cite}; holds from {fact.holds_from}, checked {fact.source.checked}.",
            )
        )
    return "\n\n".join(part for part in parts if part) or field.what.title(lang())


def _undo(field: Field, place: str) -> None:
    """That the field was changed, what it was, and the way back."""
    loaded = look(as_loaded().stated, field.path)
    before = shown_as_is(text_of(field, loaded))
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown(
            t(f":orange-badge[已改，载入时 {before}]", f":orange-badge[changed, was {before}]"), width="content"
        )
        label = t("恢复本项", "reset this field")
        st.button(
            label,
            key=f"undo|{place}|{field.path}",
            type="tertiary",
            icon=":material/undo:",
            on_click=write,
            args=(field.path, loaded),
        )


def changes(of: Draft, before: Draft) -> list[tuple[str, Any, Any]]:
    """Paths at which two drafts state different things, with what the one stated before and states now."""
    found: list[tuple[str, Any, Any]] = []
    for name in dict.fromkeys((*before.stated, *of.stated)):
        found += _differences(str(name), before.stated.get(name), of.stated.get(name))
    return found


def _differences(path: str, before: Any, now: Any) -> list[tuple[str, Any, Any]]:
    one, two = (dict(value) if isinstance(value, dict) else None for value in (before, now))
    if (one is None and two is None) or (one is None and before is not None) or (two is None and now is not None):
        return [] if same(before, now) else [(path, before, now)]
    found: list[tuple[str, Any, Any]] = []
    for name in dict.fromkeys((*(one or {}), *(two or {}))):
        found += _differences(f"{path}.{name}", (one or {}).get(name), (two or {}).get(name))
    return found or ([] if same(before, now) else [(path, before, now)])
