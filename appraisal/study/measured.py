"""A study's measured values as one file, and the study made from them again without measuring anything.

A long study is run by another process. What took the time are the metrics of its rows; everything else follows from the
case, the seed and the settings, so that the study made again is the same to the last bit.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from appraisal.case import Case
from appraisal.errors import Fault, InputError, said
from appraisal.metrics import Metric, Metrics
from appraisal.study.indices import GlobalIndices, indices
from appraisal.study.risk import MonteCarlo
from appraisal.study.risk.asked import made_by, moving_of
from appraisal.study.tree import Leaf

FILE = "measured.npz"
# The environment variable that names a file for the progress of a study, for the program that waits for it.
PROGRESS_FILE = "APPRAISAL_PROGRESS_FILE"
_ABOUT = "about"


def measured_bytes(found: MonteCarlo | GlobalIndices) -> bytes:
    """The metrics of every row, exactly, with what was asked; arrays of numbers and text only."""
    metrics = found.metrics if isinstance(found, MonteCarlo) else {found.key: found.metric}
    arrays: dict[str, Any] = {}
    for key, one in metrics.items():
        arrays |= {f"value:{key}": one.value, f"reason:{key}": one.reason}
    if isinstance(found, MonteCarlo):
        arrays["draws"] = found.draws
        arrays |= {f"hurdle:{key}": one for key, one in found.hurdles.items()}
        arrays |= {f"miss:{key}": one for key, one in found.misses.items()}
    made = found.provenance
    about = {
        "study": made.study, "inputs_sha256": made.inputs_sha256, "settings": dict(made.settings), "seed": made.seed, "n": made.n,
        "metrics": {key: [one.unit, one.zh, one.en] for key, one in metrics.items()},
    }  # fmt: skip
    arrays[_ABOUT] = np.array(json.dumps(about, ensure_ascii=False))
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def monte_carlo_again(leaves: Mapping[str, Leaf], content: bytes) -> MonteCarlo:
    """The Monte Carlo study of the same scenarios that a file holds the measured values of.

    Parameters
    ----------
    leaves : name → Leaf
        As the study was given them.
    content : bytes
        Of :func:`measured_bytes`.

    Raises
    ------
    InputError
        If the file is of other scenarios.

    Examples
    --------
    >>> import appraisal
    >>> from appraisal.study.risk import monte_carlo
    >>> case = appraisal.load_case(appraisal.scenario_path("contract_schedule"))
    >>> first = monte_carlo(case, n=8, seed=3)
    >>> again = monte_carlo_again(first.leaves, measured_bytes(first))
    >>> again.table().equals(first.table()), again.provenance == first.provenance
    (True, True)
    """
    arrays, about = _read(content)
    settings = {name: about["settings"][name] for name in ("sampling", "keys", "hurdle", "covenant")}
    made = made_by(leaves, about["n"], about["seed"], settings)
    _refuse_other(made.inputs_sha256, about)
    first = next(iter(leaves.values())).case
    return MonteCarlo(
        inputs=moving_of(first).inputs, leaves=leaves, draws=arrays["draws"], metrics=_metrics(arrays, about),
        keys=tuple(settings["keys"]), covenant=float(settings["covenant"]), uncertainty=first.uncertainty,
        hurdles=_named(arrays, "hurdle"), misses=_named(arrays, "miss"), provenance=made,
    )  # fmt: skip


def indices_again(case: Case, content: bytes) -> GlobalIndices:
    """The global indices of the same case that a file holds the measured values of.

    Raises
    ------
    InputError
        If the file is of another case.
    """
    arrays, about = _read(content)
    asked, metrics = about["settings"], _metrics(arrays, about)
    found = indices(
        case, method=asked["method"], key=asked["key"], n=about["n"], seed=about["seed"], second_order=asked["second_order"],
        resamples=asked["resamples"], confidence=asked["confidence"], measured=metrics[asked["key"]],
    )  # fmt: skip
    _refuse_other(found.provenance.inputs_sha256, about)
    return found


def _read(content: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    with np.load(io.BytesIO(content), allow_pickle=False) as held:
        arrays = {name: held[name] for name in held.files}
    return arrays, json.loads(str(arrays.pop(_ABOUT)))


def _metrics(arrays: Mapping[str, Any], about: Mapping[str, Any]) -> Metrics:
    return Metrics(
        {
            key: Metric(key=key, unit=unit, zh=zh, en=en, value=arrays[f"value:{key}"], reason=arrays[f"reason:{key}"])
            for key, (unit, zh, en) in about["metrics"].items()
        }
    )


def _named(arrays: Mapping[str, Any], head: str) -> dict[str, Any]:
    return {name.partition(":")[2]: one for name, one in arrays.items() if name.startswith(f"{head}:")}


def _refuse_other(digest: str, about: Mapping[str, Any]) -> None:
    if digest != about["inputs_sha256"]:
        message = said(
            "the measured values are of another case; run the study again", "测得的数值属于另一个算例；请重新运行"
        )
        raise InputError([Fault(where="study", message=message)])
