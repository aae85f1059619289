"""A case's mapping as YAML text that the reader gives back as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from appraisal.library.reader import CONSTANTS

# Words that mean themselves wherever they stand, and months; all else is put in quotes.
_PLAIN = re.compile(r"[A-Za-z_][\w./-]*|[0-9]{4}-[0-9]{2}", re.ASCII)


def flow(value: Any) -> str:
    """One value on one line.

    Examples
    --------
    >>> flow({"triangular": (480, 600.5, 720)}), flow("2026-03"), flow("1-10 kV")
    ('{triangular: [480, 600.5, 720]}', '2026-03', '"1-10 kV"')
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_word(str(key))}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(flow(inner) for inner in value) + "]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _word(value) if isinstance(value, str) else repr(value)


def _word(text: str) -> str:
    plain = _PLAIN.fullmatch(text) and text not in CONSTANTS
    return text if plain else json.dumps(text, ensure_ascii=False)


def block(raw: Mapping[str, Any]) -> str:
    """A case as a file: sections and entries as blocks, lists and what else is short in one line."""
    return "".join(f"{line}\n" for line in _lines(raw, ""))


def _lines(raw: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, value in raw.items():
        name = f"{indent}{_word(str(key))}:"
        if isinstance(value, Mapping) and value and not _short(value):
            yield name
            yield from _lines(value, f"{indent}  ")
        elif isinstance(value, (tuple, list)) and value and all(isinstance(item, Mapping) for item in value):
            yield name
            for item in value:
                yield from _item(item, f"{indent}  ")
        else:
            yield f"{name} {flow(value)}"


def _item(item: Mapping[str, Any], indent: str) -> Iterator[str]:
    lines = list(_lines(item, f"{indent}  ")) or [f"{indent}  {{}}"]
    yield f"{indent}- {lines[0][len(indent) + 2 :]}"
    yield from lines[1:]


def _short(value: Mapping[str, Any]) -> bool:
    """A distribution: one name with its numbers."""
    return len(value) == 1 and isinstance(next(iter(value.values())), (tuple, list))
