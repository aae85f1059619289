"""Every command of the page on mechanism studies works as written, and its example of a study is one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from test_readme import commands

from appraisal.study.mechanism import read_study


@pytest.fixture
def page(root: Path) -> str:
    """The page's text."""
    return (root / "docs" / "mechanism_study.md").read_text(encoding="utf-8")


def test_commands_of_the_page_work(page: str, command: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In order, in one empty folder."""
    monkeypatch.chdir(tmp_path)
    found, strange = commands(page)
    assert not strange
    for words in found:
        ran = command(*words)
        assert ran.code == 0, f"appraisal {' '.join(words)}\n{ran.err}"
        assert ran.out or ran.err


def test_example_of_the_page_is_a_study(page: str, tmp_path: Path) -> None:
    """It reads without a fault, and the rule of the library is among its levels."""
    example = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert example is not None
    path = tmp_path / "study.yaml"
    path.write_text(example.group(1), encoding="utf-8")
    assert read_study(path).mechanism("capacity_price").levels == (0.0, 50.0, 100.0, 165.0, 200.0, 300.0)
