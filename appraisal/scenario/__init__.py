"""YAML or a workbook ↔ case: facts resolved, every fault of a file at once, the origin of every value."""

from appraisal.scenario.describe import digest, resolved
from appraisal.scenario.load import case_from_mapping, load_case
from appraisal.scenario.new import new_case
from appraisal.scenario.place import find_case, scenario_names, scenario_path
from appraisal.scenario.ready import about
from appraisal.scenario.schema import json_schema, template

__all__ = [
    "about",
    "case_from_mapping",
    "digest",
    "find_case",
    "json_schema",
    "load_case",
    "new_case",
    "resolved",
    "scenario_names",
    "scenario_path",
    "template",
]
