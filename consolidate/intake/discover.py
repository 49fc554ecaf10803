"""Folders → the files to read, and why the others are not: every file gets exactly one of the two."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path, PurePath, PurePosixPath
from typing import TYPE_CHECKING

from consolidate import codes
from consolidate.errors import SettingsError
from consolidate.intake import archive, guard, remote, shown
from consolidate.model import FileReport, Received, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from consolidate.model import Outcome
    from consolidate.storage import Location

    Entry = os.DirEntry[str] | remote.Entry
    Found = Received | FileReport

REGISTERS = frozenset({"units.xlsx", "units.csv", "consolidate.toml", "adjustments.xlsx", "decisions.xlsx"})
_SYSTEM = frozenset({"thumbs.db", "desktop.ini", ".ds_store", "ehthumbs.db", "icon\r"})
_CLOSED = frozenset({"__macosx", "$recycle.bin", "system volume information"})
_SHORTCUTS = frozenset({".lnk", ".url", ".webloc", ".desktop"})
_ARCHIVES = frozenset({".zip", ".rar", ".7z", ".gz", ".tgz", ".tar"})
# What a clerk may have meant as the submission: the guard says by content what it is.
_MEANT = frozenset([
    ".xlsx", ".xlsm", ".xlsb", ".xls", ".xltx", ".xltm", ".xlt", ".et", ".ett", ".ods", ".ots", ".fods",
    ".csv", ".tsv", ".htm", ".html", ".mht", ".mhtml", ".docx", ".doc", ".dot", ".wps", ".wpt", ".rtf",
    ".odt", ".pdf", ".ofd", ".xps", ".ppt", ".pptx", ".numbers", ".dbf", ".xml", ".eml", ".msg",
    ".jpg", ".jpeg", ".png", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".heic",
])  # fmt: skip
_OFFICE_MAGIC = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


def folders(
    folders: Sequence[Location], exclude: Sequence[Location] = ()
) -> tuple[list[Received], list[FileReport]]:
    """The files to read, in a fixed order, and a report on every other file.

    A folder that is a file stands for itself. Excluded folders are not looked at; excluded files (a
    roster, a register) are reported as skipped. SettingsError when a folder is not there.
    """
    closed = _Closed(exclude)
    found: list[Found] = []
    for number, folder in enumerate(folders):
        if not folder.exists():
            raise SettingsError(f"找不到文件夹或文件“{shown.name(str(folder))}”，请检查路径后再运行")
        source = _source(folder, number)
        listed = _walk(source, closed) if folder.is_dir() else _file(source, source.top, folder.name)
        found += _unique(sorted(listed, key=_order))
    return (
        [item for item in found if isinstance(item, Received)],
        [item for item in found if isinstance(item, FileReport)],
    )


@dataclass(frozen=True, slots=True)
class _Source:
    """One FOLDER: its path or key, its place on the command line, how to look into it, its URL if any."""

    top: str
    number: int
    entries: Callable[[str], Sequence[Entry]]
    url: str = ""

    def received(self, path: str, name: str, member: str = "") -> Received:
        """A file of this FOLDER that is to be read."""
        return Received(path, name, self.number, member, self.url)


def _source(folder: Location, number: int) -> _Source:
    if isinstance(folder, Path):
        return _Source(os.fspath(folder), number, _scanned)
    tree: Mapping[str, Sequence[Entry]] = remote.tree(folder)
    return _Source(folder.key.rstrip("/"), number, lambda key: tree[key], folder.url)


def _scanned(path: str) -> Sequence[Entry]:
    with os.scandir(path) as listing:
        return list(listing)


class _Closed:
    """The excluded places, however they were written; only a path of the same name is resolved."""

    def __init__(self, places: Iterable[Location]) -> None:
        self.places = frozenset(
            _place(os.fspath(place)) if isinstance(place, Path) else _place(place.key, place.url)
            for place in places
        )
        self.names = frozenset(PurePath(path).name.casefold() for _, path in self.places)

    def holds(self, entry: Entry, url: str) -> bool:
        """Whether this entry of a FOLDER (with this URL, if any) is one of the places."""
        return entry.name.casefold() in self.names and _place(entry.path, url) in self.places


def _place(path: str, url: str = "") -> tuple[str, str]:
    """The same for every way to write one place."""
    return (url.partition("://")[0], path) if url else ("", os.path.normcase(os.path.realpath(path)))


def _name(item: Found) -> str:
    return item.name if isinstance(item, Received) else item.file


def _order(item: Found) -> tuple[str, str]:
    return shown.order(_name(item))


def _unique(items: Iterable[Found]) -> Iterator[Found]:
    """Items of which no two are shown under the same name: escaping may make names alike."""
    seen: dict[str, int] = {}
    for item in items:
        name = _name(item)
        seen[name] = seen.get(name, 0) + 1
        if seen[name] == 1:
            yield item
        elif isinstance(item, Received):
            yield replace(item, name=f"{name} [{seen[name]}]")
        else:
            yield replace(item, file=f"{name} [{seen[name]}]")


def _report(file: str, outcome: Outcome, code: str, sha256: str = "", /, **fields: str) -> FileReport:
    """The report on a file that is not read."""
    sentence = codes.sentence(code, **fields)
    if outcome == "skipped":
        return FileReport(file, sha256, outcome, sentence)
    reason = f"{sentence}。{codes.advice(code, **fields)}"
    return FileReport(file, sha256, outcome, reason, refusal=Refusal(code, fields))


def _walk(source: _Source, closed: _Closed) -> Iterator[Found]:
    """Everything below a folder."""
    waiting = [(source.top, "")]
    while waiting:
        path, prefix = waiting.pop()
        try:
            entries = source.entries(path)
        except OSError:
            yield _report(prefix or "./", "unreadable", "F.no_access")
            continue
        names = frozenset(entry.name for entry in entries)
        if {"run.json", "master.xlsx"} <= names and _is_ours(path, source.url):
            yield _report(prefix or "./", "skipped", "F.own")
            continue
        for entry in entries:
            shown_name = prefix + shown.name(entry.name)
            if entry.is_dir(follow_symlinks=False):
                if closed.holds(entry, source.url):
                    continue
                if entry.name.startswith(".") or entry.name.lower() in _CLOSED:
                    yield _report(f"{shown_name}/", "skipped", "F.hidden_file")
                else:
                    waiting.append((entry.path, f"{shown_name}/"))
            elif (not prefix and entry.name.lower() in REGISTERS) or closed.holds(entry, source.url):
                yield _report(shown_name, "skipped", "F.register")
            else:
                yield from _file(source, entry.path, shown_name, names)


def _is_ours(folder: str, url: str) -> bool:
    """Whether the run.json in a folder was written by this tool."""
    path = f"{folder}/run.json" if url else os.path.join(folder, "run.json")  # noqa: PTH118 - undecodable
    data = guard.read_bytes(path, url)
    return isinstance(data, bytes) and b'"tool"' in data and b"consolidate" in data


def _file(source: _Source, path: str, name: str, siblings: frozenset[str] = frozenset()) -> Iterator[Found]:
    """One file on disk: to be read, skipped, or opened when it is a .zip."""
    base = os.path.basename(path)  # noqa: PTH119 - keeps undecodable bytes
    unread = _unread(name, base, siblings)
    if unread:
        yield unread
        return
    ending = os.path.splitext(base)[1].lower()  # noqa: PTH122
    head = b"" if ending in _MEANT else guard.peek(path, source.url)
    if ending in _MEANT or base.lower() in _MEANT or (not source.url and _odd(path)):
        yield source.received(path, name)
    elif head.startswith(_OFFICE_MAGIC):
        yield from _opened(source, path, name) if head.startswith(b"PK") else [source.received(path, name)]
    elif ending in _ARCHIVES:
        yield source.received(path, name)
    else:
        yield _report(name, "skipped", "F.not_table")


def _odd(path: str) -> bool:
    """Whether something on disk is no plain file: the guard says what it is."""
    return Path(path).is_symlink() or not Path(path).is_file()


def _unread(name: str, base: str, siblings: frozenset[str]) -> FileReport | None:
    """The report on a file that its name tells not to be a submission."""
    lower = base.lower()
    if base.startswith(("~$", ".~")):
        owner = _owner(base, siblings)
        return (
            _report(name, "skipped", "F.open", name=shown.name(owner))
            if owner
            else _report(name, "skipped", "F.lock")
        )
    if lower in _SYSTEM:
        return _report(name, "skipped", "F.system")
    if base.startswith("._") or (base.startswith(".") and lower[lower.rindex(".") :] not in _MEANT):
        return _report(name, "skipped", "F.hidden_file")
    if PurePosixPath(lower).suffix in _SHORTCUTS:
        return _report(name, "unreadable", "F.link")
    return None


def _owner(lock: str, siblings: frozenset[str]) -> str:
    """The file beside a lock file that it belongs to: Excel's ~$x, LibreOffice's .~lock.x#, WPS's .~x."""
    rest = lock[2:].removeprefix("lock.").removesuffix("#")
    books = (name for name in siblings if not name.startswith(("~$", ".~")))
    close = [name for name in books if name == rest or (len(rest) > 6 and name[2:] == rest)]
    return min(close, default="")


