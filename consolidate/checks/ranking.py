"""Order equally small explanations, and decide whether one may be proposed alone.

Only two things decide: that there is just one smallest explanation (once cells that a second, softer
rule vouches for are set aside), or that just one passes the typing test. All else only orders.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from consolidate.checks.explanation import Action, Component, Explanation
from consolidate.checks.record import Record

_OMITTED, _LIKELY, _UNEXPLAINED = range(3)


def component(record: Record, rules: tuple[int, ...], explanations: Sequence[Explanation]) -> Component:
    """The component of these broken rules, its explanations narrowed and ranked."""
    distinct = _distinct(explanations)
    kept = _narrowed(record, distinct)
    ranked = sorted(kept, key=lambda explanation: _order(record, explanation))
    return Component(rules, tuple(ranked), single=_sole(record, ranked))


def soften(component: Component) -> Component:
    """The component of soft rules: without a slip that explains it, nothing is proposed."""
    likely = component.single and all(action.likely for action in component.explanations[0].actions)
    return replace(component, soft=True, single=likely)


def _distinct(explanations: Sequence[Explanation]) -> list[Explanation]:
    """Explanations that lead to the same figures are one: the first of them is kept."""
    seen: dict[tuple[object, ...], Explanation] = {}
    for explanation in explanations:
        seen.setdefault(explanation.changes, explanation)
    return list(seen.values())


def _strength(record: Record, action: Action) -> int:
    if action.slip == "blank" and action.changes[0].item in record.omitted:
        return _OMITTED
    return _LIKELY if action.likely else _UNEXPLAINED


def _weakest(record: Record, explanation: Explanation) -> int:
    return max((_strength(record, action) for action in explanation.actions), default=_OMITTED)


def _sole(record: Record, ranked: Sequence[Explanation]) -> bool:
    if len(ranked) == 1:
        return True
    weakest = [_weakest(record, explanation) for explanation in ranked]
    return weakest.count(_OMITTED) == 1 or (weakest.count(_OMITTED) == 0 and weakest.count(_LIKELY) == 1)


def _order(record: Record, explanation: Explanation) -> tuple[object, ...]:
    """The typing test first, then blanks and totals before other cells, then the order of the form."""
    strengths = [_strength(record, action) for action in explanation.actions]
    items = tuple(change.item for change in explanation.changes)
    ordinary = sum(1 for item in items if not record.blank[item] and item not in record.rules.totals)
    return (max(strengths, default=0), sum(strengths), ordinary, _still_soft(record, explanation), items)


def _narrowed(record: Record, explanations: list[Explanation]) -> list[Explanation]:
    """Without those that break more soft rules than others do: a second rule vouches for their cells."""
    if not any(record.rules.soft) or len(explanations) < 2:
        return explanations
    broken = [_still_soft(record, explanation) for explanation in explanations]
    return [one for one, count in zip(explanations, broken, strict=True) if count == min(broken)]


def _still_soft(record: Record, explanation: Explanation) -> int:
    """How many soft rules are broken once the explanation is accepted."""
    rules = record.rules
    if not any(rules.soft):
        return 0
    values = record.values.copy()
    for change in explanation.changes:
        if change.new is not None:
            values[change.item] = change.new
    testable = ~((rules.coefficients != 0) & record.faulty).any(axis=1)
    return int((rules.broken(values) & testable & np.array(rules.soft)).sum())
