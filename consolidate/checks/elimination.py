"""Exact elimination over fractions: which items the equalities derive, which rules add nothing."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from consolidate.checks.linear import LinearRules

Line = dict[int, Fraction]
CONSTANT = -1


def reduced(rules: LinearRules, chosen: Sequence[int]) -> tuple[dict[int, Line], list[int], list[int]]:
    """Solve the chosen equalities: each derived item as a line over free items (CONSTANT: the constant).

    Also returns the rules that follow from earlier ones, and those that contradict them.
    """
    derived: dict[int, Line] = {}
    redundant: list[int] = []
    contradictory: list[int] = []
    for rule in chosen:
        line: Line = {item: Fraction(factor) for item, factor in rules.entries[rule].items()}
        line[CONSTANT] = -Fraction(int(rules.constants[rule]))
        line = substituted(line, derived)
        items = [item for item in line if item != CONSTANT]
        if not items:
            (contradictory if line else redundant).append(rule)
            continue
        pivot = _pivot(rules, line, items)
        solved = {item: -factor / line[pivot] for item, factor in line.items() if item != pivot}
        for item, other in derived.items():
            if pivot in other:
                derived[item] = substituted(other, {pivot: solved})
        derived[pivot] = solved
    return derived, redundant, contradictory


def substituted(line: Line, derived: dict[int, Line]) -> Line:
    """A line with each derived item replaced by its own line."""
    out: Line = {}
    for item, factor in line.items():
        for inner, share in derived.get(item, {item: Fraction(1)}).items():
            out[inner] = out.get(inner, Fraction(0)) + factor * share
    return {item: factor for item, factor in out.items() if factor}


def _pivot(rules: LinearRules, line: Line, items: Sequence[int]) -> int:
    """The item to derive: a total, else one that stands alone on its side, else on the smaller side."""

    def preference(item: int) -> tuple[bool, bool, int, str]:
        side = sum(1 for other in items if line[other] * line[item] > 0)
        return abs(line[item]) != 1, item not in rules.totals, side, rules.items[item]

    return min(items, key=preference)
