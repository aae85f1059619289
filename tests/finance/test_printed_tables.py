"""The printed tables A–L: every cell is a declared line, what stands under a subtotal adds up to it, the tables tie."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from strategies import CAPACITY, contract, made, plant

from appraisal import Appraisal, appraise, load_case, scenario_path
from appraisal.book.printed import Placed
from appraisal.finance import Statements
from appraisal.finance.tables import TITLES, letter_of

READY = ("zhejiang_user_lfp", "hainan_grid_lfp", "contract_schedule")
WITHIN = 1e-9
LETTERS = [letter for letter in TITLES if letter != "K"]

_TWO = {"revenue": {"capacity": CAPACITY}, "finance": {"working_capital_yuan_per_kw": 30}}
_LOANS = {"finance": {"loans": {
    "bank": {"share": 0.6, "rate": 0.04, "years": 8, "sweep_share": 0.2},
    "policy": {"share": 0.4, "rate": 0.02, "repayment": "bullet", "years": 7, "fee_share": 0.01},
    "cheap": {"refinances": "policy", "drawn_in": 3, "rate": 0.01, "years": 4, "fee_share": 0.005},
}}}  # fmt: skip
_BANKS = {"finance": {"loans": {
    "bank": {"share": 0.6, "rate": 0.04, "years": 8, "sweep_share": 0.2}, "policy": {"share": 0.4, "rate": 0.02, "fee_share": 0.01},
    "cells": {"share": 0.5, "drawn_in": 3, "rate": 0.03, "years": 3},
}}}  # fmt: skip
_LEASES = {"finance": {"leases": {
    "direct": {"kind": "direct", "share": 0.3, "rate": 0.05, "years": 5, "fee_share": 0.01},
    "back": {"kind": "sale_and_leaseback", "share": 0.2, "rate": 0.05, "years": 6},
}}}  # fmt: skip
_GRANTS = {"finance": {"grants": {
    "early": {"yuan": 1e6}, "late": {"yuan": 5e5, "operating_year": 3}, "once": {"yuan": 2e5, "treatment": "income"},
    "cost": {"yuan": 3e5, "treatment": "reduce_cost"}, "after": {"yuan": 1e5, "treatment": "reduce_cost", "operating_year": 2},
}}}  # fmt: skip
_CLASSES = {"capital": {
    "power_yuan_per_kw": 150, "works_yuan_per_kwh": 80, "contingency_share": 0.05, "land_yuan": 300000, "land_years": 30, "disposal_yuan": 400000,
    "classes": {"cells": {"lines": ["battery"], "depreciation_years": 6, "tax_depreciation": "one_off"}, "house": {"lines": ["works"], "depreciation_years": 20}},
    "later_works": {"overhaul": {"operation_years": [4, 7], "yuan": 300000, "treatment": "expense"}, "more": {"operation_years": [5], "yuan": 900000}},
}, "storage": {"replacement": {"operation_years": [3, 6], "battery_yuan_per_kwh": 200, "depreciation_years": 4}}}  # fmt: skip
_PHASES = {"project": {"construction_months": 18, "phases": [
    {"share": 0.6, "start_month": 0, "construction_months": 6}, {"share": 0.4, "start_month": 12, "construction_months": 6},
]}}  # fmt: skip
_PARTIES = {
    "finance": {
        "parties": {"owner": {"share": 0.7}, "fund": {"share": 0.3, "dividend_share": 0.4, "liquidation_share": 0.3}}
    }
}
_PARTIES["finance"]["parties"]["owner"]["dividend_share"] = 0.6

STRUCTURES: Mapping[str, dict[str, Any]] = {
    "two_streams": plant(_TWO),
    "loans": plant(_TWO, _LOANS),
    "leases": plant(_TWO, _LEASES),
    "grants": plant(_TWO, _GRANTS),
    "classes": plant(_TWO, _CLASSES),
    "phases": plant(_TWO, _PHASES),
    "calendar": plant(_TWO, {"project": {"columns": "calendar"}}),
    "sculpted": plant(_TWO, {"finance": {"repayment": "sculpted", "target_dscr": 1.3}}),
    "capacity": plant({"finance": {"repayment": "capacity"}}),
    "parties": plant(_TWO, _PARTIES),
    "poor": plant({"capital": {"battery_yuan_per_kwh": 1800}, "finance": {"working_capital_yuan_per_kw": 30}}),
    "all_at_once": plant(_TWO, _LOANS, _LEASES, _GRANTS, _CLASSES, _PARTIES),
    "all_in_phases": plant(_TWO, _BANKS, _GRANTS, _CLASSES, _PHASES, _PARTIES),
}


@pytest.fixture(scope="module", params=[*READY, *STRUCTURES])
def result(request: pytest.FixtureRequest) -> Appraisal:
    """A ready case, or one with other formulas."""
    name = request.param
    return appraise(load_case(scenario_path(name)) if name in READY else made(STRUCTURES[name]))


def rows_of(books: Statements, letter: str) -> tuple[Placed, ...]:
    """The rows of a table."""
    return books.sheets[letter].placed()


def gaps(books: Statements) -> list[str]:
    """Every subtotal that is not the sum of the rows printed under it, and every relation that does not hold."""
    found = []
    size = float(books["invested"][0, -1])
    for letter in LETTERS:
        frame = books.table(letter)
        years = [name for name in frame.columns if isinstance(name, int)]
        numeric = frame[["total", *years]] if years else frame[["value"]]
        cells, placed = numeric.to_numpy(), rows_of(books, letter)
        place = {one.number: at for at, one in enumerate(placed) if one.number}
        for at, one in enumerate(placed):
            under = [
                below for below in range(at + 1, _end(placed, at)) if placed[below].depth == one.depth + 1 and placed[below].row.sign
            ]  # fmt: skip
            sums = [(cells[below], placed[below].row.sign) for below in under] if one.row.key else []
            # What the label prints, read as a reader does: （7.1-10） or (7.1-10).
            relation = re.search(r"[（(]([\d.]+(?:[+-][\d.]+)+)[）)]$", str(frame["label"].iloc[at]))
            terms = re.findall(r"([+-]?)([\d.]+)", relation.group(1)) if relation else []
            made_of = [(cells[place[number]], -1 if sign == "-" else 1) for sign, number in terms]
            for parts in (sums, made_of):
                if parts:
                    gap = cells[at] - sum(sign * values for values, sign in parts)
                    # A stock made of a flow has no total.
                    if np.nanmax(np.abs(gap[1:]) if years else np.abs(gap), initial=0.0) > WITHIN * size:
                        found.append(f"{letter} {one.number} {one.row.key}")
                    if years and abs(gap[0]) > WITHIN * size:
                        found.append(f"{letter} {one.number} {one.row.key} total")
    return found


def _end(placed: tuple[Placed, ...], at: int) -> int:
    """Where what stands under a row ends."""
    return next((below for below in range(at + 1, len(placed)) if placed[below].depth <= placed[at].depth), len(placed))


def test_every_number_is_a_declared_line_or_figure(result: Appraisal) -> None:
    """Years equal the line, indicators the figure; what is not defined is left out by the flag of the row alone."""
    books = result.statements
    for letter in LETTERS:
        frame = books.table(letter)
        for at, one in enumerate(rows_of(books, letter)):
            row = frame.iloc[at]
            if one.row.figure:
                shown = row["total" if "total" in frame else "value"]
                assert np.array_equal(shown, result.metrics[one.row.key].value[0], equal_nan=True)
            elif one.row.key:
                years = row[[name for name in frame.columns if isinstance(name, int)]].to_numpy(dtype=float)
                on = books.ledger.line(one.row.flag)[0] > 0 if one.row.flag else np.ones(len(years), dtype=bool)
                assert np.array_equal(np.isnan(years), ~on)
                assert np.array_equal(years[on], books[one.row.key][0][on])
                if one.row.flow:
                    # A sum in exact arithmetic (math.fsum), by which the printed one may differ in its last bits.
                    assert row["total"] == pytest.approx(math.fsum(years[on]), rel=1e-12, abs=1e-3)
                else:
                    assert np.isnan(row["total"])


def test_subtotals_are_the_rows_under_them_and_relations_hold(result: Appraisal) -> None:
    """A reader can add up every table."""
    assert gaps(result.statements) == []


@pytest.mark.parametrize(
    ("key", "formula"),
    [("equipment_price", "battery + works"), ("funds_raised", "equity_in"), ("raised_net", "raised_in_year"), ("claims", "debt"), ("cfads", "1.5 * ebitda"),
     ("profit_available", "net_profit"), ("net_cash", "operating_net"), ("project_net", "project_net_pre_tax"), ("loan.closing", "opening + drawn")],
)  # fmt: skip
def test_subtotal_with_another_formula_is_found(key: str, formula: str) -> None:
    """The law can fail: a declared subtotal or balance that leaves a part out no longer adds up."""
    books = appraise(made(plant(_TWO, {"finance": {"dividend_payout": 0.5}}))).statements
    broken = books.with_line(key, formula)
    assert any(found.endswith((key, f"{key} total")) for found in gaps(broken))


def test_numbers_are_complete_and_in_order(result: Appraisal) -> None:
    """Each number follows the one before it: the next on its level, or the first below it."""
    for letter in LETTERS:
        before: tuple[int, ...] = (0,)
        for one in rows_of(result.statements, letter):
            if not one.number:
                continue
            number = tuple(int(part) for part in one.number.split("."))
            assert len(number) == one.depth + 1
            follows = {(*before, 1), *((*before[:depth], before[depth] + 1) for depth in range(len(before)))}
            assert number in follows, (letter, one.number)
            before = number


def test_tables_tie(result: Appraisal) -> None:
    """Uses are sources, cost and profit run through, cash and debt end in the balance sheet."""
    books = result.statements
    tables = {letter: books.table(letter) for letter in LETTERS if letter != "J"}

    def row(letter: str, key: str) -> np.ndarray:
        frame = tables[letter]
        at = frame.index.get_loc(key)
        at = at if isinstance(at, int) else int(np.flatnonzero(frame.index == key)[0])
        return frame.iloc[at][[name for name in frame.columns if isinstance(name, int)]].to_numpy(dtype=float)

    within = {"rtol": 0.0, "atol": WITHIN * float(books["invested"][0, -1])}
    assert np.allclose(row("A", "investment_outlay"), row("B", "investment_outlay"), **within)
    assert np.allclose(row("B", "investment_outlay"), row("B", "funds_raised"), **within)
    assert np.array_equal(row("C", "total_cost"), row("D", "total_cost"))
    owned = row("I", "retained") + row("I", "reserve")
    moved = row("D", "net_profit") - row("D", "dividends")
    assert np.allclose(np.diff(owned, prepend=0.0), moved, **within)
    assert np.allclose(np.cumsum(row("F", "net_cash")), row("I", "cash"), **within)
    assert np.array_equal(row("F", "cash"), row("I", "cash"))
    assert np.allclose(row("I", "assets"), row("I", "claims"), **within)
    closing = [row("E", one.row.key) for one in rows_of(books, "E") if one.row.key.endswith(".closing")]
    owed = row("I", "loan_balance") + (row("I", "lease_balance") if "lease_balance" in tables["I"].index else 0.0)
    assert np.allclose(sum(closing), owed, **within)
    assert np.allclose(row("E", "working_loan"), row("I", "working_loan"), **within)
    for letter, key in (("G", "project_net"), ("H", "equity_net"), ("L", "investors_net")):
        assert np.array_equal(row(letter, key), books[key][0])
    if result.statements.form.parties:
        paid = sum(row("L", f"{name}.net") for name in books.form.parties)
        assert np.allclose(paid, row("L", "investors_net"), **within)


def test_ten_thousand_yuan_is_yuan_by_ten_thousand(result: Appraisal) -> None:
    """Money moves by 10⁴, and nothing else does: prices, ratios and years stay."""
    for letter in LETTERS:
        yuan, wan = (result.statements.table(letter, lang="zh", unit=unit) for unit in ("yuan", "wan"))
        for at in range(len(yuan)):
            numbers = [name for name in yuan.columns if isinstance(name, int) or name in ("total", "value")]
            factor = 1e4 if yuan["unit"].iloc[at] == "元" else 1.0
            left, right = (frame.iloc[at][numbers].to_numpy(dtype=float) for frame in (yuan, wan))
            assert np.allclose(left, right * factor, rtol=1e-15, atol=0.0, equal_nan=True)
        assert set(wan["unit"]) <= {"", "万元", "年", "元/kW", "元/kWh", "1"}


def names_of(case_books: Statements) -> set[str]:
    """What the case itself names, the same in both languages."""
    form = case_books.form
    found = {stream.label for stream in form.streams} | {one.label for one in form.renewals}
    instances = [*(one.name for one in form.loans), *(name for name, _ in form.leases), *(one.name for one in form.grants),
                 *(one.name for one in form.classes), *form.parties]  # fmt: skip
    return found | {name.partition("_")[2] for name in instances}


def test_labels_are_of_one_language(result: Appraisal) -> None:
    """No Chinese in English; in Chinese no words but names of the case and the usual abbreviations."""
    own = names_of(result.statements) | {"kWh", "kW", "LLCR", "PLCR"}
    for letter in LETTERS:
        english, chinese = (result.statements.table(letter, lang=lang) for lang in ("en", "zh"))
        for column in ("label", "unit", *(("tax", "reason") if letter == "J" else ())):
            assert not [text for text in english[column] if re.search(r"[㐀-鿿（）：，]", text)]
            words = {word for text in chinese[column] for word in re.findall(r"[A-Za-z_]\w*", text)}
            assert words <= own, (letter, words - own)
            assert all(english[column].astype(bool) == chinese[column].astype(bool))


def test_every_indicator_stands_in_the_summary_once(result: Appraisal) -> None:
    """附录J holds each declared figure, none of them under a subject for what was forgotten."""
    books = result.statements
    shown = [one.row.key for one in rows_of(books, "J") if one.row.key]
    assert sorted(shown) == sorted(books.book.figures)
    assert "其他指标" not in set(books.table("J", lang="zh")["label"])


def test_undefined_indicator_says_why(result: Appraisal) -> None:
    """Where there is no number there are words, and the words are those of the metric."""
    frame = result.statements.table("J", lang="zh")
    missing = frame[(frame.index != "") & frame["value"].isna()]
    assert all(missing["reason"].str.len() > 3)


def test_tables_have_names_that_no_line_has(result: Appraisal) -> None:
    """A table is found by letter, name or title, and no line or declared table is hidden by it."""
    books = result.statements
    taken = {*books.book.lines, *books.blocks, *books.book.figures}
    assert not taken & {name for title in TITLES.values() for name in title}
    for letter in LETTERS:
        for key in (TITLES[letter][0], TITLES[letter][1], f"附录{letter}"):
            assert letter_of(key) == letter
    frame = books.table("损益和利润分配表")
    assert frame.equals(books.table("D"))
    assert books.table("project_cash").index[0] == "project_inflow"


def test_unknown_tables_lines_and_units_are_refused() -> None:
    """With the nearest name, and the sensitivity with the place where it is made."""
    books = appraise(
        made(contract({"capital": {"equipment_yuan": 100}, "revenue": {"known": {"income_yuan": 50}}}))
    ).statements
    with pytest.raises(KeyError, match="did you mean 'balance_sheet'"):
        books.table("balance_shet")
    with pytest.raises(KeyError, match="made by a study"):
        books.table("K")
    with pytest.raises(ValueError, match="unit 'euro'"):
        books.table("D", unit="euro")
    with pytest.raises(ValueError, match="only printed tables"):
        books.table("project_net", unit="wan")


def test_row_of_a_block_is_its_own_scenario() -> None:
    """A table of row 1 is the table of that scenario alone."""
    case = made(plant(_TWO))
    price = case.capital.battery_yuan_per_kwh[0, 0]
    both = appraise(case.vary({"capital.battery_yuan_per_kwh": np.array([price, 1.2 * price])})).statements
    alone = appraise(case.vary({"capital.battery_yuan_per_kwh": 1.2 * price})).statements
    for letter in LETTERS:
        assert both.table(letter, row=1).equals(alone.table(letter))


def test_plain_project_prints_what_a_person_works_out() -> None:
    """1000 yuan bring 300 a year for 5 years, no debt and no tax: worked out by hand.

    Payback from the start of construction 1 + 1000/300 years; profit 300 − 200 of depreciation; a tenth of it to the
    reserve (100 · 10 % = 10), the rest may be distributed; 1 MW and 1 MWh: 1 yuan per kW and per kWh.
    """
    books = appraise(made(contract(
        {"capital": {"equipment_yuan": 1000}, "revenue": {"known": {"income_yuan": 300}}, "finance": {"discount_rate": 0.0}}
    ))).statements  # fmt: skip
    summary, profit = books.table("J"), books.table("D")
    found = summary["value"].to_dict()
    assert found["payback_years_pre_tax"] == pytest.approx(1 + 1000 / 300)
    assert found["discounted_payback_years_pre_tax"] == pytest.approx(1 + 1000 / 300)
    assert (found["investment_yuan_per_kw"], found["investment_yuan_per_kwh"]) == (1.0, 1.0)
    assert (found["revenue_mean"], found["total_cost_mean"], found["profit_mean"]) == (300.0, 200.0, 100.0)
    assert profit.loc["net_profit", "total"] == 500.0
    assert profit.loc["surplus_reserve", 2] == pytest.approx(10.0)
    assert profit.loc["dividends", 2] == pytest.approx(90.0)
    assert books.table("A").loc["investment_outlay", "total"] == 1000.0
    assert books.table("B").loc["equity_in", "total"] == 1000.0
