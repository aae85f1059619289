"""What the commands of mechanism studies call, print and write."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from appraisal.cli.bundles import show_bundle
from appraisal.cli.common import print_columns
from appraisal.cli.progress import progress
from appraisal.cli.study_calls import refuse_full
from appraisal.errors import Fault, InputError, IntegrityError, said
from appraisal.report.files import refuse_there, save_new
from appraisal.report.mechanism.asked import Asked, bundle_of, packed, packed_again
from appraisal.report.mechanism.pack import FACTS, MANIFEST
from appraisal.study.mechanism import Bench, Study, read_study
from appraisal.study.mechanism.ready import find_study, study_names


def listed(lang: str) -> None:
    """Print the ready studies with their titles."""
    print_columns([(name, str(getattr(read_study(find_study(name)).title, lang))) for name in study_names()])


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
    as_pack = output is not None and output.suffix.lower() == ".zip"
    if as_pack and output is not None:
        refuse_there([output])
        save_new({output: packed(asked, read_study(find_study(study)))})
        told = said("wrote the evidence pack {path}", "已写入证据包 {path}", path=output)
        print(told.text(asked.lang), file=sys.stderr)
        return
    refuse_full(output)
    read = read_study(find_study(study))
    with progress(asked.command, _rows(asked, read)) as count:
        found = bundle_of(asked, Bench(study=read, progress=count if asked.command == "run" else None))
    show_bundle(found, asked.lang, as_json=as_json, folder=output, tables=tables, charts=charts)


def _rows(asked: Asked, study: Study) -> int:
    """Rows that a run appraises: every project as it stands and at each level of each mechanism; 0 where a search decides how many."""
    if asked.command != "run":
        return 0
    levels = sum(len(study.mechanism(name).levels) for name in asked.mechanisms or study.mechanisms)
    return (1 + levels) * sum(plants.projects for plants in study.plants)


def reproduce(path: Path, lang: str) -> None:
    """Make a pack again and compare it bit for bit.

    Raises
    ------
    IntegrityError
        If a file differs, with its name.
    """
    found = packed_again(path)
    if not found.same:
        raise IntegrityError(said(
            "{count} of {all} files differ: {names}; versions and facts stand in {manifest} and {facts}",
            "{all} 个文件中有 {count} 个不同：{names}；版本与事实见 {manifest} 和 {facts}",
            count=len(found.different), all=len(found.files), names=", ".join(found.different), manifest=MANIFEST, facts=FACTS,
        ))  # fmt: skip
    print(said("{all} files, the same bit for bit", "共 {all} 个文件，逐字节一致", all=len(found.files)).text(lang))
