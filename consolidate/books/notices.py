"""Run → notices.csv: one message per unit, ready to paste into the work group or a text message."""

from __future__ import annotations

from consolidate.books import csvtext, words
from consolidate.model import Finding, Office, Run, UnitReport

HEADER = ("单位", "联系人", "联系电话", "内容")


def table(run: Run) -> str:
    """The CSV text (BOM, CRLF) in roster order: who to tell, and the words to send.

    A unit that another one reports for hears through that one; what is for the office to mend, nobody hears.
    """
    names = {report.unit.name for report in run.units}
    told = (report for report in run.units if not _elsewhere(report, names) and not _ours(report))
    return csvtext.document(HEADER, (_row(run, report) for report in told))


def message(run: Run, report: UnitReport) -> str:
    """The message for one unit: 催报, 退回 or 通过, by where the unit stands."""
    name = report.unit.name
    if report.status == "missing":
        return f"{name}：{_reminder(run)}"
    if report.status == "unreadable":
        return f"{name}：{_unreadable(run.office, report)}"
    if report.status in ("returned", "queried"):
        return f"{name}：{_returned(run.office, report)}"
    batch = f"（批次号{run.batch}）" if run.batch else ""
    return f"{name}：报表已审核通过{batch}。如需更正，请另发新表并写明原因。"


def _elsewhere(report: UnitReport, names: set[str]) -> bool:
    delegate = report.unit.reported_by
    return bool(delegate) and delegate in names and not report.findings


def _ours(report: UnitReport) -> bool:
    """Whether the file could not be read for a reason on this side, such as a lock."""
    audiences = {finding.audience for finding in report.findings if finding.severity == "error"}
    return report.status == "unreadable" and audiences == {"office"}


def _row(run: Run, report: UnitReport) -> tuple[str, str, str, str]:
    # A roster without telephone numbers is common; the cover of the unit's own form has them too.
    cover = report.submission.cover if report.submission else {}
    contact = report.unit.contact or cover.get("reporter", "")
    phone = report.unit.phone or (cover.get("phone", "") if not report.unit.contact else "")
    return report.unit.name, contact, phone, message(run, report)


def _reminder(run: Run) -> str:
    day = words.day(run.office.deadline).removesuffix("前")
    due = f"应于{day}前报送，" if day else ""
    form = run.template.short
    return f"{form}{due}我办尚未收到。如已发送，请告知文件名和时间。{_contact(run.office)}"


def _returned(office: Office, report: UnitReport) -> str:
    errors, queries = _open(report, "error"), _open(report, "query")
    parts = [f"{len(errors)}处须修改"] if errors else []
    parts += [f"{len(queries)}处须说明"] if queries else []
    what = f"报表有{'、'.join(parts)}。" if parts else "报表须修改或说明。"
    # A query is answered in writing: nobody is asked to change a figure that is right.
    doing = "改后" if errors else "逐处写清情况说明（有误的才改），"
    return f"{what}请打开附件首页“审核意见”，{doing}仍用该文件，{_back(office, '发回')}"


def _unreadable(office: Office, report: UnitReport) -> str:
    problem = next(iter(_open(report, "error")), None)
    file = f"“{problem.file.rsplit('/', 1)[-1]}”" if problem and problem.file else ""
    found = (problem.basis or problem.message) if problem else ""
    advice = (problem.advice if problem else "") or "请用WPS或Excel打开原文件，另存为.xlsx后重发"
    reason = f"：{found.rstrip('。')}" if found else ""
    state = "不是要报的表" if problem and problem.code == "F.not_form" else "打不开"
    return (
        f"报来的文件{file}{state}{reason}。{advice.rstrip('。')}，{_back(office, '报送')}{_contact(office)}"
    )


def _back(office: Office, verb: str) -> str:
    day = words.day(office.deadline).removesuffix("前")
    return f"于{day}前{verb}。" if day else f"尽快{verb}。"


def _contact(office: Office) -> str:
    parts = [f"联系人{office.contact}"] if office.contact else []
    parts += [f"电话{office.phone}"] if office.phone else []
    return "，".join(parts) + "。" if parts else ""


def _open(report: UnitReport, severity: str) -> list[Finding]:
    return [
        finding
        for finding in report.findings
        if finding.severity == severity
        and finding.status in ("open", "refused")
        and finding.change != "fixed"
        and finding.audience == "unit"
    ]
