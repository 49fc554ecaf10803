"""A filled report as blocks of a web page: headings, paragraphs and tables, in the order of the document."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from docx.document import Document
from docx.oxml.table import CT_Tbl, CT_Tc
from docx.oxml.text.paragraph import CT_P
from docx.text.paragraph import Paragraph

from consolidate.books.word import marks, tables
from consolidate.books.word.template import NOTICE

_TAGS = {"Title": "h1", "Heading 1": "h2", "Heading 2": "h3", "Heading 3": "h4"}


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text; `marked` when it must be filled in or settled before the page goes out."""

    text: str
    marked: bool = False


@dataclass(slots=True)
class Cell:
    """A cell of a table with how far it reaches."""

    spans: list[Span]
    kind: Literal["head", "label", "value"]
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Block:
    """A heading or paragraph (`tag`, `spans`), or a table (`rows`)."""

    tag: str
    spans: list[Span] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)


def blocks(document: Document) -> list[Block]:
    """The document's body; empty paragraphs are left out."""
    result = []
    for element in document.element.body:
        if isinstance(element, CT_P):
            paragraph = Paragraph(element, document._body)
            if paragraph.text.strip():
                result.append(Block(_tag(paragraph), _spans(paragraph.text)))
        elif isinstance(element, CT_Tbl):
            result.append(Block("table", rows=_rows(document, element)))
    return result


def _tag(paragraph: Paragraph) -> str:
    name = _style(paragraph)
    return "notice" if name == NOTICE else _TAGS.get(name, "p")


def _spans(text: str) -> list[Span]:
    spans, at = [], 0
    for match in marks.MARK.finditer(text):
        spans += [Span(text[at : match.start()]), Span(match[0], marked=True)]
        at = match.end()
    return [span for span in [*spans, Span(text[at:])] if span.text]


def _rows(document: Document, table: CT_Tbl) -> list[list[Cell]]:
    """Rows of cells; a cell that goes on from above makes that one longer instead."""
    above: dict[int, Cell] = {}
    rows = []
    for row in table.tr_lst:
        column, cells = 0, []
        for element in row.tc_lst:
            going_on = element.vMerge == "continue"
            if going_on and column in above:
                above[column].rows += 1
            else:
                above[column] = _cell(document, element)
                cells.append(above[column])
            column += element.grid_span
        rows.append(cells)
    return rows


def _cell(document: Document, element: CT_Tc) -> Cell:
    found = [Paragraph(child, document._body) for child in element.p_lst]
    names = {_style(paragraph) for paragraph in found}
    kind: Literal["head", "label", "value"] = "value"
    if tables.HEAD in names:
        kind = "head"
    elif tables.LABEL in names:
        kind = "label"
    text = "\n".join(paragraph.text for paragraph in found)
    return Cell(_spans(text), kind, columns=element.grid_span)


def _style(paragraph: Paragraph) -> str:
    return (paragraph.style.name if paragraph.style is not None else None) or ""
