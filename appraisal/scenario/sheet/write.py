"""The workbook to fill in: empty, or with what a case states."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from appraisal.case import Case
from appraisal.errors import Fault, InputError, said
from appraisal.field import Declared
from appraisal.intake.package import address, letters
from appraisal.scenario.describe import Resolved, resolved
from appraisal.scenario.schema import supplied
from appraisal.scenario.sheet import form
from appraisal.scenario.sheet.flow import flow
from appraisal.scenario.sheet.form import SECTION_ROW, VERSION, Block, Row
from appraisal.scenario.sheet.looks import Looks
from appraisal.scenario.sheet.values import MOST_TEXT, to_cell
from appraisal.scenario.sheet.words import (
    GUIDE,
    HEADS,
    HELP,
    LABELS,
    SECTIONS,
    SHEET_TITLES,
    SHEETS,
    phrase,
    range_in,
    unit_in,
)
from appraisal.streams import stream

HEAD_ROW = 3
FIRST_COLUMN = 3
FREE_COLUMNS = 4
FREE_ROWS = 8
SERIES_COLUMNS = 12
SERIES_START = 7
SERIES_ROWS = 96
# Widths of the columns: code and title, then the values, then unit, range, default, its origin and the help.
BEFORE, VALUE, TABLE_VALUE, AFTER = (30, 30), 26, 17, (20, 36, 18, 42, 84)
_SUPPLIED = ("technology", "national", "library")


@dataclass(frozen=True)
class Entry:
    """A column of a table: the name in its head, and the mapping of its fields."""

    name: str
    path: str
    stated: Mapping[str, Any]


def workbook(lang: str, raw: Mapping[str, Any] | None = None, case: Case | None = None) -> bytes:
    """The workbook to fill in.

    Parameters
    ----------
    lang : ``zh`` or ``en``, of titles, headings, notes and help; codes of fields and of choices are the same in both.
    raw : sections of a case as its file states them; without it the workbook is empty.
    case : the case of *raw*, of which the values are shown that it takes by default.

    Raises
    ------
    InputError
        Where a text is longer than a cell holds.
    """
    held = BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    _Writer(book, lang, raw or {}, case).write()
    book.close()
    return held.getvalue()


class _Writer:
    def __init__(self, book: Any, lang: str, raw: Mapping[str, Any], case: Case | None) -> None:
        self.lang, self.raw, self.case = lang, raw, case
        self.looks = Looks(book, lang)
        self.sheets = {role: book.add_worksheet(phrase(SHEETS, role, lang)) for role in SHEETS}
        self.series: list[tuple[str, Row, tuple[Any, ...]]] = []

    @cached_property
    def known(self) -> dict[str, Resolved]:
        """What the case resolves to, by path."""
        return {} if self.case is None else {entry.path: entry for entry in resolved(self.case)}

    def write(self) -> None:
        """Every sheet, that of series last: the others say what stands in it."""
        for role, sheet in self.sheets.items():
            sheet.write_string(0, 0, f"schema: {VERSION} {role}", self.looks["code"])
            sheet.write_string(0, 1, phrase(SHEET_TITLES, role, self.lang), self.looks["title"])
        self._guide()
        self._inputs()
        self._tables("entries", [(block, self._entries(block)) for block in form.entries()])
        self._tables("streams", list(self._streams()))
        self._other()
        self._series()
        self.sheets["inputs"].activate()

    def _guide(self) -> None:
        sheet = self.sheets["guide"]
        names = {role: phrase(SHEETS, role, self.lang) for role in SHEETS}
        for number, line in enumerate(GUIDE[self.lang], start=1):
            sheet.write_number(number + 1, 0, number, self.looks["number"])
            sheet.write_string(number + 1, 1, line.format(**names), self.looks["prose"])
        row = len(GUIDE[self.lang]) + 3
        for role in list(SHEETS)[1:]:
            sheet.write_url(
                row, 1, f"internal:'{names[role]}'!A1", self.looks["link"], phrase(SHEET_TITLES, role, self.lang)
            )
            row += 1
        self.looks.page(sheet, (16, 120), frozen=None)

    # --- forms ------------------------------------------------------------------------------------------------------

    def _inputs(self) -> None:
        sheet = self.sheets["inputs"]
        self._heads(sheet, [phrase(HEADS, "value", self.lang)])
        row = HEAD_ROW + 1
        for block in form.inputs():
            row = self._band(sheet, row, block, 1)
            entry = Entry("", block.code, _mapping(self.raw, block.code.split(".")))
            for field in block.rows:
                self._line(sheet, row, field, [entry])
                row += 1
            row += 1
        self.looks.page(sheet, (*BEFORE, VALUE, *AFTER), frozen=(HEAD_ROW, FIRST_COLUMN - 1))

    def _tables(self, role: str, tables: Sequence[tuple[Block, Sequence[Entry]]]) -> None:
        sheet = self.sheets[role]
        width = max(FREE_COLUMNS, *(len(entries) + 2 for _, entries in tables))
        self._heads(sheet, [str(number) for number in range(1, width + 1)])
        row = HEAD_ROW + 1
        for block, entries in tables:
            columns = [*entries, *[None] * (width - len(entries))]
            row = self._band(sheet, row, block, width, columns)
            for field in block.rows:
                self._line(sheet, row, field, columns)
                row += 1
            row += 1
        self.looks.page(sheet, (*BEFORE, *[TABLE_VALUE] * width, *AFTER), frozen=(HEAD_ROW, FIRST_COLUMN - 1))

    def _heads(self, sheet: Any, values: Sequence[str]) -> None:
        names = [HEADS[key][0 if self.lang == "zh" else 1] for key in ("unit", "allowed", "default", "origin", "help")]
        heads = [phrase(HEADS, "path", self.lang), phrase(HEADS, "title", self.lang), *values, *names]
        for column, text in enumerate(heads):
            look = "head_number" if 0 <= column - FIRST_COLUMN + 1 < len(values) else "head"
            sheet.write_string(HEAD_ROW - 1, column, text, self.looks[look])

    def _band(self, sheet: Any, row: int, block: Block, width: int, entries: Sequence[Entry | None] = ()) -> int:
        """The head of a section or of a table, where the names of its entries stand."""
        title = block.zh if self.lang == "zh" else block.en
        sheet.write_string(row - 1, 0, block.code, self.looks["band_code"])
        sheet.write_string(row - 1, 1, title, self.looks["band"])
        for place in range(width):
            column, entry = FIRST_COLUMN - 1 + place, entries[place] if entries else None
            if block.kind in ("named", "stream"):
                sheet.write_string(row - 1, column, entry.name if entry else "", self.looks["name"])
            else:
                number = str(place + 1) if block.kind == "listed" else ""
                sheet.write_string(row - 1, column, number, self.looks["band_number"])
        label = {"named": "name", "stream": "label"}.get(block.kind)
        hint = phrase(LABELS, label, self.lang).format(name=block.code.removesuffix(".*")) if label else ""
        for place, text in enumerate(("", hint, "", "", block.about(self.lang))):
            sheet.write_string(row - 1, FIRST_COLUMN - 1 + width + place, text, self.looks["band_help"])
        self.looks.height(sheet, row - 1, ("", hint, "", "", block.about(self.lang)), AFTER)
        if hint:
            rule = {"validate": "any", "input_title": title[:32], "input_message": hint}
            sheet.data_validation(row - 1, FIRST_COLUMN - 1, row - 1, FIRST_COLUMN - 2 + width, rule)
        return row + 1

    def _line(self, sheet: Any, row: int, field: Row, entries: Sequence[Entry | None]) -> None:
        what, last = field.what, FIRST_COLUMN - 2 + len(entries)
        default, origin, open_ = self._default(field, entries[0])
        sheet.write_string(row - 1, 0, field.code, self.looks["code"])
        sheet.write_string(row - 1, 1, what.zh if self.lang == "zh" else what.en, self.looks["label"])
        texts = [self._value(sheet, row, FIRST_COLUMN - 1 + place, field, entry) for place, entry in enumerate(entries)]
        widths = [VALUE if len(entries) == 1 else TABLE_VALUE] * len(entries)
        about = (unit_in(what, self.lang), self._allowed(field), default, origin, what.about(self.lang))
        kinds = ("note", "note", "open" if open_ else "note", "note", "help")
        for place, (text, kind) in enumerate(zip(about, kinds, strict=True), start=last + 1):
            sheet.write_string(row - 1, place, text, self.looks[kind])
        self.looks.height(sheet, row - 1, (*texts, *about), (*widths, *AFTER))
        self._guard(sheet, row, last, field)
        if open_ and len(entries) == 1:
            self.looks.mark_open(sheet, row - 1, FIRST_COLUMN - 1)

    def _value(self, sheet: Any, row: int, column: int, field: Row, entry: Entry | None) -> str:
        """Write what an entry states of a field, or an empty cell; the text of it, by which the row gets its height."""
        look = self.looks["input_text" if field.what.kind in ("text", "choice", "group") else "input"]
        if entry is None or field.name not in entry.stated:
            sheet.write_blank(row - 1, column, None, look)
            return ""
        path = f"{entry.path}.{field.name}"
        value = to_cell(entry.stated[field.name], field)
        if isinstance(value, tuple):
            self.series.append((path, field, value))
            value = f"{phrase(SHEETS, 'series', self.lang)}!{letters(len(self.series) + 1)}"
        if isinstance(value, bool):
            sheet.write_boolean(row - 1, column, value, look)
        elif isinstance(value, str):
            self._text(sheet, row, column, value, self.looks["input_text"], path)
            return value
        else:
            sheet.write_number(row - 1, column, value, look)
        return ""

    def _text(self, sheet: Any, row: int, column: int, text: str, look: Any, path: str) -> None:
        if len(text) > MOST_TEXT:
            message = said(
                "{count:,} characters; a cell holds {most:,}. Shorten it, or keep the case as YAML",
                "有 {count:,} 个字符；一个单元格至多 {most:,} 个。请缩短，或保留 YAML 算例", count=len(text), most=MOST_TEXT
            )  # fmt: skip
            raise InputError([Fault(where=f"{sheet.name}!{address(row, column + 1)}", path=path, message=message)])
        sheet.write_string(row - 1, column, text, look)

    def _default(self, field: Row, entry: Entry | None) -> tuple[str, str, bool]:
        """What holds when the field is left out, where that comes from, and whether it must be filled in."""
        path = "" if entry is None else f"{entry.path}.{field.name}"
        found = self.known.get(path)
        if found is not None and found.origin.kind in _SUPPLIED:
            return _shown(found.value), found.origin.source.partition(": ")[0], False
        fact = self._facts.get(field.code) or self._facts.get(path)
        if fact is not None:
            return _shown(fact.value), fact.name, False
        if field.name == SECTION_ROW:
            return str(field.default), "", False
        if field.required:
            # A stream's term that the library knows for some places only is required elsewhere.
            name = self._terms.get(field.code, "")
            return ("", name, False) if name else (phrase(LABELS, "needed" if "*" in field.code or "#" in field.code else "required", self.lang), "", True)  # fmt: skip
        shown = _shown(field.default)
        return shown, phrase(LABELS, "field", self.lang) if shown else "", False

    @cached_property
    def _facts(self) -> Mapping[str, Any]:
        return supplied()

    @cached_property
    def _terms(self) -> dict[str, str]:
        """Code of a stream's term → the fact that stands in for it."""
        found: dict[str, str] = {}
        for name in form.streams():
            found |= {f"{name}.*.{term}": fact for term, fact in stream(name).facts.items()}
        return found

    def _allowed(self, field: Row) -> str:
        what = field.what
        if field.words and what.kind == "choice":
            return " | ".join(map(str, field.words))
        if what.kind == "flag":
            return "true | false"
        if what.kind == "group":
            return "; ".join([*map(str, field.words), phrase(LABELS, "listed", self.lang)])
        series = phrase(LABELS, "series", self.lang) if what.kind in ("yearly", "profile") else ""
        return "; ".join(part for part in (range_in(what), series) if part)

    def _guard(self, sheet: Any, row: int, last: int, field: Row) -> None:
        """A list of codes, or a warning outside the range; beside the cell what is expected of it."""
        what, first = field.what, FIRST_COLUMN - 1
        title = what.zh if self.lang == "zh" else what.en
        about = _joined([what.expectation().text(self.lang), what.about(self.lang)], self.lang)
        hint = {"input_title": title[:32], "input_message": about if len(about) <= 255 else f"{about[:254]}…"}
        rule: dict[str, Any] = {"validate": "any"}
        if what.kind in ("choice", "flag"):
            rule = {"validate": "list", "source": list(map(str, field.words)) or ["true", "false"]}
        elif what.kind in ("number", "constant", "count"):
            rule = {"validate": "custom", "value": _condition(what, address(row, first + 1)), "error_type": "warning"}
            rule["error_message"] = what.expectation().text(self.lang)[:255]
        if rule["validate"] != "any" or about:
            sheet.data_validation(row - 1, first, row - 1, last, {**rule, **(hint if about else {})})

    # --- what stands in the tables --------------------------------------------------------------------------------------

    def _entries(self, block: Block) -> list[Entry]:
        *keys, _ = block.code.split(".")
        path, held = ".".join(keys), _at(self.raw, keys)
        if block.kind == "named":
            return [Entry(str(name), f"{path}.{name}", stated) for name, stated in (held or {}).items()]
        return [Entry("", f"{path}.{number}", stated) for number, stated in enumerate(held or ())]

    def _streams(self) -> Iterator[tuple[Block, list[Entry]]]:
        """Tables of the streams that are stated, in their order, then of those that are not."""
        tables: list[tuple[str, list[Entry]]] = []
        for section in ("revenue", "support"):
            for label, terms in (self.raw.get(section) or {}).items():
                name = str(terms.get("stream", label))
                if not tables or tables[-1][0] != name:
                    tables.append((name, []))
                usual = stream(name).section == section
                stated = dict(terms) if usual else {**terms, SECTION_ROW: section}
                if stated.get("stream") == name != label:
                    del stated["stream"]  # The table says it.
                tables[-1][1].append(Entry(str(label), f"{section}.{label}", stated))
        seen = {name for name, _ in tables}
        for name, entries in [*tables, *((name, []) for name in form.streams() if name not in seen)]:
            yield form.streams()[name], entries

    # --- the other sheets -------------------------------------------------------------------------------------------

    def _other(self) -> None:
        sheet, row = self.sheets["other"], HEAD_ROW
        for section, name, value in (
            ("uncertainty", "input", "distribution"),
            ("overlays", "fact", "value"),
            ("events", "event", "changes"),
        ):
            stated = self.raw.get(section) or {}
            sheet.write_string(row - 1, 0, f"{section}:", self.looks["band_code"])
            sheet.write_string(row - 1, 1, phrase(SECTIONS, section, self.lang), self.looks["band"])
            sheet.write_string(row - 1, 2, phrase(HELP, section, self.lang), self.looks["band_help"])
            sheet.write_string(row, 0, phrase(HEADS, "path", self.lang), self.looks["head"])
            sheet.write_string(row, 1, phrase(LABELS, name, self.lang), self.looks["head"])
            sheet.write_string(row, 2, phrase(LABELS, value, self.lang), self.looks["head"])
            row += 2
            for path, held in [*stated.items(), *[("", None)] * FREE_ROWS]:
                sheet.write_string(row - 1, 0, section, self.looks["code"])
                self._text(sheet, row, 1, str(path), self.looks["input_left"], str(path))
                text = flow(held) if path else ""
                self._text(sheet, row, 2, text, self.looks["input_left"], f"{section}.{path}")
                row += 1
            row += 1
        self.looks.page(sheet, (16, 52, 90), frozen=None)

    def _series(self) -> None:
        sheet = self.sheets["series"]
        width = max(SERIES_COLUMNS, len(self.series) + 4)
        longest = max([SERIES_ROWS, *(len(values) for _, _, values in self.series)])
        sheet.write_string(1, 1, phrase(HELP, "series", self.lang), self.looks["plain"])
        for place, (key, look) in enumerate((("series_title", "wrapped"), ("series_path", "used"), ("unit", "note"))):
            table = HEADS if key == "unit" else LABELS
            sheet.write_string(HEAD_ROW - 1 + place, 0, phrase(table, key, self.lang), self.looks["head"])
            for column in range(width):
                sheet.write_string(HEAD_ROW - 1 + place, column + 1, self._about(column)[place], self.looks[look])
        sheet.write_string(SERIES_START - 2, 0, phrase(LABELS, "number", self.lang), self.looks["head"])
        for column in range(width):
            sheet.write_string(SERIES_START - 2, column + 1, letters(column + 2), self.looks["head"])
        for number in range(longest):
            sheet.write_number(SERIES_START - 1 + number, 0, number + 1, self.looks["number"])
            for column in range(width):
                values = self.series[column][2] if column < len(self.series) else ()
                self._number(sheet, SERIES_START + number, column + 1, values[number] if number < len(values) else None)
        sheet.set_row(HEAD_ROW - 1, 30)
        sheet.set_row(HEAD_ROW, 36)
        self.looks.page(sheet, (18, *[20] * width), frozen=(SERIES_START - 1, 1))

    def _about(self, column: int) -> tuple[str, str, str]:
        if column >= len(self.series):
            return "", "", ""
        path, row, _ = self.series[column]
        return row.what.zh if self.lang == "zh" else row.what.en, path, unit_in(row.what, self.lang)

    def _number(self, sheet: Any, row: int, column: int, value: Any) -> None:
        held = None if value is None else to_cell(value, _PLAIN_NUMBER)
        write: Callable[..., Any] = sheet.write_string if isinstance(held, str) else sheet.write_number
        if held is None:
            sheet.write_blank(row - 1, column, None, self.looks["input"])
        else:
            write(row - 1, column, held, self.looks["input"])


