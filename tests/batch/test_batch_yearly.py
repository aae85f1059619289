"""Yearly lines are those of each case alone, the same bytes whatever the way there; a portfolio is their sum."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from strategies import contract, made

from appraisal import appraise, load_case, scenario_path
from appraisal.batch.finished import Run, open_run
from appraisal.batch.matrix import read_matrix
from appraisal.batch.portfolio import portfolio
from appraisal.batch.run import Batch, run_batch
from appraisal.batch.sources import read_cases
from appraisal.batch.yearly import YEARLY, keys, lines
from appraisal.case.periods import periods
from appraisal.errors import InputError, IntegrityError
from appraisal.library.reader import read_file
from appraisal.pipeline import blocks
from appraisal.scenario import scenario_names

Command = Callable[..., Any]
SMALL = 1
# Two known plants: what they earn, buy and cost is typed, so that sums can be set out by hand.
PLANT = """
title: {{zh: 甲, en: {name}}}
project: {{side: {side}, province: {province}, construction_start: 2026-01, construction_months: 12, operation_years: 3, status: {status}}}
storage: {{power_mw: {power}, energy_mwh: {energy}, charge_efficiency: 0.9, discharge_efficiency: 0.9, depth_of_discharge: 1.0, availability: 1.0,
  charged_mwh: {charged}, discharged_mwh: {discharged}}}
capital: {{equipment_yuan: {capital}, depreciation_years: 3, residual_share: 0}}
revenue:
  contract: {{stream: schedule, income_yuan: {income}, vat_rate: 0.13, paid_by: market}}
  bonus: {{stream: schedule, income_yuan: {bonus}, vat_rate: 0, subsidy: true, paid_by: treasury}}
finance: {{debt_share: 0, loan_rate: 0.03, loan_years: 3, discount_rate: 0.06, working_capital_yuan_per_kw: 0}}
"""


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Every ready case as one portfolio."""
    folder = tmp_path_factory.mktemp("ready")
    table = read_cases(scenario_path("zhejiang_user_lfp").parent, ())
    run_batch(Batch(base={}, name="scenarios", files={}, matrix=table, yearly=True), folder / "run")
    return open_run(folder / "run")


@pytest.mark.parametrize("name", scenario_names())
def test_lines_are_those_of_the_case_alone(ready: Run, name: str) -> None:
    """Each line of a ready case, bit for bit; a stream that it does not have has no figure."""
    found = pd.read_parquet(ready.path / YEARLY).query("id == @name").reset_index(drop=True)
    case = load_case(scenario_path(name))
    result = appraise(case)
    assert found["column"].tolist() == list(range(1, result.operation.years + 1))
    assert found["year"].tolist() == periods(case.project).calendar_year[0].astype(int).tolist()
    np.testing.assert_array_equal(found["discharged_mwh"], result.operation.discharged_mwh[0])
    np.testing.assert_array_equal(found["investment_yuan"], result.statements["investment_outlay"][0])
    assert found["investment_yuan"].sum() == pytest.approx(result.metrics["investment_total"].value[0], rel=1e-12)
    streams = [one for one in found.columns if one.startswith("revenue.") and found[one].notna().any()]
    assert found[streams].sum(axis=1).to_numpy() == pytest.approx(result.statements["revenue"][0], rel=1e-12)
    assert set(streams) == {f"revenue.{label}" for label in result.revenue.settlements if label not in case.support}
    assert set(found["province"]) == {case.project.province}


def matrix_of(folder: Path) -> tuple[Any, Path]:
    """Rows of several structures, lives, and one fault."""
    rng = np.random.default_rng(3)
    rows = 260
    frame = pd.DataFrame({
        "id": [f"s{row}" for row in range(rows)], "finance.loan_rate": rng.uniform(0.03, 0.05, rows), "storage.power_mw": rng.choice([4.0, 5.0], rows),
        "project.operation_years": rng.choice([10, 12], rows), "project.status": rng.choice(["planned", "operating"], rows),
    })  # fmt: skip
    frame.loc[17, "finance.loan_rate"] = -3
    frame.to_csv(folder / "m.csv", index=False)
    return read_file(scenario_path("zhejiang_user_lfp")).plain(), folder / "m.csv"


