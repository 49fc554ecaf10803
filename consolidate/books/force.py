"""Whether a decision of the office (审核处理) holds, in its words: 效力."""

from __future__ import annotations

from consolidate.model import Decision, Finding

GONE, IN_FORCE = "已无此问题，或编号有误", "有效"


def of(finding: Finding | None, decision: Decision) -> str:
    """Whether the office's decision on a finding holds: it lapses with the values that it was given to."""
    if finding is None:
        return GONE
    if finding.reply.endswith(f"：{decision.reason}"):
        return IN_FORCE
    return "已失效" if "失效" in finding.reply else "未执行"
