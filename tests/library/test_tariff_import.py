"""Adding an area or a month: a filled template in, one checked file of the library out; every fault with its cell."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tariff_sheets import DEMO_FIGURES, FORM, TODAY, brought, demo, filled, month_csv, refused, saved, written

from appraisal import appraise, load_case, scenario_path
from appraisal.case.change import Change
from appraisal.errors import InputError
from appraisal.library import Library, data_root
from appraisal.library.check import check_library
from appraisal.library.reader import read_file
from appraisal.tariff_import import save
from appraisal.tariff_import.merge import kept
from appraisal.tariff_import.sheets import SHEETS

ORACLE = Path(__file__).parents[1] / "oracles" / "printed_prices.yaml"
ROW_07 = "  2026-07:\n  - {purchased_energy: 0.421346, loss: 0.012292, system_operation: 0.043166, source: solarprice, id: T.zhejiang.2026-07}\n"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder of the user's own, not there yet."""
    return tmp_path / "mine"


@pytest.fixture
def without_july(tmp_path: Path) -> Path:
    """The shipped library less one month of Zhejiang."""
    shutil.copytree(data_root() / "tariffs", tmp_path / "root" / "tariffs")
    path = tmp_path / "root" / "tariffs" / "retail" / "zhejiang.yaml"
    text = path.read_text(encoding="utf-8")
    assert ROW_07 in text
    path.write_text(text.replace(ROW_07, ""), encoding="utf-8")
    return tmp_path / "root"


def july() -> list[dict[str, Any]]:
    """Zhejiang, July 2026: components of the shipped row, printed prices of the oracle file."""
    names = {
        "sharp": "尖峰电价",
        "peak": "高峰电价",
        "flat": "平段电价",
        "valley": "低谷电价",
        "demand": "需量电价",
        "capacity": "容量电价",
    }
    parts = {"one": "单一制", "two": "两部制"}
    rows = []
    for record in read_file(ORACLE).plain()["records"]:
        if record["id"].startswith("P.zhejiang.2026-07."):
            for row in record["rows"]:
                printed = {heading: row[key] for key, heading in names.items() if key in row}
                user = {"用电制式": parts[row["parts"]], "电压等级": row["voltage"], "用电类别": row["class"]}
                rows.append({"地区": "zhejiang", "月份": "2026年7月", **user, **printed, "来源": "solarprice"})
    assert len(rows) == 2
    rows[0] |= {
        "适用范围": "全部", "代理购电价格（元/千瓦时）": 0.421346, "线损（元/kWh）": 0.012292, "系统运行费": 0.043166,
        "依据编号": "T.zhejiang.2026-07",
    }  # fmt: skip
    return rows


def test_adding_an_area_is_one_file_and_no_code(own: Path) -> None:
    """A made-up area, filled in as a person does, prices as worked out by hand and carries a case to its result."""
    imported = brought(filled(demo()), own)
    path = save(imported, own)
    assert [file.relative_to(own).as_posix() for file in own.rglob("*") if file.is_file()] == ["retail/demo.yaml"]
    library = Library(data_root(), own)
    year = library.retail("retail.demo", start=date(2026, 9, 1), voltage="10kV", parts="two")
    # By hand: 1.6 x 0.45 + 0.15, 0.45 + 0.15, 0.4 x 0.45 + 0.15, 0.2 x 0.45 + 0.15 (see tariff_sheets).
    assert year.prices[8] == pytest.approx({"p": 0.87, "f": 0.60, "v": 0.33, "d": 0.24}, abs=1e-12)
    assert year.demand_yuan_per_kw_month[8] == 40.0
    assert path.read_text(encoding="utf-8") == imported.text
    verdict = check_library(library, TODAY)
    assert verdict.faults == ()
    new = {"market.tariff": "retail.demo", "market.voltage": "10kV", "project.construction_start": "2026-06"}
    changes = [Change(path=path, value=value) for path, value in new.items()]
    case = load_case(scenario_path("zhejiang_user_lfp"), changes, library=library)
    result = appraise(case)
    bought = [fact for fact in case.facts if fact.name == "retail.demo.purchased_energy"]
    assert {fact.value for fact in bought} == {0.4}
    assert {fact.source.key for fact in bought} == {"table_09"}
    assert all(held.ok.all() for held in result.checks)


