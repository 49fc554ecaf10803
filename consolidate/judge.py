"""Submissions by unit → findings, statuses and totals: validation once for all, then unit by unit.

Part of the pipeline: it calls the stages of checks and totals in their order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from consolidate import codes, standing
from consolidate.binding import Bound
from consolidate.checks import (
    compare,
    decisions,
    diagnose,
    formulas,
    frame,
    linearise,
    own,
    relay,
    report,
    settle,
    untested,
    validate,
    vouchers,
)
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
    Submission,
    Total,
    Unit,
    UnitReport,
)
from consolidate.standing import Case
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


def everything(bound: Bound, inputs: Inputs) -> Judged:
    """Judge all units of the roster: what is wrong, where each stands, what the totals are."""
    cases = [_case(unit, bound) for unit in bound.roster.units]
    rows = _rows(cases)
    levels = [roster.level_of(case.unit, inputs.settings.level) for case, _ in rows]
    table = _frame(rows, inputs, levels)
    linears = _linears(table, levels)
    found = _values(table, linears)
    counting = np.zeros(len(rows), bool)
    counting[[case.now for case in cases if case.now >= 0]] = True
    compared = compare.findings(table, counting, [case.unit.name for case, _ in rows])
    for row, extra in enumerate(compared):
        submission = table.submissions[row]
        own_findings = _without_echo(table.template, found[row], extra)
        found[row] = [
            *_of_file(table, submission, linears[row]),
            *_upstairs(submission),
            *own_findings,
            *extra,
        ]
    for case in cases:
        standing.judge(case, found, table, inputs)
    standing.delegated(cases)
    return _judged(bound, cases, inputs)


def _case(unit: Unit, bound: Bound) -> Case:
    submissions = bound.submissions.get(unit.name, [])
    unreadable = tuple(bound.unreadable.get(unit.name, []))
    return Case(unit, choose.counting(submissions) if submissions else None, unreadable)


def _rows(cases: Sequence[Case]) -> list[tuple[Case, Submission]]:
    """The rows of the frame: for each unit the submission that counts, and the one before it."""
    rows: list[tuple[Case, Submission]] = []
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


def _frame(rows: Sequence[tuple[Case, Submission]], inputs: Inputs, levels: Sequence[str]) -> Frame:
    last = inputs.previous.units if inputs.previous is not None else {}
    vectors = frame.last_year_vectors(
        inputs.template,
        last,
        [case.unit.name for case, _ in rows],
        [case.unit.predecessors for case, _ in rows],
    )
    return frame.build(inputs.template, [submission for _, submission in rows], vectors, levels)


def _linears(table: Frame, levels: Sequence[str]) -> list[LinearRules]:
    """The linear rules that hold for each row: a unit's or a total's, at its level."""
    held = [(submission.at, level) for submission, level in zip(table.submissions, levels, strict=True)]
    made = {
        (at, level): linearise.template(table.template, at=at, level=level)
        for at, level in dict.fromkeys(held)
    }
    return [made[one] for one in held]


def _values(table: Frame, linears: Sequence[LinearRules]) -> list[list[Finding]]:
    """Findings of every row about its values and rules."""
    failed = validate.failures(table)
    found = []
    for row, failures in enumerate(failed):
        linear = linears[row]
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
    submission = table.submissions[row]
    if not submission.formulas:
        return diagnose.explain(linear, values, blank, unknown, last_year=known)
    typed = formulas.typed(linear, untested.repeated(table.template, linear, submission))
    found = diagnose.explain(typed.rules, values, blank, unknown, last_year=known)
    named = {table.template.rules[number].name for number in failures.rules}
    broken = np.array([name in named for name in linear.names], np.bool_)
    return formulas.with_echoes(found, typed.echoes, broken)


def _without_echo(template: Template, found: Sequence[Finding], extra: Sequence[Finding]) -> list[Finding]:
    """Findings without the jump against last year of money that looks like 元: one cause, one finding."""
    sized = {finding.items for finding in extra if finding.code == "S5.size"}
    jumps = {rule.id for rule in template.rules if rule.kind == "jump"}
    return [one for one in found if one.code not in jumps or one.items not in sized]


def _of_file(table: Frame, submission: Submission, linear: LinearRules) -> list[Finding]:
    """What is odd about a file; where formulas compute its totals, that says more than that there are any."""
    live = untested.hint(table.template, linear, submission) if submission.formulas else None
    if live is None:
        return list(submission.problems)
    return [*(one for one in submission.problems if one.code != "F.formulas"), live]


def _upstairs(submission: Submission) -> list[Finding]:
    """A county's master, or the return of one, that is itself incomplete."""
    marker = submission.marker
    if marker is None or marker.facts.get("complete", "yes") == "yes":
        return []
    fields = {"due": marker.facts.get("due", ""), "accepted": marker.facts.get("accepted", "")}
    return [codes.finding("U.incomplete", fields)]


