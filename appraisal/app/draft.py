"""What a person is working on: the sections of a case as they stated them, and the files that came with it.

A draft is plain data. It becomes a case by the same reading as a file, so that nothing can be entered in the browser
that a file could not hold, and nothing is read from this machine's folders.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path, PurePath
from typing import Any

from appraisal import __version__
from appraisal.app.archive import CASES, TABLES, unzipped
from appraisal.app.names import safe_name
from appraisal.case import Case, Change, apply_changes
from appraisal.errors import Fault, InputError, said
from appraisal.library import Library
from appraisal.report.ready_cases import grouped
from appraisal.report.zips import zipped
from appraisal.scenario import case_from_mapping, scenario_path
from appraisal.scenario.load import load_stated, read_stated
from appraisal.scenario.sheet import yaml_text

# As the server's own limit; a case's file is far smaller.
MAX_BYTES = 20_000_000
SUFFIXES = (*CASES, ".zip")
# What a case is called that came without a name.
CASE = "case"


@cache
def facts() -> Library:
    """The library of this installation, read once: opening it anew takes longer than an appraisal."""
    return Library.open()


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A case in the making.

    Attributes
    ----------
    name : str
        Of its file, without the ending.
    stated : mapping
        The sections as a case's file holds them.
    files : name → content
        Series of prices, load and PV that came with it.
    """

    name: str
    stated: Mapping[str, Any]
    files: Mapping[str, bytes] = field(default_factory=dict)

    def case(self, changes: tuple[Change, ...] = ()) -> Case:
        """The case as it stands.

        Raises
        ------
        InputError
            With everything that is wrong with it.
        """
        return case_from_mapping(self.stated, changes, name=self.name, library=facts(), files=self.files)

    @cached_property
    def key(self) -> str:
        """A name of this very content, for caches: SHA-256 of sections, files and version."""
        found = hashlib.sha256(f"{__version__}\n{self.name}\n{canonical(self.stated)}".encode())
        for name in sorted(self.files):
            found.update(f"\n{name}\n".encode() + hashlib.sha256(self.files[name]).digest())
        return found.hexdigest()

    def at(self, path: str) -> Any:
        """What is stated at a dotted path; None where nothing is."""
        place: Any = self.stated
        for name in path.split("."):
            if not isinstance(place, Mapping) or name not in place:
                return None
            place = place[name]
        return place

    def changed(self, *changes: Change) -> Draft:
        """With some values set or removed; a section that is left empty goes too."""
        return replace(self, stated=_without_empty(apply_changes(self.stated, changes)))

    def yaml(self) -> str:
        """The case as a file to keep."""
        return yaml_text(self.stated)

    def file_name(self, suffix: str) -> str:
        """What a file of the case is called; where price series belong to it, it is an archive with them."""
        return f"{self.name}{'.zip' if self.files else suffix}"

    def with_files(self, suffix: str, content: bytes) -> bytes:
        """What stands in that file.

        Parameters
        ----------
        suffix : str
            Of *content*: ``.yaml`` or ``.xlsx``.
        content : bytes
            The case itself.
        """
        return zipped({f"{self.name}{suffix}": content, **self.files}) if self.files else content

    def saved(self) -> bytes:
        """What :func:`uploaded` makes the same draft of, and the command line the same case once it is unzipped."""
        return self.with_files(".yaml", self.yaml().encode())


