"""Costs and results far from any that are plausible are told, with the input whose unit is likely wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from strategies import contract, made

from appraisal import Change, appraise, load_case, scenario_path
from appraisal.case import Case
from appraisal.report.remarks import remarks
from appraisal.scenario import scenario_names
from appraisal.scenario.unusual import unusual_rows
from appraisal.study.plausible import CODE, doubts, implausible_rows

CONTRACT = "contract_schedule"
MONEY = ("capital.equipment_yuan", "capital.works_yuan", "capital.services_yuan", "capital.land_yuan")


def told(case: Case) -> dict[str, tuple[str, str]]:
    """Path → English and Chinese of what is implausible."""
    return {note.path: (note.en, note.zh) for note in remarks(appraise(case)) if note.code == CODE}


def changed(name: str, **values: Any) -> Case:
    """A ready case with some paths (dots as double underscores) set."""
    return load_case(scenario_path(name), [Change(path=path.replace("__", "."), value=value) for path, value in values.items()])  # fmt: skip


def in_other_unit(name: str, paths: tuple[str, ...], factor: float) -> Case:
    """A ready case with some amounts typed in another unit."""
    case = load_case(scenario_path(name))
    values = {path: (case.at(path)[0] * factor).tolist() for path in paths}
    changes = [Change(path=path, value=value if len(value) > 1 else value[0]) for path, value in values.items()]
    return load_case(scenario_path(name), changes)


@pytest.mark.parametrize("name", scenario_names())
def test_ready_cases_are_plausible(name: str) -> None:
    """No false alarm in a case that ships."""
    assert not told(load_case(scenario_path(name)))


@pytest.mark.parametrize(
    ("technology", "power", "energy", "yuan", "start"),
    [
        ("caes", 300, 1500, 1.95e9, "2022-06"),  # 应城, en.ceec.net.cn 2024-04-09
        ("caes", 300, 1800, 1.496e9, "2022-06"),  # 肥城, caes.store/newsinfo/7125488
        ("caes", 300, 1200, 2.15e9, "2025-02"),  # 信阳, pv-magazine.com 2025-02-17
        ("vrfb", 200, 1000, 3.8e9, "2024-06"),  # 吉木萨尔; the amount may include the paired photovoltaics
        ("lfp", 100, 200, 200e3 * 1700, "2023-08"),  # user side, 1.7 yuan/Wh: InfoLink 2023
        ("lfp", 100, 200, 300e6, "2023-01"),  # PyStorage-Eval README, sound revenue of 59.4 million a year
        ("pumped_hydro", 1200, 7200, 7.2e9, "2022-01"),  # example of the pricing method, 6000 yuan/kW
    ],
)
def test_published_projects_are_plausible(
    technology: str, power: float, energy: float, yuan: float, start: str
) -> None:
    """Investments that were printed, at a revenue of 0.15 of the investment a year: no alarm."""
    raw = contract({
        "project": {"construction_start": start, "operation_years": 15},
        "storage": {"technology": technology, "power_mw": power, "energy_mwh": energy, "discharged_mwh": 330 * energy, "charged_mwh": 450 * energy},
        "capital": {"equipment_yuan": yuan, "battery_yuan_per_kwh": 0}, "revenue": {"known": {"income_yuan": 0.15 * yuan}},
    })  # fmt: skip
    raw["operating_cost"] = {"fixed_yuan_per_kw_year": 30, "vat_rate": 0}
    raw["storage"] |= {"charge_efficiency": 0.9, "discharge_efficiency": 0.85}
    assert not told(made(raw))


@pytest.mark.parametrize(
    ("factor", "hint"), [(1e-4, "typed in 10⁴ yuan? ×10000"), (1e4, "multiplied by 10⁴ once too often? ×0.0001")]
)
def test_capital_cost_off_by_ten_thousand_is_caught(factor: float, hint: str) -> None:
    """36 000 for 360 million yuan and the other way: by kWh it is 0.18 or 18 million in place of 1 867.

    By hand: (360 + 150 + 40 + 10) million ÷ 300 000 kWh = 1866.67 yuan/kWh.
    """
    (path, (en, zh)), *rest = told(in_other_unit(CONTRACT, MONEY, factor)).items()
    assert path == "capital.equipment_yuan"
    assert not rest
    assert hint in en
    assert "gives 1867" in en
    assert ("是否按万元填写" if factor < 1 else "是否多乘了一万") in zh


@pytest.mark.parametrize("factor", [1e-4, 1e4, 1e-3, 1e3])
def test_revenue_off_by_a_unit_is_caught(factor: float) -> None:
    """The income of the contract in 万元, 千元 or too many digits: the input is named."""
    found = told(in_other_unit(CONTRACT, ("revenue.contract.income_yuan",), factor))
    assert list(found) == ["revenue.contract.income_yuan"]


def test_both_off_by_ten_thousand_are_told_apart() -> None:
    """A case wholly in 万元 has the rate of return of the sound one, and is told all the same: cost and revenue."""
    paths = (*MONEY, "revenue.contract.income_yuan", "revenue.contract.charging_yuan")
    assert set(told(in_other_unit(CONTRACT, paths, 1e-4))) == {"capital.equipment_yuan", "revenue.contract.income_yuan"}


def test_revenue_ten_times_too_high_is_doubted_by_its_rate_of_return() -> None:
    """The PyStorage-Eval README took 千元 for 万元 and printed a rate of 97.49 %: with its tenfold revenue a case is told.

    300 million yuan of investment, 330 × 200 MWh × (0.9 − 0.3/0.85 − 0.05) yuan/kWh × 10 a year.
    """
    net = 330 * 200e3 * (0.9 - 0.3 / 0.85 - 0.05)
    raw = contract({
        "project": {"operation_years": 20}, "storage": {"power_mw": 100, "energy_mwh": 200, "discharged_mwh": 66000, "charged_mwh": 66000},
        "capital": {"equipment_yuan": 300e6}, "revenue": {"known": {"income_yuan": 10 * net}},
    })  # fmt: skip
    (en, zh) = told(made(raw))["capital"]
    assert en.startswith("Project IRR after tax")
    assert "percent as a fraction" in en
    assert "元与万元" in zh
    raw["revenue"]["known"]["income_yuan"] = net
    assert not told(made(raw))


def test_energy_in_the_wrong_unit_is_caught() -> None:
    """kWh for MWh: 400 000 MWh behind 100 MW are 4 000 hours; 75 million MWh from 300 MWh are 250 000 cycles (by hand)."""
    (path, (en, _)), *rest = told(changed("hainan_grid_lfp", storage__energy_mwh=400_000)).items()
    assert (path, rest) == ("storage.energy_mwh", [])
    assert "4000 h" in en
    found = told(changed(CONTRACT, storage__discharged_mwh=75_000_000, storage__charged_mwh=125_000_000))
    assert "250000 cycle" in found["storage.discharged_mwh"][0]


def test_rows_are_judged_each_by_itself() -> None:
    """Of three scenarios only the one that is off is doubted, and its remarks say so."""
    base = load_case(scenario_path(CONTRACT))
    case = base.vary(
        {"capital.equipment_yuan": np.array([3.6e8, 3.6e4, 3.6e12]), "finance.loan_rate": [0.036, 0.036, 0.36]}
    )
    result = appraise(case)
    # Without its equipment the works of 150 million and 50 million more still make 667 yuan/kWh: plausible.
    assert implausible_rows(result).tolist() == [False, False, True]
    assert [sum(note.code == CODE for note in remarks(result, row)) for row in range(3)] == [0, 0, 1]
    assert unusual_rows(case).tolist() == [False, False, True]
    assert {doubt.key for doubt in doubts(result)} == {"capital_per_kwh"}
