"""Which rules cannot hold for any figures that the items may take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from consolidate.checks.linear import LinearRules

_ROUNDS = 50

Span = tuple[int | None, int | None]


def impossible(rules: LinearRules, chosen: Sequence[int]) -> list[int]:
    """The first rule that cannot hold together with the items' bounds as the rules narrow them.

    Bounds are narrowed rule by rule until they rest: what is found is certain, not all is found.
    """
    spans: list[Span] = [(least, None) for least in rules.lower]
    for _ in range(_ROUNDS):
        before = list(spans)
        against = next((rule for rule in chosen if not _narrow(rules, rule, spans)), None)
        if against is not None:
            return [against]
        if spans == before:
            break
    return []


def _narrow(rules: LinearRules, rule: int, spans: list[Span]) -> bool:
    """Narrow the spans of a rule's items; False when the rule cannot hold."""
    constant = int(rules.constants[rule])
    relation = rules.relations[rule]
    entry = rules.entries[rule]
    for sign, active in ((1, relation in ("==", ">=")), (-1, relation in ("==", "<="))):
        if active:
            signed = {item: sign * factor for item, factor in entry.items()}
            most = _total(_most(factor, spans[item]) for item, factor in signed.items())
            if most is not None and most < sign * constant:
                return False
            for item, factor in signed.items():
                others = _total(_most(f, spans[other]) for other, f in signed.items() if other != item)
                if others is not None:
                    spans[item] = _at_least(spans[item], factor, sign * constant - others)
    return all(low is None or high is None or low <= high for low, high in (spans[item] for item in entry))


def _most(factor: int, span: Span) -> int | None:
    limit = span[1] if factor > 0 else span[0]
    return None if limit is None else factor * limit


def _total(parts: Iterable[int | None]) -> int | None:
    total = 0
    for part in parts:
        if part is None:
            return None
        total += part
    return total


def _at_least(span: Span, factor: int, least: int) -> Span:
    """The span in which `factor · value >= least` as well."""
    low, high = span
    if factor > 0:
        limit = -(-least // factor)
        return (limit if low is None else max(low, limit)), high
    limit = least // factor
    return low, (limit if high is None else min(high, limit))