def canonical(stated: Mapping[str, Any]) -> str:
    """The sections as one line of JSON that is the same for the same content."""
    return json.dumps(_plain(stated), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _plain(value: Any) -> Any:
    """Mappings and lists as JSON has them; keys are text in a case's file too."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def _without_empty(stated: Mapping[str, Any]) -> dict[str, Any]:
    """A revenue stream may be empty, and then it stands for its defaults; an empty section is none.

    The version of the case format is the file's, not the case's.
    """
    return {name: value for name, value in stated.items() if value != {} and name != "schema"}


def ready(name: str) -> Draft:
    """A ready case to start from."""
    return Draft(name=name, stated=_without_empty(read_stated(scenario_path(name))))


# What a person at a factory's gate has comes first, then the items of the plan in its own order.
_FIRST_ITEM = "time_of_use"
FIRST_CASE = "zhejiang_user_lfp"
"""The ready case that the pages open with."""


@cache
def by_item() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Names of the ready cases by item of the action plan, in the order in which the first page shows them."""
    groups = {item: tuple(sorted(names, key=lambda name: name != FIRST_CASE)) for item, names in grouped()}
    return tuple(sorted(groups.items(), key=lambda group: group[0] != _FIRST_ITEM))


@cache
def offered() -> Mapping[str, Draft]:
    """The ready cases by name, read once, in the order in which the first page shows them."""
    return {name: ready(name) for _, names in by_item() for name in names}


def handed_over(given: Sequence[tuple[str, bytes]], archive: str = "") -> Draft:
    """A case from the files of one upload: a case alone, an archive, or a case with its price series.

    Parameters
    ----------
    given : sequence of (name, content)
        As the browser gives them, or as they stood in an archive.
    archive : str
        Name of that archive, without its ending. Beside a YAML file every workbook is a table; of several workbooks the
        case is the one that is called as the archive is.

    Raises
    ------
    InputError
        If there is no case among them or more than one; else as :func:`uploaded`.
    """
    files = [(safe_name(name), content) for name, content in given]
    cases = [name for name, _ in files if _suffix(name) not in (*TABLES, ".xlsx")]
    books = [name for name, _ in files if _suffix(name) == ".xlsx"] if not cases else []
    if len(books) > 1:
        books = [name for name in books if PurePath(name).stem == archive]
    found = [*cases, *books]
    if len(found) != 1 or (_suffix(found[0]) == ".zip" and len(files) > 1):
        raise InputError([Fault(where=", ".join(name for name, _ in files), message=said(
            "one case is loaded at a time: a .yaml or an .xlsx with the table of its prices, or a .zip alone",
            "一次载入一个算例：YAML 或 Excel 模板连同其电价表，或单独一个压缩包"
        ))])  # fmt: skip
    tables = dict(files)
    return uploaded(found[0], tables.pop(found[0]), tables)


def uploaded(name: str, content: bytes, files: Mapping[str, bytes] | None = None) -> Draft:
    """A case from a file that was handed over: YAML, a workbook that was filled in, or an archive of one with its series.

    Raises
    ------
    InputError
        If it has another ending, is too large, or with everything that is wrong in it, by line or cell.
    """
    shown = safe_name(name, CASE)
    suffix = _suffix(shown)
    if suffix not in SUFFIXES:
        raise InputError([Fault(where=shown, message=said(
            "ends in {ending}; a case is a .yaml, an .xlsx or a .zip of one with its price series",
            "后缀为 {ending}；算例应为 YAML、Excel 模板，或含算例与电价序列的压缩包", ending=suffix or "-"
        ))])  # fmt: skip
    if len(content) > MAX_BYTES:
        raise InputError([Fault(where=shown, message=said(
            "is larger than {most:,} bytes", "超过 {most:,} 字节", most=MAX_BYTES
        ))])  # fmt: skip
    if suffix == ".zip":
        return handed_over([*unzipped(shown, content).items()], PurePath(shown).stem)
    given = dict(files or {})
    stated = _read(shown, suffix, content, given)
    return Draft(name=PurePath(shown).stem, stated=_without_empty(stated), files=given)


def _suffix(name: str) -> str:
    return PurePath(name).suffix.lower()


def _read(shown: str, suffix: str, content: bytes, files: Mapping[str, bytes]) -> Mapping[str, Any]:
    """What the file states; its faults call it by the name that the person knows."""
    with tempfile.TemporaryDirectory() as folder:
        # The name of our own: that of the person never reaches the file system.
        path = Path(folder) / f"case{suffix}"
        path.write_bytes(content)
        try:
            return load_stated(path, library=facts(), files=files)[0]
        except InputError as error:
            told = [replace(fault, where=fault.where.replace(str(path), shown)) for fault in error.faults]
            raise InputError(told) from None
