"""The basic charge and the monthly bill of a Chinese user.

Oracles: RULES.md §5 and facts/examples.yaml (demand_charge_105_40, contract_demand_best_choice) for the basic charge, read
beside the repository as well as written here; for the whole bill, the bills that the tariff files state (worked out by hand from
printed components, or published: each says which) and the printed prices of Beijing, August 2026.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appraisal.billing import (
    MonthlyUse,
    Supply,
    actual_charge,
    basic_charge,
    basic_rules,
    best_contract,
    best_modes,
    capacity_charge,
    chinese_bill,
    contract_charge,
    demand_price,
    energy_charges,
    monthly_use,
)
from appraisal.errors import InputError
from appraisal.library import Library, RetailYear
from appraisal.library.reader import read_file
from appraisal.library.retail_types import RetailFile, WorkedBill

FACTS = Path(__file__).resolve().parents[3] / "shared" / "facts" / "examples.yaml"
FEW = settings(max_examples=50, deadline=None, derandomize=True, database=None)
LIBRARY = Library.open()
RULES = basic_rules(LIBRARY, [date(2026, 8, 1)])
RETAIL = [LIBRARY.retail_file(name) for name in LIBRARY.files() if name.startswith("retail.")]
STATED = [(file, bill) for file in RETAIL for bill in file.worked_bills]
AUGUST = 7
# Beijing, 1-10 kV, two-part, August 2026, yuan/kWh: tests/oracles/printed_prices.yaml, P.beijing.2026-08.1-10kV.two, to 2e-6.
PRINTED = {"s": 0.98049175, "p": 0.85578675, "f": 0.62196575, "v": 0.38814475}
# Beijing, 1-10 kV, from 2026-08-01 (RULES.md §5; facts/examples.yaml demand_charge_105_40): yuan/kW and yuan/kVA a month.
DEMAND, CAPACITY, KVA = 52.0, 33.0, 5000.0


def cell(value: float) -> np.ndarray:
    return np.array([[value]])


def contract_bill(contract: float, actual: float, kwh: float | None) -> float:
    price = demand_price(RULES, cell(DEMAND), cell(kwh or 0.0), cell(KVA))
    return float(contract_charge(RULES, price, cell(KVA), cell(contract), cell(actual))[0, 0])


def year_of(**changes: Any) -> RetailYear:
    asked = {"start": date(2026, 8, 1), "voltage": "10kV", "parts": "two"} | changes
    return LIBRARY.retail("retail.beijing", **asked)


def rules_of(year: RetailYear) -> Any:
    return basic_rules(LIBRARY, [month.month for month in year.months])


@pytest.mark.parametrize(
    ("contract", "actual", "kwh", "bill"),
    [
        (3000, 3100, None, 156_000), (3000, 3150, None, 156_000), (3000, 3400, None, 182_000), (1800, 1500, None, 104_000),
        (3000, 3100, 1_300_000, 140_400), (3000, 3100, 1_299_999, 156_000),
    ],
)  # fmt: skip
def test_contract_mode_pays_the_printed_amounts(contract: float, actual: float, kwh: float | None, bill: float) -> None:
    """RULES.md §5: 105 %, double above it, at least 40 % of the capacity, × 0.9 from 260 kWh per kVA on."""
    assert contract_bill(contract, actual, kwh) == pytest.approx(bill, rel=1e-14)


@pytest.mark.parametrize(("actual", "bill"), [(2050, 104_000), (2100, 104_000), (2200, 114_400)])
def test_tolerance_is_of_the_contract_after_its_floor(actual: float, bill: float) -> None:
    """A contract of 1,800 kW counts as 2,000: up to 2,100 kW pays 52 × 2,000, and 2,200 kW pays 2 × 52 × 100 more (by hand)."""
    assert contract_bill(1800, actual, None) == pytest.approx(bill, rel=1e-14)


def test_other_modes_pay_the_printed_amounts() -> None:
    """RULES.md §5: 165,000 by capacity; examples.yaml: 163,800 by actual demand, 7,800 above the best contract."""
    assert capacity_charge(cell(CAPACITY), cell(KVA))[0, 0] == 165_000.0
    assert actual_charge(cell(DEMAND), cell(3150.0))[0, 0] == 163_800.0
    contract = best_contract(RULES, cell(KVA), cell(3150.0))[0, 0]
    assert contract == pytest.approx(3000.0, rel=1e-15)
    assert 163_800.0 - contract_bill(contract, 3150.0, None) == pytest.approx(7_800.0)


def test_facts_beside_the_repository_say_the_same() -> None:
    """Every row and the indifferent share, from the file itself."""
    if not FACTS.exists():
        pytest.skip("the facts lie beside the repository, not in it")
    cases = {case["id"]: case for case in read_file(FACTS).plain()["examples"]}
    case = cases["demand_charge_105_40"]
    given_, told = case["inputs"], case["outputs"]
    found = [contract_bill(row["contract_kw"], row["actual_kw"], row["kwh"]) for row in given_["rows"]]
    assert found == pytest.approx(told["bills"], rel=1e-14)
    assert capacity_charge(cell(given_["capacity_price"]), cell(given_["kva"]))[0, 0] == told["capacity_option"]
    # At that share of the capacity actual demand costs what the capacity costs; printed to six decimals.
    share = told["indifferent_demand_share_of_kva"] * given_["kva"]
    assert actual_charge(cell(given_["demand_price"]), cell(share))[0, 0] == pytest.approx(
        told["capacity_option"], abs=0.2
    )


def test_rules_come_from_dated_facts() -> None:
    """Values and sources of the file; before the clause there is no rule, and that is said."""
    assert {fact.name.rpartition(".")[2]: fact.value for fact in RULES.facts} == {
        "contract_tolerance": 1.05, "excess_multiple": 2, "least_contract_share": 0.4, "load_factor_threshold_kwh_per_kva": 260,
        "load_factor_discount": 0.9,
    }  # fmt: skip
    with pytest.raises(InputError, match="load_factor_threshold_kwh_per_kva: no value before 2023-06-01") as caught:
        basic_rules(LIBRARY, [date(2023, 7, 1), date(2023, 5, 1)])
    assert caught.value.exit_code == 6
    what_if = basic_rules(LIBRARY.overlaid({"rules.basic_charge.contract_tolerance": 1.1}), [date(2026, 8, 1)])
    assert what_if.tolerance.tolist() == [[1.1]]


def test_actual_demand_has_no_floor_and_capacity_no_reduction() -> None:
    """The least share is a rule of the contract, the reduction one of the demand price (发改办价格〔2016〕1583号)."""
    assert actual_charge(cell(DEMAND), cell(100.0))[0, 0] == 5200.0
    year = year_of()
    use = MonthlyUse(energy_kwh={"f": np.full((1, 12), 2e6)}, peak_kw=np.full((1, 12), 3000.0))
    kva = cell(KVA)
    paid = {mode: basic_charge(year, rules_of(year), Supply(mode=mode, kva=kva, contract_kw=cell(3000.0)), use)[0, AUGUST]
            for mode in ("capacity", "contract", "actual")}  # fmt: skip
    assert paid == pytest.approx({"capacity": 165_000.0, "contract": 140_400.0, "actual": 140_400.0})


@FEW
@given(st.floats(1.0, 20_000.0), st.floats(0.0, 20_000.0), st.floats(0.0, 20_000.0))
def test_contract_mode_laws(kva: float, contract: float, peak: float) -> None:
    """No contract beats the best one; nothing is below the floor; the charge rises with the demand."""
    price = cell(DEMAND)
    best = contract_charge(RULES, price, cell(kva), best_contract(RULES, cell(kva), cell(peak)), cell(peak))
    any_ = contract_charge(RULES, price, cell(kva), cell(contract), cell(peak))
    assert best[0, 0] <= any_[0, 0] * (1 + 1e-12)
    assert any_[0, 0] >= DEMAND * 0.4 * kva * (1 - 1e-12)
    assert contract_charge(RULES, price, cell(kva), cell(contract), cell(peak + 1))[0, 0] >= any_[0, 0]


def test_choice_holds_a_quarter() -> None:
    """Cheapest over three months together, not month by month; each scenario chooses for itself."""
    capacity = np.full((2, 12), 10.0)
    actual = np.array([[0.0, 0.0, 31.0, 9.0, 9.0, 9.0, 0.0, 0.0, 29.0, 10.0, 10.0, 10.0], [11.0] * 12])
    found = best_modes({"capacity": capacity, "actual": actual})
    assert found.mode.tolist() == [[0] * 3 + [1] * 6 + [0] * 3, [0] * 12]
    assert found.charge.sum(axis=1).tolist() == [30 + 27 + 29 + 30, 120]
    with pytest.raises(InputError, match="twelve months"):
        best_modes({"actual": np.ones((1, 4))})


@pytest.mark.parametrize(
    ("file", "stated"), STATED, ids=[f"{file.name}-{bill.month:%Y-%m}-{bill.total}" for file, bill in STATED]
)
def test_stated_bill_of_a_tariff_is_met_to_the_cent(file: RetailFile, stated: WorkedBill) -> None:
    """One month's energy by band and its basis of the basic charge; the capacity of a demand user is so large that 260 stays far."""
    year = LIBRARY.retail(
        file.name,
        start=stated.month,
        voltage=stated.voltage,
        parts=stated.parts,
        user_class=stated.user_class,
        zone=stated.zone,
    )
    column = stated.month.month - 1
    energy = {letter: np.zeros((1, 12)) for letter in stated.kwh}
    for letter, kwh in stated.kwh.items():
        energy[letter][0, column] = kwh
    peak = np.zeros((1, 12))
    peak[0, column] = stated.demand_kw or 0.0
    use = MonthlyUse(energy_kwh=energy, peak_kw=peak)
    basis = stated.parts == "two" and (stated.demand_kw or stated.capacity_kva)
    if basis:
        supply = Supply(mode="actual" if stated.demand_kw else "capacity", kva=cell(stated.capacity_kva or 1e9))
        bill = chinese_bill(year, use, supply=supply, rules=rules_of(year))
        total = bill.total[0, column]
    else:
        total = sum(charge[0, column] for charge in energy_charges(year, energy).values())
    assert total == pytest.approx(stated.total, abs=0.005 + 1e-9)


