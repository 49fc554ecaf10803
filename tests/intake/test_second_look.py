"""What a blank cell really holds: an error, a formula never calculated, or nothing."""

import struct

import pytest

from consolidate.intake import guard, second_look
from consolidate.intake.cellfact import CellFact
from consolidate.intake.content import Content
from tests.hostile import binary, books, ooxml, other
from tests.hostile.form import Grid, filled, place
from tests.hostile.ooxml import Raw

SHEET, ROW, COLUMN = place("applications.carried_in.natural_person")
CELL = ("表三", ROW, COLUMN)


def fact(book: str) -> CellFact | None:
    return second_look.cells(books.BOOKS[book]("甲镇"), "xlsx", [CELL]).get(CELL)


@pytest.mark.parametrize(
    ("book", "expected"),
    [
        ("错误值", CellFact(error="#REF!", stored="#REF!")),
        ("除零", CellFact("=1/0", "#DIV/0!", stored="#DIV/0!")),
        ("未计算", CellFact("=SUM(A1:B1)", uncached=True)),
        ("未计算空值", CellFact("=SUM(A1:B1)", uncached=True)),
        ("溢出", CellFact("=F8:F9", "#SPILL!", stored="#SPILL!")),
        ("公式", CellFact("=1-1", stored="0")),
        ("全角数字", CellFact(stored="０")),
        ("好", CellFact(stored="0")),
    ],
)
def test_a_cell_is_told(book: str, expected: CellFact) -> None:
    assert fact(book) == expected


def test_a_blank_cell_has_no_fact() -> None:
    assert second_look.cells(books.BOOKS["好"]("甲镇"), "xlsx", [("表三", 900, 1), ("没有", 0, 0)]) == {}


@pytest.mark.parametrize("book", ["严格", "前缀", "宽编码", "国标编码", "无坐标", "乱序"])
def test_unusual_xml_is_understood(book: str) -> None:
    assert fact(book) == CellFact(stored="0")


def test_formulas_are_listed_with_their_text() -> None:
    assert second_look.formulas(books.BOOKS["公式"]("甲镇"), "xlsx", ["表二", "表三"]) == {CELL: "=1-1"}
    assert second_look.formulas(books.BOOKS["公式"]("甲镇"), "xlsx", ["表二"]) == {}


def test_an_empty_text_result_is_no_dead_formula() -> None:
    data = ooxml.book([Grid("表", {(0, 0): Raw('t="str"', '<f>IF(1,"","")</f><v></v>')})])
    assert not second_look.cells(data, "xlsx", [("表", 0, 0)])[("表", 0, 0)].uncached


def test_clean_files_do_not_pay() -> None:
    for book, worth in (("好", False), ("公式", False), ("错误值", True), ("未计算", True)):
        content = guard.examine(books.BOOKS[book]("甲镇"))
        assert isinstance(content, Content)
        assert second_look.worthwhile(content.signs) is worth, book


def test_a_shared_formula_that_was_never_calculated_is_noticed() -> None:
    data = books.put(Raw("", '<f t="shared" si="0"/>'))("甲镇")
    content = guard.examine(data)
    assert isinstance(content, Content)
    assert second_look.worthwhile(content.signs)
    assert second_look.cells(data, "xlsx", [CELL])[CELL].uncached


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def test_errors_and_formulas_of_an_xls() -> None:
    stream = binary.biff([Grid("表", {(0, 0): 1.0})])
    broken = record(0x0205, struct.pack("<HHHBB", 1, 2, 0, 7, 1))
    dead = record(0x0006, struct.pack("<HHH", 3, 4, 0) + b"\2\0\x17\0\0\0\xff\xff" + b"\0" * 8)
    alive = record(0x0006, struct.pack("<HHHd", 5, 6, 0, 9.0) + b"\0" * 8)
    end = record(0x000A, b"")
    data = binary.container({"Workbook": stream[: -len(end)] + broken + dead + alive + end})
    wanted = [("表", 0, 0), ("表", 1, 2), ("表", 3, 4), ("表", 5, 6)]
    assert second_look.cells(data, "xls", wanted) == {
        ("表", 1, 2): CellFact(error="#DIV/0!"),
        ("表", 3, 4): CellFact("=", "#REF!"),
        ("表", 5, 6): CellFact("="),
    }
    content = guard.examine(data)
    assert isinstance(content, Content)
    assert content.signs >= {"errors", "formulas"}


def test_errors_and_formulas_of_an_xlsb() -> None:
    formula = b"\0\0" + struct.pack("<I", 0) * 2
    cells = {
        (0, 0): 1.0,
        (1, 2): binary.Record(3, b"\x17"),
        (3, 4): binary.Record(11, b"\x07" + formula),
        (3, 200): binary.Record(9, struct.pack("<d", 9) + formula),
        (5, 0): "合计",
    }
    data = binary.xlsb([Grid("表一", {(0, 0): 2.0}), Grid("表", dict(cells))])
    wanted = [(sheet, *place) for sheet in ("表一", "表") for place in cells]
    assert second_look.cells(data, "xlsb", wanted) == {
        ("表", 1, 2): CellFact(error="#REF!"),
        ("表", 3, 4): CellFact("=", "#DIV/0!"),
        ("表", 3, 200): CellFact("="),
    }
    content = guard.examine(data)
    assert isinstance(content, Content)
    assert content.signs == {"errors", "formulas"}
    clean = guard.examine(binary.xlsb(filled("甲镇")))
    assert isinstance(clean, Content)
    assert clean.signs == frozenset()


def test_errors_and_formulas_of_an_ods() -> None:
    plain = '<table:table-cell office:value-type="string"><text:p>MARK'
    broken = '<table:table-cell table:formula="of:=1/0" office:value-type="string"><text:p>#DIV/0!'
    data = replaced(other.ods([Grid("表", {(0, 0): "MARK"})]), plain, broken)
    expected = CellFact("=1/0", "#DIV/0!", stored="#DIV/0!")
    assert second_look.cells(data, "ods", [("表", 0, 0)]) == {("表", 0, 0): expected}
    content = guard.examine(data)
    assert isinstance(content, Content)
    assert second_look.worthwhile(content.signs)


def replaced(book: bytes, old: str, new: str) -> bytes:
    parts = guard.package.directory(book)
    assert isinstance(parts, list)
    contents = {part.filename: guard.package.content(book, part) for part in parts}
    return ooxml.packed({name: part.replace(old.encode(), new.encode()) for name, part in contents.items()})


@pytest.mark.parametrize("kind", ["html", "csv", "docx"])
def test_where_nothing_can_be_known_nothing_is_said(kind: str) -> None:
    assert second_look.cells(b"anything", kind, [CELL]) == {}


@pytest.mark.parametrize("kind", ["xlsx", "xls", "xlsb", "ods"])
def test_a_damaged_file_gives_no_facts(kind: str) -> None:
    data = {"xlsx": ooxml.book, "xls": binary.xls, "xlsb": binary.xlsb, "ods": other.ods}[kind](
        filled("甲镇")
    )
    assert second_look.cells(data[:2_000], kind, [CELL]) == {}
