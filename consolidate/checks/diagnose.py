"""Broken rules → the cells that explain them: all smallest explanations, ranked, never at random.

Errors are localised after Fellegi and Holt (`localize`); slips are actions with an effect of their own
(`moves`); a change that one slip of the hand explains is preferred (`slips`). A proposal is made only
when exactly one explanation is left (`ranking`); otherwise the group is reported.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from consolidate.checks import localize, ranking
from consolidate.checks.explanation import Action, Change, Component, Diagnosis, Explanation
from consolidate.checks.integers import Range
from consolidate.checks.linear import Block, Integers, LinearRules
from consolidate.checks.localize import Budget, BudgetExceeded, Problem, Solution
from consolidate.checks.moves import Move, Moves
from consolidate.checks.record import Record

LIMIT = 5
BUDGET = 4_000
SOFT_LIMIT = 2
MOVE_LIMIT = 3  # moves are tried together with other slips up to so many in all
MOVE_GAIN = 2  # and only when they mend so many rules more than they harm


def explain(
    rules: LinearRules,
    values: NDArray[np.float64] | Integers,
    blank: NDArray[np.bool_],
    faulty: NDArray[np.bool_],
    *,
    last_year: NDArray[np.float64] | None = None,
    limit: int = LIMIT,
    budget: int = BUDGET,
) -> Diagnosis:
    """Explain one record's broken rules by the fewest slips, `limit` at most, per component.

    `values` has one figure per item in smallest units; `blank` cells count as 0, `faulty` ones (text,
    negative, decimal, unknown last year) as unknown: they cost nothing. `last_year` holds each item's
    figure of the year before (NaN: unknown). `budget` bounds the nodes visited per component.
    """
    record = Record.of(rules, values, blank, faulty, last_year)
    found = []
    busy: set[int] = set()
    for block in rules.blocks:
        if record.concerns(block):
            found.append(_component(record, block, limit, budget))
            busy.update(block.items)
    for block in rules.wide_blocks:
        if record.concerns(block) and not busy.intersection(block.items):
            component = _component(record, block, min(limit, SOFT_LIMIT), budget)
            found.append(ranking.soften(component))
    return Diagnosis(tuple(sorted(found, key=lambda component: component.rules)))


def _component(record: Record, block: Block, limit: int, budget: int) -> Component:
    rules = tuple(sorted(rule for rule in block.rules if record.broken[rule]))
    purse = Budget(budget)
    try:
        explanations = _smallest(record, block, limit, purse)
    except BudgetExceeded:
        explanations = []
    if not explanations:
        return Component(rules, (), single=False, exceeded=True)
    return ranking.component(record, rules, explanations)


def _smallest(record: Record, block: Block, limit: int, purse: Budget) -> list[Explanation]:
    """Every explanation with the fewest slips (the least weight); none when `limit` is too small."""
    problem = _problem(record, block)
    for cost in range(limit * max(problem.weights) + 1):
        found = [_explanation(record, block, one) for one in localize.within(problem, cost, purse)]
        if 1 <= cost <= MOVE_LIMIT:
            found += _with_moves(record, block, problem, cost, purse)
        if found:
            return found
    return []


def _problem(record: Record, block: Block) -> Problem:
    values = record.values[block.index]
    rules = block.parent
    table = np.column_stack([block.matrix, block.constants - block.matrix @ values])
    floor: list[int | None] = []
    for item, value in zip(block.items, values.tolist(), strict=True):
        least = rules.lower[item]
        floor.append(None if least is None else least - value)
    fixed = [rules.fixed[item] for item in block.items]
    faulty = record.faulty[block.index].tolist()
    places = range(len(block.items))
    return Problem(
        table=table,
        equalities=block.equalities,
        floor=floor,
        weights=[rules.weights[item] for item in block.items],
        free=tuple(place for place in places if faulty[place]),
        barred=tuple(place for place in places if fixed[place] and not faulty[place]),
    )


@lru_cache(maxsize=64)
def _moves(block: Block) -> Moves:
    return Moves(block)


def _with_moves(
    record: Record, block: Block, problem: Problem, cost: int, purse: Budget
) -> list[Explanation]:
    """Explanations with one move and as many single cells as the cost leaves."""
    moves = _moves(block)
    values = record.values[block.index]
    effects = moves.effects(values, problem.table[: block.equalities, -1])
    widest = int((block.matrix[: block.equalities] != 0).sum(axis=0).max(initial=0))
    fits = (effects.changed > 0) & (effects.left + effects.harmed <= widest * (cost - 1))
    unknown = moves.unknown
    if cost == 1:
        fits &= effects.mended > unknown
    else:
        fits &= effects.mended - effects.harmed - unknown >= MOVE_GAIN
    found = []
    for number in np.flatnonzero(fits).tolist():
        found += _moved(record, block, problem, moves.all[number], cost, purse)
    return found


def _moved(
    record: Record, block: Block, problem: Problem, move: Move, cost: int, purse: Budget
) -> list[Explanation]:
    values = record.values[block.index]
    if set(move.cells) & {*problem.free, *problem.barred}:
        return []
    known = move.changes(values)
    for cell, change in known.items():
        floor = problem.floor[cell]
        if floor is not None and change < floor:
            return []
    table = problem.table.copy()
    for cell, change in known.items():
        table[:, -1] -= table[:, cell] * change
    rest = replace(
        problem,
        table=table,
        free=problem.free if move.unknown is None else (*problem.free, move.unknown),
        barred=(*problem.barred, *(cell for cell in move.cells if cell != move.unknown)),
    )
    solutions = localize.within(rest, cost - 1, purse)
    return [_explanation(record, block, solution, move, known) for solution in solutions]


def _explanation(
    record: Record,
    block: Block,
    solution: Solution,
    move: Move | None = None,
    known: dict[int, int] | None = None,
) -> Explanation:
    """A solution of the search, and the move that went before it, as actions in the order of the items."""
    spans: dict[int, Range] = dict(zip(solution.cells, solution.ranges, strict=True))
    actions = []
    if move is not None:
        spans_moved: dict[int, Range] = {cell: (change, change) for cell, change in (known or {}).items()}
        if move.unknown is not None and move.unknown in spans:
            spans_moved[move.unknown] = spans.pop(move.unknown)
        changes = [record.change(block.items[cell], span) for cell, span in spans_moved.items() if span != (0, 0)]
        actions.append(record.action(move.slip, changes))
    for cell, span in spans.items():
        actions.append(record.action(None, [record.change(block.items[cell], span)]))
    return Explanation(tuple(sorted(actions, key=lambda action: action.changes[0].item)))
