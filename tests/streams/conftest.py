"""Deals the streams out over the files that run the laws of every stream."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("laws_of_streams")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A law is run for each stream of its file."""
    if "name" in metafunc.fixturenames and hasattr(metafunc.module, "STREAMS"):
        metafunc.parametrize("name", metafunc.module.STREAMS)
