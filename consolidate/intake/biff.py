"""Records of an .xls book that calamine says nothing about: encryption, formulas, error values, links."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from consolidate.intake.cellfact import Cell, CellFact

if TYPE_CHECKING:
    from collections.abc import Iterator

_BOF, _FILEPASS, _FORMULA, _BOOLERR, _SUPBOOK = 0x0809, 0x002F, 0x0006, 0x0205, 0x01AE
_BOUNDSHEET, _EOF, _DIMENSIONS = 0x0085, 0x000A, 0x0200
_VALUES = frozenset({_FORMULA, _BOOLERR, 0x0203, 0x0204, 0x00FD, 0x027E, 0x00BD})  # NUMBER … MULRK
_DATEMODE = 0x0022
_ROW, _ROW_HIDDEN = 0x0208, 0x20
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


def records(stream: bytes, position: int = 0) -> Iterator[tuple[int, int, int]]:
    """Kind, offset of the body and its length, of every record of a workbook stream from a position on."""
    end = len(stream) - 4
    while position <= end:
        kind, length = struct.unpack_from("<HH", stream, position)
        if kind == 0 and length == 0:
            return
        yield kind, position + 4, length
        position += 4 + length


def locked(stream: bytes) -> bool:
    """Whether the book is encrypted: FILEPASS follows the first BOF closely."""
    for count, (kind, _, _) in enumerate(records(stream)):
        if kind == _FILEPASS:
            return True
        if count > 6:
            return False
    return False


def extent(stream: bytes, most: int) -> tuple[int, int]:
    """Rows and columns down to the last value, or (0, 0) when every sheet says it has at most `most` cells.

    What a sheet says includes formatted blanks, so the values are only looked at when it says more; one
    that says less than it has is found out in the cage.
    """
    found = list(records(stream))
    said = (
        struct.unpack_from("<II2xH", stream, body)
        for kind, body, n in found
        if kind == _DIMENSIONS and n >= 12
    )
    if all(rows * columns <= most for _, rows, columns in said):
        return 0, 0
    places = [_place(stream, body) for kind, body, n in found if kind in _VALUES and n >= 6]
    return max((row + 1 for row, _ in places), default=0), max(
        (column + 1 for _, column in places), default=0
    )


def signs(stream: bytes) -> set[str]:
    """The signs of `Content` in a workbook stream."""
    found: set[str] = set()
    for kind, start, length in records(stream):
        if kind == _FORMULA:
            found.add("formulas")
            if length >= 14 and stream[start + 12 : start + 14] == b"\xff\xff" and stream[start + 6] == 2:
                found.add("errors")
        elif kind == _BOOLERR and length >= 8 and stream[start + 7]:
            found.add("errors")
        elif kind == _SUPBOOK and length > 4:
            found.add("links")
        elif kind == _DATEMODE and length >= 2 and stream[start] == 1:
            found.add("1904")
        elif kind == _ROW and length >= 14 and stream[start + 12] & _ROW_HIDDEN:
            found.add("hidden rows")
    return found


def facts(stream: bytes, sheets: frozenset[str]) -> Iterator[tuple[Cell, CellFact]]:
    """Facts about the formulas and errors of some sheets; the text of formulas is not decoded."""
    for name, start in _sheets(stream):
        if name not in sheets:
            continue
        for kind, body, length in records(stream, start):
            if kind == _EOF:
                break
            if kind == _FORMULA and length >= 14:
                yield (name, *_place(stream, body)), CellFact("=", _formula_error(stream, body))
            elif kind == _BOOLERR and length >= 8 and stream[body + 7]:
                yield (name, *_place(stream, body)), CellFact("", error(stream[body + 6]))


def _place(stream: bytes, body: int) -> tuple[int, int]:
    row, column = struct.unpack_from("<HH", stream, body)
    return row, column


def _formula_error(stream: bytes, body: int) -> str:
    """The error value that a formula gave when the book was saved, or ''."""
    broken = stream[body + 12 : body + 14] == b"\xff\xff" and stream[body + 6] == 2
    return error(stream[body + 8]) if broken else ""


def error(number: int) -> str:
    """The error value of a number: `error(23) == "#REF!"`."""
    return _ERRORS.get(number, "#N/A")


def _sheets(stream: bytes) -> Iterator[tuple[str, int]]:
    """Name and position of every sheet in a workbook stream."""
    for kind, body, length in records(stream):
        if kind == _EOF:
            return
        if kind == _BOUNDSHEET and length >= 8:
            position, count, flags = struct.unpack_from("<I2xBB", stream, body)
            wide = flags & 1
            raw = stream[body + 8 : body + 8 + (count * 2 if wide else count)]
            yield raw.decode("utf-16-le" if wide else "latin-1", "replace"), position
