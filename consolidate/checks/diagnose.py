"""Broken rules → the cells that explain them: all smallest explanations, ranked, never at random.

Errors are localised after Fellegi and Holt (`localize`); slips are actions with an effect of their own
(`moves`); a change that one slip of the hand explains is preferred (`slips`). A proposal is made only
when exactly one explanation is left (`ranking`); otherwise the group is reported.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from consolidate.checks import across, ranking, rivals, search
from consolidate.checks.explanation import Component, Diagnosis
from consolidate.checks.linear import Block, Integers, LinearRules
from consolidate.checks.localize import Budget, BudgetExceeded
from consolidate.checks.record import Record

LIMIT = 5
BUDGET = 10_000  # nodes; a quarter of a second at worst on the national form
SOFT_LIMIT = 2


def explain(
    rules: LinearRules,
    values: NDArray[np.float64] | Integers,
    blank: NDArray[np.bool_],
    faulty: NDArray[np.bool_],
    *,
    last_year: NDArray[np.float64] | None = None,
    limit: int = LIMIT,
    budget: int = BUDGET,
) -> Diagnosis:
    """Explain one record's broken rules by the fewest slips, `limit` at most, per component.

    `values` has one figure per item in smallest units; `blank` cells count as 0, `faulty` ones (text,
    negative, decimal, unknown last year) as unknown: they cost nothing. `last_year` holds each item's
    figure of the year before (NaN: unknown). `budget` bounds the nodes visited per component.
    """
    record = Record.of(rules, values, blank, faulty, last_year)
    concerned = [number for number, block in enumerate(rules.blocks) if record.concerns(block)]
    record = record.without_shared_witnesses([rules.blocks[number] for number in concerned])
    found, settled = _across(record, budget)
    for number in concerned:
        if number not in settled:
            component = _component(record, rules.blocks[number], limit, budget)
            if component.rules or _tells(component):
                found.append(component)
    busy = {item for number in concerned for item in rules.blocks[number].items}
    for block in rules.wide_blocks:
        if record.broken[list(block.rules)].any() and not busy.intersection(block.items):
            component = _component(record, block, min(limit, SOFT_LIMIT), budget)
            found.append(ranking.soften(record, component))
    return Diagnosis(tuple(sorted(found, key=lambda component: component.rules)))


def _tells(component: Component) -> bool:
    """Whether a component without broken rules works out the figure of an unreadable cell."""
    return any(change.new is not None for action in component.certain for change in action.changes)


def _across(record: Record, budget: int) -> tuple[list[Component], set[int]]:
    """Components that one move across blocks explains, and the blocks that they settle."""
    found: list[Component] = []
    settled: set[int] = set()
    blocks = record.rules.blocks
    for sheet in record.rules.sheets:
        try:
            answer = across.explanations(record, sheet, blocks, Budget(budget))
        except BudgetExceeded:
            answer = None
        if answer is not None and not settled & answer[0]:
            rules = sorted(
                rule for number in answer[0] for rule in blocks[number].rules if record.broken[rule]
            )
            found.append(ranking.component(record, tuple(rules), answer[1]))
            settled |= answer[0]
    return found, settled


def _component(record: Record, block: Block, limit: int, budget: int) -> Component:
    """The component of a block's broken rules; without explanations when none is small enough."""
    rules = tuple(sorted(rule for rule in block.rules if record.broken[rule]))
    try:
        explanations = search.smallest(record, block, limit, Budget(budget))
    except BudgetExceeded:
        explanations = []
    if not explanations:
        return Component(rules, (), single=False, exceeded=True)
    component = ranking.component(record, rules, explanations)
    if component.certain:
        others = rivals.of(record, block, component, Budget(budget))
        if others:
            return ranking.component(record, rules, [*explanations, *others])
    return component
