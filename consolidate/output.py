"""The output folder: files are made beside it and moved in whole; only our own older files are removed."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from consolidate.errors import OutputError, reason
from consolidate.storage import Location

MANIFEST = ".manifest.json"
TEMPORARY = ".tmp"
# Files that the office fills in or goes on writing: never overwritten once it has.
HANDWRITTEN = ("adjustments.xlsx", "decisions.xlsx", "report.docx")


def prepare(out: Path, handwritten: Iterable[str] = (), folders: Iterable[Location] = ()) -> None:
    """Make sure that the folder can be written, before any work; OutputError says what is in the way.

    `handwritten` are files that people go on writing: one that was changed since it was made is in the
    way, unless one of `folders`, from which is read, holds a copy of it.
    """
    folders = list(folders)
    for folder in folders:
        if isinstance(folder, Path) and folder.resolve() == out.resolve():
            raise OutputError(f"收件文件夹{out.resolve().name}不能又作输出文件夹：请用--out换一个文件夹")
    try:
        out.mkdir(parents=True, exist_ok=True)
        if (out / TEMPORARY).exists():
            shutil.rmtree(out / TEMPORARY)
        (out / TEMPORARY).mkdir()
        (out / TEMPORARY).rmdir()
    except OSError as error:
        raise OutputError(
            f"输出文件夹写不进去：{out.name}（{reason(error)}）。请用--out换一个文件夹"
        ) from error
    for name in sorted(_listed(out)):
        path = out / name
        if path.is_file():
            _refuse_open(path, name)
    for name in handwritten:
        _refuse_changed(out, name, [folder / name for folder in folders])


def written(out: Path) -> list[str]:
    """The files that an earlier run wrote there."""
    return sorted(_listed(out))


def _refuse_changed(out: Path, name: str, copies: Iterable[Location]) -> None:
    made = _listed(out).get(name)
    if not made or not (out / name).is_file():
        return
    found = (out / name).read_bytes()
    if _digest(found) in made or any(copy.is_file() and copy.read_bytes() == found for copy in copies):
        return
    raise OutputError(
        f"{out.name}里的{name}填写或改动过，再运行会被覆盖：请先把它移到收件文件夹或别处，再运行一次"
    )


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _refuse_open(path: Path, name: str) -> None:
    """Excel and WPS lock the file they show: say so before the work, not after it."""
    try:
        with path.open("r+b"):
            pass
    except OSError as error:
        raise OutputError(f"{name}正被打开或不能改写：请在WPS或Excel中关闭它，再运行一次") from error


def save_new(path: Path, content: bytes) -> None:
    """Write one file that is not there yet; OutputError when it is, or cannot be written."""
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise OutputError(f"{path.name}已经在了，没有改动它：请用--out换一个文件名") from error
    except OSError as error:
        raise OutputError(f"{path.name}写不进去（{reason(error)}）：请用--out换一个位置") from error


def write(out: Path, files: Mapping[str, bytes], last: str) -> None:
    """Replace what an earlier run wrote by these files (paths with `/`); `last` is moved in last.

    The manifest goes first and names old and new files, so that a run killed at any point leaves
    nothing that the next run does not know of; every file is whole at every moment.
    """
    try:
        _write(out, files, last)
    except OSError as error:
        shutil.rmtree(out / TEMPORARY, ignore_errors=True)
        path = Path(error.filename2 or error.filename or out)
        name = out.name if TEMPORARY in path.parts else path.name
        raise OutputError(
            f"{name}写不进去（{reason(error)}）：请检查磁盘空间，关闭打开的文件，再运行一次"
        ) from error


def _write(out: Path, files: Mapping[str, bytes], last: str) -> None:
    temporary = out / TEMPORARY
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    old = _listed(out)
    new = {name: [_digest(content)] for name, content in files.items()}
    both = {n: sorted({*old.get(n, []), *new.get(n, [])}) for n in old.keys() | new.keys()}
    _put(out, MANIFEST, _manifest(both))
    for name in [*sorted(name for name in files if name != last), last]:
        _put(out, name, files[name])
    for name in sorted(old.keys() - files.keys()):
        (out / name).unlink(missing_ok=True)
    _put(out, MANIFEST, _manifest(new))
    _drop_empty(out, old)
    shutil.rmtree(temporary, ignore_errors=True)


def _put(out: Path, name: str, content: bytes) -> None:
    temporary = out / TEMPORARY / "file"
    temporary.write_bytes(content)
    target = out / name
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(temporary, target)  # noqa: PTH105 - the promise of one step is os.replace's own


def _drop_empty(out: Path, old: Iterable[str]) -> None:
    for folder in sorted({(out / name).parent for name in old} - {out}):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _manifest(files: Mapping[str, list[str]]) -> bytes:
    return (json.dumps(files, ensure_ascii=False, indent=0, sort_keys=True) + "\n").encode()


def _listed(out: Path) -> dict[str, list[str]]:
    """Files in the manifest that stay inside the folder, each with the sha256 that it may have by now.

    Nothing when there is no readable manifest.
    """
    try:
        files = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(files, dict):
        return {}
    inside = {name: made for name, made in files.items() if name and not name.startswith("/")}
    return {name: made for name, made in inside.items() if ".." not in Path(name).parts}
