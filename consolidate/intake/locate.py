"""Where a block of the form stands: found by its labels, never by fixed addresses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from consolidate.intake import labels, texts
from consolidate.intake.align import Alignment, Found, align
from consolidate.intake.page import Page, Text
from consolidate.intake.sections import Section, headings
from consolidate.intake.shapes import Shape, Words

DEEP = 6  # the one row of values of a block without row labels stands at most so far below its header


@dataclass(frozen=True, slots=True)
class Witness:
    """What made the choice of these cells: at least so many of them look like figures."""

    cells: tuple[tuple[int, int], ...]
    least: int


NEVER = Witness((), 1)  # a choice that no later workbook may inherit


@dataclass(frozen=True, slots=True)
class Fit:
    """A block located on a page: which found row is each leaf row, which found column each leaf column.

    `top`..`bottom` are all rows that belong to it, header included; `bottom` also covers rows looked at.
    """

    shape: Shape
    page: Page
    top: int
    bottom: int
    columns: Alignment
    rows: Alignment
    columns_found: tuple[Found, ...]
    rows_found: tuple[Found, ...]
    witnesses: tuple[Witness, ...] = ()

    def cell(self, row: int, column: int) -> tuple[int, int] | None:
        """Sheet row and column of the item of this leaf row and leaf column."""
        down, across = self.rows.at[row], self.columns.at[column]
        if down is None or across is None:
            return None
        found = self.rows_found[down]
        return found.position, self.columns_found[across].position if found.value is None else found.value

    def cells(self) -> Iterator[tuple[int, int, tuple[int, int]]]:
        """Leaf row, leaf column, and sheet row and column of every item that has a place."""
        for row, column in product(range(len(self.rows.at)), range(len(self.columns.at))):
            place = self.cell(row, column)
            if place is not None:
                yield row, column, place

    @property
    def matched(self) -> int:
        """How many labels were found."""
        shape = self.shape
        return self.columns.matched * (not shape.pairs) + self.rows.matched * (not shape.bare)

    @property
    def sound(self) -> bool:
        """Whether enough of the labels is there to call it this block."""
        if self.columns.matched * 2 < len(self.shape.columns):
            return False
        return self.shape.bare or self.rows.matched * 3 >= len(self.shape.rows)

    @property
    def cost(self) -> float:
        """How far the labels are from the form."""
        return self.columns.cost * (not self.shape.pairs) + self.rows.cost * (not self.shape.bare)

    def filled(self) -> bool:
        """Whether any value cell has content."""
        return any(self.page.cell(*place) not in ("", None) for _, _, place in self.cells())


def fit(section: Section, shape: Shape, words: Words, known: frozenset[str]) -> Fit | None:
    """The block in this section, or None when its labels are not there.

    `known` are labels of other forms, which are never taken for misspelt ones.
    """
    page = section.page
    own = shape.column_keys
    columns_found = tuple(
        Found(text.column, text.raw, text.key, context, across=text.row)
        for text, context in headings(section, shape.column_groups, shape.beside, own)
        if text.key in own or not labels.is_aside(text.key)
    )
    columns = align(shape.columns, columns_found, known)
    used = [columns_found[p].position for p in columns.at if p is not None]
    if columns.matched * 2 < len(shape.columns):
        return None
    columns = _within(columns, columns_found, used)
    if shape.bare:
        return _bare(section, shape, columns, columns_found, used)
    rows_found = tuple(labelled(page, section.body, _label_columns(section, min(used)), used, shape, words))
    rows = bounded(align(shape.rows, rows_found, known), rows_found, page)
    if not rows.matched:
        return None
    bottom = max(rows_found[p].position for p in (*rows.extra, *(q for q in rows.at if q is not None)))
    return Fit(shape, page, section.top, bottom, columns, rows, columns_found, rows_found)


def _within(columns: Alignment, found: Sequence[Found], used: Sequence[int]) -> Alignment:
    """Unknown headings left of the first column head label columns; far to the right, other things."""
    last = max(used)
    extra = []
    for place in columns.extra:
        position = found[place].position
        if min(used) < position <= last + 1:
            extra.append(place)
            last = max(last, position)
    return Alignment(columns.at, columns.moved, columns.alike, tuple(extra))


def _label_columns(section: Section, first_value: int) -> tuple[int, ...]:
    """Columns left of the values, without those headed 序号, 单位, ….."""
    page = section.page
    aside = {
        text.column
        for row in range(section.top, section.bottom + 1)
        for text in page.line(row)
        if labels.is_aside(text.key)
    }
    return tuple(column for column in range(first_value) if column not in aside)


def labelled(
    page: Page, rows: Iterable[int], columns: Sequence[int], used: Sequence[int], shape: Shape, words: Words
) -> list[Found]:
    """The rows of a body by their own label: the rightmost text in the label columns.

    `context` are the group labels above it; rows of group labels alone, notes and titles are left out.
    """
    result: list[Found] = []
    carried: dict[int, str] = {}
    allowed = frozenset(columns)
    known = shape.row_keys
    for row in rows:
        line = [text for text in page.line(row) if text.column in allowed]
        line = [text for text in line if text.key in known or not _of_no_row(text.key)]
        for text in line:
            carried = {column: key for column, key in carried.items() if column < text.column}
            if text.key in shape.row_groups:
                carried[text.column] = text.key
        figures = page.numbers(row, used) > 0
        own = line[-1] if line else None
        if _is_no_row(page, row, own, used, figures, shape, words):
            continue
        if own is None:
            result.append(Found(row, "", "", figures=True, across=min(used)))
        elif own.key not in shape.row_groups or figures:
            context = frozenset(carried.values()) - {own.key}
            result.append(Found(row, own.raw, own.key, context, figures, own.column))
    return result


def _of_no_row(key: str) -> bool:
    """Whether a text beside a row's label is a unit of measure or heads an aside, where no form says so."""
    return labels.is_unit(key) or labels.is_aside(key)


