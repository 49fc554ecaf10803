"""A workbook written once by the sample's own writer and filled many times: only figures and cover change."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from making import manners, sheets, writers
from making.sheets import Book

from consolidate.forms.template import Template

LAYOUTS = ("plain", "titled", "one sheet", "half-width", "inset", "renamed", "numbered", "line breaks")
_MARK = 1_000_000  # item n stands in the package as the figure _MARK + n
_CELL = re.compile(rb'(<c r="[A-Z]+\d+"(?: s="\d+")?)><v>(1000\d{3})</v></c>')
_FIELD = re.compile(rb"@(\w+)@")
_STRINGS = "xl/sharedStrings.xml"
_WRITTEN = datetime.datetime(2020, 1, 8, 16, 30)


@dataclass(frozen=True)
class Package:
    """The parts of an .xlsx: fixed ones, sheets cut at the items' cells, strings cut at the cover's fields.

    `places` are sheet, row and column of each item, from 0.
    """

    fixed: Mapping[str, bytes]
    cut: Mapping[str, Sequence[bytes]]
    strings: Sequence[bytes]
    places: Sequence[tuple[int, int, int]]

    def filled(self, cells: Sequence[bytes], cover: Mapping[bytes, bytes]) -> bytes:
        """The .xlsx with these fields on the cover and these cells: `cell(…)` of each item."""
        parts = dict(self.fixed)
        parts |= {name: b"".join(_joined(pieces, cells)) for name, pieces in self.cut.items()}
        parts[_STRINGS] = b"".join(cover[s] if n % 2 else s for n, s in enumerate(self.strings))
        return writers.package_of(parts)


def cell(content: float | str | None) -> bytes:
    """What follows the head of a cell: a figure, a text, or nothing at all."""
    if content is None:
        return b"/>"
    if isinstance(content, str):
        return f' t="inlineStr"><is><t>{content}</t></is></c>'.encode()
    return f"><v>{content!r}</v></c>".encode()


def _joined(pieces: Sequence[bytes], cells: Sequence[bytes]) -> Iterator[bytes]:
    for start in range(0, len(pieces) - 1, 3):
        yield from (pieces[start], pieces[start + 1], cells[int(pieces[start + 2]) - _MARK])
    yield pieces[-1]


def made(form: Template, layout: str, look: writers.Theme, cover: Mapping[str, str]) -> Package:
    """The package of a form in one of `LAYOUTS`; a text such as @unit@ on the cover is a field to fill."""
    marks = {item.id: (_MARK + item.index) * item.scale for item in form.items}
    book = sheets.fill(manners.LAYOUTS[layout](sheets.blank(form)), marks, cover)
    with zipfile.ZipFile(io.BytesIO(writers.xlsx(book, look, _WRITTEN))) as written:
        parts = {name: written.read(name) for name in written.namelist()}
    strings = _FIELD.split(parts.pop(_STRINGS))
    cut = {name: pieces for name, part in parts.items() if len(pieces := _CELL.split(part)) > 1}
    fixed = {name: part for name, part in parts.items() if name not in cut}
    return Package(fixed, cut, strings, _places(book, form))


def _places(book: Book, form: Template) -> list[tuple[int, int, int]]:
    spots = {
        placed.item: (number, placed.row, placed.column)
        for number, sheet in enumerate(book.sheets)
        for placed in sheet.cells
    }
    return [spots[item.id] for item in form.items]
