"""The editors of what is uncertain: a distribution for an input, rank correlations, what-ifs on facts of the library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import streamlit as st

from appraisal.app.choices import fact_title
from appraisal.app.defaults import held
from appraisal.app.faults import shown_as_is, title_of, told
from appraisal.app.fields import (
    STREAMS,
    Field,
    field_at,
    fields_of,
    is_number,
    kind_of,
    look,
    plain,
    read_numbers,
    to_shown,
    to_stored,
)
from appraisal.app.state import draft, lang, outcome, t
from appraisal.app.widgets import write
from appraisal.case.schema import SECTIONS
from appraisal.field import Section
from appraisal.library import Fact
from appraisal.scenario.uncertainty import DISTRIBUTIONS, NAMES, OF_LOGARITHM, number_words
from appraisal.text import unit_words

_BESIDE = ("correlations", "scenarios")
# How far the distribution of an input reaches at first, either way.
_REACH = 0.1


def uncertainty() -> None:
    """Which inputs are uncertain and how."""
    stated = look(draft().stated, "uncertainty")
    stated = stated if isinstance(stated, Mapping) else {}
    st.caption(
        t(
            "蒙特卡洛模拟和敏感性分析按这些分布取值；未列出的输入保持不变。",
            "Monte Carlo and the sensitivity studies draw from these; inputs that are not listed stay as they are.",
        )
    )
    for path in stated:
        if path not in _BESIDE:
            _distribution(str(path), stated)
    _add_distribution(stated)
    _correlations(stated)
    if stated.get("scenarios"):
        st.info(
            t(
                "本算例另有情景树；情景树请在算例文件中修改。",
                "This case has a tree of scenarios as well; change it in the case's file.",
            )
        )
        _told_at("uncertainty.scenarios")


def _write(stated: Mapping[str, Any]) -> None:
    """The section as a whole: its keys are dotted paths themselves."""
    write("uncertainty", dict(stated) or None)


def _told_at(path: str) -> None:
    for fault in outcome().faults:
        if fault.path == path or fault.path.startswith(f"{path}."):
            words = told(fault, draft(), lang())
            for name, called in sorted(NAMES.items(), key=lambda one: -len(one[0])):
                words = words.replace(f"{name} ", f"{called.text(lang())} ")
            st.error(shown_as_is(words), icon=":material/error:")


def _distribution(path: str, stated: Mapping[str, Any]) -> None:
    held_now = stated[path]
    name, numbers = next(iter(held_now.items())) if isinstance(held_now, Mapping) and held_now else ("", ())
    field = field_at(draft().stated, path)
    percent = field is not None and field.percent
    with st.container(border=True):
        st.markdown(f"**{shown_as_is(title_of(path, draft(), lang()))}**")
        kind, text, button = st.columns([2, 3, 1], vertical_alignment="bottom")
        with kind:
            key = f"distribution|{path}"
            st.session_state[key] = name if name in NAMES else None
            labels = {code: called.text(lang()) for code, called in NAMES.items()}
            st.selectbox(
                t("分布", "Distribution"), list(NAMES), index=None, key=key, placeholder=t("请选择", "choose"),
                format_func=lambda code: labels.get(code, str(code)), on_change=_took_kind, args=(key, path, stated),
            )  # fmt: skip
        with text:
            key = f"numbers|{path}"
            st.session_state[key] = _printed(name, numbers, percent)
            st.text_input(
                _numbers_label(name, field), key=key, on_change=_took_numbers, args=(key, path, name, percent, stated)
            )
        rest = {one: value for one, value in stated.items() if one != path}
        button.button(
            t("移除", "Remove"),
            key=f"remove|uncertainty|{path}",
            type="tertiary",
            icon=":material/delete:",
            on_click=_write,
            args=(rest,),
        )
        _told_at(f"uncertainty.{path}")


def _numbers_label(name: str, field: Field | None) -> str:
    unit = unit_words(field.what.unit, lang()) if field is not None else ""
    if name == "discrete":
        words = t("取值: 概率", "value: probability")
    else:
        known = number_words(name) if name in DISTRIBUTIONS else ()
        words = t("、", ", ").join(word.text(lang()) for word in known) or t("数值", "Numbers")
    return f"{words}{t(f'（{unit}）', f' ({unit})') if unit else ''}"


def _scales(name: str, count: int, percent: bool) -> list[bool]:
    """Which numbers of a distribution are read in percent: all of a share but the deviation of a logarithm."""
    words = DISTRIBUTIONS.get(name, ())
    return [percent and not (place < len(words) and words[place] == OF_LOGARITHM) for place in range(count)]


def _printed(name: str, numbers: Any, percent: bool) -> str:
    if isinstance(numbers, Mapping):
        return ", ".join(f"{_value(value, percent)}: {plain(share)}" for value, share in numbers.items())
    listed = list(numbers) if isinstance(numbers, (list, tuple)) else [numbers]
    return ", ".join(
        plain(one, scaled) for one, scaled in zip(listed, _scales(name, len(listed), percent), strict=True)
    )


def _value(text: Any, percent: bool) -> str:
    """A value of a discrete distribution, which a file holds as the text of a key."""
    try:
        return plain(float(text), percent)
    except ValueError:
        return str(text)


def _took_kind(key: str, path: str, stated: Mapping[str, Any]) -> None:
    name = st.session_state[key]
    if name is not None:
        _write({**stated, path: {name: _first(path, name)}})


def _took_numbers(key: str, path: str, name: str, percent: bool, stated: Mapping[str, Any]) -> None:
    text = st.session_state[key] or ""
    if name == "discrete" or ":" in text or "：" in text:
        _write({**stated, path: {"discrete": dict(_pairs(text, percent))}})
        return
    words = [word for word in text.replace("，", ",").split(",") if word.strip()]
    read = [read_numbers(word, scaled) for word, scaled in zip(words, _scales(name, len(words), percent), strict=True)]
    _write({**stated, path: {name: read}})


def _pairs(text: str, percent: bool) -> Iterator[tuple[str, Any]]:
    for word in text.replace("，", ",").replace("：", ":").split(","):
        value, _, share = word.partition(":")
        if value.strip():
            read = read_numbers(value, percent)
            yield plain(read), read_numbers(share) if share.strip() else ""


def _first(path: str, name: str) -> Any:
    """A distribution to begin with: about the value that holds, a tenth either way and within the field's range."""
    field = field_at(draft().stated, path)
    default = held(field, draft()) if field is not None else None
    value = look(draft().stated, path)
    value = value if value is not None or default is None else default.value
    middle = float(value) if is_number(value) else 1.0
    most = field.what.le if field is not None and field.what.le is not None else float("inf")
    reach = abs(_REACH * middle) or _REACH
    low, high = (float(f"{one:.6g}") for one in (middle - reach, min(middle + reach, most)))
    if name == "discrete":
        return {plain(low): 0.5, plain(high): 0.5}
    first = {
        "low": low,
        "mode": middle,
        "high": high,
        "mean": middle,
        "median": middle,
        "standard deviation": high - middle or reach,
        OF_LOGARITHM: _REACH,
    }
    return [first[word] for word in DISTRIBUTIONS[name]]


