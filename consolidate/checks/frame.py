"""Submissions → the wide frame: a row per submission, a column per item and per rule instance.

float64 that holds integers in smallest units: int64 can hold neither a blank nor 3.5, and BLAS sums
of integers below 2**53 are exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consolidate import codes
from consolidate.forms.rules import Comparison, Rule
from consolidate.forms.template import Template
from consolidate.model import Submission

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]
Mask = NDArray[np.bool_]
STRETCH = 20_000  # rows worked on at a time: only a nation has more


@dataclass(frozen=True, slots=True)
class Frame:
    """All submissions at once: n submissions × m items, and × r rule instances.

    `values` as submitted, NaN where blank, unreadable or absent; `blank`, `faulty` (fails its own
    domain) and `absent` (the form lacks the cell, or its optional table is not handed in) say why.
    `last` holds last year's values. `residuals` are NaN where a rule is not evaluated, 0 where it holds.
    """

    template: Template
    submissions: tuple[Submission, ...]
    values: Matrix
    blank: Mask
    faulty: Mask
    absent: Mask
    last: Matrix
    residuals: Matrix


def build(
    template: Template,
    submissions: Sequence[Submission],
    last_year: Sequence[Vector | None],
    levels: Sequence[str],
) -> Frame:
    """The frame of submissions; `last_year` and `levels` (township, department, …) are parallel to them."""
    shape = (len(submissions), len(template.items))
    values = np.full(shape, np.nan)
    known = any(one is not None for one in last_year)
    last = np.full(shape, np.nan) if known else np.broadcast_to(np.nan, shape)
    absent, faulty = np.zeros(shape, bool), np.zeros(shape, bool)
    missing: dict[int, NDArray[np.bool_]] = {}
    for row, submission in enumerate(submissions):
        values[row] = submission.values
        previous = last_year[row]
        if previous is not None:
            last[row] = previous
        places = submission.places
        if id(places) not in missing:  # most files share one layout, and so one tuple of places
            missing[id(places)] = np.array([place is None for place in places])
        absent[row] = missing[id(places)]
        for table in [table for table in template.tables if table.id in submission.uneven_tables]:
            absent[row, table.items] = True
        for flaw in submission.flaws:
            faulty[row, flaw.item] |= codes.CODES[flaw.code].severity == "error"
    blank = np.isnan(values) & ~absent & ~faulty
    for row, submission in enumerate(submissions):
        for flaw in submission.flaws:
            blank[row, flaw.item] &= codes.CODES[flaw.code].severity != "error"
    residuals = np.empty((len(submissions), len(template.rules)))
    for part in stretches(len(submissions)):
        numbers, unusable = np.nan_to_num(values[part], nan=0.0), faulty[part] | absent[part]
        residuals[part] = residuals_of(template.rules, numbers, last[part], unusable)
    held = [(submission.at, level) for submission, level in zip(submissions, levels, strict=True)]
    for at, level in sorted(set(held)):
        off = [number for number, rule in enumerate(template.rules) if not _asked(rule, at, level)]
        residuals[np.ix_([one == (at, level) for one in held], off)] = np.nan
    return Frame(template, tuple(submissions), values, blank, faulty, absent, last, residuals)


def _asked(rule: Rule, at: str, level: str) -> bool:
    """Whether a rule is asked of what was handed in; of jumps also a master's, like any sender's."""
    return rule.applies(at, level) or (rule.kind == "jump" and rule.applies("unit", level))


def stretches(rows: int) -> Iterator[slice]:
    """All rows, `STRETCH` at a time: what is made of them on the way takes little memory."""
    return (slice(start, start + STRETCH) for start in range(0, rows, STRETCH))


def residuals_of(rules: Sequence[Rule], values: Matrix, last: Matrix, unusable: Mask) -> Matrix:
    """Residual of each rule in each row: 0 holds, NaN not evaluated, else by how much it is broken.

    A linear `==` gives left − right in the rule's smallest unit, an inequality the part that is
    broken, a logical form 1, `in` the smallest difference, `jump` the change.
    """
    comparisons = [comparison for rule in rules for comparison in rule.comparisons]
    differences = _differences(comparisons, values, last)
    result = np.zeros((values.shape[0], len(rules)))
    position = 0
    for number, rule in enumerate(rules):
        count = len(rule.comparisons)
        result[:, number] = _residual(rule, differences[:, position : position + count], values, last)
        position += count
        items = list(rule.items)
        dead = unusable[:, items].any(axis=1)
        if rule.last_items:
            dead |= np.isnan(last[:, list(rule.last_items)]).any(axis=1)
        result[dead, number] = np.nan
    return result


def _differences(comparisons: Sequence[Comparison], values: Matrix, last: Matrix) -> Matrix:
    """left − right of every comparison in every row: one product for this year, one for last year."""
    ours = np.zeros((len(comparisons), values.shape[1]))
    previous = np.zeros_like(ours)
    constants = np.zeros(len(comparisons))
    for row, comparison in enumerate(comparisons):
        for item, coefficient in comparison.coefficients().items():
            ours[row, item] = coefficient
        for item, coefficient in comparison.coefficients(last_year=True).items():
            previous[row, item] = coefficient
        constants[row] = comparison.constant
    return values @ ours.T + np.nan_to_num(last, nan=0.0) @ previous.T + constants


def _residual(rule: Rule, differences: Matrix, values: Matrix, last: Matrix) -> Vector:
    if rule.kind == "jump":
        return _jump(rule, values[:, rule.items[0]], last[:, rule.items[0]])
    if rule.kind == "in":
        nearest = np.abs(differences).argmin(axis=1)
        chosen: Vector = differences[np.arange(len(differences)), nearest]
        return chosen
    parts = [broken_part(comparison, differences[:, i]) for i, comparison in enumerate(rule.comparisons)]
    if rule.kind == "linear":
        return parts[0]
    premise, conclusion = parts[0] == 0, parts[1] == 0
    broken = premise & ~conclusion if rule.kind == "implies" else premise != conclusion
    return np.where(broken, 1.0, 0.0)


def broken_part(comparison: Comparison, difference: Vector) -> Vector:
    """How far a difference is from satisfying the comparison; 0 when it does."""
    if comparison.relation == ">=":
        return np.minimum(difference, 0.0)
    if comparison.relation == "<=":
        return np.maximum(difference, 0.0)
    return difference


def _jump(rule: Rule, value: Vector, last: Vector) -> Vector:
    jump = rule.jump
    if jump is None:
        raise TypeError(f"{rule.name} is no jump")
    change = np.abs(value - last)
    low, high = np.minimum(value, last), np.maximum(value, last)
    times = high > jump.times * low
    percent = (last > jump.base * rule.scale) & (change * 100 > jump.percent * last)
    return np.where((change >= jump.least * rule.scale) & (times | percent), value - last, 0.0)


def last_year_vectors(
    template: Template, units: Mapping[str, Vector], names: Sequence[str], merged: Sequence[tuple[str, ...]]
) -> list[Vector | None]:
    """Last year's vector of each unit, with those of the units merged into it added (NaN stays NaN)."""
    vectors: list[Vector | None] = []
    for name, predecessors in zip(names, merged, strict=True):
        found = [units[n] for n in (name, *predecessors) if n in units]
        vectors.append(np.sum(found, axis=0) if found else None)
    return vectors
