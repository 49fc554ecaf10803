"""A finished run → the files of the output folder.

Part of the pipeline: it calls the books one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from consolidate.books import (
    datapackage,
    filenames,
    master,
    notices,
    registers,
    status,
    tables,
)
from consolidate.books.due import Task, needed
from consolidate.errors import OutputError
from consolidate.intake import cage, guard
from consolidate.intake.cage import Loss
from consolidate.model import Received, Refusal, Run

LAST = "run.json"
SECONDS = 30.0
MEGABYTES = 640
MANY = 1_000  # returns


@dataclass(frozen=True, slots=True)
class _Job:
    """One return to write: where the unit's file is, and what is said about it."""

    received: Received
    task: Task


# openpyxl takes 150 ms to import: workers do it, while the master is made.
def ready() -> None:
    """Have it imported here, before workers start: for runs that have time to spare while files are read."""
    from consolidate.books import annotate  # noqa: F401


def everything(run: Run, received: Mapping[tuple[int, str], Received], workers: int) -> dict[str, bytes]:
    """Name → content of everything that a run writes; the rest is made while workers mark the returns."""
    jobs = _jobs(run, received)
    names = return_names([job.task.unit.name for job in jobs])
    rest: dict[str, bytes] = {}
    books = _books(jobs, workers, meanwhile=lambda: rest.update(files(run, names)))
    if books.keys() != names.keys():  # a return that could not be written in any way is not promised
        names = return_names(list(books))
        rest = files(run, names)
    return {names[unit]: book for unit, book in books.items()} | rest


def _jobs(run: Run, received: Mapping[tuple[int, str], Received]) -> list[_Job]:
    """A job for each unit that must act and whose file could be read."""
    jobs = []
    for report in run.units:
        submission = report.submission
        if submission is None or report.unit.reported_by or not needed(report.findings):
            continue
        task = Task(submission, report.findings, report.unit, run.year, run.office, run.template)
        jobs.append(_Job(received[(submission.folder, submission.file)], task))
    return jobs


def returns(run: Run, received: Mapping[tuple[int, str], Received], workers: int) -> dict[str, bytes]:
    """Unit → the bytes of its return, for each unit that must act and whose file could be read."""
    return _books(_jobs(run, received), workers, None)


def _books(jobs: Sequence[_Job], workers: int, meanwhile: Callable[[], object] | None) -> dict[str, bytes]:
    """Unit → the bytes of its return; `meanwhile` is called once, while the workers write."""
    books: dict[str, bytes] = {}
    # A fork shares memory only until either process writes to it: beside a nation, workers start afresh.
    method = "spawn" if len(jobs) > MANY else ""
    for way in (_marked, _rebuilt, _listing):
        waiting = [job for job in jobs if job.task.unit.name not in books]
        made = cage.run(
            way, waiting, workers=workers, seconds=SECONDS, megabytes=MEGABYTES, lost=_lost, share=20,
            meanwhile=meanwhile, method=method,
        )  # fmt: skip
        meanwhile = None
        books |= {job.task.unit.name: book for job, book in zip(waiting, made, strict=True) if book}
    return {job.task.unit.name: books[job.task.unit.name] for job in jobs if job.task.unit.name in books}


def _marked(job: _Job) -> bytes:
    """The unit's own workbook with the wrong cells marked."""
    from consolidate.books import annotate

    content = guard.fetch(job.received)
    if isinstance(content, Refusal) or content.sha256 != job.task.submission.sha256:
        raise OutputError(f"{job.received.name}在运行中被改动：请等文件放好后再运行一次")
    return annotate.workbook(content.data, job.task)


def _rebuilt(job: _Job) -> bytes:
    """The standard form with the values read, for a file that kills or freezes its writer."""
    from consolidate.books import annotate

    return annotate.rebuilt(job.task)


def _listing(job: _Job) -> bytes:
    """The list of findings alone, for values that cannot even be drawn anew."""
    from consolidate.books import annotate

    return annotate.listing(job.task)


def _lost(job: _Job, loss: Loss) -> bytes:
    """Nothing: the next, plainer way is tried."""
    return b""


def return_names(units: Sequence[str]) -> dict[str, str]:
    """Unit → path of its return in the output folder."""
    names = filenames.unique(units, "_审核意见.xlsx")
    return {unit: f"returns/{name}" for unit, name in zip(units, names, strict=True)}


def files(run: Run, names: Mapping[str, str] | None = None) -> dict[str, bytes]:
    """Name → content of everything that a run writes besides the returns; `names` are these, by unit."""
    totals = tables.totals(run).encode()
    return {
        "findings.csv": tables.findings(run.findings).encode("utf-8", "replace"),
        "master.xlsx": master.workbook(run),
        registers.DECISIONS: registers.decisions(run),
        registers.ADJUSTMENTS: registers.adjustments(run),
        "totals.csv": totals,
        "datapackage.json": datapackage.descriptor(run, totals).encode(),
        "notices.csv": notices.table(run).encode("utf-8", "replace"),
        "status.html": status.page(run, names or {}).encode("utf-8", "replace"),
        LAST: tables.text(tables.document(run)).encode("utf-8", "replace"),
    }
