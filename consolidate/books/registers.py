"""The office's own registers, ready to fill in: decisions.xlsx 审核处理登记 and adjustments.xlsx 汇总调整.

What the office has already decided and adjusted is filled in again, so that the register of the last run
always replaces the one before. The office puts a filled-in register into its folder of received files.
"""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from consolidate.books import force, style, words, writing
from consolidate.books.master.page import Column, header, line
from consolidate.books.style import Look
from consolidate.books.writing import Book
from consolidate.forms.cells import quoted
from consolidate.forms.structure import Item
from consolidate.model import Decision, Finding, Marker, Run

DECISIONS, ADJUSTMENTS = "decisions.xlsx", "adjustments.xlsx"
ACTIONS = ("采纳说明", "放行", "不采纳")
LISTS = "_lists"
_FIRST = 4  # first row below the header
_SPARE = 30  # empty lines of adjustments
_MOST = 20_000  # findings; of more, the rest comes when these are settled
_TALLEST = 400  # points; Excel takes 409
_WRITE = Look(fill=style.PALE, unlocked=True, indent=1)

_DECISIONS = (
    Column("编号", 17, style.SMALL),
    Column("单位", 18),
    Column("级别", 7, style.CENTER),
    Column("问题", 50),
    Column("情况说明", 34),
    Column("处理", 11, _WRITE.but(horizontal="center", indent=0)),
    Column("原因", 30, _WRITE),
    Column("经办人", 9, _WRITE.but(horizontal="center", indent=0)),
    Column("批准人", 9, _WRITE.but(horizontal="center", indent=0)),
    Column("日期", 12, _WRITE.but(horizontal="center", indent=0, number="yyyy-mm-dd")),
    Column("数值校验码", 11, style.SMALL),
)
_ADJUSTMENTS = (
    Column("凭证号", 12, _WRITE.but(horizontal="center", indent=0, number="@")),
    Column("单位", 24, _WRITE),
    Column("项目", 62, _WRITE),
    Column("金额", 15, _WRITE.but(horizontal="right")),
    Column("原因", 36, _WRITE),
    Column("文号", 20, _WRITE.but(number="@")),
    Column("经办人", 10, _WRITE.but(horizontal="center", indent=0)),
)
_DECIDE = (
    "要处理的，在“处理”列选一项，写明原因、经办人、批准人和日期；不处理的留空。填好后把本文件移到收件文件夹，"
    "与报表放在一起，文件名不变，再运行一次。",
    "采纳说明：情况说明成立；放行：按现状计入合计；不采纳：说明不成立，退回重写。处理只了结问题，不改动数字；"
    "有关的数变动后，处理自动失效。请勿改动编号和数值校验码。",
)
_ADJUST = (
    "本级汇总时的调整，加在合计上，不改动任何单位的报表；没有的不用填。填好后把本文件移到收件文件夹，"
    "与报表放在一起，文件名不变，再运行一次。",
    "同一凭证号下要有借有贷：所列各笔合起来，不得使强制的勾稽关系由成立变为不成立。金额可为负数，"
    "计量单位见项目；凭证号、项目、金额、原因必填。",
)


def decisions(run: Run) -> bytes:
    """decisions.xlsx: a line for every finding that the office may settle, and what it has decided so far."""
    taken = {decision.finding: decision for decision in run.decisions}
    found = {finding.id: finding for finding in run.findings if may_settle(finding)}
    waiting = sorted(found.values(), key=lambda f: (f.id in taken, f.status not in ("open", "refused")))
    rows = [_settled(finding, taken.get(finding.id)) for finding in waiting[:_MOST]]
    rows += [_gone(decision) for decision in run.decisions if decision.finding not in found]

    def draw(book: Book) -> None:
        sheet = _sheet(book, run, "审核处理登记", _DECISIONS, _DECIDE, rows or [_nothing()])
        last = _FIRST + max(len(rows), 1) - 1
        sheet.data_validation(_FIRST, 5, last, 5, {
            "validate": "list", "source": list(ACTIONS), "input_title": "处理",
            "input_message": "采纳说明：说明成立\n放行：按现状计入合计\n不采纳：退回重写",
            "error_title": "处理",
            "error_message": f"请从{'、'.join(ACTIONS)}中选择；不处理的留空。",
        })  # fmt: skip
        sheet.autofilter(_FIRST - 1, 0, last, len(_DECISIONS) - 1)
        book.sign(_marker(run, "审核处理登记"))

    return writing.render(f"{run.office.name}{run.year}年度审核处理登记", draw)


def may_settle(finding: Finding) -> bool:
    """Whether the office may settle a finding in writing: it is about values, or a file, that it can name."""
    return bool(finding.digest) and finding.severity != "hint" and finding.change != "fixed"


def _settled(finding: Finding, decision: Decision | None) -> Sequence[str]:
    lines = [finding.explanation] if finding.explanation else []
    given: tuple[str, ...] = ("", "", "", "", "")
    if decision is not None and force.of(finding, decision) == force.IN_FORCE:
        given = (decision.action, decision.reason, decision.clerk, decision.approver, decision.date)
    elif finding.reply:
        lines.append(f"〔{finding.reply}〕")
    severity = words.SEVERITY[finding.severity]
    said = "\n".join(lines)
    return (finding.id, finding.unit, severity, finding.message, said, *given, finding.stamp)


