"""A finished run in a few lines for its operator, and as an exit code."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from consolidate.books import force
from consolidate.model import Run

_STATUS = {
    "accepted": "通过", "explained": "通过（已说明）", "queried": "待核实", "returned": "退回",
    "unreadable": "文件打不开", "missing": "未报",
}  # fmt: skip
# What a run may write, in the order in which it is told; `returns` is a folder.
_RESULTS = {
    "master.xlsx": "汇总表", "returns": "退给各单位的审核意见", "status.html": "报送情况",
    "report.docx": "年度报告", "findings.csv": "问题清单", "totals.csv": "汇总数",
    "notices.csv": "通知", "decisions.xlsx": "审核处理登记",
}  # fmt: skip
SHOWN = 8  # findings of the office's own that are told at once


def exit_code(finished: Run) -> int:
    """0 when nothing is left to do: everybody accepted or explained, nothing open at the office."""
    waiting = any(report.status not in ("accepted", "explained") for report in finished.units)
    waiting = waiting or not finished.units
    live = [f for f in finished.findings if f.severity != "hint" and f.status in ("open", "refused")]
    return int(waiting or bool(live))


def lines(finished: Run, out: Path, written: Collection[str]) -> Iterator[str]:
    """Who is in, who is not and why, where the results are, what to do next; `written`: paths in `out`."""
    yield finished.headline
    for status, label in _STATUS.items():
        names = [report.unit.name for report in finished.units if report.status == status]
        if names and status != "accepted":
            yield f"  {label}{len(names)}：{'、'.join(names)}"
    if not finished.roster_given:
        yield "没有单位名单：以收到的单位为应报单位，查不出未报的。请在收件文件夹放一份units.xlsx。"
    own = [
        f
        for f in finished.findings
        if f.audience == "office" and f.severity != "hint" and f.status == "open" and f.code != "S7.missing"
    ]
    for finding in own[:SHOWN]:
        yield f"  ▲ {finding.message}"
    if len(own) > SHOWN:
        yield f"  ▲ 另有{len(own) - SHOWN}条，见findings.csv。"
    yield from _idle(finished)
    for alike in (f for f in finished.findings if f.code == "E.alike"):
        yield f"  · {alike.message}"
    for note in finished.notes:
        yield f"  · 影响较大：{note}"
    there = {name.partition("/")[0] for name in written}
    results = "、".join(f"{name}（{what}）" for name, what in _RESULTS.items() if name in there)
    yield f"结果在{out}：{results}。"
    for step in _next_steps(finished, "returns" in there):
        yield f"下一步：{step}"


def _idle(finished: Run) -> Iterator[str]:
    """The decisions of the office that settle nothing, and why.

    One that a register of ours handed out belongs to a finding that was; any other may have a wrong id.
    """
    found = {finding.id: finding for finding in finished.findings if finding.change != "fixed"}
    told = []
    for decision in finished.decisions:
        finding = found.get(decision.finding)
        if finding is None and not decision.digest:
            why = "没有这个编号的问题，请核对编号（已改正的不用再处理）"
        elif finding is not None and force.of(finding, decision) != force.IN_FORCE:
            why = finding.reply or "提示项不用处理"
        else:
            continue
        told.append(f"  ▲ 审核处理登记第{decision.row}行（{decision.finding}）没有生效：{why}。")
    yield from told[:SHOWN]
    if len(told) > SHOWN:
        yield f"  ▲ 审核处理登记另有{len(told) - SHOWN}行没有生效，见汇总表“审核处理”。"


def _next_steps(finished: Run, returned: bool) -> list[str]:
    """What the office does now: send returns back, settle what is its own to settle, or go on."""
    steps = []
    if not finished.units:
        return ["请检查收件文件夹是否写对、里面有没有各单位的报表，再运行一次。"]
    if any(report.status not in ("accepted", "explained") for report in finished.units):
        steps.append(
            "把returns里的文件发回各单位，按notices.csv通知；收到更正后放进新的文件夹，连同原文件夹一起再运行一次。"
            if returned
            else "按notices.csv通知；收到报表后放进新的文件夹，连同原文件夹一起再运行一次。"
        )
    elif exit_code(finished):
        steps.append("逐项查清上面带▲的问题。")
    if exit_code(finished):
        steps.append("特殊情况经批准放行的，填decisions.xlsx，移到收件文件夹，再运行一次。")
    return steps or ["全部通过，可以报批。"]
