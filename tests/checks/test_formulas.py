"""Totals that live formulas compute: they follow their parts, and confirm nothing."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest

from consolidate import pipeline, settings
from consolidate.checks import diagnose, formulas, linear
from consolidate.checks.formulas import Repeats
from consolidate.checks.linear import LinearRules
from consolidate.model import Run
from tests import figures, live, standard

FORM = standard.NEW
RULES = linear.build(
    ["a", "b", "c", "d", "left", "right", "all"],
    [
        ("left", {"a": 1, "b": 1, "left": -1}, "==", 0),
        ("right", {"c": 1, "d": 1, "right": -1}, "==", 0),
        ("all", {"left": 1, "right": 1, "all": -1}, "==", 0),
        ("across", {"a": 1, "c": 1}, "==", 40),
        ("down", {"b": 1, "d": 1}, "==", 60),
        ("whole", {"all": 1}, "==", 100),
    ],
)
VALUES = np.array([15, 25, 25, 35, 40, 60, 100], np.float64)
PARTS = {"left": ("a", "b"), "right": ("c", "d"), "all": ("left", "right")}


def repeated(rules: LinearRules, values: np.ndarray, parts: dict[str, tuple[str, ...]]) -> Repeats:
    place = {item: number for number, item in enumerate(rules.items)}
    listed = [(place[item], tuple(place[part] for part in named)) for item, named in parts.items()]
    return formulas.repeats(rules, values, listed)


def named(repeats: Repeats) -> set[tuple[str, str]]:
    return {(RULES.items[item], RULES.names[rule]) for item, rule in repeats}


def test_a_formula_repeats_the_rule_over_its_own_cells() -> None:
    assert named(repeated(RULES, VALUES, PARTS)) == {("left", "left"), ("right", "right"), ("all", "all")}


@pytest.mark.parametrize("parts", [{"left": ("a",)}, {"left": ("c", "d")}, {"a": ()}])
def test_a_formula_that_leaves_a_cell_out_repeats_nothing(parts: dict[str, tuple[str, ...]]) -> None:
    assert repeated(RULES, VALUES, parts) == frozenset()


def test_a_formula_whose_result_is_not_the_sum_is_a_figure_like_any_other() -> None:
    values = VALUES.copy()
    values[4] = 41
    assert repeated(RULES, values, {"left": ("a", "b")}) == frozenset()


def test_a_rule_that_only_adds_up_others_is_an_echo() -> None:
    typed = formulas.typed(RULES, repeated(RULES, VALUES, PARTS))
    assert {
        RULES.names[echo]: {RULES.names[part] for part in parts} for echo, parts in typed.echoes.items()
    } == {"whole": {"across", "down"}}
    left = {name: entry for name, entry in zip(typed.rules.names, typed.rules.entries, strict=True) if entry}
    assert left.keys() == {"across", "down"}


def test_a_figure_under_a_live_total_is_not_proposed() -> None:
    nothing = np.zeros(7, np.bool_)
    values = np.array([51, 25, 25, 35, 76, 60, 136], np.float64)  # 15 typed as 51, and all totals followed
    typed = formulas.typed(RULES, repeated(RULES, values, PARTS))
    found = formulas.with_echoes(
        diagnose.explain(typed.rules, values, nothing, nothing),
        typed.echoes,
        RULES.broken(values.astype(np.int64)),
    )
    (component,) = found.components
    assert [RULES.names[rule] for rule in component.rules] == ["across", "whole"]
    assert {RULES.items[item] for item in component.suspects} <= {"a", "c"}


def test_formulas_that_refer_to_each_other_do_no_harm() -> None:
    circle = linear.build(
        ["x", "y"], [("one", {"x": 1, "y": -1}, "==", 0), ("two", {"y": 1, "x": -1}, "==", 0)]
    )
    repeats = repeated(circle, np.array([3.0, 3.0]), {"x": ("y",), "y": ("x",)})
    assert formulas.coverage(circle, repeats).tolist() == [0, 0]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Units whose totals are formulas: right, with a slip that they follow, some typed; one without."""
    folder = tmp_path_factory.mktemp("in")
    items = [item.id for item in standard.template(FORM).items]
    right = figures.consistent(FORM, random.Random(3))
    cell = "applications.results.granted.natural_person"
    wrong = right | {cell: right[cell] + 90}
    totals = live.totals(items)
    across = {total: parts for total, parts in totals.items() if total.endswith(".total")}
    for unit, values, formula in (
        ("甲镇", right, totals),
        ("乙镇", live.recalculated(wrong, totals), totals),
        ("丙镇", live.recalculated(wrong, across), across),
        ("丁镇", right | {"overview.training.sessions": 77}, {}),
    ):
        (folder / f"{unit}.xlsx").write_bytes(live.book(FORM, values, formula, unit))
    return pipeline.run([folder], settings.Settings(year=2021)).run


def test_a_slip_that_all_totals_follow_is_a_group_and_one_finding(found: Run) -> None:
    (finding,) = [f for f in found.findings if f.unit == "乙镇" and f.severity == "error"]
    assert finding.code == "T3.balance"
    assert finding.rules == ("T3.balance@natural_person", "T3.balance@total")
    assert finding.suggestion == ()
    assert "applications.results.granted.natural_person" in finding.items
    assert not [item for item in finding.items if item.endswith("total")]


def test_cells_under_live_totals_are_counted_and_named(found: Run) -> None:
    (entry,) = found.untested["under_formulas"]  # type: ignore[misc, attr-defined]
    assert set(entry["units"]) == {"甲镇", "乙镇", "丙镇"}
    assert len(entry["items"]) == 24 * 6  # every row but the total, every applicant
    hints = {f.unit: f.message for f in found.findings if f.code == "F.live"}
    assert set(hints) == set(entry["units"])
    assert f"共{len(entry['items'])}格" in hints["甲镇"]
    assert not [f for f in found.findings if f.code == "F.formulas" and f.unit in hints]
    json.dumps(found.untested)
