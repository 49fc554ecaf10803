"""A command as a whole: wall, CPU and peak memory over all its processes, from its start to its end."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

STARTED = "BENCH_STARTED"
KEPT = Path(tempfile.gettempdir()) / "consolidate-bench"  # workbooks and bytecode, for the next time
_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.M)
_MARK = re.compile(r"^stage (.+) ([\d.]+)$", re.M)


@dataclass(frozen=True)
class Command:
    """Arguments for Python, and the folder that they write, removed before each run."""

    arguments: Sequence[str]
    out: Path | None = None


@dataclass(frozen=True)
class Measured:
    """Seconds, MiB (0 when not sampled), seconds by stage, and what the command printed."""

    wall: float
    cpu: float
    peak: float = 0.0
    stages: Mapping[str, float] = field(default_factory=dict)
    printed: str = ""

    def with_peak(self, peak: float) -> Measured:
        """The same with the memory of another run."""
        return replace(self, peak=peak)


def fastest(runs: Sequence[Measured]) -> Measured:
    """The run that took the least time."""
    return min(runs, key=lambda measured: measured.wall)


def once(command: Command, sampling: float = 0.0) -> Measured:
    """One run; `sampling` is how often memory is looked at, in seconds (0: never).

    RuntimeError with its messages when the command fails.
    """
    if command.out is not None:
        shutil.rmtree(command.out, ignore_errors=True)
    before, start = os.times(), time.monotonic()
    process = subprocess.Popen(
        [sys.executable, *command.arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, encoding="utf-8", env=_environment() | {STARTED: repr(start)},
    )  # fmt: skip
    with ThreadPoolExecutor(1) as beside:
        peak = beside.submit(_peak, process.pid, sampling) if sampling else None
        printed, messages = process.communicate()
        wall, after = time.monotonic() - start, os.times()
    if process.returncode not in (0, 1) or "Traceback" in messages:
        raise RuntimeError(f"{command.arguments} ended with {process.returncode}:\n{messages[-2000:]}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    stages = {name: float(seconds) for name, seconds in _MARK.findall(messages)}
    return Measured(wall, cpu, peak.result() / 1024 if peak else 0.0, stages, printed.strip())


def _environment() -> dict[str, str]:
    """As on a user's machine: modules are compiled once and kept, and there is no library for tests."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {
        "PYTHONUTF8": "1",
        "PYTHONPYCACHEPREFIX": str(KEPT / "bytecode"),
        "PYTHONPATH": str(Path(__file__).parent / "absent"),
    }


def _peak(pid: int, interval: float) -> int:
    """The highest sum of proportional memory (PSS, KiB) of a process and all below it, until it ends."""
    highest = 0
    while members := _family(pid):
        highest = max(highest, sum(map(_pss, members)))
        time.sleep(interval)
    return highest


def _family(pid: int) -> list[int]:
    """The process and its descendants; none once it has ended."""
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        try:
            children = [path.read_text() for path in Path(f"/proc/{one}/task").glob("*/children")]
            if "\nState:\tZ" in Path(f"/proc/{one}/status").read_text():
                continue
        except OSError:
            continue
        found.append(one)
        waiting += [int(child) for listed in children for child in listed.split()]
    return found


def _pss(pid: int) -> int:
    try:
        match = _PSS.search(Path(f"/proc/{pid}/smaps_rollup").read_text())
    except OSError:  # it has just ended
        return 0
    return int(match[1]) if match else 0


class Stages:
    """Used inside a measured program: how long each of its stages took, start-up included in the first."""

    def __init__(self) -> None:
        self._last = float(os.environ.get(STARTED, time.monotonic()))

    def end(self, name: str) -> None:
        """The stage that ends here."""
        now = time.monotonic()
        print(f"stage {name} {now - self._last:.4f}", file=sys.stderr)
        self._last = now
