"""One cause → one finding: its cells, what was found, what was expected, what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from consolidate.checks.explanation import Action, Component
from consolidate.checks.wording import Record, basis, rule_sentence, rule_where
from consolidate.forms.rules import Rule
from consolidate.model import Finding, Severity

RANK: dict[Severity, int] = {"error": 0, "query": 1, "hint": 2}
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


def outspoken(record: Record, alone: Rule, rules: Sequence[Rule]) -> Finding:
    """What a rule says for itself, with all `rules` that break on its cell's account, itself among them."""
    found = broken(alone, record)
    causes = tuple(rule_sentence(rule, record) for rule in rules) if len(rules) > 1 else ()
    return replace(found, causes=causes, rules=tuple(rule.name for rule in rules))


def proposal(record: Record, action: Action, numbers: Sequence[int]) -> Finding:
    """The cells that one action would change, what would stand in them, and the rules that hold then."""
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
    return max(rules, key=lambda rule: (-RANK[rule.severity], rule.id, [-item for item in rule.items]))


def _or_explain(rule: Rule) -> str:
    """A query may be answered in writing: nobody is asked to change a figure that is right."""
    return "；核对无误的，请写情况说明" if rule.severity == "query" else ""


def _effect(record: Record, action: Action) -> str:
    """By how much the first named figure, and so its total, would move; '' when that is not known."""
    change = action.changes[0]
    if change.new is None:
        return ""
    return record.effect(change.item, change.new)


def group(
    record: Record,
    component: Component,
    rules: Sequence[int],
) -> Finding | None:
    """Several equally good explanations: one finding that names the cells of which some are wrong.

    None when the cells cannot be read: they are no news, and say nothing of these rules.
    """
    certain = {change.item for action in component.certain for change in action.changes}
    suspects = [item for item in component.suspects if item not in certain]
    failed = [record.template.rules[number] for number in rules]
    touching = [rule for rule in failed if not suspects or not set(suspects).isdisjoint(rule.items)]
    if not touching:
        return None
    first = _foremost(touching)
    advice = _advice(first, record) if len(suspects) == 1 else _which(component, suspects, first, record)
    sentences = tuple(rule_sentence(rule, record) for rule in failed)
    named = first.named
    where = record.where(named[0]) if named else rule_where(first, record)
    found = record.shown(named[0]) if named else ""
    reason = basis(first, record) + (f"；另有{len(failed) - 1}条勾稽关系不成立" if len(failed) > 1 else "")
    return Finding(
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
        causes=sentences if len(failed) > 1 else (),
        rules=tuple(rule.name for rule in failed),
        grouped=True,
    )


def _which(component: Component, suspects: Sequence[int], first: Rule, record: Record) -> str:
    """What to do when some of several cells are wrong, and nothing tells which."""
    wrong = len(component.explanations[0].actions) - len(component.certain)
    count = {1: "一", 2: "两", 3: "三", 4: "四", 5: "五"}.get(wrong, str(wrong))
    cells = record.cells(suspects)
    return f"以下各格中可能有{count}格有误，请逐一核对：{cells}。请查台账，属实才改" + _or_explain(first)


def broken(rule: Rule, record: Record) -> Finding:
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
        effect=_demanded(rule, record),
        rules=(rule.name,),
        grouped=len(rule.items) > 1,
    )


def _demanded(rule: Rule, record: Record) -> str:
    """The effect of what an equality demands of its only cell (`规章` is 0, last year's figure)."""
    if record.submission is None or rule.kind != "linear" or rule.comparisons[0].relation != "==":
        return ""
    now = rule.comparisons[0].coefficients()
    if len(now) != 1 or len(rule.items) != 1:
        return ""
    ((item, coefficient),) = now.items()
    last = rule.comparisons[0].coefficients(last_year=True)
    rest = rule.comparisons[0].constant + sum(c * float(record.last[i]) for i, c in last.items())
    return record.effect(item, -rest / coefficient) if (rest / coefficient).is_integer() else ""


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
        first, then = record.cells(named, others), record.cells(others, named)
        text = f"请先核对{first}，再看{then}有无漏填或错填"
    else:
        text = f"请逐项核对{record.cells(rule.items)}"
    return text + _or_explain(rule)
