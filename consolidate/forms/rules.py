"""Rules of a template: each line of `rules:` becomes its instances, such as `T3.row@received`.

A linear instance is `Σ coefficient·item (REL) 0` in integers, over this year's items and last year's;
sides keep their named terms, so that a sentence can show the numbers as the clerk knows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from consolidate.forms import expression
from consolidate.forms.expression import Choice, Compare, Jump, Logic, Relation
from consolidate.forms.faults import FaultError, near
from consolidate.forms.scope import Scope, label_of, names_in, resolve, scopes
from consolidate.forms.spec import RuleSpec
from consolidate.forms.structure import Item, Table
from consolidate.model import Severity

_SHOWN = 5  # names shown where none is like the one that was written

Kind = Literal["linear", "iff", "implies", "in", "jump"]


@dataclass(frozen=True, slots=True)
class Term:
    """A named sum in a rule: `coefficient × Σ items`; `label` is its wording inside the rule.

    No items: a constant. The coefficient is already scaled to the rule's common smallest unit.
    """

    coefficient: int
    items: tuple[int, ...]
    label: str
    last_year: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """left REL right; every term in the comparison's common smallest unit (10^-decimals)."""

    left: tuple[Term, ...]
    relation: Relation
    right: tuple[Term, ...]
    decimals: int = 0

    def coefficients(self, last_year: bool = False) -> dict[int, int]:
        """Integer coefficient of each item in left − right, this year's or last year's items."""
        result: dict[int, int] = {}
        for sign, side in ((1, self.left), (-1, self.right)):
            for term in side:
                if term.last_year == last_year:
                    for item in term.items:
                        result[item] = result.get(item, 0) + sign * term.coefficient
        return {item: value for item, value in sorted(result.items()) if value}

    @property
    def constant(self) -> int:
        """The constant part of left − right."""
        left = sum(term.coefficient for term in self.left if not term.items)
        return left - sum(term.coefficient for term in self.right if not term.items)


@dataclass(frozen=True, slots=True)
class Rule:
    """One instance of a rule.

    `name` is `id@place`; `subject` the Chinese name of the row, column or group it is about. `linear`
    has one comparison; `iff`/`implies` two (premise, conclusion); `in` one `==` comparison per option;
    `jump` the item `items[0]` and its thresholds (`scale`: smallest units to one). `items` are this
    year's items, in rule order;
    `named` those written alone on the left (the ones to look at first).
    """

    name: str
    id: str
    kind: Kind
    severity: Severity
    say: str
    subject: str
    comparisons: tuple[Comparison, ...]
    items: tuple[int, ...]
    last_items: tuple[int, ...]
    table: str = ""
    jump: Jump | None = None
    scale: int = 1
    advice: str = ""
    origin: str = ""
    levels: tuple[str, ...] = ()
    at: tuple[str, ...] = ("unit", "total")

    @property
    def named(self) -> tuple[int, ...]:
        """Items that stand alone on the left side."""
        if not self.comparisons:
            return self.items[:1]
        left = self.comparisons[0].left
        return left[0].items if len(left) == 1 and len(left[0].items) == 1 else ()

    def applies(self, at: str, level: str) -> bool:
        """Whether the rule holds for a `unit` or a `total` of this administrative level."""
        return at in self.at and (not self.levels or level in self.levels)


def compile_rules(
    specs: Sequence[RuleSpec], tables: tuple[Table, ...], items: tuple[Item, ...]
) -> tuple[Rule, ...]:
    """All instances of all rules, in the order written; FaultError names the rule and what is wrong in it."""
    rules: list[Rule] = []
    names: set[str] = set()
    severities: dict[str, str] = {}
    for number, spec in enumerate(specs):
        try:
            if severities.setdefault(spec.id, spec.severity) != spec.severity:
                raise ValueError("同一编号的规则只能有一种级别")
            for rule in _instances(spec, tables, items):
                if rule.name in names:
                    raise ValueError(f"{rule.name}写了两次，请用不同的编号或名称")
                names.add(rule.name)
                rules.append(rule)
        except ValueError as error:
            raise FaultError(f"规则{spec.id}：{error}", "rules", number) from error
    return tuple(rules)


