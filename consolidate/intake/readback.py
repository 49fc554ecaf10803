"""Whether the labels of a form tell its cells apart: filled in as laid out, it is read back cell by cell."""

from __future__ import annotations

from consolidate.forms import layout
from consolidate.forms.layout import SheetLayout
from consolidate.forms.template import Template
from consolidate.intake import extract
from consolidate.model import Sheet, Submission, Workbook, address

_SHOWN = 5  # cells of a table named one by one
_LARGEST = 900


def faults(template: Template) -> list[str]:
    """A sentence for each table of which a figure is not read where it was filled in; [] for a good form."""
    layouts = layout.standard(template)
    figures = [float(7 * item.index % _LARGEST + 1) for item in template.items]
    book = Workbook("xlsx", tuple(_filled(template, sheet, figures) for sheet in layouts))
    year = template.first_year
    read = extract.submission(book, template, (), year, memory=extract.LayoutMemory())
    found = (_lost(template, sheet, figures, read) for sheet in layouts)
    return [sentence for sentence in found if sentence]


def _filled(template: Template, sheet: SheetLayout, figures: list[float]) -> Sheet:
    """The sheet as a clerk hands it in, with a figure in each cell."""
    width = max(cell.column + cell.colspan for cell in sheet.cells)
    rows: list[list[object]] = [[""] * width for _ in range(sheet.rows)]
    for cell in sheet.cells:
        known: dict[str, object] = {"unit": "某单位", "year": float(template.first_year)}
        filled = known.get(cell.key, "") if cell.role == "field" else cell.text
        rows[cell.row][cell.column] = filled if cell.item is None else figures[cell.item]
    merged = tuple(
        (cell.row, cell.column, cell.row + cell.rowspan - 1, cell.column + cell.colspan - 1)
        for cell in sheet.cells
        if cell.merged
    )
    return Sheet(sheet.name, rows, merged=merged)


def _lost(template: Template, sheet: SheetLayout, figures: list[float], read: Submission) -> str:
    lost = [
        cell
        for cell in sheet.values
        if cell.item is not None
        and read.values[cell.item] != figures[cell.item] * template.items[cell.item].scale
    ]
    if not lost:
        return ""
    cells = "、".join(address(cell.row, cell.column) for cell in lost[:_SHOWN])
    more = f"等{len(lost)}格" if len(lost) > _SHOWN else ""
    return (
        f"{template.table(sheet.table).name}按标准版式填好后，{cells}{more}读不回来："
        "同一级的行、列都要有标签，彼此不同，不能只是数字"
    )
