"""Accepted submissions → totals, exactly: integers in smallest units, item by item."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from consolidate.errors import LedgerError
from consolidate.forms.template import Template
from consolidate.model import Adjustment, Submission, Total

STRETCH = 20_000  # submissions summed at a time: only a nation has more


def summed(submissions: Sequence[Submission], items: int) -> tuple[list[int], list[int]]:
    """For each item the exact sum over submissions, and how many of them gave a value."""
    sums, given = [0] * items, [0] * items
    for start in range(0, len(submissions), STRETCH):
        values = np.stack([submission.values for submission in submissions[start : start + STRETCH]])
        sums = [a + b for a, b in zip(sums, exact_sums(values), strict=True)]
        given = [a + int(b) for a, b in zip(given, (~np.isnan(values)).sum(axis=0), strict=True)]
    return sums, given


def totals(
    template: Template,
    counted: Sequence[Submission],
    adjustments: Sequence[Adjustment],
) -> tuple[Total, ...]:
    """One Total per item over the submissions that count.

    A blank counts as 0 and is not counted among the units; a decimal where a whole number belongs
    (only with --include all) is left out of the sum, as it is no number of the smallest unit.
    """
    sums, given = summed(counted, len(template.items))
    entries = [0] * len(template.items)
    for entry in adjustments:
        entries[entry.item] += entry.amount
    return tuple(
        Total(index, sums[index], entries[index], given[index]) for index in range(len(template.items))
    )


def exact_sums(values: NDArray[np.float64]) -> list[int]:
    """Column sums as Python integers; blanks and fractions of the smallest unit count as 0."""
    whole = np.where(np.isfinite(values) & (values == np.floor(values)), values, 0.0)
    largest = float(np.abs(whole).max(initial=0.0))
    if largest * max(len(values), 1) < 2**62:
        return [int(total) for total in whole.astype(np.int64).sum(axis=0)]
    return [sum(int(value) for value in column) for column in whole.T]


def check_adjustments(template: Template, adjustments: Sequence[Adjustment], level: str, file: str) -> None:
    """LedgerError when the entries of one voucher change what an error rule compares.

    A transfer has two sides: whatever a voucher moves, every balance that held must still hold.
    """
    vouchers: dict[str, list[Adjustment]] = {}
    for entry in adjustments:
        vouchers.setdefault(entry.voucher, []).append(entry)
    for voucher, entries in vouchers.items():
        moved: dict[int, int] = {}
        for entry in entries:
            moved[entry.item] = moved.get(entry.item, 0) + entry.amount
        for rule in template.rules:
            if rule.kind != "linear" or rule.severity != "error" or not rule.applies("total", level):
                continue
            comparison = rule.comparisons[0]
            if comparison.relation != "==" or rule.last_items:
                continue
            change = sum(c * moved.get(item, 0) for item, c in comparison.coefficients().items())
            if change:
                rows = "、".join(str(entry.row) for entry in entries if entry.item in rule.items)
                subject = f"（{rule.subject}）" if rule.subject else ""
                raise LedgerError(
                    f"{file}第{rows}行：凭证{voucher}使{rule.id}{subject}不再成立——{rule.say}。"
                    "调整要有借有贷：请在同一凭证号下补上对应的另一笔"
                )
