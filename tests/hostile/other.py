"""The same cells as .ods, HTML, CSV and .docx."""

from __future__ import annotations

import csv
import io
import zipfile
from xml.sax.saxutils import escape, quoteattr

import docx

from tests.hostile import ooxml
from tests.hostile.form import Grid

_ODF = "urn:oasis:names:tc:opendocument:xmlns"


def ods(grids: list[Grid]) -> bytes:
    """The bytes of an .ods."""
    tables = "".join(_ods_table(grid) for grid in grids)
    spaces = "".join(f' xmlns:{name}="{_ODF}:{name}:1.0"' for name in ("office", "table", "text"))
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    content = f"<office:document-content{spaces}>{body}</office:document-content>"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    entry = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
    manifest = f'<manifest:manifest xmlns:manifest="{_ODF}:manifest:1.0">{entry}</manifest:manifest>'
    parts = {"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest}
    return ooxml.packed({name: text.encode() for name, text in parts.items()})


def _ods_table(grid: Grid) -> str:
    rows = "".join(
        f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in grid.rows()
    )
    return f"<table:table table:name={quoteattr(grid.name)}>{rows}</table:table>"


def _ods_cell(value: object) -> str:
    if value == "":
        return "<table:table-cell/>"
    if isinstance(value, int | float):
        kind = f'office:value-type="float" office:value="{value}"'
    else:
        kind = 'office:value-type="string"'
    return f"<table:table-cell {kind}><text:p>{escape(str(value))}</text:p></table:table-cell>"


def _covered(grid: Grid) -> tuple[dict[tuple[int, int], tuple[int, int]], set[tuple[int, int]]]:
    """Spans (rows, columns) by first cell, and the cells that they hide."""
    spans = {(a, b): (c - a + 1, d - b + 1) for a, b, c, d in grid.merged}
    hidden = {
        (row, column)
        for a, b, c, d in grid.merged
        for row in range(a, c + 1)
        for column in range(b, d + 1)
        if (row, column) != (a, b)
    }
    return spans, hidden


def html(grids: list[Grid], charset: str = "gb2312") -> bytes:
    """An HTML page with one table per sheet, as systems export it under the name .xls."""
    tables = []
    for grid in grids:
        spans, hidden = _covered(grid)
        rows = []
        for row, cells in enumerate(grid.rows()):
            inside = ""
            for column, value in enumerate(cells):
                if (row, column) not in hidden:
                    high, wide = spans.get((row, column), (1, 1))
                    inside += f"<td rowspan={high} colspan={wide}>{escape(str(value)) or '&nbsp;'}</td>"
            rows.append(f"<tr>{inside}</tr>")
        tables.append(f"<table border=1>{''.join(rows)}</table>")
    head = f'<head><meta http-equiv="Content-Type" content="text/html; charset={charset}"></head>'
    page = f"<html>{head}<body>{'<br>'.join(tables)}</body></html>"
    return page.encode("gb18030" if charset == "gb2312" else charset)


def delimited(grids: list[Grid], codec: str, delimiter: str = ",") -> bytes:
    """All sheets one below the other as delimited text."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=delimiter)
    for grid in grids:
        writer.writerows(grid.rows())
    return target.getvalue().encode(codec)


def word(grids: list[Grid]) -> bytes:
    """A .docx with the cover as paragraphs and a table per further sheet, with fixed dates."""
    document = docx.Document()
    for row in grids[0].rows():
        document.add_paragraph("：".join(str(value) for value in row if value != ""))
    for grid in grids[1:]:
        rows = grid.rows()
        table = document.add_table(len(rows), len(rows[0]))
        for a, b, c, d in grid.merged:
            if c < len(rows) and d < len(rows[0]):
                table.cell(a, b).merge(table.cell(c, d))
        for (row, column), value in grid.cells.items():
            table.cell(row, column).text = str(value)
    target = io.BytesIO()
    document.save(target)
    with zipfile.ZipFile(target) as archive:
        return ooxml.packed({name: archive.read(name) for name in archive.namelist()})
