"""What an import refuses: every fault with its cell, files that are no template, areas that are no word."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tariff_sheets import FORM, demo, filled, month_csv, refused

from appraisal.tariff_import import months_csv, template


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder of the user's own, not there yet."""
    return tmp_path / "mine"


FAULTY: dict[str, tuple[Callable[[dict[str, list[dict[str, Any]]]], object], str]] = {
    "a text for a number": (lambda rows: rows["月度电价"][0].update({"线损 (元/千瓦时)": "0.01元"}), "月度电价!J5: loss: '0.01元' is no plain number"),
    "a price in yuan/MWh": (lambda rows: rows["月度电价"][0].update({"代理购电价格 (元/千瓦时)": 400}), "月度电价!I5: purchased energy: 400 is more than 5 yuan/kWh"),
    "a formula without a value": (lambda rows: rows["比价"][0].update({"峰": "=1.6*1"}), "比价!G5: the cell holds a formula without a value"),
    "no month": (lambda rows: rows["月度电价"][0].pop("月份"), "月度电价!C5: month is empty"),
    "a month that is none": (lambda rows: rows["月度电价"][0].update({"月份": "2026-13"}), "月度电价!C5: month: '2026-13' is not a date"),
    "no source": (lambda rows: rows["月度电价"][0].pop("来源代码"), "source is empty"),
    "a source stated nowhere": (lambda rows: rows["月度电价"][0].update({"来源代码": "hearsay"}), "source 'hearsay' is stated nowhere"),
    "a source without a day": (lambda rows: rows["来源"][1].pop("核对日期"), "来源!F6: checked on is empty"),
    "a day to come": (lambda rows: rows["来源"][1].update({"核对日期": "2027-01-01"}), "来源!F6: 2027-01-01 lies in the future"),
    "an address that is none": (lambda rows: rows["来源"][0].update({"网址": "javascript:alert(1)"}), "来源!D5: 'javascript:alert(1)' is no address"),
    "markup": (lambda rows: rows["用户类别"][0].update({"中文名称": "<script>x</script>"}), "用户类别!C5: name in Chinese: holds markup"),
    "an unknown voltage": (lambda rows: rows["输配电价"][0].update({"电压等级": "500kV"}), "输配电价!D6: the area has no '500kV'"),
    "a month drawn twice": (lambda rows: rows["时段"][1].update({"月份": 1}), "时段!B6: month 1 has a map in an earlier row"),
    "a short day": (lambda rows: rows["时段"][0].update({"时段文字": WINTER_SHORT}), "23 letters, expected 24"),
    "a sign that is no period": (lambda rows: rows["时段"][0].update({"时段文字": "x" * 24}), "时段!F5: periods as text: x is no period"),
    "no ratio for a month": (lambda rows: rows["比价"].pop(), "0 rows of ratios, expected one"),
    "a flat ratio that is not 1": (lambda rows: rows["比价"][0].update({"平": 1.1}), "比价!B5: rules.2026-01-01.ratios[0]: the flat ratio is 1.1"),
    "a band without a ratio": (lambda rows: rows["比价"][0].update({"尖": None}), "no ratio for s"),
    "a holiday of no calendar": (lambda rows: rows["特殊日"][0].update({"节假日": "doomsday:all"}), "doomsday"),
    "hours that are none": (lambda rows: rows["特殊日"][0].update({"小时": "11-14"}), "is no span of a day"),
    "a month before the rule": (lambda rows: rows["月度电价"][0].update({"月份": "2025-12"}), "published before the first rule"),
    "a printed band of nobody": (lambda rows: rows["月度电价"][0].update({"电压等级": None}), "月度电价!F5: printed prices are of one user; state voltage"),
    "two sources in one table": (lambda rows: rows["输配电价"][1].update({"来源代码": "table_09"}), "one table has one source"),
    "components and sums in one row": (lambda rows: rows["月度电价"][0].update({"浮动部分 (元/千瓦时)": 0.4, "适用范围": "本行用户"}), "holds either components, or both floating and fixed"),
    "a loss rate in percent": (
        lambda rows: rows["基金与线损率"].append({"项目": "线损率", "执行日期": "2026-01-01", "数值": 3, "来源代码": "notice"}),
        "基金与线损率!D6: value: 3 is outside 0–1",
    ),
    "a ratio in percent": (lambda rows: rows["比价"][0].update({"峰": 160}), "比价!G5: peak: 160 is outside 0–10"),
    "a reason without a row": (
        lambda rows: rows["月度电价"].append(
            {"月份": "2026-09", "电价制式": "两部制", "电压等级": "35千伏", "公布平价 (元/千瓦时)": 0.7, "来源代码": "table_09"}
        ),
        "月度电价!T6: printed flat is 0.7, its components give 0.580000",
    ),
    "an unknown source of the rule": (lambda rows: rows["来源"].pop(0), "source 'notice' is stated nowhere"),
    "a sheet left empty": (lambda rows: rows["电压等级"].clear(), "a new area needs a row in the sheet voltages"),
}  # fmt: skip
WINTER_SHORT = "谷" * 23


