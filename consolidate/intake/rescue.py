"""A second reader for the .xlsx that calamine gives up on: about 1 in 80 of other programs' test files.

openpyxl is forty times slower and is only imported when such a file turns up. What it reads is brought
into calamine's shape: whole numbers as floats, blanks and error values as "".
"""

from __future__ import annotations

import io
import re
import warnings
from contextlib import closing
from typing import TYPE_CHECKING

import openpyxl

from consolidate.intake import package, parts
from consolidate.model import Refusal, Sheet

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

_SHEET = re.compile(rb"<(?:\w+:)?sheet\s")


def sheets(data: bytes) -> tuple[Sheet, ...]:
    """The sheets of an .xlsx as openpyxl sees them; none when it cannot read it either."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with closing(openpyxl.load_workbook(io.BytesIO(data), data_only=True)) as book:
                if len(book.sheetnames) != _listed(data):
                    return ()  # it drops a sheet whose part is missing, with no more than a warning
                return tuple(_sheet(sheet) for sheet in book.worksheets if _sized(sheet))
    except Exception:  # openpyxl raises whatever its parser meets: then the first reader's verdict stands
        return ()


def _listed(data: bytes) -> int:
    """How many sheets the workbook lists."""
    members = package.directory(data)
    if isinstance(members, Refusal):
        return 0
    book = next(member for member in members if member.filename.lower() == "xl/workbook.xml")
    return len(_SHEET.findall(parts.utf8(package.content(data, book))))


def _sized(sheet: Worksheet) -> bool:
    """Whether the sheet is small enough to be laid out; raises ValueError when it is not."""
    if sheet.max_row * sheet.max_column > parts.MAX_AREA:
        raise ValueError(sheet.title)
    return True


def _sheet(sheet: Worksheet) -> Sheet:
    rows = _trimmed([[_value(cell) for cell in row] for row in sheet.iter_rows()])
    areas = tuple(
        (a.min_row - 1, a.min_col - 1, a.max_row - 1, a.max_col - 1) for a in sheet.merged_cells.ranges
    )
    return Sheet(sheet.title, rows, sheet.sheet_state != "visible", tuple(sorted(areas)))


def _trimmed(rows: list[list[object]]) -> list[list[object]]:
    """Rows down to the last value: openpyxl goes on to the end of formats and merged areas."""
    height = max((number for number, row in enumerate(rows, 1) if any(cell != "" for cell in row)), default=0)
    width = max((column for row in rows for column, cell in enumerate(row, 1) if cell != ""), default=0)
    return [row[:width] for row in rows[:height]]


def _value(cell: Cell | MergedCell) -> object:
    """A cell as calamine would give it."""
    if cell.value is None or cell.data_type == "e":
        return ""
    return (
        float(cell.value) if isinstance(cell.value, int) and not isinstance(cell.value, bool) else cell.value
    )
