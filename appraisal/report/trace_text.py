"""A trace as lines of text, in Chinese or in English; keys, paths and the titles of documents stand as they are."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from appraisal.library import Fact
from appraisal.report.leaves import Given, Leaf, Reading
from appraisal.text import CONFIDENCE, ORIGINS, REASONS, STATUS, word

if TYPE_CHECKING:
    from appraisal.report.trace import Operand, Trace, TraceNode

_STEP = "    "
# Beyond this a line says its level in figures: a chain through twenty years would leave the page.
_DEEPEST = 8
_LONGEST = 60
_UNITS_ZH: Mapping[str, str] = {
    "share": "", "share/year": "每年", "year": "年", "years": "年", "months": "月", "days": "天", "h": "小时", "minutes": "分钟", "1": "", "0/1": "",
    "multiple of flat": "平段的倍数", "multiple": "倍数", "document": "", "first and last day off": "放假首末日", "sum or larger": "", "see keys": "", "fade, recoverable or none": "",
    "multiple of contract demand": "合同需量的倍数", "multiple of the agent-purchase price": "代理购电价格的倍数",
    "multiple of the demand price": "需量电价的倍数", "multiple of the purchase price": "购电价格的倍数", "ratio of multipliers": "浮动比例之比",
    "share of contract value": "占合同金额", "share of net profit": "占净利润", "share of registered capital": "占注册资本",
    "share of the peak": "占峰值", "share of the peak price": "占高峰电价",
    "share of transformer and high-voltage motor capacity": "占变压器与高压电机容量",
    "capped or excluded": "", "station, provincial or reliable_capacity": "", "true or false": "", "name of the formula": "", "ratio": "比值", "cycles": "次", "cycle/year": "次/年",
    "cycle/day": "次/日", "cycles/day": "次/日", "name of the price": "", "who sets them": "", "rule of exclusion": "", "name of the rule": "", "stations": "座", "times": "次",
    "yuan/Mvar/h": "元/兆乏·小时",
}  # fmt: skip
_WORDS_ZH = (
    ("incl. VAT", "（含税）"),
    ("excl. VAT", "（不含税）"),
    ("yuan", "元"),
    ("euro", "欧元"),
    ("month", "月"),
    ("year", "年"),
    ("day", "日"),
    ("cycle", "次"),
)
_CHOICES_ZH = {"True": "是", "False": "否"}


def lines(trace: Trace, lang: str) -> Iterator[str]:
    """Every line of a trace."""
    yield from _Writer(trace, lang).tree()
    zh = lang == "zh"
    if trace.left:
        yield (
            f"（还有 {trace.left} 个数未列出：用 --most 放宽，或直接查询其中之一）"
            if zh
            else f"({trace.left} more numbers are not shown: raise --most, or ask for one of them by its key)"
        )
    elif trace.deeper:
        yield (
            "（更深一层用 --depth，直到输入用 --depth all）"
            if zh
            else "(deeper with --depth, down to the inputs with --depth all)"
        )


class _Writer:
    """Writes each number, each value of the case and each fact once; later mentions refer to it."""

    def __init__(self, trace: Trace, lang: str) -> None:
        self.trace, self.lang, self.zh = trace, lang, lang == "zh"
        self.nodes = {(node.key, node.year): node for node in trace.nodes}
        self.home = _homes(trace)
        self.written: set[Any] = set()

    def tree(self) -> Iterator[str]:
        """Depth first; a number is opened where it is nearest to the one asked for."""
        waiting: list[tuple[TraceNode | Operand, TraceNode | None]] = [(self.trace.nodes[0], None)]
        while waiting:
            found, parent = waiting.pop()
            spot, level = (found.key, found.year), 0 if parent is None else parent.level + 1
            node = self.nodes[spot]
            if parent is not None and (self.home[spot] != (parent.key, parent.year) or spot in self.written):
                where = ("见上", "see above") if spot in self.written else ("见下", "see below")
                yield self._indent(level) + self._head(found, f"  ({where[0 if self.zh else 1]})")
                continue
            self.written.add(spot)
            yield self._indent(level) + self._head(found, self._formula(node))
            yield from self._leaf(node, level + 1)
            under = [one for one in node.operands if (one.key, one.year) in self.nodes] if node.operands else []
            if self.trace.depth is None or level < self.trace.depth:
                waiting += [(one, node) for one in reversed(under)]

    def _indent(self, level: int) -> str:
        return _STEP * level if level <= _DEEPEST else f"{_STEP * _DEEPEST}[{level}] "

    def _head(self, found: TraceNode | Operand, tail: str) -> str:
        """Label, place and value; the name that a formula uses where it is another than the key."""
        place = found.key
        if found.year is not None:
            place += f"[第 {found.year} 年]" if self.zh else f"[year {found.year}]"
        name = getattr(found, "name", found.key)
        if name != found.key and not name.startswith("each(") and not found.key.endswith(f".{name}"):
            place = f"{name} → {place}"
        return f"{found.zh if self.zh else found.en}  {place} = {self._amount(found.values, found.unit)}{tail}"

    def _formula(self, node: TraceNode) -> str:
        if node.outside:
            return "  （计算期之外）" if self.zh else "  (outside the calculation period)"
        reason = word(REASONS, node.reason, self.lang) if node.reason else ""
        said = (f"（{reason}）" if self.zh else f"  ({reason})") if reason and math.isfinite(node.values[0]) else ""
        said = f" {reason}" if reason and not said else said
        return said + (f" = {node.formula}" if node.formula else "")

    def _amount(self, values: Sequence[float], unit: str) -> str:
        """One value, or the runs of equal values by year."""
        tail = self._unit(unit)
        if len(values) == 1:
            return _number(values[0], unit) + (tail if math.isfinite(values[0]) else "")
        runs, year = [], 1
        for value, group in groupby(values):
            last = year + len(list(group)) - 1
            runs.append(f"{year if last == year else f'{year}–{last}'}: {_number(value, unit)}")
            year = last + 1
        return f"{' | '.join(runs)}{tail}"

    def _unit(self, unit: str) -> str:
        if not self.zh:
            return "" if unit in ("1", "0/1", "") else f" {unit}"
        shown = unit_zh(unit)
        return f" {shown}" if shown else ""

    def _leaf(self, node: TraceNode, level: int) -> Iterator[str]:
        """Where an input comes from; what was written before is only named."""
        leaf = node.leaf
        if leaf is None:
            return
        begin = self._indent(level) + "· "
        words = leaf.zh if self.zh else leaf.en
        owner = node.key.rpartition(".")[0] or node.key
        # The lines of one stream in one year rest on the same things.
        first = leaf.kind == "case" or _fresh(self.written, ("leaf", owner, words, node.year))
        if words:
            again = "" if first else f"  {self._word('（见上）', '(see above)')}"
            yield begin + words + (f" [{leaf.file}]" if leaf.file else "") + again
        if not first:
            return
        for reading in leaf.readings:
            yield f"{begin}{self._reading(reading)}"
        yield from self._inputs(leaf, level)
        yield from self._facts(leaf.facts, level)
        for note in leaf.notices:
            if _fresh(self.written, ("notice", note.path, note.en)):
                yield f"{begin}! {note.zh if self.zh else note.en}"

    def _word(self, zh: str, en: str) -> str:
        return zh if self.zh else en

    def _reading(self, reading: Reading) -> str:
        label = reading.zh if self.zh else reading.en
        return f"{label}  {reading.key} = {self._amount(reading.values, reading.unit)}"

    def _inputs(self, leaf: Leaf, level: int) -> Iterator[str]:
        """Values of the case with their facts; those written before in one line."""
        before = []
        for given in leaf.inputs:
            first = _fresh(self.written, ("given", given.path))
            if first or leaf.kind == "case":
                # A number of the case has its label in the line above.
                label = "" if leaf.kind == "case" and not given.stands_for else f"{self._word(given.zh, given.en)}  "
                yield f"{self._indent(level)}· {label}{self._given(given)}"
                yield from self._facts(given.facts, level + 1)
            else:
                before.append(given.path)
        if before:
            yield f"{self._indent(level)}· {self._word('见上：', 'see above: ')}{', '.join(before)}"

    def _facts(self, facts: tuple[Fact, ...], level: int) -> Iterator[str]:
        before = 0
        for fact in facts:
            if _fresh(self.written, ("fact", fact.name, fact.holds_from, str(fact.value))):
                yield self._fact(fact, level)
            else:
                before += 1
        if before:
            yield f"{self._indent(level)}· {self._word(f'见上：{before} 项事实', f'see above: {before} facts')}"

    def _given(self, given: Given) -> str:
        """Path, value, unit and origin."""
        origin = word(ORIGINS, given.origin.kind, self.lang)
        if given.origin.source and not given.facts:
            origin += f" {given.origin.sourced(self.lang)}"
        shown = _value(given.value, self.zh) + self._unit(given.unit if given.value is not None else "")
        left_out = ("未填，取 ", "left out, takes ") if given.stands_for else ("", "")
        before = f"{given.stands_for} {left_out[0 if self.zh else 1]}" if given.stands_for else ""
        return f"{before}{given.path} = {shown}  [{origin}]"

    def _fact(self, fact: Fact, level: int) -> str:
        """Name, value, date, confidence and document of a fact."""
        trust = word(CONFIDENCE, fact.source.confidence, self.lang)
        if fact.source.status not in (None, "formal"):
            trust += self._word("，", ", ") + word(STATUS, fact.source.status, self.lang)
        value = _value(fact.value, self.zh) + self._unit(fact.unit)
        since = self._word(f"自 {fact.holds_from:%Y-%m-%d} 起", f"from {fact.holds_from:%Y-%m-%d}")
        what = self._word("假设", "what-if") if fact.origin == "overlay" else self._word("事实", "fact")
        return f"{self._indent(level)}· {what} {fact.name} = {value} {since} [{trust}]: {fact.source.cited(self.lang)}"


def _homes(trace: Trace) -> dict[Any, Any]:
    """Number → the number under which it is opened: the first at the level before its own that names it."""
    found: dict[Any, Any] = {}
    levels = {(node.key, node.year): node.level for node in trace.nodes}
    for node in trace.nodes:
        for one in node.operands:
            spot = (one.key, one.year)
            if levels.get(spot) == node.level + 1:
                found.setdefault(spot, (node.key, node.year))
    return found


def _fresh(written: set[Any], mark: Any) -> bool:
    """Whether something is written for the first time; it is then noted."""
    if mark in written:
        return False
    written.add(mark)
    return True


def _number(value: float, unit: str) -> str:
    """Money to the cent; anything else to six decimals, or six digits where it is small; a dash where there is none."""
    if not math.isfinite(value):
        return "—"
    if unit == "yuan":
        return f"{value:,.2f}"
    if value and abs(value) < 0.1:
        return f"{value:.6g}"
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    return text if text != "-0" else "0"


def _value(value: Any, zh: bool) -> str:
    """A value of the case or of a fact, shortened where it is long."""
    if value is None:
        return "未填" if zh else "left out"
    if isinstance(value, bool):
        return _CHOICES_ZH[str(value)] if zh else str(value).lower()
    if isinstance(value, (int, float)):
        return _number(float(value), "1")
    if isinstance(value, Mapping):
        return "–".join(_value(inner, zh) for inner in value.values())
    if not isinstance(value, (list, tuple)):
        return str(value)
    text = ", ".join(_value(inner, zh) for inner in value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def unit_zh(unit: str) -> str:
    """A unit in Chinese; signs such as kWh and MW stand."""
    if unit in _UNITS_ZH:
        return _UNITS_ZH[unit]
    for english, chinese in _WORDS_ZH:
        unit = re.sub(rf" ?\b{re.escape(english)}s?(?![A-Za-z])", chinese, unit)
    return unit
