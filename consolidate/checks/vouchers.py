"""What the office's adjustments do to the totals: no voucher may break a rule, or take more than there is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from consolidate.checks.frame import residuals_of
from consolidate.errors import LedgerError
from consolidate.forms.rules import Rule
from consolidate.forms.template import Template
from consolidate.model import Adjustment, Total


def check(
    template: Template, totals: Sequence[Total], adjustments: Sequence[Adjustment], level: str, file: str
) -> None:
    """LedgerError, with the rows, for the first voucher by which an error rule on totals is broken further.

    Vouchers are carried out in their order on what the units submitted. (That both sides of every balance
    are moved is checked before anything is read: `totals.merge.check_adjustments`.)
    """
    rules = [r for r in template.rules if r.severity == "error" and r.applies("total", level)]
    rules = [rule for rule in rules if not rule.last_items and rule.kind != "jump"]
    values = np.array([float(total.submitted) for total in totals])
    for voucher, entries in _vouchers(adjustments):
        after = values.copy()
        for entry in entries:
            after[entry.item] += entry.amount
        _negative(template, voucher, entries, after, file)
        _broken(rules, voucher, entries, (values, after), file)
        values = after


def _vouchers(adjustments: Iterable[Adjustment]) -> Iterator[tuple[str, list[Adjustment]]]:
    vouchers: dict[str, list[Adjustment]] = {}
    for entry in adjustments:
        vouchers.setdefault(entry.voucher, []).append(entry)
    yield from vouchers.items()


def _negative(
    template: Template, voucher: str, entries: Sequence[Adjustment], after: NDArray[np.float64], file: str
) -> None:
    for entry in entries:
        item = template.items[entry.item]
        if not item.signed and after[entry.item] < 0 and entry.amount < 0:
            raise LedgerError(
                f"{file}第{entry.row}行：凭证{voucher}调减后，{item.table_name}{item.short}的合计是"
                f"{item.text(after[entry.item])}，不应小于0。请核对金额"
            )


def _broken(
    rules: Sequence[Rule],
    voucher: str,
    entries: Sequence[Adjustment],
    states: tuple[NDArray[np.float64], NDArray[np.float64]],
    file: str,
) -> None:
    moved = {entry.item for entry in entries}
    touched = [rule for rule in rules if moved & set(rule.items)]
    values = np.stack(states)
    unknown = np.full_like(values, np.nan)
    before, after = np.abs(residuals_of(touched, values, unknown, np.zeros(values.shape, bool)))
    for rule, had, has in zip(touched, before, after, strict=True):
        if has > had:
            rows = "、".join(str(entry.row) for entry in entries if entry.item in rule.items)
            subject = f"（{rule.subject}）" if rule.subject else ""
            raise LedgerError(
                f"{file}第{rows}行：凭证{voucher}使{rule.id}{subject}不再成立——{rule.say}。"
                "请核对金额，或在同一凭证号下补上对应的另一笔"
            )
