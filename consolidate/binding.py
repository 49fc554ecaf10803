"""Receipts → units: whose each file is, which one counts, and what last year's master says of them.

Part of the pipeline: it brings the roster, the choice among several files and last year together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from consolidate import codes
from consolidate.errors import SettingsError
from consolidate.forms.template import Template
from consolidate.intake import choose, extract, roster
from consolidate.intake.extract import LayoutMemory
from consolidate.intake.names import is_filler, normal, of_title, stripped
from consolidate.intake.roster import Roster
from consolidate.model import (
    FileReport,
    Finding,
    Outcome,
    Previous,
    Refusal,
    Sheet,
    Submission,
    Workbook,
)
from consolidate.receive import Receipt

Vector = NDArray[np.float64]
DETAIL = "分单位明细"
REGISTERS = {"审核处理登记": "decisions.xlsx", "汇总调整": "adjustments.xlsx"}


@dataclass(slots=True)
class Bound:
    """Files by unit: readable submissions, unreadable receipts; files of nobody; findings for the office."""

    roster: Roster
    submissions: dict[str, list[Submission]] = field(default_factory=dict)
    unreadable: dict[str, list[Receipt]] = field(default_factory=dict)
    files: list[FileReport] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def bind(receipts: Sequence[Receipt], given: Roster | None, office: str) -> Bound:
    """Bind every receipt to a unit of the roster, or to none; never on a likeness."""
    names = [
        (s.cover.get("unit", "") or _itself(s), s.cover.get("code", ""))
        for r in receipts
        if (s := r.submission) is not None and _holds_form(s)
    ]
    bound = Bound(given if given is not None else roster.found(names, office))
    for receipt in receipts:
        if receipt.submission is not None:
            _submission(bound, receipt, receipt.submission)
        elif receipt.refusal is not None:
            _refused(bound, receipt, receipt.refusal)
    return bound


def _holds_form(submission: Submission) -> bool:
    """Whether anything of the form was found in the file, right generation or not."""
    found = any(place is not None for place in submission.places)
    return found or any(problem.code == "S1" for problem in submission.problems)


def _itself(submission: Submission) -> str:
    """A unit's name where cover and roster are silent: the file's, or the title's where that names none."""
    stem = Path(submission.file).stem
    if is_filler(normal(stem)) and submission.titled:
        return submission.titled
    return of_title(stem) or stem


def _submission(bound: Bound, receipt: Receipt, submission: Submission) -> None:
    if submission.marker is not None and submission.marker.role == "register":
        _stray_register(bound, receipt, submission.marker.facts.get("register", ""))
        return
    stated = submission.cover.get("unit", "")
    if not bound.roster.given and not stated:
        stated = _itself(submission)
    found = bound.roster.bind(submission.file, stated, submission.cover.get("code", ""), submission.titled)
    if not _holds_form(submission) and not (found.unit and stated):
        _refused(bound, receipt, Refusal("F.not_form"))
        return
    if found.unit:
        bound.submissions.setdefault(found.unit, []).append(submission)
        return
    suggestion = f"；可能是{found.suggestion}，请人工确认" if found.suggestion else ""
    fields = {"reason": found.reason, "suggestion": suggestion}
    finding = codes.finding("S7.unknown", fields, where=submission.file, todo=found.todo)
    bound.findings.append(_of_file(finding, submission.file, stated))
    bound.files.append(FileReport(submission.file, receipt.sha256, "unknown", found.reason + suggestion, ""))


def _stray_register(bound: Bound, receipt: Receipt, what: str) -> None:
    """A register that a clerk has filled in, and that is not where, or not called what, is looked for."""
    fields = {"what": what or "登记簿", "name": REGISTERS.get(what, "原来的名称")}
    name = receipt.received.name
    bound.files.append(FileReport(name, receipt.sha256, "unknown", codes.sentence("F.stray", **fields), ""))
    bound.findings.append(_of_file(codes.finding("F.stray", fields, where=name), name, ""))


