"""A block of label–value pairs: its labels in a column, with or without a heading, the value beside each."""

from __future__ import annotations

from collections.abc import Collection, Sequence

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
        text
        for row, line in sorted(page.lines.items())
        if row not in claimed
        for text in line
        if text.key in keys
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


def _fit(
    page: Page,
    shape: Shape,
    words: Words,
    known: frozenset[str],
    hits: Sequence[Text],
    claimed: Collection[int],
) -> Fit:
    first, last = hits[0].row, hits[-1].row
    head, value, witnesses = _value_column(page, shape, hits)
    limit = next((row for row in range(last + 1, page.height) if page.blank(row)), page.height)
    rows = [row for row in range(head + 1 if head is not None else first, limit) if row not in claimed]
    aside = _aside_columns(page, range(max(first - 1, 0) if head is None else head, last + 1), hits)
    columns = [column for column in range(value) if column not in aside]
    found = tuple(labelled(page, rows, columns, [value], shape, words))
    aligned = bounded(align(shape.rows, found, known), found, page)
    top = first if head is None else head
    bottom = max((found[p].position for p in (*aligned.at, *aligned.extra) if p is not None), default=last)
    heading = (Found(value, "", "", across=top),)
    return Fit(shape, page, top, bottom, Alignment((0,)), aligned, heading, found, witnesses)


def _value_column(
    page: Page, shape: Shape, hits: Sequence[Text]
) -> tuple[int | None, int, tuple[Witness, ...]]:
    """Row of the heading (None: there is none), column of the values, and what the choice rests on."""
    label = max(page.reach(text.row, text.column) for text in hits)
    named = shape.columns[0].keys | VALUE_HEADS
    for row in range(hits[0].row - 1, max(hits[0].row - 1 - ABOVE, -1), -1):
        for keys in (shape.columns[0].keys, named):
            for text in page.line(row):
                if text.column > label and (text.key in keys or labels.without_remark(text.raw) in keys):
                    return row, text.column, ()
    rows = [text.row for text in hits]
    counts = {
        column: sum(texts.is_valuelike(page.cell(row, column)) for row in rows)
        for column in range(label + 1, page.width)
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
