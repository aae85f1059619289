"""Projects under mechanisms at levels: one row each, appraised by the one path in a block a structure.

A row is a project of the portfolio and a level of every mechanism in force. What does not follow a level is set before
the case is read; what does is varied by row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from appraisal import discount
from appraisal.case import Case
from appraisal.case.periods import periods
from appraisal.errors import Fault, InputError, joined, said
from appraisal.operation import Payer
from appraisal.payments import ORDER, payment_lines
from appraisal.pipeline import Appraisal, measure_many
from appraisal.scenario import load_case
from appraisal.study.hurdle import WORTH_OF
from appraisal.study.inputs import Indices, Vector
from appraisal.study.mechanism.level import Follows, changes, fixed, follows
from appraisal.study.mechanism.neutral import widened
from appraisal.study.mechanism.study import RATE_OF, Mechanism, Plants, Study, at_hurdle
from appraisal.study.search import Mask
from appraisal.units import Table

# Of the investment: so little of it counts as nothing when a project is held against its hurdle.
NEAR = 1e-9
_NEAR_COVER = 1e-9
# Who pays as the public: through a fee that is set for users, or from the budget.
PUBLIC: tuple[Payer, ...] = ("grid_users", "treasury")
_CHARGING = ("charging", "charging_vat")
_VARIED = ("number", "yearly")
# Stands for a level that is a number of the case; NaN would not do, being unlike itself.
_VARIES = -np.inf


@dataclass(frozen=True, kw_only=True)
class Rows:
    """What R rows come to; money in yuan including VAT, present values at the study's rate to the start of each project's construction.

    Attributes
    ----------
    rate, worth, cover : (R,)
        The rate of return (NaN where it is none), what the project is worth at the hurdle, the lowest debt-service cover (NaN without debt).
    margin : (R,)
        How far the project is beyond its hurdle, in units of what counts as nothing; it clears it from −1 on.
    investment : (R,)
        Present value of the investment.
    shifted_mwh : (R,)
        Discharged over the life, discounted as money is.
    borne : (R,)
        Present value of what the public bears of the cost of capital.
    saved : (R,)
        What moving energy earns less what it costs in the first operating year, yuan, at the prices of the case.
    paid : (R, P, Y)
        What every payer (in the order of ``Payer``) pays the project on balance: revenue and subsidies, what it bears of the cost
        of capital, less what the project pays for charging.
    first_year : int
        Calendar year of the first column.
    """

    rate: Vector
    worth: Vector
    cover: Vector
    margin: Vector
    investment: Vector
    shifted_mwh: Vector
    borne: Vector
    saved: Vector
    paid: Table
    first_year: int

    @property
    def clears(self) -> Mask:
        """(R,) whether each project is built."""
        return np.asarray(self.margin >= -1.0)


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A study at work: it keeps the cases that it has read.

    Attributes
    ----------
    study : Study
    progress : callable, optional
        Told the number of rows appraised so far.
    state : path → value
        Uncertain inputs that stand elsewhere than in the cases; a case that has no such number is left as it is.
    """

    study: Study
    progress: Callable[[int], object] | None = None
    state: Mapping[str, float] = field(default_factory=dict)
    _cases: dict[tuple[object, ...], tuple[Case, tuple[tuple[int, Follows], ...]]] = field(
        default_factory=dict, init=False, repr=False
    )

    _done: list[int] = field(default_factory=lambda: [0], init=False, repr=False)

    @property
    def cases(self) -> tuple[Case, ...]:
        """The cases with mechanisms that have been read so far."""
        return tuple(case for case, _ in self._cases.values())

    @cached_property
    def base(self) -> dict[str, Rows]:
        """Every project without any mechanism, by entry."""
        return {
            one.name: self.rows(one, (), np.arange(one.projects), np.zeros((one.projects, 0)))
            for one in self.study.plants
        }

    def rows(self, plants: Plants, mechanisms: Sequence[Mechanism], project: Indices, levels: Table) -> Rows:
        """Appraise projects of one entry under mechanisms.

        Parameters
        ----------
        plants : Plants
        mechanisms : sequence of Mechanism
            In force together, M of them.
        project : (R,)
            Number of the project of each row.
        levels : (R, M)

        Returns
        -------
        Rows

        Raises
        ------
        InputError
            If a case refuses a mechanism, with the mechanism's place in the study.
        """
        # A mechanism at its level of none in every row is left out: a grant of nothing is no grant, and a case refuses it.
        there = [place for place, one in enumerate(mechanisms) if (levels[:, place] != one.none).any()]
        mechanisms, levels = [mechanisms[place] for place in there], levels[:, there]
        variants, which = np.unique(_structural(mechanisms, levels), axis=0, return_inverse=True)
        parts = []
        for place, variant in enumerate(variants):
            mine = np.flatnonzero(which.reshape(-1) == place)
            parts.append((mine, self._block(plants, mechanisms, tuple(variant.tolist()), project[mine], levels[mine])))
        return _stacked(parts, len(project))

    def _block(
        self, plants: Plants, mechanisms: Sequence[Mechanism], variant: tuple[float, ...], project: Indices, levels: Table
    ) -> Rows:  # fmt: skip
        """Rows of one structure."""
        case, moved = self._case(plants, mechanisms, variant)
        values: dict[str, Table] = {path: column[project] for path, column in plants.drawn.items()}
        values |= {
            path: np.full((project.size, 1), value) for path, value in self.state.items() if path in _numbers(case)
        }
        values[RATE_OF[self.study.hurdle.metric]] = np.full((project.size, 1), float(self.study.hurdle.value[0, 0]))
        for place, one in moved:
            asked = one.factor * levels[:, [place]] + one.plus if place >= 0 else np.full((project.size, 1), one.plus)
            stands = values.get(one.path, case.at(one.path))
            values[one.path] = (
                asked if one.action == "set" else stands * asked if one.action == "scale" else stands + asked
            )
        for place, mechanism in enumerate(mechanisms):
            if mechanism.stated.ratio is not None:
                wanted = np.where(levels[:, [place]] == mechanism.none, np.nan, levels[:, [place]])
                at = f"mechanisms.{mechanism.name}.level"
                values |= widened(case, mechanism.stated.ratio, wanted, values, at)
        found = _Seen(self.study, project.size)
        metrics = (self.study.hurdle.metric, WORTH_OF[self.study.hurdle.metric], "dscr_min")
        block = case.vary(values)
        measured = measure_many(block, keys=metrics, progress=self._told, seen=found.take, also=found.lines(case))
        self._done[0] += project.size
        return found.rows({key: _long(measured[key].value, project.size) for key in metrics})

    def _told(self, done: int) -> None:
        """Pass on how many rows of the block at hand are done, with those of all blocks before."""
        if self.progress is not None:
            self.progress(self._done[0] + done)

    def _case(
        self, plants: Plants, mechanisms: Sequence[Mechanism], variant: tuple[float, ...]
    ) -> tuple[Case, tuple[tuple[int, Follows], ...]]:
        """The case of an entry with what is structure of the mechanisms, and what follows their levels in it."""
        key = (plants.name, *(one.name for one in mechanisms), variant)
        if key not in self._cases:
            self._cases[key] = self._read(plants, mechanisms, variant)
        return self._cases[key]

    def _read(
        self, plants: Plants, mechanisms: Sequence[Mechanism], variant: tuple[float, ...]
    ) -> tuple[Case, tuple[tuple[int, Follows], ...]]:
        if not mechanisms:
            return plants.case, ()
        made, moved = list(plants.changes), list[tuple[int, Follows]]()
        for place, (one, level) in enumerate(zip(mechanisms, variant, strict=True)):
            if one.stated.level is None and level == 0.0:
                continue
            made += changes(one.stated, one.strongest if level == _VARIES else level)
            moved += [(place, each) for each in follows(one.stated)] if level == _VARIES else []
            moved += [(-1, each) for each in fixed(one.stated)]
        try:
            case = at_hurdle(load_case(plants.file, made, self.study.library), self.study.hurdle)
        except InputError as error:
            raise self._refused(plants, mechanisms, error) from error
        self._refuse_unknown(plants, mechanisms, case, moved)
        return case, tuple(moved)

    def _refused(self, plants: Plants, mechanisms: Sequence[Mechanism], error: InputError) -> InputError:
        """That a case refuses mechanisms, at the first of them."""
        words = joined(fault.sentence() for fault in error.faults)
        message = said(
            "{entry} refuses {names}: {words}", "{entry} 不接受 {names}：{words}", entry=plants.name, names=", ".join(one.name for one in mechanisms), words=words
        )  # fmt: skip
        return InputError([Fault(where=str(self.study.file), path=f"mechanisms.{mechanisms[0].name}", message=message)])

    def _refuse_unknown(
        self, plants: Plants, mechanisms: Sequence[Mechanism], case: Case, moved: Sequence[tuple[int, Follows]]
    ) -> None:  # fmt: skip
        """Refuse a level or a factor of what is no number of the case."""
        told = said(
            "stands in the case of {entry} as no number that may differ by scenario", "在 {entry} 的算例中不是可随情景变化的数", entry=plants.name
        )  # fmt: skip
        known = _numbers(case)
        faults = [
            Fault(where=str(self.study.file), path=f"mechanisms.{mechanisms[max(place, 0)].name}.{each.action}.{each.path}", message=told)
            for place, each in moved if each.path not in known
        ]  # fmt: skip
        if faults:
            raise InputError(faults)


