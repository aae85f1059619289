"""Real files, read in place: every value equals what pandas reads there.

The series are not part of the project; where they are absent the tests are skipped and say so.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from appraisal.errors import InputError
from appraisal.intake import Stated, read_load, read_price

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "real"
SPOT = "spot_clearing_15min_unnamed_2021-12_2023-06.csv"
CAISO = "caiso_2020_da_regup_regdown_usd_per_kwh.csv"
FIVE = "epri_5min_jan2019_negprices.csv"
SITE = "epri_site_load_pv_price_2017.csv"
OFFICE = "load_large_office_sf_8760_kw.csv"
TARIFF = "epri_tariff.csv"


def real(name: str) -> bytes:
    """The bytes of a real file."""
    path = REAL / name
    if not path.exists():
        pytest.skip(f"{name} is not here: real series lie beside the repository, not in it")
    return path.read_bytes()


def oracle(name: str, column: str) -> np.ndarray:
    """A column as pandas reads it."""
    return pd.read_csv(REAL / name)[column].to_numpy()


def test_chinese_spot_prices_are_read_without_a_word_said() -> None:
    """A column of days, one of ends of quarter hours with 24:00, yuan/MWh by its heading, negative prices."""
    read = read_price(real(SPOT), SPOT)
    np.testing.assert_array_equal(read.as_read, oracle(SPOT, "clearing_price_yuan_per_MWh"))
    # 1 MWh is 1000 kWh.
    np.testing.assert_array_equal(read.values, oracle(SPOT, "clearing_price_yuan_per_MWh") / 1000)
    # The name of the file and its README: 15 minutes from December 2021 to June 2023, 55,392 points.
    assert (read.step_minutes, read.first, read.days) == (15, datetime(2021, 12, 1), 577)
    assert (read.labels, read.unit_read.name, read.layout) == ("end", "yuan/MWh", "long")
    assert read.values.min() < 0


def test_load_beside_the_spot_prices_is_found_by_its_heading() -> None:
    """demand_MW of the same file, in kW."""
    read = read_load(real(SPOT), SPOT)
    np.testing.assert_allclose(read.values, oracle(SPOT, "demand_MW") * 1000, rtol=1e-15)


@pytest.mark.parametrize("name", [CAISO, SITE])
def test_american_prices_are_refused_in_words(name: str) -> None:
    """Dollars are not yuan, whatever the magnitude; a stated unit is a person's own word."""
    with pytest.raises(InputError, match="prices are in USD/kWh; only yuan are read") as caught:
        read_price(real(name), name)
    assert "只读取人民币" in caught.value.text("zh")


def test_hour_ending_leap_year_is_read_once_its_unit_is_stated() -> None:
    """8,784 hours to 1/1/2021 0:00: ends of hours, month/day/year, the leap day kept, what the heading says told."""
    read = read_price(real(CAISO), CAISO, Stated(unit="yuan/kWh", value_column="DA Price ($/kWh)"))
    np.testing.assert_array_equal(read.values, oracle(CAISO, "DA Price ($/kWh)"))
    ends = pd.to_datetime(pd.read_csv(REAL / CAISO)["Datetime (he)"], format="%m/%d/%Y %H:%M")
    assert read.first == (ends.iloc[0] - pd.Timedelta(hours=1)).to_pydatetime()
    assert (read.labels, read.days, read.step_minutes) == ("end", 366, 60)
    told = " | ".join(read.notes)
    for words in ("dates are month/day/year", "29 February is in the series and is kept", "the heading says USD/kWh"):
        assert words in told


def test_heading_with_two_units_is_a_question_and_its_answer_is_taken() -> None:
    """Five-minute prices that one hand labelled USD/kWh and another USD/MWh."""
    with pytest.raises(InputError, match="names several units: USD/MWh, USD/kWh; state which"):
        read_price(real(FIVE), FIVE)
    read = read_price(real(FIVE), FIVE, Stated(unit="元/MWh"))
    numbers = oracle(FIVE, "price_usd_per_mwh_as_labelled_usd_per_kwh")
    np.testing.assert_array_equal(read.as_read, numbers)
    assert (read.step_minutes, read.days, read.labels) == (5, 28, "start")
    assert f"{int((numbers < 0).sum())} negative prices, kept" in read.notes


def test_of_two_loads_none_is_taken_unasked() -> None:
    """A site's load and its photovoltaic output are both in kW: a person says which."""
    with pytest.raises(InputError, match="several columns could hold the loads: site_load_kw, pv_kw_for_1000kw"):
        read_load(real(SITE), SITE)
    read = read_load(real(SITE), SITE, Stated(value_column="site_load_kw"))
    np.testing.assert_array_equal(read.values, oracle(SITE, "site_load_kw"))
    assert (read.first, read.days, read.labels) == (datetime(2017, 1, 1), 365, "start")


def test_bare_column_of_a_year_has_no_date_and_says_so() -> None:
    """8,760 values under one heading."""
    read = read_load(real(OFFICE), OFFICE)
    np.testing.assert_array_equal(read.values, oracle(OFFICE, "load_kw"))
    assert (read.first, read.layout, read.labels, read.step_minutes, read.days) == (None, "column", "none", 60, 365)
    assert "8,760 values without times, read as 365 days in steps of 60 min from 00:00" in read.notes


def test_tariff_table_is_no_series() -> None:
    """Fifteen rows of a tariff are refused in words."""
    with pytest.raises(InputError):
        read_price(real(TARIFF), TARIFF)
