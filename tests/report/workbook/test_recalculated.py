"""LibreOffice, which shares no line with us, recalculates the workbook from nothing: every cell equals the engine."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import openpyxl
import pytest
from office import Line, Read, changed, needs_office, recalculated, with_cells
from shapes import SHAPES, SIMPLE
from strategies import made, merged

import appraisal
from appraisal import Appraisal, appraise, load_case, scenario_path
from appraisal.case import Change
from appraisal.report.workbook import workbook
from appraisal.text import REASONS

READY = ("zhejiang_user_lfp", "hainan_grid_lfp", "contract_schedule")
LETTERS = "ABCDEFGHIJL"
# Of a cell, and of the investment: a spreadsheet takes a difference of nearly equal numbers for 0.
RELATIVE, OF_INVESTMENT = 1e-9, 1e-12
# Of a ratio or a count of years beside its own size.
RATIO = 1e-9


class Proof:
    """One result beside its recalculated workbook."""

    def __init__(self, result: Appraisal, read: Read) -> None:
        self.result, self.read = result, read
        self.investment = float(result.statements["invested"][0, -1])
        self.cells = 0

    def same(self, found: Any, expected: float, where: str, *, money: bool, per: float = 1.0) -> None:
        """A cell equals the engine's number."""
        assert isinstance(found, (int, float)), f"{where}: {found!r}, expected {expected!r}"
        noise = OF_INVESTMENT * self.investment / per
        # A ratio whose parts are nothing but rounding is rounding over one yuan.
        idle = max(abs(found), abs(expected)) <= noise
        slack = RELATIVE * abs(expected) + (noise if money or idle else RATIO)
        assert abs(found - expected) <= slack, f"{where}: {found!r}, expected {expected!r}"
        self.cells += 1


@pytest.fixture(scope="module")
def results() -> dict[str, Appraisal]:
    """Every shape, appraised."""
    found = {name: appraise(load_case(scenario_path(name))) for name in READY}
    return found | {name: appraise(made(raw)) for name, raw in SHAPES.items()}


@pytest.fixture(scope="module")
def proofs(results: dict[str, Appraisal], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Proof]:
    """Every shape, written without cached values and recalculated."""
    books = {name: workbook(result, sensitivity=False, cached=False) for name, result in results.items()}
    read = recalculated(books, tmp_path_factory.mktemp("shapes"))
    return {name: Proof(results[name], read[name]) for name in results}


NAMES = (*READY, *SHAPES)


@needs_office
@pytest.mark.parametrize("name", NAMES)
def test_recalculated_tables_equal_the_engine(proofs: dict[str, Proof], name: str) -> None:
    """Every cell of the printed tables, against the frames that NumPy fills."""
    compare_tables(proofs[name])


@needs_office
@pytest.mark.parametrize("name", NAMES)
def test_recalculated_lines_equal_the_engine(proofs: dict[str, Proof], name: str) -> None:
    """Every declared line in every year."""
    proof = proofs[name]
    blocks = {zh: keys for zh, _, keys in proof.result.statements.blocks.values()}
    seen = 0
    for sheet in ("计算", "融资"):
        waiting: list[str] = []
        for line in proof.read.lines(sheet):
            if line.label in blocks and line.years[0] is None:
                waiting = list(blocks[line.label])
            elif waiting:
                compare_line(proof, line, waiting.pop(0))
                seen += 1
    assert seen == len(proof.result.statements)


@needs_office
@pytest.mark.parametrize("name", NAMES)
def test_recalculated_figures_and_checks_equal_the_engine(proofs: dict[str, Proof], name: str) -> None:
    """Every figure, in words where there is none; every check, and the master check; no cell shows an error."""
    proof = proofs[name]
    assert proof.read.errors() == []
    compare_figures(proof)
    assert all(check.ok.all() for check in proof.result.checks)
    verdicts = [line.total for line in proof.read.lines("检查") if line.total is not None]
    assert len(verdicts) > 15
    assert verdicts == [1] * len(verdicts)
    assert proof.read.found("封面", "全部检查") == 1


def compare_line(proof: Proof, line: Line, key: str) -> None:
    """A row of the calculation against a line of the books."""
    declared = proof.result.statements.book.lines[key]
    assert line.label == declared.zh
    money = declared.unit not in ("1", "0/1", "year")
    for year, (found, expected) in enumerate(zip(line.years, proof.result.statements[key][0], strict=True), start=1):
        proof.same(found, float(expected), f"{key} year {year}", money=money)


