"""Explanations with moves that the search passes over, because the moves mend little by themselves.

Beside other slips a move may hide: its effect adds up with theirs. So an explanation that might be
proposed is asked whether one or two moves, or a move and another cell, can stand in for one or two of its
actions, while its other cells take what figures they then must. Pairs of moves are found by their sum:
every move has a number that adds up as its effects on the rules do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from consolidate.checks import localize, search
from consolidate.checks.explanation import Action, Component, Explanation
from consolidate.checks.linear import Block, Integers
from consolidate.checks.localize import Budget, BudgetExceeded, Problem
from consolidate.checks.moves import Move, Moves
from consolidate.checks.record import Record

REPLACED = 2  # so many actions that others stand in for
FEW = 3  # more blanks than these stand for nothing, as in forms that leave out zeros
ENOUGH = 24  # so many rivals tell that nothing is certain
_MULTIPLIER = 0x9E3779B97F4A7C15 - 2**64  # spreads the rules over the numbers of moves


def of(record: Record, block: Block, component: Component, purse: Budget) -> list[Explanation]:
    """Explanations of as many actions as the component's, or fewer, in which moves take the place of some."""
    explanation = _chosen(block, component)
    gaps = _gaps(record, block, explanation)
    actions = sorted(explanation.actions, key=lambda action: _place(block, action))
    asked = list(_kept(actions, alone=bool(gaps)))
    found: list[Explanation] = []
    if not asked and not gaps:
        return found
    moves, values = search.moves_of(block), record.values[block.index]
    problem = search.problem_of(record, block)
    problem = replace(problem, free=(*problem.free, *gaps))
    whole = _Rest(record, block, moves, values, moves.known(values), problem, ())
    try:
        if gaps:
            found += whole.solved((), 0, purse)
        for kept, missing in asked:
            if (rest := whole.beside(kept)) is not None:
                found += rest.explained(missing, purse)
            if len(found) > ENOUGH:
                break
    except BudgetExceeded:
        return found
    return found


def _chosen(block: Block, component: Component) -> Explanation:
    """The explanation that might be proposed, else any one, whatever the order of items in the template."""
    if component.single:
        return component.explanations[0]
    return min(
        component.explanations, key=lambda one: sorted(_place(block, action) for action in one.actions)
    )


def _place(block: Block, action: Action) -> list[int]:
    """Where an action's cells stand in the block, which sorts them by name."""
    return sorted(block.columns[change.item] for change in action.changes)


def _gaps(record: Record, block: Block, explanation: Explanation) -> list[int]:
    """The few blanks that an explanation leaves as they are: each may stand for a figure."""
    named = {change.item for change in explanation.changes}
    blank = [cell for cell, item in enumerate(block.items) if record.blank[item] and item not in named]
    return blank if len(blank) <= FEW else []


def _kept(actions: Sequence[Action], *, alone: bool) -> Iterator[tuple[tuple[Action, ...], int]]:
    """What stays when one or two of several actions are taken away (or one `alone`), and how many were."""
    ours = [action for action in actions if action.slip != "unreadable"]
    if len(ours) == 1 and alone:
        yield (), 1
    elif len(ours) > 1:
        for missing in range(1, REPLACED + 1):
            for kept in combinations(ours, len(ours) - missing):
                yield kept, missing


@dataclass(frozen=True)
class _Rest:
    """What is left to explain beside the actions that are kept: their moves made, their cells open."""

    record: Record
    block: Block
    moves: Moves
    values: Integers
    effect: Integers
    problem: Problem
    settled: tuple[Action, ...]

    def beside(self, kept: Sequence[Action]) -> _Rest | None:
        """What these actions leave to explain; None when one of them moves a figure that nothing tells."""
        table, free, barred = self.problem.table.copy(), list(self.problem.free), list(self.problem.barred)
        settled = tuple(action for action in kept if len(action.changes) > 1)
        for action in kept:
            for change in action.changes:
                cell = self.block.columns[change.item]
                if len(action.changes) == 1:
                    free.append(cell)
                elif change.new is None:
                    return None
                else:
                    table[:, -1] -= table[:, cell] * (change.new - int(self.values[cell]))
                    barred.append(cell)
        problem = replace(self.problem, table=table, free=tuple(free), barred=tuple(barred))
        return replace(self, problem=problem, settled=settled)

    def explained(self, count: int, purse: Budget) -> Iterator[Explanation]:
        """Explanations by `count` actions at most of which one is a move."""
        for number in self._promising(count - 1):
            yield from self.solved((self.moves.all[number],), count - 1, purse)
        if count == REPLACED:
            for one, other in self._pairs():
                yield from self.solved((self.moves.all[one], self.moves.all[other]), 0, purse)

    def _promising(self, cells: int) -> list[int]:
        """Moves that mend more than the figure takes that they lose, and leave so many cells to find."""
        matrix = self.block.matrix[: self.block.equalities]
        heeded = ~(matrix[:, list(self.problem.free)] != 0).any(axis=1)
        lack, ignored = self.problem.table[: len(matrix), -1], self.moves.ignored
        broken = np.flatnonzero(heeded & (lack != 0))
        mended = ((self.effect[:, broken] == lack[broken]) & ~ignored[:, broken]).sum(axis=1)
        some = np.flatnonzero(mended > self.moves.unknown)
        left = ((self.effect[some] != lack) & ~ignored[some] & heeded).sum(axis=1)
        widest = int((matrix != 0).sum(axis=0).max(initial=0))
        numbers: list[int] = some[left <= widest * cells].tolist()
        return numbers

    def solved(self, moves: tuple[Move, ...], left: int, purse: Budget) -> Iterator[Explanation]:
        problem: Problem | None = self.problem
        for move in moves:
            problem = None if problem is None else search.applied(problem, move, self.values)
        if problem is None:
            return
        for solution in localize.within(problem, left, purse):
            found = search.explanation(self.record, self.block, solution, moves)
            actions = [action for action in found.actions if self._does(action)]
            ordered = sorted([*actions, *self.settled], key=lambda action: action.changes[0].item)
            yield Explanation(tuple(ordered))

    def _does(self, action: Action) -> bool:
        """Whether an action changes anything: of the cells that may change some need not."""
        faulty, values = self.record.faulty, self.record.values
        return any(faulty[c.item] or c.new != int(values[c.item]) for c in action.changes)

    def _pairs(self) -> Iterator[tuple[int, int]]:
        """Moves that lose no figure and share no cell, and whose effects may add up to what is lacking."""
        node = localize.start(self.problem)
        table = node.table[: self.problem.equalities][node.open]
        if table.dtype == object or not table[:, -1].any():
            return
        worth = np.cumprod(np.full(len(table), _MULTIPLIER, np.int64)) @ table
        sums = self.moves.sums(self.values, worth)
        number = np.flatnonzero((self.moves.unknown == 0) & (sums != 0))
        number = number[np.argsort(sums[number], kind="stable")]
        sums = sums[number]
        begin = np.searchsorted(sums, worth[-1] - sums)
        end = np.searchsorted(sums, worth[-1] - sums, side="right")
        for place in np.flatnonzero(end > begin).tolist():
            one = int(number[place])
            for other in number[begin[place] : end[place]].tolist():
                if one < other and not set(self.moves.all[one].cells) & set(self.moves.all[other].cells):
                    yield one, other
