"""Slips that put several cells wrong at once: figures swapped, moved or shifted along a row or column.

A move is a hypothesis about a whole record with one effect on every rule. Its cells take their
figures from other cells; a figure that was pushed over the edge is unknown, and left to the rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from consolidate.checks.linear import Block, Integers
from consolidate.checks.slips import Slip

UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Move:
    """`cells` (columns of a block) should hold what stands in `sources`; UNKNOWN: nobody can tell."""

    slip: Slip
    cells: tuple[int, ...]
    sources: tuple[int, ...]

    @property
    def unknown(self) -> int | None:
        """The cell whose figure was lost, if any."""
        return self.cells[self.sources.index(UNKNOWN)] if UNKNOWN in self.sources else None

    def changes(self, values: Integers) -> dict[int, int]:
        """Change of each cell whose figure is known, for the block's values; none that is 0."""
        pairs = zip(self.cells, self.sources, strict=True)
        found = {cell: int(values[source] - values[cell]) for cell, source in pairs if source != UNKNOWN}
        return {cell: change for cell, change in found.items() if change}


@dataclass(frozen=True, slots=True)
class Effects:
    """What every move would do to the equalities: per move, how many it mends and how many it harms.

    `left` counts the broken equalities that neither the move mends nor its unknown cell touches.
    """

    mended: Integers
    harmed: Integers
    left: Integers
    changed: Integers


@dataclass(frozen=True, eq=False)
class Moves:
    """All moves inside one block, with the sparse arrays that evaluate them together."""

    block: Block

    @cached_property
    def all(self) -> tuple[Move, ...]:
        """Every move once, in a fixed order: whole lines last."""
        seen: dict[tuple[tuple[int, ...], tuple[int, ...]], Move] = {}
        for move in _moves(self.block):
            seen.setdefault((move.cells, move.sources), move)
        return tuple(seen.values())

    @cached_property
    def unknown(self) -> Integers:
        """How many figures each move leaves open: 0 or 1."""
        return np.array([move.unknown is not None for move in self.all], np.int64)

    def known(self, values: Integers) -> Integers:
        """What the known figures of every move do to each equality (moves × equalities)."""
        move, cell, source = self._cells
        effect = np.zeros((len(self.all), self.block.equalities), np.int64)
        if len(move):
            owner, rule, sums = self._on_rules(values[source] - values[cell])
            effect[owner, rule] = sums
        return effect

    def sums(self, values: Integers, worth: Integers) -> Integers:
        """The changes that every move makes to known figures, each times the worth of its cell, summed."""
        move, cell, source = self._cells
        out = np.zeros(len(self.all), np.int64)
        if len(move):
            begin = np.flatnonzero(np.diff(move, prepend=-1))
            out[move[begin]] = np.add.reduceat((values[source] - values[cell]) * worth[cell], begin)
        return out

    @cached_property
    def _cells(self) -> tuple[Integers, Integers, Integers]:
        """Move, cell and source of each known cell of each move."""
        move = np.repeat(np.arange(len(self.all)), [len(one.cells) for one in self.all])
        cell = np.fromiter(chain.from_iterable(one.cells for one in self.all), np.int64, len(move))
        source = np.fromiter(chain.from_iterable(one.sources for one in self.all), np.int64, len(move))
        known = source != UNKNOWN
        return move[known], cell[known], source[known]

    @cached_property
    def _lines(self) -> tuple[Integers, Integers, Integers, Integers, Integers]:
        """Entry (index into the cells), factor; then where each (rule, move) begins, its move and rule."""
        matrix = self.block.matrix[: self.block.equalities]
        move, cell, _ = self._cells
        touched = [np.flatnonzero(column) for column in matrix.T]
        entry = np.repeat(np.arange(len(cell)), [len(touched[place]) for place in cell.tolist()])
        rule = np.concatenate([touched[place] for place in cell.tolist()] or [np.zeros(0, np.int64)])
        order = np.lexsort((move[entry], rule))
        entry, rule = entry[order], rule[order]
        key = rule * len(self.all) + move[entry]
        begin = np.flatnonzero(np.diff(key, prepend=-1))
        return entry, matrix[rule, cell[entry]], begin, move[entry[begin]], rule[begin]

    def _on_rules(self, change: Integers) -> tuple[Integers, Integers, Integers]:
        """Move, equality, and what the changes of the move's cells do to it together."""
        entry, factor, begin, owner, rule = self._lines
        return owner, rule, np.add.reduceat(factor * change[entry], begin)

    @cached_property
    def ignored(self) -> NDArray[np.bool_]:
        """Which equalities the unknown cell of each move touches (moves × equalities)."""
        matrix = self.block.matrix[: self.block.equalities]
        ignored = np.zeros((len(self.all), len(matrix)), np.bool_)
        for number, move in enumerate(self.all):
            if move.unknown is not None:
                ignored[number] = matrix[:, move.unknown] != 0
        return ignored

    def sole(self, values: Integers, lack: Integers) -> Iterator[int]:
        """Moves that mend all that is lacking, beside their unknown cell at most, and harm nothing."""
        able = np.ones(len(self.all), np.bool_)
        mended = np.zeros(len(self.all), np.int64)
        for rule in np.flatnonzero(lack).tolist():
            mends = self._mends(values, rule, int(lack[rule]))
            able &= mends | self.ignored[:, rule]
            mended += mends
        matrix = self.block.matrix[: self.block.equalities]
        for number in np.flatnonzero(able & (mended > self.unknown)).tolist():
            changes = self.all[number].changes(values)
            effect = matrix[:, list(changes)] @ np.array(list(changes.values()), np.int64)
            if ((effect == lack) | (effect == 0) | self.ignored[number]).all():
                yield number

    def _mends(self, values: Integers, rule: int, lack: int) -> NDArray[np.bool_]:
        """Which moves give an equality what it lacks, their unknown cell being no part of it."""
        mends = np.zeros(len(self.all), np.bool_)
        entry, factor, begin, owner, rules = self._lines
        first, last = np.searchsorted(rules, (rule, rule + 1)).tolist()
        if first < last:
            _, cell, source = self._cells
            ours = slice(begin[first], begin[last] if last < len(begin) else len(entry))
            change = values[source[entry[ours]]] - values[cell[entry[ours]]]
            effect = np.add.reduceat(factor[ours] * change, begin[first:last] - begin[first])
            mends[owner[first:last][effect == lack]] = True
        return mends & ~self.ignored[:, rule]

    def effects(self, values: Integers, lack: Integers) -> Effects:
        """Evaluate all moves for a block's values (cells) and what its equalities lack (rules)."""
        count = len(self.all)
        move, cell, source = self._cells
        if not len(move):
            nothing = np.zeros(count, np.int64)
            return Effects(nothing, nothing, nothing, nothing)
        change = values[source] - values[cell]
        changed = np.bincount(move[change != 0], minlength=count)
        owner, rule, effect = self._on_rules(change)
        counted = (effect != 0) & self._heeded
        good = effect == lack[rule]
        mended = np.bincount(owner[counted & good], minlength=count)
        harmed = np.bincount(owner[counted & ~good], minlength=count)
        broken = np.flatnonzero(lack)
        left = len(broken) - self.ignored.T[broken].sum(axis=0) - mended
        return Effects(mended, harmed, left, changed)

    @cached_property
    def _heeded(self) -> NDArray[np.bool_]:
        """For each (move, rule) of the lines, whether no unknown cell of the move touches the rule."""
        _, _, _, owner, rule = self._lines
        return ~self.ignored[owner, rule]


