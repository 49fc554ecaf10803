"""A finished run → the files of the output folder.

Part of the pipeline: it calls the books one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from consolidate.books import (
    annotate,
    datapackage,
    filenames,
    master,
    notices,
    registers,
    status,
    tables,
)
from consolidate.errors import OutputError
from consolidate.intake import cage, guard
from consolidate.intake.cage import Loss
from consolidate.model import Received, Refusal, Run

LAST = "run.json"
SECONDS = 30.0
MEGABYTES = 640


@dataclass(frozen=True, slots=True)
class _Job:
    """One return to write: where the unit's file is, and what is said about it."""

    received: Received
    task: annotate.Task


def everything(run: Run, received: Mapping[tuple[int, str], Received], workers: int) -> dict[str, bytes]:
    """Name → content of everything that a run writes; the master is made while workers mark the returns."""
    made: list[bytes] = []
    books = returns(run, received, workers, meanwhile=lambda: made.append(master.workbook(run)))
    return files(run, books, made[0])


def returns(
    run: Run,
    received: Mapping[tuple[int, str], Received],
    workers: int,
    meanwhile: Callable[[], object] | None = None,
) -> dict[str, bytes]:
    """Unit → the bytes of its return, for each unit that must act and whose file could be read.

    `meanwhile` is called once, while the workers write.
    """
    jobs = []
    for report in run.units:
        submission = report.submission
        if submission is None or report.unit.reported_by or not annotate.needed(report.findings):
            continue
        task = annotate.Task(submission, report.findings, report.unit, run.year, run.office, run.template)
        jobs.append(_Job(received[(submission.folder, submission.file)], task))
    books: dict[str, bytes] = {}
    for way in (_marked, _rebuilt, _listing):
        waiting = [job for job in jobs if job.task.unit.name not in books]
        made = cage.run(
            way, waiting, workers=workers, seconds=SECONDS, megabytes=MEGABYTES, lost=_lost, share=20,
            meanwhile=meanwhile,
        )  # fmt: skip
        meanwhile = None
        books |= {job.task.unit.name: book for job, book in zip(waiting, made, strict=True) if book}
    return {job.task.unit.name: books[job.task.unit.name] for job in jobs if job.task.unit.name in books}


def _marked(job: _Job) -> bytes:
    """The unit's own workbook with the wrong cells marked."""
    content = guard.fetch(job.received)
    if isinstance(content, Refusal) or content.sha256 != job.task.submission.sha256:
        raise OutputError(f"{job.received.name}在运行中被改动：请等文件放好后再运行一次")
    return annotate.workbook(content.data, job.task)


def _rebuilt(job: _Job) -> bytes:
    """The standard form with the values read, for a file that kills or freezes its writer."""
    return annotate.rebuilt(job.task)


def _listing(job: _Job) -> bytes:
    """The list of findings alone, for values that cannot even be drawn anew."""
    return annotate.listing(job.task)


def _lost(job: _Job, loss: Loss) -> bytes:
    """Nothing: the next, plainer way is tried."""
    return b""


def return_names(units: Sequence[str]) -> dict[str, str]:
    """Unit → path of its return in the output folder."""
    names = filenames.unique(units, "_审核意见.xlsx")
    return {unit: f"returns/{name}" for unit, name in zip(units, names, strict=True)}


def files(
    run: Run, books: Mapping[str, bytes] | None = None, master_book: bytes | None = None
) -> dict[str, bytes]:
    """Name → content of everything that a run writes; `books` are the returns by unit.

    `master_book` is the master where it has been made already.
    """
    names = return_names(list(books or {}))
    totals = tables.totals(run).encode()
    written = {names[unit]: book for unit, book in (books or {}).items()}
    return written | {
        "findings.csv": tables.findings(run.findings).encode("utf-8", "replace"),
        "master.xlsx": master.workbook(run) if master_book is None else master_book,
        registers.DECISIONS: registers.decisions(run),
        registers.ADJUSTMENTS: registers.adjustments(run),
        "totals.csv": totals,
        "datapackage.json": datapackage.descriptor(run, totals).encode(),
        "notices.csv": notices.table(run).encode("utf-8", "replace"),
        "status.html": status.page(run, names).encode("utf-8", "replace"),
        LAST: tables.text(tables.document(run)).encode("utf-8", "replace"),
    }
