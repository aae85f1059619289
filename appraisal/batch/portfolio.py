"""Yearly statistics of a run taken as a portfolio of plants: sums over plants by year and by what the plants are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from appraisal.batch.finished import Run
from appraisal.batch.folder import refuse, sha_of
from appraisal.batch.yearly import FIXED, PLANTS, REVENUE, SUPPORT, YEARLY
from appraisal.errors import IntegrityError, said, suggest

if TYPE_CHECKING:
    import pandas as pd

COUNT, HOURS_CHARGED, HOURS_DISCHARGED, HOURS = "plants", "charge_hours", "discharge_hours", "utilisation_hours"
TOTAL_REVENUE, TOTAL_SUPPORT = "revenue_yuan", "support_yuan"


@dataclass(frozen=True)
class Portfolio:
    """The sums of a run's plants.

    Attributes
    ----------
    run : Run
    cells : DataFrame
        One row a combination of ``province``, ``technology``, ``side``, ``status`` (empty text where a plant states none)
        and ``year``: ``plants`` in service, and the sum of every yearly line.
    """

    run: Run
    cells: pd.DataFrame

    @property
    def streams(self) -> tuple[str, ...]:
        """The lines of revenue and of support, by stream."""
        return tuple(name for name in self.cells.columns if name.startswith((REVENUE, SUPPORT)))

    def by(self, names: Sequence[str]) -> pd.DataFrame:
        """The sums by some of ``PLANTS`` and by year, with totals and utilisation hours.

        Parameters
        ----------
        names : sequence of str
            Columns of ``PLANTS``; none for the whole portfolio.

        Returns
        -------
        DataFrame
            *names* and ``year``, then ``plants``, capacity and energy in service, energy charged and discharged, hours,
            investment, renewal, support and revenue in all and by stream.

        Raises
        ------
        InputError
            For a name that is no column of the plants.

        Notes
        -----
        Hours of charging (discharging) = energy charged (discharged) in the year, at the grid meter / capacity in service;
        utilisation hours are both together. NaN where nothing is in service.
        """
        for name in names:
            if name not in PLANTS:
                raise refuse(self.run.path, said(
                    "{name!r} is nothing that plants are told apart by; {known}", "不能按 {name!r} 分组；{known}",
                    name=name, known=suggest(name, list(PLANTS))
                ))  # fmt: skip
        found = self.cells.groupby([*names, "year"], sort=True)[[COUNT, *_summed(self.cells)]].sum().reset_index()
        capacity = found["capacity_mw"].where(found["capacity_mw"] > 0.0)
        found[HOURS_CHARGED] = found["charged_mwh"] / capacity
        found[HOURS_DISCHARGED] = found["discharged_mwh"] / capacity
        found[HOURS] = found[HOURS_CHARGED] + found[HOURS_DISCHARGED]
        for total, start in ((TOTAL_REVENUE, REVENUE), (TOTAL_SUPPORT, SUPPORT)):
            found[total] = found[[name for name in self.streams if name.startswith(start)]].sum(axis=1)
        physical = [
            "capacity_mw",
            "energy_mwh",
            "charged_mwh",
            "discharged_mwh",
            HOURS_CHARGED,
            HOURS_DISCHARGED,
            HOURS,
        ]
        money = ["investment_yuan", "renewal_yuan", TOTAL_SUPPORT, TOTAL_REVENUE, *self.streams]
        return found[[*names, "year", COUNT, *physical, *money]]

    def fullest_year(self) -> int:
        """The first year with the largest capacity in service."""
        total = self.by([])
        return int(total["year"].to_numpy()[total["capacity_mw"].to_numpy().argmax()])


def _summed(cells: pd.DataFrame) -> list[str]:
    return [name for name in cells.columns if name not in (*PLANTS, "year", COUNT)]


def portfolio(run: Run) -> Portfolio:
    """The sums of a run with yearly lines; read group by group, so that memory depends on the lines and not on the rows.

    Raises
    ------
    InputError
        If the run was made without ``--yearly``.
    IntegrityError
        If its yearly lines have changed since.
    """
    import pandas as pd
    from pyarrow import parquet

    path, digest = run.path / YEARLY, run.manifest.get("yearly_sha256")
    if digest is None or not path.exists():
        raise refuse(run.path, said(
            "has no yearly lines; run the batch with --yearly into another folder", "没有逐年数据；请加 --yearly 另行运行"
        ))  # fmt: skip
    if sha_of(path) != digest:
        raise IntegrityError(said(
            "{name} of {path} has changed since the run wrote it; run again with --resume",
            "{path} 中的 {name} 在运行写出后被改动；请加 --resume 重新运行", name=YEARLY, path=run.path
        ))  # fmt: skip
    keys = [*PLANTS, "year"]
    parts = []
    with parquet.ParquetFile(path, memory_map=True) as file:
        lines = [name for name in file.schema_arrow.names if name not in ("row", "id", "column", *keys)]
        for place in range(file.num_row_groups):
            read = file.read_row_group(place, columns=[*keys, *lines]).to_pandas()
            read[list(PLANTS)] = read[list(PLANTS)].fillna("").astype(str)
            read[COUNT] = (read["capacity_mw"] > 0.0).astype("int64")
            parts.append(read.groupby(keys, sort=True)[[COUNT, *lines]].sum().reset_index())
    if not parts:
        return Portfolio(run, pd.DataFrame(columns=pd.Index(list(dict.fromkeys([*keys, COUNT, *FIXED])))))
    return Portfolio(run, pd.concat(parts).groupby(keys, sort=True)[[COUNT, *lines]].sum().reset_index())
