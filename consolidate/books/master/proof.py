"""汇总核对: Σ units + Σ adjustments = total, item by item; the rules on totals; which units are in."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from consolidate.books import style, words
from consolidate.books.master import page
from consolidate.books.master.plan import FIRST, PROOF, Plan, rounded, shown
from consolidate.books.master.verdict import verdict
from consolidate.books.writing import Book
from consolidate.forms import formula
from consolidate.forms.formula import BROKEN, HOLDS
from consolidate.forms.rules import Rule
from consolidate.forms.structure import Item
from consolidate.model import address

_WIDTHS = (7.0, 54.0, 50.0, 13.0, 12.0, 13.0, 13.0, 7.0)
_UNITS, _ADJUSTED, _SUM, _TOTAL, _CHECK = 3, 4, 5, 6, 7
_ID = style.SMALL.but(size=8, wrap=False)
_LONGEST = 1_500  # characters of names that a cell shows; longer lists are in 分单位明细


def draw(book: Book, plan: Plan) -> None:
    """Add the sheet: a row per item, a row per rule, and which units are in."""
    sheet = page.add(book, plan, PROOF, _WIDTHS, landscape=True, repeat=(0, FIRST - 1))
    page.head(book, sheet, plan, PROOF, _WIDTHS, " ")
    labels = ["表", "项目", "指标编号", "各单位之和", "汇总调整", "应为", "汇总表", "核对"]
    page.header(book, sheet, FIRST - 1, labels)
    items = plan.run.template.items
    for row, item in enumerate(items, start=FIRST):
        _item(book, sheet, plan, item, row)
    _summary(book, sheet, len(items))
    row = _rules(book, sheet, plan, FIRST + len(items) + 1)
    _members(book, sheet, plan, row + 1)
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


def _rules(book: Book, sheet: Worksheet, plan: Plan, row: int) -> int:
    """The rules at the office's own level, with both sides recomputed; the row after them."""
    room = len(_WIDTHS) - 1
    page.across(
        book, sheet, row, 0, room, "本级勾稽核对：总计按分项重新相加，与填报的总计之和比较", style.SUBTITLE
    )
    labels = ["级别", "勾稽关系", "规则", "左边", "关系", "右边", "相差", "核对"]
    page.header(book, sheet, row + 1, labels)
    row += 2
    partial = _partly_absent(plan)
    for rule in plan.run.template.rules:
        if not rule.applies("total", plan.run.office.level) or rule.last_items or rule.kind == "jump":
            continue
        tables = {plan.run.template.items[item].table for item in rule.items}
        _rule(book, sheet, plan, rule, row, live=not (partial & tables and len(tables) > 1))
        row += 1
    return row


def _partly_absent(plan: Plan) -> set[str]:
    """Optional tables that some units in the totals did not hand in: not to be compared with the others."""
    submissions = [report.submission for report in plan.run.units if report.included]
    return {table for submission in submissions if submission for table in submission.absent_tables}


def _rule(book: Book, sheet: Worksheet, plan: Plan, rule: Rule, row: int, *, live: bool) -> None:
    text = f"{rule.subject}：{rule.say}" if rule.subject else rule.say
    sheet.write_string(row, 0, words.SEVERITY[rule.severity], book.format(style.CENTER))
    sheet.write_string(row, 1, text, book.format(style.TEXT))
    sheet.write_string(row, 2, rule.name, book.format(_ID))
    sheet.set_row(row, style.height([(text, _WIDTHS[1] - 2)]))
    sheets = formula.Sheets(plan.run.template.items, plan.cells)
    sides, state = formula.sides(rule, sheets), formula.state(rule, sheets)
    if not live or sides is None or state is None:
        note = "有的单位没有报这张表，只在报了的单位之间核对，结果见问题清单"
        page.across(book, sheet, row, _UNITS, _CHECK, note, style.SMALL)
        return
    found = verdict(rule, [total.value for total in plan.run.totals])
    decimals = max(comparison.decimals for comparison in rule.comparisons)
    number = book.format(style.NUMBER.but(number=style.number(decimals)))
    centre = book.format(style.CENTER)
    sheet.write_string(row, 4, sides.word, centre)
    for column, side, value in (
        (3, sides.left, found.left), (5, sides.right, found.right), (6, sides.difference, found.difference)
    ):  # fmt: skip
        if side and value is not None:
            sheet.write_formula(row, column, f"={side}", number, value)
        else:
            sheet.write_blank(row, column, None, number)
    look = style.CENTER if found.state == HOLDS else style.severity(style.CENTER, rule.severity)
    sheet.write_formula(row, _CHECK, f"={state}", book.format(look), found.state)


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
