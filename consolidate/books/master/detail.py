"""分单位明细: units as rows, items as columns; first those that count, then the others in their own block.

Row 1 holds labels, row 2 (hidden) the item ids, columns A–D code, name, kind and status. Rows without a
status are headings. Next year's run reads last year's figures of each unit from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import ceil

import numpy as np
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from consolidate.books import style
from consolidate.books.figures import FigureSheet
from consolidate.books.master import page
from consolidate.books.master.grouping import Row
from consolidate.books.master.plan import DETAIL, DETAIL_FIRST, DETAIL_LABELS, Plan
from consolidate.books.writing import Book
from consolidate.forms.structure import Item

_HEADS = ("单位代码", "单位名称", "类别", "状态")
_NAME, _STATUS = 28.0, 16.0
_LINE = 14.25  # points of a row
_CODE_SIZE = 9
_SCALE = 47  # percent, at which a page in landscape takes some 60 units and three rows of the widest table
_PAGE = 227.0  # characters of width that a printed page takes at this scale, in the widest of fonts
_PADDING = 0.72  # characters that Excel adds to a column


def draw(book: Book, plan: Plan) -> None:
    """Add the sheet."""
    items = plan.run.template.items
    widths = _widths(plan)
    rows = len(plan.counted) + len(plan.uncounted)
    sheet = page.add(book, plan, DETAIL, widths, rows=rows, landscape=True, repeat=(0, 0))
    sheet.set_default_row(_LINE)
    _print(sheet, plan, widths)
    _labels(book, sheet, items, widths)
    plain = style.TEXT.but(wrap=False)
    looks = (plain.but(size=_CODE_SIZE), style.TEXT, plain, plain)
    forms = [book.format(look) for look in (*looks, *map(style.value, items))]
    _heading(book, sheet, DETAIL_FIRST - 1, _counted(plan))
    _rows(sheet, items, plan.counted, DETAIL_FIRST, forms)
    if plan.uncounted:
        start = DETAIL_FIRST + max(len(plan.counted), 1) + 1
        _heading(book, sheet, start, _uncounted(plan))
        _rows(sheet, items, plan.uncounted, start + 1, forms)


def _widths(plan: Plan) -> list[float]:
    """Columns as wide as what stands in them; no unit's figure is longer than the sum of all."""
    rows = (*plan.counted, *plan.uncounted)
    code = max([style.width(row.code) for row in rows], default=0) * _CODE_SIZE / style.SIZE + 2
    kind = max([style.width(row.kind) for row in rows], default=0) + 2
    widths = [min(max(code, 9.0), 30.0), _NAME, min(max(kind, 8.0), 20.0), _STATUS]
    for total, received in zip(plan.run.totals, plan.run.received_totals, strict=True):
        item = plan.run.template.items[total.item]
        digits = max(len(item.exact(value)) for value in (total.submitted, received))
        widths.append(max(digits + 3.0, 8.0))
    return widths


def _heading(book: Book, sheet: Worksheet, row: int, text: str) -> None:
    """The heading of a block, in the column that is printed on every page."""
    look = style.SUBTITLE.but(size=style.SIZE)
    sheet.set_row(row, style.height([(text, _NAME - 2)]))
    sheet.write_string(row, 1, text, book.format(look))


def _print(sheet: Worksheet, plan: Plan, widths: Sequence[float]) -> None:
    """Too wide for one page: pages begin with a row of the form, and every page repeats the names."""
    page.stamp(sheet, plan.run, page.bracket(plan.run))
    sheet.set_print_scale(_SCALE)
    sheet.repeat_columns(1, 1)
    sheet.set_v_pagebreaks(_breaks(plan.run.template.items, widths))
    sheet.freeze_panes(2, 2)


def _breaks(items: Sequence[Item], widths: Sequence[float]) -> list[int]:
    """The columns that begin a printed page: a table always does, a row of the form when it fits no more."""
    taken = [width + _PADDING for width in widths]
    breaks, table, used = [], items[0].table, sum(taken[:DETAIL_LABELS])
    name = taken[1]
    for (of, _, _), members in groupby(items, key=lambda item: (item.table, item.block, item.row)):
        row = [DETAIL_LABELS + item.index for item in members]
        parts = ceil(sum(taken[column] for column in row) / (_PAGE - name))
        size = ceil(len(row) / parts)
        for part in (row[start : start + size] for start in range(0, len(row), size)):
            wide = sum(taken[column] for column in part)
            if of != table or used + wide > _PAGE:
                table, used = of, name
                breaks.append(part[0])
            used += wide
    return breaks


def _labels(book: Book, sheet: Worksheet, items: Sequence[Item], widths: Sequence[float]) -> None:
    labels = [*_HEADS, *(f"{item.table_name}·{item.label}" for item in items)]
    rooms = [width * style.SIZE / style.SMALL.size for width in widths]
    sheet.set_row(0, style.height(zip(labels, rooms, strict=True), style.SMALL.size))
    form = book.format(style.HEADER.but(bold=False, size=style.SMALL.size))
    for column, label in enumerate(labels):
        sheet.write_string(0, column, label, form)
    sheet.set_row(1, None, None, {"hidden": True})
    ids = book.format(style.SMALL.but(wrap=False))
    for column, item in enumerate(items, start=DETAIL_LABELS):
        sheet.write_string(1, column, item.id, ids)


def _rows(
    sheet: FigureSheet, items: Sequence[Item], rows: Sequence[Row], first: int, forms: Sequence[Format]
) -> None:
    scales = np.array([float(item.scale) for item in items])
    figures = forms[DETAIL_LABELS:]
    for place, row in enumerate(rows, start=first):
        if style.width(row.name) > _NAME - 2:
            sheet.set_row(place, style.height([(row.name, _NAME - 2)]))
        for column, label in enumerate((row.code, row.name, row.kind, row.status)):
            sheet.write_string(place, column, label, forms[column])
        values = np.array(row.values)
        broken = values[~np.isnan(values)] % 1 != 0
        if broken.any():
            _with_fractions(sheet, items, row.values, place, forms)
        elif row.values:
            sheet.write_figures(place, DETAIL_LABELS, (values / scales).tolist(), figures)


def _with_fractions(
    sheet: FigureSheet, items: Sequence[Item], values: Sequence[float], place: int, forms: Sequence[Format]
) -> None:
    """A row in which a fraction of the smallest unit stands: it counts in no total, as text in no formula."""
    for column, (item, value) in enumerate(zip(items, values, strict=True), start=DETAIL_LABELS):
        if value != value:
            sheet.write_blank(place, column, None, forms[column])
        elif value.is_integer():
            sheet.write_number(place, column, value / item.scale, forms[column])
        else:
            sheet.write_string(place, column, item.text(value), forms[column])


def _counted(plan: Plan) -> str:
    if plan.grouped:
        return (
            f"计入合计的{plan.included}个单位：单位过多，一张表放不下，按地区和类别各列一行；"
            "各单位的数见其所在地的汇总表"
        )
    return f"计入合计的{plan.included}个单位"


def _uncounted(plan: Plan) -> str:
    count = sum(not report.included and report.submission is not None for report in plan.run.units)
    return f"未计入合计的{count}个单位"
