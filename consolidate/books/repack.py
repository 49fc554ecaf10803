"""openpyxl workbooks as bytes: fixed zip dates, and the stored results of formulas put back.

openpyxl drops every cached formula value; a viewer that does not calculate would then show nothing.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from typing import Any, cast
from xml.sax.saxutils import escape

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from consolidate.books.carry import Stored

_DATE = (1980, 1, 1, 0, 0, 0)
_FORMULA = re.compile(
    rb'<c r="([A-Z]+[0-9]+)"((?: s="[0-9]+")?)(?: t="[a-z]+")?>'
    rb"(<f[^>]*>[^<]*</f>|<f[^>]*/>)<v ?/?>(?:</v>)?</c>"
)
_LONGEST = 32_000


def letters(column: int) -> str:
    """Column letters of a 0-based column."""
    return str(get_column_letter(column + 1))


def clean(text: str) -> str:
    """A text that can stand in a cell: no control characters or lone surrogates, not too long."""
    return ILLEGAL_CHARACTERS_RE.sub("", text.encode("utf-8", "replace").decode())[:_LONGEST]


def save(book: Workbook, stored: Mapping[tuple[str, str], Stored]) -> bytes:
    """The workbook as bytes; the same for the same workbook, whatever the day."""
    stream = io.BytesIO()
    with _Package(stream, "w", zipfile.ZIP_DEFLATED) as package:
        _Writer(book, package, stored).write_data()
    return stream.getvalue()


class _Package(zipfile.ZipFile):
    """A package whose parts carry a fixed date and say nothing of the system that wrote them."""

    def writestr(self, zinfo_or_arcname: str | zipfile.ZipInfo, data: Any, *_: object, **__: object) -> None:
        """Add a part."""
        named = zinfo_or_arcname
        info = zipfile.ZipInfo(named.filename if isinstance(named, zipfile.ZipInfo) else named, _DATE)
        info.create_system = 0
        info.compress_type = self.compression
        super().writestr(info, data)


class _Writer(ExcelWriter):
    """openpyxl's writer without a temporary file per sheet, which took a tenth of a return's time."""

    def __init__(
        self, book: Workbook, package: zipfile.ZipFile, stored: Mapping[tuple[str, str], Stored]
    ) -> None:
        super().__init__(book, package)
        self.stored = stored

    def write_worksheet(self, ws: Worksheet) -> None:
        """One sheet into the package, as the original does it for a book that is held in memory."""
        sheet, package = cast("Any", ws), cast("Any", self)  # the stubs do not know what both consist of
        sheet._drawing = SpreadsheetDrawing()
        sheet._drawing.charts, sheet._drawing.images = sheet._charts, sheet._images
        writer = cast("Any", WorksheetWriter(ws, io.BytesIO()))
        writer.write()
        sheet._rels = writer._rels
        part = writer.read()
        if self.stored:
            part = _refilled(part, ws.title, self.stored)
        package._archive.writestr(sheet.path[1:], part)
        package.manifest.append(ws)


def _refilled(part: bytes, title: str, stored: Mapping[tuple[str, str], Stored]) -> bytes:
    def cell(match: re.Match[bytes]) -> bytes:
        kind, text = stored.get((title, match[1].decode()), ("", ""))
        if not text:
            return match[0]
        of = f' t="{kind}"'.encode() if kind in ("b", "e", "str") else b""
        head = b'<c r="' + match[1] + b'"' + match[2] + of + b">"
        return head + match[3] + b"<v>" + escape(text).encode() + b"</v></c>"

    return _FORMULA.sub(cell, part)
