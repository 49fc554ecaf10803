"""Rules and cells in the words of a clerk: where, what was found, what was expected with the numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from consolidate.checks.frame import Frame, Vector
from consolidate.forms import cells
from consolidate.forms.rules import Comparison, Rule, Term
from consolidate.forms.structure import Item
from consolidate.forms.template import Template
from consolidate.model import Place, Submission, address

_SHOULD = {"==": "应等于", ">=": "应不少于", "<=": "应不多于"}
_NOTHING = "各项均为0，合计0"
MANY = 12  # cells listed one by one in a sentence; more are summed up as ranges


@dataclass(frozen=True, slots=True)
class Record:
    """One row of the frame with what is needed to speak of it; `submission` None: the office's totals."""

    template: Template
    values: Vector
    last: Vector
    submission: Submission | None = None

    @classmethod
    def of(cls, frame: Frame, row: int) -> Record:
        """The record of one submission of the frame."""
        return cls(frame.template, frame.values[row], frame.last[row], frame.submissions[row])

    def item(self, index: int) -> Item:
        """The template's item."""
        return self.template.items[index]

    def places(self, items: Iterable[int]) -> tuple[Place, ...]:
        """Where items stand in the file; those that the form lacks are left out."""
        if self.submission is None:
            return ()
        found = (self.submission.places[index] for index in items)
        return tuple(place for place in found if place is not None)

    def shown(self, index: int) -> str:
        """What the clerk typed: the raw text of a flawed cell, 空 for a blank, else the number."""
        if self.submission is not None:
            for flaw in self.submission.flaws:
                if flaw.item == index:
                    return flaw.raw
        value = self.values[index]
        return "空" if np.isnan(value) else self.item(index).text(float(value))

    def effect(self, index: int, new: float) -> str:
        """By how much a figure, and so its total, would move to become `new`; '' when it would not.

        What a sum leaves out (blanks, text, fractions of the smallest unit) counts as 0.
        """
        old = float(self.values[index])
        moved = new - (old if old.is_integer() else 0.0)
        return self.item(index).text(moved) if moved else ""

    def where(self, index: int) -> str:
        """`表三 J28（四、结转下年度继续办理·总计）`."""
        item = self.item(index)
        cells = "".join(f" {address(row, column)}" for _, row, column in self.places([index]))
        return f"{item.table_name}{cells}（{item.short}）"

    def cells(self, items: Sequence[int], beside: Sequence[int] = ()) -> str:
        """`D14、D20、J14`, with ranges when many; with the table's name where tables differ.

        `beside` are items that the same sentence names: their tables count.
        """
        if self.submission is None:
            return "、".join(f"{self.item(i).table_name}“{self.item(i).short}”" for i in items[:MANY])
        groups: dict[str, list[int]] = {}
        for index in items:
            groups.setdefault(self.item(index).table_name, []).append(index)
        texts = [(name, cells.areas(self.places(group))) for name, group in groups.items()]
        several = len(groups.keys() | {self.item(index).table_name for index in beside}) > 1
        return "；".join(f"{name} {text}" if several else text for name, text in texts)


def basis(rule: Rule, record: Record) -> str:
    """What was expected, with the numbers and the direction: `自然人47＋商业企业1＝48，多1`."""
    if rule.kind == "linear":
        return _linear(rule.comparisons[0], record)
    if rule.kind == "jump":
        index = rule.items[0]
        item = record.item(index)
        return f"上年{item.text(float(record.last[index]))}，{rule.say}"
    if rule.kind == "in":
        return f"应为{'，或'.join(_options(rule, record))}"
    sides = [_side(comparison.left, comparison, record, total=True) for comparison in rule.comparisons]
    figures = "，".join(side for side in sides if side != _NOTHING)
    return f"{rule.say}（{figures}）" if figures else rule.say


def _options(rule: Rule, record: Record) -> list[str]:
    """What a figure may be, each amount once: a part that is 0 makes no other option."""
    texts: dict[float, str] = {}
    for option in rule.comparisons:
        side = _side(option.right, option, record, total=True)
        texts.setdefault(_sum(option.right, record), "0" if side == _NOTHING else side)
    return list(texts.values())


