"""A wider peak–valley ratio keeps the average price of a load: a day by hand, and the law on drawn prices and loads."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import made, plant

from appraisal.case import Case
from appraisal.errors import InputError
from appraisal.pipeline import appraise
from appraisal.study.mechanism.file import Ratio
from appraisal.study.mechanism.neutral import average_price, present_ratio, scales


def priced(day: list[float]) -> Case:
    """A grid-side plant on one day of 24 prices, all the year."""
    return made(plant({"market": {"typical_days": [{"buy_yuan_per_kwh": day}]}}))


def brought(case: Case, ratio: Ratio, *wanted: float) -> Case:
    """The case at ratios, one a row; NaN leaves it as it is."""
    return case.vary(scales(case, ratio, np.array(wanted)[:, None], "level"))


def test_ratio_by_hand() -> None:
    """12 h at 0.2, 12 h at 0.6: mean 0.4, ratio 3. For 5, s = 0.4 · 4 / (0.2 + 5 · 0.2) = 4/3: prices 0.4 ∓ 0.8/3. A load of 1 MW in the cheap and 3 MW
    in the dear hours paid 0.5 and would pay (0.4 − 0.8/3 + 3 (0.4 + 0.8/3)) / 4 = 1.6/3; the level that keeps 0.5 is 0.9375.
    """
    case, load = priced([0.2] * 12 + [0.6] * 12), Ratio(load_mw=[1.0] * 12 + [3.0] * 12)
    assert case.prices is not None
    assert present_ratio(case.prices) == pytest.approx(3.0, rel=1e-12)
    found = brought(case, load, 5.0, 3.0, np.nan)
    np.testing.assert_allclose(found.market.spread_scale[:, 0], [4 / 3, 1.0, 1.0], rtol=1e-12)
    np.testing.assert_allclose(found.market.price_scale[:, 0], [0.9375, 1.0, 1.0], rtol=1e-12)
    np.testing.assert_allclose(average_price(load, found)[:, 0], 0.5, rtol=1e-12)
    assert found.market.spread_scale[2, 0] == 1.0


DAYS = st.lists(st.floats(0.05, 1.5), min_size=24, max_size=24).filter(lambda day: max(day) > 1.2 * min(day))
LOADS = st.lists(st.floats(0.0, 50.0), min_size=24, max_size=24).filter(lambda load: sum(load) > 1.0)


@settings(deadline=None, max_examples=60)
@given(day=DAYS, load=LOADS, ratio=st.floats(1.05, 8.0))
def test_average_price_of_the_load_is_kept(day: list[float], load: list[float], ratio: float) -> None:
    """To 1e-9, and the day's dearest to its cheapest price is what was asked."""
    case, held = priced(day), Ratio(load_mw=load)
    found = brought(case, held, ratio)
    before, after = float(average_price(held, case)[0, 0]), float(average_price(held, found)[0, 0])
    assert after == pytest.approx(before, rel=1e-9)
    mean = np.mean(day)
    prices = float(found.market.price_scale[0, 0]) * (
        mean + float(found.market.spread_scale[0, 0]) * (np.array(day) - mean)
    )
    assert prices.max() / prices.min() == pytest.approx(ratio, rel=1e-9)


def test_dispatch_meets_the_prices_that_the_load_pays() -> None:
    """What the plant pays for charging is at the widened prices: one empty cycle a day, bought at 0.4 − 0.8/3 times 0.9375."""
    case, load = priced([0.2] * 12 + [0.6] * 12), Ratio(load_mw=[1.0] * 12 + [3.0] * 12)
    result = appraise(brought(case, load, 5.0))
    year = int(np.argmax(result.operation.charged_mwh[0]))
    paid = result.operation.paid["arbitrage.energy"][0, year] / result.operation.charged_mwh[0, year]
    assert paid == pytest.approx(1000 * 0.9375 * (0.4 - 0.8 / 3), rel=1e-9)


@pytest.mark.parametrize("ratio", [1.0, 0.5])
def test_ratio_of_one_and_less_is_refused(ratio: float) -> None:
    """Prices cannot be narrowed to nothing and back."""
    with pytest.raises(InputError, match="expected more than 1"):
        brought(priced([0.2] * 12 + [0.6] * 12), Ratio(load_mw=[1.0] * 24), ratio)


def test_prices_scaled_already_are_refused() -> None:
    """A case with a spread of its own has no plain ratio to begin from."""
    case = priced([0.2] * 12 + [0.6] * 12).vary({"market.spread_scale": 1.2})
    with pytest.raises(InputError, match="scales its prices already"):
        brought(case, Ratio(load_mw=[1.0] * 24), 4.0)
