"""The things that the stages hand to each other: frozen dataclasses, no behaviour beyond views.

Vocabulary (see README): a *received* file becomes a *workbook* of cell grids, a *submission* when
the form's items have been located in it, and is bound to a *unit*. Problems are *findings*.
Rows and columns are counted from 0 inside the program and shown as A1 addresses to people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from consolidate.forms.template import Template

    Vector = NDArray[np.float64]

Severity = Literal["error", "query", "hint"]
Status = Literal["accepted", "explained", "queried", "returned", "unreadable", "missing"]
Outcome = Literal["counted", "returned", "superseded", "unreadable", "unknown", "conflict", "skipped"]

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


# --- intake: files and grids -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Received:
    """A file found in a drop folder (or inside a .zip found there).

    `path` is where to read it on this machine (never shown), `name` its path inside its FOLDER with
    `/`, `folder` the position of that FOLDER on the command line, `member` the entry inside a .zip.
    """

    path: str
    name: str
    folder: int = 0
    member: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file gives no submission: a code of `codes`, and the fields of its sentence."""

    code: str
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as read: `rows[r][c]` is the raw cell, row 0 column 0 is A1, blank cells are "".

    Cells are str, float, int, bool, datetime.date/datetime/time/timedelta; all rows are equally long.
    `merged` lists merged ranges (first row, first column, last row, last column) where known.
    """

    name: str
    rows: Sequence[Sequence[object]]
    hidden: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Marker:
    """What the very hidden sheet `_consolidate` of a book that we wrote says about it.

    `role` is blank, return or master; `source` the sha256 of the submission that a return marks;
    `data_sheets` the only sheets that hold data (empty: all); `digests` maps finding id to the digest
    of the values that the finding was about (an explanation holds while they stay); `facts` the rest.
    """

    role: str
    template: str = ""
    version: str = ""
    year: int | None = None
    source: str = ""
    data_sheets: tuple[str, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file that could be read: its grids, in sheet order, `_consolidate` and its kin left out.

    `kind` is the true kind (xlsx, xlsm, xlsb, xls, et, ods, html, csv, docx), `modified` the ISO time
    stored inside the file (never the file system's), `notes` the codes of hints about the file.
    """

    kind: str
    sheets: tuple[Sheet, ...]
    modified: str = ""
    marker: Marker | None = None
    notes: tuple[Refusal, ...] = ()


# --- intake: submissions -----------------------------------------------------------------------

Place = tuple[int, int, int]  # sheet index in `Submission.sheets`, row, column; all 0-based


@dataclass(frozen=True, slots=True)
class Flaw:
    """A value cell that does not hold a plain number.

    `code` is a code of `codes` (its severity tells whether `value` may be used); `raw` what stands
    in the cell; `value` the number understood, in smallest units, or None.
    """

    item: int
    code: str
    raw: str
    value: float | None = None
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """情况说明 written by a unit: for a finding id, about values with this digest ('' = as submitted)."""

    finding: str
    text: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """One received workbook with the items of the template located and parsed.

    `values` has one float per item of the template (integers in smallest units; NaN where blank,
    unreadable or absent); `places` one Place per item or None where the form's cell is missing;
    `problems` are findings about structure, cover and file, without unit and id.
    """

    file: str
    folder: int
    sha256: str
    kind: str
    template: str
    sheets: tuple[str, ...]
    places: tuple[Place | None, ...]
    values: Vector
    flaws: tuple[Flaw, ...] = ()
    problems: tuple[Finding, ...] = ()
    cover: Mapping[str, str] = field(default_factory=dict)
    cover_places: Mapping[str, Place] = field(default_factory=dict)
    absent_tables: tuple[str, ...] = ()
    explanations: tuple[Explanation, ...] = ()
    modified: str = ""
    marker: Marker | None = None

    def cell(self, item: int) -> str:
        """A1 address of an item in the file as the clerk sees it; '' when the form lacks it."""
        place = self.places[item]
        return "" if place is None else address(place[1], place[2])

    def sheet(self, item: int) -> str:
        """Name of the sheet that holds an item; '' when the form lacks it."""
        place = self.places[item]
        return "" if place is None else self.sheets[place[0]]


# --- checks ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem, in words that a clerk can act on.

    `where` `表三 J28（四、结转下年度继续办理·总计）` · `found` what stands there · `basis` what was expected,
    with the numbers · `advice` what to do · `message` the whole sentence. `cells` are the places that the
    finding names (parallel to `items`; ids); `related` further cells of the same cause, marked lighter.
    `suggestion` is parallel to `items`, only for a single proposal. `causes` are sentences of rules
    that this finding explains, `rules` the names of all rule instances behind it. `status` is '' for a
    finding of an earlier submission that has been fixed.
    """

    code: str
    severity: Severity
    message: str
    table: str = ""
    items: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    related: tuple[Place, ...] = ()
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

    `digest` is of the values it was given to, '' when the register does not say; `folder` the position
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
class Office:
    """The office that consolidates, as it introduces itself in returns, master and notices."""

    name: str = ""
    code: str = ""
    level: str = "county"
    deadline: str = ""
    contact: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Previous:
    """Last year's figures: values per unit (by roster name) and the office's total, smallest units.

    Vectors follow this year's template; NaN where last year's form had no such item.
    """

    year: int
    units: Mapping[str, Vector]
    total: Vector | None = None


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
        """Whether every unit of the roster is in the totals."""
        return all(report.included for report in self.units)
