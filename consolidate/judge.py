"""Submissions by unit → findings, statuses and totals: validation once for all, then unit by unit.

Part of the pipeline: it calls the stages of checks and totals in their order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from consolidate import codes
from consolidate.binding import Bound
from consolidate.checks import compare, diagnose, frame, linearise, own, report, settle, validate
from consolidate.checks.explanation import Diagnosis
from consolidate.checks.frame import Frame
from consolidate.checks.linear import LinearRules
from consolidate.checks.validate import Failures
from consolidate.forms.template import Template
from consolidate.inputs import Inputs
from consolidate.intake import choose, roster
from consolidate.model import (
    OWN_LEVEL,
    FileReport,
    Finding,
    Status,
    Submission,
    Total,
    Unit,
    UnitReport,
)
from consolidate.receive import Receipt
from consolidate.totals import merge

Vector = NDArray[np.float64]


@dataclass(slots=True)
class Judged:
    """What the checks made of all units."""

    units: tuple[UnitReport, ...]
    files: list[FileReport]
    findings: tuple[Finding, ...]
    totals: tuple[Total, ...]
    received_totals: tuple[int, ...]
    notes: tuple[str, ...] = ()
    untested: Mapping[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class _Case:
    """One unit under judgement: the choice among its files, and their rows in the frame."""

    unit: Unit
    choice: choose.Choice | None = None
    unreadable: tuple[Receipt, ...] = ()
    now: int = -1
    before: int = -1
    findings: list[Finding] = field(default_factory=list)
    status: Status = "missing"
    remark: str = ""


def everything(bound: Bound, inputs: Inputs) -> Judged:
    """Judge all units of the roster: what is wrong, where each stands, what the totals are."""
    cases = [_case(unit, bound) for unit in bound.roster.units]
    rows = _rows(cases)
    table = _frame(rows, inputs)
    found = _values(table, inputs)
    counting = np.zeros(len(rows), bool)
    counting[[case.now for case in cases if case.now >= 0]] = True
    compared = compare.findings(table, counting, [case.unit.name for case, _ in rows])
    for row, extra in enumerate(compared):
        submission = table.submissions[row]
        own_findings = _without_echo(table.template, found[row], extra)
        found[row] = [*submission.problems, *_upstairs(submission), *own_findings, *extra]
    for case in cases:
        _judge(case, found, table, inputs)
    _delegated(cases)
    return _judged(bound, cases, inputs)


def _case(unit: Unit, bound: Bound) -> _Case:
    submissions = bound.submissions.get(unit.name, [])
    unreadable = tuple(bound.unreadable.get(unit.name, []))
    return _Case(unit, choose.counting(submissions) if submissions else None, unreadable)


def _rows(cases: Sequence[_Case]) -> list[tuple[_Case, Submission]]:
    """The rows of the frame: for each unit the submission that counts, and the one before it."""
    rows: list[tuple[_Case, Submission]] = []
    for case in cases:
        if case.choice is None or case.choice.counting is None or case.unit.reported_by:
            continue
        case.now = len(rows)
        rows.append((case, case.choice.counting))
        if case.choice.superseded:
            earlier = choose.counting(case.choice.superseded)
            case.before = len(rows)
            rows.append((case, earlier.counting or case.choice.superseded[-1]))
    return rows


def _frame(rows: Sequence[tuple[_Case, Submission]], inputs: Inputs) -> Frame:
    last = inputs.previous.units if inputs.previous is not None else {}
    vectors = frame.last_year_vectors(
        inputs.template,
        last,
        [case.unit.name for case, _ in rows],
        [case.unit.predecessors for case, _ in rows],
    )
    levels = [roster.level_of(case.unit, inputs.settings.level) for case, _ in rows]
    return frame.build(inputs.template, [submission for _, submission in rows], vectors, levels)


def _values(table: Frame, inputs: Inputs) -> list[list[Finding]]:
    """Findings of every row about its values and rules."""
    failed = validate.failures(table)
    linear = linearise.template(inputs.template)
    found = []
    for row, failures in enumerate(failed):
        clean = not (failures.rules or failures.blanks or failures.faults or table.submissions[row].flaws)
        diagnosis = Diagnosis(()) if clean else _diagnose(table, row, failures, linear)
        found.append([] if clean else report.findings(table, row, failures, diagnosis, linear))
    return found


def _diagnose(table: Frame, row: int, failures: Failures, linear: LinearRules) -> Diagnosis:
    """Explain the broken rules of a row; rules that do not hold at the unit's level take no part."""
    if not failures.rules and not failures.faults:
        return Diagnosis(())
    width = len(table.template.items)
    past = [table.template.index[name.removeprefix(linearise.LAST_YEAR)] for name in linear.items[width:]]
    last = table.last[row]
    values = np.concatenate([table.values[row], last[past]])
    known = np.concatenate([last, np.full(len(past), np.nan)])
    blank = np.concatenate([table.blank[row], np.zeros(len(past), bool)])
    unknown = np.concatenate([table.faulty[row] | table.absent[row], np.isnan(last[past])])
    return diagnose.explain(linear, values, blank, unknown, last_year=known)


