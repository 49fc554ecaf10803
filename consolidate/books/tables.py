"""Run → findings.csv, totals.csv and run.json: the figures for people with other programs."""

from __future__ import annotations

import json
from collections.abc import Iterable

from consolidate import __version__
from consolidate.books import csvtext
from consolidate.model import Finding, Run

FINDINGS = (
    "id", "unit", "file", "sheet", "cell", "table", "item", "code", "severity", "found", "expected",
    "message", "suggestion", "explanation", "status", "change", "effect", "for",
)  # fmt: skip
TOTALS = ("item", "label", "value", "submitted", "adjustments", "units")
SCHEMA = 1


def findings(found: Iterable[Finding]) -> str:
    """findings.csv: one row per finding; `cell` and `item` are parallel lists separated by one space.

    `sheet` is the one sheet of all cells; where they lie on several, it is parallel to `cell`, separated by
    "/", which no sheet's name can hold.
    """
    return csvtext.document(FINDINGS, [_finding(one) for one in found])


def _finding(one: Finding) -> tuple[str, ...]:
    return (
        one.id, one.unit, one.file, one.sheet, " ".join(one.cells), one.table, " ".join(one.items), one.code,
        one.severity, one.found, one.expected, one.message, " ".join(one.suggestion), one.explanation,
        one.status, one.change, one.effect, one.audience,
    )  # fmt: skip


def totals(run: Run) -> str:
    """totals.csv: template order; counts as integers, money in 万元 with all its decimals."""
    rows = []
    for total in run.totals:
        item = run.template.items[total.item]
        rows.append(
            (item.id, item.label, item.exact(total.value), item.exact(total.submitted),
             item.exact(total.adjustments), total.units)
        )  # fmt: skip
    return csvtext.document(TOTALS, rows)


def document(run: Run) -> dict[str, object]:
    """run.json's document: no absolute path, clock, folder name or worker count."""
    return {
        "schema": SCHEMA,
        "tool": {"name": "consolidate", "version": __version__},
        "template": {"id": run.template.id, "version": run.template.version, "sha256": run.template.sha256},
        "year": run.year,
        "include": run.include,
        "batch": run.batch,
        "headline": run.headline,
        "files": [
            {"file": f.file, "sha256": f.sha256, "unit": f.unit, "outcome": f.outcome, "reason": f.reason}
            for f in run.files
        ],
        "units": [
            {
                "code": report.unit.code,
                "name": report.unit.name,
                "kind": report.unit.kind,
                "status": report.status,
                "included": report.included,
                "file": report.submission.file if report.submission is not None else "",
            }
            for report in run.units
        ],
        "counts": run.counts,
        "untested": run.untested,
    }


def text(document: object) -> str:
    """A document as JSON text: UTF-8, two spaces, keys as written."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
