"""Sheets + Template → Submission: tables found by their labels, values parsed, structure findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from consolidate import codes
from consolidate.forms.template import Template
from consolidate.intake import cover, explanations, values
from consolidate.intake.cellfact import Cell, CellFact
from consolidate.intake.layout_of import Layout, layout_of
from consolidate.model import Finding, Flaw, Place, Submission, Workbook

LookAgain = Callable[[Iterable[Cell]], Mapping[Cell, CellFact]]
KEPT = 64  # layouts remembered for each shape of workbook


@dataclass(slots=True)
class _Known:
    """A remembered layout and the cells of its workbook, those that vary blanked out."""

    layout: Layout
    varying: tuple[int, ...]
    fixed: list[object]


@dataclass(slots=True)
class LayoutMemory:
    """Layouts already located, by the shape of the workbook: a file that repeats is located once.

    One holds only for a workbook that equals the first one in every cell but values, cover and titles.
    """

    known: dict[tuple[object, ...], list[_Known]] = field(default_factory=dict)

    def find(self, shape: tuple[object, ...], flat: Sequence[object]) -> Layout | None:
        """The layout of a workbook with these cells, if one like it was seen."""
        for known in self.known.get(shape, ()):
            cells = list(flat)
            for index in known.varying:
                cells[index] = None
            if cells == known.fixed:
                return known.layout
        return None

    def keep(self, shape: tuple[object, ...], flat: Sequence[object], layout: Layout) -> None:
        """Remember a layout."""
        family = self.known.setdefault(shape, [])
        if len(family) < KEPT:
            cells = list(flat)
            for index in layout.varying:
                cells[index] = None
            family.append(_Known(layout, layout.varying, cells))


def submission(
    workbook: Workbook,
    template: Template,
    others: Sequence[Template],
    year: int | None,
    *,
    file: str,
    folder: int,
    sha256: str,
    memory: LayoutMemory,
    look_again: LookAgain | None = None,
) -> Submission:
    """Locate and parse the form in a workbook; everything odd about it is in `problems` and `flaws`."""
    chosen = _data_sheets(workbook)
    flat = [cell for sheet in workbook.sheets for row in sheet.rows for cell in row]
    shape = (
        template.id,
        chosen,
        tuple((len(s.rows), len(s.rows[0]) if s.rows else 0) for s in workbook.sheets),
    )
    layout = memory.find(shape, flat)
    if layout is None:
        layout = layout_of([sheet.rows for sheet in workbook.sheets], chosen, template, others)
        memory.keep(shape, flat, layout)
    stated = {name: cover.value(flat[index]) for name, index in layout.cover.items()}
    numbers, flaws = _values(workbook, template, layout, flat, look_again)
    absent, numbers, flaws = _optional(template, layout, numbers, flaws)
    return Submission(
        file=file,
        folder=folder,
        sha256=sha256,
        kind=workbook.kind,
        template=template.id,
        sheets=tuple(sheet.name for sheet in workbook.sheets),
        places=layout.places,
        values=numbers,
        flaws=flaws,
        problems=(*_year_problems(template, layout, flat, stated, year), *layout.problems),
        cover=stated,
        cover_places=layout.cover_places,
        absent_tables=tuple(sorted({*absent, *layout.unread})),
        explanations=explanations.read(workbook),
        modified=workbook.modified,
        marker=workbook.marker,
    )


def _data_sheets(workbook: Workbook) -> tuple[int, ...]:
    """Sheets that hold data: those that our marker names, else all but our own 审核意见 and 勾稽."""
    names = workbook.marker.data_sheets if workbook.marker is not None else ()
    sheets = [n for n, sheet in enumerate(workbook.sheets) if not names or sheet.name in names]
    return tuple(n for n in sheets if not explanations.is_list(workbook.sheets[n]))


def _values(
    workbook: Workbook,
    template: Template,
    layout: Layout,
    flat: Sequence[object],
    look_again: LookAgain | None,
) -> tuple[NDArray[np.float64], tuple[Flaw, ...]]:
    numbers = np.full(len(template.items), np.nan)
    flaws: list[Flaw] = []
    odd: list[int] = []
    cells = layout.pick(flat) if layout.pick is not None else ()
    for index, cell in zip(layout.items, cells, strict=True):
        if type(cell) is float and cell.is_integer() and 0 <= cell < values.LIMIT / 1e6:
            numbers[index] = cell * template.items[index].scale
            continue
        reading = values.read(cell, template.items[index])
        numbers[index] = reading.value
        if reading.code:
            flaws.append(Flaw(index, reading.code, values.shown(cell), _known(reading.value), reading.advice))
        if np.isnan(reading.value):
            odd.append(index)
    if odd and look_again is not None:
        flaws = _second(workbook, layout, odd, flaws, look_again)
    return numbers, tuple(sorted(flaws, key=lambda flaw: flaw.item))


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _second(
    workbook: Workbook, layout: Layout, odd: Sequence[int], flaws: list[Flaw], look_again: LookAgain
) -> list[Flaw]:
    """What the reader shows as blank may be an error value, or a formula that was never calculated."""
    wanted: dict[Cell, int] = {}
    for index in odd:
        place = layout.places[index]
        if place is not None:
            wanted[(workbook.sheets[place[0]].name, place[1], place[2])] = index
    known = {flaw.item: flaw for flaw in flaws}
    for cell, fact in look_again(wanted).items():
        index = wanted[cell]
        if fact.error:
            known[index] = Flaw(index, "S3.error_cell", fact.error)
        elif fact.uncached:
            known[index] = Flaw(index, "S3.uncached", fact.formula)
    return list(known.values())


def _optional(
    template: Template, layout: Layout, numbers: NDArray[np.float64], flaws: tuple[Flaw, ...]
) -> tuple[list[str], NDArray[np.float64], tuple[Flaw, ...]]:
    """An optional table with no value filled in counts as absent."""
    flawed = {flaw.item for flaw in flaws}
    absent = [
        table.id
        for table in template.tables
        if table.optional
        and np.isnan(numbers[table.items.start : table.items.stop]).all()
        and not flawed.intersection(table.items)
    ]
    return absent, numbers, flaws


def _year_problems(
    template: Template,
    layout: Layout,
    flat: Sequence[object],
    stated: Mapping[str, str],
    year: int | None,
) -> list[Finding]:
    if year is None:
        return []
    found = []
    text = stated.get("year", "")
    place = layout.cover_places.get("year")
    said = cover.year(text)
    if text and said != year:
        fields = {"found": text, "year": str(year), "what": "年度"}
        found.append(_year("S6.year", fields, "封面", place))
    for index, spot in layout.titles:
        cell = flat[index]
        titled = cover.title_year(cell) if isinstance(cell, str) else None
        if titled is not None and titled != year:
            fields = {"found": str(cell).strip(), "year": str(year), "what": "标题"}
            found.append(_year("S6.year", fields, "", spot))
    return found


def _year(code: str, fields: Mapping[str, str], table: str, place: Place | None) -> Finding:
    return codes.finding(code, fields, places=() if place is None else (place,), table_name=table or "表头")