def inputs_that_vary() -> dict[str, str]:
    """Paths of the numbers of the draft that may differ by scenario → where they are, in titles."""
    return {path: title_of(path, draft(), lang()) for path in _numbers_of(draft().stated)}


def _numbers_of(stated: Mapping[str, Any]) -> Iterator[str]:
    for name, kind in SECTIONS.items():
        yield from _under(kind, name, stated)
    for head in STREAMS:
        found = look(stated, head)
        for label in found if isinstance(found, Mapping) else ():
            kind_here = kind_of(stated, head, str(label))
            if kind_here is not None:
                yield from _under(kind_here, f"{head}.{label}", stated)


def _under(kind: type[Section], path: str, stated: Mapping[str, Any]) -> Iterator[str]:
    for one in fields_of(kind, path):
        if not isinstance(one, Field):
            yield from _under(one[1], one[0], stated)
        elif one.what.kind == "number":
            yield one.path
        elif one.shape == "named" and one.inner is not None:
            entries = look(stated, one.path)
            for label in entries if isinstance(entries, Mapping) else ():
                yield from _under(one.inner, f"{one.path}.{label}", stated)


def _add_distribution(stated: Mapping[str, Any]) -> None:
    labels = {path: title for path, title in inputs_that_vary().items() if path not in stated}
    words, button = st.columns([4, 1], vertical_alignment="bottom")
    key = "new|uncertainty"
    # Set on every run: else the browser keeps the label of the language before.
    st.session_state[key] = st.session_state.get(key)
    words.selectbox(
        t("再列入一个不确定的输入", "Add an uncertain input"), list(labels), index=None, key=key, format_func=lambda path: labels.get(path, path),
        placeholder=t("按名称查找", "find by name"),
    )  # fmt: skip
    path = st.session_state.get(key)
    button.button(
        t("添加", "Add"), key="add|uncertainty", icon=":material/add:", disabled=path is None, width="stretch", on_click=_added,
        args=(path, stated, key),
    )  # fmt: skip


