"""OLE containers (.xls, .et, encrypted .xlsx, .doc): the directory and the chains, read without trust.

Calamine loops or aborts on a chain of sectors that bites its own tail, so every chain is walked here
first. Costs 0.1 ms for a usual .xls.
"""

from __future__ import annotations

import struct
from array import array
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

_HEADER = 512
_END = 0xFFFFFFFE
_FREE = 0xFFFFFFFF
_LAST_REGULAR = 0xFFFFFFFA
_STREAM, _ROOT = 2, 5


class BrokenError(Exception):
    """The container is damaged: `args[0]` is the code, F.truncated or F.damaged."""


@dataclass(slots=True)
class Container:
    """The streams of an OLE container by name; all chains have been walked once."""

    data: bytes
    sector: int
    fat: array[int]
    mini: bytes = b""
    mini_fat: array[int] = field(default_factory=lambda: array("I"))
    entries: dict[str, tuple[int, int]] = field(default_factory=dict)
    storages: set[str] = field(default_factory=set)

    def stream(self, name: str) -> bytes:
        """The bytes of a stream; KeyError when there is none."""
        start, size = self.entries[name]
        if size < 4096 and self.mini:
            return self._small(start)[:size]
        return self.chain(start)[:size]

    def chain(self, start: int) -> bytes:
        """The bytes of a chain of sectors; raises `BrokenError` when it loops or leaves the file."""
        pieces = []
        for number in _walk(self.fat, start):
            offset = _HEADER + number * self.sector if self.sector == _HEADER else (number + 1) * self.sector
            if offset >= len(self.data):
                raise BrokenError("F.truncated")
            pieces.append(self.data[offset : offset + self.sector])
        return b"".join(pieces)

    def _small(self, start: int) -> bytes:
        return b"".join(self.mini[number * 64 : number * 64 + 64] for number in _walk(self.mini_fat, start))


def _walk(fat: array[int], start: int) -> list[int]:
    """The sector numbers of a chain; raises `BrokenError` when it loops or points outside of the table."""
    chain: list[int] = []
    while start < _LAST_REGULAR:
        if start >= len(fat) or len(chain) > len(fat):
            raise BrokenError("F.damaged" if len(chain) > len(fat) else "F.truncated")
        chain.append(start)
        start = fat[start]
    return chain


def container(data: bytes) -> Container:
    """Read the directory of an OLE container; raises `BrokenError`."""
    if len(data) < _HEADER:
        raise BrokenError("F.truncated")
    shift = struct.unpack_from("<H", data, 30)[0]
    if shift not in (9, 12):
        raise BrokenError("F.damaged")
    box = Container(data, 1 << shift, array("I"))
    box.fat.frombytes(_sectors(box, _fat_sectors(box)))
    first_directory, first_mini = struct.unpack_from("<I", data, 48)[0], struct.unpack_from("<I", data, 60)[0]
    root = _directory(box, box.chain(first_directory))
    if first_mini < _LAST_REGULAR and root < _LAST_REGULAR:
        box.mini_fat.frombytes(box.chain(first_mini))
        box.mini = box.chain(root)
    if sum(size for _, size in box.entries.values()) > 2 * len(data):
        raise BrokenError("F.damaged")  # streams that share their sectors: each would be walked anew
    for name in sorted(box.entries):
        box.stream(name)
    return box


def _fat_sectors(box: Container) -> list[int]:
    """The numbers of the sectors that hold the allocation table, through the DIFAT chain."""
    numbers = list(struct.unpack_from("<109I", box.data, 76))
    following, seen = struct.unpack_from("<I", box.data, 68)[0], set[int]()
    while following < _LAST_REGULAR:
        if following in seen:
            raise BrokenError("F.damaged")
        seen.add(following)
        table = struct.unpack(f"<{box.sector // 4}I", _sectors(box, [following]))
        numbers += table[:-1]
        following = table[-1]
    return [number for number in numbers if number < _LAST_REGULAR]


def _sectors(box: Container, numbers: list[int]) -> bytes:
    """The bytes of some sectors, each complete; raises `BrokenError`."""
    pieces = []
    for number in numbers:
        offset = (number + 1) * box.sector
        piece = box.data[offset : offset + box.sector]
        if len(piece) < box.sector:
            raise BrokenError("F.truncated")
        pieces.append(piece)
    return b"".join(pieces)


def _directory(box: Container, listing: bytes) -> int:
    """Fill in the streams and storages; the first sector of the root's own stream."""
    root = _END
    for start in range(0, len(listing) - 127, 128):
        length, kind = struct.unpack_from("<HB", listing, start + 64)
        first, size = struct.unpack_from("<II", listing, start + 116)
        name = listing[start : start + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
        if kind == _ROOT:
            root = first
        elif kind == _STREAM:
            box.entries.setdefault(name, (first if size else _END, size))
        elif kind == 1:
            box.storages.add(name)
    return root


def workbook_stream(data: bytes) -> bytes:
    """The stream of an .xls that holds the book; '' when there is none; raises `BrokenError`."""
    return book(container(data)) or b""


def book(box: Container) -> bytes | None:
    """The stream that holds the book, under the names of BIFF8 and BIFF5."""
    return next(
        (box.stream(name) for name in ("Workbook", "WORKBOOK", "Book", "BOOK") if name in box.entries), None
    )


def saved(box: Container) -> str:
    """The time of the last save in the summary information, ISO in UTC; '' when there is none."""
    try:
        data = box.stream("\x05SummaryInformation")
        offset = struct.unpack_from("<I", data, 44)[0]
        count = struct.unpack_from("<I", data, offset + 4)[0]
        for index in range(min(count, 64)):
            number, place = struct.unpack_from("<II", data, offset + 8 + 8 * index)
            if number == 13:
                ticks = struct.unpack_from("<Q", data, offset + place + 4)[0]
                moment = datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=ticks // 10)
                return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if ticks else ""
    except (KeyError, struct.error, OverflowError):
        return ""  # the time is only a help for ordering: a book without it is still a book
    return ""