def _joined(sentences: Sequence[str], lang: str) -> str:
    return ("。" if lang == "zh" else ". ").join(part for part in sentences if part)


_PLAIN_NUMBER = Row(
    code="", name="", what=Declared(kind="number", unit="", zh="", en=""), annotation=None, required=False, default=None
)


def _condition(what: Declared, cell: str) -> str:
    """What a number must meet, as a formula of the cell; the check of a warning, the case's own reader decides."""
    parts = [f"ISNUMBER({cell})", *([f"INT({cell})={cell}"] if what.kind == "count" else [])]
    parts += [f"{cell}{sign}{bound:g}" for sign, bound in ((">=", what.ge), (">", what.gt), ("<=", what.le)) if bound is not None]  # fmt: skip
    return f"=AND({','.join(parts)})"


def _shown(value: Any) -> str:
    if value is None or value == "" or value == ():
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return value
    return f"{value:.12g}" if isinstance(value, (int, float)) else flow(value)


def _mapping(raw: Mapping[str, Any], keys: Sequence[str]) -> Mapping[str, Any]:
    found = _at(raw, keys)
    return found if isinstance(found, Mapping) else {}


def _at(raw: Any, keys: Sequence[str]) -> Any:
    for key in keys:
        raw = raw.get(key) if isinstance(raw, Mapping) else None
    return raw
