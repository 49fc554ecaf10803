"""A book as the bytes of a file: .xlsx, .ods, .docx, HTML called .xls, and what holds or spoils them.

Every writer gives the same bytes for the same book: no clock, fixed dates inside the packages.
"""

from __future__ import annotations

import datetime
import html
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

import docx
import xlsxwriter

from making import sheets
from making.sheets import Book, Cell, Content, Sheet

_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Theme:
    """How a unit's workbook looks."""

    font: str = "宋体"
    size: int = 11
    fill: str = ""
    value_fill: str = ""
    border: int = 1


THEMES = (
    Theme(),
    Theme("仿宋", 12),
    Theme("微软雅黑", 10, "#DDEBF7"),
    Theme("宋体", 11, "#E2EFDA", "#FFFFFF"),
    Theme("等线", 11, "#F2F2F2", "", 4),
    Theme("黑体", 10, "#FFF2CC"),
)


def xlsx(book: Book, theme: Theme, modified: datetime.datetime) -> bytes:
    """An .xlsx; `modified` is the date stored inside."""
    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(target, {"strings_to_urls": False, "strings_to_formulas": False})
    workbook.set_properties({"created": modified, "author": "", "title": ""})
    formats = _Formats(workbook, theme)
    for sheet in book.sheets:
        page = workbook.add_worksheet(sheet.name)
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_default_row(20)
        for column, width in enumerate(sheet.widths):
            page.set_column(column, column, width)
        for cell in sheet.cells:
            _put(page, cell, formats.of(cell))
            if cell.role == "title" and cell.row == 0:
                page.set_row(cell.row, 30)
            elif cell.role in ("header", "row_label") and cell.rowspan == 1 and len(str(cell.content)) > 18:
                page.set_row(cell.row, 32)
    workbook.close()
    return target.getvalue()


class _Formats:
    """Formats by role, made once per workbook."""

    def __init__(self, workbook: xlsxwriter.Workbook, theme: Theme) -> None:
        self._workbook, self._theme = workbook, theme
        self._made: dict[tuple[str, str], xlsxwriter.format.Format] = {}

    def of(self, cell: Cell) -> xlsxwriter.format.Format:
        kind = "date" if isinstance(cell.content, datetime.date) else "general"
        if cell.item == "proactive.procurement.amount":
            kind = "money"
        key = (cell.role, kind)
        if key not in self._made:
            self._made[key] = self._workbook.add_format(self._properties(*key))
        return self._made[key]

    def _properties(self, role: str, kind: str) -> dict[str, object]:
        theme = self._theme
        found: dict[str, object] = {"font_name": theme.font, "font_size": theme.size, "valign": "vcenter"}
        if role == "title":
            return found | {"bold": True, "font_size": theme.size + 4, "align": "center"}
        if role == "note":
            return found | {"font_size": 9, "text_wrap": True, "align": "left"}
        found |= {"text_wrap": True, "align": "center", "border": theme.border}
        if role in sheets.LABELS and theme.fill:
            found["bg_color"] = theme.fill
        if role in ("value", "field") and theme.value_fill:
            found["bg_color"] = theme.value_fill
        numbers = {"date": "yyyy-mm-dd", "money": "0.0000"}
        return found | ({"num_format": numbers[kind]} if kind in numbers else {})


def _put(page: xlsxwriter.worksheet.Worksheet, cell: Cell, style: xlsxwriter.format.Format) -> None:
    row, column, content = cell.row, cell.column, cell.content
    if cell.rowspan > 1 or cell.colspan > 1:
        last = (row + cell.rowspan - 1, column + cell.colspan - 1)
        page.merge_range(row, column, *last, "", style)
    if cell.formula:
        page.write_formula(row, column, cell.formula, style, content)
    elif content is None:
        page.write_blank(row, column, None, style)
    elif isinstance(content, datetime.date):
        page.write_datetime(row, column, datetime.datetime.combine(content, datetime.time()), style)
    elif isinstance(content, str):
        page.write_string(row, column, content, style)
    else:
        page.write_number(row, column, content, style)


