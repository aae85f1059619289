"""The case: sections, changes and the block of scenarios."""

from appraisal.case.change import Change, apply_changes, parse_set
from appraisal.case.model import Case, Exclusion, Notice, Origin, Prices, Range

__all__ = ["Case", "Change", "Exclusion", "Notice", "Origin", "Prices", "Range", "apply_changes", "parse_set"]
