"""Files of a picture: they open, need nothing from elsewhere, and are the same bytes each time."""

from __future__ import annotations

import json
import re
import struct
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from drawn import KINDS, MAKERS, chart_of, one_way, spec_of

from appraisal.errors import InputError
from appraisal.report.charts import export
from appraisal.report.charts.export import drawn, html, notices, png, svg
from appraisal.report.charts.fonts import chinese_fonts
from appraisal.report.charts.picture import WIDTH, Picture
from appraisal.report.charts.spider import spider


@pytest.fixture(scope="module")
def chinese() -> Picture:
    """A chart with Chinese in it."""
    return chart_of("spider project_irr", "zh")


def test_png_opens_at_twice_its_width(chinese: Picture) -> None:
    """The header of the PNG format says its size."""
    light, dark = drawn(chinese, "png"), drawn(chinese, "png", dark=True)
    for found in (light, dark):
        assert found[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">II", found[16:24])[0] == 2 * WIDTH
    assert light != dark


def test_svg_parses_and_keeps_its_chinese_as_text(chinese: Picture) -> None:
    """Title, axis and labels can be found and copied; a Chinese font stands first."""
    text = drawn(chinese, "svg").decode()
    root = ElementTree.fromstring(text)
    words = [one.text or "" for one in root.iter("{http://www.w3.org/2000/svg}text")]
    assert chinese.title in words
    assert any("基准收益率" in word for word in words)
    fonts = {one.get("font-family", "") for one in root.iter("{http://www.w3.org/2000/svg}text")}
    assert all(font.startswith("Noto Sans CJK SC") for font in fonts)
    assert addresses(text) == set()


def addresses(text: str) -> set[str]:
    """Every address in a text but the names of the namespaces of XML."""
    return {one for one in re.findall(r"https?://[^\s\"'`<>)]*", text) if not one.startswith("http://www.w3.org/")}


def test_page_opens_offline_with_its_table() -> None:
    """No address in the file, a policy that forbids loading, the language, the description and the table."""
    for lang, code in (("zh", "zh-CN"), ("en", "en")):
        picture = chart_of("heat", lang)
        page = drawn(picture, "html").decode()
        assert addresses(page) == set()
        assert "default-src 'none'" in page
        assert f'<html lang="{code}">' in page
        assert f'aria-label="{picture.alt}"' in page
        assert page.partition("<script>")[0].count("<tr>") == len(picture.table) + 1
        assert not re.search(r"<(script|link|img|iframe)[^>]+(src|href)=[\"'](?!\$)", page.partition("<script>")[0])


def test_page_with_hostile_words_stays_text() -> None:
    """A case title with markup is shown, not run."""
    hostile = replace(chart_of("heat", "en"), title="</script><script>alert(1)</script>", subtitle=("<img src=x>",))
    page = html(hostile)
    assert "<script>alert" not in page
    assert "<img src=x>" not in page
    nasty = spider(one_way(), "en")
    chart = nasty.chart.properties(name="</script><b>")
    assert "</script><b>" not in html(replace(nasty, chart=chart))
    ElementTree.fromstring(drawn(hostile, "svg"))


def test_picture_is_drawn_the_same_after_others() -> None:
    """No running numbers, no random names: the library counts its clip paths on from one drawing to the next."""
    for name in ("heat", "distribution"):
        first = svg(chart_of(name, "en"))
        svg(chart_of("spider project_irr", "en"))
        assert svg(chart_of(name, "en")) == first


def test_image_of_a_picture_is_the_same_bytes(chinese: Picture) -> None:
    """PNG and page too."""
    assert png(chinese) == png(chinese)
    assert html(chinese) == html(chinese)


@pytest.mark.parametrize("name", KINDS)
def test_picture_fits_a_phone(name: str) -> None:
    """390 pixels: the drawing is as wide as asked, but for a stack, whose axes take what they take."""
    root = ElementTree.fromstring(svg(chart_of(name, "zh"), width=390))
    assert float(root.get("width", "0")) == pytest.approx(390, abs=40 if name == "distribution" else 1)


@pytest.mark.parametrize("name", MAKERS)
def test_spec_keeps_below_what_altair_draws(name: str) -> None:
    """5,000 rows a data set, and no NaN, which is not JSON; the description goes with it."""
    picture = chart_of(name, "zh")
    spec = spec_of(name, "zh")
    assert json.dumps(spec, allow_nan=False)
    assert max(len(rows) for rows in spec["datasets"].values()) <= 1000
    assert spec["description"] == picture.alt


def test_spider_of_an_unknown_metric_is_refused_with_the_nearest() -> None:
    """A misspelt key is answered with the one that was meant."""
    with pytest.raises(InputError) as missing:
        spider(one_way(), "zh", "project_ir")
    assert "project_irr" in str(missing.value)


def test_fonts_are_found_by_name_where_fontconfig_is_not(tmp_path: Path) -> None:
    """And a folder without any is told: the image then carries a notice instead of boxes unannounced."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "NotoSansCJK-Regular.ttc").write_bytes(b"")
    (tmp_path / "deep" / "DejaVuSans.ttf").write_bytes(b"")
    assert [file.name for file in chinese_fonts((tmp_path,))] == ["NotoSansCJK-Regular.ttc"]
    assert chinese_fonts((tmp_path / "none",)) == ()


def test_image_without_a_chinese_font_comes_with_a_notice(chinese: Picture, monkeypatch: pytest.MonkeyPatch) -> None:
    """In both languages, with the remedy; not for an English chart, nor for a drawing."""
    monkeypatch.setattr(export, "chinese_fonts", lambda: ())
    (notice,) = notices([chart_of("heat", "en"), chinese], ["svg", "png"])
    assert "fonts-noto-cjk" in notice.zh
    assert "fonts-noto-cjk" in notice.en
    assert notices([chart_of("heat", "en")], ["png"]) == ()
    assert notices([chinese], ["svg", "html"]) == ()
