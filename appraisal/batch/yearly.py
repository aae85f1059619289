"""Yearly lines of a run: what every plant of a portfolio is, does, costs and earns, by year.

A part holds them as one list a row; ``yearly.parquet`` has one row a scenario and year, in the order of the matrix, with
the same bytes whatever the way there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from appraisal.batch.folder import Part, RunFolder, put, tried
from appraisal.batch.plan import Plan
from appraisal.case import Case
from appraisal.case.periods import periods
from appraisal.finance.structure import support_lines
from appraisal.pipeline import Appraisal
from appraisal.units import Table

if TYPE_CHECKING:
    import pyarrow as pa

Places: TypeAlias = NDArray[np.int64]
YEARLY, YEARLY_COLUMNS = "yearly.parquet", "yearly_columns.csv"
# Scenarios of a group of rows: fixed, so that the bytes depend on nothing but what is in them.
GROUP_SCENARIOS = 10_000
LINE, PLANT = "yearly.", "plant."
# Column → unit, English, Chinese.
FIXED: Mapping[str, tuple[str, str, str]] = {
    "year": ("", "Calendar year in which most of the column's months are", "公历年（该列多数月份所在年）"),
    "capacity_mw": ("MW", "Capacity in service at some time of the year", "当年在运额定功率"),
    "energy_mwh": ("MWh", "Rated energy in service at some time of the year", "当年在运额定容量"),
    "charged_mwh": ("MWh", "Energy charged, at the grid meter", "充电量（并网点）"),
    "discharged_mwh": ("MWh", "Energy discharged, at the grid meter", "放电量（并网点）"),
    "investment_yuan": ("yuan", "Total investment of the year, VAT, construction interest and working capital included", "当年项目总投资（含税、建设期利息和流动资金）"),
    "renewal_yuan": ("yuan", "Replacement and augmentation of the year", "当年更新改造投资"),
}  # fmt: skip
PLANTS: Mapping[str, tuple[str, str, str]] = {
    "province": ("", "Province", "省份"), "technology": ("", "Technology", "技术路线"),
    "side": ("", "Side of the meter", "接入侧"), "status": ("", "Status", "项目状态"),
}  # fmt: skip
_ROW: Mapping[str, tuple[str, str, str]] = {
    "row": ("", "Row of the matrix, from 1", "情景表中的行，从 1 计"),
    "id": ("", "Identifier of the scenario", "情景编号"),
    "column": ("", "Column of the calculation period, from 1", "计算期第几年"),
}
REVENUE, SUPPORT = "revenue.", "support."
GRANTS = f"{SUPPORT}grants"
_OF_STREAM = ("revenue", "subsidy", "capital_change")


def keys(case: Case) -> tuple[str, ...]:
    """The lines of the books that the yearly lines are made of."""
    grants = (f"grant_{label}.received" for label in case.finance.grants)
    streams = (f"{label}.{line}" for label in case.streams for line in _OF_STREAM)
    return ("investment_outlay", "renewal_cash", *streams, *grants, *support_lines(case).values())


def lines(result: Appraisal) -> dict[str, Table]:
    """Every yearly line of some scenarios, each ``(S, Y)``.

    ``revenue.<label>`` is the revenue of a stream without VAT; ``support.<label>`` what a stream of the section ``support``
    or a subsidy brings: its revenue and subsidy, what it takes off the capital cost, or the grant or subsidised interest that
    the books work out for it; ``support.grants`` the grants of the section ``finance``.
    """
    case, operation, books = result.case, result.operation, result.statements
    columns, in_books = periods(case.project), support_lines(case)
    made = {
        "year": columns.calendar_year, "capacity_mw": case.storage.power_mw * columns.in_service,
        "energy_mwh": case.storage.energy_mwh * columns.in_service, "charged_mwh": operation.charged_mwh,
        "discharged_mwh": operation.discharged_mwh, "investment_yuan": books["investment_outlay"], "renewal_yuan": books["renewal_cash"],
    }  # fmt: skip
    for label in case.streams:
        sold, given, capital = (books[f"{label}.{line}"] for line in _OF_STREAM)
        if label in in_books:
            made[SUPPORT + label] = books[in_books[label]]
        elif label in case.support or result.revenue.settlements[label].subsidy:
            made[SUPPORT + label] = sold + given - capital
        else:
            made[REVENUE + label] = sold
    if case.finance.grants:
        made[GRANTS] = np.sum([books[f"grant_{label}.received"] for label in case.finance.grants], axis=0)
    return {name: np.broadcast_to(line, (case.scenarios, columns.years)) for name, line in made.items()}


def plant(case: Case) -> dict[str, str]:
    """What a structure's plants are: text columns of the yearly lines."""
    project = case.project
    return {
        "province": project.province, "technology": case.storage.technology, "side": project.side, "status": project.status or "",
    }  # fmt: skip


def packed(made: Mapping[str, Table], about: Mapping[str, str], rows: int, kept: Places) -> dict[str, pa.Array]:
    """The lines of the rows *kept* of so many as columns of a part: a list a row, of the others no figure."""
    import pyarrow as pa

    found: dict[str, Any] = {
        f"{PLANT}{name}": pa.array([text or None] * rows, pa.string()) for name, text in about.items()
    }
    for name, line in made.items():
        years = line.shape[1]
        whole = np.full((rows, years), np.nan)
        whole[kept] = line
        ends = pa.array(np.arange(rows + 1, dtype=np.int32) * years)
        found[f"{LINE}{name}"] = pa.ListArray.from_arrays(ends, pa.array(whole.ravel()))
    return found


