"""The very hidden sheet `_consolidate` of a book that we wrote, read back.

Column A is the key, B the value, C a third value. Keys: tool (always `consolidate`), role, template,
version, year, source, data_sheet (repeated), digest (repeated: B finding id, C digest); others are facts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from consolidate.model import Marker

if TYPE_CHECKING:
    from collections.abc import Sequence

SHEET = "_consolidate"
_ROLES = frozenset({"blank", "return", "master", "register"})


def parse(rows: Sequence[Sequence[object]]) -> Marker | None:
    """The marker that these rows hold, or None when they are not ours or were tampered with."""
    single: dict[str, str] = {}
    sheets: list[str] = []
    digests: dict[str, str] = {}
    for row in rows:
        key, value, third = (*(_text(cell) for cell in row[:3]), "", "", "")[:3]
        if key == "data_sheet":
            sheets.append(value)
        elif key == "digest":
            digests[value] = third
        elif key:
            single[key] = value
    role = single.pop("role", "")
    if single.pop("tool", "") != "consolidate" or role not in _ROLES:
        return None
    year = single.pop("year", "")
    return Marker(
        role=role,
        template=single.pop("template", ""),
        version=single.pop("version", ""),
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
        source=single.pop("source", ""),
        data_sheets=tuple(sheets),
        digests=digests,
        facts=single,
    )


def _text(cell: object) -> str:
    """A cell as text; whole numbers without the `.0` that calamine gives them."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