def _instances(spec: RuleSpec, tables: tuple[Table, ...], items: tuple[Item, ...]) -> Iterable[Rule]:
    checks = spec.check if isinstance(spec.check, dict) else {"": spec.check}
    for key, text in checks.items():
        parsed = expression.parse(text)
        instances = scopes(spec, tables, items)
        if not instances:
            raise ValueError("没有一行、一列或一格符合only/except")
        for scope in instances:
            place = ".".join(part for part in (scope.place, key) if part)
            yield _rule(spec, f"{spec.id}@{place}" if place else spec.id, parsed, scope, items)


def _rule(
    spec: RuleSpec, name: str, parsed: expression.Expression, scope: Scope, items: tuple[Item, ...]
) -> Rule:
    kind, compares = _parts(parsed)
    comparisons = tuple(_comparison(compare, scope, items) for compare in compares)
    jump = parsed if isinstance(parsed, Jump) else None
    ours, last = _touched(comparisons)
    if jump is not None:
        if scope.mode != "item":
            raise ValueError("jump(…)要和each: item一起用")
        ours = last = (next(item.index for item in items if item.id == scope.fixed[0]),)
    tables = {items[index].table for index in ours}
    return Rule(
        name=name,
        id=spec.id,
        kind=kind,
        severity=spec.severity,
        say=spec.say,
        subject=scope.subject,
        comparisons=comparisons,
        items=ours,
        last_items=last,
        table=tables.pop() if len(tables) == 1 else "",
        jump=jump,
        scale=items[ours[0]].scale if jump is not None else 1,
        advice=spec.advice,
        origin=spec.origin,
        levels=tuple(spec.for_),
        at=tuple(spec.at),
    )


def _parts(parsed: expression.Expression) -> tuple[Kind, tuple[Compare, ...]]:
    """The kind of a rule, and the comparisons that it is made of."""
    if isinstance(parsed, Compare):
        return "linear", (parsed,)
    if isinstance(parsed, Logic):
        return parsed.kind, (parsed.premise, parsed.conclusion)
    if isinstance(parsed, Choice):
        return "in", tuple(Compare(parsed.value, "==", option) for option in parsed.options)
    return "jump", ()


def _touched(comparisons: tuple[Comparison, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    ours: dict[int, None] = {}
    last: dict[int, None] = {}
    for comparison in comparisons:
        for term in (*comparison.left, *comparison.right):
            (last if term.last_year else ours).update(dict.fromkeys(term.items))
    return tuple(ours), tuple(last)


def _comparison(parsed: Compare, scope: Scope, items: tuple[Item, ...]) -> Comparison:
    sides = [_side(side, scope, items) for side in (parsed.left, parsed.right)]
    touched = [items[i] for side in sides for term in side for i in term.items]
    if not touched:
        raise ValueError("规则里至少要有一个指标")
    # A comparison with zero needs no common unit: 采购金额 == 0 is the same in any.
    decimals = max(item.decimals for item in touched)
    scaled = [
        tuple(
            Term(
                term.coefficient * 10 ** (decimals - (items[term.items[0]].decimals if term.items else 0)),
                term.items, term.label, term.last_year,
            )
            for term in side
        )
        for side in sides
    ]  # fmt: skip
    comparison = Comparison(scaled[0], parsed.relation, scaled[1], decimals)
    if not comparison.coefficients() and not comparison.coefficients(last_year=True):
        raise ValueError("两边是同样的指标，比不出什么")
    return comparison


def _side(names: tuple[expression.Name, ...], scope: Scope, items: tuple[Item, ...]) -> list[Term]:
    terms: list[Term] = []
    for name in names:
        if not name.name:
            if name.coefficient:
                terms.append(Term(name.coefficient, (), str(abs(name.coefficient))))
            continue
        found = resolve(name.name, scope, items)
        if not found:
            where = f"{scope.place}中" if scope.place else "这张表单中"
            known = names_in(scope, items)
            some = near(name.name, known) or f"；可以写{'、'.join(known[:_SHOWN])}等"
            raise ValueError(f"{where}没有“{name.name}”{some}")
        if len({items[i].decimals for i in found}) > 1:
            raise ValueError(f"“{name.name}”里有计量单位不同的指标，不能相加")
        label = label_of(name.name, scope, items, found)
        terms.append(Term(name.coefficient, found, label, name.last_year))
    return terms
