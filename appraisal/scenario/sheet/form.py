"""The form: which rows the workbook has and what each is called, from the schema of a case.

A row is known by the code in its column A. In plain sections the code is the dotted path; in tables of entries the
name stands as ``*`` (``finance.loans.*.rate``), the place in a list as ``#`` (``market.typical_days.#.months``), and a
table of streams is called by the stream's file (``capacity.*.required_hours``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from appraisal.case.schema import SECTIONS
from appraisal.field import Declared, Options, Section, declared, entries_of
from appraisal.scenario.faults import words
from appraisal.scenario.sheet.words import SECTIONS as TITLES
from appraisal.streams import stream, stream_names

VERSION = 1
# Rows of a table of streams that state no term: under which section of the case the stream stands.
SECTION_ROW = "section of the case"
# The one field of text that spreadsheets like to turn into a date.
MONTHS = frozenset({"project.construction_start"})


@dataclass(frozen=True, kw_only=True)
class Row:
    """One field of the form; *annotation* has the words of a choice, *default* what holds when it is left out."""

    code: str
    name: str
    what: Declared
    annotation: Any
    required: bool
    default: Any

    @property
    def words(self) -> tuple[Any, ...]:
        """The words that may be chosen."""
        return tuple(words(self.annotation))

    @property
    def alone(self) -> tuple[Any, ...]:
        """Words that stand in place of a list (``all``)."""
        if self.what.kind != "group" or get_origin(self.annotation) is tuple:
            return ()
        return tuple(word for one in get_args(self.annotation) if get_origin(one) is Literal for word in get_args(one))


@dataclass(frozen=True, kw_only=True)
class Block:
    """Rows that belong together: a section, or a table with an entry a column.

    ``named`` entries have a name of the person's own, those of a ``listed`` table their place, a ``stream`` its label.
    """

    code: str
    kind: Literal["section", "named", "listed", "stream"]
    zh: str
    en: str
    help: str
    help_zh: str
    rows: tuple[Row, ...]

    def about(self, lang: str) -> str:
        """What the block is, in ``zh`` or ``en``."""
        return self.help_zh if lang == "zh" else self.help


@cache
def inputs() -> tuple[Block, ...]:
    """The plain fields of every section, inner sections after their own."""
    return tuple(block for name, kind in SECTIONS.items() for block in _sections(kind, name))


@cache
def entries() -> tuple[Block, ...]:
    """The tables of named groups and of lists of sections, in the order of the schema."""
    return tuple(block for name, kind in SECTIONS.items() for block in _tables(kind, name))


@cache
def streams() -> Mapping[str, Block]:
    """The table of every stream by its file."""
    found = {}
    for name in stream_names():
        kind = stream(name)
        rows = (_section_row(name), *_rows(kind.terms, f"{name}.*"))
        about = {"help": kind.terms.about("en"), "help_zh": kind.terms.about("zh")}
        found[name] = Block(code=f"{name}.*", kind="stream", zh=kind.zh, en=kind.en, rows=rows, **about)
    return found


_UNDER: Options = {"revenue": ("收入", "revenue"), "support": ("支持政策", "support")}


def _section_row(name: str) -> Row:
    what = Declared(
        kind="choice", unit="", zh="列入", en="Stands under", options=_UNDER,
        help="Section of the case: revenue, or support for what the treasury pays. Left out: the usual one.",
        help_zh="算例的节：revenue 为收入；support 为财政支付的支持政策。不填：按收入类型的常规。",
    )  # fmt: skip
    usual = stream(name).section
    annotation = Literal["revenue", "support"]
    return Row(code=f"{name}.*: section", name=SECTION_ROW, what=what, annotation=annotation, required=False, default=usual)  # fmt: skip


def _sections(kind: type[Section], path: str) -> Iterator[Block]:
    zh, en = TITLES[path]
    yield Block(
        code=path, kind="section", zh=zh, en=en, help=kind.about("en"), help_zh=kind.about("zh"), rows=tuple(_rows(kind, path)),
    )  # fmt: skip
    for name, info in kind.model_fields.items():
        if isinstance(info.annotation, type) and issubclass(info.annotation, Section):
            yield from _sections(info.annotation, f"{path}.{name}")


def _rows(kind: type[Section], path: str) -> Iterator[Row]:
    for name, info in kind.model_fields.items():
        if isinstance(info.json_schema_extra, Mapping) and entries_of(info) is None and listed(info) is None:
            yield Row(
                code=f"{path}.{name}", name=name, what=declared(info), annotation=info.annotation,
                required=info.is_required(), default=None if info.is_required() else info.default,
            )  # fmt: skip


def _tables(kind: type[Section], path: str) -> Iterator[Block]:
    for name, info in kind.model_fields.items():
        inner, mark = entries_of(info), "*"
        if inner is None:
            inner, mark = listed(info), "#"
        if inner is not None:
            code, what = f"{path}.{name}.{mark}", declared(info)
            rows = tuple(_rows(inner, code))
            yield Block(code=code, kind="named" if mark == "*" else "listed", zh=what.zh, en=what.en, help=what.help, help_zh=what.help_zh, rows=rows)  # fmt: skip
        elif isinstance(info.annotation, type) and issubclass(info.annotation, Section):
            yield from _tables(info.annotation, f"{path}.{name}")


def listed(info: FieldInfo) -> type[Section] | None:
    """The section that the items of a list are; None for any other field."""
    if get_origin(info.annotation) is not tuple:
        return None
    inner = get_args(info.annotation)[0]
    return inner if isinstance(inner, type) and issubclass(inner, Section) else None