def _linear(comparison: Comparison, record: Record) -> str:
    left, right = (_sum(side, record) for side in (comparison.left, comparison.right))
    single = len(comparison.left) == 1 and len(comparison.left[0].items) == 1
    scale = comparison.decimals
    difference = _number(abs(left - right), scale)
    direction = ("多" if left > right else "少") + difference
    other = _side(comparison.right, comparison, record, total=True)
    if single:
        if comparison.relation == "==":
            other = other if any(term.items for term in comparison.right) else f"应为{other}"
            return f"{other}，{direction}"
        return f"{_SHOULD[comparison.relation]}{other}，{direction}"
    ours = _side(comparison.left, comparison, record, total=True)
    ours, other = (text.replace(_NOTHING, "0（各项均为0）") for text in (ours, other))
    return f"{ours}，{_SHOULD[comparison.relation]}{other}，{direction}"


def _sum(side: Sequence[Term], record: Record) -> float:
    total = 0.0
    for term in side:
        vector = record.last if term.last_year else record.values
        values = np.nan_to_num(vector[list(term.items)]) if term.items else np.ones(1)
        total += term.coefficient * float(values.sum())
    return total


def _side(side: Sequence[Term], comparison: Comparison, record: Record, *, total: bool) -> str:
    """`自然人47＋商业企业1＝48`: the terms that are not 0, and their sum when there are several."""
    pieces: list[tuple[str, str]] = []
    for term in side:
        sign = "－" if term.coefficient < 0 else "＋"
        if not term.items:
            pieces.append((sign, _number(abs(term.coefficient), comparison.decimals)))
            continue
        pieces.extend((sign, text) for text in _term(term, record, alone=len(side) == 1))
    amount = _number(_sum(side, record), comparison.decimals)
    if not pieces:
        return _NOTHING if any(term.items for term in side) else "0"
    text = "".join(sign + piece for sign, piece in pieces).removeprefix("＋")
    several = len(pieces) > 1 or pieces[0][0] == "－"
    return f"{text}＝{amount}" if several and total else text


def _term(term: Term, record: Record, *, alone: bool) -> list[str]:
    vector = record.last if term.last_year else record.values
    texts = []
    for index in term.items:
        value = float(np.nan_to_num(vector[index]))
        if value == 0 and (len(term.items) > 1 or not alone):
            continue
        item = record.item(index)
        label = term.label if len(term.items) == 1 else item.short
        texts.append(f"{'上年报表' if term.last_year else ''}{label}{item.text(value)}")
    return texts


def _number(value: float, decimals: int) -> str:
    scaled = round(value)
    if not decimals:
        return str(scaled)
    whole, rest = divmod(abs(scaled), 10**decimals)
    digits = f"{rest:0{decimals}d}".rstrip("0")
    return f"{'-' if scaled < 0 else ''}{whole}{'.' if digits else ''}{digits}"


def rule_sentence(rule: Rule, record: Record) -> str:
    """One broken rule as listed under the cell that explains it."""
    named = rule.named
    subject = record.where(named[0]) if named else rule_where(rule, record)
    found = f"填{record.shown(named[0])}；" if named else ""
    return f"{rule.id} {subject}：{found}{basis(rule, record)}"


def _concerned(rule: Rule, record: Record) -> tuple[int, ...]:
    """The items that a broken rule is about: of `a == 0 implies b == 0` the figures that are not 0."""
    if rule.kind != "implies":
        return rule.items
    return tuple(i for i in rule.items if np.nan_to_num(record.values[i]) != 0) or rule.items


def rule_where(rule: Rule, record: Record) -> str:
    """What a rule without one named cell is about: `表三 自然人（D6:D28）` in the sheet's addresses."""
    subject = f"“{rule.subject}”" if rule.subject else ""
    about = _concerned(rule, record)
    tables = list(dict.fromkeys(record.item(i).table_name for i in about))
    shown = [i for i in about if record.submission is None or record.submission.places[i] is not None]
    places = f"（{record.cells(shown)}）" if record.submission is not None and shown else ""
    return f"{'、'.join(tables)}{subject}{places}"
