"""Labels of groups that are not spelled as on the form: no figure stands at them, but people read by them."""

from __future__ import annotations

from collections.abc import Iterator

from consolidate.intake import labels
from consolidate.intake.locate import Fit
from consolidate.intake.page import Text

ALIKE = 0.75  # how alike a text must be to a group's label that stands nowhere in the block


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


def _header(fit: Fit) -> Iterator[Text]:
    """The texts of the header."""
    last = max(one.across for one in fit.columns_found)
    for row in range(fit.top, last + 1):
        yield from fit.page.line(row)


def _stub(fit: Fit) -> Iterator[Text]:
    """The texts left of the values."""
    places = [place for _, _, place in fit.cells()]
    left = min(column for _, column in places)
    rows = [row for row, _ in places]
    for row in range(min(rows), max(rows) + 1):
        yield from (text for text in fit.page.line(row) if text.column < left)
