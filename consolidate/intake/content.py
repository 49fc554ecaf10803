"""The bytes of one file after every check that needs no reader, and what they showed on the way."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Content:
    """Bytes that passed the guard, ready for `read.workbook`.

    `kind` is the true kind, `sha256` of the bytes as received, `modified` the ISO time stored inside.
    `signs` says what was seen while inflating: formulas, links, macros, hidden rows, errors (error
    values), uncached (formulas without a result), merged (only told of .ods), 1904 (days are counted from
    that year), and repair (a legal part that calamine would refuse or misread).
    """

    data: bytes
    sha256: str
    kind: str
    modified: str = ""
    signs: frozenset[str] = field(default_factory=frozenset)
