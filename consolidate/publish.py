"""A finished run → the annual report, for those who ask for it.

Part of the pipeline: a module of its own because nothing else needs Word's library.
"""

from __future__ import annotations

from pathlib import Path

from consolidate.books import word
from consolidate.books.word.template import plain
from consolidate.errors import SettingsError
from consolidate.forms import catalogue
from consolidate.forms.template import Template
from consolidate.model import Run
from consolidate.settings import Settings


def report(run: Run, chosen: Settings) -> dict[str, bytes]:
    """report.docx and report.html, from the office's own Word template, else the form's, else a plain one."""
    look = _own(chosen) or _shipped(run.template, chosen.template)
    return {
        "report.docx": word.report(run, look),
        "report.html": word.html(run, look).encode("utf-8", "replace"),
    }


def template(name: str) -> tuple[str, bytes]:
    """(file name, bytes) of a form's Word template, for the office to give it another look."""
    form = catalogue.named(name, catalogue.all_templates())
    return word.template_names(form.id)[0], _shipped(form, name) or plain(form)


def _own(chosen: Settings) -> bytes | None:
    if chosen.report is None:
        return None
    if not chosen.report.is_file():
        raise SettingsError(f"设置里的report（年度报告的Word样式）{chosen.report.name}不在：请检查路径")
    return chosen.report.read_bytes()


def _shipped(form: Template, named: str) -> bytes | None:
    """The Word template beside the form's own file, or with the forms that we ship."""
    beside = [Path(named).parent] if named.endswith((".yaml", ".yml")) else []
    places = [*beside, catalogue.folder()]
    found = (place / name for place in places for name in word.template_names(form.id))
    return next((path.read_bytes() for path in found if path.is_file()), None)
