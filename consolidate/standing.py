"""One unit under judgement: what its files amount to, and where it stands.

Part of the pipeline, beside `judge`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from consolidate import codes
from consolidate.binding import Bound
from consolidate.checks import decisions, settle
from consolidate.checks.frame import Frame
from consolidate.forms.template import Template
from consolidate.inputs import Inputs
from consolidate.intake import choose
from consolidate.model import FileReport, Finding, Status, Submission, Unit, UnitReport
from consolidate.receive import Receipt


@dataclass(slots=True)
class Case:
    """One unit under judgement: the choice among its files, and their rows in the frame."""

    unit: Unit
    choice: choose.Choice | None = None
    unreadable: tuple[Receipt, ...] = ()
    now: int = -1
    before: int = -1
    findings: list[Finding] = field(default_factory=list)
    status: Status = "missing"
    remark: str = ""


def judge(case: Case, found: Sequence[Sequence[Finding]], table: Frame, inputs: Inputs) -> None:
    """Give a case its findings and its status; `found` are those of each row of the frame."""
    template, year, name = inputs.template, inputs.year, case.unit.name
    if case.choice is None:
        _without(case, inputs)
        return
    if case.choice.counting is None:
        _conflict(case, case.choice.conflict, inputs)
        return
    if case.now < 0:  # delegated, and reporting for itself all the same
        fields = {"unit": name, "delegate": case.unit.reported_by}
        found_odd = settle.identify(
            [codes.finding("S7.delegate", fields)], template, year, name, case.choice.counting
        )
        case.findings = decisions.applied(found_odd, inputs.decided, template)
        return
    submission = case.choice.counting
    files = _in_order(case.choice)
    now = settle.identify(found[case.now], template, year, name, submission)
    now = settle.explain(now, template, files)
    now = decisions.applied(now, inputs.decided, template, files)
    earlier: list[Finding] | None = None
    odd: list[Finding] = []
    if case.before >= 0:
        before = table.submissions[case.before]
        earlier = settle.identify(found[case.before], template, year, name, before)
        odd = settle.identify(
            _between(template, before, submission, earlier, now), template, year, name, submission
        )
    now, fixed = settle.compare_rounds(now, earlier)
    case.status = settle.status(now)
    late = decisions.applied(_later_unreadable(case, submission, inputs), inputs.decided, template)
    # What is said of the resubmission itself is no finding that an earlier one had or lacked.
    case.findings = [*now, *odd, *late, *fixed]


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


def _without(case: Case, inputs: Inputs) -> None:
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


def _conflict(case: Case, files: Sequence[Submission], inputs: Inputs) -> None:
    names = "、".join(s.file for s in files)
    fields = {"unit": case.unit.name, "count": str(len(files)), "files": names}
    odd = replace(codes.finding("S7.twice", fields), file=files[-1].file)
    case.status = "returned"
    case.findings = settle.identify([odd], inputs.template, inputs.year, case.unit.name, None)


def _later_unreadable(case: Case, submission: Submission, inputs: Inputs) -> list[Finding]:
    """A later file that cannot be read may have been meant to replace the one that counts."""
    odd = []
    for receipt in case.unreadable:
        if receipt.refusal is not None and receipt.received.folder > submission.folder:
            reason = codes.sentence(receipt.refusal.code, **receipt.refusal.details)
            fields = {"unit": case.unit.name, "file": receipt.received.name, "reason": reason}
            one = codes.finding("S7.unreadable", fields)
            odd.append(replace(one, file=receipt.received.name, digest=receipt.sha256[:8]))
    return settle.identify(odd, inputs.template, inputs.year, case.unit.name, None)


def delegated(cases: Sequence[Case]) -> None:
    """Units reported by another stand where that one stands."""
    by_name = {case.unit.name: case for case in cases}
    for case in cases:
        if case.unit.reported_by in by_name:
            case.status = by_name[case.unit.reported_by].status
            case.remark = f"由{case.unit.reported_by}代报"


def unit_report(case: Case, included: set[str], delegates: Sequence[str]) -> UnitReport:
    """The case as it is reported; `delegates` are the units that it reports for."""
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


def file_reports(bound: Bound, cases: Sequence[Case]) -> list[FileReport]:
    """The outcome of every file that was read and bound."""
    reports = list(bound.files)
    for case in cases:
        choice, name = case.choice, case.unit.name
        if choice is None:
            continue
        for submission in choice.superseded:
            reason = f"已有新表替代：{_replacing(submission, choice)}"
            reports.append(FileReport(submission.file, submission.sha256, "superseded", reason, name))
        for submission in choice.conflict:
            reports.append(
                FileReport(
                    submission.file,
                    submission.sha256,
                    "conflict",
                    "同一单位另有数据不同的一份，分不出先后",
                    name,
                )
            )
        if choice.counting is not None:
            reports.append(_counted(case, choice.counting))
    return reports


def _replacing(submission: Submission, choice: choose.Choice) -> str:
    if choice.counting is None:
        return "另两份有出入的"
    same = "（数据相同）" if choose.same_values(submission, choice.counting) else ""
    return choice.counting.file + same


def _counted(case: Case, submission: Submission) -> FileReport:
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
