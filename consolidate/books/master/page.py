"""What all sheets of the master share: heading, footer with the batch, lists with a repeated header."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from consolidate.books import style
from consolidate.books.figures import FigureSheet
from consolidate.books.master.plan import FIRST, MOST_ROWS, Plan
from consolidate.books.style import Look
from consolidate.books.writing import Book
from consolidate.model import Run

_TALLEST = 400  # points; Excel takes 409
_LONG = 2_000  # rows from which a sheet is written row by row instead of being held in memory
_HEADER_ROOM = 80  # characters of a part of the printed header, of which Excel takes 255 in all


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list: its heading, width in characters, and look."""

    label: str
    width: float
    look: Look = style.TEXT


def title(run: Run, what: str) -> str:
    """`新蔡县人民政府2019年度 汇总核对`."""
    return f"{run.office.name}{run.year}年度　{what}"


def headline(run: Run) -> str:
    """The sentence on every sheet; with `include` all it says that unfinished forms are in the totals."""
    unfinished = any(r.included and r.status not in ("accepted", "explained") for r in run.units)
    return f"{run.headline}合计含待核实、退回的报表，仅供内部参考。" if unfinished else run.headline


def bracket(run: Run) -> str:
    """`【未齐，勿对外公布】` for the foot of every printed page; '' when everything is in and passed."""
    state = run.headline[: run.headline.find("】") + 1]
    return "" if state.startswith("【已齐") else state


def add(
    book: Book,
    plan: Plan,
    name: str,
    widths: Sequence[float],
    *,
    rows: int = 0,
    landscape: bool = False,
    pages_high: int = 0,
    repeat: tuple[int, int] | None = None,
) -> FigureSheet:
    """A sheet of the master with the batch on every printed page; `rows` is how many it will have, about."""
    # XlsxWriter asks the workbook when a sheet is made: a long one is then written row by row.
    book.workbook.constant_memory = rows > _LONG
    sheet = book.sheet(
        name, widths, landscape=landscape, pages_high=pages_high, repeat=repeat, footer=bracket(plan.run)
    )
    book.workbook.constant_memory = False
    stamp(sheet, plan.run)
    return sheet


def stamp(sheet: Worksheet, run: Run, middle: str = "") -> None:
    """The printed header: whose totals of which year, and the batch."""
    parts = [("&L", f"{run.office.name[:_HEADER_ROOM]}{run.year}年度"), ("&C", middle[:_HEADER_ROOM])]
    texts = [*parts, ("&R", f"批次号 {run.batch}")]
    sheet.set_header("".join(f"{place}{_small(text)}" for place, text in texts if text))


def _small(text: str) -> str:
    # The space keeps a digit from being read as part of the size.
    return f'&"{style.FONT},Regular"&9 {text.replace("&", "&&")}'


def head(book: Book, sheet: Worksheet, plan: Plan, what: str, widths: Sequence[float], remark: str) -> None:
    """Title, headline and remark in the first three rows, each across all columns."""
    last, room = len(widths) - 1, sum(widths)
    texts = [(title(plan.run, what), style.TITLE), (headline(plan.run), style.HEADLINE), (remark, style.NOTE)]
    for row, (text, look) in enumerate(texts):
        sheet.set_row(row, style.height([(text, room)], look.size))
        across(book, sheet, row, 0, last, text, look)


def across(book: Book, sheet: Worksheet, row: int, first: int, last: int, text: str, look: Look) -> None:
    """A text over several columns of a row."""
    form = book.format(look)
    if last > first:
        sheet.merge_range(row, first, row, last, "", form)
    sheet.write_string(row, first, text, form)


def listing(
    book: Book,
    plan: Plan,
    name: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[str | float | None]],
    *,
    remark: str = "",
    empty: str = "",
    landscape: bool = True,
) -> Worksheet:
    """A sheet with one list: filter, frozen and repeated header; long lists are cut, and say so.

    Cells are texts, numbers, or None for a blank; `empty` is written when there are no rows.
    """
    widths = [column.width for column in columns]
    sheet = add(book, plan, name, widths, rows=len(rows), landscape=landscape, repeat=(0, FIRST - 1))
    if len(rows) > MOST_ROWS:
        remark = f"{remark}共{len(rows)}行，本页列出前{MOST_ROWS}行，其余见findings.csv和run.json。"
    head(book, sheet, plan, name, widths, remark)
    header(book, sheet, FIRST - 1, [column.label for column in columns])
    sheet.set_row(FIRST - 1, style.height([(column.label, column.width) for column in columns], least=24))
    forms = [book.format(column.look) for column in columns]
    for row, cells in enumerate(islice(rows, MOST_ROWS), start=FIRST):
        texts = [
            (cell, width - 2) for cell, width in zip(cells, widths, strict=True) if isinstance(cell, str)
        ]
        sheet.set_row(row, min(style.height(texts), _TALLEST))
        line(sheet, row, cells, forms)
    if not rows:
        sheet.set_row(FIRST, 24)
        across(book, sheet, FIRST, 0, len(columns) - 1, empty, style.CENTER.but(ink=style.GREY))
    else:
        sheet.autofilter(FIRST - 1, 0, FIRST - 1 + min(len(rows), MOST_ROWS), len(columns) - 1)
    sheet.freeze_panes(FIRST, 0)
    return sheet


def header(book: Book, sheet: Worksheet, row: int, labels: Iterable[str]) -> None:
    """A row of headings."""
    form = book.format(style.HEADER)
    for column, label in enumerate(labels):
        sheet.write_string(row, column, label, form)


def line(
    sheet: Worksheet, row: int, cells: Iterable[str | float | None], forms: Sequence[Format], first: int = 0
) -> None:
    """One row of texts and numbers from column `first` on; '' and None become blank cells."""
    for column, (cell, form) in enumerate(zip(cells, forms, strict=True), start=first):
        if cell is None or cell == "":
            sheet.write_blank(row, column, None, form)
        elif isinstance(cell, str):
            sheet.write_string(row, column, cell, form)
        else:
            sheet.write_number(row, column, cell, form)
