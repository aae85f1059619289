"""Random dispatch problems with every option of the kernel, and the same problems in the words of the oracle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import oracle_lp

from appraisal.dispatch.coupled import Coupling, solve_coupled
from appraisal.dispatch.cycles import Monthly, solve_capped
from appraisal.dispatch.kernel import solve_rows
from appraisal.dispatch.peak import Rebate, solve_peaks
from appraisal.dispatch.tiers import PeakCost
from appraisal.errors import NoSolutionError

RELATIVE = 1e-9
KINDS = ("rows", "peaks", "capped", "capped peaks", "rebate", "coupled")
NEGATIVE = 2


@dataclass
class Instance:
    """Prices and plant as the product takes them, runs as the oracle does."""

    buy: np.ndarray
    sell: np.ndarray
    plant: dict[str, Any]
    runs: list[dict[str, Any]]
    cyclic: bool
    weight: np.ndarray
    month: np.ndarray

    @property
    def common(self) -> dict[str, Any]:
        """What the oracle is told of all runs together."""
        weight, month = self.weight.tolist(), self.month.tolist()
        return {"step_hours": self.plant["step_hours"], "weight": weight, "month": month, "cyclic": self.cyclic}


@dataclass
class Answer:
    """The product's money and schedule; ``None`` where it says that there is no solution."""

    value: float | None
    charge: np.ndarray
    discharge: np.ndarray
    soc: np.ndarray


def prices(draw: np.random.Generator, kind: int, shape: tuple[int, int]) -> np.ndarray:
    """Uniform, tied, often negative, or flat."""
    if kind == NEGATIVE:
        return draw.normal(15.0, 30.0, shape)
    return [draw.uniform(10.0, 100.0, shape), 20.0 * draw.integers(1, 5, shape), None, np.full(shape, 50.0)][kind]  # type: ignore[return-value]


def plant(draw: np.random.Generator, runs: int, steps: int, kind: int) -> Instance:
    """One plant: limits by the step or flat, net ranges that may exclude 0, a window, self-discharge, any end."""
    shape, hours = (runs, steps), float(draw.choice([0.25, 0.5, 1.0]))
    buy = prices(draw, kind, shape)
    sell = buy.copy() if draw.random() < 0.5 else buy - np.abs(draw.normal(2.0, 6.0, shape))
    energy = float(draw.choice([0.5, 1.0, 2.0, 4.0, 10.0]))
    lowest = float(draw.choice([0.0, 0.0, 0.1, 0.3])) * energy
    charge, discharge = (
        draw.uniform(0.0, 2.0, shape) if draw.random() < 0.4 else np.full(shape, float(draw.choice([0.5, 1.0, 2.0])))
        for _ in range(2)
    )
    leak = float(draw.choice([0.0, 0.0, 0.002, 0.05, 0.3]))
    low, high = np.full(shape, -np.inf), np.full(shape, np.inf)
    if draw.random() < 0.5:
        low = draw.normal(-1.5, 0.8, shape)
        high = np.maximum(low + draw.uniform(0.2, 3.0, shape), -discharge)
        low = np.minimum(np.minimum(low, charge), high)
    wear, gain, loss = (float(draw.choice(of)) for of in ([0.0, 3.0], [1.0, 0.95, 0.9], [1.0, 0.95, 0.87]))
    end, start = str(draw.choice(["free", "fixed", "cyclic"])), lowest + float(draw.random()) * (energy - lowest)
    told = {
        "step_hours": hours, "charge_mw": charge, "discharge_mw": discharge, "energy_mwh": energy, "charge_efficiency": gain,
        "discharge_efficiency": loss, "throughput_cost": wear, "lowest_mwh": lowest, "self_discharge": leak,
        "net_low_mw": low, "net_high_mw": high,
    } | {"free": {"start_mwh": start}, "fixed": {"start_mwh": start, "end_mwh": start}, "cyclic": {"cyclic": True}}[end]  # fmt: skip
    keep, last = (1.0 - leak) ** hours, start if end == "fixed" else None
    fixed = {
        "energy": energy,
        "lowest": lowest,
        "gain": gain,
        "loss": loss,
        "wear": wear,
        "keep": keep,
        "start": start,
        "end": last,
    }
    listed = [
        {"buy": buy[r], "sell": sell[r], "charge": charge[r], "discharge": discharge[r], "low": low[r], "high": high[r]}
        | {"head": np.zeros(steps)} | fixed
        for r in range(runs)
    ]  # fmt: skip
    month = np.array([0] + [int(draw.integers(0, 2))] * (runs - 1))
    return Instance(buy, sell, told, listed, end == "cyclic", draw.integers(1, 5, runs).astype(float), month)


