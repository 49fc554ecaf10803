"""What the locator looks for: the labels of a template's blocks as keys, and the words of all templates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from consolidate.forms.structure import Block, Node, Table
from consolidate.forms.template import Template
from consolidate.intake import labels

# What else heads the values of label–value pairs.
_VALUE_LABELS = "数量 数值 数据 数额 填报数 填报数据 本年数 本年数量 合计"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One expected row or column.

    `keys` are its own label's and synonyms', `joined` those of labels written as one path
    (不予公开1属于国家秘密), `groups` the keys of the groups above it, `spellings` the label and its synonyms
    but for width, blanks and punctuation; `twin`: another leaf has the same label.
    """

    keys: frozenset[str]
    joined: frozenset[str]
    groups: frozenset[str]
    spellings: frozenset[str]
    label: str
    name: str
    twin: bool = False


@dataclass(frozen=True)
class Shape:
    """One block: its leaves in order and the other words in its header and label columns.

    `siblings` are row labels of the table's other blocks. `pairs`: label and value in adjacent columns, a
    heading is not needed; `bare`: one row without label.
    """

    block: Block
    rows: tuple[Leaf, ...]
    columns: tuple[Leaf, ...]
    row_groups: frozenset[str]
    column_groups: frozenset[str]
    beside: frozenset[str]
    siblings: frozenset[str]
    pairs: bool
    bare: bool

    @cached_property
    def column_keys(self) -> frozenset[str]:
        """Every key that a column of the block goes by."""
        return frozenset(key for leaf in self.columns for key in leaf.keys)

    @cached_property
    def row_keys(self) -> frozenset[str]:
        """Every key that a row of the block goes by."""
        return frozenset(key for leaf in self.rows for key in leaf.keys)

    @property
    def size(self) -> int:
        """How many labels the block has."""
        return len(self.columns) * (not self.pairs) + len(self.rows) * (not self.bare)


@dataclass(frozen=True, slots=True)
class Form:
    """A table as the locator sees it; `signature` is equal for tables that no label tells apart."""

    table: Table
    shapes: tuple[Shape, ...]
    signature: tuple[object, ...]

    @property
    def size(self) -> int:
        """How many labels the table has."""
        return sum(shape.size for shape in self.shapes)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of several templates by what they head: `heads` tell a header row, `either` do not.

    `values` head the one column of values of label–value pairs.
    """

    heads: frozenset[str]
    either: frozenset[str]
    groups: frozenset[str]
    corners: frozenset[str]
    rows: frozenset[str]
    titles: frozenset[str]
    block_titles: frozenset[str]
    cover: frozenset[str]
    values: frozenset[str]
    all: frozenset[str]


def key_set(texts: Iterable[str]) -> frozenset[str]:
    """Keys of some labels, without those that are no label."""
    return frozenset(key for text in texts if (key := labels.normal(text)))


VALUE_HEADS = key_set(_VALUE_LABELS.split())


def forms(template: Template) -> tuple[Form, ...]:
    """The template's tables, ready to be looked for."""
    return tuple(_form(table) for table in template.tables)


def _form(table: Table) -> Form:
    names = [key_set(label for path in block.rows for label in _spelled(path[-1])) for block in table.blocks]
    shapes = tuple(
        _shape(table, block, frozenset().union(*names[:number], *names[number + 1 :]))
        for number, block in enumerate(table.blocks)
    )
    signature = tuple(
        (
            tuple((leaf.keys, leaf.groups) for leaf in shape.rows),
            tuple((leaf.keys, leaf.groups) for leaf in shape.columns),
        )
        for shape in shapes
    )
    return Form(table, shapes, signature)


def _shape(table: Table, block: Block, siblings: frozenset[str]) -> Shape:
    rows, columns = _leaves(block.rows), _leaves(block.columns)
    return Shape(
        block=block,
        rows=rows,
        columns=columns,
        row_groups=_groups(block.rows),
        column_groups=_groups(block.columns),
        beside=key_set([block.corner, block.title, table.head, table.title]),
        siblings=siblings,
        pairs=len(columns) == 1 and block.columns[0][-1].key.startswith("_"),
        bare=len(rows) == 1 and not rows[0].keys,
    )


def _spelled(node: Node) -> tuple[str, ...]:
    return (node.label, *node.also)


def _leaves(paths: Sequence[tuple[Node, ...]]) -> tuple[Leaf, ...]:
    own = [key_set(_spelled(path[-1])) for path in paths]
    return tuple(
        Leaf(
            keys=keys,
            joined=_joined(path),
            groups=frozenset(key for node in path[:-1] for key in key_set(_spelled(node))),
            spellings=frozenset(labels.whole(text) for text in _spelled(path[-1])),
            label=path[-1].label,
            name="·".join(node.short or node.label for node in path if node.label),
            twin=any(keys & other for other in (*own[:number], *own[number + 1 :])),
        )
        for number, (path, keys) in enumerate(zip(paths, own, strict=True))
    )


def _joined(path: Sequence[Node]) -> frozenset[str]:
    names = [node.label for node in path if node.label]
    found = set()
    for start in range(len(names) - 1):
        head, *tail = names[start:]
        for rest in ("".join(map(labels.whole, tail)), "".join(map(labels.normal, tail))):
            found.add(labels.normal(head) + rest)
    return frozenset(found)


def _groups(paths: Sequence[tuple[Node, ...]]) -> frozenset[str]:
    return frozenset(key for path in paths for node in path[:-1] for key in key_set(_spelled(node)))


def words(templates: Sequence[Template], all_forms: Sequence[Sequence[Form]]) -> Words:
    """The words of some templates together."""
    shapes = [shape for listed in all_forms for form in listed for shape in form.shapes]
    gridded = [shape for shape in shapes if not shape.pairs]
    heads = {key for shape in gridded for leaf in shape.columns for key in (*leaf.keys, *leaf.joined)}
    rows = {key for shape in shapes for leaf in shape.rows for key in (*leaf.keys, *leaf.joined)}
    rows |= {key for shape in shapes for key in shape.row_groups}
    tables = [form.table for listed in all_forms for form in listed]
    groups = frozenset(key for shape in gridded for key in shape.column_groups)
    sets = {
        "heads": frozenset(heads - rows),
        "either": frozenset(heads & rows),
        "groups": groups | key_set(table.head for table in tables),
        "corners": key_set(shape.block.corner for shape in gridded),
        "rows": frozenset(rows),
        "titles": key_set(table.title for table in tables),
        "block_titles": key_set(shape.block.title for shape in shapes),
        "cover": frozenset(key for template in templates for key in cover_keys(template)),
        "values": VALUE_HEADS.union(*(shape.columns[0].keys for shape in shapes if shape.pairs)),
    }
    return Words(**sets, all=key_set(shape.block.corner for shape in shapes).union(*sets.values()))


def cover_keys(template: Template) -> dict[str, str]:
    """Label key → name of the field of the cover."""
    return {
        key: name
        for name, spec in template.cover.items()
        for text in (spec.label, *spec.also)
        if (key := labels.normal(text))
    }
