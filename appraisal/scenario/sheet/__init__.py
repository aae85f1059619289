"""Workbook ↔ case: the template to fill in, written from the schema and read back cell by cell."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from appraisal.errors import Fault, InputError, said

if TYPE_CHECKING:
    from appraisal.case import Case
    from appraisal.scenario.sheet.stated import Stated

SUFFIXES = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
"""Files that are taken for workbooks; what is no .xlsx is refused with the reason."""


def is_workbook(path: Path) -> bool:
    """Whether a file is one that a spreadsheet program writes, by its name."""
    return path.suffix.lower() in SUFFIXES


def read_workbook(path: Path) -> Stated:
    """What a filled-in workbook states; see :func:`appraisal.scenario.sheet.read.read_workbook`."""
    from appraisal.scenario.sheet.read import read_workbook as read

    return read(path)


def workbook(lang: str = "en", raw: Mapping[str, Any] | None = None, case: Case | None = None) -> bytes:
    """The workbook to fill in; see :func:`appraisal.scenario.sheet.write.workbook`."""
    from appraisal.scenario.sheet.write import workbook as write

    return write(lang, raw, case)


def yaml_text(raw: Mapping[str, Any]) -> str:
    """A case's mapping as a YAML file that states the same."""
    from appraisal.scenario.sheet.flow import block

    return "schema: 1\n" + block({name: held for name, held in raw.items() if name != "schema"})


def refuse_unless_xlsx(path: Path) -> None:
    """Say so where a workbook is to be written in a format that is not."""
    if is_workbook(path) and path.suffix.lower() != ".xlsx":
        raise InputError([Fault(where=str(path), message=said(
            "{suffix} is not written; name the file .xlsx", "不能写成 {suffix}；请把文件名改为 .xlsx", suffix=path.suffix
        ))])  # fmt: skip
