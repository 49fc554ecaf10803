"""Random tables that keep every rule, made from the rules alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import numpy as np

from consolidate.checks import elimination
from consolidate.checks.elimination import CONSTANT, Line
from consolidate.checks.linear import Integers, LinearRules

_ROUNDS = 500
_TRIES = 50


class NoRecordError(ValueError):
    """No record keeps all rules, or none was found; `str()` is a Chinese sentence."""


@dataclass(frozen=True, slots=True)
class Style:
    """How figures are drawn: the share of zeros, and the largest figure (drawn evenly by magnitude)."""

    zeros: float
    largest: int


FULL = Style(zeros=0.0, largest=5_000)
TYPICAL = Style(zeros=0.6, largest=500)
SPARSE = Style(zeros=0.9, largest=60)


def tables(rules: LinearRules, style: Style, rng: np.random.Generator) -> Iterator[Integers]:
    """Endless random records (int64, one figure per item) that keep every rule, soft ones included.

    Raises NoRecordError when none is found that keeps all rules.
    """
    equalities = [rule for rule, relation in enumerate(rules.relations) if relation == "=="]
    derived, _, contradictory = elimination.reduced(rules, equalities)
    if contradictory:
        raise NoRecordError("规则互相矛盾，没有一张表能全部满足")
    wanted = _wanted(rules, derived)
    free = [item for item in range(len(rules.items)) if item not in derived]
    while True:
        for _ in range(_TRIES):
            values = _draw(rules, free, derived, wanted, style, rng)
            if values is not None:
                yield values
                break
        else:
            raise NoRecordError("没有找到能满足全部规则的表，规则可能互相矛盾")


def _wanted(rules: LinearRules, derived: dict[int, Line]) -> list[Line]:
    """Lines over free items that must be at least 0: lower bounds of derived items, inequalities."""
    wanted: list[Line] = []
    for item, line in derived.items():
        least = rules.lower[item]
        if least is not None:
            wanted.append(line | {CONSTANT: line.get(CONSTANT, Fraction(0)) - least})
    for rule, relation in enumerate(rules.relations):
        if relation != "==":
            sign = 1 if relation == ">=" else -1
            line = {item: Fraction(sign * factor) for item, factor in rules.entries[rule].items()}
            line[CONSTANT] = -Fraction(sign * int(rules.constants[rule]))
            wanted.append(elimination.substituted(line, derived))
    return wanted


def _draw(
    rules: LinearRules,
    free: Sequence[int],
    derived: dict[int, Line],
    wanted: Sequence[Line],
    style: Style,
    rng: np.random.Generator,
) -> Integers | None:
    chosen = {item: _figure(rules, item, style, rng) for item in free}
    if not _repaired(rules, chosen, wanted):
        return None
    values = np.zeros(len(rules.items), np.int64)
    for item, value in chosen.items():
        values[item] = value
    for item, line in derived.items():
        figure = _value(line, chosen)
        if figure.denominator != 1:
            return None
        values[item] = int(figure)
    return values


def _figure(rules: LinearRules, item: int, style: Style, rng: np.random.Generator) -> int:
    least = rules.lower[item]
    if rng.random() < style.zeros:
        return max(least or 0, 0)
    scale = int(10 ** rules.decimals[item])
    size = int((style.largest + 1) ** rng.random()) * scale
    if scale > 1:
        size += int(rng.integers(scale))
    sign = -1 if least is None and rng.random() < 0.5 else 1
    return sign * size if least is None else max(least, size)


def _repaired(rules: LinearRules, chosen: dict[int, int], wanted: Sequence[Line]) -> bool:
    """Lower or raise free items until every wanted line holds; False when that does not come to rest."""
    for _ in range(_ROUNDS):
        line = next((line for line in wanted if _value(line, chosen) < 0), None)
        if line is None:
            return True
        if not _lift(rules, chosen, line):
            return False
    return False


def _lift(rules: LinearRules, chosen: dict[int, int], line: Line) -> bool:
    missing: Fraction = -_value(line, chosen)
    for item, factor in sorted(line.items(), key=lambda pair: (-chosen.get(pair[0], 0), pair[0])):
        if item != CONSTANT and factor < 0:
            need = ceil(missing / -factor)
            least = rules.lower[item]
            step = need if least is None else min(need, chosen[item] - least)
            if step > 0:
                chosen[item] -= step
                return True
    for item, factor in sorted(line.items()):
        if item != CONSTANT and factor > 0:
            chosen[item] += ceil(missing / factor)
            return True
    return False


def _value(line: Line, chosen: dict[int, int]) -> Fraction:
    return sum((factor * chosen.get(item, 1) for item, factor in line.items()), Fraction(0))
