"""The standard form filled in, as sheets of plain cells that a test bends before it is read."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache

from consolidate.forms import catalogue, layout
from consolidate.forms.template import Template
from consolidate.intake import extract
from consolidate.intake.extract import LayoutMemory
from consolidate.model import Sheet, Submission, Workbook, address

OLD, NEW = "disclosure-2019", "disclosure-2021"
COLUMNS = ("natural_person", "commercial", "research", "public_welfare", "legal_service", "other", "total")
Cell = tuple[int, int]


@dataclass(slots=True)
class Page:
    """One sheet: its cells by (row, column) from 0, and where items and fields of the cover stand."""

    name: str
    cells: dict[Cell, object] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    items: dict[str, Cell] = field(default_factory=dict)
    fields: dict[str, Cell] = field(default_factory=dict)
    hidden: bool = False

    @property
    def height(self) -> int:
        """How many rows have something in them."""
        rows = [row for row, _ in (*self.cells, *self.items.values(), *self.fields.values())]
        return max(rows, default=-1) + 1

    @property
    def width(self) -> int:
        """How many columns have something in them."""
        columns = [column for _, column in (*self.cells, *self.items.values(), *self.fields.values())]
        return max(columns, default=-1) + 1

    def at(self, text: str) -> Cell:
        """The cell that holds this label."""
        return next(place for place, cell in sorted(self.cells.items()) if cell == text)

    def move(self, rows: Mapping[int, int], columns: Mapping[int, int]) -> None:
        """Give rows and columns other numbers; those that are not listed are taken out."""
        before = self.cells
        kept = {p for p in _places(self) if p[0] in rows and p[1] in columns}

        def new(place: Cell) -> Cell:
            return rows[place[0]], columns[place[1]]

        self.cells = {new(place): cell for place, cell in before.items() if place in kept}
        self.items = {name: new(place) for name, place in self.items.items() if place in kept}
        self.fields = {name: new(place) for name, place in self.fields.items() if place in kept}
        merged = []
        for top, left, bottom, right in self.merged:
            down = [row for row in range(top, bottom + 1) if row in rows]
            across = [column for column in range(left, right + 1) if column in columns]
            if down and across:
                first = rows[down[0]], columns[across[0]]
                if (top, left) in before:  # the text of an area stays with what is left of it
                    self.cells[first] = before[top, left]
                last = rows[down[-1]], columns[across[-1]]
                if first != last:
                    merged.append((*first, *last))
        self.merged = merged

    def insert(self, rows: Iterable[int] = (), columns: Iterable[int] = ()) -> None:
        """Insert an empty row before each of these rows, an empty column before each of these columns."""
        down, across = sorted(rows), sorted(columns)
        self.move(
            {row: row + sum(at <= row for at in down) for row in range(self.height + 1)},
            {column: column + sum(at <= column for at in across) for column in range(self.width + 1)},
        )

    def delete(self, rows: Iterable[int] = (), columns: Iterable[int] = ()) -> None:
        """Take out rows and columns with all that stands in them."""
        down, across = set(rows), set(columns)
        self.move(
            {row: row - sum(at < row for at in down) for row in range(self.height) if row not in down},
            {c: c - sum(at < c for at in across) for c in range(self.width) if c not in across},
        )

    def paste(self, other: Page, row: int, column: int = 0) -> None:
        """Put another sheet's cells below (or anywhere on) this one."""

        def new(place: Cell) -> Cell:
            return place[0] + row, place[1] + column

        self.cells.update({new(place): cell for place, cell in other.cells.items()})
        self.items.update({name: new(place) for name, place in other.items.items()})
        self.fields.update({name: new(place) for name, place in other.fields.items()})
        self.merged += [
            (top + row, left + column, bottom + row, right + column)
            for top, left, bottom, right in other.merged
        ]

    def rows(self) -> list[list[object]]:
        """The cells as rows of equal length, blanks as ""."""
        return [[self.cells.get((r, c), "") for c in range(self.width)] for r in range(self.height)]


def _places(page: Page) -> set[Cell]:
    return {*page.cells, *page.items.values(), *page.fields.values()}


def template(name: str = OLD) -> Template:
    """A template by its id."""
    return catalogue.named(name, catalogue.all_templates())


