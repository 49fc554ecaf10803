"""Moves across blocks: figures of a line shifted or swapped where no rule ties the cells together.

In a form such as 表四 every group of cells has a rule of its own. One shift along the whole line breaks
several of these rules at once: one slip then explains what would else take one slip per group.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from consolidate.checks import search
from consolidate.checks.explanation import Explanation
from consolidate.checks.linear import Block
from consolidate.checks.localize import Budget, Problem
from consolidate.checks.moves import Move
from consolidate.checks.record import TELLING, Record

Found = tuple[frozenset[int], tuple[Explanation, ...]]


def explanations(record: Record, sheet: Block, blocks: Sequence[Block], purse: Budget) -> Found | None:
    """The single moves that explain the most broken blocks of a sheet at once: which blocks, and how.

    `blocks` are all hard blocks. None unless two or more blocks are explained by one move, and no other
    move explains as many others. Raises BudgetExceeded.
    """
    owner = {item: number for number, block in enumerate(blocks) for item in block.items}
    broken = {number for number, block in enumerate(blocks) if record.broken[list(block.rules)].any()}
    broken &= {owner[item] for item in sheet.items}
    lack = record.rules.residuals(record.values)
    if len(broken) < 2 or any(
        0 < abs(int(lack[rule])) < TELLING for number in broken for rule in blocks[number].rules
    ):
        return None
    found: dict[frozenset[int], list[Explanation]] = {}
    problem = search.problem_of(record, sheet)
    for move in _candidates(record, sheet, problem):
        touched = frozenset(owner[sheet.items[cell]] for cell in _changing(record, sheet, move))
        if len(touched & broken) > 1:
            part = _only(problem, sheet, {rule for number in touched for rule in blocks[number].rules})
            for explanation in search.moved(record, sheet, part, move, 1, purse):
                found.setdefault(touched & broken, []).append(explanation)
    if not found:
        return None
    most = max(len(touched) for touched in found)
    best = [touched for touched in found if len(touched) == most]
    return (best[0], tuple(found[best[0]])) if len(best) == 1 else None


def _candidates(record: Record, sheet: Block, problem: Problem) -> list[Move]:
    moves = search.moves_of(sheet)
    lack = problem.table[: sheet.equalities, -1]
    effects = moves.effects(record.values[sheet.index], lack)
    fits = (effects.changed > 0) & (effects.harmed == 0) & (effects.mended > moves.unknown)
    return [moves.all[number] for number in np.flatnonzero(fits).tolist()]


def _changing(record: Record, sheet: Block, move: Move) -> set[int]:
    cells = set(move.changes(record.values[sheet.index]))
    return cells if move.unknown is None else cells | {move.unknown}


def _only(problem: Problem, sheet: Block, rules: set[int]) -> Problem:
    """The problem with nothing lacking in other rules: they are explained on their own."""
    table = problem.table.copy()
    others = [row for row, rule in enumerate(sheet.rules) if rule not in rules]
    table[others, -1] = 0
    return replace(problem, table=table)
