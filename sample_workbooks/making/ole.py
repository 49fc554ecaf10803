"""Old .xls (BIFF8) and an encrypted .xlsx, written by hand into OLE compound files.

Only what the sample needs: there is no maintained Python writer for .xls, and a real encryption would
salt its bytes anew each time. The encrypted file holds noise, so no password opens it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from random import Random

from making import writers
from making.sheets import Book, Cell, Sheet

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SMALL = 4096  # shorter streams would belong into a mini stream
_CELL, _TITLE = 16, 17  # indices of our formats


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file with these streams below its root (padded to 4096 bytes at least)."""
    padded = {name: data.ljust(_SMALL, b"\0") for name, data in streams.items()}
    chains: list[int] = []
    starts: dict[str, int] = {}
    body = b""
    for name, data in padded.items():
        count = -(-len(data) // _SECTOR)
        starts[name] = len(chains)
        chains += [*range(len(chains) + 1, len(chains) + count), _END]
        body += data.ljust(count * _SECTOR, b"\0")
    directory = _directory(padded, starts)
    first_directory = len(chains)
    count = len(directory) // _SECTOR
    chains += [*range(first_directory + 1, first_directory + count), _END]
    tables = 1
    while (len(chains) + tables) * 4 > tables * _SECTOR:
        tables += 1
    first_table = len(chains)
    chains += [_FAT] * tables
    table = struct.pack(f"<{len(chains)}I", *chains).ljust(tables * _SECTOR, b"\xff")
    listed = [*range(first_table, first_table + tables)]
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII109I",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes(16), 0x3E, 3, 0xFFFE, 9, 6, 0, tables, first_directory, 0,
        _SMALL, _END, 0, _END, 0, *listed, *[_FREE] * (109 - tables),
    )  # fmt: skip
    return header + body + directory + table


def _directory(streams: Mapping[str, bytes], starts: Mapping[str, int]) -> bytes:
    """Root and streams as a chain of right siblings, which readers accept as a (lopsided) tree."""
    names = sorted(streams, key=lambda name: (len(name), name.upper()))
    entries = [_entry("Root Entry", 5, _FREE, 1, _END, 0)]
    for place, name in enumerate(names, start=1):
        right = place + 1 if place < len(names) else _FREE
        entries.append(_entry(name, 2, right, _FREE, starts[name], len(streams[name])))
    while len(entries) % 4:
        entries.append(struct.pack("<64xHBBIII16x4x8x8xIQ", 0, 0, 0, _FREE, _FREE, _FREE, 0, 0))
    return b"".join(entries)


def _entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
    encoded = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16x4x8x8xIQ", encoded, len(encoded) + 2, kind, 1, _FREE, right, child, start, size
    )


_INFO = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<encryption xmlns="http://schemas.microsoft.com/office/2006/encryption" xmlns:p=\
"http://schemas.microsoft.com/office/2006/keyEncryptor/password"><keyData saltSize="16" blockSize="16" \
keyBits="256" hashSize="64" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" \
saltValue="{salt}"/><dataIntegrity encryptedHmacKey="{salt}" encryptedHmacValue="{salt}"/><keyEncryptors>\
<keyEncryptor uri="http://schemas.microsoft.com/office/2006/keyEncryptor/password"><p:encryptedKey \
spinCount="100000" saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" \
cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue="{salt}" \
encryptedVerifierHashInput="{salt}" encryptedVerifierHashValue="{salt}" encryptedKeyValue="{salt}"/>\
</keyEncryptor></keyEncryptors></encryption>"""


