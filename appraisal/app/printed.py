"""A printed table on a page: numbers on the right, sums and headings marked, the labels in sight while the years scroll."""

from __future__ import annotations

import html
from collections.abc import Sequence

import streamlit as st

from appraisal.app.state import dark
from appraisal.report.tables import PrintedTable

_PAPER = {False: ("#ffffff", "#f4f6f8"), True: ("#12171D", "#1C242D")}
# Columns of words, which stand on the left.
_WORDS = ("number", "label", "unit", "tax", "reason")
_STYLE = """<style>
.printed {{ overflow-x: auto; max-height: 780px; overflow-y: auto; border: 1px solid rgba(128,128,128,.3); border-radius: 6px; }}
.printed table {{ border-collapse: separate; border-spacing: 0; font-size: .82rem; width: 100%; font-variant-numeric: tabular-nums; }}
.printed th, .printed td {{ padding: .28rem .6rem; white-space: nowrap; border-bottom: 1px solid rgba(128,128,128,.16); text-align: right; }}
.printed th {{ font-weight: 600; background: {head}; }}
.printed thead {{ position: sticky; top: 0; z-index: 3; }}
.printed td.words, .printed th.words {{ text-align: left; }}
.printed td.stays, .printed th.stays {{ position: sticky; left: 0; background: {paper}; z-index: 1; }}
.printed.wide td.stays, .printed.wide th.stays {{ max-width: 20rem; white-space: normal; min-width: 14rem; }}
.printed th.stays {{ background: {head}; z-index: 4; }}
.printed tr.sum td {{ font-weight: 600; }}
.printed tr.sum td.stays {{ font-weight: 600; }}
.printed:focus-visible {{ outline: 2px solid #0072B2; }}
@media (max-width: 480px) {{
  .printed td.stays, .printed th.stays {{ max-width: 12rem; white-space: normal; }}
  .printed.wide td.stays, .printed.wide th.stays {{ max-width: 9.5rem; min-width: 7rem; }}
}}
</style>"""


def show_printed(table: PrintedTable) -> None:
    """Draw a printed table."""
    names = list(table.frame.columns)
    stays = names.index("label") if "label" in names else 1
    words = [name in _WORDS or table.frame[name].dtype.kind not in "f" for name in names]
    # A sensitivity has no depths: only its base case stands out.
    sums = [depth == 0 for depth in table.depths] or [row == 0 for row in range(len(table.frame))]
    drawn(table.title, table.head_rows(), table.cells(), words=words, stays=stays, sums=sums, wide=True)


def drawn(
    title: str, heads: Sequence[Sequence[str]], rows: Sequence[Sequence[str]], *, words: Sequence[bool], stays: int = 0, sums: Sequence[bool] = (), wide: bool = False
) -> None:  # fmt: skip
    """Draw a table of texts.

    Parameters
    ----------
    title : str
        What a reader who does not see it is told.
    heads, rows : rows of texts
    words : sequence of bool
        Which columns hold words.
    stays : int
        The column that stays in sight; it keeps its leading blanks as an indent.
    sums : sequence of bool
        Which rows stand out; none by default.
    wide : bool
        Whether the column that stays breaks long labels into lines.
    """
    paper, head = _PAPER[dark()]
    top = "".join(
        f"<tr>{''.join(_cell('th', text, place, words, stays) for place, text in enumerate(row))}</tr>" for row in heads
    )
    body = "".join(
        f'<tr class="{"sum" if at < len(sums) and sums[at] else "row"}">{"".join(_cell("td", text, place, words, stays) for place, text in enumerate(row))}</tr>'
        for at, row in enumerate(rows)
    )
    # The frame that scrolls can be reached by the keyboard.
    st.html(
        f'{_STYLE.format(paper=paper, head=head)}<div class="printed{" wide" if wide else ""}" tabindex="0" role="region" aria-label="{html.escape(title)}">'
        f"<table><thead>{top}</thead><tbody>{body}</tbody></table></div>"
    )


def _cell(tag: str, text: str, place: int, words: Sequence[bool], stays: int) -> str:
    names = " ".join(name for name, holds in (("words", words[place]), ("stays", place == stays)) if holds)
    indent = len(text) - len(text.lstrip(" ")) if place == stays else 0
    style = f' style="padding-left: {0.6 + 0.55 * indent:.2f}rem"' if indent else ""
    return f'<{tag} class="{names}"{style}>{html.escape(text.strip())}</{tag}>'