def _without_echo(template: Template, found: Sequence[Finding], extra: Sequence[Finding]) -> list[Finding]:
    """Findings without the jump against last year of money that looks like 元: one cause, one finding."""
    sized = {finding.items for finding in extra if finding.code == "S5.size"}
    jumps = {rule.id for rule in template.rules if rule.kind == "jump"}
    return [one for one in found if one.code not in jumps or one.items not in sized]


def _upstairs(submission: Submission) -> list[Finding]:
    """A county's master that is itself incomplete."""
    marker = submission.marker
    if marker is None or marker.role != "master" or marker.facts.get("complete", "yes") == "yes":
        return []
    fields = {"due": marker.facts.get("due", ""), "accepted": marker.facts.get("accepted", "")}
    return [codes.finding("U.incomplete", fields)]


def _judge(case: _Case, found: Sequence[Sequence[Finding]], table: Frame, inputs: Inputs) -> None:
    template, year, name = inputs.template, inputs.year, case.unit.name
    if case.choice is None:
        _without(case, inputs)
        return
    if case.choice.counting is None:
        _conflict(case, case.choice.conflict, inputs)
        return
    if case.now < 0:  # delegated, and reporting for itself all the same
        fields = {"unit": name, "delegate": case.unit.reported_by}
        odd = [codes.finding("S7.delegate", fields)]
        found_odd = settle.identify(odd, template, year, name, case.choice.counting)
        case.findings = settle.decide(found_odd, inputs.decided, template)
        return
    submission = case.choice.counting
    files = _in_order(case.choice)
    now = settle.identify(found[case.now], template, year, name, submission)
    now = settle.explain(now, template, files)
    now = settle.decide(now, inputs.decided, template, files)
    earlier: list[Finding] | None = None
    if case.before >= 0:
        before = table.submissions[case.before]
        earlier = settle.identify(found[case.before], template, year, name, before)
        odd = _between(template, before, submission, earlier, now)
        now += settle.identify(odd, template, year, name, submission)
    now, fixed = settle.compare_rounds(now, earlier)
    case.status = settle.status(now)
    late = settle.decide(_later_unreadable(case, submission, inputs), inputs.decided, template)
    case.findings = [*now, *late, *fixed]


def _in_order(choice: choose.Choice) -> list[Submission]:
    """All files of a unit from the earliest to the one that counts."""
    rest = sorted(
        choice.superseded, key=lambda s: (s.folder, choose.date(s.cover.get("date", "")), s.modified, s.file)
    )
    return [*rest, choice.counting] if choice.counting is not None else rest


def _between(
    template: Template,
    before: Submission,
    now: Submission,
    earlier: Sequence[Finding],
    current: Sequence[Finding],
) -> list[Finding]:
    """What a second submission shows besides its own findings: nothing changed, or more than was asked."""
    if choose.same_values(before, now):
        # The same figures with new explanations, a mended label or year, are what was asked for.
        waiting = {f.code for f in current if f.severity != "hint" and f.status in ("open", "refused")}
        again = any(finding.code in waiting for finding in earlier)
        return [codes.finding("R.same", {})] if again else []
    odd = settle.unasked(template, before, now, earlier)
    return [odd] if odd is not None else []


