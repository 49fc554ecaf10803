"""Whatever the format, the same cells come out, with their addresses."""

import io
import struct
import zipfile
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consolidate.intake import grid, guard, read
from consolidate.intake.content import Content
from consolidate.intake.grid import Span
from consolidate.model import Marker, Refusal, Sheet, Workbook
from tests.hostile import binary, books, ooxml, other
from tests.hostile.form import Grid, filled, place
from tests.hostile.ooxml import Raw

GRIDS = filled("甲镇")


def workbook(data: bytes, name: str = "") -> Workbook:
    result = read.workbook(data, name)
    assert isinstance(result, Workbook), result
    return result


def cells(sheets: Sequence[Sheet]) -> list[list[list[object]]]:
    return [[list(row) for row in sheet.rows] for sheet in sheets]


def notes(book: Workbook) -> list[str]:
    return [note.code for note in book.notes]


@pytest.mark.parametrize("make", [ooxml.book, binary.xls, binary.xlsb, other.ods, other.html])
def test_every_format_gives_the_same_cells(make: Callable[[list[Grid]], bytes]) -> None:
    assert cells(workbook(make(GRIDS)).sheets) == [grid.rows() for grid in GRIDS]


@pytest.mark.parametrize("make", [ooxml.book, binary.xls])
def test_merged_areas_are_known(make: Callable[[list[Grid]], bytes]) -> None:
    for sheet, expected in zip(workbook(make(GRIDS)).sheets, GRIDS, strict=True):
        assert sorted(sheet.merged) == sorted(expected.merged)


@pytest.mark.parametrize("make", [other.html, other.word])
def test_merged_areas_of_tables_are_those_inside_of_them(make: Callable[[list[Grid]], bytes]) -> None:
    sheet, expected = workbook(make(GRIDS)).sheets[-2], GRIDS[-2]
    height = len(expected.rows())
    assert sorted(sheet.merged) == sorted(area for area in expected.merged if area[2] < height)


def test_a_document_gives_its_tables_and_the_text_around_them() -> None:
    book = workbook(other.word(GRIDS), "报告.docx")
    assert [sheet.name for sheet in book.sheets] == ["正文", "表1", "表2", "表3", "表4"]
    assert ["填报单位：甲镇"] in [list(row) for row in book.sheets[0].rows]
    assert cells(book.sheets[1:]) == [grid.rows() for grid in GRIDS[1:]]
    assert notes(book) == ["F.format"]


@pytest.mark.parametrize(
    ("codec", "delimiter"),
    [("utf-8", ","), ("utf-8-sig", ","), ("gb18030", ","), ("utf-16", "\t"), ("gb18030", ";")],
)
def test_delimited_text_in_any_usual_encoding(codec: str, delimiter: str) -> None:
    rows = workbook(other.delimited(GRIDS[:1], codec, delimiter), "a.xls").sheets[0].rows
    assert [list(row) for row in rows] == GRIDS[0].rows()


def test_rows_begin_at_a1_even_when_the_first_are_empty() -> None:
    data = ooxml.book([Grid("表", {(4, 2): 7})])
    assert [list(row) for row in workbook(data).sheets[0].rows] == [["", "", ""]] * 4 + [["", "", 7.0]]


def test_error_cells_and_dead_formulas_are_blank() -> None:
    for book in ("错误值", "除零", "未计算", "溢出", "新错误"):
        sheet, row, column = place("applications.carried_in.natural_person")
        assert workbook(books.BOOKS[book]("甲镇")).sheets[sheet].rows[row][column] == "", book


def test_a_new_error_does_not_cost_the_sheet() -> None:
    rows = cells(workbook(books.BOOKS["溢出"]("甲镇")).sheets)
    expected = [grid.rows() for grid in filled("甲镇")]
    sheet, row, column = place("applications.carried_in.natural_person")
    expected[sheet][row][column] = ""
    assert rows == expected


@pytest.mark.parametrize(
    "value",
    ["<![CDATA[12]]>", "1<![CDATA[2]]>", "1<!-- 9 -->2", "1<?a 9?>2", "&#49;2", "1&#50;", "1&#x32;",
     "<!-- <![CDATA[ -->12", "<![CDATA[1]]><!-- ]]> -->&#x032;"],
)  # fmt: skip
@pytest.mark.parametrize("tag", ["v", 'v xml:space="preserve"'])
def test_a_figure_in_unusual_xml_is_never_read_in_part(tag: str, value: str) -> None:
    data = ooxml.book([Grid("表", {(0, 0): Raw("", f"<{tag}>{value}</v>"), (0, 1): "1&<2", (0, 2): 7})])
    assert [list(row) for row in workbook(data).sheets[0].rows] == [[12.0, "1&<2", 7.0]]


