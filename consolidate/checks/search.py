"""All smallest explanations of one block of rules: sets of single cells, and moves with single cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from consolidate.checks import localize
from consolidate.checks.explanation import Explanation
from consolidate.checks.integers import Range
from consolidate.checks.linear import Block, Integers
from consolidate.checks.localize import Budget, Problem, Solution
from consolidate.checks.moves import Move, Moves
from consolidate.checks.record import Record

MOVE_LIMIT = 3  # moves are tried together with other slips up to so many in all
MOVE_GAIN = 2  # and only when they mend so many rules more than they harm
PAIR = 2  # so many moves without any other slip
PAIRED = 24  # the moves that mend most are paired with every other


def smallest(record: Record, block: Block, limit: int, purse: Budget) -> list[Explanation]:
    """Every explanation with the fewest slips (the least weight); none when `limit` is too small."""
    problem = problem_of(record, block)
    for cost in range(limit * max(problem.weights) + 1):
        found = [explanation(record, block, one) for one in localize.within(problem, cost, purse)]
        if 1 <= cost <= MOVE_LIMIT:
            found += _with_moves(record, block, problem, cost, purse)
        if found:
            return found
    return []


def problem_of(record: Record, block: Block) -> Problem:
    """What a block's rules lack in this record, and how each of its cells may change."""
    rules = block.parent
    values = record.values[block.index]
    faulty = record.faulty[block.index]
    fixed = np.array([rules.fixed[item] for item in block.items], np.bool_)
    table = np.column_stack([block.matrix, block.constants - block.matrix @ values])
    crowded = record.crowded(block)
    if crowded:
        table[(block.matrix[:, faulty] != 0).any(axis=1)] = 0
    floor: list[int | None] = []
    for item, value in zip(block.items, values.tolist(), strict=True):
        least = rules.lower[item]
        floor.append(None if least is None else least - value)
    barred = faulty | fixed if crowded else fixed & ~faulty
    return Problem(
        table=table,
        equalities=block.equalities,
        floor=floor,
        weights=[rules.weights[item] for item in block.items],
        free=() if crowded else tuple(np.flatnonzero(faulty).tolist()),
        barred=tuple(np.flatnonzero(barred).tolist()),
    )


@lru_cache(maxsize=64)
def moves_of(block: Block) -> Moves:
    """The moves of a block, worked out once."""
    return Moves(block)


def _with_moves(
    record: Record, block: Block, problem: Problem, cost: int, purse: Budget
) -> list[Explanation]:
    """Explanations with one move and as many single cells as the cost leaves."""
    found = []
    for number in _candidates(record, block, problem, cost):
        found += moved(record, block, problem, moves_of(block).all[number], cost, purse)
    if cost == PAIR:
        found += _pairs(record, block, problem, purse)
    return found


def _candidates(record: Record, block: Block, problem: Problem, cost: int) -> list[int]:
    """Moves that mend enough for as many single cells as the cost leaves to mend the rest."""
    moves, values = moves_of(block), record.values[block.index]
    lack = problem.table[: block.equalities, -1]
    if cost == 1:
        return list(moves.sole(values, lack))
    effects = moves.effects(values, lack)
    widest = int((block.matrix[: block.equalities] != 0).sum(axis=0).max(initial=0))
    fits = (effects.changed > 0) & (effects.left + effects.harmed <= widest * (cost - 1))
    fits &= effects.mended - effects.harmed - moves.unknown >= MOVE_GAIN
    numbers: list[int] = np.flatnonzero(fits).tolist()
    return numbers


def _pairs(record: Record, block: Block, problem: Problem, purse: Budget) -> list[Explanation]:
    """Explanations with two moves that share no cell, and nothing else."""
    moves = moves_of(block)
    values = record.values[block.index]
    lack = problem.table[: block.equalities, -1]
    effects = moves.effects(values, lack)
    gain = np.where(effects.changed > 0, effects.mended - effects.harmed - moves.unknown, 0)
    order = np.argsort(-gain, kind="stable")[:PAIRED]
    found = []
    for number in order[gain[order] >= MOVE_GAIN].tolist():
        one = moves.all[number]
        purse.spend()
        step = applied(problem, one, values)
        if step is None:
            continue
        open_rows = lack * 0 if one.unknown is None else block.matrix[: block.equalities, one.unknown]
        rest = np.where(open_rows != 0, 0, step.table[: block.equalities, -1])
        after = moves.effects(values, rest)
        fits = (after.changed > 0) & (after.left <= 0) & (after.harmed <= np.count_nonzero(open_rows))
        fits &= after.mended > moves.unknown
        for other in np.flatnonzero(fits).tolist():
            both = moves.all[other]
            last = None if set(both.cells) & set(one.cells) else applied(step, both, values)
            if last is not None:
                solutions = localize.within(last, 0, purse)
                found += [explanation(record, block, solution, (one, both)) for solution in solutions]
    return found


def moved(
    record: Record, block: Block, problem: Problem, move: Move, cost: int, purse: Budget
) -> list[Explanation]:
    """Explanations with this move and single cells, of this cost in all. Raises BudgetExceeded."""
    values = record.values[block.index]
    rest = applied(problem, move, values)
    if rest is None:
        return []
    solutions = localize.within(rest, cost - 1, purse)
    return [explanation(record, block, solution, (move,)) for solution in solutions]


def applied(problem: Problem, move: Move, values: Integers) -> Problem | None:
    """What is left of a problem once a move is made; None when the move is out of the question."""
    if set(move.cells) & {*problem.free, *problem.barred}:
        return None
    table = problem.table.copy()
    for cell, change in move.changes(values).items():
        floor = problem.floor[cell]
        if floor is not None and change < floor:
            return None
        table[:, -1] -= table[:, cell] * change
    return replace(
        problem,
        table=table,
        free=problem.free if move.unknown is None else (*problem.free, move.unknown),
        barred=(*problem.barred, *(cell for cell in move.cells if cell != move.unknown)),
    )


def explanation(
    record: Record,
    block: Block,
    solution: Solution,
    moves: Sequence[Move] = (),
) -> Explanation:
    """A solution of the search, and the moves that went before it, as actions in the order of the items."""
    fixed = block.parent.fixed
    pairs = zip(solution.cells, solution.ranges, strict=True)
    spans: dict[int, Range] = {cell: span for cell, span in pairs if not fixed[block.items[cell]]}
    actions = []
    values = record.values[block.index]
    for move in moves:
        moved: dict[int, Range] = {cell: (change, change) for cell, change in move.changes(values).items()}
        if move.unknown is not None:
            moved[move.unknown] = spans.pop(move.unknown)
        changes = [record.change(block.items[cell], span) for cell, span in moved.items() if span != (0, 0)]
        actions.append(record.action(move.slip, changes))
    for cell, span in spans.items():
        actions.append(record.action(None, [record.change(block.items[cell], span)]))
    return Explanation(tuple(sorted(actions, key=lambda action: action.changes[0].item)))
