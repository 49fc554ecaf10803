"""Everything one run found out: where files and units stand, findings, totals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from consolidate.model.finding import Finding
from consolidate.model.office import Adjustment, Decision, Office, Previous, Unit
from consolidate.model.received import Refusal
from consolidate.model.submission import Submission

if TYPE_CHECKING:
    from consolidate.forms.template import Template


Status = Literal["accepted", "explained", "queried", "returned", "unreadable", "missing"]
Outcome = Literal["counted", "returned", "superseded", "unreadable", "unknown", "conflict", "skipped"]


@dataclass(frozen=True, slots=True)
class FileReport:
    """The one outcome of one received file, with the reason in Chinese.

    `refusal` says it by code, for a file that is refused before anybody looks whose it is.
    """

    file: str
    sha256: str
    outcome: Outcome
    reason: str
    unit: str = ""
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class UnitReport:
    """Where one unit stands after the run; `submission` is the one that counts, if any."""

    unit: Unit
    status: Status
    submission: Submission | None = None
    findings: tuple[Finding, ...] = ()
    included: bool = False
    remark: str = ""
    previous_file: str = ""


@dataclass(frozen=True, slots=True)
class Total:
    """One item's total in smallest units: value = submitted + adjustments."""

    item: int
    submitted: int
    adjustments: int
    units: int
    received: int = 0

    @property
    def value(self) -> int:
        """The figure that is published."""
        return self.submitted + self.adjustments


@dataclass(frozen=True, slots=True)
class Run:
    """Everything one run found out: what the books are made from.

    `units` in roster order; `findings` sorted as findings.csv; `own` those on the totals; `totals` one
    per item; `received_totals` the same over every unit whose values could be read; `batch` 8 hex of
    all inputs; `headline` the sentence 【未齐…】 or 【已齐…】 that every sheet carries.
    """

    template: Template
    office: Office
    year: int
    include: Literal["accepted", "all"]
    units: tuple[UnitReport, ...]
    files: tuple[FileReport, ...]
    findings: tuple[Finding, ...]
    totals: tuple[Total, ...]
    received_totals: tuple[int, ...]
    headline: str
    batch: str
    roster_given: bool
    previous: Previous | None = None
    adjustments: tuple[Adjustment, ...] = ()
    decisions: tuple[Decision, ...] = ()
    notes: tuple[str, ...] = ()
    untested: Mapping[str, object] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """How many units stand where: due, received, accepted, explained, queried, returned, …."""
        counts = dict.fromkeys(
            ("due", "received", "accepted", "explained", "queried", "returned", "unreadable", "missing"), 0
        )
        for report in self.units:
            counts[report.status] += 1
        counts["due"] = len(self.units)
        counts["received"] = counts["due"] - counts["missing"]
        return counts

    @property
    def complete(self) -> bool:
        """Whether there are units, and every one of the roster is in the totals."""
        return bool(self.units) and all(report.included for report in self.units)
