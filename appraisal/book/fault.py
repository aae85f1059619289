"""Faults of the book's own declarations, which only the author of a declaration meets."""

from __future__ import annotations

from appraisal.errors import Message, said


def declaration(words: str) -> Message:
    """What is wrong with a declaration; its details, of formulas and keys, are in English in both languages."""
    return said("{words}", "账表声明有误：{words}", words=words)
