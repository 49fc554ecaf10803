"""The master workbook: its sheets, in the order in which an office turns them over."""

from __future__ import annotations

from consolidate.books.master import (
    balance,
    comparison,
    detail,
    kinds,
    lists,
    overview,
    proof,
    signatures,
    standing,
    tables,
)
from consolidate.books.master.plan import Plan
from consolidate.books.writing import Book, render
from consolidate.model import Marker, Run

_LARGE = 2_000  # units from which the parts are put together on disk


def workbook(run: Run) -> bytes:
    """master.xlsx of a run: totals with live formulas, and everything that they rest on.

    A pure function of the run. Its 汇总表 sheets are the standard form, so that it is itself a submission
    one level up; the very hidden sheet `_consolidate` says so, with how many units were due and accepted.
    """
    plan = Plan(run)

    def draw(book: Book) -> None:
        overview.draw(book, plan)
        standing.draw(book, plan)
        tables.draw(book, plan)
        detail.draw(book, plan)
        kinds.draw(book, plan)
        comparison.draw(book, plan)
        proof.draw(book, plan)
        balance.draw(book, plan)
        lists.draw(book, plan)
        signatures.draw(book, plan)
        book.sign(_marker(plan))

    name = f"{run.office.name}{run.year}年度{run.template.title}汇总"
    return render(name, draw, in_memory=len(run.units) <= _LARGE)


def _marker(plan: Plan) -> Marker:
    run = plan.run
    counts = run.counts
    added = [report.submission for report in run.units if report.included and report.submission]
    uneven = {table for one in added for table in one.uneven_tables}
    return Marker(
        role="master",
        template=run.template.id,
        version=str(run.template.version),
        year=run.year,
        data_sheets=tuple(sheet.name for sheet in plan.layouts),
        facts={
            "unit": run.office.name,
            "code": run.office.code,
            "due": str(counts["due"]),
            "received": str(counts["received"]),
            "accepted": str(counts["accepted"] + counts["explained"]),
            "included": str(plan.included),
            "include": run.include,
            "complete": "yes" if run.complete else "no",
            "batch": run.batch,
            "uneven": " ".join(sorted(uneven)),
        },
    )