def test_what_only_looks_like_it_costs_no_repair() -> None:
    cells = {(0, 0): Raw("", "<f>'甲'!A1&amp;\"<!\"</f><v>1</v>"), (0, 1): "&#49; <!-- -->", (0, 2): "?"}
    content = guard.examine(ooxml.book([Grid("表", cells)]))
    assert isinstance(content, Content)
    assert "repair" not in content.signs


def test_text_that_looks_like_a_new_error_is_left_alone() -> None:
    grids = [Grid("表", {(0, 0): Raw('t="e"', "<v>#SPILL!</v>"), (0, 1): Raw('t="str"', "<v>#SPILL!</v>")})]
    assert [list(row) for row in workbook(ooxml.book(grids)).sheets[0].rows] == [["", "#SPILL!"]]


@pytest.mark.parametrize(
    ("book", "codes"),
    [
        ("好", []),
        ("公式", ["F.formulas"]),
        ("隐藏表", ["F.hidden"]),
        ("隐藏行", ["F.hidden_rows"]),
        ("外部链接", ["F.links", "F.formulas"]),
    ],
)
def test_hints_about_the_file(book: str, codes: list[str]) -> None:
    assert notes(workbook(books.BOOKS[book]("甲镇"), "甲镇.xlsx")) == codes


def test_a_name_that_belies_the_content_is_a_hint() -> None:
    assert notes(workbook(ooxml.book(GRIDS), "甲镇.xls")) == ["F.format"]
    assert notes(workbook(binary.xls(GRIDS), "甲镇.XLS")) == []


def marked(*rows: tuple[str, ...]) -> bytes:
    cells_of = {(number, column): text for number, row in enumerate(rows) for column, text in enumerate(row)}
    grids = [*filled("甲镇"), Grid("_consolidate", cells_of)]
    return ooxml.book(grids, states={"_consolidate": 'state="veryHidden"'})


def test_the_marker_of_our_own_books_is_read_and_left_out() -> None:
    data = marked(
        ("tool", "consolidate"), ("role", "return"), ("template", "disclosure-2019"), ("version", "1"),
        ("year", "2019"), ("source", "ab" * 32), ("data_sheet", "表二"), ("data_sheet", "表三"),
        ("digest", "T3.row-1", "0f"), ("office", "县办"),
    )  # fmt: skip
    book = workbook(data)
    assert book.marker == Marker(
        role="return", template="disclosure-2019", version="1", year=2019, source="ab" * 32,
        data_sheets=("表二", "表三"), digests={"T3.row-1": "0f"}, facts={"office": "县办"},
    )  # fmt: skip
    assert [sheet.name for sheet in book.sheets] == [grid.name for grid in GRIDS]
    assert notes(book) == []


@pytest.mark.parametrize(
    "rows", [[("tool", "other"), ("role", "return")], [("tool", "consolidate"), ("role", "boss")], [("x",)]]
)
def test_a_marker_that_is_not_ours_is_none(rows: list[tuple[str, ...]]) -> None:
    assert workbook(marked(*rows)).marker is None


def test_what_the_first_reader_gives_up_on_the_second_reads() -> None:
    dimension = books.changed(lambda text: text.replace("<sheetData>", '<dimension ref="A1:B"/><sheetData>'))
    assert cells(workbook(dimension("甲镇")).sheets) == [grid.rows() for grid in GRIDS]


def test_the_second_reader_shows_errors_as_blanks_too_and_finds_our_marker() -> None:
    values = Grid("表", {(0, 0): Raw('t="e"', "<v>#REF!</v>"), (1, 0): Raw('t="x"', "<v>甲</v>"), (1, 1): 2})
    ours = Grid("_consolidate", {(0, 0): "tool", (0, 1): "consolidate", (1, 0): "role", (1, 1): "blank"})
    book = workbook(ooxml.book([values, ours], states={"表": 'state="hidden"'}))
    assert [list(row) for row in book.sheets[0].rows] == [["", ""], ["甲", 2.0]]
    assert book.sheets[0].hidden
    assert book.marker == Marker(role="blank")


