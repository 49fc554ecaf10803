"""Hostile entries in the register of adjustments: each is refused, with its row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from consolidate.checks import vouchers
from consolidate.errors import LedgerError
from consolidate.intake import ledgers
from consolidate.model import Adjustment, Sheet, Total
from tests import standard

FORM = standard.template(standard.OLD)
AMOUNT, PROJECTS = "proactive.procurement.amount", "proactive.procurement.projects"
MADE, PUBLIC = "proactive.regulations.made", "proactive.normative_documents.newly_disclosed"
WHOLE = "proactive.normative_documents.disclosed_total"


def check(submitted: Mapping[str, int], *entries: tuple[str, str, int]) -> None:
    totals = [Total(item.index, submitted.get(item.id, 0), 0, 1) for item in FORM.items]
    made = [
        Adjustment(voucher, "本级", FORM.index[item], amount, "补记", row=row)
        for row, (voucher, item, amount) in enumerate(entries, start=5)
    ]
    vouchers.check(FORM, totals, made, "county", "adjustments.xlsx")


@pytest.mark.parametrize(
    ("submitted", "entries", "sentence"),
    [
        (
            {AMOUNT: 5},
            [("调1", AMOUNT, -6)],
            "第5行：凭证调1调减后，表二政府集中采购·采购总金额的合计是-0.0001",
        ),
        (
            {AMOUNT: 5, PROJECTS: 1},
            [("调1", AMOUNT, -5)],
            "第5行：凭证调1使T2.procure（政府集中采购）不再成立",
        ),
        ({}, [("调1", MADE, 1)], "第5行：凭证调1使T2.power"),
        ({WHOLE: 3}, [("调1", PUBLIC, 3), ("调2", PUBLIC, 1)], "第6行：凭证调2使T2.public"),
    ],
)
def test_a_voucher_breaks_no_rule_and_takes_no_more_than_there_is(
    submitted: Mapping[str, int], entries: Sequence[tuple[str, str, int]], sentence: str
) -> None:
    with pytest.raises(LedgerError, match=sentence):
        check(submitted, *entries)


@pytest.mark.parametrize(
    ("submitted", "entries"),
    [
        ({AMOUNT: 5, PROJECTS: 1}, [("调1", AMOUNT, -5), ("调1", PROJECTS, -1)]),
        ({PUBLIC: 9}, [("调1", PUBLIC, -1)]),  # broken before, less so after
        ({"proactive.licensing.previous": 9}, [("调1", "proactive.licensing.change", -7)]),
    ],
)
def test_what_breaks_nothing_is_carried_out(
    submitted: Mapping[str, int], entries: Sequence[tuple[str, str, int]]
) -> None:
    check(submitted, *entries)


def read(*rows: Sequence[object]) -> tuple[Adjustment, ...]:
    width = len(ledgers.ADJUSTMENTS)
    cells = [ledgers.ADJUSTMENTS, *([*row, *[""] * (width - len(row))] for row in rows)]
    return ledgers.adjustments([Sheet("汇总调整", cells)], FORM, "adjustments.xlsx")


def test_a_row_entered_twice_is_no_second_entry() -> None:
    row = ("调1", "本级", AMOUNT, 2.5, "补记")
    with pytest.raises(LedgerError, match="第3行：与第2行重复（凭证调1"):
        read(row, (*row[:4], "另一个原因"))
    assert [entry.amount for entry in read(row, ("调2", *row[1:]))] == [25000, 25000]


def test_a_row_that_says_anything_is_not_passed_over() -> None:
    with pytest.raises(LedgerError, match="第2行：项目必填"):
        read(("调1", "", "", "", "只写了原因"))
    assert read(("调1",), ("", "", "", "")) == ()


def test_an_amount_in_full_width_digits_is_a_number() -> None:
    (entry,) = read(("调1", "本级", AMOUNT, "－１，０００．５", "补记"))
    assert entry.amount == -10_005_000
