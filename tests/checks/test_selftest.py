"""What a template's rules can and cannot tell, and the random records that this is measured on."""

from __future__ import annotations

import numpy as np
import pytest

from consolidate.checks import elimination, formulas, linear, sample, selftest, spoil
from consolidate.checks.linear import Rule, Spot
from tests.checks.records import explain, mask, national


def test_the_national_form_of_2021() -> None:
    rules = national(2021)
    found = selftest.report(rules)
    assert (found.items, found.equalities, found.rank) == (218, 45, 43)
    assert set(found.redundant) == {"T3.results@total", "T3.balance@total"}
    assert found.contradictory == ()
    assert not any(item.startswith("applications") for item in found.coverage.thin)
    assert {item for item in found.coverage.thin if item.startswith("proceedings")} == {
        item for item in rules.items if item.startswith("proceedings")
    }
    assert "proactive.licensing.decisions" in found.coverage.untested
    assert "overview.requests.accepted" in found.coverage.thin  # by N.requests, which is no equality
    assert not any(item.startswith("last_year") for item in (*found.coverage.thin, *found.coverage.untested))


def test_tables_three_and_four_alone_have_rank_40() -> None:
    rules = national(2021)
    chosen = [n for n, name in enumerate(rules.names) if name.startswith(("T3", "T4")) and not rules.soft[n]]
    derived, redundant, contradictory = elimination.reduced(rules, chosen)
    assert (len(chosen), len(derived), len(redundant), contradictory) == (42, 40, 2, [])


def test_formula_totals_take_their_rules_away() -> None:
    rules = national(2021)
    repeats = formulas.totals(rules)
    assert {rules.items[item].split(".")[0] for item, _ in repeats} >= {"applications", "proceedings"}
    cell = rules.items.index("applications.results.granted.natural_person")
    assert formulas.coverage(rules)[cell] == 2
    assert formulas.coverage(rules, repeats)[cell] == 1  # the balance of its column
    row = rules.items.index("proceedings.review.upheld")
    assert formulas.coverage(rules, repeats)[row] == 0
    found = selftest.coverage(rules, repeats)
    assert {"applications.received.natural_person", "proceedings.review.upheld"} <= set(found.thin)


def test_queries_against_last_year_and_other_tables_test_cells_as_well() -> None:
    rules = national(2021)
    plain = selftest.coverage(rules)
    heard = selftest.coverage(rules, heard=[n for n, soft in enumerate(rules.soft) if soft])
    assert set(plain.thin) - set(heard.thin) >= {"proceedings.review.total"}


def test_rules_that_contradict_each_other_are_named() -> None:
    against: list[Rule] = [
        ("one", {"x": 1, "y": 1}, "==", 3),
        ("two", {"x": 2, "y": 2}, "==", 7),
        ("again", {"x": 3, "y": 3}, "==", 9),
    ]
    found = selftest.report(linear.build(["x", "y"], against))
    assert found.contradictory == ("two",)
    assert found.redundant == ("again",)
    assert found.rank == 1


@pytest.mark.parametrize(
    "rule",
    [
        ("below", {"x": 1, "y": 1}, "<=", -1),
        ("below", {"x": -1, "y": -2}, ">=", 1),
        ("below", {"x": 1, "y": 1}, "==", -5),
    ],
)
def test_a_rule_that_the_domains_forbid_is_contradictory(rule: Rule) -> None:
    assert selftest.report(linear.build(["x", "y"], [rule])).contradictory == ("below",)
    assert selftest.report(linear.build(["x", "y"], [rule], lower={"x": None})).contradictory == ()


def test_bounds_are_carried_from_rule_to_rule() -> None:
    rules: list[Rule] = [
        ("cap", {"x": 1}, "<=", 4),
        ("half", {"y": 2, "x": -1}, "<=", 0),
        ("need", {"y": 1}, ">=", 3),
    ]
    assert selftest.report(linear.build(["x", "y"], rules)).contradictory != ()


@pytest.mark.parametrize("year", [2019, 2021])
@pytest.mark.parametrize("style", [sample.FULL, sample.TYPICAL, sample.SPARSE])
def test_random_records_keep_every_rule(year: int, style: sample.Style) -> None:
    rules = national(year)
    records = sample.tables(rules, style, np.random.default_rng(4))
    seen = [next(records) for _ in range(3)]
    for values in seen:
        assert not rules.broken(values).any()
        assert all(least is None or value >= least for least, value in zip(rules.lower, values, strict=True))
    assert not np.array_equal(seen[0], seen[1])


def test_rules_that_no_record_keeps_are_refused() -> None:
    rules = linear.build(["x"], [("a", {"x": 1}, "==", 1), ("b", {"x": 1}, "==", 2)])
    with pytest.raises(ValueError, match="互相矛盾"):
        next(sample.tables(rules, sample.FULL, np.random.default_rng(0)))


def test_resolution_counts_every_slip_once_and_repeats_itself() -> None:
    items = [f"r{row}.c{column}" for row in range(3) for column in range(3)]
    rules = linear.build(
        items,
        [(f"row{r}", {f"r{r}.c0": 1, f"r{r}.c1": 1, f"r{r}.c2": -1}, "==", 0) for r in range(3)]
        + [(f"column{c}", {f"r0.c{c}": 1, f"r1.c{c}": 1, f"r2.c{c}": -1}, "==", 0) for c in range(3)],
        spots={f"r{r}.c{c}": Spot("grid.0", r, c) for r in range(3) for c in range(3)},
    )
    rates = selftest.resolution(rules, seed=3, tables=2, style=sample.FULL)
    assert rates == selftest.resolution(rules, seed=3, tables=2, style=sample.FULL)
    assert {rate.slip for rate in rates} <= set(spoil.KINDS)
    for rate in rates:
        assert rate.table == "grid"
        assert rate.tried == rate.exact + rate.grouped + rate.missed + rate.silent + rate.wrong
    hand = [rate for rate in rates if rate.slip in spoil.HAND]
    assert sum(rate.exact for rate in hand) == sum(rate.tried for rate in hand) > 0


def test_a_figure_in_another_cell_is_judged_wrong() -> None:
    rules = national(2021)
    values = {
        "proceedings.review.upheld": 7,
        "proceedings.review.total": 5,
        "overview.cases.reviews": 7,
    }
    found = explain(rules, values)
    spoiled = np.zeros(len(rules.items), np.int64)
    for item, value in values.items():
        spoiled[rules.items.index(item)] = value
    total, upheld = (rules.items.index(f"proceedings.review.{name}") for name in ("total", "upheld"))
    assert selftest.judge(found, {total: 7}, spoiled) == "exact"
    assert selftest.judge(found, {upheld: 5}, spoiled) == "wrong"
    assert selftest.judge(explain(rules, {}), {total: 7}, spoiled) == "silent"
    unheard = explain(rules, values, faulty=tuple(i for i in rules.items if i.startswith("overview")))
    assert selftest.judge(unheard, {upheld: 5}, spoiled) == "grouped"


def test_absent_tables_take_no_part_in_the_measure() -> None:
    rules = national(2019)
    absent = np.flatnonzero(mask(rules, "overview", "applications", "proceedings")).tolist()
    tables = {rate.table for rate in selftest.resolution(rules, seed=0, tables=1, absent=absent)}
    assert tables == {"proactive"}
