"""Received files → receipts, reading only those whose bytes no earlier run has read in the same way.

Part of the pipeline: it brings the reading of `receive` and the cache of `intake.shelf` together. A file is
known by the sha256 of its bytes and by the ending of its name (which serves hints), in the context of all
templates, the year, and the sources and libraries of the tool itself.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from consolidate import __version__, receive
from consolidate.intake import archive, guard, remembered
from consolidate.intake.remembered import Doubt, Packed, Places
from consolidate.intake.shelf import Shelf
from consolidate.model import Received, Refusal
from consolidate.receive import Receipt, Receiver

NAME = ".cache"
# What becomes of these files may depend on the machine and the moment.
_UNSURE = frozenset({"F.timeout", "F.memory", "F.crash"})
_STRETCH = 5_000  # files whose entries are in memory at a time: 10 MB
_LIBRARIES = ("python-calamine", "openpyxl", "lxml", "python-docx", "numpy")
_SOURCES = ("codes/*.py", "model/*.py", "receive.py", "intake/*.py", "forms/*.py")


def everything(
    receiver: Receiver,
    received: Sequence[Received],
    *,
    cache: Path | None,
    workers: int,
    done: Callable[[], object] | None = None,
    meanwhile: Callable[[], object] | None = None,
) -> list[Receipt]:
    """The receipts of all files in their order, as `receive.everything` gives them.

    `cache` is the file that remembers between runs; None reads everything.
    """
    # Where nothing can be known, workers start before the tool is looked at.
    known = _recalled(cache, receiver, received) if cache is not None and cache.exists() else {}
    for _ in known:
        if done:
            done()
    unknown = [one for number, one in enumerate(received) if number not in known]
    fresh = receive.everything(receiver, unknown, workers=workers, done=done, meanwhile=meanwhile)
    if cache is not None:
        _keep(*_opened(cache, receiver), fresh)
    if not known:
        return fresh
    rest = iter(fresh)
    return receive.interned([known.get(number) or next(rest) for number in range(len(received))])


def _opened(cache: Path, receiver: Receiver) -> tuple[Shelf, bytes]:
    """What remembers, and the context in which this receiver's files are known."""
    tool = fingerprint()
    return Shelf(cache, tool), _context(receiver, tool)


def _recalled(cache: Path, receiver: Receiver, received: Sequence[Received]) -> dict[int, Receipt]:
    """Position → the receipt of each file that an earlier run has read in the same way."""
    shelf, context = _opened(cache, receiver)
    return _known(shelf, context, received, receiver) if shelf.holds(context) else {}


@lru_cache(maxsize=1)  # asked for before and after reading
def fingerprint() -> bytes:
    """32 bytes that change with the tool: its version, its sources that read files, and their libraries."""
    from importlib import metadata

    package = Path(__file__).parent
    digest = hashlib.sha256(f"{__version__} {sys.version_info[:3]}".encode())
    for library in _LIBRARIES:
        digest.update(f"{library} {metadata.version(library)}\n".encode())
    for pattern in _SOURCES:
        for path in sorted(package.glob(pattern)):
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.digest()


def _context(receiver: Receiver, tool: bytes) -> bytes:
    """What a receipt depends on besides the file."""
    templates = [(one.id, one.sha256) for one in (receiver.template, *receiver.others)]
    return hashlib.sha256(tool + json.dumps([templates, receiver.year]).encode()).digest()


def _key(sha256: str, name: str) -> bytes:
    """How a file is known: by its bytes, and by what the guard and the reader make of its name."""
    ending = json.dumps([PurePosixPath(name).suffix.lower(), name.lower().endswith(".et")])
    return hashlib.sha256(sha256.encode() + ending.encode()).digest()


@dataclass(slots=True)
class _Bytes:
    """Bytes of received files; an archive is read once for all of its members that follow each other."""

    path: str = ""
    data: bytes | Refusal = b""

    def of(self, received: Received) -> bytes | Refusal:
        if not received.member:
            return guard.read_bytes(received.path)
        if received.path != self.path:
            self.path, self.data = received.path, guard.read_bytes(received.path)
        return archive.member(self.data, received.member) if isinstance(self.data, bytes) else self.data


def _known(
    shelf: Shelf, context: bytes, received: Sequence[Received], receiver: Receiver
) -> dict[int, Receipt]:
    """Position → the receipt of each file that was read before and about which there is no doubt."""
    source, receipts = _Bytes(), {}
    for start in range(0, len(received), _STRETCH):
        digests = {}
        for number, one in enumerate(received[start : start + _STRETCH], start):
            data = None if one.url else source.of(one)  # to fetch it would be most of the work
            if isinstance(data, bytes):
                digests[number] = guard.digest(data)
        keys = {number: _key(digest, received[number].name) for number, digest in digests.items()}
        entries = shelf.find(context, sorted(set(keys.values())))
        layouts = _layouts(entries, len(receiver.template.items))
        for number, key in keys.items():
            entry = entries.get(key)
            if entry is None or entry.layout not in layouts:
                continue
            with contextlib.suppress(Doubt):
                receipts[number] = _receipt(entry, layouts[entry.layout], received[number], digests[number])
    return receipts


def _layouts(entries: Mapping[bytes, Packed], items: int) -> dict[bytes, Places]:
    """The places of each layout that fits the form, made once so that equal layouts are one object."""
    layouts: dict[bytes, Places] = {b"": ()}
    for layout in {entry.layout for entry in entries.values()} - {b""}:
        try:
            places = remembered.places(layout)
        except Doubt:
            continue
        if len(places) == items:
            layouts[layout] = places
    return layouts


def _receipt(entry: Packed, places: Places, received: Received, sha256: str) -> Receipt:
    if not entry.layout:
        return Receipt(received, sha256, refusal=remembered.refusal(entry.rest))
    submission = remembered.submission(
        places, entry.figures, entry.rest, file=received.name, folder=received.folder, sha256=sha256
    )
    return Receipt(received, sha256, submission)


def _keep(shelf: Shelf, context: bytes, receipts: Sequence[Receipt]) -> None:
    """Remember what was read, unless it may come out differently another time."""
    for start in range(0, len(receipts), _STRETCH):
        entries = {}
        for receipt in receipts[start : start + _STRETCH]:
            outcome = receipt.submission or receipt.refusal
            unsure = outcome is None or (isinstance(outcome, Refusal) and outcome.code in _UNSURE)
            if receipt.sha256 and not receipt.received.url and outcome is not None and not unsure:
                entries[_key(receipt.sha256, receipt.received.name)] = remembered.packed(outcome)
        if entries:
            shelf.keep(context, entries)
