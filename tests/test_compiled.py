"""Where no folder can hold machine code, a function is compiled all the same; who has to wait for the compiler is told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from numba import njit

from appraisal import cli
from appraisal import compiled as module
from appraisal.text import COMPILING, word


def _add(first: float, second: float) -> float:
    return first + second


def test_function_compiles_without_a_folder_for_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """The compiler refuses to cache, as in a read-only installation without a home folder."""
    asked: list[bool] = []

    def refuse(signature: Any, *, cache: bool, **options: Any) -> Any:
        asked.append(cache)
        if cache:
            raise RuntimeError("cannot cache function '_add': no locator available for file 'x.py'")
        return njit(signature, cache=False, **options)

    monkeypatch.setattr(module, "_njit", refuse)
    assert module.compiled()(_add)(1.0, 2.0) == 3.0
    assert asked == [True, False]


def test_code_that_cannot_be_kept_is_said_to_be_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next process would compile again, and a person is not promised otherwise."""

    def refuse(signature: Any, *, cache: bool, **options: Any) -> Any:
        if cache:
            raise RuntimeError("cannot cache function '_add': no locator available for file 'x.py'")
        return njit(signature, cache=False, **options)

    heard: list[str] = []
    first = module.FirstCompile()
    first.tell(heard.append)
    monkeypatch.setattr(module, "_njit", refuse)
    monkeypatch.setattr(module, "first_compile", first)
    monkeypatch.setattr(_add, "__module__", "appraisal.nowhere")
    assert module.compiled()(_add)(1.0, 2.0) == 3.0
    assert heard == ["not_kept"]


def _errors_of(words: list[str], folder: Path, **more: str) -> list[str]:
    """What a command says on stderr in a process of its own, with its machine code kept in *folder*."""
    environment = os.environ | {"NUMBA_CACHE_DIR": str(folder)} | more
    ran = subprocess.run([sys.executable, "-m", "appraisal", *words], env=environment, capture_output=True, check=True)
    return ran.stderr.decode().splitlines()


def test_first_use_compiles_with_one_line_and_the_next_is_silent(tmp_path: Path) -> None:
    """An empty folder for machine code, as in a fresh environment; the second process finds it filled."""
    words = ["run", "zhejiang_user_lfp", "--lang", "zh"]
    first = _errors_of(words, tmp_path)
    assert first[0] == word(COMPILING, "kept", "zh")
    assert _errors_of(words, tmp_path) == first[1:]
    assert word(COMPILING, "kept", "en") not in _errors_of(words[:2], tmp_path)


def test_a_quiet_command_says_nothing_of_the_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    """``--quiet`` and ``-q`` mean errors only; anything else is told in the language asked for."""
    for words, quiet in ((["batch", "x.csv", "-q"], True), (["batch", "--quiet"], True), (["run", "x"], False)):
        monkeypatch.setattr(sys, "argv", ["appraisal", *words])
        assert cli._quiet() is quiet


def test_other_faults_of_the_compiler_are_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the missing folder is worked around."""

    def fail(*_given: Any, **_options: Any) -> Any:
        raise RuntimeError("something else")

    monkeypatch.setattr(module, "_njit", fail)
    with pytest.raises(RuntimeError, match="something else"):
        module.compiled()(_add)
