"""A workbook as LibreOffice computes it, compared with the values that we stored."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import openpyxl

from tests.libreoffice import LibreOffice

ERRORS = ("#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#N/A", "#NUM!", "#NULL!", "Err:")
Grid = Mapping[tuple[str, str], object]


def values(path: Path) -> Grid:
    """What every cell of a workbook shows, by sheet and address; blank cells are left out."""
    return _cells(path, data_only=True)


def agree(content: bytes, folder: Path, name: str = "book") -> int:
    """Every formula comes to the value stored with it, and no cell shows an error; how many formulas."""
    path = folder / f"{name}.xlsx"
    path.write_bytes(content)
    (again,) = LibreOffice(folder / "lo").recompute(path)
    kept, computed = values(path), values(again)
    for (sheet, cell), value in computed.items():
        assert not (isinstance(value, str) and value.startswith(ERRORS)), (sheet, cell, value)
    formulas = {
        place: text
        for place, text in _cells(path, data_only=False).items()
        if isinstance(text, str) and text.startswith("=")
    }
    for place, text in formulas.items():
        stored, value = kept[place], computed[place]
        if isinstance(stored, int | float) and isinstance(value, int | float):
            assert abs(value - stored) < 1e-9, (place, text, stored, value)
        else:
            assert value == stored, (place, text, stored, value)
    return len(formulas)


def _cells(path: Path, *, data_only: bool) -> Grid:
    book = openpyxl.load_workbook(path, data_only=data_only)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }
