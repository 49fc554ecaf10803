"""The first sheet of a return, 审核意见: what to do in three steps, then one row per finding."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import copy
from typing import Any, cast

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.workbook import Workbook
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.header_footer import HeaderFooter, HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from consolidate.books import repack, style, words
from consolidate.books.due import Task
from consolidate.forms import cells
from consolidate.forms.template import Template
from consolidate.model import Finding, address

TITLE = "审核意见"
HEADS = (
    "级别",
    "编号",
    "工作表",
    "单元格",
    "项目",
    "填报数",
    "核对依据",
    "处理办法",
    "情况说明（核实项必填）",
)
WIDTHS = (8, 12, 10, 16, 22, 10, 42, 28, 28)
STEPS = "1 点“单元格”跳到该格，查台账后修改；2 核实项无误的，写清情况说明；3 保存，不删本页，原文件发回"
COLOURS = (
    "表中标色：红色须改；浅红、浅橙的几格中可能有一格有误；橙色须核实；浅黄可不改。格上有批注，与本页相同。"
)
LIVE = "红字、褐字是勾稽关系还不成立的数，不一定都要改：改对有误的一格，即恢复黑字。"
AGAIN = "R.same"  # the finding that nothing was changed: said on top
_NAMED = 3  # items that are named one by one
_TALLEST = 409  # points; Excel takes no more
_LINE = Side("thin", color=style.LINE)
_BOX = Border(_LINE, _LINE, _LINE, _LINE)
Looks = dict[tuple[bool, str, bool], StyleArray]  # bold, fill, centred → the style of such a cell


def draw(
    book: Workbook,
    task: Task,
    sheets: Sequence[Worksheet | None],
    lost: Sequence[str],
    *,
    live: bool = False,
) -> str:
    """Put the sheet in front of the book and fill it; returns its title.

    `sheets` are the unit's, by position as in its findings' places; `lost` what the copy lacks; `live`
    whether rules in the sheets colour figures.
    """
    sheet = book.create_sheet(_free(book), 0)
    looks: Looks = {}
    shown = [f for f in task.findings if f.change != "fixed"]
    for number, width in enumerate(WIDTHS, start=1):
        sheet.column_dimensions[chr(64 + number)].width = width
    row = _head(sheet, shown, task, lost, COLOURS + LIVE if live else COLOURS)
    for column, head in enumerate(HEADS, start=1):
        _put(sheet.cell(row, column), head, looks, bold=True, fill=style.HEAD, centre=True)
    sheet.row_dimensions[row].height = 32
    first = row
    for finding in sorted(shown, key=_urgency):
        row += 1
        _row(sheet, row, finding, task.template, sheets, looks)
    sheet.auto_filter.ref = f"A{first}:I{max(row, first + 1)}"
    sheet.freeze_panes = f"A{first + 1}"
    row = _progress(sheet, row + 2, task.findings, looks)
    _paper(sheet, first, row)
    return str(sheet.title)


def _free(book: Workbook) -> str:
    """Our title, or a numbered one where the unit has a sheet of that name."""
    title, number = TITLE, 1
    while title in book.sheetnames:
        number += 1
        title = f"{TITLE}（{number}）"
    return title


def _settled(finding: Finding) -> bool:
    return finding.status in ("explained", "decided")


def _urgency(finding: Finding) -> tuple[bool, int]:
    return _settled(finding), {"error": 0, "query": 1, "hint": 2}[finding.severity]


def _head(sheet: Worksheet, live: Sequence[Finding], task: Task, lost: Sequence[str], colours: str) -> int:
    """Title, deadline, contact, counts and steps; returns the row of the table's heading."""
    office = task.office
    until = f"请于{words.day(office.deadline).removesuffix('前')}前发回" if office.deadline else "请尽快发回"
    call = f"联系人：{office.contact} {office.phone}".strip() if office.contact or office.phone else ""
    lines = [
        (f"{task.unit.name} {task.year}年度报表审核意见", style.TITLE.size, True),
        ("　　".join(part for part in (until, call, office.name) if part), style.SIZE, False),
        (_counts(live), 12, True),
    ]
    lines += [(f"注意：{finding.message}", style.SIZE, True) for finding in live if finding.code == AGAIN]
    lines += [(STEPS, style.SIZE, False), (colours, style.SIZE, False)]
    lines += [(f"本页由系统生成；{text}。", 10, False) for text in lost]
    for number, (line, size, bold) in enumerate(lines, start=1):
        cell = _across(sheet, number, 1, repack.clean(line), size)
        cell.font = Font(name=style.FONT, size=size, bold=bold)
        if number == 1:
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    return len(lines) + 1


