"""Where the figures of a mechanism study come from: the study, its cases and facts, versions, and one digest of them."""

from __future__ import annotations

import hashlib
import json
import platform
from importlib.metadata import version
from typing import Any

from appraisal import __version__
from appraisal.library import Fact
from appraisal.scenario import digest
from appraisal.study.mechanism.rows import Bench
from appraisal.study.provenance import LIBRARIES


def made_from(bench: Bench) -> dict[str, Any]:
    """What another person needs to get the same figures: plain values.

    The digest covers what the file of the study states and what every case of the portfolio resolves to; where the file lies does not matter.
    """
    study = bench.study
    cases = {one.name: digest(one.case) for one in study.plants}
    text = json.dumps({"study": study.raw, "cases": cases}, sort_keys=True, ensure_ascii=False)
    versions = {"appraisal": __version__, "python": platform.python_version()} | {
        name: version(name) for name in LIBRARIES
    }
    return {
        "title": {"zh": study.title.zh, "en": study.title.en}, "as_of": study.as_of.isoformat(), "seed": study.seed,
        "projects": {one.name: one.projects for one in study.plants}, "inputs_sha256": hashlib.sha256(text.encode()).hexdigest(), "versions": versions,
    }  # fmt: skip


def facts_of(bench: Bench) -> tuple[Fact, ...]:
    """Every fact that the study rests on, those that mechanisms brought into the cases included, each once, by name and day."""
    found: dict[tuple[str, str, str], Fact] = {}
    cases = [*(one.case for one in bench.study.plants), *bench.cases]
    rules = [one.rule for one in bench.study.mechanisms.values() if one.rule is not None]
    for fact in (*(fact for case in cases for fact in case.facts), *rules):
        found.setdefault((fact.name, fact.asked.isoformat(), repr(fact.value)), fact)
    return tuple(found[key] for key in sorted(found))
