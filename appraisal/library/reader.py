"""YAML 1.2 into a tree that knows its lines, and a reader that collects every fault of a file.

Anchors, aliases, tags, a second document, duplicate keys, deep nesting and oversized files are refused, so that a
hostile or mangled file fails at once and with a line number. Keys and dates stay text; the caller reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from appraisal.errors import Fault, InputError, Message, said, suggest, verbatim

MAX_BYTES = 1_000_000
MAX_DEPTH = 24
INTEGER = re.compile(r"[-+]?[0-9]+\Z")
DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
CONSTANTS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
# Only the events are taken from the parser; what a scalar means is decided here. libyaml reads 30 times as fast.
_PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NO_ANCHORS = said("anchors and aliases are not read; write the value out", "不读取锚点和别名；请直接写出值")

Scalar: TypeAlias = "str | int | float | bool | None"


@dataclass(frozen=True)
class Node:
    """A scalar, a list of nodes or a mapping of nodes, and the line it begins on (from 1)."""

    value: Scalar | list[Node] | dict[str, Node]
    line: int

    def plain(self) -> Any:
        """The same without lines: dicts, tuples and scalars."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return tuple(node.plain() for node in self.value)
        return self.value


def read_file(path: Path, where: str | None = None, limit: int = MAX_BYTES) -> Node:
    """Read one YAML file.

    Parameters
    ----------
    path
        The file.
    where
        What messages call it; by default the path as given.
    limit
        Most bytes that are read; a larger file is refused before it is opened.

    Raises
    ------
    InputError
        If the file is missing, a folder, too large, not UTF-8 or not the YAML accepted here.
    """
    where = where or str(path)
    try:
        text = read_bytes(path, where, limit).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            [
                Fault(
                    where=where,
                    message=said(
                        "not UTF-8 at byte {byte}; save it as UTF-8",
                        "第 {byte} 个字节处不是 UTF-8；请另存为 UTF-8 编码",
                        byte=error.start,
                    ),
                )
            ]
        ) from error
    return read_text(text, where)