def _added(path: str, stated: Mapping[str, Any], key: str) -> None:
    _write({**stated, path: {"triangular": _first(path, "triangular")}})
    st.session_state[key] = None


# --- correlations ---


def _correlations(stated: Mapping[str, Any]) -> None:
    drawn = [str(path) for path in stated if path not in _BESIDE]
    pairs = stated.get("correlations")
    pairs = list(pairs) if isinstance(pairs, (list, tuple)) else []
    if len(drawn) < 2 and not pairs:
        return
    st.markdown(f"##### {t('秩相关', 'Rank correlations')}")
    _told_at("uncertainty.correlations")
    for place, pair in enumerate(pairs):
        between = pair.get("between", ()) if isinstance(pair, Mapping) else ()
        words = " ↔ ".join(title_of(str(path), draft(), lang()) for path in between)
        text, button = st.columns([4, 1], vertical_alignment="center")
        text.markdown(f"{shown_as_is(words)}: {plain(pair.get('rank') if isinstance(pair, Mapping) else pair)}")
        rest = [one for other, one in enumerate(pairs) if other != place]
        button.button(
            t("移除", "Remove"),
            key=f"remove|correlation|{place}",
            type="tertiary",
            icon=":material/delete:",
            on_click=_write_pairs,
            args=(rest, stated),
        )
    if len(drawn) >= 2:
        _add_pair(drawn, pairs, stated)


def _add_pair(drawn: list[str], pairs: list[Any], stated: Mapping[str, Any]) -> None:
    two, rank, button = st.columns([3, 1, 1], vertical_alignment="bottom")
    labels = {path: title_of(path, draft(), lang()) for path in drawn}
    st.session_state["new|correlation"] = [
        path for path in st.session_state.get("new|correlation", []) if path in labels
    ]
    chosen = two.multiselect(
        t("两个输入", "Two inputs"), drawn, key="new|correlation", max_selections=2, format_func=lambda path: labels.get(path, str(path)),
        placeholder=t("选择两个", "choose two"),
    )  # fmt: skip
    value = rank.number_input(
        t("秩相关系数", "Rank correlation"), value=None, step=0.1, format="%g", key="new|rank", placeholder="-1 … 1"
    )
    made = [*pairs, {"between": list(chosen), "rank": value}]
    button.button(
        t("添加", "Add"), key="add|correlation", icon=":material/add:", disabled=len(chosen) != 2 or value is None, width="stretch",
        on_click=_write_pairs, args=(made, stated),
    )  # fmt: skip


