"""Linear rules over items as exact integer matrices, split into blocks that share no item.

A rule reads `coefficients · values RELATION constant`. Everything is an integer in smallest units.
Inside, items and rules are sorted by name, so that no answer depends on the order of the caller.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Integers = NDArray[np.int64]
Relation = Literal["==", ">=", "<="]
Rule = tuple[str, "Mapping[str, int]", Relation, int]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an item stands in its form: block, row and column (0-based) inside the block."""

    block: str
    row: int
    column: int


@dataclass(frozen=True, eq=False)
class LinearRules:
    """Rules `coefficients @ values RELATION constants` over items, with what is known of each item.

    `coefficients` is int64 (rules × items). `lower` is the least value of an item in smallest units
    (None: signed), `decimals` how many decimals the clerk sees, `fixed` the items that nobody may
    change, `weights` how hard an item is to doubt (positive integers), `soft` the rules that may be
    broken for good reason (they narrow an answer, they do not decide it), `spots` the geometry,
    `elsewhere` items that rules of another kind test as well.
    """

    items: tuple[str, ...]
    names: tuple[str, ...]
    coefficients: Integers
    relations: tuple[Relation, ...]
    constants: Integers
    lower: tuple[int | None, ...]
    decimals: tuple[int, ...]
    fixed: tuple[bool, ...]
    weights: tuple[int, ...]
    soft: tuple[bool, ...]
    spots: tuple[Spot | None, ...]
    elsewhere: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Refuse names that are not unique and arrays that do not fit together."""
        if len(set(self.items)) < len(self.items) or len(set(self.names)) < len(self.names):
            raise ValueError("names of items and of rules must be unique")
        if self.coefficients.shape != (len(self.names), len(self.items)):
            raise ValueError(f"coefficients have shape {self.coefficients.shape}")
        if min(self.weights, default=1) < 1:
            raise ValueError("weights must be positive")

    @cached_property
    def entries(self) -> tuple[dict[int, int], ...]:
        """Per rule its items with a coefficient that is not 0."""
        rows = []
        for row in self.coefficients:
            columns = np.flatnonzero(row)
            rows.append(dict(zip(columns.tolist(), row[columns].tolist(), strict=True)))
        return tuple(rows)

    @cached_property
    def totals(self) -> frozenset[int]:
        """Items that stand alone on their side of an equality of three or more items."""
        found: set[int] = set()
        for relation, entry in zip(self.relations, self.entries, strict=True):
            if relation == "==" and len(entry) > 2:
                for sign in (1, -1):
                    alone = [item for item, factor in entry.items() if factor * sign > 0]
                    found.update(alone if len(alone) == 1 else ())
        return frozenset(found)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks of items that hard rules tie together, and their hard rules."""
        return _blocks(self, [rule for rule in range(len(self.names)) if not self.soft[rule]])

    @cached_property
    def sheets(self) -> tuple[Block, ...]:
        """For each part of the form that several blocks share, these blocks as one."""
        parts: dict[str, dict[int, Block]] = {}
        for number, block in enumerate(self.blocks):
            for item in block.items:
                spot = self.spots[item]
                if spot is not None:
                    parts.setdefault(spot.block, {})[number] = block
        shared = [list(blocks.values()) for _, blocks in sorted(parts.items()) if len(blocks) > 1]
        return tuple(
            _block(self, {i for b in blocks for i in b.items}, [rule for b in blocks for rule in b.rules])
            for blocks in shared
        )

    @cached_property
    def wide_blocks(self) -> tuple[Block, ...]:
        """The blocks of items that all rules tie together, where at least one rule is soft."""
        blocks = _blocks(self, range(len(self.names)))
        return tuple(block for block in blocks if any(self.soft[rule] for rule in block.rules))

    def residuals(self, values: Integers) -> Integers:
        """What each rule lacks: `constants - coefficients @ values`, int64 (rules)."""
        return self.constants - self.coefficients @ values

    def broken(self, values: Integers) -> NDArray[np.bool_]:
        """Which rules do not hold for these values (integers, one per item)."""
        lack = self.residuals(values)
        signs = {"==": 0, ">=": 1, "<=": -1}
        sense = np.array([signs[relation] for relation in self.relations], np.int64)
        return np.where(sense == 0, lack != 0, lack * sense > 0)