def read_bytes(path: Path, where: str, limit: int) -> bytes:
    """The bytes of a file of at most *limit*; whatever the file system refuses is said in a sentence.

    Raises
    ------
    InputError
        If it is missing, no plain file, too large, or cannot be read.
    """
    try:
        if not path.is_file():
            found = (
                said("is a folder, expected a file", "是文件夹；应为文件")
                if path.is_dir()
                else said("is no plain file", "不是普通文件")
                if path.exists()
                else said("no such file", "没有这个文件")
            )
            raise InputError([Fault(where=where, message=found)])
        size = path.stat().st_size
        if size > limit:
            raise InputError([Fault(where=where, message=said(
                "{size:,} bytes, at most {limit:,} are read", "有 {size:,} 字节；至多读取 {limit:,} 字节", size=size, limit=limit
            ))])  # fmt: skip
        return path.read_bytes()
    except (OSError, ValueError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError(
            [Fault(where=where, message=said("cannot be read: {words}", "无法读取：{words}", words=reason))]
        ) from error


def read_text(text: str, where: str) -> Node:
    """Read YAML text; ``where`` is what messages call it.

    Raises
    ------
    InputError
        With a line number, for anything that is not one plain YAML 1.2 document.

    Examples
    --------
    >>> read_text("a: 22:00\\nb: [1, 2.5]", "demo.yaml").plain()
    {'a': '22:00', 'b': (1, 2.5)}
    >>> read_text("a: 1\\na: 2", "demo.yaml")
    Traceback (most recent call last):
    ...
    appraisal.errors.InputError: demo.yaml:2 a: stands twice; keep one
    """
    if len(text.encode("utf-8")) > MAX_BYTES * 8:
        raise InputError([Fault(where=where, message=said("too long", "太长"))])
    try:
        return _Tree(yaml.parse(text, Loader=_PARSER), where).document()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        words = str(getattr(error, "problem", None) or error).strip()
        line = mark.line + 1 if mark is not None else None
        raise InputError(
            [Fault(where=where, line=line, message=said("not YAML: {words}", "不是 YAML：{words}", words=words))]
        ) from error


class _Tree:
    """Builds nodes from parser events, so that nothing is expanded before it is accepted."""

    def __init__(self, events: Iterator[Any], where: str) -> None:
        self.events, self.where = events, where

    def refuse(self, event: Any, path: str, message: Message) -> InputError:
        return InputError([Fault(where=self.where, line=event.start_mark.line + 1, path=path, message=message)])

    def document(self) -> Node:
        root: Node | None = None
        for event in self.events:
            if isinstance(event, DocumentStartEvent) and root is not None:
                raise self.refuse(event, "", said(
                    "a second document; one file holds one document", "有第二个文档；一个文件只放一个文档"
                ))  # fmt: skip
            if isinstance(event, (ScalarEvent, MappingStartEvent, SequenceStartEvent, AliasEvent)):
                root = self.node(event, "", 0)
        if root is None or root.value is None:
            raise InputError([Fault(where=self.where, message=said("is empty", "文件是空的"))])
        return root

    def node(self, event: Any, path: str, depth: int) -> Node:
        if isinstance(event, AliasEvent) or event.anchor is not None:
            raise self.refuse(event, path, _NO_ANCHORS)
        if depth > MAX_DEPTH:
            raise self.refuse(
                event, path, said("nested deeper than {most} levels", "嵌套超过 {most} 层", most=MAX_DEPTH)
            )
        line = event.start_mark.line + 1
        if isinstance(event, ScalarEvent):
            return Node(self.scalar(event, path), line)
        if event.tag is not None:
            raise self.refuse(event, path, said("tags are not read: {tag}", "不读取标签：{tag}", tag=event.tag))
        if isinstance(event, SequenceStartEvent):
            return Node(self.sequence(path, depth), line)
        return Node(self.mapping(path, depth), line)

    def scalar(self, event: Any, path: str) -> Scalar:
        text: str = event.value
        if event.tag is not None and str(event.tag) != "!":
            raise self.refuse(event, path, said("tags are not read: {tag}", "不读取标签：{tag}", tag=event.tag))
        if event.style:
            return text
        if text in CONSTANTS:
            return CONSTANTS[text]
        if INTEGER.match(text):
            return int(text) if len(text) < 20 else float(text)
        return float(text) if DECIMAL.match(text) else text

    def sequence(self, path: str, depth: int) -> list[Node]:
        items: list[Node] = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            items.append(self.node(event, f"{path}[{len(items)}]", depth + 1))
        return items

    def mapping(self, path: str, depth: int) -> dict[str, Node]:
        items: dict[str, Node] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            if not isinstance(event, ScalarEvent):
                raise self.refuse(event, path, said("a key must be plain text", "键必须是普通文本"))
            key: str = event.value
            inner = f"{path}.{key}" if path else key
            if event.anchor is not None:
                raise self.refuse(event, inner, _NO_ANCHORS)
            if key in items:
                raise self.refuse(event, inner, said("stands twice; keep one", "写了两次；请保留一个"))
            items[key] = self.node(next(self.events), inner, depth + 1)
        return items


@dataclass
class Faults:
    """Reads typed values out of nodes and keeps every fault of one file.

    Each method returns the value, or None after noting a fault; :meth:`raise_all` ends the reading.
    """

    where: str
    found: list[Fault] = field(default_factory=list)

    def add(self, node: Node, path: str, message: Message) -> None:
        """Note a fault at a node."""
        self.found.append(Fault(where=self.where, line=node.line, path=path, message=message))

    def raise_all(self) -> None:
        """Raise all faults noted so far, if any."""
        if self.found:
            raise InputError(sorted(self.found, key=lambda fault: fault.line or 0))

    def mapping(
        self, node: Node, path: str, required: Sequence[str] = (), optional: Iterable[str] | None = None
    ) -> dict[str, Node]:
        """A mapping; with *optional* given, every key outside *required* and *optional* is a fault."""
        if not isinstance(node.value, dict):
            self.add(
                node, path, said("{value} stands where a mapping is expected", "{value} 应改为映射", value=_show(node))
            )
            return {}
        items = node.value
        for key in required:
            if key not in items:
                self.add(node, path, said("{key!r} is missing", "缺少 {key!r}", key=key))
        if optional is not None:
            known = [*required, *optional]
            for key, inner in items.items():
                if key not in known:
                    self.add(inner, f"{path}.{key}" if path else key, said(
                        "unknown key; {known}", "没有这个字段；{known}", known=suggest(key, known)
                    ))  # fmt: skip
        return items

    def items(self, node: Node, path: str) -> list[Node]:
        """A list."""
        if isinstance(node.value, list):
            return node.value
        self.add(node, path, said("{value} stands where a list is expected", "{value} 应改为列表", value=_show(node)))
        return []

    def text(self, node: Node, path: str) -> str | None:
        """Non-empty text."""
        if isinstance(node.value, str) and node.value.strip():
            return node.value
        self.add(node, path, said("{value} stands where text is expected", "{value} 应改为文本", value=_show(node)))
        return None

    def number(self, node: Node, path: str) -> float | None:
        """A finite number."""
        if isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
            return float(node.value)
        self.add(node, path, said("{value} stands where a number is expected", "{value} 应改为数", value=_show(node)))
        return None

    def choice(self, node: Node, path: str, known: Sequence[str]) -> str | None:
        """One of some words."""
        if isinstance(node.value, str) and node.value in known:
            return node.value
        hint = suggest(str(node.plain()), known)
        self.add(node, path, said(
            "{value} is not known; {hint}", "{value} 不是可选的值；{hint}", value=_show(node), hint=hint
        ))  # fmt: skip
        return None

    def day(self, text: str, node: Node, path: str) -> date | None:
        """A date written 2026-08-01, or a month written 2026-08 (its first day)."""
        try:
            return date.fromisoformat(f"{text}-01" if re.fullmatch(r"\d{4}-\d{2}", text) else text)
        except ValueError:
            self.add(node, path, said(
                "{text!r} is not a date; write 2026-08-01 (or 2026-08 for a month)",
                "{text!r} 不是日期；应写作 2026-08-01（月份写作 2026-08）", text=text,
            ))  # fmt: skip
            return None

    def dated(self, node: Node, path: str) -> dict[date, Node]:
        """A mapping whose keys are ascending dates."""
        result: dict[date, Node] = {}
        for key, inner in self.mapping(node, path).items():
            day = self.day(key, inner, f"{path}.{key}")
            if day is None:
                continue
            if result and day <= max(result):
                self.add(inner, f"{path}.{key}", said(
                    "dates must ascend; {last} stands above", "日期应递增；上面是 {last}", last=max(result)
                ))  # fmt: skip
            result[day] = inner
        return result


def _show(node: Node) -> Message:
    if isinstance(node.value, dict):
        return said("a mapping", "映射")
    if isinstance(node.value, list):
        return said("a list", "列表")
    return said("nothing", "空值") if node.value is None else verbatim(repr(node.value))
