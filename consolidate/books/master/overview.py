"""总览: one A4 page for the leader: is it complete, what does it say, what is still to be done."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from consolidate.books import style
from consolidate.books.master import charts, comparison, page, standing
from consolidate.books.master.grouping import NO_KIND
from consolidate.books.master.plan import OVERVIEW, Plan, rounded, shown
from consolidate.books.master.signatures import names_of
from consolidate.books.writing import Book
from consolidate.forms.shown import Figure
from consolidate.model import Status, UnitReport

_COLUMNS = 14
_WIDTH = 6.9
_LABEL = 4  # columns of a label; every number has two
_FIGURES = ("通过合计", "已报合计\n（含待改）", "上年", "增减", "增减%")
_MOST_KINDS = 7
_NAMES = 160  # characters of names on the page


def draw(book: Book, plan: Plan) -> None:
    """Add the sheet, with its charts."""
    widths = [_WIDTH] * _COLUMNS
    sheet = page.add(book, plan, OVERVIEW, widths, pages_high=1)
    run = plan.run
    page.head(book, sheet, plan, OVERVIEW, widths, f"{run.template.title}　批次号：{run.batch}")
    look = style.HEADLINE if run.complete else style.HEADLINE.but(ink=style.ALERT)
    sheet.write_string(1, 0, page.headline(run), book.format(look))
    sheet.set_row(3, 6)
    _tiles(book, sheet, plan, 4)
    sheet.set_row(6, 8)
    row = _figures(book, sheet, plan, 7)
    sheet.set_row(row, 8)
    row = _kinds(book, sheet, plan, row + 1)
    row = _to_do(book, sheet, plan, row)
    last = charts.draw(book, sheet, plan, row + 1, kinds_of(plan))
    sheet.print_area(0, 0, last, _COLUMNS - 1)


def _tiles(book: Book, sheet: Worksheet, plan: Plan, row: int) -> None:
    """应报, 已报, 通过 and so on in big numbers; the headline says how many are added up."""
    numbers = standing.tally(plan.run.units)
    sheet.set_row(row, 20)
    sheet.set_row(row + 1, 34)
    big = book.format(style.CENTER.but(bold=True, size=20))
    for number, (label, count) in enumerate(numbers.items()):
        column = 2 * number
        page.across(book, sheet, row, column, column + 1, label, style.HEADER)
        sheet.merge_range(row + 1, column, row + 1, column + 1, "", big)
        sheet.write_number(row + 1, column, count, big)


def _figures(book: Book, sheet: Worksheet, plan: Plan, row: int) -> int:
    """The figures that matter, live, beside what has been sent in and last year's."""
    page.across(book, sheet, row, 0, _LABEL - 1, "主要指标", style.HEADER)
    last = plan.last_year
    total = "已报合计" if plan.run.include == "all" else "通过合计"
    before = "上年" if last is None else f"{last.year}年" + ("" if plan.run.complete else "\n（同口径）")
    for number, label in enumerate((total, _FIGURES[1], before, *_FIGURES[3:])):
        page.across(book, sheet, row, *_pair(number), label, style.HEADER)
    sheet.set_row(row, 34)
    for figure in plan.run.template.figures:
        row += 1
        sheet.set_row(row, 19)
        page.across(book, sheet, row, 0, _LABEL - 1, figure.label, style.TEXT.but(wrap=False))
        _figure(book, sheet, plan, figure, row)
    return row + 1


def _pair(number: int) -> tuple[int, int]:
    first = _LABEL + 2 * number
    return first, first + 1


