"""A workbook's grids → its Layout: which cell holds which item, and what is wrong with the structure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter

from consolidate import codes
from consolidate.forms.structure import Block, Table
from consolidate.forms.template import Template
from consolidate.intake import cover, locate
from consolidate.intake.locate import Axis, Grid, Located
from consolidate.model import Finding, Place

CLEARLY = 0.6  # so much of another generation's table must be there to call it that


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands: positions in the flat list of all cells, and places for people.

    `items` are those with a cell, in order, `pick` takes their cells from the flat list; `cover` maps a
    label to a flat position, `titles` are texts that may state a year; `varying` are all positions
    whose content may differ between workbooks of this layout; `unread` tables not evaluated.
    """

    places: tuple[Place | None, ...]
    items: tuple[int, ...]
    pick: Callable[[Sequence[object]], tuple[object, ...]] | None
    cover: dict[str, int]
    cover_places: dict[str, Place]
    titles: tuple[tuple[int, Place], ...]
    varying: tuple[int, ...]
    problems: tuple[Finding, ...]
    unread: tuple[str, ...]


@dataclass(slots=True)
class _Found:
    """One table: the located blocks (None: not found), and places that hold it a second time."""

    blocks: list[Located | None]
    twice: list[Located]

    def share(self, table: Table) -> float:
        """How much of the table's rows and columns is there."""
        wanted = sum(len(block.rows) + len(block.columns) for block in table.blocks)
        return sum(one.found for one in self.blocks if one is not None) / wanted

    def fit(self, table: Table) -> float:
        """The same, but for labels that are spelled otherwise and rows or columns that the form lacks."""
        axes = [axis for one in self.blocks if one is not None for axis in (one.columns, one.rows)]
        wanted = sum(len(block.rows) + len(block.columns) for block in table.blocks)
        return self.share(table) - sum(len(axis.respelled) + len(axis.extra) for axis in axes) / wanted


def layout_of(
    sheets: Sequence[Sequence[Sequence[object]]],
    chosen: Sequence[int],
    template: Template,
    others: Sequence[Template],
) -> Layout:
    """Locate every table of the template in the chosen sheets."""
    grids = {number: Grid.of(sheets[number]) for number in chosen}
    places: list[Place | None] = [None] * len(template.items)
    problems: list[Finding] = []
    unread: list[str] = []
    inside: set[tuple[int, int]] = set()
    for table in template.tables:
        found = _table(grids, table, template)
        rival = _other_generation(grids, table, found, others)
        for one in found.blocks:
            if one is not None:
                inside.update((one.sheet, row) for row in range(one.top, one.bottom + 1))
        if rival is not None:
            problems.append(_generation(table, found, rival, template))
            unread.append(table.id)
        elif found.twice:
            problems.append(_twice(table, found))
            unread.append(table.id)
        elif not any(found.blocks):
            unread.append(table.id)
            if not table.optional:
                fields = {"table": table.name, "title": table.title}
                problems.append(codes.finding("S2.table", fields, table=table.id, table_name=table.name))
        else:
            _place(table, found, places)
            problems += _structure(table, found, places, template)
    return _layout(sheets, chosen, template, places, problems, unread, inside)


def _table(grids: dict[int, Grid], table: Table, template: Template) -> _Found:
    blocks: list[Located | None] = []
    twice: list[Located] = []
    for block in table.blocks:
        candidates = _candidates(grids, block, template)
        complete = len(block.rows) + len(block.columns)
        candidates.sort(key=lambda one: (-one.found, one.sheet, one.top))
        best = candidates[0] if candidates and candidates[0].found * 2 >= complete else None
        blocks.append(best)
        if best is not None:
            twice += [one for one in candidates[1:] if one.found == best.found and _apart(one, best)]
    return _Found(blocks, twice)


def _apart(one: Located, other: Located) -> bool:
    return one.sheet != other.sheet or one.bottom < other.top or other.bottom < one.top


def _candidates(grids: dict[int, Grid], block: Block, template: Template) -> list[Located]:
    found = []
    for number, grid in grids.items():
        pair = locate.pairs(grid, number, block) if block.columns[0][-1].key.startswith("_") else None
        if pair is not None:
            found.append(pair)
        rows = locate.headers(grid, block)
        for header in rows:
            one = locate.block(grid, number, block, header, _limit(grid, header, template))
            if one is not None and (one.rows.found or not block.rows[0][-1].label):
                found.append(one)
    return found


def _limit(grid: Grid, header: int, template: Template) -> int:
    """Where the body below a header must end: at the next header of any block."""
    later = [
        row
        for table in template.tables
        for block in table.blocks
        for row in locate.headers(grid, block)
        if row > header + 1
    ]
    return min(later, default=len(grid.rows))


def _other_generation(
    grids: dict[int, Grid], table: Table, found: _Found, others: Sequence[Template]
) -> Template | None:
    """The template whose table of the same id fits clearly better."""
    ours = found.fit(table)
    if ours == 1.0:
        return None
    best: tuple[float, Template] | None = None
    for other in others:
        for twin in other.tables:
            if twin.id == table.id:
                fit = _table(grids, twin, other).fit(twin)
                if fit > max(ours, CLEARLY) and (best is None or fit > best[0]):
                    best = (fit, other)
    return best[1] if best is not None else None


