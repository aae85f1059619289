"""The template to fill in: a workbook of every sheet, or the months alone as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from appraisal.errors import said
from appraisal.intake.package import letters as column_letters
from appraisal.tariff_import.columns import EXAMPLE, MARK, Column, Sheet, unit_words
from appraisal.tariff_import.months_sheet import MONTHS
from appraisal.tariff_import.sheets import AREA, GUIDE, SHEETS
from appraisal.tariff_import.words import shown

HEAD_ROW = 2
"""From 0: below the title and the help of each column."""
_COLOURS = {"s": "#D64545", "p": "#F0A04B", "f": "#F4E9A6", "v": "#A8D5A2", "d": "#6FA8DC"}
_SIGNS = {"s": "尖", "p": "峰", "f": "平", "v": "谷", "d": "深"}
_WIDEST_LIST = 255
_GUIDE = (
    said("Every value needs a source: fill the sheet of sources first, then name its key.", "每个值都要有来源：先填“来源”表，再在各表引用其代码。"),
    said("A new area needs every sheet but zones, special days and notes.", "新增地区需填除“价区”“特殊日”“说明与缺项”以外的所有表。"),
    said("A month of an area that the library has needs the sheet of months only (and the area's id).", "为已有地区补充月份只需填“月度电价”（及地区代码）。"),
    said("Rows marked as example in column A are not imported.", "A 列标有“示例”的行不会导入。"),
    said("Prices include VAT, in yuan/kWh; charges in yuan/kW/month and yuan/kVA/month.", "电价均为含税价，单位元/千瓦时；基本电费为元/千瓦·月和元/千伏安·月。"),
    said("Write values, no formulas. Printed prices are compared with the components; a difference is refused unless the row says why.", "请填数值，不用公式。公布电价会与各组成部分核对；有差异且未写明原因时不予导入。"),
    said("To import: {command}; then set {name} to that folder.", "导入：{command}；然后把 {name} 设为该文件夹。", command="appraisal tariff import FILE --into FOLDER", name="APPRAISAL_TARIFFS"),
)  # fmt: skip


def template(lang: str = "zh") -> bytes:
    """The workbook to fill in, .xlsx.

    Parameters
    ----------
    lang : ``zh`` or ``en``, of titles, headings, help and lists; a filled workbook of either is read.

    Examples
    --------
    >>> template("en")[:2]
    b'PK'
    """
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    _Book(book, lang).write()
    book.close()
    return held.getvalue()


def months_csv(lang: str = "zh") -> bytes:
    """The sheet of months alone as CSV: headings and one row marked as an example; UTF-8 with the mark Excel needs."""
    held = io.StringIO(newline="")
    writer = csv.writer(held)
    writer.writerow([column.heading(lang) for column in (MARK, *MONTHS.columns)])
    for example in MONTHS.examples:
        writer.writerow([EXAMPLE.text(lang), *(_cell(example, column, lang) for column in MONTHS.columns)])
    return held.getvalue().encode("utf-8-sig")


def _cell(held: Mapping[str, str | float], column: Column, lang: str) -> str | float:
    """What stands in a cell: a word of a list as that list shows it."""
    value = held.get(column.key, "")
    if not isinstance(value, str) or not column.choices:
        return value
    return ",".join(shown(word, lang) for word in value.split(",")) if value else ""


class _Book:
    def __init__(self, book: Any, lang: str) -> None:
        self.book, self.lang = book, lang
        font = {"font_name": "Microsoft YaHei" if lang == "zh" else "Calibri", "font_size": 10, "valign": "vcenter"}
        line = {"border": 1, "border_color": "#CBD2D9"}
        kinds = {
            "code": {**font, "font_size": 8, "font_color": "#8A94A0"},
            "title": {**font, "font_size": 15, "bold": True, "font_color": "#24476B"},
            "prose": {**font, "text_wrap": True},
            "help": {**font, "font_size": 8, "font_color": "#52606D", "text_wrap": True, "valign": "top"},
            "head": {**font, **line, "bold": True, "font_color": "#FFFFFF", "bg_color": "#24476B", "text_wrap": True},
            "wanted": {**font, **line, "bold": True, "font_color": "#FFFFFF", "bg_color": "#B44D12", "text_wrap": True},
            "example": {**font, **line, "italic": True, "font_color": "#8A94A0", "bg_color": "#F2F4F7"},
            "text": {**font, **line, "font_color": "#0B3FB5", "bg_color": "#FFFBE0", "num_format": "@"},
            "number": {**font, **line, "font_color": "#0B3FB5", "bg_color": "#FFFBE0"},
        }
        self.looks = {name: book.add_format(properties) for name, properties in kinds.items()}
        self.bands = {letter: book.add_format({"bg_color": colour}) for letter, colour in _COLOURS.items()}

    def write(self) -> None:
        guide = self.book.add_worksheet(GUIDE.text(self.lang))
        guide.set_column(0, 0, 110)
        guide.write_string(0, 0, said("Tariff of an area", "地区电价导入模板").text(self.lang), self.looks["title"])
        for row, line in enumerate(_GUIDE, start=2):
            guide.write_string(row, 0, line.text(self.lang), self.looks["prose"])
        for declared in SHEETS:
            sheet = self.book.add_worksheet(declared.title.text(self.lang))
            sheet.write_string(0, 0, declared.marker, self.looks["code"])
            sheet.write_string(0, 1, declared.title.text(self.lang), self.looks["title"])
            sheet.hide_gridlines(2)
            if declared is AREA:
                self._form(sheet, declared)
            else:
                self._table(sheet, declared)

    def _form(self, sheet: Any, declared: Sheet) -> None:
        """One line an answer: code, title, value, unit, help."""
        for column, width in enumerate((16, 30, 44, 16, 90)):
            sheet.set_column(column, column, width)
        sheet.write_string(1, 1, declared.help.text(self.lang), self.looks["code"])
        for row, item in enumerate(declared.columns, start=HEAD_ROW + 1):
            value = str(declared.filled[0].get(item.key, ""))
            sheet.write_string(row, 0, item.key, self.looks["code"])
            sheet.write_string(row, 1, item.title.text(self.lang), self.looks["wanted" if item.required else "head"])
            sheet.write_string(row, 2, value, self.looks["number" if item.kind == "number" else "text"])
            unit = unit_words(item.unit).text(self.lang) if item.unit else ""
            sheet.write_string(row, 3, unit, self.looks["code"])
            sheet.write_string(row, 4, item.help.text(self.lang), self.looks["help"])

    def _table(self, sheet: Any, declared: Sheet) -> None:
        """Help, headings, examples, then cells to fill in."""
        columns = (MARK, *declared.columns)
        sheet.set_row(1, 48)
        sheet.set_row(HEAD_ROW, 32)
        sheet.write_string(0, 3, declared.help.text(self.lang), self.looks["code"])
        first, last = HEAD_ROW + 1 + len(declared.examples), HEAD_ROW + len(declared.examples) + declared.rows
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
            sheet.write_string(1, place, column.help.text(self.lang), self.looks["help"])
            sheet.write_string(HEAD_ROW, place, column.heading(self.lang), self.looks["wanted" if column.required else "head"])  # fmt: skip
            for row, example in enumerate(declared.examples, start=HEAD_ROW + 1):
                value = EXAMPLE.text(self.lang) if column is MARK else _cell(example, column, self.lang)
                self._write(sheet, row, place, value, "example")
            for step, row in enumerate(range(first, last + 1)):
                held = declared.filled[step].get(column.key, "") if step < len(declared.filled) else ""
                self._write(sheet, row, place, held, "number" if column.kind == "number" else "text")
            self._list(sheet, column, first, last, place)
        sheet.freeze_panes(HEAD_ROW + 1, 1)
        if any(column.kind in ("band", "letters") for column in declared.columns):
            self._colours(sheet, columns, last)

    def _write(self, sheet: Any, row: int, place: int, value: str | float, look: str) -> None:
        if value == "":
            sheet.write_blank(row, place, None, self.looks[look])
        elif isinstance(value, str):
            sheet.write_string(row, place, value, self.looks[look])
        else:
            sheet.write_number(row, place, value, self.looks[look])

    def _list(self, sheet: Any, column: Column, first: int, last: int, place: int) -> None:
        """The list of a cell that takes one word; the reader decides all the same."""
        words = [shown(word, self.lang) for word in column.choices] if column.kind == "choice" else []
        if column.kind == "band":
            words = list(_SIGNS.values() if self.lang == "zh" else _SIGNS)
        if words and len(",".join(words)) <= _WIDEST_LIST:
            rule = {"validate": "list", "source": words, "input_message": column.help.text(self.lang)[:255]}
            sheet.data_validation(first, place, last, place, rule)

    def _colours(self, sheet: Any, columns: tuple[Column, ...], last: int) -> None:
        """Half hours in the colour of their period."""
        places = [place for place, column in enumerate(columns) if column.kind == "band"]
        corner = f"{column_letters(places[0] + 1)}{HEAD_ROW + 2}"
        for letter, look in self.bands.items():
            rule = {"type": "formula", "criteria": f'=OR({corner}="{letter}",{corner}="{_SIGNS[letter]}")', "format": look}  # fmt: skip
            sheet.conditional_format(HEAD_ROW + 1, places[0], last, places[-1], rule)
