"""Whether one slip tells so much more than chance that a cell may be named on the word of one rule.

Where a cell stands in one equality only, every figure of that equality could mend it. Three stories are
weighed: one cell with a slip of the hand, two such cells, and one cell that is wrong in any other way
(a total that was not brought up to date, a figure from elsewhere). The first must be far the likeliest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from consolidate.checks import slips
from consolidate.checks.explanation import Action
from consolidate.checks.record import Record

AGAINST_TWO = 10  # how much likelier than two slips in one rule
AGAINST_ANY = 5  # how much likelier than any other error; both were measured (see selftest)
_KIND = 0.2  # each kind of slip is as likely as another
_FAR = 100.0  # figures differ in how usual they are by so much at most
_MONEY = 10_000  # 万元 typed in 元
_SMALL = 50  # figures up to this size replace each other
_SCALE = 0.1  # share of errors between a size and its double, and so on


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
    return one >= AGAINST_TWO * _two(steps, lack) and one >= AGAINST_ANY * _any(record, cells, lack)


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


def _any(record: Record, cells: list[int], lack: int) -> float:
    """How likely one of these cells is wrong by just this lack in any other way."""
    sizes: list[int] = [
        2 * max(abs(int(record.values[cell])), _SMALL * 10 ** record.rules.decimals[cell]) for cell in cells
    ]
    return sum(max(1.0 / size, _SCALE / max(abs(lack), 1)) for size in sizes)


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
