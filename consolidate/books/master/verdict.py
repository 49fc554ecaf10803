"""What the formulas of a rule come to on the totals, so that their results can be stored beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from consolidate.forms.formula import BROKEN, HOLDS
from consolidate.forms.rules import Comparison, Rule, Term


@dataclass(frozen=True, slots=True)
class Verdict:
    """Both sides and their difference as shown (None where the rule has none), and √ or ×."""

    left: float
    right: float | None
    difference: float | None
    state: str


def verdict(rule: Rule, values: Sequence[int]) -> Verdict:
    """The verdict over values in smallest units; the rule needs no figures of last year."""
    sides = [_sides(comparison, values) for comparison in rule.comparisons]
    state = HOLDS if _holds(rule, sides) else BROKEN
    scale = int(10 ** rule.comparisons[0].decimals)
    if rule.kind in ("iff", "implies"):
        premise, conclusion = sides[0][0], sides[1][0]
        second = int(10 ** rule.comparisons[1].decimals)
        return Verdict(_shown(premise, scale), _shown(conclusion, second), None, state)
    left, right = min(sides, key=lambda pair: abs(pair[0] - pair[1])) if rule.kind == "in" else sides[0]
    return Verdict(_shown(left, scale), _shown(right, scale), _shown(left - right, scale), state)


def _shown(value: int, scale: int) -> float:
    return value / scale if scale > 1 else value


def _sides(comparison: Comparison, values: Sequence[int]) -> tuple[int, int]:
    return _sum(comparison.left, values), _sum(comparison.right, values)


def _sum(terms: Sequence[Term], values: Sequence[int]) -> int:
    return sum(
        term.coefficient * (sum(values[item] for item in term.items) if term.items else 1) for term in terms
    )


def _holds(rule: Rule, sides: Sequence[tuple[int, int]]) -> bool:
    results = [_true(c, pair) for c, pair in zip(rule.comparisons, sides, strict=True)]
    if rule.kind == "linear":
        return results[0]
    if rule.kind == "in":
        return any(results)
    if rule.kind == "iff":
        return results[0] == results[1]
    return not results[0] or results[1]


def _true(comparison: Comparison, pair: tuple[int, int]) -> bool:
    left, right = pair
    return {"==": left == right, ">=": left >= right, "<=": left <= right}[comparison.relation]
