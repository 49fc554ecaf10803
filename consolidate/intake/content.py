"""The bytes of one file after every check that needs no reader, and what they showed on the way."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Content:
    """Bytes that passed the guard, ready for `read.workbook`.

    `kind` is the true kind, `sha256` of the bytes as received, `modified` the ISO time stored inside.
    `signs` says what was seen while inflating: formulas, links, macros, hidden rows, uncached,
    errors (error values), repair (calamine would misread or refuse a part that is legal).
    """

    data: bytes
    sha256: str
    kind: str
    modified: str = ""
    signs: frozenset[str] = field(default_factory=frozenset)
