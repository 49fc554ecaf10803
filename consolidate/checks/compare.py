"""Findings that need other submissions or last year: copies, and money that looks like 元."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from consolidate import codes
from consolidate.checks.frame import Frame
from consolidate.model import Finding

_YUAN = 10_000  # 元 of a 万元
FACTOR = 1000  # 万元 against 元 is 10,000; typing slips are a tenth
PEERS = 5  # so many units with an amount make a median
FEWEST = 5  # so many non-zero items make a coincidence unlikely


def findings(frame: Frame, counting: NDArray[np.bool_], units: list[str]) -> list[list[Finding]]:
    """Findings of each submission of the frame; only those that count are one another's peers."""
    result: list[list[Finding]] = [[] for _ in frame.submissions]
    _sizes(frame, counting, result)
    _copies(frame, counting, units, result)
    return result


def _sizes(frame: Frame, counting: NDArray[np.bool_], result: list[list[Finding]]) -> None:
    """S5.size: money at least a thousand times last year's, or the peers' median."""
    for item in frame.template.items:
        if item.unit != "万元":
            continue
        column = frame.values[:, item.index]
        amounts = np.sort(column[counting & (column > 0)])
        for row in np.flatnonzero(column > 0):
            last = frame.last[row, item.index]
            middle = _median_of_others(amounts, column[row])
            if last > 0 and column[row] >= FACTOR * last:
                against = f"上年{item.text(float(last))}万元"
            elif column[row] >= FACTOR * middle:
                against = f"其他单位的中位数{item.text(middle)}万元"
            else:
                continue
            place = frame.submissions[row].places[item.index]
            fields = {"found": item.text(float(column[row])), "against": against, "item": item.short}
            found = codes.finding(
                "S5.size", fields, items=(item.id,), places=() if place is None else (place,),
                table=item.table, table_name=item.table_name,
            )  # fmt: skip
            moved = round(column[row] / _YUAN) - column[row]
            result[row].append(replace(found, effect=item.text(moved)))


def _median_of_others(ordered: NDArray[np.float64], value: float) -> float:
    """The median of the sorted amounts that differ from `value`; infinite when they are too few."""
    first, end = np.searchsorted(ordered, value, "left"), np.searchsorted(ordered, value, "right")
    count = int(len(ordered) - (end - first))
    if count < PEERS:
        return np.inf
    places = ((count - 1) // 2, count // 2)  # one and the same when the count is odd
    below, above = (ordered[place if place < first else place + end - first] for place in places)
    return float(below + above) / 2


def _copies(frame: Frame, counting: NDArray[np.bool_], units: list[str], result: list[list[Finding]]) -> None:
    """A workbook that is identical to last year's, or to another unit's, figure for figure.

    An earlier submission was a copy when any file of another unit is the same: that one may be replaced too.
    """
    alike: dict[bytes, list[int]] = {}
    given = ((frame.values != 0) & ~np.isnan(frame.values)).sum(axis=1)
    for row in np.flatnonzero(given >= FEWEST).tolist():
        filled = np.nan_to_num(frame.values[row], nan=0.0)
        alike.setdefault(hashlib.sha256(filled.tobytes()).digest(), []).append(row)
        known = ~np.isnan(frame.last[row])
        if known.any() and np.array_equal(filled[known], frame.last[row][known]):
            result[row].append(codes.finding("C.last_year", {}))
    for rows in alike.values():
        now = {units[row] for row in rows if counting[row]}
        ever = {units[row] for row in rows}
        for row in rows:
            if others := (now if counting[row] else ever) - {units[row]}:
                # A return never shows another unit's figures, nor its name: the office sees both units.
                result[row].append(codes.finding("C.unit", {"count": str(len(others))}))
