"""审核处理: what the office has decided in writing, carried out on the findings that it names.

A decision settles a finding and changes no figure. It lapses when the values change, and when it is about
a 情况说明 also when that is written anew: what is new has not been looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from consolidate.checks import settle
from consolidate.forms.template import Template
from consolidate.model import Decision, Finding, Submission, told


def applied(
    findings: Sequence[Finding],
    decisions: Mapping[str, Decision],
    template: Template,
    submissions: Sequence[Submission] = (),
) -> list[Finding]:
    """Findings with the office's decisions carried out.

    `submissions` of the unit, from the earliest to the one that counts: a decision without a digest was
    given to what lay in the register's folder or an earlier one.
    """
    return [
        _decided(finding, decision, _seen(finding, decision, template, submissions))
        if (decision := decisions.get(finding.id)) is not None and finding.severity != "hint"
        else finding
        for finding in findings
    ]


def _seen(finding: Finding, decision: Decision, template: Template, submissions: Sequence[Submission]) -> str:
    """The stamp of what the office had before it when it decided; '' when that is unknown."""
    if decision.digest or decision.folder is None:
        return decision.digest
    known = [submission for submission in submissions if submission.folder <= decision.folder]
    if not known:
        return ""
    plain = replace(finding, digest=settle.digest(template, known[-1], finding), explanation="", reply="")
    return settle.explain([plain], template, known)[0].stamp


def _decided(finding: Finding, decision: Decision, seen: str) -> Finding:
    values, _, said = seen.partition("-")
    if seen and values != finding.digest:
        return replace(finding, reply="原审核处理所依据的数值已变动，处理失效，请重新审核")
    if decision.action == "采纳说明" and finding.severity == "error":
        return replace(finding, reply="强制项不能采纳说明：应退回修改，特殊情况由负责人放行")
    if decision.action == "采纳说明" and not finding.explanation:
        return replace(finding, reply="审核处理为采纳说明，但本单位没有情况说明，请先取得书面说明")
    if decision.action != "放行" and seen and finding.explanation and said != told(finding.explanation):
        return replace(finding, reply="情况说明是审核处理之后重新写的，原处理失效，请重新审核")
    if decision.action == "不采纳":
        status: Literal["refused", "open"] = "refused" if finding.explanation else "open"
        reply = f"{'情况说明未采纳' if finding.explanation else '不予放行'}：{decision.reason}"
        return replace(finding, status=status, reply=reply)
    return replace(finding, status="decided", reply=f"{decision.action}：{decision.reason}")
