"""The books: declared statement lines, evaluated for every scenario at once."""

from appraisal.finance.solve import project
from appraisal.finance.statements import Statements

__all__ = ["Statements", "project"]
