"""What failed in a submission, and what explains it → findings: one per cause, nothing twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from consolidate.checks import awaiting, cellwise
from consolidate.checks.explanation import Action, Component, Diagnosis
from consolidate.checks.frame import Frame, residuals_of
from consolidate.checks.linear import LinearRules
from consolidate.checks.validate import Failures
from consolidate.checks.wording import Record, basis, rule_sentence, rule_where
from consolidate.forms.rules import Rule
from consolidate.model import Finding, Severity

_RANK: dict[Severity, int] = {"error": 0, "query": 1, "hint": 2}
_SLIPS = {
    "sign": "漏写或多写负号",
    "tenfold": "多一个0",
    "tenth": "少一个0",
    "ten_thousandfold": "万元填成了元",
    "ten_thousandth": "元填成了万元",
    "transposed": "数字颠倒",
    "substituted": "一位数字不同",
    "inserted": "多一位数字",
    "dropped": "少一位数字",
    "last_year": "与上年数相同，可能未更新",
    "swapped": "两格互换",
    "moved": "填到了相邻的格",
    "shifted": "整行或整列错位",
}


@dataclass(slots=True)
class _Causes:
    """Rules of one submission sorted out: those a cell explains, and those left over."""

    findings: list[Finding] = field(default_factory=list)
    explained: set[int] = field(default_factory=set)
    blanks: dict[int, int] = field(default_factory=dict)
    unreadable: dict[int, int] = field(default_factory=dict)
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
        *cellwise.flaws(record, causes.unreadable),
        *cellwise.blanks(record, failures.blanks, causes.blanks),
    ]
    found += causes.findings
    found += [_rule(frame.template.rules[number], record) for number in left]
    order = {item.id: item.index for item in frame.template.items}
    return sorted(
        found, key=lambda f: (order.get(f.items[0], -1) if f.items else -1, _RANK[f.severity], f.code)
    )


def own_findings(rules: Sequence[Rule], record: Record, broken: Iterable[int]) -> list[Finding]:
    """Findings on the office's own totals: the rules, with no cells to mark."""
    return [_rule(rules[number], record) for number in broken]


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
        for action in certain:
            _certain(record, action, linear, numbers, causes)
        mended = {numbers[linear.names[rule]] for action in certain for rule in action.rules}
        whole = component.single and len(certain) == len(component.certain)
        causes.explained.update(rules if whole else mended)
        if not component.single:
            left = [number for number in rules if number not in mended] or rules
            _group(record, component, left, causes)
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
    alone = next((n for n in rules if len(record.template.rules[n].items) == 1), None)
    if alone is not None and len(action.changes) == 1:
        causes.findings.append(_outspoken(record, alone, rules))
    elif rules:
        causes.findings.append(_proposal(record, action, rules))


def _outspoken(record: Record, alone: int, numbers: Sequence[int]) -> Finding:
    """What a rule about one cell says for itself, with the other rules that break on its account."""
    rules = [record.template.rules[number] for number in numbers]
    found = _rule(record.template.rules[alone], record)
    causes = tuple(rule_sentence(rule, record) for rule in rules) if len(rules) > 1 else ()
    return replace(found, causes=causes, rules=tuple(rule.name for rule in rules))


def _proposal(record: Record, action: Action, numbers: Sequence[int]) -> Finding:
    rules = [record.template.rules[number] for number in numbers]
    items = tuple(change.item for change in action.changes)
    new = [record.item(c.item).text(c.new) if c.new is not None else "" for c in action.changes]
    where = "、".join(record.where(index) for index in items)
    shown = "、".join(record.shown(index) for index in items)
    hold = f"{len(rules)}条勾稽关系均成立" if len(rules) > 1 else f"{rules[0].id}（{rules[0].say}）成立"
    if all(new):
        slip = f"（{_SLIPS[action.slip]}）" if action.slip in _SLIPS else ""
        expected = "、".join(new)
        reason = f"疑为{expected}{slip}。若改为{expected}，{hold}"
    else:
        expected, reason = "", f"改动这一格，{hold}"
    first = _foremost(rules)
    advice = "请查台账，属实才改，勿为凑平而改" + _or_explain(first)
    return Finding(
        code=first.id,
        severity=first.severity,
        message=f"{where}：填{shown}，{reason}。{advice}。",
        table=record.item(items[0]).table,
        items=tuple(record.item(index).id for index in items),
        places=record.places(items),
        where=where,
        found=shown,
        expected=expected,
        basis=reason,
        advice=advice,
        suggestion=tuple(new) if all(new) else (),
        effect=_effect(record, action),
        causes=tuple(rule_sentence(rule, record) for rule in rules),
        rules=tuple(rule.name for rule in rules),
    )


def _foremost(rules: Sequence[Rule]) -> Rule:
    """The rule whose code a finding of several takes: the gravest, whatever their order in the template."""
    return max(rules, key=lambda rule: (-_RANK[rule.severity], rule.id, [-item for item in rule.items]))


