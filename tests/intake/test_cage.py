"""A worker may die, hang or run out of memory: it costs its own task and no other."""

import multiprocessing
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from consolidate.errors import SettingsError
from consolidate.intake import cage
from consolidate.intake.cage import Loss

METHODS = ["fork", "forkserver", "spawn"] if sys.platform == "linux" else ["spawn"]
CULPRITS = [
    ("abort", "killed"),
    ("exit", "killed"),
    ("panic", "panic"),
    ("bug", "error"),
    ("unpicklable", "error"),
]
if sys.platform == "linux":  # the only platform that limits a worker's memory
    CULPRITS.append(("memory", "memory"))


class PanicException(BaseException):
    """Stands in for what a panic in Rust becomes."""

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("cannot be pickled")


def out_of_memory() -> None:
    bytearray(8 << 30)


def panic() -> None:
    raise PanicException("index out of bounds")


def spin() -> None:
    while True:
        pass


ACTS: dict[str, Callable[[], object]] = {
    "abort": os.abort,
    "exit": lambda: os._exit(3),
    "hang": lambda: time.sleep(600),
    "wait": lambda: time.sleep(1.3),
    "spin": spin,
    "memory": out_of_memory,
    "panic": panic,
    "bug": lambda: 1 / 0,
}


def work(task: str) -> object:
    if task in ACTS:
        ACTS[task]()
    if task == "unpicklable":
        return lambda: None
    if task == "operator":
        raise SettingsError("年度不对")
    return task.upper()


def lost(task: str, loss: Loss) -> object:
    return f"{task}: {loss.reason}"


def caged(tasks: list[str], *, workers: int = 2, seconds: float = 5, method: str = "") -> list[object]:
    return cage.run(
        work, tasks, workers=workers, seconds=seconds, megabytes=512, lost=lost, share=1, method=method
    )


def test_results_come_in_the_order_of_the_tasks() -> None:
    tasks = [f"a{number}" for number in range(500)]
    assert caged(tasks) == [task.upper() for task in tasks]


def test_no_tasks_need_no_worker() -> None:
    assert caged([]) == []


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("culprit", "reason"), CULPRITS)
def test_a_culprit_costs_only_itself(culprit: str, reason: str, method: str) -> None:
    tasks = ["a", "b", culprit, "c", culprit, "d"]
    assert caged(tasks, workers=1, method=method) == [
        "A",
        "B",
        f"{culprit}: {reason}",
        "C",
        f"{culprit}: {reason}",
        "D",
    ]


def test_many_culprits_among_many_tasks() -> None:
    tasks = [["a", "abort", "b", "panic", "exit"][number % 5] for number in range(60)]
    reasons = {"a": "A", "b": "B", "abort": "abort: killed", "panic": "panic: panic", "exit": "exit: killed"}
    assert caged(tasks) == [reasons[task] for task in tasks]


@pytest.mark.parametrize("task", ["hang", "spin"])
def test_a_task_that_does_not_end_is_ended_in_time(task: str) -> None:
    start = time.monotonic()
    assert caged(["a", task, "b"], workers=1, seconds=0.5) == ["A", f"{task}: timeout", "B"]
    assert time.monotonic() - start < 15


if sys.platform != "win32":

    def test_a_task_that_does_not_get_its_turn_is_not_to_blame() -> None:
        # 1.3 s by the clock, but next to no processor time
        assert caged(["a", "wait", "b"], workers=1, seconds=1) == ["A", "WAIT", "B"]

    def test_a_task_that_is_late_once_gets_a_second_chance(tmp_path: Path) -> None:
        mark = tmp_path / "mark"
        assert cage.run(late_once, [str(mark)], workers=1, seconds=0.5, megabytes=512, lost=lost) == [
            "in time"
        ]


def late_once(mark: str) -> object:
    """Late at the first call, as after the machine has slept."""
    if not Path(mark).exists():
        Path(mark).touch()
        time.sleep(600)
    return "in time"


def test_the_trace_of_our_own_bug_is_kept() -> None:
    losses: list[Loss] = []

    def note(task: str, loss: Loss) -> object:
        losses.append(loss)
        return task

    cage.run(work, ["bug"], workers=1, seconds=5, megabytes=512, lost=note)
    assert "ZeroDivisionError: division by zero" in losses[0].trace


def test_the_operators_mistake_is_raised() -> None:
    with pytest.raises(SettingsError, match="年度不对"):
        caged(["a", "operator", "b"])


def test_inline_runs_without_a_worker() -> None:
    assert cage.run(
        os.path.basename, ["x/y"], workers=2, seconds=1, megabytes=1, lost=lambda *_: "", inline=True
    ) == ["y"]


def test_each_result_is_announced_once() -> None:
    seen: list[int] = []
    tasks = ["a", "abort", "b"]
    cage.run(work, tasks, workers=2, seconds=5, megabytes=512, lost=lost, done=lambda: seen.append(1))
    assert len(seen) == len(tasks)


def test_nothing_is_left_running_and_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    caged(["a", "abort", "panic", "hang"], seconds=1)
    assert multiprocessing.active_children() == []
    assert capfd.readouterr() == ("", "")


def test_workers_end_when_the_run_is_killed(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        textwrap.dedent("""
            import time
            from consolidate.intake import cage
            def work(task):
                print(task, flush=True)
                time.sleep(task)
            if __name__ == "__main__":
                cage.run(work, [0.01, 1, 1, 1], workers=2, seconds=60, megabytes=512, lost=print, share=1)
        """),
        encoding="utf-8",
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen([sys.executable, program], stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.kill()
        process.communicate(timeout=10)  # the pipe closes when the last worker has ended


def test_other_work_is_done_meanwhile_and_nobody_is_forked_into_it() -> None:
    told: list[str] = []

    def meanwhile() -> None:
        time.sleep(0.5)
        told.append("meanwhile")

    def dead(task: str, loss: Loss) -> object:
        told.append(task)
        return lost(task, loss)

    tasks = ["abort", "a", "b"]
    results = cage.run(
        work, tasks, workers=1, seconds=5, megabytes=512, lost=dead, share=1, meanwhile=meanwhile
    )
    assert results == ["abort: killed", "A", "B"]
    # The second chance of the culprit needs a new worker, and that one had to wait.
    assert told == ["meanwhile", "abort"]


@pytest.mark.parametrize("tasks", [[], ["a"]])
def test_what_goes_wrong_meanwhile_is_raised(tasks: list[str]) -> None:
    def meanwhile() -> None:
        raise SettingsError("meanwhile")

    with pytest.raises(SettingsError, match="meanwhile"):
        cage.run(work, tasks, workers=1, seconds=5, megabytes=512, lost=lost, meanwhile=meanwhile)
