"""Mechanisms and technologies: figures against their sources, how rules stand, the page that lists them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from mechanisms_page import PAGE, STANDS_ON, between, generated
from typer.testing import CliRunner

from appraisal.case import Change
from appraisal.cli.tariff import app
from appraisal.errors import InputError
from appraisal.library import Library
from appraisal.library.check import overview
from appraisal.library.parameters import ParameterFile
from appraisal.scenario import load_case, scenario_path
from appraisal.text import MECHANISMS, STATUS

LIBRARY = Library.open()
ORACLE: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[1] / "oracles" / "mechanisms.yaml").read_text("utf-8")
)
MECHANISM = """title: {zh: 示例, en: Demo}
mechanism: lease
parameters:
  rate:
    title: {zh: 费率, en: Rate}
    unit: share
    dated_by: policy_start
    values:
      2015-01-01: {value: 3, source: first}
      2019-01-01: {value: 2, source: second}
sources:
  first: {cite: "甲〔2015〕1号", confidence: official, status: expired, checked: 2026-01-01}
  second: {cite: "乙〔2019〕2号", confidence: official, status: formal, checked: 2026-01-01}
"""


def demo(root: Path, old: str = "", new: str = "") -> Library:
    assert old in MECHANISM
    folder = root / "tariffs" / "lease"
    folder.mkdir(parents=True)
    (folder / "demo.yaml").write_text(MECHANISM.replace(old, new) if old else MECHANISM, encoding="utf-8")
    return Library.open(root)


@pytest.mark.parametrize("row", ORACLE, ids=[f"{row['fact']} {row['day']}" for row in ORACLE])
def test_figure_is_that_of_its_source(row: dict[str, Any]) -> None:
    """Provenance beside each figure of tests/oracles/mechanisms.yaml."""
    assert LIBRARY.fact(row["fact"], row["day"]).value == pytest.approx(row["value"])


def test_coal_prices_of_the_grids() -> None:
    """Annex of 发改价格〔2023〕1501号: 33 grids; 165 in Henan, Hunan, Chongqing, Sichuan, Qinghai, Yunnan, Guangxi, 100 elsewhere."""
    prices = LIBRARY.fact("capacity.national.coal_price_by_grid", date(2025, 1, 1)).value
    high = {"henan", "hunan", "chongqing", "sichuan", "qinghai", "yunnan", "guangxi"}
    assert len(prices) == 33
    assert {name for name, price in prices.items() if price == 165} == high
    assert {price for name, price in prices.items() if name not in high} == {100}


def test_sum_of_the_broker_for_gansu() -> None:
    """fxbaogao.com 5230580 prints 137.9 yuan/kW for 330 x 89.53 % x 47.5 % x (1 - 1.74 %)."""
    names = ("price_yuan_per_kw_year", "supply_demand_factor", "reliable_capacity_factor", "station_use_share")
    price, factor, reliable, own = (LIBRARY.fact(f"capacity.gansu.{name}", date(2026, 6, 1)).value for name in names)
    assert price * factor * reliable * (1 - own) == pytest.approx(137.9, abs=0.05)


def test_cost_decline_is_the_fall_between_the_two_years() -> None:
    """By hand for LFP: (297.338 / 409.502)^(1/10) = 0.7261^0.1 = exp(-0.032007) = 0.9685, a fall of 0.0315 a year."""
    assert LIBRARY.fact("technology.lfp.cost_decline", date(2026, 1, 1)).value == pytest.approx(0.0315, abs=5e-5)
    for name in ("nmc", "vrfb", "lead_carbon"):
        first, last = (
            LIBRARY.fact(f"technology.{name}.energy_cost_abroad", date(year, 1, 1)).value for year in (2020, 2030)
        )
        fall = LIBRARY.fact(f"technology.{name}.cost_decline", date(2026, 1, 1)).value
        assert first * (1 - fall) ** 10 == pytest.approx(last, rel=2e-3)


@pytest.mark.parametrize(("name", "round_trip"), [("lead_carbon", 0.78), ("vehicle_to_grid", 0.87)])
def test_two_efficiencies_make_the_round_trip_of_the_source(name: str, round_trip: float) -> None:
    """0.78: PNNL-33283 for lead-acid; 0.87: mean measured by Schram et al. (87.0 %)."""
    both = [
        LIBRARY.fact(f"technology.{name}.{way}_efficiency", date(2026, 1, 1)).value for way in ("charge", "discharge")
    ]
    assert both[0] * both[1] == pytest.approx(round_trip, abs=1e-4)


def test_closed_window_refuses() -> None:
    """Hebei's notice of 2024 prices stations connected by 2024-12-31 only."""
    with pytest.raises(InputError, match="repealed from 2025-01-01") as caught:
        LIBRARY.fact("capacity.hebei.price_yuan_per_kw_year", date(2025, 3, 1))
    assert caught.value.exit_code == 6


