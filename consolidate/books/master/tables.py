"""The 汇总表: cover and tables in the standard form, every value a formula over 分单位明细 and 汇总调整."""

from __future__ import annotations

from collections.abc import Mapping

from xlsxwriter.worksheet import Worksheet

from consolidate.books import form, style
from consolidate.books.master import page
from consolidate.books.master.plan import ADJUSTMENTS, DETAIL, Plan, rounded, shown
from consolidate.books.style import Look
from consolidate.books.writing import Book
from consolidate.forms.layout import Placed, SheetLayout
from consolidate.forms.structure import Item
from consolidate.model import Run

_ADJUSTED = style.FILLS["hint"]


def draw(book: Book, plan: Plan) -> None:
    """Add the cover and one sheet per table."""
    for layout in plan.layouts:
        _sheet(book, plan, layout)


def _sheet(book: Book, plan: Plan, layout: SheetLayout) -> None:
    run = plan.run
    texts = {"caption": _caption(run), "note": _note(plan, layout)}
    sheet = form.draw(book, run.template, layout, texts=texts, footer=page.bracket(run))
    page.stamp(sheet, run)
    room = sum(layout.widths)
    for cell in layout.cells:
        if cell.role in ("caption", "note"):
            sheet.set_row(cell.row, style.height([(texts[cell.role], room)], least=layout.heights[cell.row]))
    if not run.complete:
        _alarm(book, sheet, layout, texts["caption"])
    if not layout.table:
        _cover(book, sheet, layout, run)
    for cell in layout.values:
        _value(book, sheet, plan, cell)


def _value(book: Book, sheet: Worksheet, plan: Plan, cell: Placed) -> None:
    item = plan.run.template.items[cell.item or 0]
    total = plan.run.totals[item.index]
    look = form.look(plan.run.template, cell)
    if total.adjustments or _touched(plan, item):
        look = look.but(fill=_ADJUSTED)
    sheet.write_formula(
        cell.row, cell.column, total_formula(plan, item), book.format(look), shown(item, total.value)
    )


def total_formula(plan: Plan, item: Item) -> str:
    """`=SUM('分单位明细'!$F$4:$F$55)+SUMIF(…汇总调整…)`, rounded for money."""
    adjustment = plan.adjustment(item)
    return rounded(item, f"SUM({plan.column(item.index)})" + (f"+{adjustment}" if adjustment else ""))


def _touched(plan: Plan, item: Item) -> bool:
    return any(entry.item == item.index for entry in plan.run.adjustments)


def _alarm(book: Book, sheet: Worksheet, layout: SheetLayout, text: str) -> None:
    """The headline of an incomplete total stands out on the form itself."""
    caption = next(cell for cell in layout.cells if cell.role == "caption")
    look = style.CAPTION.but(ink=style.ALERT, bold=True)
    sheet.write_string(caption.row, caption.column, text, book.format(look))


def _cover(book: Book, sheet: Worksheet, layout: SheetLayout, run: Run) -> None:
    fields: Mapping[str, str | float] = {
        "unit": run.office.name,
        "code": run.office.code,
        "year": run.year,
    }
    for key, value in fields.items():
        cell = layout.fields.get(key)
        if cell is None or value == "":
            continue
        look: Look = style.form(cell)
        if isinstance(value, str):
            sheet.write_string(cell.row, cell.column, value, book.format(look))
        else:
            sheet.write_number(cell.row, cell.column, value, book.format(look))


def _caption(run: Run) -> str:
    return f"填报单位：{run.office.name}　　{run.year}年度　　批次号：{run.batch}\n{page.headline(run)}"


def _note(plan: Plan, layout: SheetLayout) -> str:
    if not layout.table:
        return (
            f"本表为汇总表，由{plan.included}个单位的报表逐项相加而成。填报人、审核人签字后，"
            "本文件可直接作为本级的报表报上级。"
        )
    source = f"注：各格均为公式，等于“{DETAIL}”中计入合计的各单位之和"
    adjusted = any(_touched(plan, plan.run.template.items[cell.item or 0]) for cell in layout.values)
    return source + (f"，加“{ADJUSTMENTS}”；浅色底的格有调整。" if adjusted else "。")
