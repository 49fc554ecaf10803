"""Files that are not on this machine: what there is, and the bytes of one, under the limits of any file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from consolidate import storage
from consolidate.model import Refusal

_STAMPS = ("size", "ETag", "etag", "LastModified", "mtime", "modified", "created")


@dataclass(frozen=True, slots=True)
class Entry:
    """What `os.scandir` tells of a file or folder, for one that is elsewhere; `path` is its key there."""

    name: str
    path: str
    folder: bool = False

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        """Whether it is a folder."""
        return self.folder


def tree(folder: storage.Remote) -> dict[str, list[Entry]]:
    """Key of each folder → what is in it, from one listing of everything below.

    SourceError when it cannot be listed.
    """
    with storage.reaching(folder.url):
        fs, top = storage.file_system(folder.url)[0], folder.key.rstrip("/")
        fs.invalidate_cache()
        keys = [key for key, found in fs.find(top, detail=True).items() if found["type"] == "file"]
        fs.invalidate_cache()
    found: dict[str, list[Entry]] = {top: []}
    for key in keys:
        if not key.startswith(f"{top}/") or key.endswith("/"):  # an empty object that stands for a folder
            continue
        path, pieces = top, key[len(top) + 1 :].split("/")
        for piece in pieces[:-1]:
            inside = f"{path}/{piece}"
            if inside not in found:
                found[inside] = []
                found[path].append(Entry(piece, inside, folder=True))
            path = inside
        found[path].append(Entry(pieces[-1], key))
    return found


def read_bytes(url: str, key: str, limit: int) -> bytes | Refusal:
    """The bytes of one file of at most `limit` bytes that nobody replaces meanwhile.

    SourceError when the way there is closed: that is no matter of this file.
    """
    try:
        with storage.reaching(url):
            fs = storage.file_system(url)[0]
            before = fs.info(key)
            size = before["size"] or 0
            if size == 0:
                return Refusal("F.empty")
            if size > limit:
                return Refusal("F.too_large", {"size": f"{size / (1 << 20):.0f}", "limit": f"{limit >> 20}"})
            data = fs.cat_file(key)
            unchanged = _stamp(before) == _stamp(fs.info(key)) and len(data) == size
    except FileNotFoundError:
        return Refusal("F.vanished")
    return data if unchanged else Refusal("F.writing")


def peek(url: str, key: str) -> bytes:
    """The first bytes of a file, enough for its magic number; nothing when there are none."""
    try:
        with storage.reaching(url):
            fs = storage.file_system(url)[0]
            return bytes(fs.cat_file(key, start=0, end=16)) if fs.info(key)["size"] else b""
    except FileNotFoundError:
        return b""


def _stamp(info: dict[str, Any]) -> tuple[object, ...]:
    """What changes when a file is replaced."""
    return tuple(str(info.get(name)) for name in _STAMPS)
