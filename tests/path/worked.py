"""What the worked examples share: a project of known amounts or a plant, appraised, and a printed number's precision."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from ruamel.yaml import YAML
from strategies import LIBRARY, contract, made

import appraisal
from appraisal import Appraisal

DAYS = 365.0


def run(*changes: dict[str, Any]) -> Appraisal:
    """A project of known amounts, appraised."""
    return appraisal.appraise(made(contract(*changes)))


def run_plant(raw: dict[str, Any]) -> Appraisal:
    """A plant, written to a YAML file, read, dispatched and appraised; every identity of its books holds."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "case.yaml"
        with file.open("w", encoding="utf-8") as text:
            YAML(typ="safe").dump(_listed(raw), text)
        result = appraisal.appraise(appraisal.load_case(file, library=LIBRARY))
    assert all(check.ok.all() for check in result.checks)
    return result


def _listed(value: Any) -> Any:
    """Tuples as lists, which is how YAML writes them."""
    if isinstance(value, dict):
        return {key: _listed(inner) for key, inner in value.items()}
    return [_listed(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def close(found: Any, expected: Any, decimals: int = 4) -> None:
    """Equal to half a unit of the last printed decimal."""
    np.testing.assert_allclose(found, expected, rtol=0, atol=0.5001 * 10.0**-decimals)
