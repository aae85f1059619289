"""Writing the sheets with XlsxWriter: formats, widths, printing, colours and charts; nothing is worked out here."""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from appraisal.report.workbook.charts import Chart
from appraisal.report.workbook.draft import Draft
from appraisal.report.workbook.formula import Columns, Writer, on_sheet
from appraisal.report.workbook.sheet import Cell, Content, Series, Sheet, Style

# Of the file, not of its writing: the same case gives the same bytes.
CREATED = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC).replace(tzinfo=None)
FONTS = {"zh": "Microsoft YaHei", "en": "Arial"}
_A4, _A3 = 9, 8

_NUMBERS: Mapping[str, str] = {
    "money": "#,##0;[Red]-#,##0;0", "money2": "#,##0.00;[Red]-#,##0.00;0.00", "rate": "0.00%;[Red]-0.00%", "rate8": "0.000000%;[Red]-0.000000%",
    "ratio": "0.0000;[Red]-0.0000", "ratio8": "0.00000000;[Red]-0.00000000", "count": "0;[Red]-0", "years": "0.00;[Red]-0.00", "flag": "0",
    "amount": "#,##0.0;[Red]-#,##0.0", "price2": "#,##0.00;[Red]-#,##0.00", "tiny": "0.0E+00", "year": "0", "general": "General",
}  # fmt: skip
_GREY, _BLUE, _YELLOW, _BAND, _LINE = "#7F7F7F", "#0000FF", "#FFFFCC", "#DCE6F1", "#BFBFBF"
_KINDS: Mapping[str, Mapping[str, Any]] = {
    "input": {"font_color": _BLUE, "bg_color": _YELLOW, "locked": False, "border": 1, "border_color": _LINE},
    "default": {"font_color": "#000000", "bg_color": _YELLOW, "locked": False, "border": 1, "border_color": _LINE},
    "formula": {}, "value": {"font_color": _GREY, "italic": True}, "fixed": {"font_color": _GREY},
    "check": {"bold": True, "align": "center"}, "text": {}, "wrapped": {"text_wrap": True, "valign": "top"},
    "note": {"font_color": _GREY}, "title": {"bold": True, "font_size": 14}, "heading": {"bold": True},
    "block": {"bold": True, "bg_color": _BAND}, "head": {"bold": True, "bg_color": _BAND, "align": "center", "text_wrap": True, "valign": "vcenter"},
    "link": {"font_color": _BLUE, "underline": 1}, "sum": {"bold": True, "top": 1, "top_color": _LINE}, "sumlabel": {"bold": True, "top": 1, "top_color": _LINE}, "figure": {"bold": True},
    "warning": {"bold": True, "font_color": "#C00000"},
}  # fmt: skip
_LEFT = frozenset(("text", "wrapped", "note", "title", "heading", "block", "link", "warning", "sumlabel"))


