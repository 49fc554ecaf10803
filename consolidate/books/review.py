"""The first sheet of a return, 审核意见: what to do in three steps, then one row per finding."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.workbook import Workbook
from openpyxl.worksheet.header_footer import HeaderFooter, HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from consolidate.books import repack, style, words
from consolidate.model import Finding, Office, Unit, address

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
WIDTHS = (7, 12, 9, 11, 24, 10, 40, 26, 26)
STEPS = "1 点“单元格”跳到该格，查台账后修改；2 核实项无误的，写清情况说明；3 保存，不删本页，原文件发回"
_LINE = Side("thin", color=style.LINE)
_BOX = Border(_LINE, _LINE, _LINE, _LINE)


def draw(
    book: Workbook,
    findings: Sequence[Finding],
    unit: Unit,
    year: int,
    office: Office,
    sheets: Sequence[Worksheet],
    lost: Sequence[str],
) -> str:
    """Put the sheet in front of the book and fill it; returns its title."""
    sheet = book.create_sheet(_free(book), 0)
    live = [f for f in findings if f.change != "fixed"]
    for number, width in enumerate(WIDTHS, start=1):
        sheet.column_dimensions[chr(64 + number)].width = width
    row = _head(sheet, live, unit, year, office, lost)
    for column, head in enumerate(HEADS, start=1):
        _put(sheet.cell(row, column), head, bold=True, fill=style.HEAD, centre=True)
    sheet.row_dimensions[row].height = 32
    first = row
    for finding in sorted(live, key=_urgency):
        row += 1
        _row(sheet, row, finding, sheets)
    sheet.auto_filter.ref = f"A{first}:I{max(row, first + 1)}"
    sheet.freeze_panes = f"A{first + 1}"
    _fixed(sheet, row + 2, [f for f in findings if f.change == "fixed"])
    _paper(sheet, first)
    return str(sheet.title)


def _free(book: Workbook) -> str:
    """Our title, or a numbered one where the unit has a sheet of that name."""
    title, number = TITLE, 1
    while title in book.sheetnames:
        number += 1
        title = f"{TITLE}（{number}）"
    return title


def _urgency(finding: Finding) -> int:
    return {"error": 0, "query": 1, "hint": 2}[finding.severity]


def _head(
    sheet: Worksheet, live: Sequence[Finding], unit: Unit, year: int, office: Office, lost: Sequence[str]
) -> int:
    """Title, deadline, contact, counts and steps; returns the row of the table's heading."""
    errors = sum(f.severity == "error" for f in live)
    queries = sum(f.severity == "query" for f in live)
    hints = len(live) - errors - queries
    until = f"请于{words.day(office.deadline)}前发回" if office.deadline else "请尽快发回"
    call = f"联系人：{office.contact} {office.phone}".strip() if office.contact or office.phone else ""
    rows = [
        (f"{unit.name} {year}年度报表审核意见", style.TITLE.size, True),
        ("　　".join(part for part in (until, call, office.name) if part), style.SIZE, False),
        (f"强制（必须改）{errors}处，核实（改正或说明）{queries}处，提示（可不改）{hints}处。", 12, True),
        (STEPS, style.SIZE, False),
    ]
    rows += [(f"本页由系统生成；{text}。", 10, False) for text in lost]
    for number, (words_, size, bold) in enumerate(rows, start=1):
        sheet.merge_cells(start_row=number, start_column=1, end_row=number, end_column=len(HEADS))
        cell = sheet.cell(number, 1)
        text(cell, words_)
        cell.font = Font(name=style.FONT, size=size, bold=bold)
        cell.alignment = Alignment(
            horizontal="center" if number == 1 else "left", vertical="center", wrap_text=True
        )
        sheet.row_dimensions[number].height = style.height([(words_, sum(WIDTHS) - 4)], size)
    return len(rows) + 1


def _row(sheet: Worksheet, number: int, finding: Finding, sheets: Sequence[Worksheet]) -> None:
    basis = finding.basis
    if finding.causes:
        basis += "\n" + "\n".join(f"· {cause}" for cause in finding.causes[:8])
    advice = "\n".join(part for part in (finding.reply, finding.advice) if part)
    item = finding.where.partition("（")[2].removesuffix("）") if finding.places else finding.where
    cells = _cells(finding)
    texts = (
        words.SEVERITY[finding.severity], finding.id, finding.sheet, cells, item, finding.found,
        basis, advice, finding.explanation,
    )  # fmt: skip
    for column, words_ in enumerate(texts, start=1):
        fill = style.FILLS[finding.severity] if column == 1 else ""
        _put(
            sheet.cell(number, column), repack.clean(words_), fill=fill, bold=column == 1, centre=column == 1
        )
    sheet.cell(number, len(HEADS)).protection = Protection(locked=False)
    if finding.places and finding.places[0][0] < len(sheets):
        where, row, column = finding.places[0]
        target = sheets[where].title.replace("'", "''")
        cell = sheet.cell(number, 4)
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{target}'!{address(row, column)}")
        cell.font = Font(name=style.FONT, size=style.SIZE, color=style.BLUE, underline="single")
    rooms = [(t, width - 1.5) for t, width in zip(texts, WIDTHS, strict=True)]
    sheet.row_dimensions[number].height = min(style.height(rooms, least=32), 400)


def _cells(finding: Finding) -> str:
    cells = finding.cells
    return "、".join(cells[:6]) + (f"等{len(cells)}格" if len(cells) > 6 else "")


def _fixed(sheet: Worksheet, row: int, fixed: Sequence[Finding]) -> None:
    """What was asked last time and has been done."""
    if not fixed:
        return
    lines = [
        ("上次意见办理情况", True),
        *((f"已改正　{f.id}　{f.where}：原填{f.found or '空'}", False) for f in fixed),
    ]
    for number, (words_, bold) in enumerate(lines, start=row):
        sheet.merge_cells(start_row=number, start_column=1, end_row=number, end_column=len(HEADS))
        text(sheet.cell(number, 1), repack.clean(words_))
        sheet.cell(number, 1).font = Font(name=style.FONT, size=style.SIZE, bold=bold)


def _put(
    cell: Cell | MergedCell, words_: str, *, bold: bool = False, fill: str = "", centre: bool = False
) -> None:
    text(cell, words_)
    cell.font = Font(name=style.FONT, size=style.SIZE, bold=bold)
    cell.alignment = Alignment(horizontal="center" if centre else "left", vertical="center", wrap_text=True)
    cell.border = _BOX
    if fill:
        cell.fill = PatternFill("solid", fgColor=fill)


def text(cell: Cell | MergedCell, words_: str) -> None:
    """Write a text as a text, never as a formula or a number."""
    if isinstance(cell, MergedCell):
        raise TypeError(f"{cell.coordinate} is covered by a merged area")
    if words_:
        cell.value = words_
        cell.data_type = "s"


def _paper(sheet: Worksheet, heading: int) -> None:
    paper(sheet, landscape=True)
    sheet.print_title_rows = f"{heading}:{heading}"
    footer = HeaderFooter()
    footer.oddFooter = HeaderFooterItem(center=_HeaderFooterPart(text="第 &P 页　共 &N 页"))
    sheet.HeaderFooter = footer


def paper(sheet: Worksheet, *, landscape: bool) -> None:
    """A4, one page wide, our margins."""
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.paperSize = style.PAPER_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for side, inches in style.MARGINS.items():
        setattr(sheet.page_margins, side, inches)
