"""Long studies: the command line runs them in a process of their own, so that no page waits and a person can cancel.

A run has a folder of its own with the case, a progress file that the command replaces as a whole, and what it writes. The
folder goes with the job.
"""

from __future__ import annotations

import atexit
import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, TypeAlias, TypeVar

from appraisal.app.draft import Draft
from appraisal.app.studies import written
from appraisal.errors import Fault, InputError, said
from appraisal.study.measured import FILE, PROGRESS_FILE

# Rows up to which a study is made at once, in the page.
AT_ONCE = 4096
# How far a study stands back behind the pages, on the scale of Unix: it takes what they leave.
_NICENESS = 10
# Seconds after which a study that nobody looks at any more makes room for another.
_UNSEEN = 600.0
_REFUSED = (3, 5, 6)
_EPOCH = (1980, 1, 1, 0, 0, 0)

State: TypeAlias = Literal["running", "done", "refused", "failed", "cancelled", "stopped"]


def most() -> int:
    """Studies that run at the same time for all sessions together: one for each processor that this program may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


_jobs: list[Job] = []
_lock = threading.Lock()


@dataclass(eq=False)
class Job:
    """One study in another process.

    Attributes
    ----------
    asked : str
        What was asked, as a key: draft and settings.
    rows : int
        Scenarios to appraise.
    owner : str
        The session that asked for it.
    reached : int
        Rows that were appraised when it was cancelled.
    """

    asked: str
    rows: int
    owner: str
    process: subprocess.Popen[bytes]
    folder: tempfile.TemporaryDirectory[str]
    seen: float
    counting: float | None = None
    cancelled: bool = False
    reached: int = 0

    @property
    def state(self) -> State:
        """How it stands; looking at it says that somebody waits."""
        self.seen = time.monotonic()
        if self.cancelled:
            return "cancelled"
        code = self.process.poll()
        if code is None:
            return "running"
        return "done" if code == 0 else "refused" if code in _REFUSED else "failed"

    @property
    def progress_path(self) -> Path:
        """Where the command says how far it is."""
        return self.path("progress.json")

    @property
    def done(self) -> int:
        """Rows appraised so far."""
        try:
            done = int(json.loads(self.progress_path.read_text())["done"])
        except FileNotFoundError:
            return 0  # It has not begun to count.
        self.counting = self.counting or time.monotonic()
        return done

    @property
    def left(self) -> float | None:
        """Seconds still needed at the speed since it began to count; None before the first block is done."""
        done = self.done
        if not done or self.counting is None:
            return None
        return (time.monotonic() - self.counting) * (self.rows - done) / done

    def measured(self) -> bytes:
        """What it measured, for :mod:`appraisal.study.measured`."""
        return self.path("run", FILE).read_bytes()

    def archive(self) -> bytes:
        """What the command wrote, as one archive; the same run, the same bytes."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(self.path("run").iterdir()):
                archive.writestr(zipfile.ZipInfo(path.name, _EPOCH), path.read_bytes(), zipfile.ZIP_DEFLATED)
        return out.getvalue()

    def refusal(self) -> list[str]:
        """What the command said of the case, without the places of this machine."""
        text = self.path("stderr.txt").read_text(encoding="utf-8", errors="replace")
        return [
            line.replace(f"{self.path('case.yaml')}", "").lstrip(": ") for line in text.splitlines() if line.strip()
        ]

    def cancel(self) -> None:
        """End it; what it wrote is dropped, how far it came is kept."""
        if not self.cancelled:
            self.reached = min(self.done, self.rows)
        self.cancelled = True
        _ended(self)

    def path(self, *names: str) -> Path:
        """A place in its folder."""
        return Path(self.folder.name, *names)


_Made = TypeVar("_Made", bound=Job)


def start(draft: Draft, words: Sequence[str], *, asked: str, rows: int, lang: str, owner: str) -> Job:
    """Run a command of the command line on a draft.

    Parameters
    ----------
    draft : Draft
    words : sequence of str
        The command and its options, without the case: ``["montecarlo", "--n", "5000"]``.
    asked : str
        Of :attr:`Job.asked`.
    rows : int
        Scenarios to appraise.
    lang : "zh" or "en"
        Of the files that it writes.
    owner : str
        Of :attr:`Job.owner`.

    Raises
    ------
    InputError
        If the owner has one running already, or as many run as this server takes on.

    Notes
    -----
    The process stands back behind the pages (niceness 10, below normal on Windows): a person who moves a slider is served
    before any study.
    """

    def make() -> Job:
        # Whoever reads a temporary folder of ours is this user.
        folder = tempfile.TemporaryDirectory(prefix="appraisal-")
        place = Path(folder.name)
        case = written(draft, place)
        command = [
            sys.executable,
            "-m",
            "appraisal",
            words[0],
            str(case),
            *words[1:],
            "-o",
            str(place / "run"),
            "--measured",
            "--charts",
            "svg",
            "--lang",
            lang,
        ]
        environment = {**os.environ, PROGRESS_FILE: str(place / "progress.json"), "PYTHONIOENCODING": "utf-8"}
        with open(place / "stderr.txt", "wb") as told:
            process = behind(command, told, environment)
        return Job(asked=asked, rows=rows, owner=owner, process=process, folder=folder, seen=time.monotonic())

    return admitted(owner, make)


def admitted(owner: str, make: Callable[[], _Made]) -> _Made:
    """What *make* starts for a session, once there is room for it.

    Raises
    ------
    InputError
        If the owner has one running already, or as many run as this server takes on.
    """
    with _lock:
        _make_room(owner)
        job = make()
        if job not in _jobs:
            _jobs.append(job)
        return job


def behind(command: Sequence[str], told: BinaryIO, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """The process, of lower priority than this one."""
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=told, env=environment,
        # Of Windows alone; elsewhere the name does not exist, and 0 asks for nothing.
        creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),
    )  # fmt: skip
    if hasattr(os, "setpriority"):
        # From here, because nothing may run between fork and exec of a program with threads. A process that has ended
        # already has no priority; how it ended, its exit code says.
        with contextlib.suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, process.pid, os.getpriority(os.PRIO_PROCESS, 0) + _NICENESS)
    return process


def _make_room(owner: str) -> None:
    """Drop what has ended and nobody looks at; end what nobody has looked at for long; refuse where that is not enough."""
    now = time.monotonic()
    for job in list(_jobs):
        if now - job.seen > _UNSEEN:
            job.cancel()
    running = [job for job in _jobs if job.process.poll() is None]
    if any(job.owner == owner for job in running):
        raise InputError([Fault(message=said(
            "another long study of yours is running; wait for it, or cancel it where you started it",
            "您已有一项长时间研究在运行；请等它完成，或在启动处取消"
        ))])  # fmt: skip
    if len(running) >= most():
        raise InputError([Fault(message=said(
            "{running} long studies are running on this server, one for each processor; wait for one of them, or ask for fewer draws",
            "服务器上正有 {running} 项长时间研究在运行（每个处理器一项）；请稍候，或减少抽样次数", running=len(running),
        ))])  # fmt: skip


def _ended(job: Job) -> None:
    if job.process.poll() is None:
        job.process.terminate()
        try:
            job.process.wait(timeout=5.0)
        except subprocess.TimeoutExpired:
            job.process.kill()
            job.process.wait()
    job.folder.cleanup()
    if job in _jobs:
        _jobs.remove(job)


@atexit.register
def _end_all() -> None:
    for job in list(_jobs):
        job.cancel()
