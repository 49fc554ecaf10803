"""上年对比: every item this year and last, with the change; an incomplete total like with like."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from consolidate.books import style
from consolidate.books.master import page
from consolidate.books.master.plan import COMPARISON, FIRST, LastYear, Plan, rounded, shown
from consolidate.books.style import Look
from consolidate.books.writing import Book
from consolidate.forms.structure import Item
from consolidate.model import address

_WIDTHS = (7.0, 60.0, 13.0, 13.0, 13.0, 10.0, 13.0)
PERCENT = style.NUMBER.but(number="0.0%", ink=style.ALSO_INK)
NOTHING = "—"  # no figure to compare with
_THIS, _LAST, _CHANGE, _SHARE, _WHOLE = 2, 3, 4, 5, 6


def draw(book: Book, plan: Plan) -> None:
    """Add the sheet; without last year's figures it says how to get them."""
    last = plan.last_year
    alike = plan.run.complete
    widths = _WIDTHS[: _WHOLE if alike else None]
    sheet = page.add(book, plan, COMPARISON, widths, repeat=(0, FIRST - 1))
    page.head(book, sheet, plan, COMPARISON, widths, _remark(plan, last))
    sheet.freeze_panes(FIRST, 2)
    if last is None:
        return
    before = f"{last.year}年"
    same = before if alike else f"{before}\n（同口径）"
    labels = ["表", "项目", f"{plan.run.year}年", same, "增减", "增减%"]
    page.header(book, sheet, FIRST - 1, labels if alike else [*labels, f"{before}\n（全部单位）"])
    sheet.set_row(FIRST - 1, 20 if alike else 34)
    for row, item in enumerate(plan.run.template.items, start=FIRST):
        sheet.write_string(row, 0, item.table_name, book.format(style.CENTER))
        sheet.write_string(row, 1, item.short, book.format(style.TEXT))
        sheet.set_row(row, style.height([(item.short, _WIDTHS[1] - 2)]))
        _figures(book, sheet, plan, last, item, row)
        if not alike:
            put(book, sheet, row, _WHOLE, item, last.whole[item.index])


def _remark(plan: Plan, last: LastYear | None) -> str:
    if last is None:
        return "没有上年数据：用--previous指定上年的汇总工作簿（master.xlsx），本页即列出各项增减。"
    if plan.run.complete:
        return ""
    return "本年未齐，按同口径比较：上年数只含本年已计入合计的单位；全部单位的上年数列在最右一列。"


def _figures(book: Book, sheet: Worksheet, plan: Plan, last: LastYear, item: Item, row: int) -> None:
    form = book.format(style.value(item))
    now = shown(item, plan.run.totals[item.index].value)
    sheet.write_formula(row, _THIS, f"={plan.cells.ref(item.index)}", form, now)
    before = last.same[item.index]
    put(book, sheet, row, _LAST, item, before)
    change(book, sheet, row, (_THIS, _LAST, _CHANGE, _SHARE), item, (now, before))


def put(
    book: Book,
    sheet: Worksheet,
    row: int,
    column: int,
    item: Item,
    value: float | None,
    look: Look | None = None,
) -> None:
    """A figure in smallest units that may be unknown."""
    if value is None:
        sheet.write_string(row, column, NOTHING, book.format(style.CENTER))
    else:
        sheet.write_number(row, column, shown(item, value), book.format(look or style.value(item)))


def change(
    book: Book,
    sheet: Worksheet,
    row: int,
    columns: tuple[int, int, int, int],
    item: Item,
    values: tuple[float, float | None],
    look: Look | None = None,
) -> None:
    """Change and percentage as formulas; `columns` of now, before, change, share; `values` shown, smallest.

    A change from 0 has no percentage.
    """
    now_column, before_column, change_column, share_column = columns
    now, smallest = values
    dash = book.format(style.CENTER)
    if smallest is None:
        sheet.write_string(row, change_column, NOTHING, dash)
        sheet.write_string(row, share_column, NOTHING, dash)
        return
    before = shown(item, smallest)
    here, there = address(row, now_column), address(row, before_column)
    difference = round(now - before, item.decimals) if item.decimals else now - before
    form = book.format(look or style.value(item))
    sheet.write_formula(row, change_column, rounded(item, f"{here}-{there}"), form, difference)
    share = f'=IF({there}=0,"{NOTHING}",({here}-{there})/ABS({there}))'
    result = (now - before) / abs(before) if before else NOTHING
    sheet.write_formula(row, share_column, share, book.format(PERCENT), result)
