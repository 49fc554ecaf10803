"""Findings about cells as they stand: what cannot be read, what is not filled in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from consolidate import codes
from consolidate.checks.wording import Record
from consolidate.forms import cells
from consolidate.forms.structure import Item
from consolidate.model import Finding, Flaw

MANY = 8  # cells of one table with one and the same defect; more are one finding
SHOWN = 3  # so many different contents are quoted
_ONE_CAUSE = frozenset({"S3.uncached"})  # the file was saved uncalculated: one remedy for all its cells
LONG = 60  # of what stands in a cell, so much is quoted


@dataclass(frozen=True, slots=True)
class Due:
    """Figures that the rules demand of cells without one, by item, in smallest units.

    Those of `supposed` rest on one rule alone, so on every other cell of it: they are told, not proposed.
    """

    figures: Mapping[int, int]
    supposed: Collection[int] = ()

    def text(self, record: Record, item: int) -> str:
        """What should stand in a cell, and on what condition."""
        figure = record.item(item).text(self.figures[item])
        return f"应为{figure}（其余各格无误时）" if item in self.supposed else f"应为{figure}"

    def proposal(self, record: Record, item: int) -> str:
        """The bare figure to propose; '' when there is none."""
        if item in self.supposed or item not in self.figures:
            return ""
        return record.item(item).text(self.figures[item])


def flaws(record: Record, due: Due) -> list[Finding]:
    """One finding per cell that holds no plain number, or per table where many share one defect."""
    if record.submission is None:
        return []
    alike: dict[tuple[object, ...], list[Flaw]] = {}
    for flaw in record.submission.flaws:
        alike.setdefault(_defect(record, flaw, due), []).append(flaw)
    found = []
    for group in alike.values():
        if len(group) > (1 if group[0].code in _ONE_CAUSE else MANY):
            found.append(_many(record, group))
        else:
            found += [_flaw(record, flaw, due) for flaw in group]
    return found


def _defect(record: Record, flaw: Flaw, due: Due) -> tuple[object, ...]:
    """What flaws of one finding have in common: of errors also what was typed, and what to do."""
    item = record.item(flaw.item)
    table = item.table, item.measure
    if codes.CODES[flaw.code].severity == "hint" or flaw.code in _ONE_CAUSE:
        return table, flaw.code
    return table, flaw.code, flaw.raw, flaw.advice, due.figures.get(flaw.item)


def _many(record: Record, group: Sequence[Flaw]) -> Finding:
    code = codes.CODES[group[0].code]
    indices = [flaw.item for flaw in group]
    first = record.item(indices[0])
    typed = list(dict.fromkeys(_quoted(flaw) for flaw in group))
    found = ("”、“" if "“{found}”" in code.sentence else "、").join(typed[:SHOWN])
    reason = f"有{len(group)}格{codes.sentence(code.id, **_fields(first, found))}"
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


def _fields(item: Item, found: str) -> dict[str, str]:
    """What a sentence about a cell may name: what stands there, and what the item asks for."""
    return {"found": found, "measure": item.measure, "amount": "金额" if item.money else "本数"}


def _quoted(flaw: Flaw) -> str:
    """What stands in the cell, a long text cut off."""
    return flaw.raw if len(flaw.raw) <= LONG else f"{flaw.raw[:LONG]}…"


def _flaw(record: Record, flaw: Flaw, due: Due) -> Finding:
    code = codes.CODES[flaw.code]
    item = record.item(flaw.item)
    where = record.where(flaw.item)
    found = _quoted(flaw)
    reason = codes.sentence(flaw.code, **_fields(item, found))
    advice = flaw.advice or codes.advice(flaw.code, found=found)
    proposal = ""
    if flaw.item in due.figures and code.severity == "error":
        reason += f"；按勾稽关系推算{due.text(record, flaw.item)}，请查台账核实"
        proposal = due.proposal(record, flaw.item)
        if flaw.proposal not in ("", item.text(due.figures[flaw.item])):  # two figures: neither is proposed
            advice, proposal = codes.advice(flaw.code, found=flaw.raw), ""
    return Finding(
        code=flaw.code,
        severity=code.severity,
        message=f"{where}：{reason}。{advice}。",
        table=item.table,
        items=(item.id,),
        places=record.places([flaw.item]),
        where=where,
        found=found,
        expected=proposal,
        basis=reason,
        advice=advice,
        suggestion=(proposal,) if proposal else (),
        effect=_effect(record, flaw, due),
        audience=code.audience,
    )


def _effect(record: Record, flaw: Flaw, due: Due) -> str:
    """By how much the total would move with the figure that the rules demand, or that the cell means."""
    if flaw.item in due.figures:
        return record.effect(flaw.item, due.figures[flaw.item])
    meant = Decimal(flaw.proposal) * record.item(flaw.item).scale if flaw.proposal else Decimal("0.5")
    return record.effect(flaw.item, float(meant)) if meant == meant.to_integral_value() else ""


def blanks(record: Record, items: Sequence[int], due: Due) -> list[Finding]:
    """One finding per table that lists its blanks, with the figures that the rules demand."""
    tables: dict[str, list[int]] = {}
    for item in items:
        tables.setdefault(record.item(item).table, []).append(item)
    return [_blank(record, listed, due) for listed in tables.values()]


def _blank(record: Record, items: Sequence[int], due: Due) -> Finding:
    first = record.item(items[0])
    wanted = [index for index in items if due.figures.get(index)]
    figures = "；".join(f"{record.cells([i])}按勾稽关系{due.text(record, i)}" for i in wanted)
    proposal = due.proposal(record, wanted[0]) if len(items) == len(wanted) == 1 else ""
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
        expected=proposal,
        basis=reason,
        advice=advice,
        suggestion=(proposal,) if proposal else (),
        effect=record.effect(items[0], due.figures[items[0]]) if len(items) == len(wanted) == 1 else "",
    )
