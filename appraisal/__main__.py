"""``python -m appraisal``."""

from appraisal.cli import main

main()
