"""What the case leaves out: whose default holds, of which date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from strategies import contract, merged

from appraisal.case import Case
from appraisal.errors import InputError
from appraisal.library import Library
from appraisal.scenario import case_from_mapping

LIBRARY = Library.open()
# A case that states nothing which a technology or a national rule could supply.
BARE = {
    "project": {"province": "jiangsu", "side": "grid", "construction_start": "2026-03", "construction_months": 12, "operation_years": 10},
    "storage": {"technology": "lfp", "power_mw": 1, "energy_mwh": 2, "availability": 0.97, "charged_mwh": 500, "discharged_mwh": 420},
    "revenue": {"known": {"stream": "schedule", "paid_by": "market", "income_yuan": 300000, "vat_rate": 0.13}},
    "finance": {"debt_share": 0.5, "loan_rate": 0.04, "loan_years": 5, "discount_rate": 0.06},
}  # fmt: skip


def case(*changes: dict[str, Any]) -> Case:
    """The bare case with changes."""
    return case_from_mapping(merged(BARE, *changes), library=LIBRARY)


def test_technology_and_nation_fill_what_the_case_leaves_out() -> None:
    """Values as the library has them for the date; each with its origin."""
    found = case()
    assert found.storage.charge_efficiency.tolist() == [
        [LIBRARY.fact("technology.lfp.charge_efficiency", date(2027, 3, 1)).value]
    ]
    # 13 % and 25 %: 增值税法 and 企业所得税法 as they stand since 2019 and 2008.
    assert found.market.vat_rate.tolist() == [[0.13]]
    assert found.tax.income_tax_rate.tolist() == [[0.25]]
    assert found.origins["tax.income_tax_rate"].kind == "national"
    assert found.origins["storage.charge_efficiency"].kind == "technology"
    assert found.origins["storage.charge_efficiency"].confidence == "estimate"


def test_what_the_case_states_wins_and_reads_no_fact() -> None:
    """A stated value is the case's own, and the fact that it replaces is not listed among those read."""
    found = case({"storage": {"charge_efficiency": 0.9}, "tax": {"income_tax_rate": 0.15}})
    assert found.storage.charge_efficiency.tolist() == [[0.9]]
    assert found.tax.income_tax_rate.tolist() == [[0.15]]
    assert found.origins["tax.income_tax_rate"].kind == "case"
    assert not {"technology.lfp.charge_efficiency", "tax.national.income_tax"} & {fact.name for fact in found.facts}


def test_case_without_a_technology_must_state_the_plant() -> None:
    """Nothing is assumed of a plant whose technology is not named."""
    with pytest.raises(InputError) as caught:
        case_from_mapping(merged(BARE, {"storage": {"technology": ""}}), library=LIBRARY)
    assert {fault.path for fault in caught.value.faults} == {
        "storage.charge_efficiency", "storage.discharge_efficiency", "storage.depth_of_discharge", "capital.depreciation_years",
        "capital.residual_share",
    }  # fmt: skip


@pytest.mark.parametrize(("start", "rate"), [("2018-03", 0.16), ("2018-06", 0.13), ("2019-06", 0.13)])
def test_rate_in_force_at_commissioning_is_taken(start: str, rate: float) -> None:
    """Electricity was sold at 16 % from 2018-05-01 to 2019-03-31 and at 13 % since (财税〔2018〕32号, 公告2019年第39号).

    Twelve months of construction: works begun in 2018-03 are commissioned in 2019-03, still at 16 %.
    """
    base = contract(
        {"capital": {"works_yuan": 1e6}}, {"project": {"construction_start": start, "construction_months": 12}}
    )
    del base["market"]
    found = case_from_mapping(base, library=LIBRARY)
    assert found.market.vat_rate.tolist() == [[rate]]


def test_area_of_a_market_stands_for_the_province() -> None:
    """Regulation is paid by a regional market: its cap is looked up by the area that the terms name."""
    terms = {"power_share": 0.1, "mileage_mw_per_mw_hour": 6, "performance": 1, "price_yuan_per_mw": 5}
    found = case({"revenue": {"regulation": {"stream": "frequency_regulation", "area": "shandong", **terms}}})
    assert "ancillary.shandong.mileage_price_cap" in {fact.name for fact in found.facts}
    assert found.origins["revenue.regulation.price_cap_yuan_per_mw"].kind == "library"


def test_library_in_another_unit_is_a_fault() -> None:
    """A default is never converted silently."""
    library = Library.open()
    file = library.parameter_file("tax.national")
    odd = {
        key: replace(one, unit="percent") if one.target == "tax.income_tax_rate" else one
        for key, one in file.parameters.items()
    }
    library.read["tax.national"] = replace(file, parameters=odd)
    with pytest.raises(
        InputError,
        match=r"tax\.income_tax_rate: the library gives tax.national.income_tax in percent, the case takes share",
    ):
        case_from_mapping(BARE, library=library)
