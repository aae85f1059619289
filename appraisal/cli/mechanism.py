"""``appraisal mechanism``: the regulator's bench on the terminal. Every command parses, makes one library call and prints."""

from __future__ import annotations

import typer

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Compare mechanisms: who gets built, who pays, how much is needed.",
)


@app.callback()
def mechanism() -> None:
    """Compare mechanisms: who gets built, who pays, how much is needed."""
