"""What files gave, kept in one SQLite file between runs; whatever is odd about it counts as not there.

Each entry carries a seal over all of its bytes and its key: a row that was torn, flipped or swapped is not
found. The database itself may be lost, locked, foreign or full at any time; a run never notices more than
that files are read again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from consolidate.intake.remembered import Packed

FORMAT = 1
_SCHEMA = (
    "CREATE TABLE layout (digest BLOB PRIMARY KEY, places BLOB)",
    "CREATE TABLE entry (context BLOB, file BLOB, layout BLOB, figures BLOB, rest BLOB, seal BLOB,"
    " PRIMARY KEY (context, file))",
)
_BROKEN = frozenset({"SQLITE_NOTADB", "SQLITE_CORRUPT", "SQLITE_FORMAT", "SQLITE_SCHEMA", "SQLITE_ERROR"})
# A flipped bit in a name makes SQLite's own message undecodable.
_ERRORS = (sqlite3.Error, UnicodeDecodeError)


class _StrangeError(sqlite3.DatabaseError):
    """A database that another program or another version made."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The database at `path`, as the tool called `tool` (32 bytes) leaves it; another tool's is not read.

    No connection stays open: between looking and keeping, workers are forked.
    """

    path: Path
    tool: bytes

    def holds(self, context: bytes) -> bool:
        """Whether anything at all is known in this context; if not, nobody needs to hash files."""
        query = "SELECT 1 FROM entry WHERE context = ? LIMIT 1"
        with contextlib.suppress(*_ERRORS), self._opened() as base:
            return base is not None and base.execute(query, (context,)).fetchone() is not None
        return False

    def find(self, context: bytes, files: Iterable[bytes]) -> dict[bytes, Packed]:
        """What is known of these files in this context: what is in doubt is left out."""
        found: dict[bytes, Packed] = {}
        with contextlib.suppress(*_ERRORS), self._opened() as base:
            if base is not None:
                layouts = _Layouts(base)
                for file in files:
                    entry = _entry(base, layouts, context, file)
                    if entry is not None:
                        found[file] = entry
        return found

    def keep(self, context: bytes, entries: Mapping[bytes, Packed]) -> None:
        """Add what is known now; a database that is broken or foreign is made anew."""
        for _ in range(2):
            try:
                with self._opened(create=True) as base:
                    if base is not None:
                        _write(base, context, entries)
                return
            except _ERRORS as error:
                name = "_".join(getattr(error, "sqlite_errorname", "SQLITE_ERROR").split("_")[:2])
                if name not in _BROKEN and not isinstance(error, _StrangeError):
                    return  # locked, read-only, full: the next run reads again
                if not self._dropped():
                    return

    def _dropped(self) -> bool:
        """Whether the database, with what SQLite may have left beside it, could be removed."""
        try:
            for ending in ("", "-journal", "-wal", "-shm"):
                self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
        except OSError:
            return False
        return True

    @contextlib.contextmanager
    def _opened(self, create: bool = False) -> Iterator[sqlite3.Connection | None]:
        """A connection to our own database; None when there is none, or the path is no plain file."""
        try:
            state: os.stat_result | None = os.lstat(self.path)
        except OSError:
            state = None
        if (state is None and not create) or (state is not None and not stat.S_ISREG(state.st_mode)):
            yield None
            return
        with contextlib.closing(sqlite3.connect(self.path, timeout=0)) as base:
            base.text_factory = bytes
            base.execute("PRAGMA trusted_schema = OFF")
            if state is None or not state.st_size:
                _make(base, self.tool)
            _verify(base, self.tool)
            yield base


class _Layouts:
    """The layouts of one look, each read and verified once."""

    def __init__(self, base: sqlite3.Connection) -> None:
        self.base = base
        self.known: dict[bytes, bytes | None] = {b"": b""}

    def __getitem__(self, digest: bytes) -> bytes | None:
        if digest not in self.known:
            row = self.base.execute("SELECT places FROM layout WHERE digest = ?", (digest,)).fetchone()
            sound = row is not None and type(row[0]) is bytes and _digest(row[0]) == digest
            self.known[digest] = row[0] if sound else None
        return self.known[digest]


def _entry(base: sqlite3.Connection, layouts: _Layouts, context: bytes, file: bytes) -> Packed | None:
    query = "SELECT layout, figures, rest, seal FROM entry WHERE context = ? AND file = ?"
    row = base.execute(query, (context, file)).fetchone()
    if row is None or any(type(part) is not bytes for part in row):
        return None
    layout, figures, rest, seal = row
    if seal != _seal(context, file, layout, figures, rest):
        return None
    places = layouts[layout]
    return None if places is None else Packed(places, figures, rest)


def _write(base: sqlite3.Connection, context: bytes, entries: Mapping[bytes, Packed]) -> None:
    base.execute("PRAGMA synchronous = OFF")  # a power cut may cost the cache, and the seals tell
    known = {entry.layout for entry in entries.values()}
    layouts = {layout: _digest(layout) if layout else b"" for layout in sorted(known)}
    rows = []
    for file, entry in entries.items():
        parts = (context, file, layouts[entry.layout], entry.figures, entry.rest)
        rows.append((*parts, _seal(*parts)))
    with base:
        base.executemany("REPLACE INTO layout VALUES (?, ?)", [(d, text) for text, d in layouts.items()])
        base.executemany("REPLACE INTO entry VALUES (?, ?, ?, ?, ?, ?)", rows)


def _make(base: sqlite3.Connection, tool: bytes) -> None:
    with base:
        for statement in _SCHEMA:
            base.execute(statement)
        base.execute(f"PRAGMA application_id = {_mark(tool)}")
        base.execute(f"PRAGMA user_version = {FORMAT}")


def _verify(base: sqlite3.Connection, tool: bytes) -> None:
    """Raise _StrangeError unless the database holds our two tables and nothing else, of this version."""
    listed = base.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY sql").fetchall()
    marks = [base.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
    if [row[0] for row in listed] != [statement.encode() for statement in sorted(_SCHEMA)] or marks != [
        _mark(tool),
        FORMAT,
    ]:
        raise _StrangeError


def _mark(tool: bytes) -> int:
    """31 bits of the tool's digest; contexts hold all of it."""
    return int.from_bytes(tool[:4], "big") >> 1


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _seal(*parts: bytes) -> bytes:
    """A digest over parts and their lengths."""
    lengths: Sequence[int] = [len(part) for part in parts]
    return hashlib.sha256(repr(lengths).encode() + b"".join(parts)).digest()
