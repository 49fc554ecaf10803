"""The sheet 勾稽 of a blank: every rule with its numbers and state, and room to explain 核实."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from consolidate.books import style
from consolidate.books.blank.plan import CHECKS, FIRST, Plan, focus, state_name
from consolidate.books.words import SEVERITY
from consolidate.books.writing import Book
from consolidate.forms import formula
from consolidate.forms.cells import quoted
from consolidate.forms.rules import Rule
from consolidate.model import address

HEADER = (
    "编号", "级别", "表（点击跳转）", "项目", "规则", "填报数", "关系", "核对数", "相差", "状态",
    "情况说明（核实项填写）",
)  # fmt: skip
_WIDTHS = (25, 7, 15, 28, 40, 12, 10, 12, 10, 9, 32)
STATE, EXPLANATION = 9, 10  # columns
NO_LAST_YEAR = "无上年数"
_HELP = (
    "各格填齐后，状态自动显示：√相符，×不符。强制项不符的，请核对台账后改正；核实项不符的，请核对后改正，"
    "情况属实的在右侧写明情况说明（写清原因，不少于8个字）；提示项请再看一眼，属实的不用改。"
)


def draw(book: Book, plan: Plan) -> Worksheet:
    """Add the sheet 勾稽 and a defined name for the state of each rule."""
    sheet = book.sheet(CHECKS, _WIDTHS, landscape=True, repeat=(FIRST - 1, FIRST - 1), locked=True)
    last = len(HEADER) - 1
    sheet.merge_range(0, 0, 0, last, "勾稽关系", book.format(style.TITLE))
    sheet.set_row(0, 34)
    sheet.merge_range(1, 0, 1, last, "", book.format(style.CAPTION))
    put_text(sheet, 1, 0, plan.caption, book, style.CAPTION)
    sheet.merge_range(2, 0, 2, last, "", book.format(style.HEADLINE))
    sheet.write_formula(2, 0, "=" + summary(plan), book.format(style.HEADLINE), summary_now(plan))
    sheet.merge_range(3, 0, 3, last, _HELP, book.format(style.NOTE))
    sheet.set_row(2, 22)
    sheet.set_row(3, style.height([(_HELP, sum(_WIDTHS))], style.NOTE.size))
    for column, text in enumerate(HEADER):
        sheet.write_string(FIRST - 1, column, text, book.format(style.HEADER))
    sheet.set_row(FIRST - 1, 24)
    for rule in plan.rules:
        _rule(book, sheet, plan, rule)
    _marks(book, sheet, len(plan.rules))
    end = FIRST + len(plan.rules) - 1
    sheet.autofilter(FIRST - 1, 0, end, last)
    sheet.freeze_panes(FIRST, 0)
    sheet.print_area(0, 0, end, last)
    return sheet


def put_text(sheet: Worksheet, row: int, column: int, text: str, book: Book, look: style.Look) -> None:
    """Write a text, or a formula that gives one when it begins with =."""
    if text.startswith("="):
        sheet.write_formula(row, column, text, book.format(look), "")
    else:
        sheet.write_string(row, column, text, book.format(look))


def state(plan: Plan, rule: Rule) -> tuple[str, str]:
    """The formula of a rule's state ('' when it lacks last year's figures), and what it shows at first.

    While an optional table is empty, rules that touch it do not wait for it.
    """
    text = formula.state(rule, plan.sheets)
    if text is None:
        return "", NO_LAST_YEAR
    shown = formula.WAITING
    for table in plan.tables(rule):
        if table.optional:
            shown = f"未填{table.name}"
            text = f'IF(COUNT({plan.sheets.cells.ranges(table.items)})=0,"{shown}",{text})'
    return text, shown


def summary(plan: Plan) -> str:
    """Formula (without =) of the sentence that counts what is broken and what waits."""
    levels, states = _column(plan, 1), _column(plan, STATE)
    broken = [
        f'"{SEVERITY[severity]}不符"&COUNTIFS({levels},"{SEVERITY[severity]}",{states},"{formula.BROKEN}")&"处"'
        for severity in ("error", "query", "hint")
    ]
    waiting = f'"待填"&COUNTIF({states},"{formula.WAITING}")&"条"'
    return '&"，"&'.join([*broken, waiting])


def summary_now(plan: Plan) -> str:
    """What the sentence of `summary` says while nothing is filled in."""
    waiting = sum(state(plan, rule)[1] == formula.WAITING for rule in plan.rules)
    return f"强制不符0处，核实不符0处，提示不符0处，待填{waiting}条"


def _column(plan: Plan, column: int) -> str:
    return plan.sheets.cells.rectangle(CHECKS, FIRST, column, FIRST + len(plan.rules) - 1, column)


def _rule(book: Book, sheet: Worksheet, plan: Plan, rule: Rule) -> None:
    row = plan.row(rule)
    name = "、".join(table.name for table in plan.tables(rule))
    subject = _subject(plan, rule)
    sheet.write_string(row, 0, rule.name, book.format(style.SMALL))
    sheet.write_string(row, 1, SEVERITY[rule.severity], book.format(style.CENTER))
    target = plan.sheets.cells.spots[focus(rule)[0]]
    link = f"internal:{quoted(target[0])}!{address(target[1], target[2])}"
    sheet.write_url(row, 2, link, book.format(style.LINK.but(horizontal="center", indent=0)), name)
    sheet.write_string(row, 3, subject, book.format(style.TEXT))
    sheet.write_string(row, 4, rule.say, book.format(style.TEXT))
    _numbers(book, sheet, plan, rule)
    text, now = state(plan, rule)
    if text:
        sheet.write_formula(row, STATE, "=" + text, book.format(style.CENTER), now)
    else:
        sheet.write_string(row, STATE, now, book.format(style.CENTER.but(ink=style.GREY, size=9)))
    book.workbook.define_name(state_name(rule), f"={quoted(CHECKS)}!${chr(65 + STATE)}${row + 1}")
    explain = style.WRITE if rule.severity == "query" else style.TEXT.but(fill=style.PALE)
    sheet.write_blank(row, EXPLANATION, None, book.format(explain))
    texts = [(rule.name, _WIDTHS[0] * 1.2), (subject, _WIDTHS[3] - 1), (rule.say, _WIDTHS[4] - 1)]
    sheet.set_row(row, style.height(texts))


def _subject(plan: Plan, rule: Rule) -> str:
    """What the rule is about: its row, column or group, else the cell that states something."""
    if rule.subject:
        return rule.subject
    if rule.named:
        return plan.template.items[rule.named[0]].short
    return "、".join(table.name for table in plan.tables(rule))


def _numbers(book: Book, sheet: Worksheet, plan: Plan, rule: Rule) -> None:
    row, sides = plan.row(rule), formula.sides(rule, plan.sheets)
    texts = (sides.left, sides.right, sides.difference) if sides else ("", "", "")
    for column, text, decimals in zip((5, 7, 8), texts, _decimals(plan, rule), strict=True):
        look = book.format(style.NUMBER.but(number=style.number(decimals)))
        if text:
            sheet.write_formula(row, column, "=" + text, look, "")
        else:
            sheet.write_blank(row, column, None, look)
    sheet.write_string(row, 6, sides.word if sides else "", book.format(style.CENTER))


def _decimals(plan: Plan, rule: Rule) -> tuple[int, int, int]:
    """Decimals of the left side, the right side and their difference."""
    items = plan.template.items
    if not rule.comparisons:
        return (items[rule.items[0]].decimals,) * 3
    first, last = rule.comparisons[0], rule.comparisons[-1]
    logical = rule.kind in ("iff", "implies")
    left, right = (
        max((items[i].decimals for term in side for i in term.items), default=0)
        for side in (first.left, last.left if logical else last.right)
    )
    return left, right, max(left, right)


def _marks(book: Book, sheet: Worksheet, count: int) -> None:
    """Broken rules in the colour of their severity, and the explanations that are still to be written."""
    first, last = FIRST, FIRST + count - 1
    state_cell, level = f"${chr(65 + STATE)}{first + 1}", f"$B{first + 1}"
    explain = f"${chr(65 + EXPLANATION)}{first + 1}"
    owed = f'{level}="{SEVERITY["query"]}",{state_cell}="{formula.BROKEN}",LEN(TRIM({explain}))=0'
    sheet.conditional_format(first, EXPLANATION, last, EXPLANATION, {
        "type": "formula", "format": book.mark(style.FILLS["query"]), "criteria": f"=AND({owed})",
    })  # fmt: skip
    for severity, word in SEVERITY.items():
        mark = book.mark(style.FILLS[severity], bold=severity == "error")
        sheet.conditional_format(first, 0, last, STATE, {
            "type": "formula", "format": mark,
            "criteria": f'=AND({level}="{word}",{state_cell}="{formula.BROKEN}")',
        })  # fmt: skip
