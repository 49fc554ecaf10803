"""Layouts already located: a workbook whose labels repeat is located once, and the rest only compared.

A layout holds for another workbook only when a fresh look would find the same: every cell equals that of
the first one but values, cover values and free texts, and those hold nothing that could be a label.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from consolidate.forms.template import Template
from consolidate.intake import cover, labels, texts
from consolidate.intake.layout_of import Layout, Pick, layout_of, picker
from consolidate.intake.sections import misspelt
from consolidate.intake.tables import Vocabulary
from consolidate.model import Sheet

KEPT = 128  # layouts remembered for each shape of workbook
_PLAIN = frozenset({float, int})
Shape = tuple[object, ...]
Name = tuple[str, ...]  # the templates by their hashes


@dataclass(frozen=True, slots=True)
class _Known:
    """A remembered layout with the cells that must be equal, and what the cover's cells were.

    `inline` are the fields whose label and value share a cell, for each cell of the cover; `free` are texts
    that may differ, with whether a row's label might stand there.
    """

    layout: Layout
    fixed: Pick
    cells: tuple[object, ...]
    inline: tuple[tuple[str, ...], ...]
    free: tuple[tuple[int, bool], ...]


@dataclass(slots=True)
class LayoutMemory:
    """Layouts by the shape of the workbook, vocabularies by their templates, texts known to be inert."""

    known: dict[Shape, list[_Known]] = field(default_factory=dict)
    vocabularies: dict[Name, Vocabulary] = field(default_factory=dict)
    inert: dict[tuple[Name, str, bool], bool] = field(default_factory=dict)

    def layout(
        self,
        sheets: Sequence[Sheet],
        chosen: tuple[int, ...],
        flat: Sequence[object],
        template: Template,
        others: Sequence[Template],
    ) -> Layout:
        """The layout of a workbook whose chosen sheets have the cells `flat`: remembered, else located."""
        name = (template.sha256, *(other.sha256 for other in others))
        if name not in self.vocabularies:
            self.vocabularies[name] = Vocabulary.of(template, others)
        shape: Shape = (name, *((n, *_outline(sheets[n])) for n in chosen))
        family = self.known.setdefault(shape, [])
        for one in family:
            if one.fixed(flat) == one.cells and self._holds(one, flat, name):
                return one.layout
        layout = layout_of(sheets, chosen, self.vocabularies[name])
        if layout.repeats and len(family) < KEPT:
            known = self._known(layout, flat, name)
            if self._holds(known, flat, name):
                family.append(known)
        return layout

    def _known(self, layout: Layout, flat: Sequence[object], name: Name) -> _Known:
        spots = [position for _, listed in layout.cover for position, _, _ in listed]
        free = tuple(
            (position, near) for position, _, near in layout.texts if self._free(flat[position], near, name)
        )
        varying = {*spots, *(at for at, _ in free)}
        varying.update(layout.pick(range(len(flat))))  # type: ignore[arg-type]
        fixed = picker([position for position in range(len(flat)) if position not in varying])
        known = self.vocabularies[name].cover
        inline = tuple(cover.inline_fields(flat[position], known) for position in spots)
        return _Known(layout, fixed, fixed(flat), inline, free)

    def _holds(self, one: _Known, flat: Sequence[object], name: Name) -> bool:
        """Whether the cells that may differ hold nothing that a fresh look would take for a label."""
        layout = one.layout
        values = layout.pick(flat)
        if not _PLAIN.issuperset(map(type, values)) and any(map(_labelled, values)):
            return False
        if not all(self._free(flat[position], near, name) for position, near in one.free):
            return False
        return self._cover_holds(one, flat, name) and all(
            sum(texts.is_valuelike(flat[position]) for position in cells) >= least
            for cells, least in layout.witnesses
        )

    def _cover_holds(self, one: _Known, flat: Sequence[object], name: Name) -> bool:
        spots = (spot for _, listed in one.layout.cover for spot in listed)
        known = self.vocabularies[name].cover
        for (position, spot, near), fields in zip(spots, one.inline, strict=True):
            cell = flat[position]
            if cell in ("", None) and spot.below:
                return False
            if isinstance(cell, str) and cell:
                if cover.inline_fields(cell, known) != fields:
                    return False
                if not fields and not self._inert(cell, near, name):
                    return False
            elif fields:
                return False
        return True

    def _free(self, cell: object, near: bool, name: Name) -> bool:
        return isinstance(cell, str) and bool(cell) and self._inert(cell, near, name)

    def _inert(self, text: str, near: bool, name: Name) -> bool:
        memo = (name, text, near)
        if memo not in self.inert:
            self.inert[memo] = is_inert(text, near, self.vocabularies[name])
        return self.inert[memo]


def _outline(sheet: Sheet) -> tuple[object, ...]:
    return len(sheet.rows), len(sheet.rows[0]) if sheet.rows else 0, sheet.merged


def _labelled(cell: object) -> bool:
    """Whether a value cell holds a text that might be a label."""
    return isinstance(cell, str) and bool(cell) and bool(labels.normal(cell)) and not texts.is_valuelike(cell)


def is_inert(text: str, near: bool, vocabulary: Vocabulary) -> bool:
    """Whether a text can play no part in locating: no word of the forms, nor like one.

    `near`: it stands below a header, where even something faintly like a row's label might be taken for it.
    """
    key = labels.normal(text)
    words = vocabulary.words
    if cover.inline_fields(text, vocabulary.cover):
        return False
    if not key or texts.is_valuelike(text):
        return True
    if any(word in words.all for word in (key, labels.without_remark(text), labels.before_colon(text))):
        return False
    if labels.is_aside(key) or labels.is_unit(key) or misspelt([key], words):
        return False
    return not near or labels.unlike(key, words.rows, 0.5)
