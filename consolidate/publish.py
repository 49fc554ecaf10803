"""A finished run → the annual report, for those who ask for it.

Part of the pipeline: a module of its own because nothing else needs Word's library.
"""

from __future__ import annotations

from consolidate.books import word
from consolidate.forms import catalogue
from consolidate.model import Run


def report(run: Run) -> dict[str, bytes]:
    """report.docx and report.html, from the Word template beside the form's template (or a plain one)."""
    folder = catalogue.folder()
    shipped = [folder / name for name in word.template_names(run.template.id)]
    look = next((path.read_bytes() for path in shipped if path.is_file()), None)
    return {
        "report.docx": word.report(run, look),
        "report.html": word.html(run, look).encode("utf-8", "replace"),
    }
