"""What may be asked of a mechanism study, what is shown for it, and its evidence pack: the same for commands and pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from appraisal.errors import Fault, InputError, said
from appraisal.report.bundle import Bundle
from appraisal.report.mechanism.pack import STUDY, Compared, inputs_of, pack, reproduced
from appraisal.report.mechanism.require import required_bundle
from appraisal.report.mechanism.run import run_bundle
from appraisal.report.mechanism.score import score_bundle
from appraisal.study.mechanism import Bench, Study, outcome
from appraisal.study.mechanism.require import frontier, mix
from appraisal.study.mechanism.robust import robust

Command = Literal["run", "require", "frontier", "score"]
COMMANDS: tuple[Command, ...] = get_args(Command)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A command with what it asks; everything that decides the result.

    ``shares`` are those of the potential that shall clear, ``mechanisms`` names of the study (none for all), ``mixes`` pairs of them;
    ``robust`` asks for what is uncertain too.
    """

    command: Command
    lang: Literal["zh", "en"]
    shares: Sequence[float] = ()
    mechanisms: Sequence[str] = ()
    mixes: Sequence[tuple[str, str]] = ()
    robust: bool = False

    @property
    def plain(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "command": self.command, "lang": self.lang, "shares": list(self.shares), "mechanisms": list(self.mechanisms),
            "mixes": [list(pair) for pair in self.mixes], "robust": self.robust,
        }  # fmt: skip

    @property
    def typed(self) -> str:
        """The same as it is typed on the unpacked study."""
        words = [
            self.command,
            STUDY,
            *(f"--mechanism {name}" for name in self.mechanisms),
            *(f"--mix {','.join(pair)}" for pair in self.mixes),
        ]
        words += (
            [f"--steps {len(self.shares)}"]
            if self.command == "frontier"
            else [f"--share {share!r}" for share in self.shares]
        )
        return " ".join([*words, *(["--robust"] if self.robust else []), f"--lang {self.lang}"])


def bundle_of(asked: Asked, bench: Bench) -> Bundle:
    """What a command has to show."""
    study = bench.study
    if asked.command == "score":
        return score_bundle(bench, asked.lang)
    refuse_without(study)
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


def refuse_without(study: Study) -> None:
    """Refuse a study that states no mechanism.

    Raises
    ------
    InputError
    """
    if not study.mechanisms:
        message = said("states no mechanism; it can be scored only", "没有填写机制；只能作评分比较")
        raise InputError([Fault(where=str(study.file), path="mechanisms", message=message)])


def packed(asked: Asked, study: Study) -> bytes:
    """The evidence pack of what is asked of a study, as :func:`appraisal.report.mechanism.pack.pack` makes it."""
    return pack(inputs_of(study), asked.plain, asked.typed, _made)


def packed_again(path: Path) -> Compared:
    """A pack made again from what stands in it; see :func:`appraisal.report.mechanism.pack.reproduced`."""
    return reproduced(path, lambda plain: _asked(plain).typed, _made)


def _made(plain: Mapping[str, Any], bench: Bench) -> Bundle:
    return bundle_of(_asked(plain), bench)


def _asked(plain: Mapping[str, Any]) -> Asked:
    """What a pack asked; ValueError or TypeError for what no command writes."""
    held = dict(plain)
    if held.get("command") not in COMMANDS or held.get("lang") not in ("zh", "en"):
        raise ValueError(held.get("command"))
    pairs = [(str(first), str(second)) for first, second in held.pop("mixes", ())]
    return Asked(**{**held, "mixes": pairs})
