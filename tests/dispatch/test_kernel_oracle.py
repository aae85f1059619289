"""The exact kernel against HiGHS on random problems: independent code, no shared formula.

Money is compared relative to 1e-9 of itself plus 1e-9 (absolute, for optima near 0). Every schedule is also checked
against the problem's own constraints, so the value compared is one that a plant can earn.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import oracle_lp
import pytest

from appraisal.dispatch import Dispatch, price_taker

RELATIVE = 1e-9
ABSOLUTE = 1e-9
PRICES = ("uniform", "blocks", "ties", "flat", "negative", "negative blocks", "negative ties")


def _prices(kind: str, steps: int, draw: np.random.Generator) -> np.ndarray:
    """A price series of a kind that makes trouble of its own."""
    blocks = np.minimum(np.arange(steps) // int(draw.integers(2, 9)), 40)
    return {
        "uniform": lambda: draw.uniform(1.0, 100.0, steps),
        "blocks": lambda: draw.uniform(20.0, 90.0, 41)[blocks],
        "ties": lambda: 20.0 * draw.integers(1, 5, steps),
        "flat": lambda: np.full(steps, 50.0),
        "negative": lambda: draw.normal(15.0, 30.0, steps),
        "negative blocks": lambda: draw.normal(0.0, 30.0, 41)[blocks],
        "negative ties": lambda: 20.0 * draw.integers(-3, 4, steps),
    }[kind]()


def _case(seed: int, end: str, steps: int) -> dict[str, Any]:
    """A random problem; every third has limits by the step with zeros among them, every third sells below buying."""
    draw = np.random.default_rng([seed, steps, len(end)])
    buy = _prices(PRICES[seed % len(PRICES)], steps, draw)
    energy = float(draw.choice([0.0, 0.5, 1.0, 2.0, 4.0, 10.0], p=[0.02, 0.18, 0.2, 0.2, 0.2, 0.2]))
    limits = draw.choice([0.0, 0.5, 1.0, 2.0, 7.0], 2, p=[0.02, 0.28, 0.3, 0.3, 0.1])
    by_step = seed % 3 == 0
    case = {
        "buy": buy,
        "sell": None if seed % 3 else buy - draw.normal(2.0, 6.0, steps),
        "step_hours": float(draw.choice([0.25, 0.5, 1.0])),
        "charge_mw": draw.uniform(0.0, 2.0, steps) * (draw.random(steps) < 0.8) if by_step else float(limits[0]),
        "discharge_mw": draw.uniform(0.0, 2.0, steps) * (draw.random(steps) < 0.8) if by_step else float(limits[1]),
        "energy_mwh": energy,
        "charge_efficiency": float(draw.choice([1.0, 0.95, 0.9])),
        "discharge_efficiency": float(draw.choice([1.0, 0.95, 0.87])),
        "throughput_cost": float(draw.choice([0.0, 3.0])),
    }
    if end == "cyclic":
        return case | {"cyclic": True}
    case["start_mwh"] = float(draw.uniform(0.0, energy))
    return case | ({"end_mwh": case["start_mwh"]} if end == "fixed" else {})


def assert_feasible(found: Dispatch, case: dict[str, Any]) -> None:
    """Limits, the store's balance, one direction at a time, and the money of the schedule."""
    charge, discharge, soc = found.charge_mw, found.discharge_mw, found.soc_mwh
    hours, energy = case["step_hours"], case["energy_mwh"]
    near = 1e-9 * max(1.0, energy)
    assert (charge >= 0.0).all()
    assert (discharge >= 0.0).all()
    assert (charge <= case["charge_mw"]).all()
    assert (discharge <= case["discharge_mw"]).all()
    assert (soc >= 0.0).all()
    assert (soc <= energy).all()
    assert not (charge * discharge).any()
    start = soc[-1] if case.get("cyclic") else case["start_mwh"]
    flow = charge * hours * case["charge_efficiency"] - discharge * hours / case["discharge_efficiency"]
    np.testing.assert_allclose(start + np.cumsum(flow), soc, rtol=0.0, atol=near)
    if "end_mwh" in case:
        assert soc[-1] == pytest.approx(case["end_mwh"], abs=near)
    sell = case["buy"] if case["sell"] is None else case["sell"]
    money = hours * ((sell - case["throughput_cost"]) @ discharge - case["buy"] @ charge)
    assert found.value == pytest.approx(money, rel=1e-12, abs=1e-9)


@pytest.mark.parametrize("end", ["free", "fixed", "cyclic"])
@pytest.mark.parametrize("seed", range(140))
def test_kernel_random_problem_equals_highs(seed: int, end: str) -> None:
    """The optimum is HiGHS's (a MILP with relative gap 0 where prices invite both directions at once)."""
    steps = int(np.random.default_rng(seed).integers(1, 61))
    case = _case(seed, end, steps)
    found = price_taker(**case)
    assert_feasible(found, case)
    assert found.value == pytest.approx(oracle_lp.exclusive(**case), rel=RELATIVE, abs=ABSOLUTE)


@pytest.mark.parametrize("end", ["free", "fixed", "cyclic"])
@pytest.mark.parametrize("seed", range(7))
def test_kernel_long_problem_equals_highs(seed: int, end: str) -> None:
    """The same over some hundred steps."""
    negative = PRICES[seed].startswith("negative")
    case = _case(seed, end, 96 if negative else 400)
    found = price_taker(**case)
    assert_feasible(found, case)
    assert found.value == pytest.approx(oracle_lp.exclusive(**case), rel=RELATIVE, abs=ABSOLUTE)


@pytest.mark.parametrize("seed", range(40))
def test_kernel_long_duration_cycle_equals_highs(seed: int) -> None:
    """A store that no cycle fills has no full or empty moment to open the cycle at: the price at the seam is searched."""
    draw = np.random.default_rng(seed)
    case = _case(seed, "cyclic", int(draw.integers(2, 50)))
    case["energy_mwh"] = float(draw.uniform(5.0, 20.0))
    found = price_taker(**case)
    assert_feasible(found, case)
    assert found.soc_mwh.min() == 0.0
    assert found.value == pytest.approx(oracle_lp.exclusive(**case), rel=RELATIVE, abs=ABSOLUTE)


def test_oracle_negative_price_linear_problem_burns_energy() -> None:
    """The oracle's binaries bind: a full store is paid for charging only by discharging at once.

    Closed form: at -10 a MWh with efficiencies 1 and 0.5, buying 1 MWh and selling 0.5 of it earns 10 - 5 = 5.
    """
    case = {"buy": np.array([-10.0]), "sell": None, "step_hours": 1.0, "charge_mw": 1.0, "discharge_mw": 1.0}
    case |= {"energy_mwh": 1.0, "charge_efficiency": 1.0, "discharge_efficiency": 0.5, "start_mwh": 1.0, "end_mwh": 1.0}
    assert oracle_lp.linear(**case) == pytest.approx(5.0)
    assert oracle_lp.exclusive(**case) == pytest.approx(0.0)
    assert price_taker(**case).value == 0.0
