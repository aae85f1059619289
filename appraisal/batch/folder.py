"""The folder of a run: a manifest, parts that are whole or not there, a progress file, a log.

A part is written under another name, flushed to the disk and then renamed; its name says which places of the plan it
holds and the SHA-256 of its bytes. Nothing is ever changed in place, so that a kill at any moment loses what was being
worked on and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from appraisal.errors import Fault, InputError, Message, said

MANIFEST, PROGRESS, LOG, LOCK, PARTS = "manifest.json", "progress.json", "log.jsonl", ".lock", "parts"
BASE, BESIDE = "base.json", "beside"
_PART = re.compile(r"(\d{9})-(\d{9})\.([0-9a-f]{64})\.arrow")
_Made = TypeVar("_Made")


def tried(path: Path, work: Callable[[], _Made]) -> _Made:
    """What *work* gives; what the system says against it becomes a sentence about *path*.

    Raises
    ------
    InputError
    """
    try:
        return work()
    except OSError as error:
        words = error.strerror or str(error)
        message = said(
            "cannot be written: {words}. What was finished is kept; mend this and run again with --resume",
            "无法写入：{words}。已完成的部分已保留；处理后请加 --resume 重新运行", words=words
        )  # fmt: skip
        raise InputError([Fault(where=str(path), message=message)]) from error


def put(path: Path, content: bytes) -> None:
    """Write a file as a whole: it is there with all of its content, or as it was before.

    Raises
    ------
    InputError
        If it cannot be written; half a file is not left behind.
    """
    tried(path, partial(_put, path, content))


def _put(path: Path, content: bytes) -> None:
    made = path.with_name(f"{path.name}.new")
    try:
        with made.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        made.replace(path)
    except OSError:
        made.unlink(missing_ok=True)
        raise


@dataclass(frozen=True)
class Part:
    """A part of the results on disk: places *begin* … *end* of the plan."""

    path: Path
    begin: int
    end: int

    def content(self) -> bytes | None:
        """The bytes, or None where they are not those that were written."""
        name = _PART.fullmatch(self.path.name)
        raw = self.path.read_bytes()
        return raw if name and hashlib.sha256(raw).hexdigest() == name.group(3) else None


@dataclass(frozen=True)
class RunFolder:
    """A run folder that this process may write to."""

    path: Path

    @property
    def parts_path(self) -> Path:
        """Where the parts stand."""
        return self.path / PARTS

    def add(self, begin: int, end: int, content: bytes) -> None:
        """One more part; a part of the same places and bytes is itself."""
        name = f"{begin:09d}-{end:09d}.{hashlib.sha256(content).hexdigest()}.arrow"
        put(self.parts_path / name, content)

    def parts(self) -> tuple[list[Part], list[Path]]:
        """The parts that are whole, and the files that are not what was written; of overlapping parts all are kept."""
        whole, broken = [], []
        for path in sorted(self.parts_path.glob("*.arrow")):
            name = _PART.fullmatch(path.name)
            part = Part(path, int(name.group(1)), int(name.group(2))) if name else None
            if part is None or part.content() is None:
                broken.append(path)
            else:
                whole.append(part)
        return whole, broken

    def drop(self, files: list[Path]) -> None:
        """Remove parts that are not what was written, and what a kill left half written."""
        for path in (*files, *self.parts_path.glob("*.new"), *self.path.glob("*.new")):
            tried(path, partial(path.unlink, missing_ok=True))

    def log(self, event: str, **about: Any) -> None:
        """One line of the log, the only file that holds times."""
        line = json.dumps({"time": time.strftime("%Y-%m-%dT%H:%M:%S%z"), "event": event, **about}, ensure_ascii=False)
        tried(self.path / LOG, partial(_append, self.path / LOG, line))

    def progress(self, **about: Any) -> None:
        """The progress file, replaced as a whole."""
        put(self.path / PROGRESS, json.dumps(about, ensure_ascii=False).encode())

    def manifest(self) -> dict[str, Any] | None:
        """The manifest, or None where the folder has none.

        Raises
        ------
        InputError
            If it is not what this program wrote.
        """
        path = self.path / MANIFEST
        if not path.exists():
            return None
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except (ValueError, OSError) as error:
            raise refuse(path, said(
                "cannot be read ({words}); run into another folder", "无法读取（{words}）；请换一个文件夹运行", words=error
            )) from error  # fmt: skip
        if not isinstance(found, Mapping):
            raise refuse(path, said("is no manifest of a run; name another folder", "不是运行清单；请另取文件夹"))
        return dict(found)

    def write_manifest(self, manifest: Mapping[str, Any]) -> None:
        """Replace the manifest."""
        put(self.path / MANIFEST, (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode())


def sha_of(path: Path) -> str:
    """SHA-256 of a file, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def refuse(path: Path, message: Message) -> InputError:
    """One fault of a file of the run."""
    return InputError([Fault(where=str(path), message=message)])


def _append(path: Path, line: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")


@contextmanager
def opened(path: Path) -> Iterator[RunFolder]:
    """The run folder, made if it is not there, held by this process alone.

    Raises
    ------
    InputError
        If it cannot be made or written, or another run holds it.
    """
    tried(path, partial((path / PARTS).mkdir, parents=True, exist_ok=True))
    lock = tried(path / LOCK, partial(_locked, path / LOCK))
    if lock is None:
        raise refuse(path, said(
            "another run is writing here; wait for it, or name another folder", "另一次运行正在写入；请等待其结束，或另取文件夹"
        ))  # fmt: skip
    try:
        yield RunFolder(path)
    finally:
        os.close(lock)


def _locked(path: Path) -> int | None:
    """A lock that goes with the process that holds it, however it ends; None where another one has it."""
    import fcntl

    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle
