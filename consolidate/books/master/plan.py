"""Where everything of the master stands before a cell is written: rows, references, last year's figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from consolidate.books.master import grouping
from consolidate.books.master.grouping import Row
from consolidate.forms import cells, layout
from consolidate.forms.cells import Cells, quoted
from consolidate.forms.layout import SheetLayout
from consolidate.forms.structure import Item
from consolidate.model import OWN_LEVEL, Finding, Run

if TYPE_CHECKING:
    from consolidate.model import Vector

OVERVIEW, STANDING, DETAIL, KINDS = "总览", "报送情况", "分单位明细", "分类小计"
COMPARISON, PROOF, BALANCE = "上年对比", "汇总核对", "本级勾稽"
ADJUSTMENTS, FINDINGS = "汇总调整", "问题清单"
EXPLANATIONS, DECISIONS, SOURCES, SIGNATURES = "情况说明", "审核处理", "报表来源", "汇总签批单"

FIRST = 4  # first row of every list: after title, headline, remark and header
DETAIL_FIRST = 3  # first unit of 分单位明细: after labels, ids and the heading of the block
DETAIL_LABELS = 4  # code, name, kind, status
MOST_ROWS = 20_000  # beyond this many units 分单位明细 shows groups, and lists are cut


@dataclass(frozen=True)
class LastYear:
    """Last year's figures to compare with, one per item in smallest units; None where there was none.

    `same` counts only the units that are in this year's totals; it equals `whole` when all are.
    """

    year: int
    whole: tuple[float | None, ...]
    same: tuple[float | None, ...]


@dataclass(frozen=True)
class Plan:
    """The run, and the rows and cells that its master consists of."""

    run: Run

    @cached_property
    def layouts(self) -> tuple[SheetLayout, ...]:
        """The sheets of the standard form, cover first."""
        return layout.standard(self.run.template)

    @cached_property
    def cells(self) -> Cells:
        """The items' cells in the 汇总表."""
        return cells.standard(self.run.template)

    @cached_property
    def grouped(self) -> bool:
        """Whether 分单位明细 shows groups of units, because there are too many for one sheet."""
        return len(self.run.units) > MOST_ROWS

    @cached_property
    def counted(self) -> tuple[Row, ...]:
        """The rows of 分单位明细 that count."""
        return grouping.rows([report for report in self.run.units if report.included], self.grouped)

    @cached_property
    def uncounted(self) -> tuple[Row, ...]:
        """The rows of 分单位明细 that were received and do not count."""
        left_out = [r for r in self.run.units if not r.included and r.submission is not None]
        return grouping.rows(left_out, self.grouped)

    @cached_property
    def included(self) -> int:
        """How many units the totals are made of."""
        return sum(report.included for report in self.run.units)

    @cached_property
    def own(self) -> tuple[Finding, ...]:
        """The findings on the totals themselves."""
        return tuple(finding for finding in self.run.findings if finding.unit == OWN_LEVEL)

    @cached_property
    def _by_id(self) -> dict[str, Finding]:
        return {one.id: one for one in self.run.findings if one.id and one.change != "fixed"}

    def finding(self, number: str) -> Finding | None:
        """The finding of that id, if it is still there."""
        return self._by_id.get(number)

    @cached_property
    def last_year(self) -> LastYear | None:
        """Last year's figures, when they are known."""
        previous = self.run.previous
        if previous is None:
            return None
        count = len(self.run.template.items)
        included = [report.unit for report in self.run.units if report.included]
        ours = {name for unit in included for name in (unit.name, *unit.predecessors)}
        units = [previous.units[name] for name in sorted(previous.units)]
        same = [previous.units[name] for name in sorted(previous.units) if name in ours]
        whole = _sum(units, count) if previous.total is None else _sum([previous.total], count)
        return LastYear(previous.year, whole, whole if self.run.complete else _sum(same, count))

    def before(self, items: Sequence[int]) -> float | None:
        """Last year's comparable sum of items in smallest units; None unless all of them are known."""
        if self.last_year is None:
            return None
        known = [value for index in items if (value := self.last_year.same[index]) is not None]
        return sum(known) if len(known) == len(items) else None

    # What stands in formulas.

    def column(self, item: int) -> str:
        """The item's cells of the units that count: `'分单位明细'!$F$4:$F$55`."""
        return self._counted(DETAIL_LABELS + item)

    @cached_property
    def kind_column(self) -> str:
        """The kinds of the units that count."""
        return self._counted(2)

    def _counted(self, column: int) -> str:
        last = DETAIL_FIRST + max(len(self.counted), 1) - 1
        return self.cells.rectangle(DETAIL, DETAIL_FIRST, column, last, column)

    def adjustment(self, item: Item) -> str:
        """The formula part that adds up the adjustments of an item; '' when the run has none."""
        if not self.run.adjustments:
            return ""
        last = FIRST + len(self.run.adjustments) - 1
        ids = self.cells.rectangle(ADJUSTMENTS, FIRST, 4, last, 4)
        amounts = self.cells.rectangle(ADJUSTMENTS, FIRST, 5, last, 5)
        return f'SUMIF({ids},"{item.id}",{amounts})'

    def sum_of(self, items: Sequence[int]) -> str:
        """A formula part that adds up cells of the 汇总表."""
        return self.cells.ref(items[0]) if len(items) == 1 else f"SUM({self.cells.ranges(items)})"


def rounded(item: Item, expression: str) -> str:
    """A sum as a formula; money is rounded to its decimals, so that no binary dust shows."""
    return f"=ROUND({expression},{item.decimals})" if item.decimals else f"={expression}"


def shown(item: Item, value: float) -> float:
    """A value in smallest units as it stands in a cell: money in 万元, counts as they are."""
    return value / item.scale if item.decimals else value


def link(sheet: str) -> str:
    """A link to the top of a sheet of the book."""
    return f"internal:{quoted(sheet)}!A1"


def _sum(vectors: Sequence[Vector], count: int) -> tuple[float | None, ...]:
    """Sums of what is known; None where nobody has a value."""
    sums: list[float | None] = [None] * count
    for vector in vectors:
        for number, value in enumerate(vector.tolist()):
            if value == value:
                sums[number] = (sums[number] or 0) + value
    return tuple(sums)
