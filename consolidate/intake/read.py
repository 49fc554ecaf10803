"""Bytes of any format → `Workbook`: cell grids with addresses; nothing is interpreted.

python-calamine reads all spreadsheet formats (0.4 ms for a usual .xlsx). It shows error cells and
formulas that were never calculated as blanks: `second_look` tells them apart where it matters.
"""

from __future__ import annotations

import importlib
import io
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from consolidate.intake import guard, marker, ods, parts, read_csv, repair, sniff
from consolidate.intake.content import Content
from consolidate.model import Refusal, Sheet, Workbook, address

if TYPE_CHECKING:
    from collections.abc import Mapping

    from consolidate.model import Marker

    Areas = tuple[tuple[int, int, int, int], ...]

_SIGN_NOTES = {
    "links": "F.links",
    "formulas": "F.formulas",
    "macros": "F.macro",
    "hidden rows": "F.hidden_rows",
}
# lxml.html, python-docx and openpyxl take 150 ms to import, a third of a run of 60 files: loaded when needed.
_RARE = {"html": "consolidate.intake.read_html", "docx": "consolidate.intake.read_docx"}
_USUAL_ENDINGS = {
    "xlsx": ("xlsx", "xltx"),
    "xlsm": ("xlsm", "xltm"),
    "xls": ("xls", "xlt", "et", "ett"),
    "et": ("et", "ett"),
    "xlsb": ("xlsb",),
    "ods": ("ods", "ots"),
    "docx": (),
    "html": (),
    "csv": (),
}


def workbook(content: Content | bytes, name: str = "") -> Workbook | Refusal:
    """The grids of a workbook of any readable format, or why there are none.

    Plain bytes go through the guard's content checks first. `name` only serves messages and hints.
    """
    if isinstance(content, bytes):
        examined = guard.examine(content, name)
        if isinstance(examined, Refusal):
            return examined
        content = examined
    book = _sheets(content)
    if isinstance(book, Refusal):
        return book
    sheets, ours = book
    if not sheets:
        return Refusal("F.no_sheets")
    notes = tuple(_notes(content, name, sheets, ours))
    return Workbook(content.kind, sheets, content.modified, ours, notes, "1904" in content.signs)


def _sheets(content: Content) -> tuple[tuple[Sheet, ...], Marker | None] | Refusal:
    """The sheets by the reader for this kind, the marker sheet taken out."""
    if content.kind == "csv":
        sheets = read_csv.sheets(content.data)
    elif content.kind in _RARE:
        sheets = importlib.import_module(_RARE[content.kind]).sheets(content.data)
    else:
        return _calamine(content)
    return sheets if isinstance(sheets, Refusal) else (sheets, None)


def _calamine(content: Content) -> tuple[tuple[Sheet, ...], Marker | None] | Refusal:
    """Sheets and marker by calamine; where it gives up on an .xlsx, by openpyxl."""
    data = repair.workbook(content.data) if "repair" in content.signs else content.data
    if isinstance(data, Refusal):
        return data
    try:
        merged = ods.merged(data) if "merged" in content.signs else {}
        return _grids(CalamineWorkbook.from_filelike(io.BytesIO(data)), merged)
    except PasswordError:
        return Refusal("F.password")
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        refusal = Refusal("F.damaged", {"reason": "内部结构不合规范", "detail": str(error)[:200]})
    except BaseException as error:
        # A panic in Rust arrives as pyo3's PanicException, which is no Exception and cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        refusal = Refusal("F.crash")
    return _rescued(data, refusal) if content.kind in ("xlsx", "xlsm") else refusal


def _rescued(data: bytes, refusal: Refusal) -> tuple[tuple[Sheet, ...], Marker | None] | Refusal:
    """The sheets by the second reader, or the refusal that the first one led to."""
    sheets: tuple[Sheet, ...] = importlib.import_module("consolidate.intake.rescue").sheets(data)
    ours = [marker.parse(sheet.rows) for sheet in sheets if sheet.name == marker.SHEET]
    shown = tuple(sheet for sheet in sheets if sheet.name != marker.SHEET)
    return (shown, ours[0] if ours else None) if shown else refusal


def _grids(
    book: CalamineWorkbook, merged: Mapping[str, Areas]
) -> tuple[tuple[Sheet, ...], Marker | None] | Refusal:
    """All worksheets of an opened book; `merged` where calamine does not tell."""
    listed = book.sheets_metadata
    names = [sheet.name for sheet in listed]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        return Refusal("F.same_sheets", {"sheet": twice})
    sheets: list[Sheet] = []
    ours = None
    for index, described in enumerate(listed):
        if described.typ != SheetTypeEnum.WorkSheet:
            continue
        raw = book.get_sheet_by_index(index)
        if raw.total_height * raw.total_width > parts.MAX_AREA:
            return Refusal("F.far_cell", {"cell": address(raw.total_height - 1, raw.total_width - 1)})
        if described.name == marker.SHEET:
            ours = marker.parse(raw.to_python(skip_empty_area=False))
        else:
            sheets.append(_sheet(raw, described.visible != SheetVisibleEnum.Visible, merged))
    return tuple(sheets), ours


def _sheet(raw: CalamineSheet, hidden: bool, merged: Mapping[str, Areas]) -> Sheet:
    """One sheet whose rows begin at A1, with its merged areas (none known for .xlsb)."""
    rows = raw.to_python(skip_empty_area=False)
    found = raw.merged_cell_ranges
    areas = tuple((*first, *last) for first, last in found) if found else merged.get(raw.name, ())
    return Sheet(raw.name, rows, hidden, areas)


def _notes(content: Content, name: str, sheets: tuple[Sheet, ...], ours: Marker | None) -> list[Refusal]:
    """Hints about the file; in our own books hidden parts and formulas are our own work."""
    notes = []
    ending = PurePosixPath(name).suffix.lower().lstrip(".")
    if ending and ending not in _USUAL_ENDINGS[content.kind]:
        notes.append(Refusal("F.format", {"kind": sniff.NAMES[content.kind]}))
    hidden = [sheet.name for sheet in sheets if sheet.hidden]
    if hidden and ours is None:
        notes.append(Refusal("F.hidden", {"sheets": "、".join(hidden)}))
    for sign, code in _SIGN_NOTES.items():
        if sign in content.signs and (ours is None or sign in ("links", "macros")):
            notes.append(Refusal(code))
    return notes
