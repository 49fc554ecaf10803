"""Whether one slip tells so much more than chance that a cell may be named on the word of one rule.

Where a cell stands in one equality only, every figure of that equality could mend it. Three stories are
weighed: one cell with a slip of the hand, two such cells, and another cell that is wrong in any other way
(a total that was not brought up to date, a figure from elsewhere). The first must be far the likeliest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from consolidate.checks import slips
from consolidate.checks.explanation import Action
from consolidate.checks.record import Record

AGAINST_TWO = 10  # how much likelier than two slips in one rule
AGAINST_ANY = 30  # how much likelier than any other error in another cell; both were measured
_KIND = 0.2  # each kind of slip is as likely as another
_FAR = 100.0  # figures differ in how usual they are by so much at most
_MONEY = 10_000  # 万元 typed in 元
_SMALL = 50  # figures up to this size replace each other
_SCALE = 0.1  # share of errors that put a much greater figure


def telling(record: Record, action: Action, rule: int) -> bool:
    """Whether the slip of this action explains what the rule lacks far better than chance does."""
    entry = record.rules.entries[rule]
    lack = int(record.rules.residuals(record.values)[rule])
    cells = _doubtful(record, action, rule)
    if not cells or len(action.changes) != 1:
        return False
    (change,) = action.changes
    if change.old is None or change.new is None:
        return False
    meant = {cell: _meant(record, cell) for cell in cells}
    one = meant[change.item].get(change.new - change.old, 0.0)
    steps = {cell: _scaled(meant[cell], entry[cell]) for cell in cells}
    if record.rules.soft[rule] and any(lack in steps[cell] for cell in cells if cell != change.item):
        return False
    others = [cell for cell in cells if cell != change.item]
    return one >= AGAINST_TWO * _two(steps, lack) and one >= AGAINST_ANY * _any(record, entry, others, lack)


def _doubtful(record: Record, action: Action, rule: int) -> list[int]:
    """The rule's cells that as few hard equalities test as the action's own cell does.

    Of a soft rule all cells: two figures that agree with each other may have been typed twice.
    """
    rules = record.rules
    entry = rules.entries[rule]
    if rules.soft[rule]:
        return [cell for cell in sorted(entry) if not rules.fixed[cell]]
    tests = {cell: _tests(record, cell) for cell in entry}
    most = max(tests[change.item] for change in action.changes if change.item in tests)
    return [cell for cell in sorted(entry) if tests[cell] <= most and not rules.fixed[cell]]


def _tests(record: Record, cell: int) -> int:
    rules = record.rules
    return sum(
        1
        for entry, relation, soft in zip(rules.entries, rules.relations, rules.soft, strict=True)
        if cell in entry and relation == "==" and not soft
    )


def _two(steps: Mapping[int, Mapping[int, float]], lack: int) -> float:
    """How likely two slips in different cells make up the lack; on the scale of one given cell's slip."""
    together: dict[int, float] = {}
    alone = 0.0
    for own in steps.values():
        for step, share in own.items():
            together[step] = together.get(step, 0.0) + share
            alone += share * own.get(lack - step, 0.0)
    pairs = sum(share * together.get(lack - step, 0.0) for step, share in together.items()) - alone
    return pairs / max(len(steps) - 1, 1)


def _any(record: Record, entry: Mapping[int, int], others: Iterable[int], lack: int) -> float:
    """How likely one of these other cells is wrong by just this lack in any other way.

    Every figure up to double the meant one is as likely to stand there, a greater one the less, the greater.
    A total that lacks one of its parts says so itself.
    """
    total = 0.0
    for cell in others:
        step, rest = divmod(lack, entry[cell])
        typed, least = int(record.values[cell]), record.rules.lower[cell]
        meant = typed + step
        if rest == 0 and (least is None or meant >= least):
            most = 2 * max(abs(meant), _SMALL * 10 ** record.rules.decimals[cell])
            chance = 1.0 / most if abs(typed) <= most else _SCALE / abs(typed)
            total += 1.0 if _forgotten(record, entry, cell, step) else chance * _usual(typed, meant)
    return total


def _forgotten(record: Record, entry: Mapping[int, int], cell: int, step: int) -> bool:
    """Whether a total lacks just one of its parts."""
    parts = [part for part, share in entry.items() if share * entry[cell] < 0]
    return cell in record.rules.totals and step > 0 and step in record.values[parts]


def _scaled(meant: Mapping[int, float], factor: int) -> dict[int, float]:
    return {step * factor: share for step, share in meant.items()}


def _meant(record: Record, cell: int) -> dict[int, float]:
    """By how much the cell's figure may have to change, and how likely a hand slips just so."""
    typed, decimals = int(record.values[cell]), record.rules.decimals[cell]
    least = record.rules.lower[cell]
    found: dict[int, float] = {}
    for figure, share in _figures(typed, decimals):
        if figure != typed and (least is None or figure >= least):
            found[figure - typed] = found.get(figure - typed, 0.0) + share * _usual(typed, figure)
    return found


def _usual(typed: int, meant: int) -> float:
    """How much more usual the meant figure is than the typed one: every size is as usual as ten times it."""
    return min(max((abs(typed) + 1) / (abs(meant) + 1), 1 / _FAR), _FAR)


def _figures(typed: int, decimals: int) -> Iterator[tuple[int, float]]:
    """Figures that one slip turns into what was typed, each with its share."""
    shown = slips.text(abs(typed), decimals)
    whole, _, part = shown.partition(".")
    sign = -1 if typed < 0 else 1
    unit = 10 ** (decimals - len(part))
    for digits, share in _digits(whole + part):
        yield sign * int(digits or "0") * unit, share
    yield typed * 10, _KIND
    if typed % 10 == 0:
        yield typed // 10, _KIND
    if decimals:
        yield typed * _MONEY, _KIND
        if typed % _MONEY == 0:
            yield typed // _MONEY, _KIND
    yield -typed, _KIND


def _digits(typed: str) -> Iterator[tuple[str, float]]:
    count = len(typed)
    for place in range(count):
        for digit in "0123456789":
            yield typed[:place] + digit + typed[place + 1 :], _KIND / (9 * count)
        yield typed[:place] + typed[place + 1 :], _KIND / (10 * count)
    for place in range(count + 1):
        for digit in "0123456789":
            yield typed[:place] + digit + typed[place:], _KIND / (count + 1)
    for place in range(count - 1):
        yield typed[:place] + typed[place + 1] + typed[place] + typed[place + 2 :], _KIND / (count - 1)
