"""The output folder: files are made beside it and moved in whole; only our own older files are removed."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from consolidate.errors import OutputError

MANIFEST = ".manifest.json"
TEMPORARY = ".tmp"


def prepare(out: Path) -> None:
    """Make sure that the folder can be written, before any work; OutputError says what is in the way."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(out / TEMPORARY, ignore_errors=True)
        (out / TEMPORARY).mkdir()
        (out / TEMPORARY).rmdir()
    except OSError as error:
        raise OutputError(
            f"输出文件夹写不进去：{out.name}（{error.strerror}）。请用--out换一个文件夹"
        ) from error
    for name in sorted(_listed(out)):
        path = out / name
        if path.is_file():
            _refuse_open(path, name)


def _refuse_open(path: Path, name: str) -> None:
    """Excel and WPS lock the file they show: say so before the work, not after it."""
    try:
        with path.open("r+b"):
            pass
    except OSError as error:
        raise OutputError(f"{name}正被打开或不能改写：请在WPS或Excel中关闭它，再运行一次") from error


def write(out: Path, files: Mapping[str, bytes], last: str) -> None:
    """Replace what an earlier run wrote by these files (paths with `/`); `last` is moved in last.

    The manifest goes first and names old and new files, so that a run killed at any point leaves
    nothing that the next run does not know of; every file is whole at every moment.
    """
    try:
        _write(out, files, last)
    except OSError as error:
        name = Path(error.filename).name if error.filename else out.name
        raise OutputError(
            f"{name}写不进去（{error.strerror}）：请检查磁盘空间，关闭打开的文件，再运行一次"
        ) from error


def _write(out: Path, files: Mapping[str, bytes], last: str) -> None:
    temporary = out / TEMPORARY
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    old = _listed(out)
    _put(out, MANIFEST, _manifest(old | files.keys()))
    for name in [*sorted(name for name in files if name != last), last]:
        _put(out, name, files[name])
    for name in sorted(old - files.keys()):
        (out / name).unlink(missing_ok=True)
    _put(out, MANIFEST, _manifest(files.keys()))
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


def _manifest(names: Iterable[str]) -> bytes:
    return (json.dumps(sorted(names), ensure_ascii=False, indent=0) + "\n").encode()


def _listed(out: Path) -> set[str]:
    """Names in the manifest that stay inside the folder; none when there is no readable manifest."""
    try:
        names = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set()
    if not isinstance(names, list):
        return set()
    inside = (str(name) for name in names)
    return {name for name in inside if name and not name.startswith("/") and ".." not in Path(name).parts}
