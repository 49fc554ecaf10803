"""Checks before any reader: what may be opened at all, read once, by content, in milliseconds.

Links and special files are refused before they are opened (a pipe named x.xlsx hangs both readers);
the bytes are read once, hashed, and handed on, so nothing changes between check and use.
"""

from __future__ import annotations

import hashlib
import os
import stat
from typing import TYPE_CHECKING

from consolidate.intake import archive, biff, biff12, ole, package, parts, remote, sniff
from consolidate.intake.content import Content
from consolidate.model import Refusal, address

if TYPE_CHECKING:
    from consolidate.model import Received

MAX_FILE = 128 << 20
MAX_TEXT = 16 << 20
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_SPECIAL = {
    stat.S_IFIFO: "管道",
    stat.S_IFDIR: "文件夹",
    stat.S_IFCHR: "设备",
    stat.S_IFBLK: "设备",
    stat.S_IFSOCK: "套接字",
}


def fetch(received: Received) -> Content | Refusal:
    """The checked bytes of a received file or of a member of a .zip, or why it may not be read."""
    data = received_bytes(received)
    return examine(data, received.name) if isinstance(data, bytes) else data


def received_bytes(received: Received) -> bytes | Refusal:
    """The bytes of a received file or of a member of a .zip, whatever they are."""
    data = read_bytes(received.path, received.url)
    return archive.member(data, received.member) if isinstance(data, bytes) and received.member else data


def read_bytes(path: str, url: str = "") -> bytes | Refusal:
    """The bytes of a regular file that nobody is writing to, read without following links.

    With a `url`, of the file that the file system there knows by `path`.
    """
    if url:
        return remote.read_bytes(url, path, MAX_FILE)
    try:
        before = os.lstat(path)
        refusal = _improper(before)
        if refusal:
            return refusal
        handle = os.open(path, _FLAGS)
        try:
            return _whole(handle, before)
        finally:
            os.close(handle)
    except FileNotFoundError:
        return Refusal("F.vanished")
    except (OSError, ValueError):  # ValueError: a NUL in the name
        return Refusal("F.no_access")


def peek(path: str, url: str = "") -> bytes:
    """The first bytes of a regular file, enough for its magic number; nothing when it may not be opened."""
    if url:
        return remote.peek(url, path)
    try:
        if _improper(os.lstat(path)):
            return b""
        handle = os.open(path, _FLAGS)
        try:
            return os.read(handle, 16) if stat.S_ISREG(os.fstat(handle).st_mode) else b""
        finally:
            os.close(handle)
    except (OSError, ValueError):
        return b""  # whoever reads the file gets the reason


def _improper(state: os.stat_result) -> Refusal | None:
    """Why something with this lstat is not opened, if so."""
    if stat.S_ISLNK(state.st_mode):
        return Refusal("F.link")
    if not stat.S_ISREG(state.st_mode):
        return Refusal("F.special", {"kind": _SPECIAL.get(stat.S_IFMT(state.st_mode), "特殊文件")})
    if state.st_size == 0:
        return Refusal("F.empty")
    if state.st_size > MAX_FILE:
        return too_large(state.st_size, MAX_FILE)
    return None


def too_large(size: int, limit: int) -> Refusal:
    """The refusal of something of `size` bytes where `limit` are allowed."""
    return Refusal("F.too_large", {"size": f"{size / (1 << 20):.0f}", "limit": f"{limit >> 20}"})


def _whole(handle: int, before: os.stat_result) -> bytes | Refusal:
    """All bytes behind an open handle, unless the file is another one or changes meanwhile."""
    opened = os.fstat(handle)
    if not stat.S_ISREG(opened.st_mode) or (opened.st_ino, opened.st_dev) != (before.st_ino, before.st_dev):
        return Refusal("F.writing")
    pieces, size = [], 0
    while piece := os.read(handle, min(opened.st_size + 1, 1 << 24)):
        pieces.append(piece)
        size += len(piece)
        if size > opened.st_size:
            return Refusal("F.writing")
    after = os.fstat(handle)
    unchanged = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    return b"".join(pieces) if unchanged and size == after.st_size else Refusal("F.writing")


def examine(data: bytes, name: str = "") -> Content | Refusal:
    """Bytes whose kind is told and whose structure is safe to hand to a reader, or why not."""
    if not data:
        return Refusal("F.empty")
    if not data.strip(b"\x00"):
        return Refusal("F.damaged", {"reason": "内容全是空字节"})
    kind = sniff.container(data)
    if kind == "zip":
        return _package(data)
    if kind == "ole":
        return _container(data, name)
    if kind in ("unknown", "csv") and package.behind(data):
        return Refusal("F.damaged", {"reason": "开头多出了别的内容，下载时常有"})
    if kind not in sniff.READABLE:
        return wrong_kind(kind)
    if kind in ("html", "csv") and len(data) > MAX_TEXT:
        return too_large(len(data), MAX_TEXT)
    return Content(data, digest(data), kind)


def digest(data: bytes) -> str:
    """The sha256 by which a file is known, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def wrong_kind(kind: str) -> Refusal:
    """The refusal of something that is no workbook, with the name of what it is."""
    return Refusal("F.kind", {"kind": sniff.NAMES[kind]})


def _package(data: bytes) -> Content | Refusal:
    """A zip file that is a workbook or a document."""
    members = package.directory(data)
    if isinstance(members, Refusal):
        return members
    found = package.examine(data, members)
    if isinstance(found, Refusal):
        return found
    if found.kind not in sniff.READABLE:
        return wrong_kind(found.kind)
    signs = found.signs | (biff12.signs(data, members) if found.kind == "xlsb" else frozenset())
    return Content(data, digest(data), found.kind, found.modified, signs)


def _container(data: bytes, name: str) -> Content | Refusal:
    """An OLE container that is an .xls or .et; encrypted ones and .doc are refused by name."""
    try:
        box = ole.container(data)
        if "EncryptedPackage" in box.entries or "EncryptionInfo" in box.entries:
            return Refusal("F.password")
        stream = ole.book(box)
        saved = ole.saved(box)
    except ole.BrokenError as broken:
        return Refusal(str(broken), {"reason": "内部结构断裂"})
    if stream is None:
        return wrong_kind(_document(box))
    if biff.locked(stream):
        return Refusal("F.password")
    rows, columns = biff.extent(stream, parts.MAX_AREA)
    if rows * columns > parts.MAX_AREA:
        return Refusal("F.far_cell", {"cell": address(rows - 1, columns - 1)})
    signs = biff.signs(stream) | ({"macros"} if "_VBA_PROJECT_CUR" in box.storages else set())
    kind = "et" if name.lower().endswith(".et") else "xls"
    return Content(data, digest(data), kind, saved, frozenset(signs))


def _document(box: ole.Container) -> str:
    """The kind of an OLE container that holds no workbook."""
    if "WordDocument" in box.entries:
        return "doc"
    return "ppt" if "PowerPoint Document" in box.entries else "ole"
