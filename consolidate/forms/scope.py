"""Where the names of a rule are looked up: a row, a column, a group, one cell, or the whole form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from consolidate.forms.spec import RuleSpec
from consolidate.forms.structure import Item, Table


@dataclass(frozen=True, slots=True)
class Scope:
    """Where names of a rule instance are looked up: a key path before and after the name."""

    place: str
    subject: str
    mode: Literal["full", "row", "column", "group", "item"]
    table: str = ""
    block: int = -1
    fixed: tuple[str, ...] = ()


def scopes(spec: RuleSpec, tables: tuple[Table, ...], items: tuple[Item, ...]) -> list[Scope]:
    """One scope per instance of a rule; ValueError when `each`, `only` or `except` name nothing."""
    if not spec.in_:
        return [Scope("", "", "full")]
    table = next((table for table in tables if table.id == spec.in_), None)
    if table is None:
        raise ValueError(f"没有表“{spec.in_}”；有{'、'.join(table.id for table in tables)}")
    if spec.each is None:
        return [Scope("", table.name, "group", table.id)]
    if isinstance(spec.each, list):
        return [
            Scope(group, _group_label(table, group, items), "group", table.id, fixed=tuple(group.split(".")))
            for group in spec.each
        ]
    found = _each(spec.each, table, items)
    known = {scope.place for scope in found}
    for name in (*spec.only, *spec.except_):
        if not any(_below(place, name) for place in known):
            raise ValueError(f"only/except里的“{name}”在{table.name}中没有")
    kept = [s for s in found if not spec.only or any(_below(s.place, name) for name in spec.only)]
    return [s for s in kept if not any(_below(s.place, name) for name in spec.except_)]


def _below(place: str, name: str) -> bool:
    return place == name or place.startswith(name + ".") or place.endswith("." + name)


def _each(each: Literal["row", "column", "item"], table: Table, items: tuple[Item, ...]) -> list[Scope]:
    scopes: dict[str, Scope] = {}
    for index in table.items:
        item = items[index]
        block = table.blocks[item.block]
        if each == "item":
            place = item.id.removeprefix(table.id + ".")
            scope = Scope(place, item.short, "item", table.id, item.block, (item.id,))
        else:
            path = item.row_path if each == "row" else item.column_path
            nodes = block.rows[item.row] if each == "row" else block.columns[item.column]
            subject = "·".join(n.short for n in nodes if n.short and not n.key.startswith("_"))
            place = ".".join(path)
            scope = Scope(place, subject, each, table.id, item.block, path)
        scopes.setdefault(place, scope)
    return list(scopes.values())


def _group_label(table: Table, group: str, items: tuple[Item, ...]) -> str:
    wanted = tuple(group.split("."))
    for index in table.items:
        item = items[index]
        path = (*item.row_path, *item.column_path)
        if path[: len(wanted)] == wanted and len(path) > len(wanted):
            return "·".join(item.short.split("·")[: len(wanted)])
    raise ValueError(f"each里的“{group}”在{table.name}中没有")


def resolve(name: str, scope: Scope, items: tuple[Item, ...]) -> tuple[int, ...]:
    """Items that a name means in a scope; a group's name means its leaves that are not totals."""
    wanted = tuple(name.split("."))
    found = []
    for item in items:
        if scope.mode != "full" and item.table != scope.table:
            continue
        keys, flags = _keys(item, scope)
        if keys is not None and keys[: len(wanted)] == wanted and not any(flags[len(wanted) :]):
            found.append(item.index)
    return tuple(found)


def names_in(scope: Scope, items: tuple[Item, ...]) -> list[str]:
    """Every name that means something in a scope, in form order."""
    found: dict[str, None] = {}
    for item in items:
        if scope.mode == "full" or item.table == scope.table:
            keys = _keys(item, scope)[0] or ()
            found.update((".".join(keys[:depth]), None) for depth in range(len(keys), 0, -1))
    return list(found)


def _keys(item: Item, scope: Scope) -> tuple[tuple[str, ...] | None, tuple[bool, ...]]:
    """The part of an item's path that names are compared with, or None when it is outside the scope."""
    if scope.mode == "full":
        return (item.table, *item.row_path, *item.column_path), (False, *item.totals[0], *item.totals[1])
    if scope.mode == "row":
        same = item.block == scope.block and item.row_path == scope.fixed
        return (item.column_path, item.totals[1]) if same else (None, ())
    if scope.mode == "column":
        same = item.block == scope.block and item.column_path == scope.fixed
        return (item.row_path, item.totals[0]) if same else (None, ())
    if scope.mode == "item":
        return (("value",), (False,)) if item.id == scope.fixed[0] else (None, ())
    depth, path = len(scope.fixed), (*item.row_path, *item.column_path)
    if path[:depth] != scope.fixed:
        return None, ()
    return path[depth:], (*item.totals[0], *item.totals[1])[depth:]


def label_of(name: str, scope: Scope, items: tuple[Item, ...], found: tuple[int, ...]) -> str:
    """The wording of a name inside its rule; `found` are the items that it means."""
    first = items[found[0]].short.split("·")
    if scope.mode == "full":
        return items[found[0]].short if len(found) == 1 else _table_label(name, items, found)
    if scope.mode == "row":
        return "·".join(first[-len(name.split(".")) :]) if len(found) == 1 else name
    if scope.mode == "column" and len(found) == 1:
        return "·".join(first[:-1]) or first[0]
    return first[-1] if len(found) == 1 else "各项合计"


def _table_label(name: str, items: tuple[Item, ...], found: tuple[int, ...]) -> str:
    return f"{items[found[0]].table_name}各项合计" if "." not in name else "各项合计"
