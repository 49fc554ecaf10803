"""Run → status.html: who is in, who must act and who is missing, on one page that needs no script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from consolidate.books import pages, style, words
from consolidate.model import OWN_LEVEL, FileReport, Finding, Run, Severity, Status, UnitReport

_STATES: tuple[Status, ...] = ("accepted", "explained", "queried", "returned", "unreadable", "missing")
_ACTING: tuple[Status, ...] = ("queried", "returned", "unreadable", "missing")
_MOST = 2000  # units that a browser shows at ease; of more, those that must act
_SEVERITIES: tuple[Severity, ...] = ("error", "query", "hint")


@dataclass(frozen=True, slots=True)
class _State:
    """One state, how many units are in it, and where its part of the bar begins and how long it is (%)."""

    key: Status
    word: str
    count: int
    start: str
    share: str


@dataclass(frozen=True, slots=True)
class _Group:
    """The units of one kind (类别) and how they divide into states."""

    name: str
    due: int
    received: int
    states: tuple[_State, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """One unit as the page shows it; `link` is the relative address of its return, '' when none."""

    name: str
    kind: str
    state: _State
    file: str
    link: str
    remark: str
    included: bool
    counts: tuple[tuple[str, str, int], ...]
    findings: tuple[Finding, ...]


def page(run: Run, returns: Mapping[str, str] | None = None) -> str:
    """The page as HTML; `returns` maps a unit's name to the path of its return, relative to the page.

    It shows no contact and no telephone number.
    """
    states = _states(run.units)
    return pages.render(
        "status.html",
        run=run,
        style=style,
        form=run.template.title,
        counts=run.counts,
        states=states,
        groups=_groups(run.units),
        lines=_lines(_listed(run.units), states, returns or {}),
        missing=[report.unit.name for report in run.units if report.status == "missing"],
        own=_sorted(finding for finding in run.findings if _of_office(finding)),
        files=_loose_files(run.files),
        severities=words.SEVERITY,
        outcomes=words.OUTCOME,
        change=words.change,
    )


def _of_office(finding: Finding) -> bool:
    """Whether a finding is about the totals, or about several units at once."""
    return finding.unit == OWN_LEVEL or finding.code == "E.alike"


def _states(units: Sequence[UnitReport]) -> tuple[_State, ...]:
    count = dict.fromkeys(_STATES, 0)
    for report in units:
        count[report.status] += 1
    states, before, whole = [], 0, max(len(units), 1)
    for key in _STATES:
        start, share = (f"{100 * number / whole:.3f}" for number in (before, count[key]))
        states.append(_State(key, words.STATUS[key], count[key], start, share))
        before += count[key]
    return tuple(states)


def _groups(units: Sequence[UnitReport]) -> list[_Group]:
    kinds: dict[str, list[UnitReport]] = {}
    for report in units:
        kinds.setdefault(report.unit.kind, []).append(report)
    if len(kinds) < 2:
        return []
    return [
        _Group(
            name=kind or "未分类",
            due=len(members),
            received=sum(report.status != "missing" for report in members),
            states=_states(members),
        )
        for kind, members in kinds.items()
    ]


def _listed(units: Sequence[UnitReport]) -> Sequence[UnitReport]:
    if len(units) <= _MOST:
        return units
    return [report for report in units if report.status in _ACTING][:_MOST]


def _lines(units: Sequence[UnitReport], states: Sequence[_State], returns: Mapping[str, str]) -> list[_Line]:
    by_key = {state.key: state for state in states}
    return [_line(report, by_key[report.status], returns) for report in units]


def _line(report: UnitReport, state: _State, returns: Mapping[str, str]) -> _Line:
    findings = _sorted(report.findings)
    path = returns.get(report.unit.name, "")
    counted = () if report.status == "missing" else findings
    counts = [(key, sum(f.severity == key and _open(f) for f in counted)) for key in _SEVERITIES]
    return _Line(
        name=report.unit.name,
        kind=report.unit.kind,
        state=state,
        file=report.submission.file if report.submission else "",
        link=quote(path.replace("\\", "/"), safe="/"),
        remark=report.remark,
        included=report.included,
        counts=tuple((key, words.SEVERITY[key], count) for key, count in counts if count),
        findings=findings,
    )


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """What must be changed first; otherwise in the order of findings.csv."""
    return tuple(sorted(findings, key=lambda finding: _SEVERITIES.index(finding.severity)))


def _open(finding: Finding) -> bool:
    return finding.status in ("open", "refused") and finding.change != "fixed"


def _loose_files(files: Sequence[FileReport]) -> list[FileReport]:
    """Files that count for no unit, so that nothing that arrived is lost from sight."""
    return [file for file in files if file.outcome in ("unknown", "conflict", "unreadable", "skipped")]
