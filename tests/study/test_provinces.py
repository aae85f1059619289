"""One project across the library: the area's own appraisal, the support needed by numpy-financial, what a province pays by hand."""

from __future__ import annotations

import shutil

import numpy_financial as npf
import pytest

from appraisal import appraise, load_case
from appraisal.case import Change
from appraisal.errors import InputError
from appraisal.library import Library, data_root
from appraisal.report.charts.provinces import provinces_drawn
from appraisal.report.provinces import of_provinces
from appraisal.scenario import scenario_path
from appraisal.study.provinces import LABEL, InArea, Provinces, provinces
from appraisal.study.spreads import spreads

KEPT = ("zhejiang", "hubei", "jilin", "gansu", "hainan")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The library with five retail areas only: each area is a block of its own, and 38 take half a minute."""
    root = tmp_path_factory.mktemp("few")
    shutil.copytree(data_root() / "tariffs", root / "tariffs")
    for path in (root / "tariffs/retail").glob("*.yaml"):
        if path.stem not in KEPT:
            path.unlink()
    return Library.open(root)


@pytest.fixture(scope="module")
def user(library: Library) -> Provinces:
    """The user-side case in the five areas."""
    return provinces(scenario_path("zhejiang_user_lfp"), library=library)


@pytest.fixture(scope="module")
def grid(library: Library) -> Provinces:
    """The grid-side case at a hurdle of 6 %."""
    return provinces(scenario_path("hainan_grid_lfp"), metric="project_irr", target=0.06, library=library)


def one(found: Provinces, area: str) -> InArea:
    return next(row for row in found.found if row.spread.tariff == f"retail.{area}")


def test_own_area_is_the_case_as_it_stands(user: Provinces, library: Library) -> None:
    """Worth and IRR in Zhejiang to the bit; spreads are those that the areas are ranked by."""
    case = load_case(scenario_path("zhejiang_user_lfp"))
    metrics = appraise(case).metrics
    assert one(user, "zhejiang").project_npv == metrics["project_npv"].value[0]
    assert one(user, "zhejiang").equity_irr == metrics["equity_irr"].value[0]
    trip = float((case.storage.charge_efficiency * case.storage.discharge_yield)[0, 0])
    ranked, _ = spreads(library, user.start, voltage=case.market.voltage, parts="two", efficiency=trip)
    assert {row.spread.tariff: row.spread.mean for row in user.found} == {row.tariff: row.mean for row in ranked}


def test_support_needed_brings_the_hurdle(grid: Provinces, library: Library) -> None:
    """With it stated in the case of the area, numpy-financial's IRR of the project's cash is 6 %; without it, less."""
    found = one(grid, "hubei")
    support = {"stream": "capacity_subsidy", "approved": True, "yuan_per_kw_year": found.needed, "taxable": True}
    changes = [Change(path=f"support.{LABEL}", value=support), Change(path="market.tariff", value="retail.hubei"), Change(path="project.province", value="hubei")]  # fmt: skip
    changes += [Change(path=path, action="remove") for path in ("revenue.capacity", "uncertainty")]
    result = appraise(load_case(scenario_path("hainan_grid_lfp"), changes, library))
    assert npf.irr(result.statements["project_net"][0]) == pytest.approx(0.06, abs=1e-8)
    assert found.project_irr < 0.06
    assert found.needed > 0


def test_support_rises_with_the_hurdle_and_orders_the_areas(grid: Provinces, library: Library) -> None:
    """A hurdle of 8 % asks for more in every area; the least support stands first; what is met without needs none."""
    higher = provinces(scenario_path("hainan_grid_lfp"), metric="project_irr", target=0.08, library=library)
    for row in higher.found:
        before = one(grid, row.spread.tariff.removeprefix("retail."))
        assert row.needed > before.needed or (before.needed == 0.0 and before.project_irr >= 0.06)
    needed = [row.needed for row in higher.found]
    assert needed == sorted(needed)


def test_paid_today_is_the_province_s_price_for_the_plant_s_hours(grid: Provinces, user: Provinces) -> None:
    """Hubei 165 × D/10, Jilin 330 × D/8, D = 4 h × depth × yield (notice 114 by hand); Zhejiang has no price; a user's plant gets none."""
    storage = load_case(scenario_path("hainan_grid_lfp")).storage
    hours = 4.0 * float((storage.depth_of_discharge * storage.discharge_yield)[0, 0])
    assert one(grid, "hubei").paid == pytest.approx(165.0 * hours / 10.0, rel=1e-12)
    assert one(grid, "jilin").paid == pytest.approx(330.0 * hours / 8.0, rel=1e-12)
    assert one(grid, "hubei").balance == pytest.approx(165.0 * hours / 10.0 - one(grid, "hubei").needed, rel=1e-12)
    assert one(grid, "zhejiang").factor is None
    assert all(row.paid != row.paid for row in user.found)
    assert grid.left_out == ("capacity",)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_findings_name_what_is_left_out_and_why(user: Provinces, grid: Provinces, lang: str) -> None:
    """Gansu has no ratios; a user-side plant is not eligible; the grid-side plant's prices are its own; the picture has the table."""
    told = of_provinces(user, lang, "case")
    assert any("retail.gansu.ratio.p" in remark for remark in told.remarks)
    assert any("114" in remark for remark in told.remarks)
    assert len(told.tables["provinces"]) == len(KEPT) - 1
    picture = provinces_drawn(grid, lang)
    assert picture.spec()
    assert picture.table.equals(of_provinces(grid, lang, "case").tables["provinces"])


def test_unknown_metric_is_refused_before_anything_runs(library: Library) -> None:
    """A misspelt metric is named with the nearest."""
    with pytest.raises(InputError, match="project_irr"):
        provinces(scenario_path("zhejiang_user_lfp"), metric="project_ir", library=library)


def test_support_shortens_a_payback_and_one_area_can_be_asked_for(library: Library) -> None:
    """Nine years to pay back in Hubei take support, thirty take none: a payback is met from above. An unknown area is named."""
    path = scenario_path("hainan_grid_lfp")
    short, long = (
        provinces(path, metric="payback_years", target=years, library=library, areas=["hubei"]) for years in (9.0, 30.0)
    )
    assert [row.spread.tariff for row in short.found] == ["retail.hubei"]
    assert short.found[0].needed > 0.0
    assert long.found[0].needed == 0.0
    with pytest.raises(InputError, match="hubei"):
        provinces(path, library=library, areas=["hubbei"])
