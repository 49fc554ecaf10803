"""What the books call things in Chinese: the words of design and offices for statuses and outcomes."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from consolidate.forms import cells
from consolidate.model import Finding, Outcome, Severity, Status

STATUS: Mapping[Status, str] = {
    "accepted": "通过",
    "explained": "通过（已说明）",
    "queried": "待核实",
    "returned": "退回",
    "unreadable": "文件打不开",
    "missing": "未报",
}

OUTCOME: Mapping[Outcome, str] = {
    "counted": "采用",
    "returned": "退回",
    "superseded": "已有新表替代",
    "unreadable": "文件打不开",
    "unknown": "认不出单位",
    "conflict": "两份不同，未采用",
    "skipped": "未读",
}

SEVERITY: Mapping[Severity, str] = {"error": "强制", "query": "核实", "hint": "提示"}

# What each severity asks for, in the heading of a return.
SEVERITY_LONG: Mapping[Severity, str] = {
    "error": "强制（必须改）",
    "query": "核实（改正或说明）",
    "hint": "提示（可不改）",
}

FINDING: Mapping[str, str] = {
    "open": "未处理",
    "explained": "已说明",
    "refused": "说明未采纳",
    "decided": "已审核处理",
}


def sheets(finding: Finding) -> str:
    """The sheets that a finding's cells are on."""
    return "、".join(finding.sheets)


def areas(finding: Finding) -> list[str]:
    """The cells of a finding as areas; those that are not on its first sheet name theirs: B9, 表三!J6:J7."""
    names = finding.sheet.split("/")
    if len(names) != len(finding.places):
        return cells.areas(finding.places).split("、")
    shown: list[str] = []
    for sheet in finding.sheets:
        there = [place for name, place in zip(names, finding.places, strict=True) if name == sheet]
        name = f"{sheet}!" if shown else ""
        shown += [f"{name}{area}" for area in cells.areas(there).split("、")]
    return shown


def change(finding: Finding) -> str:
    """What became of a finding since the unit's earlier submission; '' when there was none."""
    if finding.change == "unchanged":
        return _STANDING.get(finding.status, "未改")
    return {"fixed": "已改正", "new": "新发现"}.get(finding.change, "")


_STANDING = {"explained": "已说明", "decided": "已审核处理", "refused": "说明未采纳"}
CHANGES = ("已改正", "已说明", "已审核处理", "说明未采纳", "未改", "新发现")


def day(text: str) -> str:
    """An ISO date as offices write it within the year: `day("2020-01-05") == "1月5日"`; other text stays."""
    try:
        date = datetime.date.fromisoformat(text.strip())
    except ValueError:
        return text.strip()
    return f"{date.month}月{date.day}日"
