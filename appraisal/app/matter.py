"""The ten inputs of a case that matter most, whatever kind of case it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from appraisal.app.defaults import held
from appraisal.app.draft import Draft
from appraisal.app.fields import STREAMS, Field, field_at, is_number, look

_BEFORE = ("storage.power_mw", "storage.energy_mwh")
_AFTER = (
    "project.operation_years", "storage.availability", "finance.debt_share", "finance.loan_rate", "finance.loan_years", "finance.discount_rate",
)  # fmt: skip
# Cost lines, the one that usually weighs most first.
_COSTS = (
    "capital.battery_yuan_per_kwh", "capital.equipment_yuan", "capital.power_yuan_per_kw", "capital.works_yuan_per_kwh", "capital.works_yuan",
)  # fmt: skip
# The term that decides what a stream pays, by its kind.
_TERMS: Mapping[str, str] = {
    "capacity": "price_yuan_per_kw_year",
    "schedule": "income_yuan",
    "frequency_regulation": "price_yuan_per_mw",
    "capacity_lease": "let_share",
    "peak_regulation": "price_yuan_per_kwh",
    "reserve": "price_yuan_per_mw_hour",
    "demand_response": "price_yuan_per_kwh",
    "curtailment_absorption": "discharge_price_yuan_per_kwh",
    "deviation_relief": "penalty_yuan_per_kwh",
}
_BY_CONTRACT: Mapping[str, str] = {
    "saving_share": "investor_share",
    "discharge_discount": "price_factor",
    "fixed_fee": "fee_yuan_per_kw_year",
}


def ten(draft: Draft) -> list[Field]:
    """The fields in the order in which they are shown."""
    paths = (*_BEFORE, _main_cost(draft), _main_income(draft), *_AFTER)
    return [field for path in paths if (field := field_at(draft.stated, path)) is not None]


def _main_cost(draft: Draft) -> str:
    """The first cost line that is more than nothing."""
    for path in _COSTS:
        field = field_at(draft.stated, path)
        default = held(field, draft) if field is not None else None
        stated = look(draft.stated, path)
        value = stated if stated is not None else default.value if default is not None else None
        if is_number(value) and value > 0:
            return path
    return _COSTS[0]


def _main_income(draft: Draft) -> str:
    """The investor's share, the capacity price or a contract's amounts, as the case has them; else the spread of prices."""
    found = dict(_terms(draft))
    for kind in ("arbitrage", *_TERMS):
        if kind in found:
            return found[kind]
    return "market.spread_scale"


def _terms(draft: Draft) -> Iterator[tuple[str, str]]:
    """(kind, path of the term that decides) of every stream that has one."""
    for head in STREAMS:
        streams = look(draft.stated, head)
        for label, terms in streams.items() if isinstance(streams, Mapping) else ():
            stated: Mapping[str, Any] = terms if isinstance(terms, Mapping) else {}
            kind = str(stated.get("stream") or label)
            term = _BY_CONTRACT.get(str(stated.get("emc"))) if kind == "arbitrage" else _TERMS.get(kind)
            if term is not None:
                yield kind, f"{head}.{label}.{term}"
