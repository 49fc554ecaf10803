"""What units have said of a rule, gathered for the total that breaks it: it goes up with the total."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from consolidate.model import Finding

LONGEST = 800  # characters of all that is said of one finding


def told(ours: Iterable[Finding], units: Mapping[str, Sequence[Finding]]) -> list[Finding]:
    """Findings on the totals with the 情况说明 of those units (by name) that break the same rule.

    The finding stays open: whether the units' words explain the total is for the office to decide. They
    say nothing of it while one of these units has not explained, or explains something else.
    """
    return [
        replace(finding, explanation=_joined(finding, units)) if finding.severity == "query" else finding
        for finding in ours
    ]


def _joined(finding: Finding, units: Mapping[str, Sequence[Finding]]) -> str:
    said: dict[str, None] = {}
    for unit, other in _alike(finding, units):
        if other.status not in ("explained", "decided"):
            return ""
        said[f"{unit}：{other.explanation or other.reply}"] = None
    texts: list[str] = []
    for text in said:
        if texts and sum(map(len, texts)) + len(text) > LONGEST:
            return f"{'；'.join(texts)}；另有{len(said) - len(texts)}条，见各单位的情况说明"
        texts.append(text.rstrip("。；;"))
    return "；".join(texts)


def _alike(finding: Finding, units: Mapping[str, Sequence[Finding]]) -> Iterator[tuple[str, Finding]]:
    """What other units were asked about the same rule."""
    rules = set(finding.rules)
    for unit, findings in units.items():
        for other in findings:
            if rules & set(other.rules) and other.change != "fixed" and other.severity != "hint":
                yield unit, other
