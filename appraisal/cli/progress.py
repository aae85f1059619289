"""Progress of a long study: a bar on stderr where that is a terminal, a small file where another program asks for one."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from appraisal.study.measured import PROGRESS_FILE


@contextmanager
def progress(words: str, total: int) -> Iterator[Callable[[int], object]]:
    """A bar with the time left; what it yields is told the number done."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(file=sys.stderr)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    asked = os.environ.get(PROGRESS_FILE)
    file = Path(asked) if asked else None
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(words, total=total)

        def told(done: int) -> None:
            bar.update(task, completed=done)
            if file is not None:
                _replace(file, done, total)

        if file is not None:
            _replace(file, 0, total)
        yield told


def _replace(file: Path, done: int, total: int) -> None:
    """The file as a whole, so that nobody reads half of it."""
    made = file.with_name(f"{file.name}.new")
    made.write_text(json.dumps({"done": done, "total": total}))
    made.replace(file)
