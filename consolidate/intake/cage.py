"""Workers that may be killed: whatever a file does to its reader, it only costs that file.

A worker runs a batch of tasks and sends back each result as it is done. When it aborts, or one task
takes too long, the first task without a result is the culprit: it gets a second chance alone in a fresh
worker, and then `lost` says what stands for its result; the rest of the batch goes to another worker.
So the optimistic case is one process that reads file after file, without a search by halving. Workers are
forked on Linux: start them before threads (a progress bar's, say) that may hold a lock. What the caller has
to do `meanwhile` runs in a thread of this process, and no worker is replaced before it has ended.

What is limited is processor time, so that no file is blamed for a busy machine; only a task that has used up
all of its own gets no second chance.

Measured on 2 shared cores with usual workbooks of 840 cells: 60 files take 67 ms in the same process, 79 ms
here, 103 ms in batches of 50 with pebble's ProcessPool, which would then halve a batch to find a culprit;
1,000 files 1.12 s, 1.23 s and 1.21 s. Starting by spawn, as Windows must, adds 160 ms.

Time limits hold everywhere (on Windows by the clock). Memory limits need RLIMIT_AS (Linux): elsewhere only
the checks before any reader stand between a file and the machine's memory.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import sys
import threading
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from consolidate.errors import ConsolidateError
from consolidate.intake.worker import PATIENCE, Loss, ran_out, serve
from consolidate.model import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Loss", "refusal", "run"]

Task = TypeVar("Task")
Result = TypeVar("Result")

_BATCH = 64
_TALKING = ("fsspecIO", "IO loop")  # of fsspec and of Dask: a fork would copy what they hold, half done
_NEEDED = ("consolidate.", "s3fs.")
_START_SECONDS = 120.0


def refusal(loss: Loss, *, seconds: float, megabytes: int) -> Refusal:
    """The refusal of a file whose reading was lost under these limits."""
    if loss.reason == "timeout":
        return Refusal("F.timeout", {"seconds": f"{seconds:g}"})
    if loss.reason == "memory":
        return Refusal("F.memory", {"limit": str(megabytes)})
    return Refusal("F.crash")


def run(
    function: Callable[[Task], Result],
    tasks: Sequence[Task],
    *,
    workers: int,
    seconds: float,
    megabytes: int,
    lost: Callable[[Task, Loss], Result],
    share: int = 100,
    inline: bool = False,
    method: str = "",
    done: Callable[[], object] | None = None,
    meanwhile: Callable[[], object] | None = None,
    arrived: Callable[[Result], Result] | None = None,
) -> list[Result]:
    """The results of a top-level function over picklable tasks, in the tasks' order.

    At most `workers` (at least one) processes, no more than one per `share` tasks; `seconds` of processor
    time per task and `megabytes` beyond what a worker starts with; `lost` makes the result of a task that has
    none. `done` is called after each result. `inline` runs without any protection; `method` forces a start
    method. `meanwhile` is called once, while the workers are busy, and has ended when the results are there.
    `arrived` makes of each result what is kept of it, as soon as it is there.
    A `ConsolidateError` raised in a worker is raised here.
    """
    if inline or not tasks:
        if meanwhile:
            meanwhile()
        found = (function(task) for task in tasks)
        return [_tick(done, arrived(result) if arrived else result) for result in found]
    context = _context(method)
    count = max(1, min(workers, -(-len(tasks) // max(share, 1))))
    pool = _Pool(context, function, tasks, seconds, megabytes, lost, done, arrived, count)
    if meanwhile is None:
        return pool.results()
    pool.hire()
    with ThreadPoolExecutor(1) as beside:
        pool.beside = beside.submit(meanwhile)
        results = pool.results()
        pool.beside.result()
    return results


def _context(method: str) -> Any:
    """Fork where the platform does; beside threads that talk to a network, from a process that has none."""
    talking = any(thread.name.startswith(_TALKING) for thread in threading.enumerate())
    if not method and talking and sys.platform == "linux":
        method = "forkserver"
    context = multiprocessing.get_context(method or ("fork" if sys.platform == "linux" else "spawn"))
    if method == "forkserver":  # it imports once what all of its workers need
        context.set_forkserver_preload([name for name in sys.modules if name.startswith(_NEEDED)])
    return context


def _tick(done: Callable[[], object] | None, result: Result) -> Result:
    if done:
        done()
    return result


@dataclass(slots=True)
class _Worker:
    """A worker process, its pipe, the tasks it has not answered, and until when it must say something."""

    process: multiprocessing.process.BaseProcess
    pipe: Connection
    deadline: float
    ready: bool = False
    pending: deque[int] = field(default_factory=deque)

    def end(self) -> None:
        """Kill and reap the process."""
        self.process.kill()
        self.process.join()
        self.process.close()
        self.pipe.close()


class _Pool(Generic[Task, Result]):
    """One run over some tasks; lives only as long as the run."""

    def __init__(
        self,
        context: Any,  # typeshed's BaseContext lacks Process
        function: Callable[[Task], Result],
        tasks: Sequence[Task],
        seconds: float,
        megabytes: int,
        lost: Callable[[Task, Loss], Result],
        done: Callable[[], object] | None,
        arrived: Callable[[Result], Result] | None,
        count: int,
    ) -> None:
        self.context, self.function, self.tasks = context, function, tasks
        self.seconds, self.megabytes, self.lost = seconds, megabytes, lost
        self.done, self.arrived = done, arrived
        self.answers: dict[int, Result] = {}
        self.batches: deque[deque[int]] = deque()
        self.suspects: set[int] = set()
        self.workers: list[_Worker] = []
        self.failed_starts, self.count = 0, count
        self.beside: Future[object] | None = None
        size = max(1, min(_BATCH, len(tasks) // (count * 2)))
        for start in range(0, len(tasks), size):
            self.batches.append(deque(range(start, min(start + size, len(tasks)))))

    def results(self) -> list[Result]:
        """All results in order, by workers that are replaced when they die."""
        try:
            while len(self.answers) < len(self.tasks):
                self.hire()
                self._hear()
        finally:
            for worker in self.workers:
                worker.end()
        return [self.answers[number] for number in range(len(self.tasks))]

    def hire(self) -> None:
        """Start workers up to the `count` while batches wait, and hand a batch to each idle one."""
        while (
            len(self.workers) < self.count
            and self.batches
            and all(w.pending or not w.ready for w in self.workers)
            and self._may_fork()
        ):
            self._start()
        for worker in self.workers:
            if worker.ready and not worker.pending and self.batches:
                worker.pending = self.batches.popleft()
                worker.deadline = time.monotonic() + self.seconds * PATIENCE
                with contextlib.suppress(OSError):  # it died meanwhile: `_hear` finds out
                    worker.pipe.send([(number, self.tasks[number]) for number in worker.pending])

    def _may_fork(self) -> bool:
        """Not in the middle of the other thread's imports: the fork would copy their locks, held."""
        if self.beside is not None and not self.workers:
            wait_for([self.beside])
        return self.beside is None or self.beside.done()

    def _start(self) -> None:
        ours, theirs = self.context.Pipe()
        # A forked worker must not hold other ends of pipes: their death would go unnoticed.
        others = (
            [worker.pipe for worker in self.workers] + [ours]
            if self.context.get_start_method() == "fork"
            else []
        )
        arguments = (theirs, self.function, self.seconds, self.megabytes, others)
        process = self.context.Process(target=serve, args=arguments, daemon=True)
        process.start()
        theirs.close()
        self.workers.append(_Worker(process, ours, time.monotonic() + _START_SECONDS))

    def _hear(self) -> None:
        """Wait for answers, deaths and deadlines."""
        next_deadline = min(worker.deadline for worker in self.workers if worker.pending or not worker.ready)
        heard = set(
            wait([worker.pipe for worker in self.workers], max(0.0, next_deadline - time.monotonic()))
        )
        for worker in list(self.workers):
            if worker.pipe in heard:
                self._read(worker)
            elif (worker.pending or not worker.ready) and time.monotonic() >= worker.deadline:
                self._dismiss(worker, Loss("timeout"))

    def _read(self, worker: _Worker) -> None:
        """Take one message from a worker that has one, or that is dead."""
        try:
            message = worker.pipe.recv()
        except (EOFError, OSError):
            worker.process.join(1)
            spent = ran_out(worker.process.exitcode)
            self._dismiss(worker, Loss("timeout" if spent else "killed"), sure=spent)
            return
        worker.deadline = time.monotonic() + self.seconds * PATIENCE
        if message is None:
            worker.ready, self.failed_starts = True, 0
            return
        number, answer = message
        if isinstance(answer, ConsolidateError):
            raise answer
        if isinstance(answer, Loss) and answer.reason == "memory":
            self._dismiss(worker, answer)
            return
        worker.pending.remove(number)
        self._settle(number, self.lost(self.tasks[number], answer) if isinstance(answer, Loss) else answer)

    def _dismiss(self, worker: _Worker, loss: Loss, *, sure: bool = False) -> None:
        """End a worker; its first unanswered task is to blame, the others wait for another worker.

        Unless it is `sure`, the culprit is tried once more, alone.
        """
        self.workers.remove(worker)
        worker.end()
        if not worker.ready:
            self.failed_starts += 1
            if self.failed_starts > 2:
                raise RuntimeError("worker processes cannot be started")
        if not worker.pending:
            return
        culprit = worker.pending.popleft()
        if worker.pending:
            self.batches.appendleft(worker.pending)
        if sure or culprit in self.suspects:
            self._settle(culprit, self.lost(self.tasks[culprit], loss))
        else:
            self.suspects.add(culprit)
            self.batches.appendleft(deque([culprit]))

    def _settle(self, number: int, result: Result) -> None:
        self.answers[number] = self.arrived(result) if self.arrived else result
        if self.done:
            self.done()
