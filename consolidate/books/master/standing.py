"""报送情况: where every unit stands. The only sheet with names and telephone numbers of people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from consolidate.books import style, words
from consolidate.books.master import grouping, page
from consolidate.books.master.page import Column
from consolidate.books.master.plan import STANDING, Plan
from consolidate.books.writing import Book
from consolidate.model import Finding, Severity, UnitReport

_COLUMNS = (
    Column("单位代码", 25),  # a uniform social credit code has 18 characters
    Column("单位名称", 22),
    Column("类别", 10, style.CENTER),
    Column("状态", 13, style.CENTER),
    Column("计入合计", 9, style.CENTER),
    Column("强制", 6, style.NUMBER),
    Column("核实", 6, style.NUMBER),
    Column("提示", 6, style.NUMBER),
    Column("与上次相比", 14),
    Column("联系人", 10, style.CENTER),
    Column("联系电话", 15, style.CENTER),
    Column("报来的文件", 36),
    Column("备注", 24),
)
_GROUPED = (
    Column("代码", 12),
    Column("地区", 34),
    Column("类别", 14, style.CENTER),
    *(
        Column(label, 10, style.NUMBER)
        for label in ("应报", "已报", "通过", "待核实", "退回", "文件打不开", "未报")
    ),
)


def draw(book: Book, plan: Plan) -> None:
    """Add the sheet: a row per unit, or per region and kind when there are too many units."""
    if plan.grouped:
        rows: Sequence[Sequence[str | float | None]] = _groups(plan)
        remark = "单位过多，按地区和类别列出；各单位见run.json。"
        page.listing(book, plan, STANDING, _GROUPED, rows, remark=remark)
        return
    rows = [_row(report) for report in plan.run.units]
    remark = "强制、核实、提示为尚未处理的处数。本页含联系方式，勿对外提供。"
    page.listing(book, plan, STANDING, _COLUMNS, rows, remark=remark, empty="名册为空")


def tally(reports: Iterable[UnitReport]) -> dict[str, int]:
    """Units by the words of offices: 应报, 已报, 通过, 待核实, 退回, 文件打不开, 未报."""
    statuses = [report.status for report in reports]
    return {
        "应报": len(statuses),
        "已报": len(statuses) - statuses.count("missing"),
        "通过": statuses.count("accepted") + statuses.count("explained"),
        "待核实": statuses.count("queried"),
        "退回": statuses.count("returned"),
        "文件打不开": statuses.count("unreadable"),
        "未报": statuses.count("missing"),
    }


def is_open(finding: Finding) -> bool:
    """Whether a finding still waits for somebody."""
    return finding.status in ("open", "refused") and finding.change != "fixed"


def stated(finding: Finding) -> str:
    """A finding as the leader reads it: `【核实】…`."""
    return f"【{words.SEVERITY[finding.severity]}】{finding.message}"


def _row(report: UnitReport) -> list[str | float | None]:
    unit, submission = report.unit, report.submission
    open_findings = [finding for finding in report.findings if is_open(finding)]
    severities: tuple[Severity, ...] = ("error", "query", "hint")
    counts = [float(sum(f.severity == severity for f in open_findings)) for severity in severities]
    remarks = [f"由{unit.reported_by}代报"] if unit.reported_by else []
    remarks += [report.remark] if report.remark else []
    return [
        unit.code,
        unit.name,
        unit.kind,
        words.STATUS[report.status],
        "√" if report.included else "",
        *(count or None for count in counts),
        _changes(report),
        unit.contact,
        unit.phone,
        submission.file if submission else "",
        "；".join(dict.fromkeys(remarks)),
    ]


def _changes(report: UnitReport) -> str:
    """`已改正3、未改1`: what became of the earlier findings, when the unit has sent again."""
    found = [words.change(finding) for finding in report.findings]
    return "、".join(f"{word}{found.count(word)}" for word in words.CHANGES if word in found)


def _groups(plan: Plan) -> list[list[str | float | None]]:
    members: dict[tuple[str, str], list[UnitReport]] = {}
    for report, region in zip(plan.run.units, grouping.regions(plan.run.units), strict=True):
        members.setdefault((region, report.unit.kind or grouping.NO_KIND), []).append(report)
    return [
        [
            region if region.isdigit() else "",
            grouping.region_name(region),
            kind,
            *(float(n) for n in tally(members[region, kind]).values()),
        ]
        for region, kind in sorted(members)
    ]
