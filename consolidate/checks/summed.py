"""Rules on a total that are broken because the same rule is broken on its parts: one cause, said once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from consolidate.forms.rules import Rule


def under(rules: Sequence[Rule], residuals: Sequence[float], left: Sequence[int]) -> dict[int, list[int]]:
    """Broken rules to report → those on totals that go under them, as numbers of `rules`.

    `residuals` has what each rule lacks, `left` the broken rules that nothing else explains. A rule that
    compares one figure with last year's goes under the same rule on that part of the figure which lacks most,
    where the parts lack as much together and the total is their sum.
    """
    compared = {(rules[n].id, rules[n].items[0]): n for n in left if _compares_one(rules[n])}
    parts = _parts(rules, residuals) if len(compared) > 1 else {}
    above: dict[int, int] = {}
    for (code, item), number in compared.items():
        for sums in parts.get(item, ()):
            same = [compared[code, part] for part in sums if (code, part) in compared]
            if same and sum(residuals[n] for n in same) == residuals[number]:
                most = min(same, key=lambda n: (-abs(residuals[n]), rules[n].name))
                if _top(above, most) != number:
                    above[number] = most
    found: dict[int, list[int]] = {number: [] for number in left if number not in above}
    for number in above:
        found[_top(above, number)].append(number)
    return found


def _top(above: Mapping[int, int], number: int) -> int:
    """The rule that a rule goes under in the end, where totals have totals among their parts."""
    while number in above:
        number = above[number]
    return number


def _compares_one(rule: Rule) -> bool:
    return rule.kind == "linear" and len(rule.items) == 1 and bool(rule.last_items)


def _parts(rules: Sequence[Rule], residuals: Sequence[float]) -> Mapping[int, list[list[int]]]:
    """Total → the parts that it is the sum of, by the equalities that hold."""
    found: dict[int, list[list[int]]] = {}
    for rule, residual in zip(rules, residuals, strict=True):
        if rule.kind == "linear" and rule.comparisons[0].relation == "==" and residual == 0:
            factors = rule.comparisons[0].coefficients()
            for item, factor in factors.items():
                others = [other for other in factors if other != item]
                if len(others) > 1 and all(factors[other] == -factor for other in others):
                    found.setdefault(item, []).append(others)
    return found
