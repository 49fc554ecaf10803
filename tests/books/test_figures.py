"""A row of figures written at once is, byte for byte, the row written cell by cell."""

from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter.format import Format

from consolidate.books import style, writing
from consolidate.books.figures import FigureSheet

FIGURES = st.one_of(st.integers(0, 2**53).map(float), st.integers(-(10**9), 10**9).map(lambda n: n / 10**4))
ROWS = st.lists(
    st.lists(st.one_of(FIGURES, st.just(math.nan)), min_size=5, max_size=5), min_size=1, max_size=4
)


def one_by_one(sheet: FigureSheet, row: int, figures: list[float], forms: list[Format]) -> None:
    for column, (figure, form) in enumerate(zip(figures, forms, strict=True), start=1):
        if math.isnan(figure):
            sheet.write_blank(row, column, None, form)
        else:
            sheet.write_number(row, column, figure, form)


def drawn(rows: list[list[float]], long: bool, at_once: bool) -> bytes:
    def draw(book: writing.Book) -> None:
        looks = [style.TEXT, style.SMALL, style.HEADER, style.TEXT, style.SMALL]
        forms = [book.format(look) for look in looks]
        book.workbook.constant_memory = long
        sheet = book.sheet("表", [9.0] * 6)
        for number, figures in enumerate(rows):
            sheet.write_string(number, 0, "甲镇", forms[0])
            if at_once:
                sheet.write_figures(number, 1, figures, forms)
            else:
                one_by_one(sheet, number, figures, forms)

    return writing.render("表", draw)


@settings(max_examples=25, deadline=None)
@given(ROWS, st.booleans())
def test_figures_at_once_are_the_same_cells(rows: list[list[float]], long: bool) -> None:
    assert drawn(rows, long, at_once=True) == drawn(rows, long, at_once=False)
