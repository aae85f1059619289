"""How the workbook looks: formats, widths, print set-up. Inputs are blue on pale yellow, open ones orange."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any
from unicodedata import east_asian_width

_INK, _GREY, _BLUE, _LINE = "#1F2933", "#8A94A0", "#0B3FB5", "#CBD2D9"
_PAPER, _BAND, _HEAD, _OPEN = "#FFFBE0", "#E4EAF1", "#24476B", "#FFD8A8"
_A3 = 8
_LINE_POINTS, _LEAST_POINTS = 13.5, 16.5


class Looks:
    """The formats of one workbook by name.

    Fonts are ones that Excel has in its Chinese and English editions; other programs put their own in place.
    """

    def __init__(self, book: Any, lang: str) -> None:
        font = {"font_name": "Microsoft YaHei" if lang == "zh" else "Calibri", "font_size": 10, "font_color": _INK, "valign": "vcenter"}  # fmt: skip
        boxed = {**font, "border": 1, "border_color": _LINE}
        filled = {**boxed, "bg_color": _PAPER, "font_color": _BLUE}
        band = {**font, "bg_color": _BAND, "bold": True, "top": 1, "top_color": _HEAD}
        head = {**font, "bold": True, "font_color": "#FFFFFF", "bg_color": _HEAD, "text_wrap": True}
        kinds = {
            "title": {**font, "font_size": 15, "bold": True, "font_color": _HEAD},
            "plain": font,
            "prose": {**font, "text_wrap": True},
            "link": {**font, "font_color": _BLUE, "underline": 1},
            "number": {**font, "font_color": _GREY, "align": "center", "valign": "top"},
            "code": {**font, "font_size": 8, "font_color": _GREY},
            "used": {**font, "font_size": 8, "font_color": _GREY, "text_wrap": True, "valign": "top"},
            "head": {**head, "indent": 1},
            "head_number": {**head, "align": "center"},
            "band": band,
            "band_code": {**band, "font_size": 8, "font_color": _GREY, "bold": False},
            "band_number": {**band, "font_color": _GREY, "align": "center"},
            "band_help": {**band, "bold": False, "font_color": "#52606D", "text_wrap": True, "indent": 1},
            "name": {**filled, "bold": True, "align": "center", "num_format": "@", "top": 1, "top_color": _HEAD},
            "label": font,
            "wrapped": {**boxed, "text_wrap": True, "bold": True},
            "note": {**font, "font_color": "#52606D", "text_wrap": True, "indent": 1},
            "open": {**font, "bold": True, "font_color": "#B44D12", "indent": 1},
            "help": {**font, "font_color": "#52606D", "text_wrap": True, "indent": 1},
            "input": {**filled, "align": "right"},
            "input_text": {**filled, "align": "right", "num_format": "@", "text_wrap": True},
            "input_left": {**filled, "num_format": "@"},
        }
        self._formats = {name: book.add_format(properties) for name, properties in kinds.items()}
        self._open = book.add_format({"bg_color": _OPEN})

    def __getitem__(self, name: str) -> Any:
        return self._formats[name]

    def mark_open(self, sheet: Any, row: int, column: int) -> None:
        """Orange as long as the cell (from 0) is empty."""
        sheet.conditional_format(row, column, row, column, {"type": "blanks", "format": self._open})

    @staticmethod
    def height(sheet: Any, row: int, texts: Sequence[str], widths: Sequence[float]) -> None:
        """Make a row (from 0) as high as its texts need; not every program does that by itself."""
        lines = max(ceil(_width(text) / (1.05 * wide)) if text else 1 for text, wide in zip(texts, widths, strict=True))
        sheet.set_row(row, max(_LEAST_POINTS, lines * _LINE_POINTS + 2))

    def page(self, sheet: Any, widths: Sequence[float], frozen: tuple[int, int] | None) -> None:
        """Widths of columns, what stays in sight, and a print on as many A3 pages as it takes, one wide."""
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_row(0, 26)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(_A3)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer("&L&A&R&P / &N")
        if frozen is not None:
            sheet.freeze_panes(*frozen)
            sheet.repeat_rows(frozen[0] - 1)
        # Text that is a number on purpose (all its digits) needs no green corner.
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})


def _width(text: str) -> float:
    """Columns that a text takes; Chinese characters count as two."""
    return sum(2.0 if east_asian_width(char) in "WF" else 1.0 for char in text)
