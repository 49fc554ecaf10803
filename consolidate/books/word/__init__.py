"""Run → the annual report: report.docx from the office's Word template, report.html from the same text."""

from __future__ import annotations

import io

from docx.document import Document

from consolidate.books import pages, style
from consolidate.books.word import fill, package, page
from consolidate.books.word.template import plain
from consolidate.model import Run


def report(run: Run, word_template: bytes | None = None) -> bytes:
    """The report as a .docx; `word_template` a .docx with placeholders, None: the form's tables alone.

    TemplateError says what in the template cannot be used.
    """
    buffer = io.BytesIO()
    _document(run, word_template).save(buffer)
    return package.same_everywhere(buffer.getvalue())


def html(run: Run, word_template: bytes | None = None) -> str:
    """The report as a page for the web site: the very text and tables of `report`."""
    document = _document(run, word_template)
    return pages.render(
        "report.html",
        title=document.core_properties.title,
        blocks=page.blocks(document),
        batch=run.batch,
        style=style,
    )


def template_names(template_id: str) -> tuple[str, ...]:
    """File names under which a form's report template is looked for beside it, the closest first.

    `disclosure-2019` → `disclosure-2019.report.docx`, `disclosure.report.docx`.
    """
    family = template_id.rpartition("-")[0]
    return tuple(f"{name}.report.docx" for name in (template_id, family) if name)


def _document(run: Run, word_template: bytes | None) -> Document:
    return fill.document(run, plain(run.template) if word_template is None else word_template)
