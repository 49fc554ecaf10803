"""Rules and records that the tests of the diagnosis share."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from consolidate.checks import diagnose, linearise
from consolidate.checks.explanation import Component, Diagnosis
from consolidate.checks.linear import LinearRules
from consolidate.forms import template

SCHEMAS = Path(__file__).parents[2] / "schemas"


@cache
def national(year: int) -> LinearRules:
    """The linear rules of the national form for a county, of 2019 or 2021."""
    return linearise.template(template.load(SCHEMAS / f"disclosure-{year}.yaml"), level="county")


def mask(rules: LinearRules, *items: str) -> NDArray[np.bool_]:
    """Items of these names, or below them, and every figure of last year."""
    chosen = [
        rules.fixed[place] or name in items or any(name.startswith(f"{item}.") for item in items)
        for place, name in enumerate(rules.items)
    ]
    return np.array(chosen, np.bool_)


def explain(
    rules: LinearRules,
    values: dict[str, int] | list[int] | NDArray[np.int64],
    *,
    blank: tuple[str, ...] = (),
    faulty: tuple[str, ...] = (),
    **options: int,
) -> Diagnosis:
    """Diagnose a record given by item (others are 0), or by one figure per item."""
    figures = np.zeros(len(rules.items), np.int64)
    if isinstance(values, dict):
        for item, value in values.items():
            figures[rules.items.index(item)] = value
    else:
        figures[:] = values
    empty = np.array([item in blank for item in rules.items], np.bool_)
    unknown = np.array([item in faulty for item in rules.items], np.bool_)
    # Last year's figures are unknown unless they are given.
    given = values if isinstance(values, dict) else {}
    unknown |= np.array([fixed and rules.items[n] not in given for n, fixed in enumerate(rules.fixed)])
    return diagnose.explain(rules, figures, empty, unknown, **options)


def proposals(rules: LinearRules, component: Component) -> list[dict[str, int | None]]:
    """The explanations of a component, the most likely first: new figure of each item."""
    return [
        {rules.items[change.item]: change.new for change in explanation.changes}
        for explanation in component.explanations
    ]


def only(diagnosis: Diagnosis) -> Component:
    """The component of a diagnosis that has just one."""
    (component,) = diagnosis.components
    return component
