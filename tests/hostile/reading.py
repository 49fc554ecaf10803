"""What the tool does with one file, as the pipeline does it: guard, then read, in a cage."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from consolidate import receive
from consolidate.intake import cage, guard, read
from consolidate.model import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from consolidate.model import Received, Workbook

SECONDS, MEGABYTES = receive.SECONDS, receive.MEGABYTES


def hashes(folder: Path) -> dict[str, str]:
    """What lies below a folder: kind, size, time and content of everything."""
    found = {}
    for path in sorted(folder.rglob("*")):
        state = path.lstat()
        kind = f"{state.st_mode} {state.st_size} {state.st_mtime_ns}"
        content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        found[ascii(str(path.relative_to(folder)))] = f"{kind} {hashlib.sha256(content).hexdigest()}"
    return found


def meaningful(reason: str) -> bool:
    """Whether a reason is a Chinese sentence that leaks nothing of the program."""
    chinese = any("\u4e00" <= letter <= "\u9fff" for letter in reason)
    leaks = any(sign in reason for sign in ("{", "Error", "Traceback", "None"))
    return chinese and reason.isprintable() and not leaks


def one(received: Received) -> Workbook | Refusal:
    """The grids of a received file, or why there are none."""
    content = guard.fetch(received)
    return content if isinstance(content, Refusal) else read.workbook(content, received.name)


def lost(received: Received, loss: cage.Loss) -> Workbook | Refusal:
    """The refusal of a file that took its worker down; a bug of ours is no such file."""
    if loss.reason == "error":
        raise AssertionError(f"{received.name}: {loss.trace}")
    return cage.refusal(loss, seconds=SECONDS, megabytes=MEGABYTES)


def every(received: Sequence[Received], method: str = "") -> list[Workbook | Refusal]:
    """The result of each file, in order."""
    return cage.run(
        one, received, workers=2, seconds=SECONDS, megabytes=MEGABYTES, lost=lost, share=50, method=method
    )
