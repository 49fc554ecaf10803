"""Records of an .xls book that calamine says nothing about: encryption, formulas, error values, links."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_BOF, _FILEPASS, _FORMULA, _BOOLERR, _SUPBOOK = 0x0809, 0x002F, 0x0006, 0x0205, 0x01AE
_BOUNDSHEET = 0x0085
_ROW_HIDDEN = 0x20
ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


def records(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """Kind, offset of the body and its length, of every record of a workbook stream."""
    position, end = 0, len(stream) - 4
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
        elif kind == 0x0208 and length >= 14 and stream[start + 12] & _ROW_HIDDEN:
            found.add("hidden rows")
    return found
