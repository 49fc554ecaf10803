"""Records of an .xlsb that calamine says nothing about: formulas and error values.

A formula is always stored with a result ([MS-XLSB] 2.1.7.62), so none can be told to be never calculated.
"""

from __future__ import annotations

import posixpath
import struct
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from consolidate.intake import biff, package, parts
from consolidate.intake.cellfact import Cell, CellFact
from consolidate.model import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from zipfile import ZipInfo

_ROW, _ERROR, _BROKEN = 0, 3, 11  # BrtRowHdr, BrtCellError, BrtFmlaError
_FORMULAS = range(8, 12)  # BrtFmlaString, BrtFmlaNum, BrtFmlaBool, BrtFmlaError
_SHEET = 156  # BrtBundleSh
_BOOK, _RELATIONS = "xl/workbook.bin", "xl/_rels/workbook.bin.rels"
_ODD = (package.TornError, ElementTree.ParseError, LookupError, ValueError, struct.error)


def records(part: bytes) -> Iterator[tuple[int, int, int]]:
    """Kind, offset of the body and its length, of every whole record of a part."""
    position = 0
    while position < len(part):
        kind, position = _number(part, position, 2)
        length, position = _number(part, position, 4)
        if position + length > len(part):
            return
        yield kind, position, length
        position += length


def _number(part: bytes, position: int, most: int) -> tuple[int, int]:
    """A number in seven bits per byte, the lowest first, and where it ends."""
    value = 0
    for count, byte in enumerate(part[position : position + most]):
        value |= (byte & 0x7F) << 7 * count
        if byte < 0x80:
            return value, position + count + 1
    return value, position + most


def signs(data: bytes, members: Sequence[ZipInfo]) -> set[str]:
    """The signs of `Content` in the worksheets of an .xlsb."""
    found: set[str] = set()
    for member in members:
        if member.filename.lower().startswith("xl/worksheets/") and member.filename.endswith(".bin"):
            for kind, _, _ in records(package.content(data, member)):
                if kind in _FORMULAS:
                    found.add("formulas")
                if kind in (_ERROR, _BROKEN):
                    found.add("errors")
    return found


def facts(data: bytes, sheets: frozenset[str]) -> Iterator[tuple[Cell, CellFact]]:
    """Facts about the formulas and errors of some sheets; the text of formulas is not decoded."""
    listed = package.directory(data)
    if isinstance(listed, Refusal):
        return
    members = {member.filename.lower(): member for member in listed}
    try:
        for name, part in _sheets(data, members):
            if name in sheets and part in members:
                yield from _facts(name, package.content(data, members[part]))
    except _ODD:
        return  # the reader has had its say about a damaged book


def _facts(name: str, part: bytes) -> Iterator[tuple[Cell, CellFact]]:
    row = 0
    for kind, body, length in records(part):
        if kind == _ROW and length >= 4:
            (row,) = struct.unpack_from("<I", part, body)
        elif (kind == _ERROR or kind in _FORMULAS) and length >= 9:
            (column,) = struct.unpack_from("<I", part, body)
            error = biff.error(part[body + 8]) if kind in (_ERROR, _BROKEN) else ""
            yield (name, row, column), CellFact("" if kind == _ERROR else "=", error)


def _sheets(data: bytes, members: dict[str, ZipInfo]) -> Iterator[tuple[str, str]]:
    """Name and part (lower case) of every sheet of the workbook."""
    relations = ElementTree.fromstring(parts.utf8(package.content(data, members[_RELATIONS])))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    book = package.content(data, members[_BOOK])
    for kind, body, _ in records(book):
        if kind == _SHEET:
            number, end = _text(book, body + 8)
            target = posixpath.normpath(posixpath.join("/xl", targets.get(number, "")))
            yield _text(book, end)[0], target[1:].lower()


def _text(part: bytes, position: int) -> tuple[str, int]:
    """A text with its length before it, and where it ends."""
    (length,) = struct.unpack_from("<I", part, position)
    end = position + 4 + 2 * length
    return part[position + 4 : end].decode("utf-16-le", "replace"), end
