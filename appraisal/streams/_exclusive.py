"""Streams that may not be paid for the same capacity, by dated rules of the library, with the amount at stake."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from appraisal.case import Case, Exclusion
from appraisal.case.periods import periods, whole_years
from appraisal.operation import Operation, Stream
from appraisal.streams._claims import NEARLY
from appraisal.units import Table, table


@dataclass(frozen=True, kw_only=True)
class Excluded:
    """A rule that a case meets: the stream that it shuts out, the other one, and what that is worth.

    ``yuan`` is the income of the shut-out part in the first operating year, including VAT, of a new plant that stands idle, in
    the scenario with the most, NaN where its terms cannot be settled; ``share`` is the part of rated power that is sold twice.
    """

    rule: Exclusion
    label: str
    other: str
    share: float
    yuan: float


def excluded(case: Case, kinds: Mapping[str, Stream], faulty: Container[str] = ()) -> Iterator[Excluded]:
    """The rules that a case meets in some scenario; *kinds* are its streams by label, *faulty* those with faults of their own."""
    for rule in case.exclusions:
        for label in [name for name, kind in kinds.items() if rule.sold in kind.goods(case, case.streams[name])]:
            mine = kinds[label].sold_share(case, case.streams[label])
            for other, twice in _twice(case, kinds, rule, label, mine):
                if (twice > NEARLY).any():
                    whole = table(np.nan) if label in faulty else _first_year(case, label, kinds[label])
                    yuan = whole * twice / np.where(mine > 0.0, mine, 1.0)
                    yield Excluded(
                        rule=rule, label=label, other=other, share=float(twice.max()), yuan=float(yuan.max())
                    )


def _twice(
    case: Case, kinds: Mapping[str, Stream], rule: Exclusion, label: str, mine: Table
) -> Iterator[tuple[str, Table]]:  # fmt: skip
    """(what stands against the stream, share of rated power that is sold twice), ``(S, 1)``."""
    if rule.term:
        # A stream without the flag is not asked: a rule that speaks of it binds those that have it.
        if getattr(case.streams[label], rule.term, False):
            yield rule.term, mine
        return
    for other, kind in kinds.items():
        if other != label and rule.other in kind.goods(case, case.streams[other]):
            # Shares that together leave room need not lie on each other.
            yield other, np.maximum(mine + kind.sold_share(case, case.streams[other]) - 1.0, 0.0)


def _first_year(case: Case, label: str, kind: Stream) -> Table:
    """What a stream pays a new plant that never moves in its first operating year, ``(S, 1)`` yuan including VAT."""
    plain = case if periods(case.project).plain else _plain(case)
    columns, storage = periods(plain.project), case.storage
    running = columns.operating * storage.availability
    still = Operation(
        running=running, soh=1.0 * columns.operating, usable_mwh=storage.energy_mwh * storage.depth_of_discharge * columns.operating,
        charged_mwh=0.0 * running, discharged_mwh=0.0 * running, cycles=0.0 * running, paid={}, earned={},
    )  # fmt: skip
    income = kind.settle(plain, case.streams[label], still).income
    return income[:, columns.construction : columns.construction + 1] if income.shape[1] > 1 else table(0.0)


def _plain(case: Case) -> Case:
    return replace(
        case, project=whole_years(case.project), capital=case.capital.model_copy(update={"spend_profile": None})
    )
