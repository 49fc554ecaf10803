"""What units have said of a rule, gathered for the total that breaks it: it goes up with the total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from consolidate.model import Finding

LONGEST = 800  # characters of all that is said of one finding


def told(ours: Sequence[Finding], units: Mapping[str, Sequence[Finding]]) -> list[Finding]:
    """Findings on the totals with the 情况说明 of those units (by name) that break the same rule.

    The finding stays open: whether the units' words explain the total is for the office to decide. They
    say nothing of it while one of these units has not explained, or explains something else.
    """
    queries = [finding for finding in ours if finding.severity == "query"]
    asked = _asked({rule for finding in queries for rule in finding.rules}, units)
    return [
        replace(finding, explanation=_joined(finding, asked)) if finding.severity == "query" else finding
        for finding in ours
    ]


def _asked(rules: set[str], units: Mapping[str, Sequence[Finding]]) -> dict[str, list[tuple[str, Finding]]]:
    """What units were asked, by rule."""
    found: dict[str, list[tuple[str, Finding]]] = {rule: [] for rule in rules}
    for unit, findings in units.items() if rules else ():
        for finding in findings:
            if finding.change != "fixed" and finding.severity != "hint":
                for rule in rules.intersection(finding.rules):
                    found[rule].append((unit, finding))
    return found


def _joined(finding: Finding, asked: Mapping[str, Sequence[tuple[str, Finding]]]) -> str:
    said: dict[str, None] = {}
    for unit, other in (one for rule in finding.rules for one in asked[rule]):
        if other.status not in ("explained", "decided"):
            return ""
        said[f"{unit}：{other.explanation or other.reply}"] = None
    texts: list[str] = []
    for text in said:
        if texts and sum(map(len, texts)) + len(text) > LONGEST:
            return f"{'；'.join(texts)}；另有{len(said) - len(texts)}条，见各单位的情况说明"
        texts.append(text.rstrip("。；;"))
    return "；".join(texts)