def test_every_value_of_a_mechanism_says_how_it_stands(tmp_path: Path) -> None:
    assert demo(tmp_path).fact("lease.demo.rate", date(2016, 1, 1)).source.status == "expired"
    mechanisms = [
        file for name in LIBRARY.files() if isinstance(file := LIBRARY.file(name), ParameterFile) and file.mechanism
    ]
    assert len(mechanisms) > 30
    assert {file.mechanism for file in mechanisms} >= set(MECHANISMS) - {"capital_support"}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (", status: formal", "", "parameters.rate.values.2019-01-01: states no status"),
        ("status: formal", "status: maybe", "sources.second.status: 'maybe' is not known"),
        ("mechanism: lease", "mechanism: gift", "mechanism: 'gift' is not known"),
        ("value: 2, source: second", "value: 2, source: first", "has expired, but no later entry says when"),
    ],
)  # fmt: skip
def test_missing_or_unknown_standing_is_refused(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        demo(tmp_path, old, new).file("lease.demo")
    assert told in str(caught.value)


def test_value_may_state_a_standing_of_its_own(tmp_path: Path) -> None:
    library = demo(tmp_path, "value: 2, source: second", "value: 2, source: second, status: draft")
    assert library.fact("lease.demo.rate", date(2020, 1, 1)).source.status == "draft"
    assert overview(library, date(2020, 1, 1))[0].statuses == ("draft",)
    assert overview(library, date(2016, 1, 1))[0].statuses == ("expired",)


def test_repeal_shows_as_expired(tmp_path: Path) -> None:
    library = demo(tmp_path, "value: 2, source: second", "value: null, source: second")
    assert overview(library, date(2020, 1, 1), "lease")[0].statuses == ("expired",)
    assert overview(library, date(2020, 1, 1), "insurance") == ()


def test_result_that_rests_on_a_draft_says_so() -> None:
    """Liaoning's rate is a draft of 2026, Gansu's is in force."""
    told = {
        province: {notice.code for notice in load_case(scenario_path("hainan_grid_lfp"), [Change(path="project.province", value=province)], LIBRARY).notices}
        for province in ("liaoning", "gansu")
    }  # fmt: skip
    assert "draft" in told["liaoning"]
    assert "draft" not in told["gansu"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_mechanism_is_listed_and_shown(lang: str) -> None:
    at = 1 if lang == "en" else 0
    listed = CliRunner().invoke(app, ["list", "--mechanism", "lease", "--lang", lang])
    assert (listed.exit_code, listed.stdout.count("lease.")) == (0, 4)
    assert listed.stdout.count(f"{STATUS['guidance'][at]}  ") == 4
    shown = CliRunner().invoke(app, ["show", "capacity.qinghai", "--lang", lang])
    assert STATUS["draft"][at] in shown.stdout
    assert ("the sources differ:", "来源之间的矛盾：")[1 - at] in shown.stdout
    assert CliRunner().invoke(app, ["list", "--mechanism", "gift"]).exit_code != 0


def test_file_of_the_page_reads_as_it_says(tmp_path: Path) -> None:
    """100 in 2025, the draft's 120 in 2026, nothing from 2027 on, as its comments say."""
    text = PAGE.read_text(encoding="utf-8").partition("```yaml\n")[2].partition("```")[0]
    (tmp_path / "tariffs" / "capacity").mkdir(parents=True)
    (tmp_path / "tariffs" / "capacity" / "demo.yaml").write_text(text, encoding="utf-8")
    library, name = Library.open(tmp_path), "capacity.demo.price_yuan_per_kw_year"
    found = [library.fact(name, date(year, 6, 1)) for year in (2025, 2026)]
    assert [(fact.value, fact.source.status) for fact in found] == [(100.0, "formal"), (120.0, "draft")]
    with pytest.raises(InputError, match="repealed from 2027-01-01"):
        library.fact(name, date(2027, 1, 1))


def test_page_is_that_of_the_files() -> None:
    """``python tests/library/mechanisms_page.py`` rewrites docs/mechanisms.md."""
    assert date(2026, 11, 23) == STANDS_ON
    assert between(PAGE.read_text(encoding="utf-8")) == generated(LIBRARY).strip()
