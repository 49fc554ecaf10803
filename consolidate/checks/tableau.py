"""A fraction-free tableau: integer rules, reduced as cells are chosen to change.

Column `c` of the table belongs to the change of one cell, the last column to what the rules lack.
Choosing a cell pivots its column on an equality that is still open: that row then tells the change
of the cell, and the others no longer mention it. Rows are equalities first, then inequalities
(`row · changes >= last`). Everything is exact: int64 while products fit, Python integers beyond.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

Table = NDArray[Any]  # int64, or Python integers when these would overflow

_ROOM = 2**62


@dataclass(frozen=True, slots=True)
class Tableau:
    """`table` (rows × cells + 1) after pivoting; `pivots` maps a chosen cell to the row that tells it.

    `loose` are chosen cells that no open equality could tell; `open` marks the equalities left.
    """

    table: Table
    open: NDArray[np.bool_]
    pivots: tuple[tuple[int, int], ...] = ()
    loose: tuple[int, ...] = ()

    @property
    def chosen(self) -> tuple[int, ...]:
        """The cells chosen to change, in the order in which they were chosen."""
        return (*(column for column, _ in self.pivots), *self.loose)

    def unsolved(self) -> NDArray[np.intp]:
        """Open equalities that still lack something."""
        return np.flatnonzero(self.open & (self.table[: len(self.open), -1] != 0))

    def choose(self, column: int, row: int | None = None, barred: tuple[int, ...] = ()) -> Tableau:
        """This tableau with one more cell chosen, told by `row` (else by any open one), others barred.

        Barred cells can no longer change: their columns become 0.
        """
        if row is None:
            row = self._teller(column)
        table = self.table.copy() if row is None else _eliminate(self.table, row, column)
        if barred:
            table[:, barred] = 0
        if row is None:
            return Tableau(table, self.open, self.pivots, (*self.loose, column))
        still = self.open.copy()
        still[row] = False
        return Tableau(table, still, (*self.pivots, (column, row)), self.loose)

    def _teller(self, column: int) -> int | None:
        entries = self.table[: len(self.open), column]
        rows = np.flatnonzero(self.open & (entries != 0))
        return None if rows.size == 0 else int(rows[np.argmin(np.abs(entries[rows]))])


def _eliminate(table: Table, row: int, column: int) -> Table:
    pivot = int(table[row, column])
    rows = np.flatnonzero(table[:, column])
    rows = rows[rows != row]
    out = table.copy()
    if rows.size == 0:
        return out
    sign, scale = (1, pivot) if pivot > 0 else (-1, -pivot)
    factors = table[rows, column] * sign
    line = table[row]
    if out.dtype != object and not _fits(table[rows], factors, line, scale):
        out = out.astype(object)
        factors, line = factors.astype(object), line.astype(object)
    if scale == 1:
        out[rows] -= factors[:, None] * line
        return out
    out[rows] = out[rows] * scale - factors[:, None] * line
    for changed in rows.tolist():
        shared = gcd(*(int(entry) for entry in out[changed] if entry))
        if shared > 1:
            out[changed] //= shared
    return out


def _fits(block: Table, factors: Table, line: Table, scale: int) -> bool:
    largest = int(np.abs(block).max()) * scale + int(np.abs(factors).max()) * int(np.abs(line).max())
    return largest < _ROOM
