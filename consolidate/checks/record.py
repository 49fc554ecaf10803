"""One record under diagnosis: integers for every item, and what is known of each cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consolidate.checks import slips
from consolidate.checks.explanation import Action, Change
from consolidate.checks.integers import Range
from consolidate.checks.linear import Block, Integers, LinearRules
from consolidate.checks.slips import Slip

TELLING = 10  # a figure left over from last year is no coincidence from here on


@dataclass(frozen=True, eq=False, slots=True)
class Record:
    """`values` has 0 where a cell is blank or faulty; `broken` marks rules that can be tested and fail.

    `omitted` marks the blanks that probably stand for a figure: the only blank of its broken rules, in
    a form whose other empty cells hold a 0.
    """

    rules: LinearRules
    values: Integers
    blank: NDArray[np.bool_]
    faulty: NDArray[np.bool_]
    last_year: dict[int, int]
    broken: NDArray[np.bool_]
    omitted: frozenset[int]

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
        return cls(rules, exact, blank, faulty, known, broken, _omitted(rules, exact, blank, broken))

    def concerns(self, block: Block) -> bool:
        """Whether the block has a broken rule, or a cell whose figure must be worked out."""
        if self.broken[list(block.rules)].any():
            return True
        return any(self.faulty[item] and not self.rules.fixed[item] for item in block.items)

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
        return "changed", False


def _omitted(
    rules: LinearRules, values: Integers, blank: NDArray[np.bool_], broken: NDArray[np.bool_]
) -> frozenset[int]:
    candidates = np.flatnonzero(blank).tolist()
    if not candidates or not broken.any():
        return frozenset()
    forms = [spot.block if spot is not None else "" for spot in rules.spots]
    blanks, zeros = (
        {form: sum(1 for item in np.flatnonzero(mask).tolist() if forms[item] == form) for form in set(forms)}
        for mask in (blank, (values == 0) & ~blank)
    )
    touched = rules.coefficients[broken] != 0
    crowded = (touched & (touched[:, candidates].sum(axis=1) > 1)[:, None]).any(axis=0)
    return frozenset(
        item
        for item in candidates
        if not crowded[item] and (blanks[forms[item]] == 1 or blanks[forms[item]] <= zeros[forms[item]])
    )