def figures(name: str = OLD, requests: int = 3) -> dict[str, float]:
    """A consistent set: so many requests of natural persons, all granted; 0 everywhere else."""
    values: dict[str, float] = {item.id: 0 for item in template(name).items}
    for row in ("received", "results.granted", "results.total"):
        for column in ("natural_person", "total"):
            values[f"applications.{row}.{column}"] = requests
    for item in ("overview.requests.accepted", "overview.requests.concluded"):
        values[item] = requests
    return values


@cache
def _empty(name: str) -> tuple[Page, ...]:
    form = template(name)
    pages = []
    for sheet in layout.standard(form):
        page = Page(sheet.name)
        for cell in sheet.cells:
            if cell.text:
                page.cells[cell.row, cell.column] = cell.text
            if cell.item is not None:
                page.items[form.items[cell.item].id] = cell.row, cell.column
            elif cell.role == "field":
                page.fields[cell.key] = cell.row, cell.column
            if cell.merged:
                last = cell.row + cell.rowspan - 1, cell.column + cell.colspan - 1
                page.merged.append((cell.row, cell.column, *last))
        pages.append(page)
    return tuple(pages)


def filled(
    name: str = OLD,
    unit: str = "甲镇",
    values: Mapping[str, object] | None = None,
    cover: Mapping[str, object] | None = None,
) -> list[Page]:
    """The standard form of a unit: the cover, then a sheet per table; "" leaves a cell blank."""
    pages = deepcopy(list(_empty(name)))
    stated: dict[str, object] = {
        "unit": unit, "year": template(name).first_year, "date": "2022-01-10", **(cover or {})
    }  # fmt: skip
    for page in pages:
        for content, places in (((values or figures(name)), page.items), (stated, page.fields)):
            for key, place in places.items():
                if content.get(key, "") != "":
                    page.cells[place] = content[key]
    return pages


def page_of(pages: Sequence[Page], item: str) -> Page:
    """The sheet that holds an item, or a field of the cover."""
    return next(page for page in pages if item in page.items or item in page.fields)


def put(pages: Sequence[Page], item: str, value: object) -> None:
    """Write into an item's cell (or a field of the cover); "" empties it."""
    page = page_of(pages, item)
    place = page.items.get(item) or page.fields[item]
    page.cells.pop(place, None)
    if value != "":
        page.cells[place] = value


def where(pages: Sequence[Page], item: str) -> tuple[str, str]:
    """Sheet name and A1 address of an item."""
    page = page_of(pages, item)
    return page.name, address(*(page.items.get(item) or page.fields[item]))


def together(pages: Sequence[Page], gap: int = 1, name: str = "Sheet1") -> list[Page]:
    """All sheets below each other on one."""
    whole = Page(name)
    for page in pages:
        whole.paste(page, whole.height + (gap if whole.cells else 0))
    return [whole]


def workbook(pages: Sequence[Page], kind: str = "xlsx") -> Workbook:
    """The sheets as the reader would give them: whole numbers as floats."""
    sheets = []
    for page in pages:
        rows = [[_as_read(cell) for cell in row] for row in page.rows()]
        sheets.append(Sheet(page.name, rows, page.hidden, tuple(page.merged)))
    return Workbook(kind, tuple(sheets))


def _as_read(cell: object) -> object:
    plain = isinstance(cell, int) and not isinstance(cell, bool | datetime.date)
    return float(cell) if plain else cell  # type: ignore[arg-type]


def submission(
    pages: Sequence[Page], name: str = OLD, year: int | None = None, memory: LayoutMemory | None = None
) -> Submission:
    """What extraction makes of the sheets; the other generation of the form is known to it."""
    form = template(name)
    others = tuple(one for one in catalogue.all_templates() if one.id != name)
    return extract.submission(workbook(pages), form, others, year, memory=memory or LayoutMemory())


def read_values(found: Submission, name: str = OLD) -> dict[str, float]:
    """The values of a submission by item id, in smallest units, those that are there."""
    items = template(name).items
    return {item.id: float(v) for item, v in zip(items, found.values, strict=True) if v == v}


def problems(found: Submission) -> list[tuple[str, tuple[str, ...]]]:
    """Code and cells of everything odd about structure, cover and labels."""
    return [(problem.code, problem.cells) for problem in found.problems]
