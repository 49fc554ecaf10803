"""Template: one standard form, loaded from a file of `schemas/` and compiled to tables and items."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from consolidate.errors import TemplateError, reason
from consolidate.forms import faults, shown
from consolidate.forms.faults import FaultError
from consolidate.forms.rules import Rule, compile_rules
from consolidate.forms.shown import Chart, Figure
from consolidate.forms.spec import BlockSpec, CoverSpec, HeadSpec, TableSpec, TemplateSpec
from consolidate.forms.structure import Block, Item, Node, Table

try:
    from yaml import CSafeLoader as SafeLoader  # ten times as fast, where PyYAML was built with libyaml
except ImportError:
    from yaml import SafeLoader  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Template:
    """A standard form: cover, tables, items in form order, and the rules over them.

    `items[i].index == i`; a submission's values are a vector in this order.
    """

    id: str
    version: int
    title: str
    short: str
    source: str
    first_year: int
    last_year: int | None
    cover: dict[str, CoverSpec]
    tables: tuple[Table, ...]
    items: tuple[Item, ...]
    rules: tuple[Rule, ...]
    sha256: str
    file: str = ""
    index: dict[str, int] = field(default_factory=dict)
    figures: tuple[Figure, ...] = ()
    charts: tuple[Chart, ...] = ()

    def covers(self, year: int) -> bool:
        """Whether the form is in force for a report year."""
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)

    def table(self, table_id: str) -> Table:
        """The table of that id; KeyError when the form has none."""
        for table in self.tables:
            if table.id == table_id:
                return table
        raise KeyError(table_id)


class _UniqueKeys(SafeLoader):
    """YAML in which a key given twice is an error instead of silently replacing the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.MarkedYAMLError(problem=f"键“{key}”写了两次", problem_mark=key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


def load(path: Path) -> Template:
    """Load and check one template file; TemplateError names file, line and what was expected."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TemplateError(f"模板打不开：{path.name}（{reason(error)}）") from error
    return parse(content, path.name)


def parse(content: bytes, name: str) -> Template:
    """Compile a template from its YAML text; `name` is the file's name in messages."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TemplateError(f"模板{name}不是UTF-8编码：请用记事本打开，另存为UTF-8") from error
    try:
        document = yaml.load(text, Loader=_UniqueKeys)  # a SafeLoader
    except yaml.YAMLError as error:
        raise TemplateError(faults.of_yaml(name, error)) from error
    try:
        return _compiled(TemplateSpec.model_validate(document), text, name)
    except ValidationError as error:
        raise TemplateError(faults.of_values(name, text, error)) from error
    except FaultError as fault:
        raise TemplateError(faults.of_form(name, text, fault)) from fault


def _compiled(spec: TemplateSpec, text: str, name: str) -> Template:
    tables, items = _compile_tables(spec)
    return Template(
        id=spec.id,
        version=spec.version,
        title=spec.title,
        short=spec.short or spec.title,
        source=spec.source,
        first_year=spec.years.from_,
        last_year=spec.years.to,
        cover=spec.cover,
        tables=tables,
        items=items,
        rules=compile_rules(spec.rules, tables, items),
        # The text without carriage returns: a checkout on Windows is the same template.
        sha256=hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest(),
        file=name,
        index={item.id: item.index for item in items},
        figures=shown.figures(spec.figures, tables, items),
        charts=shown.charts(spec.charts, items),
    )


def _compile_tables(spec: TemplateSpec) -> tuple[tuple[Table, ...], tuple[Item, ...]]:
    tables: list[Table] = []
    items: list[Item] = []
    for place, table_spec in enumerate(spec.tables):
        if table_spec.id in [table.id for table in tables]:
            raise FaultError(f"两张表的id都是{table_spec.id}：应能区分开", "tables", place, "id")
        first = len(items)
        blocks = tuple(
            _compile_block(table_spec, block_spec, number, items)
            for number, block_spec in enumerate(table_spec.blocks)
        )
        _all_different(items[first:], place)
        tables.append(
            Table(table_spec.id, table_spec.name, table_spec.title, table_spec.head,
                  table_spec.optional, blocks)
        )  # fmt: skip
    return tuple(tables), tuple(items)


def _all_different(items: Sequence[Item], table: int) -> None:
    """FaultError when two cells of a table have one id."""
    seen: set[str] = set()
    for item in items:
        if item.id in seen:
            place = ("tables", table, "blocks", item.block)
            raise FaultError(f"指标{item.id}出现两次；同一张表里行与列的键要能区分开", *place)
        seen.add(item.id)


def _leaves(heads: dict[str, HeadSpec], parents: tuple[Node, ...] = ()) -> list[tuple[Node, ...]]:
    paths: list[tuple[Node, ...]] = []
    for key, head in heads.items():
        short = head.label if head.short is None else head.short
        node = Node(key, head.label, short, tuple(head.also), head.total, head)
        path = (*parents, node)
        paths.extend(_leaves(head.of, path) if head.of else [path])
    return paths


def _compile_block(table: TableSpec, spec: BlockSpec, number: int, items: list[Item]) -> Block:
    rows, columns = tuple(_leaves(spec.rows)), tuple(_leaves(spec.columns))
    first = len(items)
    for r, row in enumerate(rows):
        for c, column in enumerate(columns):
            items.append(_item(len(items), table, number, r, c, row, column))
    return Block(table.id, number, spec.title, spec.corner, rows, columns, first)


def _item(
    index: int, table: TableSpec, block: int, r: int, c: int, row: tuple[Node, ...], column: tuple[Node, ...]
) -> Item:
    rows = tuple(node for node in row if not node.key.startswith("_"))
    columns = tuple(node for node in column if not node.key.startswith("_"))
    row_leaf, column_leaf = row[-1].spec, column[-1].spec
    # The one cell of a table whose keys enter no id is called by what the form says beside it.
    alone = row[-1].label or column[-1].label or table.title
    return Item(
        index=index,
        id=".".join([table.id, *(node.key for node in (*rows, *columns))]),
        label="·".join(node.label for node in (*rows, *columns) if node.label) or alone,
        short="·".join(node.short for node in (*rows, *columns) if node.short) or alone,
        table=table.id,
        table_name=table.name,
        block=block,
        row=r,
        column=c,
        row_path=tuple(node.key for node in rows),
        column_path=tuple(node.key for node in columns),
        totals=(tuple(node.total for node in rows), tuple(node.total for node in columns)),
        unit=column_leaf.unit or row_leaf.unit,
        decimals=max(column_leaf.decimals, row_leaf.decimals),
        signed=column_leaf.signed or row_leaf.signed,
    )
