"""Reading on other machines: batches of files through any `concurrent.futures` executor, in their order.

Part of the pipeline. What all batches share (template, year) is handed over once. A batch is read by a fresh
process (this module, run as a program), which keeps each file in its cage: a file that kills its reader
costs neither the executor's worker nor the rest of its batch, and a worker that may have no children of
`multiprocessing`, or is full of threads, needs none. Starting that process takes half a second.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from consolidate import recall, receive, storage
from consolidate.errors import ConsolidateError, SourceError
from consolidate.model import Received
from consolidate.receive import Receipt, Receiver

MOST, LEAST = 1_000, 8  # files of a batch: a thousand are read in two or three seconds
SHARES = 4  # batches for each slot: when one is lost or slow, the others take over what is left
PROCESSES = 4  # for files that are fetched: they wait for the network more than for the processor


def _itself(data: bytes) -> object:
    return data


@dataclass(frozen=True, slots=True)
class Cluster:
    """An executor with room for `slots` tasks at once.

    `share` hands bytes to its workers once, and gives what stands for them in the arguments of a task.
    """

    executor: Executor
    slots: int = 1
    share: Callable[[bytes], Any] = _itself


def everything(
    cluster: Cluster,
    receiver: Receiver,
    received: Sequence[Received],
    *,
    done: Callable[[], object] | None = None,
    meanwhile: Callable[[], object] | None = None,
) -> list[Receipt]:
    """The receipts of all files, as `receive.everything` gives them; `meanwhile` is called as they are read.

    Raises SourceError when a worker cannot reach the files, or has another version of this tool.
    """
    shared = cluster.share(_packed((recall.fingerprint(), _packed(receiver))))
    size = max(LEAST, min(MOST, -(-len(received) // (cluster.slots * SHARES))))
    batches = [received[start : start + size] for start in range(0, len(received), size)]
    answers = deque(cluster.executor.submit(read, shared, _packed(_absolute(batch))) for batch in batches)
    if meanwhile:
        meanwhile()
    return receive.interned(_arriving(batches, answers, done))


def _arriving(
    batches: Sequence[Sequence[Received]],
    answers: deque[Future[bytes]],
    done: Callable[[], object] | None,
) -> Iterator[Receipt]:
    """The receipts in order; what has arrived is not kept here."""
    for batch in batches:
        for received, receipt in zip(batch, _result(answers.popleft()), strict=True):
            _seen(received, receipt)
            yield replace(receipt, received=received)
            if done:
                done()


def _result(answer: Future[bytes]) -> list[Receipt]:
    try:
        told = _unpacked(answer.result())
    except ConsolidateError:
        raise
    except Exception as error:  # each executor has errors of its own
        said = " ".join(str(error).split())[:160]
        raise SourceError(
            f"集群没有读完（{type(error).__name__}: {said}）：请检查调度器和工作机是否在运行、"
            "是否都装了与本机相同的consolidate，再运行一次"
        ) from error
    if isinstance(told, ConsolidateError):
        raise told
    if isinstance(told, str):
        raise RuntimeError(told)
    receipts: list[Receipt] = told
    return receipts


def _absolute(batch: Sequence[Received]) -> list[Received]:
    """A worker's working folder is another one."""
    return [one if one.url else replace(one, path=os.path.abspath(one.path)) for one in batch]  # noqa: PTH100


def _seen(received: Received, receipt: Receipt) -> None:
    """A file that is there for us and not for a worker is no matter of the file."""
    vanished = receipt.refusal is not None and receipt.refusal.code == "F.vanished"
    if vanished and not received.url and Path(received.path).exists():
        raise SourceError(
            f"集群的工作机上没有{received.name}：收件文件夹应在各机共用的磁盘上（路径相同），或用s3://等网址"
        )


def read(shared: bytes, batch: bytes) -> bytes:
    """The packed receipts of a packed batch by a process of their own, or its trace; runs on a worker.

    Raises SourceError when that process is killed: not by a file, which could only end its cage.
    """
    command = [sys.executable, "-m", "consolidate.cluster"]
    told = subprocess.run(command, input=pickle.dumps((shared, batch)), capture_output=True, check=False)
    if told.returncode < 0:
        raise SourceError(
            f"集群工作机上的读取进程被系统终止（信号{-told.returncode}），可能内存不足：请增加内存或减少并行数"
        )
    if told.returncode:
        return _packed(told.stderr.decode("utf-8", "replace"))
    return told.stdout


def answer(shared: bytes, batch: bytes) -> bytes:
    """The packed receipts of a packed batch, or the packed error that the operator can mend."""
    try:
        fingerprint, packed = _unpacked(shared)
        if fingerprint != recall.fingerprint():
            raise SourceError(
                "集群工作机上的程序与本机不同，结果可能不一样：请在各机装同一版本的Python、consolidate和程序库"
            )
        received = _unpacked(batch)
        urls = {one.url for one in received if one.url}
        for url in urls:
            storage.ready(url)
        workers = PROCESSES if urls else 1
        return _packed(receive.everything(_unpacked(packed), received, workers=workers))
    except ConsolidateError as error:
        return _packed(error)


def main() -> None:
    """Answer the one batch on standard input on standard output, which nothing else may write to."""
    out = os.dup(1)
    os.dup2(2, 1)
    shared, batch = pickle.loads(sys.stdin.buffer.read())
    with os.fdopen(out, "wb") as stream:
        stream.write(answer(shared, batch))


def _packed(thing: object) -> bytes:
    return zlib.compress(pickle.dumps(thing, pickle.HIGHEST_PROTOCOL), 1)


def _unpacked(data: bytes) -> Any:
    return pickle.loads(zlib.decompress(data))


if __name__ == "__main__":
    main()