def test_a_missing_sheet_is_never_passed_over() -> None:
    assert read.workbook(books.BOOKS["缺表"]("甲镇")) == Refusal(
        "F.damaged", {"reason": "内部结构不合规范", "detail": "表三"}
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12.0), (" -3.5 ", -3.5), ("0", 0.0), ("13188.0989", 13188.0989), ("007", "007"),
        ("1,234", "1,234"), ("113412345678901234", "113412345678901234"), ("１２", "１２"), ("1e5", "1e5"),
        ("", ""), ("nan", "nan"),
    ],
)  # fmt: skip
def test_plain_numbers_in_text_formats_become_numbers(text: str, value: object) -> None:
    assert grid.value(text) == value


def test_spans_push_the_cells_after_them() -> None:
    rows = [[Span("甲", 2, 2), Span("1")], [Span("2")], [Span("3"), Span("4"), Span("5")]]
    sheet = grid.spanned("表", rows)
    assert [list(row) for row in sheet.rows] == [["甲", "", 1.0], ["", "", 2.0], [3.0, 4.0, 5.0]]
    assert sheet.merged == ((0, 0, 1, 1),)


@given(st.lists(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=6), max_size=6))
def test_tables_of_any_spans_give_a_rectangle(spans: list[list[tuple[int, int]]]) -> None:
    sheet = grid.spanned("表", [[Span("x", high, wide) for high, wide in row] for row in spans])
    assert len(sheet.rows) == len(spans)
    assert len({len(row) for row in sheet.rows}) <= 1
    assert sum(cell == "x" for row in sheet.rows for cell in row) == sum(map(len, spans))
    assert all(c < len(sheet.rows) for _, _, c, _ in sheet.merged)


@pytest.mark.parametrize("span", ["100000000000", "-1", "x", "999999"])
def test_absurd_spans_in_a_page_do_no_harm(span: str) -> None:
    page = f"<table><tr><td rowspan={span} colspan={span}>1</td><td>2</td></tr></table>"
    assert workbook(page.encode()).sheets[0].rows[0][0] == 1.0


def test_a_page_with_too_many_cells_is_refused() -> None:
    page = "<table>" + "<tr><td colspan=1000>1</td></tr>" * 1_001 + "</table>"
    assert read.workbook(page.encode()) == Refusal("F.zip_entries", {"reason": "一张表超过100万格"})


def test_tables_that_only_arrange_other_tables_are_passed_over() -> None:
    page = "<table><tr><td><table><tr><td>1</td></tr></table></td></tr></table><p>说明</p>".encode()
    assert [sheet.name for sheet in workbook(page).sheets] == ["正文", "表1"]


def test_a_page_that_declares_a_charset_without_chinese_is_read_as_what_it_is() -> None:
    page = other.html(filled("甲镇"), "gb18030").replace(b"charset=gb18030", b"charset=iso-8859-1")
    assert workbook(page).sheets == workbook(other.html(filled("甲镇"), "gb18030")).sheets


def test_a_document_is_read_as_if_its_changes_were_accepted() -> None:
    with zipfile.ZipFile(io.BytesIO(other.word(filled("甲镇")))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text = parts["word/document.xml"].decode()
    moved = '<w:moveFrom w:id="1" w:author="a"><w:r><w:t>9</w:t></w:r></w:moveFrom>'
    gone = '<w:tr><w:trPr><w:del w:id="2" w:author="a"/></w:trPr><w:tc><w:p/></w:tc></w:tr>'
    changed = text.replace("<w:r><w:t>0</w:t>", f"{moved}<w:r><w:t>0</w:t>").replace(
        "</w:tbl>", gone + "</w:tbl>"
    )
    assert changed != text
    tracked = ooxml.packed({**parts, "word/document.xml": changed.encode()})
    assert workbook(tracked).sheets == workbook(other.word(filled("甲镇"))).sheets


@pytest.mark.parametrize("make", [ooxml.book, binary.xls])
def test_how_a_book_counts_days_is_known(make: Callable[[list[Grid]], bytes]) -> None:
    assert not workbook(make(filled("甲镇"))).since_1904
    grids = filled("甲镇")
    mac = (
        binary.xls(grids, struct.pack("<HHH", 0x22, 2, 1))
        if make is binary.xls
        else ooxml.book(grids, properties='<workbookPr date1904="1"/>')
    )
    assert workbook(mac).since_1904