def _moves(block: Block) -> Iterator[Move]:
    rows, columns = _grid(block, by_row=True), _grid(block, by_row=False)
    for lines in (rows, columns):
        for line in lines.values():
            yield from _swaps(line)
    for lines in (rows, columns):
        for line in lines.values():
            yield from _shifts(block, line)
    for lines in (rows, columns):
        for (form, first), (other, second) in pairwise(sorted(lines)):
            if form == other and second == first + 1:
                yield from _whole(block, lines[form, first], lines[other, second], lines is rows)


def _grid(block: Block, *, by_row: bool) -> dict[tuple[str, int], list[int]]:
    """The columns of the block by the row (or column) of the form, in the order of the form."""
    lines: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for place, item in enumerate(block.items):
        spot = block.parent.spots[item]
        if spot is not None and not block.parent.fixed[item]:
            line, position = (spot.row, spot.column) if by_row else (spot.column, spot.row)
            lines.setdefault((spot.block, line), []).append((position, place))
    return {key: [place for _, place in sorted(cells)] for key, cells in lines.items()}


def _swaps(line: Sequence[int]) -> Iterator[Move]:
    for one, other in pairwise(line):
        yield Move("swapped", (one, other), (other, one))


def _shifts(block: Block, line: Sequence[int]) -> Iterator[Move]:
    """Figures from one cell on, up to a total or the end, typed one cell too far or too early."""
    totals = [place for place, cell in enumerate(line) if block.items[cell] in block.parent.totals]
    ends = {len(line) - 1, *totals, *(place - 1 for place in totals)}
    for end in sorted(ends):
        for begin in range(end):
            cells = tuple(line[begin : end + 1])
            slip: Slip = "shifted" if len(cells) > 2 else "moved"
            yield Move(slip, cells, (*cells[1:], UNKNOWN))
            yield Move(slip, cells, (UNKNOWN, *cells[:-1]))


def _whole(block: Block, line: Sequence[int], other: Sequence[int], rows: bool) -> Iterator[Move]:
    """Two neighbouring rows or columns typed in each other's place (or one in that of an empty one)."""

    def position(cell: int) -> int:
        spot = block.parent.spots[block.items[cell]]
        return -1 if spot is None else spot.column if rows else spot.row

    partner = {position(cell): cell for cell in other}
    pairs = [(cell, partner[position(cell)]) for cell in line if position(cell) in partner]
    if len(pairs) > 1:
        ours, theirs = zip(*pairs, strict=True)
        yield Move("swapped", (*ours, *theirs), (*theirs, *ours))
