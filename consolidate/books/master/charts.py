"""The native charts of 总览, over a small table beside the printed page whose cells are live too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from consolidate.books import style
from consolidate.books.master import page
from consolidate.books.master.plan import OVERVIEW, Plan, rounded, shown
from consolidate.forms.shown import Chart

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from consolidate.books.writing import Book

_DATA = 16  # first column of the charts' table, right of the printed page
_HALF, _ROWS = 7, 11  # columns and rows that a chart takes
_CELL_WIDTH, _CELL_HEIGHT = 53, 20  # pixels of a column and a row of the page

# Fills that stay apart in black-and-white printing: brightness 27, 64, 45, 83 and 100 %.
_STATES = {"通过": "1F4E79", "待核实": "82AAD4", "退回": "C0504D", "文件打不开": "D4D4D4", "未报": "FFFFFF"}
_THIS, _LAST = "1F4E79", "BFBFBF"


def draw(book: Book, sheet: Worksheet, plan: Plan, row: int, kinds: Mapping[str, Mapping[str, int]]) -> int:
    """Draw the charts from a row on, two side by side; the last row that they cover."""
    page.across(book, sheet, 0, _DATA, _DATA + 2, "图表数据（不打印）", style.NOTE)
    made = [_by_kind(book, sheet, kinds, 1)]
    top = 3 + len(kinds)
    for chart in plan.run.template.charts:
        made.append(_bars(book, sheet, plan, chart, top))
        top += len(chart.bars) + 2
    for number, drawn in enumerate(made):
        alone = number == len(made) - 1 and number % 2 == 0
        _place(sheet, drawn, row + number // 2 * (_ROWS + 1), number % 2, alone)
    return row + (len(made) + 1) // 2 * (_ROWS + 1) - 1


def _place(sheet: Worksheet, chart: Any, row: int, side: int, alone: bool) -> None:
    columns = 2 * _HALF if alone else _HALF
    chart.set_size({"width": columns * _CELL_WIDTH - 6, "height": _ROWS * _CELL_HEIGHT})
    sheet.insert_chart(row, side * _HALF, chart, {"x_offset": 3, "y_offset": 4})


def _by_kind(book: Book, sheet: Worksheet, kinds: Mapping[str, Mapping[str, int]], top: int) -> Any:
    """Units by kind, stacked by state."""
    page.line(sheet, top, ["类别", *_STATES], [book.format(style.SMALL)] * (1 + len(_STATES)), first=_DATA)
    for row, (kind, counts) in enumerate(kinds.items(), start=top + 1):
        values = [float(counts[state]) for state in _STATES]
        page.line(sheet, row, [kind, *values], [book.format(style.SMALL)] * (1 + len(values)), first=_DATA)
    chart: Any = book.workbook.add_chart({"type": "bar", "subtype": "stacked"})
    for number, color in enumerate(_STATES.values(), start=1):
        _series(chart, top, len(kinds), number, color)
    _dress(chart, "报送情况（按单位类别，个）")
    chart.set_y_axis({"num_font": _font(9), "reverse": True, "line": {"none": True}})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    return chart


def _bars(book: Book, sheet: Worksheet, plan: Plan, spec: Chart, top: int) -> Any:
    """A column per figure, this year and, where it is known, last year."""
    before = [plan.before(bar.items) for bar in spec.bars]
    known = any(value is not None for value in before)
    year = plan.run.year
    heads = ["指标", f"{year}年", *([f"{plan.last_year.year}年"] if known and plan.last_year else [])]
    small = book.format(style.SMALL)
    page.line(sheet, top, heads, [small] * len(heads), first=_DATA)
    for row, (bar, last) in enumerate(zip(spec.bars, before, strict=True), start=top + 1):
        item = plan.run.template.items[bar.items[0]]
        sheet.write_string(row, _DATA, bar.label, small)
        now = shown(item, sum(plan.run.totals[index].value for index in bar.items))
        sheet.write_formula(row, _DATA + 1, rounded(item, plan.sum_of(bar.items)), small, now)
        if last is not None:
            sheet.write_number(row, _DATA + 2, shown(item, last), small)
    chart: Any = book.workbook.add_chart({"type": "column"})
    for number, color in enumerate((_THIS, _LAST)[: 2 if known else 1], start=1):
        _series(chart, top, len(spec.bars), number, color)
    _dress(chart, spec.title, legend=known)
    # The labels of the highest columns keep clear of the title.
    chart.set_plotarea({"layout": {"x": 0.03, "y": 0.27, "width": 0.94, "height": 0.5 if known else 0.58}})
    chart.set_x_axis({"num_font": _font(9)})
    chart.set_y_axis({"visible": False, "major_gridlines": {"visible": False}})
    return chart


def _series(chart: Any, top: int, count: int, number: int, color: str) -> None:
    dark = color in (_THIS, "C0504D")
    inside = chart.subtype == "stacked"
    chart.add_series({
        "name": [OVERVIEW, top, _DATA + number],
        "categories": [OVERVIEW, top + 1, _DATA, top + count, _DATA],
        "values": [OVERVIEW, top + 1, _DATA + number, top + count, _DATA + number],
        "fill": {"color": f"#{color}"},
        "border": {"color": f"#{style.LINE}", "width": 0.5},
        "gap": 60,
        "data_labels": {
            "value": True, "num_format": "0;-0;;" if inside else "General",
            "font": {**_font(9), "color": "#FFFFFF" if inside and dark else f"#{style.INK}"},
        },
    })  # fmt: skip


def _dress(chart: Any, title: str, legend: bool = True) -> None:
    chart.set_title({"name": title, "name_font": {**_font(11), "bold": True}, "overlay": False})
    chart.set_legend({"position": "bottom", "font": _font(9)} if legend else {"none": True})
    chart.set_chartarea({"border": {"color": f"#{style.LINE}", "width": 0.5}})


def _font(size: int) -> dict[str, object]:
    return {"name": style.FONT, "size": size}