def _counts(live: Sequence[Finding]) -> str:
    waiting = [f.severity for f in live if not _settled(f)]
    parts = [f"{word}{waiting.count(severity)}处" for severity, word in words.SEVERITY_LONG.items()]
    settled = len(live) - len(waiting)
    return "，".join(parts) + (f"；已说明、已处理{settled}处，不用再改。" if settled else "。")


def _across(sheet: Worksheet, row: int, first: int, line: str, size: int = style.SIZE) -> Cell:
    """A text from a column to the last one, in a row as high as it needs."""
    # Nothing lies under it that `merge_cells` would have to clear, and it has no borders to redraw.
    sheet.merged_cells.add(CellRange(min_row=row, min_col=first, max_row=row, max_col=len(HEADS)))
    cell = sheet.cell(row, first)
    text(cell, line)
    cell.alignment = Alignment(horizontal="left", vertical="center", wrap_text=True)
    room = sum(WIDTHS[first - 1 :]) - 4
    sheet.row_dimensions[row].height = min(style.height([(line, room)], size), _TALLEST)
    if not isinstance(cell, Cell):
        raise TypeError(f"row {row} is merged already")
    return cell


def _row(
    sheet: Worksheet,
    number: int,
    finding: Finding,
    template: Template,
    sheets: Sequence[Worksheet | None],
    looks: Looks,
) -> None:
    basis = "\n".join([finding.basis, *(f"· {cause}" for cause in finding.causes[:8])])
    texts = (
        words.SEVERITY[finding.severity], finding.id, words.sheets(finding), _cells(finding),
        item(finding, template), finding.found, basis, _advice(finding), finding.explanation,
    )  # fmt: skip
    colour = style.FIXED if _settled(finding) else style.FILLS[finding.severity]
    for column, line in enumerate(texts, start=1):
        cell = sheet.cell(number, column)
        first = column == 1
        _put(cell, repack.clean(line), looks, fill=colour if first else "", bold=first, centre=first)
    sheet.cell(number, len(HEADS)).protection = Protection(locked=False)
    _link(sheet.cell(number, 4), finding, sheets)
    rooms = [(line, width - 3.0) for line, width in zip(texts, WIDTHS, strict=True)]
    sheet.row_dimensions[number].height = min(style.height(rooms, least=32), _TALLEST)


def _cells(finding: Finding) -> str:
    """The cells on one line: a link does not wrap everywhere."""
    shown = words.areas(finding)
    text = "、".join(shown)
    return text if style.width(text) <= WIDTHS[3] - 2 else f"{shown[0]}等{len(finding.places)}格"


def _advice(finding: Finding) -> str:
    if finding.status == "explained":
        return "已收到情况说明，不用再改"
    if finding.status == "decided":
        return f"已审核处理（{finding.reply}），不用再改"
    return "\n".join(part for part in (finding.reply, finding.advice) if part)


def item(finding: Finding, template: Template) -> str:
    """What a finding is about, without addresses: the items' names, or the row, column or table."""
    names = [template.items[template.index[one]].short for one in finding.items if one in template.index]
    if 0 < len(names) <= _NAMED:
        return "、".join(names)
    head, _, rest = finding.where.partition("（")
    label = rest.removesuffix("）")
    if not label or re.match(r"[A-Z]{1,3}[0-9]|表?.{0,12} [A-Z]{1,3}[0-9]", label):
        label = re.sub(r" [A-Z]{1,3}[0-9].*$", "", head)
    return label