def _or_explain(rule: Rule) -> str:
    """A query may be answered in writing: nobody is asked to change a figure that is right."""
    return "；核对无误的，请写情况说明" if rule.severity == "query" else ""


def _effect(record: Record, action: Action) -> str:
    """By how much the first named figure, and so its total, would move; '' when that is not known."""
    change = action.changes[0]
    if change.new is None:
        return ""
    return record.item(change.item).text(change.new - (change.old or 0))


def _group(
    record: Record,
    component: Component,
    rules: Sequence[int],
    causes: _Causes,
) -> None:
    """Several equally good explanations: one finding that names the cells of which some are wrong."""
    certain = {change.item for action in component.certain for change in action.changes}
    suspects = [item for item in component.suspects if item not in certain]
    broken = [record.template.rules[number] for number in rules]
    touching = [rule for rule in broken if not suspects or not set(suspects).isdisjoint(rule.items)]
    if not touching:
        return  # cells that cannot be read are no news, and say nothing of these rules
    causes.explained.update(rules)
    first = _foremost(touching)
    advice = _advice(first, record) if len(suspects) == 1 else _which(component, suspects, first, record)
    sentences = tuple(rule_sentence(rule, record) for rule in broken)
    named = first.named
    where = record.where(named[0]) if named else rule_where(first, record)
    found = record.shown(named[0]) if named else ""
    reason = basis(first, record) + (f"；另有{len(broken) - 1}条勾稽关系不成立" if len(broken) > 1 else "")
    causes.findings.append(
        Finding(
            code=first.id,
            severity=first.severity,
            message=f"{where}：{f'填{found}；' if found else ''}{reason}。{advice}。",
            table=record.item(suspects[0]).table if suspects else first.table,
            items=tuple(record.item(index).id for index in suspects),
            places=record.places(suspects),
            where=where,
            found=found,
            basis=reason,
            advice=advice,
            causes=sentences if len(broken) > 1 else (),
            rules=tuple(rule.name for rule in broken),
            grouped=True,
        )
    )


def _which(component: Component, suspects: Sequence[int], first: Rule, record: Record) -> str:
    """What to do when some of several cells are wrong, and nothing tells which."""
    wrong = len(component.explanations[0].actions) - len(component.certain)
    count = {1: "一", 2: "两", 3: "三", 4: "四", 5: "五"}.get(wrong, str(wrong))
    cells = record.cells(suspects)
    return f"以下各格中可能有{count}格有误，请逐一核对：{cells}。请查台账，属实才改" + _or_explain(first)


def _explain_logic(frame: Frame, row: int, failures: Failures, causes: _Causes) -> None:
    """Rules that no diagnosis works with (in, iff, hints) and that a proposed change mends as well."""
    if not causes.corrected:
        return
    rules = frame.template.rules
    values = np.nan_to_num(frame.values[row : row + 1], nan=0.0)
    for item, value in causes.corrected.items():
        if item < values.shape[1]:
            values[0, item] = value
    unusable = frame.faulty[row : row + 1] | frame.absent[row : row + 1]
    after = residuals_of(rules, values, frame.last[row : row + 1], unusable)[0]
    for number in failures.rules:
        if after[number] == 0 and causes.corrected.keys() & set(rules[number].items):
            causes.explained.add(number)


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
            causes.explained.update(broken)


def _rule(rule: Rule, record: Record) -> Finding:
    """A broken rule that nothing smaller explains: every cell of it is named."""
    named = rule.named
    where = record.where(named[0]) if named else rule_where(rule, record)
    found = record.shown(named[0]) if named else ""
    reason = basis(rule, record)
    advice = rule.advice or _advice(rule, record)
    shown = f"填{found}；" if found else ""
    return Finding(
        code=rule.id,
        severity=rule.severity,
        message=f"{where}：{shown}{reason}。{advice}。",
        table=rule.table or record.item(rule.items[0]).table,
        items=tuple(record.item(index).id for index in rule.items if _has(record, index)),
        places=record.places(rule.items),
        where=where,
        found=found,
        basis=reason,
        advice=advice,
        rules=(rule.name,),
        grouped=len(rule.items) > 1,
    )


def _has(record: Record, index: int) -> bool:
    return record.submission is None or record.submission.places[index] is not None


def _advice(rule: Rule, record: Record) -> str:
    if record.submission is None:
        return "请查有关单位的报表和说明"
    if rule.severity == "hint":
        return "请再看一眼，属实的不用改"
    named = rule.named
    others = [index for index in rule.items if index not in named]
    if rule.last_items:
        text = f"请对照上年报表核对{record.cells(rule.items)}"
    elif len(rule.items) == 1:
        text = f"请核对{record.cells(rule.items)}"
    elif named and others:
        text = f"请先核对{record.cells(named)}，再看{record.cells(others)}有无漏填或错填"
    else:
        text = f"请逐项核对{record.cells(rule.items)}"
    return text + _or_explain(rule)
