"""Every reason that a figure can carry has words in both languages; a code without words would end a run."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import appraisal
from appraisal.text import REASONS

PACKAGE = Path(appraisal.__file__).parent
# Where statuses of figures are made.
MAKERS = (
    "book/figure.py",
    "finance/functions.py",
    "discount/__init__.py",
    "discount/_irr.py",
    "discount/indicators.py",
)
CODE = re.compile(r"(ok|none|multiple|undefined|never|no|unpaid|margin)([_ ][a-z_]+)?$")


def test_every_status_made_has_words() -> None:
    """Read from the sources: the texts that look like a code of a reason."""
    found = set()
    for name in MAKERS:
        for node in ast.walk(ast.parse((PACKAGE / name).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
                found.add(node.value)
    assert {"ok", "undefined", "never", "none_no_sign_change", "no debt", "unpaid", "margin"} <= found
    assert found - {"multiple"} <= set(REASONS)


def test_only_what_is_sound_has_no_words() -> None:
    """A reason without words is the plain ok."""
    assert [code for code, words in REASONS.items() if not all(words)] == ["ok"]
