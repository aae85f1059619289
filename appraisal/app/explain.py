"""Why a number is what it is: formula, the figures in it, inputs, facts and their documents; any of them opened in turn."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial

import streamlit as st

from appraisal.app.faults import shown_as_is
from appraisal.app.grounds import amount, fact_text, given_text, once
from appraisal.app.state import draft, lang, t
from appraisal.errors import InputError
from appraisal.finance.tables import TITLES
from appraisal.pipeline import Appraisal
from appraisal.report.formula import in_words
from appraisal.report.leaves import Leaf
from appraisal.report.tables import tables
from appraisal.report.trace import Operand, TraceNode, explain
from appraisal.streams import stream
from appraisal.text import REASONS, word

# What a line is of, where several have the same label.
_OWNERS: Mapping[str, tuple[str, str]] = {
    "levered": ("融资后", "with the debt"), "unlevered": ("融资前", "without the debt"), "plant": ("账面资产", "booked plant"), "vat": ("增值税", "VAT"),
    "plant_unlevered": ("融资前资产", "plant without construction interest"), "loan": ("长期借款", "long-term loan"), "replacement": ("更新改造", "replacement"),
    "renewal": ("更新改造", "replacement"), "augmentation": ("补容", "augmentation"), "fuel": ("燃料", "fuel or heat"),
    "rebalancing": ("电解液再平衡", "rebalancing"), "auxiliary": ("站用电", "auxiliary power"),
}  # fmt: skip
_ALL_YEARS = 0
_MOST = 400


def catalogue(result: Appraisal, language: str) -> dict[str, str]:
    """Key → label of every metric, printed row and further line of the books, in that order; each label once."""
    found = {key: (metric.zh if language == "zh" else metric.en) for key, metric in result.metrics.items()}
    for letter in result.statements.sheets:
        for key, label in _rows(result, letter, language):
            found.setdefault(key, label)
    for key, line in result.statements.book.lines.items():
        found.setdefault(key, _owned(result, key, line.zh if language == "zh" else line.en, language))
    counted = Counter(found.values())
    seen: Counter[str] = Counter()
    for key, label in found.items():
        if counted[label] > 1:
            seen[label] += 1
            found[key] = f"{label} [{seen[label]}]"
    return found


def _rows(result: Appraisal, letter: str, language: str) -> Iterator[tuple[str, str]]:
    """The rows of a printed table with the table they stand in, and the row above them where they are a part of one."""
    sheet = result.statements.sheets[letter]
    name = TITLES[letter][1 if language == "zh" else 2]
    above: list[str] = []
    for one in sheet.placed():
        known = result.statements.book.lines.get(one.row.key)
        own = (one.row.zh if language == "zh" else one.row.en) or (
            (known.zh if language == "zh" else known.en) if known else one.row.key
        )
        del above[one.depth :]
        above.append(own)
        if one.row.key:
            yield one.row.key, f"{name} › {' › '.join(above[-2:])}"


def _owned(result: Appraisal, key: str, label: str, language: str) -> str:
    """A line that no table prints, with what it is of."""
    owner = key.rpartition(".")[0]
    if not owner:
        return label
    terms = result.case.streams.get(owner)
    if terms is not None:
        kind = stream(terms.stream or owner)
        name = kind.zh if language == "zh" else kind.en
    else:
        base, _, rest = owner.partition("_")
        pair = _OWNERS.get(owner) or _OWNERS.get(base)
        name = owner if pair is None else pair[0 if language == "zh" else 1]
        name += f" {rest}" if pair is not None and owner not in _OWNERS and rest else ""
    return f"{name} › {label}"


def years(result: Appraisal, language: str) -> dict[int, str]:
    """Year → its label with the calendar year and what happens in it; 0 for all of them."""
    heads = tables(result, language)["D"].heads
    rows = tables(result, language)["D"].head_rows()[2][-len(heads) :]
    named = {
        head.year: f"第 {head.year} 年（{head.calendar}，{period}）"
        if language == "zh"
        else f"Year {head.year} ({head.calendar}, {period})"
        for head, period in zip(heads, rows, strict=True)
    }
    return {_ALL_YEARS: "所有年份" if language == "zh" else "All years", **named}


def dialog(result: Appraisal, key: str, year: int | None = None) -> None:
    """Open the explanation of a figure over the page."""
    st.session_state["why_dialog_trail"] = [(key, year)]
    st.dialog(t("这个数是怎么来的", "Why this number"), width="medium")(partial(explanation, result, "why_dialog"))()


def expander(result: Appraisal, place: str, first: str) -> None:
    """A fold in which any figure or line can be chosen and is explained."""
    with st.expander(
        t("这个数是怎么来的：任选一个指标或科目", "Why this number: choose any figure or line"),
        icon=":material/account_tree:",
        key=f"{place}_fold",
    ):
        chosen(result, place, first)


@st.fragment
def chosen(result: Appraisal, place: str, first: str) -> None:
    """A choice of every figure and line, and the explanation of the one chosen."""
    known = catalogue(result, lang())
    slot = f"{place}_why"
    held = st.session_state
    # Set anew on every run: a selectbox would else keep the label of the other language.
    held[f"{slot}_figure"] = held[f"{slot}_figure"] if held.get(f"{slot}_figure") in known else first
    trail = held.get(f"{slot}_trail")
    if not trail or trail[0][0] != held[f"{slot}_figure"]:
        held[f"{slot}_trail"] = [(held[f"{slot}_figure"], None)]
    st.selectbox(
        t("指标或科目", "Figure or line"), list(known), format_func=known.__getitem__, key=f"{slot}_figure",
        help=t("可输入文字查找", "Type to search"),
    )  # fmt: skip
    explanation(result, slot)


def explanation(result: Appraisal, slot: str) -> None:
    """The explanation of the last figure on the trail, with the way back."""
    trail: list[tuple[str, int | None]] = st.session_state[f"{slot}_trail"]
    key, year = trail[-1]
    try:
        node = explain(result, key, year, depth=1).nodes[0]
    except InputError as error:
        # A line of the case as it was before.
        st.warning(shown_as_is(error.faults[0].message.text(lang())))
        return
    _way_back(result, slot, trail)
    _year_choice(result, slot, key)
    st.markdown(
        f"**{shown_as_is(_label(node))}**{'' if node.year is None else t(f'（第 {node.year} 年）', f' (year {node.year})')}"
    )
    _value(result, node)
    if node.formula:
        st.caption(t("公式（与计算所用的同一声明）", "Formula (the very declaration that is evaluated)"))
        st.code(in_words(node.formula, node.operands, lang()), language=None, wrap_lines=True)
        _operands(result, slot, node)
    if node.leaf is not None:
        _leaf(node.leaf)
    _full(result, slot, key, year)


def _label(node: TraceNode | Operand) -> str:
    return node.zh if lang() == "zh" else node.en


def _value(result: Appraisal, node: TraceNode) -> None:
    if len(node.values) > 1:
        st.dataframe(
            _by_year(result, node), hide_index=True, width="stretch", height=min(38 + 35 * len(node.values), 250)
        )
        return
    st.markdown(f"### {shown_as_is(amount(node.key, node.values[0], node.unit, lang()))}")
    if node.reason and word(REASONS, node.reason, lang()):
        st.caption(word(REASONS, node.reason, lang()))


def _by_year(result: Appraisal, node: TraceNode) -> dict[str, list[str]]:
    named = years(result, lang())
    return {
        t("年份", "Year"): [named[place] for place in range(1, len(node.values) + 1)],
        t("数值", "Value"): [amount(node.key, value, node.unit, lang()) for value in node.values],
    }


def _operands(result: Appraisal, slot: str, node: TraceNode) -> None:
    """The figures of the formula, each opened by a click."""
    if not node.operands:
        return
    st.caption(t("式中各数（点开继续追溯）", "The figures in it (click to go on)"))
    known = catalogue(result, lang())
    for place, one in enumerate(node.operands):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small"):
            label = shown_as_is(_operand_label(result, one, known))
            st.button(
                label,
                key=f"{slot}_open_{place}",
                type="tertiary",
                on_click=_open,
                args=(slot, one.key, one.year),
                icon=":material/subdirectory_arrow_right:",
            )
            st.markdown(shown_as_is(series_text(one.key, one.values, one.unit, lang())))


def _operand_label(result: Appraisal, one: Operand, known: Mapping[str, str]) -> str:
    label = _label(one)
    if one.name.startswith("each(") and one.key in known:
        label = _owned(result, one.key, label, lang())
    shift = {0: "", -1: t("（上年）", " (last year)"), 1: t("（下年）", " (next year)")}
    return label + shift.get(one.shift, t(f"（{-one.shift} 年前）", f" ({-one.shift} years before)"))


def series_text(key: str, values: tuple[float, ...], unit: str, language: str) -> str:
    """A figure of every year in a line: the first and the last with their years, and how far it reaches; one value alone.

    Examples
    --------
    >>> series_text("cycles", (300.0, 310.0, 290.0), "1", "en"), series_text("cycles", (300.0, 300.0), "1", "zh")
    ('year 1: 300, year 3: 290; least 290, greatest 310', '各年均为 300')
    """
    known = [value for value in values if math.isfinite(value)]
    if len(values) == 1 or not known:
        return amount(key, values[0], unit, language)
    first, last, least, most = (
        amount(key, one, unit, language) for one in (values[0], values[-1], min(known), max(known))
    )
    if len(known) == len(values) and min(known) == max(known):
        return f"各年均为 {first}" if language == "zh" else f"{first} in every year"
    if language == "zh":
        return f"第 1 年 {first}，第 {len(values)} 年 {last}；最小 {least}，最大 {most}"
    return f"year 1: {first}, year {len(values)}: {last}; least {least}, greatest {most}"


def _open(slot: str, key: str, year: int | None) -> None:
    st.session_state[f"{slot}_trail"] = [*st.session_state[f"{slot}_trail"], (key, year)]


def _back(slot: str, place: int) -> None:
    st.session_state[f"{slot}_trail"] = st.session_state[f"{slot}_trail"][: place + 1]


def _way_back(result: Appraisal, slot: str, trail: list[tuple[str, int | None]]) -> None:
    if len(trail) < 2:
        return
    known = catalogue(result, lang())
    with st.container(horizontal=True, gap="small"):
        for place, (key, _) in list(enumerate(trail[:-1]))[-4:]:
            st.button(
                shown_as_is(known.get(key, t("输入", "input"))),
                key=f"{slot}_back_{place}",
                on_click=_back,
                args=(slot, place),
                icon=":material/arrow_back:",
            )


def _year_choice(result: Appraisal, slot: str, key: str) -> None:
    """The years of a line; a metric and a number without years have none."""
    ledger = result.statements.ledger
    if key not in ledger.book.lines:
        return
    named = years(result, lang())
    year = st.session_state[f"{slot}_trail"][-1][1]
    st.session_state[f"{slot}_year"] = year or _ALL_YEARS
    st.selectbox(
        t("年份", "Year"), list(named), format_func=named.__getitem__, key=f"{slot}_year", on_change=_set_year, args=(slot,)
    )  # fmt: skip


def _set_year(slot: str) -> None:
    trail = st.session_state[f"{slot}_trail"]
    chosen_year = int(st.session_state[f"{slot}_year"])
    st.session_state[f"{slot}_trail"] = [*trail[:-1], (trail[-1][0], chosen_year or None)]


def _leaf(leaf: Leaf) -> None:
    """Where an input comes from: words, figures of the operation, values of the case, facts and notices."""
    words = leaf.zh if lang() == "zh" else leaf.en
    st.caption(t("来源", "Where it comes from"))
    if words:
        st.markdown(shown_as_is(words))
    for reading in leaf.readings:
        label = reading.zh if lang() == "zh" else reading.en
        told = series_text(reading.key, reading.values, reading.unit, lang())
        st.markdown(f"- {shown_as_is(label)}{t('：', ': ')}{shown_as_is(told)}")
    for given in leaf.inputs:
        below = [f"    - {fact_text(fact, given.path)}" for fact in given.facts]
        st.markdown("\n".join([f"- {shown_as_is(given_text(given))}", *below]))
    if leaf.facts:
        st.markdown("\n".join(f"- {fact_text(fact)}" for fact in once(leaf.facts)))
    for note in leaf.notices:
        st.caption(shown_as_is(note.zh if lang() == "zh" else note.en))


def _full(result: Appraisal, slot: str, key: str, year: int | None) -> None:
    """The whole trace down to the documents, to keep."""
    words = lang()
    with st.container(horizontal=True):
        st.download_button(
            t("完整溯源（文本）", "Whole trace (text)"), lambda: explain(result, key, year, depth=None, most=_MOST).text(words).encode(),
            file_name=f"{draft().name}_{key}.txt", mime="text/plain", key=f"{slot}_text", on_click="ignore", icon=":material/download:",
        )  # fmt: skip
        st.download_button(
            t("完整溯源（JSON）", "Whole trace (JSON)"),
            lambda: json.dumps(explain(result, key, year, depth=None, most=_MOST).as_dict(words), ensure_ascii=False, indent=2, allow_nan=False).encode(),
            file_name=f"{draft().name}_{key}.json", mime="application/json", key=f"{slot}_json", on_click="ignore", icon=":material/download:",
        )  # fmt: skip