@pytest.mark.parametrize("name", FAULTY)
def test_a_fault_is_told_with_its_cell(name: str, own: Path) -> None:
    """One fault each; nothing is written."""
    spoil, told = FAULTY[name]
    rows = demo()
    spoil(rows)
    assert told in refused(filled(rows), own)
    assert not own.exists()


def test_all_faults_of_a_workbook_are_told_at_once(own: Path) -> None:
    rows = demo()
    for name in ("a text for a number", "a source without a day", "a sign that is no period"):
        FAULTY[name][0](rows)
    told = refused(filled(rows), own)
    assert [told.count(cell) for cell in ("月度电价!J5", "来源!F6", "时段!F5")] == [1, 1, 1]


def test_faults_between_cells_are_told_at_once(own: Path) -> None:
    """What one cell says of another, on three sheets and in the months."""
    rows = demo()
    names = ("an unknown voltage", "a month drawn twice", "a source stated nowhere", "a day to come")
    for name in names:
        FAULTY[name][0](rows)
    told = refused(filled(rows), own)
    assert [told.count(FAULTY[name][1]) for name in names] == [1, 1, 1, 1]


@pytest.mark.parametrize(
    "area", ["../x", "a/b", "..", "C:\\x", "retail.demo", "Demo", "null", "12", "a" * 61, "a\u202eb"]
)
def test_an_area_is_a_word_and_never_a_path(area: str, own: Path) -> None:
    """In the form and in a CSV file alike."""
    assert "is no key" in refused(filled(demo(), {**FORM, "id": area}), own)
    row = {"area": area, "month": "2026-09", "purchased_energy": 0.4, "source": "solarprice"}
    assert "is no key" in refused(month_csv([row]).encode(), own, "m.csv")


def test_files_that_are_no_template_are_refused(own: Path) -> None:
    """A web page, a huge file, an empty template, a foreign table, another area than the library has."""
    assert "is a web page" in refused(b"<html><table><tr><td>1</td></tr></table></html>", own, "a.xls")
    assert "a filled template has at most" in refused(b"a,b\n" * 1_000_000, own, "a.csv")
    assert "nothing is filled in" in refused(template("zh"), own)
    assert "nothing is filled in" in refused(months_csv("en"), own, "m.csv")
    assert "no row of headings" in refused(b"hour,load\n1,2\n", own, "m.csv")
    row = {
        "area": "atlantis",
        "month": "2026-09",
        "purchased_energy": 0.4,
        "source": "x",
        "cite": "y",
        "checked": "2026-10-01",
    }
    assert "retail.atlantis is not in the library" in refused(month_csv([row]).encode(), own, "m.csv")
    assert "must name one area" in refused(month_csv([row, dict(row, area="anhui")]).encode(), own, "m.csv")


def test_headings_in_another_unit_or_unknown_are_refused(own: Path) -> None:
    text = (
        "area,month,purchased_energy (yuan/MWh),线损（元/兆瓦时）,wind,source\nzhejiang,2026-09,0.4,0.01,1,solarprice\n"
    )
    told = refused(text.encode(), own, "m.csv")
    assert "m.csv:1 C1: is in yuan/mwh; write it in yuan/kWh" in told
    assert "D1: is in 元/兆瓦时" in told
    assert "E1: no such column" in told
