"""The sheet 上年对比 of a blank: last year's figure of every item beside this year's."""

from __future__ import annotations

from consolidate.books import style
from consolidate.books.blank.checks import put_text
from consolidate.books.blank.plan import COMPARISON, COMPARISON_FIRST, LAST_COLUMN, Plan
from consolidate.books.writing import Book
from consolidate.forms.cells import Cells
from consolidate.model import address

_WIDTHS = (8, 58, 13, 13, 12)


def draw(book: Book, plan: Plan) -> None:
    """Add the sheet, when a figure of last year is known."""
    if not plan.known or plan.last_year is None:
        return
    header = ("表", "项目", f"{plan.year - 1}年度", f"{plan.year}年度", "增减")
    first = COMPARISON_FIRST
    sheet = book.sheet(COMPARISON, _WIDTHS, repeat=(first - 1, first - 1), locked=True)
    sheet.merge_range(0, 0, 0, len(header) - 1, "与上年对比", book.format(style.TITLE))
    sheet.set_row(0, 34)
    sheet.merge_range(1, 0, 1, len(header) - 1, "", book.format(style.CAPTION))
    put_text(sheet, 1, 0, plan.caption, book, style.CAPTION)
    for column, text in enumerate(header):
        sheet.write_string(first - 1, column, text, book.format(style.HEADER))
    ours = plan.sheets.cells
    for row, index in enumerate(plan.known, start=first):
        item = plan.template.items[index]
        number = style.NUMBER.but(number=style.number(item.decimals))
        sheet.write_string(row, 0, item.table_name, book.format(style.CENTER))
        sheet.write_string(row, 1, item.short, book.format(style.TEXT))
        sheet.write_number(row, LAST_COLUMN, float(plan.last_year[index]) / item.scale, book.format(number))
        now, last = ours.ref(index), Cells({0: (COMPARISON, row, LAST_COLUMN)}, COMPARISON).ref(0)
        sheet.write_formula(row, 3, f'=IF(COUNT({now})=1,{now},"")', book.format(number), "")
        change = f"ROUND({now}-{last},{item.decimals})" if item.decimals else f"{now}-{last}"
        sheet.write_formula(row, 4, f'=IF(COUNT({now})=1,{change},"")', book.format(number), "")
        sheet.set_row(row, style.height([(item.short, _WIDTHS[1] - 1)]))
    end = first + len(plan.known) - 1
    sheet.autofilter(first - 1, 0, end, len(header) - 1)
    sheet.freeze_panes(first, 0)
    sheet.print_area(0, 0, end, len(header) - 1)
    book.workbook.define_name(
        "last_year.figures", f"='{COMPARISON}'!$C${first + 1}:${address(end, 2)[:1]}${end + 1}"
    )
