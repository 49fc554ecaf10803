"""Every table of a form found in a workbook: its blocks, its copies, and whether another form fits better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from consolidate.forms.template import Template
from consolidate.intake import locate, pairs, sections, shapes, twins
from consolidate.intake.locate import Fit
from consolidate.intake.page import Page
from consolidate.intake.sections import Section
from consolidate.intake.shapes import Form, Shape, Words

COPY = 0.6  # so much of the best fit's labels must be there to call another place a copy
CLEAR = 2.0  # by so many labels must another generation fit better


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The forms of the template that is due and of the others, and all their words."""

    template: Template
    others: tuple[Template, ...]
    due: tuple[Form, ...]
    rivals: tuple[tuple[Template, tuple[Form, ...]], ...]
    words: Words
    cover: dict[str, str]
    twins: dict[str, tuple[Form, ...]]

    @classmethod
    def of(cls, template: Template, others: Sequence[Template]) -> Vocabulary:
        """The vocabulary of a template and the others that a table may wrongly follow."""
        listed = tuple(other for other in others if other.id != template.id)
        due = shapes.forms(template)
        rivals = tuple((other, shapes.forms(other)) for other in listed)
        words = shapes.words([template, *listed], [due, *(forms for _, forms in rivals)])
        return cls(template, listed, due, rivals, words, shapes.cover_keys(template), twins.twins(due))


@dataclass(frozen=True, slots=True)
class TableFound:
    """One table as found: a fit or None per block, further places that hold it, its cost.

    `rival` is the template of another generation that it clearly follows; `chosen` tells that values
    decided between several places.
    """

    form: Form
    fits: tuple[Fit | None, ...]
    copies: tuple[Fit, ...] = ()
    rival: Template | None = None
    chosen: bool = False

    @property
    def cost(self) -> float:
        """How far it is from the form; a block that is not there counts all its labels."""
        shapes_of = zip(self.form.shapes, self.fits, strict=True)
        return sum(shape.size if one is None else one.cost for shape, one in shapes_of)

    @property
    def matched(self) -> int:
        """How many of its labels are there."""
        return sum(one.matched for one in self.fits if one is not None)


def find(pages: Sequence[Page], vocabulary: Vocabulary) -> list[TableFound]:
    """Every table of the template that is due, in its order."""
    cut = [section for page in pages for section in sections.sections(page, vocabulary.words)]
    claimed: dict[int, set[int]] = {page.index: set() for page in pages}
    found: dict[int, TableFound] = {}
    # Pairs have no header of their own: what the other blocks have taken is not theirs.
    order = sorted(range(len(vocabulary.due)), key=lambda n: any(s.pairs for s in vocabulary.due[n].shapes))
    for number in order:
        table = _table(vocabulary.due[number], pages, cut, claimed, vocabulary)
        for one in (*table.fits, *table.copies):
            if one is not None:
                claimed[one.page.index].update(range(one.top, one.bottom + 1))
        found[number] = table
    return [found[number] for number in range(len(vocabulary.due))]


def _table(
    form: Form,
    pages: Sequence[Page],
    cut: Sequence[Section],
    claimed: dict[int, set[int]],
    vocabulary: Vocabulary,
) -> TableFound:
    """A table of the form due, or the finding that another generation's stands in its place."""

    def located(wanted: Form, known: frozenset[str]) -> TableFound:
        return _located(wanted, pages, cut, claimed, vocabulary, known)

    due = located(form, frozenset())
    if due.copies or not due.cost:
        return due
    for template, forms in vocabulary.rivals:
        for rival in forms:
            if rival.table.id != form.table.id or rival.signature == form.signature:
                continue
            theirs = located(rival, _own_keys(form, rival))
            ours = located(form, _own_keys(rival, form))
            if theirs.cost + CLEAR <= ours.cost and theirs.matched >= COPY * rival.size:
                return TableFound(form, theirs.fits, theirs.copies, template, theirs.chosen)
    return due


def _own_keys(form: Form, rival: Form) -> frozenset[str]:
    """Labels that only this form has: in it they are right, in the rival they are no misspelling."""
    return _keys(form) - _keys(rival)


def _keys(form: Form) -> frozenset[str]:
    return frozenset(
        key for shape in form.shapes for leaf in (*shape.rows, *shape.columns) for key in leaf.keys
    )


def _located(
    form: Form,
    pages: Sequence[Page],
    cut: Sequence[Section],
    claimed: dict[int, set[int]],
    vocabulary: Vocabulary,
    known: frozenset[str],
) -> TableFound:
    best: list[Fit | None] = []
    copies: list[Fit] = []
    chosen = False
    for shape in form.shapes:
        candidates = _candidates(shape, pages, cut, claimed, vocabulary.words, known)
        others = vocabulary.twins.get(form.table.id)
        candidates = twins.own(form, others, candidates) if others else candidates
        strong = [one for one in candidates if one.matched >= COPY * candidates[0].matched]
        chosen = chosen or len(strong) > 1
        # An empty copy (a spare blank form) holds nothing that could contradict the filled one.
        filled = [one for one in strong if one.filled()] or strong[:1]
        best.append(filled[0] if filled else None)
        copies += filled[1:]
    return TableFound(form, tuple(best), tuple(copies), chosen=chosen)


def _candidates(
    shape: Shape,
    pages: Sequence[Page],
    cut: Sequence[Section],
    claimed: dict[int, set[int]],
    words: Words,
    known: frozenset[str],
) -> list[Fit]:
    """All places where the block stands, the best first."""
    if shape.pairs:
        found = [one for page in pages for one in pairs.fits(page, shape, words, known, claimed[page.index])]
    else:
        tried = (locate.fit(section, shape, words, known) for section in cut)
        found = [one for one in tried if one is not None and one.sound]
    return sorted(found, key=lambda one: (one.cost - one.matched, one.page.index, one.top))