@dataclass(frozen=True)
class _Parts:
    """The parts of a run as they lie on the disk, mapped and not read."""

    tables: Sequence[pa.Table]
    rows: int

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every line that a part has: the fixed ones, then revenue and support by label."""
        have = {
            name.removeprefix(LINE) for table in self.tables for name in table.column_names if name.startswith(LINE)
        }
        return (*FIXED, *sorted(have - set(FIXED)))

    @cached_property
    def where(self) -> tuple[Places, Places]:
        """(R,) the part that holds each row and its place there; -1 for rows that failed or are in none."""
        part, place = (np.full(self.rows, -1, dtype=np.int64) for _ in range(2))
        for number, table in enumerate(self.tables):
            stands = np.flatnonzero(table["error_code"].is_null().to_numpy())
            rows = table["row"].to_numpy()[stands]
            part[rows], place[rows] = number, stands
        return part, place


def write_yearly(folder: RunFolder, plan: Plan, parts: Sequence[Part]) -> tuple[str, ...]:
    """``yearly.parquet`` and ``yearly_columns.csv``; the names of the lines that it holds."""
    from pyarrow import parquet

    held = _Parts([_mapped(part) for part in parts], plan.matrix.rows)
    path = folder.path / YEARLY
    made = path.with_name(f"{YEARLY}.new")

    def write() -> None:
        try:
            with parquet.ParquetWriter(made, _schema(held.names), compression="zstd") as writer:
                for table in _groups(held, plan):
                    writer.write_table(table, row_group_size=max(table.num_rows, 1))
            made.replace(path)
        except OSError:
            made.unlink(missing_ok=True)
            raise

    tried(path, write)
    _write_columns(folder, held.names)
    return held.names


def _mapped(part: Part) -> pa.Table:
    import pyarrow as pa

    return pa.ipc.open_file(pa.memory_map(str(part.path))).read_all()


def _schema(names: Sequence[str]) -> pa.Schema:
    import pyarrow as pa

    fields = [
        ("row", pa.int64()),
        ("id", pa.string()),
        ("column", pa.int32()),
        *((name, pa.string()) for name in PLANTS),
    ]
    return pa.schema([*fields, *((name, pa.int32() if name == "year" else pa.float64()) for name in names)])


def _groups(held: _Parts, plan: Plan) -> Iterator[pa.Table]:
    """The lines in the order of the matrix, so many scenarios at a time."""
    import pyarrow as pa

    part, place = held.where
    for begin in range(0, held.rows, GROUP_SCENARIOS):
        rows = begin + np.flatnonzero(part[begin : begin + GROUP_SCENARIOS] >= 0)
        if not rows.size:
            continue
        numbers = np.unique(part[rows])
        taken = [held.tables[number].take(pa.array(place[rows[part[rows] == number]])) for number in numbers]
        order = np.argsort(np.concatenate([rows[part[rows] == number] for number in numbers]), kind="stable")
        table = pa.concat_tables(taken, promote_options="default").take(pa.array(order))
        yield _flat(table, rows, plan, held.names)


def _flat(table: pa.Table, rows: Places, plan: Plan, names: Sequence[str]) -> pa.Table:
    """One row a scenario and year in place of one list a scenario."""
    import pyarrow as pa

    years = _lengths(table[f"{LINE}year"])
    each = np.repeat(np.arange(rows.size), years)
    first = np.repeat(np.cumsum(years) - years, years)
    made: dict[str, Any] = {
        "row": pa.array(rows[each] + 1), "id": pa.array(plan.matrix.ids[rows], pa.string()).take(pa.array(each)),
        "column": pa.array((np.arange(each.size) - first + 1).astype(np.int32)),
    }  # fmt: skip
    made |= {name: table[f"{PLANT}{name}"].combine_chunks().take(pa.array(each)) for name in PLANTS}
    for name in names:
        values = _values(table, f"{LINE}{name}", years)
        made[name] = pa.array(values.astype(np.int32)) if name == "year" else pa.array(values, mask=np.isnan(values))
    return pa.table(made, schema=_schema(names))


def _lengths(column: pa.ChunkedArray) -> Places:
    from pyarrow import compute

    return np.asarray(compute.list_value_length(column).fill_null(0).to_numpy(), dtype=np.int64)


def _values(table: pa.Table, name: str, years: Places) -> NDArray[np.float64]:
    """The values of a line row by row; NaN in every year of a row that has no such line."""
    if name not in table.column_names:
        return np.full(int(years.sum()), np.nan)
    column = table[name]
    values = np.full(int(years.sum()), np.nan)
    values[np.repeat(_lengths(column) > 0, years)] = column.combine_chunks().flatten().to_numpy(zero_copy_only=False)
    return values


def _write_columns(folder: RunFolder, names: Sequence[str]) -> None:
    from appraisal.batch.results import csv_bytes

    known = {**_ROW, **PLANTS, **FIXED}
    rows = [(name, *(known[name] if name in known else _of_line(name))) for name in (*_ROW, *PLANTS, *names)]
    put(folder.path / YEARLY_COLUMNS, csv_bytes([("column", "unit", "en", "zh"), *rows]))


def _of_line(name: str) -> tuple[str, str, str]:
    if name == GRANTS:
        return "yuan", "Investment grants received", "收到的投资补助"
    label = name.partition(".")[2]
    if name.startswith(SUPPORT):
        return "yuan", f"Support of {label}: paid, or taken off the capital cost", f"支持：{label}（补贴或抵减投资）"
    return "yuan", f"Revenue of {label}, without VAT", f"收入：{label}（不含增值税）"