def encrypted(size: int) -> bytes:
    """What an .xlsx of about `size` bytes looks like when it is saved with a password."""
    noise = Random("password").randbytes(size // 16 * 16)
    info = struct.pack("<HHI", 4, 4, 0x40) + _INFO.format(salt="c2FtcGxlLXNhbXBsZS1zYQ==").encode()
    return compound(
        {"EncryptionInfo": info.ljust(_SMALL, b" "), "EncryptedPackage": struct.pack("<Q", size) + noise}
    )


def xls(book: Book) -> bytes:
    """The book as Excel 97–2003 would store it."""
    strings: dict[str, int] = {}
    pages = [b"".join(_page(sheet, strings)) for sheet in book.sheets]
    return compound({"Workbook": _globals(book, pages, strings) + b"".join(pages)})


def _record(kind: int, layout: str = "", *fields: object) -> bytes:
    data = struct.pack("<" + layout, *fields)
    return struct.pack("<HH", kind, len(data)) + data


def _globals(book: Book, pages: list[bytes], strings: Mapping[str, int]) -> bytes:
    head = b"".join(
        [
            _record(0x0809, "HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0x41, 6),
            _record(0x0042, "H", 1200),
            _record(0x003D, "9H", 0, 0, 0x4000, 0x2000, 0x38, 0, 0, 1, 600),
            *[_font(220, 400)] * 4,
            _font(320, 700),
            *[_format(0, 0xFFF5, 0, 0)] * 15,
            _format(0, 1, 0x20, 0),
            _format(0, 1, 0x1A, 0x11111111 & 0xFFFF),
            _format(5, 1, 0x12, 0),
            _record(0x0293, "HBB", 0x8000, 0, 0xFF),
        ]
    )
    table = struct.pack("<II", len(strings), len(strings)) + b"".join(map(_long_string, strings))
    if len(table) > 8224:
        raise ValueError("the strings do not fit into one record")
    tail = _record(0x00FC, f"{len(table)}s", table) + _record(0x000A)
    names = [_short_string(sheet.name) for sheet in book.sheets]
    start = len(head) + sum(len(name) + 10 for name in names) + len(tail)
    bounds = b""
    for name, page in zip(names, pages, strict=True):
        bounds += _record(0x0085, f"IH{len(name)}s", start, 0, name)
        start += len(page)
    return head + bounds + tail


def _font(height: int, weight: int) -> bytes:
    name = _short_string("宋体")
    return _record(0x0031, f"HHHHHBBBB{len(name)}s", height, 0, 0x7FFF, weight, 0, 0, 0, 134, 0, name)


def _format(font: int, kind: int, align: int, border: int) -> bytes:
    parent = kind if kind == 0xFFF5 else kind & 0xF
    return _record(0x00E0, "HHHBBBBIIH", font, 0, parent, align, 0, 0, 0xF8, border, 0, 0x20C0)


def _short_string(text: str) -> bytes:
    return struct.pack("<BB", len(text), 1) + text.encode("utf-16-le")


def _long_string(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def _page(sheet: Sheet, strings: dict[str, int]) -> Iterator[bytes]:
    """The records of one sheet; its texts go into the workbook's table of strings."""
    yield _record(0x0809, "HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0x41, 6)
    for column, width in enumerate(sheet.widths):
        yield _record(0x007D, "HHHHHH", column, column, int(width * 256), 15, 0, 0)
    columns = max(cell.column + cell.colspan for cell in sheet.cells)
    yield _record(0x0200, "IIHHH", 0, sheet.rows, 0, columns, 0)
    for cell in sorted(sheet.cells, key=lambda cell: (cell.row, cell.column)):
        yield _cell(cell, strings)
    merged = [cell for cell in sheet.cells if cell.rowspan > 1 or cell.colspan > 1]
    areas = [
        (cell.row, cell.row + cell.rowspan - 1, cell.column, cell.column + cell.colspan - 1)
        for cell in merged
    ]
    yield _record(0x00E5, f"H{4 * len(areas)}H", len(areas), *[edge for area in areas for edge in area])
    yield _record(0x023E, "HHHIHHI", 0x00B6, 0, 0, 0x40, 0, 0, 0)
    yield _record(0x000A)


def _cell(cell: Cell, strings: dict[str, int]) -> bytes:
    style = _TITLE if cell.role == "title" else _CELL
    if cell.content is None:
        return _record(0x0201, "HHH", cell.row, cell.column, style)
    if isinstance(cell.content, int | float):
        return _record(0x0203, "HHHd", cell.row, cell.column, style, cell.content)
    number = strings.setdefault(writers.text(cell.content), len(strings))
    return _record(0x00FD, "HHHI", cell.row, cell.column, style, number)