def _site(draw: np.random.Generator, made: Instance) -> tuple[dict[str, Any], dict[str, Any]]:
    """A load, sometimes PV, and a convex cost of the peak: for the product and for the oracle."""
    months, tiers = int(made.month.max()) + 1, int(draw.integers(1, 4))
    begins = np.sort(draw.uniform(0.0, 4.0, (months, tiers)), axis=1)
    price = np.sort(draw.uniform(0.0, 200.0, (months, tiers)) * (draw.random((months, tiers)) < 0.8), axis=1)
    load = np.maximum(draw.normal(2.0, 1.0, made.buy.shape), 0.0)
    pv = np.maximum(draw.normal(0.0, 1.0, made.buy.shape), 0.0) * (draw.random() < 0.5)
    for run, head in zip(made.runs, pv - load, strict=True):
        run["head"] = head
    told = {g: list(zip(begins[g], price[g], strict=True)) for g in range(months)}
    return {"cost": PeakCost(begins, price), "load_mw": load, "pv_mw": pv}, told


def pair(kind: str, seed: int) -> tuple[Instance, Answer, float | None]:
    """A problem of a kind, the product's answer and the oracle's money."""
    draw = np.random.default_rng([seed, KINDS.index(kind)])
    runs = 1 if kind == "rows" else int(draw.integers(1, 4))
    steps = int(draw.integers(2, 12 if kind in ("rebate", "coupled") else 30))
    price = int(draw.integers(0, 4))
    if price == NEGATIVE and kind not in ("rows", "capped") and draw.random() < 0.7:
        price = 0
    made = plant(draw, runs, steps, price)
    try:
        product, oracle = _ASK[kind](draw, made)
    except NoSolutionError:
        nothing = np.zeros((0, 0))
        return made, Answer(None, nothing, nothing, nothing), _REPEAT.pop()()
    return made, product, oracle()


_REPEAT: list[Any] = []


def _later(ask: Any) -> Any:
    """The oracle's question, kept for where the product refuses."""
    _REPEAT[:] = [ask]
    return ask


def _rows(_: np.random.Generator, made: Instance) -> Any:
    made.weight, made.month = np.ones(1), np.zeros(1, dtype=np.int64)
    ask = _later(lambda: oracle_lp.coupled(made.runs, **made.common))
    value, *flows = solve_rows(made.buy, made.sell, **made.plant)
    return Answer(float(value[0]), *flows), ask


def _peaks(draw: np.random.Generator, made: Instance) -> Any:
    site, tiers = _site(draw, made)
    ask = _later(lambda: oracle_lp.coupled(made.runs, tiers=tiers, **made.common))
    found = solve_peaks(made.buy, made.sell, group=made.month, weight=made.weight, **site, **made.plant)
    return Answer(float(found.value.sum()), found.charge, found.discharge, found.soc), ask


def _capped(draw: np.random.Generator, made: Instance, site: dict[str, Any] | None = None, tiers: Any = None) -> Any:
    cap = float(draw.uniform(0.0, 1.2) * draw.choice([0.2, 1.0]) * made.weight.sum() * made.plant["energy_mwh"])
    ask = _later(lambda: oracle_lp.coupled(made.runs, cap=cap, tiers=tiers, **made.common))
    monthly = None if site is None else Monthly(group=made.month, **site)
    owner = np.zeros(len(made.buy), dtype=np.int64)
    found = solve_capped(
        made.buy, made.sell, most_mwh=cap, owner=owner, weight=made.weight, monthly=monthly, **made.plant
    )
    moved = made.plant["step_hours"] * float(made.weight @ found.discharge.sum(axis=1))
    assert moved <= cap * (1.0 + RELATIVE) + RELATIVE
    return Answer(float(found.value[0]), found.charge, found.discharge, found.soc), ask


