"""Regulated prices from a file or a case: the rule's worked example, a cohort by hand, annuities, a published figure, bad files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import numpy_financial as npf
import pytest
from strategies import contract, made

from appraisal import load_case
from appraisal.errors import InputError
from appraisal.library import Library
from appraisal.report.pricing import of_factors, of_price
from appraisal.scenario import scenario_path
from appraisal.study.pricing import PriceStudy, price_of_case, price_of_file
from appraisal.study.pricing.factors import factors

HEAD = "price: {construction_start: %s, priced_from: 2026-02%s}\n"
# No loan, no tax, nothing left: a station's yearly income is then investment ÷ annuity factor + operating cost.
BARE = "method: {equity_return: 0.065, operating_years: 40, prime_rate: 0.035, residual_share: 0, income_tax_rate: 0, surtax_rate: 0%s}\n"
PLAIN = "equity_share: 1, loan_rate: 0.03"


def priced(folder: Path, text: str) -> PriceStudy:
    path = folder / "price.yaml"
    path.write_text(text, encoding="utf-8")
    return price_of_file(path)


def test_file_of_the_worked_example_gives_its_price(tmp_path: Path) -> None:
    """485.2203 without and 548.2989 with VAT (RULES §7); the library's return, years and taxes are those of the example."""
    text = HEAD % ("2019-06", "") + "method: {prime_rate: 0.035, residual_share: 0.05}\nstations:\n  one: {capacity_mw: 1200, investment_yuan: 7.2e9, operating_cost_yuan: 1.2e8, equity_share: 0.2, loan_rate: 0.035}\n"  # fmt: skip
    found = priced(tmp_path, text)
    assert found.road == "station"
    assert found.station is not None
    assert found.station.price_ex_vat[0, 0] == pytest.approx(485.2203, abs=5e-5)
    assert found.price_incl_vat[0, 0] == pytest.approx(548.2989, abs=5e-5)
    assert found.sources["equity_return"][1] == "estimate"
    assert any("recalled" in str(remark) for remark in found.remarks)


def test_case_and_file_of_one_station_agree(tmp_path: Path) -> None:
    """The stream's own price, scenario by scenario, is that of a file of the same stations to the bit."""
    terms = {"pumped": True, "investment_yuan": 7.2e9, "operating_cost_yuan": 1.2e8, "equity_share": 0.2, "loan_rate": 0.03, "prime_rate": 0.035, "residual_share": 0.05}  # fmt: skip
    case = made(contract({
        "project": {"construction_start": "2019-01", "operation_years": 40}, "storage": {"power_mw": 1200, "energy_mwh": 7200}, "capital": {"equipment_yuan": 7.2e9}, "market": {"vat_rate": 0.13},
        "tax": {"income_tax_rate": 0.25, "city_surtax_rate": 0.07, "education_surtax_rate": 0.03, "local_education_surtax_rate": 0.02},
        "revenue": {"known": {"enabled": False, "paid_by": "market"}, "regulated_two_part": terms},
    })).vary({"revenue.regulated_two_part.operating_cost_yuan": [1.2e8, 1.5e8]})  # fmt: skip
    row = "{capacity_mw: 1200, investment_yuan: 7.2e9, operating_cost_yuan: %s, equity_share: 0.2, loan_rate: 0.03}"
    text = HEAD % ("2019-01", "") + "method: {prime_rate: 0.035, residual_share: 0.05}\nstations:\n  a: " + row % "1.2e8" + "\n  b: " + row % "1.5e8" + "\n"  # fmt: skip
    np.testing.assert_array_equal(price_of_case(case).price_incl_vat, priced(tmp_path, text).price_incl_vat)


def test_case_off_its_road_says_so() -> None:
    """The sea-water station was begun when one provincial price holds: its own price is a counterfactual (notice 114, 二(二))."""
    found = price_of_case(load_case(scenario_path("fujian_seawater_pumped_hydro")))
    assert any("counterfactual" in str(remark) for remark in found.remarks)
    assert any("反事实" in remark.zh for remark in found.remarks)


