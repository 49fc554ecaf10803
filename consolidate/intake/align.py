"""Expected leaves against the labels found, in order: equal, out of order (moved), alike, or missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from consolidate.intake import labels
from consolidate.intake.shapes import Leaf

MARGIN = 0.08  # a likeness counts only when it is so much better than with any other leaf


@dataclass(frozen=True, slots=True)
class Found:
    """A row or column with a label: `context` are the keys of the group labels above it.

    `position` is a row's or column's number, `across` where its label stands on the other axis; `key` is ''
    for figures that have no label; `figures` tells whether there are any; `value` is the column of its value
    where a row has one of its own (label–value pairs).
    """

    position: int
    raw: str
    key: str
    context: frozenset[str] = frozenset()
    figures: bool = False
    across: int = 0
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Alignment:
    """`at[i]` is the position in the list of Found of leaf i, or None.

    `moved` are leaves found out of order, `alike` leaves found under a misspelt label, `extra` the found
    ones that belong to no leaf.
    """

    at: tuple[int | None, ...]
    moved: tuple[int, ...] = ()
    alike: tuple[int, ...] = ()
    extra: tuple[int, ...] = ()

    @property
    def matched(self) -> int:
        """How many leaves were found."""
        return sum(place is not None for place in self.at)

    @property
    def missing(self) -> tuple[int, ...]:
        """Leaves that were not found."""
        return tuple(leaf for leaf, place in enumerate(self.at) if place is None)

    @property
    def cost(self) -> float:
        """How far the labels are from the form: what is missing or too much counts 1."""
        return len(self.missing) + len(self.extra) + 0.5 * len(self.moved) + 0.25 * len(self.alike)


def align(leaves: Sequence[Leaf], found: Sequence[Found], known: frozenset[str] = frozenset()) -> Alignment:
    """Align leaves with what was found; texts in `known` are labels of their own, never misspelt ones."""
    at = _in_order(leaves, found)
    taken = {place for place in at if place is not None}
    moved = _moved(leaves, found, at, taken)
    alike = _alike(leaves, found, at, taken, known, frozenset(moved))
    extra = tuple(place for place in range(len(found)) if place not in taken)
    return Alignment(tuple(at), tuple(moved), tuple(alike), extra)


def same(leaf: Leaf, one: Found) -> bool:
    """Whether a found label is this leaf's; a twin must not stand under another group."""
    if one.key not in leaf.keys:
        return one.key in leaf.joined
    return not leaf.twin or one.context <= leaf.groups


def _in_order(leaves: Sequence[Leaf], found: Sequence[Found]) -> list[int | None]:
    """The longest common subsequence; the straight case (nothing amiss) first."""
    straight = _straight(leaves, found)
    if straight is not None:
        return straight
    n, m = len(leaves), len(found)
    equal = [[same(leaf, one) for one in found] for leaf in leaves]
    best = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(n - 1, -1, -1):
        row, below, hits = best[i], best[i + 1], equal[i]
        for j in range(m - 1, -1, -1):
            skipped = below[j] if below[j] > row[j + 1] else row[j + 1]
            row[j] = max(below[j + 1] + 1, skipped) if hits[j] else skipped
    at: list[int | None] = [None] * n
    i = j = 0
    while i < n and j < m:
        if equal[i][j] and best[i][j] == best[i + 1][j + 1] + 1:
            at[i] = j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return at


def _straight(leaves: Sequence[Leaf], found: Sequence[Found]) -> list[int | None] | None:
    at: list[int | None] = []
    place = 0
    for leaf in leaves:
        while place < len(found) and not same(leaf, found[place]):
            place += 1
        if place == len(found):
            return None
        at.append(place)
        place += 1
    return at


def _moved(
    leaves: Sequence[Leaf], found: Sequence[Found], at: list[int | None], taken: set[int]
) -> list[int]:
    moved = []
    for number, leaf in enumerate(leaves):
        if at[number] is not None:
            continue
        place = next((p for p, one in enumerate(found) if p not in taken and same(leaf, one)), None)
        if place is not None:
            at[number] = place
            taken.add(place)
            moved.append(number)
    return moved


def _alike(
    leaves: Sequence[Leaf],
    found: Sequence[Found],
    at: list[int | None],
    taken: set[int],
    known: frozenset[str],
    moved: frozenset[int],
) -> list[int]:
    """Misspelt labels: only between neighbours that fit in order, the best likeness first."""
    free = [p for p, one in enumerate(found) if p not in taken and one.key and one.key not in known]
    pockets = {n: _pocket(at, n, moved) for n, place in enumerate(at) if place is None} if free else {}
    offers = []
    for number, (low, high) in pockets.items():
        pocket = [place for place in free if low < place < high]
        alone = len(pocket) == 1 == list(pockets.values()).count((low, high))
        for place in pocket:
            score = _score(leaves, number, found[place], alone)
            if score:
                offers.append((-score, number, place))
    alike = []
    for _, number, place in sorted(offers):
        low, high = _pocket(at, number, moved)
        if at[number] is None and place not in taken and low < place < high:
            at[number] = place
            taken.add(place)
            alike.append(number)
    return sorted(alike)


def _pocket(at: Sequence[int | None], number: int, moved: frozenset[int]) -> tuple[int, int]:
    """Between which found ones a missing leaf must stand."""
    settled = [None if n in moved else place for n, place in enumerate(at)]
    low = max((p for p in settled[:number] if p is not None), default=-1)
    high = min((p for p in settled[number + 1 :] if p is not None), default=1 << 30)
    return low, high


def _score(leaves: Sequence[Leaf], number: int, one: Found, alone: bool) -> float:
    """How alike a label is to a leaf; 0 when not enough, or when another leaf is as near."""
    score, nearest = _likeness(leaves[number], one.raw, one.key)
    if not nearest or score < labels.alike_enough(nearest, alone):
        return 0.0
    if leaves[number].twin and not one.context <= leaves[number].groups:
        return 0.0
    others = (
        _likeness(leaf, one.raw, one.key)[0]
        for n, leaf in enumerate(leaves)
        if n != number and not leaf.keys & leaves[number].keys
    )
    return score if score >= max(others, default=0.0) + MARGIN else 0.0


@lru_cache(maxsize=2_048)  # the layouts of one form differ in little
def _likeness(leaf: Leaf, raw: str, key: str) -> tuple[float, str]:
    """How alike a label is to a leaf at best, and to which of its keys."""
    if labels.without_remark(raw) in leaf.keys:
        return 0.98, key
    known = sorted(leaf.keys | leaf.joined)
    return max(((labels.likeness(key, one), one) for one in known), default=(0.0, ""))
