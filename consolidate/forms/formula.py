"""A rule → Excel formulas over the cells of its items: filled, holds, state, both sides and their difference.

Formulas are texts without the leading `=`, for Excel 2007 and later, WPS and LibreOffice. Cells hold
people's units (万元); sums with decimals are compared by `ROUND(x*10000,0)`, so that no binary fraction
breaks a rule. A rule that needs last year's figures gives None where they are not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from consolidate.forms.cells import Cells
from consolidate.forms.rules import Comparison, Rule, Term
from consolidate.forms.structure import Item

HOLDS, BROKEN, WAITING = "√", "×", "待填"

_WORDS = {"==": "应等于", ">=": "应不少于", "<=": "应不多于"}


@dataclass(frozen=True, slots=True)
class Sheets:
    """What formulas are made over: the form's items, their cells this year, and last year's if known."""

    items: Sequence[Item]
    cells: Cells
    last: Cells | None = None

    def known(self, rule: Rule) -> bool:
        """Whether every figure that a rule needs has a cell."""
        if not self.cells.has(rule.items):
            return False
        return not rule.last_items or (self.last is not None and self.last.has(rule.last_items))


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides of a rule as a clerk reads them: left, `word`, right; `difference` is left − right.

    Each is a formula in people's units; empty where the form of the rule has none.
    """

    left: str
    word: str
    right: str
    difference: str


def filled(rule: Rule, sheets: Sheets) -> str | None:
    """TRUE when every cell of the rule holds a number: `COUNT('表三'!$D$6:$J$6)=7`."""
    if not sheets.known(rule):
        return None
    ranges = [sheets.cells.ranges(rule.items)]
    if rule.last_items and sheets.last is not None:
        ranges.append(sheets.last.ranges(rule.last_items))
    return f"COUNT({','.join(ranges)})={len(rule.items) + len(rule.last_items)}"


def holds(rule: Rule, sheets: Sheets) -> str | None:
    """TRUE when the rule holds, given that its cells are filled."""
    if not sheets.known(rule):
        return None
    if rule.kind == "jump":
        return f"NOT({_jumps(rule, sheets)})"
    parts = [_relation(comparison, sheets) for comparison in rule.comparisons]
    if rule.kind == "linear":
        return parts[0]
    if rule.kind == "in":
        return f"OR({','.join(parts)})"
    if rule.kind == "iff":
        return f"({parts[0]})=({parts[1]})"
    return f"OR(NOT({parts[0]}),{parts[1]})"


def check(rule: Rule, sheets: Sheets) -> str | None:
    """How far the rule is from holding, in its smallest unit, 0 when it holds; blanks count as 0.

    A linear rule gives the part of left − right that breaks it, `in` the smallest difference, a logical
    rule 1, a jump the change: the residuals of `checks.frame`, live in the sheet.
    """
    if not sheets.known(rule):
        return None
    if rule.kind in ("iff", "implies"):
        return f"IF({holds(rule, sheets)},0,1)"
    if rule.kind == "jump":
        return f"IF({_jumps(rule, sheets)},{_change(rule, sheets)},0)"
    differences = [_residual(comparison, sheets) for comparison in rule.comparisons]
    if rule.kind == "in":
        return _nearest(differences, differences)
    relation = rule.comparisons[0].relation
    if relation == "==":
        return differences[0]
    return f"{'MIN' if relation == '>=' else 'MAX'}(0,{differences[0]})"


def broken(rule: Rule, sheets: Sheets) -> str | None:
    """TRUE when all cells of the rule are filled and it does not hold: the live check of the blank."""
    ready, good = filled(rule, sheets), holds(rule, sheets)
    return None if ready is None or good is None else f"AND({ready},NOT({good}))"


def state(rule: Rule, sheets: Sheets) -> str | None:
    """`√`, `×`, or `待填` while a cell of the rule is not filled."""
    ready, good = filled(rule, sheets), holds(rule, sheets)
    if ready is None or good is None:
        return None
    return f'IF({ready},IF({good},"{HOLDS}","{BROKEN}"),"{WAITING}")'


def sides(rule: Rule, sheets: Sheets) -> Sides | None:
    """Both sides of the rule with their numbers, each empty while the rule's cells are not filled."""
    ready = filled(rule, sheets)
    if ready is None:
        return None
    left, word, right, difference = _sides(rule, sheets)
    shown = [f'IF({ready},{text},"")' if text else "" for text in (left, right, difference)]
    return Sides(shown[0], word, shown[1], shown[2])


