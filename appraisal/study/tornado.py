"""Tornado: each driver from its low to its high end, the others as in the case, and what that does to one metric."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from appraisal.case import Case
from appraisal.errors import Fault, InputError, said, suggest
from appraisal.metrics import Metric
from appraisal.study.drivers import Driver, Range, driver_keys, driver_of, drivers_of, reasoned
from appraisal.study.hurdle import hurdle, refuse_unknown
from appraisal.study.inputs import Input, Inputs, LeftOut, Measured, Vector, inputs_of, refuse_blocks, valued
from appraisal.study.provenance import Provenance, provenance
from appraisal.study.words import head, joined, noted, say
from appraisal.text import unit_words
from appraisal.units import Table

if TYPE_CHECKING:
    import pandas as pd

_HEADS = {
    "input": ("不确定因素", "Input"),
    "unit": ("单位", "Unit"),
    "low": ("低值", "Low"),
    "base": ("基本值", "Base"),
    "high": ("高值", "High"),
    "at_low": ("低值时", "at low"),
    "at_high": ("高值时", "at high"),
    "swing": ("幅度", "Swing"),
    "basis": ("区间依据", "Reason for the range"),
    "note": ("说明", "Note"),
}
_OWN = ("自定区间", "own range")
_CUT = ("按算例允许范围截至{end}", "cut at {end}, as far as the case allows it to move")
_CHANGE = ("变化率", "change")


@dataclass(frozen=True, kw_only=True)
class Tornado:
    """What each of the I inputs does to a metric between the ends of its range.

    Attributes
    ----------
    moving : Inputs
        The inputs and the dotted paths of each; ``moving.base`` is what stands in the case.
    left_out : tuple of LeftOut
        Drivers that the case gives nothing to move for.
    key : str
        The metric.
    ends : (I, 2)
        Low and high: relative changes or values, as far as the case allows.
    ranges : tuple of Range
        What was meant and why, one an input.
    measured : Measured
        ``.base``, ``(1,)``; ``.rows``, ``(2·I,)``: all low ends, then all high ends.
    hurdle : float
        What the metric is judged by; NaN where the case states nothing.
    """

    moving: Inputs
    left_out: tuple[LeftOut, ...]
    key: str
    ends: Table
    ranges: tuple[Range, ...]
    measured: Measured
    hurdle: float
    provenance: Provenance

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The inputs that were moved."""
        return self.moving.inputs

    @property
    def base(self) -> float:
        """The metric of the case as it stands; NaN if it has no number."""
        return float(self.metric.value[0])

    @property
    def metric(self) -> Metric:
        """The metric of the case with its labels and unit, ``(1,)``."""
        return self.measured.base[self.key]

    @cached_property
    def at(self) -> Table:
        """The metric at the low and the high end of each input, ``(I, 2)``; NaN where it has no number."""
        return np.ascontiguousarray(self.measured.rows[self.key].value.reshape(2, len(self.inputs)).T)

    @cached_property
    def swing(self) -> Vector:
        """The distance between the least and the greatest of low end, base and high end, ``(I,)``; NaN if none is left."""
        three = np.column_stack([self.at, np.full(len(self.inputs), self.base)])
        known = np.isfinite(three)
        span = np.where(known, three, -np.inf).max(axis=1) - np.where(known, three, np.inf).min(axis=1)
        return np.where(known.sum(axis=1) > 1, span, np.nan)

    @property
    def order(self) -> list[int]:
        """Places of the inputs, the widest swing first; those without a figure last."""
        return sorted(range(len(self.inputs)), key=lambda place: -np.nan_to_num(self.swing[place], nan=-1.0))

    def table(self, lang: str = "en") -> pd.DataFrame:
        """One row an input, the widest first.

        Parameters
        ----------
        lang : "en" or "zh"

        Returns
        -------
        DataFrame
            Ends as values in the unit of the input, or as relative changes (unit "change"); metric in its own unit.
        """
        import pandas as pd

        order, label = self.order, head(self.metric, lang)
        zh = lang == "zh"
        base = self.moving.base[0]
        columns = {
            "input": [say((self.inputs[i].zh, self.inputs[i].en), lang) for i in order],
            "unit": [
                say(_CHANGE, lang)
                if self.inputs[i].by == "change"
                else unit_words(self.inputs[i].unit, lang, fractions=True)
                for i in order
            ],
            "low": self.ends[order, 0],
            "base": base[order],
            "high": self.ends[order, 1],
        }
        found: dict[str, object] = {say(_HEADS[name], lang): column for name, column in columns.items()}
        found |= {
            f"{label}，{say(_HEADS[end], lang)}" if zh else f"{label}, {say(_HEADS[end], lang)}": self.at[order, place]
            for place, end in enumerate(("at_low", "at_high"))
        }
        found[say(_HEADS["swing"], lang)] = self.swing[order]
        found[say(_HEADS["basis"], lang)] = [say((self.ranges[i].zh, self.ranges[i].en), lang) for i in order]
        found[say(_HEADS["note"], lang)] = [self._note(i, lang) for i in order]
        return pd.DataFrame(found)

    def _note(self, place: int, lang: str) -> str:
        """Ends that the case cut off or refused, and figures without a number."""
        one, meant = self.inputs[place], (self.ranges[place].low, self.ranges[place].high)
        parts = [
            say(_CUT, lang).format(end=f"{end:+.4g}" if one.by == "change" else f"{end:.4g}")
            for end, wanted in zip(self.ends[place], meant, strict=True)
            if end != wanted
        ]
        rows = (place, place + len(self.inputs))
        parts += [self.measured.refused[row].text(lang) for row in rows if row in self.measured.refused]
        parts += [noted(self.measured.rows[self.key], row, lang) for row in rows]
        return joined(parts, lang)


