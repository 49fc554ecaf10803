"""The lists of the master: 汇总调整, 问题清单, 情况说明, 审核处理, 报表来源."""

from __future__ import annotations

from collections.abc import Sequence

from consolidate.books import force, style, words
from consolidate.books.master import page
from consolidate.books.master.page import Column
from consolidate.books.master.plan import (
    ADJUSTMENTS,
    DECISIONS,
    EXPLANATIONS,
    FINDINGS,
    SOURCES,
    Plan,
    shown,
)
from consolidate.books.writing import Book
from consolidate.model import OWN_LEVEL, Adjustment, Decision, Finding

_AMOUNT = style.NUMBER
_LONGEST_CELLS = 60

_ADJUSTMENTS = (
    Column("凭证号", 12, style.CENTER),
    Column("单位", 20),
    Column("表", 7, style.CENTER),
    Column("项目", 46),
    Column("指标编号", 50, style.SMALL.but(size=8)),
    Column("金额", 14, _AMOUNT),
    Column("计量单位", 9, style.CENTER),
    Column("原因", 34),
    Column("文号", 18),
    Column("经办人", 10, style.CENTER),
)
_FINDINGS = (
    Column("级别", 7, style.CENTER),
    Column("规则", 13, style.CENTER),
    Column("单位", 18),
    Column("文件", 24),
    Column("工作表", 10, style.CENTER),
    Column("单元格", 15),
    Column("问题", 62),
    Column("状态", 12, style.CENTER),
    Column("与上次\n相比", 9, style.CENTER),
    Column("对合计的影响", 18),
    Column("编号", 22, style.SMALL),
)
_EXPLANATIONS = (
    Column("单位", 18),
    Column("规则", 13, style.CENTER),
    Column("问题", 52),
    Column("情况说明", 52),
    Column("状态", 12, style.CENTER),
    Column("审核意见", 24),
    Column("指标编号", 30, style.SMALL),
    Column("编号", 22, style.SMALL),
)
_DECISIONS = (
    Column("编号", 22, style.SMALL),
    Column("单位", 18),
    Column("问题", 52),
    Column("处理", 11, style.CENTER),
    Column("原因", 36),
    Column("经办人", 10, style.CENTER),
    Column("批准人", 10, style.CENTER),
    Column("日期", 12, style.CENTER),
    Column("效力", 13, style.CENTER),
)
_SOURCES = (
    Column("文件", 46),
    Column("结果", 15, style.CENTER),
    Column("单位", 20),
    Column("说明", 46),
    Column("文件校验码（SHA-256）", 44, style.SMALL),
)


def draw(book: Book, plan: Plan) -> None:
    """Add the five sheets."""
    run = plan.run
    page.listing(
        book, plan, ADJUSTMENTS, _ADJUSTMENTS, [_adjustment(plan, entry) for entry in run.adjustments],
        remark="本级的调整分录：加在合计上，不改动任何单位的报表。", empty="本次没有汇总调整",
    )  # fmt: skip
    page.listing(
        book, plan, FINDINGS, _FINDINGS, [_finding(finding) for finding in run.findings],
        remark="强制必须改；核实改正或写情况说明；提示可不改。", empty="没有发现问题",
    )  # fmt: skip
    explained = [_explanation(finding) for finding in run.findings if _explained(finding)]
    page.listing(
        book, plan, EXPLANATIONS, _EXPLANATIONS, explained,
        remark="各单位对核实项的书面说明；“本级汇总”的各行随汇总表报上级。", empty="没有情况说明",
    )  # fmt: skip
    page.listing(
        book, plan, DECISIONS, _DECISIONS, [_decision(plan, decision) for decision in run.decisions],
        remark="本级的审核处理：了结一条审核意见，不改动数字。", empty="没有审核处理",
    )  # fmt: skip
    sources = [
        (file.file, words.OUTCOME[file.outcome], file.unit, file.reason, file.sha256) for file in run.files
    ]
    page.listing(
        book, plan, SOURCES, _SOURCES, sources,
        remark="收到的每个文件一行；校验码相同即同一文件。", empty="没有收到文件",
    )  # fmt: skip


def _adjustment(plan: Plan, entry: Adjustment) -> Sequence[str | float | None]:
    item = plan.run.template.items[entry.item]
    return (
        entry.voucher, entry.unit, item.table_name, item.label, item.id, shown(item, entry.amount),
        item.unit, entry.reason, entry.document, entry.clerk,
    )  # fmt: skip


def _finding(finding: Finding) -> Sequence[str]:
    return (
        words.SEVERITY[finding.severity],
        finding.code,
        finding.unit,
        finding.file,
        words.sheets(finding),
        _cells(finding),
        finding.message,
        words.FINDING.get(finding.status, ""),
        words.change(finding),
        finding.effect,
        finding.id,
    )


def _cells(finding: Finding) -> str:
    """The cells as areas, and of a long list only how many: findings.csv has them all."""
    shown = words.areas(finding)
    text = "、".join(shown)
    return text if len(text) <= _LONGEST_CELLS else f"{shown[0]}等{len(finding.cells)}格"


def _explained(finding: Finding) -> bool:
    return bool(finding.explanation) or (finding.unit == OWN_LEVEL and finding.status == "decided")


def _explanation(finding: Finding) -> Sequence[str]:
    number, text = finding.id, finding.explanation
    if finding.unit == OWN_LEVEL and finding.status != "refused":
        # By the rule's name the level above finds what is said of the total that it is sent.
        number = finding.rules[0] if finding.rules else finding.id
        said = finding.reply if finding.status == "decided" else ""
        text = "；".join(part for part in (said, text) if part)
    return (
        finding.unit,
        finding.code,
        finding.message,
        text,
        words.FINDING.get(finding.status, ""),
        finding.reply,
        " ".join(finding.items),
        number,
    )


def _decision(plan: Plan, decision: Decision) -> Sequence[str]:
    finding = plan.finding(decision.finding)
    unit, message = (finding.unit, finding.message) if finding else ("", f"（{force.GONE}）")
    return (
        decision.finding, unit, message, decision.action, decision.reason,
        decision.clerk, decision.approver, decision.date, force.of(finding, decision),
    )  # fmt: skip
