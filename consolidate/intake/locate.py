"""Where a block of the form stands in a grid: found by its labels, never by fixed addresses.

Expected leaves (rows top to bottom, columns left to right) are aligned in order with the labels found;
what is left over is matched again out of order (moved), by likeness (respelled), or is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from consolidate.forms.structure import Block, Node
from consolidate.intake import labels, texts

HEADER_ROWS = 3  # a header is at most so many rows above and below the row with most of its labels


@dataclass(slots=True)
class Grid:
    """One sheet with the key of every label-like cell ('' elsewhere)."""

    rows: Sequence[Sequence[object]]
    keys: list[list[str]]

    @classmethod
    def of(cls, rows: Sequence[Sequence[object]]) -> Grid:
        """Normalise every text cell once."""
        return cls(rows, [[_key(cell) for cell in row] for row in rows])

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.keys[0]) if self.keys else 0


def _key(cell: object) -> str:
    if not isinstance(cell, str) or not cell or texts.is_valuelike(cell):
        return ""
    key = labels.normal(cell)
    return "" if labels.is_unit(key) else key


@dataclass(slots=True)
class Axis:
    """Positions of the leaves of one axis: `at[i]` for leaf i or None, and what was odd about them."""

    at: list[int | None]
    moved: list[int] = field(default_factory=list)
    respelled: list[tuple[int, str]] = field(default_factory=list)  # leaf, raw text found
    extra: list[tuple[int, str]] = field(default_factory=list)  # position, raw text of an unknown label
    beside: dict[int, int] = field(default_factory=dict)  # row of a column's label, column of a row's label

    @property
    def found(self) -> int:
        """How many leaves were found."""
        return sum(position is not None for position in self.at)


@dataclass(slots=True)
class Located:
    """A block in a sheet: its axes, and the rows from the header's first to the body's last."""

    sheet: int
    top: int
    bottom: int
    columns: Axis
    rows: Axis

    @property
    def found(self) -> int:
        """How many rows and columns were found."""
        return self.columns.found + self.rows.found


def headers(grid: Grid, block: Block) -> list[int]:
    """Rows that hold at least half of the block's column labels."""
    if _headless(block):
        return []
    wanted = [_keys(path[-1]) for path in block.columns]
    need = max(1, (len({min(keys) for keys in wanted}) + 1) // 2)
    every = set().union(*wanted)
    found = []
    for number, row in enumerate(grid.keys):
        if len({key for key in row if key in every}) >= need or _alike_header(row, wanted, need):
            found.append(number)
    return found


def _alike_header(row: Sequence[str], wanted: Sequence[set[str]], need: int) -> bool:
    """A header all of whose labels are there, some of them misspelt."""
    present = [key for key in row if key]
    if not need <= len(present) <= len(wanted) + 3:
        return False
    good = sum(any(max(labels.likeness(k, w) for w in keys) >= 0.8 for k in present) for keys in wanted)
    return good >= max(2, need) if len(wanted) > 1 else good == 1


def _headless(block: Block) -> bool:
    """Whether the block is label–value pairs, whose one column needs no heading."""
    return len(block.columns) == 1 and block.columns[0][-1].key.startswith("_")


def block(grid: Grid, sheet: int, block: Block, header: int, limit: int) -> Located | None:
    """The block under the header in a row of the grid, its body ending before row `limit`."""
    top, last = _band(grid, block, header)
    columns = _columns(grid, block, top, last)
    used = [position for position in columns.at if position is not None]
    if not used:
        return None
    if block.rows[0][-1].label == "":
        rows = Axis([_value_row(grid, used, last + 1, limit)])
        bottom = rows.at[0] if rows.at[0] is not None else last
    else:
        rows = _rows(grid, block, min(used), last + 1, limit, used)
        bottom = max((position for position in rows.at if position is not None), default=last)
    return Located(sheet, top, bottom, columns, rows)


def pairs(grid: Grid, sheet: int, block: Block) -> Located | None:
    """A block of label–value pairs: its labels in one column, the values in the next one with figures."""
    wanted = set().union(*(_keys(path[-1]) for path in block.rows))
    counts = [sum(row[c] in wanted for row in grid.keys) for c in range(grid.width)]
    if not counts or max(counts) < max(2, len(block.rows) // 2):
        return None
    column = counts.index(max(counts))
    hits = [number for number, row in enumerate(grid.keys) if row[column] in wanted]
    value = _value_column(grid, block, column, hits)
    rows = _rows(grid, block, value, hits[0], hits[-1] + 2, [value], only=column)
    positions = [position for position in rows.at if position is not None]
    return Located(sheet, min(positions), max(positions), Axis([value]), rows) if positions else None


def _value_column(grid: Grid, block: Block, column: int, hits: Sequence[int]) -> int:
    heads = _keys(block.columns[0][-1])
    for c in range(column + 1, grid.width):
        if any(grid.keys[r][c] in heads for r in range(hits[0])):
            return c
    figures = [sum(texts.is_valuelike(grid.rows[r][c]) for r in hits) for c in range(column + 1, grid.width)]
    return column + 1 + figures.index(max(figures)) if any(figures) else column + 1


def _band(grid: Grid, block: Block, header: int) -> tuple[int, int]:
    """First and last row of the header around the row with most of its labels."""
    known = set().union(*(_keys(node) for path in block.columns for node in path))
    top = last = header
    while top > 0 and header - top < HEADER_ROWS and any(key in known for key in grid.keys[top - 1]):
        top -= 1
    body = set().union(*(_keys(path[-1]) for path in block.rows))
    while last + 1 < len(grid.keys) and last - header < HEADER_ROWS:
        below = grid.keys[last + 1]
        if not any(key in known for key in below) or any(key in body for key in below):
            break
        last += 1
    return top, last


def _columns(grid: Grid, block: Block, top: int, last: int) -> Axis:
    band = range(top, last + 1)
    found: list[tuple[int, list[str], str]] = []
    spots: dict[int, int] = {}
    groups = set().union(*(_keys(node) for path in block.columns for node in path[:-1]))
    corner = labels.normal(block.corner)
    for c in range(grid.width):
        keys = [grid.keys[r][c] for r in band if grid.keys[r][c]]
        keys = [key for key in keys if key != corner and not labels.is_aside(key)]
        if keys:
            spots[c] = next(r for r in reversed(band) if grid.keys[r][c] == keys[-1])
            found.append((c, list(reversed(keys)), str(grid.rows[spots[c]][c])))
    inner = [item for item in found if item[1][0] not in groups]
    # A label column's heading is no column of the form: nothing before the first match counts as extra.
    axis = _align(list(block.columns), inner)
    axis.beside = spots
    first = min((at for at in axis.at if at is not None), default=0)
    axis.extra = [(c, raw) for c, raw in axis.extra if c > first]
    return axis


def _rows(
    grid: Grid,
    block: Block,
    first_value: int,
    start: int,
    limit: int,
    used: Sequence[int],
    only: int | None = None,
) -> Axis:
    groups = set().union(*(_keys(node) for path in block.rows for node in path[:-1]))
    leaves = set().union(*(_keys(path[-1]) for path in block.rows))
    heads = set().union(*(_keys(path[-1]) for path in block.columns))
    found: list[tuple[int, list[str], str]] = []
    spots: dict[int, int] = {}
    for r in range(start, min(limit, len(grid.keys))):
        span = range(first_value) if only is None else range(only, only + 1)
        named = [c for c in span if grid.keys[r][c] and not labels.is_aside(grid.keys[r][c])]
        if not named:
            continue
        keys = [grid.keys[r][c] for c in reversed(named)]
        figures = any(texts.is_valuelike(grid.rows[r][c]) for c in used if c < len(grid.rows[r]))
        if keys[0] in groups and keys[0] not in leaves and not figures:
            continue
        heading = keys[0] in heads and keys[0] not in leaves
        if not figures and (heading or labels.is_note(str(grid.rows[r][named[-1]]))):
            continue
        known = [key for key in keys if key in leaves] or keys[:1]
        spots[r] = named[-1]
        found.append((r, known[:1] + [k for k in keys if k not in known[:1]], str(grid.rows[r][named[-1]])))
    axis = _align(list(block.rows), found)
    axis.beside = spots
    axis.extra = [(r, raw) for r, raw in axis.extra if any(texts.is_number(grid.rows[r][c]) for c in used)]
    return axis


def _value_row(grid: Grid, used: Sequence[int], start: int, limit: int) -> int | None:
    """The one row of a block without row labels: the first with a figure, else the first below."""
    for r in range(start, min(limit, len(grid.rows), start + 6)):
        if any(texts.is_valuelike(grid.rows[r][c]) for c in used):
            return r
    return start if start < len(grid.rows) else None


def _keys(node: Node) -> set[str]:
    return {key for text in (node.label, *node.also) if (key := labels.normal(text))}


def _align(paths: Sequence[tuple[Node, ...]], found: Sequence[tuple[int, list[str], str]]) -> Axis:
    """Longest common subsequence of expected leaves and found labels, then moved, then respelled."""
    wanted = [_keys(path[-1]) for path in paths]
    pairs = _subsequence(wanted, [keys[0] for _, keys, _ in found])
    axis = Axis([None] * len(paths))
    for leaf, place in pairs:
        axis.at[leaf] = found[place][0]
    taken = {place for _, place in pairs}
    _second_keys(axis, wanted, found, taken)
    _moved(axis, wanted, found, taken)
    _respelled(axis, wanted, found, taken)
    _spelling(axis, paths, found)
    axis.extra = [(position, raw) for n, (position, _, raw) in enumerate(found) if n not in taken]
    return axis


def _subsequence(wanted: Sequence[set[str]], keys: Sequence[str]) -> list[tuple[int, int]]:
    n, m = len(wanted), len(keys)
    best: list[list[int]] = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(n - 1, -1, -1):
        for j in range(m - 1, -1, -1):
            same = best[i + 1][j + 1] + 1 if keys[j] in wanted[i] else 0
            best[i][j] = max(same, best[i + 1][j], best[i][j + 1])
    pairs, i, j = [], 0, 0
    while i < n and j < m:
        if keys[j] in wanted[i] and best[i][j] == best[i + 1][j + 1] + 1:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _second_keys(
    axis: Axis, wanted: Sequence[set[str]], found: Sequence[tuple[int, list[str], str]], taken: set[int]
) -> None:
    """A label that stands beside another one in the same row or column (a remark, a group's name)."""
    for leaf, keys in enumerate(wanted):
        for place, (position, others, _) in enumerate(found):
            free = axis.at[leaf] is None and place not in taken
            if free and keys & set(others[1:]) and _fits(axis, leaf, position):
                axis.at[leaf] = position
                taken.add(place)


def _fits(axis: Axis, leaf: int, position: int) -> bool:
    before = [at for at in axis.at[:leaf] if at is not None]
    after = [at for at in axis.at[leaf + 1 :] if at is not None]
    return all(at < position for at in before) and all(at > position for at in after)


def _moved(
    axis: Axis, wanted: Sequence[set[str]], found: Sequence[tuple[int, list[str], str]], taken: set[int]
) -> None:
    for leaf, keys in enumerate(wanted):
        if axis.at[leaf] is not None:
            continue
        for place, (position, others, _) in enumerate(found):
            if place not in taken and others[0] in keys:
                axis.at[leaf] = position
                axis.moved.append(leaf)
                taken.add(place)
                break


def _respelled(
    axis: Axis, wanted: Sequence[set[str]], found: Sequence[tuple[int, list[str], str]], taken: set[int]
) -> None:
    for leaf, keys in enumerate(wanted):
        if axis.at[leaf] is not None:
            continue
        free = [
            (place, position, others[0])
            for place, (position, others, _) in enumerate(found)
            if place not in taken and _fits(axis, leaf, position)
        ]
        alone = len(free) == 1
        scored = sorted(
            (
                (max(labels.likeness(key, one) for one in keys), place, position)
                for place, position, key in free
            ),
            reverse=True,
        )
        shortest = min(keys, key=len)
        if scored and scored[0][0] >= labels.alike_enough(shortest, alone):
            _, place, position = scored[0]
            axis.at[leaf] = position
            taken.add(place)


def _spelling(
    axis: Axis, paths: Sequence[tuple[Node, ...]], found: Sequence[tuple[int, list[str], str]]
) -> None:
    """Which labels are not spelled as on the form, width and white space apart."""
    raws = {position: raw for position, _, raw in found}
    for leaf, path in enumerate(paths):
        at = axis.at[leaf]
        if at is None or at not in raws:
            continue
        spelled = {labels.whole(text) for text in (path[-1].label, *path[-1].also)}
        if labels.whole(raws[at]) not in spelled:
            axis.respelled.append((leaf, raws[at]))
