"""A new case: the empty template, or a copy of another case, as YAML or as a workbook to fill in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from appraisal.library.reader import read_bytes
from appraisal.scenario.load import MAX_BYTES, load_stated
from appraisal.scenario.schema import template
from appraisal.scenario.sheet import is_workbook, workbook, yaml_text


@dataclass(frozen=True)
class New:
    """The bytes of a new case's file, and the names of the files of prices, load and PV that must stand beside it."""

    content: bytes
    beside: tuple[str, ...] = ()


def new_case(like: Path | None, *, as_workbook: bool, lang: str) -> New:
    """The file of a new case.

    Parameters
    ----------
    like : the case to start from, a YAML file or a workbook; None for the empty template.
    as_workbook : an .xlsx to fill in, else YAML. From YAML to YAML the text stays as it is, comments and all.
    lang : ``zh`` or ``en``, of titles.

    Raises
    ------
    InputError
        With every fault of *like*: only a valid case is copied.
    """
    if like is None:
        return New(workbook(lang) if as_workbook else template(lang).encode())
    raw, case = load_stated(like)
    beside = case.market.files
    if as_workbook:
        return New(workbook(lang, raw, case), beside)
    return New(yaml_text(raw).encode() if is_workbook(like) else read_bytes(like, str(like), MAX_BYTES), beside)
