"""Labels at which no figure stands, not spelled as on the form: of groups, blocks and label columns."""

from __future__ import annotations

from collections.abc import Iterator

from consolidate.intake import labels
from consolidate.intake.locate import Fit
from consolidate.intake.page import Text

ALIKE = 0.75  # how alike a text must be to a label that stands nowhere in the block


def respelled(fit: Fit, across: bool) -> Iterator[tuple[Text, str]]:
    """The texts of a block that are nearly the label of a group which is not there, with that label."""
    shape = fit.shape
    paths, own = (shape.block.columns, shape.column_keys) if across else (shape.block.rows, shape.row_keys)
    nodes = {node.label: (node.label, *node.also) for path in paths for node in path[:-1] if node.label}
    groups = {label: frozenset(map(labels.normal, spelled)) for label, spelled in nodes.items()}
    there = [] if not groups else list(_header(fit) if across else _stub(fit))
    absent = {label: keys for label, keys in groups.items() if not any(text.key in keys for text in there)}
    known = own.union(shape.beside, *groups.values())
    leaves = {one.raw for one in (fit.columns_found if across else fit.rows_found)}
    unknown = [text for text in there if text.key not in known and text.raw not in leaves]
    for label, keys in absent.items():
        near = [t for t in unknown if max(labels.likeness(t.key, key) for key in keys) >= ALIKE]
        if len({text.key for text in near}) == 1:
            yield near[0], label


def retitled(fit: Fit, titles: frozenset[str]) -> Iterator[tuple[Text, str]]:
    """The texts above a block that are nearly its title or its corner, with that; many forms have neither.

    `titles` are those of all blocks of the table: one header may serve two.
    """
    shape, page, header = fit.shape, fit.page, _rows(fit)
    above = next((row for row in range(fit.top - 1, -1, -1) if not page.blank(row)), fit.top)
    left = min(fit.columns_found[place].position for place in fit.columns.at if place is not None)
    known = titles.union(shape.beside, shape.column_keys, shape.row_keys, shape.siblings, shape.column_groups)
    stub = [text for row in header for text in page.line(row) if text.column < left]
    over = [*page.line(above), *stub]
    for label, there in ((shape.block.title, over), (shape.block.corner, stub)):
        key = labels.normal(label)
        if not any(text.key == key for text in there):
            near = [text for text in there if text.key not in known and _alike(text, key)]
            if len(near) == 1:
                yield near[0], label


def _alike(text: Text, key: str) -> bool:
    """Whether a text is a slip of a key: about as long, in nearly the same characters."""
    plain = labels.without_remark(text.raw)
    return plain != key and abs(len(text.key) - len(key)) < 2 and labels.likeness(text.key, key) >= ALIKE


def _rows(fit: Fit) -> range:
    """The rows of the header."""
    return range(fit.top, max(one.across for one in fit.columns_found) + 1)


def _header(fit: Fit) -> Iterator[Text]:
    """The texts of the header."""
    for row in _rows(fit):
        yield from fit.page.line(row)


def _stub(fit: Fit) -> Iterator[Text]:
    """The texts left of the values."""
    places = [place for _, _, place in fit.cells()]
    left = min(column for _, column in places)
    rows = [row for row, _ in places]
    for row in range(min(rows), max(rows) + 1):
        yield from (text for text in fit.page.line(row) if text.column < left)
