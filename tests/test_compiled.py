"""Where no folder can hold machine code, a function is compiled all the same."""

from __future__ import annotations

from typing import Any

import pytest
from numba import njit

from appraisal import compiled as module


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

    monkeypatch.setattr(module, "njit", refuse)
    assert module.compiled()(_add)(1.0, 2.0) == 3.0
    assert asked == [True, False]


def test_other_faults_of_the_compiler_are_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the missing folder is worked around."""

    def fail(*_given: Any, **_options: Any) -> Any:
        raise RuntimeError("something else")

    monkeypatch.setattr(module, "njit", fail)
    with pytest.raises(RuntimeError, match="something else"):
        module.compiled()(_add)
