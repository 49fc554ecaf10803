"""Run + Word template → the filled document: figures by docxtpl, then tables, notices and highlights."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from itertools import pairwise
from typing import cast

from docx.document import Document
from docx.enum.text import WD_COLOR_INDEX
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run as TextRun
from docxtpl.template import DocxTemplate
from jinja2 import StrictUndefined
from jinja2 import TemplateError as JinjaError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from consolidate.books.word import marks, tables
from consolidate.books.word.figures import Report
from consolidate.books.word.template import NOTICE
from consolidate.errors import TemplateError
from consolidate.forms import layout
from consolidate.model import Run


def document(run: Run, word_template: bytes) -> Document:
    """The filled document; TemplateError names the placeholder that cannot be filled."""
    report = Report(run)
    filled = _rendered(word_template, report)
    _draw_tables(filled, run, report)
    _put_notices(filled, report.notices())
    for paragraph in _paragraphs(filled):
        _highlight(paragraph)
    properties = filled.core_properties
    properties.title = next((p.text for p in filled.paragraphs if _style(p) == "Title"), "")
    properties.comments = f"批次号{run.batch}" if run.batch else ""
    return filled


def _rendered(word_template: bytes, report: Report) -> Document:
    # Templates come by mail too: what they may say is figures, not Python.
    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    try:
        template = DocxTemplate(io.BytesIO(word_template))
        template.render(report.words, environment)
    except JinjaError as error:
        raise TemplateError(f"报告模板有写错的占位符：{error.message}") from error
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError) as error:
        raise TemplateError("报告模板打不开：请用Word另存为.docx") from error
    return cast(Document, template.docx)


def _draw_tables(filled: Document, run: Run, report: Report) -> None:
    """Put each table of the form in the place of the paragraph that stands for it."""
    sheets = {sheet.table: sheet for sheet in layout.standard(run.template) if sheet.table}
    texts = report.cells()
    for paragraph in list(_paragraphs(filled)):
        names = marks.tables(paragraph.text)
        for name in names:
            paragraph._p.addprevious(tables.draw(filled, sheets[name], texts))
        parent = paragraph._p.getparent()
        if names and parent is not None:
            parent.remove(paragraph._p)


def _put_notices(filled: Document, notices: list[str]) -> None:
    """On top, whatever the template says: an unfinished report must be seen to be one."""
    first = next(iter(filled.element.body))
    known = {style.name for style in filled.styles}
    for notice in notices:
        paragraph = filled.add_paragraph(style=NOTICE if NOTICE in known else None)
        paragraph.add_run(notice).font.highlight_color = WD_COLOR_INDEX.YELLOW
        first.addprevious(paragraph._p)


def _paragraphs(filled: Document) -> Iterator[Paragraph]:
    """Every paragraph of the body, those in tables too."""
    for element in filled.element.body.iter(qn("w:p")):
        yield Paragraph(element, filled._body)


def _highlight(paragraph: Paragraph) -> None:
    """Highlight every mark in a paragraph, also one that Word has split into several runs."""
    spans = [match.span() for match in marks.MARK.finditer("".join(run.text for run in paragraph.runs))]
    if not spans:
        return
    start = 0
    for run in paragraph.runs:
        end = start + len(run.text)
        cuts = sorted({cut - start for span in spans for cut in span if start < cut < end})
        for part, at in _split(run, cuts):
            if any(first <= start + at < last for first, last in spans):
                part.font.highlight_color = WD_COLOR_INDEX.YELLOW
        start = end


def _split(run: TextRun, cuts: list[int]) -> list[tuple[TextRun, int]]:
    """A run cut at positions in its text, with the position where each part begins."""
    text, parts = run.text, []
    bounds = [0, *cuts, len(text)]
    for first, last in pairwise(bounds):
        element = run._r if last == len(text) else deepcopy(run._r)
        part = TextRun(element, run._parent)
        if cuts:
            part.text = text[first:last]
        if element is not run._r:
            run._r.addprevious(element)
        parts.append((part, first))
    return parts


def _style(paragraph: Paragraph) -> str:
    return (paragraph.style.name if paragraph.style is not None else None) or ""