def batch(base: Any, matrix: Path, yearly: bool = True) -> Batch:
    """A batch of the ready case."""
    return Batch(base=base, name="zhejiang", files={}, matrix=read_matrix(matrix, base), yearly=yearly)


def test_bytes_depend_on_neither_blocks_nor_jobs_nor_interruption(tmp_path: Path) -> None:
    """One block, many, two processes, and a run that lost a part: one file. The results are those without yearly lines."""
    asked = matrix_of(tmp_path)
    for name, options in (("one", {}), ("many", {"memory": SMALL}), ("two", {"jobs": 2, "memory": SMALL})):
        run_batch(batch(*asked), tmp_path / name, **options)  # type: ignore[arg-type]
    run_batch(batch(*asked, yearly=False), tmp_path / "plain")
    parts = sorted((tmp_path / "two" / "parts").iterdir())
    assert len(parts) > 1
    parts[0].unlink()
    parts[1].write_bytes(parts[1].read_bytes()[:-9])
    run_batch(batch(*asked), tmp_path / "two", resume=True)
    whole = (tmp_path / "one" / YEARLY).read_bytes()
    assert (tmp_path / "many" / YEARLY).read_bytes() == whole
    assert (tmp_path / "two" / YEARLY).read_bytes() == whole
    results = (tmp_path / "one" / "results.parquet").read_bytes()
    assert (tmp_path / "plain" / "results.parquet").read_bytes() == results
    found = pd.read_parquet(tmp_path / "one" / YEARLY)
    assert found["row"].is_monotonic_increasing
    assert "s17" not in set(found["id"])


def test_resume_is_refused_where_yearly_lines_are_no_longer_asked(tmp_path: Path) -> None:
    """And where they are asked of a run that was begun without."""
    asked = matrix_of(tmp_path)
    for first in (True, False):
        run_batch(batch(*asked, yearly=first), tmp_path / str(first))
        with pytest.raises(InputError, match="input yearly"):
            run_batch(batch(*asked, yearly=not first), tmp_path / str(first), resume=True)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Two plants with typed figures."""
    folder = tmp_path_factory.mktemp("two")
    (folder / "cases").mkdir()
    plants = (
        {"name": "a", "side": "grid", "province": "hainan", "status": "operating", "power": 10, "energy": 20, "charged": 5000, "discharged": 4000, "capital": 3e7, "income": 1.13e7, "bonus": 1e6},
        {"name": "b", "side": "grid", "province": "hubei", "status": "operating", "power": 30, "energy": 120, "charged": 30000, "discharged": 24000, "capital": 9e7, "income": 2.26e7, "bonus": 0},
    )  # fmt: skip
    for one in plants:
        (folder / "cases" / f"{one['name']}.yaml").write_text(PLANT.format(**one), encoding="utf-8")
    table = read_cases(folder / "cases", ())
    run_batch(Batch(base={}, name="two", files={}, matrix=table, yearly=True), folder / "run")
    return open_run(folder / "run")


def test_sums_are_those_by_hand(two: Run) -> None:
    """By hand, 2027, the first operating year: 40 MW, 140 MWh; charged 35,000 and discharged 28,000 MWh, 875 + 700 = 1,575 h;
    revenue 11.3/1.13 + 22.6/1.13 = 10 + 20 = 30 million yuan; subsidies 1 million. 2026: 30 + 90 = 120 million yuan invested."""
    found = portfolio(two).by([]).set_index("year")
    assert found.index.tolist() == [2026, 2027, 2028, 2029]
    first = found.loc[2027]
    assert (first["plants"], first["capacity_mw"], first["energy_mwh"]) == (2, 40.0, 140.0)
    assert (first["charged_mwh"], first["discharged_mwh"]) == (35_000.0, 28_000.0)
    assert (first["charge_hours"], first["discharge_hours"], first["utilisation_hours"]) == (875.0, 700.0, 1575.0)
    assert first["revenue_yuan"] == pytest.approx(30e6)
    assert first["support_yuan"] == first["support.bonus"] == pytest.approx(1e6)
    assert found.loc[2026, "investment_yuan"] == pytest.approx(120e6)
    assert found.loc[2026, "plants"] == 0
    assert np.isnan(found.loc[2026, "utilisation_hours"])


@pytest.mark.parametrize(
    ("support", "line"),
    [
        ({"capital_grant": {"yuan": 70000}}, "grant_capital_grant.received"),
        ({"interest_subsidy": {"share_of_interest": 0.5}}, None),
        ({"tax_relief": {"share_of_vat": 0.5}}, "tax_relief.subsidy"),
    ],
)
def test_support_that_the_books_work_out_is_counted_once(support: dict[str, Any], line: str | None) -> None:
    """A grant of 70,000 yuan, half of the interest, half of the VAT paid; only the lines that a batch keeps are at hand."""
    stated = contract(
        {
            "capital": {"equipment_yuan": 1130000, "equipment_vat_rate": 0.13},
            "tax": {"income_tax_rate": 0.25},
            "revenue": {"known": {"income_yuan": 678000, "vat_rate": 0.13, "paid_by": "market"}},
            "finance": {"debt_share": 0.5, "loan_rate": 0.06, "loan_years": 4},
        },
        {"support": {name: {"approved": True, **terms} for name, terms in support.items()}},
    )
    case = made(stated)
    whole, name = appraise(case), next(iter(support))
    kept = next(blocks(case, keep=keys(case)))
    found = lines(kept)[f"support.{name}"]
    expected = whole.statements["loan.interest"] * 0.5 if line is None else whole.statements[line]
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    assert found.sum() > 0.0
    assert found.sum() == pytest.approx(70000.0) or name != "capital_grant"


def test_groups_are_the_pivot_of_pandas(ready: Run) -> None:
    """Oracle: pandas' pivot_table on the file. Groups add to the whole."""
    read = pd.read_parquet(ready.path / YEARLY)
    found = portfolio(ready)
    theirs = read.pivot_table(index=["province", "year"], values="discharged_mwh", aggfunc="sum")
    mine = found.by(["province"]).set_index(["province", "year"])["discharged_mwh"]
    assert mine.to_dict() == pytest.approx(theirs["discharged_mwh"].to_dict())
    whole = found.by([])
    for names in (["side"], ["technology"], ["status"], ["province", "side"]):
        parts = found.by(names).groupby("year")[["capacity_mw", "revenue_yuan", "plants"]].sum()
        np.testing.assert_allclose(
            parts.to_numpy(), whole[["capacity_mw", "revenue_yuan", "plants"]].to_numpy(), rtol=1e-12
        )