def _rebate(draw: np.random.Generator, made: Instance) -> Any:
    site, tiers = _site(draw, made)
    months, share = int(made.month.max()) + 1, float(draw.choice([0.9, 0.5]))
    wanted = draw.uniform(-1.0, 2.0, months) * made.weight.sum()

    def branches() -> float | None:
        total = 0.0
        for g in range(months):
            rows = [r for r in range(len(made.runs)) if made.month[r] == g]
            told = made.common | {"weight": [made.weight[r] for r in rows], "month": [0] * len(rows)}
            worth = [
                oracle_lp.coupled(
                    [made.runs[r] for r in rows], tiers={0: [(at, rate * part) for at, rate in tiers[g]]}, net={0: net}, **told
                )
                for part, net in ((1.0, (-np.inf, wanted[g])), (share, (wanted[g], np.inf)))
            ]  # fmt: skip
            known = [one for one in worth if one is not None]
            if not known:
                return None
            total += max(known)
        return total

    ask = _later(branches)
    rebate = Rebate(share, wanted)
    found = solve_peaks(made.buy, made.sell, group=made.month, weight=made.weight, rebate=rebate, **site, **made.plant)
    return Answer(float(found.value.sum()), found.charge, found.discharge, found.soc), ask


def _coupled(draw: np.random.Generator, made: Instance) -> Any:
    energy, made.month = made.plant["energy_mwh"], np.arange(len(made.buy))
    bent: dict[str, Any] = {"chained": bool(draw.random() < 0.4)}
    told: dict[str, Any] = dict(bent)
    site, tiers = _site(draw, made) if draw.random() < 0.5 else ({}, None)
    for name in ("charge", "discharge"):
        if draw.random() < 0.4:
            first, peak, last = draw.uniform(0.2, 1.0), draw.uniform(1.0, 1.5), draw.uniform(0.0, 1.0)
            half, up, down = 0.5 * energy, (peak - first) / (0.5 * energy), (last - peak) / (0.5 * energy)
            bent[f"{name}_curve"] = np.array([[0.0, first], [half, peak], [energy, last]])
            told[f"{name}_lines"] = [(up, first), (down, peak - down * half)]
    if draw.random() < 0.4:
        least = (float(draw.uniform(0.0, 0.6)), float(draw.uniform(0.0, 0.6)))
        bent["least_charge_mw"], bent["least_discharge_mw"], told["least"] = *least, least
    if draw.random() < 0.3:
        bent["most_mwh"] = told["cap"] = float(draw.uniform(0.0, 2.0) * energy)
    ask = _later(lambda: oracle_lp.coupled(made.runs, tiers=tiers, **told, **made.common))
    joined = Coupling(weight=made.weight, group=made.month, cost=site.pop("cost", None), **bent)
    found = solve_coupled(made.buy, made.sell, coupling=joined, **site, **made.plant)
    return Answer(found.value, found.charge, found.discharge, found.soc), ask


def _both(draw: np.random.Generator, made: Instance) -> Any:
    return _capped(draw, made, *_site(draw, made))


_ASK = {
    "rows": _rows, "peaks": _peaks, "capped": _capped, "capped peaks": _both, "rebate": _rebate, "coupled": _coupled
}  # fmt: skip


def assert_equal(made: Instance, product: Answer, oracle: float | None) -> None:
    """Both refuse, or both name the same money, relative to 1e-9 of it or of the money moved."""
    if product.value is None or oracle is None:
        assert product.value is None, product.value
        assert oracle is None, oracle
        return
    moved = made.plant["step_hours"] * float((np.abs(made.buy) * (product.charge + product.discharge)).sum())
    assert abs(product.value - oracle) <= RELATIVE * max(1.0, abs(oracle), moved), (product.value, oracle)


def assert_physical(made: Instance, product: Answer) -> None:
    """One direction at a time, limits and the window kept, every MWh accounted for."""
    if product.value is None:
        return
    told, near = made.plant, 1e-9 * max(1.0, made.plant["energy_mwh"])
    charge, discharge, soc = product.charge, product.discharge, product.soc
    net = charge - discharge
    assert not (charge * discharge).any()
    assert (charge >= 0.0).all()
    assert (discharge >= 0.0).all()
    for high, low in (
        (charge, told["charge_mw"]), (discharge, told["discharge_mw"]), (net, told["net_high_mw"]), (-net, -told["net_low_mw"])
    ):  # fmt: skip
        assert (high <= low + near).all()
    assert (soc >= told["lowest_mwh"] - near).all()
    assert (soc <= told["energy_mwh"] + near).all()