def _refused(bound: Bound, receipt: Receipt, refusal: Refusal) -> None:
    name = receipt.received.name
    units, sure = bound.roster.by_file(name)
    unit = units[0] if len(units) == 1 and sure and bound.roster.given else ""
    reason = codes.sentence(refusal.code, **refusal.details)
    outcome: Outcome = "unreadable" if unit or receipt.submission is None else "unknown"
    bound.files.append(FileReport(name, receipt.sha256, outcome, reason, unit))
    if unit:
        bound.unreadable.setdefault(unit, []).append(replace(receipt, submission=None, refusal=refusal))
    else:
        bound.findings.append(_of_file(codes.finding(refusal.code, refusal.details, where=name), name, ""))


def _of_file(finding: Finding, file: str, unit: str) -> Finding:
    return replace(finding, file=file, unit=unit, audience="office")


def select(submissions: Sequence[Submission]) -> choose.Choice:
    """Which of a unit's submissions counts."""
    return choose.counting(submissions)


def previous(book: Workbook, name: str, template: Template, year: int, units: Roster | None) -> Previous:
    """Last year's figures from a master; SettingsError when the workbook is none, or another year's."""
    figures = _details(book.sheets, template, units)
    if book.marker is None or book.marker.role != "master":
        raise SettingsError(f"{name}不是本系统生成的汇总表：请用上年的master.xlsx")
    if not figures:
        raise SettingsError(f"{name}的“{DETAIL}”里没有单位的数，不能与上年比较：请用已收到报表的那一份")
    if book.marker.year not in (None, year - 1):
        raise SettingsError(
            f"{name}是{book.marker.year}年度的汇总表：{year}年度要与上年比较，"
            f"请指定{year - 1}年度的master.xlsx"
        )
    totals = extract.submission(book, template, (), None, memory=LayoutMemory()).values
    return Previous(book.marker.year or year - 1, figures, totals)


def _details(sheets: Sequence[Sheet], template: Template, units: Roster | None) -> dict[str, Vector]:
    """Values by unit name from 分单位明细: row 1 labels, row 2 item ids, A–D code, name, kind, status."""
    found: dict[str, Vector] = {}
    merged = _merged(units)
    for sheet in sheets:
        if sheet.name != DETAIL:
            continue
        head = next((n for n, row in enumerate(sheet.rows[:6]) if _ids(row, template)), None)
        if head is None:
            continue
        columns = _ids(sheet.rows[head], template)
        for row in sheet.rows[head + 1 :]:
            name = _unit(units, merged, str(row[0]).strip(), str(row[1]).strip())
            vector = np.full(len(template.items), np.nan)
            for column, index in columns.items():
                value = row[column]
                if isinstance(value, (int, float)) and not isinstance(value, bool):
                    vector[index] = round(float(f"{value:.15g}") * template.items[index].scale)
            if name and not np.isnan(vector).all():
                # Two units of last year that are one by now, under its aliases.
                found[name] = vector if name not in found else found[name] + vector
    return found


def _unit(units: Roster | None, merged: Mapping[str, str], code: str, name: str) -> str:
    """This year's name of a unit of last year's master: by code, else by name or alias, else as merged."""
    if units is None:
        return name
    known = units.by_code(code) or units.by_name(name)
    return known or merged.get(normal(name)) or merged.get(stripped(name, units.place), name)


def _merged(units: Roster | None) -> dict[str, str]:
    """Keys of the units that were merged into others → their names as the roster writes them."""
    if units is None:
        return {}
    gone = [name for unit in units.units for name in unit.predecessors]
    return {stripped(name, units.place): name for name in gone} | {normal(name): name for name in gone}


def _ids(row: Sequence[object], template: Template) -> Mapping[int, int]:
    """Column → item of a row of item ids; empty when the row holds none."""
    return {n: template.index[str(cell)] for n, cell in enumerate(row) if str(cell) in template.index}
