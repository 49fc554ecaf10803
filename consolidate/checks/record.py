"""One record under diagnosis: integers for every item, and what is known of each cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from consolidate.checks import slips
from consolidate.checks.explanation import Action, Change
from consolidate.checks.integers import Range
from consolidate.checks.linear import Block, Integers, LinearRules
from consolidate.checks.slips import Slip

TELLING = 10  # smaller figures agree by chance too often to tell anything

WORKED_OUT = 5  # faulty cells of one block whose figures are worked out from the rules


@dataclass(frozen=True, eq=False, slots=True)
class Record:
    """`values` has 0 where a cell is blank or faulty; `broken` marks rules that can be tested and fail.

    `omitted` are the blanks that probably stand for a figure: the only blank of their broken rules, and
    the only one of the form (or, when two rules accuse it, in a form that writes 0 for nothing).
    `witnesses` are the soft rules that may be heard; `negative` the figures of faulty cells that would be
    plain counts but for their sign.
    """

    rules: LinearRules
    values: Integers
    blank: NDArray[np.bool_]
    faulty: NDArray[np.bool_]
    last_year: dict[int, int]
    broken: NDArray[np.bool_]
    omitted: frozenset[int]
    witnesses: NDArray[np.bool_]
    negative: dict[int, int]

    @classmethod
    def of(
        cls,
        rules: LinearRules,
        values: NDArray[np.float64] | Integers,
        blank: NDArray[np.bool_],
        faulty: NDArray[np.bool_],
        last_year: NDArray[np.float64] | None,
    ) -> Record:
        """A record from the frame's values (blank and faulty ones may be NaN)."""
        exact = np.where(blank | faulty, 0, values).astype(np.int64)
        touched = rules.coefficients != 0
        testable = ~(touched & faulty).any(axis=1)
        broken = rules.broken(exact) & testable
        known = {}
        if last_year is not None:
            places = np.flatnonzero(~np.isnan(last_year))
            known = {int(place): int(last_year[place]) for place in places}
        omitted = _omitted(rules, exact, blank, broken)
        witnesses = np.array(rules.soft, np.bool_) & testable
        below = np.flatnonzero(faulty & (values < 0) & (values == np.floor(values))).tolist()
        negative = {place: int(values[place]) for place in below}
        return cls(rules, exact, blank, faulty, known, broken, omitted, witnesses, negative)

    def without_shared_witnesses(self, blocks: Sequence[Block]) -> Record:
        """This record without the soft rules that bear on several blocks that may be wrong.

        These blocks are, and those with a blank among figures. Two errors would each claim such a rule for
        itself, and both could not be right.
        """
        if not blocks:
            return self
        gaps = [block for block in self.rules.blocks if block not in blocks and self._gap(block)]
        blocks = [*blocks, *gaps]
        touched = [(self.rules.coefficients[:, block.index] != 0).any(axis=1) for block in blocks]
        return replace(self, witnesses=self.witnesses & (np.sum(touched, axis=0) < 2))

    def _gap(self, block: Block) -> bool:
        """Whether a few cells of a block are blank among others that are filled in."""
        return 0 < 2 * int(self.blank[block.index].sum()) < len(block.items)

    def concerns(self, block: Block) -> bool:
        """Whether the block has a broken rule, or a few cells whose figure can be worked out."""
        if self.broken[list(block.rules)].any():
            return True
        own = [item for item in block.items if self.faulty[item] and not self.rules.fixed[item]]
        return bool(own) and not self.crowded(block)

    def crowded(self, block: Block) -> bool:
        """Whether so many cells are faulty that their rules are left out instead of worked out."""
        return int(self.faulty[block.index].sum()) > WORKED_OUT

    def change(self, item: int, span: Range) -> Change:
        """The change of an item whose figure grows by anything in this range."""
        value = int(self.values[item])
        least, most = (None if limit is None else limit + value for limit in span)
        new = least if least == most else None
        known = not (self.blank[item] or self.faulty[item])
        return Change(item, value if known else None, new, least, most)

    def action(self, slip: Slip | None, changes: Sequence[Change]) -> Action:
        """An action of several cells, or of one cell whose slip is to be named."""
        likely = True
        if slip is None:
            slip, likely = self._slip(changes[0])
        ordered = tuple(sorted(changes, key=lambda change: change.item))
        items = [change.item for change in ordered]
        touched = (self.rules.coefficients[:, items] != 0).any(axis=1)
        rules = tuple(np.flatnonzero(touched & self.broken).tolist())
        return Action(slip, ordered, likely, rules)

    def _slip(self, change: Change) -> tuple[Slip, bool]:
        if self.faulty[change.item]:
            return "unreadable", True
        if self.blank[change.item]:
            return "blank", True
        if change.old is None or change.new is None:
            return "changed", False
        found = slips.single(change.old, change.new, self.rules.decimals[change.item])
        if found is not None:
            return found, True
        if change.old >= TELLING and self.last_year.get(change.item) == change.old:
            return "last_year", True
        if self._part_left_out(change.item, change.new - change.old):
            return "part_left_out", True
        return "changed", False

    def _part_left_out(self, item: int, lack: int) -> bool:
        """Whether a total lacks just one of its parts (found only when it stands alone on its side)."""
        if lack < TELLING or item not in self.rules.totals:
            return False
        for rule, entry in enumerate(self.rules.entries):
            factor = entry.get(item, 0)
            if factor and self.rules.relations[rule] == "==":
                parts = [part for part, share in entry.items() if share == -factor]
                if len(parts) == len(entry) - 1 and any(self.values[part] == lack for part in parts):
                    return True
        return False


def _omitted(
    rules: LinearRules, values: Integers, blank: NDArray[np.bool_], broken: NDArray[np.bool_]
) -> frozenset[int]:
    candidates = np.flatnonzero(blank).tolist()
    if not candidates or not broken.any():
        return frozenset()
    forms = [spot.block if spot is not None else "" for spot in rules.spots]
    blanks = Counter(forms[item] for item in candidates)
    zeros = Counter(forms[item] for item in np.flatnonzero((values == 0) & ~blank).tolist())
    touched = rules.coefficients[broken] != 0
    accused = touched.sum(axis=0)
    crowded = (touched & (touched[:, candidates].sum(axis=1) > 1)[:, None]).any(axis=0)
    return frozenset(
        item
        for item in candidates
        if not crowded[item]
        and (blanks[forms[item]] == 1 or (accused[item] > 1 and blanks[forms[item]] <= zeros[forms[item]]))
    )
