"""Random tables that keep every rule, made from the rules alone, and slips put into them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from consolidate.checks import slips
from consolidate.checks.linear import Integers, LinearRules

_ROUNDS = 500
_TRIES = 50

Line = dict[int, Fraction]
CONSTANT = -1


@dataclass(frozen=True, slots=True)
class Style:
    """How figures are drawn: the share of zeros, and the largest figure (drawn evenly by magnitude)."""

    zeros: float
    largest: int


FULL = Style(zeros=0.0, largest=5_000)
TYPICAL = Style(zeros=0.6, largest=500)
SPARSE = Style(zeros=0.9, largest=60)


def reduced(rules: LinearRules, chosen: Sequence[int]) -> tuple[dict[int, Line], list[int], list[int]]:
    """Solve the chosen equalities: each derived item as a line over free items (CONSTANT: the constant).

    Also returns the rules that follow from earlier ones, and those that contradict them.
    """
    derived: dict[int, Line] = {}
    redundant, contradictory = [], []
    for rule in chosen:
        line: Line = {item: Fraction(factor) for item, factor in rules.entries[rule].items()}
        line[CONSTANT] = -Fraction(int(rules.constants[rule]))
        line = _substituted(line, derived)
        items = [item for item in line if item != CONSTANT]
        if not items:
            (contradictory if line else redundant).append(rule)
            continue
        pivot = _pivot(rules, line, items)
        solved = {item: -factor / line[pivot] for item, factor in line.items() if item != pivot}
        for item, other in derived.items():
            if pivot in other:
                derived[item] = _substituted(other, {pivot: solved})
        derived[pivot] = solved
    return derived, redundant, contradictory


def _substituted(line: Line, derived: dict[int, Line]) -> Line:
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


def tables(rules: LinearRules, style: Style, rng: np.random.Generator) -> Iterator[Integers]:
    """Endless random records (int64, one figure per item) that keep every rule, soft ones included.

    Raises ValueError when no record is found that keeps all rules.
    """
    equalities = [rule for rule, relation in enumerate(rules.relations) if relation == "=="]
    derived, _, contradictory = reduced(rules, equalities)
    if contradictory:
        raise ValueError("the rules contradict each other")
    wanted = _wanted(rules, derived)
    free = [item for item in range(len(rules.items)) if item not in derived]
    while True:
        for _ in range(_TRIES):
            values = _draw(rules, free, derived, wanted, style, rng)
            if values is not None:
                yield values
                break
        else:
            raise ValueError("no record was found that keeps all rules")


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
            wanted.append(_substituted(line, derived))
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
        value = _value(line, chosen)
        if value.denominator != 1:
            return None
        values[item] = int(value)
    return values


def _figure(rules: LinearRules, item: int, style: Style, rng: np.random.Generator) -> int:
    least = rules.lower[item]
    if rng.random() < style.zeros:
        return max(least or 0, 0)
    size = int((style.largest + 1) ** rng.random()) * 10 ** rules.decimals[item]
    if rules.decimals[item]:
        size += int(rng.integers(10 ** rules.decimals[item]))
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
    missing = -_value(line, chosen)
    for item, factor in sorted(line.items(), key=lambda pair: (-chosen.get(pair[0], 0), pair[0])):
        least = rules.lower[item] if item != CONSTANT else 0
        if item != CONSTANT and factor < 0:
            need = int(-(-missing // -factor))
            step = need if least is None else min(need, chosen[item] - least)
            if step > 0:
                chosen[item] -= step
                return True
    for item, factor in sorted(line.items()):
        if item != CONSTANT and factor > 0:
            chosen[item] += int(-(-missing // factor))
            return True
    return False


def _value(line: Line, chosen: dict[int, int]) -> Fraction:
    return sum((factor * chosen.get(item, 1) for item, factor in line.items()), Fraction(0))


SLIPS = (
    "substituted",
    "transposed",
    "inserted",
    "dropped",
    "tenfold",
    "tenth",
    "ten_thousandfold",
    "sign",
    "blank",
    "random",
    "swapped_right",
    "swapped_below",
    "moved_right",
    "moved_below",
    "shifted_row",
    "shifted_column",
    "part_left_out",
)


def typed(value: int, slip: str, decimals: int, rng: np.random.Generator) -> int | None:
    """A figure with one slip of the hand, different from it, or None when the slip cannot happen."""
    shown = slips.text(abs(value), decimals)
    digits = [place for place, mark in enumerate(shown) if mark != "."]
    place = digits[int(rng.integers(len(digits)))]
    digit = str(rng.integers(10))
    if slip == "substituted":
        shown = shown[:place] + digit + shown[place + 1 :]
    elif slip == "inserted":
        shown = shown[:place] + digit + shown[place:]
    elif slip == "dropped" and len(digits) > 1:
        shown = shown[:place] + shown[place + 1 :]
    elif slip == "transposed" and place + 1 < len(shown) and shown[place + 1] != ".":
        shown = shown[:place] + shown[place + 1] + shown[place] + shown[place + 2 :]
    whole, _, part = shown.partition(".")
    result = int((whole or "0") + part[:decimals].ljust(decimals, "0"))
    result = -result if value < 0 else result
    return None if result == value else result


def slip(
    rules: LinearRules, values: Integers, item: int, kind: str, rng: np.random.Generator
) -> Integers | None:
    """The record with one slip at this item, or None when it cannot happen there or changes nothing."""
    out = values.copy()
    value = int(values[item])
    single = {
        "tenfold": value * 10,
        "tenth": value // 10 if value % 10 == 0 else value,
        "ten_thousandfold": value * 10_000,
        "sign": -value,
        "blank": 0,
        "random": int(rng.integers(0, 2 * max(abs(value), 50 * 10 ** rules.decimals[item]) + 1)),
    }
    if kind in single:
        out[item] = single[kind]
    elif kind == "part_left_out":
        out[item] = _short_total(rules, values, item, rng)
    elif kind in ("substituted", "transposed", "inserted", "dropped"):
        found = typed(value, kind, rules.decimals[item], rng)
        out[item] = value if found is None else found
    else:
        _move(rules, out, item, kind)
    return None if (out == values).all() else out


def _short_total(rules: LinearRules, values: Integers, item: int, rng: np.random.Generator) -> int:
    """A total in which one of its parts was forgotten."""
    lines = [
        entry for entry, relation in zip(rules.entries, rules.relations, strict=True)
        if relation == "==" and len(entry) > 2 and item in entry
        and sum(1 for factor in entry.values() if factor * entry[item] > 0) == 1
    ]  # fmt: skip
    if not lines:
        return int(values[item])
    parts = [part for part in lines[0] if part != item]
    return int(values[item] - values[parts[int(rng.integers(len(parts)))]])


def _move(rules: LinearRules, out: Integers, item: int, kind: str) -> None:
    spot = rules.spots[item]
    if spot is None:
        return
    along = kind.endswith(("right", "row"))
    line = []
    for other, place in enumerate(rules.spots):
        if place is not None and place.block == spot.block:
            same, step = (place.row == spot.row, place.column - spot.column) if along else (
                place.column == spot.column, place.row - spot.row)  # fmt: skip
            if same and step >= 0:
                line.append((step, other))
    cells = [other for _, other in sorted(line)]
    if kind.startswith("shifted") and len(cells) > 2:
        figures = out[cells].copy()
        out[cells[1:]], out[cells[0]] = figures[:-1], 0
    elif not kind.startswith("shifted") and len(cells) > 1:
        one, other = int(out[cells[0]]), int(out[cells[1]])
        out[cells[1]] = one
        out[cells[0]] = other if kind.startswith("swapped") else 0