def test_bill_of_a_flat_load_in_a_printed_month() -> None:
    """Beijing August 2026, 1 MW throughout: Σ hours of each band × its price, by plain sums over the days of the tariff."""
    year = year_of()
    width = len(year.days[0].letters)
    use = monthly_use(year, np.full((1, len(year.days) * width), 1000.0))
    expected = dict.fromkeys(use.energy_kwh, 0.0)
    for day in year.days:
        for letter in day.letters if day.month == AUGUST + 1 else "":
            expected[letter] += 1000.0 * 24 / width * day.days
    assert {letter: kwh[0, AUGUST] for letter, kwh in use.energy_kwh.items()} == pytest.approx(expected)
    assert use.total_kwh.sum() == pytest.approx(8_760_000.0)
    bill = chinese_bill(year, use, supply=Supply(mode="actual", kva=cell(KVA)), rules=rules_of(year))
    priced = {letter: kwh * PRINTED[letter] for letter, kwh in expected.items()}
    assert {letter: charge[0, AUGUST] for letter, charge in bill.energy_by_period.items()} == pytest.approx(
        priced, rel=6e-6
    )
    # 744,000 kWh on 5,000 kVA is below 260 each: 1,000 kW × 52.
    assert bill.basic[0, AUGUST] == 52_000.0
    assert bill.total[0, AUGUST] == pytest.approx(sum(priced.values()) + 52_000.0, rel=6e-6)


