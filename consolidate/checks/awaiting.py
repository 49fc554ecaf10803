"""Broken rules whose blanks come first: they are asked about again when these are filled."""

from __future__ import annotations

from collections.abc import Sequence

from consolidate.checks.frame import Frame
from consolidate.checks.validate import Failures
from consolidate.forms.rules import Rule


def rules(frame: Frame, row: int, failures: Failures) -> set[int]:
    """Broken rules that may hold once their blanks are filled.

    The blank is an error already; a word about a figure that nobody has typed would be one too many.
    Equalities that are errors do not wait: they tell what the figure should be.
    """
    blank = frame.blank[row]
    broken = ((number, frame.template.rules[number]) for number in failures.rules)
    return {
        number
        for number, rule in broken
        if blank[list(rule.items)].any()
        and (rule.severity != "error" or not _tells(rule))
        and _may_hold(rule, frame.residuals[row, number], [item for item in rule.items if blank[item]])
    }  # fmt: skip


def _tells(rule: Rule) -> bool:
    """Whether a rule says what an unknown figure is."""
    return rule.kind == "linear" and rule.comparisons[0].relation == "=="


def _may_hold(rule: Rule, residual: float, blanks: Sequence[int]) -> bool:
    """Whether figures of 0 or more in the blanks can mend a broken rule."""
    if rule.kind != "linear":
        return True
    coefficients = rule.comparisons[0].coefficients()
    return any(coefficients.get(item, 0) * residual < 0 for item in blanks)
