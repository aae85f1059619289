"""The case: sections, changes and the block of scenarios."""

from appraisal.case.change import Change, apply_changes, parse_set
from appraisal.case.model import BasicPrices, Case, Exclusion, Notice, Origin, Prices, Range

__all__ = [
    "BasicPrices", "Case", "Change", "Exclusion", "Notice", "Origin", "Prices", "Range", "apply_changes", "parse_set"
]  # fmt: skip