def test_the_report_says_what_was_understood(own: Path) -> None:
    """Area, months, users, printed figures that agree, the confidence that was not stated, and the examples left out."""
    imported = brought(filled(demo()), own)
    told = "\n".join(imported.report())
    assert imported.agreeing == len(imported.figures) == DEMO_FIGURES
    assert "retail.demo: Demo province" in told
    assert "2026-09" in told
    assert f"{DEMO_FIGURES} of {DEMO_FIGURES} printed figures agree" in told
    assert "source table_09: no confidence stated, taken as secondary" in told
    assert f"{sum(len(sheet.examples) for sheet in SHEETS)} example row(s) left out" in told
    assert imported.file.sources["table_09"].confidence == "secondary"
    assert imported.file.sources["notice"].confidence == "official"
    assert imported.file.sources["notice"].cite.endswith("https://example.org/1")


def test_the_file_holds_what_the_sheet_says(own: Path) -> None:
    """Template -> YAML -> the library's types: every fact that was filled in, none besides."""
    file = brought(filled(demo()), own).file
    rule = file.rules[date(2026, 1, 1)]
    assert rule.floats == ("purchased_energy", "loss", "system_operation")
    assert rule.periods[1] == "vvvvvvvvpppffffffssppfff"
    assert rule.periods[2] == "vvvvvvvvpppffffffppppfff"
    assert [sorted(row.months) for row in rule.ratios] == [[1, 7, 8, 12], [2, 3, 4, 5, 6, 9, 10, 11]]
    assert rule.ratios[0].by_letter == {"s": 2.0, "p": 1.6, "f": 1.0, "v": 0.4, "d": 0.2}
    assert rule.overlays[0].holidays == {"national_day": 3}
    assert rule.overlays[0].hours == ((22, 28),)
    table = file.transmission[date(2026, 1, 1)]
    assert dict(table.one) == {"1_10kv": 0.2}
    assert table.two == {
        "1_10kv": {"energy": 0.12, "demand": 40.0, "capacity": 25.0},
        "35kv": {"energy": 0.1, "demand": 38.0, "capacity": 24.0},
    }
    assert file.funds[date(2026, 1, 1)].value == 0.03
    assert [dict(row.values) for row in file.months] == [
        {"purchased_energy": 0.4, "loss": 0.01, "system_operation": 0.04}
    ]
    assert file.months[0].scope.parts == ()
    assert file.months[0].source.key == "table_09"


