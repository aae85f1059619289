"""Every kind of mechanism that a regulator asks about is a list of changes: each moves a ready case, and the payer is the one of its stream."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from appraisal.payments import ORDER
from appraisal.scenario.sheet import yaml_text
from appraisal.study.mechanism import Bench, read_study

# A day of spot prices in place of the bands of a tariff, and one with a critical peak of two hours; drawn for the test.
SPOT = [0.45] * 10 + [0.2] * 5 + [0.6] * 3 + [1.1] * 4 + [0.5] * 2
CRITICAL = [0.35] * 8 + [0.8] * 10 + [1.0] * 1 + [2.4] * 2 + [0.8] * 3
GRID = {"independent": {"case": "hainan_grid_lfp", "remove": ["revenue.capacity"]}}
USER = {"works": {"case": "zhejiang_user_lfp"}}


def priced(day: list[float]) -> dict[str, Any]:
    """A tariff replaced by a stated day."""
    return {
        "remove": ["market.tariff", "market.voltage"],
        "set": {"market.confidence": "estimate", "market.typical_days": [{"buy_yuan_per_kwh": day}]},
    }


def at(path: str, **terms: Any) -> dict[str, Any]:
    """A stream with the level in its terms."""
    return {"set": {path: terms}}


KINDS: dict[str, tuple[dict[str, Any], dict[str, Any], float, set[str]]] = {
    "wider_ratio": (USER, {"level": {"values": [6]}, "ratio": {"load_mw": [4] * 12 + [6] * 12}}, 6.0, {"host"}),
    "critical_peak": (USER, priced(CRITICAL), 1.0, {"host"}),
    "spot_in_place_of_bands": (USER, priced(SPOT), 1.0, {"host"}),
    "capacity_price": (GRID, {"level": {"values": [165]}, **at("revenue.capacity", listed=True, affordability_assessed=True, price_yuan_per_kw_year="level")}, 165.0, {"grid_users"}),
    "lease": (GRID, {"level": {"values": [200]}, **at("revenue.let", stream="capacity_lease", basis="rated_power", let_share=0.5, price_yuan_per_kw_year="level")}, 200.0, {"generators"}),
    "two_part": (GRID, {"level": {"values": [300]}, **at("revenue.fixed", stream="regulated_two_part", pumped=False, counterfactual=True, road="provincial", deducted_share=0, price_yuan_per_kw_year="level")}, 300.0, {"grid_users"}),
    "price_cap": (GRID, {"level": {"none": 5, "values": [3]}, "set": {"revenue.frequency_regulation.price_yuan_per_mw": "level"}}, 3.0, {"market"}),
    "grant": (GRID, {"level": {"values": [300]}, **at("support.city", stream="capital_grant", approved=True, yuan_per_kw="level")}, 300.0, {"treasury"}),
    "discharge_subsidy": (GRID, {"level": {"values": [0.1]}, **at("support.kwh", stream="discharge_subsidy", area="", approved=True, years=5, rate_yuan_per_kwh="level")}, 0.1, {"treasury"}),
    "interest_subsidy": (GRID, {"level": {"values": [0.5]}, **at("support.rate", stream="interest_subsidy", approved=True, share_of_interest="level")}, 0.5, {"treasury"}),
    "insurance": (GRID, {"level": {"values": [0.8]}, **at("support.first", stream="first_of_kind_insurance", listed=True, insured_value_yuan=1e8, premium_rate=0.02, state_share="level")}, 0.8, {"treasury"}),
    "contract_for_difference": (GRID, {"level": {"values": [700]}, **at("revenue.floor", stream="contract_for_difference", paid_by="grid_users", floor_yuan_per_kw_year="level")}, 700.0, {"grid_users"}),
}  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_kind_of_mechanism_moves_a_ready_case_and_has_its_payer(tmp_path: Path, name: str) -> None:
    """What is paid changes for its payer alone, and at the level of none for nobody."""
    portfolio, mechanism, level, payers = KINDS[name]
    hurdle = {"metric": "equity_irr", "value": 0.08}
    path = tmp_path / "study.yaml"
    path.write_text(
        yaml_text(
            {
                "as_of": "2026-08-01",
                "discount_rate": 0.06,
                "hurdle": hurdle,
                "portfolio": portfolio,
                "mechanisms": {name: mechanism},
            }
        ),
        encoding="utf-8",
    )
    bench = Bench(study=read_study(path))
    one, plants = bench.study.mechanism(name), bench.study.plants[0]
    rows = bench.rows(plants, [one], np.zeros(2, dtype=np.int64), np.array([[one.none], [level]]))
    base = bench.base[plants.name]
    more = np.abs(rows.paid - base.paid).sum(axis=2)
    assert not more[0].any()
    assert rows.worth[0] == base.worth[0]
    assert {payer for place, payer in enumerate(ORDER) if more[1, place] > 1.0} == payers
    assert rows.worth[1] != base.worth[0]