def test_finer_load_and_rows_alone() -> None:
    """Steps four times as fine give the same bill, a block is its rows to the last bit; Zhejiang has months of two kinds of day."""
    year = LIBRARY.retail("retail.zhejiang", start=date(2026, 8, 1), voltage="10kV", parts="two")
    steps = len(year.days) * len(year.days[0].letters)
    load = np.random.default_rng(7).uniform(100, 3000, (3, steps))
    width = len(year.days[0].letters)
    block, fine = monthly_use(year, load), monthly_use(year, np.repeat(load, 4, axis=1))
    assert (fine.peak_kw == block.peak_kw).all()
    assert block.step_hours == 4 * (fine.step_hours or 0.0) == 24 / len(year.days[0].letters)
    for month in range(1, 13):
        kinds = [
            load[:, place * width : (place + 1) * width] for place, day in enumerate(year.days) if day.month == month
        ]
        assert block.peak_kw[:, month - 1].tolist() == [max(max(kind[row]) for kind in kinds) for row in range(3)]
    assert len(year.days) > 12
    for letter, kwh in block.energy_kwh.items():
        np.testing.assert_allclose(fine.energy_kwh[letter], kwh, rtol=1e-13)
        for row in range(3):
            assert (monthly_use(year, load[row : row + 1]).energy_kwh[letter][0] == kwh[row]).all()
    kva = np.array([[4000.0], [5000.0], [6000.0]])
    paid = chinese_bill(
        year, block, supply=Supply(mode="contract", kva=kva, contract_kw=np.full((3, 12), 2500.0)), rules=rules_of(year)
    )
    assert paid.total.shape == (3, 12)
    assert (paid.total > paid.energy).all()


