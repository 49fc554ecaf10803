"""New workbooks: fixed bytes, and nothing dropped in silence."""

from __future__ import annotations

import io
import itertools
import zipfile

import openpyxl
import pytest

from consolidate.books import style, writing
from consolidate.books.writing import Book
from consolidate.model import Marker


def draw(book: Book) -> None:
    sheet = book.sheet("表", [10, 20], footer="2019")
    sheet.write_string(0, 0, "=1+1", book.format(style.TEXT))
    book.sign(Marker("blank", year=2019))


def test_bytes_have_no_date_and_no_system() -> None:
    content = writing.render("试", draw)
    assert content == writing.render("试", draw)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert {info.date_time[0] for info in package.infolist()} == {1980}
        assert {info.create_system for info in package.infolist()} == {0}


def test_page_font_and_marker() -> None:
    book = openpyxl.load_workbook(io.BytesIO(writing.render("试", draw)))
    sheet = book["表"]
    assert int(sheet.page_setup.paperSize) == style.PAPER_A4
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0  # as many pages as needed
    assert sheet["A1"].font.name == "宋体"
    assert (sheet["A1"].value, sheet["A1"].data_type) == ("=1+1", "s")
    assert sheet.oddFooter.center.text == "第 &P 页　共 &N 页"
    assert book["_consolidate"].sheet_state == "veryHidden"


def test_a_prompt_beyond_the_limit_is_our_error() -> None:
    def too_long(book: Book) -> None:
        sheet = book.sheet("表", [10])
        sheet.data_validation(0, 0, 0, 0, {"validate": "any", "input_message": "长" * 256})

    with pytest.raises(UserWarning, match="255"):
        writing.render("试", too_long)


def test_severities_differ_in_brightness() -> None:
    def brightness(colour: str) -> float:
        red, green, blue = (int(colour[n : n + 2], 16) for n in (0, 2, 4))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    levels = [brightness(style.FILLS[s]) for s in ("error", "query", "hint")]
    assert levels == sorted(levels)
    assert all(darker + 25 < lighter for darker, lighter in itertools.pairwise(levels))
