"""What a template's rules can do, from the rules alone: rank, contradictions, cells hardly tested.

`report` reads the rules; `resolution` measures: every slip is put into every cell of random consistent
tables, and the diagnosis is compared with the truth.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consolidate.checks import bounds, diagnose, elimination, formulas, sample, spoil
from consolidate.checks.explanation import Diagnosis
from consolidate.checks.formulas import Repeats
from consolidate.checks.linear import Integers, LinearRules
from consolidate.checks.sample import Style

ENOUGH = 2  # equalities that must test a cell before a slip in it can be pinned down


@dataclass(frozen=True, slots=True)
class Coverage:
    """How well items are tested: `tests` has, per item, how many hard equalities test it.

    `enough` counts the items with two and more of these; `thin` names those with fewer that stand in some
    rule, `untested` those that stand in none.
    """

    tests: tuple[int, ...]
    enough: int
    thin: tuple[str, ...]
    untested: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SelfTest:
    """Facts about a set of rules: `rank` of its hard equalities, rules that add nothing or cannot hold."""

    items: int
    rules: int
    equalities: int
    rank: int
    redundant: tuple[str, ...]
    contradictory: tuple[str, ...]
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class Rate:
    """How slips of one kind in one table were found, in numbers of slips.

    `exact`: the true cells, with their true figures, are the only proposal; `grouped`: they are all
    among the cells named; `missed`: some are not, or only the rules are known; `silent`: no rule is
    broken; `wrong`: another cell, or another figure, is proposed.
    """

    table: str
    slip: str
    tried: int
    exact: int
    grouped: int
    missed: int
    silent: int
    wrong: int


def report(rules: LinearRules) -> SelfTest:
    """Rank, redundant and contradictory rules, and how well each item is tested."""
    hard = [rule for rule in range(len(rules.names)) if not rules.soft[rule]]
    equalities = [rule for rule in hard if rules.relations[rule] == "=="]
    derived, redundant, contrary = elimination.reduced(rules, equalities)
    against = sorted({*contrary, *bounds.impossible(rules, [rule for rule in hard if rule not in contrary])})
    return SelfTest(
        items=sum(not fixed for fixed in rules.fixed),
        rules=len(rules.names),
        equalities=len(equalities),
        rank=len(derived),
        redundant=tuple(rules.names[rule] for rule in redundant),
        contradictory=tuple(
            rules.names[rule] for rule in sorted({*against, *bounds.impossible(rules, hard)})
        ),
        coverage=coverage(rules),
    )


def coverage(rules: LinearRules, repeats: Repeats = frozenset(), heard: Iterable[int] = ()) -> Coverage:
    """How many equalities test each item.

    `repeats` are items that a formula recomputes, with the rule that it repeats and that tests nothing then;
    `heard` are soft equalities that count as tests as well.
    """
    softly = [rule for rule in heard if rules.relations[rule] == "=="]
    tests = formulas.coverage(rules, repeats) + (rules.coefficients[softly] != 0).sum(axis=0)
    used = (rules.coefficients != 0).any(axis=0) | np.array([i in rules.elsewhere for i in rules.items], bool)
    own = [item for item in range(len(rules.items)) if not rules.fixed[item]]
    return Coverage(
        tests=tuple(tests.tolist()),
        enough=sum(int(tests[item]) >= ENOUGH for item in own),
        thin=tuple(rules.items[item] for item in own if used[item] and tests[item] < ENOUGH),
        untested=tuple(rules.items[item] for item in own if not used[item]),
    )


def resolution(
    rules: LinearRules,
    seed: int,
    tables: int,
    *,
    style: Style = sample.TYPICAL,
    absent: Collection[int] = (),
) -> tuple[Rate, ...]:
    """Put each kind of slip into each cell of random consistent tables, and diagnose; per table and kind.

    Last year's figures count as unknown, and so do the items in `absent`.
    """
    rng = np.random.default_rng(seed)
    unknown = np.array(rules.fixed, np.bool_)
    unknown[list(absent)] = True
    records = sample.tables(rules, style, rng)
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for _ in range(tables):
        values = next(records)
        for table, kind, spoiled, blank in _spoiled(rules, values, unknown, rng):
            verdict = _verdict(rules, values, spoiled, blank, unknown)
            tally = counts.setdefault((table, kind), {})
            tally[verdict] = tally.get(verdict, 0) + 1
    return tuple(_rate(table, kind, tally) for (table, kind), tally in sorted(counts.items()))


def _spoiled(
    rules: LinearRules, values: Integers, unknown: NDArray[np.bool_], rng: np.random.Generator
) -> Iterator[tuple[str, str, Integers, NDArray[np.bool_]]]:
    used = (rules.coefficients != 0).any(axis=0)
    for item, spot in enumerate(rules.spots):
        if spot is None or unknown[item] or not used[item]:
            continue
        for kind in spoil.KINDS:
            spoiled = spoil.slip(rules, values, item, kind, rng)
            if spoiled is not None:
                blank = np.zeros(len(values), np.bool_)
                blank[item] = kind == "blank"
                yield spot.block.rpartition(".")[0] or spot.block, kind, spoiled, blank


def _verdict(
    rules: LinearRules,
    values: Integers,
    spoiled: Integers,
    blank: NDArray[np.bool_],
    unknown: NDArray[np.bool_],
) -> str:
    below = [least is not None and spoiled[item] < least for item, least in enumerate(rules.lower)]
    found = diagnose.explain(rules, spoiled, blank, unknown | np.array(below, np.bool_))
    truth = {int(item): int(values[item]) for item in np.flatnonzero(values != spoiled)}
    return judge(found, truth, spoiled)


def judge(found: Diagnosis, truth: dict[int, int], spoiled: Integers) -> str:
    """Compare a diagnosis with the true figures of the cells that were spoiled; a field of `Rate`."""
    if not found.components:
        return "silent"
    told = [action for one in found.components for action in one.certain if action not in one.supposed]
    changes = [change for action in told for change in action.changes]
    named = {
        change.item: change.new
        for change in changes
        if change.new is not None and change.new != int(spoiled[change.item])
    }
    if any(truth.get(item) != figure for item, figure in named.items()):
        return "wrong"
    if named == truth and all(component.single for component in found.components):
        return "exact"
    suspects = {item for component in found.components for item in component.suspects}
    return "grouped" if set(truth) <= suspects else "missed"


def _rate(table: str, kind: str, tally: dict[str, int]) -> Rate:
    names = ("exact", "grouped", "missed", "silent", "wrong")
    return Rate(table, kind, sum(tally.values()), *(tally.get(name, 0) for name in names))