def text(content: Content) -> str:
    """A content as a spreadsheet shows it."""
    return "" if content is None else str(content)


def html_xls(book: Book) -> bytes:
    """The HTML that many systems export with the ending .xls, in GBK."""
    parts = ['<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"></head><body>']
    for sheet in book.sheets:
        parts.append('<table border="1" style="border-collapse:collapse">')
        hidden = sheets.covered(sheet.cells)
        for number, row in enumerate(sheets.grid(sheet)):
            cells = (_html(cell) for n, cell in enumerate(row) if (number, n) not in hidden)
            parts.append(f"<tr>{''.join(cells)}</tr>")
        parts.append("</table><br>")
    return "\r\n".join([*parts, "</body></html>", ""]).encode("gb18030")


def _html(cell: Cell | None) -> str:
    if cell is None:
        return "<td></td>"
    return f'<td rowspan="{cell.rowspan}" colspan="{cell.colspan}">{html.escape(text(cell.content))}</td>'


def word(book: Book) -> bytes:
    """A Word document with one table per sheet."""
    document = docx.Document()
    for sheet in book.sheets:
        rows = sheets.grid(sheet)
        table = document.add_table(len(rows), len(rows[0]), style="Table Grid")
        for cell in sheet.cells:
            last = (cell.row + cell.rowspan - 1, cell.column + cell.colspan - 1)
            table.cell(cell.row, cell.column).merge(table.cell(*last)).text = text(cell.content)
        document.add_paragraph()
    target = io.BytesIO()
    document.save(target)
    with zipfile.ZipFile(target) as package:
        return package_of({name: package.read(name) for name in package.namelist()})


def package_of(members: Mapping[str, bytes], stored: tuple[str, ...] = ()) -> bytes:
    """A zip with fixed dates."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system = 0
            info.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            package.writestr(info, data)
    return target.getvalue()


_ODS_KIND = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES = "urn:oasis:names:tc:opendocument:xmlns"
_MANIFEST = (
    f'<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="{_NAMES}:manifest:1.0" '
    f'manifest:version="1.2"><manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS_KIND}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)


def ods(book: Book) -> bytes:
    """An OpenDocument spreadsheet."""
    tables = "".join(_ods_table(sheet) for sheet in book.sheets)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{_NAMES}:office:1.0" '
        f'xmlns:table="{_NAMES}:table:1.0" xmlns:text="{_NAMES}:text:1.0" office:version="1.2">'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    members = {"mimetype": _ODS_KIND, "META-INF/manifest.xml": _MANIFEST, "content.xml": content}
    return package_of({name: body.encode() for name, body in members.items()}, stored=("mimetype",))


def _ods_table(sheet: Sheet) -> str:
    hidden = sheets.covered(sheet.cells)
    rows = []
    for number, row in enumerate(sheets.grid(sheet)):
        cells = (
            "<table:covered-table-cell/>" if (number, n) in hidden else _ods_cell(cell)
            for n, cell in enumerate(row)
        )
        rows.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    return f'<table:table table:name="{escape(sheet.name)}">{"".join(rows)}</table:table>'


def _ods_cell(cell: Cell | None) -> str:
    if cell is None or (cell.content is None and cell.rowspan == cell.colspan == 1):
        return "<table:table-cell/>"
    spans = f'table:number-rows-spanned="{cell.rowspan}" table:number-columns-spanned="{cell.colspan}"'
    kind = 'office:value-type="string"'
    if isinstance(cell.content, int | float):
        kind = f'office:value-type="float" office:value="{cell.content}"'
    return (
        f"<table:table-cell {spans} {kind}><text:p>{escape(text(cell.content))}</text:p></table:table-cell>"
    )
