"""汇总签批单: one page to sign: how many are in, what was let through, what was adjusted, what is open."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from consolidate.books import style
from consolidate.books.master import page, standing
from consolidate.books.master.plan import SIGNATURES, Plan
from consolidate.books.style import Look
from consolidate.books.writing import Book
from consolidate.model import Status

_WIDTHS = (12.5, 11.5, 11.5, 11.5, 11.5, 11.5, 11.5, 13.5)
_LAST = len(_WIDTHS) - 1
_MOST = 12  # entries of a list that the page shows; the rest is on its own sheet
_PASSED = "放行"


def draw(book: Book, plan: Plan) -> None:
    """Add the sheet."""
    sheet = page.add(book, plan, SIGNATURES, _WIDTHS, pages_high=1)
    run = plan.run
    scope = "全部已报单位" if run.include == "all" else "通过的单位"
    remark = f"报表：{run.template.title}（{run.template.source}）　汇总口径：{scope}　批次号：{run.batch}"
    page.head(book, sheet, plan, SIGNATURES, _WIDTHS, remark)
    sheet.set_row(3, 8)
    row = _counts(book, sheet, plan, 4)
    row = _block(book, sheet, row, "一、未计入合计的单位", _left_out(plan))
    row = _block(book, sheet, row, "二、放行事项", _cut(_released(plan), "审核处理"))
    row = _block(book, sheet, row, "三、汇总调整", _cut(_adjusted(plan), "汇总调整"))
    row = _block(book, sheet, row, "四、本级核对未了事项", _cut(_unsettled(plan), "问题清单"))
    _lines(book, sheet, row + 1)


def _counts(book: Book, sheet: Worksheet, plan: Plan, row: int) -> int:
    numbers = {**standing.tally(plan.run.units), "计入合计": plan.included}
    page.header(book, sheet, row, numbers)
    sheet.set_row(row + 1, 26)
    form = book.format(style.CENTER.but(bold=True, size=14))
    for column, number in enumerate(numbers.values()):
        sheet.write_number(row + 1, column, number, form)
    return row + 2


def _block(book: Book, sheet: Worksheet, row: int, heading: str, lines: Sequence[str]) -> int:
    """A heading and its lines across the page; the row after them."""
    sheet.set_row(row, 26)
    page.across(book, sheet, row, 0, _LAST, heading, style.SUBTITLE)
    for line in lines or ["无"]:
        row += 1
        sheet.set_row(row, style.height([(line, sum(_WIDTHS) - 2)]))
        page.across(book, sheet, row, 0, _LAST, line, style.TEXT)
    return row + 1


def _left_out(plan: Plan) -> list[str]:
    reports = [report for report in plan.run.units if not report.included]
    labels: tuple[tuple[str, tuple[Status, ...]], ...] = (
        ("未报", ("missing",)),
        ("退回", ("returned",)),
        ("文件打不开", ("unreadable",)),
        ("待核实", ("queried",)),
        ("通过", ("accepted", "explained")),
    )
    lines = []
    for label, statuses in labels:
        names = [report.unit.name for report in reports if report.status in statuses]
        if names:
            lines.append(f"{label}（{len(names)}）：{names_of(names)}")
    return lines


def names_of(names: Sequence[str], most: int = 300) -> str:
    """Names in a row, cut after about `most` characters: `…等12个单位`."""
    kept: list[str] = []
    for name in names:
        if kept and sum(map(len, kept)) + len(kept) + len(name) > most:
            return f"{'、'.join(kept)}等{len(names)}个单位"
        kept.append(name)
    return "、".join(kept)


def _released(plan: Plan) -> list[str]:
    lines = []
    for decision in plan.run.decisions:
        finding = plan.finding(decision.finding)
        if decision.action == _PASSED and finding is not None:
            approved = f"批准人{decision.approver}" + (f"，{decision.date}" if decision.date else "")
            lines.append(f"{finding.unit}　{finding.message}放行原因：{decision.reason}（{approved}）")
    return lines


def _adjusted(plan: Plan) -> list[str]:
    lines = []
    for entry in plan.run.adjustments:
        item = plan.run.template.items[entry.item]
        sign = "+" if entry.amount > 0 else ""
        what = f"{item.table_name}·{item.short} {sign}{item.text(entry.amount)}{item.unit}"
        lines.append(f"凭证{entry.voucher}　{entry.unit}　{what}：{entry.reason}")
    return lines


def _unsettled(plan: Plan) -> list[str]:
    return [standing.stated(finding) for finding in plan.own if standing.is_open(finding)]


def _cut(lines: Sequence[str], sheet: str) -> list[str]:
    if len(lines) <= _MOST:
        return list(lines)
    return [*lines[:_MOST], f"共{len(lines)}项，其余见“{sheet}”。"]


def _lines(book: Book, sheet: Worksheet, row: int) -> None:
    """Who answers for it: room for signatures and dates."""
    label = style.HEADER
    room: Look = style.TEXT
    for offset, who in enumerate(("经办", "审核", "签发")):
        sheet.set_row(row + offset, 44)
        sheet.write_string(row + offset, 0, who, book.format(label))
        page.across(book, sheet, row + offset, 1, 3, "", room)
        sheet.write_string(row + offset, 4, "日期", book.format(label))
        page.across(book, sheet, row + offset, 5, _LAST, "　　　年　　月　　日", style.CENTER)
