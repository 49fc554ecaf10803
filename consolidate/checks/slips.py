"""Slips of one cell: how far apart two figures are to type, and which slip turns one into the other.

Figures are compared as the clerk sees them: with the decimals of their item, without trailing zeros.
"""

from __future__ import annotations

from typing import Literal

Slip = Literal[
    "sign",
    "tenfold",
    "tenth",
    "ten_thousandfold",
    "ten_thousandth",
    "transposed",
    "substituted",
    "inserted",
    "dropped",
    "last_year",
    "part_left_out",
    "blank",
    "unreadable",
    "changed",
    "swapped",
    "moved",
    "shifted",
]

_POWERS: tuple[tuple[int, Slip, Slip], ...] = (
    (10, "tenfold", "tenth"),
    (10_000, "ten_thousandfold", "ten_thousandth"),
)


def text(value: int, decimals: int = 0) -> str:
    """A figure as the clerk sees it: `text(1305000, 4) == "130.5"`."""
    if decimals == 0:
        return str(value)
    whole, part = divmod(abs(value), 10**decimals)
    shown = f"{whole}.{part:0{decimals}d}".rstrip("0").rstrip(".")
    return f"-{shown}" if value < 0 else shown


def distance(one: str, other: str) -> int:
    """Optimal-string-alignment distance: insertions, deletions, substitutions, swaps of neighbours."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        line = [i]
        for j, b in enumerate(other, 1):
            best = min(last[j] + 1, line[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, before[j - 2] + 1)
            line.append(best)
        before, last = last, line
    return last[-1]


def single(typed: int, meant: int, decimals: int = 0) -> Slip | None:
    """The one slip of a typing hand that turns `meant` into `typed` (smallest units), or None.

    A digit dropped or changed at the front may leave zeros there, which nobody sees: 105 → 05 → 5.
    """
    if typed == meant:
        return None
    if typed == -meant:
        return "sign"
    for power, up, down in _POWERS:
        if meant and typed == meant * power:
            return up
        if typed and meant == typed * power:
            return down
    if typed * meant < 0:
        return None
    return _edit(text(abs(typed), decimals), text(abs(meant), decimals))


def _edit(typed: str, meant: str) -> Slip | None:
    if typed == "0":
        left = "0" * (len(meant) - 1) if meant.isdigit() and not meant[1:].strip("0") else typed
        return _plain_edit(typed, meant) or _plain_edit(left, meant)
    found = (_plain_edit(form, meant) for form in _forms(typed, meant))
    return next((slip for slip in found if slip), None)


def _forms(typed: str, meant: str) -> list[str]:
    """How a figure may have been typed: as seen, and with zeros where the meant figure has places."""
    whole, _, part = typed.partition(".")
    places, _, decimals = meant.partition(".")
    wholes = [whole, whole.zfill(len(places)), whole.zfill(len(places) - 1)]
    parts = [part, part.ljust(len(decimals), "0"), part.ljust(len(decimals) - 1, "0")]
    point = [f"{whole}."] if decimals and not part else []
    forms = [f"{front}.{back}" if back else front for front in wholes for back in parts]
    return list(dict.fromkeys([*forms, *point]))


def _plain_edit(typed: str, meant: str) -> Slip | None:
    if _one_changed(typed, meant):
        return "substituted"
    if _neighbours_changed(typed, meant):
        return "transposed"
    if _one_missing(typed, meant):
        return "dropped"
    return "inserted" if _one_missing(meant, typed) else None


def _one_changed(one: str, other: str) -> bool:
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def _neighbours_changed(one: str, other: str) -> bool:
    if len(one) != len(other):
        return False
    differ = [place for place, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(differ) != 2 or differ[1] != differ[0] + 1:
        return False
    first, second = differ
    return one[first] == other[second] and one[second] == other[first]


def _one_missing(short: str, long: str) -> bool:
    if len(long) != len(short) + 1:
        return False
    place = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return short[place:] == long[place + 1 :]