def _opened(source: _Source, path: str, name: str) -> Iterator[Found]:
    """The members of a .zip, one level deep; an office document under another name is itself."""
    data = guard.read_bytes(path, source.url)
    listed = archive.files(data) if isinstance(data, bytes) else data
    if listed is None or isinstance(listed, Refusal) or isinstance(data, Refusal):
        yield source.received(path, name)  # the guard gives the reason in the cage
        return
    yield _report(name, "skipped", "F.archive", guard.digest(data), count=str(len(listed)))
    for member in sorted(listed):
        yield _member(source, path, name, member)


def _member(source: _Source, path: str, name: str, member: str) -> Found:
    """One file inside a .zip."""
    pieces = PurePosixPath(member.replace("\\", "/"))
    shown_name = f"{name}/{shown.name(str(pieces))}"
    if any(folder.lower() in _CLOSED or folder.startswith(".") for folder in pieces.parts[:-1]):
        return _report(shown_name, "skipped", "F.hidden_file")
    unread = _unread(shown_name, pieces.name, frozenset())
    if unread:
        return unread
    ending = pieces.suffix.lower()
    if ending in _ARCHIVES:
        return _report(shown_name, "unreadable", "F.nested_zip")
    if ending and ending not in _MEANT:
        return _report(shown_name, "skipped", "F.not_table")
    return source.received(path, shown_name, member)
