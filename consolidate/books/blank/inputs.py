"""What may be typed into a blank: validation with prompts, and rules that turn red once filled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from consolidate.books import form, style
from consolidate.books.blank.plan import Plan, focus, item_name, state_name
from consolidate.books.writing import Book
from consolidate.forms import formula
from consolidate.forms.cells import quoted
from consolidate.forms.layout import SheetLayout
from consolidate.forms.rules import Rule
from consolidate.forms.structure import Item
from consolidate.model import address

_DIGITS = 15  # as many as a spreadsheet keeps of a number
_TITLE, _MESSAGE = 32, 255  # Excel's limits


def table(book: Book, plan: Plan, layout: SheetLayout) -> None:
    """Add a table of the form, ready to be filled in."""
    sheet = form.draw(book, plan.template, layout, unlocked=True, locked=True)
    caption = next(cell for cell in layout.cells if cell.role == "caption")
    look = book.format(style.FORM["caption"])
    if plan.caption.startswith("="):
        sheet.write_formula(caption.row, caption.column, plan.caption, look, f"　{plan.year}年度")
    else:
        sheet.write_string(caption.row, caption.column, plan.caption, look)
    for cell in layout.values:
        item = plan.template.items[cell.item or 0]
        sheet.data_validation(
            cell.row, cell.column, cell.row, cell.column, validation(plan, item, cell.address)
        )
        place = f"{quoted(layout.name)}!${address(0, cell.column)[:-1]}${cell.row + 1}"
        book.workbook.define_name(item_name(item), f"={place}")
    _live(book, sheet, plan, layout)


def validation(plan: Plan, item: Item, cell: str) -> dict[str, object]:
    """What a value cell takes, its prompt and its refusal, as XlsxWriter's options."""
    kind = _kind(item, cell)
    lines = [kind.prompt]
    if item.total:
        lines.append("合计也请填数，核对见“勾稽”页。")
    if plan.last_year is not None and item.index in plan.known:
        lines.append(f"上年：{item.text(float(plan.last_year[item.index]))}")
    return {
        **kind.condition, "input_title": kind.title[:_TITLE], "input_message": "\n".join(lines)[:_MESSAGE],
        "error_title": "填报数不合要求", "error_message": kind.refusal[:_MESSAGE], "error_type": "stop",
    }  # fmt: skip


class _Kind(NamedTuple):
    """What a kind of number is asked for with, refused with, and tested by."""

    title: str
    prompt: str
    refusal: str
    condition: dict[str, object]


def _kind(item: Item, cell: str) -> _Kind:
    most = 10 ** (_DIGITS - item.decimals)
    if item.decimals:
        unit = f"，单位：{item.unit}" if item.unit else ""
        least, size = ("", f"ABS({cell})") if item.signed else ("不小于0的", cell)
        lowest = "" if item.signed else f"{cell}>=0,"
        digits = f"最多{item.decimals}位小数"
        test = f"ISNUMBER({cell}),{lowest}{size}<{most},ROUND({cell},{item.decimals})={cell}"
        return _Kind(
            f"填数{unit}",
            f"{digits}，没有的填0。",
            f"本格应填{least}数，{digits}{unit}；没有的填0，不带单位和说明。",
            {"validate": "custom", "value": f"=AND({test})"},
        )
    if item.signed:
        return _Kind(
            "填整数",
            "增加填正数，减少填负数（如-3），没有变化填0。",
            "本格应填整数：增加填正数，减少填负数（如-3），没有变化填0，不要写“增”“减”等字。",
            {"validate": "integer", "criteria": "between", "minimum": 1 - most, "maximum": most - 1},
        )
    return _Kind(
        "填整数",
        "没有的填0。",
        "本格应填不小于0的整数；没有的填0，不要填“无”“/”，不带单位和说明。",
        {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": most - 1},
    )


def _live(book: Book, sheet: Worksheet, plan: Plan, layout: SheetLayout) -> None:
    """Colour the cells of broken rules: first what states the sum, then, lighter, the rest of it."""
    here = {cell.item for cell in layout.values}
    rules = [rule for rule in plan.rules if plan.sheets.known(rule)]
    marks = {s: book.mark(style.FILLS[s], bold=s == "error") for s in ("error", "query", "hint")}
    related = book.mark(style.RELATED)
    # Where several want one cell, the first condition written wins.
    for severity in ("error", "query", "related", "hint"):
        for rule in rules:
            shown = focus(rule)
            if rule.severity == severity:
                _colour(sheet, plan, layout, rule, [item for item in shown if item in here], marks[severity])
            elif severity == "related" and rule.severity == "error":
                rest = [item for item in rule.items if item in here and item not in shown]
                _colour(sheet, plan, layout, rule, rest, related)


def _colour(
    sheet: Worksheet, plan: Plan, layout: SheetLayout, rule: Rule, items: Sequence[int], mark: Format
) -> None:
    if not items:
        return
    ranges = plan.sheets.cells.at(layout.name).ranges(items).replace("$", "").split(",")
    alone = not rule.last_items and {plan.sheets.cells.spots[item][0] for item in rule.items} == {layout.name}
    if alone:
        condition = formula.broken(
            rule, formula.Sheets(plan.template.items, plan.sheets.cells.at(layout.name))
        )
    else:
        condition = f'{state_name(rule)}="{formula.BROKEN}"'
    sheet.conditional_format(ranges[0], {
        "type": "formula", "criteria": f"={condition}", "format": mark, "multi_range": " ".join(ranges),
    })  # fmt: skip
