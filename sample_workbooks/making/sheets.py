"""A unit's workbook before it is written: placed cells, and the liberties that units take with the form."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from consolidate.forms import layout
from consolidate.forms.template import Template
from consolidate.model import address
from making.figures import Figures, scale

Content = str | int | float | datetime.date | None
LABELS = ("corner", "header", "row_label", "block_title", "label")


@dataclass(frozen=True)
class Cell:
    """One cell, merged when it spans more; rows and columns from 0. `item` or `key` when it is filled in."""

    row: int
    column: int
    rowspan: int
    colspan: int
    role: str
    content: Content = None
    item: str = ""
    key: str = ""
    formula: str = ""

    @property
    def address(self) -> str:
        """A1 address of its first cell."""
        return address(self.row, self.column)

    @property
    def field(self) -> str:
        """The field of the cover that is filled in here, or ''."""
        return self.key if self.role == "field" else ""

    def moved(self, rows: int, columns: int = 0) -> Cell:
        """The same cell further down and to the right."""
        return replace(self, row=self.row + rows, column=self.column + columns)


@dataclass(frozen=True)
class Sheet:
    """One sheet; `tables` are the ids of the tables on it ('' is the cover)."""

    name: str
    tables: tuple[str, ...]
    cells: tuple[Cell, ...]
    widths: tuple[float, ...]

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return max(cell.row + cell.rowspan for cell in self.cells)

    def mapped(self, change: Callable[[Cell], Cell]) -> Sheet:
        """The sheet with every cell changed."""
        return replace(self, cells=tuple(change(cell) for cell in self.cells))


@dataclass(frozen=True)
class Book:
    """A workbook: its sheets in order."""

    sheets: tuple[Sheet, ...]

    def mapped(self, change: Callable[[Sheet], Sheet]) -> Book:
        """The book with every sheet changed."""
        return Book(tuple(change(sheet) for sheet in self.sheets))

    def find(self, name: str) -> tuple[Sheet, Cell]:
        """Sheet and cell of an item (id) or of a field of the cover (key)."""
        for sheet in self.sheets:
            for cell in sheet.cells:
                if name in (cell.item, cell.field):
                    return sheet, cell
        raise KeyError(name)

    def has(self, table: str) -> bool:
        """Whether a table is in the book at all."""
        return any(table in sheet.tables for sheet in self.sheets)


def blank(form: Template) -> Book:
    """The form as issued: the cover, then one sheet per table."""
    return Book(tuple(_sheet(form, sheet) for sheet in layout.standard(form)))


def _sheet(form: Template, sheet: layout.SheetLayout) -> Sheet:
    cells = tuple(
        Cell(
            placed.row, placed.column, placed.rowspan, placed.colspan, placed.role, placed.text or None,
            "" if placed.item is None else form.items[placed.item].id, placed.key,
        )
        for placed in sheet.cells
        if placed.text or placed.role in ("value", "field", "corner")
    )  # fmt: skip
    return Sheet(sheet.name, (sheet.table,), cells, sheet.widths)


def fill(book: Book, figures: Figures, cover: Mapping[str, Content]) -> Book:
    """The book filled in; items that are not among the figures stay blank."""

    def filled(cell: Cell) -> Cell:
        if cell.role == "field":
            return replace(cell, content=cover.get(cell.key))
        if cell.role == "value" and cell.item in figures:
            value = figures[cell.item]
            return replace(cell, content=value / scale(cell.item) if scale(cell.item) > 1 else value)
        return cell

    return book.mapped(lambda sheet: sheet.mapped(filled))


def retype(book: Book, contents: Mapping[str, Content]) -> Book:
    """The book with other contents in some cells (by item or key): what a hand typed there."""

    def typed(cell: Cell) -> Cell:
        name = cell.item or cell.field
        return replace(cell, content=contents[name], formula="") if name in contents else cell

    return book.mapped(lambda sheet: sheet.mapped(typed))


# Liberties with the layout: nothing of this is an error.


def without(book: Book, table: str) -> Book:
    """The book without the sheet of a table."""
    return Book(tuple(sheet for sheet in book.sheets if sheet.tables != (table,)))


def renamed(book: Book, names: Mapping[str, str], order: Sequence[str]) -> Book:
    """Other sheet names, in another order: both by table id."""
    sheets = {sheet.tables[0]: sheet for sheet in book.sheets}
    return Book(tuple(replace(sheets[table], name=names[table]) for table in order if table in sheets))


def titled(book: Book, lines: Sequence[str]) -> Book:
    """Extra title lines on top of every table."""

    def change(sheet: Sheet) -> Sheet:
        across = max(cell.column + cell.colspan for cell in sheet.cells)
        above = tuple(Cell(row, 0, 1, across, "title", text) for row, text in enumerate(lines))
        below = tuple(cell.moved(len(lines)) for cell in sheet.cells)
        return replace(sheet, cells=above + below)

    return book.mapped(lambda sheet: change(sheet) if sheet.tables != ("",) else sheet)


def inset(book: Book, rows: int, columns: int) -> Book:
    """Blank rows above and columns to the left of everything, and a blank row before every block."""

    def change(sheet: Sheet) -> Sheet:
        for top in sorted((cell.row for cell in sheet.cells if cell.role == "block_title"), reverse=True):
            sheet = insert_row(sheet, top)
        sheet = sheet.mapped(lambda cell: cell.moved(rows, columns))
        return replace(sheet, widths=(2.0,) * columns + sheet.widths)

    return book.mapped(change)


def insert_row(sheet: Sheet, at: int) -> Sheet:
    """A blank row before row `at`; cells merged across it grow."""

    def change(cell: Cell) -> Cell:
        if cell.row >= at:
            return cell.moved(1)
        return replace(cell, rowspan=cell.rowspan + (cell.row + cell.rowspan > at))

    return sheet.mapped(change)


def one_sheet(book: Book, name: str, gap: int = 2) -> Book:
    """Cover and all tables below each other on one sheet."""
    cells: list[Cell] = []
    top = 0
    for sheet in book.sheets:
        cells += [cell.moved(top) for cell in sheet.cells]
        top += sheet.rows + gap
    columns = max(len(sheet.widths) for sheet in book.sheets)
    widths = tuple(
        max(min(sheet.widths[n], 24.0) if n < len(sheet.widths) else 8.0 for sheet in book.sheets)
        for n in range(columns)
    )
    tables = tuple(table for sheet in book.sheets for table in sheet.tables)
    return Book((Sheet(name, tables, tuple(cells), widths),))


def relabelled(book: Book, change: Callable[[str], str]) -> Book:
    """Labels typed in another way."""

    def typed(cell: Cell) -> Cell:
        return replace(cell, content=change(str(cell.content or ""))) if cell.role in LABELS else cell

    return book.mapped(lambda sheet: sheet.mapped(typed))


def grand_total_on_top(book: Book) -> Book:
    """表三 as some reports print it: 总计 in the top row of the header, beside 申请人情况."""

    def change(sheet: Sheet) -> Sheet:
        head = next((c for c in sheet.cells if c.role == "header" and c.content == "申请人情况"), None)
        if head is None:
            return sheet
        last = head.column + head.colspan - 1
        cells = []
        for cell in sheet.cells:
            if cell is head:
                cells.append(replace(cell, colspan=cell.colspan - 1))
            elif cell.role == "header" and cell.column == last:
                grown = cell.row - head.row
                cells.append(replace(cell, row=head.row, rowspan=cell.rowspan + grown))
            else:
                cells.append(cell)
        return replace(sheet, cells=tuple(cells))

    return book.mapped(change)


def with_formulas(book: Book) -> Book:
    """Totals of 表三 and 表四 as formulas, whose values are stored as a spreadsheet would store them."""
    return book.mapped(_formulas)


def _formulas(sheet: Sheet) -> Sheet:
    spots = {cell.item: cell.address for cell in sheet.cells if cell.item}

    def change(cell: Cell) -> Cell:
        row, _, last = cell.item.rpartition(".")
        if last != "total" or not cell.item.startswith(("applications", "proceedings")):
            return cell
        first, end = ("natural_person", "other") if cell.item.startswith("app") else ("upheld", "pending")
        return replace(cell, formula=f"=SUM({spots[f'{row}.{first}']}:{spots[f'{row}.{end}']})")

    return sheet.mapped(change)


# Liberties that are errors.


def dropped(book: Book, row: str) -> Book:
    """表三 without the row whose items begin with `row`; the rows below move up."""
    sheet, value = book.find(f"{row}.total")

    def change(cell: Cell) -> Cell | None:
        if cell.row > value.row:
            return cell.moved(-1)
        if cell.row == value.row and cell.rowspan == 1:
            return None
        over = cell.row <= value.row < cell.row + cell.rowspan
        return replace(cell, rowspan=cell.rowspan - 1) if over else cell

    cells = tuple(changed for cell in sheet.cells if (changed := change(cell)) is not None)
    return _replaced(book, sheet, replace(sheet, cells=cells))


def exchanged(book: Book, one: str, other: str) -> Book:
    """表三 with two rows, labels and figures, in each other's place."""
    sheet, first = book.find(f"{one}.total")
    second = book.find(f"{other}.total")[1]
    swap = {first.row: second.row, second.row: first.row}

    def change(cell: Cell) -> Cell:
        single = cell.rowspan == 1 and cell.role in ("row_label", "value")
        return replace(cell, row=swap.get(cell.row, cell.row)) if single else cell

    return _replaced(book, sheet, sheet.mapped(change))


def grafted(book: Book, other: Book, table: str) -> Book:
    """The book with the sheet of one table taken from another form."""
    sheets = {sheet.tables: sheet for sheet in other.sheets}
    return book.mapped(lambda sheet: sheets[(table,)] if sheet.tables == (table,) else sheet)


def _replaced(book: Book, old: Sheet, new: Sheet) -> Book:
    return book.mapped(lambda sheet: new if sheet is old else sheet)


def grid(sheet: Sheet) -> list[list[Cell | None]]:
    """Rows of cells, each at its first place; None where nothing stands (or a merged cell covers)."""
    columns = max(cell.column + cell.colspan for cell in sheet.cells)
    rows: list[list[Cell | None]] = [[None] * columns for _ in range(sheet.rows)]
    for cell in sheet.cells:
        rows[cell.row][cell.column] = cell
    return rows


def covered(cells: Iterable[Cell]) -> set[tuple[int, int]]:
    """Places that a merged cell hides."""
    return {
        (row, column)
        for cell in cells
        for row in range(cell.row, cell.row + cell.rowspan)
        for column in range(cell.column, cell.column + cell.colspan)
        if (row, column) != (cell.row, cell.column)
    }