def _judged(bound: Bound, cases: Sequence[Case], inputs: Inputs) -> Judged:
    template, settings = inputs.template, inputs.settings
    readable = [case for case in cases if case.now >= 0]
    included = [c for c in readable if settings.include == "all" or c.status in ("accepted", "explained")]
    counted = list(_counting(included).values())
    totals = merge.totals(template, counted, inputs.adjustments)
    whole = all(case.status in ("accepted", "explained") for case in cases)
    if whole:  # of totals that lack a unit nobody knows yet what an entry leaves
        vouchers.check(template, totals, inputs.adjustments, settings.level, inputs.register)
    received = _counting(readable)
    sums, _ = merge.summed(list(received.values()), len(template.items))
    # Totals that lack a unit differ from last year's for that reason alone.
    last = inputs.previous.total if inputs.previous is not None and whole else None
    level = own.findings(template, counted, totals, last, settings.level)
    names = {case.unit.name for case in included}
    units = _units(cases, names)
    office = [*_on_totals(level, cases, names, totals, inputs), *_on_files(bound, cases, inputs)]
    others = decisions.applied(office, inputs.decided, template)
    findings = _sorted([*(f for unit in units for f in unit.findings), *others], units, template)
    return Judged(
        units,
        standing.file_reports(bound, cases),
        findings,
        totals,
        tuple(sums),
        _weightiest(findings, template, sums),
        untested.report(template, settings.level, received, last_year=inputs.previous is not None),
    )


def _counting(cases: Sequence[Case]) -> dict[str, Submission]:
    """Unit → the one submission of it that counts."""
    chosen = ((case.unit.name, case.choice.counting) for case in cases if case.choice is not None)
    return {name: submission for name, submission in chosen if submission is not None}


def _units(cases: Sequence[Case], included: set[str]) -> tuple[UnitReport, ...]:
    """Every unit as it is reported; `included` are those whose figures are in the totals."""
    delegates: dict[str, list[str]] = {}
    for case in cases:
        delegates.setdefault(case.unit.reported_by, []).append(case.unit.name)
    return tuple(standing.unit_report(case, included, delegates.get(case.unit.name, ())) for case in cases)


def _on_totals(
    found: Sequence[Finding],
    cases: Sequence[Case],
    included: set[str],
    totals: Sequence[Total],
    inputs: Inputs,
) -> list[Finding]:
    """What is found on the totals, with what the units that are in them have explained of it."""
    ours = [replace(finding, audience="office") for finding in found]
    ours = settle.identify(ours, inputs.template, inputs.year, OWN_LEVEL, None, totals)
    return relay.told(ours, {c.unit.name: c.findings for c in cases if c.unit.name in included})


def _on_files(bound: Bound, cases: Sequence[Case], inputs: Inputs) -> list[Finding]:
    """What is odd about files of nobody, and about answers that several units gave alike."""
    alike = settle.alike({case.unit.name: case.findings for case in cases})
    return _identified([*bound.findings, *alike], bound, inputs)


def _weightiest(findings: Sequence[Finding], template: Template, sums: Sequence[int]) -> tuple[str, ...]:
    """The few open findings that move a figure of the whole most, as sentences."""
    weighed = []
    for finding in findings:
        if not finding.effect or finding.status not in ("open", "refused"):
            continue
        item = template.items[template.index[finding.items[0]]]
        moved = float(finding.effect) * item.scale
        share = abs(moved) / max(abs(sums[item.index]), 1)
        whole = item.text(sums[item.index]) + item.unit
        text = f"{finding.unit}{finding.where}：若查实有误，已报合计{whole}将变动{finding.effect}{item.unit}"
        weighed.append((-share, finding.id, text))
    return tuple(text for _, _, text in sorted(weighed)[:3])


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
