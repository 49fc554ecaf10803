"""The things that the stages hand to each other: frozen dataclasses, no behaviour beyond views.

Vocabulary (see README): a *received* file becomes a *workbook* of cell grids, a *submission* when
the form's items have been located in it, and is bound to a *unit*. Problems are *findings*.
Rows and columns are counted from 0 inside the program and shown as A1 addresses to people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from consolidate.model.finding import OWN_LEVEL, Finding, Place, Severity, address, sheet_of, told
from consolidate.model.office import Adjustment, Decision, Office, Previous, Unit
from consolidate.model.received import Marker, Received, Refusal, Sheet, Workbook
from consolidate.model.run import FileReport, Outcome, Run, Status, Total, UnitReport
from consolidate.model.submission import Explanation, Flaw, Submission

if TYPE_CHECKING:
    from consolidate.model.submission import Vector as Vector

__all__ = [
    "OWN_LEVEL",
    "Adjustment",
    "Decision",
    "Explanation",
    "FileReport",
    "Finding",
    "Flaw",
    "Marker",
    "Office",
    "Outcome",
    "Place",
    "Previous",
    "Received",
    "Refusal",
    "Run",
    "Severity",
    "Sheet",
    "Status",
    "Submission",
    "Total",
    "Unit",
    "UnitReport",
    "Workbook",
    "address",
    "sheet_of",
    "told",
]
