"""Totals that a live formula computes from their parts: the rules that they repeat test nothing.

Such a total follows its parts, right or wrong. It is no figure that somebody has typed: wherever a rule
mentions it, its parts are put in its place. What is left is what the clerk's own figures say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from consolidate.checks import elimination
from consolidate.checks.explanation import Action, Component, Diagnosis
from consolidate.checks.linear import Integers, LinearRules

Repeats = frozenset[tuple[int, int]]  # item that a formula computes, the rule that the formula repeats


@dataclass(frozen=True, slots=True)
class Typed:
    """Rules about typed figures only: same items and rules as before, those that say nothing are empty.

    `echoes` are rules that only add up others about some of their own cells, with these others: a slip
    that breaks one of these breaks the echo as well, and that confirms nothing.
    """

    rules: LinearRules
    echoes: Mapping[int, tuple[int, ...]]


def repeats(
    rules: LinearRules, values: NDArray[np.float64], formulas: Iterable[tuple[int, Sequence[int]]]
) -> Repeats:
    """Each item with a formula over all other items of an equality that holds, and that equality.

    `values` as submitted (NaN: nothing is there), `formulas` an item and the items that its formula names.
    """
    listed = list(formulas)
    if not listed:
        return frozenset()
    holding = ~rules.broken(np.nan_to_num(np.trunc(values)).astype(np.int64))
    found = set()
    for item, named in listed:
        fitting = [rule for rule in _equalities(rules, item, {item, *named}) if holding[rule]]
        if fitting:
            found.add((item, _repeated(rules, item, fitting)))
    return frozenset(found)


def totals(rules: LinearRules) -> Repeats:
    """What formulas would repeat if they computed every total."""
    everything = set(range(len(rules.items)))
    found = ((item, _equalities(rules, item, everything)) for item in sorted(rules.totals))
    return frozenset((item, _repeated(rules, item, fitting)) for item, fitting in found if fitting)


def _equalities(rules: LinearRules, item: int, within: set[int]) -> list[int]:
    """The hard equalities that tell an item in whole numbers, and that name nothing but these items."""
    return [
        rule
        for rule, entry in enumerate(rules.entries)
        if abs(entry.get(item, 0)) == 1 and len(entry) > 1 and entry.keys() <= within
        and rules.relations[rule] == "==" and not rules.soft[rule]
    ]  # fmt: skip


def _repeated(rules: LinearRules, item: int, fitting: Sequence[int]) -> int:
    """The rule that a formula most probably repeats: the item alone on its side, most parts."""

    def preference(rule: int) -> tuple[bool, int, str]:
        entry = rules.entries[rule]
        alone = sum(1 for factor in entry.values() if factor * entry[item] > 0) == 1
        return not alone, -len(entry), rules.names[rule]

    return min(fitting, key=preference)


@lru_cache(maxsize=64)
def typed(rules: LinearRules, repeated: Repeats) -> Typed:
    """The rules without the items that formulas compute."""
    matrix, constants = rules.coefficients.copy(), rules.constants.copy()
    changed = np.zeros(len(matrix), np.bool_)
    for item, rule in sorted(repeated, key=lambda pair: (rules.items[pair[0]], rules.names[pair[1]])):
        factor = int(matrix[rule, item])
        if abs(factor) != 1:
            continue  # its formula refers to itself by way of others
        share = matrix[:, item] * factor
        share[rule] = 0
        changed |= share != 0
        matrix -= share[:, None] * matrix[rule]
        constants -= share * constants[rule]
        matrix[rule], constants[rule] = 0, 0
    reduced = replace(rules, coefficients=matrix, constants=constants)
    echoes = _echoes(reduced, np.flatnonzero(changed & (matrix != 0).any(axis=1)).tolist())
    for echo in echoes:
        matrix[echo], constants[echo] = 0, 0
    return Typed(replace(rules, coefficients=matrix, constants=constants), echoes)


def _echoes(rules: LinearRules, changed: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Of these rules those that follow from others about some of their cells."""
    echoes: dict[int, tuple[int, ...]] = {}
    for rule in sorted(changed, key=lambda one: (-len(rules.entries[one]), rules.names[one])):
        if rules.relations[rule] != "==" or rules.soft[rule]:
            continue
        parts = [
            other
            for other, entry in enumerate(rules.entries)
            if other != rule and other not in echoes and entry and entry.keys() <= rules.entries[rule].keys()
            and rules.relations[other] == "==" and not rules.soft[other]
        ]  # fmt: skip
        if parts and rule in elimination.reduced(rules, [*parts, rule])[1]:
            echoes[rule] = tuple(parts)
    return echoes


def coverage(rules: LinearRules, repeated: Repeats = frozenset()) -> Integers:
    """How many hard equalities test each item; those that formulas compute stand in none."""
    left = typed(rules, repeated).rules if repeated else rules
    chosen = [rule for rule, soft in enumerate(left.soft) if not soft and left.relations[rule] == "=="]
    tests: Integers = (left.coefficients[chosen] != 0).sum(axis=0)
    return tests


def with_echoes(
    diagnosis: Diagnosis, echoes: Mapping[int, tuple[int, ...]], broken: NDArray[np.bool_]
) -> Diagnosis:
    """The diagnosis with every broken echo beside the rules that it repeats."""
    heard = {echo: set(parts) for echo, parts in echoes.items() if broken[echo]}
    if not heard:
        return diagnosis

    def joined(rules: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(
            sorted({*rules, *(echo for echo, parts in heard.items() if not parts.isdisjoint(rules))})
        )

    def component(one: Component) -> Component:
        certain: tuple[Action, ...] = tuple(replace(a, rules=joined(a.rules)) for a in one.certain)
        return replace(one, rules=joined(one.rules), certain=certain)

    return Diagnosis(tuple(component(one) for one in diagnosis.components))
