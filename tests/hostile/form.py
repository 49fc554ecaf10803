"""A form filled in correctly, as plain cells, for writers that know no library."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from consolidate.forms import layout, template

SCHEMA = Path(__file__).parents[2] / "schemas" / "disclosure-2019.yaml"
YEAR = 2019


@dataclass(slots=True)
class Grid:
    """One sheet: values by (row, column) from 0, merged areas (first row, column, last row, column)."""

    name: str
    cells: dict[tuple[int, int], object] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)

    def rows(self) -> list[list[object]]:
        """The cells as rows of equal length, blanks as ""."""
        height = max(row for row, _ in self.cells) + 1
        width = max(column for _, column in self.cells) + 1
        return [[self.cells.get((row, column), "") for column in range(width)] for row in range(height)]


@cache
def _form() -> tuple[template.Template, tuple[layout.SheetLayout, ...]]:
    form = template.load(SCHEMA)
    return form, layout.standard(form)


def filled(unit: str, requests: int | None = None) -> list[Grid]:
    """The standard form of a unit with so many requests, all granted; everything else is 0.

    Without a number each unit gets its own, so that no two units hand in the same figures.
    """
    form, sheets = _form()
    count = zlib.crc32(unit.encode()) % 90_000 + 2 if requests is None else requests
    figures = {
        f"applications.{row}.{column}": count
        for row in ("received", "results.granted", "results.total")
        for column in ("natural_person", "total")
    }
    cover = {"unit": unit, "year": YEAR, "reporter": "张三", "phone": "0396-1234567", "date": "2020-01-10"}
    grids = []
    for sheet in sheets:
        grid = Grid(sheet.name)
        for cell in sheet.cells:
            text: object = cell.text
            if cell.item is not None:
                text = figures.get(form.items[cell.item].id, 0) if sheet.table != "overview" else ""
            elif cell.role == "field":
                text = cover.get(cell.key, "")
            if text != "":
                grid.cells[cell.row, cell.column] = text
            if cell.merged:
                last = (cell.row + cell.rowspan - 1, cell.column + cell.colspan - 1)
                grid.merged.append((cell.row, cell.column, *last))
        grids.append(grid)
    return grids


def place(item: str) -> tuple[int, int, int]:
    """Sheet number, row and column of an item on the standard form."""
    form, _ = _form()
    return layout.place(form)[form.index[item]]
