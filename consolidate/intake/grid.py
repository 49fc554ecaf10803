"""Grids from sources that have no cell addresses: rows of unequal length, spans, text for numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consolidate.model import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PROSE = "正文"  # the sheet of what stands outside of the tables of a document or page
MAX_CELLS = 1_000_000
TOO_MANY = "一张表超过100万格"
MAX_SPAN = 1_000
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,10})?")


class OversizedError(Exception):
    """A table has more cells than a form can have."""


@dataclass(frozen=True, slots=True)
class Span:
    """One cell of a source table with the number of rows and columns that it covers (from 1)."""

    text: str
    rows: int = 1
    columns: int = 1


def value(text: str) -> object:
    """The number that a text plainly is, as a float like calamine's, else the text without outer blanks.

    Long digit strings and leading zeros (codes, telephone numbers) stay text.
    """
    text = text.strip()
    return float(text) if _NUMBER.fullmatch(text) and len(text) <= 17 else text


def rectangle(name: str, rows: Iterable[Sequence[object]]) -> Sheet:
    """A sheet whose rows are filled up with blanks to the same length; raises `OversizedError`."""
    listed = [list(row) for row in rows]
    width = _checked(name, len(listed), max(map(len, listed), default=0))
    return Sheet(name, [row + [""] * (width - len(row)) for row in listed])


def _checked(name: str, height: int, width: int) -> int:
    """The width, when a sheet of that size may be laid out."""
    if height * width > MAX_CELLS:
        raise OversizedError(name)
    return width


def spanned(name: str, rows: Iterable[Iterable[Span]]) -> Sheet:
    """A sheet from rows of spans: the value stands in the top left cell, `merged` lists the areas."""
    cells: dict[tuple[int, int], object] = {}
    merged: list[tuple[int, int, int, int]] = []
    listed = [list(row) for row in rows]
    height = len(listed)
    for row_number, row in enumerate(listed):
        column = 0
        for span in row:
            while (row_number, column) in cells:
                column += 1
            last_row = min(row_number + max(span.rows, 1), height) - 1
            last_column = column + min(max(span.columns, 1), MAX_SPAN) - 1
            _checked(name, last_row - row_number + 1, last_column - column + 1)
            for covered_row in range(row_number, last_row + 1):
                for covered in range(column, last_column + 1):
                    cells.setdefault((covered_row, covered), "")
            if len(cells) > MAX_CELLS:
                raise OversizedError(name)
            cells[row_number, column] = value(span.text)
            if (last_row, last_column) != (row_number, column):
                merged.append((row_number, column, last_row, last_column))
            column = last_column + 1
    width = _checked(name, height, max((column for _, column in cells), default=-1) + 1)
    grid = [[cells.get((row, column), "") for column in range(width)] for row in range(height)]
    return Sheet(name, grid, merged=tuple(merged))