@pytest.mark.parametrize("over", ["rated", "covered"])
def test_cohort_price_is_the_mean_cost_reduced_below_six_hours(tmp_path: Path, over: str) -> None:
    """By hand with numpy-financial's annuity: Σ income ÷ Σ kW, 4 h paid 4/6; over covered kW the cohort earns what it is granted."""
    rows = [(1800, 11.7e9, 1.6e8, 7.0), (1200, 7.8e9, 1.2e8, 6.0), (300, 1.65e9, 3e7, 4.0)]
    text = HEAD % ("2022-06", "") + BARE % f", average_over: {over}" + "stations:\n"
    text += "".join(f"  s{place}: {{capacity_mw: {mw}, investment_yuan: {cost}, operating_cost_yuan: {om}, duration_hours: {hours}, {PLAIN}}}\n" for place, (mw, cost, om, hours) in enumerate(rows))  # fmt: skip
    income = [-npf.pmt(0.065, 40, cost) + om for _, cost, om, _ in rows]
    share = [1.0, 1.0, 4.0 / 6.0]
    counted = [1000.0 * mw * (part if over == "covered" else 1.0) for (mw, *_), part in zip(rows, share, strict=True)]
    price = sum(income) / sum(counted)
    found = priced(tmp_path, text)
    assert found.road == "provincial"
    assert found.cohort is not None
    assert found.cohort.price_ex_vat[0, 0] == pytest.approx(price, rel=1e-12)
    np.testing.assert_allclose(found.cohort.ledger.line("paid_incl")[0], [1.13 * price * part for part in share], rtol=1e-12)  # fmt: skip
    paid = sum(1000.0 * mw * price * part for (mw, *_), part in zip(rows, share, strict=True))
    assert found.cohort.ledger.figure("balance_total")[0] == pytest.approx(paid - sum(income), abs=1e-3)
    assert (paid < sum(income) - 1e6) == (over == "rated")


def test_reliable_capacity_of_a_marginal_unit_is_its_annuity_less_what_it_gains(tmp_path: Path) -> None:
    """numpy-financial: 3,200 yuan/kW over 20 years at 6.5 %, + 90 − 120; × 4/6 × (1 − 1.74 %) × 0.9, × 1.13."""
    unit = "investment_yuan_per_kw: 3200, rate_of_return: 0.065, recovery_years: 20, om_yuan_per_kw_year: 90, market_gain_yuan_per_kw_year: 120"
    text = HEAD % ("2026-03", ", road: reliable_capacity") + f"reliable: {{{unit}, duration_hours: 4, peak_hours: 6, station_use_share: 0.0174, supply_factor: 0.9}}\n"  # fmt: skip
    expected = (-npf.pmt(0.065, 20, 3200) + 90 - 120) * 4 / 6 * (1 - 0.0174) * 0.9
    found = priced(tmp_path, text)
    assert found.price_incl_vat[0, 0] == pytest.approx(1.13 * expected, rel=1e-12)
    free = priced(tmp_path, text.replace("rate_of_return: 0.065", "rate_of_return: 0"))
    assert free.price_incl_vat[0, 0] == pytest.approx(1.13 * (160 + 90 - 120) * 4 / 6 * (1 - 0.0174) * 0.9, rel=1e-12)


def test_reliable_capacity_of_gansu_is_what_a_broker_published(tmp_path: Path) -> None:
    """330 × 0.8953 × 0.475 × (1 − 1.74 %) = 137.9 yuan/kW and year (broker's note at fxbaogao.com/detail/5230580)."""
    text = HEAD % ("2026-03", ", road: reliable_capacity") + "reliable: {standard_yuan_per_kw_year: 330, reliable_share: 0.475, station_use_share: 0.0174, supply_factor: 0.8953}\n"  # fmt: skip
    assert priced(tmp_path, text).price_incl_vat[0, 0] == pytest.approx(137.9, abs=0.05)


def test_charge_of_storage_is_a_counterfactual_with_the_stated_return(tmp_path: Path) -> None:
    """Income by year of cost: numpy-financial's present value of two costs, levelled; the result says that it is not allowed."""
    method = BARE.replace("operating_years: 40", "operating_years: 2, loan_years: 1").replace("0.065", "0.06") % ""
    text = HEAD % ("2026-03", ", road: storage_charge") + method + f"stations:\n  one: {{capacity_mw: 1, investment_yuan: 1000000, operating_cost_yuan: [10000, 30000], {PLAIN}}}\n"  # fmt: skip
    found = priced(tmp_path, text)
    level = -npf.pmt(0.06, 2, 1e6 + npf.npv(0.06, [0, 10000, 30000]))
    assert found.price_incl_vat[0, 0] == pytest.approx(1.13 * level / 1000.0, rel=1e-12)
    assert "counterfactual" in str(found.remarks[0])