def compare_tables(proof: Proof) -> None:
    """Every table but the sensitivity."""
    tables = appraisal.tables(proof.result, "zh", "wan")
    for letter in LETTERS:
        frame = tables[letter].frame
        if letter == "J":
            rows = [(str(row[0]), row[3]) for row in proof.read.sheets["附表J"][2:] if row[0] is not None]
            for (label, found), (key, expected) in zip(rows, frame.iterrows(), strict=True):
                assert label.endswith(str(expected["label"]))
                compare_cell(proof, found, expected["value"], str(expected["unit"]), f"J {key}", blank=not key)
            continue
        for line, (key, expected) in zip(proof.read.lines(f"附表{letter}"), frame.iterrows(), strict=True):
            assert line.label.endswith(str(expected["label"]))
            numbers = [number for number in frame.columns if isinstance(number, int)]
            figure = key in proof.result.statements.book.figures
            unit = str(expected["unit"])
            stock = not figure and (letter, key) and math.isnan(expected["total"])
            compare_cell(
                proof, line.total, expected["total"], unit, f"{letter} {key} total", blank=not key or bool(stock)
            )
            for at, number in enumerate(numbers):
                blank = not key or figure
                compare_cell(
                    proof, line.years[at], expected[number], unit, f"{letter} {key} year {number}", blank=blank
                )


def compare_cell(proof: Proof, found: Any, expected: Any, unit: str, where: str, *, blank: bool) -> None:
    """A cell of a printed table; empty where no number belongs, a dash where it is not defined."""
    if math.isnan(expected):
        assert found is None if blank else found == "—", f"{where}: {found!r}"
        return
    proof.same(found, float(expected), where, money=unit in ("万元", "元", "kWh"), per=1e4 if unit == "万元" else 1.0)


def compare_figures(proof: Proof) -> None:
    """Every figure on the sheet of outputs, by its label."""
    rows = {(str(row[0])): row[2] for row in proof.read.sheets["输出"][2:] if row[0] is not None and row[2] is not None}
    placed = {row.row.key: row.row for row in proof.result.statements.sheets["J"].placed()}
    for key, metric in proof.result.metrics.items():
        label = (placed[key].zh if key in placed else "") or metric.zh
        found, expected = rows[label], float(metric.value[0])
        if math.isnan(expected):
            assert found == REASONS[str(metric.reason[0])][0], key
        else:
            proof.same(found, expected, key, money=metric.unit == "yuan")


# --- a change in the sheet is a change of the case --------------------------------------------------------------------

CHANGES: Mapping[str, tuple[str, dict[str, float]]] = {
    "loan_rate": ("zhejiang_user_lfp", {"finance.loan_rate": 0.047}),
    "no_debt": ("zhejiang_user_lfp", {"finance.debt_share": 0.0}),
    "capital_cost_debt_share_and_life": (
        "zhejiang_user_lfp",
        {"capital.battery_yuan_per_kwh": 712.0, "capital.services_yuan": 1.5e6, "finance.debt_share": 0.35, "capital.depreciation_years": 9.0},
    ),
    "capacity_price": ("hainan_grid_lfp", {"revenue.capacity.price_yuan_per_kw_year": 231.0}),
    "working_capital_and_tax": (
        "hainan_grid_lfp", {"finance.working_capital_yuan_per_kw": 75.0, "tax.income_tax_rate": 0.15, "finance.working_capital_rate": 0.05},
    ),
    "losing": ("hainan_grid_lfp", {"capital.battery_yuan_per_kwh": 1500.0, "operating_cost.fixed_yuan_per_kw_year": 60.0}),
    "costs_terms_and_insured_value": (
        "contract_schedule",
        {"finance.discount_rate": 0.03, "finance.loan_years": 10.0, "finance.grace_years": 2.0, "operating_cost.escalation": 0.03,
         "operating_cost.vat_rate": 0.09, "support.first_of_kind_insurance.insured_value_yuan": 3e8},
    ),
    "contract_income": ("simple", {"revenue.known.income_yuan": 1.1e6, "operating_cost.other_yuan": 35000.0}),
    "every_loan": ("many", {"finance.loans.policy.rate": 0.045, "finance.loan_rate": 0.06, "finance.grants.start.yuan": 5e5}),
}  # fmt: skip
_RAW: Mapping[str, dict[str, Any]] = {"simple": SIMPLE, "many": SHAPES["many_loans_leases_grants_classes"]}


def _case(name: str, changes: Mapping[str, float]) -> Appraisal:
    """A case with changes made before anything is resolved, as a person's new run makes them."""
    if name in READY:
        return appraise(
            load_case(scenario_path(name), [Change(path=path, value=value) for path, value in changes.items()])
        )
    return appraise(made(merged(_RAW[name], *(nested(path, value) for path, value in changes.items()))))


def nested(path: str, value: float) -> dict[str, Any]:
    """``a.b`` as ``{"a": {"b": value}}``."""
    found: Any = value
    for key in reversed(path.split(".")):
        found = {key: found}
    return dict(found)


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Proof]:
    """Every change made in the cells of the workbook, recalculated, beside a new run of the engine."""
    before = {name: workbook(_case(name, {}), sensitivity=False, cached=False) for name, _ in CHANGES.values()}
    books = {key: changed(before[name], values) for key, (name, values) in CHANGES.items()}
    read = recalculated(books, tmp_path_factory.mktemp("edited"))
    return {key: Proof(_case(name, values), read[key]) for key, (name, values) in CHANGES.items()}


