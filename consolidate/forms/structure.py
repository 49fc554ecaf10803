"""The parts of a form: nodes of headers, items, blocks and tables (no behaviour of their own)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from consolidate.forms.spec import HeadSpec


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One header cell of a block, a leaf or a group; shared by all leaves below it (compare with `is`)."""

    key: str
    label: str
    short: str
    also: tuple[str, ...]
    total: bool
    spec: HeadSpec


@dataclass(frozen=True, slots=True)
class Item:
    """One value cell of the form.

    `label` is the full wording (`四、结转下年度继续办理·总计`), `short` the one used in messages.
    `row` and `column` are positions among the block's leaves. `totals` tells for each key of the row
    and of the column path whether that node repeats a sum. Values are integers in units of 10^-decimals.
    """

    index: int
    id: str
    label: str
    short: str
    table: str
    table_name: str
    block: int
    row: int
    column: int
    row_path: tuple[str, ...]
    column_path: tuple[str, ...]
    totals: tuple[tuple[bool, ...], tuple[bool, ...]]
    unit: str
    decimals: int
    signed: bool

    @property
    def scale(self) -> int:
        """How many smallest units make one: 1 for counts, 10000 for 万元 with 4 decimals."""
        return int(10**self.decimals)

    @property
    def total(self) -> bool:
        """Whether the cell repeats the sum of others."""
        return any(self.totals[0]) or any(self.totals[1])

    @property
    def money(self) -> bool:
        """Whether the figure is an amount of money: 元, 万元."""
        return self.unit.endswith("元")

    @property
    def rate(self) -> bool:
        """Whether the figure is a share, whose sum over units means nothing."""
        return self.unit in ("%", "％", "‰")

    @property
    def measure(self) -> str:
        """What a figure of it may be: `单位为万元，最多保留4位小数`."""
        unit = f"单位为{self.unit}，" if self.unit else ""
        return f"{unit}最多保留{self.decimals}位小数" if self.decimals else f"{unit}应为整数"

    def text(self, value: float) -> str:
        """A value in smallest units as people write it: `13188.0989`, `-614`, `3.5` when it is no integer."""
        whole = round(value)
        if whole != value:
            return f"{value / self.scale:.15g}"
        if not self.decimals:
            return str(whole)
        sign = "-" if whole < 0 else ""
        units, rest = divmod(abs(whole), self.scale)
        digits = f"{rest:0{self.decimals}d}".rstrip("0")
        return f"{sign}{units}.{digits}" if digits else f"{sign}{units}"

    def exact(self, value: int) -> str:
        """A value with all its decimals, as `totals.csv` shows it: `13188.0989`, `5.0000`."""
        if not self.decimals:
            return str(value)
        sign = "-" if value < 0 else ""
        units, rest = divmod(abs(value), self.scale)
        return f"{sign}{units}.{rest:0{self.decimals}d}"


@dataclass(frozen=True, slots=True)
class Block:
    """A grid of leaf rows × leaf columns; each leaf is its path of nodes, outermost first.

    The item of row r and column c is `first + r * len(columns) + c`.
    """

    table: str
    number: int
    title: str
    corner: str
    rows: tuple[tuple[Node, ...], ...]
    columns: tuple[tuple[Node, ...], ...]
    first: int

    def item(self, row: int, column: int) -> int:
        """Index of the item at a row and column of the block."""
        return self.first + row * len(self.columns) + column

    @property
    def items(self) -> range:
        """Indices of the block's items."""
        return range(self.first, self.first + len(self.rows) * len(self.columns))


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the form: its blocks from top to bottom."""

    id: str
    name: str
    title: str
    head: str
    optional: bool
    blocks: tuple[Block, ...]

    @property
    def items(self) -> range:
        """Indices of the table's items."""
        last = self.blocks[-1].items
        return range(self.blocks[0].first, last.stop)
