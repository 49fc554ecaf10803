"""Tables are found by their labels, wherever they stand and however they are spelled."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consolidate.intake.extract import LayoutMemory
from tests import standard
from tests.standard import NEW, OLD, Page

BOTH = pytest.mark.parametrize("form", [OLD, NEW])


def numbered(form: str) -> dict[str, float]:
    """A different figure in every cell, so that no value can be taken for another's."""
    return {item.id: float(item.index + 1) for item in standard.template(form).items}


def read(pages: list[Page], form: str) -> dict[str, float]:
    """The values read, as they were typed."""
    found = standard.submission(pages, form)
    scales = {item.id: item.scale for item in standard.template(form).items}
    return {item: value / scales[item] for item, value in standard.read_values(found, form).items()}


@BOTH
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_blank_rows_and_columns_and_other_sheets_change_no_value(form: str, data: st.DataObject) -> None:
    pages = standard.filled(form, values=numbered(form))
    for page in pages[1:]:
        rows = st.lists(st.integers(1, page.height - 1), max_size=4)
        columns = st.lists(st.integers(0, page.width - 1), max_size=2)
        page.insert(data.draw(rows), data.draw(columns) if page.name != "表四" else ())
    order = data.draw(st.permutations(pages))
    cut = data.draw(st.integers(1, len(order)))
    gap = data.draw(st.integers(1, 3))
    parts = [standard.together(order[:cut], gap, "甲"), standard.together(order[cut:], gap, "乙")]
    assert read([page for part in parts for page in part], form) == numbered(form)


@BOTH
@pytest.mark.parametrize("blank", [1, 2, 3, 4])
def test_a_header_torn_apart_by_blank_rows_is_one_header(form: str, blank: int) -> None:
    for row in (3, 4):
        pages = standard.filled(form, values=numbered(form))
        pages[4].insert([row] * blank)
        assert read(pages, form) == numbered(form)


@BOTH
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_a_layout_remembered_is_the_layout_located_afresh(form: str, data: st.DataObject) -> None:
    items = [item.id for item in standard.template(form).items]
    contents = st.sampled_from(["", 0, 7, "无", "47件", "总计", "微博", "结果维持", "填报单位", "2018", -3.5])
    memory = LayoutMemory()
    standard.submission(standard.filled(form), form, memory=memory)
    pages = standard.filled(form, unit=data.draw(st.sampled_from(["乙局", "", "年度", "自然人"])))
    for item in data.draw(st.lists(st.sampled_from(items), max_size=5)):
        standard.put(pages, item, data.draw(contents))
    known = standard.submission(pages, form, memory=memory)
    fresh = standard.submission(pages, form)
    assert known.places == fresh.places
    assert known.problems == fresh.problems
    assert known.cover == fresh.cover
    assert standard.read_values(known, form) == standard.read_values(fresh, form)


@pytest.mark.parametrize(
    ("label", "retyped"),
    [
        ("结果维持", "维持结果"),
        ("法律服务机构", "法律服务机关"),
        ("（一）予以公开", "（一）予以公幵"),
        ("1.属于国家秘密", "（三）不予公开1.属于国家密秘"),
        ("微博", "1 3 ．微 博"),
        ("政府网站", "政府门户网站"),
    ],
)
def test_a_misspelt_label_is_still_this_one(label: str, retyped: str) -> None:
    pages = standard.filled()
    page = next(one for one in pages if label in one.cells.values())
    page.cells[page.at(label)] = retyped
    found = standard.submission(pages)
    assert {code for code, _ in standard.problems(found)} <= {"S2.label"}
    assert standard.read_values(found) == standard.read_values(standard.submission(standard.filled()))


def test_a_block_of_one_misspelt_column_is_found() -> None:
    pages = standard.filled(NEW)
    sheet = standard.page_of(pages, "proactive.licensing.decisions")
    row, column = sheet.items["proactive.licensing.decisions"]
    sheet.cells[row - 1, column] = "本年处理决定数"
    sheet.cells[row - 1, column - 1] = "项目"
    found = standard.submission(pages, NEW)
    assert [code for code, _ in standard.problems(found)] == ["S2.label"]
    assert len(standard.read_values(found, NEW)) == 218


def test_numbers_of_the_columns_are_no_row_even_when_one_was_taken_out() -> None:
    pages = standard.filled()
    sheet = standard.page_of(pages, "applications.received.total")
    row, column = sheet.items["applications.received.natural_person"]
    sheet.insert([row])
    for step in range(7):
        sheet.cells[row, column + step] = step + 1
    sheet.delete(columns=[column + 3])
    found = standard.problems(standard.submission(pages))
    assert [code for code, _ in found] == ["S2.missing"]


def test_the_row_of_values_without_label_is_the_one_named_quantity_when_all_is_blank() -> None:
    pages = standard.filled(values={"applications.received.total": 3})
    sheet = standard.page_of(pages, "proceedings.review.total")
    sheet.insert(columns=[0])
    row, _ = sheet.items["proceedings.review.upheld"]
    sheet.insert(rows=[row, row])
    sheet.cells[row + 2, 0] = "数量"
    found = standard.submission(pages)
    template = standard.template()
    assert found.places[template.index["proceedings.review.upheld"]] == (4, row + 2, 1)


def beside(page: Page, half: int) -> Page:
    """The label–value pairs of a sheet in two columns of labels, the second ones right of the first."""
    placed = sorted(page.items.values())
    top, column = placed[0]
    two = Page(page.name)
    for at, cell in page.cells.items():
        down = at[0] - top
        two.cells[(top + down - half, column + at[1] + 1) if down >= half else at] = cell
    return two


@BOTH
@pytest.mark.parametrize("unit", ["", "（件）"])
@pytest.mark.parametrize("half", [18, 9, 13])
def test_pairs_side_by_side_with_units_of_measure_are_read(form: str, half: int, unit: str) -> None:
    pages = standard.filled(form, values=numbered(form))
    sheet = standard.page_of(pages, "overview.published.total")
    labels = {(row, column - 1) for row, column in sheet.items.values()}
    sheet.cells |= {place: f"{sheet.cells[place]}{unit}" for place in labels}
    pages[pages.index(sheet)] = beside(sheet, half)
    assert read(pages, form) == numbered(form)
    assert read(standard.together(pages), form) == numbered(form)


@pytest.mark.parametrize("item", ["litigation.direct", "litigation.after_review"])
def test_a_column_deleted_with_the_names_of_its_groups_is_the_one_missing(item: str) -> None:
    pages = standard.filled()
    page = standard.page_of(pages, "proceedings.review.upheld")
    column = page.items[f"proceedings.{item}.upheld"][1]
    for place in [place for place in page.cells if place[1] == column]:
        del page.cells[place]
    page.delete(columns=[column])
    found = standard.submission(standard.together(pages))
    assert [problem.code for problem in found.problems] == ["S2.missing"]
    assert found.problems[0].items == (f"proceedings.{item}.upheld",)
