"""The notation of the books: a line of a statement is declared once, and evaluated, explained and written out from there.

It knows no finance: blocks of lines, figures and the functions of figures come from the caller.
"""

from appraisal.book.books import Book
from appraisal.book.declare import Block, Figures, Input, Instance, block, figures
from appraisal.book.evaluate import Ledger
from appraisal.book.explain import Explanation, explain
from appraisal.book.resolve import Line

__all__ = [
    "Block",
    "Book",
    "Explanation",
    "Figures",
    "Input",
    "Instance",
    "Ledger",
    "Line",
    "block",
    "explain",
    "figures",
]
