"""The office: whom it expects, how it introduces itself, what it writes in its registers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from consolidate.model.submission import Vector


@dataclass(frozen=True, slots=True)
class Unit:
    """One line of the roster: who must submit."""

    name: str
    code: str = ""
    kind: str = ""
    aliases: tuple[str, ...] = ()
    contact: str = ""
    phone: str = ""
    reported_by: str = ""
    predecessors: tuple[str, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Office:
    """The office that consolidates, as it introduces itself in returns, master and notices."""

    name: str = ""
    code: str = ""
    level: str = "county"
    deadline: str = ""
    contact: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One row of adjustments.xlsx: an entry at the office's own level (`amount` in smallest units)."""

    voucher: str
    unit: str
    item: int
    amount: int
    reason: str = ""
    document: str = ""
    clerk: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """One row of decisions.xlsx: the office's written handling of a finding.

    `digest` is the stamp of what it was given to, '' when the register does not say; `folder` the position
    of the FOLDER in which the register lay, None when it was named on its own.
    """

    finding: str
    action: str
    reason: str = ""
    clerk: str = ""
    approver: str = ""
    date: str = ""
    row: int = 0
    digest: str = ""
    folder: int | None = None


@dataclass(frozen=True, slots=True)
class Previous:
    """Last year's figures: values per unit (by roster name) and the office's total, smallest units.

    Vectors follow this year's template; NaN where last year's form had no such item.
    """

    year: int
    units: Mapping[str, Vector]
    total: Vector | None = None