def test_one_part_tariff_has_no_basic_charge() -> None:
    """None is charged, and asking for one is an error; a two-part one without it is an error too."""
    one, two = year_of(parts="one"), year_of()
    use = MonthlyUse(energy_kwh={"f": np.full((1, 12), 100.0)}, peak_kw=np.full((1, 12), 1.0))
    bill = chinese_bill(one, use)
    assert bill.basic.tolist() == [[0.0] * 12]
    assert bill.total[0, AUGUST] == pytest.approx(100.0 * one.prices[AUGUST]["f"])
    supply = Supply(mode="capacity", kva=cell(KVA))
    for year, told, rest in (
        (one, "a one-part tariff has no basic charge", {"supply": supply, "rules": RULES}),
        (two, "a two-part bill needs", {}),
        (two, "state the contract demand", {"supply": Supply(mode="contract", kva=cell(KVA)), "rules": RULES}),
        (two, "the capacity must be above 0", {"supply": Supply(mode="capacity", kva=cell(0.0)), "rules": RULES}),
        (
            replace(two, capacity_yuan_per_kva_month=(None,) * 12),
            "has none for months 1, 2",
            {"supply": supply, "rules": RULES},
        ),
    ):
        with pytest.raises(InputError, match=told):
            chinese_bill(year, use, **rest)


def test_energy_without_a_price_and_loads_that_do_not_fit_are_refused() -> None:
    """By band and month, by steps, below 0."""
    year, steps = year_of(), len(year_of().days) * 48
    with pytest.raises(InputError, match=r"energy_kwh\.x: .* has no price for the band 'x'"):
        energy_charges(year, {"x": np.zeros((1, 12))})
    absent = next(letter for letter in "spfvd" if any(letter not in prices for prices in year.prices))
    with pytest.raises(InputError, match=f"no price for the band '{absent}'"):
        energy_charges(year, {absent: np.ones((1, 12))})
    with pytest.raises(InputError, match="do not fit"):
        monthly_use(year, np.ones((1, steps + 1)))
    with pytest.raises(InputError, match="0 or more"):
        monthly_use(year, -np.ones((1, steps)))
    with pytest.raises(InputError, match="peak_kw: must be 0 or more"):
        actual_charge(cell(DEMAND), cell(-1.0))
