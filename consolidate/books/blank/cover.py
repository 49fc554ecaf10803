"""The cover of a blank: unit, code and year filled in where known, how to fill in the rest, progress."""

from __future__ import annotations

import datetime

from xlsxwriter.worksheet import Worksheet

from consolidate.books import form, style, words
from consolidate.books.blank import checks
from consolidate.books.blank.plan import LISTS, Plan
from consolidate.books.writing import Book
from consolidate.forms.cells import quoted
from consolidate.forms.layout import Placed
from consolidate.model import address

_UNITS = "unit_list"


def draw(book: Book, plan: Plan) -> None:
    """Add the cover; the rest is drawn after it, in the order of the form."""
    layout = plan.layouts[0]
    note = "\n".join(_help(plan))
    sheet = form.draw(
        book, plan.template, layout, texts={"caption": f"（{plan.year}年度）", "note": note}, locked=True
    )
    end = layout.rows
    sheet.set_row(end - 1, style.height([(note, sum(layout.widths))], style.NOTE.size))
    for key, cell in layout.fields.items():
        _field(book, sheet, plan, key, cell)
        place = f"{quoted(layout.name)}!${address(0, cell.column)[:-1]}${cell.row + 1}"
        book.workbook.define_name(f"cover.{key}", f"={place}")
    look = book.format(style.TEXT.but(fill=style.PALE))
    lines = [_progress(plan), _standing(plan)] if plan.rules else [_progress(plan)]
    for row, (text, now) in enumerate(lines, start=end):
        sheet.merge_range(row, 0, row, 1, "", look)
        sheet.write_formula(row, 0, f"={text}", look, now)
        sheet.set_row(row, 26)
    sheet.print_area(0, 0, end + len(lines) - 1, 1)


def _field(book: Book, sheet: Worksheet, plan: Plan, key: str, cell: Placed) -> None:
    spec = plan.template.cover[key]
    look = style.FORM["field"]
    given = {"unit": plan.unit.name, "code": plan.unit.code} if plan.unit else {}
    if spec.type == "year" or key == "year":
        sheet.write_number(cell.row, cell.column, plan.year, book.format(look.but(unlocked=False)))
    elif given.get(key):
        sheet.write_string(cell.row, cell.column, given[key], book.format(look.but(unlocked=False)))
    elif spec.type == "date":
        sheet.write_blank(cell.row, cell.column, None, book.format(look.but(number='yyyy"年"m"月"d"日"')))
        sheet.data_validation(cell.row, cell.column, cell.row, cell.column, {
            "validate": "date", "criteria": ">=", "value": datetime.date(2000, 1, 1),
            "input_title": spec.label, "input_message": f"按 {plan.year + 1}-1-15 的样子填。",
            "error_title": spec.label, "error_message": f"请按 {plan.year + 1}-1-15 的样子填写日期。",
            "error_type": "warning",
        })  # fmt: skip
    else:
        # As text, so that a telephone number or a code keeps its leading zero.
        sheet.write_blank(cell.row, cell.column, None, book.format(look.but(number="@")))
        if key == "unit" and plan.units:
            _choice(sheet, plan, cell)


def _choice(sheet: Worksheet, plan: Plan, cell: Placed) -> None:
    sheet.data_validation(cell.row, cell.column, cell.row, cell.column, {
        "validate": "list", "source": f"={_UNITS}", "input_title": "填报单位",
        "input_message": "点右侧箭头选择本单位。", "error_title": "填报单位",
        "error_message": "单位名单中没有这个名称，请从下拉框中选择；名单有误的请与我办联系。",
        "error_type": "warning",
    })  # fmt: skip


def lists(book: Book, plan: Plan) -> None:
    """Add the very hidden list of unit names to choose from, when the unit is open."""
    if plan.unit is not None or not plan.units:
        return
    sheet = book.workbook.add_worksheet(LISTS)
    for row, unit in enumerate(plan.units):
        sheet.write_string(row, 0, unit.name)
    sheet.very_hidden()
    book.workbook.define_name(_UNITS, f"={quoted(LISTS)}!$A$1:$A${len(plan.units)}")


def _help(plan: Plan) -> list[str]:
    tables = "、".join(table.name for table in plan.template.tables)
    optional = [table.name for table in plan.template.tables if table.optional]
    office = plan.office
    until = f"请于{words.day(office.deadline)}前报送" if office.deadline else ""
    whom = "，".join(
        text for text in (until, f"联系人{office.contact}" * bool(office.contact),
                          f"电话{office.phone}" * bool(office.phone)) if text
    )  # fmt: skip
    lines = [
        "填表说明",
        f"1. 依次填写{tables}的空格；没有的填0，不要留空。合计也请直接填数，不用公式。"
        + (f"不需报送{'、'.join(optional)}的，整表留空。" if optional else ""),
        "2. 一条勾稽关系的各格填齐后仍不符的，有关的格会变色：深色为强制，中间色为核实，浅色为提示；"
        "逐条情况见“勾稽”页。",
        "3. 强制项请核对台账后改正；核实项情况属实的，在“勾稽”页写明情况说明。请勿为凑平而改数。",
        "4. 不要增删行列，不要改表名。填好后保存，发回本文件。",
    ]
    return [*lines, f"{'5. ' + whom}。"] if whom else lines


def _progress(plan: Plan) -> tuple[str, str]:
    """How many cells of each table are filled: a formula, and what it shows at first."""
    parts, now = [], []
    for table in plan.template.tables:
        count = len(table.items)
        parts.append(f'"{table.name} "&COUNT({plan.sheets.cells.ranges(table.items)})&"/{count}格"')
        now.append(f"{table.name} 0/{count}格")
    return '"已填：　"&' + '&"　"&'.join(parts), "已填：　" + "　".join(now)


def _standing(plan: Plan) -> tuple[str, str]:
    return '"勾稽：　"&' + checks.summary(plan), "勾稽：　" + checks.summary_now(plan)
