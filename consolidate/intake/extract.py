"""Sheets + Template → Submission: tables found by their labels, values parsed, structure findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from consolidate.forms.template import Template
from consolidate.intake import explanations, live, preface, values
from consolidate.intake.cellfact import Cell, CellFact
from consolidate.intake.layout_of import Layout
from consolidate.intake.memory import LayoutMemory
from consolidate.model import Finding, Flaw, Submission, Workbook

__all__ = ["LayoutMemory", "LookAgain", "submission"]

LookAgain = Callable[[Iterable[Cell]], Mapping[Cell, CellFact]]
# What is wrong with the labels of a table does not matter while nothing is filled in.
_HARMLESS = frozenset({"S2.missing", "S2.moved", "S2.spare", "S2.label"})


def submission(
    workbook: Workbook,
    template: Template,
    others: Sequence[Template],
    year: int | None,
    *,
    memory: LayoutMemory,
    look_again: LookAgain | None = None,
    formulas: live.Formulas | None = None,
) -> Submission:
    """Locate and parse the form in a workbook; everything odd about it is in `problems` and `flaws`.

    `others` are templates that a table may wrongly follow; `year` None leaves years unchecked;
    `look_again` tells error values and formulas never calculated from blanks; `formulas` the formulas of
    some sheets, where the file has any. Which file it is, the receiver adds.
    """
    chosen = _data_sheets(workbook)
    flat = list(chain.from_iterable(chain.from_iterable(workbook.sheets[n].rows for n in chosen)))
    layout = memory.layout(workbook.sheets, chosen, flat, template, others)
    numbers, flaws = _parsed(workbook, template, layout, flat, look_again)
    absent = _absent(template, numbers, flaws)
    names = tuple(sheet.name for sheet in workbook.sheets)
    stated = preface.stated(layout, flat, template, year, names)
    return Submission(
        file="",
        folder=0,
        sha256="",
        kind=workbook.kind,
        template=template.id,
        sheets=names,
        places=layout.places,
        values=numbers,
        flaws=flaws,
        problems=(*stated.problems, *_problems(layout, absent)),
        cover=stated.cover,
        cover_places=stated.places,
        absent_tables=absent,
        explanations=explanations.read(workbook),
        modified=workbook.modified,
        marker=workbook.marker,
        formulas=() if formulas is None else live.items(template, layout.places, names, formulas),
        titled=stated.titled,
    )


def _parsed(
    workbook: Workbook,
    template: Template,
    layout: Layout,
    flat: Sequence[object],
    look_again: LookAgain | None,
) -> tuple[NDArray[np.float64], tuple[Flaw, ...]]:
    """Values and flaws, after a second look at the cells that gave no number."""
    numbers, flaws, odd = _values(template, layout, flat, workbook.since_1904)
    if odd and look_again is not None:
        flaws = _second(workbook, layout, odd, flaws, look_again)
    return numbers, flaws


def _data_sheets(workbook: Workbook) -> tuple[int, ...]:
    """Sheets that hold data: those that our marker names, else all but our own 审核意见 and 勾稽.

    Where a clerk has renamed a data sheet, every other sheet is looked at as well.
    """
    sheets = workbook.sheets
    names = frozenset(workbook.marker.data_sheets) if workbook.marker is not None else frozenset()
    renamed = not names <= {sheet.name for sheet in sheets}
    master = workbook.marker is not None and workbook.marker.role == "master"
    if names and (master or not renamed):
        return tuple(n for n, sheet in enumerate(sheets) if sheet.name in names)
    return tuple(n for n, sheet in enumerate(sheets) if not explanations.is_list(sheet))


def _values(
    template: Template, layout: Layout, flat: Sequence[object], since_1904: bool
) -> tuple[NDArray[np.float64], tuple[Flaw, ...], list[int]]:
    """Values, flaws, and the items whose cell gave no number."""
    numbers = np.full(len(template.items), np.nan)
    cells = layout.pick(flat)
    figures = np.array([cell if type(cell) is float else np.nan for cell in cells])
    numbers[layout.items] = figures
    # Usual figures need no second thought: numpy looks at all of them at once.
    usual = layout.counts & (figures >= 0) & (figures < values.LIMIT) & (figures == np.floor(figures))
    flaws: list[Flaw] = []
    odd: list[int] = []
    for position in np.flatnonzero(~usual).tolist():
        index, cell = int(layout.items[position]), cells[position]
        item = template.items[index]
        reading = values.read(cell, item, since_1904=since_1904)
        numbers[index] = reading.value
        known = reading.value == reading.value
        if not known:
            odd.append(index)
        if reading.code:
            value = reading.value if known else None
            flaws.append(
                Flaw(index, reading.code, values.shown(cell), value, reading.advice, reading.proposal)
            )
    return numbers, tuple(flaws), odd


def _second(
    workbook: Workbook, layout: Layout, odd: Sequence[int], flaws: Sequence[Flaw], look_again: LookAgain
) -> tuple[Flaw, ...]:
    """What the reader shows as blank may be an error value, or a formula that was never calculated."""
    wanted: dict[Cell, int] = {}
    for index in odd:
        place = layout.places[index]
        if place is not None:
            wanted[workbook.sheets[place[0]].name, place[1], place[2]] = index
    known = {flaw.item: flaw for flaw in flaws}
    for cell, fact in look_again(wanted.keys()).items():
        if fact.error:
            known[wanted[cell]] = Flaw(wanted[cell], "S3.error_cell", fact.error)
        elif fact.uncached:
            known[wanted[cell]] = Flaw(wanted[cell], "S3.uncached", fact.formula)
    return tuple(known[index] for index in sorted(known))


def _absent(template: Template, numbers: NDArray[np.float64], flaws: Sequence[Flaw]) -> tuple[str, ...]:
    """Optional tables that are not there, or with no value filled in."""
    flawed = {flaw.item for flaw in flaws}
    return tuple(
        table.id
        for table in template.tables
        if table.optional
        and np.isnan(numbers[table.items.start : table.items.stop]).all()
        and flawed.isdisjoint(table.items)
    )


def _problems(layout: Layout, absent: Sequence[str]) -> tuple[Finding, ...]:
    if not absent:
        return layout.problems
    return tuple(one for one in layout.problems if one.table not in absent or one.code not in _HARMLESS)
