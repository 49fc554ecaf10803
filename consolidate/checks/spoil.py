"""Slips put into a consistent record, to measure how well they are found."""

from __future__ import annotations

import numpy as np

from consolidate.checks import slips
from consolidate.checks.linear import Integers, LinearRules

HAND = ("substituted", "transposed", "inserted", "dropped")
MOVES = ("swapped_right", "swapped_below", "moved_right", "moved_below", "shifted_row", "shifted_column")
KINDS = (
    *HAND,
    "tenfold",
    "tenth",
    "ten_thousandfold",
    "sign",
    "blank",
    "part_left_out",
    "random",
    *MOVES,
)


def typed(value: int, kind: str, decimals: int, rng: np.random.Generator) -> int:
    """A figure with one slip of the hand of this kind; the same figure when the slip cannot happen."""
    shown = slips.text(abs(value), decimals)
    digits = [place for place, mark in enumerate(shown) if mark != "."]
    place = digits[int(rng.integers(len(digits)))]
    digit = str(rng.integers(10))
    if kind == "substituted":
        shown = shown[:place] + digit + shown[place + 1 :]
    elif kind == "inserted":
        shown = shown[:place] + digit + shown[place:]
    elif kind == "dropped" and len(digits) > 1:
        shown = shown[:place] + shown[place + 1 :]
    elif kind == "transposed" and shown[place + 1 : place + 2].isdigit():
        shown = shown[:place] + shown[place + 1] + shown[place] + shown[place + 2 :]
    whole, _, part = shown.partition(".")
    result = int((whole or "0") + part[:decimals].ljust(decimals, "0"))
    return -result if value < 0 else result


def slip(
    rules: LinearRules, values: Integers, item: int, kind: str, rng: np.random.Generator
) -> Integers | None:
    """The record with one slip of this kind at this item; None when it changes nothing there.

    A `blank` leaves 0: mark the item as blank when diagnosing.
    """
    out = values.copy()
    if kind in MOVES:
        _move(rules, out, item, kind)
    elif kind in HAND:
        out[item] = typed(int(values[item]), kind, rules.decimals[item], rng)
    elif kind == "part_left_out":
        out[item] = _short_total(rules, values, item, rng)
    else:
        out[item] = _replaced(int(values[item]), kind, rules.decimals[item], rng)
    return None if (out == values).all() else out


def _replaced(value: int, kind: str, decimals: int, rng: np.random.Generator) -> int:
    if kind == "random":
        return int(rng.integers(0, 2 * max(abs(value), 50 * 10**decimals) + 1))
    if kind == "tenth":
        return value // 10 if value % 10 == 0 else value
    factor = {"tenfold": 10, "ten_thousandfold": 10_000, "sign": -1, "blank": 0}[kind]
    return value * factor


def _short_total(rules: LinearRules, values: Integers, item: int, rng: np.random.Generator) -> int:
    """A total in which one of its parts was forgotten."""
    for relation, entry in zip(rules.relations, rules.entries, strict=True):
        if relation == "==" and len(entry) > 2 and item in entry:
            parts = [part for part, factor in entry.items() if factor * entry[item] < 0]
            if len(parts) == len(entry) - 1:
                return int(values[item] - values[parts[int(rng.integers(len(parts)))]])
    return int(values[item])


def _move(rules: LinearRules, out: Integers, item: int, kind: str) -> None:
    """Swap with the next cell, move into it, or shift the rest of the line by one, from this item on."""
    cells = _line(rules, item, along=kind.endswith(("right", "row")))
    if kind.startswith("shifted") and len(cells) > 2:
        out[cells[1:]], out[cells[0]] = out[cells[:-1]].copy(), 0
    elif not kind.startswith("shifted") and len(cells) > 1:
        one, other = int(out[cells[0]]), int(out[cells[1]])
        out[cells[1]] = one
        out[cells[0]] = other if kind.startswith("swapped") else 0


def _line(rules: LinearRules, item: int, *, along: bool) -> list[int]:
    """This item and those that follow it in its row (`along`) or column."""
    spot = rules.spots[item]
    if spot is None:
        return []
    found = []
    for other, place in enumerate(rules.spots):
        if place is not None and place.block == spot.block:
            same = place.row == spot.row if along else place.column == spot.column
            step = place.column - spot.column if along else place.row - spot.row
            if same and step >= 0:
                found.append((step, other))
    return [other for _, other in sorted(found)]
