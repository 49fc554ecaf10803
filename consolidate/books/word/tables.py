"""A sheet of the standard form as a table of Word: merged cells, borders, header rows that repeat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import cast

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.oxml.table import CT_Tbl

from consolidate.forms.layout import Placed, Role, SheetLayout

# The styles of a report template that say how tables look; one that lacks them gets Word's own look.
HEAD, LABEL, VALUE = "报表栏头", "报表栏目", "报表数据"

_STYLES: dict[Role, str] = {
    "block_title": HEAD,
    "corner": HEAD,
    "header": HEAD,
    "row_label": LABEL,
    "value": VALUE,
}
# In twentieths of a point (twips): rows at least 6 and at most 8 mm high, a column of a crowded table.
_LOW, _HIGH = 340, 454
_NARROW = 640
_MARGIN = 40
_DIGIT = 0.65  # of the size of type: 宋体 takes half of it, the fonts in its place up to so much
_SIZE, _SMALLEST = 10.5, 6.0
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")


def draw(document: Document, sheet: SheetLayout, texts: Mapping[int, str]) -> CT_Tbl:
    """The table with `texts` by item in its value cells, as wide as the page of `document` allows."""
    cells = [cell for cell in sheet.cells if cell.role in _STYLES]
    top = min(cell.row for cell in cells)
    bottom = max(cell.row + cell.rowspan for cell in cells)
    size = _size(document)
    needed: dict[int, int] = {}
    for one in cells:
        if one.item is not None and one.colspan == 1:
            needed[one.column] = max(needed.get(one.column, 0), _needed(texts[one.item], size))
    widths = _widths(sheet, _page(document)[0], needed)
    styles = {style.name: style.style_id for style in document.styles}
    at = {
        (row, column): cell
        for cell in cells
        for row in range(cell.row, cell.row + cell.rowspan)
        for column in range(cell.column, cell.column + cell.colspan)
    }
    body = [row for row in range(top, bottom) if _headed(at, row, widths)]
    height = _height(document, bottom - top)
    rows = []
    for row in range(top, bottom):
        heading = sheet.repeat is not None and row < min(body)
        drawn = [
            _cell(cell, row, widths, styles, texts, size, last=row == bottom - 1)
            for column in range(sheet.columns)
            if (cell := at.get((row, column))) is not None and cell.column == column
        ]
        rows.append(_row(drawn, height, heading))
    return cast(CT_Tbl, parse_xml(_table(widths, rows)))


def _headed(at: Mapping[tuple[int, int], Placed], row: int, widths: Sequence[int]) -> bool:
    """Whether the row holds figures."""
    return any(at[row, column].role == "value" for column in range(len(widths)) if (row, column) in at)


def _size(document: Document) -> float:
    """In how many points figures are set."""
    known = next((style for style in document.styles if style.name == VALUE), None)
    set_in = getattr(getattr(known, "font", None), "size", None)
    return float(set_in.pt) if set_in is not None else _SIZE


def _needed(text: str, size: float) -> int:
    """The width of a cell in which a figure stays on one line."""
    return int(20 * size * _DIGIT * len(text)) + 2 * _MARGIN


def _page(document: Document) -> tuple[int, int]:
    """Width and height between the margins of the first section."""
    section = document.sections[0]
    across = (section.page_width, section.left_margin, section.right_margin)
    down = (section.page_height, section.top_margin, section.bottom_margin)
    width, left, right = (0 if side is None else side.twips for side in across)
    height, top, bottom = (0 if side is None else side.twips for side in down)
    return width - left - right if width else 8845, height - top - bottom if height else 12757


def _height(document: Document, rows: int) -> int:
    """Height of a row: airy in a short table, so low in a long one that it stays on its page."""
    return max(_LOW, min(_HIGH, int(0.8 * _page(document)[1] / rows)))


def _widths(sheet: SheetLayout, page: int, needed: Mapping[int, int]) -> list[int]:
    """Widths of the columns; beside many figures the labels get all the room that these can spare."""
    labels = sheet.first_value[1]
    figures = sheet.columns - labels
    if labels and figures > 5 and page >= 1.5 * figures * _NARROW:
        narrow = [max(_NARROW, needed.get(column, 0)) for column in range(labels, sheet.columns)]
        if page < 1.5 * sum(narrow):
            narrow = [_NARROW] * figures
        room = page - sum(narrow)
        whole = sum(sheet.widths[:labels])
        return [int(room * width / whole) for width in sheet.widths[:labels]] + narrow
    whole = sum(sheet.widths)
    return [int(page * width / whole) for width in sheet.widths]


def _table(widths: Sequence[int], rows: Sequence[str]) -> str:
    borders = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for side in _SIDES)
    margins = "".join(f'<w:{side} w:w="{_MARGIN}" w:type="dxa"/>' for side in ("left", "right"))
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _row(cells: Sequence[str], height: int, heading: bool) -> str:
    repeat = "<w:tblHeader/>" if heading else ""
    least = f'<w:trHeight w:val="{height}" w:hRule="atLeast"/>'
    return f"<w:tr><w:trPr><w:cantSplit/>{least}{repeat}</w:trPr>{''.join(cells)}</w:tr>"


def _cell(
    cell: Placed, row: int, widths: Sequence[int], styles: Mapping[str | None, str],
    texts: Mapping[int, str], size: float, *, last: bool,
) -> str:  # fmt: skip
    """One cell as it appears in one row: the first row of a merged one holds the text."""
    width = sum(widths[cell.column : cell.column + cell.colspan])
    span = f'<w:gridSpan w:val="{cell.colspan}"/>' if cell.colspan > 1 else ""
    merge = "" if cell.rowspan == 1 else f'<w:vMerge w:val="{"restart" if row == cell.row else "continue"}"/>'
    text = cell.text if cell.item is None else texts[cell.item]
    style = styles.get(_STYLES[cell.role])
    # Rows that keep with the next hold a table together on one page.
    look = (f'<w:pStyle w:val="{style}"/>' if style else "") + ("" if last else "<w:keepNext/>")
    look += '<w:jc w:val="center"/>' if cell.role == "row_label" and cell.rowspan > 1 else ""
    small = "" if cell.item is None or _needed(text, size) <= width else _smaller(text, width)
    said = f'<w:r>{small}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
    run = said if row == cell.row and text else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}<w:vAlign w:val="center"/></w:tcPr>'
        f"<w:p><w:pPr>{look}</w:pPr>{run}</w:p></w:tc>"
    )


def _smaller(text: str, width: int) -> str:
    """The size, in half points, in which a figure stays on one line of its cell."""
    half = int((width - 2 * _MARGIN) / (10 * _DIGIT * len(text)))
    half = max(half, int(2 * _SMALLEST))
    return f'<w:rPr><w:sz w:val="{half}"/><w:szCs w:val="{half}"/></w:rPr>'
