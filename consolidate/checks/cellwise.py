"""Findings about cells as they stand: what cannot be read, what is not filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from consolidate import codes
from consolidate.checks.wording import Record
from consolidate.forms import cells
from consolidate.model import Finding, Flaw

MANY = 8  # cells of one table with one and the same defect; more are one finding
SHOWN = 3  # so many different contents are quoted
_ONE_CAUSE = frozenset({"S3.uncached"})  # the file was saved uncalculated: one remedy for all its cells
LONG = 60  # of what stands in a cell, so much is quoted


def flaws(record: Record, deduced: Mapping[int, int]) -> list[Finding]:
    """One finding per cell that holds no plain number, or per table where many share one defect.

    `deduced` are figures worked out from the rules.
    """
    if record.submission is None:
        return []
    alike: dict[tuple[object, ...], list[Flaw]] = {}
    for flaw in record.submission.flaws:
        alike.setdefault(_defect(record, flaw, deduced), []).append(flaw)
    found = []
    for group in alike.values():
        if len(group) > (1 if group[0].code in _ONE_CAUSE else MANY):
            found.append(_many(record, group))
        else:
            found += [_flaw(record, flaw, deduced.get(flaw.item)) for flaw in group]
    return found


def _defect(record: Record, flaw: Flaw, deduced: Mapping[int, int]) -> tuple[object, ...]:
    """What flaws of one finding have in common: of errors also what was typed, and what to do."""
    table = record.item(flaw.item).table
    if codes.CODES[flaw.code].severity == "hint" or flaw.code in _ONE_CAUSE:
        return table, flaw.code
    return table, flaw.code, flaw.raw, flaw.advice, deduced.get(flaw.item)


def _many(record: Record, group: Sequence[Flaw]) -> Finding:
    code = codes.CODES[group[0].code]
    indices = [flaw.item for flaw in group]
    first = record.item(indices[0])
    typed = list(dict.fromkeys(_quoted(flaw) for flaw in group))
    found = ("”、“" if "“{found}”" in code.sentence else "、").join(typed[:SHOWN])
    reason = f"有{len(group)}格{codes.sentence(code.id, found=found)}"
    advice = (code.severity != "hint" and group[0].advice) or codes.advice(code.id, found=found)
    return Finding(
        code=code.id,
        severity=code.severity,
        message=f"{first.table_name}{reason}。{advice}。",
        table=first.table,
        items=tuple(record.item(index).id for index in indices),
        places=record.places(indices),
        where=first.table_name,
        found="、".join(typed[:SHOWN]),
        basis=reason,
        advice=advice,
        audience=code.audience,
    )


def _quoted(flaw: Flaw) -> str:
    """What stands in the cell, a long text cut off."""
    return flaw.raw if len(flaw.raw) <= LONG else f"{flaw.raw[:LONG]}…"


def _flaw(record: Record, flaw: Flaw, deduced: int | None) -> Finding:
    code = codes.CODES[flaw.code]
    item = record.item(flaw.item)
    where = record.where(flaw.item)
    found = _quoted(flaw)
    reason = codes.sentence(flaw.code, found=found)
    advice = flaw.advice or codes.advice(flaw.code, found=found)
    if deduced is not None and code.severity == "error":
        reason += f"；按勾稽关系推算应为{item.text(deduced)}，请查台账核实"
        if flaw.proposal not in ("", item.text(deduced)):  # two figures for one cell: neither is proposed
            advice = codes.advice(flaw.code, found=flaw.raw)
    return Finding(
        code=flaw.code,
        severity=code.severity,
        message=f"{where}：{reason}。{advice}。",
        table=item.table,
        items=(item.id,),
        places=record.places([flaw.item]),
        where=where,
        found=found,
        basis=reason,
        advice=advice,
        audience=code.audience,
    )


def blanks(record: Record, items: Sequence[int], due: Mapping[int, int]) -> list[Finding]:
    """One finding per table that lists its blanks, with the figures that rules demand (`due`)."""
    tables: dict[str, list[int]] = {}
    for item in items:
        tables.setdefault(record.item(item).table, []).append(item)
    return [_blank(record, listed, due) for listed in tables.values()]


def _blank(record: Record, items: Sequence[int], due: Mapping[int, int]) -> Finding:
    first = record.item(items[0])
    wanted = [index for index in items if due.get(index)]
    figures = "；".join(f"{record.cells([i])}按勾稽关系应为{record.item(i).text(due[i])}" for i in wanted)
    if len(items) > MANY:
        where, reason = first.table_name, f"有{len(items)}格未填"
        message = f"{where}{reason}{f'，其中{figures}' if figures else ''}。"
        advice = "没有的填0：选中空白格，输入0，按Ctrl+Enter一次填满"
        if figures:
            advice = f"{figures}的先查台账据实填写；其余{advice}"
    else:
        where = (
            record.where(items[0])
            if len(items) == 1
            else f"{first.table_name} {cells.areas(record.places(items))}"
        )
        reason = f"未填{f'，{figures}' if figures else ''}"
        message = f"{where}：{reason}。"
        advice = "请查台账据实填写，没有的填0"
    return Finding(
        code="S3.blank",
        severity="error",
        message=f"{message}{advice}。",
        table=first.table,
        items=tuple(record.item(index).id for index in items),
        places=record.places(items),
        where=where,
        found="空",
        expected=record.item(wanted[0]).text(due[wanted[0]]) if len(items) == len(wanted) == 1 else "",
        basis=reason,
        advice=advice,
        suggestion=tuple(record.item(i).text(due[i]) for i in items)
        if len(wanted) == len(items) == 1
        else (),
    )
