"""The tables of a Word document, in the standard layout of many reports: as if all changes were accepted."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import docx
from docx.opc.exceptions import OpcError
from lxml import etree

from consolidate.intake import grid
from consolidate.intake.grid import Span
from consolidate.model import Refusal, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def sheets(data: bytes) -> tuple[Sheet, ...] | Refusal:
    """One sheet per table that holds no other table, after a sheet 正文 with the paragraphs outside."""
    try:
        body = docx.Document(io.BytesIO(data)).element.body
        tables = [table for table in body.iter(f"{_W}tbl") if table.find(f".//{_W}tbl") is None]
        grids = [grid.spanned(f"表{index + 1}", _rows(table)) for index, table in enumerate(tables)]
    except (OpcError, BadZipFile, KeyError, ValueError, AttributeError, etree.LxmlError):
        return Refusal("F.damaged", {"reason": "Word文档内容读不出来"})
    except grid.OversizedError:
        return Refusal("F.zip_entries", {"reason": grid.TOO_MANY})
    if not grids:
        return Refusal("F.kind", {"kind": "Word文档（里面没有表格）"})
    prose = [line for line in _prose(body, set(tables)) if line][: grid.MAX_CELLS]
    return ((grid.rectangle(grid.PROSE, [[line] for line in prose]),) if prose else ()) + tuple(grids)


def _rows(table: etree._Element) -> Iterator[list[Span]]:
    """Rows of spans; a cell that continues the one above becomes part of its row span."""
    laid = [_cells(row) for row in table.iter(f"{_W}tr") if row.find(f"{_W}trPr/{_W}del") is None]
    for number, row in enumerate(laid):
        spans = []
        for column, (cell, width) in sorted(row.items()):
            if cell is None:
                spans += [Span("")] * width
            elif _merge(cell) != "continue":
                spans.append(Span(_text(cell), _height(laid, number, column), width))
        yield spans


def _cells(row: etree._Element) -> dict[int, tuple[etree._Element | None, int]]:
    """The cells of a row by their column, with their widths; None for columns skipped before the first."""
    before = row.find(f"{_W}trPr/{_W}gridBefore")
    skipped = _number(before)
    placed: dict[int, tuple[etree._Element | None, int]] = {0: (None, skipped)} if skipped else {}
    column = skipped
    for cell in row.iter(f"{_W}tc"):
        width = max(_number(cell.find(f"{_W}tcPr/{_W}gridSpan")), 1)
        placed[column] = (cell, width)
        column += width
    return placed


def _number(element: etree._Element | None) -> int:
    text = "" if element is None else element.get(f"{_W}val", "")
    return min(int(text), grid.MAX_SPAN) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def _merge(cell: etree._Element) -> str:
    """restart, continue, or '' for a cell that is not merged vertically."""
    mark = cell.find(f"{_W}tcPr/{_W}vMerge")
    return "" if mark is None else mark.get(f"{_W}val", "continue")


def _height(laid: list[dict[int, tuple[etree._Element | None, int]]], row: int, column: int) -> int:
    """How many rows the cell at this place covers."""
    height = 1
    for below in laid[row + 1 :]:
        cell = below.get(column, (None, 0))[0]
        if cell is None or _merge(cell) != "continue":
            break
        height += 1
    return height


def _text(cell: etree._Element) -> str:
    """The text of a cell, its paragraphs on one line each."""
    return "\n".join(_line(paragraph) for paragraph in cell.iter(f"{_W}p"))


def _line(paragraph: etree._Element) -> str:
    marks = {f"{_W}tab": "\t", f"{_W}br": "\n"}
    gone = {node for moved in paragraph.iter(f"{_W}moveFrom") for node in moved.iter()}
    return "".join(
        (node.text or "") if node.tag == f"{_W}t" else marks.get(node.tag, "")
        for node in paragraph.iter()
        if node not in gone
    )


def _prose(body: etree._Element, read: set[etree._Element]) -> Iterator[str]:
    """The paragraphs outside of the tables read: those that only frame others may hold some."""
    for paragraph in body.iter(f"{_W}p"):
        if next(paragraph.iterancestors(f"{_W}tbl"), None) not in read:
            yield _line(paragraph).strip()
