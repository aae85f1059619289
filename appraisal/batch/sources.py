"""Scenarios that are not a table yet: a study file (grid, coupled inputs, Latin hypercube, list) or a folder of cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from appraisal.batch.cells import MAX_ROWS, Cells, Places, refuse
from appraisal.batch.columns import Column, declared_at
from appraisal.batch.matrix import Matrix, Refusal, matrix_of, matrix_of_columns
from appraisal.case import Change, apply_changes
from appraisal.errors import AppraisalError, Fault, InputError, Message, said, suggest
from appraisal.field import Declared, show
from appraisal.library.reader import read_file
from appraisal.scenario.faults import Findings
from appraisal.scenario.sheet import is_workbook
from appraisal.scenario.uncertainty import read_uncertainty
from appraisal.study.draw import correlated, design, drawn

_KNOWN = ("seed", "grid", "coupled", "latin_hypercube", "list")
_CASES = (".yaml", ".yml")
_UNDECLARED = Declared(kind="profile", unit="", zh="未知", en="Unknown")


@dataclass(frozen=True)
class _Factor:
    """Rows of some inputs that go together; the rows of a study are the product of its factors."""

    rows: int
    columns: Mapping[str, Sequence[Any]]


def read_study(path: Path, base: Mapping[str, Any]) -> tuple[Matrix, int | None]:
    """The scenarios of a study file, and the seed of its draws.

    Parameters
    ----------
    path : Path
        A YAML file with some of: ``grid`` (path → list of values, every combination), ``coupled`` (a list of mappings path
        → list, each list of a mapping as long as the others, taken together), ``latin_hypercube`` (``n`` and ``inputs``:
        path → distribution as a case states it), ``list`` (a list of mappings path → value), ``seed``.
    base : mapping
        The base case as its file holds it.

    Returns
    -------
    Matrix
        The product of all factors; the last varies fastest.

    Raises
    ------
    InputError
        With what is wrong with the file.
    """
    where = str(path)
    raw = read_file(path, limit=20_000_000).plain()
    if not isinstance(raw, Mapping) or not raw:
        raise refuse(
            where, said("is no study; expected {known}", "不是研究文件；应含 {known}", known=", ".join(_KNOWN))
        )
    unknown = [str(key) for key in raw if key not in _KNOWN]
    if unknown:
        raise InputError([
            Fault(where=where, path=key, message=said("unknown key; {known}", "没有这个键；{known}", known=suggest(key, _KNOWN)))
            for key in unknown
        ])  # fmt: skip
    seed = raw.get("seed", 0)
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise _wrong(where, "seed", seed, said("a whole number of 0 or more", "不小于 0 的整数"))
    factors = [
        *_grid(where, raw.get("grid", {})),
        *_coupled(where, raw.get("coupled", ())),
        *_hypercube(where, raw.get("latin_hypercube"), seed),
        *_list(where, raw.get("list", ())),
    ]
    return matrix_of(_product(where, factors), base), seed if "latin_hypercube" in raw else None


def _wrong(where: str, path: str, value: Any, expected: Message) -> InputError:
    message = said("{value}; expected {expected}", "{value}；应为{expected}", value=show(value), expected=expected)
    return InputError([Fault(where=where, path=path, message=message)])


def _grid(where: str, raw: Any) -> list[_Factor]:
    expected = said("path → list of values", "路径 → 取值列表")
    if not isinstance(raw, Mapping):
        raise _wrong(where, "grid", raw, expected)
    for path, values in raw.items():
        if not isinstance(values, (list, tuple)) or not values:
            raise _wrong(where, f"grid.{path}", values, said("a list of values", "取值列表"))
    return [_Factor(len(values), {str(path): values}) for path, values in raw.items()]


def _coupled(where: str, raw: Any) -> list[_Factor]:
    found = []
    for place, one in enumerate(raw if isinstance(raw, (list, tuple)) else [raw]):
        lists = list(one.values()) if isinstance(one, Mapping) else []
        if not lists or not all(isinstance(values, (list, tuple)) for values in lists) or len({*map(len, lists)}) != 1:
            raise _wrong(where, f"coupled.{place}", one, said(
                "path → list, all of one length", "路径 → 列表，且各列表长度相同"
            ))  # fmt: skip
        found.append(_Factor(len(lists[0]), {str(path): values for path, values in one.items()}))
    return found


def _hypercube(where: str, raw: Any, seed: int) -> list[_Factor]:
    if raw is None:
        return []
    count = raw.get("n") if isinstance(raw, Mapping) else None
    if (
        not isinstance(count, int)
        or isinstance(count, bool)
        or not 1 <= count <= MAX_ROWS
        or set(raw) != {"n", "inputs"}
    ):
        raise _wrong(where, "latin_hypercube", raw, said(
            "{n}, at most {most:,}, and {inputs}: path → distribution", "{n}（不超过 {most:,}）和 {inputs}：路径 → 分布", most=MAX_ROWS, n="n", inputs="inputs"
        ))  # fmt: skip
    findings = Findings(where=where, lines={})
    stated = read_uncertainty(raw["inputs"], findings)
    if stated.branches:
        findings.add(
            "latin_hypercube.inputs.scenarios",
            said("a tree of scenarios is no input; list its branches", "情景树不是输入；请逐一列出各分支"),
        )
    findings.stop()
    points = correlated(design(count, len(stated), "latin_hypercube", seed), stated.rank_matrix())
    values = drawn(stated.distributions, points)
    return [_Factor(count, {path: values[:, place].tolist() for place, path in enumerate(stated.distributions)})]


def _list(where: str, raw: Any) -> list[_Factor]:
    if not isinstance(raw, (list, tuple)) or not all(isinstance(one, Mapping) for one in raw):
        raise _wrong(where, "list", raw, said("a list of mappings path → value", "由映射（路径 → 值）组成的列表"))
    if not raw:
        return []
    paths = dict.fromkeys(str(path) for one in raw for path in one)
    return [_Factor(len(raw), {path: [one.get(path) for one in raw] for path in paths})]


def _product(where: str, factors: Sequence[_Factor]) -> Cells:
    """Every combination of the rows of the factors."""
    rows = int(np.prod([factor.rows for factor in factors], dtype=object)) if factors else 0
    if not 1 <= rows <= MAX_ROWS:
        raise refuse(where, said(
            "makes {rows:,} scenarios; expected 1–{most:,}", "共 {rows:,} 个情景；应为 1–{most:,} 个", rows=rows, most=MAX_ROWS
        ))  # fmt: skip
    headings: list[str] = []
    columns: list[list[Any]] = []
    after = rows
    for factor in factors:
        after //= factor.rows
        place: Places = (np.arange(rows) // after) % factor.rows
        headings += factor.columns
        columns += [[values[one] for one in place] for values in factor.columns.values()]
    note = said("{rows:,} scenarios", "{rows:,} 个情景", rows=rows)
    return Cells(where, "study", tuple(headings), tuple(columns), np.arange(1, rows + 1), {}, (note,))


def read_cases(folder: Path, changes: Sequence[Change] = ()) -> Matrix:
    """Every case file (YAML) of a folder as a row that states all of its case.

    Files that agree but in numbers are appraised together. A file that cannot be read is a row that failed; what studies
    alone read (``uncertainty``) is left out.

    Raises
    ------
    InputError
        If the folder has no case file.
    """
    where = str(folder)
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in _CASES and not is_workbook(path))
    if not files:
        raise refuse(where, said("has no case file (.yaml)", "没有算例文件（.yaml）"))
    refused: dict[int, Refusal] = {}
    stated: list[dict[str, Any]] = []
    for row, file in enumerate(files):
        try:
            stated.append(_stated(file, changes))
        except AppraisalError as error:
            stated.append({})
            refused[row] = Refusal("input", "", error.message)
    paths = list(dict.fromkeys(path for one in stated for path in one))
    columns = [
        Column(place=place, heading=path, path=path, what=declared_at(path, {}, {}) or _UNDECLARED)
        for place, path in enumerate(paths)
    ]
    note = said("{rows:,} case files", "{rows:,} 个算例文件", rows=len(files))
    held = tuple([one.get(path) for one in stated] for path in paths)
    cells = Cells(where, "cases", tuple(paths), held, np.arange(1, len(files) + 1), {}, (note,))
    return matrix_of_columns(cells, columns, np.array([file.stem for file in files], dtype=object), refused)


def _stated(file: Path, changes: Sequence[Change]) -> dict[str, Any]:
    """Dotted path → value of every leaf of a case file."""
    raw = read_file(file).plain()
    if not isinstance(raw, Mapping):
        raise refuse(str(file), said("is no case: expected a mapping of sections", "不是算例：应为各节的映射"))
    made = apply_changes({key: value for key, value in raw.items() if key != "uncertainty"}, changes)
    return dict(_leaves(made, ""))


def _leaves(value: Mapping[str, Any], before: str) -> list[tuple[str, Any]]:
    """What a case states, leaf by leaf; streams and named entries stay whole, for their order is the order of sums."""
    found: list[tuple[str, Any]] = []
    for key, inner in value.items():
        path = f"{before}{key}"
        whole = path in ("revenue", "support") or before == "overlays." or declared_at(path, {}, {}) is not None
        if isinstance(inner, Mapping) and inner and not whole:
            found += _leaves(inner, f"{path}.")
        elif inner is not None:
            found.append((path, inner))
    return found
