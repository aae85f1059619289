"""A picture as a file: a page that opens offline, a drawing, an image.

Same picture, same bytes. Nothing that is written loads anything from elsewhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from html import escape
from pathlib import Path

from appraisal.case import Notice
from appraisal.report.charts.fonts import chinese_fonts
from appraisal.report.charts.picture import WIDTH, Picture
from appraisal.report.charts.theme import FONT, paint

SCALE = 2.0
_NUMBERED = re.compile(r"\b(clip|gradient_)(\d+)\b")
# Addresses that stand in the drawing library as text and would only be opened by a menu that is switched off.
_ADDRESS = re.compile(r"https?://(?!www\.w3\.org/)[^\s\"'`<>)\\]+")
_NO_FONT = Notice(
    code="no_font", path="png",
    zh="本机没有中文字体，图片中的汉字会显示为方框；请安装 fonts-noto-cjk（Debian）或 Noto Sans CJK SC，或导出 html",
    en="this machine has no Chinese font: Chinese in the image shows as boxes; install fonts-noto-cjk (Debian) or Noto Sans CJK SC, or write html",
)  # fmt: skip


def drawn(picture: Picture, kind: str, *, dark: bool = False) -> bytes:
    """The bytes of a picture as ``html``, ``svg`` or ``png``."""
    return _WRITERS[kind](picture, dark)


def notices(pictures: Iterable[Picture], kinds: Iterable[str]) -> tuple[Notice, ...]:
    """What a reader of the files should know: an image with Chinese drawn on a machine that has no font for it."""
    blind = "png" in kinds and any(one.lang == "zh" for one in pictures) and not chinese_fonts()
    return (_NO_FONT,) if blind else ()


def svg(picture: Picture, *, dark: bool = False, width: int = WIDTH) -> str:
    """The drawing as SVG; its text stays text."""
    import vl_convert

    _register()
    drawn: str = vl_convert.vegalite_to_svg(picture.spec(dark=dark, width=width))
    return _renumbered(drawn)


def png(picture: Picture, *, dark: bool = False, width: int = WIDTH) -> bytes:
    """The drawing as PNG, two pixels a point."""
    import vl_convert

    _register()
    drawn: bytes = vl_convert.svg_to_png(svg(picture, dark=dark, width=width), scale=SCALE)
    return drawn


def html(picture: Picture, *, dark: bool = False) -> str:
    """One page with everything inside: title, chart (interactive, as wide as the window), table.

    The page forbids itself, by its content policy, to load anything.
    """
    spec = json.dumps(picture.spec(dark=dark, width="container", titled=False), ensure_ascii=False, sort_keys=True)
    on = paint(dark=dark)
    return _PAGE.format(
        lang="zh-CN" if picture.lang == "zh" else "en", title=escape(picture.title), alt=escape(picture.alt, quote=True),
        subtitle="".join(f"<p>{escape(line)}</p>" for line in picture.subtitle), font=FONT, paper=on.paper, ink=on.ink,
        faint=on.faint, grid=on.grid, table=_table(picture), caption="数据表" if picture.lang == "zh" else "Table",
        script=_bundle() + "\n" + _START.replace("SPEC", _ADDRESS.sub("", spec).replace("</", "<\\/")),
    )  # fmt: skip


_bundles: list[str] = []


def _bundle() -> str:
    """The drawing library as one script, read once; addresses in it are taken out."""
    import vl_convert

    if not _bundles:
        script: str = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
        _bundles.append(_ADDRESS.sub("", script).replace("</script", "<\\/script"))
    return _bundles[0]


def _register() -> None:
    """Tell the drawing library where Chinese fonts are, in case fontconfig is not there to do so."""
    import vl_convert

    for folder in sorted({file.parent for file in chinese_fonts()} - _registered):
        vl_convert.register_font_directory(str(folder))
        _registered.add(folder)


_registered: set[Path] = set()


def _renumbered(drawn: str) -> str:
    """Clip paths counted from 0 in this drawing: the library counts on from one drawing to the next."""
    seen: dict[str, str] = {}

    def place(found: re.Match[str]) -> str:
        return seen.setdefault(found[0], f"{found[1]}{len(seen)}")

    return _NUMBERED.sub(place, drawn)


def _table(picture: Picture) -> str:
    heads, rows = picture.cells()
    head = "".join(f"<th scope='col'>{escape(one)}</th>" for one in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"


_WRITERS: dict[str, Callable[[Picture, bool], bytes]] = {
    "html": lambda picture, dark: html(picture, dark=dark).encode(),
    "svg": lambda picture, dark: svg(picture, dark=dark).encode(),
    "png": lambda picture, dark: png(picture, dark=dark),
}

_START = """
vegaEmbed("#chart", SPEC, {actions: false, renderer: "svg"}).catch(function (fault) {
  document.getElementById("chart").textContent = String(fault);
});
"""

_PAGE = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:">
<title>{title}</title>
<style>
body {{ margin: 0 auto; padding: 16px; max-width: 1280px; background: {paper}; color: {ink}; font-family: {font}; line-height: 1.5; }}
h1 {{ font-size: 1.25rem; margin: 0 0 .25rem; }}
p {{ margin: 0; color: {faint}; font-size: .85rem; }}
#chart {{ width: 100%; margin: 12px 0; }}
details {{ overflow-x: auto; }}
summary {{ cursor: pointer; }}
table {{ border-collapse: collapse; font-size: .8rem; margin-top: 8px; }}
th, td {{ border-bottom: 1px solid {grid}; padding: 4px 10px; text-align: right; white-space: nowrap; }}
th:first-child, td:first-child {{ text-align: left; }}
@media print {{ details {{ display: block; }} body {{ max-width: none; }} }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
{subtitle}
<div id="chart" role="img" aria-label="{alt}"></div>
<details><summary>{caption}</summary><table>{table}</table></details>
</main>
<script>
{script}
</script>
</body>
</html>
"""
