"""The generated part of docs/mechanisms.md, from the library's files. ``python tests/library/mechanisms_page.py`` rewrites it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from appraisal.library import Library, Title
from appraisal.library.check import Row, overview
from appraisal.library.parameters import ParameterFile
from appraisal.text import CONFIDENCE, MECHANISMS, STATUS

PAGE = Path(__file__).parents[2] / "docs" / "mechanisms.md"
BEGIN, END = "<!-- generated -->", "<!-- end of the generated part -->"
STANDS_ON = date(2026, 11, 23)


def generated(library: Library) -> str:
    """Tables of mechanisms and technologies, and the lists of what is absent and where sources differ."""
    rows = overview(library, STANDS_ON)
    return "\n".join([*_mechanisms(rows), *_technologies(library, rows), *_lists(library)])


def _mechanisms(rows: Iterable[Row]) -> Iterator[str]:
    yield "## Mechanisms · 机制\n"
    found = list(rows)
    for key, (zh, en) in MECHANISMS.items():
        yield f"### {en} · {zh} (`{key}`)\n"
        own = [row for row in found if row.mechanism == key]
        if not own:
            yield "No dated rule with a source was found. · 未找到有日期和来源的规定。\n"
            continue
        yield "| file | 标题 | status today · 当前效力 | first date | latest | weakest confidence |\n|---|---|---|---|---|---|"
        for row in own:
            yield f"| `{row.name}` | {row.title.zh} | {_both(STATUS, row.statuses)} | {row.first} | {row.last} | {_both(CONFIDENCE, [row.confidence])} |"
        yield ""


def _both(words: object, keys: Iterable[str]) -> str:
    table = words if isinstance(words, dict) else {}
    return ", ".join(f"{table[key][1]} {table[key][0]}" for key in keys)


def _technologies(library: Library, rows: Iterable[Row]) -> Iterator[str]:
    yield "## Technologies · 技术路线\n"
    yield "`storage.technology: <name>` takes these as defaults; a case states the rest.\n"
    yield "| name | 标题 | defaults it supplies | weakest confidence |\n|---|---|---|---|"
    for row in (row for row in rows if row.name.startswith("technology.")):
        targets = [f"`{parameter.target}`" for parameter in library.parameters(row.name) if parameter.target]
        yield f"| `{row.name.partition('.')[2]}` | {row.title.zh} | {', '.join(targets)} | {_both(CONFIDENCE, [row.confidence])} |"
    yield ""


def _lists(library: Library) -> Iterator[str]:
    files = [file for name in library.files() if isinstance(file := library.file(name), ParameterFile)]
    for head, pick in (("Absent · 来源中没有", "absent"), ("Sources that differ · 来源之间的矛盾", "differs")):
        yield f"## {head}\n"
        for file in files:
            told: tuple[Title, ...] = file.absent if pick == "absent" else file.differs
            yield from (f"- `{file.name}`: {title.en} · {title.zh}" for title in told)
        yield ""


def between(text: str) -> str:
    """The generated part of a page."""
    return text.partition(BEGIN)[2].partition(END)[0].strip()


if __name__ == "__main__":
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(
        page.partition(BEGIN)[0] + f"{BEGIN}\n\n{generated(Library.open()).strip()}\n\n{END}" + page.partition(END)[2],
        encoding="utf-8",
    )
