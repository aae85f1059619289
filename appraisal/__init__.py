"""appraisal: what a storage plant does, what it is paid, and what the project is worth.

>>> import appraisal
>>> case = appraisal.load_case(appraisal.scenario_path("zhejiang_user_lfp"))
>>> result = appraisal.appraise(case)
>>> result.metrics["project_irr"].status.tolist()
['ok']
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from appraisal.case import Case, Change
    from appraisal.errors import AppraisalError, InputError
    from appraisal.library import Library
    from appraisal.pipeline import Appraisal, appraise, measure_many
    from appraisal.report.tables import tables
    from appraisal.report.trace import explain
    from appraisal.scenario import case_from_mapping, load_case, scenario_path
    from appraisal.study.grid import grid
    from appraisal.study.indices import indices
    from appraisal.study.oneway import one_way
    from appraisal.study.questions import ask
    from appraisal.study.required import required
    from appraisal.study.risk import monte_carlo
    from appraisal.study.size import size
    from appraisal.study.solve import frontier, solve
    from appraisal.study.tornado import tornado
    from appraisal.study.tree import load_tree

__version__ = "0.6.0"

# Loaded on first use, so that the command line starts at once.
_HOME = {
    "Appraisal": "pipeline",
    "AppraisalError": "errors",
    "Case": "case",
    "Change": "case",
    "InputError": "errors",
    "Library": "library",
    "appraise": "pipeline",
    "ask": "study.questions",
    "case_from_mapping": "scenario",
    "explain": "report.trace",
    "frontier": "study.solve",
    "grid": "study.grid",
    "indices": "study.indices",
    "load_case": "scenario",
    "load_tree": "study.tree",
    "measure_many": "pipeline",
    "monte_carlo": "study.risk",
    "one_way": "study.oneway",
    "required": "study.required",
    "scenario_path": "scenario",
    "size": "study.size",
    "solve": "study.solve",
    "tables": "report.tables",
    "tornado": "study.tornado",
}
_MODULES = ("discount", "dispatch")

__all__ = [
    "Appraisal",
    "AppraisalError",
    "Case",
    "Change",
    "InputError",
    "Library",
    "__version__",
    "appraise",
    "ask",
    "case_from_mapping",
    "explain",
    "frontier",
    "grid",
    "indices",
    "load_case",
    "load_tree",
    "measure_many",
    "monte_carlo",
    "one_way",
    "required",
    "scenario_path",
    "size",
    "solve",
    "tables",
    "tornado",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"appraisal.{_HOME[name]}"), name)
    if name in _MODULES:
        return import_module(f"appraisal.{name}")
    raise AttributeError(f"module 'appraisal' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, *_MODULES])
