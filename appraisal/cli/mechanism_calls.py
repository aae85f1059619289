"""What the commands of mechanism studies call, print and write."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from appraisal.cli.bundles import show_bundle
from appraisal.cli.common import print_columns
from appraisal.cli.study_calls import refuse_full
from appraisal.errors import Fault, InputError, IntegrityError, said
from appraisal.report.bundle import Bundle
from appraisal.report.files import refuse_there, save_new
from appraisal.report.mechanism.pack import FACTS, MANIFEST, STUDY, inputs_of, pack, reproduced
from appraisal.report.mechanism.require import required_bundle
from appraisal.report.mechanism.run import run_bundle
from appraisal.report.mechanism.score import score_bundle
from appraisal.study.mechanism import Bench, Study, outcome, read_study
from appraisal.study.mechanism.ready import find_study, study_names
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


def listed(lang: str) -> None:
    """Print the ready studies with their titles."""
    print_columns([(name, str(getattr(read_study(find_study(name)).title, lang))) for name in study_names()])


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
    """Do what was asked; print it, and write its files if a folder is named, or an evidence pack."""
    packed = output is not None and output.suffix.lower() == ".zip"
    if packed and output is not None:
        refuse_there([output])
        read = read_study(find_study(study))
        save_new({output: pack(inputs_of(read), asked.plain, asked.typed, _made)})
        told = said("wrote the evidence pack {path}", "已写入证据包 {path}", path=output)
        print(told.text(asked.lang), file=sys.stderr)
        return
    refuse_full(output)
    found = bundle_of(asked, Bench(study=read_study(find_study(study))))
    show_bundle(found, asked.lang, as_json=as_json, folder=output, tables=tables, charts=charts)


def reproduce(path: Path, lang: str) -> None:
    """Make a pack again and compare it bit for bit.

    Raises
    ------
    IntegrityError
        If a file differs, with its name.
    """
    found = reproduced(path, lambda plain: _asked(plain).typed, _made)
    if not found.same:
        raise IntegrityError(said(
            "{count} of {all} files differ: {names}; versions and facts stand in {manifest} and {facts}",
            "{all} 个文件中有 {count} 个不同：{names}；版本与事实见 {manifest} 和 {facts}",
            count=len(found.different), all=len(found.files), names=", ".join(found.different), manifest=MANIFEST, facts=FACTS,
        ))  # fmt: skip
    print(said("{all} files, the same bit for bit", "共 {all} 个文件，逐字节一致", all=len(found.files)).text(lang))


def _made(plain: Mapping[str, Any], bench: Bench) -> Bundle:
    return bundle_of(_asked(plain), bench)


def _asked(plain: Mapping[str, Any]) -> Asked:
    """What a pack asked; ValueError or TypeError for what no command writes."""
    held = dict(plain)
    if held.get("command") not in COMMANDS or held.get("lang") not in ("zh", "en"):
        raise ValueError(held.get("command"))
    pairs = [(str(first), str(second)) for first, second in held.pop("mixes", ())]
    return Asked(**{**held, "mixes": pairs})