def _write_pairs(pairs: list[Any], stated: Mapping[str, Any]) -> None:
    rest = {path: value for path, value in stated.items() if path != "correlations"}
    _write({**rest, **({"correlations": pairs} if pairs else {})})


# --- what-ifs on facts ---


def overlays() -> None:
    """Facts of the library that the case replaces by a value of its own."""
    stated = look(draft().stated, "overlays")
    stated = stated if isinstance(stated, Mapping) else {}
    st.markdown(f"##### {t('假设值：替换事实库中的数', 'What-ifs: values in place of facts of the library')}")
    st.caption(t("结果会注明这些是假设，不是事实。", "Every result says that these are what-ifs, not facts."))
    read = _facts_read()
    for name in stated:
        _overlay(str(name), stated, read)
    rest = {name: fact for name, fact in read.items() if name not in stated}
    labels = {name: fact_title(name, lang()) for name in rest}
    words, button = st.columns([4, 1], vertical_alignment="bottom")
    key = "new|overlays"
    # Set on every run: else the browser keeps the label of the language before.
    st.session_state[key] = st.session_state.get(key)
    words.selectbox(
        t("本算例读取的事实", "A fact that this case reads"), list(rest), index=None, key=key, format_func=lambda name: labels.get(name, str(name)),
        placeholder=t("按名称查找", "find by name"),
    )  # fmt: skip
    name = st.session_state.get(key)
    fact = rest.get(name) if name else None
    button.button(
        t("添加", "Add"), key="add|overlays", icon=":material/add:", disabled=fact is None, width="stretch", on_click=_write_overlays,
        args=({**stated, **({name: fact.value} if fact is not None else {})},),
    )  # fmt: skip


def _facts_read() -> dict[str, Fact]:
    """Numbers of the library that the case rests on; none while it has faults."""
    result = outcome().result
    return {fact.name: fact for fact in result.case.facts if is_number(fact.value)} if result is not None else {}


def _write_overlays(stated: Mapping[str, Any]) -> None:
    write("overlays", dict(stated) or None)
    st.session_state["new|overlays"] = None


def _overlay(name: str, stated: Mapping[str, Any], read: Mapping[str, Fact]) -> None:
    percent = name in read and read[name].unit in ("share", "share/year")
    unit = unit_words(read[name].unit, lang()) if name in read else ""
    with st.container(border=True):
        words, button = st.columns([4, 1], vertical_alignment="bottom")
        key, value = f"overlay|{name}", stated[name]
        st.session_state[key] = to_shown(value, percent) if is_number(value) else None
        title = fact_title(name, lang())
        before = read[name].replaced if name in read else None
        words.number_input(
            f"{title}{t(f'（{unit}）', f' ({unit})') if unit else ''}", value=None, format="%g", step=1.0 if percent else 0.01, key=key,
            on_change=_took_overlay, args=(key, name, percent, stated),
        )  # fmt: skip
        rest = {one: kept for one, kept in stated.items() if one != name}
        button.button(
            t("移除", "Remove"),
            key=f"remove|overlays|{name}",
            type="tertiary",
            icon=":material/delete:",
            on_click=_write_overlays,
            args=(rest,),
        )
        if is_number(before):
            st.caption(t("事实库中的值：", "In the library: ") + plain(before, percent))
        for fault in outcome().faults:
            if fault.path.startswith(f"overlays.{name}"):
                st.error(shown_as_is(told(fault, draft(), lang())), icon=":material/error:")


def _took_overlay(key: str, name: str, percent: bool, stated: Mapping[str, Any]) -> None:
    value = st.session_state[key]
    rest = {one: kept for one, kept in stated.items() if one != name}
    _write_overlays(rest if value is None else {**stated, name: to_stored(value, percent)})
