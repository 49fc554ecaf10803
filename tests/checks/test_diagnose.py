"""Diagnoses of whole records: what is named, what stays a group, and what is left open."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import TypeVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consolidate.checks import diagnose, linear, sample, spoil
from consolidate.checks.explanation import Diagnosis
from consolidate.checks.linear import Integers, LinearRules, Rule, Spot
from tests.checks.records import explain, mask, national, only, proposals

SUM: list[Rule] = [("sum", {"x1": 1, "x2": 1, "x3": -1}, "==", 0)]
DIFFERENCE: list[Rule] = [("difference", {"z": 1, "x": -1, "y": 1}, "==", 0)]
REVIEW = "proceedings.review"
T = TypeVar("T")


def grid(rows: int = 4, columns: int = 3) -> LinearRules:
    """A table with a total row and a total column."""
    items = [f"r{row}.c{column}" for row in range(rows) for column in range(columns)]
    rules: list[Rule] = [
        (f"row{r}", {f"r{r}.c{c}": -1 for c in range(columns - 1)} | {f"r{r}.c{columns - 1}": 1}, "==", 0)
        for r in range(rows)
    ]
    rules += [
        (f"column{c}", {f"r{r}.c{c}": -1 for r in range(rows - 1)} | {f"r{rows - 1}.c{c}": 1}, "==", 0)
        for c in range(columns)
    ]
    spots = {f"r{r}.c{c}": Spot("grid", r, c) for r in range(rows) for c in range(columns)}
    return linear.build(items, rules, spots=spots)


GRID = [12, 30, 42, 7, 105, 112, 260, 41, 301, 279, 176, 455]


def test_a_transposition_is_named_with_its_slip_and_its_rules() -> None:
    rules = grid()
    found = only(explain(rules, [21, *GRID[1:]]))
    assert found.single
    assert proposals(rules, found) == [{"r0.c0": 12}]
    (action,) = found.certain
    assert action.slip == "transposed"
    assert action.likely
    assert {rules.names[rule] for rule in action.rules} == {"row0", "column0"}


def test_the_typing_test_picks_the_one_cell_that_a_slip_explains() -> None:
    rules = linear.build(["x1", "x2", "x3"], SUM)
    found = only(explain(rules, [1452, 161, 1568]))
    assert found.single
    assert proposals(rules, found)[0] == {"x2": 116}
    assert len(found.explanations) == 3


@pytest.mark.parametrize(("values", "expected"), [((14, -4, 10), {"y": 4}), ((15, 5, -10), {"z": 10})])
def test_a_wrong_sign_is_recognised(values: tuple[int, int, int], expected: dict[str, int]) -> None:
    rules = linear.build(["x", "y", "z"], DIFFERENCE, lower=dict.fromkeys("xyz"))
    found = only(explain(rules, list(values)))
    assert found.single
    assert proposals(rules, found)[0] == expected
    assert found.certain[0].slip == "sign"


def test_a_sign_and_a_swap_explain_the_same_figures() -> None:
    spots = {name: Spot("form", 0, place) for place, name in enumerate("xyz")}
    rules = linear.build(["x", "y", "z"], DIFFERENCE, lower=dict.fromkeys("xyz"), spots=spots)
    found = only(explain(rules, [3, 13, 10]))
    assert not found.single
    assert {"z": -10} in proposals(rules, found)
    assert {"x": 13, "y": 3} in proposals(rules, found)


def test_money_typed_in_yuan() -> None:
    rules = linear.build(
        ["a", "b", "total"],
        [("sum", {"a": 1, "b": 1, "total": -1}, "==", 0), ("again", {"a": 1}, "<=", 10**12)],
        decimals=dict.fromkeys(["a", "b", "total"], 4),
    )
    found = only(explain(rules, [251_600_000_000, 12_345_678, 37_505_678]))
    assert found.single
    assert proposals(rules, found)[0] == {"a": 25_160_000}
    assert found.certain[0].slip == "ten_thousandfold"


def test_last_years_figure_left_in_place() -> None:
    rules = grid()
    values = np.array(GRID, np.int64)
    values[4] = 88
    last = np.full(len(values), np.nan)
    last[4] = 88
    nothing = np.zeros(len(values), np.bool_)
    found = only(diagnose.explain(rules, values, nothing, nothing, last_year=last))
    assert [action.slip for action in found.certain] == ["last_year"]


def test_a_blank_that_must_be_a_figure_comes_first() -> None:
    rules = national(2021)
    values = {f"{REVIEW}.upheld": 2, f"{REVIEW}.pending": 2, f"{REVIEW}.total": 5}
    found = only(explain(rules, values, blank=(f"{REVIEW}.corrected",)))
    assert found.single
    assert proposals(rules, found)[0] == {f"{REVIEW}.corrected": 1}
    assert found.certain[0].slip == "blank"


def test_blanks_everywhere_that_mean_nothing_accuse_no_cell() -> None:
    rules = national(2021)
    values = {f"{REVIEW}.upheld": 2, f"{REVIEW}.total": 5}
    empty = tuple(f"{REVIEW}.{name}" for name in ("corrected", "other", "pending"))
    found = only(explain(rules, values, blank=empty))
    assert not found.single
    assert set(empty) < {rules.items[item] for item in found.suspects}


def test_an_unreadable_cell_costs_nothing_and_its_figure_is_worked_out() -> None:
    rules = grid()
    found = only(explain(rules, [0, *GRID[1:]], faulty=("r0.c0",)))
    assert found.rules == ()
    assert found.certain[0].slip == "unreadable"
    assert found.certain[0].changes[0].old is None
    assert proposals(rules, found) == [{"r0.c0": 12}]


def test_an_unreadable_cell_beside_a_wrong_one() -> None:
    rules = grid()
    found = only(explain(rules, [0, *GRID[1:8], 310, *GRID[9:]], faulty=("r0.c0",)))
    assert found.single
    assert proposals(rules, found) == [{"r0.c0": 12, "r2.c2": 301}]


def test_a_table_that_is_not_handed_in_is_not_diagnosed() -> None:
    rules = national(2021)
    nothing = np.zeros(len(rules.items), np.bool_)
    absent = mask(rules, "applications", "proceedings", "overview")
    assert diagnose.explain(rules, np.zeros(len(rules.items)), nothing, absent) == Diagnosis(())


def test_rules_of_many_unreadable_cells_are_left_out() -> None:
    rules = grid(rows=8, columns=4)
    values = np.zeros(len(rules.items), np.int64)
    values[0] = 5
    faulty = tuple(f"r{row}.c1" for row in range(1, 8))
    found = only(explain(rules, values, faulty=faulty))
    assert {"r0.c0": 0} in proposals(rules, found)
    assert not {rules.items[item] for item in found.suspects} & set(faulty)


def test_equally_good_cells_make_a_group_with_the_total_first() -> None:
    rules = national(2021)
    values = {f"{REVIEW}.upheld": 7, f"{REVIEW}.total": 5}
    found = only(explain(rules, values, faulty=tuple(i for i in rules.items if i.startswith("overview"))))
    assert not found.single
    assert proposals(rules, found) == [{f"{REVIEW}.total": 7}, {f"{REVIEW}.upheld": 5}]


def test_the_only_cell_that_could_change_is_not_proposed_on_one_rule_alone() -> None:
    rules = linear.build(["x1", "x2", "x3"], SUM)
    found = only(explain(rules, [8, 9, 5]))
    assert proposals(rules, found) == [{"x3": 17}]
    assert not found.single
    assert found.certain == ()
    assert {rules.items[item] for item in found.suspects} == {"x1", "x2", "x3"}


def test_an_inequality_names_a_group_and_its_bounds() -> None:
    rules = linear.build(["new", "all"], [("stock", {"all": 1, "new": -1}, ">=", 0)])
    found = only(explain(rules, [62, 26]))
    assert not found.single
    changes = {rules.items[e.changes[0].item]: e.changes[0] for e in found.explanations}
    assert (changes["new"].least, changes["new"].most) == (0, 26)
    assert (changes["all"].least, changes["all"].most) == (62, None)
    assert changes["all"].new is None


def test_a_cell_that_all_explanations_share_is_certain() -> None:
    rules = linear.build(
        ["a", "b", "c", "total", "again"],
        [
            ("sum", {"a": 1, "b": 1, "c": 1, "total": -1}, "==", 0),
            ("same", {"total": 1, "again": -1}, "==", 0),
            ("twice", {"total": 2, "again": -2}, "==", 0),
        ],
    )
    found = only(explain(rules, [5, 5, 5, 15, 51]))
    assert found.single
    assert proposals(rules, found) == [{"again": 15}]


def test_a_soft_rule_decides_between_the_cells_of_one_hard_rule() -> None:
    rules = national(2021)
    values = {f"{REVIEW}.upheld": 7, f"{REVIEW}.total": 5, "overview.cases.reviews": 7}
    found = only(explain(rules, values))
    assert found.single
    assert proposals(rules, found) == [{f"{REVIEW}.total": 7}]
    vouched = only(explain(rules, values | {"overview.cases.reviews": 5}))
    assert proposals(rules, vouched) == [{f"{REVIEW}.upheld": 5}]
    assert not vouched.single  # one rule, and a figure so small that any other is one slip away


def test_one_soft_rule_is_not_heard_by_two_errors() -> None:
    rules = national(2021)
    base = "proceedings.litigation"
    values = {
        f"{base}.direct.upheld": 20,
        f"{base}.direct.total": 31,
        f"{base}.after_review.upheld": 3,
        f"{base}.after_review.total": 14,
        "overview.cases.litigation": 34,
    }
    found = explain(rules, values)
    assert len(found.components) == 2
    assert not any(component.single for component in found.components)


def test_a_soft_rule_alone_names_a_cell_only_when_no_slip_in_another_explains_it() -> None:
    rules = national(2021)
    values = {f"{REVIEW}.upheld": 11, f"{REVIEW}.total": 11}
    assert not only(explain(rules, values | {"overview.cases.reviews": 6})).single
    found = only(explain(rules, values | {"overview.cases.reviews": 111}))
    assert found.soft
    assert proposals(rules, found) == [{"overview.cases.reviews": 11}]
    assert not found.single  # 11 may as well be 111, typed twice
    assert found.certain == ()
    assert [rules.items[item] for item in found.suspects] == ["overview.cases.reviews", f"{REVIEW}.total"]


def test_a_soft_rule_names_no_cell_beside_another_that_is_broken_in_its_table() -> None:
    rules = national(2021)
    values = {"overview.published.total": 2618, "overview.published.wechat": 2618}
    parts = {
        "overview.new_media.wechat": 8021,
        "overview.new_media.weibo": 1333,
        "overview.new_media.app": 219,
    }
    alone = {"overview.new_media.total": 95773, **parts}
    assert only(explain(rules, values | alone)).single
    beside = explain(rules, values | alone | {"overview.published.wechat": 40})
    assert [component.single for component in beside.components] == [False, False]


def test_a_blank_in_another_block_silences_the_soft_rule_that_ties_them() -> None:
    rules = national(2021)
    base = "proceedings.litigation"
    values = {f"{base}.after_review.upheld": 2, "overview.cases.litigation": 2}
    assert only(explain(rules, values)).single
    moved = only(explain(rules, values, blank=(f"{base}.direct.upheld",)))
    assert not moved.single
    assert {rules.items[item] for item in moved.suspects} >= {f"{base}.after_review.upheld"}


@pytest.mark.parametrize("parts", [(3, 4, 9), (7, 4, 63), (938, 5, 9)])
def test_a_total_without_one_of_its_parts_accuses_no_part(parts: tuple[int, int, int]) -> None:
    rules = linear.build(list("abct"), [("sum", {"a": 1, "b": 1, "c": 1, "t": -1}, "==", 0)])
    for part in parts:
        found = only(explain(rules, [*parts, sum(parts) - part]))
        assert [change.item for action in found.certain for change in action.changes] in ([], [3])


def test_a_blank_that_one_rule_alone_tells_is_no_proposal() -> None:
    rules = national(2021)
    values = {f"{REVIEW}.upheld": 3, f"{REVIEW}.corrected": 80}
    absent = tuple(item for item in rules.items if item.startswith("overview"))
    found = only(explain(rules, values, blank=(f"{REVIEW}.total",), faulty=absent))
    assert [action.changes[0].new for action in found.supposed] == [83]
    heard = only(explain(rules, values | {"overview.cases.reviews": 83}, blank=(f"{REVIEW}.total",)))
    assert heard.supposed == ()
    against = only(explain(rules, values | {"overview.cases.reviews": 11}, blank=(f"{REVIEW}.total",)))
    assert [action.changes[0].new for action in against.supposed] == [83]


def applications(cells: dict[str, int]) -> dict[str, int]:
    """Figures of natural persons, by row, with their totals across."""
    return {f"applications.{row}.{c}": n for row, n in cells.items() for c in ("natural_person", "total")}


def test_two_wrong_figures_that_cancel_out_in_a_rule_are_each_accused_by_it() -> None:
    rules = national(2021)
    rows = {"received": 112, "results.granted": 100, "results.partial": 12, "results.total": 112}
    wrong = {"results.partial.total": 21, "results.total.total": 121, "results.total.natural_person": 12}
    values = applications(rows) | {f"applications.{item}": figure for item, figure in wrong.items()}
    found = only(explain(rules, values))
    assert found.single
    right = applications(rows)
    assert proposals(rules, found) == [
        {f"applications.{item}": right[f"applications.{item}"] for item in wrong}
    ]


DENIED = "applications.results.denied"
BESIDE = [
    # One figure beside its cell and a total with a digit missing, or two totals wrong.
    (
        {"third_party_rights": {"other": 1}, "internal_affairs": {"total": 12, "other": 0}},
        {"third_party_rights": {"total": 101}, "internal_affairs": {"total": 120}},
    ),
    # Two figures beside their cells, or two totals wrong.
    (
        {
            "third_party_rights": {"commercial": 1, "other": 1},
            "internal_affairs": {"commercial": 0, "other": 0},
        },
        {"third_party_rights": {"total": 102}, "internal_affairs": {"total": 120}},
    ),
]


@pytest.mark.parametrize(("wrong", "instead"), BESIDE)
def test_figures_that_may_have_been_put_beside_their_cells_are_not_proposed(
    wrong: dict[str, dict[str, int]], instead: dict[str, dict[str, int]]
) -> None:
    rules = national(2021)
    across = {"commercial": int("commercial" in wrong["internal_affairs"]), "other": 1}
    right = {"third_party_rights": {"natural_person": 100, "total": 100}}
    right["internal_affairs"] = {"natural_person": 120} | across | {"total": 120 + sum(across.values())}
    whole = {"natural_person": 220} | across | {"total": 220 + sum(across.values())}
    values = {f"applications.{row}.{c}": n for row in ("received", "results.total") for c, n in whole.items()}
    values |= {f"{DENIED}.{row}.{c}": n for row, cells in right.items() for c, n in cells.items()}
    changed = {f"{DENIED}.{row}.{c}": n for row, cells in wrong.items() for c, n in cells.items()}
    assert explain(rules, values) == Diagnosis(())
    found = only(explain(rules, values | changed | {"applications.received.natural_person": 2200}))
    alike = {"applications.received.natural_person": 220}
    plain = {f"{DENIED}.{row}.{c}": n for row, cells in instead.items() for c, n in cells.items()}
    assert plain | alike in proposals(rules, found)
    assert {item: values.get(item, 0) for item in changed} | alike in proposals(rules, found)
    assert not found.single
    assert [rules.items[c.item] for action in found.certain for c in action.changes] == [*alike]


def test_two_slips_far_apart_are_named_though_one_left_a_zero() -> None:
    rules = national(2021)
    rows = {"received": 6, "results.granted": 5, "results.partial": 1, "results.total": 6}
    wrong = {"applications.results.granted.commercial": 1, "applications.results.partial.total": 0}
    found = only(explain(rules, applications(rows) | wrong))
    assert found.single
    right = applications(rows)
    assert proposals(rules, found) == [{item: right.get(item, 0) for item in wrong}]


def test_a_blank_and_a_figure_beside_its_cell_may_stand_for_one_wrong_total() -> None:
    rules = national(2021)
    kept = applications({"received": 1, "results.total": 1})
    beside = {"applications.results.partial.natural_person": 1}
    blank = "applications.results.granted.total"
    assert only(explain(rules, kept | beside)).single
    found = only(explain(rules, kept | beside, blank=(blank,)))
    assert not found.single
    moved = {
        "applications.results.partial.natural_person": 0,
        "applications.results.granted.natural_person": 1,
    }
    assert moved | {blank: 1} in proposals(rules, found)


TWO_SLIPS = [
    ({"upheld": 120, "corrected": 35, "other": 4, "pending": 17}, {"upheld": 210, "total": 167}),
    ({"upheld": 31, "corrected": 8, "other": 0, "pending": 2}, {"corrected": 80, "total": 411}),
    ({"upheld": 5, "corrected": 5, "other": 5, "pending": 5}, {"other": 50, "total": 200}),
]


@pytest.mark.parametrize(("right", "wrong"), TWO_SLIPS)
def test_two_slips_in_one_equality_never_become_one_proposal(
    right: dict[str, int], wrong: dict[str, int]
) -> None:
    rules = national(2021)
    values = {
        f"{REVIEW}.{name}": value for name, value in ({"total": sum(right.values())} | right | wrong).items()
    }
    absent = tuple(item for item in rules.items if item.startswith("overview"))
    found = only(explain(rules, values, faulty=absent))
    assert not found.single
    assert found.certain == ()


def test_a_long_figure_with_a_slip_is_named_on_one_rule_alone() -> None:
    rules = linear.build(["x1", "x2", "x3"], SUM)
    found = only(explain(rules, [845_291, 73_528, 9_187_819]))
    assert found.single
    assert proposals(rules, found)[0] == {"x3": 918_819}


def test_a_blank_beside_another_in_the_same_rule_has_no_figure() -> None:
    rules = national(2021)
    values = {f"{REVIEW}.upheld": 2, f"{REVIEW}.total": 5}
    blank = (f"{REVIEW}.corrected", f"{REVIEW}.other")
    absent = tuple(item for item in rules.items if item.startswith("overview"))
    found = only(explain(rules, values, blank=blank, faulty=absent))
    assert not any(change.new for action in found.certain for change in action.changes)


def test_last_years_figures_are_never_named() -> None:
    rules = national(2021)
    values = {"proactive.normative_documents.in_force": 12}
    found = only(explain(rules, values | {"last_year.proactive.normative_documents.in_force": 10}))
    assert found.soft
    assert not any(rules.items[item].startswith("last_year") for item in found.suspects)


def spoiled(rules: LinearRules, item: str, kind: str) -> tuple[Integers, Integers]:
    """A consistent record without zeros, and the same with one slip."""
    rng = np.random.default_rng(11)
    values = next(sample.tables(rules, sample.FULL, rng))
    changed = spoil.slip(rules, values, rules.items.index(item), kind, rng)
    assert changed is not None
    return values, changed


@pytest.mark.parametrize(
    ("item", "kind", "slip"),
    [
        ("applications.results.granted.natural_person", "swapped_right", "swapped"),
        ("applications.carried_in.research", "swapped_below", "swapped"),
        ("applications.results.repeated.total", "swapped_below", "swapped"),
        ("applications.results.granted.natural_person", "shifted_row", "shifted"),
        ("applications.carried_in.commercial", "shifted_column", "shifted"),
        ("proceedings.review.total", "swapped_right", "swapped"),
        ("proceedings.review.upheld", "shifted_row", "shifted"),
    ],
)
def test_one_slip_that_puts_several_cells_wrong_is_one_action(item: str, kind: str, slip: str) -> None:
    rules = national(2021)
    item = item.replace("results.repeated", "results.not_processed.repeated")
    values, changed = spoiled(rules, item, kind)
    found = only(explain(rules, changed))
    assert found.single
    assert [action.slip for action in found.certain] == [slip]
    assert {c.item: c.new for c in found.certain[0].changes} == {
        int(place): int(values[place]) for place in np.flatnonzero(values != changed)
    }


def test_a_swap_and_a_slip_elsewhere() -> None:
    rules = national(2021)
    values, changed = spoiled(rules, "applications.results.granted.natural_person", "swapped_right")
    other = rules.items.index("applications.carried_out.legal_service")
    changed[other] = values[other] * 10
    found = only(explain(rules, changed))
    assert found.single
    assert Counter(action.slip for action in found.certain) == {"swapped": 1, "tenfold": 1}


def test_three_cells_wrong_in_the_real_table() -> None:
    rules = national(2019)
    table = {"received": 47, "carried_in": 1, "results.granted": 46, "results.total": 48}
    table |= {"results.not_processed.petition": 2}
    values = {
        f"applications.{row}.{column}": value
        for row, value in table.items()
        for column in ("natural_person", "total")
    }
    wrong = {
        "applications.results.granted.natural_person": 64,
        "applications.received.total": 74,
        "applications.carried_out.other": 3,
    }
    assert explain(rules, values) == Diagnosis(())
    found = only(explain(rules, values | wrong))
    assert found.single
    right = {item: values.get(item, 0) for item in wrong}
    assert proposals(rules, found) == [right]


def test_a_table_that_is_wrong_throughout_leaves_only_the_rules() -> None:
    rules = national(2021)
    rng = np.random.default_rng(0)
    values = np.where(mask(rules, "applications"), rng.integers(0, 500, len(rules.items)), 0)
    found = only(explain(rules, values))
    assert found.exceeded
    assert found.explanations == ()
    assert found.certain == ()
    assert len(found.rules) > 30


def test_the_budget_bounds_the_work() -> None:
    rules = grid()
    values = [21, *GRID[1:]]
    assert only(explain(rules, values, budget=1)).exceeded
    assert only(explain(rules, values, limit=0)).exceeded
    assert not only(explain(rules, values, budget=50)).exceeded


def permuted(rules: LinearRules, items: list[int], order: list[int]) -> LinearRules:
    """The same rules with items and rules given in another order."""

    def by_item(values: tuple[T, ...]) -> tuple[T, ...]:
        return tuple(values[item] for item in items)

    return LinearRules(
        items=by_item(rules.items),
        names=tuple(rules.names[rule] for rule in order),
        coefficients=rules.coefficients[np.ix_(order, items)],
        relations=tuple(rules.relations[rule] for rule in order),
        constants=rules.constants[order],
        lower=by_item(rules.lower),
        decimals=by_item(rules.decimals),
        fixed=by_item(rules.fixed),
        weights=by_item(rules.weights),
        soft=tuple(rules.soft[rule] for rule in order),
        spots=by_item(rules.spots),
    )


def named(rules: LinearRules, found: Diagnosis) -> set[tuple[object, ...]]:
    """A diagnosis by name, without any order."""
    return {
        (
            frozenset(rules.names[rule] for rule in component.rules),
            component.single,
            component.exceeded,
            frozenset(
                frozenset(
                    (
                        action.slip,
                        frozenset(
                            (rules.items[c.item], c.old, c.new, c.least, c.most) for c in action.changes
                        ),
                        frozenset(rules.names[rule] for rule in action.rules),
                    )
                    for action in explanation.actions
                )
                for explanation in component.explanations
            ),
            frozenset(rules.items[item] for item in component.suspects),
        )
        for component in found.components
    }


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 4), st.randoms(use_true_random=False))
def test_the_order_of_items_and_rules_changes_nothing(seed: int, errors: int, shuffler: Random) -> None:
    rules = national(2019)
    rng = np.random.default_rng(seed)
    values = next(sample.tables(rules, sample.SPARSE, rng))
    for _ in range(errors):
        item = int(rng.integers(len(values)))
        kind = spoil.KINDS[int(rng.integers(len(spoil.KINDS)))]
        changed = spoil.slip(rules, values, item, kind, rng)
        values = values if changed is None else changed
    items, order = list(range(len(rules.items))), list(range(len(rules.names)))
    shuffler.shuffle(items)
    shuffler.shuffle(order)
    other = permuted(rules, items, order)
    known = dict(zip(rules.items, values.tolist(), strict=True))
    mine, theirs = explain(rules, known), explain(other, known)
    assert named(rules, mine) == named(other, theirs)


@pytest.mark.parametrize("style", [sample.FULL, sample.TYPICAL, sample.SPARSE])
@pytest.mark.parametrize(("errors", "least"), [(1, 30), (2, 28), (3, 28)])
def test_typing_slips_in_the_table_of_applications(style: sample.Style, errors: int, least: int) -> None:
    rules = national(2021)
    rng = np.random.default_rng(20)
    cells = np.flatnonzero([item.startswith("applications") for item in rules.items])
    records = sample.tables(rules, style, rng)
    exact = 0
    for _ in range(30):
        values = next(records)
        changed = values
        while int((changed != values).sum()) < errors:
            kind = spoil.HAND[int(rng.integers(4))]
            changed = _or(spoil.slip(rules, changed, int(rng.choice(cells)), kind, rng), changed)
        found = only(explain(rules, changed))
        truth = {int(place): int(values[place]) for place in np.flatnonzero(values != changed)}
        figures = {change.item: change.new for action in found.certain for change in action.changes}
        assert figures.items() <= truth.items()
        exact += found.single and figures == truth
    assert exact >= least


def _or(changed: Integers | None, before: Integers) -> Integers:
    return before if changed is None else changed
