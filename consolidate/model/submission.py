"""Submissions: the items of the form located in a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from consolidate.model.finding import Finding, Place, address
from consolidate.model.received import Marker

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Flaw:
    """A value cell that does not hold a plain number.

    `code` is a code of `codes` (its severity tells whether `value` may be used); `raw` what stands
    in the cell; `value` the number understood, in smallest units, or None; `advice` what to do, in which
    `proposal` is the bare figure to type where the cell itself tells it.
    """

    item: int
    code: str
    raw: str
    value: float | None = None
    advice: str = ""
    proposal: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """情况说明 written by a unit: for a finding id, about values with this digest ('' = as submitted)."""

    finding: str
    text: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """One received workbook with the items of the template located and parsed.

    `values` has one float per item of the template (integers in smallest units; NaN where blank,
    unreadable or absent); `places` one Place per item or None where the form's cell is missing;
    `problems` are findings about structure, cover and file, without unit and id; `formulas` the items that
    a live formula computes, each with the items that it refers to;
    `titled` whom the titles name.
    """

    file: str
    folder: int
    sha256: str
    kind: str
    template: str
    sheets: tuple[str, ...]
    places: tuple[Place | None, ...]
    values: Vector
    flaws: tuple[Flaw, ...] = ()
    problems: tuple[Finding, ...] = ()
    cover: Mapping[str, str] = field(default_factory=dict)
    cover_places: Mapping[str, Place] = field(default_factory=dict)
    absent_tables: tuple[str, ...] = ()
    explanations: tuple[Explanation, ...] = ()
    modified: str = ""
    marker: Marker | None = None
    formulas: tuple[tuple[int, tuple[int, ...]], ...] = ()
    titled: str = ""

    @property
    def at(self) -> Literal["unit", "total"]:
        """Whose rules hold for its figures: a total's for the master of a level below, and for its return."""
        return "total" if self.marker is not None and "complete" in self.marker.facts else "unit"

    @property
    def uneven_tables(self) -> tuple[str, ...]:
        """Tables that it does not hand in, or that, in a master, not every unit below has handed in.

        Their sums speak of fewer units than the other tables, so no rule may compare the two.
        """
        facts = {} if self.marker is None else self.marker.facts
        return (*self.absent_tables, *facts.get("uneven", "").split())

    def cell(self, item: int) -> str:
        """A1 address of an item in the file as the clerk sees it; '' when the form lacks it."""
        place = self.places[item]
        return "" if place is None else address(place[1], place[2])

    def sheet(self, item: int) -> str:
        """Name of the sheet that holds an item; '' when the form lacks it."""
        place = self.places[item]
        return "" if place is None else self.sheets[place[0]]
