"""Small systems of integer inequalities: is there a solution, and what can each unknown be?

A constraint is `(factors, least)` and reads `factors · unknowns >= least`. Used for the few cells
that equalities alone do not determine; five unknowns at most, so plain Python integers do.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd

Constraint = tuple[tuple[int, ...], int]
Range = tuple[int | None, int | None]

_WINDOW = 60  # values tried per unknown when factors other than ±1 leave gaps between integers


def solution(constraints: Sequence[Constraint], unknowns: int) -> tuple[int, ...] | None:
    """Integers that satisfy all constraints, close to 0 where there is a choice, or None."""
    rows = _tidy(constraints)
    if rows is None:
        return None
    if unknowns == 0:
        return ()
    span = bounds(rows, unknowns, 0)
    if span is None:
        return None
    for value in _near_zero(span):
        rest = solution([(factors[1:], least - factors[0] * value) for factors, least in rows], unknowns - 1)
        if rest is not None:
            return (value, *rest)
    return None


def bounds(constraints: Sequence[Constraint], unknowns: int, wanted: int) -> Range | None:
    """The least and the greatest value of one unknown (None: unlimited), or None without solution.

    The other unknowns are eliminated one by one (Fourier and Motzkin); exact over the integers as
    long as factors are ±1, an outer limit otherwise.
    """
    rows = _tidy(constraints)
    for unknown in range(unknowns):
        if rows is not None and unknown != wanted:
            rows = _tidy(_without(rows, unknown))
    if rows is None:
        return None
    low: int | None = None
    high: int | None = None
    for factors, least in rows:
        factor = factors[wanted]
        if factor > 0:
            limit = -(-least // factor)
            low = limit if low is None else max(low, limit)
        else:
            limit = least // factor
            high = limit if high is None else min(high, limit)
    return None if low is not None and high is not None and low > high else (low, high)


def _tidy(constraints: Sequence[Constraint]) -> list[Constraint] | None:
    """Constraints in lowest terms, each once, the strictest only; None when one cannot hold."""
    strictest: dict[tuple[int, ...], int] = {}
    for factors, least in constraints:
        shared = gcd(*factors)
        if shared == 0:
            if least > 0:
                return None
            continue
        key = tuple(factor // shared for factor in factors)
        limit = -(-least // shared)
        strictest[key] = max(limit, strictest.get(key, limit))
    return sorted(strictest.items())


def _without(rows: Sequence[Constraint], unknown: int) -> list[Constraint]:
    kept = [row for row in rows if row[0][unknown] == 0]
    above = [row for row in rows if row[0][unknown] > 0]
    below = [row for row in rows if row[0][unknown] < 0]
    for up, least in above:
        for down, limit in below:
            plus, minus = -down[unknown], up[unknown]
            factors = tuple(plus * a + minus * b for a, b in zip(up, down, strict=True))
            kept.append((factors, plus * least + minus * limit))
    return kept


def _near_zero(span: Range) -> list[int]:
    low, high = span
    start = max(0, low) if low is not None else 0
    start = min(start, high) if high is not None else start
    first = start - _WINDOW if low is None else max(low, start - _WINDOW)
    last = start + _WINDOW if high is None else min(high, start + _WINDOW)
    return sorted(range(first, last + 1), key=lambda value: (abs(value), value))
