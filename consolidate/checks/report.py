"""What failed in a submission, and what explains it → findings: one per cause, nothing twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from consolidate.checks import awaiting, cellwise, summed, verdicts
from consolidate.checks.cellwise import Due
from consolidate.checks.explanation import Action, Diagnosis
from consolidate.checks.frame import Frame, residuals_of
from consolidate.checks.linear import LinearRules
from consolidate.checks.validate import Failures
from consolidate.checks.wording import Record
from consolidate.forms.rules import Rule
from consolidate.model import Finding


@dataclass(slots=True)
class _Causes:
    """Rules of one submission sorted out: those a cell explains, and those left over."""

    findings: list[Finding] = field(default_factory=list)
    explained: set[int] = field(default_factory=set)
    blanks: dict[int, int] = field(default_factory=dict)
    unreadable: dict[int, int] = field(default_factory=dict)
    supposed: set[int] = field(default_factory=set)
    corrected: dict[int, int] = field(default_factory=dict)


def findings(
    frame: Frame, row: int, failures: Failures, diagnosis: Diagnosis, linear: LinearRules
) -> list[Finding]:
    """All findings of one submission about its values and rules, in template order.

    `diagnosis` speaks of the items and rules of `linear` by position.
    """
    record = Record.of(frame, row)
    causes = _causes(record, diagnosis, linear, awaiting.rules(frame, row, failures))
    _explain_logic(frame, row, failures, causes)
    _only_blanks(frame, row, failures, causes)
    left = [number for number in failures.rules if number not in causes.explained]
    found = [
        *cellwise.flaws(record, Due(causes.unreadable, causes.supposed)),
        *cellwise.blanks(record, failures.blanks, Due(causes.blanks, causes.supposed)),
    ]
    found += causes.findings
    found += unexplained(frame.template.rules, frame.residuals[row].tolist(), left, record)
    order = {item.id: item.index for item in frame.template.items}
    return sorted(
        found, key=lambda f: (order.get(f.items[0], -1) if f.items else -1, verdicts.RANK[f.severity], f.code)
    )


def unexplained(
    rules: Sequence[Rule], residuals: Sequence[float], left: Sequence[int], record: Record
) -> list[Finding]:
    """Findings on broken rules that nothing smaller explains; a total's own goes under its parts'."""
    grouped = summed.under(rules, residuals, left).items()
    named = [(rules[number], [rules[other] for other in (number, *totals)]) for number, totals in grouped]
    return [verdicts.outspoken(record, rule, broken) for rule, broken in named]


def _causes(record: Record, diagnosis: Diagnosis, linear: LinearRules, waiting: set[int]) -> _Causes:
    """What the diagnosis explains; of rules `waiting` for a blank only what it says of that blank."""
    causes = _Causes(explained=set(waiting))
    numbers = {rule.name: number for number, rule in enumerate(record.template.rules)}
    for component in diagnosis.components:
        if not component.explanations:
            continue
        rules = [numbers[linear.names[rule]] for rule in component.rules]
        if rules and waiting.issuperset(rules) and not component.certain:
            continue
        if rules and all(len(record.template.rules[n].items) == 1 for n in rules):
            continue  # a rule about one cell speaks for itself, and has its own advice
        certain = [a for a in component.certain if not _hasty(record, a, linear)]
        causes.supposed.update(change.item for action in component.supposed for change in action.changes)
        for action in certain:
            _certain(record, action, linear, numbers, causes)
        mended = {numbers[linear.names[rule]] for action in certain for rule in action.rules}
        whole = component.single and len(certain) == len(component.certain)
        causes.explained.update(rules if whole else mended)
        if not component.single:
            left = [number for number in rules if number not in mended] or rules
            doubt = verdicts.group(record, component, left)
            if doubt is not None:
                causes.explained.update(left)
                causes.findings.append(doubt)
    return causes


def _hasty(record: Record, action: Action, linear: LinearRules) -> bool:
    """Whether a figure would be called 0 only because most cells beside it are still blank."""
    if action.slip in ("blank", "unreadable") or all(change.new != 0 for change in action.changes):
        return False
    index = record.template.index
    for rule in action.rules:
        items = [index[name] for item in linear.entries[rule] if (name := linear.items[item]) in index]
        if 2 * np.isnan(record.values[items]).sum() > len(items):
            return True
    return False


def _certain(
    record: Record, action: Action, linear: LinearRules, numbers: dict[str, int], causes: _Causes
) -> None:
    """An action that every explanation shares: into the blank's or flaw's finding, or one of its own."""
    rules = sorted(numbers[linear.names[rule]] for rule in action.rules)
    for change in action.changes:
        if change.new is not None:
            causes.corrected[change.item] = change.new
    if action.slip in ("blank", "unreadable"):
        target = causes.blanks if action.slip == "blank" else causes.unreadable
        target.update({c.item: c.new for c in action.changes if c.new is not None})
        return
    broken = [record.template.rules[number] for number in rules]
    alone = next((rule for rule in broken if len(rule.items) == 1), None)
    if alone is not None and len(action.changes) == 1:
        causes.findings.append(verdicts.outspoken(record, alone, broken))
    elif rules:
        causes.findings.append(verdicts.proposal(record, action, rules))


def _explain_logic(frame: Frame, row: int, failures: Failures, causes: _Causes) -> None:
    """Rules that no diagnosis works with (in, iff, hints) and that a proposed change mends as well."""
    changed = causes.corrected.keys()
    failed = [n for n in failures.rules if changed & set(frame.template.rules[n].items)]
    if not failed:
        return
    rules = [frame.template.rules[number] for number in failed]
    values = np.nan_to_num(frame.values[row : row + 1], nan=0.0)
    for item, value in causes.corrected.items():
        if item < values.shape[1]:
            values[0, item] = value
    unusable = frame.faulty[row : row + 1] | frame.absent[row : row + 1]
    after = residuals_of(rules, values, frame.last[row : row + 1], unusable)[0]
    causes.explained.update(number for number, residual in zip(failed, after, strict=True) if residual == 0)


def _only_blanks(frame: Frame, row: int, failures: Failures, causes: _Causes) -> None:
    """Broken equalities, too many for a diagnosis, that filling their only blank makes hold.

    All equalities in which a cell is the only blank must ask for the same figure.
    """
    wanted: dict[int, dict[int, float]] = {}
    for number, rule in enumerate(frame.template.rules):
        blanks = [item for item in rule.items if frame.blank[row, item]]
        residual = frame.residuals[row, number]
        if (
            rule.kind != "linear"
            or rule.comparisons[0].relation != "=="
            or len(blanks) != 1
            or np.isnan(residual)
        ):
            continue
        figure = -residual / rule.comparisons[0].coefficients()[blanks[0]]
        wanted.setdefault(blanks[0], {})[number] = figure
    for item, figures in wanted.items():
        broken = [number for number in figures if number in failures.rules]
        figure = min(figures.values())
        sound = max(figures.values()) == figure and figure % 1 == 0
        free = broken and not causes.explained.intersection(broken)
        if sound and free and (figure >= 0 or frame.template.items[item].signed):
            causes.blanks.setdefault(item, int(figure))
            causes.supposed.update({item} if len(broken) == 1 else ())
            causes.explained.update(broken)
