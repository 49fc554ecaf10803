"""One sheet as seen by the locator: its label texts by place, and which cells hold figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from consolidate.intake import labels, texts


@dataclass(frozen=True, slots=True)
class Text:
    """A label text at its place; `key` is never ''."""

    row: int
    column: int
    raw: str
    key: str


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet's label texts (`lines[row]`, left to right) over its raw cells; `index` in the workbook."""

    index: int
    rows: Sequence[Sequence[object]]
    lines: dict[int, tuple[Text, ...]]
    width: int
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    @property
    def height(self) -> int:
        """How many rows the sheet has."""
        return len(self.rows)

    def line(self, row: int) -> tuple[Text, ...]:
        """The label texts of a row, left to right."""
        return self.lines.get(row, ())

    def cell(self, row: int, column: int) -> object:
        """The raw cell, "" outside of the sheet."""
        return self.rows[row][column] if 0 <= row < self.height and 0 <= column < self.width else ""

    def blank(self, row: int) -> bool:
        """Whether a row has no content at all."""
        return all(cell == "" or cell is None for cell in self.rows[row])

    def valuelike(self, row: int, columns: Sequence[int]) -> int:
        """How many of these cells of a row look like figures, right or wrong."""
        return sum(texts.is_valuelike(self.cell(row, column)) for column in columns)

    def numbers(self, row: int, columns: Sequence[int]) -> int:
        """How many of these cells of a row hold a number."""
        return sum(texts.is_number(self.cell(row, column)) for column in columns)

    def reach(self, row: int, column: int) -> int:
        """Last column of the merged area that begins here; the column itself when not merged."""
        return self.merged.get((row, column), (row, column))[1]


def page(
    index: int, rows: Sequence[Sequence[object]], merged: Sequence[tuple[int, int, int, int]] = ()
) -> Page:
    """The page of one sheet; figures and prose are no labels."""
    lines: dict[int, tuple[Text, ...]] = {}
    for number, cells in enumerate(rows):
        line = [
            Text(number, column, cell, key)
            for column, cell in enumerate(cells)
            if type(cell) is str and cell and (key := labels.normal(cell)) and not texts.is_valuelike(cell)
        ]
        if line:
            lines[number] = tuple(line)
    width = len(rows[0]) if rows else 0
    return Page(index, rows, lines, width, {(a, b): (c, d) for a, b, c, d in merged})
