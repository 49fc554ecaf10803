"""What one blank workbook is made from: the form, the unit, the rules that it is checked by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from consolidate.forms import cells, layout
from consolidate.forms.cells import Cells
from consolidate.forms.formula import Sheets
from consolidate.forms.layout import SheetLayout
from consolidate.forms.rules import Rule
from consolidate.forms.structure import Item, Table
from consolidate.forms.template import Template
from consolidate.model import Office, Unit

if TYPE_CHECKING:
    from consolidate.model import Vector

CHECKS, COMPARISON, LISTS = "勾稽", "上年对比", "_lists"
FIRST = 5  # first row below the header of 勾稽
COMPARISON_FIRST = 3  # and of 上年对比
LAST_COLUMN = 2  # of last year's figures in 上年对比

_OURS = ("cover", "check", "last_year")  # what other defined names begin with

# Whose workbooks an office of a level collects, unless the caller knows better.
_BELOW = {"province": "city", "city": "county", "county": "township"}


@dataclass(frozen=True)
class Plan:
    """One blank: `unit` None leaves the name open (to choose from `units`, if given).

    `last_year` is last year's vector in smallest units, NaN where not known; `level` the unit's level of
    government (one below the office's when empty).
    """

    template: Template
    year: int
    office: Office
    unit: Unit | None = None
    last_year: Vector | None = None
    units: Sequence[Unit] = ()
    level: str = ""

    @cached_property
    def layouts(self) -> tuple[SheetLayout, ...]:
        """The sheets of the standard form, cover first."""
        return layout.standard(self.template)

    @cached_property
    def known(self) -> tuple[int, ...]:
        """Items whose figure of last year is known."""
        if self.last_year is None:
            return ()
        return tuple(index for index, value in enumerate(self.last_year.tolist()) if value == value)

    @cached_property
    def sheets(self) -> Sheets:
        """The cells that formulas refer to, last year's in 上年对比."""
        spots = {item: (COMPARISON, COMPARISON_FIRST + n, LAST_COLUMN) for n, item in enumerate(self.known)}
        return Sheets(self.template.items, cells.standard(self.template), Cells(spots) if spots else None)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules for this unit, in template order; those that lack last year's figures at the end."""
        level = self.level or _BELOW.get(self.office.level, "township")
        ours = [rule for rule in self.template.rules if rule.applies("unit", level)]
        return tuple(sorted(ours, key=lambda rule: not self.sheets.known(rule)))

    def row(self, rule: Rule) -> int:
        """The rule's row on 勾稽."""
        return FIRST + self._positions[rule.name]

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {rule.name: number for number, rule in enumerate(self.rules)}

    def tables(self, rule: Rule) -> tuple[Table, ...]:
        """The tables that a rule touches this year."""
        touched = {self.template.items[item].table for item in rule.items}
        return tuple(table for table in self.template.tables if table.id in touched)

    @property
    def caption(self) -> str:
        """The line under each table's title; a formula (beginning with =) while the unit is open."""
        if self.unit is not None:
            return f"{self.unit.name}　{self.year}年度"
        unit = self.layouts[0].fields["unit"]
        cell = Cells({0: (layout.COVER, unit.row, unit.column)}).ref(0)
        return f'={cell}&"　{self.year}年度"'


def item_name(item: Item) -> str:
    """The defined name of a value cell: its id, told apart from cells (`a1`) and from our own names."""
    first, _, rest = item.id.partition(".")
    return item.id if rest and first not in _OURS else f"{item.id}._value"


def state_name(rule: Rule) -> str:
    """The defined name of the rule's state on 勾稽: conditional formats may not look at other sheets."""
    return "check." + rule.name.replace("@", ".")


def focus(rule: Rule) -> tuple[int, ...]:
    """The cells that a broken rule is shown at: the stated total, the conclusion, or all its cells."""
    if rule.kind == "iff":
        return rule.items
    if rule.named:
        return rule.named
    if rule.kind == "implies":
        return tuple(rule.comparisons[1].coefficients())
    return rule.items
