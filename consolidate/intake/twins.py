"""Tables of one form that hardly any label tells apart (城镇、农村 with the same rows): their titles do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from consolidate.intake import labels
from consolidate.intake.locate import Fit
from consolidate.intake.shapes import Form, key_set

ALIKE = 0.6  # so many of the labels of the smaller one must two tables share
ABOVE = 6  # a title stands at most so many rows above the header
HEADER = 2  # or so many rows inside it, where it was read as a part of it


def twins(forms: Sequence[Form]) -> dict[str, tuple[Form, ...]]:
    """For each table's id the others of the form that it could be taken for; a table without is absent."""
    found = {
        one.table.id: tuple(two for two in forms if two is not one and _alike(one, two)) for one in forms
    }
    return {table: others for table, others in found.items() if others}


def _alike(one: Form, two: Form) -> bool:
    """Whether the labels of one of them stand in the other, be it as a group's name there."""
    pairs = ((one, two), (two, one))
    return any(len(_keys(a) & (_keys(b) | _groups(b))) >= ALIKE * len(_keys(a)) for a, b in pairs)


def _keys(form: Form) -> frozenset[str]:
    """The labels that a table is found by: pairs are without the heading over their values."""
    listed = (s.row_keys if s.pairs else s.row_keys | s.column_keys for s in form.shapes)
    return frozenset[str]().union(*listed)


def _groups(form: Form) -> frozenset[str]:
    return frozenset[str]().union(*(shape.row_groups | shape.column_groups for shape in form.shapes))


def own(form: Form, others: Iterable[Form], candidates: Sequence[Fit]) -> list[Fit]:
    """The places under the table's own title; where no place is, those under no other table's title."""
    titles = {form.table.id: _titles(form)} | {other.table.id: _titles(other) for other in others}
    under = [(one, _title(one, titles)) for one in candidates]
    mine = [one for one, table in under if table == form.table.id]
    return mine or [one for one, table in under if table is None]


def _titles(form: Form) -> frozenset[str]:
    title = form.table.title
    return key_set([title, form.table.name]) | frozenset([labels.without_remark(title)])


def _title(fit: Fit, titles: dict[str, frozenset[str]]) -> str | None:
    """Whose title is nearest above a place."""
    for row in range(fit.top + HEADER, max(fit.top - ABOVE, 0) - 1, -1):
        for text in fit.page.line(row):
            named = {text.key, labels.without_remark(text.raw)}
            for table, keys in titles.items():
                if keys & named:
                    return table
    return None
