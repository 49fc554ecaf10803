"""What the leader's page shows first: figures and charts that a template names, or a sensible choice.

Names are those of rules (an item's id; a group means its leaves that are not totals), and `*` stands for
any one key: `applications.results.denied.*.total` is the 总计 column of every row below 不予公开.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from consolidate.forms.faults import FaultError
from consolidate.forms.spec import ChartSpec, FigureSpec
from consolidate.forms.structure import Item, Table

_MOST = 12  # figures that fit on the leader's page when the template names none
_FEW = 2  # figures of a table that has no grand total


@dataclass(frozen=True, slots=True)
class Figure:
    """A number worth showing: the sum of `items` (indices, all of one unit of measure)."""

    label: str
    items: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar chart: one bar per figure, all of one unit of measure."""

    title: str
    bars: tuple[Figure, ...]


def figures(
    specs: Sequence[FigureSpec], tables: Sequence[Table], items: Sequence[Item]
) -> tuple[Figure, ...]:
    """The figures that a template names; without any, each table's grand totals or first cells, no rates."""
    if specs:
        return tuple(_figure(spec, items, "figures", place) for place, spec in enumerate(specs))
    chosen = [index for table in tables for index in _grand_totals(table) or table.items[:_FEW]]
    meant = [index for index in chosen if not items[index].rate]
    return tuple(Figure(items[index].short, (index,)) for index in meant[:_MOST])


def charts(specs: Sequence[ChartSpec], items: Sequence[Item]) -> tuple[Chart, ...]:
    """The charts that a template names; FaultError when bars have different units of measure."""
    result = []
    for place, spec in enumerate(specs):
        at = ("charts", place)
        bars = tuple(_figure(bar, items, *at, "bars", number) for number, bar in enumerate(spec.bars))
        if len({_measure(items[bar.items[0]]) for bar in bars}) > 1:
            raise FaultError(f"图表“{spec.title}”：各项计量单位不同，不能画在一张图里", *at)
        result.append(Chart(spec.title, bars))
    return tuple(result)


def _figure(spec: FigureSpec, items: Sequence[Item], *place: str | int) -> Figure:
    found: list[int] = []
    for name in spec.of:
        matches = [item.index for item in items if _matches(item, name.split("."))]
        if not matches:
            raise FaultError(f"图表指标“{spec.label or name}”：表单中没有“{name}”", *place)
        found.extend(matches)
    if len({_measure(items[index]) for index in found}) > 1:
        raise FaultError(f"图表指标“{spec.label or spec.of[0]}”：计量单位不同的指标不能相加", *place)
    return Figure(spec.label or items[found[0]].short, tuple(dict.fromkeys(found)))


def _matches(item: Item, wanted: Sequence[str]) -> bool:
    keys = (item.table, *item.row_path, *item.column_path)
    flags = (False, *item.totals[0], *item.totals[1])
    if len(keys) < len(wanted) or any(flags[len(wanted) :]):
        return False
    parts = zip(wanted, keys, flags, strict=False)
    return all(name == key or (name == "*" and not total) for name, key, total in parts)


def _measure(item: Item) -> tuple[str, int]:
    return item.unit, item.decimals


def _grand_totals(table: Table) -> list[int]:
    """Cells that are totals in every direction in which their block has totals at all."""
    found: list[int] = []
    for block in table.blocks:
        down = any(path[-1].total for path in block.rows)
        across = any(path[-1].total for path in block.columns)
        found.extend(
            block.item(r, c)
            for r, row in enumerate(block.rows)
            for c, column in enumerate(block.columns)
            if (down or across) and (row[-1].total or not down) and (column[-1].total or not across)
        )
    return found
