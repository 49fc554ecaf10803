"""本级勾稽: every rule on the office's own totals, with both sides recomputed."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from consolidate.books import style, words
from consolidate.books.master import page
from consolidate.books.master.plan import BALANCE, FIRST, Plan
from consolidate.books.master.verdict import verdict
from consolidate.books.writing import Book
from consolidate.forms import formula
from consolidate.forms.formula import HOLDS
from consolidate.forms.rules import Rule

_LABELS = ("级别", "勾稽关系", "规则", "左边", "关系", "右边", "相差", "核对")
_WIDTHS = (7.0, 60.0, 40.0, 14.0, 10.0, 14.0, 14.0, 7.0)
_LEFT, _RELATION, _RIGHT, _DIFFERENCE, _CHECK = 3, 4, 5, 6, 7
_NAME = style.SMALL.but(wrap=False)
_REMARK = "在汇总表上逐条核对：总计按分项重新相加，与填报的总计之和比较。与上年比较的规则，结果见问题清单。"


def draw(book: Book, plan: Plan) -> None:
    """Add the sheet: a row per rule that holds for totals at the office's level."""
    sheet = page.add(book, plan, BALANCE, _WIDTHS, landscape=True, repeat=(0, FIRST - 1))
    page.head(book, sheet, plan, BALANCE, _WIDTHS, _REMARK)
    page.header(book, sheet, FIRST - 1, _LABELS)
    sheet.set_row(FIRST - 1, 24)
    partial = _partly_absent(plan)
    for row, rule in enumerate(_rules(plan), start=FIRST):
        tables = {plan.run.template.items[item].table for item in rule.items}
        _rule(book, sheet, plan, rule, row, live=not (partial & tables and len(tables) > 1))
    sheet.freeze_panes(FIRST, 0)


def _rules(plan: Plan) -> list[Rule]:
    level = plan.run.office.level
    every = (rule for rule in plan.run.template.rules if rule.applies("total", level))
    return [rule for rule in every if not rule.last_items and rule.kind != "jump"]


def _partly_absent(plan: Plan) -> set[str]:
    """Optional tables that some units in the totals did not hand in: not to be compared with the others."""
    submissions = [report.submission for report in plan.run.units if report.included]
    return {table for submission in submissions if submission for table in submission.uneven_tables}


def _rule(book: Book, sheet: Worksheet, plan: Plan, rule: Rule, row: int, *, live: bool) -> None:
    text = f"{rule.subject}：{rule.say}" if rule.subject else rule.say
    sheet.write_string(row, 0, words.SEVERITY[rule.severity], book.format(style.CENTER))
    sheet.write_string(row, 1, text, book.format(style.TEXT))
    sheet.write_string(row, 2, rule.name, book.format(_NAME))
    sheet.set_row(row, style.height([(text, _WIDTHS[1] - 2)]))
    sheets = formula.Sheets(plan.run.template.items, plan.cells)
    sides, state = formula.sides(rule, sheets), formula.state(rule, sheets)
    if not live or sides is None or state is None:
        note = "有的单位没有报这张表，只在报了的单位之间核对，结果见问题清单"
        page.across(book, sheet, row, _LEFT, _CHECK, note, style.SMALL)
        return
    found = verdict(rule, [total.value for total in plan.run.totals])
    # What is 0 together may be counts on one side, and money on the other.
    first, last = (
        book.format(style.NUMBER.but(number=style.number(comparison.decimals)))
        for comparison in (rule.comparisons[0], rule.comparisons[-1])
    )
    centre = book.format(style.CENTER)
    sheet.write_string(row, _RELATION, sides.word, centre)
    for column, side, value, number in (
        (_LEFT, sides.left, found.left, first),
        (_RIGHT, sides.right, found.right, last),
        (_DIFFERENCE, sides.difference, found.difference, first),
    ):
        if side and value is not None:
            sheet.write_formula(row, column, f"={side}", number, value)
        else:
            sheet.write_blank(row, column, None, number)
    look = style.CENTER if found.state == HOLDS else style.severity(style.CENTER, rule.severity)
    sheet.write_formula(row, _CHECK, f"={state}", book.format(look), found.state)
