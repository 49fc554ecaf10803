"""Files and grids: what lies in a drop folder, and what is in a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Received:
    """A file found in a drop folder (or inside a .zip found there).

    `path` is where to read it on this machine (never shown), `name` its path inside its FOLDER with
    `/`, `folder` the position of that FOLDER on the command line, `member` the entry inside a .zip.
    `url` is the FOLDER's where it is not on this machine; `path` is then the key in its file system.
    """

    path: str
    name: str
    folder: int = 0
    member: str = ""
    url: str = ""


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
    stored inside the file (never the file system's), `notes` the codes of hints about the file, `since_1904`
    that it counts its days from 1904, as old Macintosh books do.
    """

    kind: str
    sheets: tuple[Sheet, ...]
    modified: str = ""
    marker: Marker | None = None
    notes: tuple[Refusal, ...] = ()
    since_1904: bool = False
