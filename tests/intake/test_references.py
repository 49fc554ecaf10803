"""Which cells a formula refers to, and which value cells a live formula computes."""

from __future__ import annotations

import pytest

from consolidate.intake import guard, live, references, second_look
from consolidate.model import Refusal
from tests import live as books
from tests import standard
from tests.hostile import ooxml
from tests.hostile.form import Grid
from tests.hostile.ooxml import Raw


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=SUM(D6:I6)", [("", 5, 3, 5, 8)]),
        ("=D6+$E$7-F8", [("", 5, 3, 5, 3), ("", 6, 4, 6, 4), ("", 7, 5, 7, 5)]),
        ("='表 三'!D6+表四!E5:A5", [("表 三", 5, 3, 5, 3), ("表四", 4, 0, 4, 4)]),
        ("=SUM([.D6:.I6])+[$表四.E5]", [("", 5, 3, 5, 8), ("表四", 4, 4, 4, 4)]),
        ('=IF(A1="B2",LOG10(C3),NAME1)', [("", 0, 0, 0, 0), ("", 2, 2, 2, 2)]),
        ("=1+2", []),
    ],
)
def test_the_cells_that_a_formula_refers_to(formula: str, expected: list[references.Area]) -> None:
    assert list(references.areas(formula)) == expected


def test_cells_of_other_files_are_none_of_ours() -> None:
    sheets = {sheet for sheet, *_ in references.areas("=[1]表三!D6+'C:\\[上年.xlsx]表三'!D6")}
    assert sheets.isdisjoint({"", "表三"})


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("SUM(D6:I6)", "SUM(E8:J8)"),
        ("SUM($D6:I$6)", "SUM($D8:J$6)"),
        ('D6&"D6"+LOG10(D6)', 'E8&"D6"+LOG10(E8)'),
        ("'A1 B2'!D6", "'A1 B2'!E8"),
        ("Z1", "AA3"),
    ],
)
def test_a_formula_moves_along(formula: str, expected: str) -> None:
    assert references.shifted(formula, 2, 1) == expected


def test_a_formula_that_was_filled_down_is_read_in_every_cell() -> None:
    first = Raw("", '<f t="shared" ref="B1:B2" si="0">SUM(A1:A1)</f><v>0</v>')
    grid = Grid("表三", {(0, 1): first, (1, 0): 5, (1, 1): Raw("", '<f t="shared" si="0"/><v>5</v>')})
    data = ooxml.book([grid])
    found = second_look.formulas(data, "xlsx", ["表三"])
    assert {cell[1:]: text for cell, text in found.items()} == {(0, 1): "=SUM(A1:A1)", (1, 1): "=SUM(A2:A2)"}


def test_the_totals_of_a_form_and_their_parts() -> None:
    form = standard.template(standard.NEW)
    parts = books.totals(item.id for item in form.items)
    data = books.book(standard.NEW, standard.figures(standard.NEW), parts)
    content = guard.examine(data)
    assert not isinstance(content, Refusal)
    assert "formulas" in content.signs
    pages = standard.filled(standard.NEW)
    read = standard.submission(pages, standard.NEW)
    found = live.items(
        form, read.places, read.sheets, lambda sheets: second_look.formulas(data, "xlsx", sheets)
    )
    assert {form.items[item].id: {form.items[part].id for part in named} for item, named in found} == {
        total: set(listed) for total, listed in parts.items()
    }


def test_a_formula_whose_text_is_unknown_may_refer_to_all_of_its_table() -> None:
    form = standard.template(standard.NEW)
    read = standard.submission(standard.filled(standard.NEW), standard.NEW)
    total = form.index["proceedings.review.total"]
    place = read.places[total]
    assert place is not None
    cell = (read.sheets[place[0]], *place[1:])
    ((item, named),) = live.items(form, read.places, read.sheets, lambda sheets: {cell: "="})
    assert item == total
    assert {*named, total} == set(form.table("proceedings").items)