def test_half_hours_and_text_are_the_same_day(own: Path) -> None:
    """A map filled in half hour by half hour gives the same file as its text; own half hours stay 48."""
    rows = demo()
    text = rows["时段"][0].pop("时段文字")
    halves = [f"{step // 2:02d}:{step % 2 * 30:02d}" for step in range(48)]
    rows["时段"][0] |= {half: text[step // 2] for step, half in enumerate(halves)}
    assert brought(filled(rows), own).text == brought(filled(demo()), own).text
    rows["时段"][0]["00:30"] = "平"
    assert brought(filled(rows), own).file.rules[date(2026, 1, 1)].periods[1].startswith("vfvvvv")


def test_english_and_chinese_templates_make_the_same_file(own: Path) -> None:
    """Every sheet and heading of either language stands for the same column."""
    titles = {sheet.title.zh: sheet for sheet in SHEETS}
    english: dict[str, list[dict[str, Any]]] = {}
    for name, records in demo().items():
        sheet = titles[name]
        heads = {column.heading("zh"): column.heading("en") for column in sheet.columns}
        english[str(sheet.title)] = [{heads[key]: value for key, value in record.items()} for record in records]
    assert brought(filled(english, lang="en"), own).text == brought(filled(demo()), own).text


def test_a_month_in_a_gbk_csv_gives_the_shipped_file_back(own: Path, without_july: Path) -> None:
    """July 2026 of Zhejiang, removed and imported again, is byte for byte the shipped file; its printed prices agree."""
    imported = brought(month_csv(july()).encode("gbk"), own, "七月.csv", root=without_july)
    save(imported, own)
    assert (own / "retail" / "zhejiang.yaml").read_bytes() == (
        data_root() / "tariffs/retail/zhejiang.yaml"
    ).read_bytes()
    # Bands: 4 + 4; charges 2: counted in tests/oracles/printed_prices.yaml, P.zhejiang.2026-07.
    assert imported.agreeing == len(imported.figures) == 10
    assert imported.worst is not None
    assert abs(imported.worst.difference) <= 1e-6
    assert "text in GBK" in "\n".join(imported.notes)


def test_a_month_in_a_plain_workbook_gives_the_shipped_file_back(own: Path, without_july: Path) -> None:
    """One sheet of any name with the same headings, numbers as numbers; a second sheet makes it unclear which is meant."""
    book = openpyxl.Workbook()
    rows = july()
    heads = list(dict.fromkeys(key for row in rows for key in row))
    book.active.append(heads)
    for row in rows:
        book.active.append([row.get(head) for head in heads])
    imported = brought(saved(book), own, "七月.xlsx", root=without_july)
    assert imported.text == (data_root() / "tariffs/retail/zhejiang.yaml").read_text(encoding="utf-8")
    book.create_sheet("more").append(["x"])
    assert "holds no sheet of the template" in refused(saved(book), own, root=without_july)


def test_a_month_from_utf8_and_gbk_is_the_same(own: Path, without_july: Path) -> None:
    text = month_csv(july())
    files = [brought(text.encode(codec), own, "m.csv", root=without_july).text for codec in ("utf-8-sig", "gb18030")]
    assert files[0] == files[1]


def test_a_month_with_a_source_of_its_own_keeps_every_other_line(own: Path) -> None:
    """A new month and source: the lines that were there stay in their order, dates ascend, line ends stay CRLF."""
    (own / "retail").mkdir(parents=True)
    shipped = (data_root() / "tariffs/retail/zhejiang.yaml").read_bytes().replace(b"\n", b"\r\n")
    (own / "retail" / "zhejiang.yaml").write_bytes(shipped)
    rows = [
        {"area": "zhejiang", "month": month, "purchased_energy": 0.4, "loss": 0.01, "system_operation": 0.05,
         "source": "notice_09", "cite": "made up for this test", "checked": "2026-10-01", "confidence": "estimate"}
        for month in ("2026-09", "2025-07")
    ]  # fmt: skip
    imported = brought(month_csv(rows).encode(), own, "m.csv")
    save(imported, own)
    now = (own / "retail" / "zhejiang.yaml").read_bytes()
    assert now.count(b"\n") == now.count(b"\r\n")
    rest = iter(now.split(b"\n"))
    assert all(line in rest for line in shipped.split(b"\n"))
    months = [row.month for row in imported.file.months]
    assert months == sorted(months)
    assert date(2025, 7, 1) in months
    assert imported.file.sources["notice_09"].confidence == "estimate"
    assert sum(b"made up" in line for line in now.split(b"\n")) == 1


def test_the_same_month_again_is_refused_unless_replaced(own: Path) -> None:
    """Told with the line of the file; with leave the row, and only it, gives way."""
    rows = july()
    rows[0]["来源"] = rows[1]["来源"] = "solarprice"
    content = month_csv(rows).replace("0.043166", "0.043165").encode()
    assert "the file has 2026-07 for the same user already (line" in refused(content, own, "m.csv")
    imported = brought(content, own, "m.csv", replaced=True)
    shipped = (data_root() / "tariffs/retail/zhejiang.yaml").read_text(encoding="utf-8")
    assert imported.text == shipped.replace("0.043166", "0.043165")
    assert imported.replaced == 1


def test_a_row_for_some_users_of_a_month_held_for_all_is_refused(own: Path) -> None:
    """Which of two rows would count is not left to their order."""
    rows = [dict(july()[0], 适用范围="本行用户")]
    assert "holds 2026-07 for some of these users and for others" in refused(
        month_csv(rows).encode(), own, "m.csv", replaced=True
    )


def test_a_printed_price_that_its_components_do_not_give_is_refused_unless_explained(own: Path) -> None:
    """Told per band with its cell; a stated reason goes into the row's note, and the report counts the figure as differing."""
    rows = demo()
    rows["月度电价"][0]["公布峰价 (元/千瓦时)"] = 0.8703
    told = refused(filled(rows), own)
    # By hand: 0.8703 - 0.87 = 0.0003.
    assert "月度电价!S5: printed peak is 0.8703, its components give 0.870000 (+0.000300; 0.0001 is allowed)" in told
    assert told.count("\n") == 0
    rows["月度电价"][0]["差异原因"] = "misprint of the notice"
    imported = brought(filled(rows), own)
    assert (imported.agreeing, len(imported.figures)) == (DEMO_FIGURES - 1, DEMO_FIGURES)
    assert "misprint of the notice" in imported.file.months[0].note
    assert "0.8703" in imported.file.months[0].note
    assert any("kept with its reason" in line for line in imported.report())


def test_fewer_printed_decimals_allow_their_rounding(own: Path) -> None:
    """Bands printed to 0.01 allow half of that; the same figure among bands of four decimals does not."""
    rows = demo()
    coarse = {
        "公布峰价 (元/千瓦时)": 0.87,
        "公布平价 (元/千瓦时)": 0.6,
        "公布谷价 (元/千瓦时)": 0.33,
        "公布深谷价 (元/千瓦时)": 0.24,
    }
    rows["月度电价"][0] |= coarse | {"代理购电价格 (元/千瓦时)": 0.402}
    # By hand: 1.6 x 0.002 = 0.0032 < 0.005.
    assert brought(filled(rows), own).agreeing == DEMO_FIGURES
    rows["月度电价"][0]["公布谷价 (元/千瓦时)"] = 0.3308
    assert "printed peak is 0.87, its components give 0.873200" in refused(filled(rows), own)


def test_a_whole_area_that_is_there_gives_way_only_when_asked(own: Path) -> None:
    """Twice the same template: refused; with leave, the file is the new one."""
    save(brought(filled(demo()), own), own)
    rows = demo()
    rows["来源"][0]["备注"] = "read again"
    assert "retail.demo is in the library already" in refused(filled(rows), own)
    save(brought(filled(rows), own, replaced=True), own)
    assert 'note: "read again"' in written(own, "demo")


def test_a_file_that_changed_meanwhile_is_not_overwritten(own: Path) -> None:
    """What another hand wrote between reading and saving stays; so does what a link points to."""
    imported = brought(filled(demo()), own)
    save(imported, own)
    with pytest.raises(InputError, match="has changed since it was read"):
        save(imported, own)
    assert written(own, "demo") == imported.text
    (own / "retail" / "demo.yaml").unlink()
    (own / "retail" / "demo.yaml").symlink_to(own / "elsewhere")
    with pytest.raises(InputError, match="is a link"):
        save(imported, own)
    assert not (own / "elsewhere").exists()


def test_months_of_an_own_area_are_added_to_it(own: Path) -> None:
    """The next month of the made-up area, from a workbook in which only the months and the id are filled."""
    save(brought(filled(demo()), own), own)
    row = {
        **demo()["月度电价"][0],
        "月份": "2026-10",
        "来源名称": "示例公告 10月",
        "来源代码": "table_10",
        "核对日期": "2026-11-02",
    }
    imported = brought(filled({"月度电价": [row]}, {"id": "demo"}), own)
    save(imported, own)
    assert [f"{row.month:%Y-%m}" for row in imported.file.months] == ["2026-09", "2026-10"]
    assert imported.agreeing == DEMO_FIGURES


AREAS = sorted(path.stem for path in (data_root() / "tariffs" / "retail").glob("*.yaml"))


@pytest.mark.parametrize("area", AREAS)
def test_every_shipped_area_takes_a_month_and_keeps_its_lines(area: str, own: Path) -> None:
    """Six lines more (month, row, source of four), or five more and an empty block opened; the others stand as they stood."""
    row = {
        "area": area,
        "month": "2026-12",
        "bundle": 0.45,
        "source": "new",
        "cite": "made up",
        "checked": "2026-11-22",
    }
    imported = brought(month_csv([row]).encode(), own, "m.csv")
    shipped = (data_root() / "tariffs" / "retail" / f"{area}.yaml").read_text(encoding="utf-8")
    rest = iter(
        imported.text.replace("months:\n", "months: {}\n" if "months: {}" in shipped else "months:\n").split("\n")
    )
    assert all(line in rest for line in shipped.split("\n"))
    assert imported.text.count("\n") == shipped.count("\n") + 6
    assert imported.file.months[-1].values == {"bundle": 0.45}
    assert imported.file.months[-1].source.confidence == "secondary"


def test_comments_stay_with_the_months_that_they_stand_above(own: Path) -> None:
    """A month goes above the comment of the next one, and a replaced row leaves the comment below it alone."""
    (own / "retail").mkdir(parents=True)
    text = (data_root() / "tariffs/retail/zhejiang.yaml").read_text(encoding="utf-8")
    marked = text.replace("  2025-08:\n", "  # from here on every month\n  2025-08:\n").replace(
        "  2026-08:\n", "  # the last\n  2026-08:\n"
    )
    (own / "retail" / "zhejiang.yaml").write_text(marked, encoding="utf-8")
    new = {"area": "zhejiang", "month": "2025-07", "bundle": 0.45, "source": "solarprice"}
    again = {"area": "zhejiang", "month": "2026-07", "bundle": 0.46, "source": "solarprice"}
    told = brought(month_csv([new, again]).encode(), own, "m.csv", replaced=True).text
    added = "  2025-07:\n  - {bundle: 0.45, source: solarprice}\n  # from here on every month\n  2025-08:\n"
    assert added in told
    assert "  2026-07:\n  - {bundle: 0.46, source: solarprice}\n  # the last\n  2026-08:\n" in told


def test_a_file_laid_out_otherwise_is_refused_and_left_alone(own: Path) -> None:
    """Months in flow style cannot be cut by lines."""
    save(brought(filled(demo()), own), own)
    path = own / "retail" / "demo.yaml"
    text = path.read_text(encoding="utf-8")
    start = text.index("months:\n")
    flat = "months: {2026-09: [{purchased_energy: 0.4, loss: 0.01, system_operation: 0.04, source: table_09}]}\n"
    path.write_text(text[:start] + flat + text[text.index("sources:\n") :], encoding="utf-8")
    before = path.read_bytes()
    row = {"area": "demo", "month": "2026-10", "purchased_energy": 0.4, "source": "table_09"}
    assert "add the month by hand" in refused(month_csv([row]).encode(), own, "m.csv")
    assert path.read_bytes() == before


def test_what_a_merge_may_not_touch_is_watched(own: Path) -> None:
    """The comparison before and after sees a fund, a source or a month that went astray."""
    row = {"area": "zhejiang", "month": "2026-09", "bundle": 0.45, "source": "solarprice"}
    imported = brought(month_csv([row]).encode(), own, "m.csv")
    before = Library(data_root()).retail_file("retail.zhejiang")
    after = imported.file
    assert kept(before, after, imported.planned)
    fewer = {key: source for key, source in after.sources.items() if key != "china_briefing"}
    for spoilt in (
        replace(after, funds={}),
        replace(after, sources=fewer),
        replace(after, months=after.months[1:]),
        replace(after, months=(*after.months[:-1], replace(after.months[-1], values={"bundle": 0.46}))),
        replace(after, months=(replace(after.months[0], note="changed"), *after.months[1:])),
    ):
        assert not kept(before, spoilt, imported.planned)


def test_dates_of_the_workbook_are_dates(own: Path) -> None:
    """A cell that Excel holds as a date is the same as its text."""
    rows = demo()
    rows["来源"][0]["核对日期"] = datetime(2026, 10, 1)
    rows["月度电价"][0]["月份"] = datetime(2026, 9, 1)
    rows["基金与线损率"][0]["执行日期"] = date(2026, 1, 1)
    assert brought(filled(rows), own).text == brought(filled(demo()), own).text


def test_printed_prices_alone_add_nothing(own: Path) -> None:
    stored = ("代理购电价格（元/千瓦时）", "线损（元/kWh）", "系统运行费")
    rows = [{key: value for key, value in row.items() if key not in stored} for row in july()]
    assert "holds no components of a month to add" in refused(month_csv(rows).encode(), own, "m.csv")


def test_special_text_stays_text(own: Path) -> None:
    """Quotation marks, colons, a leading equals sign and a hash are text of a title, never format."""
    odd = "=1+1: \"a\" # {b} 'c' \\ - d"
    assert brought(filled(demo(), {**FORM, "document": odd.replace("=", "'=")}), own).file.rules[date(2026, 1, 1)].document == odd.replace("=", "'=")  # fmt: skip
