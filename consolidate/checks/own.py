"""The rules at the office's own level: on the totals, not on any one unit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from consolidate.checks import frame as frames
from consolidate.checks.frame import Vector
from consolidate.checks.report import unexplained
from consolidate.checks.wording import Record
from consolidate.forms.template import Template
from consolidate.model import Finding, Submission, Total


def findings(
    template: Template,
    counted: Sequence[Submission],
    totals: Sequence[Total],
    last: Vector | None,
    level: str,
) -> list[Finding]:
    """Findings on the totals, in template order.

    A rule that compares an optional table with others looks at only those units that handed it in.
    """
    found: list[Finding] = []
    previous = np.full(len(template.items), np.nan) if last is None else last
    for optional, rules in _by_optional(template, level).items():
        values = _compared(template, counted, totals, optional)
        if values is not None:
            chosen = [template.rules[number] for number in rules]
            dead = np.zeros((1, len(values)), bool)
            residuals = frames.residuals_of(chosen, values[None, :], previous[None, :], dead)[0]
            broken = np.flatnonzero((residuals != 0) & ~np.isnan(residuals)).tolist()
            found += unexplained(chosen, residuals.tolist(), broken, Record(template, values, previous))
    return found


def _compared(
    template: Template, counted: Sequence[Submission], totals: Sequence[Total], optional: tuple[str, ...]
) -> Vector | None:
    """The totals, of only those units that handed in these optional tables; None when nothing is in them."""
    values = np.array([float(total.value) for total in totals])
    if not optional:
        return values
    kept = [s for s in counted if not set(optional) & set(s.uneven_tables)]
    spans = [list(template.table(table).items) for table in optional]
    if not any(np.isfinite(s.values[span]).any() for s in kept for span in spans):
        return None
    sums = np.zeros(len(values))
    for s in kept:  # one after the other: a nation's figures are not copied
        # A blank or a fraction of the smallest unit counts as 0, as in the totals.
        sums += np.where(s.values % 1 == 0, s.values, 0)
    adjusted = np.array([float(total.adjustments) for total in totals])
    return sums + adjusted if len(kept) < len(counted) else values


def _by_optional(template: Template, level: str) -> dict[tuple[str, ...], list[int]]:
    """Rules that hold for totals, grouped by the optional tables that they touch besides others."""
    optional = {table.id for table in template.tables if table.optional}
    groups: dict[tuple[str, ...], list[int]] = {}
    for number, rule in enumerate(template.rules):
        if rule.applies("total", level):
            touched = {template.items[item].table for item in rule.items}
            groups.setdefault(tuple(sorted(touched & optional)), []).append(number)
    return groups
