"""What chosen cells can be when the equalities leave them some freedom: domains and inequalities decide.

The unknowns are the changes of the loose cells, and of cells whose equality has a factor other than 1
(whole numbers only); every other chosen cell is a sum of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from consolidate.checks import integers
from consolidate.checks.integers import Constraint, Range
from consolidate.checks.tableau import Tableau

Sum = tuple[tuple[int, ...], int]  # factors of the unknowns, constant


@dataclass(frozen=True, slots=True)
class _System:
    unknowns: tuple[int, ...]
    sums: dict[int, Sum]
    constraints: tuple[Constraint, ...]


def spans(node: Tableau, floor: Sequence[int | None]) -> list[Range] | None:
    """The possible changes of each chosen cell, in the order of `node.chosen`; None when there are none."""
    system = _system(node, floor)
    count = len(system.unknowns)
    if integers.solution(system.constraints, count) is None:
        return None
    return [_span(system, system.sums[cell]) for cell in node.chosen]


def _span(system: _System, expression: Sum) -> Range:
    """Bounds of a sum: one more unknown that equals it."""
    factors, constant = expression
    count = len(factors)
    widened = [((*row, 0), least) for row, least in system.constraints]
    widened.append(((*factors, -1), -constant))
    widened.append(((*(-factor for factor in factors), 1), constant))
    return integers.bounds(widened, count + 1, count) or (None, None)


def _system(node: Tableau, floor: Sequence[int | None]) -> _System:
    table, height = node.table, len(node.open)
    uneven = tuple(column for column, row in node.pivots if abs(int(table[row, column])) != 1)
    unknowns = (*node.loose, *uneven)
    sums: dict[int, Sum] = {
        cell: (tuple(int(place == position) for place in range(len(unknowns))), 0)
        for position, cell in enumerate(unknowns)
    }
    constraints: list[Constraint] = []
    for column, row in node.pivots:
        factors = tuple(int(table[row, cell]) for cell in unknowns)
        lack = int(table[row, -1])
        if column in uneven:
            constraints += [(factors, lack), (tuple(-factor for factor in factors), -lack)]
        else:
            sign = int(table[row, column])
            sums[column] = (tuple(-sign * factor for factor in factors), sign * lack)
    for cell, (factors, constant) in sums.items():
        least = floor[cell]
        if least is not None:
            constraints.append((factors, least - constant))
    for row in range(height, len(table)):
        constraints.append((tuple(int(table[row, cell]) for cell in unknowns), int(table[row, -1])))
    return _System(unknowns, sums, tuple(constraints))
