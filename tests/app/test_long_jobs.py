"""Long studies leave the pages their processor: lower priority, one a session, one a processor; a cancelled one says what it keeps."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from appraisal.app import jobs
from appraisal.app.draft import ready
from appraisal.app.running import why_nothing_is_kept
from appraisal.errors import InputError
from appraisal.study.draw import design

WORDS = ["montecarlo", "--n", "200000", "--seed", "1"]


@pytest.fixture
def start() -> Iterator[Callable[[str], jobs.Job]]:
    """Long studies of a session by its name; what still runs at the end is ended."""
    begun: list[jobs.Job] = []

    def started(owner: str) -> jobs.Job:
        draft = ready("contract_schedule")
        begun.append(jobs.start(draft, WORDS, asked=owner, rows=200_000, lang="zh", owner=owner))
        return begun[-1]

    yield started
    for job in begun:
        job.cancel()


def test_one_study_a_session_runs_and_another_session_s_beside_it(
    start: Callable[[str], jobs.Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second of one session is refused in words; after a cancel it starts; as many as processors run, no more."""
    monkeypatch.setattr(jobs, "most", lambda: 2)
    first = start("a")
    with pytest.raises(InputError, match="another long study of yours is running"):
        start("a")
    start("b")
    with pytest.raises(InputError, match="2 long studies are running on this server, one for each processor"):
        start("c")
    first.cancel()
    assert first.state == "cancelled"
    assert 0 <= first.reached <= first.rows
    assert start("a").state == "running"


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="Windows has priority classes instead")
def test_a_study_stands_back_behind_the_pages(start: Callable[[str], jobs.Job]) -> None:
    """Its niceness is ten more than this program's (19 at most); the program's own stays."""
    own = os.getpriority(os.PRIO_PROCESS, 0)
    job = start("a")
    assert os.getpriority(os.PRIO_PROCESS, job.process.pid) == min(19, own + 10)
    assert os.getpriority(os.PRIO_PROCESS, 0) == own


@pytest.mark.skipif(sys.platform != "linux", reason="the processors that a program may use are known on Linux alone")
def test_as_many_studies_as_processors() -> None:
    """Oracle: what the system says of this process."""
    assert jobs.most() == len(os.sched_getaffinity(0))


@pytest.mark.parametrize(
    ("words", "reason", "chinese"),
    [
        (["montecarlo", "--sampling", "latin_hypercube"], "leaves strata empty", "缺少若干分层"),
        (["montecarlo", "--sampling", "sobol"], "fewer draws with the same seed", "同一种子减少抽样次数"),
        (["montecarlo", "--sampling", "random"], "fewer draws with the same seed", "同一种子减少抽样次数"),
        (["sensitivity", "--method", "sobol"], "every row of its design", "设计中的全部样本"),
    ],
)
def test_cancelled_study_says_why_nothing_is_kept(words: list[str], reason: str, chinese: str) -> None:
    """By its sampling, in both languages."""
    told = why_nothing_is_kept(words)
    assert reason in told
    assert chinese in told.zh


def test_reasons_are_those_of_the_samplings() -> None:
    """The first draws of a longer study are a shorter study of the same seed, of a Latin hypercube they are not.

    Oracle: the definition of a Latin hypercube, one draw in each of its N strata (McKay, Beckman, Conover 1979).
    """
    for sampling in ("random", "sobol"):
        np.testing.assert_array_equal(design(1024, 3, sampling, 5)[:256], design(256, 3, sampling, 5))  # type: ignore[arg-type]
    part = design(1024, 3, "latin_hypercube", 5)[:256]
    assert len(set((part[:, 0] * 256).astype(int).tolist())) < 256
