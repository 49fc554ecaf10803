"""Which units get a return, and what it is made from: known without the library that writes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from consolidate.forms.template import Template
from consolidate.model import Finding, Office, Submission, Unit


@dataclass(frozen=True, slots=True)
class Task:
    """Everything that a return is made from, besides the bytes of the submission."""

    submission: Submission
    findings: tuple[Finding, ...]
    unit: Unit
    year: int
    office: Office
    template: Template


def needed(findings: Sequence[Finding]) -> bool:
    """Whether a unit must act: an error or a query of its own is open."""
    return any(
        f.audience == "unit"
        and f.severity != "hint"
        and f.status in ("open", "refused")
        and f.change != "fixed"
        for f in findings
    )
