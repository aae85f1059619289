"""The live workbook: what the engine computes, as formulas that a bank can recompute.

Every line of the books is a row of formulas rendered from the declaration that NumPy evaluates. What dispatch, settlement
and sculpting found are values and say so.
"""

from appraisal.report.workbook.build import save_workbook, workbook

__all__ = ["save_workbook", "workbook"]
