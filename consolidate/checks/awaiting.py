"""Broken rules whose blanks come first: they are asked about again when these are filled."""

from __future__ import annotations

from collections.abc import Sequence

from consolidate.checks.frame import Frame
from consolidate.checks.validate import Failures
from consolidate.forms.rules import Rule


def rules(frame: Frame, row: int, failures: Failures) -> set[int]:
    """Broken rules that ask for no more than a look, and that may hold once their blanks are filled.

    The blank is an error already; a query about a figure that nobody has typed would be one too many.
    """
    blank = frame.blank[row]
    broken = ((number, frame.template.rules[number]) for number in failures.rules)
    return {
        number
        for number, rule in broken
        if rule.severity != "error"
        and blank[list(rule.items)].any()
        and _may_hold(rule, frame.residuals[row, number], [item for item in rule.items if blank[item]])
    }  # fmt: skip


def _may_hold(rule: Rule, residual: float, blanks: Sequence[int]) -> bool:
    """Whether figures of 0 or more in the blanks can mend a broken rule."""
    if rule.kind != "linear":
        return True
    coefficients = rule.comparisons[0].coefficients()
    return any(coefficients.get(item, 0) * residual < 0 for item in blanks)
