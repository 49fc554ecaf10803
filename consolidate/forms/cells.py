"""Where items stand in a workbook that we write, as references and ranges for formulas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from consolidate.forms import layout
from consolidate.forms.template import Template
from consolidate.model import Place, address

Spot = tuple[str, int, int]  # sheet name, row, column; rows and columns counted from 0
_WORTH = 3  # cells from which people write a range


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of items: `spots[item]`; references within the sheet `home` are written without its name."""

    spots: Mapping[int, Spot]
    home: str = ""

    def at(self, home: str) -> Cells:
        """The same cells as seen by formulas that stand in the sheet `home`."""
        return replace(self, home=home)

    def has(self, items: Iterable[int]) -> bool:
        """Whether every one of these items has a cell."""
        return all(item in self.spots for item in items)

    def ref(self, item: int) -> str:
        """Absolute reference of an item's cell: `'表三'!$D$6`."""
        return self.rectangle(*self.spots[item], *self.spots[item][1:])

    def ranges(self, items: Iterable[int]) -> str:
        """References of many items, rectangles where they are contiguous: `'表三'!$D$6:$I$7,'表三'!$D$9`."""
        spots = sorted({self.spots[item] for item in items})
        return ",".join(self.rectangle(*box) for box in _rectangles(spots))

    def rectangle(self, sheet: str, top: int, left: int, bottom: int, right: int) -> str:
        """Absolute reference of a rectangle of cells; the sheet's name is always quoted."""
        first, last = _absolute(top, left), _absolute(bottom, right)
        name = "" if sheet == self.home else quoted(sheet) + "!"
        return f"{name}{first}" if first == last else f"{name}{first}:{last}"


def standard(template: Template) -> Cells:
    """The items' cells in the standard layout."""
    names = [sheet.name for sheet in layout.standard(template)]
    places = layout.place(template)
    return Cells({item: (names[number], row, column) for item, (number, row, column) in places.items()})


def quoted(sheet: str) -> str:
    """A sheet's name as references need it; WPS fails on Chinese names without quotes."""
    doubled = sheet.replace("'", "''")
    return f"'{doubled}'"


def areas(places: Sequence[Place]) -> str:
    """Addresses for people: three cells and more become `D28:I28`; a few apart keep their order."""
    boxes = _rectangles(sorted({(f"{sheet:04d}", row, column) for sheet, row, column in places}))
    if all((bottom - top + 1) * (right - left + 1) < _WORTH for _, top, left, bottom, right in boxes):
        return "、".join(address(row, column) for _, row, column in places)
    return "、".join(_area(*box[1:]) for box in boxes)


def _area(top: int, left: int, bottom: int, right: int) -> str:
    if (bottom - top + 1) * (right - left + 1) >= _WORTH:
        return f"{address(top, left)}:{address(bottom, right)}"
    cells = [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]
    return "、".join(address(row, column) for row, column in cells)


def _absolute(row: int, column: int) -> str:
    name = address(row, column).rstrip("0123456789")
    return f"${name}${row + 1}"


def _rectangles(spots: list[Spot]) -> list[tuple[str, int, int, int, int]]:
    """Runs along rows first, then equal runs of neighbouring rows joined."""
    runs: list[tuple[str, int, int, int]] = []  # sheet, row, left, right
    for sheet, row, column in spots:
        if runs and runs[-1][:2] == (sheet, row) and runs[-1][3] == column - 1:
            runs[-1] = (sheet, row, runs[-1][2], column)
        else:
            runs.append((sheet, row, column, column))
    boxes: list[tuple[str, int, int, int, int]] = []
    for sheet, left, right, row in sorted((sheet, left, right, row) for sheet, row, left, right in runs):
        if boxes and (boxes[-1][0], boxes[-1][2], boxes[-1][4]) == (sheet, left, right) \
                and boxes[-1][3] == row - 1:  # fmt: skip
            boxes[-1] = (*boxes[-1][:3], row, right)
        else:
            boxes.append((sheet, row, left, row, right))
    return sorted(boxes)