def _link(cell: Cell | MergedCell, finding: Finding, sheets: Sequence[Worksheet | None]) -> None:
    """From the address to the cell itself."""
    if not finding.places or finding.places[0][0] >= len(sheets) or not isinstance(cell, Cell):
        return
    where, row, column = finding.places[0]
    sheet = sheets[where]
    if sheet is None:
        return
    target = cells.quoted(sheet.title)
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"{target}!{address(row, column)}")
    cell.font = Font(name=style.FONT, size=style.SIZE, color=style.BLUE, underline="single")


def _progress(sheet: Worksheet, row: int, findings: Sequence[Finding], looks: Looks) -> int:
    """What became of the earlier findings, when the unit has sent again; the last row."""
    changes = [(words.change(finding), finding) for finding in findings if finding.change]
    if not changes:
        return row - 2
    found = [word for word, _ in changes]
    counts = "，".join(f"{word}{found.count(word)}处" for word in words.CHANGES if word in found)
    heading = _across(sheet, row, 1, f"上次意见办理情况：{counts}。")
    heading.font = Font(name=style.FONT, size=style.SIZE, bold=True)
    for word, finding in sorted(changes, key=lambda pair: words.CHANGES.index(pair[0])):
        row += 1
        settled = word == "已改正" or _settled(finding)
        fill = style.FIXED if settled else style.FILLS[finding.severity]
        _put(sheet.cell(row, 1), word, looks, fill=fill, centre=True)
        boxes = (finding.id, words.sheets(finding), _cells(finding))
        for column, line in enumerate(boxes, start=2):
            _put(sheet.cell(row, column), repack.clean(line), looks)
        said = finding.where if word != "已改正" else f"{finding.where}：原填{finding.found or '空'}"
        _across(sheet, row, 5, repack.clean(said)).font = Font(name=style.FONT, size=style.SIZE)
        rooms = [(line, width - 3.0) for line, width in zip(boxes, WIDTHS[1:4], strict=True)]
        tall = style.height(rooms, least=sheet.row_dimensions[row].height)
        sheet.row_dimensions[row].height = min(tall, _TALLEST)
    return row


def _put(
    cell: Cell | MergedCell,
    words_: str,
    looks: Looks,
    *,
    bold: bool = False,
    fill: str = "",
    centre: bool = False,
) -> None:
    """Write a text in a box; a look that the book has already is taken over: openpyxl compares slowly."""
    text(cell, words_)
    look, styled = (bold, fill, centre), cast("Any", cell)  # the stubs do not know `_style`
    if look in looks:
        styled._style = copy(looks[look])
        return
    cell.font = Font(name=style.FONT, size=style.SIZE, bold=bold)
    cell.alignment = Alignment(
        horizontal="center" if centre else "left",
        vertical="center",
        wrap_text=True,
        indent=0 if centre else 1,
    )
    cell.border = _BOX
    if fill:
        cell.fill = PatternFill("solid", fgColor=fill)
    looks[look] = copy(styled._style)


def text(cell: Cell | MergedCell, words_: str) -> None:
    """Write a text as a text, never as a formula or a number."""
    if isinstance(cell, MergedCell):
        raise TypeError(f"{cell.coordinate} is covered by a merged area")
    if words_:
        cell.value = words_
        cell.data_type = "s"


def _paper(sheet: Worksheet, heading: int, last: int) -> None:
    paper(sheet, landscape=True)
    sheet.print_title_rows = f"{heading}:{heading}"
    sheet.print_area = f"A1:I{last}"


def paper(sheet: Worksheet, *, landscape: bool) -> None:
    """A4, one page wide, our margins, page x of y."""
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.paperSize = style.PAPER_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for side, inches in style.MARGINS.items():
        setattr(sheet.page_margins, side, inches)
    footer = HeaderFooter()
    footer.oddFooter = HeaderFooterItem(
        center=_HeaderFooterPart("第 &P 页　共 &N 页", f"{style.FONT},Regular", 9)
    )
    sheet.HeaderFooter = footer
