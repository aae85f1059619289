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
from appraisal.errors import Fault, InputError, said
from appraisal.report.bundle import Bundle
from appraisal.report.mechanism.require import required_bundle
from appraisal.report.mechanism.run import run_bundle
from appraisal.study.mechanism import Bench, outcome, read_study
from appraisal.study.mechanism.ready import find_study, study_names
from appraisal.study.mechanism.require import frontier, mix
from appraisal.study.mechanism.robust import robust


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A command with what it asks; everything that decides the result.

    ``shares`` are those of the potential that shall clear, ``mechanisms`` names of the study (none for all), ``mixes`` pairs of them;
    ``robust`` asks for what is uncertain too.
    """

    command: Literal["run", "require", "frontier"]
    lang: Literal["zh", "en"]
    shares: Sequence[float] = ()
    mechanisms: Sequence[str] = ()
    mixes: Sequence[tuple[str, str]] = ()
    robust: bool = False


def listed(lang: str) -> None:
    """Print the ready studies with their titles."""
    print_columns([(name, str(getattr(read_study(find_study(name)).title, lang))) for name in study_names()])


def bundle_of(asked: Asked, bench: Bench) -> Bundle:
    """What a command has to show."""
    study = bench.study
    chosen = [study.mechanism(name) for name in asked.mechanisms or study.mechanisms]
    if asked.command == "run":
        return run_bundle(bench, [outcome(bench, [one], np.array(one.levels)[:, None]) for one in chosen], asked.lang)
    lines = [frontier(bench, one, asked.shares) for one in chosen]
    mixed = [
        (share, mix(bench, study.mechanism(first), study.mechanism(second), share))
        for first, second in asked.mixes for share in asked.shares
    ]  # fmt: skip
    stood = robust(study, chosen, asked.shares[-1]) if asked.robust else None
    return required_bundle(bench, lines, asked.lang, mixed=mixed, stood=stood, drawn=asked.command == "frontier")


def pairs_of(texts: Sequence[str]) -> list[tuple[str, str]]:
    """``first,second`` as typed after ``--mix``.

    Raises
    ------
    InputError
        For what is no pair of names.
    """
    parts = [tuple(word.strip() for word in text.split(",")) for text in texts]
    faults = [
        Fault(where="--mix", message=said("{text!r}; expected two mechanisms with a comma between", "{text!r}；应为以逗号分隔的两种机制", text=text))
        for text, part in zip(texts, parts, strict=True) if len(part) != 2
    ]  # fmt: skip
    if faults:
        raise InputError(faults)
    return [(part[0], part[1]) for part in parts]


def show(asked: Asked, study: str, *, as_json: bool, output: Path | None, tables: str, charts: Sequence[str]) -> None:
    """Do what was asked; print it, and write its files if a folder is named."""
    refuse_full(output)
    found = bundle_of(asked, Bench(study=read_study(find_study(study))))
    show_bundle(found, asked.lang, as_json=as_json, folder=output, tables=tables, charts=charts)
