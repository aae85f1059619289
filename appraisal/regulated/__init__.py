"""Regulated capacity prices by their published methods: a station's own, a cohort's mean, that of reliable capacity."""

from appraisal.regulated.cohort import Cohort, cohort_price
from appraisal.regulated.duration import duration_share, effective_share, uniform_price
from appraisal.regulated.reliable import Reliable, reliable_price
from appraisal.regulated.station import PRICING, Approved, Priced, Repayment, capacity_price, pricing_book, taken_back

__all__ = [
    "PRICING",
    "Approved",
    "Cohort",
    "Priced",
    "Reliable",
    "Repayment",
    "capacity_price",
    "cohort_price",
    "duration_share",
    "effective_share",
    "pricing_book",
    "reliable_price",
    "taken_back",
    "uniform_price",
]
