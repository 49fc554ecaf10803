"""What remains open: explanations of units, and where each unit stands.

An explanation answers a query only while the values that it explains are unchanged; nothing but a
decision of the office (`decisions`) settles an error; neither ever changes a figure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from consolidate import codes
from consolidate.checks import boilerplate
from consolidate.forms.template import Template
from consolidate.model import Explanation, Finding, Status, Submission, Total, sheet_of

_NO_EXCUSE = "强制项不能用情况说明代替修改：请查台账后改正；确属特殊情况的，请与我办联系"
_LAPSED = "原情况说明“{}”是针对改动前的数写的，数已变动，说明失效：请核对现在的数，仍须说明的重新填写"
_WHOLE = frozenset(("C.unit", "C.last_year"))  # perhaps another's file: any cell may change
ALIKE = 3  # the same explanation from so many units is worth a look by the office


def identity(template: str, year: int, code: str, unit: str, items: Sequence[str], extra: str = "") -> str:
    """A finding's id: the same finding has the same id in every round, wherever its cells stand."""
    text = "\n".join([template, str(year), code, unit, *items, extra])
    return f"{code}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def identify(
    findings: Iterable[Finding],
    template: Template,
    year: int,
    unit: str,
    submission: Submission | None,
    totals: Sequence[Total] = (),
) -> list[Finding]:
    """Findings of one unit with unit, file, sheet, id and the digest of the values they are about.

    Findings on the office's own level are about `totals`; without either there is nothing to digest.
    """
    result = []
    seen: dict[str, int] = {}
    for finding in findings:
        sheet = sheet_of(finding.places, submission.sheets) if submission is not None else ""
        key = "" if finding.items else finding.where
        name = identity(template.id, year, finding.code, unit, finding.items, key)
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:  # two rules of one code over the same items
            name = identity(template.id, year, finding.code, unit, finding.items, f"{key}#{seen[name]}")
        result.append(
            replace(
                finding,
                unit=unit,
                file=finding.file or (submission.file if submission is not None else ""),
                sheet=finding.sheet or sheet,
                id=name,
                digest=finding.digest or _digest_of(template, submission, totals, finding),
            )
        )
    return result


def digest(template: Template, submission: Submission, finding: Finding) -> str:
    """8 hex of the values that a finding is about: all items of its rules, or all values of the file."""
    raw = {flaw.item: flaw.raw for flaw in submission.flaws}

    def stated(item: int) -> str:
        value = float(submission.values[item])
        return raw.get(item, "" if np.isnan(value) else repr(value))

    return _hash(template, finding, stated)


def _digest_of(
    template: Template, submission: Submission | None, totals: Sequence[Total], finding: Finding
) -> str:
    if submission is not None:
        return digest(template, submission, finding)
    return _hash(template, finding, lambda item: str(totals[item].value)) if totals else ""


def _hash(template: Template, finding: Finding, stated: Callable[[int], str]) -> str:
    items = _about(template, [finding])
    pieces = [f"{template.items[i].id}={stated(i)}" for i in sorted(items) or range(len(template.items))]
    return hashlib.sha256("\n".join(pieces).encode("utf-8", "replace")).hexdigest()[:8]


def _about(template: Template, findings: Iterable[Finding]) -> set[int]:
    """The items that findings name, with all items of their rules."""
    items: set[int] = set()
    rules: set[str] = set()
    for finding in findings:
        items.update(template.index[item] for item in finding.items)
        rules.update(finding.rules)
    items.update(item for rule in template.rules if rule.name in rules for item in rule.items)
    return items


def explain(
    findings: Sequence[Finding], template: Template, submissions: Sequence[Submission]
) -> list[Finding]:
    """Findings of one unit with the 情况说明 that answer them, from any of the unit's files.

    `submissions` from the earliest to the one that counts: a later explanation replaces an earlier one.
    """
    answers = _first_said(submissions)
    if not answers:
        return list(findings)
    return [_explained(finding, template, answers) for finding in findings]


def _first_said(submissions: Sequence[Submission]) -> list[tuple[Submission, Explanation]]:
    """Every explanation with the submission that said it first, in the order in which they were first said.

    A sentence that is only carried along (in a corrected file, on the 勾稽 sheet beside a newer one on
    审核意见, in the original sent again) speaks of the values that it was written for, and replaces no newer
    one; what a master says was gathered for its own values.
    """
    first: dict[tuple[str, ...], tuple[Submission, Explanation]] = {}
    for submission in submissions:
        for said in submission.explanations:
            master = submission.marker is not None and submission.marker.role == "master"
            key = (said.finding, said.text, said.digest, submission.sha256 if master else "")
            first.setdefault(key, (submission, said))
    return list(first.values())


