"""Template → the standard form as placed cells, from which blanks, master, returns and report are drawn.

No Excel library: rows and columns are counted from 0, widths are in characters (a Chinese one counts
two), heights in points. Sheet 0 is the cover, then one sheet per table, in template order.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from consolidate.forms.structure import Block, Node, Table
from consolidate.forms.template import Template
from consolidate.model import address

COVER = "封面"
Role = Literal[
    "title", "caption", "block_title", "corner", "header", "row_label", "value", "label", "field", "note"
]

_PORTRAIT = (86.0, 690.0)  # A4 between our margins: characters of 宋体 11, points
_LANDSCAPE = (126.0, 460.0)
_ROW, _TALL, _LINE = 20.0, 30.0, 15.0


@dataclass(frozen=True, slots=True)
class Placed:
    """One cell of the form, merged when it spans more than one.

    Roles: `title`, `caption` (an empty line under it for unit and year, or the headline), `block_title`,
    `corner`, `header`, `row_label`, `value` (with its `item`), `label` and `field` (a pair of the cover,
    with its `key`), `note` (how to fill it in, below the table).
    """

    row: int
    column: int
    rowspan: int
    colspan: int
    text: str
    role: Role
    item: int | None = None
    key: str = ""

    @property
    def merged(self) -> bool:
        """Whether it spans more than one cell."""
        return self.rowspan > 1 or self.colspan > 1

    @property
    def address(self) -> str:
        """A1 address of its first cell."""
        return address(self.row, self.column)


@dataclass(frozen=True)
class SheetLayout:
    """One sheet of the standard form; `table` is '' for the cover.

    `widths` and `heights` have one number per column and row; `repeat` is the first and last row that
    a second printed page repeats, `first_value` the row and column where frozen panes end.
    """

    name: str
    table: str
    cells: tuple[Placed, ...]
    widths: tuple[float, ...]
    heights: tuple[float, ...]
    landscape: bool
    repeat: tuple[int, int] | None
    first_value: tuple[int, int]

    @property
    def rows(self) -> int:
        """How many rows the form has."""
        return len(self.heights)

    @property
    def columns(self) -> int:
        """How many columns the form has."""
        return len(self.widths)

    @cached_property
    def values(self) -> tuple[Placed, ...]:
        """The value cells, in item order."""
        found = [cell for cell in self.cells if cell.item is not None]
        return tuple(sorted(found, key=lambda cell: cell.item or 0))

    @cached_property
    def fields(self) -> dict[str, Placed]:
        """The cells of the cover to fill in, by key."""
        return {cell.key: cell for cell in self.cells if cell.role == "field"}


def standard(template: Template) -> tuple[SheetLayout, ...]:
    """The cover, then one sheet per table, as on the official form."""
    tables = zip(template.tables, _sheet_names(template.tables), strict=True)
    return (_cover(template), *(_table(template, table, name) for table, name in tables))


def place(template: Template) -> dict[int, tuple[int, int, int]]:
    """Item index → (sheet number in `standard`, row, column)."""
    return {
        cell.item: (number, cell.row, cell.column)
        for number, sheet in enumerate(standard(template))
        for cell in sheet.values
        if cell.item is not None
    }


def width(text: str) -> int:
    """Columns that a text takes: Chinese and full-width characters count two; the longest line."""
    return max(
        len(line) if line.isascii() else sum(_wide(char) for char in line) for line in text.split("\n")
    )


def lines(text: str, columns: float) -> int:
    """How many lines a text takes when it is wrapped in a cell of that many columns."""
    room = max(columns - 1, 2)  # a cell keeps a little air on both sides
    count = 0
    for line in text.split("\n"):
        used, count = 0, count + 1
        if 2 * len(line) <= room:  # it fits, however wide its characters are
            continue
        for char in line:
            size = _wide(char)
            used, count = (size, count + 1) if used + size > room else (used + size, count)
    return count


@lru_cache(maxsize=65_536)
def _wide(char: str) -> int:
    return 2 if unicodedata.east_asian_width(char) in "WFA" else 1


# A table: title, caption, blocks one below the other, note.


def _sheet_names(tables: Sequence[Table]) -> list[str]:
    """Names that Excel and WPS accept: no signs, at most 31 characters, no two alike."""
    names: list[str] = []
    for table in tables:
        base = name = re.sub(r"[^\w（）、]", "_", table.name)[:28] or "表"
        number = 1
        while name.casefold() in {COVER, *(other.casefold() for other in names)}:
            number += 1
            name = f"{base}_{number}"
        names.append(name)
    return names


def _table(template: Template, table: Table, name: str) -> SheetLayout:
    labels = max(max(_depth(block.rows), 1 if block.corner else 0) for block in table.blocks)
    values = max(len(block.columns) for block in table.blocks)
    cells: list[Placed] = []
    row, first_value = 2, 0
    for block in table.blocks:
        placed, row, first = _block(block, table.head, row, labels, values)
        first_value = first_value or first
        cells.extend(placed)
    across = labels + values
    cells[:0] = [
        Placed(0, 0, 1, across, table.title, "title"),
        Placed(1, 0, 1, across, "", "caption"),
    ]
    cells.append(Placed(row, 0, 1, across, _note(template, table), "note"))
    widths = _widths(cells, labels, across)
    landscape = _scale(cells, widths, _LANDSCAPE) > _scale(cells, widths, _PORTRAIT)
    page = _LANDSCAPE if landscape else _PORTRAIT
    widths = _stretched(widths, page[0])
    # A sheet that is printed smaller to fit the width has room for taller rows.
    heights = _heights(cells, widths, page[1] * max(sum(widths) / page[0], 1.0))
    repeat = (0, first_value - 1) if len(table.blocks) == 1 else None
    frozen = (first_value if repeat else 2, labels)
    return SheetLayout(name, table.id, tuple(cells), widths, heights, landscape, repeat, frozen)


def _note(template: Template, table: Table) -> str:
    items = [template.items[index] for index in table.items]
    parts = ["没有的填0，不要留空，不要填“无”“/”；只填数字，不带单位和说明。"]
    for unit, decimals in dict.fromkeys((item.unit, item.decimals) for item in items if item.decimals):
        what = f"金额以{unit}为单位" if unit.endswith("元") else f"单位为{unit}的" if unit else "有小数的"
        parts.append(f"{what}，最多{decimals}位小数。")
    if any(item.signed for item in items):
        parts.append("增加填正数，减少填负数（如-3）。")
    return "注：" + "".join(parts)


def _visible(path: Sequence[Node]) -> list[Node]:
    return [node for node in path if node.label]


def _depth(paths: Sequence[Sequence[Node]]) -> int:
    return max(len(_visible(path)) for path in paths)


def _block(block: Block, head: str, top: int, labels: int, values: int) -> tuple[list[Placed], int, int]:
    """Cells of one block, the row after it, and its first row of values."""
    cells: list[Placed] = []
    if block.title:
        cells.append(Placed(top, 0, 1, labels + values, block.title, "block_title"))
        top += 1
    depth = _depth(block.columns)
    header = depth + (1 if head else 0)
    if labels:
        cells.append(Placed(top, 0, header, labels, block.corner, "corner"))
    if head:
        cells.append(Placed(top, labels, 1, values, head, "header"))
    # The last column of a narrower block reaches to the right border, as on the official form.
    starts = [labels + n for n in range(len(block.columns))] + [labels + values]
    for node, level, span, first, last in _headings(block.columns, depth):
        row, column = top + header - depth + level, starts[first]
        cells.append(Placed(row, column, span, starts[last + 1] - column, node.label, "header"))
    body = top + header
    for node, level, span, first, last in _headings(block.rows, labels):
        cells.append(Placed(body + first, level, last - first + 1, span, node.label, "row_label"))
    for r in range(len(block.rows)):
        for c in range(len(block.columns)):
            across = starts[c + 1] - starts[c]
            cells.append(Placed(body + r, starts[c], 1, across, "", "value", block.item(r, c)))
    return cells, body + len(block.rows), body


def _headings(paths: Sequence[Sequence[Node]], depth: int) -> Iterator[tuple[Node, int, int, int, int]]:
    """Each heading once: node, level, how many levels it spans, first and last leaf below it."""
    shown = [_visible(path) for path in paths]
    for number, path in enumerate(shown):
        for level, node in enumerate(path):
            if number and level < len(shown[number - 1]) and shown[number - 1][level] is node:
                continue
            last = number
            while last + 1 < len(shown) and level < len(shown[last + 1]) and shown[last + 1][level] is node:
                last += 1
            span = depth - level if level == len(path) - 1 else 1
            yield node, level, span, number, last


# The cover: label–value pairs.


def _cover(template: Template) -> SheetLayout:
    cells = [Placed(0, 0, 1, 2, template.title, "title"), Placed(1, 0, 1, 2, "", "caption")]
    for number, (key, spec) in enumerate(template.cover.items()):
        cells.append(Placed(2 + number, 0, 1, 1, spec.label, "label", key=key))
        cells.append(Placed(2 + number, 1, 1, 1, "", "field", key=key))
    # An empty row apart, so that nobody takes the note for what belongs to the last label.
    end = 3 + len(template.cover)
    cells.append(Placed(end, 0, 1, 2, "", "note"))
    heights = (60.0, 30.0, *[34.0] * len(template.cover), 14.0, 150.0)
    return SheetLayout(COVER, "", tuple(cells), (26.0, 56.0), heights, False, None, (2, 0))


# Widths and heights: so that nothing is cut off, and a page is well filled.


def _widths(cells: Sequence[Placed], labels: int, across: int) -> tuple[float, ...]:
    crowded = across - labels > 5
    result = [0.0] * across
    for cell in cells:
        if cell.colspan > 1 or cell.role not in ("row_label", "header"):
            continue
        if cell.role == "header":
            wanted = min(max(width(cell.text) + 2.0, 9.0), 9.0 if crowded else 18.0)
        elif cell.rowspan > 1:
            wanted = width(cell.text) / min(cell.rowspan - 1, 4) + 2.0
        else:
            wanted = min(width(cell.text) + 2.0, 28.0)
        result[cell.column] = max(result[cell.column], wanted)
    return tuple(round(number or 9.0, 1) for number in result)


def _scale(cells: Sequence[Placed], widths: Sequence[float], page: tuple[float, float]) -> float:
    """How large the sheet prints on one page; 1 is full size."""
    return min(page[0] / sum(widths), page[1] / sum(_heights(cells, widths, 0)), 1.0)


def _stretched(widths: tuple[float, ...], page: float) -> tuple[float, ...]:
    factor = min(max(page / sum(widths), 1.0), 1.7)
    return tuple(round(number * factor, 1) for number in widths)


def _heights(cells: Sequence[Placed], widths: Sequence[float], page: float) -> tuple[float, ...]:
    rows = max(cell.row + cell.rowspan for cell in cells)
    base = min(max(math.floor(page / rows), _ROW), _TALL)
    result = [base] * rows
    result[0], result[1] = 34.0, 20.0
    for cell in sorted(cells, key=lambda cell: cell.rowspan):
        room = sum(widths[cell.column : cell.column + cell.colspan])
        needed = lines(cell.text, room - (cell.role == "row_label")) * _LINE + 6
        span = range(cell.row, cell.row + cell.rowspan)
        missing = needed - sum(result[row] for row in span)
        if missing > 0:
            for row in span:
                result[row] += math.ceil(missing / cell.rowspan)
    return tuple(result)
