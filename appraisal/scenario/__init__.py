"""YAML ↔ case: facts resolved, every fault of a file at once, the origin of every value."""

from appraisal.scenario.load import case_from_mapping, load_case
from appraisal.scenario.schema import json_schema, template

__all__ = ["case_from_mapping", "json_schema", "load_case", "template"]