def _is_no_row(
    page: Page, row: int, own: Text | None, used: Sequence[int], figures: bool, shape: Shape, words: Words
) -> bool:
    """Rows that are no part of the body: empty ones, titles, notes, the cover's, a numbering of columns."""
    if own is None:
        return not figures or _counts_columns(page, row, used)
    if own.key in shape.siblings and own.key not in {key for leaf in shape.rows for key in leaf.keys}:
        return True
    if own.key in words.block_titles | words.titles and own.key not in shape.row_keys:
        return True
    if labels.is_note(own.raw):
        return True
    return _is_cover(page.line(row), words) and own.key not in words.rows


def _is_cover(line: Sequence[Text], words: Words) -> bool:
    return any(text.key in words.cover or labels.before_colon(text.raw) in words.cover for text in line)


def _counts_columns(page: Page, row: int, used: Sequence[int]) -> bool:
    """Whether a row numbers the columns: 1, 2, 3, … under the header, perhaps with one taken out."""
    numbers = [texts.number(page.cell(row, column)) for column in sorted(used)]
    steps = [b - a for a, b in pairwise(numbers) if a is not None and b is not None]
    if len(numbers) < 3 or len(steps) < len(numbers) - 1 or numbers[0] not in (0, 1, 2):
        return False
    return all(step == 1 for step in steps) or sorted(steps)[-2:] == [1, 2]


def bounded(rows: Alignment, found: Sequence[Found], page: Page) -> Alignment:
    """Extra rows count between the first and the last row of the block, and directly below with figures."""
    places = [place for place in rows.at if place is not None]
    if not places:
        return rows
    first, last = min(places), max(places)
    extra = [
        place for place in rows.extra if first < place < last or (place < first and found[place].figures)
    ]
    reached = found[last].position
    for place in rows.extra:
        one = found[place]
        if place > last and one.figures and one.raw and one.position == reached + 1:
            extra.append(place)
            reached = one.position
    return Alignment(rows.at, rows.moved, rows.alike, tuple(sorted(extra)))


def _bare(
    section: Section, shape: Shape, columns: Alignment, columns_found: tuple[Found, ...], used: Sequence[int]
) -> Fit:
    """The one row of values without a label: the first below the header that shows figures."""
    page = section.page
    below = [row for row in section.body if row <= section.bottom + DEEP]
    likely = [row for row in below if _shows_figures(page, row, used)]
    if len(likely) > 1 and _counts_columns(page, likely[0], used):
        likely = likely[1:]
    left = min(used)
    unless = next((row for row in below if _is_named(page.line(row), left)), section.bottom + 1)
    row = likely[0] if likely else unless
    witnesses: tuple[Witness, ...] = ()
    if len(likely) > 1:
        witnesses = (NEVER,)
    elif likely and row != unless:
        cells = [(row, column) for column in used if page.reach(row, column) - column < len(used) - 1]
        witnesses = (Witness(tuple(cells), 1),)
    found = (Found(row, "", "", figures=bool(likely), across=left),)
    rows = Alignment((0,))
    bottom = max(row, section.bottom)
    return Fit(shape, page, section.top, bottom, columns, rows, columns_found, found, witnesses)


def _is_named(line: Sequence[Text], left: int) -> bool:
    """Whether a short label stands left of the values: 数量, 件数."""
    return any(text.column < left and len(text.key) <= 6 and not labels.is_note(text.raw) for text in line)


def _shows_figures(page: Page, row: int, used: Sequence[int]) -> bool:
    """Whether a value column of the row holds a figure that does not reach over other value columns."""
    return any(
        texts.is_valuelike(cell) and cell != "" and page.reach(row, column) - column < len(used) - 1
        for column in used
        for cell in (page.cell(row, column),)
    )
