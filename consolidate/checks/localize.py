"""Error localisation (Fellegi and Holt 1976): all smallest sets of cells whose change mends all rules.

Exact depth-first search over a tableau, in integers: take a rule that is still broken, the one with
the fewest cells that may change; some cell of it must change; branch on its cells, and bar those
already tried. Iterative deepening over the cost gives the minimum and every set that attains it.
The work is bounded by a budget of nodes, so that the answer never depends on the clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from consolidate.checks import freedom
from consolidate.checks.integers import Range
from consolidate.checks.tableau import Table, Tableau


class BudgetExceeded(Exception):  # noqa: N818 - a signal between two functions, never an error
    """The search has visited as many nodes as it may."""


@dataclass(slots=True)
class Budget:
    """How many nodes a search may still visit; shared by the searches for one block of rules."""

    left: int

    def spend(self) -> None:
        """Count one node; raises BudgetExceeded when none is left."""
        self.left -= 1
        if self.left < 0:
            raise BudgetExceeded


@dataclass(frozen=True, slots=True)
class Problem:
    """Rules of one block and what they lack: `table` is (rules × cells + 1), equalities first.

    `floor[c]` is the least change that cell `c` can take (None: unlimited), `free` the cells whose
    value is unknown anyway (they cost nothing), `barred` the cells that must not change.
    """

    table: Table
    equalities: int
    floor: Sequence[int | None]
    weights: Sequence[int]
    free: tuple[int, ...] = ()
    barred: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Solution:
    """A set of cells that can mend all rules; `ranges` gives each cell's possible changes.

    A range (d, d) is a determined change; free cells are in it too.
    """

    cells: tuple[int, ...]
    ranges: tuple[Range, ...]


def start(problem: Problem) -> Tableau:
    """The tableau of a problem with its barred cells silenced and its free cells chosen."""
    table = problem.table.copy()
    table[:, problem.barred] = 0
    tableau = Tableau(table, np.ones(problem.equalities, np.bool_))
    for column in problem.free:
        tableau = tableau.choose(column)
    return tableau


def within(problem: Problem, cost: int, budget: Budget) -> list[Solution]:
    """All sets of this cost at most that mend all rules, given that none of a lower cost does.

    Raises BudgetExceeded.
    """
    search = _Search(problem, budget)
    root = start(problem)
    search.visit(root, search.prepare(root) if cost else 0, cost)
    return sorted(search.found, key=lambda solution: solution.cells)


@dataclass(slots=True)
class _Search:
    problem: Problem
    budget: Budget
    found: list[Solution] = field(default_factory=list)
    lightest: int = 1
    reach: list[int] = field(default_factory=list)  # per cell, the equalities that it touches, as bits
    widest: int = 0

    def prepare(self, root: Tableau) -> int:
        """Note which cell touches which open equality; returns the broken ones as bits."""
        lines = root.table[: self.problem.equalities][root.open]
        touched = np.packbits(lines != 0, axis=0)
        size, packed = len(touched), touched.T.tobytes()
        starts = range(0, size * touched.shape[1], size) if size else [0] * touched.shape[1]
        self.reach = [int.from_bytes(packed[start : start + size], "big") for start in starts]
        broken = self.reach.pop()
        self.widest = max((reach.bit_count() for reach in self.reach), default=0)
        self.lightest = min(self.problem.weights, default=1)
        return broken

    def visit(self, node: Tableau, bare: int, left: int) -> None:
        """Extend a set of chosen cells; `bare` are the broken equalities that none of them touches."""
        self.budget.spend()
        unsolved = node.unsolved()
        if unsolved.size == 0:
            self._settle(node, bare, left)
            return
        if left < self.lightest:
            return
        hits = node.table[unsolved, :-1] != 0
        if left < 2 * self.lightest:
            self._complete(node, hits.all(axis=0), left)
            return
        if int(hits.sum(axis=0).max(initial=0)) * (left // self.lightest) < unsolved.size:
            return
        row = int(unsolved[np.argmin(hits.sum(axis=1))])
        self._branch(node, np.flatnonzero(node.table[row, :-1]).tolist(), bare, left, row)

    def _branch(self, node: Tableau, columns: list[int], bare: int, left: int, row: int | None) -> None:
        tried: list[int] = []
        for column in columns:
            rest = left - self.problem.weights[column]
            uncovered = bare & ~self.reach[column]
            if rest >= 0 and uncovered.bit_count() <= self.widest * (rest // self.lightest):
                self.visit(node.choose(column, row, tuple(tried)), uncovered, rest)
            tried.append(column)

    def _complete(self, node: Tableau, candidates: NDArray[np.bool_], left: int) -> None:
        """One cell more, which must mend every open equality at once."""
        columns = np.flatnonzero(candidates)
        if columns.size == 0:
            return
        lines = node.table[: self.problem.equalities][node.open]
        lack, part = lines[:, -1], lines[:, columns]
        first = int(np.flatnonzero(lack)[0])
        change = lack[first] // part[first]
        fits = (part * change == lack[:, None]).all(axis=0)
        for column in columns[fits].tolist():
            if self.problem.weights[column] <= left:
                self.budget.spend()
                self._settle(node.choose(column), 0, left - self.problem.weights[column])

    def _settle(self, node: Tableau, bare: int, left: int) -> None:
        """All equalities can be mended: keep the set if domains and inequalities hold as well."""
        if node.loose:
            ranges = freedom.spans(node, self.problem.floor)
            blocked = self._doubtful(node) if ranges is None else []
        else:
            ranges, blocked = self._values(node)
        if ranges is not None:
            pairs = sorted(zip(node.chosen, ranges, strict=True))
            self.found.append(Solution(tuple(cell for cell, _ in pairs), tuple(span for _, span in pairs)))
        elif left >= self.lightest:
            columns = [column for column in blocked if column not in node.chosen]
            self._branch(node, columns, bare, left, None)

    def _values(self, node: Tableau) -> tuple[list[Range] | None, list[int]]:
        """The changes that the equalities determine; else the cells that could lift what blocks them."""
        table, changes = node.table, []
        for column, row in node.pivots:
            change, rest = divmod(int(table[row, -1]), int(table[row, column]))
            floor = self.problem.floor[column]
            if rest or (floor is not None and change < floor):
                return None, np.flatnonzero(table[row, :-1]).tolist()
            changes.append((change, change))
        for row in range(self.problem.equalities, len(table)):
            if table[row, -1] > 0:
                return None, np.flatnonzero(table[row, :-1]).tolist()
        return list(changes), []

    def _doubtful(self, node: Tableau) -> list[int]:
        """Every cell that bears on the chosen cells or on an inequality."""
        rows = [row for _, row in node.pivots] + list(range(self.problem.equalities, len(node.table)))
        return np.flatnonzero((node.table[rows, :-1] != 0).any(axis=0)).tolist()
