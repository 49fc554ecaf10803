"""The smallest sets of cells: oracle cases, brute force, and bounds of the work."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consolidate.checks import integers, linear, localize
from consolidate.checks.linear import Rule
from consolidate.checks.localize import Budget, BudgetExceeded, Problem, Solution
from consolidate.checks.tableau import Tableau

Case = tuple[list[str], list[Rule], list[int]]


def problem(
    case: Case,
    *,
    lower: dict[str, int | None] | None = None,
    weights: dict[str, int] | None = None,
    fixed: tuple[str, ...] = (),
    free: tuple[str, ...] = (),
) -> tuple[list[str], Problem]:
    """A problem over one block, with the names of its columns."""
    items, rules, values = case
    made = linear.build(items, rules, lower=lower, weights=weights, fixed=fixed)
    (block,) = made.blocks
    figures = np.array(values, np.int64)[block.index]
    names = [items[item] for item in block.items]
    floor = [None if made.lower[i] is None else made.lower[i] - values[i] for i in block.items]
    return names, Problem(
        table=np.column_stack([block.matrix, block.constants - block.matrix @ figures]),
        equalities=block.equalities,
        floor=floor,
        weights=[made.weights[item] for item in block.items],
        free=tuple(names.index(name) for name in free),
        barred=tuple(names.index(name) for name in fixed),
    )


def smallest(case: Case, **options: object) -> list[dict[str, int | None]]:
    """All solutions of the least cost: new figure of each cell (None: several are possible)."""
    names, made = problem(case, **options)  # type: ignore[arg-type]
    old = dict(zip(case[0], case[2], strict=True))
    for cost in range(12):
        found = localize.within(made, cost, Budget(10_000))
        if found:
            return [
                {
                    names[cell]: old[names[cell]] + low if low is not None and low == high else None
                    for cell, (low, high) in zip(one.cells, one.ranges, strict=True)
                }
                for one in found
            ]
    return []


SUM: list[Rule] = [("sum", {"x": 1, "y": 1, "z": -1}, "==", 0)]
CHAIN: list[Rule] = [
    ("1", {"x1": 1, "x2": 1, "x3": -1}, "==", 0),
    ("2", {"x2": 1, "x4": -1}, "==", 0),
    ("3", {"x5": 1, "x6": 1, "x7": 1, "x8": -1}, "==", 0),
    ("4", {"x3": 1, "x8": 1, "x9": -1}, "==", 0),
    ("5", {"x9": 1, "x10": -1, "x11": -1}, "==", 0),
]
XS = [f"x{number}" for number in range(1, 12)]
CHAIN_VALUES = [1452, 116, 1568, 161, 323, 76, 12, 411, 1979, 1842, 137]


def test_an_inequality_points_at_the_only_cell_that_can_mend_both_rules() -> None:
    rules: list[Rule] = [("sum", {"p": 1, "c": 1, "t": -1}, "==", 0), ("share", {"c": 5, "t": -3}, ">=", 0)]
    assert smallest((["p", "c", "t"], rules, [755, 125, 200])) == [{"p": 75}]


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ((1, 2, 2), [{"x": 0}]),
        ((2, 1, 2), [{"y": 0}]),
        ((2, 2, 1), [{"z": 2}]),
        ((1, 1, 1), [{"x": 0}, {"y": 0}, {"z": 2}]),
    ],
)
def test_weights_choose_between_cells(
    weights: tuple[int, int, int], expected: list[dict[str, int | None]]
) -> None:
    assert (
        smallest((["x", "y", "z"], SUM, [1, 1, 1]), weights=dict(zip("xyz", weights, strict=True)))
        == expected
    )


def test_two_light_cells_are_cheaper_than_a_heavy_one() -> None:
    rules = [*SUM, ("double", {"y": 2, "z": -1}, "==", -1)]
    case: Case = (["x", "y", "z"], rules, [1, 1, 3])
    assert smallest(case) == [{"x": 2}]
    assert smallest(case, weights={"x": 10}) == [{"y": 0, "z": 1}]


def test_a_fixed_cell_is_never_named_and_both_others_must_change() -> None:
    assert smallest((["x", "y", "z"], SUM, [6, 6, 5]), fixed=("z",)) == [{"x": None, "y": None}]


def test_two_errors_that_cancel_in_the_sum() -> None:
    parts = ["yA", "yB", "yC", "yD", "yE"]
    values = {"y": 60, "yA": 5, "yB": 5, "yC": 5, "yD": 25, "yE": 20}
    rules: list[Rule] = [(name, {name: 1}, "==", value) for name, value in values.items()]
    rules.append(("sum", {"y": 1} | dict.fromkeys(parts, -1), "==", 0))
    assert smallest((list(values), rules, [60, 5, 5, 5, 45, 0])) == [{"yD": 25, "yE": 20}]


def test_a_cell_outside_its_domain_must_change_and_takes_one_other_along() -> None:
    rules: list[Rule] = [("sum", {"x": 1, "y": 1, "z": 1, "w": -1}, "==", 0)]
    lower = {"x": 1, "y": None, "z": None, "w": None}
    found = smallest((["x", "y", "z", "w"], rules, [-1, 1, 0, 0]), lower=lower, free=("x",))
    assert [set(one) for one in found] == [{"w", "x"}, {"x", "y"}, {"x", "z"}]


def test_a_missing_cell_that_would_have_to_be_negative_is_no_explanation() -> None:
    assert smallest((["x", "y", "z"], SUM, [10, 0, 5])) == [{"x": 5}, {"z": 10}]


def test_a_chain_of_sums_with_one_two_and_three_errors() -> None:
    values = list(CHAIN_VALUES)
    assert smallest((XS, CHAIN, values)) == [{"x4": 116}]
    values[XS.index("x9")] = 19979
    assert smallest((XS, CHAIN, values)) == [{"x4": 116, "x9": 1979}]
    values[XS.index("x8")] = 0
    assert smallest((XS, CHAIN, values)) == [{"x4": 116, "x8": 411, "x9": 1979}]


def test_factors_other_than_one_leave_no_fraction() -> None:
    rules: list[Rule] = [("a", {"x": 3, "y": -2}, "==", 0), ("b", {"x": 1, "y": 1, "z": -5}, "==", 0)]
    assert smallest((["x", "y", "z"], rules, [4, 6, 3])) == [{"z": 2}]
    assert smallest((["x", "y"], [("a", {"x": 3, "y": -2}, "==", 0)], [4, 7])) == [{"y": 6}]


def test_numbers_beyond_int64_products_stay_exact() -> None:
    big = 3_000_000_019
    rules: list[Rule] = [("a", {"x": big, "y": -1}, "==", 0), ("b", {"y": big, "z": -1}, "==", 0)]
    assert smallest((["x", "y", "z"], rules, [0, 0, 7])) == [{"z": 0}]
    tableau = Tableau(np.array([[big, 2**40, 5], [2**40, big, 7]], np.int64), np.ones(2, np.bool_))
    chosen = tableau.choose(0, 0)
    assert chosen.table[1].tolist() == [0, big * big - 2**80, 7 * big - 5 * 2**40]


def test_the_budget_stops_the_search() -> None:
    _, made = problem((XS, CHAIN, CHAIN_VALUES))
    with pytest.raises(BudgetExceeded):
        localize.within(made, 3, Budget(2))


def brute_force(made: Problem, cost: int) -> set[tuple[int, ...]]:
    """All sets of `cost` cells for which some small integers mend every rule."""
    table = made.table
    found = set()
    for cells in combinations(range(table.shape[1] - 1), cost):
        floors = [made.floor[cell] for cell in cells]
        spans = [range(-20 if floor is None else floor, 21) for floor in floors]
        for changes in product(*spans):
            rest = table[:, -1] - table[:, cells] @ np.array(changes, np.int64).reshape(len(cells))
            if not rest[: made.equalities].any() and (rest[made.equalities :] <= 0).all():
                found.add(cells)
                break
    return found


@st.composite
def small_problems(draw: st.DrawFn) -> Problem:
    """Two or three rules with factors −1, 0, 1 over four or five cells with figures up to 3."""
    cells = draw(st.integers(3, 5))
    factor = st.sampled_from([-1, 0, 1, 1])
    rows = draw(st.lists(st.lists(factor, min_size=cells, max_size=cells), min_size=2, max_size=3))
    values = draw(st.lists(st.integers(0, 3), min_size=cells, max_size=cells))
    equalities = draw(st.integers(0, len(rows)))
    matrix = np.array(rows, np.int64)
    lack = -(matrix @ np.array(values, np.int64))
    signed = draw(st.lists(st.booleans(), min_size=cells, max_size=cells))
    return Problem(
        table=np.column_stack([matrix, lack]),
        equalities=equalities,
        floor=[None if free else -value for free, value in zip(signed, values, strict=True)],
        weights=[1] * cells,
    )


@settings(max_examples=150, deadline=None)
@given(small_problems())
def test_all_smallest_sets_are_found_and_no_others(made: Problem) -> None:
    for cost in range(3):
        expected = brute_force(made, cost)
        found = localize.within(made, cost, Budget(100_000))
        assert {one.cells for one in found} == expected
        assert len(found) == len(expected)
        if expected:
            break


@given(small_problems())
@settings(max_examples=50, deadline=None)
def test_the_figures_found_mend_every_rule(made: Problem) -> None:
    for cost in range(3):
        found = localize.within(made, cost, Budget(100_000))
        assert all(_mends(made, one) for one in found if _settled(one))
        if found:
            break


def _settled(one: Solution) -> bool:
    """Whether every cell of the solution has one possible figure."""
    return all(low is not None and low == high for low, high in one.ranges)


def _mends(made: Problem, one: Solution) -> bool:
    rest = made.table[:, -1].copy()
    for cell, (change, _) in zip(one.cells, one.ranges, strict=True):
        rest -= made.table[:, cell] * change
    return not rest[: made.equalities].any() and bool((rest[made.equalities :] <= 0).all())


def test_bounds_of_an_unknown_among_others() -> None:
    constraints = [((1, 1), 5), ((-1, -1), -5), ((1, 0), 0), ((0, 1), 0)]
    assert integers.bounds(constraints, 2, 0) == (0, 5)
    assert integers.solution(constraints, 2) == (0, 5)
    assert integers.solution([*constraints, ((1, 0), 3), ((0, 1), 3)], 2) is None
    assert integers.solution([((2,), 1), ((-2,), -1)], 1) is None
