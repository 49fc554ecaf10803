"""Findings: one problem each, in words that a clerk can act on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "query", "hint"]
Place = tuple[int, int, int]  # sheet index in `Submission.sheets`, row, column; all 0-based

# What `Finding.unit` says when a finding is about the totals, not about one unit.
OWN_LEVEL = "本级汇总"


def address(row: int, column: int) -> str:
    """A1 address of a cell given by 0-based row and column: `address(27, 9) == "J28"`."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def told(explanation: str) -> str:
    """4 hex of an explanation, whatever its spaces."""
    return hashlib.sha256("".join(explanation.split()).encode("utf-8", "replace")).hexdigest()[:4]


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem, in words that a clerk can act on.

    `where` `表三 J28（四、结转下年度继续办理·总计）` · `found` what stands there · `basis` what was expected,
    with the numbers · `advice` what to do · `message` the whole sentence. `cells` are the places that the
    finding names (parallel to `items`; ids). `suggestion` is parallel to `items`, only for a single
    proposal. `sheet` is the one that all places are on, or one for each place, joined by "/", which no name
    of a sheet can hold. `causes` are sentences of rules that this finding explains, `rules` the names of all
    rule instances behind it. `status` is '' for a finding of an earlier submission that has been fixed.
    """

    code: str
    severity: Severity
    message: str
    table: str = ""
    items: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    where: str = ""
    found: str = ""
    expected: str = ""
    basis: str = ""
    advice: str = ""
    suggestion: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    grouped: bool = False
    audience: Literal["unit", "office"] = "unit"
    unit: str = ""
    file: str = ""
    sheet: str = ""
    id: str = ""
    digest: str = ""
    explanation: str = ""
    status: Literal["open", "explained", "refused", "decided", ""] = "open"
    reply: str = ""
    change: Literal["", "new", "unchanged", "fixed"] = ""
    effect: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """A1 addresses of the places named."""
        return tuple(address(row, column) for _, row, column in self.places)

    @property
    def stamp(self) -> str:
        """What a decision on the finding rests on: the digest of its values, and of the 情况说明 if any."""
        return f"{self.digest}-{told(self.explanation)}" if self.explanation else self.digest

    @property
    def sheets(self) -> tuple[str, ...]:
        """The sheets of the places, each once: the first place's first."""
        return tuple(dict.fromkeys(self.sheet.split("/")))


def sheet_of(places: Sequence[Place], names: Sequence[str]) -> str:
    """What `Finding.sheet` says of these places; `names` are those of all sheets."""
    listed = [names[sheet] for sheet, _, _ in places]
    return "/".join(listed if len(set(listed)) > 1 else listed[:1])
