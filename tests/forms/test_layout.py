"""The standard layout: every item once, nothing overlaps, merged as on the official form."""

from __future__ import annotations

from pathlib import Path

import pytest

from consolidate.forms import layout, template
from consolidate.forms.template import Template

SCHEMAS = Path(__file__).parents[2] / "schemas"


@pytest.fixture(scope="module", params=["disclosure-2019", "disclosure-2021"])
def form(request: pytest.FixtureRequest) -> Template:
    return template.load(SCHEMAS / f"{request.param}.yaml")


def test_sheets_are_cover_and_tables(form: Template) -> None:
    assert [sheet.name for sheet in layout.standard(form)] == ["封面", "表一", "表二", "表三", "表四"]


def test_every_item_has_one_cell_of_its_own(form: Template) -> None:
    places = layout.place(form)
    assert sorted(places) == list(range(len(form.items)))
    assert len(set(places.values())) == len(form.items)
    for sheet in layout.standard(form):
        assert all(form.items[cell.item or 0].table == sheet.table for cell in sheet.values)


def test_cells_fill_the_grid_without_overlap(form: Template) -> None:
    for sheet in layout.standard(form):
        taken = [
            (row, column)
            for cell in sheet.cells
            for row in range(cell.row, cell.row + cell.rowspan)
            for column in range(cell.column, cell.column + cell.colspan)
        ]
        assert len(taken) == len(set(taken))
        gap = {(sheet.rows - 2, column) for column in range(sheet.columns)} if not sheet.table else set()
        assert set(taken) == {(r, c) for r in range(sheet.rows) for c in range(sheet.columns)} - gap


def test_every_text_fits_into_its_cell(form: Template) -> None:
    for sheet in layout.standard(form):
        for cell in sheet.cells:
            room = sum(sheet.widths[cell.column : cell.column + cell.colspan])
            height = sum(sheet.heights[cell.row : cell.row + cell.rowspan])
            assert layout.lines(cell.text, room) * 15 <= height, cell


def _spans(sheet: layout.SheetLayout) -> dict[str, tuple[str, int, int]]:
    return {cell.text: (cell.address, cell.rowspan, cell.colspan) for cell in sheet.cells if cell.text}


def test_applications_as_on_the_official_form(form: Template) -> None:
    sheet = layout.standard(form)[3]
    later = form.id == "disclosure-2021"
    spans = _spans(sheet)
    assert spans["申请人情况"] == ("D3", 1, 7)
    assert spans["法人或其他组织"] == ("E4", 1, 5)
    assert spans["自然人"] == ("D4", 2, 1)
    assert spans["总计"] == ("J4", 2, 1)
    assert spans["一、本年新收政府信息公开申请数量"] == ("A6", 1, 3)
    assert spans["三、本年度办理结果"] == ("A8", 22 if later else 20, 1)
    assert spans["（一）予以公开"] == ("B8", 1, 2)
    assert spans["（三）不予公开"] == ("B10", 8, 1)
    assert spans["（六）其他处理"] == (("B26", 3, 1) if later else ("B26", 1, 2))
    assert spans["四、结转下年度继续办理"] == ("A30" if later else "A28", 1, 3)
    assert next(cell for cell in sheet.cells if cell.role == "corner").colspan == 3
    assert sheet.repeat == (0, 4)
    assert not sheet.landscape


def test_proceedings_have_a_three_row_header_and_one_row() -> None:
    form = template.load(SCHEMAS / "disclosure-2021.yaml")
    sheet = layout.standard(form)[4]
    spans = {(cell.text, cell.address): (cell.rowspan, cell.colspan) for cell in sheet.cells}
    assert spans["行政复议", "A3"] == (1, 5)
    assert spans["行政诉讼", "F3"] == (1, 10)
    assert spans["结果维持", "A4"] == (2, 1)
    assert spans["未经复议直接起诉", "F4"] == (1, 5)
    assert spans["结果维持", "F5"] == (1, 1)
    assert {cell.row for cell in sheet.values} == {5}
    assert sheet.landscape


def test_narrow_blocks_reach_the_right_border() -> None:
    sheet = layout.standard(template.load(SCHEMAS / "disclosure-2021.yaml"))[2]
    spans = _spans(sheet)
    assert spans["第二十条第（八）项"][2] == 4
    assert spans["本年收费金额（单位：万元）"][2] == 3


def test_cover_has_a_field_for_every_key(form: Template) -> None:
    cover = layout.standard(form)[0]
    assert list(cover.fields) == list(form.cover)
    assert cover.fields["unit"].address == "B3"


@pytest.mark.parametrize(
    ("text", "columns", "expected"),
    [("", 9, 1), ("abc", 9, 1), ("社会公益", 9, 1), ("社会公益组", 9, 2), ("社会公益组织", 9, 2),
     ("abcdefgh", 9, 1), ("abcdefghi", 9, 2), ("一\n二", 20, 2)],
)  # fmt: skip
def test_lines(text: str, columns: float, expected: int) -> None:
    assert layout.lines(text, columns) == expected