def _gone(decision: Decision) -> Sequence[str]:
    """A decision on a finding that is no more: it is kept, for the case that the finding comes back."""
    given = (decision.action, decision.reason, decision.clerk, decision.approver, decision.date)
    return (decision.finding, "", "", f"（{force.GONE}）", "", *given, decision.digest)


def _nothing() -> Sequence[str]:
    return ("", "", "", "没有需要处理的问题。", *[""] * 7)


def adjustments(run: Run) -> bytes:
    """adjustments.xlsx: what has been adjusted so far, and empty lines with items to choose from."""
    rows: list[Sequence[str | float | None]] = []
    for entry in run.adjustments:
        item = run.template.items[entry.item]
        amount = entry.amount / item.scale if item.decimals else entry.amount
        rows.append(
            (entry.voucher, entry.unit, project(item), amount, entry.reason, entry.document, entry.clerk)
        )
    last = _FIRST + len(rows) + _SPARE - 1

    def draw(book: Book) -> None:
        empty = [[None] * len(_ADJUSTMENTS)] * _SPARE
        sheet = _sheet(book, run, "汇总调整", _ADJUSTMENTS, _ADJUST, [*rows, *empty])
        _choices(book, sheet, run, last)
        book.sign(_marker(run, "汇总调整"))

    return writing.render(f"{run.office.name}{run.year}年度汇总调整", draw)


def project(item: Item) -> str:
    """An item as the register calls it: `表三·一、本年新收政府信息公开申请数量·自然人`."""
    return f"{item.table_name}·{item.label}"


def _choices(book: Book, sheet: Worksheet, run: Run, last: int) -> None:
    """Drop-down lists of the form's items and of the units, from a hidden sheet."""
    lists = book.workbook.add_worksheet(LISTS)
    lists.very_hidden()
    items = [project(item) for item in run.template.items]
    units = [report.unit.name for report in run.units]
    for column, names in enumerate((items, units)):
        for row, name in enumerate(names):
            lists.write_string(row, column, name)
    sheet.data_validation(_FIRST, 2, last, 2, {
        "validate": "list", "source": f"={quoted(LISTS)}!$A$1:$A${len(items)}", "error_type": "warning",
        "input_title": "项目", "input_message": "点右侧箭头选择；也可填totals.csv中的item。",
        "error_title": "项目",
        "error_message": "请从下拉框中选择项目，或填totals.csv中的item。",
    })  # fmt: skip
    if units:
        sheet.data_validation(_FIRST, 1, last, 1, {
            "validate": "list", "source": f"={quoted(LISTS)}!$B$1:$B${len(units)}",
            "error_type": "information", "input_title": "单位",
            "input_message": "这笔调整涉及的单位；与某个单位无关的填“本级”。", "error_title": "单位",
            "error_message": "单位名单中没有这个名称；与某个单位无关的可写“本级”。",
        })  # fmt: skip
    sheet.data_validation(_FIRST, 3, last, 3, {
        "validate": "decimal", "criteria": "!=", "value": 0, "input_title": "金额",
        "input_message": "调增填正数，调减填负数；计量单位与该项目相同。", "error_title": "金额",
        "error_message": "金额应为不等于0的数，调减填负数。",
    })  # fmt: skip


def _sheet(
    book: Book,
    run: Run,
    name: str,
    columns: Sequence[Column],
    help_: Sequence[str],
    rows: Sequence[Sequence[str | float | None]],
) -> Worksheet:
    """A sheet with title, two lines of help, a repeated header and the rows."""
    widths = [column.width for column in columns]
    sheet = book.sheet(
        name, widths, landscape=True, repeat=(_FIRST - 1, _FIRST - 1), footer=f"批次号 {run.batch}"
    )
    texts = ((f"{run.office.name}{run.year}年度　{name}", style.TITLE), *((t, style.NOTE) for t in help_))
    for row, (text, look) in enumerate(texts):
        sheet.merge_range(row, 0, row, len(columns) - 1, text, book.format(look))
        sheet.set_row(row, style.height([(text, sum(widths) - 2)], look.size))
    header(book, sheet, _FIRST - 1, [column.label for column in columns])
    sheet.set_row(_FIRST - 1, 24)
    forms = [book.format(column.look) for column in columns]
    for number, cells in enumerate(rows, start=_FIRST):
        rooms = [(c, width - 2) for c, width in zip(cells, widths, strict=True) if isinstance(c, str)]
        sheet.set_row(number, min(style.height(rooms, least=22), _TALLEST))
        line(sheet, number, cells, forms)
    sheet.freeze_panes(_FIRST, 0)
    return sheet


def _marker(run: Run, what: str) -> Marker:
    return Marker("register", run.template.id, str(run.template.version), run.year, facts={"register": what})
