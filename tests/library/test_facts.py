"""Facts as of a date: before the first, after a repeal, overlaid, misnamed, malformed."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import pytest

from appraisal.errors import InputError
from appraisal.library import Library

FILE = """title: {zh: 示例, en: Demo}
parameters:
  rate:
    title: {zh: 费率, en: Rate}
    unit: share
    dated_by: policy_start
    values:
      2015-01-01: {value: 3, source: first}
      2019-01-01: {value: {low: 1, high: 2.5}, source: second, confidence: estimate, note: a range}
      2021-01-01: {value: null, source: second}
sources:
  first: {cite: "甲〔2015〕1号", confidence: official, checked: 2026-01-01}
  second: {cite: "乙〔2019〕2号", confidence: secondary, checked: 2026-01-01}
"""


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.open()


def demo(folder: Path, text: str = FILE) -> Library:
    (folder / "tariffs" / "support").mkdir(parents=True, exist_ok=True)
    (folder / "tariffs" / "support" / "demo.yaml").write_text(text, encoding="utf-8")
    return Library.open(folder)


def test_value_is_the_latest_at_or_before_the_date(tmp_path: Path) -> None:
    facts = demo(tmp_path)
    assert facts.fact("support.demo.rate", date(2015, 1, 1)).value == 3.0
    late = facts.fact("support.demo.rate", date(2020, 12, 31))
    assert (late.value, late.holds_from, late.note) == ({"low": 1.0, "high": 2.5}, date(2019, 1, 1), "a range")
    assert (late.source.key, late.source.confidence) == ("second", "estimate")


def test_before_the_first_date_is_a_fact_fault(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        demo(tmp_path).fact("support.demo.rate", date(2014, 6, 1))
    assert str(caught.value) == "support.demo.rate: no value before 2015-01-01, asked for 2014-06-01"
    assert caught.value.exit_code == 6


def test_repealed_rule_is_a_fact_fault_that_cites_the_repeal(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="repealed from 2021-01-01 by 乙〔2019〕2号") as caught:
        demo(tmp_path).fact("support.demo.rate", date(2021, 1, 1))
    assert caught.value.exit_code == 6


@pytest.mark.parametrize(
    "name",
    [
        "../secrets",
        "/etc/passwd",
        "support/demo.rate",
        "support..rate",
        "Support.demo.rate",
        "support.demo.rate\n",
        "support",
        "",
        "support.dmeo.rate",
        "support.demo.rat",
    ],
)
def test_name_outside_the_library_is_invalid_input(tmp_path: Path, name: str) -> None:
    """Never a path: a name is words with dots, and an unknown one is answered with the nearest."""
    with pytest.raises(InputError) as caught:
        demo(tmp_path).fact(name, date(2020, 1, 1))
    assert caught.value.exit_code == 3


def test_misspelt_parameter_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="did you mean 'rate'"):
        demo(tmp_path).fact("support.demo.rat", date(2020, 1, 1))
    with pytest.raises(InputError, match=r"did you mean 'support\.demo'"):
        demo(tmp_path).fact("support.dmeo.rate", date(2020, 1, 1))


def test_all_faults_of_a_file_come_at_once_with_lines(tmp_path: Path) -> None:
    text = (
        FILE.replace("unit: share", "unti: share")
        .replace("source: first}", "source: frist}")
        .replace("2021-01-01: {value: null", "2018-01-01: {value: null")
        .replace("confidence: official", "confidence: sure")
    )
    with pytest.raises(InputError) as caught:
        demo(tmp_path, text).fact("support.demo.rate", date(2020, 1, 1))
    lines = str(caught.value).splitlines()
    assert [line.split(" ")[0] for line in lines] == [f"tariffs/support/demo.yaml:{n}" for n in (4, 5, 8, 10, 12)]
    for expected in (
        "'unit' is missing",
        "unknown key; did you mean 'unit'?",
        "'frist' is not known",
        "dates must ascend",
        "'sure' is not known",
    ):
        assert expected in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("{value: 3, source: first}", "{value: 3}", "'source' is missing"),
        ("{value: 3, source: first}", "3", "stands where a mapping is expected"),
        ("dated_by: policy_start", "dated_by: today", "'today' is not known"),
        ("2015-01-01:", "2015-13-01:", "is not a date"),
        ("checked: 2026-01-01}\n  second", "checked: soon}\n  second", "'soon' is not a date"),
        ("title: {zh: 示例, en: Demo}", "title: {zh: 示例}", "'en' is missing"),
        ("  rate:\n", "  Rate:\n", "a name is made of"),
    ],
)
def test_single_fault_is_told(tmp_path: Path, old: str, new: str, expected: str) -> None:
    with pytest.raises(InputError, match=expected):
        demo(tmp_path, FILE.replace(old, new)).parameters("support.demo")


def test_overlay_keeps_what_it_replaced_and_leaves_the_library_alone(library: Library) -> None:
    name = "tax.national.income_tax"
    what_if = library.overlaid({name: 0.2})
    fact = what_if.fact(name, date(2026, 1, 1))
    assert (fact.value, fact.replaced, fact.origin, fact.source.confidence) == (0.2, 0.25, "overlay", "estimate")
    assert "overlay" in fact.source.cite
    assert library.fact(name, date(2026, 1, 1)).value == 0.25


def test_overlay_of_unknown_facts_names_them_all(library: Library) -> None:
    with pytest.raises(InputError) as caught:
        library.overlaid({"tax.national.incom_tax": 0.2, "nowhere.at.all": 1.0, "retail.zhejiang.fund": 0.0})
    assert len(caught.value.faults) == 3
    assert caught.value.exit_code == 3


def test_every_name_is_listed_once(library: Library) -> None:
    names = library.names()
    assert len(set(names)) == len(names)
    assert {"support.first_of_kind_insurance.rate_cap", "retail.zhejiang.purchased_energy"} <= set(names)


@pytest.mark.parametrize(
    ("name", "asked", "value"),
    [
        # 财政部 税务总局 海关总署公告2019年第39号: 16 % -> 13 %, 10 % -> 9 % from 2019-04-01.
        ("tax.national.vat_electricity", date(2019, 3, 31), 0.16),
        ("tax.national.vat_electricity", date(2019, 4, 1), 0.13),
        ("tax.national.vat_works", date(2026, 1, 1), 0.09),
        # 发改价格〔2023〕1501号: 100 yuan = about 30 % of 330; 发改价格〔2026〕114号: at least 50 % -> 165.
        ("capacity.national.coal_capacity_price", date(2025, 12, 31), 100.0),
        ("capacity.national.coal_capacity_price", date(2026, 1, 1), 165.0),
        # The published LPR of five years and over: 3.60 % from 2024-10-21, 3.50 % from 2025-05-20.
        ("finance.national.lpr_5y", date(2025, 5, 19), 0.036),
        ("finance.national.lpr_5y", date(2026, 8, 1), 0.035),
        ("finance.national.capital_ratio", date(2026, 8, 1), 0.2),
        # 华中监能市场规〔2025〕35号; 鲁监能市场规〔2026〕27号.
        ("ancillary.hubei.mileage_price_cap", date(2026, 1, 1), 15.0),
        ("ancillary.shandong.mileage_price_floor", date(2026, 5, 1), 0.1),
    ],
)
def test_value_as_of_a_date(library: Library, name: str, asked: date, value: float) -> None:
    assert library.fact(name, asked).value == value


def test_western_tax_rate_lapses_after_2030(library: Library) -> None:
    """财政部 税务总局 国家发展改革委公告2020年第23号: 2021-01-01 to 2030-12-31."""
    name = "tax.national.income_tax_west"
    assert library.fact(name, date(2030, 12, 31)).value == 0.15
    with pytest.raises(InputError, match="repealed from 2031-01-01") as caught:
        library.fact(name, date(2031, 1, 1))
    assert caught.value.exit_code == 6


# LFP.nrel250.example of the evidence: the model run by its compiler at 25 °C, SOC 0.5, DOD 0.9, 0.5 C, 330 days a year,
# equivalent full cycles 0.9 a cycle, printed to 0.001.
EXAMPLE = {1: {1: 0.964, 5: 0.881, 10: 0.798, 15: 0.724, 20: 0.654}, 2: {1: 0.945, 5: 0.809, 10: 0.670}}


@pytest.mark.parametrize(("cycles", "years"), [(cycles, years) for cycles, row in EXAMPLE.items() for years in row])
def test_ageing_law_reproduces_the_published_example(library: Library, cycles: int, years: int) -> None:
    """soh = 1 - a days^p - b EFC^q with the four facts of technology.lfp."""
    a, p, b, q = (
        library.fact(f"technology.lfp.{key}", date(2026, 1, 1)).value
        for key in ("calendar_coefficient", "calendar_exponent", "cycle_coefficient", "cycle_exponent")
    )
    soh = 1.0 - a * (365 * years) ** p - b * (330 * 0.9 * cycles * years) ** q
    assert soh == pytest.approx(EXAMPLE[cycles][years], abs=6e-4)


def test_ageing_coefficients_follow_from_the_published_model(library: Library) -> None:
    """BLAST-Lite lfp_gr_250AhPrismatic_2019: kcal and kcyc at 298.15 K, graphite potential of Safari and Delacourt."""
    kelvin, depth, rate = 298.15, 0.9, 0.5
    x = 0.0085 + 0.5 * (0.78 - 0.0085)
    potential = (
        0.6379
        + 0.5416 * math.exp(-305.5309 * x)
        + 0.044 * math.tanh(-(x - 0.1958) / 0.1088)
        - 0.1978 * math.tanh((x - 1.0571) / 0.0854)
        - 0.6875 * math.tanh((x + 0.0117) / 0.0529)
        - 0.0175 * math.tanh((x - 0.5692) / 0.0875)
    )
    calendar = 83700.0 * math.exp(-5210.0 / kelvin) * math.exp(-3560.0 * potential / kelvin)
    cycle = (4.38e-8 + 1.55e-8 * depth + 1.68e-7 * rate) * (math.exp(2190.0 / kelvin) + math.exp(-155000.0 / kelvin))
    day = date(2026, 1, 1)
    assert library.fact("technology.lfp.calendar_coefficient", day).value == pytest.approx(calendar, rel=1e-6)
    assert library.fact("technology.lfp.cycle_coefficient", day).value == pytest.approx(cycle, rel=1e-6)
