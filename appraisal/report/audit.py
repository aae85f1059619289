"""The double-count audit: what each stream holds of power, hours and energy, against what the plant has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from appraisal.errors import InputError, Message, verbatim
from appraisal.operation import Good, Stream
from appraisal.pipeline import Appraisal
from appraisal.report.days import dispatched, moved_share
from appraisal.report.eras import eras_of, first_era
from appraisal.streams import kinds
from appraisal.streams._claims import DAY, claimed, windows_said
from appraisal.text import GOODS, word

if TYPE_CHECKING:
    import pandas as pd

_HEADS = {
    "stream": ("收入项", "Stream"), "sells": ("出售内容", "Sells"), "power": ("占用功率（最大）", "Rated power held, most"),
    "hours": ("时段", "Hours of the day"), "count": ("占用小时数（每日）", "Hours held a day"), "energy": ("占用电量", "Usable energy held"),
    "factor": ("缩减系数", "Scaled down to"), "era": ("时期", "Period"),
}  # fmt: skip
_MOVED = ("充放电（优化运行）", "Charging and discharging, as dispatched")
_TOTAL = ("合计（同一时段最大）", "All together, most in one step")


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What one stream, the dispatch, or all of them take of the plant.

    ``power`` is the most in any step and ``energy`` all day, shares of rated power and usable energy; ``hours`` are the
    windows of the day, ``count`` how many hours a day; ``factor`` is 1 unless the claim was scaled down.
    """

    label: str
    name: Message
    sells: tuple[Good, ...]
    power: float
    energy: float
    hours: Message
    count: float
    factor: float = 1.0


def audit(result: Appraisal, row: int = 0) -> tuple[Taken, ...]:
    """Every stream of a scenario, then the dispatch where there is one, then all together.

    Parameters
    ----------
    result : Appraisal
    row : int
        Scenario.

    Returns
    -------
    tuple of Taken
        Where there are events, of the first era: :func:`appraisal.report.eras.eras_of` gives each as a result. The last is the sum of claims and flows in the fullest step of the year, at most 1 of rated power.
    """
    result = first_era(result)
    case = result.case.rows(slice(row, row + 1))
    of = kinds(case)
    found = claimed(case, of)
    taken = []
    for label, kind in of.items():
        power = found.power.get(label, np.zeros_like(DAY.hour))[0]
        held = power > 0.0
        factor = result.pro_rated.get(label)
        taken.append(Taken(
            label=label, name=named(label, kind), sells=kind.goods(case, case.streams[label]), power=float(power.max()),
            energy=float(found.energy[label][0, 0]) if label in found.energy else 0.0,
            hours=windows_said(DAY.hour[0, held], DAY.step_hours) if held.any() else verbatim("—"), count=float(len(np.unique(DAY.hour[0, held])) * DAY.step_hours),
            factor=1.0 if factor is None else float(factor[row if len(factor) > 1 else 0, 0]),
        ))  # fmt: skip
    moved = _moved(result, row)
    held_power, held_energy = float(found.all_power.max()), float(found.all_energy.max())
    if moved is not None:
        taken.append(moved[0])
    most = max(held_power, moved[1]) if moved is not None else held_power
    whole = Message(*reversed(_TOTAL))
    return (
        *taken,
        Taken(label="total", name=whole, sells=(), power=most, energy=held_energy, hours=verbatim(""), count=0.0),
    )


def named(label: str, kind: Stream) -> Message:
    """The kind of a stream, with its label where that says which of several it is."""
    if label == kind.title:
        return Message(kind.en, kind.zh)
    return Message(f"{kind.en} ({label})", f"{kind.zh}（{label}）")


def _moved(result: Appraisal, row: int) -> tuple[Taken, float] | None:
    """What charging and discharging take, and the most that they take together with the claims; None without a dispatch."""
    try:
        solved = dispatched(result, row)
    except InputError:
        return None
    flows, with_claims = moved_share(result, row)
    days = solved.problem.clock.weight.sum()
    hours = float(((flows > 1e-9) * solved.problem.clock.step_weight[0]).sum() * solved.problem.clock.step_hours / days)
    name = Message(*reversed(_MOVED))
    one = Taken(
        label="dispatch",
        name=name,
        sells=("energy",),
        power=float(flows.max()),
        energy=0.0,
        hours=verbatim(""),
        count=hours,
    )
    return one, float(with_claims.max())


def audit_table(result: Appraisal, lang: str = "en", row: int = 0) -> pd.DataFrame:
    """The audit as a table of text: a row a stream, the dispatch, all together; of every era where there are events."""
    import pandas as pd

    heads = {key: word(_HEADS, key, lang) for key in _HEADS}
    rows = []
    for era in eras_of(result):
        period = {heads["era"]: era.name.text(lang)} if result.case.eras else {}
        rows += [period | _row(one, heads, lang) for one in audit(era.result, row)]
    return pd.DataFrame(rows)


def _row(one: Taken, heads: dict[str, str], lang: str) -> dict[str, str]:
    sells = ("、" if lang == "zh" else ", ").join(word(GOODS, good, lang) for good in one.sells)
    return {
        heads["stream"]: one.name.text(lang), heads["sells"]: sells or "—", heads["power"]: f"{one.power:.1%}", heads["energy"]: f"{one.energy:.1%}",
        heads["hours"]: one.hours.text(lang) or "—", heads["count"]: f"{one.count:.1f}" if one.label != "total" else "—",
        heads["factor"]: f"{one.factor:.3f}" if one.factor < 1.0 else "—",
    }  # fmt: skip