def _generation(table: Table, found: _Found, rival: Template, template: Template) -> Finding:
    places = tuple((one.sheet, one.top, _first_column(one)) for one in found.blocks[:1] if one is not None)
    fields = {
        "table": table.name,
        "rival": f"{rival.first_year}年版式（{rival.source}）",
        "right": f"{template.title}（{template.source}）",
    }
    return codes.finding("S1", fields, table=table.id, table_name=table.name, places=places)


def _twice(table: Table, found: _Found) -> Finding:
    pairs = [one for one in found.blocks if one is not None][:1] + found.twice[:1]
    places = tuple((one.sheet, one.top, _first_column(one)) for one in pairs)
    fields = {"table": table.name, "count": str(len(pairs))}
    return codes.finding("S2.twice", fields, table=table.id, table_name=table.name, places=places)


def _place(table: Table, found: _Found, places: list[Place | None]) -> None:
    for block, one in zip(table.blocks, found.blocks, strict=True):
        if one is None:
            continue
        for r, row in enumerate(one.rows.at):
            for c, column in enumerate(one.columns.at):
                if row is not None and column is not None:
                    places[block.item(r, c)] = (one.sheet, row, column)


def _structure(
    table: Table, found: _Found, places: Sequence[Place | None], template: Template
) -> list[Finding]:
    problems: list[Finding] = []
    respelled: list[tuple[str, str, Place]] = []
    for block, one in zip(table.blocks, found.blocks, strict=True):
        if one is None:
            fields = {"what": f"“{block.title or table.title}”一段", "where": table.name}
            items = tuple(template.items[i].id for i in block.items)
            problems.append(
                codes.finding("S2.missing", fields, table=table.id, table_name=table.name, items=items)
            )
            continue
        for axis, across in ((one.columns, True), (one.rows, False)):
            problems += _axis(table, block, one, axis, across, template)
            for leaf, raw in axis.respelled:
                label = (block.columns if across else block.rows)[leaf][-1].label
                respelled.append((label, " ".join(raw.split()), _spot(one, axis.at[leaf] or 0, across)))
    if respelled:
        listed = "；".join(f"“{raw}”应为“{label}”" for label, raw, _ in respelled[:6])
        fields = {"found": listed, "count": str(len(respelled))}
        spots = tuple(place for _, _, place in respelled)
        problems.append(
            codes.finding("S2.label", fields, table=table.id, table_name=table.name, places=spots)
        )
    return problems


def _axis(
    table: Table, block: Block, one: Located, axis: Axis, across: bool, template: Template
) -> list[Finding]:
    kind = "列" if across else "行"
    paths = block.columns if across else block.rows
    problems = []
    for leaf, at in enumerate(axis.at):
        label = "·".join(node.short for node in paths[leaf] if node.short) or table.title
        fields = {"what": f"“{label}”一{kind}", "where": table.name}
        cells = [
            block.item(r, c)
            for r in range(len(block.rows))
            for c in range(len(block.columns))
            if (c if across else r) == leaf
        ]
        items = tuple(template.items[i].id for i in cells)
        if at is None:
            problems.append(
                codes.finding("S2.missing", fields, table=table.id, table_name=table.name, items=items)
            )
        elif leaf in axis.moved:
            spot = (_spot(one, at, across),)
            problems.append(
                codes.finding(
                    "S2.moved", fields, table=table.id, table_name=table.name, items=items, places=spot
                )
            )
    for at, raw in axis.extra:
        fields = {"what": f"“{' '.join(raw.split())[:40]}”一{kind}", "where": table.name}
        spot = (_spot(one, at, across),)
        problems.append(codes.finding("S2.extra", fields, table=table.id, table_name=table.name, places=spot))
    return problems


def _spot(one: Located, at: int, across: bool) -> Place:
    """The cell with the label of a column or row; without one, the header's first row or first column."""
    if across:
        return (one.sheet, one.columns.beside.get(at, one.top), at)
    return (one.sheet, at, one.rows.beside.get(at, max(_first_column(one) - 1, 0)))


def _first_column(one: Located) -> int:
    return min((column for column in one.columns.at if column is not None), default=1)


def _layout(
    sheets: Sequence[Sequence[Sequence[object]]],
    chosen: Sequence[int],
    template: Template,
    places: Sequence[Place | None],
    problems: Sequence[Finding],
    unread: Sequence[str],
    inside: set[tuple[int, int]],
) -> Layout:
    starts, widths, total = [], [], 0
    for rows in sheets:
        starts.append(total)
        widths.append(len(rows[0]) if rows else 0)
        total += len(rows) * widths[-1]

    def position(place: Place) -> int:
        return starts[place[0]] + place[1] * widths[place[0]] + place[2]

    items = tuple(index for index, place in enumerate(places) if place is not None)
    spots = [position(place) for place in places if place is not None]
    pick = None
    if len(spots) > 1:
        pick = itemgetter(*spots)
    covers = cover.pairs(sheets, template.cover, inside, chosen)
    titles = [
        (position((number, r, c)), (number, r, c))
        for number in chosen
        for r, row in enumerate(sheets[number])
        for c, cell in enumerate(row)
        if isinstance(cell, str) and (number, r) not in inside and cover.title_year(cell) is not None
    ]
    at = {name: position(place) for name, place in covers.items()}
    # Texts outside the tables that carry the unit's name or year differ from file to file.
    return Layout(
        places=tuple(places),
        items=items if pick is not None else (),
        pick=pick,
        cover=at,
        cover_places=covers,
        titles=tuple(titles),
        varying=tuple(sorted({*spots, *at.values(), *(index for index, _ in titles)})),
        problems=tuple(problems),
        unread=tuple(unread),
    )
