"""A block of label–value pairs: its labels in a column, with or without a heading, the value beside each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from consolidate.intake import labels, texts
from consolidate.intake.align import Alignment, Found, align
from consolidate.intake.locate import Fit, Witness, bounded, labelled
from consolidate.intake.page import Page, Text
from consolidate.intake.shapes import VALUE_HEADS, Shape, Words

ABOVE = 4  # the heading of the values stands at most so many rows above the first label


def fits(
    page: Page, shape: Shape, words: Words, known: frozenset[str], claimed: Collection[int]
) -> list[Fit]:
    """Every place on a page where the pairs stand; rows in `claimed` belong to other blocks."""
    keys = frozenset(key for leaf in shape.rows for key in (*leaf.keys, *leaf.joined))
    hits = [
        replace(text, key=key)
        for row, line in sorted(page.lines.items())
        if row not in claimed
        for text in line
        if (key := _known(text, keys))
    ]
    result = []
    for group in _groups([text for text in hits if not _is_title(page, text, hits, words)]):
        if len({text.key for text in group}) * 3 >= len(shape.rows):
            result.append(_fit(page, shape, words, known, group, claimed))
    return [one for one in result if one.sound]


def _is_title(page: Page, text: Text, hits: Sequence[Text], words: Words) -> bool:
    """Whether it is the line above the block, in the words of a row: it reaches farther than the row."""
    reach = page.reach(text.row, text.column)
    return text.key in words.block_titles and any(
        other.key == text.key and other.row > text.row and page.reach(other.row, other.column) < reach
        for other in hits
    )


def _known(text: Text, keys: frozenset[str]) -> str:
    """The key of a label of the block, with or without a unit of measure in brackets; '' for other texts."""
    return next((key for key in (text.key, labels.without_remark(text.raw)) if key in keys), "")


def _groups(hits: Sequence[Text]) -> list[list[Text]]:
    """Labels of one copy of the table: a label seen before begins the next copy."""
    groups: list[list[Text]] = []
    seen: dict[str, int] = {}
    for text in hits:
        number = seen.get(text.key, -1) + 1
        if number and groups[number - 1][-1].row == text.row:
            continue  # repeated in the cells of a merged area
        seen[text.key] = number
        while len(groups) <= number:
            groups.append([])
        groups[number].append(text)
    return groups


@dataclass(frozen=True, slots=True)
class _Strip:
    """Labels in a column with their values right of it: the pairs may stand side by side in several."""

    top: int
    value: int
    found: tuple[Found, ...]
    witnesses: tuple[Witness, ...]


def _fit(
    page: Page,
    shape: Shape,
    words: Words,
    known: frozenset[str],
    hits: Sequence[Text],
    claimed: Collection[int],
) -> Fit:
    columns = _strip_columns(page, hits)
    ends = (*columns[1:], page.width)
    strips = [
        _strip(page, shape, words, [hit for hit in hits if left <= hit.column < end], (left, end), claimed)
        for left, end in zip((0, *columns[1:]), ends, strict=True)
    ]
    found, aligned = _aligned(page, shape, known, strips)
    top, last = min(strip.top for strip in strips), hits[-1].row
    bottom = max((found[p].position for p in (*aligned.at, *aligned.extra) if p is not None), default=last)
    heading = (Found(strips[0].value, "", "", across=top),)
    witnesses = tuple(witness for strip in strips for witness in strip.witnesses)
    return Fit(shape, page, top, bottom, Alignment((0,)), aligned, heading, found, witnesses)


def _strip_columns(page: Page, hits: Sequence[Text]) -> list[int]:
    """Where the strips begin: at labels with room for values between them and the labels left of them."""
    columns = sorted({hit.column for hit in hits})
    starts = columns[:1]
    for column in columns[1:]:
        rows = [hit.row for hit in hits if hit.column == column]
        left = [hit for hit in hits if hit.column < column and hit.row in rows]
        between = [range(page.reach(hit.row, hit.column) + 1, column) for hit in left]
        if len(rows) > 1 and between and all(map(len, between)) and not _labelled(page, left, between):
            starts.append(column)
    return starts


def _labelled(page: Page, left: Sequence[Text], between: Sequence[range]) -> bool:
    """Whether labels stand between two columns of labels."""
    return any(
        text.column in gap and not labels.is_unit(text.key)
        for hit, gap in zip(left, between, strict=True)
        for text in page.line(hit.row)
    )


def _strip(
    page: Page,
    shape: Shape,
    words: Words,
    hits: Sequence[Text],
    columns: tuple[int, int],
    claimed: Collection[int],
) -> _Strip:
    """The labels and values of the strip in these columns (from, up to)."""
    first, last = hits[0].row, hits[-1].row
    head, value, witnesses = _value_column(page, shape, hits, columns[1])
    limit = next((row for row in range(last + 1, page.height) if page.blank(row)), page.height)
    rows = [row for row in range(head + 1 if head is not None else first, limit) if row not in claimed]
    aside = _aside_columns(page, range(max(first - 1, 0) if head is None else head, last + 1), hits)
    names = [column for column in range(columns[0], value) if column not in aside]
    listed = labelled(page, rows, names, [value], shape, words)
    found = tuple(replace(one, value=value) for one in listed)
    return _Strip(first if head is None else head, value, found, witnesses)


def _aligned(
    page: Page, shape: Shape, known: frozenset[str], strips: Sequence[_Strip]
) -> tuple[tuple[Found, ...], Alignment]:
    """Strips are read one after the other, or row by row across them: as the form's order has it."""
    down = tuple(one for strip in strips for one in strip.found)
    orders = [down, tuple(sorted(down, key=lambda one: one.position))]
    tried = [(order, bounded(align(shape.rows, order, known), order, page)) for order in orders]
    return min(tried, key=lambda one: one[1].cost - one[1].matched)


def _value_column(
    page: Page, shape: Shape, hits: Sequence[Text], end: int
) -> tuple[int | None, int, tuple[Witness, ...]]:
    """Row of the heading (None: there is none), column of the values before `end`, what it rests on."""
    label = max(page.reach(text.row, text.column) for text in hits)
    named = shape.columns[0].keys | VALUE_HEADS
    for row in range(hits[0].row - 1, max(hits[0].row - 1 - ABOVE, -1), -1):
        for keys in (shape.columns[0].keys, named):
            for text in page.line(row):
                if label < text.column < end and (
                    text.key in keys or labels.without_remark(text.raw) in keys
                ):
                    return row, text.column, ()
    rows = [text.row for text in hits]
    counts = {
        column: sum(texts.is_valuelike(page.cell(row, column)) for row in rows)
        for column in range(label + 1, end)
    }
    best = max(counts.values(), default=0)
    if not best:
        return None, _beside(page, rows, label), ()
    column = min(c for c, count in counts.items() if count == best)
    rivals = [count + (c < column) for c, count in counts.items() if c != column]
    return None, column, (Witness(tuple((row, column) for row in rows), max([1, *rivals])),)


def _beside(page: Page, rows: Sequence[int], label: int) -> int:
    """The column right of the labels, and of a column with units of measure."""
    column = label + 1
    while sum(text.column == column for row in rows for text in page.line(row)) * 2 > len(rows):
        column += 1
    return column


def _aside_columns(page: Page, rows: Sequence[int], hits: Sequence[Text]) -> set[int]:
    """Columns headed 序号, 单位, …, unless they hold labels."""
    own = {text.column for text in hits}
    named = {text.column for row in rows for text in page.line(row) if labels.is_aside(text.key)}
    return named - own