def test_what_is_no_portfolio_is_refused(two: Run, tmp_path: Path) -> None:
    """A run without yearly lines, changed lines, a name that plants are not told apart by."""
    asked = matrix_of(tmp_path)
    run_batch(batch(*asked, yearly=False), tmp_path / "plain")
    with pytest.raises(InputError, match="no yearly lines"):
        portfolio(open_run(tmp_path / "plain"))
    with pytest.raises(InputError, match="did you mean 'province'"):
        portfolio(two).by(["provinces"])
    copy = Run(tmp_path / "copy", two.manifest)
    copy.path.mkdir()
    content = (two.path / YEARLY).read_bytes()
    (copy.path / YEARLY).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(IntegrityError, match="has changed"):
        portfolio(copy)


def test_command_prints_one_year_and_writes_all(two: Run, tmp_path: Path, command: Command) -> None:
    """Tables in Chinese; the file by province and year has every year; a year without plants is refused."""
    made = command(
        "portfolio", str(two.path), "--lang", "zh", "--by", "province,status", "--json", "-o", str(tmp_path / "p")
    )
    assert made.code == 0, made.err
    told = json.loads(made.out)
    rows = told["tables"]["by_province_status"]
    assert [(row["省份"], row["项目状态"], row["年份"]) for row in rows] == [
        ("海南", "已投运", 2027),
        ("湖北", "已投运", 2027),
    ]
    assert len(pd.read_csv(tmp_path / "p" / "by_province_status_and_year.csv", encoding="utf-8-sig")) == 8
    assert (tmp_path / "p" / "by_year.html").exists()
    assert command("portfolio", str(two.path), "--year", "2050").code == 3
