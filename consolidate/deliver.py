"""A finished run → the files of the output folder.

Part of the pipeline: it calls the books one after the other.
"""

from __future__ import annotations

from consolidate.books import datapackage, notices, status, tables, word
from consolidate.forms import catalogue
from consolidate.model import Run

LAST = "run.json"


def files(run: Run) -> dict[str, bytes]:
    """Name → content of everything that a run writes, but for the returns."""
    totals = tables.totals(run).encode()
    return {
        "findings.csv": tables.findings(run.findings).encode("utf-8", "replace"),
        "totals.csv": totals,
        "datapackage.json": datapackage.descriptor(run, totals).encode(),
        "notices.csv": notices.table(run).encode("utf-8", "replace"),
        "status.html": status.page(run).encode("utf-8", "replace"),
        LAST: tables.text(tables.document(run)).encode("utf-8", "replace"),
    }


def report(run: Run) -> dict[str, bytes]:
    """report.docx and report.html, from the Word template beside the form's template (or a plain one)."""
    folder = catalogue.folder()
    shipped = [folder / name for name in word.template_names(run.template.id)]
    look = next((path.read_bytes() for path in shipped if path.is_file()), None)
    return {
        "report.docx": word.report(run, look),
        "report.html": word.html(run, look).encode("utf-8", "replace"),
    }
