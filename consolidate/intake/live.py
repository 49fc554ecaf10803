"""Value cells that a formula computes, and the value cells that it is computed from.

A total that follows its parts agrees with them whatever is typed there: the checks must know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice, product

from consolidate.forms.template import Template
from consolidate.intake import references
from consolidate.intake.cellfact import Cell
from consolidate.model import Place

Formulas = Callable[[Iterable[str]], Mapping[Cell, str]]
MOST_AREAS = 255  # the most arguments that a function takes
Live = tuple[tuple[int, tuple[int, ...]], ...]


def items(
    template: Template, places: Sequence[Place | None], sheets: Sequence[str], formulas: Formulas
) -> Live:
    """Each item that a formula computes, with the items that the formula refers to, both in order.

    A formula whose text is not known (.xls) may refer to all of its table.
    """
    at = {(sheets[place[0]], *place[1:]): item for item, place in enumerate(places) if place is not None}
    found = []
    for cell, text in formulas(sorted({sheet for sheet, _, _ in at})).items():
        item = at.get(cell)
        if item is None:
            continue
        named = (
            _named(text, cell[0], at)
            if text != "="
            else set(template.table(template.items[item].table).items)
        )
        named.discard(item)
        if named:
            found.append((item, tuple(sorted(named))))
    return tuple(sorted(found))


def _named(text: str, home: str, at: Mapping[Cell, int]) -> set[int]:
    """The items that the text of a formula on the sheet `home` refers to."""
    found: set[int] = set()
    for sheet, top, left, bottom, right in islice(references.areas(text), MOST_AREAS):
        name = sheet or home
        if (bottom - top + 1) * (right - left + 1) <= len(at):
            cells = product(range(top, bottom + 1), range(left, right + 1))
            found.update(at[name, row, column] for row, column in cells if (name, row, column) in at)
        else:
            found.update(
                item
                for (where, row, column), item in at.items()
                if where == name and top <= row <= bottom and left <= column <= right
            )
    return found