def test_equity_of_stations_built_in_different_years_ends_together(tmp_path: Path) -> None:
    """A station priced beside one of longer construction costs, to rounding, what it costs alone."""
    row = "{capacity_mw: 100, investment_yuan: 6.0e8, operating_cost_yuan: 1.0e7, equity_share: 0.3, loan_rate: 0.04, equity_parts: %s}"
    text = (
        HEAD % ("2019-06", "")
        + "method: {prime_rate: 0.035, residual_share: 0.05}\nstations:\n  short: "
        + row % "[0.4, 0.6]"
        + "\n"
    )
    alone = priced(tmp_path, text).price_incl_vat[0, 0]
    both = priced(tmp_path, text + "  long: " + row % "[0.1, 0.2, 0.3, 0.4]" + "\n").price_incl_vat
    assert both[0, 0] == pytest.approx(alone, rel=1e-12)
    assert both[1, 0] > both[0, 0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEAD % ("2022-13", "") + "metod: {}\nstations:\n  a: {capacity_mw: -1}\n", ["metod: unknown section", "construction_start: '2022-13'", "stations.a.capacity_mw: -1", "stations.a.investment_yuan: required"]),
        (HEAD % ("2026-03", ", road: storage_charge") + "method: {residual_share: 0}\nreliable: {station_use_share: 0, supply_factor: 1}\n", ["method.equity_return: state it", "method.loan_years: state it", "method.operating_years: state it", "reliable: not read", "stations: name at least one"]),
        (HEAD % ("2026-03", ", road: reliable_capacity") + "reliable: {standard_yuan_per_kw_year: 1, rate_of_return: 0.1, duration_hours: 3, station_use_share: 0, supply_factor: 1}\n", ["reliable.rate_of_return: not read", "reliable.peak_hours: required"]),
        (HEAD % ("2022-03", "") + "method: {loan_years: 2.5}\nstations:\n  a: {capacity_mw: 1, investment_yuan: 9, operating_cost_yuan: [1, 2], equity_parts: [0.5, 0.4], capital_vat_yuan: 9, " + PLAIN + "}\n", ["method.residual_share: required", "method.average_over: required", "method.loan_years: 2.5 is not a whole", "operating_cost_yuan: 2 numbers", "equity_parts: the parts add to 0.9", "capital_vat_yuan: not less", "duration_hours: required"]),
    ],
)  # fmt: skip
def test_bad_file_tells_every_fault_in_both_languages(tmp_path: Path, text: str, told: list[str]) -> None:
    """Each fault once, with its path; no English sentence stands in the Chinese."""
    with pytest.raises(InputError) as caught:
        priced(tmp_path, text)
    lines = caught.value.text("en").splitlines()
    assert [part for part in told if not any(part in line for line in lines)] == []
    assert len(lines) == len(caught.value.text("zh").splitlines())
    assert all(any("\u4e00" <= char <= "\u9fff" for char in line) for line in caught.value.text("zh").splitlines())


def test_findings_hold_every_year_of_the_ledger_and_print_a_few() -> None:
    """A row a line; JSON and files hold all years; what is printed does not; each formula is in the words of the language."""
    found = of_price(price_of_file(Path(__file__).parents[2] / "scenarios/regulated/station.yaml"), "zh")
    assert found.tables["station_ledger"].shape[1] == 1 + 2 + 41
    assert "station_ledger" not in dict(found.printed())
    assert "station_ledger" in found.as_json()["tables"]
    formulas = found.tables["station_ledger"]["算式"]
    assert not formulas.str.contains("[a-z]{3}").any()


def test_factors_scale_each_province_by_its_own_hours() -> None:
    """165 yuan at 6 h pays 110 for four hours (RULES §6), Hubei's 10 h 66 (165 × 4/10); Hebei's price ended with 2024."""
    found, gone = factors(Library.open(), date(2026, 8, 1), 4.0)
    paid = {one.province: one.paid for one in found}
    assert paid["hainan"] == pytest.approx(110.0, rel=1e-12)
    assert paid["hubei"] == pytest.approx(66.0, rel=1e-12)
    assert [one.province for one in gone] == ["hebei"]
    table = of_factors(found, gone, date(2026, 8, 1), 4.0, "zh")
    assert len(table.tables["factors"]) == len(found)
    assert any("河北" in remark for remark in table.remarks)
