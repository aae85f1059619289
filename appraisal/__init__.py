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

__version__ = "0.2.0"

# Loaded on first use, so that the command line starts at once.
_HOME = {
    "Appraisal": "pipeline",
    "AppraisalError": "errors",
    "Case": "case",
    "Change": "case",
    "InputError": "errors",
    "Library": "library",
    "appraise": "pipeline",
    "case_from_mapping": "scenario",
    "explain": "report.trace",
    "load_case": "scenario",
    "measure_many": "pipeline",
    "scenario_path": "scenario",
    "tables": "report.tables",
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
    "case_from_mapping",
    "explain",
    "load_case",
    "measure_many",
    "scenario_path",
    "tables",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"appraisal.{_HOME[name]}"), name)
    if name in _MODULES:
        return import_module(f"appraisal.{name}")
    raise AttributeError(f"module 'appraisal' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, *_MODULES])
