"""What the commands of mechanism studies call, print and write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from appraisal.cli.bundles import show_bundle
from appraisal.cli.common import print_columns
from appraisal.cli.study_calls import refuse_full
from appraisal.report.bundle import Bundle
from appraisal.report.mechanism.run import run_bundle
from appraisal.study.mechanism import Bench, outcome, read_study
from appraisal.study.mechanism.ready import find_study, study_names


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A command with what it asks; everything that decides the result."""

    command: Literal["run"]
    study: str
    lang: Literal["zh", "en"]


def listed(lang: str) -> None:
    """Print the ready studies with their titles."""
    print_columns([(name, str(getattr(read_study(find_study(name)).title, lang))) for name in study_names()])


def bundle_of(asked: Asked, bench: Bench) -> Bundle:
    """What a command has to show."""
    outcomes = [outcome(bench, [one], np.array(one.levels)[:, None]) for one in bench.study.mechanisms.values()]
    return run_bundle(bench, outcomes, asked.lang)


def show(asked: Asked, *, as_json: bool, output: Path | None, tables: str, charts: Sequence[str]) -> None:
    """Do what was asked; print it, and write its files if a folder is named."""
    refuse_full(output)
    found = bundle_of(asked, Bench(study=read_study(find_study(asked.study))))
    show_bundle(found, asked.lang, as_json=as_json, folder=output, tables=tables, charts=charts)
