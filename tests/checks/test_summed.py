"""Which queries about totals go under those about their parts."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest

from consolidate.checks import summed
from consolidate.forms.rules import Comparison, Rule, Term


def carried(item: int) -> Rule:
    """This year's figure must be last year's."""
    comparison = Comparison((Term(1, (item,), ""),), "==", (Term(1, (item,), "", last_year=True),))
    return Rule(f"carry@{item}", "carry", "linear", "query", "", "", (comparison,), (item,), (item,))


def total(item: int, *parts: int) -> Rule:
    """A figure must be the sum of others."""
    comparison = Comparison((Term(1, (item,), ""),), "==", tuple(Term(1, (part,), "") for part in parts))
    return Rule(f"sum@{item}", "sum", "linear", "error", "", "", (comparison,), (item, *parts), ())


def reported(rules: Sequence[Rule], lacks: dict[str, float]) -> dict[str, list[str]]:
    """Rules to report, with those that go under them, by name."""
    residuals = [lacks.get(rule.name, 0) for rule in rules]
    left = [number for number, residual in enumerate(residuals) if residual]
    found = summed.under(rules, residuals, left)
    return {rules[n].name: sorted(rules[other].name for other in others) for n, others in found.items()}


CARRIED = [carried(item) for item in range(5)]
SUMS = [total(3, 0, 1), total(4, 3, 2)]  # a total of a total


@pytest.mark.parametrize(
    ("lacks", "expected"),
    [
        ({"carry@0": 2, "carry@3": 2, "carry@4": 2}, {"carry@0": ["carry@3", "carry@4"]}),
        ({"carry@0": 2, "carry@1": -3, "carry@3": -1}, {"carry@0": [], "carry@1": ["carry@3"]}),
        ({"carry@0": 2, "carry@3": 3}, {"carry@0": [], "carry@3": []}),
        ({"carry@3": 2, "carry@4": 2}, {"carry@3": ["carry@4"]}),
        ({"carry@4": 2}, {"carry@4": []}),
        ({"carry@0": 2, "carry@3": 2, "sum@3": 1}, {"carry@0": [], "carry@3": [], "sum@3": []}),
    ],
)
def test_a_total_goes_under_the_part_that_lacks_most(
    lacks: dict[str, float], expected: dict[str, list[str]]
) -> None:
    for rules in itertools.islice(itertools.permutations([*CARRIED, *SUMS]), 0, None, 97):
        assert reported(rules, lacks) == expected


def test_figures_that_are_each_a_part_of_the_other_are_both_told() -> None:
    rules = [carried(0), carried(1), total(0, 1, 2), total(1, 0, 3)]
    assert sum(len(under) + 1 for under in reported(rules, {"carry@0": 2, "carry@1": 2}).values()) == 2
