"""What runs inside of a caged worker process: answer tasks, confined, until the pipe closes."""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import os
import signal
import sys
import traceback
from dataclasses import dataclass
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from consolidate import interpreter
from consolidate.errors import ConsolidateError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection

if sys.platform == "win32":
    import ctypes
else:
    import resource

Reason = Literal["killed", "timeout", "memory", "panic", "error"]

# How long a task may take by the clock, in times of its processor time; without such a timer (Windows) the
# clock is all there is. A machine that is busy, or was asleep, is not the fault of a file.
PATIENCE = 1 if sys.platform == "win32" else 3
_GRACE = 5


@dataclass(frozen=True, slots=True)
class Loss:
    """Why a task has no result: its worker died, ran late, had no memory, or the function failed."""

    reason: Reason
    trace: str = ""


def serve(
    pipe: Connection,
    function: Callable[[Any], Any],
    seconds: float,
    megabytes: int,
    others: Sequence[Connection],
) -> None:
    """Answer batches until the pipe closes; each answer is the task's number and a result or a Loss.

    A task may use `seconds` of processor time and `megabytes` beyond what the worker starts with.
    """
    for other in others:
        other.close()
    interpreter.prepare()  # one that was spawned inherits nothing
    gc.freeze()  # what a fork inherited is nobody's garbage here: looking for it would copy its pages
    _confine(megabytes)
    pipe.send(None)
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            for number, task in pipe.recv():
                _limit(seconds)
                pipe.send_bytes(_answer(function, number, task))
            _limit(0)


def _answer(function: Callable[[Any], Any], number: int, task: object) -> bytes:
    """The pickled answer to one task; whatever goes wrong becomes a Loss."""
    try:
        try:
            return bytes(ForkingPickler.dumps((number, function(task))))
        except MemoryError:
            loss: Loss | ConsolidateError = Loss("memory")
        except ConsolidateError as error:
            loss = error
        except Exception:  # a reader's bug costs one file, and its trace goes to the caller
            loss = Loss("error", traceback.format_exc(limit=-6))
    except BaseException as error:
        # pyo3's PanicException is no Exception, cannot be imported, and cannot be pickled.
        if type(error).__name__ != "PanicException":
            raise
        loss = Loss("panic", str(error)[:200])
    return bytes(ForkingPickler.dumps((number, loss)))


def _confine(megabytes: int) -> None:
    """Take away what a worker must not do: print, dump core, be interrupted, use all memory."""
    os.environ["RUST_BACKTRACE"] = "0"
    faulthandler.disable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    os.close(null)
    if sys.platform == "win32":
        ctypes.windll.kernel32.SetErrorMode(0x8003)  # no dialog that waits for a click when a worker aborts
        return
    for kind in (signal.SIGALRM, signal.SIGPROF, signal.SIGTERM):
        signal.signal(kind, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        limit = pages * resource.getpagesize() + (megabytes << 20)
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (limit if hard < 0 else min(limit, hard), hard))


def ran_out(exitcode: int | None) -> bool:
    """Whether a worker ended because a task had used up its processor time."""
    return sys.platform != "win32" and exitcode == -signal.SIGPROF


def _limit(seconds: float) -> None:
    """Let the kernel end this worker when a task has used so much processor time; 0 lifts the limit.

    By the clock it does so a little after the parent would have: when nobody is left to watch it.
    """
    if sys.platform != "win32":
        # The default action of these signals needs no help from a busy interpreter.
        signal.setitimer(signal.ITIMER_PROF, seconds)
        signal.setitimer(signal.ITIMER_REAL, seconds * PATIENCE + _GRACE if seconds else 0)
