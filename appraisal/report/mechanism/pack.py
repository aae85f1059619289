"""The evidence pack of a mechanism study: inputs, facts with sources, results, charts, the command, versions, hashes.

The pack is made from the inputs that stand in it, so that another person makes the same bytes from the pack alone.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from appraisal.errors import Fault, InputError, Message, said
from appraisal.report.bundle import Bundle
from appraisal.report.charts.export import drawn
from appraisal.report.zips import zipped
from appraisal.scenario.series import in_folder
from appraisal.scenario.sheet import yaml_text
from appraisal.study.mechanism import Bench, Study, read_study

STUDY, COMMAND, MANIFEST, README = "study.yaml", "command.json", "manifest.json", "README.txt"
FACTS = "results/facts.csv"
SCHEMA = "evidence_pack/1"
MOST_FILES, MOST_UNPACKED = 500, 200_000_000
_BESIDE = ("market.price_file", "market.site.load_file", "market.site.pv_file")
# What the parts of an archive raise that is damaged or made to do harm; told as a file that cannot be read.
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError, KeyError)
_ABOUT = """储能机制研究证据包 · Evidence pack of a storage mechanism study

study.yaml      研究文件 the study
cases/          算例及其数据文件 the cases with their data files
results/        结果表、图与 JSON tables, charts and JSON
command.json    生成结果的命令 the command that made them
manifest.json   版本与各文件的 SHA-256 versions and the SHA-256 of every file

复现并逐字节核对 Make it again and compare bit for bit:
    appraisal mechanism reproduce PACK.zip
直接运行 Run the command by itself:
    appraisal mechanism {words}
"""
# Makes what a command has to show from a study at work; what the command asks is plain values.
Make = Callable[[Mapping[str, Any], Bench], Bundle]


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A pack made again: the names of its files, and those that differ, are missing or are new."""

    files: tuple[str, ...]
    different: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether every byte is."""
        return not self.different


def inputs_of(study: Study) -> dict[str, bytes]:
    """The study and its cases as files that stand by themselves: every case in a folder of its own, with the series beside it."""
    files: dict[str, bytes] = {}
    portfolio: dict[str, Any] = {}
    for plants in study.plants:
        name = f"cases/{plants.name}/case{plants.file.suffix}"
        portfolio[plants.name] = {**study.raw["portfolio"][plants.name], "case": name}
        files[name] = plants.file.read_bytes()
        for path in _BESIDE:
            beside = plants.case.at(path)
            if beside:
                files[f"cases/{plants.name}/{beside}"] = in_folder(plants.file)(beside)
    return {STUDY: yaml_text({**study.raw, "portfolio": portfolio}).encode(), **files}


def pack(inputs: Mapping[str, bytes], command: Mapping[str, Any], words: str, make: Make) -> bytes:
    """The pack of a command on a study that is given as files.

    Parameters
    ----------
    inputs : name → content
        As :func:`inputs_of` gives them.
    command : mapping
        What is asked, plain values.
    words : str
        The same as it is typed.
    make : callable

    Returns
    -------
    bytes
        Of a .zip: the same for the same inputs, command, library of facts and versions.

    Raises
    ------
    InputError
        As the reading of the study and the command.
    """
    with TemporaryDirectory() as folder:
        for name, content in inputs.items():
            file = Path(folder, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        bench = Bench(study=read_study(Path(folder, STUDY)))
        found = make(command, bench)
        results = _results(found)
    asked = json.dumps(
        {"words": f"appraisal mechanism {words}", **command}, ensure_ascii=False, indent=2, sort_keys=True
    )
    files = {README: _ABOUT.format(words=words).encode(), COMMAND: f"{asked}\n".encode(), **inputs, **results}
    made = {
        "schema": SCHEMA, "versions": found.source["versions"], "inputs_sha256": found.source["inputs_sha256"],
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
    }  # fmt: skip
    manifest = f"{json.dumps(made, ensure_ascii=False, indent=2, sort_keys=True)}\n".encode()
    return zipped({MANIFEST: manifest, **dict(sorted(files.items()))})


def _results(found: Bundle) -> dict[str, bytes]:
    tables = {path.as_posix(): content for path, content in found.files(Path("results"), "csv").items()}
    told = json.dumps(found.as_json(), ensure_ascii=False, indent=2, allow_nan=False)
    pictures = {f"results/{name}.svg": drawn(draw(), "svg") for name, draw in found.pictures.items()}
    return {**tables, "results/result.json": f"{told}\n".encode(), **pictures}


def opened(path: Path) -> dict[str, bytes]:
    """The files of a pack by name; nothing is unpacked to a name that leads out of its folder.

    Raises
    ------
    InputError
        If it cannot be read, is damaged, too large, or no evidence pack.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
                raise _refused(path, said("is too large for an evidence pack", "超出证据包的大小限制"))
            names = [entry.filename for entry in entries]
            if len(set(names)) < len(names) or any(_leads_out(name) for name in names):
                raise _refused(
                    path,
                    said(
                        "holds a file name twice, or one that leads out of its folder",
                        "内有重复的文件名或指向文件夹之外的文件名",
                    ),
                )
            found = {entry.filename: archive.read(entry) for entry in entries}
    except _DAMAGED as error:
        raise _refused(
            path, said("cannot be read as an evidence pack: {words}", "无法作为证据包读取：{words}", words=error)
        ) from error
    missing = [name for name in (STUDY, COMMAND, MANIFEST) if name not in found]
    if missing:
        raise _refused(
            path,
            said("is no evidence pack: {missing} is missing", "不是证据包：缺少 {missing}", missing=", ".join(missing)),
        )
    return found


def reproduced(path: Path, words_of: Callable[[Mapping[str, Any]], str], make: Make) -> Compared:
    """A pack made again from its own inputs and command, and compared with itself bit for bit.

    Parameters
    ----------
    path : Path
    words_of : callable
        What is asked → the same as it is typed.
    make : callable

    Raises
    ------
    InputError
        As :func:`opened` and :func:`pack`.
    """
    found = opened(path)
    try:
        command = {key: value for key, value in json.loads(found[COMMAND]).items() if key != "words"}
        words = words_of(command)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise _refused(
            path,
            said(
                "{name} in it is not as it was written: {words}",
                "其中的 {name} 已被改动：{words}",
                name=COMMAND,
                words=error,
            ),
        ) from error
    inputs = {name: content for name, content in found.items() if name == STUDY or name.startswith("cases/")}
    made = pack(inputs, command, words, make)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        again = {name: archive.read(name) for name in archive.namelist()}
    names = sorted({*found, *again})
    return Compared(files=tuple(names), different=tuple(name for name in names if found.get(name) != again.get(name)))


def _leads_out(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return "\\" in name or ":" in name or name.startswith("/") or ".." in parts


def _refused(path: Path, message: Message) -> InputError:
    return InputError([Fault(where=str(path), message=message)])
