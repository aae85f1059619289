"""What a Monte Carlo study was asked: its scenarios, its terms and their faults, the record of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from math import isfinite
from typing import Any, TypeAlias

from appraisal.case import Case
from appraisal.case.uncertainty import Distribution, Uncertainty
from appraisal.errors import Fault, InputError, said, suggest
from appraisal.scenario import digest
from appraisal.scenario.uncertainty import distribution_fault
from appraisal.study.draw import correlation_faults
from appraisal.study.hurdle import refuse_unknown
from appraisal.study.inputs import Inputs, inputs_of, valued
from appraisal.study.provenance import Provenance, provenance
from appraisal.study.risk.missed import RATE_OF, RATES_OF_RETURN
from appraisal.study.risk.trace import P_VALUES, TAIL, TOLERANCE
from appraisal.study.tree import Leaf, leaf_of, tree_faults

Tree: TypeAlias = Mapping[str, Leaf | tuple[float, Case]]


def leaves_of(case: Case | Tree, uncertainty: Mapping[str, Distribution] | None) -> dict[str, Leaf]:
    """The scenarios of a study by name, with the distributions asked in place of their own."""
    given = (
        {case.name: Leaf(1.0, case)} if isinstance(case, Case) else {name: leaf_of(one) for name, one in case.items()}
    )
    if uncertainty is None:
        return given
    stated = uncertainty if isinstance(uncertainty, Uncertainty) else Uncertainty(dict(uncertainty))
    return {name: leaf._replace(case=replace(leaf.case, uncertainty=stated)) for name, leaf in given.items()}


def asked_hurdles(hurdle: float | Mapping[str, float] | None) -> dict[str, float]:
    """Rate of return → hurdle; a number serves the project and the equity."""
    if hurdle is None:
        return {}
    return dict(hurdle) if isinstance(hurdle, Mapping) else dict.fromkeys(RATES_OF_RETURN, hurdle)


def refuse_terms(
    leaves: Mapping[str, Leaf], faults: list[Fault], keys: Sequence[str], hurdles: Mapping[str, float], covenant: float
) -> None:  # fmt: skip
    """Refuse what no study can be made of, all faults at once; those of the design are given."""
    faults = [*faults, *tree_faults(leaves)]
    for name, leaf in leaves.items():
        faults += [*_stated_faults(leaf.case), *_hurdle_faults(leaf.case, hurdles), *_key_faults(leaf.case, keys)]
        if not leaf.case.uncertainty and len(leaves) == 1:
            message = said(
                "states no distribution, so that every draw would be the case; write some under uncertainty, or give uncertainty=",
                "没有填写分布，每次抽样都等于基本方案；请在 uncertainty 一节填写，或以 uncertainty= 给出",
            )
            faults.append(Fault(where=name, path="uncertainty", message=message))
    if not _is_number(covenant) or covenant < 0:
        message = said(
            "{covenant!r}; expected a cover of 0 or more", "{covenant!r}；应为不小于 0 的倍数", covenant=covenant
        )
        faults.append(Fault(where="study", path="covenant", message=message))
    if faults:
        # Scenarios that share a fault tell it once.
        raise InputError(dict.fromkeys(faults))


def _stated_faults(case: Case) -> list[Fault]:
    stated = case.uncertainty
    wrong = {path: message for path, one in stated.items() if (message := distribution_fault(one)) is not None}
    faults = [Fault(where="study", path=f"uncertainty.{path}", message=message) for path, message in wrong.items()]
    for path in stated:
        faults += _told_by(partial(valued, case, path))
    return faults + correlation_faults(stated)


def _key_faults(case: Case, keys: Sequence[str]) -> list[Fault]:
    # What is wrong with distributions is told by itself; the books are asked without them.
    return _told_by(partial(refuse_unknown, replace(case, uncertainty=Uncertainty()), keys))


def _told_by(call: Callable[[], object]) -> list[Fault]:
    """The faults that a call refuses with."""
    try:
        call()
    except InputError as error:
        return list(error.faults)
    return []


def _hurdle_faults(case: Case, hurdles: Mapping[str, float]) -> list[Fault]:
    faults = []
    for key, rate in hurdles.items():
        if key not in RATE_OF:
            known = suggest(str(key), list(RATE_OF))
            message = said("no rate of return with a hurdle; {known}", "没有此项收益率的基准；{known}", known=known)
            faults.append(Fault(where="study", path=f"hurdle.{key}", message=message))
            continue
        told = _told_by(partial(case.rows(slice(0, 1)).vary, {RATE_OF[key]: rate}))
        faults += [Fault(where="study", path=f"hurdle.{key}", message=fault.message) for fault in told]
    return faults


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)


def moving_of(case: Case) -> Inputs:
    """The inputs that a case draws, each by its value."""
    return inputs_of(case, [valued(case, path) for path in case.uncertainty])[0]


def made_by(leaves: Mapping[str, Leaf], n: int, seed: int, settings: Mapping[str, Any]) -> Provenance:
    """The provenance of a study; of a tree the digest is that of its scenarios' weights and digests.

    What no caller sets stands in it too: the shares that P90, P50 and P10 are read at, the tail of VaR and CVaR, and how
    close the running figures have to come.
    """
    first = next(iter(leaves.values())).case
    pairs = [{"between": list(pair.between), "rank": pair.rank} for pair in first.uncertainty.correlations]
    read_at = {"p_values": dict(P_VALUES), "tail": TAIL, "tolerance": TOLERANCE}
    stated = {**settings, **read_at, "distributions": _plain(first.uncertainty), "correlations": pairs}
    if len(leaves) == 1:
        return provenance("montecarlo", first, stated, seed=seed, n=n)
    scenarios = {
        name: {
            "weight": leaf.weight,
            "inputs_sha256": digest(leaf.case),
            "distributions": _plain(leaf.case.uncertainty),
        }
        for name, leaf in leaves.items()
    }
    whole = hashlib.sha256(json.dumps(scenarios, sort_keys=True).encode()).hexdigest()
    made = provenance("montecarlo", first, {**stated, "scenarios": scenarios}, seed=seed, n=n)
    return replace(made, inputs_sha256=whole)


def _plain(stated: Uncertainty) -> dict[str, Any]:
    """Distributions as a file states them."""
    return {
        path: {one.name: {str(value): share for value, share in zip(*one.numbers, strict=True)} if one.name == "discrete" else list(one.numbers)}
        for path, one in stated.items()
    }  # fmt: skip
