"""Template → the linear rules that a diagnosis works with; last year's figures are fixed items."""

from __future__ import annotations

from collections.abc import Sequence

from consolidate.checks import linear
from consolidate.checks.linear import LinearRules, Spot
from consolidate.forms.rules import Rule
from consolidate.forms.structure import Item
from consolidate.forms.template import Template

LAST_YEAR = "last_year."


def template(form: Template, *, at: str = "unit", level: str = "") -> LinearRules:
    """The linear rules of a template for a unit or a total of this level: errors hard, queries soft.

    Items are the template's in its order, then `last_year.<id>` for every figure of last year that a
    rule names (fixed; give it as faulty when unknown). Hints and logical rules take no part.
    """
    chosen = [rule for rule in form.rules if _takes_part(rule, at, level)]
    last = sorted({item for rule in chosen for item in rule.last_items})
    items = [item.id for item in form.items]
    past = [LAST_YEAR + form.items[item].id for item in last]
    return linear.build(
        [*items, *past],
        [_line(rule, form.items) for rule in chosen],
        lower={item.id: None for item in form.items if item.signed} | dict.fromkeys(past),
        decimals={item.id: item.decimals for item in form.items},
        fixed=past,
        soft=[rule.name for rule in chosen if rule.severity == "query"],
        spots={item.id: Spot(f"{item.table}.{item.block}", item.row, item.column) for item in form.items},
        elsewhere={items[item] for rule in form.rules if _logical(rule, at, level) for item in rule.items},
    )


def _takes_part(rule: Rule, at: str, level: str) -> bool:
    return rule.kind == "linear" and rule.severity != "hint" and rule.applies(at, level)


def _logical(rule: Rule, at: str, level: str) -> bool:
    return rule.kind in ("in", "iff", "implies") and rule.severity != "hint" and rule.applies(at, level)


def _line(rule: Rule, items: Sequence[Item]) -> linear.Rule:
    (comparison,) = rule.comparisons
    entries = {items[item].id: factor for item, factor in comparison.coefficients().items()}
    past = comparison.coefficients(last_year=True)
    entries |= {LAST_YEAR + items[item].id: factor for item, factor in past.items()}
    return rule.name, entries, comparison.relation, -comparison.constant