@dataclass(frozen=True, eq=False)
class Block:
    """Items that rules tie together: `matrix` is int64 (rules × items), equalities first.

    `items` and `rules` are positions in the `LinearRules`, sorted by name; inequalities are turned
    so that they read `matrix · values >= constants`.
    """

    parent: LinearRules = field(repr=False)
    items: tuple[int, ...]
    rules: tuple[int, ...]
    equalities: int
    matrix: Integers
    constants: Integers

    @cached_property
    def columns(self) -> dict[int, int]:
        """Position in the block of each item."""
        return {item: column for column, item in enumerate(self.items)}

    @cached_property
    def index(self) -> Integers:
        """`items` as an array, to take the block's values out of a whole record."""
        return np.array(self.items, np.int64)


def build(
    items: Sequence[str],
    rules: Iterable[Rule],
    *,
    lower: Mapping[str, int | None] | None = None,
    decimals: Mapping[str, int] | None = None,
    fixed: Iterable[str] = (),
    weights: Mapping[str, int] | None = None,
    soft: Iterable[str] = (),
    spots: Mapping[str, Spot] | None = None,
    elsewhere: Iterable[str] = (),
) -> LinearRules:
    """LinearRules from `(name, {item: factor}, relation, constant)`; unnamed items are plain counts."""
    rules = list(rules)
    place = {item: position for position, item in enumerate(items)}
    matrix = np.zeros((len(rules), len(items)), np.int64)
    for row, (_, entries, _, _) in enumerate(rules):
        for item, factor in entries.items():
            matrix[row, place[item]] = factor
    lower, decimals, weights, spots = lower or {}, decimals or {}, weights or {}, spots or {}
    held, mild = set(fixed), set(soft)
    return LinearRules(
        items=tuple(items),
        names=tuple(rule[0] for rule in rules),
        coefficients=matrix,
        relations=tuple(rule[2] for rule in rules),
        constants=np.array([rule[3] for rule in rules], np.int64),
        lower=tuple(lower.get(item, 0) for item in items),
        decimals=tuple(decimals.get(item, 0) for item in items),
        fixed=tuple(item in held for item in items),
        weights=tuple(weights.get(item, 1) for item in items),
        soft=tuple(rule[0] in mild for rule in rules),
        spots=tuple(spots.get(item) for item in items),
        elsewhere=frozenset(elsewhere),
    )


def _blocks(rules: LinearRules, chosen: Iterable[int]) -> tuple[Block, ...]:
    groups: list[tuple[set[int], list[int]]] = []
    for rule in chosen:
        items = set(rules.entries[rule])
        members = [rule]
        apart = []
        for group in groups:
            if group[0] & items:
                items |= group[0]
                members += group[1]
            else:
                apart.append(group)
        groups = [*apart, (items, members)]
    blocks = [_block(rules, items, members) for items, members in groups]
    return tuple(sorted(blocks, key=lambda block: min(rules.names[rule] for rule in block.rules)))


def _block(rules: LinearRules, items: set[int], members: list[int]) -> Block:
    columns = sorted(items, key=lambda item: rules.items[item])
    order = sorted(members, key=lambda rule: (rules.relations[rule] != "==", rules.names[rule]))
    sign = np.array([-1 if rules.relations[rule] == "<=" else 1 for rule in order], np.int64)
    return Block(
        parent=rules,
        items=tuple(columns),
        rules=tuple(order),
        equalities=sum(rules.relations[rule] == "==" for rule in order),
        matrix=rules.coefficients[np.ix_(order, columns)] * sign[:, None],
        constants=rules.constants[order] * sign,
    )