class Paper:
    """A workbook being written."""

    def __init__(self, draft: Draft, *, cached: bool) -> None:
        self.draft, self.cached = draft, cached
        self.out = io.BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.book = xlsxwriter.Workbook(self.out, options)
        self.book.set_properties({"title": draft.case.name, "created": CREATED})
        self.book.set_calc_mode("auto")
        self.formats: dict[Style, Any] = {}
        self.base = {"font_name": FONTS[draft.lang], "font_size": 10, "valign": "vcenter"}
        self.plain = self.book.add_format(self.base)

    def written(self, sheets: list[Sheet], charts: tuple[Chart, ...], on: str) -> bytes:
        """The bytes of the file; the *charts* stand on one of the sheets."""
        for sheet in sheets:
            self._sheet(sheet)
        for chart in charts:
            self._chart(chart, on)
        self.book.get_worksheet_by_name(sheets[0].title).activate()
        self.book.close()
        return self.out.getvalue()

    # --- formats ----------------------------------------------------------------------------------------------------

    def format(self, style: Style) -> Any:
        """The format of a style, made once."""
        if style not in self.formats:
            looks = {**self.base, **_KINDS[style.kind]}
            if style.number:
                looks["num_format"] = _NUMBERS[style.number]
            if style.depth:
                looks["indent"] = style.depth
            if style.kind not in _LEFT and "align" not in looks:
                # A number that grows with the unit of money is shown smaller, never as ####.
                looks |= {"align": "right", "shrink": True}
            self.formats[style] = self.book.add_format(looks)
        return self.formats[style]

    # --- a sheet ----------------------------------------------------------------------------------------------------

    def _sheet(self, sheet: Sheet) -> None:
        tab = self.book.add_worksheet(sheet.title)
        self._page(tab, sheet)
        if sheet.columns is not None:
            self._buffers(tab, sheet.columns)
        writer = Writer(sheet.title, self.draft.places, self.draft.numbers)
        for (row, column), cell in sheet.cells.items():
            self._cell(tab, writer, row - 1, column, cell)
        band = self.format(Style("block"))
        for (row, _), cell in sheet.cells.items():
            if cell.style.kind == "block":
                tab.set_row(row - 1, None, band)
        for series in sheet.series:
            assert sheet.columns is not None
            self._series(tab, sheet.title, sheet.columns, series)
        for painted in sheet.painted:
            self._paint(tab, painted.area, painted.kind)
        for chosen in sheet.chosen:
            allowed = [f"{value:.0f}" for value in chosen.choices]
            tab.data_validation(
                chosen.row - 1, chosen.column, chosen.row - 1, chosen.column, {"validate": "list", "source": allowed}
            )

    def _page(self, tab: Any, sheet: Sheet) -> None:
        """Widths, panes and print."""
        for column, width in sheet.widths.items():
            tab.set_column(column, column, width, self.plain)
        for row, height in sheet.tall.items():
            tab.set_row(row - 1, height)
        tab.freeze_panes(*sheet.frozen)
        if sheet.landscape:
            tab.set_landscape()
        tab.set_paper(_A3 if sheet.large else _A4)
        tab.fit_to_pages(1, 1 if sheet.one_page else 0)
        tab.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        tab.repeat_rows(0, sheet.repeated - 1)
        tab.set_footer("&L&A&R&P / &N")
        tab.hide_gridlines(2)

    def _buffers(self, tab: Any, columns: Columns) -> None:
        """The empty columns before the first and behind the last year, grey."""
        grey = self.book.add_format({**self.base, "bg_color": "#EDEDED"})
        tab.set_column(columns.first - columns.buffers, columns.first - 1, 0.4, grey)
        tab.set_column(columns.last + 1, columns.last + 1, 0.8, grey)

    def _cell(self, tab: Any, writer: Writer, row: int, column: int, cell: Cell) -> None:
        style = self.format(cell.style)
        if cell.link:
            tab.write_url(row, column, f"internal:{on_sheet(cell.link, '')}A1", style, string=str(cell.value))
        elif cell.formula:
            text = cell.formula if isinstance(cell.formula, str) else writer.text(cell.formula)
            tab.write_formula(row, column, f"={text}", style, cell.value if self.cached else "")
        else:
            self._plain(tab, row, column, cell.value, style)

    def _plain(self, tab: Any, row: int, column: int, value: Content, style: Any) -> None:
        """A text is never anything but a text."""
        if isinstance(value, str):
            tab.write_string(row, column, value, style)
        else:
            tab.write_number(row, column, value, style)

    def _series(self, tab: Any, title: str, columns: Columns, series: Series) -> None:
        """One row of periods: the formula is rendered once."""
        style, row = self.format(series.style), series.row - 1
        values = series.values if isinstance(series.values, tuple) else series.values.tolist()
        if not series.formula:
            for year, value in enumerate(values):
                self._plain(tab, row, columns.first + year, value, style)
            return
        text = series.formula
        if not isinstance(text, str):
            text = Writer(title, {**self.draft.places, **series.scope}, self.draft.numbers).text(text)
        for year, value in enumerate(values):
            tab.write_formula(
                row, columns.first + year, f"={columns.filled(text, year)}", style, value if self.cached else ""
            )

    def _paint(self, tab: Any, area: str, kind: str) -> None:
        """Green where a check passed, red where it failed; amber where a figure only differs."""
        failed = (
            {"bg_color": "#FFC7CE", "font_color": "#9C0006"}
            if kind == "check"
            else {"bg_color": "#FFEB9C", "font_color": "#9C5700"}
        )
        for value, looks in ((1, {"bg_color": "#C6EFCE", "font_color": "#006100"}), (0, failed)):
            # A blank cell is 0 to a comparison of cells.
            first = area.partition(":")[0]
            rule = {
                "type": "formula",
                "criteria": f"=AND(ISNUMBER({first}),{first}={value})",
                "format": self.book.add_format(looks),
            }
            tab.conditional_format(area, rule)

    # --- charts -----------------------------------------------------------------------------------------------------

    def _chart(self, chart: Chart, on: str) -> None:
        made = self.book.add_chart({"type": "column"})
        line = self.book.add_chart({"type": "line"})
        for kind, name, sheet, row, colour in chart.series:
            (made if kind == "column" else line).add_series(
                {
                    "name": name,
                    "categories": [chart.heads, chart.head_row - 1, chart.first, chart.head_row - 1, chart.last],
                    "values": [sheet, row - 1, chart.first, row - 1, chart.last],
                    **(
                        {"fill": {"color": colour}, "gap": 60}
                        if kind == "column"
                        else {"line": {"color": colour, "width": 1.75}}
                    ),
                }
            )
        made.combine(line)
        font = {"name": FONTS[self.draft.lang], "size": 10}
        made.set_title({"name": chart.title, "name_font": {**font, "size": 13}, "overlay": False})
        made.set_x_axis({"name": chart.x, "name_font": font, "num_font": {**font, "size": 9}, "label_position": "low"})
        made.set_y_axis(
            {
                "name": chart.y,
                "name_font": font,
                "num_font": {**font, "size": 9},
                "num_format": chart.number,
                "major_gridlines": {"visible": True, "line": {"color": _LINE}},
            }
        )
        made.set_legend({"position": "bottom", "font": font})
        made.set_size({"width": 1080, "height": 380})
        self.book.get_worksheet_by_name(on).insert_chart(chart.place, made)
