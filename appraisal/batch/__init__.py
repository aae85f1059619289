"""Thousands of scenarios as a run folder: read a matrix, plan blocks, appraise them, resume, put the rows together."""
