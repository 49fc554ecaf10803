"""Order equally small explanations, and decide whether one may be proposed alone.

Only two things decide: that there is just one smallest explanation (once cells that a second, softer
rule vouches for are set aside), or that just one passes the typing test. All else only orders.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from consolidate.checks import evidence
from consolidate.checks.explanation import Action, Change, Component, Explanation
from consolidate.checks.linear import Integers
from consolidate.checks.record import Record

_OMITTED, _LIKELY, _UNEXPLAINED = range(3)
CONFIRMING = 2  # rules beyond those that the figures are worked out from


def component(record: Record, rules: tuple[int, ...], explanations: Sequence[Explanation]) -> Component:
    """The component of these broken rules, its explanations narrowed and ranked."""
    distinct = _distinct(explanations)
    kept = _narrowed(record, distinct)
    ranked = sorted(kept, key=lambda explanation: _order(record, explanation))
    single = _sole(record, ranked)
    certain = ranked[0].actions if single else _certain(record, ranked)
    return Component(
        rules=rules,
        explanations=tuple(ranked),
        single=single,
        certain=certain,
        supposed=tuple(action for action in certain if _supposed(record, ranked[0], action)),
        suspects=_suspects(record, ranked, rules, single=single),
    )


def _supposed(record: Record, explanation: Explanation, action: Action) -> bool:
    """Whether a figure that was not there rests on one rule alone, and so on every other cell of it."""
    (change, *_) = action.changes
    if action.slip not in ("blank", "unreadable") or change.item in record.negative:
        return False  # a negative figure is there, but for its sign
    return len(_tellers(record, explanation, change.item)) < CONFIRMING


def _tellers(record: Record, explanation: Explanation, item: int) -> list[int]:
    """The equalities of an item that hold once the explanation is accepted, and whose figures are known."""
    rules = record.rules
    unknown = record.faulty.copy()
    unknown[[item, *(change.item for change in explanation.changes if change.new is not None)]] = False
    left = rules.broken(_mended(record, explanation.actions))
    left |= (rules.coefficients[:, unknown] != 0).any(axis=1)
    equal = np.array([relation == "==" for relation in rules.relations], np.bool_)
    told: list[int] = np.flatnonzero((rules.coefficients[:, item] != 0) & equal & ~left).tolist()
    return told


def soften(record: Record, component: Component) -> Component:
    """The component of soft rules: without a slip that explains it, nothing is proposed.

    Hard rules vouch for the cells that no explanation names, yet a suspect never stands alone: the figures
    that it was held against may all have moved.
    """
    actions = component.explanations[0].actions if component.explanations else ()
    if component.single and all(action.likely for action in actions):
        return replace(component, soft=True)
    suspects = component.suspects
    if len(suspects) == 1:
        told = [item for rule in component.rules for item in record.rules.entries[rule]]
        suspects = tuple(dict.fromkeys([*suspects, *(item for item in told if not record.rules.fixed[item])]))
    return replace(component, soft=True, single=False, certain=(), supposed=(), suspects=suspects)


def _distinct(explanations: Sequence[Explanation]) -> list[Explanation]:
    """Explanations that lead to the same figures are one: the first of them is kept."""
    seen: dict[tuple[object, ...], Explanation] = {}
    for explanation in explanations:
        seen.setdefault(explanation.changes, explanation)
    return list(seen.values())


def _strength(record: Record, action: Action) -> int:
    if action.slip == "blank" and action.changes[0].item in record.omitted:
        return _OMITTED
    return _LIKELY if action.likely else _UNEXPLAINED


def _weakest(record: Record, explanation: Explanation) -> int:
    return max((_strength(record, action) for action in explanation.actions), default=_OMITTED)


def _sole(record: Record, ranked: Sequence[Explanation]) -> bool:
    """Whether the first explanation is the only one left, and rests on more than being left."""
    if len(ranked) > 1:
        weakest = [_weakest(record, explanation) for explanation in ranked]
        best = _OMITTED if _OMITTED in weakest else _LIKELY
        left = [one for one, weak in zip(ranked, weakest, strict=True) if weak == best]
        if any(_signed(one) for one in left):
            left = [one for one in left if _signed(one) or any(len(a.changes) > 1 for a in one.actions)]
        if len(left) != 1:
            return False
    return all(_founded(record, ranked[0], action) for action in ranked[0].actions) and _ample(
        record, ranked[0]
    )


def _ample(record: Record, explanation: Explanation) -> bool:
    """Whether so many rules are mended that several slips at once cannot be chance.

    Every cell takes one rule to work out its figure; only rules beyond these confirm anything. Moves are
    proposed beside one other slip at most; of three slips each is one of the hand, or a rule confirms it.
    """
    actions = [action for action in explanation.actions if action.slip != "unreadable"]
    moves = sum(len(action.changes) > 1 for action in actions)
    if len(actions) < 2 or all(action.slip == "blank" for action in actions):
        return True
    if moves and (moves == len(actions) or len(actions) > CONFIRMING):
        return False
    if len(actions) > CONFIRMING + 1 and _displaced(record, actions):
        return False
    rules = {rule for action in actions for rule in action.rules}
    surplus = len(rules) - sum(len(action.changes) == 1 for action in actions)
    likely = all(action.likely for action in actions)
    if len(actions) > CONFIRMING and not likely:
        return surplus >= len(actions)
    typed = likely and all(action.slip != "blank" for action in actions)
    return surplus >= (1 if typed else CONFIRMING)


def _displaced(record: Record, actions: Sequence[Action]) -> bool:
    """Whether figures may have been put beside their cells instead: a hand that slips seldom leaves a 0.

    Two cells that lost their figure, one whose figure is also what another action takes away or adds, or a
    figure that would have jumped over an empty cell while something else is wrong too. Totals of one line
    that nobody filled in lost the same figure, and one rule ties them.
    """
    changes = [(one, c, c.new) for one in actions for c in one.changes if c.new is not None]
    lost = [(one, c, new) for one, c, new in changes if c.old == 0 and new]
    if any(len(one.changes) == 2 for one, _, _ in lost):
        return True
    for one, change, figure in lost:
        for other, step, new in changes:
            if other is one or (step.old == 0 and _tied(record, change, step)):
                continue
            if (step.old == 0 and new) or abs(new - (step.old or 0)) == abs(figure):
                return True
    return False


def _tied(record: Record, one: Change, other: Change) -> bool:
    """Whether two cells need the same figure and stand in one rule."""
    columns = record.rules.coefficients[:, [one.item, other.item]] != 0
    return one.new == other.new and bool(columns.all(axis=1).any())


def _signed(explanation: Explanation) -> bool:
    """Whether a wrong sign is all there is: it asks for one figure, where a slip of a digit allows many."""
    return all(action.slip == "sign" for action in explanation.actions)


def _certain(record: Record, ranked: Sequence[Explanation]) -> tuple[Action, ...]:
    """The actions that all explanations share and that may be proposed."""
    first, *others = ranked
    if not _ample(record, first):
        return ()
    return tuple(
        action
        for action in first.actions
        if all(action in other.actions for other in others) and _founded(record, first, action)
    )


def _suspects(
    record: Record, ranked: Sequence[Explanation], rules: Sequence[int], *, single: bool
) -> tuple[int, ...]:
    """Items that an explanation names; with one explanation that proves nothing, all of its rules too."""
    named = [change.item for explanation in ranked for change in explanation.changes]
    if len(ranked) == 1 and not single:
        weak = [action for action in ranked[0].actions if not _founded(record, ranked[0], action)]
        accused = {rule for action in weak for rule in action.rules}
        named += [item for rule in rules if rule in accused for item in record.rules.entries[rule]]
    return tuple(dict.fromkeys(item for item in named if not record.rules.fixed[item]))


def _founded(record: Record, explanation: Explanation, action: Action) -> bool:
    """Whether an action may be proposed: a second broken rule agrees, or a slip tells more than chance.

    A cell of one broken rule only can mend anything that is wrong there: that all others would have to
    become negative says little for it, and less still where more is wrong beside it. Where 0 stands, every
    figure is a slip away or none is; a total always lacks the part that should have been 0; and an
    inequality does not tell a figure at all.
    """
    agreeing = _agreeing(record, explanation, action)
    if action.slip == "unreadable":
        (change,) = action.changes
        return change.new is None or -record.negative.get(change.item, -change.new) == change.new
    if len(action.changes) > 1:
        return sum(not record.rules.soft[rule] for rule in agreeing) > 1
    if len(agreeing) > 1:
        return True
    if action.slip == "blank":
        return not _shared(record, action)
    if action.slip == "sign":
        return True
    if action.slip == "part_left_out" or not action.likely or len(agreeing) != 1:
        return False
    if _wrong_beside(record, action):
        return False
    return all(change.old != 0 for change in action.changes) and evidence.telling(record, action, agreeing[0])


def _wrong_beside(record: Record, action: Action) -> bool:
    """Whether other rules of this part of the form are broken: a whole line may stand one cell too far.

    Beside a cell that only a soft rule tells, soft rules that lie wholly in this part count as well.
    """
    rules = record.rules
    blocks = {spot.block for change in action.changes if (spot := rules.spots[change.item])}
    soft = all(rules.soft[rule] for rule in action.rules)
    for rule in np.flatnonzero(record.broken).tolist():
        if rule not in action.rules and (soft or not rules.soft[rule]):
            inside = [(spot := rules.spots[item]) and spot.block in blocks for item in rules.entries[rule]]
            if all(inside) if rules.soft[rule] else any(inside):
                return True
    return False


def _shared(record: Record, action: Action) -> bool:
    """Whether another cell without a figure stands in a rule that tells the figure of this one."""
    empty = record.blank | record.faulty
    empty[[change.item for change in action.changes]] = False
    return any(bool(empty[list(record.rules.entries[rule])].any()) for rule in action.rules)


def _agreeing(record: Record, explanation: Explanation, action: Action) -> list[int]:
    """The equalities that tell the new figures: broken while only the other actions are made, and mended.

    A rule that holds because two wrong figures cancel out in it accuses each of them as well; one with an
    unreadable cell accuses no other. Soft rules are heard where fewer than two hard ones speak.
    """
    rules = record.rules
    others = [one for one in explanation.actions if one is not action]
    before, after = rules.broken(_mended(record, others)), rules.broken(_mended(record, explanation.actions))
    items = [change.item for change in action.changes]
    unread = record.faulty.copy()
    unread[items] = False
    touched = (rules.coefficients[:, items] != 0).any(axis=1)
    touched &= ~(rules.coefficients[:, unread] != 0).any(axis=1)
    told = [
        rule
        for rule in np.flatnonzero(touched & before & ~after).tolist()
        if rules.relations[rule] == "==" and (not rules.soft[rule] or record.witnesses[rule])
    ]
    hard = [rule for rule in told if not rules.soft[rule]]
    return hard if len(hard) > 1 else told


def _mended(record: Record, actions: Sequence[Action]) -> Integers:
    """The record's figures once these actions are made."""
    values = record.values.copy()
    for action in actions:
        for change in action.changes:
            if change.new is not None:
                values[change.item] = change.new
    return values


def _order(record: Record, explanation: Explanation) -> tuple[object, ...]:
    """The typing test first, then blanks and totals before other cells, then the order of the form."""
    strengths = [_strength(record, action) for action in explanation.actions]
    items = tuple(change.item for change in explanation.changes)
    ordinary = sum(1 for item in items if not record.blank[item] and item not in record.rules.totals)
    signed = not _signed(explanation)
    return (
        max(strengths, default=0),
        sum(strengths),
        signed,
        ordinary,
        _contradicting(record, explanation),
        items,
    )


def _narrowed(record: Record, explanations: list[Explanation]) -> list[Explanation]:
    """Without those that break more soft rules than others do: a second rule vouches for their cells."""
    if not record.witnesses.any() or len(explanations) < 2:
        return explanations
    broken = [_contradicting(record, explanation) for explanation in explanations]
    return [one for one, count in zip(explanations, broken, strict=True) if count == min(broken)]


def _contradicting(record: Record, explanation: Explanation) -> int:
    """How many witnesses would contradict the explanation."""
    if not record.witnesses.any():
        return 0
    return int((record.rules.broken(_mended(record, explanation.actions)) & record.witnesses).sum())
