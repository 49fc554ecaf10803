"""File names from the names of units: valid on every system, readable, and never two alike."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

_FORBIDDEN = frozenset('\\/:*?"<>|')
_RESERVED = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))]
)
_LONGEST = 150  # bytes of UTF-8, so that our endings still fit into the 255 of most file systems


def clean(name: str) -> str:
    """A name that can be a file name (without its ending): forbidden and invisible characters become `_`."""
    text = unicodedata.normalize("NFC", name)
    safe = "".join("_" if c in _FORBIDDEN or unicodedata.category(c)[0] == "C" else c for c in text)
    safe = safe.encode("utf-8")[:_LONGEST].decode("utf-8", "ignore").strip(" .")
    if safe.split(".")[0].casefold() in _RESERVED:
        safe = f"_{safe}"
    return safe or "_"


def unique(names: Iterable[str], ending: str) -> list[str]:
    """A file name for each name, in order; those that would be the same are numbered （2）, （3）."""
    taken: set[str] = set()
    result = []
    for name in names:
        base = file = clean(name)
        number = 1
        while file.casefold() in taken:
            number += 1
            file = f"{base}（{number}）"
        taken.add(file.casefold())
        result.append(file + ending)
    return result