def _without(case: _Case, inputs: Inputs) -> None:
    """A unit without a readable file: unreadable, delegated, or missing."""
    name = case.unit.name
    odd: list[Finding] = []
    if case.unreadable:
        case.status = "unreadable"
        for receipt in case.unreadable:
            if receipt.refusal is not None:
                file = receipt.received.name
                one = codes.finding(receipt.refusal.code, receipt.refusal.details, where=file)
                odd.append(replace(one, file=file))
    elif not case.unit.reported_by:
        odd = [codes.finding("S7.missing", {"unit": name})]
    case.findings = settle.identify(odd, inputs.template, inputs.year, name, None)


def _conflict(case: _Case, files: Sequence[Submission], inputs: Inputs) -> None:
    names = "、".join(s.file for s in files)
    fields = {"unit": case.unit.name, "count": str(len(files)), "files": names}
    odd = replace(codes.finding("S7.twice", fields), file=files[-1].file)
    case.status = "returned"
    case.findings = settle.identify([odd], inputs.template, inputs.year, case.unit.name, None)


def _later_unreadable(case: _Case, submission: Submission, inputs: Inputs) -> list[Finding]:
    """A later file that cannot be read may have been meant to replace the one that counts."""
    odd = []
    for receipt in case.unreadable:
        if receipt.refusal is not None and receipt.received.folder > submission.folder:
            reason = codes.sentence(receipt.refusal.code, **receipt.refusal.details)
            fields = {"unit": case.unit.name, "file": receipt.received.name, "reason": reason}
            one = codes.finding("S7.unreadable", fields)
            odd.append(replace(one, file=receipt.received.name, digest=receipt.sha256[:8]))
    return settle.identify(odd, inputs.template, inputs.year, case.unit.name, None)


def _delegated(cases: Sequence[_Case]) -> None:
    """Units reported by another stand where that one stands."""
    by_name = {case.unit.name: case for case in cases}
    for case in cases:
        if case.unit.reported_by in by_name:
            case.status = by_name[case.unit.reported_by].status
            case.remark = f"由{case.unit.reported_by}代报"


def _judged(bound: Bound, cases: Sequence[_Case], inputs: Inputs) -> Judged:
    template, settings = inputs.template, inputs.settings
    readable = [case for case in cases if case.now >= 0]
    included = [c for c in readable if settings.include == "all" or c.status in ("accepted", "explained")]
    counted = [c.choice.counting for c in included if c.choice is not None and c.choice.counting is not None]
    totals = merge.totals(template, counted, inputs.adjustments)
    received = [c.choice.counting for c in readable if c.choice is not None and c.choice.counting is not None]
    sums = merge.exact_sums(merge.matrix(received, len(template.items)))
    whole = all(case.status in ("accepted", "explained") for case in cases)
    # Totals that lack a unit differ from last year's for that reason alone.
    last = inputs.previous.total if inputs.previous is not None and whole else None
    level = [
        replace(f, audience="office") for f in own.findings(template, counted, totals, last, settings.level)
    ]
    ours = settle.identify(level, template, inputs.year, OWN_LEVEL, None, totals)
    office = [*bound.findings, *settle.alike({case.unit.name: case.findings for case in cases})]
    names = {case.unit.name for case in included}
    delegates: dict[str, list[str]] = {}
    for case in cases:
        delegates.setdefault(case.unit.reported_by, []).append(case.unit.name)
    units = tuple(_report(case, names, delegates.get(case.unit.name, ())) for case in cases)
    others = settle.decide([*ours, *_identified(office, bound, inputs)], inputs.decided, template)
    findings = _sorted([*(f for unit in units for f in unit.findings), *others], units, template)
    return Judged(
        units,
        _files(bound, cases),
        findings,
        totals,
        tuple(sums),
        _weightiest(findings, template, sums),
        _untested(template),
    )


def _weightiest(findings: Sequence[Finding], template: Template, sums: Sequence[int]) -> tuple[str, ...]:
    """The few open findings that move a figure of the whole most, as sentences."""
    weighed = []
    for finding in findings:
        if not finding.effect or finding.status not in ("open", "refused"):
            continue
        item = template.items[template.index[finding.items[0]]]
        moved = float(finding.effect) * item.scale
        share = abs(moved) / max(abs(sums[item.index]), 1)
        text = (
            f"{finding.unit}{finding.where}：若属实，合计{item.text(sums[item.index])}将变动{finding.effect}"
        )
        weighed.append((-share, finding.id, text))
    return tuple(text for _, _, text in sorted(weighed)[:3])


