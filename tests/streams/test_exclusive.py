"""Rules by which one revenue excludes another: refused or told, with the amount at stake."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from strategies import CAPACITY, LIBRARY, made, merged, plant

from appraisal import Library, case_from_mapping
from appraisal.case import Exclusion
from appraisal.errors import InputError
from appraisal.operation import Good, Stream
from appraisal.scenario.checks import validate
from appraisal.scenario.exclusive import RULES, exclusion_notices
from appraisal.streams import stream, stream_names
from appraisal.text import GOODS
from appraisal.units import table

# 10 MW at 165 yuan/kW, 2 of 6 hours: usable 20 MWh × 0.95 × discharge efficiency 0.93 ÷ 10 MW = 1.767 h, by hand
# 10 000 kW × 165 × 1.767/6 = 485 925 yuan a year incl. VAT, times availability where the stream counts it.
YEARLY = 10_000 * 165 * (20 * 0.95 * 0.93 / 10) / 6


def rule(**changed: Any) -> Exclusion:
    """A rule between two goods."""
    base: dict[str, Any] = {"name": "rules.exclusive.test", "zh": "不得兼得", "en": "not both", "sold": "capacity_price", "other": "capacity_lease", "term": "", "refuse": True, "cite_zh": "某文", "cite_en": "a notice"}  # fmt: skip
    return Exclusion(**{**base, **changed})


def leased(share: float) -> Stream:
    """A stream that leases a share of the plant, paid as a schedule."""
    return replace(stream("schedule"), sells=("capacity_lease",), sold_share=lambda _case, _terms: table(share))


def both(monkeypatch: pytest.MonkeyPatch, share: float, one: Exclusion, price_share: float = 1.0) -> Any:
    """A case with a capacity price and a lease, under one rule."""
    price = replace(stream("capacity"), sold_share=lambda _case, _terms: table(price_share))
    found = {"capacity": price, "rented": leased(share), "arbitrage": stream("arbitrage")}
    terms = {"stream": "schedule", "paid_by": "generators", "income_yuan": 1e6, "vat_rate": 0.13}
    case = made(plant({"revenue": {"capacity": CAPACITY, "rented": terms}}))
    monkeypatch.setattr("appraisal.scenario.exclusive.kinds", lambda of: {label: found[label] for label in of.streams})
    return replace(case, exclusions=(one,))


def test_mandatory_allocation_gets_no_capacity_price_and_the_amount_is_told() -> None:
    """发改价格〔2026〕114号 二(三); what is lost is the whole price, 485 925 yuan by hand (CNY 0.4859 million)."""
    with pytest.raises(InputError) as caught:
        made(plant({"revenue": {"capacity": {**CAPACITY, "mandatory_allocation": True}}}))
    (fault,) = caught.value.faults
    assert fault.path == "revenue.capacity.mandatory_allocation"
    assert "Storage of a mandatory allocation gets no capacity price" in str(fault.message)
    assert "CNY 0.4859 million a year" in str(fault.message)
    assert "每年 48.59 万元" in fault.message.zh


def test_rule_holds_from_its_date() -> None:
    """Before 2026-01-27 there was no such rule: a plant of 2025 is not refused for it."""
    terms = {**CAPACITY, "mandatory_allocation": True}
    raw = plant({"project": {"construction_start": "2025-03"}, "revenue": {"capacity": terms}})
    assert made(raw).exclusions == ()


def test_rule_binds_a_stream_that_an_event_begins_under_it() -> None:
    """The plant of 2025 met no rule; a capacity price that begins in 2027 meets that of 2026-01-27."""
    raw = plant({"project": {"construction_start": "2025-03"}})
    begun = {"from_month": "2027-01", "set": {"revenue.capacity": {**CAPACITY, "mandatory_allocation": True}}}
    with pytest.raises(InputError, match="mandatory allocation"):
        made(merged(raw, {"events": {"later": begun}}))


def test_two_goods_on_the_same_capacity_are_refused_with_the_overlap(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lease of 40 % under a price on the whole plant: 40 % is sold twice, 0.4 × 485 925 = 194 370 yuan (by hand)."""
    with pytest.raises(InputError) as caught:
        validate(both(monkeypatch, 0.4, rule()))
    told = str(caught.value)
    assert "capacity with rented (leased capacity): not both (a notice); 40% of rated power" in told
    assert "CNY 0.1944 million" in told
    assert pytest.approx(0.4859, abs=1e-4) == YEARLY / 1e6


def test_shares_that_leave_room_are_not_the_same_capacity(monkeypatch: pytest.MonkeyPatch) -> None:
    """40 % leased and 60 % under the price need not lie on each other; 70 % under the price lie on 10 %."""
    validate(both(monkeypatch, 0.4, rule(), price_share=0.6))
    with pytest.raises(InputError, match="10% of rated power"):
        validate(both(monkeypatch, 0.4, rule(), price_share=0.7))


def test_rule_that_warns_tells_the_amount_and_refuses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reading of ours warns only."""
    case = both(monkeypatch, 1.0, rule(refuse=False))
    validate(case)
    (note,) = exclusion_notices(case)
    assert note.code == "exclusive"
    assert "100% of rated power, at stake CNY 0.4859 million a year" in note.en


def test_rule_in_one_province_binds_no_other(tmp_path: Path) -> None:
    """``provinces`` limits a rule; a case elsewhere has none."""
    (tmp_path / "rules").mkdir()
    text = (LIBRARY.folders()[-1][0] / "rules" / "exclusive.yaml").read_text(encoding="utf-8")
    limited = text.replace("term: mandatory_allocation,", "term: mandatory_allocation, provinces: [hubei],")
    (tmp_path / "rules" / "exclusive.yaml").write_text(limited, encoding="utf-8")
    library = Library.open(own=tmp_path)
    terms = {**CAPACITY, "mandatory_allocation": True}
    raw = plant({"revenue": {"capacity": terms}})
    assert case_from_mapping(raw, library=library).exclusions == ()
    with pytest.raises(InputError, match="mandatory allocation"):
        case_from_mapping(merged(raw, {"project": {"province": "hubei"}}), library=library)


def test_rules_speak_of_goods_that_streams_can_sell() -> None:
    """Every word of the rules and of the streams is a known good with a name in both languages, every action is known."""
    known = set(Good.__args__)
    assert known == set(GOODS)
    for name in stream_names():
        sells = stream(name).sells
        assert callable(sells) or set(sells) <= known
    for dated in LIBRARY.parameter_file(RULES).entries.values():
        for entry in dated.values():
            assert {entry.value["sold"], entry.value.get("with", "energy")} <= known
            assert entry.value["action"] in ("refuse", "warn")
            assert ("with" in entry.value) != ("term" in entry.value)
    assert np.isfinite(YEARLY)