def _figure(book: Book, sheet: Worksheet, plan: Plan, figure: Figure, row: int) -> None:
    item = plan.run.template.items[figure.items[0]]
    look = style.NUMBER.but(number=style.number(item.decimals))
    form, bold = book.format(look), book.format(look.but(bold=True))
    for number in range(len(_FIGURES)):
        sheet.merge_range(row, _pair(number)[0], row, _pair(number)[1], "", form)
    now = shown(item, sum(plan.run.totals[index].value for index in figure.items))
    received = shown(item, sum(plan.run.received_totals[index] for index in figure.items))
    sheet.write_formula(row, _pair(0)[0], rounded(item, plan.sum_of(figure.items)), bold, now)
    sheet.write_number(row, _pair(1)[0], received, form)
    before = plan.before(figure.items)
    comparison.put(book, sheet, row, _pair(2)[0], item, before, look)
    columns = (_pair(0)[0], _pair(2)[0], _pair(3)[0], _pair(4)[0])
    comparison.change(book, sheet, row, columns, item, (now, before), look)


def kinds_of(plan: Plan) -> dict[str, dict[str, int]]:
    """Units by kind and state; the smallest kinds are put together where there are many."""
    members: dict[str, list[UnitReport]] = {}
    for report in plan.run.units:
        members.setdefault(report.unit.kind or NO_KIND, []).append(report)
    if len(members) > _MOST_KINDS:
        ranked = sorted(members, key=lambda kind: -len(members[kind]))
        kept = set(ranked[: _MOST_KINDS - 1])
        rest = [report for kind, reports in members.items() if kind not in kept for report in reports]
        members = {kind: reports for kind, reports in members.items() if kind in kept} | {"其他各类": rest}
    return {kind: standing.tally(reports) for kind, reports in members.items()}


def _kinds(book: Book, sheet: Worksheet, plan: Plan, row: int) -> int:
    """A row of counts per kind; nothing when all units are of one kind."""
    kinds = kinds_of(plan)
    if len(kinds) < 2:
        return row
    states = ("应报", "通过", "待核实", "退回", "文件打不开", "未报")
    page.across(book, sheet, row, 0, 1, "按类别", style.HEADER)
    for number, state in enumerate(states, start=1):
        page.across(book, sheet, row, 2 * number, 2 * number + 1, state, style.HEADER)
    sheet.set_row(row, 20)
    form = book.format(style.CENTER)
    for kind, counts in kinds.items():
        row += 1
        page.across(book, sheet, row, 0, 1, kind, style.TEXT)
        sheet.set_row(row, style.height([(kind, 2 * _WIDTH - 2)], least=19))
        for number, state in enumerate(states, start=1):
            sheet.merge_range(row, 2 * number, row, 2 * number + 1, "", form)
            sheet.write_number(row, 2 * number, counts[state], form)
    return row + 1


def _to_do(book: Book, sheet: Worksheet, plan: Plan, row: int) -> int:
    """Who is waited for, and what is open on the totals themselves."""
    states: tuple[tuple[str, tuple[Status, ...]], ...] = (
        ("未报", ("missing",)),
        ("退回", ("returned",)),
        ("文件打不开", ("unreadable",)),
        ("待核实", ("queried",)),
    )
    lines = []
    for label, statuses in states:
        names = [report.unit.name for report in plan.run.units if report.status in statuses]
        if names:
            lines.append((label, names_of(names, _NAMES)))
    lines += [("本级核对", text) for text in _own(plan)]
    lines += [("影响较大", note) for note in plan.run.notes[:2]]
    if lines:
        sheet.set_row(row, 8)
    for label, text in lines:
        row += 1
        sheet.set_row(row, style.height([(text, _WIDTH * (_COLUMNS - 2) - 2)], least=19))
        page.across(book, sheet, row, 0, 1, label, style.HEADER)
        page.across(book, sheet, row, 2, _COLUMNS - 1, text, style.TEXT)
    return row + 1


def _own(plan: Plan) -> Sequence[str]:
    waiting = [standing.stated(finding) for finding in plan.own if standing.is_open(finding)]
    more = [f"另有{len(waiting) - 2}项，见问题清单"] if len(waiting) > 2 else []
    return [*waiting[:2], *more]