def _numbers(case: Case) -> set[str]:
    """Paths of the numbers of a case that may differ by scenario and that it states."""
    return {path for path, what, array in case.numbers() if what.kind in _VARIED and array is not None}


def _structural(mechanisms: Sequence[Mechanism], levels: Table) -> Table:
    """(R, M) the level where it is structure, that is there or not; ``_VARIES`` where it is a number of the case."""
    there = np.array([one.stated.level is None for one in mechanisms], dtype=bool)
    return np.where(there, levels, _VARIES)


def _long(values: Vector, rows: int) -> Vector:
    return np.array(np.broadcast_to(values, (rows,)))


@dataclass
class _Seen:
    """What is kept of each block of an appraisal."""

    study: Study
    count: int
    at: int = 0
    first_year: int = 0

    def lines(self, case: Case) -> tuple[str, ...]:
        """Lines of the books that are read."""
        return (
            *payment_lines(case),
            *(f"{label}.{line}" for label in case.streams for line in _CHARGING),
            "investment",
            "investment_outlay",
        )

    def take(self, result: Appraisal) -> None:
        """One more block, in the order of the rows."""
        rows, years = result.case.scenarios, periods(result.case.project).years
        if self.at == 0:
            self.first_year = int(periods(result.case.project).calendar_year[0, 0])
            self.paid = np.zeros((self.count, len(ORDER), years))
            self.investment, self.size, self.shifted, self.saved, self.borne = (np.zeros(self.count) for _ in range(5))
        part = slice(self.at, self.at + rows)
        books, held = result.statements, result.payments
        for place, payer in enumerate(ORDER):
            for money in (held.gross.get(payer), held.capital.get(payer)):
                if money is not None:
                    self.paid[part, place] += money
            for label, shares in held.shares.items():
                if payer in shares:
                    self.paid[part, place] -= shares[payer] * sum(books[f"{label}.{line}"] for line in _CHARGING)
        for payer in PUBLIC:
            if payer in held.capital:
                self.borne[part] += self._worth(held.capital[payer], rows)
        self.investment[part] = self._worth(books["investment_outlay"], rows)
        self.size[part] = books["investment"].sum(axis=1)
        self.shifted[part] = self._worth(result.operation.discharged_mwh, rows)
        moved, first = result.operation, periods(result.case.project).construction
        for sign, lines in ((1.0, moved.earned), (-1.0, moved.paid)):
            for line in lines.values():
                self.saved[part] += sign * line[:, first]
        self.at += rows

    def _worth(self, yearly: Table, rows: int) -> Vector:
        return _long(np.asarray(discount.present_value(self.study.discount_rate, yearly)), rows)

    def rows(self, metrics: dict[str, Vector]) -> Rows:
        """The rows as a whole."""
        hurdle = self.study.hurdle
        worth, cover = metrics[WORTH_OF[hurdle.metric]], metrics["dscr_min"]
        margin = worth / (NEAR * np.maximum(self.size, 1.0))
        if hurdle.dscr is not None:
            # A project without debt service has no cover, and is not judged by it.
            covered = np.where(np.isnan(cover), np.inf, (cover - hurdle.dscr[0, 0]) / _NEAR_COVER)
            margin = np.minimum(margin, covered)
        return Rows(
            rate=metrics[hurdle.metric], worth=worth, cover=cover, margin=margin, investment=self.investment, shifted_mwh=self.shifted, saved=self.saved, borne=self.borne,
            paid=self.paid, first_year=self.first_year,
        )  # fmt: skip


def _stacked(parts: Sequence[tuple[Indices, Rows]], count: int) -> Rows:
    """Rows of several structures in their own order."""
    if len(parts) == 1:
        return parts[0][1]
    years = max(rows.paid.shape[2] for _, rows in parts)
    made = {
        name: np.zeros(count)
        for name in ("rate", "worth", "cover", "margin", "investment", "shifted_mwh", "saved", "borne")
    }
    paid = np.zeros((count, len(ORDER), years))
    for mine, rows in parts:
        for name, column in made.items():
            column[mine] = getattr(rows, name)
        paid[mine, :, : rows.paid.shape[2]] = rows.paid
    return Rows(**made, paid=paid, first_year=parts[0][1].first_year)


def place_of(payer: Payer) -> int:
    """Place of a payer in ``Rows.paid``."""
    return ORDER.index(payer)
