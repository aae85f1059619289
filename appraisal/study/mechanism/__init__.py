"""The regulator's bench: mechanisms, at levels, on a portfolio of projects."""

from appraisal.study.mechanism.outcome import Outcome, outcome
from appraisal.study.mechanism.read import read_study
from appraisal.study.mechanism.rows import PUBLIC, Bench
from appraisal.study.mechanism.study import Mechanism, Plants, Study

__all__ = ["PUBLIC", "Bench", "Mechanism", "Outcome", "Plants", "Study", "outcome", "read_study"]
