"""A submission that openpyxl cannot carry over, drawn anew in the standard layout from the values read."""

from __future__ import annotations

import datetime

import numpy as np
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from consolidate.books import repack, review, style
from consolidate.books.style import Look
from consolidate.forms import layout
from consolidate.forms.layout import Placed, SheetLayout
from consolidate.forms.template import Template
from consolidate.model import Place, Submission

_DATE = datetime.datetime(2000, 1, 1)  # a book drawn anew has no date of its own
_LINE = Side("thin", color=style.LINE)


def places(template: Template) -> dict[int, Place]:
    """Where each item stands in the rebuilt book."""
    return dict(layout.place(template))


def sheet_names(template: Template) -> list[str]:
    """Names of the rebuilt book's sheets."""
    return [sheet.name for sheet in layout.standard(template)]


def empty() -> Workbook:
    """A book without sheets and without a date of its own."""
    book = Workbook()
    book.properties.created = book.properties.modified = _DATE
    for sheet in list(book.worksheets):
        book.remove(sheet)
    return book


def workbook(template: Template, submission: Submission) -> Workbook:
    """The standard form with the values as they were read; flawed cells show what stood there."""
    book = empty()
    raw = {flaw.item: flaw.raw for flaw in submission.flaws}
    for one in layout.standard(template):
        _sheet(book.create_sheet(one.name), one, template, submission, raw)
    return book


def _sheet(
    sheet: Worksheet, one: SheetLayout, template: Template, submission: Submission, raw: dict[int, str]
) -> None:
    for number, width in enumerate(one.widths):
        sheet.column_dimensions[repack.letters(number)].width = width
    for number, height in enumerate(one.heights):
        sheet.row_dimensions[number + 1].height = height
    for cell in one.cells:
        _cell(sheet, cell, template, submission, raw)
    review.paper(sheet, landscape=one.landscape)


def _cell(
    sheet: Worksheet, placed: Placed, template: Template, submission: Submission, raw: dict[int, str]
) -> None:
    cell = sheet.cell(placed.row + 1, placed.column + 1)
    if placed.item is not None:
        item = template.items[placed.item]
        _look(cell, style.value(item))
        value = submission.values[placed.item]
        if placed.item in raw:
            review.text(cell, repack.clean(raw[placed.item]))
        elif not np.isnan(value):
            cell.value = value / item.scale if item.decimals else int(value)
    else:
        _look(cell, style.form(placed))
        said = submission.cover.get(placed.key, "") if placed.role == "field" else placed.text
        review.text(cell, repack.clean(said))
    if placed.merged:
        sheet.merge_cells(
            start_row=placed.row + 1,
            start_column=placed.column + 1,
            end_row=placed.row + placed.rowspan,
            end_column=placed.column + placed.colspan,
        )


def _look(cell: object, look: Look) -> None:
    cell.font = Font(name=style.FONT, size=look.size, bold=look.bold, color=look.ink)  # type: ignore[attr-defined]
    cell.alignment = Alignment(  # type: ignore[attr-defined]
        horizontal=look.horizontal, vertical=look.vertical, wrap_text=look.wrap
    )
    if look.border:
        cell.border = Border(_LINE, _LINE, _LINE, _LINE)  # type: ignore[attr-defined]
    if look.fill:
        cell.fill = PatternFill("solid", fgColor=look.fill)  # type: ignore[attr-defined]
