"""The helper itself: a wrong stored value must not survive, or no recomputation proves anything."""

from __future__ import annotations

import io
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook

from tests.libreoffice import LibreOffice


def _book_with_wrong_stored_value(path: Path) -> Path:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("表")
        sheet.write_row(0, 0, [2, 3])
        sheet.write_formula(0, 2, "=A1+B1", None, 99)
    path.write_bytes(buffer.getvalue())
    return path


def _cell(path: Path) -> object:
    with CalamineWorkbook.from_path(str(path)) as book:
        return book.get_sheet_by_name("表").to_python()[0][2]


def test_a_wrong_stored_value_is_changed(tmp_path: Path) -> None:
    wrong = _book_with_wrong_stored_value(tmp_path / "wrong.xlsx")
    assert _cell(wrong) == 99
    office = LibreOffice(tmp_path)
    assert _cell(office.recompute(wrong)[0]) == 5
    assert _cell(office.convert(wrong, to="ods")[0]) == 5
