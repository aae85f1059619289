"""One declared field: its unit, range, titles and help stand in one place.

The check, the JSON schema, the form, the template and the error messages are all made from this
declaration. A :data:`Number` is held as a column ``(S, 1)``, one row a scenario; a :data:`Yearly` as
``(S, 1)`` (the same every year) or ``(S, n)`` (by operating year). A section may hold others: one of its own, or a
group of any number by name (:func:`named`), each reached by its dotted path (``loans.policy.rate``).
"""

from appraisal.field.declared import NUMERIC, Basis, Declared, Kind, Options, check_count, check_number, show
from appraisal.field.fields import (
    Number,
    Profile,
    Yearly,
    changes,
    choice,
    constant,
    count,
    declared,
    flag,
    group,
    named,
    number,
    profile,
    text,
    yearly,
)
from appraisal.field.section import Section, entries_of, walk
from appraisal.field.usual import outside, outside_rows, told

__all__ = [
    "NUMERIC", "Basis", "Declared", "Kind", "Number", "Options", "Profile", "Section", "Yearly", "changes", "check_count", "check_number", "choice", "constant",
    "count", "declared", "entries_of", "flag", "group", "named", "number", "outside",
    "outside_rows", "profile", "show", "text", "told", "walk", "yearly",
]  # fmt: skip
