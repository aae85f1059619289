"""The settlements of a case with events: each era's own, laid on the columns in the share of time that it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from appraisal.case import Case
from appraisal.case.eras import laid, shares
from appraisal.case.periods import periods, whole_years
from appraisal.errors import Fault, InputError, Message, said
from appraisal.operation import Settlement
from appraisal.units import Table

_ONE_LINE = said(
    "what {label} is in the books (VAT rate, subsidy, tax) would change; end it and begin another under a name of its own",
    "{label} 在账表中的性质（税率、补贴、是否征税）将改变；请终止它，另以新名称开始一项", label="{label}"
)  # fmt: skip
_PAID = said(
    "{label} changes the price of equipment, which was paid before the event; state it in the case itself",
    "{label} 会改变设备价格，而设备款在事件之前已经支付；请写在算例本身", label="{label}"
)  # fmt: skip


def across_eras(case: Case, own: Sequence[Mapping[str, Settlement]]) -> dict[str, Settlement]:
    """One settlement a label out of those of every era in whole operating years.

    Parameters
    ----------
    case : Case
    own : sequence of label → Settlement
        By era, on plain columns.

    Returns
    -------
    label → Settlement
        On the columns of the project; a stream is paid in the months of the eras that have it. What changes the price
        of equipment is that of the case before any event.

    Raises
    ------
    InputError
        If one label would be another thing in the books, or an event would change what has been paid.
    """
    faults = []
    made = {}
    for label in dict.fromkeys(name for one in own for name in one):
        held = [one.get(label) for one in own]
        told = _unlike([one for one in held if one is not None]) or _paid_before(held)
        if told is not None:
            faults.append(Fault(path="events", message=said(str(told), told.zh, label=label)))
        made[label] = _laid(case, held)
    if faults:
        raise InputError(faults)
    return made


def _unlike(held: Sequence[Settlement]) -> Message | None:
    """Rates and nature are those of the label in every era."""
    first, *others = held
    rates = [name for name in first.tables() if name.endswith("vat_rate")]
    same = all(
        (one.subsidy, one.taxed) == (first.subsidy, first.taxed)
        and all(bool((getattr(one, name) == getattr(first, name)).all()) for name in rates)
        for one in others
    )
    return None if same else _ONE_LINE


def _paid_before(held: Sequence[Settlement | None]) -> Message | None:
    first, *others = held
    before = np.zeros((1, 1)) if first is None else first.capital_change
    changed = any(one is not None and (one.capital_change != before).any() for one in others)
    return _PAID if changed else None


def _laid(case: Case, held: Sequence[Settlement | None]) -> Settlement:
    """A settlement of every era on the columns; money that no era has stays one column of nothing."""
    columns, whole = periods(case.project), periods(whole_years(case.project))
    parts = shares(columns, case.eras)
    first = next(one for one in held if one is not None)
    money: dict[str, Any] = {}
    for name in first.tables():
        if name.endswith("vat_rate"):
            continue
        if name == "capital_change":
            money[name] = np.zeros((1, 1)) if held[0] is None else paid_in_building(case, held[0].capital_change)
            continue
        yearly = [np.zeros((1, 1)) if one is None else getattr(one, name) for one in held]
        if any(one.shape[1] > 1 or one.any() for one in yearly):
            money[name] = laid(columns, zip(parts, (_by_year(one, whole.construction) for one in yearly), strict=True))
    return replace(first, **money)


def paid_in_building(case: Case, change: Table) -> Table:
    """A change of the price of equipment on plain columns, laid on the months in which the project is paid."""
    columns = periods(case.project)
    if columns.plain or change.shape[1] == 1:
        return change
    total = np.zeros((len(change), 1))
    # Added in the order of the columns, so that a row has the same bits in any block.
    for column in range(change.shape[1]):
        total += change[:, column : column + 1]
    return total * columns.spend(case.capital.spend_profile)


def _by_year(yearly: Table, construction: int) -> Table:
    """The operating years of a table on plain columns; one amount for all stays one."""
    return yearly if yearly.shape[1] == 1 else yearly[:, construction:]
