"""Where a study's figures come from: seed, number of draws, versions, the case and what was asked."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np

from appraisal import __version__
from appraisal.case import Case
from appraisal.scenario import digest

LIBRARIES = ("numpy", "scipy", "SALib", "numba")


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """What another person needs to get the same bytes.

    Attributes
    ----------
    study : str
        Name of the study, ``montecarlo``.
    case : str
        Name of the case.
    inputs_sha256 : str
        Digest of the resolved case: values, prices, facts.
    settings : mapping
        What was asked: inputs, metrics, ranges, targets; plain values.
    seed, n : int or None
        None where nothing is drawn.
    versions : mapping
        Of this package, Python and the libraries that draw and solve.
    """

    study: str
    case: str
    inputs_sha256: str
    settings: Mapping[str, Any]
    seed: int | None
    n: int | None
    versions: Mapping[str, str]


def provenance(
    study: str, case: Case, settings: Mapping[str, Any], *, seed: int | None = None, n: int | None = None
) -> Provenance:  # fmt: skip
    """The provenance of a study of *case*; *settings* are plain values (text, numbers, lists, mappings of them)."""
    return provenance_of(study, case.name, digest(case), settings, seed=seed, n=n)


def provenance_of(
    study: str, name: str, inputs_sha256: str, settings: Mapping[str, Any], *, seed: int | None = None, n: int | None = None
) -> Provenance:  # fmt: skip
    """The provenance of a study whose input is no case: its name and the digest of the file stand in place of the case's."""
    versions = {"appraisal": __version__, "python": platform.python_version()}
    versions |= {library: version(library) for library in LIBRARIES}
    return Provenance(
        study=study, case=name, inputs_sha256=inputs_sha256, settings=dict(settings), seed=seed, n=n, versions=versions
    )  # fmt: skip


def stream_of(seed: int, *place: int) -> np.random.Generator:
    """Random numbers of one use of a seed: the sample, the resamples; 0 is a seed like any other.

    Examples
    --------
    >>> bool(stream_of(0, 1).random() == stream_of(0, 1).random()), bool(stream_of(0, 1).random() == stream_of(0, 2).random())
    (True, False)
    """
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=place))