def _explained(
    finding: Finding, template: Template, answers: Sequence[tuple[Submission, Explanation]]
) -> Finding:
    text = lapsed = ""
    for submission, said in answers:
        if said.finding == finding.id or said.finding in finding.rules:
            about = said.digest or digest(template, submission, finding)
            text, lapsed = (said.text, lapsed) if about == finding.digest else (text, said.text)
    if finding.severity != "query":
        said_of = text or lapsed
        refused = said_of and finding.severity == "error"
        return replace(finding, explanation=said_of, reply=_NO_EXCUSE if refused else "")
    if not text:
        return replace(finding, reply=_LAPSED.format(lapsed)) if lapsed else finding
    asked = (finding.message, finding.basis, *finding.causes, *_said_by_rules(template, finding))
    if reason := boilerplate.insufficient(text, asked):
        return replace(finding, explanation=text, status="refused", reply=reason)
    return replace(finding, explanation=text, status="explained")


def _said_by_rules(template: Template, finding: Finding) -> Iterable[str]:
    return (rule.say for rule in template.rules if rule.name in finding.rules)


def status(findings: Iterable[Finding]) -> Status:
    """Where a readable unit stands: accepted, explained, queried 待核实, or returned."""
    live = [f for f in findings if f.severity != "hint" and f.change != "fixed" and f.audience == "unit"]
    unsettled = [f for f in live if f.status in ("open", "refused")]
    if any(finding.severity == "error" for finding in unsettled):
        return "returned"
    if unsettled:
        return "queried"
    return "explained" if live else "accepted"


def compare_rounds(
    now: Sequence[Finding], before: Sequence[Finding] | None
) -> tuple[list[Finding], list[Finding]]:
    """Findings with their change against the earlier submission, and the earlier ones that are fixed.

    A finding of which a part is mended is still the same finding, though its cells, and so its id, differ.
    """
    if before is None:
        return list(now), []
    ours = [finding for finding in before if finding.audience == "unit"]
    changed = [
        replace(f, change="unchanged" if any(_same(f, other) for other in before) else "new") for f in now
    ]
    fixed = [replace(f, change="fixed", status="") for f in ours if not any(_same(f, other) for other in now)]
    return changed, fixed


def _same(one: Finding, other: Finding) -> bool:
    """Whether two findings of different rounds are about the same trouble."""
    if one.id == other.id or set(one.rules) & set(other.rules):
        return True
    return one.code == other.code and bool(set(one.items) & set(other.items))


def unasked(
    template: Template, before: Submission, now: Submission, asked: Sequence[Finding]
) -> Finding | None:
    """A hint when values changed outside the cells that the earlier findings named."""
    named = _about(template, asked)
    old, new = before.values, now.values
    # Filling in what was blank, or could not be read before, needs no asking.
    differ = np.flatnonzero((old != new) & ~np.isnan(old))
    moved = [int(index) for index in differ if int(index) not in named]
    if not moved or not asked or any(finding.code in _WHOLE for finding in asked):
        return None
    tables = tuple(dict.fromkeys(template.items[i].table_name for i in moved))
    listed = "；".join(
        f"{_cell(template, now, i, len(tables) > 1)}"
        f"由{_shown(template, i, old[i])}改为{_shown(template, i, new[i])}"
        for i in moved[:6]
    )
    more = f"等{len(moved)}格" if len(moved) > 6 else ""
    fields = {"count": str(len(moved)), "found": listed + more}
    items = tuple(template.items[i].id for i in moved)
    places = tuple(place for i in moved if (place := now.places[i]) is not None)
    return codes.finding(
        "R.changed", fields, where="、".join(tables), items=items, places=places,
        table=template.items[moved[0]].table,
    )  # fmt: skip


def _cell(template: Template, submission: Submission, index: int, several: bool) -> str:
    """`B21（培训会次数）`, after the table's name where there are several tables."""
    item = template.items[index]
    words = (item.table_name if several else "", submission.cell(index))
    return f"{' '.join(word for word in words if word)}（{item.short}）"


def _shown(template: Template, index: int, value: float) -> str:
    return "空" if np.isnan(value) else template.items[index].text(float(value))


def alike(units: Mapping[str, Sequence[Finding]]) -> list[Finding]:
    """A hint to the office for every explanation that several units gave word for word."""
    texts: dict[str, dict[str, None]] = {}
    for unit, findings in units.items():
        for finding in findings:
            core = boilerplate.core(finding.explanation)
            if core and finding.status in ("explained", "decided"):
                texts.setdefault(core, {})[unit] = None
    return [
        codes.finding("E.alike", {"text": text, "units": "、".join(names), "count": str(len(names))})
        for text, names in sorted(texts.items())
        if len(names) >= ALIKE
    ]
