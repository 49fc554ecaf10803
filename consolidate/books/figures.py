"""A worksheet that takes a whole row of figures at once.

XlsxWriter spends 8 µs on each cell between the call and the file; a master of 1,000 units has 216,000 of
them. A row of figures needs none of what it does for a cell that may hold anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TextIO, cast

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

_letters = lru_cache(maxsize=1024)(xl_col_to_name)


@dataclass(frozen=True, slots=True)
class _Run:
    """Figures side by side, NaN where a cell is blank, and the formats of their cells."""

    figures: Sequence[float]
    formats: Sequence[Format]


class FigureSheet(Worksheet):
    """XlsxWriter's worksheet with `write_figures`; its bytes are those of the same cells one by one."""

    def write_figures(
        self, row: int, column: int, figures: Sequence[float], formats: Sequence[Format]
    ) -> None:
        """Write figures from a column on, each in its format; NaN gives a blank cell."""
        last = len(figures) - 1
        # The last cell is written as any other: it tells how far the row, and the sheet, reach.
        if figures[last] == figures[last]:
            self.write_number(row, column + last, figures[last], formats[last])
        else:
            self.write_blank(row, column + last, None, formats[last])
        if last:
            self.table[row][column] = _Run(figures[:last], formats)

    def _write_cell(self, row: int, col: int, cell: object) -> None:
        if not isinstance(cell, _Run):
            super()._write_cell(row, col, cell)
            return
        cells = []
        for column, (figure, form) in enumerate(zip(cell.figures, cell.formats, strict=False), start=col):
            head = f'<c r="{_letters(column)}{row + 1}" s="{form._get_xf_index()}"'
            cells.append(f"{head}><v>{figure:.16G}</v></c>" if figure == figure else f"{head}/>")
        cast("TextIO", self.fh).write("".join(cells))
