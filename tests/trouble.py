"""What happens to files while they are read, and to whoever reads them."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from unittest import mock

from consolidate import receive
from consolidate.intake import discover, guard, read
from consolidate.intake.content import Content
from consolidate.model import FileReport, Received, Refusal, Workbook

VICTIM = "甲镇.xlsx"


@contextlib.contextmanager
def made(kind: str, folders: Sequence[Path]) -> Iterator[None]:
    """The first file of a case vanishes, grows, is locked, freezes its reader or fills its memory."""
    with contextlib.ExitStack() as stack:
        for patch in _patches(kind, folders[0] / VICTIM):
            stack.enter_context(patch)
        yield


def _patches(kind: str, victim: Path) -> list[contextlib.AbstractContextManager[object]]:
    if kind == "large":
        os.truncate(victim, 2 * guard.MAX_FILE)
    patches: dict[str, list[contextlib.AbstractContextManager[object]]] = {
        "frozen": [_reading(lambda: time.sleep(60)), mock.patch.object(receive, "SECONDS", 1.0)],
        "greedy": [_reading(lambda: bytearray(4 << 30))],
        "locked": [_locked(victim)],
        "growing": [_growing(victim)],
        "vanishing": [_vanishing(victim)],
    }
    return patches.get(kind, [])


def _reading(first: Callable[[], object]) -> contextlib.AbstractContextManager[object]:
    """Reading the victim begins with something else."""
    workbook = read.workbook

    def troubled(content: Content, name: str = "") -> Workbook | Refusal:
        if name == VICTIM:
            first()
        return workbook(content, name)

    return mock.patch.object(read, "workbook", troubled)


def _locked(victim: Path) -> contextlib.AbstractContextManager[object]:
    opened = os.open

    def refused(path: str, flags: int) -> int:
        if Path(path) == victim:
            raise PermissionError(13, "locked", path)
        return opened(path, flags)

    return mock.patch.object(os, "open", refused)


def _growing(victim: Path) -> contextlib.AbstractContextManager[object]:
    piece = os.read

    def longer(handle: int, length: int) -> bytes:
        if os.fstat(handle).st_ino == victim.stat().st_ino:
            with victim.open("ab") as file:
                file.write(b"more")
        return piece(handle, length)

    return mock.patch.object(os, "read", longer)


def _vanishing(victim: Path) -> contextlib.AbstractContextManager[object]:
    folders = discover.folders

    def listed(places: Sequence[Path], exclude: Sequence[Path]) -> tuple[list[Received], list[FileReport]]:
        found = folders(places, exclude)
        victim.unlink()
        return found

    return mock.patch.object(discover, "folders", listed)
