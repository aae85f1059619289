"""Random valid cases of a stream, its terms drawn from the declaration of each field (its range, its choices)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any, get_args

import numpy as np
from pydantic.fields import FieldInfo
from strategies import made, plant

from appraisal import Case
from appraisal.case.schema import Terms
from appraisal.dispatch.run import dispatch
from appraisal.errors import InputError
from appraisal.field import declared
from appraisal.operation import Operation, Stream
from appraisal.streams import stream, stream_names
from appraisal.units import Table

NAMES = stream_names()
DRAWS = 12  # cases tried for each stream and side
OWN = set(Terms.model_fields)
_PATIENCE = 2 * DRAWS
_OPERATIONS: dict[int, tuple[Case, Operation]] = {}


def drawn(info: FieldInfo, rng: np.random.Generator, years: int, *, needed: bool = False) -> Any:
    """A value that the field's declaration admits; None where it may be left out, is not *needed* and the draw says so."""
    what = declared(info)
    if info.default is None and not needed and rng.random() < 0.5:
        return None
    if what.kind == "flag":
        return bool(rng.random() < 0.5)
    if what.kind == "choice":
        return _choice(info, rng)
    if what.kind == "profile":
        # Nothing in most hours, so that windows of other terms may lie beside.
        inside = np.roll(np.arange(24) < rng.integers(3, 9), rng.integers(0, 24))
        return np.round(inside * rng.uniform(0.0, 12.0, 24), 2).tolist() if info.is_required() else info.default
    if what.kind == "text" and (needed or info.is_required()):
        start, length = int(rng.integers(0, 24)), int(rng.integers(1, 8))
        return f"{start:02d}:00-{(start + length) % 24:02d}:00"
    if what.kind in ("number", "constant", "yearly"):
        low = what.ge if what.ge is not None else what.gt or 0.0
        high = what.le if what.le is not None else max(100.0, 4.0 * low)
        amounts = low + (high - low) * (0.05 + 0.9 * rng.random(years if what.kind == "yearly" else 1))
        return [round(float(amount), 4) for amount in amounts] if what.kind == "yearly" else round(float(amounts[0]), 4)
    return info.default


def _choice(info: FieldInfo, rng: np.random.Generator) -> Any:
    words = [
        word
        for part in (info.annotation, *get_args(info.annotation))
        for word in get_args(part)
        if isinstance(word, str)
    ]
    return str(rng.choice(sorted(set(words))))


def terms_of(kind: Stream, rng: np.random.Generator, years: int) -> dict[str, Any]:
    """Terms drawn field by field."""
    fields = {name: info for name, info in kind.terms.model_fields.items() if name not in OWN}
    found = {name: drawn(info, rng, years) for name, info in fields.items()}
    return {name: value for name, value in found.items() if value is not None}


def base(side: str, rng: np.random.Generator) -> dict[str, Any]:
    """A plant of that side on a random day; no ageing is left out, prices are level over the years."""
    day = np.round(rng.uniform(0.05, 1.2, 24), 3)
    market: dict[str, Any] = {"typical_days": [
        {"months": [1, 2, 3, 4, 5, 6], "buy_yuan_per_kwh": day.tolist()},
        {"months": [7, 8, 9, 10, 11, 12], "buy_yuan_per_kwh": np.round(0.9 * day[::-1], 3).tolist()},
    ]}  # fmt: skip
    if side == "user":
        market["load_mw"] = np.round(rng.uniform(2, 12, 24), 2).tolist()
    raw = plant({
        "project": {"side": side, "construction_months": int(rng.integers(1, 20)), "operation_years": int(rng.integers(3, 8))},
        "storage": {"throughput_cost_yuan_per_mwh": float(rng.choice([0, 40]))},
    })  # fmt: skip
    raw["market"] = {**raw["market"], **market}
    return raw


def supply(rng: np.random.Generator) -> dict[str, Any]:
    """A basic charge in any mode, at prices of a summer month in Beijing (52 yuan/kW, 33 yuan/kVA), near the 260 kWh/kVA step."""
    stated = {
        "mode": str(rng.choice(["capacity", "contract", "actual", "choose"])),
        "kva": round(float(rng.uniform(9000, 22000))),
    }
    stated |= {"contract_kw": round(float(rng.uniform(5000, 12000)))} if rng.random() < 0.4 else {}
    return {**stated, "demand_yuan_per_kw_month": 52.0, "capacity_yuan_per_kva_month": 33.0}


@cache
def known(name: str) -> tuple[Case, ...]:
    """Random valid cases with this stream under the label ``it``, together with arbitrage where it differs."""
    kind, found = stream(name), []
    for side in ("user", "grid", "generation"):
        taken = 0
        for seed in range(10 * DRAWS):
            rng = np.random.default_rng([seed, NAMES.index(name), len(side)])
            raw = base(side, rng)
            years = raw["project"]["operation_years"]
            if name == "demand_charge" and side == "user":
                raw["market"]["site"] = {"supply": supply(rng)}
            beside = {} if name == "arbitrage" else {"arbitrage": {"emc": "saving_share"} if side == "user" else {}}
            raw["revenue"] = {"it": {"stream": name, **terms_of(kind, rng, years)}, **beside}
            case = admitted(raw, kind, rng)
            if case is not None:
                found.append(case)
                taken += 1
            # A side that refuses so many draws running refuses the stream.
            if taken == DRAWS or (not taken and seed == _PATIENCE):
                break
    return tuple(found)


def dispatched(case: Case) -> Operation:
    """The operation of a drawn case, worked out once for all the laws; nobody writes into it."""
    if id(case) not in _OPERATIONS:
        _OPERATIONS[id(case)] = (case, dispatch(case))
    return _OPERATIONS[id(case)][1]


def admitted(raw: dict[str, Any], kind: Stream, rng: np.random.Generator) -> Case | None:
    """The case, with terms that a check names turned (a flag), left out (an optional one) or drawn; None if refused all the same."""
    terms, fields, years = raw["revenue"]["it"], kind.terms.model_fields, raw["project"]["operation_years"]
    for _ in range(5):
        try:
            case = made(raw)
            dispatch(case)
        except InputError as error:
            for name in sorted({fault.path.removeprefix("revenue.it.") for fault in error.faults} & set(fields)):
                if name in terms and declared(fields[name]).kind == "flag":
                    terms[name] = not terms[name]
                elif name in terms and not fields[name].is_required():
                    del terms[name]
                else:
                    terms[name] = drawn(fields[name], rng, years, needed=True)
        else:
            return case
    return None


def idle(operation: Operation) -> Operation:
    """The same plant when it never moves: what a stream pays then is not paid for moving."""

    def none(lines: Mapping[str, Table]) -> dict[str, Table]:
        return {name: 0.0 * money for name, money in lines.items()}

    return replace(
        operation,
        charged_mwh=0.0 * operation.charged_mwh,
        discharged_mwh=0.0 * operation.discharged_mwh,
        paid=none(operation.paid),
        earned=none(operation.earned),
    )