def _untested(template: Template) -> dict[str, object]:
    """Items that fewer than two equalities test: a slip there cannot be pinned down, or breaks nothing."""
    tests = dict.fromkeys(range(len(template.items)), 0)
    for rule in template.rules:
        if rule.kind == "linear" and rule.severity == "error" and rule.comparisons[0].relation == "==":
            for index in rule.items:
                tests[index] += 1
    once = [template.items[i].id for i, count in tests.items() if count == 1]
    never = [template.items[i].id for i, count in tests.items() if count == 0]
    return {"tested_once": once, "never_tested": never}


def _identified(findings: Sequence[Finding], bound: Bound, inputs: Inputs) -> list[Finding]:
    """Findings about files of nobody: the file's name takes the unit's part in the id."""
    template, year = inputs.template.id, inputs.year
    sha256 = {report.file: report.sha256 for report in bound.files}
    return [
        replace(
            f,
            id=settle.identity(template, year, f.code, f.unit, (), f.file or f.message),
            digest=sha256.get(f.file, "")[:8],
        )
        for f in findings
    ]


def _report(case: _Case, included: set[str], delegates: Sequence[str]) -> UnitReport:
    choice = case.choice
    remark = case.remark or (f"代报{'、'.join(delegates)}" if delegates else "")
    counting = choice.counting if choice is not None and case.now >= 0 else None
    conflicting = choice.conflict[-1] if choice is not None and choice.conflict else None
    return UnitReport(
        unit=case.unit,
        status=case.status,
        submission=counting or conflicting,
        findings=tuple(case.findings),
        included=(case.unit.reported_by or case.unit.name) in included,
        remark=remark,
        previous_file=choice.superseded[-1].file if choice is not None and choice.superseded else "",
    )


def _files(bound: Bound, cases: Sequence[_Case]) -> list[FileReport]:
    """The outcome of every file that was read and bound."""
    files = list(bound.files)
    for case in cases:
        choice, name = case.choice, case.unit.name
        if choice is None:
            continue
        for submission in choice.superseded:
            reason = f"已有新表替代：{_replacing(submission, choice)}"
            files.append(FileReport(submission.file, submission.sha256, "superseded", reason, name))
        for submission in choice.conflict:
            files.append(
                FileReport(
                    submission.file,
                    submission.sha256,
                    "conflict",
                    "同一单位另有数据不同的一份，分不出先后",
                    name,
                )
            )
        if choice.counting is not None:
            files.append(_counted(case, choice.counting))
    return files


def _replacing(submission: Submission, choice: choose.Choice) -> str:
    if choice.counting is None:
        return "另两份有出入的"
    same = "（数据相同）" if choose.same_values(submission, choice.counting) else ""
    return choice.counting.file + same


def _counted(case: _Case, submission: Submission) -> FileReport:
    digest, name = submission.sha256, case.unit.name
    if case.now < 0:
        return FileReport(
            submission.file, digest, "conflict", f"该单位由{case.unit.reported_by}代报，未计入", name
        )
    if case.status == "returned":
        errors = sum(f.severity == "error" and f.status in ("open", "refused") for f in case.findings)
        return FileReport(submission.file, digest, "returned", f"有{errors}处强制问题须修改", name)
    if case.status == "queried":
        return FileReport(submission.file, digest, "returned", "有核实问题尚未说明", name)
    return FileReport(submission.file, digest, "counted", "通过", name)


def _sorted(
    findings: Sequence[Finding], units: Sequence[UnitReport], template: Template
) -> tuple[Finding, ...]:
    """Roster, file, template order, code; findings on nobody's files after them, the office's own last."""
    order = {report.unit.name: number for number, report in enumerate(units)}
    place = {item.id: item.index for item in template.items}

    def key(f: Finding) -> tuple[object, ...]:
        unit = order.get(f.unit, len(order) + (f.unit == OWN_LEVEL))
        return (unit, f.change == "fixed", f.file, place.get(f.items[0], -1) if f.items else -1, f.code, f.id)

    return tuple(sorted(findings, key=key))
