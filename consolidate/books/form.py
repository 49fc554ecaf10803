"""A sheet of the standard form drawn into a workbook: labels, headers and empty value cells."""

from __future__ import annotations

from collections.abc import Mapping

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from consolidate.books import style
from consolidate.books.writing import Book
from consolidate.forms.layout import Placed, SheetLayout
from consolidate.forms.template import Template


def draw(
    book: Book,
    template: Template,
    layout: SheetLayout,
    *,
    texts: Mapping[str, str] | None = None,
    unlocked: bool = False,
    locked: bool = False,
    footer: str = "",
) -> Worksheet:
    """Add the sheet without its values: the caller writes those into the cells of `layout.values`.

    `texts` replaces the text of roles (`caption`, `note`); `unlocked` value cells can be typed into when
    the sheet is `locked`.
    """
    sheet = book.sheet(
        layout.name, layout.widths, landscape=layout.landscape, pages_high=1, repeat=layout.repeat,
        footer=footer, locked=locked,
    )  # fmt: skip
    for row, height in enumerate(layout.heights):
        sheet.set_row(row, height)
    for cell in layout.cells:
        text = (texts or {}).get(cell.role, cell.text)
        put(sheet, cell, text, book.format(look(template, cell, unlocked)))
    sheet.print_area(0, 0, layout.rows - 1, layout.columns - 1)
    sheet.freeze_panes(*layout.first_value)
    return sheet


def look(template: Template, cell: Placed, unlocked: bool = False) -> style.Look:
    """The look of any cell of the form."""
    if cell.item is None:
        return style.form(cell)
    value = style.value(template.items[cell.item], unlocked)
    return value.but(ink=style.ALSO_INK) if cell.merged else value


def put(sheet: Worksheet, cell: Placed, text: str, form: Format) -> None:
    """Write a placed cell's text, merged where it spans more than one cell."""
    if cell.merged:
        sheet.merge_range(*corners(cell), "", form)
    if text:
        sheet.write_string(cell.row, cell.column, text, form)
    else:
        sheet.write_blank(cell.row, cell.column, None, form)


def corners(cell: Placed) -> tuple[int, int, int, int]:
    """First row, first column, last row, last column of a placed cell."""
    return cell.row, cell.column, cell.row + cell.rowspan - 1, cell.column + cell.colspan - 1
