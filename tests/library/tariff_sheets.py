"""A made-up area as a person fills it into the template, by the headings that the person sees."""

from __future__ import annotations

import copy
import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from appraisal.errors import InputError
from appraisal.tariff_import import Imported, bring, template

TODAY = date(2026, 11, 23)
HEADS_AT = 3
Rows = Mapping[str, list[dict[str, Any]]]

# Every figure of this area is made up for the tests.
FORM = {
    "id": "demo",
    "title_zh": "示例省 工商业分时电价",
    "title_en": "Demo province, time-of-use tariff: made up",
    "document": "示例发改〔2026〕1号",
    "rule_from": "2026-01-01",
    "rule_source": "notice",
    "floats": "代理购电、线损、系统运行费",
    "default_one": "all",
    "default_two": "all",
}
WINTER = "谷谷谷谷谷谷谷谷峰峰峰平平平平平平尖尖峰峰平平平"
OTHERS = "谷谷谷谷谷谷谷谷峰峰峰平平平平平平峰峰峰峰平平平"
DEMO: Rows = {
    "来源": [
        {"代码": "notice", "来源名称": "示例发改〔2026〕1号 附件", "网址": "https://example.org/1", "可信度": "官方", "核对日期": "2026-10-01"},
        {"代码": "table_09", "来源名称": "示例电力公司2026年9月代理购电公告", "核对日期": "2026年10月2日"},
    ],
    "用户类别": [{"代码": "all", "中文名称": "工商业", "英文名称": "industry and commerce"}],
    "电压等级": [
        {"代码": "1_10kv", "中文名称": "1-10（20）千伏", "英文名称": "1-10 kV", "别名": "10kV, 20kV"},
        {"代码": "35kv", "中文名称": "35千伏", "英文名称": "35 kV"},
    ],
    "时段": [{"月份": month, "时段文字": WINTER if month in (1, 7, 8, 12) else OTHERS} for month in range(1, 13)],
    "比价": [
        {"月份": "1,7,8,12", "尖": 2.0, "峰": 1.6, "平": 1, "谷": 0.4, "深谷": 0.2},
        {"月份": "2-6、9-11月", "峰": 1.6, "平": 1, "谷": 0.4, "深谷": 0.2},
    ],
    "输配电价": [
        {"执行日期": "2026-01-01", "电价制式": "单一制", "电压等级": "10kV", "电度输配电价 (元/千瓦时)": 0.2, "来源代码": "notice"},
        {"执行日期": "2026-01-01", "电价制式": "两部制", "电压等级": "10kV", "电度输配电价 (元/千瓦时)": 0.12, "需量电价 (元/千瓦·月)": 40,
         "容量电价 (元/千伏安·月)": 25, "来源代码": "notice"},
        {"执行日期": "2026-01-01", "电价制式": "两部制", "电压等级": "35千伏", "电度输配电价 (元/千瓦时)": 0.1, "需量电价 (元/千瓦·月)": 38,
         "容量电价 (元/千伏安·月)": 24, "来源代码": "notice"},
    ],
    "基金与线损率": [{"项目": "基金附加", "执行日期": "2026-01-01", "数值": 0.03, "来源代码": "notice"}],
    "特殊日": [{"中文名称": "国庆深谷", "英文名称": "National Day deep valley", "节假日": "national_day:3", "小时": "11:00-14:00", "时段": "深谷"}],
    "月度电价": [
        # floating = 0.40 + 0.01 + 0.04 = 0.45, fixed = 0.12 + 0.03 = 0.15; peak = 1.6 x 0.45 + 0.15 = 0.87, worked by hand.
        {"月份": "2026-09", "适用范围": "全部", "电价制式": "两部制", "电压等级": "10kV", "代理购电价格 (元/千瓦时)": 0.4, "线损 (元/千瓦时)": 0.01,
         "系统运行费 (元/千瓦时)": 0.04, "公布峰价 (元/千瓦时)": 0.87, "公布平价 (元/千瓦时)": 0.6, "公布谷价 (元/千瓦时)": 0.33,
         "公布深谷价 (元/千瓦时)": 0.24, "需量电价 (元/千瓦·月)": 40, "容量电价 (元/千伏安·月)": 25, "来源代码": "table_09"},
    ],
}  # fmt: skip
DEMO_FIGURES = 6
"""Printed figures in the row above."""


def demo() -> dict[str, list[dict[str, Any]]]:
    """A copy to be changed."""
    return copy.deepcopy(dict(DEMO))


def filled(rows: Rows, form: Mapping[str, Any] = FORM, lang: str = "zh") -> bytes:
    """The template with rows below its examples."""
    book = openpyxl.load_workbook(io.BytesIO(template(lang)))
    area = book.worksheets[1]
    for row in area.iter_rows(min_row=HEADS_AT + 1):
        if row[0].value in form:
            row[2].value = form[row[0].value]
    for name, records in rows.items():
        write(book[name], records)
    return saved(book)


def write(sheet: Any, records: list[dict[str, Any]]) -> None:
    """Rows under the headings of a sheet, from the first that is no example on."""
    places = {cell.value: cell.column for cell in sheet[HEADS_AT] if cell.value}
    first = next(row for row in range(HEADS_AT + 1, sheet.max_row + 2) if not sheet.cell(row, 1).value)
    for row, record in enumerate(records, start=first):
        for heading, value in record.items():
            sheet.cell(row, places[heading]).value = value


def saved(book: Any) -> bytes:
    """The bytes of a workbook."""
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def month_csv(rows: list[dict[str, Any]]) -> str:
    """Rows as a CSV text under the headings that they use."""
    heads = list(dict.fromkeys(key for row in rows for key in row))
    return "\n".join([",".join(heads), *(",".join(str(row.get(head, "")) for head in heads) for row in rows)]) + "\n"


def written(folder: Path, area: str) -> str:
    """The file of an area in a user's folder."""
    return (folder / "retail" / f"{area}.yaml").read_text(encoding="utf-8")


def brought(content: bytes, folder: Path, name: str = "area.xlsx", **more: Any) -> Imported:
    return bring(content, name, folder, today=TODAY, **more)


def refused(content: bytes, folder: Path, name: str = "area.xlsx", **more: Any) -> str:
    """What is said when an import is refused; nothing is written then, and both languages say it."""
    with pytest.raises(InputError) as caught:
        brought(content, folder, name, **more)
    assert not folder.exists() or not list(folder.rglob("*.tmp"))
    assert caught.value.text("zh") != caught.value.text("en")
    return str(caught.value)