@needs_office
@pytest.mark.parametrize("key", CHANGES)
def test_input_changed_in_the_sheet_equals_a_new_run(edited: dict[str, Proof], key: str) -> None:
    """Tables and figures follow the cell as they follow the case, and every check still holds."""
    proof = edited[key]
    compare_tables(proof)
    compare_figures(proof)
    assert proof.read.found("封面", "全部检查") == 1
    assert proof.read.found("封面", "与程序导出值一致") == 0
    assert proof.cells > 1000


# --- what the sheet cannot follow says so -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stale(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Read]:
    """Changes that solved values, the operation or the ranges do not allow."""
    # With room below its cap the loan is as large as its target cover allows.
    raw = merged(SHAPES["sculpted"], {"finance": {"debt_share": 0.9}})
    sculpted = workbook(appraise(made(raw)), sensitivity=False, cached=False)
    ready = workbook(appraise(load_case(scenario_path("hainan_grid_lfp"))), sensitivity=False, cached=False)
    books = {
        "sculpted_rate": changed(sculpted, {"finance.loan_rate": 0.05}),
        "sculpted_target": changed(sculpted, {"finance.target_dscr": 1.3}),
        "size": changed(ready, {"storage.energy_mwh": 500.0}),
        "efficiency": changed(ready, {"storage.charge_efficiency": 0.9}),
        "range": changed(ready, {"finance.debt_share": 1.4}),
    }
    return recalculated(books, tmp_path_factory.mktemp("stale"))


@needs_office
@pytest.mark.parametrize(
    ("key", "check", "message"),
    [
        ("sculpted_rate", "按偿债备付率测算的还款", "还款测算值已失效，请重新运行"),
        ("sculpted_target", "借款规模与目标偿债备付率", "借款规模测算值已失效，请重新运行"),
        ("size", "需重新运行的输入未改动", "已改动需重新运行的输入"),
        ("efficiency", "需重新运行的输入未改动", "已改动需重新运行的输入"),
        ("range", "可改输入均在范围内", ""),
    ],
)
def test_change_that_the_sheet_cannot_follow_turns_the_master_check_red(
    stale: dict[str, Read], key: str, check: str, message: str
) -> None:
    """The check that stands for it is 0, the master check on the cover is 0, and the cover says what to do."""
    read = stale[key]
    assert next(line.total for line in read.lines("检查") if line.label.startswith(check)) == 0
    assert read.found("封面", "全部检查") == 0
    shown = [str(row[0]) for row in read.sheets["封面"] if row and row[0]]
    assert any(text.startswith(message) for text in shown)


@needs_office
def test_yearly_income_changed_by_year_equals_a_new_run(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A contract with a list of amounts is changed year by year on the sheet of the operation."""
    amounts = [8e5, 9e5, 9.9e5, 8.5e5, 8e5, 7e5, 7.7e5, 6e5]
    before = workbook(appraise(made(SHAPES["yearly_income"])), sensitivity=False, cached=False)
    book = openpyxl.load_workbook(io.BytesIO(before))
    row = next(row for row in book["运行"].iter_rows() if row[0].value == "收入（含税）")
    years = [cell.coordinate for cell in row[4:] if isinstance(cell.value, (int, float))]
    order = book.sheetnames.index("运行") + 1
    after = with_cells(before, order, dict(zip(years[1:], amounts, strict=True)))
    read = recalculated({"by_year": after}, tmp_path_factory.mktemp("by_year"))["by_year"]
    raw = merged(SHAPES["yearly_income"], {"revenue": {"known": {"income_yuan": amounts}}})
    proof = Proof(appraise(made(raw)), read)
    compare_tables(proof)
    compare_figures(proof)


@needs_office
def test_cached_values_are_those_that_are_recalculated(results: dict[str, Appraisal], proofs: dict[str, Proof]) -> None:
    """A reader that does not calculate sees in every cell what one that does finds there."""
    for name in ("hainan_grid_lfp", "many_loans_leases_grants_classes", "sculpted"):
        shown, proof = Read(workbook(results[name], sensitivity=False)), proofs[name]
        for sheet, rows in shown.sheets.items():
            for at, (cached, found) in enumerate(zip(rows, proof.read.sheets[sheet], strict=False), start=1):
                for one, other in zip(cached, found, strict=False):
                    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
                        assert np.isclose(one, other, rtol=RELATIVE, atol=OF_INVESTMENT * proof.investment), (
                            name,
                            sheet,
                            at,
                        )
                    else:
                        assert (one or "") == (other or ""), (name, sheet, at)
