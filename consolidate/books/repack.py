"""openpyxl workbooks as bytes: fixed zip dates, and the stored results of formulas put back.

openpyxl drops every cached formula value; a viewer that does not calculate would then show nothing.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.writer.excel import ExcelWriter

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


def cached_values(content: bytes) -> dict[tuple[str, str], object]:
    """Stored results of a workbook's formulas, by sheet name and address; {} when it has none."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        sheets = [name for name in package.namelist() if name.startswith("xl/worksheets/")]
        if not any(re.search(rb"<(?:\w+:)?f[ >/]", package.read(name)) for name in sheets):
            return {}
    formulas = openpyxl.load_workbook(io.BytesIO(content))
    results = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    return {
        (sheet.title, cell.coordinate): results[sheet.title][cell.coordinate].value
        for sheet in formulas.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def save(book: Workbook, cached: Mapping[tuple[str, str], object]) -> bytes:
    """The workbook as bytes; the same for the same workbook, whatever the day."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        modified = book.properties.modified
        writer = ExcelWriter(book, package)
        writer.write_data()
        book.properties.modified = modified
    titles = {f"xl{sheet.path.removeprefix('/xl')}": sheet.title for sheet in book.worksheets}
    return _fixed(stream.getvalue(), titles, cached, modified)


def _fixed(
    content: bytes, titles: Mapping[str, str], cached: Mapping[tuple[str, str], object], modified: object
) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name in titles and cached:
                part = _refilled(part, titles[name], cached)
            if name == "docProps/core.xml":
                stamp = modified.strftime("%Y-%m-%dT%H:%M:%SZ") if hasattr(modified, "strftime") else ""
                part = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp.encode(), part)
            info = zipfile.ZipInfo(name, _DATE)
            info.create_system = 0
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, part)
    return out.getvalue()


def _refilled(part: bytes, title: str, cached: Mapping[tuple[str, str], object]) -> bytes:
    def cell(match: re.Match[bytes]) -> bytes:
        value = cached.get((title, match[1].decode()))
        if value is None:
            return match[0]
        kind, text = _stored(value)
        head = b'<c r="' + match[1] + b'"' + match[2] + kind + b">"
        return head + match[3] + b"<v>" + escape(text).encode() + b"</v></c>"

    return _FORMULA.sub(cell, part)


def _stored(value: object) -> tuple[bytes, str]:
    if isinstance(value, bool):
        return b' t="b"', str(int(value))
    if isinstance(value, (int, float)):
        return b"", repr(value)
    text = str(value)
    return (b' t="e"' if text.startswith("#") else b' t="str"'), text
