"""汇总核对: Σ units + Σ adjustments = total, item by item; which units are in."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from consolidate.books import style
from consolidate.books.master import page
from consolidate.books.master.plan import FIRST, PROOF, Plan, rounded, shown
from consolidate.books.writing import Book
from consolidate.forms.formula import BROKEN, HOLDS
from consolidate.forms.structure import Item
from consolidate.model import address

_WIDTHS = (7.0, 54.0, 50.0, 13.0, 12.0, 13.0, 13.0, 7.0)
_UNITS, _ADJUSTED, _SUM, _TOTAL, _CHECK = 3, 4, 5, 6, 7
_ID = style.SMALL.but(size=8, wrap=False)
_LONGEST = 1_500  # characters of names that a cell shows; longer lists are in 分单位明细


def draw(book: Book, plan: Plan) -> None:
    """Add the sheet: a row per item, and which units are in."""
    sheet = page.add(book, plan, PROOF, _WIDTHS, landscape=True, repeat=(0, FIRST - 1))
    page.head(book, sheet, plan, PROOF, _WIDTHS, " ")
    labels = ["表", "项目", "指标编号", "各单位之和", "汇总调整", "应为", "汇总表", "核对"]
    page.header(book, sheet, FIRST - 1, labels)
    items = plan.run.template.items
    for row, item in enumerate(items, start=FIRST):
        _item(book, sheet, plan, item, row)
    _summary(book, sheet, len(items))
    _members(book, sheet, plan, FIRST + len(items) + 1)
    sheet.freeze_panes(FIRST, 2)


def _item(book: Book, sheet: Worksheet, plan: Plan, item: Item, row: int) -> None:
    total = plan.run.totals[item.index]
    form = book.format(style.value(item))
    sheet.write_string(row, 0, item.table_name, book.format(style.CENTER))
    sheet.write_string(row, 1, item.short, book.format(style.TEXT))
    sheet.write_string(row, 2, item.id, book.format(_ID))
    sheet.set_row(row, style.height([(item.short, _WIDTHS[1] - 2)]))
    units, entries, both, here = (address(row, column) for column in (_UNITS, _ADJUSTED, _SUM, _TOTAL))
    adjustment = plan.adjustment(item)
    formulas = (
        (_UNITS, rounded(item, f"SUM({plan.column(item.index)})"), total.submitted),
        (_ADJUSTED, rounded(item, adjustment or "0"), total.adjustments),
        (_SUM, rounded(item, f"{units}+{entries}"), total.value),
        (_TOTAL, f"={plan.cells.ref(item.index)}", total.value),
    )
    for column, text, value in formulas:
        sheet.write_formula(row, column, text, form, shown(item, value))
    check = f'=IF(ROUND({both}-{here},{item.decimals})=0,"{HOLDS}","{BROKEN}")'
    sheet.write_formula(row, _CHECK, check, book.format(style.CENTER), HOLDS)


def _summary(book: Book, sheet: Worksheet, items: int) -> None:
    """The remark counts the checks, live."""
    checks = f"{address(FIRST, _CHECK)}:{address(FIRST + items - 1, _CHECK)}"
    text = '="逐项核对：COUNT项一致，OTHER项不一致。各单位之和加汇总调整，应等于汇总表所列。"'
    text = text.replace("COUNT", f'"&COUNTIF({checks},"{HOLDS}")&"')
    text = text.replace("OTHER", f'"&COUNTIF({checks},"{BROKEN}")&"')
    result = f"逐项核对：{items}项一致，0项不一致。各单位之和加汇总调整，应等于汇总表所列。"
    sheet.write_formula(2, 0, text, book.format(style.NOTE), result)


def _members(book: Book, sheet: Worksheet, plan: Plan, row: int) -> None:
    """The names of the units in the totals, a row per kind."""
    last = len(_WIDTHS) - 1
    page.across(book, sheet, row, 0, last, f"计入合计的单位（{plan.included}个）", style.SUBTITLE)
    names: dict[str, list[str]] = {}
    for entry in plan.counted:
        names.setdefault(entry.kind, []).append(entry.name)
    for number, (kind, members) in enumerate(names.items(), start=row + 1):
        text = "、".join(members)
        if len(text) > _LONGEST:
            text = f"共{len(members)}行，名称见分单位明细"
        sheet.set_row(number, style.height([(text, sum(_WIDTHS[2:]))]))
        page.across(book, sheet, number, 0, 1, f"{kind}（{len(members)}）", style.TEXT)
        page.across(book, sheet, number, 2, last, text, style.TEXT)
