"""Blocks given to workers: this process, processes of this machine, or a cluster; results come back in any order."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.queues import SimpleQueue
from typing import TypeAlias

from appraisal.batch.plan import Block
from appraisal.batch.work import Job, appraised
from appraisal.compiled import Kept, first_compile
from appraisal.errors import NoSolutionError, said

Done: TypeAlias = tuple[Block, bytes]
Engine: TypeAlias = Callable[[Job, Iterable[Block]], Generator[Done, None, None]]
# A block whose worker died so often is what kills it.
MOST_DEATHS = 3
# Blocks that wait in front of every worker: none of them idles, and few are made before they are needed.
_WAITING = 2
_job: Job | None = None


def here(job: Job, blocks: Iterable[Block]) -> Generator[Done, None, None]:
    """Every block in this process, one after another."""
    for block in blocks:
        yield block, appraised(job, block)


def processes(jobs: int) -> Engine:
    """An engine of so many processes of this machine; one that dies is replaced and its blocks are done again.

    Raises
    ------
    NoSolutionError
        From the engine, if a block loses its worker :data:`MOST_DEATHS` times.
    """
    if jobs == 1:
        return here

    def run(job: Job, blocks: Iterable[Block]) -> Generator[Done, None, None]:
        queue, deaths = iter(blocks), dict[int, int]()
        again: list[Block] = []
        while True:
            lost = yield from _pool(jobs, job, _chained(again, queue))
            if not lost:
                return
            for block in lost:
                deaths[block.begin] = deaths.get(block.begin, 0) + 1
                if deaths[block.begin] >= MOST_DEATHS:
                    raise _killed(block)
            again = lost

    return run


def _chained(first: list[Block], rest: Iterator[Block]) -> Iterator[Block]:
    yield from first
    yield from rest


def _killed(block: Block) -> NoSolutionError:
    return NoSolutionError(said(
        "a worker died {count} times at rows {begin}–{end} of the plan, most likely for want of memory; "
        "run again with --resume and a smaller --memory or fewer --jobs",
        "工作进程在计划的第 {begin}–{end} 行处 {count} 次异常退出，多半是内存不足；请减小 --memory 或 --jobs 后加 --resume 重新运行",
        count=MOST_DEATHS, begin=block.begin, end=block.end
    ))  # fmt: skip


def _pool(jobs: int, job: Job, blocks: Iterator[Block]) -> Generator[Done, None, list[Block]]:
    """Blocks through one pool until they are done or a worker dies; returns those that were lost with it."""
    context = multiprocessing.get_context("spawn")
    compiling: SimpleQueue[Kept | None] = context.SimpleQueue()
    threading.Thread(target=_heard, args=(compiling,), daemon=True).start()
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(job, compiling))
    running: dict[Future[bytes], Block] = {}
    try:
        while True:
            try:
                while len(running) < jobs * _WAITING and (block := next(blocks, None)) is not None:
                    running[_submitted(pool, block)] = block
            except BrokenProcessPool:
                return [*running.values(), *([block] if block is not None else [])]
            if not running:
                return []
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                try:
                    content = future.result()
                except BrokenProcessPool:
                    return list(running.values())
                yield running.pop(future), content
    finally:
        # Whatever ends the run, an interrupt too, ends its workers: what they were doing is done again on resume.
        workers = list((pool._processes or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            worker.terminate()
        compiling.put(None)


def _submitted(pool: ProcessPoolExecutor, block: Block) -> Future[bytes]:
    """Hand a block over; a process that starts meanwhile is born deaf to Ctrl-C, before it could set that itself."""
    if threading.current_thread() is not threading.main_thread():
        return pool.submit(_work, block)
    heard = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return pool.submit(_work, block)
    finally:
        signal.signal(signal.SIGINT, heard)


def _heard(compiling: SimpleQueue[Kept | None]) -> None:
    """Tell once, as if this process had to compile, that a worker has to; until the pool ends."""
    while (kept := compiling.get()) is not None:
        first_compile.begins(kept)


def _begin(job: Job, compiling: SimpleQueue[Kept | None]) -> None:
    """A worker's start: Ctrl-C is the parent's to answer, and the end of the parent is the worker's end."""
    global _job
    first_compile.tell(compiling.put)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, daemon=True).start()
    _job = job


def _follow() -> None:
    """Wait for the parent's end, however it came; a worker without a parent would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(block: Block) -> bytes:
    if _job is None:
        raise RuntimeError("a worker without its job")
    return appraised(_job, block)