def _sides(rule: Rule, sheets: Sheets) -> tuple[str, str, str, str]:
    if rule.kind == "jump" and sheets.last is not None:
        index = rule.items[0]
        return sheets.cells.ref(index), "上年为", sheets.last.ref(index), _change(rule, sheets, scaled=False)
    first = rule.comparisons[0]
    left, right = _sum(first.left, first, sheets), _sum(first.right, first, sheets)
    if rule.kind == "linear":
        return left, _WORDS[first.relation], right, _difference(first, sheets)
    if rule.kind == "in":
        options = [_sum(option.right, option, sheets) for option in rule.comparisons]
        differences = [_difference(option, sheets) for option in rule.comparisons]
        return left, "应等于", _nearest(differences, options), _nearest(differences, differences)
    second = rule.comparisons[1]
    return left, "对照", _sum(second.left, second, sheets), ""


def _relation(comparison: Comparison, sheets: Sheets) -> str:
    relation = "=" if comparison.relation == "==" else comparison.relation
    return f"{_residual(comparison, sheets)}{relation}0"


def _residual(comparison: Comparison, sheets: Sheets) -> str:
    """left − right in the smallest unit: a whole number."""
    text = _minus(_terms(comparison.left, comparison, sheets), _terms(comparison.right, comparison, sheets))
    return f"ROUND(({text})*{10**comparison.decimals},0)" if comparison.decimals else text


def _difference(comparison: Comparison, sheets: Sheets) -> str:
    text = _minus(_terms(comparison.left, comparison, sheets), _terms(comparison.right, comparison, sheets))
    return f"ROUND({text},{comparison.decimals})" if comparison.decimals else text


def _sum(terms: Sequence[Term], comparison: Comparison, sheets: Sheets) -> str:
    text = _joined(_terms(terms, comparison, sheets))
    return f"ROUND({text},{comparison.decimals})" if comparison.decimals and "+" in text else text


def _terms(terms: Sequence[Term], comparison: Comparison, sheets: Sheets) -> list[tuple[int, str]]:
    """(coefficient in people's units, expression) of the terms; a constant's expression is ''.

    Cells that are added with the same coefficient become one SUM over as few ranges as possible.
    """
    sums: dict[tuple[int, bool], list[int]] = {}
    result: list[tuple[int, str]] = []
    for term in terms:
        if not term.items:
            result.append((term.coefficient // 10**comparison.decimals, ""))
            continue
        decimals = sheets.items[term.items[0]].decimals
        coefficient = term.coefficient // 10 ** (comparison.decimals - decimals)
        sums.setdefault((coefficient, term.last_year), []).extend(term.items)
    added = []
    for (coefficient, last_year), items in sums.items():
        cells = sheets.last if last_year and sheets.last is not None else sheets.cells
        if len(items) < 3 or len(set(items)) < len(items):
            added += [(coefficient, cells.ref(item)) for item in items]
        else:
            added.append((coefficient, f"SUM({cells.ranges(items)})"))
    return [*added, *result]


def _minus(left: list[tuple[int, str]], right: list[tuple[int, str]]) -> str:
    return _joined([*left, *((-coefficient, text) for coefficient, text in right)])


def _joined(terms: Sequence[tuple[int, str]]) -> str:
    text = ""
    for coefficient, cell in terms:
        size = abs(coefficient)
        part = str(size) if not cell else cell if size == 1 else f"{size}*{cell}"
        text += ("-" if coefficient < 0 else "+" if text else "") + part
    return text or "0"


def _nearest(differences: Sequence[str], results: Sequence[str]) -> str:
    """The result that belongs to the smallest difference; the first of several."""
    text = results[-1]
    for number in range(len(results) - 2, -1, -1):
        rest = ",".join(f"ABS({difference})" for difference in differences[number + 1 :])
        text = f"IF(ABS({differences[number]})<=MIN({rest}),{results[number]},{text})"
    return text


def _change(rule: Rule, sheets: Sheets, scaled: bool = True) -> str:
    """This year − last year of a jump's item, in smallest units or in people's."""
    index = rule.items[0]
    if sheets.last is None:
        raise ValueError(f"{rule.name} needs last year's cells")
    decimals = sheets.items[index].decimals
    text = f"{sheets.cells.ref(index)}-{sheets.last.ref(index)}"
    if not decimals:
        return text
    return f"ROUND(({text})*{10**decimals},0)" if scaled else f"ROUND({text},{decimals})"


def _jumps(rule: Rule, sheets: Sheets) -> str:
    jump = rule.jump
    if jump is None or sheets.last is None:
        raise ValueError(f"{rule.name} is no jump against last year")
    decimals = sheets.items[rule.items[0]].decimals
    now, last = (
        f"ROUND({ref}*{10**decimals},0)" if decimals else ref
        for ref in (sheets.cells.ref(rule.items[0]), sheets.last.ref(rule.items[0]))
    )
    change = f"ABS({_change(rule, sheets)})"
    times = f"MAX({now},{last})>{jump.times}*MIN({now},{last})"
    percent = f"AND({last}>{jump.base * rule.scale},{change}*100>{jump.percent}*{last})"
    return f"AND({change}>={jump.least * rule.scale},OR({times},{percent}))"