def tornado(
    case: Case, key: str = "project_irr", ranges: Mapping[str, tuple[float, float]] | None = None, *, others: bool = False
) -> Tornado:  # fmt: skip
    """The tornado of a metric.

    Parameters
    ----------
    case : Case
        One scenario.
    key : str
        Metric: any figure of the books.
    ranges : path or driver → (low, high), optional
        Own ranges: values for a dotted path, relative changes for a driver's key (``construction_investment``). If given,
        only these move; by default every driver that the case has, over its reasoned range (:mod:`.drivers`).
    others : bool
        With own ranges: whether the other drivers move too, over their reasoned ranges.

    Returns
    -------
    Tornado

    Raises
    ------
    InputError
        For more than one scenario, an unknown metric, path or driver, or a range that does not rise.
    NoSolutionError
        If a dispatch problem is infeasible.

    Examples
    --------
    >>> import appraisal
    >>> case = appraisal.load_case(appraisal.scenario_path("contract_schedule"))
    >>> found = tornado(case, "project_npv", {"construction_investment": (-0.1, 0.2), "finance.loan_rate": (0.03, 0.05)})
    >>> [found.inputs[place].key for place in found.order], found.at.shape
    (['construction_investment', 'finance.loan_rate'], (2, 2))
    """
    refuse_blocks(case)
    refuse_unknown(case, (key,))
    own = {} if ranges is None else _checked(ranges)
    drivers = _drivers(case, own, others=others or ranges is None)
    moving, left_out = inputs_of(case, [driver.input for driver in drivers])
    meant = tuple(
        _own(own[one.key]) if one.key in own else given
        for one, given in zip(moving.inputs, reasoned(case, moving, drivers), strict=True)
    )
    low, high = (np.array([getattr(one, end) for one in meant]) for end in ("low", "high"))
    ends = moving.limits(low, high)
    which = np.tile(np.arange(len(moving.inputs)), 2)
    measured = moving.measure(moving.alone(which, ends.T.ravel()), (key,))
    return Tornado(
        moving=moving, left_out=left_out, key=key, ends=ends, ranges=meant, measured=measured,
        hurdle=float(hurdle(case, key)[0]),
        provenance=provenance("tornado", case, {
            "metric": key, "ranges": {one.key: [given.low, given.high] for one, given in zip(moving.inputs, meant, strict=True)},
            "ends": {one.key: reached.tolist() for one, reached in zip(moving.inputs, ends, strict=True)},
            "paths": {one.key: list(paths) for one, paths in zip(moving.inputs, moving.paths, strict=True)},
        }),
    )  # fmt: skip


def _drivers(case: Case, own: Mapping[str, tuple[float, float]], *, others: bool) -> tuple[Driver, ...]:
    """The drivers named, or with *others* every driver of the case and those named besides."""
    if not others:
        return tuple(_driver(case, name) for name in own)
    every = drivers_of(case)
    known = {driver.input.key for driver in every}
    return (*every, *(_driver(case, name) for name in own if name not in known))


def _driver(case: Case, name: str) -> Driver:
    """The driver of a key, or a number of the case by its path."""
    found = driver_of(case, name)
    if found is None and "." not in name:
        message = said("no driver; {known}", "没有此因素；{known}", known=suggest(name, driver_keys(case)))
        raise InputError([Fault(where="study", path=name, message=message)])
    return found or Driver(input=valued(case, name))


def _own(ends: tuple[float, float]) -> Range:
    return Range(low=float(ends[0]), high=float(ends[1]), zh=_OWN[0], en=_OWN[1])


def _checked(ranges: Mapping[str, tuple[float, float]]) -> Mapping[str, tuple[float, float]]:
    faults = [
        Fault(where="study", path=name, message=said(
            "range {low:g} … {high:g}; expected two numbers, low below high",
            "范围 {low:g} … {high:g}；应为两个数，前小后大", low=low, high=high,
        ))
        for name, (low, high) in ranges.items()
        if not low < high or not np.isfinite([low, high]).all()
    ]  # fmt: skip
    if not ranges:
        faults = [Fault(where="study", message=said(
            "no range; leave ranges out for the reasoned ones", "没有范围；不给 ranges 则用有依据的范围"
        ))]  # fmt: skip
    if faults:
        raise InputError(faults)
    return ranges
