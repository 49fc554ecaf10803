"""A workbook's grids → its Layout: which cell holds which item, and what is wrong with the structure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from consolidate.intake import cover, structure, tables
from consolidate.intake.cover import Spot
from consolidate.intake.locate import Witness
from consolidate.intake.page import Page
from consolidate.intake.page import page as page_of
from consolidate.intake.tables import TableFound, Vocabulary
from consolidate.model import Finding, Place, Sheet

Pick = Callable[[Sequence[object]], tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands: positions in the flat list of all cells, and places for people.

    `items` are those with a cell, in order, `counts` tells which of them have no decimals, `pick` takes
    their cells from the flat list. `cover` has for each field the cells that may hold it; `texts` are the
    free texts outside of the tables; the flag of both tells whether a row's label might stand there.
    `witnesses` are conditions under which another workbook with the same labels has the same layout: so
    many of these cells look like figures. `sheets` are those with something of the form.
    """

    places: tuple[Place | None, ...]
    items: NDArray[np.intp]
    counts: NDArray[np.bool_]
    pick: Pick
    cover: tuple[tuple[str, tuple[tuple[int, Spot, bool], ...]], ...]
    texts: tuple[tuple[int, Place, bool], ...]
    sheets: frozenset[int]
    problems: tuple[Finding, ...]
    witnesses: tuple[tuple[tuple[int, ...], int], ...]

    @property
    def repeats(self) -> bool:
        """Whether another workbook can have this layout."""
        return all(cells or not least for cells, least in self.witnesses)


class Positions:
    """Positions of cells in the flat list of all cells of the chosen sheets."""

    def __init__(self, sheets: Sequence[Sheet], chosen: Sequence[int]) -> None:
        """Lay the sheets end to end."""
        self.starts: dict[int, int] = {}
        self.widths: dict[int, int] = {}
        total = 0
        for number in chosen:
            rows = sheets[number].rows
            self.starts[number] = total
            self.widths[number] = len(rows[0]) if rows else 0
            total += len(rows) * self.widths[number]

    def at(self, place: Place) -> int:
        """The position of a place."""
        return self.starts[place[0]] + place[1] * self.widths[place[0]] + place[2]


def layout_of(sheets: Sequence[Sheet], chosen: Sequence[int], vocabulary: Vocabulary) -> Layout:
    """Locate every table of the template that is due in the chosen sheets."""
    pages = [page_of(number, sheets[number].rows, sheets[number].merged) for number in chosen]
    found = tables.find(pages, vocabulary)
    names = [sheet.name for sheet in sheets]
    problems = [one for table in found for one in structure.problems(table, vocabulary.template, names)]
    places: list[Place | None] = [None] * len(vocabulary.template.items)
    for table in found:
        if table.rival is None and not table.copies:
            _place(table, places)
    claimed = _claimed(pages, found)
    positions = Positions(sheets, chosen)
    spots = _cover(pages, vocabulary, claimed)
    items = tuple(index for index, place in enumerate(places) if place is not None and _real(place, sheets))
    first = _first_rows(pages, found)
    fields = tuple(
        (name, tuple((positions.at(s.place), s, s.place[1] > first[s.place[0]]) for s in listed))
        for name, listed in spots.items()
    )
    return Layout(
        places=tuple(places),
        items=np.array(items, dtype=np.intp),
        counts=np.array([not vocabulary.template.items[index].decimals for index in items], dtype=bool),
        pick=picker([positions.at(place) for index in items if (place := places[index]) is not None]),
        cover=fields,
        texts=tuple(_texts(pages, claimed, first, spots, positions)),
        sheets=_sheets_of_form(found, spots),
        problems=tuple(problems),
        witnesses=tuple(_witnesses(found, positions)),
    )


def _real(place: Place, sheets: Sequence[Sheet]) -> bool:
    """Whether the sheet reaches to a place: values all blank may lie beyond its last cell."""
    rows = sheets[place[0]].rows
    return place[1] < len(rows) and place[2] < len(rows[0])


def picker(positions: Sequence[int]) -> Pick:
    """What takes the cells at some positions from a flat list."""
    if len(positions) > 1:
        return itemgetter(*positions)
    return lambda flat: tuple(flat[position] for position in positions)


def _place(table: TableFound, places: list[Place | None]) -> None:
    for fit in table.fits:
        if fit is None:
            continue
        for row, column, place in fit.cells():
            places[fit.shape.block.item(row, column)] = (fit.page.index, *place)


def _claimed(pages: Sequence[Page], found: Sequence[TableFound]) -> dict[int, set[int]]:
    """Rows of each sheet that belong to tables, read or not."""
    claimed: dict[int, set[int]] = {one.index: set() for one in pages}
    for table in found:
        for fit in (*table.fits, *table.copies):
            if fit is not None:
                claimed[fit.page.index].update(range(fit.top, fit.bottom + 1))
    return claimed


def _cover(
    pages: Sequence[Page], vocabulary: Vocabulary, claimed: Mapping[int, set[int]]
) -> dict[str, list[Spot]]:
    """The cells that may hold each field of the cover, over all sheets."""
    result: dict[str, list[Spot]] = {}
    for one in pages:
        for name, spots in cover.spots(one, vocabulary.cover, claimed[one.index]).items():
            result.setdefault(name, []).extend(spots)
    return result


def _sheets_of_form(found: Sequence[TableFound], spots: Mapping[str, Sequence[Spot]]) -> frozenset[int]:
    """Sheets with a table or a piece of the cover."""
    tables_on = {fit.page.index for table in found for fit in (*table.fits, *table.copies) if fit is not None}
    return frozenset(tables_on | {spot.place[0] for listed in spots.values() for spot in listed})


def _first_rows(pages: Sequence[Page], found: Sequence[TableFound]) -> dict[int, int]:
    """The first row of each sheet that belongs to a table; 0 where there is none."""
    tops = {one.index: [one.height] for one in pages}
    for table in found:
        for fit in table.fits:
            if fit is not None:
                tops[fit.page.index].append(fit.top)
    return {index: min(rows) if len(rows) > 1 else 0 for index, rows in tops.items()}


def _texts(
    pages: Sequence[Page],
    claimed: Mapping[int, set[int]],
    first: Mapping[int, int],
    spots: Mapping[str, Sequence[Spot]],
    positions: Positions,
) -> Iterator[tuple[int, Place, bool]]:
    """Free texts outside of the tables; near: below a header, where a label of a row might stand."""
    taken = {spot.place for listed in spots.values() for spot in listed}
    sheets = {one.index: one for one in pages}

    @cache  # a row may hold hundreds of texts
    def numbered(sheet: int, row: int) -> bool:
        return sheets[sheet].numbers(row, range(sheets[sheet].width)) > 0

    for place in cover.titles(pages, claimed):
        near = place[1] > first[place[0]]
        if place not in taken and not (near and numbered(place[0], place[1])):
            yield positions.at(place), place, near


def _witnesses(found: Sequence[TableFound], positions: Positions) -> Iterator[tuple[tuple[int, ...], int]]:
    for table in found:
        if table.chosen or table.copies:
            yield (), 1
        for fit in table.fits:
            if fit is not None:
                for witness in fit.witnesses:
                    yield _flat(witness, fit.page.index, positions), witness.least


def _flat(witness: Witness, sheet: int, positions: Positions) -> tuple[int, ...]:
    return tuple(positions.at((sheet, row, column)) for row, column in witness.cells)
