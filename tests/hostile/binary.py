"""Minimal .xls and .xlsb writers, and OLE containers with whatever streams."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from tests.hostile import ooxml
from tests.hostile.form import Grid

_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def container(streams: dict[str, bytes], storages: tuple[str, ...] = ()) -> bytes:
    """An OLE container; every stream is filled up to 4096 bytes, so that no mini stream is needed."""
    padded = {
        name: data + b"\0" * (max(4096, -(-len(data) // 512) * 512) - len(data))
        for name, data in streams.items()
    }
    names = [*streams, *storages]
    directory_sectors = -(-(len(names) + 1) // 4)
    fat: list[int] = []
    for number in range(directory_sectors):
        fat.append(number + 1 if number + 1 < directory_sectors else _END)
    starts, body = {}, b""
    for name, data in padded.items():
        starts[name] = len(fat)
        count = len(data) // 512
        fat += [len(fat) + step + 1 for step in range(count - 1)] + [_END]
        body += data
    fat_sectors = 1
    while fat_sectors * 128 < len(fat) + fat_sectors:
        fat_sectors += 1
    places = list(range(len(fat), len(fat) + fat_sectors))
    fat += [_FAT] * fat_sectors
    table = fat + [_FREE] * (fat_sectors * 128 - len(fat))
    entries = _entry("Root Entry", 5, _END, 0, child=1)
    entries += b"".join(
        _entry(
            name,
            2 if name in padded else 1,
            starts.get(name, 0),
            len(padded.get(name, b"")),
            right=number + 2,
        )
        if number + 1 < len(names)
        else _entry(name, 2 if name in padded else 1, starts.get(name, 0), len(padded.get(name, b"")))
        for number, name in enumerate(names)
    )
    entries = entries.ljust(directory_sectors * 512, b"\0")
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        0x3E, 3, 0xFFFE, 9, 6, 0, fat_sectors, 0, 0, 4096, _END, 0, _END, 0,
    )  # fmt: skip
    header += struct.pack("<109I", *(places + [_FREE] * (109 - len(places))))
    return header + entries + body + struct.pack(f"<{len(table)}I", *table)


def _entry(name: str, kind: int, start: int, size: int, right: int = _FREE, child: int = _FREE) -> bytes:
    raw = (name + "\0").encode("utf-16-le")
    links = struct.pack("<III", _FREE, right, child)
    return (
        raw.ljust(64, b"\0")
        + struct.pack("<HBB", len(raw), kind, 1)
        + links
        + b"\0" * 36
        + struct.pack("<IQ", start, size)
    )


def biff(grids: list[Grid], extra: bytes = b"") -> bytes:
    """The workbook stream of an .xls with these sheets; `extra` records follow the first BOF."""
    start = (
        _record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 1997, 0, 0))
        + extra
        + _record(0x0042, struct.pack("<H", 1200))
    )
    start += _record(0x0022, b"\0\0") + b"".join(_record(0x00E0, b"\0" * 20) for _ in range(16))
    bodies = [_biff_sheet(grid) for grid in grids]
    position = len(start) + sum(4 + 8 + 2 * len(grid.name) for grid in grids) + 4
    listed = b""
    for grid, body in zip(grids, bodies, strict=True):
        listed += _record(
            0x0085, struct.pack("<IBBBB", position, 0, 0, len(grid.name), 1) + grid.name.encode("utf-16-le")
        )
        position += len(body)
    return start + listed + _record(0x000A, b"") + b"".join(bodies)


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _biff_sheet(grid: Grid) -> bytes:
    body = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 1997, 0, 0))
    for (row, column), value in sorted(grid.cells.items()):
        place = struct.pack("<HHH", row, column, 0)
        if isinstance(value, int | float):
            body += _record(0x0203, place + struct.pack("<d", value))
        else:
            text = str(value)
            body += _record(0x0204, place + struct.pack("<HB", len(text), 1) + text.encode("utf-16-le"))
    areas = b"".join(struct.pack("<HHHH", a, c, b, d) for a, b, c, d in grid.merged)
    return body + _record(0x00E5, struct.pack("<H", len(grid.merged)) + areas) + _record(0x000A, b"")


def xls(grids: list[Grid], extra: bytes = b"") -> bytes:
    """The bytes of an .xls."""
    return container({"Workbook": biff(grids, extra)})


@dataclass(frozen=True)
class Record:
    """A cell of an .xlsb given as the kind of its record and what follows its place."""

    kind: int
    body: bytes


def xlsb(grids: list[Grid]) -> bytes:
    """The bytes of an .xlsb."""
    parts = ooxml.parts(grids, ooxml.Options())
    kept = {name: data for name, data in parts.items() if not name.startswith("xl/")}
    listed = b"".join(
        _brt(156, struct.pack("<II", 0, number) + _wide(f"rId{number}") + _wide(grid.name))
        for number, grid in enumerate(grids, 1)
    )
    kept["xl/workbook.bin"] = _brt(131) + _brt(143) + listed + _brt(144) + _brt(132)
    kept["xl/_rels/workbook.bin.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(b".xml", b".bin")
    for number, grid in enumerate(grids, 1):
        kept[f"xl/worksheets/sheet{number}.bin"] = _brt_sheet(grid)
    return ooxml.packed({name: data.replace(b"workbook.xml", b"workbook.bin") for name, data in kept.items()})


def _brt_sheet(grid: Grid) -> bytes:
    rows, columns = max(row for row, _ in grid.cells), max(column for _, column in grid.cells)
    body = _brt(129) + _brt(148, struct.pack("<IIII", 0, rows, 0, columns)) + _brt(145)
    current = -1
    for (row, column), value in sorted(grid.cells.items()):
        if row != current:
            current = row
            body += _brt(0, struct.pack("<II", row, 0) + b"\0" * 9)
        place = struct.pack("<II", column, 0)
        if isinstance(value, Record):
            body += _brt(value.kind, place + value.body)
        elif isinstance(value, int | float):
            body += _brt(5, place + struct.pack("<d", value))
        else:
            body += _brt(6, place + _wide(str(value)))
    return body + _brt(146) + _brt(130)


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _brt(kind: int, body: bytes = b"") -> bytes:
    """A record of BIFF12: kind and length in seven bits per byte."""
    return _seven(kind) + _seven(len(body)) + body


def _seven(number: int) -> bytes:
    result = bytearray()
    while number > 0x7F:
        result.append(number & 0x7F | 0x80)
        number >>= 7
    result.append(number)
    return bytes(result)
