"""Blocks on a Dask cluster: the same work, sent to a scheduler by its address; what a lost worker did is done again."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from importlib import import_module
from itertools import islice
from typing import Any

from appraisal.batch.engine import MOST_DEATHS, Done, Engine
from appraisal.batch.installed import installed
from appraisal.batch.plan import Block
from appraisal.batch.work import Job, appraised
from appraisal.errors import Fault, InputError, Message, NoSolutionError, joined, said

# Blocks in front of every thread of the cluster.
_WAITING = 2
_SECONDS = 20


def cluster(address: str) -> Engine:
    """An engine that is a Dask cluster.

    Parameters
    ----------
    address : str
        ``tcp://host:8786``, or ``tls://host:8786`` with the certificates that Dask's configuration names.

    Raises
    ------
    InputError
        From the engine: ``distributed`` is not installed, nobody answers, or a worker has other versions or facts, whose
        results would not be the same bits.
    NoSolutionError
        From the engine, if a block loses its worker again and again.
    """

    def run(job: Job, blocks: Iterable[Block]) -> Generator[Done, None, None]:
        client = _client(address)
        try:
            _refuse_others(client, address)
            yield from _through(client, job, iter(blocks))
        finally:
            client.close()

    return run


def _through(client: Any, job: Job, blocks: Any) -> Generator[Done, None, None]:
    distributed = import_module("distributed")
    # A task, and not data laid out: where every worker that holds it is lost the scheduler makes it again.
    shared = client.submit(_same, job, pure=False, retries=MOST_DEATHS)
    waiting = max(1, sum(client.nthreads().values())) * _WAITING
    running = {
        client.submit(_work, shared, block, pure=False, retries=MOST_DEATHS): block for block in islice(blocks, waiting)
    }
    finished = distributed.as_completed(list(running), loop=client.loop)
    for future in finished:
        block = running.pop(future)
        try:
            content: bytes = future.result()
        except distributed.KilledWorker as error:
            raise NoSolutionError(said(
                "rows {begin}–{end} of the plan lost their worker again and again; run again with --resume and a smaller --memory",
                "计划的第 {begin}–{end} 行反复失去工作进程；请减小 --memory 后加 --resume 重新运行", begin=block.begin, end=block.end
            )) from error  # fmt: skip
        yield block, content
        for more in islice(blocks, 1):
            following = client.submit(_work, shared, more, pure=False, retries=MOST_DEATHS)
            running[following] = more
            finished.add(following)


def _same(job: Job) -> Job:
    return job


def _work(job: Job, block: Block) -> bytes:
    return appraised(job, block)


def _client(address: str) -> Any:
    try:
        distributed = import_module("distributed")
    except ImportError as error:
        raise _refuse(address, said(
            "needs an extra: {command}", "需要安装扩展：{command}", command="pip install appraisal[cluster]"
        )) from error  # fmt: skip
    try:
        return distributed.Client(address, timeout=_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        raise _refuse(address, said(
            "nobody answers there ({words}); start {scheduler} and {worker} first", "没有应答（{words}）；请先启动 {scheduler} 和 {worker}",
            words=error or type(error).__name__, scheduler="dask scheduler", worker="dask worker"
        )) from error  # fmt: skip


def _refuse_others(client: Any, address: str) -> None:
    """Every worker must hold what this machine holds; one that comes later is asked by nobody and must be the same."""
    here = installed()
    told: list[Message] = []
    for worker, there in client.run(installed).items():
        odd = [name for name in sorted({*here, *there}) if here.get(name) != there.get(name)]
        if odd:
            told.append(said("{worker}: {names}", "{worker}：{names}", worker=worker, names=", ".join(odd[:5])))
    if told:
        raise _refuse(address, said(
            "workers that hold other versions or facts would give other bits: {told}", "以下节点的版本或参数不同，结果会不一致：{told}", told=joined(told)
        ))  # fmt: skip


def _refuse(address: str, message: Message) -> InputError:
    return InputError([Fault(where=address, message=message)])
