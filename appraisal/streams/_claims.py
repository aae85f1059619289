"""What streams set aside, against what the plant has: the double-count audit of power, hours and energy.

Power is judged at each step of a day, energy over the day. What is sold beyond the whole plant is refused with the
streams and the hours, or scaled down where ``market.oversold`` asks for it: each such stream by one factor, the same in
all its months, on all the terms that make up its claim (``Stream.claim_terms``), so that what it is paid falls with what
it holds. A claim without such terms stands as it is, and the others share what it leaves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from appraisal.case import Case
from appraisal.case.windows import ALL_MONTHS
from appraisal.clock import days_clock
from appraisal.errors import Message, joined, said, verbatim
from appraisal.operation import Claim, Stream
from appraisal.units import DAYS_PER_YEAR, MINUTES_PER_HOUR, Table, table

# What streams set aside is judged on the quarters of a day of each month.
DAY = days_clock([(month, "any", DAYS_PER_YEAR / len(ALL_MONTHS)) for month in ALL_MONTHS], 96)
# Beyond the whole plant by less is rounding.
NEARLY = 1e-12


@dataclass(frozen=True, kw_only=True)
class Held:
    """Shares of rated power ``(S, N)`` and of usable energy ``(S, 1)`` that each stream sets aside, by label.

    ``hour`` ``(1, N)`` is when each step begins, ``step_hours`` its length.
    """

    power: Mapping[str, Table]
    energy: Mapping[str, Table]
    hour: Table
    step_hours: float

    @property
    def all_power(self) -> Table:
        """Share of rated power that all streams set aside together at each step, ``(S, N)``."""
        return sum(self.power.values(), np.zeros_like(self.hour))

    @property
    def all_energy(self) -> Table:
        """Share of usable energy that all streams set aside together, ``(S, 1)``."""
        return sum(self.energy.values(), table(0.0))

    def factors(self, fixed: Collection[str] = ()) -> dict[str, Table]:
        """What each stream's claim is multiplied by for all of them to fit, ``(S, 1)``, at most 1.

        Claims of *fixed* labels stand as they are, the others share what these leave: factor = min over the hours that
        the stream holds of (1 − Σ fixed) ÷ Σ others then, and likewise of energy. Each claim shrinks as a whole, so that
        power and energy keep their ratio; then Σ fixed + Σ p·f ≤ Σ fixed + (Σ p)·(1 − Σ fixed) ÷ Σ p = 1 at every step.
        """
        power, energy = _fit(self.power, self.all_power, fixed), _fit(self.energy, self.all_energy, fixed)
        found = {}
        for label, share in self.power.items():
            if label not in fixed:
                tightest = np.where(share > 0.0, power, 1.0).min(axis=1, keepdims=True)
                found[label] = np.asarray(np.minimum(tightest, np.where(self.energy[label] > 0.0, energy, 1.0)))
        return found

    def only(self, labels: Collection[str]) -> Held:
        """The claims of these streams alone."""
        of = [{label: share for label, share in one.items() if label in labels} for one in (self.power, self.energy)]
        return replace(self, power=of[0], energy=of[1])

    def oversold(self) -> Message | None:
        """What is sold beyond the whole plant in some scenario: streams, shares and hours; None where nothing is."""
        parts = [*_power(self), *_energy(self)]
        return joined(parts) if parts else None


def _fit(shares: Mapping[str, Table], total: Table, fixed: Collection[str]) -> Table:
    """What claims that give way are multiplied by at each step, ``(S, N)``: 1 where all fit, but for rounding."""
    stands = sum((share for label, share in shares.items() if label in fixed), np.zeros((1, 1)))
    rest = total - stands
    left = np.maximum(1.0 - stands, 0.0) * np.ones_like(rest)
    return np.divide(left, rest, out=np.ones_like(rest), where=(total > 1.0 + NEARLY) & (rest > 0.0))


def held(claims: Mapping[str, Sequence[Claim]], hour: Table, step_hours: float) -> Held:
    """The claims of streams by label, on steps that begin at *hour* ``(1, N)``."""
    power = {
        label: sum((one.power_share for one in ones), np.zeros_like(hour)) for label, ones in claims.items() if ones
    }
    energy = {label: sum((one.energy_share for one in claims[label]), table(0.0)) for label in power}
    return Held(power=power, energy=energy, hour=hour, step_hours=step_hours)


def claimed(case: Case, kinds: Mapping[str, Stream]) -> Held:
    """What the enabled streams of a case set aside on the quarters of a day of each month; *kinds* are its streams by label."""
    claims = {
        label: _by_month(kind.claims(case, case.streams[label], DAY.hour, DAY.step_hours))
        for label, kind in kinds.items()
    }
    return held(claims, DAY.hour, DAY.step_hours)


def _by_month(claims: Iterable[Claim]) -> list[Claim]:
    """Claims whose power is 0 in months that are not theirs."""
    return [replace(one, power_share=one.power_share * np.isin(DAY.month, one.months)[None, :]) for one in claims]


def _power(found: Held) -> Iterable[Message]:
    total = found.all_power
    if not (total > 1.0 + NEARLY).any():
        return
    row = int(total.max(axis=1).argmax())
    share = float(total[row].max())
    steps = np.flatnonzero(total[row] >= share - 1e-9)
    at = int(steps[0])
    yield said(
        "streams set aside {share:.3g} of the rated power at {hours}: {parts}; at most 1",
        "{hours} 各项收入预留的功率合计为额定功率的 {share:.3g} 倍：{parts}；至多为 1",
        share=share, hours=windows_said(found.hour[0, steps], found.step_hours),
        parts=_parts({label: float(power[min(row, len(power) - 1), at]) for label, power in found.power.items()}),
    )  # fmt: skip


def _energy(found: Held) -> Iterable[Message]:
    total = found.all_energy
    if not (total > 1.0 + NEARLY).any():
        return
    row = int(total[:, 0].argmax())
    yield said(
        "streams set aside {share:.3g} of the usable energy: {parts}; at most 1",
        "各项收入预留的电量合计为可用电量的 {share:.3g} 倍：{parts}；至多为 1",
        share=float(total[row, 0]),
        parts=_parts({label: float(energy[min(row, len(energy) - 1), 0]) for label, energy in found.energy.items()}),
    )  # fmt: skip


def _parts(shares: Mapping[str, float]) -> str:
    return " + ".join(f"{label} {share:.3g}" for label, share in shares.items() if share > 0.0)


def windows_said(hours: Table, step_hours: float) -> Message:
    """Steps of the day, as windows: ``08:00–12:00, 18:00–22:00``.

    Examples
    --------
    >>> windows_said(np.array([8.0, 8.5, 20.0]), 0.5)
    '08:00–09:00, 20:00–20:30'
    """
    begins = np.unique(hours)
    breaks = np.flatnonzero(np.diff(begins) > step_hours + 1e-9)
    firsts, lasts = begins[np.r_[0, breaks + 1]], begins[np.r_[breaks, len(begins) - 1]] + step_hours
    return verbatim(", ".join(f"{_clock(first)}–{_clock(last)}" for first, last in zip(firsts, lasts, strict=True)))


def _clock(hour: float) -> str:
    minutes = round(hour * MINUTES_PER_HOUR)
    return f"{minutes // int(MINUTES_PER_HOUR):02d}:{minutes % int(MINUTES_PER_HOUR):02d}"


def scaled(case: Case, terms_of: Mapping[str, Sequence[str]], factors: Mapping[str, Table]) -> Case:
    """The case with the named terms of its streams multiplied by their factors."""
    changed: dict[str, Any] = {}
    for section in ("revenue", "support"):
        changed[section] = {
            label: terms.model_copy(update={name: getattr(terms, name) * factors[label] for name in terms_of[label]})
            if label in factors and (factors[label] < 1.0).any()
            else terms
            for label, terms in getattr(case, section).items()
        }
    return replace(case, **changed)
